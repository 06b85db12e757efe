//! What describes a project: its packages' dependencies, and which tools it configures.

use std::path::Path;

use super::evidence::Place;
use super::project::Project;
use crate::tools::{Checker, Packages};

/// Files in which a Python or Node project names the packages that it needs.
const DEPENDENCIES: [&str; 12] = [
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "requirements.txt",
    "requirements-dev.txt",
    "dev-requirements.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/lint.txt",
    "Pipfile",
    "package.json",
];

/// Where the project configures a tool.
#[must_use]
pub(super) fn configured(project: &Project<'_>, checker: &Checker) -> Option<Place> {
    checker.configured_by.iter().find_map(|(file, table)| {
        let text = project.text(file)?;
        let line = if table.is_empty() {
            1
        } else {
            table_line(file, &text, table)?
        };
        Some(Place {
            path: Path::new(file).to_owned(),
            line,
        })
    })
}

/// The line on which a table begins: in TOML and INI its heading, in JSON its key.
fn table_line(file: &str, text: &str, table: &str) -> Option<usize> {
    let is_heading = |line: &str| {
        let line = line.trim();
        if Path::new(file)
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            return line.starts_with(&format!("\"{table}\":"));
        }
        let heading = line
            .strip_prefix('[')
            .map(|line| line.trim_start_matches('['));
        let heading = heading
            .and_then(|line| line.split(']').next())
            .map(str::trim);
        heading.is_some_and(|heading| {
            heading == table
                || heading
                    .strip_prefix(table)
                    .is_some_and(|rest| rest.starts_with('.'))
        })
    };
    text.lines().position(is_heading).map(|at| at + 1)
}

/// Where the project names a package that contains a tool.
#[must_use]
pub(super) fn depends(project: &Project<'_>, checker: &Checker) -> Option<Place> {
    DEPENDENCIES.iter().find_map(|file| {
        let text = project.text(file)?;
        let mut lines = text.lines().enumerate();
        let at = lines.find(|(_, line)| {
            checker
                .packages
                .names()
                .iter()
                .any(|package| names(line, package))
        });
        at.map(|(at, _)| Place {
            path: Path::new(file).to_owned(),
            line: at + 1,
        })
    })
}

/// Whether a project that installs a tool from npm names its program in a script of package.json: a
/// configuration alone may be there for an editor. Tools from elsewhere count as called.
#[must_use]
pub(super) fn is_called(project: &Project<'_>, checker: &Checker) -> bool {
    if !matches!(checker.packages, Packages::Npm(_)) {
        return true;
    }
    let text = project.text("package.json").unwrap_or_default();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let scripts = package
        .get("scripts")
        .and_then(serde_json::Value::as_object);
    let mut scripts = scripts.into_iter().flatten();
    scripts.any(|(_, script)| {
        let words = script.as_str().unwrap_or_default();
        let mut words = words.split(|c: char| c.is_whitespace() || ";&|()'\"".contains(c));
        words.any(|word| checker.calls.iter().any(|call| call[0] == word))
    })
}

/// Whether a line of a list of dependencies names a package: at its beginning, or as one of the requirements of a list
/// that stands in one line, such as `dev = ["mypy", "ruff>=0.4"]`.
fn names(line: &str, package: &str) -> bool {
    let mut pieces = line.split(['"', '\'']).skip(1).step_by(2);
    begins_with(line, package) || pieces.any(|piece| is_requirement(piece, package))
}

/// Whether a whole text is a requirement of a package, in the form of Python.
fn is_requirement(text: &str, package: &str) -> bool {
    let rest = text
        .get(..package.len())
        .filter(|start| start.eq_ignore_ascii_case(package))
        .map(|_| text[package.len()..].trim_start());
    rest.is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(['=', '>', '<', '~', '!', '[', ';', '@', '('])
    })
}

fn begins_with(line: &str, package: &str) -> bool {
    let line = line.trim().trim_start_matches(['"', '\'', '-', ' ', '[']);
    let Some(rest) = line
        .get(..package.len())
        .filter(|start| start.eq_ignore_ascii_case(package))
    else {
        return false;
    };
    let after = &line[rest.len()..];
    // A heading such as `[tool.ruff]` or a key such as `ruff.lint` does not name a package.
    let ends = after.is_empty()
        || after.starts_with(['"', '\'', '=', '>', '<', '~', '!', '[', ' ', ';', ',', '@']);
    ends && !line.starts_with("[tool")
}

/// Whether mypy's configuration names what it checks.
fn mypy_has_targets(project: &Project<'_>) -> bool {
    let files = ["mypy.ini", ".mypy.ini", "setup.cfg", "pyproject.toml"];
    files
        .iter()
        .filter_map(|file| project.text(file))
        .any(|text| {
            let mut is_inside = false;
            text.lines().any(|line| {
                let line = line.trim();
                if line.starts_with('[') {
                    is_inside = matches!(line, "[mypy]" | "[tool.mypy]");
                }
                let key = line.split('=').next().unwrap_or_default().trim();
                is_inside && matches!(key, "files" | "packages" | "modules")
            })
        })
}

/// What to tell mypy to check if neither its configuration nor its call does.
#[must_use]
pub(super) fn mypy_targets(project: &Project<'_>) -> Vec<String> {
    if mypy_has_targets(project) {
        return Vec::new();
    }
    let inits = project
        .files()
        .iter()
        .filter(|file| file.file_name().is_some_and(|name| name == "__init__.py"));
    let mut targets: Vec<String> = inits
        .filter_map(|file| file.parent()?.to_str())
        .filter_map(|dir| {
            let mut parts = dir.split('/');
            match (parts.next()?, parts.next()) {
                ("src", Some(_)) => Some("src"),
                (top, None)
                    if !matches!(
                        top,
                        "tests" | "test" | "docs" | "doc" | "examples" | "scripts" | "benchmarks"
                    ) =>
                {
                    Some(top)
                }
                _ => None,
            }
        })
        .map(str::to_owned)
        .collect();
    targets.sort();
    targets.dedup();
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_named_as_their_files_spell_them() {
        for line in [
            "ruff>=0.4",
            "    \"ruff\",",
            "ruff = \"^0.4\"",
            "- ruff",
            "\"ruff\": \"1.0\",",
            "dev = [\"mypy\", \"ruff >= 0.4\"]",
            "extras_require={'dev': ['pytest[x]', 'ruff']},",
        ] {
            assert!(names(line, "ruff"), "{line}");
        }
        for line in [
            "[tool.ruff]",
            "ruff-lsp",
            "pytest-ruff",
            "ruffus>=1",
            "description = \"ruff plugin\"",
            "dev = [\"ruff-lsp\", \"ruffus\"]",
        ] {
            assert!(!names(line, "ruff"), "{line}");
        }
    }
}
