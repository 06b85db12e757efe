//! Hooks in git's configuration, which git runs from version 2.54 on. The tests that need one are
//! left out unless `GATEKEEPER_TEST_NEW_GIT` names it by its path.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::required::is_here;
use crate::sandbox::{GATEKEEPER, Sandbox, finish, write_program};

/// A gate that refuses what has a file named `bad`, and tells that it was there.
const GATE: &str = "[gates.x]\nrun = \"record ran\"\n\n[gates.y]\nrun = \"test ! -e bad\"\n";

/// A repository whose hooks are installed by way of a new git; `None` if there is none.
fn sandbox() -> Option<Sandbox> {
    let git = env::var_os("GATEKEEPER_TEST_NEW_GIT");
    let why = "GATEKEEPER_TEST_NEW_GIT names no git";
    is_here("new-git", git.is_some(), why);
    let git = git?;
    let mut sandbox = Sandbox::new();
    let bin = sandbox.beside("bin");
    let dir = Path::new(&git).parent().unwrap().to_owned();
    let others = env::split_paths(&sandbox.machine);
    let path = env::join_paths([bin, dir].into_iter().chain(others)).unwrap();
    sandbox.set("PATH", path);
    sandbox.write("gates.toml", GATE);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.git(&["commit", "--quiet", "--message", "gates"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    Some(sandbox)
}

/// Stages a file that the gate refuses.
fn stage_bad(sandbox: &Sandbox) {
    sandbox.write("bad", "");
    sandbox.git(&["add", "bad"]);
}

#[track_caller]
fn is_refused(sandbox: &Sandbox, line: &str) {
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let done = sandbox.sh(line);
    assert_ne!(done.code(), 0, "{line}\n{}", done.stderr);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before, "{line}");
    sandbox.recorded();
}

#[test]
fn an_older_git_gets_no_hooks_in_its_configuration() {
    let sandbox = Sandbox::with_gates(GATE);
    let is_old = sandbox.try_git(&["hook", "list", "pre-commit"]).code() == 129;
    if !is_here("old-git", is_old, "this git is new") {
        return;
    }
    let settings = sandbox.try_git(&["config", "--get-regexp", "^hook"]);
    assert_eq!(settings.expect(1).stdout, "");
    let status = sandbox.gatekeeper(&["status"]).expect(0);
    assert!(
        status
            .stdout
            .contains("git config  this git version cannot")
    );
}

#[test]
fn they_are_installed_once_and_taken_out_again() {
    let Some(sandbox) = sandbox() else { return };
    sandbox.git(&["config", "hook.mine.event", "pre-commit"]);
    sandbox.git(&["config", "hook.mine.command", "record mine"]);
    let again = sandbox.gatekeeper(&["install"]).expect(0);
    let again = again.says("unchanged  git config");
    drop(again.does_not_say("installed"));
    sandbox.write("good", "");
    sandbox.git(&["add", "good"]);
    // A commit is checked once, and what the user has configured runs as well.
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["mine", "ran"]);

    let done = sandbox.gatekeeper(&["uninstall"]).expect(0);
    drop(done.says("removed  git config").says("no longer checked"));
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["mine"]);
    let left = sandbox.git(&["config", "--local", "--get-regexp", "^hook"]);
    assert_eq!(
        left,
        "hook.mine.event pre-commit\nhook.mine.command record mine\n"
    );
}

#[test]
fn they_stand_where_git_is_led_past_the_files() {
    let Some(sandbox) = sandbox() else { return };
    let elsewhere = [
        "git -c core.hooksPath=/dev/null commit -s -m x",
        "git -c core.hooksPath= commit -s -m x",
        "H=/nowhere git --config-env=core.hooksPath=H commit -s -m x",
        "git config core.hooksPath /nowhere; git commit -s -m x; git config --unset core.hooksPath; false",
        "cd sub && git -c core.hooksPath=/dev/null commit -s -m x",
    ];
    // The message is checked as well: it has no sign-off.
    sandbox.write("sub/good", "");
    sandbox.git(&["add", "sub"]);
    is_refused(&sandbox, "git -c core.hooksPath=/dev/null commit -m x");
    stage_bad(&sandbox);
    for line in elsewhere {
        is_refused(&sandbox, line);
    }
    is_refused(
        &sandbox,
        "git -c core.hooksPath= update-ref HEAD $(git commit-tree -p HEAD -m x $(git write-tree))",
    );
    // Set for good, and without anything bad: such a commit is made, and is checked all the same.
    sandbox.git(&["rm", "--quiet", "--cached", "bad"]);
    fs::remove_file(sandbox.top.join("bad")).unwrap();
    sandbox.write("sub/better", "");
    sandbox.git(&["add", "sub"]);
    sandbox.git(&["config", "core.hooksPath", "/nowhere"]);
    sandbox.sh("git commit -s -m x").expect(0);
    assert_eq!(sandbox.recorded(), ["ran"]);
}

#[test]
fn they_stand_without_the_files() {
    let Some(sandbox) = sandbox() else { return };
    stage_bad(&sandbox);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    let shim = fs::read_to_string(&file).unwrap();
    let commit = "git commit -s -m x";
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    is_refused(&sandbox, commit);
    write_program(&file, b"#!/bin/sh\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    is_refused(&sandbox, commit);
    write_program(&file, shim.replace("exec ", "exit 0; exec ").as_bytes());
    is_refused(&sandbox, commit);
    fs::remove_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    is_refused(&sandbox, commit);
}

#[test]
fn a_shim_that_starts_another_program_is_not_relied_on() {
    let Some(sandbox) = sandbox() else { return };
    let copy = sandbox.copy_of_gatekeeper("copy");
    let copy_path = copy.to_str().unwrap();
    finish(&mut sandbox.command(copy_path, &["install"])).expect(0);
    let shim = fs::read(sandbox.top.join(".git/hooks/pre-commit")).unwrap();
    sandbox.gatekeeper(&["install"]).expect(0);
    write_program(&sandbox.top.join(".git/hooks/pre-commit"), &shim);
    write_program(&copy, b"#!/bin/sh\n");
    stage_bad(&sandbox);
    is_refused(&sandbox, "git commit -s -m x");
}

#[test]
fn status_tells_what_became_of_them() {
    let Some(sandbox) = sandbox() else { return };
    let own = "hook.gatekeeper-pre-commit";
    let status = |text: &str| {
        let done = sandbox.gatekeeper(&["status"]);
        assert!(
            done.stdout.contains(text),
            "{text:?} is not in\n{}",
            done.stdout
        );
    };
    status("git config  in place: pre-commit, pre-merge-commit");
    sandbox.git(&["config", "hook.pre-commit.enabled", "false"]);
    status("switched off: pre-commit\n");
    sandbox.git(&["config", "--unset", "hook.pre-commit.enabled"]);
    sandbox.git(&["config", "--global", &format!("{own}.enabled"), "off"]);
    status("switched off: pre-commit\n");
    sandbox.git(&["config", "--global", "--unset", &format!("{own}.enabled")]);
    sandbox.git(&["config", &format!("{own}.enabled"), "0"]);
    sandbox.git(&["config", &format!("{own}.command"), "true"]);
    status("changed: pre-commit\n");
    let repaired = sandbox.gatekeeper(&["install"]).expect(0);
    drop(repaired.says("installed  git config"));
    status("git config  in place: pre-commit, pre-merge-commit");
    sandbox.git(&["config", "--remove-section", own]);
    status("absent: pre-commit\n");
}

#[test]
fn without_its_program_no_commit_is_made() {
    let Some(sandbox) = sandbox() else { return };
    let copy = sandbox.copy_of_gatekeeper("it's; a copy");
    let copy_path = copy.to_str().unwrap();
    finish(&mut sandbox.command(copy_path, &["install"])).expect(0);
    let commit = ["commit", "--quiet", "-m", "x"];
    sandbox.write("one", "");
    sandbox.git(&["add", "one"]);
    sandbox.git(&commit);
    assert_eq!(sandbox.recorded(), ["ran"]);
    fs::remove_file(&copy).unwrap();
    sandbox.write("two", "");
    sandbox.git(&["add", "two"]);
    let done = sandbox.try_git(&commit);
    assert_ne!(done.code(), 0);
    drop(
        done.says("its program is missing")
            .says("gatekeeper install"),
    );
    // One on PATH will do.
    std::os::unix::fs::symlink(GATEKEEPER, sandbox.beside("bin/gatekeeper")).unwrap();
    sandbox.git(&commit);
    assert_eq!(sandbox.recorded(), ["ran"]);
}

#[test]
fn questions_of_ours_start_none() {
    let Some(sandbox) = sandbox() else { return };
    for event in ["post-index-change", "reference-transaction"] {
        let setting = |key: &str| format!("hook.mine-{event}.{key}");
        sandbox.git(&["config", &setting("command"), &format!("record {event}")]);
        sandbox.git(&["config", &setting("event"), event]);
    }
    stage_bad(&sandbox);
    assert_eq!(sandbox.recorded().first().unwrap(), "0");
    let range = ["run", "--from", "HEAD", "--to", "HEAD"];
    for arguments in [&range[..], &["run", "--staged", "x"], &["fix"], &["status"]] {
        sandbox.gatekeeper(arguments).expect(0);
    }
    assert_eq!(sandbox.recorded(), ["ran"]);
}
