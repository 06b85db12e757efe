//! A `core.hooksPath` of the repository: nothing is written there, its hooks run first, and it is set
//! back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::sandbox::{GATEKEEPER, Sandbox, finish, write_program};

const GATE: &str = "[gates.x]\nrun = \"record gate\"\n";

/// A repository with hooks that git tracks, and a `core.hooksPath` that leads to them.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATE);
    hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\nrecord \"pre-commit as $0\"\n",
    );
    hook(
        &sandbox,
        "post-commit",
        "#!/bin/sh\nrecord \"post-commit as $0\"\n",
    );
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.git(&["config", "core.hooksPath", ".githooks"]);
    sandbox
}

fn hook(sandbox: &Sandbox, name: &str, text: &str) {
    sandbox.write(Path::new(".githooks").join(name), text);
    let file = sandbox.top.join(".githooks").join(name);
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Commits a new file, with whatever hooks there are.
fn commit(sandbox: &Sandbox, name: &str) -> Vec<String> {
    sandbox.write(name, "");
    sandbox.git(&["add", name]);
    sandbox.git(&["commit", "--quiet", "-m", name]);
    sandbox.recorded()
}

/// The values of both keys, and the files that set them.
fn settings(sandbox: &Sandbox) -> String {
    let arguments = ["config", "--show-scope", "--get-regexp", "hookspath"];
    sandbox.try_git(&arguments).stdout.replace('\t', " ")
}

/// Installs hooks as gatekeeper did before version 2 of this: into the directory that core.hooksPath names.
fn install_of_old(sandbox: &Sandbox) {
    let dir = sandbox.top.join(".githooks");
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    let kept = sandbox.top.join(".githooks.before-gatekeeper");
    fs::create_dir(&kept).unwrap();
    fs::write(kept.join(".gitignore"), "*\n").unwrap();
    fs::rename(dir.join("pre-commit"), kept.join("pre-commit")).unwrap();
    std::os::unix::fs::symlink("../.githooks/post-commit", kept.join("post-commit")).unwrap();
    for entry in fs::read_dir(sandbox.top.join(".git/hooks")).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_name().to_string_lossy().ends_with(".sample") {
            fs::rename(entry.path(), dir.join(entry.file_name())).unwrap();
        }
    }
    sandbox.git(&["config", "core.hooksPath", ".githooks"]);
}

#[test]
fn nothing_is_written_into_the_work_tree() {
    let sandbox = sandbox();
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    note: core.hooksPath was .githooks; the hooks in .githooks stay there and run first, and `gatekeeper uninstall` restores core.hooksPath
    trusted history: HEAD ([ID1]) and its ancestors, because there is no remote; later commits must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), "");
    assert_snapshot!(settings(&sandbox), @"local gatekeeper.hookspath .githooks");
    let both = [
        "gate",
        "post-commit as .githooks/post-commit",
        "pre-commit as .githooks/pre-commit",
    ];
    assert_eq!(commit(&sandbox, "y"), both);
    assert_snapshot!(sandbox.gatekeeper(&["status"]).expect(0), @"
    stdout:
                pre-commit  in place: [ROOT]/repository/.git/hooks/pre-commit starts gatekeeper
                            runs [ROOT]/repository/.githooks/pre-commit first
          pre-merge-commit  in place: [ROOT]/repository/.git/hooks/pre-merge-commit starts gatekeeper
            pre-applypatch  in place: [ROOT]/repository/.git/hooks/pre-applypatch starts gatekeeper
        prepare-commit-msg  in place: [ROOT]/repository/.git/hooks/prepare-commit-msg starts gatekeeper
                commit-msg  in place: [ROOT]/repository/.git/hooks/commit-msg starts gatekeeper
            applypatch-msg  in place: [ROOT]/repository/.git/hooks/applypatch-msg starts gatekeeper
     reference-transaction  in place: [ROOT]/repository/.git/hooks/reference-transaction starts gatekeeper
                  pre-push  in place: [ROOT]/repository/.git/hooks/pre-push starts gatekeeper
            core.hooksPath  was .githooks, whose hooks run first (gatekeeper.hooksPath in file:.git/config)
                gates.toml  1 gate
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");
    // Again, as after `git pull`.
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    unchanged  pre-commit  .git/hooks/pre-commit
    unchanged  pre-merge-commit  .git/hooks/pre-merge-commit
    unchanged  pre-applypatch  .git/hooks/pre-applypatch
    unchanged  prepare-commit-msg  .git/hooks/prepare-commit-msg
    unchanged  commit-msg  .git/hooks/commit-msg
    unchanged  applypatch-msg  .git/hooks/applypatch-msg
    unchanged  reference-transaction  .git/hooks/reference-transaction
    unchanged  pre-push  .git/hooks/pre-push
    note: core.hooksPath was .githooks; the hooks in .githooks stay there and run first, and `gatekeeper uninstall` restores core.hooksPath
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    // What takes files of the work tree away does not take the gates away.
    fs::remove_dir_all(sandbox.top.join(".githooks")).unwrap();
    assert_eq!(commit(&sandbox, "z"), ["gate"]);
    sandbox.git(&["checkout", "--quiet", "."]);
    // The hooks are those of the work tree that git is in.
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    sandbox.recorded();
    let mut linked = sandbox;
    linked.top = linked.beside("linked");
    hook(&linked, "pre-commit", "#!/bin/sh\nrecord linked\n");
    assert_eq!(
        commit(&linked, "linked"),
        ["gate", "linked", "post-commit as .githooks/post-commit"]
    );
    assert_snapshot!(linked.gatekeeper(&["uninstall"]).expect(0), @"
      removed  pre-commit  [ROOT]/repository/.git/hooks/pre-commit
      removed  pre-merge-commit  [ROOT]/repository/.git/hooks/pre-merge-commit
      removed  pre-applypatch  [ROOT]/repository/.git/hooks/pre-applypatch
      removed  prepare-commit-msg  [ROOT]/repository/.git/hooks/prepare-commit-msg
      removed  commit-msg  [ROOT]/repository/.git/hooks/commit-msg
      removed  applypatch-msg  [ROOT]/repository/.git/hooks/applypatch-msg
      removed  reference-transaction  [ROOT]/repository/.git/hooks/reference-transaction
      removed  pre-push  [ROOT]/repository/.git/hooks/pre-push
     restored  core.hooksPath  .githooks
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    assert_snapshot!(settings(&linked), @"local core.hookspath .githooks");
    assert_eq!(
        commit(&linked, "more"),
        ["linked", "post-commit as .githooks/post-commit"]
    );
}

#[test]
fn each_setting_is_set_back_where_it_was() {
    let sandbox = sandbox();
    let git = |arguments: &[&str]| sandbox.git(arguments);
    git(&["config", "extensions.worktreeConfig", "true"]);
    git(&["config", "--add", "core.hooksPath", "~/hooks"]);
    git(&["config", "--worktree", "core.hooksPath", ".githooks"]);
    git(&["config", "--global", "core.hooksPath", "/global"]);
    let before = settings(&sandbox);
    assert_snapshot!(before, @"
    global core.hookspath /global
    local core.hookspath .githooks
    local core.hookspath ~/hooks
    worktree core.hookspath .githooks
    ");
    sandbox.gatekeeper(&["install"]).expect(0);
    // What all repositories of the user have would lead git away again.
    let led = settings(&sandbox).replace(sandbox.top.to_str().unwrap(), "[TOP]");
    assert_snapshot!(led, @"
    global core.hookspath /global
    local core.hookspath [TOP]/.git/hooks
    local gatekeeper.hookspath .githooks
    local gatekeeper.hookspath ~/hooks
    worktree gatekeeper.hookspath .githooks
    ");
    assert_eq!(
        commit(&sandbox, "y"),
        [
            "gate",
            "post-commit as .githooks/post-commit",
            "pre-commit as .githooks/pre-commit"
        ]
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(settings(&sandbox), before);
    // What was set in the meantime stays.
    sandbox.gatekeeper(&["install"]).expect(0);
    git(&["config", "--worktree", "core.hooksPath", "newer"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_snapshot!(settings(&sandbox), @"
    global core.hookspath /global
    local core.hookspath .githooks
    local core.hookspath ~/hooks
    worktree core.hookspath newer
    ");
}

#[test]
fn hooks_that_git_did_not_run_do_not_run_and_come_back() {
    let sandbox = sandbox();
    let unused = |name: &str| sandbox.top.join(".git/hooks").join(name);
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    for name in ["pre-commit", "post-commit", "post-update"] {
        write_program(&unused(name), b"#!/bin/sh\nrecord unused\n");
        fs::set_permissions(unused(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    sandbox.gatekeeper(&["install"]).expect(0);
    let both = [
        "gate",
        "post-commit as .githooks/post-commit",
        "pre-commit as .githooks/pre-commit",
    ];
    assert_eq!(commit(&sandbox, "y"), both);
    sandbox.gatekeeper(&["install"]).expect(0);
    assert_eq!(commit(&sandbox, "z"), both);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    for name in ["pre-commit", "post-commit", "post-update"] {
        assert_eq!(
            fs::read_to_string(unused(name)).unwrap(),
            "#!/bin/sh\nrecord unused\n"
        );
    }
    assert!(!sandbox.top.join(".git/hooks.before-gatekeeper").exists());
    assert!(!unused("post-merge").exists());
}

#[test]
fn a_hook_that_another_program_writes_over_ours_is_not_lost() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    write_program(&file, b"#!/bin/sh\nrecord other\n");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(3), @"
    error: another program replaced gatekeeper's hook with its own: [ROOT]/repository/.git/hooks/pre-commit
    help: move it to [ROOT]/repository/.githooks, whose hooks run first, or delete it, and run `gatekeeper install` again
    ");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "#!/bin/sh\nrecord other\n"
    );
    fs::remove_file(&file).unwrap();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
}

#[test]
fn a_hook_that_is_not_executable_is_said_to_be_skipped() {
    let sandbox = sandbox();
    let file = sandbox.top.join(".githooks/pre-commit");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    drop(sandbox.gatekeeper(&["install"]).expect(0).says(
        "note: .githooks/pre-commit is not executable, so it is skipped, as git does; run `chmod +x \
         .githooks/pre-commit` if it is meant to run",
    ));
    let told = sandbox.gatekeeper(&["status"]).expect(0).stdout;
    assert!(
        told.contains("/.githooks/pre-commit, because it is not executable"),
        "{told}"
    );
    assert_eq!(
        commit(&sandbox, "y"),
        ["gate", "post-commit as .githooks/post-commit"]
    );
}

#[test]
fn the_failure_of_a_hook_is_final() {
    let sandbox = sandbox();
    hook(&sandbox, "pre-commit", "#!/bin/sh\nexit 1\n");
    hook(
        &sandbox,
        "reference-transaction",
        "#!/bin/sh\nrecord \"$1\"\n",
    );
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("y", "");
    sandbox.git(&["add", "y"]);
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "y"]).expect(1), @"");
    assert!(!sandbox.recorded().contains(&"gate".to_owned()));
    // It sees every call, not only those that concern us.
    sandbox.git(&["update-ref", "refs/x", "HEAD"]);
    assert!(sandbox.recorded().contains(&"committed".to_owned()));
}

#[test]
fn an_installation_of_the_old_kind_is_upgraded_and_uninstalled() {
    let sandbox = sandbox();
    install_of_old(&sandbox);
    let recorded = commit(&sandbox, "y");
    assert!(
        recorded.len() == 3 && recorded[2].ends_with(".before-gatekeeper/pre-commit"),
        "{recorded:?}"
    );
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    note: the hooks that an older version of gatekeeper put in .githooks were removed
    note: core.hooksPath was .githooks; the hooks in .githooks stay there and run first, and `gatekeeper uninstall` restores core.hooksPath
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), "");
    assert_eq!(
        commit(&sandbox, "z"),
        [
            "gate",
            "post-commit as .githooks/post-commit",
            "pre-commit as .githooks/pre-commit"
        ]
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    install_of_old(&sandbox);
    assert_snapshot!(sandbox.gatekeeper(&["uninstall"]).expect(0), @"
       absent  pre-commit  .git/hooks/pre-commit
       absent  pre-merge-commit  .git/hooks/pre-merge-commit
       absent  pre-applypatch  .git/hooks/pre-applypatch
       absent  prepare-commit-msg  .git/hooks/prepare-commit-msg
       absent  commit-msg  .git/hooks/commit-msg
       absent  applypatch-msg  .git/hooks/applypatch-msg
       absent  reference-transaction  .git/hooks/reference-transaction
       absent  pre-push  .git/hooks/pre-push
     restored  pre-commit  .githooks/pre-commit
      removed  pre-merge-commit  .githooks/pre-merge-commit
      removed  pre-applypatch  .githooks/pre-applypatch
      removed  prepare-commit-msg  .githooks/prepare-commit-msg
      removed  commit-msg  .githooks/commit-msg
      removed  applypatch-msg  .githooks/applypatch-msg
      removed  reference-transaction  .githooks/reference-transaction
      removed  pre-push  .githooks/pre-push
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), "");
    // Shims of the old kind that were committed do not run a second time.
    install_of_old(&sandbox);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "shims"]);
    sandbox.recorded();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["checkout", "--quiet", "."]);
    assert_eq!(
        commit(&sandbox, "last"),
        ["gate", "post-commit as .githooks/post-commit"]
    );
}

#[test]
fn a_script_that_sets_it_again_is_named() {
    let sandbox = sandbox();
    let package = |text: &str| {
        sandbox.write(
            "package.json",
            format!(r#"{{"scripts": {{"prepare": "{text}"}}}}"#),
        );
    };
    package("git config core.hooksPath .githooks");
    assert_snapshot!(sandbox.gatekeeper(&["install"]).expect(0), @r#"
    note: `prepare` in package.json (`git config core.hooksPath .githooks`) sets core.hooksPath again whenever packages are installed, and git older than 2.54 then runs none of gatekeeper's hooks; change it to `git config core.hooksPath .githooks && (! command -v gatekeeper >/dev/null || gatekeeper install)`
      chained  pre-commit  .git/hooks/pre-commit
    installed  pre-merge-commit  .git/hooks/pre-merge-commit
    installed  pre-applypatch  .git/hooks/pre-applypatch
    installed  prepare-commit-msg  .git/hooks/prepare-commit-msg
    installed  commit-msg  .git/hooks/commit-msg
    installed  applypatch-msg  .git/hooks/applypatch-msg
    installed  reference-transaction  .git/hooks/reference-transaction
    installed  pre-push  .git/hooks/pre-push
    note: core.hooksPath was .githooks; the hooks in .githooks stay there and run first, and `gatekeeper uninstall` restores core.hooksPath
    trusted history: HEAD ([ID1]) and its ancestors, because there is no remote; later commits must be checked
    done: commits in this repository are now checked by 1 gate
        gates  x must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    // As `npm install` does.
    sandbox.git(&["config", "core.hooksPath", ".githooks"]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(0), @"
    note: core.hooksPath .githooks (from file:.git/config, local) keeps git from running gatekeeper's hooks; `prepare` in package.json (`git config core.hooksPath .githooks`) sets core.hooksPath again whenever packages are installed, and git older than 2.54 then runs none of gatekeeper's hooks; change it to `git config core.hooksPath .githooks && (! command -v gatekeeper >/dev/null || gatekeeper install)`; run `gatekeeper install`
    passed: 1 passed in [TIME]
    gatekeeper run: 3 paths tracked
             passed  x  [TIME]

    note: gates ran in the work tree, which differs from the index: untracked package.json
    ");
    let told = sandbox.gatekeeper(&["status"]).expect(1);
    let line = told
        .stdout
        .lines()
        .find(|line| line.contains("core.hooksPath"));
    assert_snapshot!(line.unwrap().replace(sandbox.top.to_str().unwrap(), "[TOP]"), @"        core.hooksPath  .githooks (from file:.git/config, local) keeps git from running gatekeeper's hooks; `prepare` in package.json (`git config core.hooksPath .githooks`) sets core.hooksPath again whenever packages are installed, and git older than 2.54 then runs none of gatekeeper's hooks; change it to `git config core.hooksPath .githooks && (! command -v gatekeeper >/dev/null || gatekeeper install)`");
    package("git config core.hooksPath .githooks && gatekeeper install");
    drop(
        sandbox
            .gatekeeper(&["install"])
            .expect(0)
            .does_not_say("package.json"),
    );
    sandbox.gatekeeper(&["status"]).expect(0);
    drop(
        sandbox
            .gatekeeper(&["run"])
            .expect(0)
            .does_not_say("hooksPath"),
    );
}

#[test]
fn a_setting_of_another_repository_is_noticed() {
    let sandbox = sandbox();
    let hooks = sandbox.top.join(".git/hooks");
    sandbox.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.sh("cp -R . ../copy").expect(0);
    let theirs = || {
        let read = |name: &str| fs::read(hooks.join(name)).unwrap();
        (read("pre-commit"), read("commit-msg"))
    };
    let before = theirs();
    let in_copy = |script: &str| sandbox.sh(&format!("cd ../copy && {script}"));
    let gatekeeper = |word: &str| in_copy(&format!("{GATEKEEPER} {word}"));
    let told = gatekeeper("status").expect(0).stdout;
    let line = told
        .lines()
        .find(|line| line.contains("core.hooksPath"))
        .unwrap()
        .to_owned();
    let root = sandbox.top.parent().unwrap().to_str().unwrap();
    assert_snapshot!(line.replace(root, "[ROOT]"), @"        core.hooksPath  [ROOT]/repository/.git/hooks (from file:.git/config, local); [ROOT]/repository/.git/hooks belongs to another repository: this one was moved or copied");
    assert_snapshot!(gatekeeper("uninstall").expect(0), @"
      removed  pre-commit  .git/hooks/pre-commit
      removed  pre-merge-commit  .git/hooks/pre-merge-commit
      removed  pre-applypatch  .git/hooks/pre-applypatch
      removed  prepare-commit-msg  .git/hooks/prepare-commit-msg
      removed  commit-msg  .git/hooks/commit-msg
      removed  applypatch-msg  .git/hooks/applypatch-msg
      removed  reference-transaction  .git/hooks/reference-transaction
      removed  pre-push  .git/hooks/pre-push
    note: core.hooksPath: [ROOT]/repository/.git/hooks belongs to another repository: this one was moved or copied; nothing there was changed
    done: commits in this repository are no longer checked
    note: what was checked is still noted, so that a later `gatekeeper install` goes on from there; `gatekeeper uninstall --forget` removes that, too
    ");
    assert_eq!(theirs(), before);
    let done = gatekeeper("install").expect(3);
    assert_snapshot!(done, @"
    error: core.hooksPath leads to the hooks of another repository, [ROOT]/repository/.git/hooks: this repository was moved or copied
    help: run `git config --local --unset-all core.hooksPath` and `gatekeeper install` again
    ");
    let way_out = done.stderr.split('`').nth(1).unwrap();
    in_copy(way_out).expect(0);
    gatekeeper("install").expect(0);
    gatekeeper("status").expect(0);
    assert_eq!(theirs(), before);
}

#[test]
fn what_gatekeeper_has_set_itself_follows_a_move() {
    let sandbox = sandbox();
    sandbox.git(&["config", "--global", "core.hooksPath", "/global"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    let mut moved = sandbox;
    let old = moved.top.clone();
    moved.top = moved.beside("moved");
    fs::rename(old, &moved.top).unwrap();
    moved.gatekeeper(&["status"]).expect(1);
    moved.gatekeeper(&["install"]).expect(0);
    moved.gatekeeper(&["status"]).expect(0);
    assert_eq!(
        commit(&moved, "y"),
        [
            "gate",
            "post-commit as .githooks/post-commit",
            "pre-commit as .githooks/pre-commit"
        ]
    );
}

#[test]
fn a_relative_path_to_the_usual_directory_is_replaced() {
    // In a linked work tree it leads nowhere.
    let sandbox = sandbox();
    sandbox.git(&["config", "core.hooksPath", ".git/hooks"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let mut linked = sandbox;
    let main = std::mem::replace(&mut linked.top, PathBuf::new());
    linked.top = linked.beside("linked");
    assert_eq!(commit(&linked, "y"), ["gate"]);
    linked.top = main;
    assert_eq!(commit(&linked, "z"), ["gate"]);
    linked.gatekeeper(&["uninstall"]).expect(0);
    assert_snapshot!(settings(&linked), @"local core.hookspath .git/hooks");
}

#[test]
fn a_file_that_the_configuration_includes_is_not_changed() {
    let sandbox = sandbox();
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.write("team.config", "[core]\nhooksPath = .githooks\n");
    sandbox.git(&["config", "include.path", "../team.config"]);
    let done = sandbox.gatekeeper(&["install"]).expect(3);
    assert_snapshot!(done, @"
    error: core.hooksPath is set in .git/../team.config, which this repository's configuration includes, so git looks for hooks in .githooks
    help: move the setting to the repository's own configuration: run `git config --file .git/../team.config --unset-all core.hooksPath`, `git config --local core.hooksPath .githooks` and `gatekeeper install` again
    ");
    let ways: Vec<&str> = done.stderr.split('`').skip(1).step_by(2).collect();
    sandbox.sh(&ways[..2].join(" && ")).expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
}

#[test]
fn a_bare_repository_keeps_its_setting() {
    let mut sandbox = Sandbox::new();
    sandbox.sh("git init -q --bare ../bare.git").expect(0);
    sandbox.top = sandbox.beside("bare.git");
    sandbox.git(&["config", "core.hooksPath", "own"]);
    finish(&mut sandbox.command(GATEKEEPER, &["install", "--server"])).expect(0);
    assert!(sandbox.top.join("own/pre-receive").exists());
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert!(!sandbox.top.join("own/pre-receive").exists());
    assert_snapshot!(settings(&sandbox), @"local core.hookspath own");
}
