//! Reads the XML of `JUnit`, as test runners write it: there is no standard, so only what all of them have
//! counts: a `testcase` with `failure`, `error` or `skipped` in it.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::collection::FindingCollection;
use super::linter_suite::{LinterCase, Suite};
use super::raw::{Counting, RawFinding, RawSpan};
use super::text::TextReader;
use crate::model::column::ColumnUnit;
use crate::model::gate_finding::TestCounts;
use crate::model::severity::Severity;

/// The class of the one case in which mypy puts all that it prints.
const MYPY: &str = "mypy";

/// The class of the cases of pylint-junit, which are messages of pylint.
const PYLINT: &str = "pylint";

/// How pylint counts.
const OF_PYLINT: Counting = Counting {
    unit: ColumnUnit::Bytes,
    columns_from_zero: true,
    lines_from_zero: false,
};

/// How much of the text of a failure is read, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// A test, as far as it was read.
#[derive(Default)]
struct TestCase {
    class: String,
    name: String,
    file: String,
    line: Option<u32>,
    column: Option<u32>,
    is_skipped: bool,
    failures: Vec<Failure>,
}

impl TestCase {
    /// Whether it is no test, but all that mypy has printed, or a message of pylint.
    fn is_linter(&self) -> bool {
        matches!(self.class.as_str(), MYPY | PYLINT)
    }
}

/// A failure of a test, as far as it was read.
struct Failure {
    /// Whether the test broke off: it is an `error`.
    is_error: bool,
    said: String,
    text: String,
}

/// Adds the failures in a report. Returns how many tests have run; `None` if it is a linter's, which runs none.
///
/// # Errors
///
/// It is not such a report, or it ends in the middle.
pub(super) fn read(
    from: impl BufRead,
    found: &mut FindingCollection,
    counting: Counting,
) -> Result<Option<TestCounts>, String> {
    let mut reader = Reader::from_reader(from);
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    let mut counts = TestCounts::default();
    let mut case: Option<TestCase> = None;
    let mut suite = Suite::default();
    let (mut is_in_failure, mut is_junit, mut is_linter) = (false, false, false);
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
                    suite = suite_of(&start, &suite);
                    is_linter |= suite.is_linter();
                }
                begin(&start, &mut case);
                is_linter |= case.as_ref().is_some_and(TestCase::is_linter);
                is_in_failure |= is_failure(start.name().as_ref());
            }
            Event::Empty(start) => {
                is_junit |= is_suite(&start);
                counted = counted.max(counted_failures(&start, case.is_some()));
                begin(&start, &mut case);
                if is_suite(&start) {
                    is_linter |= suite_of(&start, &suite).is_linter();
                }
                if start.name().as_ref() == "testcase" {
                    is_linter |= case.as_ref().is_some_and(TestCase::is_linter);
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
            Event::Eof => return Ok((!is_linter).then_some(counts)),
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

/// The suite that an element begins, in the report that the outermost one names.
fn suite_of(start: &BytesStart<'_>, before: &Suite) -> Suite {
    let attribute = |name: &str| attribute(start, name).unwrap_or_default();
    let is_outermost = start.name().as_ref() == "testsuites";
    Suite {
        report: if is_outermost {
            attribute("name")
        } else {
            before.report.clone()
        },
        name: attribute("name"),
        package: attribute("package"),
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
            case.failures.push(Failure {
                is_error: start.name().as_ref() == "error",
                said: said.unwrap_or_default(),
                text: String::new(),
            });
        }
        _ => {}
    }
}

fn add(case: &mut Option<TestCase>, text: &str) {
    if let Some(failure) = case.as_mut().and_then(|case| case.failures.last_mut())
        && failure.text.len() < LONGEST_TEXT
    {
        failure.text.push_str(text);
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
    for Failure {
        is_error,
        said,
        text,
    } in &case.failures
    {
        let said = said.trim();
        let first = said
            .lines()
            .chain(text.lines())
            .find(|line| !line.trim().is_empty());
        let first = first.unwrap_or("failed").trim();
        let of_linter = LinterCase {
            name: &case.name,
            line: case.line,
            column: case.column,
            is_error: *is_error,
            message: first,
            text,
        };
        if let Some((finding, unit)) = suite.finding(&of_linter, found.finder()) {
            let unit = unit.unwrap_or(counting.unit);
            found.add(&finding, Counting { unit, ..counting });
            continue;
        }
        if case.class == PYLINT
            && let Some(finding) = message_of_pylint(&case, text, found)
        {
            found.add(&finding, OF_PYLINT);
            continue;
        }
        if case.is_linter() && add_lines(text, found) {
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

/// What pylint-junit says of a message: its code with the text, and in the next line the place before the line itself. It is
/// read as pylint prints it, so that both have the same severity and rule.
fn message_of_pylint(
    case: &TestCase,
    text: &str,
    found: &mut FindingCollection,
) -> Option<RawFinding> {
    let (said, place) = text.split_once('\n')?;
    let (code, message) = said.split_once(':')?;
    let line = case.line?;
    let place = place.strip_prefix(&format!("{}:{line}:", case.file))?;
    let (column, _) = place.split_once(':')?;
    let printed = format!("{}:{line}:{column}: {code}: {message}", case.file);
    let mut reader = TextReader::default();
    let read = reader.line(&printed, found.finder());
    read.or_else(|| reader.end())
}

/// Adds what each line of a text says of a file of the project. Returns whether any does.
fn add_lines(text: &str, found: &mut FindingCollection) -> bool {
    let mut reader = TextReader::default();
    let mut is_any = false;
    let mut add = |finding: Option<RawFinding>, found: &mut FindingCollection| {
        if let Some(finding) = finding {
            found.add(&finding, Counting::default());
            is_any = true;
        }
    };
    for line in text.lines() {
        let finding = reader.line(line, found.finder());
        add(finding, found);
    }
    add(reader.end(), found);
    is_any
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
