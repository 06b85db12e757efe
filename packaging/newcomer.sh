#!/bin/sh
# What a newcomer does, timed: a small project in Python, TypeScript and Rust, each with a HOME of its own and the newest tools of its
# registry. Installs gatekeeper from target/packages, then init, install, the first commit, a commit that is stopped, and uninstall.
# `sh packaging/build.sh` has to have run before. Needs the registries, for the tools of the projects.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
packages=$root/target/packages
version=$(cd "$packages" && echo gatekeeper_git-*.whl | cut -d- -f2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Rust's own directories stay: rustup finds the compiler by them.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" GIT_CONFIG_NOSYSTEM=1
unset VIRTUAL_ENV PYTHONPATH NODE_PATH

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# A HOME that nothing has been in yet, and a repository with one commit of the files in the current directory.
fresh() {
    export HOME="$work/$1.home"
    mkdir "$HOME"
    git config --global user.name 'A Newcomer'
    git config --global user.email newcomer@example.com
    git config --global init.defaultBranch main
    git init --quiet .
    git add -A
    git commit --quiet -m 'Begin'
}

# The three commands of the first screen, then what the gates are for. $1 is how gatekeeper is called, $2 breaks the project,
# $3 is a gate that has to find it.
first_hour() {
    start=$(date +%s)
    $1 init --yes >"$work/out" 2>&1 || { cat "$work/out"; fail "$name: init"; }
    $1 install >"$work/out" 2>&1 || { cat "$work/out"; fail "$name: install"; }
    git add -A
    git commit -m 'Add gates' >"$work/out" 2>&1 || { cat "$work/out"; fail "$name: the first commit"; }
    eval "$2"
    git add -A
    ! git commit -m 'Break it' >"$work/out" 2>&1 || { cat "$work/out"; fail "$name: a bad commit passed"; }
    end=$(date +%s)
    grep -q "^$3 failed" "$work/out" || { cat "$work/out"; fail "$name: not stopped by $3"; }
    echo "$name: init, install, a commit and a stopped commit took $((end - start)) s"
    sed "s|$work||g;s/^/    /" "$work/out"
    git reset --quiet --hard
    $1 uninstall --forget >"$work/out" 2>&1 || { cat "$work/out"; fail "$name: uninstall"; }
    left=$(find "$HOME" .git -path '*gatekeeper*' ! -path '*/site-packages/*' ! -path '*/node_modules/*' ! -path "$HOME/bin/*")
    [ -z "$left" ] || fail "$name: left behind: $left"
    ! git config --get-regexp gatekeeper || fail "$name: configuration is left"
}

name=Python
mkdir "$work/python" && cd "$work/python"
mkdir src tests
printf '[project]\nname = "demo"\nversion = "1"\n[dependency-groups]\ndev = ["ruff", "mypy", "pytest"]\n[tool.ruff]\n[tool.mypy]\nfiles = ["src"]\n[tool.pytest.ini_options]\npythonpath = ["src"]\n' >pyproject.toml
printf '"""Adds."""\n\n\ndef add(a: int, b: int) -> int:\n    """Return the sum."""\n    return a + b\n' >src/sums.py
printf 'from sums import add\n\n\ndef test_add() -> None:\n    assert add(2, 2) == 4\n' >tests/test_sums.py
printf '/.venv\n__pycache__\n.*_cache\n' >.gitignore
fresh python
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check ruff mypy pytest
.venv/bin/pip install --quiet --disable-pip-version-check --no-index "$packages/gatekeeper_git-$version"-*.whl
first_hour .venv/bin/gatekeeper "printf 'def twice(a: int) -> str:\n    return a\n' >>src/sums.py" mypy

name=TypeScript
mkdir "$work/node" && cd "$work/node"
mkdir src
printf '{ "name": "demo", "private": true, "type": "module",\n  "scripts": { "lint": "eslint .", "typecheck": "tsc --noEmit", "test": "node --test" } }\n' >package.json
printf '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "noEmit": true }, "include": ["src"] }\n' >tsconfig.json
printf 'import js from "@eslint/js";\nexport default [js.configs.recommended];\n' >eslint.config.js
printf 'export function add(a: number, b: number): number {\n  return a + b;\n}\n' >src/sums.ts
printf 'import test from "node:test";\nimport assert from "node:assert";\ntest("adds", () => assert.equal(2 + 2, 4));\n' >sums.test.js
printf '/node_modules\n' >.gitignore
npm install --silent --no-audit --no-fund --save-dev eslint @eslint/js typescript
fresh node
platform=$(cd "$packages" && echo gatekeeper-git-*-"$version".tgz | sed "s/^gatekeeper-git-//;s/-$version\.tgz\$//")
npm install --offline --silent --no-audit --no-fund --no-save "$packages/gatekeeper-git-$version.tgz" "$packages/gatekeeper-git-$platform-$version.tgz"
first_hour 'npx --offline gatekeeper' "printf 'export const wrong: string = add(1, 2);\n' >>src/sums.ts" tsc

name=Rust
mkdir "$work/rust" && cd "$work/rust"
mkdir -p src .github/workflows
printf '[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2024"\n' >Cargo.toml
printf '//! Adds.\n\n/// The sum of two numbers.\npub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n\n#[test]\nfn two_and_two() {\n    assert_eq!(add(2, 2), 4);\n}\n' >src/lib.rs
printf 'on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo fmt --check\n      - run: cargo clippy --all-targets -- -D warnings\n      - run: cargo test\n' >.github/workflows/ci.yml
printf '/target\n' >.gitignore
cargo generate-lockfile --quiet --offline
fresh rust
mkdir "$HOME/bin"
tar -C "$HOME/bin" --strip-components 1 -xzf "$packages"/gatekeeper-"$version"-*.tar.gz
first_hour "$HOME/bin/gatekeeper" "sed -i 's/a + b/a - b/' src/lib.rs" cargo-test
