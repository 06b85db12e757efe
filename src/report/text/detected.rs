//! What `gatekeeper init` found, and what came of running it.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::text::{clean_line, count};
use crate::detect::{Detected, NamedDraft, NotTaken, Trial};
use crate::report::style::{Detail, Style};

/// How many calls that did not become gates are named.
const SHOWN: usize = 8;

/// The gates that were found, and what else was seen.
#[must_use]
pub(crate) fn detected(detected: &Detected, style: Style) -> String {
    let mut text = String::new();
    let name_width = width(detected.gates.iter().map(|gate| gate.name.as_str()));
    let run_width = width(detected.gates.iter().map(|gate| gate.draft.shown()));
    if !detected.gates.is_empty() {
        let number = count(detected.gates.len(), "gate");
        let _ = writeln!(text, "{}", style.strong(&format!("found {number}")));
    }
    for NamedDraft { name, draft } in &detected.gates {
        let place = draft
            .places
            .last()
            .map(ToString::to_string)
            .unwrap_or_default();
        let run = clean_line(draft.shown().as_bytes());
        let line = format!(
            "  {name:<name_width$}  {run:<run_width$}  {}",
            style.faint(&place)
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let mut others: Vec<&NotTaken> = detected.unknown.iter().collect();
    if style.detail >= Detail::Verbose {
        others.extend(&detected.not_taken);
    }
    if !others.is_empty() {
        let _ = writeln!(text, "\n{}", style.strong("not used as gates"));
    }
    let shown = if style.detail >= Detail::Verbose {
        others.len()
    } else {
        SHOWN
    };
    for other in others.iter().take(shown) {
        let what = clean_line(other.what.as_bytes());
        let _ = writeln!(
            text,
            "  {what}: {} {}",
            other.reason,
            style.faint(&format!("({})", other.place))
        );
    }
    if others.len() > shown {
        let _ = writeln!(
            text,
            "  and {} more, which gates.toml lists",
            others.len() - shown
        );
    }
    text
}

fn width(texts: impl Iterator<Item = impl AsRef<str>>) -> usize {
    const WIDEST: usize = 60;
    texts
        .map(|text| text.as_ref().chars().count())
        .max()
        .unwrap_or(0)
        .min(WIDEST)
}

/// What was written, what fails or is slow today, and what comes next. `tried`: each gate's name, what
/// came of it, and its time.
#[must_use]
pub(crate) fn initialised(
    tried: &[(String, Trial, Duration)],
    program: &str,
    style: Style,
) -> String {
    let mut text = format!("\n{}\n", style.strong("wrote gates.toml"));
    for (name, trial, duration) in tried {
        let seconds = duration.as_secs_f64();
        let remark = match trial {
            Trial::None | Trial::Passed { .. } => continue,
            Trial::Failed { until } => format!(
                "{name} fails today, so it only warns until {until}: fix what `{program} run {name}` reports"
            ),
            Trial::Broken { code, until } => format!(
                "{name} could not do its work (exit code {code}), so it only warns until {until}: see \
                 why with `{program} run {name}`"
            ),
            Trial::Slow => {
                format!("{name} took {seconds:.0} s, so it runs at a push, not at a commit")
            }
            Trial::Missing => format!(
                "{name} could not start: install its program, then try `{program} run {name}`"
            ),
        };
        let _ = writeln!(text, "{}: {remark}", style.careful("note"));
    }
    let _ = writeln!(
        text,
        "next: read gates.toml, then run\n  git add gates.toml\n  {program} install"
    );
    text
}
