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
    assert_snapshot!(told(), @"
    error: gate `lint` of gates.local.toml is in gates.toml as well
    help: give the gate in gates.local.toml a name of its own; it can only add gates
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
