//! A git directory of our own beside a repository: it has the repository's objects, settings and
//! references, and everything that is written goes into it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{Index, Repository, plumbing};
use crate::environment::Variables;
use crate::fault::{Fault, Result};
use crate::text::show_path;

/// What a repository says about its files besides what is committed.
const INFO: [&str; 2] = ["attributes", "sparse-checkout"];

/// A git directory with a work tree.
pub struct OwnGit {
    folder: PathBuf,
    index: PathBuf,
    git_dir: PathBuf,
    tree: PathBuf,
    variables: Variables,
}

impl OwnGit {
    /// Opens the git directory in a folder, or makes it, with the work tree beside it. The paths are
    /// ignored besides what the repository ignores.
    ///
    /// # Errors
    ///
    /// The folders cannot be written, or git fails.
    pub fn open(
        repository: &Repository,
        folder: &Path,
        ignored: &[PathBuf],
        commit: Option<&str>,
    ) -> Result<Self> {
        let (git_dir, tree) = (folder.join("git"), folder.join("tree"));
        let mut variables = repository.variables_for_stored();
        for name in ["GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
            variables.remove(OsStr::new(name));
        }
        variables.insert("GIT_DIR".into(), git_dir.clone().into());
        variables.insert("GIT_WORK_TREE".into(), tree.clone().into());
        // Gates have a copy of it, in which they may set what they like.
        let index = folder.join("index");
        variables.insert("GIT_INDEX_FILE".into(), index.clone().into());
        let own = Self {
            folder: folder.to_owned(),
            index,
            git_dir,
            tree,
            variables,
        };
        own.tidy();
        own.prepare(repository)?;
        own.exclude(repository, ignored)?;
        own.set_head(repository, commit)?;
        Ok(own)
    }

    /// Removes what gates, or a git that was killed, have left beside and in the git directory.
    fn tidy(&self) {
        const KNOWN: [&str; 6] = ["git", "tree", "python", "index", "links", "judged-index"];
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            // A link in the place of a file or a folder leads nobody knows where.
            let is_right = KNOWN.iter().any(|known| name == *known)
                && !is_link
                && is_folder
                    == ["git", "tree", "python"]
                        .iter()
                        .any(|folder| name == *folder);
            if !is_right {
                remove(&entry.path(), is_folder);
            }
        }
        for name in [
            "config.worktree",
            "shallow",
            "index.lock",
            "HEAD.lock",
            "worktrees",
        ] {
            let path = self.git_dir.join(name);
            remove(&path, path.is_dir());
        }
        for name in ["index.lock", "judged-index.lock"] {
            remove(&self.folder.join(name), false);
        }
    }

    fn prepare(&self, repository: &Repository) -> Result<()> {
        let cannot = |path: &Path| {
            let path = show_path(path);
            move |error: io::Error| {
                Fault::unable(format!("{path} cannot be written"))
                    .because(&error)
                    .hint("a snapshot of the tree is needed, since the work tree is not what is judged; make room for it, or set XDG_CACHE_HOME to a folder that can be written")
            }
        };
        fs::create_dir_all(&self.tree).map_err(cannot(&self.tree))?;
        let format = if self.git_dir.join("HEAD").is_file() {
            None
        } else {
            let format = repository.git(["rev-parse", "--show-object-format"])?;
            let format = String::from_utf8_lossy(&format).trim().to_owned();
            Some(format)
        };
        for folder in ["objects/info", "refs", "info"] {
            let folder = self.git_dir.join(folder);
            fs::create_dir_all(&folder).map_err(cannot(&folder))?;
        }
        let write = |name: &str, text: &[u8]| {
            let path = self.git_dir.join(name);
            write_if_new(&path, text).map_err(cannot(&path))
        };
        let objects = repository.common_dir.join("objects");
        write(
            "objects/info/alternates",
            &[objects.as_os_str().as_bytes(), b"\n"].concat(),
        )?;
        for name in INFO {
            let file = repository.git_dir.join("info").join(name);
            let file = if file.exists() {
                file
            } else {
                repository.common_dir.join("info").join(name)
            };
            write(&format!("info/{name}"), &fs::read(file).unwrap_or_default())?;
        }
        let format = format.or_else(|| {
            let text = fs::read_to_string(self.git_dir.join("format")).ok()?;
            Some(text)
        });
        let format = format.unwrap_or_else(|| "sha1".into());
        write("format", format.as_bytes())?;
        // Where the history is cut off, it is cut off here, too.
        if let Ok(shallow) = fs::read(repository.common_dir.join("shallow")) {
            write("shallow", &shallow)?;
        }
        write("config", &self.config(repository, &format))?;
        let mut link = b"gitdir: ".to_vec();
        link.extend_from_slice(self.git_dir.as_os_str().as_bytes());
        link.push(b'\n');
        let file = self.tree.join(".git");
        write_if_new(&file, &link).map_err(cannot(&file))?;
        // Last: a git directory without it is made again.
        if !self.git_dir.join("HEAD").is_file() {
            write("HEAD", b"ref: refs/heads/main\n")?;
        }
        Ok(())
    }

    /// The repository's settings, and above them ours.
    fn config(&self, repository: &Repository, format: &str) -> Vec<u8> {
        let quoted = |path: &Path| {
            let mut text = Vec::new();
            for byte in path.as_os_str().as_bytes() {
                match byte {
                    b'"' | b'\\' => text.extend([b'\\', *byte]),
                    b'\n' => text.extend_from_slice(b"\\n"),
                    _ => text.push(*byte),
                }
            }
            text
        };
        let mut text = Vec::new();
        let includes = [
            repository.common_dir.join("config"),
            repository.git_dir.join("config.worktree"),
        ];
        for file in includes {
            text.extend_from_slice(b"[include]\n\tpath = \"");
            text.extend_from_slice(&quoted(&file));
            text.extend_from_slice(b"\"\n");
        }
        let version = i32::from(format != "sha1");
        text.extend_from_slice(
            format!(
                "[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n\thooksPath = /dev/null\n\
                 \tfsmonitor = false\n\tsplitIndex = false\n\tuntrackedCache = false\n\
                 \tlogAllRefUpdates = false\n[submodule]\n\trecurse = false\n[gc]\n\tauto = 0\n\
                 [maintenance]\n\tauto = false\n[index]\n\tsparse = false\n"
            )
            .as_bytes(),
        );
        text.extend_from_slice(b"[core]\n\tworktree = \"");
        text.extend_from_slice(&quoted(&self.tree));
        text.extend_from_slice(b"\"\n");
        text.extend_from_slice(b"[lfs]\n\tstorage = \"");
        text.extend_from_slice(&quoted(&repository.common_dir.join("lfs")));
        text.extend_from_slice(b"\"\n");
        if format != "sha1" {
            text.extend_from_slice(format!("[extensions]\n\tobjectFormat = {format}\n").as_bytes());
        }
        text
    }

    /// Writes the tree of an index, here, and returns its id.
    ///
    /// # Errors
    ///
    /// The index cannot be read, or has unresolved conflicts.
    pub fn write_tree(&self, repository: &Repository, index: &Index) -> Result<String> {
        let copy = self.folder.join("judged-index");
        repository.copy_index(index, &copy)?;
        let mut variables = self.variables.clone();
        variables.insert("GIT_INDEX_FILE".into(), copy.into());
        let output = plumbing::capture(&variables, &self.tree, ["write-tree", "--missing-ok"])?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    /// Makes the work tree show a tree, whatever lies there; what is ignored stays.
    ///
    /// # Errors
    ///
    /// git fails: the disk is full, say.
    pub fn check_out(&self, tree: &str) -> Result<()> {
        self.git(&["read-tree", "--reset", "-u", tree])?;
        self.git(&["clean", "-ffdq"])?;
        // A gate's git finds it in its usual place.
        let usual = self.git_dir.join("index");
        fs::copy(&self.index, &usual).map(drop).map_err(|error| {
            Fault::unable(format!("{} cannot be written", show_path(&usual))).because(&error)
        })
    }

    /// Ignores these paths besides what the repository ignores.
    fn exclude(&self, repository: &Repository, paths: &[PathBuf]) -> Result<()> {
        let own = fs::read(repository.common_dir.join("info/exclude")).unwrap_or_default();
        let mut text = own;
        text.push(b'\n');
        for path in paths {
            text.push(b'/');
            for byte in path.as_os_str().as_bytes() {
                if matches!(byte, b'*' | b'?' | b'[' | b'\\' | b' ' | b'!' | b'#') {
                    text.push(b'\\');
                }
                text.push(*byte);
            }
            text.push(b'\n');
        }
        let file = self.git_dir.join("info/exclude");
        write_if_new(&file, &text).map_err(|error| {
            Fault::unable(format!("{} cannot be written", show_path(&file))).because(&error)
        })
    }

    /// Makes HEAD a commit, or what it is in the repository, with the repository's references.
    fn set_head(&self, repository: &Repository, commit: Option<&str>) -> Result<()> {
        let references = repository.git(["for-each-ref", "--format=%(objectname) %(refname)"])?;
        let head = match commit {
            Some(commit) => format!("{commit}\n").into_bytes(),
            None => head(repository)?,
        };
        // What a gate has committed or tagged is gone with this.
        for folder in ["refs", "logs"] {
            let _ = fs::remove_dir_all(self.git_dir.join(folder));
        }
        let refs = self.git_dir.join("refs");
        fs::create_dir_all(&refs).map_err(|error| {
            Fault::unable(format!("{} cannot be made", show_path(&refs))).because(&error)
        })?;
        for (name, text) in [("packed-refs", references), ("HEAD", head)] {
            let file = self.git_dir.join(name);
            write_if_new(&file, &text).map_err(|error| {
                Fault::unable(format!("{} cannot be written", show_path(&file))).because(&error)
            })?;
        }
        Ok(())
    }

    /// The tracked paths of the work tree that are not as they were checked out, and the paths that
    /// are neither tracked nor ignored.
    ///
    /// # Errors
    ///
    /// git cannot tell.
    pub fn written(&self) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
        let repository = self.as_repository();
        let index = repository.index()?;
        let look = repository.look(&index, &[])?;
        Ok((look.unstaged, repository.untracked()?))
    }

    /// How the files at some paths differ from what was checked out. For a report: nothing, if git
    /// cannot tell.
    #[must_use]
    pub fn patch(&self, paths: &[PathBuf]) -> Vec<u8> {
        let fixed = ["diff", "--no-ext-diff", "--no-color", "--no-renames", "--"];
        let fixed = fixed.iter().map(OsString::from);
        let paths = paths.iter().map(|path| path.clone().into_os_string());
        let mut variables = self.variables.clone();
        variables.insert("GIT_LITERAL_PATHSPECS".into(), "1".into());
        plumbing::capture(&variables, &self.tree, fixed.chain(paths)).unwrap_or_default()
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
            library: Mutex::default(),
            read_index: Mutex::default(),
            settings: Mutex::default(),
        }
    }

    fn git(&self, arguments: &[&str]) -> Result<()> {
        let arguments = arguments.iter().map(OsString::from);
        plumbing::capture(&self.variables, &self.tree, arguments).map(drop)
    }
}

/// What HEAD is, as its file says it.
fn head(repository: &Repository) -> Result<Vec<u8>> {
    let branch = repository.ask(["symbolic-ref", "--quiet", "HEAD"])?;
    if branch.code == Some(0) {
        Ok([b"ref: ".as_slice(), &branch.output].concat())
    } else {
        repository.git(["rev-parse", "HEAD"])
    }
}

fn remove(path: &Path, is_folder: bool) {
    let _ = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
}

fn write_if_new(path: &Path, text: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    fs::write(path, text)
}
