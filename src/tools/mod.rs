//! What is known of tools: where their configuration lies and which settings make them strict.
//!
//! Everything known of a tool stands in one file, with the tools of its family. It is data: what the
//! data means is decided by those who ask for it.

mod configuration;
mod coverage;
mod deno;
mod documents;
mod go;
mod hook_managers;
mod javascript_lint;
mod javascript_test;
mod jvm;
mod php;
mod pylint;
mod pytest;
mod python_format;
mod python_lint;
mod python_security;
mod python_sessions;
mod python_types;
mod ruby;
mod rust;
mod shell;
mod strict_setting;
mod typescript;

pub(crate) use configuration::{
    Configuration, ConfigurationFile, ConfigurationFormat, SettingsRoot,
};
pub(crate) use strict_setting::{ArgumentEffects, ListKind, StrictSetting, StrictWhen, Unset};

/// Tools that are used together, or in place of each other.
pub(crate) struct Family {
    /// Where they are configured, and which settings make them strict.
    pub(crate) configurations: &'static [Configuration],
    /// Files that configure them and cannot be compared setting by setting: programs, and YAML. A `*`
    /// stands for anything.
    pub(crate) uncompared: &'static [&'static str],
}

impl Family {
    /// A family of which nothing is known.
    const NONE: Self = Self {
        configurations: &[],
        uncompared: &[],
    };
}

static FAMILIES: [Family; 20] = [
    python_lint::FAMILY,
    python_types::FAMILY,
    python_security::FAMILY,
    coverage::FAMILY,
    pylint::FAMILY,
    python_format::FAMILY,
    pytest::FAMILY,
    python_sessions::FAMILY,
    javascript_lint::FAMILY,
    typescript::FAMILY,
    deno::FAMILY,
    javascript_test::FAMILY,
    rust::FAMILY,
    go::FAMILY,
    jvm::FAMILY,
    ruby::FAMILY,
    shell::FAMILY,
    hook_managers::FAMILY,
    documents::FAMILY,
    php::FAMILY,
];

/// All families.
pub(crate) fn families() -> impl Iterator<Item = &'static Family> {
    FAMILIES.iter()
}

/// All configurations whose settings are compared.
pub(crate) fn configurations() -> impl Iterator<Item = &'static Configuration> {
    families().flat_map(|family| family.configurations)
}
