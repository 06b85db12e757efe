//! What commands lead to, in trees that the tests spell out.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::tree::{Entry, Tree};
use super::{Files, Resolved, resolve, unfailing};
use crate::base::fault::Result;

/// Files by their paths; ` -> ` in a path makes it a link.
#[derive(Default)]
struct Written(BTreeMap<PathBuf, Entry>);

impl Written {
    fn new(files: &[(&str, &str)]) -> Self {
        let entries = files
            .iter()
            .map(|(path, text)| match path.split_once(" -> ") {
                Some((path, target)) => (path.into(), Entry::Link(target.into())),
                None => (path.into(), Entry::File(text.as_bytes().to_vec())),
            });
        Self(entries.collect())
    }
}

impl Tree for Written {
    fn entry(&mut self, path: &Path) -> Result<Entry> {
        let inside = self
            .0
            .keys()
            .any(|other| other != path && other.starts_with(path));
        Ok(match self.0.get(path) {
            Some(entry) => entry.clone(),
            None if inside => Entry::Directory,
            None => Entry::Missing,
        })
    }

    fn names(&mut self, dir: &Path) -> Result<BTreeSet<OsString>> {
        let below = self.0.keys().filter_map(|path| path.strip_prefix(dir).ok());
        let first = below.filter_map(|path| path.iter().next().map(OsStr::to_owned));
        Ok(first.collect())
    }
}

pub(super) fn resolved(command: &str, dir: &str, files: &[(&str, &str)]) -> Resolved {
    let mut tree = Written::new(files);
    resolve(command, Path::new(dir), &mut Files::new(&mut tree)).unwrap()
}

/// The commands, pieces and whole files, one a line.
fn shown(command: &str, dir: &str, files: &[(&str, &str)]) -> Vec<String> {
    let resolved = resolved(command, dir, files);
    let commands = resolved.commands().into_iter().map(|command| {
        let place = command.place.map_or_else(String::new, |place| {
            format!(" at {}:{}", place.path.display(), place.line)
        });
        let dir = match command.dir.to_str() {
            Some("") => String::new(),
            dir => format!(" in {}", dir.unwrap()),
        };
        let why = command
            .unresolved
            .map_or_else(String::new, |why| format!(" ({why})"));
        format!("{}{dir}{place}{why}", command.words.join(" "))
    });
    let mut lines: Vec<String> = commands.collect();
    lines.extend(resolved.pieces.iter().map(|piece| {
        let text = piece.text.replace('\n', "; ");
        format!(
            "{}:{} {} = {text}",
            piece.path.display(),
            piece.line,
            piece.name
        )
    }));
    lines.extend(
        resolved
            .whole
            .iter()
            .map(|path| format!("all of {}", path.display())),
    );
    lines
}

/// The reasons why a command cannot fail.
fn reasons(command: &str, files: &[(&str, &str)]) -> Vec<String> {
    let resolved = resolved(command, "", files);
    let reasons = unfailing(&resolved, false).into_iter().map(|reason| {
        let place = &reason.place;
        let part = &reason.text[reason.part.clone()];
        format!(
            "{}:{} {part}: {}",
            place.path.display(),
            place.line,
            reason.label
        )
    });
    reasons.collect()
}

const PACKAGE: &str = r#"{
  "name": "app",
  "scripts": {
    "pretest": "eslint .",
    "test": "vitest run",
    "docs": "typedoc",
    "check": "npm run lint && run-s check:*",
    "check:types": "tsc --noEmit",
    "check:style": "prettier --check .",
    "lint": "eslint ."
  }
}
"#;

#[test]
fn scripts_of_a_package() {
    let files = [("package.json", PACKAGE)];
    let test = [
        "eslint . at package.json:4",
        "vitest run at package.json:5",
        "package.json:4 scripts.pretest = eslint .",
        "package.json:5 scripts.test = vitest run",
    ];
    for command in [
        "npm test",
        "npm t",
        "npm run test -- --coverage",
        "npm run -s test",
        "pnpm test",
        "pnpm run test",
        "yarn test",
        "yarn run test",
        "bun run test",
        "env CI=1 npm test",
        "timeout 60 npm test",
        "corepack pnpm test",
        "sh -c 'npm test'",
        "if true; then npm test; fi",
        "x=$(npm test)",
        "f() { npm test; }; f",
    ] {
        let found = shown(command, "", &files);
        let found: Vec<&String> = found
            .iter()
            .filter(|line| line.contains("package.json"))
            .collect();
        assert_eq!(found, test, "{command}");
    }
    assert_eq!(
        shown("npm run check", "", &files),
        [
            "eslint . at package.json:10",
            "prettier --check . at package.json:9",
            "tsc --noEmit at package.json:8",
            "package.json:7 scripts.check = npm run lint && run-s check:*",
            "package.json:8 scripts.check:types = tsc --noEmit",
            "package.json:9 scripts.check:style = prettier --check .",
            "package.json:10 scripts.lint = eslint .",
        ]
    );
    assert_eq!(shown("yarn eslint .", "", &files), ["eslint ."]);
    assert_eq!(shown("npm ci", "", &files), ["npm ci"]);
    assert_eq!(shown("bun test", "", &files), ["bun test"]);
    assert_eq!(
        shown("npm run missing", "", &files),
        ["npm run missing (no package.json has a script `missing`)"]
    );
    let damaged = [("package.json", "{")];
    assert_eq!(
        shown("npm test", "", &damaged),
        ["npm test (package.json is damaged)", "all of package.json"]
    );
}

#[test]
fn packages_of_workspaces() {
    let files = [
        (
            "package.json",
            r#"{"workspaces": ["packages/*"], "scripts": {"test": "npm test --workspaces"}}"#,
        ),
        (
            "packages/a/package.json",
            r#"{"name": "@x/a", "scripts": {"test": "jest"}}"#,
        ),
        (
            "packages/b/package.json",
            r#"{"name": "@x/b", "scripts": {"lint": "eslint ."}}"#,
        ),
        (".npmrc", "registry=x\nscript-shell=/bin/true\n"),
    ];
    let a = [
        "jest in packages/a at packages/a/package.json:1",
        ".npmrc:2 script-shell = script-shell=/bin/true",
        "packages/a/package.json:1 scripts.test = jest",
    ];
    for command in [
        "npm test -w @x/a",
        "npm test --workspace=packages/a",
        "npm --prefix packages/a test",
        "npm -C packages/a run test",
        "pnpm --filter @x/a test",
        "pnpm --dir packages/a test",
        "yarn workspace @x/a test",
        "yarn --cwd packages/a test",
        "cd packages/a && npm test",
        "(cd packages && cd a && yarn test)",
    ] {
        assert_eq!(shown(command, "", &files), a, "{command}");
    }
    assert_eq!(shown("npm test", "packages/a", &files), a);
    assert_eq!(shown("npm test", "packages/a/src", &files), a);
}

const MAKEFILE: &str = "\
include mk/*.mk
PYTHON ?= python3
RUFF = $(PYTHON) -m ruff
NAMES = unit e2e

.PHONY: lint test docs all

all: lint test

lint: $(VENV)
\t@$(RUFF) check src

test: $(addprefix test-,$(NAMES))

test-%:
\tpytest tests/$*
test-unit: export A = 1
docs:
\tmkdocs build
sub:
\t$(MAKE) -C sub check
";

#[test]
fn targets_of_a_makefile() {
    let files = [
        ("Makefile", MAKEFILE),
        ("mk/venv.mk", "VENV = .venv\n.venv:\n\tuv sync\n"),
        ("sub/Makefile", "check:\n\tsh check.sh\n"),
        ("sub/check.sh", "#!/bin/sh\nmake -C .. docs\n"),
    ];
    assert_eq!(
        shown("make lint", "", &files),
        [
            "uv sync at mk/venv.mk:3",
            "ruff check src at Makefile:11",
            "Makefile:2 variable PYTHON = PYTHON ?= python3",
            "Makefile:3 variable RUFF = RUFF = $(PYTHON) -m ruff",
            "Makefile:10 target lint = lint: $(VENV); @$(RUFF) check src",
            "mk/venv.mk:1 variable VENV = VENV = .venv",
            "mk/venv.mk:2 target .venv = .venv: ; uv sync",
        ]
    );
    for command in [
        "make -C sub check",
        "cd sub && make",
        "make --directory=sub",
        "make sub",
    ] {
        let found = shown(command, "", &files);
        for wanted in [
            "mkdocs build at Makefile:19",
            "Makefile:18 target docs = docs: ; mkdocs build",
            "all of sub/check.sh",
        ] {
            assert!(
                found.iter().any(|line| line == wanted),
                "{command}: {found:#?}"
            );
        }
    }
    let test = shown("make test", "", &files);
    assert!(
        test.contains(
            &"Makefile:15 target test-unit = test-unit: export A = 1; test-%: ; pytest tests/$*"
                .to_owned()
        ),
        "{test:#?}"
    );
    assert!(
        test.contains(&"Makefile:4 variable NAMES = NAMES = unit e2e".to_owned()),
        "{test:#?}"
    );
    let missing = shown("make nothing", "", &files);
    assert!(
        missing.contains(&"all of Makefile".to_owned()),
        "{missing:#?}"
    );
    let none = shown("make x", "other", &files);
    assert!(
        none.contains(&"all of other/GNUmakefile".to_owned()),
        "{none:#?}"
    );
}

#[test]
fn computed_prerequisites_of_a_makefile() {
    let pieces = |makefile: &str, command: &str| {
        let mut lines = shown(command, "", &[("Makefile", makefile)]);
        lines.retain(|line| line.contains(" target ") || line.starts_with("all of"));
        lines
    };
    let text = "BIN = a\nifdef X\nBIN := $(BIN).exe\nendif\ntest: $(BIN)\n\tx\na: ; y\nb: ; z\n";
    assert_eq!(
        pieces(text, "make test"),
        [
            "Makefile:5 target test = test: $(BIN); x",
            "Makefile:7 target a = a: ; y"
        ]
    );
    let text = "test: $(patsubst %.c,%.o,$(wildcard *.c))\n\tx\n%.o: %.c ; y\na.o: ; z\nb: ; z\n";
    assert_eq!(
        pieces(text, "make test"),
        [
            "Makefile:1 target test = test: $(patsubst %.c,%.o,$(wildcard *.c)); x",
            "Makefile:3 target %.o = %.o: %.c; y",
            "Makefile:4 target a.o = a.o: ; z",
        ]
    );
    let text = "test: $(shell ls)\n\tx\n";
    assert!(pieces(text, "make test").contains(&"all of Makefile".to_owned()));
}

#[test]
fn scripts_of_the_shell() {
    let files = [
        ("tools -> scripts", ""),
        (
            "scripts/check.sh",
            "#!/usr/bin/env bash\nset -e\ncd \"$(dirname \"$0\")/..\"\n. scripts/lib.sh\npython tools/x.py\n",
        ),
        (
            "scripts/lib.sh",
            "ROOT=$(git rev-parse --show-toplevel)\nmake -C \"$ROOT/sub\"\n",
        ),
        ("scripts/x.py", "print()"),
        ("sub/makefile", "a:\n\tb\n"),
    ];
    let expected = [
        "b in sub at sub/makefile:2",
        "python tools/x.py at scripts/check.sh:1 (gatekeeper does not read what python runs)",
        "sub/makefile:1 target a = a: ; b",
        "tools:1 symbolic link = scripts",
        "all of scripts/check.sh",
        "all of scripts/lib.sh",
        "all of scripts/x.py",
    ];
    for command in [
        "sh tools/check.sh",
        "./tools/check.sh",
        "cd tools && sh check.sh",
        "cd tools && ./check.sh",
        "bash -euo pipefail tools/check.sh",
        "cat x | xargs ./tools/check.sh",
    ] {
        let mut found = shown(command, "", &files);
        let beside = ["cat", "set", "dirname", "git"];
        found.retain(|line| !beside.contains(&line.split(' ').next().unwrap()));
        assert_eq!(found, expected, "{command}");
    }
    assert_eq!(
        shown("sh gone.sh", "a", &files),
        [
            "sh gone.sh in a (gone.sh is not in the tree)",
            "all of a/gone.sh"
        ]
    );
    let circle = [("a.sh", "sh b.sh\n"), ("b.sh", "sh a.sh\n")];
    assert_eq!(
        shown("sh a.sh", "", &circle),
        [
            "sh a.sh at b.sh:1 (it calls itself)",
            "all of a.sh",
            "all of b.sh"
        ]
    );
    assert_eq!(shown("python -m pytest", "", &files), ["pytest"]);
    assert_eq!(
        shown("python -m scripts.x", "", &files),
        [
            "python -m scripts.x (gatekeeper does not read what python runs)",
            "all of scripts/x.py"
        ]
    );
}

#[test]
fn recipes_of_a_justfile() {
    let text = "set shell := ['bash', '-c']\nimport 'more.just'\nx := 'src'\nalias t := test\n\n\
        # tests\ntest *args: lint\n    -@pytest {{ x }}\n    sh check.sh\n\nlint:\n  ruff check \\\n    src\ndocs:\n  mkdocs\n";
    let files = [
        ("Justfile", text),
        ("more.just", "y := '1'\n"),
        ("check.sh", "true\n"),
    ];
    assert_eq!(
        shown("just t -q", "", &files),
        [
            "ruff check src at Justfile:12",
            "pytest $just_ x at Justfile:8",
            "true at check.sh:1",
            "Justfile:1 setting = set shell := ['bash', '-c']",
            "Justfile:2 import = import 'more.just'",
            "Justfile:3 variable x = x := 'src'",
            "Justfile:4 variable t = alias t := test",
            "Justfile:7 recipe test = test *args: lint; -@pytest {{ x }}; sh check.sh",
            "Justfile:11 recipe lint = lint:; ruff check \\; src",
            "all of check.sh",
        ]
    );
}

#[test]
fn environments_of_tox() {
    let text = "[tox]\nenvlist = lint, py\n\n[testenv]\ndeps = pytest\ncommands =\n    pytest {posargs:tests}\n\
        [testenv:lint]\ncommands =\n    - ruff check \\\n      src\n    {[testenv:types]commands}\n    sh {toxinidir}/check.sh\n\
        [testenv:types]\ncommands = mypy src\n[testenv:docs]\ncommands = mkdocs\n";
    let files = [("tox.ini", text), ("check.sh", "x\n")];
    let lint = shown("tox -e lint -- -v", "", &files);
    assert_eq!(
        lint,
        [
            "pytest tests at tox.ini:7",
            "ruff check src at tox.ini:11",
            "x at check.sh:1",
            "mypy src at tox.ini:15",
            "tox.ini:6 [testenv] commands = pytest {posargs:tests}",
            "tox.ini:9 [testenv:lint] commands = - ruff check \\; src; {[testenv:types]commands}; sh {toxinidir}/check.sh",
            "tox.ini:15 [testenv:types] commands = mypy src",
            "all of check.sh",
        ]
    );
    assert!(shown("tox", "", &files).contains(&"mkdocs at tox.ini:17".to_owned()));
}

#[test]
fn tasks_of_python() {
    let text = "[project]\nname = 'x'\n[tool.poe]\nenv = { A = '1' }\n[tool.poe.tasks]\nlint = 'ruff check'\n\
        test = { cmd = 'pytest', deps = ['lint'] }\nall = ['lint', { shell = 'mypy .' }]\nfn = { script = 'x:y' }\n\
        [tool.pdm.scripts]\n_.env_file = '.env'\ntest = { cmd = ['pytest', '-q'] }\nall = { composite = ['test', 'mypy .'] }\n\
        [tool.hatch.envs.lint.scripts]\nstyle = 'ruff check'\nall = ['style', '- mypy .']\n";
    let files = [("pyproject.toml", text)];
    assert_eq!(
        shown("uv run poe all", "", &files),
        [
            "ruff check at pyproject.toml:6",
            "mypy . at pyproject.toml:8",
            "pyproject.toml:4 tool.poe.env = { A = \"1\" }",
            "pyproject.toml:6 tool.poe.tasks.lint = ruff check",
            "pyproject.toml:8 tool.poe.tasks.all = [\"lint\", { shell = \"mypy .\" }]",
        ]
    );
    assert_eq!(
        shown("poe fn", "", &files)[0],
        "poe fn (the task is not a shell command)"
    );
    assert_eq!(
        shown("pdm run all", "", &files),
        [
            "pytest -q at pyproject.toml:12",
            "mypy . at pyproject.toml:13",
            "pyproject.toml:11 tool.pdm.scripts._ = { env_file = \".env\" }",
            "pyproject.toml:12 tool.pdm.scripts.test = { cmd = [\"pytest\", \"-q\"] }",
            "pyproject.toml:13 tool.pdm.scripts.all = { composite = [\"test\", \"mypy .\"] }",
        ]
    );
    assert_eq!(
        shown("hatch run lint:all", "", &files),
        [
            "ruff check at pyproject.toml:15",
            "mypy . at pyproject.toml:16",
            "pyproject.toml:15 tool.hatch.envs.lint.scripts.style = ruff check",
            "pyproject.toml:16 tool.hatch.envs.lint.scripts.all = [\"style\", \"- mypy .\"]",
        ]
    );
    assert_eq!(shown("pdm run pytest", "", &files)[0], "pytest");
    assert_eq!(shown("pdm install", "", &files)[0], "pdm install");
}

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

#[test]
fn what_cannot_fail_by_way_of_a_file() {
    let script = |text: &str| format!("{{\"scripts\": {{\"test\": \"{text}\"}}}}");
    for (text, expected) in [
        (
            "vitest run || true",
            "|| true: turns every failure into a success",
        ),
        ("exit 0", "exit 0: nothing that it runs can fail"),
        ("true", "true: nothing that it runs can fail"),
        ("echo done", "echo done: nothing that it runs can fail"),
        (
            "ruff check --exit-zero",
            "--exit-zero: ruff always succeeds, whatever it finds",
        ),
        (
            "vitest run; exit 0",
            "vitest run: does not stop the script, and its status is not the script's status",
        ),
    ] {
        let package = script(text);
        let files = [("package.json", package.as_str())];
        for command in [
            "npm test",
            "npm test && echo good",
            "sh -c 'npm test'",
            "npm run test | cat",
        ] {
            let reasons = reasons(command, &files);
            assert_eq!(
                reasons,
                [format!("package.json:1 {expected}")],
                "{command}: {text}"
            );
        }
        assert_eq!(
            reasons("npm test && ruff check .", &files),
            [""; 0],
            "{text}"
        );
    }
    for text in [
        "vitest run",
        "mkdir -p x",
        "vitest run && exit 0",
        "a=(1 2); exit 0",
        "node x.js",
    ] {
        let package = script(text);
        let reasons = reasons("npm test", &[("package.json", package.as_str())]);
        assert_eq!(reasons, [""; 0], "{text}");
    }
    let makefile = [(
        "Makefile",
        "a:\n\t-ruff check\nb: a\n\t@echo done\nc: b\n\tpytest\nd:\ne:\n\tfalse; true\n",
    )];
    let ignored = "Makefile:2 ruff check: its failure is ignored";
    assert_eq!(reasons("make a", &makefile), [ignored]);
    assert_eq!(reasons("make b", &makefile), [ignored]);
    assert_eq!(reasons("make c", &makefile), [""; 0]);
    assert_eq!(
        reasons("make d", &makefile),
        ["Makefile:7 : nothing that it runs can fail"]
    );
    assert_eq!(reasons("make e", &makefile).len(), 1);
    let files = [
        ("x.sh", "set -e\nruff check\nexit 0\n"),
        ("y.sh", "ruff check\nexit 0\n"),
    ];
    assert_eq!(reasons("sh x.sh", &files), [""; 0]);
    assert_eq!(reasons("sh -e y.sh", &files), [""; 0]);
    assert_eq!(reasons("sh y.sh", &files).len(), 1);
}
