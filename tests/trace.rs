//! `GATEKEEPER_TRACE=1`: a line for each git that gatekeeper runs.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// A repository with one gate, a changed file in its index, and the trace switched on.
fn traced() -> Sandbox {
    let mut sandbox = Sandbox::with_gates("[gates.a]\nrun = \"sh -c 'env >$RECORD'\"\n");
    sandbox.write("x", "x");
    sandbox.git(&["add", "x"]);
    sandbox.set("GATEKEEPER_TRACE", "1");
    sandbox
}

#[test]
fn each_git_has_a_line_with_words_place_ending_and_time() {
    let sandbox = traced();
    let done = sandbox.gatekeeper(&["run", "--staged", "--no-cache"]);
    assert_snapshot!(done.expect(0), @r"
    trace: git diff-index --cached --raw -z --no-renames --ita-invisible-in-index --ignore-submodules=none HEAD --: exit code 0, [TIME]
    trace: git diff-index --cached -p -U0 --no-renames --full-index --no-color --no-ext-diff --no-textconv --inter-hunk-context=0 --src-prefix=a/ --dst-prefix=b/ --submodule=short [ID1] --: exit code 0, [TIME]
    gatekeeper run --staged: 1 path changed
             passed  a  [TIME]
    1 passed in [TIME]
    ");
    let done = sandbox.gatekeeper(&["audit", "no-such..HEAD"]);
    assert_snapshot!(done.expect(2), @r"
    trace: git rev-parse --verify --quiet --end-of-options no-such^{commit}: exit code 1, [TIME]
    trace: git rev-parse --verify --quiet --end-of-options no-such: exit code 1, [TIME]
    error: `no-such` is not a commit in this repository
    help: fetch it first, or name another revision; in CI, set fetch-depth: 0
    ");
    // Where git says where the repository is. Where libgit2 cannot open it, git answers one question
    // after the other.
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]);
    sandbox.git(&["config", "extensions.partialClone", "origin"]);
    let done = sandbox.sh(&format!(
        "cd .git/info && GIT_DIR=.. GIT_WORK_TREE=../.. {} audit HEAD^!",
        crate::sandbox::GATEKEEPER
    ));
    assert_snapshot!(done.expect(0), @r"
    stdout:
    passed: 1 message in HEAD^!
    stderr:
    trace: git rev-parse --path-format=absolute --show-toplevel --absolute-git-dir --git-common-dir in [ROOT]/repository/.git/info: exit code 0, [TIME]
    trace: git rev-parse --verify --quiet --end-of-options HEAD^{commit}: exit code 0, [TIME]
    trace: git cat-file --batch: stopped, [TIME]
    trace: git cat-file --batch: stopped, [TIME]
    trace: git rev-parse --verify --quiet --end-of-options HEAD^{commit}: exit code 0, [TIME]
    trace: git symbolic-ref --quiet HEAD: exit code 0, [TIME]
    trace: git cat-file --batch: stopped, [TIME]
    trace: git diff-tree -r -p -U0 --no-renames --full-index --no-color --no-ext-diff --no-textconv --inter-hunk-context=0 --src-prefix=a/ --dst-prefix=b/ --submodule=short [ID1] [ID2] --: exit code 0, [TIME]
    trace: git cat-file --batch: stopped, [TIME]
    ");
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
    assert_snapshot!(done.expect(0), @r"
    gatekeeper run --staged: 1 path changed
             passed  a  [TIME]
    1 passed in [TIME]
    ");
}
