//! Files that git takes for what the index has though they hold something else than a checkout would
//! put there: a filter that does not lead back, an object that stands in for another one.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::contents::raw_id;
use crate::fault::{Fault, Result};
use crate::git::Repository;
use crate::git::changes::{Change, ChangeKind, FileMode};
use crate::git::index::{Index, hex};

/// The file of a folder that says which filters there are: gitattributes(5).
const ATTRIBUTES: &[u8] = b".gitattributes";

impl Repository {
    /// Those of some changed files of the work tree that are not what a checkout of the index would put
    /// there, though git takes them for the same.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn filtered_otherwise(&self, index: &Index, changes: &[Change]) -> Result<Vec<PathBuf>> {
        if !self.may_have_filters(index) {
            return Ok(Vec::new());
        }
        let mut asked = Vec::new();
        let mut others = Vec::new();
        for change in changes {
            let name = change.path.as_os_str().as_bytes();
            let Some(entry) = index.find(name) else {
                continue;
            };
            let id = index.id(entry);
            let file = self.work_tree.join(&change.path);
            let is_file = change.kind == ChangeKind::Present(FileMode::File)
                && std::fs::symlink_metadata(&file).is_ok_and(|data| data.is_file());
            if !is_file || raw_id(&file, id.len()).as_deref() == Some(id) {
                continue;
            }
            if name.contains(&b'\n') {
                others.push(change.path.clone());
            } else {
                asked.push((hex(id), change.path.clone()));
            }
        }
        others.extend(self.not_checked_out_so(&asked)?);
        others.sort();
        Ok(others)
    }

    /// Whether contents may be others in the work tree than in an object: git's attributes, its
    /// configuration or `git replace` say so.
    fn may_have_filters(&self, index: &Index) -> bool {
        let is_attributes = |name: &[u8]| name.ends_with(ATTRIBUTES);
        let is_there = |path: &str| self.common_dir.join(path).exists();
        if index
            .entries()
            .iter()
            .any(|one| is_attributes(index.name(one)))
            || is_there("info/attributes")
            || is_there("refs/replace")
        {
            return true;
        }
        let configured = || {
            let library = self.library.lock().ok()?;
            let configuration = library.as_ref()?.config().ok()?.snapshot().ok()?;
            let mut filters = configuration.entries(Some("^filter\\.")).ok()?;
            let has_filter = filters.next().is_some();
            Some(has_filter || configuration.get_bytes("core.autocrlf").is_ok())
        };
        configured().unwrap_or(true)
    }

    /// Those of some files that hold something else than git would check out.
    fn not_checked_out_so(&self, asked: &[(String, PathBuf)]) -> Result<Vec<PathBuf>> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut input = Vec::new();
        for (id, path) in asked {
            input.extend_from_slice(id.as_bytes());
            input.push(b' ');
            input.extend_from_slice(path.as_os_str().as_bytes());
            input.push(b'\n');
        }
        let answer = self.answer_to(["cat-file", "--batch", "--filters"], &input)?;
        let mut rest = answer.output.as_slice();
        let mut others = Vec::new();
        for (_, path) in asked {
            let contents = take(&mut rest).ok_or_else(|| {
                Fault::unable("git cannot check out what is to be committed")
                    .detail(answer.complaint.clone())
            })?;
            if !holds(&self.work_tree.join(path), contents) {
                others.push(path.clone());
            }
        }
        Ok(others)
    }
}

fn holds(file: &Path, contents: &[u8]) -> bool {
    std::fs::read(file).is_ok_and(|present| present == contents)
}

/// The next contents: `id kind size`, a line break, the contents, a line break (git-cat-file(1)).
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(&rest[..end]).ok()?;
    let size: usize = header.split(' ').nth(2)?.parse().ok()?;
    let contents = rest.get(end + 1..end + 1 + size)?;
    *rest = rest.get(end + 2 + size..)?;
    Some(contents)
}
