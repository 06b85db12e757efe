//! Protected branches: nothing is committed straight onto one, in whatever way.

use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[settings]\nprotected-branches = [\"main\", \"release/*\"]\n[gates.show]\nrun = \"record ran\"\n";

/// On `main`, which is protected, with a branch `side` that has one commit more, and a patch of that.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, contents) in [("gates.toml", GATES), ("base", "base\n")] {
        sandbox.write(name, contents);
        sandbox.git(&["add", name]);
        sandbox.git(&["commit", "-q", "-s", "-m", name]);
    }
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["switch", "-q", "-c", "side"]);
    sandbox.write("side", "side\n");
    sandbox.git(&["add", "side"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "side"]);
    sandbox
        .sh("git format-patch -q -1 --stdout >../patch")
        .expect(0);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.recorded();
    sandbox
}

#[track_caller]
fn refused(sandbox: &Sandbox, done: Done) -> Done {
    assert_ne!(done.code(), 0, "{}", done.stderr);
    assert!(sandbox.recorded().is_empty(), "a gate has run");
    assert_eq!(sandbox.git(&["rev-list", "--count", "main"]), "2\n");
    done.says("error: main is protected: nothing is committed straight onto it")
}

#[test]
fn a_commit_straight_onto_it_is_refused_and_the_named_command_helps() {
    let sandbox = sandbox();
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    for more in ["-m a", "--amend --no-edit", "-m a --only a"] {
        let done = sandbox.sh(&format!("git commit -s {more}"));
        refused(&sandbox, done).says("next: `git switch -c NAME` makes a branch");
    }
    sandbox.git(&["switch", "-q", "-c", "work"]);
    sandbox.git(&["commit", "-q", "-s", "-m", "a"]);
    assert_eq!(
        sandbox.git(&["show", "--format=", "--name-only", "HEAD"]),
        "a\n"
    );

    sandbox.git(&["switch", "-q", "-c", "release/1.0"]);
    let done = sandbox.sh("git commit -s --allow-empty -m empty");
    assert_ne!(done.code(), 0);
    done.says("release/1.0 is protected");
    sandbox.git(&["switch", "-q", "-c", "mending/1.0"]);
    sandbox.sh("git commit -s --allow-empty -m empty").expect(0);
}

#[test]
fn what_git_begins_itself_is_refused_with_the_way_back() {
    let sandbox = sandbox();
    for (begun, undo) in [
        ("git merge --no-ff --no-edit side", "git merge --abort"),
        ("git cherry-pick -s side", "git cherry-pick --abort"),
        ("git revert -s --no-edit HEAD", "git reset --merge"),
        (
            "GIT_EDITOR=true git revert -s --edit HEAD",
            "git reset --merge",
        ),
        ("git am -s ../patch", "git am --abort"),
    ] {
        let done = sandbox.sh(begun);
        let next = format!("next: `{undo}`, then `git switch -c NAME`");
        refused(&sandbox, done).says(&next);
        sandbox.sh(undo).expect(0);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.sh("git switch -q -c NAME").expect(0);
        sandbox.sh(begun).expect(0);
        sandbox
            .sh("git switch -q main && git branch -q -D NAME")
            .expect(0);
        sandbox.recorded();
    }
}

#[test]
fn several_reverts_are_taken_back_together() {
    let sandbox = sandbox();
    let done = sandbox.sh("git revert -s --no-edit HEAD HEAD~1");
    refused(&sandbox, done).says("next: `git revert --abort`, then `git switch -c NAME`");
    sandbox.sh("git revert --abort").expect(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_tree_that_is_judged_is_refused_as_well() {
    let sandbox = sandbox();
    // The tree of `side`, judged when it was committed.
    let done = sandbox.sh("git cherry-pick -s side");
    refused(&sandbox, done);
    sandbox.git(&["cherry-pick", "--abort"]);
    let done = sandbox.sh("git merge -q --squash side && git commit -q -s -m squashed");
    refused(&sandbox, done);
}

#[test]
fn what_makes_no_commit_there_passes() {
    let sandbox = sandbox();
    sandbox.sh("git merge -q --ff-only side").expect(0);
    sandbox.sh("git reset -q --hard HEAD~1").expect(0);
    sandbox
        .sh("git init -q --bare ../there && git push -q ../there side:main")
        .expect(0);
    sandbox.sh("git pull -q ../there main").expect(0);
    // A rebase makes its commits on no branch.
    sandbox.sh("git reset -q --hard HEAD~1").expect(0);
    sandbox.git(&["switch", "-q", "--detach"]);
    sandbox
        .sh("git commit -s --allow-empty -m detached")
        .expect(0);
    sandbox.sh("git rebase -q --signoff HEAD side").expect(0);
}

#[test]
fn the_protection_cannot_be_taken_away_in_the_same_commit() {
    let sandbox = sandbox();
    sandbox.write("gates.toml", "[gates.show]\nrun = \"record ran\"\n");
    let done = sandbox.sh("git commit -s -a -m unprotected");
    refused(&sandbox, done);
    // It is there from the commit on that brings it.
    sandbox.git(&["switch", "-q", "-c", "work"]);
    let commit = "git commit -q -s -a -m unprotected";
    let done = sandbox.sh(commit);
    assert_ne!(done.code(), 0);
    done.says("fewer branches are protected");
    let declared = format!("{commit} --trailer 'Gate-Change: the branch is protected elsewhere'");
    sandbox.sh(&declared).expect(0);
    sandbox.write("gates.toml", GATES.replace("main", "work"));
    let done = sandbox.sh("git commit -q -s -a -m protected");
    assert_ne!(done.code(), 0);
    done.says("work is protected");
}

#[test]
fn the_first_commit_of_all_has_to_go_somewhere() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "-q", "-s", "-m", "first"]);
    // Where there is another, a branch without one is none of these.
    sandbox.git(&["switch", "-q", "--orphan", "release/2"]);
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "gates.toml"]);
    let done = sandbox.sh("git commit -s -m orphan");
    assert_ne!(done.code(), 0);
    done.says("release/2 is protected");
}

#[test]
fn by_hand_the_gates_run_and_the_report_tells() {
    let sandbox = sandbox();
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    done.says("note: main is protected, so a commit here is refused");
    assert_eq!(sandbox.recorded(), ["ran"]);
    sandbox
        .gatekeeper(&["run"])
        .expect(0)
        .does_not_say("protected");
}

#[test]
fn names_that_no_branch_has_are_errors() {
    let sandbox = Sandbox::new();
    for (pattern, help) in [
        ("refs/heads/main", "write \"main\""),
        ("release/", "write \"release/**\""),
        ("!main", "no branch can have such a name"),
        ("a b", "no branch can have such a name"),
        ("[", "this is not a glob pattern"),
    ] {
        let gates = GATES.replace("release/*", pattern);
        sandbox.write("gates.toml", gates);
        sandbox
            .gatekeeper(&["config", "check"])
            .expect(2)
            .says(help);
    }
    sandbox.write("gates.toml", GATES);
    let shown = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    let line = "protected-branches = [\"main\", \"release/*\"]\n";
    assert!(shown.contains(line), "{shown}");
}
