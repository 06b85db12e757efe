//! The messages of commits that a transaction brings to a branch.

use std::collections::{HashMap, HashSet};

use super::{HOOK, Transaction};
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Enforcement, committed};
use crate::flow::commit_message::{accepted, saved};
use crate::flow::{self_path, ungated_commits};
use crate::git::CommitNode;
use crate::receipt::{LedgerEntry, LedgerEvent};
use crate::report::{self, Detail, Style};
use crate::rules::message::range::CheckedMessage;

impl Transaction<'_> {
    /// Whether the commit-msg hook has just let a message through, or it was there before.
    pub(super) fn is_message_known(&self, id: ObjectId) -> Result<bool> {
        // Whoever repeats commits of others has not written their messages.
        if self.repository.is_repeating() {
            return Ok(true);
        }
        let message = self.repository.stored_message(id)?.unwrap_or_default();
        Ok(accepted::was_accepted(&self.repository, &message))
    }

    /// Removes the refused messages that were saved and that the commits have now. Each of these is stored already, so
    /// that nothing is lost even if git does not move the branch after all.
    pub(super) fn remove_saved_messages(&self) {
        for new in self.distinct(|moved| Some(moved.new)) {
            let committed = || self.repository.stored_message(new).ok().flatten();
            saved::remove_committed(&self.repository.git_dir.join(saved::DIR), committed);
        }
    }

    /// Checks the messages of commits that were made here, unless a commit that they take the place
    /// of had the same.
    pub(super) fn check_messages(
        &self,
        commits: &[&CommitNode],
        replaced: &HashMap<ObjectId, Vec<ObjectId>>,
    ) -> Result<ExitCode> {
        let mut known = HashSet::new();
        for &id in replaced.values().flatten() {
            known.extend(self.repository.stored_message(id)?);
        }
        let mut new = Vec::new();
        for commit in commits {
            let message = self
                .repository
                .stored_message(commit.id)?
                .unwrap_or_default();
            let is_known =
                known.contains(&message) || accepted::was_accepted(&self.repository, &message);
            if !is_known {
                new.push(commit.id);
            }
        }
        if new.is_empty() || self.repository.is_repeating() {
            return Ok(ExitCode::Passed);
        }
        let mode = self.mode(
            |config| config.settings.branch_messages(),
            Enforcement::Warn,
        );
        let Some(&first) = new.first().filter(|_| mode != Enforcement::Off) else {
            return Ok(ExitCode::Passed);
        };
        let config = match committed::config_in(&self.repository, first) {
            // What cannot be read asks for nothing, unless messages are to be enforced.
            Err(_) if mode != Enforcement::Enforce => None,
            config => config?,
        };
        let Some(config) = config else {
            return Ok(ExitCode::Passed);
        };
        let checked = ungated_commits::refused_messages(&self.repository, &config, new)?;
        if checked.is_empty() {
            return Ok(ExitCode::Passed);
        }
        let is_refused = mode == Enforcement::Enforce;
        let called = self.ancestors.first().map(Vec::as_slice);
        let entry = |one: &CheckedMessage| {
            let what = "a commit message broke the rules";
            LedgerEntry::new(LedgerEvent::Message, HOOK, what)
                .about(one.id)
                .called(called)
        };
        let entries: Vec<LedgerEntry> = checked.iter().map(entry).collect();
        let _ = self.store.ledger().add_all(&entries);
        let style = Style::for_errors(self.environment, Detail::Normal);
        report::say(&report::bad_messages(
            &checked,
            is_refused,
            &self_path::call(self.environment),
            style,
        ));
        Ok(ExitCode::passed_if(!is_refused))
    }
}
