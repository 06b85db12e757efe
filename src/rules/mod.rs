//! The built-in rules, and the catalogue of their ids.

pub mod added_lines;
pub(crate) mod agents;
pub(crate) mod audit;
pub mod catalogue;
pub(crate) mod change;
pub(crate) mod checks;
pub(crate) mod message;
pub(crate) mod results;
pub(crate) mod skip_variables;
pub mod tool_config;
