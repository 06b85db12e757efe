//! Next.js, Parcel, Vite and others: tools that build and bundle JavaScript.

use super::artifact::{Artifact, ArtifactKind};
use super::family::Family;

pub(super) const FAMILY: Family = Family {
    artifacts: ARTIFACTS,
    ..Family::NONE
};

const ARTIFACTS: &[Artifact] = &[
    Artifact::new(".next", ArtifactKind::Cache),
    Artifact::new(".parcel-cache", ArtifactKind::Cache),
    Artifact::new(".svelte-kit", ArtifactKind::Cache),
    Artifact::new(".turbo", ArtifactKind::Cache),
    Artifact::new(".vite", ArtifactKind::Product),
    Artifact::new(".cache", ArtifactKind::CacheInInstalled),
    Artifact::new(".vite", ArtifactKind::CacheInInstalled),
];
