//! What a commit weakens, or which gates it does without, although its message does not say so.

use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::placeholder;
use crate::config::SHORTEST_REASON;
use crate::git::Repository;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::model::trigger::Stage;
use crate::receipt::Store;
use crate::rules::catalogue::change::{GATE_CHANGE_MISSING, GATE_EXCEPTION_MISSING};
use crate::rules::change::{gate_exception, single_change};
use crate::rules::message::Reading;

/// What the commit weakens without saying why, as far as its tree was checked.
pub(crate) fn undeclared(
    environment: &Environment,
    repository: &Repository,
    reading: &Reading,
) -> Result<Option<Finding>> {
    let store = Store::open(repository, environment);
    let tree = repository.index()?.tree_id();
    let stage_record = store
        .zip(tree)
        .and_then(|(store, tree)| store.stage_record(tree, Stage::PreCommit));
    let Some(stage_record) = stage_record else {
        return Ok(None);
    };
    let gates = gate_exception::missing_exceptions(reading, &stage_record.excepted);
    if !gates.is_empty() {
        let message = format!(
            "the message lacks a `Gate-Exception` for {}",
            gates.join(", ")
        );
        let key = gate_exception::GATE_EXCEPTION;
        let remedy = Remedy::Add {
            lines: gates
                .iter()
                .map(|gate| format!("{key}: {gate} -- REASON"))
                .collect(),
            how: format!("add a trailer for each: `{key}: gate -- reason`"),
        };
        let mut finding = Finding::new(&GATE_EXCEPTION_MISSING, message, remedy);
        finding.notes = vec!["these gates did not pass on the commit".to_owned()];
        return Ok(Some(finding));
    }
    let trailers = reading.trailers.iter();
    let trailers = trailers.map(|entry| (entry.key.as_str(), entry.value.as_str()));
    if single_change::declared(trailers).is_some() {
        return Ok(None);
    }
    let weakens = stage_record.weakens;
    Ok((!weakens.is_empty()).then(|| no_reason(reading, weakens)))
}

/// The finding about a message without a reason for what the commit weakens.
fn no_reason(reading: &Reading, weakens: Vec<String>) -> Finding {
    let key = single_change::GATE_CHANGE;
    let mut trailers = reading.trailers.iter();
    let said = trailers.find(|entry| entry.key.eq_ignore_ascii_case(key));
    let remedy = match said {
        Some(entry) => Remedy::Edit(format!(
            "write a reason of at least {SHORTEST_REASON} characters in line {}",
            entry.line
        )),
        None => Remedy::Add {
            lines: vec![format!("{key}: {}", placeholder::REASON)],
            how: format!(
                "add a trailer with a reason of at least {SHORTEST_REASON} characters: `{key}: reason`"
            ),
        },
    };
    let message = "the commit weakens or changes its own checks without giving a reason";
    let mut finding = Finding::new(&GATE_CHANGE_MISSING, message, remedy);
    finding.notes = weakens;
    if let Some(entry) = said {
        let why = placeholder::left_in(&entry.value).unwrap_or("this does not say why");
        finding.notes.push(why.to_owned());
        let quote = QuotedLine::line(entry.line).marks([entry.value.clone()]);
        finding.location = Location::Message(vec![quote]);
    }
    finding
}
