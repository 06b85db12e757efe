//! The lines that a change adds, as git itself tells of them, and what is said about `[bypass]`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use gatekeeper::internals::{
    Bypass, ColorChoice, DiffTarget, Environment, FileDiff, ObjectId, Repository, added_lines,
};
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::sandbox::Sandbox;

const GATE: &str = "[gates.lint]\nrun = \"true\"\n";

fn repository(sandbox: &Sandbox) -> Repository {
    let command = sandbox.command("git", &[] as &[&str]);
    let variables = command.get_envs();
    let variables =
        variables.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    // This process is somewhere else.
    let place = [
        ("GIT_DIR", sandbox.top.join(".git")),
        ("GIT_WORK_TREE", sandbox.top.clone()),
    ];
    let place = place.map(|(name, path)| (name.into(), path.into()));
    let environment = Environment {
        variables: variables.chain(place).collect(),
        current_dir: sandbox.top.clone(),
        color: ColorChoice::Auto,
        parent: None,
    };
    Repository::open_from_env(&environment).unwrap()
}

fn commit(sandbox: &Sandbox) {
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
}

fn id(sandbox: &Sandbox, revision: &str) -> ObjectId {
    let id = sandbox.git(&["rev-parse", revision]);
    id.trim().parse().unwrap()
}

/// `path:number text` for each line that the index adds to HEAD.
fn added(sandbox: &Sandbox) -> Vec<String> {
    sandbox.git(&["add", "--all"]);
    let files = repository(sandbox).touched(&[id(sandbox, "HEAD")], DiffTarget::Index);
    told(&files.unwrap())
}

fn told(files: &[FileDiff]) -> Vec<String> {
    let lines = files.iter().flat_map(|file| {
        let path = file.path.to_string_lossy();
        let line = move |line: &gatekeeper::internals::Line| {
            format!(
                "{path}:{} {}",
                line.number,
                String::from_utf8_lossy(&line.text)
            )
        };
        file.added.iter().map(line)
    });
    lines.collect()
}

#[test]
fn lines_have_numbers_whatever_the_user_has_set() {
    let sandbox = Sandbox::new();
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.external", "false"),
        ("diff.context", "9"),
        ("diff.interHunkContext", "9"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.submodule", "log"),
        ("diff.orderFile", "nowhere"),
        ("color.ui", "always"),
        ("core.quotePath", "false"),
    ] {
        sandbox.git(&["config", key, value]);
    }
    sandbox.write("a b.py", "1\n2\n3\n\n4");
    sandbox.write("\u{e4}\"\\.py", "1\n");
    sandbox.write("gone.py", "1\n2\n");
    commit(&sandbox);
    sandbox.write("a b.py", "0\n1\n2\n--- x\n\n4\n");
    sandbox.write("\u{e4}\"\\.py", "1\r\n2");
    std::fs::rename(sandbox.top.join("gone.py"), sandbox.top.join("here.py")).unwrap();
    std::os::unix::fs::symlink("nowhere", sandbox.top.join("link.py")).unwrap();
    assert_eq!(
        added(&sandbox),
        [
            "a b.py:1 0",
            "a b.py:4 --- x",
            "a b.py:6 4",
            "here.py:1 1",
            "here.py:2 2",
            "\u{e4}\"\\.py:1 1\r",
            "\u{e4}\"\\.py:2 2",
        ]
    );
}

#[test]
fn a_text_that_is_called_binary_is_read_all_the_same() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "1\n");
    sandbox.write("b.py", "1\n");
    commit(&sandbox);
    sandbox.write(".gitattributes", "*.py -diff\n");
    sandbox.write("a.py", "1\n2\n1\n");
    sandbox.write("b.py", "1\0\n");
    let lines = added(&sandbox);
    assert_eq!(
        lines,
        [".gitattributes:1 *.py -diff", "a.py:2 2", "a.py:3 1"]
    );
}

/// Texts of lines that are often the same, so that there are many ways to tell what has changed.
fn some_text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["", "    a", "    b", "  }", "{", "a", "\u{e4}\r"]);
    let lines = prop::collection::vec(line, 0..14);
    (lines, any::<bool>()).prop_map(|(lines, is_ended)| {
        let text = lines.join("\n");
        if is_ended { text + "\n" } else { text }
    })
}

#[test]
fn few_lines_are_told_as_git_tells_them() {
    let sandbox = Sandbox::new();
    let tree = || -> ObjectId {
        sandbox.git(&["add", "--all"]);
        let id = sandbox.git(&["write-tree"]);
        id.trim().parse().unwrap()
    };
    let repository = repository(&sandbox);
    // Of twelve files at a time, so that there are few processes for many texts.
    let side = || {
        prop::collection::vec(
            prop::option::weighted(0.9, (some_text(), any::<bool>())),
            12,
        )
    };
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let compared = runner.run(&(side(), side()), |(before, after)| {
        let write = |files: &[Option<(String, bool)>]| {
            for (number, file) in files.iter().enumerate() {
                let path = format!("d{}/f{number}", number % 3);
                let whole = sandbox.top.join(&path);
                let _ = std::fs::remove_file(&whole);
                if let Some((text, is_executable)) = file {
                    sandbox.write(&path, text);
                    let mode = if *is_executable { 0o755 } else { 0o644 };
                    std::fs::set_permissions(&whole, Permissions::from_mode(mode)).unwrap();
                }
            }
            tree()
        };
        let (before, after) = (write(&before), write(&after));
        let here = repository.touched_entries(&[before], DiffTarget::Index);
        let by_git = repository.touched_entries(&[before], DiffTarget::Commit(after));
        prop_assert_eq!(here.unwrap(), by_git.unwrap());
        Ok(())
    });
    compared.unwrap();
}

#[test]
fn the_first_commit_adds_everything_and_a_merge_what_is_its_own() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "1\n");
    commit(&sandbox);
    let first = repository(&sandbox).touched(&[], DiffTarget::Commit(id(&sandbox, "HEAD")));
    assert_eq!(told(&first.unwrap()), ["a.py:1 1"]);
    sandbox.git(&["switch", "--quiet", "--create", "side"]);
    sandbox.write("b.py", "1\n");
    commit(&sandbox);
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.write("c.py", "1\n");
    commit(&sandbox);
    sandbox.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    sandbox.write("b.py", "1\n2\n");
    commit(&sandbox);
    let parents = ["HEAD^1", "HEAD^2"].map(|parent| id(&sandbox, parent));
    let merge = repository(&sandbox).touched(&parents, DiffTarget::Commit(id(&sandbox, "HEAD")));
    assert_eq!(told(&merge.unwrap()), ["b.py:2 2"]);
}

#[test]
fn what_is_staged_is_checked_and_not_what_lies_there() {
    let sandbox = Sandbox::new();
    sandbox.write("a.py", "x\n");
    commit(&sandbox);
    sandbox.write("a.py", "x\ny  # noqa\nz = '# noqa'\n");
    sandbox.git(&["add", "a.py"]);
    sandbox.write("a.py", "x\n");
    let repository = repository(&sandbox);
    let files = repository
        .touched(&[id(&sandbox, "HEAD")], DiffTarget::Index)
        .unwrap();
    let mut objects = repository.objects();
    let today = time::Date::MIN;
    let found = added_lines::check(&Bypass::default(), &files, today, &mut |id| {
        objects.blob(id)
    });
    let found = found.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].place().1, found[0].rule.as_str()),
        (2, "python.noqa-bare")
    );
    assert_eq!(found[0].text(), "y  # noqa");
}

#[test]
fn what_is_wrong_with_the_tables_is_shown() {
    let mut told = String::new();
    for text in [
        "[bypass]\nexlude = [\"a\"]",
        "[bypass.rules]\n\"python.noqa\" = \"off\"",
        "[bypass.rules]\n\"python.noqa-bear\" = \"off\"",
        "[bypass.rules]\n\"rust.allow\" = \"allow\"",
        "[[bypass.patterns]]\nid = \"a.b\"\npattern = 'x'",
        "[[bypass.patterns]]\nid = \"rust.allow\"\npattern = 'x'\nmessage = \"m\"\nhelp = \"h\"",
        "[[bypass.patterns]]\nid = \"A\"\npattern = 'x'\nmessage = \"m\"\nhelp = \"h\"",
        "[[bypass.exceptions]]\nrule = \"rust.allow\"\nfiles = [\"a\"]\nreason = \"fix later\"\nuntil = 2999-01-01",
        "[[bypass.exceptions]]\nrule = \"our.x\"\nfiles = [\"a\"]\nreason = \"it is generated\"\nuntil = 2999-01-01",
        "[[bypass.exceptions]]\nrule = \"rust.allow\"\nfiles = [\"a\"]\nreason = \"it is generated\"",
        "[bypass]\npatterns = 5",
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("gates.toml", format!("{GATE}\n{text}\n"));
        told += &sandbox.gatekeeper(&["config", "check"]).expect(2).told();
    }
    assert_snapshot!(told, @r#"
    error: gates.toml has 1 error
      error: unknown key `exlude` in [bypass]
       --> gates.toml:5:1
        |
      5 | exlude = ["a"]
        | ^^^^^^ did you mean `exclude`?
    ---
    error: gates.toml has 1 error
      error: rule `python.noqa` does not exist
       --> gates.toml:5:1
        |
      5 | "python.noqa" = "off"
        | ^^^^^^^^^^^^^ did you mean `python.noqa-file`?
    ---
    error: gates.toml has 1 error
      error: rule `python.noqa-bear` does not exist
       --> gates.toml:5:1
        |
      5 | "python.noqa-bear" = "off"
        | ^^^^^^^^^^^^^^^^^^ did you mean `python.noqa-bare`?
    ---
    error: gates.toml has 1 error
      error: invalid value `allow`
       --> gates.toml:5:16
        |
      5 | "rust.allow" = "allow"
        |                ^^^^^^^ unknown value
        |
      help: expected `error`, `warn` or `off`
    ---
    error: gates.toml has 2 errors
      error: `message` is missing
       --> gates.toml:4:1
        |
      4 | [[bypass.patterns]]
        | ^^^^^^^^^^^^^^^^^^^ must have `message`

      error: `help` is missing
       --> gates.toml:4:1
        |
      4 | [[bypass.patterns]]
        | ^^^^^^^^^^^^^^^^^^^ must have `help`
    ---
    error: gates.toml has 1 error
      error: rule `rust.allow` already exists
       --> gates.toml:4:1
        |
      4 | [[bypass.patterns]]
        | ^^^^^^^^^^^^^^^^^^^ use an id that no other rule has
    ---
    error: gates.toml has 1 error
      error: `A` is not a valid rule id
       --> gates.toml:5:6
        |
      5 | id = "A"
        |      ^^^ not an id
        |
      help: use lowercase letters, digits, `.` and `-`, as in "our.no-print"
    ---
    error: gates.toml has 1 error
      error: this is not a reason
       --> gates.toml:7:10
        |
      7 | reason = "fix later"
        |          ^^^^^^^^^^^ does not say why the exception is right
        |
      help: write at least 10 characters that say why, not only that it is temporary
    ---
    error: gates.toml has 1 error
      error: rule `our.x` does not exist
       --> gates.toml:5:8
        |
      5 | rule = "our.x"
        |        ^^^^^^^ unknown rule
        |
      help: docs/bypass.md lists the rules; quote their ids: "python.noqa-bare" = "error"
    ---
    error: gates.toml has 1 error
      error: `until` is missing
       --> gates.toml:4:1
        |
      4 | [[bypass.exceptions]]
        | ^^^^^^^^^^^^^^^^^^^^^ must have `until`
    ---
    error: gates.toml has 1 error
      error: expected a list of tables, found an integer
       --> gates.toml:5:12
        |
      5 | patterns = 5
        |            ^ this must be a list of tables
    ---
    "#);
}

#[test]
fn what_is_shown_means_the_same() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "gates.toml",
        format!(
            "{GATE}[bypass]\nexclude = [\"a/**\"]\ndocumentation = []\n[bypass.rules]\n\"rust.allow\" = \"off\"\n\
             [[bypass.patterns]]\nid = \"our.x\"\npattern = 'x\\d'\nmessage = \"m\"\nhelp = \"h\"\n\
             [[bypass.exceptions]]\nrule = \"our.x\"\nfiles = [\"b\"]\nreason = \"it is generated\"\nuntil = 2999-01-01\n"
        ),
    );
    let first = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    for line in [
        "exclude = [\"a/**\"]",
        "documentation = []",
        "\"rust.allow\" = \"off\"",
        "\"rust.allow-crate\" = \"error\"",
        "id = \"our.x\"",
        "until = \"2999-01-01\"",
    ] {
        assert!(
            first.lines().any(|shown| shown == line),
            "{line} is not in\n{first}"
        );
    }
    sandbox.write("gates.toml", &first);
    let second = sandbox.gatekeeper(&["config", "show"]).expect(0).stdout;
    assert_eq!(first, second);
}
