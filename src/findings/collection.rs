//! Collects the findings of one gate within bounds, however many there are: all are counted, nearly all
//! are fingerprinted, and the gravest are kept with their texts.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::lines;
use super::paths::{FileId, PathFinder};
use super::raw::{Counting, RawFinding};
use crate::base::text::clean_line;
use crate::model::column::ColumnUnit;
use crate::model::fingerprint::{Fingerprint, Fingerprints, Identity, Saying, Sighting, shape};
use crate::model::gate_finding::{FilePosition, GateFinding, GateFindings, Position, Span};
use crate::model::severity::Severity;

/// How many findings get a fingerprint. Each takes about 350 bytes until its gate has ended.
const MOST_FINGERPRINTS: usize = 30_000;

/// The longest message and the longest line that are kept, in characters.
const LONGEST_TEXT: usize = 500;

/// How much is kept of the shape of a message without a rule, in characters.
const LONGEST_SHAPE: usize = 80;

/// The longest rule that is kept, in characters.
const LONGEST_RULE: usize = 120;

/// Collects findings.
pub(crate) struct FindingCollection {
    finder: PathFinder,
    records: Vec<Record>,
    /// Those that are kept: texts, by severity, in the order in which they came.
    texts: BTreeMap<Severity, Vec<Kept>>,
    /// How many have no record: they are counted, even if some are the same.
    uncounted: BTreeMap<Severity, u64>,
    /// What findings say: their rules or the shapes of their messages.
    whats: BTreeMap<Saying, Arc<str>>,
}

/// What a finding is, apart from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    /// The file; those without one come last.
    file: Option<FileId>,
    line: u32,
    column: u32,
    saying: Saying,
    /// A digest of the message: a rule may be broken twice at one place.
    message: u64,
    severity: Severity,
}

/// A finding with its text.
struct Kept {
    record: Record,
    /// In what its columns are counted.
    unit: ColumnUnit,
    end: Option<Position>,
    rule: Option<String>,
    message: String,
}

/// Everything that was collected.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Collected {
    /// The findings.
    pub(crate) findings: GateFindings,
    /// The fingerprints of all, those included that were not kept.
    pub(crate) fingerprints: Fingerprints,
}

impl FindingCollection {
    /// Nothing was found yet.
    #[must_use]
    pub(crate) fn new(finder: PathFinder) -> Self {
        Self {
            finder,
            records: Vec::new(),
            texts: BTreeMap::new(),
            uncounted: BTreeMap::new(),
            whats: BTreeMap::new(),
        }
    }

    /// What finds files.
    pub(crate) fn finder(&mut self) -> &mut PathFinder {
        &mut self.finder
    }

    /// Takes a finding that was read from a report, or from a line with the path of a file.
    pub(crate) fn add(&mut self, raw: &RawFinding, counting: Counting) {
        let file = self.finder.find(&raw.path);
        let severity = raw.severity.unwrap_or(Severity::Error);
        let message = clean(&raw.message, LONGEST_TEXT);
        let rule = raw.rule.as_deref().map(|rule| clean(rule, LONGEST_RULE));
        let rule = rule.filter(|rule| !rule.is_empty());
        let start = position(raw.at.line, raw.at.column, counting).filter(|_| file.is_some());
        let end_line = raw
            .at
            .end_line
            .or(raw.at.line.filter(|_| raw.at.end_column.is_some()));
        let end = position(end_line, raw.at.end_column, counting);
        let record = Record {
            file,
            line: start.map_or(0, |start| start.line.get()),
            column: start
                .and_then(|start| start.column)
                .map_or(0, NonZeroU32::get),
            saying: Saying::new(rule.as_deref(), &message),
            message: digest(&message),
            severity,
        };
        let kept = self.texts.entry(severity).or_default();
        let is_kept = kept.len() < GateFindings::MOST;
        if !is_kept && self.records.len() >= MOST_FINGERPRINTS {
            *self.uncounted.entry(severity).or_default() += 1;
            return;
        }
        self.records.push(record);
        self.whats.entry(record.saying).or_insert_with(|| {
            let shape = || clean(&shape(&message), LONGEST_SHAPE);
            rule.clone().unwrap_or_else(shape).into()
        });
        if is_kept {
            kept.push(Kept {
                record,
                unit: counting.unit.of_rule(rule.as_deref()),
                end: end.filter(|end| start.is_some_and(|start| *end >= start)),
                rule,
                message,
            });
        }
    }

    /// Everything, once the gate has ended and its files can be read.
    #[must_use]
    pub(crate) fn conclude(mut self) -> Collected {
        self.records.sort_unstable();
        // Some tools say the same twice, for two targets of one file.
        self.records.dedup();
        let (texts, identities, sightings) = self.texts_of_lines();
        let mut collected = Collected {
            fingerprints: Fingerprints {
                all: fingerprints(&identities),
                sightings,
                missing: self.uncounted.values().sum(),
            },
            ..Collected::default()
        };
        for record in &self.records {
            *collected.findings.total.of(record.severity) += 1;
        }
        for (severity, number) in &self.uncounted {
            *collected.findings.total.of(*severity) += number;
        }
        let by_gravity = self.texts.iter().rev().flat_map(|(_, kept)| kept);
        let mut seen = BTreeSet::new();
        let kept = by_gravity.filter(|kept| seen.insert(kept.record));
        let mut kept: Vec<&Kept> = kept.take(GateFindings::MOST).collect();
        kept.sort_by_key(|kept| self.order(kept.record));
        let finding = |kept: &Kept| {
            let at = self.records.binary_search(&kept.record).ok()?;
            Some(self.finding(kept, &texts, collected.fingerprints.all[at]))
        };
        collected.findings.kept = kept.into_iter().filter_map(finding).collect();
        collected
    }

    /// By path and position, those without a place last.
    fn order(&self, record: Record) -> (bool, &Path, Record) {
        let path = record
            .file
            .map_or(Path::new(""), |file| self.finder.path(file));
        (record.file.is_none(), path, record)
    }

    /// The texts of the lines that findings are about: those to be shown, of findings that are kept; and
    /// what each record says of which text, with and without its file.
    fn texts_of_lines(&self) -> (LineTexts, Vec<Identity>, Vec<Sighting>) {
        let kept = self.texts.values().flatten().map(|kept| kept.record);
        let shown: BTreeSet<(FileId, u32)> = kept
            .filter_map(|record| Some((record.file?, record.line)))
            .collect();
        let mut texts = LineTexts::new();
        let mut identities = Vec::with_capacity(self.records.len());
        let mut sightings = Vec::with_capacity(self.records.len());
        for records in self.records.chunk_by(|one, other| one.file == other.file) {
            let file = records[0].file;
            let path = file.map_or(Path::new(""), |file| self.finder.path(file));
            let readable = file.and_then(|file| self.finder.readable(file));
            let numbers = records.iter().map(|record| record.line);
            let lines = readable.map(|readable| lines::read(&readable, numbers));
            let lines = lines.unwrap_or_default();
            let shared: Arc<Path> = path.into();
            for record in records {
                let line = lines.get(&record.line).map_or(&b""[..], Vec::as_slice);
                let path = path.as_os_str().as_encoded_bytes();
                identities.push(record.saying.about(path, line));
                sightings.push(Sighting {
                    path: Arc::clone(&shared),
                    line: (record.line > 0).then_some(record.line),
                    what: self.whats.get(&record.saying).cloned().unwrap_or_default(),
                    is_note: record.severity == Severity::Note,
                    mark: record.saying.about(b"", line).at(0),
                });
                if let Some(place) = file.map(|file| (file, record.line))
                    && shown.contains(&place)
                {
                    texts.entry(place).or_insert_with(|| LineText::new(line));
                }
            }
        }
        (texts, identities, sightings)
    }

    fn finding(&self, kept: &Kept, texts: &LineTexts, fingerprint: Fingerprint) -> GateFinding {
        let record = kept.record;
        let text = record
            .file
            .and_then(|file| texts.get(&(file, record.line)))
            .cloned()
            .unwrap_or_default();
        let column = |column| kept.unit.in_characters(column, &text.odd);
        let place = record.file.map(|file| FilePosition {
            path: self.finder.path(file).to_owned(),
            span: NonZeroU32::new(record.line).map(|line| Span {
                start: Position {
                    line,
                    column: NonZeroU32::new(record.column).map(column),
                },
                end: kept.end.map(|end| Position {
                    column: end.column.map(|value| {
                        // The text of another line is not known.
                        if end.line == line {
                            column(value)
                        } else {
                            value
                        }
                    }),
                    ..end
                }),
            }),
            text: text.shown.clone(),
        });
        GateFinding {
            place,
            severity: record.severity,
            rule: kept.rule.clone(),
            message: kept.message.clone(),
            fingerprint,
        }
    }
}

/// Lines of files.
type LineTexts = BTreeMap<(FileId, u32), LineText>;

/// A line of a file.
#[derive(Debug, Clone, Default)]
struct LineText {
    /// As it is shown.
    shown: String,
    /// As it is in the file, if it has more than ASCII; a part of it, if it is long.
    odd: Vec<u8>,
}

impl LineText {
    fn new(line: &[u8]) -> Self {
        let odd = if line.is_ascii() { &[][..] } else { line };
        Self {
            shown: shortened(line),
            odd: odd[..odd.len().min(LONGEST_TEXT * 4)].to_vec(),
        }
    }
}

/// The fingerprint of each finding: how many of the same identity are before it makes the difference.
fn fingerprints(identities: &[Identity]) -> Vec<Fingerprint> {
    let mut order: Vec<usize> = (0..identities.len()).collect();
    order.sort_by_key(|at| identities[*at]);
    let mut numbers = vec![0; identities.len()];
    for same in order.chunk_by(|one, other| identities[*one] == identities[*other]) {
        for (number, at) in (0..).zip(same) {
            numbers[*at] = number;
        }
    }
    let pairs = identities.iter().zip(numbers);
    pairs
        .map(|(identity, number)| identity.at(number))
        .collect()
}

/// A position counted from 1.
fn position(line: Option<u32>, column: Option<u32>, counting: Counting) -> Option<Position> {
    let from_one =
        |number: u32, from_zero: bool| NonZeroU32::new(number.saturating_add(u32::from(from_zero)));
    Some(Position {
        line: from_one(line?, counting.lines_from_zero)?,
        column: column.and_then(|column| from_one(column, counting.columns_from_zero)),
    })
}

/// The first line of a text, fit for a terminal, and its beginning if it is long.
fn clean(text: &str, longest: usize) -> String {
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default();
    let end = first
        .char_indices()
        .nth(longest * 2)
        .map_or(first.len(), |(at, _)| at);
    let clean = clean_line(&first.as_bytes()[..end]);
    match clean.char_indices().nth(longest) {
        Some((at, _)) => format!("{}\u{2026}", &clean[..at]),
        None => clean,
    }
}

/// A line of a file, fit for a terminal, and its beginning if it is long.
fn shortened(line: &[u8]) -> String {
    let line = clean_line(line);
    line.chars()
        .take(LONGEST_TEXT)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

fn digest(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
