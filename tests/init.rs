//! `gatekeeper init`, and what runs without a gates.toml: the checks that a project's own files name.

use insta::assert_snapshot;

use rustix::process::Signal;

use crate::sandbox::{GATEKEEPER, Lifeline, Sandbox, Started};

/// A Python project whose CI checks it in several ways, most of them by way of other files.
const WORKFLOW: &str = r#"name: CI
on:
  push:
    branches: [main]
  pull_request:
env:
  RUSTFLAGS: -D warnings
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: pre-commit/action@v3.0.1
      - run: make typecheck
  test:
    strategy:
      matrix:
        os: [windows-latest, ubuntu-latest]
        python: ["3.12", "3.13"]
    runs-on: ${{ matrix.os }}
    steps:
      - run: pip install tox
      - run: tox -e py$(echo ${{ matrix.python }} | tr -d .)
      - run: npm run lint
        working-directory: web
      - run: codespell docs
        continue-on-error: true
      - run: ./scripts/verify-links --all
  release:
    if: startsWith(github.ref, 'refs/tags/')
    runs-on: ubuntu-latest
    steps:
      - run: pytest --release
"#;

const PRE_COMMIT: &str = r"repos:
  - repo: https://example.org/ruff-pre-commit
    rev: v0.14.0
    hooks:
      - id: ruff
        args: [--fix]
      - id: ruff-format
        exclude: ^docs/
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0
    hooks:
      - id: trailing-whitespace
";

fn python_project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".github/workflows/ci.yml", WORKFLOW);
    sandbox.write(".pre-commit-config.yaml", PRE_COMMIT);
    sandbox.write("Makefile", "typecheck:\n\tuv run mypy --strict src\n");
    sandbox.write(
        "tox.ini",
        "[tox]\nenvlist = py312\n[testenv]\ncommands = python -m pytest -q {posargs}\n",
    );
    sandbox.write(
        "web/package.json",
        "{\n  \"scripts\": {\n    \"lint\": \"eslint . && prettier --write src\"\n  }\n}\n",
    );
    sandbox.write("web/src/index.js", "");
    sandbox.write("src/app/__init__.py", "");
    sandbox.git(&["add", "."]);
    sandbox
}

#[test]
fn what_ci_runs_becomes_gates_with_their_evidence() {
    let sandbox = python_project();
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .github/workflows/ci.yml:13 -> .pre-commit-config.yaml:7 (CI runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.ruff-format]
    kind = "format"
    run = "ruff format --check --force-exclude {files}"
    fix = "ruff format --force-exclude {files}"
    files = ["**/*.py", "**/*.pyi"]
    widen = ["**/pyproject.toml", "**/ruff.toml", "**/.ruff.toml"]
    exclude = ["docs/**"]

    # .github/workflows/ci.yml:24 -> web/package.json:3 (CI runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.web-prettier]
    kind = "format"
    run = "prettier --check src"
    fix = "prettier --write src"
    dir = "web"

    # .github/workflows/ci.yml:13 -> .pre-commit-config.yaml:5 (CI runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.ruff]
    kind = "lint"
    run = "ruff check --output-format=concise --no-fix --force-exclude {files}"
    fix = "ruff check --fix --force-exclude {files}"
    files = ["**/*.py", "**/*.pyi"]
    widen = ["**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"]

    # .github/workflows/ci.yml:13 -> .pre-commit-config.yaml:12 (CI runs it)
    # the hooks of pre-commit that are no gates of their own: trailing-whitespace
    [gates.pre-commit]
    kind = "lint"
    run = "pre-commit run --all-files"
    fix = "pre-commit run --all-files"
    env = { SKIP = "ruff,ruff-format" }
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # .github/workflows/ci.yml:24 -> web/package.json:3 (CI runs it)
    [gates.web-eslint]
    kind = "lint"
    run = "eslint ."
    fix = "eslint --fix ."
    files = ["web/**/*.{js,jsx,cjs,mjs,ts,tsx,cts,mts,vue,svelte}", "web/**/eslint.config.js", "web/**/eslint.config.mjs", "web/**/eslint.config.cjs", "web/**/eslint.config.ts", "web/**/eslint.config.mts", "web/**/.eslintrc", "web/**/.eslintrc.js", "web/**/.eslintrc.cjs", "web/**/.eslintrc.json", "web/**/.eslintrc.yml", "web/**/.eslintrc.yaml", "web/**/package.json"]
    dir = "web"

    # .github/workflows/ci.yml:14 -> Makefile:2 (CI runs it)
    [gates.mypy]
    kind = "typecheck"
    run = "mypy --show-column-numbers --strict src"
    files = ["**/*.py", "**/*.pyi", "**/pyproject.toml", "**/mypy.ini", "**/.mypy.ini", "**/setup.cfg"]

    # .github/workflows/ci.yml:23 -> tox.ini:4 (CI chooses the environments when it runs; this is one of the default ones)
    [gates.pytest]
    kind = "test"
    run = "python -m pytest -q"

    # What else CI runs. gatekeeper does not know these programs and has not run them. Make a
    # gate of each that checks something.
    #   .github/workflows/ci.yml:28: ./scripts/verify-links --all

    # What else was seen, and why it is not a gate.
    #   .github/workflows/ci.yml:26: codespell docs: CI continues if it fails (`continue-on-error`)
    #   .github/workflows/ci.yml:30: job release: it runs only for releases or on a schedule

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"

    # There are no messages to go by yet. "always" requires a sign-off of every commit, "never" of none.
    [commit-msg.signed-off-by]
    required = "never"

    # An AI coding agent that writes a commit must be credited: "when-agent", "always", "never" or "forbidden".
    [commit-msg.assisted-by]
    required = "when-agent"

    # "conventional" requires the form of Conventional Commits, "free" allows any subject.
    [commit-msg.subject]
    style = "free"
    stderr:
    found 7 gates
      ruff-format   ruff format --check --force-exclude {files}                   .pre-commit-config.yaml:7
      web-prettier  prettier --check src                                          web/package.json:3
      ruff          ruff check --output-format=concise --no-fix --force-exclude {files}  .pre-commit-config.yaml:5
      pre-commit    pre-commit run --all-files                                    .pre-commit-config.yaml:12
      web-eslint    eslint .                                                      web/package.json:3
      mypy          mypy --show-column-numbers --strict src                       Makefile:2
      pytest        python -m pytest -q                                           tox.ini:4

    not used as gates
      ./scripts/verify-links --all: what it runs is unknown: ./scripts/verify-links is not in the tree (.github/workflows/ci.yml:28)
    "#);
    assert!(!sandbox.beside("repo/gates.toml").exists());
}

#[test]
fn what_is_typed_around_a_tool_is_kept_or_named() {
    let sandbox = python_project();
    sandbox.write(
        ".github/workflows/ci.yml",
        "\
on: [push]
env:
  DATABASE_URL: postgres://localhost
  SOURCES: src
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: |
          git ls-files '*.py' | xargs black --check
          flake8 `git ls-files '*.py'`
          mypy --install-types --non-interactive $SOURCES
          bandit -r src -f json -o out.json
          npx prettier -c docs
          TOKEN_URL=$(get-url) pylint src
          pytest --collect-only
          make test
      - run: node --import tsx --test
        continue-on-error: true
  windows:
    runs-on: windows-latest
    steps:
      - run: vitest run
  sessions:
    runs-on: ubuntu-latest
    steps:
      - run: nox -t doc
",
    );
    sandbox.write(".github/workflows/nightly.yml", "on: schedule\njobs: {}\n");
    sandbox.write(
        "Makefile",
        "test:\n\texport LANG=C; PYTHONPATH=src:$$PYTHONPATH coverage run --branch -m pytest\n",
    );
    sandbox.write(
        "noxfile.py",
        "\
import nox

@nox.session(tags=[\"doc\"])
def doctest(session):
    session.install(\"pydoclint\")
    session.env[\"A\"] = \"1\"
    session.run(\"pydocstyle\", \"src\", env={\"B\": \"2\", \"C\": session.name})

@nox.session
def types(session):
    session.run(\"pyright\")
",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .github/workflows/ci.yml:10 (CI runs it)
    [gates.black]
    kind = "format"
    run = "black --check {files}"
    fix = "black {files}"
    files = ["**/*.py"]

    # .github/workflows/ci.yml:14 (CI runs it)
    [gates.prettier]
    kind = "format"
    run = "prettier -c docs"
    fix = "prettier --write docs"

    # .pre-commit-config.yaml:7 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.ruff-format]
    kind = "format"
    run = "ruff format --check --force-exclude {files}"
    fix = "ruff format --force-exclude {files}"
    files = ["**/*.py", "**/*.pyi"]
    widen = ["**/pyproject.toml", "**/ruff.toml", "**/.ruff.toml"]
    exclude = ["docs/**"]

    # .github/workflows/ci.yml:11 (CI runs it)
    [gates.flake8]
    kind = "lint"
    run = "flake8 --benchmark {files}"
    files = ["**/*.py"]

    # .github/workflows/ci.yml:27 -> noxfile.py:7 (CI runs it)
    # C is set there; add it to `env` if the check depends on it
    [gates.pydocstyle]
    kind = "lint"
    run = "pydocstyle src"
    files = ["**/*.py", "**/*.pyi", "**/pyproject.toml", "**/.pydocstyle"]
    env = { A = "1", B = "2" }

    # .pre-commit-config.yaml:5 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.ruff]
    kind = "lint"
    run = "ruff check --output-format=concise --no-fix --force-exclude {files}"
    fix = "ruff check --fix --force-exclude {files}"
    files = ["**/*.py", "**/*.pyi"]
    widen = ["**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"]

    # .pre-commit-config.yaml:12 (a hook manager runs it)
    # the hooks of pre-commit that are no gates of their own: trailing-whitespace
    [gates.pre-commit]
    kind = "lint"
    run = "pre-commit run --all-files"
    fix = "pre-commit run --all-files"
    env = { SKIP = "ruff,ruff-format" }
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # .github/workflows/ci.yml:12 (CI runs it)
    # without `--install-types --non-interactive`: a gate installs nothing
    [gates.mypy]
    kind = "typecheck"
    run = "mypy --show-column-numbers src"
    files = ["**/*.py", "**/*.pyi", "**/pyproject.toml", "**/mypy.ini", "**/.mypy.ini", "**/setup.cfg"]

    # .github/workflows/ci.yml:10 -> Makefile:2 (CI runs it)
    # DATABASE_URL is set there; add it to `env` if the check depends on it
    [gates.coverage]
    kind = "test"
    run = "coverage run --branch -m pytest"
    env = { LANG = "C", PYTHONPATH = "src" }

    # .github/workflows/ci.yml:13 (CI runs it)
    # without `-o out.json`: a gate leaves no report in the work tree
    [gates.bandit]
    kind = "security"
    run = "bandit -r src"
    files = ["**/*.py", "**/*.pyi", "**/.bandit", "**/pyproject.toml", "**/bandit.yaml"]

    # What else CI runs. gatekeeper does not know these programs and has not run them. Make a
    # gate of each that checks something.
    #   .github/workflows/ci.yml:15: pylint src

    # What else was seen, and why it is not a gate.
    #   .github/workflows/ci.yml:16: pytest --collect-only: it checks nothing, because of `--collect-only`
    #   .github/workflows/ci.yml:18: node --import tsx --test: CI continues if it fails (`continue-on-error`)
    #   .github/workflows/ci.yml:21: job windows: it runs only on Windows
    #   .github/workflows/nightly.yml:1: the workflow: it runs only for releases, at set times or by hand

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"

    # There are no messages to go by yet. "always" requires a sign-off of every commit, "never" of none.
    [commit-msg.signed-off-by]
    required = "never"

    # An AI coding agent that writes a commit must be credited: "when-agent", "always", "never" or "forbidden".
    [commit-msg.assisted-by]
    required = "when-agent"

    # "conventional" requires the form of Conventional Commits, "free" allows any subject.
    [commit-msg.subject]
    style = "free"
    stderr:
    found 10 gates
      black        black --check {files}                                         .github/workflows/ci.yml:10
      prettier     prettier -c docs                                              .github/workflows/ci.yml:14
      ruff-format  ruff format --check --force-exclude {files}                   .pre-commit-config.yaml:7
      flake8       flake8 --benchmark {files}                                    .github/workflows/ci.yml:11
      pydocstyle   pydocstyle src                                                noxfile.py:7
      ruff         ruff check --output-format=concise --no-fix --force-exclude {files}  .pre-commit-config.yaml:5
      pre-commit   pre-commit run --all-files                                    .pre-commit-config.yaml:12
      mypy         mypy --show-column-numbers src                                .github/workflows/ci.yml:12
      coverage     coverage run --branch -m pytest                               Makefile:2
      bandit       bandit -r src                                                 .github/workflows/ci.yml:13

    not used as gates
      pylint src: the value of TOKEN_URL, which it is given, is not known (.github/workflows/ci.yml:15)
    "#);
}

#[test]
fn parts_of_a_project_are_gates_unless_one_call_checks_all() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".github/workflows/ci.yml",
        "\
on: [push]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: go test -race .
      - run: go test -race ./middleware
      - run: cargo clippy -p core -- -D warnings
      - run: cargo clippy -p extra -- -D warnings
      - run: cargo clippy --workspace -- -D warnings
      - run: tox
",
    );
    for file in ["main.go", "middleware/a.go", "src/a.py"] {
        sandbox.write(file, "");
    }
    sandbox.write(
        "tox.ini",
        "\
[testenv]
setenv =
    PYTHONPATH = {toxinidir}/src
    SEED = {env:SEED:1}
    slow: SLOW = 1
commands = {envpython} -b -m pytest {posargs}
",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    let gates = done.stdout.split("\n# Commits that").next().unwrap();
    assert_snapshot!(gates, @r#"
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .github/workflows/ci.yml:10 (CI runs it)
    [gates.clippy]
    kind = "lint"
    run = "cargo clippy --workspace -- -D warnings"
    fix = "cargo clippy --fix --allow-dirty --allow-staged --workspace -- -D warnings"
    files = ["**/*.rs", "**/Cargo.toml", "Cargo.lock", ".cargo/config.toml", "**/clippy.toml", "**/.clippy.toml"]
    lock = "cargo"

    # .github/workflows/ci.yml:6 (CI runs it)
    [gates.go-test]
    kind = "test"
    run = "go test -race ."

    # .github/workflows/ci.yml:7 (CI runs it)
    [gates.go-test-2]
    kind = "test"
    run = "go test -race ./middleware"

    # .github/workflows/ci.yml:11 -> tox.ini:6 (CI runs it)
    # SEED is set there; add it to `env` if the check depends on it
    [gates.pytest]
    kind = "test"
    run = "python -b -m pytest"
    env = { PYTHONPATH = "src" }

    # What else was seen, and why it is not a gate.
    #   .github/workflows/ci.yml:8: cargo clippy -p core -- -D warnings: another call of clippy became the gate
    #   .github/workflows/ci.yml:9: cargo clippy -p extra -- -D warnings: another call of clippy became the gate
    "#);
}

#[test]
fn hooks_that_are_not_known_can_be_translated() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n- repo: local\n  hooks:\n  - id: own\n    entry: ./own.sh\n    language: system\n",
    );
    sandbox.write("own.sh", "exec own\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(2);
    assert_snapshot!(done, @"
    not used as gates
      ./own.sh: what it runs is unknown: ./own.sh does not name its interpreter (.pre-commit-config.yaml:4)
    error: there is no gates.toml, and nothing in this repository says which checks it needs
    help: the hooks of pre-commit are not tools that gatekeeper knows: make gates of them with `gatekeeper init --from pre-commit`
    ");
}

#[test]
fn the_written_file_is_valid() {
    let sandbox = python_project();
    let text = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0).stdout;
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "gates.toml"]);
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(0), @"
    stdout:
    gates.toml is valid: 7 gates
    ");
}

/// A project whose tests run with what every machine of ours has.
fn unittest_project(expected: u32) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".gitlab-ci.yml",
        "test:\n  script:\n    - python3 -m unittest discover -s tests\nstyle:\n  script:\n    - no-such-linter-4711 --check .\n",
    );
    sandbox.write(".gitignore", "__pycache__/\n");
    sandbox.write(
        "tests/test_sum.py",
        format!(
            "import unittest\n\n\nclass Sum(unittest.TestCase):\n    def test_sum(self):\n        self.assertEqual(1 + 1, {expected})\n"
        ),
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--signoff", "-m", "first"]);
    sandbox
}

#[test]
fn a_project_is_gated_in_three_commands() {
    let sandbox = unittest_project(2);
    sandbox.gatekeeper(&["init"]).expect(0);
    assert_snapshot!(sandbox.read("gates.toml"), @r#"
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .gitlab-ci.yml:3 (CI runs it)
    [gates.unittest]
    kind = "test"
    run = "python3 -m unittest discover -s tests"
    expect = "^OK"

    # What else CI runs. gatekeeper does not know these programs and has not run them. Make a
    # gate of each that checks something.
    #   .gitlab-ci.yml:6: no-such-linter-4711 --check .

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"

    # Sign-offs in the last 1 message: 1. "always" requires a sign-off of every commit, "never" of none.
    [commit-msg.signed-off-by]
    required = "never"

    # An AI coding agent that writes a commit must be credited: "when-agent", "always", "never" or "forbidden".
    [commit-msg.assisted-by]
    required = "when-agent"

    # Conventional Commits among those messages: 0. "conventional" requires the form of Conventional Commits, "free" allows any subject.
    [commit-msg.subject]
    style = "free"
    "#);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    let done = sandbox.try_git(&["commit", "--quiet", "--signoff", "-m", "gates"]);
    assert_snapshot!(done.expect(0), @"");
}

#[test]
fn what_fails_today_only_warns() {
    let sandbox = unittest_project(3);
    let done = sandbox.gatekeeper(&["init", "--yes"]).expect(0);
    let text = sandbox.read("gates.toml");
    assert!(
        text.contains("level = \"warn\"  # it fails today\nuntil = \"20"),
        "{text}"
    );
    assert!(!text.contains("expect ="), "{text}");
    done.says("unittest fails today, so it only warns until 20");
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn what_a_linter_finds_today_is_known() {
    let sandbox = Sandbox::new();
    let ruff = "#!/bin/sh\nprintf 'a.py:1:8: F401 [*] `os` imported but unused\\nFound 1 error.\\n'; exit 1\n";
    sandbox.program("ruff", ruff);
    sandbox.write(".gitlab-ci.yml", "lint:\n  script:\n    - ruff check .\n");
    sandbox.write("pyproject.toml", "[tool.ruff]\n");
    sandbox.write("a.py", "import os\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.write("gates.baseline", "mine\n");
    let refused = sandbox.gatekeeper(&["init", "--yes"]).expect(2);
    refused.says("would be overwritten");
    assert_eq!(sandbox.read("gates.baseline"), "mine\n");
    sandbox.sh("rm gates.baseline").expect(0);
    let done = sandbox.gatekeeper(&["init", "--yes"]).expect(0);
    done.says("ruff has 1 finding today, which gates.baseline lists");
    assert!(!sandbox.read("gates.toml").contains("level ="));
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run"]).expect(0).says("1 known");
}

#[test]
fn a_trial_that_is_interrupted_writes_nothing() {
    let sandbox = unittest_project(2);
    let lifeline = Lifeline::new(sandbox.beside("lifeline"));
    let waits = format!(
        "import time\nheld = open({:?}, 'w')\ntime.sleep(600)\n",
        sandbox.beside("lifeline")
    );
    sandbox.write("tests/test_wait.py", waits);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--signoff", "-m", "wait"]);
    let init = Started::new(&mut sandbox.command(GATEKEEPER, &["init", "--yes"]));
    let alive = lifeline.begun();
    init.signal_group(Signal::INT);
    init.finish().expect(130);
    alive.everybody_is_gone();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_a_trial_writes_is_not_in_the_work_tree() {
    let sandbox = unittest_project(2);
    sandbox.write(
        "tests/test_write.py",
        "open('tests/test_sum.py', 'w').close()\nopen('new.txt', 'w').close()\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--signoff", "-m", "write"]);
    sandbox.gatekeeper(&["init", "--yes"]).expect(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? gates.toml\n");
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let sandbox = unittest_project(2);
    sandbox.write("gates.toml", "# mine\n");
    assert_snapshot!(sandbox.gatekeeper(&["init", "--yes"]).expect(2), @"
    error: gates.toml already exists
    help: check it with `gatekeeper config check`, or see what would be written with `gatekeeper init --dry-run`
    ");
    assert_eq!(sandbox.read("gates.toml"), "# mine\n");
}

#[test]
fn without_gates_toml_fix_uses_what_it_finds_and_says_so() {
    let sandbox = Sandbox::new();
    sandbox.program(
        "black",
        "#!/bin/sh\nfor file; do [ -f \"$file\" ] && sed -i 's/ *$//' \"$file\"; done\n",
    );
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n- repo: https://github.com/psf/black\n  rev: 26.1.0\n  hooks:\n  - id: black\n",
    );
    sandbox.write("a.py", "a = 1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.write("a.py", "a = 2   \n");
    assert_snapshot!(sandbox.gatekeeper(&["fix"]).expect(0), @"
    note: there is no gates.toml, so these gates were detected; run `gatekeeper init` to write it
    fixed  a.py  +1 -1  black
    1 file fixed
    ");
    assert_eq!(sandbox.read("a.py"), "a = 2\n");
}

#[test]
fn fix_says_what_is_missing_in_a_new_repository() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gatekeeper(&["fix"]).expect(2), @"
    error: there is no gates.toml, and nothing in this repository says which checks it needs
    help: write it by hand; `gatekeeper config example` prints every key
    ");
    sandbox.write(
        "gates.toml",
        "[gates.a]\nrun = \"black --check {files}\"\nfix = \"black {files}\"\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["fix"]).expect(3), @"
    error: git tracks no file here, so there is nothing to check
    help: `git add` a file; in CI, make sure that the checkout is complete
    ");
}

#[test]
fn without_gates_toml_a_run_uses_what_it_finds_and_says_so() {
    let sandbox = unittest_project(2);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run: 3 paths tracked
             passed  unittest  [TIME]  OK

    note: there is no gates.toml, so these gates were detected; run `gatekeeper init` to write it
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: nothing to check: 1 gate not applicable
    gatekeeper run --staged: 0 paths changed
     not applicable  unittest          nothing changed

    note: there is no gates.toml, so these gates were detected; run `gatekeeper init` to write it
    ");
    let failing = unittest_project(3);
    failing.gatekeeper(&["run"]).expect(1);
}

#[test]
fn a_hook_never_runs_on_what_was_found() {
    let sandbox = unittest_project(2);
    sandbox
        .gatekeeper(&["hook", "pre-commit", "pre-commit"])
        .expect(2);
}

#[test]
fn a_deleted_gates_toml_is_missed() {
    let sandbox = unittest_project(2);
    sandbox.write("gates.toml", "[gates.x]\nrun = \"false\"\n");
    sandbox.git(&["add", "gates.toml"]);
    sandbox.git(&["commit", "--quiet", "--signoff", "-m", "gates"]);
    sandbox.git(&["rm", "--quiet", "gates.toml"]);
    sandbox.gatekeeper(&["run"]).expect(2);
}

#[test]
fn nothing_to_go_by_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("notes.txt", "a file that says nothing about checks\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(2), @"
    error: there is no gates.toml, and nothing in this repository says which checks it needs
    help: write it by hand; `gatekeeper config example` prints every key
    ");
    assert_snapshot!(sandbox.gatekeeper(&["init"]).expect(2), @"
    error: there is no gates.toml, and nothing in this repository says which checks it needs
    help: write it by hand; `gatekeeper config example` prints every key
    ");
}

#[test]
fn a_missing_tool_comes_with_the_command_that_installs_it() {
    let sandbox = Sandbox::with_gates("[gates.unused]\nrun = \"autoflake --check .\"\n");
    sandbox.write("uv.lock", "version = 1\n");
    sandbox
        .gatekeeper(&["run"])
        .expect(3)
        .says("help  install what the project declares with `uv sync`\n");
    std::fs::remove_file(sandbox.top.join("uv.lock")).unwrap();
    sandbox
        .gatekeeper(&["run"])
        .expect(3)
        .says("install the program with `python -m pip install autoflake`, or correct `run`");
}

#[test]
fn a_workflow_that_cannot_be_read_is_not_passed_over() {
    let sandbox = unittest_project(2);
    sandbox.write(".github/workflows/ci.yml", "on: push\njobs: [\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(2), @"
    error: .github/workflows/ci.yml cannot be read as YAML, so the checks of this project are not known
    help: correct the file, or write gates.toml with `gatekeeper init` and complete it by hand
    ");
    sandbox
        .gatekeeper(&["init", "--dry-run"])
        .expect(0)
        .says("the workflow: it cannot be read as YAML");
}

#[test]
fn a_missing_program_keeps_no_other_gate_from_running() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n      \
         - run: mypy a.py\n",
    );
    sandbox.write("a.py", "");
    sandbox.program("ruff", "#!/bin/sh\nrecord ruff\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    let done = sandbox.gatekeeper(&["run"]).expect(3);
    assert!(done.stderr.contains("passed  ruff"), "{}", done.stderr);
    assert!(
        done.stderr.contains("could not start  mypy"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("python -m pip install mypy"),
        "{}",
        done.stderr
    );
    assert_eq!(sandbox.recorded(), ["ruff"]);
    let done = sandbox.gatekeeper(&["init", "--yes"]).expect(0);
    assert!(
        done.stderr
            .contains("checked in an overlay, because it must not change your files")
            || done.stderr.contains("checked in a snapshot"),
        "{}",
        done.stderr
    );
    assert_eq!(sandbox.recorded(), ["ruff"]);
    // Once gates are written down, each of them is needed.
    let done = sandbox.gatekeeper(&["run"]).expect(3);
    assert!(done.stderr.contains("nothing was run"), "{}", done.stderr);
}

#[test]
fn of_two_inits_at_once_one_writes_the_whole_file() {
    let sandbox = python_project();
    let started: Vec<Started> = (0..2)
        .map(|_| Started::new(&mut sandbox.command(GATEKEEPER, &["init", "--yes"])))
        .collect();
    let mut codes: Vec<i32> = started.into_iter().map(|one| one.finish().code()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2]);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
    let left: Vec<_> = std::fs::read_dir(&sandbox.top)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with(".tmp"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_git_does_not_track_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "package.json",
        "{ \"scripts\": { \"lint\": \"eslint .\" } }\n",
    );
    let done = sandbox.gatekeeper(&["init"]).expect(2);
    assert!(
        done.stderr
            .contains("package.json is not tracked: run `git add .`, so that the checks find the files that they are about, and try again"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_check_that_cannot_fail_only_reports() {
    let sandbox = unittest_project(2);
    sandbox.write("Cargo.toml", "[package]\nname = \"p\"\n");
    sandbox.write(
        ".github/workflows/rust.yml",
        "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo clippy\n",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    let only_reports =
        "level = \"warn\"  # it only reports: clippy succeeds with any number of warnings\n";
    assert!(done.stdout.contains(only_reports), "{}", done.stdout);
    sandbox.gatekeeper(&["plan"]).expect(0);
}

/// Checks that no tool does, or that only a row of a matrix or another command makes checks.
#[test]
fn what_a_project_has_written_itself_becomes_a_gate_if_it_only_reads() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".github/workflows/ci.yml",
        r"on: [push]
jobs:
  lint:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        include:
          - { os: windows-latest, env: { TOXENV: windows } }
          - { os: ubuntu-latest, env: { TOXENV: style } }
          - { os: ubuntu-latest, env: { TOXENV: types } }
    steps:
      - env: ${{ matrix.env }}
        run: tox
  other:
    runs-on: ubuntu-latest
    steps:
      - run: scripts/version
      - run: scripts/release
      - run: diff README.md docs/README.md
      - run: python -m build
      - run: twine check dist/*
      - run: pytest tests/slow
      - run: pytest --verbose
      - if: runner.os == 'Windows'
        run: flake8
  systems:
    strategy:
      matrix:
        platform: [{ os: windows-latest, shell: cmd }, { os: ubuntu-latest, shell: bash }]
    runs-on: ${{ matrix.platform.os }}
    defaults: { run: { shell: '${{ matrix.platform.shell }}' } }
    steps:
      - run: make words
",
    );
    sandbox.write(
        "Makefile",
        "TOP = $(dir $(abspath $(lastword $(MAKEFILE_LIST))))\nCODESPELL = $(TOP)bin/codespell\n\
         words: $(CODESPELL)\n\t$(CODESPELL) docs\n",
    );
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n- repo: https://github.com/regebro/pyroma\n  hooks: [{ id: pyroma }]\n\
         - repo: https://github.com/macisamuele/language-formatters-pre-commit-hooks\n\
         \x20 hooks: [{ id: pretty-format-ini, args: [--autofix] }]\n",
    );
    sandbox.write(
        "tox.ini",
        "[testenv:style]\ncommands = ruff check src\n[testenv:types]\ncommands = mypy src\n\
         [testenv:windows]\ncommands = bandit -r src\n",
    );
    sandbox.write(
        "scripts/version",
        "#!/bin/sh -e\nfound=$(grep -c 1.0 README.md)\nif [ \"$found\" = 0 ]; then\n  echo \"no $found\"\n  exit 1\nfi\n",
    );
    sandbox.write("scripts/release", "#!/bin/sh\ngit push || exit 1\n");
    sandbox.write("README.md", "1.0\n");
    sandbox.write("docs/README.md", "1.0\n");
    sandbox.write("src/a.py", "");
    sandbox.write("tests/slow/test_a.py", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .pre-commit-config.yaml:5 (a hook manager runs it)
    [gates.pretty-format-ini]
    kind = "format"
    run = "pretty-format-ini {files}"
    fix = "pretty-format-ini --autofix {files}"
    files = ["**/*.ini"]

    # .github/workflows/ci.yml:13 -> tox.ini:2 (CI runs it)
    [gates.ruff]
    kind = "lint"
    run = "ruff check --output-format=concise --no-fix src"
    fix = "ruff check --fix src"
    files = ["**/*.py", "**/*.pyi", "**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"]

    # .github/workflows/ci.yml:21 (CI runs it)
    [gates.twine]
    kind = "lint"
    run = "python -m build && twine check dist/*"
    hooks = ["pre-push"]  # it needs the network
    cache = false  # its verdict depends on what is known today

    # .github/workflows/ci.yml:33 -> Makefile:4 (CI runs it)
    [gates.codespell]
    kind = "lint"
    run = "codespell docs"
    fix = "codespell --write-changes docs"

    # .pre-commit-config.yaml:3 (a hook manager runs it)
    [gates.pyroma]
    kind = "lint"
    run = "pyroma -d --min=10 ."
    hooks = ["pre-push"]  # it needs the network
    cache = false  # its verdict depends on what is known today

    # .github/workflows/ci.yml:13 -> tox.ini:4 (CI runs it)
    [gates.mypy]
    kind = "typecheck"
    run = "mypy --show-column-numbers src"
    files = ["**/*.py", "**/*.pyi", "**/pyproject.toml", "**/mypy.ini", "**/.mypy.ini", "**/setup.cfg"]

    # .github/workflows/ci.yml:23 (CI runs it)
    [gates.pytest]
    kind = "test"
    run = "pytest"

    # .github/workflows/ci.yml:17 -> scripts/version:1 (CI runs it)
    # it only reads files of the tree
    [gates.version]
    run = "scripts/version"

    # .github/workflows/ci.yml:19 (CI runs it)
    # it only reads files of the tree
    [gates.diff]
    run = "diff README.md docs/README.md"

    # What else was seen, and why it is not a gate.
    #   .github/workflows/ci.yml:20: python -m build: it builds
    #   .github/workflows/ci.yml:22: pytest tests/slow: another call of pytest became the gate
    #   .github/workflows/ci.yml:25: flake8: it runs only on another system

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"

    # There are no messages to go by yet. "always" requires a sign-off of every commit, "never" of none.
    [commit-msg.signed-off-by]
    required = "never"

    # An AI coding agent that writes a commit must be credited: "when-agent", "always", "never" or "forbidden".
    [commit-msg.assisted-by]
    required = "when-agent"

    # "conventional" requires the form of Conventional Commits, "free" allows any subject.
    [commit-msg.subject]
    style = "free"
    stderr:
    found 9 gates
      pretty-format-ini  pretty-format-ini {files}                        .pre-commit-config.yaml:5
      ruff               ruff check --output-format=concise --no-fix src  tox.ini:2
      twine              python -m build && twine check dist/*            .github/workflows/ci.yml:21
      codespell          codespell docs                                   Makefile:4
      pyroma             pyroma -d --min=10 .                             .pre-commit-config.yaml:3
      mypy               mypy --show-column-numbers src                   tox.ini:4
      pytest             pytest                                           .github/workflows/ci.yml:23
      version            scripts/version                                  scripts/version:1
      diff               diff README.md docs/README.md                    .github/workflows/ci.yml:19
    "#);
}

#[test]
fn without_gates_toml_nobody_has_to_sign_off() {
    let sandbox = unittest_project(2);
    sandbox
        .sh("echo >more.txt && git add . && git commit -q -m second")
        .expect(0);
    sandbox.gatekeeper(&["run", "--from", "HEAD~1"]).expect(0);
}

#[test]
fn what_editorconfig_asks_for_is_checked() {
    let sandbox = unittest_project(2);
    sandbox.write(
        ".editorconfig",
        "root = true\n\n[*]\ninsert_final_newline = true\ntrim_trailing_whitespace = true\nend_of_line = lf\n\n\
         [*.{md,snap}]\ntrim_trailing_whitespace = false\n",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init"]).expect(0);
    let text = sandbox.read("gates.toml");
    let at = text.find("[checks]").unwrap();
    let checks: Vec<&str> = text[at..]
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert_snapshot!(done, @r"
    found 1 gate
      unittest  python3 -m unittest discover -s tests  .gitlab-ci.yml:3
      final-newline, line-endings, trailing-blanks in [checks]

    not used as gates
      no-such-linter-4711 --check .: it is not a tool that gatekeeper knows (.gitlab-ci.yml:6)
    gatekeeper trial on the last commit: 3 paths changed, checked in [VIEW], because it must not change your files
             passed  unittest  [TIME]  OK
    1 passed in [TIME]

    wrote gates.toml
    next: read gates.toml, then run
      git add gates.toml
      gatekeeper install
    ");
    assert_snapshot!(checks.join("\n"), @r#"
    [checks]
    # .editorconfig: insert_final_newline = true
    final-newline = "error"
    # .editorconfig: end_of_line
    line-endings = "error"
    # .editorconfig: trim_trailing_whitespace = true
    trailing-blanks = { level = "error", exclude = ["**/*.{md,snap}"] }
    "#);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn jobs_of_circleci_are_read_with_their_parameters() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".circleci/config.yml",
        r#"version: 2.1
commands:
  checked:
    parameters:
      paths: { type: string }
    steps:
      - run:
          name: Lint
          command: ruff check << parameters.paths >>
jobs:
  test:
    parameters:
      jobs: { type: string, default: "2" }
    docker: [{ image: "cimg/python:3.14" }]
    environment: { PYTHONWARNINGS: error }
    steps:
      - checkout
      - run: pip install -e .
      - checked: { paths: src tests }
      - run: pytest -n << parameters.jobs >>
      - when:
          condition: true
          steps: [{ run: { command: npm run web, working_directory: web } }]
      - run: { command: ./collect.sh, when: on_fail }
  nightly:
    docker: [{ image: "cimg/python:3.14" }]
    steps: [{ run: mypy src }]
  release:
    docker: [{ image: "cimg/python:3.14" }]
    steps: [{ run: twine check dist/* }]
workflows:
  changes:
    jobs:
      - test:
          matrix: { parameters: { jobs: ["4", "1"] } }
      - release:
          filters: { tags: { only: /v.*/ }, branches: { ignore: /.*/ } }
  nightly:
    triggers: [{ schedule: { cron: "0 0 * * *" } }]
    jobs: [nightly]
"#,
    );
    sandbox.write("src/a.py", "");
    sandbox.write("tests/test_a.py", "");
    sandbox.write(
        "web/package.json",
        "{\n\"scripts\": {\n\"own\": \"no-such-check --all\",\n\"web\": \"eslint . && npm run own\"\n}\n}\n",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    let gates = done.stdout.split("\n# Commits that no gate").next();
    assert_snapshot!(gates.unwrap(), @r#"
    # The gates of this repository, as `gatekeeper init` found them. Each comes with its evidence.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .circleci/config.yml:9 (CI runs it)
    [gates.ruff]
    kind = "lint"
    run = "ruff check --output-format=concise --no-fix src tests"
    fix = "ruff check --fix src tests"
    files = ["**/*.py", "**/*.pyi", "**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"]

    # .circleci/config.yml:23 -> web/package.json:4 (CI runs it)
    [gates.web-eslint]
    kind = "lint"
    run = "eslint ."
    fix = "eslint --fix ."
    files = ["web/**/*.{js,jsx,cjs,mjs,ts,tsx,cts,mts,vue,svelte}", "web/**/eslint.config.js", "web/**/eslint.config.mjs", "web/**/eslint.config.cjs", "web/**/eslint.config.ts", "web/**/eslint.config.mts", "web/**/.eslintrc", "web/**/.eslintrc.js", "web/**/.eslintrc.cjs", "web/**/.eslintrc.json", "web/**/.eslintrc.yml", "web/**/.eslintrc.yaml", "web/**/package.json"]
    dir = "web"

    # .circleci/config.yml:20 (CI runs it)
    [gates.pytest]
    kind = "test"
    run = "pytest -n 4"
    env = { PYTHONWARNINGS = "error" }

    # What else CI runs. gatekeeper does not know these programs and has not run them. Make a
    # gate of each that checks something.
    #   web/package.json:3: no-such-check --all

    # What else was seen, and why it is not a gate.
    #   .circleci/config.yml:24: ./collect.sh: it runs only after a failure
    "#);
}
