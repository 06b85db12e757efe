//! Scripts of package.json that set `core.hooksPath` whenever packages are installed, as husky does.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::git::Repository;

/// The scripts that npm, pnpm, yarn and bun run when they install packages (npm-scripts(7)).
const SCRIPTS: [&str; 7] = [
    "prepare",
    "postinstall",
    "install",
    "preinstall",
    "postprepare",
    "preprepare",
    "prepublish",
];

/// The directory in which husky has its hooks.
const HUSKY: &str = ".husky";

/// A script that sets `core.hooksPath` again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackageScript {
    /// Its package.json, relative to the top of the work tree if it is there.
    pub(crate) file: PathBuf,
    /// Its name.
    pub(crate) name: String,
    /// What it runs.
    pub(crate) text: String,
}

/// The script that has set `core.hooksPath` to a directory and sets it again; `None` if there is none,
/// or if it also runs `gatekeeper install`.
#[must_use]
pub(crate) fn resetting_script(repository: &Repository, dir: &Path) -> Option<PackageScript> {
    let top = &repository.work_tree;
    let husky = dir.ancestors().find(|dir| dir.ends_with(HUSKY));
    let package = husky.and_then(Path::parent);
    let dirs = package.into_iter().chain([top.as_path()]);
    let mut files = dirs.map(|dir| dir.join("package.json"));
    files.find_map(|file| {
        let text = std::fs::read(&file).ok()?;
        let (name, text) = script(&serde_json::from_slice(&text).ok()?)?;
        Some(PackageScript {
            file: file.strip_prefix(top).unwrap_or(&file).to_owned(),
            name,
            text,
        })
    })
}

fn script(package: &Value) -> Option<(String, String)> {
    SCRIPTS.into_iter().find_map(|name| {
        let text = package.get("scripts")?.get(name)?.as_str()?;
        let is_husky = text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "husky");
        let resets = is_husky || text.to_ascii_lowercase().contains("core.hookspath");
        (resets && !text.contains("gatekeeper install")).then(|| (name.to_owned(), text.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_set_the_hooks_path_are_recognised() {
        for (scripts, expected) in [
            (r#"{"prepare": "husky"}"#, Some("prepare")),
            (r#"{"prepare": "husky || true"}"#, Some("prepare")),
            (r#"{"postinstall": "husky install"}"#, Some("postinstall")),
            (
                r#"{"prepare": "cd .. && husky web/.husky"}"#,
                Some("prepare"),
            ),
            (
                r#"{"prepare": "git config core.hookspath .githooks"}"#,
                Some("prepare"),
            ),
            (r#"{"prepare": "husky && gatekeeper install"}"#, None),
            (r#"{"prepare": "huskyish", "test": "husky"}"#, None),
            (r#"{"prepare": ["husky"]}"#, None),
            ("7", None),
        ] {
            let package = format!("{{\"scripts\": {scripts}}}");
            let found = script(&serde_json::from_str(&package).unwrap());
            let found = found.as_ref().map(|(name, _)| name.as_str());
            assert_eq!(found, expected, "{scripts}");
        }
    }
}
