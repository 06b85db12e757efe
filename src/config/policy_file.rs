//! One of the files that a policy is made of, and the directory that its gates are for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::ConfigText;
use super::text::FILE_NAME;

/// A file with gates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyFile {
    /// What it is to the policy.
    pub(crate) role: Role,
    /// Where its gates come from.
    pub(crate) origin: Origin,
    /// Its text, with the name that messages have for it.
    pub(crate) text: ConfigText,
}

/// What a file is to the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one at the top, which has every table.
    Top,
    /// The gates.toml of a directory below it.
    Directory,
    /// One that another file includes.
    Included,
}

/// Where a gate comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file in which it is written, relative to the top.
    pub(crate) file: PathBuf,
    /// The directory that it is for, relative to the top, which is empty: what its paths are relative to.
    pub(crate) dir: PathBuf,
}

impl Origin {
    /// The file at the top.
    #[must_use]
    pub(crate) fn top() -> Self {
        Self {
            file: FILE_NAME.into(),
            dir: PathBuf::new(),
        }
    }

    /// Whether its paths are relative to the top.
    #[must_use]
    pub(crate) fn is_top(&self) -> bool {
        self.dir == Path::new("")
    }

    /// A path or a glob, as typed, relative to the top. One that begins with a slash is relative to the top
    /// already.
    #[must_use]
    pub(super) fn seen_from_top<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.is_top() {
            return Cow::Borrowed(path);
        }
        match path.strip_prefix('/') {
            Some(path) => Cow::Borrowed(path),
            None => Cow::Owned(format!("{}/{path}", self.dir.display())),
        }
    }

    /// What paths are relative to, in words.
    #[must_use]
    pub(super) fn base(&self) -> String {
        if self.is_top() {
            "the top of the work tree".to_owned()
        } else {
            format!(
                "{} or, if they begin with `/`, to the top of the work tree",
                self.dir.display()
            )
        }
    }
}
