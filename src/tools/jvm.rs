//! Maven, Checkstyle, detekt and others: tools for Java and Kotlin.

use super::artifact::{Artifact, ArtifactKind};
use super::configuration::UncomparedFiles;
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::language::Language;
use super::options::words;
use super::program::Program;
use super::silencer::{ReasonStyle, Silencer, SourcePart};
use super::variable::WeakeningVariable;
use crate::model::rule::rules;

pub(super) const FAMILY: Family = Family {
    uncompared: &[
        UncomparedFiles::new(&["checkstyle.xml"], &["checkstyle"]),
        UncomparedFiles::new(&["detekt.yml"], &["detekt"]),
    ],
    silencers: SILENCERS,
    variables: VARIABLES,
    programs: PROGRAMS,
    daemons: DAEMONS,
    no_daemon_variables: NO_DAEMON,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

rules! { AddedLines:
    JAVA_SUPPRESS_WARNINGS = Warn "java.suppress-warnings"
        "`@SuppressWarnings`, Kotlin's `@Suppress`";
    JAVA_TEST_DISABLED = Warn "java.test-disabled" "`@Disabled`, `@Ignore` without a reason";
    JAVA_NOSONAR = Warn "java.nosonar" "`NOSONAR`";
}

const DEFAULTS: Silencer = Silencer {
    languages: &[Language::Java, Language::Kotlin],
    part: SourcePart::Code,
    reason: ReasonStyle::Argument,
    ..Silencer::NONE
};

const SILENCERS: &[Silencer] = &[
    Silencer {
        rule: &JAVA_SUPPRESS_WARNINGS,
        words: &["suppress"],
        pattern: r"@(?:file:)?Suppress(?:Warnings)?\s*\(",
        reason: ReasonStyle::Comment,
        message: "this silences a warning",
        help: "fix the problem, or give a reason: `// -- reason`",
        ..DEFAULTS
    },
    Silencer {
        rule: &JAVA_TEST_DISABLED,
        words: &["@disabled", "@ignore"],
        pattern: r"@(?:Disabled|Ignore)\b(?:\s*\()?",
        message: "this skips a test",
        help: "fix the test, or give a reason: @Disabled(\"reason\")",
        ..DEFAULTS
    },
    Silencer {
        rule: &JAVA_NOSONAR,
        words: &["nosonar"],
        pattern: r"\bNOSONAR\b",
        part: SourcePart::Comment,
        reason: ReasonStyle::Rest,
        message: "this silences every warning on the line",
        help: "fix the problem, or give a reason: `// NOSONAR -- reason`",
        ..DEFAULTS
    },
];

const PROGRAMS: &[Program] = &[
    Program {
        files: &["pom.xml"],
        beside: &["**/pom.xml", ".mvn/**/*"],
        ..Program::new(&["mvn", "mvnd", "mvnw"])
    },
    Program {
        files: &[
            "settings.gradle",
            "settings.gradle.kts",
            "build.gradle",
            "build.gradle.kts",
        ],
        beside: &[
            "**/*.gradle",
            "**/*.gradle.kts",
            "**/gradle.properties",
            "buildSrc/**/*",
            "gradle/**/*",
            "gradlew",
        ],
        ..Program::new(&["gradle", "gradlew"])
    },
    Program {
        files: &["build.sbt"],
        beside: &[
            "*.sbt",
            "project/*.properties",
            "project/*.sbt",
            "project/*.scala",
            ".jvmopts",
            ".sbtopts",
        ],
        ..Program::new(&["sbt", "sbtn", "sbtx"])
    },
    Program {
        files: &["build.xml"],
        ..Program::new(&["ant"])
    },
    Program {
        files: &["build.sc", "build.mill", "build.mill.scala"],
        ..Program::new(&["mill"])
    },
    Program {
        files: &["project.clj"],
        ..Program::new(&["lein"])
    },
    Program {
        files: &["deps.edn"],
        ..Program::new(&["clj", "clojure"])
    },
    Program {
        files: &["bb.edn"],
        ..Program::new(&["bb"])
    },
];

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::by_value("MAVEN_OPTS", "maven", are_options_weaker),
    WeakeningVariable::by_value("MAVEN_ARGS", "maven", are_options_weaker),
    WeakeningVariable::by_value("JAVA_TOOL_OPTIONS", "maven", are_options_weaker),
    WeakeningVariable::by_value("JDK_JAVA_OPTIONS", "maven", are_options_weaker),
];

fn are_options_weaker(options: &str) -> bool {
    words(options).iter().any(|option| is_option_weaker(option))
}

/// Whether an option skips or selects tests, or ignores their failure.
fn is_option_weaker(word: &str) -> bool {
    if matches!(word, "-fn" | "--fail-never") {
        return true;
    }
    let Some(property) = word.strip_prefix("-D") else {
        return false;
    };
    let name = property.to_ascii_lowercase();
    let is_choice = name.starts_with("test=") || name.starts_with("it.test=");
    is_choice
        || ["skip", "failure.ignore", "failureignore"]
            .iter()
            .any(|word| name.contains(word))
}

const DAEMONS: &[DaemonClient] = &[
    DaemonClient {
        names: &["mvnd"],
        leaves: Leaves::Unless(&["--status", "--stop"]),
        instead: "run `mvn` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["gradle", "gradlew"],
        leaves: Leaves::With(&["--daemon"]),
        instead: "remove `--daemon`",
        is_of_path: false,
    },
    DaemonClient {
        names: &["sbt"],
        leaves: Leaves::With(&["--client", "-client"]),
        instead: "remove the option",
        is_of_path: false,
    },
    DaemonClient {
        names: &["sbtn"],
        leaves: Leaves::Unless(&[]),
        instead: "run `sbt` with the same arguments, which does the work itself",
        is_of_path: false,
    },
    DaemonClient {
        names: &["bloop"],
        leaves: Leaves::Subcommands(&["compile", "console", "run", "test"]),
        instead: "run the build tool itself, such as `sbt test`",
        is_of_path: false,
    },
];

/// Gradle and Kotlin's compiler use a daemon unless they are told otherwise (docs.gradle.org, "Gradle Daemon";
/// kotlinlang.org, "Compilation and caches in the Kotlin Gradle plugin").
const NO_DAEMON: &[(&str, &str)] = &[(
    "GRADLE_OPTS",
    " -Dorg.gradle.daemon=false -Dkotlin.compiler.execution.strategy=in-process",
)];

const ARTIFACTS: &[Artifact] = &[Artifact::new(".gradle", ArtifactKind::Cache)];
