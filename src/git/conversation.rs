//! A git that is kept to be asked more than once.

use std::io::BufReader;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus};

use super::trace::Trace;
use crate::base::fault::{Fault, Result};

/// A git that answers questions, until this is dropped.
pub(super) struct Conversation {
    git: Child,
    pub(super) asks: ChildStdin,
    pub(super) answers: BufReader<ChildStdout>,
    trace: Option<Trace>,
}

impl Conversation {
    /// Takes over a git that was started with pipes.
    pub(super) fn begin(mut git: Child, trace: Option<Trace>) -> Result<Self> {
        let (Some(asks), Some(answers)) = (git.stdin.take(), git.stdout.take()) else {
            return Err(Fault::bug("git was started without pipes"));
        };
        Ok(Self {
            git,
            asks,
            answers: BufReader::new(answers),
            trace,
        })
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let ended = self.git.try_wait().ok().flatten();
        let _ = self.git.kill();
        let _ = self.git.wait();
        if let Some(trace) = &self.trace {
            trace.ended(&ended.map_or_else(|| "stopped".to_owned(), ending));
        }
    }
}

/// How a process ended, in words.
pub(super) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "no exit code".to_owned(),
    }
}
