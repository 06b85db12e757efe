//! pylint: a linter for Python.

use super::call::Call;
use super::configuration::{Configuration, SettingsRoot, configuration, ini, sections, toml};
use super::family::Family;
use super::program::Program;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};
use super::swallowed_status::SwallowedStatus;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    configurations: &[PYLINT],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    ..Family::NONE
};

const PYLINT: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "pylint",
        Some("config.pylint.removed"),
        &[
            ini("pylintrc", ""),
            toml("pylintrc.toml", "tool.pylint"),
            ini(".pylintrc", ""),
            toml(".pylintrc.toml", "tool.pylint"),
            toml("pyproject.toml", "tool.pylint"),
            sections("setup.cfg", SettingsRoot::PylintSections),
            sections("tox.ini", SettingsRoot::PylintSections),
        ],
        &[
            StrictSetting::new(
                "config.pylint.disable",
                &["disable", "?.disable"],
                StrictWhen::Short(ListKind::Names, &[]),
            ),
            StrictSetting::new(
                "config.pylint.enable",
                &["enable", "?.enable", "fail-on", "?.fail-on"],
                StrictWhen::Long(ListKind::Names, Unset::These(&[])),
            ),
            StrictSetting::new(
                "config.pylint.fail-under",
                &["fail-under", "?.fail-under"],
                StrictWhen::High(10.0),
            ),
            StrictSetting::new(
                "config.pylint.ignore",
                &["ignore", "?.ignore", "ignore-paths", "?.ignore-paths"],
                StrictWhen::Short(ListKind::Paths, &["CVS"]),
            ),
            StrictSetting::new(
                "config.pylint.ignore",
                &["ignore-patterns", "?.ignore-patterns"],
                StrictWhen::Short(ListKind::Paths, &[]),
            ),
            StrictSetting::new(
                "config.pylint.limits",
                &["max-*", "?.max-*"],
                StrictWhen::Low(f64::NAN),
            ),
        ],
    )
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "python.pylint-all",
        words: &["pylint"],
        pattern: r"#\s*pylint:\s*(?:disable(?:-next)?\s*=\s*all\b|skip-file)",
        message: "this silences every check of pylint",
        help: "fix the problem, or name the check and give a reason: `# pylint: disable=name  # \
            reason`",
        ..PYTHON
    },
    Silencer {
        rule: "python.pylint-disable",
        words: &["pylint"],
        pattern: r"#\s*pylint:\s*disable(?:-next)?\s*=\s*[\w-]+(?:\s*,\s*[\w-]+)*",
        message: "this silences a check of pylint",
        help: "fix the problem, or give a reason: `# pylint: disable=name  # reason`",
        ..PYTHON
    },
];

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always("PYLINTRC", "pylint")];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: |call| call.exit_zero().or_else(|| fail_under(call)),
    ..Program::new(&["pylint"])
}];

fn fail_under(call: &Call<'_>) -> Option<SwallowedStatus> {
    let (value, span) = call.value("--fail-under")?;
    let is_zero = value.parse::<f64>().is_ok_and(|value| value <= 0.0);
    is_zero.then(|| {
        SwallowedStatus::by_tool(
            span,
            format!(
                "no score is below {value}, so {} always succeeds",
                call.name
            ),
            "require the score that the code has today",
        )
    })
}
