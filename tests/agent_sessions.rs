//! What the guard says at the beginning of an agent's session, and when it is about to stop.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::guard::call;
use crate::sandbox::{GATEKEEPER, Sandbox};

const GATES: &str = "[gates.lint]\nrun = \"! grep -n BAD {files}\"\nfiles = [\"*.txt\"]\n[gates.test]\nrun = \"true\"\n";

fn guard(sandbox: &Sandbox, payload: &Value, variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command: Command = sandbox.command(GATEKEEPER, &["guard"]);
    command.envs(variables.iter().copied());
    call(&mut command, payload.to_string().as_bytes())
}

fn start(sandbox: &Sandbox) -> Value {
    json!({
        "session_id": "s",
        "transcript_path": "/t",
        "cwd": sandbox.top,
        "hook_event_name": "SessionStart",
        "source": "startup",
        "model": "anthropic/claude-opus-4-5",
    })
}

#[test]
fn a_session_begins_with_what_the_agent_has_to_know() {
    let sandbox = Sandbox::with_gates(GATES);
    let variables = sandbox.beside("variables");
    let file = [("CLAUDE_ENV_FILE", variables.to_str().unwrap())];
    let (code, output, error) = guard(&sandbox, &start(&sandbox), &file);
    assert_eq!((code, error.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(said["hookSpecificOutput"]["hookEventName"], "SessionStart");
    let context = said["hookSpecificOutput"]["additionalContext"]
        .as_str()
        .unwrap();
    assert_eq!(context.lines().count(), 5);
    assert_snapshot!(context, @"
    Every commit here is checked by gatekeeper: 2 gates (lint, test).
    The hooks are in the git directory that all work trees share, so linked work trees are checked, too.
    How long a commit takes is not known yet: give `git commit` a time limit of several minutes, in the foreground, without a pipe behind it.
    Messages: a subject, a blank line, why, a blank line, then `Assisted-By: claude (claude-opus-4-5)`; commit with `git commit -s`.
    If a commit is refused, fix what it names and run the command that it prints. Do not skip hooks; if a gate is wrong, stop and ask the user.
    ");
    assert_snapshot!(fs::read_to_string(&variables).unwrap(), @"
    export GATEKEEPER_AGENT=claude
    export GATEKEEPER_MODEL=claude-opus-4-5
    ");
    // The credit is filled in by what the session has said.
    sandbox.write("a.txt", "x\n");
    sandbox.git(&["add", "a.txt"]);
    let script = format!(". {}; git commit -s -m 'Add a'", variables.display());
    sandbox.sh(&script).expect(0);
    let message = sandbox.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.contains("\nAssisted-By: claude (claude-opus-4-5)\nSigned-off-by: "),
        "{message}"
    );
    // Fast gates need no time limit of their own.
    let (_, output, _) = guard(&sandbox, &start(&sandbox), &[]);
    assert!(!output.contains("time limit"), "{output}");
    assert!(output.contains("in the foreground"), "{output}");
}

#[test]
fn every_host_gets_the_context_in_its_own_shape() {
    let sandbox = Sandbox::with_gates(GATES);
    let payloads = [
        json!({"session_id": "s", "cwd": sandbox.top, "hook_event_name": "SessionStart", "permission_mode": "default", "model": "gpt-5.5", "source": "startup"}),
        json!({"session_id": "s", "cwd": sandbox.top, "hook_event_name": "SessionStart", "timestamp": "t", "source": "startup"}),
        json!({"conversation_id": "c", "generation_id": "g", "cursor_version": "3", "hook_event_name": "sessionStart", "session_id": "s", "workspace_roots": [sandbox.top], "model": "m"}),
        json!({"sessionId": "s", "timestamp": 1, "cwd": sandbox.top, "source": "new", "initialPrompt": ""}),
    ];
    let mut shapes = String::new();
    for payload in payloads {
        let (code, output, error) = guard(&sandbox, &payload, &[]);
        assert_eq!((code, error.as_str()), (0, ""));
        let said: Value = serde_json::from_str(&output).unwrap();
        let text = said.to_string();
        let at = text.find("then `Assisted-By: ").unwrap();
        let credit = text[at + 6..].split('`').next().unwrap();
        let keys: Vec<&str> = said
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let _ = writeln!(shapes, "{} {credit} {}", keys.join(" "), said["env"]);
    }
    assert_snapshot!(shapes, @r#"
    hookSpecificOutput Assisted-By: codex (gpt-5.5) null
    hookSpecificOutput Assisted-By: gemini (MODEL) null
    additional_context env Assisted-By: cursor (m) {"GATEKEEPER_AGENT":"cursor","GATEKEEPER_MODEL":"m"}
    additionalContext Assisted-By: copilot (MODEL) null
    "#);
}

#[test]
fn without_gates_a_session_begins_in_silence() {
    let sandbox = Sandbox::new();
    let silence = (0, String::new(), String::new());
    assert_eq!(guard(&sandbox, &start(&sandbox), &[]), silence);
    let mut elsewhere = start(&sandbox);
    elsewhere["cwd"] = json!("/");
    assert_eq!(guard(&sandbox, &elsewhere, &[]), silence);
    elsewhere["cwd"] = json!("/does/not/exist");
    assert_eq!(guard(&sandbox, &elsewhere, &[]), silence);
}

fn stop(sandbox: &Sandbox, session: &str, again: bool) -> Value {
    json!({
        "session_id": session,
        "cwd": sandbox.top,
        "hook_event_name": "Stop",
        "stop_hook_active": again,
    })
}

#[test]
fn unchecked_work_keeps_an_agent_once_per_finding_set() {
    let sandbox = Sandbox::with_gates(GATES).with_gatekeeper_on_path();
    let silence = (0, String::new(), String::new());
    assert_eq!(guard(&sandbox, &stop(&sandbox, "s", false), &[]), silence);
    sandbox.write("a.txt", "fine\n");
    sandbox.git(&["add", "a.txt"]);
    assert_eq!(guard(&sandbox, &stop(&sandbox, "s", false), &[]), silence);
    sandbox.write("a.txt", "BAD\n");
    let (code, output, _) = guard(&sandbox, &stop(&sandbox, "s", false), &[]);
    assert_eq!(code, 0);
    let said: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(said["decision"], "block");
    assert_snapshot!(said["reason"].as_str().unwrap(), @"
    Your work does not pass the gates of this repository, so it cannot be committed yet.
    lint failed: exit code 1
      1:BAD
      repeat: gatekeeper run lint
    Fix this, or stop again and tell the user why it is not fixed. If a gate is wrong, ask the user.
    ");
    // The same is not said twice, nor to an agent that was kept already.
    assert_eq!(guard(&sandbox, &stop(&sandbox, "s", false), &[]), silence);
    assert_eq!(
        guard(&sandbox, &stop(&sandbox, "other", true), &[]),
        silence
    );
    let (_, output, _) = guard(&sandbox, &stop(&sandbox, "other", false), &[]);
    assert!(output.contains("\"decision\":\"block\""), "{output}");
    // Other hosts have other words for it.
    let payload = json!({"session_id": "g", "cwd": sandbox.top, "hook_event_name": "AfterAgent", "stop_hook_active": false});
    let (_, output, _) = guard(&sandbox, &payload, &[]);
    assert!(output.starts_with("{\"decision\":\"deny\""), "{output}");
    let payload = json!({"conversation_id": "c", "generation_id": "g", "cursor_version": "3", "hook_event_name": "stop", "status": "completed", "loop_count": 0, "workspace_roots": [sandbox.top]});
    let (_, output, _) = guard(&sandbox, &payload, &[]);
    assert!(output.starts_with("{\"followup_message\":"), "{output}");
    let mut payload = payload;
    payload["loop_count"] = json!(1);
    assert_eq!(guard(&sandbox, &payload, &[]), silence);
}

#[test]
fn what_was_checked_is_not_run_again_at_a_stop() {
    let mut sandbox = Sandbox::with_gates("[gates.a]\nrun = \"counted\"\n");
    sandbox.program("counted", "#!/bin/sh\necho x >>\"$RECORD\"\n");
    let record = sandbox.beside("record");
    sandbox.set("RECORD", &record);
    let runs = || {
        fs::read_to_string(&record)
            .unwrap_or_default()
            .lines()
            .count()
    };
    sandbox.write("b.txt", "x\n");
    sandbox.git(&["add", "b.txt"]);
    let silence = (0, String::new(), String::new());
    let before = runs();
    assert_eq!(guard(&sandbox, &stop(&sandbox, "s", false), &[]), silence);
    assert_eq!(runs(), before + 1);
    assert_eq!(guard(&sandbox, &stop(&sandbox, "t", false), &[]), silence);
    assert_eq!(runs(), before + 1);
    // A change that is not staged is work, too.
    sandbox.write("b.txt", "y\n");
    assert_eq!(guard(&sandbox, &stop(&sandbox, "t", false), &[]), silence);
    assert_eq!(guard(&sandbox, &stop(&sandbox, "u", false), &[]), silence);
    assert_eq!(runs(), before + 2);
}

#[test]
fn audits_read_the_notes_of_git_ai() {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.write("a.txt", "x\n");
    sandbox.git(&["add", "a.txt"]);
    sandbox.git(&["commit", "-m", "Add a"]);
    sandbox.gatekeeper(&["audit", "HEAD^!"]).expect(0);
    let note = "a.txt\n  d9978a8 1\n---\n{\"schema_version\":\"authorship/3.0.0\",\"prompts\":{\"d9978a8\":{\"agent_id\":{\"tool\":\"cursor\",\"id\":\"x\",\"model\":\"claude-opus-4-5\"}}}}\n";
    sandbox.git(&["notes", "--ref=ai", "add", "-m", note]);
    let done = sandbox.gatekeeper(&["audit", "HEAD^!"]).expect(1);
    let said = "the note of the commit in refs/notes/ai says that cursor took part";
    assert!(done.stdout.contains(said), "{}", done.stdout);
    sandbox.git(&[
        "notes",
        "--ref=ai",
        "add",
        "-f",
        "-m",
        "not a note of git-ai",
    ]);
    sandbox.gatekeeper(&["audit", "HEAD^!"]).expect(0);
}

#[test]
fn aider_is_recognized_by_the_names_that_it_changes() {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.write("a.txt", "x\n");
    sandbox.git(&["add", "a.txt"]);
    let done = sandbox.sh("git commit -s -m 'Add a' --author 'Jane (aider) <jane@example.com>'");
    done.expect(1).says("an agent took part, by the name");
}
