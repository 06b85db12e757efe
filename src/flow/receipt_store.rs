//! The receipts that count for a trigger.

use std::sync::Arc;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::git::Repository;
use crate::model::trigger::Trigger;
use crate::receipt::Store;

/// The receipts that count for a run. By hand nothing is remembered before gatekeeper was installed.
/// A range is checked as if nothing was known, as in CI, and so is what is audited. What is checked of
/// files that were named is remembered of no tree.
pub(super) fn of_run(
    environment: &Environment,
    repository: &Repository,
    trigger: &Trigger,
) -> Result<Option<Arc<Store>>> {
    let opened = || Store::open(repository, environment);
    let store = match trigger {
        Trigger::Files { .. }
        | Trigger::Range { .. }
        | Trigger::Audit { .. }
        | Trigger::Trial { .. } => None,
        Trigger::Run | Trigger::Staged => match opened().filter(Store::is_known) {
            Some(mut store) => {
                store.establish(repository)?;
                Some(store)
            }
            None => None,
        },
        Trigger::Hook(_) | Trigger::Push { .. } | Trigger::Record { .. } => {
            Some(must_open(environment, repository)?)
        }
    };
    Ok(store.map(Arc::new))
}

/// The receipts, where nothing can be done without them.
pub(crate) fn must_open(environment: &Environment, repository: &Repository) -> Result<Store> {
    let mut store = open(environment, repository)?;
    store.establish(repository)?;
    Ok(store)
}

/// The same, as they are.
pub(crate) fn open(environment: &Environment, repository: &Repository) -> Result<Store> {
    Store::open(repository, environment).ok_or_else(|| {
        Fault::unable("cannot keep receipts: there is no key, and no key can be written").hint(
            "make ~/.local/state or the git directory writable, or set XDG_STATE_HOME to a \
             writable directory",
        )
    })
}
