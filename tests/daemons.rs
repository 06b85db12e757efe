//! Daemons: a process that stays outside of a view gives no verdict about it, and one that was started in it ends
//! with it.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{FREE, GATEKEEPER, Lifeline, Sandbox, Started};
use crate::views::{VIEWS, has_overlays, in_view};

fn gate(run: &str) -> String {
    format!("[gates.x]\nrun = '''{run}'''\n")
}

/// A repository whose gates run in a view, since a staged file differs from the one in the work tree.
fn sandbox(view: &str, gates: &str, ignored: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", format!("{}{FREE}", in_view(view, gates)));
    sandbox.write(".gitignore", ignored);
    sandbox.write(
        "pyproject.toml",
        "[project]\nname = \"A.b\"\n[tool.hatch.envs.default]\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    sandbox.sh("echo 1 >a; git add a; echo 2 >a").expect(0);
    sandbox
}

fn views() -> impl Iterator<Item = &'static str> {
    VIEWS
        .into_iter()
        .filter(|view| *view != "overlay" || has_overlays())
}

#[test]
fn a_client_of_a_daemon_is_refused_with_the_form_that_works() {
    let sandbox = Sandbox::new();
    let mut told = String::new();
    for run in [
        "dmypy run -- src",
        "uv run python -m mypy.dmypy check src",
        "cd web && npx eslint_d --max-warnings 0 .",
        "sh -c 'prettierd x.js'",
        "biome check --use-server .",
        "./gradlew --daemon check",
        "bundle exec rubocop --server",
        "pyre",
        "flow",
    ] {
        sandbox.write("gates.toml", format!("{}level = \"warn\"\n", gate(run)));
        let done = sandbox.gatekeeper(&["config", "check"]).expect(2);
        let lines = done.stderr.lines().skip(1).map(str::trim_end);
        told += &lines.collect::<Vec<_>>().join("\n");
        told += "\n";
    }
    assert_snapshot!(told, @"
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:10
      |
    2 | run = '''dmypy run -- src'''
      |          ^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `mypy` with the same arguments, which does the work itself
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:27
      |
    2 | run = '''uv run python -m mypy.dmypy check src'''
      |                           ^^^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `mypy` with the same arguments, which does the work itself
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:24
      |
    2 | run = '''cd web && npx eslint_d --max-warnings 0 .'''
      |                        ^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `eslint` with the same arguments, which does the work itself
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:17
      |
    2 | run = '''sh -c 'prettierd x.js''''
      |                 ^^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `prettier --check`, which does the work itself
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:22
      |
    2 | run = '''biome check --use-server .'''
      |                      ^^^^^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: remove `--use-server`
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:20
      |
    2 | run = '''./gradlew --daemon check'''
      |                    ^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: remove `--daemon`
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:30
      |
    2 | run = '''bundle exec rubocop --server'''
      |                              ^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: remove the option
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:10
      |
    2 | run = '''pyre'''
      |          ^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `pyre check`, which does the work itself
    error: gate `x` leaves its work to a daemon
     --> gates.toml:2:10
      |
    2 | run = '''flow'''
      |          ^^^^ the daemon reads the work tree, whatever files the gate sees
      |
    help: run `flow check`, which does the work itself
    ");
}

#[test]
fn what_only_ends_a_daemon_or_works_without_one_is_accepted() {
    let sandbox = Sandbox::new();
    for run in [
        "dmypy stop; mypy src",
        "eslint_d stop && eslint .",
        "biome check .",
        "bazel --batch test //...",
        "bazel test //...",
        "bazel query //...",
        "./gradlew check",
        "pyre check",
        "pyre --version && pyre check",
        "flow check",
        "rubocop --no-server",
        "sbt test",
        "turbo run lint",
        "nx run-many -t lint",
        "blackd-client x.py",
    ] {
        sandbox.write("gates.toml", gate(run));
        sandbox.gatekeeper(&["config", "check"]).expect(0);
    }
}

#[test]
fn a_client_of_a_daemon_is_refused_by_way_of_files() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = \"make lint\"\n[gates.b]\nrun = \"npm run lint\"\n[gates.c]\nrun = \"sh tools/check.sh\"\n\
         [gates.d]\nrun = \"CHECK=dmypy; $CHECK run -- m.py\"\n[gates.e]\nrun = \"git ls-files | xargs eslint_d\"\n",
    );
    sandbox.write("Makefile", "lint:\n\tdmypy run -- src\n");
    sandbox.write(
        "package.json",
        r#"{"scripts": {"lint": "eslint_d . && tsc"}}"#,
    );
    sandbox.write(
        "tools/check.sh",
        "set -e\nruff check .\nnode node_modules/.bin/eslint_d src\n",
    );
    let done = sandbox.gatekeeper(&["config", "check"]).expect(2);
    assert_snapshot!(done.stderr, @r#"
    error: gates.toml has 4 errors
      error: gate `a` runs `make lint`, which leaves its work to a daemon
       --> Makefile:2:2
        |
      2 |     dmypy run -- src
        |     ^^^^^ the daemon reads the work tree, whatever files the gate sees
        |
      help: run `mypy` with the same arguments, which does the work itself
      
      error: gate `b` runs `npm run lint`, which leaves its work to a daemon
       --> package.json:1:23
        |
      1 | {"scripts": {"lint": "eslint_d . && tsc"}}
        |                       ^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
        |
      help: run `eslint` with the same arguments, which does the work itself
      
      error: gate `c` runs `sh tools/check.sh`, which leaves its work to a daemon
       --> tools/check.sh:3:6
        |
      3 | node node_modules/.bin/eslint_d src
        |      ^^^^^^^^^^^^^^^^^^^^^^^^^^ the daemon reads the work tree, whatever files the gate sees
        |
      help: run `eslint` with the same arguments, which does the work itself
      
      error: gate `d` runs `CHECK=dmypy; $CHECK run -- m.py`, which leaves its work to a daemon
       --> gates.toml:8:14
        |
      8 | run = "CHECK=dmypy; $CHECK run -- m.py"
        |              ^^^^^ the daemon reads the work tree, whatever files the gate sees
        |
      help: run `mypy` with the same arguments, which does the work itself
    "#);
    sandbox.git(&["add", "."]);
    sandbox
        .gatekeeper(&["run", "--staged"])
        .expect(2)
        .says("gate `a` runs `make lint`, which leaves its work to a daemon");
}

/// A gate that starts a daemon which does not end when it is asked to, and waits for `go`.
const STARTS: &str = "[gates.x]\nrun = '''setsid sh -c 'trap \"\" TERM; exec 9>$HOME/daemon; read line <$HOME/end' >/dev/null 2>&1 & read line <$HOME/go'''\n";

#[test]
fn a_daemon_that_is_started_in_a_view_ends_with_it() {
    for view in views() {
        let sandbox = sandbox(view, STARTS, "");
        let daemon = Lifeline::new(sandbox.beside("home/daemon"));
        for name in ["go", "end"] {
            Lifeline::new(sandbox.beside("home").join(name));
        }
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
        let alive = daemon.begun();
        fs::write(sandbox.beside("home/go"), "go\n").unwrap();
        run.finish().expect(0);
        alive.everybody_is_gone();
    }
}

#[test]
fn no_view_leads_to_a_daemon() {
    for view in views() {
        let gates =
            "[gates.x]\nrun = '''ls -A >$RECORD; ls -A node_modules >>$RECORD; env >>$RECORD'''\n";
        let mut sandbox = sandbox(view, gates, ".dmypy.json\nnode_modules\n.env\n");
        sandbox.set("NX_DAEMON", "true");
        sandbox.set("GRADLE_OPTS", "-Xmx1g");
        for name in [".dmypy.json", ".env"] {
            sandbox.write(name, "{}");
        }
        sandbox.write("node_modules/x/package.json", "{}");
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        let seen = sandbox.recorded();
        let has = |line: &str| seen.iter().any(|seen| seen == line);
        assert!(has(".env") && has("x"), "{view}: {seen:?}");
        assert!(!has(".dmypy.json"), "{view}");
        assert!(has("NX_DAEMON=false"), "{view}");
        let gradle = "GRADLE_OPTS=-Xmx1g -Dorg.gradle.daemon=false \
            -Dkotlin.compiler.execution.strategy=in-process";
        assert!(has(gradle), "{view}: {seen:?}");
    }
}

#[test]
fn hatch_finds_the_environment_of_the_work_tree_in_a_snapshot() {
    let gates = "[gates.x]\nrun = '''cd $HATCH_DATA_DIR && find . >$RECORD; cat env/virtual/a-b/*/a-b/pyvenv.cfg >>$RECORD'''\n";
    let sandbox = sandbox("snapshot", gates, "");
    sandbox
        .sh("data=$HOME/.local/share/hatch\n\
             digest=$(python3 -c 'import base64, hashlib, os; print(base64.urlsafe_b64encode(hashlib.sha256(os.path.realpath(\".\").encode()).digest())[:8].decode())')\n\
             mkdir -p $data/env/virtual/a-b/$digest/a-b $data/env/virtual/other $data/env/.metadata $data/pythons\n\
             echo of the work tree >$data/env/virtual/a-b/$digest/a-b/pyvenv.cfg")
        .expect(0);
    // The second time, the links are there already.
    for _ in 0..2 {
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        let seen = sandbox.recorded();
        let own = seen
            .iter()
            .filter(|line| line.starts_with("./env/virtual/a-b/"));
        assert_eq!(own.count(), 1, "{seen:?}");
        for expected in ["./env/virtual/other", "./pythons", "of the work tree"] {
            assert!(seen.iter().any(|line| line == expected), "{seen:?}");
        }
        assert!(
            !seen.iter().any(|line| line.contains(".metadata")),
            "{seen:?}"
        );
    }
}

#[test]
fn a_server_for_each_path_of_a_workspace_is_right_in_a_snapshot() {
    let sandbox =
        Sandbox::with_gates("[settings]\ncache = false\n[gates.x]\nrun = \"bazel test //...\"\n");
    sandbox.program("bazel", "#!/bin/sh\necho \"$1 $(cat a) in ${PWD##*/}\"\n");
    sandbox
        .sh("echo 1 >a; git add .; git commit -q -m a; echo 2 >a; git add a; echo 3 >a")
        .expect(0);
    let done = sandbox.gatekeeper(&["run", "--staged", "--verbose"]);
    let done = done.expect(0).says("test 2 in ");
    assert!(done.stderr.contains("in a snapshot"), "{}", done.stderr);
    let mut told = String::new();
    for (run, isolation) in [
        ("bazel test //...", "overlay"),
        ("make test", "auto"),
        ("make test", "snapshot"),
        ("make test", "in-place"),
    ] {
        sandbox.write("Makefile", "test:\n\tbazel test //...\n");
        sandbox.write(
            "gates.toml",
            format!("[gates.x]\nrun = \"{run}\"\nisolation = \"{isolation}\"\n"),
        );
        told += &sandbox.gatekeeper(&["config", "check"]).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: gate `x` leaves its work to a daemon
       --> gates.toml:2:8
        |
      2 | run = "bazel test //..."
        |        ^^^^^ in an overlay, its server reads the work tree, whatever files the gate sees
        |
      help: let the gate run in a snapshot, with a server of its own: isolation = "snapshot"
    ---
    error: gates.toml has 1 error
      error: gate `x` runs `make test`, which leaves its work to a daemon
       --> Makefile:2:2
        |
      2 |     bazel test //...
        |     ^^^^^ in an overlay, its server reads the work tree, whatever files the gate sees
        |
      help: let the gate run in a snapshot, with a server of its own: isolation = "snapshot"
    ---
    stdout:
    gates.toml is valid: 1 gate
    ---
    stdout:
    gates.toml is valid: 1 gate
    ---
    "#);
}
