//! Receipts: a record of what was checked, so that no check runs twice and unchecked commits are
//! recognised.
//!
//! A receipt is about a tree. A tree is *checked* at a stage when every blocking gate of that stage
//! has let it through; that is evidence, whatever the policy was. In addition, each gate that
//! passed is remembered with its inputs: if they are the same again, the gate need not run again.
//!
//! Gates look only at what has changed, so evidence covers a whole tree only because the changes
//! were counted from trees that are good themselves: see [`Store::bases`].

mod agent_record;
mod ancestry;
mod base;
pub(crate) mod cache_key;
mod chain;
mod durations;
mod earlier_receipts;
mod entry;
mod evidence;
mod fetched;
mod forget;
mod key;
mod ledger;
mod ledger_end;
mod looked_at;
mod place;
mod prune;
mod record;
mod recorded_runs;
mod run_id;
mod state_dir;
mod store;
mod trusted_history;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) use agent_record::{AgentRecord, digest};
pub(crate) use ancestry::{Standing, Trusted};
pub(crate) use base::Base;
pub(crate) use cache_key::{CacheKey, cache_key, definition, policy};
pub(crate) use chain::LedgerDamage;
pub(crate) use durations::Durations;
pub(crate) use entry::{LedgerEntry, LedgerEvent};
pub(crate) use forget::forget;
pub(crate) use looked_at::{LogEnd, LookedAt};
pub(crate) use record::{Acceptance, Loss};
pub(crate) use recorded_runs::{RecordedRuns, RunState};
pub(crate) use run_id::RunId;
pub(crate) use store::{Pass, Receipt, StageRecord, Store};
pub(crate) use trusted_history::Begun;

/// Now, in seconds since 1970.
#[must_use]
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// How long ago something was.
#[must_use]
pub(crate) fn age(at: u64) -> Duration {
    Duration::from_secs(now().saturating_sub(at))
}
