//! The formats of reports, by their names.

use clap::ValueEnum;

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
    /// An in-toto statement, to be signed
    InToto,
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
            Self::InToto => "in-toto",
        }
    }
}
