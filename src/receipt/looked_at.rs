//! How far the reflogs of a repository were looked at, and which commits in them nobody has checked.
//!
//! It is one sealed file. Where it is missing, or was changed, the reflogs are looked at from their
//! beginning, so its removal hides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::ledger_end::digest;
use super::store::Store;
use crate::base::object_id::ObjectId;
use crate::base::replace::Durability;

/// The name of the file, and the kind of what is sealed in it.
const NAME: &str = "looked-at";

/// How much of a digest is kept, in characters.
const DIGEST: usize = 16;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LookedAt {
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
        let read = || {
            let text = fs::read_to_string(self.dir.join(NAME)).ok()?;
            serde_json::from_str(self.key.unseal(NAME, self.id(), &text)?).ok()
        };
        read().unwrap_or_default()
    }

    /// Remembers it.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn keep_looked_at(&self, looked_at: &LookedAt) -> io::Result<()> {
        let sealed = self
            .key
            .seal(NAME, self.id(), &serde_json::to_string(looked_at)?);
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
