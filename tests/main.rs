//! Drives the real binary against real git repositories, each in a temporary directory with a HOME
//! and a git configuration of its own.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the right answer")]
#![expect(
    clippy::too_many_lines,
    reason = "a snapshot has as many as what was said"
)]

mod added_lines;
mod agent_hosts;
mod agent_sessions;
mod attacks;
mod audit;
mod audit_changes;
mod baseline;
mod branches;
mod by_hand;
mod bypassed;
mod cases;
mod chaining;
mod changes;
mod checks;
mod collection;
mod configuration;
mod configured_hooks;
mod consoles;
mod cost;
mod daemons;
mod doctor;
mod documents;
mod editable;
mod elsewhere;
mod empty_checks;
mod enforcement;
mod environment;
mod explaining;
mod faults;
mod findings;
mod fixers;
mod fixers_random;
mod formats;
mod gate_edits;
mod guard;
mod hooks_path;
mod hostile_paths;
mod init;
mod install;
mod joined_commands;
mod known_tools;
mod layers;
mod live;
mod local_gates;
mod message_command;
mod message_hook;
mod messages;
mod monorepo;
mod network;
mod on_event;
mod output;
mod packages;
mod planning;
mod preflight;
mod ranges;
mod receipts;
mod removed_records;
mod reports;
mod reports_formats;
mod reports_recorded;
mod required;
mod rules;
mod runners;
mod running;
mod sandbox;
mod scan;
mod schema;
mod second_try;
mod server;
mod shown;
mod snapshot;
mod status;
mod supervision;
mod trace;
mod translation;
mod tree_tools;
mod trust;
mod turns;
mod unfailing;
mod view_changes;
mod view_contents;
mod view_table;
mod view_users;
mod views;
mod ways_out;
mod workflows;
mod workspaces;
