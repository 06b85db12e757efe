//! Commands of the shell itself: variables, aliases, options and directories.

use std::ffi::OsString;

use super::state::{Surroundings, TEXT_OF_FILE, Walk};

impl Walk<'_> {
    /// Whether it is a command of the shell itself, which changes what later commands mean; it is judged then.
    pub(super) fn built_in(
        &mut self,
        name: &str,
        arguments: &[String],
        around: &Surroundings,
    ) -> bool {
        is_called(name, arguments, around, self)
    }

    /// Runs the text of a file that the script itself has written.
    pub(super) fn run_file(&mut self, file: &str, around: &Surroundings) {
        run_file(file, around, self);
    }
}

fn is_called(name: &str, arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) -> bool {
    match name {
        "export" | "declare" | "typeset" | "local" | "readonly" => {
            let is_exported = name == "export"
                || arguments
                    .iter()
                    .any(|word| word.starts_with('-') && word.contains('x'));
            for word in arguments {
                set_variable(word, is_exported, walk);
            }
        }
        "unset" => {
            for word in arguments {
                walk.state.variables.remove(word);
                walk.state.exported.remove(&OsString::from(word));
            }
        }
        "alias" => {
            for word in arguments {
                if let Some((name, value)) = word.split_once('=') {
                    walk.script(value, &Surroundings::default());
                    walk.state.aliases.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        "cd" | "pushd" => {
            if let Some(dir) = arguments.iter().find(|word| !word.starts_with('-')) {
                walk.state.dir.push(dir);
            }
        }
        "set" => {
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            if let Some(at) = words.iter().position(|word| *word == "pipefail") {
                walk.state.pipefail = at > 0 && words[at - 1].starts_with('-');
            }
            if let Some(at) = words.iter().position(|word| *word == "--") {
                let list = format!("({})", words[at + 1..].join(" "));
                walk.state.variables.insert("@".to_owned(), list);
            }
        }
        "trap" => {
            if let Some(script) = arguments.iter().find(|word| !word.starts_with('-')) {
                walk.script(script, &Surroundings::default());
            }
        }
        "source" | "." => {
            if let Some(file) = arguments.first() {
                run_file(file, around, walk);
            }
        }
        _ => return false,
    }
    true
}

fn set_variable(word: &str, is_exported: bool, walk: &mut Walk<'_>) {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, walk.state.variables.get(word).cloned()),
    };
    let Some(value) = value else { return };
    if is_exported {
        walk.state
            .exported
            .insert(name.into(), value.clone().into());
    }
    walk.state.variables.insert(name.to_owned(), value);
}

fn run_file(file: &str, around: &Surroundings, walk: &mut Walk<'_>) {
    let text = match file.strip_prefix(TEXT_OF_FILE) {
        Some(text) => Some(text.to_owned()),
        None if matches!(file, "/dev/stdin" | "-" | "/proc/self/fd/0") => around.input.clone(),
        None => walk.written_text(file).cloned(),
    };
    if let Some(text) = text {
        walk.script(
            &text,
            &Surroundings {
                input: None,
                ..around.clone()
            },
        );
    }
}
