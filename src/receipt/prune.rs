//! Removes receipts of trees that can no longer be reached.

use std::fs;
use std::time::{Duration, SystemTime};

use super::Store;
use crate::base::fault::Result;
use crate::git::Repository;

/// With fewer receipts than this nothing is removed.
const FEW: usize = 1000;

/// A younger receipt stays even if nothing leads to its tree: the tree may be staged, or about to
/// be committed.
const YOUNG: Duration = Duration::from_hours(24 * 30);

impl Store {
    /// Removes the receipts of trees that neither a reference nor a reflog leads to any more, once
    /// there are many. Returns how many.
    ///
    /// # Errors
    ///
    /// git does not say what its references lead to; then nothing is removed.
    pub(crate) fn prune(&self, repository: &Repository) -> Result<usize> {
        let entries = fs::read_dir(self.receipts())
            .into_iter()
            .flatten()
            .flatten();
        let now = SystemTime::now();
        let is_old = |entry: &fs::DirEntry| {
            let written = entry.metadata().and_then(|data| data.modified()).ok();
            let age = written.and_then(|at| now.duration_since(at).ok());
            age.is_some_and(|age| age > YOUNG)
        };
        let receipts: Vec<fs::DirEntry> = entries.collect();
        if receipts.len() < FEW {
            return Ok(0);
        }
        let old: Vec<fs::DirEntry> = receipts.into_iter().filter(is_old).collect();
        if old.len() < FEW / 2 {
            return Ok(0);
        }
        let reachable = repository.reachable_trees()?;
        let is_reachable = |entry: &fs::DirEntry| {
            let tree = entry.file_name().to_string_lossy().parse();
            tree.is_ok_and(|tree| reachable.contains(&tree))
        };
        let unreachable = old.into_iter().filter(|entry| !is_reachable(entry));
        Ok(unreachable
            .filter(|entry| fs::remove_file(entry.path()).is_ok())
            .count())
    }
}
