//! How a project installs a tool that is missing: by the package manager whose lock file it has.

use super::checker::Packages;
use super::checkers;

/// A package manager.
struct Installer {
    /// Its lock file.
    lock: &'static str,
    /// What installs everything that the project declares.
    all: &'static str,
    /// What declares and installs one more tool.
    add: &'static str,
}

const fn installer(lock: &'static str, all: &'static str, add: &'static str) -> Installer {
    Installer { lock, all, add }
}

const PYTHON: &[Installer] = &[
    installer("uv.lock", "uv sync", "uv add --dev"),
    installer("poetry.lock", "poetry install", "poetry add --group dev"),
    installer("pdm.lock", "pdm install", "pdm add --dev"),
    installer("Pipfile.lock", "pipenv sync --dev", "pipenv install --dev"),
];

const NODE: &[Installer] = &[
    installer("pnpm-lock.yaml", "pnpm install", "pnpm add --save-dev"),
    installer("yarn.lock", "yarn install", "yarn add --dev"),
    installer("bun.lock", "bun install", "bun add --dev"),
    installer("bun.lockb", "bun install", "bun add --dev"),
    installer("package-lock.json", "npm ci", "npm install --save-dev"),
    installer("package.json", "npm install", "npm install --save-dev"),
];

/// Where a package manager installs a project's own tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolPlace {
    /// `node_modules`.
    Node,
    /// A virtual environment of Python.
    Python,
}

/// The command that installs all that a project declares, where a program is one of its tools, and the
/// place where it would then be. `None` if nothing tells that the project declares it.
pub(crate) fn environment_of(
    program: &str,
    has_file: impl Fn(&str) -> bool,
) -> Option<(ToolPlace, &'static str)> {
    let mut known = checkers();
    let checker = known.find(|checker| checker.calls.iter().any(|call| call[0] == program))?;
    let (place, managers) = match checker.packages {
        Packages::Npm(_) => (ToolPlace::Node, NODE),
        Packages::PyPi(_) => (ToolPlace::Python, PYTHON),
        Packages::None => return None,
    };
    let manager = managers.iter().find(|manager| has_file(manager.lock))?;
    Some((place, manager.all))
}

/// How a program that is missing can be installed.
pub(crate) struct Installation {
    /// What installs everything that the project declares; `None` if it has no lock file.
    pub(crate) all: Option<&'static str>,
    /// What declares and installs packages, without their names.
    pub(crate) add: &'static str,
    /// The package that has the program.
    pub(crate) package: &'static str,
}

impl Installation {
    /// The commands: one for what the project declares, if it has a lock file, and one for the program alone.
    #[must_use]
    pub(crate) fn commands(&self) -> Vec<String> {
        let all = self.all.map(str::to_owned);
        all.into_iter()
            .chain([format!("{} {}", self.add, self.package)])
            .collect()
    }
}

/// How a program can be installed. `None` if it is not a tool that comes in a package.
pub(crate) fn installation(program: &str, has_file: impl Fn(&str) -> bool) -> Option<Installation> {
    let mut known = checkers();
    let checker = known.find(|checker| checker.calls.iter().any(|call| call[0] == program))?;
    let package = checker.packages.names().first()?;
    let managers = match checker.packages {
        Packages::Npm(_) => NODE,
        Packages::PyPi(_) | Packages::None => PYTHON,
    };
    let manager = managers.iter().find(|manager| has_file(manager.lock));
    Some(Installation {
        all: manager.map(|manager| manager.all),
        add: match (manager, checker.packages) {
            (Some(manager), _) => manager.add,
            (None, Packages::Npm(_)) => "npm install --save-dev",
            (None, _) => "python -m pip install",
        },
        package,
    })
}

/// What installs all that a project declares, if a file of it declares one of these packages. uv leaves out groups and extras
/// that are not named.
#[must_use]
pub(crate) fn declared(all: &str, text: &str, packages: &[&str]) -> Option<String> {
    let names: Vec<String> = packages.iter().map(|name| regex::escape(name)).collect();
    // As a requirement, or as the key of a table; `[tool.NAME]` only configures it.
    let pattern = format!(
        r#"(?im)(?:^\s*|["'])(?:{})(?:\[[^\]\n]*\])?[ \t]*(?:$|["'<>=!~;@,])"#,
        names.join("|")
    );
    let requirement = regex::Regex::new(&pattern).ok()?;
    if !requirement.is_match(text) {
        return None;
    }
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let is_in = |value: Option<&toml::Value>| {
        value.is_some_and(|value| requirement.is_match(&value.to_string()))
    };
    let extras = table
        .get("project")
        .and_then(|project| project.get("optional-dependencies"));
    let flag = match all {
        "uv sync" if is_in(table.get("dependency-groups")) => " --all-groups",
        "uv sync" if is_in(extras) => " --all-extras",
        _ => "",
    };
    Some(format!("{all}{flag}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_installed_with_its_group() {
        for (all, text, expected) in [
            ("uv sync", "[tool.ty]\n[tool.typing]\n", None),
            ("uv sync", "[project.scripts]\na = 'ty check'\n", None),
            (
                "uv sync",
                "[dependency-groups]\ntypes = ['typing-ty', 'tyx']\n",
                None,
            ),
            (
                "uv sync",
                "[dependency-groups]\ntypes = ['ty>=0.1']\n",
                Some("uv sync --all-groups"),
            ),
            (
                "uv sync",
                "[project.optional-dependencies]\na = ['ty[x] ; a']\n",
                Some("uv sync --all-extras"),
            ),
            (
                "uv sync",
                "[project]\ndependencies = [\"ty\"]\n",
                Some("uv sync"),
            ),
            (
                "poetry install",
                "[tool.poetry.dependencies]\nty = '^1'\n",
                Some("poetry install"),
            ),
            (
                "npm ci",
                "{\"devDependencies\": {\"ty\": \"1\"}}",
                Some("npm ci"),
            ),
            (
                "pipenv sync --dev",
                "[packages]\nty = '*'\n",
                Some("pipenv sync --dev"),
            ),
        ] {
            assert_eq!(declared(all, text, &["ty"]).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_lock_file_names_the_package_manager() {
        let commands = |program, lock: &str| {
            let found = installation(program, |file| file == lock);
            found.map(|found| found.commands().join(" | "))
        };
        for (program, lock, expected) in [
            ("ruff", "uv.lock", Some("uv sync | uv add --dev ruff")),
            ("ruff", "", Some("python -m pip install ruff")),
            (
                "eslint",
                "pnpm-lock.yaml",
                Some("pnpm install | pnpm add --save-dev eslint"),
            ),
            (
                "tsc",
                "package-lock.json",
                Some("npm ci | npm install --save-dev typescript"),
            ),
            ("cargo", "uv.lock", None),
            ("make", "", None),
        ] {
            assert_eq!(
                commands(program, lock).as_deref(),
                expected,
                "{program} {lock}"
            );
        }
    }
}
