//! The set-up of the repository: hooks, git, programs and records.

use std::path::PathBuf;

use super::complaint::Complaint;
use super::facts::Facts;
use super::machine::GateProgram;
use super::rule::{Area, DoctorRule, Look};
use crate::base::text::{count, show_path, some_of};
use crate::indirection::Place;
use crate::install::{HookState, HookStatus};
use crate::model::severity::Severity;

/// The first version of git that gatekeeper works with.
const LEAST_GIT: (u32, u32) = (2, 31);

/// The first version of git that has hooks in its configuration.
const CONFIGURED_HOOKS: (u32, u32) = (2, 54);

/// A rule about the set-up as a whole.
pub(super) const fn rule(
    id: &'static str,
    severity: Severity,
    finds: &'static str,
    remedy: &'static str,
    look: fn(&Facts) -> Vec<Complaint>,
) -> DoctorRule {
    DoctorRule {
        id,
        area: Area::SetUp,
        severity,
        finds,
        remedy,
        look: Look::Repository(look),
    }
}

pub(super) const RULES: &[DoctorRule] = &[
    rule(
        "doctor.gates-toml",
        Severity::Error,
        "gates.toml cannot be used, so every commit is stopped",
        "`gatekeeper config check` shows what is wrong.",
        broken_gates,
    ),
    rule(
        "doctor.hooks-broken",
        Severity::Error,
        "a hook of gatekeeper was changed, cannot be executed, or has lost its program, or another hook stands in its place",
        "Run `gatekeeper install`.",
        broken_hooks,
    ),
    rule(
        "doctor.hooks-absent",
        Severity::Warning,
        "there is a gates.toml, and hooks are missing, so commits here are not checked",
        "Run `gatekeeper install`. In CI, where CI is set, nothing is missing.",
        absent_hooks,
    ),
    rule(
        "doctor.hooks-of-work-tree",
        Severity::Error,
        "in a linked work tree, git does not find the hooks, although they are in place here",
        "Run `gatekeeper install` in that work tree.",
        linked_hooks,
    ),
    rule(
        "doctor.led-away",
        Severity::Warning,
        "`core.hooksPath` leads git away from the hooks, or a variable disables them, so that every commit is refused",
        "Remove the setting or the variable.",
        led_away,
    ),
    rule(
        "doctor.other-manager",
        Severity::Warning,
        "an installation of packages sets up the hooks of another manager, and so takes the place of gatekeeper's",
        "Remove the script from package.json, or let it run `gatekeeper install`.",
        other_manager,
    ),
    rule(
        "doctor.git-version",
        Severity::Error,
        "git is older than the first version that gatekeeper works with (2.31)",
        "Install a later git.",
        old_git,
    ),
    rule(
        "doctor.git-configured-hooks",
        Severity::Note,
        "git is older than 2.54, the first version with hooks in its configuration: commits by `git -c core.hooksPath=…` are only found afterwards",
        "Install a later git if you can, and run `gatekeeper install` again.",
        no_configured_hooks,
    ),
    rule(
        "doctor.program-missing",
        Severity::Error,
        "the program of a gate is neither in the project's environments nor on PATH, so the gate cannot start",
        "Install it, or name it by its path.",
        missing_programs,
    ),
    rule(
        "doctor.program-hidden",
        Severity::Warning,
        "with `--as-gui`: the program of a gate is found here, but not with the PATH that an IDE or a desktop program starts git with",
        "Install the tool in the project's environment, or name it by its path.",
        hidden_programs,
    ),
    rule(
        "doctor.lock-drift",
        Severity::Warning,
        "a package is installed in another version than the lock file names",
        "Install what is locked: `uv sync`, `poetry sync` or `npm ci`.",
        lock_drift,
    ),
    rule(
        "doctor.records",
        Severity::Error,
        "the records of what was checked here are lost or damaged, or cannot be sealed",
        "Run `gatekeeper audit --record`, which checks again what cannot be verified; `gatekeeper status` has the details.",
        records,
    ),
];

fn broken_gates(facts: &Facts) -> Vec<Complaint> {
    let broken = facts.watched.broken.iter();
    broken
        .map(|why| {
            let place = Place {
                path: "gates.toml".into(),
                line: 0,
            };
            Complaint::new(
                place,
                format!("every commit is stopped: {why}"),
                "Run `gatekeeper config check`.",
            )
        })
        .collect()
}

/// What is wrong with a hook, if it is not just absent.
fn broken(hook: &HookStatus) -> Option<&'static str> {
    match hook.state {
        HookState::Ours { .. } | HookState::Absent => None,
        HookState::ProgramGone { .. } => {
            Some("the program that it starts is gone, so every commit is stopped")
        }
        HookState::ChainLost => {
            Some("the hook that has to run first is gone, so every commit is stopped")
        }
        HookState::Changed => Some("it was changed since it was installed"),
        HookState::NotExecutable => Some("it is not executable, so git skips it"),
        HookState::Foreign => Some("another hook stands in its place"),
    }
}

fn is_ours(hook: &HookStatus) -> bool {
    !matches!(hook.state, HookState::Absent | HookState::Foreign)
}

fn broken_hooks(facts: &Facts) -> Vec<Complaint> {
    let hooks = &facts.set_up.hooks;
    // Where none is ours, a hook of another manager is no defect of this set-up.
    if !hooks.iter().any(is_ours) {
        return Vec::new();
    }
    let complaint = |hook: &HookStatus| {
        let why = broken(hook)?;
        Some(Complaint::new(
            Place::default(),
            format!("the hook {}: {why} ({})", hook.hook, show_path(&hook.file)),
            "Run `gatekeeper install`.",
        ))
    };
    hooks.iter().filter_map(complaint).collect()
}

fn absent_hooks(facts: &Facts) -> Vec<Complaint> {
    let hooks = &facts.set_up.hooks;
    let none_is_ours = !hooks.iter().any(is_ours);
    let is_absent = |hook: &&HookStatus| {
        hook.state == HookState::Absent || (none_is_ours && hook.state == HookState::Foreign)
    };
    let absent: Vec<&str> = hooks
        .iter()
        .filter(is_absent)
        .map(|hook| hook.hook.name())
        .collect();
    // What leads git away is a finding of its own.
    let is_led_away = facts
        .set_up
        .led_away
        .iter()
        .any(|(label, _)| *label == "core.hooksPath");
    if absent.is_empty() || facts.set_up.is_ci || !facts.has_gates || is_led_away {
        return Vec::new();
    }
    let what = count(absent.len(), "hook");
    vec![Complaint::new(
        Place::default(),
        format!(
            "commits here are not checked: {what} not in place ({})",
            some_of(&absent, 3)
        ),
        "Run `gatekeeper install`.",
    )]
}

fn linked_hooks(facts: &Facts) -> Vec<Complaint> {
    let linked = facts.set_up.linked.iter();
    linked
        .map(|(top, hooks)| {
            Complaint::new(
                Place::default(),
                format!(
                    "commits in the work tree {} are not checked: git does not find {} there ({})",
                    show_path(top),
                    count(hooks.len(), "hook"),
                    some_of(hooks, 3)
                ),
                "Run `gatekeeper install` in that work tree.",
            )
        })
        .collect()
}

fn led_away(facts: &Facts) -> Vec<Complaint> {
    let told = facts.set_up.led_away.iter();
    told.map(|(label, words)| {
        Complaint::new(
            Place::default(),
            format!("{label}: {words}"),
            "Remove the setting or the variable.",
        )
    })
    .collect()
}

fn other_manager(facts: &Facts) -> Vec<Complaint> {
    let script = facts.set_up.other_manager.iter();
    let has_ours = facts.set_up.hooks.iter().any(is_ours);
    script
        .filter(|_| has_ours)
        .map(|(place, what)| {
            Complaint::new(
                place.clone(),
                format!("{what}, which takes the place of gatekeeper's hooks"),
                "Remove the script, or let it run `gatekeeper install`.",
            )
        })
        .collect()
}

fn old_git(facts: &Facts) -> Vec<Complaint> {
    let git = facts.set_up.git.filter(|git| *git < LEAST_GIT);
    let complaint = |(major, minor): (u32, u32)| {
        Complaint::new(
            Place::default(),
            format!(
                "git {major}.{minor} is too old: gatekeeper needs git {}.{}",
                LEAST_GIT.0, LEAST_GIT.1
            ),
            "Install a later git.",
        )
    };
    git.map(complaint).into_iter().collect()
}

fn no_configured_hooks(facts: &Facts) -> Vec<Complaint> {
    let git = facts.set_up.git;
    let has_ours = facts.set_up.hooks.iter().any(is_ours);
    let git = git.filter(|git| has_ours && *git >= LEAST_GIT && *git < CONFIGURED_HOOKS);
    let complaint = |(major, minor): (u32, u32)| {
        Complaint::new(
            Place::default(),
            format!(
                "git {major}.{minor} has no hooks in its configuration, which comes with git 2.54"
            ),
            "Install a later git if you can, and run `gatekeeper install` again.",
        )
    };
    git.map(complaint).into_iter().collect()
}

fn missing_programs(facts: &Facts) -> Vec<Complaint> {
    let missing = facts.set_up.programs.iter();
    let missing = missing.filter(|program| program.now.is_none());
    missing
        .map(|one| {
            Complaint::new(
                one.place.clone(),
                format!(
                    "the gate {} cannot start: there is no program `{}`",
                    one.gate, one.program
                ),
                "Install it; `gatekeeper plan` shows where it is looked for.",
            )
        })
        .collect()
}

fn hidden_programs(facts: &Facts) -> Vec<Complaint> {
    let complaint = |one: &GateProgram| {
        let now = one.now.as_ref().filter(|_| one.as_gui == Some(false))?;
        Some(Complaint::new(
            one.place.clone(),
            format!(
                "the gate {} cannot start in an IDE or a desktop program: `{}` is {}, which is not on their PATH",
                one.gate,
                one.program,
                show_path(now)
            ),
            "Install the tool in the project's environment, or name it by its path.",
        ))
    };
    let programs = facts.set_up.programs.iter();
    programs.filter_map(complaint).collect()
}

fn lock_drift(facts: &Facts) -> Vec<Complaint> {
    let mut complaints: Vec<Complaint> = Vec::new();
    let mut files: Vec<&PathBuf> = facts.set_up.drifted.iter().map(|one| &one.file).collect();
    files.dedup();
    for file in files {
        let drifted = facts.set_up.drifted.iter();
        let drifted = drifted.filter(|one| one.file == *file);
        let words: Vec<String> = drifted
            .map(|one| {
                format!(
                    "{} {} instead of {}",
                    one.package, one.installed, one.locked
                )
            })
            .collect();
        complaints.push(Complaint::new(
            Place {
                path: file.clone(),
                line: 0,
            },
            format!(
                "{} installed in another version than is locked: {}",
                packages_are(words.len()),
                some_of(&words, 3)
            ),
            "Install what is locked: `uv sync`, `poetry sync` or `npm ci`.",
        ));
    }
    complaints
}

fn records(facts: &Facts) -> Vec<Complaint> {
    let records = facts.set_up.records.iter();
    records
        .map(|what| {
            Complaint::new(
                Place::default(),
                what.clone(),
                "Run `gatekeeper audit --record`; `gatekeeper status` has the details.",
            )
        })
        .collect()
}

/// `1 package is`, `2 packages are`.
fn packages_are(number: usize) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number, "package"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::diagnose;
    use crate::doctor::machine::SetUp;

    fn ids(set_up: SetUp) -> Vec<&'static str> {
        let facts = Facts {
            set_up,
            ..Facts::default()
        };
        diagnose(&facts).iter().map(|one| one.rule.id).collect()
    }

    #[test]
    fn a_git_that_is_too_old_is_an_error() {
        let with_git = |git| {
            ids(SetUp {
                git: Some(git),
                ..SetUp::default()
            })
        };
        assert_eq!(with_git((2, 30)), ["doctor.git-version"]);
        assert_eq!(with_git((2, 31)), Vec::<&str>::new());
    }

    #[test]
    fn damaged_records_are_errors() {
        let found = ids(SetUp {
            records: vec!["lines of the ledger are missing".to_owned()],
            ..SetUp::default()
        });
        assert_eq!(found, ["doctor.records"]);
    }
}
