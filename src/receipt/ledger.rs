//! The ledger: every attempt to bypass the gates that was seen, a line each. Lines are only ever
//! added, and each is sealed together with the one before it: see [`mod@super::chain`].

use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::PathBuf;

use fs_err as fs;

use super::chain::{self, Contents, LedgerDamage};
use super::entry::{LedgerEntry, LedgerEvent};
use super::key::SealingKey;
use super::ledger_end::{EndFiles, LedgerEnd, Lines};
use super::state_dir::StateDir;
use crate::base::object_id::ObjectId;

/// The file that is locked while a line is added.
const LOCK: &str = "ledger.lock";

/// The file, in gatekeeper's directory.
const NAME: &str = "ledger";

/// The ledger of a repository.
pub(crate) struct Ledger<'s> {
    pub(super) dir: &'s StateDir,
    pub(super) key: &'s SealingKey,
    /// What its lines are sealed for.
    pub(super) id: &'s str,
    pub(super) end: EndFiles,
}

impl Ledger<'_> {
    /// Adds a line. Callers that refuse something do so even if this fails.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn add(&self, entry: &LedgerEntry) -> io::Result<()> {
        self.add_all(std::slice::from_ref(entry))
    }

    /// Adds a line unless there is one that says the same; whoever adds at the same time sees it, too.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn add_unless(
        &self,
        entry: &LedgerEntry,
        is_same: impl Fn(&LedgerEntry) -> bool,
    ) -> io::Result<()> {
        let _lock = self.dir.lock(LOCK)?;
        if self.entries().iter().any(is_same) {
            return Ok(());
        }
        let mut end = self.end();
        self.append(&mut end, std::slice::from_ref(entry))
    }

    /// Adds lines, in one write.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    pub(crate) fn add_all(&self, entries: &[LedgerEntry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let _lock = self.dir.lock(LOCK)?;
        let mut end = self.end();
        self.append(&mut end, entries)
    }

    /// Has the lines so far, whatever is wrong with them, no longer count as damage, and adds lines
    /// that say so.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(super) fn repair(&self, entries: &[LedgerEntry]) -> io::Result<()> {
        let _lock = self.dir.lock(LOCK)?;
        let bytes = self.bytes();
        let mut end = self.end();
        end.restart(&bytes, Lines::NotTrusted);
        self.append(&mut end, entries)
    }

    /// Takes over the lines of an older version, which has not sealed them; or, if the record was
    /// lost, only that they are there.
    pub(super) fn start(&self, lines: Lines) -> io::Result<()> {
        let _lock = self.dir.lock(LOCK)?;
        let mut end = LedgerEnd::default();
        end.restart(&self.bytes(), lines);
        self.end.write(self.dir, self.key, self.id, &mut end)
    }

    /// Every line, oldest first. Only what gatekeeper has written counts.
    #[must_use]
    pub(crate) fn entries(&self) -> Vec<LedgerEntry> {
        self.read().entries
    }

    /// The lines that gatekeeper may have written with another key, oldest first. They prove nothing.
    #[must_use]
    pub(crate) fn unverified(&self) -> Vec<LedgerEntry> {
        self.read().unverified
    }

    /// What is wrong with it; `None` if nothing is. A last line that is not whole is what a killed
    /// process leaves.
    #[must_use]
    pub(crate) fn damage(&self) -> Option<LedgerDamage> {
        self.read().damage
    }

    /// The commits that have come from elsewhere.
    #[must_use]
    pub(crate) fn arrived(&self) -> HashSet<ObjectId> {
        self.entries()
            .into_iter()
            .filter(|entry| entry.event == LedgerEvent::Arrived)
            .filter_map(|entry| entry.id)
            .collect()
    }

    /// Where it is.
    #[must_use]
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.join(NAME)
    }

    fn end(&self) -> LedgerEnd {
        let end = self.end.read(self.key, self.id);
        end.unwrap_or_else(LedgerEnd::lost)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap_or_default()
    }

    fn read(&self) -> Contents {
        // The end first: a line that is added meanwhile is one more than it knows.
        let end = self.end();
        chain::read(self.key, self.id, &end, &self.bytes())
    }

    fn append(&self, end: &mut LedgerEnd, entries: &[LedgerEntry]) -> io::Result<()> {
        let bytes = self.bytes();
        // An empty directory in its place holds nothing; a full one stays, and is reported.
        let _ = fs::remove_dir(self.path());
        let mut file = self.dir.open_to_add(&self.path())?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |last| last + 1);
        if whole < bytes.len() {
            // A process was killed while it wrote.
            file.set_len(whole as u64)?;
        }
        let mut last = chain::last(self.key, self.id, end, &bytes[..whole]);
        let mut text = String::new();
        for entry in entries {
            let (line, seal) = chain::line(self.key, self.id, entry, &last)?;
            text.push_str(&line);
            last = seal;
        }
        file.write_all(text.as_bytes())?;
        end.last = last;
        self.end.write(self.dir, self.key, self.id, end)
    }
}
