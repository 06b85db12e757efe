//! Finds what the rules look for, in the parts of a file that count.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::exceptions::Reason;
use super::files::is_for;
use super::language::LineJoint;
use super::lex::lex;
use super::lexer::{PartKind, Spans};
use super::line::{Compiled, FileLine};
use super::notebook;
use super::scope::{is_looked_at, is_on};
use crate::base::word_search::{Letters, WordSearch};
use crate::config::{self, Bypass, CustomRule};
use crate::git::{FileDiff, Line};
use crate::model::rule::RuleId;
use crate::model::severity::Level;
use crate::tools::{Language, ReasonStyle, Silencer, SourcePart, silencers};

/// The languages that a file without a telling name may be in.
const PROGRAMS: [Language; 4] = [
    Language::Shell,
    Language::Python,
    Language::JavaScript,
    Language::Ruby,
];

/// A line that is worth a closer look.
pub(super) struct HintedLine {
    pub(super) number: usize,
}

/// Something that a rule has found.
pub(super) struct Hit {
    pub(super) rule: RuleId,
    pub(super) level: Level,
    pub(super) line: usize,
    /// The whole line.
    pub(super) text: Vec<u8>,
    /// Where in the text it begins, in bytes.
    pub(super) column: usize,
    /// The part that matched, with the brackets that it opens and with single blanks.
    pub(super) mark: String,
    pub(super) reason: Reason,
    pub(super) message: String,
    pub(super) help: String,
}

/// The silencers, each compiled when it is first needed, and the project's custom rules.
pub(super) struct LineSearch<'c> {
    pub(super) bypass: &'c Bypass,
    /// Each with the level of its rule.
    silencers: Vec<(&'static Silencer, Level)>,
    compiled: Vec<OnceLock<Option<Compiled>>>,
    words: [OnceLock<WordSearch>; Language::ALL.len()],
}

/// Compiles an expression over bytes. None of our expressions needs the tables of Unicode.
fn compile(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).unicode(false).build().ok()
}

impl<'c> LineSearch<'c> {
    pub(super) fn new(bypass: &'c Bypass) -> Self {
        let silencers: Vec<_> = silencers()
            .map(|silencer| (silencer, bypass.level(silencer.rule)))
            .collect();
        Self {
            bypass,
            compiled: silencers.iter().map(|_| OnceLock::new()).collect(),
            silencers,
            words: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// The added lines of a file that are worth a closer look.
    pub(super) fn candidates(&self, file: &FileDiff) -> Vec<HintedLine> {
        self.candidates_in(&file.path, &file.added)
    }

    /// The lines of a file that are worth a closer look.
    pub(super) fn candidates_in(&self, path: &Path, lines: &[Line]) -> Vec<HintedLine> {
        if lines.is_empty() || self.bypass.exclude.matches(path) {
            return Vec::new();
        }
        let built_in = is_looked_at(self.bypass, path);
        let words: Vec<&WordSearch> = match Language::of_path(path) {
            _ if !built_in => Vec::new(),
            Some(language) => self.words(language).into_iter().collect(),
            None if path.extension().is_none() => PROGRAMS
                .iter()
                .filter_map(|language| self.words(*language))
                .collect(),
            None => Vec::new(),
        };
        let custom_rules: Vec<&CustomRule> = self.custom_rules(path).collect();
        let is_worth = |line: &&Line| {
            words.iter().any(|words| words.is_in(&line.text))
                || custom_rules
                    .iter()
                    .any(|rule| rule.pattern.regex.is_match(&line.text))
        };
        lines
            .iter()
            .filter(is_worth)
            .map(|line| HintedLine {
                number: line.number,
            })
            .collect()
    }

    /// The custom rules that apply to a file.
    fn custom_rules(&self, path: &Path) -> impl Iterator<Item = &'c CustomRule> {
        let concerns = move |rule: &&CustomRule| {
            is_on(rule.level) && (rule.files.is_empty() || rule.files.matches(path))
        };
        self.bypass.patterns.iter().filter(concerns)
    }

    /// The words of a language's silencers.
    fn words(&self, language: Language) -> Option<&WordSearch> {
        let place = Language::ALL.iter().position(|other| *other == language)?;
        Some(self.words[place].get_or_init(|| {
            let of_language = self.silencers.iter().filter(|(silencer, level)| {
                is_on(*level) && silencer.languages.contains(&language)
            });
            let words: BTreeSet<&str> = of_language
                .flat_map(|(silencer, _)| silencer.words.iter().copied())
                .collect();
            WordSearch::new(words, Letters::OfAnyCase)
        }))
    }

    fn compiled(&self, index: usize) -> Option<&Compiled> {
        let (silencer, _) = self.silencers[index];
        let compiled = self.compiled[index].get_or_init(|| {
            Some(Compiled {
                pattern: compile(silencer.pattern)?,
                unless: silencer.unless.and_then(compile),
                inside: silencer.inside.and_then(compile),
            })
        });
        compiled.as_ref()
    }

    /// What the rules find in some lines of a file.
    pub(super) fn hits(&self, path: &Path, text: &[u8], candidates: &[HintedLine]) -> Vec<Hit> {
        let is_notebook = path
            .extension()
            .is_some_and(|extension| extension == "ipynb");
        let code = is_notebook.then(|| notebook::code(text)).flatten();
        let Some(code) = code else {
            return self.hits_in_text(path, text, candidates);
        };
        let is_searched = |number: &usize| {
            candidates
                .iter()
                .any(|candidate| candidate.number == *number)
        };
        let lines = code.lines.iter().enumerate();
        let candidates: Vec<HintedLine> = lines
            .filter(|(_, number)| is_searched(number))
            .map(|(at, _)| HintedLine { number: at + 1 })
            .collect();
        let hits = self.hits_in_text(path, &code.text, &candidates);
        let raw: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        hits.into_iter()
            .map(|hit| {
                let line = code.lines[hit.line - 1];
                Hit {
                    line,
                    text: raw[line - 1].to_owned(),
                    column: 0,
                    ..hit
                }
            })
            .collect()
    }

    /// What the rules find in some lines of a text.
    fn hits_in_text(&self, path: &Path, text: &[u8], candidates: &[HintedLine]) -> Vec<Hit> {
        let language = Language::of_path(path).or_else(|| Language::of_program(text));
        let spans = language.map_or_else(Spans::default, |language| lex(language, text));
        let mut starts = vec![0];
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        starts.extend(breaks.map(|(at, _)| at + 1));
        let is_known = language.is_some();
        let joint = language.map_or(LineJoint::None, Language::line_joint);
        let mut hits = Vec::new();
        for candidate in candidates {
            let Some(&start) = starts.get(candidate.number.wrapping_sub(1)) else {
                continue;
            };
            let next = starts.get(candidate.number).copied();
            let mut end = next.map_or(text.len(), |next| next - 1);
            if end > start && text[end - 1] == b'\r' {
                end -= 1;
            }
            let line = FileLine::new(text, &spans, (start, end), joint);
            let language = language.filter(|_| is_looked_at(self.bypass, path));
            let is_searched = |at: usize| {
                let number = starts.partition_point(|start| *start <= at);
                candidates.iter().any(|other| other.number == number)
            };
            let built_in =
                language.map(|language| self.built_in(path, language, &line, &is_searched));
            let custom = self
                .custom_rules(path)
                .filter_map(|rule| custom_hit(rule, &line, is_known));
            let line_hits = built_in.into_iter().flatten().chain(custom);
            hits.extend(line_hits.map(|hit| Hit {
                line: candidate.number,
                ..hit
            }));
        }
        hits
    }

    /// What the built-in rules find in a line. A list that begins on another line is reported there
    /// if that line `is_searched`, too.
    fn built_in(
        &self,
        path: &Path,
        language: Language,
        line: &FileLine<'_>,
        is_searched: &dyn Fn(usize) -> bool,
    ) -> Vec<Hit> {
        let find = |index: usize| {
            let (silencer, _) = self.silencers[index];
            let is_worth = is_for(silencer, language, path) && silencer.is_hinted(line.raw());
            is_worth.then(|| line.find(silencer, self.compiled(index)?))?
        };
        let mut hits: Vec<Hit> = Vec::new();
        for (index, (silencer, level)) in self.silencers.iter().enumerate() {
            if !is_on(*level) {
                continue;
            }
            let Some((start, end)) = find(index) else {
                continue;
            };
            let list = line.list_before(silencer, (start, end));
            if list.is_some_and(|list| is_searched(list - 1)) {
                continue;
            }
            // Rules that are off count here, too: a directive that names its codes is not a bare
            // directive.
            let is_other = (0..index).any(|other| find(other).is_some_and(|(at, _)| at == start));
            if !is_other && !hits.iter().any(|hit| hit.rule.is(silencer.rule)) {
                hits.push(hit(silencer, *level, line, (start, end)));
            }
        }
        hits
    }
}

/// What a built-in rule finds in a line.
fn hit(
    silencer: &Silencer,
    level: Level,
    line: &FileLine<'_>,
    (start, end): (usize, usize),
) -> Hit {
    let list = line.list_before(silencer, (start, end));
    let brackets = line.brackets_end(list.unwrap_or(end));
    let mark = match list {
        Some(_) => line.part_here(end),
        None => line.part(start, brackets.map_or(end, |close| close + 1)),
    };
    let in_comment = silencer.part.is_comment();
    // A lint in a list may have a comment of its own.
    let own = list.map_or(Reason::None, |_| {
        line.reason(ReasonStyle::Comment, end, None, in_comment)
    });
    let reason = match own {
        Reason::None => line.reason(silencer.reason, list.unwrap_or(end), brackets, in_comment),
        own => own,
    };
    let words: Vec<&str> = mark.split_whitespace().collect();
    Hit {
        rule: RuleId::BuiltIn(silencer.rule),
        level,
        line: 0,
        text: line.raw().to_owned(),
        column: line.column(start),
        mark: words.join(" "),
        reason,
        message: silencer.message.into(),
        help: silencer.help.into(),
    }
}

/// What a custom rule finds in a line.
fn custom_hit(rule: &CustomRule, line: &FileLine<'_>, is_known: bool) -> Option<Hit> {
    let part = match rule.place {
        config::FilePart::Anywhere => SourcePart::Anywhere,
        _ if !is_known => return None,
        config::FilePart::Code => SourcePart::Code,
        config::FilePart::Comment => SourcePart::Comment,
        config::FilePart::Text => SourcePart::Text,
    };
    let (masked, base) = line.masked_alone(part);
    let matched = rule.pattern.regex.find(masked)?;
    let (start, end) = (base + matched.start(), base + matched.end());
    let in_comment = line.spans.kind(start) == PartKind::Comment;
    Some(Hit {
        rule: RuleId::Custom(rule.id.clone()),
        level: rule.level,
        line: 0,
        text: line.raw().to_owned(),
        column: line.column(start),
        mark: line.part(start, end),
        reason: line.reason(ReasonStyle::SecondComment, end, None, in_comment),
        message: rule.message.clone(),
        help: rule.help.clone(),
    })
}
