//! The shim: the few lines of sh that git executes, and that start us.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

use bstr::ByteSlice as _;

use crate::model::trigger::{Hook, HookKind};

/// The shim with places for the hook's name and our program.
const TEMPLATE: &str = include_str!("../../hooks/shim.sh");

/// Which updates of references the reference-transaction hook looks at.
const CONCERN: &str = include_str!("../../hooks/concern.sh");

/// What it does before it starts us, which is rarely necessary.
const EARLY: &str = include_str!("../../hooks/early.sh");

/// What it does where our program is gone: only new commits are refused then.
const WITHOUT: &str = include_str!("../../hooks/without.sh");

/// What comes before that if another hook runs first.
const WITHOUT_CHAINED: &str = include_str!("../../hooks/without_chained.sh");

/// What a hook does that checks nothing, where our program is gone.
const WITHOUT_EVENT: &str = "    echo \"note: gatekeeper is missing, so its commands after this were not run\" >&2\n    exit 0\n";

/// The input that it then passes on.
const INPUT: &[u8] = b" <<EOF\n$updates\nEOF";

/// The mark by which our shims are recognised, whatever their version.
const ID: &[u8] = b"id 5b0e4c52-gatekeeper";

/// The place of the checksum, and what stands before it.
const CHECKSUM: &[u8] = b"@CHECKSUM@";
const CHECKSUM_LABEL: &[u8] = b"Checksum of the other lines: ";

/// The option that says that another hook has to run first, so that its absence is noticed.
const CHAINED: &[u8] = b"--chained ";

/// The option that says that the directory that `core.hooksPath` named may have a hook that runs first.
const HOOKS_PATH: &[u8] = b"--hooks-path ";

/// The hook that runs before ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    /// There is none.
    None,
    /// One that was in the place of ours, and is kept.
    Kept,
    /// The one of the directory that `core.hooksPath` named, if it has one in the work tree that git is
    /// in.
    HooksPath {
        /// Whether it had one when the shim was written.
        is_there: bool,
    },
}

impl Chain {
    fn option(self) -> &'static [u8] {
        match self {
            Self::None => b"",
            Self::Kept => CHAINED,
            Self::HooksPath { .. } => HOOKS_PATH,
        }
    }
}

/// The owner of a hook.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// No one: there is no hook.
    Nobody,
    /// We are, in this or another version, with its content.
    Ours(Vec<u8>),
    /// We were, but it was changed since.
    Changed,
    /// Someone else.
    Foreign,
}

/// The programs that a hook starts: the first one that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Programs {
    /// Where it was installed last.
    pub(super) named: PathBuf,
    /// Where others who share the repository have installed it: another user, or a container.
    pub(super) others: Vec<PathBuf>,
}

impl From<&Path> for Programs {
    fn from(named: &Path) -> Self {
        Self {
            named: named.to_owned(),
            others: Vec::new(),
        }
    }
}

/// The text of a hook that starts one of these programs, with these options before the hook's name.
pub(super) fn text(hook: Hook, programs: &Programs, chain: Chain, options: &str) -> Vec<u8> {
    // A chained hook has to see every call.
    let is_expected = matches!(chain, Chain::Kept | Chain::HooksPath { is_there: true });
    let (early, without, input): (String, String, &[u8]) = match (hook, is_expected) {
        (Hook::ReferenceTransaction, false) => {
            (format!("{CONCERN}{EARLY}"), WITHOUT.to_owned(), INPUT)
        }
        (Hook::ReferenceTransaction, true) => (
            CONCERN.to_owned(),
            format!("{WITHOUT_CHAINED}{WITHOUT}"),
            b"",
        ),
        (hook, _) if hook.subject() == HookKind::Event => {
            (String::new(), WITHOUT_EVENT.to_owned(), b"")
        }
        _ => (String::new(), String::new(), b""),
    };
    let others = programs.others.iter();
    let others: Vec<Vec<u8>> = others
        .map(|other| [b" ", &quoted(other.as_os_str())[..]].concat())
        .collect();
    let without_checksum = fill(
        TEMPLATE.as_bytes(),
        &[
            (b"@GATEKEEPER@", &quoted(programs.named.as_os_str())),
            (b"@OTHERS@", &others.concat()),
            (b"@HOOK@", hook.name().as_bytes()),
            (b"@CHAINED@", chain.option()),
            (b"@OPTIONS@", options.as_bytes()),
            (b"@EARLY@", early.as_bytes()),
            (b"@WITHOUT@", without.as_bytes()),
            (b"@INPUT@", input),
        ],
    );
    with_checksum(&without_checksum)
}

/// Puts the checksum of a text into its place.
pub(super) fn with_checksum(text: &[u8]) -> Vec<u8> {
    fill(text, &[(CHECKSUM, checksum(text).as_bytes())])
}

/// Replaces each place with its value, in one pass, so that no value is mistaken for a place.
pub(super) fn fill(template: &[u8], places: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = template;
    while let Some(byte) = rest.first() {
        if let Some((place, value)) = places.iter().find(|(place, _)| rest.starts_with(place)) {
            text.extend_from_slice(value);
            rest = &rest[place.len()..];
        } else {
            text.push(*byte);
            rest = &rest[1..];
        }
    }
    text
}

/// The checksum of all lines but the one that holds it: the id that git would give them.
fn checksum(text: &[u8]) -> String {
    let covered: Vec<u8> = text
        .lines_with_terminator()
        .filter(|line| !line.contains_str(CHECKSUM_LABEL))
        .flatten()
        .copied()
        .collect();
    git2::Oid::hash_object(git2::ObjectType::Blob, &covered)
        .map_or_else(|_| "none".to_owned(), |id| id.to_string())
}

/// A path as one word of a shell script: bytes, not text.
pub(super) fn quoted(value: &OsStr) -> Vec<u8> {
    let inside = value.as_bytes().replace("'", r"'\''");
    [b"'", &inside[..], b"'"].concat()
}

/// Determines the owner of a file.
pub(super) fn owner(file: &Path) -> io::Result<Owner> {
    let metadata = match fs::symlink_metadata(file) {
        Ok(metadata) => metadata,
        // The second kind occurs if the directory of hooks is a file, such as `/dev/null`.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(Owner::Nobody);
        }
        Err(error) => return Err(error),
    };
    // We never make links, and the target of a link is not ours to write.
    if !metadata.is_file() {
        return Ok(Owner::Foreign);
    }
    let text = fs::read(file)?;
    let mut lines = text.split_str("\n");
    if !lines.by_ref().take(3).any(|line| line.ends_with(ID)) {
        return Ok(Owner::Foreign);
    }
    let sum = checksum(&text);
    let is_intact = text
        .split_str("\n")
        .any(|line| line.contains_str(CHECKSUM_LABEL) && line.ends_with(sum.as_bytes()));
    Ok(if is_intact {
        Owner::Ours(text)
    } else {
        Owner::Changed
    })
}

/// What a shim of ours says about the hook that runs first.
pub(super) fn chain(text: &[u8]) -> Chain {
    if text.contains_str(CHAINED) {
        Chain::Kept
    } else if text.contains_str(HOOKS_PATH) {
        Chain::HooksPath {
            is_there: !text.contains_str(EARLY),
        }
    } else {
        Chain::None
    }
}

/// The programs that one of our shims starts.
pub(super) fn programs(text: &[u8]) -> Option<Programs> {
    let mut others = Vec::new();
    let mut rest = text
        .split_str("\n")
        .find_map(|line| line.trim_ascii_start().strip_prefix(OTHERS))
        .unwrap_or_default();
    while let Some((other, after)) = rest.strip_prefix(b" ").and_then(unquoted) {
        others.push(other);
        rest = after;
    }
    Some(Programs {
        named: program(text)?,
        others,
    })
}

/// What stands before the other programs of a shim.
const OTHERS: &[u8] = b"for gatekeeper in \"$gatekeeper\"";

/// The program that one of our shims, or our command in the configuration, starts first.
pub(super) fn program(text: &[u8]) -> Option<PathBuf> {
    let line = text
        .split_str("\n")
        .find_map(|line| line.strip_prefix(b"gatekeeper="))?;
    unquoted(line).map(|(path, _)| path)
}

/// The path at the beginning of a text, and what comes after it: the inverse of [`quoted`], in which quotes
/// delimit, and a quote itself stands escaped between two.
fn unquoted(text: &[u8]) -> Option<(PathBuf, &[u8])> {
    let mut path = Vec::new();
    let mut rest = text.strip_prefix(b"'")?;
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after.strip_prefix(b"''")) {
            (b'\\', Some(after)) => {
                path.push(b'\'');
                after
            }
            (b'\'', _) if after.starts_with(b"\\") => after,
            (b'\'', _) => {
                rest = after;
                break;
            }
            (byte, _) => {
                path.push(*byte);
                after
            }
        };
    }
    Some((PathBuf::from(OsString::from_vec(path)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_says_what_runs_before_it() {
        let program = Path::new("/bin/gatekeeper");
        let there = Chain::HooksPath { is_there: true };
        let hook = Hook::ReferenceTransaction;
        let absent = Chain::HooksPath { is_there: false };
        for expected in [Chain::None, Chain::Kept, there, absent] {
            assert_eq!(chain(&text(hook, &program.into(), expected, "")), expected);
        }
    }

    #[test]
    fn any_path_can_stand_in_a_shim() {
        let program = Path::new(OsStr::from_bytes(b"/a b/it's/$x/\xff@HOOK@"));
        let other = Path::new("/c d/it's/gatekeeper").to_owned();
        let programs = Programs {
            others: vec![other.clone(), other],
            ..program.into()
        };
        let text = text(Hook::PreCommit, &programs, Chain::None, "");
        assert_eq!(super::programs(&text), Some(programs));
        let expected = b"\ngatekeeper='/a b/it'\\''s/$x/\xff@HOOK@'\n";
        assert!(text.contains_str(expected));
        assert_eq!(
            crate::install::shim::program(&text).as_deref(),
            Some(program)
        );
        assert!(text.ends_with(b"hook pre-commit \"$0\" \"$@\"\n"));
    }

    #[test]
    fn a_changed_shim_is_recognised() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("pre-commit");
        assert_eq!(owner(&file).unwrap(), Owner::Nobody);
        let text = text(
            Hook::PreCommit,
            &Path::new("/bin/gatekeeper").into(),
            Chain::Kept,
            "",
        );
        assert_eq!(chain(&text), Chain::Kept);
        fs::write(&file, &text).unwrap();
        assert_eq!(owner(&file).unwrap(), Owner::Ours(text.clone()));
        let mut more = text.clone();
        more.splice(11..11, *b"my-own-check || exit 1\n");
        fs::write(&file, more).unwrap();
        assert_eq!(owner(&file).unwrap(), Owner::Changed);
        fs::write(&file, "#!/bin/sh\n").unwrap();
        assert_eq!(owner(&file).unwrap(), Owner::Foreign);
    }
}
