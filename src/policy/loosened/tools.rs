//! Which files configure tools, and what in them makes a tool strict.

use std::path::Path;

use super::compare::Check;
use super::formats::Format;
use super::settings::Root;
use super::{javascript, native, python, python_types};

/// A tool that judges code.
pub(super) struct Tool {
    /// Its name.
    pub(super) name: &'static str,
    /// Where its settings may stand, in the order in which the tool looks. Those of one folder are
    /// one configuration, unless each file is one of its own.
    pub(super) places: &'static [Place],
    /// Whether each file is a configuration of its own.
    pub(super) is_by_file: bool,
    /// Tables in which the same settings may stand.
    pub(super) nested: &'static [&'static str],
    /// Settings that name other files, which hold what this one does not.
    pub(super) inherits: &'static [&'static str],
    /// Tools that can take its place.
    pub(super) kin: &'static [&'static str],
    /// The rule for a configuration that is gone; without, each setting is looked at by itself.
    pub(super) removed: Option<&'static str>,
    /// What is compared.
    pub(super) rules: &'static [Rule],
}

/// A file that holds settings of a tool.
pub(super) struct Place {
    /// Its name, in any folder; a `*` stands for anything. With a folder: the end of its path.
    pub(super) file: &'static str,
    /// How it is written.
    pub(super) format: Format,
    /// Where in it they stand.
    pub(super) root: Root,
}

/// What is compared, and how.
pub(super) struct Rule {
    /// Its id; several may share it.
    pub(super) id: &'static str,
    /// The settings; those that tell no groups apart are one.
    pub(super) settings: &'static [&'static str],
    /// What makes them looser.
    pub(super) check: Check,
    /// Settings that, switched on, make these strict.
    pub(super) implied_by: &'static [&'static str],
}

impl Tool {
    /// Which of its files the tool looks for first.
    pub(super) fn rank(&self, place: &Place) -> usize {
        let mut places = self.places.iter();
        places
            .position(|other| other.file == place.file)
            .unwrap_or(0)
    }
}

impl Rule {
    pub(super) const fn new(
        id: &'static str,
        settings: &'static [&'static str],
        check: Check,
    ) -> Self {
        Self {
            id,
            settings,
            check,
            implied_by: &[],
        }
    }

    /// With settings that make these strict.
    pub(super) const fn implied_by(mut self, settings: &'static [&'static str]) -> Self {
        self.implied_by = settings;
        self
    }
}

/// A tool of which every place and every table is plain.
pub(super) const fn tool(
    name: &'static str,
    removed: Option<&'static str>,
    places: &'static [Place],
    rules: &'static [Rule],
) -> Tool {
    Tool {
        name,
        places,
        is_by_file: false,
        nested: &[],
        inherits: &[],
        kin: &[],
        removed,
        rules,
    }
}

const fn place(file: &'static str, format: Format, root: &'static str) -> Place {
    Place {
        file,
        format,
        root: Root::Table(root),
    }
}

pub(super) const fn toml(file: &'static str, root: &'static str) -> Place {
    place(file, Format::Toml, root)
}

pub(super) const fn ini(file: &'static str, root: &'static str) -> Place {
    place(file, Format::Ini, root)
}

pub(super) const fn json(file: &'static str, root: &'static str) -> Place {
    place(file, Format::Json, root)
}

pub(super) const fn sections(file: &'static str, root: Root) -> Place {
    Place {
        file,
        format: Format::Ini,
        root,
    }
}

/// All tools whose settings are compared.
pub(super) fn tools() -> impl Iterator<Item = &'static Tool> {
    let all = [
        python::TOOLS,
        python_types::TOOLS,
        javascript::TOOLS,
        native::TOOLS,
    ];
    all.into_iter().flatten()
}

/// Files that configure tools as well, and that are programs or written in YAML: nobody can compare
/// these setting by setting.
const UNREAD: [&str; 37] = [
    ".codecov.yml",
    ".coveralls.yml",
    ".eslintrc.*",
    ".golangci.yaml",
    ".golangci.yml",
    ".jshintrc",
    ".markdownlint*",
    ".mocharc.*",
    ".pre-commit-config.yaml",
    ".prettierignore",
    ".prettierrc*",
    ".rubocop.yml",
    ".rubocop_todo.yml",
    ".shellcheckrc",
    ".stylelintrc*",
    ".yamllint*",
    "bandit.yaml",
    "bandit.yml",
    "checkstyle.xml",
    "codecov.yml",
    "conftest.py",
    "cypress.config.*",
    "detekt.yml",
    "eslint.config.*",
    "jest.config.*",
    "karma.conf.*",
    "lefthook.*",
    "noxfile.py",
    "phpstan.neon",
    "playwright.config.*",
    "prettier.config.*",
    "rustfmt.toml",
    ".rustfmt.toml",
    "staticcheck.conf",
    "stylelint.config.*",
    "vitest.config.*",
    "vite.config.*",
];

/// Whether a file configures a tool that judges code: whoever changes it may change what is judged,
/// also where the settings themselves are not compared.
#[must_use]
pub fn is_tool_configuration(path: &Path) -> bool {
    let mut compared = tools().flat_map(|tool| tool.places);
    // What a package manager reads holds many other things.
    let is_manifest = |file: &str| matches!(file, "package.json" | "Cargo.toml");
    compared.any(|place| !is_manifest(place.file) && is_named(path, place.file))
        || UNREAD.iter().any(|file| is_named(path, file))
}

/// Whether a path ends as a place says.
pub(super) fn is_named(path: &Path, pattern: &str) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    match pattern.split_once('*') {
        Some((start, end)) => {
            let rest = name.strip_prefix(start);
            rest.is_some_and(|rest| rest.ends_with(end))
        }
        None => path.ends_with(pattern),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_known_by_its_name() {
        for path in [
            "pyproject.toml",
            "a/b/tsconfig.build.json",
            ".cargo/config.toml",
            "crates/x/clippy.toml",
            "eslint.config.mjs",
            "tests/conftest.py",
            ".golangci.yml",
            ".flake8",
            "setup.cfg",
        ] {
            assert!(is_tool_configuration(path.as_ref()), "{path}");
        }
        for path in [
            "src/main.rs",
            "config.toml",
            "a.json",
            "package.json",
            "Cargo.toml",
            "",
        ] {
            assert!(!is_tool_configuration(path.as_ref()), "{path}");
        }
    }
}
