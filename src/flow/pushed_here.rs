//! Commits that are pushed into this repository: they are checked here. They have arrived, and git holds nothing
//! but the locks of what is pushed, so that this is the one occasion on which gates run while references are
//! being updated.

use time::OffsetDateTime;

use super::gate_place::GatePlace;
use super::request::RunRequest;
use super::{gate_run, ungated_commits};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::git::{CommitNode, Repository};
use crate::model::trigger::Trigger;
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
        let request = RunRequest::new(Trigger::Record { commit: commit.id });
        let place = GatePlace::of(environment, repository, Some(commit.id))?;
        let code = gate_run::check(place.environment(), &request, Format::Text, style)?;
        is_good &= code == ExitCode::Passed;
    }
    Ok(is_good)
}
