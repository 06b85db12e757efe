//! A hook that was there before us is kept, runs first, and comes back unchanged.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use crate::sandbox::{Sandbox, write_program};

const GATE: &str = "[gates.x]\nrun = \"record gate {files}\"\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATE);
    sandbox.git(&["add", "."]);
    fs::create_dir_all(sandbox.top.join(".git/hooks")).unwrap();
    sandbox
}

fn hook(sandbox: &Sandbox, name: &str, text: &str) -> PathBuf {
    let file = sandbox.top.join(".git/hooks").join(name);
    write_program(&file, text.as_bytes());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn it_runs_first_and_is_given_back_byte_for_byte() {
    let sandbox = sandbox();
    // It sees its own old name, its arguments and git's environment, and may change the index.
    let file = hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh -e\nrecord \"old as ${0##*/} in $(basename $(dirname $(dirname $0))) $# $GIT_INDEX_FILE\"\necho more >added\ngit add added\n",
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    let before = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap());
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("chained  pre-commit");
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("unchanged  pre-commit");
    let status = sandbox.gatekeeper(&["status"]).expect(0).stdout;
    assert!(status.contains("first runs"), "{status}");
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    let expected = [
        "added",
        "gate",
        "gates.toml",
        "old as pre-commit in .git 0 .git/index",
    ];
    assert_eq!(sandbox.recorded(), expected);

    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("restored  pre-commit");
    let after = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap());
    assert_eq!(before.0, after.0);
    assert_eq!(before.1.mode(), after.1.mode());
    assert_eq!(before.1.modified().unwrap(), after.1.modified().unwrap());
    assert_eq!(before.1.ino(), after.1.ino());
    let left: Vec<_> = fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| !name.to_string_lossy().ends_with(".sample"))
        .collect();
    assert_eq!(left, ["pre-commit"]);
}

#[test]
fn once_it_is_gone_it_is_missed() {
    let sandbox = sandbox();
    hook(&sandbox, "pre-commit", "#!/bin/sh\nexit 1\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    fs::remove_dir_all(sandbox.top.join(".git/hooks.before-gatekeeper")).unwrap();
    sandbox
        .try_git(&["commit", "-m", "x"])
        .expect(1)
        .says("that was here before gatekeeper is gone");
    let status = sandbox.gatekeeper(&["status"]).expect(1).stdout;
    assert!(
        status.contains("is gone, so every commit is stopped"),
        "{status}"
    );
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("without the hook that ran before it");
    sandbox.gatekeeper(&["status"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
}

#[test]
fn its_failure_is_final() {
    let sandbox = sandbox();
    hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\necho 'the old one says no' >&2\nexit 7\n",
    );
    sandbox.gatekeeper(&["install"]).expect(0);
    let done = sandbox.try_git(&["commit", "-m", "x"]).expect(1);
    done.says("the old one says no")
        .does_not_say("gatekeeper pre-commit");
    sandbox.sh(".git/hooks/pre-commit").expect(7);
    hook(
        &sandbox,
        "../hooks.before-gatekeeper/pre-commit",
        "#!/bin/sh\nkill -TERM $$\n",
    );
    sandbox.sh(".git/hooks/pre-commit").expect(143);
    hook(
        &sandbox,
        "../hooks.before-gatekeeper/pre-commit",
        "#!/no/such/interpreter\n",
    );
    sandbox
        .sh(".git/hooks/pre-commit")
        .expect(3)
        .says("cannot be started");
    assert_eq!(sandbox.recorded(), [""; 0]);
}

#[test]
fn it_may_change_the_message() {
    let sandbox = sandbox();
    let sign = "#!/bin/sh\nprintf '\\nSigned-off-by: Jane Doe <jane@example.com>\\n' >>\"$1\"\n";
    hook(&sandbox, "commit-msg", sign);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.sh("git commit -m x").expect(0);
    assert!(
        sandbox
            .git(&["log", "-1", "--format=%B"])
            .contains("Signed-off-by")
    );
}

#[test]
fn every_kind_of_hook_runs_as_if_it_stood_in_its_place() {
    let kinds = [
        // Run and not merely read by its shell: many do nothing when they are read.
        "#!/usr/bin/env bash\nif [[ \"${BASH_SOURCE[0]}\" == \"$0\" ]]; then record seen; fi\n",
        "#!/bin/bash -eu\n. \"$(dirname \"${BASH_SOURCE[0]}\")/common.sh\"\nrecord \"$common\"\n",
        "#!/usr/bin/env python3\nimport os, sys, common\nos.system('record ' + common.word)\nassert os.path.basename(sys.argv[0]) == 'pre-commit'\n",
        "#!/bin/sh -\ntop=$(cd \"$(dirname \"$0\")/../..\" && pwd)\ntest -f \"$top/gates.toml\" && record seen\n",
        // git gives these to sh.
        "record seen\n",
    ];
    for text in kinds {
        let sandbox = sandbox();
        hook(&sandbox, "pre-commit", text);
        hook(&sandbox, "common.py", "word = 'seen'\n");
        sandbox.gatekeeper(&["install"]).expect(0);
        // What comes later is found as well.
        hook(&sandbox, "common.sh", "common=seen\n");
        sandbox.git(&["commit", "--quiet", "-m", "x"]);
        assert!(sandbox.recorded().contains(&"seen".to_owned()), "{text}");
        sandbox.gatekeeper(&["uninstall"]).expect(0);
        assert!(
            !sandbox.top.join(".git/hooks.before-gatekeeper").exists(),
            "{text}"
        );
    }
}

#[test]
fn an_installation_that_was_killed_goes_on() {
    // At any instant: the old hook has its second name, ours is not there yet.
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord old\n");
    let kept = sandbox.top.join(".git/hooks.before-gatekeeper/pre-commit");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::hard_link(&file, &kept).unwrap();
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert!(file.exists() && !kept.parent().unwrap().exists());
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::hard_link(&file, &kept).unwrap();
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("chained  pre-commit");
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml", "old"]);
    // Its owner writes the same again, as husky does at every installation of packages.
    hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord old\n");
    sandbox.gatekeeper(&["status"]).expect(1);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.gatekeeper(&["status"]).expect(0);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("restored");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "#!/bin/sh\nrecord old\n"
    );
}

#[test]
fn links_lead_where_they_led() {
    let sandbox = sandbox();
    sandbox.write("tools/hook.sh", "#!/bin/sh\nrecord linked\n");
    sandbox.sh("chmod +x tools/hook.sh").expect(0);
    let file = sandbox.top.join(".git/hooks/pre-commit");
    symlink("../../tools/hook.sh", &file).unwrap();
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("chained  pre-commit");
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml", "linked"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(
        fs::read_link(&file).unwrap(),
        PathBuf::from("../../tools/hook.sh")
    );
}

#[test]
fn what_git_would_not_execute_is_kept_and_not_run() {
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord never\nexit 1\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(sandbox.recorded(), ["gate", "gates.toml"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o644
    );
}

#[test]
fn a_second_hook_written_over_ours_is_noticed() {
    let sandbox = sandbox();
    hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord first\n");
    sandbox.gatekeeper(&["install"]).expect(0);
    let second = hook(&sandbox, "pre-commit", "#!/bin/sh\nrecord second\n");
    let status = sandbox.gatekeeper(&["status"]).expect(1).stdout;
    assert!(status.contains("pre-commit  not ours"), "{status}");
    let done = sandbox.gatekeeper(&["install"]).expect(3);
    done.says("another pre-commit hook was written over gatekeeper's")
        .says("hooks.before-gatekeeper/pre-commit");
    assert!(fs::read_to_string(&second).unwrap().contains("second"));
    // Neither is lost by an uninstall.
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("left as it is");
    assert!(fs::read_to_string(&second).unwrap().contains("second"));
    let first = sandbox.top.join(".git/hooks.before-gatekeeper/pre-commit");
    assert!(fs::read_to_string(first).unwrap().contains("first"));
}

#[test]
fn a_manager_that_keeps_its_hooks_in_a_folder_of_its_own_goes_on_working() {
    // As husky lays it out: a relative core.hooksPath, and scripts that find the user's hook from
    // the name and the folder in `$0`.
    let sandbox = sandbox();
    sandbox.git(&["config", "core.hooksPath", ".manager/_"]);
    sandbox.write(".manager/pre-commit", "record from the manager\n");
    sandbox.write(
        ".manager/_/h",
        "#!/bin/sh\nn=$(basename \"$0\")\nsh -e \"$(dirname \"$(dirname \"$0\")\")/$n\" \"$@\"\n",
    );
    sandbox.write(
        ".manager/_/pre-commit",
        "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n",
    );
    sandbox.sh("chmod +x .manager/_/*").expect(0);
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("chained  pre-commit");
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    assert_eq!(
        sandbox.recorded(),
        ["from", "gate", "gates.toml", "manager", "the"]
    );
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["from", "manager", "the"]);
}

#[test]
fn a_shim_that_was_put_aside_is_told_and_not_run_twice() {
    // As pre-commit does: our hook becomes a "legacy" one, which theirs runs first.
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    let ours = sandbox.top.join(".git/hooks/pre-commit");
    fs::rename(&ours, ours.with_file_name("pre-commit.legacy")).unwrap();
    hook(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\nlegacy=$(dirname \"$0\")/pre-commit.legacy\n! test -x \"$legacy\" || \"$legacy\" || exit\nrecord theirs\n",
    );
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    // A hook in git's configuration cannot know that theirs will run ours, and judges as well.
    let mut recorded = sandbox.recorded();
    recorded.dedup();
    assert_eq!(recorded, ["gate", "gates.toml", "theirs"]);
    sandbox
        .gatekeeper(&["install"])
        .expect(0)
        .says("chained  pre-commit");
    sandbox.write("y", "");
    sandbox.git(&["add", "y"]);
    sandbox.git(&["commit", "--quiet", "-m", "y"]);
    assert_eq!(sandbox.recorded(), ["gate", "theirs", "y"]);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("pre-commit.legacy is a hook of gatekeeper's");
}

#[test]
fn patches_are_judged_too() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox.recorded();
    sandbox.write("y", "y\n");
    sandbox.git(&["add", "y"]);
    sandbox
        .sh("elsewhere commit -q --author='Other <other@example.com>' -m unsigned")
        .expect(0);
    sandbox.git(&["format-patch", "-1", "--output=../patch"]);
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let done = sandbox.sh("git am ../patch");
    assert_ne!(done.code(), 0);
    done.says("signed-off-by.missing")
        .says("Other <other@example.com>")
        .says("git am --retry");
    sandbox.git(&["am", "--abort"]);
    sandbox.git(&["am", "--quiet", "--signoff", "../patch"]);
    assert_eq!(sandbox.recorded(), ["gate", "y"]);
}

#[test]
fn an_interrupted_installation_leaves_a_hook_in_place() {
    // The folder of kept hooks cannot be made: nothing has happened to the old hook.
    let sandbox = sandbox();
    let file = hook(&sandbox, "pre-commit", "#!/bin/sh\nexit 0\n");
    fs::write(sandbox.top.join(".git/hooks.before-gatekeeper"), "a file").unwrap();
    sandbox
        .gatekeeper(&["install"])
        .expect(3)
        .says("cannot be written");
    assert_eq!(fs::read_to_string(&file).unwrap(), "#!/bin/sh\nexit 0\n");
}
