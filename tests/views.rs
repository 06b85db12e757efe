//! Exactly the tree being committed, without touching a byte of the user's work.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use rustix::process::Signal;

use crate::required::is_here;
use crate::sandbox::{FREE, GATEKEEPER, Lifeline, Sandbox, Started};

/// A gate that writes down what it sees: every file with its mode and contents, every link, and
/// what git says about them.
pub(crate) const SEES: &str = r#"#!/bin/sh
exec 3>"$RECORD"
find . -name .git -prune -o \( -type f -o -type l \) -print0 | LC_ALL=C sort -z |
    xargs -0 -r sh -c 'for f; do
        if [ -L "$f" ]; then printf "link %s %s\n" "$f" "$(readlink "$f")"
        elif [ -x "$f" ]; then printf "755 %s %s\n" "$f" "$(cksum <"$f")"
        else printf "644 %s %s\n" "$f" "$(cksum <"$f")"; fi; done' sh >&3
"#;

pub(crate) const GATES: &str = "[gates.sees]\nrun = \"sees\"\n";

/// The views besides the work tree itself, as gates.toml names them.
pub(crate) const VIEWS: [&str; 2] = ["overlay", "snapshot"];

/// Whether this machine allows overlays. Where it does not, every gate is in a snapshot, and says so.
pub(crate) fn has_overlays() -> bool {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "."]);
    sandbox.write("untracked", "");
    let plan = sandbox.gatekeeper(&["plan", "--staged"]).expect(0).stdout;
    assert_ne!(
        plan.contains("in an overlay"),
        plan.contains("no overlay: "),
        "{plan}"
    );
    is_here("overlay", plan.contains("in an overlay"), &plan)
}

/// The gates, in a view.
pub(crate) fn in_view(view: &str, gates: &str) -> String {
    format!("[settings]\nisolation = \"{view}\"\ncache = false\n{gates}")
}

/// The gates, in a snapshot if they do not say.
pub(crate) fn snapshot(gates: &str) -> String {
    if gates.contains("[settings]") {
        return gates.to_owned();
    }
    in_view("snapshot", gates)
}

pub(crate) fn sandbox(gates: &str) -> Sandbox {
    sandbox_in(Sandbox::new(), &snapshot(gates))
}

pub(crate) fn sandbox_in(sandbox: Sandbox, gates: &str) -> Sandbox {
    sandbox.program("sees", SEES);
    sandbox.write("gates.toml", format!("{gates}{FREE}"));
    sandbox.write(".gitignore", "*.log\ncache/\n.venv/\n");
    sandbox.write("a", "1\n2\n3\n4\n5\n6\n7\n8\n");
    sandbox.write("b", "b\n");
    sandbox.write("deep/er/c", "c\n");
    sandbox.write("run.sh", "#!/bin/sh\n");
    sandbox.sh("chmod 755 run.sh && ln -s a link").expect(0);
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

/// What a gate ought to see: the index, checked out elsewhere.
pub(crate) fn staged(sandbox: &Sandbox) -> String {
    let place = sandbox.beside("expected");
    let _ = fs::remove_dir_all(&place);
    fs::create_dir(&place).unwrap();
    let script = "g=$(git rev-parse --git-dir); cp $g/index ../index 2>/dev/null; cp $g/sharedindex.* .. 2>/dev/null; \
        export GIT_INDEX_FILE=$(pwd)/../index; git read-tree $(git write-tree) && \
        git --work-tree=../expected -c core.hooksPath=/dev/null checkout-index -q -a -f && \
        cd ../expected && RECORD=../expected-record sees";
    sandbox.sh(script).expect(0);
    String::from_utf8_lossy(&fs::read(sandbox.beside("expected-record")).unwrap()).into_owned()
}

/// What a gate has written down.
pub(crate) fn seen(sandbox: &Sandbox) -> Option<String> {
    let seen = fs::read(sandbox.beside("record")).ok()?;
    Some(String::from_utf8_lossy(&seen).into_owned())
}

/// Everything about the files below a directory: contents or target, mode, time, and which they are.
pub(crate) fn everything(dir: &Path) -> BTreeMap<PathBuf, Known> {
    let mut found = BTreeMap::new();
    let mut rest = vec![dir.to_owned()];
    while let Some(path) = rest.pop() {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let contents = if metadata.is_symlink() {
            fs::read_link(&path)
                .unwrap()
                .as_os_str()
                .as_bytes()
                .to_vec()
        } else if metadata.is_dir() {
            rest.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        let what = (
            contents,
            metadata.mode(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ino(),
        );
        found.insert(path, what);
    }
    // Our own notes are not the user's.
    let git = dir.join(".git");
    found.retain(|path, _| !path.starts_with(git.join("gatekeeper")) && *path != git);
    // git makes younger what it finds or reads instead of writing it again: objects, and what a
    // split index shares.
    let shared = git.join("sharedindex.").as_os_str().as_bytes().to_owned();
    for (path, what) in &mut found {
        let is_shared = path.as_os_str().as_bytes().starts_with(&shared);
        if is_shared || path.starts_with(git.join("objects")) {
            (what.2, what.3) = (0, 0);
        }
    }
    found
}

/// What is known about a file.
pub(crate) type Known = (Vec<u8>, u32, i64, i64, u64);

#[track_caller]
pub(crate) fn untouched(before: &BTreeMap<PathBuf, Known>, sandbox: &Sandbox, state: &str) {
    let after = everything(&sandbox.top);
    let differs = |path: &&PathBuf| before.get(*path) != after.get(*path);
    let touched: Vec<_> = before.keys().chain(after.keys()).filter(differs).collect();
    assert!(touched.is_empty(), "{state}: {touched:?}");
}

#[track_caller]
pub(crate) fn run_sees(sandbox: &Sandbox, state: &str) {
    run_sees_with(sandbox, state, &["run", "--staged"]);
}

#[track_caller]
pub(crate) fn run_sees_with(sandbox: &Sandbox, state: &str, arguments: &[&str]) {
    let expected = staged(sandbox);
    let before = everything(&sandbox.top);
    let done = sandbox.gatekeeper(arguments);
    assert_eq!(done.code(), 0, "{state}\n{}", done.stderr);
    untouched(&before, sandbox, state);
    assert_eq!(
        seen(sandbox).as_ref(),
        Some(&expected),
        "{state}\n{}",
        done.stderr
    );
}

#[test]
fn every_kind_of_repository() {
    for view in VIEWS {
        every_kind_of_repository_in(view);
    }
}

fn every_kind_of_repository_in(view: &str) {
    let sandbox = |gates: &str| sandbox(&in_view(view, gates));
    let beside = "sed -i 's/^1/one/' a && git add a && echo 9 >>a && echo u >untracked";
    let probe = sandbox(GATES);
    for (need, arguments) in [
        ("reftable", &["--ref-format=reftable"]),
        ("sha256", &["--object-format=sha256"]),
    ] {
        let init = [&["init", "-q"], &arguments[..], &["../probe"]].concat();
        let done = probe.try_git(&init);
        if !is_here(need, done.code() == 0, &done.stderr) {
            continue;
        }
        fs::remove_dir_all(probe.beside("probe")).unwrap();
        let sandbox = sandbox_in(Sandbox::with_init(arguments), &in_view(view, GATES));
        sandbox.sh(beside).expect(0);
        run_sees(&sandbox, &format!("{view}: {}", arguments[0]));
    }
    for (kind, script) in [
        ("split index", "git update-index --split-index"),
        ("index version 4", "git update-index --index-version 4"),
        ("untracked cache", "git update-index --untracked-cache"),
    ] {
        let sandbox = sandbox(GATES);
        sandbox.sh(&format!("{script} && {beside}")).expect(0);
        run_sees(&sandbox, &format!("{view}: {kind}"));
    }
    // Sparse: what is left out of the work tree is left out of the snapshot.
    let sandbox = sandbox(GATES);
    sandbox
        .sh("git sparse-checkout set --no-cone '/*' '!/deep/'")
        .expect(0);
    sandbox.sh(beside).expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    let seen = fs::read_to_string(sandbox.beside("record")).unwrap();
    assert!(
        seen.contains("644 ./b ") && !seen.contains("deep"),
        "{seen}"
    );
    // No commit yet.
    let unborn = Sandbox::new();
    unborn.program("sees", SEES);
    unborn.write("gates.toml", in_view(view, GATES));
    unborn.write("a", "1\n");
    unborn.git(&["add", "."]);
    unborn.write("a", "2\n");
    run_sees(&unborn, "unborn");
}

#[test]
fn a_linked_work_tree_has_a_view_of_its_own() {
    for view in VIEWS {
        a_linked_work_tree_in(view);
    }
}

fn a_linked_work_tree_in(view: &str) {
    let sandbox = sandbox(&in_view(view, GATES));
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]);
    let script = "cd ../linked && echo l >b && git add b && echo u >untracked";
    sandbox.sh(script).expect(0);
    sandbox
        .sh("echo m >b && git add b && echo u >untracked")
        .expect(0);
    let seen = || fs::read_to_string(sandbox.beside("record")).unwrap();
    sandbox
        .sh(&format!("cd ../linked && {GATEKEEPER} run --staged"))
        .expect(0);
    let linked = seen();
    run_sees(&sandbox, "the main work tree");
    assert_ne!(linked, seen());
}

#[test]
fn every_way_of_committing_is_checked_as_what_it_commits() {
    for view in VIEWS {
        every_way_of_committing_in(view);
    }
}

fn every_way_of_committing_in(view: &str) {
    for script in [
        "echo 2 >b && git add b && git commit -qs -m x",
        "sed -i 's/^1/one/' a && git add a && sed -i 's/^8/eight/' a && git commit -qs -m x",
        "echo 2 >b && git commit -qs -a -m x",
        "echo 2 >b && echo 3 >a && git add a && git commit -qs --only b -m x",
        "echo 2 >b && echo 3 >a && git add a && echo 4 >>a && git commit -qs --include b -m x",
        "echo 2 >b && git add b && git commit -qs --amend -m x",
    ] {
        let sandbox = sandbox("[gates.tree]\nrun = \"git write-tree >../record; git status --porcelain >>../record\"\n[settings]\nisolation = \"VIEW\"\n".replace("../record", "$RECORD").replace("VIEW", view).as_str());
        sandbox.write("untracked", "u\n");
        sandbox.sh(script).expect(0);
        let seen = fs::read_to_string(sandbox.beside("record")).unwrap();
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let mut lines = seen.lines();
        assert_eq!(lines.next(), Some(tree.trim()), "{script}");
        // Only what is staged: nothing unstaged, nothing untracked.
        assert!(
            lines.all(|line| line.chars().nth(1) == Some(' ')),
            "{script}\n{seen}"
        );
    }
}

#[test]
fn git_in_a_gate_shows_this_commit_and_a_stray_one_lands_nowhere() {
    // Where there are no overlays, this is a snapshot as well.
    if has_overlays() {
        assert_snapshot!(git_in_a_gate_in("overlay"), @"
        failed: git failed: exit code 1
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  git  [TIME]  exit code 1

        git failed
            cause  exit code 1, after [TIME]
           output
                   | b
                   | v1
                   | main
                   | base
                   | error: gatekeeper is already checking this repository, and one of its gates made this call
                   | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
          command  git diff --cached --name-only; git describe; git branch --show-current; git log -1 --format=%s; git commit -q -m stray; git tag stray; exit 1
           repeat  gatekeeper run --staged git

        1 failed in [TIME]
        ---
        failed: git failed: exit code 1
        gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
                 failed  git  [TIME]  exit code 1

        git failed
            cause  exit code 1, after [TIME]
           output
                   | b
                   | v1
                   | main
                   | base
                   | error: gatekeeper is already checking this repository, and one of its gates made this call
                   | help: a gate must not commit to the repository that it checks or run gatekeeper on it; create the repository that a test needs in a temporary directory (gatekeeper sets GATEKEEPER_ACTIVE for its gates)
          command  git diff --cached --name-only; git describe; git branch --show-current; git log -1 --format=%s; git commit -q -m stray; git tag stray; exit 1
           repeat  gatekeeper run --staged git

        1 failed in [TIME]
        ---
        ");
    }
    assert_snapshot!(git_in_a_gate_in("snapshot"), @"
    failed: git failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  git  [TIME]  exit code 1

    git failed
        cause  exit code 1, after [TIME]
       output
               | b
               | v1
               | main
               | base
      command  git diff --cached --name-only; git describe; git branch --show-current; git log -1 --format=%s; git commit -q -m stray; git tag stray; exit 1
       repeat  gatekeeper run --staged git

    1 failed in [TIME]
    ---
    failed: git failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  git  [TIME]  exit code 1

    git failed
        cause  exit code 1, after [TIME]
       output
               | b
               | v1
               | main
               | base
      command  git diff --cached --name-only; git describe; git branch --show-current; git log -1 --format=%s; git commit -q -m stray; git tag stray; exit 1
       repeat  gatekeeper run --staged git

    1 failed in [TIME]
    ---
    ");
}

/// What is said of two runs.
fn git_in_a_gate_in(view: &str) -> String {
    let gate = "git diff --cached --name-only; git describe; git branch --show-current; git log -1 --format=%s; git commit -q -m stray; git tag stray; exit 1";
    let sandbox = sandbox(&in_view(
        view,
        &format!("[gates.git]\nrun = '''{gate}'''\n"),
    ));
    sandbox
        .sh("git tag -a -m v1 v1 && echo 2 >b && git add b && echo u >untracked")
        .expect(0);
    let before = everything(&sandbox.top);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    untouched(&before, &sandbox, "a stray commit");
    // The stray commit is gone in the next run, too.
    let again = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    done.told() + &again.told()
}

#[test]
fn what_is_ignored_is_there_and_caches_stay_warm() {
    for view in VIEWS {
        what_is_ignored_is_there_in(view);
    }
}

fn what_is_ignored_is_there_in(view: &str) {
    let gate = "cat .venv/x local.log; echo warm >>.mypy_cache-seen; mkdir -p target; echo t >>target/t; wc -l <target/t; git status --porcelain; exit 1";
    let sandbox = sandbox(&in_view(view, &format!("[gates.x]\nrun = '''{gate}'''\n")));
    sandbox.write(
        ".gitignore",
        "*.log\ncache/\n.venv/\ntarget/\n.mypy_cache-seen\n",
    );
    sandbox.write(".venv/x", "venv\n");
    sandbox.write("local.log", "local\n");
    sandbox.write("target/own", "");
    sandbox.git(&["add", ".gitignore"]);
    sandbox.write("untracked", "u\n");
    let mut told = String::new();
    for _ in 0..2 {
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
        told += &done.told();
    }
    insta::allow_duplicates!(assert_snapshot!(told, @"
    failed: x failed: exit code 1, at .gitignore
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
        where  .gitignore
       output
               | venv
               | local
               | 1
               | M  .gitignore
      command  cat .venv/x local.log; echo warm >>.mypy_cache-seen; mkdir -p target; echo t >>target/t; wc -l <target/t; git status --porcelain; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ---
    failed: x failed: exit code 1, at .gitignore
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
        where  .gitignore
       output
               | venv
               | local
               | 2
               | M  .gitignore
      command  cat .venv/x local.log; echo warm >>.mypy_cache-seen; mkdir -p target; echo t >>target/t; wc -l <target/t; git status --porcelain; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ---
    "));
    assert!(!sandbox.top.join("target/t").exists());
}

#[test]
fn an_editable_installation_leads_to_the_snapshot() {
    let gate =
        "python3 -S -c 'import sys; sys.path.append(\"'$OLD'/src\"); import pkg; print(pkg.VALUE)'";
    let sandbox = sandbox(&format!(
        "[gates.x]\nrun = '''{gate}'''\nexpect = '^staged$'\nenv = {{ OLD = \"{{top}}\" }}\n"
    ));
    let top = sandbox.top.display().to_string();
    let text = sandbox.read("gates.toml").replace("{top}", &top);
    sandbox.write("gates.toml", text);
    sandbox.write(".venv/pyvenv.cfg", "");
    sandbox.write(
        ".venv/lib/python3.9/site-packages/__editable__.pkg.pth",
        format!("{top}/src\n"),
    );
    sandbox.write("src/pkg.py", "VALUE = 'staged'\n");
    sandbox.git(&["add", "."]);
    sandbox.write("src/pkg.py", "VALUE = 'unstaged'\n");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    // An environment that is somewhere else, and active.
    sandbox
        .sh("mv .venv ../elsewhere && rm -rf .venv")
        .expect(0);
    let mut sandbox = sandbox;
    sandbox.set("VIRTUAL_ENV", sandbox.beside("elsewhere"));
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
}

#[test]
fn paths_are_told_as_the_user_knows_them() {
    let sandbox = sandbox("[gates.x]\nrun = \"sh -c 'echo $PWD/b:3:1: wrong; exit 1'\"\n");
    sandbox
        .sh("echo 2 >b && git add b && echo u >untracked")
        .expect(0);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    assert_snapshot!(done, @"
    failed: x failed: exit code 1, at b:3:1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
        found  1 error
               b:3:1: wrong
       output  the full output is in .git/gatekeeper/logs/x.log
      command  sh -c 'echo $PWD/b:3:1: wrong; exit 1'
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    ");
}

#[test]
fn two_runs_at_once_and_no_cache_directory() {
    let sandbox = sandbox("[gates.hangs]\nrun = \"hangs\"\n");
    sandbox.program(
        "hangs",
        "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\nread line <$HOME/go\ncat a\n",
    );
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    Lifeline::new(sandbox.beside("home/go"));
    sandbox
        .sh("echo one >a && git add a && echo u >untracked")
        .expect(0);
    let first = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged", "--verbose"]));
    let alive = lifeline.begun();
    // The other one sees what is staged now, and does not disturb the first.
    let gates = "[gates.x]\nrun = \"cat a\"\nexpect = '^two$'\n";
    sandbox.write("gates.toml", snapshot(gates));
    sandbox.sh("echo two >a && git add a gates.toml").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    fs::write(sandbox.beside("home/go"), "go\n").unwrap();
    assert_snapshot!(first.finish().expect(0), @"
    passed: 1 passed in [TIME]
    note: the index changed while it was being checked; checked again in a snapshot
    gatekeeper run --staged: 2 paths changed, checked in [VIEW], because something changed while it was being checked
             passed  x  [TIME]
                     $ cat a
                     two
    ");
    alive.everybody_is_gone();
    // Without a cache directory: somewhere else, and nothing is left there.
    let mut sandbox = sandbox;
    sandbox.set("XDG_CACHE_HOME", "/dev/null/nowhere");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(fs::read_dir(sandbox.beside("tmp")).unwrap().count(), 0);
    // And nowhere at all: no verdict.
    sandbox.set("TMPDIR", "/dev/null/nowhere");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(3), @r#"
    error: cannot create a directory for a view of the tree
      Not a directory (os error 20) at path "/dev/null/nowhere/gatekeeper-tmp-[RANDOM]"
    help: gates need another view of the tree, because the work tree differs from it; set XDG_CACHE_HOME or TMPDIR to a writable directory outside the work tree
    "#);
}

#[test]
fn damage_and_kills_repair_themselves() {
    let sandbox = sandbox(GATES);
    sandbox
        .sh("echo 2 >b && git add b && echo u >untracked")
        .expect(0);
    run_sees(&sandbox, "whole");
    let cache = sandbox.beside("home/.cache/gatekeeper");
    let snapshot = fs::read_dir(&cache)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
        .join("snapshot-hide");
    for damage in [
        "echo damaged >tree/b",
        "rm -rf tree/deep tree/a",
        "rm tree/b && mkdir tree/b",
        "rm -rf tree",
        "rm tree/.git",
        "touch git/index.lock",
        "rm git/index",
        "rm git/HEAD",
        "echo nonsense >git/config",
        "echo nonsense >git/HEAD",
        "rm -rf git/objects",
        "rm -rf tree/.git && git init -q tree",
        "touch checked-index.lock git/checked-index.lock git/HEAD.lock",
        "echo nonsense >index",
        "echo nonsense >git/index",
        "echo nonsense >git/format",
        "rm -rf git/refs && touch git/refs",
        "rm git/config && mkdir git/config",
        "rm -rf tree && touch tree",
        "rm -rf tree && ln -s / tree",
        "GIT_DIR=git GIT_WORK_TREE=tree git update-index --assume-unchanged a b && echo poison >tree/b",
        "GIT_DIR=git GIT_WORK_TREE=tree git sparse-checkout set nothing",
        "rm -rf git",
    ] {
        sandbox
            .sh(&format!("cd '{}' && {damage}", snapshot.display()))
            .expect(0);
        run_sees(&sandbox, damage);
    }
}

#[test]
fn a_killed_run_leaves_everything_as_it_was() {
    for view in VIEWS {
        a_killed_run_in(view);
    }
}

fn a_killed_run_in(view: &str) {
    let sandbox = sandbox(&in_view(view, "[gates.hangs]\nrun = \"hangs\"\n"));
    sandbox.program(
        "hangs",
        "#!/bin/sh\nexec 9>\"$HOME/lifeline\"\necho spoilt >a\nsleep 1000\n",
    );
    let lifeline = Lifeline::new(sandbox.beside("home/lifeline"));
    sandbox
        .sh("echo 2 >b && git add b && echo 9 >>a && echo u >untracked")
        .expect(0);
    let before = everything(&sandbox.top);
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged"]));
        let alive = lifeline.begun();
        run.signal(signal);
        alive.everybody_is_gone();
        run.wait();
        untouched(&before, &sandbox, &format!("{signal:?}"));
    }
    sandbox.write("gates.toml", in_view(view, GATES));
    sandbox.git(&["add", "gates.toml"]);
    run_sees(&sandbox, "after kills");
}

#[test]
fn what_gates_toml_chooses() {
    let check = |settings: &str, expected: &str| {
        let sandbox = sandbox(&format!("[settings]\n{settings}\n{GATES}"));
        sandbox
            .sh("echo 2 >b && git add b && echo u >untracked")
            .expect(0);
        let plan = sandbox
            .gatekeeper(&["plan", "--staged", "--json"])
            .expect(0)
            .stdout;
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
        assert_eq!(plan["view"], expected, "{settings}");
        let done = sandbox.gatekeeper(&["run", "--staged"]).expect(0);
        let seen = fs::read_to_string(sandbox.beside("record")).unwrap();
        assert_eq!(
            seen.contains("untracked"),
            expected == "in place" || settings.contains("show"),
            "{}",
            done.stderr
        );
    };
    let overlay = if has_overlays() {
        "overlay"
    } else {
        "snapshot"
    };
    check("", overlay);
    check("isolation = \"auto\"", overlay);
    check("isolation = \"overlay\"", overlay);
    check("isolation = \"auto\"\nuntracked = \"show\"", "in place");
    check("isolation = \"in-place\"", "in place");
    check("isolation = \"snapshot\"\nuntracked = \"show\"", "snapshot");
    let sandbox = sandbox(GATES);
    sandbox.sh("git checkout -q -b side && echo side >b && elsewhere commit -qam side && git checkout -q - && echo main >b && elsewhere commit -qam main").expect(0);
    assert_ne!(sandbox.sh("git merge -q side").code(), 0);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(3), @"
    error: there are unmerged paths: b
    help: resolve the conflicts, then `git add` the files
    ");
}

#[test]
fn a_submodule_is_there() {
    for view in VIEWS {
        a_submodule_is_there_in(view);
    }
}

fn a_submodule_is_there_in(view: &str) {
    let sandbox = sandbox(&in_view(
        view,
        "[gates.x]\nrun = \"cat sub/s; git status --porcelain; exit 1\"\n",
    ));
    sandbox
        .sh("git init -q ../other && cd ../other && echo s >s && git add s && git commit -qm s")
        .expect(0);
    sandbox
        .sh("git submodule -q add ../other sub && elsewhere commit -qs -m sub")
        .expect(0);
    sandbox
        .sh("echo 2 >b && git add b && echo u >untracked")
        .expect(0);
    let done = sandbox.gatekeeper(&["run", "--staged"]).expect(1);
    insta::allow_duplicates!(assert_snapshot!(done, @"
    failed: x failed: exit code 1
    gatekeeper run --staged: 1 path changed, checked in [VIEW], because gates.toml requires it
             failed  x  [TIME]  exit code 1

    x failed
        cause  exit code 1, after [TIME]
       output
               | s
               | M  b
      command  cat sub/s; git status --porcelain; exit 1
       repeat  gatekeeper run --staged x

    1 failed in [TIME]
    "));
}

#[test]
fn links_and_modes_of_the_snapshot_are_those_of_the_tree() {
    let sandbox = sandbox(GATES);
    fs::remove_file(sandbox.top.join("link")).unwrap();
    symlink("deep", sandbox.top.join("link")).unwrap();
    fs::set_permissions(sandbox.top.join("b"), fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.git(&["add", "."]);
    sandbox.write("untracked", "u\n");
    run_sees(&sandbox, "links and modes");
    let seen = fs::read_to_string(sandbox.beside("record")).unwrap();
    assert!(
        seen.contains("link ./link deep\n") && seen.contains("755 ./b "),
        "{seen}"
    );
}

#[test]
fn nothing_of_the_users_is_reached_through_a_link() {
    let sandbox = sandbox(GATES);
    sandbox.write(".gitignore", "build/\n");
    // A directory that is linked as a whole, and then has single links; a link that is tracked.
    sandbox
        .sh("mkdir things && echo foo >things/foo && ln -s foo things/current.log")
        .expect(0);
    sandbox.write(".gitignore", "things/\n");
    sandbox
        .sh("echo 2 >b && git add .gitignore b && echo u >untracked")
        .expect(0);
    run_sees_ignoring(&sandbox);
    sandbox.write(".gitignore", "things/*.log\n*.log\n");
    sandbox.git(&["add", ".gitignore"]);
    run_sees_ignoring(&sandbox);
    fs::create_dir(sandbox.beside("outside")).unwrap();
    symlink("/etc/hostname", sandbox.beside("outside/x.log")).unwrap();
    sandbox.sh("ln -s ../outside data && git add data && rm data && mkdir data && echo 1 >data/x.log && echo 1 >data/y.log").expect(0);
    run_sees_ignoring(&sandbox);
    let left: Vec<_> = fs::read_dir(sandbox.beside("outside")).unwrap().collect();
    assert_eq!(left.len(), 1);
    let target = fs::read_link(sandbox.beside("outside/x.log")).unwrap();
    assert_eq!(target, Path::new("/etc/hostname"));
}

/// What is ignored is there as well, so only that nothing was touched is looked at.
#[track_caller]
fn run_sees_ignoring(sandbox: &Sandbox) {
    let before = everything(&sandbox.top);
    sandbox
        .gatekeeper(&["run", "--staged"])
        .expect(0)
        .says("checked in a snapshot");
    untouched(&before, sandbox, "links");
}

#[test]
fn what_is_no_longer_ignored_is_no_longer_there() {
    let sandbox = sandbox("[gates.x]\nrun = \"test -e lib/util\"\n");
    sandbox.write(".gitignore", "lib/\n");
    sandbox.write("lib/util", "x\n");
    sandbox.write("untracked", "u\n");
    sandbox.git(&["add", ".gitignore"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    sandbox.write(".gitignore", "");
    sandbox.git(&["add", ".gitignore"]);
    sandbox.gatekeeper(&["run", "--staged"]).expect(1);
}
