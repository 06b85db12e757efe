//! Paths by which a gate could be changed, or by which an agent could switch its own guard off.

mod agent_files;
mod wildcards;

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use agent_files::{AGENT_DIRS, AGENT_FILES, HOOK_DIRS};
use wildcards::meant;

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is written: its contents change, or it is created.
    Write,
    /// It is removed, or moved away.
    Remove,
}

/// What a path is, if it is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protected {
    /// Hooks of git.
    Hooks,
    /// git's configuration.
    GitConfig,
    /// gatekeeper's receipts and ledger, and the key that seals them.
    Records,
    /// References of git.
    References,
    /// The repository itself.
    Repository,
    /// gates.toml, which may be edited but not removed.
    Gates,
    /// The hooks or switches of an agent.
    Agent,
    /// gatekeeper itself.
    Program,
}

impl Protected {
    /// What it is, in words.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hooks => "a git hook",
            Self::GitConfig => "git's configuration",
            Self::Records => "a record of gatekeeper",
            Self::References => "a reference of git",
            Self::Repository => "the git repository",
            Self::Gates => "the definition of the gates",
            Self::Agent => "the hook configuration of an agent",
            Self::Program => "gatekeeper itself",
        }
    }

    /// The command to run instead of changing it.
    #[must_use]
    pub(crate) fn instead(self) -> &'static str {
        match self {
            Self::Hooks | Self::Records | Self::Repository => {
                "gatekeeper status  (shows the hooks and records; `gatekeeper install` repairs them)"
            }
            Self::GitConfig => "git config KEY VALUE  (for the one setting that is needed)",
            Self::References => "git branch, git switch or git reset, which check what they move",
            Self::Gates => {
                "edit gates.toml, and explain the change with a `Gate-Change: REASON` trailer"
            }
            Self::Agent => "gatekeeper status  (shows what is installed for agents)",
            Self::Program => "gatekeeper --version  (a person installs another version)",
        }
    }
}

/// Finds the files that gates.toml includes, as the agent's directory leads to them. It is asked only if that decides.
pub(crate) type IncludedFiles<'a> = dyn Fn() -> Vec<PathBuf> + 'a;

/// Finds where a path leads whose directories are links; `None` if it cannot be found.
pub(crate) type RealPath<'a> = dyn Fn(&Path) -> Option<PathBuf> + 'a;

/// Where paths start from.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// The current directory.
    pub(crate) dir: &'p Path,
    /// The directory of the agent, which lies in the repository.
    pub(crate) top: &'p Path,
    /// The files that gates.toml includes.
    pub(crate) included: &'p IncludedFiles<'p>,
    /// Where links lead.
    pub(crate) real: &'p RealPath<'p>,
}

/// What a path is, if it may not be changed so. Wildcards stand for the names of all that is protected.
#[must_use]
pub(crate) fn protected(path: &str, place: &Place<'_>, change: Change) -> Option<Protected> {
    let top = parts("", place.top);
    let parts = parts(path, place.dir);
    let mut meant = meant(&parts).into_iter();
    let by_name = meant.find_map(|parts| of_names(&parts, &top, change));
    by_name
        .or_else(|| {
            let is_included = || (place.included)().iter().any(|file| is_meant(&parts, file));
            (change == Change::Remove && is_included()).then_some(Protected::Gates)
        })
        .or_else(|| behind_links(path, place, change))
}

/// What a path is whose directories are links in the work tree, or that is a link itself and is written through.
fn behind_links(path: &str, place: &Place<'_>, change: Change) -> Option<Protected> {
    if path.is_empty() || path.contains(['$', '`', '*', '\0']) {
        return None;
    }
    let typed = place.dir.join(path);
    let real = match change {
        Change::Write => (place.real)(&typed),
        Change::Remove => None,
    };
    let beside = || Some((place.real)(typed.parent()?)?.join(typed.file_name()?));
    let real = real.or_else(beside).filter(|real| *real != typed)?;
    let top = (place.real)(place.top).unwrap_or_else(|| place.top.to_owned());
    of_names(&parts("", &real), &parts("", &top), change)
}

fn of_names(names: &[String], top: &[String], change: Change) -> Option<Protected> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    of_parts(&names, top, change)
}

/// Whether a path, by its parts, is or matches that of a file.
fn is_meant(typed: &[String], file: &Path) -> bool {
    let own = parts("", file);
    let is_name = |(typed, own): (&String, &String)| {
        let glob = || GlobBuilder::new(typed).backslash_escape(true).build();
        typed == own
            || typed.contains(['*', '?', '['])
                && glob().is_ok_and(|glob| glob.compile_matcher().is_match(own))
    };
    typed.len() == own.len() && typed.iter().zip(&own).all(is_name)
}

/// What a path is by its parts; `top` are those of the agent's directory.
fn of_parts(parts: &[&str], top: &[String], change: Change) -> Option<Protected> {
    in_git_dir(parts, top)
        .or_else(|| of_user(parts))
        .or_else(|| {
            let is_hook_dir = |at: usize| HOOK_DIRS.contains(&parts[at]);
            let hooks = (0..parts.len()).find(|at| is_hook_dir(*at))?;
            let is_below = hooks + 1 < parts.len();
            (is_below || change == Change::Remove).then_some(Protected::Hooks)
        })
        .or_else(|| of_agent(parts, change))
        .or_else(|| {
            let is_gates = parts.last() == Some(&"gates.toml");
            (is_gates && change == Change::Remove).then_some(Protected::Gates)
        })
}

/// Whether a text names git, gatekeeper or a protected path, so that what cannot be read in it is refused.
#[must_use]
pub(crate) fn names_any(text: &[u8]) -> bool {
    const NAMES: [&[u8]; 7] = [
        b"git",
        b"gatekeeper",
        b"gates.toml",
        b"hooks",
        b".claude",
        b".codex",
        b"settings.json",
    ];
    let lower = text.to_ascii_lowercase();
    NAMES
        .iter()
        .any(|name| lower.windows(name.len()).any(|window| window == *name))
}

fn in_git_dir(parts: &[&str], top: &[String]) -> Option<Protected> {
    let is_git_dir =
        |part: &&str| *part == ".git" || part.to_ascii_lowercase().starts_with("$git_dir");
    let at = parts.iter().position(is_git_dir)?;
    let inside = &parts[at + 1..];
    // A submodule or a linked work tree has its own directory in there.
    let inside = match inside {
        ["modules" | "worktrees", _, rest @ ..] if !rest.is_empty() => rest,
        other => other,
    };
    match inside {
        // That of another repository, as in `rm -rf vendor/lib/.git`, is no affair of ours.
        [] => {
            let is_around = top
                .iter()
                .map(String::as_str)
                .take(at)
                .eq(parts[..at].iter().copied());
            is_around.then_some(Protected::Repository)
        }
        ["hooks", .., file] if file.ends_with(".sample") => None,
        ["hooks", ..] | ["*"] => Some(Protected::Hooks),
        // By `commondir`, git finds its configuration and hooks in another directory.
        ["config" | "config.worktree" | "commondir"] => Some(Protected::GitConfig),
        // A refused message may be edited.
        ["gatekeeper", file] if file.starts_with("message-") => None,
        ["gatekeeper", ..] => Some(Protected::Records),
        ["refs" | "reftable", .., last] if !is_lock(last) => Some(Protected::References),
        ["refs" | "packed-refs" | "HEAD"] => Some(Protected::References),
        _ => None,
    }
}

/// Whether it is a file by which git locks another one; one that is left over may be removed.
fn is_lock(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ending == "lock")
}

/// The user's own git configuration, and the key and records of gatekeeper outside of the repository.
fn of_user(parts: &[&str]) -> Option<Protected> {
    let is_gatekeeper = |pair: &[&str]| {
        matches!(
            pair,
            [
                "state" | "$XDG_STATE_HOME" | "${XDG_STATE_HOME}",
                "gatekeeper"
            ]
        )
    };
    if parts.windows(2).any(is_gatekeeper) {
        return Some(Protected::Records);
    }
    match parts {
        [.., "bin", "gatekeeper" | "gatekeeper.exe"]
        | [
            ..,
            "tools" | "venvs" | "node_modules" | "site-packages",
            "gatekeeper-git" | "gatekeeper_git",
        ] => Some(Protected::Program),
        [.., ".gitconfig"] | [.., ".config", "git", "config"] | ["/", "etc", "gitconfig"] => {
            Some(Protected::GitConfig)
        }
        _ => None,
    }
}

fn of_agent(parts: &[&str], change: Change) -> Option<Protected> {
    let joined = format!("/{}/", parts.join("/"));
    let is_named = |file: &&str| {
        let is_dir = file.ends_with('/');
        let name = format!("/{file}{}", if is_dir { "" } else { "/" });
        if is_dir {
            joined.contains(&name) && !joined.ends_with(&name)
                || change == Change::Remove && joined.ends_with(&name)
        } else {
            joined.ends_with(&name)
        }
    };
    let is_dir = |dir: &&str| joined.ends_with(&format!("/{dir}/"));
    let is_removed = change == Change::Remove && AGENT_DIRS.iter().any(is_dir);
    (is_removed || AGENT_FILES.iter().any(is_named)).then_some(Protected::Agent)
}

/// The names in a path, without `.` and `..`; an absolute path begins with `/`.
pub(super) fn parts(path: &str, dir: &Path) -> Vec<String> {
    let path = path.replace('\\', "/");
    let here = ["$PWD/", "${PWD}/"];
    let path = here
        .iter()
        .find_map(|here| path.strip_prefix(here))
        .unwrap_or(&path);
    let mut parts: Vec<String> = Vec::new();
    for component in dir.join(PathBuf::from(path)).components() {
        match component {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::RootDir => parts.push("/".to_owned()),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(dir: &str, path: &str, change: Change) -> Option<Protected> {
        let dir = Path::new(dir);
        let included = || vec![dir.join("shared/lint.toml")];
        let place = Place {
            dir,
            top: dir,
            included: &included,
            real: &|_| None,
        };
        protected(path, &place, change)
    }

    fn of(path: &str, change: Change) -> Option<Protected> {
        below("", path, change)
    }

    #[test]
    fn paths_that_decide_about_gates_are_protected() {
        for (path, expected) in [
            (".git/hooks/pre-commit", Protected::Hooks),
            ("/home/me/project/.git/hooks", Protected::Hooks),
            ("./a/../.git/config", Protected::GitConfig),
            (".git/worktrees/x/config.worktree", Protected::GitConfig),
            (".git/commondir", Protected::GitConfig),
            (".git/worktrees/x/commondir", Protected::GitConfig),
            (".git/modules/lib/hooks/pre-push", Protected::Hooks),
            (".git/gatekeeper/ledger", Protected::Records),
            ("~/.local/state/gatekeeper/key", Protected::Records),
            (".git/refs/heads/main", Protected::References),
            ("~/.gitconfig", Protected::GitConfig),
            (".husky/pre-commit", Protected::Hooks),
            (".claude/settings.json", Protected::Agent),
            ("/home/me/.claude/settings.local.json", Protected::Agent),
            (".github/hooks/gatekeeper.json", Protected::Agent),
            (".clinerules/hooks/PreToolUse", Protected::Agent),
            ("C:\\work\\.git\\hooks\\pre-commit", Protected::Hooks),
            ("/etc/cursor/hooks.json", Protected::Agent),
        ] {
            assert_eq!(of(path, Change::Write), Some(expected), "{path}");
        }
        assert_eq!(of(".git", Change::Write), Some(Protected::Repository));
        for (path, expected) in [
            ("gates.toml", Protected::Gates),
            ("shared/lint.toml", Protected::Gates),
            ("./shared/*.toml", Protected::Gates),
            (".claude", Protected::Agent),
            (".husky", Protected::Hooks),
        ] {
            assert_eq!(of(path, Change::Write), None, "{path}");
            assert_eq!(of(path, Change::Remove), Some(expected), "{path}");
        }
    }

    #[test]
    fn sources_are_not_protected() {
        for path in [
            "src/hooks/pre-commit.rs",
            "src/git/config",
            "README.md",
            ".gitignore",
            ".github/workflows/ci.yml",
            ".claude/commands/review.md",
            ".git/gatekeeper/message-1234567",
            ".git/info/exclude",
            ".git/index.lock",
            ".git/refs/heads/main.lock",
            "docs/.husky.md",
            "settings.json",
            ".vscode/settings.json",
            "gatekeeper/state.rs",
            "lint.toml",
            "other/lint.toml",
            "shared",
        ] {
            assert_eq!(of(path, Change::Remove), None, "{path}");
        }
        let inside = below(".git/hooks", "pre-commit", Change::Remove);
        assert_eq!(inside, Some(Protected::Hooks));
    }

    #[test]
    fn only_the_repository_of_the_agent_is_protected_as_a_whole() {
        for (dir, path, expected) in [
            ("", ".git", Some(Protected::Repository)),
            ("", "/tmp/copy/.git", None),
            ("", "vendor/lib/.git", None),
            ("/p/sub", "/p/.git", Some(Protected::Repository)),
            ("/p/sub", "../.git", Some(Protected::Repository)),
            ("/p/sub", "/p/other/.git", None),
            ("/p/.git/hooks", "pre-push", Some(Protected::Hooks)),
        ] {
            assert_eq!(below(dir, path, Change::Remove), expected, "{dir} {path}");
        }
    }

    #[test]
    fn wildcards_stand_for_what_they_match() {
        for (path, expected) in [
            (".g*/h*/pre-commit", Some(Protected::Hooks)),
            (".git/h*", Some(Protected::Hooks)),
            (".g?t/hooks", Some(Protected::Hooks)),
            (".git/[h]ooks/x", Some(Protected::Hooks)),
            (".hus*", Some(Protected::Hooks)),
            (".c*/settings.json", Some(Protected::Agent)),
            ("gates.*", Some(Protected::Gates)),
            ("*", None),
            ("*.toml", None),
            (".eslintrc*", None),
            (".m*_cache", None),
            ("*/hooks/*", None),
            (".git/hooks/*.sample", None),
        ] {
            assert_eq!(of(path, Change::Remove), expected, "{path}");
        }
    }
}
