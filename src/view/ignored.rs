//! What is ignored and lies in the work tree: tools need it (`.venv`, `node_modules`, `.env`).

use std::path::{Path, PathBuf};

use crate::tools::{ArtifactKind, artifacts, is_installed};

/// What something is that is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IgnoredKind {
    /// It is installed, and the user's.
    Installed,
    /// A cache that every view has of its own, from one run to the next.
    Cache,
    /// By it, the clients of a daemon would find it.
    DaemonStatus,
    /// It was built.
    Product,
    /// Anything else: it can be read. What is written to it through an overlay is lost.
    Other,
}

/// What a path is that is ignored.
pub(super) fn kind(top: &Path, path: &Path) -> IgnoredKind {
    let is = |kind: ArtifactKind| {
        artifacts().any(|artifact| artifact.kind == kind && artifact.holds(path))
    };
    if is(ArtifactKind::DaemonStatus) {
        IgnoredKind::DaemonStatus
    } else if is(ArtifactKind::Cache) {
        IgnoredKind::Cache
    } else if is_installed(top, path) {
        IgnoredKind::Installed
    } else if is(ArtifactKind::Product) {
        IgnoredKind::Product
    } else {
        IgnoredKind::Other
    }
}

/// The names of the caches that bundlers keep in what is installed.
pub(super) fn caches_within() -> impl Iterator<Item = &'static str> {
    let within = artifacts().filter(|artifact| artifact.kind == ArtifactKind::CacheInInstalled);
    within.map(|artifact| artifact.name)
}

/// The caches that tools will make here if there are none yet.
pub(super) fn caches_to_come(top: &Path) -> Vec<&'static str> {
    let to_come = artifacts().filter(|artifact| {
        let mut signs = artifact.made_in.iter();
        signs.any(|sign| top.join(sign).is_file())
    });
    let mut names: Vec<&str> = to_come.map(|artifact| artifact.name).collect();
    names.sort_unstable();
    names
}

/// What is linked into a snapshot of what is ignored.
pub(super) fn linked(top: &Path, ignored: &[PathBuf]) -> Vec<PathBuf> {
    let ignored = ignored.iter();
    let linked = ignored
        .filter(|path| matches!(kind(top, path), IgnoredKind::Installed | IgnoredKind::Other));
    linked.cloned().collect()
}

/// Leaves only what is installed of what is linked, and returns the files that are copied instead.
pub(super) fn copied(top: &Path, linked: &mut Vec<PathBuf>) -> Vec<PathBuf> {
    let (installed, others) = std::mem::take(linked)
        .into_iter()
        .partition(|path| kind(top, path) == IgnoredKind::Installed);
    *linked = installed;
    let is_file = |path: &PathBuf| top.join(path).is_file();
    others.into_iter().filter(is_file).collect()
}
