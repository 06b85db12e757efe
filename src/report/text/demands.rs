//! What a commit needs in a repository, and where to change that.

use crate::base::text::{count, some_of};
use crate::config::{Config, CreditRequired, EnforcementMode, FILE_NAME, Gate, SignOffRequired};
use crate::model::gate::GateLevel;
use crate::report::style::Style;

/// How many gates are named.
const NAMED: usize = 6;

/// What a commit needs, in four lines.
#[must_use]
pub(crate) fn demands(config: &Config, style: Style) -> String {
    let is_on = |gate: &&Gate| gate.skip.is_none();
    let blocks = |gate: &&Gate| gate.level == GateLevel::Block;
    let (blocking, warning): (Vec<&Gate>, Vec<&Gate>) =
        config.gates.iter().filter(is_on).partition(blocks);
    let names: Vec<&str> = blocking.iter().map(|gate| gate.name.as_str()).collect();
    let mut gates = match names.as_slice() {
        [] => "none stops a commit".to_owned(),
        [name] => format!("{name} must pass"),
        _ => format!("{} must pass", some_of(&names, NAMED)),
    };
    if !warning.is_empty() {
        let reports = if warning.len() == 1 {
            "reports"
        } else {
            "report"
        };
        let number = count(warning.len(), "gate");
        gates = format!("{gates}; {number} only {reports}");
    }
    let changes = match config.settings.enforcement {
        EnforcementMode::Strict => {
            "`git commit -n`, weaker gates and silenced tools are refused (enforcement = \"strict\")"
        }
        EnforcementMode::Advisory => {
            "`git commit -n`, weaker gates and silenced tools are named and recorded (enforcement = \
             \"advisory\")"
        }
    };
    let change = format!(
        "[gates], [commit-msg], [settings] and [bypass] of {FILE_NAME}, in a commit with `Gate-Change: reason`"
    );
    let lines = [
        ("gates", gates),
        ("message", message(config)),
        ("bypasses", changes.to_owned()),
        ("to change", change),
    ];
    let line = |(label, text): &(&str, String)| {
        format!("{}  {text}\n", style.strong(&format!("{label:>9}")))
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    lines.concat()
}

/// What a message needs.
fn message(config: &Config) -> String {
    let rules = &config.commit_msg;
    let sign_off = match rules.signed_off_by.required {
        SignOffRequired::Always => Some("Signed-off-by (`git commit -s`)"),
        SignOffRequired::WhenHuman => Some("Signed-off-by of a person (`git commit -s`)"),
        SignOffRequired::Never => None,
    };
    let key = &rules.assisted_by.key;
    let credit = match rules.assisted_by.required {
        CreditRequired::Always => Some(key.clone()),
        CreditRequired::WhenAgent => Some(format!("{key} if an AI agent is running")),
        CreditRequired::Never => None,
        CreditRequired::Forbidden => Some("no credit of an AI".to_owned()),
    };
    let needs: Vec<String> = sign_off
        .map(str::to_owned)
        .into_iter()
        .chain(credit)
        .collect();
    if needs.is_empty() {
        "needs no trailer".to_owned()
    } else {
        needs.join(", ")
    }
}
