//! Docker, Earthly and others, which run commands in containers, and hadolint, a linter for their files.

use super::family::Family;
use super::program::Program;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    programs: PROGRAMS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("HADOLINT_FAILURE_THRESHOLD", "hadolint"),
    WeakeningVariable::always("HADOLINT_IGNORE", "hadolint"),
    WeakeningVariable::always("HADOLINT_NOFAIL", "hadolint"),
];

const PROGRAMS: &[Program] = &[
    Program {
        cannot_fail: |call| call.always(&["--no-fail"]),
        ..Program::new(&["hadolint"])
    },
    Program {
        reading: &["bake", "build", "builder", "buildx", "compose"],
        beside: IMAGES,
        ..Program::new(&["docker", "nerdctl", "podman"])
    },
    Program {
        beside: IMAGES,
        ..Program::new(&["buildah", "docker-compose", "podman-compose"])
    },
    Program {
        files: &["Earthfile"],
        beside: &["**/Earthfile", ".earthly/config.yml"],
        ..Program::new(&["earth", "earthly"])
    },
    Program {
        beside: &[".devcontainer/**/*", ".devcontainer.json"],
        ..Program::new(&["devcontainer"])
    },
    Program {
        files: &["dagger.json"],
        ..Program::new(&["dagger"])
    },
];

/// What images are built from, and what is run in them.
const IMAGES: &[&str] = &[
    ".env",
    "Containerfile",
    "Dockerfile",
    "compose*.yaml",
    "compose*.yml",
    "docker-bake.hcl",
    "docker-bake.json",
    "docker-compose*.yaml",
    "docker-compose*.yml",
];
