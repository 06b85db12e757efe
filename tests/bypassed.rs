//! What is read from a command line about `--no-verify` is what git makes of it.

use std::ffi::OsString;
use std::fs;

use gatekeeper::internals::{HookBypass as Bypass, Variables, detect_hook_bypass};

use crate::sandbox::{Sandbox, write_program};

/// A repository whose hooks tell their names, with a branch `side` to merge and a patch `p` to
/// apply.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("base", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.write("side", "");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "side"]);
    let patch = sandbox.git(&["format-patch", "--stdout", "-1"]);
    fs::write(sandbox.beside("p"), patch).unwrap();
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "main"]);
    for hook in ["pre-commit", "pre-merge-commit", "pre-applypatch"] {
        let file = sandbox.top.join(".git/hooks").join(hook);
        write_program(&file, b"#!/bin/sh\nrecord \"${0##*/}\"\n");
    }
    sandbox.sh("chmod +x .git/hooks/*").expect(0);
    sandbox
}

/// Runs git with these words after it, and compares. What git refuses is left out.
fn compare(sandbox: &Sandbox, line: &str, hook: &str) -> bool {
    let script = format!(
        "git reset --quiet --hard main; export GIT_EDITOR=true; \
         git {line} && exit; \
         [ ! -d .git/rebase-apply ] || git am --abort; \
         [ ! -f .git/MERGE_HEAD ] || git merge --abort; exit 1"
    );
    let is_done = sandbox.sh(&script).code() == 0;
    let recorded = sandbox.recorded();
    if !is_done {
        return false;
    }
    let mut words: Vec<OsString> = vec!["git".into()];
    words.extend(line.split(' ').map(OsString::from));
    let found = detect_hook_bypass(&[words], &Variables::new(), |_| false);
    let is_passed_over = matches!(found, Some(Bypass::Flag { .. }));
    assert_eq!(!is_passed_over, recorded == [hook], "git {line}: {found:?}");
    true
}

#[test]
fn git_agrees_about_the_flag() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "--quiet", "-b", "work"]);
    // Before, among and behind options that take values, or seem to.
    let words = [
        "-n",
        "-qn",
        "-nq",
        "--no-v",
        "--no-veri",
        "--no-verify",
        "--veri",
        "--no-no-v",
        "--no-n",
        "-n --verify",
        "--verify -n",
        "-Sn -n",
        "-m -n",
        "-mn",
        "-nm x",
        "-F base",
        "--mess -n",
        "--message=-n",
        "-- -n",
        "--end-of-options",
        "-uno",
        "-sn",
        "-t base",
        "-X -n",
        "-Xours",
        "-sours -n",
        "-C 3",
        "-p1 -n",
        "-3n",
        "--author -n",
        "--trailer -n",
        "--no-edit -n",
    ];
    let commands = [
        (
            "-C . -c user.name=merge commit --allow-empty -m x {}",
            "pre-commit",
        ),
        ("merge --no-edit {} side", "pre-merge-commit"),
        ("pull --no-rebase --no-edit {} . side", "pre-merge-commit"),
        ("am {} ../p", "pre-applypatch"),
    ];
    let mut agreed = 0;
    for (command, hook) in commands {
        for word in words {
            let line = command.replace("{}", word);
            agreed += usize::from(compare(&sandbox, &line, hook));
        }
    }
    assert!(agreed > 50, "git has taken only {agreed} of the lines");
}
