//! The storage of receipts: a file for each tree, in the git directory that all work trees share.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::base::Base;
use super::earlier_receipts;
use super::key::{RECEIPT, SealingKey};
use super::ledger::Ledger;
use super::ledger_end::EndFiles;
use super::place::Place;
use super::record::{self, Found};
use super::state_dir::{Sharing, StateDir};
use crate::base::environment::Environment;
use crate::base::object_id::ObjectId;
use crate::base::replace::Durability;
use crate::git::Repository;
use crate::model::outcome::Outcome;
use crate::model::trigger::Stage;

/// The directory below the git directory.
const DIRECTORY: &str = "gatekeeper";

/// The directory below that, with a file for each tree.
const RECEIPTS: &str = "receipts";

/// The file that is locked while a receipt is written.
const LOCK: &str = "receipts.lock";

/// What is remembered about a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// The id of the tree.
    pub(crate) tree: ObjectId,
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
    /// What its changes were counted from, each time that it was checked; no commit if the gates have
    /// looked at the whole tree. `None` if an older version has checked it.
    #[serde(default)]
    pub(crate) counted_from: Option<Vec<Vec<Base>>>,
}

/// How many sets of bases are remembered for a tree.
const MOST_BASES: usize = 8;

impl StageRecord {
    /// Whether any gate has passed, then or on the same tree before.
    #[must_use]
    pub(crate) fn has_passed(&self) -> bool {
        let good = [Outcome::Passed.word(), Outcome::CACHED];
        let mut outcomes = self.outcomes.values();
        outcomes.any(|word| good.contains(&word.as_str()))
    }

    /// The same, with the bases of an earlier check that ended as this one did.
    #[must_use]
    pub(crate) fn with_bases_of(mut self, earlier: Option<&Self>) -> Self {
        let Some(counted_from) = &mut self.counted_from else {
            return self;
        };
        let alike = earlier.filter(|earlier| {
            earlier.excepted == self.excepted && earlier.needs_none == self.needs_none
        });
        for bases in alike
            .iter()
            .flat_map(|alike| alike.counted_from.iter().flatten())
        {
            if counted_from.len() < MOST_BASES && !counted_from.contains(bases) {
                counted_from.push(bases.clone());
            }
        }
        self
    }
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

/// The receipts of a repository, and what is trusted in it.
pub(crate) struct Store {
    pub(super) dir: StateDir,
    pub(super) key: SealingKey,
    /// Where the git directory lies.
    pub(super) here: Place,
    pub(super) found: Found,
}

impl Receipt {
    /// The receipt of a tree about which nothing is known.
    #[must_use]
    pub(crate) fn new(tree: ObjectId) -> Self {
        Self {
            tree,
            version: String::new(),
            checked: BTreeMap::new(),
            passed: BTreeMap::new(),
            left_to_tip: None,
        }
    }
}

impl Store {
    /// Opens the receipts of a repository. `None` if there is no key, so that there can be no
    /// receipts.
    #[must_use]
    pub(crate) fn open(repository: &Repository, environment: &Environment) -> Option<Self> {
        let dir = state_dir(repository);
        let key = SealingKey::open(environment, &dir)?;
        let here = Place::of(&repository.common_dir).ok()?;
        Some(Self {
            found: record::find(&dir, &key, &here),
            dir,
            key,
            here,
        })
    }

    /// Opens the receipts of a repository in which something was remembered before, and creates
    /// nothing. `None` if nothing was.
    #[must_use]
    pub(crate) fn open_existing(
        repository: &Repository,
        environment: &Environment,
    ) -> Option<Self> {
        let dir = state_dir(repository);
        let was_here = dir.path().is_dir();
        // Only in a repository of one user is something known beside the key.
        let may_be_known = was_here || dir.sharing == Sharing::Private;
        let is_there = may_be_known && SealingKey::is_there(environment, &dir);
        let store = is_there.then(|| Self::open(repository, environment));
        store.flatten().filter(|store| was_here || store.is_known())
    }

    /// The ledger of this repository.
    #[must_use]
    pub(crate) fn ledger(&self) -> Ledger<'_> {
        self.ledger_of(self.id())
    }

    /// The ledger as it is for an id.
    pub(super) fn ledger_of<'s>(&'s self, id: &'s str) -> Ledger<'s> {
        let outside = record::outside_file(&self.key, &self.here, ".ledger");
        Ledger {
            dir: &self.dir,
            key: &self.key,
            id,
            end: EndFiles::new(&self.dir, outside),
        }
    }

    /// What receipts are sealed for.
    pub(super) fn id(&self) -> &str {
        match &self.found {
            Found::Record { record, .. } => &record.id,
            Found::Earlier(_) | Found::Nothing(_) => "",
        }
    }

    /// The directory of receipts.
    pub(super) fn receipts(&self) -> PathBuf {
        self.dir.join(RECEIPTS)
    }

    /// The receipt of a tree. A file that we did not write does not count.
    #[must_use]
    pub(crate) fn receipt(&self, tree: ObjectId) -> Option<Receipt> {
        let text = fs::read_to_string(self.receipts().join(tree.to_string())).ok()?;
        let body = self.key.unseal(RECEIPT, self.id(), &text);
        let body = body.or_else(|| self.unseal_earlier(tree, &text))?;
        let receipt: Receipt = serde_json::from_str(body).ok()?;
        // A receipt that was copied from another tree says nothing about this one.
        (receipt.tree == tree).then_some(receipt)
    }

    /// What an older version has written about a tree.
    fn unseal_earlier<'a>(&self, tree: ObjectId, text: &'a str) -> Option<&'a str> {
        let (code, body) = self.key.unseal_earlier(RECEIPT, text)?;
        let counts = match &self.found {
            Found::Record { record, .. } => {
                earlier_receipts::has(&self.dir, &self.key, &record.id, tree, &code)
            }
            Found::Earlier(_) => true,
            Found::Nothing(_) => false,
        };
        counts.then_some(body)
    }

    /// Whether a tree was checked at a stage, and when and how.
    #[must_use]
    pub(crate) fn stage_record(&self, tree: ObjectId, stage: Stage) -> Option<StageRecord> {
        self.receipt(tree)?.checked.remove(stage.name())
    }

    /// The record of a tree from which changes may be counted: it was checked at a stage, by gates, and
    /// none was excepted.
    #[must_use]
    pub(super) fn good_record(&self, tree: ObjectId, stage: Stage) -> Option<StageRecord> {
        let record = self.stage_record(tree, stage);
        record.filter(|record| record.excepted.is_empty() && !record.needs_none)
    }

    /// Adds to the receipt of a tree.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn record(&self, tree: ObjectId, add: impl FnOnce(&mut Receipt)) -> io::Result<()> {
        self.dir.create(&self.receipts())?;
        let _lock = self.dir.lock(LOCK)?;
        let mut receipt = self.receipt(tree).unwrap_or_else(|| Receipt::new(tree));
        env!("CARGO_PKG_VERSION").clone_into(&mut receipt.version);
        add(&mut receipt);
        let body = serde_json::to_string_pretty(&receipt)?;
        let sealed = self.key.seal(RECEIPT, self.id(), &body);
        let file = self.receipts().join(tree.to_string());
        // A damaged receipt does not count.
        self.dir
            .replace(&file, sealed.as_bytes(), Durability::Unsynced)
    }

    /// Whether receipts can be written at all.
    ///
    /// # Errors
    ///
    /// They cannot.
    pub(crate) fn can_write(&self) -> io::Result<()> {
        self.dir.create(&self.receipts())?;
        tempfile::tempfile_in(self.receipts()).map(drop)
    }
}

fn state_dir(repository: &Repository) -> StateDir {
    let sharing = if repository.is_shared() {
        Sharing::Group
    } else {
        Sharing::Private
    };
    StateDir::new(remembered_in(repository), sharing)
}

/// The directory that holds what is remembered of this repository.
pub(super) fn remembered_in(repository: &Repository) -> PathBuf {
    repository.common_dir.join(DIRECTORY)
}
