//! Traces: what ran, frame by frame, and what went wrong in the last one. The finding is where the trace
//! is last in a file of the project.

use super::paths::PathFinder;
use super::position::{after_paths, number};
use super::raw::{LineRead, RawFinding, RawSpan};

/// Words at the end of the names of Python's exceptions.
const EXCEPTIONS: [&str; 7] = [
    "Error",
    "Exception",
    "Failed",
    "Exit",
    "Interrupt",
    "Warning",
    "Timeout",
];

/// A trace as far as it was read.
#[derive(Default)]
pub(super) struct Trace {
    /// The last frame in a file of the project.
    frame: Option<RawFinding>,
    /// What pytest says of a failure, where it says so before the frame.
    said: Option<String>,
    /// Whether pytest has named the place of code that cannot be parsed, and not yet the exception.
    is_unparsed: bool,
    /// What JavaScript says of one, which always stands before the frames; the innermost comes first.
    thrown: Option<String>,
    /// The test that jest has named in the line before: what follows is what went wrong in it.
    named: Option<String>,
}

impl Trace {
    /// Takes a line, if it belongs to a trace.
    pub(super) fn line(&mut self, line: &str, paths: &mut PathFinder) -> LineRead {
        if let Some(frame) = file_frame(line) {
            self.keep(frame, paths);
            return LineRead::Taken;
        }
        self.keep_thrown(line);
        if let Some(frame) = script_frame(line) {
            // A trace goes on beneath its first frame in the project.
            let is_ours = paths.find(&frame.path).is_some();
            let message = if is_ours { self.thrown.take() } else { None };
            return message.map_or(LineRead::Taken, |message| found(frame, &message));
        }
        if let Some(text) = line.strip_prefix("E  ") {
            let text = text.trim();
            // What cannot be parsed has no frame, but a place of its own, and its code before the exception.
            if let Some(place) = file_frame(text) {
                self.keep(place, paths);
                self.is_unparsed = self.frame.is_some();
                return LineRead::Taken;
            }
            if self.is_unparsed && !is_exception(text) {
                return LineRead::Taken;
            }
            self.is_unparsed = false;
            if let Some(frame) = self.frame.take() {
                return found(frame, text);
            }
            self.said.get_or_insert_with(|| text.to_owned());
            return LineRead::Taken;
        }
        if self.frame.is_some()
            && is_exception(line)
            && let Some(frame) = self.frame.take()
        {
            return found(frame, line.trim_end());
        }
        self.position(line, paths)
    }

    /// Keeps what JavaScript says over the frames: the error, and with jest the name of the test before it.
    fn keep_thrown(&mut self, line: &str) {
        let inner = line.trim();
        if let Some(test) = inner.strip_prefix("\u{25cf} ") {
            self.named = Some(test.to_owned());
            self.thrown = Some(test.to_owned());
        } else if let Some(test) = self.named.take() {
            if script_frame(line).is_none() {
                self.thrown = Some(format!("{test}: {inner}"));
            }
        } else if let Some(message) = thrown(line) {
            self.thrown = Some(message.to_owned());
        }
    }

    /// The positions that pytest prints: of each frame, and of the last one with the exception.
    fn position(&mut self, line: &str, paths: &mut PathFinder) -> LineRead {
        let mut positions = after_paths(line);
        let Some((path, at, rest)) = positions.find(|(path, ..)| path.contains(['.', '/'])) else {
            return LineRead::Foreign;
        };
        let said = rest.trim_start_matches([':', ' ']);
        if is_frame(said) {
            self.keep(RawFinding::at(path, at), paths);
            return LineRead::Taken;
        }
        if rest == ":" && paths.find(path).is_some() {
            // A frame of pytest's long form, which has the code under it.
            return LineRead::Taken;
        }
        if is_exception(said)
            && !said.contains(' ')
            && paths.find(path).is_some()
            && let Some(message) = self.said.take()
        {
            return found(RawFinding::at(path, at), &message);
        }
        LineRead::Foreign
    }

    /// A frame takes the place of the one before it, unless it lies in the code of others.
    fn keep(&mut self, frame: RawFinding, paths: &mut PathFinder) {
        self.said = None;
        if paths.find(&frame.path).is_some() {
            self.frame = Some(frame);
        }
    }
}

fn found(frame: RawFinding, message: &str) -> LineRead {
    LineRead::Found(RawFinding {
        message: message.to_owned(),
        ..frame
    })
}

/// `  File "a.py", line 6, in x`
fn file_frame(line: &str) -> Option<RawFinding> {
    let rest = line.trim_start().strip_prefix("File \"")?;
    let (path, rest) = rest.split_once("\", line ")?;
    let (line, _) = number(rest)?;
    let at = RawSpan {
        line: Some(line),
        ..RawSpan::default()
    };
    Some(RawFinding::at(path, at))
}

/// `at f (a.js:3:5)`, `at a.js:3:5`, `f (file:///p/a.js:3:5)`, `\u{276f} a.js:3:5`
fn script_frame(line: &str) -> Option<RawFinding> {
    let inner = line.strip_prefix(' ')?.trim_start();
    let after = inner
        .strip_prefix("at ")
        .or_else(|| inner.strip_prefix("\u{276f} "));
    let place = match inner.strip_suffix(')') {
        Some(call) => call.rsplit_once(" (")?.1,
        None => after?,
    };
    let place = place.strip_prefix("file://").unwrap_or(place);
    let (path, at, rest) = after_paths(place).next()?;
    (at.column.is_some() && rest.is_empty()).then(|| RawFinding::at(path, at))
}

/// The error that a line says that stands over such frames.
fn thrown(line: &str) -> Option<&str> {
    let inner = line.trim_start();
    if let Some(error) = inner.strip_prefix("error: '") {
        return Some(error.strip_suffix('\'').unwrap_or(error));
    }
    let name = inner.split([':', ' ']).next()?;
    (name.ends_with("Error") && is_exception(name) && inner.contains(": ")).then_some(inner)
}

/// `in test_x`, after a position.
fn is_frame(said: &str) -> bool {
    let name = said.strip_prefix("in ").unwrap_or_default();
    !name.is_empty() && !name.contains(' ')
}

/// Whether a line begins with the name of an exception, and says at most what it is about.
fn is_exception(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || c == '.' || c == '_';
    name.chars().all(is_name) && EXCEPTIONS.iter().any(|end| name.ends_with(end))
}
