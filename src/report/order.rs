//! When the report for people is printed.

/// When the report of a run for people is printed, and so whether the verdict is its first line or its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// A line for each gate as it ends, the verdict last: for who watches the run, on a terminal or in the log of CI.
    AsItComes,
    /// Nothing while gates run, then all of it with the verdict first: for agents, scripts and programs that start
    /// git, which read it afterwards and often only its first line.
    VerdictFirst,
}
