//! The findings of the rules about what is committed, for people.

use std::fmt::Write as _;

use super::bypass::UngatedCommit;
use super::findings;
use crate::base::placeholder::{REASON, placeholders};
use crate::base::text::{clean_line, count};
use crate::model::finding::Finding;
use crate::report::context::{SplitCommit, SplitOrder};
use crate::report::style::Style;
use crate::rules::change::single_change::{ChangeReport, GATE_CHANGE};

/// The findings of a change, and what its message has to say.
pub(super) fn rules(report: &ChangeReport, split: Option<&SplitCommit>, style: Style) -> String {
    let findings = findings::of_change(&report.as_they_count(), style);
    if findings.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{findings}");
    let declare = report.to_be_declared();
    if !declare.is_empty() {
        let needs = if declare.len() == 1 { "needs" } else { "need" };
        let _ = writeln!(
            text,
            "\n{}: {} {needs} a reason in the message: `{GATE_CHANGE}: reason`",
            style.careful("note"),
            count(declare.len(), "weakening")
        );
    }
    if let Some(split) = split {
        text.push_str(&in_two(split, style));
    }
    text
}

/// The commands that make two commits of one.
fn in_two(split: &SplitCommit, style: Style) -> String {
    let filled = match placeholders(&split.trailers).as_str() {
        REASON => "the reason in place of REASON".to_owned(),
        words => format!("{words} replaced"),
    };
    let how = match split.order {
        SplitOrder::ConfigurationFirst => {
            format!("commit the configuration first, with {filled}, and then the rest")
        }
        SplitOrder::RestFirst => {
            format!("commit the rest first, and then the configuration, with {filled}")
        }
    };
    let mut text = format!("\n{}: to keep the change, {how}:\n", style.strong("help"));
    for command in &split.commands {
        let _ = writeln!(text, "  {command}");
    }
    text
}

/// The refused changes of a commit.
#[must_use]
pub(crate) fn bad_changes(commits: &[UngatedCommit], refused: &[Finding], style: Style) -> String {
    let mut text = String::new();
    for commit in commits {
        let _ = writeln!(
            text,
            "{}: commit {} {}\n",
            style.bad("error"),
            commit.id.short(),
            clean_line(commit.subject.as_bytes())
        );
    }
    text.push_str(&findings::of_change(refused, style));
    text
}
