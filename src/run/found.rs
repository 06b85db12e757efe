//! What the tool of a gate has found, read while it prints, and from the report that it leaves.

use std::path::Path;

use bstr::ByteSlice as _;

use crate::config::Gate;
use crate::event::FindingsDoubt;
use crate::findings::cargo_json::{self, CargoLine};
use crate::findings::collection::{Collected, FindingCollection};
use crate::findings::paths::PathFinder;
use crate::findings::raw::{Counting, RawFinding};
use crate::findings::report_file::{self, ReportFormat};
use crate::findings::summary::{Printed, Remark, remark};
use crate::findings::tests_run::TestCounter;
use crate::findings::text::TextReader;
use crate::model::column::ColumnUnit;
use crate::model::gate::FindingsFormat;
use crate::model::gate_finding::TestCounts;
use crate::model::severity::Severity;
use crate::tools::Checker;

/// How much of a line is looked at, in bytes.
const LONGEST_LINE: usize = 8 << 10;

/// The longest line of cargo's messages that is understood, in bytes.
const LONGEST_MESSAGE: usize = 1 << 20;

/// Reads the findings of a gate over all of its calls.
pub(super) struct FindingReader {
    format: Option<FindingsFormat>,
    /// From where the tool counts: in its text, and in a report.
    counting: (Counting, Counting),
    collection: FindingCollection,
    text: TextReader,
    counter: Option<TestCounter>,
    /// What reports say of tests.
    tests: Option<TestCounts>,
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// The line before it.
    last: Vec<u8>,
    /// The same, of cargo's messages.
    message: Vec<u8>,
    /// Whether a line was too long to be a message of cargo, and goes on.
    is_passing: bool,
    has_messages: bool,
    printed: Printed,
    /// The same, of the call that has not ended yet: lines that were not read, and how many findings
    /// there are.
    in_call: (u64, Option<u64>),
    remarks: Remarks,
}

/// What the tool of a gate has found, and whether that is everything.
pub(super) struct Found {
    pub(super) collected: Collected,
    /// Why it may not be everything.
    pub(super) doubt: Option<FindingsDoubt>,
    pub(super) remarks: Remarks,
}

/// What a tool or its report says about itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Remarks {
    /// Cargo could not compile a library.
    pub(super) stopped_at_library: bool,
    /// A report is not one of tests.
    pub(super) is_linters: bool,
}

impl Default for Found {
    /// Nothing is known.
    fn default() -> Self {
        Self {
            collected: Collected::default(),
            doubt: Some(FindingsDoubt::MayGoOn),
            remarks: Remarks::default(),
        }
    }
}

/// Whether cargo says that a library could not be compiled: what depends on it is not looked at then. Its own unit
/// tests (`lib test`) are no such dependency.
fn stops_at_library(line: &str) -> bool {
    let rest = line.strip_prefix("error: could not compile `");
    rest.is_some_and(|rest| rest.contains("` (lib)") || rest.contains("` (build script)"))
}

/// Whether a line has bytes that no text has.
fn is_binary(line: &[u8]) -> bool {
    line.find_byte(0).is_some()
}

impl FindingReader {
    /// A reader for a gate that runs this tool, if it is known, and whose files this finds.
    pub(super) fn new(gate: &Gate, tool: Option<&Checker>, finder: PathFinder) -> Self {
        let counter = tool.and_then(|tool| TestCounter::new(tool.findings.tests?));
        let in_text = Counting {
            unit: tool.map_or(ColumnUnit::Characters, |tool| tool.findings.unit),
            columns_from_zero: tool.is_some_and(|tool| tool.findings.columns_from_zero),
            lines_from_zero: false,
        };
        let in_report = Counting {
            unit: ColumnUnit::Characters,
            columns_from_zero: false,
            lines_from_zero: tool.is_some_and(|tool| tool.findings.report_lines_from_zero),
        };
        Self {
            format: gate.findings.map(|report| report.format),
            counting: (in_text, in_report),
            collection: FindingCollection::new(finder),
            text: TextReader::default(),
            counter,
            tests: None,
            line: Vec::new(),
            last: Vec::new(),
            message: Vec::new(),
            is_passing: false,
            has_messages: false,
            printed: Printed::default(),
            in_call: (0, None),
            remarks: Remarks::default(),
        }
    }

    /// Takes what the gate prints. Returns what of it people are to see, if that is not all.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.format == Some(FindingsFormat::CargoJson) {
            let shown = self.without_messages(bytes);
            self.add_lines(&shown);
            return Some(shown);
        }
        self.add_lines(bytes);
        None
    }

    fn add_lines(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.find_byte(b'\n') {
            self.keep(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes);
    }

    fn keep(&mut self, part: &[u8]) {
        let room = LONGEST_LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(&part[..part.len().min(room)]);
    }

    fn end_line(&mut self) {
        // A line that repeats the one before says nothing new, and binary data say nothing at all.
        let is_repeated = self.counter.is_none() && self.line == self.last;
        if is_repeated || is_binary(&self.line) {
            self.line.clear();
            return;
        }
        self.last.clone_from(&self.line);
        let line = std::mem::take(&mut self.line);
        // A line that was rewritten counts as it was in the end.
        let last = line.strip_suffix(b"\r").unwrap_or(&line);
        let last = last.rsplit(|byte| *byte == b'\r').next().unwrap_or(last);
        let text = String::from_utf8_lossy(last);
        let text = console::strip_ansi_codes(&text);
        self.remarks.stopped_at_library |= stops_at_library(&text);
        if let Some(counter) = &mut self.counter {
            counter.line(&text);
        }
        if self.format.is_none() {
            let before = self.text.unread();
            let found = self.text.line(&text, self.collection.finder());
            let is_unread = self.text.unread() > before;
            match remark(&text).filter(|_| is_unread) {
                Some(Remark::Total(total)) => self.in_call.1 = Some(total),
                Some(Remark::Chatter) => {}
                None => self.in_call.0 += u64::from(is_unread),
            }
            if let Some(found) = found {
                self.add_printed(&found);
            }
        }
        // The allocation is used again.
        self.line = line;
        self.line.clear();
    }

    /// Takes a finding that was printed.
    fn add_printed(&mut self, found: &RawFinding) {
        let severity = found.severity.unwrap_or(Severity::Error);
        *self.printed.read.of(severity) += 1;
        self.collection.add(found, self.counting.0);
    }

    /// Takes cargo's messages out of what it prints, and puts in what people are to see of them.
    fn without_messages(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::new();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.message.extend_from_slice(&bytes[..=end]);
            self.end_message(&mut shown);
            bytes = &bytes[end + 1..];
        }
        self.message.extend_from_slice(bytes);
        if self.is_passing || self.message.len() > LONGEST_MESSAGE {
            self.is_passing = true;
            shown.append(&mut self.message);
        }
        shown
    }

    fn end_message(&mut self, shown: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.message);
        let was_passing = std::mem::take(&mut self.is_passing);
        let read = if was_passing {
            CargoLine::Other
        } else {
            cargo_json::read(&line)
        };
        match read {
            CargoLine::Other => shown.extend_from_slice(&line),
            CargoLine::Progress => self.has_messages = true,
            CargoLine::Message(text, found) => {
                self.has_messages = true;
                shown.extend_from_slice(text.as_bytes());
                if let Some(found) = found {
                    self.collection.add(&found, Counting::default());
                }
            }
        }
    }

    /// A call is over. Returns what people are still to see of its output.
    pub(super) fn end_call(&mut self) -> Vec<u8> {
        let mut shown = Vec::new();
        if !self.message.is_empty() {
            self.end_message(&mut shown);
            self.add_lines(&shown);
        }
        self.end_line();
        if let Some(found) = self.text.end() {
            self.add_printed(&found);
        }
        let (unread, total) = std::mem::take(&mut self.in_call);
        self.printed.unread += unread;
        self.printed.is_doubtful |= unread > 0 && total.is_none();
        if let Some(total) = total {
            let sum = self.printed.total.get_or_insert(0);
            *sum = sum.saturating_add(total);
        }
        shown
    }

    /// Reads the report of a call that is over, if the gate has reports.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be read; why, as a fragment.
    pub(super) fn read_report(&mut self, path: Option<&Path>) -> Result<(), String> {
        let format = match self.format {
            None => return Ok(()),
            Some(FindingsFormat::CargoJson) if self.has_messages => return Ok(()),
            Some(FindingsFormat::CargoJson) => {
                return Err("cargo has printed no message in JSON".into());
            }
            Some(FindingsFormat::Sarif) => ReportFormat::Sarif,
            Some(FindingsFormat::Junit) => ReportFormat::Junit,
        };
        let path = path.ok_or("it has no place")?;
        let read = report_file::read(format, path, &mut self.collection, self.counting.1);
        // What was read is not needed any more, and may be large.
        let _ = std::fs::remove_file(path);
        match read? {
            Some(tests) => {
                let sum = self.tests.get_or_insert_default();
                sum.run += tests.run;
                sum.failed += tests.failed;
                sum.skipped += tests.skipped;
            }
            None => self.remarks.is_linters = true,
        }
        Ok(())
    }

    /// Everything that was found, once the gate has ended.
    pub(super) fn conclude(self) -> Found {
        let by_lines = self.counter.and_then(|counter| counter.counts());
        let mut collected = self.collection.conclude();
        collected.findings.tests = self.tests.or(by_lines);
        let is_read = self.format.is_some() || self.printed.is_complete();
        let doubt = if !is_read {
            Some(FindingsDoubt::Unread(self.printed.unread))
        } else if collected.fingerprints.missing > 0 {
            Some(FindingsDoubt::TooMany)
        } else {
            None
        };
        Found {
            collected,
            doubt,
            remarks: self.remarks,
        }
    }
}
