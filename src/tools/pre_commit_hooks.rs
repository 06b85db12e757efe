//! The programs of the package `pre-commit-hooks`: small checks that pre-commit's own repository publishes.

use super::checker::{Checker, Edit, PYTHON_FILES, Packages};
use super::family::Family;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    checkers: CHECKERS,
    ..Family::NONE
};

const fn check(
    name: &'static str,
    kind: GateKind,
    calls: &'static [&'static [&'static str]],
    files: &'static [&'static str],
) -> Checker {
    Checker {
        files,
        file_list: Some(&[]),
        packages: Packages::PyPi(&["pre-commit-hooks"]),
        ..Checker::new(name, kind, calls)
    }
}

/// One that has no form that only checks.
const fn fixer(
    name: &'static str,
    calls: &'static [&'static [&'static str]],
    files: &'static [&'static str],
) -> Checker {
    Checker {
        fix: Some(Edit::NONE),
        rewrites: true,
        ..check(name, GateKind::Format, calls, files)
    }
}

const CHECKERS: &[Checker] = &[
    fixer(
        "trailing-whitespace",
        &[&["trailing-whitespace-fixer"]],
        &[],
    ),
    fixer("end-of-file-fixer", &[&["end-of-file-fixer"]], &[]),
    fixer("mixed-line-ending", &[&["mixed-line-ending"]], &[]),
    fixer("fix-byte-order-marker", &[&["fix-byte-order-marker"]], &[]),
    fixer(
        "double-quote-string-fixer",
        &[&["double-quote-string-fixer"]],
        PYTHON_FILES,
    ),
    fixer("file-contents-sorter", &[&["file-contents-sorter"]], &[]),
    fixer(
        "requirements-txt-fixer",
        &[&["requirements-txt-fixer"]],
        &["**/*requirements*.txt", "**/*constraints*.txt"],
    ),
    Checker {
        check: Edit::without(&["--autofix"]),
        fix: Some(Edit::with(&["--autofix"])),
        ..check(
            "pretty-format-json",
            GateKind::Format,
            &[&["pretty-format-json"]],
            &["**/*.json"],
        )
    },
    fixer(
        "sort-simple-yaml",
        &[&["sort-simple-yaml"]],
        &["**/*.{yaml,yml}"],
    ),
    check("check-ast", GateKind::Lint, &[&["check-ast"]], PYTHON_FILES),
    check(
        "check-builtin-literals",
        GateKind::Lint,
        &[&["check-builtin-literals"]],
        PYTHON_FILES,
    ),
    check(
        "check-docstring-first",
        GateKind::Lint,
        &[&["check-docstring-first"]],
        PYTHON_FILES,
    ),
    check(
        "debug-statements",
        GateKind::Lint,
        &[&["debug-statement-hook"]],
        PYTHON_FILES,
    ),
    check(
        "name-tests-test",
        GateKind::Lint,
        &[&["name-tests-test"]],
        &["**/tests/**/*.py"],
    ),
    check(
        "check-yaml",
        GateKind::Lint,
        &[&["check-yaml"]],
        &["**/*.{yaml,yml}"],
    ),
    check(
        "check-toml",
        GateKind::Lint,
        &[&["check-toml"]],
        &["**/*.toml"],
    ),
    check(
        "check-json",
        GateKind::Lint,
        &[&["check-json"]],
        &["**/*.json"],
    ),
    check(
        "check-xml",
        GateKind::Lint,
        &[&["check-xml"]],
        &["**/*.{xml,svg,xsd,xsl}"],
    ),
    Checker {
        // Without it, it checks only while a merge is going on.
        check: Edit::with(&["--assume-in-merge"]),
        ..check(
            "check-merge-conflict",
            GateKind::Lint,
            &[&["check-merge-conflict"]],
            &[],
        )
    },
    check(
        "check-case-conflict",
        GateKind::Lint,
        &[&["check-case-conflict"]],
        &[],
    ),
    check(
        "check-illegal-windows-names",
        GateKind::Lint,
        &[&["check-illegal-windows-names"]],
        &[],
    ),
    check(
        "check-symlinks",
        GateKind::Lint,
        &[&["check-symlinks"]],
        &[],
    ),
    check(
        "check-executables-have-shebangs",
        GateKind::Lint,
        &[&["check-executables-have-shebangs"]],
        &[],
    ),
    check(
        "check-shebang-scripts-are-executable",
        GateKind::Lint,
        &[&["check-shebang-scripts-are-executable"]],
        &[],
    ),
    check(
        "check-vcs-permalinks",
        GateKind::Lint,
        &[&["check-vcs-permalinks"]],
        &[],
    ),
    Checker {
        // Without it, it asks git for the added files of the index.
        check: Edit::with(&["--enforce-all"]),
        ..check(
            "check-added-large-files",
            GateKind::Custom,
            &[&["check-added-large-files"]],
            &[],
        )
    },
    check(
        "detect-private-key",
        GateKind::Security,
        &[&["detect-private-key"]],
        &[],
    ),
    check(
        "detect-aws-credentials",
        GateKind::Security,
        &[&["detect-aws-credentials"]],
        &[],
    ),
];

/// The program of a hook of this package, by the hook's id; `None` if a gate cannot run it.
#[must_use]
pub(crate) fn pre_commit_program(id: &str) -> Option<&'static str> {
    let known = CHECKERS.iter().find(|checker| checker.name == id)?;
    known.calls.first()?.first().copied()
}

/// Whether a hook of this package reads text, so that pre-commit does not hand it binary files.
#[must_use]
pub(crate) fn reads_text(id: &str) -> bool {
    let known = CHECKERS.iter().find(|checker| checker.name == id);
    let reads_names = [
        "check-added-large-files",
        "check-case-conflict",
        "check-symlinks",
        "check-illegal-windows-names",
    ];
    known.is_some_and(|checker| checker.files.is_empty()) && !reads_names.contains(&id)
}
