//! Built-in rules: what a commit's message must say, who may be at work, how a message is mended
//! and a refused commit finished.

pub mod agents;
mod audit;
mod bypassed;
mod called;
pub mod change;
mod committed;
mod credit;
pub mod excepted;
pub mod finish;
mod keep;
mod let_through;
pub mod lines;
pub mod loosened;
mod mailmap;
mod mend;
mod message;
mod models;
mod no_verify;
mod overrides;
mod protected;
mod received;
mod registry;
mod remediation;
pub mod removed_tests;
mod switches;
pub mod typed;
mod weakened;

pub use audit::{Audit, Edit, Judged, Wishes, audit, judge_messages, mended};
pub use bypassed::{Bypass, bypass, git_commands};
pub use committed::{Changes, Committed, Declared, audit_all, committed_config};
pub use excepted::{Exception, GATE_EXCEPTION, announced, unexcepted};
pub use keep::{keep, keep_elsewhere};
pub use let_through::{remember_let_through, was_let_through};
pub use mailmap::Mailmap;
pub use mend::{Mended, add_credit, add_sign_off, foreseen, mend};
pub use message::{Case, Entry, Moment, Reading, judge_with};
pub use received::{Received, Rules, Said, judge_received, said, weaker_in_the_end};
pub use registry::{Definition, Registry};
pub use switches::{Switch, switches};
