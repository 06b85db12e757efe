//! `[commit-msg.signed-off-by]`: the sign-off.

use super::inner_table::inner;
use super::strictness::Strictness;
use crate::base::words::words;
use crate::config::key::{self, Key, Weaker};
use crate::config::problem::Problems;
use crate::config::reader::{Item, boolean, word};
use crate::config::shape::{Property, Shape, words as words_of};
use crate::config::toml_text::{Shown, value};
use crate::model::comparison::Comparison;

/// `[commit-msg.signed-off-by]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedOffBy {
    /// When a sign-off is required.
    pub(crate) required: SignOffRequired,
    /// Who must have signed off.
    pub(crate) matches: Matches,
    /// Whether `.mailmap` may map names and addresses.
    pub(crate) mailmap: bool,
    /// The rule about duplicate sign-offs.
    pub(crate) duplicates: Strictness,
    /// The rule about trailers after the last sign-off.
    pub(crate) order: Strictness,
    /// The rule about a `Co-developed-by` that is not followed by its sign-off.
    pub(crate) co_developed: Strictness,
    /// Which later commits may sign an earlier one off.
    pub(crate) remediation: Remediation,
}

impl Default for SignedOffBy {
    fn default() -> Self {
        Self {
            required: SignOffRequired::Always,
            matches: Matches::AuthorOrCommitter,
            mailmap: true,
            duplicates: Strictness::Error,
            order: Strictness::Warn,
            co_developed: Strictness::Allow,
            remediation: Remediation::Off,
        }
    }
}

/// The keys of the table.
pub(super) static KEYS: [Key<SignedOffBy>; 7] = [
    Key {
        name: "required",
        about: "When a sign-off is required: of every commit, of every commit but those of a running agent in the hook, or never.",
        shape: words_of::<SignOffRequired>(),
        read: |rules, item, p| p.put(&mut rules.required, word(item)),
        show: |rules| value(rules.required.name()),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_rank(
                &before.required,
                &after.required,
                |required| match required {
                    SignOffRequired::Always => 2,
                    SignOffRequired::WhenHuman => 1,
                    SignOffRequired::Never => 0,
                },
            )
        }),
    },
    Key {
        name: "match",
        about: "Whose sign-off is required.",
        shape: words_of::<Matches>(),
        read: |rules, item, p| p.put(&mut rules.matches, word(item)),
        show: |rules| value(rules.matches.name()),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_rank(&before.matches, &after.matches, |matches| match matches {
                Matches::Both => 3,
                Matches::Author | Matches::Committer => 2,
                Matches::AuthorOrCommitter => 1,
                Matches::Any => 0,
            })
        }),
    },
    Key {
        name: "mailmap",
        about: "Whether .mailmap may map names and addresses.",
        shape: Shape::Boolean,
        read: |rules, item, p| p.put(&mut rules.mailmap, boolean(item)),
        show: |rules| value(rules.mailmap),
        weaker: Weaker::If(".mailmap may map names and addresses", |before, after| {
            !before.mailmap && after.mailmap
        }),
    },
    Key {
        name: "duplicates",
        about: "The level for a duplicate sign-off.",
        shape: words_of::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.duplicates, word(item)),
        show: |rules| value(rules.duplicates.name()),
        weaker: Weaker::Compared(|before, after| before.duplicates.compare(after.duplicates)),
    },
    Key {
        name: "order",
        about: "The level for trailers after the last sign-off.",
        shape: words_of::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.order, word(item)),
        show: |rules| value(rules.order.name()),
        weaker: Weaker::Compared(|before, after| before.order.compare(after.order)),
    },
    Key {
        name: "co-developed",
        about: "The level for a Co-developed-by that is not followed by that person's sign-off.",
        shape: words_of::<Strictness>(),
        read: |rules, item, p| p.put(&mut rules.co_developed, word(item)),
        show: |rules| value(rules.co_developed.name()),
        weaker: Weaker::Compared(|before, after| before.co_developed.compare(after.co_developed)),
    },
    Key {
        name: "remediation",
        about: "Whether a later commit in a range may sign off an earlier one: none, one of the same author, or also one of another person.",
        shape: words_of::<Remediation>(),
        read: |rules, item, p| p.put(&mut rules.remediation, word(item)),
        show: |rules| value(rules.remediation.name()),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_rank(&before.remediation, &after.remediation, |by| match by {
                Remediation::Off => 2,
                Remediation::Individual => 1,
                Remediation::ThirdParty => 0,
            })
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &SignedOffBy::default())
}

pub(super) fn read(rules: &mut SignedOffBy, item: &Item<'_>, problems: &mut Problems) {
    inner("[commit-msg.signed-off-by]", &KEYS, rules, item, problems);
}

pub(super) fn show(rules: SignedOffBy) -> Shown {
    Shown::Tables(key::show("\n[commit-msg.signed-off-by]", &KEYS, &rules))
}

words! {
    /// When a sign-off is required.
    pub(crate) enum SignOffRequired {
        /// In every commit.
        Always = "always",
        /// In every commit of a range; in the hook, unless an agent is running.
        WhenHuman = "when-human",
        /// Never.
        Never = "never",
    }
}

words! {
    /// Who must have signed off.
    pub(crate) enum Matches {
        /// The author's or the committer's.
        AuthorOrCommitter = "author-or-committer",
        /// The author's.
        Author = "author",
        /// The committer's.
        Committer = "committer",
        /// One of each.
        Both = "both",
        /// Anyone's.
        Any = "any",
    }
}

words! {
    /// Which later commits may sign an earlier one off, in a range.
    pub(crate) enum Remediation {
        /// None.
        Off = "off",
        /// Those of the same author.
        Individual = "individual",
        /// Also those of another person, on behalf of the author.
        ThirdParty = "third-party",
    }
}
