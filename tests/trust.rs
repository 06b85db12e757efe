//! What counts as good without a receipt, and what is remembered about it: only of this repository, and
//! only as gatekeeper has written it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use insta::assert_snapshot;
use sha2::Sha256;

use crate::sandbox::{Done, FREE, GATEKEEPER, Sandbox};

/// A gate that refuses the word BAD in the files that it is given.
const GATES: &str = "[gates.looks]\nrun = \"! grep -nH BA[D] {files}\"\nfiles = [\"*.txt\"]\n";

/// A commit that passes every hook by.
const UNGATED: &str = "git -c core.hooksPath=/dev/null commit -qsm ungated";

/// A repository with a good commit that a remote has, without gatekeeper.
fn published() -> Sandbox {
    let sandbox = local();
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -qu origin main")
        .expect(0);
    sandbox
}

/// The same without a remote.
fn local() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", format!("{GATES}{FREE}"));
    sandbox.write("a.txt", "1\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox
}

/// The lines of an installation that are not about hooks.
fn install(sandbox: &Sandbox) -> Done {
    let mut done = sandbox.gatekeeper(&["install"]).expect(0);
    let is_hook = |line: &&str| {
        ["installed", "unchanged"]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
    };
    let lines = done.stderr.lines().filter(|line| !is_hook(line));
    done.stderr = lines.flat_map(|line| [line, "\n"]).collect();
    done
}

/// What `status` says of what is remembered.
fn status(sandbox: &Sandbox) -> Done {
    let mut done = sandbox.gatekeeper(&["status"]).expect(0);
    let lines = done.stdout.lines();
    let lines = lines
        .skip_while(|line| !line.contains("gates.toml"))
        .skip(1);
    done.stdout = lines.flat_map(|line| [line, "\n"]).collect();
    done
}

#[test]
fn what_is_published_is_trusted_and_the_rest_is_named() {
    let sandbox = published();
    sandbox
        .sh(
            "echo BAD >b.txt && git add . && git commit -qm red && git branch other && \
             echo 2 >a.txt && git commit -qsam two && git tag kept && git stash list",
        )
        .expect(0);
    assert_snapshot!(install(&sandbox), @r#"
    trusted history: what is published (1 remote-tracking commit); every other commit must be checked
    note: 2 commits are not published, and not trusted: the next commit and the first push check what they change
      [ID1] two
      [ID2] red
    help: check them now with `gatekeeper audit --record --root [ID1]`; if they were made elsewhere or under other rules, accept them: `gatekeeper audit --accept --root [ID1] --reason REASON`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_snapshot!(install(&sandbox), @r#"
    note: HEAD has 2 unchecked commits; check them with `gatekeeper audit --record`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    // It is never refused here, wherever a branch goes.
    sandbox
        .sh("git reset -q --hard HEAD~1 && git reset -q --hard kept && git branch more kept~1")
        .expect(0);
    // What they change counts with the next commit.
    assert_snapshot!(sandbox.sh("echo 3 >a.txt && git commit -qsam three").expect(1), @"
    the commit was stopped: looks failed: exit code 1, at b.txt:1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  ! grep -nH BA[D] a.txt b.txt
       repeat  gatekeeper run looks  # checks all tracked files, not only these

    note: 2 commits from before gatekeeper (latest [ID1]) were never published, so the changes since then are checked as well; to trust what was made under other rules, run `gatekeeper audit --accept --root [ID1] --reason REASON`

    1 failed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: looks -- REASON' -qsam three
    ");
    // The first push checks each of them.
    assert_snapshot!(sandbox.sh("git push -q origin other").expect(1), @"
    error: 1 commit message breaks this repository's rules

    [ID1] red  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] red
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: 1 commit message breaks this repository's rules

    [ID1] red  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    note: 2 commits of this push were made elsewhere, or before the record of trusted history:
      [ID2] two
      [ID1] red
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept --root [ID2] --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    // What is fixed may be pushed.
    sandbox
        .sh("git rm -q b.txt && echo 3 >a.txt && git commit -qsam fixed")
        .expect(0);
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: 1 commit message breaks this repository's rules

    [ID1] red  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    note: 2 commits of this push were made elsewhere, or before the record of trusted history:
      [ID2] two
      [ID1] red
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept --root [ID2] --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert_snapshot!(
        sandbox.gatekeeper(&["audit", "--record"]).expect(1), @"
    [ID1] red
    gatekeeper audit --record [ID1]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  ! grep -nH BA[D] b.txt
       repeat  gatekeeper run --from [ID1]~1 --to [ID1] looks

    1 failed in [TIME]
    [ID2] two
    gatekeeper audit --record [ID2]: 2 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  looks  [TIME]  exit code 1

    looks failed
        cause  exit code 1, after [TIME]
        found  1 error
               b.txt:1: BAD
       output  the full output is in .git/gatekeeper/logs/looks.log
      command  ! grep -nH BA[D] a.txt b.txt
       repeat  gatekeeper run --from [ID2]~1 --to [ID2] looks

    note: 1 commit from before gatekeeper (latest [ID1]) was never published, so the changes since then are checked as well; to trust what was made under other rules, run `gatekeeper audit --accept --root [ID1] --reason REASON`

    1 failed in [TIME]

    error: the gates failed on 2 commits
      [ID1] red
      [ID2] two
    next: fix each commit above with `git rebase -i`
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept --root [ID2] --reason REASON`
    ");
}

#[test]
fn where_there_is_no_remote_what_is_checked_out_is_trusted() {
    let sandbox = local();
    sandbox
        .sh("echo BAD >b.txt && git add . && git commit -qm red && git branch other && \
             git switch -qc side && echo BAD >c.txt && git add . && git commit -qm side && git switch -q main")
        .expect(0);
    assert_snapshot!(install(&sandbox), @r#"
    trusted history: HEAD ([ID1]) and its ancestors, because there is no remote; later commits must be checked
    note: 1 commit is not published, and not trusted: the next commit and the first push check what they change
      [ID2] side
    help: check them now with `gatekeeper audit --record '[ID2]^!'`; if they were made elsewhere or under other rules, accept them: `gatekeeper audit --accept '[ID2]^!' --reason REASON`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox
        .sh("echo 2 >a.txt && git commit -qsam two")
        .expect(0);
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -q origin main")
        .expect(0);
    sandbox.sh("git push -q origin side").expect(1);
    // With a remote, nothing is trusted before it is published.
    let sandbox = local();
    sandbox.git(&["remote", "add", "origin", "../remote"]);
    assert_snapshot!(install(&sandbox), @r#"
    trusted history: none yet, because nothing is published; every commit must be checked
    note: 1 commit is not published, and not trusted: the next commit and the first push check what they change
      [ID1] base
    help: check them now with `gatekeeper audit --record '[ID1]^!'`; if they were made elsewhere or under other rules, accept them: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
}

#[test]
fn history_is_accepted_in_one_act_that_is_shown() {
    let sandbox = published();
    sandbox
        .sh("echo BAD >b.txt && git add . && git commit -qm red && echo 2 >a.txt && git commit -qam two")
        .expect(0);
    install(&sandbox);
    let accept =
        |arguments: &[&str]| sandbox.gatekeeper(&[&["audit", "--accept"], arguments].concat());
    let reason = "imported from the old repository";
    for arguments in [
        &["HEAD~2..HEAD"][..],
        &["--reason", reason],
        &["HEAD~2..HEAD", "--reason", "REASON"],
        &["HEAD^!", "--reason", reason],
        &["HEAD..HEAD", "--reason", reason],
        &["HEAD~2..HEAD", "--record", "--reason", reason],
    ] {
        accept(arguments).expect(2);
    }
    assert_snapshot!(accept(&["HEAD^!", "--reason", reason]).expect(2), @"
    error: 1 commit before this range is unchecked (latest [ID1])
    help: check them first, with `gatekeeper audit --record --root [ID1]`, or accept all of this history: `gatekeeper audit --accept --root [ID2] --reason REASON`
    ");
    assert_snapshot!(accept(&["HEAD~2..HEAD", "--reason", "REASON"]).expect(2), @"
    error: `REASON` is a placeholder: write the reason in its place
    help: write at least 10 characters: --reason 'imported from the old repository'
    ");
    assert_snapshot!(status(&sandbox), @"
    stdout:
                  receipts  HEAD has 2 unchecked commits (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked, but 2 earlier commits were not: see above
    ");
    assert_snapshot!(accept(&["HEAD~2..HEAD", "--reason", reason]).expect(0), @"
    accepted: 2 commits up to [ID1] are now trusted; the ledger records this
    note: what was accepted breaks 1 rule of this repository: signed-off-by.missing (2 commits)
    ");
    assert_snapshot!(status(&sandbox), @"
    stdout:
                  accepted  2 commits up to [ID1], [WHEN], by Jane Doe <jane@example.com>: imported from the old repository
                  receipts  HEAD has no unchecked commits
                    ledger  1 line in [ROOT]/repository/.git/gatekeeper/ledger
      [WHEN]: accepted 2 commits: imported from the old repository [ID1], detected by audit --accept

    commits here are checked
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit"]).expect(1), @"
    stdout:
    gatekeeper: 2 of 2 commits refused in origin/main..HEAD
      [ID1] red                                                 signed-off-by.missing
      [ID2] two                                                 signed-off-by.missing

    next: gatekeeper audit --fix --signoff origin/main..HEAD
    to see the lines of each, add --verbose
    accepted: 2 commits up to [ID2], [WHEN], by Jane Doe <jane@example.com>: imported from the old repository
    ");
    let json = sandbox.gatekeeper(&["audit", "--json"]).expect(1).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["accepted"][0]["reason"], reason);
    assert_eq!(json["accepted"][0]["commits"], 2);
    assert_eq!(json["notes"], serde_json::json!([]));
    assert_snapshot!(sandbox.sh("echo 3 >a.txt && git commit -qsam three").expect(0), @"");
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(0), @"
    note: 1 new line in the ledger since the last push
      [WHEN]: accepted 2 commits: imported from the old repository [ID1], detected by audit --accept
    ");
    // Installing again keeps it, and a clone knows nothing of it.
    install(&sandbox);
    assert_eq!(
        sandbox
            .gatekeeper(&["status"])
            .stdout
            .matches("accepted")
            .count(),
        2
    );
    let clone =
        format!("git clone -q ../remote ../clone && cd ../clone && {GATEKEEPER} audit HEAD~3..");
    let done = sandbox.sh(&clone).expect(1);
    assert!(!done.stdout.contains("accepted"), "{}", done.stdout);
    assert!(!sandbox.beside("clone/.git/gatekeeper").exists());
}

#[test]
fn a_ledger_shows_what_was_done_to_it() {
    let sandbox = published();
    install(&sandbox);
    let ledger = sandbox.top.join(".git/gatekeeper/ledger");
    let attempts = |number: usize| {
        for _ in 0..number {
            sandbox.sh("git commit -qnm x --allow-empty").expect(1);
        }
        fs::read_to_string(&ledger).unwrap()
    };
    let whole = attempts(4);
    let damage = || {
        let done = sandbox.gatekeeper(&["status"]).expect(0);
        let line = done
            .stdout
            .lines()
            .find(|line| line.contains("accepts the ledger"));
        line.map(|line| line.trim().to_owned())
    };
    assert_eq!(damage(), None);
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.iter().flat_map(|line| [line, "\n"]).collect();
    let mut told = Vec::new();
    for (what, text) in [
        ("emptied", String::new()),
        ("without its first line", joined(&lines[1..])),
        ("without its last line", joined(&lines[..3])),
        ("without a line", joined(&[lines[0], lines[1], lines[3]])),
        (
            "with a line twice",
            joined(&[lines[0], lines[1], lines[1], lines[2], lines[3]]),
        ),
        (
            "in another order",
            joined(&[lines[0], lines[2], lines[1], lines[3]]),
        ),
        (
            "with another line",
            whole.clone()
                + "{\"at\":1,\"event\":\"arrived\",\"seen_by\":\"x\",\"what\":\"x\",\"id\":\"1\"}\n",
        ),
        (
            "with other words",
            whole.replacen("git commit", "git coffee", 1),
        ),
    ] {
        fs::write(&ledger, text).unwrap();
        let damage = damage().unwrap_or_default();
        let damage = damage.split(';').next().unwrap();
        told.push(format!("{what}: {damage}"));
    }
    assert_snapshot!(told.join("\n"), @"
    emptied: lines of the ledger are missing
    without its first line: lines of the ledger are missing
    without its last line: lines of the ledger are missing
    without a line: lines of the ledger are missing
    with a line twice: lines of the ledger are missing
    in another order: lines of the ledger are missing
    with another line: 1 line of the ledger was not written by gatekeeper, or changed later
    with other words: lines of the ledger are missing
    ");
    fs::remove_file(&ledger).unwrap();
    fs::remove_file(sandbox.top.join(".git/gatekeeper/ledger-end")).unwrap();
    assert!(damage().is_some(), "removed");
    fs::remove_dir_all(sandbox.beside("home/.local/state/gatekeeper/repositories")).unwrap();
    assert!(damage().is_some(), "removed, and its end beside the key");
    // A line more does not hide it.
    attempts(1);
    assert!(damage().is_some(), "removed, and a line more");
    // It blocks nothing, and is told.
    assert_snapshot!(sandbox.sh("echo 2 >a.txt && git commit -qsam two && git push -q").expect(0), @"
    note: 1 new line in the ledger since the last push
      [WHEN]: `git commit -qnm`, detected by prepare-commit-msg (git commit -qnm x --allow-empty)
    note: lines of the ledger are missing; `gatekeeper audit --record` accepts the ledger as it is now
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "HEAD^!"]).expect(0), @"
    stdout:
    passed: 1 message in HEAD^!
    note: lines of the ledger are missing; check again with `gatekeeper audit --record`
    ");
    assert_snapshot!(sandbox.gatekeeper(&["audit", "--record"]).expect(0), @"
    repaired: lines of the ledger are missing; what is recorded from now on counts
    nothing to check: 0 of 2 commits unchecked
    ");
    assert_eq!(damage(), None);
    // What is left of a killed process is no damage, before the next line and after it.
    let mut text = fs::read_to_string(&ledger).unwrap();
    text.push_str("{\"at\":17,\"event\":\"by");
    fs::write(&ledger, &text).unwrap();
    assert_eq!(damage(), None);
    attempts(1);
    assert_eq!(damage(), None);
}

#[test]
fn processes_add_to_the_ledger_together() {
    let sandbox = published();
    install(&sandbox);
    let script = "c=$(git commit-tree -p HEAD -m x $(git hash-object -t tree -w --stdin </dev/null)) && \
                  for i in 1 2 3 4 5 6 7 8; do git update-ref refs/heads/$i $c & done; wait";
    sandbox.sh(script).expect(0);
    let ledger = fs::read_to_string(sandbox.top.join(".git/gatekeeper/ledger")).unwrap();
    assert_eq!(ledger.lines().count(), 8);
    let done = sandbox.gatekeeper(&["status"]).expect(0);
    assert!(!done.stdout.contains("of the ledger"), "{}", done.stdout);
}

#[test]
fn what_is_remembered_here_is_worth_nothing_elsewhere() {
    let sandbox = published();
    install(&sandbox);
    sandbox
        .sh("echo 2 >a.txt && git commit -qsam two && echo 3 >a.txt && git commit -qsam three")
        .expect(0);
    // A copy of all of it is another repository.
    sandbox.sh("cp -R . ../copy").expect(0);
    let mut copy = sandbox;
    copy.top = copy.beside("copy");
    assert_snapshot!(status(&copy), @"
    stdout:
           trusted history  the receipts here belong to another repository, or this one was copied or moved, so they cannot be used; repair it with `gatekeeper audit --record`
                  receipts  HEAD has 2 unchecked commits (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked, but 2 earlier commits were not: see above
    ");
    assert_snapshot!(copy.sh("git push -q").expect(1), @"
    note: the receipts here belong to another repository, or this one was copied or moved, so they cannot be used; check again with `gatekeeper audit --record`
    error: the push contains 1 unchecked commit
      [ID1] two
    next: check them with `gatekeeper audit --record '[ID1]^!'`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    assert_snapshot!(copy.gatekeeper(&["audit"]).expect(0), @"
    stdout:
    passed: 2 messages in origin/main..HEAD
    note: the receipts here belong to another repository, or this one was copied or moved, so they cannot be used; check again with `gatekeeper audit --record`
    ");
    assert_snapshot!(copy.gatekeeper(&["audit", "--record"]).expect(0), @"
    repaired: the receipts here belong to another repository, or this one was copied or moved, so they cannot be used; what is recorded from now on counts
    [ID1] two
    gatekeeper audit --record [ID1]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  looks  [TIME]
    1 passed in [TIME]
    [ID2] three
    gatekeeper audit --record [ID2]: 1 path changed
             passed  looks  [TIME]
    1 passed in [TIME]

    done: 2 commits are now checked
    ");
    copy.sh("git push -q").expect(0);
    assert_snapshot!(status(&copy), @"
    stdout:
                  receipts  HEAD has no unchecked commits
                    ledger  2 lines in [ROOT]/copy/.git/gatekeeper/ledger
      [WHEN]: refused to push an unchecked commit [ID1], detected by pre-push
      [WHEN]: the receipts here belong to another repository, or this one was copied or moved, so they cannot be used, detected by audit --record

    commits here are checked
    ");
    // The one that was copied knows all that it knew.
    let mut first = copy;
    first.top = first.beside("repository");
    assert_snapshot!(status(&first), @"
    stdout:
                  receipts  HEAD has no unchecked commits
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked
    ");
}

#[test]
fn what_was_removed_from_the_git_directory_is_known_beside_the_key() {
    let sandbox = local();
    install(&sandbox);
    sandbox
        .sh(&format!(
            "echo BAD >b.txt && git add . && {UNGATED} && rm -r .git/gatekeeper"
        ))
        .expect(0);
    assert_snapshot!(status(&sandbox), @"
        stdout:
               trusted history  the record of trusted history is missing, so earlier receipts cannot be used; repair it with `gatekeeper audit --record`
                      receipts  HEAD has 1 unchecked commit (latest [ID1]); check with `gatekeeper audit --record`
                        ledger  no attempt to bypass the gates was recorded

        commits here are checked, but 1 earlier commit was not: see above
        ");
    assert_snapshot!(install(&sandbox), @r#"
    note: the record of trusted history is missing, so earlier receipts cannot be used; check again with `gatekeeper audit --record`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    assert_snapshot!(status(&sandbox), @"
    stdout:
                  receipts  HEAD has 1 unchecked commit (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked, but 1 earlier commit was not: see above
    ");
    sandbox
        .sh("echo 2 >a.txt && git commit -qsam two")
        .expect(1);
    // Another repository at the same path begins anew.
    sandbox
        .sh("rm -rf .git && git init -q && git add . && git commit -qm red")
        .expect(0);
    assert_snapshot!(install(&sandbox), @r#"
    trusted history: HEAD ([ID1]) and its ancestors, because there is no remote; later commits must be checked
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox
        .sh("echo 9 >a.txt && git commit -qsam two")
        .expect(0);
}

#[test]
fn without_any_record_work_goes_on_and_nothing_new_is_trusted() {
    let mut sandbox = local();
    sandbox
        .sh("echo BAD >b.txt && git add . && git commit -qm red")
        .expect(0);
    install(&sandbox);
    sandbox
        .sh("echo 2 >a.txt && git commit -qsam two")
        .expect(0);
    sandbox.set("XDG_STATE_HOME", sandbox.beside("elsewhere"));
    assert_snapshot!(sandbox.sh("echo 3 >a.txt && git commit -qsam three").expect(0), @"");
    assert_snapshot!(status(&sandbox), @"
    stdout:
           trusted history  the receipts here are sealed with another key (another HOME or user?), so they cannot be used; repair it with `gatekeeper audit --record`
                  receipts  HEAD has 3 unchecked commits (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  no attempt to bypass the gates was recorded

    commits here are checked, but 3 earlier commits were not: see above
    ");
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote")
        .expect(0);
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    note: the receipts here are sealed with another key (another HOME or user?), so they cannot be used; check again with `gatekeeper audit --record`
    error: 1 commit message breaks this repository's rules

    [ID1] red  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    error: the push contains 3 unchecked commits
      [ID2] two
      [ID1] red
      [ID3] base
    next: check them with `gatekeeper audit --record --root [ID2]`, then push again; fix a failing commit with `git rebase -i`
    help: if they need not follow the rules here, or a later commit has fixed them, accept them, which is recorded: `gatekeeper audit --accept --root [ID2] --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    // Nor does it help to install again there.
    assert_snapshot!(install(&sandbox), @r#"
    note: the receipts here are sealed with another key (another HOME or user?), so they cannot be used; check again with `gatekeeper audit --record`
    done: commits in this repository are now checked by 1 gate
        gates  looks must pass
      message  Signed-off-by (`git commit -s`), Assisted-By if an AI agent is running
     bypasses  `git commit -n`, weaker gates and silenced tools are refused (enforcement = "strict")
    to change  [gates], [commit-msg], [settings] and [bypass] of gates.toml, in a commit with `Gate-Change: reason`
    "#);
    sandbox.sh("git push -q origin main").expect(1);
    // In the first place all is as it was.
    sandbox.unset("XDG_STATE_HOME");
    sandbox
        .sh("git push -q origin main~1:refs/heads/main")
        .expect(0);
}

/// Writes what an older version has written.
fn seal(sandbox: &Sandbox, kind: &str, file: &Path, body: &str) {
    let key = fs::read(sandbox.beside("home/.local/state/gatekeeper/key")).unwrap();
    let mut code = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    code.update(format!("{kind}\n{body}").as_bytes());
    let mut sealed = format!("gatekeeper {kind} 1 ");
    for byte in code.finalize().into_bytes() {
        write!(sealed, "{byte:02x}").unwrap();
    }
    fs::write(file, format!("{sealed}\n{body}")).unwrap();
}

#[test]
fn what_an_older_version_has_left_is_taken_over() {
    let sandbox = published();
    install(&sandbox);
    let elsewhere = "git commit-tree -p HEAD -m theirs $(git write-tree)";
    let arrived = sandbox
        .sh(&format!("echo 2 >b.txt && git add . && {elsewhere}"))
        .expect(0);
    let arrived = arrived.stdout.trim().to_owned();
    let commits = "git reset -q --hard && git -c core.hooksPath=/dev/null reset -q --hard";
    sandbox
        .sh(&format!(
            "{commits} {arrived} && echo 3 >a.txt && {UNGATED} -a && echo 4 >a.txt && {UNGATED} -a"
        ))
        .expect(0);
    let dir = sandbox.top.join(".git/gatekeeper");
    fs::remove_dir_all(&dir).unwrap();
    fs::remove_dir_all(sandbox.beside("home/.local/state/gatekeeper/repositories")).unwrap();
    fs::create_dir_all(dir.join("receipts")).unwrap();
    let base = sandbox.git(&["rev-parse", "origin/main"]);
    seal(&sandbox, "baseline", &dir.join("baseline"), base.trim());
    let write_receipt = |revision: &str| {
        let tree = sandbox.git(&["rev-parse", &format!("{revision}^{{tree}}")]);
        let tree = tree.trim();
        let body = format!(
            "{{\"tree\": \"{tree}\", \"version\": \"0.1.0\", \"judged\": {{\"pre-commit\": {{\"at\": 1, \
             \"by\": \"pre-commit\", \"policy\": \"x\", \"outcomes\": {{}}}}}}}}"
        );
        seal(&sandbox, "receipt", &dir.join("receipts").join(tree), &body);
    };
    write_receipt("HEAD~1");
    write_receipt("HEAD");
    let line = format!(
        "{{\"at\":1,\"event\":\"arrived\",\"seen_by\":\"x\",\"what\":\"an unchecked commit arrived\",\"id\":\"{arrived}\"}}\n"
    );
    fs::write(dir.join("ledger"), &line).unwrap();
    assert_snapshot!(status(&sandbox), @"
    stdout:
                  receipts  HEAD has 1 unchecked commit (latest [ID1]); check with `gatekeeper audit --record`
                    ledger  1 line in [ROOT]/repository/.git/gatekeeper/ledger
      [WHEN]: an unchecked commit arrived [ID1], detected by x

    commits here are checked, but 1 earlier commit was not: see above
    ");
    // The message of the commit that has arrived lacks a sign-off, and nothing else is wrong.
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: 1 commit message breaks this repository's rules

    [ID1] theirs  (Jane Doe <jane@example.com>)
    error[signed-off-by.missing]: the Signed-off-by trailer is missing
    note: signing off certifies the Developer Certificate of Origin, https://developercertificate.org
          expected  Signed-off-by: Jane Doe <jane@example.com>
    help: fix it with `git commit --amend -s` if it is the last commit, otherwise with `gatekeeper audit --fix --signoff [ID1]~1..`
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] theirs
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
    // What comes now is not taken for older.
    assert!(!dir.join("baseline").exists());
    fs::write(dir.join("ledger"), line.clone() + &line).unwrap();
    let done = status(&sandbox);
    assert!(
        done.stdout.contains("1 line of the ledger was not"),
        "{}",
        done.stdout
    );
    write_receipt("HEAD~2");
    let done = sandbox.gatekeeper(&["status"]).expect(0);
    assert!(
        done.stdout.contains("HEAD has 1 unchecked commit ("),
        "{}",
        done.stdout
    );
}

#[test]
fn a_shared_repository_has_its_key_inside_for_the_group() {
    let sandbox = published();
    sandbox
        .sh("git config core.sharedRepository group && chmod g+ws .git")
        .expect(0);
    install(&sandbox);
    sandbox
        .sh("umask 077; echo 2 >a.txt && git commit -qsam two && git commit -qnm x --allow-empty; git push -q")
        .expect(0);
    let modes = "cd .git/gatekeeper && stat -c '%a %n' . key ledger ledger-end message-let-through receipts trusted-history \
                 $(ls -d receipts/* | head -1 | xargs dirname)/*";
    let modes = sandbox.sh(modes).expect(0).stdout;
    let id = regex::Regex::new("[0-9a-f]{40}").unwrap();
    assert_snapshot!(id.replace_all(&modes, "ID"), @"
    2770 .
    640 key
    660 ledger
    660 ledger-end
    660 message-let-through
    2770 receipts
    660 trusted-history
    660 receipts/ID
    ");
    // Another user of the group has another home.
    let other = "HOME=$PWD/../other-home; mkdir $HOME; cp ../home/.gitconfig $HOME; export HOME";
    let script = format!(
        "{other}; echo 3 >a.txt && git commit -qsam three && git push -q && {GATEKEEPER} status"
    );
    let done = sandbox.sh(&script).expect(0);
    assert!(!done.stdout.contains("trusted history"), "{}", done.stdout);
    assert!(!done.stdout.contains("of the ledger"), "{}", done.stdout);
    assert!(!sandbox.beside("other-home/.local").exists());
}

#[test]
fn a_push_to_another_remote_trusts_what_was_published_before() {
    let sandbox = published();
    // Without a sign-off, but it was there.
    sandbox
        .sh("echo 2 >a.txt && git commit -qam two && git push -q && git clone -q --template= ../remote ../clone")
        .expect(0);
    let mut sandbox = sandbox;
    sandbox.top = sandbox.beside("clone");
    install(&sandbox);
    sandbox
        .sh("git init -q --bare ../fork && git remote add fork ../fork && git push -q fork main")
        .expect(0);
}

#[test]
fn an_exception_for_a_gate_that_does_not_exist_is_not_pushed() {
    let sandbox = Sandbox::with_gates("[gates.words]\nrun = \"test -e gates.toml\"\n");
    sandbox.sh("git init --quiet --bare ../upstream.git && git remote add origin ../upstream.git && git push --quiet origin HEAD:main").expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("one.txt", "one\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&[
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "--quiet",
        "--signoff",
        "-m",
        "one",
        "-m",
        "Gate-Exception: wrods -- the service is down",
    ]);
    assert_snapshot!(sandbox.try_git(&["push", "--quiet", "origin", "HEAD:main"]).expect(1), @"
    error: commit [ID1] one

    error[gate-exception.unknown]: `Gate-Exception: wrods -- the service is down` has no effect: there is no gate `wrods`; did you mean `words`?
    --> gates.toml:1
    help: name a gate of gates.toml and a reason, or remove the trailer
    error: failed to push some refs to '../upstream.git'
    ");
}

#[test]
fn what_is_pushed_into_a_clone_is_checked_there() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"! grep -n FORBIDDE[N] {files}\"\n");
    sandbox
        .sh("git clone -q --template= . ../other && cd ../other && echo b >b && git add b && git commit -q -s -m b")
        .expect(0);
    let push = "cd ../other && git push -q origin HEAD:refs/heads/new";
    sandbox.sh(push).expect(0).says("passed  a");
    let bad = "cd ../other && echo FORBIDDEN >bad && git add bad && git commit -q -s -m bad";
    sandbox.sh(bad).expect(0);
    let done = sandbox.sh(push).says("failed  a");
    assert_ne!(done.code(), 0);
    let is_said = done.stderr.contains("git fetch PATH-OR-URL BRANCH:NAME");
    assert!(
        is_said && !done.stderr.contains("git tag"),
        "{}",
        done.stderr
    );
    sandbox
        .sh("git fetch -q ../other HEAD:fetched && git switch -q fetched")
        .expect(0);
}
