//! How far the reflogs of a repository were looked at, and which commits in them nobody has checked.
//!
//! It is kept twice, sealed: in the git directory, and beside the key. Where both are missing, the reflogs
//! are looked at from their beginning, so their removal hides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::ledger_end::digest;
use super::record::outside_file;
use super::store::Store;
use crate::base::object_id::ObjectId;
use crate::base::replace::{Durability, PRIVATE, replace_file};

/// The name of the file, and the kind of what is sealed in it.
const NAME: &str = "looked-at";

/// How much of a digest is kept, in characters.
const DIGEST: usize = 16;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LookedAt {
    /// How often this was written: of two copies, the one with the higher count is valid.
    serial: u64,
    /// The reflogs, by name, and how far each was looked at.
    pub(crate) logs: BTreeMap<String, LogEnd>,
    /// The commits that were made or published from here, and that nobody had checked.
    pub(crate) unchecked: BTreeSet<ObjectId>,
    /// Those of them that a remote-tracking branch has only because somebody has set it by hand.
    pub(crate) set_by_hand: BTreeSet<ObjectId>,
}

/// How far a reflog was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogEnd {
    /// How long it was, in bytes.
    pub(crate) bytes: usize,
    /// The beginning of the digest of its last line, by which a log that was written anew is detected.
    line: String,
    /// What its reference named then.
    pub(crate) tip: Option<ObjectId>,
}

impl LogEnd {
    /// The end of the whole lines of a reflog, after which its reference names this.
    #[must_use]
    pub(crate) fn of(log: &[u8], tip: Option<ObjectId>) -> Self {
        let bytes = log.iter().rposition(|byte| *byte == b'\n');
        let bytes = bytes.map_or(0, |last| last + 1);
        Self {
            bytes,
            line: last_line(&log[..bytes]),
            tip,
        }
    }

    /// What a reflog has got since; all of it if it was written anew.
    #[must_use]
    pub(crate) fn rest<'a>(&self, log: &'a [u8]) -> &'a [u8] {
        match log.split_at_checked(self.bytes) {
            Some((start, rest)) if last_line(start) == self.line => rest,
            _ => log,
        }
    }
}

fn last_line(bytes: &[u8]) -> String {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let start = line.iter().rposition(|byte| *byte == b'\n');
    let mut digest = digest(&line[start.map_or(0, |last| last + 1)..]);
    digest.truncate(DIGEST);
    digest
}

impl Store {
    /// How far the reflogs were looked at; nothing if that is not known.
    #[must_use]
    pub(crate) fn looked_at(&self) -> LookedAt {
        let read = |file: PathBuf| -> Option<LookedAt> {
            let text = fs::read_to_string(file).ok()?;
            serde_json::from_str(self.key.unseal(NAME, self.id(), &text)?).ok()
        };
        let files = [Some(self.dir.join(NAME)), self.looked_at_outside()];
        let copies = files.into_iter().flatten().filter_map(read);
        copies.max_by_key(|copy| copy.serial).unwrap_or_default()
    }

    /// The copy beside the key, if the key is outside the repository.
    fn looked_at_outside(&self) -> Option<PathBuf> {
        outside_file(&self.key, &self.here, ".looked-at")
    }

    /// Remembers it.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn keep_looked_at(&self, mut looked_at: LookedAt) -> io::Result<()> {
        looked_at.serial += 1;
        let body = serde_json::to_string(&looked_at)?;
        let sealed = self.key.seal(NAME, self.id(), &body);
        if let Some(file) = self.looked_at_outside() {
            let _ = replace_file(&file, sealed.as_bytes(), PRIVATE, Durability::Unsynced);
        }
        let file = self.dir.join(NAME);
        self.dir
            .replace(&file, sealed.as_bytes(), Durability::Unsynced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_looked_at_again() {
        let end = LogEnd::of(b"one\ntwo\nthr", None);
        assert_eq!(end.bytes, 8);
        assert_eq!(end.rest(b"one\ntwo\nthree\n"), b"three\n");
        assert_eq!(end.rest(b"one\ntwo\n"), b"");
        // Written anew: shorter, or with other lines.
        assert_eq!(end.rest(b"one\n"), b"one\n");
        assert_eq!(end.rest(b"one\nTWO\nthree\n"), b"one\nTWO\nthree\n");
        assert_eq!(LogEnd::of(b"", None).rest(b"one\n"), b"one\n");
    }
}
