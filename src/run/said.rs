//! What a known tool has said besides its verdict: that it has checked nothing, that it could not do
//! its work, or the line by which it says that all is well.
//!
//! Only what is kept of an output is looked at, so that the time this takes is bounded.

use std::process::ExitStatus;

use regex::Regex;

use crate::base::text::clean_line;
use crate::detect::{KnownTool, ToolCode};
use crate::event::Output;
use crate::model::outcome::ToolWords;
use crate::plan::PlannedGate;
use crate::tools::{ExitCodes, OF_LAUNCHERS, Position, Sign, Times};

/// How much of a line is looked at, in bytes.
const LONGEST_LINE: usize = 2 << 10;

/// How many of the last lines that are not blank are the end of an output.
const LAST_LINES: usize = 3;

/// How much of a line is shown, in characters.
const SHOWN: usize = 200;

/// One call of a known tool that has ended.
struct EndedCall<'a> {
    /// The tool.
    tool: KnownTool,
    /// The exit code of the command.
    code: i32,
    /// How many files were passed to it, 0 if that is not known; `None` if it chose them itself.
    files: Option<usize>,
    /// What it printed.
    output: &'a Output,
}

/// What a call has said.
#[derive(Clone, Default)]
pub(super) struct Said {
    /// The tool's own exit code, if it is known.
    pub(super) code: Option<i32>,
    /// That its verdict does not count, and what says so.
    pub(super) sign: Option<(&'static Sign, ToolWords)>,
    /// The line by which the tool says that all is well.
    pub(super) evidence: Option<String>,
    /// Whether there is a line that proves that it has checked something; `None` if its call does not ask for one.
    pub(super) has_proof: Option<bool>,
}

/// What a call of a gate has said, if its tool is known and it ended by itself.
pub(super) fn said(
    planned: &PlannedGate,
    tool: Option<KnownTool>,
    status: Option<ExitStatus>,
    output: &Output,
) -> Option<Said> {
    let (tool, code) = (tool?, status?.code()?);
    let codes = &planned.gate.success_codes;
    let is_success = u8::try_from(code).is_ok_and(|code| codes.contains(&code));
    if code != 0 && is_success {
        // What gates.toml calls a success is one.
        return Some(Said::default());
    }
    // How many files one of several calls got is not known.
    let files = Some(planned.files.len()).filter(|_| planned.gate.run.takes_files);
    let files = files.map(|files| if planned.calls.len() == 1 { files } else { 0 });
    let call = EndedCall {
        tool,
        code,
        files,
        output,
    };
    Some(call.said())
}

impl EndedCall<'_> {
    /// What it has said.
    #[must_use]
    fn said(&self) -> Said {
        let lines = Lines::of(self.output);
        let code = self.tool_code(&lines);
        let own = self.tool.checker.signs.iter();
        let sign = OF_LAUNCHERS.iter().chain(own).find_map(|sign| {
            let words = self.finds(sign, code, &lines)?;
            Some((sign, words))
        });
        let evidence = (self.code == 0 && sign.is_none()).then(|| self.evidence(&lines));
        let has_proof = self.tool.proof.map(|line| lines.may_have(line));
        Said {
            code,
            sign,
            evidence: evidence.flatten(),
            has_proof,
        }
    }

    /// The tool's own exit code, if it is known.
    fn tool_code(&self, lines: &Lines) -> Option<i32> {
        match self.tool.code {
            _ if self.code == 0 => Some(0),
            ToolCode::OfCommand => Some(self.code),
            ToolCode::Hidden => None,
            ToolCode::InWords => {
                let said = expression(r"^g?make(?:\[\d+\])?: \*\*\* \[.*\] Error (\d+)$")?;
                let mut last = lines.end().rev();
                last.find_map(|line| said.captures(line)?.get(1)?.as_str().parse().ok())
            }
        }
    }

    /// The words that are this sign, if they were said.
    fn finds(&self, sign: &Sign, code: Option<i32>, lines: &Lines) -> Option<ToolWords> {
        let words = |line| ToolWords {
            tool: self.tool.checker.name,
            code,
            line,
        };
        if sign.whole_only && self.files.is_some() {
            return None;
        }
        let has_code = match sign.exit {
            ExitCodes::Any => true,
            ExitCodes::Success => self.code == 0,
            ExitCodes::Failure => self.code != 0,
            ExitCodes::These(codes) => match code {
                Some(code) => codes.contains(&code),
                None => self.code != 0 && !sign.line.is_empty(),
            },
        };
        if !has_code {
            return None;
        }
        if sign.line.is_empty() {
            return Some(words(None));
        }
        let line = expression(sign.line)?;
        let found = match sign.position {
            Position::Anywhere => lines.all.iter().find(|text| line.is_match(text)),
            Position::End => lines.end().find(|text| line.is_match(text)),
        }?;
        let is_refuted = !sign.unless.is_empty() && lines.may_have(sign.unless);
        let lacks_another = !sign.also.is_empty() && !lines.has(sign.also);
        if is_refuted || lacks_another || !self.is_often_enough(sign, &line, lines) {
            return None;
        }
        Some(words(Some(shown(found))))
    }

    fn is_often_enough(&self, sign: &Sign, line: &Regex, lines: &Lines) -> bool {
        let wanted = match sign.times {
            Times::Once => return true,
            Times::Only(other) => return lines.has_only(line, other),
            Times::Per(other) => match expression(other) {
                Some(other) => lines.count(&other),
                None => return false,
            },
            Times::PerFile => match self.files {
                Some(files) if files > 0 => files,
                _ => return false,
            },
        };
        lines.is_whole && lines.count(line) >= wanted
    }

    fn evidence(&self, lines: &Lines) -> Option<String> {
        let success = expression(self.tool.checker.success?)?;
        let mut last = lines.all.iter().rev();
        let line = last.find(|line| success.is_match(line))?;
        Some(shown(line))
    }
}

/// The lines of an output that was kept, without what steers terminals.
struct Lines {
    all: Vec<String>,
    /// Whether nothing of it was omitted.
    is_whole: bool,
}

impl Lines {
    fn of(output: &Output) -> Self {
        let is_whole = output.omitted == 0;
        let mut all = Vec::new();
        if is_whole {
            push_lines(&mut all, &[&output.head[..], &output.tail[..]].concat());
        } else {
            // The lines at which the output was cut are not whole.
            push_lines(&mut all, &output.head);
            all.pop();
            let begin = output.tail.iter().position(|byte| *byte == b'\n');
            push_lines(&mut all, &output.tail[begin.map_or(0, |at| at + 1)..]);
        }
        Self { all, is_whole }
    }

    fn end(&self) -> impl DoubleEndedIterator<Item = &String> {
        let filled = self.all.iter().filter(|line| !line.trim().is_empty());
        let mut last: Vec<&String> = filled.rev().take(LAST_LINES).collect();
        last.reverse();
        last.into_iter()
    }

    fn has(&self, text: &str) -> bool {
        expression(text).is_some_and(|line| self.all.iter().any(|text| line.is_match(text)))
    }

    /// Whether every line that is not blank is one of these.
    fn has_only(&self, line: &Regex, other: &str) -> bool {
        let mut filled = self.all.iter().filter(|text| !text.trim().is_empty());
        let is_known = |other: &Regex, text: &str| line.is_match(text) || other.is_match(text);
        self.is_whole
            && expression(other).is_some_and(|other| filled.all(|text| is_known(&other, text)))
    }

    /// Whether there is such a line, or may have been one.
    fn may_have(&self, text: &str) -> bool {
        !self.is_whole || self.has(text)
    }

    fn count(&self, line: &Regex) -> usize {
        let number = |text: &String| {
            let captures = line.captures(text)?;
            let number = captures
                .get(1)
                .map_or(Some(1), |one| one.as_str().parse().ok());
            Some(number.unwrap_or(1))
        };
        self.all.iter().filter_map(number).sum()
    }
}

fn push_lines(all: &mut Vec<String>, bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A line that was rewritten counts as it was in the end.
        let line = line.rsplit(|byte| *byte == b'\r').next().unwrap_or(line);
        let line = String::from_utf8_lossy(&line[..line.len().min(LONGEST_LINE)]);
        all.push(console::strip_ansi_codes(&line).into_owned());
    }
}

/// A line as a report shows it, without the rules that tools draw around it.
fn shown(line: &str) -> String {
    let clean = clean_line(line.as_bytes());
    let plain = clean.trim_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '-'));
    plain.chars().take(SHOWN).collect()
}

/// The expressions are constants that a test has compiled.
fn expression(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}
