//! Other managers of git hooks.

use super::checker::{Checker, Edit, Packages};
use super::configuration::UncomparedFiles;
use super::family::Family;
use super::language::Language;
use super::program::Program;
use super::sign::{NO_NETWORK, Sign};
use super::silencer::{DATA, Silencer, SourcePart};
use super::variable::{SkipValue, SkipVariable};
use crate::model::gate::GateKind;
use crate::model::outcome::ToolFault;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    uncompared: &[
        UncomparedFiles::new(&[".pre-commit-config.yaml"], &["pre-commit", "prek"]),
        UncomparedFiles::new(&["lefthook.*"], &["lefthook"]),
    ],
    silencers: SILENCERS,
    skip_variables: SKIP_VARIABLES,
    programs: PROGRAMS,
    checkers: CHECKERS,
    ..Family::NONE
};

const CHECKERS: &[Checker] = &[Checker {
    // Most of its hooks rewrite files, and fail if they have.
    rewrites: true,
    fix: Some(Edit::NONE),
    packages: Packages::PyPi(&["pre-commit"]),
    // It downloads its hooks when they run for the first time.
    signs: &[Sign::broken(ToolFault::Network, NO_NETWORK).with(&[3])],
    ..Checker::new(
        "pre-commit",
        GateKind::Lint,
        &[&["pre-commit", "run"], &["prek", "run"]],
    )
}];

const PROGRAMS: &[Program] = &[
    Program {
        files: &[
            "lefthook.yml",
            ".lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yaml",
            "lefthook.toml",
            ".lefthook.toml",
            "lefthook.json",
            ".lefthook.json",
            ".config/lefthook.yml",
            ".config/lefthook.yaml",
            ".config/lefthook.toml",
            ".config/lefthook.json",
        ],
        beside: &[
            "lefthook-local.*",
            ".lefthook-local.*",
            ".config/lefthook-local.*",
            ".lefthook/**/*",
            ".lefthook-local/**/*",
        ],
        ..Program::new(&["lefthook"])
    },
    Program {
        files: &["hk.pkl"],
        beside: &["hk.local.pkl", ".config/hk.pkl"],
        ..Program::new(&["hk"])
    },
    Program {
        beside: &[".lintstagedrc*", "lint-staged.config.*"],
        ..Program::new(&["lint-staged"])
    },
];

rules! { AddedLines:
    GIT_HOOK_SWITCH = Error "git.hook-switch" "`HUSKY=0`, `LEFTHOOK=0`, `SKIP=... git` and similar";
}

const HOOK_SWITCH: Silencer = Silencer {
    rule: &GIT_HOOK_SWITCH,
    words: &[
        "husky",
        "lefthook",
        "hk=",
        "hk_skip",
        "skip=",
        "overcommit",
        "no_config",
    ],
    pattern: r#"(?:^|[\s;&("'`])(?:(?:HUSKY|HK)=0|LEFTHOOK=(?:0|false)|HUSKY_SKIP_HOOKS=1|HK_SKIP_HOOKS?=\S+|OVERCOMMIT_DISABLED?=1|(?:PRE_COMMIT|PREK)_ALLOW_NO_CONFIG=1|(?:PREK_)?SKIP=\S+\s+(?:\w+=\S*\s+)*git\s)"#,
    message: "this disables the checks of a hook manager",
    help: "let the checks run, or give a reason on the line: `# -- reason`",
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        languages: &[Language::Shell, Language::Make],
        part: SourcePart::Code,
        ..HOOK_SWITCH
    },
    Silencer {
        languages: DATA,
        part: SourcePart::NotComment,
        ..HOOK_SWITCH
    },
];

/// Taken from the sources of the managers.
const SKIP_VARIABLES: &[SkipVariable] = &[
    SkipVariable::new("HK", SkipValue::Off, "hk"),
    SkipVariable::new("HK_SKIP_HOOK", SkipValue::Any, "hk"),
    SkipVariable::new("HK_SKIP_HOOKS", SkipValue::Any, "hk"),
    SkipVariable::new("HK_SKIP_STEP", SkipValue::Any, "hk"),
    SkipVariable::new("HK_SKIP_STEPS", SkipValue::Any, "hk"),
    husky("HUSKY", SkipValue::Off),
    husky("HUSKY_SKIP_HOOKS", SkipValue::Any),
    SkipVariable::new("LEFTHOOK", SkipValue::Off, "lefthook"),
    SkipVariable::new("LEFTHOOK_EXCLUDE", SkipValue::Any, "lefthook"),
    SkipVariable::new("OVERCOMMIT_DISABLE", SkipValue::Any, "overcommit"),
    SkipVariable::new("OVERCOMMIT_DISABLED", SkipValue::Any, "overcommit"),
    SkipVariable::new("PREK_ALLOW_NO_CONFIG", SkipValue::Any, "prek"),
    SkipVariable::new("PREK_SKIP", SkipValue::Any, "prek"),
    SkipVariable::new("PRE_COMMIT_ALLOW_NO_CONFIG", SkipValue::Any, "pre-commit"),
    SkipVariable::new("SKIP", SkipValue::Any, "pre-commit"),
];

/// husky does not have a command that a gate could run, and its variable keeps it from installing
/// itself.
const fn husky(name: &'static str, skips_by: SkipValue) -> SkipVariable {
    SkipVariable {
        is_for_gates: false,
        ..SkipVariable::new(name, skips_by, "husky")
    }
}
