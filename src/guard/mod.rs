//! What an AI coding agent is about to do, before it does it: commands that would bypass the gates, and paths
//! by which a gate could be changed.
//!
//! [`payload`] reads what a host of agents says of a call, in whatever dialect, [`judge`] and [`paths`] decide,
//! [`answer`] says so in the dialect of the host. Nothing here reads a file or the environment. No answer
//! allows anything: silence means that there is no objection, and the host asks its user as before.

mod answer;
mod host;
pub(crate) mod judge;
pub(crate) mod paths;
pub(crate) mod payload;
pub(crate) mod refusal;
mod tool_input;

pub(crate) use answer::Answer;
pub(crate) use host::Dialect;
pub(crate) use judge::TypedCommit;
pub(crate) use payload::{Event, Payload, ToolCall, Unread};
pub(crate) use refusal::{GuardRule, Refusal};
