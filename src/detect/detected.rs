//! What was found in a project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::draft::Draft;
use super::evidence::NotTaken;

/// What was found in a project.
#[derive(Default)]
pub(crate) struct Detected {
    /// The gates, in the order in which they are best read: formatting, linters, types, tests,
    /// security.
    pub(crate) gates: Vec<NamedDraft>,
    /// What was seen, and did not become a gate.
    pub(crate) not_taken: Vec<NotTaken>,
    /// Calls in CI of programs that are not known: they may be checks.
    pub(crate) unknown: Vec<NotTaken>,
    /// Files of CI and hook managers that could not be read.
    pub(crate) unreadable: Vec<PathBuf>,
    /// What git neither tracks nor ignores, and so no gate sees; a directory stands for all in it.
    pub(crate) untracked: Vec<PathBuf>,
    /// What stands for parts of a hook manager's configuration in `[settings]`.
    pub(crate) settings: Settings,
    /// Set if this is the translation of one file.
    pub(crate) translated: Option<Translated>,
}

/// Settings that stand for parts of a hook manager's configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Whether the first failure stops the other checks.
    pub(crate) fail_fast: bool,
    /// Branches that nobody may commit to directly.
    pub(crate) protected_branches: Vec<String>,
    /// The keys of `[checks]` that are on.
    pub(crate) checks: BTreeMap<&'static str, CheckDraft>,
    /// Paths that the checks leave out, as globs.
    pub(crate) unchecked: Vec<String>,
}

/// A key of `[checks]` that is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CheckDraft {
    /// The limit for the size of a file, in KiB.
    pub(crate) limit: Option<u32>,
    /// The paths that it is about, as globs; all if there are none.
    pub(crate) files: Vec<String>,
    /// Those that it is not about.
    pub(crate) exclude: Vec<String>,
    /// What asks for it, where that is not obvious.
    pub(crate) evidence: Option<&'static str>,
}

/// How much of a file was translated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Translated {
    /// The file.
    pub(crate) file: PathBuf,
    /// How many entries it has.
    pub(crate) entries: usize,
    /// How many of them are gates or settings now.
    pub(crate) taken: usize,
}

/// A gate with its name.
#[derive(Clone)]
pub(crate) struct NamedDraft {
    /// Unique among the gates.
    pub(crate) name: String,
    /// The gate.
    pub(crate) draft: Draft,
}

/// A name for a gate that no other one has, made of a text.
pub(super) fn unique_name(text: &str, names: &mut BTreeSet<String>) -> String {
    const LONGEST: usize = 48;
    let fitting = |c: char| {
        let fits = c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if fits { c } else { '-' }
    };
    let base: String = text.chars().map(fitting).take(LONGEST).collect();
    let base = match base.trim_matches(['-', '.', '_']) {
        "" => "gate",
        base => base,
    };
    let mut name = base.to_owned();
    let mut number = 2;
    while !names.insert(name.clone()) {
        name = format!("{base}-{number}");
        number += 1;
    }
    name
}
