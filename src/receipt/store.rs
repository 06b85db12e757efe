//! The storage of receipts: a file for each tree, in the git directory that all work trees share.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::key::SealingKey;
use super::ledger::Ledger;
use crate::base::environment::Environment;
use crate::base::replace::{Durability, PRIVATE, replace_file};
use crate::git::Repository;
use crate::model::trigger::Stage;

/// The directory below the git directory.
const DIRECTORY: &str = "gatekeeper";

/// The directory below that, with a file for each tree.
const RECEIPTS: &str = "receipts";

/// The file with the commits that were there when gatekeeper was installed.
const BASELINE: &str = "baseline";

/// The file that is locked while a receipt is written.
const LOCK: &str = "receipts.lock";

/// The kind of a sealed receipt.
const RECEIPT: &str = "receipt";

/// What is remembered about a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The id of the tree.
    pub(crate) tree: String,
    /// The version of gatekeeper that wrote it last.
    pub(crate) version: String,
    /// The stages at which it was checked, by their names.
    #[serde(default, rename = "judged")]
    pub(crate) checked: BTreeMap<String, StageRecord>,
    /// The gates that have passed on it, by their names.
    #[serde(default)]
    pub(crate) passed: BTreeMap<String, Pass>,
    /// When a rebase that is checked only at its tip has made a commit with it, in seconds since
    /// 1970.
    #[serde(default)]
    pub(crate) left_to_tip: Option<u64>,
}

/// The record that a tree was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StageRecord {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// The trigger of the run that checked it.
    pub(crate) by: String,
    /// The digest of the policy that it was checked by.
    pub(crate) policy: String,
    /// How each gate of the policy ended, by name.
    pub(crate) outcomes: BTreeMap<String, String>,
    /// What the commit weakens, so that its message must say why.
    #[serde(default)]
    pub(crate) weakens: Vec<String>,
    /// The gates that did not let it through, and that its message must except.
    #[serde(default)]
    pub(crate) excepted: Vec<String>,
    /// Whether it was committed on a branch that needs no gates, so that no gate has looked at it.
    #[serde(default)]
    pub(crate) needs_none: bool,
}

/// The record that a gate has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pass {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// How long it took.
    pub(crate) milliseconds: u64,
    /// The digest of its inputs other than files: see [`mod@super::cache_key`].
    pub(crate) given: String,
    /// The digest of the files that it was given; `None` if they were all that it looks at.
    pub(crate) files: Option<String>,
}

/// The receipts of a repository.
pub(crate) struct Store {
    dir: PathBuf,
    key: SealingKey,
    /// `None` if gatekeeper was never installed here, or that was lost.
    baseline: Option<HashSet<String>>,
    /// Whether there is a baseline that another key has sealed.
    has_other_key: bool,
}

impl Store {
    /// Opens the receipts of a repository. `None` if there is no key, so that there can be no
    /// receipts.
    #[must_use]
    pub(crate) fn open(repository: &Repository, environment: &Environment) -> Option<Self> {
        let dir = repository.common_dir.join(DIRECTORY);
        let key = SealingKey::open(environment, &dir)?;
        let text = fs::read_to_string(dir.join(BASELINE)).ok();
        let baseline: Option<HashSet<String>> = text.as_ref().and_then(|text| {
            let body = key.unseal(BASELINE, text)?;
            Some(body.lines().map(str::to_owned).collect())
        });
        Some(Self {
            has_other_key: text.is_some() && baseline.is_none(),
            dir,
            key,
            baseline,
        })
    }

    /// Whether it is known what was there when gatekeeper was installed.
    #[must_use]
    pub(crate) fn has_baseline(&self) -> bool {
        self.baseline.is_some()
    }

    /// Whether the records here were sealed with a key other than ours: another user's, or that of
    /// another HOME.
    #[must_use]
    pub(crate) fn has_other_key(&self) -> bool {
        self.has_other_key
    }

    /// The commits that were there when gatekeeper was installed; their ancestors belong to them.
    #[must_use]
    pub(crate) fn baseline(&self) -> &HashSet<String> {
        static NONE: std::sync::LazyLock<HashSet<String>> = std::sync::LazyLock::new(HashSet::new);
        self.baseline.as_ref().unwrap_or(&NONE)
    }

    /// Records the commits that are there now, unless there is a baseline: later commits do not
    /// become good by installing again. Returns whether they were recorded.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn record_baseline(&mut self, tips: HashSet<String>) -> io::Result<bool> {
        if self.baseline.is_some() {
            return Ok(false);
        }
        let mut sorted: Vec<&str> = tips.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let sealed = self.key.seal(BASELINE, &sorted.join("\n"));
        fs::create_dir_all(&self.dir)?;
        let file = self.dir.join(BASELINE);
        replace_file(&file, sealed.as_bytes(), PRIVATE, Durability::Synced)?;
        self.baseline = Some(tips);
        self.has_other_key = false;
        Ok(true)
    }

    /// The ledger of this repository.
    #[must_use]
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::in_dir(&self.dir)
    }

    /// The directory of receipts.
    pub(super) fn receipts(&self) -> PathBuf {
        self.dir.join(RECEIPTS)
    }

    /// The receipt of a tree. A file that we did not write does not count.
    #[must_use]
    pub(crate) fn receipt(&self, tree: &str) -> Option<Receipt> {
        let text = fs::read_to_string(self.receipts().join(tree)).ok()?;
        let body = self.key.unseal(RECEIPT, &text)?;
        let receipt: Receipt = serde_json::from_str(body).ok()?;
        // A receipt that was copied from another tree says nothing about this one.
        (receipt.tree == tree).then_some(receipt)
    }

    /// Whether a tree was checked at a stage, and when and how.
    #[must_use]
    pub(crate) fn stage_record(&self, tree: &str, stage: Stage) -> Option<StageRecord> {
        self.receipt(tree)?.checked.remove(stage.name())
    }

    /// Whether changes may be counted from a tree: it was checked at a stage, by gates, and none was
    /// excepted.
    #[must_use]
    pub(crate) fn is_good(&self, tree: &str, stage: Stage) -> bool {
        let stage_record = self.stage_record(tree, stage);
        stage_record.is_some_and(|stage_record| {
            stage_record.excepted.is_empty() && !stage_record.needs_none
        })
    }

    /// Adds to the receipt of a tree.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn record(&self, tree: &str, add: impl FnOnce(&mut Receipt)) -> io::Result<()> {
        fs::create_dir_all(self.receipts())?;
        let lock = fs::File::create(self.dir.join(LOCK))?;
        lock.lock()?;
        let mut receipt = self.receipt(tree).unwrap_or_default();
        tree.clone_into(&mut receipt.tree);
        env!("CARGO_PKG_VERSION").clone_into(&mut receipt.version);
        add(&mut receipt);
        let body = serde_json::to_string_pretty(&receipt)?;
        let sealed = self.key.seal(RECEIPT, &body);
        let file = self.receipts().join(tree);
        // A damaged receipt does not count.
        replace_file(&file, sealed.as_bytes(), PRIVATE, Durability::Unsynced)
    }

    /// Whether receipts can be written at all.
    ///
    /// # Errors
    ///
    /// They cannot.
    pub(crate) fn can_write(&self) -> io::Result<()> {
        fs::create_dir_all(self.receipts())?;
        tempfile::tempfile_in(self.receipts()).map(drop)
    }
}
