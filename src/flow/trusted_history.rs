//! Trusted history: what counts as good when gatekeeper is installed, and `gatekeeper audit --accept`.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use time::OffsetDateTime;

use super::{published_unchecked, receipt_store, self_path, ungated_commits};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::placeholder;
use crate::base::text::{clean_line, count};
use crate::config::{SHORTEST_REASON, committed, is_reason, source};
use crate::git::{CommitNode, Exclude, RangeSpec, Repository};
use crate::install;
use crate::model::severity::Severity;
use crate::receipt::{self, Acceptance, Begun, LedgerEntry, LedgerEvent, Loss, Store};
use crate::report::{self, Detail, Style, TrustedInRange};
use crate::rules::audit;
use crate::rules::catalogue::change::GATE_EXCEPTION_MALFORMED;
use crate::rules::message::range;

/// In how many accepted commits changes are looked at: in more, only messages are.
const MOST_CHANGES: usize = 500;

/// The command's name, in the ledger.
const ACCEPT: &str = "audit --accept";

/// Records what is trusted when gatekeeper is installed, and names the commits here that are not.
/// What was recorded before stays, so that installing again does not make anything good.
/// `were_hooks_here`: hooks of ours were in place before.
pub(crate) fn begin(
    environment: &Environment,
    repository: &Repository,
    were_hooks_here: bool,
    style: Style,
) -> Result<()> {
    let mut store = receipt_store::open(environment, repository)?;
    let begun = store.begin(repository, were_hooks_here)?;
    let program = self_path::call(environment);
    match begun {
        Begun::Published | Begun::Head => {
            let head = repository.head_commit()?;
            let history = match begun {
                Begun::Head => report::Begun::Head(head),
                _ => report::Begun::Published(store.trusted().len()),
            };
            report::say(&report::begun(history, style));
            published_unchecked::begin(repository, &store);
            name_untrusted(repository, &store, &program, style)?;
        }
        Begun::Again(first) => {
            report::say(&report::begun(report::Begun::Again(first.0), style));
            published_unchecked::begin(repository, &store);
            name_untrusted(repository, &store, &program, style)?;
        }
        Begun::Known => {
            let Some(head) = repository.head_commit()? else {
                return Ok(());
            };
            let ungated = store.ungated(repository, &[head])?;
            if !ungated.is_empty() {
                report::say(&format!(
                    "{}: HEAD has {}; check them with `{program} audit --record`\n",
                    style.careful("note"),
                    count(ungated.len(), "unchecked commit"),
                ));
            }
        }
        Begun::Resumed(loss) => report::say(&report::lost_record(loss, style)),
    }
    Ok(())
}

/// Names the commits that are not trusted.
fn name_untrusted(
    repository: &Repository,
    store: &Store,
    program: &str,
    style: Style,
) -> Result<()> {
    let untrusted = untrusted(repository, store)?;
    let named = ungated_commits::named(repository, untrusted.iter())?;
    report::say(&report::unpublished(&named, program, style));
    Ok(())
}

/// The commits of HEAD and of branches that are neither published nor trusted, newest first.
fn untrusted(repository: &Repository, store: &Store) -> Result<Vec<CommitNode>> {
    let mut tips = repository.branch_tips()?;
    tips.extend(repository.head_commit()?);
    let tips: Vec<ObjectId> = tips.into_iter().collect();
    if tips.is_empty() {
        return Ok(Vec::new());
    }
    let trusted = store.trusted().into_iter();
    repository.ancestors_before(&tips, Exclude::Remotes, trusted)
}

/// What an audit shows of what is remembered here: the acts by which commits of the range were accepted,
/// and what is wrong. Where gatekeeper was never installed, as in a CI, that is nothing: a run there writes receipts, and
/// has no record to lose.
pub(crate) fn of_audit(
    environment: &Environment,
    repository: &Repository,
    ids: &[ObjectId],
) -> TrustedInRange {
    let Some(store) = Store::open_existing(repository, environment) else {
        return TrustedInRange::default();
    };
    let in_range = |acceptance: &&Acceptance| ids.contains(&acceptance.tip);
    let is_lost = |loss: &Loss| {
        *loss != Loss::Absent
            || store.is_known()
            || install::is_installed(repository).unwrap_or(true)
    };
    let lost = store.loss().filter(is_lost);
    let lost = lost.map(|loss| report::loss_in_words(loss).to_owned());
    let damaged = store.ledger_damage().map(report::damage_in_words);
    TrustedInRange {
        accepted: store
            .acceptances()
            .iter()
            .filter(in_range)
            .cloned()
            .collect(),
        notes: lost.into_iter().chain(damaged).collect(),
        elsewhere: Vec::new(),
    }
}

/// Accepts the commits of a range as they are: history that was made elsewhere, or under other rules.
/// That is recorded in the ledger, and shown by `status`, by an audit, and at the next push.
pub(crate) fn accept(
    environment: &Environment,
    repository: &Repository,
    named: &RangeSpec,
    reason: &str,
    detail: Detail,
) -> Result<ExitCode> {
    let reason = reason.trim();
    if !is_reason(reason) {
        let what = placeholder::left_in(reason).map_or_else(
            || {
                let reason = clean_line(reason.as_bytes());
                format!("`{reason}` does not say why this history is accepted")
            },
            str::to_owned,
        );
        return Err(Fault::usage(what).hint(format!(
            "write at least {SHORTEST_REASON} characters: --reason 'imported from the old \
             repository'"
        )));
    }
    let style = Style::for_errors(environment, detail);
    let mut store = receipt_store::must_open(environment, repository)?;
    let range = repository.commits(named)?;
    if range.ids.is_empty() {
        return Err(Fault::usage("there is no commit in this range").hint(
            "name the commits to accept, as in `gatekeeper audit --accept origin/main..HEAD \
             --reason REASON`",
        ));
    }
    must_begin_at_trusted_history(environment, repository, &store, range.tip, &range.ids)?;
    let commits = range.ids.len();
    let by = repository.setting()?.committer.to_string();
    let acceptance = Acceptance {
        at: receipt::now(),
        tip: range.tip,
        commits,
        reason: reason.to_owned(),
        by,
    };
    let commits = count(commits, "commit");
    let what = format!("accepted {commits}: {reason}");
    let entry = LedgerEntry::new(LedgerEvent::Accepted, ACCEPT, what).about(range.tip);
    // First the ledger: nothing is trusted without a line about it, even if this process is killed.
    store
        .ledger()
        .add(&entry)
        .map_err(|error| Fault::unable("cannot write to the ledger").because(&error))?;
    store.accept(acceptance)?;
    published_unchecked::accept(repository, &store, &range.ids)?;
    report::say(&format!(
        "{}: {commits} up to {} {} now trusted; the ledger records this\n",
        style.good("accepted"),
        range.tip.short(),
        if range.ids.len() == 1 { "is" } else { "are" },
    ));
    report::say(&report::broken_rules(
        &broken_rules(repository, named, range.ids.len()),
        style,
    ));
    Ok(ExitCode::Passed)
}

/// The rules that the commits of a range break, with the number of commits for each; what cannot be checked
/// breaks none.
fn broken_rules(
    repository: &Repository,
    named: &RangeSpec,
    commits: usize,
) -> BTreeMap<String, usize> {
    let config = if repository.is_bare() {
        committed::committed_config(repository, "HEAD")
    } else {
        source::work_tree_config(repository)
    };
    let audit = config.and_then(|config| {
        if commits > MOST_CHANGES {
            return range::audit(repository, &config, named);
        }
        // What began without gates was under no rules; those of here count.
        let base = repository.commits(named)?.base;
        let base = base.map(|base| committed::config_in(repository, base));
        let is_under_rules = base.transpose().ok().flatten().flatten().is_some();
        let policy = Some(&config).filter(|_| !is_under_rules);
        let today = OffsetDateTime::now_utc().date();
        audit::audit_all(repository, &config, named, policy, today)
    });
    let mut rules: BTreeMap<String, BTreeSet<ObjectId>> = BTreeMap::new();
    if let Ok(audit) = audit {
        let messages = audit.checked.iter().map(|one| (one.id, &one.findings));
        let changes = audit.changes.commits.iter();
        let changes = changes.map(|one| (one.id, &one.findings));
        for (id, findings) in messages.chain(changes) {
            for finding in findings
                .iter()
                .filter(|one| one.severity == Severity::Error)
            {
                rules
                    .entry(finding.rule.to_string())
                    .or_default()
                    .insert(id);
            }
        }
        let malformed = audit.changes.commits.iter();
        for one in malformed.filter(|one| !one.malformed.is_empty()) {
            let rule = GATE_EXCEPTION_MALFORMED.id.to_owned();
            rules.entry(rule).or_default().insert(one.id);
        }
    }
    rules
        .into_iter()
        .map(|(rule, commits)| (rule, commits.len()))
        .collect()
}

/// The commit since which the history of another one can be accepted: `since`, unless that leaves out unchecked
/// commits, or the two have nothing in common. Without one, all of the history is to be accepted.
///
/// # Errors
///
/// git fails.
pub(super) fn accepted_since(
    repository: &Repository,
    store: &Store,
    since: Option<ObjectId>,
    tip: ObjectId,
) -> Result<Option<ObjectId>> {
    let Some(since) = since else {
        return Ok(None);
    };
    let named = RangeSpec::Between {
        from: since.to_string(),
        to: tip.to_string(),
    };
    let Ok(range) = repository.commits(&named) else {
        return Ok(None);
    };
    let left_out = left_out(repository, store, tip, &range.ids)?;
    Ok(left_out.is_empty().then_some(since))
}

/// The unchecked commits of a history, the newest first, that are not among these.
fn left_out(
    repository: &Repository,
    store: &Store,
    tip: ObjectId,
    ids: &[ObjectId],
) -> Result<Vec<CommitNode>> {
    let accepted: HashSet<&ObjectId> = ids.iter().collect();
    let mut ungated = store.ungated(repository, &[tip])?;
    ungated.retain(|commit| !accepted.contains(&commit.id));
    Ok(ungated)
}

/// Refuses a range that leaves out unchecked commits before it: its end is good only if they are, too.
fn must_begin_at_trusted_history(
    environment: &Environment,
    repository: &Repository,
    store: &Store,
    tip: ObjectId,
    ids: &[ObjectId],
) -> Result<()> {
    let before = left_out(repository, store, tip, ids)?;
    let Some(last) = before.first() else {
        return Ok(());
    };
    let program = self_path::call(environment);
    let accept = report::accept_command(&program, last.id, tip);
    let can_be_checked = ungated_commits::named(repository, before.iter())?
        .iter()
        .all(|commit| commit.has_gates);
    let hint = if can_be_checked {
        format!(
            "check them first, with `{program} audit --record --root {}`, or accept all of this history: \
             `{accept}`",
            last.id.short()
        )
    } else {
        format!("accept all of this history: `{accept}`")
    };
    Err(Fault::usage(format!(
        "{} before this range {} unchecked (latest {})",
        count(before.len(), "commit"),
        if before.len() == 1 { "is" } else { "are" },
        last.id.short()
    ))
    .hint(hint))
}
