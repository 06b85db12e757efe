//! The record of a repository: its id, where it is, and which of its commits are trusted without a
//! receipt.
//!
//! It is kept twice, sealed: in the git directory, and beside the user's key. So the removal of
//! the git directory's copy is detected, and that copy alone is worth nothing in another clone: the
//! record names the place of its repository. Receipts and the ledger are sealed for the id in it.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::key::{SealingKey, random};
use super::place::Place;
use super::state_dir::StateDir;
use crate::base::hex::hex;
use crate::base::object_id::ObjectId;
use crate::base::replace::{Durability, PRIVATE, replace_file};

/// The name of the file, and the kind of what is sealed in it.
const NAME: &str = "trusted-history";

/// The directory beside the key that has a file for each repository.
const REPOSITORIES: &str = "repositories";

/// The file of an older version, with the commits that were there when gatekeeper was installed; and
/// the kind of what is sealed in it.
const EARLIER: &str = "baseline";

/// What is recorded about a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// What receipts and the ledger are sealed for.
    pub(super) id: String,
    pub(super) place: Place,
    /// How often the record was written: of two copies, the one with the higher count is valid.
    pub(super) serial: u64,
    /// When gatekeeper was installed: what remote-tracking branches had, or HEAD if there was no
    /// remote. With their ancestors, these commits are trusted.
    pub(super) trusted: BTreeSet<ObjectId>,
    /// What else references and reflogs named then: it was there before gatekeeper.
    pub(super) present: BTreeSet<ObjectId>,
    /// Set if a hook began the record, because there was none that could be used.
    #[serde(default)]
    pub(super) resumed: Option<Resumed>,
    #[serde(default)]
    pub(super) accepted: Vec<Acceptance>,
}

/// What was there when a record was begun without an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resumed {
    pub(super) why: Loss,
    /// HEAD if there was no remote: commits here are counted from it, but nothing else is trusted.
    pub(super) from: BTreeSet<ObjectId>,
    /// What references and reflogs named.
    pub(super) present: BTreeSet<ObjectId>,
    /// Whether the user was told and has had it repaired.
    pub(super) is_repaired: bool,
}

/// Why there is no record that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Loss {
    /// There is none.
    Absent,
    /// It is sealed with another key, or was changed.
    OtherKey,
    /// It is about another repository, or this one was copied.
    OtherPlace,
    /// It cannot be read.
    Unreadable,
}

/// History that one use of `audit --accept` declared good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acceptance {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// The last commit; its ancestors belong to it.
    pub(crate) tip: ObjectId,
    /// How many commits the range had.
    pub(crate) commits: usize,
    /// Why.
    pub(crate) reason: String,
    /// Who accepted it: a name and an address.
    pub(crate) by: String,
}

/// What is known about a repository.
pub(super) enum Found {
    Record {
        record: Record,
        /// Why the copy in the git directory cannot be used, if so.
        inside: Option<Loss>,
    },
    /// What an older version wrote: the commits that existed then.
    Earlier(BTreeSet<ObjectId>),
    Nothing(Loss),
}

impl Record {
    /// A record of the repository at a place, with nothing in it. `None` if no id can be made.
    pub(super) fn new(place: &Place) -> Option<Self> {
        Some(Self {
            id: hex(&random::<16>()?),
            place: place.clone(),
            serial: 0,
            trusted: BTreeSet::new(),
            present: BTreeSet::new(),
            resumed: None,
            accepted: Vec::new(),
        })
    }

    /// Writes it. If the directory of the key cannot be written, the git directory's copy is the only one.
    pub(super) fn write(&mut self, dir: &StateDir, key: &SealingKey) -> io::Result<()> {
        self.serial += 1;
        let sealed = key.seal(NAME, "", &serde_json::to_string_pretty(self)?);
        if let Some(file) = outside_file(key, &self.place, "") {
            let _ = write_outside(&file, &sealed);
        }
        dir.replace(&dir.join(NAME), sealed.as_bytes(), Durability::Synced)
    }
}

/// Reads what is known about the repository at a place.
pub(super) fn find(dir: &StateDir, key: &SealingKey, here: &Place) -> Found {
    let outside = outside_file(key, here, "")
        .and_then(|file| fs::read_to_string(file).ok())
        .and_then(|text| unsealed(key, &text))
        .filter(|record| record.place.is_same_dir(here));
    match (inside(dir, key, here), outside) {
        (Ok(inside), Some(outside)) if outside.id == inside.id => Found::Record {
            record: if outside.serial > inside.serial {
                outside
            } else {
                inside
            },
            inside: None,
        },
        (Ok(record), _) => Found::Record {
            record,
            inside: None,
        },
        (Err(loss), Some(record)) => Found::Record {
            record,
            inside: Some(loss),
        },
        (Err(Loss::Absent), None) => earlier(dir, key),
        (Err(loss), None) => Found::Nothing(loss),
    }
}

fn inside(dir: &StateDir, key: &SealingKey, here: &Place) -> Result<Record, Loss> {
    let text = read(dir, NAME)?;
    let record = unsealed(key, &text).ok_or(Loss::OtherKey)?;
    if record.place.is(here) {
        Ok(record)
    } else {
        Err(Loss::OtherPlace)
    }
}

fn earlier(dir: &StateDir, key: &SealingKey) -> Found {
    let tips = read(dir, EARLIER).and_then(|text| {
        let (_, body) = key.unseal_earlier(EARLIER, &text).ok_or(Loss::OtherKey)?;
        let tips = body.lines().map(|line| line.parse().ok());
        tips.collect::<Option<_>>().ok_or(Loss::Unreadable)
    });
    tips.map_or_else(Found::Nothing, Found::Earlier)
}

/// Removes what an older version has written, once it is in the record.
pub(super) fn remove_earlier(dir: &StateDir) {
    let _ = fs::remove_file(dir.join(EARLIER));
}

fn read(dir: &StateDir, name: &str) -> Result<String, Loss> {
    fs::read(dir.join(name))
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Loss::Absent,
            _ => Loss::Unreadable,
        })
        .and_then(|bytes| String::from_utf8(bytes).map_err(|_| Loss::OtherKey))
}

fn unsealed(key: &SealingKey, text: &str) -> Option<Record> {
    serde_json::from_str(key.unseal(NAME, "", text)?).ok()
}

/// The directory beside the key with the files of repositories.
pub(super) fn outside_dir(key: &SealingKey) -> Option<PathBuf> {
    Some(key.outside()?.join(REPOSITORIES))
}

/// The file beside the key about the repository at a place.
pub(super) fn outside_file(key: &SealingKey, place: &Place, suffix: &str) -> Option<PathBuf> {
    let dir = outside_dir(key)?;
    Some(dir.join(format!("{}{suffix}", place.name())))
}

/// Writes a file beside the key.
pub(super) fn write_outside(file: &std::path::Path, text: &str) -> io::Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    replace_file(file, text.as_bytes(), PRIVATE, Durability::Synced)
}
