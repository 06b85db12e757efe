//! The gates of gates.toml, one line each.

use std::fmt::Write as _;

use console::measure_text_width;

use crate::base::text::{clean_line, show_path};
use crate::config::Gate;
use crate::model::gate::GateLevel;
use crate::model::trigger::Stage;
use crate::report::style::Style;
use crate::report::wording;

/// Every gate in the order of gates.toml: its name, the hooks that run it, its command, and what is special
/// about it.
#[must_use]
pub(crate) fn gates(gates: &[Gate], style: Style) -> String {
    let rows: Vec<(String, String)> = gates
        .iter()
        .map(|gate| (gate.name.to_string(), stages(gate)))
        .collect();
    let width = |column: &dyn Fn(&(String, String)) -> usize| rows.iter().map(column).max();
    let names = width(&|row| measure_text_width(&row.0)).unwrap_or_default();
    let hooks = width(&|row| measure_text_width(&row.1)).unwrap_or_default();
    let mut text = String::new();
    for (gate, (name, stages)) in gates.iter().zip(&rows) {
        let name = style.strong(&format!("{name:<names$}"));
        let stages = style.faint(&format!("{stages:<hooks$}"));
        let mut line = format!("{name}  {stages}  {}", command(gate));
        let remarks = remarks(gate);
        if !remarks.is_empty() {
            let _ = write!(line, "  {}", style.faint(&format!("({remarks})")));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// The hooks that run a gate.
fn stages(gate: &Gate) -> String {
    let names: Vec<&str> = gate.hooks.iter().copied().map(Stage::name).collect();
    names.join(", ")
}

/// The first line of a gate's command, with a sign if there are more.
fn command(gate: &Gate) -> String {
    let mut lines = gate.run.text.trim().lines();
    let first = clean_line(lines.next().unwrap_or_default().as_bytes());
    match lines.next() {
        Some(_) => format!("{first} \u{2026}"),
        None => first,
    }
}

/// What is special about a gate.
fn remarks(gate: &Gate) -> String {
    let mut remarks = Vec::new();
    if !gate.dir.as_os_str().is_empty() {
        remarks.push(format!("in {}", show_path(&gate.dir)));
    }
    match gate.level {
        GateLevel::Block => {}
        GateLevel::Warn { until: None } => remarks.push("warning only".to_owned()),
        GateLevel::Warn { until: Some(until) } => {
            remarks.push(format!("warning only until {until}"));
        }
    }
    if gate.skip.is_some() {
        remarks.push(format!("skipped: {}", wording::skip(gate)));
    }
    remarks.join("; ")
}
