//! Lock files and what describes a package: whether they agree with each other.

use super::checker::{Checker, Edit, FixStep, Packages};
use super::family::Family;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    checkers: CHECKERS,
    ..Family::NONE
};

const CHECKERS: &[Checker] = &[
    Checker {
        files: &["**/pyproject.toml", "**/uv.lock"],
        packages: Packages::PyPi(&["uv"]),
        needs_network: true,
        ..Checker::new(
            "uv-lock",
            GateKind::Lint,
            &[&["uv", "lock", "--check"], &["uv", "lock", "--locked"]],
        )
    },
    Checker {
        files: &["**/pyproject.toml", "**/poetry.lock"],
        packages: Packages::PyPi(&["poetry"]),
        success: Some("^All set!"),
        ..Checker::new("poetry-check", GateKind::Lint, &[&["poetry", "check"]])
    },
    Checker {
        files: &["**/pyproject.toml", "**/pdm.lock"],
        packages: Packages::PyPi(&["pdm"]),
        ..Checker::new("pdm-lock", GateKind::Lint, &[&["pdm", "lock", "--check"]])
    },
    Checker {
        files: &["**/package.json", "**/yarn.lock"],
        ..Checker::new(
            "yarn-dedupe",
            GateKind::Lint,
            &[&["yarn", "dedupe", "--check"]],
        )
    },
    Checker {
        packages: Packages::PyPi(&["check-manifest"]),
        ..Checker::new("check-manifest", GateKind::Lint, &[&["check-manifest"]])
    },
    Checker {
        files: &["**/package.json"],
        packages: Packages::Npm(&["sort-package-json"]),
        fix_step: Some(FixStep::Parts),
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        ..Checker::new(
            "sort-package-json",
            GateKind::Format,
            &[&["sort-package-json"]],
        )
    },
];
