//! Arguments of commands that stand in configuration: pytest's `addopts`, Rust's `rustflags`.

use super::formats::Value;
use super::settings::{Setting, word};

/// An option and its value; what is no option has none, and is the value.
type Argument = (String, String);

/// Which arguments count.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// Whether an option with its value loosens.
    pub(super) loosens: fn(&str, &str) -> bool,
    /// Whether to lose one loosens.
    pub(super) keeps: fn(&str, &str) -> bool,
    /// The option with a number that must not be lower.
    pub(super) least: &'static str,
}

/// The arguments of all these settings.
pub(super) fn all(settings: &[&Setting<'_>]) -> Vec<Argument> {
    settings.iter().flat_map(|setting| read(setting)).collect()
}

fn read(setting: &Setting<'_>) -> Vec<Argument> {
    let words: Vec<String> = match &setting.node.value {
        Value::List(nodes) => nodes.iter().filter_map(word).collect(),
        Value::Text(text) => shell_words::split(text)
            .unwrap_or_else(|_| text.split_whitespace().map(str::to_owned).collect()),
        _ => Vec::new(),
    };
    let mut words = words.into_iter().peekable();
    let mut arguments = Vec::new();
    while let Some(word) = words.next() {
        let option = if word.starts_with("--") {
            word.split_once('=')
                .map(|(option, value)| (option.to_owned(), value.to_owned()))
        } else if word.starts_with('-') {
            let end = word.char_indices().nth(2).map(|(end, _)| end);
            end.map(|end| (word[..end].to_owned(), word[end..].to_owned()))
        } else {
            Some((String::new(), word.clone()))
        };
        let argument = option.unwrap_or_else(|| {
            let value = words.next_if(|next| !next.starts_with('-'));
            (word, value.unwrap_or_default())
        });
        arguments.push(argument);
    }
    arguments
}

fn show((option, value): &Argument) -> String {
    match value.as_str() {
        "" => format!("`{option}`"),
        value => format!("`{option} {value}`"),
    }
}

/// What loosens and was not there.
pub(super) fn gained(words: Words, old: &[Argument], new: &[Argument]) -> Vec<String> {
    let loosens = |argument: &&Argument| (words.loosens)(&argument.0, &argument.1);
    let gained = new.iter().filter(loosens);
    gained
        .filter(|&argument| !old.contains(argument))
        .map(show)
        .collect()
}

/// What makes strict and is gone.
pub(super) fn lost(words: Words, old: &[Argument], new: &[Argument]) -> Vec<String> {
    let keeps = |argument: &&Argument| (words.keeps)(&argument.0, &argument.1);
    let lost = old.iter().filter(keeps);
    lost.filter(|&argument| !new.contains(argument))
        .map(show)
        .collect()
}

/// How the number is lower, if it is.
pub(super) fn lowered(words: Words, old: &[Argument], new: &[Argument]) -> Option<String> {
    let number = |arguments: &[Argument]| -> Option<f64> {
        let mut found = arguments.iter().rev();
        let (_, value) = found.find(|(option, _)| option == words.least)?;
        value.parse().ok()
    };
    let old = number(old)?;
    let option = words.least;
    match number(new) {
        None => Some(format!("has lost `{option} {old}`")),
        Some(new) if new < old => Some(format!("has `{option} {new}`, and had {old}")),
        Some(_) => None,
    }
}

/// pytest's.
pub(super) const PYTEST: Words = Words {
    loosens: |option, value| match option {
        "--ignore"
        | "--ignore-glob"
        | "--deselect"
        | "--no-cov"
        | "--collect-only"
        | "--co"
        | "--setup-only"
        | "--setup-plan"
        | "--lf"
        | "--last-failed"
        | "--disable-pytest-warnings"
        | "--suppress-no-test-exit-code"
        | "--suppress-tests-failed-exit-code" => true,
        "-k" | "-m" => value
            .split_whitespace()
            .any(|word| word.trim_matches('(') == "not"),
        // Without its cache, pytest judges the same.
        "-p" => value.starts_with("no:") && value != "no:cacheprovider",
        "-W" | "--pythonwarnings" => value == "ignore",
        "-o" | "--override-ini" => value.ends_with("=false"),
        _ => false,
    },
    keeps: |option, value| match option {
        "--strict" | "--strict-markers" | "--strict-config" | "--xfail-strict"
        | "--doctest-modules" | "--doctest-glob" => true,
        "-W" | "--pythonwarnings" => value.starts_with("error"),
        _ => false,
    },
    least: "--cov-fail-under",
};

/// The Rust compiler's.
pub(super) const RUSTC: Words = Words {
    loosens: |option, _| matches!(option, "-A" | "--allow" | "--cap-lints"),
    keeps: |option, _| matches!(option, "-D" | "--deny" | "-F" | "--forbid"),
    least: "",
};
