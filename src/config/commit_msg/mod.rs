//! `[commit-msg]`: the rules for commit messages.

mod assisted_by;
mod inner_table;
mod signed_off_by;
mod strictness;
mod subject;
mod trailers;

use toml::de::DeTable;

pub(crate) use assisted_by::{AssistedBy, CreditRequired, Form};
pub(crate) use signed_off_by::{Matches, Remediation, SignOffRequired, SignedOffBy};
pub(crate) use strictness::Strictness;
pub(crate) use subject::SubjectRules;
pub(crate) use trailers::{Trailers, Values};

use super::key::{self, Key, Weaker};
use super::problem::{Problem, Problems};
use super::reader::{boolean, list, word};
use super::shape::{FILLED, Property, Shape, any_number, words};
use super::toml_text::{value, values};
use super::values::regex;
use crate::model::comparison::Comparison;
use crate::model::gate::Pattern;

/// The rules for commit messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitMsg {
    /// Whether merges need no trailers.
    pub(crate) exempt_merges: bool,
    /// Authors that the rules exempt, by their addresses.
    pub(crate) exempt_authors: Vec<Pattern>,
    /// The rule about words that keep CI from running.
    pub(crate) skip_ci: Strictness,
    /// The rule about a diff in the message.
    pub(crate) diff: Strictness,
    /// The sign-off.
    pub(crate) signed_off_by: SignedOffBy,
    /// The credit of agents.
    pub(crate) assisted_by: AssistedBy,
    /// Other trailers.
    pub(crate) trailers: Trailers,
    /// The subject.
    pub(crate) subject: SubjectRules,
}

impl Default for CommitMsg {
    fn default() -> Self {
        const BOTS: &str = r"\[bot\]@users\.noreply\.github\.com$";
        let bots = regex::bytes::Regex::new(BOTS).map(|regex| Pattern {
            text: BOTS.into(),
            regex,
        });
        Self {
            exempt_merges: true,
            exempt_authors: bots.into_iter().collect(),
            skip_ci: Strictness::Error,
            diff: Strictness::Error,
            signed_off_by: SignedOffBy::default(),
            assisted_by: AssistedBy::default(),
            trailers: Trailers::default(),
            subject: SubjectRules::default(),
        }
    }
}

/// The keys of `[commit-msg]`, four of them tables.
pub(super) static KEYS: [Key<CommitMsg>; 8] = [
    Key {
        name: "exempt-merges",
        about: "Whether merges may lack trailers.",
        shape: Shape::Boolean,
        read: |rules, item, p| p.put(&mut rules.exempt_merges, boolean(item)),
        show: |rules| value(rules.exempt_merges),
        weaker: Weaker::If("merges may lack trailers", |before, after| {
            !before.exempt_merges && after.exempt_merges
        }),
    },
    Key {
        name: "exempt-authors",
        about: "Regular expressions for the addresses of authors whose messages need no trailers.",
        shape: any_number(&FILLED),
        read: |rules, item, p| {
            let authors = list(item, "regular expressions", regex);
            p.put(&mut rules.exempt_authors, authors);
        },
        show: |rules| {
            let authors = rules.exempt_authors.iter();
            values(authors.map(|author| author.text.as_str()))
        },
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_shorter(&before.exempt_authors, &after.exempt_authors)
        }),
    },
    Key {
        name: "skip-ci",
        about: "The level for words that keep CI from running, such as [skip ci].",
        shape: words::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.skip_ci, word(item)),
        show: |rules| value(rules.skip_ci.name()),
        weaker: Weaker::Compared(|before, after| before.skip_ci.compare(after.skip_ci)),
    },
    Key {
        name: "diff",
        about: "The level for a diff in the message.",
        shape: words::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.diff, word(item)),
        show: |rules| value(rules.diff.name()),
        weaker: Weaker::Compared(|before, after| before.diff.compare(after.diff)),
    },
    Key {
        name: "signed-off-by",
        about: "The rules for the sign-off.",
        shape: Shape::Table(signed_off_by::properties),
        read: |rules, item, p| signed_off_by::read(&mut rules.signed_off_by, item, p),
        show: |rules| signed_off_by::show(rules.signed_off_by),
        weaker: Weaker::Says(|before, after, today| {
            key::weaknesses(
                &signed_off_by::KEYS,
                &before.signed_off_by,
                &after.signed_off_by,
                today,
            )
        }),
    },
    Key {
        name: "assisted-by",
        about: "The rules for the credit of agents.",
        shape: Shape::Table(assisted_by::properties),
        read: |rules, item, p| assisted_by::read(&mut rules.assisted_by, item, p),
        show: |rules| assisted_by::show(&rules.assisted_by),
        weaker: Weaker::Says(|before, after, today| {
            key::weaknesses(
                &assisted_by::KEYS,
                &before.assisted_by,
                &after.assisted_by,
                today,
            )
        }),
    },
    Key {
        name: "trailers",
        about: "The rules for other trailers.",
        shape: Shape::Table(trailers::properties),
        read: |rules, item, p| trailers::read(&mut rules.trailers, item, p),
        show: |rules| trailers::show(&rules.trailers),
        weaker: Weaker::Says(|before, after, today| {
            key::weaknesses(&trailers::KEYS, &before.trailers, &after.trailers, today)
        }),
    },
    Key {
        name: "subject",
        about: "The rules for the first line.",
        shape: Shape::Table(subject::properties),
        read: |rules, item, p| subject::read(&mut rules.subject, item, p),
        show: |rules| subject::show(&rules.subject),
        weaker: Weaker::Says(|before, after, today| {
            key::weaknesses(&subject::KEYS, &before.subject, &after.subject, today)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &CommitMsg::default())
}

/// Why no value of a key of a table within this one is weaker than another; `None` if one is.
#[cfg(test)]
pub(super) fn never_weaker(table: &str, key: &str) -> Option<&'static str> {
    match table {
        "signed-off-by" => key::never_weaker(&signed_off_by::KEYS, key),
        "assisted-by" => key::never_weaker(&assisted_by::KEYS, key),
        "trailers" => key::never_weaker(&trailers::KEYS, key),
        _ => key::never_weaker(&subject::KEYS, key),
    }
}

pub(super) fn read(entries: &DeTable<'_>, problems: &mut Problems) -> CommitMsg {
    let mut rules = CommitMsg::default();
    key::read("[commit-msg]", &KEYS, entries, &mut rules, problems);
    check_contradictions(entries, &rules, problems);
    rules
}

/// Checks that no table requires what another table forbids.
fn check_contradictions(entries: &DeTable<'_>, rules: &CommitMsg, problems: &mut Problems) {
    let span = |table: &str, key: &str| {
        let table = entries.get(table)?.get_ref().as_table()?;
        Some(table.get(key)?.span())
    };
    let forbids = |key: &str| {
        let mut forbidden = rules.trailers.forbid.iter();
        forbidden.any(|trailer| !trailer.only_ai && trailer.key.eq_ignore_ascii_case(key))
    };
    let credit = rules.assisted_by.key.as_str();
    let wants_credit = matches!(
        rules.assisted_by.required,
        CreditRequired::Always | CreditRequired::WhenAgent
    );
    let wants_sign_off = rules.signed_off_by.required != SignOffRequired::Never;
    for (key, is_wanted, table) in [
        ("Signed-off-by", wants_sign_off, "signed-off-by"),
        (credit, wants_credit, "assisted-by"),
    ] {
        if let (true, Some(span)) = (is_wanted && forbids(key), span("trailers", "forbid")) {
            problems.add(
                Problem::new(span, format!("`{key}` is both required and forbidden"))
                    .label("forbidden here")
                    .help(format!(
                        "write required = \"never\" in [commit-msg.{table}]"
                    )),
            );
        }
    }
    let mut required = rules.trailers.require.iter();
    if rules.assisted_by.required == CreditRequired::Forbidden
        && required.any(|key| key.eq_ignore_ascii_case(credit))
        && let Some(span) = span("trailers", "require")
    {
        problems.add(
            Problem::new(span, format!("`{credit}` is both required and forbidden"))
                .label("required here, forbidden by [commit-msg.assisted-by]"),
        );
    }
}
