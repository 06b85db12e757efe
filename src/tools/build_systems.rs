//! `CMake`, Bazel, Swift, Dart and others: the products of builds.

use super::artifact::{Artifact, ArtifactKind};
use super::family::Family;

pub(super) const FAMILY: Family = Family {
    artifacts: ARTIFACTS,
    ..Family::NONE
};

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
