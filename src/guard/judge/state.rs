//! What a walk through a script has found and remembers. Every other file adds methods to [`Walk`], so that they can
//! call each other: a script has commands, and commands have scripts.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use super::list_value::{as_list, values_of_list, with_item};
use crate::base::environment::Variables;
use crate::guard::paths::{IncludedFiles, Place, RealPath, names_any};
use crate::guard::refusal::{GuardRule, Refusal};
use crate::shell::ShellCommand;

/// How many commands are followed: loops and scripts in variables may multiply them.
const MOST_COMMANDS: usize = 20_000;

/// What a word begins with that stands for a file with a known text.
pub(super) const TEXT_OF_FILE: &str = "\0file:";

/// A link that the script has made: its own place, and where it leads, by the names in their paths.
pub(super) type Link = (Vec<String>, Vec<String>);

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
    /// The directory in which it runs.
    pub(crate) dir: PathBuf,
    /// Whether it runs in the background.
    pub(crate) in_background: bool,
    /// How long it may run, as `timeout` says.
    pub(crate) limit: Option<Duration>,
    /// The text that it reads from standard input, if that is known.
    pub(crate) input: Option<String>,
}

/// What git stands for by a name that is no command of its own: `Some("commit -n")`, say. The directory is the one
/// in which git runs.
pub(crate) type Aliases<'a> = dyn Fn(&Path, &str) -> Option<String> + 'a;

/// What the repository is asked while a command is judged.
#[derive(Clone, Copy)]
pub(crate) struct Outside<'a> {
    /// What a name stands for that git does not have as a command.
    pub(crate) aliases: &'a Aliases<'a>,
    /// The files that gates.toml includes.
    pub(crate) included: &'a IncludedFiles<'a>,
    /// Where links in the work tree lead.
    pub(crate) real: &'a RealPath<'a>,
}

/// What becomes of the status of a condition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Condition {
    /// The command is none.
    #[default]
    None,
    /// The command is the condition of `if` or `while`.
    Tested,
    /// The command is an `if` that succeeds silently where its condition fails.
    Lost,
}

/// What holds for the commands of a script from outside.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// What it reads from standard input, if that is known.
    pub(super) input: Option<String>,
    /// Whether its exit status is lost, because a pipeline goes on after it, or because it is put into a word.
    pub(super) is_hidden: bool,
    /// Whether its exit status is thrown away, as by `|| true`.
    pub(super) is_ignored: bool,
    /// What becomes of the status of a condition.
    pub(super) condition: Condition,
    /// Whether it runs in the background.
    pub(super) in_background: bool,
    /// How long it may run, as `timeout` says.
    pub(super) limit: Option<Duration>,
}

/// Options of a shell.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ShellOptions {
    /// `set -o pipefail`.
    pub(super) pipefail: bool,
    /// `set -o errexit`.
    pub(super) errexit: bool,
    /// `set -o allexport`.
    pub(super) allexport: bool,
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
    /// The links that were made, the newest last.
    pub(super) links: Vec<Link>,
    /// `declare -n NAME=OTHER`: the variable that a name stands for.
    pub(super) references: BTreeMap<String, String>,
    /// The current directory.
    pub(super) dir: PathBuf,
    /// What `set` has switched on.
    pub(super) options: ShellOptions,
    /// `trap 'exit 0' EXIT`: the status of the last command is lost.
    pub(super) exits_well: bool,
    /// Functions, each with its body.
    pub(super) functions: BTreeMap<String, Rc<ShellCommand>>,
}

impl State {
    /// The variable that a name stands for.
    pub(super) fn referred<'n>(&'n self, name: &'n str) -> &'n str {
        self.references.get(name).map_or(name, String::as_str)
    }

    /// Gives a variable, or one place of a list (`x[1]`), a value.
    pub(super) fn assign(&mut self, name: &str, value: String) {
        let (name, index) = match name.split_once('[') {
            Some((name, index)) => (name, index.strip_suffix(']')),
            None => (name, None),
        };
        let name = &self.referred(name).to_owned();
        let value = match index {
            Some(index) => {
                let before = self.variables.get(name).map_or("", String::as_str);
                with_item(before, index, &value)
            }
            None => value,
        };
        let is_exported = self.options.allexport || self.exported.contains_key(OsStr::new(name));
        if is_exported {
            self.exported.insert(name.into(), value.clone().into());
        }
        self.variables.insert(name.to_owned(), value);
    }
}

/// A walk through a script. What is done in it is in the other files, as its methods.
pub(super) struct Walk<'a> {
    pub(super) outside: Outside<'a>,
    /// The directory of the agent.
    pub(super) top: &'a Path,
    pub(super) judged: Judged,
    pub(super) state: State,
    /// How deeply the present script is nested in others.
    pub(super) depth: usize,
    /// How many commands may still be followed.
    pub(super) left: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(top: &'a Path, outside: Outside<'a>) -> Self {
        Self {
            outside,
            top,
            judged: Judged::default(),
            state: State {
                dir: top.to_owned(),
                ..State::default()
            },
            depth: 0,
            left: MOST_COMMANDS,
        }
    }

    /// The arguments of the script or function: `$1` and the following.
    pub(super) fn arguments(&self) -> Vec<String> {
        let list = self.state.variables.get("@");
        list.and_then(|list| values_of_list(list))
            .unwrap_or_default()
    }

    /// Sets the arguments of the script or function.
    pub(super) fn set_arguments(&mut self, values: &[String]) {
        let list = as_list(values);
        self.state.variables.insert("@".to_owned(), list);
    }

    /// Where the paths of the present command start from.
    pub(super) fn place(&self) -> Place<'_> {
        Place {
            dir: &self.state.dir,
            top: self.top,
            included: self.outside.included,
            real: self.outside.real,
        }
    }

    /// Refuses what is run in place of gatekeeper.
    pub(super) fn refuse_stand_in(&mut self, what: &str) {
        let what = format!("{what} takes the place of gatekeeper");
        self.refuse(Refusal::new(
            GuardRule::Tampering,
            what,
            "gatekeeper status",
        ));
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
