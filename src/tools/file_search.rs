//! How a tool finds the files that it checks, if it succeeds without a word where it finds none.

/// How a tool finds the files that it checks.
pub(crate) enum FileSearch {
    /// It says so itself if it finds none, or cannot find any other than those that its configuration names.
    Told,
    /// In the directories that its call names, by their names.
    Named(NameSearch),
    /// A file lists them.
    Listed(FileList),
}

/// A search by names. A file that the call names itself is checked, whatever its name.
pub(crate) struct NameSearch {
    /// Globs of the files in a directory that it checks.
    pub(crate) globs: &'static [&'static str],
    /// The words without one of which it does not look into a directory; empty if it always does.
    pub(crate) recursive: &'static [&'static str],
    /// What it does if its call names no path.
    pub(crate) without_path: WithoutPath,
    /// Files in the directory in which it runs that exclude others, in the syntax of gitignore(5).
    pub(crate) ignore_files: &'static [&'static str],
}

/// What a tool does if its call names no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutPath {
    /// It searches the directory in which it runs.
    Here,
    /// It checks nothing.
    Nothing,
    /// Its configuration may name paths, or it fails.
    Unknown,
}

/// A file that lists what is checked.
pub(crate) struct FileList {
    /// The options that name it; each may be there several times.
    pub(crate) options: &'static [&'static str],
    /// Its name if no option names it, and in a directory that one names; empty if there is none.
    pub(crate) default: &'static str,
    /// Words with which it is read in another way.
    pub(crate) unless: &'static [&'static str],
    /// Whether a file of this text lists nothing.
    pub(crate) is_empty: fn(&str) -> bool,
    /// What such a file says, as a sentence about it without its subject.
    pub(crate) says: &'static str,
}

impl FileSearch {
    /// By names, in the directory in which the tool runs if its call names no path.
    pub(super) const fn named(globs: &'static [&'static str]) -> Self {
        Self::by_names(globs, &[], WithoutPath::Here)
    }

    /// By names.
    pub(super) const fn by_names(
        globs: &'static [&'static str],
        recursive: &'static [&'static str],
        without_path: WithoutPath,
    ) -> Self {
        Self::Named(NameSearch {
            globs,
            recursive,
            without_path,
            ignore_files: &[],
        })
    }

    /// The files that exclude others.
    #[must_use]
    pub(crate) const fn ignore_files(&self) -> &'static [&'static str] {
        match self {
            Self::Named(search) => search.ignore_files,
            Self::Told | Self::Listed(_) => &[],
        }
    }
}
