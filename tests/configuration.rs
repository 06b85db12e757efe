//! gates.toml, the reading side: whatever is wrong with it is found before anything runs.

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

const GATE: &str = "[gates.lint]\nrun = \"record ran\"\n";

/// Runs with this configuration, and expects that it is refused and that nothing was run.
#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> Done {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "gates.toml"]);
    let done = sandbox.gatekeeper(&["run"]).expect(2);
    assert_eq!(sandbox.recorded(), [""; 0]);
    sandbox.gatekeeper(&["config", "check"]).expect(2);
    sandbox.gatekeeper(&["config", "show"]).expect(2);
    sandbox.gatekeeper(&["plan"]).expect(2);
    sandbox.gatekeeper(&["install"]).expect(2);
    done
}

#[test]
fn an_unknown_key_is_shown_the_way_rustc_does() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "[gates.lint]\nrun = \"true\"\ntimout = \"5s\"\n",
    );
    let done = sandbox.gatekeeper(&["config", "check"]).expect(2);
    assert_eq!(
        done.stderr,
        "error: gates.toml has 1 error\n\
         \x20 error: unknown key `timout` in [gates.lint]\n\
         \x20  --> gates.toml:3:1\n\
         \x20   |\n\
         \x20 3 | timout = \"5s\"\n\
         \x20   | ^^^^^^ did you mean `timeout`?\n"
    );
}

#[test]
fn all_errors_are_shown_at_once() {
    let done = refused(
        "[settings]\nbugdet = \"1m\"\n[gates.lint]\nrun = 5\nfiles = \"*.py\"\n[gates.test]\n",
    );
    assert_snapshot!(done, @r#"
    error: gates.toml has 4 errors
      error: unknown key `bugdet` in [settings]
       --> gates.toml:2:1
        |
      2 | bugdet = "1m"
        | ^^^^^^ did you mean `budget`?

      error: expected a string, found an integer
       --> gates.toml:4:7
        |
      4 | run = 5
        |       ^ this must be a string

      error: expected a list of glob patterns, found a string
       --> gates.toml:5:9
        |
      5 | files = "*.py"
        |         ^^^^^^ this must be a list of glob patterns
        |
      help: write ["*.py"]

      error: gate `test` has no command
       --> gates.toml:6:8
        |
      6 | [gates.test]
        |        ^^^^ `run` is missing
        |
      help: add run = "...", the command that must succeed
    "#);
}

#[test]
fn keys_and_types() {
    assert_snapshot!(refused(format!("{GATE}retries = 3\n")), @r"
error: gates.toml has 1 error
  error: unknown key `retries` in [gates.lint]
   --> gates.toml:3:1
    |
  3 | retries = 3
    | ^^^^^^^ not a key in this table
    |
  help: expected `kind`, `run`, `launcher`, `inputs`, `shards`, `runner`, `fix`, `files`, `exclude`, `widen`, `dir`, `env`, `timeout`, `needs`, `isolation`, `untracked`, `hooks`, `level`, `until`, `skip`, `cache`, `exclusive`, `lock`, `heavy`, `anywhere`, `success-codes`, `expect`, `forbid`, `findings` or `new`
");
    assert_snapshot!(refused(format!("setings = {{}}\n{GATE}")), @"
    error: gates.toml has 1 error
      error: unknown key `setings` in the file
       --> gates.toml:1:1
        |
      1 | setings = {}
        | ^^^^^^^ did you mean `settings`?
    ");
    assert_snapshot!(refused(format!("[settings]\njobs = 0\n{GATE}")), @"
    error: gates.toml has 1 error
      error: `0` is out of range
       --> gates.toml:2:8
        |
      2 | jobs = 0
        |        ^ this must be a whole number from 1 to 1024
    ");
    assert_snapshot!(refused(format!("[settings]\njobs = 0xFFFFFFFFFF\n{GATE}")), @"
    error: gates.toml has 1 error
      error: `0xFFFFFFFFFF` is out of range
       --> gates.toml:2:8
        |
      2 | jobs = 0xFFFFFFFFFF
        |        ^^^^^^^^^^^^ this must be a whole number from 1 to 1024
    ");
    assert_snapshot!(refused(format!("[settings]\nfail-fast = 1\n{GATE}")), @"
    error: gates.toml has 1 error
      error: expected `true` or `false`, found an integer
       --> gates.toml:2:13
        |
      2 | fail-fast = 1
        |             ^ this must be `true` or `false`
    ");
    assert_snapshot!(refused(format!("{GATE}isolation = 1\nhooks = 2\n")), @"
    error: gates.toml has 2 errors
      error: expected a string, found an integer
       --> gates.toml:3:13
        |
      3 | isolation = 1
        |             ^ this must be a string
        |
      help: expected `auto`, `in-place`, `overlay` or `snapshot`

      error: expected a list of hooks, found an integer
       --> gates.toml:4:9
        |
      4 | hooks = 2
        |         ^ this must be a list of hooks
        |
      help: expected `pre-commit` or `pre-push`
    ");
    assert_snapshot!(refused(format!("{GATE}[commit-msg]\nassisted-by.format = 3\n")), @r#"
    error: gates.toml has 1 error
      error: expected a string, found an integer
       --> gates.toml:4:22
        |
      4 | assisted-by.format = 3
        |                      ^ this must be a string
        |
      help: expected "agent", "kernel", "any" or a regular expression, as in '^\S+ \(\S+\)$'
    "#);
    assert_snapshot!(refused("gates = 5\n"), @"
    error: gates.toml has 1 error
      error: expected a table of gates, found an integer
       --> gates.toml:1:9
        |
      1 | gates = 5
        |         ^ this must be a table of gates
    ");
    assert_snapshot!(refused("gates.lint = \"x\"\n"), @r#"
    error: gates.toml has 1 error
      error: expected a table, as in [gates.lint], found a string
       --> gates.toml:1:14
        |
      1 | gates.lint = "x"
        |              ^^^ this must be a table, as in [gates.lint]
    "#);
    assert_snapshot!(refused(format!("{GATE}level = \"wran\"\n")), @r#"
    error: gates.toml has 1 error
      error: invalid value `wran`
       --> gates.toml:3:9
        |
      3 | level = "wran"
        |         ^^^^^^ did you mean "warn"?
        |
      help: expected `block` or `warn`
    "#);
    assert_snapshot!(refused(format!("{GATE}kind = \"linting\"\n")), @r#"
    error: gates.toml has 1 error
      error: invalid value `linting`
       --> gates.toml:3:8
        |
      3 | kind = "linting"
        |        ^^^^^^^^^ unknown value
        |
      help: expected `typecheck`, `lint`, `test`, `format`, `security` or `custom`
    "#);
    assert_snapshot!(refused(format!("{GATE}hooks = [\"precommit\"]\n")), @r#"
    error: gates.toml has 1 error
      error: invalid value `precommit`
       --> gates.toml:3:10
        |
      3 | hooks = ["precommit"]
        |          ^^^^^^^^^^^ did you mean "pre-commit"?
        |
      help: expected `pre-commit` or `pre-push`
    "#);
    assert_snapshot!(refused(format!("{GATE}hooks = []\n")), @"
    error: gates.toml has 1 error
      error: this list is empty
       --> gates.toml:3:9
        |
      3 | hooks = []
        |         ^^ name hooks here, or remove the key
    ");
    assert_snapshot!(refused(format!("{GATE}success-codes = [256]\n")), @"
    error: gates.toml has 1 error
      error: `256` is out of range
       --> gates.toml:3:18
        |
      3 | success-codes = [256]
        |                  ^^^ this must be a whole number from 0 to 255
    ");
    assert_snapshot!(refused(format!("{GATE}success-codes = [0, 0]\n")), @"
    error: gates.toml has 1 error
      error: this entry is a duplicate
       --> gates.toml:3:21
        |
      3 | success-codes = [0, 0]
        |                     ^ repeated
    ");
    assert_snapshot!(refused(format!("{GATE}env = {{ \"A=B\" = \"1\" }}\n")), @r#"
    error: gates.toml has 1 error
      error: this is not a valid variable name
       --> gates.toml:3:9
        |
      3 | env = { "A=B" = "1" }
        |         ^^^^^
    "#);
    assert_snapshot!(refused(format!("{GATE}env = {{ A = 1 }}\n")), @r#"
    error: gates.toml has 1 error
      error: the value of a variable must be a string
       --> gates.toml:3:13
        |
      3 | env = { A = 1 }
        |             ^ write "1"
    "#);
    assert_snapshot!(refused(format!("{GATE}env = {{ GATEKEEPER_ACTIVE = \"\" }}\n")), @r#"
    error: gates.toml has 1 error
      error: `GATEKEEPER_ACTIVE` is reserved for gatekeeper
       --> gates.toml:3:9
        |
      3 | env = { GATEKEEPER_ACTIVE = "" }
        |         ^^^^^^^^^^^^^^^^^ cannot be set here
    "#);
    assert_snapshot!(refused(format!("{GATE}dir = \"../x\"\n")), @r#"
    error: gates.toml has 1 error
      error: this directory is outside the work tree
       --> gates.toml:3:7
        |
      3 | dir = "../x"
        |       ^^^^^^ must be relative to the top of the work tree, without `..`
    "#);
    assert_snapshot!(refused(format!("{GATE}dir = \"/x\"\n")), @r#"
    error: gates.toml has 1 error
      error: this directory is outside the work tree
       --> gates.toml:3:7
        |
      3 | dir = "/x"
        |       ^^^^ must be relative to the top of the work tree, without `..`
    "#);
    assert_snapshot!(refused(format!("{GATE}lock = \" \"\n")), @r#"
    error: gates.toml has 1 error
      error: this string is empty
       --> gates.toml:3:8
        |
      3 | lock = " "
        |        ^^^ must not be empty
    "#);
    assert_snapshot!(refused("[gates.\"a b\"]\nrun = \"true\"\n"), @r#"
    error: gates.toml has 1 error
      error: `a b` is not a valid gate name
       --> gates.toml:1:8
        |
      1 | [gates."a b"]
        |        ^^^^^ not a gate name
        |
      help: use at most 64 letters, digits, `.`, `_` and `-`, and begin with a letter or digit
    "#);
    assert_snapshot!(refused("[gates.\"\\u001b[31m\"]\nrun = \"true\"\n"), @r#"
    error: gates.toml has 1 error
      error: `\u{1b}[31m` is not a valid gate name
       --> gates.toml:1:8
        |
      1 | [gates."\u001b[31m"]
        |        ^^^^^^^^^^^^ not a gate name
        |
      help: use at most 64 letters, digits, `.`, `_` and `-`, and begin with a letter or digit
    "#);
}

#[test]
fn durations() {
    let cases = [
        "\"0s\"",
        "\"0ms\"",
        "\"-5s\"",
        "\"999999h\"",
        "\"99999999999999999999999s\"",
        "\"\"",
        "\"5 parsecs\"",
        "60",
        "1.5",
        "true",
    ];
    let mut told = String::new();
    for value in cases {
        told += &refused(format!("{GATE}timeout = {value}\n")).told();
        told += &refused(format!("[settings]\nbudget = {value}\n{GATE}")).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: `0s` is too short
       --> gates.toml:3:11
        |
      3 | timeout = "0s"
        |           ^^^^ must be at least 1ms
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `0s` is too short
       --> gates.toml:2:10
        |
      2 | budget = "0s"
        |          ^^^^ must be at least 1ms
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `0ms` is too short
       --> gates.toml:3:11
        |
      3 | timeout = "0ms"
        |           ^^^^^ must be at least 1ms
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `0ms` is too short
       --> gates.toml:2:10
        |
      2 | budget = "0ms"
        |          ^^^^^ must be at least 1ms
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `-5s` is negative
       --> gates.toml:3:11
        |
      3 | timeout = "-5s"
        |           ^^^^^ must be more than zero
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `-5s` is negative
       --> gates.toml:2:10
        |
      2 | budget = "-5s"
        |          ^^^^^ must be more than zero
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `999999h` is too long
       --> gates.toml:3:11
        |
      3 | timeout = "999999h"
        |           ^^^^^^^^^ must be at most 24h
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `999999h` is too long
       --> gates.toml:2:10
        |
      2 | budget = "999999h"
        |          ^^^^^^^^^ must be at most 24h
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `99999999999999999999999s` is not a duration
       --> gates.toml:3:11
        |
      3 | timeout = "99999999999999999999999s"
        |           ^^^^^^^^^^^^^^^^^^^^^^^^^^ number is too large or cannot be represented without a lack of precision (values below 1ns are not supported)
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `99999999999999999999999s` is not a duration
       --> gates.toml:2:10
        |
      2 | budget = "99999999999999999999999s"
        |          ^^^^^^^^^^^^^^^^^^^^^^^^^^ number is too large or cannot be represented without a lack of precision (values below 1ns are not supported)
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `` is not a duration
       --> gates.toml:3:11
        |
      3 | timeout = ""
        |           ^^ value was empty
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `` is not a duration
       --> gates.toml:2:10
        |
      2 | budget = ""
        |          ^^ value was empty
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `5 parsecs` is not a duration
       --> gates.toml:3:11
        |
      3 | timeout = "5 parsecs"
        |           ^^^^^^^^^^^ unknown time unit "parsecs", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `5 parsecs` is not a duration
       --> gates.toml:2:10
        |
      2 | budget = "5 parsecs"
        |          ^^^^^^^^^^^ unknown time unit "parsecs", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `60` has no unit
       --> gates.toml:3:11
        |
      3 | timeout = 60
        |           ^^ did you mean "60s"?
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: `60` has no unit
       --> gates.toml:2:10
        |
      2 | budget = 60
        |          ^^ did you mean "60s"?
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: this is not a duration
       --> gates.toml:3:11
        |
      3 | timeout = 1.5
        |           ^^^ must be a duration with a unit
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: this is not a duration
       --> gates.toml:2:10
        |
      2 | budget = 1.5
        |          ^^^ must be a duration with a unit
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: this is not a duration
       --> gates.toml:3:11
        |
      3 | timeout = true
        |           ^^^^ must be a duration with a unit
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    error: gates.toml has 1 error
      error: this is not a duration
       --> gates.toml:2:10
        |
      2 | budget = true
        |          ^^^^ must be a duration with a unit
        |
      help: write a number with its unit: "500ms", "90s", "2m", "1h 30m"
    ---
    "#);
}

#[test]
fn dates() {
    let mut told = String::new();
    for value in [
        "\"2027-02-30\"",
        "\"soon\"",
        "\"2027-03-31T10:00:00\"",
        "5",
        "2027-03-31T10:00:00Z",
    ] {
        let done = refused(format!(
            "{GATE}skip = {{ reason = \"slow\", until = {value} }}\n"
        ));
        told += &done.told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: this is not a date
       --> gates.toml:3:35
        |
      3 | skip = { reason = "slow", until = "2027-02-30" }
        |                                   ^^^^^^^^^^^^ must have the form year-month-day
        |
      help: write the last day as "2027-03-31"
    ---
    error: gates.toml has 1 error
      error: this is not a date
       --> gates.toml:3:35
        |
      3 | skip = { reason = "slow", until = "soon" }
        |                                   ^^^^^^ must have the form year-month-day
        |
      help: write the last day as "2027-03-31"
    ---
    error: gates.toml has 1 error
      error: this is not a date
       --> gates.toml:3:35
        |
      3 | skip = { reason = "slow", until = "[DATE]" }
        |                                   ^^^^^^^^^^^^^^^^^^^^^ must be a date without a time
        |
      help: write the last day as "2027-03-31"
    ---
    error: gates.toml has 1 error
      error: this is not a date
       --> gates.toml:3:35
        |
      3 | skip = { reason = "slow", until = 5 }
        |                                   ^ must be a date
        |
      help: write the last day as "2027-03-31"
    ---
    error: gates.toml has 1 error
      error: this is not a date
       --> gates.toml:3:35
        |
      3 | skip = { reason = "slow", until = [DATE] }
        |                                   ^^^^^^^^^^^^^^^^^^^^ must be a date without a time
        |
      help: write the last day as "2027-03-31"
    ---
    "#);
    assert_snapshot!(refused(format!("{GATE}skip = {{ reason = \"slow\" }}\n")), @r#"
    error: gates.toml has 1 error
      error: a skip needs `until`
       --> gates.toml:3:8
        |
      3 | skip = { reason = "slow" }
        |        ^^^^^^^^^^^^^^^^^^^ `until` is missing
        |
      help: write skip = { reason = "...", until = "2027-03-31" }
    "#);
    assert_snapshot!(refused(format!("{GATE}skip = {{ until = \"2999-01-01\" }}\n")), @r#"
    error: gates.toml has 1 error
      error: a skip needs `reason`
       --> gates.toml:3:8
        |
      3 | skip = { until = "2999-01-01" }
        |        ^^^^^^^^^^^^^^^^^^^^^^^^ `reason` is missing
        |
      help: write skip = { reason = "...", until = "2027-03-31" }
    "#);
    let done = refused(format!(
        "{GATE}skip = {{ reason = \" \", until = \"2999-01-01\" }}\n"
    ));
    assert_snapshot!(done, @r#"
    error: gates.toml has 1 error
      error: this string is empty
       --> gates.toml:3:19
        |
      3 | skip = { reason = " ", until = "2999-01-01" }
        |                   ^^^ must not be empty
    "#);
    assert_snapshot!(refused(format!("{GATE}skip = true\n")), @r#"
    error: gates.toml has 1 error
      error: expected a table with a reason and a last day, found a boolean
       --> gates.toml:3:8
        |
      3 | skip = true
        |        ^^^^ this must be a table with a reason and a last day
        |
      help: write skip = { reason = "...", until = "2027-03-31" }
    "#);
    assert_snapshot!(refused(format!("{GATE}until = \"2999-01-01\"\n")), @r#"
    error: gates.toml has 1 error
      error: `until` belongs to `level = "warn"`
       --> gates.toml:3:9
        |
      3 | until = "2999-01-01"
        |         ^^^^^^^^^^^^ has no effect on a gate that blocks
        |
      help: to disable a gate for some time, write skip = { reason = "...", until = "..." }
    "#);
}

#[test]
fn needs() {
    assert_snapshot!(refused(format!("{GATE}needs = [\"lnit\"]\n")), @r#"
    error: gates.toml has 1 error
      error: gate `lnit` does not exist
       --> gates.toml:3:10
        |
      3 | needs = ["lnit"]
        |          ^^^^^^ did you mean `lint`?
    "#);
    assert_snapshot!(refused(format!("{GATE}needs = [\"lint\"]\n")), @r#"
    error: gates.toml has 1 error
      error: these gates wait for each other forever
       --> gates.toml:3:10
        |
      3 | needs = ["lint"]
        |          ^^^^^^ lint needs lint
    "#);
    let done = refused(
        "[gates.a]\nrun = \"true\"\nneeds = [\"b\"]\n[gates.b]\nrun = \"true\"\nneeds = [\"c\"]\n\
         [gates.c]\nrun = \"true\"\nneeds = [\"a\"]\n",
    );
    assert_snapshot!(done, @r#"
    error: gates.toml has 1 error
      error: these gates wait for each other forever
       --> gates.toml:9:10
        |
      9 | needs = ["a"]
        |          ^^^ a needs b needs c needs a
    "#);
    let done =
        refused("[gates.a]\nrun = \"true\"\nneeds = [\"b\", \"b\"]\n[gates.b]\nrun = \"true\"\n");
    assert_snapshot!(done, @r#"
    error: gates.toml has 1 error
      error: this entry is a duplicate
       --> gates.toml:3:15
        |
      3 | needs = ["b", "b"]
        |               ^^^ repeated
    "#);
    let done = refused(
        "[gates.a]\nrun = \"true\"\nneeds = [\"b\"]\n[gates.b]\nrun = \"true\"\nhooks = [\"pre-push\"]\n",
    );
    assert_snapshot!(done, @r#"
    error: gates.toml has 1 error
      error: `a` runs at pre-commit, but `b` does not
       --> gates.toml:3:10
        |
      3 | needs = ["b"]
        |          ^^^ needed, but never runs at pre-commit
        |
      help: add "pre-commit" to `hooks` of `b`, or remove `b` from `needs`
    "#);
    assert_snapshot!(refused(format!("{GATE}{GATE}")), @r#"
    error: gates.toml has 2 errors
      error: this is not valid TOML
       --> gates.toml:3:8
        |
      3 | [gates.lint]
        |        ^^^^ duplicate key

      error: this is not valid TOML
       --> gates.toml:4:1
        |
      4 | run = "record ran"
        | ^^^ duplicate key
    "#);
}

#[test]
fn patterns_that_match_nothing() {
    let cases = [
        "[\"/src/*.py\"]",
        "[\"./src/*.py\"]",
        "[\"src/\"]",
        "[\"!src/**\"]",
        "[\"../x\"]",
        "[\"\"]",
        "[]",
        "[\"src/[a\"]",
        "[\"{a,b\"]",
    ];
    let mut told = String::new();
    for value in cases {
        told += &refused(format!("{GATE}files = {value}\n")).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: `/src/*.py` matches no file
       --> gates.toml:3:10
        |
      3 | files = ["/src/*.py"]
        |          ^^^^^^^^^^^ write "src/*.py"
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: `./src/*.py` matches no file
       --> gates.toml:3:10
        |
      3 | files = ["./src/*.py"]
        |          ^^^^^^^^^^^^ write "src/*.py"
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: `src/` matches no file
       --> gates.toml:3:10
        |
      3 | files = ["src/"]
        |          ^^^^^^ to match everything below that directory, write "src/**"
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: `!src/**` matches no file
       --> gates.toml:3:10
        |
      3 | files = ["!src/**"]
        |          ^^^^^^^^^ to exclude files, write exclude = ["src/**"]
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: `../x` matches no file
       --> gates.toml:3:10
        |
      3 | files = ["../x"]
        |          ^^^^^^ git's paths have no `.`, `..` or empty parts
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: this string is empty
       --> gates.toml:3:10
        |
      3 | files = [""]
        |          ^^ must not be empty
    ---
    error: gates.toml has 1 error
      error: this list is empty
       --> gates.toml:3:9
        |
      3 | files = []
        |         ^^ name glob patterns here, or remove the key
    ---
    error: gates.toml has 1 error
      error: this is not a valid glob pattern
       --> gates.toml:3:10
        |
      3 | files = ["src/[a"]
        |          ^^^^^^^^ unclosed character class; missing ']'
    ---
    error: gates.toml has 1 error
      error: this is not a valid glob pattern
       --> gates.toml:3:10
        |
      3 | files = ["{a,b"]
        |          ^^^^^^ unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
    ---
    "#);
    assert_snapshot!(refused(format!("{GATE}exclude = [\"**\"]\n")), @r#"
    error: gates.toml has 1 error
      error: gate `lint` could never run
       --> gates.toml:3:12
        |
      3 | exclude = ["**"]
        |            ^^^^ excludes every file
    "#);
    assert_snapshot!(refused(format!("{GATE}files = [\"a\"]\nexclude = [\"b\", \"a\"]\n")), @r#"
    error: gates.toml has 1 error
      error: gate `lint` could never run
       --> gates.toml:4:17
        |
      3 | files = ["a"]
        |          --- included here
      4 | exclude = ["b", "a"]
        |                 ^^^ excludes every file that `files` includes
    "#);
    assert_snapshot!(refused(format!("{GATE}widen = [\"a\"]\n")), @r#"
    error: gates.toml has 1 error
      error: `widen` has no effect on gate `lint`
       --> gates.toml:3:9
        |
      3 | widen = ["a"]
        |         ^^^^^ the command does not contain {files}
        |
      help: add these patterns to `files` instead, so that such files make the gate run
    "#);
}

#[test]
fn regular_expressions() {
    assert_snapshot!(refused(format!("{GATE}expect = '('\n")), @"
    error: gates.toml has 1 error
      error: this is not a valid regular expression
       --> gates.toml:3:10
        |
      3 | expect = '('
        |          ^^^ unclosed group
        |
      help: in TOML, 'single quotes' keep backslashes as they are
    ");
    assert_snapshot!(refused(format!("{GATE}forbid = '\\p{{Nonsense}}'\n")), @r"
    error: gates.toml has 1 error
      error: this is not a valid regular expression
       --> gates.toml:3:10
        |
      3 | forbid = '\p{Nonsense}'
        |          ^^^^^^^^^^^^^^ Unicode property not found
        |
      help: in TOML, 'single quotes' keep backslashes as they are
    ");
    assert_snapshot!(refused(format!("{GATE}expect = ''\n")), @"
    error: gates.toml has 1 error
      error: this string is empty
       --> gates.toml:3:10
        |
      3 | expect = ''
        |          ^^ must not be empty
    ");
    assert_snapshot!(refused(format!("{GATE}forbid = 'x*'\n")), @"
    error: gates.toml has 1 error
      error: this expression matches every output
       --> gates.toml:3:10
        |
      3 | forbid = 'x*'
        |          ^^^^ matches an empty line, so it proves nothing
    ");
    assert_snapshot!(refused(format!("{GATE}forbid = 'a\\nb'\n")), @r"
    error: gates.toml has 1 error
      error: this expression can never match
       --> gates.toml:3:10
        |
      3 | forbid = 'a\nb'
        |          ^^^^^^ output is matched line by line, and no line contains a line break
    ");
    assert_snapshot!(refused(format!("{GATE}expect = '((a{{100}}){{100}}){{100}}'\n")), @"
    error: gates.toml has 1 error
      error: this is not a valid regular expression
       --> gates.toml:3:10
        |
      3 | expect = '((a{100}){100}){100}'
        |          ^^^^^^^^^^^^^^^^^^^^^^ it is too big
        |
      help: in TOML, 'single quotes' keep backslashes as they are
    ");
}

#[test]
fn numbers_in_every_base() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!("{GATE}success-codes = [0x0b1, 0b11, 0o17, 1_0]\n"),
    );
    assert_snapshot!(sandbox.gatekeeper(&["config", "show"]).expect(0), @r#"
stdout:
[settings]
enforcement = "strict"
# budget: 2m at commits
# jobs: [JOBS] on this machine
fail-fast = false
isolation = "auto"
untracked = "hide"
fix-on-commit = false
partial = "merge"
cache = true
# ungated-branches: none
# launcher: none, commands run on this machine
rebase = "each"
branch-receipts = "enforce"
branch-messages = "warn"
protected-branches = []

[commit-msg]
exempt-merges = true
exempt-authors = ['\[bot\]@users\.noreply\.github\.com$']
skip-ci = "error"
diff = "error"

[commit-msg.signed-off-by]
required = "always"
match = "author-or-committer"
mailmap = true
duplicates = "error"
order = "warn"
co-developed = "allow"
remediation = "off"

[commit-msg.assisted-by]
required = "when-agent"
# format: agent, checked against the definitions; without definitions, agent or kernel
key = "Assisted-By"
generated-line = false
fill-in = true

[commit-msg.trailers]
# require: none
# forbid: none
# once: none
values = {}

[commit-msg.subject]
style = "free"
# max-length: any
trailing-period = "allow"

[agents]
# definitions: none
variables = {}
addresses = {}

[bypass]
# exclude: nothing
documentation = ["**/*.md", "**/*.rst", "**/*.txt", "**/*.adoc", "docs/**", "doc/**", "**/CHANGELOG*"]
# patterns: none of its own
# exceptions: none

[bypass.rules]
"python.noqa-file" = "error"
"python.noqa-coded" = "warn"
"python.noqa-bare" = "error"
"python.type-ignore-file" = "error"
"python.type-ignore-bare" = "error"
"python.type-ignore-coded" = "warn"
"python.nosec-coded" = "error"
"python.nosec-bare" = "error"
"python.no-cover" = "off"
"python.pylint-all" = "error"
"python.pylint-disable" = "warn"
"python.fmt-off" = "off"
"python.test-skip" = "error"
"python.test-skipif" = "off"
"js.eslint-disable-file" = "error"
"js.eslint-disable" = "warn"
"js.stylelint-disable" = "warn"
"js.biome-ignore-file" = "error"
"js.biome-ignore" = "warn"
"js.format-ignore" = "off"
"js.ts-ignore" = "error"
"js.ts-expect-error" = "warn"
"js.deno-lint-ignore-file" = "error"
"js.deno-lint-ignore" = "warn"
"js.test-only" = "error"
"js.test-skip" = "warn"
"js.test-skipif" = "off"
"js.no-cover" = "off"
"rust.allow-crate" = "error"
"rust.allow" = "warn"
"rust.cfg-never" = "error"
"rust.fmt-skip" = "off"
"rust.no-cover" = "off"
"rust.expect" = "off"
"rust.test-ignore" = "warn"
"go.nolint-bare" = "error"
"go.nolint-coded" = "off"
"go.lint-ignore-file" = "error"
"go.nosec-coded" = "warn"
"go.test-never-run" = "error"
"go.nosec-bare" = "error"
"go.test-skip" = "off"
"java.suppress-warnings" = "warn"
"java.test-disabled" = "warn"
"java.nosonar" = "warn"
"ruby.rubocop-disable" = "warn"
"shell.shellcheck-disable" = "off"
"shell.or-true" = "off"
"shell.set-plus-e" = "off"
"git.no-verify" = "error"
"git.hooks-off" = "error"
"git.hooks-path" = "warn"
"git.hook-switch" = "error"
"ci.continue-on-error" = "error"
"ci.or-true" = "error"
"ci.no-errexit" = "warn"
"ci.if-false" = "error"
"security.nosemgrep-coded" = "warn"
"security.nosemgrep-bare" = "error"
"security.secret-allowed" = "warn"
"security.misconfiguration" = "warn"

[checks]
merge-markers = "error"
secrets = "error"
private-keys = "error"
large-files = "error"
max-file-size = 5120
path-collisions = "error"
windows-names = "warn"
symlinks = "error"
syntax = "error"
trailing-blanks = "off"
final-newline = "off"
line-endings = "off"
byte-order-mark = "off"
script-modes = "off"
submodules = "off"
# exclude: nothing

[receipts]
share = "refs/notes/gatekeeper"
trust = "none"
# ci: none

[gates."lint"]
kind = "lint"
run = "record ran"
# launcher: none, commands run on this machine
# inputs: no ignored directory
shards = 1
# runner: any
# files: every change
# exclude: nothing
# widen: nothing
dir = "."
env = {}
# timeout: 1m at commits, none in `gatekeeper run`
# needs: no other gate
isolation = "auto"
untracked = "hide"
hooks = ["pre-commit"]
level = "block"
cache = true
exclusive = false
# lock: none
heavy = false
anywhere = false
success-codes = [3, 10, 15, 177]
# expect: nothing
# forbid: nothing
new = "all"
"#);
}

#[test]
fn large_and_deep_files_are_answered_at_once() {
    let nested = format!("{}{}", "{a,".repeat(20_000), "}".repeat(20_000));
    assert_snapshot!(refused(format!("{GATE}files = [\"{nested}\"]\n")), @r#"
    error: gates.toml has 1 error
      error: this pattern is too long
       --> gates.toml:3:10
        |
      3 | ...= ["{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a,{a...}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}"]
        |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ must have at most 1000 bytes and 16 braces
        |
      help: split it into several patterns
    "#);
    let unknown = crate::sandbox::gates(20_000, |n| format!("key{n} = 1"));
    assert_snapshot!(refused(unknown), @r"
error: gates.toml has 20000 errors
  error: unknown key `key0` in the file
   --> gates.toml:1:1
    |
  1 | key0 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key1` in the file
   --> gates.toml:2:1
    |
  2 | key1 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key2` in the file
   --> gates.toml:3:1
    |
  3 | key2 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key3` in the file
   --> gates.toml:4:1
    |
  4 | key3 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key4` in the file
   --> gates.toml:5:1
    |
  5 | key4 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key5` in the file
   --> gates.toml:6:1
    |
  6 | key5 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key6` in the file
   --> gates.toml:7:1
    |
  7 | key6 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key7` in the file
   --> gates.toml:8:1
    |
  8 | key7 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key8` in the file
   --> gates.toml:9:1
    |
  9 | key8 = 1
    | ^^^^ not a key in this table
    |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key9` in the file
    --> gates.toml:10:1
     |
  10 | key9 = 1
     | ^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key10` in the file
    --> gates.toml:11:1
     |
  11 | key10 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key11` in the file
    --> gates.toml:12:1
     |
  12 | key11 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key12` in the file
    --> gates.toml:13:1
     |
  13 | key12 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key13` in the file
    --> gates.toml:14:1
     |
  14 | key13 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key14` in the file
    --> gates.toml:15:1
     |
  15 | key14 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key15` in the file
    --> gates.toml:16:1
     |
  16 | key15 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key16` in the file
    --> gates.toml:17:1
     |
  17 | key16 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key17` in the file
    --> gates.toml:18:1
     |
  18 | key17 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key18` in the file
    --> gates.toml:19:1
     |
  19 | key18 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  error: unknown key `key19` in the file
    --> gates.toml:20:1
     |
  20 | key19 = 1
     | ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `exclude`, `settings`, `commit-msg`, `agents`, `bypass`, `checks`, `receipts`, `on` or `gates`

  and 19980 more
");
    assert_snapshot!(refused("[[[\n".repeat(30_000)), @"
    error: gates.toml has 30000 errors
      error: this is not valid TOML
       --> gates.toml:1:3
        |
      1 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:2:3
        |
      2 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:3:3
        |
      3 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:4:3
        |
      4 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:5:3
        |
      5 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:6:3
        |
      6 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:7:3
        |
      7 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:8:3
        |
      8 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:9:3
        |
      9 | [[[
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:10:3
         |
      10 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:11:3
         |
      11 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:12:3
         |
      12 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:13:3
         |
      13 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:14:3
         |
      14 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:15:3
         |
      15 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:16:3
         |
      16 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:17:3
         |
      17 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:18:3
         |
      18 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:19:3
         |
      19 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
        --> gates.toml:20:3
         |
      20 | [[[
         |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`

      and 29980 more
    ");
    let run = format!("x '{}'", "{".repeat(400_000));
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", format!("[gates.x]\nrun = \"{run}\"\n"));
    sandbox.gatekeeper(&["config", "check"]).expect(0);
    let chain = crate::sandbox::gates(3_000, |n| {
        let needs = if n > 0 {
            format!("needs = [\"g{}\"]", n - 1)
        } else {
            String::new()
        };
        format!("[gates.g{n}]\nrun = \"true\"\n{needs}")
    });
    sandbox.write("gates.toml", chain);
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn commands() {
    let cases = [
        "\"\"",
        "\"ruff '{files}'\"",
        "\"ruff --files={files}\"",
        "\"ruff {files} {files}\"",
        "\"ruff {file}\"",
        "\"ruff 'x\"",
        "\"a\\u0000b\"",
        "[\"ruff\"]",
    ];
    let mut told = String::new();
    for value in cases {
        told += &refused(format!("[gates.lint]\nrun = {value}\n")).told();
        told += &refused(format!("{GATE}fix = {value}\n")).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: this command is empty
       --> gates.toml:2:7
        |
      2 | run = ""
        |       ^^ must name a program
    ---
    error: gates.toml has 1 error
      error: this command is empty
       --> gates.toml:3:7
        |
      3 | fix = ""
        |       ^^ must name a program
    ---
    error: gates.toml has 1 error
      error: `{files}` must be a word of its own, outside quotes
       --> gates.toml:2:7
        |
      2 | run = "ruff '{files}'"
        |       ^^^^^^^^^^^^^^^^ file names are passed as separate arguments
        |
      help: file names are never inserted into the text, so that no file name can be executed
    ---
    error: gates.toml has 1 error
      error: `{files}` must be a word of its own, outside quotes
       --> gates.toml:3:7
        |
      3 | fix = "ruff '{files}'"
        |       ^^^^^^^^^^^^^^^^ file names are passed as separate arguments
        |
      help: file names are never inserted into the text, so that no file name can be executed
    ---
    error: gates.toml has 1 error
      error: `{files}` must be a word of its own, outside quotes
       --> gates.toml:2:7
        |
      2 | run = "ruff --files={files}"
        |       ^^^^^^^^^^^^^^^^^^^^^^ file names are passed as separate arguments
        |
      help: file names are never inserted into the text, so that no file name can be executed
    ---
    error: gates.toml has 1 error
      error: `{files}` must be a word of its own, outside quotes
       --> gates.toml:3:7
        |
      3 | fix = "ruff --files={files}"
        |       ^^^^^^^^^^^^^^^^^^^^^^ file names are passed as separate arguments
        |
      help: file names are never inserted into the text, so that no file name can be executed
    ---
    error: gates.toml has 1 error
      error: `{files}` occurs more than once
       --> gates.toml:2:7
        |
      2 | run = "ruff {files} {files}"
        |       ^^^^^^^^^^^^^^^^^^^^^^ use `{files}` once
    ---
    error: gates.toml has 1 error
      error: `{files}` occurs more than once
       --> gates.toml:3:7
        |
      3 | fix = "ruff {files} {files}"
        |       ^^^^^^^^^^^^^^^^^^^^^^ use `{files}` once
    ---
    error: gates.toml has 1 error
      error: unknown placeholder `{file}`
       --> gates.toml:2:7
        |
      2 | run = "ruff {file}"
        |       ^^^^^^^^^^^^^ did you mean `{files}`?
        |
      help: to use literal braces, put them in single quotes
    ---
    error: gates.toml has 1 error
      error: unknown placeholder `{file}`
       --> gates.toml:3:7
        |
      3 | fix = "ruff {file}"
        |       ^^^^^^^^^^^^^ did you mean `{files}`?
        |
      help: to use literal braces, put them in single quotes
    ---
    error: gates.toml has 1 error
      error: a quote in this command is not closed
       --> gates.toml:2:7
        |
      2 | run = "ruff 'x"
        |       ^^^^^^^^^ cannot be split into words
    ---
    error: gates.toml has 1 error
      error: a quote in this command is not closed
       --> gates.toml:3:7
        |
      3 | fix = "ruff 'x"
        |       ^^^^^^^^^ cannot be split into words
    ---
    error: gates.toml has 1 error
      error: a NUL character cannot be used here
       --> gates.toml:2:7
        |
      2 | run = "a\u0000b"
        |       ^^^^^^^^^^
    ---
    error: gates.toml has 1 error
      error: a NUL character cannot be used here
       --> gates.toml:3:7
        |
      3 | fix = "a\u0000b"
        |       ^^^^^^^^^^
    ---
    error: gates.toml has 1 error
      error: expected a string, found an array
       --> gates.toml:2:7
        |
      2 | run = ["ruff"]
        |       ^^^^^^^^ this must be a string
    ---
    error: gates.toml has 1 error
      error: expected a string, found an array
       --> gates.toml:3:7
        |
      3 | fix = ["ruff"]
        |       ^^^^^^^^ this must be a string
    ---
    "#);
}

#[test]
fn an_empty_gate_set_is_never_a_pass() {
    let mut told = String::new();
    for text in ["", "# nothing\n", "[gates]\n", "[settings]\njobs = 2\n"] {
        told += &refused(text).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: this configuration has no gates
       --> gates.toml:1:1
        |
      1 |
        | ^ with no gates, every commit would pass
        |
      help: add a gate:
            [gates.test]
            run = "pytest -q"
    ---
    error: gates.toml has 1 error
      error: this configuration has no gates
       --> gates.toml:1:1
        |
      1 | # nothing
        | ^ with no gates, every commit would pass
        |
      help: add a gate:
            [gates.test]
            run = "pytest -q"
    ---
    error: gates.toml has 1 error
      error: this configuration has no gates
       --> gates.toml:1:1
        |
      1 | [gates]
        | ^^^^^^^ with no gates, every commit would pass
        |
      help: add a gate:
            [gates.test]
            run = "pytest -q"
    ---
    error: gates.toml has 1 error
      error: this configuration has no gates
       --> gates.toml:1:1
        |
      1 | [settings]
        | ^ with no gates, every commit would pass
        |
      help: add a gate:
            [gates.test]
            run = "pytest -q"
    ---
    "#);
}

#[test]
fn the_version_comes_before_everything_else() {
    let done = refused("required-version = \">=99\"\nnew-key = 1\n[gates.x]\nflavour = \"new\"\n");
    assert_snapshot!(done, @r#"
    error: gates.toml has 1 error
      error: this configuration requires another gatekeeper version; this is 0.1.0
       --> gates.toml:1:20
        |
      1 | required-version = ">=99"
        |                    ^^^^^^ 0.1.0 is not in this range
        |
      help: install that version of gatekeeper and commit again
    "#);
    assert_snapshot!(refused("required-version = \">=99\"\nthis is newer TOML\n"), @r#"
    error: gates.toml has 1 error
      error: this configuration requires another gatekeeper version; this is 0.1.0
       --> gates.toml:1:20
        |
      1 | required-version = ">=99"
        |                    ^^^^^^ 0.1.0 is not in this range
        |
      help: install that version of gatekeeper and commit again
    "#);
    assert_snapshot!(refused(format!("required-version = \"new\"\n{GATE}")), @r#"
    error: gates.toml has 1 error
      error: this is not a valid version range: unexpected character 'n' while parsing major version number
       --> gates.toml:1:20
        |
      1 | required-version = "new"
        |                    ^^^^^ not a version range
        |
      help: write the oldest version that works, as in ">=0.1"
    "#);
    assert_snapshot!(refused(format!("required-version = 1\n{GATE}")), @"
    error: gates.toml has 1 error
      error: expected a string, found an integer
       --> gates.toml:1:20
        |
      1 | required-version = 1
        |                    ^ this must be a string
    ");
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!("required-version = \">=0.1\"\n{GATE}"),
    );
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn bytes_that_are_no_toml() {
    assert_snapshot!(refused("[gates.lint\nrun = 'x'\n"), @"
    error: gates.toml has 1 error
      error: this is not valid TOML
       --> gates.toml:1:12
        |
      1 | [gates.lint
        |            ^ unclosed table, expected `]`
    ");
    assert_snapshot!(refused(b"[gates.lint]\nrun = \"\xff\"\n"), @"
    error: gates.toml:2:8: this is not valid UTF-8
    help: save the file as UTF-8
    ");
    assert_snapshot!(refused(b"\xff\xfe[\0g\0"), @"
    error: gates.toml:1:1: this is not valid UTF-8
    help: the file seems to be UTF-16; save it as UTF-8
    ");
    assert_snapshot!(refused(vec![b'#'; 2 << 20]), @"
    error: gates.toml is larger than [ID1] bytes
    help: this is not a gatekeeper configuration
    ");
    assert_snapshot!(refused("a\0b"), @"
    error: gates.toml has 2 errors
      error: this is not valid TOML
       --> gates.toml:1:2
        |
      1 | a␀b
        |  ^ invalid unquoted key, expected letters, numbers, `-`, `_`

      error: this is not valid TOML
       --> gates.toml:1:4
        |
      1 | a␀b
        |    ^ key with no value, expected `=`
    ");
    assert_snapshot!(refused("[".repeat(100_000)), @"
    error: gates.toml has 1 error
      error: this is not valid TOML
       --> gates.toml:1:3
        |
      1 | [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
        |   ^ unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
    ");
    assert_snapshot!(refused(format!("x = {}", "[".repeat(100_000))), @"
    error: gates.toml has 81 errors
      error: this is not valid TOML
       --> gates.toml:1:85
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...
        |                                            ^ cannot recurse further; max recursion depth met

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      error: this is not valid TOML
       --> gates.toml:1:100005
        |
      1 | ...[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
        |                                                      ^ unclosed array, expected `]`

      and 61 more
    ");
    assert_snapshot!(refused("x = \"\u{1b}[2J\"\n"), @r#"
    error: gates.toml has 1 error
      error: this is not valid TOML
       --> gates.toml:1:6
        |
      1 | x = "␛[2J"
        |      ^ invalid basic string, expected non-double-quote visible characters, `\`
    "#);
}

#[test]
fn a_byte_order_mark_and_crlf_are_fine() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        "\u{feff}[gates.lint]\r\nrun = \"record ran\"\r\n",
    );
    sandbox.git(&["add", "gates.toml"]);
    sandbox.gatekeeper(&["run"]).expect(0);
    assert_eq!(sandbox.recorded(), ["ran"]);
    assert_snapshot!(refused("\u{feff}[gates.lint]\r\nrum = \"x\"\r\n"), @r#"
    error: gates.toml has 2 errors
      error: gate `lint` has no command
       --> gates.toml:1:8
        |
      1 | [gates.lint]
        |        ^^^^ `run` is missing
        |
      help: add run = "...", the command that must succeed

      error: unknown key `rum` in [gates.lint]
       --> gates.toml:2:1
        |
      2 | rum = "x"
        | ^^^ did you mean `run`?
    "#);
}

#[test]
fn whatever_stands_in_the_place_of_the_file() {
    let sandbox = Sandbox::new();
    let run = || sandbox.gatekeeper(&["run"]);
    let file = sandbox.top.join("gates.toml");
    assert_snapshot!(run().expect(2), @"
    error: there is no gates.toml, and nothing in this repository says which checks it needs
    help: write it by hand; `gatekeeper config example` prints every key
    ");
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(2), @"
    error: there is no gates.toml in [ROOT]/repository
    help: run `gatekeeper init` to find the project's checks and write the file; `gatekeeper config example` prints every key
    ");

    fs::create_dir(&file).unwrap();
    assert_snapshot!(run().expect(2), @"
    error: gates.toml is a directory
    help: gates.toml must be a TOML file; move the directory away
    ");
    fs::remove_dir(&file).unwrap();

    symlink("nowhere.toml", &file).unwrap();
    assert_snapshot!(run().expect(2), @"
    error: gates.toml is a symbolic link to nowhere.toml, which does not exist
      No such file or directory (os error 2)
    ");
    fs::remove_file(&file).unwrap();

    symlink("gates.toml", &file).unwrap();
    assert_snapshot!(run().expect(2), @"
    error: gates.toml is a symbolic link to gates.toml, which does not exist
      Too many levels of symbolic links (os error 40)
    ");
    fs::remove_file(&file).unwrap();

    fs::write(sandbox.beside("outside.toml"), GATE).unwrap();
    symlink(sandbox.beside("outside.toml"), &file).unwrap();
    assert_snapshot!(run().expect(2), @"
    error: gates.toml is a symbolic link to [ROOT]/outside.toml, which is outside the work tree
    help: a commit does not contain files outside the work tree; replace the link with the file
    ");
    fs::remove_file(&file).unwrap();

    sandbox.write("config/gates.toml", GATE);
    symlink("config/gates.toml", &file).unwrap();
    sandbox.git(&["add", "."]);
    run().expect(0);
    fs::remove_file(&file).unwrap();

    assert!(sandbox.sh("mkfifo gates.toml").status.success());
    assert_snapshot!(run().expect(2), @"error: gates.toml is not a regular file");
}

#[test]
fn what_is_shown_means_the_same() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", crate::documents::example());
    let first = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    sandbox.write("gates.toml", &first);
    let second = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    assert_eq!(first, second);
    let (_, last) = first.split_once("[gates.\"links\"]").unwrap();
    assert_snapshot!(last, @r#"
kind = "custom"
run = "lychee --offline docs"
# launcher: none, commands run on this machine
# inputs: no ignored directory
shards = 1
# runner: any
files = ["docs/**"]
# exclude: nothing
# widen: nothing
dir = "."
env = {}
# timeout: 1m at commits, none in `gatekeeper run`
# needs: no other gate
isolation = "auto"
untracked = "hide"
hooks = ["pre-commit"]
level = "block"
skip = { reason = "lychee 0.15 crashes on our anchors", until = "2027-01-31" }
cache = true
exclusive = false
# lock: none
heavy = false
anywhere = false
success-codes = [0]
# expect: nothing
# forbid: nothing
new = "all"

[on."install"]
run = "uv sync --frozen"
events = ["post-checkout", "post-merge", "post-rewrite"]
files = ["uv.lock"]
dir = "."
timeout = "5m"
"#);
}

#[test]
fn the_configuration_of_a_commit_is_the_one_in_it() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"record strict\"\n");
    // Not staged, so not the commit's.
    sandbox.write("gates.toml", "[gates.a]\nrun = \"record lax\"\n");
    sandbox.write("x", "");
    sandbox.git(&["add", "x"]);
    sandbox.git(&["commit", "--quiet", "--message", "x"]);
    assert_eq!(sandbox.recorded(), ["strict"]);
    sandbox.git(&["add", "gates.toml"]);
    sandbox.git(&["commit", "--quiet", "--message", "y"]);
    assert_eq!(sandbox.recorded(), ["lax"]);
    // Errors name what was read.
    sandbox.write("gates.toml", "[gates.a]\nrum = 1\n");
    sandbox.git(&["add", "gates.toml"]);
    sandbox.write("gates.toml", "[gates.a]\nrun = \"true\"\n");
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "z"]).expect(1), @r#"
    error: gates.toml (as staged) has 2 errors
      error: gate `a` has no command
       --> gates.toml (as staged):1:8
        |
      1 | [gates.a]
        |        ^ `run` is missing
        |
      help: add run = "...", the command that must succeed

      error: unknown key `rum` in [gates.a]
       --> gates.toml (as staged):2:1
        |
      2 | rum = 1
        | ^^^ did you mean `run`?
    "#);
    // git can be told not to look at the work tree's.
    sandbox.write("gates.toml", "[gates.a]\nrun = \"record strict\"\n");
    sandbox.git(&["add", "gates.toml"]);
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        sandbox.git(&["update-index", flag, "gates.toml"]);
        sandbox.write("gates.toml", "[gates.a]\nrun = \"record lax\"\n");
        let run = ["run", "--staged", "--no-cache"];
        sandbox.gatekeeper(&run).expect(0);
        assert_eq!(sandbox.recorded(), ["strict"], "{flag}");
        sandbox.git(&["update-index", &flag.replace("--", "--no-"), "gates.toml"]);
    }
    // A commit that takes the gates away.
    sandbox.git(&["rm", "--quiet", "--force", "--cached", "gates.toml"]);
    assert_snapshot!(sandbox.try_git(&["commit", "-m", "z"]).expect(1), @"
    error: the commit would delete gates.toml, and with it every gate
    help: keep the file with `git restore --staged gates.toml`; to remove gatekeeper from this repository, run `gatekeeper uninstall` first
    ");
    assert_eq!(sandbox.subject().as_deref(), Some("y"));
}

#[test]
fn a_link_to_the_configuration_leads_through_the_commit() {
    let sandbox = Sandbox::new();
    sandbox.write("config/real.toml", "[gates.a]\nrun = \"record strict\"\n");
    symlink("config/real.toml", sandbox.top.join("gates.toml")).unwrap();
    sandbox.git(&["add", "."]);
    sandbox.write("config/real.toml", "[gates.a]\nrun = \"record lax\"\n");
    sandbox.gatekeeper(&["run", "--staged"]).expect(0);
    assert_eq!(sandbox.recorded(), ["strict"]);
    sandbox.git(&["rm", "--quiet", "--cached", "--force", "config/real.toml"]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(2), @"
    error: gates.toml is a symbolic link to config/real.toml, which is not in the commit
    help: replace the link with the file, or `git add` the target of the link
    ");
}

#[test]
fn rules_for_messages() {
    let refused = |text: &str| refused(format!("{GATE}{text}\n"));
    let cases = [
        "[commit-msg]\nskip-ci = \"eror\"",
        "[commit-msg]\nexempt-authors = [\"(\"]",
        "[commit-msg.signed-of-by]",
        "[commit-msg.signed-off-by]\nmatch = \"authors\"",
        "[commit-msg.assisted-by]\nformat = \"agnet\"",
        "[commit-msg.assisted-by]\nformat = []",
        "[commit-msg.assisted-by]\nkey = \"Assisted By\"",
        "[commit-msg.assisted-by]\nkey = \"Signed-off-by\"",
        "[commit-msg.trailers]\nrequire = \"Change-Id\"",
        "[commit-msg.trailers]\nrequire = [\"A\"]\nforbid = [\"a\"]",
        "[commit-msg.trailers]\nforbid = [\"signed-off-by\"]",
        "[commit-msg.trailers]\nforbid = [\"Assisted-By\"]",
        "[commit-msg.assisted-by]\nrequired = \"forbidden\"\n[commit-msg.trailers]\nrequire = [\"assisted-by\"]",
        "[commit-msg.trailers]\nvalues = { A = 1 }",
        "[commit-msg.subject]\ntypes = [\"fix\"]",
        "[commit-msg.subject]\nmax-length = 0",
        "[agents]\ndefinitions = [\"./x\"]",
        "[agents]\nvariables = { GATEKEEPER_AGENT = false }",
        "[agents]\naddresses = { bot = true }",
    ];
    let mut told = String::new();
    for text in cases {
        told += &refused(text).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: invalid value `eror`
       --> gates.toml:4:11
        |
      4 | skip-ci = "eror"
        |           ^^^^^^ did you mean "error"?
        |
      help: expected `error`, `warn` or `allow`
    ---
    error: gates.toml has 1 error
      error: this is not a valid regular expression
       --> gates.toml:4:19
        |
      4 | exempt-authors = ["("]
        |                   ^^^ unclosed group
        |
      help: in TOML, 'single quotes' keep backslashes as they are
    ---
    error: gates.toml has 1 error
      error: unknown key `signed-of-by` in [commit-msg]
       --> gates.toml:3:13
        |
      3 | [commit-msg.signed-of-by]
        |             ^^^^^^^^^^^^ did you mean `signed-off-by`?
    ---
    error: gates.toml has 1 error
      error: invalid value `authors`
       --> gates.toml:4:9
        |
      4 | match = "authors"
        |         ^^^^^^^^^ did you mean "author"?
        |
      help: expected `author-or-committer`, `author`, `committer`, `both` or `any`
    ---
    error: gates.toml has 1 error
      error: `agnet` is not a known form
       --> gates.toml:4:10
        |
      4 | format = "agnet"
        |          ^^^^^^^ did you mean "agent"?
        |
      help: expected "agent", "kernel", "any" or a regular expression, as in '^\S+ \(\S+\)$'
    ---
    error: gates.toml has 1 error
      error: this list is empty
       --> gates.toml:4:10
        |
      4 | format = []
        |          ^^ name forms here, or remove the key
    ---
    error: gates.toml has 1 error
      error: `Assisted By` is not a valid trailer key
       --> gates.toml:4:7
        |
      4 | key = "Assisted By"
        |       ^^^^^^^^^^^^^ use only letters, digits and hyphens
    ---
    error: gates.toml has 1 error
      error: `Signed-off-by` has another meaning
       --> gates.toml:4:7
        |
      4 | key = "Signed-off-by"
        |       ^^^^^^^^^^^^^^^ as in "Assisted-By"
    ---
    error: gates.toml has 1 error
      error: expected a list of keys, found a string
       --> gates.toml:4:11
        |
      4 | require = "Change-Id"
        |           ^^^^^^^^^^^ this must be a list of keys
        |
      help: write ["Change-Id"]
    ---
    error: gates.toml has 1 error
      error: `a` is both required and forbidden
       --> gates.toml:5:11
        |
      4 | require = ["A"]
        |            --- required here
      5 | forbid = ["a"]
        |           ^^^ forbidden here
    ---
    error: gates.toml has 1 error
      error: `Signed-off-by` is both required and forbidden
       --> gates.toml:4:10
        |
      4 | forbid = ["signed-off-by"]
        |          ^^^^^^^^^^^^^^^^^ forbidden here
        |
      help: write required = "never" in [commit-msg.signed-off-by]
    ---
    error: gates.toml has 1 error
      error: `Assisted-By` is both required and forbidden
       --> gates.toml:4:10
        |
      4 | forbid = ["Assisted-By"]
        |          ^^^^^^^^^^^^^^^ forbidden here
        |
      help: write required = "never" in [commit-msg.assisted-by]
    ---
    error: gates.toml has 1 error
      error: `Assisted-By` is both required and forbidden
       --> gates.toml:6:11
        |
      6 | require = ["assisted-by"]
        |           ^^^^^^^^^^^^^^^ required here, forbidden by [commit-msg.assisted-by]
    ---
    error: gates.toml has 1 error
      error: expected a string, found an integer
       --> gates.toml:4:16
        |
      4 | values = { A = 1 }
        |                ^ this must be a string
    ---
    error: gates.toml has 1 error
      error: `types` belongs to `style = "conventional"`
       --> gates.toml:4:9
        |
      4 | types = ["fix"]
        |         ^^^^^^^ has no effect on subjects of another style
    ---
    error: gates.toml has 1 error
      error: `0` is out of range
       --> gates.toml:4:14
        |
      4 | max-length = 0
        |              ^ this must be a whole number from 1 to 1000
    ---
    error: gates.toml has 1 error
      error: `./x` matches no file
       --> gates.toml:4:16
        |
      4 | definitions = ["./x"]
        |                ^^^^^ write "x"
        |
      help: write patterns relative to the top of the work tree, as in "src/**/*.py"
    ---
    error: gates.toml has 1 error
      error: `GATEKEEPER_AGENT` is reserved for gatekeeper
       --> gates.toml:4:15
        |
      4 | variables = { GATEKEEPER_AGENT = false }
        |               ^^^^^^^^^^^^^^^^ cannot be set here
    ---
    error: gates.toml has 1 error
      error: this is not an email address
       --> gates.toml:4:15
        |
      4 | addresses = { bot = true }
        |               ^^^ must be like "bot@example.com"
    ---
    "#);
}
