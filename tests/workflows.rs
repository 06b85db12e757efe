//! Ordinary work: with every hook installed it goes through as it does without any, and leaves the
//! same.

use crate::cases::{Case, CaseResult, Hooks, Scene, Stage, check_cases, ensure, told};
use crate::sandbox::Done;

/// What is said of commits that are published and that nobody has checked.
const SUSPECTED: &str = "without being checked here";

/// What is said where receipts were removed; then commits without one are suspected.
const LOST: &str = "the record of trusted history is missing";

/// What a workflow came to.
#[derive(PartialEq, Eq)]
struct End {
    stdout: String,
    errors: Vec<String>,
    state: String,
}

impl End {
    fn of(scene: &Scene<'_>, done: &Done) -> Self {
        let is_error = |line: &&str| line.contains("error:") || line.contains("fatal:");
        Self {
            stdout: scene.masked(&done.stdout),
            errors: scene
                .masked(&done.stderr)
                .lines()
                .filter(is_error)
                .map(str::to_owned)
                .collect(),
            state: scene.state(),
        }
    }

    /// The parts that differ from another's, ours first.
    fn differences(&self, other: &Self) -> String {
        let parts = [
            ("stdout", &self.stdout, &other.stdout),
            ("errors", &self.errors.join("\n"), &other.errors.join("\n")),
            ("state", &self.state, &other.state),
        ];
        let parts = parts.iter().filter(|(_, ours, theirs)| ours != theirs);
        let parts =
            parts.map(|(name, ours, theirs)| format!("{name}:\n{ours}\ninstead of\n{theirs}\n"));
        parts.collect::<Vec<_>>().join("\n")
    }
}

fn workflow(stage: &Stage, case: &Case) -> CaseResult {
    let [without, with] = [Hooks::Absent, Hooks::Installed].map(|hooks| {
        let scene = stage.scene(hooks);
        let done = scene.sh(&format!("{}\n{}", case.setup, case.script));
        (End::of(&scene, &done), done, scene)
    });
    let (end, done, _) = without;
    ensure(done.code() == 0, || {
        format!("fails without hooks, {}", told(&done))
    })?;
    let (gated, done, scene) = with;
    ensure(done.code() == 0 && gated == end, || {
        format!("{}with hooks: {}", gated.differences(&end), told(&done))
    })?;
    if done.stderr.contains(LOST) {
        return Ok(());
    }
    let status = scene.gatekeeper(&["status"]);
    let is_suspected = |done: &Done| (done.stdout.clone() + &done.stderr).contains(SUSPECTED);
    ensure(!is_suspected(&done) && !is_suspected(&status), || {
        format!("is suspected: {} {}", told(&done), told(&status))
    })
}

#[track_caller]
fn group(name: &str) {
    check_cases(&format!("workflows/{name}"), &[], workflow);
}

#[test]
fn scripts_beside_code() {
    group("scripts");
}

#[test]
fn tools_in_the_tree() {
    group("tools");
}

#[test]
fn tools_that_have_nothing_to_check() {
    group("outcomes");
}

#[test]
fn commits_of_every_kind() {
    group("commits");
}

#[test]
fn rebases() {
    group("rebases");
}

#[test]
fn merges_and_picks() {
    group("merges");
}

#[test]
fn fetches_and_pulls() {
    group("fetches");
}

#[test]
fn branches_and_rescues() {
    group("branches");
}

#[test]
fn stashes_work_trees_and_submodules() {
    group("places");
}

#[test]
fn pushes() {
    group("pushes");
}

#[test]
fn references_without_a_work_tree_and_from_elsewhere() {
    group("references");
}

#[test]
fn upkeep_of_the_repository() {
    group("upkeep");
}

#[test]
fn history_from_before_and_other_places() {
    group("trust");
}

#[test]
fn work_on_files_that_hold_the_commands_of_gates() {
    group("elsewhere");
}

#[test]
fn work_on_what_programs_of_the_tree_check() {
    group("programs");
}

#[test]
fn first_configurations_and_silencers_with_reasons() {
    group("first_configuration");
}
