//! Targets of makefiles.

use super::shown;

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
