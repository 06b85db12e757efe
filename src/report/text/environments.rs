//! Environments of a project's own tools that are missing: one message each, however many gates need it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::columns::LABEL;
use crate::base::text::{shell_word, some_of};
use crate::event::RunResult;
use crate::model::outcome::{MissingEnvironment, Outcome, StartHelp};
use crate::plan::Plan;
use crate::report::context::ReportContext;
use crate::report::style::Style;

/// How many gates and programs are named.
const NAMED: usize = 8;

/// The environment that a gate lacks, if that is why it could not start.
pub(super) fn missing(outcome: &Outcome) -> Option<&MissingEnvironment> {
    match outcome {
        Outcome::CouldNotStart(flaw) => match &flaw.help {
            StartHelp::Environment(environment) => Some(environment),
            _ => None,
        },
        _ => None,
    }
}

/// A block for each environment that is missing.
pub(super) fn blocks(
    style: Style,
    plan: &Plan,
    context: &ReportContext,
    result: &RunResult,
) -> String {
    let mut gates: BTreeMap<&MissingEnvironment, Vec<&str>> = BTreeMap::new();
    for (planned, result) in plan.gates.iter().zip(&result.results) {
        if let Some(environment) = missing(&result.outcome) {
            let names = gates.entry(environment).or_default();
            names.push(planned.gate.name.as_str());
        }
    }
    let mut text = String::new();
    for (environment, names) in gates {
        let title = format!("{} could not start", some_of(&names, NAMED));
        let _ = writeln!(text, "\n{}", style.bad(&title));
        let mut push = |name: &str, value: &str| {
            let name = style.strong(&format!("{name:>LABEL$}"));
            let _ = writeln!(text, "{name}  {value}");
        };
        push(
            "cause",
            &format!(
                "there is no {} here, in which the project's own tools are installed",
                environment.names
            ),
        );
        let dir = context.to_top.join(&environment.dir);
        let install = environment.install;
        let install = if dir.as_os_str().is_empty() {
            install.to_owned()
        } else {
            format!("(cd {} && {install})", shell_word(dir.as_os_str()))
        };
        push(
            "help",
            &format!("install what the project declares with `{install}`"),
        );
    }
    text
}
