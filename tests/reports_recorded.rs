//! Runs that are recorded, reports that are written while they go on, and runs in the background.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::reports_formats::record;
use crate::sandbox::{GATEKEEPER, Sandbox, finish};

const GATES: &str = r#"
[gates.lint]
run = "lint"

[gates.test]
run = "sh -c 'echo 3 passed'"
"#;

fn sandbox(lint: &str) -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", GATES);
    sandbox.program("lint", &format!("#!/bin/sh\n{lint}\n"));
    sandbox.write(".gitignore", "/out.*\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    sandbox
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_run_is_reported_in_many_formats_at_once_and_again() {
    let sandbox = sandbox("echo 'a.py:1:2: wrong'; exit 1");
    let formats = [
        "json", "jsonl", "junit", "sarif", "gitlab", "github", "rdjson", "markdown", "html",
    ];
    let reports: Vec<String> = formats
        .iter()
        .map(|format| format!("--report={format}=out.{format}"))
        .collect();
    let mut arguments = vec!["run"];
    arguments.extend(reports.iter().map(String::as_str));
    sandbox.gatekeeper(&arguments).expect(1);
    for format in formats.into_iter().filter(|format| *format != "jsonl") {
        let again = sandbox
            .gatekeeper(&["report", "--format", format])
            .expect(0);
        assert_eq!(
            again.stdout,
            sandbox.read(&format!("out.{format}")),
            "{format}"
        );
        assert_eq!(again.stderr, "");
    }
    let run = json(&sandbox.read("out.json"));
    let head = sandbox.git(&["rev-parse", "HEAD", "HEAD^{tree}"]);
    let mut ids = head.lines();
    assert_eq!(run["commit"], ids.next().unwrap());
    assert_eq!(run["tree"], ids.next().unwrap());
    let events: Vec<Value> = sandbox.read("out.jsonl").lines().map(json).collect();
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        (kinds[0], kinds[kinds.len() - 1], kinds.len()),
        ("planned", "ended", 6)
    );
    assert_eq!(events.last().unwrap()["run"], run);
    // What was asked for leaves no trace in the work tree but the files themselves.
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_written_follows_its_schema() {
    let sandbox = sandbox("exit 1");
    sandbox
        .gatekeeper(&["run", "--report=json=out.json", "--report=jsonl=out.jsonl"])
        .expect(1);
    sandbox.write("staged.py", "x");
    sandbox.git(&["add", "."]);
    let staged = sandbox
        .gatekeeper(&["run", "--staged", "--format", "json"])
        .expect(1);
    let schema = |name: &str| {
        let schema = json(
            &sandbox
                .gatekeeper(&["report", "--schema", name])
                .expect(0)
                .stdout,
        );
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::draft202012::new(&schema).unwrap()
    };
    let run = schema("json");
    for text in [
        &sandbox.read("out.json"),
        &staged.stdout,
        &include_str!("reports/failed.json").to_owned(),
    ] {
        let errors: Vec<String> = run
            .iter_errors(&json(text))
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0]);
    }
    assert!(!run.is_valid(&json!({"version": 1})));
    let event = schema("jsonl");
    for line in sandbox.read("out.jsonl").lines() {
        assert!(event.is_valid(&json(line)), "{line}");
    }
    assert!(!event.is_valid(&json!({"event": "unknown"})));
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_before_anything_runs() {
    let sandbox = sandbox("record ran");
    let mut told = String::new();
    for report in [
        "--report=junit=missing/out.xml",
        "--report=junit=gates.toml",
        "--report=junit",
        "--report=junti=out.xml",
        "--report=tap=out.xml",
        "--report=junit=",
        "--report=json=out.x --report=html=out.x",
        "--report=json=- --format json",
        "--background --report=junit=-",
    ] {
        let mut arguments = vec!["run"];
        arguments.extend(report.split(' '));
        let done = sandbox.gatekeeper(&arguments);
        assert!([2, 3].contains(&done.code()), "{report}");
        told += &done.told();
    }
    assert_eq!(sandbox.recorded(), [""; 0]);
    assert_eq!(sandbox.read("gates.toml"), GATES);
    assert_snapshot!(told, @r"
error: cannot write the junit report to missing/out.xml
  No such file or directory (os error 2)
help: create its directory, or name another file
---
error: git tracks gates.toml, so a report must not replace it
help: name another file, best one that is ignored
---
error: invalid value 'junit' for '--report <FORMAT=FILE>': expected FORMAT=FILE, such as junit=report.xml

For more information, try '--help'.
---
error: invalid value 'junti=out.xml' for '--report <FORMAT=FILE>': `junti` is not a format; `junit` is one

For more information, try '--help'.
---
error: invalid value 'tap=out.xml' for '--report <FORMAT=FILE>': `tap` is not a format; the formats are json, jsonl, junit, sarif, gitlab, github, rdjson, markdown, html, in-toto

For more information, try '--help'.
---
error: invalid value 'junit=' for '--report <FORMAT=FILE>': the name of the file is missing; `-` is standard output

For more information, try '--help'.
---
error: two reports would be written to out.x
help: give each report a file of its own
---
error: `--format json` and `--report json=-` would both be written to standard output
help: give the report a file of its own
---
error: with `--background`, `--report junit=-` would be printed where no one reads it
help: name a file, or print it later with `gatekeeper report --format junit`
---
");
}

#[test]
fn a_report_of_a_run_that_has_not_ended_is_left_alone() {
    let sandbox = sandbox("record ran");
    sandbox.write("out.json", "what another run has written");
    let other = fs::File::open(sandbox.top.join("out.json")).unwrap();
    other.lock().unwrap();
    let done = sandbox.gatekeeper(&["run", "--report=json=out.json"]);
    assert_snapshot!(done.expect(3), @"
    error: cannot write the json report to out.json
      another run is writing its report there
    help: name another file, or wait for that run
    ");
    assert_eq!(sandbox.recorded(), [""; 0]);
    assert_eq!(sandbox.read("out.json"), "what another run has written");
    drop(other);
    sandbox
        .gatekeeper(&["run", "--report=json=out.json"])
        .expect(0);
    assert!(sandbox.read("out.json").starts_with('{'));
}

#[test]
fn a_report_of_an_earlier_run_is_not_left() {
    let sandbox = sandbox("kill -9 $PPID; sleep 60");
    sandbox.write("out.xml", "<testsuites/>");
    let done = sandbox.gatekeeper(&["run", "--report=junit=out.xml"]);
    assert_ne!(done.code(), 0);
    let report = sandbox.read("out.xml");
    assert!(report.is_empty() || report.contains("<error "), "{report}");
}

#[test]
fn a_report_that_breaks_off_is_no_pass() {
    let sandbox = sandbox("exit 0");
    let done = sandbox.sh(&format!(
        "'{GATEKEEPER}' run --quiet --report html=/dev/full"
    ));
    assert_snapshot!(done.expect(3), @"
    error: cannot write the report
      No space left on device (os error 28)
    help: the disk or your quota is full; free some space (`df -h` shows where), then run the command again
    ");
    // Nor has it a verdict for those who come later.
    sandbox.gatekeeper(&["report", "--wait"]).expect(3);
}

#[test]
fn secrets_are_in_no_report() {
    let token = ["ghp", &"a".repeat(36)].join("_");
    let mut sandbox = sandbox(&format!(
        "seq 60; echo \"{token} $DEPLOY_PASSWORD\" 'it is '{token}; \
         printf 'correct-\\033[31mhorse\\033[m-bat\\rtery\\n'; exit 1"
    ));
    sandbox.set("DEPLOY_PASSWORD", "correct-horse-battery");
    // Not even where only the user reads it, and then stored by whoever copies it.
    let told = sandbox.gatekeeper(&["run"]).expect(1).stderr;
    let done = sandbox
        .gatekeeper(&[
            "run",
            "--report=jsonl=out.jsonl",
            "--report=html=out.html",
            "--format=json",
        ])
        .expect(1);
    let recorded = sandbox
        .sh("cat .git/gatekeeper/runs/*.json")
        .expect(0)
        .stdout;
    for text in [
        &told,
        &done.stdout,
        &recorded,
        &sandbox.read("out.jsonl"),
        &sandbox.read("out.html"),
        &sandbox.read(".git/gatekeeper/logs/lint.log"),
    ] {
        assert!(
            !text.contains(&token) && !text.contains("correct-") && !text.contains("horse"),
            "{text}"
        );
        assert!(text.contains("[redacted]"), "{text}");
    }
}

#[test]
fn commits_are_recorded_and_the_last_run_is_reported() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = \"true\"\n");
    sandbox.write("a", "1");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "x"]);
    let done = sandbox.gatekeeper(&["report"]).expect(0);
    assert!(
        done.stdout.starts_with("passed: pre-commit in "),
        "{}",
        done.stdout
    );
    let run = json(
        &sandbox
            .gatekeeper(&["report", "--format", "json"])
            .expect(0)
            .stdout,
    );
    assert_eq!(
        run["tree"],
        sandbox.git(&["rev-parse", "HEAD^{tree}"]).trim()
    );
    assert_eq!(
        run["base"],
        json!([sandbox.git(&["rev-parse", "HEAD^"]).trim()])
    );
    assert_eq!(run["commit"], Value::Null);
}

#[test]
fn a_run_that_is_not_there_is_an_error() {
    let sandbox = sandbox("exit 0");
    let mut told = sandbox.gatekeeper(&["report"]).expect(3).told();
    told += &sandbox.gatekeeper(&["report", "--list"]).expect(0).told();
    told += &sandbox
        .gatekeeper(&["report", "--history"])
        .expect(0)
        .told();
    sandbox.gatekeeper(&["run"]).expect(0);
    sandbox.gatekeeper(&["run"]).expect(0);
    told += &sandbox.gatekeeper(&["report", "20"]).expect(2).told();
    told += &sandbox.gatekeeper(&["report", "nonsense"]).expect(2).told();
    told += &sandbox
        .gatekeeper(&["report", "--timeout", "1s"])
        .expect(2)
        .told();
    let runs = sandbox.sh("ls .git/gatekeeper/runs/*").stdout;
    let last = runs.lines().last().unwrap();
    fs::write(sandbox.top.join(last), "damaged\n{\"version\": 1").unwrap();
    let done = sandbox.gatekeeper(&["report"]).expect(3);
    assert!(done.stderr.contains("cannot be read"), "{}", done.stderr);
    sandbox.gatekeeper(&["report", "--wait"]).expect(3);
    assert!(
        sandbox
            .gatekeeper(&["report", "--list"])
            .expect(0)
            .stdout
            .contains("cannot be read")
    );
    assert_snapshot!(told, @"
    error: no run is recorded in this work tree
    help: run `gatekeeper run`
    ---
    stdout:
    no run is recorded in this work tree
    ---
    stdout:
    no run with gates is recorded in this work tree
    ---
    error: several runs begin with `20`
    help: run `gatekeeper report --list`
    ---
    error: no run `nonsense` is recorded in this work tree
    help: run `gatekeeper report --list`
    ---
    error: the following required arguments were not provided:
      --wait

    Usage: gatekeeper report --wait --timeout <TIME> [RUN]

    For more information, try '--help'.
    ---
    ");
}

/// A recorded run of one gate.
fn earlier(sandbox: &Sandbox, number: usize, gate: &Value, tree: &str) {
    let mut run = json(include_str!("reports/failed.json"));
    run["run"] = json!(format!("20260101-000000-{number:08x}"));
    run["tree"] = json!(tree);
    run["gates"] = json!([gate]);
    record(sandbox, &run);
}

#[test]
fn doubts_about_gates_are_told() {
    let sandbox = sandbox("test ! -e fail");
    sandbox.gatekeeper(&["run"]).expect(0);
    let run = json(
        &sandbox
            .gatekeeper(&["report", "--format", "json"])
            .expect(0)
            .stdout,
    );
    let mut slow = run["gates"][1].clone();
    for number in 0..5 {
        slow["duration_ms"] = json!(60_000 + number);
        earlier(
            &sandbox,
            number,
            &slow,
            "0000000000000000000000000000000000000000",
        );
    }
    let tree = run["tree"].as_str().unwrap();
    earlier(&sandbox, 6, &run["gates"][0], tree);
    let mut failed = run["gates"][0].clone();
    failed["outcome"] = json!("failed");
    earlier(&sandbox, 7, &failed, tree);
    let done = sandbox.gatekeeper(&["run"]).expect(0);
    assert_snapshot!(done, @"
    passed: 2 passed in [TIME]
    gatekeeper run: 2 paths tracked
             passed  lint  [TIME]
             passed  test  [TIME]

    note: lint is flaky: with the same command and the same tree, it passed 3 times and failed 1 time

    note: test is suspiciously fast: it took [TIME], and usually takes 1m 00s (the median of 6 runs)
    ");
    let markdown = sandbox
        .gatekeeper(&["report", "--format", "markdown"])
        .expect(0);
    assert!(
        markdown.stdout.contains("_suspiciously fast: "),
        "{}",
        markdown.stdout
    );
    assert_snapshot!(sandbox.gatekeeper(&["report", "--history"]).expect(0), @"
    stdout:
    9 runs recorded

    gate   runs  passed  cached    median      last  trend
    lint      4       3       0     [TIME]     [TIME]  [TREND]
          flaky: with the same command and the same tree, it passed 3 times and failed 1 time
    test      7       7       0    1m 00s     [TIME]  [TREND]
          suspiciously fast: it took [TIME], and usually takes 1m 00s (the median of 7 runs)
    ");
    let history = json(
        &sandbox
            .gatekeeper(&["report", "--history", "--format", "json"])
            .expect(0)
            .stdout,
    );
    assert_eq!(history["gates"][1]["median_ms"], 60_001);
}

#[test]
fn a_gate_that_has_not_run_for_long_is_stale() {
    let sandbox = sandbox("exit 0");
    let mut gate = json(include_str!("reports/failed.json"))["gates"][0].clone();
    gate["name"] = json!("docs");
    earlier(&sandbox, 0, &gate, "");
    gate["name"] = json!("lint");
    for number in 1..=20 {
        earlier(&sandbox, number, &gate, "");
    }
    assert_snapshot!(sandbox.gatekeeper(&["report", "--history"]).expect(0), @"
    stdout:
    21 runs recorded

    gate   runs  passed  cached    median      last  trend
    docs      1       1       0     [TIME]     [TIME]  [TREND]
          stale: other gates ran in the last 20 runs, this one did not
    lint     20      20       0     [TIME]     [TIME]  [TREND]
    ");
}

#[test]
fn a_run_in_the_background_is_waited_for() {
    let mut sandbox = sandbox("while test ! -e \"$GO\"; do sleep 0.05; done; exit 1");
    let go = sandbox.beside("go");
    sandbox.set("GO", &go);
    let done = sandbox.gatekeeper(&["run", "--background"]).expect(0);
    let run = done.stdout.lines().next().unwrap().to_owned();
    let mut told = done.naming(&run, "RUN").told();
    for arguments in [
        &["report"][..],
        &["report", "--wait", "--timeout", "10ms"],
        &["report", "--list"],
    ] {
        told += &sandbox.gatekeeper(arguments).naming(&run, "RUN").told();
    }
    sandbox.gatekeeper(&["report"]).expect(75);
    fs::write(&go, "").unwrap();
    let waited = sandbox
        .gatekeeper(&["report", "--wait", &run, "--format", "json"])
        .expect(1);
    let waited = json(&waited.stdout);
    assert_eq!(
        (&waited["run"], &waited["verdict"]),
        (&json!(run), &json!("failed"))
    );
    assert_snapshot!(told, @"
    stdout:
    [RUN]
    wait for it with `gatekeeper report --wait [RUN]`
    ---
    run [RUN] has not ended
    ---
    run [RUN] has not ended
    ---
    stdout:
    [RUN]  running
    ---
    ");
}

#[test]
fn runs_in_the_background_have_verdicts_of_their_own() {
    let mut sandbox = sandbox("exit $CODE");
    let mut runs = Vec::new();
    for code in ["0", "1", "0"] {
        sandbox.set("CODE", code);
        let done = sandbox
            .gatekeeper(&["run", "--background", "lint"])
            .expect(0);
        runs.push((
            done.stdout.lines().next().unwrap().to_owned(),
            code.parse().unwrap(),
        ));
    }
    for (run, code) in runs {
        sandbox.gatekeeper(&["report", "--wait", &run]).expect(code);
    }
}

#[test]
fn a_run_in_the_background_that_is_killed_has_no_verdict() {
    let mut sandbox = sandbox("echo $PPID >\"$PID\"; sleep 60");
    let pid = sandbox.beside("pid");
    sandbox.set("PID", &pid);
    sandbox
        .gatekeeper(&["run", "--background", "lint"])
        .expect(0);
    let killed =
        sandbox.sh("while ! test -s \"$PID\"; do sleep 0.05; done; kill -9 $(cat \"$PID\")");
    killed.expect(0);
    let done = sandbox.gatekeeper(&["report", "--wait"]).expect(3);
    let run = sandbox
        .sh("ls .git/gatekeeper/runs | sed 's/[.].*//' | tail -n 1")
        .stdout;
    assert_snapshot!(done.naming(&run, "RUN"), @"
    error: no verdict: run [RUN] has ended without a record
      gatekeeper run: 2 paths tracked
    help: start it again
    ");
    // One that cannot even begin.
    sandbox
        .gatekeeper(&["run", "--background", "no-such-gate"])
        .expect(0);
    let done = sandbox.gatekeeper(&["report", "--wait"]).expect(3);
    assert!(done.stderr.contains("no-such-gate"), "{}", done.stderr);
}

#[test]
fn a_workflow_gets_annotations_and_a_summary() {
    let mut sandbox = sandbox("echo '::error::from the tool'; echo '##[set-env name=X]y'; exit 1");
    let summary = sandbox.beside("summary");
    fs::write(&summary, "before\n").unwrap();
    sandbox.set("GITHUB_ACTIONS", "true");
    sandbox.set("GITHUB_STEP_SUMMARY", &summary);
    let done = finish(&mut sandbox.command(GATEKEEPER, &["run"])).expect(1);
    let token = done
        .stderr
        .lines()
        .next()
        .unwrap()
        .strip_prefix("::stop-commands::")
        .unwrap();
    let resume = format!("::{token}::\n");
    let (quiet, commands) = done.stderr.split_once(&resume).unwrap();
    assert!(quiet.contains("::error::from the tool"));
    assert_snapshot!(commands, @"::error title=lint/failed::lint failed: exit code 1: ##[set-env name=X]y%0Ahelp: run `gatekeeper run lint`");
    let summary = fs::read_to_string(&summary).unwrap();
    assert!(
        summary.starts_with("before\n## \u{274c} gatekeeper: failed\n"),
        "{summary}"
    );
    // A summary that is full, or cannot be written, changes nothing else.
    fs::write(sandbox.beside("summary"), "x".repeat(999_990)).unwrap();
    sandbox.gatekeeper(&["run"]).expect(1);
    assert_eq!(
        fs::metadata(sandbox.beside("summary")).unwrap().len(),
        999_990
    );
    sandbox.set("GITHUB_STEP_SUMMARY", "/nonexistent/summary");
    sandbox
        .gatekeeper(&["run"])
        .expect(1)
        .says("cannot write the step summary");
}

#[test]
fn an_audit_is_reported_as_well() {
    let mut sandbox = sandbox("exit 0");
    sandbox
        .sh("git commit --quiet --allow-empty -m 'Fix it.'")
        .expect(0);
    let arguments = [
        "audit",
        "HEAD^!",
        "--report=junit=out.xml",
        "--report=jsonl=out.jsonl",
    ];
    sandbox.gatekeeper(&arguments).expect(1);
    let junit = sandbox.read("out.xml");
    assert!(junit.contains("<failure "), "{junit}");
    let ended = json(sandbox.read("out.jsonl").lines().last().unwrap());
    assert_eq!(
        ended["run"]["commit"],
        sandbox.git(&["rev-parse", "HEAD"]).trim()
    );
    // An audit is no run of gates, so it is not what `report` shows.
    sandbox.gatekeeper(&["report"]).expect(3);
    sandbox.set("GITHUB_ACTIONS", "true");
    let done = sandbox.gatekeeper(&["audit", "HEAD^!"]).expect(1);
    assert_snapshot!(done.stderr.replace(&sandbox.git(&["rev-parse", "--short=12", "HEAD"]).trim().to_owned(), "[HEAD]"), @"::error title=gatekeeper/signed-off-by.missing::commit [HEAD]: the Signed-off-by trailer is missing");
}

#[test]
fn tools_that_are_known_say_their_versions_in_reports() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"ruff check\"\n[gates.other]\nrun = \"unknown\"\n",
    );
    let tool = "#!/bin/sh\ntest \"$1\" != --version || { echo 'ruff 0.17.6'; exit; }\necho 'All checks passed!'\n";
    sandbox.program("ruff", tool);
    sandbox.program("unknown", "#!/bin/sh\nrecord \"$@\"\n");
    sandbox.write(".gitignore", "/out.*\n");
    sandbox.git(&["add", "."]);
    sandbox
        .gatekeeper(&["run", "--report=json=out.json"])
        .expect(0);
    let run = json(&sandbox.read("out.json"));
    assert_eq!(run["gates"][0]["tool_version"], "0.17.6");
    assert_eq!(run["gates"][1]["tool_version"], Value::Null);
    assert_eq!(sandbox.recorded(), [""; 0]);
}
