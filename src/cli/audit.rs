//! `gatekeeper audit`.

use super::arguments::AuditArguments;
use super::{judge, mend, own, print, record};
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::{Named, Repository};
use crate::policy;
use crate::report::{self, Format, Style};

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
    let config = config::parse(&judge::work_tree_text(&repository)?)?;
    let audit = policy::audit(&repository, &config, &named)?;
    if arguments.mend && !audit.is_passed() {
        return mend::mend(environment, &repository, &config, &audit, arguments);
    }
    let program = own::call(environment);
    let text = match arguments.format.format() {
        Format::Json => report::audit_as_json(&audit, &program),
        Format::Text => {
            let style = Style::for_output(environment, arguments.detail.detail());
            report::audit_as_text(&audit, &program, style)
        }
    };
    print(&text)?;
    Ok(if audit.is_passed() {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
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
