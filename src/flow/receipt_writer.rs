//! What becomes of verdicts: which gates need not run again, and the receipt.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::candidate::Candidate;
use crate::base::environment::{Environment, Variables};
use crate::base::fault::{Fault, Result};
use crate::config::Config;
use crate::event::RunResult;
use crate::git::{Repository, WorktreeState};
use crate::model::gate::{GateName, Untracked};
use crate::model::outcome::{NotApplicable, Outcome, Verdict};
use crate::model::trigger::{Stage, Trigger};
use crate::plan::{LeftOutReason, Needed, Plan, PlannedGate, ViewKind};
use crate::receipt::{self, CacheKey, Pass, Receipt, StageRecord, Store, cache_key};
use crate::report::{self, Style};
use crate::rules::change::single_change::ChangeReport;
use crate::run;

/// The word for a gate that ran and passed.
const PASSED: &str = "passed";

/// The receipts that count for a run. By hand nothing is remembered before gatekeeper was installed:
/// nobody would know what was there before. A range is checked as if nothing was known, as in CI, and
/// so is what is audited.
pub(super) fn store(
    environment: &Environment,
    repository: &Repository,
    trigger: &Trigger,
) -> Result<Option<Arc<Store>>> {
    let opened = || Store::open(repository, environment);
    let store = match trigger {
        Trigger::Range { .. } | Trigger::Audit { .. } => None,
        Trigger::Run | Trigger::Staged => opened().filter(Store::has_baseline),
        Trigger::Hook(_) | Trigger::Push { .. } | Trigger::Record { .. } => {
            Some(must_open(environment, repository)?)
        }
    };
    Ok(store.map(Arc::new))
}

/// The receipts, where nothing can be done without them.
pub(crate) fn must_open(environment: &Environment, repository: &Repository) -> Result<Store> {
    Store::open(repository, environment).ok_or_else(|| {
        Fault::unable("cannot keep receipts: there is no key, and no key can be written").hint(
            "make ~/.local/state or the git directory writable, or set XDG_STATE_HOME to a \
             writable directory",
        )
    })
}

/// What is to be remembered of a run once it is over.
pub(super) struct ReceiptWriter {
    store: Arc<Store>,
    tree: String,
    policy: String,
    /// What every gate gets of the variables that we were started with.
    variables: Variables,
    /// For each gate of the plan, by name, what it is given; if that can be remembered.
    given: BTreeMap<GateName, CacheKey>,
    is_partial: bool,
    /// What the commit weakens.
    weakens: Vec<String>,
}

impl ReceiptWriter {
    /// Finds out what is known of the tree, and leaves out of the plan what need not run again.
    /// `None` if nothing is to be remembered.
    pub(super) fn new(
        environment: &Environment,
        candidate: &Candidate,
        config: &Config,
        plan: &mut Plan,
        is_partial: bool,
        uses_cache: bool,
    ) -> Option<Self> {
        let store = Arc::clone(candidate.store.as_ref()?);
        let beside = &candidate.status.beside;
        // As it lies, the work tree may be another tree than the index's.
        if plan.trigger == Trigger::Run && !beside.is_empty() {
            return None;
        }
        let tree = candidate.index.tree_id()?;
        let mut writer = Self {
            policy: receipt::policy(config),
            variables: run::kept_variables(&environment.variables),
            store,
            tree,
            given: BTreeMap::new(),
            is_partial,
            weakens: Vec::new(),
        };
        writer.given = writer.given_to(plan, candidate);
        // Who runs gates by hand wants them to run.
        if uses_cache && plan.trigger != Trigger::Run {
            let receipt = writer.store.receipt(&writer.tree).unwrap_or_default();
            plan.leave_out_cached(|planned| {
                let given = writer.given.get(&planned.gate.name)?;
                known(&receipt, &planned.gate.name, given)
            });
            if beside.untracked.is_empty() {
                say_cached(plan, &receipt);
            }
        }
        Some(writer)
    }

    /// What each gate of a plan is given, if that can be remembered.
    fn given_to(&self, plan: &Plan, candidate: &Candidate) -> BTreeMap<GateName, CacheKey> {
        let beside = &candidate.status.beside;
        let repository = &candidate.repository;
        let remembered = plan
            .gates
            .iter()
            .filter(|planned| planned.gate.cache && sees_only_the_tree(planned, beside));
        let given = remembered.map(|planned| {
            let has_all =
                plan.trigger == Trigger::Run || matches!(planned.because, Needed::Widened { .. });
            let given = cache_key(
                planned,
                has_all,
                &repository.work_tree,
                &self.variables,
                &repository.common_dir,
                &beside.ignored,
            );
            (planned.gate.name.clone(), given)
        });
        given.collect()
    }

    /// The same, for a commit that weakens something.
    pub(super) fn weakening(self, rules: &ChangeReport) -> Self {
        let weakens = rules.to_be_declared();
        let weakens = weakens.iter().map(|finding| finding.message.clone());
        Self {
            weakens: weakens.collect(),
            ..self
        }
    }

    /// Writes the receipt. That it cannot be written is a note: what was checked is good.
    pub(super) fn record(&self, plan: &Plan, run: &RunResult, candidate: &Candidate, style: Style) {
        if !self.is_about_the_tree(run, candidate) {
            return;
        }
        let now = receipt::now();
        // A gate may have written what it will find there the next time.
        let all_given = self.given_to(plan, candidate);
        let written = self.store.record(&self.tree, |receipt| {
            for (planned, result) in plan.gates.iter().zip(&run.results) {
                let given = all_given.get(&planned.gate.name);
                if let (Outcome::Passed, Some(given)) = (&result.outcome, given) {
                    let pass = Pass {
                        at: now,
                        milliseconds: u64::try_from(result.duration.as_millis()).unwrap_or(0),
                        given: given.besides.clone(),
                        files: given.files.clone(),
                    };
                    let name = planned.gate.name.as_str().to_owned();
                    receipt.passed.insert(name, pass);
                }
            }
            if run.verdict == Verdict::Passed && !self.is_partial {
                let stage_record = self.stage_record(plan, run, now);
                for stage in plan.trigger.stages() {
                    let stage = stage.name().to_owned();
                    receipt.checked.insert(stage, stage_record.clone());
                }
                receipt.left_to_tip = None;
            }
        });
        if let Err(error) = written {
            report::say(&format!(
                "{}: cannot write the receipt of this run: {error}\n",
                style.careful("note")
            ));
        }
    }

    fn stage_record(&self, plan: &Plan, run: &RunResult, now: u64) -> StageRecord {
        let ran = plan.gates.iter().zip(&run.results);
        let ran = ran.map(|(planned, result)| (&planned.gate.name, result.outcome.word()));
        let left_out = plan.left_out.iter();
        let left_out = left_out.map(|one| (&one.gate.name, report::left_out_word(&one.why)));
        StageRecord {
            at: now,
            by: plan.trigger.to_string(),
            policy: self.policy.clone(),
            outcomes: ran
                .chain(left_out)
                .map(|(name, word)| (name.as_str().to_owned(), word.to_owned()))
                .collect(),
            weakens: self.weakens.clone(),
            needs_none: false,
            excepted: plan
                .gates
                .iter()
                .zip(&run.results)
                .filter(|(planned, result)| {
                    planned.excepted.is_some() && !result.outcome.lets_through()
                })
                .map(|(planned, _)| planned.gate.name.as_str().to_owned())
                .collect(),
        }
    }

    /// Whether what was checked is what is there now, and nobody has meddled with it.
    fn is_about_the_tree(&self, run: &RunResult, candidate: &Candidate) -> bool {
        let is_whole = matches!(run.verdict, Verdict::Passed | Verdict::Failed)
            && !run.post_run.is_overtaken()
            && run.post_run.unexplained.is_empty();
        let Some(unfixed) = &candidate.unfixed else {
            return is_whole;
        };
        // What was fixed counts once it is in the index that is committed.
        let now = unfixed.repository.index().ok();
        is_whole && now.and_then(|index| index.tree_id()).as_ref() == Some(&self.tree)
    }
}

/// Whether nothing but the tree decides about a gate.
fn sees_only_the_tree(planned: &PlannedGate, beside: &WorktreeState) -> bool {
    match planned.view.kind {
        ViewKind::InPlace => beside.is_empty(),
        ViewKind::Overlay | ViewKind::Snapshot => {
            planned.view.untracked == Untracked::Hide || beside.untracked.is_empty()
        }
    }
}

/// Where nothing has changed since the tree was checked, a gate has its verdict from then.
fn say_cached(plan: &mut Plan, receipt: &Receipt) {
    let checked = plan.trigger.stage().map(Stage::name);
    let stage_record = checked.and_then(|stage| receipt.checked.get(stage));
    let Some(stage_record) = stage_record else {
        return;
    };
    for left_out in &mut plan.left_out {
        let name = left_out.gate.name.as_str();
        let word = stage_record.outcomes.get(name).map(String::as_str);
        let has_passed = word.is_some_and(|word| word == PASSED || word == Outcome::CACHED);
        let nothing = LeftOutReason::NotApplicable(NotApplicable::NothingChanged);
        if has_passed && left_out.gate.cache && left_out.why == nothing {
            let pass = receipt.passed.get(name);
            left_out.why = LeftOutReason::Cached {
                age: receipt::age(stage_record.at),
                took: Duration::from_millis(pass.map_or(0, |pass| pass.milliseconds)),
            };
        }
    }
}

fn known(receipt: &Receipt, name: &GateName, given: &CacheKey) -> Option<LeftOutReason> {
    let pass = receipt.passed.get(name.as_str())?;
    let has_files = pass.files.is_none() || pass.files == given.files;
    (pass.given == given.besides && has_files).then(|| LeftOutReason::Cached {
        age: receipt::age(pass.at),
        took: Duration::from_millis(pass.milliseconds),
    })
}
