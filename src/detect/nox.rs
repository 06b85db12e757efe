//! `noxfile.py`: the commands of its sessions, as far as they are literal.

use super::evidence::UNKNOWN;
use super::project::Project;
use super::python_text::{self, Constants};
use crate::indirection::GivenVariable;

/// The file.
pub(super) const FILE: &str = "noxfile.py";

/// A command of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) words: Vec<String>,
    /// The variables that the session gives it.
    pub(super) given: Vec<GivenVariable>,
    /// The number of its first line.
    pub(super) line: usize,
}

/// A function of the file, with the numbers of its lines.
struct Function<'t> {
    names: Vec<String>,
    lines: Vec<(usize, &'t str)>,
    tags: Vec<String>,
    /// Whether a decorator of the project may give it parameters and tags.
    has_own_decorator: bool,
    /// Whether it is a session, and does not only serve some.
    is_session: bool,
    is_default: bool,
}

/// The calls of the sessions that `nox` runs with these arguments; `None` if there
/// is no file, or a session that it names is not found.
pub(super) fn calls(project: &Project<'_>, arguments: &[&str]) -> Option<Vec<Call>> {
    let text = project.text(FILE)?;
    let functions = functions(&text);
    let mut wanted = Vec::new();
    let mut tags = Vec::new();
    let mut given: Vec<String> = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(word) = rest.next() {
        if matches!(*word, "-s" | "-e" | "--session" | "--sessions") {
            while let Some(name) = rest.next_if(|next| !next.starts_with('-')) {
                wanted.push(*name);
            }
        } else if let Some(name) = word
            .strip_prefix("--session=")
            .or_else(|| word.strip_prefix("--sessions="))
        {
            wanted.push(name);
        } else if matches!(*word, "-t" | "--tags") {
            while let Some(tag) = rest.next_if(|next| !next.starts_with('-')) {
                tags.push(*tag);
            }
        } else if matches!(*word, "-k" | "--keywords") {
            // Which sessions an expression selects is not known.
            return None;
        } else if *word == "--" {
            given.extend(rest.by_ref().map(|&word| word.to_owned()));
        }
    }
    let defaults = default_names(&text);
    let is_by_default = |session: &Function<'_>| match &defaults {
        Some(defaults) => session.names.iter().any(|name| defaults.contains(name)),
        None => session.is_default,
    };
    let is_wanted = |session: &&Function<'_>| {
        if !tags.is_empty() {
            return session.tags.iter().any(|tag| tags.contains(&tag.as_str()));
        }
        if wanted.is_empty() {
            return is_by_default(session);
        }
        session
            .names
            .iter()
            .any(|name| wanted.iter().any(|wanted| is_session(wanted, name)))
    };
    let sessions = functions.iter().filter(|function| function.is_session);
    let mut chosen: Vec<&Function<'_>> = sessions.clone().filter(is_wanted).collect();
    if chosen.is_empty() && !tags.is_empty() {
        // The tags that a decorator of the project gives are not known; a session that runs by default has them.
        chosen.extend(sessions.filter(|one| one.has_own_decorator && is_by_default(one)));
    }
    if chosen.is_empty() {
        return None;
    }
    let mut at = 0;
    while let Some(function) = chosen.get(at) {
        let called: Vec<&Function<'_>> = functions
            .iter()
            .filter(|other| calls_with_session(function, other))
            .collect();
        for other in called {
            if !chosen.iter().any(|known| known.names == other.names) {
                chosen.push(other);
            }
        }
        at += 1;
    }
    let constants = python_text::constants(&text);
    let calls = chosen
        .into_iter()
        .flat_map(|session| session_calls(session, &text, &constants, &given));
    Some(calls.collect())
}

/// Whether a function calls another one with its session, `lint(session)`, or has it run afterwards,
/// `session.notify("lint")`.
fn calls_with_session(function: &Function<'_>, other: &Function<'_>) -> bool {
    let mut lines = function
        .lines
        .iter()
        .skip(1)
        .map(|(_, line)| line.trim_start());
    lines.any(|line| {
        if let Some((_, notified)) = line.split_once("session.notify(") {
            let named = literals(notified);
            return named.first().is_some_and(|name| other.names.contains(name));
        }
        other.names.iter().any(|name| {
            let rest = line.strip_prefix(name.as_str());
            let rest = rest.and_then(|rest| rest.strip_prefix('('));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("session"))
        })
    })
}

/// Whether a typed name is that of a session, or of it with a version of Python or a parameter.
fn is_session(typed: &str, name: &str) -> bool {
    let rest = typed.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '(']))
}

/// The sessions of `nox.options.sessions`, if it is set.
fn default_names(text: &str) -> Option<Vec<String>> {
    let at = text.find("nox.options.sessions")?;
    let list = text[at..].split_once('[')?.1.split_once(']')?.0;
    // An empty list is one to which sessions are added.
    Some(literals(list)).filter(|names| !names.is_empty())
}

fn functions(text: &str) -> Vec<Function<'_>> {
    let mut functions: Vec<Function<'_>> = Vec::new();
    let mut decorators: Vec<&str> = Vec::new();
    let mut current: Option<Function<'_>> = None;
    for (at, line) in text.lines().enumerate() {
        let is_top = !line.starts_with([' ', '\t', ')', '#']) && !line.is_empty();
        if is_top {
            functions.extend(current.take());
        }
        let is_of_decorator = current.is_none() && !is_top && !decorators.is_empty();
        if line.starts_with('@') || is_of_decorator {
            decorators.push(line);
        } else if let Some(after) = line.strip_prefix("def ") {
            current = Some(function(after, &decorators));
            decorators.clear();
        } else if is_top {
            decorators.clear();
        }
        if let Some(function) = &mut current {
            function.lines.push((at + 1, line));
        }
    }
    functions.extend(current);
    functions
}

/// A function without its lines. `after`: what follows `def`.
fn function<'t>(after: &str, decorators: &[&str]) -> Function<'t> {
    let name = after.split('(').next().unwrap_or_default().trim();
    let mut names = vec![name.to_owned(), name.replace('_', "-")];
    for decorator in decorators {
        if let Some((_, given)) = decorator.split_once("name=") {
            names.extend(literals(given).into_iter().take(1));
        }
    }
    let tags = decorators.iter().filter_map(|line| {
        let list = line.split_once("tags=")?.1.split_once('[')?.1;
        Some(literals(list.split_once(']')?.0))
    });
    Function {
        names,
        lines: Vec::new(),
        tags: tags.flatten().collect(),
        has_own_decorator: decorators.iter().any(|line| {
            line.starts_with('@') && !line.starts_with("@nox.") && !line.contains("session")
        }),
        is_session: decorators.iter().any(|line| line.contains("session")),
        is_default: !decorators.iter().any(|line| line.contains("default=False")),
    }
}

/// The commands that a session runs, without those that install something. `given`: the words after `--`, which
/// go to the commands that take a list of arguments (`*session.posargs`).
fn session_calls(
    session: &Function<'_>,
    module: &str,
    constants: &Constants,
    given: &[String],
) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut env = Vec::new();
    let text = session.lines.iter().map(|(_, line)| *line);
    let text = text.collect::<Vec<_>>().join("\n");
    for (at, (line, own)) in session.lines.iter().enumerate() {
        env.extend(assigned(own, constants));
        let Some((_, after)) = own.split_once("session.run(") else {
            continue;
        };
        let following = session.lines[at + 1..].iter().map(|(_, line)| *line);
        let call = [after].into_iter().chain(following);
        let call = call.collect::<Vec<_>>().join("\n");
        let arguments = python_text::split(python_text::enclosed(&call), ',');
        let arguments: Vec<&str> = arguments.iter().map(|argument| argument.trim()).collect();
        let (mut words, mut own_env) = (Vec::new(), Vec::new());
        for argument in arguments.iter().filter(|argument| !argument.is_empty()) {
            if let Some(list) = argument.strip_prefix('*') {
                words.extend(listed(list, &text, module, given));
            } else if let Some(variables) = argument.strip_prefix("env=") {
                own_env = environment(variables, &text, constants);
            } else if !is_named(argument) {
                let value = python_text::value_of(argument, constants);
                words.push(value.unwrap_or_else(|| UNKNOWN.to_string()));
            }
        }
        if words.first().is_none_or(|word| word.contains(UNKNOWN)) {
            continue;
        }
        calls.push(Call {
            words,
            given: env.iter().cloned().chain(own_env).collect(),
            line: *line,
        });
    }
    calls
}

/// Whether an argument has a name: `external=True`.
fn is_named(argument: &str) -> bool {
    argument.split_once('=').is_some_and(|(name, _)| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' '))
    })
}

/// The words of a list that a call takes apart with `*`.
fn listed(list: &str, session: &str, module: &str, given: &[String]) -> Vec<String> {
    if list == "session.posargs" || list.contains("arg") && !given.is_empty() {
        return given.to_vec();
    }
    let known = python_text::list_of(list, session).or_else(|| {
        let is_own =
            session.contains(&format!("{list} = ")) || session.contains(&format!("{list}:"));
        let is_changed =
            session.contains(&format!("{list} +=")) || session.contains(&format!("{list}."));
        python_text::list_of(list, module).filter(|_| !is_own && !is_changed)
    });
    known.unwrap_or_else(|| {
        // What else a list holds is not known.
        let mut words = python_text::begun_list(list, session).unwrap_or_default();
        words.push(UNKNOWN.to_string());
        words
    })
}

/// The variable of a line such as `session.env["NAME"] = "value"`.
fn assigned(line: &str, constants: &Constants) -> Option<GivenVariable> {
    let rest = line.trim_start().strip_prefix("session.env[")?;
    let (name, value) = rest.split_once(']')?;
    let value = value.trim_start().strip_prefix('=')?;
    let name = python_text::literal(name.trim())?;
    Some(variable(name, value, constants))
}

/// The variables of the argument `env` of a call: `{"A": "b"}`, `dict(A="b")`, or the name of such a value in the
/// session.
fn environment(value: &str, session: &str, constants: &Constants) -> Vec<GivenVariable> {
    let assigned = session.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(value)?;
        let rest = rest.trim_start().strip_prefix('=')?;
        let at = rest.as_ptr().addr() - session.as_ptr().addr();
        (!rest.starts_with('=')).then(|| session[at..].trim_start())
    });
    let value = assigned.unwrap_or(value);
    let (inside, sign) = if let Some(inside) = value.strip_prefix('{') {
        (inside, ':')
    } else if let Some(inside) = value.strip_prefix("dict(") {
        (inside, '=')
    } else {
        return Vec::new();
    };
    let entries = python_text::split(python_text::enclosed(inside), ',');
    let entries = entries.iter().filter_map(|entry| {
        let (name, value) = entry.split_once(sign)?;
        let name = match sign {
            ':' => python_text::literal(name.trim())?,
            _ => name.trim().to_owned(),
        };
        Some(variable(name, value, constants))
    });
    entries.collect()
}

/// A variable by its name and the expression for its value.
fn variable(name: String, value: &str, constants: &Constants) -> GivenVariable {
    let value = python_text::value_of(value, constants);
    GivenVariable {
        name,
        value: value.unwrap_or_else(|| UNKNOWN.to_string()),
        is_exported: true,
    }
}

/// The string literals of a text, in their order.
fn literals(text: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'']) {
        let quote = rest.as_bytes()[at] as char;
        let after = &rest[at + 1..];
        let Some(end) = after.find(quote) else { break };
        // A formatted string is not known.
        let is_formatted = rest[..at].ends_with(['f', 'F']);
        if !is_formatted {
            literals.push(after[..end].to_owned());
        }
        rest = &after[end + 1..];
    }
    literals
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOXFILE: &str = "import nox\n\nROOT = Path(__file__).parent\nSRC = ROOT / \"src\"\nARGS = [\"-x\"]\nnox.options.sessions = [\"lint\", \"by_parameter\"]\n\n@nox.session(python=[\"3.12\"])\ndef tests(session):\n    session.install(\"pytest\")\n    session.run(\"pytest\", \"-q\", *session.posargs, env={\"A\": \"b\"})\n\n@nox.session\ndef lint(session):\n    session.run(\n        \"ruff\",\n        \"check\",\n        \".\",\n    )\n    session.run(\"mypy\", SRC, external=True)\n\n@nox.session(\n    default=False,\n    tags=[\"t\"],\n)\ndef slow(session):\n    env = dict(A=str(ROOT / \"a\"), B=other())\n    session.run(\"pytest\", *ARGS, env=env)\n\n@nox.session(default=False)\ndef all(session):\n    help(session, 1)\n    session.notify(\"lint\")\n    session.run(\"own\")\n\ndef help(session, x):\n    session.run(\"helper\", \"x\")\n\n@nox.session\n@parameters([\"a\"])\ndef by_parameter(session, a):\n    cmd = [\"python\", \"-m\", \"pytest\"]\n    cmd.extend(other())\n    session.run(*cmd)\n";

    fn shown(arguments: &[&str]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), NOXFILE).unwrap();
        let mut tree = crate::indirection::DirectoryTree::new(dir.path());
        let project = Project::new(vec![FILE.into()], &mut tree);
        let calls = calls(&project, arguments).unwrap_or_default();
        calls
            .iter()
            .map(|Call { words, given, line }| {
                let given = given.iter();
                let given = given.map(|one| format!("{}={} ", one.name, one.value));
                format!("{line}: {}{}", given.collect::<String>(), words.join(" "))
            })
            .collect()
    }

    #[test]
    fn sessions_run_literal_commands() {
        assert_eq!(shown(&["-s", "tests"]), ["11: A=b pytest -q"]);
        assert_eq!(shown(&["-s", "tests-3.12"]), ["11: A=b pytest -q"]);
        assert_eq!(
            shown(&["-s", "tests", "--", "tests/unit", "-x"]),
            ["11: A=b pytest -q tests/unit -x"]
        );
        let by_parameter = format!("44: python -m pytest {UNKNOWN}");
        assert_eq!(
            shown(&[]),
            ["15: ruff check .", "20: mypy src", by_parameter.as_str()]
        );
        // The parameters give the tag.
        assert_eq!(shown(&["-t", "py-a"]), [by_parameter]);
        assert_eq!(
            shown(&["-t", "t"]),
            [format!("28: A=a B={UNKNOWN} pytest -x")]
        );
        assert!(shown(&["-s", "none"]).is_empty());
        assert_eq!(
            shown(&["-s", "all"]),
            [
                "34: own",
                "15: ruff check .",
                "20: mypy src",
                "37: helper x"
            ]
        );
    }
}
