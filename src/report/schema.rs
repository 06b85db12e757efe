//! The schemas of the reports for programs, made from the types that are written.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::events::RunEvent;
use super::json::document::write;
use super::record::RunRecord;

/// The JSON Schema (draft 2020-12) of `--report json`, `--format json` of `run`, and recorded runs.
#[must_use]
pub(crate) fn run_schema() -> String {
    write(&schema::<RunRecord>("A run of gatekeeper"))
}

/// The JSON Schema (draft 2020-12) of one line of `--report jsonl`.
#[must_use]
pub(crate) fn event_schema() -> String {
    write(&schema::<RunEvent>("An event of a run of gatekeeper"))
}

fn schema<T: JsonSchema>(title: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}
