//! Commands that run after something that git has done.

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox};

/// A gate, and a command that runs when the lock file has changed.
fn with_command(run: &str, events: &str) -> Sandbox {
    let sandbox = Sandbox::with_gates(&format!(
        "[gates.test]\nrun = \"true\"\n\n[on.install]\nrun = '{run}'\nevents = [{events}]\nfiles = [\"lock\"]\n"
    ));
    sandbox.recorded();
    sandbox
}

fn commit(sandbox: &Sandbox, path: &str, text: &str) {
    sandbox.write(path, text);
    sandbox.git(&["add", path]);
    sandbox.git(&["commit", "--quiet", "-m", path]);
}

const EVENTS: &str = r#""post-checkout", "post-merge", "post-rewrite""#;

#[test]
fn a_command_runs_after_a_checkout_or_merge_that_touches_its_files() {
    let sandbox = with_command("record installed", EVENTS);
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    commit(&sandbox, "lock", "1");
    commit(&sandbox, "a", "");
    assert_eq!(sandbox.recorded(), [""; 0]);
    // It is quiet, and looks at the files that differ.
    let done = sandbox.try_git(&["checkout", "--quiet", "main"]).expect(0);
    assert_eq!((done.stderr.as_str(), sandbox.recorded().len()), ("", 1));
    sandbox.git(&["merge", "--quiet", "--ff-only", "other"]);
    assert_eq!(sandbox.recorded(), ["installed"]);
    sandbox.git(&["checkout", "--quiet", "HEAD~1"]);
    assert_eq!(sandbox.recorded(), [""; 0]);
    // A checkout of files is none of commits, and neither is a new branch.
    sandbox.git(&["checkout", "--quiet", "main", "--", "lock"]);
    sandbox.git(&["checkout", "--quiet", "-b", "third"]);
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_command_that_has_just_come_is_shown_and_not_run() {
    let sandbox = with_command("record installed", EVENTS);
    sandbox.git(&["checkout", "--quiet", "-b", "stranger"]);
    sandbox.write("lock", "1");
    let gates = sandbox.read("gates.toml");
    let gates = gates.replace("record installed", "record stolen");
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "stranger"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.recorded();
    let done = sandbox.try_git(&["checkout", "--quiet", "stranger"]);
    assert_snapshot!(done.expect(0), @"note: [on.install] in gates.toml has just come or changed, so it was not run; if you trust it, run `record stolen`");
    assert_eq!(sandbox.recorded(), [""; 0]);
    // From then on it is in force.
    commit(&sandbox, "lock", "2");
    sandbox.git(&["commit", "--quiet", "--amend", "-m", "other words"]);
    assert_eq!(sandbox.recorded(), [""; 0]);
    sandbox.write("lock", "3");
    sandbox.git(&["commit", "--quiet", "--amend", "-a", "-m", "more"]);
    assert_eq!(sandbox.recorded(), ["stolen"]);
}

#[test]
fn a_command_that_fails_stops_nothing() {
    let sandbox = with_command("echo because && exit 7", EVENTS);
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    commit(&sandbox, "lock", "1");
    let done = sandbox.try_git(&["checkout", "--quiet", "main"]);
    assert_snapshot!(done.expect(0), @"warning: `echo because && exit 7` ([on.install] in gates.toml) failed: exit code 7; its output is in .git/gatekeeper/logs/on-install.log");
    assert_eq!(
        sandbox.read(".git/gatekeeper/logs/on-install.log"),
        "because\n"
    );
}

#[test]
fn a_command_that_moves_head_itself_ends() {
    let sandbox = with_command("record x && git checkout --quiet other", EVENTS);
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    commit(&sandbox, "lock", "1");
    sandbox.git(&["checkout", "--quiet", "main"]);
    assert_eq!(sandbox.recorded(), ["x"]);
}

#[test]
fn hooks_are_there_only_where_they_are_needed_and_run_earlier_ones() {
    let sandbox = Sandbox::with_gates("[gates.test]\nrun = \"true\"\n");
    let is_there = |name: &str| sandbox.top.join(".git/hooks").join(name).exists();
    assert!(!is_there("post-checkout") && !is_there("post-merge"));
    let earlier = "#!/bin/sh\nrecord earlier\n";
    sandbox.write(".git/hooks/post-checkout", earlier);
    let script = "chmod +x .git/hooks/post-checkout";
    sandbox.sh(script).expect(0);
    let gates = sandbox.read("gates.toml");
    let on = "[on.install]\nrun = \"record installed\"\nevents = [\"post-checkout\"]\n";
    commit(&sandbox, "gates.toml", &format!("{gates}\n{on}"));
    let status = sandbox.gatekeeper(&["status"]).expect(0);
    let told = status.stdout.lines().find(|line| line.contains("post-"));
    let told = told.map(|told| told.replace(GATEKEEPER, "gatekeeper"));
    assert_snapshot!(told.unwrap_or_default(), @"         post-checkout  not in place, so that nothing runs after it; run `gatekeeper install`");
    let done = sandbox.gatekeeper(&["install"]).expect(0);
    let told = done.stderr.lines().find(|line| line.contains("post-"));
    assert_snapshot!(told.unwrap_or_default(), @"  chained  post-checkout  .git/hooks/post-checkout");
    assert!(is_there("post-checkout") && !is_there("post-merge"));
    commit(&sandbox, "a", "");
    sandbox.recorded();
    sandbox.git(&["checkout", "--quiet", "HEAD~1"]);
    assert_eq!(sandbox.recorded(), ["earlier", "installed"]);
    // What is needed no more goes, and what was there before is back.
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("gates.toml", gates);
    sandbox.gatekeeper(&["install"]).expect(0);
    assert_eq!(sandbox.read(".git/hooks/post-checkout"), earlier);
}

#[test]
fn what_is_wrong_with_a_command_is_said() {
    let sandbox = Sandbox::new();
    let told = |text: &str| {
        sandbox.write(
            "gates.toml",
            format!("[gates.test]\nrun = \"true\"\n\n{text}"),
        );
        sandbox.gatekeeper(&["config", "check"]).expect(2)
    };
    assert_snapshot!(told("[on.install]\nrun = \"npm ci\"\n"), @r#"
    error: gates.toml has 1 error
      error: [on.install] is not complete
       --> gates.toml:4:5
        |
      4 | [on.install]
        |     ^^^^^^^ `events` is missing
        |
      help: add events = ["post-checkout", "post-merge"]
    "#);
    assert_snapshot!(told("[on.install]\nrun = \"npm ci {files}\"\nevents = [\"post-checkout\"]\n"), @r#"
    error: gates.toml has 1 error
      error: `{files}` and `{report}` are for the commands of gates
       --> gates.toml:5:7
        |
      5 | run = "npm ci {files}"
        |       ^^^^^^^^^^^^^^^^ this command gets no files
    "#);
    assert_snapshot!(told("[on.install]\nrun = \"npm ci\"\nevents = [\"pre-commit\"]\n"), @r#"
    error: gates.toml has 1 error
      error: invalid value `pre-commit`
       --> gates.toml:6:11
        |
      6 | events = ["pre-commit"]
        |           ^^^^^^^^^^^^ did you mean "post-commit"?
        |
      help: expected `post-checkout`, `post-merge`, `post-commit` or `post-rewrite`
    "#);
}

#[test]
fn a_new_work_tree_runs_what_is_in_force_in_another_one() {
    let sandbox = with_command("record installed", EVENTS);
    commit(&sandbox, "lock", "1");
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    let gates = sandbox.read("gates.toml");
    let gates = gates.replace("record installed", "record stolen");
    commit(&sandbox, "gates.toml", &gates);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.recorded();
    sandbox.git(&["worktree", "add", "--quiet", "-b", "third", "../third"]);
    assert_eq!(sandbox.recorded(), ["installed"]);
    let done = sandbox.try_git(&["worktree", "add", "--quiet", "../fourth", "other"]);
    assert_snapshot!(done.expect(0), @"note: [on.install] in gates.toml is in this form in no other work tree, so it was not run; if you trust it, run `record stolen`");
    assert_eq!(sandbox.recorded(), [""; 0]);
}
