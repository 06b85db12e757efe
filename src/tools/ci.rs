//! Services that run checks elsewhere, and what makes them succeed.

use super::call_options::CallOptions;
use super::checker::{Checker, Edit, Packages};
use super::family::Family;
use super::language::Language;
use super::silencer::{FileScope, Silencer, SourcePart};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    silencers: SILENCERS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    CI_CONTINUE_ON_ERROR = Error "ci.continue-on-error"
        "`continue-on-error: true`, `allow_failure: true` in CI configuration";
    CI_OR_TRUE = Error "ci.or-true" "`|| true`, `|| exit 0` in CI configuration";
    CI_NO_ERREXIT = Warn "ci.no-errexit"
        "`set +e`, `shell: bash {0}` in CI configuration: a step goes on after a failure";
    CI_IF_FALSE = Error "ci.if-false" "`if: false`, `if: false && ...` in CI configuration";
}

/// Paths of the files that decide what CI does, whole or as prefixes.
pub(crate) const WORKFLOWS: [&str; 8] = [
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci.yml",
    ".gitlab/ci/",
    ".circleci/",
    "azure-pipelines.yml",
    "Jenkinsfile",
    ".woodpecker/",
];

/// Directories of the files that contain the commands of CI.
pub(crate) const WORKFLOW_DIRECTORIES: [&str; 8] = [
    ".github/workflows",
    ".github/actions",
    ".circleci",
    ".gitlab",
    ".azure-pipelines",
    ".buildkite",
    ".woodpecker",
    ".forgejo/workflows",
];

/// Names of such files elsewhere.
pub(crate) const WORKFLOW_FILES: [&str; 8] = [
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".cirrus.yml",
    "appveyor.yml",
];

const DEFAULTS: Silencer = Silencer {
    languages: &[Language::Yaml],
    files: FileScope::Ci,
    part: SourcePart::NotComment,
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &CI_CONTINUE_ON_ERROR,
        words: &["continue-on-error", "allow_failure", "continueonerror"],
        pattern: r#"\b(?:continue-on-error|allow_failure|continueOnError)["']?:\s*(?:["']?true\b|\$\{\{\s*true\s*\}\})"#,
        message: "CI succeeds even if this fails",
        help: "let it fail, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &CI_OR_TRUE,
        words: &["||"],
        pattern: r#"\|\|\s*\(?\s*(?:(?:/usr)?(?:/bin/)?true|:|(?:exit|return)\s+0)(?:$|[\s;)&"'`])"#,
        message: "CI succeeds even if this fails",
        help: "let it fail, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &CI_NO_ERREXIT,
        words: &["set", "{0}"],
        pattern: r#"(?:^|[\s;&|("'])set\s+\+[a-z]*e|^\s*(?:-\s+)?["']?shell["']?:\s*["']?(?:/\S*/)?(?:ba|z|da|k)?sh\s+\{0\}"#,
        message: "a step goes on after a failure, and only its last command counts",
        help: "let it fail, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &CI_IF_FALSE,
        words: &["false"],
        pattern: r#"^\s*(?:-\s+)?["']?if["']?:\s*["']?(?:false\b[^#]*|\$\{\{\s*false\b[^}]*\}\})["']?\s*$"#,
        message: "this part of CI never runs",
        help: "remove it, or give a reason: `# -- reason`",
        ..DEFAULTS
    },
];

const CHECKERS: &[Checker] = &[
    Checker {
        check: Edit::without(&["--fix", "--no-progress"]),
        files: &[".github/**/*.{yml,yaml}"],
        packages: Packages::PyPi(&["zizmor"]),
        success: Some("No findings to report"),
        configured_by: &[("zizmor.yml", ""), (".github/zizmor.yml", "")],
        options: CallOptions::PATHS,
        ..Checker::new("zizmor", GateKind::Security, &[&["zizmor"]])
    },
    Checker {
        files: &[".github/workflows/*.{yml,yaml}"],
        options: CallOptions::PATHS,
        ..Checker::new("actionlint", GateKind::Lint, &[&["actionlint"]])
    },
    Checker {
        files: &["**/{renovate.json,renovate.json5,.renovaterc,.renovaterc.json}"],
        packages: Packages::Npm(&["renovate"]),
        ..Checker::new(
            "renovate-config",
            GateKind::Lint,
            &[&["renovate-config-validator"]],
        )
    },
];
