//! The places of a tool's configuration.

use super::migration::Migration;
use super::strict_setting::StrictSetting;
use crate::model::rule::Rule;

/// The configuration of a tool that checks code.
pub(crate) struct Configuration {
    /// The tool's name.
    pub(crate) tool: &'static str,
    /// The files that may hold it, in the order in which the tool looks for them. The files of one
    /// directory form one configuration, unless each file is a separate one.
    pub(crate) files: &'static [ConfigurationFile],
    /// Whether each file is a separate configuration.
    pub(crate) is_each_file_alone: bool,
    /// Nested tables that may contain the same settings.
    pub(crate) nested: &'static [&'static str],
    /// Settings that name other files to inherit from.
    pub(crate) inherits: &'static [&'static str],
    /// Tools that can replace this one.
    pub(crate) alternatives: &'static [&'static str],
    /// The rule for a configuration that was removed; without it, each setting is compared by
    /// itself.
    pub(crate) removed: Option<&'static Rule>,
    /// The settings that are compared.
    pub(crate) settings: &'static [StrictSetting],
    /// The programs that read it. Where a gate runs one, a first configuration is compared with the
    /// defaults.
    pub(crate) read_by: &'static [&'static str],
    /// Where these programs look for it.
    pub(crate) reach: Reach,
    /// How its settings moved when a new version of the tool renamed them.
    pub(crate) migration: Option<&'static Migration>,
}

/// Files that configure a tool and whose settings are not compared.
pub(crate) struct UncomparedFiles {
    /// Their names, in any directory; a `*` stands for anything.
    pub(crate) names: &'static [&'static str],
    /// The programs that read them.
    pub(crate) read_by: &'static [&'static str],
}

impl UncomparedFiles {
    /// Files that these programs read.
    pub(super) const fn new(
        names: &'static [&'static str],
        read_by: &'static [&'static str],
    ) -> Self {
        Self { names, read_by }
    }
}

/// Where a tool looks for its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// In the directory that it is called in or is given, and in those above.
    Above,
    /// For each file in its directory and those above. The first one counts.
    Nearest,
    /// The same, but each adds to those above it.
    Merged,
}

/// A file that may hold the configuration of a tool.
pub(crate) struct ConfigurationFile {
    /// Its name, in any directory; a `*` stands for anything. With a directory: the end of its path.
    pub(crate) name: &'static str,
    /// Its format.
    pub(crate) format: ConfigurationFormat,
    /// The place of the tool's settings in it.
    pub(crate) root: SettingsRoot,
}

/// The format of a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfigurationFormat {
    /// TOML.
    Toml,
    /// Sections, keys and values as Python reads them.
    Ini,
    /// JSON, with comments and trailing commas.
    Json,
    /// An entry on each line, as in `.gitignore`.
    Lines,
    /// YAML.
    Yaml,
}

/// The place of a tool's settings in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettingsRoot {
    /// In the table with this path; if empty, the whole file belongs to the tool.
    Table(&'static str),
    /// The sections of mypy in INI files: `[mypy]`, and for modules `[mypy-module]`, which
    /// elsewhere are `overrides`.
    MypySections,
    /// The sections of pylint in the INI files of other tools: `[pylint.SECTION]`.
    PylintSections,
}

/// A configuration with neither nested tables nor inheritance nor alternatives.
pub(super) const fn configuration(
    tool: &'static str,
    removed: Option<&'static Rule>,
    files: &'static [ConfigurationFile],
    settings: &'static [StrictSetting],
) -> Configuration {
    Configuration {
        tool,
        files,
        is_each_file_alone: false,
        nested: &[],
        inherits: &[],
        alternatives: &[],
        removed,
        settings,
        read_by: &[],
        reach: Reach::Above,
        migration: None,
    }
}

const fn file(
    name: &'static str,
    format: ConfigurationFormat,
    table: &'static str,
) -> ConfigurationFile {
    ConfigurationFile {
        name,
        format,
        root: SettingsRoot::Table(table),
    }
}

pub(super) const fn toml(name: &'static str, table: &'static str) -> ConfigurationFile {
    file(name, ConfigurationFormat::Toml, table)
}

pub(super) const fn ini(name: &'static str, table: &'static str) -> ConfigurationFile {
    file(name, ConfigurationFormat::Ini, table)
}

pub(super) const fn yaml(name: &'static str, table: &'static str) -> ConfigurationFile {
    file(name, ConfigurationFormat::Yaml, table)
}

pub(super) const fn lines(name: &'static str) -> ConfigurationFile {
    file(name, ConfigurationFormat::Lines, "")
}

pub(super) const fn json(name: &'static str, table: &'static str) -> ConfigurationFile {
    file(name, ConfigurationFormat::Json, table)
}

pub(super) const fn sections(name: &'static str, root: SettingsRoot) -> ConfigurationFile {
    ConfigurationFile {
        name,
        format: ConfigurationFormat::Ini,
        root,
    }
}
