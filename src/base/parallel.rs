//! Two things at once, or one after the other where there can be no more threads.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does two things, the first of them on another thread if the system allows one more.
pub(crate) fn both<A: Send, B>(
    elsewhere: impl FnOnce() -> A + Send,
    here: impl FnOnce() -> B,
) -> (A, B) {
    // A thread that cannot be started takes its closure with it, so the work waits in here.
    let work = Mutex::new(Some(elsewhere));
    let take = || work.lock().unwrap_or_else(PoisonError::into_inner).take();
    thread::scope(|scope| {
        let run = || take().map(|work| work());
        let handle = thread::Builder::new().spawn_scoped(scope, run);
        let second = here();
        let first = match handle {
            Ok(handle) => handle
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => take().map(|work| work()),
        };
        match first {
            Some(first) => (first, second),
            None => unreachable!("the work is taken once, by the thread or in its place"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done() {
        let mut here = 0;
        let (first, second) = both(
            || 1,
            || {
                here += 1;
                "two"
            },
        );
        assert_eq!((first, second, here), (1, "two", 1));
    }
}
