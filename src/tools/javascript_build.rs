//! Gulp, Next.js, Parcel, Vite and others: tools that build and bundle JavaScript.

use super::artifact::{Artifact, ArtifactKind};
use super::family::Family;
use super::program::Program;

pub(super) const FAMILY: Family = Family {
    programs: PROGRAMS,
    no_daemon_variables: NO_DAEMON,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

/// The daemon of Nx knows the files by watching the work tree. That of Turborepo takes no part in `turbo run`
/// (2.11, `turbo run --help`).
const NO_DAEMON: &[(&str, &str)] = &[("NX_DAEMON", "false")];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".next", ArtifactKind::Cache),
    Artifact::new(".parcel-cache", ArtifactKind::Cache),
    Artifact::new(".svelte-kit", ArtifactKind::Cache),
    Artifact::new(".turbo", ArtifactKind::Cache),
    Artifact::new(".vite", ArtifactKind::Product),
    Artifact::new(".cache", ArtifactKind::CacheInInstalled),
    Artifact::new(".vite", ArtifactKind::CacheInInstalled),
];

const PROGRAMS: &[Program] = &[
    Program {
        files: &[
            "gulpfile.js",
            "gulpfile.mjs",
            "gulpfile.cjs",
            "gulpfile.ts",
            "gulpfile.babel.js",
            "gulpfile.esm.js",
            "gulpfile.coffee",
            "Gulpfile.js",
            "gulpfile.js/index.js",
            "gulpfile.ts/index.ts",
        ],
        beside: &["gulpfile.js/**/*", "gulpfile.ts/**/*", ".gulp.*"],
        ..Program::new(&["gulp"])
    },
    Program {
        files: &[
            "Gruntfile.js",
            "Gruntfile.cjs",
            "Gruntfile.ts",
            "Gruntfile.coffee",
            "gruntfile.js",
        ],
        beside: &["grunt/**/*"],
        ..Program::new(&["grunt"])
    },
    Program {
        files: &["Jakefile", "Jakefile.js", "jakefile.js"],
        ..Program::new(&["jake"])
    },
    Program {
        files: &[
            "package-scripts.js",
            "package-scripts.cjs",
            "package-scripts.yml",
        ],
        ..Program::new(&["nps"])
    },
    Program {
        files: &[".moon/workspace.yml"],
        beside: &[".moon/**/*", "**/moon.yml"],
        ..Program::new(&["moon"])
    },
    Program {
        files: &["rush.json"],
        beside: &["common/config/rush/command-line.json"],
        ..Program::new(&["rush"])
    },
];
