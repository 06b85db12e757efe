//! Commands of gates that rewrite files instead of checking them.

use super::command_line::line;
use super::known_tool::checker;
use super::launchers::started;
use crate::indirection::{Place, Resolved, RunCommand};
use crate::tools::Checker;

/// Words by which a tool is told to rewrite files.
const REWRITES: [&str; 5] = [
    "--fix",
    "--fix-only",
    "--write",
    "--apply",
    "--apply-unsafe",
];

/// A call that rewrites files, and the calls that a gate should have instead.
pub(crate) struct Rewriting {
    /// The call.
    pub(crate) call: String,
    /// The file and line that hold it; `None` for a part of the gate's own command.
    pub(crate) place: Option<Place>,
    /// Whether it is all of the gate's own command.
    pub(crate) is_all: bool,
    /// The call that only checks.
    pub(crate) check: String,
    /// The call that fixes.
    pub(crate) fix: String,
}

/// The first call of a known tool that rewrites files, of those that a command leads to.
#[must_use]
pub(crate) fn rewriting(resolved: &Resolved) -> Option<Rewriting> {
    let commands = resolved.commands();
    let found = commands.iter().find_map(of_command)?;
    Some(Rewriting {
        is_all: found.is_all && commands.len() == 1,
        ..found
    })
}

fn of_command(command: &RunCommand) -> Option<Rewriting> {
    let words = started(&command.typed).words;
    let (checker, length) = checker(&words)?;
    let fix = checker.fix.filter(|_| is_rewriting(checker, &words))?;
    let check = checker.check.apply(&words, length);
    if check == words {
        return None;
    }
    // What starts the tool stays as it is.
    let launcher = command.typed.strip_suffix(words.as_slice());
    let takes_files = words.iter().any(|word| word == "{files}");
    let shown = |words: Vec<String>| {
        let words = words.into_iter().filter(|word| word != "{files}");
        let launcher = launcher.unwrap_or_default().iter().cloned();
        line(&launcher.chain(words).collect::<Vec<_>>(), takes_files)
    };
    Some(Rewriting {
        call: shown(words.clone()),
        is_all: command.place.is_none(),
        place: command.place.clone(),
        fix: shown(fix.apply(&check, length)),
        check: shown(check),
    })
}

/// Whether a call of the tool rewrites files: it has a word of the fixing form, or lacks the word of
/// the checking one.
pub(super) fn is_rewriting(checker: &Checker, words: &[String]) -> bool {
    let has = |word: &&str| words.iter().any(|own| own == word);
    let check = &checker.check;
    let rewrites = check
        .without
        .iter()
        .any(|word| REWRITES.contains(word) && has(word))
        || check.instead.iter().any(|(old, _)| has(old));
    let fixes_by_default = checker
        .fix
        .is_some_and(|fix| !fix.without.is_empty() && fix.with.is_empty());
    let guards = if check.unless.is_empty() {
        check.with
    } else {
        check.unless
    };
    rewrites || fixes_by_default && !guards.iter().any(has)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::indirection::{DirectoryTree, Files, resolve};

    #[test]
    fn calls_that_rewrite_files_are_found() {
        let top = tempfile::tempdir().unwrap();
        let package = r#"{"scripts": {"fmt": "prettier --write ."}}"#;
        std::fs::write(top.path().join("package.json"), package).unwrap();
        for (command, expected) in [
            ("black .", Some(("black --check .", "black ."))),
            (
                "uv run black src",
                Some(("uv run black --check src", "uv run black src")),
            ),
            ("ruff format", Some(("ruff format --check", "ruff format"))),
            (
                "ruff check --fix {files}",
                Some(("ruff check --no-fix {files}", "ruff check --fix {files}")),
            ),
            (
                "npm run fmt",
                Some(("prettier --check .", "prettier --write .")),
            ),
            ("gofmt -w .", Some(("gofmt -l .", "gofmt -w ."))),
            (
                "cargo fmt --all",
                Some(("cargo fmt --check --all", "cargo fmt --all")),
            ),
            ("eslint --fix .", Some(("eslint .", "eslint --fix ."))),
            (
                "biome check --write .",
                Some(("biome check .", "biome check --write .")),
            ),
            ("black --check .", None),
            (
                "black --diff .",
                Some(("black --check --diff .", "black .")),
            ),
            ("ruff check --exit-non-zero-on-fix .", None),
            ("cargo fmt --all -- --check", None),
            ("prettier --list-different .", None),
            ("eslint .", None),
            ("own --fix", None),
        ] {
            let mut tree = DirectoryTree::new(top.path());
            let resolved = resolve(command, Path::new(""), &mut Files::new(&mut tree)).unwrap();
            let found = rewriting(&resolved);
            let found = found
                .as_ref()
                .map(|one| (one.check.as_str(), one.fix.as_str()));
            assert_eq!(found, expected, "{command}");
        }
    }
}
