//! What can be typed.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter;

use super::candidates;
use crate::base::environment::ColorChoice;
use crate::detect::Manager;
use crate::flow::audit::GatedCommits;
use crate::flow::request::RunRequest;
use crate::install::agents::AgentHost;
use crate::install::{SERVER_BUDGET, ServerOptions};
use crate::model::trigger::{Hook, Trigger};
use crate::receipt::RunId;
use crate::report::{Detail, Format, ReportFormat, ReportSpec};
use crate::shard::document::MOST_SHARDS;

/// The times that a server may be given.
const BUDGETS: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_hours(24);

/// The commit before the last one.
const PARENT: &str = "HEAD~1";

/// Runs a project's quality gates on every commit.
///
/// Exit codes: 0 passed; 1 a gate or rule failed; 2 usage or configuration error; 3 gatekeeper could
/// not do its job; 70 bug in gatekeeper; 75 a run in the background has not ended; 128 + n ended by signal n.
#[derive(Debug, Parser)]
#[command(name = "gatekeeper", version = env!("GATEKEEPER_VERSION"), max_term_width = 100)]
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
        gatekeeper audit --fix --sign-off        fix refused messages and add sign-offs\n  \
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

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(super) struct RunArguments {
    /// The gates to run, with the gates that they need [default: all gates]
    #[arg(value_name = "GATE", add = ArgValueCompleter::new(candidates::gates))]
    pub(super) gates: Vec<String>,

    /// Check the staged tree, as the pre-commit hook does
    #[arg(long, conflicts_with_all = ["from", "to"])]
    staged: bool,

    /// Check what changed since the merge base with this revision
    #[arg(long, value_name = "REF", value_parser = revision)]
    from: Option<String>,

    /// Check the tree of this revision, whatever is checked out
    #[arg(long, value_name = "REF", requires = "from", default_value = "HEAD")]
    to: String,

    /// Check what the last commit changed, and its message: the same as --from HEAD~1
    #[arg(long, conflicts_with_all = ["staged", "from", "files"])]
    last_commit: bool,

    /// Check only these files, as they are in the work tree; a directory stands for the tracked files in it
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["staged", "from"])]
    files: Vec<PathBuf>,

    /// Leave out a gate, or several with commas between them. The run then lets no commit through
    #[arg(
        long,
        value_name = "GATE",
        value_delimiter = ',',
        add = ArgValueCompleter::new(candidates::gates)
    )]
    skip: Vec<String>,

    /// Fix the staged files before the check, and keep the fixes if every gate passes
    // clap waives a requirement that conflicts with another argument, so this names both.
    #[arg(long, requires = "staged", conflicts_with_all = ["from", "last_commit", "files"])]
    pub(super) fix: bool,

    /// Maximum number of gates that run at the same time
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Stop the other gates when one fails
    #[arg(long)]
    pub(super) fail_fast: bool,

    /// With --staged: also run gates that have already passed on the same tree
    #[arg(long, requires = "staged", conflicts_with_all = ["from", "last_commit", "files"])]
    pub(super) no_cache: bool,

    #[command(flatten)]
    pub(super) format: FormatArguments,

    #[command(flatten)]
    pub(super) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(super) struct RunCommandArguments {
    #[command(flatten)]
    pub(super) run: RunArguments,

    /// Also write a report: json, jsonl, junit, sarif, gitlab, github, rdjson, markdown, html or in-toto. The file is
    /// emptied before the run; `-` is standard output. Can be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = ReportSpec::from_str)]
    pub(super) reports: Vec<ReportSpec>,

    /// Also write an in-toto statement of the verdict, which can be signed: the same as --report in-toto=FILE
    #[arg(long, value_name = "FILE", value_parser = attestation)]
    pub(super) attest: Option<ReportSpec>,

    /// Run one shard of this plan, which `gatekeeper plan --shards` has written
    #[arg(
        long,
        value_name = "FILE",
        requires = "shard",
        conflicts_with_all = ["gates", "staged", "from", "last_commit", "files", "skip"]
    )]
    pub(super) plan: Option<PathBuf>,

    /// Run this shard, from 1, of the plan; `auto`: the one that the variables of the CI say. Without --plan, the plan is
    /// made here for as many shards as they say
    #[arg(long, value_name = "N", value_parser = shard_name, conflicts_with_all = ["staged", "files", "background"])]
    pub(super) shard: Option<ShardName>,

    /// With --shard auto: a JSON report of an earlier run, for how long gates take, as with `plan`
    #[arg(long, value_name = "FILE", requires = "shard", conflicts_with = "plan")]
    pub(super) durations: Vec<PathBuf>,

    /// Start the run, print its id and return; `gatekeeper report --wait` has the verdict
    #[arg(long, conflicts_with_all = ["format", "json", "quiet", "verbose"])]
    pub(super) background: bool,

    /// The id of the run
    #[arg(long, hide = true, conflicts_with = "background")]
    pub(super) run_id: Option<RunId>,
}

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub(super) run: RunArguments,

    /// Divide the gates among so many runners; `auto`: as many as `--within` takes
    #[arg(long, value_name = "N", value_parser = shard_count)]
    pub(super) shards: Option<ShardsWanted>,

    /// With --shards auto: how long a runner may take, such as 3m
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, requires = "shards", default_value = "3m")]
    pub(super) within: Duration,

    /// With --shards: a JSON report of an earlier run, for how long gates take. Can be given several times
    #[arg(long, value_name = "FILE", requires = "shards")]
    pub(super) durations: Vec<PathBuf>,

    /// With --shards: also give the plan to this CI: `github` appends the output `matrix` to $GITHUB_OUTPUT, `gitlab`
    /// prints a child pipeline
    #[arg(long, value_name = "CI", value_enum, requires = "output")]
    pub(super) emit: Option<CiName>,

    /// With --shards: write the plan to this file [default: standard output]
    #[arg(long, short, value_name = "FILE", requires = "shards")]
    pub(super) output: Option<PathBuf>,
}

/// How many shards are wanted, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShardsWanted {
    /// So many.
    Exactly(usize),
    /// As many as the time for each takes.
    Auto,
}

fn shard_count(text: &str) -> Result<ShardsWanted, String> {
    if text == "auto" {
        return Ok(ShardsWanted::Auto);
    }
    match text.parse() {
        Ok(number) if (1..=MOST_SHARDS).contains(&number) => Ok(ShardsWanted::Exactly(number)),
        _ => Err(format!(
            "expected `auto`, or a number from 1 to {MOST_SHARDS}"
        )),
    }
}

/// A CI as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CiName {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

/// A shard as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShardName {
    /// This one, from 1.
    Number(u32),
    /// The one that the variables of the CI name.
    Auto,
}

fn shard_name(text: &str) -> Result<ShardName, &'static str> {
    if text == "auto" {
        return Ok(ShardName::Auto);
    }
    let number = text.parse().ok().filter(|number| *number > 0);
    let number = number.map(ShardName::Number);
    number.ok_or("expected `auto`, or the number of a shard, from 1")
}

#[derive(Debug, Args)]
pub(super) struct CombineArguments {
    /// The plan that the shards have run
    #[arg(value_name = "PLAN")]
    pub(super) plan: PathBuf,

    /// The JSON report of each shard
    #[arg(value_name = "PART")]
    pub(super) parts: Vec<PathBuf>,

    /// Also write a report of all shards: see `run --report`. Can be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = ReportSpec::from_str)]
    pub(super) reports: Vec<ReportSpec>,

    /// Also write an in-toto statement of the verdict, which can be signed: the same as --report in-toto=FILE
    #[arg(long, value_name = "FILE", value_parser = attestation)]
    pub(super) attest: Option<ReportSpec>,

    #[command(flatten)]
    pub(super) format: FormatArguments,

    #[command(flatten)]
    pub(super) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(super) struct ReceiptsArguments {
    #[command(subcommand)]
    pub(super) command: ReceiptsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ReceiptsCommand {
    /// Sign a statement that `run --attest` has written, and add it to the receipts of its tree
    Add {
        /// The statement
        #[arg(value_name = "FILE")]
        file: PathBuf,

        /// The private key of ssh to sign with [default: user.signingKey of git]
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,

        /// Who signs, as .gatekeeper/allowed_signers names them [default: user.email of git]
        #[arg(long = "as", value_name = "NAME")]
        signer: Option<String>,
    },
    /// Fetch the receipts of a remote, and keep those of both sides
    Fetch {
        /// The remote
        #[arg(value_name = "REMOTE", default_value = "origin")]
        remote: String,
    },
    /// Push the receipts to a remote
    Push {
        /// The remote
        #[arg(value_name = "REMOTE", default_value = "origin")]
        remote: String,
    },
    /// Whether receipts that count cover every gate of a commit
    Verify {
        /// The commit
        #[arg(value_name = "REF", default_value = "HEAD", value_parser = revision)]
        revision: String,

        /// The commit that decides whose receipts count, and by which keys: one that is reviewed, such as origin/main
        #[arg(long, value_name = "REF", value_parser = revision)]
        base: String,
    },
}

fn attestation(file: &str) -> Result<ReportSpec, String> {
    ReportSpec::from_str(&format!("{}={file}", ReportFormat::InToto.word()))
}

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// Make the edits that are safe, and show them as a patch
    #[arg(long)]
    pub(super) fix: bool,

    /// Also look for the programs of gates with the PATH of an IDE or a desktop program
    #[arg(long)]
    pub(super) as_gui: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    pub(super) format: DoctorFormat,
}

/// A format of what `doctor` finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The id of a rule, or how a gate has ended [default: list everything that can be explained]
    #[arg(value_name = "ID", add = ArgValueCompleter::new(candidates::explained))]
    pub(super) id: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(super) shell: ShellName,
}

/// A shell that completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShellName {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// The directory in which a page for each command is written [default: the main page on standard output]
    #[arg(long, value_name = "DIRECTORY")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// The id of the run, or the beginning of it [default: the last run of this work tree]
    pub(super) run: Option<String>,

    /// Print the report in this format [default: text]
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["list", "schema"])]
    pub(super) format: Option<ReportFormat>,

    /// Write the report to this file
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["list", "schema"])]
    pub(super) output: Option<PathBuf>,

    /// Wait until the run has ended, and end with its exit code
    #[arg(long)]
    pub(super) wait: bool,

    /// With --wait: wait no longer than this, such as 30s; if the run has not ended then, the exit code is 75
    #[arg(long, value_name = "TIME", value_parser = waiting_time, requires = "wait")]
    pub(super) timeout: Option<Duration>,

    /// List the recorded runs
    #[arg(long, conflicts_with_all = ["run", "wait"])]
    pub(super) list: bool,

    /// Show what the recorded runs say about each gate: durations, cache hits, and doubts
    #[arg(long, conflicts_with_all = ["run", "wait", "list"])]
    pub(super) history: bool,

    /// Print the JSON Schema of a format
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["run", "wait", "list", "history"])]
    pub(super) schema: Option<SchemaName>,
}

/// A format that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaName {
    /// The report of a run
    Json,
    /// A line of a run as JSON Lines
    Jsonl,
}

fn waiting_time(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text).map_err(|_| "expected a time, such as 30s or 5m")
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Print gates.toml instead of writing it, and run nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(long, short)]
    pub(super) yes: bool,

    /// Translate the configuration of this hook manager instead of looking at the whole project
    #[arg(long, value_name = "MANAGER", value_enum)]
    pub(super) from: Option<ManagerName>,

    /// Write the files by which this CI runs the gates, instead of gates.toml
    #[arg(long, value_name = "CI", value_enum, conflicts_with_all = ["from", "yes"])]
    pub(super) ci: Option<CiName>,

    /// With --ci: on so many runners, or on as many as it takes: `auto`
    #[arg(long, value_name = "N", value_parser = shard_count, requires = "ci")]
    pub(super) shards: Option<ShardsWanted>,
}

/// A hook manager as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ManagerName {
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
pub(super) struct InstallArguments {
    /// Install the hook that checks pushes in a bare repository
    #[arg(long)]
    pub(super) server: bool,

    /// Do nothing where there is no repository, as in a tarball or an image: for install scripts
    #[arg(long, conflicts_with = "server")]
    pub(super) if_repository: bool,

    /// Install the guard in an AI coding agent instead of hooks in git
    #[arg(long, value_name = "NAME", value_enum, conflicts_with_all = ["server", "if_repository"])]
    pub(super) agent: Option<AgentName>,

    /// With --agent: also keep the agent from stopping, once, while its work is not checked
    #[arg(long, requires = "agent")]
    pub(super) stop: bool,

    /// With --agent: print the file for a whole machine, instead of writing those of this repository
    #[arg(long, requires = "agent")]
    pub(super) system: bool,

    /// With --server: also run the gates, which executes pushed code
    #[arg(long, requires = "server")]
    run_gates: bool,

    /// With --server: the time limit for checking a push, such as 90s [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = budget, requires = "server")]
    budget: Option<Duration>,
}

/// An agent as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AgentName {
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
pub(super) struct UninstallArguments {
    /// Remove the guard from this AI coding agent instead of the hooks from git
    #[arg(long, value_name = "NAME", value_enum)]
    pub(super) agent: Option<AgentName>,

    /// Also remove what is noted of this repository: receipts, the ledger and recorded runs
    #[arg(long, conflicts_with = "agent")]
    pub(super) forget: bool,
}

impl InstallArguments {
    /// What the hook of a server is to be told.
    pub(super) fn options(&self) -> ServerOptions {
        server_options(self.run_gates, self.budget)
    }
}

fn server_options(run_gates: bool, budget: Option<Duration>) -> ServerOptions {
    ServerOptions {
        run_gates,
        budget: budget.unwrap_or(SERVER_BUDGET),
    }
}

/// A revision as it is typed. An empty one is most often a variable that was not set, and means nothing.
fn revision(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() {
        return Err(
            "expected a revision, such as origin/main; a variable in the script may not be set",
        );
    }
    Ok(text.to_owned())
}

fn budget(text: &str) -> Result<Duration, &'static str> {
    let budget = humantime::parse_duration(text).ok();
    budget
        .filter(|budget| BUDGETS.contains(budget))
        .ok_or("expected a time from 1ms to 24h, such as 90s")
}

#[derive(Debug, Args)]
pub(super) struct FixArguments {
    /// The gates whose fixers run [default: all gates]
    #[arg(value_name = "GATE", add = ArgValueCompleter::new(candidates::gates))]
    pub(super) gates: Vec<String>,

    /// Fix every tracked file
    #[arg(long)]
    pub(super) all: bool,

    #[command(flatten)]
    pub(super) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(super) struct BaselineArguments {
    /// The gates to run [default: all gates but tests and formatters]
    #[arg(value_name = "GATE")]
    pub(super) gates: Vec<String>,

    #[command(flatten)]
    pub(super) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(super) struct DefinedAgent {
    /// The name of the agent
    pub(super) name: String,

    #[command(flatten)]
    pub(super) format: FormatArguments,
}

fn jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    let jobs = text.parse().ok();
    jobs.filter(|jobs: &NonZeroUsize| jobs.get() <= crate::platform::GUARDED)
        .ok_or("expected a whole number from 1 to 1024")
}

impl RunArguments {
    /// What is asked for.
    pub(super) fn request(&self) -> RunRequest<'_> {
        RunRequest {
            gates: &self.gates,
            skip: &self.skip,
            jobs: self.jobs,
            fail_fast: self.fail_fast,
            fixes: self.fix,
            cache: !self.no_cache,
            ..RunRequest::new(self.trigger())
        }
    }

    /// Why we run, according to the arguments.
    fn trigger(&self) -> Trigger {
        match &self.from {
            Some(from) => Trigger::Range {
                from: from.clone(),
                to: self.to.clone(),
            },
            None if self.staged => Trigger::Staged,
            None if self.last_commit => Trigger::Range {
                from: PARENT.to_owned(),
                to: self.to.clone(),
            },
            None if !self.files.is_empty() => Trigger::Files {
                paths: self.files.clone(),
            },
            None => Trigger::Run,
        }
    }
}

/// In which form something is told.
#[derive(Debug, Args)]
pub(super) struct FormatArguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = FormatName::Text)]
    format: FormatName,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl FormatArguments {
    /// The form.
    pub(super) fn format(&self) -> Format {
        match (self.json, self.format) {
            (true, _) | (false, FormatName::Json) => Format::Json,
            (false, FormatName::Text) => Format::Text,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct MessageArguments {
    #[command(subcommand)]
    pub(super) command: MessageCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum MessageCommand {
    /// Check the message against the rules of the commit-msg hook
    Check(MessageFile),
    /// Print the trailers that git sees in the message
    Trailers(MessageFile),
    /// Fix mechanical problems: stranded trailers, glued paragraphs, order, spacing, duplicates
    Fix(MessageFile),
}

#[derive(Debug, Args)]
pub(super) struct MessageFile {
    /// The message file; `-` reads standard input, and `fix` then prints the result
    pub(super) file: PathBuf,

    /// How git cleans up the message, as in `git commit --cleanup`
    #[arg(long, value_name = "MODE", value_parser = ["strip", "whitespace", "verbatim", "scissors"])]
    pub(super) cleanup: Option<String>,

    #[command(flatten)]
    pub(super) format: FormatArguments,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(super) struct AuditArguments {
    /// The commits to check: `FROM..TO` for those of TO that FROM lacks, `FROM` for `FROM..HEAD`, or
    /// `COMMIT^!` for one commit [default: commits of HEAD that its upstream lacks]
    pub(super) range: Option<String>,

    /// Check the whole history of a revision, given as RANGE, back to the first commit [default: HEAD]
    #[arg(long)]
    pub(super) root: bool,

    /// Run every gate on each unchecked commit, and store receipts for those that pass, so that they
    /// count as checked [default range: the whole history of HEAD]
    #[arg(long, conflicts_with_all = ["fix", "json", "format", "policy", "gates"])]
    pub(super) record: bool,

    /// Trust the commits of RANGE as they are: history that was made elsewhere, or under other rules.
    /// The ledger, `status` and audits show it
    #[arg(
        long,
        requires_all = ["reason", "range"],
        conflicts_with_all = ["record", "fix", "json", "format", "policy", "gates"]
    )]
    pub(super) accept: bool,

    /// Why the commits are accepted, in at least 10 characters
    #[arg(long, value_name = "REASON", requires = "accept")]
    pub(super) reason: Option<String>,

    /// Apply the gates.toml of this revision to every commit, besides the commit's own [default: that
    /// of the commit before the range]
    #[arg(long, value_name = "REF", value_parser = revision)]
    pub(super) policy: Option<String>,

    /// Also run every gate, even if it has passed before, on the last commit of the range or on each
    #[arg(
        long,
        value_name = "WHICH",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "tip",
        conflicts_with = "fix"
    )]
    pub(super) gates: Option<GatedCommits>,

    /// Rewrite the commits whose messages are refused, with fixed messages and the same trees and authors
    // Scripts may still use the former name.
    #[arg(long, alias = "mend", conflicts_with_all = ["json", "format"])]
    pub(super) fix: bool,

    /// Also write a report, as `gatekeeper run --report` does; not with --gates, whose runs are reported as text
    #[arg(
        long = "report",
        value_name = "FORMAT=FILE",
        value_parser = ReportSpec::from_str,
        conflicts_with_all = ["record", "accept", "fix", "gates"]
    )]
    pub(super) reports: Vec<ReportSpec>,

    /// With --fix: add missing sign-offs, as the committer
    #[arg(long, requires = "fix")]
    pub(super) signoff: bool,

    /// With --fix: open each message that cannot be fixed automatically in the editor
    #[arg(long, requires = "fix")]
    pub(super) edit: bool,

    #[command(flatten)]
    pub(super) format: FormatArguments,

    #[command(flatten)]
    pub(super) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(super) struct AgentsArguments {
    #[command(subcommand)]
    pub(super) command: Option<AgentsCommand>,

    #[command(flatten)]
    pub(super) format: FormatArguments,
}

#[derive(Debug, Subcommand)]
pub(super) enum AgentsCommand {
    /// Print the short hash of an agent's definition
    Hash(DefinedAgent),
}

/// How much is told.
#[derive(Debug, Args)]
pub(super) struct DetailArguments {
    /// Print nothing unless there is a problem
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Also show gates that pass, with their output, and every reason
    #[arg(long, short)]
    verbose: bool,
}

impl DetailArguments {
    /// How much.
    pub(super) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        }
    }
}

/// A format as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// Text for people
    Text,
    /// JSON for programs, on standard output
    Json,
}

#[derive(Debug, Args)]
pub(super) struct GuardArguments {
    /// The agent that calls, for payloads that do not tell
    #[arg(long, value_name = "NAME")]
    pub(super) agent: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CacheArguments {
    #[command(subcommand)]
    pub(super) command: CacheCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Remove the views of this work tree; receipts and recorded runs stay
    Clean {
        /// Remove those of every work tree
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    #[command(subcommand)]
    pub(super) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Report every error in gates.toml without running a gate
    Check,
    /// Print the configuration with all defaults
    Show,
    /// Print an example with every key, each explained
    Example,
    /// Print a JSON Schema of gates.toml, for editors
    Schema,
}

#[derive(Debug, Args)]
pub(super) struct HookArguments {
    #[command(flatten)]
    pub(super) earlier: EarlierArguments,
    /// The hook is in git's configuration, so it has no path
    #[arg(long, conflicts_with_all = ["chained", "hooks_path"])]
    pub(super) from_config: bool,
    /// On a server: also run the gates
    #[arg(long)]
    run_gates: bool,
    /// On a server: the time limit
    #[arg(long, value_parser = budget)]
    budget: Option<Duration>,
    /// The hook
    pub(super) name: HookName,
    /// The path under which git started the hook
    #[arg(required_unless_present = "from_config")]
    pub(super) place: Option<OsString>,
    /// What git passes to the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) arguments: Vec<OsString>,
}

/// Where the hook is that runs before ours.
#[derive(Debug, Args)]
pub(super) struct EarlierArguments {
    /// Run the earlier hook first
    #[arg(long)]
    pub(super) chained: bool,
    /// Run the hook of the directory that core.hooksPath named first
    #[arg(long, conflicts_with = "chained")]
    pub(super) hooks_path: bool,
}

impl HookArguments {
    /// What the hook of a server was told.
    pub(super) fn options(&self) -> ServerOptions {
        server_options(self.run_gates, self.budget)
    }
}

/// A hook as git names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HookName {
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
