//! Findings for people: what is wrong, where, and what to do about it.

use std::fmt::Write as _;

use crate::base::text::clean_line;
use crate::model::finding::{Finding, QuotedLine, Remedy, Severity};
use crate::report::style::Style;

/// How many lines are shown of a finding that is about more.
const QUOTED: usize = 20;

/// The most characters of a line that are shown.
const LONGEST: usize = 500;

/// Writes a finding about these lines.
pub(super) fn push(text: &mut String, lines: &[String], finding: &Finding, style: Style) {
    let rule = format!("{}[{}]", finding.severity.word(), finding.rule);
    let rule = match finding.severity {
        Severity::Error => style.bad(&rule),
        Severity::Warning => style.careful(&rule),
        Severity::Note => style.strong(&rule),
    };
    let _ = writeln!(text, "{rule}: {}", clean_line(finding.message.as_bytes()));
    for quote in finding.quotes.iter().take(QUOTED) {
        if let Some(line) = lines.get(quote.line.wrapping_sub(1)) {
            push_quote(text, line, quote, style);
        }
    }
    if finding.quotes.len() > QUOTED {
        let _ = writeln!(
            text,
            "      and {} more lines",
            finding.quotes.len() - QUOTED
        );
    }
    for note in &finding.notes {
        let _ = writeln!(text, "  {}", clean_line(note.as_bytes()));
    }
    if finding.remedy == Remedy::Squash {
        let _ = writeln!(
            text,
            "  {}: squash it: git rebase -i --autosquash",
            style.strong("help")
        );
    }
    if let Some(how) = finding.remedy.edit() {
        let how = clean_line(how.as_bytes());
        let _ = writeln!(text, "  {}: {how}", style.strong("help"));
    }
}

fn push_quote(text: &mut String, line: &str, quote: &QuotedLine, style: Style) {
    let shown: String = clean_line(line.as_bytes()).chars().take(LONGEST).collect();
    let _ = write!(text, "{:>5} | {shown}", quote.line);
    if quote.remark.is_empty() {
        text.push('\n');
    } else {
        // The remarks of neighbours stand below each other, unless the line is long.
        const COLUMN: usize = 40;
        let gap = COLUMN
            .saturating_sub(console::measure_text_width(&shown))
            .max(2);
        let _ = writeln!(text, "{:gap$}{}", "", style.careful(quote.remark));
    }
    let mut carets = String::new();
    let mut marks: Vec<(usize, usize)> = quote
        .marks
        .iter()
        .filter(|mark| !mark.is_empty())
        .filter_map(|mark| {
            let mark = clean_line(mark.as_bytes());
            let at = shown.find(&mark)?;
            let width = console::measure_text_width;
            Some((width(&shown[..at]), width(&mark)))
        })
        .collect();
    marks.sort_unstable();
    for (column, width) in marks {
        let gap = column.saturating_sub(carets.len());
        if column >= carets.len() {
            let _ = write!(carets, "{:gap$}{}", "", "^".repeat(width));
        }
    }
    if !carets.is_empty() {
        let _ = writeln!(text, "      | {}", style.bad(&carets));
    }
}
