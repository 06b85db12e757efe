//! Arguments of the calls that hooks make.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::install::{budget, server_options};
use crate::install::ServerOptions;
use crate::model::trigger::Hook;

#[derive(Debug, Args)]
pub(in crate::cli) struct HookArguments {
    #[command(flatten)]
    pub(in crate::cli) earlier: EarlierArguments,
    /// The hook is in git's configuration, so it has no path
    #[arg(long, conflicts_with_all = ["chained", "hooks_path"])]
    pub(in crate::cli) from_config: bool,
    /// On a server: also run the gates
    #[arg(long)]
    run_gates: bool,
    /// On a server: the time limit
    #[arg(long, value_parser = budget)]
    budget: Option<Duration>,
    /// The hook
    pub(in crate::cli) name: HookName,
    /// The path under which git started the hook
    #[arg(required_unless_present = "from_config")]
    pub(in crate::cli) place: Option<OsString>,
    /// What git passes to the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(in crate::cli) arguments: Vec<OsString>,
}

/// Where the hook is that runs before ours.
#[derive(Debug, Args)]
pub(in crate::cli) struct EarlierArguments {
    /// Run the earlier hook first
    #[arg(long)]
    pub(in crate::cli) chained: bool,
    /// Run the hook of the directory that core.hooksPath named first
    #[arg(long, conflicts_with = "chained")]
    pub(in crate::cli) hooks_path: bool,
}

impl HookArguments {
    /// What the hook of a server was told.
    pub(in crate::cli) fn options(&self) -> ServerOptions {
        server_options(self.run_gates, self.budget)
    }
}

/// A hook as git names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum HookName {
    PreCommit,
    PreMergeCommit,
    PreApplypatch,
    PrepareCommitMsg,
    CommitMsg,
    ApplypatchMsg,
    ReferenceTransaction,
    PrePush,
    PreReceive,
    PostCheckout,
    PostMerge,
    PostCommit,
    PostRewrite,
}

impl From<HookName> for Hook {
    fn from(name: HookName) -> Self {
        match name {
            HookName::PreCommit => Self::PreCommit,
            HookName::PreMergeCommit => Self::PreMergeCommit,
            HookName::PreApplypatch => Self::PreApplypatch,
            HookName::PrepareCommitMsg => Self::PrepareCommitMsg,
            HookName::CommitMsg => Self::CommitMsg,
            HookName::ApplypatchMsg => Self::ApplypatchMsg,
            HookName::ReferenceTransaction => Self::ReferenceTransaction,
            HookName::PrePush => Self::PrePush,
            HookName::PreReceive => Self::PreReceive,
            HookName::PostCheckout => Self::PostCheckout,
            HookName::PostMerge => Self::PostMerge,
            HookName::PostCommit => Self::PostCommit,
            HookName::PostRewrite => Self::PostRewrite,
        }
    }
}
