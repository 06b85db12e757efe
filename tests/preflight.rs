//! Programs that cannot be started are found before anything runs: exit code 3.

use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

/// Runs the gate beside one that would leave a trace.
#[track_caller]
fn could_not_start(sandbox: &Sandbox, run: &str) -> Done {
    sandbox.write(
        "gates.toml",
        format!("[gates.other]\nrun = \"record other\"\n[gates.broken]\nrun = \"{run}\"\n"),
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run"]).expect(3);
    assert_eq!(sandbox.recorded(), [""; 0], "something was run");
    done
}

#[test]
fn programs_that_cannot_be_started() {
    let sandbox = Sandbox::new();
    assert_snapshot!(could_not_start(&sandbox, "no-such-tool --check"), @"
    unable: broken could not start: no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
      command  no-such-tool --check
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    assert_snapshot!(could_not_start(&sandbox, "./no-such-script"), @"
    unable: broken could not start: ./no-such-script does not exist
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./no-such-script does not exist

    broken could not start
        cause  ./no-such-script does not exist
      command  ./no-such-script
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x does not exist
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x does not exist

    broken could not start
        cause  ./folder/x does not exist
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");

    sandbox.write("folder/x", "");
    assert_snapshot!(could_not_start(&sandbox, "./folder"), @"
    unable: broken could not start: ./folder is a directory
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder is a directory

    broken could not start
        cause  ./folder is a directory
      command  ./folder
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is not executable (make it so with `chmod +x`)
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is not executable (make it so with `chmod +x`)

    broken could not start
        cause  ./folder/x is not executable (make it so with `chmod +x`)
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.sh("chmod +x folder/x").expect(0);
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is empty or was truncated
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is empty or was truncated

    broken could not start
        cause  ./folder/x is empty or was truncated
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", [0; 4096]);
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is empty or was truncated
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is empty or was truncated

    broken could not start
        cause  ./folder/x is empty or was truncated
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", b"# caf\xe9\nexit 0\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)

    broken could not start
        cause  ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", "#!\ntest -e x\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)

    broken could not start
        cause  ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", "#!/bin/sh\r\ntest -e x\r\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x has Windows line endings, so its interpreter is not found
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x has Windows line endings, so its interpreter is not found

    broken could not start
        cause  ./folder/x has Windows line endings, so its interpreter is not found
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", "#!/usr/bin/env no-such-python\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x cannot run: no-such-python is not installed: it is not in any directory of PATH
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x cannot run: no-such-python is not installed: it is not in any directory of PATH

    broken could not start
        cause  ./folder/x cannot run: no-such-python is not installed: it is not in any directory of PATH
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");

    sandbox.write("folder/x", "echo hello\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)

    broken could not start
        cause  ./folder/x is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", "#!/no/such/python\nprint(1)\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed

    broken could not start
        cause  ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    sandbox.write("folder/x", "#! /no/such/python -E\n");
    assert_snapshot!(could_not_start(&sandbox, "./folder/x"), @"
    unable: broken could not start: ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
    gatekeeper run: 2 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed

    broken could not start
        cause  ./folder/x needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
      command  ./folder/x
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");

    symlink("loop", sandbox.top.join("loop")).unwrap();
    assert_snapshot!(could_not_start(&sandbox, "./loop"), @"
    unable: broken could not start: ./loop cannot be reached: Too many levels of symbolic links (os error 40)
    gatekeeper run: 3 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./loop cannot be reached: Too many levels of symbolic links (os error 40)

    broken could not start
        cause  ./loop cannot be reached: Too many levels of symbolic links (os error 40)
      command  ./loop
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
    symlink("nowhere", sandbox.top.join("link")).unwrap();
    assert_snapshot!(could_not_start(&sandbox, "./link"), @"
    unable: broken could not start: ./link does not exist
    gatekeeper run: 4 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          ./link does not exist

    broken could not start
        cause  ./link does not exist
      command  ./link
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");

    // On PATH a broken one does not hide a sound one, and is named if there is none.
    sandbox.program("tool", "#!/no/such/python\n");
    assert_snapshot!(could_not_start(&sandbox, "tool"), @"
    unable: broken could not start: [ROOT]/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 4 paths tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  [ROOT]/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed, and there is no Python environment (.venv, venv, env) here
      command  tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
}

#[test]
fn a_damaged_tool_is_not_replaced_by_another_one() {
    let sandbox = Sandbox::new();
    sandbox.program("tool", "#!/bin/sh\nrecord another\n");
    sandbox.write(".git/info/exclude", ".venv\n");
    sandbox.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
    let mut told = String::new();
    for damaged in ["#!/no/such/python\n", "#! \n"] {
        sandbox.write(".venv/bin/tool", damaged);
        sandbox.sh("chmod +x .venv/bin/tool").expect(0);
        told += &could_not_start(&sandbox, "tool").told();
    }
    assert_snapshot!(told, @"
    unable: broken could not start: [ROOT]/repository/.venv/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/repository/.venv/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed

    broken could not start
        cause  [ROOT]/repository/.venv/bin/tool needs /no/such/python, which does not exist; its environment may have been moved, or its interpreter removed
      command  .venv/bin/tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    unable: broken could not start: [ROOT]/repository/.venv/bin/tool is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/repository/.venv/bin/tool is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)

    broken could not start
        cause  [ROOT]/repository/.venv/bin/tool is a text file whose first line does not name an interpreter (such as `#!/bin/sh`)
      command  .venv/bin/tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    ");
}

#[test]
fn interpreters_are_looked_at_as_well() {
    let sandbox = Sandbox::new();
    sandbox.program("zeros", &"\0".repeat(4096));
    sandbox.program("empty", "");
    let cases = [
        "#!/usr/bin/env zeros\n",
        "#!/usr/bin/env -S zeros -x\n",
        "#!/usr/bin/env -S A=b empty\n",
        "#!/usr/bin/env tool\n",
    ];
    let mut told = String::new();
    for text in cases {
        sandbox.program("tool", text);
        told += &could_not_start(&sandbox, "tool").told();
    }
    assert_snapshot!(told, @"
    unable: broken could not start: [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here
      command  tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    unable: broken could not start: [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  [ROOT]/bin/tool cannot run: [ROOT]/bin/zeros is empty or was truncated, and there is no Python environment (.venv, venv, env) here
      command  tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    unable: broken could not start: [ROOT]/bin/tool cannot run: [ROOT]/bin/empty is empty or was truncated, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/bin/tool cannot run: [ROOT]/bin/empty is empty or was truncated, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  [ROOT]/bin/tool cannot run: [ROOT]/bin/empty is empty or was truncated, and there is no Python environment (.venv, venv, env) here
      command  tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    unable: broken could not start: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: too many interpreters in a chain, and there is no Python environment (.venv, venv, env) here
    gatekeeper run: 1 path tracked
          cancelled  other           nothing was run, because a gate cannot start
    could not start  broken          [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: too many interpreters in a chain, and there is no Python environment (.venv, venv, env) here

    broken could not start
        cause  [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: [ROOT]/bin/tool cannot run: too many interpreters in a chain, and there is no Python environment (.venv, venv, env) here
      command  tool
         help  install the program, or correct `run` in [gates.broken] in gates.toml

    1 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ---
    ");
}

#[test]
fn a_commit_says_it_too() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"no-such-tool\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "-m", "a"]).expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: lint could not start: no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
    gatekeeper pre-commit: 1 path changed
    could not start  lint          no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here

    lint could not start
        cause  no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
      command  no-such-tool
         help  install the program, or correct `run` in [gates.lint] in gates.toml

    1 could not start in [TIME]: the commit was stopped; nothing was changed
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
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
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    unable: x could not start: [ROOT]/repository/./x: Exec format error (os error 8)
    gatekeeper run: 2 paths tracked
    could not start  x          [ROOT]/repository/./x: Exec format error (os error 8)

    x could not start
        cause  [ROOT]/repository/./x: Exec format error (os error 8)
      command  ./x
         help  install the program, or correct `run` in [gates.x] in gates.toml

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
}

#[test]
fn git_itself_can_be_missing() {
    let mut sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.git(&["add", "."]);
    let nothing = sandbox.beside("home");
    sandbox.set("PATH", nothing);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    error: cannot start git
      No such file or directory (os error 2)
    help: install git, or add it to PATH
    ");
}
