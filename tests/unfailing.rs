//! Commands that cannot fail are refused when gates.toml is read, and none that can.

mod against_sh;
mod from_the_wild;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// A gate with this command; what else it has follows.
fn gate(run: &str, more: &str) -> String {
    format!("[gates.x]\nrun = '''{run}'''\n{more}")
}

#[track_caller]
fn accepted(gates: &[String]) {
    let sandbox = Sandbox::new();
    let named = gates.iter().enumerate();
    let text: String = named
        .map(|(at, gate)| gate.replacen("gates.x", &format!("gates.x{at}"), 1))
        .collect();
    sandbox.write("gates.toml", text);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[track_caller]
fn accepts(commands: &[&str]) {
    let gates: Vec<String> = commands.iter().map(|run| gate(run, "")).collect();
    accepted(&gates);
}

/// Each command is refused, with exactly this part of it underlined and this said beside it.
#[track_caller]
fn refused(cases: &[(&str, &str, &str)]) {
    let sandbox = Sandbox::new();
    for (run, part, why) in cases {
        sandbox.write("gates.toml", gate(run, ""));
        let done = sandbox.gatekeeper(&["config", "check"]).expect(2);
        let before = &run[..run.rfind(part).unwrap()];
        let line = before.matches('\n').count();
        let in_line = before.rsplit('\n').next().unwrap();
        let column = in_line.chars().count() + 1 + if line == 0 { "run = '''".len() } else { 0 };
        done.says("gates.toml has 1 error")
            .says(&format!("gates.toml:{}:{column}\n", line + 2))
            .says(&format!(" {} {why}", "^".repeat(part.chars().count())));
    }
}

#[test]
fn the_place_the_reason_and_the_way_out_are_shown() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"ruff check . || true\"\nfiles = [\"**/*.py\"]\n",
    );
    let done = sandbox.gatekeeper(&["config", "check"]).expect(2);
    assert_eq!(
        done.stderr,
        "error: gates.toml has 1 error\n\
         \x20 error: gate `lint` has a command that cannot fail\n\
         \x20  --> gates.toml:2:21\n\
         \x20   |\n\
         \x20 2 | run = \"ruff check . || true\"\n\
         \x20   |                     ^^^^^^^ turns every failure into a success\n\
         \x20   |\n\
         \x20 help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = \"warn\"\n"
    );
    sandbox.gatekeeper(&["run"]).expect(2);
}

#[test]
fn options_with_which_the_newest_tools_cannot_fail() {
    let sandbox = Sandbox::new();
    for run in [
        "ruff check --add-ignore .",
        "flake8 --bug-report",
        "pylint --list-msgs",
        "isort --show-files .",
        "ty check --exit-zero",
        "ty check --update-baseline --baseline b.json",
        "pyright --createstub x",
        "pytest --cache-show",
        "eslint --suppress-all .",
        "eslint --inspect-config",
        "biome lint --suppress --reason x .",
        "oxlint --rules",
        "tsc --noCheck",
        "tsc -b --dry",
        "tsc -b --clean",
        "vitest list",
        "vitest --standalone",
        "jest --testFailureExitCode=0",
        "jest --testFailureExitCode 0",
        "jest --clearCache",
        "staticcheck -fail none ./...",
        "mypy --help",
        "black --version",
    ] {
        sandbox.write("gates.toml", gate(run, ""));
        let done = sandbox.gatekeeper(&["config", "check"]);
        assert_eq!(done.code(), 2, "{run}");
    }
    accepts(&[
        "mypy --version && mypy src",
        "mypy src && mypy --version",
        "ty check --exit-zero-on-warning",
        "eslint --pass-on-unpruned-suppressions .",
        "staticcheck -fail all ./...",
        "jest --testFailureExitCode 3",
        "vitest run list",
    ]);
}

#[test]
fn commands_that_take_no_status() {
    const FIND: &str = "find succeeds whatever the command after `-exec` says";
    refused(&[
        (
            "find . -name '*.py' -exec ruff check {} \\;",
            "-exec ruff check {} \\;",
            FIND,
        ),
        (
            "find . -name '*.sh' -execdir sh -n {} ';'",
            "-execdir sh -n {} ';'",
            FIND,
        ),
        (
            "ruff format --check . && find . -exec shellcheck {} \\;",
            "-exec shellcheck {} \\;",
            FIND,
        ),
        (
            "ruff check -e .",
            "-e",
            "ruff always succeeds, whatever it finds",
        ),
        (
            "ruff check --add-noqa .",
            "--add-noqa",
            "ruff always succeeds, whatever it finds",
        ),
        (
            "echo $(pytest)",
            "$(pytest)",
            "echo succeeds whatever is inserted here",
        ),
        (
            "printf '%s\\n' \"$(ruff check .)\"",
            "\"$(ruff check .)\"",
            "printf succeeds whatever is inserted here",
        ),
        (
            "script -qc pytest /dev/null",
            "-qc",
            "script succeeds whatever its command says",
        ),
        (
            "black --diff .",
            "--diff",
            "black shows what it would change and succeeds",
        ),
        (
            "isort --df .",
            "--df",
            "isort shows what it would change and succeeds",
        ),
        (
            "prettier src",
            "prettier",
            "prettier prints the formatted files and succeeds",
        ),
        (
            "semgrep scan --config rules",
            "semgrep",
            "semgrep succeeds with any number of findings",
        ),
        (
            "mocha --dry-run",
            "--dry-run",
            "mocha always succeeds, whatever it finds",
        ),
        (
            "jest --listTests",
            "--listTests",
            "jest always succeeds, whatever it finds",
        ),
        (
            "tsc --showConfig",
            "--showConfig",
            "tsc always succeeds, whatever it finds",
        ),
        (
            "eslint --print-config a.js",
            "--print-config",
            "eslint always succeeds, whatever it finds",
        ),
        ("pytest --markers", "--markers", "no test is run"),
        ("go test -list . ./...", "-list", "no test is run"),
        ("cargo test -- --list", "--list", "no test is run"),
    ]);
    accepts(&[
        "find . -name '*.py' -exec ruff check {} +",
        "! find . -name '*.orig' -exec grep -l x {} \\; | grep .",
        "find . -name '*.pyc' -exec rm {} \\; && pytest",
        "pytest && find . -name '*.pyc' -exec rm {} \\;",
        "find . -name '*.py' -print0 | xargs -0 ruff check",
        "echo \"on $(uname)\"; pytest",
        "test -z \"$(gofmt -l .)\"",
        "x=$(pytest); echo \"$x\"",
        "script -qec pytest /dev/null",
        "black --check --diff .",
        "isort -c --diff .",
        "prettier --check src",
        "prettier -l src",
        "semgrep scan --error --config rules",
        "semgrep ci",
        "ruff format --diff .",
        "cargo test -e x",
    ]);
}

#[test]
fn what_the_shell_makes_a_success() {
    const PIPE: &str = "a pipeline succeeds if its last command does";
    const LOST: &str = "does not stop the script";
    const SUCCESS: &str = "turns every failure into a success";
    refused(&[
        ("pytest || true", "|| true", SUCCESS),
        ("pytest || :", "|| :", SUCCESS),
        ("pytest || exit 0", "|| exit 0", SUCCESS),
        ("pytest || echo 'it failed'", "|| echo 'it failed'", SUCCESS),
        ("pytest >log || cat log", "|| cat log", SUCCESS),
        ("cd web && npm test || true", "|| true", SUCCESS),
        ("(pytest) || /bin/true", "|| /bin/true", SUCCESS),
        (
            "pytest || { echo failed; true; }",
            "|| { echo failed; true; }",
            SUCCESS,
        ),
        ("pytest || true; echo done", "|| true", SUCCESS),
        (
            "mkdir -p out\npytest || true\nrm -r out",
            "|| true",
            SUCCESS,
        ),
        (
            "for f in *.sh; do shellcheck $f || true; done",
            "|| true",
            SUCCESS,
        ),
        ("pytest &", "&", "`&` succeeds at once"),
        ("pytest & wait", "&", "`&` succeeds at once"),
        ("pytest | tee log", "tee log", PIPE),
        ("pytest 2>&1 | tail -n 5 >log", "tail -n 5", PIPE),
        ("cd x && pytest |& sed 's/a/b/'", "sed 's/a/b/'", PIPE),
        (
            "pytest | while read line; do echo \"$line\"; done",
            "while read line; do echo \"$line\"; done",
            PIPE,
        ),
        ("set +e\npytest\ntrue", "pytest", LOST),
        ("set +o errexit; pytest; exit 0", "pytest", LOST),
        ("! grep -rn foo src\necho done", "grep -rn foo src", LOST),
        (
            "ruff check . && echo good; echo done",
            "ruff check . && echo good",
            LOST,
        ),
        (
            "exit 0\npytest",
            "exit 0",
            "ends the script with success before its checks",
        ),
        (
            "trap 'rm -r x; exit 0' EXIT; pytest",
            "'rm -r x; exit 0'",
            "makes the script succeed",
        ),
        (
            "if pytest; then echo good; else echo bad; fi",
            "pytest",
            "a false condition",
        ),
        ("sh -c 'pytest || true'", "|| true", SUCCESS),
        ("bash -c 'pytest; exit 0'", "pytest", LOST),
        ("nice bash -ec \"pytest | tee log\"", "tee log", PIPE),
        ("bash -c 'sh -c \"pytest || true\"'", "|| true", SUCCESS),
    ]);
}

#[test]
fn what_the_shell_lets_through_as_a_failure() {
    accepts(&[
        "rm -f a || true; pytest",
        "pytest || { echo failed; exit 1; }",
        "pytest || (echo failed; false)",
        "pytest || exit",
        "grep -q x f && exit 1 || exit 0",
        "test -z \"$(gofmt -l .)\"",
        "! grep -rn x src",
        "! gofmt -l . | grep .",
        "echo 'a || true'",
        "grep '|| true' x",
        "pytest # || true",
        "pytest <<E\n|| true\nE",
        "pytest\n# || true\n",
        // `sh -e` stops at the first failure of several commands.
        "pytest; true",
        "pytest\nexit 0",
        "pytest; echo done",
        "for f in *.sh; do shellcheck $f; done; echo done",
        "set -e; pytest; echo done",
        "bash -euo pipefail -c 'pytest | tee log; exit 0'",
        "set -o pipefail; pytest | tee log",
        "server & pytest",
        "pytest & wait $!",
        "git ls-files | grep -v x | xargs shellcheck",
        "git ls-files | sort -c",
        "git log | awk '/x/ { exit 1 }'",
        "git diff | sed '/x/q1'",
        "cat list | sort | uniq",
        "git ls-files | while read f; do check $f || exit 1; done",
        "if [ -f x ]; then pytest; fi",
        "if ! pytest; then echo bad; exit 1; fi",
        "if command -v ruff; then ruff check .; else echo 'no ruff'; fi",
        "case $x in a) pytest ;; *) echo none ;; esac",
        "set +e; pytest; status=$?; rm -f x; exit $status",
        "set +e; pytest; [ $? -eq 1 ]",
        "pytest || status=1; test -z \"$status\"",
        "trap 'rm -f x' EXIT; pytest",
        "f() { pytest || return 1; }; f",
        "sh -c 'pytest; mypy .'",
        "sh -c 'exit 1' || exit 1",
        "out=$(pytest); echo \"$out\"",
        "test -d x || mkdir x",
        "[ -f package.json ] || exit 0; npm test",
        // What holds no check is a placeholder, and hides nothing.
        "true",
        ":",
        "exit 0",
        "echo hello",
        "echo a | tee b",
        "sleep 1 & echo done",
        // What cannot be read is taken to be a check.
        "x=(a b); pytest || true",
        "case x in",
    ]);
}

#[test]
fn tools_that_succeed_whatever_they_find() {
    const CLIPPY: &str = "clippy succeeds with any number of warnings";
    refused(&[
        (
            "ruff check --exit-zero .",
            "--exit-zero",
            "ruff always succeeds, whatever it finds",
        ),
        ("uv run -- ruff check . --exit-zero", "--exit-zero", "ruff"),
        ("make -si test", "-si", "make"),
        ("make --dry-run test", "--dry-run", "make"),
        ("hadolint --no-fail Dockerfile", "--no-fail", "hadolint"),
        (
            "python3 -m bandit --exit-zero -r .",
            "--exit-zero",
            "bandit",
        ),
        (".venv/bin/flake8 --exit-zero", "--exit-zero", "flake8"),
        ("poetry run pylint --exit-zero x", "--exit-zero", "pylint"),
        (
            "pylint --fail-under=0 x",
            "--fail-under=0",
            "no score is below 0",
        ),
        (
            "pylint --fail-under 0.0 x",
            "--fail-under 0.0",
            "no score is below 0.0",
        ),
        (
            "ruff check --fix-only",
            "--fix-only",
            "ruff succeeds even if it could not fix every problem",
        ),
        ("ruff check --ignore ALL", "--ignore ALL", "every ruff rule"),
        ("ruff check --select=", "--select=", "no ruff rule"),
        (
            "pytest --collect-only -q",
            "--collect-only",
            "no test is run",
        ),
        ("coverage run -m pytest --co", "--co", "no test is run"),
        ("mypy -c pass", "-c pass", "mypy checks an empty program"),
        (
            "npm run lint --if-present",
            "--if-present",
            "succeeds if the script does not exist",
        ),
        ("cargo test --locked --no-run", "--no-run", "no test is run"),
        ("cargo nextest list", "list", "this checks nothing"),
        (
            "cargo nextest run --no-tests=pass",
            "--no-tests=pass",
            "it succeeds if no test is run",
        ),
        (
            "cargo deny --all-features list",
            "list",
            "this checks nothing",
        ),
        (
            "cargo fmt --check -- --config disable_all_formatting=true",
            "disable_all_formatting=true",
            "with this option, rustfmt finds nothing",
        ),
        (
            "cargo +nightly clippy --all-targets",
            "cargo +nightly clippy",
            CLIPPY,
        ),
        (
            "cargo clippy -F extra -- -W clippy::pedantic",
            "cargo clippy",
            CLIPPY,
        ),
        (
            "cargo clippy -- -D warnings -A warnings",
            "-A warnings",
            "with this option, no lint",
        ),
        (
            "cargo clippy -- --cap-lints=warn",
            "--cap-lints=warn",
            "with this option, no lint",
        ),
        (
            "go test -run '^$' ./...",
            "-run '^$'",
            "no test has an empty name, so no test is run",
        ),
        (
            "gofmt -s -l .",
            "gofmt -s -l",
            "gofmt lists files and succeeds",
        ),
        ("goimports -l . | tee x", "goimports -l", "goimports lists"),
        // Behind checks too, if nothing looks at what it has found.
        ("cargo fmt --check && cargo clippy", "cargo clippy", CLIPPY),
        ("sh -c 'flake8 --exit-zero'", "--exit-zero", "flake8"),
        ("git push --no-verify", "--no-verify", "no hook checks"),
        (
            "git -C x commit -m x --no-verify && pytest",
            "--no-verify",
            "no hook checks",
        ),
    ]);
}

#[test]
fn tools_that_can_fail() {
    accepts(&[
        "ruff check .",
        "tool --exit-zero",
        "grep -e --exit-zero setup.cfg",
        "ruff check -- --exit-zero",
        "pylint --fail-under=9.5 x",
        "ruff check --select E,F --ignore E501 .",
        "pytest --cov-fail-under=0",
        "pytest -k 'not slow' --ignore tests/slow",
        "pytest tests -- --co",
        "mypy -c 'import x'",
        "npm run test --workspaces --if-present",
        "pnpm -r run --if-present test",
        "cargo test --no-run && cargo test",
        "cargo bench --no-run",
        "cargo nextest run list --no-tests=fail",
        "cargo deny check --hide-inclusion-graph licenses",
        "cargo clippy -- -D warnings",
        "cargo clippy --all-targets --all-features -- -Dclippy::all -A clippy::x",
        "cargo clippy -- --deny warnings",
        "RUSTFLAGS='-D warnings' cargo clippy",
        "cargo clippy --message-format=json | clippy-judge",
        "cargo clippy && cargo test",
        "cargo check --all-targets",
        "go test -run '^$' -bench . ./...",
        "go test -run '^TestX$' ./...",
        "gofmt -d .",
        "cargo publish --no-verify",
        "helm install --no-hooks x",
        "git grep -n commit -- --no-verify",
        "! git grep -e --no-verify commit",
        // Formatters change files, and a gate that does so fails.
        "black .",
        "prettier --write .",
        "gofmt -l -w .",
        "ruff format .",
        "cargo fmt",
        "ruff check --exit-zero --output-file report.json . ; judge report.json",
    ]);
}

#[test]
fn a_gate_that_only_reports_says_so() {
    accepted(&[
        gate("pytest || true", "level = \"warn\"\n"),
        gate(
            "ruff check --exit-zero",
            "level = \"warn\"\nuntil = \"2999-03-31\"\n",
        ),
        gate("git push --no-verify", "level = \"warn\"\n"),
    ]);
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gate("pytest || true", "level = \"block\"\n"));
    sandbox.gatekeeper(&["config", "check"]).expect(2);
}

#[test]
fn a_gate_whose_verdict_is_its_output_can_fail() {
    accepted(&[
        gate("gofmt -l .", "forbid = '.'\n"),
        gate("git ls-files | sort | uniq -d", "forbid = '.'\n"),
        gate("check || true", "forbid = '^error'\n"),
        gate("cargo clippy", "forbid = '^warning'\n"),
        gate("check | tee log", "expect = '^0 errors'\n"),
        gate("check || true", "success-codes = [1]\n"),
        gate("cargo clippy", "env = { RUSTFLAGS = \"-D warnings\" }\n"),
        gate(
            "cargo clippy",
            "env = { CARGO_BUILD_WARNINGS = \"deny\" }\n",
        ),
    ]);
    // What proves that it ran does not prove that it passed.
    let sandbox = Sandbox::new();
    for more in [
        "expect = '^1 passed'\n",
        "env = { RUSTFLAGS = \"-D warnings\" }\n",
    ] {
        sandbox.write("gates.toml", gate("pytest || true", more));
        sandbox.gatekeeper(&["config", "check"]).expect(2);
    }
    sandbox.write("gates.toml", gate("git push --no-verify", "forbid = 'x'\n"));
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @"
    error: gates.toml has 1 error
      error: gate `x` has a command that bypasses hooks
       --> gates.toml:2:19
        |
      2 | run = '''git push --no-verify'''
        |                   ^^^^^^^^^^^ no hook checks what git does here
        |
      help: remove `--no-verify`
    ");
}

#[test]
fn several_losses_and_several_gates_are_all_shown() {
    let sandbox = Sandbox::new();
    let text =
        "[gates.a]\nrun = \"a || true; b || true\"\n[gates.b]\nrun = \"sh -c \\\"c | cat\\\"\"\n";
    sandbox.write("gates.toml", text);
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @r#"
    error: gates.toml has 3 errors
      error: gate `a` has a command that cannot fail
       --> gates.toml:2:10
        |
      2 | run = "a || true; b || true"
        |          ^^^^^^^ turns every failure into a success
        |
      help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"

      error: gate `a` has a command that cannot fail
       --> gates.toml:2:21
        |
      2 | run = "a || true; b || true"
        |                     ^^^^^^^ turns every failure into a success
        |
      help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"

      error: gate `b` has a command that cannot fail
       --> gates.toml:4:20
        |
      4 | run = "sh -c \"c | cat\""
        |                    ^^^ a pipeline succeeds if its last command does, and this command only prints
        |
      help: remove it, check the output with `forbid` or `expect`, or run bash -o pipefail -c '...'; if the gate only reports, set level = "warn"
    "#);
}

#[test]
fn scripts_of_any_size_are_answered_at_once() {
    let sandbox = Sandbox::new();
    for run in [
        "( ".repeat(200_000),
        "$(".repeat(200_000),
        format!("{}pytest || true", "a && ".repeat(100_000)),
        format!("pytest || true {}", "x ".repeat(200_000)),
        format!(
            "{}pytest || true{}",
            "sh -c \"".repeat(1000),
            "\"".repeat(1000)
        ),
    ] {
        sandbox.write("gates.toml", gate(&run, ""));
        let code = sandbox.gatekeeper(&["config", "check"]).code();
        assert!(code == 0 || code == 2, "{code}");
    }
}
