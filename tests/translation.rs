//! `gatekeeper init --from`: the configuration of a hook manager as gates. Nothing of it is lost without a word.

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox};

const PRE_COMMIT: &str = r"default_stages: [pre-commit]
exclude: ^vendor/
fail_fast: true
repos:
  - repo: https://example.org/pre-commit/pre-commit-hooks
    rev: v5.0.0
    hooks:
      - id: trailing-whitespace
      - id: check-yaml
        args: [--unsafe]
      - id: check-merge-conflict
      - id: no-commit-to-branch
        args: [--branch, main, -b, stable]
      - id: forbid-new-submodules
  - repo: https://example.org/ruff-pre-commit
    rev: 0c1d2e3f4a5b6c7d8e9f00112233445566778899 # frozen: v0.14.0
    hooks:
      - id: ruff
        args: [--fix]
        files: ^(src|tests)/
  - repo: https://example.org/mirrors-mypy
    rev: v1.18.0
    hooks:
      - id: mypy
        additional_dependencies: [types-requests]
        exclude: ^tests/.*_data\d+\.py$
  - repo: https://example.org/pyupgrade
    rev: v3.20.0
    hooks:
      - id: pyupgrade
        args: [--py310-plus]
  - repo: https://example.org/other
    rev: v1.0.0
    hooks:
      - id: other-hook
      - id: conventional-pre-commit
        stages: [commit-msg]
  - repo: local
    hooks:
      - id: our-types
        name: Our types
        entry: ./check-types --strict
        language: script
        types_or: [python, pyi]
        pass_filenames: false
        stages: [pre-push]
      - id: names
        entry: files must not be called so
        language: fail
        files: \.bak$
      - id: no-print
        entry: \bprint\(
        language: pygrep
      - id: image
        entry: example/image check
        language: docker_image
      - id: by-hand
        entry: ./by-hand
        language: script
        stages: [manual]
  - repo: meta
    hooks:
      - id: check-hooks-apply
";

#[test]
fn hooks_of_pre_commit_become_gates_or_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write(".pre-commit-config.yaml", PRE_COMMIT);
    sandbox.write("src/a.py", "");
    sandbox.git(&["add", "."]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "pre-commit", "--dry-run"])
        .expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, translated from .pre-commit-config.yaml by `gatekeeper init`.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .pre-commit-config.yaml:18 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    # pre-commit runs version v0.14.0 of example.org/ruff-pre-commit; the gate runs what is installed here
    [gates.ruff]
    kind = "lint"
    run = "ruff check --output-format=concise --no-fix --force-exclude {files}"
    fix = "ruff check --fix --force-exclude {files}"
    files = ["src/**/*.py", "src/**/*.pyi", "tests/**/*.py", "tests/**/*.pyi"]
    exclude = ["vendor/**"]

    # .pre-commit-config.yaml:24 (a hook manager runs it)
    # `exclude` there is an expression that no glob stands for: ^tests/.*_data\d+\.py$
    # it needs, beside its program: types-requests
    # pre-commit runs version v1.18.0 of example.org/mirrors-mypy; the gate runs what is installed here
    [gates.mypy]
    kind = "typecheck"
    run = "mypy --show-column-numbers --ignore-missing-imports --scripts-are-modules"
    files = ["**/*.py", "**/*.pyi", "**/pyproject.toml", "**/mypy.ini", "**/.mypy.ini", "**/setup.cfg"]
    exclude = ["vendor/**"]

    # .pre-commit-config.yaml:30 (a hook manager runs it)
    # pre-commit runs version v3.20.0 of example.org/pyupgrade; the gate runs what is installed here
    [gates.pyupgrade]
    kind = "format"
    run = "pyupgrade --py310-plus {files}"
    fix = "pyupgrade --py310-plus {files}"
    files = ["**/*.{py,pyi}"]
    exclude = ["vendor/**"]
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # .pre-commit-config.yaml:40 (a hook manager runs it)
    [gates.our-types]
    run = "./check-types --strict"
    files = ["**/*.{py,pyi}", "**/*.pyi"]
    exclude = ["vendor/**"]
    hooks = ["pre-push"]  # it runs at a push there as well

    # .pre-commit-config.yaml:47 (a hook manager runs it)
    [gates.names]
    run = '''
    printf '%s\n' 'files must not be called so' {files} >&2
    exit 1'''
    files = ["**/*.bak"]
    exclude = ["vendor/**"]

    # .pre-commit-config.yaml:51 (a hook manager runs it)
    [gates.no-print]
    run = '''grep -nIP -e '\bprint\(' -- {files}'''
    exclude = ["vendor/**"]
    success-codes = [1]

    # What has no gate here, and why.
    #   .pre-commit-config.yaml:35: other-hook: example.org/other decides what it runs: see the `entry` in its .pre-commit-hooks.yaml, and write that as `run`
    #   .pre-commit-config.yaml:36: conventional-pre-commit: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml
    #   .pre-commit-config.yaml:54: image: it runs in a container: write `docker run ...` as `run` if every machine has docker
    #   .pre-commit-config.yaml:57: by-hand: it runs neither before a commit nor before a push
    #   .pre-commit-config.yaml:63: check-hooks-apply: it checks pre-commit's own file

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"
    # The first failure stops the other gates.
    fail-fast = true
    # Branches that do not accept direct commits.
    protected-branches = ["main", "stable"]

    # What a change may add: gatekeeper checks it itself, without a tool.
    [checks]
    merge-markers = "error"
    submodules = "error"
    syntax = "error"
    trailing-blanks = "error"
    exclude = ["vendor/**"]

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
    translated 11 of 16 entries in .pre-commit-config.yaml
      ruff       ruff check --output-format=concise --no-fix --force-exclude {files}  .pre-commit-config.yaml:18
      mypy       mypy --show-column-numbers --ignore-missing-imports --scripts-are-modules  .pre-commit-config.yaml:24
      pyupgrade  pyupgrade --py310-plus {files}                                .pre-commit-config.yaml:30
      our-types  ./check-types --strict                                        .pre-commit-config.yaml:40
      names      printf '%s\n' 'files must not be called so' {files} >&2 ...   .pre-commit-config.yaml:47
      no-print   grep -nIP -e '\bprint\(' -- {files}                           .pre-commit-config.yaml:51
      fail-fast in [settings]
      protected-branches in [settings]: main, stable
      merge-markers, submodules, syntax, trailing-blanks in [checks]

    not translated
      other-hook: example.org/other decides what it runs: see the `entry` in its .pre-commit-hooks.yaml, and write that as `run` (.pre-commit-config.yaml:35)
      conventional-pre-commit: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml (.pre-commit-config.yaml:36)
      image: it runs in a container: write `docker run ...` as `run` if every machine has docker (.pre-commit-config.yaml:54)
      by-hand: it runs neither before a commit nor before a push (.pre-commit-config.yaml:57)
      check-hooks-apply: it checks pre-commit's own file (.pre-commit-config.yaml:63)
    "#);
    // prek reads the same file.
    let prek = sandbox
        .gatekeeper(&["init", "--from", "prek", "--dry-run"])
        .expect(0);
    assert_eq!(done.stdout, prek.stdout);
    sandbox.write("gates.toml", &done.stdout);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

const LEFTHOOK: &str = r#"extends: [other.yml]
pre-commit:
  parallel: true
  skip: merge
  commands:
    lint:
      glob: "*.{js,ts}"
      exclude: ["dist/*"]
      root: "web/"
      run: npx eslint --fix {staged_files}
      stage_fixed: true
    types:
      glob: "*.ts"
      tags: slow
      run: npx tsc --noEmit
    house:
      run: ./house --check {staged_files} && ./house-rules "{staged_files}"
    off:
      skip: true
      run: ./off
    twice:
      run: |
        for f in {staged_files}; do ./one "$f"; done
        ./two {staged_files}
    asks:
      interactive: true
      run: ./asks
    generated:
      glob: "*.proto"
      run: |
        protoc --out gen proto/*.proto > gen/log.txt
        git add gen
  scripts:
    "own.sh":
      runner: bash
    "absent.sh":
      runner: bash
  jobs:
    - name: group
      group:
        piped: true
        jobs:
          - run: ./first
            env: { MODE: strict }
          - name: second
            run: ./second
            only:
              - ref: main
pre-push:
  commands:
    test:
      run: go test ./...
    args:
      run: ./remote {1}
commit-msg:
  commands:
    message:
      run: npx commitlint --edit {1}
post-merge:
  commands:
    packages:
      run: npm ci
"#;

#[test]
fn jobs_of_lefthook_become_gates_or_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write("lefthook.yml", LEFTHOOK);
    sandbox.write(".lefthook/pre-commit/own.sh", "#!/bin/bash\ntrue\n");
    sandbox.git(&["add", "."]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "lefthook", "--dry-run"])
        .expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, translated from lefthook.yml by `gatekeeper init`.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # lefthook.yml:10 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.lint]
    kind = "lint"
    run = "eslint {files}"
    fix = "eslint --fix {files}"
    files = ["web/**/*.{js,ts}"]
    exclude = ["dist/**"]
    dir = "web"

    # lefthook.yml:15 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.types]
    kind = "typecheck"
    run = "tsc --noEmit"
    files = ["**/*.ts"]

    # lefthook.yml:17 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.house-house]
    run = "./house --check {files}"
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lefthook.yml:17 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.house-house-rules]
    run = "./house-rules {files}"
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lefthook.yml:23 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.twice]
    run = 'for f in {files}; do ./one "$f"; done'
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lefthook.yml:24 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.twice-two]
    run = "./two {files}"
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lefthook.yml:31 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    [gates.generated]
    run = "protoc --out gen proto/*.proto > gen/log.txt"
    files = ["**/*.proto"]
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lefthook.yml:43 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    # `piped` there is not translated: write `needs` if it needs another gate
    [gates.group]
    run = "./first"
    env = { MODE = "strict" }

    # lefthook.yml:46 (a hook manager runs it)
    # the condition `skip` there (merge) is not translated: the gate always runs
    # `piped` there is not translated: write `needs` if it needs another gate
    # the condition `only` there (ref: main) is not translated: the gate always runs
    [gates.second]
    run = "./second"

    # lefthook.yml:52 (a hook manager runs it)
    [gates.test]
    kind = "test"
    run = "go test ./..."
    hooks = ["pre-push"]  # it runs at a push there as well

    # What has no gate here, and why.
    #   lefthook.yml:1: extends: what other files add is not read: translate them by hand
    #   lefthook.yml:20: off: it is switched off there (`skip`)
    #   lefthook.yml:27: asks: it reads what is typed, and a gate has no input
    #   lefthook.yml:32: git add gen: gatekeeper takes what fixers change into the commit itself
    #   lefthook.yml:35: bash .lefthook/pre-commit/own.sh: gate `own.sh` runs `bash .lefthook/pre-commit/own.sh`, which cannot fail
    #   lefthook.yml:37: absent.sh: .lefthook/pre-commit/absent.sh is not there
    #   lefthook.yml:54: args: it uses what git hands to the hook, and a gate is not handed that
    #   lefthook.yml:58: message: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml
    #   lefthook.yml:62: packages: it runs neither before a commit nor before a push

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
    translated 8 of 15 entries in lefthook.yml
      lint               eslint {files}                                lefthook.yml:10
      types              tsc --noEmit                                  lefthook.yml:15
      house-house        ./house --check {files}                       lefthook.yml:17
      house-house-rules  ./house-rules {files}                         lefthook.yml:17
      twice              for f in {files}; do ./one "$f"; done         lefthook.yml:23
      twice-two          ./two {files}                                 lefthook.yml:24
      generated          protoc --out gen proto/*.proto > gen/log.txt  lefthook.yml:31
      group              ./first                                       lefthook.yml:43
      second             ./second                                      lefthook.yml:46
      test               go test ./...                                 lefthook.yml:52

    not translated
      extends: what other files add is not read: translate them by hand (lefthook.yml:1)
      off: it is switched off there (`skip`) (lefthook.yml:20)
      asks: it reads what is typed, and a gate has no input (lefthook.yml:27)
      git add gen: gatekeeper takes what fixers change into the commit itself (lefthook.yml:32)
      bash .lefthook/pre-commit/own.sh: gate `own.sh` runs `bash .lefthook/pre-commit/own.sh`, which cannot fail (lefthook.yml:35)
      absent.sh: .lefthook/pre-commit/absent.sh is not there (lefthook.yml:37)
      args: it uses what git hands to the hook, and a gate is not handed that (lefthook.yml:54)
      message: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml (lefthook.yml:58)
      packages: it runs neither before a commit nor before a push (lefthook.yml:62)
    "#);
    sandbox.write("gates.toml", &done.stdout);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

const HUSKY: &str = r#"#!/usr/bin/env sh
. "$(dirname -- "$0")/_/husky.sh"

set -e
# Step 1
echo "checking"
npx lint-staged
if [ $? -ne 0 ]; then
  echo "failed"
  exit 1
fi

npm run lint && npm test
npm run build -- --mode test
if [ -n "$(git ls-files --others --exclude-standard)" ]; then
  exit 1
fi
cp docs/index.md README.md
git add README.md
./cannot-fail || true
"#;

const LINT_STAGED: &str = "// The files that are staged.
const config = {
  '*.{js,ts}': ['eslint --fix', 'prettier --write', 'git add'],
  \"*.md\": \"markdown-house --fix\",
  '*.ts?(x)': () => 'tsc -p .',
  '*.css': (files) => [`stylelint ${files.join(' ')}`],
  '!(*.min).js': 'house',
};
export default config;
";

#[test]
fn lines_of_husky_and_patterns_of_lint_staged_become_gates_or_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write(".husky/pre-commit", HUSKY);
    sandbox.write(".husky/pre-push", "cd web\nnpm test\n");
    sandbox.write(".husky/commit-msg", "npx commitlint --edit $1\n");
    sandbox.write("lint-staged.config.mjs", LINT_STAGED);
    sandbox.write("web/.lintstagedrc.json", "{ \"*.vue\": \"eslint\" }\n");
    sandbox.write(
        "package.json",
        "{\n  \"scripts\": {\n    \"lint\": \"eslint .\",\n    \"test\": \"node test.js\"\n  }\n}\n",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "husky", "--dry-run"])
        .expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, translated from .husky/pre-commit by `gatekeeper init`.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .husky/pre-commit:13 -> package.json:3 (a hook manager runs it)
    [gates.eslint]
    kind = "lint"
    run = "eslint ."
    fix = "eslint --fix ."
    files = ["**/*.{js,jsx,cjs,mjs,ts,tsx,cts,mts,vue,svelte}", "**/eslint.config.js", "**/eslint.config.mjs", "**/eslint.config.cjs", "**/eslint.config.ts", "**/eslint.config.mts", "**/.eslintrc", "**/.eslintrc.js", "**/.eslintrc.cjs", "**/.eslintrc.json", "**/.eslintrc.yml", "**/.eslintrc.yaml", "**/package.json"]

    # .husky/pre-commit:13 (a hook manager runs it)
    [gates.test]
    run = "npm test"

    # .husky/pre-commit:14 (a hook manager runs it)
    [gates.build]
    run = "npm run build -- --mode test"

    # .husky/pre-commit:15 (a hook manager runs it)
    [gates.pre-commit]
    run = """
    if [ -n "$(git ls-files --others --exclude-standard)" ]; then
      exit 1
    fi"""

    # .husky/pre-commit:20 (a hook manager runs it)
    [gates.pre-commit-2]
    run = "./cannot-fail || true"
    level = "warn"  # it only reports: turns every failure into a success

    # .husky/pre-push:1 (a hook manager runs it)
    [gates.pre-push]
    run = """
    cd web
    npm test"""
    hooks = ["pre-push"]  # it runs at a push there as well

    # lint-staged.config.mjs:3 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.eslint-2]
    kind = "lint"
    run = "eslint {files}"
    fix = "eslint --fix {files}"
    files = ["**/*.{js,ts}"]

    # lint-staged.config.mjs:3 (a hook manager runs it)
    # it rewrites files there; as a gate, it only checks
    [gates.prettier]
    kind = "format"
    run = "prettier --check --ignore-unknown {files}"
    fix = "prettier --write --ignore-unknown {files}"
    files = ["**/*.{js,ts}"]

    # lint-staged.config.mjs:4 (a hook manager runs it)
    [gates.markdown-house]
    run = "markdown-house --fix {files}"
    fix = "markdown-house --fix {files}"
    files = ["**/*.md"]
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # lint-staged.config.mjs:5 (a hook manager runs it)
    [gates.tsc]
    kind = "typecheck"
    run = "tsc --noEmit -p ."
    files = ["**/{*.ts,*.tsx}"]

    # web/.lintstagedrc.json:1 (a hook manager runs it)
    [gates.eslint-3]
    kind = "lint"
    run = "eslint {files}"
    fix = "eslint --fix {files}"
    files = ["web/**/*.vue"]
    dir = "web"

    # What has no gate here, and why.
    #   .husky/commit-msg:1: commit-msg: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml
    #   .husky/pre-commit:18: cp docs/index.md README.md: it changes files, and checks nothing
    #   .husky/pre-commit:19: git add README.md: gatekeeper takes what fixers change into the commit itself
    #   lint-staged.config.mjs:3: git add: gatekeeper takes what fixers change into the commit itself
    #   lint-staged.config.mjs:6: *.css: it is a function, and only its run says what it returns: translate it by hand
    #   lint-staged.config.mjs:7: !(*.min).js: its pattern excludes files in a way that a glob cannot say: translate it by hand

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
    translated 11 of 17 entries in .husky/pre-commit
      eslint          eslint .                                                      package.json:3
      test            npm test                                                      .husky/pre-commit:13
      build           npm run build -- --mode test                                  .husky/pre-commit:14
      pre-commit      if [ -n "$(git ls-files --others --exclude-standard)" ]; then ...  .husky/pre-commit:15
      pre-commit-2    ./cannot-fail || true                                         .husky/pre-commit:20
      pre-push        cd web ...                                                    .husky/pre-push:1
      eslint-2        eslint {files}                                                lint-staged.config.mjs:3
      prettier        prettier --check --ignore-unknown {files}                     lint-staged.config.mjs:3
      markdown-house  markdown-house --fix {files}                                  lint-staged.config.mjs:4
      tsc             tsc --noEmit -p .                                             lint-staged.config.mjs:5
      eslint-3        eslint {files}                                                web/.lintstagedrc.json:1

    not translated
      commit-msg: it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml (.husky/commit-msg:1)
      cp docs/index.md README.md: it changes files, and checks nothing (.husky/pre-commit:18)
      git add README.md: gatekeeper takes what fixers change into the commit itself (.husky/pre-commit:19)
      git add: gatekeeper takes what fixers change into the commit itself (lint-staged.config.mjs:3)
      *.css: it is a function, and only its run says what it returns: translate it by hand (lint-staged.config.mjs:6)
      !(*.min).js: its pattern excludes files in a way that a glob cannot say: translate it by hand (lint-staged.config.mjs:7)
    "#);
    sandbox.write("gates.toml", &done.stdout);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
    let alone = sandbox
        .gatekeeper(&["init", "--from", "lint-staged", "--dry-run"])
        .expect(0);
    assert_snapshot!(alone.stderr, @"
    translated 5 of 8 entries in lint-staged.config.mjs
      eslint          eslint {files}                             lint-staged.config.mjs:3
      prettier        prettier --check --ignore-unknown {files}  lint-staged.config.mjs:3
      markdown-house  markdown-house --fix {files}               lint-staged.config.mjs:4
      tsc             tsc --noEmit -p .                          lint-staged.config.mjs:5
      eslint-2        eslint {files}                             web/.lintstagedrc.json:1

    not translated
      git add: gatekeeper takes what fixers change into the commit itself (lint-staged.config.mjs:3)
      *.css: it is a function, and only its run says what it returns: translate it by hand (lint-staged.config.mjs:6)
      !(*.min).js: its pattern excludes files in a way that a glob cannot say: translate it by hand (lint-staged.config.mjs:7)
    ");
}

#[test]
fn what_a_script_would_rewrite_fails_the_gate_and_changes_no_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lefthook.yml",
        "pre-commit:\n  commands:\n    house:\n      glob: '*.txt'\n      run: house-format {staged_files}\n      stage_fixed: true\n",
    );
    sandbox.program(
        "house-format",
        "#!/bin/sh\nfor f; do echo formatted >\"$f\"; done\n",
    );
    sandbox.write("a.txt", "formatted\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "lefthook", "--yes"])
        .expect(0);
    assert_snapshot!(done, @r#"
    translated 1 of 1 entry in lefthook.yml
      house  house-format {files}  lefthook.yml:5
    gatekeeper trial on the last commit: 2 paths changed, checked in [VIEW], because it must not change your files
             passed  house  [TIME]
    1 passed in [TIME]

    wrote gates.toml
    next: read gates.toml, then run
      git add gates.toml
      gatekeeper install
    "#);
    sandbox.write("a.txt", "not\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert!(
        done.stderr.contains("it changed tracked files: a.txt"),
        "{}",
        done.stderr
    );
    assert_eq!(sandbox.read("a.txt"), "not\n");
    sandbox.gatekeeper(&["run", "--staged", "--fix"]).expect(0);
    assert_eq!(sandbox.read("a.txt"), "formatted\n");
}

#[test]
fn a_version_that_differs_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n  - repo: https://example.org/ruff\n    rev: v0.14.0\n    hooks:\n      - id: ruff\n  - repo: https://example.org/black\n    rev: 25.1.0\n    hooks:\n      - id: black\n",
    );
    sandbox.program("ruff", "#!/bin/sh\necho 'ruff 0.15.1'\n");
    sandbox.program("black", "#!/bin/sh\necho 'black, 25.1.0 (compiled: yes)'\n");
    sandbox.write("a.py", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "pre-commit", "--yes"])
        .expect(0);
    let notes: Vec<&str> = done
        .stderr
        .lines()
        .filter(|line| line.starts_with("note: "))
        .collect();
    assert_eq!(
        notes,
        ["note: ruff runs version 0.15.1 here, and version 0.14.0 by pre-commit"]
    );
    // Nothing that is there is overwritten.
    let before = sandbox.read("gates.toml");
    let again = sandbox
        .gatekeeper(&["init", "--from", "pre-commit", "--yes"])
        .expect(2);
    assert!(
        again.stderr.contains("gates.toml already exists"),
        "{}",
        again.stderr
    );
    assert_eq!(sandbox.read("gates.toml"), before);
}

#[test]
fn without_a_configuration_there_is_nothing_to_translate() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lefthook.yml",
        "pre-commit:\n  commands:\n    a:\n      run: echo a\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["init", "--from", "lefthook"]).expect(2), @r#"
    error: no configuration of lefthook is tracked in this repository
    help: run `gatekeeper init` to find the project's checks; a file that is not tracked needs `git add` first
    "#);
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["init", "--from", "husky"]).expect(2), @r#"
    error: no configuration of husky is tracked in this repository
    help: try `gatekeeper init --from lefthook`
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["init", "--from", "lefthook"]).expect(2), @r#"
    translated 0 of 1 entry in lefthook.yml

    not translated
      echo a: it checks nothing (lefthook.yml:4)
    error: nothing in this configuration can be a gate
    help: run `gatekeeper init` to find the checks that the project runs elsewhere, such as in CI
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["init", "--from", "overcommit"]).expect(2), @r#"
    error: invalid value 'overcommit' for '--from <MANAGER>'
      [possible values: pre-commit, lefthook, husky, lint-staged]

      tip: a similar value exists: 'pre-commit'

    For more information, try '--help'.
    "#);
}

#[test]
fn install_and_status_name_the_way_to_a_configuration() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lefthook.yml",
        "pre-commit:\n  commands:\n    a:\n      run: record ran\n",
    );
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(2), @r#"
    error: there is no gates.toml in [ROOT]/repository
    help: run `gatekeeper init --from lefthook` to translate the configuration of lefthook, or `gatekeeper init` to find all of the project's checks; `gatekeeper config example` prints every key
    "#);
    let status = sandbox.gatekeeper(&["status"]).expect(1).stdout;
    let verdict = status.split_once("\n\n").unwrap().1;
    let verdict = verdict.replace(GATEKEEPER, "gatekeeper");
    assert_snapshot!(verdict, @"
    commits here are not checked: there is no gates.toml, and the hooks are not in place
    next: run
      gatekeeper init
      git add gates.toml
      gatekeeper install
    ");
    sandbox
        .gatekeeper(&["init", "--from", "lefthook", "--yes"])
        .expect(0);
    let done = sandbox.gatekeeper(&["install"]).expect(0);
    assert!(
        done.stderr.replace(GATEKEEPER, "gatekeeper").contains(
            "note: lefthook is configured here as well; `gatekeeper init --from lefthook --dry-run`"
        ),
        "{}",
        done.stderr
    );
}

#[test]
fn searches_and_refused_names_are_gates_that_fail() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n  - repo: local\n    hooks:\n      - id: no-print\n        language: pygrep\n        entry: \\bprint\\(\n        types: [python]\n      - id: no-backup\n        language: fail\n        entry: it's a backup\n        files: \\.bak$\n",
    );
    sandbox.write("a.py", "a = 1\n");
    sandbox.git(&["add", "."]);
    let text = sandbox
        .gatekeeper(&["init", "--from", "pre-commit", "--dry-run"])
        .expect(0);
    sandbox.write("gates.toml", &text.stdout);
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    sandbox.write("a.py", "print(1)\n");
    sandbox.write("b.bak", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    for text in ["1:print(1)", "it's a backup", "b.bak", "2 failed"] {
        assert!(done.stderr.contains(text), "{text}: {}", done.stderr);
    }
}

#[test]
fn on_a_terminal_install_offers_to_write_the_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n",
    );
    sandbox.write("a.py", "");
    sandbox.program("ruff", "#!/bin/sh\nexit 0\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    let install = |answer: &str| {
        sandbox.sh(&format!(
            "printf '{answer}\\n' | script -qec '{GATEKEEPER} install' /dev/null"
        ))
    };
    let done = install("").expect(2);
    assert!(done.stdout.contains("write it? [y/N]"), "{}", done.stdout);
    assert!(!sandbox.top.join("gates.toml").exists());
    let done = install("y").expect(0);
    assert!(
        done.stdout.contains("now checked by 1 gate"),
        "{}",
        done.stdout
    );
    assert!(sandbox.read("gates.toml").contains("ruff check"));
}

#[test]
fn nothing_in_a_configuration_becomes_a_line_of_its_own() {
    let evil = r"\n[gates.evil]\nrun = 'evil'\n#";
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        format!(
            "repos:\n  - repo: \"https://example.org/a{evil}\"\n    rev: \"v1{evil}\"\n    hooks:\n      - id: black\n        additional_dependencies: [\"a{evil}\"]\n        exclude: \"(a+{evil}\"\n        alias: \"b{evil}\"\n      - id: \"other{evil}\"\n"
        ),
    );
    sandbox.write(
        "lefthook.yml",
        format!(
            "pre-commit:\n  commands:\n    \"a{evil}\":\n      run: \"house{evil}\"\n      glob: \"*.a{evil}\"\n      root: \"r{evil}\"\n      skip: \"merge{evil}\"\n      env: {{ \"B = 1 }}{evil}\": \"c{evil}\" }}\n"
        ),
    );
    sandbox.git(&["add", "."]);
    for manager in ["pre-commit", "lefthook"] {
        let done = sandbox.gatekeeper(&["init", "--from", manager, "--dry-run"]);
        let config: toml::Table = done.stdout.parse().unwrap();
        let gates = config.get("gates").and_then(toml::Value::as_table);
        assert!(
            gates.is_none_or(|gates| !gates.contains_key("evil")),
            "{}",
            done.stdout
        );
        assert!(!done.stderr.contains("\n[gates.evil]"), "{}", done.stderr);
    }
}

#[test]
fn every_hook_of_husky_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write(".husky/pre-commit", "house\n");
    sandbox.write(".husky/post-merge", "npm ci\n");
    sandbox.write(".husky/helper.sh", "true\n");
    sandbox.git(&["add", "."]);
    let done = sandbox
        .gatekeeper(&["init", "--from", "husky", "--dry-run"])
        .expect(0);
    assert_snapshot!(done.stderr, @r#"
    translated 1 of 2 entries in .husky/pre-commit
      house  house  .husky/pre-commit:1

    not translated
      post-merge: it runs neither before a commit nor before a push (.husky/post-merge:1)
    "#);
}

#[test]
fn hooks_about_some_paths_become_checks_about_them() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".pre-commit-config.yaml",
        r"repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0
    hooks:
      - id: trailing-whitespace
        exclude: ^(vendor/|.*\.snap$)
      - id: end-of-file-fixer
        types: [python]
      - id: mixed-line-ending
        args: [--fix=lf]
      - id: fix-byte-order-marker
      - id: check-yaml
        exclude: ^charts/
      - id: check-json
        files: ^config/
      - id: check-toml
      - id: check-executables-have-shebangs
        exclude: ^(bin|tools)/
      - id: check-shebang-scripts-are-executable
        exclude: ^tools/
      - id: check-added-large-files
        args: [--maxkb=700]
        exclude: .*_data\d+\.bin$
",
    );
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["init", "--from", "pre-commit", "--dry-run"]);
    assert_snapshot!(done, @r#"
    stdout:
    # The gates of this repository, translated from .pre-commit-config.yaml by `gatekeeper init`.
    # `gatekeeper config example` prints every key, `gatekeeper config schema` a JSON Schema for editors;
    # `gatekeeper plan` shows what would run.

    # .pre-commit-config.yaml:9 (a hook manager runs it)
    # pre-commit runs version v5.0.0 of github.com/pre-commit/pre-commit-hooks; the gate runs what is installed here
    [gates.mixed-line-ending]
    kind = "format"
    run = "mixed-line-ending --fix=lf {files}"
    fix = "mixed-line-ending --fix=lf {files}"
    exclude = ["**/*.{png,jpg,jpeg,gif,ico,webp,avif,bmp,tiff,pdf,zip,gz,bz2,xz,zst,7z,tar,tgz,jar,whl,woff,woff2,ttf,otf,eot,mp3,mp4,wav,ogg,webm,mov,exe,dll,so,dylib,a,o,pyc,class,bin,dat,db,sqlite,npy,npz,pkl,parquet}"]
    isolation = "overlay"  # it may rewrite files, and fails if it would

    # .pre-commit-config.yaml:14 (a hook manager runs it)
    # pre-commit runs version v5.0.0 of github.com/pre-commit/pre-commit-hooks; the gate runs what is installed here
    [gates.check-json]
    kind = "lint"
    run = "check-json {files}"
    files = ["config/**/*.json"]

    # .pre-commit-config.yaml:21 (a hook manager runs it)
    # `exclude` there is an expression that no glob stands for: .*_data\d+\.bin$
    # pre-commit runs version v5.0.0 of github.com/pre-commit/pre-commit-hooks; the gate runs what is installed here
    [gates.check-added-large-files]
    run = "check-added-large-files --enforce-all --maxkb=700 {files}"

    # Commits that no gate has checked, because the hooks were skipped (`git commit --no-verify`, for
    # example): "enforce" keeps them off every branch, "warn" reports them, "off" ignores them.
    [settings]
    branch-receipts = "enforce"
    # The same for a commit whose message breaks the rules below.
    branch-messages = "warn"

    # What a change may add: gatekeeper checks it itself, without a tool.
    [checks]
    byte-order-mark = "error"
    final-newline = { level = "error", files = ["**/*.{py,pyi}"] }
    script-modes = { level = "error", exclude = ["tools/**"] }
    syntax = { level = "error", exclude = ["charts/**/*.{yaml,yml}"] }
    trailing-blanks = { level = "error", exclude = ["vendor/**", "**/*.snap"] }

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
    translated 10 of 10 entries in .pre-commit-config.yaml
      mixed-line-ending        mixed-line-ending --fix=lf {files}                         .pre-commit-config.yaml:9
      check-json               check-json {files}                                         .pre-commit-config.yaml:14
      check-added-large-files  check-added-large-files --enforce-all --maxkb=700 {files}  .pre-commit-config.yaml:21
      byte-order-mark, final-newline, script-modes, syntax, trailing-blanks in [checks]
    "#);
    sandbox.write("gates.toml", &done.stdout);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}
