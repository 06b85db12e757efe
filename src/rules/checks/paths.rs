//! Checks of paths: names, links, submodules.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use super::hit::Hit;
use super::tree::{CheckedPaths, Kind};
use crate::base::fault::Result;
use crate::base::text::show_path;
use crate::git::FileDiff;
use crate::model::rule::Rule;
use crate::rules::catalogue::checks::{PATH_COLLISION, SUBMODULE, SYMLINK, WINDOWS_NAME};

/// Names that Windows keeps for devices, with any extension (learn.microsoft.com, "Naming Files, Paths, and
/// Namespaces").
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Characters that no name has on Windows.
const FORBIDDEN: [char; 8] = ['<', '>', ':', '"', '|', '?', '*', '\\'];

/// The longest text that is taken for the target of a link, in bytes.
const LONGEST_TARGET: usize = 4096;

/// What the paths of a change have.
pub(super) fn check<'f>(
    paths: &mut CheckedPaths<'_>,
    entries: &[&'f FileDiff],
    is_on: &dyn Fn(&Rule) -> bool,
    hits: &mut Vec<Hit<'f>>,
) -> Result<()> {
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in entries {
        let path = &entry.path;
        let hit = |rule: &'static Rule, message: String, help: &'static str| Hit {
            rule,
            path,
            line: None,
            text: Vec::new(),
            message,
            help,
        };
        if entry.modes.1.is_none() {
            continue;
        }
        if entry.modes.0.is_none() {
            if is_on(&PATH_COLLISION)
                && let Some(other) = collision(paths, path, &mut seen)?
            {
                let message = format!(
                    "the path differs from {} only in upper and lower case",
                    show_path(&other)
                );
                let help = "rename one of them: macOS and Windows cannot have both";
                hits.push(hit(&PATH_COLLISION, message, help));
            }
            if is_on(&WINDOWS_NAME)
                && let Some(why) = path.iter().find_map(not_on_windows)
            {
                let message = format!("Windows cannot have this path: {why}");
                hits.push(hit(&WINDOWS_NAME, message, "give it another name"));
            }
            if is_on(&SUBMODULE) && entry.modes.1 == Some(FileDiff::SUBMODULE) {
                let message = "the change adds a submodule".to_owned();
                let help =
                    "remove it with `git rm --cached`, or set submodules = \"off\" in [checks]";
                hits.push(hit(&SUBMODULE, message, help));
            }
        }
        if is_on(&SYMLINK)
            && let Some((message, help)) = link(paths, entry)?
        {
            hits.push(hit(&SYMLINK, message, help));
        }
    }
    Ok(())
}

/// Another path that is the same on a file system that does not distinguish case.
fn collision(
    paths: &mut CheckedPaths<'_>,
    path: &Path,
    seen: &mut BTreeSet<PathBuf>,
) -> Result<Option<PathBuf>> {
    for place in path.ancestors() {
        let (Some(dir), Some(name)) = (place.parent(), place.file_name()) else {
            break;
        };
        // A directory that was looked at has no new name.
        if !seen.insert(place.to_owned()) {
            break;
        }
        let mut others = paths.same_name(dir, name)?.iter();
        if let Some(other) = others.find(|other| *other != name) {
            return Ok(Some(dir.join(other)));
        }
    }
    Ok(None)
}

/// Why Windows cannot have a name.
fn not_on_windows(name: &OsStr) -> Option<String> {
    let text = name.to_string_lossy();
    let stem = text
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_numbered = |start: &str| {
        let rest = stem.strip_prefix(start);
        rest.is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
    };
    if DEVICES.contains(&stem.as_str()) || is_numbered("com") || is_numbered("lpt") {
        return Some(format!("`{stem}` is a device there"));
    }
    if let Some(sign) = text
        .chars()
        .find(|c| FORBIDDEN.contains(c) || c.is_control())
    {
        return Some(format!("no name may have `{}`", sign.escape_default()));
    }
    text.ends_with([' ', '.'])
        .then(|| "a name ends with a blank or a full stop".to_owned())
}

/// What is wrong with a symbolic link, or with the file that took its place.
fn link(paths: &mut CheckedPaths<'_>, entry: &FileDiff) -> Result<Option<(String, &'static str)>> {
    const HELP: &str = "correct the target, or `git add` what it leads to";
    const RESTORE: &str =
        "restore it: `git config core.symlinks true`, then `git checkout HEAD -- PATH`";
    let Some(id) = entry.after else {
        return Ok(None);
    };
    let was_link = entry.modes.0 == Some(FileDiff::LINK);
    if entry.modes.1 != Some(FileDiff::LINK) {
        // git writes the target into a file where it cannot make links.
        if was_link && let Some(before) = entry.before {
            let (target, text) = (paths.blob(before)?, paths.blob(id)?);
            if text.strip_suffix(b"\n").unwrap_or(&text) == target {
                let message = "the symbolic link became a file that holds its target".to_owned();
                return Ok(Some((message, RESTORE)));
            }
        }
        return Ok(None);
    }
    let target = paths.blob(id)?;
    if target.len() > LONGEST_TARGET {
        return Ok(None);
    }
    let target = Path::new(OsStr::from_bytes(&target));
    let Some(place) = inside(&entry.path, target) else {
        return Ok(None);
    };
    // What is behind another link is not followed.
    for dir in place.ancestors().skip(1) {
        if paths.kind(dir)? == Kind::Link {
            return Ok(None);
        }
    }
    let is_broken = paths.kind(&place)? == Kind::Nothing;
    Ok(is_broken.then(|| {
        let message = format!(
            "the symbolic link leads to {}, which is not in git",
            show_path(&place)
        );
        (message, HELP)
    }))
}

/// The path that a link leads to; `None` if that is outside the repository.
fn inside(link: &Path, target: &Path) -> Option<PathBuf> {
    let mut place = link.parent()?.to_owned();
    for component in target.components() {
        match component {
            Component::Normal(name) => place.push(name),
            Component::ParentDir => {
                if !place.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_windows_cannot_have() {
        for name in ["aux.c", "NUL", "com1.txt", "a:b", "what?", "end.", "end "] {
            assert!(not_on_windows(OsStr::new(name)).is_some(), "{name}");
        }
        for name in [
            "auxiliary.c",
            "com.txt",
            "com10",
            "a.b",
            ".gitignore",
            "lpt",
        ] {
            assert_eq!(not_on_windows(OsStr::new(name)), None, "{name}");
        }
    }

    #[test]
    fn links_are_followed_within_the_repository() {
        let to = |link: &str, target: &str| inside(Path::new(link), Path::new(target));
        assert_eq!(to("a/b", "../c"), Some("c".into()));
        assert_eq!(to("a/b", "./c/d"), Some("a/c/d".into()));
        assert_eq!(to("b", "../c"), None);
        assert_eq!(to("b", "/etc"), None);
    }
}
