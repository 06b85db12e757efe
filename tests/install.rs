//! `install` and `uninstall` in a plain repository.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox, write_program};

const GATE: &str = "[gates.x]\nrun = \"record ran\"\n";
const HOOKS: [&str; 5] = [
    "pre-commit",
    "pre-merge-commit",
    "pre-applypatch",
    "commit-msg",
    "applypatch-msg",
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATE);
    sandbox.git(&["add", "."]);
    sandbox
}

#[test]
fn install_twice_and_uninstall() {
    let sandbox = sandbox();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    installed  pre-commit  .git/hooks/pre-commit
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
    let files = HOOKS.map(|hook| sandbox.top.join(".git/hooks").join(hook));
    let before: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    for file in &files {
        let metadata = fs::symlink_metadata(file).unwrap();
        assert!(metadata.is_file(), "never a link");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o755);
    }
    assert!(before[0].contains(GATEKEEPER));
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
    let after: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    assert_eq!(before, after);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
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
    ");
    assert!(files.iter().all(|file| !file.exists()));
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
       absent  pre-commit  .git/hooks/pre-commit
       absent  pre-merge-commit  .git/hooks/pre-merge-commit
       absent  pre-applypatch  .git/hooks/pre-applypatch
       absent  prepare-commit-msg  .git/hooks/prepare-commit-msg
       absent  commit-msg  .git/hooks/commit-msg
       absent  applypatch-msg  .git/hooks/applypatch-msg
       absent  reference-transaction  .git/hooks/reference-transaction
       absent  pre-push  .git/hooks/pre-push
    done: gatekeeper was not installed here
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_shim_of_another_program_or_without_its_mode_is_replaced() {
    let sandbox = sandbox();
    let copy = sandbox.copy_of_gatekeeper("copy");
    let by_copy = sandbox.command(copy.to_str().unwrap(), &["install"]);
    crate::sandbox::finish(&mut { by_copy }).expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      updated  pre-commit  .git/hooks/pre-commit
      updated  pre-merge-commit  .git/hooks/pre-merge-commit
      updated  pre-applypatch  .git/hooks/pre-applypatch
      updated  prepare-commit-msg  .git/hooks/prepare-commit-msg
      updated  commit-msg  .git/hooks/commit-msg
      updated  applypatch-msg  .git/hooks/applypatch-msg
      updated  reference-transaction  .git/hooks/reference-transaction
      updated  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert!(fs::read_to_string(&file).unwrap().contains(GATEKEEPER));
    // git runs nothing that is not executable, and says so only in passing.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      updated  pre-commit  .git/hooks/pre-commit
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
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o755
    );
}

#[test]
fn what_somebody_has_added_to_a_shim_is_not_lost() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("exec ", "my-own-check || exit 1\nexec ");
    write_program(&file, text.as_bytes());
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(3), @"
    error: gatekeeper's pre-commit hook was changed: [ROOT]/repository/.git/hooks/pre-commit
    help: move the added commands to a gate in gates.toml, delete the file and run `gatekeeper install` again
    ");
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
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_linked_directory_of_hooks_is_not_written_and_its_hooks_run_first() {
    let sandbox = sandbox();
    let shared = sandbox.beside("shared");
    fs::create_dir(&shared).unwrap();
    let hook = shared.join("commit-msg");
    write_program(&hook, b"#!/bin/sh\necho 'Change-Id: I1' >>\"$1\"\n");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let hooks = sandbox.top.join(".git/hooks");
    let _ = fs::remove_dir_all(&hooks);
    symlink(&shared, &hooks).unwrap();
    for _ in 0..2 {
        sandbox.gatekeeper(&["install"]).expect(0).says("run first");
    }
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
    let message = || sandbox.git(&["log", "-1", "--format=%(trailers:key=Change-Id,valueonly)"]);
    assert_eq!(message().trim(), "I1");
    let done = sandbox.gatekeeper(&["status"]).expect(0);
    assert!(
        done.stdout.contains("commits here are checked"),
        "{}",
        done.stdout
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(fs::read_dir(shared).unwrap().count(), 1);
    assert!(!sandbox.top.join(".git/gatekeeper-hooks").exists());
    assert_eq!(
        sandbox.sh("git config --get-regexp -i hookspath").stdout,
        ""
    );
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "y"]);
    assert_eq!(message().trim(), "I1");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn hooks_are_taken_out_wherever_git_looks_now() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["config", "core.hooksPath", "elsewhere"]);
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
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
    ");
    assert!(!sandbox.top.join(".git/hooks/pre-commit").exists());
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
       absent  pre-commit  .git/hooks/pre-commit
       absent  pre-merge-commit  .git/hooks/pre-merge-commit
       absent  pre-applypatch  .git/hooks/pre-applypatch
       absent  prepare-commit-msg  .git/hooks/prepare-commit-msg
       absent  commit-msg  .git/hooks/commit-msg
       absent  applypatch-msg  .git/hooks/applypatch-msg
       absent  reference-transaction  .git/hooks/reference-transaction
       absent  pre-push  .git/hooks/pre-push
    done: gatekeeper was not installed here
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
}

#[test]
fn a_hooks_path_for_all_repositories_is_not_ours() {
    let sandbox = sandbox();
    let shared = sandbox.beside("shared");
    sandbox.git(&[
        "config",
        "--global",
        "core.hooksPath",
        shared.to_str().unwrap(),
    ]);
    let done = sandbox.gatekeeper(&["install"]).expect(3);
    assert!(!shared.exists());
    let way_out = done
        .stderr
        .split('`')
        .find(|part| part.starts_with("git config --local"))
        .unwrap();
    sandbox.sh(way_out).expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
}

#[test]
fn without_a_sound_configuration_nothing_is_installed() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(2), @"
    error: there is no gates.toml in [ROOT]/repository
    help: run `gatekeeper init` to find the project's checks and write the file; `gatekeeper config example` prints every key
    ");
    sandbox.write("gates.toml", "[gates.x]\nrum = 1\n");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(2), @r#"
    error: gates.toml has 2 errors
      error: gate `x` has no command
       --> gates.toml:1:8
        |
      1 | [gates.x]
        |        ^ `run` is missing
        |
      help: add run = "...", the command that must succeed

      error: unknown key `rum` in [gates.x]
       --> gates.toml:2:1
        |
      2 | rum = 1
        | ^^^ did you mean `run`?
    "#);
    assert!(!sandbox.top.join(".git/hooks/pre-commit").exists());
}

#[test]
fn when_the_program_is_gone_the_commit_is_stopped() {
    let mut sandbox = sandbox();
    let copy = sandbox.copy_of_gatekeeper("copy of 'gatekeeper'");
    let install = |sandbox: &Sandbox| {
        crate::sandbox::finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0)
    };
    install(&sandbox);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    fs::remove_file(&copy).unwrap();
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "-m", "y"]).expect(1);
    assert_snapshot!(done, @r#"
    error: gatekeeper is installed as a hook here, but its program is missing or empty
      the program is neither at [ROOT]/copy of 'gatekeeper' nor on PATH, so nothing was checked
    help: install gatekeeper again, then run `gatekeeper install` in this repository
    help: to work here without it, take its hooks out: `(cd "[ROOT]/repository/.git/hooks" && grep -ls [ID1]-gatekeeper * | xargs rm)`
    "#);
    assert_eq!(sandbox.subject().as_deref(), Some("x"));

    // A shell would take the first for a script that succeeds; the second it refuses by itself, in
    // words of its own.
    let damage = |damaged: &[u8]| {
        write_program(&copy, damaged);
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        sandbox.try_git(&["commit", "-m", "y"]).expect(1)
    };
    assert_snapshot!(damage(b""), @r#"
    error: gatekeeper is installed as a hook here, but its program is missing or empty
      the program is neither at [ROOT]/copy of 'gatekeeper' nor on PATH, so nothing was checked
    help: install gatekeeper again, then run `gatekeeper install` in this repository
    help: to work here without it, take its hooks out: `(cd "[ROOT]/repository/.git/hooks" && grep -ls [ID1]-gatekeeper * | xargs rm)`
    "#);
    damage(&[0; 4096]);
    fs::remove_file(&copy).unwrap();

    // A directory in its place is no program; PATH is the way out.
    fs::create_dir(&copy).unwrap();
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "y"]).expect(1), @r#"
    error: gatekeeper is installed as a hook here, but its program is missing or empty
      the program is neither at [ROOT]/copy of 'gatekeeper' nor on PATH, so nothing was checked
    help: install gatekeeper again, then run `gatekeeper install` in this repository
    help: to work here without it, take its hooks out: `(cd "[ROOT]/repository/.git/hooks" && grep -ls [ID1]-gatekeeper * | xargs rm)`
    "#);
    symlink(GATEKEEPER, sandbox.beside("bin/gatekeeper")).unwrap();
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["ran"]);

    // Installed by way of PATH, the link is what is called.
    let done = crate::sandbox::finish(&mut sandbox.command("gatekeeper", &["install"]));
    assert_snapshot!(done.expect(0), @r#"
      updated  pre-commit  .git/hooks/pre-commit
      updated  pre-merge-commit  .git/hooks/pre-merge-commit
      updated  pre-applypatch  .git/hooks/pre-applypatch
      updated  prepare-commit-msg  .git/hooks/prepare-commit-msg
      updated  commit-msg  .git/hooks/commit-msg
      updated  applypatch-msg  .git/hooks/applypatch-msg
      updated  reference-transaction  .git/hooks/reference-transaction
      updated  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert!(
        sandbox
            .read(".git/hooks/pre-commit")
            .contains("/bin/gatekeeper'")
    );
    sandbox.set("PATH", "/nonexistent");
}

#[test]
fn a_repository_that_cannot_be_written_is_a_fault() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    fs::remove_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    fs::write(sandbox.top.join(".git/hooks"), "a file").unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(3), @"
    error: cannot write [ROOT]/repository/.git/hooks
      File exists (os error 17)
    ");
}

#[test]
fn linked_work_trees_share_the_hooks() {
    let sandbox = sandbox();
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox
        .sh(&format!("cd ../linked && {GATEKEEPER} install"))
        .expect(0);
    assert!(sandbox.top.join(".git/hooks/pre-commit").exists());
    sandbox.write("y", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["ran"]);
}

#[test]
fn what_is_noted_can_be_forgotten() {
    let sandbox =
        Sandbox::with_gates("[gates.a]\nrun = \"true\"\nisolation = \"snapshot\"\nheavy = true\n");
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.write(".git/gatekeeper/message-1234567", "typed\n");
    sandbox.gatekeeper(&["uninstall", "--forget"]).expect(0);
    assert_eq!(sandbox.read(".git/gatekeeper/message-1234567"), "typed\n");
    let left = "ls .git/gatekeeper; git config --get-regexp gatekeeper; find \"$HOME\" -path '*gatekeeper*'";
    assert_eq!(sandbox.sh(left).stdout, "message-1234567\n");
    // And then everything begins anew.
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("trusted history: HEAD");
}
