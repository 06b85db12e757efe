//! The index as git lists it: for the forms that are not read here.

use std::path::Path;

use bstr::ByteSlice as _;

use super::entry::{Flags, IndexEntry, Stat};
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::git::Repository;

/// The flags of an entry in memory, as git prints them: git's cache.h, `CE_VALID`,
/// `CE_INTENT_TO_ADD` and `CE_SKIP_WORKTREE`.
const ASSUMED_UNCHANGED: u64 = 1 << 15;
const INTENDED: u64 = 1 << 29;
const SKIPS_WORK_TREE: u64 = 1 << 30;

/// Reads it; names and ids are put into the store.
pub(super) fn read(
    repository: &Repository,
    file: &Path,
    store: &mut Vec<u8>,
) -> Result<Vec<IndexEntry>> {
    let git = repository.git().with("GIT_INDEX_FILE", file);
    let arguments = [
        "-c",
        "index.sparse=false",
        "ls-files",
        "--full-name",
        "--stage",
        "--debug",
        "-z",
    ];
    let output = git.output(arguments)?;
    let mut rest = output.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = read_entry(rest, store)
            .ok_or_else(|| Fault::bug("git ls-files printed something unexpected"))?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

/// `mode id stage`, tab, path, NUL; then five lines, as in `  dev: 1<tab>ino: 2`.
fn read_entry<'a>(text: &'a [u8], store: &mut Vec<u8>) -> Option<(IndexEntry, &'a [u8])> {
    let (heading, mut rest) = text.split_once_str("\0")?;
    let (fields, name) = heading.split_once_str("\t")?;
    let fields = std::str::from_utf8(fields).ok()?;
    let mut fields = fields.split(' ');
    let mode = u32::from_str_radix(fields.next()?, 8).ok()?;
    let hex = fields.next()?;
    let stage: u8 = fields.next()?.parse().ok()?;
    let mut numbers = Vec::new();
    for _ in 0..5 {
        let (line, after) = rest.split_once_str("\n")?;
        rest = after;
        let line = std::str::from_utf8(line).ok()?;
        let values = line.split(['\t', ':', ' ']).filter(|word| !word.is_empty());
        for value in values {
            let is_flags = numbers.len() == 9;
            let is_number = value.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_number {
                numbers.push(u64::from_str_radix(value, if is_flags { 16 } else { 10 }).ok()?);
            }
        }
    }
    let &[
        changed,
        changed_part,
        modified,
        modified_part,
        _,
        inode,
        user,
        group,
        size,
        flags,
    ] = numbers.as_slice()
    else {
        return None;
    };
    let id = put(store, hex.parse::<ObjectId>().ok()?.bytes())?;
    let name = put(store, name)?;
    let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    let entry = IndexEntry {
        name,
        id,
        mode,
        stat: Stat {
            changed: (low(changed), low(changed_part)),
            modified: (low(modified), low(modified_part)),
            inode: low(inode),
            user: low(user),
            group: low(group),
            size: low(size),
        },
        flags: Flags {
            stage,
            assumed_unchanged: flags & ASSUMED_UNCHANGED != 0,
            skips_work_tree: flags & SKIPS_WORK_TREE != 0,
            is_intended: flags & INTENDED != 0,
        },
    };
    Some((entry, rest))
}

fn put(store: &mut Vec<u8>, bytes: &[u8]) -> Option<std::ops::Range<u32>> {
    let start = u32::try_from(store.len()).ok()?;
    store.extend_from_slice(bytes);
    Some(start..u32::try_from(store.len()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gits_listing_is_understood() {
        let id = "0cfbf08886fca9a91cb753ec8734c84fcbe52c9f";
        let text = format!(
            "100755 {id} 0\ta\nb\0  ctime: 15:16\n  mtime: 17:18\n  dev: 19\tino: 20\n  uid: 21\tgid: 22\n  size: 23\tflags: 48004000\n\
             100644 {id} 2\tc\0  ctime: 0:0\n  mtime: 0:0\n  dev: 0\tino: 0\n  uid: 0\tgid: 0\n  size: 0\tflags: 20008000\n"
        );
        let mut store = Vec::new();
        let (first, rest) = read_entry(text.as_bytes(), &mut store).unwrap();
        let (second, rest) = read_entry(rest, &mut store).unwrap();
        assert!(rest.is_empty());
        assert_eq!(
            &store[first.name.start as usize..first.name.end as usize],
            b"a\nb"
        );
        assert_eq!((first.mode, first.stat.modified), (0o100_755, (17, 18)));
        assert_eq!((first.stat.inode, first.stat.size), (20, 23));
        assert!(first.flags.skips_work_tree && !first.flags.is_intended);
        assert!(second.flags.is_intended && second.flags.assumed_unchanged);
        assert_eq!(second.flags.stage, 2);
        assert!(read_entry(b"100644 xx", &mut store).is_none());
    }
}
