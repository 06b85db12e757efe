//! Commands of the shell itself: variables, aliases, options and directories.

use std::ffi::{OsStr, OsString};

use super::list_value::as_list;
use super::output;
use super::state::{Surroundings, TEXT_OF_FILE, Walk};
use crate::base::environment::Variables;

impl Walk<'_> {
    /// Whether it is a command of the shell itself, which changes what later commands mean; it is judged then.
    pub(super) fn built_in(
        &mut self,
        name: &str,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) -> bool {
        match name {
            "eval" => eval(&arguments.join(" "), environment, around, self),
            "read" => read(arguments, environment, around, self),
            _ => return is_called(name, arguments, around, self),
        }
        true
    }

    /// Runs the text of a file that the script itself has written.
    pub(super) fn run_file(&mut self, file: &str, around: &Surroundings) {
        run_file(file, around, self);
    }
}

fn is_called(name: &str, arguments: &[String], around: &Surroundings, walk: &mut Walk<'_>) -> bool {
    match name {
        "export" | "declare" | "typeset" | "local" | "readonly" => {
            declare(arguments, name == "export", walk);
        }
        "unset" => {
            for word in arguments {
                walk.state.variables.remove(word);
                walk.state.references.remove(word);
                walk.state.exported.remove(&OsString::from(word));
            }
        }
        "alias" => {
            for word in arguments {
                if let Some((name, value)) = word.split_once('=') {
                    if name == "gatekeeper" {
                        walk.refuse_stand_in("an alias");
                    }
                    walk.script(value, &Surroundings::default());
                    walk.state.aliases.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        "cd" | "pushd" => {
            if let Some(dir) = arguments.iter().find(|word| !word.starts_with('-')) {
                let names = walk.led(dir, true);
                walk.state.dir = names.iter().collect();
            }
        }
        "hash" => {
            let is_given = arguments.iter().any(|word| word.starts_with("-p"));
            if is_given && arguments.last().is_some_and(|name| name == "gatekeeper") {
                walk.refuse_stand_in("another program");
            }
        }
        "let" => {
            for (name, value) in arguments.iter().filter_map(|word| word.split_once('=')) {
                walk.state.assign(name, value.to_owned());
            }
        }
        "set" => set(arguments, walk),
        "shift" => {
            let by = arguments.first().and_then(|by| by.parse().ok());
            let left = walk.arguments().into_iter().skip(by.unwrap_or(1));
            walk.set_arguments(&left.collect::<Vec<_>>());
        }
        "mapfile" | "readarray" => {
            let lines = around.input.as_deref().unwrap_or_default().lines();
            let lines: Vec<String> = lines.map(str::to_owned).collect();
            if let Some(name) = arguments.last().filter(|name| !name.starts_with('-')) {
                let list = as_list(&lines);
                walk.state.variables.insert(name.clone(), list);
            }
        }
        "printf" if arguments.first().is_some_and(|word| word == "-v") => {
            let text = arguments.get(2..).and_then(output::printed);
            if let (Some(name), Some(text)) = (arguments.get(1), text) {
                walk.state.assign(name, text);
            }
        }
        "trap" => {
            if let Some(script) = arguments.iter().find(|word| !word.starts_with('-')) {
                walk.script(script, &Surroundings::default());
                walk.state.exits_well |= ends_well(script);
            }
        }
        "source" | "." => {
            if let Some((file, given)) = arguments.split_first() {
                let before = walk.arguments();
                if !given.is_empty() {
                    walk.set_arguments(given);
                }
                run_file(file, around, walk);
                if !given.is_empty() {
                    walk.set_arguments(&before);
                }
            }
        }
        _ => return false,
    }
    true
}

/// Runs words as a script in this shell, so that what it sets stays set; what is assigned in front of `eval` does not.
fn eval(script: &str, environment: &Variables, around: &Surroundings, walk: &mut Walk<'_>) {
    let before = std::mem::replace(&mut walk.state.exported, environment.clone());
    let around = Surroundings {
        input: None,
        ..around.clone()
    };
    walk.script(script, &around);
    let is_given = |name: &OsString, value: &OsString| {
        !before.contains_key(name) && environment.get(name) == Some(value)
    };
    walk.state
        .exported
        .retain(|name, value| !is_given(name, value));
}

/// `read`: the variables that get the words of the first line, the last one what is left of it.
fn read(arguments: &[String], environment: &Variables, around: &Surroundings, walk: &mut Walk<'_>) {
    const VALUED: [&str; 6] = ["-d", "-i", "-n", "-N", "-p", "-t"];
    let Some(input) = around.input.as_deref() else {
        return;
    };
    let mut rest = arguments.iter();
    let mut names: Vec<&String> = Vec::new();
    let mut into_list = false;
    while let Some(word) = rest.next() {
        if VALUED.contains(&word.as_str()) {
            rest.next();
        } else if word.starts_with('-') {
            into_list |= word.ends_with('a');
        } else {
            names.push(word);
        }
    }
    let line = input.lines().next().unwrap_or_default();
    let separators = environment.get(OsStr::new("IFS"));
    let separators = separators.map(|signs| signs.to_string_lossy().into_owned());
    let separators = separators.or_else(|| walk.state.variables.get("IFS").cloned());
    let is_separator = |c: char| match &separators {
        Some(signs) => signs.contains(c),
        None => c.is_whitespace(),
    };
    if into_list && let Some(name) = names.first() {
        let words = line.split(is_separator).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_owned).collect();
        walk.state
            .variables
            .insert((*name).clone(), as_list(&words));
        return;
    }
    let mut left = line;
    for (at, name) in names.iter().enumerate() {
        // Of separators that are not blanks, each ends a field.
        left = left.trim_start_matches(|c: char| is_separator(c) && c.is_whitespace());
        let is_last = at + 1 == names.len();
        let end = if is_last {
            None
        } else {
            left.find(is_separator)
        };
        let (word, after) = left.split_at(end.unwrap_or(left.len()));
        walk.state
            .assign(name, word.trim_end_matches(is_separator).to_owned());
        let is_sign = |c: char| is_separator(c) && !c.is_whitespace();
        left = after.strip_prefix(is_sign).unwrap_or(after);
    }
}

/// `set`: options, and the arguments of the script.
fn set(arguments: &[String], walk: &mut Walk<'_>) {
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            let list: Vec<String> = rest.cloned().collect();
            return walk.set_arguments(&list);
        }
        let Some(letters) = word.strip_prefix(['-', '+']) else {
            let list: Vec<String> = [word].into_iter().chain(rest).cloned().collect();
            return walk.set_arguments(&list);
        };
        let is_on = word.starts_with('-');
        if letters.contains('a') {
            walk.state.options.allexport = is_on;
        }
        if letters.contains('e') {
            walk.state.options.errexit = is_on;
        }
        if letters.ends_with('o') {
            match rest.next().map(String::as_str) {
                Some("pipefail") => walk.state.options.pipefail = is_on,
                Some("errexit") => walk.state.options.errexit = is_on,
                Some("allexport") => walk.state.options.allexport = is_on,
                _ => {}
            }
        }
    }
}

/// `declare` and its like, with their options: other names for variables, letters in another case.
fn declare(arguments: &[String], exports: bool, walk: &mut Walk<'_>) {
    let has = |letter: char| {
        arguments
            .iter()
            .any(|word| word.starts_with('-') && word.contains(letter))
    };
    let is_exported = exports || has('x');
    for word in arguments.iter().filter(|word| !word.starts_with('-')) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), walk.state.variables.get(word).cloned()),
        };
        let Some(value) = value else { continue };
        if has('n') && !exports {
            let other = walk.state.referred(&value).to_owned();
            walk.state.references.insert(name.to_owned(), other);
            continue;
        }
        let value = match () {
            () if has('l') => value.to_lowercase(),
            () if has('u') => value.to_uppercase(),
            () => value,
        };
        if is_exported {
            walk.state
                .exported
                .insert(name.into(), value.clone().into());
        }
        walk.state.assign(name, value);
    }
}

/// Whether a script makes the shell end with success, whatever has failed before: `exit 0`.
fn ends_well(script: &str) -> bool {
    let last = script.rsplit([';', '\n', '&', '|']).next();
    last.is_some_and(|last| last.trim() == "exit 0")
}

/// Whether a path stands for a stream that is open.
fn is_stream(file: &str) -> bool {
    file.starts_with("/dev/fd/") || file.starts_with("/proc/self/fd/")
}

fn run_file(file: &str, around: &Surroundings, walk: &mut Walk<'_>) {
    let text = match file.strip_prefix(TEXT_OF_FILE) {
        Some(text) => Some(text.to_owned()),
        None if matches!(file, "/dev/stdin" | "-") || is_stream(file) => around.input.clone(),
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
