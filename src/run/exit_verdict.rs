//! The outcome of a gate that has ended: what do its exit status and its output say?

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use super::found::Found;
use super::output::Collector;
use super::preflight::{GateTool, Prepared};
use super::said::Said;
use crate::base::fault::Fault;
use crate::config::Gate;
use crate::event::FileWrites;
use crate::launch::Launched;
use crate::model::gate::{FailOn, FindingsFormat};
use crate::model::gate_finding::{SeverityCounts, TestCounts};
use crate::model::outcome::{
    Breakage, EmptyCheck, EmptySearch, Failure, Outcome, StartFlaw, StartHelp, ToolWords,
};
use crate::tools::{Meaning, Sign};

/// Exit codes by which a shell and other programs say that what they started has crashed: 128 and the
/// signal's number.
const CRASHES: [i32; 6] = [132, 134, 135, 136, 137, 139];

/// What the end of a call says, if it is not good: by its status, and by what its tool has said.
pub(super) fn failure_of(
    status: Option<ExitStatus>,
    gate: &Gate,
    said: Option<&Said>,
    tool: Option<GateTool>,
) -> Option<Outcome> {
    let Some(status) = status else {
        return Some(could_not_start("its exit status could not be read"));
    };
    if let Some(signal) = status.signal() {
        return Some(Outcome::ToolBroken(Breakage::Signal(signal)));
    }
    let code = status.code().unwrap_or(i32::MAX);
    if u8::try_from(code).is_ok_and(|code| gate.success_codes.contains(&code)) {
        return None;
    }
    if let Some((sign, words)) = said.and_then(|said| said.sign.clone()) {
        return Some(by_words(sign, words, tool));
    }
    // The tool's own, where a runner has another one.
    let own = said.and_then(|said| said.code).unwrap_or(code);
    Some(match own {
        // What POSIX has shells and env(1) say.
        127 => could_not_start("a command in it was not found (exit code 127)"),
        126 => could_not_start("a command in it cannot be executed (exit code 126)"),
        own if said.is_some() && CRASHES.contains(&own) => {
            Outcome::ToolBroken(Breakage::Signal(own - 128))
        }
        _ => Outcome::Failed(Failure::ExitCode(code)),
    })
}

/// How a launched command ended, and what is wrong with its launcher, which says nothing about what was checked.
pub(super) fn of_launched(
    launched: Launched,
    status: Option<ExitStatus>,
    gate: &Gate,
) -> (Option<ExitStatus>, Option<Outcome>) {
    let how = match status.map(|status| (status.signal(), status.code())) {
        Some((Some(signal), _)) => format!("was ended by signal {signal}"),
        Some((None, Some(code))) => format!("ended with exit code {code}"),
        Some((None, None)) | None => "ended, and its exit code could not be read,".to_owned(),
    };
    let flaw = |cause: String| {
        Some(Outcome::CouldNotStart(StartFlaw {
            cause,
            help: StartHelp::Launcher,
        }))
    };
    match launched {
        Launched::NotBegun => (
            status,
            flaw(format!("its launcher {how} and did not start the command")),
        ),
        Launched::Begun => (
            status,
            flaw(format!(
                "its launcher {how} before the command did, so its result is lost"
            )),
        ),
        Launched::Ended(code) => {
            let own = ExitStatus::from_raw(code << 8);
            let is_success =
                |code: i32| u8::try_from(code).is_ok_and(|code| gate.success_codes.contains(&code));
            let is_undone =
                is_success(code) && status.is_none_or(|status| !status.success() && status != own);
            let cause =
                || format!("its launcher {how} after the command ended with exit code {code}");
            (Some(own), is_undone.then(cause).and_then(flaw))
        }
    }
}

/// What it means that a tool has said this.
fn by_words(sign: &Sign, words: ToolWords, tool: Option<GateTool>) -> Outcome {
    match sign.meaning {
        Meaning::CheckedNothing => {
            let is_excused = sign.is_by_configuration && tool.is_some_and(|tool| tool.base_decides);
            let empty = EmptyCheck::Said(words);
            if is_excused {
                Outcome::NotApplicable(empty)
            } else {
                Outcome::CheckedNothing(empty)
            }
        }
        Meaning::Broken(fault) => Outcome::ToolBroken(Breakage::Said(fault, words)),
        Meaning::Missing => {
            let line = words.line.unwrap_or_default();
            could_not_start(&format!("{} is not installed: {line}", words.tool))
        }
    }
}

/// The outcome of a gate whose calls have all ended well: what does its output say?
pub(super) fn check(collector: &Collector, said: &[Said], tool: Option<GateTool>) -> Outcome {
    if let Some((forbid, line)) = collector.forbidden() {
        return Outcome::Failed(Failure::Forbidden {
            forbid: forbid.to_owned(),
            line: line.to_owned(),
        });
    }
    let is_empty = |said: &Said| match &said.sign {
        // gates.toml may say that this is right.
        Some((_, words)) => !words
            .line
            .as_ref()
            .is_some_and(|line| collector.is_expected(line)),
        None => false,
    };
    if let Some((sign, words)) = said.last().and_then(|said| said.sign.clone())
        && said.iter().all(is_empty)
    {
        return by_words(sign, words, tool);
    }
    if let Some(expect) = collector.missing_evidence() {
        return Outcome::CheckedNothing(EmptyCheck::Unproven {
            expect: expect.to_owned(),
        });
    }
    match tool.filter(|_| !collector.has_proof()) {
        Some(tool) => by_search(tool, said),
        None => Outcome::Passed,
    }
}

/// What it means where a tool has looked for files to check.
fn by_search(tool: GateTool, said: &[Said]) -> Outcome {
    let proofs = || said.iter().map(|said| said.has_proof);
    if proofs().any(|has_proof| has_proof == Some(true)) {
        return Outcome::Passed;
    }
    // Some of the files that a commit changes may hold nothing of which a tool speaks.
    let is_silent = !tool.takes_files && proofs().all(|has_proof| has_proof == Some(false));
    let silent = tool.known.proof.filter(|_| is_silent);
    let Some(empty) = tool.empty.or(silent.map(EmptySearch::Silent)) else {
        return Outcome::Passed;
    };
    let check = EmptyCheck::Search {
        tool: tool.known.checker.name,
        empty,
    };
    match empty {
        EmptySearch::Excluded(_) if tool.base_decides => Outcome::NotApplicable(check),
        _ => Outcome::CheckedNothing(check),
    }
}

fn could_not_start(cause: &str) -> Outcome {
    Outcome::CouldNotStart(StartFlaw {
        cause: cause.into(),
        help: StartHelp::Program,
    })
}

/// What the gate has said cannot be known, and so neither whether it passed.
pub(super) fn unread(cause: &str) -> Outcome {
    Outcome::CouldNotStart(StartFlaw {
        cause: format!("its output could not be read: {cause}"),
        help: StartHelp::System,
    })
}

/// A gate that has changed what it checks has not checked it.
pub(super) fn check_writing(outcome: Outcome, written: &FileWrites) -> Outcome {
    match outcome {
        Outcome::Passed | Outcome::CheckedNothing(_) | Outcome::NotApplicable(_)
            if !written.changed.is_empty() =>
        {
            Outcome::Failed(Failure::Wrote(written.changed.clone()))
        }
        other => other,
    }
}

/// A report that should be there and cannot be read is not one without findings.
pub(super) fn no_report(cause: String) -> Outcome {
    Outcome::ToolBroken(Breakage::Report(cause))
}

/// A gate has not passed if its report has errors, or says that no test has run: the exit code may say
/// otherwise. What was read from lines has no say.
pub(super) fn check_findings(outcome: Outcome, gate: &Gate, found: &Found) -> Outcome {
    let findings = &found.collected.findings;
    let total = findings.total;
    let counted = gate.findings.map(|report| SeverityCounts {
        errors: total.errors,
        warnings: match report.fail_on {
            FailOn::Error => 0,
            FailOn::Warning => total.warnings,
        },
        notes: 0,
    });
    let counted = counted.filter(|counted| counted.sum() > 0);
    let format = gate.findings.map(|report| report.format);
    let has_run_none = if format == Some(FindingsFormat::Junit) {
        let none = |tests: TestCounts| tests.run == 0;
        findings.tests.map_or(!found.remarks.is_linters, none)
    } else {
        // What `expect` has found proves more than what the runner counts, and among a few files, all tests
        // may be such that are skipped here.
        let is_whole = gate.expect.is_none() && !gate.run.takes_files;
        let all_skipped = |tests: TestCounts| tests.run == 0 && tests.skipped > 0;
        is_whole && findings.tests.is_some_and(all_skipped)
    };
    match (outcome, counted) {
        (Outcome::Passed, Some(counted)) => Outcome::Failed(Failure::Reported(counted)),
        (Outcome::Passed, None) if has_run_none && gate.success_codes.iter().eq(&[0]) => {
            Outcome::CheckedNothing(EmptyCheck::NoTest)
        }
        (other, _) => other,
    }
}

/// Where it cannot be known what a gate has written, it has not passed.
pub(super) fn unread_writing(outcome: Outcome, fault: &Fault) -> Outcome {
    match outcome {
        Outcome::Passed | Outcome::NotApplicable(_) => Outcome::CouldNotStart(StartFlaw {
            cause: fault.message.clone(),
            help: StartHelp::System,
        }),
        other => other,
    }
}

/// The system would not start a program that looked sound.
pub(super) fn refused(prepared: &Prepared, error: &std::io::Error) -> StartFlaw {
    let program = crate::base::text::show_path(&prepared.program);
    let is_its_fault = matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied
    ) || error.raw_os_error() == Some(libc::ENOEXEC);
    StartFlaw {
        cause: format!("{program}: {error}"),
        help: if is_its_fault {
            StartHelp::Program
        } else {
            StartHelp::System
        },
    }
}
