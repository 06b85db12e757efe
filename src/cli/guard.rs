//! `gatekeeper guard`: answers the hook of a host of agents.
//!
//! A host waits for the answer before every call of a tool, so only what the payload names is looked at. What fails
//! here, or takes too long, is a refusal where the payload names git, gatekeeper or a protected path, and silence
//! elsewhere. What is too large to be read wholly is a refusal, whatever its beginning names.

use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::arguments::GuardArguments;
use crate::base::exit_code::ExitCode;
use crate::flow::agent_guard;
use crate::guard::paths::names_any;
use crate::guard::{Answer, Dialect, Event, GuardRule, Payload, Refusal};
use crate::report;

/// How long a refusal or silence may take: less than every host waits.
const DEADLINE: Duration = Duration::from_secs(1);

/// The largest payload that is kept, in bytes.
const LARGEST: usize = 16 << 20;

/// How long the rest of a larger payload is read, so that the host can write all of it before it reads the refusal.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// Why no verdict could be reached.
enum Failure {
    /// The payload is not the JSON that a host would send.
    Unreadable,
    /// The payload is longer than what is read of it, so what it says is not known.
    TooLarge,
    /// Our own deadline has passed.
    TooSlow,
    /// A bug of ours.
    Bug,
}

pub(super) fn guard(arguments: &GuardArguments) -> ExitCode {
    let named = arguments.agent.as_deref().and_then(Dialect::of_host);
    let begun = Instant::now();
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let answer = match payload(&bytes, named) {
        Ok(payload) => answer(payload, begun),
        Err(failure) => Err((named.unwrap_or(Dialect::Claude), failure)),
    };
    let answer = answer.unwrap_or_else(|(dialect, failure)| {
        let bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
        failed(&failure, dialect, &bytes)
    });
    report::say(&answer.error);
    match report::write_output(&answer.output) {
        Ok(()) => answer.code,
        // A refusal that cannot be read is still one.
        Err(_) => ExitCode::Denied,
    }
}

/// Reads the payload, as long as the deadline allows.
fn payload(bytes: &Arc<Mutex<Vec<u8>>>, named: Option<Dialect>) -> Result<Payload, Failure> {
    let (sender, receiver) = mpsc::channel();
    let shared = Arc::clone(bytes);
    thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut part = vec![0; 1 << 16];
        loop {
            match input.read(&mut part) {
                Ok(0) => break,
                Ok(length) => {
                    let mut bytes = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    // One byte more says that there is more.
                    let room = (LARGEST + 1).saturating_sub(bytes.len());
                    bytes.extend_from_slice(&part[..length.min(room)]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        // If nobody waits any more, the process is about to end.
        let _ = sender.send(());
    });
    let is_too_large = || bytes.lock().unwrap_or_else(PoisonError::into_inner).len() > LARGEST;
    if receiver.recv_timeout(DEADLINE).is_err() {
        if !is_too_large() {
            return Err(Failure::TooSlow);
        }
        // The answer is known; only the host is still writing.
        let _ = receiver.recv_timeout(LONGEST_REST);
    }
    if is_too_large() {
        return Err(Failure::TooLarge);
    }
    let bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
    Payload::read(&bytes, named).map_err(|_| Failure::Unreadable)
}

/// The answer to a payload. That to a call of a tool has to come before the deadline.
fn answer(payload: Payload, begun: Instant) -> Result<Answer, (Dialect, Failure)> {
    let dialect = payload.dialect;
    let is_tool = matches!(payload.event, Event::Tool(_));
    if matches!(payload.event, Event::Other) {
        return Ok(Answer::silence(dialect));
    }
    let (sender, receiver) = mpsc::channel();
    // A script may be nested, and each level is one of recursion.
    let stack = 16 << 20;
    let thread = thread::Builder::new().stack_size(stack).spawn(move || {
        let answer = catch_unwind(AssertUnwindSafe(|| agent_guard::answer(&payload)));
        let _ = sender.send(answer);
    });
    if thread.is_err() {
        return Err((dialect, Failure::TooSlow));
    }
    let answered = if is_tool {
        receiver
            .recv_timeout(DEADLINE.saturating_sub(begun.elapsed()))
            .map_err(|_| Failure::TooSlow)
    } else {
        receiver.recv().map_err(|_| Failure::Bug)
    };
    match answered {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err((dialect, Failure::Bug)),
        Err(failure) => Err((dialect, failure)),
    }
}

/// What is answered where no verdict could be reached.
fn failed(failure: &Failure, dialect: Dialect, bytes: &[u8]) -> Answer {
    if !matches!(failure, Failure::TooLarge) && !names_any(bytes) {
        return Answer::silence(dialect);
    }
    let what = match failure {
        Failure::Unreadable => "a payload that cannot be read as JSON",
        Failure::TooLarge => "a payload that is larger than 16 MiB",
        Failure::TooSlow => "a call that could not be judged within 1 s",
        Failure::Bug => "a call that gatekeeper failed to judge, because of a bug in gatekeeper",
    };
    let refusal = Refusal::new(
        GuardRule::Unreadable,
        what,
        "the same in a shorter, plainer command",
    );
    Answer::deny(None, dialect, &refusal.text())
}
