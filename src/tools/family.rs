//! What is known of a family of tools.

use super::artifact::Artifact;
use super::configuration::Configuration;
use super::program::Program;
use super::silencer::Silencer;
use super::variable::{SkipVariable, WeakeningVariable};

/// Tools that are used together, or in place of each other.
pub(crate) struct Family {
    /// Where they are configured, and which settings make them strict.
    pub(crate) configurations: &'static [Configuration],
    /// Files that configure them and cannot be compared setting by setting: programs, and YAML. A `*`
    /// stands for anything.
    pub(crate) uncompared: &'static [&'static str],
    /// What silences them in the files that they check.
    pub(crate) silencers: &'static [Silencer],
    /// The environment variables that weaken them.
    pub(crate) variables: &'static [WeakeningVariable],
    /// The environment variables by which managers of hooks skip their checks.
    pub(crate) skip_variables: &'static [SkipVariable],
    /// The programs, each of which stands in one family only.
    pub(crate) programs: &'static [Program],
    /// What they leave in a work tree.
    pub(crate) artifacts: &'static [Artifact],
}

impl Family {
    /// A family of which nothing is known.
    pub(crate) const NONE: Self = Self {
        configurations: &[],
        uncompared: &[],
        silencers: &[],
        variables: &[],
        skip_variables: &[],
        programs: &[],
        artifacts: &[],
    };
}
