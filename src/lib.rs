//! gatekeeper: a quality-gate runner for git.
//!
//! The modules form layers, each using only those above it; a test holds them to it:
//!
//! 1. words and primitives: `text`, `platform`, `exit_code`, `fault`, `environment`
//! 2. vocabulary without input and output: `gate`, `trigger`, `outcome`, `finding`, `message`,
//!    `shell`, `tools`
//! 3. the world, typed: `config`, `git`
//! 4. what will run and what not, with reasons; pure: `plan`
//! 5. the bridge from doing to telling: `event`
//! 6. doing and remembering: `view`, `run`, `fix`, `policy`, `receipt`
//! 7. telling: `report`
//! 8. hooks: `install`
//! 9. the command line: `cli`

pub mod cli;
pub mod config;
pub mod environment;
pub mod event;
pub mod exit_code;
pub mod fault;
pub mod finding;
pub mod fix;
pub mod gate;
pub mod git;
pub mod install;
pub mod message;
pub mod outcome;
pub mod plan;
pub mod platform;
pub mod policy;
pub mod receipt;
pub mod report;
pub mod run;
pub mod shell;
pub mod text;
pub mod tools;
pub mod trigger;
pub mod view;

#[cfg(test)]
#[path = "../tests/required.rs"]
mod required;
