//! How the settings of a tool moved when a new version of it renamed them.

/// A new version of a tool that has other names for what the configuration says. Where a change goes from one
/// version to the other, the older file is read as the newer version would have it.
pub(crate) struct Migration {
    /// The setting that only files for the new version have.
    pub(crate) marked_by: &'static str,
    /// The settings that moved.
    pub(crate) moves: &'static [Move],
    /// What the old version did by default and the new one does only if it is told to.
    pub(crate) defaults: &'static [OldDefault],
    /// Settings below which names are other ones, and the names, old and new.
    pub(crate) names: (
        &'static [&'static str],
        &'static [(&'static str, &'static str)],
    ),
}

/// A setting that moved.
pub(crate) struct Move {
    /// The path of the old setting.
    pub(crate) from: &'static str,
    /// The paths of the new ones.
    pub(crate) to: &'static [&'static str],
    /// What becomes of its value.
    pub(crate) value: MovedValue,
}

/// What becomes of the value of a setting that moved.
pub(crate) enum MovedValue {
    /// It stays as it is; lists are joined with what is there.
    Same,
    /// If it is `true`, this word is the value.
    Word(&'static str),
    /// Each entry is the value of this key in a table of its own.
    InTables(&'static str),
    /// These entries of the list; the others stay where they are.
    Entries(&'static [&'static str]),
    /// Of the tables, the values of the first key where the list of the second key has one of these entries.
    Of {
        /// The key whose value is taken.
        key: &'static str,
        /// The key with the list.
        list: &'static str,
        /// The entries, of which one has to be in the list.
        entries: &'static [&'static str],
    },
}

/// What a tool did by default before it had a setting for it.
pub(crate) struct OldDefault {
    /// The paths of the new settings.
    pub(crate) to: &'static [&'static str],
    /// Their entries, or the only value.
    pub(crate) value: OldValue,
    /// Older settings that switch the default off, by any value but `true`.
    pub(crate) unless: &'static [&'static str],
}

/// A default value.
pub(crate) enum OldValue {
    /// Entries of a list, besides those that it has.
    Entries(&'static [&'static str]),
    /// A word, unless the setting is there.
    Word(&'static str),
}
