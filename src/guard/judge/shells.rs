//! Calls of shells, and of programs that pass a script to one.

use std::ffi::OsStr;

use super::state::{Surroundings, Walk};
use crate::tools::SHELLS;

/// Programs that run a string as a script: the option before it; without one, the words are the script.
const SCRIPT_RUNNERS: [(&str, Option<&str>); 14] = [
    ("hyperfine", None),
    ("watch", None),
    ("ssh", None),
    ("concurrently", None),
    ("script", Some("-c")),
    ("su", Some("-c")),
    ("runuser", Some("-c")),
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
                    walk.state.pipefail |= rest.next().is_some_and(|word| word == "pipefail");
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
