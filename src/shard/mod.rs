//! One plan, many runners, one verdict: which gates, and which parts of gates, run in which shard, and what
//! their reports say together.
//!
//! Everything here is a pure function. A plan has a digest, each report of a shard names it and has one of its
//! own; so a report that was altered, or that is about something else, is found. Who can run commands where
//! a shard runs can still forge a report: only signatures help against that.

pub(crate) mod combine;
pub(crate) mod described;
pub(crate) mod document;
pub(crate) mod emit;
pub(crate) mod environment;
pub(crate) mod estimate;
mod merge;
mod pack;
