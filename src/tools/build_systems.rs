//! `CMake`, Bazel, Swift, Dart and others: what they read, and the products of builds.

use super::artifact::{Artifact, ArtifactKind};
use super::daemon::{DaemonClient, Leaves};
use super::family::Family;
use super::program::Program;

pub(super) const FAMILY: Family = Family {
    programs: PROGRAMS,
    daemons: DAEMONS,
    no_daemon_variables: NO_DAEMON,
    artifacts: ARTIFACTS,
    ..Family::NONE
};

/// Bazel has no variable for its start-up options; `--batch` ends the server that a developer has.
const DAEMONS: &[DaemonClient] = &[DaemonClient {
    names: &["bazel", "bazelisk"],
    leaves: Leaves::Without("--batch", &["build", "coverage", "run", "test"]),
    instead: "let the gate run in a snapshot, with a server of its own: isolation = \"snapshot\"",
    is_of_path: true,
}];

/// Pants' daemon, and what `dotnet` leaves running: nodes of `MSBuild` and the compiler's server.
const NO_DAEMON: &[(&str, &str)] = &[
    ("PANTS_PANTSD", "false"),
    ("MSBUILDDISABLENODEREUSE", "1"),
    ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
    ("UseSharedCompilation", "false"),
];

const ARTIFACTS: &[Artifact] = &[
    Artifact::new("_build", ArtifactKind::Product),
    Artifact::new("_deps", ArtifactKind::Product),
    Artifact::new(".build", ArtifactKind::Product),
    Artifact::new(".dart_tool", ArtifactKind::Product),
    Artifact::new("bazel-*", ArtifactKind::Product),
    Artifact::new("bin", ArtifactKind::Product),
    Artifact::new("build", ArtifactKind::Product),
    Artifact::new("cmake-build-*", ArtifactKind::Product),
    Artifact::new("CMakeFiles", ArtifactKind::Product),
    Artifact::new("Debug", ArtifactKind::Product),
    Artifact::new("DerivedData", ArtifactKind::Product),
    Artifact::new("dist", ArtifactKind::Product),
    Artifact::new("obj", ArtifactKind::Product),
    Artifact::new("out", ArtifactKind::Product),
    Artifact::new("Release", ArtifactKind::Product),
];

const PROGRAMS: &[Program] = &[
    Program {
        // The lists of sources in CMakeLists.txt change with the code.
        beside: &[
            "CMakePresets.json",
            "CMakeUserPresets.json",
            "CTestConfig.cmake",
            "CTestCustom.cmake",
        ],
        ..Program::new(&["cmake", "ctest"])
    },
    Program {
        files: &["build.ninja"],
        ..Program::new(&["ninja", "samu"])
    },
    Program {
        files: &["meson.build"],
        beside: &["**/meson.build", "meson.options", "meson_options.txt"],
        ..Program::new(&["meson"])
    },
    Program {
        files: &["MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"],
        beside: &[
            ".bazelrc",
            "*.bazelrc",
            "**/*.bzl",
            "BUILD",
            "BUILD.bazel",
            "tools/bazel",
        ],
        ..Program::new(&["bazel", "bazelisk"])
    },
    Program {
        files: &[".buckconfig"],
        beside: &["**/*.bzl", "BUCK"],
        ..Program::new(&["buck", "buck2"])
    },
    Program {
        files: &["pants.toml"],
        beside: &["BUILD", "BUILD.pants"],
        ..Program::new(&["pants"])
    },
    Program {
        files: &["SConstruct", "Sconstruct", "sconstruct", "SConstruct.py"],
        beside: &["**/SConscript"],
        ..Program::new(&["scons"])
    },
    Program {
        files: &["wscript"],
        beside: &["**/wscript"],
        ..Program::new(&["waf"])
    },
    Program {
        files: &["xmake.lua"],
        ..Program::new(&["xmake"])
    },
    Program {
        files: &["build.zig"],
        reading: &["build"],
        ..Program::new(&["zig"])
    },
    Program {
        files: &["mix.exs"],
        ..Program::new(&["mix"])
    },
    Program {
        files: &["rebar.config"],
        ..Program::new(&["rebar3"])
    },
    Program {
        files: &["melos.yaml"],
        ..Program::new(&["melos"])
    },
    Program {
        files: &["flake.nix"],
        beside: &["shell.nix", "default.nix"],
        ..Program::new(&["nix", "nix-build", "nix-shell"])
    },
    Program {
        files: &["devbox.json"],
        reading: &["run", "shell"],
        ..Program::new(&["devbox"])
    },
];
