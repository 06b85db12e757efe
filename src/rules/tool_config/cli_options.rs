//! Command-line arguments in configuration files: pytest's `addopts`, Rust's `rustflags`.

use super::node::Value;
use super::settings::{FlatSetting, word};
use crate::tools::ArgumentEffects;

/// An option and its value. A word that is not an option is a value with an empty option.
type OptionWord = (String, String);

/// The arguments of all these settings.
pub(super) fn arguments(settings: &[&FlatSetting<'_>]) -> Vec<OptionWord> {
    settings.iter().flat_map(|setting| read(setting)).collect()
}

fn read(setting: &FlatSetting<'_>) -> Vec<OptionWord> {
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

fn show((option, value): &OptionWord) -> String {
    match value.as_str() {
        "" => format!("`{option}`"),
        value => format!("`{option} {value}`"),
    }
}

/// Loosening arguments that are new.
pub(super) fn gained(
    effects: ArgumentEffects,
    old: &[OptionWord],
    new: &[OptionWord],
) -> Vec<String> {
    let loosens = |argument: &&OptionWord| (effects.loosens)(&argument.0, &argument.1);
    new.iter()
        .filter(loosens)
        .filter(|&argument| !old.contains(argument))
        .map(show)
        .collect()
}

/// Tightening arguments that were removed.
pub(super) fn lost(
    effects: ArgumentEffects,
    old: &[OptionWord],
    new: &[OptionWord],
) -> Vec<String> {
    let tightens = |argument: &&OptionWord| (effects.tightens)(&argument.0, &argument.1);
    old.iter()
        .filter(tightens)
        .filter(|&argument| !new.contains(argument))
        .map(show)
        .collect()
}

/// A description of how the minimum was lowered, if it was.
pub(super) fn lowered(
    effects: ArgumentEffects,
    old: &[OptionWord],
    new: &[OptionWord],
) -> Option<String> {
    let number = |arguments: &[OptionWord]| -> Option<f64> {
        let mut newest_first = arguments.iter().rev();
        let (_, value) = newest_first.find(|(option, _)| option == effects.minimum)?;
        value.parse().ok()
    };
    let old = number(old)?;
    let option = effects.minimum;
    match number(new) {
        None => Some(format!("has lost `{option} {old}`")),
        Some(new) if new < old => Some(format!("now has `{option} {new}` instead of {old}")),
        Some(_) => None,
    }
}
