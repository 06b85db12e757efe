//! Reports: what people read, and what programs read.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{GATEKEEPER, Sandbox, finish};

const GATES: &str = r#"
[gates.format]
run = "true"

[gates.lint]
run = "lint {files}"
fix = "lint --fix {files}"
files = ["**/*.py"]

[gates.docs]
run = "true"
files = ["docs/**"]
"#;

const LINT: &str =
    "#!/bin/sh\necho \"$1:2:5: F401 'os' imported but unused\"\necho 'Found 1 error.'\nexit 1\n";

#[test]
fn a_commit_that_is_stopped() {
    let sandbox = Sandbox::with_gates(GATES).with_gatekeeper_on_path();
    sandbox.program("lint", LINT);
    sandbox.write("src/my app.py", "import os\n");
    sandbox.git(&["add", "."]);
    sandbox.write("src/my app.py", "import os\n\n");
    sandbox.write("scratch", "");
    let done = sandbox.try_git(&["commit", "-m", "x"]).expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: lint failed: exit code 1, at src/my app.py:2:5
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit and untracked files
             failed  lint  [TIME]  exit code 1
             passed  format  [TIME]
     not applicable  docs            no changed path matches docs/**

    lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               src/my app.py:2:5: F401 'os' imported but unused
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint 'src/my app.py'
       repeat  gatekeeper run --staged lint
          fix  gatekeeper fix lint

    1 failed, 1 passed, 1 not applicable in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: lint -- REASON' --signoff -m x
    ");
}

#[test]
fn a_commit_that_passes() {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.write("docs/x", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "--quiet", "-m", "x"]).expect(0);
    assert_snapshot!(done, @"");
    assert_eq!(done.stdout, "");
}

#[test]
fn the_repeated_command_repeats() {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.program("lint", LINT);
    sandbox.write("a.py", "");
    sandbox.git(&["add", "."]);
    let mut told = String::new();
    for arguments in [&["commit", "-m", "x"][..], &["commit", "-a", "-m", "x"]] {
        sandbox.write("a.py", "1");
        let done = sandbox.try_git(arguments).expect(1);
        let line = done
            .stderr
            .lines()
            .find_map(|line| line.trim().strip_prefix("repeat  "))
            .unwrap();
        told += &sandbox.sh(line).expect(1).told();
    }
    assert_snapshot!(told, @"
    failed: lint failed: exit code 1, at a.py:2:5
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2:5: F401 'os' imported but unused
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint a.py
       repeat  gatekeeper run --staged lint
          fix  gatekeeper fix lint

    1 failed in [TIME]
    ---
    failed: lint failed: exit code 1, at a.py:2:5
    gatekeeper run: 2 paths tracked
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2:5: F401 'os' imported but unused
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint a.py
       repeat  gatekeeper run lint
          fix  gatekeeper fix --all lint

    note: gates ran in the work tree, which differs from the index: unstaged a.py

    1 failed in [TIME]
    ---
    ");
}

#[test]
fn the_failure_is_told_where_the_gate_runs() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.lint]\nrun = \"lint {files}\"\nfix = \"lint --fix {files}\"\ndir = \"web app\"\nfiles = [\"web app/**\"]\n");
    sandbox.program("lint", LINT);
    sandbox.write("web app/a.py", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: lint failed: exit code 1, at web app/a.py:2:5
    gatekeeper run: 2 paths tracked
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               web app/a.py:2:5: F401 'os' imported but unused
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  (cd 'web app' && lint a.py)
       repeat  gatekeeper run lint
          fix  gatekeeper fix --all lint

    1 failed in [TIME]
    ");
}

#[test]
fn no_output_can_steer_the_terminal() {
    let sandbox = Sandbox::new();
    let nasty = "printf '\\033[2J\\033]0;owned\\007\\r\\n\\010\\010x\\033[31mred\\n\\342\\200\\256reversed\\n'; exit 1";
    sandbox.write(
        "gates.toml",
        format!(
            "[gates.x]\nrun = '''{nasty}'''\n[gates.y]\nrun = '''{nasty}'''\nlevel = \"warn\"\n"
        ),
    );
    sandbox.write("\u{1b}[31mname", "");
    sandbox.git(&["add", "gates.toml"]);
    for arguments in [&["run"][..], &["run", "--verbose"], &["plan"]] {
        let done = sandbox.gatekeeper(arguments);
        for text in [&done.stdout, &done.stderr] {
            let harmful = text
                .chars()
                .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(harmful, None, "{text:?}");
        }
    }
    let json = sandbox.gatekeeper(&["run", "--format", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"], "failed");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    sandbox.git(&["add", "."]);
    let run = |script: &str| {
        // script(1) gives a terminal.
        let done = finish(&mut sandbox.command("script", &["-qec", script, "/dev/null"])).expect(0);
        done.stdout.contains('\u{1b}')
    };
    let gatekeeper = format!("{GATEKEEPER} run");
    assert!(run(&format!("TERM=xterm {gatekeeper}")));
    assert!(run(&format!("TERM=xterm NO_COLOR= {gatekeeper}")));
    assert!(!run(&format!("TERM=xterm NO_COLOR=1 {gatekeeper}")));
    assert!(!run(&format!(
        "TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1 {gatekeeper}"
    )));
    assert!(!run(&format!("TERM=dumb {gatekeeper}")));
    assert!(run(&format!("TERM=dumb CLICOLOR_FORCE=1 {gatekeeper}")));
    let piped = |script: &str| sandbox.sh(script).stderr.contains('\u{1b}');
    assert!(!piped(&format!("TERM=xterm {gatekeeper}")));
    assert!(piped(&format!("TERM=xterm CLICOLOR_FORCE=1 {gatekeeper}")));
}

#[test]
fn a_narrow_terminal_cuts_gate_lines_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.a-rather-long-name]\nrun = \"echo a line that is longer than the terminal is wide; exit 1\"\n");
    sandbox.git(&["add", "."]);
    for columns in [1, 12, 40, 200] {
        let script = format!("stty rows 24 cols {columns}; exec {GATEKEEPER} run");
        let done =
            finish(&mut sandbox.command("script", &["-qec", &script, "/dev/null"])).expect(1);
        assert!(
            done.stdout
                .contains("a line that is longer than the terminal is wide"),
            "{}",
            done.stdout
        );
        let mut lines = done.stdout.lines();
        let gate = lines.nth(1).unwrap().trim_end();
        assert!(
            gate.chars().count() <= columns,
            "{gate:?} in {columns} columns"
        );
    }
}

#[test]
fn json_for_programs() {
    let in_place = "[settings]\nisolation = \"in-place\"\n";
    let sandbox = Sandbox::with_gates(&format!("{in_place}{GATES}"));
    sandbox.program("lint", LINT);
    sandbox.write("a.py", "");
    sandbox.git(&["add", "."]);
    sandbox.write("scratch", "");
    let done = sandbox
        .gatekeeper(&["run", "--staged", "--format", "json"])
        .expect(1);
    assert_eq!(done.stderr, "");
    let json: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["verdict"], "failed");
    assert_eq!(json["exit_code"], 1);
    assert_eq!(json["trigger"], "run --staged");
    assert_eq!(json["beside"]["untracked"], serde_json::json!(["scratch"]));
    let gate = |name: &str| {
        json["gates"]
            .as_array()
            .unwrap()
            .iter()
            .find(|gate| gate["name"] == name)
            .unwrap()
            .clone()
    };
    let lint = gate("lint");
    assert_eq!(lint["outcome"], "failed");
    assert_eq!(lint["exit_code"], 1);
    assert_eq!(
        lint["places"],
        serde_json::json!([{"path": "a.py", "line": 2, "column": 5}])
    );
    assert!(lint["fix"].as_str().unwrap().ends_with(" fix lint"));
    assert_eq!(lint["output"]["lines"][1], "Found 1 error.");
    assert_eq!(gate("docs")["outcome"], "not applicable");
    assert_eq!(gate("docs")["lets_through"], true);
    // Every field is described.
    let described =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let mut fields: Vec<&String> = json.as_object().unwrap().keys().collect();
    fields.extend(lint.as_object().unwrap().keys());
    let plan = sandbox
        .gatekeeper(&["plan", "--format", "json"])
        .expect(0)
        .stdout;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    fields.extend(plan.as_object().unwrap().keys());
    fields.extend(plan["gates"][0].as_object().unwrap().keys());
    for field in fields {
        assert!(
            described.contains(&format!("`{field}`")),
            "{field} is not in docs/json.md"
        );
    }
}

#[test]
fn configuration_that_git_ignores_is_named() {
    let sandbox =
        Sandbox::with_gates("[settings]\ncache = false\n[gates.lint]\nrun = \"ruff check .\"\n");
    sandbox.program("ruff", "#!/bin/sh\necho 'All checks passed!'\n");
    sandbox.write("a.py", "");
    sandbox.git(&["add", "."]);
    let ignored = ["ruff.toml", "notes", "conftest.py", ".prettierrc"];
    sandbox.write(".git/info/exclude", ignored.join("\n") + "\n");
    for name in ignored {
        sandbox.write(name, "");
    }
    let run = |more: &[&str]| {
        sandbox
            .gatekeeper(&[&["run", "--staged"], more].concat())
            .expect(0)
    };
    assert_snapshot!(run(&[]), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  lint  [TIME]  All checks passed!

    note: gates ran in the work tree, which differs from the commit: ignored ruff.toml, which configures a tool
    ");
    let json: Value = serde_json::from_str(&run(&["--format", "json"]).stdout).unwrap();
    assert_eq!(json["beside"]["ignored"], serde_json::json!(["ruff.toml"]));
}

#[test]
fn a_named_pipe_needs_a_program_that_reads_it() {
    let sandbox = Sandbox::with_gates("[gates.x]\nrun = \"test -d .\"\n");
    let run = "gatekeeper run --report json=../pipe 2>../errors";
    let sandbox = sandbox.with_gatekeeper_on_path();
    sandbox
        .sh(&format!(
            "mkfifo ../pipe && {run}; test $? = 3 && cat ../errors >&2"
        ))
        .expect(0)
        .says("it is a named pipe, and no program reads it")
        .says("start the program that reads it first");
    sandbox
        .sh(&format!(
            "cat ../pipe >../out & {run} && wait && grep -q passed ../out"
        ))
        .expect(0);
}
