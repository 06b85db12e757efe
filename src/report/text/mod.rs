//! Reports for people.

pub(crate) mod advice;
pub(crate) mod audit;
pub(crate) mod audit_changes;
pub(crate) mod bypass;
pub(crate) mod change;
pub(crate) mod columns;
pub(crate) mod detected;
pub(crate) mod failure;
pub(crate) mod findings;
pub(crate) mod fixes;
mod found;
pub(crate) mod live;
pub(crate) mod message;
pub(crate) mod next_steps;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod protected_branch;
pub(crate) mod received;
pub(crate) mod recorded;
pub(crate) mod reporter;
pub(crate) mod rewriting;
pub(crate) mod summary;
pub(crate) mod tail;
pub(crate) mod trust;
pub(crate) mod variables;
