//! Whether the exceptions of a message are well-formed and for gates that exist.

use crate::base::fault::Result;
use crate::config::{self, Config, LOCAL_NAME, PolicySource};
use crate::git::Repository;
use crate::model::finding::{Finding, Remedy};
use crate::rules::catalogue::change::GATE_EXCEPTION_UNKNOWN;
use crate::rules::change::gate_exception::{
    GATE_EXCEPTION, Malformed, exceptions, gates_of, take_unknown,
};
use crate::rules::message::Reading;

/// The exceptions of a message that are malformed, and those for gates that neither the commit's gates.toml (`config`) nor that of one
/// of its parents has: they would bypass nothing, and a reader would believe that they do.
pub(crate) fn useless_exceptions(
    repository: &Repository,
    config: &Config,
    reading: &Reading,
) -> Result<Vec<Finding>> {
    let trailers = reading.trailers.iter();
    let (mut excepted, malformed) =
        exceptions(trailers.map(|entry| (entry.key.as_str(), entry.value.as_str())));
    let mut findings: Vec<Finding> = malformed.iter().map(Malformed::finding).collect();
    if excepted.is_empty() {
        return Ok(findings);
    }
    let parents = repository.next_parents()?;
    let mut policies = PolicySource::new(repository);
    let Some(mut known) = gates_of(&mut policies, parents)? else {
        return Ok(findings);
    };
    let own_gates = config.gates.iter();
    known.extend(own_gates.map(|gate| gate.name.as_str().to_owned()));
    let unknown = take_unknown(&mut excepted, &known);
    if unknown.is_empty() {
        return Ok(findings);
    }
    let index = repository.index()?;
    let own = config::local_gates(repository, &index, config).unwrap_or_default();
    let is_own = |value: &str| {
        let gate = value.split(" -- ").next().unwrap_or_default();
        own.iter().any(|one| one.name.as_str() == gate)
    };
    let finding = |value: String, why: &str| {
        let (why, remedy) = if is_own(&value) {
            (
                format!("the gate is in {LOCAL_NAME}, which only you have"),
                format!("remove the trailer, and change or remove the gate in {LOCAL_NAME}"),
            )
        } else {
            let remedy = "name a gate from gates.toml, or remove the trailer";
            (why.to_owned(), remedy.to_owned())
        };
        let message = format!("`{GATE_EXCEPTION}: {value}` has no effect: {why}");
        Finding::new(&GATE_EXCEPTION_UNKNOWN, message, Remedy::Edit(remedy))
    };
    let unknown = unknown.into_iter();
    findings.extend(unknown.map(|one| finding(one.value, &one.why)));
    Ok(findings)
}
