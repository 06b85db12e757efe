//! Arguments of commands about messages and commits.

use std::path::PathBuf;
use std::str::FromStr as _;

use clap::{Args, Subcommand};

use super::report::{DetailArguments, FormatArguments};
use crate::flow::audit::GatedCommits;
use crate::report::ReportSpec;

/// A revision as it is typed. An empty one is most often a variable that was not set, and means nothing.
pub(super) fn revision(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() {
        return Err(
            "expected a revision, such as origin/main; a variable in the script may not be set",
        );
    }
    Ok(text.to_owned())
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MessageArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: MessageCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MessageCommand {
    /// Check the message against the rules of the commit-msg hook
    Check(MessageFile),
    /// Print the trailers that git sees in the message
    Trailers(MessageFile),
    /// Fix mechanical problems: stranded trailers, glued paragraphs, order, spacing, duplicates
    Fix(MessageFile),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MessageFile {
    /// The message file; `-` reads standard input, and `fix` then prints the result
    pub(in crate::cli) file: PathBuf,

    /// How git cleans up the message, as in `git commit --cleanup`
    #[arg(long, value_name = "MODE", value_parser = ["strip", "whitespace", "verbatim", "scissors"])]
    pub(in crate::cli) cleanup: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
pub(in crate::cli) struct AuditArguments {
    /// The commits to check: `FROM..TO` for those of TO that FROM lacks, `FROM` for `FROM..HEAD`, or
    /// `COMMIT^!` for one commit [default: commits of HEAD that its upstream lacks]
    pub(in crate::cli) range: Option<String>,

    /// Check the whole history of a revision, given as RANGE, back to the first commit [default: HEAD]
    #[arg(long)]
    pub(in crate::cli) root: bool,

    /// Run every gate on each unchecked commit, and store receipts for those that pass, so that they
    /// count as checked [default range: the whole history of HEAD]
    #[arg(long, conflicts_with_all = ["fix", "json", "format", "policy", "gates"])]
    pub(in crate::cli) record: bool,

    /// Trust the commits of RANGE as they are: history that was made elsewhere, or under other rules.
    /// The ledger, `status` and audits show it
    #[arg(
        long,
        requires_all = ["reason", "range"],
        conflicts_with_all = ["record", "fix", "json", "format", "policy", "gates"]
    )]
    pub(in crate::cli) accept: bool,

    /// Why the commits are accepted, in at least 10 characters
    #[arg(long, value_name = "REASON", requires = "accept")]
    pub(in crate::cli) reason: Option<String>,

    /// Apply the gates.toml of this revision to every commit, besides the commit's own [default: that
    /// of the commit before the range]
    #[arg(long, value_name = "REF", value_parser = revision)]
    pub(in crate::cli) policy: Option<String>,

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
    pub(in crate::cli) gates: Option<GatedCommits>,

    /// Rewrite the commits whose messages are refused, with fixed messages and the same trees and authors
    // Scripts may still use the former name.
    #[arg(long, alias = "mend", conflicts_with_all = ["json", "format"])]
    pub(in crate::cli) fix: bool,

    /// Also write a report, as `gatekeeper run --report` does; not with --gates, whose runs are reported as text
    #[arg(
        long = "report",
        value_name = "FORMAT=FILE",
        value_parser = ReportSpec::from_str,
        conflicts_with_all = ["record", "accept", "fix", "gates"]
    )]
    pub(in crate::cli) reports: Vec<ReportSpec>,

    /// With --fix: add missing sign-offs, as the committer
    #[arg(long, requires = "fix")]
    pub(in crate::cli) signoff: bool,

    /// With --fix: open each message that cannot be fixed automatically in the editor
    #[arg(long, requires = "fix")]
    pub(in crate::cli) edit: bool,

    #[command(flatten)]
    pub(in crate::cli) format: FormatArguments,

    #[command(flatten)]
    pub(in crate::cli) detail: DetailArguments,
}
