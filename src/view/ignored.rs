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

/// What is installed: gates use it as it is, and what they write to it is meant to stay.
const INSTALLED: [&str; 12] = [
    ".bundle",
    ".conda",
    ".direnv",
    ".env",
    ".pixi",
    ".venv",
    ".yarn",
    "__pypackages__",
    "env",
    "node_modules",
    "vendor",
    "venv",
];

/// What builds leave: it may be as old as the work tree's files or as new as another tree's, so a
/// snapshot, whose files have other times, has none of it.
const PRODUCTS: [&str; 19] = [
    "__pycache__",
    "_build",
    "_deps",
    ".build",
    ".dart_tool",
    ".eggs",
    ".vite",
    "bin",
    "build",
    "CMakeFiles",
    ".coverage",
    "coverage",
    "Debug",
    "DerivedData",
    "dist",
    "htmlcov",
    "obj",
    "out",
    "Release",
];

/// How the names of such folders begin.
const PRODUCTS_OF_A_KIND: [&str; 2] = ["bazel-", "cmake-build-"];

/// Caches that bundlers keep in what is installed.
pub(super) const CACHES_WITHIN: [&str; 2] = [".cache", ".vite"];

/// Caches that tools make at the top of a project, and the file by which such a project is known.
const TO_COME: [(&str, &str); 6] = [
    ("pyproject.toml", ".mypy_cache"),
    ("pyproject.toml", ".ruff_cache"),
    ("pyproject.toml", ".pytest_cache"),
    ("setup.cfg", ".mypy_cache"),
    ("setup.cfg", ".pytest_cache"),
    ("Cargo.toml", "target"),
];

/// What something is that is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is installed, and the user's.
    Installed,
    /// A cache that every view has of its own, from one run to the next.
    Cache,
    /// It was built.
    Product,
    /// Anything else: it can be read.
    Other,
}

/// What a path is that is ignored.
pub(super) fn kind(top: &Path, path: &Path) -> Kind {
    let has = |names: &[&str]| {
        path.iter()
            .any(|part| names.iter().any(|name| part == OsStr::new(name)))
    };
    let is_of_a_kind = path.iter().any(|part| {
        let begins = |start: &&str| part.as_encoded_bytes().starts_with(start.as_bytes());
        PRODUCTS_OF_A_KIND.iter().any(begins)
    });
    if has(&CACHES) {
        Kind::Cache
    } else if has(&INSTALLED) || top.join(path).join("pyvenv.cfg").is_file() {
        Kind::Installed
    } else if has(&PRODUCTS) || is_of_a_kind {
        Kind::Product
    } else {
        Kind::Other
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
pub(super) fn linked(top: &Path, ignored: &[PathBuf]) -> Vec<PathBuf> {
    let ignored = ignored.iter();
    let linked = ignored.filter(|path| matches!(kind(top, path), Kind::Installed | Kind::Other));
    linked.cloned().collect()
}

/// Leaves only what is installed of what is linked, and returns the files that are copied instead.
pub(super) fn copied(top: &Path, linked: &mut Vec<PathBuf>) -> Vec<PathBuf> {
    let (installed, others) = std::mem::take(linked)
        .into_iter()
        .partition(|path| kind(top, path) == Kind::Installed);
    *linked = installed;
    let is_file = |path: &PathBuf| top.join(path).is_file();
    others.into_iter().filter(is_file).collect()
}
