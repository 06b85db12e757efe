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

/// The commands that install a program: one for what the project declares, if it has a lock file, and
/// one for the program alone. `None` if it is not a tool that comes in a package.
pub(crate) fn install_commands(
    program: &str,
    has_file: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut known = checkers();
    let checker = known.find(|checker| checker.calls.iter().any(|call| call[0] == program))?;
    let package = checker.packages.names().first()?;
    let managers = match checker.packages {
        Packages::Npm(_) => NODE,
        Packages::PyPi(_) | Packages::None => PYTHON,
    };
    let manager = managers.iter().find(|manager| has_file(manager.lock));
    Some(match (manager, checker.packages) {
        (Some(manager), _) => vec![manager.all.to_owned(), format!("{} {package}", manager.add)],
        (None, Packages::Npm(_)) => vec![format!("npm install --save-dev {package}")],
        (None, _) => vec![format!("python -m pip install {package}")],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_package_manager() {
        let commands = |program, lock: &str| {
            let commands = install_commands(program, |file| file == lock);
            commands.map(|commands| commands.join(" | "))
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
