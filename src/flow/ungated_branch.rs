//! Branches without gates: those that the main branch's gates.toml names.

use std::path::Path;

use super::receipt_store;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::config::{Config, FILE_NAME, source};
use crate::git::Repository;
use crate::model::trigger::Stage;
use crate::receipt::{self, StageRecord};
use crate::report::{self, Style};

/// The references whose gates.toml says which branches need none: the first that is there.
const MAIN: [&str; 4] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/heads/main",
    "refs/heads/master",
];

/// Whether it is worth while to look: a hook is called at the top of the work tree.
pub(super) fn may_be(environment: &Environment) -> bool {
    !environment.current_dir.join(FILE_NAME).exists()
}

/// The branch on which the next commit needs no gates, has none, and takes none away; and the
/// configuration that says so.
pub(super) fn branch(repository: &Repository) -> Result<Option<(String, Config)>> {
    let named = |(branch, config): &(String, Config)| {
        let ungated = &config.settings.ungated_branches;
        ungated.matches(Path::new(branch))
    };
    Ok(without_gates(repository)?.filter(named))
}

/// The branch on which the next commit has no gates and takes none away; and the configuration that says
/// which branches need none.
fn without_gates(repository: &Repository) -> Result<Option<(String, Config)>> {
    let name = Path::new(FILE_NAME);
    let index = repository.index()?;
    if index.has(name) || repository.work_tree.join(name).exists() {
        return Ok(None);
    }
    if let Some(head) = repository.head_commit()?
        && repository.objects().entry(head, name)?.is_some()
    {
        return Ok(None);
    }
    let Some(branch) = repository.branch_at_work()? else {
        return Ok(None);
    };
    let mut main = None;
    for name in MAIN {
        main = main.or(repository.reference(name)?);
    }
    let config = main.map(|main| source::config_in(repository, main));
    let config = config.transpose()?.flatten();
    Ok(config.map(|config| (branch, config)))
}

/// Whether the next commit is on a branch that needs no gates. Its tree counts as checked then, and that
/// is said.
pub(super) fn lets_through(
    environment: &Environment,
    repository: &Repository,
    style: Style,
) -> Result<bool> {
    let Some((branch, config)) = branch(repository)? else {
        if let Some((branch, _)) = without_gates(repository)? {
            say_how_to_need_none(&branch, style);
        }
        return Ok(false);
    };
    let index = repository.index()?;
    if let Some(tree) = index.tree_id() {
        let stage_record = StageRecord {
            at: receipt::now(),
            by: "ungated-branches".to_owned(),
            policy: receipt::policy(&config),
            outcomes: std::collections::BTreeMap::new(),
            weakens: Vec::new(),
            excepted: Vec::new(),
            needs_none: true,
            counted_from: None,
        };
        let store = receipt_store::must_open(environment, repository)?;
        // That it cannot be written is said by whoever asks for it.
        let _ = store.record(tree, |receipt| {
            for stage in Stage::ALL {
                let stage = stage.name().to_owned();
                receipt.checked.insert(stage, stage_record.clone());
            }
        });
    }
    report::say(&format!(
        "{}: {} is one of `ungated-branches` and has no {FILE_NAME}: nothing was checked\n",
        style.careful("note"),
        crate::base::text::clean_line(branch.as_bytes())
    ));
    Ok(true)
}

/// Says how a branch without gates.toml can need no gates: its commit is about to be refused.
fn say_how_to_need_none(branch: &str, style: Style) {
    report::say(&format!(
        "{}: if {branch} needs no gates, name it in `ungated-branches` of the main branch's {FILE_NAME}\n",
        style.careful("note"),
        branch = crate::base::text::clean_line(branch.as_bytes())
    ));
}
