//! Aliases of cargo, tasks of mise, and files that are not read.

use super::shown;

#[test]
fn aliases_of_cargo_and_tasks_of_mise() {
    let files = [
        (
            ".cargo/config.toml",
            "[alias]\nlint = 'clippy -- -D warnings'\nclippy = ['version']\n[target.x]\nrunner = 'true'\n",
        ),
        (
            "mise.toml",
            "[tools]\nnode = '1'\n[tasks.test]\nrun = ['cargo lint', 'sh x.sh']\ndepends = ['a']\n[tasks]\na = 'b'\n",
        ),
        (".mise/tasks/c", "#!/bin/sh\nd\n"),
        ("x.sh", "y\n"),
    ];
    assert_eq!(
        shown("cargo lint", "crates/a", &files),
        [
            "cargo version -- -D warnings in crates/a at .cargo/config.toml:3 (cargo runs it)",
            ".cargo/config.toml:2 alias.lint = clippy -- -D warnings",
            ".cargo/config.toml:3 alias.clippy = [\"version\"]",
            ".cargo/config.toml:5 target.x.runner = true",
        ]
    );
    let test = shown("mise run test", "", &files);
    for wanted in ["b at mise.toml:7", "y at x.sh:1", "all of x.sh"] {
        assert!(test.contains(&wanted.to_owned()), "{test:#?}");
    }
    assert_eq!(shown("mise run c", "", &files)[0], "d at .mise/tasks/c:1");
    assert_eq!(shown("cargo test", "", &[("a", "")]), ["cargo test"]);
}

#[test]
fn files_that_are_not_read_count_with_what_they_name() {
    let files = [
        (
            "Taskfile.yml",
            "version: '3'\nincludes:\n  docs: ./docs/Taskfile.yml\ntasks:\n  lint:\n    cmds: [sh a.sh, \"./b.sh\"]\n  test:\n    cmds:\n      - cmd: sh c.sh\n",
        ),
        (
            "noxfile.py",
            "@nox.session\ndef lint(session):\n    session.run(\"sh\", \"a.sh\")\n",
        ),
        (
            ".pre-commit-config.yaml",
            "repos:\n# x\n- repo: a\n  rev: v1\n  hooks:\n  - id: b\n",
        ),
        ("a.sh", "x\n"),
        ("b.sh", "x\n"),
        ("c.sh", "x\n"),
        ("go.go", "x\n"),
    ];
    let all = |command: &str| {
        let mut lines = shown(command, "", &files);
        lines.retain(|line| line.starts_with("all of") || line.contains(" = "));
        lines
    };
    assert_eq!(
        all("task lint"),
        [
            "all of Taskfile.yml",
            "all of a.sh",
            "all of b.sh",
            "all of c.sh",
            "all of docs/Taskfile.yml"
        ]
    );
    assert_eq!(all("nox -s lint"), ["all of a.sh", "all of noxfile.py"]);
    assert_eq!(
        all("uvx pre-commit run -a"),
        [".pre-commit-config.yaml:1 hooks = repos:; - repo: a;   hooks:;   - id: b"]
    );
    assert_eq!(all("go vet go.go"), [""; 0]);
    assert_eq!(all("go run go.go"), ["all of go.go"]);
}
