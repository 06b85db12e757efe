//! The hash in an `Assisted-By` trailer: an abbreviated blob id of the agent's definition.

use super::credit_fault::CreditFault;
use super::registry::Definition;
use super::wanted::Wanted;
use crate::rules::catalogue;

/// The fewest and the most digits of an abbreviated hash.
const HASH_DIGITS: std::ops::RangeInclusive<usize> = 4..=40;

/// The digits of a whole SHA-256.
const LONG_HASH: usize = 64;

/// Checks the hash in a credit: that of the definition of the agent.
pub(super) fn check_hash(
    name: &str,
    model: &str,
    hash: &str,
    wanted: &Wanted<'_>,
) -> Result<(), CreditFault> {
    let is_hash = (HASH_DIGITS.contains(&hash.len()) || hash.len() == LONG_HASH)
        && hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        let fault = CreditFault::new(
            &catalogue::assisted_by::BAD_HASH,
            "the hash is not a blob hash of 4 or more lowercase hexadecimal digits",
        )
        .mark(hash);
        return Err(with_hash(fault, name, model, wanted));
    }
    if wanted.registry.is_empty() {
        return Ok(());
    }
    let mut definitions = wanted.registry.of(name).peekable();
    if definitions.peek().is_none() {
        return Err(unknown(name, model, wanted));
    }
    if definitions.any(|definition| definition.id.starts_with(hash)) {
        return Ok(());
    }
    let fault = CreditFault::new(
        &catalogue::assisted_by::HASH_MISMATCH,
        format!("the hash does not match the definition of {name}"),
    )
    .mark(hash);
    Err(with_hash(fault, name, model, wanted))
}

fn unknown(name: &str, model: &str, wanted: &Wanted<'_>) -> CreditFault {
    let message = format!("the agent `{name}` is not defined");
    let mut fault = CreditFault::new(&catalogue::assisted_by::UNKNOWN_AGENT, message).mark(name);
    if let Some(near) = wanted.registry.nearest(name) {
        fault = fault.note(format!("did you mean `{near}`?"));
        if let Some(line) = wanted.credit(near, Some(model)) {
            fault = fault.note(format!("corrected  {line}"));
        }
    }
    fault.note(format!("known agents: {}", wanted.registry.summary()))
}

/// Adds the hash that would be right.
pub(super) fn with_hash(
    mut fault: CreditFault,
    name: &str,
    model: &str,
    wanted: &Wanted<'_>,
) -> CreditFault {
    if wanted.registry.is_empty() {
        return fault.note(format!("expected  {}", wanted.form()));
    }
    let definitions: Vec<&Definition> = wanted.registry.of(name).collect();
    if definitions.is_empty() {
        return unknown(name, model, wanted);
    }
    for definition in &definitions {
        fault = fault.note(format!(
            "{} has {}",
            definition.path.display(),
            definition.short_hash()
        ));
    }
    fault.right = wanted.credit(name, Some(model));
    fault
}
