//! Lines of a message that stay together.

use crate::config::CommitMsg;
use crate::git::{Identity, text as decoded};
use crate::message::{MessageSettings, separator};
use crate::rules::message::keys::SIGNED_OFF_BY;
use crate::rules::message::{is_credit_key, is_plausible};

/// The start of a line that git writes among trailers although it is not one.
pub(super) const CHERRY_PICKED: &[u8] = b"(cherry picked from commit ";

/// Some lines that stay together: a trailer with the lines that continue it, or another line.
#[derive(Debug, Clone)]
pub(super) struct LineGroup {
    pub(super) lines: Vec<Vec<u8>>,
    /// Where the separator stands in the first line, if it is a trailer.
    pub(super) separator: Option<usize>,
    /// The number of the first one in the message, counted from 1; 0 for one that is new.
    pub(super) at: usize,
}

impl LineGroup {
    /// The key, if it is a trailer.
    pub(super) fn key(&self) -> Option<String> {
        let key = self.lines[0][..self.separator?].trim_ascii_end();
        Some(decoded(key))
    }

    /// The rest of the first line, if it is a trailer.
    pub(super) fn value(&self) -> Option<&[u8]> {
        Some(self.lines[0][self.separator? + 1..].trim_ascii())
    }

    /// The text reduced to what is compared: whitespace and case do not count.
    pub(super) fn same(&self) -> String {
        let text: Vec<String> = self.lines.iter().map(|line| decoded(line)).collect();
        let filled: String = text.concat().split_whitespace().collect();
        filled.to_lowercase()
    }

    pub(super) fn has_key(&self, wanted: &str) -> bool {
        self.key()
            .is_some_and(|key| key.eq_ignore_ascii_case(wanted))
    }

    /// Whether it is certainly meant to be a trailer.
    pub(super) fn is_meant(&self, rules: &CommitMsg) -> bool {
        let (Some(key), Some(value)) = (self.key(), self.value()) else {
            return false;
        };
        let value = decoded(value);
        let is_said = is_plausible(&value) || self.lines.len() > 1;
        if value.trim().is_empty() && self.lines.len() == 1 {
            return false;
        }
        let is = |other: &str| key.eq_ignore_ascii_case(other);
        let trailer_rules = &rules.trailers;
        let mut configured = trailer_rules
            .require
            .iter()
            .chain(&trailer_rules.once)
            .chain(trailer_rules.values.iter().map(|(key, _)| key));
        (is(SIGNED_OFF_BY) || is(&rules.assisted_by.key)) && is_said
            || configured.any(|other| is(other))
            || is_credit_key(&key)
                && Identity::parse(&value).is_some_and(|who| who.email.contains('@'))
    }
}

pub(super) fn units(
    lines: Vec<Vec<u8>>,
    first: usize,
    settings: &MessageSettings,
) -> Vec<LineGroup> {
    let mut units: Vec<LineGroup> = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let is_continued = line
            .first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match units.last_mut() {
            Some(unit) if is_continued && unit.key().is_some() => unit.lines.push(line),
            _ => units.push(LineGroup {
                separator: separator(&line, settings),
                lines: vec![line],
                at: first + index,
            }),
        }
    }
    units
}
