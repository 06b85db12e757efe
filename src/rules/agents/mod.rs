//! AI coding agents: which one is at work, which are registered, and how a commit credits them.

pub(crate) mod credit;
mod credit_fault;
pub(crate) mod detection;
mod hash;
pub(crate) mod models;
pub(crate) mod notes;
pub(crate) mod registry;
pub(crate) mod wanted;
