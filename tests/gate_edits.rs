//! Edits of gates.toml beside a change of the code: those that are known to be as strict as before are
//! committed, all others are refused with the place of the key.
//!
//! A case of `tests/gate_edits/` has gates.toml `before` and `after`, other files (`files`), those that the
//! commit writes besides (`change`), and what it moves (`move`). `says` is what the refusal has to say, with
//! the place; without it the commit is made.

use std::fs;

use toml::Table;

use crate::sandbox::Sandbox;

/// Programs that find nothing.
const TOOLS: [&str; 9] = [
    "cargo", "eslint", "mypy", "pytest", "ruff", "make", "npm", "tool", "uv",
];

fn play(case: &Table) -> Result<(), String> {
    let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
    let sandbox = Sandbox::new();
    for tool in TOOLS {
        sandbox.program(tool, "#!/bin/sh\n");
    }
    sandbox.write("gates.toml", text("before").unwrap());
    sandbox.write("code.txt", "one\n");
    let write = |key: &str| {
        let files = case.get(key).and_then(toml::Value::as_table);
        for (path, text) in files.into_iter().flatten() {
            sandbox.write(path, text.as_str().unwrap());
        }
    };
    write("files");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    if let Some(moved) = text("move") {
        sandbox.sh(moved).expect(0);
    }
    write("change");
    if let Some(after) = text("after") {
        sandbox.write("gates.toml", after);
    }
    sandbox.write("code.txt", "two\n");
    sandbox.git(&["add", "--all"]);
    let done =
        sandbox.sh("git commit --quiet --signoff --trailer 'A: x' --message 'change the code'");
    let is_right = match text("says") {
        Some(says) => done.code() == 1 && says.lines().all(|line| done.stderr.contains(line)),
        None => done.code() == 0,
    };
    if is_right {
        return Ok(());
    }
    Err(format!(
        "{}: exit code {}\n{}",
        case["name"],
        done.code(),
        done.stderr
    ))
}

#[track_caller]
fn play_all(file: &str) {
    let path = format!(
        "{}/tests/gate_edits/{file}.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let cases = table["case"].as_array().unwrap();
    let played = cases.iter().map(|case| play(case.as_table().unwrap()));
    let failed: Vec<String> = played.filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn stricter_gates_need_no_reason() {
    play_all("stricter");
}

#[test]
fn weaker_gates_are_refused_with_their_places() {
    play_all("weaker");
}
