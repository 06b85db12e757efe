//! Deno: a runtime for JavaScript with a linter, a formatter and a test runner.

use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::program::Program;
use super::strict_setting::{ListKind, StrictWhen, Unset};
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[DENO],
    programs: PROGRAMS,
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
