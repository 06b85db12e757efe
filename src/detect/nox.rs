//! `noxfile.py`: the commands of its sessions, as far as they are literal.

use super::evidence::UNKNOWN;
use super::project::Project;
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

/// A session: its name, the number of its first line, and its lines.
struct Session<'t> {
    names: Vec<String>,
    lines: Vec<(usize, &'t str)>,
    tags: Vec<String>,
    is_default: bool,
}

/// The calls of the sessions that `nox` runs with these arguments; `None` if there
/// is no file, or a session that it names is not found.
pub(super) fn calls(project: &Project<'_>, arguments: &[&str]) -> Option<Vec<Call>> {
    let text = project.text(FILE)?;
    let sessions = sessions(&text);
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
    let is_wanted = |session: &&Session<'_>| {
        if !tags.is_empty() {
            return session.tags.iter().any(|tag| tags.contains(&tag.as_str()));
        }
        if wanted.is_empty() {
            return match &defaults {
                Some(defaults) => session.names.iter().any(|name| defaults.contains(name)),
                None => session.is_default,
            };
        }
        session
            .names
            .iter()
            .any(|name| wanted.iter().any(|wanted| is_session(wanted, name)))
    };
    let chosen: Vec<&Session<'_>> = sessions.iter().filter(is_wanted).collect();
    if chosen.is_empty() {
        return None;
    }
    let calls = chosen
        .into_iter()
        .flat_map(|session| session_calls(session, &given));
    Some(calls.collect())
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
    Some(literals(list))
}

fn sessions(text: &str) -> Vec<Session<'_>> {
    let mut sessions: Vec<Session<'_>> = Vec::new();
    let mut decorators: Vec<&str> = Vec::new();
    let mut current: Option<Session<'_>> = None;
    for (at, line) in text.lines().enumerate() {
        let is_top = !line.starts_with([' ', '\t', ')', '#']) && !line.is_empty();
        if is_top {
            sessions.extend(current.take());
        }
        if line.starts_with('@') {
            decorators.push(line);
        } else if let Some(after) = line.strip_prefix("def ") {
            let is_session = decorators.iter().any(|line| line.contains("session"));
            if is_session {
                let name = after.split('(').next().unwrap_or_default().trim();
                let mut names = vec![name.to_owned(), name.replace('_', "-")];
                for decorator in &decorators {
                    if let Some((_, given)) = decorator.split_once("name=") {
                        names.extend(literals(given).into_iter().take(1));
                    }
                }
                let tags = decorators.iter().filter_map(|line| {
                    let list = line.split_once("tags=")?.1.split_once('[')?.1;
                    Some(literals(list.split_once(']')?.0))
                });
                let tags = tags.flatten().collect();
                let is_default = !decorators.iter().any(|line| line.contains("default=False"));
                current = Some(Session {
                    names,
                    lines: Vec::new(),
                    tags,
                    is_default,
                });
            }
            decorators.clear();
        } else if is_top {
            decorators.clear();
        }
        if let Some(session) = &mut current {
            session.lines.push((at + 1, line));
        }
    }
    sessions.extend(current);
    sessions
}

/// The commands that a session runs, without those that install something. `given`: the words after `--`, which
/// go to the commands that take a list of arguments (`*session.posargs`).
fn session_calls(session: &Session<'_>, given: &[String]) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut env = Vec::new();
    for (at, (line, text)) in session.lines.iter().enumerate() {
        env.extend(assigned(text));
        let Some((_, after)) = text.split_once("session.run(") else {
            continue;
        };
        let following = session.lines[at + 1..].iter().map(|(_, line)| *line);
        let text = [after]
            .into_iter()
            .chain(following)
            .collect::<Vec<_>>()
            .join("\n");
        let arguments = arguments(&text);
        let mut words = literals(arguments);
        if words.is_empty() {
            continue;
        }
        let lists = arguments.split(',').map(str::trim);
        let lists: Vec<&str> = lists.filter(|word| word.starts_with('*')).collect();
        if lists.iter().any(|list| list.contains("arg")) {
            words.extend(given.iter().cloned());
        }
        // What else such a list holds is not known.
        let is_given = |list: &&str| *list == "*session.posargs" || !given.is_empty();
        if !lists.iter().all(is_given) {
            words.push(UNKNOWN.to_string());
        }
        calls.push(Call {
            words,
            given: env.iter().cloned().chain(environment(&text)).collect(),
            line: *line,
        });
    }
    calls
}

/// The variable of a line such as `session.env["NAME"] = "value"`.
fn assigned(line: &str) -> Option<GivenVariable> {
    let rest = line.trim_start().strip_prefix("session.env[")?;
    let (name, value) = rest.split_once(']')?;
    let value = value.trim_start().strip_prefix('=')?;
    variable(name, value)
}

/// The variables of the argument `env={...}` of a call, of which this is the text after the bracket.
fn environment(text: &str) -> Vec<GivenVariable> {
    let before = arguments(text);
    let rest = text[before.len()..].trim_start_matches([',', ' ', '\n', '\t']);
    let table = rest
        .strip_prefix("env={")
        .and_then(|rest| rest.split_once('}'));
    let Some((table, _)) = table else {
        return Vec::new();
    };
    let entries = table.split(',').filter_map(|entry| entry.split_once(':'));
    entries
        .filter_map(|(name, value)| variable(name, value))
        .collect()
}

/// A variable by the expressions for its name and its value.
fn variable(name: &str, value: &str) -> Option<GivenVariable> {
    let name = literals(name).pop()?;
    let value = value.trim();
    let literal = literals(value).pop();
    let literal = literal.filter(|text| value.len() == text.len() + 2);
    Some(GivenVariable {
        name,
        value: literal.unwrap_or_else(|| UNKNOWN.to_string()),
        is_exported: true,
    })
}

/// A text up to the bracket that closes a call, or to the first argument that has a name.
fn arguments(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') if depth == 0 => return &text[..at],
            (None, ')' | ']') => depth -= 1,
            (None, '=') if depth == 0 => {
                return text[..at].rsplit_once(',').map_or("", |(before, _)| before);
            }
            _ => {}
        }
    }
    text
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

    const NOXFILE: &str = "import nox\n\nnox.options.sessions = [\"lint\"]\n\n@nox.session(python=[\"3.12\"])\ndef tests(session):\n    session.install(\"pytest\")\n    session.run(\"pytest\", \"-q\", *session.posargs, env={\"A\": \"b\"})\n\n@nox.session\ndef lint(session):\n    session.run(\n        \"ruff\",\n        \"check\",\n        \".\",\n    )\n    session.run(\"mypy\", \"src\", external=True)\n";

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
        assert_eq!(shown(&["-s", "tests"]), ["8: A=b pytest -q"]);
        assert_eq!(shown(&["-s", "tests-3.12"]), ["8: A=b pytest -q"]);
        assert_eq!(
            shown(&["-s", "tests", "--", "tests/unit", "-x"]),
            ["8: A=b pytest -q tests/unit -x"]
        );
        assert_eq!(shown(&[]), ["12: ruff check .", "17: mypy src"]);
        assert!(shown(&["-s", "none"]).is_empty());
    }
}
