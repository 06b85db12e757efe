//! A hook that was there before us is kept, runs first, and comes back unchanged.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, write_program};

const GATE: &str = "[gates.x]\nrun = \"record gate {files}\"\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATE);
    sandbox.git(&["add", "."]);
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    sandbox
}

fn hook(sandbox: &Sandbox, name: &str, text: &str) -> PathBuf {
    let file = sandbox.top.join(".git/hooks").join(name);
    write_program(&file, text.as_bytes());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn it_runs_first_and_is_given_back_byte_for_byte() {
    let sandbox = sandbox();
    // It sees its own old name, its arguments and git's environment, and may change the index.
    let file = hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh -e\nrecord \"old as ${0##*/} in $(basename $(dirname $(dirname $0))) $# $GIT_INDEX_FILE\"\necho more >added\ngit add added\n",
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    let before = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap());
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    trusted history: none, because there is no commit yet; every commit must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    unchanged  pre-commit  .git/hooks/pre-commit
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
                            runs [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit first
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    let expected = [
        "added",
        "gate",
        "gates.toml",
        "old as pre-commit in .git 0 .git/index",
    ];
    assert_eq!(sandbox.recorded(), expected);

    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
     restored  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    let after = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap());
    assert_eq!(before.0, after.0);
    assert_eq!(before.1.mode(), after.1.mode());
    assert_eq!(before.1.modified().unwrap(), after.1.modified().unwrap());
    assert_eq!(before.1.ino(), after.1.ino());
    let left: Vec<_> = fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".sample"))
        .collect();
    assert_eq!(left, ["pre-commit"]);
}

#[test]
fn once_it_is_gone_it_is_missed() {
    let sandbox = sandbox();
    hook(&sandbox, "pre-commit", "#!/bin/sh\nexit 1\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    fs::remove_dir_all(sandbox.top.join(".git/hooks.before-gatekeeper")).unwrap();
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "x"]).expect(1), @"
    error: the earlier pre-commit hook, which runs before gatekeeper, is missing: [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit
    help: restore the file, or run `gatekeeper install` again to continue without it
    ");
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(1), @"
    stdout:
                pre-commit  broken: the earlier hook that [ROOT]/repository/.git/hooks/pre-commit runs first is missing, so every commit is stopped
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 1 hook not in place; run `gatekeeper install`
    ");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      updated  pre-commit  .git/hooks/pre-commit, but the earlier hook, which ran before it, is missing
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.gatekeeper(&["status"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
}

#[test]
fn its_failure_is_final() {
    let sandbox = sandbox();
    hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\necho 'the old one says no' >&2\nexit 7\n",
    );
    sandbox.gatekeeper(&["install"]).expect(0);
    let done = sandbox.try_git(&["commit", "-m", "x"]).expect(1);
    assert_snapshot!(done, @"the old one says no");
    sandbox.sh(".git/hooks/pre-commit").expect(7);
    hook(
        &sandbox,
        "../hooks.before-gatekeeper/pre-commit",
        "#!/bin/sh\nkill -TERM $$\n",
    );
    sandbox.sh(".git/hooks/pre-commit").expect(143);
    hook(
        &sandbox,
        "../hooks.before-gatekeeper/pre-commit",
        "#!/no/such/interpreter\n",
    );
    assert_snapshot!(sandbox.sh(".git/hooks/pre-commit").expect(3), @"
    error: cannot run the earlier hook, which runs before gatekeeper: [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit
      No such file or directory (os error 2)
    help: fix the hook, or remove it if it is no longer needed
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn it_may_change_or_refuse_the_message() {
    let sandbox = sandbox();
    let sign = "#!/bin/sh\nprintf '\\nSigned-off-by: Jane Doe <jane@example.com>\\n' >>\"$1\"\n";
    hook(&sandbox, "commit-msg", sign);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.sh("git commit -m x").expect(0);
    assert!(
        sandbox
            .git(&["log", "-1", "--format=%B"])
            .contains("Signed-off-by")
    );
    // As commitlint and commitizen do.
    let types =
        "#!/bin/sh\ngrep -q '^fix: ' \"$1\" || { echo 'type may not be empty' >&2; exit 1; }\n";
    hook(&sandbox, "../hooks.before-gatekeeper/commit-msg", types);
    let commit =
        |message: &str| sandbox.try_git(&["commit", "-q", "-s", "--allow-empty", "-m", message]);
    commit("y").expect(1).says("type may not be empty");
    commit("fix: y").expect(0);
}

#[test]
fn every_kind_of_hook_runs_as_if_it_stood_in_its_place() {
    let kinds = [
        // Run and not merely read by its shell: many do nothing when they are read.
        "#!/usr/bin/env bash\nif [[ \"${BASH_SOURCE[0]}\" == \"$0\" ]]; then record seen; fi\n",
        "#!/bin/bash -eu\n. \"$(dirname \"${BASH_SOURCE[0]}\")/common.sh\"\nrecord \"$common\"\n",
        "#!/usr/bin/env python3\nimport os, sys, common\nos.system('record ' + common.word)\nassert os.path.basename(sys.argv[0]) == 'pre-commit'\n",
        "#!/bin/sh -\ntop=$(cd \"$(dirname \"$0\")/../..\" && pwd)\ntest -f \"$top/gates.toml\" && record seen\n",
        // git gives these to sh.
        "record seen\n",
    ];
    for text in kinds {
        let sandbox = sandbox();
        hook(&sandbox, "pre-commit", text);
        hook(&sandbox, "common.py", "word = 'seen'\n");
        sandbox.gatekeeper(&["install"]).expect(0);
        // What comes later is found as well.
        hook(&sandbox, "common.sh", "common=seen\n");
        sandbox.git(&["commit", "--quiet", "-m", "x"]);
        assert!(sandbox.recorded().contains(&"seen".to_owned()), "{text}");
        sandbox.gatekeeper(&["uninstall"]).expect(0);
        assert!(
            !sandbox.top.join(".git/hooks.before-gatekeeper").exists(),
            "{text}"
        );
    }
}

#[test]
fn an_installation_that_was_killed_goes_on() {
    // At any instant: the old hook has its second name, ours is not there yet.
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord old\n");
    let kept = sandbox.top.join(".git/hooks.before-gatekeeper/pre-commit");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::hard_link(&file, &kept).unwrap();
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert!(file.exists() && !kept.parent().unwrap().exists());
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::hard_link(&file, &kept).unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    trusted history: none, because there is no commit yet; every commit must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml", "old"]);
    // Its owner writes the same again, as husky does at every installation of packages.
    hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord old\n");
    sandbox.gatekeeper(&["status"]).expect(1);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
     restored  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "#!/bin/sh\nrecord old\n"
    );
}

#[test]
fn links_lead_where_they_led() {
    let sandbox = sandbox();
    sandbox.write("tools/hook.sh", "#!/bin/sh\nrecord linked\n");
    sandbox.sh("chmod +x tools/hook.sh").expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    symlink("../../tools/hook.sh", &file).unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    trusted history: none, because there is no commit yet; every commit must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml", "linked"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(
        fs::read_link(&file).unwrap(),
        PathBuf::from("../../tools/hook.sh")
    );
}

#[test]
fn what_git_would_not_execute_is_kept_and_not_run() {
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord never\nexit 1\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o644
    );
}

#[test]
fn a_second_hook_written_over_ours_is_noticed() {
    let sandbox = sandbox();
    hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord first\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    let second = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord second\n");
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(1), @"
    stdout:
                pre-commit  not ours: git executes [ROOT]/repository/.git/hooks/pre-commit
                            runs [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit first
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 1 hook not in place; run `gatekeeper install`
    ");
    let done = sandbox.gatekeeper(&["install"]).expect(3);
    assert_snapshot!(done, @"
    error: gatekeeper's pre-commit hook was overwritten, and another hook is already chained to it
      overwritten: [ROOT]/repository/.git/hooks/pre-commit
      chained: [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit
    help: keep one of the two files as [ROOT]/repository/.git/hooks/pre-commit, move the other one away and run `gatekeeper install` again
    ");
    assert!(fs::read_to_string(&second).unwrap().contains("second"));
    // Neither is lost by an uninstall.
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
      foreign  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    done: hooks that gatekeeper did not write, or that were changed later, were left in place
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    assert!(fs::read_to_string(&second).unwrap().contains("second"));
    let first = sandbox.top.join(".git/hooks.before-gatekeeper/pre-commit");
    assert!(fs::read_to_string(first).unwrap().contains("first"));
}

#[test]
fn a_manager_that_keeps_its_hooks_in_a_directory_of_its_own_goes_on_working() {
    // As husky lays it out: a relative core.hooksPath, and scripts that find the user's hook from
    // the name and the directory in `$0`.
    let sandbox = sandbox();
    sandbox.git(&["config", "core.hooksPath", ".manager/_"]);
    sandbox.write(".manager/pre-commit", "record from the manager\n");
    sandbox.write(
        ".manager/_/h",
        "#!/bin/sh\nn=$(basename \"$0\")\nsh -e \"$(dirname \"$(dirname \"$0\")\")/$n\" \"$@\"\n",
    );
    sandbox.write(
        ".manager/_/pre-commit",
        "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n",
    );
    sandbox.sh("chmod +x .manager/_/*").expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    note: core.hooksPath was .manager/_; the hooks in .manager/_ stay there and run first, and `gatekeeper uninstall` restores core.hooksPath
    trusted history: none, because there is no commit yet; every commit must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(
        sandbox.recorded(),
        ["from", "gate", "gates.toml", "manager", "the"]
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["from", "manager", "the"]);
}

#[test]
fn a_shim_that_was_put_aside_is_told_and_not_run_twice() {
    // As pre-commit does: our hook becomes a "legacy" one, which theirs runs first.
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    let ours = sandbox.top.join(".git/hooks/pre-commit");
    fs::rename(&ours, ours.with_file_name("pre-commit.legacy")).unwrap();
    hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\nlegacy=$(dirname \"$0\")/pre-commit.legacy\n! test -x \"$legacy\" || \"$legacy\" || exit\nrecord theirs\n",
    );
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    // A hook in git's configuration cannot know that theirs will run ours, and checks as well.
    let mut recorded = sandbox.recorded();
    recorded.dedup();
    assert_eq!(recorded, ["gate", "gates.toml", "theirs"]);
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.write("y", "");
    sandbox.git(&["add", "y"]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["gate", "theirs", "y"]);
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
     restored  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    note: [ROOT]/repository/.git/hooks/pre-commit.legacy is a gatekeeper hook that another program renamed and may still run; delete it if it is not needed
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
}

#[test]
fn patches_are_checked_too() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.recorded();
    sandbox.write("y", "y\n");
    sandbox.git(&["add", "y"]);
    sandbox
        .sh("elsewhere commit -q --author='Other <other@example.com>' -m unsigned")
        .expect(0);
    sandbox.git(&["format-patch", "-1", "--output=../patch"]);
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let done = sandbox.sh("git am ../patch");
    assert_ne!(done.code(), 0);
    assert_snapshot!(done, @"
    gatekeeper: the message was refused: 1 problem

    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Other <other@example.com>

    next: run
      git interpret-trailers --no-divider --in-place --trailer 'Signed-off-by: Jane Doe <jane@example.com>' [ROOT]/repository/.git/rebase-apply/final-commit && git am --retry
    Nothing is lost: your message is in [ROOT]/repository/.git/rebase-apply/final-commit, and your changes are where they were.
    ");
    sandbox.git(&["am", "--abort"]);
    sandbox.git(&["am", "--quiet", "--signoff", "../patch"]);
    assert_eq!(sandbox.recorded(), ["gate", "y"]);
}

#[test]
fn an_interrupted_installation_leaves_a_hook_in_place() {
    // The directory of kept hooks cannot be made: nothing has happened to the old hook.
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nexit 0\n");
    fs::write(sandbox.top.join(".git/hooks.before-gatekeeper"), "a file").unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(3), @"
    error: cannot write [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit
      File exists (os error 17)
    ");
    assert_eq!(fs::read_to_string(&file).unwrap(), "#!/bin/sh\nexit 0\n");
}
