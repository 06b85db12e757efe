//! Where the ledger ends: the code of its last line, sealed, so that lines cannot be removed from the
//! end unnoticed. It is kept twice, like the record: in the git directory, and beside the key.

use std::io;
use std::path::PathBuf;

use fs_err as fs;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::key::SealingKey;
use super::record::write_outside;
use super::state_dir::StateDir;
use crate::base::hex::hex;
use crate::base::replace::Durability;

/// The name of the file, and the kind of what is sealed in it.
const NAME: &str = "ledger-end";

/// Where the ledger ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LedgerEnd {
    /// How often this was written: of two copies, the one with the higher count is valid.
    pub(super) serial: u64,
    /// The code of the last line; empty if there is none.
    pub(super) last: String,
    /// What the ledger began with when the chain did.
    pub(super) before: Option<Before>,
}

/// The lines before the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) bytes: usize,
    /// Their digest.
    pub(super) digest: String,
    pub(super) lines: Lines,
}

/// Whether lines count that are not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Lines {
    /// They do: an older version has written them.
    Trusted,
    /// They do not.
    NotTrusted,
}

/// The two files that say where the ledger ends.
pub(super) struct EndFiles {
    /// The one beside the key, if the key is outside the repository.
    pub(super) outside: Option<PathBuf>,
    /// The one in the git directory.
    pub(super) inside: PathBuf,
}

/// The code that stands for lines about which nothing is known any more; no line has it.
const LOST: &str = "lost";

impl LedgerEnd {
    /// The end of a ledger whose end is not known any more.
    pub(super) fn lost() -> Self {
        Self {
            last: LOST.to_owned(),
            ..Self::default()
        }
    }

    /// Begins the chain anew after these lines.
    pub(super) fn restart(&mut self, lines: &[u8], trust: Lines) {
        let whole = lines.iter().rposition(|byte| *byte == b'\n');
        let bytes = whole.map_or(0, |last| last + 1);
        self.last = String::new();
        self.before = (bytes > 0).then(|| Before {
            bytes,
            digest: digest(&lines[..bytes]),
            lines: trust,
        });
    }
}

impl EndFiles {
    pub(super) fn new(dir: &StateDir, outside: Option<PathBuf>) -> Self {
        Self {
            outside,
            inside: dir.join(NAME),
        }
    }

    /// What they say. Since the record of the repository was begun, at least one of them is there.
    pub(super) fn read(&self, key: &SealingKey, id: &str) -> Option<LedgerEnd> {
        let files = [Some(&self.inside), self.outside.as_ref()];
        let read = |file: &PathBuf| {
            let text = fs::read_to_string(file).ok()?;
            serde_json::from_str(key.unseal(NAME, id, &text)?).ok()
        };
        let ends = files.into_iter().flatten().filter_map(read);
        ends.max_by_key(|end: &LedgerEnd| end.serial)
    }

    /// Writes both.
    pub(super) fn write(
        &self,
        dir: &StateDir,
        key: &SealingKey,
        id: &str,
        end: &mut LedgerEnd,
    ) -> io::Result<()> {
        end.serial += 1;
        let sealed = key.seal(NAME, id, &serde_json::to_string(end)?);
        if let Some(outside) = &self.outside {
            let _ = write_outside(outside, &sealed);
        }
        dir.replace(&self.inside, sealed.as_bytes(), Durability::Unsynced)
    }
}

pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
