//! Where git looks for hooks.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::Repository;
use super::paths::to_path;
use super::reader::reader;
use crate::base::fault::Result;

/// Where `core.hooksPath` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HooksPathScope {
    /// Nowhere.
    Unset,
    /// In the repository's own configuration, or the work tree's: it is this repository's affair.
    Repository,
    /// For all repositories of the user or the machine, or for this one command.
    Wider,
}

/// A configuration file of the repository itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnScope {
    /// `config`, which all work trees share.
    Local,
    /// `config.worktree`, which one work tree has for itself.
    Worktree,
}

impl OwnScope {
    /// git's option for this file.
    #[must_use]
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Local => "--local",
            Self::Worktree => "--worktree",
        }
    }
}

/// A configuration file, as git is told of it.
#[derive(Clone, Copy)]
enum ConfigFile<'a> {
    Scope(OwnScope),
    Path(&'a Path),
}

impl ConfigFile<'_> {
    /// The words of a call of `git config` about this file.
    fn words(self, rest: &[&str]) -> Vec<OsString> {
        let mut words = vec![OsString::from("config")];
        match self {
            Self::Scope(scope) => words.push(scope.option().into()),
            Self::Path(file) => words.extend(["--file".into(), file.into()]),
        }
        words.extend(rest.iter().map(OsString::from));
        words
    }
}

/// The value of `core.hooksPath`, and what has set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HooksPath {
    /// As it was set.
    pub(crate) value: PathBuf,
    /// `local`, `global`, `system`, `worktree`, or `command` for this one command.
    pub(crate) scope: String,
    /// The file, as git names it: `file:.git/config`, say.
    pub(crate) origin: String,
}

impl HooksPath {
    /// The repository's own file that has set it, or includes the file that has.
    #[must_use]
    pub(crate) fn own_scope(&self) -> Option<OwnScope> {
        match self.scope.as_str() {
            "local" => Some(OwnScope::Local),
            "worktree" => Some(OwnScope::Worktree),
            _ => None,
        }
    }
}

/// git's key for the directory in which it looks for hooks.
const KEY: &str = "core.hooksPath";

/// Our key for what `core.hooksPath` was. git's configuration has it, so that it is right for each
/// work tree and moves with the repository.
const EARLIER_KEY: &str = "gatekeeper.hooksPath";

/// The directory of our hooks beside one that is a symbolic link.
const BESIDE_LINK: &str = "gatekeeper-hooks";

impl Repository {
    /// What `core.hooksPath` is; `None` if it is not set.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn hooks_path(&self) -> Result<Option<HooksPath>> {
        self.path_setting(KEY)
    }

    /// What `core.hooksPath` was before it was set aside; `None` if it was not.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn earlier_hooks_path(&self) -> Result<Option<HooksPath>> {
        self.path_setting(EARLIER_KEY)
    }

    /// What `core.hooksPath` would be without the repository's own setting; `None` if it would not be set.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn hidden_hooks_path(&self) -> Result<Option<HooksPath>> {
        let words = [
            "config",
            "--show-scope",
            "--show-origin",
            "--null",
            "--get-all",
            KEY,
        ];
        let git = self.git().with_user_settings();
        let output = git.run(words)?.output_or_no()?.unwrap_or_default();
        let parts: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (values, _) = parts.as_chunks::<3>();
        let values = values.iter().map(|[scope, origin, value]| HooksPath {
            value: to_path(value),
            scope: text(scope),
            origin: text(origin),
        });
        let is_wider = |path: &HooksPath| path.own_scope().is_none() && path.scope != "command";
        Ok(values.rev().find(is_wider))
    }

    fn path_setting(&self, key: &str) -> Result<Option<HooksPath>> {
        let arguments = ["config", "--show-scope", "--show-origin", "--null", "--get"];
        let arguments = arguments.into_iter().chain([key]);
        let Some(output) = self
            .git()
            .with_user_settings()
            .run(arguments)?
            .output_or_no()?
        else {
            return Ok(None);
        };
        let mut parts = output.split(|byte| *byte == 0);
        let (Some(scope), Some(origin), Some(value)) = (parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        Ok(Some(HooksPath {
            value: PathBuf::from(OsStr::from_bytes(value)),
            scope: String::from_utf8_lossy(scope).into_owned(),
            origin: String::from_utf8_lossy(origin).into_owned(),
        }))
    }

    /// The directory that `core.hooksPath` named before it was set aside; `None` if it was not. What is
    /// relative is so to the directory in which git calls its hooks.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn earlier_hooks_dir(&self) -> Result<Option<PathBuf>> {
        // A hook asks this at every call, so git is started only where libgit2 could be wrong.
        let is_wrong = self.git_dir.join("config.worktree").exists();
        let library = self.library.clone().filter(|_| !is_wrong);
        reader(library, self.git())
            .path_setting(EARLIER_KEY)
            .map_err(|fault| fault.hint("run `gatekeeper install`"))
    }

    /// Renames `core.hooksPath` in a file of the repository's own to a key of ours. Returns whether
    /// that file has it; a file that it includes is not changed.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn set_hooks_path_aside(&self, scope: OwnScope) -> Result<bool> {
        let values = self.own_values(scope, KEY)?;
        if values.is_empty() {
            return Ok(false);
        }
        self.replace_values(scope, EARLIER_KEY, &values)?;
        self.replace_values(scope, KEY, &[])?;
        Ok(true)
    }

    /// Whether a file of the repository's own has `core.hooksPath` itself.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn has_own_hooks_path(&self, scope: OwnScope) -> Result<bool> {
        Ok(!self.own_values(scope, KEY)?.is_empty())
    }

    /// Gives `core.hooksPath` back the values that it had before it was set aside, unless it has been
    /// set since to something that `is_ours` does not know. Returns what was given back.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn give_hooks_path_back(
        &self,
        is_ours: impl Fn(&Path) -> bool,
    ) -> Result<Vec<PathBuf>> {
        let mut given_back = Vec::new();
        for file in self.own_files() {
            let file = ConfigFile::Path(&file);
            let values = self.values(file, EARLIER_KEY)?;
            if values.is_empty() {
                continue;
            }
            let now = self.values(file, KEY)?;
            if now.iter().all(|value| is_ours(Path::new(value))) {
                // Where git looks without any setting needs none.
                let default = self.default_hooks_dir();
                let mut values = values;
                values.retain(|value| Path::new(value) != default);
                self.set_values(file, KEY, &values)?;
                given_back.extend(values.iter().map(PathBuf::from));
            }
            self.set_values(file, EARLIER_KEY, &[])?;
        }
        Ok(given_back)
    }

    /// The configuration files of the repository itself: the one that all work trees share, and those
    /// that single work trees have for themselves.
    fn own_files(&self) -> Vec<PathBuf> {
        let linked = std::fs::read_dir(self.common_dir.join("worktrees"));
        let linked = linked.into_iter().flatten().flatten();
        let mut linked: Vec<PathBuf> = linked.map(|entry| entry.path()).collect();
        linked.sort();
        let dirs = std::iter::once(self.common_dir.clone()).chain(linked);
        let files = dirs.map(|dir| dir.join("config.worktree"));
        let files = files.filter(|file| file.exists());
        std::iter::once(self.common_dir.join("config"))
            .chain(files)
            .collect()
    }

    /// Sets `core.hooksPath` for this repository to a directory.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn set_hooks_path(&self, dir: &Path) -> Result<()> {
        self.replace_values(OwnScope::Local, KEY, &[dir.as_os_str().to_owned()])
    }

    /// Has the hooks of a directory run first in which git looks without any setting.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn set_earlier_hooks_dir(&self, dir: &Path) -> Result<()> {
        let value = dir.as_os_str().to_owned();
        self.replace_values(OwnScope::Local, EARLIER_KEY, &[value])
    }

    /// Takes `core.hooksPath` out of a file of the repository's own.
    ///
    /// # Errors
    ///
    /// The configuration cannot be written; another program may be writing it.
    pub(crate) fn unset_hooks_path(&self, scope: OwnScope) -> Result<()> {
        self.replace_values(scope, KEY, &[])
    }

    /// The values of a key in a file of the repository's own, as they were set, without what it
    /// includes.
    fn own_values(&self, scope: OwnScope, key: &str) -> Result<Vec<OsString>> {
        self.values(ConfigFile::Scope(scope), key)
    }

    fn values(&self, file: ConfigFile<'_>, key: &str) -> Result<Vec<OsString>> {
        let Some(output) = self
            .git()
            .with_user_settings()
            .run(file.words(&["--null", "--get-all", key]))?
            .output_or_no()?
        else {
            return Ok(Vec::new());
        };
        let values = output.strip_suffix(b"\0").unwrap_or(&output);
        let values = values.split(|byte| *byte == 0);
        Ok(values.map(|value| to_path(value).into()).collect())
    }

    /// Makes these all the values of a key in a file of the repository's own.
    fn replace_values(&self, scope: OwnScope, key: &str, values: &[OsString]) -> Result<()> {
        self.set_values(ConfigFile::Scope(scope), key, values)
    }

    fn set_values(&self, file: ConfigFile<'_>, key: &str, values: &[OsString]) -> Result<()> {
        // Exit code 5 is "was not set".
        self.git()
            .run(file.words(&["--unset-all", key]))?
            .output_or(5)?;
        for value in values {
            let add = file.words(&["--add", key]);
            self.git().output(add.into_iter().chain([value.clone()]))?;
        }
        Ok(())
    }

    /// Where `core.hooksPath` is set.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn hooks_path_scope(&self) -> Result<HooksPathScope> {
        Ok(match self.hooks_path()? {
            None => HooksPathScope::Unset,
            Some(path) if path.own_scope().is_some() => HooksPathScope::Repository,
            Some(_) => HooksPathScope::Wider,
        })
    }

    /// The directory of hooks that all work trees of the repository share, unless something else is
    /// configured. Where git's own is a symbolic link (Android's `repo` makes one for each project), other
    /// repositories may use it, so ours go into another one beside it.
    #[must_use]
    pub(crate) fn usual_hooks_dir(&self) -> PathBuf {
        if self.linked_hooks_dir().is_some() {
            self.common_dir.join(BESIDE_LINK)
        } else {
            self.default_hooks_dir()
        }
    }

    /// The directory in which git looks for hooks unless something else is configured.
    fn default_hooks_dir(&self) -> PathBuf {
        self.common_dir.join("hooks")
    }

    /// The same, if it is a symbolic link to a directory.
    #[must_use]
    pub(crate) fn linked_hooks_dir(&self) -> Option<PathBuf> {
        let dir = self.default_hooks_dir();
        (dir.is_symlink() && dir.is_dir()).then_some(dir)
    }

    /// The directory in which git looks for hooks, according to git, whose configuration has many
    /// places.
    ///
    /// # Errors
    ///
    /// git fails.
    pub(crate) fn hooks_dir(&self) -> Result<PathBuf> {
        let output = self
            .git()
            .with_user_settings()
            .run(["rev-parse", "--git-path", "hooks"])?
            .output()?;
        let path = output.strip_suffix(b"\n").unwrap_or(&output);
        // What is relative is so to the top of the work tree, where git was called.
        Ok(self.work_tree.join(Path::new(OsStr::from_bytes(path))))
    }
}
