//! Arguments of plans for several runners, and of what combines their reports.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use clap::Args;

use super::report::{DetailArguments, FormatArguments, attestation};
use super::run::RunArguments;
use super::shard_words::{CiName, ShardsWanted, shard_count};
use crate::report::ReportSpec;

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArguments {
    #[command(flatten)]
    pub(in crate::cli) run: RunArguments,

    /// Divide the gates among so many runners; `auto`: as many as `--within` takes
    #[arg(long, value_name = "N", value_parser = shard_count)]
    pub(in crate::cli) shards: Option<ShardsWanted>,

    /// With --shards auto: how long a runner may take, such as 3m
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, requires = "shards", default_value = "3m")]
    pub(in crate::cli) within: Duration,

    /// With --shards: a JSON report of an earlier run, for how long gates take. Can be given several times
    #[arg(long, value_name = "FILE", requires = "shards")]
    pub(in crate::cli) durations: Vec<PathBuf>,

    /// With --shards: also give the plan to this CI: `github` appends the output `matrix` to `$GITHUB_OUTPUT`, `gitlab`
    /// prints a child pipeline
    #[arg(long, value_name = "CI", value_enum, requires = "output")]
    pub(in crate::cli) emit: Option<CiName>,

    /// With --shards: write the plan to this file [default: standard output]
    #[arg(long, short, value_name = "FILE", requires = "shards")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CombineArguments {
    /// The plan that the shards have run
    #[arg(value_name = "PLAN")]
    pub(in crate::cli) plan: PathBuf,

    /// The JSON report of each shard
    #[arg(value_name = "PART")]
    pub(in crate::cli) parts: Vec<PathBuf>,

    /// Also write a report of all shards: see `run --report`. Can be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = ReportSpec::from_str)]
    pub(in crate::cli) reports: Vec<ReportSpec>,

    /// Also write an in-toto statement of the verdict, which can be signed: the same as --report in-toto=FILE
    #[arg(long, value_name = "FILE", value_parser = attestation)]
    pub(in crate::cli) attest: Option<ReportSpec>,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,

    #[command(flatten)]
    pub(in crate::cli) detail: DetailArguments,
}
