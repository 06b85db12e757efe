//! The gates.toml of any commit: the file that holds it after following symbolic links, and its
//! resolved content.

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::parse;
use super::settings::Config;
use super::text::{FILE_NAME, from_bytes, link_target};
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::git::{Objects, RangeSpec, Repository, TreeEntry};

/// How many symbolic links may lead to gates.toml.
const MAX_LINKS: usize = 8;

/// The longest target of a link, in bytes.
const LONGEST_TARGET: usize = 4096;

/// The gates.toml of a commit. A missing file and an unusable one are different things: the latter
/// never means that nothing is required.
#[derive(Debug, Clone)]
pub(crate) enum Policy {
    /// There is none.
    Absent,
    /// There is one that this gatekeeper cannot use, for this reason.
    Broken(Fault),
    /// There is a usable one.
    Ready {
        /// The resolved configuration.
        config: Rc<Config>,
        /// Whether symbolic links led to it, so that another file holds it.
        is_linked: bool,
    },
}

impl Policy {
    /// The resolved configuration, if there is a usable one.
    #[must_use]
    pub(crate) fn ready(&self) -> Option<&Rc<Config>> {
        match self {
            Self::Ready { config, .. } => Some(config),
            Self::Absent | Self::Broken(_) => None,
        }
    }

    /// The resolved configuration, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// There is a file that cannot be used.
    pub(crate) fn required(self) -> Result<Option<Rc<Config>>> {
        match self {
            Self::Absent => Ok(None),
            Self::Broken(fault) => Err(fault),
            Self::Ready { config, .. } => Ok(Some(config)),
        }
    }
}

/// The policies of commits, each file parsed only once.
pub(crate) struct PolicySource {
    /// The reader of commits and files.
    pub(crate) objects: Objects,
    /// The parsed policies, by the ids of the files that hold them.
    parsed: HashMap<String, Result<Rc<Config>>>,
}

/// The destination of the links from gates.toml.
enum Destination {
    Nothing,
    File(PathBuf, TreeEntry),
    /// A link that cannot be followed, or something that is not a file, with the reason.
    Unusable(Fault),
}

impl PolicySource {
    /// Starts to read the objects of a repository.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub(crate) fn open(repository: &Repository) -> Result<Self> {
        Ok(Self {
            objects: repository.objects()?,
            parsed: HashMap::new(),
        })
    }

    /// The gates.toml of a commit.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub(crate) fn at(&mut self, commit: &str) -> Result<Policy> {
        let (path, entry) = match self.follow(commit)? {
            Destination::Nothing => return Ok(Policy::Absent),
            Destination::Unusable(fault) => return Ok(Policy::Broken(fault)),
            Destination::File(path, entry) => (path, entry),
        };
        if !self.parsed.contains_key(&entry.id) {
            let content = self.objects.blob(&entry.id)?;
            let text = from_bytes(show_path(&path), content);
            let config = text.and_then(|text| parse(&text)).map(Rc::new);
            self.parsed.insert(entry.id.clone(), config);
        }
        Ok(match self.parsed[&entry.id].clone() {
            Ok(config) => Policy::Ready {
                config,
                is_linked: path != Path::new(FILE_NAME),
            },
            Err(fault) => Policy::Broken(fault),
        })
    }

    /// The path of the file that holds a commit's gates.toml: its own name if there is none.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub(crate) fn path(&mut self, commit: &str) -> Result<PathBuf> {
        Ok(match self.follow(commit)? {
            Destination::File(path, _) => path,
            Destination::Nothing | Destination::Unusable(_) => FILE_NAME.into(),
        })
    }

    fn follow(&mut self, commit: &str) -> Result<Destination> {
        let mut path = PathBuf::from(FILE_NAME);
        for _ in 0..=MAX_LINKS {
            let unusable = |what: &str| {
                let fault = Fault::usage(format!("{FILE_NAME} {what}"));
                Ok(Destination::Unusable(fault))
            };
            let is_first = path == Path::new(FILE_NAME);
            match self.objects.entry(commit, &path)? {
                None if is_first => return Ok(Destination::Nothing),
                None => return unusable("is a symbolic link to a missing file"),
                Some(entry) if entry.is_link() => {
                    let target = self.objects.blob(&entry.id)?;
                    let target = Path::new(std::ffi::OsStr::from_bytes(&target));
                    let is_short = target.as_os_str().len() <= LONGEST_TARGET;
                    match link_target(&path, target).filter(|_| is_short) {
                        Some(inside) => path = inside,
                        None => {
                            return unusable("is a symbolic link to a file outside the work tree");
                        }
                    }
                }
                Some(entry) if entry.is_blob() => return Ok(Destination::File(path, entry)),
                Some(_) => return unusable("is not a file"),
            }
        }
        Ok(Destination::Unusable(Fault::usage(format!(
            "{FILE_NAME} leads through more than {MAX_LINKS} symbolic links"
        ))))
    }
}

/// The gates.toml of a revision.
///
/// # Errors
///
/// There is no such revision, or it has no valid gates.toml, or git fails.
pub(crate) fn committed_config(repository: &Repository, revision: &str) -> Result<Config> {
    let commit = repository
        .commits(&RangeSpec::Only(revision.to_owned()))?
        .tip;
    let policy = PolicySource::open(repository)?.at(&commit)?;
    let config = policy.ready().ok_or_else(|| {
        Fault::usage(format!("`{revision}` has no valid {FILE_NAME}"))
            .hint("name a revision that has one, as in `gatekeeper audit --policy origin/main`")
    })?;
    Ok(Config::clone(config))
}
