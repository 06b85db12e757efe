//! Reports for programs; docs/json.md describes them.

pub(crate) mod audit;
pub(crate) mod document;
pub(crate) mod gates;
pub(crate) mod messages;
pub(crate) mod plan;
