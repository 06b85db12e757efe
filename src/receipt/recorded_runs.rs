//! The last runs of a work tree, as they were recorded: a file for each, in its git directory.
//!
//! A file is written in one step and never changed, so a run that is killed leaves either nothing or all of
//! it, and runs at the same time do not meet. Its first line is a heading, so that the history of gates
//! can be told without reading whole records. These files are not sealed: they tell what happened, and no
//! check relies on them.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use fs_err::File;

use super::run_id::RunId;
use super::state_dir::{Sharing, StateDir};
use crate::base::replace::{Durability, PREFIX};
use crate::git::Repository;

/// The directory, below the work tree's git directory.
const DIRECTORY: &str = "gatekeeper";

/// The directory below that, with the files.
const RUNS: &str = "runs";

/// How many runs are kept.
const MOST_RUNS: usize = 64;

/// A record up to this size, in bytes, is kept without asking how large the others are.
const SMALL: usize = 256 << 10;

/// How many bytes the records take that are kept once there is one that is not small.
const MOST_BYTES: u64 = 16 << 20;

/// The longest heading that is read, in bytes.
const LONGEST_HEADING: u64 = 256 << 10;

/// What a killed process has left of a file that it was writing is removed after this time.
const ABANDONED: Duration = Duration::from_hours(1);

/// The names of the files of a run, after its id.
const RECORD: &str = ".json";
const LOCK: &str = ".lock";
const LOG: &str = ".log";

/// The recorded runs of a work tree.
#[derive(Debug, Clone)]
pub(crate) struct RecordedRuns {
    state: StateDir,
}

/// What is known of a run by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunState {
    /// It has ended, and is recorded.
    Ended,
    /// It was started in the background, and has not ended.
    Running,
    /// It was started in the background, and is gone without a record: it was killed, could not begin, or
    /// the machine was restarted.
    Lost,
}

/// A run in the background, before it is started.
pub(crate) struct Begun {
    /// Locked: it has ended once this lock is free.
    pub(crate) lock: std::fs::File,
    /// What it prints.
    pub(crate) log: std::fs::File,
}

impl RecordedRuns {
    /// The recorded runs of a repository's work tree.
    #[must_use]
    pub(crate) fn of(repository: &Repository) -> Self {
        let sharing = if repository.is_shared() {
            Sharing::Group
        } else {
            Sharing::Private
        };
        Self {
            state: StateDir::new(repository.git_dir.join(DIRECTORY), sharing),
        }
    }

    fn dir(&self) -> PathBuf {
        self.state.join(RUNS)
    }

    fn file(&self, run: &RunId, extension: &str) -> PathBuf {
        self.dir().join(format!("{run}{extension}"))
    }

    /// Records a run. The heading is one line.
    ///
    /// # Errors
    ///
    /// The record cannot be written. That old ones cannot be removed is no error.
    pub(crate) fn write(&self, run: &RunId, heading: &str, body: &str) -> io::Result<()> {
        let text = format!("{heading}\n{body}\n");
        self.state.create(&self.dir())?;
        let file = self.file(run, RECORD);
        self.state
            .replace(&file, text.as_bytes(), Durability::Unsynced)?;
        self.prune(text.len());
        Ok(())
    }

    /// The record of a run; `None` if there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn read(&self, run: &RunId) -> io::Result<Option<String>> {
        let text = match fs::read_to_string(self.file(run, RECORD)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let body = text.split_once('\n').map_or("", |(_, body)| body);
        Ok(Some(body.to_owned()))
    }

    /// The headings of the runs that have ended, oldest first. One that cannot be read is left out.
    #[must_use]
    pub(crate) fn headings(&self) -> Vec<String> {
        let heading = |run: &RunId| {
            let file = File::open(self.file(run, RECORD)).ok()?;
            let mut line = String::new();
            BufReader::new(file.take(LONGEST_HEADING))
                .read_line(&mut line)
                .ok()?;
            Some(line)
        };
        let ids = self.ids().unwrap_or_default();
        ids.iter().filter_map(heading).collect()
    }

    /// The ids of all runs, of which some may not have ended, oldest first.
    ///
    /// # Errors
    ///
    /// The directory cannot be read.
    pub(crate) fn ids(&self) -> io::Result<Vec<RunId>> {
        Ok(self.files()?.into_keys().collect())
    }

    /// What is known of a run; `None` if nothing is.
    ///
    /// # Errors
    ///
    /// Its files cannot be read.
    pub(crate) fn state(&self, run: &RunId) -> io::Result<Option<RunState>> {
        let is_running = self.is_running(run)?;
        // What has ended meanwhile has left its record.
        if self.file(run, RECORD).exists() {
            return Ok(Some(RunState::Ended));
        }
        Ok(is_running.map(|is_running| {
            if is_running {
                RunState::Running
            } else {
                RunState::Lost
            }
        }))
    }

    /// Whether a run in the background has not ended; `None` if none has this id.
    fn is_running(&self, run: &RunId) -> io::Result<Option<bool>> {
        let lock = match File::open(self.file(run, LOCK)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        match lock.file().try_lock_shared() {
            Ok(()) => Ok(Some(false)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(Some(true)),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// What a run in the background has printed.
    #[must_use]
    pub(crate) fn log(&self, run: &RunId) -> String {
        let bytes = fs::read(self.file(run, LOG)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Makes the files of a run in the background, and locks it.
    ///
    /// # Errors
    ///
    /// They cannot be made.
    pub(crate) fn begin(&self, run: &RunId) -> io::Result<Begun> {
        self.state.create(&self.dir())?;
        let lock = self.state.open_to_add(&self.file(run, LOCK))?;
        lock.lock()?;
        let log = self.state.open_to_add(&self.file(run, LOG))?;
        Ok(Begun {
            lock: lock.into(),
            log: log.into(),
        })
    }

    /// Takes away the files of a run that was not started.
    pub(crate) fn forget(&self, run: &RunId) {
        for extension in [LOCK, LOG] {
            let _ = fs::remove_file(self.file(run, extension));
        }
    }

    /// The files of each run.
    fn files(&self) -> io::Result<BTreeMap<RunId, Vec<PathBuf>>> {
        let entries = match std::fs::read_dir(self.dir()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            entries => entries?,
        };
        let mut files: BTreeMap<RunId, Vec<PathBuf>> = BTreeMap::new();
        for entry in entries {
            let path = entry?.path();
            let id = path
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse().ok());
            match id {
                Some(id) => files.entry(id).or_default().push(path),
                None => remove_if_abandoned(&path),
            }
        }
        Ok(files)
    }

    /// Removes the oldest runs once there are too many, or too many bytes of them. `written` is how many
    /// bytes the newest has.
    fn prune(&self, written: usize) {
        let Ok(files) = self.files() else { return };
        let mut room = if written > SMALL {
            MOST_BYTES
        } else {
            u64::MAX
        };
        for (age, (run, files)) in files.iter().rev().enumerate() {
            if room < u64::MAX {
                let size = |file: &PathBuf| fs::metadata(file).map_or(0, |data| data.len());
                let size: u64 = files.iter().map(size).sum();
                room = room.saturating_sub(size);
            }
            // The newest is kept, however large it is.
            let is_old = age >= MOST_RUNS || (age > 0 && room == 0);
            if is_old
                && !self
                    .is_running(run)
                    .is_ok_and(|is_running| is_running == Some(true))
            {
                for file in files {
                    let _ = fs::remove_file(file);
                }
            }
        }
    }
}

/// Removes a file that a killed process was writing.
fn remove_if_abandoned(path: &Path) {
    let name = path.file_name().unwrap_or_default();
    let written = || fs::metadata(path).and_then(|data| data.modified()).ok();
    let age = || SystemTime::now().duration_since(written()?).ok();
    if name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
        && age().is_some_and(|age| age > ABANDONED)
    {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(dir: &Path) -> RecordedRuns {
        RecordedRuns {
            state: StateDir::new(dir.to_owned(), Sharing::Private),
        }
    }

    fn id(number: usize) -> RunId {
        format!("20260101-000000-{number:08x}").parse().unwrap()
    }

    #[test]
    fn the_last_runs_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let runs = runs(dir.path());
        assert_eq!(runs.ids().unwrap(), []);
        for number in 0..MOST_RUNS + 3 {
            runs.write(&id(number), "heading", &format!("body {number}"))
                .unwrap();
        }
        assert_eq!(runs.ids().unwrap().first(), Some(&id(3)));
        assert_eq!(runs.ids().unwrap().len(), MOST_RUNS);
        assert_eq!(runs.headings().len(), MOST_RUNS);
        assert_eq!(runs.read(&id(2)).unwrap(), None);
        assert_eq!(runs.read(&id(7)).unwrap(), Some("body 7\n".to_owned()));
    }

    #[test]
    fn large_records_displace_the_oldest() {
        let dir = tempfile::tempdir().unwrap();
        let runs = runs(dir.path());
        let large = "x".repeat(6 << 20);
        for number in 0..4 {
            runs.write(&id(number), "", &large).unwrap();
        }
        assert_eq!(runs.ids().unwrap(), [id(2), id(3)]);
        // A record that is larger than all may be is kept as long as it is the newest.
        runs.write(&id(4), "", &large.repeat(3)).unwrap();
        assert_eq!(runs.ids().unwrap().last(), Some(&id(4)));
    }

    #[test]
    fn a_run_in_the_background_runs_as_long_as_its_lock_is_held() {
        let dir = tempfile::tempdir().unwrap();
        let runs = runs(dir.path());
        assert_eq!(runs.state(&id(0)).unwrap(), None);
        let begun = runs.begin(&id(0)).unwrap();
        assert_eq!(runs.state(&id(0)).unwrap(), Some(RunState::Running));
        for number in 1..=MOST_RUNS {
            runs.write(&id(number), "", "").unwrap();
        }
        assert_eq!(runs.state(&id(0)).unwrap(), Some(RunState::Running));
        drop(begun);
        assert_eq!(runs.state(&id(0)).unwrap(), Some(RunState::Lost));
        runs.write(&id(MOST_RUNS + 1), "", "").unwrap();
        assert_eq!(runs.state(&id(0)).unwrap(), None);
    }
}
