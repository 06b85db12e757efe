//! Gathers the facts: reads files, and asks git. No tool is started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::config_file::ConfigFile;
use super::facts::{Facts, plain};
use super::gather_gates::{Gates, gates};
use super::gather_imports::flat_import;
use super::gather_set_up::set_up;
use super::installed::{NodePackages, PythonPackages};
use super::machine::AsGui;
use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::git::Repository;
use crate::tools::{
    PythonProject, VIRTUAL_ENVIRONMENT_FILE, VIRTUAL_ENVIRONMENTS, managed_environments,
};

/// The files that configure tools, by their names in the directory of a project.
const FILES: [&str; 48] = [
    ".bandit",
    ".clippy.toml",
    ".coveragerc",
    ".eslintrc",
    ".eslintrc.cjs",
    ".eslintrc.js",
    ".eslintrc.json",
    ".eslintrc.yaml",
    ".eslintrc.yml",
    ".flake8",
    ".isort.cfg",
    ".mypy.ini",
    ".oxlintrc.json",
    ".oxlintrc.jsonc",
    ".pre-commit-config.yaml",
    ".pytest.ini",
    ".pytest.toml",
    ".ruff.toml",
    ".rustfmt.toml",
    "Cargo.toml",
    "biome.json",
    "biome.jsonc",
    "clippy.toml",
    "eslint.config.cjs",
    "eslint.config.cts",
    "eslint.config.js",
    "eslint.config.mjs",
    "eslint.config.mts",
    "eslint.config.ts",
    "gates.toml",
    "mypy.ini",
    "package.json",
    "pyproject.toml",
    "pyrightconfig.json",
    "pytest.ini",
    "pytest.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "ruff.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "setup.cfg",
    "tox.ini",
    "tsconfig.json",
    "vitest.config.ts",
    "vitest.config.js",
    "vite.config.ts",
];

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// The most manifests of members of a workspace that are read.
const MOST_MANIFESTS: usize = 300;

/// Gathers everything that rules look at.
///
/// # Errors
///
/// The index cannot be read, or git fails.
pub(crate) fn gather(
    environment: &Environment,
    repository: &Repository,
    as_gui: AsGui,
) -> Result<Facts> {
    let index = repository.index()?;
    let mut files: Vec<PathBuf> = index.tracked().into_iter().map(|file| file.path).collect();
    files.sort();
    let top = &repository.work_tree;
    let Gates {
        calls,
        is_configured: has_gates,
        watched,
        programs,
    } = gates(repository)?;
    let mut projects: BTreeSet<PathBuf> = BTreeSet::from([PathBuf::new()]);
    projects.extend(calls.iter().map(|call| call.dir.clone()));
    projects.extend(watched.gates.iter().map(|gate| gate.dir.clone()));
    let projects: Vec<PathBuf> = projects.into_iter().collect();
    let in_calls = calls
        .iter()
        .filter_map(|call| Some(plain(&call.dir.join(call.configuration()?))));
    let in_calls: Vec<PathBuf> = in_calls.filter(|path| is_inside(path)).collect();
    let configuration = configuration(top, &projects, &files, in_calls);
    let python = projects
        .iter()
        .filter_map(|dir| Some((dir.clone(), python(environment, top, dir)?)))
        .collect();
    let node = projects.iter().filter_map(|dir| {
        let names = declared(configuration.get(&dir.join("package.json"))?);
        Some((dir.clone(), NodePackages::read(&top.join(dir), &names)?))
    });
    let node = node.collect();
    let with_pytest = projects.iter().filter(|dir| {
        calls
            .iter()
            .any(|call| call.tool == "pytest" && call.dir == **dir)
    });
    let flat_imports = with_pytest
        .filter_map(|dir| Some((dir.clone(), flat_import(top, dir, &files)?)))
        .collect();
    let mut facts = Facts {
        files,
        projects,
        configuration,
        calls,
        has_gates,
        python,
        node,
        flat_imports,
        watched,
        ..Facts::default()
    };
    facts.set_up = set_up(environment, repository, &facts, (programs, as_gui))?;
    Ok(facts)
}

/// Whether a path leads to a file of the repository.
fn is_inside(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(_)))
}

/// The configuration files of projects, those that calls name, and the manifests of Cargo packages.
fn configuration(
    top: &Path,
    projects: &[PathBuf],
    files: &[PathBuf],
    named: Vec<PathBuf>,
) -> BTreeMap<PathBuf, ConfigFile> {
    let of_projects = projects
        .iter()
        .flat_map(|dir| FILES.iter().map(move |name| dir.join(name)));
    let manifests = files.iter().filter(|file| file.ends_with("Cargo.toml"));
    let mut all: BTreeSet<PathBuf> = of_projects.collect();
    all.extend(manifests.take(MOST_MANIFESTS).cloned());
    all.extend(named);
    let read = |path: PathBuf| {
        let file = top.join(&path);
        let is_small =
            fs::metadata(&file).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
        let text = is_small.then(|| fs::read(&file).ok()).flatten()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        Some((path.clone(), ConfigFile::new(path, text)))
    };
    all.into_iter().filter_map(read).collect()
}

/// The Python environment of a project: in its directory, or for the top where a package manager keeps it.
fn python(environment: &Environment, top: &Path, dir: &Path) -> Option<PythonPackages> {
    let inside = VIRTUAL_ENVIRONMENTS.iter().map(|name| dir.join(name));
    let mut inside = inside.filter(|path| top.join(path).join(VIRTUAL_ENVIRONMENT_FILE).is_file());
    if let Some(path) = inside.next() {
        return PythonPackages::read(&top.join(&path), path);
    }
    let managed = managed_environments(PythonProject {
        files: &top.join(dir),
        place: &top.join(dir),
        variables: &environment.variables,
    });
    let first = managed.into_iter().next()?;
    PythonPackages::read(&first, first.clone())
}

/// The packages that a package.json names.
fn declared(manifest: &ConfigFile) -> Vec<String> {
    let tables = ["dependencies", "devDependencies", "optionalDependencies"];
    let tables = tables.iter().filter_map(|table| manifest.get(&[table]));
    tables
        .flat_map(|table| {
            table
                .keys()
                .map(|(name, _)| name.to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}
