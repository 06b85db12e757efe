//! Arguments of commands that set a repository up.

use std::ops::RangeInclusive;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::shard_words::{CiName, ShardsWanted, shard_count};
use crate::detect::Manager;
use crate::install::agents::AgentHost;
use crate::install::{SERVER_BUDGET, ServerOptions};

/// The times that a server may be given.
const BUDGETS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_hours(24);

#[derive(Debug, Args)]
pub(in crate::cli) struct InitArguments {
    /// Print gates.toml instead of writing it, and run nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(long, short)]
    pub(in crate::cli) yes: bool,

    /// Translate the configuration of this hook manager instead of looking at the whole project
    #[arg(long, value_name = "MANAGER", value_enum)]
    pub(in crate::cli) from: Option<ManagerName>,

    /// Write the files by which this CI runs the gates, instead of gates.toml
    #[arg(long, value_name = "CI", value_enum, conflicts_with_all = ["from", "yes"])]
    pub(in crate::cli) ci: Option<CiName>,

    /// With --ci: on so many runners, or on as many as it takes: `auto`
    #[arg(long, value_name = "N", value_parser = shard_count, requires = "ci")]
    pub(in crate::cli) shards: Option<ShardsWanted>,
}

/// A hook manager as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ManagerName {
    #[value(alias = "prek")]
    PreCommit,
    Lefthook,
    Husky,
    LintStaged,
}

impl From<ManagerName> for Manager {
    fn from(name: ManagerName) -> Self {
        match name {
            ManagerName::PreCommit => Self::PreCommit,
            ManagerName::Lefthook => Self::Lefthook,
            ManagerName::Husky => Self::Husky,
            ManagerName::LintStaged => Self::LintStaged,
        }
    }
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(in crate::cli) struct InstallArguments {
    /// Install the hook that checks pushes in a bare repository
    #[arg(long)]
    pub(in crate::cli) server: bool,

    /// Do nothing where there is no repository, as in a tarball or an image: for install scripts
    #[arg(long, conflicts_with = "server")]
    pub(in crate::cli) if_repository: bool,

    /// Install the guard in an AI coding agent instead of hooks in git
    #[arg(long, value_name = "NAME", value_enum, conflicts_with_all = ["server", "if_repository"])]
    pub(in crate::cli) agent: Option<AgentName>,

    /// With --agent: also keep the agent from stopping, once, while its work is not checked
    #[arg(long, requires = "agent")]
    pub(in crate::cli) stop: bool,

    /// With --agent: print the file for a whole machine, instead of writing those of this repository
    #[arg(long, requires = "agent")]
    pub(in crate::cli) system: bool,

    /// With --server: also run the gates, which executes pushed code
    #[arg(long, requires = "server")]
    run_gates: bool,

    /// With --server: the time limit for checking a push, such as 90s [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = budget, requires = "server")]
    budget: Option<Duration>,
}

/// An agent as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AgentName {
    Claude,
    Codex,
    Cursor,
    Copilot,
    Gemini,
    Windsurf,
    Cline,
    #[value(name = "opencode")]
    OpenCode,
    Amp,
    Aider,
    AgentsMd,
}

impl From<AgentName> for AgentHost {
    fn from(name: AgentName) -> Self {
        match name {
            AgentName::Claude => Self::Claude,
            AgentName::Codex => Self::Codex,
            AgentName::Cursor => Self::Cursor,
            AgentName::Copilot => Self::Copilot,
            AgentName::Gemini => Self::Gemini,
            AgentName::Windsurf => Self::Windsurf,
            AgentName::Cline => Self::Cline,
            AgentName::OpenCode => Self::OpenCode,
            AgentName::Amp => Self::Amp,
            AgentName::Aider => Self::Aider,
            AgentName::AgentsMd => Self::AgentsMd,
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct UninstallArguments {
    /// Remove the guard from this AI coding agent instead of the hooks from git
    #[arg(long, value_name = "NAME", value_enum)]
    pub(in crate::cli) agent: Option<AgentName>,

    /// Also remove what is noted and kept of this repository: receipts, the ledger, recorded runs and views
    #[arg(long, conflicts_with = "agent")]
    pub(in crate::cli) forget: bool,
}

impl InstallArguments {
    /// What the hook of a server is to be told.
    pub(in crate::cli) fn options(&self) -> ServerOptions {
        server_options(self.run_gates, self.budget)
    }
}

pub(super) fn server_options(run_gates: bool, budget: Option<Duration>) -> ServerOptions {
    ServerOptions {
        run_gates,
        budget: budget.unwrap_or(SERVER_BUDGET),
    }
}

pub(super) fn budget(text: &str) -> Result<Duration, &'static str> {
    let budget = humantime::parse_duration(text).ok();
    budget
        .filter(|budget| BUDGETS.contains(budget))
        .ok_or("expected a time from 1ms to 24h, such as 90s")
}
