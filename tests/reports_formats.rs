//! Each format of reports, made from the same recorded run: whole, and as its readers take it.

use std::fmt::Write as _;
use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sandbox::{Done, Sandbox};

/// A run with every kind of outcome, and texts that are markup in one format or another.
const FAILED: &str = include_str!("reports/failed.json");

/// Puts a record where gatekeeper keeps them.
pub(crate) fn record(sandbox: &Sandbox, record: &Value) -> String {
    let run = record["run"].as_str().unwrap().to_owned();
    let gates = record["gates"].as_array().unwrap().iter().map(|gate| {
        json!({
            "name": gate["name"],
            "definition": gate["definition"],
            "outcome": gate["outcome"],
            "duration_ms": gate["duration_ms"],
        })
    });
    let heading = json!({
        "run": run,
        "started": record["started"],
        "trigger": record["trigger"],
        "verdict": record["verdict"],
        "duration_ms": record["duration_ms"],
        "tree": record["tree"],
        "gates": gates.collect::<Vec<_>>(),
    });
    let dir = sandbox.top.join(".git/gatekeeper/runs");
    fs::create_dir_all(&dir).unwrap();
    fs::write(
        dir.join(format!("{run}.json")),
        format!("{heading}\n{record}\n"),
    )
    .unwrap();
    run
}

fn failed() -> Value {
    serde_json::from_str(FAILED).unwrap()
}

/// The report of a recorded run.
fn report(run: &Value, format: &str) -> Done {
    let sandbox = Sandbox::new();
    record(&sandbox, run);
    let done = sandbox
        .gatekeeper(&["report", "--format", format])
        .expect(0);
    assert_eq!(done.stderr, "");
    done
}

fn parsed(run: &Value, format: &str) -> Value {
    serde_json::from_str(&report(run, format).stdout).unwrap()
}

#[test]
fn reports_for_people() {
    let sandbox = Sandbox::new();
    record(&sandbox, &failed());
    assert_snapshot!(sandbox.gatekeeper(&["report"]).expect(0).stdout, @"
    failed: run --from main --to HEAD in 1m 00s, started 2026-01-31T12:34:56Z (run 20260131-123456-0123abcd)
    tree 1111111111111111111111111111111111111111
             passed  typecheck   4.21s  Success: no issues found in 12 source files
             failed  lint        0.31s  exit code 1
             passed  test        6.90s
             failed  audit       2.10s  exit code 1; warning only
          timed out  docs       1m 00s  stopped at its timeout of 60s
    could not start  spell              `codespell` is not on PATH
             cached  format             it passed on the same tree 5 minutes ago, in 0.21s
            skipped  e2e                the staging server is down, until 2999-12-31
     not applicable  rust               no changed path matches *.rs

    lint failed: exit code 1
      src/app.py:1:8: error: `os` imported but unused [F401]
      web app/ä|b.py:7:89: error: line too long (93 > 88) [E501]
      warning: a message with `code`, <b>markup</b>, a | and @someone [invalid-syntax]
       repeat  gatekeeper run --staged lint
          fix  gatekeeper fix lint

    audit failed: exit code 1
      | Found 1 known vulnerability in 1 package
       repeat  gatekeeper run --staged audit

    docs timed out: stopped at its timeout of 60s
       repeat  gatekeeper run --staged docs

    spell could not start: `codespell` is not on PATH
       repeat  gatekeeper run --staged spell

      src/app.py:12:15: error: it silences every rule on this line [python.noqa]
        help: name the rule and the reason: `# noqa: F401 -- why`
      src/app.py:40:15: error: it silences every rule on this line [python.noqa]
        help: name the rule and the reason: `# noqa: F401 -- why`
      error: commit 333333333333: the subject ends with a full stop [subject.full-stop]
      src/app.py:50:15: note: it silences every rule on this line (justified: generated) [python.noqa]

    note: typecheck is suspiciously fast: it took 4.2s, and usually takes 58.1s (the median of 9 runs)
    ");
}

#[test]
fn reports_as_junit() {
    assert_snapshot!(report(&failed(), "junit").stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="gatekeeper" tests="10" failures="3" errors="1" time="60.370">
        <testsuite name="gatekeeper" tests="10" disabled="3" errors="1" failures="3" time="60.370">
            <testcase name="typecheck" classname="gatekeeper.typecheck" time="4.210">
                <system-out>Success: no issues found in 12 source files</system-out>
            </testcase>
            <testcase name="lint" classname="gatekeeper.lint" time="0.310" file="src/app.py" line="1">
                <failure message="failed: exit code 1" type="failed">src/app.py:1:8: error: F401: `os` imported but unused
    web app/ä|b.py:7:89: error: E501: line too long (93 &gt; 88)
    warning: invalid-syntax: a message with `code`, &lt;b&gt;markup&lt;/b&gt;, a | and @someone
    repeat: gatekeeper run --staged lint</failure>
                <system-out>src/app.py:1:8: F401 `os` imported but unused
    Found 2 errors.
    ::error::not a command
    &lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; ```</system-out>
            </testcase>
            <testcase name="test" classname="gatekeeper.test" time="6.900">
                <system-out>128 passed, 2 skipped</system-out>
            </testcase>
            <testcase name="audit" classname="gatekeeper.security" time="2.100">
                <skipped message="failed: exit code 1 (warning only)"/>
                <system-out>Found 1 known vulnerability in 1 package</system-out>
            </testcase>
            <testcase name="docs" classname="gatekeeper.custom" time="60.010">
                <failure message="timed out: stopped at its timeout of 60s" type="timed-out">error: timed-out: docs timed out: stopped at its timeout of 60s
    repeat: gatekeeper run --staged docs</failure>
            </testcase>
            <testcase name="spell" classname="gatekeeper.custom" time="0.000">
                <error message="could not start: `codespell` is not on PATH" type="could-not-start">error: could-not-start: spell could not start: `codespell` is not on PATH
    repeat: gatekeeper run --staged spell</error>
            </testcase>
            <testcase name="format" classname="gatekeeper.format" time="0.000">
                <system-out>cached: it passed on the same tree 5 minutes ago, in 0.21s</system-out>
            </testcase>
            <testcase name="e2e" classname="gatekeeper.test" time="0.000">
                <skipped message="skipped: the staging server is down, until 2999-12-31"/>
            </testcase>
            <testcase name="rust" classname="gatekeeper.lint" time="0.000">
                <skipped message="not applicable: no changed path matches *.rs"/>
            </testcase>
            <testcase name="rules" classname="gatekeeper.rules">
                <failure message="the rules have 3 findings" type="rules">src/app.py:12:15: error: python.noqa: it silences every rule on this line
    src/app.py:40:15: error: python.noqa: it silences every rule on this line
    error: subject.full-stop: commit 333333333333: the subject ends with a full stop
    src/app.py:50:15: note: python.noqa: it silences every rule on this line (justified: generated)</failure>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn reports_as_annotations() {
    assert_snapshot!(report(&failed(), "github").stdout, @"
    ::error file=src/app.py,line=1,endLine=1,col=8,endColumn=10,title=lint/F401::`os` imported but unused
    ::error file=web app/ä|b.py,line=7,col=89,title=lint/E501::line too long (93 > 88)
    ::error title=docs/timed-out::docs timed out: stopped at its timeout of 60s%0Ahelp: run `gatekeeper run --staged docs`
    ::error title=spell/could-not-start::spell could not start: `codespell` is not on PATH%0Ahelp: run `gatekeeper run --staged spell`
    ::error file=src/app.py,line=12,endLine=12,col=15,endColumn=21,title=gatekeeper/python.noqa::it silences every rule on this line%0Ahelp: name the rule and the reason: `# noqa: F401 -- why`
    ::error file=src/app.py,line=40,endLine=40,col=15,endColumn=21,title=gatekeeper/python.noqa::it silences every rule on this line%0Ahelp: name the rule and the reason: `# noqa: F401 -- why`
    ::error title=gatekeeper/subject.full-stop::commit 333333333333: the subject ends with a full stop
    ::warning title=lint/invalid-syntax::a message with `code`, <b>markup</b>, a | and @someone
    ::warning title=audit/failed::audit failed: exit code 1: Found 1 known vulnerability in 1 package%0Ahelp: run `gatekeeper run --staged audit`
    ::notice file=src/app.py,line=50,endLine=50,col=15,endColumn=21,title=gatekeeper/python.noqa::it silences every rule on this line (justified: generated)
    ");
}

#[test]
fn reports_as_markdown() {
    let text = report(&failed(), "markdown").stdout;
    // A character that cannot be seen keeps mentions from notifying anybody.
    assert_snapshot!(text.replace('\u{200b}', "[NO WIDTH]"), @r#"
    ## ❌ gatekeeper: failed

    `run --from main --to HEAD` · in 1m 00s · tree `1111111111111111111111111111111111111111` · since `2222222222222222222222222222222222222222` · started 2026-01-31T12:34:56Z · on linux x86_64 · with gatekeeper 0.1.0 · run `20260131-123456-0123abcd`

    | gate | outcome | time | evidence |
    |---|---|---:|---|
    | typecheck | passed | 4.21s | Success: no issues found in 12 source files<br>_suspiciously fast: it took 4.2s, and usually takes 58.1s (the median of 9 runs)_ |
    | lint | **failed** | 0.31s | exit code 1 |
    | test | passed | 6.90s | 128 tests run |
    | audit | failed (warning only) | 2.10s | exit code 1 |
    | docs | **timed out** | 1m 00s | stopped at its timeout of 60s |
    | spell | **could not start** |  | \`codespell\` is not on PATH |
    | format | cached |  | it passed on the same tree 5 minutes ago, in 0.21s |
    | e2e | skipped |  | the staging server is down, until 2999-12-31 |
    | rust | not applicable |  | no changed path matches \*.rs |

    ### Findings

    - `src/app.py:1:8` error: \`os\` imported but unused (`lint/F401`)
    - `web app/ä|b.py:7:89` error: line too long (93 &gt; 88) (`lint/E501`)
    - error: docs timed out: stopped at its timeout of 60s (`docs/timed-out`)
    - error: spell could not start: \`codespell\` is not on PATH (`spell/could-not-start`)
    - `src/app.py:12:15` error: it silences every rule on this line (`gatekeeper/python.noqa`)
    - `src/app.py:40:15` error: it silences every rule on this line (`gatekeeper/python.noqa`)
    - error: commit 333333333333: the subject ends with a full stop (`gatekeeper/subject.full-stop`)
    - warning: a message with \`code\`, &lt;b&gt;markup&lt;/b&gt;, a \| and @[NO WIDTH]someone (`lint/invalid-syntax`)
    - warning: audit failed: exit code 1: Found 1 known vulnerability in 1 package (`audit/failed`)
    - `src/app.py:50:15` note: it silences every rule on this line (justified: generated) (`gatekeeper/python.noqa`)

    <details><summary>Output of lint</summary>

    ````text
    src/app.py:1:8: F401 `os` imported but unused
    Found 2 errors.
    ::error::not a command
    <script>alert(1)</script> ]]> ```
    ````
    Repeat with `gatekeeper run --staged lint`.
    Fix with `gatekeeper fix lint`.

    </details>

    <details><summary>Output of audit</summary>

    ```text
    Found 1 known vulnerability in 1 package
    ```
    Repeat with `gatekeeper run --staged audit`.

    </details>

    <details><summary>Commands</summary>

    ```sh
    # typecheck (version 2.4.1)
    mypy src
    # lint
    ruff check --output-format concise src 'web app'
    # test
    pytest -q
    # audit
    pip-audit
    # docs
    (cd docs && mkdocs build --strict)
    ```

    </details>
    "#);
}

#[test]
fn reports_as_code_quality() {
    assert_snapshot!(report(&failed(), "gitlab").stdout, @r#"
    [
      {
        "description": "`os` imported but unused",
        "check_name": "lint/F401",
        "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "severity": "major",
        "location": {
          "path": "src/app.py",
          "lines": {
            "begin": 1,
            "end": 1
          }
        }
      },
      {
        "description": "line too long (93 > 88)",
        "check_name": "lint/E501",
        "fingerprint": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "severity": "major",
        "location": {
          "path": "web app/ä|b.py",
          "lines": {
            "begin": 7
          }
        }
      },
      {
        "description": "docs timed out: stopped at its timeout of 60s",
        "check_name": "docs/timed-out",
        "fingerprint": "43094bdc4d6a96e92ddc75960195af7a",
        "severity": "major",
        "location": {
          "path": "gates.toml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "spell could not start: `codespell` is not on PATH",
        "check_name": "spell/could-not-start",
        "fingerprint": "caa4efcd2df842327305dc7e0dfe9132",
        "severity": "major",
        "location": {
          "path": "gates.toml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "it silences every rule on this line",
        "check_name": "gatekeeper/python.noqa",
        "fingerprint": "af149571101bea8d8f5ae6089dacdde4",
        "severity": "major",
        "location": {
          "path": "src/app.py",
          "lines": {
            "begin": 12,
            "end": 12
          }
        }
      },
      {
        "description": "it silences every rule on this line",
        "check_name": "gatekeeper/python.noqa",
        "fingerprint": "ef37288ebdb1c74dc49b3f30d42678bd",
        "severity": "major",
        "location": {
          "path": "src/app.py",
          "lines": {
            "begin": 40,
            "end": 40
          }
        }
      },
      {
        "description": "commit 333333333333: the subject ends with a full stop",
        "check_name": "gatekeeper/subject.full-stop",
        "fingerprint": "1d71f9e5f08e6d90119988c76d2d3b4c",
        "severity": "major",
        "location": {
          "path": "gates.toml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "a message with `code`, <b>markup</b>, a | and @someone",
        "check_name": "lint/invalid-syntax",
        "fingerprint": "cccccccccccccccccccccccccccccccc",
        "severity": "minor",
        "location": {
          "path": "gates.toml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "audit failed: exit code 1: Found 1 known vulnerability in 1 package",
        "check_name": "audit/failed",
        "fingerprint": "0d6d8c4a2b5c5c65f6623efcfa9608ff",
        "severity": "minor",
        "location": {
          "path": "gates.toml",
          "lines": {
            "begin": 1
          }
        }
      },
      {
        "description": "it silences every rule on this line (justified: generated)",
        "check_name": "gatekeeper/python.noqa",
        "fingerprint": "331de700c6b8adf67b9b86451b24f996",
        "severity": "info",
        "location": {
          "path": "src/app.py",
          "lines": {
            "begin": 50,
            "end": 50
          }
        }
      }
    ]
    "#);
}

#[test]
fn reports_as_diagnostics() {
    assert_snapshot!(report(&failed(), "rdjson").stdout, @r#"
    {
      "source": {
        "name": "gatekeeper"
      },
      "diagnostics": [
        {
          "message": "`os` imported but unused",
          "location": {
            "path": "src/app.py",
            "range": {
              "start": {
                "line": 1,
                "column": 8
              },
              "end": {
                "line": 1,
                "column": 10
              }
            }
          },
          "severity": "ERROR",
          "source": {
            "name": "lint"
          },
          "code": {
            "value": "F401"
          }
        },
        {
          "message": "line too long (93 > 88)",
          "location": {
            "path": "web app/ä|b.py",
            "range": {
              "start": {
                "line": 7,
                "column": 89
              }
            }
          },
          "severity": "ERROR",
          "source": {
            "name": "lint"
          },
          "code": {
            "value": "E501"
          }
        },
        {
          "message": "docs timed out: stopped at its timeout of 60s",
          "location": {
            "path": "gates.toml"
          },
          "severity": "ERROR",
          "source": {
            "name": "docs"
          },
          "code": {
            "value": "timed-out"
          }
        },
        {
          "message": "spell could not start: `codespell` is not on PATH",
          "location": {
            "path": "gates.toml"
          },
          "severity": "ERROR",
          "source": {
            "name": "spell"
          },
          "code": {
            "value": "could-not-start"
          }
        },
        {
          "message": "it silences every rule on this line",
          "location": {
            "path": "src/app.py",
            "range": {
              "start": {
                "line": 12,
                "column": 15
              },
              "end": {
                "line": 12,
                "column": 21
              }
            }
          },
          "severity": "ERROR",
          "source": {
            "name": "gatekeeper"
          },
          "code": {
            "value": "python.noqa"
          }
        },
        {
          "message": "it silences every rule on this line",
          "location": {
            "path": "src/app.py",
            "range": {
              "start": {
                "line": 40,
                "column": 15
              },
              "end": {
                "line": 40,
                "column": 21
              }
            }
          },
          "severity": "ERROR",
          "source": {
            "name": "gatekeeper"
          },
          "code": {
            "value": "python.noqa"
          }
        },
        {
          "message": "commit 333333333333: the subject ends with a full stop",
          "location": {
            "path": "gates.toml"
          },
          "severity": "ERROR",
          "source": {
            "name": "gatekeeper"
          },
          "code": {
            "value": "subject.full-stop"
          }
        },
        {
          "message": "a message with `code`, <b>markup</b>, a | and @someone",
          "location": {
            "path": "gates.toml"
          },
          "severity": "WARNING",
          "source": {
            "name": "lint"
          },
          "code": {
            "value": "invalid-syntax"
          }
        },
        {
          "message": "audit failed: exit code 1: Found 1 known vulnerability in 1 package",
          "location": {
            "path": "gates.toml"
          },
          "severity": "WARNING",
          "source": {
            "name": "audit"
          },
          "code": {
            "value": "failed"
          }
        },
        {
          "message": "it silences every rule on this line (justified: generated)",
          "location": {
            "path": "src/app.py",
            "range": {
              "start": {
                "line": 50,
                "column": 15
              },
              "end": {
                "line": 50,
                "column": 21
              }
            }
          },
          "severity": "INFO",
          "source": {
            "name": "gatekeeper"
          },
          "code": {
            "value": "python.noqa"
          }
        }
      ]
    }
    "#);
}

#[test]
fn reports_as_sarif() {
    let sarif = parsed(&failed(), "sarif");
    let runs = sarif["runs"].as_array().unwrap();
    let mut told = String::new();
    for run in runs {
        let id = &run["automationDetails"]["id"];
        writeln!(told, "{id} {}", run["invocations"]).unwrap();
        for result in run["results"].as_array().unwrap() {
            let rule = &run["tool"]["driver"]["rules"]
                [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            writeln!(told, "  {result}").unwrap();
        }
    }
    assert_snapshot!(told, @r#"
    "gatekeeper/typecheck/" [{"commandLine":"mypy src","endTimeUtc":"2026-01-31T12:35:00.222Z","executionSuccessful":true,"startTimeUtc":"2026-01-31T12:34:56.012Z"}]
    "gatekeeper/lint/" [{"commandLine":"ruff check --output-format concise src 'web app'","endTimeUtc":"2026-01-31T12:34:56.322Z","executionSuccessful":true,"exitCode":1,"exitCodeDescription":"failed: exit code 1","startTimeUtc":"2026-01-31T12:34:56.012Z"}]
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/app.py"},"region":{"endColumn":10,"endLine":1,"snippet":{"text":"import os"},"startColumn":8,"startLine":1}}}],"message":{"text":"`os` imported but unused"},"partialFingerprints":{"gatekeeperFingerprint/v1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","primaryLocationLineHash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"ruleId":"lint/F401","ruleIndex":1}
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"web%20app/%C3%A4%7Cb.py"},"region":{"snippet":{"text":"x = 1  # öööööööööööööööööööööööööööööööööööööööö"},"startColumn":89,"startLine":7}}}],"message":{"text":"line too long (93 > 88)"},"partialFingerprints":{"gatekeeperFingerprint/v1":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","primaryLocationLineHash":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"ruleId":"lint/E501","ruleIndex":0}
      {"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":"gates.toml"}}}],"message":{"text":"a message with `code`, <b>markup</b>, a | and @someone"},"partialFingerprints":{"gatekeeperFingerprint/v1":"cccccccccccccccccccccccccccccccc","primaryLocationLineHash":"cccccccccccccccccccccccccccccccc"},"ruleId":"lint/invalid-syntax","ruleIndex":2}
    "gatekeeper/test/" [{"commandLine":"pytest -q","endTimeUtc":"2026-01-31T12:35:03.23Z","executionSuccessful":true,"startTimeUtc":"2026-01-31T12:34:56.33Z"}]
    "gatekeeper/audit/" [{"commandLine":"pip-audit","endTimeUtc":"2026-01-31T12:34:58.44Z","executionSuccessful":true,"exitCode":1,"exitCodeDescription":"failed: exit code 1","startTimeUtc":"2026-01-31T12:34:56.34Z"}]
      {"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":"gates.toml"}}}],"message":{"text":"audit failed: exit code 1: Found 1 known vulnerability in 1 package"},"partialFingerprints":{"gatekeeperFingerprint/v1":"0d6d8c4a2b5c5c65f6623efcfa9608ff","primaryLocationLineHash":"0d6d8c4a2b5c5c65f6623efcfa9608ff"},"ruleId":"audit/failed","ruleIndex":0}
    "gatekeeper/docs/" [{"commandLine":"mkdocs build --strict","endTimeUtc":"2026-01-31T12:35:56.36Z","executionSuccessful":false,"exitCodeDescription":"timed out: stopped at its timeout of 60s","startTimeUtc":"2026-01-31T12:34:56.35Z"}]
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"gates.toml"}}}],"message":{"text":"docs timed out: stopped at its timeout of 60s"},"partialFingerprints":{"gatekeeperFingerprint/v1":"43094bdc4d6a96e92ddc75960195af7a","primaryLocationLineHash":"43094bdc4d6a96e92ddc75960195af7a"},"ruleId":"docs/timed-out","ruleIndex":0}
    "gatekeeper/spell/" [{"commandLine":"spell","executionSuccessful":false,"exitCodeDescription":"could not start: `codespell` is not on PATH"}]
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"gates.toml"}}}],"message":{"text":"spell could not start: `codespell` is not on PATH"},"partialFingerprints":{"gatekeeperFingerprint/v1":"caa4efcd2df842327305dc7e0dfe9132","primaryLocationLineHash":"caa4efcd2df842327305dc7e0dfe9132"},"ruleId":"spell/could-not-start","ruleIndex":0}
    "gatekeeper/format/" [{"executionSuccessful":true}]
    "gatekeeper/" null
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/app.py"},"region":{"endColumn":21,"endLine":12,"snippet":{"text":"    return x  # noqa"},"startColumn":15,"startLine":12}}}],"message":{"text":"it silences every rule on this line"},"partialFingerprints":{"gatekeeperFingerprint/v1":"af149571101bea8d8f5ae6089dacdde4","primaryLocationLineHash":"af149571101bea8d8f5ae6089dacdde4"},"ruleId":"gatekeeper/python.noqa","ruleIndex":0}
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/app.py"},"region":{"endColumn":21,"endLine":40,"snippet":{"text":"    return x  # noqa"},"startColumn":15,"startLine":40}}}],"message":{"text":"it silences every rule on this line"},"partialFingerprints":{"gatekeeperFingerprint/v1":"ef37288ebdb1c74dc49b3f30d42678bd","primaryLocationLineHash":"ef37288ebdb1c74dc49b3f30d42678bd"},"ruleId":"gatekeeper/python.noqa","ruleIndex":0}
      {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"gates.toml"}}}],"message":{"text":"commit 333333333333: the subject ends with a full stop"},"partialFingerprints":{"gatekeeperFingerprint/v1":"1d71f9e5f08e6d90119988c76d2d3b4c","primaryLocationLineHash":"1d71f9e5f08e6d90119988c76d2d3b4c"},"ruleId":"gatekeeper/subject.full-stop","ruleIndex":1}
      {"level":"note","locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/app.py"},"region":{"endColumn":21,"endLine":50,"snippet":{"text":"    return x  # noqa"},"startColumn":15,"startLine":50}}}],"message":{"text":"it silences every rule on this line (justified: generated)"},"partialFingerprints":{"gatekeeperFingerprint/v1":"331de700c6b8adf67b9b86451b24f996","primaryLocationLineHash":"331de700c6b8adf67b9b86451b24f996"},"ruleId":"gatekeeper/python.noqa","ruleIndex":0}
    "#);
}

#[test]
fn the_json_report_is_what_was_recorded() {
    assert_eq!(parsed(&failed(), "json"), failed());
    let done = report(&failed(), "jsonl");
    let lines: Vec<Value> = done
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ended = lines.last().unwrap();
    assert_eq!(ended["event"], "ended");
    assert_eq!(ended["run"], failed());
}

#[test]
fn no_format_loses_a_gate_that_has_failed() {
    // No findings, no output, no place: the failure itself is what every format has to report.
    for outcome in [
        "failed",
        "timed out",
        "checked nothing",
        "tool broken",
        "could not start",
    ] {
        let mut run = failed();
        run["lines"] = json!([]);
        run["messages"] = Value::Null;
        let mut gate = run["gates"][4].clone();
        gate["outcome"] = json!(outcome);
        run["gates"] = json!([gate]);
        assert_eq!(
            parsed(&run, "gitlab").as_array().unwrap().len(),
            1,
            "{outcome}"
        );
        assert_eq!(
            parsed(&run, "rdjson")["diagnostics"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            parsed(&run, "sarif")["runs"][0]["results"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert!(report(&run, "github").stdout.starts_with("::error "));
        let junit = report(&run, "junit").stdout;
        assert!(
            junit.contains("<failure ") || junit.contains("<error "),
            "{junit}"
        );
        for format in ["markdown", "html"] {
            assert!(report(&run, format).stdout.contains(outcome), "{format}");
        }
    }
    // Nor one that has no verdict.
    for verdict in ["overtaken", "cancelled", "unable"] {
        let mut run = failed();
        run["lines"] = json!([]);
        run["messages"] = Value::Null;
        run["gates"] = json!([run["gates"][0]]);
        run["verdict"] = json!(verdict);
        run["exit_code"] = json!(3);
        assert!(
            report(&run, "junit").stdout.contains("<error "),
            "{verdict}"
        );
        for format in ["markdown", "html"] {
            assert!(
                report(&run, format).stdout.to_lowercase().contains(verdict),
                "{format}"
            );
        }
    }
}

#[test]
fn reports_keep_the_limits_of_their_readers() {
    let mut run = failed();
    let finding = run["gates"][1]["findings"][0].clone();
    let many = (0..1000).map(|number| {
        let mut finding = finding.clone();
        finding["line"] = json!(number + 1);
        finding["severity"] = json!(["error", "warning", "note"][number % 3]);
        finding
    });
    run["gates"][1]["findings"] = many.collect();
    let annotations = report(&run, "github").stdout;
    let count = |command: &str| {
        annotations
            .lines()
            .filter(|line| line.starts_with(command))
            .count()
    };
    assert_eq!(
        (count("::error "), count("::warning "), count("::notice ")),
        (10, 10, 10)
    );
    assert!(
        annotations
            .lines()
            .last()
            .unwrap()
            .contains("more: see the step summary")
    );
    // Every finding is another one, although they are all alike.
    let issues = parsed(&run, "gitlab");
    let mut prints: Vec<&str> = issues
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["fingerprint"].as_str().unwrap())
        .collect();
    let total = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), total);
    // Code scanning takes 20 runs.
    let gate = run["gates"][1].clone();
    let gates = (0..30).map(|number| {
        let mut gate = gate.clone();
        gate["name"] = json!(format!("gate-{number}"));
        gate["findings"] = json!([finding]);
        gate
    });
    run["gates"] = gates.collect();
    let sarif = parsed(&run, "sarif");
    let runs = sarif["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 20);
    let results = runs
        .iter()
        .map(|run| run["results"].as_array().unwrap().len());
    // Those of the gates, of the rules, and of the message.
    assert_eq!(results.sum::<usize>(), 30 + 4);
}

#[test]
fn the_page_needs_nothing_and_executes_nothing() {
    let page = report(&failed(), "html").stdout;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for forbidden in ["<script", "http://", "https://", "src=", "@import", "url("] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}
