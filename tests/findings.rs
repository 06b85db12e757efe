//! What tools have found: read from their lines and their reports, shown, and made into fingerprints.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;
use serde::Deserialize;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A recorded call of a tool, and what it finds.
#[derive(Deserialize)]
struct Case {
    run: String,
    findings: Option<String>,
    finds: Vec<String>,
    /// How many tests have run, failed, and were skipped.
    tests: Option<[u64; 3]>,
    code: Option<i32>,
    prints: Option<String>,
    report: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    files: BTreeMap<String, String>,
    case: Vec<Case>,
}

/// Prints and reports what the gate's directory holds, as the recorded tool did.
const REPLAY: &str = r#"#!/bin/sh
for word; do
    case $word in
    --*=/*) cp report "${word#*=}" ;;
    esac
done
cat said
exit "$(cat code)"
"#;

fn run(sandbox: &Sandbox) -> Value {
    let done = sandbox.gatekeeper(&["run", "--json"]);
    serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"))
}

fn gate<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut gates = report["gates"].as_array().unwrap().iter();
    gates.find(|gate| gate["name"] == name).unwrap()
}

/// A finding as a table has it: place, severity, rule.
fn finding(finding: &Value, dir: &str) -> String {
    let path = finding["path"].as_str().unwrap_or("-");
    let mut place = path.strip_prefix(dir).unwrap_or(path).to_owned();
    for number in [&finding["line"], &finding["column"]] {
        if let Some(number) = number.as_u64() {
            write!(place, ":{number}").unwrap();
        }
    }
    let severity = finding["severity"].as_str().unwrap();
    format!(
        "{place} {severity} {}",
        finding["rule"].as_str().unwrap_or("-")
    )
}

#[test]
fn defects_are_found_where_they_are() {
    let table: Table = toml::from_str(include_str!("findings.toml")).unwrap();
    let sandbox = Sandbox::new();
    let mut gates = String::new();
    for (number, case) in table.case.iter().enumerate() {
        let tool = case.run.split_whitespace().next().unwrap();
        sandbox.program(tool, REPLAY);
        let dir = format!("c{number}");
        for (name, text) in &table.files {
            sandbox.write(format!("{dir}/{name}"), text);
        }
        let top = sandbox.top.join(&dir);
        let here = |text: &str| text.replace("TOP", top.to_str().unwrap());
        sandbox.write(format!("{dir}/said"), here(case.prints.as_deref().unwrap()));
        sandbox.write(format!("{dir}/code"), case.code.unwrap().to_string());
        let report = case.report.as_deref().unwrap_or_default();
        sandbox.write(format!("{dir}/report"), here(report));
        writeln!(
            gates,
            "[gates.c{number}]\nrun = '{}'\ndir = '{dir}'",
            case.run
        )
        .unwrap();
        if let Some(format) = &case.findings {
            let path = if format == "cargo-json" {
                ""
            } else {
                ", path = '{report}'"
            };
            writeln!(gates, "findings = {{ format = '{format}'{path} }}").unwrap();
        }
    }
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    let report = run(&sandbox);
    let mut wrong = String::new();
    for (number, case) in table.case.iter().enumerate() {
        let gate = gate(&report, &format!("c{number}"));
        let findings = gate["findings"].as_array().unwrap();
        let mut found: Vec<String> = findings
            .iter()
            .map(|one| finding(one, &format!("c{number}/")))
            .collect();
        let mut finds = case.finds.clone();
        found.sort();
        finds.sort();
        if found != finds {
            writeln!(
                wrong,
                "{}\n    found {found:?}\n    not {finds:?}",
                case.run
            )
            .unwrap();
        }
        let is_red = case.code != Some(0) || finds.iter().any(|one| one.contains(" error "));
        if !is_red && gate["outcome"] != "passed" {
            writeln!(wrong, "{}\n    {}", case.run, gate["outcome"]).unwrap();
        }
        let tests = &gate["tests"];
        let tests = ["run", "failed", "skipped"].map(|key| tests[key].as_u64());
        if tests != case.tests.map_or([None; 3], |tests| tests.map(Some)) {
            writeln!(wrong, "{}\n    tests {tests:?}", case.run).unwrap();
        }
    }
    assert_eq!(wrong, "");
    assert!(table.case.len() > 40);
}

/// A linter that finds an error in each line with an x.
const LINT: &str = "#!/bin/sh\ngrep -n x \"$@\" /dev/null | sed 's/^\\([^:]*:[0-9]*\\):.*/\\1:1: X1 an x is here/'\nexit 1\n";

#[test]
fn five_findings_stand_for_all_and_the_output_is_saved() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = 'lint {files}'\nfiles = ['*.py']\n");
    sandbox.program("lint", LINT);
    sandbox.write("a.py", "x\nx\n\nx\n");
    sandbox.write("b.py", "x\nx\nx\nx\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(1), @"
    failed: lint failed: exit code 1, at a.py:1:1
    gatekeeper run: 3 paths tracked
             failed  lint  [TIME]  exit code 1

    lint failed
        cause  exit code 1, after [TIME]
        found  7 errors
               a.py:1:1: X1 an x is here
               a.py:2:1: X1 an x is here
               a.py:4:1: X1 an x is here
               b.py:1:1: X1 an x is here
               b.py:2:1: X1 an x is here
               and 2 more
       output  the full output is in .git/gatekeeper/logs/lint.log
      command  lint a.py b.py
       repeat  gatekeeper run lint

    1 failed in [TIME]
    ");
}

#[test]
fn fingerprints_stay_when_lines_are_inserted_above() {
    let sandbox = Sandbox::with_gates("[gates.lint]\nrun = 'lint a.py'\n");
    sandbox.program("lint", LINT);
    let text = "one x\ntwo x\none x\n  one   x\n";
    sandbox.write("a.py", text);
    sandbox.git(&["add", "."]);
    let prints = || -> Vec<String> {
        let report = run(&sandbox);
        let findings = gate(&report, "lint")["findings"]
            .as_array()
            .unwrap()
            .clone();
        let print = |one: &Value| one["fingerprint"].as_str().unwrap().to_owned();
        findings.iter().map(print).collect()
    };
    let before = prints();
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((before.len(), distinct.len()), (4, 4));
    sandbox.write("a.py", "#\n".repeat(50) + text);
    sandbox.git(&["add", "."]);
    assert_eq!(prints(), before);
    // A finding that is gone takes only its own fingerprint with it.
    sandbox.write("a.py", text.replace("two x\n", ""));
    sandbox.git(&["add", "."]);
    let after = prints();
    let lost = before.iter().filter(|print| !after.contains(print));
    assert_eq!((after.len(), lost.count()), (3, 1));
}

#[test]
fn a_report_has_a_say_and_lines_have_none() {
    let sarif = |results: &str| {
        format!(
            "{{\"version\": \"2.1.0\", \"runs\": [{{\"tool\": {{\"driver\": {{\"name\": \"t\"}}}}{results}}}]}}"
        )
    };
    let result = |level: &str| {
        format!(
            ", \"results\": [{{\"ruleId\": \"R\", \"level\": \"{level}\", \"message\": {{\"text\": \"no\"}}}}]"
        )
    };
    let cases = [
        ("sarif", sarif(", \"results\": []"), "passed"),
        ("sarif", sarif(&result("warning")), "passed"),
        ("sarif", sarif(&result("error")), "failed"),
        ("sarif", sarif(""), "tool broken"),
        ("sarif", "{}".into(), "tool broken"),
        ("sarif", String::new(), "tool broken"),
        (
            "junit",
            "<testsuite><testcase name='a'/></testsuite>".into(),
            "passed",
        ),
        (
            "junit",
            "<testsuite><testcase name='a'><error/></testcase></testsuite>".into(),
            "failed",
        ),
        ("junit", "<testsuite/>".into(), "checked nothing"),
        (
            "junit",
            "<testsuite><testcase name='a'/>".into(),
            "tool broken",
        ),
        ("junit", "<html></html>".into(), "tool broken"),
        // Failures that no test has.
        (
            "junit",
            "<testsuite failures='1'><testcase name='a'/></testsuite>".into(),
            "tool broken",
        ),
        (
            "junit",
            "<testsuite><testcase name='a'/><error message='setup'/></testsuite>".into(),
            "tool broken",
        ),
    ];
    let sandbox = Sandbox::new();
    let mut gates = String::from("[gates.lines]\nrun = \"echo gates.toml:1:1: error: no\"\n");
    gates += "[gates.none]\nrun = 'true --to={report}'\nfindings = { format = 'sarif', path = '{report}' }\n";
    gates += "[gates.cargo]\nrun = 'echo x'\nfindings = { format = 'cargo-json' }\n";
    for (number, (format, text, _)) in cases.iter().enumerate() {
        sandbox.write(format!("r{number}"), text);
        let findings = format!("findings = {{ format = '{format}', path = '{{report}}' }}");
        writeln!(
            gates,
            "[gates.r{number}]\nrun = 'cp r{number} {{report}}'\n{findings}"
        )
        .unwrap();
    }
    sandbox.write("gates.toml", gates);
    sandbox.git(&["add", "."]);
    let report = run(&sandbox);
    for (number, (format, text, outcome)) in cases.iter().enumerate() {
        let gate = gate(&report, &format!("r{number}"));
        assert_eq!(gate["outcome"], *outcome, "{format} {text}: {gate}");
    }
    assert_eq!(gate(&report, "lines")["outcome"], "passed");
    assert_eq!(gate(&report, "lines")["finding_counts"]["errors"], 1);
    for name in ["none", "cargo"] {
        assert_eq!(gate(&report, name)["outcome"], "tool broken");
        assert_eq!(gate(&report, name)["breakage"], "report");
    }
}

#[test]
fn a_hostile_output_does_no_harm() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "x = 1\n");
    sandbox.program(
        "lint",
        "#!/bin/sh\nawk 'BEGIN { for (i = 1; i <= 300000; i++) print \"a.py:\" i \":1: E\" i % 7 + 100 \" \\033[31mx\\007y\" i }'\n\
         awk 'BEGIN { for (i = 1; i <= 30000; i++) print \"z\" i \".py:1:1: E1 x\" }'\n\
         echo /etc/passwd:1:1: E1 x\necho ../../../../etc/passwd:1:1: E1 x\n\
         echo a.py:4294967296:1: E1 x\necho a.py:0:0: E1 zero\n\
         head -c 3000000 /dev/zero | tr '\\0' ':'\necho\nexit 1\n",
    );
    sandbox.write("gates.toml", "[gates.lint]\nrun = 'lint'\n");
    sandbox.git(&["add", "."]);
    let report = run(&sandbox);
    let lint = gate(&report, "lint");
    assert_eq!(lint["finding_counts"]["errors"], 300_001);
    let findings = lint["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1000);
    assert!(findings.iter().all(|one| one["path"] == "a.py"));
    assert_eq!(findings[0]["message"], "x\\x07y1");
    assert_eq!(lint["fingerprints"].as_array().unwrap().len(), 30_000);
    assert_eq!(lint["fingerprints_missing"], 270_001);
}
