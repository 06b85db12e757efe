//! Files that tools leave in a work tree: environments, caches, and build products.

use std::path::Path;

/// A directory, or a file, that tools leave in a work tree and that git ignores.
pub(crate) struct Artifact {
    /// Its name; a `*` at the end stands for anything.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) kind: ArtifactKind,
    /// Files that identify a project at whose top a tool will create it.
    pub(crate) made_in: &'static [&'static str],
}

/// The kind of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArtifactKind {
    /// A cache that depends on the times or contents of the files that it was made from, and so has
    /// to belong to a view: it stays warm from one run to the next.
    Cache,
    /// A cache inside an installed directory.
    CacheInInstalled,
    /// It is installed: gates use it as it is, and their changes to it are meant to stay.
    Installed,
    /// The file or socket by which the clients of a daemon find it. No view contains it.
    DaemonStatus,
    /// A build leaves it: it may be as old as the work tree's files or as new as another tree's, so
    /// a snapshot, whose files have other times, does not contain it.
    Product,
}

impl Artifact {
    pub(super) const fn new(name: &'static str, kind: ArtifactKind) -> Self {
        Self {
            name,
            kind,
            made_in: &[],
        }
    }

    /// Adds files that identify a project at whose top a tool will create it.
    pub(super) const fn made_in(mut self, files: &'static [&'static str]) -> Self {
        self.made_in = files;
        self
    }

    /// Whether a path is the artifact, or inside it.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        path.iter().any(|part| {
            let part = part.as_encoded_bytes();
            match self.name.strip_suffix('*') {
                Some(start) => part.starts_with(start.as_bytes()),
                None => part == self.name.as_bytes(),
            }
        })
    }
}
