//! Directories whose names could be taken for something else: for another object, another line, another
//! answer of git's. What is compared in them is compared like anywhere else.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use proptest::collection::vec;
use proptest::prop_assert_eq;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::sandbox::Sandbox;

const GATES: &str = "[gates.x]\nrun = \"test -d .\"\n[gates.y]\nrun = \"true\"\n";

/// Four questions about another object, for whoever asks by name.
const LINES: &str = "x\nHEAD:benign\nHEAD:benign\nHEAD:benign\nHEAD:benign\ny";

/// A repository with these gates, a file that would do for a gates.toml of one gate, and a configuration
/// of ruff in a directory of this name, all in a commit.
fn with_directory(name: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.write("benign", "[gates.y]\nrun = \"true\"\n");
    let file = format!("{name}/pyproject.toml");
    sandbox.write(file, "[tool.ruff.lint]\nselect = [\"E\"]\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox
}

/// The rules and paths of what is found in the staged change.
fn found(sandbox: &Sandbox) -> Vec<(String, String)> {
    let done = sandbox.gatekeeper(&["run", "--staged", "--json"]).expect(0);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    let lines = report["lines"].as_array().unwrap().iter();
    lines
        .map(|line| (text(line, "rule"), text(line, "path")))
        .collect()
}

#[test]
fn a_blank_in_a_name_is_no_trouble() {
    let sandbox = with_directory("my app");
    let file = "my app/pyproject.toml";
    sandbox.write(file, "[tool.ruff.lint]\nselect = [\"E\", \"F\"]\n");
    sandbox.git(&["add", "."]);
    assert_eq!(found(&sandbox), []);
    sandbox.write(file, "[tool.ruff.lint]\nselect = [\"F\"]\n");
    sandbox.git(&["add", "."]);
    let expected = ("config.ruff.select".to_owned(), file.to_owned());
    assert_eq!(found(&sandbox), [expected]);
}

#[test]
fn line_breaks_in_a_name_hide_no_gate_that_is_gone() {
    let sandbox = with_directory(LINES);
    sandbox.write("gates.toml", "[gates.y]\nrun = \"true\"\n");
    let file = format!("{LINES}/pyproject.toml");
    sandbox.write(&file, "[tool.ruff.lint]\nselect = [\"F\"]\n");
    sandbox.git(&["add", "."]);
    let rules: Vec<String> = found(&sandbox).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["gates.weakened", "config.ruff.select"]);
    // Nor from an audit, nor from a server.
    sandbox.git(&["commit", "--quiet", "--message", "next"]);
    let arguments = ["audit", "--policy", "HEAD~1", "--json", "HEAD~1..HEAD"];
    let done = sandbox.gatekeeper(&arguments).expect(1);
    assert!(
        done.stdout.contains("\"gates.weakened\""),
        "{}",
        done.stdout
    );
    let server = sandbox.beside("server.git");
    let server = server.to_str().unwrap();
    sandbox.git(&["clone", "--quiet", "--bare", ".", server]);
    sandbox.git(&["-C", server, "update-ref", "refs/heads/main", "main~1"]);
    let install = format!("cd {server} && \"$0\" install --server");
    let arguments = ["-c", &install, crate::sandbox::GATEKEEPER];
    let mut command = sandbox.command("sh", &arguments);
    crate::sandbox::finish(&mut command).expect(0);
    let push = sandbox.try_git(&["push", server, "main"]).expect(1);
    assert!(push.stderr.contains("gates.weakened"), "{}", push.stderr);
}

#[test]
fn a_gates_toml_that_cannot_be_read_is_not_one_that_was_never_there() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", format!("{GATES}[gates.z\n"));
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "broken"]);
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "."]);
    let expected = ("gates.weakened".to_owned(), "gates.toml".to_owned());
    assert_eq!(found(&sandbox), [expected]);
}

#[test]
fn any_name_is_compared() {
    const PARTS: [&str; 23] = [
        "a",
        " ",
        "\n",
        ":",
        "HEAD:",
        "missing",
        " missing",
        "ambiguous",
        "\t",
        "\"",
        "\\",
        "-",
        "..",
        "^{tree}",
        "blob 3",
        "\r",
        "\u{e4}",
        "*",
        "?",
        "[",
        "'",
        "$x",
        "0000000",
    ];
    let names = vec(vec(select(&PARTS[..]), 1..6), 1..12);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new_with_rng(config, rng).run(&names, |names| {
        let names: BTreeSet<Vec<u8>> = names
            .iter()
            .enumerate()
            .map(|(number, parts)| {
                let mut name = parts.concat().into_bytes();
                name.extend(if number % 3 == 0 { &b"\xff"[..] } else { b"n" });
                name
            })
            .collect();
        let sandbox = Sandbox::new();
        sandbox.write("gates.toml", GATES);
        let flake8 = "[flake8]\nselect = E,F\n";
        for (number, name) in names.iter().enumerate() {
            let directory = sandbox.top.join(OsStr::from_bytes(name));
            fs::create_dir(&directory).unwrap();
            fs::write(directory.join(".flake8"), flake8).unwrap();
            // Where another file says the same, nothing is looser without the first.
            if number % 2 == 0 {
                fs::write(directory.join("setup.cfg"), flake8).unwrap();
            }
        }
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "--message", "base"]);
        for name in &names {
            let file = Path::new(OsStr::from_bytes(name)).join(".flake8");
            fs::remove_file(sandbox.top.join(file)).unwrap();
        }
        sandbox.git(&["add", "."]);
        let rules: Vec<String> = found(&sandbox).into_iter().map(|(rule, _)| rule).collect();
        prop_assert_eq!(rules, vec!["config.flake8.removed"; names.len() / 2]);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
