//! Aliases of git.

use std::path::Path;

/// What a name stands for in the configuration of the repository that a directory is in, or of the user. `None` if
/// it is no alias, or git's configuration cannot be read.
#[must_use]
pub(crate) fn alias_of(dir: &Path, name: &str) -> Option<String> {
    let mut config = git2::Config::open_default().ok()?;
    if let Ok(git_dir) = git2::Repository::discover_path(dir, std::iter::empty::<&Path>()) {
        // A linked work tree has its configuration in the directory that all share.
        let shared = std::fs::read_to_string(git_dir.join("commondir")).ok();
        let common = shared.map_or_else(|| git_dir.clone(), |shared| git_dir.join(shared.trim()));
        let file = common.join("config");
        // What cannot be added is not there.
        let _ = config.add_file(&file, git2::ConfigLevel::Local, true);
    }
    config
        .snapshot()
        .ok()?
        .get_string(&format!("alias.{name}"))
        .ok()
}
