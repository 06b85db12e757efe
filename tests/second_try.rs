//! A commit that is refused is accepted at the second try: only what is printed is followed, once.
//!
//! A case of `tests/second_try/` stages a change (`change`, `move`), runs a `command`, and is refused; then the
//! printed commands are run, with the words in capitals replaced. Where the message has to be edited, `edit`
//! is a program for `sed` that a person would replace by an editor. `says` is text that the refusal has.
//! `require` is a trailer that every message must have, and `model` what the environment says of the agent's model.

use std::fs;

use toml::Table;

use crate::sandbox::{Done, Sandbox};

const GATES: &str = r#"
[gates.lint]
run = "mypy --strict src"

[commit-msg.subject]
style = "conventional"
max-length = 60

[commit-msg.signed-off-by]
required = "always"
order = "error"

[commit-msg.assisted-by]
required = "when-agent"

[commit-msg.trailers]
once = ["Fixes"]
"#;

/// What a person fills in.
const WORDS: [(&str, &str); 5] = [
    ("VALUE", "12"),
    ("AGENT-NAME", "reviewer"),
    ("SHORT-HASH", "a1b2c3d"),
    ("MODEL", "claude-opus-4"),
    ("REASON", "the types are checked elsewhere now"),
];

/// The commands that a refusal prints for whoever runs it.
fn printed(done: &Done, is_agent: bool) -> Vec<String> {
    let lines: Vec<&str> = done.stderr.lines().collect();
    let begins = |start: &str| lines.iter().position(|line| line.starts_with(start));
    let start = (is_agent.then(|| begins("If you are an AI agent")).flatten())
        .or_else(|| begins("help: to keep the change"))
        .or_else(|| begins("next: "))
        .unwrap_or_else(|| panic!("nothing is printed:\n{}", done.stderr));
    let is_continuation = |line: &&&str| !line.starts_with("  ");
    let commands = lines[start + 1..].iter().skip_while(is_continuation);
    let commands = commands.take_while(|line| line.starts_with("  "));
    commands.map(|line| line.trim().to_owned()).collect()
}

fn play(case: &Table) -> Result<(), String> {
    let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
    let mut sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.program("mypy", "#!/bin/sh\n");
    sandbox.program("tool", "#!/bin/sh\n");
    let gates = match text("require") {
        Some(key) => format!("{GATES}require = [\"{key}\"]\n"),
        None => GATES.to_owned(),
    };
    sandbox.write("gates.toml", &gates);
    sandbox.write("src/a.py", "a = 1\n");
    sandbox.write("b.txt", "b\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    if let Some(name) = text("agent") {
        sandbox.set(name, "1");
    }
    if let Some(model) = text("model") {
        sandbox.set("ANTHROPIC_MODEL", model);
    }
    let change = case.get("change").and_then(toml::Value::as_table);
    for (path, text) in change.into_iter().flatten() {
        let text = text.as_str().unwrap();
        let text = if path == "gates.toml" {
            gates.replace("mypy --strict src", text)
        } else {
            text.to_owned()
        };
        sandbox.write(path, text);
    }
    sandbox.git(&["add", "--all"]);
    let command = text("command").unwrap();
    let done = sandbox.sh(command);
    let name = &case["name"];
    if done.code() == 0 {
        return Err(format!("{name}: not refused"));
    }
    for says in case
        .get("says")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
    {
        if !done.stderr.contains(says.as_str().unwrap()) {
            return Err(format!("{name}: {says} is not in\n{}", done.stderr));
        }
    }
    let is_agent = case.get("is-agent").is_some();
    if let Some(edit) = text("edit") {
        let (_, rest) = done
            .stderr
            .split_once("next: edit ")
            .expect("an edit is asked for");
        let file = rest.split([',', '\n']).next().unwrap();
        sandbox.sh(&format!("sed -i '{edit}' {file}")).expect(0);
    } else if done.stderr.contains("next: edit ") {
        return Err(format!("{name}: an edit is asked for\n{}", done.stderr));
    }
    for command in printed(&done, is_agent) {
        let filled = WORDS.iter().fold(command, |command, (word, value)| {
            command.replace(word, value)
        });
        let again = sandbox.sh(&filled);
        // The note that asks for the reason is one about what is declared.
        let warns = again.stderr.contains("warning[") && !filled.contains("Gate-Change");
        if again.code() != 0 || warns {
            return Err(format!(
                "{name}: {filled}\n{}\nafter\n{}",
                again.stderr, done.stderr
            ));
        }
    }
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    let expected = text("message");
    if expected.is_some_and(|expected| message.trim() != expected.trim()) {
        return Err(format!("{name}: the message is\n{message}"));
    }
    let saved = sandbox.sh("ls .git/gatekeeper | grep '^message-[0-9a-f]*$'");
    if saved.code() == 0 {
        return Err(format!("{name}: {} is left", saved.stdout));
    }
    let left = sandbox.git(&["status", "--porcelain"]);
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("{name}: {left} is left"))
    }
}

#[test]
fn what_is_printed_is_enough() {
    let path = format!(
        "{}/tests/second_try/messages.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let cases = table["case"].as_array().unwrap();
    let played = cases.iter().map(|case| play(case.as_table().unwrap()));
    let failed: Vec<String> = played.filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
