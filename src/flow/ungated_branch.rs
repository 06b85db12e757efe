//! Branches without gates: those that the main branch's gates.toml names.

use std::path::Path;

use super::receipt_store;
use super::ungated_commits::has_gates;
use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::text::{clean_line, shell_word};
use crate::config::{BASELINE_NAME, Config, FILE_NAME, committed};
use crate::git::Repository;
use crate::model::trigger::Stage;
use crate::receipt::{self, StageRecord, Store};
use crate::report::{self, Style};

/// What the names of branches begin with.
const BRANCHES: &str = "refs/heads/";

/// The references whose gates.toml says which branches need none: the main branch, on the remote and here,
/// where the file is changed first.
const MAIN: [&str; 4] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/heads/main",
    "refs/heads/master",
];

/// The gates.toml of the main branch.
struct MainConfig {
    /// The name of the reference.
    reference: &'static str,
    commit: ObjectId,
    config: Config,
}

/// Whether it is worth while to look: a hook is called at the top of the work tree.
pub(super) fn may_be(environment: &Environment) -> bool {
    !environment.current_dir.join(FILE_NAME).exists()
}

/// The branch on which the next commit needs no gates, has none, and takes none away; and the
/// configuration that says so.
pub(super) fn branch(repository: &Repository) -> Result<Option<(String, Config)>> {
    let Some(branch) = without_gates(repository)? else {
        return Ok(None);
    };
    let named = naming(repository, &branch)?;
    Ok(named.map(|config| (branch, config)))
}

/// The branch that commits are made on now, if it needs no gates and has none; for a report.
///
/// # Errors
///
/// git fails.
pub(crate) fn named_here(repository: &Repository) -> Result<Option<String>> {
    let named = branch(repository)?;
    Ok(named.map(|(branch, _)| clean_line(branch.as_bytes())))
}

/// The branch on which the next commit has no gates and takes none away.
fn without_gates(repository: &Repository) -> Result<Option<String>> {
    let name = Path::new(FILE_NAME);
    let index = repository.index()?;
    if index.has(name) || repository.work_tree.join(name).exists() {
        return Ok(None);
    }
    if let Some(head) = repository.head_commit()?
        && has_gates(repository, head)?
    {
        return Ok(None);
    }
    repository.branch_at_work()
}

/// The configurations of the main branch. One that cannot be used says nothing.
fn main_configs(repository: &Repository) -> Result<Vec<MainConfig>> {
    let mut found: Vec<MainConfig> = Vec::new();
    for reference in MAIN {
        let Some(id) = repository.reference(reference)? else {
            continue;
        };
        if found.iter().any(|known| known.commit == id) {
            continue;
        }
        if let Some(config) = committed::config_in(repository, id).ok().flatten() {
            found.push(MainConfig {
                reference,
                commit: id,
                config,
            });
        }
    }
    Ok(found)
}

/// The configuration that names a branch as one that needs no gates.
fn naming(repository: &Repository, branch: &str) -> Result<Option<Config>> {
    let mut configs = main_configs(repository)?.into_iter();
    let named = configs.find(|main| {
        let ungated = &main.config.settings.ungated_branches;
        ungated.matches(Path::new(branch))
    });
    Ok(named.map(|main| main.config))
}

/// The configuration by which a reference, which names these commits before and after an update, needs no
/// gates: the main branch's file names its branch, and neither commit has a gates.toml.
///
/// # Errors
///
/// git fails.
pub(super) fn of_update(
    repository: &Repository,
    reference: &str,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Option<Config>> {
    match branch_without_gates(repository, reference, old, new)? {
        Some(branch) => naming(repository, branch),
        None => Ok(None),
    }
}

/// The branch that a reference is, if it names commits without gates.toml before and after an update.
fn branch_without_gates<'r>(
    repository: &Repository,
    reference: &'r str,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Option<&'r str>> {
    let Some(branch) = reference.strip_prefix(BRANCHES) else {
        return Ok(None);
    };
    for id in old.into_iter().chain([new]) {
        // What is not here cannot be looked at, and what is no commit has no gates.
        if repository.ancestor(id)?.is_none() || has_gates(repository, id)? {
            return Ok(None);
        }
    }
    Ok(Some(branch))
}

/// Whether the next commit is on a branch that needs no gates. Its tree counts as checked then, and that
/// is said.
///
/// # Errors
///
/// The branch has no gates.toml, and needs one; or git fails.
pub(super) fn lets_through(
    environment: &Environment,
    repository: &Repository,
    style: Style,
) -> Result<bool> {
    let Some((branch, config)) = branch(repository)? else {
        return match without_gates(repository)? {
            Some(branch) => must_have_gates(repository, &branch).map(|()| false),
            None => Ok(false),
        };
    };
    let index = repository.index()?;
    if let Some(tree) = index.tree_id() {
        let store = receipt_store::must_open(environment, repository)?;
        count_as_checked(&store, &config, tree);
    }
    report::say(&report::ungated_branch(&branch, style));
    Ok(true)
}

/// What stands for the run in the record of a tree that no gates are needed for.
pub(super) const UNGATED_BRANCHES: &str = "ungated-branches";

/// Has a tree on a branch that needs no gates count as checked. That it cannot be written is said by
/// whoever asks for it.
pub(super) fn count_as_checked(store: &Store, config: &Config, tree: ObjectId) {
    let stage_record = StageRecord {
        at: receipt::now(),
        by: UNGATED_BRANCHES.to_owned(),
        policy: receipt::policy(config),
        outcomes: std::collections::BTreeMap::new(),
        weakens: Vec::new(),
        excepted: Vec::new(),
        needs_none: true,
        counted_from: None,
    };
    let _ = store.record(tree, |receipt| {
        for stage in Stage::ALL {
            let stage = stage.name().to_owned();
            receipt.checked.insert(stage, stage_record.clone());
        }
    });
}

/// Refuses a branch without gates.toml where the main branch has one, and says what to do.
fn must_have_gates(repository: &Repository, branch: &str) -> Result<()> {
    let Some(main) = main_configs(repository)?.into_iter().next() else {
        return Ok(());
    };
    let ungated = &main.config.settings.ungated_branches.patterns;
    let mut files = vec![FILE_NAME.to_owned()];
    let others = main
        .config
        .files
        .iter()
        .filter(|file| *file != Path::new(FILE_NAME));
    files.extend(others.map(|file| shell_word(file.as_os_str())));
    // Without the known findings, the gates would stop the next commit for them.
    if (repository.objects())
        .entry(main.commit, Path::new(BASELINE_NAME))?
        .is_some()
    {
        files.push(BASELINE_NAME.to_owned());
    }
    let files = files.join(" ");
    let main = report::short_reference(main.reference);
    Err(
        Fault::usage(format!("there is no {FILE_NAME} on {branch}")).hint(format!(
            "bring the gates of {main} here: `git checkout {main} -- {files}`; {}",
            report::how_to_need_none(branch, ungated)
        )),
    )
}

/// How a branch can need no gates whose update is refused; `None` if it has gates.toml, or had one.
///
/// # Errors
///
/// git fails.
pub(super) fn help(
    repository: &Repository,
    reference: &str,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Option<String>> {
    let Some(branch) = branch_without_gates(repository, reference, old, new)? else {
        return Ok(None);
    };
    let main = main_configs(repository)?.into_iter().next();
    Ok(main.map(|main| {
        let ungated = &main.config.settings.ungated_branches.patterns;
        report::how_to_need_none(branch, ungated)
    }))
}

/// The branches, here and on remotes, that have no gates.toml and are not named as needing none.
///
/// # Errors
///
/// git fails.
pub(crate) fn without_gates_toml(repository: &Repository, config: &Config) -> Result<Vec<String>> {
    let ungated = &config.settings.ungated_branches;
    let mut found: Vec<String> = Vec::new();
    for (branch, tip) in repository.branches_everywhere()? {
        let is_needed = !found.contains(&branch) && !ungated.matches(Path::new(&branch));
        if is_needed && !has_gates(repository, tip)? {
            found.push(branch);
        }
    }
    Ok(found)
}
