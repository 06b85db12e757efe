//! What is ignored and lies in the work tree: tools need it (`.venv`, `node_modules`, `.env`).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Caches that depend on the times or contents of the files that they were made from, and so have to
/// belong to a view: they stay warm from one run to the next.
const CACHES: [&str; 13] = [
    ".gradle",
    ".mypy_cache",
    ".next",
    ".nox",
    ".parcel-cache",
    ".pyre",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svelte-kit",
    ".tox",
    ".turbo",
    "target",
];

/// What builds and tests leave for their user: a gate may look at it, but what it makes of the tree
/// that is judged must not replace what the user has made of the work tree.
const PRODUCTS: [&str; 10] = [
    "__pycache__",
    "_build",
    "build",
    "CMakeFiles",
    ".coverage",
    "dist",
    ".eggs",
    "htmlcov",
    "out",
    "coverage",
];

/// Caches that tools make at the top of a project, and the file by which such a project is known.
const TO_COME: [(&str, &str); 6] = [
    ("pyproject.toml", ".mypy_cache"),
    ("pyproject.toml", ".ruff_cache"),
    ("pyproject.toml", ".pytest_cache"),
    ("setup.cfg", ".mypy_cache"),
    ("setup.cfg", ".pytest_cache"),
    ("Cargo.toml", "target"),
];

/// What becomes of what gates write to something that is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// It reaches the user's own.
    Through,
    /// It is kept for the next run in such a view.
    Kept,
    /// It is gone with the view.
    Discarded,
}

/// How a path that is ignored is treated.
pub(super) fn treatment(path: &Path) -> Treatment {
    let has = |names: &[&str]| {
        path.iter()
            .any(|part| names.iter().any(|name| part == OsStr::new(name)))
    };
    if has(&CACHES) {
        Treatment::Kept
    } else if has(&PRODUCTS) {
        Treatment::Discarded
    } else {
        Treatment::Through
    }
}

/// The caches that tools will make here if there are none yet.
pub(super) fn caches_to_come(top: &Path) -> Vec<&'static str> {
    let there = TO_COME.iter().filter(|(sign, _)| top.join(sign).is_file());
    let mut names: Vec<&str> = there.map(|(_, name)| *name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What is linked into a snapshot of what is ignored.
pub(super) fn linked(ignored: &[PathBuf]) -> Vec<PathBuf> {
    let ignored = ignored.iter();
    let linked = ignored.filter(|path| treatment(path) == Treatment::Through);
    linked.cloned().collect()
}
