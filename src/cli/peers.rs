//! How other hook managers are called, and how the same is said here. What people have typed for years must
//! not end in a list of options.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Ways to say something that are not ours, and ours.
struct Spelling {
    /// The command that they belong to; empty for those that would be commands themselves.
    command: &'static str,
    typed: &'static [&'static str],
    /// What to do instead, as a sentence with a command.
    instead: &'static str,
}

const fn spelling(
    command: &'static str,
    typed: &'static [&'static str],
    instead: &'static str,
) -> Spelling {
    Spelling {
        command,
        typed,
        instead,
    }
}

/// The spellings of pre-commit, prek, lefthook, husky, overcommit and lint-staged.
const SPELLINGS: &[Spelling] = &[
    spelling(
        "run",
        &["--all-files", "--all", "-a"],
        "all tracked files are checked anyway: `gatekeeper run`",
    ),
    spelling(
        "run",
        &["--hook-stage", "--stage", "--hook-type", "--hook"],
        "to run the gates of a commit: `gatekeeper run --staged`; those of every hook: `gatekeeper run`",
    ),
    spelling(
        "run",
        &["--from-ref", "--source", "-s"],
        "name the revision with --from: `gatekeeper run --from origin/main`",
    ),
    spelling(
        "run",
        &["--to-ref", "--origin", "-o"],
        "name the revision with --to: `gatekeeper run --from origin/main --to HEAD`",
    ),
    spelling(
        "run",
        &["--show-diff-on-failure", "--diff"],
        "gates do not change files; to see what fixers change: `gatekeeper fix && git diff`",
    ),
    spelling(
        "run",
        &["--no-verify", "-n", "--exclude"],
        "to leave a gate out by hand: `gatekeeper run --skip GATE`",
    ),
    spelling(
        "run",
        &["--directory", "-d", "--file"],
        "name files or directories with --files: `gatekeeper run --files src`",
    ),
    spelling(
        "run",
        &["--command", "--commands", "--job", "--tag", "--tags"],
        "name the gates: `gatekeeper run lint test`; `gatekeeper list` lists them",
    ),
    spelling(
        "run",
        &["--dry-run", "--list-files"],
        "to see what would run, and on which files: `gatekeeper plan --verbose`",
    ),
    spelling(
        "run",
        &["--list"],
        "to list the gates: `gatekeeper list`; the recorded runs: `gatekeeper report --list`",
    ),
    spelling(
        "run",
        &["--no-fail-fast", "--keep-going", "-k"],
        "every gate runs to its end anyway, unless `fail-fast` is set: `gatekeeper run`",
    ),
    spelling(
        "run",
        &["--concurrent", "-p", "--parallel"],
        "gates run side by side; to set how many: `gatekeeper run --jobs 2`",
    ),
    spelling(
        "run",
        &["--glob", "--force", "-f"],
        "every gate runs, on all tracked files: `gatekeeper run`; on some: `gatekeeper run --files src`",
    ),
    spelling(
        "run",
        &["--no-stash", "--no-hide-partially-staged"],
        "gates see exactly the staged tree, and nothing is stashed: `gatekeeper run --staged`",
    ),
    spelling(
        "run",
        &["--commit-msg-filename", "--edit"],
        "to check a message: `gatekeeper message check FILE`",
    ),
    spelling(
        "",
        &[
            "autoupdate",
            "auto-update",
            "update",
            "upgrade",
            "self-update",
            "self",
        ],
        "gates run the tools that the project itself has installed: update them with its package manager, and \
         gatekeeper where you have it from (`uv tool upgrade gatekeeper-git`, `cargo install --locked \
         gatekeeper-git`)",
    ),
    spelling(
        "",
        &["install-hooks", "prepare-hooks", "sync-hooks", "sign"],
        "to install the hooks: `gatekeeper install`; it installs no tools",
    ),
    spelling(
        "",
        &["gc", "clean", "prune", "clear"],
        "to remove what makes later runs faster: `gatekeeper cache clean`",
    ),
    spelling(
        "",
        &["validate-config", "validate", "validate-manifest"],
        "to check gates.toml: `gatekeeper config check`",
    ),
    spelling(
        "",
        &["dump"],
        "to print the configuration with all defaults: `gatekeeper config show`",
    ),
    spelling(
        "",
        &["sample-config"],
        "to print an example with every key: `gatekeeper config example`",
    ),
    spelling(
        "",
        &["add", "set", "migrate-config", "migrate"],
        "gates are tables in gates.toml: `gatekeeper init` writes it, `gatekeeper init --from MANAGER` translates \
         that of another hook manager",
    ),
    spelling(
        "",
        &[
            "hook-impl",
            "hooks",
            "exec",
            "check",
            "test",
            "verify",
            "ci",
        ],
        "to run every gate: `gatekeeper run`; those of a commit: `gatekeeper run --staged`",
    ),
    spelling(
        "",
        &["lint", "commitlint", "check-message", "msg"],
        "to run one gate: `gatekeeper run GATE`; to check a message: `gatekeeper message check FILE`",
    ),
    spelling(
        "",
        &["pre-commit", "pre-push", "commit-msg"],
        "to run the gates of a commit: `gatekeeper run --staged`; to check a message: `gatekeeper message check \
         FILE`",
    ),
    spelling("", &["ls", "gates"], "to list the gates: `gatekeeper list`"),
    spelling(
        "",
        &["version"],
        "to print the version: `gatekeeper --version`",
    ),
    spelling(
        "",
        &["remove", "deinit", "unhook"],
        "to remove the hooks: `gatekeeper uninstall`",
    ),
    spelling(
        "",
        &["try-repo", "init-templatedir", "init-template-dir"],
        "each clone installs its hooks itself: `gatekeeper install`; `gatekeeper plan` shows what would run",
    ),
    spelling(
        "install",
        &["--hook-type", "-t", "--hook", "--install-hooks"],
        "every hook is installed, and no tool: `gatekeeper install`",
    ),
    spelling(
        "install",
        &["--overwrite", "-f", "--force", "--reset-hooks-path"],
        "hooks that are there are kept and run first: `gatekeeper install`",
    ),
    spelling(
        "install",
        &["--allow-missing-config"],
        "a branch on which no gates are wanted is named in `ungated-branches`: `gatekeeper config example`; to \
         install: `gatekeeper install`",
    ),
    spelling(
        "uninstall",
        &[
            "--hook-type",
            "-t",
            "--hook",
            "--force",
            "-f",
            "--remove-configs",
        ],
        "every hook is removed, and earlier hooks are put back: `gatekeeper uninstall`",
    ),
    spelling(
        "uninstall",
        &["--all", "--purge", "--hard"],
        "to remove the hooks: `gatekeeper uninstall`; to remove as well what is noted of the repository: `gatekeeper \
         uninstall --forget`",
    ),
    spelling(
        "",
        &["skip", "bypass", "disable", "off", "pause", "unset"],
        "to leave a gate out by hand: `gatekeeper run --skip GATE`; a commit that a gate stops names the command \
         by which it is made all the same; to disable a gate for all, give it a `skip` with a reason in gates.toml: \
         `gatekeeper config example`",
    ),
    spelling(
        "",
        &["format", "fmt"],
        "to run the fixers: `gatekeeper fix`; to run one gate: `gatekeeper run GATE`",
    ),
    spelling(
        "fix",
        &["--files", "--file", "--staged"],
        "the fixers run on what has changed since the last commit: `gatekeeper fix`; to fix every tracked file: \
         `gatekeeper fix --all`",
    ),
    spelling(
        "fix",
        &["--all-files", "-a"],
        "to fix every tracked file: `gatekeeper fix --all`",
    ),
];

/// The answer to a call that another hook manager would understand, or to one that asks `run` for fixes that it does
/// not make; `None` if this is neither.
pub(super) fn answer(error: &clap::Error, kind: ErrorKind, typed: &[OsString]) -> Option<String> {
    let said = |kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.as_str()),
        _ => None,
    };
    if matches!(
        kind,
        ErrorKind::ArgumentConflict | ErrorKind::MissingRequiredArgument
    ) {
        return fixes_elsewhere(typed);
    }
    let (command, word) = match kind {
        ErrorKind::UnknownArgument => (command(typed)?, said(ContextKind::InvalidArg)?),
        ErrorKind::InvalidSubcommand => (String::new(), said(ContextKind::InvalidSubcommand)?),
        _ => return None,
    };
    let instead = instead(&command, word)?;
    let what = if command.is_empty() {
        format!("there is no command `gatekeeper {word}`")
    } else {
        format!("`gatekeeper {command}` has no option `{word}`")
    };
    Some(format!("error: {what}\nhelp: {instead}\n"))
}

/// The answer to a `run --fix` of anything but what is staged: which command fixes that.
fn fixes_elsewhere(typed: &[OsString]) -> Option<String> {
    let has = |option: &str| {
        let mut words = typed.iter().map(|word| word.to_string_lossy());
        words.any(|word| word.split('=').next() == Some(option))
    };
    if command(typed)? != "run" || !has("--fix") {
        return None;
    }
    let instead = if has("--from") || has("--last-commit") {
        "to fix every tracked file: `gatekeeper fix --all`; commit what it changes, then run this again without --fix"
    } else {
        "to fix what has changed since the last commit: `gatekeeper fix`; to fix and check what is staged: \
         `gatekeeper run --staged --fix`"
    };
    Some(format!(
        "error: `gatekeeper run --fix` fixes only what is staged, with --staged\nhelp: {instead}\n"
    ))
}

/// The command that was called: the first word that is no option. The only option before it that takes a
/// value is `--color`.
fn command(typed: &[OsString]) -> Option<String> {
    let mut words = typed.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--color" {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word.into_owned());
        }
    }
    None
}

fn instead(command: &str, word: &str) -> Option<&'static str> {
    let mut known = SPELLINGS.iter();
    let is_meant = |one: &&Spelling| one.command == command && one.typed.contains(&word);
    known.find(is_meant).map(|one| one.instead)
}

#[cfg(test)]
mod tests {
    use super::super::overview;
    use super::*;

    fn told(line: &str) -> Option<String> {
        let typed: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let call = std::iter::once(OsString::from("gatekeeper")).chain(typed.clone());
        let error = overview::command().try_get_matches_from(call).err()?;
        answer(&error, error.kind(), &typed)
    }

    #[test]
    fn calls_of_other_hook_managers_are_answered_with_ours() {
        for (line, ours) in [
            ("run --all-files", "`gatekeeper run`"),
            ("run -a", "`gatekeeper run`"),
            ("--color never run --all", "`gatekeeper run`"),
            ("run --hook-stage manual", "`gatekeeper run --staged`"),
            ("run --hook-stage=manual lint", "`gatekeeper run --staged`"),
            ("run --show-diff-on-failure", "`gatekeeper fix && git diff`"),
            ("run --from-ref a --to-ref b", "--from origin/main"),
            ("install --hook-type commit-msg", "`gatekeeper install`"),
            ("uninstall -t pre-commit", "`gatekeeper uninstall`"),
            ("autoupdate", "`uv tool upgrade gatekeeper-git`"),
            ("clean", "`gatekeeper cache clean`"),
            ("validate-config", "`gatekeeper config check`"),
            ("skip lint", "`gatekeeper run --skip GATE`"),
            ("fix --files a.py", "`gatekeeper fix`"),
            ("run ruff --all-files", "`gatekeeper run`"),
            ("uninstall --all", "`gatekeeper uninstall`"),
            ("migrate-config", "`gatekeeper init`"),
            ("sample-config", "`gatekeeper config example`"),
            ("gc", "`gatekeeper cache clean`"),
            ("run --no-fail-fast", "`gatekeeper run`"),
            ("run --concurrent 2", "--jobs 2"),
            ("run --glob *.py", "--files src"),
        ] {
            let told = told(line).unwrap_or_default();
            assert!(told.starts_with("error: "), "{line}: {told}");
            assert!(told.contains(ours), "{line}: {told}");
        }
        for (line, ours) in [
            ("run --fix --from HEAD~1", "`gatekeeper fix --all`"),
            ("run --from=HEAD~1 --fix lint", "`gatekeeper fix --all`"),
            ("run --last-commit --fix", "`gatekeeper fix --all`"),
            ("run --fix", "`gatekeeper run --staged --fix`"),
            ("run --fix --files a.py", "`gatekeeper fix`"),
        ] {
            let told = told(line).unwrap_or_default();
            assert!(told.contains(ours), "{line}: {told}");
        }
        assert_eq!(told("run --staged --from HEAD~1"), None);
        assert_eq!(told("run --allfiles"), None);
        assert_eq!(told("run lint"), None);
    }

    #[test]
    fn no_spelling_is_one_of_ours_and_every_command_that_is_named_exists() {
        let ours = overview::command();
        for one in SPELLINGS {
            let command = match one.command {
                "" => &ours,
                name => ours.find_subcommand(name).unwrap(),
            };
            for typed in one.typed {
                let is_ours = command.find_subcommand(typed).is_some()
                    || command.get_arguments().any(|argument| {
                        typed
                            .strip_prefix("--")
                            .is_some_and(|long| argument.get_long() == Some(long))
                            || typed.len() == 2 && argument.get_short() == typed.chars().nth(1)
                    });
                assert!(!is_ours, "{} {typed}", one.command);
            }
            let mut named = one.instead.split("`gatekeeper ").skip(1);
            let exists = |rest: &str| {
                let name = rest.split([' ', '`']).next().unwrap_or_default();
                name.starts_with("--") || ours.find_subcommand(name).is_some()
            };
            assert!(named.all(exists), "{}", one.instead);
        }
    }
}
