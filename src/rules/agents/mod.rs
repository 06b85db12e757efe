//! AI coding agents: which one is at work, which are registered, and how a commit credits them.

pub(crate) mod credit;
pub(crate) mod detection;
pub(crate) mod models;
pub(crate) mod registry;
