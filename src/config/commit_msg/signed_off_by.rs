//! `[commit-msg.signed-off-by]`: the sign-off.

use super::strictness::Strictness;
use crate::base::words::words;
use crate::config::problem::Problems;
use crate::config::reader::{Table, boolean, word};
use crate::config::toml_text::{Shown, table, value};

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

pub(super) fn read(table: &mut Table<'_, '_>, p: &mut Problems) -> SignedOffBy {
    let default = SignedOffBy::default();
    SignedOffBy {
        required: table.take_or(default.required, "required", p, word),
        matches: table.take_or(default.matches, "match", p, word),
        mailmap: table.take_or(default.mailmap, "mailmap", p, boolean),
        duplicates: table.take_or(default.duplicates, "duplicates", p, word),
        order: table.take_or(default.order, "order", p, word),
        co_developed: table.take_or(default.co_developed, "co-developed", p, word),
        remediation: table.take_or(default.remediation, "remediation", p, word),
    }
}

pub(super) fn show(rules: SignedOffBy) -> Shown {
    let lines = [
        ("required", value(rules.required.name())),
        ("match", value(rules.matches.name())),
        ("mailmap", value(rules.mailmap)),
        ("duplicates", value(rules.duplicates.name())),
        ("order", value(rules.order.name())),
        ("co-developed", value(rules.co_developed.name())),
        ("remediation", value(rules.remediation.name())),
    ];
    Shown::Tables(table("\n[commit-msg.signed-off-by]", lines))
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
