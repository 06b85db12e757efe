//! Systems without overlays: there is never a view.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};

use super::{Bind, OverlayUnavailable, SetUpStep, UpperEntry};

/// Cannot be had.
#[derive(Debug)]
pub(crate) struct Overlay(Infallible);

/// Cannot be had.
#[derive(Debug)]
pub(crate) struct Entrance(Infallible);

#[expect(
    clippy::missing_errors_doc,
    reason = "none of these can be called without an overlay"
)]
impl Overlay {
    /// Says that this is not Linux.
    ///
    /// # Errors
    ///
    /// Always.
    pub(crate) fn prepare(
        _view: &Path,
        _top: &Path,
        _gits: &[PathBuf],
    ) -> Result<Self, OverlayUnavailable> {
        let error = io::Error::new(io::ErrorKind::Unsupported, "this is not Linux");
        Err(OverlayUnavailable {
            step: SetUpStep::Namespaces,
            error,
        })
    }

    /// As on Linux.
    #[must_use]
    pub(crate) fn base(&self) -> PathBuf {
        match self.0 {}
    }

    /// As on Linux.
    #[must_use]
    pub(crate) fn git_base(&self, _git: usize) -> PathBuf {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn dir(&self, _path: &Path) -> io::Result<PathBuf> {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn whiteout(&self, _path: &Path) -> io::Result<()> {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn make_opaque(&self, _path: &Path) -> io::Result<()> {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn look(&self) -> Result<PathBuf, OverlayUnavailable> {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn entrance(
        &self,
        _number: usize,
        _dir: &Path,
        _binds: &[Bind],
    ) -> io::Result<Entrance> {
        match self.0 {}
    }

    /// As on Linux.
    #[must_use]
    pub(crate) fn upper(&self, _number: usize) -> PathBuf {
        match self.0 {}
    }

    /// As on Linux.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn git_upper(&self, _number: usize, _git: usize) -> PathBuf {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn written(&self, _number: usize) -> io::Result<Vec<UpperEntry>> {
        match self.0 {}
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "it cannot be called without an overlay"
)]
impl Entrance {
    /// As on Linux.
    pub(crate) fn enter(&self) -> io::Result<()> {
        match self.0 {}
    }
}
