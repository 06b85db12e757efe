//! Where package managers keep the environment of a Python project outside of it.
//!
//! Each place is computed by the rules of the manager's own code, from files and variables: asking
//! the manager itself takes up to a second and may create what it is asked about. The rules are those of
//! Poetry 2.5, Pipenv 2026, Hatch 1.18, PDM 2.29, uv 0.13 and conda 26.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use crate::base::environment::Variables;

/// Directories inside of a Python project in which its virtual environment usually is.
pub(crate) const VIRTUAL_ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// The file that every virtual environment has.
pub(crate) const VIRTUAL_ENVIRONMENT_FILE: &str = "pyvenv.cfg";

/// A project of Python's whose environment is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PythonProject<'a> {
    /// The directory with its files.
    pub(crate) files: &'a Path,
    /// The directory where it is for the user, after whose path managers name environments.
    pub(crate) place: &'a Path,
    /// The environment variables.
    pub(crate) variables: &'a Variables,
}

/// The environments that a package manager keeps for a project outside of it, or where a variable
/// names it; the one that it uses by default comes first. Empty if there are none.
#[must_use]
pub(crate) fn managed_environments(project: PythonProject<'_>) -> Vec<PathBuf> {
    const MANAGERS: [fn(&PythonProject<'_>) -> Vec<PathBuf>; 7] = [
        of_uv, of_pdm, of_poetry, of_pipenv, of_hatch, of_pixi, of_conda,
    ];
    let found = MANAGERS.iter().map(|manager| manager(&project));
    let mut existing = found.map(|mut prefixes| {
        prefixes.retain(|prefix| is_environment(prefix));
        prefixes
    });
    existing
        .find(|prefixes| !prefixes.is_empty())
        .unwrap_or_default()
}

fn is_environment(prefix: &Path) -> bool {
    prefix.join(VIRTUAL_ENVIRONMENT_FILE).is_file() || is_of_conda(prefix)
}

/// Whether an environment is one of conda's.
#[must_use]
pub(crate) fn is_of_conda(prefix: &Path) -> bool {
    prefix.join("conda-meta").is_dir()
}

impl PythonProject<'_> {
    fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value.as_os_str())
    }

    /// A directory that a variable names, or else one below HOME.
    fn user_dir(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let set = self.variable(variable).map(PathBuf::from);
        set.or_else(|| Some(Path::new(self.variable("HOME")?).join(below_home)))
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.files.join(name)).ok()
    }

    fn table(&self, name: &str) -> Option<Table> {
        self.text(name)?.parse().ok()
    }

    /// The place, without links.
    fn real_place(&self) -> PathBuf {
        let place = self.place.canonicalize();
        place.unwrap_or_else(|_| self.place.to_owned())
    }
}

/// What a table has at the end of a path of keys.
fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    rest.iter().try_fold(value, |value, key| value.get(*key))
}

fn text_at(table: &Table, path: &[&str]) -> Option<String> {
    at(table, path)?.as_str().map(str::to_owned)
}

/// The first characters of a digest of a path, as managers append them to names.
fn digest(path: &Path) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    let bits = digest[..6]
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter =
        |at: u32| char::from(ALPHABET[usize::try_from(bits >> (42 - 6 * at) & 63).unwrap_or(0)]);
    (0..8).map(letter).collect()
}

/// The name of a Python package in its canonical form (PEP 503).
fn canonical(name: &str) -> String {
    let mut canonical = String::new();
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        let dash = if canonical.is_empty() { "" } else { "-" };
        let _ = write!(canonical, "{dash}{}", part.to_lowercase());
    }
    canonical
}

/// A name for a directory: at most 42 characters, without those that a shell expands.
fn directory_name(name: &str, replaced: &str) -> String {
    let plain = name.chars().take(42);
    plain
        .map(|c| if replaced.contains(c) { '_' } else { c })
        .collect()
}

fn of_uv(project: &PythonProject<'_>) -> Vec<PathBuf> {
    let set = project.variable("UV_PROJECT_ENVIRONMENT");
    set.map(|value| project.place.join(value))
        .into_iter()
        .collect()
}

fn of_pdm(project: &PythonProject<'_>) -> Vec<PathBuf> {
    let Some(python) = project.text(".pdm-python") else {
        return Vec::new();
    };
    let prefix = Path::new(python.trim()).parent().and_then(Path::parent);
    prefix.map(Path::to_owned).into_iter().collect()
}

fn of_poetry(project: &PythonProject<'_>) -> Vec<PathBuf> {
    environments_of_poetry(project).unwrap_or_default()
}

fn environments_of_poetry(project: &PythonProject<'_>) -> Option<Vec<PathBuf>> {
    let text = project.text("pyproject.toml")?;
    let is_used = text.contains("[tool.poetry") || project.files.join("poetry.lock").is_file();
    if !is_used {
        return None;
    }
    let table: Table = text.parse().ok()?;
    let name = text_at(&table, &["project", "name"])
        .or_else(|| text_at(&table, &["tool", "poetry", "name"]))
        .unwrap_or_else(|| "non-package-mode".to_owned());
    let base = directory_name(&canonical(&name), " $`!*@\"\\\r\n\t");
    let base = format!("{base}-{}", digest(&project.real_place()));
    let configuration = poetry_configuration(project);
    let dir = poetry_directory(project, &configuration)?;
    let chosen = fs::read_to_string(dir.join("envs.toml")).ok();
    let chosen = chosen.and_then(|text| text.parse::<Table>().ok());
    let chosen = chosen.and_then(|table| text_at(&table, &[&base, "minor"]));
    let start = format!("{base}-py");
    let mut names: Vec<(bool, Vec<u32>, PathBuf)> = Vec::new();
    for entry in fs::read_dir(&dir).ok()?.flatten() {
        let name = entry.file_name();
        let Some(version) = name.to_str().and_then(|name| name.strip_prefix(&start)) else {
            continue;
        };
        let is_other = chosen.as_deref().is_some_and(|chosen| chosen != version);
        let numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
        names.push((is_other, numbers.collect(), entry.path()));
    }
    // The one that was chosen, else that of the latest Python.
    names.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.cmp(&one.1)));
    Some(names.into_iter().take(1).map(|(_, _, path)| path).collect())
}

/// Poetry's configuration: that of the project before the user's.
fn poetry_configuration(project: &PythonProject<'_>) -> Vec<Table> {
    let own = project.table("poetry.toml");
    let user = project.variable("POETRY_CONFIG_DIR").map(PathBuf::from);
    let user = user.or_else(|| {
        Some(
            project
                .user_dir("XDG_CONFIG_HOME", ".config")?
                .join("pypoetry"),
        )
    });
    let user = user.and_then(|dir| fs::read_to_string(dir.join("config.toml")).ok());
    let user = user.and_then(|text| text.parse().ok());
    own.into_iter().chain(user).collect()
}

/// The directory in which Poetry keeps environments.
fn poetry_directory(project: &PythonProject<'_>, configuration: &[Table]) -> Option<PathBuf> {
    let configured = |path: &[&str]| configuration.iter().find_map(|table| text_at(table, path));
    let set = |name: &str| Some(project.variable(name)?.to_string_lossy().into_owned());
    let cache = set("POETRY_CACHE_DIR").or_else(|| configured(&["cache-dir"]));
    let cache = cache.map(PathBuf::from).or_else(|| {
        let on_linux = project.user_dir("XDG_CACHE_HOME", ".cache")?;
        let dirs = [
            on_linux.join("pypoetry"),
            project.user_dir("", "Library/Caches/pypoetry")?,
        ];
        dirs.into_iter().find(|dir| dir.is_dir())
    });
    let place = set("POETRY_VIRTUALENVS_PATH").or_else(|| configured(&["virtualenvs", "path"]));
    let Some(place) = place else {
        return Some(cache?.join("virtualenvs"));
    };
    let cache = cache.unwrap_or_default();
    let place = place.replace("{cache-dir}", &cache.to_string_lossy());
    let place = place.replace("{project-dir}", &project.place.to_string_lossy());
    Some(match place.strip_prefix("~/") {
        Some(below) => project.user_dir("", below)?,
        None => project.place.join(place),
    })
}

fn of_pipenv(project: &PythonProject<'_>) -> Vec<PathBuf> {
    let pipfile = project.real_place().join("Pipfile");
    let home = project.variable("WORKON_HOME").map(PathBuf::from);
    let home = home.or_else(|| {
        Some(
            project
                .user_dir("XDG_DATA_HOME", ".local/share")?
                .join("virtualenvs"),
        )
    });
    let Some(home) = home.filter(|_| project.files.join("Pipfile").is_file()) else {
        return Vec::new();
    };
    // A file `.venv` contains a path, or the name of an environment.
    if let Some(named) = project.text(".venv").filter(|text| !text.trim().is_empty()) {
        let named = named.trim();
        let base = if named.contains('/') {
            project.place
        } else {
            &home
        };
        return vec![base.join(named)];
    }
    let place = project.real_place();
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let name = directory_name(&name, " &$`!*@\"()[]\\\r\n\t");
    let own = project
        .variable("PIPENV_CUSTOM_VENV_NAME")
        .map(|name| home.join(name));
    vec![own.unwrap_or_else(|| home.join(format!("{name}-{}", digest(&pipfile))))]
}

fn of_hatch(project: &PythonProject<'_>) -> Vec<PathBuf> {
    environments_of_hatch(project).unwrap_or_default()
}

/// Where Hatch keeps the environments of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HatchPlace {
    /// The directory of everything that Hatch keeps.
    pub(crate) data: PathBuf,
    /// The directory of the project's environments, relative to it.
    pub(crate) environments: PathBuf,
    /// What the default environment is called.
    name: String,
}

/// Where Hatch keeps the environments of a project, if it is one of Hatch's.
#[must_use]
pub(crate) fn hatch_place(project: &PythonProject<'_>) -> Option<HatchPlace> {
    let text = project.text("pyproject.toml")?;
    let separate = project.text("hatch.toml");
    if separate.is_none() && !text.contains("hatch") {
        return None;
    }
    let table: Table = text.parse().ok()?;
    let id = digest(&project.real_place());
    let name = text_at(&table, &["project", "name"]);
    let name = name.map_or_else(|| format!("{id}-unmanaged"), |name| canonical(&name));
    let data = project.variable("HATCH_DATA_DIR").map(PathBuf::from);
    let data = data.or_else(|| {
        Some(
            project
                .user_dir("XDG_DATA_HOME", ".local/share")?
                .join("hatch"),
        )
    })?;
    let environments = Path::new("env/virtual").join(&name).join(id);
    Some(HatchPlace {
        data,
        environments,
        name,
    })
}

fn environments_of_hatch(project: &PythonProject<'_>) -> Option<Vec<PathBuf>> {
    let place = hatch_place(project)?;
    let base = place.data.join(&place.environments);
    let mut all: Vec<PathBuf> = fs::read_dir(&base)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // The default environment has the name of the project; the others hold the tools of single tasks.
    all.sort_by_key(|path| (!path.ends_with(&place.name), path.clone()));
    Some(all)
}

fn of_pixi(project: &PythonProject<'_>) -> Vec<PathBuf> {
    let envs = project.files.join(".pixi/envs");
    let mut all: Vec<PathBuf> = fs::read_dir(envs)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    all.sort_by_key(|path| (!path.ends_with("default"), path.clone()));
    all
}

/// An environment of conda that has the name in environment.yml.
fn of_conda(project: &PythonProject<'_>) -> Vec<PathBuf> {
    let files = ["environment.yml", "environment.yaml"];
    let Some(text) = files.iter().find_map(|name| project.text(name)) else {
        return Vec::new();
    };
    let name = text.lines().find_map(|line| line.strip_prefix("name:"));
    let Some(name) = name.map(|name| name.trim().trim_matches(['"', '\''])) else {
        return Vec::new();
    };
    let Some(list) = project.user_dir("", ".conda/environments.txt") else {
        return Vec::new();
    };
    let list = fs::read_to_string(list).unwrap_or_default();
    let prefixes = list.lines().map(PathBuf::from);
    prefixes.filter(|prefix| prefix.ends_with(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_managers() {
        // The first letters of the digest in Base 64, with the alphabet for URLs (RFC 4648, 5).
        for (path, expected) in [("/srv/po", "3Lscdmnw"), ("/srv/pi/Pipfile", "sGcemcH2")] {
            assert_eq!(digest(Path::new(path)), expected, "{path}");
        }
    }

    /// Creates a project with a file, and an environment below HOME; the prefixes that are found.
    fn found(file: &str, text: &str, environment: impl Fn(&Path) -> String) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let (home, project) = (root.join("home"), root.join("Pro ject"));
        fs::create_dir_all(&project).unwrap();
        fs::write(
            project.join(file),
            text.replace("HOME", home.to_str().unwrap()),
        )
        .unwrap();
        for name in environment(&project).split_whitespace() {
            let prefix = home.join(name.replace('|', " "));
            fs::create_dir_all(&prefix).unwrap();
            fs::write(prefix.join(VIRTUAL_ENVIRONMENT_FILE), "").unwrap();
        }
        let variables = Variables::from([("HOME".into(), home.clone().into())]);
        let prefixes = managed_environments(PythonProject {
            files: &project,
            place: &project,
            variables: &variables,
        });
        let below = |prefix: PathBuf| prefix.strip_prefix(&home).unwrap().to_owned();
        let names = prefixes.into_iter().map(below);
        names.map(|name| name.display().to_string()).collect()
    }

    #[test]
    fn environments_are_found_where_managers_keep_them() {
        let poetry = "[tool.poetry]\nname = 'A_b'\n";
        let names = |project: &Path| {
            let base = format!(".cache/pypoetry/virtualenvs/a-b-{}", digest(project));
            format!("{base}-py3.9 {base}-py3.12 .cache/pypoetry/virtualenvs/a-b-other-py3.14")
        };
        let all = found("pyproject.toml", poetry, names);
        assert_eq!(all.len(), 1);
        assert!(all[0].ends_with("-py3.12"), "{all:?}");
        assert_eq!(
            found("pyproject.toml", "[project]\nname = 'a-b'\n", names),
            [""; 0]
        );

        let names = |project: &Path| {
            let digest = digest(&project.join("Pipfile"));
            format!(".local/share/virtualenvs/Pro_ject-{digest}")
        };
        assert_eq!(found("Pipfile", "", names).len(), 1);

        let hatch = "[project]\nname = 'A.b'\n[tool.hatch.envs.types]\n";
        let names = |project: &Path| {
            let base = format!(".local/share/hatch/env/virtual/a-b/{}", digest(project));
            format!("{base}/types {base}/a-b {base}/lint")
        };
        let all = found("pyproject.toml", hatch, names);
        let ends: Vec<&str> = all
            .iter()
            .filter_map(|path| path.rsplit('/').next())
            .collect();
        assert_eq!(ends, ["a-b", "lint", "types"]);

        let python = "HOME/venvs/x/bin/python\n";
        assert_eq!(
            found(".pdm-python", python, |_| "venvs/x".to_owned()),
            ["venvs/x"]
        );
        assert_eq!(found(".pdm-python", python, |_| String::new()), [""; 0]);
    }

    #[test]
    fn a_damaged_file_finds_nothing() {
        for file in [
            "pyproject.toml",
            "Pipfile",
            ".pdm-python",
            "environment.yml",
        ] {
            let text = "[tool.poetry\nhatch = \n";
            assert_eq!(found(file, text, |_| String::new()), [""; 0], "{file}");
        }
    }

    #[test]
    fn names_are_made_as_the_managers_make_them() {
        assert_eq!(canonical("My-Proj_x.y"), "my-proj-x-y");
        assert_eq!(directory_name("a b$c", " $"), "a_b_c");
        assert_eq!(directory_name(&"x".repeat(50), ""), "x".repeat(42));
    }
}
