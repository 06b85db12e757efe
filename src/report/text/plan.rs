//! A plan for people: what would run, in which way and why, and what would not.

use std::fmt::Write as _;

use super::columns::{LABEL, indented};
use crate::base::text::{clean_line, count, limit, show_path, some_of};
use crate::plan::{Plan, PlannedGate, ViewChoice};
use crate::report::style::{Detail, Style};
use crate::report::wording;

/// How many characters of a call are shown, if not everything is wanted.
const CALL_LENGTH: usize = 300;

/// The plan as text.
#[must_use]
pub(crate) fn plan(plan: &Plan, views: &[ViewChoice], style: Style) -> String {
    let mut text = String::new();
    let budget = plan.budget.map_or_else(|| "none".to_owned(), limit);
    let _ = writeln!(
        text,
        "{} {}: {}, {} at once, budget {budget}, fail-fast {}",
        style.strong("plan for"),
        plan.trigger,
        count(plan.changed.len(), "path"),
        plan.jobs,
        if plan.fail_fast { "on" } else { "off" },
    );
    if !plan.gates.is_empty() {
        let _ = writeln!(text, "\n{}", wording::views(plan, views));
    }
    if plan.checks_messages {
        text.push_str(
            "\nthe message and the changes of every commit in the range are checked first\n",
        );
    }
    for planned in &plan.gates {
        text.push('\n');
        push_gate(&mut text, planned, style);
    }
    if plan.gates.is_empty() {
        let _ = writeln!(text, "\nno gate would run");
    }
    if !plan.left_out.is_empty() {
        let _ = writeln!(text, "\n{}", style.strong("not run"));
    }
    for left_out in &plan.left_out {
        let _ = writeln!(
            text,
            "  {}: {}: {}",
            left_out.gate.name,
            wording::left_out_word(&left_out.why),
            wording::left_out(&left_out.why, &left_out.gate)
        );
    }
    text
}

fn push_gate(text: &mut String, planned: &PlannedGate, style: Style) {
    let gate = &planned.gate;
    let mut push = |name: &str, value: &str| {
        let value = indented(value, LABEL + 2);
        let line = format!("{}  {value}", style.faint(&format!("{name:>LABEL$}")));
        let _ = writeln!(text, "{line}");
    };
    push("gate", &style.strong(gate.name.as_str()));
    push("because", &wording::because(planned));
    for call in &planned.calls {
        let shown = call.shown();
        let cut = shown.char_indices().nth(CALL_LENGTH).map(|(at, _)| at);
        match cut {
            Some(at) if style.detail < Detail::Verbose => {
                push("runs", &format!("{}\u{2026}", &shown[..at]));
            }
            _ => push("runs", &shown),
        }
    }
    if gate.run.takes_files {
        push("files", &count(planned.files.len(), "file"));
    }
    if !gate.dir.as_os_str().is_empty() {
        push("in", &show_path(&gate.dir));
    }
    if let Some(launcher) = &gate.launcher {
        push("through", &clean_line(launcher.text.as_bytes()));
    }
    if !planned.after.is_empty() {
        let names: Vec<&str> = planned
            .after
            .iter()
            .map(crate::model::gate::GateName::as_str)
            .collect();
        push("after", &some_of(&names, names.len()));
    }
    if gate.exclusive {
        push("alone", "no other gate runs at the same time");
    }
    if let Some(lock) = &gate.lock {
        let lock = clean_line(lock.as_bytes());
        push(
            "lock",
            &format!("takes turns with the other gates that use lock {lock}"),
        );
    }
    push("timeout", &timeout(planned));
    if let Some(level) = wording::level(planned) {
        push("level", &level);
    }
    if let Some(skip) = &gate.skip {
        push("note", &format!("the skip ended on {}", skip.until));
    }
}

/// How long a gate may take, and why that is more than usual.
fn timeout(planned: &PlannedGate) -> String {
    match planned.timeout {
        None => "none".to_owned(),
        Some(time) if planned.gate.timeout.is_none() && planned.last_took.is_none() => format!(
            "{}, the whole budget, because how long the gate takes here is not known yet",
            limit(time)
        ),
        Some(time) => limit(time),
    }
}
