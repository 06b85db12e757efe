//! What `gatekeeper init` found, and what came of running it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::base::text::{clean_line, count, show_path};
use crate::config::BASELINE_NAME;
use crate::detect::{Detected, NamedDraft, NotTaken, Trial};
use crate::report::style::{Detail, Style};

/// How many calls that did not become gates are named.
const SHOWN: usize = 8;

/// The gates that were found, and what else was seen.
#[must_use]
pub(crate) fn detected(detected: &Detected, style: Style) -> String {
    let mut text = String::new();
    if let Some(translated) = &detected.translated {
        let heading = format!(
            "translated {} of {} in {}",
            translated.taken,
            entries(translated.entries),
            show_path(&translated.file)
        );
        let _ = writeln!(text, "{}", style.strong(&heading));
    } else if !detected.gates.is_empty() {
        let number = count(detected.gates.len(), "gate");
        let _ = writeln!(text, "{}", style.strong(&format!("found {number}")));
    }
    table(&mut text, &detected.gates, style);
    if detected.settings.fail_fast {
        let _ = writeln!(text, "  fail-fast in [settings]");
    }
    if !detected.settings.protected_branches.is_empty() {
        let branches = detected.settings.protected_branches.join(", ");
        let branches = clean_line(branches.as_bytes());
        let _ = writeln!(text, "  protected-branches in [settings]: {branches}");
    }
    if !detected.settings.checks.is_empty() {
        let keys: Vec<&str> = detected.settings.checks.keys().copied().collect();
        let _ = writeln!(text, "  {} in [checks]", keys.join(", "));
    }
    let is_translation = detected.translated.is_some();
    let mut others: Vec<&NotTaken> = detected.unknown.iter().collect();
    // Whoever moves from another tool has to know what does not move with them.
    let is_whole = style.detail >= Detail::Verbose || is_translation || detected.gates.is_empty();
    if is_whole {
        others.extend(&detected.not_taken);
    }
    if !others.is_empty() {
        let heading = if is_translation {
            "not translated"
        } else {
            "not used as gates"
        };
        let _ = writeln!(text, "\n{}", style.strong(heading));
    }
    let shown = if is_whole { others.len() } else { SHOWN };
    for other in others.iter().take(shown) {
        let what = clean_line(other.what.as_bytes());
        let _ = writeln!(
            text,
            "  {what}: {} {}",
            clean_line(other.reason.as_bytes()),
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

/// The gates with their commands and places. On a terminal, a long command is shortened so that its place fits beside
/// it.
fn table(text: &mut String, gates: &[NamedDraft], style: Style) {
    /// How much of a command is worth showing.
    const NARROWEST: usize = 24;
    let place = |gate: &NamedDraft| {
        let last = gate.draft.places.last();
        last.map(ToString::to_string).unwrap_or_default()
    };
    let run = |gate: &NamedDraft| one_line(&gate.draft.shown());
    let name_width = width(gates.iter().map(|gate| gate.name.as_str()));
    let mut run_width = width(gates.iter().map(run));
    if let Some(terminal) = style.width {
        let places = gates.iter().map(|gate| place(gate).chars().count());
        let others = name_width + places.max().unwrap_or(0) + 6;
        let fitting = terminal.saturating_sub(others).max(NARROWEST);
        run_width = run_width.min(fitting);
    }
    for gate in gates {
        let (name, mut run) = (&gate.name, run(gate));
        if style.width.is_some() {
            run = console::truncate_str(&run, run_width, "\u{2026}").into_owned();
        }
        let line = format!(
            "  {name:<name_width$}  {run:<run_width$}  {}",
            style.faint(&place(gate))
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// That no gate will see some paths, and the command that changes that.
#[must_use]
pub(crate) fn unseen(untracked: &[PathBuf], style: Style) -> String {
    /// How many paths are named.
    const NAMED: usize = 5;
    let named: Vec<String> = untracked
        .iter()
        .take(NAMED)
        .map(|path| show_path(path))
        .collect();
    let others = untracked.len() - named.len();
    let (more, add) = match others {
        0 => {
            let paths = untracked
                .iter()
                .map(|path| path.to_string_lossy().into_owned());
            (String::new(), shell_words::join(paths))
        }
        others => (format!(" and {others} more"), ".".to_owned()),
    };
    format!(
        "{}: git does not track {}{more}, so no gate sees that: if a gate needs it, run `git add {add}` before \
         `gatekeeper init`\n",
        style.careful("note"),
        named.join(", "),
    )
}

fn entries(number: usize) -> String {
    let noun = if number == 1 { "entry" } else { "entries" };
    format!("{number} {noun}")
}

/// A command in one line: a script by its first line.
fn one_line(command: &str) -> String {
    let mut lines = command.lines();
    let first = clean_line(lines.next().unwrap_or_default().as_bytes());
    match lines.next() {
        Some(_) => format!("{first} ..."),
        None => first,
    }
}

fn width(texts: impl Iterator<Item = impl AsRef<str>>) -> usize {
    const WIDEST: usize = 60;
    texts
        .map(|text| text.as_ref().chars().count())
        .max()
        .unwrap_or(0)
        .min(WIDEST)
}

/// A gate that was run once.
pub(crate) struct Tried {
    /// Its name.
    pub(crate) name: String,
    /// What came of it.
    pub(crate) trial: Trial,
    /// How long it took.
    pub(crate) duration: Duration,
    /// The command that installs its program, if one is known.
    pub(crate) install: Option<Install>,
}

/// The command that installs the program of a gate.
pub(crate) struct Install {
    /// The command, which may take several packages.
    pub(crate) command: String,
    /// The package that it has to name; `None` if it installs all that the project declares.
    pub(crate) package: Option<&'static str>,
}

/// What was written, what fails or is slow today, and what comes next.
#[must_use]
pub(crate) fn initialised(tried: &[Tried], program: &str, style: Style) -> String {
    let mut text = format!("\n{}\n", style.strong("wrote gates.toml"));
    for Tried {
        name,
        trial,
        duration,
        ..
    } in tried
    {
        let seconds = duration.as_secs_f64();
        let remark = match trial {
            Trial::None | Trial::Passed { .. } | Trial::Missing => continue,
            Trial::Failed { until, is_slow } => format!(
                "{name} fails today, so it only warns until {until}{}: fix what `{program} run {name}` reports",
                if *is_slow {
                    format!(", and it took {seconds:.0} s, so it runs at a push")
                } else {
                    String::new()
                }
            ),
            Trial::CheckedNothing { until } => format!(
                "{name} checked nothing, so it only warns until {until}: give it something to check, or remove it; \
                 see why with `{program} run {name}`"
            ),
            Trial::Known { number, is_slow } => format!(
                "{name} has {} today, which {BASELINE_NAME} lists: only new ones stop a commit{}",
                count(usize::try_from(*number).unwrap_or(usize::MAX), "finding"),
                if *is_slow {
                    format!("; it took {seconds:.0} s, so it runs at a push")
                } else {
                    String::new()
                }
            ),
            Trial::Broken { code, until } => format!(
                "{name} could not do its work (exit code {code}), so it only warns until {until}: see \
                 why with `{program} run {name}`"
            ),
            Trial::Slow { was_cold } => {
                let cache = match was_cold {
                    Some(true) => ", with an empty cache",
                    Some(false) => "",
                    None => ", with caches that may have been empty",
                };
                format!("{name} took {seconds:.0} s{cache}, so it runs at a push, not at a commit")
            }
            Trial::Unreachable {
                download: Some(command),
                ..
            } => format!(
                "{name} could not download what it needs, because a trial has no network: run `{command}`, \
                 then try `{program} run {name}`"
            ),
            Trial::Unreachable {
                download: None,
                until,
            } => format!(
                "{name} could not reach the network, which a trial does not have, so it only warns until \
                 {until}: try `{program} run {name}`"
            ),
            Trial::OfNetwork => {
                format!("{name} needs the network, so it was not tried, and runs at a push")
            }
        };
        let _ = writeln!(text, "{}: {remark}", style.careful("note"));
    }
    text.push_str(&missing(tried, program, style));
    let is_known = |one: &Tried| matches!(one.trial, Trial::Known { .. });
    let files = if tried.iter().any(is_known) {
        format!("gates.toml {BASELINE_NAME}")
    } else {
        "gates.toml".to_owned()
    };
    let _ = writeln!(
        text,
        "next: read gates.toml, then run\n  git add {files}\n  {program} install"
    );
    text
}

/// The gates whose programs are missing, once for each command that installs some of them.
fn missing(tried: &[Tried], program: &str, style: Style) -> String {
    let mut by_command: BTreeMap<Option<&str>, (Vec<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for one in tried.iter().filter(|one| one.trial == Trial::Missing) {
        let install = one.install.as_ref();
        let command = install.map(|install| install.command.as_str());
        let (names, packages) = by_command.entry(command).or_default();
        names.push(&one.name);
        packages.extend(install.and_then(|install| install.package));
    }
    let mut text = String::new();
    for (install, (names, packages)) in by_command {
        let (programs, it) = match names.len() {
            1 => ("its program", "it"),
            _ => ("their programs", "them"),
        };
        let with = install.map_or(String::new(), |install| {
            let words: Vec<&str> = std::iter::once(install).chain(packages).collect();
            format!(" with `{}`", words.join(" "))
        });
        let _ = writeln!(
            text,
            "{}: {} could not start: install {programs}{with}, then try {it} with `{program} run {}`",
            style.careful("note"),
            names.join(", "),
            names.join(" ")
        );
    }
    if !text.is_empty() {
        let _ = writeln!(
            text,
            "{}: what they find today is not known yet; once they are installed, remove gates.toml and run \
             `{program} init` again to have it taken into account",
            style.careful("note")
        );
    }
    text
}
