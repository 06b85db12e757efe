//! Which settings make a tool strict.

/// Settings of a tool, and which of their values are strict.
pub(crate) struct StrictSetting {
    /// The id of the rule about them; several may share it.
    pub(crate) rule: &'static str,
    /// Their names. A hyphen stands for an underscore as well, a `*` for anything, and what it stands
    /// for tells settings apart; a `?` stands for any key. Those that nothing tells apart are
    /// compared as one.
    pub(crate) names: &'static [&'static str],
    /// Which of their values are strict.
    pub(crate) strict_when: StrictWhen,
    /// Settings that, switched on, make these strict.
    pub(crate) implied_by: &'static [&'static str],
}

impl StrictSetting {
    pub(super) const fn new(
        rule: &'static str,
        names: &'static [&'static str],
        strict_when: StrictWhen,
    ) -> Self {
        Self {
            rule,
            names,
            strict_when,
            implied_by: &[],
        }
    }

    /// With settings that make these strict.
    pub(super) const fn implied_by(mut self, settings: &'static [&'static str]) -> Self {
        self.implied_by = settings;
        self
    }
}

/// Which values of a setting are strict.
pub(crate) enum StrictWhen {
    /// On. What it is if it is not set.
    On(bool),
    /// Off. What it is if it is not set.
    Off(bool),
    /// A high number. What it is if it is not set.
    High(f64),
    /// A low number. What it is if it is not set; not a number: unknown.
    Low(f64),
    /// A short list, of what is let through. What may always stand in it.
    Short(ListKind, &'static [&'static str]),
    /// A long list, of what is checked. What it holds if it is not set.
    Long(ListKind, Unset),
    /// A late one of these levels, each with its other names. The place of the level if it is not
    /// set; `None`: it depends.
    HighLevel(&'static [&'static [&'static str]], Option<usize>),
    /// Arguments of a command, some of which loosen it and some of which tighten it.
    Arguments(ArgumentEffects),
}

/// What a list of what is checked holds if it is not set.
#[derive(Clone, Copy)]
pub(crate) enum Unset {
    /// Everything: to set it leaves things out.
    Everything,
    /// As much as it may hold when it is set.
    Enough,
    /// These.
    These(&'static [&'static str]),
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// Codes of rules, of which a short one stands for all that begin with it.
    Codes,
    /// Files, each with such codes, as flake8 writes them in INI.
    CodesOfFiles,
    /// Names.
    Names,
    /// Paths. Those that hold nothing of a project count for nothing.
    Paths,
    /// The same, with blanks between them.
    Words,
    /// Lines, which may hold commas.
    Lines,
    /// Expressions, which may be joined by `|`.
    Expressions,
    /// Paths of which only those count that are excluded by a `!`.
    Negated,
    /// Python's filters of warnings, of which only those count that make errors.
    Errors,
}

/// What the arguments of a command do to its strictness.
#[derive(Clone, Copy)]
pub(crate) struct ArgumentEffects {
    /// Whether an option with its value makes it looser.
    pub(crate) loosens: fn(&str, &str) -> bool,
    /// Whether an option with its value makes it stricter.
    pub(crate) tightens: fn(&str, &str) -> bool,
    /// The option with a number that must not become lower.
    pub(crate) minimum: &'static str,
}
