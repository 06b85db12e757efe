//! The packages of a Node.js project: the nearest package.json, and those of the workspaces.

use std::path::{Path, PathBuf};

use super::data::{self, Data};
use super::lead::Lead;
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// A package.json.
pub(super) struct Package {
    /// The directory.
    pub(super) dir: PathBuf,
    pub(super) file: FoundFile,
    /// `None` if it is damaged.
    pub(super) data: Option<Data>,
}

impl Package {
    fn read(dir: &Path, files: &mut Files<'_>) -> Result<Option<Self>> {
        let file = files.file(&dir.join("package.json"))?;
        Ok(file.map(|file| Self {
            dir: dir.to_owned(),
            data: data::json(&file.text),
            file,
        }))
    }

    fn name(&self) -> Option<&str> {
        self.data.as_ref()?.get("name")?.text()
    }

    /// The names of the scripts.
    pub(super) fn scripts(&self) -> Vec<&str> {
        let scripts = self.data.as_ref().and_then(|data| data.get("scripts"));
        let entries = scripts.map_or(&[][..], Data::entries);
        entries.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The package that a package manager finds from a directory.
pub(super) fn nearest(dir: &Path, files: &mut Files<'_>) -> Result<Option<Package>> {
    for dir in dir.ancestors() {
        if let Some(package) = Package::read(dir, files)? {
            return Ok(Some(package));
        }
    }
    Ok(None)
}

/// The packages of the workspaces that a directory belongs to, with their root.
pub(super) fn workspaces(dir: &Path, files: &mut Files<'_>) -> Result<Vec<Package>> {
    for dir in dir.ancestors() {
        let Some(root) = Package::read(dir, files)? else {
            continue;
        };
        let mut patterns = listed(&root);
        for name in ["pnpm-workspace.yaml", "lerna.json"] {
            if let Some(file) = files.file(&dir.join(name))? {
                patterns.extend(quoted_patterns(&file.text));
            }
        }
        if patterns.is_empty() {
            continue;
        }
        let mut packages = vec![root];
        for pattern in patterns {
            for found in files.matching(dir, pattern.trim_end_matches('/'))? {
                let is_known = packages.iter().any(|package| package.dir == found);
                if !is_known && let Some(package) = Package::read(&found, files)? {
                    packages.push(package);
                }
            }
        }
        return Ok(packages);
    }
    Ok(Vec::new())
}

/// The patterns in `workspaces`, as a list or as a table with `packages`.
fn listed(root: &Package) -> Vec<String> {
    let data = root.data.as_ref();
    let workspaces = data.and_then(|data| data.get("workspaces"));
    let list = workspaces.map_or(Vec::new(), |data| {
        data.get("packages").unwrap_or(data).texts()
    });
    let list = list.into_iter().filter(|pattern| !pattern.starts_with('!'));
    list.map(str::to_owned).collect()
}

/// The patterns in a file whose language is not read: every text that could be one. A text that is
/// not a pattern matches nothing.
fn quoted_patterns(text: &str) -> Vec<String> {
    let words = text
        .lines()
        .map(|line| line.trim().trim_start_matches('-').trim())
        .map(|line| line.trim_matches(|c| "\"',[] ".contains(c)));
    let is_pattern = |word: &&str| {
        !word.is_empty() && !word.starts_with(['!', '#']) && !word.contains([':', ' ', '{'])
    };
    words.filter(is_pattern).map(str::to_owned).collect()
}

/// The packages that a name, a directory or a filter selects; all of them if the filter is not
/// understood.
pub(super) fn named(name: &str, dir: &Path, packages: Vec<Package>) -> Vec<Package> {
    let plain_dir = super::plain(&dir.join(name));
    let fits = |package: &Package| package.name() == Some(name) || package.dir == plain_dir;
    if packages.iter().any(fits) {
        packages.into_iter().filter(fits).collect()
    } else {
        packages
    }
}

/// Settings of package managers, by file: the keys that decide how scripts run.
const SETTINGS: [(&str, &[&str]); 5] = [
    (
        ".npmrc",
        &[
            "script-shell",
            "ignore-scripts",
            "if-present",
            "shell-emulator",
            "enable-pre-post-scripts",
            "node-options",
        ],
    ),
    (".yarnrc", &["script-shell", "yarn-path", "ignore-scripts"]),
    (".yarnrc.yml", &["yarnPath", "enableScripts"]),
    (
        "pnpm-workspace.yaml",
        &[
            "scriptShell",
            "ignoreScripts",
            "shellEmulator",
            "nodeOptions",
        ],
    ),
    ("bunfig.toml", &["preload", "shell", "bun"]),
];

/// Adds the settings that decide how the scripts of a package run.
pub(super) fn add_settings(package: &Path, files: &mut Files<'_>, lead: &mut Lead) -> Result<()> {
    for (name, keys) in SETTINGS {
        for dir in package.ancestors() {
            let Some(file) = files.file(&dir.join(name))? else {
                continue;
            };
            for (at, text) in file.text.lines().enumerate() {
                let key = text.trim_start().split(['=', ':', ' ', '\t']).next();
                if let Some(key) = key.filter(|key| keys.contains(key)) {
                    lead.piece(&file.path, key, at + 1, text.trim());
                    // A shell of the tree.
                    let value = text.rsplit(['=', ':', ' ']).next().unwrap_or_default();
                    let value = value.trim_matches(['"', '\'']);
                    if value.contains('/')
                        && let Some(shell) = files.file(&dir.join(value))?
                    {
                        lead.count(&shell);
                    }
                }
            }
        }
    }
    Ok(())
}

/// What a program leads to that reads one key of the nearest package.json, besides files of its own.
pub(super) fn by_key(key: &str, dir: &Path, files: &mut Files<'_>) -> Result<Lead> {
    let mut lead = Lead::default();
    let Some(package) = nearest(dir, files)? else {
        return Ok(lead);
    };
    if let Some(value) = package.data.as_ref().and_then(|data| data.get(key)) {
        lead.links(&package.file);
        lead.value(&package.file.path, key, value);
    }
    Ok(lead)
}
