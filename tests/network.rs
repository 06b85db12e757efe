//! Gates that were found and not written down run without the network.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use crate::required::is_here;
use crate::sandbox::Sandbox;

/// Says in which network it runs, what it can reach there, and what it was told about it.
const SAYS: &str = "#!/bin/sh
readlink /proc/self/ns/net
grep -q 127.0.0.1 /proc/net/fib_trie && echo loopback
echo \"offline: $CARGO_NET_OFFLINE\"
exit 1
";

/// cargo, where nothing was downloaded.
const CARGO: &str = "#!/bin/sh
echo 'error: no matching package named `x` found'
echo 'As a reminder, you'\\''re using offline mode (--offline) which can sometimes cause surprises'
exit 101
";

const WORKFLOW: &str = "on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: ruff check .
      - run: pip-audit
";

/// Whether a process can have a network of its own here.
fn has_networks() -> bool {
    let can = |options: &[&str]| {
        let tried = Command::new("unshare").args(options).arg("true").output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    let can = can(&["--net"]) || can(&["--user", "--net"]);
    is_here(
        "namespaces",
        can,
        "no process can have a network of its own",
    )
}

fn project(workflow: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".github/workflows/ci.yml", workflow);
    sandbox.write("a.py", "");
    sandbox.write("src/lib.rs", "");
    sandbox.write("requirements.txt", "x\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    sandbox
}

/// What the gates of a run printed, by their names.
fn printed(sandbox: &Sandbox) -> [Vec<String>; 2] {
    let done = sandbox.gatekeeper(&["run", "--json"]).expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let lines = |name: &str| {
        let gates = report["gates"].as_array().unwrap();
        let gate = gates.iter().find(|gate| gate["name"] == name).unwrap();
        let lines = gate["output"]["lines"].as_array().unwrap().iter();
        lines
            .map(|line| line.as_str().unwrap().to_owned())
            .collect()
    };
    ["ruff", "pip-audit"].map(lines)
}

#[test]
fn a_detected_gate_has_nothing_but_itself_to_talk_to() {
    if !has_networks() {
        return;
    }
    let sandbox = project(WORKFLOW);
    sandbox.program("ruff", SAYS);
    sandbox.program("pip-audit", SAYS);
    let own = fs::read_link("/proc/self/ns/net").unwrap();
    let own = own.to_str().unwrap();
    let [ruff, audit] = printed(&sandbox);
    assert_ne!(ruff[0], own);
    assert_eq!(ruff[1..], ["loopback", "offline: true"]);
    // What is about the network has it.
    assert_eq!(audit[0], own);
    // So has what somebody has written down.
    sandbox.write(
        "gates.toml",
        "[gates.ruff]\nrun = 'ruff check .'\n[gates.pip-audit]\nrun = 'pip-audit'\n",
    );
    let [ruff, _] = printed(&sandbox);
    assert_eq!(ruff[0], own);
    assert_eq!(ruff.last().unwrap(), "offline:");
}

#[test]
fn a_trial_says_what_needs_the_network() {
    if !has_networks() {
        return;
    }
    let workflow = WORKFLOW.replace("ruff check .", "cargo check");
    let sandbox = project(&format!("{workflow}      - run: pytest\n"));
    sandbox.program("cargo", CARGO);
    sandbox.program("pip-audit", "#!/bin/sh\nexit 1\n");
    sandbox.program(
        "pytest",
        "#!/bin/sh\necho 'E  ConnectionError: Name or service not known'\necho '1 failed in 0.1s'\nexit 1\n",
    );
    let done = sandbox.gatekeeper(&["init", "--yes"]).expect(0);
    assert_snapshot!(done, @"
    found 3 gates
      cargo-check  cargo check  .github/workflows/ci.yml:6
      pytest       pytest       .github/workflows/ci.yml:8
      pip-audit    pip-audit    .github/workflows/ci.yml:7
    gatekeeper trial on the last commit: 4 paths changed, checked in [VIEW], because it must not change your files
             failed  pytest  [TIME]  exit code 1
        tool broken  cargo-check  [TIME]  cargo-check could not reach the network (exit code 101): As a reminder, you're using offline mode (--offline) which can sometimes cause surprises

    cargo-check tool broken
        cause  cargo-check could not reach the network (exit code 101): As a reminder, you're using offline mode (--offline) which can sometimes cause surprises, after [TIME]
       output
               | error: no matching package named `x` found
               | As a reminder, you're using offline mode (--offline) which can sometimes cause surprises
      command  cargo check
       repeat  gatekeeper run cargo-check
         help  gates that were detected run without the network: download what cargo-check needs with `cargo fetch`, and run it again

    pytest failed
        cause  exit code 1, after [TIME]
       output
               | E  ConnectionError: Name or service not known
               | 1 failed in [TIME]
      command  pytest
       repeat  gatekeeper run pytest

    1 failed, 1 tool broken in [TIME]

    wrote gates.toml
    note: cargo-check could not download what it needs, because a trial has no network: run `cargo fetch`, then try `gatekeeper run cargo-check`
    note: pytest could not reach the network, which a trial does not have, so it only warns until [DATE]: try `gatekeeper run pytest`
    note: pip-audit needs the network, so it was not tried, and runs at a push
    next: read gates.toml, then run
      git add gates.toml
      gatekeeper install
    ");
    let gates = sandbox.read("gates.toml");
    let gates = gates.lines().filter(|line| {
        let is_about = ["[gates.", "hooks = ", "level = ", "# it gave"];
        is_about.iter().any(|begin| line.starts_with(begin))
    });
    assert_snapshot!(gates.collect::<Vec<_>>().join("\n"), @r#"
    [gates.cargo-check]
    # it gave no verdict here: `cargo fetch` downloads what it needs
    [gates.pytest]
    level = "warn"  # it could not reach the network, which the trial did not have
    [gates.pip-audit]
    hooks = ["pre-push"]  # it needs the network
    "#);
}

#[test]
fn a_run_without_the_network_says_how_to_do_without() {
    if !has_networks() {
        return;
    }
    let workflow = WORKFLOW.replace("ruff check .", "cargo check");
    let sandbox = project(&format!("{workflow}      - run: pytest\n"));
    sandbox.program("pytest", "#!/bin/sh\necho 'Connection refused'\nexit 1\n");
    sandbox.program("cargo", CARGO);
    sandbox.program(
        "pip-audit",
        "#!/bin/sh\necho 'No known vulnerabilities found'\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: cargo-check tool broken: cargo-check could not reach the network (exit code 101): As a reminder, you're using offline mode (--offline) which can sometimes cause surprises; 1 more gate did not pass
    gatekeeper run: 4 paths tracked
             failed  pytest  [TIME]  exit code 1
             passed  pip-audit  [TIME]  No known vulnerabilities found
        tool broken  cargo-check  [TIME]  cargo-check could not reach the network (exit code 101): As a reminder, you're using offline mode (--offline) which can sometimes cause surprises

    cargo-check tool broken
        cause  cargo-check could not reach the network (exit code 101): As a reminder, you're using offline mode (--offline) which can sometimes cause surprises, after [TIME]
       output
               | error: no matching package named `x` found
               | As a reminder, you're using offline mode (--offline) which can sometimes cause surprises
      command  cargo check
       repeat  gatekeeper run cargo-check
         help  gates that were detected run without the network: download what cargo-check needs with `cargo fetch`, and run it again

    pytest failed
        cause  exit code 1, after [TIME]
       output
               | Connection refused
      command  pytest
       repeat  gatekeeper run pytest
         help  gates that were detected can reach only what they start themselves; those of a gates.toml have the network: write one with `gatekeeper init`

    note: there is no gates.toml, so these gates were detected; run `gatekeeper init` to write it

    1 failed, 1 tool broken, 1 passed in [TIME]
    ");
}
