//! The facts that rules look at: values, gathered before.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::config_file::{ConfigFile, Setting};
use super::installed::{NodePackages, PythonPackages};
use super::machine::SetUp;
use super::tool_call::ToolCall;
use super::watched::Watched;

/// Everything that rules look at.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The tracked files, relative to the top of the work tree, in order.
    pub(crate) files: Vec<PathBuf>,
    /// The directories with a project each; the top is the first.
    pub(crate) projects: Vec<PathBuf>,
    /// The configuration files in these directories, by their paths.
    pub(crate) configuration: BTreeMap<PathBuf, ConfigFile>,
    /// The calls of known tools by gates; without gates.toml, by what CI and hook managers run.
    pub(crate) calls: Vec<ToolCall>,
    /// Whether the calls are those of gates.toml.
    pub(crate) has_gates: bool,
    /// The Python environments of the projects, by the projects' directories.
    pub(crate) python: BTreeMap<PathBuf, PythonPackages>,
    /// The packages in `node_modules`, by the projects' directories.
    pub(crate) node: BTreeMap<PathBuf, NodePackages>,
    /// Tests that import a package which lies beside them, by the projects' directories.
    pub(crate) flat_imports: BTreeMap<PathBuf, FlatImport>,
    /// What git and the machine offer.
    pub(crate) set_up: SetUp,
    /// What is known of gates besides their commands.
    pub(crate) watched: Watched,
}

/// A directory of the repository in which tools are configured, with everything that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Project<'f> {
    pub(crate) facts: &'f Facts,
    /// Relative to the top; empty at the top.
    pub(crate) dir: &'f Path,
}

/// A test that imports a package from the top of its project, without anything that tells Python to look there.
#[derive(Debug)]
pub(crate) struct FlatImport {
    /// The package.
    pub(crate) package: String,
    /// The test, relative to the project.
    pub(crate) test: PathBuf,
    /// The line of the import.
    pub(crate) line: usize,
}

/// The configuration file that the calls of a tool name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named<'f> {
    /// None: the tool looks for one in its usual places.
    Nothing,
    /// This one, and the tool reads no other.
    File(&'f ConfigFile),
    /// One that is not read here.
    Unread,
}

impl<'f> Project<'f> {
    /// The configuration file that the calls of a tool name. Where calls differ, the first that names one counts.
    #[must_use]
    pub(crate) fn named(&self, tool: &str) -> Named<'f> {
        let named = self.calls(tool).find_map(ToolCall::configuration);
        let Some(named) = named else {
            return Named::Nothing;
        };
        let file = self.facts.configuration.get(&plain(&self.dir.join(named)));
        file.map_or(Named::Unread, Named::File)
    }

    /// Whether a tool looks for its configuration in its usual places.
    #[must_use]
    pub(crate) fn searches(&self, tool: &str) -> bool {
        matches!(self.named(tool), Named::Nothing)
    }

    /// A table or setting of a tool in pyproject.toml, or in the file that its calls name instead.
    #[must_use]
    pub(crate) fn table_of(&self, tool: &str, path: &[&str]) -> Option<Setting<'f>> {
        match self.named(tool) {
            Named::Nothing => self.pyproject(path),
            Named::File(file) => file.get(path),
            Named::Unread => None,
        }
    }

    /// The first of some tables that a tool has in its usual places, each a file with a path; or that table in the
    /// file that its calls name.
    #[must_use]
    pub(crate) fn first_table(
        &self,
        tool: &str,
        places: &[(&str, &[&str])],
    ) -> Option<Setting<'f>> {
        match self.named(tool) {
            Named::Nothing => {
                let mut tables = places
                    .iter()
                    .filter_map(|(name, path)| self.file(name)?.get(path));
                tables.next()
            }
            Named::File(file) => {
                let mut usual = places
                    .iter()
                    .filter(|(name, _)| is_alike(name, file.name()));
                usual.find_map(|(_, path)| file.get(path))
            }
            Named::Unread => None,
        }
    }

    /// A configuration file of the project.
    #[must_use]
    pub(crate) fn file(&self, name: &str) -> Option<&'f ConfigFile> {
        self.facts.configuration.get(&self.dir.join(name))
    }

    /// A table or setting in pyproject.toml.
    #[must_use]
    pub(crate) fn pyproject(&self, path: &[&str]) -> Option<Setting<'f>> {
        self.file("pyproject.toml")?.get(path)
    }

    /// The calls of a tool in the project's directory.
    pub(crate) fn calls(&self, tool: &str) -> impl Iterator<Item = &'f ToolCall> {
        let of_project = self.facts.calls.iter();
        of_project.filter(move |call| call.tool == tool && call.dir == self.dir)
    }

    /// Whether something runs a tool in the project's directory.
    #[must_use]
    pub(crate) fn runs(&self, tool: &str) -> bool {
        self.calls(tool).next().is_some()
    }

    /// The Python environment of the project: its own, or that of the top.
    #[must_use]
    pub(crate) fn python(&self) -> Option<&'f PythonPackages> {
        let all = &self.facts.python;
        all.get(self.dir).or_else(|| all.get(Path::new("")))
    }

    /// The version of a package in `node_modules`.
    #[must_use]
    pub(crate) fn node_version(&self, package: &str) -> Option<&'f str> {
        let all = &self.facts.node;
        let of = |dir: &Path| all.get(dir)?.versions.get(package).map(String::as_str);
        of(self.dir).or_else(|| of(Path::new("")))
    }

    /// The tracked files of the project, relative to its directory.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'f Path> {
        let files = self.facts.files.iter();
        files.filter_map(|file| file.strip_prefix(self.dir).ok())
    }
}

/// Whether a tool reads two files by the same rules: both are called alike, or have the same ending.
fn is_alike(usual: &str, named: &str) -> bool {
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let is_main = matches!(named, "pyproject.toml" | "setup.cfg" | "tox.ini");
    usual == named || !is_main && (ending(usual) == ending(named) || !usual.contains(".toml"))
}

/// A path without `.` in it.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| !matches!(part, Component::CurDir))
        .collect()
}
