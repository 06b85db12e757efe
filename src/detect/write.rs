//! Writes gates.toml from what was found.

use std::fmt::Write as _;

use super::command_line::line;
use super::detected::{CheckDraft, Detected, NamedDraft};
use super::draft::Draft;
use super::evidence::{NotTaken, Origin};
use super::messages::Habits;
use crate::base::text::{clean_line, count, show_path};
use crate::commands::exit_flow;
use crate::model::gate::GateKind;
use crate::tools::denies_warnings;

/// What is known about a gate from running it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// It was not run.
    None,
    /// It passed.
    Passed {
        /// Whether it printed the line by which the tool says that all is well.
        has_evidence: bool,
    },
    /// It failed: it is a warning until this day.
    Failed {
        /// The last day of the warning.
        until: time::Date,
        /// Whether it takes too long for a commit, too.
        is_slow: bool,
    },
    /// It has findings, which the project can live with for now: only others count.
    Known {
        /// How many.
        number: u64,
        /// Whether it takes too long for a commit, too.
        is_slow: bool,
    },
    /// It ended with an exit code that does not say that something was found.
    Broken {
        /// The exit code.
        code: i32,
        /// The last day of the warning.
        until: time::Date,
    },
    /// It passed, and takes too long for a commit.
    Slow {
        /// Whether its tool found nothing that an earlier run had kept, if that is known.
        was_cold: Option<bool>,
    },
    /// It ran, but checked nothing: it is a warning until this day.
    CheckedNothing {
        /// The last day of the warning.
        until: time::Date,
    },
    /// It could not start.
    Missing,
    /// It could not reach the network, which a trial does not have.
    Unreachable {
        /// The command that downloads what it needs, if there is one.
        download: Option<&'static str>,
        /// The last day of the warning.
        until: time::Date,
    },
    /// It was not run, since it is about what the network says.
    OfNetwork,
}

/// A whole gates.toml: what commits here must pass, with the evidence.
#[must_use]
pub(crate) fn gates_toml(
    detected: &Detected,
    habits: &Habits,
    trials: impl Fn(&str) -> Trial,
) -> String {
    let mut text = match &detected.translated {
        None => "# The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.\n"
            .to_owned(),
        Some(translated) => format!(
            "# The gates of this repository, translated from {} by `gatekeeper init`.\n",
            show_path(&translated.file)
        ),
    };
    text.push_str(
        "# `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;\n# `gatekeeper plan` shows what would run.\n",
    );
    text.push_str(&gates(detected, trials));
    let mut others = "What has no gate here, and why.";
    if detected.translated.is_none() {
        let heading = "What else CI runs. gatekeeper does not know these programs and has not run them. Make a
# gate of each that checks something.";
        named(&mut text, heading, &detected.unknown, |_| None);
        others = "What else was seen, and why it is not a gate.";
    }
    named(&mut text, others, &detected.not_taken, |call| {
        Some(&call.reason)
    });
    text.push_str(
        "
# Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
# example): \"enforce\" keeps them off every branch, \"warn\" reports them, \"off\" ignores them.
[settings]
branch-receipts = \"enforce\"
# The same for a commit whose message breaks the rules below.
branch-messages = \"warn\"
",
    );
    if detected.settings.fail_fast {
        text.push_str("# The first failure stops the other gates.\nfail-fast = true\n");
    }
    if !detected.settings.protected_branches.is_empty() {
        text.push_str("# Branches that do not accept direct commits.\n");
        list(
            &mut text,
            "protected-branches",
            &detected.settings.protected_branches,
        );
    }
    let checks = &detected.settings.checks;
    if !checks.is_empty() {
        text.push_str(
            "\n# What a change may add: gatekeeper checks it itself, without a tool.\n[checks]\n",
        );
    }
    for (key, check) in checks {
        if let Some(evidence) = check.evidence {
            let _ = writeln!(text, "# {evidence}");
        }
        let _ = writeln!(text, "{key} = {}", check_value(check));
        if let Some(limit) = check.limit {
            let _ = writeln!(text, "max-file-size = {limit}");
        }
    }
    if !checks.is_empty() {
        list(&mut text, "exclude", &detected.settings.unchecked);
    }
    text.push('\n');
    text.push_str(&habits.toml());
    text
}

/// The value of a key of `[checks]` that is on.
fn check_value(check: &CheckDraft) -> String {
    let mut pairs = vec!["level = \"error\"".to_owned()];
    for (key, globs) in [("files", &check.files), ("exclude", &check.exclude)] {
        if !globs.is_empty() {
            let globs: Vec<String> = globs.iter().map(|glob| string(glob)).collect();
            pairs.push(format!("{key} = [{}]", globs.join(", ")));
        }
    }
    match pairs.as_slice() {
        [_] => "\"error\"".to_owned(),
        pairs => format!("{{ {} }}", pairs.join(", ")),
    }
}

/// The gates as they appear in gates.toml, each with its evidence in a comment.
#[must_use]
pub(crate) fn gates(detected: &Detected, trials: impl Fn(&str) -> Trial) -> String {
    let mut text = String::new();
    for NamedDraft { name, draft } in &detected.gates {
        let _ = writeln!(text);
        gate(&mut text, name, draft, trials(name));
        let is_warned = matches!(
            trials(name),
            Trial::Failed { .. } | Trial::Broken { .. } | Trial::CheckedNothing { .. }
        );
        if is_warned && !detected.untracked.is_empty() {
            let _ = writeln!(
                text,
                "# it was tried without the files that git does not track"
            );
        }
    }
    text
}

/// The heading of a gate's table.
#[must_use]
pub(crate) fn heading(name: &str) -> String {
    format!("[gates.{}]", key(name))
}

/// What is not a gate, as comments.
fn named(
    text: &mut String,
    heading: &str,
    calls: &[NotTaken],
    reason: impl Fn(&NotTaken) -> Option<&str>,
) {
    if !calls.is_empty() {
        let _ = writeln!(text, "\n# {heading}");
    }
    for call in calls {
        let what = clean_line(call.what.as_bytes());
        let reason = reason(call).map(|reason| clean_line(reason.as_bytes()));
        let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
        let _ = writeln!(text, "#   {}: {what}{reason}", call.place);
    }
}

fn gate(text: &mut String, name: &str, draft: &Draft, trial: Trial) {
    for line in evidence(draft) {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "{}", heading(name));
    // Without it, the name decides.
    if draft.checker.kind != GateKind::Custom {
        let _ = writeln!(text, "kind = \"{}\"", draft.checker.kind.name());
    }
    let _ = writeln!(text, "run = {}", string(&draft.shown()));
    if let Some(fix) = &draft.fix {
        let _ = writeln!(text, "fix = {}", string(&line(fix, draft.takes_files)));
    }
    let (files, widen) = selected(draft);
    list(text, "files", &within(draft, &files));
    list(text, "widen", &widen);
    list(text, "exclude", &draft.exclude);
    if !draft.dir.as_os_str().is_empty() {
        let _ = writeln!(text, "dir = {}", string(&draft.dir.display().to_string()));
    }
    if !draft.env.is_empty() {
        let entries: Vec<String> = draft
            .env
            .iter()
            .map(|(name, value)| format!("{} = {}", key(name), string(value)))
            .collect();
        let _ = writeln!(text, "env = {{ {} }}", entries.join(", "));
    }
    if draft.rewrites {
        let _ = writeln!(
            text,
            "isolation = \"overlay\"  # it may rewrite files, and fails if it would"
        );
    }
    if !draft.success_codes.is_empty() {
        let codes: Vec<String> = draft.success_codes.iter().map(u8::to_string).collect();
        let _ = writeln!(text, "success-codes = [{}]", codes.join(", "));
    }
    if let Some(lock) = draft.checker.lock {
        let _ = writeln!(text, "lock = \"{lock}\"");
    }
    // A tool that is given no file that it checks prints no such line.
    if let (Trial::Passed { has_evidence: true }, Some(success), false) =
        (trial, draft.checker.success, draft.takes_files)
    {
        let _ = writeln!(text, "expect = {}", string(success));
    }
    if prints_findings_only(draft) {
        let _ = writeln!(
            text,
            "forbid = \".\"  # it always succeeds, and prints what it finds"
        );
    }
    if draft.checker.needs_network {
        let _ = writeln!(text, "hooks = [\"pre-push\"]  # it needs the network");
        let _ = writeln!(
            text,
            "cache = false  # its verdict depends on what is known today"
        );
    } else if draft.is_at_push {
        let _ = writeln!(
            text,
            "hooks = [\"pre-push\"]  # it runs at a push there as well"
        );
    } else if matches!(
        trial,
        Trial::Slow { .. }
            | Trial::Failed { is_slow: true, .. }
            | Trial::Known { is_slow: true, .. }
    ) {
        let _ = writeln!(
            text,
            "hooks = [\"pre-push\"]  # it is too slow for every commit"
        );
    }
    match why_it_only_reports(draft) {
        Some(reason) => {
            let _ = writeln!(text, "level = \"warn\"  # it only reports: {reason}");
        }
        None => tried(text, trial),
    }
}

/// What keeps the command of a gate from failing; `None` if it can fail.
fn why_it_only_reports(draft: &Draft) -> Option<String> {
    if prints_findings_only(draft)
        || !(draft.success_codes.is_empty() || draft.success_codes.contains(&0))
    {
        return None;
    }
    let mut variables = draft.env.iter();
    let denies = variables.any(|(name, value)| denies_warnings(name, value));
    let mut swallowed = exit_flow::swallowed(&draft.shown(), denies).into_iter();
    let found = swallowed.find(|swallowed| swallowed.cause.is_success())?;
    Some(found.label)
}

/// What a trial says about a gate that has not passed.
fn tried(text: &mut String, trial: Trial) {
    let remark = match trial {
        Trial::Failed { until, .. } => Some((until, "it fails today".to_owned())),
        Trial::CheckedNothing { until } => {
            Some((until, "it checked nothing when it was tried".to_owned()))
        }
        Trial::Broken { code, until } => Some((
            until,
            format!("it could not do its work today: exit code {code}"),
        )),
        Trial::Unreachable {
            download: None,
            until,
        } => Some((
            until,
            "it could not reach the network, which the trial did not have".to_owned(),
        )),
        _ => None,
    };
    if let Some((until, remark)) = remark {
        let _ = writeln!(text, "level = \"warn\"  # {remark}");
        let _ = writeln!(text, "until = \"{until}\"");
    }
    if let Trial::Unreachable {
        download: Some(command),
        ..
    } = trial
    {
        let _ = writeln!(
            text,
            "# it gave no verdict here: `{command}` downloads what it needs"
        );
    }
    if let Trial::Known { number, .. } = trial {
        let number = count(usize::try_from(number).unwrap_or(usize::MAX), "finding");
        let _ = writeln!(
            text,
            "# it has {number} today, which gates.baseline lists: only new ones stop a commit"
        );
    }
    if trial == Trial::Missing {
        let _ = writeln!(text, "# its program was not found here");
    }
}

/// The files that a gate is about, and those that concern all of them: the tool's configuration cannot
/// be handed to it.
fn selected(draft: &Draft) -> (Vec<String>, Vec<String>) {
    if !draft.takes_files {
        return (draft.files.clone(), Vec::new());
    }
    let configures = |glob: &String| {
        let mut configured = draft.checker.configured_by.iter();
        configured.any(|(file, _)| glob.strip_prefix("**/") == Some(file))
    };
    draft
        .files
        .iter()
        .cloned()
        .partition(|glob| !configures(glob))
}

/// Whether a tool succeeds whatever it finds, and prints what it finds.
fn prints_findings_only(draft: &Draft) -> bool {
    draft.checker.name == "gofmt"
}

/// Globs below the directory in which a gate runs.
fn within(draft: &Draft, globs: &[String]) -> Vec<String> {
    if draft.dir.as_os_str().is_empty() {
        return globs.to_vec();
    }
    let below = format!("{}/", draft.dir.display());
    let within = globs.iter().map(|glob| {
        if glob.starts_with(&below) {
            glob.clone()
        } else {
            format!("{below}{glob}")
        }
    });
    within.collect()
}

/// Where a gate is from, a line for each fact.
fn evidence(draft: &Draft) -> Vec<String> {
    let places: Vec<String> = draft.places.iter().map(ToString::to_string).collect();
    let way = places.join(" -> ");
    let mut lines = vec![match draft.origin {
        Origin::Ci => format!("{way} (CI runs it)"),
        Origin::CiByDefault => format!(
            "{way} (CI chooses the environments when it runs; this is one of the default ones)"
        ),
        Origin::CiElsewhere => format!("{way} (CI runs it, but only on another system)"),
        Origin::Hook => format!("{way} (a hook manager runs it)"),
        Origin::Script => format!("{way} (a script of the project)"),
        Origin::Configuration => format!("{way} (it is configured; nothing runs it)"),
    }];
    let remarks = draft.remarks.iter();
    lines.extend(remarks.map(|remark| clean_line(remark.as_bytes())));
    if draft.is_partial {
        lines.push("a part of the command that only CI knows was omitted".to_owned());
    }
    lines
}

fn list(text: &mut String, name: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let values: Vec<String> = values.iter().map(|value| string(value)).collect();
    let _ = writeln!(text, "{name} = [{}]", values.join(", "));
}

/// A string of TOML.
fn string(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

/// A bare key of TOML, or a quoted one.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        string(name)
    }
}
