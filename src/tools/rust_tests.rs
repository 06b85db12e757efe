//! Which tests cargo compiles and runs, as Cargo.toml says.

use super::configuration::{Configuration, configuration, toml};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use crate::model::rule::rules;

rules! { ToolConfiguration:
    CARGO_TESTS = Error "config.cargo.tests"
        "`autotests`, `test`, `doctest` or `harness` of a target is off, or a target has another \
        `path`";
    CARGO_ASSERTIONS = Warn "config.cargo.assertions"
        "`debug-assertions` or `overflow-checks` of the profile `dev` or `test` is off";
    CARGO_TEST_FEATURES = Error "config.cargo.required-features"
        "a test needs more features, without which cargo skips it";
    CARGO_MEMBERS = Error "config.cargo.members"
        "`default-members` or `members` of a workspace is shorter, or `exclude` is longer";
}

pub(super) const CARGO_TARGETS: Configuration = Configuration {
    is_each_file_alone: true,
    ..configuration(
        "cargo's targets",
        None,
        &[toml("Cargo.toml", "")],
        &[
            CARGO_TESTS.settings(
                &[
                    "package.autotests*",
                    "lib.test*",
                    "lib.doctest*",
                    "bin.*.test",
                    "test.*.test",
                ],
                StrictWhen::On(true),
            ),
            // Without these, what the tests assert may not be looked at.
            CARGO_ASSERTIONS.settings(
                &[
                    "profile.dev.*debug-assertions",
                    "profile.test.*debug-assertions",
                    "profile.dev.*overflow-checks",
                    "profile.test.*overflow-checks",
                ],
                StrictWhen::On(true),
            ),
            // Without the harness, the file's own `main` decides what is run.
            CARGO_TESTS.settings(
                &["lib.harness", "bin.*.harness", "test.*.harness"],
                StrictWhen::On(true),
            ),
            CARGO_TESTS.settings(
                &["lib.path"],
                StrictWhen::Long(ListKind::Names, Unset::These(&["src/lib.rs"])),
            ),
            // Without one, the path depends on the name of the target.
            CARGO_TESTS.settings(
                &["bin.*.path", "test.*.path"],
                StrictWhen::Long(ListKind::Names, Unset::Enough),
            ),
            CARGO_TEST_FEATURES.settings(
                &["test.*.required-features"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            CARGO_MEMBERS.settings(
                &["workspace.default-members"],
                StrictWhen::Long(ListKind::Paths, Unset::Everything),
            ),
            CARGO_MEMBERS.settings(
                &["workspace.members"],
                StrictWhen::Long(ListKind::Paths, Unset::Enough),
            ),
            CARGO_MEMBERS.settings(
                &["workspace.exclude"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
        ],
    )
};
