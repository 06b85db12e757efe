//! bandit: security checks for Python.

use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::program::Program;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[BANDIT],
    uncompared: &["bandit.yaml", "bandit.yml"],
    silencers: SILENCERS,
    programs: PROGRAMS,
    ..Family::NONE
};

const BANDIT: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "bandit",
        Some("config.bandit.removed"),
        &[
            ini(".bandit", "bandit"),
            toml("pyproject.toml", "tool.bandit"),
        ],
        &[
            StrictSetting::new(
                "config.bandit.skips",
                &["skips", "skip"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            StrictSetting::new(
                "config.bandit.exclude",
                &["exclude-dirs", "exclude", "assert-used.skips"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.bandit.tests",
                &["tests"],
                StrictWhen::Long(ListKind::Names, Unset::Everything),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "python.nosec-coded",
        words: &["nosec"],
        pattern: r"#\s*nosec\b\s*:?\s*(?:B\d+|[a-z]+(?:_[a-z]+)+)(?:[,\s]+(?:B\d+|[a-z]+(?:_[a-z]+)+))*",
        message: "this silences a security check without a reason",
        help: "fix the problem, or say what makes the line safe: `# nosec B603 -- reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.nosec-bare",
        words: &["nosec"],
        pattern: r"#\s*nosec\b",
        message: "this silences every security check on the line",
        help: "name the check and fix the problem, or say what makes the line safe: `# nosec B603 \
            -- reason`",
        ..PYTHON
    },
];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: |call| call.exit_zero(),
    ..Program::new(&["bandit"])
}];
