//! Who wrote what: a check that changes what it checks has checked something else.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::checked_tree::CheckedTree;
use super::overlay::{OverlayView, for_others};
use crate::base::fault::{Fault, Result};
use crate::event::FileWrites;
use crate::git::{FileMode, PlainIndex};
use crate::platform::overlay::{UpperEntry as Noted, UpperKind};

/// How many files are in a patch at most.
const MOST_COPIED: usize = 20;

/// How large each of them is at most, in bytes.
const LARGEST_COPIED: u64 = 1 << 20;

impl OverlayView {
    /// What a gate has written to files that are checked.
    pub(super) fn written_by(&self, gate: usize, checked: CheckedTree<'_>) -> Result<FileWrites> {
        let Some(plain) = &self.plain else {
            return Err(Fault::bug("a gate ran in an overlay that was never filled"));
        };
        let cannot = |error: std::io::Error| {
            Fault::unable("cannot read what the gate wrote").because(&error)
        };
        let noted = self.overlay().written(gate).map_err(cannot)?;
        let upper = for_others(&self.overlay().upper(gate));
        let mut written = FileWrites::default();
        let mut suspects = Vec::new();
        for note in noted {
            // A submodule is its own repository's affair.
            let is_submodule = |above: &Path| plain.index.kind(above) == Some(FileMode::Submodule);
            if note.path.starts_with(".git") || note.path.ancestors().any(is_submodule) {
                continue;
            }
            self.sort(&note, checked, plain, &upper, &mut written, &mut suspects);
        }
        for path in checked
            .repository
            .stored_otherwise(plain, &suspects, &upper)?
        {
            written.changed.push(path);
        }
        written.changed.sort();
        written.changed.dedup();
        if !written.changed.is_empty() {
            let patch = self.patch(checked, &written.changed, &upper);
            written.patch = patch.unwrap_or_default();
        }
        // `.pytest_cache` and its like ignore themselves.
        let own = written
            .new
            .iter()
            .filter(|path| path.ends_with(".gitignore"));
        let own = own.filter(|path| ignores_all(&upper.join(path)));
        let own: Vec<PathBuf> = own
            .filter_map(|path| path.parent().map(Path::to_owned))
            .filter(|dir| !dir.as_os_str().is_empty())
            .collect();
        let is_in_own = |path: &PathBuf| own.iter().any(|dir| path.starts_with(dir));
        written.new.retain(|path| !is_in_own(path));
        written.new = checked.repository.not_ignored(&written.new)?;
        written.new.sort();
        Ok(written)
    }

    /// Whether what the overlay has noted down is a change, may be one, or is new.
    fn sort(
        &self,
        note: &Noted,
        checked: CheckedTree<'_>,
        plain: &PlainIndex,
        upper: &Path,
        written: &mut FileWrites,
        suspects: &mut Vec<PathBuf>,
    ) {
        let path = &note.path;
        let tracked = plain.index.kind(path);
        match note.kind {
            UpperKind::File | UpperKind::Link | UpperKind::Other if tracked.is_some() => {
                let counts_modes = checked.repository.counts_modes();
                if is_right(note.kind, plain, path, &upper.join(path), counts_modes) {
                    suspects.push(path.clone());
                } else {
                    written.changed.push(path.clone());
                }
            }
            UpperKind::File | UpperKind::Link | UpperKind::Other => {
                let is_below = |dir: &PathBuf| path.starts_with(dir);
                // What was untracked before is not new.
                if checked.beside.untracked.iter().any(is_below) {
                    return;
                }
                if !self.ignored.iter().any(is_below) {
                    written.new.push(path.clone());
                }
                // A file where a directory was.
                written.changed.extend(plain.index.below(path));
            }
            UpperKind::Gone if tracked.is_some() => written.changed.push(path.clone()),
            UpperKind::Gone => written.changed.extend(plain.index.below(path)),
            UpperKind::Directory => {
                if matches!(tracked, Some(FileMode::File | FileMode::Link)) {
                    written.changed.push(path.clone());
                }
                if note.is_opaque {
                    let below = plain.index.below(path).into_iter();
                    let gone = |path: &PathBuf| fs::symlink_metadata(upper.join(path)).is_err();
                    written.changed.extend(below.filter(gone));
                }
            }
        }
    }
}

/// Whether a file with ignore rules ignores all beside it, and itself.
fn ignores_all(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut rules = text.lines().filter(|line| !line.starts_with('#'));
    rules.clone().any(|line| line.trim_end() == "*") && !rules.any(|line| line.starts_with('!'))
}

/// Whether a path is of the kind, and has the permissions, that the index has for it.
fn is_right(
    kind: UpperKind,
    plain: &PlainIndex,
    path: &Path,
    file: &Path,
    counts_modes: bool,
) -> bool {
    match plain.index.kind(path) {
        Some(FileMode::Link) => kind == UpperKind::Link,
        Some(FileMode::File) if kind == UpperKind::File => {
            let is_executable = plain
                .index
                .version(path)
                .is_some_and(|version| version.starts_with("100755"));
            fs::symlink_metadata(file).is_ok_and(|metadata| {
                let is_now = metadata.permissions().mode() & 0o100 != 0;
                !counts_modes || is_now == is_executable
            })
        }
        _ => false,
    }
}

impl OverlayView {
    /// What was changed, as git shows it. For the report only: no patch is no fault.
    fn patch(
        &self,
        checked: CheckedTree<'_>,
        changed: &[PathBuf],
        upper: &Path,
    ) -> Option<Vec<u8>> {
        // git resolves the path of a work tree, and would end where the view is not.
        let copies = tempfile::tempdir_in(&self.place().dir).ok()?;
        let mut paths: Vec<OsString> = Vec::new();
        for path in changed {
            let (file, copy) = (upper.join(path), copies.path().join(path));
            let Ok(metadata) = fs::symlink_metadata(&file) else {
                continue;
            };
            if paths.len() == MOST_COPIED || metadata.len() > LARGEST_COPIED {
                continue;
            }
            fs::create_dir_all(copy.parent()?).ok()?;
            if metadata.is_symlink() {
                symlink(fs::read_link(&file).ok()?, &copy).ok()?;
            } else if metadata.is_file() {
                fs::copy(&file, &copy).ok()?;
            } else {
                continue;
            }
            paths.push(path.clone().into_os_string());
        }
        let plain = self.plain.as_ref()?;
        checked.repository.patch(plain, copies.path(), &paths).ok()
    }
}
