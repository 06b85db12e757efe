//! Why a command succeeds although a check in it has failed.

use std::ops::Range;

/// The failure of a check that does not become the failure of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SwallowedStatus {
    /// Its place in the command.
    pub(crate) span: Range<usize>,
    /// What swallows it.
    pub(crate) cause: Cause,
    /// Why the command is a success.
    pub(crate) label: String,
    /// What to write instead.
    pub(crate) help: String,
}

/// What swallows a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The shell: it takes a status other than that of the check.
    Status,
    /// Like `Status`, but the output of the check is still visible.
    Shown,
    /// The tool: it succeeds whatever it finds.
    Tool,
    /// Like `Tool`, but its findings are visible in its output.
    Listed,
    /// The call only says something about the tool. It is no fault beside a check.
    Informs,
    /// git skips its hooks, whether the command can fail or not.
    SkippedHooks,
    /// A daemon does the work, and sees other files than the gate, whether the command can fail or not.
    Daemon,
    /// The same, but only in an overlay: there is a daemon for each path of a workspace.
    DaemonOfPath,
}

impl Cause {
    /// Whether it keeps the command from failing.
    pub(crate) fn is_success(self) -> bool {
        !matches!(self, Self::SkippedHooks | Self::Daemon | Self::DaemonOfPath)
    }

    /// Whether the tool itself succeeds.
    pub(crate) fn is_tool(self) -> bool {
        matches!(self, Self::Tool | Self::Listed)
    }
}

impl SwallowedStatus {
    /// A status swallowed by a tool that succeeds whatever it finds.
    pub(super) fn by_tool(
        span: Range<usize>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            span,
            cause: Cause::Tool,
            label: label.into(),
            help: help.into(),
        }
    }
}
