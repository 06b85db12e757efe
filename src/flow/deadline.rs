//! Work that may take only so long.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use crate::base::fault::{Fault, Result};

/// Does something that may take no longer; `None` if it has. It may then go on until the process ends.
pub(super) fn within<T: Send + 'static>(
    deadline: Instant,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<Option<T>> {
    let (send, done) = channel();
    thread::Builder::new()
        .spawn(move || {
            let _ = send.send(work());
        })
        .map_err(|error| {
            Fault::unable("cannot start a thread")
                .because(&error)
                .hint_at_limit(&error)
        })?;
    let left = deadline.saturating_duration_since(Instant::now());
    match done.recv_timeout(left) {
        Ok(result) => result.map(Some),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => {
            Err(Fault::bug("a thread that checks a push has crashed"))
        }
    }
}
