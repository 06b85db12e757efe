//! The pre-push hook: nothing leaves that nobody has checked.
//!
//! What the remote does not have yet is looked at, commit by commit, as it is stored; what is checked
//! out does not matter. The last commit of each reference is checked now if nobody has checked it; of
//! those before it each must have been, unless it was made elsewhere or before gatekeeper.

mod tip;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::path::Path;

use time::OffsetDateTime;

use super::reference_moves::lines_of_words;
use super::ungated_commits::Check;
use super::{
    commit, enforcement, published_unchecked, receipt_store, self_path, skip_notice,
    ungated_branch, ungated_commits,
};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, count};
use crate::config::{FILE_NAME, PolicySource, committed};
use crate::git::{CommitNode, Exclude, Repository};
use crate::model::trigger::{Hook, Remote};
use crate::platform;
use crate::receipt::{LedgerEntry, LedgerEvent, Store, Trusted};
use crate::report::{self, Style};
use crate::rules::change::received;
use crate::rules::change::single_change::ChangeChecker;

/// The hook's name, in the ledger.
const HOOK: &str = "pre-push";

/// How many lines of the ledger are shown.
const SHOWN: usize = 10;

/// Where the commits are about other commits, and git's own.
const NO_CODE: [&str; 2] = ["refs/notes/", "refs/replace/"];

/// Whether the commits of a reference are about other commits, and hold no files of a project.
pub(super) fn holds_no_code(name: &str) -> bool {
    NO_CODE.iter().any(|start| name.starts_with(start))
}

/// A reference that is to be pushed (githooks(5), pre-push).
struct Reference {
    name: String,
    /// What it names here; only zeros if it is to be deleted.
    here: Option<ObjectId>,
    /// Its name there.
    to: String,
    /// What it names there; only zeros if it is new.
    there: Option<ObjectId>,
}

/// Everything about a push.
struct Push<'a> {
    environment: &'a Environment,
    repository: Repository,
    store: Store,
    style: Style,
    /// The commits that references are to name.
    tips: Vec<ObjectId>,
    /// The references.
    references: Vec<Reference>,
    /// Who is to get them.
    remote: Remote,
    /// The unchecked commits of which only a remote-tracking branch that was set by hand says that a
    /// remote has them.
    set_by_hand: BTreeSet<ObjectId>,
    /// The pushed commits that the remote certainly has not: known once something is to be refused.
    certain: OnceCell<HashSet<ObjectId>>,
}

pub(crate) fn check(
    environment: &Environment,
    arguments: &[OsString],
    input: &[u8],
) -> Result<ExitCode> {
    let repository = Repository::open_without_files(environment)?;
    crate::run::refuse_nested(environment, &repository.common_dir)?;
    let style = Style::for_errors(environment, commit::detail(platform::ancestors()));
    let store = receipt_store::must_open(environment, &repository)?;
    let references = references(input)?;
    let mut tips = BTreeSet::new();
    for reference in &references {
        let Some(here) = reference.here else {
            continue;
        };
        if is_about_others(&repository, &reference.to, here)?
            || needs_no_gates(&repository, &store, reference, here, style)?
        {
            continue;
        }
        match repository.ancestor(here)? {
            Some(commit) => {
                tips.insert(commit.id);
            }
            None => report::say(&format!(
                "{}: {} does not point to a commit; nothing to check\n",
                style.careful("note"),
                clean_line(reference.name.as_bytes())
            )),
        }
    }
    let mut push = Push {
        set_by_hand: BTreeSet::new(),
        certain: OnceCell::new(),
        remote: Remote {
            name: remote_name(arguments),
            has: references.iter().filter_map(|one| one.there).collect(),
        },
        tips: tips.into_iter().collect(),
        references,
        environment,
        repository,
        store,
        style,
    };
    push.show_ledger();
    if let Some(loss) = push.store.loss() {
        report::say(&report::lost_record(loss, push.style));
    }
    if let Some(damage) = push.store.ledger_damage() {
        report::say(&report::damaged_ledger(damage, push.style));
    }
    let found =
        published_unchecked::notice(environment, &push.repository, &push.store, push.style)?;
    push.set_by_hand = found.set_by_hand;
    push.ask_remote(arguments.get(1))?;
    skip_notice::notice(environment, Hook::PrePush, &[])?;
    let code = push.check()?;
    // Forgetting can wait until it is in nobody's way.
    let _ = push.store.prune(&push.repository);
    Ok(code)
}

/// The remote's name; git gives its address twice if it has none.
fn remote_name(arguments: &[OsString]) -> Option<String> {
    let [name, address, ..] = arguments else {
        return None;
    };
    (name != address).then(|| name.to_string_lossy().into_owned())
}

/// Whether commits go where they only tell something about others: there is nothing to check unless
/// they hold what is checked elsewhere.
fn is_about_others(repository: &Repository, to: &str, here: ObjectId) -> Result<bool> {
    let is_there = holds_no_code(to);
    if !is_there {
        return Ok(false);
    }
    let mut objects = repository.objects();
    Ok(objects.entry(here, Path::new(FILE_NAME))?.is_none())
}

/// Whether a branch of the remote needs no gates, and gets none: nothing of it is checked, and that is said.
fn needs_no_gates(
    repository: &Repository,
    store: &Store,
    reference: &Reference,
    here: ObjectId,
    style: Style,
) -> Result<bool> {
    // What the remote had is looked at if it is here.
    let there = reference.there.map(|there| repository.ancestor(there));
    let there = there.transpose()?.flatten().map(|there| there.id);
    let config = ungated_branch::of_update(repository, &reference.to, there, here)?;
    let Some(config) = config else {
        return Ok(false);
    };
    let has = reference.there.into_iter();
    for commit in repository.ancestors_before(&[here], Exclude::Remotes, has)? {
        if !ungated_commits::has_gates(repository, commit.id)? {
            ungated_branch::count_as_checked(store, &config, commit.tree);
        }
    }
    let branch = report::short_reference(&reference.to);
    report::say(&report::ungated_branch(branch, style));
    Ok(true)
}

fn references(input: &[u8]) -> Result<Vec<Reference>> {
    let lines = lines_of_words(input)?.into_iter();
    lines
        .map(|[name, here, to, there]| {
            Ok(Reference {
                name,
                here: ObjectId::parse_or_none(&here)?,
                to,
                there: ObjectId::parse_or_none(&there)?,
            })
        })
        .collect()
}

impl Push<'_> {
    fn check(&self) -> Result<ExitCode> {
        if self.tips.is_empty() {
            return Ok(ExitCode::Passed);
        }
        let new = self.new_there(&self.tips)?;
        let arrived = self.store.ledger().arrived();
        let messages = self.check_messages(&new)?;
        let changes = self.check_changes(&new)?;
        let (mut here, elsewhere) = self.unchecked(&new, &arrived)?;
        if !here.is_empty() {
            let certain = self.certain()?;
            here.retain(|commit| certain.contains(&commit.id));
        }
        let is_before_tip = |commit: &&CommitNode| !self.tips.contains(&commit.id);
        let forged = self.set_by_hand()?;
        let left = here.into_iter().filter(is_before_tip);
        let left = self.without_advised(left.collect())?;
        let left: Vec<&CommitNode> = left.into_iter().chain(&forged).collect();
        self.must_have_gates_after(&left, &new)?;
        let mut code = if left.is_empty() {
            ExitCode::Passed
        } else {
            self.refuse(&left)?
        };
        for found in [messages, changes] {
            if code == ExitCode::Passed {
                code = found;
            }
        }
        let before_tips: Vec<_> = elsewhere.iter().copied().filter(is_before_tip).collect();
        if code == ExitCode::Passed && !before_tips.is_empty() {
            let passers = ungated_commits::named(&self.repository, before_tips.into_iter())?;
            report::say(&report::arrived(&passers, self.style));
        }
        for &tip in &self.tips {
            if code == ExitCode::Passed {
                code = self.check_tip(tip)?;
            }
        }
        let mut acceptable = elsewhere;
        if code == ExitCode::Failed && !acceptable.is_empty() {
            acceptable.sort_by_key(|commit| new.iter().position(|one| one.id == commit.id));
            let named = ungated_commits::named(&self.repository, acceptable.into_iter())?;
            let program = self_path::call(self.environment);
            report::say(&report::may_accept(&named, &program, self.style));
        }
        Ok(code)
    }

    /// Asks the remote for what it has, if some of what seems to be new to it was not checked here and no
    /// remote-tracking branch says more: what it has already is not pushed.
    fn ask_remote(&mut self, address: Option<&OsString>) -> Result<()> {
        let is_tracked = |name: &str| self.repository.is_tracked(name);
        let Some(address) = address.filter(|_| !self.tips.is_empty()) else {
            return Ok(());
        };
        if self.remote.name.as_deref().is_some_and(is_tracked) {
            return Ok(());
        }
        for commit in &self.new_there(&self.tips)? {
            if !self.is_checked(commit)? {
                self.remote.has.extend(self.repository.asked_tips(address));
                break;
            }
        }
        Ok(())
    }

    /// The unchecked commits that are pushed and that the remote seems to have, because somebody has set a
    /// remote-tracking branch by hand.
    fn set_by_hand(&self) -> Result<Vec<CommitNode>> {
        if self.set_by_hand.is_empty() {
            return Ok(Vec::new());
        }
        let has = self.remote.has.iter().copied();
        let mut new = self
            .repository
            .ancestors_before(&self.tips, Exclude::Named, has)?;
        new.retain(|commit| self.set_by_hand.contains(&commit.id));
        Ok(new)
    }

    /// The commits that these have and the remote has not, newest first.
    fn new_there(&self, tips: &[ObjectId]) -> Result<Vec<CommitNode>> {
        let beyond = self.remote.name.as_deref();
        let beyond = beyond.map_or(Exclude::Named, Exclude::Remote);
        let trusted = self.store.trusted().into_iter();
        let others = trusted.chain(self.remote.has.iter().copied());
        self.repository.ancestors_before(tips, beyond, others)
    }

    /// The pushed commits that the remote certainly has not: dates may lie, so it is asked once more before
    /// something is refused.
    fn certain(&self) -> Result<&HashSet<ObjectId>> {
        if let Some(certain) = self.certain.get() {
            return Ok(certain);
        }
        let new = self.new_there(&self.tips)?;
        let ids: Vec<ObjectId> = new.iter().map(|commit| commit.id).collect();
        let beyond = self.remote.name.as_deref();
        let beyond = beyond.map_or(Exclude::Named, Exclude::Remote);
        let trusted = self.store.trusted().into_iter();
        let others = trusted.chain(self.remote.has.iter().copied());
        let certain = self.repository.certainly_before(&ids, beyond, others)?;
        Ok(self.certain.get_or_init(|| certain))
    }

    /// Whether a commit was checked, or was left to the tip of its rebase.
    fn is_checked(&self, commit: &CommitNode) -> Result<bool> {
        let trusted = Trusted::Remote {
            name: self.remote.name.as_deref(),
            has: &self.remote.has,
        };
        let check = ungated_commits::check(&self.repository, &self.store, commit, trusted)?;
        Ok(check != Check::Unchecked)
    }

    /// The commits that nobody has checked: those that were made here, and those that have come from
    /// elsewhere, or were here before gatekeeper.
    fn unchecked<'a>(
        &self,
        new: &'a [CommitNode],
        arrived: &HashSet<ObjectId>,
    ) -> Result<(Vec<&'a CommitNode>, Vec<&'a CommitNode>)> {
        let mut unchecked: Vec<&CommitNode> = Vec::new();
        for commit in new {
            if !self.is_checked(commit)? {
                unchecked.push(commit);
            }
        }
        if unchecked.is_empty() {
            return Ok((unchecked, Vec::new()));
        }
        let ids: Vec<ObjectId> = unchecked.iter().map(|commit| commit.id).collect();
        let present = self.store.present_at_install().into_iter();
        let here = self
            .repository
            .ancestors_before(&ids, Exclude::Remotes, present)?;
        let is_here = |commit: &&CommitNode| {
            !arrived.contains(&commit.id) && here.iter().any(|one| one.id == commit.id)
        };
        Ok(unchecked.into_iter().partition(is_here))
    }

    /// The unchecked commits without those that were allowed to be: these are named and recorded.
    fn without_advised<'c>(&self, unchecked: Vec<&'c CommitNode>) -> Result<Vec<&'c CommitNode>> {
        let mut policies = PolicySource::new(&self.repository);
        let (mut left, mut advised) = (Vec::new(), Vec::new());
        for commit in unchecked {
            if enforcement::is_advisory_at(&mut policies, commit)? {
                advised.push(commit);
            } else {
                left.push(commit);
            }
        }
        if advised.is_empty() {
            return Ok(left);
        }
        let entry = |commit: &&CommitNode| {
            let what = "an unchecked commit was pushed";
            LedgerEntry::new(LedgerEvent::Ungated, HOOK, what).about(commit.id)
        };
        let entries: Vec<LedgerEntry> = advised.iter().map(entry).collect();
        let _ = self.store.ledger().add_all(&entries);
        let named = ungated_commits::named(&self.repository, advised.into_iter())?;
        let program = self_path::call(self.environment);
        report::say(&report::pushed_unchecked(&named, &program, self.style));
        Ok(left)
    }

    fn refuse(&self, left: &[&CommitNode]) -> Result<ExitCode> {
        let entry = |commit: &&CommitNode| {
            let what = "refused to push an unchecked commit";
            LedgerEntry::new(LedgerEvent::Push, HOOK, what).about(commit.id)
        };
        let entries: Vec<LedgerEntry> = left.iter().map(entry).collect();
        let _ = self.store.ledger().add_all(&entries);
        let passers = ungated_commits::named(&self.repository, left.iter().copied())?;
        let program = self_path::call(self.environment);
        report::say(&report::refused_push(&passers, &program, self.style));
        Ok(ExitCode::Failed)
    }

    fn check_messages(&self, new: &[CommitNode]) -> Result<ExitCode> {
        let ids: Vec<ObjectId> = new.iter().rev().map(|commit| commit.id).collect();
        let Some(&last) = ids.last() else {
            return Ok(ExitCode::Passed);
        };
        let Some(config) = committed::config_in(&self.repository, last)? else {
            return Ok(ExitCode::Passed);
        };
        let mut refused = ungated_commits::refused_messages(&self.repository, &config, ids)?;
        if !refused.is_empty() {
            let certain = self.certain()?;
            refused.retain(|checked| certain.contains(&checked.id));
        }
        if refused.is_empty() {
            return Ok(ExitCode::Passed);
        }
        report::say(&report::bad_messages(
            &refused,
            true,
            &self_path::call(self.environment),
            self.style,
        ));
        Ok(ExitCode::Failed)
    }

    /// Checks what each commit that is new to the remote changes, by the rules in it.
    fn check_changes(&self, new: &[CommitNode]) -> Result<ExitCode> {
        let mut code = ExitCode::Passed;
        let today = OffsetDateTime::now_utc().date();
        let mut checker = ChangeChecker::new(&self.repository, today);
        for commit in new.iter().rev() {
            let refused = ungated_commits::refused_changes(&mut checker, commit)?;
            if !refused.is_empty() && self.certain()?.contains(&commit.id) {
                let passer = ungated_commits::named(&self.repository, std::iter::once(commit))?;
                report::say(&report::bad_changes(&passer, &refused, self.style));
                code = ExitCode::Failed;
            }
            let said = received::declarations(&mut checker.policies, commit)?;
            let id = commit.id.short();
            report::say(&report::pushed_declarations(&id, &said, self.style));
        }
        Ok(code)
    }

    /// Shows what has been tried since the last push.
    fn show_ledger(&self) {
        let ledger = self.store.ledger();
        let entries = ledger.entries();
        let last = entries
            .iter()
            .rposition(|entry| entry.event == LedgerEvent::Shown);
        let new = entries[last.map_or(0, |last| last + 1)..].iter();
        // Who fetches has tried nothing.
        let new: Vec<LedgerEntry> = new
            .filter(|entry| entry.event != LedgerEvent::Arrived)
            .cloned()
            .collect();
        if new.is_empty() {
            return;
        }
        report::say(&format!(
            "{}: {} in the ledger since the last push\n{}",
            self.style.careful("note"),
            count(new.len(), "new line"),
            report::ledger(&new, SHOWN)
        ));
        let _ = ledger.add(&LedgerEntry::new(
            LedgerEvent::Shown,
            HOOK,
            "shown before a push",
        ));
    }
}
