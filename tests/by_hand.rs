//! The calls of every day, as people type them who know other hook managers.

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox};

/// Two gates: one that records its files, and one that does not take any.
const GATES: &str = "
[gates.lint]
run = \"record {files}\"
files = [\"**/*.py\"]

[gates.test]
run = \"record tested\"
";

fn with_files() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATES);
    for path in ["a.py", "b.py", "src/c.py", "src/notes.txt"] {
        sandbox.write(path, "");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "files"]);
    sandbox.recorded();
    sandbox
}

#[test]
fn named_files_are_checked_as_they_are() {
    let sandbox = with_files();
    sandbox.write("a.py", "changed");
    sandbox.write("new.py", "");
    let done = sandbox.gatekeeper(&["run", "lint", "--files", "a.py", "new.py"]);
    assert_snapshot!(done.expect(0), @"
    passed: 1 passed in [TIME]
    gatekeeper run --files: 2 paths named
             passed  lint  [TIME]

    note: gates ran in the work tree, which differs from the index: unstaged a.py; untracked new.py
    ");
    assert_eq!(sandbox.recorded(), ["a.py", "new.py"]);
    // A directory stands for what is tracked in it, from wherever it is named.
    let line = format!("cd src && {GATEKEEPER} run --files ../src ../b.py");
    assert_snapshot!(sandbox.sh(&line).expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run --files: 3 paths named
             passed  lint  [TIME]
             passed  test  [TIME]

    note: gates ran in the work tree, which differs from the index: unstaged a.py; untracked new.py
    ");
    assert_eq!(sandbox.recorded(), ["b.py", "src/c.py", "tested"]);
    // Options come before or after; `--` ends the list.
    sandbox
        .gatekeeper(&["run", "--files", "a.py", "--", "lint"])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["a.py"]);
    // What passed there is evidence for no commit.
    sandbox.git(&["add", "a.py"]);
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    assert_eq!(sandbox.recorded(), ["a.py", "tested"]);
}

#[test]
fn a_path_that_names_nothing_is_refused() {
    let sandbox = with_files();
    std::fs::create_dir(sandbox.top.join("empty")).unwrap();
    let told = |path: &str| sandbox.gatekeeper(&["run", "--files", path]).expect(2);
    assert_snapshot!(told("gone.py"), @"
    error: there is no file `gone.py`
    help: name files as they are seen from the current directory
    ");
    assert_snapshot!(told("empty"), @"
    error: git tracks no file in `empty`
    help: name the files themselves, or `git add` them
    ");
    assert_snapshot!(told("../home"), @"
    error: `../home` is not in this work tree
    help: name files of the repository in [ROOT]/repository
    ");
    assert_snapshot!(told(".git/config"), @"
    error: `.git/config` is not in this work tree
    help: name files of the repository in [ROOT]/repository
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn the_last_commit_is_checked() {
    let sandbox = with_files();
    sandbox.write("a.py", "changed");
    sandbox.git(&["add", "a.py"]);
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    sandbox.recorded();
    let done = sandbox.gatekeeper(&["run", "--last-commit"]);
    assert_snapshot!(done.expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run --from HEAD~1 --to HEAD: 1 path changed
             passed  lint  [TIME]
             passed  messages          of 1 commit
             passed  test  [TIME]
    ");
    assert_eq!(sandbox.recorded(), ["a.py", "tested"]);
    // Of the first commit, everything is new.
    sandbox.git(&["checkout", "--quiet", "HEAD~2"]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--last-commit"]).expect(0), @"
    passed: 1 passed, 1 not applicable in [TIME]
    gatekeeper run --from HEAD~1 --to HEAD: 1 path changed
             passed  messages          of 1 commit
             passed  test  [TIME]
     not applicable  lint              no changed path matches **/*.py
    ");
}

#[test]
fn the_last_commit_is_checked_with_its_exceptions() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"record lint && false\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let exception = "Gate-Exception: lint -- the linter is broken until Monday";
    sandbox
        .sh(&format!("git commit -q -s -m a --trailer '{exception}'"))
        .expect(0);
    let done = sandbox.gatekeeper(&["run", "--last-commit"]);
    done.expect(0)
        .says("excepted in this commit: the linter is broken until Monday");
}

#[test]
fn a_gate_that_is_left_out_by_hand_is_said_and_counted_and_lets_no_commit_through() {
    let sandbox = with_files();
    sandbox.write("a.py", "changed");
    sandbox.git(&["add", "a.py"]);
    let done = sandbox.gatekeeper(&["run", "--staged", "--skip", "test"]);
    assert_snapshot!(done.expect(0), @"
    passed: 1 passed, 1 skipped in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  lint  [TIME]
            skipped  test          left out with --skip
    ");
    assert_eq!(sandbox.recorded(), ["a.py"]);
    let done = sandbox.gatekeeper(&["run", "--skip", "lint,test"]);
    assert_snapshot!(done.expect(0), @"
    passed: nothing to check: 2 gates skipped
    gatekeeper run: 5 paths tracked
            skipped  lint          left out with --skip
            skipped  test          left out with --skip
    ");
    // The commit still needs the gate that was left out.
    sandbox.git(&["commit", "--quiet", "-m", "a"]);
    assert_eq!(sandbox.recorded(), ["tested"]);
    for (arguments, told) in [
        (&["run", "--skip", "tset"][..], "help: did you mean `test`?"),
        (
            &["run", "test", "--skip", "test"],
            "error: gate `test` is both named and left out with --skip",
        ),
    ] {
        sandbox.gatekeeper(arguments).expect(2).says(told);
    }
    let done = sandbox
        .gatekeeper(&["run", "--skip", "test", "--json"])
        .expect(0);
    assert!(
        done.stdout.contains("left out with --skip"),
        "{}",
        done.stdout
    );
}

#[test]
fn gates_are_listed() {
    let sandbox = Sandbox::with_gates(
        "
[gates.lint]
run = \"ruff check {files}\"
files = [\"**/*.py\"]
dir = \"api\"

[gates.types]
run = \"mypy src\"
level = \"warn\"

[gates.end-to-end]
run = '''
true
false'''
hooks = [\"pre-push\"]
skip = { reason = \"the server has moved\", until = 9999-01-01 }
",
    );
    assert_snapshot!(sandbox.gatekeeper(&["list"]).expect(0), @"
    stdout:
    lint        pre-commit  ruff check {files}  (in api)
    types       pre-commit  mypy src  (warning only)
    end-to-end  pre-push    true …  (skipped: the server has moved (until 9999-01-01))
    ");
    let done = sandbox.gatekeeper(&["list", "--json"]).expect(0);
    assert_snapshot!(done, @r#"
    stdout:
    {
      "version": 1,
      "gatekeeper": "0.1.0",
      "gates": [
        {
          "name": "lint",
          "kind": "lint",
          "command": "ruff check {files}",
          "fix": null,
          "file": "gates.toml",
          "dir": "api",
          "files": [
            "**/*.py"
          ],
          "hooks": [
            "pre-commit"
          ],
          "blocks": true,
          "skipped": false
        },
        {
          "name": "types",
          "kind": "custom",
          "command": "mypy src",
          "fix": null,
          "file": "gates.toml",
          "dir": "",
          "files": [],
          "hooks": [
            "pre-commit"
          ],
          "blocks": false,
          "skipped": false
        },
        {
          "name": "end-to-end",
          "kind": "custom",
          "command": "true\nfalse",
          "fix": null,
          "file": "gates.toml",
          "dir": "",
          "files": [],
          "hooks": [
            "pre-push"
          ],
          "blocks": true,
          "skipped": true
        }
      ]
    }
    "#);
    assert_snapshot!(Sandbox::new().gatekeeper(&["list"]).expect(2), @"
    error: there is no gates.toml in [ROOT]/repository
    help: run `gatekeeper init` to find the project's checks and write the file; `gatekeeper config example` prints every key
    ");
}

#[test]
fn the_cache_is_removed_and_records_stay() {
    let sandbox = with_files();
    assert_snapshot!(sandbox.gatekeeper(&["cache", "clean"]).expect(0), @"
    stdout:
    nothing to remove: no view is kept
    receipts and recorded runs are no cache and stay; to run gates again that have passed: `gatekeeper run --staged --no-cache`
    ");
    // Something unstaged asks for a view.
    sandbox.write(
        "gates.toml",
        sandbox
            .read("gates.toml")
            .replace("[gates.test]", "[gates.test]\nisolation = \"snapshot\""),
    );
    sandbox.git(&["add", "gates.toml"]);
    sandbox.write("a.py", "unstaged");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    let cache = sandbox.beside("home/.cache/gatekeeper");
    let kept = || std::fs::read_dir(&cache).map_or(0, Iterator::count);
    assert_eq!(kept(), 1);
    let done = sandbox.gatekeeper(&["cache", "clean"]).expect(0);
    assert!(done.stdout.starts_with("removed "), "{}", done.stdout);
    assert_eq!(kept(), 0);
    // What was checked stays checked.
    sandbox.recorded();
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn a_call_of_another_hook_manager_is_answered() {
    let sandbox = with_files();
    let told = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        sandbox.gatekeeper(&words).expect(2)
    };
    assert_snapshot!(told("run --all-files"), @"
    error: `gatekeeper run` has no option `--all-files`
    help: all tracked files are checked anyway: `gatekeeper run`
    ");
    assert_snapshot!(told("run pre-commit"), @"
    error: gate `pre-commit` does not exist
    help: to do what the pre-commit hook does: `gatekeeper run --staged`
    ");
    assert_snapshot!(told("run --hook-stage manual"), @"
    error: `gatekeeper run` has no option `--hook-stage`
    help: to run the gates of a commit: `gatekeeper run --staged`; those of every hook: `gatekeeper run`
    ");
    assert_snapshot!(told("install --hook-type commit-msg"), @"
    error: `gatekeeper install` has no option `--hook-type`
    help: every hook is installed, and no tool: `gatekeeper install`
    ");
    assert_snapshot!(told("autoupdate"), @"
    error: there is no command `gatekeeper autoupdate`
    help: gates run the tools that the project itself has installed: update them with its package manager, and gatekeeper where you have it from (`uv tool upgrade gatekeeper-git`, `cargo install --locked gatekeeper-git`)
    ");
    assert_snapshot!(told("uninstall -t pre-commit"), @"
    error: `gatekeeper uninstall` has no option `-t`
    help: every hook is removed, and earlier hooks are put back: `gatekeeper uninstall`
    ");
    assert_snapshot!(told("run --no-verify"), @"
    error: `gatekeeper run` has no option `--no-verify`
    help: to leave a gate out by hand: `gatekeeper run --skip GATE`
    ");
}

#[test]
fn a_commit_that_is_stopped_names_the_way_out_which_works() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"false\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    let done = sandbox.try_git(&["commit", "-m", "Add 'a'"]).expect(1);
    assert_snapshot!(done, @r#"
    the commit was stopped: lint failed: exit code 1
    gatekeeper pre-commit: 1 path changed
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
       output  none
      command  false
       repeat  gatekeeper run --staged lint

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: lint -- REASON' --signoff -m 'Add '\''a'\'''
    "#);
    let help = "give the reason in place of REASON: ";
    let line = done.stderr.lines().find_map(|line| line.split_once(help));
    let command = line.unwrap().1;
    // As it stands it gives no reason.
    sandbox.sh(command).expect(1);
    assert_eq!(sandbox.subject().as_deref(), Some("gates"));
    sandbox
        .sh(&command.replace("REASON", "the registry is down, see issue 12"))
        .expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("Add 'a'"));
}

#[test]
fn a_switch_of_another_manager_names_the_way_out_which_works() {
    let mut sandbox =
        Sandbox::with_gates("[gates.lint]\nrun = \"false\"\n\n[gates.test]\nrun = \"true\"\n");
    sandbox.write("a", "");
    sandbox.git(&["add", "a"]);
    sandbox.set("SKIP", "lint,unknown");
    let done = sandbox.try_git(&["commit", "-m", "a"]).expect(1);
    let told: Vec<&str> = done.stderr.lines().take(3).collect();
    assert_snapshot!(told.join("\n"), @"
    note: SKIP=lint,unknown (for pre-commit) is set; it has no effect on gatekeeper
    help: to make one commit although a gate fails, give the reason in place of REASON: git commit --trailer 'Gate-Exception: lint -- REASON' --signoff -m a
    the commit was stopped: lint failed: exit code 1
    ");
    let help = "give the reason in place of REASON: ";
    let line = done.stderr.lines().find_map(|line| line.split_once(help));
    let command = line.unwrap().1;
    sandbox
        .sh(&command.replace("REASON", "the registry is down, see issue 12"))
        .expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("a"));
}
