//! Gates in several files: gates.toml of directories, and files that are included.

use std::fmt::Write as _;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::sandbox::{Done, GATEKEEPER, Sandbox, finish};

/// The gates of the repository as a whole.
const TOP: &str = "[gates.links]\nrun = \"record links\"\nfiles = [\"*.md\"]\n";

/// The gates of a package in Python, which also reads what is shared.
const API: &str = "[gates.types]
run = \"record api-types\"
files = [\"**/*.py\"]

[gates.test]
run = \"record api-test {files}\"
files = [\"**/*.py\", \"/proto/**\"]
needs = [\"types\"]
";

/// What packages in TypeScript have in common.
const TYPESCRIPT: &str = "[gates.lint]\nrun = \"record lint {files}\"\nfiles = [\"**/*.ts\"]\n";

/// A repository of packages in four languages, with hooks.
fn packages() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", TOP);
    sandbox.write("api/gates.toml", API);
    sandbox.write("config/typescript.toml", TYPESCRIPT);
    let typescript = "include = [\"/config/typescript.toml\"]\n";
    sandbox.write("packages/ui/gates.toml", typescript);
    let web =
        "\n[gates.build]\nrun = \"record web-build\"\nfiles = [\"**\", \"/packages/ui/**\"]\n";
    sandbox.write("web/gates.toml", format!("{typescript}{web}"));
    let rust =
        "[gates.test]\nrun = \"record billing-test\"\nfiles = [\"**/*.rs\", \"/proto/**\"]\n";
    sandbox.write("services/billing/gates.toml", rust);
    sandbox.write("cli/gates.toml", "[gates.vet]\nrun = \"record cli-vet\"\n");
    for file in [
        "README.md",
        "api/app.py",
        "api/tests/test_app.py",
        "packages/ui/button.ts",
        "web/page.ts",
        "services/billing/src/main.rs",
        "cli/main.go",
        "proto/order.proto",
        "docs/notes.txt",
    ] {
        sandbox.write(file, "one\n");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "packages"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.recorded();
    sandbox
}

/// Commits a change of some files, and says what has run.
fn change(sandbox: &Sandbox, files: &[&str]) -> Vec<String> {
    for file in files {
        sandbox.write(file, format!("{}more\n", sandbox.read(file)));
    }
    sandbox.git(&[&["add"], files].concat());
    sandbox.git(&["commit", "--quiet", "-m", "change"]);
    sandbox.recorded()
}

#[test]
fn every_commit_runs_what_its_package_needs_and_nothing_else() {
    let sandbox = packages();
    for (files, expected) in [
        (
            &["api/app.py"][..],
            &["api-test", "api-types", "app.py"][..],
        ),
        (&["services/billing/src/main.rs"], &["billing-test"]),
        (&["cli/main.go"], &["cli-vet"]),
        (&["web/page.ts"], &["lint", "page.ts", "web-build"]),
        // Another package is built from this one.
        (
            &["packages/ui/button.ts"],
            &["button.ts", "lint", "web-build"],
        ),
        // What is shared concerns all that name it, with paths as they see them.
        (
            &["proto/order.proto"],
            &["../proto/order.proto", "api-test", "billing-test"],
        ),
        (&["README.md"], &["links"]),
        (&["docs/notes.txt"], &[]),
        (
            &["api/app.py", "cli/main.go"],
            &["api-test", "api-types", "app.py", "cli-vet"],
        ),
    ] {
        assert_eq!(change(&sandbox, files), expected, "{files:?}");
    }
}

#[test]
fn gates_of_directories_are_shown_with_their_directory() {
    let sandbox = packages();
    assert_snapshot!(sandbox.gatekeeper(&["list"]).expect(0), @r"
stdout:
links                  pre-commit  record links
api/types              pre-commit  record api-types  (in api)
api/test               pre-commit  record api-test {files}  (in api)
cli/vet                pre-commit  record cli-vet  (in cli)
packages/ui/lint       pre-commit  record lint {files}  (in packages/ui)
services/billing/test  pre-commit  record billing-test  (in services/billing)
web/build              pre-commit  record web-build  (in web)
web/lint               pre-commit  record lint {files}  (in web)
");
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(0), @r"
stdout:
gates.toml is valid, with api/gates.toml, cli/gates.toml, config/typescript.toml, packages/ui/gates.toml, services/billing/gates.toml and 1 more: 8 gates
");
    sandbox.write("api/app.py", "two\n");
    sandbox.git(&["add", "api/app.py"]);
    assert_snapshot!(sandbox.gatekeeper(&["plan", "--staged"]).expect(0), @r"
stdout:
plan for run --staged: 1 path, [JOBS] at once, budget 2m, fail-fast off

in place, because the work tree matches the tree

     gate  api/types
  because  api/app.py matches
     runs  record api-types
       in  api
  timeout  2m, the whole budget, because how long the gate takes here is not known yet

     gate  api/test
  because  api/app.py matches
     runs  record api-test app.py
    files  1 file
       in  api
    after  api/types
  timeout  2m, the whole budget, because how long the gate takes here is not known yet

not run
  links: not applicable: no changed path matches *.md
  cli/vet: not applicable: no changed path matches cli/**
  packages/ui/lint: not applicable: no changed path matches packages/ui/**/*.ts
  services/billing/test: not applicable: no changed path matches services/billing/**/*.rs, proto/**
  web/build: not applicable: no changed path matches web/**, packages/ui/**
  web/lint: not applicable: no changed path matches web/**/*.ts
");
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: 2 passed, 6 not applicable in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  api/test  [TIME]
             passed  api/types  [TIME]
     not applicable  links, cli/vet, packages/ui/lint, services/billing/test, web/build, web/lint
    ");
    // By hand, a gate is named in full.
    sandbox.gatekeeper(&["run", "api/types"]).expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["run", "lint"]).expect(2), @r"
error: gate `lint` does not exist
help: directories have gates of this name: `packages/ui/lint`, `web/lint`
");
    assert_snapshot!(sandbox.gatekeeper(&["run", "api/"]).expect(2), @r"
error: gate `api/` does not exist
help: it is a directory; to run its gates: `gatekeeper run api/types api/test`
");
    // Files may be named from where they are.
    sandbox.recorded();
    sandbox
        .gatekeeper(&["run", "--files", "web/page.ts"])
        .expect(0);
    assert_eq!(sandbox.recorded(), ["lint", "page.ts", "web-build"]);
}

#[test]
fn a_gate_of_a_directory_that_fails_says_where_it_is() {
    let sandbox = packages();
    let failing = API.replace(
        "record api-test {files}",
        "sh -c 'echo app.py:1: wrong; exit 1'",
    );
    sandbox.write("api/gates.toml", failing);
    sandbox.git(&["add", "api"]);
    sandbox
        .sh("git commit -q -s -m 'fail' -m 'Gate-Change: it is meant to fail'")
        .expect(1);
    sandbox.git(&["reset", "--quiet", "--hard"]);
    let failing = TYPESCRIPT.replace(
        "record lint {files}",
        "sh -c 'echo page.ts:1: wrong; exit 1'",
    );
    sandbox.write("config/typescript.toml", failing);
    sandbox.write("web/page.ts", "two\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.gatekeeper(&["run", "--staged", "--skip", "packages/ui/lint"]);
    assert_snapshot!(done.expect(1), @r#"
    failed: web/lint failed: exit code 1, at web/page.ts:1
    gatekeeper run --staged: 2 paths changed
             failed  web/lint  [TIME]  exit code 1
             passed  web/build  [TIME]
            skipped  packages/ui/lint               left out with --skip
     not applicable  links, api/types, api/test, cli/vet, services/billing/test

    web/lint failed
        cause  exit code 1, after [TIME]
        found  1 error
               web/page.ts:1: wrong
       output  the full output is in .git/gatekeeper/logs/web~lint.log
      command  (cd web && sh -c 'echo page.ts:1: wrong; exit 1')
       repeat  gatekeeper run --staged web/lint

    error[gates.weakened]: the configuration was changed: packages/ui/lint: it runs `sh -c 'echo page.ts:1: wrong; exit 1'` instead of `record lint {files}`
     --> config/typescript.toml:2:1
      |
    2 | run = "sh -c 'echo page.ts:1: wrong; exit 1'"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    note: whether it is as strict as before is not known, so the change counts as a weakening
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
    error[gates.weakened]: the configuration was changed: web/lint: it runs `sh -c 'echo page.ts:1: wrong; exit 1'` instead of `record lint {files}`
     --> config/typescript.toml:2:1
      |
    2 | run = "sh -c 'echo page.ts:1: wrong; exit 1'"
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    note: whether it is as strict as before is not known, so the change counts as a weakening
    help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

    2 findings refused, 1 failed, 1 passed, 1 skipped, 5 not applicable in [TIME]
    "#);
    // For one commit, it is excepted like any other gate.
    sandbox.git(&["reset", "--quiet", "--hard"]);
    sandbox.write("web/gates.toml", "[gates.lint]\nrun = \"false\"\n");
    sandbox.git(&["add", "."]);
    let done = sandbox.sh(
        "git commit -q -s -m 'x' -m 'Gate-Change: it is meant to fail
Gate-Exception: web/lint -- the linter is broken until Monday'",
    );
    done.expect(0);
}

#[test]
fn what_is_wrong_is_shown_in_its_file() {
    let sandbox = packages();
    let check = |path: &str, text: &str| {
        let before = std::fs::read(sandbox.top.join(path)).ok();
        sandbox.write(path, text);
        sandbox.git(&["add", "--all"]);
        let told = sandbox.gatekeeper(&["config", "check"]).expect(2).stderr;
        // A commit is refused for the same reason.
        let commit = sandbox.gatekeeper(&["run", "--staged"]).expect(2).stderr;
        let first = |text: &str| text.lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(first(&told), first(&commit));
        match before {
            Some(before) => sandbox.write(path, before),
            None => std::fs::remove_file(sandbox.top.join(path)).unwrap(),
        }
        sandbox.git(&["add", "--all"]);
        told
    };
    assert_snapshot!(check("api/gates.toml", "[settings]\nbudget = \"9m\"\n\n[gates.a]\nrun = \"true\"\nneeds = [\"links\"]\nfiles = [\"./x\"]\ndir = \"..\"\n\n[bypas]\n"), @r#"
error: api/gates.toml has 5 errors
  error: `settings` has no place in api/gates.toml
   --> api/gates.toml:1:2
    |
  1 | [settings]
    |  ^^^^^^^^ this holds for the whole repository
    |
  help: move it to the gates.toml at the top; other files have only `required-version`, `include`, `gates` or `on`
  
  error: gate `api/links` does not exist
   --> api/gates.toml:6:10
    |
  6 | needs = ["links"]
    |          ^^^^^^^ needed here, but not defined
    |
  help: gates of a directory can only need others of the same directory
  
  error: `./x` matches no file
   --> api/gates.toml:7:10
    |
  7 | files = ["./x"]
    |          ^^^^^ write "x"
    |
  help: write patterns relative to api or, if they begin with `/`, to the top of the work tree, as in "src/**/*.py"
  
  error: this directory is outside the directory of this file
   --> api/gates.toml:8:7
    |
  8 | dir = ".."
    |       ^^^^ must be relative to api, without `..`
  
  error: unknown key `bypas` in the file
    --> api/gates.toml:10:2
     |
  10 | [bypas]
     |  ^^^^^ not a key in this table
     |
  help: expected `required-version`, `include`, `on`, `gates` or `settings`
"#);
    assert_snapshot!(check("api/gates.toml", "[gates.a]\nrun = \"true\"\nneeds = [\"web/lint\"]\n\n[gates.b]\nrun = \"pytest || true\"\n"), @r#"
error: api/gates.toml has 2 errors
  error: `web/lint` is not a valid gate name
   --> api/gates.toml:3:10
    |
  3 | needs = ["web/lint"]
    |          ^^^^^^^^^^ not a gate name
    |
  help: name a gate of the same file, without its directory
  
  error: gate `api/b` has a command that cannot fail
   --> api/gates.toml:6:15
    |
  6 | run = "pytest || true"
    |               ^^^^^^^ turns every failure into a success
    |
  help: remove it; list exit codes that mean success in `success-codes`; if the gate only reports, set level = "warn"
"#);
    assert_snapshot!(check("api/gates.toml", "# Nothing.\n"), @r#"
error: api/gates.toml has 1 error
  error: this file has no gates
   --> api/gates.toml:1:1
    |
  1 | # Nothing.
    | ^ nothing is checked by it
    |
  help: add a gate:
        [gates.test]
        run = "pytest -q"
        or remove the file
"#);
    assert_snapshot!(check("api/gates.toml", "[gates.a\n"), @r"
error: api/gates.toml has 1 error
  error: this is not valid TOML
   --> api/gates.toml:1:9
    |
  1 | [gates.a
    |         ^ unclosed table, expected `]`
");
    assert_snapshot!(check("api/gates.toml", "required-version = \">=99\"\nnew = 1\n"), @r#"
error: api/gates.toml has 1 error
  error: this configuration requires another gatekeeper version; this is 0.1.0
   --> api/gates.toml:1:20
    |
  1 | required-version = ">=99"
    |                    ^^^^^^ 0.1.0 is not in this range
    |
  help: install that version of gatekeeper and commit again
"#);
    assert_snapshot!(check("api/gates.toml", "include = [\"/config/*.toml\"]\n"), @r#"
error: api/gates.toml has 1 error
  error: `include` names files, not patterns
   --> api/gates.toml:1:12
    |
  1 | include = ["/config/*.toml"]
    |            ^^^^^^^^^^^^^^^^ not the path of a file
    |
  help: name each file; the gates.toml of a subdirectory counts without being included
"#);
    assert_snapshot!(check("api/gates.toml", "include = [\"../config/typescript.toml\"]\n"), @r#"
error: api/gates.toml has 1 error
  error: this is not the path of a file of the repository
   --> api/gates.toml:1:12
    |
  1 | include = ["../config/typescript.toml"]
    |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ not such a path
    |
  help: write it without `.`, `..` and empty parts; a path that begins with `/` is relative to the top of the work tree
"#);
    assert_snapshot!(check("api/gates.toml", "include = [\"none.toml\"]\n"), @r#"
error: api/gates.toml has 1 error
  error: git tracks no file api/none.toml
   --> api/gates.toml:1:12
    |
  1 | include = ["none.toml"]
    |            ^^^^^^^^^^^ no such file
    |
  help: `git add` the file, or correct the path
"#);
    assert_snapshot!(check("api/gates.toml", "include = [\"/config\"]\n"), @r#"
error: api/gates.toml has 1 error
  error: config is a directory
   --> api/gates.toml:1:12
    |
  1 | include = ["/config"]
    |            ^^^^^^^^^ not a file
    |
  help: name the file itself
"#);
    assert_snapshot!(check("config/typescript.toml", "include = [\"other.toml\"]\n"), @r#"
error: config/typescript.toml has 1 error
  error: git tracks no file config/other.toml
   --> config/typescript.toml:1:12
    |
  1 | include = ["other.toml"]
    |            ^^^^^^^^^^^^ no such file
    |
  help: `git add` the file, or correct the path
"#);
    assert_snapshot!(check("gates.toml", "include = [\"web/gates.toml\"]\n"), @r#"
error: gates.toml has 1 error
  error: web/gates.toml counts without being included
   --> gates.toml:1:12
    |
  1 | include = ["web/gates.toml"]
    |            ^^^^^^^^^^^^^^^^ not needed
    |
  help: remove it from `include`
"#);
    assert_snapshot!(check("gates.toml", &format!("include = [\"config/typescript.toml\"]\n{TOP}\n[gates.lint]\nrun = \"true\"\n")), @r#"
error: config/typescript.toml has 1 error
  error: `lint` is in gates.toml as well
   --> config/typescript.toml:1:8
    |
  1 | [gates.lint]
    |        ^^^^ already taken
    |
  help: give it a name of its own; no file can change what another one has
"#);
    assert_snapshot!(check("config/typescript.toml", "include = [\"/config/typescript.toml\"]\n"), @r#"
error: config/typescript.toml has 1 error
  error: these files include each other
   --> config/typescript.toml:1:12
    |
  1 | include = ["/config/typescript.toml"]
    |            ^^^^^^^^^^^^^^^^^^^^^^^^^ config/typescript.toml includes config/typescript.toml
    |
  help: remove one of these includes
"#);
    assert_snapshot!(check("my app/gates.toml", "[gates.x]\nrun = \"true\"\n"), @r#"
error: my app/gates.toml: the path of this directory cannot be part of a gate's name
help: use at most 150 letters, digits, `.`, `_`, `-`, `+`, `@` and `/` in the path, or leave it out with `exclude` in the gates.toml at the top
"#);
}

#[test]
fn a_link_is_no_gates_file_of_a_directory() {
    let sandbox = packages();
    sandbox
        .sh("rm web/gates.toml && ln -s ../config/typescript.toml web/gates.toml && git add web")
        .expect(0);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(2), @r"
error: web/gates.toml is a symbolic link
help: put a file in its place, which can `include` another file of the repository, or leave it out with `exclude` in the gates.toml at the top
");
    sandbox.gatekeeper(&["config", "check"]).expect(2);
}

#[test]
fn what_is_read_is_the_tree_in_the_commit() {
    let sandbox = packages();
    // What is not staged, and what is not tracked, is in no commit.
    sandbox.write("cli/gates.toml", "[gates.vet]\nrun = \"false\"\n");
    sandbox.write("other/gates.toml", "[gates.own]\nrun = \"false\"\n");
    assert_eq!(change(&sandbox, &["cli/main.go"]), ["cli-vet"]);
    // What is excluded does not count either.
    sandbox.git(&["checkout", "--quiet", "cli"]);
    sandbox.write("gates.toml", format!("exclude = [\"other/**\"]\n{TOP}"));
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "-m", "leave it out"]);
    let list = sandbox.gatekeeper(&["list"]).expect(0).stdout;
    assert!(!list.contains("other"), "{list}");
}

/// What a commit of everything says, with a message of these lines after the subject.
fn commit(sandbox: &Sandbox, more: &str) -> Done {
    sandbox.git(&["add", "--all"]);
    sandbox.sh(&format!("git commit --quiet --signoff -m 'change' {more}"))
}

#[test]
fn what_is_weaker_in_another_file_is_refused() {
    let sandbox = packages();
    sandbox.sh("git rm -q cli/gates.toml").expect(0);
    sandbox.write("cli/main.go", "two\n");
    assert_snapshot!(commit(&sandbox, "").expect(1), @r"
the commit was stopped: gates.weakened: the configuration is weaker: gate cli/vet was removed

error[gates.weakened]: the configuration is weaker: gate cli/vet was removed
--> cli/gates.toml:1
help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
  git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/cli/gates.toml
  git commit --quiet --signoff -m change

1 finding refused, nothing to check: 7 gates not applicable: the commit was stopped; nothing was changed
next: fix the problems above, `git add` the files and commit again
");
    // A commit by paths would take what is left in the work tree.
    sandbox.git(&["reset", "--quiet", "--hard"]);
    sandbox
        .sh("git rm -q --cached cli/gates.toml; echo two >cli/main.go; git add cli/main.go")
        .expect(0);
    let done = sandbox.sh("git commit -q -s -m change").expect(1);
    let (_, commands) = done.stderr.split_once("in place of REASON:\n").unwrap();
    let commands = commands.lines().map_while(|line| line.strip_prefix("  "));
    let commands = commands.collect::<Vec<_>>().join(" &&\n");
    let filled = commands.replace("REASON", "the command line is retired");
    sandbox.sh(&filled).expect(0);
    let made = sandbox
        .sh("git log -2 --format=%s --name-status; git status --short")
        .stdout;
    assert_snapshot!(made, @"
Change the gates

D	cli/gates.toml
change

M	cli/main.go
?? cli/gates.toml
");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    sandbox.write(
        "api/gates.toml",
        API.replace("\"**/*.py\", \"/proto/**\"", "\"app.py\""),
    );
    sandbox.write("api/app.py", "two\n");
    assert_snapshot!(commit(&sandbox, "").expect(1), @r#"
the commit was stopped: gates.weakened: the configuration was changed: api/test: it checks other files

error[gates.weakened]: the configuration was changed: api/test: it checks other files
 --> api/gates.toml:7:1
  |
7 | files = ["app.py"]
  | ^^^^^^^^^^^^^^^^^^
note: whether it is as strict as before is not known, so the change counts as a weakening
help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
  git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/api/gates.toml
  git commit --quiet --signoff -m change

1 finding refused, 2 passed, 6 not applicable in [TIME]: the commit was stopped; nothing was changed
next: fix the problems above, `git add` the files and commit again
"#);
    sandbox.git(&["reset", "--quiet", "--hard"]);
    // The gates of two directories come from this file.
    sandbox.write(
        "config/typescript.toml",
        TYPESCRIPT.replace("**/*.ts", "src/*.ts"),
    );
    sandbox.write("web/page.ts", "two\n");
    assert_snapshot!(commit(&sandbox, "").expect(1), @r#"
the commit was stopped: gates.weakened: the configuration was changed: packages/ui/lint: it checks other files

error[gates.weakened]: the configuration was changed: packages/ui/lint: it checks other files
 --> config/typescript.toml:3:1
  |
3 | files = ["src/*.ts"]
  | ^^^^^^^^^^^^^^^^^^^^
note: whether it is as strict as before is not known, so the change counts as a weakening
help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`
error[gates.weakened]: the configuration was changed: web/lint: it checks other files
 --> config/typescript.toml:3:1
  |
3 | files = ["src/*.ts"]
  | ^^^^^^^^^^^^^^^^^^^^
note: whether it is as strict as before is not known, so the change counts as a weakening
help: restore it; if the change is intended, commit the configuration alone with the trailer `Gate-Change: reason`

help: to keep the change, commit the configuration first, with the reason in place of REASON, and then the rest:
  git -c 'trailer.where=start' commit -s -m 'Change the gates' --trailer 'Gate-Change: REASON' -- :/config/typescript.toml
  git commit --quiet --signoff -m change

2 findings refused, 1 passed, 7 not applicable in [TIME]: the commit was stopped; nothing was changed
next: fix the problems above, `git add` the files and commit again
"#);
    sandbox.git(&["reset", "--quiet", "--hard"]);
    // An include is removed, or its gates are left out.
    let build =
        "[gates.build]\nrun = \"record web-build\"\nfiles = [\"**\", \"/packages/ui/**\"]\n";
    sandbox.write("web/gates.toml", build);
    commit(&sandbox, "")
        .expect(1)
        .says("gate web/lint was removed");
    sandbox.git(&["reset", "--quiet", "--hard"]);
    sandbox.write("gates.toml", format!("exclude = [\"cli/*\"]\n{TOP}"));
    commit(&sandbox, "")
        .expect(1)
        .says("gate cli/vet was removed");
    // Alone and with a reason, it is a change like any other.
    commit(&sandbox, "-m 'Gate-Change: the command line is retired'").expect(0);
    sandbox.gatekeeper(&["audit", "HEAD~1.."]).expect(0);
}

#[test]
fn gates_that_only_move_are_as_strict_as_before() {
    let sandbox = packages();
    let code = |text: &str| sandbox.write("docs/notes.txt", text);
    // To another name in the same directory, by way of an included file.
    sandbox.write("config/cli.toml", "[gates.vet]\nrun = \"record cli-vet\"\n");
    sandbox.write("cli/gates.toml", "include = [\"/config/cli.toml\"]\n");
    code("two\n");
    commit(&sandbox, "").expect(0);
    // From the top into a directory, and back.
    let at_top = "[gates.cli-vet]\nrun = \"record cli-vet\"\ndir = \"cli\"\nfiles = [\"cli/**\"]\n";
    sandbox.write("gates.toml", format!("{TOP}\n{at_top}"));
    sandbox
        .sh("git rm -q -f cli/gates.toml config/cli.toml")
        .expect(0);
    code("three\n");
    commit(&sandbox, "").expect(0);
    sandbox.write("gates.toml", TOP);
    sandbox.write("cli/gates.toml", "[gates.vet]\nrun = \"record cli-vet\"\n");
    code("four\n");
    commit(&sandbox, "").expect(0);
    // A directory is renamed together with its gates.
    sandbox
        .sh("git mv cli command && git mv api service")
        .expect(0);
    code("five\n");
    commit(&sandbox, "").expect(0);
    let list = sandbox.gatekeeper(&["list"]).expect(0).stdout;
    assert!(list.contains("command/vet") && list.contains("service/test"));
    assert!(!list.contains("cli/"), "{list}");
}

#[test]
fn a_server_reads_all_files() {
    let sandbox = packages();
    sandbox.git(&["init", "--quiet", "--bare", "../server.git"]);
    sandbox.git(&["remote", "add", "origin", "../server.git"]);
    let server = sandbox.beside("server.git");
    let mut install = sandbox.command(GATEKEEPER, &["install", "--server"]);
    finish(install.current_dir(&server)).expect(0);
    sandbox.git(&["push", "--quiet", "origin", "main"]);
    sandbox.gatekeeper(&["uninstall"]).expect(0);
    sandbox.sh("git rm -q cli/gates.toml").expect(0);
    sandbox.write("cli/main.go", "two\n");
    commit(&sandbox, "").expect(0);
    let done = sandbox.try_git(&["push", "origin", "main"]);
    done.expect(1).says("gate cli/vet was removed");
    let audit = sandbox.gatekeeper(&["audit", "origin/main.."]);
    let told = audit.expect(1).stdout;
    assert!(told.contains("gate cli/vet was removed"), "{told}");
    // With a reason it comes in.
    sandbox.git(&["reset", "--quiet", "--hard", "origin/main"]);
    sandbox.sh("git rm -q cli/gates.toml").expect(0);
    commit(&sandbox, "-m 'Gate-Change: the command line is retired'").expect(0);
    sandbox.git(&["push", "--quiet", "origin", "main"]);
}

#[test]
fn commands_after_events_may_stand_in_a_directory() {
    let sandbox = packages();
    let on = "[on.install]\nrun = \"record installed\"\nevents = [\"post-checkout\"]\nfiles = [\"package-lock.json\"]\n";
    let web = sandbox.read("web/gates.toml");
    sandbox.write("web/gates.toml", format!("{web}\n{on}"));
    sandbox.write("web/package-lock.json", "1\n");
    commit(&sandbox, "").expect(0);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.git(&["checkout", "--quiet", "-b", "other"]);
    sandbox.write("web/package-lock.json", "2\n");
    commit(&sandbox, "").expect(0);
    sandbox.recorded();
    sandbox.git(&["checkout", "--quiet", "main"]);
    assert_eq!(sandbox.recorded(), ["installed"]);
}

#[test]
fn three_hundred_gates_in_a_hundred_directories_stay_readable() {
    let sandbox = Sandbox::new();
    sandbox.write("gates.toml", TOP);
    for number in 0..100 {
        let mut text = String::new();
        for gate in ["lint", "types", "test"] {
            let _ = write!(text, "[gates.{gate}]\nrun = \"record {gate}-{number}\"\n");
        }
        sandbox.write(
            PathBuf::from(format!("packages/p{number:02}/gates.toml")),
            text,
        );
        sandbox.write(format!("packages/p{number:02}/a"), "one\n");
    }
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "packages"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox.write("packages/p07/a", "two\n");
    sandbox.git(&["add", "."]);
    assert_snapshot!(sandbox.gatekeeper(&["run", "--staged"]).expect(0), @"
    passed: 3 passed, 298 not applicable in [TIME]
    gatekeeper run --staged: 1 path changed
             passed  packages/p07/lint  [TIME]
             passed  packages/p07/test  [TIME]
             passed  packages/p07/types  [TIME]
     not applicable  links, packages/p00/lint, packages/p00/types, packages/p00/test, packages/p01/lint, packages/p01/types, packages/p01/test, packages/p02/lint and 290 more
    ");
    assert_eq!(sandbox.recorded(), ["lint-7", "test-7", "types-7"]);
    sandbox.git(&["commit", "--quiet", "-m", "change"]);
    assert_snapshot!(sandbox.gatekeeper(&["config", "check"]).expect(0), @r#"
stdout:
gates.toml is valid, with packages/p00/gates.toml, packages/p01/gates.toml, packages/p02/gates.toml, packages/p03/gates.toml, packages/p04/gates.toml and 95 more: 301 gates
"#);
    assert_snapshot!(sandbox.gatekeeper(&["run", "tests"]).expect(2), @r#"
error: gate `tests` does not exist
help: the gates are links, packages/p00/lint, packages/p00/types, packages/p00/test, packages/p01/lint, packages/p01/types, packages/p01/test, packages/p02/lint, packages/p02/types, packages/p02/test, packages/p03/lint, packages/p03/types, packages/p03/test, packages/p04/lint, packages/p04/types, packages/p04/test, packages/p05/lint, packages/p05/types, packages/p05/test, packages/p06/lint and 281 more
"#);
    assert_snapshot!(sandbox.gatekeeper(&["run", "test"]).expect(2), @r#"
error: gate `test` does not exist
help: directories have gates of this name: `packages/p00/test`, `packages/p01/test`, `packages/p02/test`, `packages/p03/test`, `packages/p04/test`, `packages/p05/test`, `packages/p06/test`, `packages/p07/test`, `packages/p08/test`, `packages/p09/test`, `packages/p10/test`, `packages/p11/test`, `packages/p12/test`, `packages/p13/test`, `packages/p14/test`, `packages/p15/test`, `packages/p16/test`, `packages/p17/test`, `packages/p18/test`, `packages/p19/test` and 80 more
"#);
}
