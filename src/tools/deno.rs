//! Deno: a runtime for JavaScript with a linter, a formatter and a test runner.

use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::program::Program;
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[DENO],
    programs: PROGRAMS,
    ..Family::NONE
};

const DENO: Configuration = configuration(
    "Deno",
    Some("config.deno.removed"),
    &[json("deno.json", ""), json("deno.jsonc", "")],
    &[
        StrictSetting::new(
            "config.deno.lint",
            &["lint.rules.exclude"],
            StrictWhen::Short(ListKind::Names, &[]),
        ),
        StrictSetting::new(
            "config.deno.exclude",
            &["exclude", "lint.exclude", "test.exclude", "fmt.exclude"],
            StrictWhen::Short(ListKind::Paths, &[]),
        ),
        StrictSetting::new(
            "config.deno.lint",
            &["lint.rules.include", "lint.rules.tags"],
            StrictWhen::Long(ListKind::Names, Unset::Enough),
        ),
    ],
);

const PROGRAMS: &[Program] = &[Program {
    is_interpreter: true,
    ..Program::new(&["deno"])
}];
