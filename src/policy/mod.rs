//! Built-in rules: what a commit's message must say, who may be at work, how a refused commit is
//! finished.

pub mod agents;
pub mod finish;
mod keep;
mod message;
pub mod typed;

pub use keep::{keep, keep_elsewhere};
pub use message::{Case, Entry, judge};
