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
const SETTINGS: [(&str, Keys); 5] = [
    (".npmrc", Keys::AllExcept(&HARMLESS)),
    (
        ".yarnrc",
        Keys::Only(&["script-shell", "yarn-path", "ignore-scripts", "--*"]),
    ),
    (".yarnrc.yml", Keys::Only(&["yarnPath", "enableScripts"])),
    (
        "pnpm-workspace.yaml",
        Keys::Only(&[
            "scriptShell",
            "ignoreScripts",
            "shellEmulator",
            "nodeOptions",
        ]),
    ),
    ("bunfig.toml", Keys::Only(&["preload", "shell", "bun"])),
];

/// The keys of a file that count. `*` at an end stands for any text.
enum Keys {
    Only(&'static [&'static str]),
    AllExcept(&'static [&'static str]),
}

impl Keys {
    fn count(&self, key: &str) -> bool {
        let is_one = |known: &&str| match (known.strip_suffix('*'), known.strip_prefix('*')) {
            (Some(start), _) => key.starts_with(start),
            (_, Some(end)) => key.ends_with(end),
            _ => key == *known,
        };
        match self {
            Self::Only(keys) => keys.iter().any(is_one),
            Self::AllExcept(keys) => !keys.iter().any(is_one),
        }
    }
}

/// Settings of npm and pnpm that change no script: where packages come from, what is installed and saved,
/// and what is shown. Almost every other option of npm can be set in the file, and some (`workspace`,
/// `usage`) put another script, or none, in the place of the one that was asked for.
const HARMLESS: [&str; 58] = [
    "",
    "//*",
    "_auth*",
    "access",
    "always-auth",
    "audit",
    "auto-install-peers",
    "browser",
    "ca",
    "ca[]",
    "cache",
    "cafile",
    "color",
    "commit-hooks",
    "dedupe-peer-dependents",
    "email",
    "engine-strict",
    "fetch-*",
    "fund",
    "git-tag-version",
    "hoist-pattern[]",
    "https-proxy",
    "http-proxy",
    "init-*",
    "init.*",
    "install-links",
    "legacy-peer-deps",
    "link-workspace-packages",
    "local-address",
    "lockfile",
    "lockfile-version",
    "loglevel",
    "maxsockets",
    "message",
    "minimum-release-age",
    "network-concurrency",
    "node-linker",
    "noproxy",
    "package-lock",
    "prefer-*",
    "progress",
    "provenance",
    "proxy",
    "public-hoist-pattern[]",
    "*registry",
    "resolution-mode",
    "save*",
    "shamefully-hoist",
    "sign-git-*",
    "strict-peer-dependencies",
    "strict-ssl",
    "tag",
    "tag-version-prefix",
    "unicode",
    "update-notifier",
    "use-lockfile-v6",
    "user-agent",
    "username",
];

/// The key of a line, without quotes; empty in a comment.
fn key(line: &str) -> String {
    let line = line.trim_start();
    if line.starts_with(['#', ';']) {
        return String::new();
    }
    let key = match line.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'', '=']).next(),
        // Addresses, the keys of tokens and registries, have colons.
        None if line.starts_with(['/', '@']) => line.split('=').next(),
        None => line.split(['=', ':', ' ', '\t']).next(),
    };
    key.unwrap_or_default().trim().to_owned()
}

/// Adds the settings that decide how the scripts of a package run.
pub(super) fn add_settings(package: &Path, files: &mut Files<'_>, lead: &mut Lead) -> Result<()> {
    for (name, keys) in &SETTINGS {
        for dir in package.ancestors() {
            let Some(file) = files.file(&dir.join(name))? else {
                continue;
            };
            // A carriage return alone ends a line, too.
            let lines = file.text.lines().enumerate();
            for (at, text) in
                lines.flat_map(|(at, line)| line.split('\r').map(move |text| (at, text)))
            {
                let key = key(text);
                if !keys.count(&key) {
                    continue;
                }
                lead.piece(&file.path, &key, at + 1, text.trim());
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
