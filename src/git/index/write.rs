//! The index as a file for other work trees.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use super::Index;
use super::binary::{self, FileStat};
use super::entry::IndexEntry;

/// The form of an excerpt: the oldest, which every git reads.
const VERSION: u32 = 2;

/// The extension that says which trees there are already. It depends on nothing but the entries.
const TREES: &[u8] = b"TREE";

/// What another work tree has for an entry.
#[derive(Debug, Clone, Copy)]
pub(in crate::git) enum EntryStat {
    /// A file like this.
    File(FileStat),
    /// Nothing: a sparse checkout leaves it out.
    Nothing,
}

impl Index {
    /// The file with what some entries are like in a work tree, so that git need not read them. The
    /// paths are sorted. `None` if the index is in a form in which that cannot be said here.
    #[must_use]
    pub(crate) fn with_files(&self, files: &[(PathBuf, fs::Metadata)]) -> Option<Vec<u8>> {
        if !self.is_plain || self.file == 0 {
            return None;
        }
        let mut bytes = self.as_file().to_vec();
        let mut id_length = 0;
        for (path, metadata) in files {
            let entry = self.find(path.as_os_str().as_bytes())?;
            id_length = entry.id.len();
            binary::put_stat(&mut bytes, entry, &FileStat::of(metadata))?;
        }
        if id_length > 0 {
            binary::seal(&mut bytes, id_length)?;
        }
        Some(bytes)
    }

    /// What an entry says of its file.
    pub(in crate::git) fn stat_of(&self, entry: &IndexEntry) -> Option<FileStat> {
        binary::stat_of(self.as_file(), entry)
    }

    /// The file for a work tree that has these files, in the order of the entries. What git was told
    /// to overlook in the other one it does not overlook there. `None` if the index is in a form in
    /// which that cannot be said here.
    pub(in crate::git) fn for_files(&self, shown: &[EntryStat]) -> Option<Vec<u8>> {
        let id_length = self.entries.first()?.id.len();
        if !self.is_plain || shown.len() != self.entries.len() {
            return None;
        }
        let mut bytes = self.as_file()[..self.extensions].to_vec();
        for (entry, shown) in self.entries.iter().zip(shown) {
            let (stat, is_skipped) = match shown {
                EntryStat::File(stat) => (stat, false),
                EntryStat::Nothing => (&FileStat::UNKNOWN, true),
            };
            binary::put_stat(&mut bytes, entry, stat)?;
            let at = entry.id.end as usize;
            let flags = binary::half(&bytes, at)?;
            let kept = flags & !binary::ASSUMED_UNCHANGED;
            bytes[at..at + 2].copy_from_slice(&kept.to_be_bytes());
            if is_skipped != entry.flags.skips_work_tree {
                // Only what may be left out already has a place for saying so.
                if flags & binary::EXTENDED == 0 || is_skipped {
                    return None;
                }
                let more = binary::half(&bytes, at + 2)? & !binary::SKIPS_WORK_TREE;
                bytes[at + 2..at + 4].copy_from_slice(&more.to_be_bytes());
            }
        }
        bytes.extend_from_slice(self.trees());
        // The checksum that was there tells whether one is wanted.
        bytes.extend_from_slice(&self.as_file()[self.file - id_length..]);
        binary::seal(&mut bytes, id_length)?;
        Some(bytes)
    }

    /// The extension that says which trees there are already; empty without one.
    fn trees(&self) -> &[u8] {
        let file = self.as_file();
        let mut at = self.extensions;
        while let (Some(name), Some(length)) = (file.get(at..at + 4), binary::number(file, at + 4))
        {
            let end = at + binary::EXTENSION + length as usize;
            if name == TREES {
                return file.get(at..end).unwrap_or_default();
            }
            at = end;
        }
        &[]
    }

    /// An index of some entries alone, of whose files nothing is known.
    pub(in crate::git) fn excerpt(&self, places: &[usize]) -> Option<Vec<u8>> {
        let id_length = self.entries.first()?.id.len();
        let count = u32::try_from(places.len()).ok()?;
        let mut bytes = [&b"DIRC"[..], &VERSION.to_be_bytes(), &count.to_be_bytes()].concat();
        for place in places {
            let entry = &self.entries[*place];
            let (start, name) = (bytes.len(), self.name(entry));
            let mut numbers = [0; binary::NUMBERS];
            numbers[binary::MODE..binary::MODE + 4].copy_from_slice(&entry.mode.to_be_bytes());
            bytes.extend_from_slice(&numbers);
            bytes.extend_from_slice(self.id(entry));
            let told = u16::try_from(name.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&told.min(binary::LONGEST_TOLD).to_be_bytes());
            bytes.extend_from_slice(name);
            // One to eight NULs, up to a multiple of eight bytes.
            let length = ((bytes.len() - start) / 8 + 1) * 8;
            bytes.resize(start + length, 0);
        }
        bytes.resize(bytes.len() + id_length, 1);
        binary::seal(&mut bytes, id_length)?;
        Some(bytes)
    }
}
