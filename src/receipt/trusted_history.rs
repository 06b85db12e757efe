//! Trusted history: the commits that are good without a receipt.
//!
//! What a remote-tracking branch has is trusted, and so is what `audit --accept` accepted. If there is
//! no remote, HEAD is trusted when gatekeeper is installed, but not when it is installed again. All
//! other commits that existed then must be checked like any other commit, but branches may get them
//! again unchecked.

use std::collections::BTreeSet;
use std::io;

use super::chain::LedgerDamage;
use super::earlier_receipts;
use super::entry::LedgerEntry;
use super::ledger_end::Lines;
use super::record::{self, Acceptance, Found, Loss, Record, Resumed};
use super::store::Store;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::show_path;
use crate::git::{FirstTrusted, Repository};

/// The file that is locked while the record is written.
const LOCK: &str = "trusted-history.lock";

/// What `install` has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Nothing was known; now what remote-tracking branches have is trusted.
    Published,
    /// Nothing was known, and there is no remote: HEAD is trusted.
    Head,
    /// There was a record, which stays as it was.
    Known,
    /// The record was lost: what was checked before no longer counts.
    Resumed(Loss),
    /// All that was remembered was removed. What was trusted at the first installation is trusted again,
    /// and nothing that was made since.
    Again(FirstTrusted),
}

impl Store {
    /// Whether there is a record of what is trusted here: gatekeeper was installed, or a hook has run.
    #[must_use]
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.found, Found::Nothing(_))
    }

    /// Why the record cannot be used, or was begun anew since; `None` if all is well.
    #[must_use]
    pub(crate) fn loss(&self) -> Option<Loss> {
        match &self.found {
            Found::Record { record, inside } => inside.or_else(|| {
                let resumed = record.resumed.as_ref()?;
                (!resumed.is_repaired).then_some(resumed.why)
            }),
            Found::Earlier(_) => None,
            Found::Nothing(loss) => Some(*loss),
        }
    }

    /// The commits that are trusted with their ancestors, beside what remote-tracking branches have.
    #[must_use]
    pub(crate) fn trusted(&self) -> BTreeSet<ObjectId> {
        match &self.found {
            Found::Record { record, .. } => {
                let accepted = record.accepted.iter().map(|one| one.tip);
                record.trusted.iter().copied().chain(accepted).collect()
            }
            Found::Earlier(tips) => tips.clone(),
            Found::Nothing(_) => BTreeSet::new(),
        }
    }

    /// Whether a commit is one that was trusted when gatekeeper was installed.
    #[must_use]
    pub(crate) fn is_trusted_tip(&self, id: ObjectId) -> bool {
        match &self.found {
            Found::Record { record, .. } => record.trusted.contains(&id),
            Found::Earlier(tips) => tips.contains(&id),
            Found::Nothing(_) => false,
        }
    }

    /// What is trusted, and what commits here are counted from since the record was lost.
    #[must_use]
    pub(crate) fn trusted_here(&self) -> BTreeSet<ObjectId> {
        let mut trusted = self.trusted();
        trusted.extend(self.resumed().into_iter().flat_map(|one| one.from.clone()));
        trusted
    }

    /// The commits that existed when the record was begun, and those that are trusted: branches may get
    /// them.
    #[must_use]
    pub(crate) fn present(&self) -> BTreeSet<ObjectId> {
        let mut present = self.trusted_here();
        present.extend(self.present_at_install());
        let resumed = self.resumed().into_iter();
        present.extend(resumed.flat_map(|one| one.present.clone()));
        present
    }

    /// The commits that were there when gatekeeper was installed and are not trusted.
    #[must_use]
    pub(crate) fn present_at_install(&self) -> BTreeSet<ObjectId> {
        match &self.found {
            Found::Record { record, .. } => record.present.clone(),
            Found::Earlier(_) | Found::Nothing(_) => BTreeSet::new(),
        }
    }

    /// The history that was accepted, in the order of acceptance.
    #[must_use]
    pub(crate) fn acceptances(&self) -> &[Acceptance] {
        match &self.found {
            Found::Record { record, .. } => &record.accepted,
            Found::Earlier(_) | Found::Nothing(_) => &[],
        }
    }

    fn resumed(&self) -> Option<&Resumed> {
        match &self.found {
            Found::Record { record, .. } => record.resumed.as_ref(),
            Found::Earlier(_) | Found::Nothing(_) => None,
        }
    }

    /// Makes sure that there is a record: what an older version has written is taken over, and where
    /// nothing can be used, a new one is begun. If it cannot be written, no commit is refused for that.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn establish(&mut self, repository: &Repository) -> Result<()> {
        if matches!(self.found, Found::Record { .. }) {
            return Ok(());
        }
        let _lock = self.dir.lock(LOCK);
        self.find_again();
        let record = match &self.found {
            Found::Record { .. } => return Ok(()),
            Found::Earlier(tips) => self.upgraded(repository, tips.clone())?,
            Found::Nothing(loss) => self.resumed_from(repository, *loss)?,
        };
        self.start_ledger(&record.id);
        let _ = self.keep(record);
        Ok(())
    }

    /// Begins the record when gatekeeper is installed. What is known already stays: installing again
    /// makes no commit good. `were_hooks_here`: hooks of ours were in place before.
    ///
    /// # Errors
    ///
    /// git fails, or the record cannot be written.
    pub(crate) fn begin(
        &mut self,
        repository: &Repository,
        were_hooks_here: bool,
    ) -> Result<Begun> {
        let _lock = self.dir.lock(LOCK).map_err(|error| cannot(&error))?;
        self.find_again();
        let (record, begun) = match &self.found {
            Found::Record { record, inside } => {
                let mut record = record.clone();
                let loss = inside.or_else(|| {
                    let resumed = record.resumed.as_ref()?;
                    (!resumed.is_repaired).then_some(resumed.why)
                });
                repaired(&mut record);
                (record, loss.map_or(Begun::Known, Begun::Resumed))
            }
            Found::Earlier(tips) => (self.upgraded(repository, tips.clone())?, Begun::Known),
            Found::Nothing(Loss::Absent) => match repository.first_trusted()? {
                Some(first) => self.installed_again(repository, first)?,
                None if were_hooks_here => self.installed_again(repository, FirstTrusted(None))?,
                None => self.installed(repository)?,
            },
            Found::Nothing(loss) => {
                let loss = *loss;
                let mut record = self.resumed_from(repository, loss)?;
                repaired(&mut record);
                (record, Begun::Resumed(loss))
            }
        };
        if record.serial == 0 {
            self.start_ledger(&record.id);
        }
        let mut trusted = record.trusted.iter().copied();
        let first = FirstTrusted(trusted.next().filter(|_| trusted.next().is_none()));
        self.keep(record).map_err(|error| cannot(&error))?;
        if repository.first_trusted()?.is_none() {
            repository.set_first_trusted(first)?;
        }
        Ok(begun)
    }

    /// Adds history that was accepted.
    ///
    /// # Errors
    ///
    /// There is no record, or it cannot be written.
    pub(crate) fn accept(&mut self, acceptance: Acceptance) -> Result<()> {
        self.change(|record| record.accepted.push(acceptance))
    }

    /// What is wrong with the ledger; `None` if nothing is.
    #[must_use]
    pub(crate) fn ledger_damage(&self) -> Option<LedgerDamage> {
        match &self.found {
            Found::Record { .. } => self.ledger().damage(),
            Found::Earlier(_) | Found::Nothing(_) => None,
        }
    }

    /// Takes the record and the ledger as they are from now on, if something is wrong with them. The
    /// ledger gets a line for each of these entries.
    ///
    /// # Errors
    ///
    /// There is no record, or it cannot be written.
    pub(crate) fn repair(&mut self, entries: &[LedgerEntry]) -> Result<()> {
        if self.loss().is_some() {
            self.change(repaired)?;
        }
        let written = if self.ledger_damage().is_some() {
            self.ledger().repair(entries)
        } else {
            self.ledger().add_all(entries)
        };
        written.map_err(|error| {
            let fault = Fault::unable("cannot write to the ledger").because(&error);
            let path = self.ledger().path();
            if path.is_dir() {
                fault.hint(format!("move the directory {} away", show_path(&path)))
            } else {
                fault
            }
        })
    }

    /// Begins the chain of the ledger after the lines that are there: before the record is written, so
    /// that they never count as damage.
    fn start_ledger(&self, id: &str) {
        let lines = match &self.found {
            Found::Earlier(_) => Lines::Trusted,
            Found::Record { .. } | Found::Nothing(_) => Lines::NotTrusted,
        };
        let _ = self.ledger_of(id).start(lines);
    }

    fn change(&mut self, change: impl FnOnce(&mut Record)) -> Result<()> {
        let _lock = self.dir.lock(LOCK).map_err(|error| cannot(&error))?;
        self.find_again();
        let Found::Record { record, .. } = &self.found else {
            return Err(Fault::unable("there is no record of trusted history")
                .hint("record it with `gatekeeper install`"));
        };
        let mut record = record.clone();
        change(&mut record);
        self.keep(record).map_err(|error| cannot(&error))
    }

    fn find_again(&mut self) {
        self.found = record::find(&self.dir, &self.key, &self.here);
    }

    /// Writes a record; it counts in this process even if that fails.
    fn keep(&mut self, mut record: Record) -> io::Result<()> {
        record.place.clone_from(&self.here);
        let written = record.write(&self.dir, &self.key);
        if written.is_ok() {
            record::remove_earlier(&self.dir);
        }
        self.found = Found::Record {
            record,
            inside: None,
        };
        written
    }

    fn new_record(&self) -> Result<Record> {
        Record::new(&self.here).ok_or_else(|| Fault::unable("cannot read random numbers"))
    }

    fn installed(&self, repository: &Repository) -> Result<(Record, Begun)> {
        let mut record = self.new_record()?;
        record.trusted.extend(repository.published_tips()?);
        record.present.extend(repository.tips()?);
        let begun = if record.trusted.is_empty() && !repository.has_remote()? {
            record.trusted.extend(repository.head_commit()?);
            Begun::Head
        } else {
            Begun::Published
        };
        record.present.retain(|tip| !record.trusted.contains(tip));
        Ok((record, begun))
    }

    /// What is trusted where gatekeeper was installed before and everything that it remembered was
    /// removed: what remote-tracking branches have, or else what was trusted then.
    fn installed_again(
        &self,
        repository: &Repository,
        first: FirstTrusted,
    ) -> Result<(Record, Begun)> {
        let (mut record, begun) = self.installed(repository)?;
        if begun != Begun::Head {
            return Ok((record, begun));
        }
        record.trusted.clear();
        if let Some(id) = first.0
            && repository.ancestor(id)?.is_some()
        {
            record.trusted.insert(id);
        }
        let mut present: BTreeSet<ObjectId> = repository.tips()?.into_iter().collect();
        present.retain(|tip| !record.trusted.contains(tip));
        if present.is_empty() {
            return Ok((record, begun));
        }
        record.present.clear();
        record.resumed = Some(Resumed {
            why: Loss::Absent,
            from: BTreeSet::new(),
            present,
            is_repaired: false,
        });
        Ok((record, Begun::Again(first)))
    }

    /// What was trusted by an older version is trusted as by this one.
    fn upgraded(&self, repository: &Repository, tips: BTreeSet<ObjectId>) -> Result<Record> {
        let mut record = self.new_record()?;
        record.trusted.extend(repository.published_tips()?);
        if record.trusted.is_empty() && !repository.has_remote()? {
            record.trusted = tips;
        } else {
            record.present = tips;
            record.present.retain(|tip| !record.trusted.contains(tip));
        }
        // Before the record: if it is not written, all this is done again.
        let _ = earlier_receipts::keep(&self.dir, &self.key, &record.id, &self.receipts());
        Ok(record)
    }

    fn resumed_from(&self, repository: &Repository, why: Loss) -> Result<Record> {
        let mut record = self.new_record()?;
        record.trusted.extend(repository.published_tips()?);
        let mut resumed = Resumed {
            why,
            from: BTreeSet::new(),
            present: repository.tips()?.into_iter().collect(),
            is_repaired: false,
        };
        if record.trusted.is_empty() && !repository.has_remote()? {
            resumed.from.extend(repository.head_commit()?);
        }
        record.resumed = Some(resumed);
        Ok(record)
    }
}

fn repaired(record: &mut Record) {
    if let Some(resumed) = &mut record.resumed {
        resumed.is_repaired = true;
    }
}

fn cannot(error: &io::Error) -> Fault {
    Fault::unable("cannot record which history is trusted").because(error)
}
