//! The audit of a range as it is written down.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::{ChangeFinding, MessageFinding, of_change, of_message};
use crate::base::object_id::ObjectId;
use crate::report::text::audit;
use crate::report::text::next_steps::range_remedy;
use crate::rules::change::range::{CommitChanges, Declared};
use crate::rules::message::range::{Audit, CheckedMessage};

/// The messages and changes of the commits of a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct AuditRecord {
    /// The range as it was typed.
    pub(crate) range: String,
    /// The id of the merge base; null if there is none.
    pub(crate) base: Option<String>,
    /// The id of the range's end.
    pub(crate) tip: String,
    /// `not applicable` if the range has no commit.
    #[schemars(extend("enum" = ["passed", "failed", "not applicable"]))]
    pub(crate) verdict: String,
    /// How many commits the range has.
    pub(crate) commits: usize,
    /// How many of them have a message that is refused.
    pub(crate) refused: usize,
    /// How many of them have changes that are refused.
    pub(crate) refused_changes: usize,
    /// The commits with findings, oldest first.
    #[serde(rename = "judged")]
    pub(crate) checked: Vec<CommitRecord>,
    /// What is weaker at the end of the range than at its base, and was neither declared nor refused in one
    /// of its commits.
    pub(crate) net: Vec<ChangeFinding>,
    /// The commands that fix the messages, in order.
    #[serde(rename = "cure")]
    pub(crate) remedy: Vec<String>,
    /// Remarks on these commands, and on how the commits were checked.
    pub(crate) remarks: Vec<String>,
}

/// A commit with findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CommitRecord {
    /// Its id.
    pub(crate) commit: String,
    /// Its subject.
    pub(crate) subject: String,
    /// Its author.
    pub(crate) author: String,
    /// The findings about its message.
    pub(crate) findings: Vec<MessageFinding>,
    /// The findings about its changes.
    pub(crate) lines: Vec<ChangeFinding>,
    /// What it weakens with a reason; null if nothing.
    pub(crate) declared: Option<DeclaredRecord>,
    /// Its trailers `Gate-Exception`.
    pub(crate) exceptions: Vec<ExceptionRecord>,
    /// The invalid ones, which refuse the commit.
    pub(crate) malformed: Vec<MalformedRecord>,
}

/// What a commit weakens with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DeclaredRecord {
    /// The value of its trailer `Gate-Change`.
    pub(crate) reason: String,
    /// The findings, whose severity is still `error`.
    pub(crate) lines: Vec<ChangeFinding>,
}

/// A trailer `Gate-Exception`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ExceptionRecord {
    /// The gate.
    pub(crate) gate: String,
    /// Why it did not need to pass.
    pub(crate) reason: String,
}

/// An invalid trailer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct MalformedRecord {
    /// Its value.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) message: String,
}

/// The part of a report that describes the commits of a range.
pub(crate) fn audit_record(audit: &Audit, program: &str) -> AuditRecord {
    let remedy = range_remedy(audit, program);
    AuditRecord {
        range: audit.named.clone(),
        base: audit.commits.base.map(|base| base.to_string()),
        tip: audit.commits.tip.to_string(),
        verdict: audit::word(audit).to_owned(),
        commits: audit.commits.ids.len(),
        refused: audit.refused().count(),
        refused_changes: audit.changes.refused().count(),
        checked: checked(audit),
        net: of_change(&audit.changes.net),
        remedy: remedy.commands,
        remarks: [remedy.remarks, audit.changes.remarks.clone()].concat(),
    }
}

/// The commits whose message or change has findings, oldest first.
fn checked(audit: &Audit) -> Vec<CommitRecord> {
    let messages: HashMap<ObjectId, &CheckedMessage> = audit
        .checked
        .iter()
        .map(|message| (message.id, message))
        .collect();
    let changes: HashMap<ObjectId, &CommitChanges> = audit
        .changes
        .commits
        .iter()
        .map(|change| (change.id, change))
        .collect();
    let mut reports = Vec::new();
    for &id in &audit.commits.ids {
        let message = messages.get(&id).copied();
        let change = changes.get(&id).copied();
        let Some((subject, author)) = message
            .map(|message| (&message.subject, &message.author))
            .or_else(|| change.map(|change| (&change.subject, &change.author)))
        else {
            continue;
        };
        reports.push(CommitRecord {
            commit: id.to_string(),
            subject: subject.clone(),
            author: author.to_string(),
            findings: message.map_or_else(Vec::new, |message| {
                of_message(&message.findings, &message.lines)
            }),
            lines: change.map_or_else(Vec::new, lines),
            declared: change
                .and_then(|change| change.declared.as_ref())
                .map(declared),
            exceptions: change.map_or_else(Vec::new, exceptions),
            malformed: change.map_or_else(Vec::new, malformed),
        });
    }
    reports
}

fn lines(change: &CommitChanges) -> Vec<ChangeFinding> {
    of_change(&change.findings)
}

fn declared(declared: &Declared) -> DeclaredRecord {
    DeclaredRecord {
        reason: declared.reason.clone(),
        lines: of_change(&declared.findings),
    }
}

fn exceptions(change: &CommitChanges) -> Vec<ExceptionRecord> {
    change
        .exceptions
        .iter()
        .map(|exception| ExceptionRecord {
            gate: exception.gate.as_str().to_owned(),
            reason: exception.reason.clone(),
        })
        .collect()
}

fn malformed(change: &CommitChanges) -> Vec<MalformedRecord> {
    change
        .malformed
        .iter()
        .map(|trailer| MalformedRecord {
            value: trailer.value.clone(),
            message: trailer.why.to_string(),
        })
        .collect()
}
