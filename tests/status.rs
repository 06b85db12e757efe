//! `status` tells what git will execute, and fails unless a commit would be judged.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::{GATEKEEPER, Sandbox, finish, write_program};

#[test]
fn every_state_of_a_hook_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    let status = |code: i32, text: &str| {
        let done = sandbox.gatekeeper(&["status"]).expect(code);
        assert!(
            done.stdout.contains(text),
            "{text:?} is not in\n{}",
            done.stdout
        );
    };
    status(1, "pre-commit  absent: git looks for");
    status(1, "8 hooks not in place");

    let copy = sandbox.copy_of_gatekeeper("copy");
    finish(&mut sandbox.command(copy.to_str().unwrap(), &["install"])).expect(0);
    status(0, "pre-commit  in place:");
    status(0, "gates.toml  1 gate");
    status(0, "a commit here would be judged");

    fs::remove_file(&copy).unwrap();
    status(1, "which is gone, so every commit is stopped");
    sandbox.gatekeeper(&["install"]).expect(0);
    status(0, GATEKEEPER);

    let file = sandbox.top.join(".git/hooks/commit-msg");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    status(1, "commit-msg  off:");
    sandbox.gatekeeper(&["install"]).expect(0);

    let text = fs::read_to_string(&file).unwrap();
    write_program(&file, text.replace("exec ", "exit 0; exec ").as_bytes());
    status(1, "commit-msg  changed: somebody has changed");
    write_program(&file, b"#!/bin/sh\n");
    status(1, "commit-msg  not ours: git executes");
    write_program(&file, text.as_bytes());
    status(0, "a commit here would be judged");

    sandbox.write("gates.toml", "[gates.x]\nrum = 1\n");
    status(1, "a commit here would be stopped");
    sandbox.git(&["config", "core.hooksPath", "/nowhere"]);
    status(1, "git looks for /nowhere/pre-commit");
}
