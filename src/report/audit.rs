//! The audit of a range for people: every refused commit, why, and the command that mends them.

use std::fmt::Write as _;

use super::findings;
use super::style::{Detail, Style};
use crate::finding::{Cure, Finding, Severity};
use crate::policy::{Audit, Judged};
use crate::text::{clean_line, count, shell_word};

/// How many digits of an id are shown.
const SHORT: usize = 9;

/// How many commits are told of one by one in a report that is not a detailed one.
const SHOWN: usize = 200;

/// The range as it is named.
pub(super) fn range(audit: &Audit) -> String {
    let (from, to) = &audit.named;
    format!(
        "{}..{}",
        clean_line(from.as_bytes()),
        clean_line(to.as_bytes())
    )
}

/// The audit as text; `program` is how the user can call gatekeeper.
#[must_use]
pub fn audit(audit: &Audit, program: &str, style: Style) -> String {
    let mut text = String::new();
    let refused = audit.refused().count();
    let warned: usize = audit.judged.iter().map(warnings).sum();
    let of = count(audit.commits, "commit");
    let range = range(audit);
    let head = if audit.commits == 0 {
        format!("nothing to judge: there is no commit in {range}")
    } else if refused == 0 {
        let passed = style.good("passed");
        let messages = count(audit.commits, "message");
        let warned = match warned {
            0 => String::new(),
            warned => format!(", {}", count(warned, "warning")),
        };
        format!("{passed}: {messages} in {range}{warned}")
    } else {
        let head = format!("gatekeeper: {refused} of {of} refused in {range}");
        style.strong(&head)
    };
    if refused > 0 || style.detail != Detail::Quiet {
        let _ = writeln!(text, "{head}");
    }
    let is_detailed = style.detail == Detail::Verbose || refused == 1;
    let mut shown = 0;
    for judged in &audit.judged {
        let is_worth_it = judged.is_refused() || style.detail == Detail::Verbose;
        if !is_worth_it {
            continue;
        }
        if shown == SHOWN && style.detail != Detail::Verbose {
            let _ = writeln!(text, "  and {} more", refused - shown);
            break;
        }
        shown += 1;
        push_commit(&mut text, judged, is_detailed, style);
    }
    if refused > 0 {
        text.push('\n');
        for line in cure(audit, program) {
            let _ = writeln!(text, "{line}");
        }
        if refused > 1 && style.detail != Detail::Verbose {
            text.push_str("each with its lines: add --verbose\n");
        }
    }
    text
}

fn warnings(judged: &Judged) -> usize {
    let all = judged.findings.iter();
    all.filter(|finding| finding.severity == Severity::Warning)
        .count()
}

fn push_commit(text: &mut String, judged: &Judged, is_detailed: bool, style: Style) {
    let id = judged.id.get(..SHORT).unwrap_or(&judged.id);
    let subject = clean_line(judged.subject.as_bytes());
    if is_detailed {
        let author = clean_line(judged.author.to_string().as_bytes());
        let _ = writeln!(text, "\n{} {subject}  ({author})", style.strong(id));
        for finding in &judged.findings {
            findings::push(text, &judged.lines, finding, style);
        }
        return;
    }
    let subject: String = subject.chars().take(50).collect();
    let errors = judged
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error);
    for (index, finding) in errors.enumerate() {
        let _ = if index == 0 {
            writeln!(
                text,
                "  {} {subject:<50}  {}",
                style.strong(id),
                style.bad(finding.rule)
            )
        } else {
            writeln!(
                text,
                "  {:SHORT$} {:<50}  {}",
                "",
                "",
                style.bad(finding.rule)
            )
        };
    }
}

/// What mends the refused commits, as lines.
pub(super) fn cure(audit: &Audit, program: &str) -> Vec<String> {
    let refused: Vec<&Judged> = audit.refused().collect();
    let Some(oldest) = refused.first() else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if !audit.is_head {
        let to = clean_line(audit.named.1.as_bytes());
        lines.push(format!(
            "check {to} out first; the commands rewrite what is checked out"
        ));
    }
    let errors = || {
        let all = refused.iter().flat_map(|judged| &judged.findings);
        all.filter(|finding| finding.severity == Severity::Error)
    };
    let squashes = errors().any(|finding| finding.rule == "subject.autosquash");
    let signs_off = errors().any(|finding| finding.cure.signs_off());
    let fixes = errors().any(|finding| finding.cure.is_fix());
    let edits: Vec<&&Judged> = refused
        .iter()
        .filter(|judged| judged.findings.iter().any(needs_hand))
        .collect();
    let (in_rebase, in_amend) = if signs_off {
        (" --signoff", " -s")
    } else {
        ("", "")
    };
    let fix = format!(
        "git log -1 --format=%B | {program} message fix - | git commit --amend -q --cleanup=verbatim -F -"
    );
    let is_tip = refused.len() == 1 && oldest.id == audit.range.tip && !squashes;
    if is_tip && edits.is_empty() && fixes {
        lines.push(format!("next: {fix}{in_amend}"));
    } else if is_tip && edits.is_empty() {
        lines.push(format!("next: git commit --amend{in_amend} --no-edit"));
    } else if is_tip {
        lines.push(format!(
            "next: git commit --amend{in_amend}, and change what is named above"
        ));
    } else {
        let merges = if audit.has_merges {
            " --rebase-merges"
        } else {
            ""
        };
        let base = audit.range.base.get(..SHORT).unwrap_or(&audit.range.base);
        let exec = if fixes {
            format!(" --exec {}", shell_word(fix.as_ref()))
        } else {
            String::new()
        };
        if !edits.is_empty() {
            let ids = edits
                .iter()
                .map(|judged| judged.id.get(..SHORT).unwrap_or(&judged.id));
            let ids: Vec<&str> = ids.collect();
            lines.push(format!(
                "next: git rebase{merges} -i {base}, with `reword` for {}",
                crate::text::some_of(&ids, 8)
            ));
        }
        if squashes || signs_off || fixes {
            let word = if edits.is_empty() { "next" } else { "then" };
            let (editor, squash) = if squashes {
                ("GIT_SEQUENCE_EDITOR=: ", " -i --autosquash")
            } else {
                ("", "")
            };
            lines.push(format!(
                "{word}: {editor}git rebase{merges}{squash}{in_rebase}{exec} {base}"
            ));
        }
    }
    lines
}

/// Whether a finding cannot be cured by a command.
fn needs_hand(finding: &Finding) -> bool {
    let is_error = finding.severity == Severity::Error;
    let is_by_hand = matches!(finding.cure, Cure::Edit(_) | Cure::EditAndSignOff(_));
    is_error && is_by_hand && finding.rule != "subject.autosquash"
}
