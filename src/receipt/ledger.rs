//! The ledger: every attempt to bypass the gates that was seen, a line each. Lines are only ever
//! added.

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::now;

/// The file, in gatekeeper's directory.
const NAME: &str = "ledger";

/// The longest arguments that are written down, in bytes.
const LONGEST: usize = 1000;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LedgerEvent {
    /// git was told to skip hooks; refused.
    Bypass,
    /// A branch was to get a commit with an unchecked tree; refused.
    Refused,
    /// A branch has got such a commit.
    Ungated,
    /// Such a commit has arrived from elsewhere.
    Arrived,
    /// The message of a commit on a branch breaks the rules.
    Message,
    /// A hook of ours was gone or changed.
    Hook,
    /// A variable was set that switches another hook manager off; without effect.
    Switch,
    /// Unchecked commits were to be pushed; refused.
    Push,
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
    pub(crate) id: Option<String>,
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
    pub(crate) fn about(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
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

/// The ledger of a repository.
pub(crate) struct Ledger(PathBuf);

impl Ledger {
    pub(super) fn in_dir(dir: &Path) -> Self {
        Self(dir.join(NAME))
    }

    /// Adds a line, in one write. Callers that refuse something do so even if this fails.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn add(&self, entry: &LedgerEntry) -> io::Result<()> {
        if let Some(dir) = self.0.parent() {
            fs::create_dir_all(dir)?;
        }
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        let mut file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.0)?;
        file.write_all(line.as_bytes())
    }

    /// Every line, oldest first. Lines that cannot be read are skipped.
    #[must_use]
    pub(crate) fn entries(&self) -> Vec<LedgerEntry> {
        let text = fs::read(&self.0).unwrap_or_default();
        text.split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect()
    }

    /// The commits that have come from elsewhere.
    #[must_use]
    pub(crate) fn arrived(&self) -> HashSet<String> {
        self.entries()
            .into_iter()
            .filter(|entry| entry.event == LedgerEvent::Arrived)
            .filter_map(|entry| entry.id)
            .collect()
    }

    /// Where it is.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}
