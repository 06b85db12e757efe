//! Commands that cannot fail, although their own text suggests that they can, because what they lead
//! to cannot fail.

use std::ops::Range;

use super::lead::Place;
use super::resolve::{Call, Resolved, Script, Target};
use crate::commands::exit_flow::{ShellState, exit_codes};
use crate::tools::{Cause, SwallowedStatus};

/// Why commands that another file holds cannot fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfailing {
    /// The file and line that hold them.
    pub(crate) place: Place,
    /// The commands.
    pub(crate) text: String,
    /// The part that always succeeds.
    pub(crate) part: Range<usize>,
    /// What turns its failure into a success.
    pub(crate) cause: Cause,
    /// Why, as a fragment.
    pub(crate) label: String,
    /// What to write instead.
    pub(crate) help: String,
}

impl Unfailing {
    /// The line of the part, counted from 1.
    #[must_use]
    pub(crate) fn line(&self) -> usize {
        let before = self.text.get(..self.part.start).unwrap_or_default();
        self.place.line + before.matches('\n').count()
    }
}

/// What is known about commands.
#[derive(Default)]
struct Verdict {
    can_fail: bool,
    /// Whether they do more than print.
    acts: bool,
    reasons: Vec<Unfailing>,
}

/// Why a command can never fail, in the files that it leads to; empty if it can. `denies`: whether its
/// environment turns warnings of the Rust compiler into errors.
#[must_use]
pub(crate) fn unfailing(resolved: &Resolved, denies: bool) -> Vec<Unfailing> {
    let verdict = of_script(&resolved.root, denies);
    if verdict.can_fail {
        Vec::new()
    } else {
        verdict.reasons
    }
}

fn of_script(script: &Script, denies: bool) -> Verdict {
    let is_file = script.line.place.is_some();
    if !script.is_read || is_file && may_end_otherwise(&script.line.text) {
        return Verdict {
            can_fail: true,
            ..Verdict::default()
        };
    }
    let line = &script.line;
    let mut inert = Vec::new();
    let mut reasons = Vec::new();
    let mut fallible = Vec::new();
    for call in &script.calls {
        match (call.at, of_call(call, denies)) {
            (Some(at), Some(why)) => {
                inert.push(at);
                reasons.extend(why);
            }
            (Some(at), None) => fallible.push(at),
            (None, _) => {}
        }
    }
    // A command may be called with several values of its variables.
    inert.retain(|at| !fallible.contains(at));
    let state = ShellState {
        errexit: line.errexit,
        pipefail: line.pipefail,
        denies,
        inert,
    };
    let codes = exit_codes(&line.text, state);
    if let Some(place) = &line.place {
        let own = codes.swallowed.into_iter();
        let own = own.filter(|swallowed| swallowed.cause.is_success());
        reasons.extend(own.map(|swallowed| reason(place, &line.text, swallowed)));
        if line.is_ignored {
            reasons.push(ignored(place, &line.text));
        }
    }
    Verdict {
        can_fail: codes.can_fail && !line.is_ignored,
        acts: codes.acts && !line.is_ignored,
        reasons,
    }
}

/// Whether a script may end in a way that its commands do not show one by one: by its own functions, what
/// it sources, a trap, or an expansion that fails.
fn may_end_otherwise(text: &str) -> bool {
    const STARTS: [&str; 4] = [". ", "source ", "trap ", "function "];
    let is_start = |line: &str| STARTS.iter().any(|start| line.starts_with(start));
    let parts = text.split(['\n', ';', '&', '|']);
    parts.map(str::trim_start).any(is_start)
        || ["()", "( )", ":?", "$(error"]
            .iter()
            .any(|part| text.contains(part))
}

/// Why a call cannot fail; `None` if it can, or if it is not known.
fn of_call(call: &Call, denies: bool) -> Option<Vec<Unfailing>> {
    let Target::Scripts(scripts, None) = &call.target else {
        return None;
    };
    let mut total = Verdict::default();
    for script in scripts {
        let verdict = of_script(script, denies);
        total.can_fail |= verdict.can_fail;
        total.acts |= verdict.acts;
        total.reasons.extend(verdict.reasons);
    }
    // What only prepares something may still fail.
    if total.can_fail || total.acts && total.reasons.is_empty() {
        return None;
    }
    if total.reasons.is_empty() {
        let mut lines = scripts.iter().map(|script| &script.line);
        let (place, text) = lines.find_map(|line| Some((line.place.as_ref()?, &line.text)))?;
        total.reasons.push(nothing(place, text));
    }
    Some(total.reasons)
}

fn reason(place: &Place, text: &str, swallowed: SwallowedStatus) -> Unfailing {
    Unfailing {
        place: place.clone(),
        text: text.to_owned(),
        part: swallowed.span,
        cause: swallowed.cause,
        label: swallowed.label,
        help: swallowed.help,
    }
}

fn ignored(place: &Place, text: &str) -> Unfailing {
    Unfailing {
        place: place.clone(),
        text: text.to_owned(),
        part: 0..text.len(),
        cause: Cause::Status,
        label: "its failure is ignored".to_owned(),
        help: "remove what makes the runner ignore it, such as `-` at the beginning".to_owned(),
    }
}

fn nothing(place: &Place, text: &str) -> Unfailing {
    let end = text.trim_end().len();
    let begin = text[..end].rfind('\n').map_or(0, |at| at + 1);
    Unfailing {
        place: place.clone(),
        text: text.to_owned(),
        part: begin..end,
        cause: Cause::Status,
        label: "nothing that it runs can fail".to_owned(),
        help: "let it run a check".to_owned(),
    }
}
