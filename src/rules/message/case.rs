//! A message with everything that decides about it, and how findings about it are made.

use std::collections::HashMap;

use super::mailmap::Mailmap;
use super::reading::{Reading, TrailerEntry};
use crate::config::{self, CommitMsg};
use crate::git::Identity;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::model::rule::Rule;
use crate::rules::agents::detection::Sign;
use crate::rules::agents::registry::Registry;
use crate::rules::catalogue;

/// When a message is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before the commit is made: a commit that is still to be squashed is allowed, and git gives
    /// up by itself on an empty message.
    Hook,
    /// As it is stored in a commit that exists.
    Stored,
}

/// A message and everything that decides about it.
#[derive(Clone, Copy)]
pub struct MessageCase<'a> {
    /// The message.
    pub reading: &'a Reading,
    /// Who wrote what is committed.
    pub author: &'a Identity,
    /// Who commits it.
    pub committer: &'a Identity,
    /// The agent whose environment the hook runs in.
    pub agent: Option<&'a Sign>,
    /// The model that the environment names.
    pub model: Option<&'a str>,
    /// Whether it is the message of a merge, which git has written.
    pub is_merge: bool,
    /// When it is checked.
    pub moment: Moment,
    /// The configured rules.
    pub rules: &'a CommitMsg,
    /// How agents are recognised.
    pub agents: &'a config::Agents,
    /// The agents that the commit's tree defines.
    pub registry: &'a Registry,
    /// Which names and addresses belong to one person.
    pub mailmap: &'a Mailmap,
}

impl MessageCase<'_> {
    /// Whether the author is a bot that the rules exempt. A bot's commit that another person has
    /// taken over is not exempt.
    pub(crate) fn is_exempt(&self) -> bool {
        let is_listed = |identity: &Identity| {
            let email = identity.email.as_bytes();
            let listed = &self.rules.exempt_authors;
            listed.iter().any(|pattern| pattern.regex.is_match(email))
        };
        let is_theirs = self.committer.is(self.author)
            || is_listed(self.committer)
            || is_web_flow(self.committer);
        is_listed(self.author) && is_theirs && !self.is_ai(&self.author.email)
    }

    /// Whether trailers may be missing.
    pub(crate) fn may_lack_trailers(&self) -> bool {
        self.is_merge && self.rules.exempt_merges
    }

    pub(crate) fn is_ai(&self, address: &str) -> bool {
        crate::rules::agents::detection::by_address(address, self.agents).is_some()
    }

    pub(crate) fn entries<'c>(&'c self, key: &'c str) -> impl Iterator<Item = &'c TrailerEntry> {
        self.reading
            .trailers
            .iter()
            .filter(move |entry| entry.key.eq_ignore_ascii_case(key))
    }
}

/// Whether this is the committer of everything that is done on GitHub's pages, which is not a
/// person.
pub(crate) fn is_web_flow(identity: &Identity) -> bool {
    identity.email.eq_ignore_ascii_case("noreply@github.com") && identity.name == "GitHub"
}

/// A value reduced to what is compared: whitespace and case do not count.
pub(crate) fn same_value(value: &str) -> String {
    let filled = value.chars().filter(|c| !c.is_whitespace());
    filled.collect::<String>().to_lowercase()
}

/// Whether a finding is about a line that is meant to be a trailer but that git does not see as one.
pub(crate) fn is_outside_block(finding: &Finding) -> bool {
    finding.rule.is(&catalogue::signed_off_by::OUTSIDE_BLOCK)
        || finding.rule.is(&catalogue::assisted_by::OUTSIDE_BLOCK)
}

/// The finding about a line that is meant to be a trailer but that git does not see as one.
/// `otherwise` is the remedy where moving the line would tear prose apart.
pub(crate) fn outside_block(
    case: &MessageCase<'_>,
    rule: &'static Rule,
    key: &str,
    line: usize,
    otherwise: Remedy,
) -> Finding {
    let reading = case.reading;
    let paragraph = reading.paragraph(line);
    let mut finding = Finding::new(
        rule,
        format!("the {key} on line {line} is not a trailer"),
        if reading.is_movable(line) {
            Remedy::Fix
        } else {
            otherwise
        },
    );
    let quote = QuotedLine::line(line);
    if paragraph.start < reading.title().end {
        let quote = quote.remark("still in the subject's paragraph");
        finding.location = Location::Message(vec![quote]);
        finding.notes = vec![
            "git reads trailers only from the last paragraph, and never from the \
            first; add a blank line above them"
                .into(),
        ];
        return finding;
    }
    let mut quotes = vec![quote];
    let mut after = paragraph.end..reading.lines.len() + 1;
    if let Some(blank) = after.next()
        && line + 1 == blank
    {
        quotes.push(QuotedLine::line(blank).remark("blank line that ends the paragraph"));
        quotes.extend(after.next().map(QuotedLine::line));
    }
    finding.location = Location::Message(quotes);
    finding.notes = vec!["git reads trailers only from the last paragraph".into()];
    finding
}

/// The lines of the entries whose value occurs more than once.
pub(crate) fn repeated(entries: &[&TrailerEntry]) -> Vec<QuotedLine> {
    let mut lines_by_value: HashMap<String, Vec<usize>> = HashMap::new();
    for entry in entries {
        lines_by_value
            .entry(same_value(&entry.value))
            .or_default()
            .push(entry.line);
    }
    let mut lines: Vec<usize> = lines_by_value
        .into_values()
        .filter(|lines| lines.len() > 1)
        .flatten()
        .collect();
    lines.sort_unstable();
    lines.into_iter().map(QuotedLine::line).collect()
}
