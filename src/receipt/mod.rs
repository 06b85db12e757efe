//! Receipts: what was checked, remembered, so that a verdict is not paid twice and a commit that
//! nobody has checked is known.
//!
//! A receipt is about a tree. A tree is *checked* at a stage when every gate of that stage that
//! blocks has let it through; that is evidence, whatever the policy was. Each gate that passed is
//! remembered besides with what it was given: where that is the same again, the gate need not run
//! again.
//!
//! Gates look only at what has changed, so evidence speaks of a whole tree only because the changes
//! were counted from trees that are good themselves: see [`Store::bases`].

mod ancestry;
pub(crate) mod cache_key;
mod key;
mod ledger;
mod prune;
mod store;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) use ancestry::{Standing, Trusted};
pub(crate) use cache_key::{CacheKey, cache_key, policy};
pub(crate) use ledger::{Ledger, LedgerEntry, LedgerEvent};
pub(crate) use store::{Pass, Receipt, StageRecord, Store};

/// Now, in seconds since 1970.
#[must_use]
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// How long ago something was.
#[must_use]
pub(crate) fn age(at: u64) -> Duration {
    Duration::from_secs(now().saturating_sub(at))
}
