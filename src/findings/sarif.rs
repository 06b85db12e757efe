//! Reads SARIF 2.1.0, as far as findings need it. What a tool leaves out has the value that section 3.27
//! of the standard gives it.

use std::collections::HashMap;
use std::io::Read;

use serde::Deserialize;

use super::collection::FindingCollection;
use super::phrase::severity;
use super::raw::{Counting, RawFinding, RawSpan};
use crate::model::column::ColumnUnit;
use crate::model::severity::Severity;

#[derive(Deserialize)]
struct Log {
    runs: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    #[serde(default)]
    column_kind: Option<String>,
    #[serde(default)]
    results: Option<Vec<ResultEntry>>,
    #[serde(default)]
    invocations: Vec<Invocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    #[serde(default)]
    execution_successful: Option<bool>,
}

#[derive(Deserialize)]
struct Tool {
    driver: Component,
    #[serde(default)]
    extensions: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    rules: Vec<RuleEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry {
    id: String,
    #[serde(default)]
    default_configuration: Option<Configuration>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry {
    #[serde(default)]
    rule_id: Option<String>,
    #[serde(default)]
    rule_index: Option<i64>,
    #[serde(default)]
    rule: Option<RuleReference>,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    baseline_state: Option<String>,
    #[serde(default)]
    suppressions: Option<Vec<Suppression>>,
    message: Message,
    #[serde(default)]
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct RuleReference {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    index: Option<i64>,
}

#[derive(Deserialize)]
struct Suppression {
    #[serde(default)]
    status: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    markdown: Option<String>,
    #[serde(default)]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(default)]
    physical_location: Option<PhysicalLocation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    #[serde(default)]
    artifact_location: Option<ArtifactLocation>,
    #[serde(default)]
    region: Option<Region>,
}

#[derive(Deserialize)]
struct ArtifactLocation {
    #[serde(default)]
    uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    #[serde(default)]
    start_line: Option<u32>,
    #[serde(default)]
    start_column: Option<u32>,
    #[serde(default)]
    end_line: Option<u32>,
    #[serde(default)]
    end_column: Option<u32>,
}

/// The rules of a run: their ids and levels.
struct Rules {
    ids: Vec<String>,
    levels: HashMap<String, String>,
}

/// Adds the findings of a report.
///
/// # Errors
///
/// It is not SARIF, or it says that the tool has not succeeded.
pub(super) fn read(from: impl Read, found: &mut FindingCollection) -> Result<(), String> {
    let log: Log = serde_json::from_reader(from).map_err(|error| format!("not SARIF: {error}"))?;
    if log.runs.is_empty() {
        return Err("there is no run in it".into());
    }
    for run in log.runs {
        let failed = |invocation: &Invocation| invocation.execution_successful == Some(false);
        if run.invocations.iter().any(failed) {
            return Err("it says that the tool has not succeeded (executionSuccessful)".into());
        }
        // Without it, the tool has not looked for anything.
        let results = run.results.ok_or("it has a run without results")?;
        let rules = Rules::of(run.tool);
        // Section 3.14.17: without it, this is up to the tool.
        let unit = match run.column_kind.as_deref() {
            Some("utf16CodeUnits") => ColumnUnit::Utf16,
            _ => ColumnUnit::Characters,
        };
        let counting = Counting {
            unit,
            ..Counting::default()
        };
        for result in results {
            if let Some(finding) = rules.finding(result) {
                found.add(&finding, counting);
            }
        }
    }
    Ok(())
}

impl Rules {
    fn of(tool: Tool) -> Self {
        let extensions = tool.extensions.into_iter().flat_map(|one| one.rules);
        let (mut ids, mut levels) = (Vec::new(), HashMap::new());
        let own = tool.driver.rules.len();
        for rule in tool.driver.rules.into_iter().chain(extensions) {
            let level = rule.default_configuration.and_then(|default| default.level);
            if let Some(level) = level {
                levels.insert(rule.id.clone(), level);
            }
            ids.push(rule.id);
        }
        // An index counts in one component, which is the tool itself where nothing else is said.
        ids.truncate(own);
        Self { ids, levels }
    }

    /// A result as a finding, if it is one: what has passed, or is suppressed, or gone, is none.
    fn finding(&self, result: ResultEntry) -> Option<RawFinding> {
        let is_fail = result.kind.as_deref().is_none_or(|kind| kind == "fail");
        let is_gone = result.baseline_state.as_deref() == Some("absent");
        let accepted = |one: &Suppression| {
            one.status
                .as_deref()
                .is_none_or(|status| status == "accepted")
        };
        let suppressions = result.suppressions.unwrap_or_default();
        let is_suppressed = !suppressions.is_empty() && suppressions.iter().all(accepted);
        if !is_fail || is_gone || is_suppressed {
            return None;
        }
        let (id, index) = result
            .rule
            .map_or((None, None), |rule| (rule.id, rule.index));
        let index = result.rule_index.or(index);
        let by_index = || self.ids.get(usize::try_from(index?).ok()?).cloned();
        let rule = result.rule_id.or(id).or_else(by_index);
        let level = result.level.or_else(|| {
            let rule = rule.as_ref()?;
            // A result may name a part of a rule: `CA1000/1`.
            let whole = rule.rsplit_once('/').map(|(whole, _)| whole);
            let level = self.levels.get(rule).or_else(|| self.levels.get(whole?));
            level.cloned()
        });
        let severity = level.map_or(Some(Severity::Warning), |level| severity(&level));
        let place = result
            .locations
            .into_iter()
            .find_map(|one| one.physical_location);
        let (uri, region) = place.map_or((None, None), |place| {
            (
                place.artifact_location.and_then(|file| file.uri),
                place.region,
            )
        });
        let at = region.map_or_else(RawSpan::default, |region| RawSpan {
            line: region.start_line,
            column: region.start_column,
            end_line: region.end_line,
            end_column: region.end_column,
        });
        let message = result.message;
        let message = message.text.or(message.markdown).or(message.id);
        Some(RawFinding {
            severity,
            rule,
            message: message.unwrap_or_default(),
            ..RawFinding::at(&decoded(&uri.unwrap_or_default()), at)
        })
    }
}

/// A URI as a path: with its percent-encoded bytes as they are meant.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.strip_prefix("file://").unwrap_or(uri).as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| byte == b'%');
        let code = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_paths() {
        assert_eq!(decoded("src/a%20b.py"), "src/a b.py");
        assert_eq!(decoded("file:///p/a.py"), "/p/a.py");
        assert_eq!(decoded("100%/%zz%4"), "100%/%zz%4");
    }
}
