//! `gatekeeper audit`: what the commits of a range change, and the gates on them.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[gates.lint]\nrun = \"sh check.sh {files}\"\nfiles = [\"**/*.py\"]\n\
                     [gates.test]\nrun = \"sh test.sh\"\n";

/// A repository whose first commit, tagged `base`, has two gates with their scripts; no hooks.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.write(
        "check.sh",
        "for file; do if grep bad \"$file\"; then exit 1; fi; done\n",
    );
    sandbox.write("test.sh", "test ! -e broken\n");
    sandbox.write("a.py", "x = 1\n");
    sandbox.write(
        "pyproject.toml",
        "[tool.coverage.report]\nfail_under = 90\n",
    );
    commit(&sandbox, "base");
    sandbox.git(&["tag", "base"]);
    sandbox
}

/// Commits everything, signed off.
fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--signoff", "--message", message]);
}

fn audit(sandbox: &Sandbox, arguments: &[&str]) -> Done {
    sandbox.gatekeeper(&[&["audit"], arguments].concat())
}

/// The audit for programs, and what it says of each commit: `subject: severity rule path:line`.
fn checked(sandbox: &Sandbox, arguments: &[&str]) -> (Value, Vec<String>) {
    let done = audit(sandbox, &[&["--json"], arguments].concat());
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["exit_code"], done.code(), "{}", done.stderr);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mut told = Vec::new();
    for checked in report["judged"].as_array().unwrap() {
        let subject = word(&checked["subject"]);
        for line in checked["lines"].as_array().unwrap() {
            let (severity, rule) = (word(&line["severity"]), word(&line["rule"]));
            let place = format!("{}:{}", word(&line["path"]), line["line"]);
            told.push(format!("{subject}: {severity} {rule} {place}"));
        }
    }
    (report, told)
}

/// What is refused alone.
fn refused(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let (report, mut told) = checked(sandbox, arguments);
    told.retain(|line| line.contains(": error "));
    for line in report["net"].as_array().unwrap() {
        told.push(format!("net: {}", line["rule"].as_str().unwrap()));
    }
    assert_eq!(
        report["exit_code"],
        i32::from(!told.is_empty()),
        "{report:#}"
    );
    told
}

#[test]
fn a_line_in_the_second_of_three_commits_is_found() {
    let sandbox = sandbox();
    sandbox.write("b.py", "y = 1\n");
    commit(&sandbox, "one");
    sandbox.write("b.py", "y = 1\nimport os  # noqa\n");
    sandbox.write(
        "c.py",
        "z = 1  # nosec B603 -- the arguments are constant\n",
    );
    commit(&sandbox, "two");
    sandbox.write("b.py", "y = 1\n");
    commit(&sandbox, "three");
    let (report, told) = checked(&sandbox, &["base.."]);
    assert_eq!(
        told,
        [
            "two: error python.noqa-bare b.py:2",
            "two: note python.nosec-coded c.py:1",
        ]
    );
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["refused"], 0);
    assert_eq!(report["refused_changes"], 1);
    let line = &report["judged"][0]["lines"][1];
    assert_eq!(line["reason"], "the arguments are constant");
    assert_snapshot!(audit(&sandbox, &["base.."]).expect(1), @"
    stdout:
    gatekeeper: 1 of 3 commits refused in base..HEAD

    [ID1] two  (Jane Doe <jane@example.com>)
    error[python.noqa-bare]: this silences every lint on the line
     --> b.py:2:12
      |
    2 | import os  # noqa
      |            ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    1 justified exception:
      c.py:1  python.nosec-coded  the arguments are constant

    3 commits: 1 change refused, 1 justified exception
    ");
    // A range of CI checks the same, in one call.
    let done = sandbox.gatekeeper(&["run", "--from", "base"]).expect(1);
    assert_snapshot!(done, @"
    failed: 1 change refused, 2 passed in [TIME]
    gatekeeper run --from base --to HEAD: 2 paths changed
             failed  messages          of 3 commits
             passed  lint  [TIME]
             passed  test  [TIME]

    gatekeeper: 1 of 3 commits refused in base..HEAD

    [ID1] two  (Jane Doe <jane@example.com>)
    error[python.noqa-bare]: this silences every lint on the line
     --> b.py:2:12
      |
    2 | import os  # noqa
      |            ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`
    1 justified exception:
      c.py:1  python.nosec-coded  the arguments are constant

    3 commits: 1 change refused, 1 justified exception

    1 change refused, 2 passed in [TIME]
    ");
    assert_eq!(refused(&sandbox, &["HEAD^!"]), [""; 0]);
    assert_eq!(refused(&sandbox, &["HEAD~1^!"]).len(), 1);
}

#[test]
fn what_weakens_needs_a_commit_of_its_own_with_a_reason() {
    let sandbox = sandbox();
    let weaker = GATES.replace("sh check.sh", "true");
    sandbox.write("gates.toml", &weaker);
    commit(&sandbox, "quietly");
    assert_eq!(
        refused(&sandbox, &["base.."]),
        ["quietly: error gates.weakened gates.toml:2"]
    );
    let reason = "Gate-Change: the linter is replaced by the next release";
    sandbox.git(&["reset", "--quiet", "--soft", "base"]);
    sandbox.write("a.py", "x = 2\n");
    commit(&sandbox, &format!("with code\n\n{reason}"));
    assert_eq!(
        refused(&sandbox, &["base.."]),
        ["with code: error gates.weakened gates.toml:2"]
    );
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    sandbox.write("gates.toml", &weaker);
    commit(&sandbox, &format!("aloud\n\n{reason}"));
    sandbox.write("a.py", "x = 3\n");
    commit(&sandbox, "code");
    let (report, told) = checked(&sandbox, &["base.."]);
    assert_eq!(told, [""; 0]);
    assert_eq!(report["verdict"], "passed");
    assert_eq!(report["net"], Value::Array(Vec::new()));
    let declared = &report["judged"][0]["declared"];
    assert_eq!(
        declared["reason"],
        "the linter is replaced by the next release"
    );
    assert_eq!(declared["lines"][0]["rule"], "gates.weakened");
    assert_snapshot!(audit(&sandbox, &["base.."]).expect(0), @"
    stdout:
    declared: [ID1] aloud: the linter is replaced by the next release
      gates.toml:2  gates.weakened  the configuration was changed: lint: it runs `true {files}` instead of `sh check.sh {files}`
    passed: 2 messages in base..HEAD

    2 commits: 1 weakening declared
    ");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--from", "base"]).expect(0), @"
    passed: 2 passed in [TIME]
    gatekeeper run --from base --to HEAD: 2 paths changed
             passed  lint  [TIME]
             passed  messages          of 2 commits
             passed  test  [TIME]
    declared: [ID1] aloud: the linter is replaced by the next release
      gates.toml:2  gates.weakened  the configuration was changed: lint: it runs `true {files}` instead of `sh check.sh {files}`
    ");
    // A reason that is none is none.
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    sandbox.write("gates.toml", &weaker);
    commit(&sandbox, "shortly\n\nGate-Change: because");
    assert_eq!(refused(&sandbox, &["base.."]).len(), 1);
}

#[test]
fn a_second_step_does_not_profit_from_the_first() {
    let sandbox = sandbox();
    let off = format!("{GATES}[bypass.rules]\n\"python.noqa-bare\" = \"off\"\n");
    sandbox.write("gates.toml", &off);
    commit(&sandbox, "first");
    sandbox.write("a.py", "x = 1  # noqa\n");
    commit(&sandbox, "second");
    let both = [
        "first: error gates.weakened gates.toml:7",
        "second: error python.noqa-bare a.py:1",
    ];
    assert_eq!(refused(&sandbox, &["base.."]), both);
    // Declared, it counts once it is in the base.
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    sandbox.write("gates.toml", &off);
    commit(
        &sandbox,
        "first\n\nGate-Change: another tool looks after these",
    );
    sandbox.write("a.py", "x = 1  # noqa\n");
    commit(&sandbox, "second");
    assert_eq!(refused(&sandbox, &["base.."]), both[1..]);
    assert_eq!(refused(&sandbox, &["HEAD~1.."]), [""; 0]);
    assert_eq!(
        refused(&sandbox, &["--policy", "base", "HEAD~1.."]),
        both[1..]
    );
    sandbox.write("gates.toml", "no gates");
    audit(&sandbox, &["base.."]).expect(2);
    audit(&sandbox, &["--policy", "base", "base.."]).expect(1);
}

#[test]
fn gates_that_are_gone_and_come_back_weaker_are_seen() {
    let sandbox = sandbox();
    fs::remove_file(sandbox.top.join("gates.toml")).unwrap();
    commit(
        &sandbox,
        "gone\n\nGate-Change: it is written anew in the next commit",
    );
    sandbox.write("gates.toml", GATES.replace("sh test.sh", "true"));
    commit(&sandbox, "back");
    let (report, _) = checked(&sandbox, &["base.."]);
    assert_eq!(
        report["judged"][0]["declared"]["lines"][0]["mark"],
        "[gates]"
    );
    assert_eq!(refused(&sandbox, &["base.."]), ["net: gates.weakened"]);
    assert_snapshot!(audit(&sandbox, &["base.."]).expect(1), @r#"
    stdout:
    declared: [ID1] gone: it is written anew in the next commit
      gates.toml:1  gates.weakened  gates.toml was removed, so no gate and no rule is left
    gatekeeper: the range base..HEAD is refused as a whole

    the range as a whole: the configuration is weaker at the end than at the base, and no commit gives the reason
    error[gates.weakened]: the configuration was changed: test: it runs `true` instead of `sh test.sh`
     --> gates.toml:5:1
      |
    5 | run = "true"
      | ^^^^^^^^^^^^
    note: whether it is as strict as before is not known, so the change counts as a weakening
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    2 commits: 1 change refused, 1 weakening declared
    "#);
    // One that cannot be read is none.
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    sandbox.write("gates.toml", "gates");
    commit(&sandbox, "damaged");
    sandbox.write("gates.toml", GATES);
    commit(&sandbox, "mended");
    assert_eq!(
        refused(&sandbox, &["base.."]),
        ["damaged: error gates.weakened gates.toml:1"]
    );
}

#[test]
fn without_a_policy_at_the_base_each_commit_has_its_own() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "x = 1\n");
    commit(&sandbox, "before");
    sandbox.git(&["tag", "before"]);
    sandbox.write("a.py", "x = 1  # noqa\n");
    commit(&sandbox, "unjudged");
    sandbox.write(
        "gates.toml",
        "[gates.x]\nrun = \"sh x.sh\"\n[bypass.rules]\n\"python.type-ignore-bare\" = \"off\"\n",
    );
    sandbox.write("b.py", "x = 1  # noqa\ny = 1  # type: ignore\n");
    commit(&sandbox, "gates");
    assert_eq!(
        refused(&sandbox, &["before.."]),
        ["gates: error python.noqa-bare b.py:1"]
    );
    assert_snapshot!(audit(&sandbox, &["before.."]).expect(1), @"
    stdout:
    gatekeeper: 1 of 2 commits refused in before..HEAD

    [ID1] gates  (Jane Doe <jane@example.com>)
    error[python.noqa-bare]: this silences every lint on the line
     --> b.py:1:8
      |
    1 | x = 1  # noqa
      |        ^^^^^^
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`

    2 commits: 1 change refused
    note: the base has no valid gates.toml, so each commit is checked only by its own
    ");
    assert_eq!(
        refused(&sandbox, &["--root"]),
        ["gates: error python.noqa-bare b.py:1"]
    );
    assert_snapshot!(audit(&sandbox, &["--policy", "before", "before.."]).expect(2), @"
    error: `before` has no valid gates.toml
    help: name a revision that has one, as in `gatekeeper audit --policy origin/main`
    ");
    // A link counts for what it leads to.
    sandbox.write("etc/gates.toml", sandbox.read("gates.toml"));
    fs::remove_file(sandbox.top.join("gates.toml")).unwrap();
    std::os::unix::fs::symlink("etc/gates.toml", sandbox.top.join("gates.toml")).unwrap();
    commit(&sandbox, "link");
    assert_eq!(refused(&sandbox, &["HEAD^!"]), [""; 0]);
    let weaker = sandbox.read("etc/gates.toml").replace("sh x.sh", "sh y.sh");
    sandbox.write("etc/gates.toml", weaker);
    commit(&sandbox, "weaker");
    assert_eq!(
        refused(&sandbox, &["HEAD^!"]),
        ["weaker: error gates.weakened etc/gates.toml:2"]
    );
}

#[test]
fn a_gutted_script_and_a_loosened_tool_are_seen_beside_code() {
    let sandbox = sandbox();
    sandbox.write("check.sh", "exit 0\n");
    sandbox.write("a.py", "bad = 1\n");
    commit(&sandbox, "gutted");
    sandbox.write(
        "pyproject.toml",
        "[tool.coverage.report]\nfail_under = 10\n",
    );
    sandbox.write("a.py", "bad = 2\n");
    commit(&sandbox, "loosened");
    assert_eq!(
        refused(&sandbox, &["base.."]),
        [
            "gutted: error gates.weakened check.sh:1",
            "gutted: error protected.script check.sh:1",
            "loosened: error config.coverage.fail-under pyproject.toml:2",
        ]
    );
}

#[test]
fn broken_glass_is_listed() {
    let sandbox = sandbox();
    sandbox.write("a.py", "x = 2\n");
    commit(
        &sandbox,
        "urgent\n\nGate-Exception: lint -- its server is down until Monday",
    );
    let (report, _) = checked(&sandbox, &["base.."]);
    let exception = &report["judged"][0]["exceptions"][0];
    assert_eq!(exception["gate"], "lint");
    assert_eq!(exception["reason"], "its server is down until Monday");
    assert_snapshot!(audit(&sandbox, &["base.."]).expect(0), @"
    stdout:
    passed: 1 message in base..HEAD

    [ID1] urgent  (Jane Doe <jane@example.com>)
    exception: lint: its server is down until Monday

    1 commit: 1 exception to gates
    ");
    sandbox.write("a.py", "x = 3\n");
    commit(&sandbox, "lazy\n\nGate-Exception: lint -- later");
    let (report, _) = checked(&sandbox, &["base.."]);
    assert_eq!(
        report["judged"][1]["malformed"][0]["value"],
        "lint -- later"
    );
    assert_snapshot!(audit(&sandbox, &["base.."]).expect(1), @"
    stdout:
    gatekeeper: 1 of 2 commits refused in base..HEAD

    [ID1] urgent  (Jane Doe <jane@example.com>)
    exception: lint: its server is down until Monday

    [ID2] lazy  (Jane Doe <jane@example.com>)
    error[gates.exception]: `Gate-Exception: lint -- later`: the reason has fewer than 10 characters
    help: write it as `Gate-Exception: gate -- reason`, or remove it

    2 commits: 1 exception malformed, 1 exception to gates
    ");
    sandbox.write("a.py", "x = 4\n");
    commit(
        &sandbox,
        "unknown\n\nGate-Exception: lnit -- its server is down until Monday",
    );
    assert_snapshot!(audit(&sandbox, &["HEAD~1.."]).expect(1), @"
    stdout:
    gatekeeper: 1 of 1 commit refused in HEAD~1..HEAD

    [ID1] unknown  (Jane Doe <jane@example.com>)
    error[gates.exception]: `Gate-Exception: lnit -- its server is down until Monday`: there is no gate `lnit`; did you mean `lint`?
    help: write it as `Gate-Exception: gate -- reason`, or remove it

    1 commit: 1 exception malformed
    ");
}

#[test]
fn gates_run_on_the_end_or_on_each_commit() {
    let sandbox = sandbox();
    sandbox.write("b.py", "y = 1\n");
    commit(&sandbox, "one");
    sandbox.write("b.py", "bad = 1\n");
    commit(&sandbox, "two");
    sandbox.write("b.py", "y = 2\n");
    commit(&sandbox, "three");
    audit(&sandbox, &["base.."]).expect(0);
    assert_snapshot!(audit(&sandbox, &["--gates", "base.."]).expect(0), @"
    stdout:
    passed: 3 messages in base..HEAD
    passed: every gate, on 1 commit
    stderr:
    gatekeeper audit --gates of [ID1]: 1 path changed
             passed  lint  [TIME]
             passed  test  [TIME]
    2 passed in [TIME]
    ");
    audit(&sandbox, &["--gates=tip", "base.."]).expect(0);
    let each = audit(&sandbox, &["--gates=each", "base.."]).expect(1);
    let two = sandbox.git(&["rev-parse", "HEAD~1"]);
    assert_snapshot!(each.naming(&two, "TWO"), @"
    stdout:
    passed: 3 messages in base..HEAD
    gatekeeper: the gates failed on 1 of 3 commits
      [TWO] exit code 1
    stderr:
    gatekeeper audit --gates of [ID1]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  lint  [TIME]
             passed  test  [TIME]
    2 passed in [TIME]
    gatekeeper audit --gates of [TWO]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  lint  [TIME]  exit code 1
             passed  test  [TIME]

    lint failed
        cause  exit code 1, after [TIME]
       output
               | bad = 1
      command  sh check.sh b.py
       repeat  gatekeeper run --from [TWO]~1 --to [TWO] lint

    1 failed, 1 passed in [TIME]
    gatekeeper audit --gates of [ID2]: 1 path changed
             passed  lint  [TIME]
             passed  test  [TIME]
    2 passed in [TIME]
    ");
    let done = audit(&sandbox, &["--gates=each", "--json", "base.."]).expect(1);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let codes: Vec<&Value> = report["gates"].as_array().unwrap().iter().collect();
    assert_eq!(codes.len(), 3);
    assert_eq!(codes[1]["commit"], two.trim());
    assert_eq!(codes[1]["exit_code"], 1);
    assert_eq!(codes[2]["exit_code"], 0);
    assert_eq!(report["verdict"], "failed");
    // The end alone, whatever is checked out, and all of it.
    sandbox.git(&["checkout", "--quiet", "base"]);
    audit(&sandbox, &["--gates", "base..main~1"]).expect(1);
    audit(&sandbox, &["--gates", "base..main"]).expect(0);
    assert_snapshot!(audit(&sandbox, &["--gates", "--root", "main~1"]).expect(1), @"
    stdout:
    passed: 3 messages in all of main~1
    gatekeeper: the gates failed on 1 of 1 commit
      [ID1] exit code 1
    stderr:
    gatekeeper audit --gates of [ID1]: 6 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             failed  lint  [TIME]  exit code 1
             passed  test  [TIME]

    lint failed
        cause  exit code 1, after [TIME]
       output
               | bad = 1
      command  sh check.sh a.py b.py
       repeat  gatekeeper run --from [ID1]~1 --to [ID1] lint

    1 failed, 1 passed in [TIME]
    ");
    audit(&sandbox, &["--gates=each", "--root", "main"]).expect(1);
}

#[test]
fn receipts_change_nothing() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("b.py", "y = 1\n");
    commit(&sandbox, "good");
    // It has failed since: something beside the tree decides as well.
    sandbox.write("test.sh", "exit 1\n");
    let receipts = sandbox.top.join(".git/gatekeeper/receipts");
    let names = || {
        let mut names: Vec<_> = fs::read_dir(&receipts)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    let good = names();
    assert!(!good.is_empty());
    for which in ["--gates", "--gates=each"] {
        let done = audit(&sandbox, &[which, "base.."]).expect(0);
        insta::allow_duplicates!(assert_snapshot!(done, @"
        stdout:
        passed: 1 message in base..HEAD
        passed: every gate, on 1 commit
        stderr:
        gatekeeper audit --gates of [ID1]: 1 path changed, checked in [VIEW], because the work tree has files that differ from the commit
                 passed  lint  [TIME]
                 passed  test  [TIME]
        2 passed in [TIME]
        "));
    }
    assert_eq!(names(), good);
    // A tree that was not let through, with the receipt of one that was.
    sandbox.write("test.sh", "test ! -e broken\n");
    sandbox.write("broken", "");
    sandbox.git(&["add", "--all"]);
    sandbox.sh("elsewhere commit -q -s -m broken").expect(0);
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let text = fs::read(receipts.join(&good[0])).unwrap();
    fs::write(receipts.join(tree.trim()), text).unwrap();
    let before = names();
    for which in ["--gates", "--gates=each"] {
        audit(&sandbox, &[which, "base.."]).expect(1);
    }
    assert_eq!(names(), before);
}

#[test]
fn a_merge_answers_for_what_none_of_its_parents_has() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]);
    sandbox.write("side.py", "x = 1  # type: ignore\n");
    sandbox.write(
        "gates.toml",
        format!("{GATES}[gates.more]\nrun = \"sh more.sh\"\n"),
    );
    commit(&sandbox, "side");
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox.write("main.py", "x = 1\n");
    commit(&sandbox, "main");
    sandbox.git(&["merge", "--quiet", "--no-ff", "-m", "Merge side", "side"]);
    let side = "side: error python.type-ignore-bare side.py:1";
    assert_eq!(refused(&sandbox, &["base.."]), [side]);
    // What others had checked is nobody's fault here.
    assert_eq!(refused(&sandbox, &["side.."]), [""; 0]);
    sandbox.write("main.py", "x = 1  # noqa\n");
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit", "--all"]);
    let evil = "Merge side: error python.noqa-bare main.py:1";
    assert_eq!(refused(&sandbox, &["side.."]), [evil]);
    // A gate that both have is taken out in between, without an added line.
    sandbox.write("main.py", "x = 1\n");
    sandbox.write("gates.toml", "[gates.test]\nrun = \"sh test.sh\"\n");
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit", "--all"]);
    let (report, told) = checked(&sandbox, &["main~1.."]);
    assert!(
        told.contains(&"Merge side: error gates.weakened gates.toml:1".to_owned()),
        "{report:#}"
    );
}

#[test]
fn what_hosting_sites_make_is_checked_with_sense() {
    let sandbox = sandbox();
    let as_site = |name: &str, email: &str| {
        format!("GIT_COMMITTER_NAME='{name}' GIT_COMMITTER_EMAIL={email} git")
    };
    let github = as_site("GitHub", "noreply@github.com");
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]);
    sandbox.write("b.py", "y = 1\n");
    commit(&sandbox, "one");
    sandbox.write("b.py", "y = 2\n");
    commit(&sandbox, "two");
    sandbox.git(&["checkout", "--quiet", "main"]);
    let merge = "merge -q --no-ff -m 'Merge pull request #12 from jane/topic' -m 'A topic' topic";
    sandbox.sh(&format!("{github} {merge}")).expect(0);
    assert_eq!(refused(&sandbox, &["base.."]), [""; 0]);
    let gitlab = as_site("Jane Doe", "jane@example.com");
    sandbox.git(&["reset", "--quiet", "--hard", "base"]);
    let merge = "merge -q --no-ff -m \"Merge branch 'topic' into 'main'\" topic";
    sandbox.sh(&format!("{gitlab} {merge}")).expect(0);
    assert_eq!(refused(&sandbox, &["base.."]), [""; 0]);
    // A squash: the page has committed it, and its author's sign-off is there.
    let squash = |body: &str| {
        sandbox.git(&["reset", "--quiet", "--hard", "base"]);
        sandbox.sh("git merge -q --squash topic").expect(0);
        sandbox.write("../message", body);
        sandbox
            .sh(&format!(
                "{github} commit -q --cleanup=verbatim -F ../message"
            ))
            .expect(0);
        audit(&sandbox, &["base.."])
    };
    let signed = "Signed-off-by: Jane Doe <jane@example.com>\n";
    let list = "A topic (#12)\n\n* one\n\nSigned-off-by: Jane Doe <jane@example.com>\n\n* two\n\n";
    squash(&format!("{list}{signed}")).expect(0);
    squash(&format!(
        "{list}---------\n\n{signed}Co-authored-by: Joe Bloggs <joe@example.com>\n"
    ))
    .expect(0);
    squash("A topic (#12)\n\n* one\n\n* two\n").expect(1);
}

#[test]
fn what_a_shallow_clone_lacks_is_no_pass() {
    let sandbox = sandbox();
    for subject in ["one", "two"] {
        sandbox.write("a.py", format!("{subject} = 1\n"));
        commit(&sandbox, subject);
    }
    let upstream = format!("file://{}", sandbox.top.display());
    sandbox.git(&["clone", "--quiet", "--depth=1", &upstream, "../shallow"]);
    let audit = |range: &str| {
        let gatekeeper = crate::sandbox::GATEKEEPER;
        sandbox.sh(&format!("cd ../shallow && {gatekeeper} audit {range}"))
    };
    assert_snapshot!(audit("'HEAD^!'").expect(3), @"
    error: the parents of [ID1] are missing
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ");
    assert_snapshot!(audit("--root").expect(3), @"
    error: some commits of the range are missing
    help: this clone is shallow; fetch the whole history with `git fetch --unshallow`, or set fetch-depth: 0 in CI
    ");
}

#[test]
fn every_field_is_described() {
    let sandbox = sandbox();
    sandbox.write("gates.toml", GATES.replace("sh check.sh", "true"));
    commit(
        &sandbox,
        "declared\n\nGate-Change: the linter is replaced soon\n\
         Gate-Exception: lint -- its server is down until Monday\nGate-Exception: none",
    );
    sandbox.write("a.py", "x = 1  # noqa\n");
    commit(&sandbox, "line");
    let (report, _) = checked(&sandbox, &["--gates", "base.."]);
    let described =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let audit = described.split("## An audit").nth(1).unwrap();
    let mut rest = vec![report];
    let mut number = 0;
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    number += 1;
                    assert!(audit.contains(&format!("`{field}`")), "{field}");
                    rest.push(value);
                }
            }
            Value::Array(values) => rest.extend(values),
            _ => {}
        }
    }
    assert!(number > 50, "{number}");
}
