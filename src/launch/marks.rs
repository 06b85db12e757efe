//! The marks by which a launched command says that it has begun, and how it has ended.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::ops::Range;

/// The longest exit code, in digits, and the line break before it may be two bytes.
const LONGEST_END: usize = 16;

/// What no other call prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl Mark {
    /// A mark that nothing else prints by accident.
    #[must_use]
    pub(crate) fn unique() -> Self {
        Self::new(&format!("{:016x}", RandomState::new().hash_one(())))
    }

    /// A mark with a text of its own.
    #[must_use]
    pub(crate) fn new(unique: &str) -> Self {
        Self(format!("gatekeeper-{unique}"))
    }

    /// The text that both marks begin with.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// How far a launcher has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Launched {
    /// The command has not begun.
    NotBegun,
    /// It has begun, and nothing is known of its end.
    Begun,
    /// It has ended with this exit code.
    Ended(i32),
}

/// A piece of the output, by who has printed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    /// The launcher.
    ByLauncher(&'a [u8]),
    /// The command.
    ByCommand(&'a [u8]),
}

/// Takes the marks out of what comes.
pub(crate) struct MarkReader {
    mark: Mark,
    launched: Launched,
    /// What may be the beginning of a mark.
    held: Vec<u8>,
}

impl MarkReader {
    /// Reads the output of a call that has this mark.
    #[must_use]
    pub(crate) fn new(mark: Mark) -> Self {
        Self {
            mark,
            launched: Launched::NotBegun,
            held: Vec::new(),
        }
    }

    /// Takes what has come, and hands on what is no mark.
    pub(crate) fn add(&mut self, bytes: &[u8], mut say: impl FnMut(Said<'_>)) {
        self.held.extend_from_slice(bytes);
        while let Some((found, launched)) = self.found() {
            say(self.said(&self.held[..found.start]));
            self.held.drain(..found.end);
            self.launched = launched;
        }
        let safe = self.held.len() - self.possible_start();
        if safe > 0 {
            say(self.said(&self.held[..safe]));
            self.held.drain(..safe);
        }
    }

    /// The output has ended: hands on what was held, and says how far the launcher has come.
    pub(crate) fn end(mut self, mut say: impl FnMut(Said<'_>)) -> Launched {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            say(self.said(&held));
        }
        self.launched
    }

    fn said<'a>(&self, bytes: &'a [u8]) -> Said<'a> {
        match self.launched {
            Launched::Begun => Said::ByCommand(bytes),
            Launched::NotBegun | Launched::Ended(_) => Said::ByLauncher(bytes),
        }
    }

    /// The next mark in what is held, and what is known after it.
    fn found(&self) -> Option<(Range<usize>, Launched)> {
        let start = self.next_mark();
        match self.launched {
            Launched::NotBegun => {
                let begins = position(&self.held, start.as_bytes())?;
                let behind = begins + start.len();
                let end = line_end(&self.held[behind..])?;
                Some((begins..behind + end, Launched::Begun))
            }
            Launched::Begun => {
                let begins = position(&self.held, start.as_bytes())?;
                let behind = begins + start.len();
                let end = line_end(&self.held[behind..])?;
                let code = std::str::from_utf8(&self.held[behind..behind + end]).ok()?;
                let code = code.trim().parse().ok()?;
                Some((begins..behind + end, Launched::Ended(code)))
            }
            Launched::Ended(_) => None,
        }
    }

    /// What the next mark begins with.
    fn next_mark(&self) -> String {
        match self.launched {
            Launched::NotBegun => format!("{} begin", self.mark.text()),
            Launched::Begun => format!("{} end ", self.mark.text()),
            Launched::Ended(_) => String::new(),
        }
    }

    /// How many of the last bytes that are held may be the beginning of the next mark.
    fn possible_start(&self) -> usize {
        let mark = self.next_mark();
        if mark.is_empty() {
            return 0;
        }
        let held = &self.held;
        if let Some(at) = position(held, mark.as_bytes()) {
            let rest = held.len() - at;
            return if rest <= mark.len() + LONGEST_END {
                rest
            } else {
                0
            };
        }
        let longest = held.len().min(mark.len() - 1);
        let lengths = (1..=longest).rev();
        let mut possible =
            lengths.filter(|length| mark.as_bytes().starts_with(&held[held.len() - length..]));
        possible.next().unwrap_or(0)
    }
}

fn position(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|part| part == needle)
}

/// The length of the rest of a line, with its line break.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let at = bytes.iter().position(|byte| *byte == b'\n')?;
    Some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of an output that comes in pieces of this size.
    fn read(output: &[u8], size: usize) -> (Vec<u8>, Vec<u8>, Launched) {
        let (mut launcher, mut command) = (Vec::new(), Vec::new());
        let mut reader = MarkReader::new(Mark::new("7"));
        let mut say = |said: Said<'_>| match said {
            Said::ByLauncher(bytes) => launcher.extend_from_slice(bytes),
            Said::ByCommand(bytes) => command.extend_from_slice(bytes),
        };
        for piece in output.chunks(size) {
            reader.add(piece, &mut say);
        }
        let end = reader.end(&mut say);
        (launcher, command, end)
    }

    #[test]
    fn marks_are_found_however_the_output_is_cut() {
        let output = b"pulling\ngatekeeper-7 begin\r\ngatekeeper-\nF\ngatekeeper-7 end 1\nbye\n";
        for size in 1..output.len() {
            let (launcher, command, end) = read(output, size);
            assert_eq!(launcher, b"pulling\nbye\n", "{size}");
            assert_eq!(command, b"gatekeeper-\nF\n", "{size}");
            assert_eq!(end, Launched::Ended(1), "{size}");
        }
    }

    #[test]
    fn nothing_is_lost_that_only_looks_like_a_mark() {
        let cases: [(&[u8], Launched); 5] = [
            (b"gatekeeper-8 begin\n", Launched::NotBegun),
            (b"gatekeeper-7 end 0\n", Launched::NotBegun),
            (b"gatekeeper-7 begi", Launched::NotBegun),
            (b"no line break gatekeeper-7 begin", Launched::NotBegun),
            (b"", Launched::NotBegun),
        ];
        for (output, expected) in cases {
            let (launcher, command, end) = read(output, 3);
            assert_eq!((launcher.as_slice(), end), (output, expected));
            assert_eq!(command, b"");
        }
    }

    #[test]
    fn an_end_without_a_code_is_no_end() {
        let (_, command, end) = read(b"gatekeeper-7 begin\ngatekeeper-7 end x\nmore\n", 4);
        assert_eq!(end, Launched::Begun);
        assert_eq!(command, b"gatekeeper-7 end x\nmore\n");
    }
}
