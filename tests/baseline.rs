//! Known findings: they stop nothing, new ones do, and there are only ever fewer of them.

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

/// A linter that finds an error in each line with an x, and breaks off in one with a y.
const LINT: &str = "#!/bin/sh
grep -q y \"$@\" && { echo 'lint: internal error'; exit 1; }
found=$(grep -n x \"$@\" /dev/null | sed 's/^\\([^:]*:[0-9]*\\):.*/\\1:1: X1 an x is here/')
[ -z \"$found\" ] || { echo \"$found\"; exit 1; }
";

const GATES: &str =
    "[gates.lint]\nrun = 'lint {files}'\nfiles = ['*.py']\n[gates.test]\nrun = 'true'\n";

/// A repository whose linter has two findings, without a commit.
fn red(gates: &str) -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", gates);
    sandbox.program("lint", LINT);
    sandbox.write("a.py", "one x\ntwo\nthree x\n");
    sandbox.git(&["add", "."]);
    sandbox
}

/// The same, with its findings known in the first commit.
fn adopted() -> Sandbox {
    let sandbox = red(GATES);
    sandbox.gatekeeper(&["baseline", "--quiet"]).expect(0);
    sandbox.git(&["add", "gates.baseline"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    commit(&sandbox, &[]).expect(0);
    sandbox
}

fn commit(sandbox: &Sandbox, arguments: &[&str]) -> Done {
    let fixed = ["commit", "--signoff", "--message", "next"];
    let arguments: Vec<&str> = fixed.iter().chain(arguments).copied().collect();
    sandbox.try_git(&arguments)
}

#[test]
fn an_old_repository_is_adopted_and_gets_better() {
    let sandbox = red(GATES);
    assert_snapshot!(sandbox.gatekeeper(&["baseline"]).expect(0), @"
    gatekeeper run: 2 paths tracked
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
        found  2 errors
               a.py:1:1: X1 an x is here
               a.py:3:1: X1 an x is here
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint a.py
       repeat  gatekeeper run lint

    1 failed in [TIME]

    lint: 2 known findings, 2 more
    next: read gates.baseline, then run
      git add gates.baseline
    ");
    assert_snapshot!(sandbox.read("gates.baseline"), @"
    # Known findings of the gates in gates.toml, which do not stop a commit: `gatekeeper baseline` writes them.
    # gate, path, rule, number, mark; a commit that adds to them needs the trailer `Gate-Change: reason`.
    lint	a.py	X1	1	6061aadbbd34c71a13e28d80892fbb1d
    lint	a.py	X1	1	883dd94f9c16ee7b48cdc19122e74906
    ");
    sandbox.git(&["add", "gates.baseline"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    assert_snapshot!(commit(&sandbox, &[]).expect(0), @"
    stdout:
    [main (root-commit) [ID1]] next
     3 files changed, 12 insertions(+)
     create mode 100644 a.py
     create mode 100644 gates.baseline
     create mode 100644 gates.toml
    stderr:
    gatekeeper pre-commit: 3 paths changed
             passed  lint  [TIME]  2 known findings
             passed  test  [TIME]
    2 passed in [TIME]
    ");

    sandbox.write("a.py", "# a line above\none x\ntwo\nthree x\nnew x\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(commit(&sandbox, &[]).expect(1), @"
    the commit was stopped: lint failed: exit code 1, at a.py:5:1
    gatekeeper pre-commit: 1 path changed
             failed  lint  [TIME]  exit code 1; 2 known findings
             passed  test  [TIME]

    lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:5:1: X1 an x is here
        known  2 known findings
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint a.py
       repeat  gatekeeper run --staged lint

    1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: lint -- REASON' --signoff --signoff --message next
    ");

    sandbox.write("a.py", "one x\ntwo\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(commit(&sandbox, &[]).expect(0), @"
    stdout:
    [main [ID1]] next
     1 file changed, 1 deletion(-)
    stderr:
    gatekeeper pre-commit: 1 path changed
             passed  lint  [TIME]  1 known finding; fixed: a.py X1
             passed  test  [TIME]
    2 passed in [TIME]
    ");
    assert_snapshot!(sandbox.gatekeeper(&["baseline", "lint"]).expect(0), @"
    gatekeeper run: 3 paths tracked
             passed  lint  [TIME]  1 known finding; fixed: a.py X1
    1 passed in [TIME]

    lint: 1 known finding, 1 fewer
    next: read gates.baseline, then run
      git add gates.baseline
      git commit -s
    ");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(0);

    // What is fixed and not known any more is new.
    sandbox.write("a.py", "one x\nthree x\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[])
        .expect(1)
        .says("a.py:2:1: X1 an x is here");
    sandbox.write("a.py", "two\n");
    sandbox.gatekeeper(&["baseline"]).expect(0);
    assert!(!sandbox.top.join("gates.baseline").exists());
}

#[test]
fn a_file_may_get_another_name() {
    let sandbox = adopted();
    sandbox.git(&["mv", "a.py", "b.py"]);
    commit(&sandbox, &[]).expect(0).says("2 known findings");
    // From now on they may be there only once, and the file says where.
    sandbox.gatekeeper(&["baseline"]).expect(0);
    assert!(
        sandbox
            .read("gates.baseline")
            .contains("lint\tb.py\tX1\t1\t")
    );
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(0);
    sandbox.write("a.py", "one x\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(1);
}

#[test]
fn what_is_added_needs_a_reason_in_a_commit_of_its_own() {
    let sandbox = adopted();
    sandbox.write("a.py", "one x\ntwo\nthree x\nfour x\n");
    sandbox
        .gatekeeper(&["baseline"])
        .expect(0)
        .says("--trailer 'Gate-Change: REASON'");
    sandbox.git(&["add", "."]);
    assert_snapshot!(commit(&sandbox, &[]).expect(1), @"
    the commit was stopped: gates.baseline-grown: gates.baseline has 1 known finding of lint more than before
    gatekeeper pre-commit: 2 paths changed
             passed  lint  [TIME]  3 known findings
             passed  test  [TIME]

    error[gates.baseline-grown]: gates.baseline has 1 known finding of lint more than before
    --> gates.baseline:1
    help: remove it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/gates.baseline
      git commit --signoff --signoff --message next

    1 finding refused, 2 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
    sandbox.git(&["restore", "--staged", "a.py"]);
    commit(&sandbox, &[]).expect(1);
    let reason = "Gate-Change: the new version of the linter finds more";
    commit(&sandbox, &["--trailer", reason]).expect(0);
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(0).says("cached  lint");
    sandbox.gatekeeper(&["audit", "HEAD~2..HEAD"]).expect(0);
}

#[test]
fn a_commit_that_passed_by_the_hooks_is_found_later() {
    let sandbox = adopted();
    sandbox.write("a.py", "one x\ntwo\nthree x\nfour x\n");
    sandbox.gatekeeper(&["baseline"]).expect(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "grown"]);
    let done = sandbox.gatekeeper(&["audit", "HEAD~1..HEAD"]).expect(1);
    assert!(done.stdout.contains("gates.baseline-grown"), "{done:?}");
}

#[test]
fn only_what_is_certain_is_known() {
    let sandbox = adopted();
    // It breaks off with the exit code of findings.
    sandbox.write("a.py", "one x\ny\n");
    sandbox.git(&["add", "."]);
    commit(&sandbox, &[]).expect(1);
    assert_snapshot!(sandbox.gatekeeper(&["baseline", "--quiet"]).expect(1), @r#"
    lint failed
        cause  exit code 1, after [TIME]
       output
               | lint: internal error
      command  lint a.py
       repeat  gatekeeper run lint

    1 failed in [TIME]

    lint: 2 known findings, as before: 1 line of what it printed is neither a finding nor a part of one
    help: let the tool write a report: findings = { format = "sarif", path = "{report}" }, and {report} in `run` where the tool is told the file; or one line for each finding, such as ruff's `--output-format concise`
    "#);
    assert_snapshot!(sandbox.gatekeeper(&["baseline", "test"]).expect(2), @"error: gate test cannot have known findings, because its kind is test: a test that fails is not a finding to live with");
    sandbox.write("gates.baseline", "<<<<<<< HEAD\n");
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(2), @"
    error: gates.baseline:1: this is not a line that `gatekeeper baseline` writes
    help: if there is a conflict in gates.baseline, keep the lines of both sides, then run `gatekeeper baseline`; otherwise restore it with `git restore gates.baseline`
    ");
}

#[test]
fn a_second_tool_must_have_run() {
    let sandbox = red("[gates.lint]\nrun = 'lint a.py && test -e no'\n");
    sandbox.gatekeeper(&["baseline"]).expect(1);
    assert!(!sandbox.top.join("gates.baseline").exists());
}

#[test]
fn only_lines_of_the_change_may_count() {
    let sandbox = red("[gates.lint]\nrun = 'lint a.py'\nnew = 'lines'\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    // All of them are new.
    commit(&sandbox, &[]).expect(1);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "before"]);
    sandbox.gatekeeper(&["audit", "--record"]).expect(1);
    sandbox.write("a.py", "one x\ntwo\nthree x\nfour\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "four"]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from", "HEAD~1"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --from HEAD~1 --to HEAD: 1 path changed
             passed  lint  [TIME]  2 findings on other lines
             passed  messages          of 1 commit
    ");
    sandbox.write("a.py", "one x\ntwo\nthree x\nfour x\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "five"]);
    sandbox
        .gatekeeper(&["run", "--from", "HEAD~1"])
        .expect(1)
        .says("a.py:4:1: X1");
    sandbox.gatekeeper(&["run"]).expect(1).says("3 errors");
}

/// A clippy that denies what it finds in a library, so that cargo looks at nothing that depends on it.
const CARGO: &str = r#"#!/bin/sh
printf '%s\n' '{"reason":"compiler-message","message":{"level":"error","code":{"code":"clippy::x"},"message":"an x","rendered":"error: an x\n","spans":[{"file_name":"src/lib.rs","line_start":1,"line_end":1,"column_start":1,"column_end":2,"is_primary":true}]}}'
echo 'error: could not compile `red` (lib) due to 1 previous error' >&2
exit 101
"#;

#[test]
fn what_cargo_does_not_look_at_is_not_known() {
    let gate = "[gates.clippy]\nrun = 'cargo clippy --message-format=json -- -D warnings'\n\
                findings = { format = 'cargo-json' }\n";
    let sandbox = red(gate);
    sandbox.program("cargo", CARGO);
    sandbox.write("Cargo.toml", "[package]\nname = \"red\"\n");
    sandbox.write("src/lib.rs", "x\n");
    sandbox.git(&["add", "."]);
    sandbox
        .gatekeeper(&["baseline"])
        .expect(0)
        .says("clippy: 1 known finding, 1 more");
    sandbox.gatekeeper(&["run"]).expect(0);
    // A program that is not compiled may have new ones.
    sandbox.write("src/main.rs", "fn main() {}\n");
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run"]).expect(1);
    sandbox
        .gatekeeper(&["baseline"])
        .expect(1)
        .says("clippy: 1 known finding, as before: cargo stops at a library that has errors")
        .does_not_say("let the tool write a report");
    // Warnings stop nothing on the way, and count all the same.
    sandbox.write(
        "gates.toml",
        "[gates.clippy]\nrun = 'cargo clippy --message-format=json'\n\
         findings = { format = 'cargo-json', fail-on = 'warning' }\n",
    );
    let warns = CARGO.replace("\"level\":\"error\"", "\"level\":\"warning\"");
    let warns = warns
        .replace("error: ", "warning: ")
        .replace("exit 101", "exit 0");
    sandbox.program("cargo", &warns);
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["baseline"]).expect(0);
    sandbox.gatekeeper(&["run"]).expect(0);
    let new = warns.replace("\"code\":\"clippy::x\"", "\"code\":\"clippy::y\"");
    sandbox.program("cargo", &new);
    sandbox
        .gatekeeper(&["run"])
        .expect(1)
        .says("it succeeded, but its report has 1 warning");
}
