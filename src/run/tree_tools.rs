//! Tools that come with the checked tree.
//!
//! A program that git tracks could say anything about the tree that it came with. So it never stands in
//! for a tool that a gate names by its name: not in `node_modules/.bin` or a Python environment, not
//! in a directory of the user's PATH, and not as the interpreter of another tool. What gates.toml
//! names by its path is meant to run, and protected (`protected.script`); so is a program of a
//! workspace, to which a package manager has made a link that git does not track.

use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Access, access};

use super::environment::tool_dirs;
use super::lookups::{Lookups, SearchPlace, StandIn};
use crate::base::text::{show_os, show_path};
use crate::commands::started::{StartedName, started_names};
use crate::git::{FileMode, Index};
use crate::indirection::{DirectoryTree, Files, Resolved, resolve};
use crate::model::outcome::{StartFlaw, StartHelp};
use crate::plan::GateCall;
use crate::tools;

/// How many symbolic links may lead from one to the next.
const MAX_LINKS: usize = 40;

/// How long a chain of interpreters may be.
const MAX_INTERPRETERS: usize = 4;

/// How many words of a call are read: the rest are files.
const MAX_WORDS: usize = 64;

/// The directory in which package managers of JavaScript install.
const NODE_MODULES: &str = "node_modules";

/// What marks the top of a Python environment.
const PYTHON_ENVIRONMENT: &str = "pyvenv.cfg";

/// Commands that a shell does not look for on PATH (dash(1), bash(1)).
const BUILT_IN: [&str; 18] = [
    "[", "alias", "cd", "command", "echo", "eval", "exec", "exit", "export", "false", "kill",
    "printf", "pwd", "read", "set", "test", "true", "type",
];

/// Modules of Python's own library that are run as tools.
const LIBRARY_TOOLS: [&str; 3] = ["compileall", "doctest", "unittest"];

/// Why a gate does not start.
pub(super) const NOT_A_TOOL: &str = "a tool must not come with the tree that it checks";

/// What a call leads to by way of the files of a directory, from a directory below it. What cannot be
/// read is reported by what reads it as a whole.
pub(super) fn resolved(call: &GateCall, look: &Path, dir: &Path) -> Option<Resolved> {
    let mut tree = DirectoryTree::new(look);
    resolve(&command_text(call), dir, &mut Files::new(&mut tree)).ok()
}

/// Where a gate finds its tools, and what git tracks there.
pub(super) struct TreeTools<'a> {
    /// What git tracks.
    pub(super) index: &'a Index,
    /// Where the gate looks for them.
    pub(super) place: &'a SearchPlace,
    /// The user's work tree, to which PATH may lead from anywhere.
    pub(super) work_tree: &'a Path,
    /// The commands of all gates, which may name programs of the tree by their paths.
    pub(super) named: &'a [&'a str],
    /// What other gates have found.
    pub(super) lookups: &'a Lookups,
}

impl TreeTools<'_> {
    /// Why a gate with this call must not start; `None` if none of its tools come from the tree.
    pub(super) fn flaw(&self, call: &GateCall, resolved: Option<&Resolved>) -> Option<StartFlaw> {
        let mut started = started_names(&command_text(call));
        started.extend(resolved.into_iter().flat_map(|led| self.followed(led)));
        let is_shell = matches!(call, GateCall::Shell { .. });
        let is_built_in = |started: &StartedName| {
            !started.is_launched && BUILT_IN.contains(&started.name.as_str())
        };
        let looked_for = started
            .iter()
            .filter(|started| !(is_shell && is_built_in(started)));
        let found = looked_for.into_iter().find_map(|started| {
            let asked = (self.place.clone(), started.clone());
            let stand_in = self
                .lookups
                .stand_ins
                .get(asked, || self.stand_in(started))?;
            let cause = format!("{} {}", show_os(started.name.as_ref()), stand_in.cause);
            Some(StandIn { cause, ..stand_in })
        });
        let in_front = || {
            let asked = self.place.clone();
            self.lookups.in_front.get(asked, || self.in_front())
        };
        let stand_in = found.or_else(in_front)?;
        Some(StartFlaw {
            cause: stand_in.cause,
            help: StartHelp::Tracked(stand_in.tracked),
        })
    }

    /// What the scripts start to which a call leads: those of package.json, recipes, and so on; and the
    /// programs that variables name.
    fn followed(&self, resolved: &Resolved) -> Vec<StartedName> {
        let mut tree = DirectoryTree::new(&self.place.look);
        let mut files = Files::new(&mut tree);
        let texts = resolved.whole.iter();
        let texts = texts.filter_map(|path| files.text(path).ok().flatten());
        let quoted = self.quoted(&texts.collect::<Vec<_>>());
        // From the top, whatever the directory of the gate is.
        let from_top = |name: StartedName| StartedName {
            dir: self.place.top.join(&name.dir),
            ..name
        };
        let expanded = resolved.expanded().into_iter().map(from_top);
        let started = resolved.started().into_iter().map(|name| StartedName {
            is_launched: true,
            ..from_top(name)
        });
        started.chain(expanded).chain(quoted).collect()
    }

    fn stand_in(&self, started: &StartedName) -> Option<StandIn> {
        if started.is_module
            && let Some(tracked) = self.module(started)
        {
            return Some(tracked);
        }
        let dir = self.place.top.join(&self.place.dir).join(&started.dir);
        let on_path = self.dirs_on_path(started).find_map(|place| {
            let file = dir.join(place).join(&started.name);
            self.is_program(&file).then_some(file)
        });
        let mut candidates: Vec<PathBuf> = on_path.into_iter().collect();
        if started.is_launched || started.dir != Path::new("") {
            // `npx` and similar programs look there first.
            let own = tool_dirs(
                &self.place.look,
                &self.place.look.join(&self.place.dir).join(&started.dir),
            );
            let own = own.into_iter().map(|dir| dir.join(&started.name));
            candidates.extend(own.filter(|file| self.is_program(file)));
        }
        candidates
            .iter()
            .find_map(|file| self.examine(file, &dir, 0))
    }

    /// The directories of PATH, as the command has set it.
    fn dirs_on_path(&self, started: &StartedName) -> impl Iterator<Item = PathBuf> {
        let path = match &started.path {
            None => self.place.path.clone(),
            Some(typed) => {
                let own = self.place.path.to_string_lossy();
                let typed = typed.replace("${PATH}", &own).replace("$PATH", &own);
                let top = self.place.top.to_string_lossy();
                typed.replace("${PWD}", &top).replace("$PWD", &top).into()
            }
        };
        std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
    }

    /// Whether a search on PATH ends with this file.
    pub(super) fn is_program(&self, file: &Path) -> bool {
        let file = self.as_found_here(file);
        file.is_file() && access(&file, Access::EXEC_OK).is_ok()
    }

    /// Looks at a program that was found, and at the interpreters behind it.
    fn examine(&self, file: &Path, dir: &Path, depth: usize) -> Option<StandIn> {
        if let Some(stand_in) = self.tracked(file) {
            return Some(stand_in);
        }
        if depth >= MAX_INTERPRETERS {
            return None;
        }
        let shown = show_path(file);
        let behind = match interpreter(&self.as_found_here(file))? {
            Interpreter::File(path) => self.examine(&dir.join(path), dir, depth + 1),
            Interpreter::Name(name) => {
                let mut places = std::env::split_paths(&self.place.path)
                    .map(|place| dir.join(place).join(&name));
                let found = places.find(|file| self.is_program(file))?;
                self.examine(&found, dir, depth + 1)
            }
        };
        behind.map(|stand_in| StandIn {
            cause: format!("is {shown}, whose interpreter {}", stand_in.cause),
            ..stand_in
        })
    }

    /// Whether git tracks a program that was found, a link that leads to it, or files of the
    /// environment that it is in.
    fn tracked(&self, file: &Path) -> Option<StandIn> {
        let inside = self.inside(file)?;
        let shown = show_path(&inside);
        if self.index.kind(&inside) == Some(FileMode::File) {
            return Some(StandIn {
                cause: format!("is {shown}, which git tracks: {NOT_A_TOOL}"),
                tracked: inside,
            });
        }
        let end = match self.follow(&inside, &self.place.look) {
            tracked @ Followed::TrackedLink(_) => tracked,
            // In a snapshot, a link that git does not track leads directly to its final target.
            other => match self.follow(&inside, self.work_tree) {
                tracked @ Followed::TrackedLink(_) => tracked,
                _ => other,
            },
        };
        let end = match end {
            Followed::TrackedLink(tracked) => {
                let cause = if tracked == inside {
                    format!("is {shown}, a link that git tracks: {NOT_A_TOOL}")
                } else {
                    format!(
                        "is {shown}, to which {} leads, a link that git tracks: {NOT_A_TOOL}",
                        show_path(&tracked)
                    )
                };
                return Some(StandIn { tracked, cause });
            }
            Followed::Inside(end) => end,
            Followed::Elsewhere => inside.clone(),
        };
        let is_installed = |path: &Path| self.environment(path).is_some();
        if self.index.kind(&end) == Some(FileMode::File) && is_installed(&end) {
            return Some(StandIn {
                cause: format!(
                    "is {shown}, a link to {}, which git tracks: {NOT_A_TOOL}",
                    show_path(&end)
                ),
                tracked: end,
            });
        }
        let environment = self.environment(&inside)?;
        let tracked = self.index.below(&environment).into_iter().find(|path| {
            let is_gits = path
                .file_name()
                .is_some_and(|name| name.as_bytes().starts_with(b".git"));
            !is_gits && self.index.kind(path) == Some(FileMode::File)
        })?;
        Some(StandIn {
            cause: format!(
                "is {shown}, and git tracks {} of the same environment: {NOT_A_TOOL}",
                show_path(&tracked)
            ),
            tracked,
        })
    }

    /// The directory of installed packages that a file is in.
    fn environment(&self, inside: &Path) -> Option<PathBuf> {
        let dirs = inside.ancestors().skip(1);
        let mut dirs = dirs.filter(|dir| !dir.as_os_str().is_empty());
        let is_environment = |dir: &&Path| {
            dir.ends_with(NODE_MODULES)
                || self.place.look.join(dir).join(PYTHON_ENVIRONMENT).is_file()
        };
        dirs.find(is_environment).map(Path::to_owned)
    }

    /// A module in the gate's directory that Python takes for the tool.
    fn module(&self, started: &StartedName) -> Option<StandIn> {
        let name = started.name.as_str();
        if tools::program(name).is_none() && !LIBRARY_TOOLS.contains(&name) {
            return None;
        }
        let dir = plain(&self.place.dir.join(&started.dir).join(name))?;
        let files = [
            dir.with_file_name(format!("{name}.py")),
            dir.join("__main__.py"),
            dir.join("__init__.py"),
        ];
        let tracked = files
            .into_iter()
            .find(|file| self.index.kind(file).is_some())?;
        Some(StandIn {
            cause: format!(
                "is {} for `python -m`, which git tracks: {NOT_A_TOOL}",
                show_path(&tracked)
            ),
            tracked,
        })
    }

    /// Where a file is in the tree; `None` if it is elsewhere.
    pub(super) fn inside(&self, file: &Path) -> Option<PathBuf> {
        let tops = [self.place.top.as_path(), &self.place.look, self.work_tree];
        let inside = tops.iter().find_map(|top| file.strip_prefix(top).ok());
        if let Some(inside) = inside.and_then(plain) {
            return Some(inside);
        }
        // PATH may have another name of the work tree.
        let real = file.parent()?.canonicalize().ok()?.join(file.file_name()?);
        let inside = tops.iter().find_map(|top| {
            let top = top.canonicalize().ok()?;
            real.strip_prefix(top).ok()
        });
        inside.and_then(plain)
    }

    /// Where gatekeeper finds a file that the gate knows by this path.
    fn as_found_here(&self, file: &Path) -> PathBuf {
        match file.strip_prefix(&self.place.top) {
            Ok(inside) => self.place.look.join(inside),
            Err(_) => file.to_owned(),
        }
    }

    /// Follows the links of a path in the tree, one by one, as they are in a directory.
    fn follow(&self, inside: &Path, look: &Path) -> Followed {
        let mut path = inside.to_owned();
        for _ in 0..MAX_LINKS {
            let link = prefixes(&path).find(|part| look.join(part).is_symlink());
            let Some(link) = link else {
                return Followed::Inside(path);
            };
            if self.index.kind(&link) == Some(FileMode::Link) {
                return Followed::TrackedLink(link);
            }
            let Ok(target) = fs::read_link(look.join(&link)) else {
                return Followed::Elsewhere;
            };
            let rest = path.strip_prefix(&link).unwrap_or(Path::new(""));
            let around = link.parent().unwrap_or(Path::new(""));
            let target = self.place.top.join(around).join(target).join(rest);
            match self.inside(&target) {
                Some(next) => path = next,
                None => return Followed::Elsewhere,
            }
        }
        Followed::Elsewhere
    }
}

/// Where links lead.
enum Followed {
    /// By way of a link that git tracks.
    TrackedLink(PathBuf),
    /// To this path in the tree.
    Inside(PathBuf),
    /// Out of the tree.
    Elsewhere,
}

/// The interpreter that the first line of a program names.
enum Interpreter {
    /// A file.
    File(PathBuf),
    /// A name that `env` looks for.
    Name(String),
}

/// The interpreter of a script (execve(2)); `None` if the file is not one.
fn interpreter(file: &Path) -> Option<Interpreter> {
    let mut beginning = Vec::new();
    let opened = fs::File::open(file).ok()?;
    opened.take(512).read_to_end(&mut beginning).ok()?;
    let line = beginning.strip_prefix(b"#!")?.split(|byte| *byte == b'\n');
    let line = String::from_utf8_lossy(line.into_iter().next()?).into_owned();
    let mut words = line.split_whitespace();
    let path = PathBuf::from(words.next()?);
    if !path.ends_with("env") {
        return Some(Interpreter::File(path));
    }
    let name = words.find(|word| !word.contains('=') && !word.starts_with('-'))?;
    Some(Interpreter::Name(name.to_owned()))
}

/// A call as one text: the shell's script, or the words of a program.
fn command_text(call: &GateCall) -> String {
    match call {
        GateCall::Shell { script, .. } => script.clone(),
        GateCall::Program { program, arguments } => {
            let words = std::iter::once(program).chain(arguments).take(MAX_WORDS);
            shell_words::join(words.map(|word| word.to_string_lossy()))
        }
    }
}

/// The beginnings of a path, the shortest one first.
fn prefixes(path: &Path) -> impl Iterator<Item = PathBuf> {
    let mut all: Vec<PathBuf> = path.ancestors().map(Path::to_owned).collect();
    all.pop();
    all.into_iter().rev()
}

/// A path in the tree without `.` and `..`; `None` if it leads out of it.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(part),
            Component::CurDir => {}
            Component::ParentDir if parts.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts)
}
