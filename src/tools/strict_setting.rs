//! Which settings make a tool strict.

use crate::model::rule::Rule;

/// Settings of a tool, and which of their values are strict.
pub(crate) struct StrictSetting {
    /// The rule about them; several may share it.
    pub(crate) rule: &'static Rule,
    /// Their names. A hyphen also stands for an underscore, a `*` for anything, and the text that
    /// it stands for distinguishes settings; a `?` stands for any key. Settings that nothing
    /// distinguishes are compared as one.
    pub(crate) names: &'static [&'static str],
    /// Which of their values are strict.
    pub(crate) strict_when: StrictWhen,
    /// Settings that, switched on, make these strict.
    pub(crate) implied_by: &'static [&'static str],
    /// What they are compared with in the tool's first configuration.
    pub(crate) first_time: FirstTime,
    /// What a list of what is checked need not name.
    pub(crate) unnamed: Unnamed,
}

/// Entries that a tool checks without being told to, beside those that a list names.
#[derive(Clone, Copy)]
pub(crate) struct Unnamed {
    /// The entries.
    pub(crate) entries: &'static [&'static str],
    /// Settings that, with one of these values, switch them off.
    pub(crate) unless: &'static [(&'static str, &'static str)],
}

impl Unnamed {
    /// Only what the list names.
    const NONE: Self = Self {
        entries: &[],
        unless: &[],
    };
}

impl Rule {
    /// Settings that the rule is about.
    pub(super) const fn settings(
        &'static self,
        names: &'static [&'static str],
        strict_when: StrictWhen,
    ) -> StrictSetting {
        StrictSetting {
            rule: self,
            names,
            strict_when,
            implied_by: &[],
            first_time: FirstTime::Defaults,
            unnamed: Unnamed::NONE,
        }
    }
}

impl StrictSetting {
    /// Adds settings that make these strict.
    pub(super) const fn implied_by(mut self, settings: &'static [&'static str]) -> Self {
        self.implied_by = settings;
        self
    }

    /// Says what the tool checks without being told to.
    pub(super) const fn unnamed(mut self, unnamed: Unnamed) -> Self {
        self.unnamed = unnamed;
        self
    }

    /// Says what these are compared with in the tool's first configuration.
    pub(super) const fn at_first(mut self, first_time: FirstTime) -> Self {
        self.first_time = first_time;
        self
    }
}

/// What the settings of a tool's first configuration are compared with.
#[derive(Clone, Copy)]
pub(crate) enum FirstTime {
    /// With the defaults that [`StrictWhen`] names.
    Defaults,
    /// With nothing: by default, the tool does not check what they are about.
    Nothing,
    /// With the defaults, unless the configuration has one of these settings, too.
    Unless(&'static [&'static str]),
    /// With nothing, unless a command that runs the tool has this option.
    NothingWithout(&'static str),
    /// With these entries of a list, which are checked by default; and with more, unless the
    /// configuration has the setting that chooses what is checked.
    Entries {
        /// The entries that count in any case.
        always: &'static [&'static str],
        /// The setting that chooses.
        chosen_by: &'static str,
        /// The entries that count without it.
        unless_chosen: &'static [&'static str],
    },
}

impl FirstTime {
    /// With these entries of a list, in any case.
    pub(super) const fn entries(always: &'static [&'static str]) -> Self {
        Self::Entries {
            always,
            chosen_by: "",
            unless_chosen: &[],
        }
    }
}

/// Which values of a setting are strict.
pub(crate) enum StrictWhen {
    /// On. With the default value.
    On(bool),
    /// Off. With the default value.
    Off(bool),
    /// A high number. With the default value.
    High(f64),
    /// A low number. With the default value; NaN if that is unknown.
    Low(f64),
    /// A short list of what is allowed. With the entries that it may always contain.
    Short(ListKind, &'static [&'static str]),
    /// A long list of what is checked. With its default.
    Long(ListKind, Unset),
    /// A late one of these levels, each with its alternative names. With the position of the
    /// default level; `None` if that depends.
    HighLevel(&'static [&'static [&'static str]], Option<usize>),
    /// Arguments of a command, some of which loosen it and some of which tighten it.
    Arguments(ArgumentEffects),
}

/// The default of a list of what is checked.
#[derive(Clone, Copy)]
pub(crate) enum Unset {
    /// Everything: setting it narrows the checks.
    Everything,
    /// As much as it may contain when it is set.
    Enough,
    /// These entries.
    These(&'static [&'static str]),
}

/// Old names, and the names that took their place; without any, the tool no longer has it.
pub(crate) type Renamed = &'static [(&'static str, &'static [&'static str])];

/// The kind of entries of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// Codes of rules, of which a short one stands for all that begin with it.
    Codes,
    /// Files, each with such codes, as flake8 writes them in INI.
    CodesOfFiles,
    /// Names.
    Names,
    /// Names, some of which a tool has changed or no longer has.
    Renamed(Renamed),
    /// Tables, each of which excludes the findings of these linters, or of all, under conditions.
    Exclusions(Renamed),
    /// Paths. Those that contain nothing of the project are ignored.
    Paths,
    /// The same, with blanks between them.
    Words,
    /// Lines, which may hold commas.
    Lines,
    /// Filters, of which `all()` stands for every other.
    Filters,
    /// Expressions, which may be joined by `|`.
    Expressions,
    /// Paths, of which only those excluded by a `!` count.
    Negated,
    /// Names, of which only those excluded by a `-` count.
    Excluded,
    /// Python's warning filters, of which only those that raise errors count.
    Errors,
}

/// The effects of a command's arguments on its strictness.
#[derive(Clone, Copy)]
pub(crate) struct ArgumentEffects {
    /// Whether an option with its value makes it looser.
    pub(crate) loosens: fn(&str, &str) -> bool,
    /// Whether an option with its value makes it stricter.
    pub(crate) tightens: fn(&str, &str) -> bool,
    /// The option with a number that must not become lower.
    pub(crate) minimum: &'static str,
}
