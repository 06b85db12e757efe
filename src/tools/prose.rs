//! Text that is not source code: reStructuredText, links, file endings, and licences.

use super::checker::{Checker, Edit, Packages};
use super::family::Family;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    checkers: CHECKERS,
    ..Family::NONE
};

const CHECKERS: &[Checker] = &[
    Checker {
        files: &["**/*.rst"],
        packages: Packages::PyPi(&["rstcheck"]),
        file_list: Some(&[]),
        success: Some("^Success! No issues detected"),
        ..Checker::new("rstcheck", GateKind::Lint, &[&["rstcheck"]])
    },
    Checker {
        files: &["**/*.{rst,txt}"],
        configured_by: &[("doc8.ini", ""), ("pyproject.toml", "tool.doc8")],
        packages: Packages::PyPi(&["doc8"]),
        file_list: Some(&[]),
        ..Checker::new("doc8", GateKind::Lint, &[&["doc8"]])
    },
    Checker {
        files: &["**/*.rst"],
        packages: Packages::PyPi(&["sphinx-lint"]),
        file_list: Some(&[]),
        success: Some("^No problems found"),
        ..Checker::new("sphinx-lint", GateKind::Lint, &[&["sphinx-lint"]])
    },
    Checker {
        configured_by: &[(".editorconfig-checker.json", ""), (".ecrc", "")],
        packages: Packages::Npm(&["editorconfig-checker"]),
        ..Checker::new(
            "editorconfig-checker",
            GateKind::Lint,
            &[&["editorconfig-checker"], &["ec"]],
        )
    },
    Checker {
        files: &["**/*.{md,html,rst}"],
        configured_by: &[("lychee.toml", "")],
        file_list: Some(&[]),
        needs_network: true,
        ..Checker::new("lychee", GateKind::Lint, &[&["lychee"]])
    },
    Checker {
        check: Edit::with(&["-check"]),
        fix: Some(Edit::without(&["-check"])),
        ..Checker::new("addlicense", GateKind::Lint, &[&["addlicense"]])
    },
];
