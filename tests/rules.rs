//! What is committed, judged by the rules for added lines, for what is weakened and for branches.

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
    sandbox
        .sh("echo 'import sys  # noqa' >>a.py && git add . && git commit -qsm x")
        .expect(1)
        .says("error[python.noqa-bare]")
        .says("--> a.py:2")
        .says("1 finding refused");
    sandbox
        .sh("echo 'import sys  # noqa: F401 -- its import has effects' >a.py && git commit -qsam x")
        .expect(0)
        .says("1 justified exception")
        .says("its import has effects");
    // What was there before is nobody's fault now, and what has moved is not new.
    sandbox
        .sh("sed 's/ -- .*//;s/: F401//' -i a.py && elsewhere commit -qam bare && git mv a.py b.py && echo x=1 >>b.py && git add . && git commit -qsm moved")
        .expect(0);
    let json = sandbox.gatekeeper(&["run", "--staged", "--json"]).expect(0);
    assert!(json.stdout.contains("\"lines\": []"), "{}", json.stdout);
}

#[test]
fn gates_are_weakened_only_alone_and_with_a_reason() {
    let sandbox = sandbox();
    // Together with anything else never.
    sandbox
        .sh("sed -i '/other/,$d' gates.toml && echo x=1 >>a.py && git add . && git commit -qsm 'x' -m 'Gate-Change: it is not needed any more'")
        .expect(1)
        .says("error[gates.weakened]: gatekeeper is weakened: the gate other is gone");
    // Alone it needs a reason.
    sandbox
        .sh("git reset -q a.py && git commit -qsm x")
        .expect(1)
        .says("warning[gates.weakened]")
        .says("1 weakening to be given a reason in the message: `Gate-Change: reason`")
        .says("error[gate-change.missing]");
    sandbox
        .sh("git commit -qsm x --trailer 'Gate-Change: no'")
        .expect(1)
        .says("error[gate-change.missing]");
    sandbox
        .sh("git commit -qsm x --trailer 'Gate-Change: the other gate is part of check now'")
        .expect(0);
    // A gate more is nothing weaker.
    sandbox
        .sh("printf '[gates.new]\\nrun = \"true\"\\n' >>gates.toml && git commit -qsam more")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
}

#[test]
fn a_script_that_a_gate_runs_is_not_gutted_on_the_way() {
    let sandbox = sandbox();
    let refused = |script: &str| {
        sandbox.sh(script).expect(1).says("error[protected.script]");
        sandbox.sh("git reset -q --hard").expect(0);
    };
    refused("echo true >check.sh && echo 'x = \"FORBIDDEN\"' >>a.py && git commit -qsam x");
    refused("git rm -q check.sh && echo 'x = 1' >>a.py && git commit -qsam x");
    // A commit of its own, and only with a reason.
    sandbox
        .sh("echo true >check.sh && git commit -qsam x")
        .expect(1)
        .says("error[gate-change.missing]");
}

#[test]
fn what_was_weakened_in_two_steps_is_found() {
    let sandbox = sandbox();
    sandbox
        .sh("sed -i '/other/,$d' gates.toml && git -c core.hooksPath=/dev/null commit -qsam weaker")
        .expect(0);
    sandbox
        .sh("echo x=1 >>a.py && git commit -qsam code")
        .expect(1)
        .says("error[gates.weakened]");
    sandbox
        .sh("git push -q origin main")
        .expect(1)
        .says("error[gates.weakened]");
}

#[test]
fn what_a_push_carries_is_judged_commit_by_commit() {
    let sandbox = sandbox();
    sandbox
        .sh("echo 'import sys  # noqa' >>a.py && git -c core.hooksPath=/dev/null commit -qsam bare && git push -q origin main")
        .expect(1)
        .says("error[python.noqa-bare]")
        .says("bare");
}

#[test]
fn a_tool_is_not_told_to_look_away() {
    let sandbox = sandbox();
    sandbox
        .sh("printf '[tool.coverage.report]\\nfail_under = 90\\n' >pyproject.toml && git add . && git commit -qsm strict")
        .expect(0);
    sandbox
        .sh("sed -i s/90/10/ pyproject.toml && echo x=1 >>a.py && git commit -qsam lax")
        .expect(1)
        .says("error[config.coverage.fail-under]");
}

#[test]
fn branches_that_need_no_gates_are_named_by_the_main_one() {
    let sandbox = with(&format!(
        "[settings]\nungated-branches = [\"pages\"]\n{GATES}"
    ));
    let orphan = |name: &str| {
        sandbox.sh(&format!(
            "git checkout -q --orphan {name} && git rm -rqf . && echo page >index.html && git add . && git commit -qm page"
        ))
    };
    orphan("pages").expect(0).says("nothing was judged");
    sandbox
        .sh("echo more >>index.html && git commit -qam more")
        .expect(0);
    sandbox.sh("git push -q origin pages").expect(0);
    sandbox.sh("git checkout -q -f main").expect(0);
    assert_ne!(orphan("others").code(), 0);
    // Nothing becomes good on the way over such a branch.
    sandbox
        .sh("git checkout -q -f pages && echo 'x = \"FORBIDDEN\"' >z.py && git add z.py && git commit -qsm bad")
        .expect(0);
    sandbox.sh("git checkout -q -f main").expect(0);
    sandbox
        .sh("git merge -q --allow-unrelated-histories --signoff -m merged pages")
        .expect(1)
        .says("check failed");
    sandbox.sh("git merge --abort").expect(0);
    // Elsewhere nothing is taken away.
    sandbox
        .sh("git checkout -q -f main && git rm -q gates.toml")
        .expect(0);
    sandbox
        .sh("git commit -qsm gone")
        .expect(1)
        .says("the commit would delete gates.toml");
}

#[test]
fn the_glass_is_broken_for_one_commit_and_visibly() {
    let sandbox = sandbox();
    sandbox
        .sh("echo 'x = \"FORBIDDEN\"' >>a.py && git commit -qsam x")
        .expect(1);
    // For another gate, or without a reason, it does not help.
    for trailer in ["other -- the service is down", "check", "check -- no"] {
        sandbox
            .sh(&format!(
                "git commit -qsam x --trailer 'Gate-Exception: {trailer}'"
            ))
            .expect(1)
            .says("check failed");
    }
    // What was announced must be said.
    sandbox
        .sh("GIT_EDITOR='sed -i /Exception/d' git commit -qsa -e -m x -m 'Gate-Exception: check -- the service is down'")
        .expect(1)
        .says("error[gate-exception.missing]");
    sandbox
        .sh("git commit -qsam x --trailer 'Gate-Exception: check -- the service is down'")
        .expect(0)
        .says("excepted in this commit: the service is down");
    let audit = sandbox
        .gatekeeper(&["audit", "--json", "origin/main.."])
        .stdout;
    assert!(audit.contains("the service is down"), "{audit}");
    // It is for this commit alone: what is amended or comes after it is judged with what it let in.
    sandbox
        .sh("git commit -q --amend -sm x")
        .expect(1)
        .says("check failed");
    sandbox
        .sh("echo 'y = 1' >b.py && git add b.py && git commit -qsm y")
        .expect(1)
        .says("check failed");
    sandbox
        .sh("git reset -q b.py && git push -q origin main")
        .expect(0);
}

#[test]
fn nothing_new_goes_before_what_a_gate_runs() {
    let sandbox = with(
        "[gates.make]\nrun = \"make -s check\"\n[gates.module]\nrun = \"python3 -m compileall -q .\"\n",
    );
    for (file, text) in [("GNUmakefile", "check:\n\ttrue\n"), ("compileall.py", "")] {
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
    sandbox
        .sh("sed -i s/gates.other/gates.another/ gates.toml && echo x=1 >>a.py && git commit -qsam renamed")
        .expect(0)
        .does_not_say("weakened");
}

#[test]
fn a_link_to_gates_is_followed() {
    let sandbox = sandbox();
    sandbox
        .sh("git mv gates.toml real.toml && ln -s real.toml gates.toml && git add . && git commit -qsm link")
        .expect(0);
    sandbox
        .sh("echo x=1 >>a.py && git commit -qsam more && git push -q origin main")
        .expect(0);
}

#[test]
fn to_take_a_change_of_gates_back_is_one_too() {
    let sandbox = sandbox();
    sandbox
        .sh("printf '[gates.new]\\nrun = \"true\"\\n' >>gates.toml && git commit -qsam more")
        .expect(0);
    sandbox
        .sh("git revert -s --no-edit HEAD")
        .expect(128)
        .says("error[gate-change.missing]")
        .says("git commit -s --edit");
    sandbox
        .sh("git commit -q --no-edit --trailer 'Gate-Change: the new gate was a mistake'")
        .expect(0);
    sandbox.sh("git push -q origin main").expect(0);
}
