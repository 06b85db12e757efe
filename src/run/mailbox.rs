//! The one channel on which the deciding thread hears of everything.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Instant;
use std::{io, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals};

/// The signals that end a run.
const ENDING: [i32; 4] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT];

/// A call of a gate: the gate's place in the plan, and which of its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CallId {
    pub(super) gate: usize,
    pub(super) call: usize,
}

/// Something that the deciding thread must know.
pub(super) enum SchedulerMessage {
    /// The leader of this call has ended and is not reaped yet.
    Exited(CallId),
    /// Everybody has closed the output of this call.
    OutputClosed(CallId),
    /// We were sent a signal.
    Signal(i32),
    /// The reports are written, or could not be.
    Reported(io::Result<()>),
}

/// The receiving end, and the signals that come in through it while it exists.
pub(super) struct Mailbox {
    sender: Sender<SchedulerMessage>,
    receiver: Receiver<SchedulerMessage>,
    signals: Handle,
}

impl Mailbox {
    /// Begins to listen. A signal that our parent had us ignore, as nohup and background jobs do,
    /// stays ignored; but SIGTERM can always end us.
    pub(super) fn open() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let wanted = ENDING.iter().chain([&SIGTSTP]);
        let wanted =
            wanted.filter(|signal| **signal == SIGTERM || !crate::platform::is_ignored(**signal));
        let mut signals = Signals::new(wanted)?;
        let handle = signals.handle();
        let post = sender.clone();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                for signal in signals.forever() {
                    if post.send(SchedulerMessage::Signal(signal)).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self {
            sender,
            receiver,
            signals: handle,
        })
    }

    pub(super) fn sender(&self) -> Sender<SchedulerMessage> {
        self.sender.clone()
    }

    /// The next message, or `None` once the deadline has come.
    pub(super) fn receive(&self, deadline: Option<Instant>) -> Option<SchedulerMessage> {
        let Some(deadline) = deadline else {
            return self.receiver.recv().ok();
        };
        let left = deadline.saturating_duration_since(Instant::now());
        self.receiver.recv_timeout(left).ok()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.signals.close();
    }
}

/// Whether a signal ends the run; the others stop it for a while.
pub(super) fn is_ending(signal: i32) -> bool {
    ENDING.contains(&signal)
}
