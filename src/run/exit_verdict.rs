//! The outcome of a gate that has ended: what do its exit status and its output say?

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use super::output::Collector;
use super::preflight::Prepared;
use crate::base::fault::Fault;
use crate::config::Gate;
use crate::event::FileWrites;
use crate::model::outcome::{Failure, Outcome, StartFlaw, StartHelp};

/// What the end of a call's process says by itself, if it is not good.
pub(super) fn failure_of(status: Option<ExitStatus>, gate: &Gate) -> Option<Outcome> {
    let Some(status) = status else {
        return Some(could_not_start("its exit status could not be read"));
    };
    if let Some(signal) = status.signal() {
        return Some(Outcome::ToolBroken { signal });
    }
    let code = status.code().unwrap_or(i32::MAX);
    if u8::try_from(code).is_ok_and(|code| gate.success_codes.contains(&code)) {
        return None;
    }
    Some(match code {
        // What POSIX has shells and env(1) say.
        127 => could_not_start("a command in it was not found (exit code 127)"),
        126 => could_not_start("a command in it cannot be executed (exit code 126)"),
        code => Outcome::Failed(Failure::ExitCode(code)),
    })
}

/// The outcome of a gate whose calls have all ended well: what does its output say?
pub(super) fn check(collector: &Collector) -> Outcome {
    if let Some((forbid, line)) = collector.forbidden() {
        return Outcome::Failed(Failure::Forbidden {
            forbid: forbid.to_owned(),
            line: line.to_owned(),
        });
    }
    match collector.missing_evidence() {
        Some(expect) => Outcome::CheckedNothing {
            expect: expect.to_owned(),
        },
        None => Outcome::Passed,
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
        Outcome::Passed | Outcome::CheckedNothing { .. } if !written.changed.is_empty() => {
            Outcome::Failed(Failure::Wrote(written.changed.clone()))
        }
        other => other,
    }
}

/// Where it cannot be known what a gate has written, it has not passed.
pub(super) fn unread_writing(outcome: Outcome, fault: &Fault) -> Outcome {
    match outcome {
        Outcome::Passed => Outcome::CouldNotStart(StartFlaw {
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
