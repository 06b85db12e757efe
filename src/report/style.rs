//! The style of output: colours, width, and how much detail is wanted.

use std::io::IsTerminal as _;

use console::{Style as Look, Term};

use crate::base::environment::{ColorChoice, Environment};
use crate::model::outcome::Outcome;
use crate::plan::PlannedGate;

/// Below this width, in columns, a terminal is narrow.
const NARROW: usize = 60;

/// How much is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// Only problems.
    Quiet,
    /// A line for each gate, and everything about those that fail.
    Normal,
    /// Also the output of gates that pass, and every reason.
    Verbose,
}

/// How text may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether colours are wanted.
    pub(crate) color: bool,
    /// The width of the terminal in columns; `None`: lines may be of any length.
    pub(crate) width: Option<usize>,
    /// Whether a terminal shows it, as it comes.
    pub(crate) is_terminal: bool,
    /// Whether the cursor can be moved, so that lines can be drawn over.
    pub(crate) moves: bool,
    /// How much is reported.
    pub(crate) detail: Detail,
}

impl Style {
    /// The style that every destination can show.
    pub(crate) const PLAIN: Self = Self {
        color: false,
        width: None,
        is_terminal: false,
        moves: false,
        detail: Detail::Normal,
    };

    /// The style for standard error.
    ///
    /// Colours are decided by what says the most about this very call: `--color`, then the environment
    /// (`NO_COLOR` of <https://no-color.org>, `FORCE_COLOR`, `CLICOLOR_FORCE`), then git's `color.ui`, then
    /// whether there is a terminal that can do more than print letters.
    #[must_use]
    pub(crate) fn for_errors(environment: &Environment, detail: Detail) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let size = if is_terminal {
            Term::stderr().size_checked()
        } else {
            None
        };
        Self::new(environment, detail, is_terminal, size)
    }

    /// The style for standard output; see [`Style::for_errors`].
    #[must_use]
    pub(crate) fn for_output(environment: &Environment, detail: Detail) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let size = if is_terminal {
            Term::stdout().size_checked()
        } else {
            None
        };
        Self::new(environment, detail, is_terminal, size)
    }

    fn new(
        environment: &Environment,
        detail: Detail,
        is_terminal: bool,
        size: Option<(u16, u16)>,
    ) -> Self {
        let dumb = environment.get("TERM").is_none_or(|term| term == "dumb");
        let color = match environment.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !dumb,
        };
        Self {
            color,
            is_terminal,
            moves: is_terminal && !dumb,
            // Some terminals report that they have no columns at all.
            width: size
                .map(|(_, columns)| usize::from(columns))
                .filter(|columns| *columns > 0),
            detail,
        }
    }

    fn paint(self, text: &str, look: Look) -> String {
        if self.color {
            look.force_styling(true).apply_to(text).to_string()
        } else {
            text.to_owned()
        }
    }

    /// Text about something that went well.
    #[must_use]
    pub(crate) fn good(self, text: &str) -> String {
        self.paint(text, Look::new().green())
    }

    /// Text about something that stops the commit.
    #[must_use]
    pub(crate) fn bad(self, text: &str) -> String {
        self.paint(text, Look::new().red().bold())
    }

    /// Text about something that deserves attention.
    #[must_use]
    pub(crate) fn careful(self, text: &str) -> String {
        self.paint(text, Look::new().yellow())
    }

    /// Text that may be skipped.
    #[must_use]
    pub(crate) fn faint(self, text: &str) -> String {
        self.paint(text, Look::new().dim())
    }

    /// Text that structures other text.
    #[must_use]
    pub(crate) fn strong(self, text: &str) -> String {
        self.paint(text, Look::new().bold())
    }

    /// Whether a view of what is running may be shown while it runs.
    #[must_use]
    pub(crate) fn is_live(self) -> bool {
        self.moves && self.width.is_some() && self.detail > Detail::Quiet
    }

    /// Whether there is no room for columns.
    #[must_use]
    pub(crate) fn is_narrow(self) -> bool {
        self.width.is_some_and(|width| width < NARROW)
    }

    /// A line cut to the width of the terminal.
    #[must_use]
    pub(crate) fn fit(self, line: &str) -> String {
        match self.width {
            Some(width) => console::truncate_str(line, width, "\u{2026}").into_owned(),
            None => line.to_owned(),
        }
    }
}

/// A gate's outcome in the colour that it deserves.
pub(super) fn paint(style: Style, planned: &PlannedGate, outcome: &Outcome, word: &str) -> String {
    match outcome {
        outcome if outcome.lets_through() => style.good(word),
        Outcome::Cancelled(_) => style.careful(word),
        _ if planned.blocking => style.bad(word),
        _ => style.careful(word),
    }
}
