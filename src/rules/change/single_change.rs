//! Checks what is committed: added lines, removed tests, looser tool configuration, weakenings of
//! gatekeeper itself, and files that decide what gates say.
//!
//! A change that weakens a gate has to be a commit of configuration alone whose message says why,
//! by a trailer `Gate-Change: reason`; there a reviewer cannot overlook it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use time::Date;

use super::comment_lines::differ_in_comments;
use super::gate_files::Led;
use super::git_ignored;
use super::linked_programs::linked_programs;
use super::protected_paths::{HELP, HELP_NEW, Protection, protection};
use super::weakenings::finding;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{
    self, BASELINE_NAME, Config, ConfigText, FILE_NAME, Gate, Policy, PolicySource, is_gates_file,
};
use crate::git::{DiffTarget, FileDiff, Repository};
use crate::indirection::may_lead;
use crate::model::finding::{FilePlace, Finding, Remedy};
use crate::model::rule::RuleFamily;
use crate::model::severity::Severity;
use crate::rules::added_lines;
use crate::rules::catalogue::change::{
    GIT_IGNORED, PROTECTED_AGENT, PROTECTED_SCRIPT, PROTECTED_TOOL, PROTECTED_WORKFLOW, WEAKENED,
};
use crate::rules::checks;
use crate::rules::tool_config::{self, ToolCalls};

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
    /// The files of configuration that it touches.
    pub(crate) configuration: Vec<PathBuf>,
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

    /// The findings that a commit of the configuration alone could declare, if the change touches other
    /// files as well.
    #[must_use]
    pub(crate) fn to_be_split(&self) -> Vec<&Finding> {
        self.errors()
            .filter(|finding| !self.is_configuration && is_declarable(finding))
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

    /// The findings that refuse nothing, and that nothing excuses.
    #[must_use]
    pub(crate) fn warnings(&self) -> Vec<Finding> {
        let all = self.findings.iter();
        let warnings = all.filter(|finding| finding.severity == Severity::Warning);
        warnings.cloned().collect()
    }

    /// The findings that refuse it, unless the message declares some.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Finding> {
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
    let mut commands = config.gates.iter().map(Gate::commands);
    let is_led = commands.any(|command| may_lead(&command));
    paths.into_iter().any(|path| {
        is_led
            || checks::concerns(&config.checks)
            || path == Path::new(BASELINE_NAME)
            || is_gates_file(path)
            || config.files.contains(path)
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
        let mut files = self.repository.touched_entries(before, after)?;
        let reader = (self.repository, &mut self.policies.objects);
        let checked = checks::check(reader, &files, after, config, self.today)?;
        files.retain(FileDiff::has_contents);
        let is_merge = before.len() > 1;
        if checked.is_empty() && files.is_empty() && !is_merge {
            return Ok(ChangeReport::default());
        }
        let (bypass, today) = (&config.bypass, self.today);
        let mut findings = added_lines::check(bypass, &files, today, &mut |id| {
            self.policies.objects.blob(id)
        })?;
        let old = self.old_policy(before.first().copied(), &files, config)?;
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
            self.weaker_than_all(before, after, policies)?
        } else {
            let sides = (before.first().copied(), after);
            self.weaker_than(sides, &files, policies)?
        });
        let mut touched = Vec::new();
        for file in &files {
            if !(led.runs(&file.path) && self.differs_in_comments(file)?) {
                touched.push(file);
            }
        }
        findings.extend(touched_protection(&led, policy, &touched, is_first));
        findings.extend(led.changed(policy, is_first));
        findings.extend(checked);
        checks::hide_secrets(&mut findings);
        sort(&mut findings);
        let is_of_configuration = |file: &FileDiff| {
            let is_script = |path: &Path| led.decides(path, file.before.is_none());
            config.files.contains(&file.path)
                || policy.files.contains(&file.path)
                || protection(&file.path, is_script).is_some()
        };
        let configuration = files.iter().filter(|file| is_of_configuration(file));
        let configuration: Vec<PathBuf> = configuration.map(|file| file.path.clone()).collect();
        Ok(ChangeReport {
            is_configuration: configuration.len() == files.len(),
            configuration,
            findings,
        })
    }

    /// Whether only comments and blank lines of a script change.
    fn differs_in_comments(&mut self, file: &FileDiff) -> Result<bool> {
        let (Some(before), Some(after)) = (file.before, file.after) else {
            return Ok(false);
        };
        let objects = &mut self.policies.objects;
        let (before, after) = (objects.blob(before)?, objects.blob(after)?);
        Ok(differ_in_comments(&file.path, &before, &after))
    }

    /// The configuration before a change, if the change may touch it: the one after it is in these files, or
    /// a gates.toml is no longer there.
    pub(super) fn old_policy(
        &mut self,
        before: Option<ObjectId>,
        files: &[FileDiff],
        config: &Config,
    ) -> Result<Policy> {
        let may_be_linked = config.top != Path::new(FILE_NAME);
        let is_of_policy =
            |file: &FileDiff| is_gates_file(&file.path) || config.files.contains(&file.path);
        match before {
            Some(before) if may_be_linked || files.iter().any(is_of_policy) => {
                self.policies.at(before)
            }
            _ => Ok(Policy::Absent),
        }
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

/// Whether it is gates.toml, and new: before it, nothing was required.
fn is_new_gates(file: &FileDiff) -> bool {
    file.before.is_none() && file.path == Path::new(FILE_NAME)
}

/// The findings about protected files that a change touches: files that existed before and are
/// protected by either configuration.
fn touched_protection(
    led: &Led,
    policy: &Config,
    files: &[&FileDiff],
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
