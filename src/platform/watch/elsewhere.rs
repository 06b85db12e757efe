//! Systems whose word is not asked for.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

/// Cannot be had.
#[derive(Debug)]
pub(crate) struct Watch(std::convert::Infallible);

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self.0 {}
    }
}

impl Watch {
    /// There is none.
    #[must_use]
    pub(crate) fn new(_top: &Path) -> Option<Self> {
        None
    }

    /// As on Linux.
    pub(crate) fn add(&self, _dir: impl AsFd, _device: u64, _path: &Path) {
        match self.0 {}
    }

    /// As on Linux.
    pub(crate) fn give_up(&self) {
        match self.0 {}
    }

    /// As on Linux.
    #[must_use]
    pub(crate) fn events(&self) -> Option<Vec<super::WatchEvent>> {
        match self.0 {}
    }
}
