//! `[commit-msg.subject]`: the first line.

use super::inner_table::inner;
use super::strictness::Strictness;
use crate::config::key::{self, Key, Weaker};
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, choice, filled_string, integer, list, word};
use crate::config::shape::{COMMIT_TYPE, Property, Shape, any_number, words as words_of};
use crate::config::toml_text::{Shown, value, value_or};
use crate::model::comparison::Comparison;

/// The largest allowed `max-length`, in columns.
const LONGEST_SUBJECT: u32 = 1000;

/// `[commit-msg.subject]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubjectRules {
    /// Whether it must follow Conventional Commits.
    pub(crate) is_conventional: bool,
    /// The types that are then allowed; if empty, any.
    pub(crate) types: Vec<String>,
    /// The maximum width, in columns.
    pub(crate) max_length: Option<u32>,
    /// The rule about a full stop at its end.
    pub(crate) trailing_period: Strictness,
}

impl Default for SubjectRules {
    fn default() -> Self {
        Self {
            is_conventional: false,
            types: Vec::new(),
            max_length: None,
            trailing_period: Strictness::Allow,
        }
    }
}

/// The styles, with whether each is that of Conventional Commits.
const STYLES: [(bool, &str); 2] = [(true, "conventional"), (false, "free")];

/// The keys of the table.
pub(super) static KEYS: [Key<SubjectRules>; 4] = [
    Key {
        name: "style",
        about: "Whether the subject must follow Conventional Commits 1.0.",
        shape: Shape::Words(|| STYLES.map(|(_, style)| style).into()),
        read: |rules, item, p| p.put(&mut rules.is_conventional, choice(item, &STYLES)),
        show: |rules| {
            value(if rules.is_conventional {
                "conventional"
            } else {
                "free"
            })
        },
        weaker: Weaker::If("the subject may have any style", |before, after| {
            before.is_conventional && !after.is_conventional
        }),
    },
    Key {
        name: "types",
        about: "The allowed types of Conventional Commits; an empty list allows any.",
        shape: any_number(&COMMIT_TYPE),
        read: |rules, item, p| p.put(&mut rules.types, list(item, "types", commit_type)),
        show: |rules| {
            if rules.is_conventional {
                value(rules.types.clone())
            } else {
                Shown::Nothing
            }
        },
        // Without any type in the list, all are allowed. Of another style, there are no types.
        weaker: Weaker::Compared(|before, after| {
            if !(before.is_conventional && after.is_conventional) {
                return Comparison::AtLeastAsStrict;
            }
            match (before.types.as_slice(), after.types.as_slice()) {
                ([], _) => Comparison::AtLeastAsStrict,
                (_, []) => Comparison::Weaker,
                (before, after) => Comparison::by_shorter(before, after),
            }
        }),
    },
    Key {
        name: "max-length",
        about: "The maximum width in columns.",
        shape: Shape::Integer {
            least: 1,
            most: LONGEST_SUBJECT,
        },
        read: |rules, item, p| {
            p.put(
                &mut rules.max_length,
                integer(item, 1..LONGEST_SUBJECT + 1).map(Some),
            );
        },
        show: |rules| value_or(rules.max_length.map(i64::from), "any"),
        weaker: Weaker::Compared(|before, after| {
            let longest = |rules: &SubjectRules| rules.max_length.unwrap_or(u32::MAX);
            Comparison::by_rank(before, after, |rules| u32::MAX - longest(rules))
        }),
    },
    Key {
        name: "trailing-period",
        about: "The level for a full stop at the end.",
        shape: words_of::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.trailing_period, word(item)),
        show: |rules| value(rules.trailing_period.name()),
        weaker: Weaker::Compared(|before, after| {
            before.trailing_period.compare(after.trailing_period)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &SubjectRules::default())
}

pub(super) fn read(rules: &mut SubjectRules, item: &Item<'_>, problems: &mut Problems) {
    let entries = inner("[commit-msg.subject]", &KEYS, rules, item, problems);
    if let Some(item) = entries.and_then(|entries| entries.get("types"))
        && !rules.is_conventional
        && !rules.types.is_empty()
    {
        let title = "`types` belongs to `style = \"conventional\"`";
        let label = "has no effect on subjects of another style";
        problems.add(Problem::new(item.span(), title).label(label));
    }
}

pub(super) fn show(rules: &SubjectRules) -> Shown {
    Shown::Tables(key::show("\n[commit-msg.subject]", &KEYS, rules))
}

/// The type of a Conventional Commit: a noun.
fn commit_type(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    if text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '!' | ':')) {
        return Err(Problem::new(item.span(), "this is not a valid commit type")
            .label("must be one word, as in \"fix\""));
    }
    Ok(text)
}
