//! A call of a program: what it starts is looked for past `sudo`, `env` and their like, and each program is handed to
//! those that know it.

use super::clients;
use super::git::is_checked_command;
use super::starters::{is_assignment, limit_of, program_name, started_by};
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::shell::parse_bash;
use crate::tools::{SHELLS, base_name};

/// Programs that only read or print: what their words say is not run.
const READERS: [&str; 56] = [
    ":",
    "[",
    "ack",
    "ag",
    "apropos",
    "apt",
    "apt-get",
    "basename",
    "bat",
    "brew",
    "cargo",
    "cat",
    "cd",
    "cmp",
    "cut",
    "diff",
    "dirname",
    "dnf",
    "du",
    "echo",
    "egrep",
    "false",
    "fgrep",
    "file",
    "grep",
    "head",
    "help",
    "history",
    "info",
    "jq",
    "less",
    "ls",
    "man",
    "md5sum",
    "more",
    "pip",
    "popd",
    "printf",
    "pwd",
    "rg",
    "say",
    "sha256sum",
    "sort",
    "stat",
    "tail",
    "test",
    "tldr",
    "tr",
    "tree",
    "true",
    "type",
    "uniq",
    "wc",
    "whatis",
    "whereis",
    "which",
];

impl Walk<'_> {
    /// Judges a command by its words, of which the first is its name.
    pub(super) fn call(
        &mut self,
        words: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        judge(words, environment, around, self);
    }
}

fn judge(words: &[String], environment: &Variables, around: &Surroundings, walk: &mut Walk<'_>) {
    let Some((first, arguments)) = words.split_first() else {
        return;
    };
    let name = program_name(first);
    if let Some(value) = walk.state.aliases.get(first).cloned() {
        let mut whole: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
        whole.extend_from_slice(arguments);
        walk.state.aliases.remove(first);
        walk.deeper(&value, |walk| judge(&whole, environment, around, walk));
        walk.state.aliases.insert(first.clone(), value);
        return;
    }
    let exported = std::mem::replace(&mut walk.state.exported, environment.clone());
    let is_function = walk.function(words, around);
    walk.state.exported = exported;
    if is_function || walk.built_in(&name, arguments, environment, around) {
        return;
    }
    let started = started_by(&name, arguments);
    if let Some(rest) = started {
        let mut environment = environment.clone();
        let assigned = rest.iter().take_while(|word| is_assignment(word)).count();
        for word in &rest[..assigned] {
            if let Some((name, value)) = word.split_once('=') {
                environment.insert(name.into(), value.into());
            }
        }
        let rest = rest[assigned..].to_vec();
        let limits = [limit_of(&name, arguments), around.limit];
        let around = Surroundings {
            limit: limits.into_iter().flatten().min(),
            ..around.clone()
        };
        return walk.deeper("git", |walk| judge(&rest, &environment, &around, walk));
    }
    let exported = std::mem::replace(&mut walk.state.exported, environment.clone());
    let is_called = walk.shell_call(&name, arguments, around);
    walk.state.exported = exported;
    if is_called {
        return;
    }
    match name.as_str() {
        "git" => walk.git(arguments, environment, around),
        "hub"
            if arguments
                .first()
                .is_some_and(|word| is_checked_command(word)) =>
        {
            walk.git(arguments, environment, around);
        }
        "xargs" => walk.with_input(arguments, environment, around),
        "apply_patch" | "applypatch" | "patch" => {
            let typed = arguments.iter().find(|word| word.contains('\n')).cloned();
            if let Some(patch) = typed.or_else(|| around.input.clone()) {
                walk.apply_patch(&patch);
            }
            walk.change_files(&name, arguments);
        }
        "find" => walk.found(arguments, environment, around),
        "fd" | "fdfind" => walk.found_by_fd(arguments, environment, around),
        _ => {
            if let Some(command) = name.strip_prefix("git-") {
                let mut whole = vec![command.to_owned()];
                whole.extend_from_slice(arguments);
                walk.git(&whole, environment, around);
            }
            if let Some(refusal) = clients::refusal(&name, arguments, environment) {
                walk.refuse(refusal);
            }
            walk.note_other_name(&name, arguments);
            walk.note_copies(&name, arguments, around.input.as_deref());
            walk.package_scripts(&name, arguments, around);
            walk.change_files(&name, arguments);
            walk.embedded(&name, arguments, around);
            walk.code(&name, arguments, around.input.as_deref());
            if !READERS.contains(&name.as_str()) {
                nested(first, arguments, environment, around, walk);
            }
        }
    }
}

/// How many programs among the words of a call are followed.
const MOST_NESTED: usize = 8;

/// The scripts behind options that usually take one.
fn typed_scripts(arguments: &[String]) -> impl Iterator<Item = &String> {
    const OPTIONS: [&str; 5] = ["-c", "--command", "--cmd", "--exec", "--run"];
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    let scripts =
        pairs.filter(|(option, script)| OPTIONS.contains(&option.as_str()) && script.contains(' '));
    scripts.map(|(_, script)| script)
}

/// A program that is not known may start git, or pass a script to a shell: what stands after `git` among its words is
/// judged as if it were called so.
fn nested(
    first: &str,
    arguments: &[String],
    environment: &Variables,
    around: &Surroundings,
    walk: &mut Walk<'_>,
) {
    // `$GIT commit -n`: what the name stands for is not known, so it may be git.
    let is_unknown = first.starts_with(['$', '`']);
    if is_unknown
        && arguments
            .first()
            .is_some_and(|word| is_checked_command(word))
    {
        walk.git(arguments, environment, around);
    }
    let is_program = |word: &String| {
        let name = program_name(word);
        name == "git" || SHELLS.contains(&name.as_str()) && !word.contains(' ')
    };
    // `cross-env NAME=value git commit`
    let mut given = environment.clone();
    let mut followed = 0;
    for (at, word) in arguments.iter().enumerate() {
        if followed >= MOST_NESTED {
            break;
        }
        if is_assignment(word) {
            if let Some((name, value)) = word.split_once('=') {
                given.insert(name.into(), value.into());
            }
        } else if is_program(word) {
            followed += 1;
            let is_git = program_name(word) == "git";
            let runs = is_git
                || around.input.is_some()
                || arguments[at + 1..]
                    .iter()
                    .any(|word| word.starts_with('-') && word.ends_with('c'));
            if runs {
                let rest = arguments[at..].to_vec();
                walk.deeper("git", |walk| judge(&rest, &given, around, walk));
            }
            // `docker run --entrypoint git IMAGE push`
            let is_entry = at > 0 && arguments[at - 1] == "--entrypoint";
            if is_git && is_entry {
                let rest = arguments.get(at + 2..).unwrap_or_default().to_vec();
                walk.git(&rest, &given, around);
            }
        } else if word == "--entrypoint=git" {
            let rest = arguments.get(at + 2..).unwrap_or_default().to_vec();
            walk.git(&rest, &given, around);
        }
    }
    let is_code = super::code::is_interpreter(&program_name(first));
    for script in typed_scripts(arguments).filter(|script| !is_code && parse_bash(script).is_ok()) {
        walk.script(
            script,
            &Surroundings {
                input: None,
                ..around.clone()
            },
        );
    }
    let text = walk.written_text(first).cloned();
    if let Some(text) = text {
        let before = walk.arguments();
        walk.set_arguments(arguments);
        walk.script(
            &text,
            &Surroundings {
                input: None,
                ..around.clone()
            },
        );
        walk.set_arguments(&before);
    }
}

impl Walk<'_> {
    /// Remembers the other name that a link or copy gives to git.
    fn note_other_name(&mut self, name: &str, arguments: &[String]) {
        if !matches!(name, "ln" | "cp" | "mv" | "install") {
            return;
        }
        let mut paths = arguments.iter().filter(|word| !word.starts_with('-'));
        if let (Some(from), Some(to)) = (paths.next(), paths.next_back())
            && program_name(from) == "git"
        {
            for other in [to.as_str(), base_name(to)] {
                self.state
                    .aliases
                    .insert(other.to_owned(), "git".to_owned());
            }
        }
    }
}
