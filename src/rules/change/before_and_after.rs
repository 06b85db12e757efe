//! What is weaker after a change than before it, as far as both contents have to be compared: the configuration of
//! tools, tests, and gates.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::moved_files::moves;
use super::removed_tests;
use super::single_change::ChangeChecker;
use super::weakenings::{NewConfig, unknown_before, weaker};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, Moves, Policy};
use crate::git::{DiffTarget, FileDiff};
use crate::indirection::{CommitTree, Entry, IndexTree, Tree as _};
use crate::model::finding::Finding;
use crate::rules::tool_config::{self, Changed, ToolCalls};

impl ChangeChecker<'_> {
    /// What is looser in files that are compared as a whole, and what is weaker in gates.toml. `calls`
    /// are the commands of the gates before the change.
    pub(super) fn weaker_than(
        &mut self,
        (before, after): (Option<ObjectId>, DiffTarget),
        files: &[FileDiff],
        (config, calls): (&Config, &ToolCalls),
    ) -> Result<Vec<Finding>> {
        let contents = self.contents(before, files)?;
        let mut changed: Vec<Changed<'_>> = contents.iter().map(as_changed).collect();
        let mut findings = tool_config::check(&config.bypass, &changed, calls);
        // Where no test is missing from the files that were there, new ones need not be read.
        let mut removed = removed_tests::check(&config.bypass, &changed);
        let new;
        if removed.is_some() {
            new = self.new_tests(files)?;
            changed.extend(new.iter().map(as_changed));
            removed = removed_tests::check(&config.bypass, &changed);
        }
        findings.extend(removed);
        match self.old_policy(before, files, config)? {
            Policy::Absent => {}
            Policy::Broken(fault) => findings.push(unknown_before(&fault)),
            Policy::Ready(old) => {
                findings.extend(self.weaker_gates(&old, (files, after), config)?);
            }
        }
        findings.extend(self.grown_baseline(before, files, config)?);
        Ok(findings)
    }

    /// What is weaker in gates.toml.
    fn weaker_gates(
        &mut self,
        old: &Config,
        (files, after): (&[FileDiff], DiffTarget),
        config: &Config,
    ) -> Result<Vec<Finding>> {
        let mut texts = BTreeMap::new();
        for file in files
            .iter()
            .filter(|file| config.files.contains(&file.path))
        {
            if let Some(id) = file.after
                && let Ok(text) = String::from_utf8(self.policies.objects.blob(id)?)
            {
                texts.insert(file.path.clone(), text);
            }
        }
        let mut new = NewConfig {
            config,
            texts: &texts,
            moves: &Moves::default(),
        };
        let findings = weaker(old, new, self.today);
        if findings.is_empty() {
            return Ok(findings);
        }
        let moves = moves(files, |path| self.is_gone(path, after))?;
        new.moves = &moves;
        Ok(weaker(old, new, self.today))
    }

    /// What is weaker in gates.toml in one commit than in another one.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(super) fn weaker_between(
        &mut self,
        (from, before): (ObjectId, &Config),
        (to, after): (ObjectId, &Config),
    ) -> Result<Vec<Finding>> {
        let target = DiffTarget::Commit(to);
        let files = self.repository.touched(&[from], target)?;
        let mut findings = self.weaker_gates(before, (&files, target), after)?;
        findings.extend(self.grown_baseline(Some(from), &files, after)?);
        Ok(findings)
    }

    /// Whether nothing is at a path after a change.
    fn is_gone(&mut self, path: &Path, after: DiffTarget) -> Result<bool> {
        let entry = match after {
            DiffTarget::Index => IndexTree::open(self.repository)?.entry(path)?,
            DiffTarget::Commit(commit) => {
                CommitTree::new(&mut self.policies.objects, commit).entry(path)?
            }
        };
        Ok(entry == Entry::Missing)
    }

    /// Like [`Self::weaker_than`], for a merge: what is weaker than in each of its parents. A weakening
    /// that one parent already has belongs to that parent.
    pub(super) fn weaker_than_all(
        &mut self,
        parents: &[ObjectId],
        after: DiffTarget,
        policies: (&Config, &ToolCalls),
    ) -> Result<Vec<Finding>> {
        let mut common: Option<Vec<Finding>> = None;
        for &parent in parents {
            let files = self.repository.touched(&[parent], after)?;
            let mut findings = self.weaker_than((Some(parent), after), &files, policies)?;
            if let Some(common) = common {
                let is_common = |finding: &Finding| {
                    common.iter().any(|other| {
                        (finding.place().0, &finding.rule, finding.mark())
                            == (other.place().0, &other.rule, other.mark())
                    })
                };
                findings.retain(is_common);
            }
            if findings.is_empty() {
                return Ok(findings);
            }
            common = Some(findings);
        }
        Ok(common.unwrap_or_default())
    }

    /// The contents, before and after, of the files that are compared as a whole and of their
    /// companions, and of those in which tests may have stood.
    fn contents(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
    ) -> Result<Vec<ChangedContent>> {
        let mut contents = Vec::new();
        let mut companions = BTreeSet::new();
        for file in files {
            let path = &file.path;
            if !tool_config::is_compared(path)
                && (file.before.is_none() || !removed_tests::may_hold_tests(path))
            {
                continue;
            }
            let objects = &mut self.policies.objects;
            let mut read = |id: Option<ObjectId>| id.map(|id| objects.blob(id)).transpose();
            contents.push((path.clone(), read(file.before)?, read(file.after)?));
            companions.extend(tool_config::companions(path));
        }
        let Some(before) = before else {
            return Ok(contents);
        };
        for path in companions {
            if files.iter().all(|file| file.path != path)
                && let Some(content) = self.policies.objects.file(before, &path)?
            {
                contents.push((path, Some(content.clone()), Some(content)));
            }
        }
        Ok(contents)
    }

    /// The contents of the new files in which tests may stand, except for those that are compared as a whole.
    fn new_tests(&mut self, files: &[FileDiff]) -> Result<Vec<ChangedContent>> {
        let mut contents = Vec::new();
        for file in files {
            let path = &file.path;
            let may_hold = file.before.is_none()
                && removed_tests::may_hold_tests(path)
                && !tool_config::is_compared(path);
            if let Some(id) = file.after.filter(|_| may_hold) {
                contents.push((path.clone(), None, Some(self.policies.objects.blob(id)?)));
            }
        }
        Ok(contents)
    }
}

/// A file, with its content before and after.
type ChangedContent = (PathBuf, Option<Vec<u8>>, Option<Vec<u8>>);

fn as_changed((path, before, after): &ChangedContent) -> Changed<'_> {
    Changed {
        path,
        before: before.as_deref(),
        after: after.as_deref(),
    }
}
