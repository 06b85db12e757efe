use super::*;
use crate::model::severity::Level;

fn changed<'c>(path: &'c str, before: &'c str, after: &'c str) -> Changed<'c> {
    let bytes = |text: &'c str| (!text.is_empty()).then_some(text.as_bytes());
    Changed {
        path: Path::new(path),
        before: bytes(before),
        after: bytes(after),
    }
}

fn findings_in(files: &[Changed<'_>]) -> Vec<Finding> {
    check(&Bypass::default(), files, &ToolCalls::default())
}

/// What is found in one file, in a short form.
pub(super) fn short(path: &str, before: &str, after: &str) -> Vec<String> {
    findings_in(&[changed(path, before, after)])
        .into_iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding.place().1,
                finding.rule.as_str().trim_start_matches("config."),
                finding.message
            )
        })
        .collect()
}

#[test]
fn what_is_the_same_elsewhere_is_no_finding() {
    for (path, before, after) in [
        // ruff's own move of its lint settings.
        (
            "ruff.toml",
            "ignore = ['E501']\n",
            "[lint]\nextend-ignore = ['E501']\n",
        ),
        (
            "ruff.toml",
            "lint.ignore = ['E5']\n",
            "lint.ignore = ['E501', 'E502']\n",
        ),
        (
            "ruff.toml",
            "lint.select = ['E501', 'F']\n",
            "lint.select = ['E', 'F']\n",
        ),
        (
            "mypy.ini",
            "[mypy]\ndisallow_untyped_defs = true\n",
            "[mypy]\nstrict = true\n",
        ),
        (
            "tsconfig.json",
            "{\"compilerOptions\": {\"noImplicitAny\": true}}",
            "{\"compilerOptions\": {\"strict\": true}}",
        ),
        (
            "Cargo.toml",
            "[lints.rust]\na = 'deny'\n",
            "[lints]\nworkspace = true\n",
        ),
        (
            "pytest.ini",
            "[pytest]\naddopts = --strict-markers\n",
            "[pytest]\naddopts = -ra\nstrict_markers = true\n",
        ),
        (
            "pytest.ini",
            "[pytest]\naddopts = -ra\n",
            "[pytest]\naddopts = -ra -p no:cacheprovider\n",
        ),
        (
            ".flake8",
            "[flake8]\nexclude = a\n",
            "[flake8]\nexclude = a,.git\nignore = W503\n",
        ),
        ("mypy.ini", "", "[mypy]\nignore_errors = true\n"),
        ("package.json", "{\"jest\": {\"roots\": []}}", ""),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\naddopts = '--strict-markers'\nxfail_strict = true\n",
            "[tool.pytest]\nstrict = true\n",
        ),
        (
            ".coveragerc",
            "[report]\nomit = src\n",
            "[report]\nomit = src/a\nexclude_also = if TYPE_CHECKING:\n",
        ),
        (".eslintignore", "a\n", ""),
        ("README.md", "a", "b"),
    ] {
        assert_eq!(short(path, before, after), [""; 0], "{path}: {after}");
    }
}

#[test]
fn what_moves_is_compared_where_it_is() {
    let moved = [
        changed(
            "setup.cfg",
            "[mypy]\nstrict = true\n[mypy-a]\nignore_errors=true\n",
            "[metadata]\nname = x\n",
        ),
        changed(
            "pyproject.toml",
            "[project]\nname = 'x'\n",
            "[tool.mypy]\nstrict = true\n[[tool.mypy.overrides]]\nmodule = ['a']\nignore_errors = true\n",
        ),
    ];
    assert_eq!(findings_in(&moved), []);
    let several = changed(
        "pyproject.toml",
        "[tool.mypy]\nstrict = true\n",
        "[tool.mypy]\nstrict = true\n[[tool.mypy.overrides]]\nmodule = ['a', 'b', 'c']\nignore_errors = true\n",
    );
    let findings = findings_in(&[several]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].notes, ["and 2 more settings on the same line"]);
    let elsewhere = [
        changed(
            "a/tsconfig.json",
            "{\"compilerOptions\": {\"strict\": true}}",
            "",
        ),
        changed(
            "b/tsconfig.json",
            "",
            "{\"compilerOptions\": {\"strict\": false}}",
        ),
    ];
    let messages: Vec<_> = findings_in(&elsewhere)
        .into_iter()
        .map(|finding| finding.message)
        .collect();
    assert_eq!(messages, ["`compilerOptions.strict` was true, is false"]);
}

#[test]
fn of_several_files_the_first_counts() {
    let old = "[tool.ruff]\nlint.select = ['E', 'S']\n";
    let same = changed("pyproject.toml", old, old);
    let messages = |files: &[Changed<'_>]| -> Vec<String> {
        let findings = findings_in(files).into_iter();
        findings.map(|finding| finding.message).collect()
    };
    // A new file that goes before the old one.
    let new = changed("ruff.toml", "", "lint.select = ['E']\n");
    assert_eq!(messages(&[new, same]), ["`lint.select` has lost S"]);
    assert_eq!(
        messages(&[changed("ruff.toml", "lint.select = ['F']\n", ""), same]),
        ["`tool.ruff.lint.select` has lost F"]
    );
    let paths = companions(Path::new("a/.flake8"));
    let expected = ["pyproject.toml", "setup.cfg", "tox.ini"].map(|name| Path::new("a").join(name));
    assert_eq!(paths, expected);
    assert!(companions(Path::new("tsconfig.json")).is_empty());
    assert!(companions(Path::new("src/main.rs")).is_empty());
}

#[test]
fn what_is_gone_altogether() {
    let gone = |files: &[Changed<'_>]| -> Vec<(String, Severity, usize)> {
        let findings = findings_in(files).into_iter();
        let parts = findings.map(|finding| {
            (
                finding.rule.to_string(),
                finding.severity,
                finding.place().1,
            )
        });
        parts.collect()
    };
    let error = |rule: &str, line| vec![(rule.to_owned(), Severity::Error, line)];
    let warning = |rule: &str, line| vec![(rule.to_owned(), Severity::Warning, line)];
    let pytest = changed(
        "pyproject.toml",
        "[a]\n[tool.mypy]\nstrict = true\n",
        "[a]\n",
    );
    assert_eq!(gone(&[pytest]), error("config.mypy.removed", 2));
    let file = changed("mypy.ini", "[mypy]\nstrict = true\n", "");
    assert_eq!(gone(&[file]), error("config.mypy.removed", 1));
    let replacement = changed("pyrightconfig.json", "", "{\"strict\": [\"a\"]}");
    assert_eq!(
        gone(&[file, replacement]),
        warning("config.mypy.removed", 1)
    );
    let harmless = changed("mypy.ini", "[mypy]\nfiles = a\n", "");
    assert_eq!(gone(&[harmless]), warning("config.mypy.removed", 1));
    let below = changed("a/ruff.toml", "lint.select = ['E', 'S']\n", "");
    assert_eq!(gone(&[below]), warning("config.ruff.removed", 1));
    // A file at the top that is put where no tool reads it has not moved.
    let hidden = changed("old/mypy.ini", "", "[mypy]\nstrict = true\n");
    assert_eq!(gone(&[file, hidden]), error("config.mypy.removed", 1));
}

#[test]
fn a_file_that_can_no_longer_be_read_is_reported() {
    let damaged = changed("ruff.toml", "lint.select = ['E']\n", "lint.select = [\n");
    let findings = findings_in(&[damaged]);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].rule.is(&UNREADABLE));
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings_in(&[changed(".eslintrc", "a: b\n", "a: c\n")]), []);
}

#[test]
fn a_setting_that_another_file_may_have_now_is_a_warning() {
    let extends = changed(
        "tsconfig.json",
        "{\"compilerOptions\": {\"strict\": true}}",
        "{\"extends\": \"./base.json\"}",
    );
    let findings = findings_in(&[extends]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings[0].notes.len(), 2);
}

#[test]
fn levels_and_paths_are_the_projects() {
    let file = changed("ruff.toml", "a = 1\n", "a = 1\nignore = ['E']\n");
    let mut bypass = Bypass::default();
    bypass
        .rules
        .insert("config.ruff.ignore".into(), Level::Warn);
    let findings = check(&bypass, &[file], &ToolCalls::default());
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings[0].mark(), "E");
    assert_eq!(findings[0].text(), "ignore = ['E']");
    bypass.rules.insert("config.ruff.ignore".into(), Level::Off);
    assert_eq!(check(&bypass, &[file], &ToolCalls::default()), []);
}

#[test]
fn each_setting_is_asked_for_as_it_can_be_found() {
    for setting in configurations().flat_map(|configuration| configuration.settings) {
        for setting in setting.names.iter().chain(setting.implied_by) {
            let is_plain = !setting.contains('_') && !setting.is_empty();
            assert!(is_plain, "{setting}: a hyphen stands for both");
            for part in setting.split('.') {
                assert!(part == "?" || !part.contains('?'), "{setting}");
                assert!(part.matches('*').count() <= 1, "{setting}");
            }
        }
    }
}
