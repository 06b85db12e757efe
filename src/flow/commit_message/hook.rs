//! The commit-msg and applypatch-msg hooks: is the message as it must be?

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::retry_command::{self, CommitKind, RetryOptions};
use super::undeclared::undeclared;
use super::{accepted, check, gate_names, saved};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::config::{Config, CreditRequired};
use crate::flow::{self_path, ungated_branch};
use crate::git::invocation::commit_args::{CommitArgs, is_rewording};
use crate::git::{CommitterContext, Repository, author_of_patch};
use crate::message::{Cleaned, Editor, MessageSettings, clean};
use crate::model::finding::{Finding, Remedy, refuses};
use crate::model::rule::RuleFamily;
use crate::model::severity::Severity;
use crate::model::trigger::Hook;
use crate::platform;
use crate::report::{self, Detail, MessageRefusal, NextStep, Style};
use crate::rules::agents::detection;
use crate::rules::agents::wanted::Wanted;
use crate::rules::message::{Reading, SIGNED_OFF_BY};

/// Everything about the commit that the message belongs to.
struct CommitContext<'a> {
    environment: &'a Environment,
    repository: &'a Repository,
    hook: Hook,
    /// The file that git has named.
    file: PathBuf,
    setting: CommitterContext,
    /// What the user typed, if that can be seen.
    typed: Option<CommitArgs>,
    is_rewording: bool,
}

/// Checks the message in the file that git hands to the hook.
pub(crate) fn check(
    environment: &Environment,
    hook: Hook,
    arguments: &[OsString],
) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let file = message_file(environment, arguments)?;
    let bytes = check::read(&file)?;
    if ungated_branch::may_be(environment) && ungated_branch::branch(&repository)?.is_some() {
        return Ok(ExitCode::Passed);
    }
    let config = check::config(&repository)?;
    let mut setting = repository.setting()?;
    if hook == Hook::ApplypatchMsg
        && let Some(author) = author_of_patch(&file)
    {
        setting.author = author;
    }
    let ancestors = platform::ancestors();
    let typed = CommitArgs::find(ancestors);
    let is_rewording = is_rewording(ancestors);
    setting.amends = is_rewording || typed.as_ref().is_some_and(|typed| typed.has("--amend"));
    let commit = CommitContext {
        environment,
        repository: &repository,
        hook,
        file,
        setting,
        typed,
        is_rewording,
    };
    let settings = commit.settings();
    let cleaned = clean(&bytes, &settings);
    let may_be_empty = commit
        .typed
        .as_ref()
        .is_some_and(|typed| typed.has("--allow-empty-message"));
    if !may_be_empty && commit.gives_up(&bytes, &cleaned) {
        // git gives up by itself, and says so better.
        return Ok(ExitCode::Passed);
    }
    if cleaned.text.contains(&0) {
        // So it does with a NUL.
        return Ok(ExitCode::Passed);
    }
    let (reading, mut findings) = check::check_with_foresight(
        &repository,
        environment,
        &config,
        &commit.setting,
        &cleaned.text,
        &settings,
    )?;
    findings.extend(undeclared(environment, &repository, &reading)?);
    findings.extend(gate_names::useless_exceptions(
        &repository,
        &config,
        &reading,
    )?);
    let style = Style::for_errors(environment, Detail::Normal);
    if refuses(&findings) {
        let credit = commit.possible_credit(&config, &reading, &findings)?;
        let refusal = commit.refusal(&cleaned, reading.lines, findings, credit);
        report::say(&report::refusal(&refusal, style));
        return Ok(ExitCode::Failed);
    }
    report::say(&report::remarks(&reading.lines, &findings, style));
    accepted::remember_accepted(&repository, &cleaned.text);
    Ok(ExitCode::Passed)
}

fn message_file(environment: &Environment, arguments: &[OsString]) -> Result<PathBuf> {
    match arguments.first() {
        Some(file) => Ok(environment.current_dir.join(file)),
        None => Err(
            Fault::usage("git did not pass the name of the message file")
                .hint("git calls this command; see `gatekeeper --help` for yours"),
        ),
    }
}

impl CommitContext<'_> {
    /// How git will read the message: the configuration, and what was typed.
    fn settings(&self) -> MessageSettings {
        let editor = match &self.typed {
            Some(typed) if typed.edits => Editor::Used,
            Some(_) => Editor::NotUsed,
            // git tells its hooks in this way that no editor is used.
            None => match self.environment.get("GIT_EDITOR") {
                Some(editor) if editor == ":" => Editor::NotUsed,
                _ => Editor::Used,
            },
        };
        let mut settings = self.configured(editor, self.typed.as_ref());
        settings.verbose |= match &self.typed {
            Some(typed) => typed.is_verbose,
            // It cannot be seen then; a cut line can.
            None => editor == Editor::Used,
        };
        settings
    }

    /// Whether git finds nothing in the message, however it reads it: what was typed says that an
    /// editor was used, and git may know better.
    fn gives_up(&self, bytes: &[u8], cleaned: &Cleaned) -> bool {
        let says_none = self
            .environment
            .get("GIT_EDITOR")
            .is_some_and(|editor| editor == ":");
        let without = || {
            clean(
                bytes,
                &self.configured(Editor::NotUsed, self.typed.as_ref()),
            )
        };
        cleaned.is_empty() && (!says_none || without().is_empty())
    }

    fn configured(&self, editor: Editor, typed: Option<&CommitArgs>) -> MessageSettings {
        let cleanup = typed.and_then(|typed| typed.cleanup.as_ref());
        let cleanup = cleanup.map(|mode| mode.to_string_lossy().into_owned());
        check::settings(&self.setting, editor, cleanup.as_deref())
    }

    /// Keeps the message and finds the command that finishes the commit.
    fn refusal(
        &self,
        cleaned: &Cleaned,
        lines: Vec<String>,
        findings: Vec<Finding>,
        credit: Option<String>,
    ) -> MessageRefusal {
        let extras = self.extras(cleaned, &findings);
        let occasion = match self.hook {
            Hook::ApplypatchMsg => CommitKind::Patch {
                sign_off: extras
                    .sign_off
                    .then(|| format!("Signed-off-by: {}", self.setting.committer)),
            },
            _ if self.is_rewording => CommitKind::Reword,
            _ => CommitKind::Commit(self.typed.clone()),
        };
        let kept = match occasion {
            // `git am` takes the message from there again, and from nowhere else.
            CommitKind::Patch { .. } => Ok(self.file.clone()),
            _ => saved::save(&self.repository.git_dir.join(saved::DIR), &cleaned.text)
                .or_else(|_| saved::save_to_temp(&cleaned.text)),
        };
        let is_exact =
            !matches!(occasion, CommitKind::Commit(None)) || self.repository.is_merging();
        let typed = |file: &Path| {
            let is_patch = self.hook == Hook::ApplypatchMsg;
            if is_patch || self.is_pointed_at() || self.is_elsewhere() {
                file.to_owned()
            } else {
                self_path::as_typed(self.environment, self.repository, file)
            }
        };
        let is_edit = |remedy: &Remedy| remedy.edit().is_some() && remedy.added().is_empty();
        let needs_edit = errors(&findings).any(|finding| is_edit(&finding.remedy));
        let for_agent = credit.map(|line| {
            let mut extras = extras.clone();
            extras.trailers.insert(0, line);
            extras
        });
        let mut ends_with = extras.trailers.clone();
        if extras.sign_off && !ends_with.is_empty() {
            ends_with.push(format!("{SIGNED_OFF_BY}: {}", self.setting.committer));
        }
        MessageRefusal {
            lines,
            is_exact,
            needs_edit,
            ends_with,
            kept: match &kept {
                Ok(file) => {
                    let file = typed(file);
                    let command =
                        |extras: &RetryOptions| retry_command::command(&occasion, &file, extras);
                    Ok(NextStep {
                        file: show_path(&file),
                        command: command(&extras),
                        for_agent: for_agent.as_ref().map(command),
                    })
                }
                Err(error) => Err(error.to_string()),
            },
            findings,
        }
    }

    /// The credit that the message needs in addition if an agent wrote it that was not recognized. A person
    /// at a terminal is none.
    fn possible_credit(
        &self,
        config: &Config,
        reading: &Reading,
        findings: &[Finding],
    ) -> Result<Option<String>> {
        let rules = &config.commit_msg.assisted_by;
        let is_commit = self.hook != Hook::ApplypatchMsg && !self.repository.is_repeating();
        let mut trailers = reading.trailers.iter();
        let is_credited = trailers.any(|entry| entry.key.eq_ignore_ascii_case(&rules.key))
            || findings
                .iter()
                .any(|finding| finding.rule.family() == Some(RuleFamily::AssistedBy));
        let is_known = detection::in_environment(self.environment, &config.agents).is_some();
        if rules.required != CreditRequired::WhenAgent
            || !is_commit
            || self.repository.is_merging()
            || is_credited
            || is_known
            || std::io::stderr().is_terminal()
        {
            return Ok(None);
        }
        let registry = check::registry(self.repository, config)?;
        let wanted = Wanted {
            forms: &rules.forms,
            registry: &registry,
        };
        let template = wanted.template(None);
        Ok(template.map(|credit| format!("{}: {credit}", rules.key)))
    }

    fn extras(&self, cleaned: &Cleaned, findings: &[Finding]) -> RetryOptions {
        let typed = self.typed.as_ref();
        let amends = self.is_rewording || typed.is_some_and(|typed| typed.has("--amend"));
        let names = |option: &str| {
            let options = typed.into_iter().flat_map(|typed| &typed.options);
            options
                .into_iter()
                .any(|word| word.to_string_lossy().starts_with(option))
        };
        let names_author = names("--author") || names("--reset-author");
        let setting = &self.setting;
        let reuses = typed.is_some_and(|typed| typed.reuses) && !names_author;
        let is_other = !setting.author.is(&setting.committer) && !amends && !names_author;
        let date = self
            .environment
            .get("GIT_AUTHOR_DATE")
            .map(|date| date.to_string_lossy());
        let is_dated = !amends && !names("--date") && date.as_deref().is_some_and(is_not_now);
        // What `git commit -F` would do to the kept message.
        let again = clean(&cleaned.text, &self.configured(Editor::NotUsed, None));
        let added = errors(findings).flat_map(|finding| finding.remedy.added());
        RetryOptions {
            trailers: added.cloned().collect(),
            sign_off: errors(findings).any(|finding| finding.remedy.signs_off()),
            fix: errors(findings)
                .any(|finding| finding.remedy.is_fix())
                .then(|| self_path::call(self.environment)),
            verbatim: again.text != cleaned.text,
            author: (is_other || reuses).then(|| setting.author.to_string()),
            date: date
                .filter(|_| is_other || reuses || is_dated)
                .map(Cow::into_owned),
            variables: self.variables(),
        }
    }

    /// What points git at this repository and index, if it is not the place where we are.
    fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let mut variables = Vec::new();
        if self.is_pointed_at() || self.is_elsewhere() {
            variables.push(("GIT_DIR", self.repository.git_dir.clone()));
            variables.push(("GIT_WORK_TREE", self.repository.work_tree.clone()));
        }
        if let Some(index) = self.repository.foreign_index() {
            variables.push(("GIT_INDEX_FILE", index.to_owned()));
        }
        variables
    }

    /// Whether git was told to go somewhere else first (`git -C`), where the user does not stand.
    fn is_elsewhere(&self) -> bool {
        let before = self.typed.iter().flat_map(|typed| &typed.before);
        before.into_iter().any(|word| word == "-C")
    }

    /// git itself never sets this one for a hook, so the user has.
    fn is_pointed_at(&self) -> bool {
        self.environment.is_set("GIT_WORK_TREE")
    }
}

/// Those that refuse.
fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let all = findings.iter();
    all.filter(|finding| finding.severity == Severity::Error)
}

/// Whether an author's date as git exports it, `@seconds zone`, is one that somebody has set.
fn is_not_now(date: &str) -> bool {
    const A_WHILE: u64 = 600;
    let seconds = date.trim_start_matches('@').split_whitespace().next();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    match seconds.and_then(|seconds| seconds.parse::<u64>().ok()) {
        Some(seconds) => seconds.abs_diff(now.as_secs()) > A_WHILE,
        None => true,
    }
}
