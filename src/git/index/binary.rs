//! The index file as git writes it, versions 2 to 4: gitformat-index(5).
//!
//! What stands for other files (a split index) or for whole directories (a sparse index) is left to
//! git, see [`super::ls_files`]. The checksum at the end is not looked at, as in git itself.

use std::fs;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::entry::{Flags, IndexEntry, Stat};

/// The names of hashes that ids may be: their lengths in bytes.
const ID_LENGTHS: [usize; 2] = [20, 32];

/// The largest length of a name that an entry can tell.
pub(super) const LONGEST_TOLD: u16 = 0xfff;

/// The flag of an entry that git is not to look at its file.
pub(super) const ASSUMED_UNCHANGED: u16 = 1 << 15;

/// The flag of an entry that has more flags.
pub(super) const EXTENDED: u16 = 1 << 14;

/// The flag among those of an entry that a sparse checkout leaves out.
pub(super) const SKIPS_WORK_TREE: u16 = 1 << 14;

/// The least length of an extension's heading: four letters and a length.
pub(super) const EXTENSION: usize = 8;

/// What is in front of the id of an entry: ten numbers.
pub(super) const NUMBERS: usize = 40;

/// Where the mode is among them.
pub(super) const MODE: usize = 24;

/// The entries of an index file, and where they end. The store begins as the file; names that the
/// file only abbreviates are added to it. `None` if it is something else, or has to be read by git.
pub(super) fn read(store: &mut Vec<u8>) -> Option<(Vec<IndexEntry>, usize)> {
    let length = store.len();
    for id_length in ID_LENGTHS {
        if let Some(read) = read_with(store, id_length) {
            return Some(read);
        }
        store.truncate(length);
    }
    None
}

fn read_with(store: &mut Vec<u8>, id_length: usize) -> Option<(Vec<IndexEntry>, usize)> {
    let end = store.len().checked_sub(id_length)?;
    if store.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(store, 4)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let count = number(store, 8)? as usize;
    let mut entries = Vec::with_capacity(count.min(end / NUMBERS));
    let mut at = 12;
    let mut before = 0..0;
    for _ in 0..count {
        let (entry, next) = read_entry(store, at, version, id_length, &before)?;
        if next > end {
            return None;
        }
        before = entry.name.start as usize..entry.name.end as usize;
        at = next;
        entries.push(entry);
    }
    has_only_harmless_extensions(store, at, end).then_some((entries, at))
}

fn read_entry(
    store: &mut Vec<u8>,
    start: usize,
    version: u32,
    id_length: usize,
    before: &Range<usize>,
) -> Option<(IndexEntry, usize)> {
    let fixed: &[u8; NUMBERS] = store.get(start..start + NUMBERS)?.try_into().ok()?;
    let number =
        |at: usize| u32::from_be_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
    let known = Stat {
        changed: (number(0), number(4)),
        modified: (number(8), number(12)),
        inode: number(20),
        user: number(28),
        group: number(32),
        size: number(36),
    };
    let mode = number(24);
    let id = start + NUMBERS;
    let mut at = id + id_length;
    let flags = half(store, at)?;
    at += 2;
    let mut extended = 0;
    if flags & EXTENDED != 0 {
        extended = half(store, at)?;
        at += 2;
    }
    let told = usize::from(flags & LONGEST_TOLD);
    let (name, next) = if version < 4 {
        let length = length_of(store, at, told)?;
        // One to eight NULs, up to a multiple of eight bytes.
        let taken = at + length - start;
        (at..at + length, start + (taken / 8 + 1) * 8)
    } else {
        let (cut, after) = offset(store, at)?;
        let kept = before.len().checked_sub(cut)?;
        let length = length_of(store, after, told.saturating_sub(kept))?;
        let begin = store.len();
        store.extend_from_within(before.start..before.start + kept);
        store.extend_from_within(after..after + length);
        (begin..store.len(), after + length + 1)
    };
    // Another length is another format.
    if name.len().min(usize::from(LONGEST_TOLD)) != told {
        return None;
    }
    let entry = IndexEntry {
        name: u32::try_from(name.start).ok()?..u32::try_from(name.end).ok()?,
        id: u32::try_from(id).ok()?..u32::try_from(id + id_length).ok()?,
        mode,
        stat: known,
        flags: Flags {
            stage: u8::try_from(flags >> 12 & 3).unwrap_or_default(),
            assumed_unchanged: flags & ASSUMED_UNCHANGED != 0,
            skips_work_tree: extended & SKIPS_WORK_TREE != 0,
            is_intended: extended & 1 << 13 != 0,
        },
    };
    Some((entry, next))
}

/// The length of a name that a NUL ends. What the entry tells of it saves the search.
fn length_of(store: &[u8], at: usize, told: usize) -> Option<usize> {
    if told < usize::from(LONGEST_TOLD) && store.get(at + told) == Some(&0) {
        return Some(told);
    }
    store.get(at..)?.iter().position(|byte| *byte == 0)
}

/// Whether the file goes on with extensions to its very end, and none of them changes what the
/// entries mean: capital letters, says the format.
fn has_only_harmless_extensions(store: &[u8], mut at: usize, end: usize) -> bool {
    while at < end {
        let is_optional = store.get(at).is_some_and(u8::is_ascii_uppercase);
        match number(store, at + 4) {
            Some(length) if is_optional && end - at >= EXTENSION => {
                at += EXTENSION + length as usize;
            }
            _ => return false,
        }
    }
    at == end
}

/// How many bytes of the name before do not count, as pack files write offsets: seven bits a byte,
/// the highest first, each but the last with its top bit set.
fn offset(store: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *store.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *store.get(at)?;
        value = (value.checked_add(1)?.checked_mul(128)?).checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}

/// Writes down what a file is like, in place of what its entry says of it.
pub(super) fn put_stat(bytes: &mut [u8], entry: &IndexEntry, known: &FileStat) -> Option<()> {
    let start = (entry.id.start as usize).checked_sub(NUMBERS)?;
    let numbers = bytes.get_mut(start..start + NUMBERS)?;
    numbers[..MODE].copy_from_slice(&known.0[..MODE]);
    numbers[MODE + 4..].copy_from_slice(&known.0[MODE + 4..]);
    Some(())
}

/// What an entry says of its file.
pub(super) fn stat_of(bytes: &[u8], entry: &IndexEntry) -> Option<FileStat> {
    let start = (entry.id.start as usize).checked_sub(NUMBERS)?;
    let numbers = bytes.get(start..start + NUMBERS)?;
    Some(FileStat(numbers.try_into().ok()?))
}

/// What a file is like, as an entry says it; the mode does not count.
#[derive(Debug, Clone, Copy)]
pub(in crate::git) struct FileStat([u8; NUMBERS]);

impl FileStat {
    /// Of a file that nothing is known of.
    pub(in crate::git) const UNKNOWN: Self = Self([0; NUMBERS]);

    /// Whether a file that is like this now may be the one that was like that. A git that keeps no
    /// parts of seconds writes zero for them, and every git writes zero for the size of a file that
    /// it does not trust (Documentation/technical/racy-git).
    pub(in crate::git) fn may_be(&self, now: &Self) -> bool {
        // Where the numbers begin that may be zero, and those that have to be the same.
        let (maybe_zero, same) = ([4, 12, 36], [0, 8, 20, 28, 32]);
        let number = |stat: &Self, at: usize| <[u8; 4]>::try_from(&stat.0[at..at + 4]).ok();
        let is_same = |at: usize| number(self, at) == number(now, at);
        let is_zero = |at: usize| number(self, at) == Some([0; 4]);
        same.into_iter().all(is_same) && maybe_zero.into_iter().all(|at| is_zero(at) || is_same(at))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the format keeps the low 32 bits of each number"
    )]
    pub(super) fn of(metadata: &fs::Metadata) -> Self {
        Self::from([
            metadata.ctime() as u32,
            metadata.ctime_nsec() as u32,
            metadata.mtime() as u32,
            metadata.mtime_nsec() as u32,
            metadata.dev() as u32,
            metadata.ino() as u32,
            0,
            metadata.uid(),
            metadata.gid(),
            metadata.size() as u32,
        ])
    }
}

impl From<[u32; NUMBERS / 4]> for FileStat {
    fn from(numbers: [u32; NUMBERS / 4]) -> Self {
        let mut bytes = [0; NUMBERS];
        for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        Self(bytes)
    }
}

/// Renews the checksum at the end. git itself does not look at it, other programs do.
pub(super) fn seal(bytes: &mut [u8], id_length: usize) -> Option<()> {
    let end = bytes.len().checked_sub(id_length)?;
    let (contents, checksum) = bytes.split_at_mut(end);
    // Where git has been told not to reckon it, it stays away (`index.skipHash`).
    if checksum.iter().all(|byte| *byte == 0) {
        return Some(());
    }
    match id_length {
        20 => checksum.copy_from_slice(&Sha1::digest(contents)),
        32 => checksum.copy_from_slice(&Sha256::digest(contents)),
        _ => return None,
    }
    Some(())
}

/// The id of a blob, as long as those of the repository are: gitformat-index(5), "the hash".
pub(in crate::git) fn blob_id(contents: &[u8], id_length: usize) -> Option<Vec<u8>> {
    let heading = format!("blob {}\0", contents.len());
    match id_length {
        20 => {
            let hash = Sha1::new().chain_update(heading).chain_update(contents);
            Some(hash.finalize().to_vec())
        }
        32 => {
            let hash = Sha256::new().chain_update(heading).chain_update(contents);
            Some(hash.finalize().to_vec())
        }
        _ => None,
    }
}

pub(super) fn number(store: &[u8], at: usize) -> Option<u32> {
    let bytes = store.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

pub(super) fn half(store: &[u8], at: usize) -> Option<u16> {
    let bytes = store.get(at..at + 2)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}
