//! Advisory enforcement: gates and messages count, bypasses and weakenings are named and recorded.

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[gates.lint]\nrun = 'sh check.sh'\n[settings]\nenforcement = 'advisory'\n";

/// A gate that fails if there is a file `bad`.
const CHECK: &str = "test ! -e bad\n";

/// A repository with a commit of these gates, and the hooks.
fn repository(gates: &str) -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", gates);
    sandbox.write("check.sh", CHECK);
    sandbox.write("a.py", "a = 1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-sqm", "first"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

fn commit(sandbox: &Sandbox, arguments: &[&str]) -> Done {
    let fixed = ["commit", "--signoff", "--message", "next"];
    let arguments: Vec<&str> = fixed.iter().chain(arguments).copied().collect();
    sandbox.try_git(&arguments)
}

#[test]
fn install_says_what_a_commit_needs() {
    let sandbox = repository(GATES);
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    unchanged  pre-commit  .git/hooks/pre-commit
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 1 gate
        gates  lint must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are named and recorded (enforcement = "advisory")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    let strict = "[gates.a]\nrun = 'true'\n[gates.b]\nrun = 'true'\nlevel = 'warn'\n\
                  [commit-msg.signed-off-by]\nrequired = 'never'\n[commit-msg.assisted-by]\nrequired = 'never'\n";
    assert_snapshot!(repository(strict).gatekeeper(&["install"]).expect(0), @r#"
    unchanged  pre-commit  .git/hooks/pre-commit
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    done: commits in this repository are now checked by 2 gates
        gates  a must pass; 1 gate only reports
      message  needs no trailer
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
}

#[test]
fn gates_and_messages_count_and_a_bypass_is_recorded() {
    let sandbox = repository(GATES);
    sandbox.write("bad", "");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(1);
    assert_snapshot!(commit(&sandbox, &["--no-verify"]).expect(0), @"
    stdout:
    [main [ID1]] next
     1 file changed, 0 insertions(+), 0 deletions(-)
     create mode 100644 bad
    stderr:
    warning: `git commit --no-verify` skips the gates: the commit stays unchecked, which was recorded (see `gatekeeper status`)
    warning: main now has 1 unchecked commit
      [ID1] next
    help: commit with `git commit`, which runs the gates, or check the existing commits: `gatekeeper audit --record '[ID1]^!'`
    ");
    // It stays unchecked: the next commit is checked with what it has changed.
    sandbox.write("a.py", "a = 2\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(1).says("lint failed");
    sandbox.git(&["rm", "--quiet", "bad"]);
    commit(&sandbox, &[]).expect(0);
    sandbox
        .try_git(&["commit", "--allow-empty", "--message", "next [skip ci]"])
        .expect(1);
    let remote = sandbox.beside("remote.git");
    sandbox.git(&["init", "--quiet", "--bare", remote.to_str().unwrap()]);
    sandbox.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    assert_snapshot!(sandbox.try_git(&["push", "--quiet", "origin", "HEAD:main"]).expect(0), @"
    note: 2 new lines in the ledger since the last push
      [WHEN]: `git commit --no-verify`, detected by prepare-commit-msg (git commit --signoff --signoff --message next --no-verify)
      [WHEN]: an unchecked commit was made, on main [ID1], detected by reference-transaction (git commit --signoff --signoff --message next --no-verify)
    warning: the push contains 1 unchecked commit, which was recorded
      [ID1] next
    help: check with `gatekeeper audit --record '[ID1]^!'`
    ");
    let status = sandbox.gatekeeper(&["status"]);
    assert!(
        status.stdout.contains("`git commit --no-verify`"),
        "{status:?}"
    );
}

#[test]
fn silencers_and_weakenings_are_warnings() {
    let sandbox = repository(GATES);
    sandbox.write("a.py", "import os  # noqa\n");
    sandbox.write("check.sh", "test ! -e worse\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(commit(&sandbox, &[]).expect(0), @"
    stdout:
    [main [ID1]] next
     2 files changed, 2 insertions(+), 2 deletions(-)
    stderr:
    gatekeeper pre-commit: 2 paths changed
             passed  lint  [TIME]

    warning[python.noqa-bare]: this silences every lint on the line
     --> a.py:1:12
      |
    1 | import os  # noqa
      |            ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    warning[protected.script]: a gate runs this file, and the change touches it
     --> check.sh:1:1
      |
    1 | test ! -e worse
      | ^^^^^^^^^^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    1 passed in [TIME]
    ");
    let audit = sandbox.gatekeeper(&["audit", "HEAD~1..HEAD"]).expect(0);
    assert!(
        audit.stdout.contains("warning[python.noqa-bare]"),
        "{audit:?}"
    );
}

#[test]
fn the_base_decides_and_needs_a_reason_to_be_less_strict() {
    let strict = GATES.replace("advisory", "strict");
    let sandbox = repository(&strict);
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "."]);
    commit(&sandbox, &["--no-verify"]).expect(1);
    commit(&sandbox, &[]).expect(1).says("gate-change.missing");
    sandbox.write("a.py", "import os  # noqa\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[])
        .expect(1)
        .says("error[gates.weakened]");
    sandbox.git(&["restore", "--staged", "a.py"]);
    let reason = "Gate-Change: the team starts with gates alone";
    commit(&sandbox, &["--trailer", reason]).expect(0);
    sandbox.write("a.py", "import os\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &["--no-verify"]).expect(0);
    // Stricter again, without a reason.
    sandbox.write("gates.toml", &strict);
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(0);
    commit(&sandbox, &["--no-verify", "--allow-empty"]).expect(1);
}
