//! Built-in rules: what a commit's message must say, who may be at work, how a refused commit is
//! finished.

pub mod agents;
pub mod finish;
mod keep;
mod message;

pub use keep::keep;
pub use message::{Case, Entry, judge};
