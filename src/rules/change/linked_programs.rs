//! Programs of the tree that gates start by their names, because a package manager has made links to
//! them: npm, pnpm and yarn do so for the packages of a workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::started::{StartedName, started_names};
use crate::config::{Config, Gate};
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files, resolve};

/// Directories of links to programs, in the directory of a gate or at the top.
const LINK_DIRS: [&str; 4] = ["node_modules/.bin", ".venv/bin", "venv/bin", "env/bin"];

/// Directories of installed packages; what is in them does not belong to the workspace.
const INSTALLED: [&str; 4] = ["node_modules", ".venv", "venv", "env"];

/// The word before the program in the scripts that pnpm writes in place of links
/// (`@zkochan/cmd-shim`).
const PLACE: &str = "\"$basedir/";

/// The files of the tree that gates run by way of such links, as far as they are installed here.
#[must_use]
pub(super) fn linked_programs<'c>(
    repository: &Repository,
    configs: impl IntoIterator<Item = &'c Config>,
) -> BTreeSet<PathBuf> {
    let Ok(top) = repository.work_tree.canonicalize() else {
        return BTreeSet::new();
    };
    let mut tree = DirectoryTree::new(&top);
    let mut files = Files::new(&mut tree);
    let gates = configs.into_iter().flat_map(|config| &config.gates);
    gates
        .flat_map(|gate| linked_by(gate, &top, &mut files))
        .filter_map(|file| file.strip_prefix(&top).ok().map(Path::to_owned))
        .filter(|inside| {
            let mut parts = inside.iter();
            !parts.any(|part| INSTALLED.iter().any(|name| part == *name))
        })
        .collect()
}

/// What the links lead to that a gate starts, itself or by way of other files.
fn linked_by(gate: &Gate, top: &Path, tree: &mut Files<'_>) -> Vec<PathBuf> {
    let commands = [Some(&gate.run), gate.fix.as_ref()];
    let mut names: Vec<(PathBuf, StartedName)> = Vec::new();
    for command in commands.into_iter().flatten() {
        let dir = top.join(&gate.dir);
        let own = started_names(&command.text).into_iter();
        names.extend(own.map(|started| (dir.join(&started.dir), started)));
        // What cannot be read is protected as a whole.
        let Ok(resolved) = resolve(&command.text, &gate.dir, tree) else {
            continue;
        };
        let inner = resolved.started().into_iter();
        names.extend(inner.map(|started| (top.join(&started.dir), started)));
    }
    let mut files = Vec::new();
    for (dir, started) in names {
        let dirs = [dir, top.to_owned()];
        for dir in dirs
            .iter()
            .flat_map(|dir| LINK_DIRS.map(|links| dir.join(links)))
        {
            files.extend(target(&dir, &started.name));
        }
    }
    files
}

/// What a link leads to, or the program that a script in its place starts.
fn target(dir: &Path, name: &str) -> Option<PathBuf> {
    let file = dir.join(name);
    if file.is_symlink() {
        return file.canonicalize().ok();
    }
    let text = fs::read_to_string(&file).ok()?;
    let (_, after) = text.strip_prefix("#!/bin/sh")?.rsplit_once(PLACE)?;
    let (program, _) = after.split_once('"')?;
    dir.join(program).canonicalize().ok()
}
