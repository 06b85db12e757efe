//! `gatekeeper audit`.

use super::arguments::AuditArguments;
use super::{judge, own, print};
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::Repository;
use crate::policy;
use crate::report::{self, Format, Style};

pub(super) fn audit(environment: &Environment, arguments: &AuditArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let (from, to) = ends(&repository, arguments.range.as_deref())?;
    let config = config::parse(&judge::work_tree_text(&repository)?)?;
    let audit = policy::audit(&repository, &config, &from, &to)?;
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

/// The beginning and the end of a range as it was typed.
fn ends(repository: &Repository, range: Option<&str>) -> Result<(String, String)> {
    const HEAD: &str = "HEAD";
    let Some(range) = range else {
        return Ok((repository.usual_base()?, HEAD.to_owned()));
    };
    let or_head = |end: &str| if end.is_empty() { HEAD } else { end }.to_owned();
    let ends = range.split_once("...").or_else(|| range.split_once(".."));
    if range.starts_with('-') || range.trim().is_empty() {
        return Err(Fault::usage(format!("`{range}` is no range"))
            .hint("name it as in `gatekeeper audit origin/main..HEAD`"));
    }
    Ok(match ends {
        Some((from, to)) => (or_head(from), or_head(to)),
        None => (range.to_owned(), HEAD.to_owned()),
    })
}
