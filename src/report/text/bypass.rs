//! Attempts to bypass the gates, in words: what was tried, and the way that works.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count, shell_word};
use crate::git::invocation::hook_bypass::HookBypass;
use crate::model::finding::Finding;
use crate::model::trigger::Hook;
use crate::receipt::{self, LedgerEntry};
use crate::report::style::Style;
use crate::report::wording::ago;
use crate::rules::change::gate_exception::GATE_EXCEPTION;
use crate::rules::change::received::GateDeclarations;
use crate::rules::change::single_change::GATE_CHANGE;

/// How many commits are named.
const NAMED: usize = 10;

/// A bypass in one line.
#[must_use]
pub(crate) fn bypass_in_words(bypass: &HookBypass) -> String {
    match bypass {
        HookBypass::Flag { command, word } => format!("`git {command} {}`", clean(word)),
        HookBypass::Setting { key, value, by } => {
            format!("{}={} (set with {})", clean(key), clean(value), clean(by))
        }
    }
}

/// The message to a user who has asked git to skip hooks.
#[must_use]
pub(crate) fn bypass(bypass: &HookBypass, style: Style) -> String {
    let (what, without) = match bypass {
        HookBypass::Flag { command, word } => (
            format!("`git {command} {}` skips the gates", clean(word)),
            format!("remove `{}`", clean(word)),
        ),
        HookBypass::Setting { key, value, by } => (
            format!(
                "{}={} (set with {}) disables the hooks",
                clean(key),
                clean(value),
                clean(by)
            ),
            "remove that setting".to_owned(),
        ),
    };
    format!(
        "{}: {what}, and this repository requires them\n{}: {without}; if a gate fails, fix what \
         it reports. Nothing was changed; the attempt was logged (see `gatekeeper status`)\n",
        style.bad("error"),
        style.strong("help"),
    )
}

/// The message to a user who has asked git to skip hooks, where that is not refused.
#[must_use]
pub(crate) fn advised_bypass(bypass: &HookBypass, style: Style) -> String {
    format!(
        "{}: {} skips the gates: the commit stays unchecked, which was recorded (see `gatekeeper \
         status`)\n",
        style.careful("warning"),
        bypass_in_words(bypass),
    )
}

/// The message about unchecked commits that are pushed, where that is not refused.
#[must_use]
pub(crate) fn pushed_unchecked(commits: &[UngatedCommit], program: &str, style: Style) -> String {
    let mut text = format!(
        "{}: the push contains {}, which was recorded\n",
        style.careful("warning"),
        count(commits.len(), "unchecked commit"),
    );
    push_commits(&mut text, commits);
    let _ = writeln!(
        text,
        "{}: check with `{}`",
        style.strong("help"),
        record_command(program, commits)
    );
    text
}

/// The message that git does not run these hooks of ours.
#[must_use]
pub(crate) fn missing_hooks(missing: &[Hook], style: Style) -> String {
    let names: Vec<&str> = missing.iter().map(|hook| hook.name()).collect();
    format!(
        "{}: git does not run {} of gatekeeper's {} hooks here ({}): another program has replaced or removed \
         them; run `gatekeeper install` first\n",
        style.careful("note"),
        missing.len(),
        Hook::ALL.len(),
        names.join(", ")
    )
}

/// What the message of a cherry-pick or a revert lacks, and how to finish the commit.
#[must_use]
pub(crate) fn lacking_trailers(findings: &[Finding], has_more: bool, style: Style) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(
            text,
            "{}[{}]: {}",
            style.bad("error"),
            finding.rule,
            finding.message
        );
    }
    let continuation = if has_more {
        ", then `git cherry-pick --continue` (or `git revert --continue`) for the rest"
    } else {
        ""
    };
    let signs = findings.iter().all(|finding| finding.remedy.signs_off());
    let added = findings.iter().flat_map(|finding| finding.remedy.added());
    let added: Vec<&String> = added.collect();
    let are_known =
        |finding: &Finding| finding.remedy.signs_off() || !finding.remedy.added().is_empty();
    let next = if !added.is_empty() && findings.iter().all(are_known) {
        let mut options = String::new();
        for line in added.iter().rev() {
            let _ = write!(options, " --trailer {}", shell_word(line.as_ref()));
        }
        let signs = findings.iter().any(|finding| finding.remedy.signs_off());
        let sign_off = if signs { " -s" } else { "" };
        format!(
            "`git -c trailer.where=start commit{sign_off} --no-edit{options}`, in which the words in \
             capitals have to be replaced{continuation}"
        )
    } else if signs {
        format!(
            "`git commit -s --no-edit`{continuation}; next time, sign off at once: `git \
             cherry-pick -s`, `git revert -s`"
        )
    } else {
        format!("`git commit -s --edit` and correct the message{continuation}")
    };
    let _ = writeln!(
        text,
        "{}: git has kept the change and its message; finish the commit with {next}",
        style.strong("next")
    );
    text
}

/// A commit that bypassed the gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UngatedCommit {
    /// Its id.
    pub(crate) id: ObjectId,
    /// The subject of its message.
    pub(crate) subject: String,
    /// Whether it has a gates.toml, so that gates can check it.
    pub(crate) has_gates: bool,
}

pub(crate) fn push_commits(text: &mut String, commits: &[UngatedCommit]) {
    for commit in commits.iter().take(NAMED) {
        let _ = writeln!(
            text,
            "  {} {}",
            commit.id.short(),
            clean_line(commit.subject.as_bytes())
        );
    }
    if commits.len() > NAMED {
        let _ = writeln!(text, "  and {} more", commits.len() - NAMED);
    }
}

/// The range from the oldest of some commits to the newest one, as arguments of an audit.
#[must_use]
pub(super) fn range_arguments(oldest: ObjectId, newest: ObjectId) -> String {
    if oldest == newest {
        format!("'{}^!'", newest.short())
    } else {
        format!("--root {}", newest.short())
    }
}

/// Whether gates can check each of some commits afterwards.
pub(super) fn can_be_checked(commits: &[UngatedCommit]) -> bool {
    commits.iter().all(|commit| commit.has_gates)
}

/// The command that checks commits, the newest first, afterwards.
pub(super) fn record_command(program: &str, commits: &[UngatedCommit]) -> String {
    let ends = commits.last().zip(commits.first());
    let range = ends.map(|(oldest, newest)| range_arguments(oldest.id, newest.id));
    format!("{program} audit --record {}", range.unwrap_or_default())
}

/// The last lines of the ledger.
#[must_use]
pub(crate) fn ledger(entries: &[LedgerEntry], limit: usize) -> String {
    let mut text = String::new();
    let skipped = entries.len().saturating_sub(limit);
    for entry in &entries[skipped..] {
        let id = entry
            .id
            .map_or(String::new(), |id| format!(" {}", id.short()));
        let command = entry
            .command
            .as_deref()
            .map_or(String::new(), |command| format!(" ({})", clean(command)));
        let _ = writeln!(
            text,
            "  {}: {}{id}, detected by {}{command}",
            ago(receipt::age(entry.at)),
            clean(&entry.what),
            clean(&entry.seen_by)
        );
    }
    if skipped > 0 {
        let _ = writeln!(text, "  and {skipped} earlier");
    }
    text
}

fn clean(text: &str) -> String {
    clean_line(text.as_bytes())
}

/// The message that a commit was checked before, so that nothing runs: with the gates that it excepts, and
/// without a word of praise if none has passed.
#[must_use]
pub(crate) fn checked_before(
    commit: &str,
    excepted: &[String],
    has_passed: bool,
    age: Duration,
    style: Style,
) -> String {
    let outcome = if !excepted.is_empty() {
        style.careful(&format!(
            "{} failed under an exception",
            excepted.join(", ")
        ))
    } else if has_passed {
        style.good("cached")
    } else {
        style.careful("no gate was due")
    };
    format!(
        "{} pre-push of {commit}: {outcome}, checked {}\n",
        style.strong("gatekeeper"),
        ago(age)
    )
}

/// What the message of a commit that is pushed declares about gates, a line for each.
#[must_use]
pub(crate) fn pushed_declarations(commit: &str, said: &GateDeclarations, style: Style) -> String {
    let changes = said.gate_change.iter();
    let changes = changes.map(|reason| format!("{GATE_CHANGE}: {reason}"));
    let exceptions = said.exceptions.iter();
    let exceptions =
        exceptions.map(|one| format!("{GATE_EXCEPTION}: {} -- {}", one.gate.as_str(), one.reason));
    let note = style.careful("note");
    let mut text = String::new();
    for line in changes.chain(exceptions) {
        let _ = writeln!(text, "{note}: {commit} is pushed with `{line}`");
    }
    text
}

/// The result of checking commits afterwards.
#[must_use]
pub(crate) fn recorded(number: usize, failed: &[UngatedCommit], style: Style) -> String {
    if failed.is_empty() {
        let commits = count(number, "commit");
        let are = if number == 1 { "is" } else { "are" };
        return format!("\n{}: {commits} {are} now checked\n", style.good("done"));
    }
    let mut text = format!(
        "\n{}: the gates failed on {}\n",
        style.bad("error"),
        count(failed.len(), "commit")
    );
    push_commits(&mut text, failed);
    let _ = writeln!(
        text,
        "{}: fix each commit above with `git rebase -i`",
        style.strong("next")
    );
    text
}

/// The message that receipts cannot be written, so that no commit can be known to be checked.
#[must_use]
pub(crate) fn no_receipts(error: &std::io::Error, style: Style) -> String {
    format!(
        "{}: cannot write receipts here ({}), so no commit counts as checked; make the directory \
         `gatekeeper` in the git directory writable\n",
        style.careful("note"),
        clean_line(error.to_string().as_bytes())
    )
}

/// The message that unchecked commits are pushed that came from elsewhere or were there before
/// gatekeeper, and whose result is checked.
#[must_use]
pub(crate) fn arrived(commits: &[UngatedCommit], style: Style) -> String {
    let mut text = format!(
        "{}: {} from elsewhere or from before gatekeeper, not checked one by one; their combined \
         result is checked\n",
        style.careful("note"),
        count(commits.len(), "unchecked commit")
    );
    push_commits(&mut text, commits);
    text
}
