//! `run --from REF [--to REF]`.

use crate::sandbox::Sandbox;

const GATES: &str = "[gates.record]\nrun = \"record {files}\"\n[gates.push]\nrun = \"record push\"\nhooks = [\"pre-push\"]\n";

fn with_branch() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATES);
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
    for name in ["a", "b"] {
        sandbox.write(name, name);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "--quiet", "-m", name]);
    }
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("m", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "m"]);
    sandbox.git(&["checkout", "--quiet", "topic"]);
    sandbox.recorded();
    sandbox
}

#[test]
fn the_change_set_begins_at_the_merge_base() {
    let sandbox = with_branch();
    sandbox
        .gatekeeper(&["run", "--from", "main"])
        .expect(0)
        .says("2 paths changed");
    assert_eq!(sandbox.recorded(), ["a", "b", "push"]);
    sandbox
        .gatekeeper(&["run", "--from", "main", "--to", "topic", "record"])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a", "b"]);
    sandbox
        .gatekeeper(&["run", "--from", "HEAD"])
        .expect(0)
        .says("nothing to check");
}

#[test]
fn only_what_is_checked_out_can_be_judged() {
    let sandbox = with_branch();
    let main = sandbox.gatekeeper(&["run", "--from", "topic", "--to", "main"]);
    main.expect(3)
        .says("is not checked out here")
        .says("git worktree add");
    sandbox.write("untracked", "");
    sandbox
        .gatekeeper(&["run", "--from", "main"])
        .expect(0)
        .says("untracked untracked");
    sandbox.write("a", "changed");
    sandbox
        .gatekeeper(&["run", "--from", "main"])
        .expect(3)
        .says("differs from the commit to be judged: a");
    sandbox.git(&["add", "a"]);
    sandbox.gatekeeper(&["run", "--from", "main"]).expect(3);
    assert_eq!(sandbox.recorded(), ["a", "b", "push"]);
}

#[test]
fn what_does_not_exist_is_no_pass() {
    let sandbox = with_branch();
    sandbox
        .gatekeeper(&["run", "--from", "nowhere"])
        .expect(2)
        .says("`nowhere` is no commit");
    sandbox
        .gatekeeper(&["run", "--from", "main", "--to", "x y"])
        .expect(2);
    sandbox.gatekeeper(&["run", "--from", "--help"]).expect(2);
    sandbox
        .gatekeeper(&["run", "--from=--help"])
        .expect(2)
        .says("is no commit");
    sandbox.gatekeeper(&["run", "--from="]).expect(2);
    sandbox.gatekeeper(&["run", "--to", "HEAD"]).expect(2);
    sandbox
        .gatekeeper(&["run", "--staged", "--from", "main"])
        .expect(2);
    let nasty = sandbox
        .gatekeeper(&["run", "--from", "a\nb\u{1b}[31m\u{7}"])
        .expect(2);
    assert!(
        !nasty.stderr.contains(['\u{1b}', '\u{7}']),
        "{}",
        nasty.stderr
    );
    sandbox.git(&["checkout", "--quiet", "--orphan", "alone"]);
    sandbox.git(&["commit", "--quiet", "--no-verify", "-m", "alone"]);
    let unrelated = sandbox.gatekeeper(&["run", "--from", "main"]).expect(3);
    unrelated.says("no common ancestor").does_not_say("shallow");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_shallow_clone_is_no_pass() {
    let origin = with_branch();
    let clone = Sandbox::new();
    clone.sh("rm -rf .git").expect(0);
    let url = format!("file://{}", origin.top.display());
    clone.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        ".",
    ]);
    let done = clone
        .gatekeeper(&["run", "--from", "origin/main"])
        .expect(3);
    done.says("shallow").says("fetch-depth: 0");
    assert_eq!(clone.recorded(), [""; 0]);
}
