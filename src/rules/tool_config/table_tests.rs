use super::tests::short;

/// Each row: a file, what it was, what it is, what is found, and nothing the other way round.
fn check(rows: &[(&str, &str, &str, &str)]) {
    for (path, before, after, expected) in rows {
        assert_eq!(short(path, before, after), [*expected], "{path}: {after}");
        assert_eq!(short(path, before, before), [""; 0], "{path}: the same");
        let back = short(path, after, before);
        assert_eq!(back, [""; 0], "{path}: {before} again");
    }
}

#[test]
fn python_linters() {
    check(&[
        (
            "ruff.toml",
            "line-length = 90\n[lint]\nselect = ['E', 'F', 'S']\n",
            "line-length = 90\n[lint]\nselect = ['E', 'F']\n",
            "3 ruff.select `lint.select` has lost S",
        ),
        (
            "pyproject.toml",
            "[tool.ruff.lint]\nignore = ['E501']\n",
            "[tool.ruff.lint]\nignore = [\n  'E501',\n  'F401',\n  'S',\n]\n",
            "4 ruff.ignore `tool.ruff.lint.ignore` has gained F401, S",
        ),
        (
            "pyproject.toml",
            "[tool.ruff]\nline-length = 88\n[tool.ruff.lint.per-file-ignores]\n'tests/*' = ['S101']\n",
            "[tool.ruff]\nline-length = 88\n[tool.ruff.lint.per-file-ignores]\n'tests/*' = ['S']\n",
            "4 ruff.per-file-ignores `tool.ruff.lint.per-file-ignores.tests/*` has gained S",
        ),
        (
            "ruff.toml",
            "line-length = 88\n",
            "line-length = 88\nextend-exclude = ['src/legacy', '.venv']\n",
            "2 ruff.exclude `extend-exclude` has gained src/legacy",
        ),
        (
            "ruff.toml",
            "preview = true\n",
            "preview = true\nline-length = 120\n",
            "2 ruff.limits `line-length` was not set and is 120",
        ),
        (
            ".flake8",
            "[flake8]\nextend-ignore = E203\n",
            "[flake8]\nextend-ignore =\n    E203\n    F8\n",
            "4 flake8.ignore `flake8.extend-ignore` has gained F8",
        ),
        (
            "tox.ini",
            "[flake8]\nmax-complexity = 10\nper-file-ignores = a.py:E1\n",
            "[flake8]\nmax-complexity = -1\nper-file-ignores = a.py:E1\n",
            "2 flake8.limits `flake8.max-complexity` was 10, is -1",
        ),
        (
            "setup.cfg",
            "[flake8]\nper-file-ignores =\n  a.py:E1\n",
            "[flake8]\nper-file-ignores =\n  a.py:E1,F\n",
            "3 flake8.per-file-ignores `flake8.per-file-ignores` has gained a.py: F",
        ),
        (
            ".pylintrc",
            "[MESSAGES CONTROL]\ndisable=a,\n  b\n",
            "[MESSAGES CONTROL]\ndisable=a,\n  b, c\n",
            "3 pylint.disable `MESSAGES CONTROL.disable` has gained c",
        ),
        (
            "pyproject.toml",
            "[tool.pylint.main]\njobs = 1\n",
            "[tool.pylint.main]\njobs = 1\nfail-under = 8\n",
            "3 pylint.fail-under `tool.pylint.main.fail-under` was not set and is 8",
        ),
        (
            ".bandit",
            "[bandit]\nskips: B101\n",
            "[bandit]\nskips: B101,B603\n",
            "2 bandit.skips `bandit.skips` has gained B603",
        ),
        (
            "pyproject.toml",
            "[tool.black]\nexclude = 'a'\n",
            "[tool.black]\nexclude = '''(\n  a\n  | b\n)'''\n",
            "4 black.exclude `tool.black.exclude` has gained b",
        ),
    ]);
}

#[test]
fn python_types() {
    check(&[
        (
            "mypy.ini",
            "[mypy]\nstrict = True\n",
            "[mypy]\nstrict = False\n",
            "2 mypy.strict `mypy.strict` was True, is False",
        ),
        (
            "pyproject.toml",
            "[tool.mypy]\nstrict = true\n",
            "[tool.mypy]\nstrict = true\ndisallow_untyped_defs = false\n",
            "3 mypy.strict `tool.mypy.disallow_untyped_defs` was not set and is false",
        ),
        (
            "setup.cfg",
            "[mypy]\nfiles = a\n",
            "[mypy]\nfiles = a\n[mypy-b.*]\nignore_errors = True\n",
            "4 mypy.ignore-errors `mypy-b.*.ignore_errors` was not set and is True",
        ),
        (
            "pyproject.toml",
            "[tool.mypy]\ndisable_error_code = ['a']\n",
            "[tool.mypy]\ndisable_error_code = ['a', 'b']\n",
            "2 mypy.disable-error-code `tool.mypy.disable_error_code` has gained b",
        ),
        (
            "pyproject.toml",
            "[tool.mypy]\nfollow_imports = 'silent'\n",
            "[tool.mypy]\nfollow_imports = 'skip'\n",
            "2 mypy.missing-imports `tool.mypy.follow_imports` was silent, is skip",
        ),
        (
            "pyrightconfig.json",
            "{\n  \"typeCheckingMode\": \"strict\"\n}",
            "{\n  \"typeCheckingMode\": \"basic\"\n}",
            "2 pyright.mode `typeCheckingMode` was strict, is basic",
        ),
        (
            "pyrightconfig.json",
            "{\"reportAny\": true, // x\n}",
            "{\"reportAny\": \"warning\",}",
            "1 pyright.report `reportAny` was true, is warning",
        ),
    ]);
}

#[test]
fn python_tests() {
    check(&[
        (
            ".coveragerc",
            "[report]\nfail_under = 90\n",
            "[report]\nfail_under = 89.5\n",
            "2 coverage.fail-under `report.fail_under` was 90, is 89.5",
        ),
        (
            "pyproject.toml",
            "[tool.coverage.report]\nfail_under = 100\nskip_covered = true\n",
            "[tool.coverage.report]\nskip_covered = true\n",
            "2 coverage.fail-under `tool.coverage.report.fail_under` was 100 and was removed",
        ),
        (
            "setup.cfg",
            "[coverage:run]\nbranch = true\n",
            "[coverage:run]\nbranch = true\nomit =\n  */tests/*\n",
            "4 coverage.omit `coverage.run.omit` has gained */tests/*",
        ),
        (
            "pytest.ini",
            "[pytest]\naddopts = -ra --cov-fail-under=90\n",
            "[pytest]\naddopts = -ra --cov-fail-under=80\n",
            "2 pytest.addopts `pytest.addopts` now has `--cov-fail-under 80` instead of 90",
        ),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\naddopts = '-ra'\n",
            "[tool.pytest.ini_options]\naddopts = ['-ra', '-k', 'not slow', '--ignore=a']\n",
            "2 pytest.addopts `tool.pytest.ini_options.addopts` has gained `-k not slow`, `--ignore a`",
        ),
        (
            "setup.cfg",
            "[tool:pytest]\nxfail_strict = true\n",
            "[tool:pytest]\nxfail_strict = false\n",
            "2 pytest.strict `tool.pytest.xfail_strict` was true, is false",
        ),
        (
            "tox.ini",
            "[pytest]\nfilterwarnings =\n  error\n",
            "[pytest]\nfilterwarnings =\n  default\n",
            "2 pytest.filterwarnings `pytest.filterwarnings` has lost error",
        ),
    ]);
}

#[test]
fn javascript() {
    check(&[
        (
            "eslint-suppressions.json",
            "{\n  \"src/a.js\": {\"no-undef\": {\"count\": 1}}\n}\n",
            "{\n  \"src/a.js\": {\"no-undef\": {\"count\": 2}}\n}\n",
            "2 eslint.suppressions `src/a.js.no-undef.count` was 1, is 2",
        ),
        (
            "tsconfig.json",
            "{\"compilerOptions\": {\"strict\": true}}",
            "{\"compilerOptions\": {\"strict\": true,\n\"strictNullChecks\": false}}",
            "2 typescript.strict `compilerOptions.strictNullChecks` was not set and is false",
        ),
        (
            "a/tsconfig.build.json",
            "{\"exclude\": [\"node_modules\"]}",
            "{\"exclude\": [\"node_modules\", \"src/old\"]}",
            "1 typescript.exclude `exclude` has gained src/old",
        ),
        (
            ".eslintrc.json",
            "{\"rules\": {\"a\": \"error\", \"b\": [2, {}]}}",
            "{\"rules\": {\"a\": \"error\", \"b\": [1, {}]}}",
            "1 eslint.rules `rules.b` was 2, is 1",
        ),
        (
            ".eslintrc",
            "{\"root\": true}",
            "{\"root\": true, \"overrides\": [{\"files\": \"x\", \"rules\": {\"c\": 0}}]}",
            "1 eslint.rules `overrides[x].rules.c` was not set and is 0",
        ),
        (
            "biome.json",
            "{\"linter\": {\"rules\": {\"style\": {\"x\": \"error\"}}}}",
            "{\"linter\": {\"rules\": {\"style\": {\"x\": {\"level\": \"off\"}}}}}",
            "1 biome.rules `linter.rules.style.x.level` was error, is off",
        ),
        (
            "package.json",
            "{\"jest\": {\"coverageThreshold\": {\"global\": {\"lines\": 80}}}}",
            "{\"jest\": {\"coverageThreshold\": {\"global\": {\"lines\": 70}}}}",
            "1 jest.threshold `jest.coverageThreshold.global.lines` was 80, is 70",
        ),
        (
            ".eslintignore",
            "dist\n",
            "dist\nsrc/a.js\n",
            "2 eslint.ignore `lines` has gained src/a.js",
        ),
    ]);
}

#[test]
fn rust_and_go() {
    check(&[
        (
            "Cargo.toml",
            "[lints.clippy]\na = 'deny'\n",
            "[lints.clippy]\na = { level = 'warn', priority = 1 }\n",
            "2 rust.lints `lints.clippy.a.level` was deny, is warn",
        ),
        (
            "Cargo.toml",
            "[workspace.lints.rust]\nunsafe_code = 'forbid'\n",
            "[workspace.lints.rust]\nunsafe_code = 'forbid'\ndead_code = 'allow'\n",
            "3 rust.lints `workspace.lints.rust.dead_code` was not set and is allow",
        ),
        (
            "clippy.toml",
            "too-many-arguments-threshold = 7\n",
            "too-many-arguments-threshold = 12\n",
            "1 clippy.limits `too-many-arguments-threshold` was 7, is 12",
        ),
        (
            ".cargo/config.toml",
            "[build]\nrustflags = ['-Dwarnings']\n",
            "[build]\nrustflags = ['-D', 'warnings', '-A', 'dead_code']\n",
            "2 cargo.rustflags `build.rustflags` has gained `-A dead_code`",
        ),
        (
            "deny.toml",
            "[advisories]\nignore = []\n",
            "[advisories]\nignore = [{ id = 'R-1', reason = 'x' }]\n",
            "2 cargo-deny.ignore `advisories.ignore` has gained R-1",
        ),
        (
            "deny.toml",
            "[graph]\nall-features = true\n",
            "[graph]\nall-features = true\nexclude-dev = true\n",
            "3 cargo-deny.ignore `graph.exclude-dev` was not set and is true",
        ),
        (
            "deny.toml",
            "[advisories]\nunmaintained = 'all'\n",
            "[advisories]\nunmaintained = 'none'\n",
            "2 cargo-deny.levels `advisories.unmaintained` was all, is none",
        ),
        (
            "rustfmt.toml",
            "max_width = 90\n",
            "max_width = 100\ndisable_all_formatting = true\n",
            "2 rustfmt.ignore `disable_all_formatting` was not set and is true",
        ),
        (
            ".rustfmt.toml",
            "ignore = []\n",
            "ignore = ['src/a.rs']\n",
            "1 rustfmt.ignore `ignore` has gained src/a.rs",
        ),
        (
            "clippy.toml",
            "check-private-items = true\n",
            "check-private-items = true\nallow-unwrap-in-tests = true\nallow-unwrap-in-consts = true\n",
            "2 clippy.allow `allow-unwrap-in-tests` was not set and is true",
        ),
        (
            "clippy.toml",
            "allowed-scripts = ['Latin']\n",
            "allowed-scripts = ['Latin', 'Greek']\n",
            "1 clippy.allow `allowed-scripts` has gained Greek",
        ),
        (
            ".cargo/config.toml",
            "[build]\nwarnings = 'deny'\n",
            "[build]\nwarnings = 'allow'\n",
            "2 cargo.rustflags `build.warnings` was deny, is allow",
        ),
        (
            ".golangci.toml",
            "[linters]\nenable = ['a', 'b']\n",
            "[linters]\nenable = ['a']\n",
            "2 golangci.linters `linters.enable` has lost b",
        ),
    ]);
}

#[test]
fn tests_of_cargo() {
    let package = "[package]\nname = 'a'\n";
    let rows = [
        (
            "autotests = false\n",
            "3 cargo.tests `package.autotests` was not set and is false",
        ),
        (
            "autotests = false\n[lib]\ntest = true\n",
            "3 cargo.tests `package.autotests` was not set and is false",
        ),
        (
            "[profile.dev]\noverflow-checks = false\n",
            "4 cargo.assertions `profile.dev.overflow-checks` was not set and is false",
        ),
        (
            "[lib]\ntest = false\n",
            "4 cargo.tests `lib.test` was not set and is false",
        ),
        (
            "[[test]]\nname = 'x'\ntest = false\n",
            "5 cargo.tests `test[x].test` was not set and is false",
        ),
        (
            "[[test]]\nname = 'x'\nrequired-features = ['f']\n",
            "5 cargo.required-features `test[x].required-features` has gained f",
        ),
        (
            "[workspace]\ndefault-members = ['a']\n",
            "4 cargo.members `workspace.default-members` was not set and is now only a",
        ),
    ];
    for (added, expected) in rows {
        let after = format!("{package}{added}");
        check(&[("Cargo.toml", package, &after, expected)]);
    }
    check(&[(
        "Cargo.toml",
        "[workspace]\nmembers = ['a', 'b']\n",
        "[workspace]\nmembers = ['a']\n",
        "2 cargo.members `workspace.members` has lost b",
    )]);
    let after = format!("{package}[lib]\npath = 'src/other.rs'\n");
    let found = short("Cargo.toml", package, &after);
    assert_eq!(found, ["4 cargo.tests `lib.path` has lost src/lib.rs"]);
    let test = |path| format!("[[test]]\nname = 'x'\npath = '{path}'\n");
    let found = short("Cargo.toml", &test("a.rs"), &test("b.rs"));
    assert_eq!(found, ["3 cargo.tests `test[x].path` has lost a.rs"]);
}

#[test]
fn golangci_lint() {
    let of = |text: &str| format!("version: \"2\"\nlinters:\n{text}");
    let rows = [
        (
            "  enable: [a, gas]\n",
            "  enable: [a, errcheck]\n",
            "3 golangci.linters `linters.enable` has lost gosec",
        ),
        // What is on without being named is missing where nothing is on by default.
        (
            "  default: none\n  enable: [errcheck, govet]\n",
            "  default: none\n  enable: [govet]\n",
            "4 golangci.linters `linters.enable` has lost errcheck",
        ),
        (
            "  exclusions:\n    rules: [{path: _test\\.go, linters: [gosec]}]\n",
            "  exclusions:\n    rules:\n    - path: _test\\.go\n      linters: [gosec, govet]\n",
            "6 golangci.exclude `linters.exclusions.rules` has gained path _test\\.go: govet",
        ),
        (
            "  exclusions:\n    rules: []\n",
            "  exclusions:\n    rules: [{text: unused}]\n",
            "4 golangci.exclude `linters.exclusions.rules` has gained text unused: every linter",
        ),
        (
            "  exclusions: {generated: strict}\n",
            "  exclusions: {generated: lax}\n",
            "3 golangci.exclude `linters.exclusions.generated` was strict, is lax",
        ),
    ];
    for (before, after, expected) in rows {
        check(&[(".golangci.yml", &of(before), &of(after), expected)]);
    }
    for (before, after) in [
        // Names that golangci-lint changed, and those that it no longer has.
        (
            "linters:\n  enable: [gas, megacheck, golint, deadcode, vet]\n",
            "linters:\n  enable: [gosec, gosimple, staticcheck, unused]\n",
        ),
        // Standard linters need not be named.
        (
            "linters: {enable: [errcheck, a]}\n",
            "linters: {enable: [a]}\n",
        ),
        // What `golangci-lint migrate` makes of a file of version 1.
        (VERSION_1, VERSION_2),
    ] {
        assert_eq!(short(".golangci.yml", before, after), [""; 0], "{after}");
    }
    let less = VERSION_2
        .replace("[misspell, ", "[")
        .replace("      - a\n", "      - b\n");
    let found = short(".golangci.yml", VERSION_1, &less);
    assert_eq!(
        found,
        [
            "4 golangci.linters `linters.enable` has lost misspell",
            "15 golangci.exclude `linters.exclusions.paths` has gained b"
        ]
    );
}

const VERSION_1: &str = "\
linters:
  disable-all: true
  enable: [misspell, gofmt, gosimple, stylecheck, varcheck]
issues:
  exclude-dirs: [a]
  exclude: [x]
  exclude-rules:
    - linters: [gosimple]
      text: y
    - linters: [gofmt]
      path: z.go
";

const VERSION_2: &str = "\
version: \"2\"
linters:
  default: none
  enable: [misspell, staticcheck]
  exclusions:
    generated: lax
    presets: [comments, common-false-positives, legacy, std-error-handling]
    rules:
      - path: (.+)\\.go$
        text: x
      - linters: [staticcheck]
        text: y
    paths:
      - third_party$
      - a
formatters:
  enable: [gofmt]
  exclusions:
    generated: lax
    paths: [third_party$, builtin$, examples$, a, z.go]
";

#[test]
fn nextest() {
    let profile = "[profile.default]\n";
    let rows = [
        (
            "default-filter = 'not test(slow)'\n",
            "2 nextest.filter `profile.default.default-filter` has lost all()",
        ),
        (
            "slow-timeout = { period = '1s', on-timeout = 'pass' }\n",
            "2 nextest.pass `profile.default.slow-timeout.on-timeout` was not set and is pass",
        ),
        (
            "retries = 2\n",
            "2 nextest.retries `profile.default.retries` was not set and is 2",
        ),
        (
            "[[profile.default.overrides]]\nfilter = 'all()'\nretries = { count = 1, backoff = 'fixed' }\n",
            "4 nextest.retries `profile.default.overrides[all()].retries.count` was not set and is 1",
        ),
        (
            "[[profile.default.scripts]]\nfilter = 'all()'\nrun-wrapper = 'x'\n",
            "4 nextest.filter `profile.default.scripts[all()].run-wrapper` has gained x",
        ),
    ];
    for (added, expected) in rows {
        let before = format!("{profile}fail-fast = false\n");
        let after = format!("{profile}{added}");
        check(&[(".config/nextest.toml", &before, &after, expected)]);
    }
}
