//! `gatekeeper explain`: the page of a rule or an outcome, in the terminal.

use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::nearest;
use crate::doctor::page;
use crate::report::explanation;
use crate::report::terminal::print_text;
use crate::rules::catalogue;

pub(super) fn explain(id: Option<&str>) -> Result<ExitCode> {
    let Some(id) = id else {
        print_text(&(explanation::list(catalogue::every()) + &page::list()))?;
        return Ok(ExitCode::Passed);
    };
    // As it stands in a report: `error[ID]`.
    let id = id
        .trim_start_matches("error[")
        .trim_start_matches("warning[")
        .trim_start_matches("note[")
        .trim_end_matches(']');
    let found = explanation::page(id, catalogue::every());
    let Some(page) = found.or_else(|| page::page(id)) else {
        let names = names();
        let hint = match nearest(id, names.iter().map(String::as_str)) {
            Some(known) => format!("did you mean `gatekeeper explain {known}`?"),
            None => "`gatekeeper explain` lists everything that can be explained".to_owned(),
        };
        return Err(Fault::usage(format!("no rule and no outcome is called `{id}`")).hint(hint));
    };
    print_text(&page)?;
    Ok(ExitCode::Passed)
}

/// Everything that can be explained, as it is typed.
pub(super) fn names() -> Vec<String> {
    let rules = catalogue::every().map(|rule| rule.id.to_owned());
    let of_doctor = page::doctor_ids().into_iter().map(str::to_owned);
    rules
        .chain(explanation::outcome_names())
        .chain(of_doctor)
        .collect()
}
