//! gates.local.toml: gates that one person adds in one work tree.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const SHARED: &str = "[gates.lint]\nrun = \"record shared\"\n";

fn with_local(local: &str) -> Sandbox {
    let sandbox = Sandbox::with_gates(SHARED);
    sandbox.write(".git/info/exclude", "gates.local.toml\n");
    sandbox.write("gates.local.toml", local);
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    sandbox.recorded();
    sandbox
}

#[test]
fn it_adds_gates_that_stop_a_commit() {
    let sandbox = with_local("[gates.own]\nrun = \"record own && false\"\n");
    let done = sandbox.try_git(&["commit", "-m", "a"]);
    assert_snapshot!(done.expect(1), @"
    the commit was stopped: own failed: exit code 1
    gatekeeper pre-commit: 1 path changed
             failed  own  [TIME]  exit code 1
             passed  lint  [TIME]

    own failed
        cause  exit code 1, after [TIME]
       output  none
      command  record own && false
       repeat  gatekeeper run --staged own

    1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: own is a gate of gates.local.toml, which only you have: change or remove it there
    ");
    assert_eq!(sandbox.recorded(), ["own", "shared"]);
    let done = sandbox.gatekeeper(&["list"]).expect(0);
    assert_snapshot!(done, @"
    stdout:
    lint  pre-commit  record shared
    own   pre-commit  record own && false
    ");
    sandbox.write("gates.local.toml", "[gates.own]\nrun = \"record own\"\n");
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    // The shared gate might read the file that has changed.
    assert_eq!(sandbox.recorded(), ["own", "shared"]);
    // From now on its pass is known; nothing is of the other one.
    sandbox.write("b", "");
    sandbox.git(&["add", "b"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["own", "own", "shared"]);
    let receipts = sandbox
        .sh("cat .git/gatekeeper/receipts/*")
        .expect(0)
        .stdout;
    assert!(receipts.contains("\"lint\"") && !receipts.contains("\"own\""));
    // Only this work tree has it: what is checked of a commit is what the commit has.
    sandbox.gatekeeper(&["run", "--from", "HEAD~1"]).expect(0);
    assert_eq!(sandbox.recorded(), ["shared"]);
}

#[test]
fn it_can_do_nothing_else() {
    let sandbox = with_local("[gates.lint]\nrun = \"true\"\n");
    let told = || sandbox.gatekeeper(&["run", "--staged"]).expect(2);
    assert_snapshot!(told(), @r"
error: gates.local.toml has 1 error
  error: `lint` is in gates.toml as well
   --> gates.local.toml:1:8
    |
  1 | [gates.lint]
    |        ^^^^ already taken
    |
  help: give it a name of its own; no file can change what another one has
");
    let settings = "[settings]\nbudget = \"9m\"\n\n[gates.own]\nrun = \"true\"\n";
    sandbox.write("gates.local.toml", settings);
    assert_snapshot!(told(), @"
    error: gates.local.toml has `settings`, but it can only add gates
    help: keep nothing but [gates.NAME] tables in it; what holds for all is in gates.toml
    ");
    sandbox.write(
        "gates.local.toml",
        "[gates.own]\nrun = \"pytest || true\"\n",
    );
    sandbox
        .gatekeeper(&["run", "--staged"])
        .expect(2)
        .says("gates.local.toml");
    sandbox.write("gates.local.toml", "[gates.own]\nrun = \"true\"\n");
    sandbox.git(&["add", "--force", "gates.local.toml"]);
    assert_snapshot!(told(), @"
    error: gates.local.toml is tracked by git
    help: move its gates to gates.toml, or take it out of git with `git rm --cached gates.local.toml`
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn without_a_gate_it_changes_nothing() {
    let sandbox = with_local("");
    let run = || sandbox.gatekeeper(&["run", "--staged"]);
    run().expect(0).says("passed  lint");
    sandbox.write("gates.local.toml", "# The last gate is gone.\n");
    run().expect(0);
    sandbox.write("gates.local.toml", "[settings]\nfail-fast = true\n");
    run()
        .expect(2)
        .says("has `settings`, but it can only add gates");
    sandbox.write("gates.local.toml", "[gates.own\n");
    run().expect(2).says("gates.local.toml");
}

#[test]
fn its_gates_may_need_shared_ones() {
    let sandbox = with_local("[gates.own]\nrun = \"record own\"\nneeds = [\"lint\"]\n");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["own", "shared"]);
    let done = sandbox.gatekeeper(&["config", "check"]);
    assert_snapshot!(done.expect(0), @r"
stdout:
gates.toml is valid: 1 gate
gates.local.toml is valid: 1 gate
");
    sandbox.write(
        "gates.local.toml",
        "[gates.own]\nrun = \"record own\"\nneeds = [\"lnit\"]\n",
    );
    let done = sandbox.gatekeeper(&["config", "check"]);
    assert_snapshot!(done.expect(2), @r#"
error: gates.local.toml has 1 error
  error: gate `lnit` does not exist
   --> gates.local.toml:3:10
    |
  3 | needs = ["lnit"]
    |          ^^^^^^ did you mean `lint`?
"#);
    // What a command leads to is shown in this file, too.
    let daemon = "[gates.own]\nrun = \"make check\"\n";
    sandbox.write("gates.local.toml", daemon);
    sandbox.write("Makefile", "check:\n\tpytest || true\n");
    let done = sandbox.gatekeeper(&["config", "check"]);
    assert_snapshot!(done.expect(2), @r#"
error: gates.local.toml has 1 error
  error: gate `own` runs `make check`, which cannot fail
   --> Makefile:2:9
    |
  2 |     pytest || true
    |            ^^^^^^^ turns every failure into a success
    |
  help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"
"#);
}

#[test]
fn no_message_excepts_its_gates() {
    let sandbox = with_local("[gates.own]\nrun = \"record own && false\"\n");
    let commit = |how: &str| {
        let exception = "Gate-Exception: own -- it is slow today and I am in a hurry";
        sandbox.sh(&format!(
            "git commit -q -s {how} -m a --trailer '{exception}'"
        ))
    };
    assert_snapshot!(commit("").expect(1), @r"
the commit was stopped: own failed: exit code 1

own failed
    cause  exit code 1, after [TIME]
   output  none
  command  record own && false
   repeat  gatekeeper run --staged own

1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
next: fix the problems above, `git add` the files and commit again
help: own is a gate of gates.local.toml, which only you have: change or remove it there
");
    sandbox.write("gates.local.toml", "[gates.own]\nrun = \"record own\"\n");
    assert_snapshot!(commit("").expect(1), @r"
gatekeeper: the message was refused: 1 problem

error[gate-exception.unknown]: `Gate-Exception: own -- it is slow today and I am in a hurry` has no effect: the gate is in gates.local.toml, which only you have
help: remove the trailer, and change or remove the gate in gates.local.toml

next: edit .git/gatekeeper/message-[ID1], then run
  git commit -q -F .git/gatekeeper/message-[ID1]
If you are an AI agent, you have to be credited; then run this instead, with your name and model:
  git -c 'trailer.where=start' commit -q --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
");
}
