//! Workspaces of Node: npm, pnpm and Yarn link the packages of a repository into `node_modules`. If
//! the whole directory were a link, they would be those of the work tree. So a directory with such a
//! link is a directory in the snapshot, with a link for each entry.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::view::snapshot::ignored_links::Made;
use crate::view::snapshot::path_mapping::{PathMapping, normal};

const MODULES: &str = "node_modules";

/// The directory of programs in it.
const PROGRAMS: &str = ".bin";

/// Caches in it, of which the snapshot has its own as of all others.
const CACHES: [&str; 3] = [".cache", ".vite", ".vite-temp"];

/// How large a script that starts a program is, at most.
const LARGEST: u64 = 1 << 16;

/// What each path of the snapshot is to be, for paths of the work tree that are linked.
pub(crate) fn open(linked: Vec<PathBuf>, trees: &PathMapping<'_>) -> Vec<(PathBuf, Made)> {
    let has_package = |path: &PathBuf| is_in_modules(path) && has_package(path, trees);
    let is_opened = linked.iter().any(has_package);
    let mut links = Vec::new();
    for path in linked {
        if is_opened && is_in_modules(&path) {
            open_one(&path, trees, &mut links);
        } else {
            let target = trees.top.join(&path);
            links.push((path, Made::Link(target)));
        }
    }
    links
}

/// Whether a package of the repository is linked here, or one directory below.
fn has_package(path: &Path, trees: &PathMapping<'_>) -> bool {
    if trees.top.join(path).is_symlink() {
        return inside(path, trees).is_some();
    }
    let has_scopes = has_name(path, MODULES);
    let entries = entries(path, trees).into_iter();
    let mut entries = entries.filter(|entry| !has_name(entry, PROGRAMS));
    entries.any(|entry| {
        let is_scope = has_scopes && is_scope(&entry);
        inside(&entry, trees).is_some() || is_scope && has_package(&entry, trees)
    })
}

fn open_one(path: &Path, trees: &PathMapping<'_>, links: &mut Vec<(PathBuf, Made)>) {
    let original = trees.top.join(path);
    if let Some(inside) = inside(path, trees) {
        links.push((path.to_owned(), Made::Link(trees.tree.join(inside))));
        return;
    }
    let is_dir = has_name(path, MODULES) || has_name(path, PROGRAMS) || is_scope(path);
    if is_dir && !original.is_symlink() {
        let before = links.len();
        for entry in entries(path, trees) {
            let is_cache = CACHES.iter().any(|name| has_name(&entry, name));
            if !(is_cache && has_name(path, MODULES)) {
                open_one(&entry, trees, links);
            }
        }
        let is_own = |(path, made): &(PathBuf, Made)| match made {
            Made::Link(target) => *target != trees.top.join(path),
            Made::Copy(_) => true,
        };
        if links[before..].iter().any(is_own) {
            return;
        }
        // All of them are what they are in the work tree, and so the directory is.
        links.truncate(before);
    } else if has_name(path.parent().unwrap_or(path), PROGRAMS) && starts_own(path, trees) {
        links.push((path.to_owned(), Made::Copy(original)));
        return;
    }
    links.push((path.to_owned(), Made::Link(original)));
}

/// Where a link leads in the tree, unless that is ignored, as what is installed is.
fn inside(path: &Path, trees: &PathMapping<'_>) -> Option<PathBuf> {
    let link = trees.top.join(path);
    let target = fs::read_link(&link).ok()?;
    resolved(&link.parent()?.join(target), trees)
}

fn resolved(path: &Path, trees: &PathMapping<'_>) -> Option<PathBuf> {
    // What is gone from the work tree may be in the snapshot.
    let real = path.canonicalize().unwrap_or_else(|_| normal(path));
    trees.inside(&real)
}

/// Whether a program is a script, as pnpm writes it, that starts a package of the repository. It
/// finds that from where it lies itself.
fn starts_own(path: &Path, trees: &PathMapping<'_>) -> bool {
    let script = trees.top.join(path);
    let is_small = |found: &fs::Metadata| found.is_file() && found.len() <= LARGEST;
    if !fs::symlink_metadata(&script).is_ok_and(|found| is_small(&found)) {
        return false;
    }
    let text = fs::read(&script).unwrap_or_default();
    let dir = script.parent().unwrap_or(&script);
    let words = text.split(|byte| matches!(byte, b'"' | b'\'' | b'\n' | b':'));
    let mut relative = words.filter_map(|word| {
        let word = word.strip_prefix(b"$basedir/").unwrap_or(word);
        word.starts_with(b"../").then(|| OsStr::from_bytes(word))
    });
    text.starts_with(b"#!") && relative.any(|word| resolved(&dir.join(word), trees).is_some())
}

fn is_in_modules(path: &Path) -> bool {
    path.iter().any(|part| part == MODULES)
}

fn has_name(path: &Path, name: &str) -> bool {
    path.file_name() == Some(OsStr::new(name))
}

/// Whether a path is that of the directory of a scope: `node_modules/@scope`.
fn is_scope(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_bytes().starts_with(b"@") && path.parent().is_some_and(|up| has_name(up, MODULES))
}

fn entries(path: &Path, trees: &PathMapping<'_>) -> Vec<PathBuf> {
    let all = fs::read_dir(trees.top.join(path)).into_iter().flatten();
    let mut all: Vec<PathBuf> = all
        .flatten()
        .map(|entry| path.join(entry.file_name()))
        .collect();
    all.sort();
    all
}
