//! What a line of the ledger says.

use serde::{Deserialize, Serialize};

use super::now;
use crate::base::object_id::ObjectId;

/// The maximum length of recorded arguments, in bytes.
const LONGEST: usize = 1000;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LedgerEvent {
    /// git was told to skip hooks.
    Bypass,
    /// A branch would have got a commit with an unchecked tree; refused.
    Refused,
    /// A branch got such a commit.
    Ungated,
    /// Such a commit has arrived from elsewhere.
    Arrived,
    /// The message of a commit on a branch breaks the rules.
    Message,
    /// A hook of ours was gone or changed.
    Hook,
    /// A variable that disables another hook manager was set; it has no effect.
    Switch,
    /// A push of unchecked commits was refused.
    Push,
    /// History was accepted as it is.
    Accepted,
    /// Receipts or the ledger were damaged, and were accepted as they are from now on.
    Repaired,
    /// The entries up to this point were shown before a push.
    Shown,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LedgerEntry {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// What was seen.
    pub(crate) event: LedgerEvent,
    /// The hook or command that has seen it.
    pub(crate) seen_by: String,
    /// What it was about, in words.
    pub(crate) what: String,
    /// The commit or tree, if there is one.
    #[serde(default)]
    pub(crate) id: Option<ObjectId>,
    /// How git was called, as far as that can be seen.
    #[serde(default)]
    pub(crate) command: Option<String>,
}

impl LedgerEntry {
    /// An entry about something that is seen now.
    #[must_use]
    pub(crate) fn new(event: LedgerEvent, seen_by: &str, what: impl Into<String>) -> Self {
        Self {
            at: now(),
            event,
            seen_by: seen_by.to_owned(),
            what: what.into(),
            id: None,
            command: None,
        }
    }

    /// Adds the commit or tree that it is about.
    #[must_use]
    pub(crate) fn about(mut self, id: ObjectId) -> Self {
        self.id = Some(id);
        self
    }

    /// Adds the command line of git.
    #[must_use]
    pub(crate) fn called(mut self, command: Option<&[std::ffi::OsString]>) -> Self {
        self.command = command.map(|words| {
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            let mut command = words.join(" ");
            let mut end = command.len().min(LONGEST);
            while !command.is_char_boundary(end) {
                end -= 1;
            }
            command.truncate(end);
            command
        });
        self
    }
}
