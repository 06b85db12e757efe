//! The fixers of a plan: which of them run, on which files, and in which order.

use std::path::PathBuf;

use super::{Plan, PlannedGate, batch};
use crate::detect::fix_step;

impl Plan {
    /// The commands that fix what the gates of this plan look at, as gates that run one after the
    /// other, in the steps of their tools: linters come first, since a formatter has to have the last word.
    ///
    /// `present` are the files of the change set that exist, sorted.
    #[must_use]
    pub(crate) fn fixers(&self, present: &[PathBuf], argument_limit: usize) -> Vec<PlannedGate> {
        let fixer = |planned: &PlannedGate| {
            let fix = planned.gate.fix.clone()?;
            let is_seen = |path: &&PathBuf| planned.gate.looks_at(path);
            let files: Vec<PathBuf> = present.iter().filter(is_seen).cloned().collect();
            if files.is_empty() {
                return None;
            }
            let arguments: Vec<_> = files
                .iter()
                .map(|path| batch::argument(path, &planned.gate.dir))
                .collect();
            let mut fixer = planned.clone();
            fixer.calls = batch::calls(&fix, &arguments, argument_limit);
            fixer.files = files;
            fixer.after = Vec::new();
            fixer.gate.run = fix;
            // What it writes counts here.
            fixer.gate.launcher = None;
            // The output of a fixer proves nothing.
            fixer.gate.expect = None;
            fixer.gate.forbid = None;
            Some(fixer)
        };
        let mut fixers: Vec<PlannedGate> = self.gates.iter().filter_map(fixer).collect();
        fixers.sort_by_key(|fixer| fix_step(&fixer.gate.run.text, fixer.gate.kind));
        fixers
    }

    /// A plan of a single gate, for a gate that runs outside the plan.
    #[must_use]
    pub(crate) fn only(&self, gate: PlannedGate) -> Self {
        Self {
            gates: vec![gate],
            left_out: Vec::new(),
            checks_messages: false,
            ..self.clone()
        }
    }
}
