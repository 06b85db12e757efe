//! Systems that cannot withhold the network from a single process.

use std::convert::Infallible;
use std::io;

/// Cannot be had.
#[derive(Debug)]
pub(crate) struct NoNetwork(Infallible);

impl NoNetwork {
    /// Nothing: this is not Linux.
    #[must_use]
    pub(crate) fn new() -> Option<Self> {
        None
    }

    /// It is not.
    #[must_use]
    pub(crate) fn is_allowed() -> bool {
        false
    }

    /// As on Linux.
    ///
    /// # Errors
    ///
    /// None, since it cannot be called.
    pub(crate) fn enter(&self) -> io::Result<()> {
        match self.0 {}
    }
}
