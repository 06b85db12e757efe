//! Heavy gates of all work trees on one machine take turns.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// Locks the only slot of a sandbox, as the run of another work tree would.
fn lock_slot(sandbox: &mut Sandbox) -> File {
    sandbox.set("GATEKEEPER_SLOTS", "1");
    let dir = sandbox.beside("home/.cache/gatekeeper-slots");
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700).create(&dir).unwrap();
    let slot = File::create(dir.join("slot-0")).unwrap();
    slot.lock().unwrap();
    slot
}

#[test]
fn heavy_gates_of_all_work_trees_take_turns_and_every_commit_passes() {
    const TREES: usize = 5;
    // The gate fails if it runs twice at the same time.
    let mut sandbox = Sandbox::with_gates(
        "[gates.test]\nrun = 'mkdir \"$ONCE\" && git --version && git --version && git --version && rmdir \"$ONCE\"'\n",
    );
    sandbox.set("ONCE", sandbox.beside("once"));
    sandbox.set("GATEKEEPER_SLOTS", "1");
    for number in 0..TREES {
        let (dir, branch) = (format!("../tree-{number}"), format!("branch-{number}"));
        sandbox.git(&["worktree", "add", "--quiet", "-b", &branch, &dir]);
    }
    let commits = "for tree in ../tree-*; do
        (cd $tree && echo >file && git add file && git commit -s -m done >log 2>&1) &
    done; wait";
    sandbox.sh(commits).expect(0);
    for number in 0..TREES {
        let branch = format!("branch-{number}");
        let subject = sandbox.git(&["log", "-1", "--format=%s", &branch]);
        let log = fs::read_to_string(sandbox.beside(&format!("tree-{number}/log")));
        assert_eq!(subject.trim(), "done", "{}", log.unwrap());
    }
}

#[test]
fn a_gate_gives_up_waiting_after_the_budget_and_says_why() {
    let mut sandbox = Sandbox::with_gates(
        "[settings]\nbudget = \"3s\"\n\n[gates.lint]\ntimeout = \"2m\"\nrun = \"record lint\"\n\n[gates.test]\nrun = \"record test\"\n",
    );
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let slot = lock_slot(&mut sandbox);
    let done = sandbox.gatekeeper(&["run", "--staged"]);
    assert_snapshot!(done.expect(1), @"
    failed: 1 cancelled, 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  lint  [TIME]
          cancelled  test          other runs on this machine have kept their heavy gates running for 3s, the budget
    1 cancelled, 1 passed in [TIME]
    next: nothing is wrong with the change; try again when other runs on this machine have ended
    ");
    assert_eq!(sandbox.recorded(), ["lint"]);
    // A run within a gate that has a slot does not wait for it.
    sandbox.set("GATEKEEPER_SLOT", "1");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["lint", "test"]);
    sandbox.unset("GATEKEEPER_SLOT");
    drop(slot);
    sandbox
        .gatekeeper(&["run", "--staged", "--no-cache"])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["lint", "test"]);
}

#[test]
fn which_gates_are_heavy_can_be_said() {
    let mut sandbox = Sandbox::with_gates(
        "[settings]\nbudget = \"3s\"\n\n[gates.test]\nheavy = false\ntimeout = \"2m\"\nrun = \"record test\"\n\n[gates.build]\nheavy = true\nrun = \"record build\"\n",
    );
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let _slot = lock_slot(&mut sandbox);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    done.says("cancelled  build");
    assert_eq!(sandbox.recorded(), ["test"]);
}

#[test]
fn a_directory_that_others_can_open_has_no_slots() {
    let mut sandbox = Sandbox::with_gates("[gates.test]\nrun = \"record test\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let _slot = lock_slot(&mut sandbox);
    let dir = sandbox.beside("home/.cache/gatekeeper-slots");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    assert_eq!(sandbox.recorded(), ["test"]);
}

#[test]
fn a_number_of_slots_that_is_none_is_named() {
    let mut sandbox = Sandbox::with_gates("[gates.test]\nrun = \"record test\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    sandbox.set("GATEKEEPER_SLOTS", "x");
    let done = sandbox.gatekeeper(&["run", "--staged"]);
    assert_snapshot!(done.expect(2), @r"
error: `GATEKEEPER_SLOTS=x` is not a number
help: set GATEKEEPER_SLOTS to how many heavy gates may run at once on this machine, to 0 for no turns, or unset it
");
    assert_eq!(sandbox.recorded(), [""; 0]);
    sandbox.set("GATEKEEPER_SLOTS", "0");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
}

#[test]
fn who_has_waited_in_vain_is_not_told_to_fix_anything() {
    let mut sandbox =
        Sandbox::with_gates("[settings]\nbudget = \"3s\"\n\n[gates.test]\nrun = \"record test\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let slot = lock_slot(&mut sandbox);
    let done = sandbox.try_git(&["commit", "--quiet", "-m", "a"]);
    assert_snapshot!(done.expect(1), @r"
the commit was stopped: 1 cancelled in [TIME]
1 cancelled in [TIME]: the commit was stopped; nothing was changed
next: nothing is wrong with the change; try again when other runs on this machine have ended
");
    drop(slot);
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
}
