//! Tools that succeed without a word where they find nothing to check.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A call of a silent tool, a file beside it with its text, and the outcome of the gate.
type Case = (&'static str, &'static str, &'static str, &'static str);

const CHECKED_NOTHING: &str = "checked nothing";
const PASSED: &str = "passed";
const SOLUTION: &str =
    "{ // all of it\n  \"files\": [], \"references\": [{\"path\": \"./lib\"}],\n}\n";

const CASES: [Case; 36] = [
    ("isort --check-only .", "docs/a.md", "", CHECKED_NOTHING),
    ("isort --check-only .", "src/a.py", "", PASSED),
    // What it is given by name it checks, whatever the name is.
    ("isort --check-only docs/a", "docs/a", "", PASSED),
    // It may find a module of this name elsewhere, or fail: it is not for us to say.
    ("isort --check-only src", "docs/a.md", "", PASSED),
    ("flake8", "docs/a.md", "", CHECKED_NOTHING),
    ("flake8 docs", "docs/a.md", "", CHECKED_NOTHING),
    ("flake8 docs", "docs/deep/a.pyi", "", PASSED),
    (
        "flake8 --max-line-length 100",
        "docs/a.md",
        "",
        CHECKED_NOTHING,
    ),
    (
        "flake8 --config setup.cfg",
        "setup.cfg",
        "",
        CHECKED_NOTHING,
    ),
    ("uv run flake8 docs", "docs/a.md", "", CHECKED_NOTHING),
    ("cd docs && flake8", "docs/a.md", "", CHECKED_NOTHING),
    ("flake8", "node_modules/x/a.py", "", CHECKED_NOTHING),
    ("bandit -q docs", "docs/a.py", "", CHECKED_NOTHING),
    ("bandit -q -r docs", "docs/a.py", "", PASSED),
    ("bandit -q -r docs", "docs/a.md", "", CHECKED_NOTHING),
    ("bandit -q", "docs/a.md", "", PASSED),
    ("pylint docs", "docs/a.md", "", CHECKED_NOTHING),
    ("pylint module", "docs/a.md", "", PASSED),
    ("pylint docs", "docs/a.py", "", PASSED),
    // Asked for its score, it prints one if there was a statement.
    ("pylint --score=y docs", "docs/a.py", "", CHECKED_NOTHING),
    ("pyright", "docs/a.md", "", CHECKED_NOTHING),
    ("pyright", "docs/a.pyi", "", PASSED),
    ("gofmt -l .", "docs/a.md", "", CHECKED_NOTHING),
    ("gofmt -l .", "docs/a.go", "", PASSED),
    ("gofmt -l", "docs/a.go", "", CHECKED_NOTHING),
    ("prettier --check .", "docs/a.md", "", PASSED),
    (
        "prettier --check docs",
        ".prettierignore",
        "# all\ndocs/\n",
        PASSED,
    ),
    (
        "prettier --check .",
        ".prettierignore",
        "*\n",
        CHECKED_NOTHING,
    ),
    (
        "prettier --check .",
        ".prettierignore",
        "*\n!docs\n",
        PASSED,
    ),
    ("tsc --noEmit", "tsconfig.json", SOLUTION, CHECKED_NOTHING),
    ("tsc -b --noEmit", "tsconfig.json", SOLUTION, PASSED),
    (
        "tsc --noEmit -p lib",
        "lib/tsconfig.json",
        SOLUTION,
        CHECKED_NOTHING,
    ),
    (
        "tsc --noEmit",
        "tsconfig.json",
        "{\"files\": [], \"include\": [\"a\"]}",
        PASSED,
    ),
    ("tsc --noEmit", "tsconfig.json", "{}", PASSED),
    (
        "pip-audit -r r.txt",
        "r.txt",
        "# none\n--no-index\n",
        CHECKED_NOTHING,
    ),
    ("pip-audit -r r.txt", "r.txt", "-r other.txt\n", PASSED),
];

#[test]
fn a_silent_tool_that_finds_no_file_has_checked_nothing() {
    let sandbox = Sandbox::new();
    let mut gates = String::new();
    for (number, (run, file, text, _)) in CASES.iter().enumerate() {
        for tool in run.split_whitespace() {
            if tool.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !tool.starts_with('-')
                && tool != "cd"
            {
                sandbox.program(tool, "#!/bin/sh\n");
            }
        }
        sandbox.write(format!("c{number}/{file}"), text);
        let keys = if run.starts_with("gofmt") {
            "forbid = '.'\n"
        } else {
            ""
        };
        write!(
            gates,
            "[gates.c{number}]\nrun = '{run}'\ndir = 'c{number}'\n{keys}"
        )
        .unwrap();
    }
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "--force", "."]);
    let done = sandbox.gatekeeper(&["run", "--json"]).expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    for ((run, file, text, outcome), gate) in CASES.iter().zip(report["gates"].as_array().unwrap())
    {
        assert_eq!(gate["outcome"], *outcome, "{run}, {file}, {text}: {gate}");
    }
}

#[test]
fn why_a_silent_tool_has_checked_nothing_is_said() {
    let sandbox = Sandbox::new();
    for tool in ["flake8", "gofmt", "prettier", "pylint", "tsc"] {
        sandbox.program(tool, "#!/bin/sh\n");
    }
    sandbox.write("docs/a.md", "");
    sandbox.write(".prettierignore", "*\n");
    sandbox.write("tsconfig.json", SOLUTION);
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = 'flake8 docs'\n[gates.b]\nrun = 'gofmt -l'\nforbid = '.'\n\
         [gates.c]\nrun = 'prettier --check .'\n[gates.d]\nrun = 'pylint --score=y module'\n\
         [gates.e]\nrun = 'tsc --noEmit'\n",
    );
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: a checked nothing: flake8 found nothing to check: no file that flake8 checks is where the command looks; 4 more gates did not pass
    gatekeeper run: 4 paths tracked
    checked nothing  a  [TIME]  flake8 found nothing to check: no file that flake8 checks is where the command looks
    checked nothing  b  [TIME]  gofmt found nothing to check: the command names no file and no directory
    checked nothing  c  [TIME]  prettier found nothing to check: .prettierignore excludes everything that the command names
    checked nothing  d  [TIME]  pylint found nothing to check: it did not say `Your code has been rated at`, which it does if it has checked something
    checked nothing  e  [TIME]  tsc found nothing to check: its configuration lists no files, and only refers to other projects, which `tsc -b` checks

    a checked nothing
        cause  flake8 found nothing to check: no file that flake8 checks is where the command looks, after [TIME]
       output  none
      command  flake8 docs
       repeat  gatekeeper run a
         help  correct the paths that `run` in [gates.a] in gates.toml gives to flake8, or what flake8 excludes; if there is nothing to check, remove the gate

    b checked nothing
        cause  gofmt found nothing to check: the command names no file and no directory, after [TIME]
       output  none
      command  gofmt -l
       repeat  gatekeeper run b
         help  correct the paths that `run` in [gates.b] in gates.toml gives to gofmt, or what gofmt excludes; if there is nothing to check, remove the gate

    c checked nothing
        cause  prettier found nothing to check: .prettierignore excludes everything that the command names, after [TIME]
       output  none
      command  prettier --check .
       repeat  gatekeeper run c
         help  correct the paths that `run` in [gates.c] in gates.toml gives to prettier, or what prettier excludes; if there is nothing to check, remove the gate

    d checked nothing
        cause  pylint found nothing to check: it did not say `Your code has been rated at`, which it does if it has checked something, after [TIME]
       output  none
      command  pylint '--score=y' module
       repeat  gatekeeper run d
         help  correct the paths that `run` in [gates.d] in gates.toml gives to pylint, or what pylint excludes; if there is nothing to check, remove the gate

    e checked nothing
        cause  tsc found nothing to check: its configuration lists no files, and only refers to other projects, which `tsc -b` checks, after [TIME]
       output  none
      command  tsc --noEmit
       repeat  gatekeeper run e
         help  correct `run` in [gates.e] in gates.toml

    5 checked nothing in [TIME]
    ");
}

#[test]
fn evidence_that_gates_toml_asks_for_has_the_last_word() {
    let sandbox = Sandbox::new();
    sandbox.program("flake8", "#!/bin/sh\necho nothing here\n");
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = 'flake8'\nexpect = '^nothing'\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn what_the_base_lets_a_silent_tool_ignore_need_not_be_checked() {
    let sandbox = Sandbox::new();
    sandbox.program(
        "prettier",
        "#!/bin/sh\necho 'All matched files use Prettier code style!'\n",
    );
    sandbox.write(
        "gates.toml",
        "[gates.prettier]\nrun = 'prettier --check {files}'\nfiles = ['**/*.js']\n",
    );
    sandbox.write(".prettierignore", "/made\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("made/a.js", "x\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_snapshot!(done, @"
    passed: 1 not applicable in [TIME]
    gatekeeper run --staged: 1 path changed
     not applicable  prettier  [TIME]  prettier excludes all files that it was given, by a configuration that was there before this change
    ");
    // A change does not excuse itself.
    sandbox.write("other/b.js", "x\n");
    sandbox.write(".prettierignore", "/made\n/other\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_snapshot!(done, @"
    failed: prettier checked nothing: prettier found nothing to check: .prettierignore excludes everything that the command names
    gatekeeper run --staged: 3 paths changed
    checked nothing  prettier  [TIME]  prettier found nothing to check: .prettierignore excludes everything that the command names

    prettier checked nothing
        cause  prettier found nothing to check: .prettierignore excludes everything that the command names, after [TIME]
       output
               | All matched files use Prettier code style!
      command  prettier --check made/a.js other/b.js
       repeat  gatekeeper run --staged prettier
         help  correct .prettierignore, or let the gate exclude these files, too, with `exclude` in [gates.prettier] in gates.toml

    warning[config.prettier.ignore]: `lines` has gained /other
     --> .prettierignore:2:1
      |
    2 | /other
      | ^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    1 checked nothing in [TIME]
    ");
    // With a file that is checked, the gate passes.
    sandbox.write("c.js", "x\n");
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
}
