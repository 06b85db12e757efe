//! What is committed, checked by the rules for added lines, for what is weakened and for branches.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const GATES: &str = "[gates.check]\nrun = \"sh check.sh\"\n[gates.other]\nrun = \"true\"\n";

/// A repository with a gate that runs a script of its own, and a remote that has it.
fn sandbox() -> Sandbox {
    with(GATES)
}

fn with(gates: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", gates);
    sandbox.write("check.sh", "! grep -rn FORBIDDEN --include=*.py .\n");
    sandbox.write("a.py", "import os\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "--message", "base"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
        .sh("git init -q --bare ../remote && git remote add origin ../remote && git push -q origin main")
        .expect(0);
    sandbox
}

#[test]
fn a_line_that_silences_a_tool_stops_the_commit() {
    let sandbox = sandbox();
    let done = sandbox
        .sh("echo 'import sys  # noqa' >>a.py && git add . && git commit >/dev/null -sm x")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: python.noqa-bare: this silences every lint on the line
    gatekeeper pre-commit: 1 path changed
             passed  check  [TIME]
             passed  other  [TIME]

    error[python.noqa-bare]: this silences every lint on the line
     --> a.py:2:13
      |
    2 | import sys  # noqa
      |             ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`

    1 finding refused, 2 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
    let done = sandbox
        .sh("echo 'import sys  # noqa: F401 -- its import has effects' >a.py && git commit >/dev/null -sam x")
        .expect(0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]
             passed  other  [TIME]

    1 justified exception:
      a.py:1  python.noqa-coded  its import has effects

    2 passed in [TIME]
    ");
    // What was there before is nobody's fault now, and what has moved is not new.
    sandbox
        .sh("sed 's/ -- .*//;s/: F401//' -i a.py && elsewhere commit -qam bare && git mv a.py b.py && echo x=1 >>b.py && git add . && git commit >/dev/null -sm moved")
        .expect(0);
    let json = sandbox.gatekeeper(&["run", "--staged", "--json"]).expect(0);
    assert!(json.stdout.contains("\"lines\": []"), "{}", json.stdout);
}

#[test]
fn gates_that_a_link_leads_to_are_weakened_only_alone_and_with_a_reason() {
    let sandbox = sandbox();
    sandbox
        .sh("mkdir etc && git mv gates.toml etc/ && ln -s etc/gates.toml gates.toml && git add . && git commit >/dev/null -sm link")
        .expect(0);
    let done = sandbox
        .sh("sed -i '/other/,$d' etc/gates.toml && echo x=1 >>a.py && git add . && git commit >/dev/null -sm x --trailer 'Gate-Change: it is not needed'")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: gates.weakened: the configuration is weaker: gate other was removed
    gatekeeper pre-commit: 2 paths changed
             passed  check  [TIME]

    error[gates.weakened]: the configuration is weaker: gate other was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/etc/gates.toml
      git commit -sm x --trailer 'Gate-Change: it is not needed'

    1 finding refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
    sandbox
        .sh("git checkout -q HEAD a.py && git commit >/dev/null -sm x --trailer 'Gate-Change: it is not needed'")
        .expect(0);
}

#[test]
fn gates_that_are_still_in_the_work_tree_are_not_taken_away_by_a_push() {
    let sandbox = sandbox();
    sandbox
        .sh("git rm -q --cached gates.toml && elsewhere commit -qm gone")
        .expect(0);
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: commit [ID1] gone

    error[gates.weakened]: gates.toml was removed, so no gate and no rule is left
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    note: 1 commit of this push was made elsewhere, or before the record of trusted history:
      [ID1] gone
    help: if they need not follow the rules here, accept them, which is recorded: `gatekeeper audit --accept '[ID1]^!' --reason REASON`
    error: failed to push some refs to '../remote'
    ");
}

#[test]
fn gates_are_weakened_only_alone_and_with_a_reason() {
    let sandbox = sandbox();
    // Together with anything else never.
    let done = sandbox
        .sh("sed -i '/other/,$d' gates.toml && echo x=1 >>a.py && git add . && git commit >/dev/null -sm 'x' -m 'Gate-Change: it is not needed any more'")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: gates.weakened: the configuration is weaker: gate other was removed
    gatekeeper pre-commit: 2 paths changed
             passed  check  [TIME]

    error[gates.weakened]: the configuration is weaker: gate other was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/gates.toml
      git commit -sm x -m 'Gate-Change: it is not needed any more'

    1 finding refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
    // Alone it needs a reason.
    assert_snapshot!(sandbox.sh("git reset -q a.py && git commit >/dev/null -sm x").expect(1), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  check  [TIME]

    warning[gates.weakened]: the configuration is weaker: gate other was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    note: 1 weakening needs a reason in the message: `Gate-Change: reason`

    1 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
    note: gates.toml:1: the configuration is weaker: gate other was removed
    help: add a trailer with a reason of at least 10 characters: `Gate-Change: reason`

    next: run this with REASON filled in
      git -c 'trailer.where=start' commit --trailer 'Gate-Change: REASON' -F .git/gatekeeper/message-[ID1]
    The message then has
      Gate-Change: REASON
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit --trailer 'Gate-Change: REASON' --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm x --trailer 'Gate-Change: no'").expect(1), @r"
gatekeeper pre-commit: 1 path changed
         cached  check          passed on the same tree [WHEN], in [TIME]

warning[gates.weakened]: the configuration is weaker: gate other was removed
--> gates.toml:1
help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

note: 1 weakening needs a reason in the message: `Gate-Change: reason`

already checked: 1 cached, [WHEN]
gatekeeper: the message was refused: 1 problem

error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
  |
4 | Gate-Change: no
  |              ^^
note: gates.toml:1: the configuration is weaker: gate other was removed
      this does not say why
help: write a reason of at least 10 characters in line 4

next: edit .git/gatekeeper/message-[ID1], then run
  git commit -F .git/gatekeeper/message-[ID1]
If you are an AI agent, you have to be credited; then run this instead, with your name and model:
  git -c 'trailer.where=start' commit --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
");
    sandbox
        .sh("git commit >/dev/null -sm x --trailer 'Gate-Change: the other gate is part of check now'")
        .expect(0);
    // A gate more is nothing weaker.
    sandbox
        .sh("printf '[gates.new]\\nrun = \"test -d .\"\\n' >>gates.toml && git commit >/dev/null -sam more")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
}

#[test]
fn a_script_that_a_gate_runs_is_not_gutted_on_the_way() {
    let sandbox = sandbox();
    let refused = |script: &str| {
        let done = sandbox.sh(script).expect(1);
        sandbox.sh("git reset -q --hard").expect(0);
        done
    };
    let gutted = "echo test -e a.py >check.sh && echo 'x = \"FORBIDDEN\"' >>a.py && git commit >/dev/null -sam x";
    assert_snapshot!(refused(gutted), @"
    the commit was stopped: protected.script: a gate runs this file, and the change touches it
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]
             passed  other  [TIME]

    error[protected.script]: a gate runs this file, and the change touches it
     --> check.sh:1:1
      |
    1 | test -e a.py
      | ^^^^^^^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/check.sh
      git commit -sam x

    1 finding refused, 2 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    ");
    let gone = "git rm -q check.sh && echo 'x = 1' >>a.py && git commit >/dev/null -sam x";
    assert_snapshot!(refused(gone), @"
    the commit was stopped: check failed: exit code 2
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             failed  check  [TIME]  exit code 2
             passed  other  [TIME]

    check failed
        cause  exit code 2, after [TIME]
       output
               | sh: check.sh: No such file
      command  sh check.sh
       repeat  gatekeeper run check

    error[protected.script]: a gate runs this file, and the change touches it
     --> check.sh:1:1
      |
    1 | ! grep -rn FORBIDDEN --include=*.py .
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/check.sh
      git commit -sam x

    1 finding refused, 1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    ");
    // A commit of its own, and only with a reason.
    assert_snapshot!(sandbox.sh("echo test -e a.py >check.sh && git commit >/dev/null -sam x").expect(1), @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]
             passed  other  [TIME]

    warning[protected.script]: a gate runs this file, and the change touches it
     --> check.sh:1:1
      |
    1 | test -e a.py
      | ^^^^^^^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    note: 1 weakening needs a reason in the message: `Gate-Change: reason`

    2 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
    note: check.sh:1: a gate runs this file, and the change touches it
    help: add a trailer with a reason of at least 10 characters: `Gate-Change: reason`

    next: run this with REASON filled in
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Change: REASON' -F .git/gatekeeper/message-[ID1]
    The message then has
      Gate-Change: REASON
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Change: REASON' --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
}

#[test]
fn what_was_weakened_in_two_steps_is_found() {
    let sandbox = sandbox();
    sandbox
        .sh("sed -i '/other/,$d' gates.toml && git -c core.hooksPath=/dev/null commit -qsam weaker")
        .expect(0);
    assert_snapshot!(sandbox.sh("echo x=1 >>a.py && git commit >/dev/null -sam code").expect(1), @"
    the commit was stopped: gates.weakened: the configuration is weaker: gate other was removed
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]

    error[gates.weakened]: the configuration is weaker: gate other was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 finding refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    ");
    assert_snapshot!(sandbox.sh("git push -q origin main").expect(1), @"
    error: commit [ID1] weaker

    error[gates.weakened]: the configuration is weaker: gate other was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    error: failed to push some refs to '../remote'
    ");
}

#[test]
fn what_a_push_carries_is_checked_commit_by_commit() {
    let sandbox = sandbox();
    let done = sandbox
        .sh("echo 'import sys  # noqa' >>a.py && git -c core.hooksPath=/dev/null commit -qsam bare && git push -q origin main")
        .expect(1);
    assert_snapshot!(done, @"
    error: commit [ID1] bare

    error[python.noqa-bare]: this silences every lint on the line
     --> a.py:2:13
      |
    2 | import sys  # noqa
      |             ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    error: failed to push some refs to '../remote'
    ");
}

#[test]
fn a_tool_is_not_told_to_look_away() {
    let sandbox = sandbox();
    sandbox
        .sh("printf '[tool.coverage.report]\\nfail_under = 90\\n' >pyproject.toml && git add . && git commit >/dev/null -sm strict")
        .expect(0);
    let done = sandbox
        .sh("sed -i s/90/10/ pyproject.toml && echo x=1 >>a.py && git commit >/dev/null -sam lax")
        .expect(1);
    assert_snapshot!(done, @"
    the commit was stopped: config.coverage.fail-under: `tool.coverage.report.fail_under` was 90, is 10
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]
             passed  other  [TIME]

    error[config.coverage.fail-under]: `tool.coverage.report.fail_under` was 90, is 10
     --> pyproject.toml:2:1
      |
    2 | fail_under = 10
      | ^^^^^^^^^^
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
      git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/pyproject.toml
      git commit -sam lax

    1 finding refused, 2 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above and commit again in the same way
    ");
}

#[test]
fn branches_that_need_no_gates_are_named_by_the_main_one() {
    let sandbox = with(&format!(
        "[settings]\nungated-branches = [\"pages\"]\n{GATES}"
    ));
    let orphan = |name: &str| {
        sandbox.sh(&format!(
            "git checkout -q --orphan {name} && git rm -rqf . && echo page >index.html && git add . && git commit >/dev/null -m page"
        ))
    };
    assert_snapshot!(orphan("pages").expect(0), @"
    note: pages is one of `ungated-branches` and has no gates.toml: nothing was checked
    note: pages is one of `ungated-branches` and has no gates.toml: nothing was checked
    ");
    sandbox
        .sh("echo more >>index.html && git commit >/dev/null -am more")
        .expect(0);
    sandbox.sh("git push -q origin pages").expect(0);
    sandbox.sh("git checkout -q -f main").expect(0);
    assert_ne!(orphan("others").code(), 0);
    // Nothing becomes good on the way over such a branch.
    sandbox
        .sh("git checkout -q -f pages && echo 'x = \"FORBIDDEN\"' >z.py && git add z.py && git commit >/dev/null -sm bad")
        .expect(0);
    sandbox.sh("git checkout -q -f main").expect(0);
    let done = sandbox
        .sh("git merge -q --allow-unrelated-histories --signoff -m merged pages")
        .expect(1);
    assert_snapshot!(done, @r#"
    the commit was stopped: check failed: exit code 1, at z.py:1

    check failed
        cause  exit code 1, after [TIME]
        found  1 error
               z.py:1: x = "FORBIDDEN"
       output  the full output is in .git/gatekeeper/logs/check.log
      command  sh check.sh
       repeat  gatekeeper run --staged check

    note: 1 commit before this one has no gates.toml (latest [ID1]), so the changes since then are checked as well; if that history need not follow the rules here, accept it, which is recorded, and commit again: `gatekeeper audit --accept --root [ID1] --reason REASON`

    1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: check -- REASON'
    Not committing merge; use 'git commit' to complete the merge.
    "#);
    sandbox.sh("git merge --abort").expect(0);
    // Elsewhere nothing is taken away.
    sandbox
        .sh("git checkout -q -f main && git rm -q gates.toml")
        .expect(0);
    assert_snapshot!(sandbox.sh("git commit >/dev/null -sm gone").expect(1), @"
    error: the commit would delete gates.toml, and with it every gate
    help: keep the file with `git restore --staged gates.toml`; to remove gatekeeper from this repository, run `gatekeeper uninstall` first
    ");
}

#[test]
fn the_glass_is_broken_for_one_commit_and_visibly() {
    let sandbox = sandbox();
    sandbox
        .sh("echo 'x = \"FORBIDDEN\"' >>a.py && git commit >/dev/null -sam x")
        .expect(1);
    // For another gate, or without a reason, it does not help.
    for trailer in ["other -- the service is down", "check", "check -- no"] {
        let mut done = sandbox
            .sh(&format!(
                "git commit >/dev/null -sam x --trailer 'Gate-Exception: {trailer}'"
            ))
            .expect(1);
        let typed = format!("'Gate-Exception: {trailer}'");
        // Only an exception for another gate is still there in what is printed.
        let is_kept = done.stderr.contains(&format!("-sam x --trailer {typed}"));
        assert_eq!(is_kept, trailer.starts_with("other"), "{trailer}");
        done.stderr = done.stderr.replace(&format!(" --trailer {typed}"), "");
        insta::allow_duplicates!(assert_snapshot!(done, @r#"
the commit was stopped: check failed: exit code 1, at a.py:2
gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
         cached  other          passed on the same tree [WHEN], in [TIME]
         failed  check  [TIME]  exit code 1

check failed
    cause  exit code 1, after [TIME]
    found  1 error
           a.py:2: x = "FORBIDDEN"
   output  the full output is in .git/gatekeeper/logs/check.log
  command  sh check.sh
   repeat  gatekeeper run check

1 failed, 1 cached in [TIME]: the commit was stopped; nothing was changed
next: fix the problems above and commit again in the same way
help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: check -- REASON' -sam x
"#));
    }
    // Nor does it for a gate that does not exist, and that is said even if every gate passes.
    let done = sandbox
        .sh("git stash -q && echo 'x = 1' >>a.py && git commit >/dev/null -sam x --trailer 'Gate-Exception: chek -- the service is down'")
        .expect(1);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             passed  check  [TIME]
             passed  other  [TIME]
    2 passed in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[gate-exception.unknown]: `Gate-Exception: chek -- the service is down` has no effect: there is no gate `chek`; did you mean `check`?
    help: name a gate from gates.toml, or remove the trailer

    next: edit .git/gatekeeper/message-[ID1], then run
      git commit -a -F .git/gatekeeper/message-[ID1]
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -a --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    ");
    sandbox
        .sh("git checkout -q a.py && git stash pop -q")
        .expect(0);
    // What was announced must be said.
    let done = sandbox
        .sh("GIT_EDITOR='sed -i /Exception/d' git commit >/dev/null -sa -e -m x -m 'Gate-Exception: check -- the service is down'")
        .expect(1);
    assert_snapshot!(done, @r#"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             cached  other          passed on the same tree [WHEN], in [TIME]
             failed  check  [TIME]  exit code 1; excepted in this commit: the service is down

    check failed (excepted in this commit: the service is down)
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2: x = "FORBIDDEN"
       output  the full output is in .git/gatekeeper/logs/check.log
      command  sh check.sh
       repeat  gatekeeper run check

    1 cached, 1 warned in [TIME]
    gatekeeper: the message was refused: 1 problem

    error[gate-exception.missing]: the message lacks a `Gate-Exception` for check
    note: these gates did not pass on the commit
    help: add a trailer for each: `Gate-Exception: gate -- reason`

    next: run this with REASON filled in
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Exception: check -- REASON' -F .git/gatekeeper/message-[ID1]
    The message then has
      Gate-Exception: check -- REASON
    If you are an AI agent, you have to be credited; then run this instead, with your name and model:
      git -c 'trailer.where=start' commit -a --trailer 'Gate-Exception: check -- REASON' --trailer 'Assisted-By: AGENT-NAME (MODEL)' -F .git/gatekeeper/message-[ID1]
    Nothing is lost: your message is in .git/gatekeeper/message-[ID1], and your changes are where they were.
    "#);
    let done = sandbox
        .sh("git commit >/dev/null -sam x --trailer 'Gate-Exception: check -- the service is down'")
        .expect(0);
    assert_snapshot!(done, @r#"
    gatekeeper pre-commit: 1 path changed, checked in [VIEW], because git commits from a temporary index
             cached  other          passed on the same tree [WHEN], in [TIME]
             failed  check  [TIME]  exit code 1; excepted in this commit: the service is down

    check failed (excepted in this commit: the service is down)
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2: x = "FORBIDDEN"
       output  the full output is in .git/gatekeeper/logs/check.log
      command  sh check.sh
       repeat  gatekeeper run check

    1 cached, 1 warned in [TIME]
    "#);
    let audit = sandbox
        .gatekeeper(&["audit", "--json", "origin/main.."])
        .stdout;
    assert!(audit.contains("the service is down"), "{audit}");
    // It is for this commit alone: what is amended or comes after it is checked with what it let in.
    assert_snapshot!(sandbox.sh("git commit -q --amend -sm x").expect(1), @r#"
    the commit was stopped: check failed: exit code 1, at a.py:2

    check failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2: x = "FORBIDDEN"
       output  the full output is in .git/gatekeeper/logs/check.log
      command  sh check.sh
       repeat  gatekeeper run --staged check

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed, 1 cached in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: check -- REASON' -q --amend -sm x
    "#);
    let done = sandbox
        .sh("echo 'y = 1' >b.py && git add b.py && git commit >/dev/null -sm y")
        .expect(1);
    assert_snapshot!(done, @r#"
    the commit was stopped: check failed: exit code 1, at a.py:2
    gatekeeper pre-commit: 2 paths changed
             failed  check  [TIME]  exit code 1
             passed  other  [TIME]

    check failed
        cause  exit code 1, after [TIME]
        found  1 error
               a.py:2: x = "FORBIDDEN"
       output  the full output is in .git/gatekeeper/logs/check.log
      command  sh check.sh
       repeat  gatekeeper run --staged check

    note: 1 commit before this one was not checked here (latest [ID1]), so the changes since then are checked as well

    1 failed, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    help: if this one commit has to be made all the same, give the reason in place of REASON: git commit --trailer 'Gate-Exception: check -- REASON' -sm y
    "#);
    sandbox
        .sh("git reset -q b.py && git push -q origin main")
        .expect(0);
}

#[test]
fn nothing_new_goes_before_what_a_gate_runs() {
    let sandbox = with(
        "[gates.make]\nrun = \"make -s check\"\n[gates.module]\nrun = \"python3 -m compileall -q .\"\n",
    );
    for (file, text) in [
        ("GNUmakefile", "check:\n\ttest -s a.py\n"),
        ("compileall.py", ""),
    ] {
        sandbox.write(file, text);
        sandbox.git(&["add", file]);
        let plan = sandbox.gatekeeper(&["run", "--staged", "--json"]);
        assert!(
            plan.stdout.contains("protected.script"),
            "{file}: {}",
            plan.stdout
        );
        sandbox.git(&["rm", "-qf", file]);
    }
}

#[test]
fn what_only_has_another_name_is_not_weaker() {
    let sandbox = sandbox();
    let done = sandbox
        .sh("sed -i s/gates.other/gates.another/ gates.toml && echo x=1 >>a.py && git commit >/dev/null -sam renamed")
        .expect(0);
    assert_snapshot!(done, @"
    gatekeeper pre-commit: 2 paths changed, checked in [VIEW], because git commits from a temporary index
             passed  another  [TIME]
             passed  check  [TIME]
    2 passed in [TIME]
    ");
}

#[test]
fn a_link_to_gates_is_followed() {
    let sandbox = sandbox();
    sandbox
        .sh("git mv gates.toml real.toml && ln -s real.toml gates.toml && git add . && git commit >/dev/null -sm link")
        .expect(0);
    sandbox
        .sh("echo x=1 >>a.py && git commit >/dev/null -sam more && git push -q origin main")
        .expect(0);
}

#[test]
fn to_take_a_change_of_gates_back_is_one_too() {
    let sandbox = sandbox();
    sandbox
        .sh("printf '[gates.new]\\nrun = \"test -d .\"\\n' >>gates.toml && git commit >/dev/null -sam more")
        .expect(0);
    assert_snapshot!(sandbox.sh("git revert -s --no-edit HEAD").expect(128), @"
    gatekeeper prepare-commit-msg: 1 path changed
             passed  check  [TIME]
             passed  other  [TIME]

    warning[gates.weakened]: the configuration is weaker: gate new was removed
    --> gates.toml:1
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    note: 1 weakening needs a reason in the message: `Gate-Change: reason`

    2 passed in [TIME]
    error[gate-change.missing]: the commit weakens or changes its own checks without giving a reason
    next: git has kept the change and its message; finish the commit with `git -c trailer.where=start commit --no-edit --trailer 'Gate-Change: REASON'`, in which the words in capitals have to be replaced
    error: 'prepare-commit-msg' hook failed
    fatal: revert failed
    ");
    sandbox
        .sh("git commit >/dev/null --no-edit --trailer 'Gate-Change: the new gate was a mistake'")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
}

#[test]
fn a_custom_rule_is_not_declared_away_whatever_its_id() {
    let rule = "[[bypass.patterns]]\nid = \"config.secret\"\npattern = \"SECRET\"\nmessage = \"this is a secret\"\nhelp = \"remove it\"\n";
    let sandbox = with(&format!("{GATES}{rule}"));
    sandbox.sh("echo SECRET >CODEOWNERS && git add .").expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(1), @"
    failed: config.secret: this is a secret
    gatekeeper run --staged: 1 path changed
             passed  check  [TIME]
             passed  other  [TIME]

    error[config.secret]: this is a secret
     --> CODEOWNERS:1:1
      |
    1 | SECRET
      | ^^^^^^
    help: remove it

    1 finding refused, 2 passed in [TIME]
    ");
}

#[test]
fn a_pick_with_an_exception_for_no_gate_is_stopped() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    let message = "empty\n\nGate-Exception: b -- the service is down";
    let made = sandbox.sh(&format!(
        "git -c core.hooksPath=/dev/null commit-tree -p HEAD -m '{message}' HEAD^{{tree}}"
    ));
    let id = made.stdout.trim();
    for option in ["--keep-redundant-commits", "--allow-empty"] {
        let done = sandbox.try_git(&["cherry-pick", "--signoff", option, id]);
        let is_said = done.stderr.contains("[gate-exception.unknown]")
            && done.stderr.contains("correct the message");
        assert!(done.code() != 0 && is_said, "{option}\n{}", done.stderr);
        sandbox.git(&["cherry-pick", "--abort"]);
    }
}
