//! Commands that are joined, handed to a shell, or left to a daemon: each known tool is a gate of its own.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn what_a_hook_hands_to_a_shell_is_taken_apart() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        r#"repos:
  - repo: local
    hooks:
      - id: all
        language: system
        entry: bash -ec 'ruff check --fix . && ruff format .; mypy src'
        pass_filenames: false
      - id: files
        language: system
        entry: sh -c 'ruff check "$@" && isort --check-only "$@"' --
        types: [python]
      - id: types
        language: system
        entry: sh -c 'tsc --noEmit'
      - id: last
        language: system
        entry: sh -c 'pytest; true'
        pass_filenames: false
      - id: first
        language: system
        entry: sh -c 'flake8 "$@"'
"#,
    );
    sandbox.git(&["add", "."]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "pre-commit", "--dry-run"])
        .expect(0);
    assert_snapshot!(done.stderr, @r#"
    translated 5 of 5 entries in .pre-commit-config.yaml
      all-ruff         ruff check --output-format=concise --no-fix .                 .pre-commit-config.yaml:4
      all-ruff-format  ruff format --check .                                         .pre-commit-config.yaml:4
      all-mypy         mypy --show-column-numbers src                                .pre-commit-config.yaml:4
      files-ruff       ruff check --output-format=concise --no-fix --force-exclude {files}  .pre-commit-config.yaml:8
      files-isort      isort --check-only --filter-files {files}                     .pre-commit-config.yaml:8
      types            tsc --noEmit                                                  .pre-commit-config.yaml:12
      last             sh -c 'pytest; true'                                          .pre-commit-config.yaml:15
      first            sh -c 'flake8 "$@"' {files}                                   .pre-commit-config.yaml:19
    "#);
}

#[test]
fn joined_commands_of_ci_are_gates_of_their_own() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".github/workflows/ci.yml",
        "on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: ruff check . && ruff format --check .
      - run: npm run lint
      - run: sh -c 'dmypy run -- src && flake8 src'
      - run: pylint src
      - run: bandit -q -r src
",
    );
    sandbox.write(
        "package.json",
        r#"{"scripts": {"lint": "eslint_d --max-warnings 0 . && prettier --check . && npm run types", "types": "tsc --noEmit"}}"#,
    );
    sandbox.write("src/a.py", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--dry-run"]).expect(0);
    assert_snapshot!(done.stderr, @"
    found 9 gates
      ruff-format  ruff format --check .                          .github/workflows/ci.yml:6
      prettier     prettier --check .                             package.json:1
      ruff         ruff check --output-format=concise --no-fix .  .github/workflows/ci.yml:6
      eslint       eslint --max-warnings 0 .                      package.json:1
      flake8       flake8 --benchmark src                         .github/workflows/ci.yml:8
      pylint       pylint --score=y src                           .github/workflows/ci.yml:9
      tsc          tsc --noEmit                                   package.json:1
      mypy         mypy --show-column-numbers src                 .github/workflows/ci.yml:8
      bandit       bandit -r src                                  .github/workflows/ci.yml:10
    ");
    let gates = done.stdout.lines().filter(|line| {
        let is_about = ["fix = ", "# eslint_d", "# dmypy"];
        is_about.iter().any(|begin| line.starts_with(begin))
    });
    assert_snapshot!(gates.collect::<Vec<_>>().join("\n"), @r#"
    fix = "ruff format ."
    fix = "prettier --write ."
    fix = "ruff check --fix ."
    # eslint_d is a process that stays; as a gate, the tool itself runs
    fix = "eslint --fix --max-warnings 0 ."
    # dmypy is a process that stays; as a gate, the tool itself runs
    "#);
}

/// Says in a file when it runs, and changes its own file.
const FIXES: &str = "#!/bin/sh\necho \"${0##*/}\" >>\"$ORDER\"\n";

#[test]
fn fixers_run_in_the_order_of_their_tools() {
    let mut sandbox = Sandbox::new();
    for tool in ["ruff", "black", "isort", "own"] {
        sandbox.program(tool, FIXES);
    }
    let order = sandbox.beside("order");
    sandbox.set("ORDER", &order);
    sandbox.write(
        "gates.toml",
        "[gates.black]\nkind = 'format'\nrun = 'black --check .'\nfix = 'black .'\n\
         [gates.isort]\nkind = 'format'\nrun = 'isort --check-only .'\nfix = 'isort .'\n\
         [gates.own]\nkind = 'format'\nrun = 'own --check'\nfix = 'own'\n\
         [gates.ruff]\nkind = 'lint'\nrun = 'ruff check .'\nfix = 'ruff check --fix .'\n",
    );
    sandbox.write("a.py", "");
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["fix"]).expect(0);
    let order = std::fs::read_to_string(order).unwrap();
    assert_eq!(order, "ruff\nisort\nblack\nown\n");
}
