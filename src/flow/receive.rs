//! The pre-receive hook of a server: what is pushed is checked before any reference moves.
//!
//! Every commit that no branch and no tag has is checked: its message, its change, and at the end what
//! the push makes of the gates. Nothing that was remembered anywhere counts. What is refused leaves
//! nothing behind: git throws its quarantine away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use time::OffsetDateTime;

use super::deadline::within;
use super::push::holds_no_code;
use super::received_gates::{self, TipOutcome};
use super::ungated_commits;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::{Config, EnforcementMode, FILE_NAME, Policy};
use crate::git::{CommitNode, Repository};
use crate::install::ServerOptions;
use crate::report::{self, Detail, ReceivedTip, Style};
use crate::rules::change::by_policies::check_commit;
use crate::rules::change::received::{self, Received};
use crate::rules::change::single_change::{self, ChangeChecker};
use crate::rules::change::weakenings;
use crate::rules::message::range::{self, CheckedMessage};

/// What the names of branches begin with.
const BRANCHES: &str = "refs/heads/";

/// A reference that is to name another commit.
#[derive(Clone)]
struct Update {
    name: String,
    /// The commit.
    tip: ObjectId,
}

/// What came of a push, before any gate runs.
struct PushVerdict {
    text: String,
    is_refused: bool,
    /// The new commits that references are to name, and that have gates.
    tips: Vec<ObjectId>,
}

pub(crate) fn check(
    environment: &Environment,
    options: ServerOptions,
    input: &[u8],
) -> Result<ExitCode> {
    let deadline = Instant::now() + options.budget;
    let style = Style::for_errors(environment, Detail::Normal);
    let (ours, lines) = (environment.clone(), input.to_vec());
    let late = || {
        report::say(&report::late_push(options.budget, style));
        Ok(ExitCode::Failed)
    };
    let Some(stage_record) = within(deadline, move || check_push(&ours, &lines, style))? else {
        return late();
    };
    report::say(&stage_record.text);
    if stage_record.is_refused {
        return Ok(ExitCode::Failed);
    }
    let tips = stage_record.tips.iter().filter(|_| options.run_gates);
    for &tip in tips {
        match received_gates::run(environment, tip, deadline)? {
            TipOutcome::Passed => {}
            TipOutcome::Failed => {
                report::say(&report::failed_push(tip, style));
                return Ok(ExitCode::Failed);
            }
            TipOutcome::Late => return late(),
        }
    }
    Ok(ExitCode::Passed)
}

fn check_push(environment: &Environment, input: &[u8], style: Style) -> Result<PushVerdict> {
    let repository = Repository::open_bare(environment)?.ok_or_else(|| {
        Fault::unable("only a bare repository can check pushes")
            .hint("remove this hook: run `gatekeeper uninstall` in its repository")
    })?;
    crate::run::refuse_nested(environment, &repository.common_dir)?;
    let mut server = Server::open(&repository)?;
    let mut updates = updates(&repository, input, style)?;
    let mut is_checked = Vec::new();
    for update in &updates {
        is_checked.push(!server.is_ungated(&update.name, update.tip)?);
    }
    let mut flags = is_checked.into_iter();
    updates.retain(|_| flags.next().unwrap_or(true));
    let tips: Vec<ObjectId> = updates.iter().map(|update| update.tip).collect();
    // Without any git would list what HEAD has.
    let commits = if tips.is_empty() {
        Vec::new()
    } else {
        repository.received(&tips, &server.known()?)?
    };
    let mut text = server.remark(style);
    let received = server.check(&commits, &updates)?;
    let mut weakened = Vec::new();
    let mut new: Vec<ObjectId> = Vec::new();
    for update in &updates {
        let is_new = commits.iter().any(|commit| commit.id == update.tip);
        if is_new || update.name == server.head_name {
            weakened.extend(server.weakened(update)?);
        }
        if is_new && !new.contains(&update.tip) {
            new.push(update.tip);
        }
    }
    text.push_str(&report::received(&received, &weakened, style));
    if server.is_advisory(&tips)? {
        text.push_str(&report::advised(&received, style));
    }
    new.retain(|tip| matches!(server.policy(*tip), Ok(Policy::Ready(_))));
    Ok(PushVerdict {
        is_refused: !weakened.is_empty() || received.iter().any(Received::is_refused),
        text,
        tips: new,
    })
}

/// The references that get a commit: `old new name` lines (githooks(5), pre-receive).
fn updates(repository: &Repository, input: &[u8], style: Style) -> Result<Vec<Update>> {
    let mut updates = Vec::new();
    for line in String::from_utf8_lossy(input).lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(_), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(Fault::unable("unexpected input to the pre-receive hook")
                .detail(clean_line(line.as_bytes())));
        };
        let new = ObjectId::parse_or_none(new)?;
        let Some(new) = new.filter(|_| !holds_no_code(name)) else {
            continue;
        };
        match repository.ancestor(new)? {
            Some(commit) => updates.push(Update {
                name: name.to_owned(),
                tip: commit.id,
            }),
            None => report::say(&format!(
                "{}: {} does not point to a commit; nothing to check\n",
                style.careful("note"),
                clean_line(name.as_bytes())
            )),
        }
    }
    Ok(updates)
}

/// The repository that was pushed to.
struct Server<'r> {
    repository: &'r Repository,
    checker: ChangeChecker<'r>,
    /// The name of the default branch.
    head_name: String,
    /// What it names before the push.
    head: Option<ObjectId>,
    /// The configuration there.
    base: Policy,
}

impl<'r> Server<'r> {
    fn open(repository: &'r Repository) -> Result<Self> {
        let today = OffsetDateTime::now_utc().date();
        let mut checker = ChangeChecker::new(repository, today);
        let head = repository.head_commit()?;
        let base = head.map(|head| checker.policies.at(head)).transpose()?;
        Ok(Self {
            repository,
            checker,
            head_name: repository.head_name()?,
            base: base.unwrap_or(Policy::Absent),
            head,
        })
    }

    fn policy(&mut self, commit: ObjectId) -> Result<Policy> {
        self.checker.policies.at(commit)
    }

    /// The rules of the default branch. Nobody can push some that cannot be read; where they are so
    /// nevertheless, those of what is pushed must do, since the remedy has to be pushed as well.
    fn base(&self) -> Option<Rc<Config>> {
        self.base.ready().cloned()
    }

    /// Whether bypasses, weaker gates and silencers are only named: by the default branch or, if that has no gates yet,
    /// by what is pushed.
    fn is_advisory(&mut self, tips: &[ObjectId]) -> Result<bool> {
        let is_so = |config: &Config| config.settings.enforcement == EnforcementMode::Advisory;
        if let Some(base) = self.base() {
            return Ok(is_so(&base));
        }
        for tip in tips {
            if self
                .policy(*tip)?
                .ready()
                .is_some_and(|config| is_so(config))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn remark(&self, style: Style) -> String {
        match &self.base {
            Policy::Broken(fault) => report::unreadable_base(&self.head_name, fault, style),
            _ => String::new(),
        }
    }

    /// Whether a reference needs no gates.toml and has none: there is nothing to check.
    fn is_ungated(&mut self, name: &str, commit: ObjectId) -> Result<bool> {
        // A reference of another kind is named in full.
        let branch = name.strip_prefix(BRANCHES).unwrap_or(name);
        let Some(base) = self.base() else {
            return Ok(false);
        };
        let may_be = base.settings.ungated_branches.matches(Path::new(branch));
        Ok(may_be && name != self.head_name && matches!(self.policy(commit)?, Policy::Absent))
    }

    /// What counts as known: what branches and tags name, unless nobody has checked it.
    fn known(&mut self) -> Result<Vec<ObjectId>> {
        let mut known = Vec::new();
        for (name, id) in self.repository.branches_and_tags()? {
            if !self.is_ungated(&name, id)? {
                known.push(id);
            }
        }
        Ok(known)
    }

    fn check(&mut self, commits: &[CommitNode], updates: &[Update]) -> Result<Vec<Received>> {
        let base = self.base();
        let mut received = Vec::new();
        // Commits with the same configuration are checked together: one may sign off for another.
        let mut groups: Vec<(Rc<Config>, Vec<ObjectId>)> = Vec::new();
        if let Some(base) = &base {
            let all = commits.iter().map(|commit| commit.id).collect();
            groups.push((Rc::clone(base), all));
        }
        for commit in commits {
            let policy = self.policy(commit.id)?;
            if let Some(own) = policy.ready()
                && base.as_ref().is_none_or(|base| !Rc::ptr_eq(own, base))
            {
                match groups.iter_mut().find(|(known, _)| Rc::ptr_eq(known, own)) {
                    Some((_, ids)) => ids.push(commit.id),
                    None => groups.push((Rc::clone(own), vec![commit.id])),
                }
            }
            received.push(self.check_commit(commit, base.as_deref(), &policy)?);
        }
        let is_default = updates.iter().any(|update| update.name == self.head_name);
        for (config, ids) in groups {
            for checked in self.refused_messages(&config, ids, is_default)? {
                let mut all = received.iter_mut();
                let one = all.find(|one| one.id == checked.id && one.message.is_none());
                if let Some(one) = one {
                    one.message = Some(checked);
                }
            }
        }
        Ok(received)
    }

    fn refused_messages(
        &self,
        config: &Config,
        ids: Vec<ObjectId>,
        is_default: bool,
    ) -> Result<Vec<CheckedMessage>> {
        if !is_default {
            return ungated_commits::refused_messages(self.repository, config, ids);
        }
        let mut checked = range::check_messages(self.repository, config, ids)?;
        checked.retain(CheckedMessage::is_refused);
        Ok(checked)
    }

    fn check_commit(
        &mut self,
        commit: &CommitNode,
        base: Option<&Config>,
        own: &Policy,
    ) -> Result<Received> {
        let unreadable = match own {
            Policy::Broken(fault) => Some(fault.detail.clone().unwrap_or(fault.message.clone())),
            Policy::Absent | Policy::Ready(_) => None,
        };
        let mut change = if unreadable.is_some() {
            single_change::ChangeReport::default()
        } else {
            check_commit(&mut self.checker, &commit.parents, commit.id, base)?
        };
        if base.is_some() {
            // Where the push ends is compared with the default branch, whatever is between.
            change
                .findings
                .retain(|finding| !weakenings::is_unknown_before(finding));
        }
        Ok(Received {
            id: commit.id,
            is_root: commit.parents.is_empty(),
            said: received::declarations(&mut self.checker.policies, commit)?,
            message: None,
            change,
            unreadable,
        })
    }

    /// What is weaker where a reference is to lead than where it has left the default branch, unless a
    /// commit in between says why. The default branch itself does not go back to weaker gates, either:
    /// what is pushed next would be checked by them.
    fn weakened(&mut self, update: &Update) -> Result<Option<ReceivedTip>> {
        let (Some(head), Some(base)) = (self.head, self.base()) else {
            return Ok(None);
        };
        let left = self.repository.meeting_point(head, update.tip)?;
        // A commit that has a broken one is refused for that.
        let Ok(after) = self.policy(update.tip)?.required() else {
            return Ok(None);
        };
        // Who has left before there was a configuration needs the one of now.
        let can_lag = after.is_some() && update.name != self.head_name;
        let before = match left {
            Some(left) if can_lag => (left, self.policy(left)?.ready().cloned()),
            _ => (head, Some(base)),
        };
        let (from, Some(before)) = before else {
            return Ok(None);
        };
        let findings = received::weaker_in_the_end(
            &mut self.checker,
            (from, &before),
            (update.tip, after.as_deref()),
        )?;
        if findings.is_empty() {
            return Ok(None);
        }
        let mut files = BTreeSet::from([PathBuf::from(FILE_NAME)]);
        files.extend(before.files.iter().cloned());
        files.extend(after.iter().flat_map(|after| after.files.iter().cloned()));
        let files: Vec<PathBuf> = files.into_iter().collect();
        let touching = self.repository.touching(&files, update.tip, left)?;
        for id in touching {
            let commit = self.checker.policies.objects.commit(id)?;
            if received::said(&commit).gate_change.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(ReceivedTip {
            name: update.name.clone(),
            default: self.head_name.clone(),
            is_gone: after.is_none(),
            findings,
        }))
    }
}
