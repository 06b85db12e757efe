//! Trusted history in words: what counts as good without a receipt, and what to do where it is lost.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::bypass::{UngatedCommit, can_be_checked, push_commits, range_arguments, record_command};
use super::next_steps::SHORT;
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count};
use crate::receipt::{self, Acceptance, LedgerDamage, Loss};
use crate::report::style::Style;
use crate::report::wording::ago;

/// That nothing tells which commits were published unchecked, because git keeps no reflogs.
pub(crate) const NO_REFLOGS: &str = "git keeps no reflogs here (core.logAllRefUpdates is false), so commits that are \
     published without being checked cannot be named; to turn them on, run `git config core.logAllRefUpdates true`";

/// Why what was checked here may not be recognised as checked.
#[must_use]
pub(crate) fn loss_in_words(loss: Loss) -> &'static str {
    match loss {
        Loss::Absent => {
            "the record of trusted history is missing, so earlier receipts cannot be used"
        }
        Loss::OtherKey => {
            "the receipts here are sealed with another key (another HOME or user?), so they cannot be \
             used"
        }
        Loss::OtherPlace => {
            "the receipts here belong to another repository, or this one was copied or moved, so they \
             cannot be used"
        }
        Loss::Unreadable => {
            "the record of trusted history cannot be read, so the receipts here cannot be used"
        }
    }
}

/// What is wrong with the ledger.
#[must_use]
pub(crate) fn damage_in_words(damage: LedgerDamage) -> String {
    match damage {
        LedgerDamage::Foreign(lines) => format!(
            "{} of the ledger {} not written by gatekeeper, or changed later",
            count(lines, "line"),
            if lines == 1 { "was" } else { "were" }
        ),
        LedgerDamage::Missing => "lines of the ledger are missing".to_owned(),
    }
}

/// The message that something is wrong with the ledger.
#[must_use]
pub(crate) fn damaged_ledger(damage: LedgerDamage, style: Style) -> String {
    format!(
        "{}: {}; `gatekeeper audit --record` accepts the ledger as it is now\n",
        style.careful("note"),
        damage_in_words(damage)
    )
}

/// The message that checked commits may not be recognised as checked.
#[must_use]
pub(crate) fn lost_record(loss: Loss, style: Style) -> String {
    format!(
        "{}: {}; check again with `gatekeeper audit --record`\n",
        style.careful("note"),
        loss_in_words(loss)
    )
}

/// The command that accepts the history from one commit to another.
#[must_use]
pub(crate) fn accept_command(program: &str, oldest: ObjectId, newest: ObjectId) -> String {
    let range = range_arguments(oldest, newest);
    format!("{program} audit --accept {range} --reason REASON")
}

/// The command that accepts the history that a commit has and another one has not.
#[must_use]
pub(crate) fn accept_range_command(
    program: &str,
    without: Option<ObjectId>,
    newest: ObjectId,
) -> String {
    let range = match without {
        Some(without) => format!("{}..{}", without.short(), newest.short()),
        None => format!("--root {}", newest.short()),
    };
    format!("{program} audit --accept {range} --reason REASON")
}

/// The message about a push of unchecked commits.
#[must_use]
pub(crate) fn refused_push(commits: &[UngatedCommit], program: &str, style: Style) -> String {
    let mut text = format!(
        "{}: the push contains {}\n",
        style.bad("error"),
        count(commits.len(), "unchecked commit"),
    );
    push_commits(&mut text, commits);
    if can_be_checked(commits) {
        let _ = writeln!(
            text,
            "{}: check them with `{}`, then push again; fix a failing commit with `git rebase -i`",
            style.strong("next"),
            record_command(program, commits)
        );
    }
    if let Some((newest, oldest)) = commits.first().zip(commits.last()) {
        let _ = writeln!(
            text,
            "{}: if they need not follow the rules here, or a later commit has fixed them, accept \
             them, which is recorded: `{}`",
            style.strong("help"),
            accept_command(program, oldest.id, newest.id)
        );
    }
    text
}

/// The way out for history that cannot follow the rules of here; `commits` with the newest first.
#[must_use]
pub(crate) fn may_accept(commits: &[UngatedCommit], program: &str, style: Style) -> String {
    if commits.is_empty() {
        return String::new();
    }
    let was = if commits.len() == 1 { "was" } else { "were" };
    let mut text = format!(
        "{}: {} of this push {was} made elsewhere, or before the record of trusted history:\n",
        style.careful("note"),
        count(commits.len(), "commit"),
    );
    push_commits(&mut text, commits);
    text + &accept_help(commits, program, style)
}

/// The command that accepts commits which cannot follow the rules; the newest first.
#[must_use]
pub(crate) fn accept_help(commits: &[UngatedCommit], program: &str, style: Style) -> String {
    let (Some(newest), Some(oldest)) = (commits.first(), commits.last()) else {
        return String::new();
    };
    format!(
        "{}: if they need not follow the rules here, accept them, which is recorded: `{}`\n",
        style.strong("help"),
        accept_command(program, oldest.id, newest.id)
    )
}

/// Where commits come from that nobody has checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// They were made here, as far as that is known.
    Here,
    /// They were there, unpublished, before gatekeeper.
    BeforeInstall,
    /// They were all fetched from elsewhere.
    Elsewhere,
    /// None has a gates.toml: they are another project's, or those of a branch that needs no gates.
    WithoutGates,
}

/// The remark that changes of commits before this one are checked as well; `latest` is the last of
/// them.
#[must_use]
pub(crate) fn unchecked_before(
    number: usize,
    latest: ObjectId,
    origin: Origin,
    loss: Option<Loss>,
) -> String {
    let is_one = number == 1;
    let were = if is_one { "was" } else { "were" };
    let number = count(number, "commit");
    let latest = latest.short();
    let loss = loss.map_or_else(String::new, |loss| format!("; {}", loss_in_words(loss)));
    let what = match origin {
        Origin::Elsewhere => Some(format!("{were} made elsewhere and not checked here")),
        Origin::WithoutGates => {
            let have = if is_one { "has" } else { "have" };
            Some(format!("{have} no gates.toml"))
        }
        Origin::Here | Origin::BeforeInstall => None,
    };
    if let Some(what) = what {
        return format!(
            "{number} before this one {what} (latest {latest}), so the \
             changes since then are checked as well{loss}; if that history need not follow the rules here, \
             accept it, which is recorded, and commit again: `gatekeeper audit --accept --root {latest} \
             --reason REASON`"
        );
    }
    if origin == Origin::BeforeInstall {
        return format!(
            "{number} from before gatekeeper (latest {latest}) {were} never published, so the \
             changes since then are checked as well{loss}; to trust what was made under other rules, \
             run `gatekeeper audit --accept --root {latest} --reason REASON`"
        );
    }
    format!(
        "{number} before this one {were} not checked here (latest {latest}), so the changes since \
         then are checked as well{loss}"
    )
}

/// What counts as good when gatekeeper is installed.
#[must_use]
pub(crate) fn begun(history: Begun, style: Style) -> String {
    let what = match history {
        Begun::Published(0) => {
            "none yet, because nothing is published; every commit must be checked".to_owned()
        }
        Begun::Published(tips) => format!(
            "what is published ({}); every other commit must be checked",
            count(tips, "remote-tracking commit")
        ),
        Begun::Head(Some(head)) => format!(
            "HEAD ({}) and its ancestors, because there is no remote; later commits must be checked",
            head.short()
        ),
        Begun::Again(first) => {
            let first = first.map_or("none".to_owned(), |first| first.short());
            format!(
                "as when gatekeeper was first installed here ({first}), because its receipts and its \
                 record were removed since; later commits must be checked again"
            )
        }
        Begun::Head(None) => {
            "none, because there is no commit yet; every commit must be checked".to_owned()
        }
    };
    format!("{}: {what}\n", style.strong("trusted history"))
}

/// What counts as good when gatekeeper is installed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Begun {
    /// What so many commits, and their ancestors, are.
    Published(usize),
    /// The commit that is checked out, if there is one.
    Head(Option<ObjectId>),
    /// What was trusted when gatekeeper was first installed, if that was a commit.
    Again(Option<ObjectId>),
}

/// The unpublished commits that were there when gatekeeper was installed, newest first.
#[must_use]
pub(crate) fn unpublished(commits: &[UngatedCommit], program: &str, style: Style) -> String {
    let (Some(newest), Some(oldest)) = (commits.first(), commits.last()) else {
        return String::new();
    };
    let are = if commits.len() == 1 { "is" } else { "are" };
    let mut text = format!(
        "{}: {} {are} not published, and not trusted: the next commit and the first push check what \
         they change\n",
        style.careful("note"),
        count(commits.len(), "commit"),
    );
    push_commits(&mut text, commits);
    let range = range_arguments(oldest.id, newest.id);
    let _ = writeln!(
        text,
        "{}: check them now with `{program} audit --record {range}`; if they were made elsewhere or \
         under other rules, accept them: `{}`",
        style.strong("help"),
        accept_command(program, oldest.id, newest.id)
    );
    text
}

/// The message that commits are published which nobody has checked here; nothing if there are none.
#[must_use]
pub(crate) fn published_unchecked(
    commits: &[UngatedCommit],
    program: &str,
    style: Style,
) -> String {
    let Some(first) = commits.first() else {
        return String::new();
    };
    let mut text = format!(
        "{}: {}:\n",
        style.careful("warning"),
        are_published(commits.len())
    );
    push_commits(&mut text, commits);
    let _ = writeln!(
        text,
        "{}: check each: `{program} audit --record {}`; or accept it, which is recorded: `{}`",
        style.strong("help"),
        range_arguments(first.id, first.id),
        accept_command(program, first.id, first.id)
    );
    text
}

/// What is odd about so many commits that are published and unchecked.
#[must_use]
pub(crate) fn are_published(number: usize) -> String {
    let were = if number == 1 { "was" } else { "were" };
    format!(
        "{} {were} published without being checked here: hooks were off, a remote-tracking branch was set \
         by hand, or receipts were removed",
        count(number, "commit")
    )
}

/// What an audit shows of what is remembered in the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TrustedInRange {
    /// The acts by which commits of the range were accepted.
    pub(crate) accepted: Vec<Acceptance>,
    /// What is wrong with what is remembered.
    pub(crate) notes: Vec<String>,
    /// The commits that were checked on other machines.
    pub(crate) elsewhere: Vec<CheckedElsewhere>,
}

/// A commit with shared receipts that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedElsewhere {
    /// Its id.
    pub(crate) commit: ObjectId,
    /// The receipts.
    pub(crate) receipts: Vec<CountedReceipt>,
}

/// A shared receipt that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CountedReceipt {
    /// Who has signed it.
    pub(crate) signer: String,
    /// The operating system of the machine.
    pub(crate) os: String,
    /// The processor of the machine.
    pub(crate) arch: String,
    /// When the run began.
    pub(crate) started: String,
    /// The gates that passed.
    pub(crate) gates: Vec<String>,
}

/// The same in words: lines below an audit.
#[must_use]
pub(crate) fn trusted_in_range(trusted: &TrustedInRange, style: Style) -> String {
    let mut text = String::new();
    for accepted in &trusted.accepted {
        let _ = writeln!(
            text,
            "{}: {}",
            style.careful("accepted"),
            acceptance(accepted)
        );
    }
    for checked in &trusted.elsewhere {
        for receipt in &checked.receipts {
            let _ = writeln!(
                text,
                "{}: {:.SHORT$} by {}, on {} {}, {}: {}",
                style.good("checked elsewhere"),
                checked.commit,
                receipt.signer,
                receipt.os,
                receipt.arch,
                receipt.started,
                receipt.gates.join(", ")
            );
        }
    }
    for note in &trusted.notes {
        let _ = writeln!(
            text,
            "{}: {note}; check again with `gatekeeper audit --record`",
            style.careful("note")
        );
    }
    text
}

/// The rules that accepted commits break, with the number of commits for each.
#[must_use]
pub(crate) fn broken_rules(rules: &BTreeMap<String, usize>, style: Style) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let each = rules.iter();
    let each = each.map(|(rule, number)| format!("{rule} ({})", count(*number, "commit")));
    let each: Vec<String> = each.collect();
    format!(
        "{}: what was accepted breaks {} of this repository: {}\n",
        style.careful("note"),
        count(rules.len(), "rule"),
        each.join(", ")
    )
}

/// An act by which history was accepted.
#[must_use]
pub(crate) fn acceptance(acceptance: &Acceptance) -> String {
    format!(
        "{} up to {}, {}, by {}: {}",
        count(acceptance.commits, "commit"),
        acceptance.tip.short(),
        ago(receipt::age(acceptance.at)),
        clean_line(acceptance.by.as_bytes()),
        clean_line(acceptance.reason.as_bytes()),
    )
}
