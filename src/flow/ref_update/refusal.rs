//! What a refused transaction says, and what the ledger gets of it.

use super::{HOOK, Transaction};
use crate::base::fault::{Fault, Result};
use crate::config::{Config, Enforcement, committed};
use crate::flow::reference_moves::{BRANCHES, Move};
use crate::flow::{pushed_here, refused_update};
use crate::git::CommitNode;
use crate::receipt::{LedgerEntry, LedgerEvent};
use crate::report::{self, Detail, Style};

impl Transaction<'_> {
    /// Says that a branch gets commits that nobody has checked. Returns whether that is refused.
    pub(super) fn refuse(&self, commits: &[&CommitNode]) -> Result<bool> {
        let mode = self.mode(
            |config| config.settings.branch_receipts(),
            Enforcement::Enforce,
        );
        if mode == Enforcement::Off {
            return Ok(false);
        }
        let is_refused = mode == Enforcement::Enforce;
        let (event, what) = if is_refused {
            (LedgerEvent::Refused, "an unchecked commit was refused")
        } else {
            (LedgerEvent::Ungated, "an unchecked commit was made")
        };
        self.note(event, what, commits);
        let style = Style::for_errors(self.environment, Detail::Normal);
        let Some(named) = self.named() else {
            return Err(Fault::bug("a commit was refused, and no reference moves"));
        };
        let update = refused_update::Update {
            environment: self.environment,
            repository: &self.repository,
            ancestors: self.ancestors,
            reference: (&named.name, named.old, named.new),
            is_pushed: self.is_pushed(),
            store: &self.store,
        };
        report::say(&refused_update::words(&update, commits, is_refused, style)?);
        if let Some(loss) = self.store.loss() {
            report::say(&report::lost_record(loss, style));
        }
        if let Err(error) = self.store.can_write() {
            report::say(&report::no_receipts(&error, style));
        }
        Ok(is_refused)
    }

    pub(super) fn passes_here(&self, commits: &[&CommitNode]) -> Result<bool> {
        pushed_here::pass(self.environment, &self.repository, commits)
    }

    /// The move by which the transaction is named: of a branch, or else of HEAD.
    fn named(&self) -> Option<&Move> {
        let mut moves = self.moves.iter();
        let branch = moves.find(|moved| moved.name.starts_with(BRANCHES));
        branch.or(self.moves.first())
    }

    /// The branch that moves, or HEAD.
    fn name(&self) -> &str {
        self.named()
            .map_or("HEAD", |moved| report::short_reference(&moved.name))
    }

    /// Adds a line about each of these commits to the ledger.
    pub(super) fn note(&self, event: LedgerEvent, what: &str, commits: &[&CommitNode]) {
        let what = format!("{what}, on {}", self.name());
        let called = self.ancestors.first().map(Vec::as_slice);
        let entry = |commit: &&CommitNode| {
            LedgerEntry::new(event, HOOK, what.as_str())
                .about(commit.id)
                .called(called)
        };
        let entries: Vec<LedgerEntry> = commits.iter().map(entry).collect();
        let _ = self.store.ledger().add_all(&entries);
    }

    /// The strictest of what the configurations before and after say, and the one that is checked out: a
    /// new branch has none before. One that cannot be read says the default.
    pub(super) fn mode(
        &self,
        of: impl Fn(&Config) -> Enforcement,
        default: Enforcement,
    ) -> Enforcement {
        let old = self.distinct(|moved| moved.old);
        let new = self.distinct(|moved| Some(moved.new));
        let head = self.repository.head_commit().ok().flatten();
        let ids = old.iter().chain(&new).chain(&head);
        let modes = ids.map(|id| {
            let config = committed::config_in(&self.repository, *id).ok().flatten();
            config.map_or(default, |config| of(&config))
        });
        modes.max().unwrap_or(default)
    }
}
