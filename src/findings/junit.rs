//! Reads the XML of `JUnit`, as test runners write it: there is no standard, so only what all of them have
//! counts: a `testcase` with `failure`, `error` or `skipped` in it.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::collection::FindingCollection;
use super::position::number;
use super::raw::{Counting, RawFinding, RawSpan};
use super::text::TextReader;
use crate::model::gate_finding::TestCounts;
use crate::model::severity::Severity;

/// How much of the text of a failure is read, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// A suite, as a linter writes it: its name is the path of a file, and its package is that of the rules.
#[derive(Default)]
struct Suite {
    name: String,
    package: String,
}

/// A test, as far as it was read.
#[derive(Default)]
struct TestCase {
    class: String,
    name: String,
    file: String,
    line: Option<u32>,
    column: Option<u32>,
    is_skipped: bool,
    /// Of each failure, the message and the text.
    failures: Vec<(String, String)>,
}

/// Adds the failures in a report. Returns how many tests have run.
///
/// # Errors
///
/// It is not such a report, or it ends in the middle.
pub(super) fn read(
    from: impl BufRead,
    found: &mut FindingCollection,
    counting: Counting,
) -> Result<TestCounts, String> {
    let mut reader = Reader::from_reader(from);
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    let mut counts = TestCounts::default();
    let mut case: Option<TestCase> = None;
    let mut suite = Suite::default();
    let (mut is_in_failure, mut is_junit) = (false, false);
    // Failures that no test has: those that a suite counts, and those that stand in a suite itself.
    let mut counted = 0;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| format!("not the XML of JUnit: {error}"))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                is_junit |= is_suite(&start);
                counted = counted.max(counted_failures(&start, case.is_some()));
                if is_suite(&start) {
                    suite = Suite::of(&start);
                }
                begin(&start, &mut case);
                is_in_failure |= is_failure(start.name().as_ref());
            }
            Event::Empty(start) => {
                is_junit |= is_suite(&start);
                counted = counted.max(counted_failures(&start, case.is_some()));
                begin(&start, &mut case);
                if start.name().as_ref() == "testcase" {
                    end((case.take(), &suite), found, counting, &mut counts);
                }
            }
            Event::End(name) => {
                depth = depth.saturating_sub(1);
                is_in_failure &= !is_failure(name.name().as_ref());
                if name.name().as_ref() == "testcase" {
                    end((case.take(), &suite), found, counting, &mut counts);
                }
            }
            Event::Text(text) if is_in_failure => add(&mut case, &text.xml10_content()),
            Event::CData(text) if is_in_failure => add(&mut case, &text.xml10_content()),
            Event::GeneralRef(reference) if is_in_failure => {
                let character = reference.resolve_char_ref().ok().flatten();
                let known = character.map(String::from).or_else(|| {
                    let known = predefined(&reference);
                    known.map(str::to_owned)
                });
                add(&mut case, &known.unwrap_or_default());
            }
            Event::Eof if depth > 0 => return Err("it ends in the middle".into()),
            Event::Eof if !is_junit => return Err("there is no `testsuite` in it".into()),
            Event::Eof if counted > 0 && counts.failed == 0 => {
                return Err("a suite has failures, but no test in it has failed".into());
            }
            Event::Eof => return Ok(counts),
            _ => {}
        }
    }
}

/// How many failures an element tells of that belong to no test.
fn counted_failures(start: &BytesStart<'_>, is_in_case: bool) -> u64 {
    if is_failure(start.name().as_ref()) {
        return u64::from(!is_in_case);
    }
    if !is_suite(start) {
        return 0;
    }
    let number = |name: &str| {
        let attribute = start.try_get_attribute(name).ok().flatten()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        value.trim().parse::<u64>().ok()
    };
    number("failures").unwrap_or(0) + number("errors").unwrap_or(0)
}

fn is_suite(start: &BytesStart<'_>) -> bool {
    matches!(start.name().as_ref(), "testsuite" | "testsuites")
}

fn is_failure(name: &str) -> bool {
    matches!(name, "failure" | "error")
}

/// The character that a reference stands for without a definition.
fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

impl Suite {
    fn of(start: &BytesStart<'_>) -> Self {
        let attribute = |name: &str| attribute(start, name).unwrap_or_default();
        Self {
            name: attribute("name"),
            package: attribute("package"),
        }
    }

    /// The rule that a case is about: its name without the package.
    fn rule<'n>(&self, case: &'n str) -> Option<&'n str> {
        let rule = case.strip_prefix(&self.package)?.strip_prefix('.')?;
        (!self.package.is_empty() && !rule.is_empty()).then_some(rule)
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok().flatten()?;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// What an element begins: a test, or something in it.
fn begin(start: &BytesStart<'_>, case: &mut Option<TestCase>) {
    let attribute = |name: &str| attribute(start, name);
    match (start.name().as_ref(), case) {
        ("testcase", case) => {
            *case = Some(TestCase {
                class: attribute("classname").unwrap_or_default(),
                name: attribute("name").unwrap_or_default(),
                file: attribute("file").unwrap_or_default(),
                line: attribute("line").and_then(|line| line.parse().ok()),
                column: attribute("column").and_then(|column| column.parse().ok()),
                ..TestCase::default()
            });
        }
        ("skipped", Some(case)) => case.is_skipped = true,
        ("failure" | "error", Some(case)) => {
            let said = attribute("message").or_else(|| attribute("type"));
            case.failures
                .push((said.unwrap_or_default(), String::new()));
        }
        _ => {}
    }
}

fn add(case: &mut Option<TestCase>, text: &str) {
    if let Some((_, whole)) = case.as_mut().and_then(|case| case.failures.last_mut())
        && whole.len() < LONGEST_TEXT
    {
        whole.push_str(text);
    }
}

/// What a test comes to, in its suite.
fn end(
    (case, suite): (Option<TestCase>, &Suite),
    found: &mut FindingCollection,
    counting: Counting,
    counts: &mut TestCounts,
) {
    let Some(case) = case else {
        return;
    };
    if case.failures.is_empty() && case.is_skipped {
        counts.skipped += 1;
        return;
    }
    counts.run += 1;
    counts.failed += u64::from(!case.failures.is_empty());
    let name = [case.class.as_str(), case.name.as_str()];
    let name: Vec<&str> = name.into_iter().filter(|part| !part.is_empty()).collect();
    let name = name.join(".");
    let rule = suite
        .rule(&case.name)
        .filter(|_| found.finder().find(&suite.name).is_some());
    for (said, text) in &case.failures {
        let said = said.trim();
        let first = said
            .lines()
            .chain(text.lines())
            .find(|line| !line.trim().is_empty());
        let first = first.unwrap_or("failed").trim();
        if let Some(rule) = rule {
            let finding = RawFinding {
                severity: Some(Severity::Error),
                rule: Some(rule.to_owned()),
                message: first.to_owned(),
                ..RawFinding::at(&suite.name, case.at(text))
            };
            found.add(&finding, counting);
            continue;
        }
        let message = format!("{name}: {first}");
        // Where it failed is in the text; the attributes say where the test begins.
        let (path, at, counting) = if let Some(place) = place_in(text, found) {
            (place.path, place.at, Counting::default())
        } else {
            let at = RawSpan {
                line: case.line,
                ..RawSpan::default()
            };
            (case.file.clone(), at, counting)
        };
        let finding = RawFinding {
            severity: Some(Severity::Error),
            rule: None,
            message,
            ..RawFinding::at(&path, at)
        };
        found.add(&finding, counting);
    }
}

impl TestCase {
    /// Where a linter's case is: by its attributes, as ruff has them, or by the text of its failure, as `eslint` has it:
    /// `line 3, col 5, Error - ...`.
    fn at(&self, text: &str) -> RawSpan {
        let numbers = || {
            let rest = text.trim_start().strip_prefix("line ")?;
            let (line, rest) = number(rest)?;
            let column = rest.strip_prefix(", col ").and_then(number);
            Some((line, column.map(|(column, _)| column)))
        };
        let (line, column) = match self.line {
            Some(line) => (Some(line), self.column),
            None => numbers().map_or((None, None), |(line, column)| (Some(line), column)),
        };
        RawSpan {
            line,
            column,
            ..RawSpan::default()
        }
    }
}

/// The last place in a text that is in a file of the project.
fn place_in(text: &str, found: &mut FindingCollection) -> Option<RawFinding> {
    let (mut reader, mut last) = (TextReader::default(), None);
    for line in text.lines() {
        let line = console::strip_ansi_codes(line);
        last = reader.line(&line, found.finder()).or(last);
    }
    reader.end().or(last)
}
