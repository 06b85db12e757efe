//! Telling: what was planned and what came of it, for people and for programs.

mod advice;
mod audit;
mod audit_changes;
mod branches;
mod bypass;
mod change;
mod columns;
mod cure;
mod failure;
mod findings;
mod fixes;
mod json;
mod json_audit;
mod json_messages;
mod lines;
mod live;
mod log;
mod message;
mod places;
mod plan_text;
mod progress;
mod received;
mod style;
mod summary;
mod tail;
mod text;
mod variables;
mod words;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use crate::event::{Event, RunResult};
use crate::fault::Fault;
use crate::git::Beside;
use crate::outcome::Verdict;
use crate::plan::Plan;
use crate::policy::Audit;
use crate::policy::change::ChangeReport;
use crate::run::Weakening;
use crate::text::clean_line;

pub use audit::{
    GatesRun, audit as audit_as_text, audited_gates, bad_messages, findings_as_comments,
    mended as mended_as_text,
};
pub use branches::{protected_branch, would_be_refused};
pub use bypass::{
    OTHER_KEY, Passer, arrived, bypass, bypass_in_words, judged_before, lacking_trailers, ledger,
    no_receipts, other_key, recorded, refused_push, refused_update,
};
pub use change::bad_changes;
pub use fixes::{fixed_files, refused_fixes};
pub use json::{plan as plan_as_json, refused_fixes as refused_fixes_as_json};
pub use json_audit::audit as audit_as_json;
pub use json_messages::{
    agents as agents_as_json, check as check_as_json, fix as fix_as_json,
    trailers as trailers_as_json,
};
pub use lines::{LineReport, as_text as lines_as_text, reports as line_reports};
pub use message::{
    Refusal, agents as agents_as_text, checked, fixed, hashes as hashes_as_text, refusal, remarks,
    trailers as trailers_as_text,
};
pub use plan_text::plan as plan_as_text;
pub use received::{ReceivedTip, failed_push, late_push, received, unreadable_base};
pub use style::{Detail, Style};
pub use variables::{switch_in_words, switches};
pub use words::left_out_word;

/// In which form a run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, on standard error.
    Text,
    /// For programs, on standard output.
    Json,
}

/// What reporters know besides the plan.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is about another part of the run"
)]
pub struct Context {
    /// The top of the work tree.
    pub top: PathBuf,
    /// From where the user stands to the top of the work tree: `../..`; empty at the top.
    pub to_top: PathBuf,
    /// Something to know about the configuration.
    pub remark: Option<String>,
    /// The variables that gates do not get because they weaken a tool.
    pub weakenings: Vec<Weakening>,
    /// Where programs are looked for besides the project's own environment.
    pub search_path: String,
    /// How the user can call gatekeeper.
    pub program: String,
    /// Where the whole output of gates that fail is kept.
    pub logs: PathBuf,
    /// What the messages of the range are like, if they were judged.
    pub messages: Option<Audit>,
    /// What the rules say of what is committed.
    pub rules: ChangeReport,
    /// What lies beside the judged tree and was visible to the gates.
    pub beside: Beside,
    /// Whether the index that is judged is only lent by git, so that `run --staged` cannot
    /// repeat the run.
    pub has_own_index: bool,
    /// Whether the run is repeated if what it judges changes meanwhile.
    pub can_repeat: bool,
    /// Whether this is the second run.
    pub is_repeated: bool,
    /// Whether a commit of a rebase is judged.
    pub is_rebase: bool,
}

/// Tells of a run from its first event to its result.
///
/// # Errors
///
/// A report for programs could not be written. What is told to people is told as far as it goes.
pub fn tell(
    format: Format,
    style: Style,
    plan: &Arc<Plan>,
    context: &Context,
    events: &Receiver<Event>,
    result: &Receiver<RunResult>,
) -> io::Result<()> {
    match format {
        Format::Text => {
            let mut report = text::Text::new(style, plan, context);
            say(&report.beginning());
            if style.is_live() {
                progress::follow(&mut report, plan, events);
            }
            for event in events {
                say(&report.event(&event));
            }
            if let Ok(result) = result.recv() {
                say(&report.end(&result));
            }
            Ok(())
        }
        Format::Json => {
            events.iter().for_each(drop);
            match result.recv() {
                // The report is that of the second run.
                Ok(result) if result.verdict == Verdict::Overtaken && context.can_repeat => Ok(()),
                Ok(result) => print(&json::run(plan, context, &result)),
                Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
    }
}

/// Says something to people, on standard error. A terminal that is gone must not stop us.
pub fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says that we have failed ourselves, on standard error. What is left of a live view is wiped;
/// the thread that has drawn it may not come to that any more.
pub fn cry(text: &str, style: Style) {
    let wipe = if style.is_live() { progress::WIPE } else { "" };
    say(&format!("{wipe}{text}"));
}

/// Prints something that was asked for, on standard output.
///
/// # Errors
///
/// It could not be written whole.
pub fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints bytes as they are, on standard output; see [`print`].
///
/// # Errors
///
/// They could not be written whole.
pub fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

/// A fault as people see it.
#[must_use]
pub fn fault(fault: &Fault, style: Style) -> String {
    // What was typed may be in it, whatever that was.
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
    text
}
