//! Programs of Node.js that run a command: `npm exec -c`, `npx -c`, `cross-env-shell`, `dotenv`.

use std::path::{Path, PathBuf};

use super::lead::{Lead, Line, Place};
use super::packages::Package;

/// The script in the option `-c` of `npm exec` and `npx`.
pub(super) fn called(arguments: &[&str], dir: &Path) -> Option<Lead> {
    let mut words = arguments.iter().take_while(|word| **word != "--");
    while let Some(word) = words.next() {
        let script = match word.split_once('=') {
            Some(("-c" | "--call" | "--shell-mode", script)) => Some(script),
            _ if matches!(*word, "-c" | "--call") => words.next().copied(),
            _ => None,
        };
        if let Some(script) = script {
            return Some(command(script, dir));
        }
    }
    None
}

/// The options of `npx` itself: those after the name of a program are the program's.
pub(super) fn own_options<'a, 'w>(arguments: &'a [&'w str]) -> &'a [&'w str] {
    const VALUED: [&str; 7] = [
        "-c",
        "--call",
        "-p",
        "--package",
        "-w",
        "--workspace",
        "--shell-mode",
    ];
    let mut at = 0;
    while let Some(word) = arguments.get(at).filter(|word| word.starts_with('-')) {
        at += if VALUED.contains(word) { 2 } else { 1 };
    }
    &arguments[..at.min(arguments.len())]
}

/// A command that stands in the call itself.
pub(super) fn command(text: &str, dir: &Path) -> Lead {
    let place = Place {
        path: PathBuf::new(),
        line: 1,
    };
    Lead {
        lines: vec![Line {
            place: None,
            ..Line::new(text, dir, place)
        }],
        ..Lead::default()
    }
}

/// The command that runs in each of some packages: the words after `exec`.
pub(super) fn in_each(words: &[&str], packages: &[Package]) -> Lead {
    let mut total = Lead::default();
    for package in packages {
        total.extend(command(&shell_words::join(words), &package.dir));
    }
    total
}

/// The script of `cross-env-shell`, after the variables.
pub(super) fn after_variables(arguments: &[&str], dir: &Path) -> Lead {
    let rest = arguments.iter().skip_while(|word| word.contains('='));
    command(&rest.copied().collect::<Vec<_>>().join(" "), dir)
}

/// The command of `dotenv`, `dotenvx` or `env-cmd`, and the files with its variables, whether they
/// exist or not.
pub(super) fn with_variables(arguments: &[&str], dir: &Path) -> Lead {
    let mut named = Vec::new();
    let mut words = arguments.iter().copied().peekable();
    while let Some(word) = words.next_if(|word| word.starts_with('-') || *word == "run") {
        let (option, own) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        match option {
            "--" => break,
            "-e" | "-f" | "--file" | "--env-file" => {
                named.extend(own.or_else(|| words.next()));
            }
            "-c" | "-p" | "-v" | "-r" | "--rc-file" | "--environments" if own.is_none() => {
                words.next();
            }
            _ => {}
        }
    }
    if named.is_empty() {
        named.push(".env");
    }
    let rest: Vec<&str> = words.collect();
    let mut lead = command(&shell_words::join(rest), dir);
    let paths = named.into_iter().map(|name| super::plain(&dir.join(name)));
    lead.whole.extend(paths);
    lead
}
