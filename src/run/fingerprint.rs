//! What a gate is given besides the files of the tree: its variables, its programs, and what is
//! installed for the project. Where that is the same again, the gate would say the same again.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use super::{environment, recursion_guard};
use crate::base::environment::Variables;
use crate::base::memo::Memo;
use crate::config::Gate;
use crate::indirection::RunCommand;
use crate::view::{GateView, PLACE_VARIABLE};

/// Variables that differ from one call to the next and that no tool's verdict depends on.
const VOLATILE: [&str; 17] = [
    "_",
    "COLUMNS",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "GPG_TTY",
    "LINES",
    "OLDPWD",
    "PPID",
    "PS1",
    "PWD",
    "SHLVL",
    "STY",
    "TERM_SESSION_ID",
    "WAYLAND_DISPLAY",
    "WINDOWID",
    PLACE_VARIABLE,
    recursion_guard::VARIABLE,
];

/// Beginnings of the names of such variables.
const VOLATILE_FAMILIES: [&str; 5] = ["GIT_", "ITERM_", "SSH_", "TMUX", "XDG_SESSION_"];

/// What the gates of a plan are given at one moment: what several of them are given is looked at once.
pub(crate) struct Fingerprints<'a> {
    top: &'a Path,
    /// The variables that gates get.
    kept: &'a Variables,
    common_dir: &'a Path,
    /// What git ignores.
    ignored: &'a [PathBuf],
    /// By the directory of a gate.
    environments: Memo<PathBuf, Variables>,
    /// By the directory of a gate, whether it is heavy, and its own variables.
    surroundings: Memo<(PathBuf, bool, BTreeMap<String, String>), Rc<Surroundings>>,
    /// By the directories of PATH.
    installed: Memo<Vec<PathBuf>, BTreeSet<PathBuf>>,
    /// By the directory of a command, the directories of PATH, and a word of it.
    programs: Memo<(PathBuf, Vec<PathBuf>, String), Vec<PathBuf>>,
    versions: Memo<PathBuf, Vec<u8>>,
    /// The versions of the files that git ignores.
    beside: OnceCell<Vec<u8>>,
}

/// The variables of some gates.
struct Surroundings {
    /// The digest of those that count.
    variables: Vec<u8>,
    /// The directories of PATH.
    path: Vec<PathBuf>,
}

impl<'a> Fingerprints<'a> {
    /// Those of gates in a work tree.
    #[must_use]
    pub(crate) fn new(
        top: &'a Path,
        kept: &'a Variables,
        common_dir: &'a Path,
        ignored: &'a [PathBuf],
    ) -> Self {
        Self {
            top,
            kept,
            common_dir,
            ignored,
            environments: Memo::default(),
            surroundings: Memo::default(),
            installed: Memo::default(),
            programs: Memo::default(),
            versions: Memo::default(),
            beside: OnceCell::new(),
        }
    }

    /// What a gate is given besides the files of the tree, as bytes that are others if something is.
    ///
    /// `led`: the commands that its own leads to by way of files. A program counts by its place, its size and the moment at which it was last changed; so does
    /// every word of the command that is the name of one or of another file, and every file that git ignores
    /// and that lies beside tracked ones. Whatever else is on this machine, what is in ignored directories
    /// besides the installed environments, a network or a database say, does not count: that is what
    /// `cache = false` is for.
    #[must_use]
    pub(crate) fn of(&self, gate: &Gate, led: &[RunCommand]) -> Vec<u8> {
        let top = self.top;
        let alike = (gate.dir.clone(), gate.is_heavy(), gate.env.clone());
        let around = self
            .surroundings
            .get(alike, || Rc::new(self.surroundings(gate)));
        let dirs = &around.path;
        let mut bytes = around.variables.clone();
        let mut found = self.programs(&gate.commands(), &top.join(&gate.dir), dirs);
        for command in led {
            let dir = top.join(&command.dir);
            found.extend(self.programs(&command.words.join(" "), &dir, dirs));
        }
        let installed = self.installed.get(dirs.clone(), || installed(dirs));
        for file in found.into_iter().chain(installed) {
            bytes.extend(self.version(&file));
        }
        bytes.extend(self.beside.get_or_init(|| {
            let files = self.ignored.iter().map(|path| top.join(path));
            let files = files.filter(|file| file.is_file());
            files.flat_map(|file| version(&file)).collect()
        }));
        bytes
    }

    fn surroundings(&self, gate: &Gate) -> Surroundings {
        let seen = GateView {
            top: self.top,
            look: self.top,
            shown_as: None,
            python_path: &[],
            variables: &[],
            place: None,
            entrance: None,
        };
        let around = self.environments.get(gate.dir.clone(), || {
            environment::for_place(&gate.dir, &seen, self.kept, self.common_dir)
        });
        let variables = environment::for_gate(gate, &seen, around);
        let path = search_path(&variables);
        let mut bytes = Vec::new();
        for (name, value) in &variables {
            if name != "PATH" && !is_volatile(name) {
                push(&mut bytes, &[name, value]);
            }
        }
        for dir in &path {
            push(&mut bytes, &[dir.as_os_str()]);
        }
        Surroundings {
            variables: Sha256::digest(&bytes).to_vec(),
            path,
        }
    }

    /// The programs and other files that a command names, in the order of its words.
    fn programs(&self, command: &str, dir: &Path, dirs: &[PathBuf]) -> Vec<PathBuf> {
        let find = |word: &str| {
            let asked = (dir.to_owned(), dirs.to_owned(), word.to_owned());
            self.programs.get(asked, || programs(word, dir, dirs))
        };
        let found: BTreeSet<PathBuf> = words(command).into_iter().flat_map(find).collect();
        found.into_iter().collect()
    }

    fn version(&self, file: &Path) -> Vec<u8> {
        self.versions.get(file.to_owned(), || version(file))
    }
}

/// Adds some values as one: none can hold the byte that ends it.
fn push(bytes: &mut Vec<u8>, values: &[&OsStr]) {
    for value in values {
        bytes.extend_from_slice(value.as_bytes());
        bytes.push(0);
    }
    bytes.push(0);
}

/// The directories of PATH, without the one of its own that git puts first for its hooks.
fn search_path(variables: &Variables) -> Vec<PathBuf> {
    let path = variables.get(OsStr::new("PATH"));
    let dirs = path.map(|path| std::env::split_paths(path).collect());
    let mut dirs: Vec<PathBuf> = dirs.unwrap_or_default();
    dirs.retain(|dir| !dir.ends_with("git-core"));
    dirs
}

fn is_volatile(name: &OsStr) -> bool {
    let starts = |start: &&str| name.as_bytes().starts_with(start.as_bytes());
    VOLATILE.iter().any(|known| name == *known) || VOLATILE_FAMILIES.iter().any(starts)
}

/// What tells one version of a file from another.
fn version(file: &Path) -> Vec<u8> {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let Ok(data) = fs::metadata(&real) else {
        return Vec::new();
    };
    let version = format!(
        "{} {} {}.{}",
        data.ino(),
        data.size(),
        data.mtime(),
        data.mtime_nsec()
    );
    let mut bytes = Vec::new();
    push(
        &mut bytes,
        &[file.as_os_str(), real.as_os_str(), version.as_ref()],
    );
    bytes
}

/// The words of a command that can name programs or other files.
fn words(command: &str) -> BTreeSet<&str> {
    let ends = |c: char| c.is_whitespace() || "|&;()<>`$'\"{}=".contains(c);
    let words = command.split(ends);
    words
        .filter(|word| !word.is_empty() && !word.starts_with('-'))
        .collect()
}

/// The program and the other file that a word names, if it is one.
fn programs(word: &str, dir: &Path, dirs: &[PathBuf]) -> Vec<PathBuf> {
    // A script is handed to its interpreter as a file of any kind.
    let here = Some(dir.join(word)).filter(|file| file.is_file());
    let mut found = dirs.iter().map(|dir| dir.join(dir).join(word));
    let on_path = found.find(|file| !word.contains('/') && is_program(file));
    here.into_iter().chain(on_path).collect()
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.mode() & 0o111 != 0)
}

/// What changes when something is installed into one of the environments that tools come from.
fn installed(dirs: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    for dir in dirs {
        let Some(above) = dir.parent() else {
            continue;
        };
        if above.join("pyvenv.cfg").is_file() {
            places.insert(above.join("pyvenv.cfg"));
            let libraries = fs::read_dir(above.join("lib")).into_iter().flatten();
            let libraries = libraries.flatten().map(|entry| entry.path());
            places.extend(libraries.map(|library| library.join("site-packages")));
        }
        if dir.ends_with("node_modules/.bin") {
            places.insert(above.to_owned());
            places.insert(above.join(".package-lock.json"));
        }
    }
    places
}
