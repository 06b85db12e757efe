//! Gates whose commands stand in other files: package.json, makefiles, scripts.

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox, finish};

/// A gate that is due for no file, so that it needs no npm.
const GATES: &str = "[gates.test]\nrun = \"npm test\"\nfiles = [\"never\"]\n";

fn package(test: &str) -> String {
    format!(
        "{{\n  \"scripts\": {{\n    \"docs\": \"typedoc\",\n    \"test\": \"{test}\"\n  }}\n}}\n"
    )
}

/// A repository with that gate, hooks, and a remote repository with a hook of its own.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.write("package.json", package("vitest run"));
    sandbox.write("a.js", "a()\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox
        .sh("git init -q --bare ../server && git remote add origin ../server && git push -q origin main")
        .expect(0);
    let mut server = sandbox.command(GATEKEEPER, &["install", "--server"]);
    finish(server.current_dir(sandbox.beside("server"))).expect(0);
    sandbox
}

#[test]
fn what_cannot_fail_there_is_refused_with_its_place() {
    let sandbox = sandbox();
    sandbox.write("package.json", package("vitest run || true"));
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @r#"
    error: gates.toml has 1 error
      error: gate `test` runs `npm test`, which cannot fail
       --> package.json:4:25
        |
      4 |     "test": "vitest run || true"
        |                         ^^^^^^^ turns every failure into a success
        |
      help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(2), @r#"
    error: gates.toml has 1 error
      error: gate `test` runs `npm test`, which cannot fail
       --> package.json:4:25
        |
      4 |     "test": "vitest run || true"
        |                         ^^^^^^^ turns every failure into a success
        |
      help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"
    "#);
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"cd web && make lint\"\n",
    );
    sandbox.write(
        "web/Makefile",
        "lint: dep\n\t-ruff check .\ndep:\n\t@echo nothing\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @r#"
    error: gates.toml has 1 error
      error: gate `lint` runs `cd web && make lint`, which cannot fail
       --> web/Makefile:2:3
        |
      2 |     -ruff check .
        |      ^^^^^^^^^^^^ its failure is ignored
        |
      help: remove what makes the runner ignore it, such as `-` at the beginning; if the gate only reports, set level = "warn"
    "#);
    sandbox.write("gates.toml", "[gates.lint]\nrun = \"./check.sh\"\n");
    sandbox.write("check.sh", "#!/bin/sh\nruff check .\nexit 0\n");
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @r#"
    error: gates.toml has 1 error
      error: gate `lint` runs `./check.sh`, which cannot fail
       --> check.sh:2:1
        |
      2 | ruff check .
        | ^^^^^^^^^^^^ does not stop the script, and its status is not the script's status
        |
      help: end the command with `|| exit 1`; if the gate only reports, set level = "warn"
    "#);
    // A gate that only reports says so.
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"./check.sh\"\nlevel = \"warn\"\n",
    );
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn a_change_of_what_a_gate_runs_is_found_at_every_layer() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("package.json", package("vitest run nothing"));
    sandbox.write("a.js", "broken()\n");
    assert_snapshot!(sandbox.sh("git commit -qsam 'Break it'").expect(1), @"
    the commit was stopped: protected.script: a gate runs this, and the change touches it: scripts.test

    error[protected.script]: a gate runs this, and the change touches it: scripts.test
     --> package.json:4:1
      |
    4 | vitest run nothing
      | ^^^^^^^^^^^^^^^^^^
    note: before: vitest run
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/package.json
      git commit -qsam 'Break it'

    1 finding refused, nothing to check: 1 gate not applicable: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    ");
    sandbox
        .sh("git -c core.hooksPath=/dev/null commit -qsam 'Break it'")
        .expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["audit", "origin/main.."]).expect(1), @"
    stdout:
    gatekeeper: 1 of 1 commit refused in origin/main..HEAD

    [ID1] Break it  (Jane Doe <jane@example.com>)
    error[protected.script]: a gate runs this, and the change touches it: scripts.test
     --> package.json:4:1
      |
    4 | vitest run nothing
      | ^^^^^^^^^^^^^^^^^^
    note: before: vitest run
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    1 commit: 1 change refused
    ");
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: commit [ID1] Break it

    error[protected.script]: a gate runs this, and the change touches it: scripts.test
     --> package.json:4:1
      |
    4 | vitest run nothing
      | ^^^^^^^^^^^^^^^^^^
    note: before: vitest run
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    error: failed to push some refs to '../server'
    ");
    assert_snapshot!(sandbox.sh("git push -q --no-verify origin main").expect(1), @"
    remote: refused: [ID1] Break it
    remote: error[protected.script]: a gate runs this, and the change touches it: scripts.test
    remote:  --> package.json:4:1
    remote:   |
    remote: 4 | vitest run nothing
    remote:   | ^^^^^^^^^^^^^^^^^^
    remote: note: before: vitest run
    remote: help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    remote:
    remote: gatekeeper: the push was refused (1 of 1 new commit); nothing was changed here
    remote: next: run `git rebase -i [ID1]~1` with `edit` for each commit above and fix it there; an additional commit does not help
    remote: then push again
    To ../server
     ! [remote rejected] main -> main (pre-receive hook declined)
    error: failed to push some refs to '../server'
    ");
    // Alone and with a reason it is a change of configuration.
    sandbox
        .sh("git reset -q --soft HEAD~1 && git restore --staged --worktree a.js")
        .expect(0);
    sandbox
        .sh("git commit -qsam list --trailer 'Gate-Change: the tests are only listed in this project'")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
}

#[test]
fn a_program_that_a_script_runs_counts_for_a_receipt() {
    let sandbox = Sandbox::new();
    sandbox.program("looks", "#!/bin/sh\necho ran >>\"$RECORD\"\n");
    sandbox.write("gates.toml", "[gates.looks]\nrun = \"sh tools/check.sh\"\n");
    sandbox.write("tools/check.sh", "exec looks\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("a", "1");
    sandbox.git(&["add", "a"]);
    let check = || {
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        sandbox.recorded()
    };
    assert_eq!(check(), ["ran"]);
    assert_eq!(check(), [""; 0]);
    sandbox.program("looks", "#!/bin/sh\necho 'ran again' >>\"$RECORD\"\n");
    assert_eq!(check(), ["ran again"]);
}
