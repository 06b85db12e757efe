//! Deno: a runtime for JavaScript with a linter, a formatter and a test runner.

use super::checker::{Checker, Edit, JAVASCRIPT_FILES};
use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::program::Program;
use super::silencer::{JAVASCRIPT, Silencer};
use super::strict_setting::{ListKind, StrictWhen, Unset};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[DENO],
    silencers: SILENCERS,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    JS_DENO_IGNORE_FILE = Error "js.deno-lint-ignore-file" "`// deno-lint-ignore-file` without a rule";
    JS_DENO_IGNORE = Warn "js.deno-lint-ignore" "`// deno-lint-ignore`";
}

rules! { ToolConfiguration:
    DENO_LINT = Error "config.deno.lint"
        "`lint.rules` excludes more rules, or has fewer tags or included rules";
    DENO_EXCLUDE = Error "config.deno.exclude" "`exclude` is longer";
    DENO_REMOVED = Error "config.deno.removed" "the configuration was removed";
}

const DENO: Configuration = Configuration {
    read_by: &["deno"],
    ..configuration(
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
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &JS_DENO_IGNORE_FILE,
        words: &["deno-lint-ignore-file"],
        pattern: r"//+\s*deno-lint-ignore-file\s*(?:$|--)",
        message: "this silences every lint in the whole file",
        help: "fix the problems, or name the rules and give a reason: \
            `// deno-lint-ignore-file rule -- reason`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: &JS_DENO_IGNORE,
        words: &["deno-lint-ignore"],
        pattern: r"//+\s*deno-lint-ignore(?:-file)?\b(?:[^-]|-[^-])*",
        message: "this silences a lint",
        help: "fix the problem, or give a reason: `// deno-lint-ignore rule -- reason`",
        ..JAVASCRIPT
    },
];

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
    // It checks what would be published, types included.
    Checker {
        only_with: &["--dry-run"],
        needs_network: true,
        ..Checker::new(
            "jsr-publish",
            GateKind::Lint,
            &[&["jsr", "publish"], &["deno", "publish"]],
        )
    },
];
