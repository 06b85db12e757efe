//! What a pushed reference is to name: it is checked now, unless that was done before, and it must have gates.

use super::Push;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{FILE_NAME, committed};
use crate::flow::gate_place::GatePlace;
use crate::flow::request::RunRequest;
use crate::flow::ungated_branch::UNGATED_BRANCHES;
use crate::flow::{gate_run, self_path, ungated_branch, ungated_commits};
use crate::git::CommitNode;
use crate::model::trigger::{Stage, Trigger};
use crate::receipt::{self, Receipt, StageRecord};
use crate::report::{self, Detail, Format};

impl Push<'_> {
    /// Checks what a reference is to name, if anything is left to check. What was checked here counts
    /// only if all that the remote has not was, too: it may have been counted from what others have made.
    pub(super) fn check_tip(&self, tip: ObjectId) -> Result<ExitCode> {
        let Some(commit) = self.repository.ancestor(tip)? else {
            return Ok(ExitCode::Passed);
        };
        let new = self.new_there(&[tip])?;
        let receipt = self.store.receipt(commit.tree);
        let receipt = receipt.unwrap_or_else(|| Receipt::new(commit.tree));
        let known = |stage: Stage| receipt.checked.get(stage.name());
        // What a branch without gates may have is nothing that other branches may have.
        if known(Stage::PreCommit).is_some_and(|record| record.by == UNGATED_BRANCHES) {
            self.must_have_gates(tip)?;
        }
        let mut is_known = known(Stage::PreCommit).is_some();
        for one in &new {
            is_known = is_known && self.is_checked(one)?;
        }
        let has_more = self.has_gates_of_push(tip);
        if let Some(stage_record) = known(Stage::PrePush).filter(|_| is_known && has_more) {
            self.say_checked(tip, stage_record);
            return Ok(ExitCode::Passed);
        }
        if new.is_empty() && !self.store.is_trusted_tip(tip) {
            return Ok(ExitCode::Passed);
        }
        if !is_known && new.iter().any(|one| one.id == tip) {
            self.must_have_gates(tip)?;
            let code = self.run(tip, Stage::PreCommit)?;
            if code != ExitCode::Passed {
                return Ok(code);
            }
        }
        if has_more {
            return self.run(tip, Stage::PrePush);
        }
        if let Some(stage_record) = known(Stage::PreCommit).filter(|_| is_known) {
            self.say_checked(tip, stage_record);
        }
        Ok(ExitCode::Passed)
    }

    /// Refuses unchecked commits without gates.toml by way of what is pushed with them, if that has none
    /// either: one command accepts all of them.
    pub(super) fn must_have_gates_after(
        &self,
        left: &[&CommitNode],
        new: &[CommitNode],
    ) -> Result<()> {
        let mut has_gates = left.is_empty();
        for commit in left {
            has_gates = has_gates || ungated_commits::has_gates(&self.repository, commit.id)?;
        }
        for &tip in &self.tips {
            if !has_gates && new.iter().any(|one| one.id == tip) {
                self.must_have_gates(tip)?;
            }
        }
        Ok(())
    }

    /// Refuses a commit without gates.toml, and says what to do.
    fn must_have_gates(&self, tip: ObjectId) -> Result<()> {
        if ungated_commits::has_gates(&self.repository, tip)? {
            return Ok(());
        }
        let mut references = self.references.iter();
        let reference = references.find(|one| one.here == Some(tip));
        let name = reference.map_or("", |one| report::short_reference(&one.to));
        let fault = Fault::usage(format!(
            "there is no {FILE_NAME} in {}, which is pushed to {}",
            tip.short(),
            clean_line(name.as_bytes())
        ));
        let help = match reference {
            Some(one) => ungated_branch::help(&self.repository, &one.to, None, tip)?,
            None => None,
        };
        let Some(help) = help else {
            return Err(fault.hint(format!(
                "commit a {FILE_NAME} there (`gatekeeper init` writes one)"
            )));
        };
        let program = self_path::call(self.environment);
        let accept = report::accept_range_command(&program, None, tip);
        Err(fault.hint(format!(
            "if this history need not follow the rules here (it is from elsewhere, or `git subtree` made it), \
             accept it, which is recorded: `{accept}`; then repeat the command; or {help}"
        )))
    }

    /// Runs the gates of a stage on what a reference is to name.
    fn run(&self, tip: ObjectId, stage: Stage) -> Result<ExitCode> {
        let request = RunRequest::new(Trigger::Push {
            commit: tip,
            stage,
            remote: self.remote.clone(),
        });
        let place = GatePlace::of(self.environment, &self.repository, Some(tip))?;
        gate_run::check(place.environment(), &request, Format::Text, self.style)
    }

    /// Whether a push needs more than a commit does. If that cannot be known, the run will say why.
    fn has_gates_of_push(&self, tip: ObjectId) -> bool {
        let config = committed::config_in(&self.repository, tip).ok().flatten();
        config.is_none_or(|config| {
            let mut gates = config.gates.iter();
            gates.any(|gate| gate.hooks.contains(&Stage::PrePush))
        })
    }

    fn say_checked(&self, tip: ObjectId, record: &StageRecord) {
        if self.style.detail == Detail::Quiet && record.excepted.is_empty() {
            return;
        }
        report::say(&report::checked_before(
            &tip.short(),
            &record.excepted,
            record.has_passed(),
            receipt::age(record.at),
            self.style,
        ));
    }
}
