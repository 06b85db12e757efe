//! The data about a family of tools.

use super::artifact::Artifact;
use super::checker::Checker;
use super::color::ColorVariable;
use super::configuration::{Configuration, UncomparedFiles};
use super::daemon::DaemonClient;
use super::program::Program;
use super::silencer::Silencer;
use super::suggestion::Suggestion;
use super::variable::{SkipVariable, WeakeningVariable};

/// Tools that are used together, or in place of each other.
pub(crate) struct Family {
    /// Their configurations, and the settings that make them strict.
    pub(crate) configurations: &'static [Configuration],
    /// Files that configure them and cannot be compared setting by setting: programs, and YAML.
    pub(crate) uncompared: &'static [UncomparedFiles],
    /// Directives that silence them in the files that they check.
    pub(crate) silencers: &'static [Silencer],
    /// Directives that their own output suggests, although a rule is about them.
    pub(crate) suggestions: &'static [Suggestion],
    /// The environment variables that weaken them.
    pub(crate) variables: &'static [WeakeningVariable],
    /// The environment variables by which hook managers skip their checks.
    pub(crate) skip_variables: &'static [SkipVariable],
    /// The variables that tell them to do without the network.
    pub(crate) offline_variables: &'static [(&'static str, &'static str)],
    /// The programs, each of which belongs to only one family.
    pub(crate) programs: &'static [Program],
    /// How they are called to check.
    pub(crate) checkers: &'static [Checker],
    /// The programs that leave their work to a daemon.
    pub(crate) daemons: &'static [DaemonClient],
    /// The variables with which they leave no work to a daemon, each with its value. It is put after what the
    /// variable has, if it begins with a blank.
    pub(crate) no_daemon_variables: &'static [(&'static str, &'static str)],
    /// The artifacts that they leave in a work tree.
    pub(crate) artifacts: &'static [Artifact],
    /// The variables by which they write in colour.
    pub(crate) colors: &'static [ColorVariable],
    /// Expressions for the lines by which they say that a file cannot be parsed.
    pub(crate) syntax_errors: &'static [&'static str],
}

impl Family {
    /// A family without any data.
    pub(crate) const NONE: Self = Self {
        configurations: &[],
        uncompared: &[],
        silencers: &[],
        suggestions: &[],
        variables: &[],
        skip_variables: &[],
        offline_variables: &[],
        programs: &[],
        checkers: &[],
        daemons: &[],
        no_daemon_variables: &[],
        artifacts: &[],
        colors: &[],
        syntax_errors: &[],
    };
}
