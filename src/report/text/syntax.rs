//! Files that a tool cannot parse: no fixer can do anything about them.

use regex::RegexSet;

use super::tail::tail;
use crate::event::{GateResult, Output};
use crate::report::places::OutputPlace;
use crate::report::style::Style;
use crate::tools::syntax_errors;

/// How many lines of output are searched.
const SEARCHED: usize = 200;

/// How many lines after the complaint may name the place.
const PLACE_LINES: usize = 3;

/// What to do if the output says that a file cannot be parsed. `find` finds the places that an output
/// mentions.
pub(super) fn error(
    result: &GateResult,
    find: impl Fn(&Output) -> Vec<OutputPlace>,
) -> Option<String> {
    let known = RegexSet::new(syntax_errors()).ok()?;
    let (lines, _) = tail(&result.output, SEARCHED, Style::PLAIN);
    let at = lines.iter().position(|line| known.is_match(line))?;
    let about = &lines[at..lines.len().min(at + 1 + PLACE_LINES)];
    let output = Output {
        head: about.join("\n").into_bytes(),
        ..Output::default()
    };
    Some(match find(&output).first() {
        Some(place) => format!(
            "{} cannot be parsed: correct its syntax by hand, which no fixer can do",
            place.shown()
        ),
        None => {
            "a file cannot be parsed: correct its syntax by hand, which no fixer can do".to_owned()
        }
    })
}
