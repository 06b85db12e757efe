//! What is written down is true.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use gatekeeper::internals::{
    Level, Rule, RuleFamily, catalogue, doctor_tables, outcomes_table, tool_facts,
};
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
    sandbox.program(
        "pytest",
        "#!/bin/sh\necho '<testsuite><testcase name=\"a\"/></testsuite>' >\"${2#*=}\"\n",
    );
    let done = sandbox.gatekeeper(&["run"]).expect(0);
    assert_snapshot!(done, @"
    passed: 6 passed, 1 skipped in [TIME]
    gatekeeper run: 2 paths tracked
             passed  dependencies  [TIME]  warning only until 2999-03-31
             passed  format  [TIME]
             passed  lint  [TIME]
             passed  security  [TIME]
             passed  test  [TIME]  1 test ran
             passed  typecheck  [TIME]
            skipped  links                 lychee 0.15 crashes on our anchors (until 2999-01-31)
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
fn every_exit_code_is_in_the_documents() {
    let readme = project("docs/usage.md");
    for code in ["0", "1", "2", "3", "70", "75", "128 + n"] {
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
        "src/lib.rs:10:5: assertion",
        "the commit was stopped",
    ] {
        assert!(told.contains(text), "{text:?} is not in\n{told}");
    }
}

/// A table of rules, with the names of its second and its last column.
fn table<'r>((default, finds): (&str, &str), rules: impl IntoIterator<Item = &'r Rule>) -> String {
    let mut table = format!("| rule | {default} | {finds} |\n|---|---|---|\n");
    for rule in rules {
        // A report says how grave a finding is; gates.toml has a word of its own for that.
        let level = match rule.level.severity() {
            Some(severity) if default == "severity" => severity.word(),
            _ => rule.level.name(),
        };
        let key = rule.key.map_or(String::new(), |key| format!(" (`{key}`)"));
        let finds = rule.finds.replace('|', "\\|");
        let _ = writeln!(table, "| `{}` | {level}{key} | {finds} |", rule.id);
    }
    table
}

/// The files of each tool whose settings are compared.
fn files_of_tools() -> String {
    let mut files: Vec<(&str, Vec<String>)> = Vec::new();
    for (tool, names) in catalogue::compared_tools() {
        let names = names.iter().map(|name| format!("`{name}`"));
        match files.iter_mut().find(|(other, _)| *other == tool) {
            Some((_, known)) => known.extend(names),
            None => files.push((tool, names.collect())),
        }
    }
    let mut table = "| tool | files |\n|---|---|\n".to_owned();
    for (tool, mut names) in files {
        let mut known = BTreeSet::new();
        names.retain(|name| known.insert(name.clone()));
        let _ = writeln!(table, "| {tool} | {} |", names.join(", "));
    }
    table
}

/// What is known about the tools that can be gates.
fn known_tools() -> String {
    let mut table =
        "| tool | called as | says that all is well | exit code: checked nothing | exit code: \
                     tool broken | silent | files | fix | lock | cache | recorded |\n\
                     |---|---|---|---|---|---|---|---|---|---|---|\n"
            .to_owned();
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    for facts in tool_facts() {
        let calls: Vec<String> = facts.calls.iter().map(|call| code(call)).collect();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            facts.name,
            calls.join(", "),
            facts.success.map_or(String::new(), code),
            facts.nothing.join("; "),
            facts.broken.join("; "),
            facts.silent.unwrap_or_default(),
            if facts.takes_files {
                "given"
            } else {
                "its own"
            },
            if facts.fixes { "yes" } else { "" },
            facts.lock.unwrap_or_default(),
            facts.cache.map_or(String::new(), |cache| code(&cache)),
            facts.recorded.unwrap_or("not run"),
        );
    }
    table
}

fn every_rule() -> impl Iterator<Item = &'static Rule> {
    let of_changes = catalogue::added_lines().iter();
    let of_changes = of_changes.chain(catalogue::changes()).copied();
    catalogue::messages()
        .chain(of_changes)
        .chain(catalogue::checks())
}

/// The tables that are made from the catalogue, each by the mark in front of it.
fn tables() -> Vec<(&'static str, &'static str, String)> {
    let of = |family| every_rule().filter(move |rule| rule.family == family);
    let (messages, bypass) = ("docs/messages.md", "docs/bypass.md");
    let wrong = |family| table(("severity", "what is wrong"), of(family));
    let finds = |family| table(("default", "what it finds"), of(family));
    vec![
        (messages, "sign-off", wrong(RuleFamily::SignedOffBy)),
        (messages, "credits", wrong(RuleFamily::AssistedBy)),
        (messages, "trailers", wrong(RuleFamily::Trailers)),
        (messages, "contents", wrong(RuleFamily::Contents)),
        (bypass, "added lines", finds(RuleFamily::AddedLines)),
        (bypass, "files of tools", files_of_tools()),
        (bypass, "tools", finds(RuleFamily::ToolConfiguration)),
        (
            bypass,
            "protected files",
            table(("default", "files"), of(RuleFamily::ProtectedFiles)),
        ),
        ("docs/checks.md", "checks", finds(RuleFamily::Checks)),
        (bypass, "declarations", wrong(RuleFamily::Declarations)),
        ("docs/tools.md", "known tools", known_tools()),
        ("docs/refused.md", "outcomes", outcomes_table()),
        (
            "docs/configuration.md",
            "example",
            format!("```toml\n{}```\n", example()),
        ),
    ]
    .into_iter()
    .chain(of_doctor())
    .collect()
}

/// The tables of docs/doctor.md.
fn of_doctor() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let tables = doctor_tables().into_iter();
    tables.map(|(mark, table)| ("docs/doctor.md", mark, table))
}

/// A document with one of its tables replaced.
fn with_table(document: &str, mark: &str, table: &str) -> String {
    let begin = format!("<!-- table: {mark} -->\n");
    let (before, rest) = document.split_once(&begin).unwrap();
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}{begin}{table}<!-- end -->{after}")
}

#[test]
fn every_rule_is_in_a_document_as_the_catalogue_has_it() {
    let is_update = std::env::var_os("GATEKEEPER_UPDATE_DOCS").is_some();
    for (name, mark, table) in tables() {
        let document = project(name);
        let right = with_table(&document, mark, &table);
        if is_update {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(name), right).unwrap();
        } else {
            assert!(
                document == right,
                "the table of {mark} in {name} is out of date: run \
                 `GATEKEEPER_UPDATE_DOCS=1 cargo test documents`"
            );
        }
    }
    // Some rules are described in sentences.
    let documents =
        project("docs/messages.md") + &project("docs/bypass.md") + &project("docs/checks.md");
    let mut ids = BTreeSet::new();
    for rule in every_rule() {
        assert!(ids.insert(rule.id), "{} is the id of two rules", rule.id);
        let is_named = documents.contains(&format!("`{}`", rule.id));
        assert!(is_named && !rule.id.is_empty(), "{rule:?}");
    }
    assert!(ids.len() > 150, "{ids:?}");
}

#[test]
fn every_rule_for_messages_is_in_the_collection() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/collection");
    let collected: String = fs::read_dir(directory)
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for rule in catalogue::messages() {
        // The collection is about messages alone, and about verdicts: a note is none.
        let is_of_gates = rule.family == RuleFamily::Declarations;
        let is_collected = collected.contains(&format!("\"{}\"", rule.id));
        assert!(
            is_collected || is_of_gates || rule.level == Level::Note,
            "{}",
            rule.id
        );
    }
}

/// The place that a heading gets in a page, as GitHub and the site make it.
fn place_of(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The headings of a document, as places.
fn places(document: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let headings = document.lines().filter(|line| {
        is_code ^= line.trim_start().starts_with("```");
        !is_code && line.starts_with('#')
    });
    headings
        .map(|line| place_of(line.trim_start_matches('#').trim()))
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![
        "README.md".into(),
        "CONTRIBUTING.md".into(),
        "CHANGELOG.md".into(),
    ];
    for dir in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(top.join(dir)).unwrap();
        let paths = entries.map(|entry| Path::new(dir).join(entry.unwrap().file_name()));
        documents.extend(paths.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    let link = regex::Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut count = 0;
    for name in &documents {
        let text = fs::read_to_string(top.join(name)).unwrap();
        for found in link.captures_iter(&text) {
            let target = &found[1];
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, place) = target.split_once('#').unwrap_or((target, ""));
            let file = match path {
                "" => top.join(name),
                _ => top.join(name).parent().unwrap().join(path),
            };
            assert!(file.exists(), "{}: {target} does not exist", name.display());
            if !place.is_empty() {
                let there = places(&fs::read_to_string(&file).unwrap());
                assert!(
                    there.contains(place),
                    "{}: {target}: {there:?}",
                    name.display()
                );
            }
            count += 1;
        }
    }
    assert!(count > 100, "only {count} links were found");
}
