//! Ways around the hooks: each brings what no gate lets through into a repository without hooks,
//! and with them is stopped, or found by the layer that the table names.

use crate::cases::{Case, CaseResult, Hooks, Scene, Stage, check_cases, ensure, told};
use crate::sandbox::Done;

const KEYS: [&str; 3] = ["expected", "loot", "says"];

/// What becomes of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Nothing of it is on a branch or on the remote.
    Blocked,
    /// It gets through, and the next commit is refused on account of it.
    FoundAtNextCommit,
    /// It gets through and is published, and everything names it from then on.
    NamedEverywhere,
    /// It gets through, and cannot be pushed.
    FoundAtPush,
    /// It gets through, and an audit of the range names it.
    FoundByAudit,
    /// It gets through where receipts and remote-tracking branches are believed, and a run of the
    /// gates on the range fails.
    FoundByRun,
}

/// What an attack is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loot {
    /// A bad file in a commit on a branch.
    Commit,
    /// A commit on a branch without its sign-off.
    Trailers,
    /// A bad file in a commit on the remote.
    Remote,
    /// A commit on a branch without gates.toml.
    Gates,
}

impl Expected {
    fn of(case: &Case) -> Self {
        match case.text("expected") {
            Some("blocked") => Self::Blocked,
            Some("found-at-next-commit") => Self::FoundAtNextCommit,
            Some("named-everywhere") => Self::NamedEverywhere,
            Some("found-at-push") => Self::FoundAtPush,
            Some("found-by-audit") => Self::FoundByAudit,
            Some("found-by-run") => Self::FoundByRun,
            other => panic!("{}: {other:?} is not expected", case.name),
        }
    }
}

impl Loot {
    fn of(case: &Case) -> Self {
        match case.text("loot") {
            None | Some("commit") => Self::Commit,
            Some("trailers") => Self::Trailers,
            Some("remote") => Self::Remote,
            Some("gates") => Self::Gates,
            other => panic!("{}: {other:?} is no loot", case.name),
        }
    }

    /// The commits that an attack has brought, one of them at least if it has succeeded.
    fn found(self, scene: &Scene<'_>) -> Vec<String> {
        let script = match self {
            Self::Commit => "since_base --branches HEAD | suspicious",
            Self::Trailers => {
                "git log --branches HEAD --not $BASE --no-merges \
                 --format='%H:%(trailers:key=Signed-off-by,separator=%x20)' | grep ':$' || :"
            }
            Self::Remote => "cd ../upstream.git; since_base --all | suspicious",
            Self::Gates => {
                "for commit in $(since_base --branches HEAD); do
                     git ls-tree --name-only $commit | grep -qx gates.toml || echo $commit:gates.toml
                 done"
            }
        };
        let done = scene.attempt(&format!("{SUSPICIOUS}\n{script}"));
        assert_eq!(done.stderr, "", "{script}");
        let lines = done.stdout.lines();
        let files: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
        let is_bad = |(commit, path): &(&str, &str)| {
            !PAIR.contains(path) || PAIR.iter().all(|path| files.contains(&(commit, path)))
        };
        let bad = files.iter().filter(|file| is_bad(file));
        bad.map(|(commit, _)| (*commit).to_owned()).collect()
    }
}

/// The files that are bad only together.
const PAIR: [&str; 2] = ["left.txt", "right.txt"];

/// Lists the commits since the base, and of each the files that are bad, or are of the pair.
const SUSPICIOUS: &str = "
since_base() { git rev-list --ignore-missing \"$@\" --not $BASE; }
suspicious() { xargs git grep -l -e FORBIDDEN -e 'good left' -e 'good right' $BASE || :; }
";

/// One of these is said whenever gatekeeper blocks something.
const REASONS: [&str; 5] = [
    "words failed",
    "pair failed",
    "unchecked commit",
    "skips the gates",
    "[signed-off-by.missing]",
];

/// Plays an attack without hooks, then with them.
fn attack(stage: &Stage, case: &Case) -> CaseResult {
    let loot = Loot::of(case);
    let scene = stage.scene(Hooks::Absent);
    set_up(&scene, case)?;
    let done = scene.sh(&case.script);
    ensure(done.code() == 0, || {
        format!("fails without hooks, {}", told(&done))
    })?;
    ensure(!loot.found(&scene).is_empty(), || {
        format!("brings nothing without hooks, {}", told(&done))
    })?;
    drop(scene);
    let scene = stage.scene(Hooks::Installed);
    set_up(&scene, case)?;
    let done = scene.attempt(&case.script);
    is_as_expected(stage, &scene, case, &done)
}

fn set_up(scene: &Scene<'_>, case: &Case) -> CaseResult {
    if case.setup.is_empty() {
        return Ok(());
    }
    let done = scene.sh(&case.setup);
    ensure(done.code() == 0, || {
        format!("cannot be set up, {}", told(&done))
    })
}

fn is_as_expected(stage: &Stage, scene: &Scene<'_>, case: &Case, done: &Done) -> CaseResult {
    for words in case.list("says") {
        ensure(done.stderr.contains(words), || {
            format!("{words:?} is not said, {}", told(done))
        })?;
    }
    let expected = Expected::of(case);
    let found = Loot::of(case).found(scene);
    let Some(commit) = found.last() else {
        ensure(expected == Expected::Blocked, || {
            format!("blocked, expected was {expected:?}, {}", told(done))
        })?;
        // What the table wants to be said has been found.
        let is_ours = !case.list("says").is_empty()
            || REASONS.iter().any(|reason| done.stderr.contains(reason));
        return ensure(is_ours, || format!("blocked by chance, {}", told(done)));
    };
    match expected {
        Expected::Blocked => return Err(format!("{commit} gets through, {}", told(done))),
        Expected::FoundAtNextCommit => next_commit_finds(scene, commit)?,
        Expected::FoundAtPush => push_finds(scene, commit)?,
        Expected::NamedEverywhere => everything_names(scene, commit)?,
        Expected::FoundByAudit => {}
        Expected::FoundByRun => return run_finds(stage, scene, commit),
    }
    audit_finds(stage, scene, commit)
}

/// Whether a message tells of a commit, or of the file that is bad in it.
fn names(text: &str, commit: &str) -> bool {
    [&commit[..7], "bad.txt", "a.txt", "old.txt"]
        .iter()
        .any(|name| text.contains(name))
}

fn next_commit_finds(scene: &Scene<'_>, commit: &str) -> CaseResult {
    let done = scene.sh("commit harmless");
    ensure(done.code() != 0 && names(&done.stderr, commit), || {
        format!("{commit} is not found at the next commit, {}", told(&done))
    })
}

/// Whether a commit is named again and again, until it was checked or accepted.
fn everything_names(scene: &Scene<'_>, commit: &str) -> CaseResult {
    let is_named =
        |text: &str| text.contains("without being checked here") && text.contains(&commit[..7]);
    for script in [
        "commit harmless",
        "git push -q origin HEAD:refs/heads/new",
        "commit again",
        "$GATEKEEPER status >&2",
        "git fetch -q; commit more",
    ] {
        let done = scene.attempt(script);
        ensure(done.code() == 0 && is_named(&done.stderr), || {
            format!("`{script}` does not name {commit}, {}", told(&done))
        })?;
    }
    let accept = format!("audit --accept {commit}^! --reason");
    let mut words: Vec<&str> = accept.split(' ').collect();
    words.push("it was reviewed by hand");
    let done = scene.gatekeeper(&words);
    ensure(done.code() == 0, || {
        format!("cannot be accepted, {}", told(&done))
    })?;
    let done = scene.attempt("commit last; $GATEKEEPER status >&2");
    ensure(done.code() == 0 && !is_named(&done.stderr), || {
        format!("{commit} is named after it was accepted, {}", told(&done))
    })
}

fn push_finds(scene: &Scene<'_>, commit: &str) -> CaseResult {
    let done = scene.sh(&format!("git push -q origin {commit}:refs/heads/found"));
    let arrived = Loot::Remote.found(scene);
    let is_found = done.code() != 0 && names(&done.stderr, commit) && arrived.is_empty();
    ensure(is_found, || {
        format!("{commit} is not found at the push, {}", told(&done))
    })
}

fn audit_finds(stage: &Stage, scene: &Scene<'_>, commit: &str) -> CaseResult {
    let range = format!("{}..{commit}", stage.base());
    let mut all_told = Vec::new();
    for arguments in [vec!["audit", "--record", &range], vec!["audit", &range]] {
        let done = scene.gatekeeper(&arguments);
        let is_named = done.stdout.contains(&commit[..7]) || done.stderr.contains(&commit[..7]);
        if done.code() == 1 && is_named {
            return Ok(());
        }
        all_told.push(format!("{arguments:?}: {}", told(&done)));
    }
    Err(format!("no audit finds {commit}:\n{}", all_told.join("\n")))
}

fn run_finds(stage: &Stage, scene: &Scene<'_>, commit: &str) -> CaseResult {
    let done = scene.gatekeeper(&["run", "--from", stage.base(), "--to", commit]);
    ensure(done.code() == 1 && names(&done.stderr, commit), || {
        format!("no run finds {commit}: {}", told(&done))
    })
}

#[track_caller]
fn group(name: &str) {
    check_cases(&format!("attacks/{name}"), &KEYS, attack);
}

#[test]
fn flags_that_leave_hooks_out() {
    group("flags");
}

#[test]
fn flags_by_way_of_something_else() {
    group("indirect");
}

#[test]
fn hooks_that_are_switched_off() {
    group("hooks");
}

#[test]
fn tools_that_the_tree_brings_along() {
    group("tools");
}

#[test]
fn tools_that_check_nothing() {
    group("outcomes");
}

#[test]
fn commits_and_branches_without_git_commit() {
    group("plumbing");
}

#[test]
fn commands_that_make_commits_of_their_own() {
    group("sequencer");
}

#[test]
fn trees_and_receipts_that_deceive() {
    group("trees");
}

#[test]
fn sign_offs_that_get_lost() {
    group("trailers");
}

#[test]
fn pushes_of_what_is_bad() {
    group("push");
}

#[test]
fn history_receipts_and_ledgers_that_are_not_ours() {
    group("trust");
}

#[test]
fn commits_and_pushes_without_hooks() {
    group("published");
}

#[test]
fn commands_of_gates_in_other_files() {
    group("elsewhere");
}

#[test]
fn programs_of_the_tree() {
    group("programs");
}

#[test]
fn scripts_that_gates_run_by_a_detour() {
    group("scripts");
}

#[test]
fn silencers_that_tools_obey() {
    group("silencers");
}

#[test]
fn first_configurations_of_tools() {
    group("first_configuration");
}
