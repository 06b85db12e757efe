//! `gatekeeper guard`: the payloads of every host, and what it answers.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sandbox::{GATEKEEPER, Sandbox};

/// A call of the guard: its exit code, and what it prints.
fn guard_with(arguments: &[&str], payload: &[u8]) -> (i32, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(GATEKEEPER);
    command
        .arg("guard")
        .args(arguments)
        .current_dir(dir.path())
        .env_clear()
        .env("HOME", dir.path());
    call(&mut command, payload)
}

/// A call of the guard in a repository.
fn guard_in(sandbox: &Sandbox, command: &str) -> (i32, String, String) {
    let payload = json!({
        "hook_event_name": "PreToolUse",
        "cwd": sandbox.top,
        "tool_name": "Bash",
        "tool_input": { "command": command },
    });
    call(
        &mut sandbox.command(GATEKEEPER, &["guard"]),
        payload.to_string().as_bytes(),
    )
}

pub(crate) fn call(command: &mut Command, payload: &[u8]) -> (i32, String, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // It may have answered before it has read everything.
    let _ = input.write_all(payload);
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The answer to a payload as one text.
fn answer(payload: &Value) -> String {
    let (code, output, error) = guard_with(&[], payload.to_string().as_bytes());
    format!("{code}\n{output}{error}")
}

/// A line of `tests/guard/payloads.jsonl`.
#[derive(serde::Deserialize)]
struct Fixture {
    name: String,
    denied: bool,
    form: String,
    payload: Value,
}

/// Whether an answer is a refusal in this form, with its four lines.
fn is_refusal(form: &str, (code, output, error): &(i32, String, String)) -> bool {
    let value: Value = serde_json::from_str(output).unwrap_or_default();
    let (is_said, reason) = match form {
        "permission" => (value["permission"] == "deny", &value["agent_message"]),
        "decision" => (
            value["permissionDecision"] == "deny",
            &value["permissionDecisionReason"],
        ),
        "reason" => (value["decision"] == "deny", &value["reason"]),
        "cancel" => (value["cancel"] == true, &value["errorMessage"]),
        _ => return *code == 2 && output.is_empty() && error.lines().count() == 4,
    };
    let lines = reason.as_str().unwrap_or_default().lines().count();
    is_said && *code == 0 && error.is_empty() && lines == 4 && output.lines().count() == 1
}

#[test]
fn every_host_is_answered_in_its_own_dialect() {
    let mut wrong = Vec::new();
    let mut hosts = 0;
    for line in include_str!("guard/payloads.jsonl").lines() {
        let fixture: Fixture = serde_json::from_str(line).unwrap();
        let answer = guard_with(&[], fixture.payload.to_string().as_bytes());
        let silence = if fixture.form == "cancel" { "{}\n" } else { "" };
        let is_right = if fixture.denied {
            is_refusal(&fixture.form, &answer)
        } else {
            answer == (0, silence.to_owned(), String::new())
        };
        if !is_right {
            wrong.push((fixture.name, fixture.denied, answer));
        }
        hosts += 1;
    }
    assert_eq!(wrong, []);
    assert!(hosts > 80, "{hosts}");
}

#[test]
fn a_refusal_says_what_why_and_what_to_run_instead() {
    let payload = json!({
        "hook_event_name": "PreToolUse",
        "tool_name": "Bash",
        "tool_input": { "command": "cd web && git commit -nm 'fix: a b' && git push" },
    });
    assert_snapshot!(answer(&payload), @"
    2
    gatekeeper refused this: `-nm` in `git commit -nm 'fix: a b'` skips the hooks [no-verify]
    why: this repository requires every commit and push to pass its gates
    run instead: git commit -m 'fix: a b'
    If a gate is wrong, stop and ask the user; do not look for another way.
    ");
    let payload = json!({
        "conversation_id": "c",
        "cursor_version": "3",
        "hook_event_name": "preToolUse",
        "tool_name": "Write",
        "tool_input": { "file_path": ".git/hooks/pre-commit" },
    });
    assert_snapshot!(answer(&payload), @r#"
    0
    {"agent_message":"gatekeeper refused this: Write changes .git/hooks/pre-commit, a git hook [tampering]\nwhy: this decides whether and how commits are checked, so only a person may change it\nrun instead: gatekeeper status  (shows the hooks and records; `gatekeeper install` repairs them)\nIf a gate is wrong, stop and ask the user; do not look for another way.","permission":"deny","user_message":"gatekeeper refused this: Write changes .git/hooks/pre-commit, a git hook [tampering]\nwhy: this decides whether and how commits are checked, so only a person may change it\nrun instead: gatekeeper status  (shows the hooks and records; `gatekeeper install` repairs them)\nIf a gate is wrong, stop and ask the user; do not look for another way."}
    "#);
}

#[test]
fn what_cannot_be_read_is_refused_if_it_names_git_or_is_too_large() {
    let huge = |text: &str| {
        let content = text.repeat((17 << 20) / text.len());
        json!({ "tool_name": "Write", "tool_input": { "content": content } })
            .to_string()
            .into_bytes()
    };
    let cases: [(&[u8], i32); 9] = [
        (b"", 0),
        (b"{", 0),
        (b"not JSON at all", 0),
        (b"[1, 2]", 0),
        (b"\xff\xfe", 0),
        (b"{\"tool_input\": {\"command\": \"git commit -n\"", 2),
        (b"gatekeeper", 2),
        (b"[\"rm .git/hooks/x\"]", 2),
        (b"\xef\xbb\xbf{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"\\u0067it commit -n\"}}", 2),
    ];
    for (payload, code) in cases {
        let (found, ..) = guard_with(&[], payload);
        assert_eq!(found, code, "{}", String::from_utf8_lossy(payload));
    }
    // What comes behind the end of what is kept is not known, but the host can write all of it.
    let mut child = Command::new(GATEKEEPER)
        .arg("guard")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(&huge("plain text "));
    assert!(written.is_ok(), "{written:?}");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(2));
    let deep = "[".repeat(5000) + "git";
    assert_eq!(guard_with(&[], deep.as_bytes()).0, 2);
    // Where the payload does not tell, the name of the host does.
    let (code, output, _) = guard_with(&["--agent", "cline"], b"git {");
    assert_eq!(code, 0);
    assert!(output.starts_with("{\"cancel\":true,"), "{output}");
    let unnamed = br#"{"command":"git commit -n -m x"}"#;
    let (code, output, _) = guard_with(&["--agent", "cursor"], unnamed);
    assert_eq!(code, 0);
    assert!(output.contains("\"permission\":\"deny\""), "{output}");
}

#[test]
fn a_host_that_never_ends_its_payload_gets_an_answer() {
    for (payload, code) in [("{\"a\": \"git commit", 2), ("{\"a\": \"ls", 0)] {
        let mut child = Command::new(GATEKEEPER)
            .arg("guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(payload.as_bytes()).unwrap();
        let mut output = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        let status = child.wait().unwrap();
        drop(input);
        assert_eq!(status.code(), Some(code), "{payload}");
    }
}

#[test]
fn aliases_of_the_repository_are_known() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "alias.quick", "commit -n"]);
    sandbox.git(&["config", "alias.ship", "!git push --no-verify"]);
    sandbox.git(&["config", "alias.st", "status -n"]);
    for (command, code) in [
        ("git quick -m x", 2),
        ("git ship origin", 2),
        ("git st", 0),
        ("cd / && git quick -m x", 0),
        ("git unknown -n", 0),
    ] {
        assert_eq!(guard_in(&sandbox, command).0, code, "{command}");
    }
    // A linked work tree has the same aliases.
    sandbox.git(&["commit", "--allow-empty", "-m", "x"]);
    sandbox.git(&["worktree", "add", "../linked"]);
    assert_eq!(guard_in(&sandbox, "git -C ../linked quick -m x").0, 2);
}

#[test]
fn credits_that_the_repository_forbids_are_refused() {
    let sandbox = Sandbox::with_gates(
        "[commit-msg.trailers]\nforbid = [\"Co-authored-by@ai\"]\n[gates.a]\nrun = \"true\"\n",
    );
    let (code, _, error) = guard_in(
        &sandbox,
        "git commit -m \"$(cat <<'EOF'\nfeat: it's new\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nEOF\n)\"",
    );
    assert_eq!(code, 2);
    assert_snapshot!(error, @r#"
    gatekeeper refused this: a commit with `Co-Authored-By: Claude <noreply@anthropic.com>`: this repository does not allow Co-authored-by with an AI's address [forbidden-credit]
    why: the configuration of this repository forbids this credit
    run instead: git commit -m 'feat: it'\''s new'
    If a gate is wrong, stop and ask the user; do not look for another way.
    "#);
    for (command, code) in [
        (
            "git commit -m x --trailer 'Co-Authored-By: Claude <noreply@anthropic.com>'",
            2,
        ),
        (
            "git commit -F - <<'E'\nx\n\nCo-authored-by: aider <aider@aider.chat>\nE\n",
            2,
        ),
        (
            "git commit -m x -m 'Co-Authored-By: Jane <jane@example.com>'",
            0,
        ),
        (
            "git commit -m 'Co-Authored-By: Claude <noreply@anthropic.com> is refused'",
            0,
        ),
    ] {
        assert_eq!(guard_in(&sandbox, command).0, code, "{command}");
    }
}

#[test]
fn a_commit_in_the_background_is_advised_against_once_its_duration_is_known() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    let silence = (0, String::new(), String::new());
    assert_eq!(guard_in(&sandbox, "git commit -m x &"), silence);
    sandbox.gatekeeper(&["run"]).expect(0);
    let (code, output, error) = guard_in(&sandbox, "git commit -m x &");
    assert_eq!((code, error.as_str()), (0, ""));
    let said: Value = serde_json::from_str(&output).unwrap();
    let advice = said["hookSpecificOutput"]["additionalContext"]
        .as_str()
        .unwrap();
    assert!(
        advice.starts_with("The commit runs in the background, but the gates"),
        "{advice}"
    );
    assert_eq!(guard_in(&sandbox, "git commit -m x"), silence);
    assert_eq!(guard_in(&sandbox, "git status &"), silence);
    // So is one that the host runs in the background, and one that is ended early.
    let asked = |input: Value| {
        let payload = json!({
            "hook_event_name": "PreToolUse",
            "cwd": sandbox.top,
            "tool_name": "Bash",
            "tool_input": input,
        });
        let mut command = sandbox.command(GATEKEEPER, &["guard"]);
        let (code, output, _) = call(&mut command, payload.to_string().as_bytes());
        assert_eq!(code, 0);
        output
    };
    let output = asked(json!({ "command": "git commit -m x", "run_in_background": true }));
    assert!(
        output.contains("The commit runs in the background"),
        "{output}"
    );
    let output = asked(json!({ "command": "timeout 0.0001 git commit -m x" }));
    assert!(output.contains("This command may take 0.00s"), "{output}");
    let output = asked(json!({ "command": "timeout 1h git commit -m x" }));
    assert_eq!(output, "");
}

#[test]
fn files_are_protected_behind_links_and_where_gates_toml_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox.write("shared/lint.toml", "[gates.a]\nrun = \"true\"\n");
    sandbox.write("link/x", "");
    std::fs::remove_dir_all(sandbox.top.join("link")).unwrap();
    std::os::unix::fs::symlink(".git/hooks", sandbox.top.join("link")).unwrap();
    for gates in [
        "include = [\"shared/lint.toml\"]\n",
        "include = [\"shared/lint.toml\"]\n[gates.\n",
        "include = [\"shared/lint.toml\", \"missing.toml\"]\n",
    ] {
        sandbox.write("gates.toml", gates);
        sandbox.git(&["add", "gates.toml", "shared"]);
        assert_eq!(guard_in(&sandbox, "rm shared/lint.toml").0, 2, "{gates}");
    }
    for (command, code) in [
        ("rm link/pre-commit", 2),
        ("echo exit 0 > link/pre-commit", 2),
        ("cd link && rm pre-push", 2),
        ("rm link", 0),
        ("rm shared/other.toml", 0),
    ] {
        assert_eq!(guard_in(&sandbox, command).0, code, "{command}");
    }
}
