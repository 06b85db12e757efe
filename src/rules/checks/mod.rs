//! The checks of `[checks]`: what a change adds, in any language, without any tool.
//!
//! Everything is read from the repository, as it would be in the commit: added lines from the patch that
//! the other rules use, too, and whole files only where a line or a name asks for it. A secret is in no
//! finding, and the line that has it in none of another rule.

mod content;
mod hit;
mod paths;
mod secrets;
mod syntax;
mod tidy;
mod tree;

use std::collections::BTreeSet;
use std::path::PathBuf;

use time::Date;

use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{Bypass, Checks, Config, ConfigText, DatedException};
use crate::git::{DiffTarget, FileDiff, Objects, Repository};
use crate::model::finding::{Excuse, FilePlace, Finding, Location, Remedy};
use crate::model::rule::Rule;
use crate::model::severity::{Level, Severity};
use crate::rules::catalogue;
use crate::rules::catalogue::checks::{PRIVATE_KEY, SECRET};
use hit::{Hit, MovedLines, is_of_tests};
use tree::CheckedPaths;

pub use secrets::secret_in_line;
pub(crate) use secrets::spans as secret_spans;
pub(crate) use tidy::tidied;

/// Whether any check is on.
pub(crate) fn concerns(checks: &Checks) -> bool {
    catalogue::checks().any(|rule| checks.level(rule) != Level::Off)
}

/// Checks what a change adds. `entries` is all that it touches.
///
/// # Errors
///
/// git fails.
pub(crate) fn check(
    (repository, objects): (&Repository, &mut Objects),
    entries: &[FileDiff],
    after: DiffTarget,
    config: &Config,
    today: Date,
) -> Result<Vec<Finding>> {
    let checks = &config.checks;
    let is_on_anywhere = |rule: &Rule| checks.level(rule) != Level::Off;
    let looked_at: Vec<&FileDiff> = entries
        .iter()
        .filter(|entry| !checks.exclude.matches(&entry.path))
        .collect();
    if looked_at.is_empty() || !concerns(checks) {
        return Ok(Vec::new());
    }
    let mut hits = Vec::new();
    let mut moved = MovedLines::new(entries);
    for file in looked_at.iter().copied().filter(|file| file.has_contents()) {
        let Some(id) = file.after else { continue };
        let is_on = |rule: &Rule| checks.level_at(rule, &file.path) != Level::Off;
        content::lines(file, &is_on, &mut moved, &mut hits);
        let wants_content = content::wants(file, &is_on) || syntax::wants(file, &is_on);
        let wants_size = is_on(&catalogue::checks::LARGE_FILE);
        let limit = checks.max_file_size as usize * 1024;
        let is_read = wants_content || wants_size && objects.size(id)? > limit;
        if !is_read {
            continue;
        }
        let now = objects.blob(id)?;
        let mut before = None;
        let mut earlier = |objects: &mut Objects| -> Result<Option<Vec<u8>>> {
            if before.is_none() {
                before = Some(file.before.map(|id| objects.blob(id)).transpose()?);
            }
            Ok(before.clone().flatten())
        };
        if wants_size && now.len() > limit {
            let was = earlier(objects)?.map_or(0, |old| old.len());
            content::large(file, (was, now.len(), limit), &mut hits);
        }
        if now.len() > tidy::LARGEST || !wants_content {
            continue;
        }
        content::whole(file, &now, &is_on, &mut hits);
        if syntax::wants(file, &is_on)
            && let Some(hit) = syntax::check(file, &now)
        {
            let was_valid = match earlier(objects)? {
                None => true,
                Some(old) => syntax::check(file, &old).is_none(),
            };
            hits.extend(Some(hit).filter(|_| was_valid));
        }
    }
    let mut paths = CheckedPaths::new(repository, objects, after)?;
    paths::check(&mut paths, &looked_at, &is_on_anywhere, &mut hits)?;
    let findings = hits.into_iter().filter_map(|hit| {
        let severity = checks.level_at(hit.rule, hit.path).severity()?;
        Some(finding(&config.bypass, checks, hit, severity, today))
    });
    Ok(findings.collect())
}

/// What the checks find in a commit whose parent is given, by their defaults: for measuring.
///
/// # Errors
///
/// git fails, or the configuration is invalid.
pub fn of_commit(
    repository: &Repository,
    (parent, commit): (ObjectId, ObjectId),
    gates: &ConfigText,
) -> Result<Vec<Finding>> {
    let config = crate::config::parse(gates)?;
    let target = DiffTarget::Commit(commit);
    let entries = repository.touched_entries(&[parent], target)?;
    let mut objects = repository.objects();
    check(
        (repository, &mut objects),
        &entries,
        target,
        &config,
        Date::MIN,
    )
}

/// The finding about a hit. An exception in gates.toml justifies it until its last day.
fn finding(
    bypass: &Bypass,
    checks: &Checks,
    hit: Hit<'_>,
    severity: Severity,
    today: Date,
) -> Finding {
    let is_about = |exception: &&DatedException| {
        exception.rule == hit.rule.id && exception.files.matches(hit.path)
    };
    let exceptions = bypass.exceptions.iter().filter(is_about);
    let last = exceptions.max_by_key(|exception| exception.until);
    let mut finding = Finding {
        severity,
        location: Location::File(FilePlace {
            line: hit.line.unwrap_or(1),
            text: clean_line(&hit.text),
            ..FilePlace::whole(hit.path)
        }),
        ..Finding::new(hit.rule, hit.message, Remedy::Edit(hit.help.to_owned()))
    };
    if finding.rule.is(&PRIVATE_KEY) && is_of_tests(hit.path) {
        finding.severity = severity.min(Severity::Warning);
        finding.notes.push(
            "in a directory of tests this is only a warning: most keys there are made for them"
                .to_owned(),
        );
    }
    match last {
        Some(exception) if today <= exception.until => {
            finding.severity = Severity::Note;
            finding.excuse = Some(Excuse::Configured {
                reason: exception.reason.clone(),
                until: exception.until,
            });
        }
        Some(exception) => {
            finding.severity = checks
                .enforcement
                .enforced(Level::Error)
                .severity()
                .unwrap_or(severity);
            let until = exception.until;
            finding
                .notes
                .push(format!("its exception in gates.toml ended on {until}"));
        }
        None => {}
    }
    finding
}

/// Takes the texts out of findings of other rules about lines with a secret.
pub(crate) fn hide_secrets(findings: &mut [Finding]) {
    let secret = |finding: &&Finding| finding.rule.is(&SECRET) || finding.rule.is(&PRIVATE_KEY);
    let places: BTreeSet<(PathBuf, usize)> = findings
        .iter()
        .filter(secret)
        .map(|finding| (finding.place().0.to_owned(), finding.place().1))
        .collect();
    for finding in findings {
        let (path, line) = finding.place();
        if places.contains(&(path.to_owned(), line))
            && let Location::File(place) = &mut finding.location
        {
            place.text.clear();
            if !place.mark.is_empty() {
                place.mark = format!("line {line}");
            }
            place.column = 0;
        }
    }
}
