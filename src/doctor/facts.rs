//! The facts that rules look at: values, gathered before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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

impl<'f> Project<'f> {
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
