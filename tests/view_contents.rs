//! What is in a view besides the files of the tree, and what becomes of what gates write there.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;
use crate::views::{VIEWS, everything, has_overlays, in_view, sandbox_in, untouched};

fn sandbox(view: &str, gate: &str) -> Sandbox {
    sandbox_in(
        Sandbox::new(),
        &in_view(view, &format!("[gates.x]\nrun = '''\n{gate}'''\n")),
    )
}

#[test]
fn what_is_built_of_the_tree_is_not_taken_for_the_users() {
    for view in VIEWS {
        let gate = "mkdir -p obj build; cat a >obj/prog; cat a >build/prog; cat obj/prog";
        let sandbox = sandbox(view, gate);
        sandbox.write(".gitignore", "obj/\nbuild/\n");
        sandbox
            .sh("mkdir obj build && cp a obj/prog && cp a build/prog && git add .")
            .expect(0);
        sandbox
            .sh("echo staged >a && git add a && echo unstaged >a")
            .expect(0);
        let before = everything(&sandbox.top);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        untouched(&before, &sandbox, view);
    }
}

#[test]
fn what_is_installed_is_the_users_own() {
    for view in VIEWS {
        let gate = "echo 1 >.venv/x; echo 1 >node_modules/y; echo 1 >node_modules/.cache/z";
        let sandbox = sandbox(view, gate);
        sandbox.write(".gitignore", ".venv/\nnode_modules/\n");
        sandbox
            .sh("mkdir -p .venv node_modules/.cache && git add . && echo u >untracked")
            .expect(0);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        let is_there = |path: &str| sandbox.top.join(path).exists();
        assert!(is_there(".venv/x") && is_there("node_modules/y"), "{view}");
        if view == "overlay" {
            assert!(
                !is_there("node_modules/.cache/z"),
                "a cache is a view's own"
            );
        }
    }
}

#[test]
fn a_directory_without_anything_else_is_not_ignored() {
    let mut told = VIEWS.map(|_| String::new());
    for (view, told) in VIEWS.into_iter().zip(&mut told) {
        let gate = "mkdir -p logs sub/inner; echo r >logs/report.txt; echo r >sub/inner/x.py";
        let sandbox = sandbox(view, gate);
        sandbox.write(".gitignore", "*.log\n__pycache__/\n");
        sandbox.sh("git add . && mkdir -p logs sub/inner/__pycache__ && echo l >logs/a.log && echo l >sub/inner/__pycache__/x && echo 9 >>a").expect(0);
        let before = everything(&sandbox.top);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        untouched(&before, &sandbox, view);
        *told = done.to_string();
    }
    let [overlay, snapshot] = told;
    // Where there are no overlays, this was a snapshot as well.
    if has_overlays() {
        assert_snapshot!(overlay, @"
        passed: 1 passed in [TIME]
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 passed  x  [TIME]

        note: new files are neither tracked nor ignored by git: logs/report.txt, sub/inner/x.py
        ");
    }
    assert_snapshot!(snapshot, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]

    note: new files are neither tracked nor ignored by git: logs, sub
    ");
}

#[test]
fn a_submodule_is_as_its_commit_has_it() {
    let mut told = String::new();
    for view in ["auto", "overlay", "snapshot"] {
        for deed in [
            "echo BAD >sub/s",
            "echo BAD >sub/new",
            "cd sub && echo BAD >s && git commit -qam bad",
        ] {
            let sandbox = sandbox(
                view,
                "cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s",
            );
            sandbox
                .sh("git init -q ../other && cd ../other && echo s >s && git add s && git commit -qm s")
                .expect(0);
            sandbox
                .sh("git submodule -q add ../other sub && elsewhere commit -qs -m sub")
                .expect(0);
            sandbox
                .sh(&format!("echo 2 >b && git add b && {deed}"))
                .expect(0);
            let before = everything(&sandbox.top);
            let done = sandbox.gatekeeper(&["run", "--staged", "--verbose"]);
            let state = format!("{view}: {deed}");
            assert_eq!(done.code(), 0, "{state}\n{}", done.stderr);
            told += &done.told();
            untouched(&before, &sandbox, &state);
        }
    }
    assert_snapshot!(told, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             passed  x  [TIME]
                     $ cat sub/*; grep -q s sub/s; test ! -e sub/new; echo mine >sub/s
                     s
    ---
    ");
}

#[test]
fn untracked_files_that_are_shown_are_not_written_to() {
    for view in VIEWS {
        let sandbox = sandbox(view, "cat u ud/y; echo EVIL >>u; rm -rf ud");
        let gates = sandbox.read("gates.toml");
        let gates = gates.replace("[settings]\n", "[settings]\nuntracked = \"show\"\n");
        sandbox.write("gates.toml", gates);
        sandbox
            .sh("git add . && echo 9 >>a && echo mine >u && mkdir ud && echo mine >ud/y")
            .expect(0);
        let before = everything(&sandbox.top);
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        untouched(&before, &sandbox, view);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        passed: 1 passed in [TIME]
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 passed  x  [TIME]

        note: gates also saw files that are not in the commit: untracked u, ud
        "));
    }
}

#[test]
fn no_cache_takes_the_place_of_something_tracked() {
    for view in VIEWS {
        let sandbox = sandbox(
            view,
            "test -L target; git status --porcelain; git diff --exit-code",
        );
        sandbox
            .sh("echo >Cargo.toml && ln -s /nonexistent target && git add . && echo 9 >>a")
            .expect(0);
        sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    }
}

#[test]
fn a_place_that_is_full_is_not_the_only_one() {
    let sandbox = sandbox("overlay", "cat a");
    sandbox
        .sh("echo staged >a && git add a && echo unstaged >a")
        .expect(0);
    // Nothing can be written where the overlay would keep what it needs.
    let warm = sandbox.gatekeeper(&["run", "--staged"]);
    assert_eq!(warm.code(), 0, "{}", warm.stderr);
    let cache = sandbox.beside("home/.cache/gatekeeper");
    for place in fs::read_dir(cache).unwrap() {
        let place = place.unwrap().path();
        let _ = fs::remove_dir_all(place.join("caches"));
        let _ = fs::remove_file(place.join("times"));
        fs::create_dir_all(place.join("times/in the way")).unwrap();
    }
    let again = ["run", "--staged", "--no-cache"];
    let done = sandbox.gatekeeper(&again).expect(0);
    if warm.stderr.contains("in an overlay") {
        done.says(
            "in a snapshot, because gates.toml requires it; no overlay: cannot fill the overlay",
        );
    }
}
