//! A gate as it was typed: its values, and where they are.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeTable;

use super::{Gate, GateKey, KEYS, RUN};
use crate::config::key;
use crate::config::policy_file::Origin;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{self, Item, table};
use crate::config::settings::RunSettings;
use crate::config::values::bad_gate_name;
use crate::model::gate::GateName;

/// A gate, and the table that it was read from, for the places of its values.
pub(crate) struct TypedGate<'a, 'i> {
    pub(crate) gate: Gate,
    /// The place of its file among those of the configuration.
    pub(crate) file: usize,
    pub(super) entries: &'a DeTable<'i>,
}

impl<'a, 'i> TypedGate<'a, 'i> {
    /// The elements of a list, as typed.
    pub(super) fn elements(&self, key: &str) -> impl Iterator<Item = &'a Item<'i>> + use<'a, 'i> {
        self.entries.get(key).into_iter().flat_map(reader::elements)
    }
}

/// Reads a gate of a file, whose place among those of the configuration is given.
pub(crate) fn read<'a, 'i>(
    name: &Spanned<Cow<'_, str>>,
    item: &'a Item<'i>,
    (file, origin): (usize, &Origin),
    settings: &RunSettings,
    problems: &mut Problems,
) -> Option<TypedGate<'a, 'i>> {
    let valid = GateName::new(name.get_ref());
    let Some(valid) = valid.and_then(|name| name.in_dir(&origin.dir)) else {
        problems.add(bad_gate_name(name.span(), name.get_ref()));
        return None;
    };
    let entries = problems.keep(table(item, "a table, as in [gates.lint]"))?;
    let mut gate = Gate::new(valid, settings, origin);
    let header = format!("[gates.{}]", gate.name.local());
    let keys = KEYS.iter().map(GateKey::key);
    key::read(header, keys, entries, &mut gate, problems);
    if entries.get(RUN).is_none() {
        let title = format!("gate `{}` has no command", gate.name);
        problems.add(
            Problem::new(name.span(), title)
                .label("`run` is missing")
                .help("add run = \"...\", the command that must succeed"),
        );
    }
    Some(TypedGate {
        gate,
        file,
        entries,
    })
}
