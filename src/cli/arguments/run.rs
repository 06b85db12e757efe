//! Arguments of commands that run gates and fixers.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr as _;

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::message::revision;
use super::report::{DetailArguments, FormatArguments, attestation};
use super::shard_words::{ShardName, shard_name};
use crate::cli::candidates;
use crate::flow::request::RunRequest;
use crate::model::trigger::Trigger;
use crate::receipt::RunId;
use crate::report::ReportSpec;

/// The commit before the last one.
const PARENT: &str = "HEAD~1";

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(in crate::cli) struct RunArguments {
    /// The gates to run, with the gates that they need [default: all gates]
    #[arg(value_name = "GATE", add = ArgValueCompleter::new(candidates::gates))]
    pub(in crate::cli) gates: Vec<String>,

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
    pub(in crate::cli) fix: bool,

    /// Maximum number of gates that run at the same time
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(in crate::cli) jobs: Option<NonZeroUsize>,

    /// Stop the other gates when one fails
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,

    /// With --staged: also run gates that have already passed on the same tree
    #[arg(long, requires = "staged", conflicts_with_all = ["from", "last_commit", "files"])]
    pub(in crate::cli) no_cache: bool,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,

    #[command(flatten)]
    pub(in crate::cli) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RunCommandArguments {
    #[command(flatten)]
    pub(in crate::cli) run: RunArguments,

    /// Also write a report: json, jsonl, junit, sarif, gitlab, github, rdjson, markdown, html or in-toto. The file is
    /// emptied before the run; `-` is standard output. Can be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = ReportSpec::from_str)]
    pub(in crate::cli) reports: Vec<ReportSpec>,

    /// Also write an in-toto statement of the verdict, which can be signed: the same as --report in-toto=FILE
    #[arg(long, value_name = "FILE", value_parser = attestation)]
    pub(in crate::cli) attest: Option<ReportSpec>,

    /// Run one shard of this plan, which `gatekeeper plan --shards` has written
    #[arg(
        long,
        value_name = "FILE",
        requires = "shard",
        conflicts_with_all = ["gates", "staged", "from", "last_commit", "files", "skip"]
    )]
    pub(in crate::cli) plan: Option<PathBuf>,

    /// Run this shard, from 1, of the plan; `auto`: the one that the variables of the CI say. Without --plan, the plan is
    /// made here for as many shards as they say
    #[arg(long, value_name = "N", value_parser = shard_name, conflicts_with_all = ["staged", "files", "background"])]
    pub(in crate::cli) shard: Option<ShardName>,

    /// With --shard auto: a JSON report of an earlier run, for how long gates take, as with `plan`
    #[arg(long, value_name = "FILE", requires = "shard", conflicts_with = "plan")]
    pub(in crate::cli) durations: Vec<PathBuf>,

    /// Start the run, print its id and return; `gatekeeper report --wait` has the verdict
    #[arg(long, conflicts_with_all = ["format", "json", "quiet", "verbose"])]
    pub(in crate::cli) background: bool,

    /// The id of the run
    #[arg(long, hide = true, conflicts_with = "background")]
    pub(in crate::cli) run_id: Option<RunId>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct FixArguments {
    /// The gates whose fixers run [default: all gates]
    #[arg(value_name = "GATE", add = ArgValueCompleter::new(candidates::gates))]
    pub(in crate::cli) gates: Vec<String>,

    /// Fix every tracked file
    #[arg(long)]
    pub(in crate::cli) all: bool,

    #[command(flatten)]
    pub(in crate::cli) detail: DetailArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BaselineArguments {
    /// The gates to run [default: all gates but tests and formatters]
    #[arg(value_name = "GATE", add = ArgValueCompleter::new(candidates::gates))]
    pub(in crate::cli) gates: Vec<String>,

    #[command(flatten)]
    pub(in crate::cli) detail: DetailArguments,
}

fn jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    let jobs = text.parse().ok();
    jobs.filter(|jobs: &NonZeroUsize| jobs.get() <= crate::platform::GUARDED)
        .ok_or("expected a whole number from 1 to 1024")
}

impl RunArguments {
    /// What is asked for.
    pub(in crate::cli) fn request(&self) -> RunRequest<'_> {
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

    /// Whether it is about the last commit.
    pub(in crate::cli) fn is_last_commit(&self) -> bool {
        self.last_commit && self.from.is_none()
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
