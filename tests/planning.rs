//! `plan` prints what `run` does, with the reason for everything.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

fn plan(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let all = ["plan", "--format", "json"];
    let all: Vec<&str> = all.iter().chain(arguments).copied().collect();
    serde_json::from_str(&sandbox.gatekeeper(&all).expect(0).stdout).unwrap()
}

/// The names of the planned gates, and `name: reason` for the others.
fn summary(plan: &Value) -> Vec<String> {
    let gates = plan["gates"].as_array().unwrap();
    let describe = |gate: &Value| {
        let name = gate["name"].as_str().unwrap();
        if gate["planned"] == true {
            name.to_owned()
        } else {
            format!("{name}: {}", gate["reason"].as_str().unwrap())
        }
    };
    gates.iter().map(describe).collect()
}

const GATES: &str = r#"
[gates.types]
run = "true"
files = ["**/*.py", "pyproject.toml"]

[gates.lint]
run = "true {files}"
files = ["**/*.py"]
exclude = ["generated/**"]
widen = ["ruff.toml"]

[gates.always]
run = "true"

[gates.push]
run = "true"
hooks = ["pre-push"]

[gates.both]
run = "true"
hooks = ["pre-commit", "pre-push"]

[gates.off]
run = "false"
skip = { reason = "flaky, see the tracker", until = "2999-01-31" }

[gates.on-again]
run = "true"
skip = { reason = "was flaky", until = "2020-01-31" }
"#;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    for file in ["a.py", "b.py", "generated/c.py", "ruff.toml", "notes"] {
        sandbox.write(file, "1");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox
}

const ALWAYS: [&str; 5] = [
    "always",
    "both",
    "on-again",
    "push: not selected: runs at pre-push only",
    "off: skipped: flaky, see the tracker (until 2999-01-31)",
];

fn with_always(others: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = others
        .iter()
        .chain(&ALWAYS)
        .map(|s| (*s).to_owned())
        .collect();
    all.sort();
    all
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn files_exclude_and_widen() {
    let sandbox = sandbox();
    let staged = |files: &[&str]| {
        for file in files {
            sandbox.write(file, "2");
            sandbox.git(&["add", file]);
        }
        let plan = plan(&sandbox, &["--staged"]);
        sandbox.git(&["reset", "--quiet", "--hard"]);
        plan
    };
    let seen = staged(&["a.py"]);
    assert_eq!(sorted(summary(&seen)), with_always(&["types", "lint"]));
    assert_eq!(seen["gates"][1]["files"], serde_json::json!(["a.py"]));

    let seen = staged(&["notes"]);
    let no = [
        "types: not applicable: no changed path matches **/*.py, pyproject.toml",
        "lint: not applicable: no changed path matches **/*.py",
    ];
    assert_eq!(sorted(summary(&seen)), with_always(&no));

    let seen = staged(&["generated/c.py"]);
    let expected = [
        "types",
        "lint: not applicable: no changed path matches **/*.py",
    ];
    assert_eq!(sorted(summary(&seen)), with_always(&expected));

    // The tool's configuration: every tracked match is looked at, and only matches.
    let seen = staged(&["ruff.toml"]);
    assert_eq!(
        seen["gates"][0]["files"],
        serde_json::json!(["a.py", "b.py"])
    );
    assert_eq!(
        seen["gates"][0]["reason"],
        "ruff.toml changed, so all matching files are checked"
    );
}

#[test]
fn a_deletion_triggers_but_hands_nothing_over() {
    let sandbox = sandbox();
    sandbox.git(&["rm", "--quiet", "a.py"]);
    let seen = summary(&plan(&sandbox, &["--staged"]));
    assert!(seen.contains(&"types".to_owned()), "{seen:?}");
    assert!(
        seen.iter()
            .any(|gate| gate.starts_with("lint: not applicable: the files that match were deleted"))
    );
}

#[test]
fn a_plain_run_takes_every_gate_and_every_tracked_file() {
    let sandbox = sandbox();
    sandbox.write("untracked.py", "");
    std::fs::remove_file(sandbox.top.join("b.py")).unwrap();
    let seen = plan(&sandbox, &[]);
    let names = summary(&seen);
    assert!(names.contains(&"push".to_owned()), "{names:?}");
    assert_eq!(seen["gates"][1]["files"], serde_json::json!(["a.py"]));
    assert_eq!(seen["budget_ms"], Value::Null);
    assert_eq!(seen["gates"][0]["timeout_ms"], Value::Null);
    let staged = plan(&sandbox, &["--staged"]);
    assert_eq!(staged["budget_ms"], 120_000);
}

#[test]
fn named_gates_bring_what_they_need() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = \"true\"\nhooks = [\"pre-push\"]\n[gates.b]\nrun = \"true\"\nneeds = [\"a\"]\nhooks = [\"pre-push\"]\n[gates.c]\nrun = \"true\"\n",
    );
    sandbox.git(&["add", "."]);
    let expected = ["a", "b", "c: not selected: not named on the command line"];
    assert_eq!(summary(&plan(&sandbox, &["b"])), expected);
    assert_eq!(summary(&plan(&sandbox, &["--staged", "b"])), expected);
    assert_snapshot!(sandbox.gatekeeper(&["plan", "bb"]).expect(2), @"
    error: gate `bb` does not exist
    help: did you mean `b`?
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "zzz"]).expect(2), @"
    error: gate `zzz` does not exist
    help: the gates are a, b, c
    ");
}

#[test]
fn a_plan_is_readable() {
    let sandbox = sandbox();
    sandbox.write("a.py", "2");
    sandbox.git(&["add", "."]);
    let text = sandbox
        .gatekeeper(&["plan", "--staged", "--jobs", "3", "--fail-fast", "lint"])
        .expect(0)
        .stdout;
    assert_eq!(
        text,
        "plan for run --staged: 1 path, 3 at once, budget 2m, fail-fast on\n\
         \n\
         in place, because the work tree matches the tree\n\
         \n\
         \x20    gate  lint\n\
         \x20 because  a.py matches\n\
         \x20    runs  true a.py\n\
         \x20   files  1 file\n\
         \x20 timeout  2m, the whole budget, because how long the gate takes here is not known yet\n\
         \n\
         not run\n\
         \x20 types: not selected: not named on the command line\n\
         \x20 always: not selected: not named on the command line\n\
         \x20 push: not selected: not named on the command line\n\
         \x20 both: not selected: not named on the command line\n\
         \x20 off: not selected: not named on the command line\n\
         \x20 on-again: not selected: not named on the command line\n"
    );
}

#[test]
fn the_run_does_what_the_plan_says() {
    let sandbox = sandbox();
    sandbox.write("a.py", "2");
    sandbox.write("ruff.toml", "2");
    sandbox.git(&["add", "."]);
    for arguments in [
        &[][..],
        &["--staged"],
        &["--from", "HEAD"],
        &["--staged", "lint"],
    ] {
        sandbox.git(&["stash", "--quiet"]);
        if !arguments.contains(&"--from") {
            sandbox.git(&["stash", "pop", "--quiet", "--index"]);
        }
        let plan = plan(&sandbox, arguments);
        let run: Vec<&str> = ["run", "--format", "json"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let run: Value = serde_json::from_str(&sandbox.gatekeeper(&run).stdout).unwrap();
        let planned = plan["gates"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|gate| gate["planned"] == true);
        let ran = run["gates"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|gate| gate["blocking"] == true);
        let key = |gate: &Value| (gate["name"].clone(), gate["commands"].clone());
        assert_eq!(
            planned.map(key).collect::<Vec<_>>(),
            ran.map(key).collect::<Vec<_>>()
        );
    }
}
