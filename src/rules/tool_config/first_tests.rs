//! The first configuration of a tool that a gate runs, and one in a subdirectory.

use super::*;

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// What is found if a gate runs a command and these files are new, beside others that are there.
fn found(run: &str, there: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<String> {
    let calls = ToolCalls::new([ToolCall {
        text: run.to_owned(),
        dir: PathBuf::new(),
    }]);
    let file = |path: &'static str, before: Option<&'static str>, after: &'static str| Changed {
        path: Path::new(path),
        before: before.map(str::as_bytes),
        after: Some(after.as_bytes()),
    };
    let there = there.iter().map(|(path, text)| {
        let text = leaked(text);
        file(leaked(path), Some(text), text)
    });
    let new = new
        .iter()
        .map(|(path, text)| file(leaked(path), None, leaked(text)));
    let files: Vec<Changed<'_>> = there.chain(new).collect();
    let findings = check(&Bypass::default(), &files, &calls).into_iter();
    findings
        .map(|finding| {
            let rule = finding
                .rule
                .as_str()
                .trim_start_matches("config.")
                .to_owned();
            format!("{} {rule} {}", finding.place().1, finding.message)
        })
        .collect()
}

/// The command of a gate, the path and the text of a new file, and what is found.
const LOOSE_FIRST_FILES: &[(&str, &str, &str, &str)] = &[
    (
        "ruff check .",
        "ruff.toml",
        "lint.ignore = ['ALL']\n",
        "1 ruff.ignore `lint.ignore` has gained ALL",
    ),
    (
        "uv run ruff check .",
        "pyproject.toml",
        "[tool.ruff]\nlint.select = ['I']\n",
        "2 ruff.select `tool.ruff.lint.select` has lost E4, E7, E9, F",
    ),
    (
        "ruff check .",
        "ruff.toml",
        "lint.ignore = ['UP032']\n",
        "1 ruff.ignore `lint.ignore` has gained UP032",
    ),
    (
        "ruff check .",
        "ruff.toml",
        "lint.per-file-ignores = { '*' = ['F'] }\n",
        "1 ruff.per-file-ignores `lint.per-file-ignores.*` has gained F",
    ),
    (
        "ruff check .",
        "ruff.toml",
        "include = ['good.py']\n",
        "1 ruff.exclude `include` has lost *.py, *.pyi",
    ),
    (
        "ruff check .",
        ".ruff.toml",
        "fix-only = true\n",
        "1 ruff.fix-only `fix-only` was not set and is true",
    ),
    (
        "flake8 .",
        ".flake8",
        "[flake8]\nextend-ignore = F\n",
        "2 flake8.ignore `flake8.extend-ignore` has gained F",
    ),
    (
        "flake8",
        ".flake8",
        "[flake8]\nselect = C90\n",
        "2 flake8.select `flake8.select` has lost E, F, W",
    ),
    (
        "mypy .",
        "mypy.ini",
        "[mypy]\nignore_errors = True\n",
        "2 mypy.ignore-errors `mypy.ignore_errors` was not set and is True",
    ),
    (
        "mypy --strict .",
        "mypy.ini",
        "[mypy]\n[mypy-a.*]\ndisallow_untyped_defs = False\n",
        "3 mypy.strict `mypy-a.*.disallow_untyped_defs` was not set and is False",
    ),
    (
        "pyright",
        "pyrightconfig.json",
        "{\"typeCheckingMode\": \"off\"}",
        "1 pyright.mode `typeCheckingMode` was not set and is off",
    ),
    (
        "pyright",
        "pyproject.toml",
        "[tool.pyright]\nreportReturnType = false\n",
        "2 pyright.report `tool.pyright.reportReturnType` was not set and is false",
    ),
    (
        "pytest",
        "pytest.ini",
        "[pytest]\naddopts = -k test_good\n",
        "2 pytest.addopts `pytest.addopts` has gained `-k test_good`",
    ),
    (
        "python -m pytest tests",
        "tests/pytest.ini",
        "[pytest]\npython_files = test_good.py\n",
        "2 pytest.testpaths `pytest.python_files` has lost test_*.py",
    ),
    (
        "pytest --cov --cov-fail-under=90",
        ".coveragerc",
        "[run]\nomit = src/bad.py\n",
        "2 coverage.omit `run.omit` has gained src/bad.py",
    ),
    (
        "bandit -r src",
        ".bandit",
        "[bandit]\nskips = B102\n",
        "2 bandit.skips `bandit.skips` has gained B102",
    ),
    (
        "pylint src",
        ".pylintrc",
        "[MAIN]\nevaluation = 10\n",
        "2 pylint.fail-under `MAIN.evaluation` has gained 10",
    ),
    (
        "pylint src",
        "pyproject.toml",
        "[tool.pylint.main]\nexit-zero = true\n",
        "2 pylint.fail-under `tool.pylint.main.exit-zero` was not set and is true",
    ),
    (
        "biome ci .",
        "biome.json",
        "{\"linter\": {\"enabled\": false}}",
        "1 biome.enabled `linter.enabled` was not set and is false",
    ),
    (
        "npx oxlint .",
        ".oxlintrc.json",
        "{\"categories\": {\"correctness\": \"off\"}}",
        "1 oxlint.rules `categories.correctness` was not set and is off",
    ),
    (
        "prettier --check .",
        ".prettierrc",
        "requirePragma: true\n",
        "1 prettier.pragma `requirePragma` was not set and is true",
    ),
    (
        "prettier --check .",
        ".prettierignore",
        "node_modules\nsrc/bad.js\n",
        "2 prettier.ignore `lines` has gained src/bad.js",
    ),
    (
        "jest",
        "jest.config.json",
        "{\"passWithNoTests\": true}",
        "1 jest.ignore `passWithNoTests` was not set and is true",
    ),
    (
        "mocha",
        ".mocharc.yml",
        "recursive: true\ngrep: good\n",
        "2 mocha.tests `grep` has gained good",
    ),
    (
        "cargo clippy -- -D warnings",
        "Cargo.toml",
        "[package]\nname = 'a'\n[lints.clippy]\nall = 'allow'\n",
        "4 rust.lints `lints.clippy.all` was not set and is allow",
    ),
    (
        "cargo test",
        ".cargo/config.toml",
        "build.rustflags = ['-A', 'warnings']\n",
        "1 cargo.rustflags `build.rustflags` has gained `-A warnings`",
    ),
    (
        "cargo fmt --check",
        "rustfmt.toml",
        "disable_all_formatting = true\n",
        "1 rustfmt.ignore `disable_all_formatting` was not set and is true",
    ),
    (
        "cargo nextest run",
        ".config/nextest.toml",
        "[profile.default]\ndefault-filter = 'none()'\n",
        "2 nextest.filter `profile.default.default-filter` has lost all()",
    ),
    (
        "golangci-lint run",
        ".golangci.yml",
        "version: \"2\"\nlinters:\n  disable:\n    - errcheck\n",
        "4 golangci.linters `linters.disable` has gained errcheck",
    ),
    (
        "golangci-lint run",
        ".golangci.yml",
        "run:\n  issues-exit-code: 0\n",
        "2 golangci.linters `run.issues-exit-code` was not set and is 0",
    ),
    (
        "staticcheck ./...",
        "staticcheck.conf",
        "checks = ['all', '-SA*']\n",
        "1 staticcheck.checks `checks` has gained -SA*",
    ),
];

#[test]
fn a_first_configuration_is_compared_with_the_defaults() {
    for &(run, path, text, expected) in LOOSE_FIRST_FILES {
        assert_eq!(
            found(run, &[], &[(path, text)]),
            [expected],
            "{run}: {text}"
        );
        let other = found("true", &[], &[(path, text)]);
        assert_eq!(other, [""; 0], "no gate runs the tool: {text}");
    }
}

#[test]
fn a_first_configuration_that_is_not_looser_is_no_finding() {
    for (run, path, text) in [
        ("ruff check .", "ruff.toml", "line-length = 100\n"),
        (
            "ruff check .",
            "ruff.toml",
            "lint.select = ['E', 'F', 'I']\n",
        ),
        ("ruff check .", "ruff.toml", "lint.extend-select = ['I']\n"),
        (
            "ruff check .",
            "ruff.toml",
            "lint.select = ['ALL']\nlint.ignore = ['D203', 'COM812', 'UP032']\nlint.per-file-ignores = { 'tests/*' = ['S101'] }\n",
        ),
        (
            "ruff check .",
            "ruff.toml",
            "lint.ignore = ['E501']\nexclude = ['.venv', 'build']\nlint.mccabe.max-complexity = 12\n",
        ),
        (
            "flake8",
            ".flake8",
            "[flake8]\nselect = E,F,W,B\nextend-ignore = W503\n",
        ),
        (
            "mypy .",
            "mypy.ini",
            "[mypy]\nstrict = true\nimplicit_reexport = true\ndisallow_untyped_defs = false\n",
        ),
        (
            "pyright",
            "pyrightconfig.json",
            "{\"reportMissingTypeStubs\": false, \"exclude\": [\"**/node_modules\", \"**/.*\"]}",
        ),
        (
            "pytest",
            "pyproject.toml",
            "[tool.pytest.ini_options]\naddopts = '-ra -q'\ntestpaths = ['tests']\npython_files = ['test_*.py', 'check_*.py']\n",
        ),
        (
            "pytest --cov",
            ".coveragerc",
            "[run]\nomit = tests/*\n[report]\nexclude_also =\n    x = 1\nfail_under = 80\n",
        ),
        (
            "pytest",
            "tests/deep/pytest.ini",
            "[pytest]\naddopts = -k x\n",
        ),
        (
            "cargo clippy -- -D warnings",
            "Cargo.toml",
            "[package]\nname = 'a'\n[lints.clippy]\npedantic = { level = 'warn', priority = -1 }\nmust_use_candidate = 'allow'\n",
        ),
        (
            "cargo clippy",
            "clippy.toml",
            "allow-unwrap-in-tests = true\nmsrv = '1.80'\n",
        ),
        (
            "golangci-lint run",
            ".golangci.yml",
            "linters:\n  default: none\n  enable: [errcheck, revive]\n  disable: [lll]\n",
        ),
        (
            "prettier --check .",
            ".prettierignore",
            "dist\nnode_modules/\n",
        ),
        (
            "biome ci .",
            "biome.json",
            "{\"formatter\": {\"lineWidth\": 100}}",
        ),
        (
            "eslint .",
            ".eslintrc.json",
            "{\"root\": true, \"rules\": {\"no-console\": 0}}",
        ),
        (
            "tsc",
            "tsconfig.json",
            "{\"compilerOptions\": {\"target\": \"es2022\"}}",
        ),
    ] {
        assert_eq!(found(run, &[], &[(path, text)]), [""; 0], "{run}: {text}");
    }
}

#[test]
fn a_configuration_in_a_subdirectory_is_compared_with_the_one_above() {
    let there = [("ruff.toml", "lint.select = ['E', 'F', 'S']\n")];
    for (text, expected) in [
        (
            "lint.select = ['E', 'F']\n",
            &["1 ruff.select `lint.select` has lost S"][..],
        ),
        (
            "line-length = 88\n",
            &["1 ruff.select `lint.select` has lost E, S"],
        ),
        ("lint.select = ['ALL']\n", &[]),
        ("extend = '../ruff.toml'\nline-length = 80\n", &[]),
        (
            "extend = '../ruff.toml'\nlint.ignore = ['S101']\n",
            &["2 ruff.ignore `lint.ignore` has gained S101"],
        ),
    ] {
        let found = found("ruff check .", &there, &[("src/ruff.toml", text)]);
        assert_eq!(found, expected, "{text}");
    }
    // ESLint's older configuration adds to the one above.
    let there = [(".eslintrc.json", "{\"rules\": {\"no-eval\": \"error\"}}")];
    for (text, expected) in [
        ("{\"rules\": {\"no-var\": \"error\"}}", &[][..]),
        (
            "{\"rules\": {\"no-eval\": \"off\"}}",
            &["1 eslint.rules `rules.no-eval` was error, is off"],
        ),
    ] {
        let found = found("eslint .", &there, &[("src/.eslintrc.json", text)]);
        assert_eq!(found, expected, "{text}");
    }
}
