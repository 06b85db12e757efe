//! The gates of a project that has no gates.toml: those that its maintainers run.

use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::config::{self, Config, ConfigText, FILE_NAME};
use crate::detect::{self, Detected, Manager, NotTaken, Project, Trial};
use crate::git::Repository;
use crate::indirection::{DirectoryTree, Files};

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
    with_project(repository, detect::detect)
}

/// Looks at the files of a repository's work tree that git tracks.
fn with_project<T>(
    repository: &Repository,
    look: impl FnOnce(&Project<'_>) -> Result<T>,
) -> Result<T> {
    let index = repository.index()?;
    let files = index.tracked().into_iter().map(|file| file.path).collect();
    let mut tree = DirectoryTree::new(&repository.work_tree);
    look(&Project::new(files, &mut tree))
}

/// The hook managers that a repository has a configuration of.
///
/// # Errors
///
/// The index cannot be read.
pub(crate) fn managers(repository: &Repository) -> Result<Vec<Manager>> {
    with_project(repository, |project| Ok(detect::managers(project)))
}

/// The gates that stand for the entries of a hook manager's configuration.
///
/// # Errors
///
/// There is no such configuration, or a file cannot be read.
pub(crate) fn translated(repository: &Repository, manager: Manager) -> Result<Detected> {
    let translated = with_project(repository, |project| detect::translate(project, manager))?;
    let Some(mut translated) = translated else {
        let fault = Fault::usage(format!(
            "no configuration of {} is tracked in this repository",
            manager.name()
        ));
        let others = managers(repository)?;
        return Err(match others.first() {
            Some(other) => fault.hint(format!("try `gatekeeper init --from {}`", other.name())),
            None => fault.hint(
                "run `gatekeeper init` to find the project's checks; a file that is not tracked needs `git add` first",
            ),
        });
    };
    let mut gates = Vec::new();
    for gate in std::mem::take(&mut translated.gates) {
        let alone = Detected {
            gates: vec![gate.clone()],
            ..Detected::default()
        };
        match refusal(repository, &alone) {
            None => gates.push(gate),
            Some(reason) => {
                if let Some(count) = &mut translated.translated {
                    count.taken = count.taken.saturating_sub(1);
                }
                translated.not_taken.push(NotTaken {
                    place: gate.draft.places.last().cloned().unwrap_or_default(),
                    what: gate.draft.shown(),
                    reason,
                });
            }
        }
    }
    translated.gates = gates;
    translated.not_taken.sort();
    translated.not_taken.dedup();
    Ok(translated)
}

/// Why gatekeeper would not accept a gate: it cannot fail, for instance.
fn refusal(repository: &Repository, gate: &Detected) -> Option<String> {
    let read = config::parse(&ConfigText {
        name: NAME.to_owned(),
        text: detect::gates(gate, |_| Trial::None),
    });
    let mut tree = DirectoryTree::new(&repository.work_tree);
    let fault = read
        .and_then(|config| config::refuse_unfailing(&config.gates, &mut Files::new(&mut tree)))
        .err()?;
    let detail = fault.detail.unwrap_or_default();
    let title = detail.lines().find_map(|line| line.strip_prefix("error: "));
    Some(title.unwrap_or(&fault.message).to_owned())
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
        return Err(nothing_found(repository, &detected)?);
    }
    let mut text = detect::gates(&detected, |_| Trial::None);
    // Nobody has asked for sign-offs here.
    text.push_str("\n[commit-msg.signed-off-by]\nrequired = \"never\"\n");
    config::parse(&ConfigText {
        name: NAME.to_owned(),
        text,
    })
}

/// Files that say what a project checks, by their usual names.
const TELLING: [&str; 10] = [
    ".github/workflows",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    "lefthook.yml",
    ".husky",
    "package.json",
    "pyproject.toml",
    "Cargo.toml",
    "go.mod",
    "Makefile",
];

/// A file that says what the project checks and that was not read, because git does not track it.
///
/// # Errors
///
/// The index cannot be read.
pub(crate) fn untracked(repository: &Repository) -> Result<Option<&'static str>> {
    let tracked = repository.index()?.tracked();
    let is_tracked = |name: &str| tracked.iter().any(|file| file.path.starts_with(name));
    let mut telling = TELLING.into_iter();
    Ok(telling.find(|name| !is_tracked(name) && repository.work_tree.join(name).exists()))
}

/// That there is nothing to go by.
///
/// # Errors
///
/// The index cannot be read.
pub(crate) fn nothing_found(repository: &Repository, detected: &Detected) -> Result<Fault> {
    let fault = Fault::usage(format!(
        "there is no {FILE_NAME}, and nothing in this repository says which checks it needs"
    ));
    Ok(match untracked(repository)? {
        Some(name) => fault.hint(format!(
            "only files that git tracks are read, and {name} is not tracked: run `git add .`, so that \
             the checks find the files that they are about, and try again"
        )),
        None => match hooks_manager(repository, detected)? {
            Some(manager) => fault.hint(format!(
                "the hooks of {name} are not tools that gatekeeper knows: make gates of them with `gatekeeper init \
                 --from {name}`",
                name = manager.name()
            )),
            None => fault.hint("write it by hand; `gatekeeper config example` prints every key"),
        },
    })
}

/// The hook manager whose configuration holds what is not known.
fn hooks_manager(repository: &Repository, detected: &Detected) -> Result<Option<Manager>> {
    let is_unknown = |manager: &Manager| {
        let mut unknown = detected.unknown.iter();
        let name = manager.name().trim_end_matches("-staged");
        unknown.any(|call| call.place.path.to_string_lossy().contains(name))
    };
    Ok(managers(repository)?.into_iter().find(is_unknown))
}

/// That nothing in a hook manager's configuration can be a gate.
pub(crate) fn nothing_translated() -> Fault {
    Fault::usage("nothing in this configuration can be a gate").hint(
        "run `gatekeeper init` to find the checks that the project runs elsewhere, such as in CI",
    )
}
