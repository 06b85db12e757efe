//! Editable installations of Python: they lead to the work tree by its absolute path, and so a
//! test in the snapshot would import the wrong code without a word. What `PYTHONPATH` names comes
//! first.

use std::fs;
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// Folders in which Python projects keep their virtual environment.
const ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// How large a file of an installation is, at most.
const LARGEST: u64 = 1 << 20;

/// Files that a project of Python's has at its top.
const PROJECT: [&str; 3] = ["pyproject.toml", "setup.py", "setup.cfg"];

/// The folders of the snapshot from which the project's code is to be imported: those that an
/// installation leads to, wherever one is found, and `src`, whether one is found or not.
pub(super) fn python_path(top: &Path, tree: &Path, environment: &Environment) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let sources = tree.join("src");
    if sources.is_dir() && PROJECT.iter().any(|name| tree.join(name).is_file()) {
        folders.push(sources);
    }
    for packages in site_packages(&prefixes(top, environment)) {
        for file in fs::read_dir(packages).into_iter().flatten().flatten() {
            let name = file.file_name();
            let name = name.to_string_lossy();
            let is_finder = name.starts_with("__editable__") && name.ends_with(".py");
            if !(name.ends_with(".pth") || is_finder) {
                continue;
            }
            let is_small = file
                .metadata()
                .is_ok_and(|metadata| metadata.len() <= LARGEST);
            let Some(text) = is_small
                .then(|| fs::read_to_string(file.path()).ok())
                .flatten()
            else {
                continue;
            };
            let found = if is_finder {
                in_finder(&text, top)
            } else {
                in_list(&text, top)
            };
            for folder in found {
                let inside = tree.join(folder);
                if !folders.contains(&inside) {
                    folders.push(inside);
                }
            }
        }
    }
    folders
}

/// Where Python may be installed: the project's environments, the one that is active, that of the
/// Python on PATH, and the user's own.
fn prefixes(top: &Path, environment: &Environment) -> Vec<PathBuf> {
    let own = ENVIRONMENTS.iter().map(|name| top.join(name));
    let named = ["VIRTUAL_ENV", "CONDA_PREFIX"].iter();
    let named = named.filter_map(|name| environment.get(name).map(PathBuf::from));
    let search = environment.get("PATH").unwrap_or_default();
    let python = |folder: PathBuf| {
        let is_there = ["python3", "python"]
            .iter()
            .any(|name| folder.join(name).is_file());
        is_there
            .then(|| folder.parent().map(Path::to_owned))
            .flatten()
    };
    let on_path = std::env::split_paths(search).find_map(python);
    let home = environment
        .get("HOME")
        .map(|home| Path::new(home).join(".local"));
    own.chain(named).chain(on_path).chain(home).collect()
}

fn site_packages(prefixes: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for prefix in prefixes {
        for version in fs::read_dir(prefix.join("lib"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if !version.file_name().to_string_lossy().starts_with("python") {
                continue;
            }
            for name in ["site-packages", "dist-packages"] {
                let packages = version.path().join(name);
                if packages.is_dir() && !found.contains(&packages) {
                    found.push(packages);
                }
            }
        }
    }
    found
}

/// The folders of the work tree that a `.pth` file names, a line each.
fn in_list(text: &str, top: &Path) -> Vec<PathBuf> {
    let lines = text.lines().map(str::trim);
    let inside = lines.filter_map(|line| Path::new(line).strip_prefix(top).ok());
    inside.map(Path::to_owned).collect()
}

/// The folders that hold the packages which a finder of setuptools maps: `'name': '/path/to/name'`.
fn in_finder(text: &str, top: &Path) -> Vec<PathBuf> {
    let quoted = text.split('\'').chain(text.split('"'));
    let inside = quoted.filter_map(|word| Path::new(word).strip_prefix(top).ok());
    let parents = inside.filter_map(|path| path.parent().map(Path::to_owned));
    let mut found: Vec<PathBuf> = parents.collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installations_name_folders() {
        let top = Path::new("/w");
        assert_eq!(
            in_list("/w/src\n/other\nimport x\n/w\n", top),
            [Path::new("src"), Path::new("")]
        );
        let finder = "MAPPING: dict[str, str] = {'pkg': '/w/src/pkg', 'two': '/w/two'}\n";
        assert_eq!(in_finder(finder, top), [Path::new(""), Path::new("src")]);
    }
}
