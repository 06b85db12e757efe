//! Mends what is mechanical in a message: trailers that stand where git does not see them, glued
//! paragraphs, order, spacing, exact duplicates, the case of keys. Invents no sign-off and leaves
//! everything else as it is.

use crate::config::{CommitMsg, Strictness};
use crate::finding::{Cure, Finding, Severity};
use crate::git::{Identity, text as decoded};
use crate::message::{Settings, parse, separator};
use crate::policy::message::{Reading, SIGNED_OFF_BY, is_credit_key, is_plausible, sign_off_key};

/// What git writes among trailers, and what is none.
const CHERRY_PICKED: &[u8] = b"(cherry picked from commit ";

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

/// A message that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The message.
    pub text: Vec<u8>,
    /// What was done, as fragments.
    pub changes: Vec<String>,
    /// What there is still to say about it.
    pub left: Vec<Finding>,
}

/// Some lines that stay together: a trailer with the lines that continue it, or another line.
#[derive(Debug, Clone)]
struct Unit {
    lines: Vec<Vec<u8>>,
    /// Where the separator stands in the first line, if it is a trailer.
    separator: Option<usize>,
    /// The number of the first one in the message, counted from 1; 0 for one that is new.
    at: usize,
}

/// How often a message is mended, at most: what is mended may show what else is wrong.
const ROUNDS: usize = 4;

/// Mends a message that is clean, as `judge` asks for it. `None` if git would not see in the result
/// what was meant.
///
/// # Errors
///
/// Those of `judge`.
pub fn mend<E>(
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    mut judge: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Option<Mended>, E> {
    let mut mended = Mended {
        text: text.to_vec(),
        changes: Vec::new(),
        left: judge(text)?,
    };
    for _ in 0..ROUNDS {
        let Some((text, changes)) = round(&mended.text, settings, rules, &mended.left) else {
            return Ok(None);
        };
        if changes.is_empty() {
            break;
        }
        mended.left = judge(&text)?;
        mended.text = text;
        mended.changes.extend(changes);
    }
    Ok(Some(mended))
}

/// What would still be wrong with a message once it is mended, and cannot be seen before: about the
/// lines of the message as it is.
///
/// # Errors
///
/// Those of `judge`.
pub fn foreseen<E>(
    reading: &Reading,
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    findings: &[Finding],
    judge: impl FnMut(&[u8]) -> Result<Vec<Finding>, E>,
) -> Result<Vec<Finding>, E> {
    if !findings.iter().any(|finding| finding.cure.is_fix()) {
        return Ok(Vec::new());
    }
    let Some(mended) = mend(text, settings, rules, judge)? else {
        return Ok(Vec::new());
    };
    let after = Reading::new(&mended.text, settings, &settings.encoding);
    let is_new = |finding: &Finding| {
        finding.severity == Severity::Error
            && !findings.iter().any(|known| known.rule == finding.rule)
    };
    let new = mended.left.into_iter().filter(is_new);
    Ok(new
        .map(|finding| relocated(finding, &after, reading))
        .collect())
}

/// A finding about the lines of one reading, told about the same lines of another one.
fn relocated(mut finding: Finding, from: &Reading, to: &Reading) -> Finding {
    for quote in &mut finding.quotes {
        let same = |line: &String| line.trim_end() == from.line(quote.line).trim_end();
        let Some(place) = to.lines.iter().position(same) else {
            continue;
        };
        let (old, new) = (
            format!("line {}", quote.line),
            format!("line {}", place + 1),
        );
        if let Cure::Edit(how) | Cure::EditAndSignOff(how) = &mut finding.cure {
            *how = how.replace(&old, &new);
        }
        finding.message = finding.message.replace(&old, &new);
        quote.line = place + 1;
    }
    finding
}

/// Mends what these findings ask for.
fn round(
    text: &[u8],
    settings: &Settings,
    rules: &CommitMsg,
    findings: &[Finding],
) -> Option<(Vec<u8>, Vec<String>)> {
    let mut changes = Vec::new();
    let respelt = respell(text, findings, &mut changes);
    let mut parts = Parts::new(&respelt, settings);
    let strands = |finding: &Finding| {
        finding.cure == Cure::Fix
            && (finding.rule.ends_with(".outside-block") || finding.rule.starts_with("trailers."))
    };
    if findings.iter().any(strands) {
        let reading = Reading::new(&respelt, settings, &settings.encoding);
        parts.gather(&reading, rules, &mut changes);
    }
    for finding in findings {
        if let Cure::Write { line, text } = &finding.cure {
            parts.write(*line, text, &mut changes);
        }
    }
    parts.tidy(rules, &mut changes);
    parts.order(rules, &mut changes);
    if changes.is_empty() {
        return Some((text.to_vec(), changes));
    }
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some((text, changes))
}

/// Writes a credit into the file of a message that may still have comments in it. `None` if it
/// would not become a trailer.
#[must_use]
pub fn add_credit(file: &[u8], settings: &Settings, credit: &str) -> Option<Vec<u8>> {
    let mut parts = Parts::new(file, settings);
    parts.write(None, credit, &mut Vec::new());
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// The message with a sign-off as its last trailer: what `git commit -s` does. For a person who asks
/// for it.
#[must_use]
pub fn add_sign_off(text: &[u8], settings: &Settings, who: &Identity) -> Option<Vec<u8>> {
    let mut parts = Parts::new(text, settings);
    let line = format!("{SIGNED_OFF_BY}: {who}");
    // git itself leaves a block alone that has prose in it, and adds to it.
    if !parts.block.iter().any(|unit| unit.key().is_some()) {
        parts.leave_prose(&CommitMsg::default());
    }
    parts.block.push(Unit {
        separator: separator(line.as_bytes(), settings),
        lines: vec![line.into_bytes()],
        at: 0,
    });
    let text = parts.joined();
    parts.is_seen(&text, settings).then_some(text)
}

/// Sign-offs whose keys are misspelt get the right one.
fn respell(text: &[u8], findings: &[Finding], changes: &mut Vec<String>) -> Vec<u8> {
    let is_misspelt =
        |finding: &Finding| finding.rule == "signed-off-by.missing" && finding.cure == Cure::Fix;
    let misspelt: Vec<usize> = findings
        .iter()
        .filter(|finding| is_misspelt(finding))
        .flat_map(|finding| finding.quotes.iter().map(|quote| quote.line))
        .collect();
    let mut respelt = Vec::with_capacity(text.len());
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    for (index, line) in lines.enumerate() {
        let meant = std::str::from_utf8(line).ok();
        let right = meant
            .filter(|_| misspelt.contains(&(index + 1)))
            .and_then(|line| sign_off_key(line.trim_end()));
        match right {
            Some(right) => {
                changes.push(format!("wrote the key {SIGNED_OFF_BY} as it must be"));
                respelt.extend_from_slice(right.as_bytes());
                respelt.push(b'\n');
            }
            None => respelt.extend_from_slice(line),
        }
    }
    respelt
}

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
struct Parts {
    settings: Settings,
    /// The subject's paragraph and the body's.
    paragraphs: Vec<Paragraph>,
    /// The blank lines before the block.
    gap: Vec<Vec<u8>>,
    /// The block.
    block: Vec<Unit>,
    /// What git passes over at the end: comments, and what is below a cut line.
    rest: Vec<u8>,
}

impl Parts {
    fn new(text: &[u8], settings: &Settings) -> Self {
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

    /// Moves what is meant to be a trailer into the block, where no prose is torn apart by it.
    fn gather(&mut self, reading: &Reading, rules: &CommitMsg, changes: &mut Vec<String>) {
        let mut gathered: Vec<Unit> = Vec::new();
        let settings = self.settings.clone();
        for (index, paragraph) in self.paragraphs.iter_mut().enumerate() {
            // The subject stays, whatever it looks like.
            let kept = usize::from(index == 0);
            let first = paragraph.first + kept;
            let all = units(paragraph.lines.split_off(kept), first, &settings);
            let from = meant_from(&all, rules, index > 0);
            for (place, unit) in all.into_iter().enumerate() {
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
            crate::text::some_of(&places, 10)
        ));
        self.leave_prose(rules);
        let is_trailer = |unit: &Unit| unit.key().is_some();
        let at = self
            .block
            .iter()
            .position(is_trailer)
            .unwrap_or(self.block.len());
        self.block.splice(at..at, gathered);
    }

    /// A last paragraph that only happens to look like trailers is prose, and stays where it is.
    fn leave_prose(&mut self, rules: &CommitMsg) {
        let is_plausible = |unit: &Unit| {
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

    /// Writes a line in the place of another one, or as the last trailer before the sign-offs.
    fn write(&mut self, line: Option<usize>, text: &str, changes: &mut Vec<String>) {
        if let Some(line) = line {
            if let Some(unit) = self.block.iter_mut().find(|unit| unit.at == line) {
                unit.lines = vec![text.as_bytes().to_vec()];
                unit.separator = separator(text.as_bytes(), &self.settings);
                changes.push(format!("wrote `{text}` in line {line}"));
            }
            return;
        }
        self.leave_prose(&CommitMsg::default());
        let is_sign_off = |unit: &Unit| unit.has_key(SIGNED_OFF_BY);
        let at = match self.block.iter().rposition(is_sign_off) {
            Some(last) => {
                let before = self.block[..last]
                    .iter()
                    .rposition(|unit| !is_sign_off(unit));
                before.map_or(0, |before| before + 1)
            }
            None => self.block.len(),
        };
        let unit = Unit {
            separator: separator(text.as_bytes(), &self.settings),
            lines: vec![text.as_bytes().to_vec()],
            at: 0,
        };
        self.block.insert(at, unit);
        changes.push(format!("added `{text}`"));
    }

    /// Spacing, the case of keys, duplicates.
    fn tidy(&mut self, rules: &CommitMsg, changes: &mut Vec<String>) {
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

    /// Takes out what is said twice. Of sign-offs the last one stays: it is the one that git wrote.
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
            let (own, after) = (&from[0], &from[1..]);
            let others = if unit.has_key(SIGNED_OFF_BY) {
                after
            } else {
                before
            };
            place += 1;
            let is_double = own.is_some() && others.contains(own);
            if is_double {
                changes.push(format!("took out line {}, a duplicate", unit.at));
            }
            !is_double
        });
    }

    /// Moves other trailers above the sign-offs at the end.
    fn order(&mut self, rules: &CommitMsg, changes: &mut Vec<String>) {
        let is_sign_off = |unit: &Unit| unit.has_key(SIGNED_OFF_BY);
        if rules.signed_off_by.order == Strictness::Allow {
            return;
        }
        let Some(last) = self.block.iter().rposition(is_sign_off) else {
            return;
        };
        // Nothing is moved past a line that is no trailer.
        let is_other = |unit: &Unit| {
            let line = &unit.lines[0];
            let continues = line.starts_with(b" ") || line.starts_with(b"\t");
            unit.key().is_none() && !continues && !line.starts_with(CHERRY_PICKED)
        };
        if self.block[last + 1..].iter().any(is_other) {
            return;
        }
        let (after, rest): (Vec<Unit>, Vec<Unit>) = self
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
        self.block.extend(rest);
    }

    fn joined(&self) -> Vec<u8> {
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
    fn is_seen(&self, text: &[u8], settings: &Settings) -> bool {
        let message = parse(text, settings);
        let seen = message.trailers.iter().map(|trailer| trailer.key.to_vec());
        let meant = self.block.iter().filter_map(Unit::key);
        seen.eq(meant.map(String::into_bytes))
    }
}

/// Where in a paragraph its trailers begin: at its first line if it is nothing else, or at the
/// credits that end it.
fn meant_from(all: &[Unit], rules: &CommitMsg, is_body: bool) -> usize {
    let is_trailer = |unit: &Unit| unit.key().is_some() || unit.lines[0].starts_with(CHERRY_PICKED);
    let is_meant = |unit: &Unit| unit.is_meant(rules);
    if is_body && all.iter().all(is_trailer) && all.iter().any(is_meant) {
        return 0;
    }
    let last_other = all.iter().rposition(|unit| !is_meant(unit));
    last_other.map_or(0, |last| last + 1)
}

fn units(lines: Vec<Vec<u8>>, first: usize, settings: &Settings) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let is_continued = line
            .first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match units.last_mut() {
            Some(unit) if is_continued && unit.key().is_some() => unit.lines.push(line),
            _ => units.push(Unit {
                separator: separator(&line, settings),
                lines: vec![line],
                at: first + index,
            }),
        }
    }
    units
}

/// A key as it is usually written. Only of some does the case matter to somebody.
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

impl Unit {
    /// The key, if it is a trailer.
    fn key(&self) -> Option<String> {
        let key = self.lines[0][..self.separator?].trim_ascii_end();
        Some(decoded(key))
    }

    /// The rest of the first line, if it is a trailer.
    fn value(&self) -> Option<&[u8]> {
        Some(self.lines[0][self.separator? + 1..].trim_ascii())
    }

    /// What is the same for units that say the same: blanks and case do not count.
    fn same(&self) -> String {
        let text: Vec<String> = self.lines.iter().map(|line| decoded(line)).collect();
        let filled: String = text.concat().split_whitespace().collect();
        filled.to_lowercase()
    }

    fn has_key(&self, wanted: &str) -> bool {
        self.key()
            .is_some_and(|key| key.eq_ignore_ascii_case(wanted))
    }

    /// Whether it is certainly meant to be a trailer.
    fn is_meant(&self, rules: &CommitMsg) -> bool {
        let (Some(key), Some(value)) = (self.key(), self.value()) else {
            return false;
        };
        let value = decoded(value);
        let is_said = is_plausible(&value) || self.lines.len() > 1;
        if value.trim().is_empty() && self.lines.len() == 1 {
            return false;
        }
        let is = |other: &str| key.eq_ignore_ascii_case(other);
        let others = &rules.trailers;
        let configured = others.require.iter().chain(&others.once);
        let mut configured = configured.chain(others.values.iter().map(|(key, _)| key));
        (is(SIGNED_OFF_BY) || is(&rules.assisted_by.key)) && is_said
            || configured.any(|other| is(other))
            || is_credit_key(&key)
                && Identity::parse(&value).is_some_and(|who| who.email.contains('@'))
    }
}
