//! `run --from REF [--to REF]`.

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox};

const GATES: &str = "[gates.record]\nrun = \"record {files}\"\n[gates.push]\nrun = \"record push\"\nhooks = [\"pre-push\"]\n";

fn with_branch() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
    for name in ["a", "b"] {
        sandbox.write(name, name);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "-m", name]);
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("m", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "m"]);
    sandbox.git(&["checkout", "--quiet", "topic"]);
    sandbox.recorded();
    sandbox
}

#[test]
fn the_change_set_begins_at_the_merge_base() {
    let sandbox = with_branch();
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from", "main"]).expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run --from main --to HEAD: 2 paths changed
             passed  messages          of 2 commits
             passed  push  [TIME]
             passed  record  [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a", "b", "push"]);
    sandbox
        .gatekeeper(&["run", "--from", "main", "--to", "topic", "record"])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a", "b"]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from", "HEAD"]).expect(0), @"
    passed: nothing to check: 2 gates not applicable
    gatekeeper run --from HEAD --to HEAD: 0 paths changed
     not applicable  messages          of 0 commits
     not applicable  record, push
    ");
}

#[test]
fn the_last_commit_is_checked_whatever_is_checked_out() {
    let gates = "[gates.sees]\nrun = \"sees\"\nisolation = \"ISOLATION\"\n";
    for isolation in ["auto", "snapshot"] {
        let sandbox = with_branch();
        sandbox.program(
            "sees",
            "#!/bin/sh\n(ls; git status --porcelain; git rev-parse HEAD) >>$RECORD\n",
        );
        sandbox.write("gates.toml", gates.replace("ISOLATION", isolation));
        let message = "gates\n\nGate-Change: the test needs another gate";
        sandbox.git(&["commit", "--quiet", "-a", "-m", message]);
        sandbox.recorded();
        let head = |name: &str| sandbox.git(&["rev-parse", name]).trim().to_owned();
        let topic = head("topic");
        let expected = |files: &[&str], commit: &str| {
            let files = files.iter().map(|file| (*file).to_owned());
            let mut lines: Vec<String> = files.chain([commit.to_owned()]).collect();
            lines.sort();
            lines
        };
        let seen = || {
            let mut lines = sandbox.recorded();
            lines.sort();
            lines
        };
        let range = ["run", "--from", "main", "--to", "topic"];
        let files = ["a", "b", "gates.toml"];
        // What is checked out, with something beside it.
        sandbox.write("untracked", "");
        sandbox.write("a", "changed");
        sandbox.gatekeeper(&range).expect(0);
        assert_eq!(seen(), expected(&files, &topic), "{isolation}");
        sandbox.git(&["add", "a"]);
        sandbox.gatekeeper(&range).expect(0);
        assert_eq!(seen(), expected(&files, &topic), "{isolation}");
        // Another branch is checked out, whose gates say nothing here.
        sandbox.git(&["checkout", "--quiet", "--force", "main"]);
        let before = sandbox.git(&["status", "--porcelain"]);
        sandbox.gatekeeper(&range).expect(0);
        assert_eq!(seen(), expected(&files, &topic), "{isolation}");
        assert_eq!(sandbox.git(&["status", "--porcelain"]), before);
        assert_eq!(head("HEAD"), head("main"));
    }
}

#[test]
fn a_commit_is_checked_where_references_are_no_files() {
    let sandbox = Sandbox::with_init(&["--ref-format=reftable"]);
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = \"cat a\"\nexpect = \"^1$\"\n",
    );
    for text in ["0", "1", "2"] {
        sandbox.write("a", text);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "-m", text]);
    }
    let range = ["run", "--from", "HEAD~2", "--to", "HEAD~1"];
    let done = sandbox.gatekeeper(&range).expect(0).says("in a snapshot");
    assert_snapshot!(done, @"
    passed: 1 passed in [TIME]
    gatekeeper run --from HEAD~2 --to HEAD~1: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  a  [TIME]
             passed  messages          of 1 commit
    ");
}

#[test]
fn what_does_not_exist_is_no_pass() {
    let sandbox = with_branch();
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from", "nowhere"]).expect(2), @"
    error: `nowhere` is not a commit in this repository
    help: fetch it first, or name another revision; in CI, set fetch-depth: 0
    ");
    sandbox
        .gatekeeper(&["run", "--from", "main", "--to", "x y"])
        .expect(2);
    sandbox.gatekeeper(&["run", "--from", "--help"]).expect(2);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from=--help"]).expect(2), @"
    error: `--help` is not a commit in this repository
    help: fetch it first, or name another revision; in CI, set fetch-depth: 0
    ");
    sandbox.gatekeeper(&["run", "--from="]).expect(2);
    sandbox.gatekeeper(&["run", "--to", "HEAD"]).expect(2);
    sandbox
        .gatekeeper(&["run", "--staged", "--from", "main"])
        .expect(2);
    let nasty = sandbox
        .gatekeeper(&["run", "--from", "a\nb\u{1b}[31m\u{7}"])
        .expect(2);
    assert!(
        !nasty.stderr.contains(['\u{1b}', '\u{7}']),
        "{}",
        nasty.stderr
    );
    sandbox.git(&["checkout", "--quiet", "--orphan", "alone"]);
    sandbox.sh("elsewhere commit -qsm alone").expect(0);
    let unrelated = sandbox.gatekeeper(&["run", "--from", "main"]).expect(3);
    assert_snapshot!(unrelated, @"
    error: `main` and `HEAD` have no common ancestor here
    help: name a revision that the branch is based on
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_shallow_clone_is_no_pass() {
    let origin = with_branch();
    let clone = Sandbox::new();
    clone.sh("rm -rf .git").expect(0);
    let url = format!("file://{}", origin.top.display());
    clone.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        ".",
    ]);
    let done = clone
        .gatekeeper(&["run", "--from", "origin/main"])
        .expect(3);
    assert_snapshot!(done, @"
    error: `origin/main` and `HEAD` have no common ancestor here
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ");
    assert_eq!(clone.recorded(), [""; 0]);
}

#[test]
fn a_revision_that_is_empty_is_an_error() {
    let sandbox = with_branch();
    let mut told = String::new();
    for arguments in [
        &["run", "--from", ""][..],
        &["plan", "--from", " "],
        &["audit", "..HEAD"],
        &["audit", "...topic"],
        &["audit", "--record", "..HEAD"],
        &["audit", "--policy", "", "main..HEAD"],
        &["audit", ""],
    ] {
        told += &sandbox.gatekeeper(arguments).expect(2).told();
    }
    assert_snapshot!(told, @"
    error: invalid value '' for '--from <REF>': expected a revision, such as origin/main; a variable in the script may not be set

    For more information, try '--help'.
    ---
    error: invalid value ' ' for '--from <REF>': expected a revision, such as origin/main; a variable in the script may not be set

    For more information, try '--help'.
    ---
    error: the range `..HEAD` has no start
    help: name the start, as in `gatekeeper audit origin/main..HEAD`; in a script, set the variable that holds it
    ---
    error: the range `...topic` has no start
    help: name the start, as in `gatekeeper audit origin/main..HEAD`; in a script, set the variable that holds it
    ---
    error: the range `..HEAD` has no start
    help: name the start, as in `gatekeeper audit origin/main..HEAD`; in a script, set the variable that holds it
    ---
    error: invalid value '' for '--policy <REF>': expected a revision, such as origin/main; a variable in the script may not be set

    For more information, try '--help'.
    ---
    error: `` is not a valid range
    help: name a range, as in `gatekeeper audit origin/main..HEAD`
    ---
    ");
    // The end is HEAD, as it is for git.
    assert_snapshot!(sandbox.gatekeeper(&["audit", "main.."]).expect(0), @"
    stdout:
    passed: 2 messages in main..HEAD
    ");
}

#[test]
fn in_a_shallow_clone_nothing_is_proven_by_what_was_not_fetched() {
    let origin = with_branch();
    let url = format!("file://{}", origin.top.display());
    origin.git(&["clone", "--quiet", "--depth=1", &url, "../shallow"]);
    origin.git(&["clone", "--quiet", "--depth=2", &url, "../deeper"]);
    let in_clone = |clone: &str, arguments: &str| {
        origin.sh(&format!("cd ../{clone} && {GATEKEEPER} {arguments}"))
    };
    let mut told = String::new();
    for arguments in [
        "audit",
        "audit origin/topic..HEAD",
        "run --from origin/topic",
    ] {
        told += &in_clone("shallow", arguments).expect(3).told();
    }
    assert_snapshot!(told, @"
    error: cannot tell which commits are between `origin/topic` and `HEAD`: there, the history is cut off
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ---
    error: cannot tell which commits are between `origin/topic` and `HEAD`: there, the history is cut off
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ---
    error: cannot tell which commits are between `origin/topic` and `HEAD`: there, the history is cut off
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ---
    ");
    assert_snapshot!(in_clone("deeper", "audit").expect(0), @"
    stdout:
    nothing to check: there is no commit in origin/topic..HEAD
    ");
}
