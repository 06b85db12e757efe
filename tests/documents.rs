//! What is written down is true.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

fn project(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The example of a configuration that comes with gatekeeper.
pub(crate) fn example() -> String {
    project("gates.toml.example")
}

#[test]
fn the_example_is_right_and_shows_every_key() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", example());
    sandbox.gatekeeper(&["config", "check"]).expect(0);
    let shown = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    let keys = shown.lines().filter_map(|line| {
        let line = line.trim_start_matches("# ");
        let end = line.find([' ', ':'])?;
        line[..end]
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '-')
            .then(|| &line[..end])
    });
    let mut count = 0;
    for key in keys.filter(|key| !key.is_empty()) {
        count += 1;
        let stands_there = example()
            .lines()
            .any(|line| line.starts_with(&format!("{key} = ")));
        assert!(stands_there, "`{key}` is not in gates.toml.example");
    }
    assert!(count > 100, "only {count} keys were found");
}

#[test]
fn the_example_runs_as_far_as_its_tools_are_there() {
    let sandbox = Sandbox::new();
    // The days in the example pass; the test has to pass on each of them.
    sandbox.write("gates.toml", example().replace("\"2027-", "\"2999-"));
    sandbox.write("src/a.py", "");
    sandbox.git(&["add", "."]);
    for tool in ["mypy", "ruff", "pytest", "bandit", "pip-audit"] {
        sandbox.program(tool, "#!/bin/sh\necho 'Success: no issues found'\n");
    }
    let done = sandbox.gatekeeper(&["run"]).expect(0);
    assert_snapshot!(done, @"
    gatekeeper run: 2 paths tracked
             passed  dependencies  [TIME]  warning only until 2999-03-31
             passed  format  [TIME]
             passed  lint  [TIME]
             passed  security  [TIME]
             passed  test  [TIME]
             passed  typecheck  [TIME]
            skipped  links                 lychee 0.15 crashes on our anchors (until 2999-01-31)
    6 passed, 1 skipped in [TIME]
    ");
}

#[test]
fn our_own_gates_are_right() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", project("gates.toml"));
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn ci_calls_the_test_command_of_the_readme() {
    let command = project(".ci/run");
    let command = command
        .lines()
        .find_map(|line| line.strip_prefix("exec "))
        .unwrap();
    assert!(
        project("README.md").contains(&format!("\n{command}\n")),
        "{command}"
    );
}

#[test]
fn every_exit_code_is_in_the_readme() {
    let readme = project("README.md");
    for code in ["0", "1", "2", "3", "70", "128 + n"] {
        assert!(
            readme.contains(&format!("\n| {code} |")),
            "exit code {code}"
        );
    }
}

#[test]
fn every_decision_about_a_dependency_is_written_down() {
    let manifest: toml::Table = project("Cargo.toml").parse().unwrap();
    let decisions = project("docs/decisions/0001-dependencies.md");
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        let is_named = decisions.contains(&format!("`{name}`"));
        assert!(
            is_named,
            "{name} is not in docs/decisions/0001-dependencies.md"
        );
    }
}

#[test]
fn the_demonstration_works() {
    // The same script as in the README; the program is the one under test.
    let sandbox = Sandbox::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/demo.sh");
    let mut command = sandbox.command("sh", &[script.as_os_str()]);
    for name in ["CARGO_HOME", "RUSTUP_HOME", "HOME"] {
        let value = std::env::var_os(name);
        if let (Some(value), true) = (value, name != "HOME") {
            command.env(name, value);
        }
    }
    // rustup finds its toolchains below HOME unless it is told.
    if let Some(home) = std::env::var_os("HOME") {
        let home = Path::new(&home);
        for (name, dir) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            if std::env::var_os(name).is_none() && home.join(dir).is_dir() {
                command.env(name, home.join(dir));
            }
        }
    }
    command.env("GATEKEEPER", crate::sandbox::GATEKEEPER);
    let done = crate::sandbox::finish(&mut command).expect(0);
    let told = done.stdout + &done.stderr;
    for text in [
        "3 passed",
        "error[signed-off-by.missing]",
        "signed off by Demo <demo@example.com>",
        "failed  test",
        "where  src/lib.rs",
        "the commit was stopped",
    ] {
        assert!(told.contains(text), "{text:?} is not in\n{told}");
    }
}

/// The ids of rules that are in the sources: words in quotes whose first part is that of a rule.
fn rules_in(dir: &Path, found: &mut Vec<String>) {
    const KINDS: [&str; 5] = [
        "signed-off-by.",
        "assisted-by.",
        "trailers.",
        "subject.",
        "message.",
    ];
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rules_in(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let is_rule = |word: &&str| {
            KINDS
                .iter()
                .any(|kind| word.starts_with(kind) && word.len() > kind.len())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'))
        };
        found.extend(text.split('"').filter(is_rule).map(str::to_owned));
    }
}

#[test]
fn every_rule_is_described_and_in_the_collection() {
    const NOTES: [&str; 3] = [
        "signed-off-by.mailmap",
        "signed-off-by.remediated",
        "assisted-by.unchecked",
    ];
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rules = Vec::new();
    rules_in(&top.join("src/rules"), &mut rules);
    rules.sort();
    rules.dedup();
    assert!(rules.len() > 40, "{rules:?}");
    let described = project("docs/messages.md");
    let collected: String = fs::read_dir(top.join("tests/collection"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for rule in rules {
        assert!(described.contains(&format!("| `{rule}` |")), "{rule}");
        // The collection is about verdicts, and a note is none.
        let is_collected = collected.contains(&format!("\"{rule}\""));
        assert!(is_collected || NOTES.contains(&rule.as_str()), "{rule}");
    }
}
