//! Whether a disk is full. Some programs say only that they could not write.

use std::path::{Path, PathBuf};

/// How many bytes have to be free for a disk not to count as full.
const LEAST: u64 = 64 << 10;

/// The first of some directories on a disk that is full.
pub(crate) fn full<'p>(dirs: impl IntoIterator<Item = &'p Path>) -> Option<PathBuf> {
    let is_full = |dir: &&Path| {
        rustix::fs::statvfs(*dir).is_ok_and(|disk| {
            let has_limit = disk.f_blocks > 0;
            let is_out_of_files = disk.f_files > 0 && disk.f_favail == 0;
            has_limit && (disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST || is_out_of_files)
        })
    };
    dirs.into_iter().find(is_full).map(Path::to_owned)
}

/// How many bytes have to be free for a disk not to count as nearly full: a run writes logs, views and what its tools
/// write.
const FEW: u64 = 512 << 20;

/// The first of some directories on a disk that is nearly full, with the bytes that are free there.
pub(crate) fn low<'p>(dirs: impl IntoIterator<Item = &'p Path>) -> Option<(PathBuf, u64)> {
    let free = |dir: &Path| {
        let disk = rustix::fs::statvfs(dir).ok()?;
        (disk.f_blocks > 0).then(|| disk.f_bavail.saturating_mul(disk.f_frsize))
    };
    let mut low = dirs
        .into_iter()
        .filter_map(|dir| Some((dir.to_owned(), free(dir)?)));
    low.find(|(_, free)| (LEAST..FEW).contains(free))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_a_limit_is_not_full() {
        assert_eq!(full([Path::new("/proc"), Path::new("/nowhere")]), None);
    }
}
