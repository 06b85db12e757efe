//! Configuration that makes a tool look away: compared setting by setting, before and after.
//!
//! The settings of a tool in one directory are one configuration, whichever file holds them, so
//! that nothing is found when a section moves from `setup.cfg` to `pyproject.toml`. A new
//! configuration is compared with the one in a directory above it that applied before, or with the
//! defaults of the tool, if a gate runs the tool. Only the given files are seen: those that a
//! change touches, and their companions. Without the companions, a new file that takes precedence
//! over an old one would merely look new.

pub(crate) mod changed;
pub(crate) mod cli_options;
mod compare;
mod files;
mod formats;
mod groups;
mod ini;
mod json;
pub(crate) mod list_values;
mod migrated;
pub(crate) mod node;
mod readers;
mod settings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::text::{clean_line, count, some_of};
use crate::config::Bypass;
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::rules::catalogue::change::UNREADABLE;
use crate::tools::{Configuration, Reach, configurations};
use bstr::ByteSlice as _;
use groups::{ComparedWith, FoundLoosening, Group};
use readers::Readers;
use settings::FlatSetting;

pub use changed::Changed;
pub(crate) use files::{is_named, is_tool_configuration, is_wholly_compared};
pub(crate) use formats::read as read_configuration;
pub(crate) use node::{Node, Value};
pub use readers::{ToolCall, ToolCalls};

/// What to do about each finding.
const HELP: &str = "restore it; if the change is intended, commit the configuration alone with \
    the trailer `Gate-Change: reason`";

/// Whether the settings in a file are compared, so that its content is needed.
#[must_use]
pub fn is_compared(path: &Path) -> bool {
    let mut files = configurations().flat_map(|configuration| configuration.files);
    files.any(|file| is_named(path, file.name))
}

/// The other files that may hold the configuration that a file holds: one of them may take effect,
/// or no longer, because of this one. Those that exist have to be passed to [`check`] too, with the
/// same content before and after if the change does not touch them.
#[must_use]
pub fn companions(path: &Path) -> Vec<PathBuf> {
    let dir = path.parent().unwrap_or(Path::new(""));
    let is_of = |configuration: &&Configuration| {
        let mut files = configuration.files.iter();
        !configuration.is_each_file_alone && files.any(|file| is_named(path, file.name))
    };
    let files = configurations()
        .filter(is_of)
        .flat_map(|configuration| configuration.files);
    let is_plain = |name: &&str| !name.contains(['*', '/']);
    let names: BTreeSet<&str> = files.map(|file| file.name).filter(is_plain).collect();
    let mut paths: BTreeSet<PathBuf> = names.into_iter().map(|name| dir.join(name)).collect();
    // A new file takes the place of one in a directory above it.
    let is_of_files = |configuration: &&Configuration| {
        let mut files = configuration.files.iter();
        configuration.reach != Reach::Above && files.any(|file| is_named(path, file.name))
    };
    for configuration in configurations().filter(is_of_files) {
        let mut names = configuration.files.iter().map(|file| file.name);
        paths.extend(names.by_ref().filter(is_plain).flat_map(|name| {
            let above = dir.ancestors().skip(1);
            above.map(move |dir| dir.join(name))
        }));
    }
    paths.remove(path);
    paths.into_iter().collect()
}

/// Checks the configuration of tools that a change touches, other files among `changed` are
/// ignored. Findings are sorted by file and line. If a setting was removed, the line is that of the
/// file as it was, which a note says. Of tools that the gates before the change call, the first
/// configuration counts, too.
#[must_use]
pub fn check(bypass: &Bypass, changed: &[Changed<'_>], calls: &ToolCalls) -> Vec<Finding> {
    let is_seen = |file: &&Changed<'_>| !bypass.exclude.matches(file.path);
    let files: Vec<Changed<'_>> = changed.iter().filter(is_seen).copied().collect();
    let documents = groups::read(&files);
    let mut findings: Vec<Finding> = documents
        .iter()
        .filter(|document| document.is_damaged)
        .filter_map(|document| unreadable(bypass, document.path))
        .collect();
    let groups = groups::groups(&documents);
    let is_new = |name: &str| {
        groups
            .iter()
            .any(|group| group.configuration.tool == name && group.is_new())
    };
    for group in &groups {
        let has_replacement = group
            .configuration
            .alternatives
            .iter()
            .any(|tool| is_new(tool));
        if group.is_new() {
            findings.extend(first(bypass, group, &groups, calls));
            continue;
        }
        findings.extend(of_group(bypass, group, has_replacement, calls));
    }
    findings.sort_by(|a, b| (a.place(), a.rule.as_str()).cmp(&(b.place(), b.rule.as_str())));
    merged(findings)
}

/// The findings about a configuration that is new: it is compared with what applied there before.
fn first(
    bypass: &Bypass,
    group: &Group<'_>,
    groups: &[Group<'_>],
    calls: &ToolCalls,
) -> Vec<Finding> {
    let Some(dir) = group.after.dir() else {
        return Vec::new();
    };
    let configuration = group.configuration;
    let readers = calls.readers(configuration, dir);
    if readers.is_empty() {
        return Vec::new();
    }
    let above = groups
        .iter()
        .filter(|other| other.configuration.tool == configuration.tool)
        .filter_map(|other| Some((other, other.before.dir()?)))
        .filter(|(_, above)| dir != *above && dir.starts_with(above))
        .max_by_key(|(_, above)| above.components().count());
    let above = above.filter(|_| configuration.reach != Reach::Above);
    let is_part = above.is_some();
    let (compared, note) = if let Some((other, _)) = above {
        let path = other.before.file.map_or(Path::new(""), |(path, _)| path);
        let note = format!(
            "compared with {}, which applied here before",
            path.display()
        );
        (other.before.clone(), note)
    } else {
        let note = format!(
            "the first configuration of {}, compared with its defaults",
            configuration.tool
        );
        (groups::GroupSide::default(), note)
    };
    let group = Group {
        configuration,
        before: compared,
        after: group.after.clone(),
    };
    // What such a file does not say, another one may.
    let inherits = is_part && (configuration.reach == Reach::Merged || group.inherits_anew());
    let time = if is_part {
        ComparedWith::Before
    } else {
        ComparedWith::Defaults
    };
    let mut loosened = group.loosened(&readers, time);
    loosened.retain(|(_, loosening)| !(loosening.loosened.is_gone && inherits));
    let mut findings = worded(bypass, &group, loosened, false);
    for finding in &mut findings {
        finding.notes.push(clean_line(note.as_bytes()));
    }
    findings
}

/// The findings about one configuration of a tool.
fn of_group(
    bypass: &Bypass,
    group: &Group<'_>,
    has_replacement: bool,
    calls: &ToolCalls,
) -> Vec<Finding> {
    if group.before.settings.is_empty() {
        return Vec::new();
    }
    let dir = group.before.dir().unwrap_or(Path::new(""));
    let readers = calls.readers(group.configuration, dir);
    if group.after.settings.is_empty()
        && let Some(rule) = group.configuration.removed
    {
        return removed(bypass, group, rule, has_replacement)
            .into_iter()
            .collect();
    }
    let loosened = group.loosened(&readers, ComparedWith::Before);
    worded(bypass, group, loosened, group.inherits_anew())
}

/// The findings about settings that are looser.
fn worded(
    bypass: &Bypass,
    group: &Group<'_>,
    loosened: Vec<(&'static Rule, FoundLoosening<'_>)>,
    inherits: bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (rule, loosening) in loosened {
        let Some(mut severity) = bypass.level(rule).severity() else {
            continue;
        };
        let mut notes = Vec::new();
        if loosening.loosened.is_gone && inherits {
            severity = severity.min(Severity::Warning);
            notes.push("the file that it now extends may contain the same setting".to_owned());
        }
        let side = match loosening.after {
            Some(_) => &group.after,
            None => &group.before,
        };
        let (Some(setting), Some((path, text))) = (loosening.after.or(loosening.before), side.file)
        else {
            continue;
        };
        if loosening.after.is_none() {
            notes.push("the line number refers to the previous file".to_owned());
        }
        let message = format!("`{}` {}", setting.name, loosening.loosened.what);
        let at = place(text, setting, &loosening.loosened.marks);
        let mark = loosening.loosened.marks.first().or(setting.path.last());
        let mark = mark.map_or("", String::as_str);
        let place = place_of(path, text, at, mark);
        findings.push(finding(rule, severity, &message, place, notes));
    }
    findings
}

/// The place of the first of the words in a setting, or else of the setting itself.
fn place(text: &[u8], setting: &FlatSetting<'_>, marks: &[String]) -> usize {
    let at = setting.node.at;
    let word = marks.first().map(|mark| {
        // `file: code` and `` `--option value` `` are not in the file like that: gatekeeper
        // composes them.
        let mark = mark.trim_matches('`');
        let mark = mark.rsplit_once(": ").map_or(mark, |(_, code)| code);
        mark.split(' ').next_back().unwrap_or(mark).as_bytes()
    });
    let rest = text.get(at..).unwrap_or_default();
    let offset = word
        .filter(|word| !word.is_empty())
        .and_then(|word| rest.find(word));
    at + offset.unwrap_or(0)
}

/// The finding about a configuration that was removed altogether.
fn removed(
    bypass: &Bypass,
    group: &Group<'_>,
    rule: &'static Rule,
    has_replacement: bool,
) -> Option<Finding> {
    let (path, text) = group.before.file?;
    if group.is_gone_with_its_package() {
        return None;
    }
    let level = bypass.level(rule).severity()?;
    let mut notes = vec!["the line number refers to the previous file".to_owned()];
    let is_below = path.parent().is_some_and(|dir| dir != Path::new(""));
    let lost: Vec<String> = group
        .loosened(&Readers::default(), ComparedWith::Before)
        .into_iter()
        .filter(|(rule, _)| bypass.level(rule).severity() == Some(Severity::Error))
        .filter_map(|(_, loosening)| Some((loosening.before?, loosening.loosened)))
        .map(|(setting, loosened)| format!("`{}` {}", setting.name, loosened.what))
        .collect();
    let excuse = if has_replacement {
        Some("another tool with the same task is configured instead")
    } else if is_below && group.is_file_gone() {
        Some("the configuration in a parent directory applies now")
    } else if lost.is_empty() {
        Some("no setting in it is known to make the tool stricter")
    } else {
        None
    };
    let severity = match excuse {
        Some(excuse) => {
            notes.push(excuse.to_owned());
            level.min(Severity::Warning)
        }
        None => level,
    };
    if !lost.is_empty() {
        let lost = format!("with it: {}", some_of(&lost, 3));
        notes.push(clean_line(lost.as_bytes()));
    }
    let message = format!(
        "the configuration of {} was removed",
        group.configuration.tool
    );
    let place = place_of(path, text, group.before.begin, "");
    Some(finding(rule, severity, &message, place, notes))
}

/// Merges the findings about one line: all the modules of an override share it.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<(Finding, usize)> = Vec::new();
    for finding in findings {
        match merged.last_mut() {
            Some((last, more))
                if (last.place(), &last.rule, last.severity)
                    == (finding.place(), &finding.rule, finding.severity) =>
            {
                *more += 1;
            }
            _ => merged.push((finding, 0)),
        }
    }
    let with_count = |(mut finding, more): (Finding, usize)| {
        if more > 0 {
            let note = format!("and {} on the same line", count(more, "more setting"));
            finding.notes.push(note);
        }
        finding
    };
    merged.into_iter().map(with_count).collect()
}

/// The finding about a file that could be read before and no longer can.
fn unreadable(bypass: &Bypass, path: &Path) -> Option<Finding> {
    let severity = bypass.level(&UNREADABLE).severity()?;
    let message = "the file can no longer be read, so its changes cannot be compared";
    let remedy = Remedy::Edit("fix the syntax of the file".to_owned());
    Some(Finding {
        severity,
        location: Location::File(FilePlace::whole(path)),
        ..Finding::new(&UNREADABLE, message, remedy)
    })
}

fn finding(
    rule: &'static Rule,
    severity: Severity,
    message: &str,
    place: FilePlace,
    notes: Vec<String>,
) -> Finding {
    Finding {
        severity,
        location: Location::File(place),
        notes,
        ..Finding::new(
            rule,
            clean_line(message.as_bytes()),
            Remedy::Edit(HELP.to_owned()),
        )
    }
}

/// The line of a file that holds a byte, with the part of it that a finding is about.
fn place_of(path: &Path, text: &[u8], at: usize, mark: &str) -> FilePlace {
    let at = at.min(text.len());
    let start = text[..at].rfind_byte(b'\n').map_or(0, |end| end + 1);
    FilePlace {
        path: path.to_owned(),
        line: text[..at].split_str("\n").count(),
        text: clean_line(text[start..].split_str("\n").next().unwrap_or_default()),
        mark: clean_line(mark.as_bytes()),
        column: at - start,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "table_tests.rs"]
mod table_tests;

#[cfg(test)]
#[path = "first_tests.rs"]
mod first_tests;
