//! The prepare-commit-msg hook, which git does not pass over.
//!
//! Where the tree is not checked, the gates run now: `--no-verify`, a cherry-pick, a revert or a rebase
//! has passed the other hooks over. Who has asked for that is told so by name. Then it fills in the
//! credit of an agent that says who it is; it adds no sign-off, which is a person's act.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::commit_message::undeclared::undeclared;
use super::commit_message::{check, gate_names};
use super::{enforcement, protected_branch, receipt_store, ungated_branch};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::replace::{Durability, replace_file};
use crate::base::text::show_path;
use crate::config::{CreditRequired, Rebase};
use crate::git::invocation::hook_bypass;
use crate::git::{CommitterContext, Repository, Unfinished};
use crate::message::{Editor, MessageSettings, clean};
use crate::model::finding::{Finding, Remedy};
use crate::model::rule::Rule;
use crate::model::severity::Severity;
use crate::model::trigger::{Hook, Stage};
use crate::platform;
use crate::receipt::{self, LedgerEntry, LedgerEvent, Trusted};
use crate::report::{self, Detail, Style};
use crate::rules::agents::detection;
use crate::rules::catalogue::{assisted_by, signed_off_by};
use crate::rules::message::Reading;
use crate::rules::message::fix::add_credit;

/// The source of a message that was given to git: `-m` or `-F`. git calls that of an editor, a
/// merge, a squash or another commit by other names (githooks(5)).
const GIVEN: &str = "message";

/// The hook's name, in the ledger.
const HOOK: &str = "prepare-commit-msg";

/// The rules about trailers that are not there.
const LACKING: [&Rule; 3] = [
    &signed_off_by::MISSING,
    &signed_off_by::MISMATCH,
    &assisted_by::MISSING,
];

/// `place` is the file under which git has started the hook.
pub(crate) fn prepare(
    environment: &Environment,
    place: &Path,
    arguments: &[OsString],
) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let occasion = DraftContext {
        environment,
        repository: &repository,
        ancestors: platform::ancestors(),
        message: arguments
            .first()
            .map(|file| environment.current_dir.join(file)),
    };
    let code = occasion.check(place)?;
    if code != ExitCode::Passed {
        return Ok(code);
    }
    fill_in(environment, &repository, arguments)
}

/// A commit that is being made, in whatever way.
struct DraftContext<'a> {
    environment: &'a Environment,
    repository: &'a Repository,
    /// How the processes above us were called.
    ancestors: &'static [Vec<OsString>],
    /// The file of the message.
    message: Option<PathBuf>,
}

impl DraftContext<'_> {
    fn check(&self, place: &Path) -> Result<ExitCode> {
        let store = receipt_store::must_open(self.environment, self.repository)?;
        let style = Style::for_errors(self.environment, Detail::Normal);
        let variables = &self.environment.variables;
        let is_ours = |dir: &OsStr| self.is_place(dir, place);
        if let Some(bypass) = hook_bypass::detect_hook_bypass(self.ancestors, variables, is_ours) {
            let entry =
                LedgerEntry::new(LedgerEvent::Bypass, HOOK, report::bypass_in_words(&bypass));
            let _ = store.ledger().add(&entry.called(self.called()));
            // What cannot be read is strict.
            if enforcement::next_is_advisory(self.repository).unwrap_or(false) {
                report::say(&report::advised_bypass(&bypass, style));
                return Ok(ExitCode::Passed);
            }
            report::say(&report::bypass(&bypass, style));
            return Ok(ExitCode::Failed);
        }
        let index = self.repository.index()?;
        let begun = self.plain_revert();
        if let Some(refused) = protected_branch::refuse(self.environment, self.repository, begun)? {
            return Ok(refused);
        }
        if self.needs_no_gates(style)? {
            return Ok(ExitCode::Passed);
        }
        let tree = index.tree_id();
        let stage = Stage::PreCommit;
        let record = tree.and_then(|tree| store.stage_record(tree, stage));
        let is_checked = match record {
            Some(record) => {
                let parents = self.repository.next_parents()?;
                store.is_evidence(
                    self.repository,
                    &record,
                    &parents,
                    stage,
                    Trusted::EveryRemote,
                )?
            }
            None => false,
        };
        let lacking = self.lacking_trailers()?;
        if !lacking.is_empty() {
            report::say(&report::lacking_trailers(
                &lacking,
                self.has_more_to_do(),
                style,
            ));
            return Ok(ExitCode::Failed);
        }
        // A tree that was checked before may weaken what is there now.
        if is_checked && self.unseen_message()?.is_none() {
            return Ok(ExitCode::Passed);
        }
        if let Some(tree) = tree
            && self.is_left_to_tip()?
        {
            let left = store.record(tree, |receipt| receipt.left_to_tip = Some(receipt::now()));
            return left.map(|()| ExitCode::Passed).map_err(|error| {
                Fault::unable("cannot write the receipt of this commit").because(&error)
            });
        }
        let code = crate::flow::commit::check_tree(self.environment, Hook::PrepareCommitMsg)?;
        if code != ExitCode::Passed {
            return Ok(code);
        }
        // Only now is it known what the commit weakens.
        let undeclared = self.undeclared()?;
        if undeclared.is_empty() {
            return Ok(ExitCode::Passed);
        }
        report::say(&report::lacking_trailers(
            &undeclared,
            self.has_more_to_do(),
            style,
        ));
        Ok(ExitCode::Failed)
    }

    /// Whether the commit is on a branch that needs no gates. After the pre-commit hook, which has said so,
    /// that is not said again.
    fn needs_no_gates(&self, style: Style) -> Result<bool> {
        if !ungated_branch::may_be(self.environment) {
            return Ok(false);
        }
        let tree = self.repository.index()?.tree_id();
        let store = receipt_store::must_open(self.environment, self.repository)?;
        let known = tree.and_then(|tree| store.stage_record(tree, Stage::PreCommit));
        if known.is_some_and(|record| record.needs_none) {
            return Ok(ungated_branch::branch(self.repository)?.is_some());
        }
        ungated_branch::lets_through(self.environment, self.repository, style)
    }

    /// The message of a cherry-pick or a revert, at which no other hook looks.
    fn unseen_message(&self) -> Result<Option<(CommitterContext, MessageSettings, Vec<u8>)>> {
        let commands = hook_bypass::git_commands(self.ancestors);
        let nearest = commands.first().map(String::as_str);
        let (Some("cherry-pick" | "revert"), Some(file)) = (nearest, &self.message) else {
            return Ok(None);
        };
        let mut setting = self.repository.setting()?;
        if let Some(picked) = self.repository.picked_commit()? {
            setting.author = self.repository.objects().commit(picked)?.author;
        }
        let settings = check::settings(&setting, Editor::NotUsed, None);
        let cleaned = clean(&check::read(file)?, &settings);
        Ok((!cleaned.is_empty()).then_some((setting, settings, cleaned.text)))
    }

    /// What it weakens without saying why.
    fn undeclared(&self) -> Result<Vec<Finding>> {
        let Some((_, settings, text)) = self.unseen_message()? else {
            return Ok(Vec::new());
        };
        let reading = Reading::new(&text, &settings, &settings.encoding);
        let found = undeclared(self.environment, self.repository, &reading)?;
        Ok(found.into_iter().collect())
    }

    /// How git was called, as far as that can be seen.
    fn called(&self) -> Option<&[OsString]> {
        let mut above = self.ancestors.iter();
        above.next().map(Vec::as_slice)
    }

    /// `git revert` is about to commit.
    fn plain_revert(&self) -> Option<Unfinished> {
        let commands = hook_bypass::git_commands(self.ancestors);
        // It starts `git commit` where an editor is to be opened.
        let mut near = commands.iter().take(2);
        near.any(|command| command == "revert")
            .then_some(Unfinished::PlainRevert)
    }

    /// Whether a directory is the one that this hook lies in.
    fn is_place(&self, dir: &OsStr, place: &Path) -> bool {
        let real = |path: &Path| self.repository.work_tree.join(path).canonicalize().ok();
        let own = place.parent().and_then(real);
        own.is_some() && real(Path::new(dir)) == own
    }

    /// The trailers that the message of a cherry-pick or a revert lacks, and exceptions that have no effect:
    /// no other hook looks at it.
    fn lacking_trailers(&self) -> Result<Vec<Finding>> {
        let Some((setting, settings, text)) = self.unseen_message()? else {
            return Ok(Vec::new());
        };
        let config = check::config(self.repository)?;
        let reading = Reading::new(&text, &settings, &settings.encoding);
        let environment = self.environment;
        let mut findings = check::check(self.repository, environment, &config, &setting, &reading)?;
        findings.retain(|finding| {
            finding.severity == Severity::Error && LACKING.iter().any(|rule| finding.rule.is(rule))
        });
        let exceptions = gate_names::useless_exceptions(self.repository, &config, &reading)?;
        findings.extend(exceptions);
        Ok(findings)
    }

    /// Whether more commits are to be picked or reverted after this one.
    fn has_more_to_do(&self) -> bool {
        self.repository.git_dir.join("sequencer").exists()
    }

    /// Whether this is a commit of a rebase of which only the last one is checked.
    fn is_left_to_tip(&self) -> Result<bool> {
        if !self.repository.has_picks_left() {
            return Ok(false);
        }
        Ok(check::config(self.repository)?.settings.rebase == Rebase::Tip)
    }
}

/// Writes the credit of an agent into a message that was given to git.
fn fill_in(
    environment: &Environment,
    repository: &Repository,
    arguments: &[OsString],
) -> Result<ExitCode> {
    let [file, source, ..] = arguments else {
        return Ok(ExitCode::Passed);
    };
    // Only who names its model can be credited; without it nothing else has to be asked.
    if source != GIVEN || detection::model_in(environment).is_none() {
        return Ok(ExitCode::Passed);
    }
    // What a rebase or a cherry-pick commits again is somebody else's work.
    if repository.is_repeating()
        || ungated_branch::may_be(environment) && ungated_branch::branch(repository)?.is_some()
    {
        return Ok(ExitCode::Passed);
    }
    let config = check::config(repository)?;
    let wanted = &config.commit_msg.assisted_by;
    let agent = detection::in_environment(environment, &config.agents);
    let is_wanted = !matches!(
        wanted.required,
        CreditRequired::Never | CreditRequired::Forbidden
    );
    if agent.is_none() || !wanted.fill_in || !is_wanted {
        return Ok(ExitCode::Passed);
    }
    let file = environment.current_dir.join(file);
    let bytes = check::read(&file)?;
    let setting = repository.setting()?;
    let settings = check::settings(&setting, Editor::NotUsed, None);
    // git would give up on an empty message, and must still do so.
    if clean(&bytes, &settings).is_empty() {
        return Ok(ExitCode::Passed);
    }
    let reading = Reading::new(&bytes, &settings, &settings.encoding);
    let findings = check::check(repository, environment, &config, &setting, &reading)?;
    let credit = findings.iter().find_map(|finding| match &finding.remedy {
        Remedy::Write { line: None, text } => Some(text),
        _ => None,
    });
    if let Some(credit) = credit
        && let Some(text) = add_credit(&bytes, &settings, credit)
    {
        replace(&file, &text)?;
    }
    Ok(ExitCode::Passed)
}

/// Replaces a message in its file, which keeps its permissions.
pub(crate) fn replace(file: &Path, text: &[u8]) -> Result<()> {
    let write = || {
        // What the name leads to is replaced, not the link.
        let file = file.canonicalize()?;
        let mode = file.metadata()?.permissions().mode();
        replace_file(&file, text, mode, Durability::Synced)
    };
    write().map_err(|error: std::io::Error| {
        Fault::unable(format!("cannot write {}", show_path(file))).because(&error)
    })
}
