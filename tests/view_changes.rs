//! A work tree that changes while it is checked, and gates that change what they check.

use std::fs;

use insta::assert_snapshot;
use rustix::process::Signal;
use serde_json::Value;

use crate::sandbox::{GATEKEEPER, Lifeline, Sandbox, Started};
use crate::views::{everything, has_overlays, in_view, sandbox_in, untouched};

/// A gate that waits until it is told to go on, and says what it sees then.
const WAITS: &str = "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\nread line <\"$HOME/go\"\ncat a\n";

fn waiting(settings: &str) -> (Sandbox, Lifeline) {
    let gates = "[gates.waits]\nrun = \"waits\"\n";
    let sandbox = sandbox_in(Sandbox::new(), &format!("{settings}{gates}"));
    sandbox.program("waits", WAITS);
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    Lifeline::new(sandbox.beside("home/go"));
    sandbox.sh("echo staged >a && git add a").expect(0);
    (sandbox, lifeline)
}

fn go(sandbox: &Sandbox) {
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
}

#[test]
fn what_is_saved_meanwhile_is_noticed_and_nobody_is_blamed() {
    let mut told = String::new();
    for beside in ["", "echo u >untracked"] {
        let (sandbox, lifeline) = waiting("");
        sandbox.sh(beside).expect(0);
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged", "--verbose"]));
        let alive = lifeline.begun();
        sandbox.write("b", "saved meanwhile\n");
        go(&sandbox);
        alive.everybody_is_gone();
        let alive = lifeline.begun();
        // In a snapshot, in which nobody else writes.
        sandbox.write("b", "saved once more\n");
        go(&sandbox);
        alive.everybody_is_gone();
        let done = run.finish().expect(0);
        let done = done.says("checked in a snapshot, because something changed");
        told += &done.told();
        assert_eq!(sandbox.read("b"), "saved once more\n");
    }
    assert_snapshot!(told, @"
    passed: 1 passed in [TIME]
    note: the work tree changed while it was being checked: b; checked again in a snapshot
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because something changed while it was being checked
             passed  waits  [TIME]
                     $ waits
                     staged
    ---
    passed: 1 passed in [TIME]
    note: the work tree changed while it was being checked: b; checked again in a snapshot
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because something changed while it was being checked
             passed  waits  [TIME]
                     $ waits
                     staged
    ---
    ");
}

#[test]
fn what_was_unstaged_before_may_be_saved_again() {
    let (sandbox, lifeline) = waiting("");
    sandbox.write("b", "unstaged\n");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
    let alive = lifeline.begun();
    sandbox.write("b", "saved meanwhile\n");
    go(&sandbox);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  waits  [TIME]
    ");
}

#[test]
fn an_index_that_changes_is_checked_as_it_is_then() {
    let (sandbox, lifeline) = waiting("");
    let mut run = sandbox.command("git", &["commit", "--quiet", "--signoff", "-m", "x"]);
    let run = Started::new(&mut run);
    let alive = lifeline.begun();
    sandbox.sh("echo later >a && git add a").expect(0);
    go(&sandbox);
    alive.everybody_is_gone();
    let alive = lifeline.begun();
    go(&sandbox);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(0), @"note: the index changed while it was being checked; checked again in a snapshot");
    assert_eq!(sandbox.git(&["show", "HEAD:a"]), "later\n");
}

#[test]
fn an_index_that_never_rests_has_no_verdict() {
    let (sandbox, lifeline) = waiting("");
    let mut run = sandbox.command("git", &["commit", "--quiet", "--signoff", "-m", "x"]);
    let run = Started::new(&mut run);
    for text in ["one", "two"] {
        let alive = lifeline.begun();
        sandbox
            .sh(&format!("echo {text} >a && git add a"))
            .expect(0);
        go(&sandbox);
        alive.everybody_is_gone();
    }
    assert_snapshot!(run.finish().expect(1), @"
    the commit was stopped: the index changed while it was being checked
    note: the index changed while it was being checked; checked again in a snapshot
    1 passed in [TIME]: the commit was stopped
    next: no verdict: the index changed while it was being checked; try again once no program is writing to the work tree
    ");
    assert_eq!(sandbox.git(&["show", "HEAD:a"]).lines().count(), 8);
}

#[test]
fn an_index_that_is_only_refreshed_is_the_same() {
    let (sandbox, lifeline) = waiting("");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
    let alive = lifeline.begun();
    sandbox
        .sh("touch b && git update-index --refresh && git status")
        .expect(0);
    go(&sandbox);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  waits  [TIME]
    ");
}

#[test]
fn a_plain_run_has_no_other_tree_to_check() {
    let (sandbox, lifeline) = waiting("");
    let mut run = sandbox.command(GATEKEEPER, &["run", "--json"]);
    let run = Started::new(&mut run);
    let alive = lifeline.begun();
    sandbox.write("b", "saved meanwhile\n");
    go(&sandbox);
    alive.everybody_is_gone();
    // Who it was cannot be known, so nobody is blamed; and it is no pass.
    let done = run.finish().expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["unexplained_files"], serde_json::json!(["b"]));
    assert_eq!(report["suspects"], serde_json::json!(["waits"]));
    assert_eq!(report["gates"][0]["outcome"], "passed");
}

#[test]
fn a_report_for_programs_is_one() {
    let (sandbox, lifeline) = waiting("");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged", "--json"]));
    for _ in 0..2 {
        let alive = lifeline.begun();
        sandbox.write("b", "saved meanwhile\n");
        go(&sandbox);
        alive.everybody_is_gone();
    }
    let done = run.finish().expect(0);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["view"], "snapshot");
}

#[test]
fn a_cancelled_run_is_not_repeated() {
    let (sandbox, lifeline) = waiting("");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
    let alive = lifeline.begun();
    sandbox.write("b", "saved meanwhile\n");
    run.signal(Signal::INT);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(130), @"interrupted: 1 cancelled in [TIME]");
}

/// A formatter that is used as a check.
///
/// Who wrote in a snapshot is told by the times of files, which the kernel counts in ticks; a real
/// formatter takes more than one to start.
const FORMATS: &str =
    "#!/bin/sh\nsleep 0.05\nfor file; do sed -i 's/ *$//' \"$file\"; done\nsleep 0.05\n";

#[test]
fn a_check_that_changes_what_it_checks_fails_with_a_patch() {
    let mut told = [const { String::new() }; 3];
    for (view, told) in ["auto", "overlay", "snapshot"].into_iter().zip(&mut told) {
        let gates = "[gates.fine]\nrun = \"true\"\n[gates.format]\nrun = \"formats {files}\"\n\
                     files = [\"*.py\"]\nneeds = [\"fine\"]\n[gates.late]\nrun = \"true\"\nneeds = [\"format\"]\n";
        let sandbox = sandbox_in(Sandbox::new(), &in_view(view, gates));
        sandbox.program("formats", FORMATS);
        sandbox.write("one.py", "x = 1  \n");
        sandbox.write("two.py", "x = 1\n");
        sandbox.git(&["add", "."]);
        if view != "auto" {
            sandbox.write("one.py", "x = 2  \n");
        }
        let before = everything(&sandbox.top);
        let done = sandbox.gatekeeper(&["run", "--staged"]);
        // In place the file is changed, and the run is repeated where that hurts nobody.
        if view != "auto" {
            untouched(&before, &sandbox, view);
        }
        *told = done.expect(1).to_string();
        let done = sandbox.gatekeeper(&["run", "--staged", "--json"]);
        let report: Value = serde_json::from_str(&done.stdout).unwrap();
        let gate = report["gates"].as_array().unwrap().iter();
        let gate = gate.clone().find(|gate| gate["name"] == "format").unwrap();
        assert_eq!(
            gate["changed_files"],
            serde_json::json!(["one.py"]),
            "{view}"
        );
        assert!(
            gate["patch"].as_str().unwrap().contains("+x = 1\n"),
            "{view}"
        );
    }
    let [auto, overlay, snapshot] = told;
    assert_snapshot!(auto, @"
    failed: format failed: it changed tracked files: one.py
    note: the work tree changed while it was being checked: one.py, two.py; checked again in a snapshot
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because something changed while it was being checked
             passed  fine  [TIME]
             passed  format  [TIME]
             passed  late  [TIME]

    format failed
        cause  it changed tracked files: one.py, after [TIME]
       output  none
      changes
               | diff --git a/one.py b/one.py
               | index [ID1]..[ID2] 100644
               | --- a/one.py
               | +++ b/one.py
               | @@ -1 +1 @@
               | -x = 1
               | +x = 1
      command  formats one.py two.py
       repeat  gatekeeper run --staged format
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.format]

    1 failed, 2 passed in [TIME]
    ");
    // Where there are no overlays, this was a snapshot as well.
    if has_overlays() {
        assert_snapshot!(overlay, @"
        failed: format failed: it changed tracked files: one.py
        gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
                 failed  format  [TIME]  it changed tracked files: one.py
                 passed  fine  [TIME]
              cancelled  late            it needs format, which did not pass

        format failed
            cause  it changed tracked files: one.py, after [TIME]
           output  none
          changes
                   | diff --git a/one.py b/one.py
                   | index [ID1]..[ID2] 100644
                   | --- a/one.py
                   | +++ b/one.py
                   | @@ -1 +1 @@
                   | -x = 1
                   | +x = 1
          command  formats one.py two.py
           repeat  gatekeeper run --staged format
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.format]

        1 failed, 1 cancelled, 1 passed in [TIME]
        ");
    }
    assert_snapshot!(snapshot, @"
    failed: format failed: it changed tracked files: one.py
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because gates.toml requires it
             passed  fine  [TIME]
             passed  format  [TIME]
             passed  late  [TIME]

    format failed
        cause  it changed tracked files: one.py, after [TIME]
       output  none
      changes
               | diff --git a/one.py b/one.py
               | index [ID1]..[ID2] 100644
               | --- a/one.py
               | +++ b/one.py
               | @@ -1 +1 @@
               | -x = 1
               | +x = 1
      command  formats one.py two.py
       repeat  gatekeeper run --staged format
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.format]

    1 failed, 2 passed in [TIME]
    ");
}

#[test]
fn every_kind_of_change_is_one_and_touching_is_none() {
    let cases = [
        ("echo more >>b", "b"),
        ("rm b", "b"),
        ("rm -rf deep", "deep/er/c"),
        ("chmod +x b", "b"),
        ("rm link && ln -s b link", "link"),
        ("rm b && mkdir b", "b"),
        ("rm b && ln -s a b", "b"),
        ("mv b c", "b"),
        ("rm -rf deep && echo x >deep", "deep/er/c"),
        ("mv deep other", "deep/er/c"),
        ("touch b", ""),
        ("cat b >copy && cat copy >b && rm copy", ""),
        ("chmod 600 b", ""),
        ("git update-index --refresh; git stash list", ""),
        ("mkdir -p cache/x && echo 1 >cache/x/y && echo 1 >x.log", ""),
    ];
    let mut told = [const { String::new() }; 2];
    for (view, told) in ["overlay", "snapshot"].into_iter().zip(&mut told) {
        for (deed, changed) in cases {
            let gates = format!("[gates.x]\nrun = '''\n{deed}'''\n");
            let sandbox = sandbox_in(Sandbox::new(), &in_view(view, &gates));
            sandbox
                .sh("echo staged >a && git add a && echo u >>b")
                .expect(0);
            let before = everything(&sandbox.top);
            let done = sandbox.gatekeeper(&["run", "--staged"]);
            let state = format!("{view}: {deed}");
            // What is ignored is the user's own.
            if !deed.contains("cache/x") {
                untouched(&before, &sandbox, &state);
            }
            if changed.is_empty() {
                assert_eq!(done.code(), 0, "{state}\n{}", done.stderr);
            } else {
                assert_eq!(done.code(), 1, "{state}\n{}", done.stderr);
                *told += &done.told();
            }
        }
    }
    let [overlay, snapshot] = told;
    // Where there are no overlays, this was a snapshot as well.
    if has_overlays() {
        assert_snapshot!(overlay, @r"
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes
                   | diff --git a/b b/b
                   | index [ID1]..[ID2] 100644
                   | --- a/b
                   | +++ b/b
                   | @@ -1 +1,2 @@
                   |  b
                   | +more
          command  echo more >>b
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes  b
          command  rm b
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: deep/er/c
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: deep/er/c

        x failed
            cause  it changed tracked files: deep/er/c, after [TIME]
           output  none
          changes  deep/er/c
          command  rm -rf deep
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes
                   | diff --git a/b b/b
                   | old mode 100644
                   | new mode 100755
          command  chmod +x b
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: link
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: link

        x failed
            cause  it changed tracked files: link, after [TIME]
           output  none
          changes
                   | diff --git a/link b/link
                   | index [ID1]..[ID2] 120000
                   | --- a/link
                   | +++ b/link
                   | @@ -1 +1 @@
                   | -a
                   | \ No newline at end of file
                   | +b
                   | \ No newline at end of file
          command  rm link && ln -s b link
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes  b
          command  rm b && mkdir b
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes
                   | diff --git a/b b/b
                   | deleted file mode 100644
                   | index [ID1]..[ID2]
                   | --- a/b
                   | +++ /dev/null
                   | @@ -1 +0,0 @@
                   | -b
                   | diff --git a/b b/b
                   | new file mode 120000
                   | index [ID2]..[ID3]
                   | --- /dev/null
                   | +++ b/b
                   | @@ -0,0 +1 @@
                   | +a
                   | \ No newline at end of file
          command  rm b && ln -s a b
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: b
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: b

        x failed
            cause  it changed tracked files: b, after [TIME]
           output  none
          changes  b
          command  mv b c
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        note: new files are neither tracked nor ignored by git: c

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: deep/er/c
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: deep/er/c

        x failed
            cause  it changed tracked files: deep/er/c, after [TIME]
           output  none
          changes  deep/er/c
          command  rm -rf deep && echo x >deep
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        note: new files are neither tracked nor ignored by git: deep

        1 failed in [TIME]
        ---
        failed: x failed: it changed tracked files: deep/er/c
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  x  [TIME]  it changed tracked files: deep/er/c

        x failed
            cause  it changed tracked files: deep/er/c, after [TIME]
           output  none
          changes  deep/er/c
          command  mv deep other
           repeat  gatekeeper run --staged x
             help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

        note: new files are neither tracked nor ignored by git: other/er/c

        1 failed in [TIME]
        ---
        ");
    }
    assert_snapshot!(snapshot, @r"
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | index [ID1]..[ID2] 100644
               | --- a/b
               | +++ b/b
               | @@ -1 +1,2 @@
               |  b
               | +more
      command  echo more >>b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/b
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -b
      command  rm b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: deep/er/c
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: deep/er/c, after [TIME]
       output  none
      changes
               | diff --git a/deep/er/c b/deep/er/c
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/deep/er/c
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -c
      command  rm -rf deep
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | old mode 100644
               | new mode 100755
      command  chmod +x b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: link
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: link, after [TIME]
       output  none
      changes
               | diff --git a/link b/link
               | index [ID1]..[ID2] 120000
               | --- a/link
               | +++ b/link
               | @@ -1 +1 @@
               | -a
               | \ No newline at end of file
               | +b
               | \ No newline at end of file
      command  rm link && ln -s b link
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/b
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -b
      command  rm b && mkdir b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/b
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -b
               | diff --git a/b b/b
               | new file mode 120000
               | index [ID2]..[ID3]
               | --- /dev/null
               | +++ b/b
               | @@ -0,0 +1 @@
               | +a
               | \ No newline at end of file
      command  rm b && ln -s a b
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: b
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: b, after [TIME]
       output  none
      changes
               | diff --git a/b b/b
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/b
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -b
      command  mv b c
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    note: new files are neither tracked nor ignored by git: c

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: deep/er/c
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: deep/er/c, after [TIME]
       output  none
      changes
               | diff --git a/deep/er/c b/deep/er/c
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/deep/er/c
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -c
      command  rm -rf deep && echo x >deep
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    note: new files are neither tracked nor ignored by git: deep

    1 failed in [TIME]
    ---
    failed: x failed: it changed tracked files: deep/er/c
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    x failed
        cause  it changed tracked files: deep/er/c, after [TIME]
       output  none
      changes
               | diff --git a/deep/er/c b/deep/er/c
               | deleted file mode 100644
               | index [ID1]..[ID2]
               | --- a/deep/er/c
               | +++ /dev/null
               | @@ -1 +0,0 @@
               | -c
      command  mv deep other
       repeat  gatekeeper run --staged x
         help  a check must not change what it checks: use the tool's read-only option (such as `--check`), and move the command that writes to `fix` in [gates.x]

    note: new files are neither tracked nor ignored by git: other

    1 failed in [TIME]
    ---
    ");
}

#[test]
fn new_files_are_named_and_do_no_harm() {
    for view in ["auto", "overlay", "snapshot"] {
        let gates = "[gates.x]\nrun = '''\necho 1 >report.xml; mkdir -p out .own; echo 1 >out/x; echo 1 >x.log; echo '*' >.own/.gitignore; echo 1 >.own/x'''\n";
        let sandbox = sandbox_in(Sandbox::new(), &in_view(view, gates));
        sandbox.sh("echo staged >a && git add a").expect(0);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        assert!(
            done.stderr
                .contains("new files are neither tracked nor ignored by git: out")
                && done.stderr.contains("report.xml")
                && !done.stderr.contains("x.log")
                && !done.stderr.contains(".own"),
            "{view}\n{}",
            done.stderr
        );
    }
}

#[test]
fn one_of_several_gates_is_blamed_only_if_it_was_that_one() {
    // Both run at the same time, and one of them writes. What starts within a tick of the clock may be
    // named, too.
    let sandbox = sandbox_in(
        Sandbox::new(),
        &in_view(
            "snapshot",
            "[gates.writes]\nrun = \"writes\"\n[gates.reads]\nrun = \"reads\"\n[gates.after]\nrun = \"true\"\nneeds = [\"writes\", \"reads\"]\n",
        ),
    );
    Lifeline::new(sandbox.beside("home/go"));
    Lifeline::new(sandbox.beside("home/up"));
    let writes = "#!/bin/sh\nread line <\"$HOME/up\"\necho x >>b\necho go >\"$HOME/go\"\n";
    sandbox.program("writes", writes);
    let reads = "#!/bin/sh\necho up >\"$HOME/up\"\nread line <\"$HOME/go\"\n";
    sandbox.program("reads", reads);
    sandbox.sh("echo staged >a && git add a").expect(0);
    // No snapshot, since "after" is named or not.
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    done.says("tracked files were changed while the gates ran, by one of writes, reads")
        .does_not_say("writes failed");
}

#[test]
fn what_is_changed_and_changed_back_is_noticed() {
    let (sandbox, lifeline) = waiting("");
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
    let alive = lifeline.begun();
    // Other contents, and the very file again.
    sandbox
        .sh("cp -p b ../kept && echo BAD >b && mv ../kept b")
        .expect(0);
    go(&sandbox);
    alive.everybody_is_gone();
    let alive = lifeline.begun();
    go(&sandbox);
    alive.everybody_is_gone();
    assert_snapshot!(run.finish().expect(0), @"
    passed: 1 passed in [TIME]
    note: the work tree changed while it was being checked: b; checked again in a snapshot
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because something changed while it was being checked
             passed  waits  [TIME]
    ");
}

#[test]
fn what_appears_meanwhile_is_not_seen_unnoticed() {
    let mut told = String::new();
    for beside in ["", "echo u >>b"] {
        let (sandbox, lifeline) = waiting("");
        sandbox.program("waits", &WAITS.replace("cat a", "test -e conftest.py"));
        sandbox.sh(beside).expect(0);
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
        let alive = lifeline.begun();
        sandbox.write("conftest.py", "");
        go(&sandbox);
        alive.everybody_is_gone();
        let alive = lifeline.begun();
        go(&sandbox);
        alive.everybody_is_gone();
        told += &run.finish().expect(1).told();
    }
    assert_snapshot!(told, @"
    failed: waits failed: exit code 1
    note: the work tree changed while it was being checked: conftest.py; checked again in a snapshot
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because something changed while it was being checked
             failed  waits  [TIME]  exit code 1

    waits failed
        cause  exit code 1, after [TIME]
       output  none
      command  waits
       repeat  gatekeeper run --staged waits

    1 failed in [TIME]
    ---
    failed: waits failed: exit code 1
    note: the work tree changed while it was being checked: conftest.py; checked again in a snapshot
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because something changed while it was being checked
             failed  waits  [TIME]  exit code 1

    waits failed
        cause  exit code 1, after [TIME]
       output  none
      command  waits
       repeat  gatekeeper run --staged waits

    1 failed in [TIME]
    ---
    ");
}

#[test]
fn a_failure_counts_if_files_have_only_appeared() {
    let gates = "[gates.x]\nrun = 'test -e gen.mk || { touch gen.mk; echo bad; exit 1; }'\n";
    let sandbox = sandbox_in(Sandbox::new(), gates);
    sandbox.sh("echo staged >a && git add a").expect(0);
    let done = sandbox.try_git(&["commit", "--quiet", "--signoff", "--message", "x"]);
    assert_snapshot!(done.expect(1).told(), @"
    the commit was stopped: x failed: exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | bad
      command  test -e gen.mk || { touch gen.mk; echo bad; exit 1; }
       repeat  gatekeeper run --staged x

    note: files have appeared while x ran that are not in the commit: gen.mk; the failure counts

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: x -- REASON' --signoff --quiet --signoff --message x
    ---
    ");
}

#[test]
fn commits_of_another_index_show_it_to_the_gates_git() {
    let gates = "[gates.spaces]\nrun = \"git diff --cached --check\"\n";
    let sandbox = sandbox_in(Sandbox::new(), gates);
    for way in [
        "git commit >/dev/null -s -m x -a",
        "git commit >/dev/null -s -m x b",
        "git commit >/dev/null -s -m x -i b",
    ] {
        sandbox.write("b", "trailing \n");
        let mut done = sandbox.sh(way);
        assert_eq!(done.code(), 1, "{way}\n{}", done.stderr);
        let typed = way.replace("git commit >/dev/null ", "");
        done.stderr = done.stderr.replace(&typed, "[TYPED]");
        insta::allow_duplicates!(assert_snapshot!(done, @"
        the commit was stopped: spaces failed: exit code 2, at b:1
        gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
                 failed  spaces  [TIME]  exit code 2

        spaces failed
            cause  exit code 2, after [TIME]
            found  1 error
                   b:1: trailing whitespace.
           output  the full output is in .git/gatekeeper/logs/spaces.log
          command  git diff --cached --check
           repeat  gatekeeper run spaces

        1 failed in [TIME]: the commit was stopped; nothing was changed
        next: fix the problems above and commit again in the same way
        help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: spaces -- REASON' [TYPED]
        "));
    }
}

#[test]
fn a_plain_run_notices_what_becomes_of_unstaged_changes() {
    let mut told = String::new();
    for deed in ["echo formatted >>b", "git checkout -q b", "echo 1 >>a"] {
        let gates = format!("[gates.x]\nrun = '''\n{deed}'''\n");
        let sandbox = sandbox_in(Sandbox::new(), &gates);
        sandbox.write("b", "mine\n");
        told += &sandbox.gatekeeper(&["run"]).expect(1).told();
    }
    assert_snapshot!(told, @"
    failed: a gate changed b
    gatekeeper run: 7 paths tracked
             passed  x  [TIME]

    note: gates ran in the work tree, which differs from the index: unstaged b

    error: tracked files were changed while x ran: b
      | diff --git a/b b/b
      | index [ID1]..[ID2] 100644
      | --- a/b
      | +++ b/b
      | @@ -1 +1,2 @@
      | -b
      | +mine
      | +formatted
    help: a check must not change what it checks; if you made the change, run the gates again

    1 passed in [TIME]
    ---
    failed: a gate changed b
    gatekeeper run: 7 paths tracked
             passed  x  [TIME]

    note: gates ran in the work tree, which differs from the index: unstaged b

    error: tracked files were changed while x ran: b
    help: a check must not change what it checks; if you made the change, run the gates again

    1 passed in [TIME]
    ---
    failed: a gate changed a
    gatekeeper run: 7 paths tracked
             passed  x  [TIME]

    note: gates ran in the work tree, which differs from the index: unstaged b

    error: tracked files were changed while x ran: a
      | diff --git a/a b/a
      | index [ID1]..[ID2] 100644
      | --- a/a
      | +++ b/a
      | @@ -6,3 +6,4 @@
      |  6
      |  7
      |  8
      | +1
    help: a check must not change what it checks; if you made the change, run the gates again

    1 passed in [TIME]
    ---
    ");
    // Who writes what is there already has changed nothing.
    let gates = "[gates.x]\nrun = '''\ncat b >../copy; cat ../copy >b'''\n";
    let sandbox = sandbox_in(Sandbox::new(), gates);
    sandbox.write("b", "mine\n");
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn what_a_merge_commits_is_what_was_checked() {
    // In the index alone: git commits what it was before, and that was checked. With the file as well,
    // the run has to be repeated, and what git will commit cannot be seen any more.
    for (beside, code) in [("true", 0), ("git checkout-index -f a", 1)] {
        let (sandbox, lifeline) = waiting("");
        sandbox
            .sh("elsewhere commit -qm main && git checkout -q -b side && echo s >s && git add s && elsewhere commit -qm side && git checkout -q - && echo m >m && git add m && elsewhere commit -qm m")
            .expect(0);
        let merge = [
            "merge",
            "--quiet",
            "--no-ff",
            "--signoff",
            "-m",
            "x",
            "side",
        ];
        let run = Started::new(&mut sandbox.command("git", &merge));
        let alive = lifeline.begun();
        sandbox
            .sh(&format!("cp .git/index ../new && id=$(echo other | git hash-object -w --stdin) && GIT_INDEX_FILE=../new git update-index --cacheinfo 100644,$id,a && mv ../new .git/index && {beside}"))
            .expect(0);
        go(&sandbox);
        alive.everybody_is_gone();
        if code == 0 {
            // What lies in the index now has been checked by nobody, so that is done as well.
            let alive = lifeline.begun();
            go(&sandbox);
            alive.everybody_is_gone();
        }
        let done = run.finish();
        assert_eq!(done.code(), code, "{beside}\n{}", done.stderr);
        if code == 0 {
            assert_eq!(sandbox.git(&["show", "HEAD:a"]), "staged\n");
        } else {
            assert_snapshot!(done, @"
            error: the index was changed in the meantime, but git will commit its earlier contents
            help: try again once no program is writing to the index
            Not committing merge; use 'git commit' to complete the merge.
            ");
        }
    }
}
