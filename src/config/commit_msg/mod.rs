//! `[commit-msg]`: the rules for commit messages.

mod assisted_by;
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
use super::reader::{Item, Table, boolean, list, table, word};
use super::toml_text::{value, values};
use super::values::regex;
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

/// The keys of `[commit-msg]`, four of them tables. Which rule is weaker cannot always be known, so
/// each change counts.
pub(super) static KEYS: [Key<CommitMsg>; 8] = [
    Key {
        name: "exempt-merges",
        read: |rules, item, p| p.put(&mut rules.exempt_merges, boolean(item)),
        show: |rules| value(rules.exempt_merges),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "exempt-authors",
        read: |rules, item, p| {
            let authors = list(item, "regular expressions", regex);
            p.put(&mut rules.exempt_authors, authors);
        },
        show: |rules| {
            let authors = rules.exempt_authors.iter();
            values(authors.map(|author| author.text.as_str()))
        },
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "skip-ci",
        read: |rules, item, p| p.put(&mut rules.skip_ci, word(item)),
        show: |rules| value(rules.skip_ci.name()),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "diff",
        read: |rules, item, p| p.put(&mut rules.diff, word(item)),
        show: |rules| value(rules.diff.name()),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "signed-off-by",
        read: |rules, item, p| {
            inner(
                &mut rules.signed_off_by,
                "signed-off-by",
                item,
                p,
                signed_off_by::read,
            );
        },
        show: |rules| signed_off_by::show(rules.signed_off_by),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "assisted-by",
        read: |rules, item, p| {
            inner(
                &mut rules.assisted_by,
                "assisted-by",
                item,
                p,
                assisted_by::read,
            );
        },
        show: |rules| assisted_by::show(&rules.assisted_by),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "trailers",
        read: |rules, item, p| {
            inner(&mut rules.trailers, "trailers", item, p, trailers::read);
        },
        show: |rules| trailers::show(&rules.trailers),
        weaker: Weaker::Changed(CHANGED),
    },
    Key {
        name: "subject",
        read: |rules, item, p| {
            inner(&mut rules.subject, "subject", item, p, subject::read);
        },
        show: |rules| subject::show(&rules.subject),
        weaker: Weaker::Changed(CHANGED),
    },
];

const CHANGED: &str = "the rules for messages were changed";

pub(super) fn read(entries: &DeTable<'_>, problems: &mut Problems) -> CommitMsg {
    let mut rules = CommitMsg::default();
    key::read("[commit-msg]", &KEYS, entries, &mut rules, problems);
    check_contradictions(entries, &rules, problems);
    rules
}

/// Reads a table within `[commit-msg]`.
fn inner<T>(
    place: &mut T,
    key: &str,
    item: &Item<'_>,
    problems: &mut Problems,
    read: fn(&mut Table<'_, '_>, &mut Problems) -> T,
) {
    if let Some(entries) = problems.keep(table(item, "a table")) {
        let mut inner = Table::new(format!("[commit-msg.{key}]"), entries);
        *place = read(&mut inner, problems);
        inner.finish(problems);
    }
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
