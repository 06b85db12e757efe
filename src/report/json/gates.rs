//! The gates of gates.toml for programs.

use serde::Serialize;

use super::document::write;
use crate::config::Gate;
use crate::model::gate::GateLevel;
use crate::model::trigger::Stage;
use crate::report::record::VERSION;
use crate::report::record::from_run::path;

#[derive(Serialize)]
struct GatesReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    gates: Vec<GateReport<'a>>,
}

#[derive(Serialize)]
struct GateReport<'a> {
    name: &'a str,
    kind: &'a str,
    command: &'a str,
    fix: Option<&'a str>,
    /// Where it stands: `gates.toml`, a file of a directory, or an included one.
    file: String,
    dir: String,
    files: &'a [String],
    hooks: Vec<&'a str>,
    blocks: bool,
    skipped: bool,
}

/// Every gate, one object and a line break.
#[must_use]
pub(crate) fn gates(gates: &[Gate]) -> String {
    let gates = gates.iter().map(|gate| GateReport {
        name: gate.name.as_str(),
        kind: gate.kind.name(),
        command: &gate.run.text,
        fix: gate.fix.as_ref().map(|fix| fix.text.as_str()),
        file: path(&gate.origin.file),
        dir: path(&gate.dir),
        files: &gate.files.patterns,
        hooks: gate.hooks.iter().copied().map(Stage::name).collect(),
        blocks: gate.level == GateLevel::Block,
        skipped: gate.skip.is_some(),
    });
    write(&GatesReport {
        version: VERSION,
        gatekeeper: env!("CARGO_PKG_VERSION"),
        gates: gates.collect(),
    })
}
