//! What the times of a file tell.

use crate::git::index::FileStat;
use crate::git::index::entry::Stat;

/// How far apart two moments have to be for the kernel to give them two times, in nanoseconds: a
/// tick of the slowest clock.
const TICK: i64 = 20_000_000;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the index keeps the low 32 bits of each number"
)]
pub(super) fn stat(metadata: &rustix::fs::Stat) -> Stat {
    Stat {
        changed: (metadata.st_ctime as u32, metadata.st_ctime_nsec as u32),
        modified: (metadata.st_mtime as u32, metadata.st_mtime_nsec as u32),
        inode: metadata.st_ino as u32,
        user: metadata.st_uid,
        group: metadata.st_gid,
        size: metadata.st_size as u32,
    }
}

/// What an index says of a file like this.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the index keeps the low 32 bits of each number"
)]
pub(in crate::git) fn file_stat(metadata: &rustix::fs::Stat) -> FileStat {
    let known = stat(metadata);
    FileStat::from([
        known.changed.0,
        known.changed.1,
        known.modified.0,
        known.modified.1,
        metadata.st_dev as u32,
        known.inode,
        0,
        known.user,
        known.group,
        known.size,
    ])
}

/// Whether a file cannot have changed since the index was told of it. One that was changed again in
/// the very moment in which git looked at it has the same times as before (git's
/// Documentation/technical/racy-git); so what was changed when the index was written, or later, has
/// to be read.
pub(super) fn is_as_it_was(known: Stat, now: Stat, written: Option<(i64, i64)>) -> bool {
    let Some(written) = written else {
        return false;
    };
    // A git that keeps no parts of seconds writes zero for them.
    let is_same_time =
        |known: (u32, u32), now: (u32, u32)| known.0 == now.0 && (known.1 == now.1 || known.1 == 0);
    let is_same = Stat {
        changed: now.changed,
        modified: now.modified,
        ..known
    } == now
        && is_same_time(known.changed, now.changed)
        && is_same_time(known.modified, now.modified);
    let modified = (i64::from(known.modified.0), i64::from(known.modified.1));
    let is_settled = if modified.1 == 0 || written.1 == 0 {
        modified.0 < written.0
    } else {
        nanoseconds(modified) + TICK < nanoseconds(written)
    };
    is_same && is_settled
}

fn nanoseconds(time: (i64, i64)) -> i64 {
    time.0.saturating_mul(1_000_000_000).saturating_add(time.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_cannot_have_changed_is_not_read() {
        let known = Stat {
            changed: (100, 7),
            modified: (100, 7),
            inode: 1,
            user: 2,
            group: 3,
            size: 4,
        };
        let later = Some((200, 5));
        assert!(is_as_it_was(known, known, later));
        assert!(!is_as_it_was(known, known, None));
        for written in [(100, 7), (99, 0), (100, 0), (100, 20_000_007)] {
            assert!(!is_as_it_was(known, known, Some(written)), "{written:?}");
        }
        assert!(is_as_it_was(known, known, Some((100, 20_000_008))));
        let changed = [
            Stat {
                changed: (100, 8),
                ..known
            },
            Stat {
                modified: (100, 8),
                ..known
            },
            Stat { inode: 9, ..known },
            Stat { size: 0, ..known },
        ];
        for now in changed {
            assert!(!is_as_it_was(known, now, later), "{now:?}");
        }
        let coarse = Stat {
            changed: (100, 0),
            modified: (100, 0),
            ..known
        };
        assert!(is_as_it_was(coarse, known, later));
        assert!(!is_as_it_was(coarse, known, Some((100, 999))));
    }
}
