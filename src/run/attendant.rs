//! The threads that attend to calls: each reads what a call prints, and waits for its end.
//!
//! A thread whose call is over waits for another one, so there are never more of them than calls have run
//! at once.

use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::Pid;

use super::mailbox::{CallId, SchedulerMessage};
use super::output::Collector;
use crate::platform::{await_exit, exit_notice};

/// How much is still read when reading has to end although something goes on writing, in bytes.
const LAST_READ: usize = 1 << 20;

/// How much is read at once, in bytes.
const CHUNK: usize = 64 << 10;

/// A call that has to be attended to.
pub(super) struct StartedCall {
    /// Under which messages about it come.
    pub(super) id: CallId,
    /// The process that leads it.
    pub(super) leader: Pid,
    /// What it prints.
    pub(super) output: PipeReader,
    /// What takes it.
    pub(super) collector: Box<Collector>,
    /// Where its end, and that of its output, are told.
    pub(super) post: Sender<SchedulerMessage>,
}

/// A call that a thread attends to.
pub(super) struct Attended {
    stop: Stopper,
    over: Receiver<ReadOutput>,
}

/// What a thread brings home.
pub(super) struct ReadOutput {
    /// The collector that the call was started with.
    pub(super) collector: Box<Collector>,
    /// Whether every process had closed the output, if it could be read.
    pub(super) complete: io::Result<bool>,
}

impl Attended {
    /// What was printed. To be called when the output is closed or has had its time: what is left open is
    /// not waited for.
    pub(super) fn finish(self) -> ReadOutput {
        drop(self.stop);
        self.over.recv().unwrap_or_else(|_| crashed())
    }
}

fn crashed() -> ReadOutput {
    ReadOutput {
        collector: Box::new(Collector::new(None, None, None)),
        complete: Err(io::Error::other("the thread that reads it has crashed")),
    }
}

/// All threads of a run. Those without a call end with it.
#[derive(Default)]
pub(super) struct Attendants {
    idle: Arc<Idle>,
}

/// The ways to reach the threads without a call.
type Idle = Mutex<Vec<Sender<Task>>>;

/// A call for a thread.
struct Task {
    call: StartedCall,
    exit: OwnedFd,
    stop: Stop,
    over: Sender<ReadOutput>,
    /// The way to reach the thread itself.
    own: Sender<Task>,
}

impl Attendants {
    /// Has a thread attend to a call. Two messages come under its id: one when its leader has ended, which
    /// is not reaped then, and one when its output is closed.
    ///
    /// # Errors
    ///
    /// There are no more threads or descriptors to be had.
    pub(super) fn attend(&self, call: StartedCall) -> io::Result<Attended> {
        let exit = exit_notice(call.leader)?;
        let (stopper, stop) = Stop::new()?;
        let (home, over) = mpsc::channel();
        let own = match self.take() {
            Some(own) => own,
            None => self.start()?,
        };
        let sent = own.send(Task {
            call,
            exit,
            stop,
            over: home,
            own: own.clone(),
        });
        sent.map_err(|_| io::Error::other("a thread has crashed"))?;
        Ok(Attended {
            stop: stopper,
            over,
        })
    }

    fn take(&self) -> Option<Sender<Task>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop()
    }

    fn start(&self) -> io::Result<Sender<Task>> {
        let (own, tasks) = mpsc::channel();
        let idle = Arc::downgrade(&self.idle);
        thread::Builder::new()
            .name("attendant".into())
            .spawn(move || work(&tasks, &idle))?;
        Ok(own)
    }
}

/// The life of a thread.
fn work(tasks: &Receiver<Task>, idle: &Weak<Idle>) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(task) = tasks.recv() {
        let (over, own) = (task.over, task.own);
        let read = Attendance::new(task.call, task.exit, task.stop).last(&mut buffer);
        // Before it is known that the call is over: the next one is not to start another thread.
        if let Some(idle) = idle.upgrade() {
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(own);
        }
        let _ = over.send(read);
    }
}

/// A call while it is attended to.
struct Attendance {
    id: CallId,
    leader: Pid,
    post: Sender<SchedulerMessage>,
    collector: Box<Collector>,
    stop: Stop,
    /// Until the leader has ended.
    exit: Option<OwnedFd>,
    /// Until every process has closed it, or reading ends.
    output: Option<PipeReader>,
    complete: io::Result<bool>,
    read_since_stop: usize,
}

/// What there is to do.
#[derive(Default)]
struct Ready {
    exit: bool,
    output: bool,
}

impl Attendance {
    fn new(call: StartedCall, exit: OwnedFd, stop: Stop) -> Self {
        Self {
            id: call.id,
            leader: call.leader,
            post: call.post,
            collector: call.collector,
            stop,
            exit: Some(exit),
            output: Some(call.output),
            complete: Ok(false),
            read_since_stop: 0,
        }
    }

    /// Lasts until the leader has ended and its output is closed, or until it is stopped.
    fn last(mut self, buffer: &mut [u8]) -> ReadOutput {
        while self.exit.is_some() || self.output.is_some() {
            let ready = match self.wait() {
                Ok(ready) => ready,
                Err(error) => {
                    self.end_output(Err(error));
                    // An error means that it is gone as well.
                    let _ = await_exit(self.leader);
                    self.note_exit();
                    break;
                }
            };
            if ready.exit {
                self.note_exit();
            }
            if ready.output {
                self.read(buffer);
            } else if self.stop.is_asked() {
                break;
            }
        }
        ReadOutput {
            collector: self.collector,
            complete: self.complete,
        }
    }

    /// Waits until there is something to do.
    fn wait(&self) -> io::Result<Ready> {
        let exit = self.exit.as_ref().map(OwnedFd::as_fd);
        let output = self.output.as_ref().map(PipeReader::as_fd);
        let waiting = [Some(self.stop.wake.as_fd()), exit, output];
        let waiting = waiting.into_iter().flatten();
        let mut waiting: Vec<PollFd<'_>> = waiting
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        match poll(&mut waiting, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok(Ready::default()),
            Err(error) => return Err(error.into()),
        }
        let mut happened = waiting.iter().skip(1).map(|one| !one.revents().is_empty());
        let mut is_ready = |is_awaited: bool| is_awaited && happened.next() == Some(true);
        Ok(Ready {
            exit: is_ready(exit.is_some()),
            output: is_ready(output.is_some()),
        })
    }

    fn note_exit(&mut self) {
        self.exit = None;
        let _ = self.post.send(SchedulerMessage::Exited(self.id));
    }

    fn end_output(&mut self, complete: io::Result<bool>) {
        self.output = None;
        self.complete = complete;
        let _ = self.post.send(SchedulerMessage::OutputClosed(self.id));
    }

    /// Reads once: something is there, or the end.
    fn read(&mut self, buffer: &mut [u8]) {
        let Some(output) = &mut self.output else {
            return;
        };
        let read = match output.read(buffer) {
            Ok(0) => return self.end_output(Ok(true)),
            Ok(length) => &buffer[..length],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => return self.end_output(Err(error)),
        };
        let collector = &mut self.collector;
        // The end of the process has to be noticed whatever happens to its output.
        if catch_unwind(AssertUnwindSafe(|| collector.add(read))).is_err() {
            let ReadOutput {
                collector,
                complete,
            } = crashed();
            self.collector = collector;
            return self.end_output(complete);
        }
        if self.stop.is_asked() {
            self.read_since_stop += read.len();
            if self.read_since_stop > LAST_READ {
                self.output = None;
            }
        }
    }
}

/// The reader's end of a request to stop.
struct Stop {
    asked: Arc<AtomicBool>,
    /// Closed at the other end to wake a thread that waits.
    wake: PipeReader,
}

/// The other end: dropping it is the request.
struct Stopper {
    asked: Arc<AtomicBool>,
    _wake: PipeWriter,
}

impl Stop {
    /// Both ends.
    fn new() -> io::Result<(Stopper, Self)> {
        let (wake, waker) = io::pipe()?;
        let asked = Arc::new(AtomicBool::new(false));
        let stopper = Stopper {
            asked: Arc::clone(&asked),
            _wake: waker,
        };
        Ok((stopper, Self { asked, wake }))
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.asked.store(true, Ordering::Release);
    }
}
