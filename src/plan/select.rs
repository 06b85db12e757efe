//! Which gates a change set needs, and which files they are given.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::reason::{LeftOutReason, Needed};
use super::situation::Situation;
use crate::base::fault::{Fault, Result};
use crate::base::text::{nearest, some_of};
use crate::config::{Config, Gate};
use crate::git::{Change, ChangeKind, ChangeSet, FileMode};
use crate::model::gate::GateName;
use crate::model::outcome::{NotApplicable, NotWanted, Unfit};
use crate::model::trigger::Trigger;

/// How many gates are named where there is no gate of a name.
const NAMED: usize = 20;

/// The selection for a gate that is needed.
pub(super) struct Selected {
    pub(super) because: Needed,
    pub(super) files: Vec<PathBuf>,
}

/// Whether making the plan requires the list of all tracked files.
#[must_use]
pub(crate) fn wants_tracked(config: &Config, changes: &ChangeSet) -> bool {
    config
        .gates
        .iter()
        .filter(|gate| takes_files(gate))
        .any(|gate| widened_by(gate, changes).is_some())
}

/// Makes sure that every name is the name of a gate.
///
/// # Errors
///
/// The first name that is not the name of a gate.
pub(crate) fn must_exist(names: &[String], config: &Config) -> Result<Vec<GateName>> {
    names
        .iter()
        .map(|name| {
            let gate = config.gates.iter().find(|gate| gate.name.as_str() == name);
            gate.map(|gate| gate.name.clone()).ok_or_else(|| {
                let shown = crate::base::text::clean_line(name.as_bytes());
                Fault::usage(format!("gate `{shown}` does not exist")).hint(meant(name, config))
            })
        })
        .collect()
}

/// What may be meant by the name of a gate that does not exist.
fn meant(name: &str, config: &Config) -> String {
    let gates: Vec<&str> = config.gates.iter().map(|gate| gate.name.as_str()).collect();
    let named = |is_meant: &dyn Fn(&Gate) -> bool| -> Vec<String> {
        let gates = config.gates.iter().filter(|gate| is_meant(gate));
        gates.map(|gate| gate.name.to_string()).collect()
    };
    let dir = Path::new(name.trim_end_matches('/'));
    let of_dir = named(&|gate| dir != Path::new("") && gate.dir.starts_with(dir));
    let in_dirs = named(&|gate| gate.name.local() == name);
    if let Some(call) = of_hook(name) {
        call.to_owned()
    } else if !in_dirs.is_empty() {
        let quoted: Vec<String> = in_dirs.iter().map(|name| format!("`{name}`")).collect();
        let shown = some_of(&quoted, NAMED);
        format!("directories have gates of this name: {shown}")
    } else if !of_dir.is_empty() && of_dir.len() <= NAMED {
        let all = of_dir.join(" ");
        format!("it is a directory; to run its gates: `gatekeeper run {all}`")
    } else if let Some(right) = nearest(name, gates.iter().copied()) {
        format!("did you mean `{right}`?")
    } else {
        format!("the gates are {}", some_of(&gates, NAMED))
    }
}

/// The call that does what a hook does, for people who name the hook, as lefthook wants it.
fn of_hook(name: &str) -> Option<&'static str> {
    match name {
        "pre-commit" => Some("to do what the pre-commit hook does: `gatekeeper run --staged`"),
        "pre-push" => Some(
            "to run the gates of every hook: `gatekeeper run`; to check the commits that would be pushed: \
             `gatekeeper audit`",
        ),
        "commit-msg" => Some("to check a message: `gatekeeper message check FILE`"),
        _ => None,
    }
}

/// For each gate of the configuration: does it belong to this run?
///
/// A gate that is named on the command line does, whatever its `hooks` are, and so do the gates
/// that it needs.
pub(super) fn wanted(
    config: &Config,
    situation: &Situation<'_>,
) -> Vec<std::result::Result<(), NotWanted>> {
    let mut named: BTreeSet<&GateName> = situation.named.iter().collect();
    let mut open: Vec<&GateName> = situation.named.iter().collect();
    while let Some(name) = open.pop() {
        let gate = config.gates.iter().find(|gate| gate.name == *name);
        for need in gate.iter().flat_map(|gate| &gate.needs) {
            if named.insert(need) {
                open.push(need);
            }
        }
    }
    config
        .gates
        .iter()
        .map(|gate| match situation.trigger.stage() {
            _ if named.contains(&gate.name) => Ok(()),
            _ if !named.is_empty() => Err(NotWanted::NotNamed),
            Some(stage) if !gate.hooks.contains(&stage) => {
                Err(NotWanted::OtherStage(gate.hooks.iter().copied().collect()))
            }
            _ => Ok(()),
        })
        .collect()
}

/// Whether the gate is needed, and for which files.
pub(super) fn select(
    gate: &Gate,
    situation: &Situation<'_>,
) -> std::result::Result<Selected, LeftOutReason> {
    let not_applicable = |reason| Err(LeftOutReason::NotApplicable(reason));
    if let Some(skip) = &gate.skip
        && skip.is_in_force(situation.today)
    {
        return Err(LeftOutReason::Skipped);
    }
    if situation.changes.changes.is_empty() {
        return not_applicable(NotApplicable::NothingChanged);
    }
    // By hand nothing has changed: every file that is looked at counts anyway.
    let widened_by = match situation.trigger {
        Trigger::Run | Trigger::Files { .. } => None,
        _ => widened_by(gate, situation.changes),
    };
    let is_redefined = situation.redefined.contains(&gate.name);
    let matching: Vec<&Change> = situation
        .changes
        .changes
        .iter()
        .filter(|change| gate.looks_at(&change.path))
        .collect();
    let mut tracked = situation.tracked.iter();
    let because = match (widened_by, matching.first()) {
        _ if is_redefined && tracked.any(|file| gate.looks_at(&file.path)) => Needed::Redefined,
        (Some(change), _) => Needed::Widened {
            by: change.path.clone(),
        },
        (None, None) => {
            return not_applicable(NotApplicable::NoMatch {
                patterns: gate.files.patterns.clone(),
            });
        }
        (None, Some(_)) if gate.files.is_empty() && gate.exclude.is_empty() => Needed::EveryChange,
        (None, Some(first)) => Needed::Matches {
            count: matching.len(),
            example: first.path.clone(),
        },
    };
    if !takes_files(gate) {
        return Ok(Selected {
            because,
            files: Vec::new(),
        });
    }
    let files = if because.has_all() {
        let tracked = situation.tracked.iter();
        tracked
            .filter(|file| file.mode == FileMode::File && gate.looks_at(&file.path))
            .map(|file| file.path.clone())
            .collect()
    } else {
        files_among(&matching)
    };
    if files.is_empty() && gate.run.takes_files {
        let unfit = matching.iter().filter_map(|change| unfit(change)).collect();
        return not_applicable(NotApplicable::NothingLeft(unfit));
    }
    Ok(Selected { because, files })
}

fn takes_files(gate: &Gate) -> bool {
    gate.run.takes_files || gate.fix.as_ref().is_some_and(|fix| fix.takes_files)
}

fn widened_by<'a>(gate: &Gate, changes: &'a ChangeSet) -> Option<&'a Change> {
    if gate.widen.is_empty() {
        return None;
    }
    changes
        .changes
        .iter()
        .find(|change| gate.widen.matches(&change.path))
}

fn unfit(change: &Change) -> Option<Unfit> {
    match change.kind {
        ChangeKind::Deleted => Some(Unfit::Deleted),
        ChangeKind::Present(FileMode::Link | FileMode::Submodule) => Some(Unfit::NoFile),
        ChangeKind::Present(FileMode::File) if !change.differs_from_every_parent => {
            Some(Unfit::TakenOver)
        }
        ChangeKind::Present(FileMode::File) => None,
    }
}

/// The files to pass: regular ones that exist in the commit. Symbolic links and submodules make a
/// gate run but are not passed: tools would follow them to something else.
fn files_among(changes: &[&Change]) -> Vec<PathBuf> {
    changes
        .iter()
        .filter(|change| unfit(change).is_none())
        .map(|change| change.path.clone())
        .collect()
}
