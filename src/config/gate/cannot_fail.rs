//! Refuses gates whose commands cannot fail; [`crate::commands`] finds them.

use std::ops::Range;

use super::Gate;
use super::typed::TypedGate;
use crate::commands::exit_flow;
use crate::config::problem::{Problem, Problems};
use crate::model::gate::{FailOn, FindingsFormat, GateLevel, Isolation};
use crate::tools::{Cause, SwallowedStatus, denies_warnings, names_daemon_of_path};

/// Reports what keeps the gate's command from failing. `source` is the text of the configuration.
///
/// A gate that only reports has to say so with `level = "warn"`. If `forbid` or `expect` looks at
/// the output, the output can be the verdict.
pub(crate) fn check(typed: &TypedGate<'_, '_>, source: &str, problems: &mut Problems) {
    let gate = &typed.gate;
    let Some(run) = typed.entries.get("run") else {
        return;
    };
    let text = &gate.run.text;
    for swallowed in exit_flow::swallowed(text, denies(gate)) {
        // What only reports may succeed, but about the right files.
        let is_daemon = matches!(swallowed.cause, Cause::Daemon | Cause::DaemonOfPath);
        let counts = gate.level == GateLevel::Block || is_daemon;
        if counts && !is_checked_elsewhere(gate, swallowed.cause) {
            let span = place(source, run.span(), text, &swallowed.span);
            problems.add(problem(gate, span, swallowed));
        }
    }
}

/// Whether warnings of the Rust compiler fail the gate: its environment turns them into errors, or it reads them itself.
pub(super) fn denies(gate: &Gate) -> bool {
    let counts_warnings = gate.findings.is_some_and(|report| {
        report.format == FindingsFormat::CargoJson && report.fail_on == FailOn::Warning
    });
    let mut variables = gate.env.iter();
    counts_warnings || variables.any(|(name, value)| denies_warnings(name, value))
}

/// Whether the gate can fail for another reason than the exit status that is swallowed.
pub(super) fn is_checked_elsewhere(gate: &Gate, cause: Cause) -> bool {
    let zero_passes = gate.success_codes.contains(&0);
    match cause {
        Cause::SkippedHooks | Cause::Daemon => false,
        // Where the command itself names it, the gate gets a snapshot in place of an overlay.
        Cause::DaemonOfPath => match gate.isolation {
            Isolation::InPlace | Isolation::Snapshot => true,
            Isolation::Auto => names_daemon_of_path(&gate.run.text).is_some(),
            Isolation::Overlay => false,
        },
        Cause::Shown | Cause::Listed => {
            gate.forbid.is_some() || gate.expect.is_some() || !zero_passes
        }
        Cause::Status | Cause::Tool | Cause::Informs => gate.forbid.is_some() || !zero_passes,
    }
}

fn problem(gate: &Gate, span: Range<usize>, swallowed: SwallowedStatus) -> Problem {
    let name = &gate.name;
    let title = match swallowed.cause {
        Cause::SkippedHooks => format!("gate `{name}` has a command that bypasses hooks"),
        Cause::Daemon | Cause::DaemonOfPath => format!("gate `{name}` leaves its work to a daemon"),
        _ => format!("gate `{name}` has a command that cannot fail"),
    };
    let mut help = swallowed.help;
    if swallowed.cause.is_success() {
        help.push_str("; if the gate only reports, set level = \"warn\"");
    }
    Problem::new(span, title).label(swallowed.label).help(help)
}

/// The place of a part of a command in the file: exact, unless escapes in the string shift it.
pub(super) fn place(
    source: &str,
    value: Range<usize>,
    command: &str,
    part: &Range<usize>,
) -> Range<usize> {
    let raw = source.get(value.clone()).unwrap_or_default();
    if let Some(begins) = raw.find(command) {
        let begins = value.start + begins;
        return begins + part.start..begins + part.end;
    }
    let text = command.get(part.clone()).unwrap_or_default();
    let mut occurrences = raw.match_indices(text);
    match (occurrences.next(), occurrences.next()) {
        (Some((at, _)), None) if !text.is_empty() => {
            let at = value.start + at;
            at..at + text.len()
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_command_is_found_in_the_file() {
        let placed = |source: &str, command: &str, part: &str| {
            let at = command.find(part).unwrap();
            let value = source.find('=').unwrap() + 2..source.len();
            let place = place(source, value, command, &(at..at + part.len()));
            source[place].to_owned()
        };
        assert_eq!(
            placed("run = \"a || true\"", "a || true", "|| true"),
            "|| true"
        );
        assert_eq!(placed("run = '''\na\nb | c'''", "a\nb | c", "| c"), "| c");
        // With escapes, it is still found if it occurs only once.
        assert_eq!(
            placed(
                "run = \"a \\\"b\\\" || true\"",
                "a \"b\" || true",
                "|| true"
            ),
            "|| true"
        );
        assert_eq!(
            placed("run = \"\\ta \\\"| c | c\"", "a \"| c | c", "| c"),
            "\"\\ta \\\"| c | c\""
        );
    }
}
