//! Packages before they are published: what is in them, what describes them, and their documentation.

use super::checker::{Checker, Edit, Packages};
use super::family::Family;
use crate::model::gate::GateKind;

pub(super) const FAMILY: Family = Family {
    checkers: CHECKERS,
    ..Family::NONE
};

const CHECKERS: &[Checker] = &[
    Checker {
        packages: Packages::PyPi(&["twine"]),
        // Building a package downloads what builds it.
        needs_network: true,
        ..Checker::new("twine", GateKind::Lint, &[&["twine", "check"]])
    },
    Checker {
        packages: Packages::PyPi(&["check-sdist"]),
        needs_network: true,
        ..Checker::new("check-sdist", GateKind::Lint, &[&["check-sdist"]])
    },
    Checker {
        packages: Packages::PyPi(&["check-wheel-contents"]),
        ..Checker::new(
            "check-wheel-contents",
            GateKind::Lint,
            &[&["check-wheel-contents"]],
        )
    },
    Checker {
        packages: Packages::PyPi(&["pyroma"]),
        // Where what builds the package is not installed, it downloads it.
        needs_network: true,
        ..Checker::new("pyroma", GateKind::Lint, &[&["pyroma"]])
    },
    // What it would change is wrong.
    Checker {
        rewrites: true,
        fix: Some(Edit::NONE),
        configured_by: &[("pyproject.toml", "tool.vendoring")],
        packages: Packages::PyPi(&["vendoring"]),
        needs_network: true,
        ..Checker::new("vendoring", GateKind::Lint, &[&["vendoring", "sync"]])
    },
    Checker {
        configured_by: &[("towncrier.toml", ""), ("pyproject.toml", "tool.towncrier")],
        packages: Packages::PyPi(&["towncrier"]),
        ..Checker::new("towncrier", GateKind::Lint, &[&["towncrier", "check"]])
    },
];
