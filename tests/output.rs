//! How much is said, in which order and in which colours.

use insta::assert_snapshot;

use crate::sandbox::{Lifeline, Sandbox, Started};

/// A sandbox whose one gate looks for `bad` in `*.txt`.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_gates(
        "[gates.lint]\nrun = \"! grep -n bad a.txt\"\n[gates.docs]\nrun = \"true\"\nfiles = [\"*.md\"]\n\
         [gates.web]\nrun = \"true\"\nfiles = [\"*.js\"]\n",
    );
    sandbox.write("a.txt", "good\n");
    sandbox.git(&["add", "."]);
    sandbox
}

#[test]
fn a_quiet_commit_tells_of_failures_only() {
    let sandbox = sandbox();
    assert_snapshot!(sandbox.sh("git commit -qsm good").expect(0), @"");
    sandbox.write("a.txt", "bad\n");
    let failed = sandbox.sh("git commit -qsam bad").expect(1);
    let failed = failed.says("lint failed").does_not_say("docs");
    assert!(
        failed
            .stderr
            .starts_with("the commit was stopped: lint failed: exit code 1")
    );
    let loud = sandbox.sh("git commit -q --no-quiet -sam bad").expect(1);
    loud.says(" not applicable  docs, web\n");
}

#[test]
fn one_missing_environment_is_one_message() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"eslint .\"\n[gates.format]\nrun = \"prettier --check .\"\n\
         [gates.web]\nrun = \"eslint .\"\ndir = \"web\"\n[gates.other]\nrun = \"true\"\n",
    );
    sandbox.write("package.json", "{}");
    sandbox.write("package-lock.json", "{}");
    sandbox.write("web/package.json", "{}");
    sandbox.write("web/pnpm-lock.yaml", "");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    unable: lint could not start: eslint is not installed: there is no node_modules here; 2 more gates did not pass
    gatekeeper run: 5 paths tracked
          cancelled  other           nothing was run, because a gate cannot start

    lint, format could not start
        cause  there is no node_modules here, in which the project's own tools are installed
         help  install what the project declares with `npm ci`

    web could not start
        cause  there is no node_modules here, in which the project's own tools are installed
         help  install what the project declares with `(cd web && pnpm install)`

    3 could not start, 1 cancelled in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
}

#[test]
fn a_python_environment_is_created_by_the_projects_own_manager() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"flake8 .\"\n[gates.types]\nrun = \"pyre check\"\n[gates.imports]\nrun = \"isort --check .\"\n",
    );
    sandbox.write("uv.lock", "");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    unable: lint could not start: flake8 is not installed: there is no Python environment (.venv, venv, env) here; 2 more gates did not pass
    gatekeeper run: 2 paths tracked
    could not start  types            pyre is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here

    lint, imports could not start
        cause  there is no Python environment (.venv, venv, env) here, in which the project's own tools are installed
         help  install what the project declares with `uv sync`

    types could not start
        cause  pyre is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
      command  pyre check
         help  install the program, or correct `run` in [gates.types] in gates.toml

    3 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
}

#[test]
fn the_first_run_of_a_gate_may_take_the_whole_budget() {
    let sandbox = sandbox();
    let limits = |sandbox: &Sandbox| {
        let plan = sandbox.gatekeeper(&["plan", "--staged", "lint"]).expect(0);
        let lines = plan.stdout.lines().filter(|line| line.contains("timeout"));
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let first =
        "timeout  2m, the whole budget, because how long the gate takes here is not known yet";
    assert_eq!(limits(&sandbox), [first]);
    sandbox.gatekeeper(&["run", "lint"]).expect(0);
    sandbox.write("a.txt", "better\n");
    sandbox.git(&["add", "."]);
    assert_eq!(limits(&sandbox), ["timeout  1m"]);
    // Another command takes another time.
    let text = sandbox
        .read("gates.toml")
        .replace("grep -n bad", "grep -n worse");
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "."]);
    assert_eq!(limits(&sandbox), [first]);
}

#[test]
fn an_earlier_hook_has_the_budget() {
    let sandbox = Sandbox::new();
    let alive = Lifeline::new(sandbox.beside("alive"));
    sandbox.write(
        "gates.toml",
        "[settings]\nbudget = \"4s\"\n[gates.lint]\nrun = \"true\"\n",
    );
    let hook = format!(
        "#!/bin/sh\nexec 3>'{}'\nexec sleep 1000\n",
        sandbox.beside("alive").display()
    );
    sandbox.write(".git/hooks/pre-commit", hook);
    sandbox.sh("chmod +x .git/hooks/pre-commit").expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["add", "."]);
    let run = Started::new(&mut sandbox.command("git", &["commit", "-s", "-m", "x"]));
    let alive = alive.begun();
    assert_snapshot!(run.finish().expect(1), @"
    note: waiting for the earlier pre-commit hook, which runs before gatekeeper: [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit; it may take 4s, the budget
    error: the earlier hook, which runs before gatekeeper, was stopped at the budget of 4s: [ROOT]/repository/.git/hooks.before-gatekeeper/pre-commit
    help: make the hook faster, or raise `budget` in [settings] in gates.toml
    ");
    alive.everybody_is_gone();
}

#[test]
fn colours_are_decided_by_what_says_most_about_the_call() {
    let mut sandbox = sandbox();
    let is_colored = |sandbox: &Sandbox, arguments: &[&str]| {
        let done = sandbox.gatekeeper(arguments).expect(0);
        done.stderr.contains('\x1b')
    };
    assert!(!is_colored(&sandbox, &["run"]));
    assert!(is_colored(&sandbox, &["run", "--color", "always"]));
    assert!(is_colored(&sandbox, &["--color=always", "run"]));
    sandbox.git(&["config", "color.ui", "always"]);
    assert!(is_colored(&sandbox, &["run"]));
    assert!(!is_colored(&sandbox, &["run", "--color", "never"]));
    sandbox.git(&["config", "color.ui", "false"]);
    assert!(!is_colored(&sandbox, &["run"]));
    sandbox.set("FORCE_COLOR", "1");
    assert!(is_colored(&sandbox, &["run"]));
    sandbox.set("NO_COLOR", "1");
    assert!(!is_colored(&sandbox, &["run"]));
    assert!(is_colored(&sandbox, &["run", "--color", "always"]));
}

#[test]
fn a_tool_writes_in_colour_where_colours_are_shown() {
    let sandbox = Sandbox::new();
    let pytest = "#!/bin/sh\nif test -n \"$PY_COLORS\"; then printf '\\033[31mred\\033[0m\\033[2J\\n'; fi\nexit 1\n";
    sandbox.program("pytest", pytest);
    sandbox.write(
        "gates.toml",
        "[gates.test]\nrun = \"pytest\"\nexpect = \"^red$\"\n",
    );
    sandbox.git(&["add", "."]);
    let plain = sandbox.gatekeeper(&["run"]).expect(1);
    plain.does_not_say("red");
    let colored = sandbox.gatekeeper(&["run", "--color", "always"]).expect(1);
    let colored = colored.says("\x1b[31mred\x1b[0m");
    colored.does_not_say("\x1b[2J");
    let json = ["run", "--color", "always", "--format", "json"];
    assert!(
        !sandbox
            .gatekeeper(&json)
            .expect(1)
            .stdout
            .contains("\"red\"")
    );
}

#[test]
fn no_fixer_is_offered_for_what_cannot_be_parsed() {
    let sandbox = Sandbox::new();
    sandbox.program(
        "ruff",
        "#!/bin/sh\necho 'error: Failed to parse a.py:1:5: Expected an expression'\nexit 2\n",
    );
    sandbox.write("a.py", "x = (\n");
    sandbox.write(
        "gates.toml",
        "[gates.format]\nrun = \"ruff format --check .\"\nfix = \"ruff format .\"\n",
    );
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: format failed: exit code 2, at a.py:1:5
    gatekeeper run: 2 paths tracked
             failed  format  [TIME]  exit code 2

    format failed
        cause  exit code 2, after [TIME]
        where  a.py:1:5
       output
               | error: Failed to parse a.py:1:5: Expected an expression
      command  ruff format --check .
       repeat  gatekeeper run format
         help  a.py:1:5 cannot be parsed: correct its syntax by hand, which no fixer can do

    1 failed in [TIME]
    ");
}
