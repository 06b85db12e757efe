//! One plan, many runners, one verdict: the shards run here one after the other, in clones of the repository.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Done, Sandbox};

/// Three gates; the tests are in six parts, each of which is a file.
const GATES: &str = "[gates.lint]\nrun = 'lint'\n\
    [gates.types]\nrun = 'types'\nneeds = ['lint']\n\
    [gates.test]\nrun = 'run-part {shard} {shards}'\nshards = 6\n";

/// A test runner that runs every so many of the tests in a directory, and knows a file that fails.
const RUN_PART: &str = "#!/bin/sh
part=$1; of=$2; n=0; ran=0
for file in tests/*; do
  n=$((n + 1))
  [ $(((n - 1) % of + 1)) = \"$part\" ] || continue
  ran=$((ran + 1))
  echo \"running $file\"
  sh \"$file\" || { echo \"FAILED $file\"; bad=1; }
done
echo \"$ran tests ran\"
exit ${bad:-0}
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.program("lint", "#!/bin/sh\necho lint is fine\n");
    sandbox.program("types", "#!/bin/sh\necho types are fine\n");
    sandbox.program("run-part", RUN_PART);
    sandbox.write("gates.toml", GATES);
    for number in 1..=13 {
        sandbox.write(format!("tests/{number:02}"), "true\n");
    }
    sandbox.write(".gitignore", "*.json\n*.yml\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "tests"]);
    sandbox
}

fn plan(sandbox: &Sandbox, shards: usize) -> Vec<u32> {
    let shards = shards.to_string();
    let done = sandbox.gatekeeper(&["plan", "--shards", &shards, "--output", "plan.json"]);
    done.expect(0);
    let plan: Value = serde_json::from_str(&sandbox.read("plan.json")).unwrap();
    let shards = plan["shards"].as_array().unwrap().iter();
    let numbers = shards.map(|shard| u32::try_from(shard["shard"].as_u64().unwrap()).unwrap());
    numbers.collect()
}

/// Runs a shard, and returns the name of its report.
fn run(sandbox: &Sandbox, shard: u32) -> (Done, String) {
    let report = format!("part-{shard}.json");
    let number = shard.to_string();
    let done = sandbox.gatekeeper(&[
        "run",
        "--plan",
        "plan.json",
        "--shard",
        &number,
        "--report",
        &format!("json={report}"),
    ]);
    (done, report)
}

fn combine(sandbox: &Sandbox, parts: &[String]) -> Done {
    let mut arguments = vec!["combine", "plan.json"];
    arguments.extend(parts.iter().map(String::as_str));
    sandbox.gatekeeper(&arguments)
}

#[test]
fn shards_together_say_what_one_run_says() {
    let sandbox = sandbox();
    let bad = [None, Some("tests/05"), Some("tests/13")];
    for bad in bad {
        if let Some(file) = bad {
            sandbox.write(file, "echo 'E  wrong'; false\n");
            sandbox.git(&["commit", "--quiet", "-a", "-m", "bad"]);
        }
        let alone = sandbox.gatekeeper(&["run"]);
        for shards in [1, 2, 4, 9] {
            let numbers = plan(&sandbox, shards);
            assert_eq!(numbers.len(), shards.min(8));
            let runs: Vec<(Done, String)> = numbers.iter().map(|at| run(&sandbox, *at)).collect();
            let has_failed = runs.iter().any(|(done, _)| done.code() == 1);
            assert_eq!(has_failed, alone.code() == 1);
            let parts: Vec<String> = runs.into_iter().map(|(_, part)| part).collect();
            let all = combine(&sandbox, &parts);
            assert_eq!(all.code(), alone.code(), "{}", all.stderr);
            // Every test ran once.
            for number in 1..=13 {
                let line = format!("running tests/{number:02}");
                let read = parts.iter().map(|part| sandbox.read(part));
                let times: usize = read.map(|text| text.matches(&line).count()).sum();
                assert_eq!(times, 1, "{line} in {shards} shards");
            }
        }
    }
}

#[test]
fn the_plan_a_shard_and_the_verdict_of_all() {
    let sandbox = sandbox();
    sandbox.write("tests/02", "echo 'E  wrong'; false\n");
    sandbox.git(&["commit", "--quiet", "-a", "-m", "bad"]);
    let planned = sandbox
        .gatekeeper(&["plan", "--shards", "3", "--output", "plan.json"])
        .expect(0);
    let mut told = planned.told();
    let runs = [1, 2, 3].map(|shard| run(&sandbox, shard));
    told += &runs[1].0.told();
    let parts: Vec<String> = runs.into_iter().map(|(_, part)| part).collect();
    told += &combine(&sandbox, &parts).expect(1).told();
    assert_snapshot!(told, @"
    stdout:
    3 shards of tree [ID1]
        1  lint: of unknown duration
        2  types: of unknown duration
        3  test 1/6, test 2/6, test 3/6 and 3 more: of unknown duration
    ---
    passed: 1 passed in [TIME]
    gatekeeper run: 15 paths tracked
             passed  types  [TIME]
    ---
    failed: run in [TIME], started [DATE] (run [RUN])
    tree [ID1], commit [ID2]
             failed  test  [TIME]  exit code 1
             passed  lint  [TIME]
             passed  types  [TIME]

    test failed: exit code 1
      tests/01: error: test failed: exit code 1: 2 tests ran [failed]
        help: run `gatekeeper run test`
       repeat  gatekeeper run test
    ---
    ");
    // All reports are written once.
    let done = sandbox.gatekeeper(&[
        "combine",
        "plan.json",
        "part-1.json",
        "part-2.json",
        "part-3.json",
        "--report",
        "junit=junit.json",
        "--report",
        "json=all.json",
        "--json",
    ]);
    let all: Value = serde_json::from_str(&done.expect(1).stdout).unwrap();
    assert_eq!(all["verdict"], "failed");
    assert!(sandbox.read("junit.json").contains("<testsuite"));
    assert_eq!(
        sandbox.read("all.json").parse::<Value>().unwrap()["gates"],
        all["gates"]
    );
    // It is how long gates take the next time.
    let done = sandbox
        .gatekeeper(&["plan", "--shards", "2", "--durations", "all.json"])
        .expect(0);
    let plan: Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(
        plan["shards"][0]["parts"][0]["estimate_ms"].is_u64(),
        "{plan:#}"
    );
}

#[test]
fn what_is_missing_double_foreign_or_altered_is_no_verdict() {
    let sandbox = sandbox();
    plan(&sandbox, 4);
    let parts: Vec<String> = (1..=4).map(|shard| run(&sandbox, shard).1).collect();
    combine(&sandbox, &parts).expect(0);
    let mut told = combine(&sandbox, &parts[1..]).expect(3).told();
    let mut double = parts.clone();
    double[3] = parts[2].clone();
    told += &combine(&sandbox, &double).expect(3).told();
    let text = sandbox.read("part-1.json");
    sandbox.write(
        "part-1.json",
        text.replacen("\"duration_ms\": ", "\"duration_ms\": 1", 1),
    );
    told += &combine(&sandbox, &parts).expect(3).told();
    sandbox.write("part-1.json", "{");
    told += &combine(
        &sandbox,
        &["part-1.json".to_owned(), "part-9.json".to_owned()],
    )
    .expect(3)
    .told();
    // Parts of an earlier plan.
    sandbox.write("tests/14", "true\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "one more"]);
    sandbox.write("part-1.json", text);
    plan(&sandbox, 4);
    told += &combine(&sandbox, &parts).expect(3).told();
    let plan = sandbox.read("plan.json");
    sandbox.write("plan.json", plan.replacen("\"part\": 1", "\"part\": 2", 1));
    told += &combine(&sandbox, &parts).expect(3).told();
    sandbox.write(
        "plan.json",
        plan.replacen("\"gatekeeper\": \"", "\"gatekeeper\": \"9.", 1),
    );
    told += &combine(&sandbox, &parts).expect(3).told();
    assert_snapshot!(told, @r"
error: no verdict: the reports of the shards are not complete and sound
  shard 1 of 4 (lint) has not reported
help: run the shards that are named again, with the same plan
---
error: no verdict: the reports of the shards are not complete and sound
  shard 3 of 4 (test 1/6, test 3/6, test 5/6) has reported more than once: part-3.json, part-3.json
  shard 4 of 4 (test 2/6, test 4/6, test 6/6) has not reported
help: run the shards that are named again, with the same plan
---
error: no verdict: the reports of the shards are not complete and sound
  part-1.json: it was altered: its digest does not match
  shard 1 of 4 (lint) has not reported
help: run the shards that are named again, with the same plan
---
error: no verdict: the reports of the shards are not complete and sound
  part-1.json: it is not a JSON report of a run: EOF while parsing an object at line 1 column 1
  part-9.json: No such file or directory (os error 2)
  shard 1 of 4 (lint) has not reported
  shard 2 of 4 (types) has not reported
  shard 3 of 4 (test 1/6, test 3/6, test 5/6) has not reported
  shard 4 of 4 (test 2/6, test 4/6, test 6/6) has not reported
help: run the shards that are named again, with the same plan
---
error: no verdict: the reports of the shards are not complete and sound
  part-1.json: it belongs to another plan
  part-2.json: it belongs to another plan
  part-3.json: it belongs to another plan
  part-4.json: it belongs to another plan
  shard 1 of 4 (lint) has not reported
  shard 2 of 4 (types) has not reported
  shard 3 of 4 (test 1/6, test 3/6, test 5/6) has not reported
  shard 4 of 4 (test 2/6, test 4/6, test 6/6) has not reported
help: run the shards that are named again, with the same plan
---
error: plan.json was altered: its digest does not match
help: make it again with `gatekeeper plan --shards`
---
error: plan.json was made by gatekeeper [VERSION].0, and this is 0.1.0
help: use the same version on every machine
---
");
}

#[test]
fn a_shard_checks_nothing_but_what_the_plan_is_about() {
    let sandbox = sandbox();
    plan(&sandbox, 2);
    let planned = sandbox.read("plan.json");
    let mut told = String::new();
    sandbox.write("tests/01", "false\n");
    told += &run(&sandbox, 1).0.expect(3).told();
    sandbox.git(&["commit", "--quiet", "-a", "-m", "other tree"]);
    told += &run(&sandbox, 1).0.expect(3).told();
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    told += &run(&sandbox, 3).0.expect(2).told();
    let alone = sandbox
        .gatekeeper(&["run", "--shard", "1"])
        .expect(2)
        .told();
    told += &alone;
    told += &sandbox
        .gatekeeper(&["run", "--shard", "auto"])
        .expect(2)
        .told();
    told += &sandbox
        .gatekeeper(&["plan", "--shards", "2", "--staged"])
        .expect(2)
        .told();
    assert_snapshot!(told, @r"
error: the work tree differs from the index, so other machines do not have what is checked
  tests/01
help: commit, stash or ignore the changes, or check a range with `--from REF`
---
error: this shard would not check what the plan is about: the tree is another one here
  the plan is about tree [ID1], and here is [ID2]
help: check out the commit of the plan with its whole history, or make a new plan here
---
error: the plan has no shard 3; it has 1 to 2
---
error: --shard needs the plan that the shard belongs to
help: add `--plan FILE`; `gatekeeper plan --shards N --output FILE` writes it
---
error: no variable says which of several runners this is: GATEKEEPER_SHARD_INDEX, CI_NODE_INDEX, CIRCLE_NODE_INDEX, BUILDKITE_PARALLEL_JOB are not set
help: give the number of the shard: `gatekeeper run --plan FILE --shard 1`
---
error: shards share a plan for all tracked files or for a range
help: leave out --staged and --files, or use `--from REF`
---
");
    assert_eq!(sandbox.read("plan.json"), planned);
    run(&sandbox, 1).0.expect(0);
}

#[test]
fn a_range_has_its_messages_checked_in_one_shard() {
    let sandbox = sandbox();
    sandbox.write("tests/01", "true; true\n");
    sandbox.command("git", &["commit"]);
    sandbox
        .sh("git commit --quiet -a -m 'without a sign-off'")
        .expect(0);
    let range = [
        "plan",
        "--shards",
        "3",
        "--from",
        "HEAD~1",
        "--output",
        "plan.json",
    ];
    sandbox.gatekeeper(&range).expect(0);
    let runs = [1, 2, 3].map(|shard| run(&sandbox, shard));
    let codes = runs.iter().map(|(done, _)| done.code()).collect::<Vec<_>>();
    assert_eq!(codes, [1, 0, 0]);
    let parts: Vec<String> = runs.into_iter().map(|(_, part)| part).collect();
    let all = combine(&sandbox, &parts).expect(1);
    assert!(
        all.stderr.contains("signed-off-by.missing"),
        "{}",
        all.stderr
    );
    assert_eq!(sandbox.gatekeeper(&["run", "--from", "HEAD~1"]).code(), 1);
}

#[test]
fn runners_find_their_shard_in_the_variables_of_the_ci() {
    let variables = [
        ("GATEKEEPER_SHARD_INDEX", "GATEKEEPER_SHARD_TOTAL", 0),
        ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
        ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
        ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    ];
    for (index, total, first) in variables {
        let mut sandbox = sandbox();
        plan(&sandbox, 2);
        sandbox.set(total, "2");
        let mut parts = Vec::new();
        for shard in 0..2 {
            sandbox.set(index, (first + shard).to_string());
            let report = format!("part-{shard}.json");
            let to = format!("json={report}");
            sandbox
                .gatekeeper(&["run", "--shard", "auto", "--report", &to])
                .expect(0);
            parts.push(report);
        }
        combine(&sandbox, &parts).expect(0);
        sandbox.set(index, "9");
        sandbox.gatekeeper(&["run", "--shard", "auto"]).expect(2);
        // More runners than parts: the last ones have nothing to do.
        sandbox.set(total, "20");
        sandbox.set(index, "19");
        let idle = sandbox.gatekeeper(&["run", "--shard", "auto"]).expect(0);
        assert!(
            idle.stderr
                .contains("nothing to check: the plan has 8 shards"),
            "{}",
            idle.stderr
        );
    }
}

#[test]
fn the_plan_is_given_to_a_ci() {
    let mut sandbox = sandbox();
    let text = sandbox
        .read("gates.toml")
        .replace("run = 'types'", "run = 'types'\nrunner = 'arm \"64\"'");
    sandbox.write("gates.toml", text);
    sandbox.git(&["commit", "--quiet", "-a", "-m", "arm"]);
    let arguments = ["plan", "--shards", "3", "--output", "plan.json", "--emit"];
    let call = |sandbox: &Sandbox, ci: &str| sandbox.gatekeeper(&[&arguments[..], &[ci]].concat());
    let refused = call(&sandbox, "github").expect(2).told();
    let output: PathBuf = sandbox.beside("output");
    sandbox.set("GITHUB_OUTPUT", &output);
    fs::write(&output, "before=1\n").unwrap();
    call(&sandbox, "github").expect(0);
    let matrix = fs::read_to_string(&output).unwrap();
    let gitlab = call(&sandbox, "gitlab").expect(0).told();
    assert_snapshot!([refused, matrix, gitlab].concat(), @r#"
error: GITHUB_OUTPUT does not name a file
help: run this in a job of GitHub Actions, or leave out --emit
---
before=1
matrix={"include":[{"shard":1,"name":"lint","runner":"ubuntu-latest"},{"shard":2,"name":"test 1/6, test 2/6, test 3/6 and 3 more","runner":"ubuntu-latest"},{"shard":3,"name":"types","runner":"arm \"64\""}]}
stdout:
# Written by `gatekeeper plan --emit gitlab`.
include:
  - local: ".gitlab/gatekeeper.yml"

stages: [shards, combine]

"1: lint":
  extends: .gatekeeper
  stage: shards
  needs:
    - pipeline: $PARENT_PIPELINE_ID
      job: gatekeeper-plan
  variables:
    GATEKEEPER_PLAN: "plan.json"
  script:
    - gatekeeper run --plan "$GATEKEEPER_PLAN" --shard 1 --report json=gatekeeper-part-1.json
  artifacts:
    when: always
    paths: [gatekeeper-part-1.json, "plan.json"]

"2: test 1/6, test 2/6, test 3/6 and 3 more":
  extends: .gatekeeper
  stage: shards
  needs:
    - pipeline: $PARENT_PIPELINE_ID
      job: gatekeeper-plan
  variables:
    GATEKEEPER_PLAN: "plan.json"
  script:
    - gatekeeper run --plan "$GATEKEEPER_PLAN" --shard 2 --report json=gatekeeper-part-2.json
  artifacts:
    when: always
    paths: [gatekeeper-part-2.json, "plan.json"]

"3: types":
  extends: .gatekeeper
  stage: shards
  needs:
    - pipeline: $PARENT_PIPELINE_ID
      job: gatekeeper-plan
  tags: ["arm \"64\""]
  variables:
    GATEKEEPER_PLAN: "plan.json"
  script:
    - gatekeeper run --plan "$GATEKEEPER_PLAN" --shard 3 --report json=gatekeeper-part-3.json
  artifacts:
    when: always
    paths: [gatekeeper-part-3.json, "plan.json"]

gatekeeper:
  extends: .gatekeeper
  stage: combine
  when: always
  variables:
    GATEKEEPER_PLAN: "plan.json"
  script:
    - gatekeeper combine "$GATEKEEPER_PLAN" gatekeeper-part-*.json --report gitlab=gl-code-quality.json --report junit=gatekeeper-junit.xml
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality.json
      junit: gatekeeper-junit.xml
---
"#);
}

#[test]
fn a_part_of_a_gate_is_no_pass_of_the_gate() {
    let sandbox = sandbox();
    sandbox.gatekeeper(&["install"]).expect(0);
    plan(&sandbox, 4);
    for shard in 1..=4 {
        run(&sandbox, shard).0.expect(0);
    }
    // Nothing of it is remembered here.
    sandbox.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    let plan = sandbox.gatekeeper(&["plan", "--staged"]).expect(0);
    assert!(!plan.stdout.contains("cached"), "{}", plan.stdout);
}

#[test]
fn parts_that_make_no_sense_are_refused() {
    let refused = |text: &str| {
        let sandbox = Sandbox::new();
        sandbox.write("gates.toml", format!("[gates.test]\n{text}\n"));
        sandbox.gatekeeper(&["config", "check"]).expect(2).told()
    };
    let all = [
        "run = 'pytest -q'\nshards = 4",
        "run = 'cargo nextest run'\nshards = 'auto'",
        "run = 'tool'\nshards = 2",
        "run = 'jest --shard={shard}/{shards}'",
        "run = 'a {shard}'\nshards = 'many'",
        "run = 'a {shard}'\nshards = 0",
        "run = 'a'\nfix = 'b {shard}'",
    ];
    assert_snapshot!(all.map(refused).concat(), @r#"
error: gates.toml has 1 error
  error: every part of gate `test` would check the same
   --> gates.toml:3:10
    |
  3 | shards = 4
    |          ^ `run` does not contain {shard}
    |
  help: write `pytest --splits {shards} --group {shard}`, which needs pytest-split
---
error: gates.toml has 1 error
  error: every part of gate `test` would check the same
   --> gates.toml:3:10
    |
  3 | shards = 'auto'
    |          ^^^^^^ `run` does not contain {shard}
    |
  help: write `cargo nextest run --partition slice:{shard}/{shards}`
---
error: gates.toml has 1 error
  error: every part of gate `test` would check the same
   --> gates.toml:3:10
    |
  3 | shards = 2
    |          ^ `run` does not contain {shard}
    |
  help: write {shard} and {shards} in `run` where the tool is told which part it runs
---
error: gates.toml has 1 error
  error: gate `test` has only one part
   --> gates.toml:2:7
    |
  2 | run = 'jest --shard={shard}/{shards}'
    |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ contains {shard} or {shards}
    |
  help: add shards = "auto"; to use literal braces, put them in single quotes
---
error: gates.toml has 2 errors
  error: gate `test` has only one part
   --> gates.toml:2:7
    |
  2 | run = 'a {shard}'
    |       ^^^^^^^^^^^ contains {shard} or {shards}
    |
  help: add shards = "auto"; to use literal braces, put them in single quotes

  error: this is not a number of parts
   --> gates.toml:3:10
    |
  3 | shards = 'many'
    |          ^^^^^^ expected a number, or "auto"
---
error: gates.toml has 2 errors
  error: gate `test` has only one part
   --> gates.toml:2:7
    |
  2 | run = 'a {shard}'
    |       ^^^^^^^^^^^ contains {shard} or {shards}
    |
  help: add shards = "auto"; to use literal braces, put them in single quotes

  error: `0` is out of range
   --> gates.toml:3:10
    |
  3 | shards = 0
    |          ^ this must be a whole number from 1 to 256
---
error: gates.toml has 1 error
  error: {shard} stands for nothing in `fix` of gate `test`
   --> gates.toml:3:7
    |
  3 | fix = 'b {shard}'
    |       ^^^^^^^^^^^ a fixer has no parts
    |
  help: to use literal braces, put them in single quotes
---
"#);
}
