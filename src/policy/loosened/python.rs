//! The tools of Python, but for those that check types.

use super::compare::{Check, Unset};
use super::items::Kind;
use super::settings::Root;
use super::tools::{Rule, Tool, ini, sections, toml, tool};
use super::words::PYTEST;

pub(super) const TOOLS: &[Tool] = &[
    RUFF,
    PYTEST_TOOL,
    COVERAGE,
    BANDIT,
    PYLINT,
    FLAKE8,
    BLACK,
    ISORT,
];

const RUFF: Tool = Tool {
    nested: &["lint"],
    inherits: &["extend"],
    ..tool(
        "ruff",
        Some("config.ruff.removed"),
        &[
            toml(".ruff.toml", ""),
            toml("ruff.toml", ""),
            toml("pyproject.toml", "tool.ruff"),
        ],
        &[
            Rule::new(
                "config.ruff.select",
                &["select", "extend-select"],
                Check::Shorter(Kind::Codes, Unset::These(&["E4", "E7", "E9", "F"])),
            ),
            Rule::new(
                "config.ruff.ignore",
                &["ignore", "extend-ignore"],
                Check::Longer(Kind::Codes, &[]),
            ),
            Rule::new(
                "config.ruff.per-file-ignores",
                &["per-file-ignores.*", "extend-per-file-ignores.*"],
                Check::Longer(Kind::Codes, &[]),
            ),
            Rule::new(
                "config.ruff.exclude",
                &["exclude", "extend-exclude"],
                Check::Longer(Kind::Paths, &["_build", "build", "buck-out", "dist"]),
            ),
            Rule::new("config.ruff.limits", &["line-length"], Check::Most(88.0)),
            Rule::new(
                "config.ruff.limits",
                &["mccabe.max-complexity"],
                Check::Most(10.0),
            ),
            Rule::new(
                "config.ruff.limits",
                &["pylint.max-*"],
                Check::Most(f64::NAN),
            ),
        ],
    )
};

/// Folders that pytest does not enter by itself.
const UNENTERED: &[&str] = &[
    "*.egg",
    ".*",
    "_darcs",
    "build",
    "CVS",
    "dist",
    "{arch}",
    "*.egg-info",
];

const PYTEST_TOOL: Tool = tool(
    "pytest",
    Some("config.pytest.removed"),
    &[
        toml("pytest.toml", "pytest"),
        toml(".pytest.toml", "pytest"),
        ini("pytest.ini", "pytest"),
        ini(".pytest.ini", "pytest"),
        toml("pyproject.toml", "tool.pytest.ini_options"),
        toml("pyproject.toml", "tool.pytest"),
        ini("tox.ini", "pytest"),
        ini("setup.cfg", "tool.pytest"),
    ],
    &[
        Rule::new(
            "config.pytest.addopts",
            &["addopts"],
            Check::Arguments(PYTEST),
        )
        .implied_by(&["strict", "strict-markers", "strict-config"]),
        Rule::new(
            "config.pytest.strict",
            &["strict", "strict-*"],
            Check::On(false),
        ),
        Rule::new("config.pytest.strict", &["xfail-strict"], Check::On(false))
            .implied_by(&["strict"]),
        Rule::new(
            "config.pytest.filterwarnings",
            &["filterwarnings"],
            Check::Shorter(Kind::Errors, Unset::These(&[])),
        ),
        Rule::new(
            "config.pytest.testpaths",
            &["testpaths"],
            Check::Shorter(Kind::Words, Unset::Enough),
        ),
        Rule::new(
            "config.pytest.testpaths",
            &["python-files", "python-classes", "python-functions"],
            Check::Shorter(Kind::Words, Unset::Enough),
        ),
        Rule::new(
            "config.pytest.testpaths",
            &["norecursedirs", "collect-ignore", "collect-ignore-glob"],
            Check::Longer(Kind::Words, UNENTERED),
        ),
    ],
);

const COVERAGE: Tool = tool(
    "coverage",
    Some("config.coverage.removed"),
    &[
        ini(".coveragerc", ""),
        toml(".coveragerc.toml", "tool.coverage"),
        ini("setup.cfg", "coverage"),
        ini("tox.ini", "coverage"),
        toml("pyproject.toml", "tool.coverage"),
    ],
    &[
        Rule::new(
            "config.coverage.fail-under",
            &["report.fail-under"],
            Check::Least(0.0),
        ),
        Rule::new(
            "config.coverage.omit",
            &["run.omit", "report.omit"],
            Check::Longer(Kind::Paths, &[]),
        ),
        Rule::new(
            "config.coverage.exclude",
            &["report.exclude-*"],
            Check::Longer(Kind::Lines, &[]),
        ),
        Rule::new("config.coverage.branch", &["run.branch"], Check::On(false)),
        Rule::new(
            "config.coverage.omit",
            &[
                "run.source",
                "run.source-pkgs",
                "run.include",
                "report.include",
            ],
            Check::Shorter(Kind::Paths, Unset::Enough),
        ),
    ],
);

const BANDIT: Tool = Tool {
    kin: &["ruff"],
    ..tool(
        "bandit",
        Some("config.bandit.removed"),
        &[
            ini(".bandit", "bandit"),
            toml("pyproject.toml", "tool.bandit"),
        ],
        &[
            Rule::new(
                "config.bandit.skips",
                &["skips", "skip"],
                Check::Longer(Kind::Names, &[]),
            ),
            Rule::new(
                "config.bandit.exclude",
                &["exclude-dirs", "exclude", "assert-used.skips"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.bandit.tests",
                &["tests"],
                Check::Shorter(Kind::Names, Unset::Everything),
            ),
        ],
    )
};

const PYLINT: Tool = Tool {
    kin: &["ruff"],
    ..tool(
        "pylint",
        Some("config.pylint.removed"),
        &[
            ini("pylintrc", ""),
            toml("pylintrc.toml", "tool.pylint"),
            ini(".pylintrc", ""),
            toml(".pylintrc.toml", "tool.pylint"),
            toml("pyproject.toml", "tool.pylint"),
            sections("setup.cfg", Root::PylintSections),
            sections("tox.ini", Root::PylintSections),
        ],
        &[
            Rule::new(
                "config.pylint.disable",
                &["disable", "?.disable"],
                Check::Longer(Kind::Names, &[]),
            ),
            Rule::new(
                "config.pylint.enable",
                &["enable", "?.enable", "fail-on", "?.fail-on"],
                Check::Shorter(Kind::Names, Unset::These(&[])),
            ),
            Rule::new(
                "config.pylint.fail-under",
                &["fail-under", "?.fail-under"],
                Check::Least(10.0),
            ),
            Rule::new(
                "config.pylint.ignore",
                &["ignore", "?.ignore", "ignore-paths", "?.ignore-paths"],
                Check::Longer(Kind::Paths, &["CVS"]),
            ),
            Rule::new(
                "config.pylint.ignore",
                &["ignore-patterns", "?.ignore-patterns"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.pylint.limits",
                &["max-*", "?.max-*"],
                Check::Most(f64::NAN),
            ),
        ],
    )
};

/// What flake8 leaves out itself.
const FLAKE8_IGNORES: &[&str] = &[
    "E121", "E123", "E126", "E226", "E24", "E704", "W503", "W504",
];

const FLAKE8: Tool = Tool {
    kin: &["ruff", "pylint"],
    ..tool(
        "flake8",
        Some("config.flake8.removed"),
        &[
            ini("setup.cfg", "flake8"),
            ini("tox.ini", "flake8"),
            ini(".flake8", "flake8"),
            toml("pyproject.toml", "tool.flake8"),
        ],
        &[
            Rule::new(
                "config.flake8.ignore",
                &["ignore", "extend-ignore"],
                Check::Longer(Kind::Codes, FLAKE8_IGNORES),
            ),
            Rule::new(
                "config.flake8.per-file-ignores",
                &["per-file-ignores"],
                Check::Longer(Kind::CodesOfFiles, &[]),
            ),
            Rule::new(
                "config.flake8.exclude",
                &["exclude", "extend-exclude"],
                Check::Longer(Kind::Paths, &[]),
            ),
            Rule::new(
                "config.flake8.select",
                &["select"],
                Check::Shorter(Kind::Codes, Unset::Everything),
            ),
            Rule::new(
                "config.flake8.select",
                &["extend-select", "enable-extensions"],
                Check::Shorter(Kind::Codes, Unset::These(&[])),
            ),
            Rule::new(
                "config.flake8.limits",
                &["max-line-length"],
                Check::Most(79.0),
            ),
            Rule::new(
                "config.flake8.limits",
                &["max-complexity"],
                Check::Most(f64::INFINITY),
            ),
        ],
    )
};

const BLACK: Tool = Tool {
    kin: &["ruff"],
    ..tool(
        "black",
        Some("config.black.removed"),
        &[toml("pyproject.toml", "tool.black")],
        &[Rule::new(
            "config.black.exclude",
            &["exclude", "extend-exclude", "force-exclude"],
            Check::Longer(Kind::Expressions, &[]),
        )],
    )
};

const ISORT: Tool = Tool {
    kin: &["ruff"],
    ..tool(
        "isort",
        Some("config.isort.removed"),
        &[
            ini(".isort.cfg", "settings"),
            toml("pyproject.toml", "tool.isort"),
            ini("setup.cfg", "isort"),
            ini("tox.ini", "isort"),
        ],
        &[Rule::new(
            "config.isort.skip",
            &["skip", "skip-glob", "extend-skip", "extend-skip-glob"],
            Check::Longer(Kind::Paths, &[]),
        )],
    )
};
