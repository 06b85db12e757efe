//! What the built-in checks can correct themselves, after the fixers of gates.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use time::Date;

use super::Fixed;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::scratch::Scratch;
use crate::config::Config;
use crate::git::{FileMode, Replacement, Repository};
use crate::plan::Plan;
use crate::rules::checks::tidied;
use crate::view::CheckedTree;

/// Corrects the files of a change set, or what fixers have made of them.
///
/// # Errors
///
/// git fails.
pub(crate) fn by_checks(
    (config, today): (&Config, Date),
    plan: &Plan,
    checked: CheckedTree<'_>,
    fixed: &mut Vec<Fixed>,
) -> Result<()> {
    let repository = checked.repository;
    let head = repository.head_commit()?;
    let mut objects = repository.objects();
    let is_file = |path: &&PathBuf| checked.index.kind(path) == Some(FileMode::File);
    for path in plan.changed.iter().filter(is_file) {
        let Some((mode, old)) = Repository::stored_in(checked.index, path) else {
            continue;
        };
        let known = fixed.iter().position(|one| one.replacement.path == *path);
        let before = match head {
            Some(head) => objects.file(head, path)?.unwrap_or_default(),
            None => Vec::new(),
        };
        // What is stored has whatever the file has, but for line endings: no file is written for most.
        let stored = match known {
            Some(at) => fixed[at].after.clone(),
            None => objects.blob(old)?,
        };
        if tidied(config, path, (&before, &stored), today).is_none() {
            continue;
        }
        let content = match known {
            Some(_) => stored,
            None => checked.as_checked_out(path)?,
        };
        let Some(tidied) = tidied(config, path, (&before, &content), today) else {
            continue;
        };
        let new = store(repository, path, &tidied.content)?;
        match known {
            Some(at) if new == old => drop(fixed.remove(at)),
            Some(at) => {
                let one = &mut fixed[at];
                one.replacement.new = new;
                one.after = tidied.content;
                one.checks.extend(tidied.checks);
            }
            None if new == old => {}
            None => fixed.push(Fixed {
                replacement: Replacement {
                    path: path.clone(),
                    mode,
                    old,
                    new,
                },
                gates: BTreeSet::new(),
                checks: tidied.checks.into_iter().collect(),
                before: content,
                after: tidied.content,
            }),
        }
    }
    fixed.sort_by(|one, other| one.replacement.path.cmp(&other.replacement.path));
    Ok(())
}

fn store(repository: &Repository, path: &Path, content: &[u8]) -> Result<ObjectId> {
    let cannot =
        |error: std::io::Error| Fault::unable("cannot write a temporary file").because(&error);
    let dir = Scratch::new().map_err(cannot)?;
    let file = dir.path().join("file");
    fs::write(&file, content).map_err(cannot)?;
    repository.store(&file, path)
}
