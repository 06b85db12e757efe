//! What formatters say: a line for each file that they would write otherwise, or a diff of it.

use super::paths::PathFinder;
use super::position::{after_paths, with_colons};
use super::raw::{LineRead, RawFinding, RawSpan};
use crate::model::severity::Severity;

/// What is wrong with a file that a formatter would change.
const UNFORMATTED: &str = "would be reformatted";

/// How the lines of formatters begin: the path follows.
const BEGINNINGS: [&str; 3] = ["would reformat ", "Would reformat: ", "[warn] "];

/// A place in a diff of rustfmt, which begins with lines that do not change.
#[derive(Default)]
pub(super) struct FormatDiff {
    open: Option<RawFinding>,
}

impl FormatDiff {
    /// Takes a line, if it belongs to a diff. With the first line that changes comes the finding.
    pub(super) fn line(&mut self, line: &str, paths: &mut PathFinder) -> LineRead {
        let place = line.strip_prefix("Diff in ").and_then(|place| {
            let (path, at, _) = after_paths(place).next()?;
            paths.find(path).map(|_| unformatted(path, at))
        });
        if place.is_some() {
            self.open = place;
            return LineRead::Taken;
        }
        if line.starts_with(['-', '+']) {
            let open = self.open.take();
            return open.map_or(LineRead::Foreign, LineRead::Found);
        }
        self.blank();
        match self.open {
            Some(_) => LineRead::Taken,
            None => LineRead::Foreign,
        }
    }

    /// Takes a line that does not change.
    pub(super) fn blank(&mut self) {
        if let Some(open) = &mut self.open {
            open.at.line = open.at.line.and_then(|line| line.checked_add(1));
        }
    }
}

/// A file that a formatter would change, or whose imports isort would.
pub(super) fn whole_file(line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
    if let Some(path) = BEGINNINGS.iter().find_map(|begin| line.strip_prefix(begin)) {
        let path = path.trim_end();
        return paths
            .find(path)
            .map(|_| unformatted(path, RawSpan::default()));
    }
    if let Some((path, said)) = line
        .strip_prefix("[error] ")
        .and_then(|rest| rest.split_once(": "))
    {
        return paths.find(path).map(|_| unreadable(path, said));
    }
    // biome: what is wrong follows in a line of its own.
    if let Some((path, rule)) = line.split_once(" format \u{2501}") {
        let is_heading = rule.chars().all(|c| c == '\u{2501}');
        return (is_heading && paths.find(path).is_some()).then(|| RawFinding {
            rule: Some("format".to_owned()),
            ..RawFinding::at(path, RawSpan::default())
        });
    }
    let (path, said) = line.strip_prefix("ERROR: ")?.split_once(" Imports are ")?;
    paths.find(path)?;
    Some(RawFinding {
        message: format!("imports are {}", said.trim_end_matches('.')),
        ..RawFinding::at(path, RawSpan::default())
    })
}

/// A file that prettier cannot read: `SyntaxError: Unexpected token (1:9)`.
fn unreadable(path: &str, said: &str) -> RawFinding {
    let place = said.strip_suffix(')').and_then(|said| {
        let (message, at) = said.rsplit_once(" (")?;
        let (at, rest) = with_colons(at)?;
        rest.is_empty().then_some((message, at))
    });
    let (message, at) = place.unwrap_or((said, RawSpan::default()));
    RawFinding {
        severity: Some(Severity::Error),
        message: message.to_owned(),
        ..RawFinding::at(path, at)
    }
}

fn unformatted(path: &str, at: RawSpan) -> RawFinding {
    RawFinding {
        message: UNFORMATTED.to_owned(),
        ..RawFinding::at(path, at)
    }
}
