//! Where the configuration of a tool lies.

use super::strict_setting::StrictSetting;

/// The configuration of a tool that checks code.
pub(crate) struct Configuration {
    /// The tool's name.
    pub(crate) tool: &'static str,
    /// The files that may hold it, in the order in which the tool looks for them. Those of one
    /// directory are one configuration, unless each file is one of its own.
    pub(crate) files: &'static [ConfigurationFile],
    /// Whether each file is a configuration of its own.
    pub(crate) is_each_file_alone: bool,
    /// Tables in which the same settings may stand.
    pub(crate) nested: &'static [&'static str],
    /// Settings that name other files, which hold what this one does not.
    pub(crate) inherits: &'static [&'static str],
    /// Tools that can take the place of this one.
    pub(crate) alternatives: &'static [&'static str],
    /// The rule for a configuration that was removed; without one, each setting is compared by
    /// itself.
    pub(crate) removed: Option<&'static str>,
    /// The settings that are compared.
    pub(crate) settings: &'static [StrictSetting],
}

/// A file that may hold the configuration of a tool.
pub(crate) struct ConfigurationFile {
    /// Its name, in any directory; a `*` stands for anything. With a directory: the end of its path.
    pub(crate) name: &'static str,
    /// How it is written.
    pub(crate) format: ConfigurationFormat,
    /// Where in it the tool's settings stand.
    pub(crate) root: SettingsRoot,
}

/// How a configuration file is written.
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
}

/// Where a tool's settings stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettingsRoot {
    /// In the table of this path; empty: the file is the tool's own.
    Table(&'static str),
    /// mypy's in INI: `[mypy]`, and for modules `[mypy-module]`, which elsewhere are `overrides`.
    MypySections,
    /// pylint's in the INI files of others: `[pylint.SECTION]`.
    PylintSections,
}

/// A configuration with neither nested tables nor inheritance nor alternatives.
pub(super) const fn configuration(
    tool: &'static str,
    removed: Option<&'static str>,
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
