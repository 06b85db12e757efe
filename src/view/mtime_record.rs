//! The times of files that gates have seen in overlays.
//!
//! Tools that keep a cache from one run to the next (cargo, mypy) take a file for unchanged if it is
//! not newer than what they have made of it. The index's version of a file is always newer than the
//! user's older file, so once the user's own is seen again, its time would go back, and the tool
//! would go on with what it has made of the other version. So whatever has once been replaced stays
//! replaced, with a time that only moves forward, until the user's file is newer.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, FileTimes};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::base::replace::{Durability, PRIVATE, replace_file};

/// What was seen of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sighting {
    /// The blob, as git prints its id, and its mode.
    version: String,
    modified: SystemTime,
}

/// What was seen of every path that was ever replaced.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MtimeRecord {
    seen: HashMap<PathBuf, Sighting>,
}

impl MtimeRecord {
    /// Reads what runs before have noted down. What cannot be read is forgotten.
    pub(super) fn read(file: &Path) -> Self {
        let text = fs::read(file).unwrap_or_default();
        let mut fields = text.split(|byte| *byte == 0);
        let mut seen = HashMap::new();
        while let (Some(path), Some(version), Some(nanoseconds)) =
            (fields.next(), fields.next(), fields.next())
        {
            let number = std::str::from_utf8(nanoseconds)
                .ok()
                .and_then(|text| text.parse().ok());
            let Some(number) = number else {
                break;
            };
            let sighting = Sighting {
                version: String::from_utf8_lossy(version).into_owned(),
                modified: SystemTime::UNIX_EPOCH + Duration::from_nanos(number),
            };
            seen.insert(PathBuf::from(OsString::from_vec(path.to_vec())), sighting);
        }
        Self { seen }
    }

    /// Notes down what has been seen, in one step.
    pub(super) fn write(&self, file: &Path) -> io::Result<()> {
        let mut text = Vec::new();
        for (path, sighting) in &self.seen {
            let since = sighting.modified.duration_since(SystemTime::UNIX_EPOCH);
            let nanoseconds = since.unwrap_or_default().as_nanos();
            text.extend_from_slice(path.as_os_str().as_bytes());
            text.extend_from_slice(format!("\0{}\0{nanoseconds}\0", sighting.version).as_bytes());
        }
        replace_file(file, &text, PRIVATE, Durability::Unsynced)
    }

    /// The paths that have to be replaced although the work tree has the right version of them:
    /// those whose files there are older than what was seen last. The others are forgotten.
    pub(super) fn still_to_replace(
        &mut self,
        work_tree: &Path,
        is_tracked: impl Fn(&Path) -> bool,
    ) -> Vec<PathBuf> {
        self.seen.retain(|path, sighting| {
            let modified =
                fs::symlink_metadata(work_tree.join(path)).and_then(|data| data.modified());
            is_tracked(path) && modified.is_ok_and(|modified| modified <= sighting.modified)
        });
        let mut paths: Vec<PathBuf> = self.seen.keys().cloned().collect();
        paths.sort();
        paths
    }

    /// Gives a file that is shown instead of the work tree's a time: that of the last time if it is
    /// the same version, else a later one than that of any before, and another second than that of
    /// the work tree's, since some caches count seconds only.
    pub(super) fn settle(
        &mut self,
        path: &Path,
        version: &str,
        shown: &Path,
        other: &Path,
    ) -> io::Result<()> {
        let metadata = fs::symlink_metadata(shown)?;
        // A link's time is nobody's business.
        if !metadata.is_file() {
            return Ok(());
        }
        let known = self.seen.get(path);
        let modified = match known {
            Some(known) if known.version == version => known.modified,
            _ => {
                let other = fs::symlink_metadata(other)
                    .and_then(|data| data.modified())
                    .ok();
                let before = known.map(|known| known.modified);
                later(metadata.modified()?, other, before)
            }
        };
        File::open(shown)?.set_times(FileTimes::new().set_modified(modified))?;
        let sighting = Sighting {
            version: version.to_owned(),
            modified,
        };
        self.seen.insert(path.to_owned(), sighting);
        Ok(())
    }
}

/// A moment not before `now`: in another second than the user's file, and later than what was seen.
fn later(now: SystemTime, other: Option<SystemTime>, before: Option<SystemTime>) -> SystemTime {
    let second = |time: SystemTime| {
        time.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    };
    let mut moment = now;
    if let Some(other) = other.filter(|other| second(*other) >= second(moment)) {
        moment = SystemTime::UNIX_EPOCH + Duration::from_secs(second(other) + 1);
    }
    match before {
        Some(before) if before >= moment => before + Duration::from_millis(1),
        _ => moment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn write(path: &Path, seconds: u64) {
        fs::write(path, "").unwrap();
        let times = FileTimes::new().set_modified(at(seconds));
        File::open(path).unwrap().set_times(times).unwrap();
    }

    fn time_of(path: &Path) -> SystemTime {
        fs::metadata(path).unwrap().modified().unwrap()
    }

    #[test]
    fn times_only_move_forward() {
        let root = tempfile::tempdir().unwrap();
        let (work, shown) = (root.path().join("work"), root.path().join("shown"));
        fs::create_dir(&work).unwrap();
        let (record, path) = (root.path().join("times"), Path::new("a\nb"));
        let own = work.join(path);
        write(&own, 100);
        write(&shown, 100);
        let mut times = MtimeRecord::read(&record);
        times.settle(path, "one", &shown, &own).unwrap();
        assert_eq!(
            time_of(&shown),
            at(101),
            "another second than the user's file"
        );
        times.write(&record).unwrap();
        let mut times = MtimeRecord::read(&record);
        // The same version keeps its time, another one is newer.
        write(&shown, 500);
        times.settle(path, "one", &shown, &own).unwrap();
        assert_eq!(time_of(&shown), at(101));
        write(&shown, 50);
        times.settle(path, "two", &shown, &own).unwrap();
        assert_eq!(time_of(&shown), at(101) + Duration::from_millis(1));
        // The user's file is older, so it must not be seen before it is touched.
        assert_eq!(times.still_to_replace(&work, |_| true), [path]);
        write(&own, 102);
        assert!(times.still_to_replace(&work, |_| true).is_empty());
        assert_eq!(times, MtimeRecord::default());
        // What is damaged is nothing.
        fs::write(&record, b"a\0b\0c").unwrap();
        assert_eq!(MtimeRecord::read(&record), MtimeRecord::default());
    }
}
