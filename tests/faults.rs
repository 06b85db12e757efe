//! Faults: processes that are killed, files that others are writing, limits, disks that are full. Nothing is
//! half applied, and nothing is lost.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use insta::assert_snapshot;
use rustix::fs::{XattrFlags, getxattr, setxattr};

use crate::required::is_here;
use crate::sandbox::{GATEKEEPER, Sandbox, finish};
use crate::view_users::{give_away, ordinary_user};
use crate::views::sandbox_in;

/// A formatter: no blanks at the ends of lines.
const FORMATS: &str = "#!/bin/sh\nif [ \"$1\" = --check ]; then shift; ! grep -q ' $' \"$@\"; exit; fi\nsed -i 's/ *$//' \"$@\"\n";

const GATES: &str = "[settings]\nfix-on-commit = true\n[commit-msg.signed-off-by]\nrequired = \"never\"\n\
    [gates.format]\nrun = \"formats --check {files}\"\nfix = \"formats {files}\"\nfiles = [\"*.py\"]\n";

/// A repository whose commits are formatted, with a good file `one.py` in it.
fn formatted() -> Sandbox {
    let sandbox = sandbox_in(Sandbox::new(), GATES);
    sandbox.program("formats", FORMATS);
    sandbox.write("one.py", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.sh("elsewhere commit -qsm py").expect(0);
    sandbox
}

/// A git that kills the process that has started it as soon as it is called with a word.
fn git_that_kills(sandbox: &Sandbox, word: &str) {
    let real = finish(&mut sandbox.command("sh", &["-c", "command -v git"])).stdout;
    let script = format!(
        "#!/bin/sh\nfor word; do [ \"$word\" = {word} ] && kill -9 $PPID && break; done\nexec {} \"$@\"\n",
        real.trim()
    );
    sandbox.program("git", &script);
}

#[test]
fn what_git_is_given_is_whole_though_we_are_killed() {
    let sandbox = sandbox_in(Sandbox::new(), "[gates.x]\nrun = \"true\"\n");
    // More than a pipe holds.
    let body = "a line of a long message\n".repeat(8000);
    sandbox.write("../message", format!("subject\n\n{body}\nEnd: yes\n"));
    let commit = "git -c core.hooksPath=/dev/null -c hook.gatekeeper-reference-transaction.enabled=false \
                  commit -q --allow-empty -F ../message";
    sandbox.sh(commit).expect(0);
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    git_that_kills(&sandbox, "hash-object");
    sandbox
        .gatekeeper(&["audit", "--fix", "--signoff", "HEAD^!"])
        .expect(137);
    fs::remove_file(sandbox.beside("bin/git")).unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(sandbox.git(&["fsck", "--no-dangling"]), "");
    // git may be at work still: what it writes is all of it, or nothing.
    let objects = sandbox.git(&["cat-file", "--batch-all-objects", "--batch-check"]);
    let commits = objects.lines().filter(|line| line.contains(" commit "));
    for id in commits.filter_map(|line| line.split(' ').next()) {
        let text = sandbox.git(&["cat-file", "commit", id]);
        assert!(
            !text.contains("a line of") || text.contains("\nEnd: yes\n"),
            "{id}"
        );
    }
}

#[test]
fn a_list_that_git_could_not_print_is_not_a_short_one() {
    let sandbox = formatted();
    sandbox.write("one.py", "1  \n");
    sandbox.git(&["add", "."]);
    let limited = format!("ulimit -f 0; exec {GATEKEEPER} run --staged");
    let done = sandbox.sh(&limited);
    assert_ne!(done.code(), 0, "{}", done.stderr);
    assert!(!done.stderr.contains("0 paths changed"), "{}", done.stderr);
}

#[test]
fn a_file_that_a_program_is_writing_is_left_to_it() {
    let sandbox = formatted();
    sandbox.write("one.py", "1  \n");
    let script = "exec 7>>one.py; echo two >&7; git add one.py; git commit -qm x; code=$?; \
                  echo three >&7; exit $code";
    assert_snapshot!(sandbox.sh(script).expect(0), @"fixed in the commit only: one.py (format); your file was left unchanged, because it may be open for writing in a program whose changes would be lost");
    assert_eq!(sandbox.read("one.py"), "1  \ntwo\nthree\n");
    assert_eq!(sandbox.git(&["show", "HEAD:one.py"]), "1\ntwo\n");
}

#[test]
fn a_mapping_counts_as_well() {
    let python = finish(&mut Sandbox::new().command("python3", &["-c", ""])).code() == 0;
    if !is_here("python3", python, "python3 cannot be started") {
        return;
    }
    let sandbox = formatted();
    sandbox.write("one.py", "1  \n");
    sandbox.git(&["add", "."]);
    let script = "import mmap, os, subprocess\n\
        file = os.open('one.py', os.O_RDWR)\n\
        mapped = mmap.mmap(file, 0)\n\
        os.close(file)\n\
        subprocess.run(['git', 'commit', '-qm', 'x'], check=True)\n\
        mapped[0:1] = b'9'\n\
        mapped.flush()\n";
    finish(&mut sandbox.command("python3", &["-c", script])).expect(0);
    assert_eq!(sandbox.read("one.py"), "9  \n");
    assert_eq!(sandbox.git(&["show", "HEAD:one.py"]), "1\n");
}

#[test]
fn other_names_of_a_file_keep_what_it_holds() {
    let sandbox = formatted();
    sandbox.write("one.py", "1  \n");
    sandbox.git(&["add", "one.py"]);
    let other = sandbox.beside("other");
    fs::hard_link(sandbox.top.join("one.py"), &other).unwrap();
    assert_snapshot!(sandbox.sh("git commit -qm x").expect(0), @"fixed in the commit only: one.py (format); your file was left unchanged, because it has other names (hard links) that a replacement would break");
    assert_eq!(fs::read_to_string(&other).unwrap(), "1  \n");
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    assert_eq!(inode(&other), inode(&sandbox.top.join("one.py")));
    assert_eq!(sandbox.git(&["show", "HEAD:one.py"]), "1\n");
}

#[test]
fn attributes_of_a_file_stay() {
    let sandbox = formatted();
    sandbox.write("one.py", "1  \n");
    sandbox.git(&["add", "one.py"]);
    let file = sandbox.top.join("one.py");
    let set = setxattr(&file, "user.note", b"kept", XattrFlags::empty());
    if !is_here("xattr", set.is_ok(), "no attribute can be set here") {
        return;
    }
    sandbox.sh("git commit -qm x").expect(0);
    assert_eq!(sandbox.read("one.py"), "1\n");
    let mut value = [0; 16];
    let length = getxattr(&file, "user.note", &mut value).unwrap();
    assert_eq!(&value[..length], b"kept");
}

#[test]
fn what_a_killed_fix_left_in_the_work_tree_is_moved_away() {
    let sandbox = formatted();
    let ready = sandbox.top.join(".git/gatekeeper/fixed-killed");
    fs::create_dir_all(&ready).unwrap();
    fs::write(ready.join("lock"), "").unwrap();
    fs::create_dir(sandbox.top.join("below")).unwrap();
    let dirs = [sandbox.top.as_path(), &sandbox.top.join("below")];
    let note: Vec<&[u8]> = dirs.iter().map(|dir| dir.as_os_str().as_bytes()).collect();
    fs::write(ready.join("beside"), note.join(&0)).unwrap();
    let name = ".gatekeeper-fixed-fixed-killedAbC";
    sandbox.write(format!("below/{name}"), "the user's\n");
    sandbox.write(".gatekeeper-fixed-other", "not noted\n");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert!(!sandbox.top.join("below").join(name).exists());
    assert_eq!(
        fs::read_to_string(ready.join(name)).unwrap(),
        "the user's\n"
    );
    assert_eq!(sandbox.read(".gatekeeper-fixed-other"), "not noted\n");
    // What a living run has noted is its own.
    let lock = fs::File::create(ready.join("lock")).unwrap();
    lock.lock().unwrap();
    fs::write(ready.join("beside"), note.join(&0)).unwrap();
    sandbox.write(name, "at work\n");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.read(name), "at work\n");
}

#[test]
fn where_no_thread_can_be_started_the_cause_is_named() {
    let Some(words) = ordinary_user() else {
        return;
    };
    let sandbox = sandbox_in(Sandbox::new(), "[gates.x]\nrun = \"true\"\n");
    sandbox.write("one.py", "1\n2\n");
    sandbox.git(&["add", "."]);
    give_away(&sandbox);
    let mut refused = 0;
    for limit in 1..6 {
        let mut arguments: Vec<&OsStr> = words[1..].iter().map(OsStr::new).collect();
        let limit = format!("--nproc={limit}");
        let program = sandbox.beside("bin/gatekeeper");
        let rest: [&OsStr; 5] = [
            "prlimit".as_ref(),
            limit.as_ref(),
            program.as_os_str(),
            "run".as_ref(),
            "--staged".as_ref(),
        ];
        arguments.extend(rest);
        let done = finish(&mut sandbox.command(&words[0], &arguments));
        assert!(
            matches!(done.code(), 0 | 3),
            "{limit}: {}: {}",
            done.code(),
            done.stderr
        );
        if done.code() == 3 {
            refused += 1;
            for part in ["Resource temporarily unavailable", "`ulimit -"] {
                assert!(done.stderr.contains(part), "{limit}: {}", done.stderr);
            }
        }
    }
    assert!(refused > 0, "no limit was reached");
}

#[test]
fn keys_of_trailers_are_printed_as_git_prints_them() {
    let sandbox = formatted();
    sandbox.git(&["config", "trailer.sign.key", "Signed-off-by"]);
    sandbox.git(&["config", "trailer.help.key", "Helped-by: "]);
    sandbox.write(
        "../message",
        "subject\n\nsign: A <a@example.com>\nHELP: B\nOther: C\n",
    );
    let git = sandbox.git(&["interpret-trailers", "--parse", "../message"]);
    let ours = sandbox
        .gatekeeper(&["message", "trailers", "../message"])
        .expect(0);
    assert_eq!(ours.stdout, git);
}

#[test]
fn the_cache_of_a_repository_that_is_gone_goes_too() {
    let sandbox = formatted();
    sandbox.write("one.py", "1\n2\n");
    sandbox.git(&["add", "."]);
    sandbox.write("one.py", "1\n2\n3\n");
    let gates = sandbox.read("gates.toml");
    let snapshots = gates.replace("[settings]\n", "[settings]\nisolation = \"snapshot\"\n");
    sandbox.write("gates.toml", snapshots);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.sh("cp -a . ../second").expect(0);
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    let cached = || {
        let cache = sandbox.beside("home/.cache/gatekeeper");
        let names = fs::read_dir(cache)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
            .iter()
            .map(|name| name[..6].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(cached(), ["reposi"]);
    fs::remove_dir_all(sandbox.top.join(".git")).unwrap();
    let run = format!("cd ../second && {GATEKEEPER} run --staged");
    sandbox.sh(&run).expect(0);
    assert_eq!(cached(), ["second"]);
}

/// How many kills a test spreads over the system calls of a run. `GATEKEEPER_KILLS=100000` is one at each.
fn kills() -> usize {
    let count = std::env::var("GATEKEEPER_KILLS").ok();
    count.map_or(12, |count| count.parse().unwrap())
}

/// Runs a command again and again, killed at one system call after the other, and looks at what is left each
/// time. `restore` is a script that makes the repository what it was before the run. Returns how many runs
/// there were.
fn kill_at_every_call(
    sandbox: &Sandbox,
    arguments: &[&str],
    restore: &str,
    check: impl Fn(&Sandbox, &str),
) -> Option<usize> {
    let strace = finish(&mut sandbox.command("sh", &["-c", "strace -o /dev/null true"]));
    if !is_here("strace", strace.code() == 0, &strace.stderr) {
        return None;
    }
    let traced = |options: &[&str]| {
        let fixed = ["-qq", "-o", "../trace"];
        let words = fixed
            .iter()
            .chain(options)
            .chain(&[GATEKEEPER])
            .chain(arguments);
        let words: Vec<&str> = words.copied().collect();
        finish(&mut sandbox.command("strace", &words))
    };
    sandbox.sh(restore).expect(0);
    traced(&[]).expect(0);
    let trace = fs::read_to_string(sandbox.beside("trace")).unwrap();
    let calls = trace.lines().count();
    let step = (calls / kills()).max(1);
    let mut runs = 0;
    for number in (1..=calls).step_by(step) {
        sandbox.sh(restore).expect(0);
        let inject = format!("inject=all:signal=KILL:when={number}");
        let done = traced(&["-e", &inject]);
        assert!(matches!(done.code(), 0 | 137), "{number}: {}", done.stderr);
        runs += 1;
        let told = format!("killed at call {number} of {calls}");
        check(sandbox, &told);
        // The next run clears away what was left, and just works.
        sandbox.gatekeeper(&["run", "--staged"]);
        let left = sandbox.git(&["ls-files", "--others"]);
        assert!(!left.contains(".gatekeeper-"), "{told}: {left}");
        let damaged = sandbox.try_git(&["fsck", "--no-dangling"]);
        assert_eq!((damaged.code(), damaged.stderr.as_str()), (0, ""), "{told}");
    }
    Some(runs)
}

#[test]
fn a_fix_that_is_killed_at_any_call_leaves_old_or_new() {
    let sandbox = formatted();
    let restore = "git reset -q --hard && printf '1  \\n' >one.py && git add one.py";
    let check = |sandbox: &Sandbox, told: &str| {
        let file = sandbox.read("one.py");
        let staged = sandbox.git(&["show", ":one.py"]);
        for text in [&file, &staged] {
            assert!(text == "1  \n" || text == "1\n", "{told}: {text:?}");
        }
        // The index is fixed first, so that what is staged is never behind what lies there.
        assert!(
            file == "1  \n" || staged == "1\n",
            "{told}: {file:?}, {staged:?}"
        );
    };
    kill_at_every_call(&sandbox, &["run", "--staged", "--fix"], restore, check);
}

#[test]
fn an_acceptance_that_is_killed_at_any_call_is_recorded_or_not() {
    let sandbox = sandbox_in(Sandbox::new(), "[gates.x]\nrun = \"true\"\n");
    let elsewhere =
        "git -c core.hooksPath=/dev/null -c hook.gatekeeper-reference-transaction.enabled=false";
    let begin = format!(
        "{elsewhere} commit -q --allow-empty -m old && cp -Rp .git/gatekeeper ../inside && cp -Rp ../home/.local ../outside"
    );
    sandbox.sh(&begin).expect(0);
    let restore = "rm -rf .git/gatekeeper ../home/.local && cp -Rp ../inside .git/gatekeeper && cp -Rp ../outside ../home/.local";
    let check = |sandbox: &Sandbox, told: &str| {
        let status = sandbox.gatekeeper(&["status"]).expect(0).stdout;
        for damage in ["of the ledger", "trusted history"] {
            assert!(!status.contains(damage), "{told}: {status}");
        }
        let is_accepted = status.contains("              accepted");
        let is_in_ledger = status.contains("accepted 1 commit");
        assert!(is_in_ledger || !is_accepted, "{told}: {status}");
    };
    let reason = "it is older than the rules";
    let arguments = ["audit", "--accept", "HEAD^!", "--reason", reason];
    kill_at_every_call(&sandbox, &arguments, restore, check);
}

#[test]
fn a_rewrite_that_is_killed_at_any_call_leaves_old_or_new() {
    let sandbox = sandbox_in(Sandbox::new(), "[gates.x]\nrun = \"true\"\n");
    let elsewhere =
        "git -c core.hooksPath=/dev/null -c hook.gatekeeper-reference-transaction.enabled=false";
    let commits =
        format!("for n in 1 2 3; do {elsewhere} commit -q --allow-empty -m c$n; done; git tag old");
    sandbox.sh(&commits).expect(0);
    let restore = format!("{elsewhere} update-ref refs/heads/main old");
    let check = |sandbox: &Sandbox, told: &str| {
        let signed = "git log -3 --format='%(trailers:key=Signed-off-by,valueonly)' | grep -c Jane";
        let signed = sandbox.sh(signed).stdout;
        assert!(
            matches!(signed.trim(), "0" | "3"),
            "{told}: {signed} of 3 are signed"
        );
    };
    let arguments = ["audit", "--fix", "--signoff", "HEAD~3.."];
    kill_at_every_call(&sandbox, &arguments, &restore, check);
}
