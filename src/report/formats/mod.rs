//! Reports for systems: each format is one file, and a pure function of the record of a run.

mod actions;
mod code_quality;
mod html;
pub(crate) mod in_toto;
mod junit;
mod markdown;
mod rdjson;
mod sarif;

use super::events;
use super::format_name::ReportFormat;
use super::json::document::write;
use super::record::RunRecord;

pub(crate) use actions::annotations;
pub(crate) use markdown::markdown_within;
pub(crate) use sarif::uri;

/// The report of a run that has ended.
#[must_use]
pub(crate) fn report(format: ReportFormat, record: &RunRecord) -> String {
    match format {
        ReportFormat::Json => write(record),
        ReportFormat::Jsonl => events::of_record(record),
        ReportFormat::Junit => junit::junit(record),
        ReportFormat::Sarif => sarif::sarif(record),
        ReportFormat::Gitlab => code_quality::code_quality(record),
        ReportFormat::Github => annotations(record),
        ReportFormat::Rdjson => rdjson::rdjson(record),
        ReportFormat::Markdown => markdown::markdown(record),
        ReportFormat::Html => html::html(record),
        ReportFormat::InToto => in_toto::in_toto(record),
    }
}
