//! Keys of a gate that cannot both be meant.

use super::RUN;
use super::typed::TypedGate;
use crate::config::problem::{Problem, Problems};
use crate::model::gate::{GateReport, Isolation, NewFindings, PartCount};
use crate::model::launcher::LauncherPlaceholder;
use crate::tools::shard_options;

pub(crate) fn check(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    check_patterns(typed, problems);
    check_widen(typed, problems);
    check_view(typed, problems);
    check_report(typed, problems);
    check_new(typed, problems);
    check_launcher(typed, problems);
    check_parts(typed, problems);
}

/// Not every kind of gate has findings to live with.
fn check_new(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    if gate.new == NewFindings::Lines
        && let Some(reason) = gate.kind.without_baseline()
        && let Some(item) = typed.entries.get("new")
    {
        let title = format!("every finding of gate `{}` counts", gate.name);
        let label = format!("its kind is {}: {reason}", gate.kind.name());
        problems.add(
            Problem::new(item.span(), title)
                .label(label)
                .help("remove `new`"),
        );
    }
}

/// A gate that can never run is a mistake, not a choice.
fn check_patterns(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    let never = |place| Problem::new(place, format!("gate `{}` could never run", gate.name));
    let excluded = || gate.exclude.patterns.iter().zip(typed.elements("exclude"));
    for (pattern, item) in excluded() {
        if matches!(pattern.as_str(), "**" | "**/*") {
            problems.add(never(item.span()).label("excludes every file"));
        }
    }
    let files = &gate.files.patterns;
    let clashes = files
        .iter()
        .filter_map(|file| excluded().find(|(pattern, _)| *pattern == file));
    let clashes: Vec<_> = clashes.map(|(_, item)| item.span()).collect();
    if let (Some(clash), Some(included)) = (clashes.first(), typed.elements("files").next())
        && clashes.len() == files.len()
    {
        problems.add(
            never(clash.clone())
                .label("excludes every file that `files` includes")
                .related(included.span(), "included here"),
        );
    }
}

fn check_widen(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    let takes_files = gate.run.takes_files || gate.fix.as_ref().is_some_and(|fix| fix.takes_files);
    if let Some(item) = typed.entries.get("widen")
        && !gate.widen.is_empty()
        && !takes_files
    {
        let title = format!("`widen` has no effect on gate `{}`", gate.name);
        problems.add(
            Problem::new(item.span(), title)
                .label("the command does not contain {files}")
                .help(
                    "add these patterns to `files` instead, so that such files make the gate run",
                ),
        );
    }
}

/// Parts that would all be the same, and a number of a part where there are none.
fn check_parts(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    let is_divided = gate.parts != PartCount::Exactly(1);
    if is_divided
        && !gate.run.takes_shard
        && let Some(item) = typed.entries.get("shards")
    {
        let title = format!("every part of gate `{}` would check the same", gate.name);
        let help = match shard_options(&gate.run.text) {
            Some(options) => {
                let needs = options.needs.map(|needs| format!(", which needs {needs}"));
                format!("write `{}`{}", options.example, needs.unwrap_or_default())
            }
            None => "write {shard} and {shards} in `run` where the tool is told which part it runs"
                .to_owned(),
        };
        problems.add(
            Problem::new(item.span(), title)
                .label("`run` does not contain {shard}")
                .help(help),
        );
    }
    let fix = gate.fix.as_ref().is_some_and(|fix| fix.takes_shard);
    if let Some(item) = typed.entries.get("fix").filter(|_| fix) {
        let title = format!(
            "{{shard}} stands for nothing in `fix` of gate `{}`",
            gate.name
        );
        problems.add(
            Problem::new(item.span(), title)
                .label("a fixer has no parts")
                .help("to use literal braces, put them in single quotes"),
        );
    }
    if !is_divided
        && gate.run.takes_shard
        && let Some(item) = typed.entries.get(RUN)
    {
        let title = format!("gate `{}` has only one part", gate.name);
        problems.add(
            Problem::new(item.span(), title)
                .label("contains {shard} or {shards}")
                .help("add shards = \"auto\"; to use literal braces, put them in single quotes"),
        );
    }
}

/// What a launcher cannot be given, and what is given to nobody.
fn check_launcher(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    let Some(launcher) = &gate.launcher else {
        if let Some(item) = typed.entries.get("inputs")
            && !gate.inputs.is_empty()
        {
            let title = format!("`inputs` has no effect on gate `{}`", gate.name);
            problems.add(
                Problem::new(item.span(), title)
                    .label("the gate has no launcher")
                    .help("remove `inputs`: the gate sees ignored files in any case"),
            );
        }
        return;
    };
    if launcher.has(LauncherPlaceholder::Timeout)
        && gate.timeout.is_none()
        && let Some(item) = typed.entries.get("launcher").or(typed.entries.get(RUN))
    {
        let title = format!("gate `{}` has no `timeout`", gate.name);
        problems.add(
            Problem::new(item.span(), title)
                .label("its launcher contains {timeout}")
                .help("add timeout = \"10m\", or the limit that the gate needs"),
        );
    }
    let is_overlay = gate.isolation == Isolation::Overlay;
    if let Some(item) = typed.entries.get("isolation").filter(|_| is_overlay) {
        let title = format!("gate `{}` cannot have an overlay", gate.name);
        problems.add(
            Problem::new(item.span(), title)
                .label("only programs on this machine see an overlay")
                .help("remove `isolation`: the files are then in a directory of their own"),
        );
    }
}

/// Where a gate runs in the work tree itself, nothing can be hidden from it.
fn check_view(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let is = |key: &str, word: &str| {
        let item = typed.entries.get(key)?;
        (item.get_ref().as_str() == Some(word)).then_some(item)
    };
    if let (Some(_), Some(item)) = (is("isolation", "in-place"), is("untracked", "hide")) {
        problems.add(
            Problem::new(
                item.span(),
                "`untracked = \"hide\"` has no effect on a gate that runs in place",
            )
            .label("the gate sees the work tree itself")
            .help("remove `isolation`: the gate then runs in place if there is nothing to hide"),
        );
    }
}

/// A report that nobody writes, and one that nobody reads.
fn check_report(typed: &TypedGate<'_, '_>, problems: &mut Problems) {
    let gate = &typed.gate;
    let is_in_file = gate.findings.is_some_and(GateReport::is_in_file);
    if is_in_file
        && !gate.run.takes_report
        && let Some(item) = typed.entries.get("findings")
    {
        let title = format!("gate `{}` is not told where to write its report", gate.name);
        // In a script for another shell, it would be a part of a word of that.
        let label = if gate.run.text.contains("{report}") {
            "`run` has {report} only inside a quoted word"
        } else {
            "`run` does not contain {report}"
        };
        problems.add(Problem::new(item.span(), title).label(label).help(
            "write {report} in `run` where the tool is told the file, such as --junit-xml={report}",
        ));
    }
    let fix = gate.fix.as_ref().filter(|fix| fix.takes_report);
    let without = [
        ("run", gate.run.takes_report && !is_in_file),
        ("fix", fix.is_some()),
    ];
    for (key, _) in without.into_iter().filter(|(_, is_wrong)| *is_wrong) {
        if let Some(item) = typed.entries.get(key) {
            let title = format!(
                "{{report}} stands for nothing in `{key}` of gate `{}`",
                gate.name
            );
            problems.add(Problem::new(item.span(), title).label("no report is read").help(
                "write findings = { format = \"sarif\", path = \"{report}\" } in the gate if `run` \
                 writes a report; to use literal braces, put them in single quotes",
            ));
        }
    }
}
