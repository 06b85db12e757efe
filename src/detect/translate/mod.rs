//! Translates the configuration of a hook manager into gates, for a project that moves from it.
//!
//! Detection asks what a project's maintainers run and takes what it knows. A translation is about one file:
//! each of its entries becomes gates or is named with the reason why not. Nothing of the manager is executed.

mod file_types;
mod husky;
mod js_object;
mod lefthook;
mod lint_staged;
mod pre_commit;
mod script;
mod translation;

use std::path::PathBuf;

use super::detected::Detected;
use super::project::Project;
use crate::base::fault::Result;
use crate::base::words::{Word as _, words};

use translation::Translation;

words! {
    /// A hook manager whose configuration can be translated.
    pub(crate) enum Manager {
        /// pre-commit, and prek, which reads the same file.
        PreCommit = "pre-commit",
        /// lefthook.
        Lefthook = "lefthook",
        /// husky: scripts for a shell.
        Husky = "husky",
        /// lint-staged.
        LintStaged = "lint-staged",
    }
}

impl Manager {
    /// Its configuration in a project, if it is there.
    #[must_use]
    pub(crate) fn file(self, project: &Project<'_>) -> Option<PathBuf> {
        match self {
            Self::PreCommit => super::pre_commit::file(project).map(PathBuf::from),
            Self::Lefthook => lefthook::file(project).map(PathBuf::from),
            Self::Husky => husky::file(project),
            Self::LintStaged => lint_staged::file(project),
        }
    }
}

/// The managers that a project has a configuration of.
#[must_use]
pub(crate) fn managers(project: &Project<'_>) -> Vec<Manager> {
    let all = Manager::WORDS.iter().map(|(manager, _)| *manager);
    all.filter(|manager| manager.file(project).is_some())
        .collect()
}

/// The gates that stand for the entries of a manager's configuration; `None` if the project has none.
///
/// # Errors
///
/// A file of the project cannot be read.
pub(crate) fn translate(project: &Project<'_>, manager: Manager) -> Result<Option<Detected>> {
    let Some(file) = manager.file(project) else {
        return Ok(None);
    };
    let mut translation = Translation::new(project);
    match manager {
        Manager::PreCommit => pre_commit::add(&mut translation, &file)?,
        Manager::Lefthook => lefthook::add(&mut translation, &file)?,
        Manager::Husky => husky::add(&mut translation)?,
        Manager::LintStaged => lint_staged::add(&mut translation)?,
    }
    project.readable()?;
    Ok(Some(translation.finish(file)))
}
