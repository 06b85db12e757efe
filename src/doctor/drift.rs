//! Differences between gates.toml and what CI and hook managers run, and gates that cannot be believed.

use super::complaint::Complaint;
use super::facts::Facts;
use super::rule::{Area, DoctorRule, Look};
use super::tool_call::ToolCall;
use crate::base::text::{show_path, some_of};
use crate::model::severity::Severity;

const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Facts) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::Drift,
        severity,
        finds,
        remedy,
        look: Look::Repository(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.check-without-gate",
        Severity::Warning,
        "CI or a hook manager runs a tool that no gate runs, so a commit passes here and fails there",
        "Add a gate: `gatekeeper init --dry-run` prints it.",
        without_gate,
    ),
    rule(
        "doctor.gate-not-in-ci",
        Severity::Note,
        "a gate runs a tool that CI does not run, so commits that come from elsewhere are not checked by it",
        "Let CI run `gatekeeper run`.",
        not_in_ci,
    ),
    rule(
        "doctor.options-differ",
        Severity::Warning,
        "a gate and CI run the same tool with other options that decide its verdict",
        "Set the options in the tool's configuration, or give both the same ones.",
        options_differ,
    ),
    rule(
        "doctor.exclude-of-hooks",
        Severity::Note,
        "a hook manager leaves out files that a gate with the same tool checks, because its own configuration says so",
        "Write the exclusion into the tool's configuration, where every call finds it, or as `exclude` of the gate.",
        exclude_of_hooks,
    ),
    rule(
        "doctor.gate-stale",
        Severity::Warning,
        "a gate has not run for a long time, while others have",
        "Look at its `files` and `hooks`: `gatekeeper plan` shows why it does not run.",
        stale,
    ),
    rule(
        "doctor.gate-fast",
        Severity::Warning,
        "the last pass of a gate took a small part of its usual time: it may have checked nothing",
        "Run it by itself and read its output: `gatekeeper run --verbose GATE`.",
        fast,
    ),
];

/// Tools that stand for the same check.
fn is_same(one: &str, other: &str) -> bool {
    let is_pytest = |tool: &str| matches!(tool, "pytest" | "coverage");
    let is_cargo_test = |tool: &str| matches!(tool, "cargo-test" | "nextest" | "cargo-coverage");
    one == other || is_pytest(one) && is_pytest(other) || is_cargo_test(one) && is_cargo_test(other)
}

fn without_gate(facts: &Facts) -> Vec<Complaint> {
    if !facts.has_gates
        || facts
            .watched
            .gates
            .iter()
            .any(|gate| runs_all(&gate.programs))
    {
        return Vec::new();
    }
    let mut told: Vec<&str> = Vec::new();
    let mut complaints = Vec::new();
    for check in &facts.watched.elsewhere {
        let mut calls = facts.calls.iter();
        if told.contains(&check.tool) || calls.any(|call| is_same(call.tool, check.tool)) {
            continue;
        }
        told.push(check.tool);
        complaints.push(Complaint::new(
            check.place.clone(),
            format!(
                "`{}` runs here, and no gate of gates.toml runs {}",
                check.shown(),
                check.tool
            ),
            "Add a gate: `gatekeeper init --dry-run` prints it.",
        ));
    }
    complaints
}

/// Whether a gate leaves it to another runner what is run.
fn runs_all(programs: &[String]) -> bool {
    let runners = ["tox", "nox", "pre-commit", "prek", "lefthook", "hatch"];
    programs
        .iter()
        .any(|program| runners.contains(&program.as_str()))
}

fn not_in_ci(facts: &Facts) -> Vec<Complaint> {
    let in_ci = &facts.watched.elsewhere;
    if !facts.has_gates || facts.watched.ci_runs_gates || in_ci.is_empty() {
        return Vec::new();
    }
    let calls = facts.calls.iter();
    let alone = calls.filter(|call| !in_ci.iter().any(|check| is_same(check.tool, call.tool)));
    alone
        .map(|call| {
            Complaint::new(
                call.place.clone(),
                format!(
                    "nothing in CI runs {}, as the gate {} does",
                    call.tool, call.gate
                ),
                "Let CI run `gatekeeper run`.",
            )
        })
        .collect()
}

fn exclude_of_hooks(facts: &Facts) -> Vec<Complaint> {
    let mut told: Vec<&str> = Vec::new();
    let mut complaints = Vec::new();
    for check in &facts.watched.elsewhere {
        let mut gates = facts.calls.iter();
        let gate =
            gates.find(|call| call.tool == check.tool && !facts.watched.excludes(&call.gate));
        let Some(gate) = gate.filter(|_| !check.exclude.is_empty() && facts.has_gates) else {
            continue;
        };
        if told.contains(&check.tool) {
            continue;
        }
        told.push(check.tool);
        complaints.push(Complaint::new(
            gate.place.clone(),
            format!(
                "{} leaves out {} for {}, and the gate {} does not",
                show_path(&check.place.path),
                some_of(&check.exclude, 3),
                check.tool,
                gate.gate
            ),
            format!(
                "Write the exclusion into the configuration of {}, or as `exclude` of the gate.",
                check.tool
            ),
        ));
    }
    complaints
}

/// Options that decide a verdict, and not only what is printed or how fast it is.
const DECISIVE: [&str; 30] = [
    "--all-features",
    "--all-targets",
    "--allow-untyped-defs",
    "--config",
    "--config-file",
    "--cov-fail-under",
    "--deny",
    "--disable",
    "--disable-error-code",
    "--enable",
    "--extend-ignore",
    "--extend-select",
    "--fail-under",
    "--forbid",
    "--ignore",
    "--ignore-missing-imports",
    "--line-length",
    "--max-line-length",
    "--max-warnings",
    "--no-default-features",
    "--preview",
    "--profile",
    "--python-version",
    "--release",
    "--select",
    "--severity-level",
    "--skip",
    "--strict",
    "--target-version",
    "--workspace",
];

/// The options of a call that decide its verdict, each with its value.
fn decisive(call: &ToolCall) -> Vec<String> {
    let mut options = Vec::new();
    for (at, word) in call.arguments.iter().enumerate() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_str(), None),
        };
        if !DECISIVE.contains(&name) {
            continue;
        }
        let next = call.arguments.get(at + 1).map(String::as_str);
        let next = next.filter(|next| !next.starts_with('-') && !is_flag(name));
        options.push(match value.or(next) {
            Some(value) => format!("{name} {value}"),
            None => name.to_owned(),
        });
    }
    options.sort();
    options
}

/// Whether an option has no value.
fn is_flag(name: &str) -> bool {
    matches!(
        name,
        "--all-features"
            | "--all-targets"
            | "--allow-untyped-defs"
            | "--ignore-missing-imports"
            | "--no-default-features"
            | "--preview"
            | "--release"
            | "--strict"
            | "--workspace"
    )
}

fn options_differ(facts: &Facts) -> Vec<Complaint> {
    if !facts.has_gates {
        return Vec::new();
    }
    let alone =
        |calls: &[ToolCall], tool: &str| calls.iter().filter(|call| call.tool == tool).count() == 1;
    let elsewhere = &facts.watched.elsewhere;
    let complaint = |call: &ToolCall| {
        let check = elsewhere.iter().find(|check| check.tool == call.tool)?;
        let is_single = alone(&facts.calls, call.tool) && alone(elsewhere, call.tool);
        let (here, there) = (decisive(call), decisive(check));
        if !is_single || here == there || call.place == check.place {
            return None;
        }
        let only = |one: &[String], other: &[String]| -> Vec<String> {
            let missing = one.iter().filter(|option| !other.contains(option));
            missing.map(|option| format!("`{option}`")).collect()
        };
        let mut parts = Vec::new();
        for (options, whose) in [
            (only(&here, &there), "the gate"),
            (only(&there, &here), "CI"),
        ] {
            if !options.is_empty() {
                parts.push(format!("only {whose} has {}", options.join(", ")));
            }
        }
        Some(Complaint::new(
            call.place.clone(),
            format!(
                "{} runs with other options in {}:{}: {}",
                call.tool,
                show_path(&check.place.path),
                check.place.line,
                parts.join("; ")
            ),
            "Set the options in the tool's configuration, or give both the same ones.",
        ))
    };
    facts.calls.iter().filter_map(complaint).collect()
}

fn remarks(facts: &Facts, told: &[(String, String)], remedy: &str) -> Vec<Complaint> {
    let told = told.iter();
    told.map(|(gate, remark)| {
        Complaint::new(
            facts.watched.place(gate),
            format!("the gate {gate} is {remark}"),
            remedy.replace("GATE", gate),
        )
    })
    .collect()
}

fn stale(facts: &Facts) -> Vec<Complaint> {
    let remedy = "Look at its `files` and `hooks`: `gatekeeper plan` shows why it does not run.";
    remarks(facts, &facts.watched.stale, remedy)
}

fn fast(facts: &Facts) -> Vec<Complaint> {
    let remedy = "Run it by itself and read its output: `gatekeeper run --verbose GATE`.";
    remarks(facts, &facts.watched.fast, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::diagnose;
    use crate::doctor::watched::Watched;

    #[test]
    fn what_recorded_runs_say_of_a_gate_is_told() {
        let facts = Facts {
            watched: Watched {
                stale: vec![("a".to_owned(), "stale: x".to_owned())],
                fast: vec![("b".to_owned(), "suspiciously fast: y".to_owned())],
                ..Watched::default()
            },
            ..Facts::default()
        };
        let found = diagnose(&facts);
        let messages: Vec<&str> = found
            .iter()
            .map(|one| one.complaint.message.as_str())
            .collect();
        let expected = [
            "the gate b is suspiciously fast: y",
            "the gate a is stale: x",
        ];
        assert_eq!(messages, expected);
    }
}
