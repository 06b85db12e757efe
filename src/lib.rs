//! gatekeeper: a quality-gate runner for git.
//!
//! The rooms stand in one strict order, each using only those before it; a test holds them to it:
//!
//! 1. `platform`: what differs between operating systems, and the unsafe code
//! 2. `base`: words, faults, exit codes, the environment
//! 3. `model`: gates, outcomes, triggers, rules, findings; no input or output
//! 4. `shell`: what a script of sh says
//! 5. `tools`: what is known of each tool, one file per family
//! 6. `commands`: which commands cannot fail, and which programs they start
//! 7. `message`: git's grammar of commit messages
//! 8. `git`: repositories, and git's own command line
//! 9. `indirection`: what a command runs by way of files
//! 10. `detect`: what a project's maintainers run as checks
//! 11. `rules::catalogue`, then `config`: gates.toml as typed and as meant
//! 12. `rules`: the built-in rules
//! 13. `guard`: what agents are about to do; pure
//! 14. `plan`: what will run and what not, with reasons; pure
//! 15. `event`: the bridge from running to reporting
//! 16. `findings`: what tools say that they have found
//! 17. `launch`: commands that run in another place; pure
//! 18. `view`, `run`, `fix`, `receipt`: doing and remembering
//! 19. `install`: hooks, and the guard in the hosts of agents
//! 20. `report`: verdicts in words
//! 21. `shard`: one plan for many runners, and one verdict of their reports; pure
//! 22. `flow`: what a commit, a push, an audit mean, from trigger to verdict
//! 23. `doctor`: what is wrong with a set-up
//! 24. `cli`: arguments, and thin commands

mod base;
mod cli;
mod commands;
mod config;
mod detect;
mod doctor;
mod event;
mod findings;
mod fix;
mod flow;
mod git;
mod guard;
mod indirection;
mod install;
mod launch;
mod message;
mod model;
mod plan;
mod platform;
mod receipt;
mod report;
mod rules;
mod run;
mod shard;
mod shell;
mod tools;
mod view;

pub use cli::main;

/// What the tests, the fuzz target and the measuring examples call. Nothing else is public, so that
/// the compiler finds what is not used any more.
#[doc(hidden)]
pub mod internals {
    pub use crate::base::environment::{ColorChoice, Environment, Variables};
    pub use crate::base::fault::{Fault, Result};
    pub use crate::base::object_id::ObjectId;
    pub use crate::config::{Agents, Bypass, CommitMsg, ConfigText, parse as parse_config, schema};
    pub use crate::doctor::page::{doctor_ids, doctor_tables};
    pub use crate::git::invocation::hook_bypass::{HookBypass, detect_hook_bypass};
    pub use crate::git::{
        DiffTarget, FileDiff, Identity, Line, Objects, RangeSpec, Repository, RepositoryStatus,
    };
    pub use crate::message::{
        Cleanup, Editor, Encoding, MessageSettings, ParsedMessage, Trailer, clean, parse,
    };
    pub use crate::model::finding::Finding;
    pub use crate::model::rule::{Rule, RuleFamily, RuleId};
    pub use crate::model::severity::{Level, Severity};
    pub use crate::platform::is_ignored;
    pub use crate::report::explanation::outcomes_table;
    pub use crate::rules::agents::registry::Registry;

    pub use crate::rules::change::removed_tests;
    pub use crate::rules::change::single_change::changed_scripts;
    pub use crate::rules::checks::{of_commit as checks_of_commit, secret_in_line};
    pub use crate::rules::message::fix::fix_message;
    pub use crate::rules::message::mailmap::Mailmap;
    pub use crate::rules::message::{MessageCase, Moment, Reading, check_with};
    pub use crate::rules::{added_lines, catalogue, tool_config};
    pub use crate::tools::{Language, ToolFacts, silencers, tool_facts};
}

#[cfg(test)]
#[path = "../tests/required.rs"]
mod required;
