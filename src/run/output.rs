//! What a gate prints: read as it comes, kept within bounds, searched for evidence on the way.

use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::found::FindingReader;
use crate::base::text::clean_line;
use crate::event::Output;
use crate::launch::{Launched, Mark, MarkReader, Said};
use crate::model::gate::Pattern;

/// How much of the beginning is kept, in bytes.
const HEAD: usize = 32 << 10;

/// How much of the end is kept, in bytes.
const TAIL: usize = 256 << 10;

/// A line longer than this is searched in pieces, in bytes.
const LONGEST_LINE: usize = 64 << 10;

/// By how much the pieces of such a line overlap, in bytes.
const OVERLAP: usize = 4 << 10;

/// How much of a forbidden line is shown, in characters.
const SHOWN: usize = 200;

/// Sequences that steer terminals, ECMA-48 section 5.4: control sequences, in their 8-bit form as
/// well; operating system commands that are ended; character sets and single functions.
const ESCAPES: &str = concat!(
    r"(?-u)(?:\x1b\[|\xc2\x9b|\x9b)[0-?]*[ -/]*[@-~]",
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)",
    r"|\x1b[ -/]+[0-~]",
    r"|\x1b[0-Z\^-~]",
);

/// Keeps what comes within bounds.
#[derive(Default)]
struct KeptOutput {
    head: Vec<u8>,
    /// At most twice [`TAIL`]; what is before the last [`TAIL`] bytes of it is old.
    recent: Vec<u8>,
    total: u64,
}

impl KeptOutput {
    fn add(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = HEAD - self.head.len();
        let (to_head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(to_head);
        let rest = &rest[rest.len().saturating_sub(TAIL)..];
        if self.recent.len() + rest.len() > 2 * TAIL {
            let old = self.recent.len().saturating_sub(TAIL);
            self.recent.drain(..old);
        }
        self.recent.extend_from_slice(rest);
    }

    fn output(mut self) -> Output {
        let old = self.recent.len().saturating_sub(TAIL);
        self.recent.drain(..old);
        let kept = (self.head.len() + self.recent.len()) as u64;
        Output {
            omitted: self.total - kept,
            head: self.head,
            tail: self.recent,
        }
    }
}

/// Holds each line against `expect` and `forbid`.
struct OutputSearch {
    expect: Option<Pattern>,
    forbid: Option<Pattern>,
    /// The line that has not ended yet.
    line: Vec<u8>,
    met: bool,
    forbidden: Option<String>,
}

impl OutputSearch {
    fn add(&mut self, mut bytes: &[u8]) {
        if self.expect.is_none() && self.forbid.is_none() {
            return;
        }
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.line.extend_from_slice(bytes);
        if self.line.len() > LONGEST_LINE {
            let line = std::mem::take(&mut self.line);
            self.examine(&line);
            self.line.extend_from_slice(&line[line.len() - OVERLAP..]);
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.examine(&line);
        // The allocation is used again.
        self.line = line;
        self.line.clear();
    }

    /// Colours must not hide what is looked for, nor must anything that only looks like one: the
    /// line counts as it came and without what steers terminals.
    fn examine(&mut self, line: &[u8]) {
        self.examine_states(line);
        if line.iter().any(|byte| matches!(byte, 0x1b | 0x9b)) {
            let bare = ESCAPE.replace_all(line, &b""[..]).into_owned();
            self.examine_states(&bare);
        }
    }

    /// A line that is rewritten with carriage returns counts in each of its states.
    fn examine_states(&mut self, line: &[u8]) {
        for state in line.split(|byte| *byte == b'\r') {
            self.examine_state(state);
        }
    }

    fn examine_state(&mut self, line: &[u8]) {
        let matches = |pattern: &Option<Pattern>| {
            pattern
                .as_ref()
                .is_some_and(|pattern| pattern.regex.is_match(line))
        };
        self.met = self.met || matches(&self.expect);
        if self.forbidden.is_none() && matches(&self.forbid) {
            let shown = clean_line(&line[..line.len().min(OVERLAP)]);
            self.forbidden = Some(shown.chars().take(SHOWN).collect());
        }
    }
}

/// The expression is a constant that a test has compiled; one that never matches would do no harm.
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(ESCAPES).unwrap_or_else(|_| Regex::new(r"[^\s\S]").expect("an empty class is valid"))
});

/// Collects the output of a gate over all of its calls.
pub(super) struct Collector {
    kept: KeptOutput,
    /// What the present call has printed.
    of_call: KeptOutput,
    search: OutputSearch,
    /// A call has ended without the evidence.
    lacks_evidence: bool,
    /// What reads the findings, if anybody wants to know them.
    found: Option<FindingReader>,
    /// What tells the present call's own output from its launcher's, if it has one.
    marks: Option<MarkReader>,
    /// How far the launcher of the call that has ended has come.
    launched: Option<Launched>,
}

impl Collector {
    pub(super) fn new(
        expect: Option<Pattern>,
        forbid: Option<Pattern>,
        found: Option<FindingReader>,
    ) -> Self {
        Self {
            kept: KeptOutput::default(),
            of_call: KeptOutput::default(),
            search: OutputSearch {
                expect,
                forbid,
                line: Vec::new(),
                met: false,
                forbidden: None,
            },
            lacks_evidence: false,
            found,
            marks: None,
            launched: None,
        }
    }

    /// The next call has a launcher, and this mark.
    pub(super) fn begin_launched(&mut self, mark: Mark) {
        self.marks = Some(MarkReader::new(mark));
    }

    /// Takes what the present call has printed. What a launcher prints is kept, and proves nothing.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let Some(mut marks) = self.marks.take() else {
            return self.take(bytes);
        };
        marks.add(bytes, |said| self.hear(said));
        self.marks = Some(marks);
    }

    fn hear(&mut self, said: Said<'_>) {
        match said {
            Said::ByLauncher(bytes) => self.kept.add(bytes),
            Said::ByCommand(bytes) => self.take(bytes),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let shown = self.found.as_mut().and_then(|found| found.add(bytes));
        self.keep(shown.as_deref().unwrap_or(bytes));
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.kept.add(bytes);
        self.of_call.add(bytes);
        self.search.add(bytes);
    }

    /// A call is over: each has to show the evidence.
    pub(super) fn end_call(&mut self) {
        let marks = self.marks.take();
        self.launched = marks.map(|marks| marks.end(|said| self.hear(said)));
        let rest = self.found.as_mut().map(FindingReader::end_call);
        self.keep(&rest.unwrap_or_default());
        self.search.end_line();
        self.lacks_evidence |= self.search.expect.is_some() && !self.search.met;
        self.search.met = false;
    }

    /// The expression that some call's output did not match.
    pub(super) fn missing_evidence(&self) -> Option<&str> {
        let expect = self.search.expect.as_ref()?;
        self.lacks_evidence.then_some(expect.text.as_str())
    }

    /// Whether `expect` was there to prove the outcome, and does.
    pub(super) fn has_proof(&self) -> bool {
        self.search.expect.is_some() && !self.lacks_evidence
    }

    /// The forbidden expression, and the first line that matches it.
    pub(super) fn forbidden(&self) -> Option<(&str, &str)> {
        let forbid = self.search.forbid.as_ref()?;
        Some((&forbid.text, self.search.forbidden.as_deref()?))
    }

    /// How far the launcher of the call that has ended has come; `None` if it had none.
    pub(super) fn launched(&self) -> Option<Launched> {
        self.launched
    }

    /// What the call that has ended has printed.
    pub(super) fn take_call(&mut self) -> Output {
        std::mem::take(&mut self.of_call).output()
    }

    /// Whether `expect` matches this line: then the line is the evidence that is wanted.
    pub(super) fn is_expected(&self, line: &str) -> bool {
        let expect = self.search.expect.as_ref();
        expect.is_some_and(|expect| expect.regex.is_match(line.as_bytes()))
    }

    /// Reads the report that the call which has ended was to write there.
    pub(super) fn read_report(&mut self, path: Option<&Path>) -> Result<(), String> {
        let found = self.found.as_mut();
        found.map_or(Ok(()), |found| found.read_report(path))
    }

    /// What was printed, and what reads the findings.
    pub(super) fn into_parts(self) -> (Output, Option<FindingReader>) {
        (self.kept.output(), self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern {
            text: text.into(),
            regex: Regex::new(text).unwrap(),
        }
    }

    #[test]
    fn head_and_tail_are_kept_and_the_rest_is_counted() {
        let mut kept = KeptOutput::default();
        let all: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        for chunk in all.chunks(7777) {
            kept.add(chunk);
            assert!(kept.recent.len() <= 2 * TAIL);
        }
        let output = kept.output();
        assert_eq!(output.head, all[..HEAD]);
        assert_eq!(output.tail, all[all.len() - TAIL..]);
        assert_eq!(output.total(), all.len() as u64);
    }

    #[test]
    fn little_is_kept_whole() {
        let mut kept = KeptOutput::default();
        kept.add(b"a");
        kept.add(b"b");
        let output = kept.output();
        assert_eq!((output.head.as_slice(), output.omitted), (&b"ab"[..], 0));
    }

    #[test]
    fn evidence_is_found_across_reads_and_under_colours() {
        let mut collector = Collector::new(
            Some(pattern("^Success: no")),
            Some(pattern("^warning")),
            None,
        );
        collector.add(b"x\n\x1b[32mSucc");
        collector.add(b"ess: no issues\x1b[0m\n \x1b[33mwarning: not at the beginning\nwarn");
        collector.end_call();
        assert_eq!(collector.missing_evidence(), None);
        assert_eq!(collector.forbidden(), None);
        collector.add(b"warning: x\ty");
        collector.end_call();
        assert_eq!(collector.missing_evidence(), Some("^Success: no"));
        assert_eq!(collector.forbidden(), Some(("^warning", "warning: x    y")));
    }

    #[test]
    fn a_line_that_is_rewritten_counts_in_every_state() {
        let mut collector = Collector::new(None, Some(pattern("^WARNING")), None);
        collector.add(b"x\rWARNING: bad\x1b[K\rprogress 100%\n");
        collector.end_call();
        assert!(collector.forbidden().is_some());
    }

    #[test]
    fn nothing_that_steers_a_terminal_hides_a_line() {
        assert!(Regex::new(ESCAPES).is_ok());
        let cases: [&[u8]; 8] = [
            b"\x1b[31mWARNING",
            b"\x1b[38:2::255:0:0mWARNING",
            b"\x1b[>4;1mWARNING",
            b"\xc2\x9b1mWARNING",
            b"\x1b]0;title\x07WARNING",
            b"\x1b]8;;http://x\x1b\\WARNING",
            b"\x1b(BWARNING",
            b"\x1b=WARNING",
        ];
        for line in cases {
            let mut collector = Collector::new(None, Some(pattern("^WARNING")), None);
            collector.add(line);
            collector.end_call();
            assert!(collector.forbidden().is_some(), "{line:?}");
        }
        let mut collector = Collector::new(None, Some(pattern("WARNING")), None);
        collector.add(b"\x1b]0;never ended WARNING\n");
        collector.end_call();
        assert!(collector.forbidden().is_some());
    }

    #[test]
    fn evidence_is_found_in_a_line_without_end() {
        let mut collector = Collector::new(Some(pattern("needle")), None, None);
        let hay = vec![b'.'; LONGEST_LINE - 3];
        collector.add(&hay);
        collector.add(b"needle");
        collector.add(&hay);
        collector.end_call();
        assert_eq!(collector.missing_evidence(), None);
        assert!(collector.search.line.capacity() < 4 * LONGEST_LINE);
    }
}
