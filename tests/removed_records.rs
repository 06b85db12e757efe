//! What is left when somebody removes what gatekeeper remembers, or takes it out again.

use std::fs;

use crate::sandbox::{Done, FREE, Sandbox};

/// A gate that refuses the word BAD in the files that it is given.
const GATES: &str = "[gates.looks]\nrun = \"! grep -nH BA[D] {files}\"\nfiles = [\"*.txt\"]\n";

/// A commit that passes every hook by.
const UNGATED: &str = "git -c core.hooksPath=/dev/null commit -qsm ungated";

/// A repository without a remote, with a good commit.
fn local() -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", format!("{GATES}{FREE}"));
    sandbox.write("a.txt", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox
}

/// What `status` says, where [`Done::says`] looks.
fn status(sandbox: &Sandbox) -> Done {
    let mut done = sandbox.gatekeeper(&["status"]);
    done.stderr.push_str(&done.stdout);
    done
}

#[test]
fn installing_again_trusts_only_what_was_trusted_first() {
    let sandbox = local();
    sandbox.gatekeeper(&["install"]).expect(0);
    // Without a record, without a key, and even without the hooks.
    for removal in [
        "rm -rf .git/gatekeeper ~/.local/state",
        "rm -rf .git/gatekeeper ~/.local/state .git/hooks",
        "gatekeeper uninstall && rm -rf .git/gatekeeper ~/.local/state",
    ] {
        let script = format!("echo BAD >b.txt && git add . && {UNGATED} && {removal}");
        sandbox.sh(&script).expect(0);
        sandbox
            .gatekeeper(&["install"])
            .expect(0)
            .says("as when gatekeeper was first installed here")
            .says("1 commit is not published, and not trusted");
        status(&sandbox)
            .expect(0)
            .says("the record of trusted history is missing")
            .says("HEAD has 1 unchecked commit");
        sandbox
            .sh("echo 2 >a.txt && git commit -qsam two")
            .expect(1)
            .says("1 commit before this one was not checked here");
        sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    }
    // What was checked again counts, and the note goes.
    sandbox.gatekeeper(&["audit", "--record"]).expect(0);
    status(&sandbox)
        .expect(0)
        .does_not_say("so earlier receipts cannot be used; repair it");
}

#[test]
fn a_ledger_of_another_key_is_shown_as_what_it_is() {
    let mut sandbox = local();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.set("SKIP", "looks");
    // Commands that run at the same time log it once.
    sandbox
        .sh(
            "for i in 1 2 3 4; do gatekeeper run --staged >/dev/null & done; wait; \
             git commit -qsm next --allow-empty",
        )
        .expect(0);
    sandbox.unset("SKIP");
    let lines = fs::read_to_string(sandbox.top.join(".git/gatekeeper/ledger")).unwrap();
    assert_eq!(lines.lines().count(), 1, "{lines}");
    status(&sandbox).expect(0).does_not_say("not verified");
    fs::remove_dir_all(sandbox.beside("home/.local/state/gatekeeper")).unwrap();
    for _ in 0..2 {
        status(&sandbox)
            .expect(0)
            .says("1 line not verified: sealed with another key, or not written by gatekeeper")
            .says("SKIP=looks (for pre-commit) is set, detected by");
        sandbox.gatekeeper(&["audit", "--record"]).expect(0);
    }
}

#[test]
fn a_directory_in_place_of_the_ledger_is_replaced() {
    let mut sandbox = local();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.set("SKIP", "looks");
    sandbox
        .sh("git commit -qsm next --allow-empty && rm .git/gatekeeper/ledger && mkdir .git/gatekeeper/ledger")
        .expect(0);
    sandbox.unset("SKIP");
    status(&sandbox)
        .expect(0)
        .says("lines of the ledger are missing");
    sandbox.gatekeeper(&["audit", "--record"]).expect(0);
    status(&sandbox)
        .expect(0)
        .says("1 line in ")
        .does_not_say("lines of the ledger are missing; ");
    // What is in a directory is not removed.
    sandbox
        .sh("rm .git/gatekeeper/ledger && mkdir .git/gatekeeper/ledger && echo >.git/gatekeeper/ledger/x")
        .expect(0);
    sandbox
        .gatekeeper(&["audit", "--record"])
        .expect(3)
        .says("help: move the directory ");
}

#[test]
fn a_weakening_that_is_accepted_is_named_by_the_push() {
    let sandbox = local();
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -qu origin main")
        .expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write(
        "gates.toml",
        format!("{}{FREE}", GATES.replace("BA[D]", "never")),
    );
    sandbox
        .sh(&UNGATED.replace("commit", "commit -a"))
        .expect(0);
    sandbox
        .gatekeeper(&[
            "audit",
            "--accept",
            "HEAD^!",
            "--reason",
            "the gate was wrong",
        ])
        .expect(0);
    let accepted = "accepted 1 commit: the gate was wrong";
    status(&sandbox).expect(0).says(accepted);
    sandbox.try_git(&["push"]).expect(0).says(accepted);
}

#[test]
fn a_push_of_what_was_fixed_later_names_the_way_out() {
    let sandbox = local();
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -qu origin main")
        .expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
        .sh(&format!(
            "echo BAD >a.txt && {} && echo 2 >a.txt && git commit -qsam fixed",
            UNGATED.replace("commit", "commit -a")
        ))
        .expect(0);
    let refused = sandbox.try_git(&["push"]).expect(1);
    let command = refused.stderr.lines().find_map(|line| {
        let (_, command) = line
            .strip_prefix("help: if they need not follow the rules here, or")?
            .split_once('`')?;
        command.strip_suffix('`')
    });
    let command = command
        .unwrap()
        .replace("REASON", "'fixed by the next commit'");
    sandbox.sh(&command).expect(0);
    sandbox.try_git(&["push"]).expect(0);
}

#[test]
fn a_range_whose_start_was_not_meant_to_be_its_end() {
    let sandbox = local();
    for range in [
        ":/base..HEAD",
        "HEAD^{/base}..",
        "HEAD..",
        "@..HEAD",
        "HEAD...HEAD",
    ] {
        for more in [&[][..], &["--record"]] {
            let arguments: Vec<&str> = ["audit", range].iter().chain(more).copied().collect();
            sandbox
                .gatekeeper(&arguments)
                .expect(2)
                .says("are the same commit, so the range is empty");
        }
    }
    // A branch may be there already.
    sandbox.git(&["branch", "topic"]);
    sandbox.gatekeeper(&["audit", "topic..HEAD"]).expect(0);
}

#[test]
fn an_orphan_branch_is_told_how_to_need_no_gates() {
    let sandbox = local();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
        .sh("git checkout -q --orphan pages && git rm -rfq . && echo x >i.html && git add . && git commit -qsm pages")
        .expect(1)
        .says("if pages needs no gates, set `ungated-branches = [\"pages\"]` in `[settings]` of the main branch's gates.toml");
}

#[test]
fn uninstall_tells_of_the_setting_that_hides_hooks_of_the_user() {
    let sandbox = local();
    sandbox
        .sh("mkdir ../hooks && git config --global core.hooksPath \"$PWD/../hooks\"")
        .expect(0);
    sandbox.gatekeeper(&["install"]).expect(3);
    sandbox
        .sh("git config --local core.hooksPath \"$PWD/.git/hooks\"")
        .expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("run `git config --local --unset-all core.hooksPath`");
    sandbox.git(&["config", "--local", "--unset-all", "core.hooksPath"]);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .does_not_say("--unset-all");
}

#[test]
fn uninstall_gives_back_what_was_set_for_another_work_tree() {
    let sandbox = local();
    sandbox
        .sh("git config extensions.worktreeConfig true && git worktree add -q ../linked && cd ../linked && \
             mkdir .githooks && git config --worktree core.hooksPath .githooks && gatekeeper install")
        .expect(0);
    sandbox
        .gatekeeper(&["uninstall"])
        .expect(0)
        .says("restored  core.hooksPath  .githooks");
    let told = sandbox
        .sh("git -C ../linked config --get core.hooksPath")
        .expect(0);
    assert_eq!(told.stdout, ".githooks\n");
}
