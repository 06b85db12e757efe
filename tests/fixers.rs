//! Fixers: what they fix is taken only if every gate passes, and nothing that is typed is lost.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use rustix::process::Signal;
use serde_json::Value;

use crate::required::is_here;
use crate::sandbox::{GATEKEEPER, Lifeline, Sandbox, Started};
use crate::view_table::{ENDS, STATES, nobody_is_left, random};
use crate::views::{Known, everything, sandbox_in};

/// A formatter: no blanks at the ends of lines.
const FORMATS: &str = r#"#!/bin/sh
check=; if [ "$1" = --check ]; then check=1; shift; fi
rc=0
for f; do
    grep -q ' $' "$f" || continue
    if [ "$check" ]; then echo "$f:1:1: blanks"; rc=1; else sed -i 's/ *$//' "$f"; fi
done
exit $rc
"#;

const GATE: &str = "[gates.format]\nrun = \"formats --check {files}\"\nfix = \"formats {files}\"\nfiles = [\"*.py\"]\n";

fn sandbox(gates: &str) -> Sandbox {
    let settings =
        "[settings]\nfix-on-commit = true\n[commit-msg.signed-off-by]\nrequired = \"never\"\n";
    let sandbox = sandbox_in(Sandbox::new(), &format!("{settings}{gates}"));
    sandbox.program("formats", FORMATS);
    sandbox.write("one.py", "1\n2\n3\n4\n5\n6\n7\n8\n");
    sandbox.write("two.py", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.sh("elsewhere commit -qsm py").expect(0);
    sandbox
}

/// Everything is as it was; objects that nobody names are no change.
#[track_caller]
fn unchanged(before: &BTreeMap<PathBuf, Known>, sandbox: &Sandbox, state: &str) {
    let mut after = everything(&sandbox.top);
    let objects = sandbox.top.join(".git/objects");
    after.retain(|path, _| before.contains_key(path) || !path.starts_with(&objects));
    let differs = |path: &&PathBuf| before.get(*path) != after.get(*path);
    let all = before.keys().chain(after.keys());
    let touched: Vec<&PathBuf> = all.filter(differs).collect();
    assert!(touched.is_empty(), "{state}: {touched:?}");
}

fn committed(sandbox: &Sandbox, path: &str) -> String {
    sandbox.git(&["show", &format!("HEAD:{path}")])
}

#[test]
fn what_is_fixed_is_in_the_commit_and_in_the_file() {
    let mut told = String::new();
    for way in [
        "git add one.py && git commit >/dev/null -m x",
        "git commit >/dev/null -am x",
        "git commit >/dev/null -m x one.py",
        "git commit >/dev/null -m x -i one.py",
    ] {
        let sandbox = sandbox(GATE);
        sandbox.write("one.py", "one  \n2\n");
        sandbox
            .sh("echo 'staged  ' >>two.py && git add two.py")
            .expect(0);
        let two = if way.contains("-m x one.py") {
            "1\n"
        } else {
            "1\nstaged\n"
        };
        let done = sandbox.sh(way);
        assert_eq!(done.code(), 0, "{way}\n{}", done.stderr);
        told += &done.told();
        assert_eq!(committed(&sandbox, "one.py"), "one\n2\n", "{way}");
        assert_eq!(sandbox.read("one.py"), "one\n2\n", "{way}");
        assert_eq!(committed(&sandbox, "two.py"), two, "{way}");
        // The next commit does not undo it.
        let status = sandbox.git(&["status", "--porcelain", "one.py"]);
        assert_eq!(status, "", "{way}");
    }
    assert_snapshot!(told, @"
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format), two.py (format)

    1 passed in [TIME]
    ---
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format), two.py (format)

    1 passed in [TIME]
    ---
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format)

    1 passed in [TIME]
    ---
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format), two.py (format)

    1 passed in [TIME]
    ---
    ");
}

#[test]
fn other_changes_stay_as_they_were_typed() {
    let sandbox = sandbox(GATE);
    sandbox.write("one.py", "one  \n2\n3\n4\n5\n6\n7\n8\n");
    sandbox.git(&["add", "one.py"]);
    sandbox.write("one.py", "one  \n2\n3\n4\n5\n6\n7\neight  \n");
    assert_snapshot!(sandbox.sh("git commit >/dev/null -m x").expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format)

    1 passed in [TIME]
    ");
    assert_eq!(committed(&sandbox, "one.py"), "one\n2\n3\n4\n5\n6\n7\n8\n");
    assert_eq!(sandbox.read("one.py"), "one\n2\n3\n4\n5\n6\n7\neight  \n");
    // In the same lines they contradict each other: only the commit is fixed.
    sandbox.write("one.py", "once  \n2\n");
    sandbox.git(&["add", "one.py"]);
    sandbox.write("one.py", "twice  \n2\n");
    assert_snapshot!(sandbox.sh("git commit >/dev/null -m y").expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed in the commit only: one.py (format); your file was left unchanged, because it has other changes in the same lines, or was saved in the meantime

    1 passed in [TIME]
    ");
    assert_eq!(committed(&sandbox, "one.py"), "once\n2\n");
    assert_eq!(sandbox.read("one.py"), "twice  \n2\n");
    // A file that is gone stays gone.
    sandbox.write("two.py", "2  \n");
    sandbox
        .sh("git add two.py && rm two.py && git commit >/dev/null -m z")
        .expect(0);
    assert_eq!(committed(&sandbox, "two.py"), "2\n");
    assert!(!sandbox.top.join("two.py").exists());
}

#[test]
fn a_file_of_which_a_part_is_staged_can_be_refused() {
    let sandbox = sandbox(GATE);
    let gates = sandbox.read("gates.toml").replace(
        "fix-on-commit = true",
        "fix-on-commit = true\npartial = \"refuse\"",
    );
    sandbox.write("gates.toml", gates);
    sandbox.write("one.py", "one  \n");
    sandbox.git(&["add", "."]);
    sandbox.write("one.py", "one  \n2\n");
    let before = everything(&sandbox.top);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(3);
    assert_snapshot!(done, @r#"
    error: fixers would change files that are only partly staged: one.py
    help: stage the whole files with `git add`, or put the rest away with `git stash`; with `partial = "merge"`, gatekeeper merges the fixes
    "#);
    unchanged(&before, &sandbox, "refused");
}

#[test]
fn modes_line_ends_filters_and_links_are_right() {
    let sandbox = sandbox(GATE);
    sandbox
        .sh("git config filter.up.clean 'tr a-z A-Z' && git config filter.up.smudge 'tr A-Z a-z'")
        .expect(0);
    sandbox.write(".gitattributes", "crlf.py text eol=crlf\nup.py filter=up\n");
    sandbox.write("crlf.py", "one\r\n");
    sandbox.write("up.py", "word\n");
    sandbox
        .sh("git add . && elsewhere commit -qm base")
        .expect(0);
    sandbox.program(
        "formats",
        &FORMATS
            .replace("' $'", "'old'")
            .replace("s/ *$//", "s/old/new/"),
    );
    sandbox.write("crlf.py", "old\r\ntwo\r\n");
    sandbox.write("up.py", "word old\n");
    sandbox.write("run.py", "old\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(sandbox.top.join("run.py"), mode).unwrap();
    symlink("run.py", sandbox.top.join("link.py")).unwrap();
    assert_snapshot!(sandbox.sh("git add . && git commit >/dev/null -m x").expect(0), @"
    gatekeeper pre-commit: 4 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: crlf.py (format), run.py (format), up.py (format)

    1 passed in [TIME]
    ");
    assert_eq!(sandbox.read("crlf.py"), "new\r\ntwo\r\n");
    assert_eq!(committed(&sandbox, "crlf.py"), "new\ntwo\n");
    assert_eq!(sandbox.read("up.py"), "word new\n");
    assert_eq!(committed(&sandbox, "up.py"), "WORD NEW\n");
    assert!(
        sandbox
            .git(&["ls-files", "--stage", "run.py"])
            .starts_with("100755")
    );
    let mode = fs::metadata(sandbox.top.join("run.py"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o755);
    assert!(sandbox.top.join("link.py").is_symlink());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn nothing_is_taken_if_a_gate_fails() {
    let gates = format!("{GATE}[gates.test]\nrun = \"test ! -s one.py\"\n");
    let mut told = String::new();
    for beside in ["", "echo u >untracked", "echo 9 >>one.py"] {
        let sandbox = sandbox(&gates);
        sandbox.write("one.py", "one  \n");
        sandbox.git(&["add", "one.py"]);
        sandbox.sh(beside).expect(0);
        let before = everything(&sandbox.top);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
        unchanged(&before, &sandbox, beside);
        told += &done.told();
    }
    assert_snapshot!(told, @"
    failed: test failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  test  [TIME]  exit code 1
             passed  format  [TIME]

    test failed
        cause  exit code 1, after [TIME]
       output  none
      command  test ! -s one.py
       repeat  gatekeeper run --staged test

    note: one.py (format) could be fixed; nothing was applied, because not every gate passed on the result

    1 failed, 1 passed in [TIME]
    ---
    failed: test failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit and untracked files
             failed  test  [TIME]  exit code 1
             passed  format  [TIME]

    test failed
        cause  exit code 1, after [TIME]
       output  none
      command  test ! -s one.py
       repeat  gatekeeper run --staged test

    note: one.py (format) could be fixed; nothing was applied, because not every gate passed on the result

    1 failed, 1 passed in [TIME]
    ---
    failed: test failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  test  [TIME]  exit code 1
             passed  format  [TIME]

    test failed
        cause  exit code 1, after [TIME]
       output  none
      command  test ! -s one.py
       repeat  gatekeeper run --staged test

    note: one.py (format) could be fixed; nothing was applied, because not every gate passed on the result

    1 failed, 1 passed in [TIME]
    ---
    ");
}

#[test]
fn fixers_that_misbehave_are_named_and_nothing_is_taken() {
    let other = "[gates.other]\nrun = \"true {files}\"\nfix = \"OTHER\"\nfiles = [\"*.py\"]\nkind = \"lint\"\n";
    let cases = [
        "sh -c 'exit 3' x {files}",
        "sh -c 'echo x >>two.py' x {files}",
        "sh -c 'echo x >new.py' x {files}",
        "sh -c ': >one.py' x {files}",
        "sh -c 'rm one.py' x {files}",
        "sh -c 'sed -i \\\"s/$/ /\\\" one.py' x {files}",
        "missing-tool {files}",
    ];
    let mut told = String::new();
    for command in cases {
        let sandbox = sandbox(&format!("{GATE}{}", other.replace("OTHER", command)));
        sandbox.write("one.py", "one  \n");
        sandbox.git(&["add", "one.py"]);
        let before = everything(&sandbox.top);
        let done = sandbox.gatekeeper(&["run", "--staged"]);
        let code = if command.starts_with("missing") { 3 } else { 1 };
        assert_eq!(done.code(), code, "{command}\n{}", done.stderr);
        told += &done.told();
        unchanged(&before, &sandbox, command);
    }
    assert_snapshot!(told, @"
    error: the fixer of other failed: exit code 3
    help: run its `fix` command by hand to see what it says
    nothing was fixed; no file was changed
    ---
    error: the fixer of other wrote to files outside its `files`: two.py
    help: widen `files` of the gate, or limit the command to {files}
    nothing was fixed; no file was changed
    ---
    error: the fixer of other wrote to files outside its `files`: new.py
    help: widen `files` of the gate, or limit the command to {files}
    nothing was fixed; no file was changed
    ---
    error: the fixer of other emptied one.py
    help: a fixer must not empty a file; run its `fix` command by hand to see why
    nothing was fixed; no file was changed
    ---
    error: the fixer of other emptied one.py
    help: a fixer must not empty a file; run its `fix` command by hand to see why
    nothing was fixed; no file was changed
    ---
    error: the fixers of other, format keep undoing each other's changes: one.py
    help: configure these tools to agree, or remove `fix` from one of the gates
    nothing was fixed; no file was changed
    ---
    error: the fixer of other could not start: missing-tool is not installed: it is not in any directory of PATH, and there is no Python environment (.venv, venv, env) here
    help: run its `fix` command by hand to see what it says
    nothing was fixed; no file was changed
    ---
    ");
}

#[test]
fn linters_come_before_formatters_and_may_leave_something() {
    let gates = format!(
        "{GATE}[gates.lint]\nrun = \"true {{files}}\"\nfix = \"lints {{files}}\"\nfiles = [\"*.py\"]\n"
    );
    let sandbox = sandbox(&gates);
    sandbox.write("one.py", "one\n");
    // Its blanks are the formatter's affair, and 1 says that something is left.
    let lints = "#!/bin/sh\ngrep -q lint one.py || echo 'lint  ' >>one.py\nexit 1\n";
    sandbox.program("lints", lints);
    assert_snapshot!(sandbox.sh("git add one.py && git commit >/dev/null -m x").expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]
             passed  lint  [TIME]

    fixed: one.py (format, lint)

    2 passed in [TIME]
    ");
    assert_eq!(committed(&sandbox, "one.py"), "one\nlint\n");
}

#[test]
fn what_is_saved_while_gates_run_is_not_lost() {
    let gates = format!(
        "{GATE}[gates.waits]\nrun = \"waits\"\nneeds = [\"format\"]\nisolation = \"snapshot\"\n"
    );
    let sandbox = sandbox(&gates);
    sandbox.program(
        "waits",
        "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\nread line <\"$HOME/go\"\n",
    );
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    Lifeline::new(sandbox.beside("home/go"));
    sandbox.write("one.py", "one  \n2\n3\n4\n5\n");
    sandbox.git(&["add", "one.py"]);
    let run = Started::new(&mut sandbox.command("git", &["commit", "-qm", "x"]));
    let alive = lifeline.begun();
    sandbox.write("one.py", "one  \n2\n3\n4\nsaved\n");
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
    alive.everybody_is_gone();
    run.finish().expect(0);
    assert_eq!(committed(&sandbox, "one.py"), "one\n2\n3\n4\n5\n");
    assert_eq!(sandbox.read("one.py"), "one\n2\n3\n4\nsaved\n");
}

#[test]
fn a_run_that_is_ended_takes_nothing() {
    let gates = format!("{GATE}[gates.waits]\nrun = \"waits\"\nneeds = [\"format\"]\n");
    let slow = GATE.replace("fix = \"formats {files}\"", "fix = \"slow {files}\"");
    for gates in [gates, slow] {
        let sandbox = sandbox(&gates);
        let waits = "exec 9>\"$HOME/lifeline\"\nsleep 1000\n";
        sandbox.program("waits", &format!("#!/bin/sh\n{waits}"));
        sandbox.program("slow", &format!("#!/bin/sh\n: >one.py\n{waits}"));
        let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
        sandbox.write("one.py", "one  \n");
        sandbox.git(&["add", "one.py"]);
        let before = everything(&sandbox.top);
        for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
            let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
            let alive = lifeline.begun();
            run.signal(signal);
            alive.everybody_is_gone();
            run.wait();
            unchanged(&before, &sandbox, &format!("{signal:?}"));
        }
    }
}

#[test]
fn by_hand_the_changed_files_are_fixed() {
    let sandbox = sandbox(GATE).with_gatekeeper_on_path();
    sandbox
        .sh("printf 'old  \\n' >old.py && git add old.py && elsewhere commit -qm old")
        .expect(0);
    // Staged, and not staged; the fixer's command is told by the failure.
    sandbox.write("one.py", "one  \n");
    sandbox.git(&["add", "one.py"]);
    sandbox.write("two.py", "two  \nthree\n");
    let done = sandbox.gatekeeper(&["fix"]).expect(0);
    assert_snapshot!(done, @"
    fixed  one.py  +1 -1  format
    fixed  two.py  +1 -1  format
    2 files fixed
    ");
    assert_eq!(sandbox.read("one.py"), "one\n");
    assert_eq!(sandbox.read("two.py"), "two\nthree\n");
    assert_eq!(sandbox.read("old.py"), "old  \n");
    // What was staged as it lay is staged as it lies; the rest is not.
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        "M  one.py\n M two.py\n"
    );
    assert_snapshot!(sandbox.gatekeeper(&["fix", "format"]).expect(0), @"nothing to fix");
    assert_snapshot!(sandbox.gatekeeper(&["fix", "--all"]).expect(0), @"
    fixed  old.py  +1 -1  format
    1 file fixed
    ");
    assert_eq!(sandbox.read("old.py"), "old\n");
    // The next commit also has to answer for a commit that was not checked.
    sandbox
        .sh("git add . && elsewhere commit -qm fixed && gatekeeper install 2>/dev/null
            gatekeeper audit --accept --root HEAD --reason 'the files are right now' 2>/dev/null >&2
            printf 'loose  \\n' >loose.py && git add loose.py && git -c core.hooksPath=/dev/null commit -qm loose")
        .expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["fix"]).expect(0), @"
    fixed  loose.py  +1 -1  format
    1 file fixed
    ");
    assert_snapshot!(sandbox.gatekeeper(&["fix", "nothing"]).expect(2), @"
    error: gate `nothing` does not exist
    help: the gates are format
    ");
}

#[test]
fn programs_are_told() {
    let sandbox = sandbox(GATE);
    sandbox.write("one.py", "one  \n");
    sandbox.git(&["add", "one.py"]);
    let done = sandbox
        .gatekeeper(&["run", "--staged", "--fix", "--json"])
        .expect(0);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let fixed =
        serde_json::json!([{"path": "one.py", "gates": ["format"], "applied": "everywhere"}]);
    assert_eq!(report["fixed"], fixed);
}

#[test]
fn what_cannot_be_fixed_is_left_and_said() {
    let sandbox = sandbox(GATE);
    // Who may execute a file with whose rights stays.
    sandbox.write("one.py", "one  \n");
    sandbox.write("three.py", "three  \n");
    sandbox
        .sh("git add . && chmod 4750 one.py && git add one.py")
        .expect(0);
    let before = fs::metadata(sandbox.top.join("one.py"))
        .unwrap()
        .permissions();
    assert_snapshot!(sandbox.sh("git commit >/dev/null -m x").expect(0), @"
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format), three.py (format)

    1 passed in [TIME]
    ");
    let after = fs::metadata(sandbox.top.join("one.py"))
        .unwrap()
        .permissions();
    assert_eq!(before, after);
    // Nothing is left of what was made ready.
    let left = fs::read_dir(sandbox.top.join(".git/gatekeeper")).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("fixed-")).count(), 0);
    // An index that is locked: nothing has been touched.
    sandbox.write("one.py", "two  \n");
    sandbox.sh("git add one.py && : >.git/index.lock").expect(0);
    let before = everything(&sandbox.top);
    // The rest of it is git's advice, which is another one in each version.
    sandbox.gatekeeper(&["fix"]).expect(3).says("index.lock");
    unchanged(&before, &sandbox, "a lock");
    sandbox.gatekeeper(&["run", "--staged"]).expect(3);
    unchanged(&before, &sandbox, "a lock");
}

#[test]
fn a_fixer_reaches_nothing_that_is_ignored() {
    let gates = "[gates.x]\nrun = \"false\"\nfix = '''\nfor f in *.txt *.py; do sed 's/ *$//' \"$f\" >x.tmp; cat x.tmp >\"$f\"; done; rm x.tmp'''\nfiles = [\"*.py\"]\n";
    let sandbox = sandbox(gates);
    sandbox.write(".gitignore", "*.txt\nx.tmp\n");
    sandbox.sh("git add . && elsewhere commit -qm i").expect(0);
    sandbox.write("notes.txt", "my notes  \n");
    sandbox.write("one.py", "one  \n");
    sandbox.git(&["add", "one.py"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_eq!(sandbox.read("notes.txt"), "my notes  \n");
}

#[test]
fn in_no_state_does_a_run_that_does_not_pass_change_anything() {
    let gates = "[settings]\nfix-on-commit = true\n[gates.blanks]\nrun = \"true {files}\"\nfix = \"adds {files}\"\n\
                 [gates.ends]\nrun = \"ends\"\n";
    for (state, script) in STATES {
        let sandbox = sandbox_in(Sandbox::new(), gates);
        // A fixer that has something to do in every file.
        sandbox.program(
            "adds",
            "#!/bin/sh\nfor f; do grep -q fixed \"$f\" || echo fixed >>\"$f\"; done\n",
        );
        sandbox.program("ends", ENDS);
        let lifeline = sandbox.beside("home/lifeline");
        Lifeline::new(lifeline.clone());
        sandbox.sh(script).expect(0);
        let before = everything(&sandbox.top);
        for ending in ["fails", "waits", "killed"] {
            let state = format!("{state}, {ending}");
            fs::write(
                sandbox.beside("home/ending"),
                ending.replace("killed", "waits"),
            )
            .unwrap();
            let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
            match ending {
                "fails" => {
                    run.finish().expect(1);
                }
                "waits" => {
                    let alive = Lifeline::at(lifeline.clone()).begun();
                    run.signal(Signal::INT);
                    alive.everybody_is_gone();
                    run.wait();
                }
                _ => {
                    thread::sleep(Duration::from_micros(random(100_000)));
                    run.signal(Signal::KILL);
                    run.wait();
                }
            }
            nobody_is_left(&sandbox, &state);
            unchanged(&before, &sandbox, &state);
        }
    }
}

#[test]
fn a_git_directory_may_be_on_another_file_system() {
    let other = tempfile::tempdir_in("/dev/shm");
    is_here("shm", other.is_ok(), "nothing can be written to /dev/shm");
    let Ok(other) = other else {
        return;
    };
    let sandbox = sandbox(GATE);
    let git = other.path().join("git");
    let script = format!(
        "cp -a .git '{0}' && rm -rf .git && echo 'gitdir: {0}' >.git && git config core.worktree \"$PWD\"",
        git.display()
    );
    sandbox.sh(&script).expect(0);
    sandbox.write("one.py", "one  \n");
    let commit = "git add one.py && git commit >/dev/null -m x";
    assert_snapshot!(sandbox.sh(commit).expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format)

    1 passed in [TIME]
    ");
    assert_eq!(sandbox.read("one.py"), "one\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn where_git_would_not_commit_it_nothing_is_fixed() {
    let sandbox = sandbox(GATE);
    sandbox
        .sh("git checkout -q -b side && sed -i 's/^8/eight  /' one.py && elsewhere commit -qam side && git format-patch -q -1 -o ../patch && git checkout -q - && sed -i 's/^1/one/' one.py && elsewhere commit -qam main")
        .expect(0);
    let mut told = String::new();
    for way in [
        "git merge -q --no-ff -m merged side",
        "git am -q ../patch/*",
    ] {
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let done = sandbox.sh(way);
        assert_ne!(done.code(), 0, "{way}");
        told += &done.told();
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "{way}");
        assert!(sandbox.read("one.py").contains("eight  \n"), "{way}");
        sandbox
            .sh("git merge --abort; git am --abort; git reset -q --hard")
            .expect(0);
    }
    assert_snapshot!(told, @"
    the commit was stopped: format failed: exit code 1, at one.py:1:1

    format failed
        cause  exit code 1, after [TIME]
        found  1 error
               one.py:1:1: blanks
       output  the full output is in .git/gatekeeper/logs/format.log
      command  formats --check one.py
       repeat  gatekeeper run --staged format
          fix  gatekeeper fix format

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: format -- REASON'
    Not committing merge; use 'git commit' to complete the merge.
    ---
    .git/rebase-apply/patch:14: trailing whitespace.
    eight
    warning: 1 line adds whitespace errors.
    the commit was stopped: format failed: exit code 1, at one.py:1:1

    format failed
        cause  exit code 1, after [TIME]
        found  1 error
               one.py:1:1: blanks
       output  the full output is in .git/gatekeeper/logs/format.log
      command  formats --check one.py
       repeat  gatekeeper run --staged format
          fix  gatekeeper fix format

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ---
    ");
    // The commit that goes on with the merge is one of git commit's.
    assert_ne!(sandbox.sh("git merge -q --no-ff -m merged side").code(), 0);
    assert_snapshot!(sandbox.sh("git commit >/dev/null -m merged").expect(0), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  format  [TIME]

    fixed: one.py (format)

    1 passed in [TIME]
    ");
    assert!(committed(&sandbox, "one.py").ends_with("eight\n"));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn programs_are_told_of_a_refusal() {
    let sandbox = sandbox(&GATE.replace("formats {files}", "missing-tool {files}"));
    sandbox.write("one.py", "one  \n");
    sandbox.git(&["add", "one.py"]);
    let done = sandbox.gatekeeper(&["run", "--staged", "--json"]).expect(3);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["verdict"], "unable");
    assert_eq!(report["exit_code"], 3);
    assert_eq!(
        report["refused_fixes"][0]["gates"],
        serde_json::json!(["format"])
    );
    let cause = report["refused_fixes"][0]["cause"].as_str().unwrap();
    assert!(cause.contains("missing-tool is not installed"), "{cause}");
}
