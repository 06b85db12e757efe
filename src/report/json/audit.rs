//! The audit of a range for programs; docs/json.md describes it.

use serde::Serialize;

use super::document::write;
use crate::base::exit_code::ExitCode;
use crate::base::object_id::ObjectId;
use crate::receipt::Acceptance;
use crate::report::record::VERSION;
use crate::report::record::audit::{AuditRecord, audit_record};
use crate::report::text::audit::GatesRun;
use crate::report::text::trust::{CheckedElsewhere, CountedReceipt, TrustedInRange};
use crate::rules::message::range::Audit;

#[derive(Serialize)]
struct WholeAuditReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    exit_code: u8,
    #[serde(flatten)]
    audit: AuditRecord,
    accepted: Vec<AcceptanceReport<'a>>,
    notes: &'a [String],
    checked_elsewhere: Vec<ElsewhereReport<'a>>,
    gates: Option<Vec<GatesReport>>,
}

#[derive(Serialize)]
struct AcceptanceReport<'a> {
    tip: ObjectId,
    commits: usize,
    reason: &'a str,
    by: &'a str,
    at: u64,
}

#[derive(Serialize)]
struct ElsewhereReport<'a> {
    commit: ObjectId,
    #[serde(flatten)]
    receipt: &'a CountedReceipt,
}

#[derive(Serialize)]
struct GatesReport {
    commit: ObjectId,
    exit_code: u8,
}

/// The audit of a range; `runs` holds how the gates ended, if they were run.
#[must_use]
pub(crate) fn audit(
    audit: &Audit,
    trusted: &TrustedInRange,
    program: &str,
    runs: Option<&[GatesRun]>,
    code: ExitCode,
) -> String {
    let gates = runs.map(|runs| {
        let reports = runs.iter().map(|run| GatesReport {
            commit: run.commit,
            exit_code: run.code.number(),
        });
        reports.collect()
    });
    let mut report = audit_record(audit, program);
    if code != ExitCode::Passed {
        "failed".clone_into(&mut report.verdict);
    }
    write(&WholeAuditReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        exit_code: code.number(),
        audit: report,
        accepted: trusted.accepted.iter().map(accepted).collect(),
        notes: &trusted.notes,
        checked_elsewhere: elsewhere(&trusted.elsewhere),
        gates,
    })
}

fn accepted(acceptance: &Acceptance) -> AcceptanceReport<'_> {
    AcceptanceReport {
        tip: acceptance.tip,
        commits: acceptance.commits,
        reason: &acceptance.reason,
        by: &acceptance.by,
        at: acceptance.at,
    }
}

fn elsewhere(checked: &[CheckedElsewhere]) -> Vec<ElsewhereReport<'_>> {
    let receipts = checked.iter().flat_map(|checked| {
        let commit = checked.commit;
        let receipts = checked.receipts.iter();
        receipts.map(move |receipt| ElsewhereReport { commit, receipt })
    });
    receipts.collect()
}
