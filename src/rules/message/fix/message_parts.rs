//! A message taken apart, so that its trailers can be moved, and put together again.

use super::trailer_line::{CHERRY_PICKED, LineGroup, units};
use crate::config::{CommitMsg, Strictness};
use crate::message::{MessageSettings, parse, separator};
use crate::rules::message::keys::SIGNED_OFF_BY;
use crate::rules::message::{Reading, is_credit_key};

/// Keys of one word that belong to trailers rather than to prose, in lower case.
const PLAIN_KEYS: [&str; 22] = [
    "bug",
    "cc",
    "change",
    "close",
    "closed",
    "closes",
    "fix",
    "fixed",
    "fixes",
    "implements",
    "issue",
    "link",
    "pr",
    "ref",
    "refs",
    "related",
    "resolved",
    "resolves",
    "see",
    "story",
    "task",
    "ticket",
];

/// Some lines without a blank one between them.
#[derive(Debug, Default)]
struct Paragraph {
    /// The blank lines before it.
    gap: Vec<Vec<u8>>,
    lines: Vec<Vec<u8>>,
    /// The number of its first line in the message, counted from 1.
    first: usize,
}

/// A message taken apart.
pub(super) struct MessageParts {
    settings: MessageSettings,
    /// The subject's paragraph and the body's.
    paragraphs: Vec<Paragraph>,
    /// The blank lines before the block.
    gap: Vec<Vec<u8>>,
    /// The block.
    pub(super) block: Vec<LineGroup>,
    /// What git ignores at the end: comments, and everything below a cut line.
    rest: Vec<u8>,
}

impl MessageParts {
    pub(super) fn new(text: &[u8], settings: &MessageSettings) -> Self {
        let message = parse(text, settings);
        let block = message.block;
        let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
            bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line).to_vec())
                .collect()
        };
        let mut paragraphs: Vec<Paragraph> = Vec::new();
        let mut gap = Vec::new();
        let above = lines(&text[..block.start]);
        let before = above.len();
        for (index, line) in above.into_iter().enumerate() {
            if line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                gap.push(line);
            } else if let (true, Some(paragraph)) = (gap.is_empty(), paragraphs.last_mut()) {
                paragraph.lines.push(line);
            } else {
                paragraphs.push(Paragraph {
                    gap: std::mem::take(&mut gap),
                    lines: vec![line],
                    first: index + 1,
                });
            }
        }
        Self {
            settings: settings.clone(),
            paragraphs,
            gap,
            block: units(lines(&text[block.clone()]), before + 1, settings),
            rest: text[block.end..].to_vec(),
        }
    }

    /// Moves lines that are meant to be trailers into the block, unless that would tear prose
    /// apart.
    pub(super) fn gather(
        &mut self,
        reading: &Reading,
        rules: &CommitMsg,
        changes: &mut Vec<String>,
    ) {
        let mut gathered: Vec<LineGroup> = Vec::new();
        let settings = self.settings.clone();
        for (index, paragraph) in self.paragraphs.iter_mut().enumerate() {
            // The subject stays, whatever it looks like.
            let kept = usize::from(index == 0);
            let first = paragraph.first + kept;
            let groups = units(paragraph.lines.split_off(kept), first, &settings);
            let from = meant_from(&groups, rules, index > 0);
            for (place, unit) in groups.into_iter().enumerate() {
                let is_meant = place >= from || unit.is_meant(rules);
                if is_meant && reading.is_movable(unit.at) {
                    gathered.push(unit);
                } else {
                    paragraph.lines.extend(unit.lines);
                }
            }
        }
        self.paragraphs
            .retain(|paragraph| !paragraph.lines.is_empty());
        if gathered.is_empty() {
            return;
        }
        let places: Vec<String> = gathered.iter().map(|unit| unit.at.to_string()).collect();
        let lines = if places.len() == 1 { "line" } else { "lines" };
        changes.push(format!(
            "moved {lines} {} into the last paragraph",
            crate::base::text::some_of(&places, 10)
        ));
        self.leave_prose(rules);
        let is_trailer = |unit: &LineGroup| unit.key().is_some();
        let at = self
            .block
            .iter()
            .position(is_trailer)
            .unwrap_or(self.block.len());
        self.block.splice(at..at, gathered);
    }

    /// A last paragraph that only happens to look like trailers is prose, and stays where it is.
    pub(super) fn leave_prose(&mut self, rules: &CommitMsg) {
        let is_plausible = |unit: &LineGroup| {
            let key = unit.key().unwrap_or_default().to_ascii_lowercase();
            unit.is_meant(rules)
                || key.contains('-')
                || PLAIN_KEYS.contains(&key.as_str())
                || unit.lines[0].starts_with(CHERRY_PICKED)
        };
        if !self.block.iter().any(is_plausible) && !self.block.is_empty() {
            self.paragraphs.push(Paragraph {
                first: self.block[0].at,
                gap: std::mem::take(&mut self.gap),
                lines: self.block.drain(..).flat_map(|unit| unit.lines).collect(),
            });
        }
    }

    /// Replaces a line, or adds one as the last trailer before the sign-offs.
    pub(super) fn write(&mut self, line: Option<usize>, text: &str, changes: &mut Vec<String>) {
        if let Some(line) = line {
            if let Some(unit) = self.block.iter_mut().find(|unit| unit.at == line) {
                unit.lines = vec![text.as_bytes().to_vec()];
                unit.separator = separator(text.as_bytes(), &self.settings);
                changes.push(format!("wrote `{text}` in line {line}"));
            }
            return;
        }
        self.leave_prose(&CommitMsg::default());
        let is_sign_off = |unit: &LineGroup| unit.has_key(SIGNED_OFF_BY);
        let at = match self.block.iter().rposition(is_sign_off) {
            Some(last) => {
                let before = self.block[..last]
                    .iter()
                    .rposition(|unit| !is_sign_off(unit));
                before.map_or(0, |before| before + 1)
            }
            None => self.block.len(),
        };
        let unit = LineGroup {
            separator: separator(text.as_bytes(), &self.settings),
            lines: vec![text.as_bytes().to_vec()],
            at: 0,
        };
        self.block.insert(at, unit);
        changes.push(format!("added `{text}`"));
    }

    /// Corrects spacing and the case of keys, and takes out duplicates.
    pub(super) fn tidy(&mut self, rules: &CommitMsg, changes: &mut Vec<String>) {
        for unit in &mut self.block {
            let (Some(key), true) = (unit.key(), unit.is_meant(rules)) else {
                continue;
            };
            let colon = unit.separator.map(|at| unit.lines[0][at]);
            let Some(value) = unit.value().filter(|_| colon == Some(b':')) else {
                continue;
            };
            let mut line = spelling(&key, rules).into_bytes();
            line.extend_from_slice(if value.is_empty() { b":" } else { b": " });
            line.extend_from_slice(value);
            if line != unit.lines[0].trim_ascii_end() {
                changes.push(format!("wrote line {} as `Key: value`", unit.at));
                unit.separator = separator(&line, &self.settings);
                unit.lines[0] = line;
            }
        }
        self.take_out_duplicates(rules, changes);
    }

    /// Takes out duplicates. Of equal sign-offs the last one stays: it is the one that git wrote.
    fn take_out_duplicates(&mut self, rules: &CommitMsg, changes: &mut Vec<String>) {
        let allowed = rules.signed_off_by.duplicates == Strictness::Allow;
        let same: Vec<Option<String>> = self
            .block
            .iter()
            .map(|unit| {
                let is_credit = unit.key().is_some_and(|key| is_credit_key(&key));
                let counts = is_credit && !(allowed && unit.has_key(SIGNED_OFF_BY));
                counts.then(|| unit.same())
            })
            .collect();
        let mut place = 0;
        self.block.retain(|unit| {
            let (before, from) = same.split_at(place);
            let (value, after) = (&from[0], &from[1..]);
            let compared = if unit.has_key(SIGNED_OFF_BY) {
                after
            } else {
                before
            };
            place += 1;
            let is_duplicate = value.is_some() && compared.contains(value);
            if is_duplicate {
                changes.push(format!("removed duplicate line {}", unit.at));
            }
            !is_duplicate
        });
    }

    /// Moves other trailers above the sign-offs at the end.
    pub(super) fn order(&mut self, rules: &CommitMsg, changes: &mut Vec<String>) {
        let is_sign_off = |unit: &LineGroup| unit.has_key(SIGNED_OFF_BY);
        if rules.signed_off_by.order == Strictness::Allow {
            return;
        }
        let Some(last) = self.block.iter().rposition(is_sign_off) else {
            return;
        };
        // Nothing is moved past a line that is not a trailer.
        let is_other = |unit: &LineGroup| {
            let line = &unit.lines[0];
            let continues = line.starts_with(b" ") || line.starts_with(b"\t");
            unit.key().is_none() && !continues && !line.starts_with(CHERRY_PICKED)
        };
        if self.block[last + 1..].iter().any(is_other) {
            return;
        }
        let (after, non_trailers): (Vec<LineGroup>, Vec<LineGroup>) = self
            .block
            .split_off(last + 1)
            .into_iter()
            .partition(|unit| unit.key().is_some());
        if !after.is_empty() {
            let first = self.block.iter().rposition(|unit| !is_sign_off(unit));
            let at = first.map_or(0, |first| first + 1);
            self.block.splice(at..at, after);
            changes.push("moved the other trailers above the sign-off".into());
        }
        self.block.extend(non_trailers);
    }

    pub(super) fn joined(&self) -> Vec<u8> {
        let mut lines: Vec<&[u8]> = Vec::new();
        for paragraph in &self.paragraphs {
            lines.extend(paragraph.gap.iter().map(Vec::as_slice));
            lines.extend(paragraph.lines.iter().map(Vec::as_slice));
        }
        lines.extend(self.gap.iter().map(Vec::as_slice));
        if !self.block.is_empty() {
            if self.gap.is_empty() {
                lines.push(b"");
            }
            lines.extend(
                self.block
                    .iter()
                    .flat_map(|unit| &unit.lines)
                    .map(Vec::as_slice),
            );
        }
        let mut text = Vec::new();
        for line in lines {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        if !self.rest.is_empty() && !self.rest.starts_with(b"\n") && !self.block.is_empty() {
            text.push(b'\n');
        }
        text.extend_from_slice(&self.rest);
        text
    }

    /// Whether git sees every trailer of the block in the text, in this order.
    pub(super) fn is_seen(&self, text: &[u8], settings: &MessageSettings) -> bool {
        let message = parse(text, settings);
        let seen = message.trailers.iter().map(|trailer| trailer.key.to_vec());
        let meant = self.block.iter().filter_map(LineGroup::key);
        seen.eq(meant.map(String::into_bytes))
    }
}

/// Where in a paragraph its trailers begin: at its first line if it is nothing else, or at the
/// credits that end it.
fn meant_from(groups: &[LineGroup], rules: &CommitMsg, is_body: bool) -> usize {
    let is_trailer =
        |unit: &LineGroup| unit.key().is_some() || unit.lines[0].starts_with(CHERRY_PICKED);
    let is_meant = |unit: &LineGroup| unit.is_meant(rules);
    if is_body && groups.iter().all(is_trailer) && groups.iter().any(is_meant) {
        return 0;
    }
    let last_other = groups.iter().rposition(|unit| !is_meant(unit));
    last_other.map_or(0, |last| last + 1)
}

/// A key as it is usually written. Only for some of them does the case matter to any tool.
fn spelling(key: &str, rules: &CommitMsg) -> String {
    let usual: [&[&str]; 3] = [
        &[SIGNED_OFF_BY],
        &["Co-authored-by", "Co-Authored-By"],
        &[&rules.assisted_by.key, "Assisted-by", "Assisted-By"],
    ];
    let group = usual
        .iter()
        .find(|group| group[0].eq_ignore_ascii_case(key));
    match group {
        Some(group) if !group.contains(&key) => group[0].to_owned(),
        _ => key.to_owned(),
    }
}
