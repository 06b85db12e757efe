//! What a project's maintainers run as checks, according to its files: CI first, then hook managers, then
//! scripts, then what is configured. Nothing is executed; file types alone say nothing.
//!
//! [`detect`] collects what runs where ([`evidence`]), follows calls to the tools that they start in the end,
//! and makes each call of a known tool a draft of a gate. [`write`](mod@write) makes
//! gates.toml of them.

mod actions;
mod bash_text;
mod checking_form;
mod circleci;
mod command_line;
mod detected;
mod draft;
mod editor_config;
mod evidence;
mod follow;
mod follow_runners;
mod github;
mod gitlab;
mod idle;
mod known_hooks;
mod known_tool;
mod known_words;
mod launchers;
mod left_out;
mod listed;
mod locked;
mod managers;
mod messages;
mod metadata;
mod nox;
mod own_check;
mod packages;
mod path_expression;
mod pre_commit;
mod project;
mod python_text;
mod rank;
mod reading_script;
mod rewriting;
mod scope;
mod script_text;
mod select;
mod tox_calls;
mod translate;
mod variables;
mod write;

pub(crate) use detected::{Detected, NamedDraft};
pub(crate) use draft::Draft;
pub(crate) use evidence::{NotTaken, Origin};
pub(crate) use known_tool::{
    KnownCall, KnownTool, ToolCode, called_tool, called_tools, fix_step, known_call,
};
pub(crate) use locked::{NODE_LOCK, PYTHON_LOCKS, canonical, locked_node, locked_python};
pub(crate) use messages::{Habits, SAMPLE};
pub(crate) use project::Project;
pub(crate) use rewriting::{Rewriting, rewriting};
pub(crate) use translate::{Manager, managers, translate};
pub(crate) use write::{Trial, gates, gates_toml, heading};

use crate::base::fault::Result;

use evidence::Found;

/// Finds the gates of a project.
///
/// # Errors
///
/// A file of it cannot be read.
pub(crate) fn detect(project: &Project<'_>) -> Result<Detected> {
    let mut found = Found::default();
    github::collect(project, &mut found);
    gitlab::collect(project, &mut found);
    circleci::collect(project, &mut found);
    managers::collect(project, &mut found);
    let unreadable = found.unreadable.iter();
    let unreadable = unreadable.map(|file| file.place.path.clone()).collect();
    let mut followed = follow::follow(project, found)?;
    select::by_configuration(project, &mut followed);
    let checks = editor_config::checks(project);
    project.readable()?;
    Ok(Detected {
        unreadable,
        settings: detected::Settings {
            checks,
            ..detected::Settings::default()
        },
        ..select::select(project, followed)
    })
}
