//! The references of a repository, for a git directory elsewhere.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use bstr::ByteSlice as _;

use crate::base::fault::Result;
use crate::git::Repository;
use crate::git::paths::repository_path;

/// References that each work tree has for itself: git-worktree(1), "refs".
const OF_A_WORK_TREE: [&str; 3] = ["bisect", "rewritten", "worktree"];

/// All references of a repository.
pub(super) struct References {
    /// Those that name objects, as a file of packed ones.
    pub(super) packed: Vec<u8>,
    /// Those that stand for others, each with its file's contents.
    pub(super) symbolic: Vec<(PathBuf, Vec<u8>)>,
    /// The contents of HEAD.
    pub(super) head: Vec<u8>,
}

impl References {
    /// Reads them where they are files, and has git list them where they are not.
    pub(super) fn read(repository: &Repository, are_files: bool) -> Result<Self> {
        if are_files && let Some(read) = from_files(repository) {
            return Ok(read);
        }
        let format = "--format=%(objectname) %(refname) %(symref)";
        let (mut packed, mut symbolic) = (Vec::new(), Vec::new());
        let listed = repository.git().output(["for-each-ref", format])?;
        for line in listed.split_str("\n") {
            // No name of a reference has a space.
            let mut fields = line.split_str(" ");
            let (Some(id), Some(name)) = (fields.next(), fields.next()) else {
                continue;
            };
            match fields.next() {
                None | Some([]) => packed.extend([id, b" ", name, b"\n"].concat()),
                Some(other) => symbolic.push((
                    repository_path(name),
                    [&b"ref: "[..], other, b"\n"].concat(),
                )),
            }
        }
        Ok(Self {
            packed,
            symbolic,
            head: head(repository)?,
        })
    }
}

/// `None` if something is not as git writes it.
fn from_files(repository: &Repository) -> Option<References> {
    let head_file = repository.git_dir.join("HEAD");
    let head = fs::read(&head_file).ok()?;
    // git used to make it a link.
    if head_file.is_symlink() || !(is_id_line(&head) || is_symbolic(&head)) {
        return None;
    }
    // Loose ones first: what git packs meanwhile is found among the packed ones.
    let mut loose = BTreeMap::new();
    let shared = repository.common_dir.join("refs");
    let is_main = repository.git_dir == repository.common_dir;
    let left_out: &[&str] = if is_main { &[] } else { &OF_A_WORK_TREE };
    collect(&shared, Path::new("refs"), left_out, &mut loose)?;
    if !is_main {
        for name in OF_A_WORK_TREE {
            let name = Path::new("refs").join(name);
            collect(&repository.git_dir.join(&name), &name, &[], &mut loose)?;
        }
    }
    let packed = match fs::read(repository.common_dir.join("packed-refs")) {
        Ok(packed) => packed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(_) => return None,
    };
    let (symbolic, loose): (Vec<_>, Vec<_>) =
        loose.into_iter().partition(|(_, text)| is_symbolic(text));
    Some(References {
        packed: if loose.is_empty() {
            packed
        } else {
            merged(&packed, &loose)?
        },
        symbolic,
        head,
    })
}

/// The files below a directory, by the names of references.
fn collect(
    dir: &Path,
    name: &Path,
    left_out: &[&str],
    found: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> Option<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(()),
        Err(_) => return None,
    };
    for entry in entries {
        let entry = entry.ok()?;
        let file = entry.file_name();
        if left_out.iter().any(|left| file == *left) || file.as_bytes().ends_with(b".lock") {
            continue;
        }
        let (path, name) = (entry.path(), name.join(&file));
        if entry.file_type().ok()?.is_dir() {
            collect(&path, &name, &[], found)?;
            continue;
        }
        match fs::read(path) {
            Ok(text) if is_id_line(&text) || is_symbolic(&text) => drop(found.insert(name, text)),
            // Packed or deleted meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            _ => return None,
        }
    }
    Some(())
}

/// Packed references with loose ones in place of those of the same names. What tags lead to is not
/// said, so neither is it said that it would be.
fn merged(packed: &[u8], loose: &[(PathBuf, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut all: BTreeMap<&[u8], &[u8]> = BTreeMap::new();
    for line in packed.split_str("\n") {
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"^") {
            continue;
        }
        let (id, name) = line.split_once_str(" ")?;
        all.insert(name, id);
    }
    for (name, text) in loose {
        all.insert(name.as_os_str().as_bytes(), text.trim_ascii_end());
    }
    let mut text = Vec::new();
    for (name, id) in all {
        for part in [id, b" ", name, b"\n"] {
            text.extend_from_slice(part);
        }
    }
    Some(text)
}

fn is_symbolic(text: &[u8]) -> bool {
    let name = text.strip_prefix(b"ref:").map(<[u8]>::trim_ascii);
    name.is_some_and(|name| name.starts_with(b"refs/"))
}

fn is_id_line(text: &[u8]) -> bool {
    let id = text.trim_ascii_end();
    matches!(id.len(), 40 | 64) && id.iter().all(u8::is_ascii_hexdigit)
}

/// What HEAD is, as its file says it.
fn head(repository: &Repository) -> Result<Vec<u8>> {
    let branch = repository.git().run(["symbolic-ref", "--quiet", "HEAD"])?;
    match branch.output_or_no()? {
        Some(name) => Ok([b"ref: ".as_slice(), &name].concat()),
        None => repository.git().output(["rev-parse", "HEAD"]),
    }
}
