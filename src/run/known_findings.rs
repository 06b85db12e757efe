//! Findings that stop nothing: those that gates.baseline lists, and those on lines that a change does not
//! touch. A gate that has found nothing else has passed.
//!
//! That holds only if it is known that the gate has said all: every finding was read, and the tool has
//! ended as it does when it has found something. What breaks off, or starts a second tool only after the
//! first one has passed, stays failed.

use std::collections::BTreeSet;

use super::context::{Excused, Purpose, RunContext};
use super::said::Said;
use crate::config::Gate;
use crate::detect::KnownTool;
use crate::event::KnownFindings;
use crate::findings::collection::Collected;
use crate::git::Index;
use crate::indirection::may_lead;
use crate::model::fingerprint::{Fingerprint, Sighting};
use crate::model::gate::{CommandForm, NewFindings};
use crate::model::gate_finding::SeverityCounts;
use crate::model::outcome::{Failure, Outcome};
use crate::plan::PlannedGate;
use crate::tools::says_finding;

/// Whether a call has failed in another way than by finding something, or may not have run all that it
/// should.
pub(super) fn is_unsound(
    failure: Option<&Outcome>,
    planned: &PlannedGate,
    known: Option<KnownTool>,
    said: Option<&Said>,
) -> bool {
    let code = match failure {
        None => return false,
        // A runner may have another one than the tool.
        Some(Outcome::Failed(Failure::ExitCode(code))) => {
            said.and_then(|said| said.code).unwrap_or(*code)
        }
        Some(_) => return true,
    };
    let gate = &planned.gate;
    let is_single = known.is_some()
        || gate.findings.is_some()
        || matches!(gate.run.form, CommandForm::Words(_)) && !may_lead(&gate.run.text);
    let program = known.and_then(|known| known.checker.calls.first()?.first().copied());
    !is_single || !says_finding(program, code)
}

/// Whether something in a Rust project may depend on a library in it: another package, or a program, a test, an example
/// or a benchmark of the same one.
pub(super) fn may_have_dependents(index: &Index) -> bool {
    let (mut packages, mut others) = (0, false);
    for file in index.tracked() {
        let path = &file.path;
        packages += usize::from(path.ends_with("Cargo.toml"));
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let is_in = |dir: &str| path.iter().any(|part| part == dir);
        let is_of_library = is_in("src") && !is_in("bin") && !path.ends_with("src/main.rs");
        others |= is_rust && !is_of_library && !path.ends_with("build.rs");
    }
    packages > 1 || others
}

/// The outcome of a gate without the findings that do not count, and what these are; what was found
/// then lacks them.
pub(super) fn check(
    outcome: Outcome,
    planned: &PlannedGate,
    found: &mut Collected,
    surroundings: &RunContext<'_>,
) -> (Outcome, Option<KnownFindings>) {
    let gate = &planned.gate;
    let is_by_findings = matches!(
        outcome,
        Outcome::Failed(Failure::ExitCode(_) | Failure::Reported(_)) | Outcome::Passed
    );
    let excused = surroundings.excused;
    let may_be_known = gate.kind.without_baseline().is_none()
        && surroundings.purpose == Purpose::Check
        && (gate.new == NewFindings::Lines || excused.baseline.number(gate.name.as_str()) > 0);
    if !is_by_findings || !may_be_known {
        return (outcome, None);
    }
    let index = surroundings.checked.index;
    let sightings = &found.fingerprints.sightings;
    let compared = excused.baseline.compare(
        gate.name.as_str(),
        sightings,
        |path| index.has(path),
        |path| !gate.run.takes_files || planned.files.iter().any(|file| file == path),
    );
    let mut known = KnownFindings {
        fixed: compared.fixed,
        ..KnownFindings::default()
    };
    let mut new = BTreeSet::new();
    let pairs = found.fingerprints.all.iter().zip(sightings);
    for ((print, sighting), is_listed) in pairs.zip(compared.known) {
        if is_listed {
            known.listed += u64::from(!sighting.is_note);
        } else if is_untouched(gate, excused, sighting) {
            known.untouched += 1;
        } else {
            new.insert(*print);
        }
    }
    if known.listed + known.untouched == 0 {
        let known = (!known.fixed.is_empty()).then_some(known);
        return (outcome, known);
    }
    keep_only(found, &new);
    let outcome = match outcome {
        _ if new.is_empty() => Outcome::Passed,
        Outcome::Failed(Failure::Reported(_)) => {
            let total = found.findings.total;
            Outcome::Failed(Failure::Reported(SeverityCounts { notes: 0, ..total }))
        }
        outcome => outcome,
    };
    (outcome, Some(known))
}

/// Whether a finding is on a line that the change does not touch, and only others count for its gate. One
/// about a file as a whole counts if the change touches the file; one without a file always does.
fn is_untouched(gate: &Gate, excused: &Excused, sighting: &Sighting) -> bool {
    let Some(touched) = excused.touched.as_ref() else {
        return false;
    };
    if gate.new != NewFindings::Lines || sighting.path.as_os_str().is_empty() {
        return false;
    }
    match (touched.get(&*sighting.path), sighting.line) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(lines), Some(line)) => lines.binary_search(&line).is_err(),
    }
}

/// Leaves only these findings. The number of each severity is known of those that were kept; all others
/// were at most as grave as the mildest of them.
fn keep_only(found: &mut Collected, new: &BTreeSet<Fingerprint>) {
    let findings = &mut found.findings;
    let mildest = findings.kept.iter().map(|one| one.severity).min();
    findings.kept.retain(|one| new.contains(&one.fingerprint));
    let mut total = SeverityCounts::default();
    for one in &findings.kept {
        *total.of(one.severity) += 1;
    }
    let others = new.len() - findings.kept.len();
    if let Some(mildest) = mildest {
        *total.of(mildest) += others as u64;
    }
    findings.total = total;
    let prints = &mut found.fingerprints;
    let is_new: Vec<bool> = prints.all.iter().map(|print| new.contains(print)).collect();
    let mut keep = is_new.iter();
    prints.all.retain(|_| *keep.next().unwrap_or(&false));
}
