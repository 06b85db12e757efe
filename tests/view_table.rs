//! The table: every state of index and work tree, times every way in which a run may end, in every
//! view. The gate sees exactly the tree, and the user's files, index and references are afterwards
//! what they were before, byte for byte, mode for mode, time for time; and nobody is left.

use std::fs;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::sandbox::{GATEKEEPER, HANGS, Lifeline, Sandbox, Started};
use crate::views::{
    VIEWS, everything, in_view, run_sees_with, sandbox_in, seen, staged, untouched,
};

/// What a gate does once it has written down what it sees: it damages all that it can, and ends as
/// it is told to.
pub(crate) const ENDS: &str = r#"#!/bin/sh
sees
echo spoilt >a; rm -rf deep b; echo new >new-file; chmod 755 link; mkdir -p spoilt/x
git config user.name spoilt; git add -A 2>/dev/null; git commit -q -m spoilt 2>/dev/null; git tag spoilt 2>/dev/null
case $(cat "$HOME/ending") in
fails) exit 1 ;;
waits) exec 9>"$HOME/lifeline"; sleep 1000 ;;
esac
sleep 1000
"#;

/// States of index and work tree, as scripts.
pub(crate) const STATES: [(&str, &str); 30] = [
    ("nothing beside", "echo 2 >b && git add b"),
    (
        "an untracked file",
        "echo 2 >b && git add b && echo u >untracked",
    ),
    (
        "partly staged",
        "sed -i 's/^1/one/' a && git add a && sed -i 's/^8/eight/' a",
    ),
    (
        "unstaged elsewhere",
        "echo 2 >b && git add b && echo 9 >>a && rm deep/er/c",
    ),
    ("staged, then removed", "echo 2 >b && git add b && rm b"),
    (
        "staged, then a folder",
        "echo 2 >b && git add b && rm b && mkdir b && echo x >b/x",
    ),
    (
        "a folder, then a file",
        "git rm -q -r deep && echo f >deep && git add deep && rm deep && mkdir deep && echo y >deep/y",
    ),
    ("deleted", "git rm -q b && echo u >untracked"),
    ("deleted in the index alone", "git rm -q --cached b"),
    ("renamed", "git mv b bb && echo 2 >>bb"),
    (
        "file to link",
        "rm b && ln -s a b && git add b && rm b && echo b >b",
    ),
    (
        "link to file",
        "rm link && echo l >link && git add link && rm link && ln -s b link",
    ),
    ("a mode staged", "chmod 755 b && git add b && chmod 644 b"),
    ("a mode unstaged", "echo 2 >a && git add a && chmod 755 b"),
    (
        "intended to be added",
        "echo n >new && git add -N new && echo 2 >b && git add b",
    ),
    (
        "an empty folder and a nested repository",
        "mkdir empty && git init -q nested && echo n >nested/n && echo 2 >b && git add b",
    ),
    (
        "odd names",
        "printf x >'a b' && printf y >'new
line' && printf z >'-x*[?]\"' && git add . && echo u >>'a b' && echo u >untracked",
    ),
    (
        "ends of lines",
        "printf '*.txt text eol=crlf\\n' >.gitattributes && printf 'x\\r\\ny\\r\\n' >t.txt && git add . && printf 'z\\r\\n' >t.txt && echo u >untracked",
    ),
    (
        "a filter",
        "git config filter.up.clean 'tr a-z A-Z' && git config filter.up.smudge 'tr A-Z a-z' && echo '*.up filter=up' >.gitattributes && echo word >w.up && git add . && echo other >w.up && echo u >untracked",
    ),
    (
        "a merge",
        "git checkout -q -b side && echo side >b && elsewhere commit -qam side && git checkout -q - && echo main >a && elsewhere commit -qam main && git merge -q --no-commit side && echo u >untracked",
    ),
    (
        "cherry-picking",
        "git checkout -q -b side && echo side >b && elsewhere commit -qam side && git checkout -q - && git cherry-pick -n side && echo 9 >>a",
    ),
    (
        "a revert",
        "echo 2 >b && elsewhere commit -qam two && git revert -n HEAD && echo u >untracked",
    ),
    (
        "a rebase that has stopped",
        "git checkout -q -b side && echo side >b && elsewhere commit -qam side && git checkout -q - && echo main >b && elsewhere commit -qam main && ! git rebase -q main side 2>/dev/null; echo both >b && git add b && echo u >untracked",
    ),
    (
        "left out of the work tree",
        "git update-index --skip-worktree a && echo hidden >>a && echo 2 >b && git add b",
    ),
    (
        "assumed to be unchanged",
        "git update-index --assume-unchanged a && echo hidden >>a && echo 2 >b && git add b",
    ),
    (
        "a folder to a link",
        "rm -rf deep && ln -s /etc deep && echo 2 >b && git add b",
    ),
    (
        "a link to a folder",
        "rm link && mkdir link && echo x >link/x && git add link && rm -rf link && ln -s deep link",
    ),
    (
        "a lock of git's",
        "echo 2 >b && git add b && echo 9 >>a && : >.git/index.lock",
    ),
    (
        "many untracked folders",
        "for i in 1 2 3 4 5 6 7 8 9; do mkdir -p u$i/deep/er && echo x >u$i/deep/er/x.log && echo y >u$i/deep/y; done; echo 2 >b && git add b",
    ),
    (
        "bytes in a name",
        "printf x >\"$(printf 'byte\\377')\" && git add . && printf y >\"$(printf 'byte\\377')\"",
    ),
];

/// How a run may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Fails,
    TimesOut,
    IsSent(Signal),
    IsKilledAtRandom,
}

const ENDINGS: [How; 7] = [
    How::Fails,
    How::TimesOut,
    How::IsSent(Signal::INT),
    How::IsSent(Signal::TERM),
    How::IsSent(Signal::HUP),
    How::IsSent(Signal::KILL),
    How::IsKilledAtRandom,
];

fn gates(view: &str) -> String {
    in_view(
        view,
        "[gates.sees]\nrun = \"sees\"\n[gates.ends]\nrun = \"ends\"\n\
         [gates.late]\nrun = \"ends\"\ntimeout = \"50ms\"\n",
    )
}

fn prepared(view: &str, script: &str) -> Sandbox {
    let sandbox = sandbox_in(Sandbox::new(), &gates(view));
    sandbox.program("ends", ENDS);
    Lifeline::new(sandbox.beside("home/lifeline"));
    sandbox.sh(script).expect(0);
    sandbox
}

/// Processes that were started from a sandbox and are still there.
fn left(sandbox: &Sandbox) -> Vec<String> {
    let home = format!("HOME={}", sandbox.beside("home").display());
    let mut left = Vec::new();
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        if environment
            .split(|byte| *byte == 0)
            .any(|pair| pair == home.as_bytes())
        {
            let command = fs::read(process.path().join("cmdline")).unwrap_or_default();
            left.push(String::from_utf8_lossy(&command).replace('\0', " "));
        }
    }
    left
}

/// A kill of ours cannot wait for what the guard does; so the test does.
#[track_caller]
pub(crate) fn nobody_is_left(sandbox: &Sandbox, state: &str) {
    let end = Instant::now() + HANGS;
    while !left(sandbox).is_empty() {
        assert!(Instant::now() < end, "{state}: {:?}", left(sandbox));
        thread::yield_now();
    }
}

/// Another number each time: where a process is killed must not depend on the test.
pub(crate) fn random(below: u64) -> u64 {
    let seed = std::hash::RandomState::new();
    seed.build_hasher().finish() % below
}

#[track_caller]
fn ends(sandbox: &Sandbox, state: &str, how: How) {
    let ending = match how {
        How::IsSent(_) => "waits",
        _ => "fails",
    };
    fs::write(sandbox.beside("home/ending"), ending).unwrap();
    let _ = fs::remove_file(sandbox.beside("record"));
    let gate = if how == How::TimesOut { "late" } else { "ends" };
    let run = Started::new(&mut sandbox.command(GATEKEEPER, &["run", "--staged", gate]));
    match how {
        How::Fails => {
            run.finish().expect(1);
        }
        How::TimesOut => {
            // Slow machines may end the gate before it has damaged anything.
            let code = run.finish().code();
            assert_eq!(code, 1, "{state}");
        }
        How::IsSent(signal) => {
            let lifeline = sandbox.beside("home/lifeline");
            let alive = Lifeline::at(lifeline).begun();
            run.signal(signal);
            alive.everybody_is_gone();
            run.wait();
        }
        How::IsKilledAtRandom => {
            thread::sleep(Duration::from_micros(random(60_000)));
            run.signal(Signal::KILL);
            run.wait();
        }
    }
    nobody_is_left(sandbox, state);
}

fn the_table_in(view: &str, states: &[(&str, &str)]) {
    for (name, script) in states {
        let sandbox = prepared(view, script);
        let state = format!("{view}: {name}");
        // Warm, so that a kill finds something to damage.
        run_only_sees(&sandbox, &state);
        let expected = staged(&sandbox);
        let before = everything(&sandbox.top);
        for how in ENDINGS {
            let state = format!("{state}, {how:?}");
            ends(&sandbox, &state, how);
            untouched(&before, &sandbox, &state);
            if matches!(how, How::Fails | How::IsSent(_)) {
                assert_eq!(seen(&sandbox).as_ref(), Some(&expected), "{state}");
            }
        }
        // Whatever was interrupted, the next run just works.
        run_only_sees(&sandbox, &state);
        assert_eq!(mounts(&sandbox), [""; 0], "{state}");
        assert_eq!(temporary(&sandbox), Vec::<PathBuf>::new(), "{state}");
    }
}

#[track_caller]
fn run_only_sees(sandbox: &Sandbox, state: &str) {
    run_sees_with(sandbox, state, &["run", "--staged", "sees"]);
}

/// Mounts below a sandbox that everybody sees.
fn mounts(sandbox: &Sandbox) -> Vec<String> {
    let root = sandbox.beside("").display().to_string();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    mounts
        .lines()
        .filter(|line| line.contains(&root))
        .map(str::to_owned)
        .collect()
}

fn temporary(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.beside("tmp")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_table_of_overlays() {
    the_table_in(VIEWS[0], &STATES[..STATES.len() / 2]);
}

#[test]
fn the_table_of_overlays_continued() {
    the_table_in(VIEWS[0], &STATES[STATES.len() / 2..]);
}

#[test]
fn the_table_of_snapshots() {
    the_table_in(VIEWS[1], &STATES[..STATES.len() / 2]);
}

#[test]
fn the_table_of_snapshots_continued() {
    the_table_in(VIEWS[1], &STATES[STATES.len() / 2..]);
}

#[test]
fn views_follow_each_other() {
    for view in VIEWS {
        for (state, script) in STATES {
            let sandbox = prepared(view, script);
            // Once more, in what is warm by now, after something else was staged.
            let unlocked =
                "rm -f .git/index.lock; echo more >more && git add more && echo still >>more";
            sandbox.sh(unlocked).expect(0);
            run_only_sees(&sandbox, &format!("{view}: {state}"));
            sandbox.sh("git add more").expect(0);
            run_only_sees(&sandbox, &format!("{view}: {state}, once more"));
        }
    }
}

#[test]
fn a_commit_that_is_stopped_leaves_everything_as_it_was() {
    let ways = [
        "git commit -qs -a -m x",
        "git commit -qs --include b -m x",
        "git commit -qs --only b -m x",
        "git commit -qs --amend -m x",
        "printf 'y\\nn\\n' | git commit -qs -p -m x",
        "git merge -q --no-ff -m x side",
    ];
    for view in VIEWS {
        for way in ways {
            let script = "git checkout -q -b side && echo s >s && git add s && elsewhere commit -qm s && git checkout -q - && \
                          echo new >new && git add new && sed -i 's/^1/one/; s/^8/eight/' a && echo 2 >b && echo u >untracked";
            let sandbox = prepared(view, script);
            if way.contains("merge") {
                sandbox
                    .sh("git stash -q && git checkout -q . && echo u >untracked2")
                    .expect(0);
            }
            fs::write(sandbox.beside("home/ending"), "fails").unwrap();
            let files = || {
                let mut files = everything(&sandbox.top);
                files.retain(|path, _| !path.starts_with(sandbox.top.join(".git")));
                files
            };
            let git = || {
                sandbox
                    .sh("git ls-files --stage; git show-ref; git status --porcelain")
                    .stdout
            };
            let before = (files(), git());
            let state = format!("{view}: {way}");
            let done = sandbox.sh(way);
            assert_eq!(done.code(), 1, "{state}\n{}", done.stderr);
            if way.contains("merge") {
                // git leaves the merge to be gone on with.
                sandbox.sh("git merge --abort").expect(0);
                assert_eq!(git(), before.1, "{state}");
            } else {
                assert!((files(), git()) == before, "{state}");
            }
            nobody_is_left(&sandbox, &state);
        }
    }
}
