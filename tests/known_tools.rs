//! What gatekeeper knows about tools: recorded outputs of real ones, and outputs that look like them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A recorded call of a tool, and what the report says about a gate of it.
#[derive(Deserialize)]
struct Case {
    run: String,
    code: i32,
    prints: String,
    outcome: String,
    cause: Option<String>,
    evidence: Option<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// Prints what the gate's directory holds, as the recorded tool did.
const REPLAY: &str = "#!/bin/sh\ncat said\nexit \"$(cat code)\"\n";

#[test]
fn what_real_tools_say_is_understood() {
    let text = include_str!("known_tools.toml");
    let cases: Cases = toml::from_str(text).unwrap();
    let sandbox = Sandbox::new();
    let mut gates = String::new();
    for (number, case) in cases.case.iter().enumerate() {
        let tool = case.run.split_whitespace().next().unwrap();
        sandbox.program(tool, REPLAY);
        sandbox.write(format!("c{number}/said"), &case.prints);
        sandbox.write(format!("c{number}/code"), case.code.to_string());
        write!(
            gates,
            "[gates.c{number}]\nrun = '{}'\ndir = 'c{number}'\n",
            case.run
        )
        .unwrap();
    }
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--json"]).expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let mut outcomes = BTreeSet::new();
    for (case, gate) in cases.case.iter().zip(report["gates"].as_array().unwrap()) {
        let text = |key: &str| gate[key].as_str().map(str::to_owned);
        assert_eq!(text("outcome"), Some(case.outcome.clone()), "{}", case.run);
        if case.outcome != "failed" {
            assert_eq!(text("cause"), case.cause, "{}", case.run);
        }
        assert_eq!(text("evidence"), case.evidence, "{}", case.run);
        outcomes.insert(text("breakage").unwrap_or(case.outcome.clone()));
    }
    let all = [
        "checked nothing",
        "configuration",
        "failed",
        "internal error",
        "network",
        "passed",
    ];
    assert!(outcomes.iter().eq(all), "{outcomes:?}");
    assert!(cases.case.len() > 90);
}

/// A call of a tool, more keys of its gate, and the outcome of the gate.
struct Lookalike {
    run: &'static str,
    code: i32,
    prints: &'static str,
    keys: &'static str,
    outcome: &'static str,
}

const fn lookalike(
    run: &'static str,
    code: i32,
    prints: &'static str,
    keys: &'static str,
    outcome: &'static str,
) -> Lookalike {
    Lookalike {
        run,
        code,
        prints,
        keys,
        outcome,
    }
}

const NO_PYTHON: &str =
    "warning: No Python files found under the given path(s)\nAll checks passed!\n";
const IGNORED: &str = "  0:0  warning  File ignored because of a matching ignore pattern\n";
const IGNORED_TWICE: &str = "  0:0  warning  File ignored because of a matching ignore pattern\n\n  \
                             0:0  warning  File ignored because of a matching ignore pattern\n";
const CARGO_PRINTS: &str = "running 1 test\nerror: failed to get `x`\nCould not resolve host: x\n\
                            test result: FAILED. 0 passed; 1 failed\n";
const SOURCE_SHOWN: &str = "a.py:1:1: E1 x\nTraceback (most recent call last):\na.py:9:1: E1 x\n";

const LOOKALIKES: [Lookalike; 31] = [
    // Only a known tool is understood.
    lookalike("own", 0, NO_PYTHON, "", "passed"),
    lookalike("own && ruff check .", 0, NO_PYTHON, "", "passed"),
    lookalike("own", 2, "error: unexpected argument\n", "", "failed"),
    // Behind launchers and runners, it is.
    lookalike("uv run ruff check .", 0, NO_PYTHON, "", "checked nothing"),
    lookalike("cd . && ruff check .", 0, NO_PYTHON, "", "checked nothing"),
    lookalike(
        "npm run lint",
        2,
        "error: unexpected argument\n",
        "",
        "tool broken",
    ),
    lookalike(
        "make lint",
        2,
        "error: unexpected argument\nmake: *** [Makefile:2: lint] Error 2\n",
        "",
        "tool broken",
    ),
    lookalike(
        "make lint",
        2,
        "make: *** [Makefile:2: lint] Error 1\n",
        "",
        "failed",
    ),
    lookalike(
        "make lint",
        2,
        "make: ruff: not found\nmake: *** [Makefile:2: lint] Error 127\n",
        "",
        "could not start",
    ),
    lookalike(
        "npm run lint",
        139,
        "Segmentation fault\n",
        "",
        "tool broken",
    ),
    lookalike(
        "python3 -m ruff check .",
        1,
        "/usr/bin/python3: No module named ruff\n",
        "",
        "could not start",
    ),
    lookalike(
        "coverage run -m unittest",
        0,
        "Ran 0 tests in 0.000s\n\nOK\n",
        "",
        "checked nothing",
    ),
    // gates.toml has the last word.
    lookalike(
        "ruff check .",
        0,
        NO_PYTHON,
        "expect = 'No Python files'",
        "passed",
    ),
    lookalike(
        "ruff check .",
        0,
        NO_PYTHON,
        "expect = '^All checks'",
        "checked nothing",
    ),
    lookalike(
        "pytest",
        5,
        "no tests ran in 0.01s\n",
        "success-codes = [0, 5]",
        "passed",
    ),
    // What a test prints is not what its runner says, nor is what a linter shows of a file.
    lookalike(
        "pytest -s",
        1,
        "INTERNALERROR> x\n1 failed in 0.1s\n",
        "",
        "failed",
    ),
    lookalike(
        "pytest -s",
        0,
        "no tests ran in 0.1s\n\n\n1\n2\n1 passed in 0.1s\n",
        "",
        "passed",
    ),
    lookalike("cargo test", 101, CARGO_PRINTS, "", "failed"),
    lookalike(
        "pytest -s",
        0,
        "no tests ran in 0.1s\n.\n1 passed in 0.1s\n",
        "",
        "passed",
    ),
    lookalike(
        "pytest -s",
        1,
        "no tests ran in 0.1s\nF\n1 failed in 0.1s\n",
        "",
        "failed",
    ),
    lookalike(
        "python3 -m unittest",
        0,
        "Ran 2 tests in 0.1s\n\nOK\nRan 0 tests in 0.000s\n",
        "",
        "passed",
    ),
    // A test with a harness of its own has another output.
    lookalike(
        "cargo test -q",
        0,
        "3 checks\nrunning 0 tests\ntest result: ok. 0 passed; 0 failed; x\n",
        "",
        "passed",
    ),
    lookalike(
        "npx eslint .",
        1,
        "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\n",
        "",
        "tool broken",
    ),
    lookalike("flake8 --show-source", 1, SOURCE_SHOWN, "", "failed"),
    // Some of the files of a change may hold nothing to check.
    lookalike(
        "eslint {files}",
        0,
        IGNORED,
        "files = [\"DIR/*.js\"]",
        "passed",
    ),
    lookalike(
        "eslint {files}",
        0,
        IGNORED_TWICE,
        "files = [\"DIR/*.js\"]",
        "checked nothing",
    ),
    lookalike(
        "pytest {files}",
        0,
        "2 skipped in 0.1s\n",
        "files = [\"DIR/*.js\"]",
        "passed",
    ),
    lookalike(
        "isort --check-only {files}",
        0,
        "Skipped 1 files\n",
        "files = [\"DIR/*.js\"]",
        "passed",
    ),
    lookalike(
        "isort --check-only {files}",
        0,
        "Skipped 2 files\n",
        "files = [\"DIR/*.js\"]",
        "checked nothing",
    ),
    // A module without a statement has no score.
    lookalike(
        "pylint --score=y {files}",
        0,
        "",
        "files = [\"DIR/*.js\"]",
        "passed",
    ),
    lookalike(
        "bandit {files}",
        0,
        "\tTotal lines of code: 0\n",
        "files = [\"DIR/*.js\"]",
        "passed",
    ),
];

#[test]
fn what_only_looks_like_a_sign_is_none() {
    let sandbox = Sandbox::new();
    let mut gates = String::new();
    for (number, case) in LOOKALIKES.iter().enumerate() {
        let dir = format!("c{number}");
        for tool in case
            .run
            .split_whitespace()
            .filter(|word| !word.contains(['-', '{', '.']))
        {
            sandbox.program(tool, REPLAY);
        }
        sandbox.write(format!("{dir}/said"), case.prints);
        sandbox.write(format!("{dir}/code"), case.code.to_string());
        sandbox.write(format!("{dir}/Makefile"), "lint:\n\truff check .\n");
        sandbox.write(
            format!("{dir}/package.json"),
            r#"{"scripts": {"lint": "ruff check ."}}"#,
        );
        sandbox.write(format!("{dir}/a.js"), "");
        sandbox.write(format!("{dir}/b.js"), "");
        let keys = case.keys.replace("DIR", &dir);
        write!(
            gates,
            "[gates.{dir}]\nrun = '{}'\ndir = '{dir}'\n{keys}\n",
            case.run
        )
        .unwrap();
    }
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--json"]).expect(3);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    for (case, gate) in LOOKALIKES.iter().zip(report["gates"].as_array().unwrap()) {
        assert_eq!(
            gate["outcome"], case.outcome,
            "{} {}: {gate}",
            case.run, case.keys
        );
    }
}

/// Excludes everything that ruff.toml names.
const RUFF: &str = r#"#!/bin/sh
for file; do
    case $file in
    *.py) grep -q "${file%/*}" ruff.toml || exit 1 ;;
    esac
done
echo 'warning: No Python files found under the given path(s)'
echo 'All checks passed!'
"#;

/// A repository with a commit of these files and a tool, and the hooks installed.
fn with_tool(tool: &str, text: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.program(tool, text);
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

fn with_ruff() -> Sandbox {
    let gates = "[gates.ruff]\nrun = 'ruff check --force-exclude {files}'\nfiles = ['**/*.py']\n";
    let files = [("gates.toml", gates), ("ruff.toml", "exclude = ['made']\n")];
    with_tool("ruff", RUFF, &files)
}

#[test]
fn files_that_the_base_excludes_need_no_check() {
    let sandbox = with_ruff();
    sandbox.write("made/a.py", "x\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_snapshot!(done, @"
    passed: 1 not applicable in [TIME]
    gatekeeper run --staged: 1 path changed
     not applicable  ruff  [TIME]  ruff excludes all files that it was given, by a configuration that was there before this change
    ");
    // It is not remembered as a pass.
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_snapshot!(done, @"
    passed: 1 not applicable in [TIME]
    gatekeeper run --staged: 1 path changed
     not applicable  ruff  [TIME]  ruff excludes all files that it was given, by a configuration that was there before this change
    ");
    // Without a base, nothing was checked.
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: ruff checked nothing: ruff found nothing to check: warning: No Python files found under the given path(s)
    gatekeeper run: 3 paths tracked
    checked nothing  ruff  [TIME]  ruff found nothing to check: warning: No Python files found under the given path(s)

    ruff checked nothing
        cause  ruff found nothing to check: warning: No Python files found under the given path(s), after [TIME]
       output
               | warning: No Python files found under the given path(s)
               | All checks passed!
      command  ruff check --force-exclude made/a.py
       repeat  gatekeeper run ruff
         help  correct what ruff excludes, or let the gate exclude these files, too, with `exclude` in [gates.ruff] in gates.toml; if there is nothing to check, let `expect` match that line

    1 checked nothing in [TIME]
    ");
}

#[test]
fn a_fixer_may_find_nothing_to_fix() {
    let gates = "[gates.ruff]\nrun = 'ruff check {files}'\nfix = 'ruff check --fix {files}'\n\
                 files = ['**/*.py']\n";
    let files = [("gates.toml", gates), ("ruff.toml", "exclude = ['made']\n")];
    let sandbox = with_tool("ruff", RUFF, &files);
    sandbox.write("made/a.py", "x\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["fix"]).expect(0), @"nothing to fix");
}

#[test]
fn a_change_does_not_excuse_itself() {
    let other = "[gates.ruff]\nrun = 'ruff check {files}'\nfiles = ['**/*.py']\n";
    for (path, text) in [
        ("ruff.toml", "exclude = ['made', 'x']\n"),
        ("made/ruff.toml", "exclude = ['made']\n"),
        ("pyproject.toml", "[tool.black]\n"),
        (".gitignore", "made\n"),
        ("gates.toml", other),
    ] {
        let sandbox = with_ruff();
        sandbox.write("made/a.py", "x\n");
        sandbox.write(path, text);
        sandbox.git(&["add", "--force", "."]);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
        done.says("ruff found nothing to check");
    }
}

#[test]
fn a_change_does_not_excuse_itself_by_way_of_another_file() {
    let gates = |run: &str| format!("[gates.ruff]\nrun = '{run} {{files}}'\nfiles = ['**/*.py']\n");
    for (gates, config, path) in [
        (gates("ruff check"), "extend = 'rules'\n# made\n", "rules"),
        (gates("ruff check --config rules"), "# made\n", "rules"),
        (gates("sh check.sh"), "# made\n", "check.sh"),
        (gates("ruff check"), "# made\n", "node_modules/x"),
    ] {
        let script = "#!/bin/sh\nexec ruff check \"$@\"\n";
        let files = [
            ("gates.toml", gates.as_str()),
            ("ruff.toml", config),
            ("check.sh", script),
        ];
        let sandbox = with_tool("ruff", RUFF, &files);
        sandbox.write("made/a.py", "x\n");
        sandbox.git(&["add", "."]);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        let text = format!("{}# more\n", if path == "check.sh" { script } else { "" });
        sandbox.write(path, text);
        sandbox.git(&["add", "--force", "."]);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
        done.says("ruff found nothing to check");
    }
}

#[test]
fn a_configuration_that_is_a_program_may_read_what_the_change_holds() {
    let eslint = format!("#!/bin/sh\nprintf '%s\\n' '{}'\n", IGNORED.trim_end());
    let gates = "[gates.eslint]\nrun = 'eslint {files}'\nfiles = ['**/*.js']\n";
    for (config, package, code) in [
        (
            "import x from 'x'; export default [{ignores: ['made/**']}];",
            "{}",
            0,
        ),
        ("import x from './ignored.js'; export default [x];", "{}", 1),
        ("export default [{ignores: [process.env.X]}];", "{}", 1),
        (
            "import x from 'x'; export default [x];",
            r#"{"workspaces": ["x"]}"#,
            1,
        ),
    ] {
        let files = [
            ("gates.toml", gates),
            ("eslint.config.js", config),
            ("package.json", package),
        ];
        let sandbox = with_tool("eslint", &eslint, &files);
        sandbox.write("made/a.js", "x\n");
        sandbox.git(&["add", "."]);
        sandbox.gatekeeper(&["run", "--staged"]).expect(code);
    }
}

#[test]
fn gates_that_rewrite_files_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "package.json",
        r#"{"scripts": {"fmt": "prettier --write ."}}"#,
    );
    sandbox.write(
        "gates.toml",
        "[gates.black]\nrun = 'uv run black {files}'\n\
         [gates.fmt]\nrun = 'npm run fmt'\n\
         [gates.both]\nrun = 'own && ruff format'\n\
         [gates.lint]\nrun = 'eslint .'\nfix = 'eslint --fix .'\n",
    );
    let done = sandbox.gatekeeper(&["config", "check"]).expect(0);
    assert_snapshot!(done.stdout, @"
    gates.toml is valid: 4 gates
    note: gate `black` runs `uv run black {files}`, which rewrites files instead of checking them
    help: set run = 'uv run black --check {files}' and fix = 'uv run black {files}' in [gates.black]
    note: gate `fmt` runs `prettier --write .` (package.json:1), which rewrites files instead of checking them
    help: let `run` lead to `prettier --check .`, and set fix = 'npm run fmt' in [gates.fmt]
    note: gate `both` runs `ruff format`, which rewrites files instead of checking them
    help: let `run` lead to `ruff format --check`, and set fix = 'ruff format' in [gates.both]
    ");
}

#[test]
fn a_tool_without_network_is_broken_and_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.program(
        "pip-audit",
        "#!/bin/sh\necho 'getaddrinfo: Temporary failure in name resolution'\nexit 1\n",
    );
    sandbox.write("gates.toml", "[gates.audit]\nrun = 'pip-audit --strict'\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @r#"
    failed: audit tool broken: pip-audit could not reach the network (exit code 1): getaddrinfo: Temporary failure in name resolution
    gatekeeper run: 1 path tracked
        tool broken  audit  [TIME]  pip-audit could not reach the network (exit code 1): getaddrinfo: Temporary failure in name resolution

    audit tool broken
        cause  pip-audit could not reach the network (exit code 1): getaddrinfo: Temporary failure in name resolution, after [TIME]
       output
               | getaddrinfo: Temporary failure in name resolution
      command  pip-audit --strict
       repeat  gatekeeper run audit
         help  run it again once the network can be reached; a gate that needs the network can run at pushes only: hooks = ["pre-push"] in [gates.audit] in gates.toml

    1 tool broken in [TIME]
    "#);
}
