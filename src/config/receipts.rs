//! `[receipts]`: whose verdicts count that were reached on other machines.

use std::collections::BTreeSet;

use super::key::{self, Key, Weaker, Weakness};
use super::problem::Problem;
use super::reader::{Item, distinct_list, filled_string, string, word};
use super::shape::{FILLED, Property, Shape, Text, distinct, words as words_of};
use super::toml_text::{list, value};
use crate::base::words::words;

/// The reference that receipts are shared by when none is named.
const SHARE: &str = "refs/notes/gatekeeper";

/// Whose verdicts count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipts {
    /// The notes of git that hold what is shared.
    pub(crate) share: String,
    /// Whose receipts count.
    pub(crate) trust: ReceiptTrust,
    /// Which signers are a CI.
    pub(crate) ci: BTreeSet<String>,
}

words! {
    /// Whose receipts count in place of a run.
    #[derive(PartialOrd, Ord)]
    pub(crate) enum ReceiptTrust {
        /// None.
        None = "none",
        /// Those that a CI has signed.
        Ci = "ci",
        /// Those of every signer, for gates that may run anywhere.
        Developers = "developers",
    }
}

impl Default for Receipts {
    fn default() -> Self {
        Self {
            share: SHARE.to_owned(),
            trust: ReceiptTrust::None,
            ci: BTreeSet::new(),
        }
    }
}

/// The keys of `[receipts]`.
pub(super) static KEYS: [Key<Receipts>; 3] = [
    Key {
        name: "share",
        about: "The reference of git's notes by which receipts are shared. It is pushed and fetched only by `gatekeeper receipts`.",
        shape: Shape::Text(Text {
            matches: Some("^refs/notes/[A-Za-z0-9._/-]+$"),
            never: Some(r"\.\.|//|/$|\.lock$|/\."),
            longest: None,
        }),
        read: |receipts, item, p| p.put(&mut receipts.share, reference(item)),
        show: |receipts| value(receipts.share.as_str()),
        weaker: Weaker::Never("it decides where receipts are kept, not whose count"),
    },
    Key {
        name: "trust",
        about: "Whose receipts count for `gatekeeper receipts verify`: nobody's, those that a CI has signed, or also those of developers, for gates with `anywhere = true`.",
        shape: words_of::<ReceiptTrust>(),
        read: |receipts, item, p| p.put(&mut receipts.trust, word(item)),
        show: |receipts| value(receipts.trust.name()),
        weaker: Weaker::If("receipts of more signers count", |before, after| {
            after.trust > before.trust
        }),
    },
    Key {
        name: "ci",
        about: "The signers in .gatekeeper/allowed_signers that are a CI.",
        shape: distinct(&FILLED),
        read: |receipts, item, p| {
            let signers = distinct_list(item, "signers", filled_string, p);
            p.put(&mut receipts.ci, signers.map(BTreeSet::from_iter));
        },
        show: |receipts| list(receipts.ci.iter().cloned(), "none"),
        weaker: Weaker::If("more signers count as a CI", |before, after| {
            !after.ci.is_subset(&before.ci)
        }),
    },
];

/// The name of a reference of notes, which cannot be mistaken for an option or a pattern.
fn reference(item: &Item<'_>) -> Result<String, Problem> {
    let text = string(item)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    let rest = text.strip_prefix("refs/notes/");
    let is_right = rest.is_some_and(|rest| !rest.is_empty())
        && text.chars().all(is_plain)
        && !["..", "//", "/."].iter().any(|part| text.contains(part))
        && !text.ends_with('/')
        && !text.to_ascii_lowercase().ends_with(".lock");
    if is_right {
        return Ok(text);
    }
    Err(
        Problem::new(item.span(), "this is not a reference of git's notes")
            .label("expected a name such as \"refs/notes/gatekeeper\""),
    )
}

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &Receipts::default())
}

/// What is weaker than before.
pub(super) fn weaknesses(before: &Receipts, after: &Receipts, today: time::Date) -> Vec<Weakness> {
    key::weaknesses(&KEYS, before, after, today)
}
