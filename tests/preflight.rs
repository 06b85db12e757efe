//! Programs that cannot be started are found before anything runs: exit code 3.

use std::os::unix::fs::symlink;

use crate::sandbox::Sandbox;

/// Runs the gate beside one that would leave a trace.
#[track_caller]
fn could_not_start(sandbox: &Sandbox, run: &str, cause: &str) {
    sandbox.write(
        "gates.toml",
        format!("[gates.other]\nrun = \"record other\"\n[gates.broken]\nrun = \"{run}\"\n"),
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run"]).expect(3);
    done.says("could not start  broken")
        .says(cause)
        .says("cancelled  other")
        .says("help  install the program");
    assert_eq!(sandbox.recorded(), [""; 0], "something was run");
}

#[test]
fn programs_that_cannot_be_started() {
    let sandbox = Sandbox::new();
    could_not_start(
        &sandbox,
        "no-such-tool --check",
        "no-such-tool is not installed: it is in no folder of PATH",
    );
    could_not_start(
        &sandbox,
        "./no-such-script",
        "./no-such-script does not exist",
    );
    could_not_start(&sandbox, "./folder/x", "does not exist");

    sandbox.write("folder/x", "");
    could_not_start(&sandbox, "./folder", "./folder is a directory");
    could_not_start(&sandbox, "./folder/x", "./folder/x is not executable");
    sandbox.sh("chmod +x folder/x").expect(0);
    could_not_start(&sandbox, "./folder/x", "is empty, or has lost its contents");
    sandbox.write("folder/x", [0; 4096]);
    could_not_start(&sandbox, "./folder/x", "is empty, or has lost its contents");
    sandbox.write("folder/x", b"# caf\xe9\nexit 0\n");
    could_not_start(&sandbox, "./folder/x", "is a text without a first line");
    sandbox.write("folder/x", "#!\nexit 0\n");
    could_not_start(&sandbox, "./folder/x", "is a text without a first line");
    sandbox.write("folder/x", "#!/bin/sh\r\nexit 0\r\n");
    could_not_start(&sandbox, "./folder/x", "has Windows line ends");
    sandbox.write("folder/x", "#!/usr/bin/env no-such-python\n");
    could_not_start(
        &sandbox,
        "./folder/x",
        "cannot run: no-such-python is not installed",
    );

    sandbox.write("folder/x", "echo hello\n");
    could_not_start(&sandbox, "./folder/x", "is a text without a first line");
    sandbox.write("folder/x", "#!/no/such/python\nprint(1)\n");
    could_not_start(
        &sandbox,
        "./folder/x",
        "needs /no/such/python, which does not exist",
    );
    sandbox.write("folder/x", "#! /no/such/python -E\n");
    could_not_start(&sandbox, "./folder/x", "needs /no/such/python");

    symlink("loop", sandbox.top.join("loop")).unwrap();
    could_not_start(&sandbox, "./loop", "./loop cannot be reached");
    symlink("nowhere", sandbox.top.join("link")).unwrap();
    could_not_start(&sandbox, "./link", "./link does not exist");

    // On PATH a broken one does not hide a sound one, and is named if there is none.
    sandbox.program("tool", "#!/no/such/python\n");
    could_not_start(&sandbox, "tool", "needs /no/such/python");
}

#[test]
fn a_damaged_tool_is_not_replaced_by_another_one() {
    let sandbox = Sandbox::new();
    sandbox.program("tool", "#!/bin/sh\nrecord another\n");
    sandbox.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
    for (damaged, cause) in [
        ("#!/no/such/python\n", "needs /no/such/python"),
        ("#! \n", "is a text"),
    ] {
        sandbox.write(".venv/bin/tool", damaged);
        sandbox.sh("chmod +x .venv/bin/tool").expect(0);
        could_not_start(&sandbox, "tool", cause);
    }
}

#[test]
fn interpreters_are_looked_at_as_well() {
    let sandbox = Sandbox::new();
    sandbox.program("zeros", &"\0".repeat(4096));
    sandbox.program("empty", "");
    let cases = [
        (
            "#!/usr/bin/env zeros\n",
            "zeros is empty, or has lost its contents",
        ),
        ("#!/usr/bin/env -S zeros -x\n", "zeros is empty"),
        ("#!/usr/bin/env -S A=b empty\n", "empty is empty"),
        ("#!/usr/bin/env tool\n", "too many interpreters"),
    ];
    for (text, cause) in cases {
        sandbox.program("tool", text);
        could_not_start(&sandbox, "tool", cause);
    }
}

#[test]
fn a_commit_says_it_too() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"no-such-tool\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "-m", "a"]).expect(1);
    done.says("no-such-tool is not installed")
        .says("1 could not start")
        .says("PATH is ")
        .says("the commit was stopped");
    assert_eq!(sandbox.subject().as_deref(), Some("gates"));
}

#[test]
fn what_the_kernel_refuses_is_no_pass() {
    let sandbox = Sandbox::new();
    // Not what the kernel can execute, and never to be handed to a shell instead.
    sandbox.write("x", b"\x7fELF\0\0\nexit 0\n");
    sandbox.write("gates.toml", "[gates.x]\nrun = \"./x\"\n");
    sandbox.sh("chmod +x x").expect(0);
    sandbox.git(&["add", "."]);
    sandbox
        .gatekeeper(&["run"])
        .expect(3)
        .says("could not start");
}

#[test]
fn git_itself_can_be_missing() {
    let mut sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.git(&["add", "."]);
    let nothing = sandbox.beside("home");
    sandbox.set("PATH", nothing);
    sandbox
        .gatekeeper(&["run"])
        .expect(3)
        .says("git cannot be started")
        .says("install git");
}
