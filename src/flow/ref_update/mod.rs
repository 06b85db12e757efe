//! The reference-transaction hook: sees every branch that moves, whoever moves it.
//!
//! It runs no gate, since git holds locks while it runs, but for what is pushed into the repository. A commit that was made here and whose tree
//! nobody has checked is refused; one that has come from elsewhere is somebody else's affair, and is
//! found again by the next commit, the next push and the audit.

mod messages;
mod refusal;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;

use super::protected_move::{self, ProtectedMove, Refused};
use super::reference_moves::{BRANCHES, Link, Move, Moves, moves};
use super::ungated_commits::Check;
use super::{pushed_here, receipt_store, ungated_branch, ungated_commits};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::git::invocation::hook_bypass::git_commands;
use crate::git::{CommitNode, Exclude, Repository};
use crate::model::trigger::Stage;
use crate::platform;
use crate::receipt::{LedgerEvent, Standing, Store, Trusted};
use crate::report::{self, Detail, Style};

/// The state in which a transaction can still be refused (githooks(5), reference-transaction).
const PREPARED: &str = "prepared";

/// The hook's name, in the ledger.
const HOOK: &str = "reference-transaction";

/// The commands that bring commits from elsewhere.
const FETCHES: [&str; 4] = ["fetch", "pull", "clone", "remote"];

/// The command that brings what is pushed into this repository, maybe from this repository itself.
const RECEIVES: &str = "receive-pack";

/// Everything about a transaction.
struct Transaction<'a> {
    environment: &'a Environment,
    repository: Repository,
    store: Store,
    moves: Vec<Move>,
    links: Vec<Link>,
    ancestors: &'static [Vec<OsString>],
    commands: Vec<String>,
}

pub(crate) fn watch(
    environment: &Environment,
    arguments: &[OsString],
    input: &[u8],
) -> Result<ExitCode> {
    if arguments.first().is_none_or(|state| state != PREPARED) {
        return Ok(ExitCode::Passed);
    }
    let found = moves(input)?;
    let has_branches = !found.branches.is_empty() || !found.links.is_empty();
    if !has_branches && found.others.is_empty() {
        return Ok(ExitCode::Passed);
    }
    let ancestors = platform::ancestors();
    let commands = git_commands(ancestors);
    if !has_branches && !is_fetch_command(&commands) {
        return Ok(ExitCode::Passed);
    }
    let Moves {
        branches: moves,
        links,
        others,
    } = found;
    let opened = Transaction::open(environment, (moves, links), commands, ancestors);
    if !has_branches {
        // Nothing is refused that is no branch.
        let _ = opened.and_then(|transaction| transaction.remember_fetched(&others));
        return Ok(ExitCode::Passed);
    }
    let transaction = opened?;
    transaction.remember_fetched(&others)?;
    let code = transaction.check()?;
    if code == ExitCode::Passed {
        transaction.remove_saved_messages();
    }
    Ok(code)
}

/// Whether a command that brings commits from elsewhere is the nearest one.
fn is_fetch_command(commands: &[String]) -> bool {
    let nearest = commands.first();
    nearest.is_some_and(|command| FETCHES.contains(&command.as_str()))
}

impl<'e> Transaction<'e> {
    fn open(
        environment: &'e Environment,
        (moves, links): (Vec<Move>, Vec<Link>),
        commands: Vec<String>,
        ancestors: &'static [Vec<OsString>],
    ) -> Result<Self> {
        let repository = Repository::open_without_files(environment)?;
        let store = receipt_store::must_open(environment, &repository)?;
        let mut moves: Vec<Move> = moves
            .into_iter()
            .map(|moved| moved.counted_from_now(&repository))
            .collect::<Result<_>>()?;
        for link in &links {
            moves.extend(link.as_move(&repository)?);
        }
        Ok(Self {
            environment,
            repository,
            store,
            moves,
            links,
            ancestors,
            commands,
        })
    }

    /// Refuses what a protected branch does not allow.
    fn refuse_protected(&self) -> Result<bool> {
        let style = Style::for_errors(self.environment, Detail::Normal);
        if let Some(link) = protected_move::refused_link(&self.repository, &self.links)? {
            let [branch, target] =
                [&link.name, &link.target].map(|name| report::short_reference(name));
            report::say(&report::protected_link(branch, target, style));
            return Ok(true);
        }
        if self.may_move_protected() {
            return Ok(false);
        }
        let refused = protected_move::refused(&self.repository, &self.moves)?;
        let Some(Refused {
            branch,
            moved,
            fault,
        }) = refused
        else {
            return Ok(false);
        };
        let made = self.repository.ancestor(moved.new)?;
        self.note(
            LedgerEvent::Refused,
            "a protected branch was to be moved",
            &made.iter().collect::<Vec<_>>(),
        );
        let is_made = fault == ProtectedMove::Made;
        report::say(&report::protected_move(&branch, moved.new, is_made, style));
        Ok(true)
    }

    fn check(&self) -> Result<ExitCode> {
        if self.refuse_protected()? {
            return Ok(ExitCode::Failed);
        }
        let ungated = self.pass_ungated()?;
        let mut open = Vec::new();
        let mut all_said = true;
        for moved in &self.moves {
            if !self.is_next_commit(moved)? {
                open.push(moved);
            } else if !self.is_message_known(moved.new)? {
                all_said = false;
            }
        }
        open.retain(|moved| !ungated.contains(&moved.new));
        if open.is_empty() && all_said {
            return Ok(ExitCode::Passed);
        }
        let mut new = self.distinct(|moved| Some(moved.new));
        new.retain(|id| !ungated.contains(id));
        if new.is_empty() {
            return Ok(ExitCode::Passed);
        }
        let present = self.store.present();
        let was_present = || present.iter().copied();
        let made = self
            .repository
            .ancestors_before(&new, Exclude::Branches, was_present())?;
        if made.is_empty() {
            return Ok(ExitCode::Passed);
        }
        let ids: Vec<ObjectId> = made.iter().map(|commit| commit.id).collect();
        let own: HashSet<ObjectId> = if self.is_fetch() {
            HashSet::new()
        } else {
            let own = self.repository.ancestors_before(
                &ids,
                Exclude::Everything,
                was_present().chain(self.store.fetched()),
            )?;
            own.into_iter().map(|commit| commit.id).collect()
        };
        let replaced = self.replaced(&new)?;
        let ungated = self.ungated(&made, &replaced)?;
        let (refused, mut arrived): (Vec<&CommitNode>, Vec<&CommitNode>) = ungated
            .into_iter()
            .partition(|commit| own.contains(&commit.id));
        let certain = self.certain(&refused)?;
        let (refused, mut known): (Vec<&CommitNode>, Vec<&CommitNode>) = refused
            .into_iter()
            .partition(|commit| certain.contains(&commit.id));
        let (brought, refused) = self.brought_without_gates(refused)?;
        known.extend(brought);
        arrived.extend(&known);
        self.note(
            LedgerEvent::Arrived,
            "an unchecked commit arrived",
            &arrived,
        );
        let is_let_through =
            refused.is_empty() || self.is_pushed() && self.passes_here(&refused)?;
        if !is_let_through && self.refuse(&refused)? {
            return Ok(ExitCode::Failed);
        }
        let is_own = |one: &&CommitNode| own.contains(&one.id) && !known.contains(one);
        let own: Vec<&CommitNode> = made.iter().filter(is_own).collect();
        self.check_messages(&own, &replaced)
    }

    /// The commits that branches get which need no gates: their trees count as checked, and that is said once.
    fn pass_ungated(&self) -> Result<HashSet<ObjectId>> {
        let mut passed = HashSet::new();
        for moved in &self.moves {
            if !moved.name.starts_with(BRANCHES) || self.is_next_commit(moved)? {
                continue;
            }
            let (old, new) = (moved.old, moved.new);
            let config = ungated_branch::of_update(&self.repository, &moved.name, old, new)?;
            let Some(config) = config else { continue };
            let present = self.store.present().into_iter();
            let brought = self
                .repository
                .ancestors_before(&[new], Exclude::Branches, present)?;
            for commit in &brought {
                if !ungated_commits::has_gates(&self.repository, commit.id)? {
                    ungated_branch::count_as_checked(&self.store, &config, commit.tree);
                }
            }
            let style = Style::for_errors(self.environment, Detail::Normal);
            let name = report::short_reference(&moved.name);
            report::say(&report::ungated_branch(name, style));
            passed.insert(new);
        }
        Ok(passed)
    }

    /// Of some commits, those that a push from another repository brings and that have no gates, and the others. What a
    /// project had before it had gates, or another one that was merged into it, cannot be checked by any.
    fn brought_without_gates<'a>(
        &self,
        commits: Vec<&'a CommitNode>,
    ) -> Result<(Vec<&'a CommitNode>, Vec<&'a CommitNode>)> {
        let (mut brought, mut others) = (Vec::new(), Vec::new());
        let mut is_from_elsewhere = None;
        for commit in commits {
            let is_brought = self.is_pushed()
                && pushed_here::is_without_gates(&self.repository, commit)?
                && *is_from_elsewhere.get_or_insert_with(|| {
                    pushed_here::is_from_elsewhere(&self.repository, self.ancestors, RECEIVES)
                });
            if is_brought {
                brought.push(commit);
            } else {
                others.push(commit);
            }
        }
        Ok((brought, others))
    }

    /// Those of some commits that are certainly not known: it is asked once more before they are refused.
    fn certain(&self, commits: &[&CommitNode]) -> Result<HashSet<ObjectId>> {
        if commits.is_empty() {
            return Ok(HashSet::new());
        }
        let ids: Vec<ObjectId> = commits.iter().map(|commit| commit.id).collect();
        let mut known = self.store.present();
        known.extend(self.store.fetched());
        self.repository
            .certainly_before(&ids, Exclude::Everything, known.into_iter())
    }

    /// Remembers what a fetch brings to references other than branches: a branch may get it later. What
    /// branches have since is forgotten.
    fn remember_fetched(&self, others: &[ObjectId]) -> Result<()> {
        if others.is_empty() || !self.is_fetch() {
            return Ok(());
        }
        let before = self.store.fetched();
        let mut tips = BTreeSet::new();
        for &id in others.iter().chain(&before) {
            // A tag may name anything.
            tips.extend(self.repository.ancestor(id)?.map(|commit| commit.id));
        }
        let ids: Vec<ObjectId> = tips.iter().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let present = self.store.present().into_iter();
        let unknown = self
            .repository
            .ancestors_before(&ids, Exclude::Branches, present)?;
        tips.retain(|tip| unknown.iter().any(|commit| commit.id == *tip));
        if tips != before {
            // Where nothing can be written, such a commit is refused later, with a way out.
            let _ = self.store.keep_fetched(&tips);
        }
        Ok(())
    }

    fn distinct(&self, of: impl Fn(&Move) -> Option<ObjectId>) -> Vec<ObjectId> {
        let all: BTreeSet<ObjectId> = self.moves.iter().filter_map(of).collect();
        all.into_iter().collect()
    }

    /// Whether a branch gets what it gets from an ordinary commit: one more than it had, or another
    /// one in place of its last, and the tree is checked.
    fn is_next_commit(&self, moved: &Move) -> Result<bool> {
        let Some(new) = self.repository.ancestor(moved.new)? else {
            return Ok(false);
        };
        if new.is_empty_root() || self.standing_of(&new)? != Check::Checked {
            return Ok(false);
        }
        let Some(old) = moved.old else {
            return Ok(false);
        };
        if new.parents == [old] {
            return Ok(true);
        }
        let old = self.repository.ancestor(old)?;
        Ok(old.is_some_and(|old| old.parents == new.parents))
    }

    fn standing_of(&self, commit: &CommitNode) -> Result<Check> {
        let trusted = Trusted::EveryRemote;
        ungated_commits::check(&self.repository, &self.store, commit, trusted)
    }

    /// Whether commits come from elsewhere now. What a repository fetches from itself was there.
    fn is_fetch(&self) -> bool {
        let is_fetch = is_fetch_command(&self.commands);
        let Some(command) = self.commands.first().filter(|_| is_fetch) else {
            return false;
        };
        let is_own = |word: &OsString| self.repository.is_own_address(&word.to_string_lossy());
        let from_itself = self.ancestors.iter().any(|words| {
            let after = words.iter().skip_while(|word| *word != command.as_str());
            after.skip(1).any(is_own)
        });
        !from_itself
    }

    /// Whether the command may move a protected branch anywhere: it brings what is elsewhere, or is a rebase, which
    /// makes its commits on no branch.
    fn may_move_protected(&self) -> bool {
        let is_own = |word: &OsString| self.repository.is_own_address(&word.to_string_lossy());
        match self.commands.first().map(String::as_str) {
            Some("rebase") => true,
            Some(RECEIVES) => !self
                .ancestors
                .iter()
                .any(|words| words.iter().any(|word| word == "push") && words.iter().any(is_own)),
            _ => self.is_fetch(),
        }
    }

    /// The commits that the branches had and are to have no longer, by their trees: a rewritten one
    /// on the same tree is as good as they are. What was there before gatekeeper may be rewritten, too.
    fn replaced(&self, new: &[ObjectId]) -> Result<HashMap<ObjectId, Vec<ObjectId>>> {
        let mut old: Vec<ObjectId> = Vec::new();
        for id in self.distinct(|moved| moved.old) {
            if self.repository.ancestor(id)?.is_some() {
                old.push(id);
            }
        }
        let gone = self
            .repository
            .ancestors_before(&old, Exclude::Named, new.iter().copied())?;
        let mut ungated = self.store.ungated(&self.repository, &old)?;
        if !ungated.is_empty() {
            let ids: Vec<ObjectId> = ungated.into_iter().map(|one| one.id).collect();
            let present = self.store.present().into_iter();
            ungated = self
                .repository
                .ancestors_before(&ids, Exclude::Named, present)?;
        }
        let ungated: HashSet<ObjectId> = ungated.iter().map(|one| one.id).collect();
        let mut replaced: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for commit in gone {
            if !ungated.contains(&commit.id) {
                replaced.entry(commit.tree).or_default().push(commit.id);
            }
        }
        Ok(replaced)
    }

    /// Those of some commits, newest first, that are not good. One that changes nothing is as good as
    /// its parent.
    fn ungated<'a>(
        &self,
        made: &'a [CommitNode],
        replaced: &HashMap<ObjectId, Vec<ObjectId>>,
    ) -> Result<Vec<&'a CommitNode>> {
        let mut good: HashSet<ObjectId> = HashSet::new();
        let mut ungated = Vec::new();
        for commit in made.iter().rev() {
            let mut is_good = self.is_checked(commit, replaced)?;
            for &parent in &commit.parents {
                if is_good {
                    break;
                }
                let same = self.repository.ancestor(parent)?;
                if same.is_some_and(|same| same.tree == commit.tree) {
                    let is_new = made.iter().any(|one| one.id == parent);
                    let standing = |stage| self.store.standing(&self.repository, parent, stage);
                    is_good = good.contains(&parent)
                        || !is_new && standing(Stage::PreCommit)? != Standing::Ungated;
                }
            }
            if is_good {
                good.insert(commit.id);
            } else {
                ungated.push(commit);
            }
        }
        ungated.reverse();
        Ok(ungated)
    }

    fn is_checked(
        &self,
        commit: &CommitNode,
        replaced: &HashMap<ObjectId, Vec<ObjectId>>,
    ) -> Result<bool> {
        if replaced.contains_key(&commit.tree) {
            return Ok(true);
        }
        // In a rebase that is checked at its tip, only a branch's last commit has to be.
        let is_tip = |moved: &Move| moved.name.starts_with(BRANCHES) && moved.new == commit.id;
        Ok(match self.standing_of(commit)? {
            Check::Checked => true,
            Check::LeftToTip => !self.moves.iter().any(is_tip),
            Check::Unchecked => false,
        })
    }

    /// Whether the commits are pushed into this repository.
    fn is_pushed(&self) -> bool {
        self.commands.first().map(String::as_str) == Some(RECEIVES)
    }
}
