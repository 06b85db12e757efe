//! What is ignored and lies in the work tree: tools need it (`.venv`, `node_modules`, `.env`), and it
//! is linked into the snapshot.

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::fault::Result;
use crate::git::Repository;

/// Caches, and what builds leave: they hold paths, times or code of the tree that they belong to. The
/// snapshot has its own, which stay warm.
const OWN: [&str; 20] = [
    "__pycache__",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".pytype",
    ".pyre",
    ".tox",
    ".nox",
    ".coverage",
    "htmlcov",
    "target",
    "build",
    "_build",
    "dist",
    "out",
    "CMakeFiles",
    ".eggs",
    ".gradle",
    ".next",
    ".turbo",
];

/// What is linked, relative to the top of the work tree.
pub(super) fn paths(repository: &Repository) -> Result<Vec<PathBuf>> {
    let is_own = |part: &OsStr| OWN.iter().any(|name| part == *name);
    let mut paths = repository.ignored()?;
    paths.retain(|path| !path.iter().any(is_own));
    Ok(paths)
}
