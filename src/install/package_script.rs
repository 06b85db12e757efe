//! Scripts of package.json that set `core.hooksPath` whenever packages are installed, as husky does.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files, RunCommand, plain, resolve};
use crate::tools::base_name;

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

/// The setting, in lower case.
const HOOKS_PATH: &str = "core.hookspath";

/// The directory in which husky has its hooks.
const HUSKY: &str = ".husky";

/// The program of that name.
const HUSKY_PROGRAM: &str = "husky";

/// What a script runs afterwards, so that gatekeeper's hooks are in place again: nothing where there is no
/// gatekeeper, as in an image for CI.
const INSTALL: &str = "(! command -v gatekeeper >/dev/null || gatekeeper install)";

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

impl PackageScript {
    /// The same script, with gatekeeper's hooks in place afterwards: for the shell that npm starts, `sh`.
    #[must_use]
    pub(crate) fn with_install(&self) -> String {
        format!("{} && {INSTALL}", self.text)
    }
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
        let file = file.strip_prefix(top).unwrap_or(&file).to_owned();
        let package = serde_json::from_slice(&text).ok()?;
        let (name, text) = script(&package, |text| leads_to(top, &file, text))?;
        Some(PackageScript { file, name, text })
    })
}

/// The first script that sets it, with its name; `led` are the commands that a script leads to by way of
/// other files.
fn script(package: &Value, led: impl Fn(&str) -> Vec<RunCommand>) -> Option<(String, String)> {
    SCRIPTS.into_iter().find_map(|name| {
        let text = package.get("scripts")?.get(name)?.as_str()?;
        if text.contains("gatekeeper install") {
            return None;
        }
        let is_husky = text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == HUSKY_PROGRAM);
        let is_direct = is_husky || text.to_ascii_lowercase().contains(HOOKS_PATH);
        let resets = is_direct || {
            let led = led(text);
            led.iter().any(resets) && !led.iter().any(installs)
        };
        resets.then(|| (name.to_owned(), text.to_owned()))
    })
}

/// The commands that a script of a package leads to; none if that cannot be found out.
fn leads_to(top: &Path, package: &Path, text: &str) -> Vec<RunCommand> {
    let Some(dir) = package.parent().filter(|_| package.is_relative()) else {
        return Vec::new();
    };
    let mut tree = DirectoryTree::new(top);
    let resolved = resolve(text, &plain(dir), &mut Files::new(&mut tree));
    resolved.map_or_else(|_| Vec::new(), |resolved| resolved.commands())
}

fn resets(command: &RunCommand) -> bool {
    let is_husky = |word: &String| base_name(word) == HUSKY_PROGRAM;
    let names_it = |word: &String| word.to_ascii_lowercase() == HOOKS_PATH;
    command.words.first().is_some_and(is_husky) || command.words.iter().any(names_it)
}

fn installs(command: &RunCommand) -> bool {
    let mut words = command.words.iter();
    words
        .next()
        .is_some_and(|word| base_name(word) == "gatekeeper")
        && words.any(|word| word == "install")
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
            let found = script(&serde_json::from_str(&package).unwrap(), |_| Vec::new());
            let found = found.as_ref().map(|(name, _)| name.as_str());
            assert_eq!(found, expected, "{scripts}");
        }
    }

    #[test]
    fn scripts_that_others_lead_to_are_followed() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write(
            "Makefile",
            "hooks:\n\tgit config core.hooksPath .githooks\nboth: hooks\n\tgatekeeper install\nno:\n\techo\n",
        );
        write("setup.sh", "npx husky\n");
        for (prepare, is_found) in [
            ("make hooks", true),
            ("make both", false),
            ("make no", false),
            ("npm run hooks", true),
            ("sh setup.sh", true),
            ("node setup.js", false),
        ] {
            let text = format!(
                r#"{{"scripts": {{"prepare": "{prepare}", "hooks": "node_modules/.bin/husky"}}}}"#
            );
            write("package.json", &text);
            let found = script(&serde_json::from_str(&text).unwrap(), |text| {
                leads_to(dir.path(), Path::new("package.json"), text)
            });
            let found = found.map(|(name, _)| name);
            assert_eq!(found.is_some(), is_found, "{prepare}");
        }
    }

    #[test]
    fn the_line_that_is_named_works_with_and_without_gatekeeper() {
        let dir = tempfile::tempdir().unwrap();
        let program = |name: &str, code: u8| {
            let file = dir.path().join(name);
            std::fs::write(&file, format!("#!/bin/sh\necho {name} $*\nexit {code}\n")).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&file, mode).unwrap();
        };
        let run = |text: &str| {
            let script = PackageScript {
                file: PathBuf::new(),
                name: String::new(),
                text: text.to_owned(),
            };
            let done = std::process::Command::new("/bin/sh")
                .args(["-c", &script.with_install()])
                .env("PATH", dir.path())
                .output()
                .unwrap();
            let said = String::from_utf8(done.stdout).unwrap();
            (said.replace('\n', ";"), done.status.success())
        };
        let said = |text: &str, success| (text.to_owned(), success);
        program("husky", 0);
        program("is-ci", 1);
        for (text, expected) in [
            ("husky", "husky;"),
            ("husky install", "husky install;"),
            ("husky || :", "husky;"),
            ("is-ci || husky", "is-ci;husky;"),
        ] {
            assert_eq!(run(text), said(expected, true), "{text}");
        }
        program("gatekeeper", 0);
        for (text, expected) in [
            ("husky", "husky;gatekeeper install;"),
            ("husky install", "husky install;gatekeeper install;"),
            ("husky || :", "husky;gatekeeper install;"),
            ("is-ci || husky", "is-ci;husky;gatekeeper install;"),
        ] {
            assert_eq!(run(text), said(expected, true), "{text}");
        }
        // Where it is there and fails, so does the script.
        program("gatekeeper", 1);
        assert_eq!(run("husky"), said("husky;gatekeeper install;", false));
    }
}
