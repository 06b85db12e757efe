//! Programs that git tracks do not stand in for tools: what is said, and that gates.toml can name them.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::{fs, path::Path};

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

/// A repository with a gate that has this command, and an installed `tool`.
fn sandbox(run: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.program("tool", "#!/bin/sh\nrecord installed\n");
    sandbox.write("gates.toml", format!("[gates.x]\nrun = '{run}'\n"));
    sandbox
}

/// Writes a program that passes, whatever it is given.
fn passes(sandbox: &Sandbox, path: &str) {
    sandbox.write(path, "#!/bin/sh\nrecord passed\n");
    executable(&sandbox.top.join(path));
}

fn executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Puts `bin` of the work tree first on PATH.
fn on_path(sandbox: &mut Sandbox) {
    let dirs = [sandbox.top.join("bin"), sandbox.beside("bin")];
    let dirs = dirs
        .into_iter()
        .chain(std::env::split_paths(&sandbox.machine));
    let path = std::env::join_paths(dirs).unwrap();
    sandbox.set("PATH", path);
}

/// Tracks everything that is there, and runs the gate.
#[track_caller]
fn run(sandbox: &Sandbox, code: i32) -> Done {
    sandbox.git(&["add", "--force", "."]);
    sandbox.gatekeeper(&["run"]).expect(code)
}

#[test]
fn a_program_in_node_modules() {
    let sandbox = sandbox("tool --check");
    passes(&sandbox, "node_modules/.bin/tool");
    let done = run(&sandbox, 3);
    assert_snapshot!(done, @"
    unable: x could not start: tool is node_modules/.bin/tool, which git tracks: a tool must not come with the tree that it checks
    gatekeeper run: 2 paths tracked
    could not start  x          tool is node_modules/.bin/tool, which git tracks: a tool must not come with the tree that it checks

    x could not start
        cause  tool is node_modules/.bin/tool, which git tracks: a tool must not come with the tree that it checks
      command  node_modules/.bin/tool --check
         help  install the tool, and take the file out of git with `git rm --cached -- :/node_modules/.bin/tool`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
    // The command that is printed works anywhere in the work tree.
    let way_out = done.stderr.split('`').nth(1).unwrap().to_owned();
    fs::create_dir(sandbox.top.join("folder")).unwrap();
    sandbox.sh(&format!("cd folder && {way_out}")).expect(0);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["passed"]);
}

#[test]
fn a_program_that_gates_name_by_its_path() {
    let sandbox = sandbox("node_modules/.bin/tool --check");
    passes(&sandbox, "node_modules/.bin/tool");
    run(&sandbox, 0);
    assert_eq!(sandbox.recorded(), ["passed"]);
}

#[test]
fn a_link_that_git_tracks() {
    let sandbox = sandbox("tool");
    passes(&sandbox, "tools/.bin/tool");
    symlink("tools", sandbox.top.join("node_modules")).unwrap();
    assert_snapshot!(run(&sandbox, 3), @"
    unable: x could not start: tool is node_modules/.bin/tool, to which node_modules leads, a link that git tracks: a tool must not come with the tree that it checks
    gatekeeper run: 3 paths tracked
    could not start  x          tool is node_modules/.bin/tool, to which node_modules leads, a link that git tracks: a tool must not come with the tree that it checks

    x could not start
        cause  tool is node_modules/.bin/tool, to which node_modules leads, a link that git tracks: a tool must not come with the tree that it checks
      command  node_modules/.bin/tool
         help  install the tool, and take the file out of git with `git rm --cached -- :/node_modules`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
}

#[test]
fn a_file_of_the_environment_that_a_tool_is_in() {
    let sandbox = sandbox("tool");
    sandbox.write(".venv/lib/python3/site-packages/sitecustomize.py", "");
    sandbox.git(&["add", "."]);
    sandbox.write(".gitignore", ".venv\n");
    sandbox.write(".venv/pyvenv.cfg", "");
    passes(&sandbox, ".venv/bin/tool");
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    unable: x could not start: tool is .venv/bin/tool, and git tracks .venv/lib/python3/site-packages/sitecustomize.py of the same environment: a tool must not come with the tree that it checks
    gatekeeper run: 2 paths tracked
    could not start  x          tool is .venv/bin/tool, and git tracks .venv/lib/python3/site-packages/sitecustomize.py of the same environment: a tool must not come with the tree that it checks

    x could not start
        cause  tool is .venv/bin/tool, and git tracks .venv/lib/python3/site-packages/sitecustomize.py of the same environment: a tool must not come with the tree that it checks
      command  .venv/bin/tool
         help  install the tool, and take the file out of git with `git rm --cached -- :/.venv/lib/python3/site-packages/sitecustomize.py`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    note: gates ran in the work tree, which differs from the index: untracked .gitignore

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
    // Another tool is not in it.
    sandbox.write("gates.toml", "[gates.x]\nrun = \"record other\"\n");
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn the_interpreter_of_a_tool() {
    let mut sandbox = sandbox("tool");
    sandbox.program("tool", "#!/usr/bin/env interpreter\n");
    passes(&sandbox, "bin/interpreter");
    on_path(&mut sandbox);
    assert_snapshot!(run(&sandbox, 3), @"
    unable: x could not start: tool is [ROOT]/bin/tool, whose interpreter is bin/interpreter, which git tracks: a tool must not come with the tree that it checks
    gatekeeper run: 2 paths tracked
    could not start  x          tool is [ROOT]/bin/tool, whose interpreter is bin/interpreter, which git tracks: a tool must not come with the tree that it checks

    x could not start
        cause  tool is [ROOT]/bin/tool, whose interpreter is bin/interpreter, which git tracks: a tool must not come with the tree that it checks
      command  tool
         help  install the tool, and take the file out of git with `git rm --cached -- :/bin/interpreter`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
}

#[test]
fn a_module_that_python_takes_for_a_tool() {
    let sandbox = sandbox("python3 -m pytest -q");
    sandbox.program("python3", "#!/bin/sh\nrecord python\n");
    sandbox.write("pytest.py", "");
    assert_snapshot!(run(&sandbox, 3), @"
    unable: x could not start: pytest is pytest.py for `python -m`, which git tracks: a tool must not come with the tree that it checks
    gatekeeper run: 2 paths tracked
    could not start  x          pytest is pytest.py for `python -m`, which git tracks: a tool must not come with the tree that it checks

    x could not start
        cause  pytest is pytest.py for `python -m`, which git tracks: a tool must not come with the tree that it checks
      command  python3 -m pytest -q
         help  install the tool, and take the file out of git with `git rm --cached -- :/pytest.py`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
    // A module of the project's own is what the gate names.
    sandbox.git(&["rm", "--quiet", "--force", "pytest.py"]);
    sandbox.write("checks/__main__.py", "");
    sandbox.write("gates.toml", "[gates.x]\nrun = \"python3 -m checks\"\n");
    run(&sandbox, 0);
}

#[test]
fn a_directory_of_the_tree_on_path() {
    let mut sandbox = sandbox("test -d bin && tool");
    passes(&sandbox, "bin/tool");
    passes(&sandbox, "bin/test");
    on_path(&mut sandbox);
    assert_snapshot!(run(&sandbox, 3), @"
    unable: x could not start: tool is bin/tool, which git tracks: a tool must not come with the tree that it checks
    gatekeeper run: 3 paths tracked
    could not start  x          tool is bin/tool, which git tracks: a tool must not come with the tree that it checks

    x could not start
        cause  tool is bin/tool, which git tracks: a tool must not come with the tree that it checks
      command  test -d bin && tool
         help  install the tool, and take the file out of git with `git rm --cached -- :/bin/tool`; or, if the gate is meant to run it, name it by its path in `run` of [gates.x]

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
    // One that git does not track is the user's own.
    sandbox.git(&["rm", "--quiet", "--cached", "bin/tool"]);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["passed"]);
}

#[test]
fn a_program_of_a_workspace() {
    let sandbox = sandbox("tool");
    passes(&sandbox, "packages/tool/bin.sh");
    sandbox.write(".gitignore", "node_modules\n");
    run(&sandbox, 0);
    assert_eq!(sandbox.recorded(), ["installed"]);
    fs::create_dir_all(sandbox.top.join("node_modules/.bin")).unwrap();
    let link = |target: &str, name: &str| {
        symlink(target, sandbox.top.join("node_modules").join(name)).unwrap();
    };
    link("../packages/tool", "tool");
    link("../tool/bin.sh", ".bin/tool");
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["passed"]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    // A script in place of the link, as pnpm writes it.
    let shim = sandbox.top.join("node_modules/.bin/tool");
    for is_shim in [false, true] {
        if is_shim {
            fs::remove_file(&shim).unwrap();
            let text = "#!/bin/sh\nbasedir=$(dirname \"$0\")\nexec sh \"$basedir/../tool/bin.sh\" \"$@\"\n";
            sandbox.write("node_modules/.bin/tool", text);
            executable(&shim);
        }
        sandbox.write(
            "packages/tool/bin.sh",
            format!("#!/bin/sh\nrecord {is_shim}\n"),
        );
        sandbox.git(&["add", "packages"]);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        drop(
            done.says("[protected.script]")
                .says("packages/tool/bin.sh:2"),
        );
        assert_eq!(sandbox.recorded(), [is_shim.to_string()]);
    }
}

#[test]
fn a_link_that_git_tracks_among_installed_ones() {
    // In every view.
    for isolation in ["auto", "snapshot"] {
        let sandbox = sandbox(&format!("tool'\nisolation = '{isolation}"));
        passes(&sandbox, "fake/bin.sh");
        fs::create_dir_all(sandbox.top.join("node_modules/.bin")).unwrap();
        let link = |target: &str, name: &str| {
            symlink(target, sandbox.top.join("node_modules").join(name)).unwrap();
        };
        link("../fake", "tool");
        sandbox.git(&["add", "--force", "."]);
        sandbox.write(".gitignore", "node_modules\n");
        link("../tool/bin.sh", ".bin/tool");
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(3);
        drop(done.says("to which node_modules/tool leads, a link that git tracks"));
    }
}
