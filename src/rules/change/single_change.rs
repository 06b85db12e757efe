//! Checks what is committed: added lines, removed tests, looser tool configuration, weakenings of
//! gatekeeper itself, and files that decide what gates say.
//!
//! A change that weakens a gate has to be a commit of configuration alone whose message says why,
//! by a trailer `Gate-Change: reason`; there a reviewer cannot overlook it.

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

/// Prefixes of the ids of rules that a reason in the message satisfies.
const DECLARABLE: [&str; 3] = ["config.", "gates.", "protected."];

/// The rule about weakenings in gates.toml.
pub(super) const WEAKENED: &str = "gates.weakened";

/// The findings of the rules about a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChangeReport {
    /// The findings, by file and line.
    pub(crate) findings: Vec<LineFinding>,
    /// Whether the change touches nothing but configuration.
    pub(crate) is_configuration: bool,
}

impl ChangeReport {
    /// The findings that refuse it, whatever the message says. If it touches nothing but
    /// configuration, a reason in the message is enough for some.
    #[must_use]
    pub(crate) fn refused(&self) -> Vec<&LineFinding> {
        self.errors()
            .filter(|finding| !(self.is_configuration && is_declarable(finding)))
            .collect()
    }

    /// The findings that refuse it unless the message gives a reason.
    #[must_use]
    pub(crate) fn to_be_declared(&self) -> Vec<&LineFinding> {
        self.errors()
            .filter(|finding| self.is_configuration && is_declarable(finding))
            .collect()
    }

    /// The findings as they count before there is a message: those that a reason in it can satisfy
    /// do not refuse yet.
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
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
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
    trailers.into_iter().find_map(|(key, value)| {
        let value = value.trim();
        let is_it = key.eq_ignore_ascii_case(GATE_CHANGE)
            && value.chars().count() >= SHORTEST_REASON
            && config::is_reason(value);
        is_it.then_some(value)
    })
}

/// Whether any rule applies to a change that touches these paths.
pub(crate) fn concerns<'p>(config: &Config, paths: impl IntoIterator<Item = &'p Path>) -> bool {
    paths.into_iter().any(|path| {
        added_lines::concerns(&config.bypass, path)
            || tool_config::is_compared(path)
            || protection(config, path).is_some()
    })
}

/// Checks a change from some commits, of which the first one counts most, to another commit or the
/// index. `config` is the configuration after it; without a configuration before, nothing can be
/// weaker.
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

/// Like [`check_change`], but by a second configuration as well: if both report something, the more
/// severe finding counts.
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
    let by_base = check_change_by_base(repository, before, after, base, today)?;
    report.is_configuration &= by_base.is_configuration;
    for other in by_base.findings {
        let is_same = |finding: &&mut LineFinding| {
            (&finding.path, finding.line, &finding.rule, &finding.mark)
                == (&other.path, other.line, &other.rule, &other.mark)
        };
        match report.findings.iter_mut().find(is_same) {
            Some(finding) if other.severity > finding.severity => *finding = other,
            Some(_) => {}
            None => report.findings.push(other),
        }
    }
    sort(&mut report.findings);
    Ok(report)
}

/// Like [`check_change`], but by the configuration of a commit other than the one after the change:
/// weakenings of gates.toml are not reported.
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

/// Like [`weaker_than`], for a merge: what is weaker than in each of its parents. A weakening that
/// one parent already has belongs to that parent.
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
            let is_common = |finding: &LineFinding| {
                common.iter().any(|other| {
                    (&finding.path, &finding.rule, &finding.mark)
                        == (&other.path, &other.rule, &other.mark)
                })
            };
            findings.retain(is_common);
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

/// A file, with its content before and after.
type ChangedContent = (PathBuf, Option<Vec<u8>>, Option<Vec<u8>>);

fn as_changed((path, before, after): &ChangedContent) -> Changed<'_> {
    Changed {
        path,
        before: before.as_deref(),
        after: after.as_deref(),
    }
}

/// The contents, before and after, of the files that are compared as a whole and of their
/// companions.
fn contents(
    source: &mut BlobSource<'_>,
    before: Option<&str>,
    files: &[FileDiff],
) -> Result<Vec<ChangedContent>> {
    let mut contents = Vec::new();
    let mut companions = BTreeSet::new();
    for file in files {
        let path = &file.path;
        if !tool_config::is_compared(path) && !removed_tests::may_hold_tests(path) {
            continue;
        }
        let mut read = |id: &Option<String>| id.as_ref().map(|id| source.blob(id)).transpose();
        contents.push((path.clone(), read(&file.before)?, read(&file.after)?));
        companions.extend(tool_config::companions(path));
    }
    let Some(before) = before else {
        return Ok(contents);
    };
    for path in companions {
        if files.iter().all(|file| file.path != path)
            && let Some(content) = source.objects()?.file(before, &path)?
        {
            contents.push((path, Some(content.clone()), Some(content)));
        }
    }
    Ok(contents)
}

/// The configuration before a change.
enum OldConfig {
    /// The change does not touch it, or there was none.
    Untouched,
    /// There was one, but it cannot be used, for this reason.
    Broken(Fault),
    /// There was one, and it is valid.
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

/// The mark of the finding about a configuration that cannot be read.
const UNKNOWN_BEFORE: &str = "gates before";

/// Whether a finding says that nothing can be compared with the configuration before.
pub(crate) fn is_unknown_before(finding: &LineFinding) -> bool {
    finding.rule == WEAKENED && finding.mark == format!("[{UNKNOWN_BEFORE}]")
}

/// The finding that nothing can be compared with the configuration before. The level that it sets
/// for this rule is not known either, so the finding is an error.
pub(super) fn unknown_before(fault: &Fault) -> LineFinding {
    let mut finding = weakening(
        Severity::Error,
        UNKNOWN_BEFORE,
        "the previous file cannot be used, so any gate may have been removed",
    );
    finding
        .notes
        .push(format!("previous file: {}", fault.message));
    finding
}

/// What is weaker in a gates.toml than in the one before.
pub(super) fn weaker(before: &Config, after: &Config, today: Date) -> Vec<LineFinding> {
    let Some(severity) = before.bypass.level(WEAKENED).severity() else {
        return Vec::new();
    };
    weaknesses(before, after, today)
        .into_iter()
        .map(|weakness| weakening(severity, &weakness.about, &weakness.what))
        .collect()
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
        message: format!("the configuration is weaker: {what}"),
        notes: Vec::new(),
        help: HELP.to_owned(),
        excuse: None,
    }
}

/// The finding that the configuration is gone; `None` if the rules before did not check for that.
pub(super) fn removed_configuration(before: &Config) -> Option<LineFinding> {
    let severity = before.bypass.level(WEAKENED).severity()?;
    Some(LineFinding {
        path: FILE_NAME.into(),
        line: 1,
        text: String::new(),
        mark: String::new(),
        rule: Cow::Borrowed(WEAKENED),
        severity,
        message: format!("{FILE_NAME} was removed, so no gate and no rule is left"),
        notes: Vec::new(),
        help: HELP.to_owned(),
        excuse: None,
    })
}

/// What to do about a weakening.
const HELP: &str = "restore it; if the change is intended, commit the configuration alone with \
    the trailer `Gate-Change: reason`";

/// The findings about protected files that a change touches: files that existed before and are
/// protected by either configuration.
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
        let protection = match protection(policy, &file.path) {
            // A new file that takes precedence over the one that was run until now.
            Some(Protection::Script) if is_new(file) && !is_first => Some(Protection::Script),
            _ if is_new(file) => None,
            by_policy => by_policy.or_else(|| protection(config, &file.path)),
        };
        let (rule, what) = match protection {
            Some(Protection::Script) => ("protected.script", "a gate runs this file"),
            Some(Protection::Tool) => ("protected.tool", "this file configures a tool"),
            Some(Protection::Workflow) => ("protected.workflow", "this file configures CI"),
            Some(Protection::Agent) => (
                "protected.agent",
                "this file defines what agents may do or who must review",
            ),
            Some(Protection::Gates) | None => continue,
        };
        // If its settings can be compared, they have been already.
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
