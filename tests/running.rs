//! Running gates: what they are given, in which order, and what their end means.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox, finish, gates};

fn sandbox(gates: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    sandbox
}

/// Writes `NAME begins` and `NAME ends` to the record, with some work between.
const STEP: &str = "#!/bin/sh\necho \"$1 begins\" >>\"$RECORD\"\nfor i in 1 2 3 4 5 6 7 8; do :; git --version >/dev/null; done\necho \"$1 ends\" >>\"$RECORD\"\n";

fn steps(sandbox: &Sandbox) -> Vec<String> {
    let text = fs::read_to_string(sandbox.beside("record")).unwrap_or_default();
    let _ = fs::remove_file(sandbox.beside("record"));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn plain_words_need_no_shell_and_the_shell_gets_files_as_arguments() {
    let sandbox = sandbox(
        "[gates.plain]\nrun = \"parent plain {files}\"\nfiles = [\"x y\"]\n\
         [gates.shell]\nrun = \"parent shell {files} && true\"\nfiles = [\"x y\"]\n",
    );
    let parent =
        "#!/bin/sh\nname=$1; shift\necho \"$name $# $(ps -o comm= -p $PPID)\" >>\"$RECORD\"\n";
    sandbox.program("parent", parent);
    sandbox.write("x y", "");
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["plain 1 gatekeeper", "shell 1 sh"]);
}

#[test]
fn a_script_of_several_lines_fails_with_its_first_failure() {
    let sandbox = sandbox("[gates.x]\nrun = \"\"\"\nfalse\nrecord reached\n\"\"\"\n");
    sandbox.gatekeeper(&["run"]).expect(1);
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn twelve_thousand_long_names() {
    let sandbox = sandbox(
        "[gates.count]\nrun = \"count {files}\"\nfiles = [\"many/**\"]\n[gates.shell]\nrun = \"count {files} && :\"\nfiles = [\"many/**\"]\n",
    );
    sandbox.program("count", "#!/bin/sh\necho $# >>\"$RECORD\"\n");
    fs::create_dir(sandbox.top.join("many")).unwrap();
    for n in 0..12_000 {
        fs::write(sandbox.top.join(format!("many/{n:0200}")), "").unwrap();
    }
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    let counts: Vec<usize> = sandbox
        .recorded()
        .iter()
        .map(|line| line.parse().unwrap())
        .collect();
    assert!(counts.len() >= 4, "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 24_000);
}

#[test]
fn every_batch_counts() {
    let sandbox =
        sandbox("[gates.x]\nrun = \"pick {files}\"\nfiles = [\"many/**\"]\nexpect = \"looked\"\n");
    // Only the batch that holds the last file fails.
    sandbox.program(
        "pick",
        "#!/bin/sh\nfor last; do :; done\ncase $last in *x) exit 3;; esac\necho looked\n",
    );
    fs::create_dir(sandbox.top.join("many")).unwrap();
    for n in 0..9_000 {
        fs::write(sandbox.top.join(format!("many/{n:0240}")), "").unwrap();
    }
    sandbox.write(format!("many/{}x", "9".repeat(200)), "");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(1), @"
    failed: x failed: exit code 3
    gatekeeper run --staged: 9002 paths changed
             failed  x  [TIME]  exit code 3

    x failed
        cause  exit code 3, after [TIME]
       output
               | looked
               | looked
      command  pick many/000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 many/000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000…
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
    // Each batch has to show the evidence.
    sandbox.program(
        "pick",
        "#!/bin/sh\nfor last; do :; done\ncase $last in *x) exit 0;; esac\necho looked\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(1), @"
    failed: x checked nothing: it succeeded, but no line of its output matches expect = 'looked'
    gatekeeper run --staged: 9002 paths changed
    checked nothing  x  [TIME]  it succeeded, but no line of its output matches expect = 'looked'

    x checked nothing
        cause  it succeeded, but no line of its output matches expect = 'looked', after [TIME]
       output
               | looked
               | looked
      command  pick many/000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 many/000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000…
       repeat  gatekeeper run --staged x
         help  read the output to see what the command checked; `expect` in [gates.x] names the evidence that it must print

    1 checked nothing in [TIME]
    ");
}

#[test]
fn needs_wait_and_break() {
    let sandbox = sandbox(
        "[gates.last]\nrun = \"step last\"\nneeds = [\"first\", \"second\"]\n\
         [gates.first]\nrun = \"step first\"\n[gates.second]\nrun = \"step second\"\nneeds = [\"first\"]\n",
    );
    sandbox.program("step", STEP);
    sandbox.gatekeeper(&["run"]).expect(0);
    let expected = [
        "first begins",
        "first ends",
        "second begins",
        "second ends",
        "last begins",
        "last ends",
    ];
    assert_eq!(steps(&sandbox), expected);

    sandbox.program("step", &format!("{STEP}test $1 != second\n"));
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: second failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  second  [TIME]  exit code 1
             passed  first  [TIME]
          cancelled  last            it needs second, which did not pass

    second failed
        cause  exit code 1, after [TIME]
       output  none
      command  step second
       repeat  gatekeeper run second

    1 failed, 1 cancelled, 1 passed in [TIME]
    ");
    assert_eq!(steps(&sandbox).len(), 4);
}

#[test]
fn a_need_that_is_not_applicable_or_only_warns_breaks_nothing() {
    let sandbox = sandbox(
        "[gates.warns]\nrun = \"false\"\nlevel = \"warn\"\n[gates.absent]\nrun = \"false\"\nfiles = [\"no\"]\n\
         [gates.last]\nrun = \"record last\"\nneeds = [\"warns\", \"absent\"]\n",
    );
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["last"]);
}

#[test]
fn gates_run_at_once_and_exclusive_ones_alone() {
    // Each of the two waits for the other: neither would ever end if they took turns.
    let meet = "#!/bin/sh\necho >\"$HOME/$1\"\nuntil test -e \"$HOME/$2\"; do :; done\n";
    let sandbox = sandbox(
        "[gates.a]\nrun = \"meet a b\"\n[gates.b]\nrun = \"meet b a\"\n\
         [gates.alone]\nrun = \"step alone\"\nexclusive = true\n[gates.c]\nrun = \"step c\"\n[gates.d]\nrun = \"step d\"\n",
    );
    sandbox.program("meet", meet);
    sandbox.program("step", STEP);
    sandbox.gatekeeper(&["run"]).expect(0);
    let steps = steps(&sandbox);
    let begins = steps
        .iter()
        .position(|step| step == "alone begins")
        .unwrap();
    assert_eq!(steps[begins + 1], "alone ends", "{steps:?}");
}

#[test]
fn gates_with_the_same_lock_take_turns() {
    let gates = gates(6, |n| {
        format!("[gates.g{n}]\nrun = \"step g{n}\"\nlock = \"cargo\"\n")
    });
    let sandbox = sandbox(&gates);
    sandbox.program("step", STEP);
    sandbox.gatekeeper(&["run"]).expect(0);
    let steps = steps(&sandbox);
    assert_eq!(steps.len(), 12);
    for pair in steps.chunks(2) {
        assert_eq!(pair[0].replace("begins", "ends"), pair[1], "{steps:?}");
    }
}

#[test]
fn jobs_bound_how_many_run_at_once() {
    let gates = gates(5, |n| format!("[gates.g{n}]\nrun = \"step g{n}\"\n"));
    let sandbox = sandbox(&format!("[settings]\njobs = 1\n{gates}"));
    sandbox.program("step", STEP);
    sandbox.gatekeeper(&["run"]).expect(0);
    let alone = steps(&sandbox);
    assert!(
        alone
            .chunks(2)
            .all(|pair| pair[0].replace("begins", "ends") == pair[1]),
        "{alone:?}"
    );
    // The command line comes first; two that wait for each other can then meet.
    let meet = "#!/bin/sh\necho >\"$HOME/$1\"\nuntil test -e \"$HOME/$2\"; do :; done\n";
    sandbox.program("meet", meet);
    sandbox.write(
        "gates.toml",
        "[settings]\njobs = 1\n[gates.a]\nrun = \"meet a b\"\n[gates.b]\nrun = \"meet b a\"\n",
    );
    sandbox.gatekeeper(&["run", "--jobs", "2"]).expect(0);
    sandbox.gatekeeper(&["run", "--jobs", "0"]).expect(2);
}

#[test]
fn fail_fast_stops_the_others() {
    let gates = "[gates.bad]\nrun = \"until test -e $HOME/started; do :; done; exit 1\"\n\
                 [gates.long]\nrun = \"touch $HOME/started; exec sleep 1000\"\n[gates.later]\nrun = \"record later\"\nneeds = [\"long\"]\n";
    let sandbox = sandbox(gates);
    let done = sandbox.gatekeeper(&["run", "--fail-fast"]).expect(1);
    assert_snapshot!(done, @"
    failed: bad failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  bad  [TIME]  exit code 1
          cancelled  later          bad failed, and fail-fast is on
          cancelled  long  [TIME]  bad failed, and fail-fast is on

    bad failed
        cause  exit code 1, after [TIME]
       output  none
      command  until test -e $HOME/started; do :; done; exit 1
       repeat  gatekeeper run bad

    1 failed, 2 cancelled in [TIME]
    ");
    fs::remove_file(sandbox.beside("home/started")).unwrap();
    sandbox.write(
        "gates.toml",
        format!("[settings]\nfail-fast = true\n{gates}"),
    );
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: bad failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  bad  [TIME]  exit code 1
          cancelled  later          bad failed, and fail-fast is on
          cancelled  long  [TIME]  bad failed, and fail-fast is on

    bad failed
        cause  exit code 1, after [TIME]
       output  none
      command  until test -e $HOME/started; do :; done; exit 1
       repeat  gatekeeper run bad

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml

    1 failed, 2 cancelled in [TIME]
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn dir_and_env() {
    let sandbox = sandbox(
        "[gates.web]\nrun = \"record {files}\"\ndir = \"web/app\"\nfiles = [\"web/**\"]\n\
         [gates.here]\nrun = \"pwd >>$RECORD; echo $COLOUR >>$RECORD\"\ndir = \"web\"\nenv = { COLOUR = \"red\" }\n\
         [gates.script]\nrun = \"./run.sh\"\ndir = \"web\"\n",
    );
    sandbox.write("web/app/x.ts", "");
    sandbox.write("web/y.ts", "");
    sandbox.write("web/run.sh", "#!/bin/sh\nrecord script\n");
    sandbox.sh("chmod +x web/run.sh").expect(0);
    sandbox.git(&["add", "."]);
    sandbox.gatekeeper(&["run"]).expect(0);
    let web = sandbox.top.canonicalize().unwrap().join("web");
    let mut expected = vec![
        "../run.sh",
        "../y.ts",
        "red",
        "script",
        "x.ts",
        web.to_str().unwrap(),
    ];
    expected.sort_unstable();
    assert_eq!(sandbox.recorded(), expected);
    fs::remove_dir_all(&web).unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["run", "here"]).expect(3), @"
    unable: here could not start: its `dir` web does not exist
    gatekeeper run: 4 paths tracked
    could not start  here            its `dir` web does not exist

    here could not start
        cause  its `dir` web does not exist
      command  (cd web && pwd >>$RECORD; echo $COLOUR >>$RECORD)
         help  correct `dir` in [gates.here] in gates.toml

    note: gates ran in the work tree, which differs from the index: unstaged web/app/x.ts, web/run.sh, web/y.ts

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    ");
}

#[test]
fn a_gate_that_only_warns_is_shown_and_counted() {
    let gate = |rest: &str| {
        format!("[gates.audit]\nrun = \"echo weakness; false\"\nlevel = \"warn\"\n{rest}")
    };
    let sandbox = sandbox(&gate(""));
    let done = sandbox.gatekeeper(&["run"]).expect(0);
    assert_snapshot!(done, @"
    passed: 1 warned in [TIME]
    gatekeeper run: 1 path tracked
             failed  audit  [TIME]  exit code 1; warning only

    audit failed (warning only)
        cause  exit code 1, after [TIME]
       output
               | weakness
      command  echo weakness; false
       repeat  gatekeeper run audit
    ");
    sandbox.write("gates.toml", gate("until = \"2999-01-01\"\n"));
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 warned in [TIME]
    gatekeeper run: 1 path tracked
             failed  audit  [TIME]  exit code 1; warning only until 2999-01-01

    audit failed (warning only until 2999-01-01)
        cause  exit code 1, after [TIME]
       output
               | weakness
      command  echo weakness; false
       repeat  gatekeeper run audit

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml
    ");
    sandbox.write("gates.toml", gate("until = 2020-01-01\n"));
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: audit failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  audit  [TIME]  exit code 1; was a warning until 2020-01-01 and blocks now

    audit failed (was a warning until 2020-01-01 and blocks now)
        cause  exit code 1, after [TIME]
       output
               | weakness
      command  echo weakness; false
       repeat  gatekeeper run audit

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml

    1 failed in [TIME]
    ");
    // A tool that is missing is no reason to stop either, and the others still run.
    sandbox.write(
        "gates.toml",
        "[gates.audit]\nrun = \"no-such-tool\"\nlevel = \"warn\"\n[gates.x]\nrun = \"record x\"\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    passed: 1 passed, 1 warned in [TIME]
    gatekeeper run: 1 path tracked
             passed  x  [TIME]
    could not start  audit          no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here; warning only

    audit could not start (warning only)
        cause  no-such-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
      command  no-such-tool
         help  install the program, or correct `run` in [gates.audit] in gates.toml

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml
    ");
    assert_eq!(sandbox.recorded(), ["x"]);
}

#[test]
fn a_skip_is_seen_in_every_report() {
    let sandbox = Sandbox::with_gates(
        "[gates.test]\nrun = \"false\"\nskip = { reason = \"flaky\", until = \"2999-01-01\" }\n[gates.x]\nrun = \"true\"\n",
    );
    sandbox.write("a", "");
    sandbox.git(&["add", "."]);
    let done = sandbox.try_git(&["commit", "-m", "a"]).expect(0);
    assert_snapshot!(done, @"
    stdout:
    [main [ID1]] a
     1 file changed, 0 insertions(+), 0 deletions(-)
     create mode 100644 a
    stderr:
    gatekeeper pre-commit: 1 path changed
             passed  x  [TIME]
            skipped  test          flaky (until 2999-01-01)
    1 passed, 1 skipped in [TIME]
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--quiet"]).expect(0), @"passed: 1 passed, 1 skipped in [TIME]");
    let json = sandbox
        .gatekeeper(&["run", "--format", "json"])
        .expect(0)
        .stdout;
    assert!(json.contains("\"outcome\": \"skipped\""), "{json}");
}

#[test]
fn success_codes_expect_and_forbid() {
    let run = |gate: &str| {
        let sandbox = sandbox(&format!("[gates.x]\n{gate}"));
        sandbox.gatekeeper(&["run"])
    };
    run("run = \"exit 5\"\nsuccess-codes = [0, 5]\n").expect(0);
    run("run = \"exit 5\"\nsuccess-codes = [5]\n").expect(0);
    assert_snapshot!(run("run = \"true\"\nsuccess-codes = [5]\n").expect(1), @"
    failed: x failed: exit code 0
    gatekeeper run: 1 path tracked
             failed  x  [TIME]  exit code 0

    x failed
        cause  exit code 0, after [TIME]
       output  none
      command  true
       repeat  gatekeeper run x

    1 failed in [TIME]
    ");
    run("run = \"echo Success: no issues\"\nexpect = '^Success'\n").expect(0);
    assert_snapshot!(run("run = \"echo nothing\"\nexpect = '^Success'\n").expect(1), @"
    failed: x checked nothing: it succeeded, but no line of its output matches expect = '^Success'
    gatekeeper run: 1 path tracked
    checked nothing  x  [TIME]  it succeeded, but no line of its output matches expect = '^Success'

    x checked nothing
        cause  it succeeded, but no line of its output matches expect = '^Success', after [TIME]
       output
               | nothing
      command  echo nothing
       repeat  gatekeeper run x
         help  read the output to see what the command checked; `expect` in [gates.x] names the evidence that it must print

    1 checked nothing in [TIME]
    ");
    assert_snapshot!(run("run = \"true\"\nexpect = '^Success'\n").expect(1), @"
    failed: x checked nothing: it succeeded, but no line of its output matches expect = '^Success'
    gatekeeper run: 1 path tracked
    checked nothing  x  [TIME]  it succeeded, but no line of its output matches expect = '^Success'

    x checked nothing
        cause  it succeeded, but no line of its output matches expect = '^Success', after [TIME]
       output  none
      command  true
       repeat  gatekeeper run x
         help  read the output to see what the command checked; `expect` in [gates.x] names the evidence that it must print

    1 checked nothing in [TIME]
    ");
    assert_snapshot!(run("run = \"echo Success; exit 1\"\nexpect = '^Success'\n").expect(1), @"
    failed: x failed: exit code 1
    gatekeeper run: 1 path tracked
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | Success
      command  echo Success; exit 1
       repeat  gatekeeper run x

    1 failed in [TIME]
    ");
    assert_snapshot!(run("run = \"echo 'warning: x' >&2\"\nforbid = '^warning'\n").expect(1), @"
    failed: x failed: its output matches forbid = '^warning': warning: x
    gatekeeper run: 1 path tracked
             failed  x  [TIME]  its output matches forbid = '^warning': warning: x

    x failed
        cause  its output matches forbid = '^warning': warning: x, after [TIME]
       output
               | warning: x
      command  echo 'warning: x' >&2
       repeat  gatekeeper run x

    1 failed in [TIME]
    ");
    run("run = \"echo fine\"\nforbid = '^warning'\n").expect(0);
    assert_snapshot!(run("run = \"kill -SEGV $$\"\n").expect(1), @"
    failed: x tool broken: the program crashed: signal 11, SIGSEGV
    gatekeeper run: 1 path tracked
        tool broken  x  [TIME]  the program crashed: signal 11, SIGSEGV

    x tool broken
        cause  the program crashed: signal 11, SIGSEGV, after [TIME]
       output  none
      command  kill -SEGV $$
       repeat  gatekeeper run x

    1 tool broken in [TIME]
    ");
    assert_snapshot!(run("run = \"no-such-command-here || exit\"\n").expect(3), @"
    unable: x could not start: a command in it was not found (exit code 127)
    gatekeeper run: 1 path tracked
    could not start  x  [TIME]  a command in it was not found (exit code 127)

    x could not start
        cause  a command in it was not found (exit code 127), after [TIME]
       output
               | sh: no-such-command-here: not found
      command  no-such-command-here || exit
         help  install the program, or correct `run` in [gates.x] in gates.toml

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    note: PATH is [PATH]
    ");
}

#[test]
fn quiet_and_verbose() {
    let sandbox = sandbox(
        "[gates.x]\nrun = \"echo from the gate\"\n[gates.y]\nrun = \"true\"\nhooks = [\"pre-push\"]\n",
    );
    let done = sandbox.gatekeeper(&["run", "--quiet"]).expect(0);
    assert_eq!(done.stderr, "");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--jobs", "1"]).expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  x  [TIME]
             passed  y  [TIME]
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--verbose", "--jobs", "1"]).expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run: 1 path tracked
             passed  x  [TIME]
                     $ echo from the gate
                     from the gate
             passed  y  [TIME]
                     $ true
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged", "--verbose"]).expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
       not selected  y          runs at pre-push only
             passed  x  [TIME]
                     $ echo from the gate
                     from the gate
    ");
    sandbox
        .gatekeeper(&["run", "--quiet", "--verbose"])
        .expect(2);
    sandbox.write(
        "gates.toml",
        "[gates.x]\nrun = \"false\"\n[gates.y]\nrun = \"true\"\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run", "--quiet"]).expect(1), @"
    failed: x failed: exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output  none
      command  false
       repeat  gatekeeper run x

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml

    1 failed, 1 passed in [TIME]
    ");
}

#[test]
fn nothing_to_check_is_said() {
    let sandbox = sandbox(
        "[gates.x]\nrun = \"false\"\nfiles = [\"**/*.py\"]\n[gates.y]\nrun = \"false\"\nfiles = [\"**/*.rs\"]\n",
    );
    let done = sandbox.gatekeeper(&["run"]).expect(0);
    assert_snapshot!(done, @"
    passed: nothing to check: 2 gates not applicable
    gatekeeper run: 1 path tracked
     not applicable  x, y
    ");
    sandbox.gatekeeper(&["run", "--quiet"]).expect(0);
}

#[test]
fn a_nested_run_is_refused_in_the_same_repository_only() {
    let inner = format!("{GATEKEEPER} run");
    let sandbox = sandbox(&format!("[gates.nested]\nrun = \"{inner}\"\n"));
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: nested failed: exit code 3
    gatekeeper run: 1 path tracked
             failed  nested  [TIME]  exit code 3

    nested failed
        cause  exit code 3, after [TIME]
       output
               | error: gatekeeper is already checking this repository, and one of its gates made this call
               | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
      command  gatekeeper run
       repeat  gatekeeper run nested

    1 failed in [TIME]
    ");

    // Also through git, from another work tree, and through a second level.
    let sandbox =
        Sandbox::with_gates("[gates.nested]\nrun = \"git commit -s --allow-empty -m nested\"\n");
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.write("x", "");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "x"]).expect(1), @"
    the commit was stopped: nested failed: exit code 1
    gatekeeper pre-commit: 1 path changed
             failed  nested  [TIME]  exit code 1

    nested failed
        cause  exit code 1, after [TIME]
       output
               | error: gatekeeper is already checking this repository, and one of its gates made this call
               | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
      command  git commit -s --allow-empty -m nested
       repeat  gatekeeper run --staged nested

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: nested -- REASON' --signoff -m x
    ");
    sandbox.write(
        "gates.toml",
        "[gates.nested]\nrun = \"git -C ../linked commit -s --allow-empty -m nested\"\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: nested failed: exit code 1
    gatekeeper run: 2 paths tracked
             failed  nested  [TIME]  exit code 1

    nested failed
        cause  exit code 1, after [TIME]
       output
               | error: gatekeeper is already checking this repository, and one of its gates made this call
               | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
      command  git -C ../linked commit -s --allow-empty -m nested
       repeat  gatekeeper run nested

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml

    1 failed in [TIME]
    ");

    let other = Sandbox::new();
    other.write("gates.toml", "[gates.x]\nrun = \"record inner\"\n");
    other.git(&["add", "."]);
    sandbox.write(
        "gates.toml",
        format!("[gates.nested]\nrun = \"{inner}\"\ndir = \"other\"\n"),
    );
    std::os::unix::fs::symlink(&other.top, sandbox.top.join("other")).unwrap();
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["inner"]);

    // And from there back into the first one.
    let back = format!("cd {} && {GATEKEEPER} run", sandbox.top.display());
    other.write("gates.toml", format!("[gates.x]\nrun = \"{back}\"\n"));
    assert_snapshot!(sandbox.gatekeeper(&["run", "--verbose"]).expect(1), @"
    failed: nested failed: exit code 1, at other/gates.toml
    gatekeeper run: 2 paths tracked
             failed  nested  [TIME]  exit code 1

    nested failed
        cause  exit code 1, after [TIME]
        where  other/gates.toml
       output
               | failed: x failed: exit code 3
               | gatekeeper run: 1 path tracked
               |          failed  x   [TIME]  exit code 3
               |
               | x failed
               |     cause  exit code 3, after [TIME]
               |    output
               |            | error: gatekeeper is already checking this repository, and one of its gates made this call
               |            | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
               |   command  cd [ROOT]/repository && gatekeeper run
               |    repeat  gatekeeper run x
               |
               | note: gates ran in the work tree, which differs from the index: unstaged gates.toml
               |
               | 1 failed in [TIME]
      command  (cd other && gatekeeper run)
       repeat  gatekeeper run nested

    note: gates ran in the work tree, which differs from the index: unstaged gates.toml; untracked other

    1 failed in [TIME]
    ");
}

#[test]
fn two_runs_at_once_do_not_disturb_each_other() {
    let sandbox = sandbox("[gates.x]\nrun = \"seq 1 2000; exit 1\"\n");
    let mut runs = Vec::new();
    for _ in 0..4 {
        runs.push(crate::sandbox::Started::new(
            &mut sandbox.command(GATEKEEPER, &["run"]),
        ));
    }
    for run in runs {
        let done = run.finish().expect(1);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        failed: x failed: exit code 1
        gatekeeper run: 1 path tracked
                 failed  x  [TIME]  exit code 1

        x failed
            cause  exit code 1, after [TIME]
           output  the last 40 lines (the full output is in .git/gatekeeper/logs/x.log)
                   | 1961
                   | 1962
                   | 1963
                   | 1964
                   | 1965
                   | 1966
                   | 1967
                   | 1968
                   | 1969
                   | 1970
                   | 1971
                   | 1972
                   | 1973
                   | 1974
                   | 1975
                   | 1976
                   | 1977
                   | 1978
                   | 1979
                   | 1980
                   | 1981
                   | 1982
                   | 1983
                   | 1984
                   | 1985
                   | 1986
                   | 1987
                   | 1988
                   | 1989
                   | 1990
                   | 1991
                   | 1992
                   | 1993
                   | 1994
                   | 1995
                   | 1996
                   | 1997
                   | 1998
                   | 1999
                   | 2000
          command  seq 1 2000; exit 1
           repeat  gatekeeper run x

        1 failed in [TIME]
        "));
    }
    let log = sandbox.read(".git/gatekeeper/logs/x.log");
    assert_eq!(log.lines().count(), 2000);
    let left = fs::read_dir(sandbox.top.join(".git/gatekeeper/logs"))
        .unwrap()
        .count();
    assert_eq!(left, 1);
}

#[test]
fn a_stop_between_two_batches_counts_for_the_whole_gate() {
    // The first batch ends well but leaves something that holds its output; while that is waited
    // for, another gate fails. The second batch must not start.
    let sandbox = sandbox(
        "[settings]\nfail-fast = true\n[gates.many]\nrun = \"batch {files}\"\nfiles = [\"many/**\"]\n\
         [gates.bad]\nrun = \"until test -e $HOME/first; do :; done; exit 1\"\n",
    );
    sandbox.program(
        "batch",
        "#!/bin/sh\necho batch >>\"$RECORD\"\nsetsid sleep 2 &\ntouch \"$HOME/first\"\n",
    );
    fs::create_dir(sandbox.top.join("many")).unwrap();
    for n in 0..9_000 {
        fs::write(sandbox.top.join(format!("many/{n:0240}")), "").unwrap();
    }
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run"]).expect(1);
    assert_snapshot!(done, @"
    failed: bad failed: exit code 1
    gatekeeper run: 9001 paths tracked
             failed  bad  [TIME]  exit code 1
          cancelled  many  [TIME]  bad failed, and fail-fast is on; left processes running

    bad failed
        cause  exit code 1, after [TIME]
       output  none
      command  until test -e $HOME/first; do :; done; exit 1
       repeat  gatekeeper run bad

    1 failed, 1 cancelled in [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["batch"]);
}

#[test]
fn a_checkout_without_files_is_no_pass() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", "[gates.x]\nrun = \"true\"\n");
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    error: git tracks no file here, so there is nothing to check
    help: `git add` a file; in CI, make sure that the checkout is complete
    ");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.gatekeeper(&["run"]).expect(0);
    fs::remove_file(sandbox.top.join(".git/index")).unwrap();
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @"
    error: git tracks no file here, so there is nothing to check
    help: `git add` a file; in CI, make sure that the checkout is complete
    ");
}

#[test]
fn the_usage_is_told() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.gatekeeper(&[""; 0]).expect(2), @r"
Runs a project's quality gates on every commit

Usage: gatekeeper [OPTIONS] <COMMAND>

Set up:
  init         Find the project's checks and write gates.toml
  install      Install the hooks in this repository
  status       Show the hooks that git will run, and whether commits are checked
  doctor       Find what is wrong with the set-up: tools that contradict each other, missing programs, drift
  config       Check or show the configuration
  uninstall    Remove the hooks from this repository, or the guard from an agent

Every day:
  run          Run gates; by default, run every gate on the work tree
  fix          Fix the files changed since the last commit with the gates' `fix` commands
  plan         Show what `run` with the same arguments would do, and why; or make a plan for several runners
  list         List the gates, one in a line
  report       Print the report of a run that has ended, wait for one, or show the history of gates
  baseline     Make what gates find today the known findings, so that only new ones stop a commit
  explain      Explain a rule or an outcome: what it means, and what to do
  cache        Remove what is kept to make later runs faster

Commit messages:
  message      Check or fix a commit message
  agents       List the agents that `Assisted-By` can credit

Branches and CI:
  audit        Check each commit in a range: its message, and whether it weakens any check
  combine      Combine the reports of all shards of a plan into one verdict
  receipts     Share verdicts as signed receipts, and verify those of others

AI coding agents:
  guard        Answer a hook of an AI coding agent, whose payload is on standard input

Shells and manuals:
  completions  Print the completions for a shell
  man          Write the manual pages

`gatekeeper help COMMAND` explains a command.

Options:
      --color <WHEN>  Whether output is in colour [default: as the environment or git's color.ui has it, or else in a terminal] [possible values: auto, always, never]
  -h, --help          Print help (see more with '--help')
  -V, --version       Print version
");
    assert_snapshot!(sandbox.gatekeeper(&["rnu"]).expect(2), @"
    error: unrecognized subcommand 'rnu'

    Usage: gatekeeper [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(sandbox.gatekeeper(&["--help"]).expect(0), @r"
stdout:
Runs a project's quality gates on every commit.

Exit codes: 0 passed; 1 a gate or rule failed; 2 usage or configuration error; 3 gatekeeper could not do its job; 70 bug in gatekeeper; 75 a run in the background has not ended; 128 + n ended by signal n.

Usage: gatekeeper [OPTIONS] <COMMAND>

Set up:
  init         Find the project's checks and write gates.toml
  install      Install the hooks in this repository
  status       Show the hooks that git will run, and whether commits are checked
  doctor       Find what is wrong with the set-up: tools that contradict each other, missing programs, drift
  config       Check or show the configuration
  uninstall    Remove the hooks from this repository, or the guard from an agent

Every day:
  run          Run gates; by default, run every gate on the work tree
  fix          Fix the files changed since the last commit with the gates' `fix` commands
  plan         Show what `run` with the same arguments would do, and why; or make a plan for several runners
  list         List the gates, one in a line
  report       Print the report of a run that has ended, wait for one, or show the history of gates
  baseline     Make what gates find today the known findings, so that only new ones stop a commit
  explain      Explain a rule or an outcome: what it means, and what to do
  cache        Remove what is kept to make later runs faster

Commit messages:
  message      Check or fix a commit message
  agents       List the agents that `Assisted-By` can credit

Branches and CI:
  audit        Check each commit in a range: its message, and whether it weakens any check
  combine      Combine the reports of all shards of a plan into one verdict
  receipts     Share verdicts as signed receipts, and verify those of others

AI coding agents:
  guard        Answer a hook of an AI coding agent, whose payload is on standard input

Shells and manuals:
  completions  Print the completions for a shell
  man          Write the manual pages

`gatekeeper help COMMAND` explains a command.

Options:
      --color <WHEN>
          Whether output is in colour [default: as the environment or git's color.ui has it, or else in a terminal]

          Possible values:
          - auto:   In a terminal
          - always: Wherever the output goes
          - never:  Nowhere

  -h, --help
          Print help (see a summary with '-h')

  -V, --version
          Print version
");
    let version = sandbox.gatekeeper(&["--version"]).expect(0).stdout;
    assert_eq!(
        version,
        format!("gatekeeper {}\n", env!("CARGO_PKG_VERSION"))
    );
    let mut closed = sandbox.command("sh", &["-c", &format!("{GATEKEEPER} --help >&-")]);
    finish(&mut closed);
}
