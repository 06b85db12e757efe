//! What the tables within `[commit-msg]` have in common.

use toml::de::DeTable;

use crate::config::key::{self, Key};
use crate::config::problem::Problems;
use crate::config::reader::{Item, table};

/// Reads a table within `[commit-msg]`, whose value holds the defaults.
pub(super) fn inner<'a, 'i, T: 'static>(
    header: &str,
    keys: &'static [Key<T>],
    value: &mut T,
    item: &'a Item<'i>,
    problems: &mut Problems,
) -> Option<&'a DeTable<'i>> {
    let entries = problems.keep(table(item, "a table"))?;
    key::read(header, keys, entries, value, problems);
    Some(entries)
}
