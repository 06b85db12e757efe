//! black and isort: formatters for Python.

use super::configuration::{Configuration, configuration, ini, toml};
use super::family::Family;
use super::silencer::{PYTHON, Silencer};
use super::strict_setting::{ListKind, StrictWhen};
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    configurations: &[BLACK, ISORT],
    silencers: SILENCERS,
    ..Family::NONE
};

rules! { AddedLines:
    PYTHON_FMT_OFF = Off "python.fmt-off" "`# fmt: off`, `# fmt: skip`";
}

rules! { ToolConfiguration:
    BLACK_EXCLUDE = Warn "config.black.exclude"
        "`exclude`, `extend-exclude` or `force-exclude` is longer";
    BLACK_REMOVED = Warn "config.black.removed" "the configuration was removed";
    ISORT_SKIP = Warn "config.isort.skip" "`skip`, `skip_glob` or `extend_skip` is longer";
    ISORT_REMOVED = Warn "config.isort.removed" "the configuration was removed";
}

const BLACK: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "black",
        Some(&BLACK_REMOVED),
        &[toml("pyproject.toml", "tool.black")],
        &[BLACK_EXCLUDE.settings(
            &["exclude", "extend-exclude", "force-exclude"],
            StrictWhen::Short(ListKind::Expressions, &[]),
        )],
    )
};

const ISORT: Configuration = Configuration {
    alternatives: &["ruff"],
    ..configuration(
        "isort",
        Some(&ISORT_REMOVED),
        &[
            ini(".isort.cfg", "settings"),
            toml("pyproject.toml", "tool.isort"),
            ini("setup.cfg", "isort"),
            ini("tox.ini", "isort"),
        ],
        &[ISORT_SKIP.settings(
            &["skip", "skip-glob", "extend-skip", "extend-skip-glob"],
            StrictWhen::Short(ListKind::Paths, &[]),
        )],
    )
};

const SILENCERS: &[Silencer] = &[Silencer {
    rule: &PYTHON_FMT_OFF,
    words: &["fmt"],
    pattern: r"#\s*fmt:\s*(?:off|skip)\s*(?:$|[#;-])",
    message: "this disables the formatter",
    help: "let the code be formatted, or give a reason: `# fmt: skip -- reason`",
    ..PYTHON
}];
