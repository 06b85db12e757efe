//! A verdict earned is not paid twice, and none is had for nothing.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{FREE, GATEKEEPER, Sandbox};

/// A gate that writes down what it was given, and refuses the word BAD.
const LOOKS: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$RECORD\"\n! grep -nH BAD \"$@\"\n";

const GATE: &str = "[gates.looks]\nrun = \"looks {files}\"\nfiles = [\"*.txt\"]\n";

/// A commit that passes every hook by, and is nowhere else.
const UNGATED: &str = "git -c core.hooksPath=/dev/null commit -qsm ungated";

fn sandbox(more: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.program("looks", LOOKS);
    sandbox.write("gates.toml", format!("{more}{GATE}{FREE}"));
    sandbox.write("a.txt", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

/// The same, with a remote that has what is there.
fn with_remote(more: &str) -> Sandbox {
    let sandbox = sandbox(more);
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -q origin main")
        .expect(0);
    sandbox.recorded();
    sandbox
}

#[test]
fn amending_a_message_starts_no_gate() {
    let sandbox = sandbox("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    let done = sandbox
        .sh("git commit >/dev/null --amend -sm other")
        .expect(0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit (message only): 0 paths changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert!(sandbox.recorded().is_empty());
    assert_eq!(sandbox.subject().as_deref(), Some("other"));
}

#[test]
fn a_message_that_is_refused_costs_no_second_run() {
    let sandbox = sandbox("");
    assert_snapshot!(sandbox.sh("echo 2 >a.txt && git commit >/dev/null -am unsigned").expect(1), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  looks  [TIME]
    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>

    next: run
      git commit -a -s -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -a -s --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sam signed").expect(0), @"
    gatekeeper pre-commit: 1 path changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn a_run_by_hand_is_the_commits_too() {
    let sandbox = sandbox("");
    sandbox.sh("echo 2 >a.txt && git add a.txt").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: already checked: 1 cached, [WHEN]
    gatekeeper run --staged: 1 path changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    ");
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm two").expect(0), @"
    gatekeeper pre-commit: 1 path changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert!(sandbox.recorded().is_empty());
    sandbox
        .gatekeeper(&["run", "--staged", "--no-cache"])
        .expect(0);
    // All of the work tree, looked at by a plain run, is more than the commit asks for.
    sandbox.sh("echo 3 >a.txt && git add a.txt").expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 2 paths tracked
             passed  looks  [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm three").expect(0), @"
    gatekeeper pre-commit: 1 path changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 2 paths tracked
             passed  looks  [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a.txt"]);
}

#[test]
fn what_lies_beside_the_index_leaves_no_receipt() {
    let sandbox = sandbox("");
    sandbox
        .sh("echo 2 >a.txt && git add a.txt && echo 3 >a.txt")
        .expect(0);
    sandbox.gatekeeper(&["run"]).expect(0);
    sandbox.recorded();
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm two").expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  looks  [TIME]
    1 passed in [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a.txt"]);
}

#[test]
fn a_push_of_what_was_committed_starts_no_gate() {
    let sandbox = with_remote("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    sandbox.recorded();
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(0), @"");
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn gates_of_a_push_run_once() {
    let push = "[gates.push]\nrun = \"record push\"\nhooks = [\"pre-push\"]\n";
    let sandbox = with_remote(push);
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    sandbox
        .sh("git push -q --no-thin origin main:one")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["push"]);
    sandbox.sh("git push -q origin main:two").expect(0);
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn a_tool_that_was_changed_is_asked_again() {
    let sandbox = sandbox("");
    sandbox.sh("echo 2 >a.txt && git add a.txt").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    sandbox.recorded();
    sandbox.program("looks", &format!("{LOOKS}# another version\n"));
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  looks  [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    // So it is where a variable is another one.
    let done = sandbox
        .sh(&format!("TOOL_OPTIONS=x {GATEKEEPER} run --staged"))
        .expect(0);
    assert_snapshot!(done, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  looks  [TIME]
    ");
}

#[test]
fn what_is_not_to_be_remembered_runs_once_in_a_command() {
    let sandbox = sandbox("[gates.fresh]\nrun = \"record fresh\"\ncache = false\n");
    sandbox.sh("echo 2 >a.txt && git add a.txt").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt", "fresh"]);
    sandbox.sh("git commit >/dev/null -sm two").expect(0);
    assert_eq!(sandbox.recorded(), ["fresh"]);
    // The settings can say so for all.
    sandbox.write("gates.toml", format!("[settings]\ncache = false\n{GATE}"));
    sandbox
        .sh("git add . && echo 3 >a.txt && git add a.txt")
        .expect(0);
    for _ in 0..2 {
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        assert_eq!(sandbox.recorded(), ["a.txt"]);
    }
}

#[test]
fn what_passed_by_the_gates_is_checked_with_the_next_commit() {
    let sandbox = sandbox("");
    sandbox
        .sh(&format!("echo BAD >b.txt && git add b.txt && {UNGATED}"))
        .expect(0);
    // A harmless commit after it.
    let done = sandbox
        .sh("echo 2 >a.txt && git add a.txt && git commit >/dev/null -sm harmless")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 2 paths changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run --staged looks

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm harmless
    ");
    // What is taken together with it.
    let done = sandbox
        .sh(&format!(
            "{UNGATED} && git reset -q --soft HEAD~2 && git commit >/dev/null -sm together"
        ))
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 2 paths changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm together
    ");
    // What is amended.
    let done = sandbox
        .sh(&format!(
            "{UNGATED} && git commit >/dev/null --amend -sm amended"
        ))
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit (message only): 2 paths changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run --staged looks

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' --amend -sm amended
    ");
    // A tag makes nothing good.
    let done = sandbox
        .sh("git tag good && echo 3 >a.txt && git commit >/dev/null -sam tagged")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run looks  # checks all tracked files, not only these

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sam tagged
    ");
    // Nor does installing again.
    let done = sandbox
        .sh(&format!("{GATEKEEPER} uninstall && {GATEKEEPER} install"))
        .expect(0);
    assert_snapshot!(done, @r#"
      removed  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    installed  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    note: HEAD has 1 unchecked commit; check them with `gatekeeper audit --record`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sam again").expect(1), @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run looks  # checks all tracked files, not only these

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sam again
    ");
    // Once it is fixed, all is well.
    sandbox
        .sh("echo good >b.txt && git commit >/dev/null -sam mended")
        .expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("mended"));
}

#[test]
fn what_is_on_a_remote_is_somebody_elses_affair() {
    let sandbox = with_remote("");
    sandbox
        .sh("git clone -q ../remote ../other && cd ../other && echo BAD >b.txt && git add . && git commit >/dev/null -sm theirs && git push -q")
        .expect(0);
    sandbox.sh("git pull -q origin main").expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("theirs"));
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam mine")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt"]);
}

#[test]
fn a_merge_counts_from_what_is_good_on_both_sides() {
    let sandbox = sandbox("");
    sandbox
        .sh(&format!(
            "git checkout -q -b side && echo BAD >b.txt && git add b.txt && {UNGATED} && \
             git checkout -q main && echo 2 >a.txt && git commit >/dev/null -sam two"
        ))
        .expect(0);
    sandbox.recorded();
    assert_snapshot!(sandbox.sh("git merge -q --no-edit side").expect(1), @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks b.txt
       repeat  gatekeeper run --staged looks

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON'
    Not committing merge; use 'git commit' to complete the merge.
    ");
    assert!(sandbox.sh("git merge --abort").code() == 0);
    assert_eq!(sandbox.subject().as_deref(), Some("two"));
}

#[test]
fn receipts_that_somebody_else_has_written_are_none() {
    let sandbox = sandbox("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    let receipts = sandbox.top.join(".git/gatekeeper/receipts");
    let good = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let good = fs::read_to_string(receipts.join(good.trim())).unwrap();
    sandbox.sh("echo BAD >a.txt && git add a.txt").expect(0);
    let tree = sandbox.git(&["write-tree"]);
    let forged = |text: &str| {
        fs::write(receipts.join(tree.trim()), text).unwrap();
        let commit =
            "git update-ref refs/heads/main $(git commit-tree -p HEAD -m x $(git write-tree))";
        let plumbing = sandbox.sh(commit).expect(128).told();
        plumbing + &sandbox.sh("git commit >/dev/null -sm x").expect(1).told()
    };
    let mut told = forged(&good);
    let id = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    told += &forged(&good.replace(id.trim(), tree.trim()));
    let body = good.split_once('\n').unwrap().1;
    told += &forged(&body.replace(id.trim(), tree.trim()));
    told += &forged("");
    assert_snapshot!(told, @"
    error: main would get 1 unchecked commit
      [ID1] x
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    note: nothing is lost: keep the work with `git tag NAME [ID1]`
    fatal: ref updates aborted by hook
    ---
    the commit was stopped: looks failed: exit code 1, at a.txt:1
    gatekeeper pre-commit: 1 path changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm x
    ---
    error: main would get 1 unchecked commit
      [ID1] x
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    note: nothing is lost: keep the work with `git tag NAME [ID1]`
    fatal: ref updates aborted by hook
    ---
    the commit was stopped: looks failed: exit code 1, at a.txt:1
    gatekeeper pre-commit: 1 path changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm x
    ---
    error: main would get 1 unchecked commit
      [ID1] x
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    note: nothing is lost: keep the work with `git tag NAME [ID1]`
    fatal: ref updates aborted by hook
    ---
    the commit was stopped: looks failed: exit code 1, at a.txt:1
    gatekeeper pre-commit: 1 path changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm x
    ---
    error: main would get 1 unchecked commit
      [ID1] x
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    note: nothing is lost: keep the work with `git tag NAME [ID1]`
    fatal: ref updates aborted by hook
    ---
    the commit was stopped: looks failed: exit code 1, at a.txt:1
    gatekeeper pre-commit: 1 path changed
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm x
    ---
    ");
}

#[test]
fn the_key_is_the_users_alone_and_outside() {
    let mut sandbox = with_remote("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    let key = sandbox.beside("home/.local/state/gatekeeper/key");
    assert_eq!(
        sandbox
            .sh("stat -c %a ../home/.local/state/gatekeeper/key")
            .stdout
            .trim(),
        "600"
    );
    assert!(!sandbox.top.join(".git/gatekeeper/key").exists());
    // With another key nothing is known, so everything is checked again.
    fs::remove_file(key).unwrap();
    sandbox.recorded();
    sandbox
        .sh("git commit >/dev/null --amend -sm again")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a.txt"]);
    // Where none can be kept outside, it is inside.
    sandbox.set("XDG_STATE_HOME", "/dev/null");
    sandbox
        .sh("git commit >/dev/null --amend -sm inside")
        .expect(0);
    assert!(sandbox.top.join(".git/gatekeeper/key").exists());
}

#[test]
fn a_directory_that_cannot_be_written_makes_nothing_good() {
    let sandbox = sandbox("");
    fs::remove_dir_all(sandbox.top.join(".git/gatekeeper")).unwrap();
    sandbox.write(".git/gatekeeper", "");
    assert_snapshot!(sandbox.sh("echo 2 >a.txt && git commit >/dev/null -sam two").expect(128), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  looks  [TIME]
    1 passed in [TIME]
    note: cannot record this run: failed to create directory `[ROOT]/repository/.git/gatekeeper/runs`: Not a directory (os error 20)
    note: cannot write the receipt of this run: failed to create directory `[ROOT]/repository/.git/gatekeeper/receipts`: Not a directory (os error 20)
    gatekeeper prepare-commit-msg: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  looks  [TIME]
    1 passed in [TIME]
    note: cannot record this run: failed to create directory `[ROOT]/repository/.git/gatekeeper/runs`: Not a directory (os error 20)
    note: cannot write the receipt of this run: failed to create directory `[ROOT]/repository/.git/gatekeeper/receipts`: Not a directory (os error 20)
    error: main would get 1 unchecked commit
      [ID1] two
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    note: nothing is lost: keep the work with `git tag NAME [ID1]`
    note: the record of trusted history is missing, so earlier receipts cannot be used; check again with `gatekeeper audit --record`
    note: cannot write receipts here (failed to create directory `[ROOT]/repository/.git/gatekeeper/receipts`: Not a directory (os error 20)), so no commit counts as checked; make the directory `gatekeeper` in the git directory writable
    fatal: ref updates aborted by hook
    ");
}

#[test]
fn linked_work_trees_share_what_is_known() {
    let sandbox = sandbox("");
    sandbox.sh("echo 2 >a.txt && git add a.txt").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    sandbox.recorded();
    let done = sandbox
        .sh("git worktree add -q ../linked && cd ../linked && echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed
             cached  looks          passed on the same tree [WHEN], in [TIME]
    already checked: 1 cached, [WHEN]
    ");
    assert!(sandbox.recorded().is_empty());
}

#[test]
fn what_has_passed_by_is_checked_afterwards() {
    let sandbox = sandbox("");
    sandbox
        .sh(&format!(
            "for i in 1 2 3; do echo $i >$i.txt; git add .; {UNGATED}; done"
        ))
        .expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has 3 unchecked commits (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked, but 3 earlier commits were not: see above
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "--record"]).expect(0), @"
    [ID1] ungated
    gatekeeper audit --record [ID1]: 1 path changed, checked in [VIEW], because the work tree has untracked files
             passed  looks  [TIME]
    1 passed in [TIME]
    [ID2] ungated
    gatekeeper audit --record [ID2]: 1 path changed, checked in [VIEW], because the work tree has untracked files
             passed  looks  [TIME]
    1 passed in [TIME]
    [ID3] ungated
    gatekeeper audit --record [ID3]: 1 path changed
             passed  looks  [TIME]
    1 passed in [TIME]

    done: 3 commits are now checked
    ");
    // Each for itself.
    assert_eq!(sandbox.recorded(), ["1.txt", "2.txt", "3.txt"]);
    assert_snapshot!(sandbox.gatekeeper(&["audit", "--record"]).expect(0), @"nothing to check: 0 of 4 commits unchecked");
    // What fails is named, and what comes after it is checked with it.
    sandbox
        .sh(&format!(
            "echo BAD >4.txt; git add .; {UNGATED}; echo 5 >5.txt; git add .; {UNGATED}; \
             echo good >4.txt; git add .; {UNGATED}"
        ))
        .expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["audit", "--record", "--root"]).expect(1), @"
    [ID1] ungated
    gatekeeper audit --record [ID1]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit and untracked files
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               4.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks 4.txt
       repeat  gatekeeper run --from [ID1]~1 --to [ID1] looks

    1 failed in [TIME]
    [ID2] ungated
    gatekeeper audit --record [ID2]: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               4.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks 4.txt 5.txt
       repeat  gatekeeper run --from [ID2]~1 --to [ID2] looks

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed in [TIME]
    [ID3] ungated
    gatekeeper audit --record [ID3]: 2 paths changed
             passed  looks  [TIME]

    note: 2 commits before this one were not checked here (latest [ID2]), so the changes since then are checked as well

    1 passed in [TIME]

    error: the gates failed on 2 commits
      [ID1] ungated
      [ID2] ungated
    next: fix each commit above with `git rebase -i`
    ");
    sandbox.recorded();
    sandbox
        .sh("echo 6 >6.txt && git add . && git commit >/dev/null -sm six")
        .expect(0);
    assert_eq!(sandbox.recorded(), ["6.txt"]);
}

#[test]
fn nothing_unchecked_leaves() {
    let sandbox = with_remote("");
    sandbox
        .sh(&format!(
            "echo 2 >b.txt; git add .; {UNGATED}; echo 3 >c.txt; git add .; {UNGATED}"
        ))
        .expect(0);
    let first = sandbox.git(&["rev-parse", "--short=10", "HEAD~1"]);
    let done = sandbox.sh("git push -q origin main").expect(1);
    assert_snapshot!(done.naming(&first, "FIRST"), @"
    error: the push contains 1 unchecked commit
      [FIRST] ungated
    next: check them with `gatekeeper audit --record '[FIRST]^!'`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept '[FIRST]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert!(sandbox.recorded().is_empty());
    sandbox
        .gatekeeper(&["audit", "--record", &format!("{}^!", first.trim())])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["b.txt"]);
    // The last one is checked on the way.
    sandbox.sh("git push -q origin main").expect(0);
    assert_eq!(sandbox.recorded(), ["c.txt"]);
    // As it is stored, whatever is checked out.
    sandbox
        .sh(&format!(
            "echo BAD >d.txt; git add .; {UNGATED}; echo good >d.txt"
        ))
        .expect(0);
    assert_snapshot!(sandbox.sh("git push -q origin HEAD:refs/heads/other").expect(1), @"
    the push was stopped: looks failed: exit code 1, at d.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               d.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks d.txt
       repeat  gatekeeper run --from [ID1]~1 --to [ID1] looks

    1 failed in [TIME]: the push was stopped
    error: failed to push some refs to '../remote'
    ");
    assert_eq!(
        sandbox
            .sh("git ls-remote -q origin refs/heads/other")
            .stdout,
        ""
    );
}

#[test]
fn the_ledger_tells_what_was_tried() {
    let sandbox = with_remote("");
    assert_snapshot!(sandbox.sh("echo 2 >a.txt && git commit -anm two").expect(1), @"
    error: `git commit -anm` skips the gates, and this repository requires them
    help: remove `-anm`; if a gate fails, fix what it reports. Nothing was changed; the attempt was logged (see `gatekeeper status`)
    ");
    sandbox
        .sh("git update-ref refs/heads/main $(git commit-tree -p HEAD -m plumbing $(git write-tree))")
        .expect(0);
    sandbox
        .sh("git add . && git update-ref refs/heads/main $(git commit-tree -p HEAD -m plumbing $(git write-tree))")
        .expect(128);
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has 1 unchecked commit (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  3 lines in [ROOT]/repository/.git/gatekeeper/ledger
      [WHEN]: `git commit -anm`, detected by prepare-commit-msg (git commit -anm two)
      [WHEN]: a commit message broke the rules [ID1], detected by reference-transaction (git update-ref refs/heads/main [ID1])
      [WHEN]: an unchecked commit was refused, on main [ID2], detected by reference-transaction (git update-ref refs/heads/main [ID2])

    commits here are checked, but 1 earlier commit was not: see above
    ");
    sandbox.sh("git commit >/dev/null -sm two").expect(0);
    // The message of the plumbing commit has no sign-off.
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    note: 3 new lines in the ledger since the last push
      [WHEN]: `git commit -anm`, detected by prepare-commit-msg (git commit -anm two)
      [WHEN]: a commit message broke the rules [ID1], detected by reference-transaction (git update-ref refs/heads/main [ID1])
      [WHEN]: an unchecked commit was refused, on main [ID2], detected by reference-transaction (git update-ref refs/heads/main [ID2])
    error: 1 commit message breaks this repository's rules

    [ID1] plumbing  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    error: the push contains 1 unchecked commit
      [ID1] plumbing
    next: check them with `gatekeeper audit --record '[ID1]^!'`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    note: 1 new line in the ledger since the last push
      [WHEN]: refused to push an unchecked commit [ID1], detected by pre-push
    error: 1 commit message breaks this repository's rules

    [ID1] plumbing  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    error: the push contains 1 unchecked commit
      [ID1] plumbing
    next: check them with `gatekeeper audit --record '[ID1]^!'`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
}

#[test]
fn a_rebase_is_checked_at_each_commit_or_at_its_tip() {
    let mut told = String::new();
    for (mode, runs) in [("each", 3), ("tip", 1)] {
        let sandbox = sandbox(&format!("[settings]\nrebase = \"{mode}\"\n"));
        sandbox
            .sh("git checkout -q -b side && for i in 1 2 3; do echo $i >$i.txt; git add .; git commit >/dev/null -sm $i; done && \
                 git checkout -q main && echo 2 >a.txt && git commit >/dev/null -sam two && git checkout -q side")
            .expect(0);
        sandbox.recorded();
        told += &sandbox.sh("git rebase -q main").expect(0).told();
        // Each run of the gate is one line for each of its files: all of them at the tip.
        let runs_of_gate = sandbox.recorded();
        assert_eq!(runs_of_gate, ["1.txt", "2.txt", "3.txt"], "{mode}");
        let checked = fs::read_dir(sandbox.top.join(".git/gatekeeper/receipts")).unwrap();
        let checked = checked.filter(|file| {
            let text = fs::read_to_string(file.as_ref().unwrap().path()).unwrap();
            text.contains("\"by\": \"prepare-commit-msg\"")
        });
        assert_eq!(checked.count(), runs, "{mode}");
        // All of it may be pushed.
        sandbox
            .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -q origin side")
            .expect(0);
    }
    assert_snapshot!(told, @"

    ---

    ---
    ");
}

#[test]
fn what_can_be_come_back_to_is_not_forgotten() {
    let sandbox = with_remote("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    // Only in the reflog.
    sandbox.sh("git reset -q --hard HEAD~1").expect(0);
    let receipts = sandbox.top.join(".git/gatekeeper/receipts");
    for number in 0..1000 {
        fs::write(receipts.join(format!("{number:040x}")), "").unwrap();
    }
    sandbox
        .sh("touch -d '60 days ago' .git/gatekeeper/receipts/* && echo 3 >a.txt && git commit >/dev/null -sam three")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
    let left: Vec<String> = fs::read_dir(&receipts)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(left.contains(&tree.trim().to_owned()));
    assert!(left.len() < 10, "{}", left.len());
}

#[test]
fn one_remotes_commits_are_checked_before_another_one_gets_them() {
    let sandbox = with_remote("");
    sandbox
        .sh("git clone -q . ../fork && cd ../fork && echo BAD >b.txt && git add . && git commit >/dev/null -sm contributed")
        .expect(0);
    sandbox
        .sh("git remote add contributor ../fork && git fetch -q contributor && git merge -q --ff-only contributor/main")
        .expect(0);
    let refused = |target: &str| {
        let done = sandbox.sh(&format!("git push -q origin {target}"));
        done.expect(1)
    };
    assert_snapshot!(refused("main"), @"
    the push was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks b.txt
       repeat  gatekeeper run --from [ID1]~1 --to [ID1] looks

    1 failed in [TIME]: the push was stopped
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] contributed
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    // What was checked since counts from them, and so for nothing.
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam mine")
        .expect(0);
    assert_snapshot!(refused("main"), @"
    note: 1 unchecked commit from elsewhere or from before gatekeeper, not checked one by one; their combined result is checked
      [ID1] contributed
    the push was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run --from [ID2]~1 --to [ID2] looks

    note: 1 commit before this one was made elsewhere and not checked here (latest [ID1]), so the changes since then are checked as well; if that history need not follow the rules here, accept it, which is recorded, and commit again: `gatekeeper audit --accept --root [ID1] --reason REASON`

    1 failed in [TIME]: the push was stopped
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] contributed
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert_snapshot!(sandbox.sh("git push -q ../remote main").expect(1), @"
    note: 1 unchecked commit from elsewhere or from before gatekeeper, not checked one by one; their combined result is checked
      [ID1] contributed
    the push was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks a.txt b.txt
       repeat  gatekeeper run --from [ID2]~1 --to [ID2] looks

    note: 1 commit before this one was made elsewhere and not checked here (latest [ID1]), so the changes since then are checked as well; if that history need not follow the rules here, accept it, which is recorded, and commit again: `gatekeeper audit --accept --root [ID1] --reason REASON`

    1 failed in [TIME]: the push was stopped
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] contributed
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    let done = sandbox
        .sh("echo good >b.txt && git commit >/dev/null -sam mended && git push -q origin main")
        .expect(0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  looks  [TIME]
    1 passed in [TIME]
    note: 1 unchecked commit from elsewhere or from before gatekeeper, not checked one by one; their combined result is checked
      [ID1] contributed
    ");
}

#[test]
fn nothing_stands_in_for_what_is_checked() {
    let sandbox = with_remote("");
    sandbox
        .sh("bad=$(echo BAD | git hash-object -w --stdin) && git replace $bad $(echo good | git hash-object -w --stdin) && \
             git update-index --add --cacheinfo 100644,$bad,b.txt && git checkout -q -- b.txt && cat b.txt")
        .expect(0);
    assert_eq!(sandbox.read("b.txt"), "good\n");
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm replaced").expect(1), @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks b.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm replaced
    ");
}

#[test]
fn a_filter_that_does_not_lead_back_hides_nothing() {
    let sandbox = sandbox("");
    let done = sandbox
        .sh("git config filter.x.clean 'sed s/GOOD/BAD/' && git config filter.x.smudge cat && \
             echo '*.txt filter=x' >.gitattributes && echo GOOD >b.txt && git add . && git commit >/dev/null -sm x")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks b.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -sm x
    ");
    // What a notebook's filter takes out is not in the commit, and not checked.
    sandbox
        .sh("git config filter.x.clean 'sed /BAD/d' && printf 'code\nBAD\n' >b.txt && git add . && git commit >/dev/null -sm x")
        .expect(0);
}

#[test]
fn what_lies_ignored_beside_the_tree_is_given_too() {
    let sandbox = sandbox("[gates.script]\nrun = \"sh script\"\n");
    sandbox.write(".gitignore", "/script\n/settings\n");
    sandbox.write("script", "echo script >>\"$RECORD\"\n");
    sandbox.sh("echo 2 >a.txt && git add .").expect(0);
    let runs = || {
        sandbox.recorded();
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        sandbox.recorded().contains(&"script".to_owned())
    };
    assert!(runs());
    assert!(!runs());
    sandbox.write("script", "echo script >>\"$RECORD\" # changed\n");
    assert!(runs());
    assert!(!runs());
    sandbox.write("settings", "strict\n");
    assert!(runs());
    assert!(!runs());
}

#[test]
fn a_history_can_be_made_again_from_its_root() {
    let sandbox = sandbox("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two")
        .expect(0);
    assert_snapshot!(sandbox.sh("git rebase -q -f --root").expect(0), @"");
    assert_eq!(sandbox.subject().as_deref(), Some("two"));
}

#[test]
fn another_key_is_named() {
    let mut sandbox = with_remote("");
    sandbox
        .sh("echo 2 >a.txt && git commit >/dev/null -sam two && echo 3 >a.txt && git commit >/dev/null -sam three")
        .expect(0);
    sandbox.set("XDG_STATE_HOME", sandbox.beside("elsewhere"));
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    note: the receipts here are sealed with another key (another HOME or user?), so they cannot be used; check again with `gatekeeper audit --record`
    error: the push contains 1 unchecked commit
      [ID1] two
    next: check them with `gatekeeper audit --record '[ID1]^!'`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
}

#[test]
fn a_pick_that_is_refused_can_be_fixed_as_it_is_said() {
    let sandbox = sandbox("");
    sandbox
        .sh(&format!(
            "git checkout -q -b side && echo BAD >b.txt && git add . && {UNGATED} && git checkout -q main && \
             echo 2 >a.txt && git commit >/dev/null -sam two && git checkout -q side"
        ))
        .expect(0);
    assert_snapshot!(sandbox.sh("git rebase -q main").expect(1), @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  looks b.txt
       repeat  gatekeeper run --staged looks

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and run `git commit -C REBASE_HEAD`; git would then pick the same commit again, so remove the first line with `git rebase --edit-todo` before you run `git rebase --continue`
    error: 'prepare-commit-msg' hook failed
    hint:
    hint:
    hint:
    ");
    sandbox
        .sh(
            "echo good >b.txt && git add b.txt && git commit >/dev/null -C REBASE_HEAD && \
             GIT_SEQUENCE_EDITOR='sed -i 1d' git rebase --edit-todo && git rebase --continue",
        )
        .expect(0);
    assert_eq!(sandbox.git(&["show", "side:b.txt"]), "good\n");
}

#[test]
fn a_branch_does_not_bring_its_own_leniency() {
    let sandbox = sandbox("");
    let commit = "c=$(echo x | git commit-tree -p HEAD $(git write-tree)) && git reset -q --hard";
    for gates in ["[settings]\nbranch-receipts = \"off\"\n", "no toml"] {
        sandbox.write("gates.toml", format!("{gates}{GATE}"));
        let done = sandbox
            .sh(&format!(
                "echo BAD >b.txt && git add . && {commit} && git branch evil $c"
            ))
            .expect(128);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        error: evil would get 1 unchecked commit
          [ID1] x
        help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
        note: nothing is lost: keep the work with `git tag NAME [ID1]`
        fatal: ref updates aborted by hook
        "));
    }
}

#[test]
fn what_git_is_not_known_to_say_is_not_passed_over() {
    let sandbox = sandbox("");
    for hook in ["pre-push", "reference-transaction"] {
        let done = sandbox
            .sh(&format!(
                "echo 'refs/heads/main 0123' | {GATEKEEPER} hook {hook} .git/hooks/{hook} prepared x"
            ))
            .expect(3);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        error: unexpected input to the reference-transaction hook: `refs/heads/main 0123`
        help: only git may call this hook; if git is newer than gatekeeper, update gatekeeper
        "));
    }
}

#[test]
fn a_push_names_what_the_commits_declare() {
    let sandbox =
        Sandbox::with_gates("[gates.a]\nrun = \"! test -e bad\"\nfiles = [\"a\", \"bad\"]\n");
    sandbox
        .sh("git init -q --bare ../upstream.git && git remote add origin ../upstream.git && git push -q origin main")
        .expect(0);
    sandbox
        .sh("touch other && git add other && git commit >/dev/null -s -m other")
        .expect(0);
    let done = sandbox.sh("git push -q origin main").expect(0);
    assert_snapshot!(done, @"");
    sandbox
        .sh("touch bad && git add bad && git commit >/dev/null -s -m bad --trailer 'Gate-Exception: a -- the service is down'")
        .expect(0);
    let done = sandbox.sh("git push -q origin main").expect(0);
    assert_snapshot!(done, @"
    note: [ID1] is pushed with `Gate-Exception: a -- the service is down`
    gatekeeper pre-push of [ID1]: a failed under an exception, checked [WHEN]
    ");
}
