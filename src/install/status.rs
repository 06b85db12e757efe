//! What git will really execute, and whether a commit would be checked.

use std::path::{Path, PathBuf};

use super::earlier::{self, ChainedHook};
use super::hook_file::{is_executable, owner};
use super::place;
use super::shim::{self, Chain, Owner, Programs};
use super::{ServerOptions, chain, kept};
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::git::Repository;
use crate::model::trigger::Hook;

/// What is in the place of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HookState {
    /// Our shim, which starts this program.
    Ours {
        /// The program.
        program: PathBuf,
        /// Whether it is an older or newer version of the shim than this gatekeeper writes.
        other_version: bool,
    },
    /// Our shim, but its program is gone: every commit is stopped.
    ProgramGone {
        /// Where the program was.
        program: PathBuf,
    },
    /// Our shim, but the hook that was there before and has to run first is gone: every commit is
    /// stopped.
    ChainLost,
    /// Our shim, but it was changed since.
    Changed,
    /// Our shim, without the permission to execute it, so git skips it.
    NotExecutable,
    /// A hook that is not ours.
    Foreign,
    /// There is no hook.
    Absent,
}

/// One hook as git will find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HookStatus {
    /// The hook.
    pub(crate) hook: Hook,
    /// The file in which git looks for it.
    pub(crate) file: PathBuf,
    /// Its state.
    pub(crate) state: HookState,
    /// The hook that was there before ours, or is in the directory that `core.hooksPath` named.
    pub(crate) chained: Option<ChainedHook>,
}

impl HookStatus {
    /// Whether what the hook is for would be checked.
    #[must_use]
    pub(crate) fn is_gated(&self) -> bool {
        // Without its program the shim stops every commit; that is not a verdict.
        matches!(self.state, HookState::Ours { .. })
    }
}

/// Looks at every hook.
///
/// # Errors
///
/// git does not say where it looks for hooks, or a file cannot be read.
pub(crate) fn status(
    repository: &Repository,
    environment: &Environment,
) -> Result<Vec<HookStatus>> {
    status_of(place::hooks(repository), repository, environment)
}

/// Looks at the hooks of commits in a bare repository, which its linked work trees use; none if there are no
/// hooks of ours for commits.
///
/// # Errors
///
/// git does not say where it looks for hooks, or a file cannot be read.
pub(crate) fn linked_status(
    repository: &Repository,
    environment: &Environment,
) -> Result<Vec<HookStatus>> {
    let hooks = status_of(&Hook::ALL, repository, environment)?;
    let is_ours = |hook: &HookStatus| !matches!(hook.state, HookState::Absent | HookState::Foreign);
    let is_installed = hooks.iter().any(is_ours);
    Ok(if is_installed { hooks } else { Vec::new() })
}

fn status_of(
    hooks: &[Hook],
    repository: &Repository,
    environment: &Environment,
) -> Result<Vec<HookStatus>> {
    let dir = repository.hooks_dir()?;
    let earlier = earlier::found(repository, &dir)?;
    hooks
        .iter()
        .map(|hook| {
            let hook = *hook;
            let file = dir.join(hook.name());
            let chained = match &earlier {
                Some(dir) => earlier::in_dir(dir, hook),
                None => ChainedHook::at(kept(&file, hook)),
            };
            let chain = earlier.as_ref().map(|_| Chain::HooksPath {
                is_there: chained.is_some(),
            });
            Ok(HookStatus {
                hook,
                state: state(hook, &file, chain, (&repository.work_tree, environment))?,
                chained,
                file,
            })
        })
        .collect()
}

fn state(
    hook: Hook,
    file: &Path,
    aside: Option<Chain>,
    (work_tree, environment): (&Path, &Environment),
) -> Result<HookState> {
    Ok(match owner(file)? {
        Owner::Nobody => HookState::Absent,
        Owner::Foreign => HookState::Foreign,
        Owner::Changed => HookState::Changed,
        Owner::Ours(_) if !is_executable(file) => HookState::NotExecutable,
        Owner::Ours(text) => {
            let programs = shim::programs(&text).unwrap_or_default();
            let present = shim::chain(&text);
            if present == Chain::Kept && !chain::exists(&kept(file, hook)) {
                return Ok(HookState::ChainLost);
            }
            let chain = match present {
                Chain::HooksPath { .. } => Chain::None,
                present => present,
            };
            let chain = aside.unwrap_or(chain);
            let options = match hook {
                Hook::PreReceive => ServerOptions::read(&text).words(),
                _ => String::new(),
            };
            let other_version = text != shim::text(hook, &programs, chain, &options);
            match started(&programs, work_tree, environment) {
                Some(program) => HookState::Ours {
                    program,
                    other_version,
                },
                None => HookState::ProgramGone {
                    program: programs.named,
                },
            }
        }
    })
}

/// The program that the shim will start, if it really is a gatekeeper.
fn started(programs: &Programs, work_tree: &Path, environment: &Environment) -> Option<PathBuf> {
    let program = chosen(programs, work_tree, environment)?;
    crate::run::probe_version(&program, environment, "gatekeeper ").then_some(program)
}

/// The program that the shim chooses: one that it names, else one on PATH, but not in the work tree.
pub(super) fn chosen(
    programs: &Programs,
    work_tree: &Path,
    environment: &Environment,
) -> Option<PathBuf> {
    let is_there = |file: &Path| {
        file.is_file() && is_executable(file) && file.metadata().is_ok_and(|m| m.len() > 0)
    };
    let path = environment.get("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(path)
        .filter(|dir| dir.is_absolute() && !dir.starts_with(work_tree))
        .map(|dir| dir.join("gatekeeper"));
    std::iter::once(programs.named.clone())
        .chain(programs.others.iter().cloned())
        .chain(on_path)
        .find(|file| is_there(file))
}
