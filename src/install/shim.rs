//! The shim: the few lines of sh that git executes, and that start us.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::trigger::Hook;

/// The shim with places for the hook's name and our program.
const TEMPLATE: &str = include_str!("../../hooks/shim.sh");

/// By this a shim of ours is recognised, whatever its version.
const ID: &[u8] = b"id 5b0e4c52-gatekeeper";

/// Who wrote a hook.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// There is no hook.
    Nobody,
    /// We did; this is what is in it.
    Ours(Vec<u8>),
    /// Somebody else did.
    Foreign,
}

/// The text of a hook that starts this program.
pub(super) fn text(hook: Hook, program: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once('@') {
        text.extend_from_slice(before.as_bytes());
        let known = [
            ("GATEKEEPER@", quoted(program.as_os_str())),
            ("HOOK@", hook.name().into()),
        ];
        if let Some((after, value)) = known
            .iter()
            .find_map(|(place, value)| Some((after.strip_prefix(place)?, value)))
        {
            text.extend_from_slice(value);
            rest = after;
        } else {
            text.push(b'@');
            rest = after;
        }
    }
    text.extend_from_slice(rest.as_bytes());
    text
}

/// A path as one word of a shell script: bytes, not text.
fn quoted(value: &OsStr) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for byte in value.as_bytes() {
        match byte {
            b'\'' => quoted.extend_from_slice(b"'\\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// Who wrote the file.
pub(super) fn owner(file: &Path) -> io::Result<Owner> {
    let metadata = match fs::symlink_metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Owner::Nobody),
        Err(error) => return Err(error),
    };
    // We never make links, and what a link leads to is not ours to write.
    if !metadata.is_file() {
        return Ok(Owner::Foreign);
    }
    let text = fs::read(file)?;
    let is_ours = text
        .split(|byte| *byte == b'\n')
        .take(3)
        .any(|line| line.ends_with(ID));
    Ok(if is_ours {
        Owner::Ours(text)
    } else {
        Owner::Foreign
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_can_stand_in_a_shim() {
        let program = Path::new(OsStr::from_bytes(b"/a b/it's/$x/\xff@HOOK@"));
        let text = text(Hook::PreCommit, program);
        let expected = b"\ngatekeeper='/a b/it'\\''s/$x/\xff@HOOK@'\n";
        assert!(
            text.windows(expected.len())
                .any(|window| window == expected)
        );
        assert!(text.ends_with(b"hook pre-commit \"$@\"\n"));
    }
}
