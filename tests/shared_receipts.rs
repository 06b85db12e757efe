//! Verdicts of other machines: statements, signed, as notes on trees.

use std::fs;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::required::is_here;
use crate::sandbox::{Done, GATEKEEPER, Sandbox};

const GATES: &str = "[gates.lint]\nrun = 'true'\nanywhere = true\n[gates.test]\nrun = 'true'\n";

const TRUST: &str = "[receipts]\ntrust = 'TRUST'\nci = ['ci@example.com']\n";

/// A repository whose base trusts in this way, with a key for a CI and one for a developer; `None` without ssh-keygen.
fn sandbox(trust: &str) -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    let made = ["ci", "dev", "stranger"].map(|name| {
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
            .arg(sandbox.beside(name))
            .stdin(Stdio::null())
            .status();
        made.is_ok_and(|made| made.success())
    });
    if !is_here(
        "ssh-keygen",
        made == [true; 3],
        "OpenSSH has no ssh-keygen here",
    ) {
        return None;
    }
    let key = |name: &str| fs::read_to_string(sandbox.beside(&format!("{name}.pub"))).unwrap();
    let signers = format!(
        "ci@example.com namespaces=\"gatekeeper\" {}dev@example.com namespaces=\"gatekeeper\" {}",
        key("ci"),
        key("dev")
    );
    sandbox.write(".gatekeeper/allowed_signers", signers);
    sandbox.write(
        "gates.toml",
        format!("{GATES}{}", TRUST.replace("TRUST", trust)),
    );
    sandbox.write(".gitignore", "*.json\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.git(&["branch", "base"]);
    sandbox.write("code", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "code"]);
    Some(sandbox)
}

fn attest(sandbox: &Sandbox) {
    sandbox
        .gatekeeper(&["run", "--attest", "run.json"])
        .expect(0);
}

fn add(sandbox: &Sandbox, key: &str, signer: &str) -> Done {
    let key = sandbox.beside(key);
    let key = key.to_str().unwrap();
    sandbox.gatekeeper(&["receipts", "add", "run.json", "--key", key, "--as", signer])
}

fn verify(sandbox: &Sandbox) -> Done {
    sandbox.gatekeeper(&["receipts", "verify", "--base", "base"])
}

/// The note on the tree of HEAD, as lines.
fn note(sandbox: &Sandbox) -> String {
    sandbox.git(&[
        "notes",
        "--ref=refs/notes/gatekeeper",
        "show",
        "HEAD^{tree}",
    ])
}

fn write_note(sandbox: &Sandbox, tree: &str, text: &str) {
    fs::write(sandbox.beside("note"), text).unwrap();
    let file = sandbox.beside("note");
    let file = format!("--file={}", file.display());
    sandbox.git(&[
        "notes",
        "--ref=refs/notes/gatekeeper",
        "add",
        "--force",
        &file,
        tree,
    ]);
}

/// What is told, without what differs from one run to the next.
fn plain(done: &Done) -> String {
    let text = format!("{}{}", done.stdout, done.stderr).replace(GATEKEEPER, "gatekeeper");
    let lines = text.lines().map(|line| {
        let words = line
            .split(' ')
            .map(|word| match word.trim_end_matches([':', '.']) {
                id if id.len() == 40 && id.chars().all(|c| c.is_ascii_hexdigit()) => "[ID]:",
                time if time.len() == 20 && time.ends_with('Z') => "[TIME]:",
                _ => word,
            });
        words.collect::<Vec<_>>().join(" ") + "\n"
    });
    lines.collect::<String>().replace(
        &format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "[PLATFORM]",
    )
}

#[test]
fn a_statement_names_what_was_checked_and_how_it_ended() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.good]\nrun = 'true'\n[gates.bad]\nrun = 'false'\n[gates.careful]\nrun = 'false'\nlevel = 'warn'\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "gates"]);
    let file = sandbox.beside("run.json");
    let file = file.to_str().unwrap();
    sandbox.gatekeeper(&["run", "--attest", file]).expect(1);
    let statement: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(
        statement["predicateType"],
        "https://in-toto.io/attestation/test-result/v0.1"
    );
    let id = |what: &str| sandbox.git(&["rev-parse", what]).trim().to_owned();
    assert_eq!(
        statement["subject"][0]["digest"]["gitTree"],
        id("HEAD^{tree}")
    );
    assert_eq!(statement["subject"][1]["digest"]["gitCommit"], id("HEAD"));
    let predicate = &statement["predicate"];
    assert_eq!(
        predicate["configuration"][0]["digest"]["gitBlob"],
        id("HEAD:gates.toml")
    );
    assert_eq!(predicate["result"], "FAILED");
    assert_eq!(predicate["passedTests"], serde_json::json!(["good"]));
    assert_eq!(predicate["warnedTests"], serde_json::json!(["careful"]));
    assert_eq!(predicate["failedTests"], serde_json::json!(["bad"]));
    // What is no tree of git cannot be named.
    sandbox.write("gates.toml", "[gates.good]\nrun = 'true'\n");
    let refused = sandbox.gatekeeper(&["run", "--attest", file]).expect(3);
    assert!(
        refused.stderr.contains("nothing to attest"),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_base_decides_whose_receipts_count() {
    let mut told = String::new();
    let mut audited = String::new();
    for (trust, by_ci, by_both) in [("none", 1, 1), ("ci", 0, 0), ("developers", 0, 0)] {
        let Some(sandbox) = sandbox(trust) else {
            return;
        };
        attest(&sandbox);
        verify(&sandbox).expect(1);
        add(&sandbox, "dev", "dev@example.com").expect(0);
        told += &plain(&verify(&sandbox).expect(1));
        add(&sandbox, "ci", "ci@example.com").expect(0);
        verify(&sandbox).expect(by_ci);
        // A second time, it is there once more, and counts no less.
        add(&sandbox, "ci", "ci@example.com").expect(0);
        verify(&sandbox).expect(by_both);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        audited = plain(&sandbox.gatekeeper(&["audit", "base"]).expect(0));
        audited = audited.replace(&head[..9], "[COMMIT]");
    }
    assert_snapshot!(audited, @"
passed: 1 message in base..HEAD
checked elsewhere: [COMMIT] by ci@example.com, on [PLATFORM], [TIME]: lint, test
checked elsewhere: [COMMIT] by dev@example.com, on [PLATFORM], [TIME]: lint
");
    assert_snapshot!(told, @r#"
tree [ID]: 1 receipt
  refused  dev@example.com, on [PLATFORM], [TIME]: [receipts] trust is "none" in the base
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  dev@example.com, on [PLATFORM], [TIME]: the signer is not a CI
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  counts   dev@example.com, on [PLATFORM], [TIME]: lint
not verified: no receipt that counts for test
next: run `gatekeeper run`
"#);
}

#[test]
fn another_version_of_a_tool_than_the_tree_locks_is_no_pass() {
    let Some(sandbox) = sandbox("ci") else {
        return;
    };
    sandbox.write(
        "gates.toml",
        format!(
            "[gates.ruff]\nrun = 'ruff check'\n{}",
            TRUST.replace("TRUST", "ci")
        ),
    );
    sandbox.write(
        "uv.lock",
        "version = 1\n\n[[package]]\nname = \"ruff\"\nversion = \"0.17.6\"\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "ruff"]);
    sandbox.git(&["branch", "--force", "base"]);
    let mut told = String::new();
    for version in ["0.9.0", "0.17.6"] {
        let tool = format!("#!/bin/sh\necho ruff {version}\n");
        sandbox.program("ruff", &tool);
        attest(&sandbox);
        write_note(&sandbox, "HEAD^{tree}", "");
        add(&sandbox, "ci", "ci@example.com").expect(0);
        told += &plain(&verify(&sandbox));
    }
    assert_snapshot!(told, @"
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: ruff ran with ruff 0.9.0, and uv.lock names 0.17.6
not verified: no receipt that counts for ruff
next: run `gatekeeper run`
tree [ID]: 1 receipt
  counts   ci@example.com, on [PLATFORM], [TIME]: ruff
verified: every gate has passed on this tree
");
}

#[test]
fn forged_replayed_and_foreign_receipts_are_refused() {
    let Some(sandbox) = sandbox("developers") else {
        return;
    };
    attest(&sandbox);
    let mut told = String::new();
    let mut refuse = |sandbox: &Sandbox| told += &plain(&verify(sandbox).expect(1));
    // With a key that nobody lists, as somebody who is listed.
    add(&sandbox, "stranger", "ci@example.com").expect(0);
    refuse(&sandbox);
    // With a key that is listed, as somebody else.
    write_note(&sandbox, "HEAD^{tree}", "");
    add(&sandbox, "dev", "ci@example.com").expect(0);
    refuse(&sandbox);
    write_note(&sandbox, "HEAD^{tree}", "");
    add(&sandbox, "ci", "*").expect(0);
    refuse(&sandbox);
    // Altered after it was signed, and without a signature.
    write_note(&sandbox, "HEAD^{tree}", "");
    add(&sandbox, "ci", "ci@example.com").expect(0);
    verify(&sandbox).expect(0);
    let good = note(&sandbox);
    write_note(
        &sandbox,
        "HEAD^{tree}",
        &good
            .replace("true", "TRUE")
            .replace("\\\"passed\\\"", "\\\"skipped\\\""),
    );
    refuse(&sandbox);
    let mut line: Value = serde_json::from_str(&good).unwrap();
    line["signature"] = Value::Null;
    write_note(&sandbox, "HEAD^{tree}", &line.to_string());
    refuse(&sandbox);
    write_note(&sandbox, "HEAD^{tree}", "garbage\n");
    refuse(&sandbox);
    // Of another tree.
    sandbox.write("code", "2\n");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "more"]);
    write_note(&sandbox, "HEAD^{tree}", &good);
    refuse(&sandbox);
    // From another platform, by another version, by another configuration, about a part, and of a run that failed.
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    write_note(&sandbox, "HEAD^{tree}", "");
    for (from, to) in [
        ("\"os\": \"", "\"os\": \"other-"),
        ("\"version\": \"", "\"version\": \"9."),
        ("\"sha256\": \"", "\"sha256\": \"0"),
        ("\"trigger\": \"", "\"trigger\": \"part of "),
        ("\"result\": \"PASSED\"", "\"result\": \"FAILED\""),
    ] {
        attest(&sandbox);
        let text = sandbox.read("run.json");
        assert!(text.contains(from), "{from} in {text}");
        sandbox.write("run.json", text.replacen(from, to, 1));
        add(&sandbox, "ci", "ci@example.com").expect(0);
    }
    refuse(&sandbox);
    // With a key that only the change lists.
    let keys = sandbox.read(".gatekeeper/allowed_signers");
    let stranger = fs::read_to_string(sandbox.beside("stranger.pub")).unwrap();
    sandbox.write(
        ".gatekeeper/allowed_signers",
        format!("{keys}ci@example.com {stranger}"),
    );
    sandbox.git(&["commit", "--quiet", "-a", "-m", "my own key"]);
    attest(&sandbox);
    add(&sandbox, "stranger", "ci@example.com").expect(0);
    refuse(&sandbox);
    // What the change makes of the configuration counts for nothing.
    let gates = sandbox.read("gates.toml");
    sandbox.write("gates.toml", gates.replace("[gates.test]", "[gates.tests]"));
    sandbox.git(&["commit", "--quiet", "-a", "-m", "other gates"]);
    attest(&sandbox);
    add(&sandbox, "ci", "ci@example.com").expect(0);
    refuse(&sandbox);
    assert_snapshot!(told, @r"
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: .gatekeeper/allowed_signers of the base has no key for this signature and this signer
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: .gatekeeper/allowed_signers of the base has no key for this signature and this signer
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  *, on [PLATFORM], [TIME]: .gatekeeper/allowed_signers of the base has no key for this signature and this signer
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: .gatekeeper/allowed_signers of the base has no key for this signature and this signer
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: it is not signed
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  a line of the note: it is not a receipt
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: it is about another tree
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 5 receipts
  refused  ci@example.com, on [PLATFORM], [TIME]: the run did not pass
  refused  ci@example.com, on [PLATFORM], [TIME]: it was made by another configuration
  refused  ci@example.com, on [PLATFORM], [TIME]: it is not about the whole tree
  refused  ci@example.com, on other-[PLATFORM], [TIME]: it is from another platform
  refused  ci@example.com, on [PLATFORM], [TIME]: another version of gatekeeper has made it
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
tree [ID]: 1 receipt
  refused  ci@example.com, on [PLATFORM], [TIME]: .gatekeeper/allowed_signers of the base has no key for this signature and this signer
not verified: no receipt that counts for lint, test
next: run `gatekeeper run`
not verified: the configuration differs from that of the base
next: run `gatekeeper run`
");
}

#[test]
fn receipts_travel_and_none_is_lost() {
    let Some(one) = sandbox("ci") else { return };
    let remote = one.beside("remote.git");
    let remote = remote.to_str().unwrap();
    one.git(&["init", "--quiet", "--bare", remote]);
    one.git(&["remote", "add", "origin", remote]);
    one.git(&["push", "--quiet", "origin", "main", "base"]);
    let nothing = one.gatekeeper(&["receipts", "push"]).expect(2).told();
    let none = one.gatekeeper(&["receipts", "fetch"]).expect(0).told();
    // Two clones add receipts of the same tree.
    let other = one.beside("other");
    one.git(&["clone", "--quiet", remote, other.to_str().unwrap()]);
    let there = |arguments: &[&str]| {
        let mut command = one.command(GATEKEEPER, arguments);
        crate::sandbox::finish(command.current_dir(&other))
    };
    attest(&one);
    add(&one, "ci", "ci@example.com").expect(0);
    one.gatekeeper(&["receipts", "push"]).expect(0);
    let key = one.beside("dev");
    let statement = one.top.join("run.json");
    let arguments = [
        "receipts",
        "add",
        statement.to_str().unwrap(),
        "--as",
        "dev@example.com",
        "--key",
    ];
    there(&[&arguments[..], &[key.to_str().unwrap()]].concat()).expect(0);
    let behind = there(&["receipts", "push"]);
    assert_eq!(behind.code(), 3, "{}", behind.stderr);
    assert!(behind.stderr.contains("receipts fetch` and push again"));
    there(&["receipts", "fetch"]).expect(0);
    there(&["receipts", "push"]).expect(0);
    one.gatekeeper(&["receipts", "fetch"]).expect(0);
    assert_eq!(note(&one).lines().count(), 2);
    let verified = verify(&one).expect(0);
    // Twice at once, each line is there.
    let both: Vec<_> = (0..4)
        .map(|at| {
            let signer = format!("ci{at}@example.com");
            let key = one.beside("ci");
            let words = [
                "receipts",
                "add",
                "run.json",
                "--key",
                key.to_str().unwrap(),
                "--as",
                &signer,
            ];
            crate::sandbox::Started::new(&mut one.command(GATEKEEPER, &words))
        })
        .collect();
    for started in both {
        started.finish().expect(0);
    }
    assert_eq!(note(&one).lines().count(), 6);
    assert_snapshot!([nothing, none, plain(&verified)].concat(), @r"
error: there is no refs/notes/gatekeeper, so there is nothing to push
help: add a receipt with `gatekeeper receipts add FILE`
---
origin has no refs/notes/gatekeeper
---
tree [ID]: 2 receipts
  counts   ci@example.com, on [PLATFORM], [TIME]: lint, test
  refused  dev@example.com, on [PLATFORM], [TIME]: the signer is not a CI
verified: every gate has passed on this tree
");
}

#[test]
fn a_gate_that_was_left_out_has_not_passed() {
    let Some(sandbox) = sandbox("ci") else {
        return;
    };
    sandbox
        .gatekeeper(&["run", "--skip", "test", "--attest", "run.json"])
        .expect(0);
    add(&sandbox, "ci", "ci@example.com").expect(0);
    let told = verify(&sandbox).expect(1).told();
    assert!(
        told.contains(
            "not verified: no receipt that counts for test\nnext: run `gatekeeper run`\n"
        ),
        "{told}"
    );
    // What the configuration itself leaves out needs no receipt, and is named.
    let skip = "skip = { reason = 'the service is down for now', until = '2999-12-31' }\n";
    sandbox.write(
        "gates.toml",
        format!("{GATES}{skip}{}", TRUST.replace("TRUST", "ci")),
    );
    sandbox.git(&["commit", "--quiet", "-a", "-m", "skip"]);
    sandbox.git(&["branch", "--force", "base"]);
    attest(&sandbox);
    add(&sandbox, "ci", "ci@example.com").expect(0);
    let told = verify(&sandbox).expect(0).told();
    let verdict =
        "verified: every gate has passed on this tree, but for what gates.toml skips: test\n";
    assert!(told.contains(verdict), "{told}");
}
