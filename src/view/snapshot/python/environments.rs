//! Where Python keeps what is installed: the directories that it searches for packages.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::environment::Environment;
use crate::tools::{
    PythonProject, VIRTUAL_ENVIRONMENT_FILE, VIRTUAL_ENVIRONMENTS, managed_environments,
};

/// Files that a project of Python's has at its top.
const PROJECT: [&str; 3] = ["pyproject.toml", "setup.py", "setup.cfg"];

/// Whether a directory is the top of a project of Python's.
pub(super) fn is_project(dir: &Path) -> bool {
    PROJECT.iter().any(|name| dir.join(name).is_file())
}

/// The directories of installed packages that Python may search in a gate, each once, those of the
/// project first.
pub(super) fn site_packages(
    top: &Path,
    ignored: &[PathBuf],
    environment: &Environment,
) -> Vec<PathBuf> {
    let mut places = Places {
        found: Vec::new(),
        real: Vec::new(),
    };
    let own = own_prefixes(top, ignored, environment);
    for prefix in &own {
        places.add_prefix(prefix);
    }
    // What PDM installs without an environment.
    for version in entries(&top.join("__pypackages__")) {
        places.add(version.join("lib"));
    }
    for prefix in on_path(top, own.is_empty(), environment) {
        places.add_prefix(&prefix);
    }
    for prefix in of_user(environment) {
        places.add_prefix(&prefix);
    }
    places.found
}

/// Whether a directory that is ignored is a virtual environment.
pub(crate) fn is_environment(dir: &Path) -> bool {
    dir.join(VIRTUAL_ENVIRONMENT_FILE).is_file()
}

struct Places {
    found: Vec<PathBuf>,
    /// The same, without links, so that none is looked at twice.
    real: Vec<PathBuf>,
}

impl Places {
    fn add(&mut self, dir: PathBuf) {
        if let Ok(real) = dir.canonicalize()
            && real.is_dir()
            && !self.real.contains(&real)
        {
            self.real.push(real);
            self.found.push(dir);
        }
    }

    fn add_prefix(&mut self, prefix: &Path) {
        for version in ["lib", "lib64"]
            .iter()
            .flat_map(|lib| versions(&prefix.join(lib)))
        {
            for name in ["site-packages", "dist-packages"] {
                self.add(version.join(name));
            }
        }
        // An environment may show what is installed beside the Python that it was made with.
        if let Some(base) = shown_base(prefix) {
            self.add_prefix(&base);
        }
        // Debian's Python searches both.
        if prefix == Path::new("/usr") {
            self.add_prefix(Path::new("/usr/local"));
        }
    }
}

/// The environments of the project, and those that variables name.
fn own_prefixes(top: &Path, ignored: &[PathBuf], environment: &Environment) -> Vec<PathBuf> {
    let names = ["VIRTUAL_ENV", "CONDA_PREFIX"];
    let set = names.iter().filter_map(|name| environment.get(name));
    let set = set.filter(|value| !value.is_empty());
    let usual = VIRTUAL_ENVIRONMENTS.iter().map(|name| top.join(name));
    let others = ignored.iter().map(|path| top.join(path));
    let mut all: Vec<PathBuf> = set.map(|value| top.join(value)).collect();
    all.extend(usual.chain(others.filter(|path| is_environment(path))));
    all.extend(managed_environments(PythonProject {
        files: top,
        place: top,
        variables: &environment.variables,
    }));
    all.retain(|prefix| has_packages(prefix));
    all
}

/// Where the Python on PATH is installed. What is found there may be a link, or a program that
/// starts one of several (pyenv, asdf, mise): that can only be asked, which takes time, so that it
/// is asked only where nothing else says what a gate will use.
fn on_path(top: &Path, may_ask: bool, environment: &Environment) -> Vec<PathBuf> {
    let search = environment.get("PATH").unwrap_or_default();
    let candidates = std::env::split_paths(search).flat_map(|dir| {
        let dir = top.join(dir);
        ["python3", "python"].map(|name| dir.join(name))
    });
    let Some(python) = candidates.into_iter().find(|path| path.is_file()) else {
        return Vec::new();
    };
    let real = python.canonicalize().unwrap_or_default();
    let mut prefixes: Vec<PathBuf> = [&python, &real]
        .into_iter()
        .filter_map(|program| Some(program.parent()?.parent()?.to_owned()))
        .collect();
    prefixes.dedup();
    prefixes.retain(|prefix| has_packages(prefix));
    if prefixes.is_empty() && may_ask && is_project(top) {
        prefixes.extend(ask(&python, top, environment));
    }
    prefixes
}

fn ask(python: &Path, top: &Path, environment: &Environment) -> Option<PathBuf> {
    let output = Command::new(python)
        .args(["-I", "-c", "import sys; print(sys.prefix)"])
        .env_clear()
        .envs(&environment.variables)
        .current_dir(top)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let prefix = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(prefix.trim_end())).filter(|path| path.is_absolute())
}

/// Where packages are installed that a user has installed for himself.
fn of_user(environment: &Environment) -> Vec<PathBuf> {
    let set = |name: &str| environment.get(name).filter(|value| !value.is_empty());
    if let Some(base) = set("PYTHONUSERBASE") {
        return vec![PathBuf::from(base)];
    }
    let home = set("HOME").map(Path::new);
    home.map_or_else(Vec::new, |home| {
        let mut all = vec![home.join(".local")];
        all.extend(entries(&home.join("Library/Python")));
        all
    })
}

/// The prefix of the Python that an environment was made with, if its packages are shown.
fn shown_base(prefix: &Path) -> Option<PathBuf> {
    let text = fs::read(prefix.join(VIRTUAL_ENVIRONMENT_FILE)).ok()?;
    let text = String::from_utf8_lossy(&text);
    let value = |key: &str| {
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let mut pairs = pairs.map(|(name, value)| (name.trim(), value.trim()));
        pairs.find_map(|(name, value)| (name == key).then_some(value))
    };
    let is_shown = value("include-system-site-packages")?.eq_ignore_ascii_case("true");
    let base = Path::new(value("home")?).parent()?;
    // Nothing is its own base, or it would never end.
    (is_shown && base.is_absolute() && !is_environment(base)).then(|| base.to_owned())
}

fn has_packages(prefix: &Path) -> bool {
    ["lib", "lib64"]
        .iter()
        .any(|lib| !versions(&prefix.join(lib)).is_empty())
}

/// The directories of Python's versions in a `lib`.
fn versions(lib: &Path) -> Vec<PathBuf> {
    let is_python = |name: &OsStr| {
        let name = name.to_string_lossy();
        name.starts_with("python") || name.starts_with("pypy")
    };
    let mut all = entries(lib);
    all.retain(|path| path.file_name().is_some_and(is_python));
    all
}

/// What lies in a directory, in the same order each time.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = all.map(|entry| entry.path()).collect();
    all.sort();
    all
}
