//! What `gatekeeper baseline` has written, and what comes next.

use std::fmt::{self, Write as _};

use crate::base::text::count;
use crate::config::BASELINE_NAME;
use crate::event::FindingsDoubt;
use crate::model::gate::GateName;
use crate::report::style::Style;

/// Why the known findings of a gate stay as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BaselineDoubt {
    /// It has ended with this outcome, and so without a verdict.
    NoVerdict(&'static str),
    /// It is not certain what it has found; without a doubt, it has failed and nothing was read as an error or a warning.
    Findings(Option<FindingsDoubt>),
}

impl BaselineDoubt {
    /// Whether a report would be certain.
    fn may_be_read_from_a_report(&self) -> bool {
        matches!(self, Self::Findings(doubt) if *doubt != Some(FindingsDoubt::Dependents))
    }
}

impl fmt::Display for BaselineDoubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVerdict(outcome) => write!(formatter, "it has no verdict: {outcome}"),
            Self::Findings(Some(FindingsDoubt::MayGoOn)) => formatter.write_str(
                "it may not have checked everything: a script may start a second tool only after the first one has \
                 passed, or the exit code means more than that something was found",
            ),
            Self::Findings(Some(FindingsDoubt::TooMany)) => {
                formatter.write_str("it has more findings than can be told apart")
            }
            Self::Findings(Some(FindingsDoubt::Dependents)) => formatter.write_str(
                "cargo stops at a library that has errors, and does not look at what depends on it; let lints be \
                 warnings (without `-D` in `run`), and write findings = { format = \"cargo-json\", fail-on = \"warning\" }",
            ),
            Self::Findings(Some(FindingsDoubt::Unread(0))) => formatter
                .write_str("it says that there are more findings than were read in what it printed"),
            Self::Findings(Some(FindingsDoubt::Unread(lines))) => {
                let are = if *lines == 1 { "is" } else { "are" };
                let lines = count(usize::try_from(*lines).unwrap_or(usize::MAX), "line");
                write!(
                    formatter,
                    "{lines} of what it printed {are} neither a finding nor a part of one"
                )
            }
            Self::Findings(None) => {
                formatter.write_str("nothing that it printed was read as an error or a warning")
            }
        }
    }
}

/// A gate whose findings were recorded.
pub(crate) struct BaselineGate {
    /// Its name.
    pub(crate) name: GateName,
    /// How many findings were known.
    pub(crate) before: u64,
    /// How many are.
    pub(crate) after: u64,
    /// Why it is not certain what it finds, so that nothing was changed.
    pub(crate) doubt: Option<BaselineDoubt>,
}

/// How the known findings compare with those of the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// They are the same.
    None,
    /// Nothing was required before.
    First,
    /// There are only fewer.
    Shrunk,
    /// There are more of a kind.
    Grown,
}

/// What was written.
#[must_use]
pub(crate) fn baseline(gates: &[BaselineGate], growth: Growth, style: Style) -> String {
    let mut text = String::from("\n");
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    for gate in gates {
        let known = count(number(gate.after), "known finding");
        let change = match gate.before.cmp(&gate.after) {
            std::cmp::Ordering::Equal => String::new(),
            std::cmp::Ordering::Less => format!(", {} more", gate.after - gate.before),
            std::cmp::Ordering::Greater => format!(", {} fewer", gate.before - gate.after),
        };
        let _ = match &gate.doubt {
            None => writeln!(text, "{}: {known}{change}", gate.name),
            Some(doubt) => writeln!(
                text,
                "{}: {known}, as before: {doubt}",
                style.bad(gate.name.as_str())
            ),
        };
    }
    let is_unread = gates.iter().any(|gate| {
        let doubt = gate.doubt.as_ref();
        doubt.is_some_and(BaselineDoubt::may_be_read_from_a_report)
    });
    if is_unread {
        let _ = writeln!(
            text,
            "{}: let the tool write a report: findings = {{ format = \"sarif\", path = \"{{report}}\" }}, and \
             {{report}} in `run` where the tool is told the file; or one line for each finding, such as \
             ruff's `--output-format concise`",
            style.strong("help")
        );
    }
    let next = match growth {
        Growth::None => return text,
        Growth::First => format!("git add {BASELINE_NAME}"),
        Growth::Shrunk => format!("git add {BASELINE_NAME}\n  git commit -s"),
        Growth::Grown => {
            format!("git add {BASELINE_NAME}\n  git commit -s --trailer 'Gate-Change: REASON'")
        }
    };
    let _ = writeln!(
        text,
        "{}: read {BASELINE_NAME}, then run\n  {next}",
        style.strong("next")
    );
    text
}
