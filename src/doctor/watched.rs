//! What is known of gates besides the tools that they call, and what CI runs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::tool_call::ToolCall;
use crate::indirection::Place;

/// What is known of gates besides the tools that they call, and what CI and hook managers run.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// The gates of gates.toml.
    pub(crate) gates: Vec<WatchedGate>,
    /// The checks of CI and of hook managers.
    pub(crate) elsewhere: Vec<ToolCall>,
    /// Whether CI runs the gates of gates.toml.
    pub(crate) ci_runs_gates: bool,
    /// What recorded runs say of gates: their names, and remarks.
    pub(crate) stale: Vec<(String, String)>,
    /// Gates whose last pass was far too short, and remarks.
    pub(crate) fast: Vec<(String, String)>,
    /// Why gates.toml cannot be used.
    pub(crate) broken: Option<String>,
    /// Whether there is no gates.toml.
    pub(crate) is_missing: bool,
}

/// A gate.
#[derive(Debug)]
pub(crate) struct WatchedGate {
    /// Its name.
    pub(crate) name: String,
    /// Where its command is written.
    pub(crate) place: Place,
    /// The directory in which it runs.
    pub(crate) dir: PathBuf,
    /// The names of its variables.
    pub(crate) variables: BTreeSet<String>,
    /// Whether it leaves out files itself.
    pub(crate) has_exclude: bool,
    /// The programs that its command starts, and their own.
    pub(crate) programs: Vec<String>,
}

impl Watched {
    fn gate(&self, name: &str) -> Option<&WatchedGate> {
        self.gates.iter().find(|gate| gate.name == name)
    }

    /// Whether a gate leaves out files itself.
    #[must_use]
    pub(crate) fn excludes(&self, gate: &str) -> bool {
        self.gate(gate).is_some_and(|gate| gate.has_exclude)
    }

    /// Whether a gate sets a variable.
    #[must_use]
    pub(crate) fn sets(&self, gate: &str, variable: &str) -> bool {
        let gate = self.gate(gate);
        gate.is_some_and(|gate| gate.variables.contains(variable))
    }

    /// Whether a gate starts a program.
    #[must_use]
    pub(crate) fn starts(&self, program: &str) -> bool {
        let mut programs = self.gates.iter().flat_map(|gate| &gate.programs);
        programs.any(|one| one == program)
    }

    /// Where a gate's command is written.
    #[must_use]
    pub(crate) fn place(&self, gate: &str) -> Place {
        self.gate(gate)
            .map(|gate| gate.place.clone())
            .unwrap_or_default()
    }
}
