//! What is committed, checked: added lines, tests that are gone, configuration that is looser, gatekeeper
//! itself weakened, and files that decide what gates say.
//!
//! What weakens a gate needs a commit of configuration alone whose message says why, by a trailer
//! `Gate-Change: reason`; there a reviewer cannot overlook it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use time::Date;

use super::protected_paths::{Protection, protection};
use super::removed_tests;
use crate::base::fault::{Fault, Result};
use crate::base::text::clean_line;
use crate::config::diff::weaknesses;
use crate::config::{self, Config, FILE_NAME, SHORTEST_REASON};
use crate::git::{DiffTarget, FileDiff, Objects, Repository};
use crate::model::finding::Severity;
use crate::rules::added_lines::{self, LineFinding};
use crate::rules::tool_config::{self, Changed};

/// The trailer by which a commit of configuration says why it weakens something.
pub(crate) const GATE_CHANGE: &str = "Gate-Change";

/// Beginnings of the ids of rules that a reason in the message satisfies.
const DECLARABLE: [&str; 3] = ["config.", "gates.", "protected."];

/// The rule for what is weaker in gates.toml.
pub(super) const WEAKENED: &str = "gates.weakened";

/// What the rules say of a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChangeReport {
    /// What was found, by file and line.
    pub(crate) findings: Vec<LineFinding>,
    /// Whether the change touches nothing but configuration.
    pub(crate) is_configuration: bool,
}

impl ChangeReport {
    /// What refuses, whatever the message says. Without other files a reason in it will do.
    #[must_use]
    pub(crate) fn refused(&self) -> Vec<&LineFinding> {
        let errors = self.errors();
        errors
            .filter(|finding| !(self.is_configuration && is_declarable(finding)))
            .collect()
    }

    /// What refuses unless the message gives a reason.
    #[must_use]
    pub(crate) fn to_be_declared(&self) -> Vec<&LineFinding> {
        let errors = self.errors().filter(|_| self.is_configuration);
        errors.filter(|finding| is_declarable(finding)).collect()
    }

    /// The findings as they count now: what a reason in the message will satisfy does not refuse yet.
    #[must_use]
    pub(crate) fn as_they_count(&self) -> Vec<LineFinding> {
        let mut findings = self.findings.clone();
        for finding in &mut findings {
            if self.is_configuration && is_declarable(finding) {
                finding.severity = finding.severity.min(Severity::Warning);
            }
        }
        findings
    }

    fn errors(&self) -> impl Iterator<Item = &LineFinding> {
        let all = self.findings.iter();
        all.filter(|finding| finding.severity == Severity::Error)
    }
}

fn is_declarable(finding: &LineFinding) -> bool {
    DECLARABLE
        .iter()
        .any(|start| finding.rule.starts_with(start))
}

/// The reason that a message gives for a change of gates: the value of its trailer. `trailers` are its
/// keys and values.
#[must_use]
pub(crate) fn declared<'t>(
    trailers: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Option<&'t str> {
    let mut all = trailers.into_iter();
    all.find_map(|(key, value)| {
        let value = value.trim();
        let is_it = key.eq_ignore_ascii_case(GATE_CHANGE)
            && value.chars().count() >= SHORTEST_REASON
            && config::is_reason(value);
        is_it.then_some(value)
    })
}

/// Whether the rules for changes have anything to say of one that touches these paths.
pub(crate) fn concerns<'p>(config: &Config, paths: impl IntoIterator<Item = &'p Path>) -> bool {
    paths.into_iter().any(|path| {
        added_lines::concerns(&config.bypass, path)
            || tool_config::is_compared(path)
            || protection(config, path).is_some()
    })
}

/// Checks a change: from some commits, the first of them before all, to another one or the index.
/// `config` is the configuration after it; without one before, nothing can be weaker.
///
/// # Errors
///
/// git fails.
pub(crate) fn check_change(
    repository: &Repository,
    before: &[String],
    after: DiffTarget<'_>,
    config: &Config,
    today: Date,
) -> Result<ChangeReport> {
    let files = repository.touched(before, after)?;
    let is_merge = before.len() > 1;
    if files.is_empty() && !is_merge {
        return Ok(ChangeReport::default());
    }
    let mut source = BlobSource {
        repository,
        objects: None,
    };
    let mut findings =
        added_lines::check(&config.bypass, &files, today, &mut |id| source.blob(id))?;
    if is_merge {
        findings.extend(weaker_than_all(&mut source, before, after, config, today)?);
    } else {
        let first = before.first().map(String::as_str);
        findings.extend(weaker_than(&mut source, first, &files, config, today)?);
    }
    let old = old_config(&mut source, &files)?;
    let policy = match &old {
        OldConfig::Ready(old) => old,
        OldConfig::Untouched | OldConfig::Broken(_) => config,
    };
    findings.extend(touched_protection(
        config,
        policy,
        &files,
        before.is_empty(),
    ));
    sort(&mut findings);
    let is_of_configuration = |file: &FileDiff| protection(policy, &file.path).is_some();
    Ok(ChangeReport {
        is_configuration: files.iter().all(is_of_configuration),
        findings,
    })
}

/// As [`check_change`], by another configuration as well: of what both find the graver counts.
///
/// # Errors
///
/// git fails.
pub(crate) fn check_change_by_both(
    repository: &Repository,
    before: &[String],
    after: DiffTarget<'_>,
    (config, base): (&Config, &Config),
    today: Date,
) -> Result<ChangeReport> {
    let mut report = check_change(repository, before, after, config, today)?;
    if config.bypass == base.bypass && config.gates == base.gates {
        return Ok(report);
    }
    let others = check_change_by_base(repository, before, after, base, today)?;
    report.is_configuration &= others.is_configuration;
    for other in others.findings {
        let is_same = |one: &&mut LineFinding| {
            (&one.path, one.line, &one.rule, &one.mark)
                == (&other.path, other.line, &other.rule, &other.mark)
        };
        match report.findings.iter_mut().find(is_same) {
            Some(one) if other.severity > one.severity => *one = other,
            Some(_) => {}
            None => report.findings.push(other),
        }
    }
    sort(&mut report.findings);
    Ok(report)
}

/// As [`check_change`], by the configuration of another commit than the one after the change: nothing
/// is said of what is weaker in gates.toml.
///
/// # Errors
///
/// git fails.
pub(crate) fn check_change_by_base(
    repository: &Repository,
    before: &[String],
    after: DiffTarget<'_>,
    base: &Config,
    today: Date,
) -> Result<ChangeReport> {
    let mut report = check_change(repository, before, after, base, today)?;
    report.findings.retain(|finding| finding.rule != WEAKENED);
    Ok(report)
}

fn sort(findings: &mut [LineFinding]) {
    findings.sort_by(|a, b| (&a.path, a.line, &a.rule).cmp(&(&b.path, b.line, &b.rule)));
}

/// What is looser in files that are compared as a whole, and what is weaker in gates.toml.
fn weaker_than(
    source: &mut BlobSource<'_>,
    before: Option<&str>,
    files: &[FileDiff],
    config: &Config,
    today: Date,
) -> Result<Vec<LineFinding>> {
    let contents = contents(source, before, files)?;
    let changed: Vec<Changed<'_>> = contents.iter().map(as_changed).collect();
    let mut findings = tool_config::check(&config.bypass, &changed);
    findings.extend(removed_tests::check(&config.bypass, &changed));
    match old_config(source, files)? {
        OldConfig::Untouched => {}
        OldConfig::Broken(fault) => findings.push(unknown_before(&fault)),
        OldConfig::Ready(old) => findings.extend(weaker(&old, config, today)),
    }
    Ok(findings)
}

/// The same of a merge: what is weaker than in each of its parents. What one of them has is that
/// one's.
fn weaker_than_all(
    source: &mut BlobSource<'_>,
    parents: &[String],
    after: DiffTarget<'_>,
    config: &Config,
    today: Date,
) -> Result<Vec<LineFinding>> {
    let mut common: Option<Vec<LineFinding>> = None;
    for parent in parents {
        let files = source
            .repository
            .touched(std::slice::from_ref(parent), after)?;
        let mut findings = weaker_than(source, Some(parent), &files, config, today)?;
        if let Some(common) = common {
            let is_known = |one: &LineFinding| {
                let mut known = common.iter();
                known.any(|other| {
                    (&one.path, &one.rule, &one.mark) == (&other.path, &other.rule, &other.mark)
                })
            };
            findings.retain(is_known);
        }
        if findings.is_empty() {
            return Ok(findings);
        }
        common = Some(findings);
    }
    Ok(common.unwrap_or_default())
}

/// Objects, read by a git that is started when the first one is needed.
struct BlobSource<'r> {
    repository: &'r Repository,
    objects: Option<Objects>,
}

impl BlobSource<'_> {
    fn objects(&mut self) -> Result<&mut Objects> {
        if self.objects.is_none() {
            self.objects = Some(self.repository.objects()?);
        }
        self.objects
            .as_mut()
            .ok_or_else(|| Fault::bug("git was started and is not there"))
    }

    fn blob(&mut self, id: &str) -> Result<Vec<u8>> {
        self.objects()?.blob(id)
    }
}

/// A file, and what it was and is.
type ChangedContent = (PathBuf, Option<Vec<u8>>, Option<Vec<u8>>);

fn as_changed((path, before, after): &ChangedContent) -> Changed<'_> {
    Changed {
        path,
        before: before.as_deref(),
        after: after.as_deref(),
    }
}

/// What the files that are compared as a whole were and are, with their companions.
fn contents(
    source: &mut BlobSource<'_>,
    before: Option<&str>,
    files: &[FileDiff],
) -> Result<Vec<ChangedContent>> {
    let mut found = Vec::new();
    let mut companions = BTreeSet::new();
    for file in files {
        let path = &file.path;
        if !tool_config::is_compared(path) && !removed_tests::may_hold_tests(path) {
            continue;
        }
        let mut read = |id: &Option<String>| id.as_ref().map(|id| source.blob(id)).transpose();
        found.push((path.clone(), read(&file.before)?, read(&file.after)?));
        companions.extend(tool_config::companions(path));
    }
    let Some(before) = before else {
        return Ok(found);
    };
    for path in companions {
        if files.iter().all(|file| file.path != path)
            && let Some(content) = source.objects()?.file(before, &path)?
        {
            found.push((path, Some(content.clone()), Some(content)));
        }
    }
    Ok(found)
}

/// The configuration before a change.
enum OldConfig {
    /// The change does not touch it, or there was none.
    Untouched,
    /// There was one, and why it cannot be used.
    Broken(Fault),
    /// There was one.
    Ready(Box<Config>),
}

fn old_config(source: &mut BlobSource<'_>, files: &[FileDiff]) -> Result<OldConfig> {
    let mut touched = files.iter();
    let Some(id) = touched
        .find(|file| file.path == Path::new(FILE_NAME))
        .and_then(|file| file.before.as_ref())
    else {
        return Ok(OldConfig::Untouched);
    };
    let text = config::from_bytes(FILE_NAME.to_owned(), source.blob(id)?);
    Ok(match text.and_then(|text| config::parse(&text)) {
        Ok(config) => OldConfig::Ready(Box::new(config)),
        Err(fault) => OldConfig::Broken(fault),
    })
}

/// What the finding about a configuration that cannot be read marks.
const UNKNOWN_BEFORE: &str = "gates before";

/// Whether a finding says that nothing can be compared with the configuration before.
pub(crate) fn is_unknown_before(finding: &LineFinding) -> bool {
    finding.rule == WEAKENED && finding.mark == format!("[{UNKNOWN_BEFORE}]")
}

/// That nothing can be compared with the configuration before. Its own level for that is not known
/// either, so the finding is an error.
pub(super) fn unknown_before(fault: &Fault) -> LineFinding {
    let mut finding = weakening(
        Severity::Error,
        UNKNOWN_BEFORE,
        "the file before the change cannot be used, so any gate may be gone",
    );
    finding.notes.push(format!("before: {}", fault.message));
    finding
}

/// What is weaker in a gates.toml than in the one before.
pub(super) fn weaker(before: &Config, after: &Config, today: Date) -> Vec<LineFinding> {
    let Some(severity) = before.bypass.level(WEAKENED).severity() else {
        return Vec::new();
    };
    let found = weaknesses(before, after, today);
    let finding = |one: config::diff::ConfigWeakening| weakening(severity, &one.about, &one.what);
    found.into_iter().map(finding).collect()
}

/// The finding about what is weaker in a table of gates.toml.
pub(super) fn weakening(severity: Severity, about: &str, what: &str) -> LineFinding {
    LineFinding {
        path: FILE_NAME.into(),
        line: 1,
        text: String::new(),
        mark: format!("[{about}]"),
        rule: Cow::Borrowed(WEAKENED),
        severity,
        message: format!("gatekeeper is weakened: {what}"),
        notes: Vec::new(),
        help: HELP.to_owned(),
        excuse: None,
    }
}

/// That the configuration is gone; nothing if the rules before did not mind.
pub(super) fn gone(before: &Config) -> Option<LineFinding> {
    let severity = before.bypass.level(WEAKENED).severity()?;
    Some(LineFinding {
        path: FILE_NAME.into(),
        line: 1,
        text: String::new(),
        mark: String::new(),
        rule: Cow::Borrowed(WEAKENED),
        severity,
        message: format!("{FILE_NAME} is gone, so no gate and no rule is left"),
        notes: Vec::new(),
        help: HELP.to_owned(),
        excuse: None,
    })
}

/// What to do about what weakens.
const HELP: &str = "put it back; or, if it is right, commit the configuration alone, with the trailer \
                    `Gate-Change: reason`";

/// The protected files that a change touches: what was there before, by either configuration.
fn touched_protection(
    config: &Config,
    policy: &Config,
    files: &[FileDiff],
    is_all_new: bool,
) -> Vec<LineFinding> {
    let mut findings = Vec::new();
    let is_new = |file: &FileDiff| file.before.is_none();
    // With the first gates.toml everything is new.
    let is_gates = |file: &FileDiff| file.path == Path::new(FILE_NAME);
    let is_first = is_all_new || files.iter().any(|file| is_new(file) && is_gates(file));
    for file in files {
        let found = match protection(policy, &file.path) {
            // A file that comes before the one that was run until now.
            Some(Protection::Script) if is_new(file) && !is_first => Some(Protection::Script),
            _ if is_new(file) => None,
            found => found.or_else(|| protection(config, &file.path)),
        };
        let (rule, what) = match found {
            Some(Protection::Script) => ("protected.script", "a gate runs this file"),
            Some(Protection::Tool) => ("protected.tool", "a tool is configured by this file"),
            Some(Protection::Workflow) => ("protected.workflow", "CI is configured by this file"),
            Some(Protection::Agent) => (
                "protected.agent",
                "this file says what agents may do, or who has to review",
            ),
            Some(Protection::Gates) | None => continue,
        };
        // Where settings can be compared, they were.
        let is_compared = rule == "protected.tool" && tool_config::is_compared(&file.path);
        let Some(severity) = policy
            .bypass
            .level(rule)
            .severity()
            .filter(|_| !is_compared)
        else {
            continue;
        };
        let line = file.added.first().or(file.removed.first());
        findings.push(LineFinding {
            path: file.path.clone(),
            line: line.map_or(1, |line| line.number),
            text: line.map_or_else(String::new, |line| clean_line(&line.text)),
            mark: String::new(),
            rule: Cow::Borrowed(rule),
            severity,
            message: format!("{what}, and the change touches it"),
            notes: Vec::new(),
            help: HELP.to_owned(),
            excuse: None,
        });
    }
    findings
}
