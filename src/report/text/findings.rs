//! Findings for people: what is wrong, where, and what to do about it.

use std::fmt::Write as _;

use annotate_snippets::renderer::{DEFAULT_TERM_WIDTH, DecorStyle};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::base::text::{clean_line, count, show_path};
use crate::model::finding::{Excuse, FilePlace, Finding, Location, QuotedLine, Remedy};
use crate::model::severity::Severity;
use crate::report::style::{Detail, Style};

/// How many lines are shown of a finding that is about more.
const QUOTED: usize = 20;

/// How many findings are shown of a change that has more.
const SHOWN: usize = 50;

/// The most characters of a reason that are shown.
const LONGEST: usize = 200;

/// Draws a finding; if it is about a message, these are its lines.
pub(super) fn push(text: &mut String, lines: &[String], finding: &Finding, style: Style) {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(clean_line(finding.message.as_bytes()))
        .id(finding.rule.as_str());
    let group = match &finding.location {
        Location::Message(quotes) => message_lines(Group::with_title(title), lines, quotes),
        Location::File(place) => file_line(Group::with_title(title), place),
    };
    let notes = finding.notes.iter();
    let notes: Vec<String> = notes.map(|note| clean_line(note.as_bytes())).collect();
    let notes = Some(notes.join("\n")).filter(|notes| !notes.is_empty());
    let how = match &finding.remedy {
        Remedy::Squash => Some("squash it: git rebase -i --autosquash"),
        remedy => remedy.edit(),
    };
    let groups = [
        Some(group),
        notes.map(|notes| Group::with_title(Level::NOTE.secondary_title(notes))),
        how.map(|how| Group::with_title(Level::HELP.secondary_title(clean_line(how.as_bytes())))),
    ];
    let renderer = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer
        .decor_style(DecorStyle::Ascii)
        .term_width(style.width.unwrap_or(DEFAULT_TERM_WIDTH));
    // One by one: no bar is drawn between them.
    for group in groups.into_iter().flatten() {
        let _ = writeln!(text, "{}", renderer.render(&[group]));
    }
}

fn message_lines<'g>(mut group: Group<'g>, lines: &[String], quotes: &[QuotedLine]) -> Group<'g> {
    let mut source = String::new();
    let mut starts = Vec::new();
    for line in lines {
        starts.push(source.len());
        source.push_str(&clean_line(line.as_bytes()));
        source.push('\n');
    }
    let mut annotations: Vec<Annotation<'g>> = Vec::new();
    for quote in quotes.iter().take(QUOTED) {
        if let Some(start) = starts.get(quote.line.wrapping_sub(1)) {
            let end = source[*start..]
                .find('\n')
                .map_or(source.len(), |at| start + at);
            annotations.extend(quote_annotations(quote, *start, &source[*start..end]));
        }
    }
    if !annotations.is_empty() {
        group = group.element(Snippet::source(source).annotations(annotations));
    }
    if quotes.len() > QUOTED {
        let more = count(quotes.len() - QUOTED, "more line");
        group = group.element(Level::NOTE.message(format!("and {more}")));
    }
    group
}

/// Marks the words of a line that starts at this byte; its remark stands beside them, or beside the
/// line as a whole.
fn quote_annotations<'g>(quote: &QuotedLine, start: usize, line: &str) -> Vec<Annotation<'g>> {
    let find = |mark: &String| {
        let mark = clean_line(mark.as_bytes());
        let at = line.find(&mark).filter(|_| !mark.is_empty())?;
        Some(AnnotationKind::Primary.span(start + at..start + at + mark.len()))
    };
    let mut annotations: Vec<Annotation<'g>> = quote.marks.iter().filter_map(find).collect();
    let whole = start..start + line.len();
    if !quote.remark.is_empty() {
        annotations.push(AnnotationKind::Context.span(whole).label(quote.remark));
    } else if annotations.is_empty() {
        annotations.push(AnnotationKind::Visible.span(whole));
    }
    annotations
}

fn file_line<'g>(group: Group<'g>, place: &FilePlace) -> Group<'g> {
    let path = show_path(&place.path);
    if place.text.is_empty() {
        return group.element(Origin::path(path).line(place.line));
    }
    let from = place.text.floor_char_boundary(place.column);
    let mark = Some(place.mark.as_str()).filter(|mark| !mark.is_empty());
    let find = |mark: &str| place.text[from..].find(mark).map(|at| from + at);
    let found = mark.and_then(|mark| Some((find(mark).or_else(|| place.text.find(mark))?, mark)));
    // A mark that gatekeeper has put together is not in the line: then the line is marked.
    let (at, mark) = found.unwrap_or_else(|| {
        let blank = place.text.len() - place.text.trim_start().len();
        (blank, place.text.trim())
    });
    let annotation = AnnotationKind::Primary.span(at..at + mark.len());
    let snippet = Snippet::source(place.text.clone()).line_start(place.line);
    group.element(snippet.path(path).annotation(annotation))
}

/// The findings about a change: errors and warnings in full, then justified ones, a line each.
/// Empty if there are none.
#[must_use]
pub(super) fn of_change(findings: &[Finding], style: Style) -> String {
    let mut text = String::new();
    let of = |severity| {
        findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    let errors = of(Severity::Error);
    let warnings = of(Severity::Warning).filter(|_| style.detail != Detail::Quiet);
    let loud: Vec<&Finding> = errors.chain(warnings).collect();
    for finding in loud.iter().take(SHOWN) {
        push(&mut text, &[], finding, style);
    }
    if loud.len() > SHOWN {
        let _ = writeln!(text, "and {} more", count(loud.len() - SHOWN, "finding"));
    }
    let excused: Vec<&Finding> = of(Severity::Note).collect();
    if excused.is_empty() || style.detail == Detail::Quiet {
        return text;
    }
    let _ = writeln!(text, "{}:", count(excused.len(), "justified exception"));
    for finding in excused.iter().take(SHOWN) {
        let reason = match &finding.excuse {
            None => String::new(),
            Some(Excuse::OnLine(reason)) => clean_line(reason.as_bytes()),
            Some(Excuse::Configured { reason, until }) => {
                format!("{} (until {until})", clean_line(reason.as_bytes()))
            }
        };
        let reason: String = reason.chars().take(LONGEST).collect();
        push_line(&mut text, finding, &reason);
    }
    if excused.len() > SHOWN {
        let _ = writeln!(text, "  and {} more", excused.len() - SHOWN);
    }
    text
}

/// A finding in a line: where it is, its rule, and a remark.
pub(super) fn push_line(text: &mut String, finding: &Finding, remark: &str) {
    let (path, line) = finding.place();
    let path = show_path(path);
    let _ = writeln!(text, "  {path}:{line}  {}  {remark}", finding.rule);
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use time::Date;

    use crate::rules::catalogue::{change, contents, signed_off_by};

    fn drawn(finding: &Finding, lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let mut text = String::new();
        push(&mut text, &lines, finding, Style::PLAIN);
        text
    }

    fn edit() -> Remedy {
        Remedy::Edit("restore it".into())
    }

    #[test]
    fn a_finding_in_a_file_shows_the_line_and_marks_the_words() {
        let place = FilePlace {
            line: 12,
            text: "x = '# noqa'  # noqa".into(),
            mark: "# noqa".into(),
            column: 14,
            ..FilePlace::whole("src/a.py")
        };
        let mut finding = Finding {
            location: Location::File(place.clone()),
            notes: vec!["one".into(), "two".into()],
            ..Finding::new(&change::PROTECTED_SCRIPT, "a gate runs this", edit())
        };
        assert_snapshot!(drawn(&finding, &[]), @"
        error[protected.script]: a gate runs this
          --> src/a.py:12:15
           |
        12 | x = '# noqa'  # noqa
           |               ^^^^^^
        note: one
              two
        help: restore it
        ");
        finding.notes.clear();
        let mark = "`--a b`".into();
        finding.location = Location::File(FilePlace { mark, ..place });
        assert_snapshot!(drawn(&finding, &[]), @"
        error[protected.script]: a gate runs this
          --> src/a.py:12:1
           |
        12 | x = '# noqa'  # noqa
           | ^^^^^^^^^^^^^^^^^^^^
        help: restore it
        ");
        finding.location = Location::File(FilePlace::whole("gates.toml"));
        assert_snapshot!(drawn(&finding, &[]), @"
        error[protected.script]: a gate runs this
        --> gates.toml:1
        help: restore it
        ");
    }

    #[test]
    fn a_finding_in_a_message_shows_its_lines_and_remarks() {
        let lines = [
            "fixup! x",
            "",
            "body\u{1b}[31m",
            "Signed off by: Jane <j@e.x>",
        ];
        let mut finding = Finding::new(&contents::AUTOSQUASH, "squash it", Remedy::Squash);
        finding.location = Location::Message(vec![
            QuotedLine::line(1).marks(["fixup!".into()]),
            QuotedLine::line(3),
            QuotedLine::line(4).remark("the key is misspelled"),
        ]);
        assert_snapshot!(drawn(&finding, &lines), @"
        error[subject.autosquash]: squash it
          |
        1 | fixup! x
          | ^^^^^^
        2 |
        3 | body
        4 | Signed off by: Jane <j@e.x>
          | --------------------------- the key is misspelled
        help: squash it: git rebase -i --autosquash
        ");
        let mut finding = Finding::new(&signed_off_by::MISSING, "there is no sign-off", edit());
        finding.notes = vec!["signed  A".into(), "author  B".into()];
        assert_snapshot!(drawn(&finding, &lines), @"
        error[signed-off-by.missing]: there is no sign-off
        note: signed  A
              author  B
        help: restore it
        ");
    }

    #[test]
    fn errors_come_first_and_justified_findings_in_a_line() {
        let day = Date::from_calendar_date(2999, time::Month::May, 1).unwrap();
        let finding = |severity, excuse| Finding {
            severity,
            excuse,
            location: Location::File(FilePlace::whole("src/a.py")),
            ..Finding::new(&change::WEAKENED, "it is weaker", Remedy::Nothing)
        };
        let on_line = Excuse::OnLine("it is our table".into());
        let configured = Excuse::Configured {
            reason: "generated code".into(),
            until: day,
        };
        let findings = [
            finding(Severity::Note, Some(on_line)),
            finding(Severity::Note, Some(configured)),
            finding(Severity::Error, None),
        ];
        assert_snapshot!(of_change(&findings, Style::PLAIN), @"
        error[gates.weakened]: it is weaker
        --> src/a.py:1
        2 justified exceptions:
          src/a.py:1  gates.weakened  it is our table
          src/a.py:1  gates.weakened  generated code (until 2999-05-01)
        ");
        assert_eq!(of_change(&[], Style::PLAIN), "");
    }
}
