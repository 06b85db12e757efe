//! Tools that rewrite Python, and have no form that only checks.

use super::checker::{Checker, Edit, PYTHON_FILES, Packages};
use super::family::Family;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    checkers: CHECKERS,
    ..Family::NONE
};

const fn rewriter(
    name: &'static str,
    calls: &'static [&'static [&'static str]],
    package: &'static [&'static str],
) -> Checker {
    Checker {
        fix: Some(Edit::NONE),
        rewrites: true,
        file_list: Some(&[]),
        files: PYTHON_FILES,
        packages: Packages::PyPi(package),
        ..Checker::new(name, GateKind::Format, calls)
    }
}

const CHECKERS: &[Checker] = &[
    rewriter("pyupgrade", &[&["pyupgrade"]], &["pyupgrade"]),
    rewriter(
        "django-upgrade",
        &[&["django-upgrade"]],
        &["django-upgrade"],
    ),
    rewriter("zimports", &[&["zimports"]], &["zimports"]),
    rewriter("yesqa", &[&["yesqa"]], &["yesqa"]),
    rewriter(
        "reorder-python-imports",
        &[&["reorder-python-imports"]],
        &["reorder-python-imports"],
    ),
    rewriter(
        "add-trailing-comma",
        &[&["add-trailing-comma"]],
        &["add-trailing-comma"],
    ),
    rewriter(
        "absolufy-imports",
        &[&["absolufy-imports"]],
        &["absolufy-imports"],
    ),
    rewriter(
        "pydocstringformatter",
        &[&["pydocstringformatter"]],
        &["pydocstringformatter"],
    ),
    Checker {
        files: &["**/tox.ini"],
        ..rewriter("tox-ini-fmt", &[&["tox-ini-fmt"]], &["tox-ini-fmt"])
    },
    // It runs Python in comments, and says with `--check` what would change (its documentation, "Check that a file is
    // up to date").
    Checker {
        only_with: &["--check"],
        packages: Packages::PyPi(&["cogapp"]),
        ..Checker::new("cog", GateKind::Lint, &[&["cog"]])
    },
    Checker {
        files: &["**/*.{rst,md,py}"],
        ..rewriter("blacken-docs", &[&["blacken-docs"]], &["blacken-docs"])
    },
];
