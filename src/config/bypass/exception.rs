//! `[[bypass.exceptions]]`: files to which a rule does not apply for a while, and what counts as a
//! reason.

use time::Date;

use crate::config::glob_cover::covers;
use crate::config::policy_file::Origin;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, filled_string};
use crate::config::shape::{DATE, FILLED, Field, GLOB, Property, RULE_ID, filled};
use crate::config::toml_text::{table, value};
use crate::config::values::{date, globs};
use crate::model::gate::PathSet;

/// Files to which a rule does not apply for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatedException {
    /// The rule's id.
    pub(crate) rule: String,
    /// The files.
    pub(crate) files: PathSet,
    /// Why.
    pub(crate) reason: String,
    /// The last day, in UTC.
    pub(crate) until: Date,
}

impl DatedException {
    /// Whether this one allows whatever another one allows.
    pub(super) fn allows_all_of(&self, other: &Self) -> bool {
        self.rule == other.rule && self.until >= other.until && covers(&self.files, &other.files)
    }
}

const RULE: Field = Field {
    name: "rule",
    about: "The id of the rule.",
    shape: RULE_ID,
    is_required: true,
};

const FILES: Field = Field {
    name: "files",
    about: "The files, as globs.",
    shape: filled(&GLOB),
    is_required: true,
};

const REASON: Field = Field {
    name: "reason",
    about: "Why the exception is right, in at least 10 characters.",
    shape: FILLED,
    is_required: true,
};

const UNTIL: Field = Field {
    name: "until",
    about: "The last day, in UTC.",
    shape: DATE,
    is_required: true,
};

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    [&RULE, &FILES, &REASON, &UNTIL].map(Field::property).into()
}

/// Reads an exception to a rule, whose id `rule` reads.
pub(super) fn read(
    table: &mut Table<'_, '_>,
    p: &mut Problems,
    rule: impl Fn(&Item<'_>) -> Result<String, Problem>,
) -> Option<DatedException> {
    let rule = table.take(&RULE, p, rule);
    let files = table.take(&FILES, p, |item| globs(item, &Origin::top()));
    let reason = table.take(&REASON, p, reason);
    let until = table.take(&UNTIL, p, date);
    Some(DatedException {
        rule: rule?,
        files: files?,
        reason: reason?,
        until: until?,
    })
}

pub(super) fn show(exception: &DatedException) -> String {
    let lines = [
        ("rule", value(exception.rule.as_str())),
        ("files", value(exception.files.patterns.clone())),
        ("reason", value(exception.reason.as_str())),
        ("until", value(exception.until.to_string())),
    ];
    table("\n[[bypass.exceptions]]", lines)
}

fn reason(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    if is_reason(&text) {
        return Ok(text);
    }
    Err(Problem::new(item.span(), "this is not a reason")
        .label("does not say why the exception is right")
        .help(format!(
            "write at least {SHORTEST_REASON} characters that say why, not only that it is \
             temporary"
        )))
}

/// The minimum length of a reason, in columns: a wide character, as in Chinese, says more than a letter.
pub(crate) const SHORTEST_REASON: usize = 10;

/// Whether a text says why something is right, rather than only that it will be removed some day.
#[must_use]
pub(crate) fn is_reason(text: &str) -> bool {
    const FILLERS: &str = "\
        a abc abcd abcde abcdef and asd asdf asdfg asdfgh asdfghjkl bar baz be because bla blah check \
        checks clean comment description disable dolor error errors explanation fix fixed fixme foo \
        foobar for hack hjkl ignore ignored in ipsum is it jkl justification justified later lint linter \
        lints lorem me needed no none nothing now ok okay placeholder please qwe qwer qwert qwerty \
        qwertyuiop quick reason reasons remove removed rule rules silence silenced sit skip skipped soon \
        something stuff suppress suppressed temp temporarily temporary test testing text the this tmp to \
        todo tbd up warning warnings whatever why will wip xxx yes zxc zxcv zxcvb zxcvbn";
    // A text that begins with one of these says what is to be done, not why it has not been done.
    const PROMISES: [&str; 5] = ["todo", "fixme", "xxx", "tbd", "wip"];
    let is_filler = |word: &str| {
        let word = word.to_lowercase();
        FILLERS.split(' ').any(|filler| filler == word)
            || word.chars().all(|c| !c.is_alphabetic())
            || is_pattern(&word)
    };
    let text = text.trim();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let first = words.clone().next().unwrap_or_default().to_lowercase();
    console::measure_text_width(text) >= SHORTEST_REASON
        && !PROMISES.contains(&first.as_str())
        && words.any(|word| !is_filler(word))
}

/// Whether a word only repeats a few characters: `aaaa`, `abcabcabc`.
fn is_pattern(word: &str) -> bool {
    let characters: Vec<char> = word.chars().collect();
    let repeats = |length: usize| {
        let mut pairs = characters.iter().zip(&characters[length..]);
        // Ordinary words repeat something once: `mama`, `bonbon`.
        characters.len() > 2 * length.max(2) && pairs.all(|(one, other)| one == other)
    };
    characters.len() > 2
        && (1..=4)
            .filter(|length| *length < characters.len())
            .any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_why() {
        for text in [
            "the URL cannot be broken",
            "argv is constant",
            "mypy#1234: no stubs",
            "nur auf Windows n\u{f6}tig",
            "false positive",
            "no stubs for lxml",
            "\u{4e0a}\u{6e38}\u{6ca1}\u{6709}\u{7c7b}\u{578b}",
            "\u{43d}\u{435}\u{442} \u{441}\u{435}\u{442}\u{438} \u{442}\u{443}\u{442}",
            "seulement sur Mac",
            "papa says that it is safe",
        ] {
            assert!(is_reason(text), "{text}");
        }
        for text in [
            "",
            "long URL",
            "fix later",
            "TODO: fix this later",
            "todo: support dates properly",
            "temporary, will be removed",
            "----------------",
            "1234567890123",
            "aaaaaaaaaa",
            "aaaaa bbbbb ccccc",
            "xyxyxyxyxyxy",
            "asdf asdf asdf",
            "asdfasdfasdf",
            "because reasons",
            "<explanation>",
            "no reason needed",
            "lorem ipsum dolor",
        ] {
            assert!(!is_reason(text), "{text}");
        }
    }
}
