//! `status` tells what git will execute, and fails unless a commit would be checked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, finish, write_program};

#[test]
fn every_state_of_a_hook_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    let status = |code: i32| sandbox.gatekeeper(&["status"]).expect(code);
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  absent: git looks for [ROOT]/repository/.git/hooks/pre-commit
          pre-merge-commit  absent: git looks for [ROOT]/repository/.git/hooks/pre-merge-commit
            pre-applypatch  absent: git looks for [ROOT]/repository/.git/hooks/pre-applypatch
        prepare-commit-msg  absent: git looks for [ROOT]/repository/.git/hooks/prepare-commit-msg
                commit-msg  absent: git looks for [ROOT]/repository/.git/hooks/commit-msg
            applypatch-msg  absent: git looks for [ROOT]/repository/.git/hooks/applypatch-msg
     reference-transaction  absent: git looks for [ROOT]/repository/.git/hooks/reference-transaction
                  pre-push  absent: git looks for [ROOT]/repository/.git/hooks/pre-push
                gates.toml  1 gate
           trusted history  not recorded: record it with `gatekeeper install`
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 8 hooks not in place; run `gatekeeper install`
    ");

    let copy = sandbox.copy_of_gatekeeper("copy");
    finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0);
    assert_snapshot!(status(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts [ROOT]/copy
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts [ROOT]/copy
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts [ROOT]/copy
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts [ROOT]/copy
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts [ROOT]/copy
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts [ROOT]/copy
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts [ROOT]/copy
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts [ROOT]/copy
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");

    fs::remove_file(&copy).unwrap();
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  broken: [ROOT]/repository/.git/hooks/pre-commit starts [ROOT]/copy, which is missing, so every commit is stopped
          pre-merge-commit  broken: [ROOT]/repository/.git/hooks/pre-merge-commit starts [ROOT]/copy, which is missing, so every commit is stopped
            pre-applypatch  broken: [ROOT]/repository/.git/hooks/pre-applypatch starts [ROOT]/copy, which is missing, so every commit is stopped
        prepare-commit-msg  broken: [ROOT]/repository/.git/hooks/prepare-commit-msg starts [ROOT]/copy, which is missing, so every commit is stopped
                commit-msg  broken: [ROOT]/repository/.git/hooks/commit-msg starts [ROOT]/copy, which is missing, so every commit is stopped
            applypatch-msg  broken: [ROOT]/repository/.git/hooks/applypatch-msg starts [ROOT]/copy, which is missing, so every commit is stopped
     reference-transaction  broken: [ROOT]/repository/.git/hooks/reference-transaction starts [ROOT]/copy, which is missing, so every commit is stopped
                  pre-push  broken: [ROOT]/repository/.git/hooks/pre-push starts [ROOT]/copy, which is missing, so every commit is stopped
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 8 hooks not in place; run `gatekeeper install`
    ");
    sandbox.gatekeeper(&["install"]).expect(0);
    assert_snapshot!(status(0), @"
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
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");

    let file = sandbox.top.join(".git/hooks/commit-msg");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  off: git ignores [ROOT]/repository/.git/hooks/commit-msg, because it is not executable
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 1 hook not in place; run `gatekeeper install`
    ");
    sandbox.gatekeeper(&["install"]).expect(0);

    let text = fs::read_to_string(&file).unwrap();
    write_program(&file, text.replace("exec ", "exit 0; exec ").as_bytes());
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  changed: [ROOT]/repository/.git/hooks/commit-msg was changed after it was installed
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 1 hook not in place; run `gatekeeper install`
    ");
    write_program(&file, b"#!/bin/sh\n");
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  not ours: git executes [ROOT]/repository/.git/hooks/commit-msg
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 1 hook not in place; run `gatekeeper install`
    ");
    write_program(&file, text.as_bytes());
    assert_snapshot!(status(0), @"
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
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");

    sandbox.write("gates.toml", "[gates.x]\nrum = 1\n");
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
                gates.toml  gates.toml has 2 errors
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are stopped: see `gatekeeper config check`
    ");
    sandbox.git(&["config", "core.hooksPath", "/nowhere"]);
    assert_snapshot!(status(1), @"
    stdout:
                pre-commit  absent: git looks for /nowhere/pre-commit
          pre-merge-commit  absent: git looks for /nowhere/pre-merge-commit
            pre-applypatch  absent: git looks for /nowhere/pre-applypatch
        prepare-commit-msg  absent: git looks for /nowhere/prepare-commit-msg
                commit-msg  absent: git looks for /nowhere/commit-msg
            applypatch-msg  absent: git looks for /nowhere/applypatch-msg
     reference-transaction  absent: git looks for /nowhere/reference-transaction
                  pre-push  absent: git looks for /nowhere/pre-push
            core.hooksPath  /nowhere (from file:.git/config, local) keeps git from running gatekeeper's hooks; /nowhere does not exist: if this repository was moved or copied, its own hooks do not run
                gates.toml  gates.toml has 2 errors
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are not checked properly: 8 hooks not in place; run `gatekeeper install`
    ");
}

#[test]
fn without_reflogs_published_commits_cannot_be_followed() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    let says_so = |command: &str| {
        let done = sandbox.gatekeeper(&[command]).expect(0);
        let told = format!("{}{}", done.stdout, done.stderr);
        told.contains("git keeps no reflogs here")
    };
    for (value, is_off) in [
        ("true", false),
        ("always", false),
        ("false", true),
        ("Off", true),
    ] {
        sandbox.git(&["config", "core.logAllRefUpdates", value]);
        for command in ["install", "status"] {
            assert_eq!(says_so(command), is_off, "{command} {value}");
        }
    }
}
