//! Reads what gates lead to on both sides of a change.

use std::path::Path;

use super::gate_files::{GateFiles, Led};
use super::linked_programs::linked_programs;
use super::single_change::ChangeChecker;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::Config;
use crate::git::{DiffTarget, FileDiff};
use crate::indirection::{CommitTree, Files, IndexTree, NoFiles, may_lead};

impl ChangeChecker<'_> {
    /// What the gates before a change lead to (`policy`), and those after it (`config`).
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub(super) fn led(
        &mut self,
        (before, after): (&[ObjectId], DiffTarget),
        (policy, config): (&Config, &Config),
        files: &[FileDiff],
    ) -> Result<Led> {
        let now = self.led_at(policy, Some(after))?;
        let mut commands = policy.gates.iter().chain(&config.gates);
        // cargo reads its configuration for every command.
        let may_differ = commands.any(|gate| may_lead(&gate.commands()))
            || now.leads()
            || files.iter().any(|file| is_of_cargo(&file.path));
        let earlier = |commit: &ObjectId| may_differ.then_some(DiffTarget::Commit(*commit));
        let mut then = Vec::new();
        for commit in before {
            then.push(self.led_at(policy, earlier(commit))?);
        }
        let others = match before.first() {
            Some(commit) if policy.gates != config.gates => {
                let then = self.led_at(config, earlier(commit))?;
                Some((then, self.led_at(config, Some(after))?))
            }
            _ => None,
        };
        Ok(Led {
            before: then,
            after: now,
            others,
            programs: linked_programs(self.repository, [config, policy]),
        })
    }

    /// What the gates of a configuration lead to in a tree; without one, what their texts alone say.
    fn led_at(&mut self, config: &Config, target: Option<DiffTarget>) -> Result<GateFiles> {
        match target {
            None => GateFiles::read(config, &mut Files::new(&mut NoFiles)),
            Some(DiffTarget::Index) => {
                let mut tree = IndexTree::open(self.repository)?;
                GateFiles::read(config, &mut Files::new(&mut tree))
            }
            Some(DiffTarget::Commit(commit)) => {
                let mut tree = CommitTree::new(&mut self.policies.objects, commit);
                GateFiles::read(config, &mut Files::new(&mut tree))
            }
        }
    }
}

fn is_of_cargo(path: &Path) -> bool {
    path.parent().is_some_and(|dir| dir.ends_with(".cargo"))
}
