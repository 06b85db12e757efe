//! What is decided about a candidate before anything runs.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use time::OffsetDateTime;

use super::candidate::Candidate;
use super::detected;
use super::protected_branch;
use super::receipt_writer::ReceiptWriter;
use super::request::RunRequest;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::config::{self, Config, Policy, PolicySource, committed, source};
use crate::indirection::{DirectoryTree, Files, IndexTree};
use crate::model::gate::{GateName, Part};
use crate::model::trigger::Trigger;
use crate::plan::{self, Network, Plan, Situation, ViewInputs};
use crate::platform::network::NoNetwork;
use crate::receipt::{self, Durations};
use crate::rules::change::gate_exception::GateException;
use crate::run;

/// The least number of gates that run at once by default: most of them wait for something.
const LEAST_JOBS: usize = 8;

/// The share of the system's limit that our arguments may take: a tool that starts another one
/// hands its arguments on, with some of its own.
const ARGUMENT_SHARE: usize = 2;

/// Why a gate has the view that gates.toml gives it.
pub(super) const AS_WRITTEN: &str = "gates.toml requires it";

/// What was decided. Nothing changes it afterwards.
pub(super) struct Decision {
    /// What will run and what will not: what `gatekeeper plan` prints.
    pub(super) plan: Plan,
    /// The configuration that all share.
    pub(super) config: Config,
    /// The gates of gates.local.toml, which are in the plan as well.
    pub(super) own: Vec<GateName>,
    /// Something to know about the configuration and the change.
    pub(super) remark: Option<String>,
    /// What becomes of the verdict; `None` if nothing is to be remembered.
    pub(super) receipt_writer: Option<ReceiptWriter>,
}

impl Decision {
    /// The digest of the configuration that decides.
    pub(super) fn policy(&self) -> String {
        match &self.receipt_writer {
            Some(writer) => writer.policy.clone(),
            None => receipt::policy(&self.config),
        }
    }
}

/// Decides what will run. Where the candidate was overtaken by a change before, only a snapshot will do,
/// for this reason.
pub(super) fn decide(
    environment: &Environment,
    request: &RunRequest<'_>,
    candidate: &Candidate,
    overtaken: Option<&str>,
) -> Result<Decision> {
    let (trigger, repository) = (&request.trigger, &candidate.repository);
    let Configuration {
        config: shared,
        remark,
        is_tentative,
    } = configuration(request, candidate)?;
    let (config, own) = if is_tentative || !sees_own_gates(trigger) {
        (shared.clone(), Vec::new())
    } else {
        with_own_gates(candidate, &shared)?
    };
    refuse_unfailing(candidate, &shared, trigger)?;
    refuse_unfailing_own(candidate, &config, &own)?;
    let named = plan::must_exist(request.gates, &config)?;
    let skipped = plan::must_exist(request.skip, &config)?;
    if let Some(both) = named.iter().find(|gate| skipped.contains(gate)) {
        return Err(Fault::usage(format!(
            "gate `{both}` is both named and left out with --skip"
        ))
        .hint("name it only once"));
    }
    if trigger.reads_work_tree() && candidate.index.is_empty() {
        return Err(nothing_tracked());
    }
    let of_all = |one: &&GateException| !own.contains(&one.gate);
    let excepted: Vec<_> = request.excepted.iter().filter(of_all).cloned().collect();
    let changes = &candidate.counted.changes;
    let redefined = if is_tentative {
        Vec::new()
    } else {
        redefined(&shared, candidate)?
    };
    let wants_tracked = !redefined.is_empty() || plan::wants_tracked(&config, changes);
    let store = candidate.store.as_ref().filter(|_| trigger.is_commit());
    let durations = store.map_or_else(Durations::default, |store| store.durations());
    let plan = plan::plan(
        &config,
        &Situation {
            trigger,
            changes,
            tracked: &if !trigger.reads_work_tree() && wants_tracked {
                candidate.index.tracked()
            } else {
                Vec::new()
            },
            redefined: &redefined,
            named: &named,
            skipped: &skipped,
            // A message is about the gates that all have.
            excepted: &excepted,
            parts: &|gate| match request.shard {
                None => Some(vec![Part::WHOLE]),
                Some(one) => one.parts.get(gate.name.as_str()).cloned(),
            },
            has_rules: request.shard.is_none_or(|shard| shard.has_rules),
            last_took: &|gate| durations.of(gate.name.as_str(), &gate.run.text),
            today: OffsetDateTime::now_utc().date(),
            argument_limit: argument_limit(environment),
            default_jobs: default_jobs(),
            sight: ViewInputs {
                beside: (!trigger.reads_work_tree()).then_some(&candidate.status.beside),
                has_own_index: repository.has_own_index,
                only_snapshot: overtaken,
                asked: if is_tentative {
                    "it must not change your files"
                } else {
                    AS_WRITTEN
                },
            },
            jobs: request.jobs,
            fail_fast: request.fail_fast,
            is_tentative,
            // What nobody has written down has nobody's leave to use the network.
            network: if is_tentative && NoNetwork::is_allowed() {
                Network::Withheld
            } else {
                Network::Shared
            },
        },
    );
    let receipt_writer = ReceiptWriter::new(environment, candidate, (&shared, &own), request)
        // What a part says is not what the gate says.
        .filter(|_| request.shard.is_none());
    // Who runs gates by hand wants them to run.
    let plan = match &receipt_writer {
        Some(known) if request.cache && !trigger.reads_work_tree() => {
            known.without_cached(plan, candidate)
        }
        _ => plan,
    };
    let branch = match trigger {
        Trigger::Staged => protected_branch::remark(candidate, &config)?,
        _ => None,
    };
    let remarks = [remark, candidate.counted.remark.clone(), branch];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    Ok(Decision {
        plan,
        config: shared,
        own,
        remark: (!remarks.is_empty()).then(|| remarks.join("\nnote: ")),
        receipt_writer,
    })
}

/// Whether gates of gates.local.toml run: where this user checks what is in this work tree. A commit that was made
/// before, or is pushed, is checked by what it has itself.
fn sees_own_gates(trigger: &Trigger) -> bool {
    matches!(
        trigger,
        Trigger::Hook(_) | Trigger::Staged | Trigger::Run | Trigger::Files { .. }
    )
}

/// The configuration with the gates of gates.local.toml, and their names.
fn with_own_gates(candidate: &Candidate, shared: &Config) -> Result<(Config, Vec<GateName>)> {
    let gates = config::local_gates(&candidate.repository, &candidate.index, shared)?;
    let own = gates.iter().map(|gate| gate.name.clone()).collect();
    let mut config = shared.clone();
    config.gates.extend(gates);
    Ok((config, own))
}

/// The gates that check for the first time what was there before. A commit without gates.toml required
/// nothing, so that no gate is new in comparison with it.
fn redefined(config: &Config, candidate: &Candidate) -> Result<Vec<GateName>> {
    let mut policies = PolicySource::new(&candidate.repository);
    let mut redefined = BTreeSet::new();
    let now = source::staged_baseline(&candidate.repository, &candidate.index)?;
    for &commit in &candidate.counted.since {
        // What a gate may find is a part of what it is asked for.
        let earlier = committed::committed_baseline(&mut policies.objects, commit)?;
        let gates = config.gates.iter().map(|gate| &gate.name);
        redefined.extend(
            gates
                .filter(|name| !now.is_same_of(&earlier, name.as_str()))
                .cloned(),
        );
        match policies.at(commit)? {
            Policy::Absent => {}
            Policy::Broken(_) => {
                redefined.extend(config.gates.iter().map(|gate| gate.name.clone()));
            }
            Policy::Ready(before) => redefined.extend(config::redefined(&before, config)),
        }
    }
    Ok(redefined.into_iter().collect())
}

/// The configuration that counts.
struct Configuration {
    config: Config,
    /// Something to know about it.
    remark: Option<String>,
    /// Whether its gates were found and not written down.
    is_tentative: bool,
}

/// The configuration that counts: for a commit the one that is in it, otherwise the work tree's. What
/// is run by hand in a repository that has none goes by what its maintainers run; a hook never does.
fn configuration(request: &RunRequest<'_>, candidate: &Candidate) -> Result<Configuration> {
    let (trigger, repository) = (&request.trigger, &candidate.repository);
    if let Some(config) = request.config {
        return Ok(Configuration {
            config: config.clone(),
            remark: None,
            is_tentative: true,
        });
    }
    if trigger.is_by_hand() && source::is_absent(repository, &candidate.index)? {
        return Ok(Configuration {
            config: detected::detected_config(repository)?,
            remark: Some(detected::REMARK.to_owned()),
            is_tentative: true,
        });
    }
    let (config, remark) = match trigger {
        _ if trigger.reads_work_tree() => (source::work_tree_config(repository)?, None),
        _ => source::next_config(repository, &candidate.index, Some(&candidate.status))?,
    };
    Ok(Configuration {
        config,
        remark,
        is_tentative: false,
    })
}

/// A checkout that went wrong must not pass for want of files.
pub(super) fn nothing_tracked() -> Fault {
    Fault::unable("git tracks no file here, so there is nothing to check")
        .hint("`git add` a file; in CI, make sure that the checkout is complete")
}

/// How many bytes the arguments of one call may take.
pub(super) fn argument_limit(environment: &Environment) -> usize {
    let variables = run::size_of_variables(&environment.variables);
    crate::platform::argument_limit().saturating_sub(variables) / ARGUMENT_SHARE
}

/// How many gates run at once if nobody says: enough that those that wait overlap.
pub(crate) fn default_jobs() -> NonZeroUsize {
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new(LEAST_JOBS.max(cores * 2)).unwrap_or(NonZeroUsize::MIN)
}

/// Refuses gates of gates.local.toml that cannot fail. That file is only in the work tree.
fn refuse_unfailing_own(candidate: &Candidate, config: &Config, own: &[GateName]) -> Result<()> {
    if own.is_empty() {
        return Ok(());
    }
    let gates = config.gates.iter().filter(|gate| own.contains(&gate.name));
    let gates: Vec<_> = gates.cloned().collect();
    let mut tree = DirectoryTree::new(&candidate.repository.work_tree);
    config::refuse_unfailing(&gates, &mut Files::new(&mut tree))
}

/// Refuses gates that cannot fail by way of a file: of the work tree where its gates.toml counts.
fn refuse_unfailing(candidate: &Candidate, config: &Config, trigger: &Trigger) -> Result<()> {
    if trigger.reads_work_tree() {
        let mut tree = DirectoryTree::new(&candidate.repository.work_tree);
        return config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree));
    }
    let mut tree = IndexTree::open(&candidate.repository)?;
    config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree))
}
