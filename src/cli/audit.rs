//! `gatekeeper audit`.

use std::time::SystemTime;

use time::OffsetDateTime;

use super::arguments::AuditArguments;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::config::{committed, source};
use crate::flow::audit::{gates, open_reports, worst, write_reports};
use crate::flow::{led_away, receipt_trust, record, rewrite_messages, self_path, trusted_history};
use crate::git::{RangeSpec, Repository};
use crate::report::terminal::{print, print_text};
use crate::report::{self, Format, Style, TrustedInRange};
pub(crate) use crate::rules::audit;
use crate::rules::message::range::{self, Audit};

/// What is checked out, or would be.
const HEAD: &str = "HEAD";

pub(super) fn audit(environment: &Environment, arguments: &AuditArguments) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    led_away::notice(environment, &repository)?;
    if arguments.record {
        let named = if arguments.range.is_none() {
            RangeSpec::All(HEAD.to_owned())
        } else {
            named(&repository, arguments)?
        };
        return record::record(environment, &repository, &named, arguments.detail.detail());
    }
    let named = named(&repository, arguments)?;
    if arguments.accept {
        let reason = arguments.reason.as_deref().unwrap_or_default();
        let detail = arguments.detail.detail();
        return trusted_history::accept(environment, &repository, &named, reason, detail);
    }
    let config = match &arguments.policy {
        Some(revision) => committed::committed_config(&repository, revision)?,
        None if repository.is_bare() => committed::committed_config(&repository, HEAD)?,
        None => source::work_tree_config(&repository)?,
    };
    if arguments.fix {
        // Only messages can be fixed.
        let audit = range::audit(&repository, &config, &named)?;
        if audit.is_passed() {
            return report_audit(environment, &repository, &audit, arguments);
        }
        let options = rewrite_messages::RewriteOptions {
            signs_off: arguments.signoff,
            edits: arguments.edit,
            detail: arguments.detail.detail(),
        };
        return rewrite_messages::fix(environment, &repository, &config, &audit, options);
    }
    let began = SystemTime::now();
    let format = arguments.format.format();
    let reporting = open_reports(environment, &repository, &arguments.reports, format)?;
    let today = OffsetDateTime::now_utc().date();
    let by = arguments.policy.as_ref().map(|_| &config);
    let audit = audit::audit_all(&repository, &config, &named, by, today)?;
    let code = report_audit(environment, &repository, &audit, arguments)?;
    if arguments.gates.is_none() {
        write_reports(environment, &reporting, &audit, began)?;
    }
    Ok(code)
}

/// Reports an audit, and runs the gates if they are wanted.
fn report_audit(
    environment: &Environment,
    repository: &Repository,
    audit: &Audit,
    arguments: &AuditArguments,
) -> Result<ExitCode> {
    let program = self_path::call(environment);
    let detail = arguments.detail.detail();
    let format = arguments.format.format();
    let trusted = TrustedInRange {
        elsewhere: receipt_trust::of_range(repository, &audit.commits)?,
        ..trusted_history::of_audit(environment, repository, &audit.commits.ids)
    };
    if format == Format::Text {
        let style = Style::for_output(environment, detail);
        let text = report::audit_as_text(audit, &program, style);
        print_text(&(text + &report::trusted_in_range(&trusted, style)))?;
    }
    let runs = match arguments.gates {
        Some(which) => Some(gates(environment, repository, audit, which, detail)?),
        None => None,
    };
    let code = match &runs {
        Some(runs) => worst(audit, runs),
        None => ExitCode::passed_if(audit.is_passed()),
    };
    match (format, &runs) {
        (Format::Json, _) => print(&report::audit_as_json(
            audit,
            &trusted,
            &program,
            runs.as_deref(),
            code,
        ))?,
        (Format::Text, Some(runs)) => {
            let style = Style::for_output(environment, detail);
            print_text(&report::audited_gates(runs, style))?;
        }
        (Format::Text, None) => {}
    }
    Ok(code)
}

/// The range that the arguments name.
fn named(repository: &Repository, arguments: &AuditArguments) -> Result<RangeSpec> {
    let or_head = |end: &str| if end.is_empty() { HEAD } else { end }.to_owned();
    let Some(range) = arguments.range.as_deref() else {
        return Ok(if arguments.root {
            RangeSpec::All(HEAD.to_owned())
        } else {
            RangeSpec::Between {
                from: repository.usual_base()?,
                to: HEAD.to_owned(),
            }
        });
    };
    if range.starts_with(['-', '^']) || range.trim().is_empty() {
        return Err(Fault::usage(format!("`{range}` is not a valid range"))
            .hint("name a range, as in `gatekeeper audit origin/main..HEAD`"));
    }
    if arguments.root {
        return Ok(RangeSpec::All(range.to_owned()));
    }
    if let Some(commit) = range.strip_suffix("^!") {
        return Ok(RangeSpec::Only(or_head(commit)));
    }
    let ends = range.rsplit_once("...").or_else(|| range.rsplit_once(".."));
    let (from, to) = match ends {
        Some(("", "")) => return Err(empty_range(range)),
        Some(("", _)) => return Err(empty_start(range)),
        Some((from, to)) => (from.to_owned(), or_head(to)),
        None if repository.is_checked_out(range)? => return Err(empty_range(range)),
        None => (range.to_owned(), HEAD.to_owned()),
    };
    if may_be_the_end(&from) && repository.range(&from, &to)?.is_empty() {
        return Err(empty_start_is_end(&from, &to));
    }
    Ok(RangeSpec::Between { from, to })
}

/// Whether a start that names the end of the range cannot have been meant: a search for a message finds
/// the newest commit that has it.
fn may_be_the_end(from: &str) -> bool {
    from.starts_with(":/") || from.contains("^{/") || ["HEAD", "@"].contains(&from)
}

/// The fault about a range whose start is its end.
fn empty_start_is_end(from: &str, to: &str) -> Fault {
    Fault::usage(format!(
        "`{from}` and `{to}` are the same commit, so the range is empty"
    ))
    .hint(
        "name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: \
         `gatekeeper audit 'HEAD^!'`",
    )
}

/// The fault about a range without its start. To git it is HEAD; but then such a range is empty, and
/// something else was meant.
fn empty_start(range: &str) -> Fault {
    Fault::usage(format!("the range `{range}` has no start")).hint(
        "name the start, as in `gatekeeper audit origin/main..HEAD`; in a script, set the variable that \
         holds it",
    )
}

/// The fault about a range that cannot have any commit, which was not meant that way.
pub(crate) fn empty_range(range: &str) -> Fault {
    Fault::usage(format!(
        "`{range}` is the commit that is checked out, so the range is empty"
    ))
    .hint(
        "name an earlier commit, as in `gatekeeper audit origin/main`, or a single commit: \
         `gatekeeper audit 'HEAD^!'`",
    )
}
