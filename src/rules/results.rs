//! What the rules have found before any gate runs.

use super::change::single_change::ChangeReport;
use super::message::range::Audit;

/// What the rules have found before any gate runs.
#[derive(Debug, Default)]
pub(crate) struct RuleResults {
    /// The audit of the messages and changes of a range, if they were checked.
    pub(crate) audit: Option<Audit>,
    /// The findings about what is committed.
    pub(crate) change: ChangeReport,
}

impl RuleResults {
    /// How many messages, changes and findings refuse what is checked, each with the word for it.
    #[must_use]
    pub(crate) fn refusals(&self) -> [(usize, &'static str); 3] {
        let messages = self.audit.as_ref().map_or(0, |all| all.refused().count());
        let changes = self.audit.as_ref().map_or(0, |all| all.changes.refusals());
        [
            (messages, "message"),
            (changes, "change"),
            (self.change.refused().len(), "finding"),
        ]
    }

    /// Whether a rule refuses what is checked, whatever the gates say.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        self.refusals().iter().any(|(number, _)| *number > 0)
    }
}
