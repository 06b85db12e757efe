//! Semgrep, gitleaks, detect-secrets, Checkov and others: scanners for files in every language.
//!
//! Gone through: Semgrep 1.182 (`nosemgrep`, also by its older name `nosem`), detect-secrets 1.5
//! (`filters/allowlist.py`), gitleaks 8 (`gitleaks:allow`), `TruffleHog` 3 (`trufflehog:ignore`), ggshield 1
//! (`ggignore`), Checkov 3 and Trivy 0.6 (`checkov:skip`, `trivy:ignore`, `tfsec:ignore`). Only detect-secrets was run.

use super::checker::Checker;
use super::family::Family;
use super::language::Language;
use super::silencer::{ReasonStyle, Silencer, SourcePart};
use crate::model::gate::GateKind;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    silencers: SILENCERS,
    checkers: CHECKERS,
    ..Family::NONE
};

rules! { AddedLines:
    NOSEMGREP_BARE = Error "security.nosemgrep-bare" "`nosemgrep` without a rule";
    NOSEMGREP_CODED = Warn "security.nosemgrep-coded" "`nosemgrep: rule`";
    SECRET_ALLOWED = Warn "security.secret-allowed"
        "`gitleaks:allow`, `pragma: allowlist secret`, `trufflehog:ignore`, `ggignore`";
    MISCONFIGURATION = Warn "security.misconfiguration"
        "`checkov:skip=`, `trivy:ignore:`, `tfsec:ignore:`";
}

/// The common values: a comment in any language.
const ANY: Silencer = Silencer {
    languages: &Language::ALL,
    part: SourcePart::Comment,
    reason: ReasonStyle::SecondComment,
    ..Silencer::NONE
};

/// What a comment begins with in the languages that are known.
const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &NOSEMGREP_CODED,
        words: &["nosem"],
        pattern: r"(?:#|//+|/\*+)\s*nosem(?:grep)?\s*:\s*[\w.-]+(?:\s*,\s*[\w.-]+)*",
        message: "this silences a security check",
        help: "fix the problem, or say what makes the line safe: `# nosemgrep: rule -- reason`",
        ..ANY
    },
    Silencer {
        rule: &NOSEMGREP_BARE,
        words: &["nosem"],
        pattern: r"(?:#|//+|/\*+)\s*nosem(?:grep)?\b",
        unless: Some(r"^[\w-]"),
        message: "this silences every security check on the line",
        help: "name the rule and fix the problem, or say what makes the line safe: \
            `# nosemgrep: rule -- reason`",
        ..ANY
    },
    Silencer {
        rule: &SECRET_ALLOWED,
        words: &["gitleaks", "list", "trufflehog", "ggignore"],
        pattern: r"(?:#|//+|/\*+)\s*(?:gitleaks:allow|pragma:\s?(?:allow|white)list(?:[ -]nextline)?[ -]secret|trufflehog:ignore|ggignore(?:-until)?)\b",
        message: "this lets a secret pass",
        help: "remove the secret, or say why it is none: `# gitleaks:allow -- reason`",
        ..ANY
    },
    Silencer {
        rule: &MISCONFIGURATION,
        words: &["checkov", "trivy", "tfsec"],
        pattern: r"(?:#|//+|/\*+)\s*(?:checkov:skip=\w+|(?:trivy|tfsec):ignore:[\w-]+)",
        message: "this silences a check of the configuration",
        help: "fix the problem, or say why the exception is right: `# checkov:skip=ID: reason`",
        ..ANY
    },
];

// Without `--exit-code`, Trivy succeeds with findings (documentation, "Exit Code").
const CHECKERS: &[Checker] = &[Checker {
    only_with: &["--exit-code"],
    needs_network: true,
    ..Checker::new(
        "trivy",
        GateKind::Security,
        &[
            &["trivy", "fs"],
            &["trivy", "filesystem"],
            &["trivy", "config"],
            &["trivy", "repo"],
            &["trivy", "repository"],
        ],
    )
}];
