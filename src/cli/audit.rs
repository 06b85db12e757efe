//! `gatekeeper audit`.

use time::OffsetDateTime;

use super::arguments::{AuditArguments, Which};
use super::judge::Wishes;
use super::{judge, mend, own, print, record, run};
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::{Named, Repository};
use crate::policy::{self, Audit};
use crate::report::{self, Detail, Format, GatesRun, Style};
use crate::trigger::Trigger;

pub(super) fn audit(environment: &Environment, arguments: &AuditArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    if arguments.record {
        let named = if arguments.range.is_none() {
            Named::All("HEAD".to_owned())
        } else {
            named(&repository, arguments)?
        };
        return record::record(environment, &repository, &named, arguments.detail.detail());
    }
    let named = named(&repository, arguments)?;
    let config = match &arguments.policy {
        Some(revision) => policy::committed_config(&repository, revision)?,
        None => config::parse(&judge::work_tree_text(&repository)?)?,
    };
    if arguments.mend {
        // Only messages can be mended.
        let audit = policy::audit(&repository, &config, &named)?;
        return if audit.is_passed() {
            tell(environment, &repository, &audit, arguments)
        } else {
            mend::mend(environment, &repository, &config, &audit, arguments)
        };
    }
    let today = OffsetDateTime::now_utc().date();
    let by = arguments.policy.as_deref();
    let audit = policy::audit_all(&repository, &config, &named, by, today)?;
    tell(environment, &repository, &audit, arguments)
}

/// Tells of an audit, and runs the gates if they are wanted.
fn tell(
    environment: &Environment,
    repository: &Repository,
    audit: &Audit,
    arguments: &AuditArguments,
) -> Result<ExitCode> {
    let program = own::call(environment);
    let detail = arguments.detail.detail();
    let format = arguments.format.format();
    if format == Format::Text {
        let style = Style::for_output(environment, detail);
        print(&report::audit_as_text(audit, &program, style))?;
    }
    let runs = match arguments.gates {
        Some(which) => Some(gates(environment, repository, audit, which, detail)?),
        None => None,
    };
    let code = match &runs {
        Some(runs) => worst(audit, runs),
        None => of_audit(audit),
    };
    match (format, &runs) {
        (Format::Json, _) => print(&report::audit_as_json(
            audit,
            &program,
            runs.as_deref(),
            code,
        ))?,
        (Format::Text, Some(runs)) => {
            let style = Style::for_output(environment, detail);
            print(&report::audited_gates(runs, style))?;
        }
        (Format::Text, None) => {}
    }
    Ok(code)
}

fn of_audit(audit: &Audit) -> ExitCode {
    if audit.is_passed() {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    }
}

/// The exit code: a signal ends everything, what fails comes before what could not be done.
fn worst(audit: &Audit, runs: &[GatesRun]) -> ExitCode {
    let codes = || runs.iter().map(|run| run.code);
    let is_signal = |code: &ExitCode| matches!(code, ExitCode::Signal(_));
    let bad = |code: &ExitCode| *code != ExitCode::Passed;
    codes()
        .find(is_signal)
        .or_else(|| Some(of_audit(audit)).filter(bad))
        .or_else(|| codes().find(bad))
        .unwrap_or(ExitCode::Passed)
}

/// Runs every gate: on the range's end, with what the range changes, or on each commit, with what it
/// changes. Nothing that is remembered counts, and nothing is.
fn gates(
    environment: &Environment,
    repository: &Repository,
    audit: &Audit,
    which: Which,
    detail: Detail,
) -> Result<Vec<GatesRun>> {
    let style = Style::for_errors(environment, detail);
    let commits = &audit.commits;
    let wanted = match which {
        Which::Each => commits.ids.as_slice(),
        Which::Tip if commits.ids.is_empty() => &[],
        Which::Tip => std::slice::from_ref(&commits.tip),
    };
    let mut runs = Vec::new();
    for commit in wanted {
        let since = match which {
            Which::Each => repository.parents_of(commit)?,
            Which::Tip => commits.base.iter().cloned().collect(),
        };
        let wishes = Wishes {
            trigger: Trigger::Audit {
                commit: commit.clone(),
                since,
            },
            gates: &[],
            jobs: None,
            fail_fast: false,
            fixes: false,
            cache: false,
            excepted: &[],
        };
        let code = match run::judge(environment, &wishes, Format::Text, style) {
            Ok(code) => code,
            // The other commits are judged all the same.
            Err(fault) => {
                report::say(&report::fault(&fault, style));
                fault.exit_code()
            }
        };
        runs.push(GatesRun {
            commit: commit.clone(),
            code,
        });
        if matches!(code, ExitCode::Signal(_)) {
            break;
        }
    }
    Ok(runs)
}

/// The commits that are meant.
fn named(repository: &Repository, arguments: &AuditArguments) -> Result<Named> {
    const HEAD: &str = "HEAD";
    let or_head = |end: &str| if end.is_empty() { HEAD } else { end }.to_owned();
    let Some(range) = arguments.range.as_deref() else {
        return Ok(if arguments.root {
            Named::All(HEAD.to_owned())
        } else {
            Named::Between {
                from: repository.usual_base()?,
                to: HEAD.to_owned(),
            }
        });
    };
    if range.starts_with(['-', '^']) || range.trim().is_empty() {
        return Err(Fault::usage(format!("`{range}` is no range"))
            .hint("name it as in `gatekeeper audit origin/main..HEAD`"));
    }
    if arguments.root {
        return Ok(Named::All(range.to_owned()));
    }
    if let Some(commit) = range.strip_suffix("^!") {
        return Ok(Named::Only(or_head(commit)));
    }
    let ends = range.rsplit_once("...").or_else(|| range.rsplit_once(".."));
    let (from, to) = match ends {
        Some(("", "")) => return Err(nothing(range)),
        Some((from, to)) => (or_head(from), or_head(to)),
        None if repository.is_checked_out(range)? => return Err(nothing(range)),
        None => (range.to_owned(), HEAD.to_owned()),
    };
    Ok(Named::Between { from, to })
}

/// A range that can have no commit was meant otherwise.
fn nothing(range: &str) -> Fault {
    Fault::usage(format!(
        "`{range}` is what is checked out, so there is nothing in between"
    ))
    .hint(
        "name what comes before it, as in `gatekeeper audit origin/main`, or one commit: \
         `gatekeeper audit 'HEAD^!'`",
    )
}
