//! Findings in what tools print for people. Five shapes of lines are known, whatever the tool:
//!
//! - `path:line:column: error: text [rule]`, with or without the column, severity and rule
//! - `path(line,column): error RULE: text`
//! - the path in a line of its own, and `  line:column  error  text  rule` in those that follow
//! - an arrow or a corner under the message: `error[rule]: text`, then `--> path:line:column`
//! - the commands of GitHub's log, which some tools print there: `::error file=path,line=3::text`
//!
//! and traces, by their last frame in the project, and what formatters say of a file as a whole. A line counts only if its path is that of a file of
//! the project. What is found this way never changes an outcome.

use super::formatted::{FormatDiff, whole_file};
use super::paths::PathFinder;
use super::phrase::{Phrase, rule_in_parentheses, severity, severity_of_sign, unsigned};
use super::position::{after_paths, in_parentheses, number, with_colons};
use super::raw::{LineRead, RawFinding, RawSpan};
use super::trace::Trace;
use crate::model::severity::Severity;

/// Signs before a position, in the lines under a message.
const ARROWS: [&str; 6] = [
    "--> ",
    "\u{256d}\u{25b8} ",
    "\u{256d}\u{2500}[",
    "\u{250c}\u{2500} ",
    ",-[",
    "Location: ",
];

/// What oxlint has before an error where it may not print more than ASCII.
const ASCII_CROSS: &str = "  x ";

/// A message that an arrow may follow.
struct Saying {
    line: String,
    /// Whether it is a message of its own, not a note in another one.
    is_own: bool,
    /// What a line under it says: bandit has one for it.
    severity: Option<Severity>,
}

/// Reads findings from lines.
#[derive(Default)]
pub(crate) struct TextReader {
    /// The last line that began at the margin: under it may stand findings of the file that it names.
    heading: String,
    /// The line before, if it was indented and stood alone: ava has the name of a test there, and its place under it.
    title: Option<String>,
    /// The message that an arrow may follow.
    saying: Option<Saying>,
    was_blank: bool,
    has_begun: bool,
    trace: Trace,
    diff: FormatDiff,
    /// A finding to which lines may still add.
    open: Option<RawFinding>,
    /// What may be the rest of its message.
    wrapped: Option<String>,
    /// How many lines were neither a finding nor a part of one.
    unread: u64,
}

impl TextReader {
    /// Takes a line without what steers terminals. Returns a finding that is complete by now.
    pub(crate) fn line(&mut self, line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
        let line = line.trim_end();
        let is_first = self.was_blank || !self.has_begun;
        (self.was_blank, self.has_begun) = (line.trim_start().is_empty(), true);
        if self.was_blank {
            self.diff.blank();
            return None;
        }
        let title = self.title.take().filter(|_| is_first);
        self.title = (is_first && line.starts_with("  ")).then(|| line.trim().to_owned());
        let traced = self.trace.line(line, paths);
        let (mut found, is_taken) = match traced.or_else(|| self.diff.line(line, paths)) {
            LineRead::Found(found) => (Some(found), true),
            LineRead::Taken => (None, true),
            LineRead::Foreign => (self.shaped(line, is_first, paths), false),
        };
        if let Some(found) = found.as_mut().filter(|found| is_bare_place(line, found)) {
            // With xo, all findings of the file stand under the place of the first.
            line.clone_into(&mut self.heading);
            found.message = title.unwrap_or_default();
        }
        if let Some(found) = found {
            self.wrapped = Some(String::new());
            let before = self.open.replace(found);
            let is_said_now = |before: &RawFinding| {
                let now = self.open.as_ref();
                before.message.is_empty() && now.is_some_and(|now| now.at == before.at)
            };
            return before.filter(|before| !is_said_now(before));
        }
        let is_under_one = self.open.is_some() && line.starts_with(char::is_whitespace);
        if !is_taken && !is_under_one && paths.find(line.trim()).is_none() {
            self.unread += 1;
        }
        self.add_to_open(line);
        // A line that is drawn under a heading is none itself.
        if line.starts_with(|c: char| !c.is_whitespace() && !('\u{2500}'..='\u{257f}').contains(&c))
        {
            line.clone_into(&mut self.heading);
        }
        None
    }

    /// There are no more lines. Returns a finding that is complete by now.
    pub(crate) fn end(&mut self) -> Option<RawFinding> {
        let last = self.open.take();
        *self = Self {
            unread: self.unread,
            ..Self::default()
        };
        last
    }

    /// How many lines were neither a finding nor a part of one.
    #[must_use]
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    fn shaped(&mut self, line: &str, is_first: bool, paths: &mut PathFinder) -> Option<RawFinding> {
        if let Some(found) = github_command(line, paths).or_else(|| whole_file(line, paths)) {
            return Some(found);
        }
        if let Some((path, at)) = arrow(line) {
            let over = self.saying.take()?;
            let found = over.is_own && paths.find(path).is_some();
            let mut phrase = saying(&over.line);
            phrase.severity = over.severity.or(phrase.severity);
            return found.then(|| said(RawFinding::at(path, at), phrase));
        }
        if let Some(found) = self.in_columns(line, paths) {
            return Some(found);
        }
        if let Some(found) = self
            .stylish(line, paths)
            .or_else(|| self.rule_first(line, paths))
        {
            return Some(found);
        }
        let mut positions = after_paths(line).chain(in_parentheses(line));
        let found = positions.find_map(|(path, at, rest)| {
            let path = path.strip_prefix("vet: ").unwrap_or(path);
            paths.find(path)?;
            Some((RawFinding::at(path, at), rest))
        });
        if let Some((finding, rest)) = found {
            self.saying = None;
            return Some(said(finding, Phrase::read(rest)));
        }
        if let Some((_, place)) = line.split_once(" panicked at ") {
            let (path, at, _) = after_paths(place).next()?;
            return paths.find(path).map(|_| RawFinding::at(path, at));
        }
        self.keep_saying(line, is_first);
        None
    }

    /// Keeps a line that may be the message over an arrow. A note in the middle of a message has arrows
    /// of its own, which point at other places.
    fn keep_saying(&mut self, line: &str, is_first: bool) {
        let is_indented = line.starts_with(char::is_whitespace);
        // A sign stands before the message of oxlint, which is indented.
        let is_marked = || line.trim_start() != unsigned(line) || line.starts_with(ASCII_CROSS);
        let is_issue = line.starts_with(">> Issue: ");
        let is_own = if is_issue || (is_first && (!is_indented || is_marked())) {
            true
        } else if !is_indented && let Some(severity) = first_severity(line) {
            severity != Severity::Note
        } else {
            if let Some(over) = &mut self.saying
                && let Some(word) = line.trim_start().strip_prefix("Severity: ")
            {
                over.severity = severity(word.split(' ').next().unwrap_or_default());
            }
            return;
        };
        self.saying = Some(Saying {
            line: match line.strip_prefix(ASCII_CROSS) {
                Some(text) => format!("\u{d7} {text}"),
                None => line.trim_start().to_owned(),
            },
            is_own,
            severity: None,
        });
    }

    /// `  3:5  error  text  rule`, under a line with the path.
    fn stylish(&self, line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
        let inner = line.strip_prefix(|c: char| c.is_whitespace())?.trim_start();
        let by_sign = severity_of_sign(inner);
        let inner = inner.trim_start_matches(|c: char| unsigned(&c.to_string()).is_empty());
        let (at, rest) = with_colons(inner)?;
        at.column?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let heading = self.heading.trim();
        let path = match paths.find(heading) {
            Some(_) => heading,
            // xo has the place of the first finding in this line.
            None => after_paths(heading).next().map(|(path, ..)| path)?,
        };
        paths.find(path)?;
        let (word, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let mut finding = RawFinding::at(path, at);
        finding.severity = severity(word).or_else(|| severity_of_sign(word));
        let is_marked = finding.severity.is_some() || unsigned(word).is_empty();
        finding.severity = finding.severity.or(by_sign);
        let text = if is_marked { text } else { rest }.trim();
        let (text, rule) = match text.rsplit_once("  ") {
            Some((text, rule)) if !rule.contains(' ') => (text.trim_end(), Some(rule)),
            _ => rule_in_parentheses(text).map_or((text, None), |(text, rule)| (text, Some(rule))),
        };
        finding.rule = rule.map(|rule| rule.trim_matches(['(', ')']).to_owned());
        text.clone_into(&mut finding.message);
        Some(finding)
    }

    /// `H013 3:5 text`, under a line with the path, as djlint has it.
    fn rule_first(&self, line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
        let (rule, rest) = line.split_once(' ')?;
        let digits = rule.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let is_rule = !digits.is_empty()
            && digits.len() < rule.len()
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let (at, text) = with_colons(rest).filter(|_| is_rule)?;
        at.column?;
        let path = self.heading.trim();
        paths.find(path)?;
        Some(RawFinding {
            rule: Some(rule.to_owned()),
            message: text.trim().to_owned(),
            ..RawFinding::at(path, at)
        })
    }

    /// `L:   3 | P:   5 | LT01 | text`, under `== [path] FAIL`, as sqlfluff has it.
    fn in_columns(&self, line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
        let rest = line.strip_prefix("L:")?.trim_start();
        let (line, rest) = number(rest)?;
        let rest = rest.trim_start().strip_prefix("| P:")?.trim_start();
        let (column, rest) = number(rest)?;
        let (rule, text) = rest.trim_start().strip_prefix('|')?.split_once('|')?;
        let path = self.heading.strip_prefix("== [")?.split_once(']')?.0;
        paths.find(path)?;
        let at = RawSpan {
            line: Some(line),
            column: Some(column),
            ..RawSpan::default()
        };
        Some(RawFinding {
            rule: Some(rule.trim().to_owned()),
            message: text.trim().to_owned(),
            ..RawFinding::at(path, at)
        })
    }

    /// Lines under a finding say what its first line does not.
    fn add_to_open(&mut self, line: &str) {
        let Some(open) = &mut self.open else {
            return;
        };
        if add_wrapped(open, &mut self.wrapped, line) {
            return;
        }
        // pydocstyle: `a.py:1 in public function `f`:`, and the rule and the message under it.
        let is_heading = open.rule.is_none() && open.message.ends_with(':');
        if is_heading && let Some(rule) = Phrase::read(line).rule {
            open.rule = Some(rule);
            open.message = Phrase::read(line).message;
            return;
        }
        if open.message.is_empty() {
            let phrase = Phrase::read(line);
            open.severity = open.severity.or(phrase.severity);
            open.rule = open.rule.take().or(phrase.rule);
            open.message = phrase.message;
            return;
        }
        if open.rule.is_none() && line.starts_with(char::is_whitespace) {
            open.rule = rule_under(line);
        }
    }
}

/// Whether a line is `  test/a.js:4` and nothing else, if it is a finding.
fn is_bare_place(line: &str, found: &RawFinding) -> bool {
    let is_indented = line.starts_with("  ") && !line.starts_with("   ");
    is_indented && found.message.is_empty() && line.ends_with(|c: char| c.is_ascii_digit())
}

/// The longest rest of a message that was divided into lines, in bytes.
const LONGEST_REST: usize = 400;

/// Takes a line that goes on with the message of a finding, as mypy's `--pretty` divides it: the rule ends it. Without
/// such an end, it was something else.
fn add_wrapped(open: &mut RawFinding, wrapped: &mut Option<String>, line: &str) -> bool {
    let goes_on = open.rule.is_none() && !line.starts_with(char::is_whitespace);
    let Some(before) = wrapped
        .take()
        .filter(|_| goes_on && !open.message.is_empty())
    else {
        return false;
    };
    let rest = format!("{before} {line}");
    let end = rest
        .strip_suffix(']')
        .and_then(|rest| rest.rsplit_once('['));
    let is_rule = |rule: &str| {
        !rule.is_empty()
            && rule
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    match end {
        Some((text, rule)) if is_rule(rule) => {
            open.message = format!("{}{}", open.message, text.trim_end());
            open.rule = Some(rule.to_owned());
            true
        }
        _ => {
            *wrapped = Some(rest).filter(|rest| rest.len() < LONGEST_REST);
            false
        }
    }
}

/// A finding with what was said of it.
fn said(finding: RawFinding, phrase: Phrase) -> RawFinding {
    RawFinding {
        severity: phrase.severity,
        rule: phrase.rule,
        message: phrase.message,
        ..finding
    }
}

/// The severity that a line begins with.
fn first_severity(line: &str) -> Option<Severity> {
    let end = line.find(|c: char| !c.is_ascii_alphabetic())?;
    // No word for a severity is longer.
    (end <= 13).then(|| severity(&line[..end]))?
}

/// What a line over an arrow says. There, `unformatted: text` is a rule and a message, too, as is
/// `eslint(no-debugger): text`.
fn saying(line: &str) -> Phrase {
    let mut phrase = Phrase::read(&as_rule_last(line));
    phrase.severity = phrase.severity.or_else(|| severity_of_sign(line));
    if let (None, None, Some((rule, message))) = (
        phrase.severity,
        &phrase.rule,
        phrase.message.split_once(": "),
    ) && rule
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    {
        phrase.rule = Some(rule.to_owned());
        phrase.message = message.to_owned();
    }
    phrase
}

/// The rule in a line under a finding: `text (reportIndexIssue)` of pyright; the lint of rustc, or the
/// page about one of clippy.
fn rule_under(line: &str) -> Option<String> {
    if line.trim_start().starts_with('=') {
        if let Some((_, page)) = line.split_once("/rust-clippy/") {
            let (_, name) = page.split_once("index.html#")?;
            return Some(format!("clippy::{name}"));
        }
        // `-D unused-variables` implied by `-D warnings`
        let implied = line.split_once("`-D ").or_else(|| line.split_once("`-W "));
        if let Some((name, _)) = implied.and_then(|(_, name)| name.split_once("` implied by ")) {
            return Some(name.replace('-', "_"));
        }
        let levels = ["#[warn(", "#[deny(", "#[forbid("];
        let (_, set) = levels.iter().find_map(|level| line.split_once(level))?;
        return set.split_once(")]").map(|(name, _)| name.to_owned());
    }
    let (_, rule) = rule_in_parentheses(line)?;
    rule.starts_with("report").then(|| rule.to_owned())
}

/// `eslint(no-debugger): text` as `text [eslint(no-debugger)]`.
fn as_rule_last(line: &str) -> String {
    let text = unsigned(line);
    match text.split_once("): ") {
        Some((rule, message)) if !rule.contains(' ') && rule.contains('(') => {
            format!("{message} [{rule})]")
        }
        _ => line.to_owned(),
    }
}

/// The position after an arrow.
fn arrow(line: &str) -> Option<(&str, RawSpan)> {
    let inner = line.trim_start();
    let place = ARROWS.iter().find_map(|arrow| inner.strip_prefix(arrow))?;
    let place = place.trim_end_matches([']', ' ']);
    let (path, at, _) = after_paths(place).next()?;
    Some((path, at))
}

/// `::error file=a.js,line=1,endLine=1,col=7,endColumn=8,title=rule::text`
fn github_command(line: &str, paths: &mut PathFinder) -> Option<RawFinding> {
    let (word, rest) = line.trim_start().strip_prefix("::")?.split_once(' ')?;
    let severity = severity(word)?;
    let (properties, text) = rest.split_once("::")?;
    let mut at = RawSpan::default();
    let (mut path, mut title) = (String::new(), String::new());
    for property in properties.split(',') {
        let (name, value) = property.split_once('=')?;
        let value = unescaped(value);
        match name.trim() {
            "file" => path = value,
            "line" => at.line = value.parse().ok(),
            "col" => at.column = value.parse().ok(),
            "endLine" => at.end_line = value.parse().ok(),
            "endColumn" => at.end_column = value.parse().ok(),
            "title" => title = value,
            _ => {}
        }
    }
    paths.find(&path)?;
    let text = unescaped(text);
    // Some repeat the place in the text.
    let shown = after_paths(&text).next().map(|(.., rest)| rest.to_owned());
    let shown = shown.or_else(|| with_colons(&text).map(|(_, rest)| rest.to_owned()));
    let shown = shown.unwrap_or(text);
    // yamllint: `[rule] text`
    let bracketed = shown
        .trim_start()
        .strip_prefix('[')
        .and_then(|text| text.split_once("] "));
    let phrase = match bracketed {
        Some((rule, text)) if !rule.contains(' ') => Phrase {
            rule: Some(rule.to_owned()),
            message: text.to_owned(),
            severity: None,
        },
        _ => Phrase::read(&shown),
    };
    let title_rule = title
        .rsplit_once(" (")
        .and_then(|(_, rule)| rule.strip_suffix(')'));
    let mut finding = said(RawFinding::at(&path, at), phrase);
    finding.severity = Some(severity);
    finding.rule = finding.rule.or(title_rule.map(str::to_owned));
    Some(finding)
}

/// A value as it was before it was escaped for GitHub's log.
fn unescaped(value: &str) -> String {
    let codes = [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ];
    let mut value = value.to_owned();
    for (code, character) in codes {
        value = value.replace(code, character);
    }
    value
}
