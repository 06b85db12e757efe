//! What becomes of verdicts: the receipt, and which gates need not run again because of one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::candidate::Candidate;
use super::request::RunRequest;
use crate::base::environment::{Environment, Variables};
use crate::base::object_id::ObjectId;
use crate::base::text::clean_line;
use crate::config::Config;
use crate::event::RunResult;
use crate::git::{Repository, WorktreeState};
use crate::indirection::{Files, IndexTree, RunCommand, may_lead, resolve_in};
use crate::model::gate::{GateName, NewFindings, Untracked};
use crate::model::outcome::{NotApplicable, Outcome, Verdict};
use crate::model::trigger::{Stage, Trigger};
use crate::plan::{LeftOut, LeftOutReason, Plan, PlannedGate, ViewKind};
use crate::receipt::{self, Base, CacheKey, Pass, Receipt, StageRecord, Store, cache_key};
use crate::report::{self, Style};
use crate::rules::results::RuleResults;
use crate::run::{self, Fingerprints};

/// The word for a gate that ran and passed.
const PASSED: &str = "passed";

/// What is to be remembered of a run once it is over.
pub(super) struct ReceiptWriter {
    store: Arc<Store>,
    tree: ObjectId,
    pub(super) policy: String,
    /// What every gate gets of the variables that we were started with.
    variables: Variables,
    /// The gates of gates.local.toml: nothing is remembered of them.
    own: Vec<GateName>,
    is_partial: bool,
}

impl ReceiptWriter {
    /// `None` if nothing is to be remembered.
    pub(super) fn new(
        environment: &Environment,
        candidate: &Candidate,
        (config, own): (&Config, &[GateName]),
        request: &RunRequest<'_>,
    ) -> Option<Self> {
        let store = Arc::clone(candidate.store.as_ref()?);
        // As it lies, the work tree may be another tree than the index's.
        if request.trigger.reads_work_tree() && !candidate.status.beside.is_empty() {
            return None;
        }
        Some(Self {
            store,
            tree: candidate.index.tree_id()?,
            policy: receipt::policy(config),
            variables: run::kept_variables(&environment.variables),
            own: own.to_vec(),
            is_partial: !request.gates.is_empty() || !request.skip.is_empty(),
        })
    }

    /// The plan without the gates whose verdict is known. Where nothing has changed since the tree was
    /// checked, a gate has its verdict from then.
    pub(super) fn without_cached(&self, plan: Plan, candidate: &Candidate) -> Plan {
        let receipt = self.store.receipt(self.tree);
        let receipt = receipt.unwrap_or_else(|| Receipt::new(self.tree));
        let all_given = self.given_to(&plan, candidate);
        let before = plan.trigger.stage().map(Stage::name);
        let before = before
            .and_then(|stage| receipt.checked.get(stage))
            .filter(|_| candidate.status.beside.untracked.is_empty());
        plan.without_cached(
            |planned| known(&receipt, planned, all_given.get(&planned.gate.name)?),
            |left_out| known_since(&receipt, before?, left_out),
        )
    }

    /// What each gate of a plan is given, if that can be remembered.
    fn given_to(&self, plan: &Plan, candidate: &Candidate) -> BTreeMap<GateName, CacheKey> {
        let beside = &candidate.status.beside;
        let repository = &candidate.repository;
        let fingerprints = Fingerprints::new(
            &repository.work_tree,
            &self.variables,
            &repository.common_dir,
            &beside.ignored,
        );
        let remembered = plan
            .gates
            .iter()
            .filter(|planned| !self.own.contains(&planned.gate.name))
            .filter(|planned| planned.gate.cache && sees_only_the_tree(planned, beside))
            // Which lines count depends on what the tree is compared with.
            .filter(|planned| planned.gate.new == NewFindings::All);
        let given = remembered.filter_map(|planned| {
            let led = led(planned, repository)?;
            let has_all = plan.trigger == Trigger::Run || planned.because.has_all();
            let given = cache_key(planned, &led, has_all, &fingerprints);
            Some((planned.gate.name.clone(), given))
        });
        given.collect()
    }

    /// Writes the receipt. That it cannot be written is a note: what was checked is good.
    pub(super) fn record(
        &self,
        plan: &Plan,
        rules: &RuleResults,
        run: &RunResult,
        candidate: &Candidate,
        style: Style,
    ) {
        if !self.is_about_the_tree(run, candidate) {
            return;
        }
        let now = receipt::now();
        // A gate may have written what it will find there the next time.
        let all_given = self.given_to(plan, candidate);
        // What is not known to be counted from something is no evidence.
        let counted_from = candidate.counted.from.as_ref();
        let bases = counted_from
            .map(|commits| Base::all(&candidate.repository, commits))
            .transpose();
        let bases = match bases {
            Ok(bases) => bases.filter(|_| run.verdict == Verdict::Passed && !self.is_partial),
            Err(fault) => {
                report::say(&report::fault(&fault, style));
                None
            }
        };
        let written = self.store.record(self.tree, |receipt| {
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
            if let Some(bases) = bases {
                let stage_record = StageRecord {
                    counted_from: Some(vec![bases]),
                    ..self.stage_record(plan, rules, run, now)
                };
                for stage in plan.trigger.stages() {
                    let stage = stage.name().to_owned();
                    let earlier = receipt.checked.get(&stage);
                    let stage_record = stage_record.clone().with_bases_of(earlier);
                    receipt.checked.insert(stage, stage_record);
                }
                receipt.left_to_tip = None;
            }
        });
        if let Err(error) = written {
            report::say(&format!(
                "{}: cannot write the receipt of this run: {}\n",
                style.careful("note"),
                clean_line(error.to_string().as_bytes())
            ));
        }
    }

    fn stage_record(
        &self,
        plan: &Plan,
        rules: &RuleResults,
        run: &RunResult,
        now: u64,
    ) -> StageRecord {
        let weakens = rules.change.to_be_declared().into_iter();
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
                .filter(|(name, _)| !self.own.contains(name))
                .map(|(name, word)| (name.as_str().to_owned(), word.to_owned()))
                .collect(),
            weakens: weakens.map(|finding| finding.message.clone()).collect(),
            needs_none: false,
            counted_from: None,
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
        is_whole && now.and_then(|index| index.tree_id()) == Some(self.tree)
    }
}

/// The commands that a gate's own leads to by way of files; `None` if the files cannot be read, so that
/// nothing can be remembered.
fn led(planned: &PlannedGate, repository: &Repository) -> Option<Vec<RunCommand>> {
    let gate = &planned.gate;
    let commands = gate.commands();
    if !may_lead(&commands) {
        return Some(Vec::new());
    }
    let mut tree = IndexTree::open(repository).ok()?;
    let mut files = Files::new(&mut tree);
    let resolved = resolve_in(&commands, &gate.dir, &gate.env, &mut files).ok()?;
    Some(resolved.commands())
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

/// The verdict of a gate that was given the same before.
fn known(receipt: &Receipt, planned: &PlannedGate, given: &CacheKey) -> Option<LeftOutReason> {
    let pass = receipt.passed.get(planned.gate.name.as_str())?;
    let has_files = pass.files.is_none() || pass.files == given.files;
    (pass.given == given.besides && has_files).then(|| LeftOutReason::Cached {
        age: receipt::age(pass.at),
        took: Duration::from_millis(pass.milliseconds),
    })
}

/// The verdict from when the tree was checked, for a gate that has nothing to look at since.
fn known_since(
    receipt: &Receipt,
    before: &StageRecord,
    left_out: &LeftOut,
) -> Option<LeftOutReason> {
    let name = left_out.gate.name.as_str();
    let word = before.outcomes.get(name)?;
    let has_passed = word == PASSED || word == Outcome::CACHED;
    let nothing = LeftOutReason::NotApplicable(NotApplicable::NothingChanged);
    (has_passed && left_out.gate.cache && left_out.why == nothing).then(|| {
        let pass = receipt.passed.get(name);
        LeftOutReason::Cached {
            age: receipt::age(before.at),
            took: Duration::from_millis(pass.map_or(0, |pass| pass.milliseconds)),
        }
    })
}
