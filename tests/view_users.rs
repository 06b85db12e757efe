//! Views for an ordinary user, and where the system does not allow namespaces.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::Path;

use rustix::process::Signal;

use crate::required::is_here;
use crate::sandbox::{Done, GATEKEEPER, Lifeline, Sandbox, Started, finish};
use crate::views::{everything, in_view, sandbox_in, seen, staged, untouched};

/// Nobody.
const USER: u32 = 65534;

/// States of which each needs another means to be shown.
const STATES: [&str; 6] = [
    "sed -i 's/^1/one/' a && git add a && sed -i 's/^8/eight/' a",
    "echo 2 >b && git add b && echo u >untracked && mkdir -p u/deep && echo x >u/deep/x",
    "git rm -q b && echo b >b && rm -rf deep && ln -s / deep",
    "rm link && mkdir link && echo x >link/x && git add link && rm -rf link && echo 9 >>a",
    "chmod 755 b && git add b && chmod 644 b && echo n >new && git add -N new",
    "git worktree add -q ../linked && cd ../linked && echo l >b && git add b && echo u >>b",
];

/// How a command is started as somebody else, if we can become somebody else.
pub(crate) fn ordinary_user() -> Option<Vec<String>> {
    let words = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    started_by("root", &words)
}

/// How a command is started where there are no namespaces to be had.
fn barred() -> Option<Vec<String>> {
    let bar = "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-sys_admin \"$@\"";
    let words = [
        "unshare",
        "--user",
        "--map-root-user",
        "sh",
        "-c",
        bar,
        "sh",
    ];
    started_by("namespaces", &words)
}

/// The words, if commands can be started by them; else it is said that nothing is tested.
fn started_by(need: &str, words: &[&str]) -> Option<Vec<String>> {
    let can_start = std::process::Command::new(words[0])
        .args(&words[1..])
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success());
    let why = format!("`{} true` cannot be started", words.join(" "));
    is_here(need, can_start, why).then(|| words.iter().map(|word| (*word).to_owned()).collect())
}

/// Gives everything in a sandbox to the user, and the program a place that he can reach.
pub(crate) fn give_away(sandbox: &Sandbox) {
    fn chown(path: &Path) {
        lchown(path, Some(USER), Some(USER)).unwrap();
        if path.is_dir() && !path.is_symlink() {
            for entry in fs::read_dir(path).unwrap() {
                chown(&entry.unwrap().path());
            }
        }
    }
    let program = sandbox.beside("bin/gatekeeper");
    if fs::hard_link(GATEKEEPER, &program).is_err() {
        fs::copy(GATEKEEPER, &program).unwrap();
    }
    for entry in fs::read_dir(sandbox.beside("")).unwrap() {
        let path = entry.unwrap().path();
        if path != sandbox.beside("bin") {
            chown(&path);
        }
    }
    lchown(sandbox.beside(""), Some(USER), Some(USER)).unwrap();
}

fn command(sandbox: &Sandbox, by: &[String], words: &[&str]) -> std::process::Command {
    let words: Vec<&str> = by[1..]
        .iter()
        .map(String::as_str)
        .chain(words.iter().copied())
        .collect();
    sandbox.command(&by[0], &words)
}

fn run(sandbox: &Sandbox, by: &[String], words: &[&str]) -> Done {
    finish(&mut command(sandbox, by, words))
}

fn prepared(view: &str, gates: &str) -> Sandbox {
    let sandbox = sandbox_in(Sandbox::new(), &in_view(view, gates));
    let damages = "#!/bin/sh\nsees\nid -u >\"$HOME/user\"; pwd >\"$HOME/dir\"\n\
                   echo spoilt >a; rm -rf deep b; echo n >new\nexec 9>\"$HOME/lifeline\"\nsleep 1000\n";
    sandbox.program("damages", damages);
    Lifeline::new(sandbox.beside("home/lifeline"));
    sandbox
}

const GATES: &str = "[gates.sees]\nrun = \"sees\"\n[gates.damages]\nrun = \"damages\"\n";

/// What a gate sees is the tree, and nothing of the user's is touched, whatever happens.
fn is_right(by: &[String], view: &str, expected_view: &str, owner: u32) {
    for state in STATES {
        let mut sandbox = prepared(view, GATES);
        sandbox.sh(state).expect(0);
        if state.contains("worktree") {
            sandbox.top = sandbox.beside("linked");
        }
        let expected = staged(&sandbox);
        give_away_if(owner, &sandbox);
        let state = format!("{view}: {state}");
        let before = everything(&sandbox.top);
        let _ = fs::remove_file(sandbox.beside("record"));
        let done = run(&sandbox, by, &["gatekeeper", "run", "--staged", "sees"]);
        assert_eq!(done.code(), 0, "{state}\n{}", done.stderr);
        assert!(
            done.stderr.contains(expected_view),
            "{state}\n{}",
            done.stderr
        );
        assert_eq!(
            seen(&sandbox).as_ref(),
            Some(&expected),
            "{state}\n{}",
            done.stderr
        );
        untouched(&before, &sandbox, &state);
        for signal in [Signal::INT, Signal::KILL] {
            let words = ["gatekeeper", "run", "--staged", "damages"];
            let running = Started::new(&mut command(&sandbox, by, &words));
            let alive = Lifeline::at(sandbox.beside("home/lifeline")).begun();
            running.signal(signal);
            alive.everybody_is_gone();
            running.wait();
            untouched(&before, &sandbox, &format!("{state}, {signal:?}"));
            assert_eq!(seen(&sandbox).as_ref(), Some(&expected), "{state}");
        }
        let said = |name: &str| fs::read_to_string(sandbox.beside("home").join(name)).unwrap();
        assert_eq!(said("user"), format!("{owner}\n"));
        if expected_view == "in an overlay" {
            assert_eq!(said("dir"), format!("{}\n", sandbox.top.display()));
        }
        let view = sandbox.beside("home/.cache/gatekeeper");
        for place in fs::read_dir(view).unwrap() {
            let dir = place.unwrap().path().join("view");
            let is_empty = !dir.exists() || fs::read_dir(dir).unwrap().next().is_none();
            assert!(is_empty, "{state}");
        }
    }
}

pub(crate) fn give_away_if(owner: u32, sandbox: &Sandbox) {
    let program = sandbox.beside("bin/gatekeeper");
    if owner == USER {
        give_away(sandbox);
    } else if fs::hard_link(GATEKEEPER, &program).is_err() {
        fs::copy(GATEKEEPER, &program).unwrap();
    }
}

#[test]
fn an_ordinary_user_has_overlays() {
    let Some(by) = ordinary_user() else {
        return;
    };
    // Where the system allows none, that is said, and a snapshot is as good.
    let probe = prepared("overlay", GATES);
    probe.write("untracked", "");
    give_away(&probe);
    let plan = run(&probe, &by, &["gatekeeper", "plan", "--staged"]).stdout;
    let allowed = !plan.contains("no overlay: ");
    is_here("user-overlay", allowed, &plan);
    let expected = if allowed {
        "in an overlay"
    } else {
        "in a snapshot"
    };
    is_right(&by, "overlay", expected, USER);
}

#[test]
fn where_namespaces_are_barred_a_snapshot_is_made_and_why_is_said() {
    let Some(by) = barred() else {
        return;
    };
    let owner = fs::metadata("/proc/self").unwrap().uid();
    let reason = "no overlay: the system does not allow a private view";
    is_right(&by, "overlay", reason, owner);
    is_right(&by, "auto", reason, owner);
}
