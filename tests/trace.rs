//! `GATEKEEPER_TRACE=1`: a line for each git that gatekeeper runs.

use insta::assert_snapshot;

use crate::sandbox::{Done, GATEKEEPER, Sandbox};

/// A repository with one gate, a changed file in its index, and the trace switched on.
fn traced() -> Sandbox {
    let mut sandbox = Sandbox::with_gates("[gates.a]\nrun = \"sh -c 'env >$RECORD'\"\n");
    sandbox.write("x", "x");
    sandbox.git(&["add", "x"]);
    sandbox.set("GATEKEEPER_TRACE", "1");
    sandbox
}

/// The first line about a git with a word. Which others are run is not the subject here.
fn about(mut done: Done, word: &str) -> String {
    let mut lines = done.stderr.lines();
    let line = lines.find(|line| line.starts_with("trace: ") && line.contains(word));
    done.stderr = line.unwrap().to_owned();
    done.stdout.clear();
    done.to_string()
}

#[test]
fn each_git_has_a_line_with_words_place_ending_and_time() {
    let sandbox = traced();
    let done = sandbox.gatekeeper(&["audit", "no\n-such..HEAD"]);
    assert_snapshot!(about(done.expect(2), "no"), @r"trace: git rev-parse --verify --quiet --end-of-options $'no\n-such^{commit}': exit code 1, [TIME]");
    // Where git says where the repository is. Where libgit2 cannot open it, git answers one question
    // after the other.
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]);
    sandbox.git(&["config", "extensions.partialClone", "origin"]);
    let elsewhere = "cd .git/info && GIT_DIR=.. GIT_WORK_TREE=../..";
    let audit = || sandbox.sh(&format!("{elsewhere} {GATEKEEPER} audit HEAD^!"));
    assert_snapshot!(about(audit().expect(0), "--show-toplevel"), @"trace: git rev-parse --path-format=absolute --show-toplevel --absolute-git-dir --git-common-dir in [ROOT]/repository/.git/info: exit code 0, [TIME]");
    assert_snapshot!(about(audit().expect(0), "cat-file"), @"trace: git cat-file --batch: stopped, [TIME]");
}

#[test]
fn nothing_else_changes() {
    let mut sandbox = traced();
    let done = sandbox.gatekeeper(&["run", "--staged", "--no-cache", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&done.expect(0).stdout).unwrap();
    assert_eq!(document["verdict"], "passed");
    // A gate that runs gatekeeper would have the lines in its output.
    let seen = sandbox.recorded();
    assert!(seen.iter().all(|line| !line.contains("GATEKEEPER_TRACE")));
    sandbox.set("GATEKEEPER_TRACE", "0");
    let done = sandbox.gatekeeper(&["run", "--staged", "--no-cache"]);
    assert_snapshot!(done.expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  a  [TIME]
    ");
}
