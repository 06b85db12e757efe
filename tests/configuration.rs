//! gates.toml, the reading side: whatever is wrong with it is found before anything runs.

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::Sandbox;

const GATE: &str = "[gates.lint]\nrun = \"record ran\"\n";

/// Runs with this configuration, and expects that it is refused, says all of this, and that
/// nothing was run.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, expected: &[&str]) {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", text);
    sandbox.git(&["add", "gates.toml"]);
    let mut done = sandbox.gatekeeper(&["run"]).expect(2);
    for text in expected {
        done = done.says(text);
    }
    done.does_not_say("panicked");
    assert_eq!(sandbox.recorded(), [""; 0]);
    sandbox.gatekeeper(&["config", "check"]).expect(2);
    sandbox.gatekeeper(&["config", "show"]).expect(2);
    sandbox.gatekeeper(&["plan"]).expect(2);
    sandbox.gatekeeper(&["install"]).expect(2);
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
        "error: gates.toml has 1 error, so no gate was run\n\
         \x20 error: unknown key `timout` in [gates.lint]\n\
         \x20  --> gates.toml:3:1\n\
         \x20   |\n\
         \x20 3 | timout = \"5s\"\n\
         \x20   | ^^^^^^ did you mean `timeout`?\n"
    );
}

#[test]
fn all_errors_are_shown_at_once() {
    refused(
        "[settings]\nbugdet = \"1m\"\n[gates.lint]\nrun = 5\nfiles = \"*.py\"\n[gates.test]\n",
        &[
            "gates.toml has 4 errors",
            "gates.toml:2:1",
            "did you mean `budget`?",
            "gates.toml:4:7",
            "expected a string, found an integer",
            "gates.toml:5:9",
            "write [\"*.py\"]",
            "gates.toml:6:8",
            "gate `test` has no command",
        ],
    );
}

#[test]
fn keys_and_types() {
    refused(
        format!("{GATE}retries = 3\n"),
        &["unknown key `retries`", "the keys here are `kind`, `run`"],
    );
    refused(
        format!("setings = {{}}\n{GATE}"),
        &["gates.toml:1:1", "did you mean `settings`?"],
    );
    refused(
        format!("[settings]\njobs = 0\n{GATE}"),
        &["gates.toml:2:8", "from 1 to 1024"],
    );
    refused(
        format!("[settings]\njobs = 0xFFFFFFFFFF\n{GATE}"),
        &["out of range"],
    );
    refused(
        format!("[settings]\nfail-fast = 1\n{GATE}"),
        &["`true` or `false`"],
    );
    refused(
        "gates = 5\n",
        &["expected a table of gates, found an integer"],
    );
    refused(
        "gates.lint = \"x\"\n",
        &["expected a table, as in [gates.lint]"],
    );
    refused(
        format!("{GATE}level = \"wran\"\n"),
        &["did you mean \"warn\"?"],
    );
    refused(
        format!("{GATE}kind = \"linting\"\n"),
        &["possible are `typecheck`"],
    );
    refused(
        format!("{GATE}hooks = [\"precommit\"]\n"),
        &["did you mean \"pre-commit\"?"],
    );
    refused(format!("{GATE}hooks = []\n"), &["this list is empty"]);
    refused(
        format!("{GATE}success-codes = [256]\n"),
        &["`256` is out of range"],
    );
    refused(format!("{GATE}success-codes = [0, 0]\n"), &["twice"]);
    refused(
        format!("{GATE}env = {{ \"A=B\" = \"1\" }}\n"),
        &["name of a variable"],
    );
    refused(
        format!("{GATE}env = {{ A = 1 }}\n"),
        &["variables are strings", "write \"1\""],
    );
    refused(
        format!("{GATE}env = {{ GATEKEEPER_ACTIVE = \"\" }}\n"),
        &["belongs to gatekeeper"],
    );
    refused(
        format!("{GATE}dir = \"../x\"\n"),
        &["outside the work tree"],
    );
    refused(format!("{GATE}dir = \"/x\"\n"), &["outside the work tree"]);
    refused(format!("{GATE}lock = \" \"\n"), &["this string is empty"]);
    refused(
        "[gates.\"a b\"]\nrun = \"true\"\n",
        &["`a b` cannot be the name of a gate"],
    );
    refused(
        "[gates.\"\\u001b[31m\"]\nrun = \"true\"\n",
        &["cannot be the name of a gate"],
    );
}

#[test]
fn durations() {
    let cases = [
        ("\"0s\"", "no time at all"),
        ("\"0ms\"", "no time at all"),
        ("\"-5s\"", "negative"),
        ("\"999999h\"", "too long"),
        ("\"99999999999999999999999s\"", "not a duration"),
        ("\"\"", "not a duration"),
        ("\"5 parsecs\"", "not a duration"),
        ("60", "did you mean \"60s\"?"),
        ("1.5", "this is not a duration"),
        ("true", "this is not a duration"),
    ];
    for (value, expected) in cases {
        refused(
            format!("{GATE}timeout = {value}\n"),
            &["gates.toml:3:11", expected],
        );
        refused(
            format!("[settings]\nbudget = {value}\n{GATE}"),
            &["gates.toml:2:10", expected],
        );
    }
}

#[test]
fn dates() {
    for value in [
        "\"2027-02-30\"",
        "\"soon\"",
        "\"2027-03-31T10:00:00\"",
        "5",
        "2027-03-31T10:00:00Z",
    ] {
        refused(
            format!("{GATE}skip = {{ reason = \"slow\", until = {value} }}\n"),
            &["gates.toml:3:", "this is not a date"],
        );
    }
    refused(
        format!("{GATE}skip = {{ reason = \"slow\" }}\n"),
        &["`until` is missing"],
    );
    refused(
        format!("{GATE}skip = {{ until = \"2999-01-01\" }}\n"),
        &["`reason` is missing"],
    );
    refused(
        format!("{GATE}skip = {{ reason = \" \", until = \"2999-01-01\" }}\n"),
        &["empty"],
    );
    refused(
        format!("{GATE}skip = true\n"),
        &["a table with a reason and a last day"],
    );
    refused(
        format!("{GATE}until = \"2999-01-01\"\n"),
        &["belongs to `level = \"warn\"`"],
    );
}

#[test]
fn needs() {
    refused(
        format!("{GATE}needs = [\"lnit\"]\n"),
        &["there is no gate `lnit`", "did you mean `lint`?"],
    );
    refused(
        format!("{GATE}needs = [\"lint\"]\n"),
        &["wait for each other", "lint needs lint"],
    );
    refused(
        "[gates.a]\nrun = \"true\"\nneeds = [\"b\"]\n[gates.b]\nrun = \"true\"\nneeds = [\"c\"]\n\
         [gates.c]\nrun = \"true\"\nneeds = [\"a\"]\n",
        &["has 1 error", "a needs b needs c needs a"],
    );
    refused(
        "[gates.a]\nrun = \"true\"\nneeds = [\"b\", \"b\"]\n[gates.b]\nrun = \"true\"\n",
        &["gates.toml:3:15", "twice"],
    );
    refused(
        "[gates.a]\nrun = \"true\"\nneeds = [\"b\"]\n[gates.b]\nrun = \"true\"\nhooks = [\"pre-push\"]\n",
        &["`a` runs at pre-commit, but `b` does not"],
    );
    refused(
        format!("{GATE}{GATE}"),
        &["this is not TOML", "gates.toml:3:8", "duplicate key"],
    );
}

#[test]
fn patterns_that_match_nothing() {
    let cases = [
        ("[\"/src/*.py\"]", "write \"src/*.py\""),
        ("[\"./src/*.py\"]", "write \"src/*.py\""),
        ("[\"src/\"]", "write \"src/**\""),
        ("[\"!src/**\"]", "exclude = [\"src/**\"]"),
        ("[\"../x\"]", "in no path of git's"),
        ("[\"\"]", "this string is empty"),
        ("[]", "this list is empty"),
        ("[\"src/[a\"]", "not a glob pattern"),
        ("[\"{a,b\"]", "not a glob pattern"),
    ];
    for (value, expected) in cases {
        refused(
            format!("{GATE}files = {value}\n"),
            &["gates.toml:3:", expected],
        );
    }
    refused(
        format!("{GATE}exclude = [\"**\"]\n"),
        &["gate `lint` could never run"],
    );
    refused(
        format!("{GATE}files = [\"a\"]\nexclude = [\"b\", \"a\"]\n"),
        &["could never run", "let in here"],
    );
    refused(
        format!("{GATE}widen = [\"a\"]\n"),
        &["`widen` has no effect"],
    );
}

#[test]
fn regular_expressions() {
    refused(
        format!("{GATE}expect = '('\n"),
        &["gates.toml:3:10", "unclosed group"],
    );
    refused(
        format!("{GATE}forbid = '\\p{{Nonsense}}'\n"),
        &["not a regular expression"],
    );
    refused(format!("{GATE}expect = ''\n"), &["this string is empty"]);
    refused(format!("{GATE}forbid = 'x*'\n"), &["matches every output"]);
    refused(
        format!("{GATE}forbid = 'a\\nb'\n"),
        &["matched line by line"],
    );
    refused(
        format!("{GATE}expect = '((a{{100}}){{100}}){{100}}'\n"),
        &["it is too big"],
    );
}

#[test]
fn numbers_in_every_base() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!("{GATE}success-codes = [0x0b1, 0b11, 0o17, 1_0]\n"),
    );
    let shown = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    assert!(
        shown.contains("success-codes = [3, 10, 15, 177]"),
        "{shown}"
    );
}

#[test]
fn large_and_deep_files_are_answered_at_once() {
    let nested = format!("{}{}", "{a,".repeat(20_000), "}".repeat(20_000));
    refused(
        format!("{GATE}files = [\"{nested}\"]\n"),
        &["this pattern is too long"],
    );
    let unknown = crate::sandbox::gates(20_000, |n| format!("key{n} = 1"));
    refused(unknown, &["has 20000 errors", "and 19980 more"]);
    refused("[[[\n".repeat(30_000), &["this is not TOML"]);
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
        ("\"\"", "this command is empty"),
        ("\"ruff '{files}'\"", "must be a word of its own"),
        ("\"ruff --files={files}\"", "must be a word of its own"),
        ("\"ruff {files} {files}\"", "more than once"),
        ("\"ruff {file}\"", "did you mean `{files}`?"),
        ("\"ruff 'x\"", "never closed"),
        ("\"a\\u0000b\"", "NUL"),
        ("[\"ruff\"]", "expected a string, found an array"),
    ];
    for (value, expected) in cases {
        refused(
            format!("[gates.lint]\nrun = {value}\n"),
            &["gates.toml:2:7", expected],
        );
        refused(
            format!("{GATE}fix = {value}\n"),
            &["gates.toml:3:7", expected],
        );
    }
}

#[test]
fn an_empty_gate_set_is_never_a_pass() {
    for text in ["", "# nothing\n", "[gates]\n", "[settings]\njobs = 2\n"] {
        refused(text, &["there is no gate in this configuration"]);
    }
}

#[test]
fn the_version_comes_before_everything_else() {
    refused(
        "required-version = \">=99\"\nnew-key = 1\n[gates.x]\nflavour = \"new\"\n",
        &[
            "has 1 error",
            "gates.toml:1:20",
            "needs another gatekeeper",
            "install a gatekeeper",
        ],
    );
    refused(
        "required-version = \">=99\"\nthis is newer TOML\n",
        &["needs another gatekeeper"],
    );
    refused(
        format!("required-version = \"new\"\n{GATE}"),
        &["not a range of versions"],
    );
    refused(
        format!("required-version = 1\n{GATE}"),
        &["expected a string"],
    );
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!("required-version = \">=0.1\"\n{GATE}"),
    );
    sandbox.gatekeeper(&["config", "check"]).expect(0);
}

#[test]
fn bytes_that_are_no_toml() {
    refused(
        "[gates.lint\nrun = 'x'\n",
        &["this is not TOML", "gates.toml:1:12"],
    );
    refused(
        b"[gates.lint]\nrun = \"\xff\"\n",
        &["gates.toml:2:8: this is not UTF-8"],
    );
    refused(
        b"\xff\xfe[\0g\0",
        &["gates.toml:1:1: this is not UTF-8", "UTF-16"],
    );
    refused(vec![b'#'; 2 << 20], &["larger than"]);
    refused("a\0b", &["this is not TOML"]);
    refused("[".repeat(100_000), &["this is not TOML"]);
    refused(format!("x = {}", "[".repeat(100_000)), &["gates.toml"]);
    refused("x = \"\u{1b}[2J\"\n", &["this is not TOML"]);
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
    refused(
        "\u{feff}[gates.lint]\r\nrum = \"x\"\r\n",
        &["gates.toml:2:1", "did you mean `run`?"],
    );
}

#[test]
fn whatever_stands_in_the_place_of_the_file() {
    let sandbox = Sandbox::new();
    let run = || sandbox.gatekeeper(&["run"]);
    let file = sandbox.top.join("gates.toml");
    run()
        .expect(2)
        .says("there is no gates.toml")
        .says("gates.toml.example");

    fs::create_dir(&file).unwrap();
    run().expect(2).says("gates.toml is a directory");
    fs::remove_dir(&file).unwrap();

    symlink("nowhere.toml", &file).unwrap();
    run()
        .expect(2)
        .says("symbolic link to nowhere.toml, which leads nowhere");
    fs::remove_file(&file).unwrap();

    symlink("gates.toml", &file).unwrap();
    run().expect(2).says("leads nowhere");
    fs::remove_file(&file).unwrap();

    fs::write(sandbox.beside("outside.toml"), GATE).unwrap();
    symlink(sandbox.beside("outside.toml"), &file).unwrap();
    run().expect(2).says("outside the work tree");
    fs::remove_file(&file).unwrap();

    sandbox.write("config/gates.toml", GATE);
    symlink("config/gates.toml", &file).unwrap();
    sandbox.git(&["add", "."]);
    run().expect(0);
    fs::remove_file(&file).unwrap();

    assert!(sandbox.sh("mkfifo gates.toml").status.success());
    run().expect(2).says("not a regular file");
}

#[test]
fn what_is_shown_means_the_same() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", crate::documents::example());
    let first = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    sandbox.write("gates.toml", &first);
    let second = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    assert_eq!(first, second);
    assert!(first.contains("[gates.\"typecheck\"]"), "{first}");
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
    sandbox
        .try_git(&["commit", "-m", "z"])
        .expect(1)
        .says("gates.toml (as staged):2:1");
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
    sandbox
        .try_git(&["commit", "-m", "z"])
        .expect(1)
        .says("would delete gates.toml");
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
    sandbox
        .gatekeeper(&["run", "--staged"])
        .expect(2)
        .says("which is not in the commit");
}

#[test]
fn rules_for_messages() {
    let refused = |text: &str, expected: &[&str]| refused(format!("{GATE}{text}\n"), expected);
    let cases: [(&str, &[&str]); 19] = [
        (
            "[commit-msg]\nskip-ci = \"eror\"",
            &["did you mean \"error\"?"],
        ),
        (
            "[commit-msg]\nexempt-authors = [\"(\"]",
            &["not a regular expression"],
        ),
        (
            "[commit-msg.signed-of-by]",
            &["did you mean `signed-off-by`?"],
        ),
        (
            "[commit-msg.signed-off-by]\nmatch = \"authors\"",
            &["did you mean \"author\"?"],
        ),
        (
            "[commit-msg.assisted-by]\nformat = \"agnet\"",
            &["did you mean \"agent\"?"],
        ),
        (
            "[commit-msg.assisted-by]\nformat = []",
            &["this list is empty"],
        ),
        (
            "[commit-msg.assisted-by]\nkey = \"Assisted By\"",
            &["letters, digits and hyphens"],
        ),
        (
            "[commit-msg.assisted-by]\nkey = \"Signed-off-by\"",
            &["means something else"],
        ),
        (
            "[commit-msg.trailers]\nrequire = \"Change-Id\"",
            &["write [\"Change-Id\"]"],
        ),
        (
            "[commit-msg.trailers]\nrequire = [\"A\"]\nforbid = [\"a\"]",
            &["both required and forbidden", "required here"],
        ),
        (
            "[commit-msg.trailers]\nforbid = [\"signed-off-by\"]",
            &["`Signed-off-by` is both asked for and forbidden"],
        ),
        (
            "[commit-msg.trailers]\nforbid = [\"Assisted-By\"]",
            &["`Assisted-By` is both asked for and forbidden"],
        ),
        (
            "[commit-msg.assisted-by]\nrequired = \"forbidden\"\n[commit-msg.trailers]\nrequire = [\"assisted-by\"]",
            &["both required and forbidden"],
        ),
        (
            "[commit-msg.trailers]\nvalues = { A = 1 }",
            &["expected a string"],
        ),
        (
            "[commit-msg.subject]\ntypes = [\"fix\"]",
            &["belongs to `style = \"conventional\"`"],
        ),
        ("[commit-msg.subject]\nmax-length = 0", &["out of range"]),
        ("[agents]\ndefinitions = [\"./x\"]", &["matches no file"]),
        (
            "[agents]\nvariables = { GATEKEEPER_AGENT = false }",
            &["belongs to gatekeeper"],
        ),
        (
            "[agents]\naddresses = { bot = true }",
            &["this is no address"],
        ),
    ];
    for (text, expected) in cases {
        refused(text, expected);
    }
}
