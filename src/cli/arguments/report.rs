//! Arguments of commands that tell something, and how it is told.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;

use crate::cli::candidates;
use crate::report::{Detail, Format, ReportFormat, ReportSpec};

#[derive(Debug, Args)]
pub(in crate::cli) struct DoctorArguments {
    /// Make the edits that are safe, and show them as a patch
    #[arg(long)]
    pub(in crate::cli) fix: bool,

    /// Also look for the programs of gates with the PATH of an IDE or a desktop program
    #[arg(long)]
    pub(in crate::cli) as_gui: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    pub(in crate::cli) format: DoctorFormat,
}

/// A format of what `doctor` finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArguments {
    /// The id of a rule, or how a gate has ended [default: list everything that can be explained]
    #[arg(value_name = "ID", add = ArgValueCompleter::new(candidates::explained))]
    pub(in crate::cli) id: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArguments {
    /// The id of the run, or the beginning of it [default: the last run of this work tree]
    pub(in crate::cli) run: Option<String>,

    /// Print the report in this format [default: text]
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["list", "schema"])]
    pub(in crate::cli) format: Option<ReportFormat>,

    /// Write the report to this file
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["list", "schema"])]
    pub(in crate::cli) output: Option<PathBuf>,

    /// Wait until the run has ended, and end with its exit code
    #[arg(long)]
    pub(in crate::cli) wait: bool,

    /// With --wait: wait no longer than this, such as 30s; if the run has not ended then, the exit code is 75
    #[arg(long, value_name = "TIME", value_parser = waiting_time, requires = "wait")]
    pub(in crate::cli) timeout: Option<Duration>,

    /// List the recorded runs
    #[arg(long, conflicts_with_all = ["run", "wait"])]
    pub(in crate::cli) list: bool,

    /// Show what the recorded runs say about each gate: durations, cache hits, and doubts
    #[arg(long, conflicts_with_all = ["run", "wait", "list"])]
    pub(in crate::cli) history: bool,

    /// Print the JSON Schema of a format
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["run", "wait", "list", "history"])]
    pub(in crate::cli) schema: Option<SchemaName>,
}

/// A format that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaName {
    /// The report of a run
    Json,
    /// A line of a run as JSON Lines
    Jsonl,
}

fn waiting_time(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text).map_err(|_| "expected a time, such as 30s or 5m")
}

/// In which form something is told.
#[derive(Debug, Args)]
pub(in crate::cli) struct FormatArguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = FormatName::Text)]
    format: FormatName,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl FormatArguments {
    /// The form.
    pub(in crate::cli) fn format(&self) -> Format {
        match (self.json, self.format) {
            (true, _) | (false, FormatName::Json) => Format::Json,
            (false, FormatName::Text) => Format::Text,
        }
    }
}

/// How much is told.
#[derive(Debug, Args)]
pub(in crate::cli) struct DetailArguments {
    /// Print nothing unless there is a problem
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Also show gates that pass, with their output, and every reason
    #[arg(long, short)]
    verbose: bool,
}

impl DetailArguments {
    /// How much.
    pub(in crate::cli) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        }
    }
}

/// A format as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FormatName {
    /// Text for people
    Text,
    /// JSON for programs, on standard output
    Json,
}

/// The report that `--attest` names by its file alone.
pub(super) fn attestation(file: &str) -> Result<ReportSpec, String> {
    ReportSpec::from_str(&format!("{}={file}", ReportFormat::InToto.word()))
}
