//! Calls of shells, and of programs that pass a script to one.

use std::ffi::OsStr;

use super::starters::after_options;
use super::state::{Surroundings, Walk};
use crate::tools::SHELLS;

/// Programs that run a string as a script: the option before it; without one, the words are the script.
const SCRIPT_RUNNERS: [(&str, Option<&str>); 12] = [
    ("hyperfine", None),
    ("watch", None),
    ("vagrant", Some("-c")),
    ("concurrently", None),
    ("script", Some("-c")),
    ("flock", Some("-c")),
    ("nix-shell", Some("--run")),
    ("nix", Some("-c")),
    ("tmux", None),
    ("npm", Some("-c")),
    ("npx", Some("-c")),
    ("pnpm", Some("-c")),
];

impl Walk<'_> {
    /// Whether a shell is called, or a program that passes a string to one; its script is judged then.
    pub(super) fn shell_call(
        &mut self,
        name: &str,
        arguments: &[String],
        around: &Surroundings,
    ) -> bool {
        is_called(name, arguments, around, self)
    }
}

fn is_called(name: &str, arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) -> bool {
    let inner = Surroundings {
        input: None,
        ..around.clone()
    };
    if matches!(name, "powershell" | "pwsh") {
        let is_command = |word: &String| {
            let lower = word.to_ascii_lowercase();
            lower.len() > 1 && "-command".starts_with(&lower)
        };
        let at = arguments.iter().position(is_command).map_or(0, |at| at + 1);
        let script = arguments[at..].join(" ");
        walk.deeper(&script, |walk| walk.powershell(&script));
        return true;
    }
    if name == "cmd" {
        let at = arguments
            .iter()
            .position(|word| word.eq_ignore_ascii_case("/c") || word.eq_ignore_ascii_case("//c"));
        walk.script(&arguments[at.map_or(0, |at| at + 1)..].join(" "), &inner);
        return true;
    }
    if matches!(name, "gh" | "glab")
        && arguments.starts_with(&["alias".to_owned(), "set".to_owned()])
    {
        forge_alias(name, &arguments[2..], &inner, walk);
        return true;
    }
    if name == "sudo"
        && arguments
            .iter()
            .any(|word| matches!(word.as_str(), "-s" | "-i" | "--shell" | "--login"))
    {
        return root_shell(arguments, around, walk);
    }
    if matches!(name, "su" | "runuser") {
        return user_shell(arguments, around, walk);
    }
    if matches!(name, "ssh" | "autossh" | "mosh" | "slogin") {
        remote_shell(arguments, around, walk);
        return true;
    }
    let runner = SCRIPT_RUNNERS.iter().find(|(known, _)| *known == name);
    if let Some((_, option)) = runner {
        let Some(option) = option else {
            for word in arguments.iter().filter(|word| word.contains(' ')) {
                walk.script(word, &inner);
            }
            return false;
        };
        let at = arguments
            .iter()
            .position(|word| word == option || is_bundled(word, option));
        // `flock FILE COMMAND` has none, say; in `nix develop -c git commit`, the words behind it are the command.
        return match at.and_then(|at| arguments.get(at + 1)) {
            Some(script) => {
                walk.script(script, &inner);
                script.contains(char::is_whitespace)
            }
            None => false,
        };
    }
    if !SHELLS.contains(&name) && !matches!(name, "fish" | "mksh" | "rbash" | "nu") {
        return false;
    }
    shell(arguments, around, walk);
    true
}

/// `gh alias set NAME EXPANSION`: a command of gh, or of the shell.
fn forge_alias(name: &str, arguments: &[String], inner: &Surroundings, walk: &mut Walk<'_>) {
    let is_shell = arguments
        .iter()
        .any(|word| matches!(word.as_str(), "-s" | "--shell"));
    let Some(value) = arguments
        .iter()
        .filter(|word| !word.starts_with('-'))
        .nth(1)
    else {
        return;
    };
    match value.strip_prefix('!') {
        Some(script) => walk.script(script, inner),
        None if is_shell => walk.script(value, inner),
        None => walk.script(&format!("{name} {value}"), inner),
    }
}

/// `ssh HOST WORDS`: the shell of the host reads the words as a script, or what is piped in if there are none.
fn remote_shell(arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) {
    const VALUED: [&str; 18] = [
        "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p",
        "-R", "-S", "-W",
    ];
    let words = after_options(arguments, &VALUED)
        .get(1..)
        .unwrap_or_default();
    let words = match words {
        [first, rest @ ..] if first == "--" => rest,
        other => other,
    };
    if words.is_empty() {
        return shell(&[], around, walk);
    }
    let state = walk.state.clone();
    walk.script(&words.join(" "), around);
    walk.state = state;
}

/// `sudo -s` and `sudo -i`: a shell, which reads a script unless it is given a command. False if it is given one.
fn root_shell(arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) -> bool {
    const VALUED: [&str; 4] = ["-u", "-g", "-C", "-D"];
    if !after_options(arguments, &VALUED).is_empty() {
        return false;
    }
    shell(&[], around, walk);
    true
}

/// `su` and `runuser`: a script with its arguments, or one that the shell reads; false for `runuser -u USER COMMAND`.
fn user_shell(arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) -> bool {
    let mut script = None;
    let mut plain = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let long = word
            .strip_prefix("--command=")
            .or_else(|| word.strip_prefix("--session-command="));
        match word.as_str() {
            "-u" | "--user" => return false,
            "--command" | "--session-command" => script = rest.next().cloned(),
            "-s" | "--shell" | "-g" | "--group" | "-G" | "-w" => {
                rest.next();
            }
            "--" => {
                plain.extend(rest.by_ref().cloned());
            }
            _ if long.is_some() => script = long.map(str::to_owned),
            option if is_bundled(option, "-c") => script = rest.next().cloned(),
            option if option.starts_with('-') => {}
            plain_word => plain.push(plain_word.to_owned()),
        }
    }
    // The first word is the user; the others are for the shell.
    let given = plain.get(1..).unwrap_or_default();
    let mut words: Vec<String> = script.map_or_else(Vec::new, |script| {
        vec!["-c".to_owned(), script, "su".to_owned()]
    });
    words.extend_from_slice(given);
    shell(&words, around, walk);
    true
}

/// Whether a cluster of short options ends with this one: `-qc`.
fn is_bundled(word: &str, option: &str) -> bool {
    let is_short = |word: &str| word.starts_with('-') && !word.starts_with("--");
    is_short(word) && is_short(option) && word.ends_with(&option[1..])
}

/// The value of a variable that programs get.
fn exported(name: &str, walk: &Walk<'_>) -> Option<String> {
    let value = walk.state.exported.get(OsStr::new(name))?;
    Some(value.to_string_lossy().into_owned())
}

/// A call of a shell with these arguments.
fn shell(arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) {
    let state = walk.state.clone();
    // Of the variables, it gets those of its environment, whatever the script around it has besides.
    let given: Vec<(String, String)> = walk
        .state
        .exported
        .iter()
        .map(|(name, value)| {
            let text = |text: &OsStr| text.to_string_lossy().into_owned();
            (text(name), text(value))
        })
        .collect();
    walk.state.variables.extend(given);
    // What a shell runs before anything else.
    for name in ["BASH_ENV", "ENV"] {
        if let Some(file) = exported(name, walk) {
            walk.run_file(&file, &Surroundings::default());
        }
    }
    if let Some(script) = exported("PROMPT_COMMAND", walk) {
        walk.script(&script, &Surroundings::default());
    }
    let mut rest = arguments.iter();
    let mut is_script = false;
    let mut reads = false;
    let mut arguments_read = Vec::new();
    while let Some(word) = rest.next() {
        match word.strip_prefix('-').or_else(|| word.strip_prefix('+')) {
            Some(letters) if !letters.starts_with('-') && !letters.is_empty() => {
                is_script |= letters.contains('c');
                reads |= letters.contains('s');
                if letters.ends_with('o') || letters.ends_with('O') {
                    walk.state.options.pipefail |=
                        rest.next().is_some_and(|word| word == "pipefail");
                }
            }
            Some("-") => {
                if reads && !is_script {
                    arguments_read = rest.as_slice().to_vec();
                    break;
                }
            }
            Some(letters) => {
                is_script |= letters == "-command";
                if matches!(letters, "-rcfile" | "-init-file") {
                    rest.next();
                }
            }
            None if is_script => {
                // The first word behind it is the name of the script.
                if let Some(name) = rest.next() {
                    walk.state.variables.insert("0".to_owned(), name.clone());
                }
                walk.set_arguments(rest.as_slice());
                walk.script(
                    word,
                    &Surroundings {
                        input: None,
                        ..around.clone()
                    },
                );
                walk.state = state;
                return;
            }
            None if !reads => {
                walk.set_arguments(rest.as_slice());
                walk.run_file(word, around);
                walk.state = state;
                return;
            }
            None => {
                arguments_read = [std::slice::from_ref(word), rest.as_slice()].concat();
                break;
            }
        }
    }
    walk.set_arguments(&arguments_read);
    if let Some(text) = around.input.clone() {
        walk.script(
            &text,
            &Surroundings {
                input: None,
                ..around.clone()
            },
        );
    }
    walk.state = state;
}
