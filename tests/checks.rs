//! The checks of `[checks]`, on the contents in git.

use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[gates.test]\nrun = 'test -e gates.toml'\n";

fn repository(checks: &str) -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", format!("{GATES}[checks]\n{checks}"));
    sandbox.write("Readme.md", "# a\n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "-sqm", "first"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    sandbox
}

fn commit(sandbox: &Sandbox) -> Done {
    sandbox.git(&["add", "--all"]);
    sandbox.try_git(&["commit", "--signoff", "--message", "next"])
}

/// A token of GitHub, put together so that no scanner takes it for one.
fn token() -> String {
    ["ghp_", "zQWBuTSOoRi4A9sp", "HcVY5ncnsDkxkJ", "0mLq17"].concat()
}

#[test]
fn what_is_certainly_wrong_is_refused() {
    let sandbox = repository("max-file-size = 4\n");
    let conflict = [
        "<<<<<<< HEAD",
        "a = 1",
        "=======",
        "a = 2",
        ">>>>>>> topic",
        "",
    ]
    .join("\n");
    sandbox.write("a.py", conflict);
    sandbox.write("large.bin", vec![0; 5000]);
    sandbox.write("README.MD", "# b\n");
    sandbox.write("src/aux.c", "");
    sandbox.write("package.json", "{\n  \"a\": 1,\n}\n");
    sandbox.write("b.toml", "a = \n");
    sandbox.write("c.yaml", "a: [1\nb: 2\n");
    symlink("nothing", sandbox.top.join("link")).unwrap();
    assert_snapshot!(commit(&sandbox).expect(1), @"
    the commit was stopped: check.path-collision: the path differs from Readme.md only in upper and lower case
    gatekeeper pre-commit: 8 paths changed
             passed  test  [TIME]

    error[check.path-collision]: the path differs from Readme.md only in upper and lower case
    --> README.MD:1
    help: rename one of them: macOS and Windows cannot have both
    error[check.merge-marker]: a merge conflict is left, up to line 5
     --> a.py:1:1
      |
    1 | <<<<<<< HEAD
      | ^^^^^^^^^^^^
    help: resolve the conflict, and remove the markers
    error[check.syntax]: TOML cannot be read: string values must be quoted, expected literal string
    --> b.toml:1
    help: correct the file; `exclude` in [checks] names files that are meant to be so
    error[check.syntax]: YAML cannot be read: illegal placement of ':' indicator
    --> c.yaml:2
    help: correct the file; `exclude` in [checks] names files that are meant to be so
    error[check.large-file]: the file has 5 KiB; the limit is 4 KiB
    --> large.bin:1
    help: keep it out of git, or in Git LFS; `max-file-size` in [checks] sets the limit
    error[check.symlink]: the symbolic link leads to nothing, which is not in git
    --> link:1
    help: correct the target, or `git add` what it leads to
    error[check.syntax]: JSON cannot be read: key must be a string
    --> package.json:3
    help: correct the file; `exclude` in [checks] names files that are meant to be so
    warning[check.windows-name]: Windows cannot have this path: `aux` is a device there
    --> src/aux.c:1
    help: give it another name

    7 findings refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
}

#[test]
fn a_secret_is_nowhere_in_what_is_said() {
    let sandbox = repository("");
    let token = token();
    let key = format!(
        "-----BEGIN {}-----\nMIIE{}\n",
        ["PRIVATE", "KEY"].join(" "),
        "q7Zf3KpWx9TbL2vR".repeat(6)
    );
    sandbox.write("a.py", format!("import os  # noqa {token}\n"));
    sandbox.write("key.pem", &key);
    let done = commit(&sandbox).expect(1);
    assert!(!format!("{done:?}").contains(&token[8..30]), "{done:?}");
    assert!(!format!("{done:?}").contains("q7Zf3KpW"), "{done:?}");
    assert_snapshot!(done, @r"
    the commit was stopped: check.secret: this line has what looks like a token of GitHub
    gatekeeper pre-commit: 2 paths changed
             passed  test  [TIME]

    error[check.secret]: this line has what looks like a token of GitHub
    --> a.py:1
    help: revoke it, and read it from the environment or from a file that git ignores; a secret that was pushed is no secret any more
    error[python.noqa-bare]: this silences every lint on the line
    --> a.py:1
    help: fix the problem, or name the code and give a reason: `# noqa: E501 -- reason`

    2 findings refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "leaked"]);
    let audit = sandbox
        .gatekeeper(&["audit", "HEAD~1..HEAD", "--json"])
        .expect(1);
    assert!(audit.stdout.contains("check.secret"), "{audit:?}");
    assert!(!audit.stdout.contains(&token[8..30]), "{audit:?}");
    let found = sandbox.sh(&format!("grep -rl '{}' .git/gatekeeper", &token[8..30]));
    assert_eq!(found.stdout, "");
}

#[test]
fn what_is_a_matter_of_taste_has_to_be_asked_for() {
    let untidy = |sandbox: &Sandbox| {
        sandbox.write("blank.txt", "a \nb");
        sandbox.write("mixed.txt", "\u{feff}a\r\nb\n");
        sandbox.write("run", "#!/bin/sh\n");
    };
    let sandbox = repository("");
    untidy(&sandbox);
    commit(&sandbox).expect(0);
    let keys = "trailing-blanks = 'error'\nfinal-newline = 'error'\nline-endings = 'error'\nbyte-order-mark = 'warn'\nscript-modes = 'error'\n";
    let sandbox = repository(keys);
    untidy(&sandbox);
    assert_snapshot!(commit(&sandbox).expect(1), @r"
    the commit was stopped: check.trailing-blank: the line ends with blanks
    gatekeeper pre-commit: 3 paths changed
             passed  test  [TIME]

    error[check.trailing-blank]: the line ends with blanks
     --> blank.txt:1:1
      |
    1 | a
      | ^
    help: remove them: `gatekeeper fix` does
    error[check.final-newline]: the last line has no line break
    --> blank.txt:2
    help: let the file end with one line break: `gatekeeper fix` does
    error[check.line-ending]: 1 of 2 lines end with CR LF, the others with LF
    --> mixed.txt:1
    help: let all lines end in the same way: `gatekeeper fix` does
    error[check.script-mode]: the file begins with `#!` and is not executable
    --> run:1
    help: make it executable with `git update-index --chmod=+x`, or remove the line
    warning[check.byte-order-mark]: the file begins with a byte order mark
    --> mixed.txt:1
    help: remove its three bytes: `gatekeeper fix` does

    4 findings refused, 1 passed in [TIME]: the commit was stopped; nothing was changed
    next: fix the problems above, `git add` the files and commit again
    ");
}

#[test]
fn what_was_there_before_or_is_excepted_is_no_finding() {
    let sandbox = repository("exclude = ['vendor/**']\n");
    sandbox.write("broken.json", "{");
    sandbox.write("a.py", format!("t = '{}'\n", token()));
    sandbox.git(&["add", "."]);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-sqm", "before"]);
    sandbox
        .gatekeeper(&[
            "audit",
            "--accept",
            "HEAD^!",
            "--reason",
            "imported from elsewhere",
        ])
        .expect(0);
    sandbox.write("broken.json", "{ ");
    sandbox.git(&["mv", "a.py", "b.py"]);
    sandbox.write("vendor/c.json", "{");
    commit(&sandbox).expect(0);
    let exception = "[[bypass.exceptions]]\nrule = 'check.syntax'\nfiles = ['d.json']\nreason = 'a sample of a damaged file'\nuntil = '2999-01-01'\n";
    sandbox.write(
        "gates.toml",
        format!("{GATES}[checks]\nexclude = ['vendor/**']\n{exception}"),
    );
    sandbox.git(&["add", "."]);
    let reason = "Gate-Change: a sample of a damaged file";
    sandbox.git(&["commit", "-sqm", "except", "--trailer", reason]);
    sandbox.write("d.json", "{");
    commit(&sandbox).expect(0).says("1 justified exception");
}

#[test]
fn what_checks_of_form_find_is_fixed_without_a_tool() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write(
        "gates.toml",
        "[checks]\ntrailing-blanks = \"error\"\nfinal-newline = \"error\"\nline-endings = \"error\"\n\
         byte-order-mark = { exclude = [\"data/**\"] }\n[gates.a]\nrun = \"true\"\n",
    );
    sandbox.write("old", "old \n");
    sandbox.git(&["add", "."]);
    sandbox.git(&["commit", "--quiet", "-m", "old"]);
    sandbox.gatekeeper(&["install"]).expect(0);
    // Staged, and more of it only saved; and one that is only saved.
    sandbox.write("partly", "a \n");
    sandbox.write("whole", "\u{feff}a\r\nb\r\nc\n\n");
    sandbox.write("data/x", "\u{feff}a \n");
    sandbox.git(&["add", "."]);
    sandbox.write("partly", "a \nb \n");
    sandbox.write("old", "old \nnew \n");
    let found = sandbox.gatekeeper(&["run", "--staged"]);
    assert_snapshot!(found, @r"
    failed: check.trailing-blank: the line ends with blanks
    gatekeeper run --staged: 3 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  a  [TIME]

    error[check.trailing-blank]: the line ends with blanks
     --> data/x:1:1
      |
    1 | \u{feff}a
      | ^^^^^^^^^
    help: remove them: `gatekeeper fix` does
    error[check.trailing-blank]: the line ends with blanks
     --> partly:1:1
      |
    1 | a
      | ^
    help: remove them: `gatekeeper fix` does
    error[check.byte-order-mark]: the file begins with a byte order mark
    --> whole:1
    help: remove its three bytes: `gatekeeper fix` does
    error[check.line-ending]: 2 of 4 lines end with CR LF, the others with LF
    --> whole:1
    help: let all lines end in the same way: `gatekeeper fix` does
    error[check.final-newline]: blank lines follow the last line
    --> whole:4
    help: let the file end with one line break: `gatekeeper fix` does

    5 findings refused, 1 passed in [TIME]
    ");
    let done = sandbox.gatekeeper(&["fix"]);
    assert_snapshot!(done, @r#"
    fixed  data/x  +1 -1  check.trailing-blank
    fixed  old  +1 -1  check.trailing-blank
    fixed  partly  +2 -2  check.trailing-blank
    fixed  whole  +2 -3  check.byte-order-mark, check.final-newline, check.line-ending
    4 files fixed
    "#);
    for (path, staged, saved) in [
        // What is staged of a file is fixed at the commit.
        ("partly", "a \n", "a\nb\n"),
        ("whole", "a\nb\nc\n", "a\nb\nc\n"),
        ("data/x", "\u{feff}a\n", "\u{feff}a\n"),
        ("old", "old \n", "old \nnew\n"),
    ] {
        assert_eq!(
            sandbox.git(&["show", &format!(":{path}")]),
            staged,
            "{path}"
        );
        assert_eq!(sandbox.read(path), saved, "{path}");
    }
    let again = sandbox.gatekeeper(&["fix"]);
    assert_snapshot!(again, @"nothing to fix");
    // On request, a commit is fixed as well.
    sandbox.write("later", "a \n");
    sandbox.git(&["add", "later"]);
    let done = sandbox.gatekeeper(&["run", "--staged", "--fix"]);
    assert_snapshot!(done, @"
    passed: 1 passed in [TIME]
    gatekeeper run --staged: 4 paths changed, checked in [VIEW], because the work tree has files that differ from the commit
             passed  a  [TIME]

    fixed: later (check.trailing-blank)

    fixed in the commit only: partly (check.trailing-blank); your file was left unchanged, because it has other changes in the same lines, or was saved in the meantime
    ");
    assert_eq!(sandbox.git(&["show", ":later"]), "a\n");
}
