//! The built-in rules for what a change does to tests, to the configuration of tools and of gatekeeper
//! itself, and to files that gates depend on.

use crate::model::finding::Severity;

/// How grave a hit of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A finding refuses the commit unless it is justified.
    Error,
    /// A finding is only shown.
    Warn,
    /// The rule is off.
    Off,
}

/// The built-in rules for added lines, each with its default: the ids that gates.toml uses.
pub const RULES: [(&str, Level); 42] = [
    ("python.noqa-bare", Level::Error),
    ("python.noqa-file", Level::Error),
    ("python.noqa-coded", Level::Warn),
    ("python.type-ignore-bare", Level::Error),
    ("python.type-ignore-file", Level::Error),
    ("python.type-ignore-coded", Level::Warn),
    ("python.nosec-bare", Level::Error),
    ("python.nosec-coded", Level::Error),
    ("python.no-cover", Level::Off),
    ("python.pylint-all", Level::Error),
    ("python.pylint-disable", Level::Warn),
    ("python.fmt-off", Level::Off),
    ("python.test-skip", Level::Error),
    ("python.test-skipif", Level::Off),
    ("js.eslint-disable-file", Level::Error),
    ("js.eslint-disable", Level::Warn),
    ("js.ts-ignore", Level::Error),
    ("js.ts-expect-error", Level::Warn),
    ("js.test-only", Level::Error),
    ("js.test-skip", Level::Warn),
    ("rust.allow-crate", Level::Error),
    ("rust.allow", Level::Warn),
    ("rust.expect", Level::Off),
    ("rust.test-ignore", Level::Warn),
    ("go.nolint-bare", Level::Error),
    ("go.nolint-coded", Level::Off),
    ("go.nosec-bare", Level::Error),
    ("go.test-skip", Level::Off),
    ("java.suppress-warnings", Level::Warn),
    ("java.test-disabled", Level::Warn),
    ("java.nosonar", Level::Warn),
    ("ruby.rubocop-disable", Level::Warn),
    ("shell.shellcheck-disable", Level::Off),
    ("shell.or-true", Level::Off),
    ("shell.set-plus-e", Level::Off),
    ("git.no-verify", Level::Error),
    ("git.hooks-off", Level::Error),
    ("git.hooks-path", Level::Warn),
    ("git.hook-switch", Level::Error),
    ("ci.continue-on-error", Level::Error),
    ("ci.or-true", Level::Error),
    ("ci.if-false", Level::Error),
];

impl Level {
    /// Every value.
    pub(crate) const ALL: [Self; 3] = [Self::Error, Self::Warn, Self::Off];

    /// The word for it in gates.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Off => "off",
        }
    }

    /// The severity of a finding at this level; `None` if the rule is off.
    #[must_use]
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Off => None,
        }
    }
}

/// The rules for a change as a whole, each with its default: the ids that gates.toml uses.
pub(crate) const CHANGE_RULES: [(&str, Level); 92] = [
    ("config.bandit.exclude", Level::Error),
    ("config.bandit.removed", Level::Error),
    ("config.bandit.skips", Level::Error),
    ("config.bandit.tests", Level::Error),
    ("config.biome.enabled", Level::Error),
    ("config.biome.ignore", Level::Error),
    ("config.biome.removed", Level::Error),
    ("config.biome.rules", Level::Error),
    ("config.black.exclude", Level::Warn),
    ("config.black.removed", Level::Warn),
    ("config.cargo-deny.allow", Level::Warn),
    ("config.cargo-deny.ignore", Level::Error),
    ("config.cargo-deny.levels", Level::Error),
    ("config.cargo-deny.removed", Level::Error),
    ("config.cargo.rustflags", Level::Error),
    ("config.clippy.allow", Level::Warn),
    ("config.clippy.disallowed", Level::Error),
    ("config.clippy.limits", Level::Error),
    ("config.coverage.branch", Level::Error),
    ("config.coverage.exclude", Level::Error),
    ("config.coverage.fail-under", Level::Error),
    ("config.coverage.omit", Level::Error),
    ("config.coverage.removed", Level::Error),
    ("config.deno.exclude", Level::Error),
    ("config.deno.lint", Level::Error),
    ("config.deno.removed", Level::Error),
    ("config.eslint.extends", Level::Warn),
    ("config.eslint.ignore", Level::Error),
    ("config.eslint.removed", Level::Error),
    ("config.eslint.rules", Level::Error),
    ("config.flake8.exclude", Level::Error),
    ("config.flake8.ignore", Level::Error),
    ("config.flake8.limits", Level::Warn),
    ("config.flake8.per-file-ignores", Level::Error),
    ("config.flake8.removed", Level::Error),
    ("config.flake8.select", Level::Error),
    ("config.golangci.exclude", Level::Error),
    ("config.golangci.linters", Level::Error),
    ("config.golangci.removed", Level::Error),
    ("config.isort.removed", Level::Warn),
    ("config.isort.skip", Level::Warn),
    ("config.jest.ignore", Level::Error),
    ("config.jest.removed", Level::Error),
    ("config.jest.threshold", Level::Error),
    ("config.mypy.allow", Level::Error),
    ("config.mypy.disable-error-code", Level::Error),
    ("config.mypy.enable-error-code", Level::Error),
    ("config.mypy.exclude", Level::Error),
    ("config.mypy.files", Level::Warn),
    ("config.mypy.ignore-errors", Level::Error),
    ("config.mypy.missing-imports", Level::Warn),
    ("config.mypy.removed", Level::Error),
    ("config.mypy.strict", Level::Error),
    ("config.nyc.exclude", Level::Error),
    ("config.nyc.removed", Level::Error),
    ("config.nyc.threshold", Level::Error),
    ("config.pylint.disable", Level::Error),
    ("config.pylint.enable", Level::Warn),
    ("config.pylint.fail-under", Level::Error),
    ("config.pylint.ignore", Level::Error),
    ("config.pylint.limits", Level::Warn),
    ("config.pylint.removed", Level::Error),
    ("config.pyright.exclude", Level::Error),
    ("config.pyright.include", Level::Warn),
    ("config.pyright.mode", Level::Error),
    ("config.pyright.removed", Level::Error),
    ("config.pyright.report", Level::Error),
    ("config.pytest.addopts", Level::Error),
    ("config.pytest.filterwarnings", Level::Error),
    ("config.pytest.removed", Level::Error),
    ("config.pytest.strict", Level::Error),
    ("config.pytest.testpaths", Level::Warn),
    ("config.ruff.exclude", Level::Error),
    ("config.ruff.ignore", Level::Error),
    ("config.ruff.limits", Level::Warn),
    ("config.ruff.per-file-ignores", Level::Error),
    ("config.ruff.removed", Level::Error),
    ("config.ruff.select", Level::Error),
    ("config.rust.lints", Level::Error),
    ("config.typescript.allow", Level::Error),
    ("config.typescript.exclude", Level::Error),
    ("config.typescript.include", Level::Warn),
    ("config.typescript.removed", Level::Error),
    ("config.typescript.skip-lib-check", Level::Warn),
    ("config.typescript.strict", Level::Error),
    ("config.unreadable", Level::Warn),
    ("gates.weakened", Level::Error),
    ("protected.agent", Level::Warn),
    ("protected.script", Level::Error),
    ("protected.tool", Level::Warn),
    ("protected.workflow", Level::Warn),
    ("tests.removed", Level::Warn),
];
