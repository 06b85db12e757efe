//! Which files count as programs that a command runs from the tree.

use crate::indirection::tests::resolved;

/// The files that count, by the command; each file is a path, or a path and its text after `=`.
#[track_caller]
fn check(command: &str, dir: &str, files: &[&str], expected: &str) {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|file| file.split_once('=').unwrap_or((file, "")))
        .collect();
    let resolved = resolved(command, dir, &files);
    let whole: Vec<&str> = resolved
        .whole
        .iter()
        .map(|path| path.to_str().unwrap())
        .collect();
    assert_eq!(whole.join(" "), expected, "{command}");
}

#[test]
fn packages_of_rust() {
    let workspace = [
        ".cargo/config.toml=[alias]\nxtask = 'run --package xtask --'\ngen = 'run -p gen'\nr = 'run -p cli'",
        "Cargo.toml=[workspace]\nmembers = ['xtask', 'crates/*']\n[package]\nname = 'top'",
        "src/main.rs",
        "src/bin/docs.rs",
        "src/bin/deep/main.rs",
        "src/bin/deep/more.rs",
        "xtask/Cargo.toml=[package]\nname = 'xtask'\n[dependencies]\ncore = { path = '../crates/core' }",
        "xtask/src/main.rs",
        "xtask/src/lint/mod.rs",
        "xtask/tests/x.rs",
        "crates/gen/Cargo.toml=[package]\nname = 'gen'\npublish = false",
        "crates/gen/src/main.rs",
        "crates/cli/Cargo.toml=[package]\nname = 'cli'\n[dependencies]\ncore = { path = '../core' }",
        "crates/cli/src/main.rs",
        "crates/core/Cargo.toml=[package]\nname = 'core'\npublish = false",
        "crates/core/src/lib.rs",
    ];
    for (command, expected) in [
        (
            "cargo xtask lint",
            "xtask/src/lint/mod.rs xtask/src/main.rs",
        ),
        (
            "cargo run -q -p xtask -- lint",
            "xtask/src/lint/mod.rs xtask/src/main.rs",
        ),
        (
            "cargo +nightly run --package=xtask",
            "xtask/src/lint/mod.rs xtask/src/main.rs",
        ),
        (
            "cargo run --manifest-path xtask/Cargo.toml",
            "xtask/src/lint/mod.rs xtask/src/main.rs",
        ),
        (
            "cd xtask && cargo run",
            "xtask/src/lint/mod.rs xtask/src/main.rs",
        ),
        ("cargo gen", "crates/gen/src/main.rs"),
        ("cargo run -p gen", "crates/gen/src/main.rs"),
        ("cargo run --bin docs", "src/bin/docs.rs"),
        (
            "cargo run --bin deep",
            "src/bin/deep/main.rs src/bin/deep/more.rs",
        ),
        ("cargo -Zscript xtask/src/main.rs", "xtask/src/main.rs"),
        // The program under test.
        ("cargo run", ""),
        ("cargo run -- --manifest-path xtask/Cargo.toml", ""),
        ("cargo run --bin top", ""),
        ("cargo run -p cli -- check", ""),
        ("cargo r", ""),
        ("cargo test -p xtask", ""),
    ] {
        check(command, "", &workspace, expected);
    }
    check(
        "cargo run --manifest-path tools/x/Cargo.toml",
        "",
        &[
            "tools/x/Cargo.toml=[package]\nname = 'x'\n[workspace]",
            "tools/x/src/main.rs",
            "tools/x/target/y.rs",
        ],
        "tools/x/src/main.rs",
    );
}

#[test]
fn packages_of_go() {
    let module = [
        "go.mod=module example.com/m\n\ntool (\n\texample.com/m/internal/gen\n\tgolang.org/x/tools/cmd/stringer\n)\ntool example.com/m/tools/own",
        "main.go",
        "api/api.go",
        "internal/gen/main.go",
        "tools/own/main.go",
        "tools/lint/main.go=import (\n\"fmt\"\n\"example.com/m/tools/lint/rules\"\n\"example.com/m/api\"\n)",
        "tools/lint/main_test.go",
        "tools/lint/rules/rules.go",
        "cmd/app/main.go",
        "check.go",
        "more.go",
    ];
    for (command, expected) in [
        (
            "go run ./tools/lint ./...",
            "tools/lint/main.go tools/lint/rules/rules.go",
        ),
        ("go run -mod mod -race ./tools/own", "tools/own/main.go"),
        ("go run example.com/m/tools/own", "tools/own/main.go"),
        ("go -C tools run ./own", "tools/own/main.go"),
        ("go run check.go more.go x", "check.go more.go"),
        ("go tool gen", "internal/gen/main.go"),
        ("go tool own x", "tools/own/main.go"),
        // The program under test, and programs from elsewhere.
        ("go run .", ""),
        ("go run ./cmd/app", ""),
        ("go tool stringer", ""),
        ("go run golang.org/x/tools/cmd/stringer@v0.1.0", ""),
        ("go test ./tools/lint", ""),
    ] {
        check(command, "", &module, expected);
    }
}

#[test]
fn scripts_of_node() {
    let package = [
        "package.json={\"main\": \"main.js\", \"scripts\": {\"start\": \"node serve.js\"}}",
        "main.js=require('./shipped'); require('./data.json')",
        "shipped.js",
        "serve.js=require('./served')",
        "served.js",
        "data.json",
        "lib/code.js",
        "c.js=require('./helper'); import x from './served.js'; require('./shipped'); require('./data.json'); require('./lib/code')",
        "helper.js=import('./deep.mjs')",
        "deep.mjs",
        "tools/index.js",
        "tools/types.ts=import './more.js'",
        "tools/more.ts",
    ];
    for (command, expected) in [
        ("node c", "c.js deep.mjs helper.js"),
        ("node ./c.js x", "c.js deep.mjs helper.js"),
        ("node .", "main.js"),
        ("node tools", "tools/index.js"),
        (
            "node --import ./helper.js -r ./shipped lib/code.js",
            "deep.mjs helper.js lib/code.js shipped.js",
        ),
        ("node -e \"require('./helper')\"", "deep.mjs helper.js"),
        ("tsx tools/types.ts", "tools/more.ts tools/types.ts"),
        (
            "ts-node --project x tools/types",
            "tools/more.ts tools/types.ts",
        ),
        ("bun tools/types.ts", "tools/more.ts tools/types.ts"),
        ("deno run -A tools/types.ts", "tools/more.ts tools/types.ts"),
        ("node --check c.js", ""),
        ("node --test c.js", ""),
        ("deno test c.js", ""),
    ] {
        check(command, "", &package, expected);
    }
}

#[test]
fn scripts_of_python() {
    let project = [
        "pyproject.toml=[project]\nname = 'single-module'",
        "single_module.py",
        "pkg/__init__.py",
        "pkg/core.py",
        "c.py=import helper, single_module\nfrom pkg import core\nfrom tools import shared\nimport json",
        "helper.py=import deep",
        "deep.py",
        "manage.py=import helper",
        "tools/shared.py",
        "tools/lint/__main__.py=import rules\nfrom . import more",
        "tools/lint/rules.py",
        "tools/lint/more.py",
        "more/sitecustomize.py",
        "more/x.py",
        "src/run.py=import code_under_test",
        "src/code_under_test.py",
    ];
    for (command, expected) in [
        ("python3 c.py", "c.py deep.py helper.py tools/shared.py"),
        ("python3 -I c.py", "c.py"),
        ("PYTHONSAFEPATH=1 python3 c.py", "c.py"),
        ("python3 -P -c 'import helper'", ""),
        (
            "python3 tools/lint",
            "tools/lint/__main__.py tools/lint/more.py tools/lint/rules.py",
        ),
        (
            "python3 -c 'import helper; helper.main()'",
            "deep.py helper.py",
        ),
        (
            "PYTHONPATH=more python3 -m x",
            "more/sitecustomize.py more/x.py",
        ),
        (
            "env PYTHONPATH=$PWD/more python3 -m x",
            "more/sitecustomize.py more/x.py",
        ),
        (
            "export PYTHONPATH=none:more:$PYTHONPATH; python3 -mx",
            "more/sitecustomize.py more/x.py",
        ),
        ("PYTHONPATH=more python3 -E -m x", ""),
        // The program under test.
        ("python3 -c 'import pkg.core, single_module'", ""),
        ("python3 manage.py check", "manage.py"),
        ("python3 src/run.py", "src/run.py"),
    ] {
        check(command, "", &project, expected);
    }
}

#[test]
fn files_that_hide_the_library_of_python() {
    let files = [
        "typing.py",
        "json/__init__.py",
        "test/__init__.py",
        "xml/x.py",
        "t/c.py",
        "t/argparse.py",
        "src/queue.py",
    ];
    for (command, expected) in [
        ("python3 -m pytest", "json/__init__.py typing.py"),
        ("python3 -W error -m mypy .", "json/__init__.py typing.py"),
        ("uv run python -c 'pass'", "json/__init__.py typing.py"),
        ("python3 t/c.py", "t/argparse.py t/c.py"),
        ("python3 -Im pytest", ""),
        ("python3 -Pm pytest", ""),
        ("pytest", ""),
        ("PYTHONPATH=src python3 -Pm pytest", ""),
    ] {
        check(command, "", &files, expected);
    }
}

#[test]
fn scripts_of_ruby_perl_and_php() {
    let files = [
        "x.rb=require_relative 'inc/a'\nrequire_relative 'lib/code'\nrequire 'json'",
        "inc/a.rb=require_relative 'b.rb'",
        "inc/b.rb",
        "lib/code.rb",
        "x.pl=use lib 'mods';\nuse A::B;\nrequire './inc/c.pl';",
        "mods/A/B.pm",
        "inc/c.pl",
        "y.pl=use D;",
        "own/D.pm",
        "x.php=<?php require __DIR__ . '/inc/d.php'; require 'vendor/autoload.php';",
        "inc/d.php",
        "vendor/autoload.php",
    ];
    for (command, expected) in [
        ("ruby x.rb", "inc/a.rb inc/b.rb x.rb"),
        ("ruby -e \"require './inc/a'\"", "inc/a.rb inc/b.rb"),
        ("perl x.pl", "inc/c.pl mods/A/B.pm x.pl"),
        ("perl -Iown y.pl", "own/D.pm y.pl"),
        ("perl -I own y.pl", "own/D.pm y.pl"),
        ("php x.php", "inc/d.php x.php"),
        ("php -l x.php", ""),
        ("ruby -c x.rb", ""),
    ] {
        check(command, "", &files, expected);
    }
}
