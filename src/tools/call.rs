//! A call of a program, as far as needed to determine what it does.

use std::ops::Range;

use super::swallowed_status::SwallowedStatus;
use crate::shell::Word;

/// A call of a program.
pub(crate) struct Call<'w> {
    /// The program's name, without its directory.
    pub(crate) name: &'w str,
    /// The words after the name.
    pub(super) arguments: &'w [Word],
    /// Whether its environment makes warnings of the Rust compiler errors.
    pub(super) denies_warnings: bool,
    /// The word that names the program.
    pub(super) first: &'w Word,
}

impl<'w> Call<'w> {
    /// The call that these words make, of which the first is the program. `denies_warnings`: whether
    /// its environment makes warnings of the Rust compiler errors.
    pub(crate) fn new(words: &'w [Word], denies_warnings: bool) -> Option<Self> {
        let (first, arguments) = words.split_first()?;
        Some(Self {
            name: base_name(&first.text),
            arguments,
            denies_warnings,
            first,
        })
    }

    /// Whether this is the first argument.
    pub(super) fn begins_with(&self, word: &str) -> bool {
        self.arguments
            .first()
            .is_some_and(|first| first.text == word)
    }

    /// The position of the argument that is this word.
    pub(super) fn position(&self, word: &str) -> Option<usize> {
        self.arguments.iter().position(|other| other.text == word)
    }

    /// The first of these options, as a word of its own.
    pub(super) fn option(&self, names: &[&str]) -> Option<&'w Word> {
        let mut options = self.options();
        options.find(|word| names.contains(&word.text.as_str()))
    }

    /// The arguments up to `--`.
    pub(super) fn options(&self) -> impl Iterator<Item = &'w Word> {
        self.arguments.iter().take_while(|word| word.text != "--")
    }

    /// The value of an option, as `--name value` or `--name=value`, and the place of both.
    pub(super) fn value(&self, name: &str) -> Option<(&'w str, Range<usize>)> {
        let options: Vec<&Word> = self.options().collect();
        options.iter().enumerate().find_map(|(at, word)| {
            if word.text == name {
                let value = options.get(at + 1)?;
                return Some((value.text.as_str(), word.span.start..value.span.end));
            }
            let value = word.text.strip_prefix(name)?.strip_prefix('=')?;
            Some((value, word.span.clone()))
        })
    }

    /// The first argument that is not an option.
    pub(super) fn subcommand(&self) -> Option<&'w Word> {
        let mut arguments = self.arguments.iter();
        arguments.find(|word| !word.text.starts_with(['-', '+']))
    }

    /// Whether the first argument that is not an option is one of these.
    pub(super) fn is(&self, subcommands: &[&str]) -> bool {
        self.subcommand()
            .is_some_and(|word| subcommands.contains(&word.text.as_str()))
    }

    /// Why it cannot fail with `--exit-zero`, if it has that option.
    pub(super) fn exit_zero(&self) -> Option<SwallowedStatus> {
        self.always(&["--exit-zero"])
    }

    /// Why it cannot fail with one of these options, if it has one.
    pub(super) fn always(&self, options: &[&str]) -> Option<SwallowedStatus> {
        let word = self.option(options)?;
        Some(SwallowedStatus::by_tool(
            word.span.clone(),
            format!("{} always succeeds, whatever it finds", self.name),
            format!("remove `{}`", word.text),
        ))
    }
}

/// The last part of a program's path.
pub(crate) fn base_name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The words after the leading options; options in `valued` take the next word as their value.
pub(super) fn after_options<'w>(words: &'w [Word], valued: &[&str]) -> &'w [Word] {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let text = first.text.as_str();
        if text == "--" {
            return after;
        }
        if !text.starts_with('-') {
            break;
        }
        let skipped = if valued.contains(&text) { 2 } else { 1 };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    rest
}
