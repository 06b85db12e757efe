//! What tools keep from one run for the next, so that the next is faster.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::base::environment::Variables;

/// What a tool keeps.
pub(crate) struct Cache {
    /// Where it is, below the directory that `owner` says.
    path: &'static str,
    owner: CacheOwner,
    /// The variable that can name another place; empty if none can.
    variable: &'static str,
}

/// Whose caches a cache is among.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CacheOwner {
    /// The project's: in the directory in which the tool runs, or one above it.
    Project,
    /// The project's, if its settings or the call ask for it.
    Asked,
    /// The user's.
    User,
}

impl Cache {
    /// In the project.
    pub(super) const fn of_project(path: &'static str, variable: &'static str) -> Self {
        Self {
            path,
            owner: CacheOwner::Project,
            variable,
        }
    }

    /// In the project, if its settings or the call ask for it.
    pub(super) const fn if_asked(path: &'static str) -> Self {
        Self {
            path,
            owner: CacheOwner::Asked,
            variable: "",
        }
    }

    /// In the home directory.
    pub(super) const fn of_user(path: &'static str, variable: &'static str) -> Self {
        Self {
            path,
            owner: CacheOwner::User,
            variable,
        }
    }

    /// Where it is, as a document shows it.
    #[must_use]
    pub(super) fn shown(&self) -> String {
        match self.owner {
            CacheOwner::Project | CacheOwner::Asked => self.path.to_owned(),
            CacheOwner::User => format!("~/.cache/{}", self.path),
        }
    }
}

/// Whether nothing is in the cache of a tool that runs in `dir`, a directory of the work tree `top`. `None` if that
/// cannot be told.
#[must_use]
pub(super) fn is_cold(
    cache: &Cache,
    variables: &Variables,
    top: &Path,
    dir: &Path,
) -> Option<bool> {
    let named = Some(cache.variable).filter(|name| !name.is_empty());
    let named = named.and_then(|name| variables.get(OsStr::new(name)));
    let is_filled = match (named, cache.owner) {
        (Some(named), _) => is_filled(&top.join(dir).join(named)),
        (None, CacheOwner::User) => {
            user_dirs(variables).any(|dir| is_filled(&dir.join(cache.path)))
        }
        (None, CacheOwner::Project | CacheOwner::Asked) => dir
            .ancestors()
            .any(|dir| is_filled(&top.join(dir).join(cache.path))),
    };
    (is_filled || cache.owner != CacheOwner::Asked).then_some(!is_filled)
}

/// The directories in which programs keep their caches, on Linux and on macOS.
fn user_dirs(variables: &Variables) -> impl Iterator<Item = PathBuf> {
    let dir = |name: &str| variables.get(OsStr::new(name)).map(PathBuf::from);
    let of_home = [".cache", "Library/Caches"];
    let of_home = of_home
        .into_iter()
        .filter_map(move |own| Some(dir("HOME")?.join(own)));
    dir("XDG_CACHE_HOME").into_iter().chain(of_home)
}

/// Whether there is a file, or a directory that holds something.
fn is_filled(path: &Path) -> bool {
    match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.is_file(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::{checkers, cold_cache};

    #[test]
    fn a_cache_is_cold_until_something_is_in_it() {
        let top = tempfile::tempdir().unwrap();
        let home = top.path().to_str().unwrap();
        let variables = [("HOME", home), ("GOCACHE", "go-cache")];
        let variables = variables
            .map(|(name, value)| (name.into(), value.into()))
            .into();
        let cold = |name: &str| {
            let checker = checkers().find(|checker| checker.name == name).unwrap();
            cold_cache(checker, &variables, top.path(), Path::new("crates/one"))
        };
        let tools = [
            "mypy",
            "clippy",
            "go-test",
            "golangci-lint",
            "eslint",
            "pytest",
        ];
        let states = || tools.map(cold);
        let is_cold = Some(true);
        assert_eq!(states(), [is_cold, is_cold, is_cold, is_cold, None, None]);
        fs::create_dir_all(top.path().join("target")).unwrap();
        assert_eq!(cold("clippy"), is_cold);
        for file in [
            "crates/one/.mypy_cache/x",
            "target/x",
            "crates/one/go-cache/x",
            ".cache/golangci-lint/x",
            ".eslintcache",
        ] {
            let file = top.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let is_warm = Some(false);
        assert_eq!(
            states(),
            [is_warm, is_warm, is_warm, is_warm, is_warm, None]
        );
    }
}
