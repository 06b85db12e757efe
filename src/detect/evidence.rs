//! What a project says about its checks: calls, each with its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::indirection::GivenVariable;
pub(crate) use crate::indirection::Place;

/// Who runs a call. Of several calls of one tool, the first kind counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A workflow, for every push or pull request.
    Ci,
    /// A workflow starts nox or tox with environments that are known only there; this is one that runs by default.
    CiByDefault,
    /// A workflow, on another operating system only.
    CiElsewhere,
    /// A hook manager, at every commit.
    Hook,
    /// A script of the project's own, such as the script `lint` of package.json.
    Script,
    /// Nothing: the tool is configured and declared as a dependency.
    Configuration,
}

/// Something that runs for the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// What runs.
    pub(crate) what: Ran,
    /// Where it runs, relative to the top of the work tree.
    pub(crate) dir: PathBuf,
    /// The variables that are set for it.
    pub(crate) env: BTreeMap<String, String>,
    /// Who runs it.
    pub(crate) origin: Origin,
    /// Whether it runs at a push only.
    pub(crate) is_at_push: bool,
    /// Where it stands.
    pub(crate) place: Place,
}

/// What runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ran {
    /// A script for a POSIX shell or bash.
    Script(String),
    /// A call.
    Call {
        /// Its words.
        words: Vec<String>,
        /// The variables that it is given besides.
        given: Vec<GivenVariable>,
        /// The files that are handed to it, if any are.
        files: Option<FileSelection>,
        /// Whether a verdict over those files alone is right.
        takes_files: bool,
    },
}

/// The files that a hook manager hands to a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileSelection {
    /// Globs of the files that it gets; empty: those that the tool checks.
    pub(crate) files: Vec<String>,
    /// Globs of the files that it does not get.
    pub(crate) exclude: Vec<String>,
}

/// What was found, but does not become a gate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NotTaken {
    /// Where it stands.
    pub(crate) place: Place,
    /// What it is, as it is written.
    pub(crate) what: String,
    /// Why it does not become a gate.
    pub(crate) reason: String,
}

/// The placeholder for a value that only CI knows.
pub(crate) const UNKNOWN: char = '\u{e000}';

/// What was found in the files of a project.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What runs.
    pub(crate) evidence: Vec<Evidence>,
    /// What was found, but cannot be used.
    pub(crate) not_taken: Vec<NotTaken>,
    /// Files that could not be read: what they run is not known.
    pub(crate) unreadable: Vec<NotTaken>,
    /// Hooks and calls of which it is not known what they run.
    pub(crate) unknown: Vec<NotTaken>,
    /// Hooks of pre-commit's own that only it can run, each with its id.
    pub(crate) small_hooks: Vec<(Place, String)>,
    /// The ids of its other hooks.
    pub(crate) other_hooks: Vec<String>,
}

impl Found {
    /// Adds a file that cannot be read.
    pub(crate) fn unreadable(&mut self, path: &Path, what: &str) {
        self.unreadable.push(NotTaken {
            place: Place {
                path: path.to_owned(),
                line: 1,
            },
            what: what.to_owned(),
            reason: "it cannot be read as YAML, so what it runs is not known".to_owned(),
        });
    }

    /// Adds what was found, but cannot be used.
    pub(crate) fn skip(&mut self, place: Place, what: &str, reason: impl Into<String>) {
        let what = what.lines().next().unwrap_or_default().trim().to_owned();
        self.not_taken.push(NotTaken {
            place,
            what,
            reason: reason.into(),
        });
    }
}
