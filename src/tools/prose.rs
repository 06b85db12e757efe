//! Text that is not source code: reStructuredText, Markdown, documentation, links, file endings, and licences.

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
        files: &["**/*.rst"],
        packages: Packages::PyPi(&["restructuredtext-lint"]),
        file_list: Some(&[]),
        ..Checker::new(
            "rst-lint",
            GateKind::Lint,
            &[&["rst-lint"], &["restructuredtext-lint"]],
        )
    },
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: &["**/*.md"],
        packages: Packages::PyPi(&["mdformat"]),
        file_list: Some(&[]),
        ..Checker::new("mdformat", GateKind::Format, &[&["mdformat"]])
    },
    Checker {
        configured_by: &[(".vale.ini", "")],
        file_list: Some(&[]),
        ..Checker::new("vale", GateKind::Lint, &[&["vale"]])
    },
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: &["**/*.{rst,py}"],
        packages: Packages::PyPi(&["docstrfmt"]),
        file_list: Some(&[]),
        ..Checker::new("docstrfmt", GateKind::Format, &[&["docstrfmt"]])
    },
    Checker {
        unless: &["dump-config", "version"],
        packages: Packages::PyPi(&["proselint"]),
        ..Checker::new("proselint", GateKind::Lint, &[&["proselint"]])
    },
    // Without `-W`, Sphinx succeeds with warnings, and fails with what it cannot build; a builder that checks fails
    // with what it finds (documentation, "sphinx-build").
    Checker {
        unless: &["linkcheck", "clean"],
        files: DOCUMENTATION,
        packages: Packages::PyPi(&["sphinx"]),
        success: Some("^build succeeded"),
        ..Checker::new("sphinx", GateKind::Lint, SPHINX)
    },
    Checker {
        only_with: &["linkcheck"],
        files: DOCUMENTATION,
        packages: Packages::PyPi(&["sphinx"]),
        needs_network: true,
        ..Checker::new("sphinx-linkcheck", GateKind::Lint, SPHINX)
    },
    // With `--strict`, it fails with warnings as well (documentation, "Command Line Interface").
    Checker {
        files: DOCUMENTATION,
        packages: Packages::PyPi(&["mkdocs"]),
        success: Some("Documentation built in"),
        ..Checker::new("mkdocs", GateKind::Lint, &[&["mkdocs", "build"]])
    },
    // It fails with links that lead nowhere in the documentation (its documentation, "Dead links").
    Checker {
        files: &["**/*.{md,vue}", "**/.vitepress/**"],
        packages: Packages::Npm(&["vitepress"]),
        ..Checker::new("vitepress", GateKind::Lint, &[&["vitepress", "build"]])
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

/// The calls of Sphinx, as a program and as a module.
const SPHINX: &[&[&str]] = &[&["sphinx-build"], &["sphinx"], &["sphinx.cmd.build"]];

/// What documentation is made of: texts, and the docstrings of sources.
const DOCUMENTATION: &[&str] = &["**/*.{rst,md,txt,py}", "**/mkdocs.{yml,yaml}", "**/docs/**"];
