//! What the options of a checker mean for its strictness, as far as it is known: by this, one call is
//! known to be at least as strict as another.
//!
//! An option belongs here only if it never makes the tool find less, wherever it stands and whatever the
//! tool's configuration says. One that names a file is not here, since it could be code of the tree, or be
//! written over. An option of several words is written with blanks between them.

/// What options mean for a checker's strictness. What is not listed is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallOptions {
    /// Options that leave the verdict as it is: they say how much is printed, and in which form.
    pub(crate) neutral: &'static [&'static str],
    /// The same, with a value of one word.
    pub(crate) neutral_valued: &'static [&'static str],
    /// Options that let the tool find more.
    pub(crate) stricter: &'static [&'static str],
    /// Options of which each value lets the tool find more.
    pub(crate) stricter_valued: &'static [&'static str],
    /// Options that let the tool find less.
    pub(crate) looser: &'static [&'static str],
    /// Options of which each value lets the tool find less.
    pub(crate) looser_valued: &'static [&'static str],
    /// Options of which the first value selects what is checked, and each other one adds to it.
    pub(crate) selecting: &'static [&'static str],
    /// Options of which the first adds a measurement, and each other one changes what is measured.
    pub(crate) measuring: &'static [&'static str],
    /// Words without a hyphen that are subcommands, and not operands.
    pub(crate) subcommands: &'static [&'static str],
    /// Options with a number.
    pub(crate) numbers: &'static [(&'static str, StrictNumber)],
    /// Options with a limit for what another option measures: where that was not measured, there was none.
    pub(crate) limits: &'static [(&'static str, &'static str)],
    /// What the other words are.
    pub(crate) operands: Operands,
    /// Whether an option with values takes every word up to the next option.
    pub(crate) takes_every_value: bool,
}

/// What the words of a call mean that belong to no option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operands {
    /// It is not known: they may be names, filters or subcommands.
    Unknown,
    /// Paths or parts of paths: everything below each, or that has it, is checked.
    Paths,
    /// Paths of which each stands for itself, as packages of Go do: a directory does not stand for those below it.
    Single,
    /// Paths that have one verdict together: one more may raise an average, or use what nothing used.
    Together,
}

/// Which number is strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StrictNumber {
    /// A high one.
    High,
    /// A low one.
    Low,
    /// A low one, and without the option there is no limit.
    LowOrNone,
}

impl CallOptions {
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        neutral: &[],
        neutral_valued: &[],
        stricter: &[],
        stricter_valued: &[],
        looser: &[],
        looser_valued: &[],
        selecting: &[],
        measuring: &[],
        subcommands: &[],
        numbers: &[],
        limits: &[],
        operands: Operands::Unknown,
        takes_every_value: false,
    };

    /// Only that the words without a hyphen are paths, of which each is checked.
    pub(super) const PATHS: Self = Self {
        operands: Operands::Paths,
        ..Self::UNKNOWN
    };

    /// The same, where a directory does not stand for those below it.
    pub(super) const SINGLE: Self = Self {
        operands: Operands::Single,
        ..Self::UNKNOWN
    };
}

impl CallOptions {
    /// Whether an option is known that has no value.
    #[must_use]
    pub(crate) fn is_flag(&self, option: &str) -> bool {
        let mut all = [self.neutral, self.stricter, self.looser, self.measuring]
            .into_iter()
            .flatten();
        all.any(|known| *known == option)
    }

    /// Whether an option is known that has a value.
    #[must_use]
    pub(crate) fn has_value(&self, option: &str) -> bool {
        self.valued().any(|known| known == option)
    }

    /// The option of one letter and the value that are written as one word.
    #[must_use]
    pub(crate) fn joined<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        let (option, value) = word.split_at_checked(2)?;
        let is_short = !word.starts_with("--") && !value.is_empty();
        (is_short && self.has_value(option)).then_some((option, value))
    }

    /// The option that measures what another one limits.
    #[must_use]
    pub(crate) fn measured_by(&self, limit: &str) -> Option<&'static str> {
        let mut limits = self.limits.iter();
        limits
            .find(|(known, _)| *known == limit)
            .map(|(_, measures)| *measures)
    }

    /// Which number of an option is strict.
    #[must_use]
    pub(crate) fn number(&self, option: &str) -> Option<StrictNumber> {
        let mut numbers = self.numbers.iter();
        numbers
            .find(|(known, _)| *known == option)
            .map(|(_, strict)| *strict)
    }

    fn valued(&self) -> impl Iterator<Item = &'static str> {
        let lists = [
            self.neutral_valued,
            self.stricter_valued,
            self.looser_valued,
            self.selecting,
            self.measuring,
        ];
        let numbers = self.numbers.iter().map(|(option, _)| *option);
        lists.into_iter().flatten().copied().chain(numbers)
    }
}
