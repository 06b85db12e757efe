//! What is installed, according to what installers leave behind: no tool is started.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::detect::canonical;

/// The packages of a Python environment.
#[derive(Debug, Default)]
pub(crate) struct PythonPackages {
    /// The environment, relative to the top of the work tree if it is in there.
    pub(crate) dir: PathBuf,
    /// The versions, by canonical names (PEP 503).
    pub(crate) versions: BTreeMap<String, String>,
    /// Whether the interpreter that its programs start is gone.
    pub(crate) is_dead: bool,
    /// The lowest version of Python that its mypy knows.
    pub(crate) mypy_knows: Option<(u32, u32)>,
}

impl PythonPackages {
    /// Reads an environment; `None` if it has no packages at all.
    pub(super) fn read(prefix: &Path, shown: PathBuf) -> Option<Self> {
        let site = site_packages(prefix)?;
        let mut versions = BTreeMap::new();
        for entry in fs::read_dir(&site).ok()?.flatten() {
            let name = entry.file_name();
            let package = name.to_str().and_then(|name| {
                let name = name.strip_suffix(".dist-info")?;
                name.rsplit_once('-')
            });
            if let Some((name, version)) = package {
                versions.insert(canonical(name), version.to_owned());
            }
        }
        let known = fs::read_to_string(site.join("mypy/defaults.py")).ok();
        let python = prefix.join("bin/python");
        Some(Self {
            dir: shown,
            versions,
            is_dead: fs::symlink_metadata(&python).is_ok() && fs::metadata(&python).is_err(),
            mypy_knows: known.and_then(|text| least_version(&text)),
        })
    }

    /// The version of a package.
    #[must_use]
    pub(crate) fn version(&self, name: &str) -> Option<&str> {
        self.versions.get(name).map(String::as_str)
    }
}

/// The packages in a `node_modules`.
#[derive(Debug, Default)]
pub(crate) struct NodePackages {
    /// The versions, by names.
    pub(crate) versions: BTreeMap<String, String>,
}

impl NodePackages {
    /// Reads the versions of these packages in `dir/node_modules`; `None` if there is no such directory.
    pub(super) fn read(dir: &Path, names: &[String]) -> Option<Self> {
        let modules = dir.join("node_modules");
        if !modules.is_dir() {
            return None;
        }
        let version = |name: &String| {
            let text = fs::read_to_string(modules.join(name).join("package.json")).ok()?;
            let package: serde_json::Value = serde_json::from_str(&text).ok()?;
            Some((name.clone(), package.get("version")?.as_str()?.to_owned()))
        };
        Some(Self {
            versions: names.iter().filter_map(version).collect(),
        })
    }
}

/// `lib/python3.12/site-packages`
fn site_packages(prefix: &Path) -> Option<PathBuf> {
    let libraries = fs::read_dir(prefix.join("lib")).ok()?.flatten();
    let sites = libraries.map(|entry| entry.path().join("site-packages"));
    sites.filter(|site| site.is_dir()).max()
}

/// The first two numbers of a version.
#[must_use]
pub(super) fn two_numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|part| part.trim().parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// `PYTHON3_VERSION_MIN: Final = (3, 9)` in mypy's defaults.
fn least_version(text: &str) -> Option<(u32, u32)> {
    let line = text
        .lines()
        .find(|line| line.starts_with("PYTHON3_VERSION_MIN"))?;
    let numbers = line.split_once('(')?.1.split_once(')')?.0;
    two_numbers(&numbers.replace(',', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_version_that_mypy_knows_stands_in_its_defaults() {
        let text = "import os\nPYTHON3_VERSION_MIN: Final = (3, 9)  # See mypy\n";
        assert_eq!(least_version(text), Some((3, 9)));
        assert_eq!(least_version(""), None);
    }
}
