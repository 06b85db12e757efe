//! One process of a gate: its session, its output, its end.
//!
//! duct starts it and gives its status; what duct does not promise is done here: the process
//! leads a session of its own, writes into our pipe, and its whole group is killed before it is
//! reaped, while its number cannot yet belong to anybody else.

use std::ffi::OsString;
use std::io::{self, PipeReader};
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use rustix::process::Pid;

use super::attendant::{Attendants, Attended, StartedCall};
use super::mailbox::{CallId, SchedulerMessage};
use super::output::Collector;
use super::preflight::Prepared;
use crate::plan::GateCall;
use crate::platform::{GuardLine, Image, Signal, kill_group, own_session};

/// A process that was started.
pub(super) struct Process {
    group: Pid,
    handle: duct::Handle,
    attended: Attended,
}

/// What takes care of a process.
pub(super) struct Care<'a> {
    /// Under which messages about it come.
    pub(super) id: CallId,
    /// Where they go.
    pub(super) post: Sender<SchedulerMessage>,
    /// What reads its output.
    pub(super) attendants: &'a Attendants,
    /// What outlives us.
    pub(super) guard: &'a GuardLine,
}

/// How a process ended.
pub(super) struct Exit {
    /// The collector that it was started with.
    pub(super) collector: Box<Collector>,
    /// Whether something still held its output open.
    pub(super) left_processes: bool,
    /// Why its output could not be read, if it could not.
    pub(super) unread: Option<String>,
}

impl Process {
    /// Starts a call. Messages come under its id: one at its end, one when its output is closed.
    ///
    /// # Errors
    ///
    /// The system refuses to start it; then nothing of it is left.
    pub(super) fn start(
        call: &GateCall,
        prepared: &Prepared,
        care: Care<'_>,
        collector: Box<Collector>,
    ) -> Result<Self, (io::Error, Box<Collector>)> {
        let (group, handle, output) = match spawn(call, prepared, care.guard) {
            Ok(spawned) => spawned,
            Err(error) => return Err((error, collector)),
        };
        let attended = care.attendants.attend(StartedCall {
            id: care.id,
            leader: group,
            output,
            collector,
            post: care.post,
        });
        match attended {
            Ok(attended) => Ok(Self {
                group,
                handle,
                attended,
            }),
            // Without a thread there is no use for the output either.
            Err(error) => {
                kill_group(group, Signal::KILL);
                let _ = handle.wait();
                Err((error, Box::new(Collector::new(None, None, None))))
            }
        }
    }

    /// Sends a signal to the process and all that it has started in its group.
    pub(super) fn signal(&self, signal: Signal) {
        kill_group(self.group, signal);
    }

    /// Asks it to end. A stopped group would not hear of it before it is woken.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
        self.signal(Signal::CONT);
    }

    /// To be called once it has ended: kills what is left of its group, and only then reaps it.
    pub(super) fn reap(&self, guard: &mut GuardLine) -> io::Result<ExitStatus> {
        self.signal(Signal::KILL);
        guard.forget(self.group);
        self.handle.wait().map(|output| output.status)
    }

    /// To be called after [`Process::reap`], when the output is closed or has had its time.
    pub(super) fn finish(self) -> Exit {
        let mut read = self.attended.finish();
        read.collector.end_call();
        Exit {
            collector: read.collector,
            left_processes: matches!(read.complete, Ok(false)),
            unread: read.complete.err().map(|error| error.to_string()),
        }
    }
}

/// Starts the process, which leads the group; its output comes through the pipe.
fn spawn(
    call: &GateCall,
    prepared: &Prepared,
    guard: &GuardLine,
) -> io::Result<(Pid, duct::Handle, PipeReader)> {
    let (output, writer) = io::pipe()?;
    let arguments: Vec<OsString> = match call {
        GateCall::Program { arguments, .. } => arguments.clone(),
        GateCall::Shell { script, arguments } => {
            // -e: a script of several lines fails with the first of them. The word after the
            // script becomes $0, by which the shell names itself in messages.
            let fixed = ["-e", "-c", script.as_str(), "sh"].map(OsString::from);
            fixed.into_iter().chain(arguments.iter().cloned()).collect()
        }
    };
    let variables = prepared
        .variables
        .iter()
        .map(|(name, value)| (name.as_os_str(), value.as_os_str()));
    let words = arguments.iter().map(OsString::as_os_str);
    let image = Arc::new(Image::new(&prepared.program, words, variables)?);
    let announce = guard.descriptor();
    let confinement = prepared.confinement.clone();
    let expression = duct::cmd(&prepared.program, arguments);
    // Behind an entrance the directory may be another one than from here.
    let expression = match confinement.entrance {
        None => expression.dir(&prepared.dir),
        Some(_) => expression,
    };
    let expression = expression
        .full_env(&prepared.variables)
        .stdin_null()
        // The method called last is applied first: standard error goes where standard output
        // goes, which is the pipe.
        .stderr_to_stdout()
        .stdout_file(writer)
        .unchecked()
        .before_spawn(move |command| {
            own_session(command, announce, &image, confinement.clone());
            Ok(())
        });
    let handle = expression.start()?;
    // The expression holds the writing end of the pipe; the output would never end.
    drop(expression);
    let pid = handle.pids().first().copied();
    let group = pid.and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let group = group.ok_or_else(|| io::Error::other("the process has no id"))?;
    Ok((group, handle, output))
}
