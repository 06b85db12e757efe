//! The chain of the ledger: each line names the code of the one before it and carries its own, which
//! only the key's owner can compute. So a line that was written by hand, changed, moved or removed is
//! detected.

use std::io;

use serde::{Deserialize, Serialize};

use super::entry::LedgerEntry;
use super::key::SealingKey;
use super::ledger_end::{LedgerEnd, Lines, digest};
use crate::base::hex::{hex, unhex};

/// The kind of what is sealed.
const KIND: &str = "ledger";

/// What stands between a line and its code.
const SEAL: &str = ",\"seal\":\"";

/// How long a code is, in bytes.
const LENGTH: usize = 16;

/// A line as it is sealed.
#[derive(Serialize, Deserialize)]
struct SealedLine {
    #[serde(flatten)]
    entry: LedgerEntry,
    /// The code of the line before; empty if there is none.
    after: String,
}

/// What is wrong with a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LedgerDamage {
    /// This many lines were not written by gatekeeper, or were changed.
    Foreign(usize),
    /// Lines are missing.
    Missing,
}

/// What a ledger holds.
pub(super) struct Contents {
    /// The valid entries, oldest first.
    pub(super) entries: Vec<LedgerEntry>,
    /// What can be read and was not sealed here: with another key, in another repository, or by hand.
    pub(super) unverified: Vec<LedgerEntry>,
    pub(super) damage: Option<LedgerDamage>,
}

/// A line about an entry, and its code. `after` is the code of the line before.
pub(super) fn line(
    key: &SealingKey,
    id: &str,
    entry: &LedgerEntry,
    after: &str,
) -> io::Result<(String, String)> {
    let sealed = SealedLine {
        entry: entry.clone(),
        after: after.to_owned(),
    };
    let body = serde_json::to_string(&sealed)?;
    let code = code(key, id, &body);
    let open = body.strip_suffix('}').unwrap_or(&body);
    Ok((format!("{open}{SEAL}{code}\"}}\n"), code))
}

fn code(key: &SealingKey, id: &str, body: &str) -> String {
    hex(&key.code(KIND, id, body)[..LENGTH])
}

/// What a line says, and its code; `None` if gatekeeper has not written it here.
fn unsealed(key: &SealingKey, id: &str, line: &str) -> Option<(SealedLine, String)> {
    let (open, rest) = line.rsplit_once(SEAL)?;
    let seal = rest.strip_suffix("\"}")?;
    let body = format!("{open}}}");
    let start = unhex(seal).filter(|start| start.len() == LENGTH)?;
    if !key.has_code((KIND, id, &body), &start) {
        return None;
    }
    Some((serde_json::from_str(&body).ok()?, seal.to_owned()))
}

/// Reads a ledger, whose chain must end with the recorded code.
pub(super) fn read(key: &SealingKey, id: &str, end: &LedgerEnd, bytes: &[u8]) -> Contents {
    let (before, chained) = split(end, bytes);
    let mut entries = Vec::new();
    let mut unverified = Vec::new();
    let mut is_missing = before.is_none();
    let is_trusted = end
        .before
        .as_ref()
        .is_some_and(|before| before.lines == Lines::Trusted);
    for line in lines(before.unwrap_or_default()) {
        if let Some((sealed, _)) = unsealed(key, id, &line) {
            entries.push(sealed.entry);
        } else {
            let entry = serde_json::from_str::<LedgerEntry>(&line);
            if is_trusted {
                entries.extend(entry);
            } else {
                unverified.extend(entry);
            }
        }
    }
    let mut foreign = 0;
    let mut last = String::new();
    let mut has_end = end.last.is_empty();
    for line in lines(chained) {
        let Some((sealed, seal)) = unsealed(key, id, &line) else {
            foreign += 1;
            unverified.extend(serde_json::from_str::<LedgerEntry>(&line));
            continue;
        };
        is_missing |= sealed.after != last;
        has_end |= seal == end.last;
        last = seal;
        entries.push(sealed.entry);
    }
    let damage = if is_missing || !has_end {
        Some(LedgerDamage::Missing)
    } else {
        (foreign > 0).then_some(LedgerDamage::Foreign(foreign))
    };
    Contents {
        entries,
        unverified,
        damage,
    }
}

/// The code that the next line names: that of the last line, or of the one that should be the last.
pub(super) fn last(key: &SealingKey, id: &str, end: &LedgerEnd, bytes: &[u8]) -> String {
    let (_, chained) = split(end, bytes);
    let mut last = end.last.clone();
    // A process may have been killed before it could write where the ledger ends.
    for line in lines(chained) {
        if let Some((sealed, seal)) = unsealed(key, id, &line)
            && sealed.after == last
        {
            last = seal;
        }
    }
    last
}

/// The lines before the chain, and those of the chain. The former are `None` if they were changed; then
/// all lines are taken as part of the chain.
fn split<'a>(end: &LedgerEnd, bytes: &'a [u8]) -> (Option<&'a [u8]>, &'a [u8]) {
    let Some(before) = &end.before else {
        return (Some(&[]), bytes);
    };
    match bytes.split_at_checked(before.bytes) {
        Some((start, rest)) if digest(start) == before.digest => (Some(start), rest),
        _ => (None, bytes),
    }
}

/// The complete lines.
fn lines(bytes: &[u8]) -> Vec<String> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = &bytes[..whole.map_or(0, |last| last + 1)];
    let lines = whole.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect()
}
