//! Reads the report that a gate has written to a file.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read as _};
use std::path::Path;

use super::collection::FindingCollection;
use super::raw::Counting;
use super::report_text::as_utf8;
use super::{junit, sarif};
use crate::model::gate_finding::TestCounts;

/// How long a report may be, in bytes.
const LONGEST_REPORT: u64 = 32 << 20;

/// The format of a report in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// SARIF 2.1.0.
    Sarif,
    /// The XML of `JUnit`.
    Junit,
}

/// Adds the findings of a report. Returns how many tests have run, if it says so.
///
/// # Errors
///
/// There is none, or it cannot be read as what it should be.
pub(crate) fn read(
    format: ReportFormat,
    path: &Path,
    found: &mut FindingCollection,
    counting: Counting,
) -> Result<Option<TestCounts>, String> {
    let metadata = std::fs::symlink_metadata(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is none".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err("it is not a file".into());
    }
    let length = metadata.len();
    if length == 0 {
        return Err("it is empty".into());
    }
    if length > LONGEST_REPORT {
        return Err(format!("it is larger than {} MiB", LONGEST_REPORT >> 20));
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    let from = as_utf8(BufReader::new(file.take(LONGEST_REPORT)))?;
    match format {
        ReportFormat::Sarif => sarif::read(from, found).map(|()| None),
        ReportFormat::Junit => junit::read(from, found, counting),
    }
}
