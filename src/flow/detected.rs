//! The gates of a project that has no gates.toml: those that its maintainers run.

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::config::{self, Config, ConfigText, FILE_NAME};
use crate::detect::{self, Detected, Project, Trial};
use crate::git::Repository;
use crate::indirection::DirectoryTree;

/// What stands for the file's name in messages about it.
pub(super) const NAME: &str = "the detected gates";

/// What a run without gates.toml says.
pub(super) const REMARK: &str =
    "there is no gates.toml, so these gates were detected; run `gatekeeper init` to write it";

/// Finds the gates of a repository by the files of its work tree that git tracks.
///
/// # Errors
///
/// A file, or the index, cannot be read.
pub(crate) fn detected(repository: &Repository) -> Result<Detected> {
    let index = repository.index()?;
    let files = index.tracked().into_iter().map(|file| file.path).collect();
    let mut tree = DirectoryTree::new(&repository.work_tree);
    detect::detect(&Project::new(files, &mut tree))
}

/// The configuration of a repository that has no gates.toml.
///
/// # Errors
///
/// Nothing in it says which checks it needs, or a file cannot be read.
pub(super) fn detected_config(repository: &Repository) -> Result<Config> {
    let detected = detected(repository)?;
    if let Some(path) = detected.unreadable.first() {
        return Err(Fault::usage(format!(
            "{} cannot be read as YAML, so the checks of this project are not known",
            show_path(path)
        ))
        .hint(
            "correct the file, or write gates.toml with `gatekeeper init` and complete it by hand",
        ));
    }
    if detected.gates.is_empty() {
        return Err(nothing_found());
    }
    config::parse(&ConfigText {
        name: NAME.to_owned(),
        text: detect::gates(&detected, |_| Trial::None),
    })
}

/// That there is nothing to go by.
pub(crate) fn nothing_found() -> Fault {
    Fault::usage(format!(
        "there is no {FILE_NAME}, and nothing in this repository says which checks it needs"
    ))
    .hint("write it by hand; `gatekeeper config example` prints every key")
}
