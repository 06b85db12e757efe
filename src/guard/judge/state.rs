//! What a walk through a script has found and remembers. Every other file adds methods to [`Walk`], so that they can
//! call each other: a script has commands, and commands have scripts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::base::environment::Variables;
use crate::guard::paths::names_any;
use crate::guard::refusal::{GuardRule, Refusal};

/// How many commands are followed: loops and scripts in variables may multiply them.
const MOST_COMMANDS: usize = 20_000;

/// What a word begins with that stands for a file with a known text.
pub(super) const TEXT_OF_FILE: &str = "\0file:";

/// In what a command is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shell {
    /// A POSIX shell or bash.
    Posix,
    /// PowerShell.
    PowerShell,
}

/// What was found out about a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Why it is refused.
    pub(crate) refusal: Option<Refusal>,
    /// The commits that it makes.
    pub(crate) commits: Vec<TypedCommit>,
}

/// A `git commit`, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedCommit {
    /// Its words, from `git` onwards.
    pub(crate) words: Vec<String>,
    /// The directory in which it runs, relative to where the agent is.
    pub(crate) dir: PathBuf,
    /// Whether it runs in the background.
    pub(crate) in_background: bool,
    /// The text that it reads from standard input, if that is known.
    pub(crate) input: Option<String>,
}

/// What git stands for by a name that is no command of its own: `Some("commit -n")`, say. The directory is the one
/// in which git runs.
pub(crate) type Aliases<'a> = dyn Fn(&Path, &str) -> Option<String> + 'a;

/// What holds for the commands of a script from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// What it reads from standard input, if that is known.
    pub(super) input: Option<String>,
    /// Whether its exit status is lost, because a pipeline goes on after it.
    pub(super) is_hidden: bool,
    /// Whether it runs in the background.
    pub(super) in_background: bool,
}

/// What a shell would remember from one command to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// Variables, exported or not.
    pub(super) variables: BTreeMap<String, String>,
    /// Those that programs get.
    pub(super) exported: Variables,
    /// `alias NAME=VALUE`.
    pub(super) aliases: BTreeMap<String, String>,
    /// The texts that were written to files.
    pub(super) written: BTreeMap<String, String>,
    /// The current directory, relative to the one at the beginning.
    pub(super) dir: PathBuf,
    /// `set -o pipefail`.
    pub(super) pipefail: bool,
}

/// A walk through a script. What is done in it is in the other files, as its methods.
pub(super) struct Walk<'a> {
    pub(super) aliases: &'a Aliases<'a>,
    pub(super) judged: Judged,
    pub(super) state: State,
    /// How deeply the present script is nested in others.
    pub(super) depth: usize,
    /// How many commands may still be followed.
    pub(super) left: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(aliases: &'a Aliases<'a>) -> Self {
        Self {
            aliases,
            judged: Judged::default(),
            state: State::default(),
            depth: 0,
            left: MOST_COMMANDS,
        }
    }

    /// Notes a refusal; the first one counts.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.judged.refusal.get_or_insert(refusal);
    }
}

/// The refusal of what cannot be read, if it names git, gatekeeper or a protected path.
pub(crate) fn unreadable(text: &str) -> Option<Refusal> {
    names_any(text.as_bytes()).then(|| {
        Refusal::new(
            GuardRule::Unreadable,
            format!("`{text}` cannot be read"),
            "the same as a plain command, or as several, without unfinished quotes",
        )
    })
}
