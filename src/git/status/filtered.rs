//! Files that git takes for what the index has though they hold something else than a checkout would
//! put there: a filter that does not lead back, an object that stands in for another one.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::contents::RawFiles;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;
use crate::base::parallel::each;
use crate::base::scratch::Scratch;
use crate::git::Repository;
use crate::git::change_set::{Change, ChangeKind, FileMode};
use crate::git::index::Index;

/// How many files a thread reads at once.
const SHARE: usize = 64;

/// How many files git is asked for one by one.
const FEW: usize = 50;

/// The file of a directory that says which filters there are: gitattributes(5).
const ATTRIBUTES: &[u8] = b".gitattributes";

impl Repository {
    /// Those of some changed files of the work tree that are not what a checkout of the index would put
    /// there, though git takes them for the same.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn filtered_otherwise(
        &self,
        index: &Arc<Index>,
        changes: &[Change],
    ) -> Result<Vec<PathBuf>> {
        if !self.may_have_filters(index) {
            return Ok(Vec::new());
        }
        let files = changes
            .iter()
            .filter(|change| change.kind == ChangeKind::Present(FileMode::File));
        let files: Vec<(&Path, &[u8])> = files
            .filter_map(|change| {
                let entry = index.find(change.path.as_os_str().as_bytes())?;
                Some((change.path.as_path(), index.id(entry)))
            })
            .collect();
        let is_other = |raw: &mut RawFiles<'_>, (path, id): &(&Path, &[u8])| raw.is_other(path, id);
        let others = each(&files, SHARE, || RawFiles::new(&self.work_tree), is_other);
        let asked = files.iter().zip(others).filter(|(_, is_other)| *is_other);
        let asked = asked.map(|((path, _), _)| (*path).to_owned()).collect();
        self.not_checked_out_so(index, asked)
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
        self.reader().may_convert()
    }

    /// Whether a file holds what git would check out.
    fn is_checked_out_so(&self, index: &Index, path: &Path) -> Result<bool> {
        let Some(entry) = index.find(path.as_os_str().as_bytes()) else {
            return Ok(true);
        };
        let id = hex(index.id(entry));
        let mut named = OsString::from("--path=");
        named.push(path);
        let arguments = [
            OsStr::new("cat-file"),
            OsStr::new("--filters"),
            &named,
            id.as_ref(),
        ];
        let contents = self.git().output(arguments)?;
        Ok(std::fs::read(self.work_tree.join(path)).is_ok_and(|present| present == contents))
    }

    /// Those of some files that hold something else than git would check out.
    fn not_checked_out_so(&self, index: &Arc<Index>, asked: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
        // A few are asked for one by one: nothing is left then, whoever kills us meanwhile.
        if asked.len() <= FEW {
            let mut others = Vec::new();
            for path in asked {
                if !self.is_checked_out_so(index, &path)? {
                    others.push(path);
                }
            }
            return Ok(others);
        }
        let cannot =
            |error: std::io::Error| Fault::unable("cannot write a temporary file").because(&error);
        let dir = Scratch::new().map_err(cannot)?;
        let (files, elsewhere) = (dir.path().join("files"), dir.path().join("empty"));
        for dir in [&files, &elsewhere] {
            std::fs::create_dir(dir).map_err(cannot)?;
        }
        let plain = self.plain_index(index, &dir.path().join("index"))?;
        self.check_out_files(&plain, &asked, &files, &elsewhere)?;
        let is_other = |path: &PathBuf| {
            let read = |dir: &Path| std::fs::read(dir.join(path));
            let checked_out = read(&files);
            !checked_out.is_ok_and(|expected| {
                read(&self.work_tree).is_ok_and(|present| present == expected)
            })
        };
        Ok(asked.into_iter().filter(is_other).collect())
    }
}
