//! Which files a change has moved, by their paths: gates may follow them without being weaker.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::base::fault::Result;
use crate::config::Moves;
use crate::git::FileDiff;
use crate::tools::artifacts;

/// Names of directories that tools leave out by themselves, besides hidden ones and what tools make.
const LEFT_OUT: [&str; 7] = [
    "build",
    "dist",
    "generated",
    "node_modules",
    "third_party",
    "vendor",
    "vendored",
];

/// The most paths that are compared.
const MOST: usize = 2000;

/// The directories and files that were moved as a whole. `is_gone`: whether nothing is left at a path.
///
/// # Errors
///
/// The errors of `is_gone`.
pub(super) fn moves(
    files: &[FileDiff],
    mut is_gone: impl FnMut(&Path) -> Result<bool>,
) -> Result<Moves> {
    let removed: BTreeSet<&Path> = paths(files, |file| file.after.is_none());
    let added: BTreeSet<&Path> = paths(files, |file| file.before.is_none());
    let mut moves = Moves::default();
    if removed.is_empty() || removed.len().max(added.len()) > MOST {
        return Ok(moves);
    }
    let mut new_by_name: BTreeMap<_, Vec<&Path>> = BTreeMap::new();
    for path in &added {
        new_by_name.entry(path.file_name()).or_default().push(path);
    }
    let mut candidates = BTreeSet::new();
    for from in &removed {
        for to in new_by_name.get(&from.file_name()).into_iter().flatten() {
            candidates.extend(parents(from, to));
        }
    }
    for (from, to) in candidates {
        let is_inside = |path: &&&Path| path.starts_with(from);
        let pairs = removed.iter().filter(is_inside).filter_map(|old| {
            let rest = old.strip_prefix(from).ok()?;
            Some((
                *old,
                if rest == Path::new("") {
                    to.to_owned()
                } else {
                    to.join(rest)
                },
            ))
        });
        let pairs: Vec<(&Path, PathBuf)> = pairs.collect();
        let is_whole = pairs.iter().all(|(_, new)| added.contains(new.as_path()));
        if !is_whole || is_left_out(to) || !is_gone(from)? {
            continue;
        }
        if let (Some(from), Some(to)) = (from.to_str(), to.to_str()) {
            moves.paths.push((from.to_owned(), to.to_owned()));
            let files = pairs.into_iter().map(|(old, new)| (old.to_owned(), new));
            moves.files.extend(files);
        }
    }
    Ok(moves)
}

fn paths(files: &[FileDiff], is_it: impl Fn(&FileDiff) -> bool) -> BTreeSet<&Path> {
    let files = files.iter().filter(|file| is_it(file));
    files.map(|file| file.path.as_path()).collect()
}

/// The places that may have been moved if one file has become the other: the files, and the directories above
/// them as long as the names below are the same.
fn parents<'p>(from: &'p Path, to: &'p Path) -> Vec<(&'p Path, &'p Path)> {
    let mut found = Vec::new();
    let mut pair = Some((from, to));
    while let Some((from, to)) = pair {
        if from == Path::new("") || to == Path::new("") {
            break;
        }
        found.push((from, to));
        pair = from.parent().zip(to.parent());
        if from.file_name() != to.file_name() {
            break;
        }
    }
    found
}

/// Whether tools leave something out at a path, whatever they are told.
fn is_left_out(path: &Path) -> bool {
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let is_known = |name: &std::ffi::OsStr| LEFT_OUT.iter().any(|known| name == *known);
    path.iter().any(|name| is_hidden(name) || is_known(name))
        || artifacts().any(|artifact| artifact.holds(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::object_id::ObjectId;

    fn moved(removed: &[&str], added: &[&str], left: &[&str]) -> Vec<(String, String)> {
        let id = "0123456789012345678901234567890123456789"
            .parse::<ObjectId>()
            .ok();
        let file = |path: &&str, is_new: bool| FileDiff {
            path: path.into(),
            before: id.filter(|_| !is_new),
            after: id.filter(|_| is_new),
            ..FileDiff::default()
        };
        let removed = removed.iter().map(|path| file(path, false));
        let files: Vec<FileDiff> = removed
            .chain(added.iter().map(|path| file(path, true)))
            .collect();
        let is_gone = |path: &Path| Ok(!left.iter().any(|left| Path::new(left).starts_with(path)));
        moves(&files, is_gone).unwrap().paths
    }

    #[test]
    fn what_is_moved_as_a_whole_is_known() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(from, to)| ((*from).into(), (*to).into()))
                .collect()
        };
        let whole = moved(
            &["src/a.py", "src/b/c.py"],
            &["lib/a.py", "lib/b/c.py"],
            &[],
        );
        assert!(whole.contains(&("src".into(), "lib".into())), "{whole:?}");
        // A file is left, or goes elsewhere, or is gone.
        for (removed, added, left) in [
            (
                &["src/a.py", "src/b.py"][..],
                &["lib/a.py", "lib/b.py"][..],
                &["src/c.py"][..],
            ),
            (&["src/a.py", "src/b.py"], &["lib/a.py", "other/b.py"], &[]),
            (&["src/a.py", "src/b.py"], &["lib/a.py"], &[]),
            (&["src/a.py"], &["vendor/a.py"], &[]),
            (&["src/a.py"], &[".hidden/a.py"], &[]),
            (&["src/a.py"], &[], &[]),
        ] {
            let all = moved(removed, added, left);
            assert!(!all.iter().any(|(from, _)| from == "src"), "{all:?}");
        }
        assert_eq!(
            moved(&["a.py"], &["b/a.py"], &[]),
            pairs(&[("a.py", "b/a.py")])
        );
    }
}
