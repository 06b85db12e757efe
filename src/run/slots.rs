//! Slots for heavy gates, shared by all work trees of a user on one machine: whatever many commits at once are
//! made of, only so many tests and type checkers run at the same time.
//!
//! A slot is a file with a lock, so that it is free again however its run ends. Gates wait for their turn
//! before they start, and no limit of theirs runs meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use fs_err as fs;
use rustix::fs::OFlags;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::text::clean_line;
use crate::model::trigger::Trigger;
use crate::platform;

/// Tells a gate's processes that their ancestor has a slot: gates of a run in it take none, or they would
/// wait for each other for ever.
pub(super) const VARIABLE: &str = "GATEKEEPER_SLOT";

/// Says how many slots there are; 0 for no turns at all.
const NUMBER: &str = "GATEKEEPER_SLOTS";

/// The name of the directory, beside that of the views in the user's cache.
const DIR: &str = "gatekeeper-slots";

/// What the names of its files begin with.
const SLOT: &str = "slot-";

/// How many cores a heavy gate is taken to use.
const CORES_EACH: usize = 2;

/// How many bytes of memory a heavy gate is taken to use: 2 GiB.
const MEMORY_EACH: u64 = 2 << 30;

/// The least number of slots: a test and a type checker of one commit run side by side.
const LEAST: usize = 2;

/// The permissions of the directory: what others can open, they can lock.
const PRIVATE: u32 = 0o700;

/// How often to look for a free slot.
const AGAIN: Duration = Duration::from_millis(100);

/// The slots of this machine, as far as this user has some.
#[derive(Debug, Clone)]
pub(crate) struct HostSlots {
    dir: PathBuf,
    number: usize,
}

impl HostSlots {
    /// The slots for the gates of a run. `None` if its gates take no turns: an ancestor has a slot, they were
    /// switched off, the directory is not safe, or what is checked has a deadline of its own.
    ///
    /// # Errors
    ///
    /// The number in the environment is none.
    pub(crate) fn of(environment: &Environment, trigger: &Trigger) -> Result<Option<Self>> {
        if environment.is_set(VARIABLE)
            || matches!(trigger, Trigger::Audit { .. } | Trigger::Trial { .. })
        {
            return Ok(None);
        }
        let number = match environment.get(NUMBER).filter(|said| !said.is_empty()) {
            Some(said) => number(said)?,
            None => default_number(),
        };
        let Some(views) = environment.user_dir("XDG_CACHE_HOME", ".cache") else {
            return Ok(None);
        };
        let dir = views.with_file_name(DIR);
        Ok((number > 0 && is_made(&dir)).then_some(Self { dir, number }))
    }

    /// Removes the slots of this user, when gatekeeper is no longer used. One that a run has stays its own until it ends.
    pub(crate) fn remove(environment: &Environment) {
        let Some(views) = environment.user_dir("XDG_CACHE_HOME", ".cache") else {
            return;
        };
        let dir = views.with_file_name(DIR);
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(SLOT) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let _ = fs::remove_dir(&dir);
    }

    /// Takes a free slot, if there is one.
    fn take(&self) -> Taking {
        let mut is_usable = false;
        for number in 0..self.number {
            match lock(&self.dir.join(format!("{SLOT}{number}"))) {
                Ok(Some(slot)) => return Taking::Taken(slot),
                Ok(None) => is_usable = true,
                Err(_) => {}
            }
        }
        if is_usable {
            Taking::Busy
        } else {
            Taking::Unusable
        }
    }
}

/// What came of an attempt to take a slot.
enum Taking {
    Taken(Slot),
    /// All are taken.
    Busy,
    /// No file can be locked.
    Unusable,
}

/// A slot that is taken, until it is dropped.
struct Slot(File);

impl Drop for Slot {
    fn drop(&mut self) {
        // A process that is just being started may have the same open file for a moment.
        let _ = self.0.unlock();
    }
}

/// The number that the environment gives.
fn number(said: &OsStr) -> Result<usize> {
    let number = said.to_str().and_then(|said| said.parse().ok());
    number.ok_or_else(|| {
        let said = clean_line(said.as_encoded_bytes());
        Fault::usage(format!("`{NUMBER}={said}` is not a number")).hint(format!(
            "set {NUMBER} to how many heavy gates may run at once on this machine, to 0 for no turns, or unset it"
        ))
    })
}

/// How many heavy gates run at once on this machine.
fn default_number() -> usize {
    let cores = available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let by_memory = platform::memory().map_or(usize::MAX, |bytes| {
        usize::try_from(bytes / MEMORY_EACH).unwrap_or(usize::MAX)
    });
    (cores / CORES_EACH).min(by_memory).max(LEAST)
}

/// Whether the directory is there, and no other user can come at what is in it.
fn is_made(dir: &Path) -> bool {
    let made = DirBuilder::new().recursive(true).mode(PRIVATE).create(dir);
    let is_safe = |metadata: std::fs::Metadata| {
        metadata.is_dir()
            && metadata.uid() == rustix::process::geteuid().as_raw()
            && metadata.mode() & 0o777 == PRIVATE
    };
    made.is_ok() && dir.symlink_metadata().is_ok_and(is_safe)
}

/// Takes a slot; `None` if another run has it. A link is none.
fn lock(path: &Path) -> io::Result<Option<Slot>> {
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).map_err(io::Error::other)?;
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Slot(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The slots of one run: which gates have one, and which wait.
pub(super) struct RunSlots<'a> {
    host: Option<&'a HostSlots>,
    held: HashMap<usize, Slot>,
    /// The gates that wait, and since when.
    waiting: BTreeMap<usize, Instant>,
    /// How long gates have waited that wait no more.
    waited: HashMap<usize, Duration>,
    /// Up to when the time is counted in which a gate waited.
    counted: Option<Instant>,
}

/// What a gate has to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It may start.
    Now,
    /// It waits from now on.
    Waits,
    /// It has waited this long.
    Waited(Duration),
}

impl<'a> RunSlots<'a> {
    pub(super) fn new(host: Option<&'a HostSlots>) -> Self {
        Self {
            host,
            held: HashMap::new(),
            waiting: BTreeMap::new(),
            waited: HashMap::new(),
            counted: None,
        }
    }

    /// Whether it is the turn of a heavy gate, which then has a slot.
    pub(super) fn turn(&mut self, gate: usize, now: Instant) -> Turn {
        let Some(host) = self.host else {
            return Turn::Now;
        };
        match host.take() {
            Taking::Taken(slot) => {
                self.held.insert(gate, slot);
            }
            Taking::Busy => {
                let Some(since) = self.waiting.get(&gate) else {
                    self.waiting.insert(gate, now);
                    self.counted.get_or_insert(now);
                    return Turn::Waits;
                };
                return Turn::Waited(now.saturating_duration_since(*since));
            }
            Taking::Unusable => {}
        }
        if let Some(since) = self.waiting.remove(&gate) {
            let waited = now.saturating_duration_since(since);
            self.waited.insert(gate, waited);
        }
        Turn::Now
    }

    /// Gives back what a gate has, and lets it wait no longer. Returns how long it has waited before.
    pub(super) fn release(&mut self, gate: usize) -> Duration {
        self.held.remove(&gate);
        self.waiting.remove(&gate);
        self.waited.remove(&gate).unwrap_or_default()
    }

    /// Whether a gate waits.
    pub(super) fn is_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// When to look for a free slot again.
    pub(super) fn next_look(&self) -> Option<Instant> {
        self.is_awaited().then(|| Instant::now() + AGAIN)
    }

    /// How long gates have waited since the last call: time that counts against no limit.
    pub(super) fn standstill(&mut self, now: Instant) -> Duration {
        let since = self.counted.take();
        if self.is_awaited() {
            self.counted = Some(now);
        }
        since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Leaves out a time in which the run itself was stopped.
    pub(super) fn shift(&mut self, pause: Duration) {
        for since in self.waiting.values_mut() {
            *since += pause;
        }
        if let Some(counted) = &mut self.counted {
            *counted += pause;
        }
    }
}

/// The variable for the processes of a heavy gate.
pub(super) fn variable() -> (OsString, OsString) {
    (VARIABLE.into(), "1".into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn host(dir: &Path, number: usize) -> HostSlots {
        HostSlots {
            dir: dir.to_owned(),
            number,
        }
    }

    #[test]
    fn gates_take_turns_and_the_time_they_wait_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let host = host(dir.path(), 1);
        let (mut one, mut other) = (RunSlots::new(Some(&host)), RunSlots::new(Some(&host)));
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(one.turn(0, begun), Turn::Now);
        assert_eq!(other.turn(3, begun), Turn::Waits);
        assert!(other.is_awaited() && !one.is_awaited());
        assert_eq!(
            other.turn(3, after(2)),
            Turn::Waited(Duration::from_secs(2))
        );
        assert_eq!(other.standstill(after(2)), Duration::from_secs(2));
        assert_eq!(other.standstill(after(3)), Duration::from_secs(1));
        one.release(0);
        assert_eq!(other.turn(3, after(5)), Turn::Now);
        assert_eq!(other.standstill(after(5)), Duration::from_secs(2));
        assert_eq!(other.standstill(after(9)), Duration::ZERO);
        // A gate of the same run waits, too.
        assert_eq!(other.turn(4, after(9)), Turn::Waits);
        assert_eq!(other.release(3), Duration::from_secs(5));
        assert_eq!(other.turn(4, after(9)), Turn::Now);
        // A run that is gone has no slot.
        drop(other);
        assert_eq!(one.turn(1, after(9)), Turn::Now);
    }

    #[test]
    fn without_slots_every_gate_may_start() {
        assert_eq!(RunSlots::new(None).turn(0, Instant::now()), Turn::Now);
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        let host = host(&gone, 2);
        let mut slots = RunSlots::new(Some(&host));
        assert_eq!(slots.turn(0, Instant::now()), Turn::Now);
    }

    #[test]
    fn a_directory_that_others_can_open_is_not_used() {
        let top = tempfile::tempdir().unwrap();
        let dir = top.path().join("slots");
        assert!(is_made(&dir) && is_made(&dir));
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!is_made(&dir));
        let link = top.path().join("link");
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        std::os::unix::fs::symlink(&dir, &link).unwrap();
        assert!(!is_made(&link));
        // Nor is a link that stands in for a slot.
        std::os::unix::fs::symlink(top.path().join("target"), dir.join("slot-0")).unwrap();
        assert!(lock(&dir.join("slot-0")).is_err());
        assert!(!top.path().join("target").exists());
    }
}
