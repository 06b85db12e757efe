//! Jest, Vitest, nyc and others: tests in JavaScript, and their coverage.

use super::configuration::{Configuration, configuration, json};
use super::family::Family;
use super::silencer::{JAVASCRIPT, Silencer, SourcePart};
use super::strict_setting::{ListKind, StrictSetting, StrictWhen, Unset};

pub(super) const FAMILY: Family = Family {
    configurations: &[JEST, NYC],
    uncompared: &[
        ".mocharc.*",
        "cypress.config.*",
        "jest.config.*",
        "karma.conf.*",
        "playwright.config.*",
        "vitest.config.*",
        "vite.config.*",
    ],
    silencers: SILENCERS,
    ..Family::NONE
};

const JEST: Configuration = configuration(
    "Jest",
    Some("config.jest.removed"),
    &[
        json("package.json", "jest"),
        json("jest.config.json", ""),
        json("package.json", "vitest"),
    ],
    &[
        StrictSetting::new(
            "config.jest.threshold",
            &["coverageThreshold.*.*", "coverage.thresholds.*"],
            StrictWhen::High(f64::NEG_INFINITY),
        ),
        StrictSetting::new(
            "config.jest.ignore",
            &[
                "testPathIgnorePatterns",
                "coveragePathIgnorePatterns",
                "modulePathIgnorePatterns",
            ],
            StrictWhen::Short(ListKind::Paths, &[]),
        ),
        StrictSetting::new(
            "config.jest.ignore",
            &["testMatch", "roots", "projects"],
            StrictWhen::Long(ListKind::Paths, Unset::Enough),
        ),
    ],
);

const NYC: Configuration = configuration(
    "nyc",
    Some("config.nyc.removed"),
    &[
        json(".nycrc", ""),
        json(".nycrc.json", ""),
        json(".c8rc", ""),
        json(".c8rc.json", ""),
        json("package.json", "nyc"),
        json("package.json", "c8"),
    ],
    &[
        StrictSetting::new(
            "config.nyc.threshold",
            &["*branches", "*lines", "*functions", "*statements"],
            StrictWhen::High(0.0),
        ),
        StrictSetting::new(
            "config.nyc.threshold",
            &["check-coverage", "checkCoverage"],
            StrictWhen::On(false),
        ),
        StrictSetting::new(
            "config.nyc.exclude",
            &["exclude"],
            StrictWhen::Short(ListKind::Paths, &[]),
        ),
    ],
);

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: "js.test-only",
        words: &[".only", "fit", "fdescribe"],
        pattern: r"(?:^|[^\w.$])(?:(?:it|test|describe|suite|context)(?:\.\w+)*\.only\s*[(.]|f(?:it|describe)\s*\()",
        part: SourcePart::Code,
        message: "this skips every other test in the file",
        help: "remove `.only`, or write `it` instead of `fit`",
        ..JAVASCRIPT
    },
    Silencer {
        rule: "js.test-skip",
        words: &[".skip", ".fixme", "xit", "xdescribe", "xtest"],
        pattern: r"(?:^|[^\w.$])(?:(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|fixme)|x(?:it|describe|test))\s*\(",
        part: SourcePart::Code,
        message: "this skips a test",
        help: "fix the test, or give a reason: `// -- reason`",
        ..JAVASCRIPT
    },
];
