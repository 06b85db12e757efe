//! Commits that are pushed into this repository: they are checked here. They have arrived, and git holds nothing
//! but the locks of what is pushed, so that this is the one occasion on which gates run while references are
//! being updated.

use std::ffi::OsString;

use time::OffsetDateTime;

use super::gate_place::GatePlace;
use super::request::RunRequest;
use super::{gate_run, ungated_commits};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::git::invocation::command_line::GitCommandLine;
use crate::git::{CommitNode, Repository};
use crate::model::trigger::Trigger;
use crate::platform;
use crate::report::{self, Detail, Format, Style};
use crate::rules::change::single_change::ChangeChecker;

/// Whether some commits, the newest first, are let through: their changes by the rules in them, and their trees
/// by the gates.
///
/// # Errors
///
/// A gate cannot be run, or git fails.
pub(super) fn pass(
    environment: &Environment,
    repository: &Repository,
    commits: &[&CommitNode],
) -> Result<bool> {
    let style = Style::for_errors(environment, Detail::Normal);
    let today = OffsetDateTime::now_utc().date();
    let mut checker = ChangeChecker::new(repository, today);
    let mut is_good = true;
    for commit in commits.iter().rev() {
        let refused = ungated_commits::refused_changes(&mut checker, commit)?;
        if !refused.is_empty() {
            let passer = ungated_commits::named(repository, std::iter::once(*commit))?;
            report::say(&report::bad_changes(&passer, &refused, style));
            is_good = false;
        }
        if !ungated_commits::has_gates(repository, commit.id)? {
            // It has no gates that could check it.
            is_good = false;
            continue;
        }
        let request = RunRequest::new(Trigger::Record { commit: commit.id });
        let place = GatePlace::of(environment, repository, Some(commit.id))?;
        let code = gate_run::check(place.environment(), &request, Format::Text, style)?;
        is_good &= code == ExitCode::Passed;
    }
    Ok(is_good)
}

/// Whether a commit has no gates.toml, and takes none away.
///
/// # Errors
///
/// git fails.
pub(super) fn is_without_gates(repository: &Repository, commit: &CommitNode) -> Result<bool> {
    for id in std::iter::once(&commit.id).chain(&commit.parents) {
        if repository.ancestor(*id)?.is_some() && ungated_commits::has_gates(repository, *id)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The variables by which git works on another repository than that of its directory, or on other objects.
const ELSEWHERE: [&str; 3] = ["GIT_DIR=", "GIT_COMMON_DIR=", "GIT_OBJECT_DIRECTORY="];

/// Whether what is pushed comes from another repository: each git that sends it works in one. Over a network
/// none is seen, as with a fetch.
pub(super) fn is_from_elsewhere(
    repository: &Repository,
    ancestors: &[Vec<OsString>],
    receives: &str,
) -> bool {
    let mut senders = ancestors.iter().enumerate().filter(|(_, words)| {
        GitCommandLine::read(words).is_some_and(|called| called.command != receives)
    });
    senders.all(|(number, words)| {
        let is_led = |word: &OsString| word.to_string_lossy().starts_with("--git-dir");
        let Some((dir, variables)) = platform::ancestor_place(number) else {
            return false;
        };
        let is_set = |one: &OsString| {
            let text = one.to_string_lossy();
            ELSEWHERE.iter().any(|name| text.starts_with(name))
        };
        !words.iter().any(is_led) && !variables.iter().any(is_set) && repository.is_other_at(&dir)
    })
}
