//! A git directory of our own beside a repository: it has the repository's objects, settings and
//! references, and everything that is written goes into it.

mod references;
mod removal;
mod settings;
mod update;

use std::ffi::{OsStr, OsString};
use std::fs::FileType;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fs_err as fs;

use super::process::Git;
use super::{Index, Repository};
use crate::base::environment::Variables;
use crate::base::fault::{Fault, Result};
use crate::base::object_id::ObjectId;
use crate::base::parallel::both;
use references::References;
use settings::{GitSettings, put, quoted};

/// What lies in the directory, and what in the git directory that is not a gate's.
const DIRECTORIES: [&str; 3] = ["git", "tree", "python"];
const FILES: [&str; 5] = ["index", "links", "checked-index", "conversion", "sparse"];
const OF_GIT: [&str; 7] = [
    "HEAD",
    "config",
    "index",
    "info",
    "objects",
    "packed-refs",
    "refs",
];

/// Our settings, above all others.
const OURS: [(&str, &str); 10] = [
    ("core.bare", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.splitIndex", "false"),
    ("core.untrackedCache", "false"),
    ("core.logAllRefUpdates", "false"),
    ("submodule.recurse", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("index.sparse", "false"),
];

/// A git directory with a work tree.
pub(crate) struct ShadowRepository {
    dir: PathBuf,
    index: PathBuf,
    git_dir: PathBuf,
    tree: PathBuf,
    variables: Variables,
    /// See [`GitSettings::conversion`].
    conversion: Vec<u8>,
    /// See [`GitSettings::sparse`].
    sparse: Option<Vec<u8>>,
    /// Our index as it was found.
    known: Mutex<Option<Index>>,
}

impl ShadowRepository {
    /// Opens the git directory in a directory, or makes it, with the work tree beside it. The paths are
    /// ignored besides what the repository ignores.
    ///
    /// # Errors
    ///
    /// The directories cannot be written, or git fails.
    pub(crate) fn open(
        repository: &Repository,
        dir: &Path,
        ignored: &[PathBuf],
        commit: Option<ObjectId>,
    ) -> Result<Self> {
        let (git_dir, tree) = (dir.join("git"), dir.join("tree"));
        let mut variables = repository.variables_for_stored();
        for name in ["GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
            variables.remove(OsStr::new(name));
        }
        variables.insert("GIT_DIR".into(), git_dir.clone().into());
        variables.insert("GIT_WORK_TREE".into(), tree.clone().into());
        // Gates have a copy of it, in which they may set what they like.
        let index = dir.join("index");
        variables.insert("GIT_INDEX_FILE".into(), index.clone().into());
        let mut own = Self {
            dir: dir.to_owned(),
            index,
            git_dir,
            tree,
            variables,
            conversion: Vec::new(),
            sparse: None,
            known: Mutex::default(),
        };
        let ask = || GitSettings::read(&repository.git());
        let (settings, ()) = both(ask, || {
            own.tidy();
            // One that only git can read is read once it can be.
            let known = Index::in_file(&own.index);
            own.known = Mutex::new(known.filter(|known| !known.is_empty()));
        });
        let settings = settings?;
        own.conversion = settings.conversion(repository);
        own.sparse = settings.sparse(repository);
        own.prepare(repository, &settings)?;
        own.exclude(repository, ignored)?;
        own.set_references(repository, &settings, commit)?;
        if settings.have_conditions() {
            let there = GitSettings::read(&own.git())?;
            let mut text = settings.missing_in(&there);
            text.extend(own.config(repository, &settings));
            own.write("config", &text)?;
        }
        Ok(own)
    }

    /// Removes what gates, or a git that was killed, have left beside and in the git directory.
    fn tidy(&self) {
        let is_in = |names: &[&str], name: &OsStr| names.iter().any(|known| name == *known);
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            // A link in the place of a file or a directory leads nobody knows where.
            let (is_dir, is_file) = kind(&entry);
            let is_right = is_dir && is_in(&DIRECTORIES, &name) || is_file && is_in(&FILES, &name);
            if !is_right {
                remove(&entry.path(), is_dir);
            }
        }
        // A merge that was begun there, another work tree, what was stashed.
        for entry in fs::read_dir(&self.git_dir).into_iter().flatten().flatten() {
            let (is_dir, is_file) = kind(&entry);
            if !is_in(&OF_GIT, &entry.file_name()) || !is_dir && !is_file {
                remove(&entry.path(), is_dir);
            }
        }
    }

    fn prepare(&self, repository: &Repository, settings: &GitSettings) -> Result<()> {
        fs::create_dir_all(&self.tree).map_err(cannot_write)?;
        for dir in ["objects/info", "refs", "info"] {
            let dir = self.git_dir.join(dir);
            fs::create_dir_all(&dir).map_err(cannot_write)?;
        }
        self.write("objects/info/alternates", &alternates(repository))?;
        let shared = repository.common_dir.join("info/attributes");
        self.write("info/attributes", &fs::read(shared).unwrap_or_default())?;
        let own = repository.git_dir.join("info/sparse-checkout");
        self.write("info/sparse-checkout", &fs::read(own).unwrap_or_default())?;
        // Where the history is cut off, it is cut off here, too.
        if let Ok(shallow) = fs::read(repository.common_dir.join("shallow")) {
            self.write("shallow", &shallow)?;
        }
        self.write("config", &self.config(repository, settings))?;
        let mut link = b"gitdir: ".to_vec();
        link.extend_from_slice(self.git_dir.as_os_str().as_bytes());
        link.push(b'\n');
        let file = self.tree.join(".git");
        write_if_new(&file, &link).map_err(cannot_write)
    }

    /// Writes a file of the git directory.
    fn write(&self, name: &str, text: &[u8]) -> Result<()> {
        let path = self.git_dir.join(name);
        write_if_new(&path, text).map_err(cannot_write)
    }

    /// The repository's settings, and above them ours.
    fn config(&self, repository: &Repository, settings: &GitSettings) -> Vec<u8> {
        let mut text = settings.of_repository(&repository.work_tree);
        for (key, value) in OURS {
            put(&mut text, key.as_bytes(), Some(value.as_bytes()));
        }
        let mut put = |key: &str, value: &[u8]| put(&mut text, key.as_bytes(), Some(value));
        put("core.worktree", self.tree.as_os_str().as_bytes());
        let objects = repository.common_dir.join("lfs");
        put("lfs.storage", objects.as_os_str().as_bytes());
        let format = settings.object_format();
        if format != b"sha1" {
            put("extensions.objectFormat", format);
        }
        // Objects that are missing come from there.
        let promisor = settings.get("extensions.partialclone");
        if let Some(remote) = promisor {
            put("extensions.partialClone", remote);
        }
        let has_extensions = format != b"sha1" || promisor.is_some();
        let version: &[u8] = if has_extensions { b"1" } else { b"0" };
        put("core.repositoryFormatVersion", version);
        text
    }

    /// Ignores these paths besides what the repository ignores.
    fn exclude(&self, repository: &Repository, paths: &[PathBuf]) -> Result<()> {
        let own = fs::read(repository.common_dir.join("info/exclude")).unwrap_or_default();
        let mut text = own;
        text.push(b'\n');
        for path in paths {
            text.push(b'/');
            for byte in path.as_os_str().as_bytes() {
                match byte {
                    // A line is a pattern; no pattern can name a line break.
                    b'\n' => text.push(b'?'),
                    b'*' | b'?' | b'[' | b'\\' | b' ' | b'!' | b'#' => text.extend([b'\\', *byte]),
                    _ => text.push(*byte),
                }
            }
            text.push(b'\n');
        }
        self.write("info/exclude", &text)
    }

    /// Makes HEAD a commit, or what it is in the repository, with the repository's references.
    fn set_references(
        &self,
        repository: &Repository,
        settings: &GitSettings,
        commit: Option<ObjectId>,
    ) -> Result<()> {
        let are_files = settings
            .get("extensions.refstorage")
            .is_none_or(|kind| kind == b"files");
        let references = References::read(repository, are_files)?;
        // What a gate has committed or tagged is gone with this.
        let refs = self.git_dir.join("refs");
        remove(&refs, true);
        fs::create_dir_all(&refs).map_err(cannot_write)?;
        for (name, text) in references.symbolic {
            let file = self.git_dir.join(name);
            let dir = file.parent().unwrap_or(&refs);
            fs::create_dir_all(dir)
                .and_then(|()| fs::write(&file, text))
                .map_err(cannot_write)?;
        }
        self.write("packed-refs", &references.packed)?;
        let head = commit.map(|commit| format!("{commit}\n").into_bytes());
        self.write("HEAD", &head.unwrap_or(references.head))
    }

    /// The tracked paths of the work tree that are not as they were checked out, and the paths that
    /// are neither tracked nor ignored.
    ///
    /// # Errors
    ///
    /// git cannot tell.
    pub(crate) fn written(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
        let repository = self.as_repository();
        let index = repository.index()?;
        let beside = repository.beside(&index, None)?;
        Ok((beside.unstaged, beside.untracked))
    }

    /// How the files at some paths differ from what was checked out. For a report: nothing, if git
    /// cannot tell.
    #[must_use]
    pub(crate) fn patch(&self, paths: &[PathBuf]) -> Vec<u8> {
        let fixed = ["diff", "--no-ext-diff", "--no-color", "--no-renames", "--"];
        let fixed = fixed.iter().map(OsString::from);
        let paths = paths.iter().map(|path| path.clone().into_os_string());
        let git = self.git().with("GIT_LITERAL_PATHSPECS", "1");
        git.output(fixed.chain(paths)).unwrap_or_default()
    }

    fn git(&self) -> Git {
        Git::new(&self.variables, &self.tree)
    }

    /// The same as a repository of its own.
    fn as_repository(&self) -> Repository {
        Repository {
            work_tree: self.tree.clone(),
            git_dir: self.git_dir.clone(),
            common_dir: self.git_dir.clone(),
            index_file: self.index.clone(),
            has_own_index: false,
            variables: self.variables.clone(),
            library: None,
            read_index: Mutex::default(),
            settings: Mutex::default(),
            comparer: Mutex::default(),
        }
    }
}

/// Where the repository's objects are, a line for each place: gitrepository-layout(5).
pub(super) fn alternates(repository: &Repository) -> Vec<u8> {
    let variable = |name: &str| repository.variables.get(OsStr::new(name));
    let objects = variable("GIT_OBJECT_DIRECTORY")
        .filter(|value| !value.is_empty())
        .map(|value| repository.work_tree.join(value));
    let objects = objects
        .into_iter()
        .chain([repository.common_dir.join("objects")]);
    let others = variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")
        .cloned()
        .unwrap_or_default();
    let others = std::env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
    let others = others.map(|path| repository.work_tree.join(path));
    let mut text = Vec::new();
    for path in objects.chain(others) {
        let path = path.as_os_str().as_bytes();
        if path.contains(&b'\n') {
            text.extend(quoted(path));
        } else {
            text.extend_from_slice(path);
        }
        text.push(b'\n');
    }
    text
}

/// Whether something is a directory, and whether it is a file.
fn kind(entry: &fs::DirEntry) -> (bool, bool) {
    let kind = entry.file_type();
    let is = |is: fn(&FileType) -> bool| kind.as_ref().is_ok_and(is);
    (is(FileType::is_dir), is(FileType::is_file))
}

fn remove(path: &Path, is_dir: bool) {
    let _ = if is_dir {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
}

/// Writes a file unless it is so already; a link in its place is not gone through.
fn write_if_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let is_link = path.is_symlink();
    if !is_link && fs::read(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    if is_link {
        fs::remove_file(path)?;
    }
    fs::write(path, text)
}

/// The error names the path.
fn cannot_write(error: io::Error) -> Fault {
    Fault::unable("cannot write a snapshot of the tree")
        .because(error)
        .hint(
            "gates need a snapshot of the tree, because the work tree differs from it; free \
            some space, or set XDG_CACHE_HOME to a writable directory",
        )
}
