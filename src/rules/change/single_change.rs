//! Checks what is committed: added lines, removed tests, looser tool configuration, weakenings of
//! gatekeeper itself, and files that decide what gates say.
//!
//! A change that weakens a gate has to be a commit of configuration alone whose message says why,
//! by a trailer `Gate-Change: reason`; there a reviewer cannot overlook it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use time::Date;

use super::gate_files::Led;
use super::git_ignored;
use super::linked_programs::linked_programs;
use super::protected_paths::{HELP, HELP_NEW, Protection, protection};
use super::removed_tests;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::diff::weaknesses;
use crate::config::{self, Config, ConfigText, FILE_NAME, Policy, PolicySource, source};
use crate::git::{DiffTarget, FileDiff, Repository};
use crate::indirection::may_lead;
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::rule::{Rule, RuleFamily};
use crate::model::severity::{Level, Severity};
use crate::rules::added_lines;
use crate::rules::catalogue::change::{
    GIT_IGNORED, PROTECTED_AGENT, PROTECTED_SCRIPT, PROTECTED_TOOL, PROTECTED_WORKFLOW, WEAKENED,
};
use crate::rules::tool_config::{self, Changed, ToolCalls};

/// The trailer by which a commit of configuration says why it weakens something.
pub(crate) const GATE_CHANGE: &str = "Gate-Change";

/// The rules that a reason in the message satisfies.
const DECLARABLE: [RuleFamily; 3] = [
    RuleFamily::ToolConfiguration,
    RuleFamily::Gates,
    RuleFamily::ProtectedFiles,
];

/// The findings of the rules about a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChangeReport {
    /// The findings, by file and line.
    pub(crate) findings: Vec<Finding>,
    /// Whether the change touches nothing but configuration.
    pub(crate) is_configuration: bool,
}

impl ChangeReport {
    /// The findings that refuse it, whatever the message says. If it touches nothing but
    /// configuration, a reason in the message is enough for some.
    #[must_use]
    pub(crate) fn refused(&self) -> Vec<&Finding> {
        self.errors()
            .filter(|finding| !(self.is_configuration && is_declarable(finding)))
            .collect()
    }

    /// The findings that refuse it unless the message gives a reason.
    #[must_use]
    pub(crate) fn to_be_declared(&self) -> Vec<&Finding> {
        self.errors()
            .filter(|finding| self.is_configuration && is_declarable(finding))
            .collect()
    }

    /// The findings as they count before there is a message: those that a reason in it can satisfy
    /// do not refuse yet.
    #[must_use]
    pub(crate) fn as_they_count(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        for finding in &mut findings {
            if self.is_configuration && is_declarable(finding) {
                finding.severity = finding.severity.min(Severity::Warning);
            }
        }
        findings
    }

    fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
    }
}

fn is_declarable(finding: &Finding) -> bool {
    let family = finding.rule.family();
    family.is_some_and(|family| DECLARABLE.contains(&family))
}

/// The reason that a message gives for a change of gates: the value of its trailer. `trailers` are its
/// keys and values.
#[must_use]
pub(crate) fn declared<'t>(
    trailers: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Option<&'t str> {
    trailers.into_iter().find_map(|(key, value)| {
        let value = value.trim();
        let is_it = key.eq_ignore_ascii_case(GATE_CHANGE) && config::is_reason(value);
        is_it.then_some(value)
    })
}

/// Whether any rule applies to a change that touches these paths.
pub(crate) fn concerns<'p>(
    repository: &Repository,
    config: &Config,
    paths: impl IntoIterator<Item = &'p Path>,
) -> bool {
    let programs = linked_programs(repository, [config]);
    // Which files a command leads to is not known before they are read.
    let mut commands = config.gates.iter().map(|gate| &gate.run.text);
    let is_led = commands.any(|command| may_lead(command));
    paths.into_iter().any(|path| {
        is_led
            || added_lines::concerns(&config.bypass, path)
            || tool_config::is_compared(path)
            || protection(path, |path| programs.contains(path)).is_some()
    })
}

/// Checks changes.
pub(crate) struct ChangeChecker<'r> {
    pub(super) repository: &'r Repository,
    pub(crate) today: Date,
    /// The configurations of commits, and their objects.
    pub(crate) policies: PolicySource,
}

impl<'r> ChangeChecker<'r> {
    /// For changes in a repository, on a day in UTC.
    #[must_use]
    pub(crate) fn new(repository: &'r Repository, today: Date) -> Self {
        Self {
            repository,
            today,
            policies: PolicySource::new(repository),
        }
    }

    /// Checks a change from some commits, of which the first one counts most, to another commit or the
    /// index. `config` is the configuration after it; without a configuration before, nothing can be
    /// weaker.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn change(
        &mut self,
        before: &[ObjectId],
        after: DiffTarget,
        config: &Config,
    ) -> Result<ChangeReport> {
        let files = self.repository.touched(before, after)?;
        let is_merge = before.len() > 1;
        if files.is_empty() && !is_merge {
            return Ok(ChangeReport::default());
        }
        let (bypass, today) = (&config.bypass, self.today);
        let mut findings = added_lines::check(bypass, &files, today, &mut |id| {
            self.policies.objects.blob(id)
        })?;
        let linked = self.linked(after)?;
        let linked = linked.as_deref();
        let old = self.old_policy(before.first().copied(), &files, linked)?;
        let policy = old.ready().map_or(config, Rc::as_ref);
        let led = self.led((before, after), (policy, config), &files)?;
        let is_first = before.is_empty() || files.iter().any(is_new_gates);
        // With the first gates.toml, nothing was required before.
        let calls = if is_first {
            ToolCalls::default()
        } else {
            led.tool_calls()
        };
        let severity = policy.bypass.level(&GIT_IGNORED).severity();
        findings.extend(git_ignored::check(
            self.repository,
            &files,
            &calls,
            severity,
        )?);
        let policies = (config, &calls);
        findings.extend(if is_merge {
            self.weaker_than_all(before, after, policies, linked)?
        } else {
            self.weaker_than(before.first().copied(), &files, policies, linked)?
        });
        findings.extend(touched_protection(&led, policy, &files, is_first));
        findings.extend(led.changed(policy, is_first));
        sort(&mut findings);
        let is_of_configuration = |file: &FileDiff| {
            let is_script = |path: &Path| led.decides(path, file.before.is_none());
            linked == Some(file.path.as_path()) || protection(&file.path, is_script).is_some()
        };
        Ok(ChangeReport {
            is_configuration: files.iter().all(is_of_configuration),
            findings,
        })
    }

    /// The file that a link from gates.toml leads to, if it is a link after a change.
    fn linked(&mut self, after: DiffTarget) -> Result<Option<PathBuf>> {
        let path = match after {
            DiffTarget::Index => {
                let index = self.repository.index()?;
                source::staged_path(self.repository, &index)?
            }
            DiffTarget::Commit(commit) => self.policies.path(commit)?,
        };
        Ok(Some(path).filter(|path| path != Path::new(FILE_NAME)))
    }

    /// The configuration before a change, if the change may touch it: if it is a link, the file that
    /// changes is another one.
    fn old_policy(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
        linked: Option<&Path>,
    ) -> Result<Policy> {
        let is_gates = |file: &FileDiff| file.path == Path::new(FILE_NAME);
        match before {
            Some(before) if linked.is_some() || files.iter().any(is_gates) => {
                self.policies.at(before)
            }
            _ => Ok(Policy::Absent),
        }
    }

    /// What is looser in files that are compared as a whole, and what is weaker in gates.toml. `calls`
    /// are the commands of the gates before the change.
    fn weaker_than(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
        (config, calls): (&Config, &ToolCalls),
        linked: Option<&Path>,
    ) -> Result<Vec<Finding>> {
        let contents = self.contents(before, files)?;
        let changed: Vec<Changed<'_>> = contents.iter().map(as_changed).collect();
        let mut findings = tool_config::check(&config.bypass, &changed, calls);
        findings.extend(removed_tests::check(&config.bypass, &changed));
        match self.old_policy(before, files, linked)? {
            Policy::Absent => {}
            Policy::Broken(fault) => findings.push(unknown_before(&fault)),
            Policy::Ready(old) => findings.extend(weaker(&old, config, self.today)),
        }
        Ok(findings)
    }

    /// Like [`Self::weaker_than`], for a merge: what is weaker than in each of its parents. A weakening
    /// that one parent already has belongs to that parent.
    fn weaker_than_all(
        &mut self,
        parents: &[ObjectId],
        after: DiffTarget,
        policies: (&Config, &ToolCalls),
        linked: Option<&Path>,
    ) -> Result<Vec<Finding>> {
        let mut common: Option<Vec<Finding>> = None;
        for &parent in parents {
            let files = self.repository.touched(&[parent], after)?;
            let mut findings = self.weaker_than(Some(parent), &files, policies, linked)?;
            if let Some(common) = common {
                let is_common = |finding: &Finding| {
                    common.iter().any(|other| {
                        (finding.place().0, &finding.rule, finding.mark())
                            == (other.place().0, &other.rule, other.mark())
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

    /// The contents, before and after, of the files that are compared as a whole and of their
    /// companions.
    fn contents(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
    ) -> Result<Vec<ChangedContent>> {
        let mut contents = Vec::new();
        let mut companions = BTreeSet::new();
        for file in files {
            let path = &file.path;
            if !tool_config::is_compared(path) && !removed_tests::may_hold_tests(path) {
                continue;
            }
            let objects = &mut self.policies.objects;
            let mut read = |id: Option<ObjectId>| id.map(|id| objects.blob(id)).transpose();
            contents.push((path.clone(), read(file.before)?, read(file.after)?));
            companions.extend(tool_config::companions(path));
        }
        let Some(before) = before else {
            return Ok(contents);
        };
        for path in companions {
            if files.iter().all(|file| file.path != path)
                && let Some(content) = self.policies.objects.file(before, &path)?
            {
                contents.push((path, Some(content.clone()), Some(content)));
            }
        }
        Ok(contents)
    }
}

/// The findings about what gates run, in a commit whose parent is given: for measuring.
///
/// # Errors
///
/// The configuration is invalid, or git fails.
pub fn changed_scripts(
    repository: &Repository,
    (parent, commit): (ObjectId, ObjectId),
    gates: &ConfigText,
) -> Result<Vec<Finding>> {
    let config = config::parse(gates)?;
    let mut checker = ChangeChecker::new(repository, Date::MIN);
    let target = DiffTarget::Commit(commit);
    let mut report = checker.change(&[parent], target, &config)?;
    let is_about_scripts =
        |finding: &Finding| finding.rule.is(&PROTECTED_SCRIPT) || finding.rule.is(&WEAKENED);
    report.findings.retain(is_about_scripts);
    Ok(report.findings)
}

pub(super) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.place(), a.rule.as_str()).cmp(&(b.place(), b.rule.as_str())));
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

/// The mark of the finding about a configuration that cannot be read.
const UNKNOWN_BEFORE: &str = "gates before";

/// Whether a finding says that nothing can be compared with the configuration before.
pub(crate) fn is_unknown_before(finding: &Finding) -> bool {
    finding.rule.is(&WEAKENED) && finding.mark() == format!("[{UNKNOWN_BEFORE}]")
}

/// The finding that nothing can be compared with the configuration before. The level that it sets
/// for this rule is not known either, so the finding is an error.
fn unknown_before(fault: &Fault) -> Finding {
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
pub(super) fn weaker(before: &Config, after: &Config, today: Date) -> Vec<Finding> {
    let Some(severity) = before.bypass.level(&WEAKENED).severity() else {
        return Vec::new();
    };
    weaknesses(before, after, today)
        .into_iter()
        .map(|weakness| weakening(severity, &weakness.about, &weakness.what))
        .collect()
}

/// The finding about what is weaker in a table of gates.toml.
fn weakening(severity: Severity, about: &str, what: &str) -> Finding {
    let place = FilePlace {
        mark: format!("[{about}]"),
        ..FilePlace::whole(FILE_NAME)
    };
    let message = format!("the configuration is weaker: {what}");
    finding(&WEAKENED, severity, place, message)
}

fn finding(rule: &'static Rule, severity: Severity, place: FilePlace, message: String) -> Finding {
    Finding {
        severity,
        location: Location::File(place),
        ..Finding::new(rule, message, Remedy::Edit(HELP.to_owned()))
    }
}

/// The finding that no configuration is left, because it `was removed` or the like; `None` if none of
/// the rules before checks for that.
pub(super) fn no_configuration_left<'c>(
    before: impl IntoIterator<Item = &'c Config>,
    what: &str,
) -> Option<Finding> {
    let levels = before
        .into_iter()
        .map(|config| config.bypass.level(&WEAKENED));
    let severity = levels.filter_map(Level::severity).max()?;
    Some(Finding {
        message: format!("{FILE_NAME} {what}, so no gate and no rule is left"),
        ..weakening(severity, "gates", "")
    })
}

/// Whether it is gates.toml, and new: before it, nothing was required.
fn is_new_gates(file: &FileDiff) -> bool {
    file.before.is_none() && file.path == Path::new(FILE_NAME)
}

/// The findings about protected files that a change touches: files that existed before and are
/// protected by either configuration.
fn touched_protection(
    led: &Led,
    policy: &Config,
    files: &[FileDiff],
    is_first: bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_new = |file: &FileDiff| file.before.is_none();
    for file in files {
        // A new file may take precedence over the one that was run until now.
        let is_script = |path: &Path| {
            if is_new(file) {
                led.runs_new(path)
            } else {
                led.runs(path)
            }
        };
        let protection = match protection(&file.path, is_script) {
            Some(Protection::Script) if is_new(file) && !is_first => Some(Protection::Script),
            _ if is_new(file) => None,
            other => other,
        };
        let (rule, what) = match protection {
            Some(Protection::Script) => (&PROTECTED_SCRIPT, "a gate runs this file"),
            Some(Protection::Tool) => (&PROTECTED_TOOL, "this file configures a tool"),
            Some(Protection::Workflow) => (&PROTECTED_WORKFLOW, "this file configures CI"),
            Some(Protection::Agent) => (
                &PROTECTED_AGENT,
                "this file defines what agents may do or who must review",
            ),
            Some(Protection::Gates) | None => continue,
        };
        // If its settings can be compared, they have been already.
        let is_compared =
            protection == Some(Protection::Tool) && tool_config::is_wholly_compared(&file.path);
        let Some(severity) = policy
            .bypass
            .level(rule)
            .severity()
            .filter(|_| !is_compared)
        else {
            continue;
        };
        let line = file.added.first().or(file.removed.first());
        let place = FilePlace {
            line: line.map_or(1, |line| line.number),
            text: line.map_or_else(String::new, |line| clean_line(&line.text)),
            ..FilePlace::whole(&file.path)
        };
        let (verb, help) = if is_new(file) {
            ("adds", HELP_NEW)
        } else {
            ("touches", HELP)
        };
        let message = format!("{what}, and the change {verb} it");
        findings.push(Finding {
            remedy: Remedy::Edit(help.to_owned()),
            ..finding(rule, severity, place, message)
        });
    }
    findings
}
