//! What can be typed: the commands, with one file of arguments for each group of them.

mod agents;
mod frequent;
mod hook;
mod install;
mod message;
mod receipts;
mod report;
mod run;
mod settings;
mod shard_words;
mod shards;

use clap::{Parser, Subcommand, ValueEnum};

use crate::base::environment::ColorChoice;

pub(super) use agents::{AgentsArguments, AgentsCommand, GuardArguments};
pub(super) use frequent::{frequent, is_version};
pub(super) use hook::{EarlierArguments, HookArguments};
pub(super) use install::{InitArguments, InstallArguments, UninstallArguments};
pub(super) use message::{AuditArguments, MessageArguments, MessageCommand, MessageFile};
pub(super) use receipts::{ReceiptsArguments, ReceiptsCommand};
pub(super) use report::{
    DoctorArguments, DoctorFormat, ExplainArguments, FormatArguments, ReportArguments, SchemaName,
};
pub(super) use run::{BaselineArguments, FixArguments, RunCommandArguments};
pub(super) use settings::{
    CacheArguments, CacheCommand, CompletionsArguments, ConfigArguments, ConfigCommand,
    ManArguments, ShellName,
};
pub(super) use shard_words::{CiName, ShardName, ShardsWanted};
pub(super) use shards::{CombineArguments, PlanArguments};

/// What `gatekeeper --version` says behind the name.
pub(super) const VERSION: &str = env!("GATEKEEPER_VERSION");

/// Runs a project's quality gates on every commit.
///
/// Exit codes: 0 passed; 1 a gate or rule failed; 2 usage or configuration error; 3 gatekeeper could
/// not do its job; 70 bug in gatekeeper; 75 a run in the background has not ended; 128 + n ended by signal n.
#[derive(Debug, Parser)]
#[command(name = "gatekeeper", version = VERSION, max_term_width = 100)]
pub(super) struct Arguments {
    /// Whether output is in colour [default: as the environment or git's color.ui has it, or else in a
    /// terminal]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub(super) color: Option<ColorName>,

    #[command(subcommand)]
    pub(super) command: Command,
}

/// A choice of colours as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorName {
    /// In a terminal
    Auto,
    /// Wherever the output goes
    Always,
    /// Nowhere
    Never,
}

impl From<ColorName> for ColorChoice {
    fn from(name: ColorName) -> Self {
        match name {
            ColorName::Auto => Self::Auto,
            ColorName::Always => Self::Always,
            ColorName::Never => Self::Never,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find the project's checks and write gates.toml
    #[command(
        after_help = "Examples:\n  gatekeeper init --dry-run            only print what would be written\n  \
        gatekeeper init --from pre-commit    translate .pre-commit-config.yaml"
    )]
    Init(InitArguments),
    /// Install the hooks in this repository
    Install(InstallArguments),
    /// Remove the hooks from this repository, or the guard from an agent
    Uninstall(UninstallArguments),
    /// Show the hooks that git will run, and whether commits are checked
    Status,
    /// Find what is wrong with the set-up: tools that contradict each other, missing programs, drift
    #[command(
        after_help = "Exit code 1 means that there are errors; warnings leave it 0. No tool is started.\n\nExamples:\n  \
        gatekeeper doctor --fix              make the safe edits, and show them\n  \
        gatekeeper doctor --as-gui           also as an IDE or a desktop program would start git"
    )]
    Doctor(DoctorArguments),
    /// Run gates; by default, run every gate on the work tree
    #[command(
        after_help = "Examples:\n  gatekeeper run                             every gate, on all tracked files\n  \
        gatekeeper run --staged lint               one gate, as the commit would run it\n  \
        gatekeeper run --from origin/main          what this branch changes, and its messages\n  \
        gatekeeper run --report junit=junit.xml    a report for another system"
    )]
    Run(RunCommandArguments),
    /// Show what `run` with the same arguments would do, and why; or make a plan for several runners
    #[command(
        after_help = "Examples:\n  gatekeeper plan --staged                          what the commit would run\n  \
        gatekeeper plan --shards 4 --output plan.json     a plan for four runners, see docs/scale.md"
    )]
    Plan(PlanArguments),
    /// Combine the reports of all shards of a plan into one verdict
    #[command(
        after_help = "Examples:\n  gatekeeper combine plan.json part-*.json\n  \
        gatekeeper combine plan.json part-*.json --report sarif=all.sarif"
    )]
    Combine(CombineArguments),
    /// List the gates, one in a line
    List(FormatArguments),
    /// Print the report of a run that has ended, wait for one, or show the history of gates
    Report(ReportArguments),
    /// Fix the files changed since the last commit with the gates' `fix` commands
    Fix(FixArguments),
    /// Make what gates find today the known findings, so that only new ones stop a commit
    Baseline(BaselineArguments),
    /// Check or fix a commit message
    Message(MessageArguments),
    /// Check each commit in a range: its message, and whether it weakens any check
    #[command(
        after_help = "Examples:\n  gatekeeper audit                         what would be pushed\n  \
        gatekeeper audit origin/main..           what this branch adds, also with `--policy origin/main` in CI\n  \
        gatekeeper audit --fix --signoff         fix refused messages and add sign-offs\n  \
        gatekeeper audit --record                check commits that came in unchecked"
    )]
    Audit(AuditArguments),
    /// Share verdicts as signed receipts, and verify those of others
    #[command(
        after_help = "Examples:\n  gatekeeper run --attest run.json && gatekeeper receipts add run.json --key ~/.ssh/ci\n  \
        gatekeeper receipts push\n  gatekeeper receipts fetch && gatekeeper receipts verify --base origin/main"
    )]
    Receipts(ReceiptsArguments),
    /// List the agents that `Assisted-By` can credit
    Agents(AgentsArguments),
    /// Answer a hook of an AI coding agent, whose payload is on standard input
    Guard(GuardArguments),
    /// Check or show the configuration
    Config(ConfigArguments),
    /// Explain a rule or an outcome: what it means, and what to do
    #[command(
        after_help = "Examples:\n  gatekeeper explain signed-off-by.missing\n  gatekeeper explain timed-out"
    )]
    Explain(ExplainArguments),
    /// Remove what is kept to make later runs faster
    Cache(CacheArguments),
    /// Print the completions for a shell
    #[command(
        after_help = "Examples:\n  source <(gatekeeper completions bash)                                   # in ~/.bashrc\n  \
        source <(gatekeeper completions zsh)                                    # in ~/.zshrc\n  \
        gatekeeper completions fish >~/.config/fish/completions/gatekeeper.fish"
    )]
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
    /// Run a hook; only the installed hooks call this
    #[command(hide = true)]
    Hook(HookArguments),
}
