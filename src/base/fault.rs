//! Faults: gatekeeper could not do its job.
//!
//! A failing gate is a result, not a fault. A fault always ends the run with an exit code other
//! than 0, and carries what failed, why, and what to do about it.

use std::error::Error;
use std::fmt::Display;

use super::exit_code::ExitCode;

/// What sort of fault it is; decides the exit code and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The command line, or the text of a configuration.
    Usage,
    /// The environment does not allow it: no git, a missing tool, an unreadable file.
    Unable,
    /// One of our own assumptions does not hold.
    Bug,
}

/// What to do where the system allows no further process or thread.
pub(crate) const AT_LIMIT: &str =
    "end other processes of this user, or raise its limits (`ulimit -a` shows them)";

/// One fault: what failed, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What sort of fault it is.
    pub(crate) kind: FaultKind,
    /// What failed, as a lowercase fragment without a full stop.
    pub message: String,
    /// Ready-made text below the message: rendered configuration problems, or the output of git.
    pub detail: Option<String>,
    /// What to do next.
    pub(crate) hint: Option<String>,
}

impl Fault {
    /// A fault in what the user typed, on the command line or in a configuration.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Usage, message.into())
    }

    /// The surroundings keep gatekeeper from doing its job.
    #[must_use]
    pub fn unable(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Unable, message.into())
    }

    /// A bug in gatekeeper.
    #[must_use]
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Bug, message.into())
    }

    fn new(kind: FaultKind, message: String) -> Self {
        Self {
            kind,
            message,
            detail: None,
            hint: None,
        }
    }

    /// Adds the error that caused this fault, with the errors behind it.
    #[must_use]
    pub fn because(self, cause: impl Error) -> Self {
        let mut text = cause.to_string();
        let mut next = cause.source();
        while let Some(error) = next {
            text = format!("{text}: {error}");
            next = error.source();
        }
        self.detail(text)
    }

    /// Adds ready-made text below the message.
    #[must_use]
    pub(crate) fn detail(mut self, text: impl Display) -> Self {
        self.detail = Some(text.to_string());
        self
    }

    /// Says what to do if the system allows no further process or thread (`EAGAIN`: fork(2), setrlimit(2)).
    #[must_use]
    pub(crate) fn hint_at_limit(self, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::WouldBlock => self.hint(AT_LIMIT),
            _ => self,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether a full disk is the cause, or a full quota: what the system says of it (`errno(3)`,
    /// ENOSPC and EDQUOT), also by way of git.
    #[must_use]
    pub(crate) fn is_disk_full(&self) -> bool {
        let words = ["No space left on device", "Disk quota exceeded"];
        let detail = self.detail.as_deref().unwrap_or_default();
        words
            .iter()
            .any(|word| detail.contains(word) || self.message.contains(word))
    }

    /// The exit code of a command that ends with this fault.
    #[must_use]
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.kind {
            FaultKind::Usage => ExitCode::Usage,
            FaultKind::Unable => ExitCode::Unable,
            FaultKind::Bug => ExitCode::Bug,
        }
    }
}

/// A result whose error is a [`Fault`].
pub type Result<T> = std::result::Result<T, Fault>;
