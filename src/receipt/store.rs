//! Where receipts lie: a file for each tree, in the git directory that all work trees share.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::SealingKey;
use super::ledger::Ledger;
use crate::base::environment::Environment;
use crate::git::Repository;
use crate::model::trigger::Stage;

/// Below the git directory.
const FOLDER: &str = "gatekeeper";

/// Below that: a file for each tree.
const RECEIPTS: &str = "receipts";

/// What was there when gatekeeper was installed.
const BASELINE: &str = "baseline";

/// The file that is locked while a receipt is written.
const LOCK: &str = "receipts.lock";

/// What kinds of files are sealed.
const RECEIPT: &str = "receipt";

/// What is remembered of a tree.
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
    /// When a rebase that is checked at its tip only has made a commit of it, in seconds since 1970.
    #[serde(default)]
    pub(crate) left_to_tip: Option<u64>,
}

/// That a tree was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StageRecord {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// By what: the trigger of the run.
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
    /// Whether it is on a branch that needs no gates, so that no gate has looked at it.
    #[serde(default)]
    pub(crate) needs_none: bool,
}

/// That a gate has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pass {
    /// When, in seconds since 1970.
    pub(crate) at: u64,
    /// How long it took.
    pub(crate) milliseconds: u64,
    /// The digest of what it was given besides files: see [`super::given`].
    pub(crate) given: String,
    /// The digest of the files that it was given; `None` if these were all that it looks at.
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
    /// Opens the receipts of a repository. `None` if there can be none: no key can be had.
    #[must_use]
    pub(crate) fn open(repository: &Repository, environment: &Environment) -> Option<Self> {
        let dir = repository.common_dir.join(FOLDER);
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

    /// Whether what is remembered here was sealed with another key than ours: another user's, or that of
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

    /// Records what is there now, unless that was recorded before: what has come since does not
    /// become good by installing again. Returns whether it was recorded.
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
        self.write(&self.dir.join(BASELINE), sealed.as_bytes())?;
        self.baseline = Some(tips);
        self.has_other_key = false;
        Ok(true)
    }

    /// What has been tried in this repository.
    #[must_use]
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::in_dir(&self.dir)
    }

    /// The directory of all that is remembered.
    pub(super) fn receipts(&self) -> PathBuf {
        self.dir.join(RECEIPTS)
    }

    /// What is remembered of a tree. What was not written by us is nothing.
    #[must_use]
    pub(crate) fn receipt(&self, tree: &str) -> Option<Receipt> {
        let text = fs::read_to_string(self.receipts().join(tree)).ok()?;
        let body = self.key.unseal(RECEIPT, &text)?;
        let receipt: Receipt = serde_json::from_str(body).ok()?;
        // One that was copied from another tree says nothing of this one.
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

    /// Adds to what is remembered of a tree.
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
        self.write(&self.receipts().join(tree), sealed.as_bytes())
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

    /// Writes a file so that at every instant either the whole of it or what was there before is
    /// there.
    fn write(&self, file: &Path, text: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let mut new = tempfile::NamedTempFile::new_in(&self.dir)?;
        new.write_all(text)?;
        new.persist(file)?;
        Ok(())
    }
}
