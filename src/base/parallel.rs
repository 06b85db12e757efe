//! Several things at once, or one after the other where there can be no more threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The most threads that are of use: most of what they do is waiting for the kernel.
const MOST_THREADS: usize = 8;

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

/// Does the same with each of many things, with several threads; the results have the order of the things.
///
/// A thread takes `share` things at once; what it makes with `begin` it has for all of its things.
pub(crate) fn each<T: Sync, S, R: Send>(
    things: &[T],
    share: usize,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let shares: Vec<&[T]> = things.chunks(share.max(1)).collect();
    let next = AtomicUsize::new(0);
    let work_through = || {
        let mut state = begin();
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(share) = shares.get(at) else {
                return done;
            };
            done.push((
                at,
                share.iter().map(|thing| work(&mut state, thing)).collect(),
            ));
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MOST_THREADS).min(shares.len());
    let mut done = thread::scope(|scope| {
        // A thread that cannot be had leaves its work to the others.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| {
                thread::Builder::new()
                    .spawn_scoped(scope, work_through)
                    .ok()
            })
            .collect();
        let mut done = work_through();
        for other in others {
            match other.join() {
                Ok(other) => done.extend(other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_things() {
        for length in [0, 1, 7, 100] {
            let things: Vec<usize> = (0..length).collect();
            let doubled = each(&things, 3, || 2, |factor, thing| thing * *factor);
            assert_eq!(
                doubled,
                things.iter().map(|thing| thing * 2).collect::<Vec<_>>()
            );
        }
    }

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
