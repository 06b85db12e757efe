//! What a command really runs: the scripts of package.json, the targets of a makefile, the tasks of
//! other runners, and shell scripts, each with its file and line.
//!
//! [`resolve()`] reads files and never executes anything; which files, a [`Tree`] says: those of
//! the index, of a commit, or of a directory. Each runner has a small function in a file of its
//! family, which returns a [`lead::Lead`]: the lines that a call leads to, and the pieces of files that
//! decide about them. [`mod@resolve`] follows the lines in turn. What cannot be followed is
//! reported as unresolved, and the whole file then counts.

mod assigned;
mod calls;
mod candidates;
mod cannot_fail;
mod cargo;
mod commit_tree;
mod daemons;
mod data;
mod fed;
mod go_generate;
mod handed;
mod hatch;
mod ini;
mod just;
mod just_text;
mod lead;
mod led;
mod made;
mod make;
mod make_reading;
mod make_recipe;
mod make_references;
mod make_rules;
mod make_value;
mod make_walk;
mod makefile;
mod makefile_text;
mod node;
mod node_exec;
mod node_workspaces;
mod nx;
mod package_values;
mod packages;
mod patterns;
mod pixi;
mod plainer;
mod programs;
mod python_tasks;
mod read_files;
mod read_scripts;
mod resolve;
mod runners;
mod scripts;
mod starters;
mod task_files;
mod tox;
mod tox_environments;
mod tox_ini;
mod tox_substitution;
mod tox_toml;
mod tree;
mod variables;
mod whole_files;
mod words;

pub(crate) use cannot_fail::{Unfailing, unfailing};
pub(crate) use commit_tree::{CommitTree, NoFiles};
pub(crate) use daemons::daemon_calls;
pub(crate) use lead::{Part, Piece, Place, TOP};
pub(crate) use resolve::{Resolved, RunCommand, resolve, resolve_in};
pub(crate) use runners::may_lead;
pub(crate) use tox_environments::ANY;
pub(crate) use tree::{DirectoryTree, Entry, Files, IndexTree, Tree, plain};
pub(crate) use variables::GivenVariable;

#[cfg(test)]
mod tests;
