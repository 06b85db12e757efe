//! Reports for systems: each format is one file, and a pure function of the record of a run.

mod actions;
mod code_quality;
mod html;
mod junit;
mod markdown;
mod rdjson;
mod sarif;

use clap::ValueEnum;

use super::json::document::write;
use super::record::RunRecord;

pub(crate) use actions::annotations;
pub(crate) use markdown::markdown_within;

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Everything, as one JSON object
    Json,
    /// JSON Lines: an event a line, written while the gates run
    Jsonl,
    /// `JUnit` XML, a test case for each gate
    Junit,
    /// SARIF 2.1.0, a run for each gate
    Sarif,
    /// The code quality report of GitLab
    Gitlab,
    /// Annotations of GitHub Actions
    Github,
    /// The diagnostics of reviewdog
    Rdjson,
    /// Markdown for a pull request: the evidence of each gate
    Markdown,
    /// A page for people
    Html,
}

impl ReportFormat {
    /// The word for it on the command line.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Gitlab => "gitlab",
            Self::Github => "github",
            Self::Rdjson => "rdjson",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The report of a run that has ended.
    #[must_use]
    pub(crate) fn report(self, record: &RunRecord) -> String {
        match self {
            Self::Json => write(record),
            Self::Jsonl => super::events::of_record(record),
            Self::Junit => junit::junit(record),
            Self::Sarif => sarif::sarif(record),
            Self::Gitlab => code_quality::code_quality(record),
            Self::Github => annotations(record),
            Self::Rdjson => rdjson::rdjson(record),
            Self::Markdown => markdown::markdown(record),
            Self::Html => html::html(record),
        }
    }
}
