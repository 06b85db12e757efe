//! Deno: a runtime for JavaScript with a linter, a formatter and a test runner.

use super::checker::{Checker, Edit, JAVASCRIPT_FILES};
use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::program::Program;
use super::strict_setting::{ListKind, StrictWhen, Unset};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[DENO],
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { ToolConfiguration:
    DENO_LINT = Error "config.deno.lint"
        "`lint.rules` excludes more rules, or has fewer tags or included rules";
    DENO_EXCLUDE = Error "config.deno.exclude" "`exclude` is longer";
    DENO_REMOVED = Error "config.deno.removed" "the configuration was removed";
}

const DENO: Configuration = configuration(
    "Deno",
    Some(&DENO_REMOVED),
    &[json("deno.json", ""), json("deno.jsonc", "")],
    &[
        DENO_LINT.settings(
            &["lint.rules.exclude"],
            StrictWhen::Short(ListKind::Names, &[]),
        ),
        DENO_EXCLUDE.settings(
            &["exclude", "lint.exclude", "test.exclude", "fmt.exclude"],
            StrictWhen::Short(ListKind::Paths, &[]),
        ),
        DENO_LINT.settings(
            &["lint.rules.include", "lint.rules.tags"],
            StrictWhen::Long(ListKind::Names, Unset::Enough),
        ),
    ],
);

const PROGRAMS: &[Program] = &[Program {
    is_interpreter: true,
    ..Program::new(&["deno"])
}];

const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit::with(&["--check"]),
        fix: Some(Edit::without(&["--check"])),
        files: JAVASCRIPT_FILES,
        ..Checker::new("deno-fmt", GateKind::Format, &[&["deno", "fmt"]])
    },
    Checker {
        check: Edit::without(&["--fix"]),
        fix: Some(Edit::with(&["--fix"])),
        files: JAVASCRIPT_FILES,
        ..Checker::new("deno-lint", GateKind::Lint, &[&["deno", "lint"]])
    },
    Checker {
        files: JAVASCRIPT_FILES,
        ..Checker::new("deno-check", GateKind::Typecheck, &[&["deno", "check"]])
    },
    Checker {
        files: JAVASCRIPT_FILES,
        success: Some(r"ok \| [1-9]\d* passed"),
        ..Checker::new("deno-test", GateKind::Test, &[&["deno", "test"]])
    },
];
