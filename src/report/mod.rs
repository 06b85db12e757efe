//! Reports: what was planned and what came of it, for people and for programs.

pub(crate) mod context;
mod events;
pub(crate) mod explanation;
pub(crate) mod files;
mod format_name;
pub(crate) mod formats;
pub(crate) mod history;
pub(crate) mod json;
mod log;
mod order;
mod places;
pub(crate) mod record;
mod run_reporter;
pub(crate) mod schema;
mod style;
pub(crate) mod terminal;
pub(crate) mod text;
pub(crate) mod wording;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::base::fault::Fault;
use crate::base::text::{clean_line, limit, show_path};
use crate::model::trigger::Hook;

pub(crate) use context::{Attempt, ReportContext, RunOrigin, SplitCommit, SplitOrder, WayOut};
pub(crate) use files::{Destination, ReportFile, ReportSpec};
pub(crate) use format_name::ReportFormat;
pub(crate) use formats::in_toto::{
    AttestedGate, POLICY, PREDICATE, STATEMENT, Statement, is_passed,
};
pub(crate) use formats::report as report_as;
pub(crate) use json::audit::audit as audit_as_json;
pub(crate) use json::gates::gates as gates_as_json;
pub(crate) use json::messages::{
    agents as agents_as_json, check as check_as_json, fix as fix_as_json,
    trailers as trailers_as_json,
};
pub(crate) use json::plan::plan as plan_as_json;
pub(crate) use order::Order;
pub(crate) use record::{Redactor, audit_run, refused_run, secret_values};
pub(crate) use run_reporter::{Actions, Events, Reporting, run_reporter, write_reports};
pub(crate) use style::{Detail, Style};
pub(crate) use terminal::{cry, print_bytes, say, write_output};
pub(crate) use text::after_event::{Untrusted, failed_command, running_command, untrusted_command};
pub(crate) use text::audit::{
    GatesRun, audit as audit_as_text, audited_gates, bad_messages, findings_as_comments,
    fixed as fixed_as_text,
};
pub(crate) use text::baseline::{BaselineDoubt, BaselineGate, Growth, baseline};
pub(crate) use text::bypass::{
    UngatedCommit, advised_bypass, arrived, bypass, bypass_in_words, checked_before,
    lacking_trailers, ledger, missing_hooks, no_receipts, push_commits, pushed_declarations,
    pushed_unchecked, recorded,
};
pub(crate) use text::change::bad_changes;
pub(crate) use text::demands::demands;
pub(crate) use text::detected::{Install, Tried, detected, initialised, unseen};
pub(crate) use text::fixes::{fixed_files, refused_fixes};
pub(crate) use text::gates::gates as gates_as_text;
pub(crate) use text::message::{
    MessageRefusal, NextStep, agents as agents_as_text, checked, fixed, hashes as hashes_as_text,
    refusal, remarks, trailers as trailers_as_text,
};
pub(crate) use text::plan::plan as plan_as_text;
pub(crate) use text::protected_branch::{
    protected_branch, protected_link, protected_move, would_be_refused,
};
pub(crate) use text::received::{
    ReceivedTip, advised, failed_push, late_push, received, unreadable_base,
};
pub(crate) use text::recorded::{recorded_as_text, recorded_runs};
pub(crate) use text::refused_update::{LeftBehind, RefusedUpdate, refused_update};
pub(crate) use text::rewriting::rewriting;
pub(crate) use text::trust::{
    Begun, CheckedElsewhere, CountedReceipt, NO_REFLOGS, Origin, TrustedInRange, accept_command,
    accept_help, accept_range_command, acceptance, are_published, begun, broken_rules,
    damage_in_words, damaged_ledger, loss_in_words, lost_record, may_accept, published_unchecked,
    refused_push, trusted_in_range, unchecked_before, unpublished,
};
pub(crate) use text::ungated::{
    branches_without_gates, how_to_need_none, short_reference, ungated_branch,
};
pub(crate) use text::variables::{switch_in_words, switches};
pub(crate) use wording::{left_out_word, overtaken};

/// The format in which a run is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people, on standard error.
    Text,
    /// For programs, on standard output.
    Json,
}

/// A fault as people see it.
#[must_use]
pub(crate) fn fault(fault: &Fault, style: Style) -> String {
    // It may contain arbitrary text that the user typed.
    let message = clean_line(fault.message.replace('\n', "\\n").as_bytes());
    let mut text = format!("{}: {message}\n", style.bad("error"));
    if let Some(detail) = fault.detail.as_deref().filter(|detail| !detail.is_empty()) {
        for line in detail.lines() {
            text.push_str("  ");
            text.push_str(&clean_line(line.as_bytes()));
            text.push('\n');
        }
    }
    if let Some(hint) = &fault.hint {
        let hint = clean_line(hint.replace('\n', "\\n").as_bytes());
        let _ = writeln!(text, "{}: {hint}", style.strong("help"));
    }
    if fault.is_disk_full() {
        let _ = writeln!(
            text,
            "{}: the disk or your quota is full; free some space (`df -h` shows where), then run \
             the command again",
            style.strong("help")
        );
    }
    text
}

/// That a hook is waited for which was there before ours.
#[must_use]
pub(crate) fn waiting(hook: Hook, file: &Path, budget: Option<Duration>, style: Style) -> String {
    let budget = budget.map_or_else(String::new, |budget| {
        format!("; it may take {}, the budget", limit(budget))
    });
    format!(
        "{}: waiting for the earlier {hook} hook, which runs before gatekeeper: {}{budget}\n",
        style.strong("note"),
        show_path(file)
    )
}

/// That the disk is full on which a directory lies, where what went wrong does not say so itself.
#[must_use]
pub(crate) fn full_disk(dir: &Path, style: Style) -> String {
    format!(
        "{}: the disk with {} is full, which may be why; free some space, then run this again\n",
        style.strong("help"),
        show_path(dir)
    )
}
