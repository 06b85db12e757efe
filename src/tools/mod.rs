//! Data about tools: where they are configured and which settings make them strict, what silences
//! them, which variables weaken them, with which arguments their programs cannot fail, and what
//! they leave in a work tree.
//!
//! All data about a tool is in one file, with the tools of its family. The modules that use it
//! decide what it means. A new family goes into `FAMILIES`.

mod artifact;
mod build_systems;
mod cache;
mod call;
mod call_options;
mod cargo_deny;
mod checker;
mod ci;
mod color;
mod configuration;
mod containers;
mod coverage;
mod cpp;
mod daemon;
mod deno;
mod documents;
mod facts;
pub(crate) mod family;
mod file_search;
mod git;
mod go;
mod golangci;
mod hook_managers;
mod installer;
mod javascript_build;
mod javascript_lint;
mod javascript_test;
mod jvm;
mod language;
mod lock_files;
mod make;
mod migration;
mod node;
mod options;
mod packaging;
mod php;
mod pre_commit_hooks;
mod program;
mod prose;
mod pylint;
mod pytest;
mod python;
mod python_environments;
mod python_format;
mod python_library;
mod python_lint;
mod python_rewriters;
mod python_security;
mod python_sessions;
mod python_types;
mod ruby;
mod ruff_defaults;
mod rust;
mod rust_checkers;
mod rust_configuration;
mod rust_tests;
mod scanners;
mod shards;
mod shell;
mod sign;
mod silencer;
mod strict_setting;
mod suggestion;
mod swallowed_status;
mod typescript;
mod unix;
mod user_dirs;
mod variable;
mod verdict_code;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::LazyLock;

use crate::base::environment::Variables;

pub(crate) use artifact::{Artifact, ArtifactKind};
pub(crate) use call::{Call, base_name};
pub(crate) use call_options::{CallOptions, Operands, StrictNumber};
pub(crate) use checker::{Checker, FixStep, Packages, UNKNOWN_CHECKER};
pub(crate) use ci::{WORKFLOW_DIRECTORIES, WORKFLOW_FILES, WORKFLOWS};
pub(crate) use color::ColorVariable;
pub(crate) use configuration::{
    Configuration, ConfigurationFile, ConfigurationFormat, Reach, SettingsRoot,
};
pub use facts::{ToolFacts, tool_facts};
pub(crate) use family::Family;
pub(crate) use file_search::{FileList, FileSearch, NameSearch, WithoutPath};
pub(crate) use installer::{ToolPlace, declared, environment_of, installation};
pub(crate) use javascript_test::COVERAGE_OPTIONS;
pub use language::Language;
pub(crate) use migration::{Migration, MovedValue, OldValue};
pub(crate) use pre_commit_hooks::{pre_commit_program, reads_text};
pub(crate) use program::{Program, Role};
pub(crate) use python::{PythonStart, module_option, python_call};
pub(crate) use python_environments::{
    HatchPlace, PythonProject, VIRTUAL_ENVIRONMENT_FILE, VIRTUAL_ENVIRONMENTS, hatch_place,
    is_of_conda, managed_environments,
};
pub(crate) use python_library::library_modules;
pub(crate) use rust::denies_warnings;
pub(crate) use shards::shard_options;
pub(crate) use shell::SHELLS;
pub(crate) use sign::{ExitCodes, Meaning, OF_LAUNCHERS, Position, Sign, Times, says_no_network};
pub(crate) use silencer::{FileScope, ReasonStyle, Silencer, SourcePart};
pub(crate) use strict_setting::{
    ArgumentEffects, FirstTime, ListKind, Renamed, StrictSetting, StrictWhen, Unset,
};
pub(crate) use suggestion::Suggestion;
pub(crate) use swallowed_status::{Cause, SwallowedStatus};
pub(crate) use unix::prints_files;
pub(crate) use user_dirs::user_dir_with;
pub(crate) use variable::SkipVariable;
pub(crate) use verdict_code::says_finding;

/// Every family. If silencers of two families match at the same place, only the first counts.
static FAMILIES: &[Family] = &[
    python_lint::FAMILY,
    python_types::FAMILY,
    python_security::FAMILY,
    coverage::FAMILY,
    pylint::FAMILY,
    python_format::FAMILY,
    pytest::FAMILY,
    python_sessions::FAMILY,
    python::FAMILY,
    javascript_lint::FAMILY,
    typescript::FAMILY,
    deno::FAMILY,
    javascript_test::FAMILY,
    javascript_build::FAMILY,
    node::FAMILY,
    rust::FAMILY,
    go::FAMILY,
    golangci::FAMILY,
    jvm::FAMILY,
    ruby::FAMILY,
    shell::FAMILY,
    git::FAMILY,
    hook_managers::FAMILY,
    ci::FAMILY,
    documents::FAMILY,
    php::FAMILY,
    lock_files::FAMILY,
    prose::FAMILY,
    cpp::FAMILY,
    make::FAMILY,
    unix::FAMILY,
    build_systems::FAMILY,
    containers::FAMILY,
    pre_commit_hooks::FAMILY,
    python_rewriters::FAMILY,
    packaging::FAMILY,
    scanners::FAMILY,
];

/// All families.
pub(crate) fn families() -> impl Iterator<Item = &'static Family> {
    FAMILIES.iter()
}

/// All configurations whose settings are compared.
pub(crate) fn configurations() -> impl Iterator<Item = &'static Configuration> {
    families().flat_map(|family| family.configurations)
}

/// Everything that silences a tool; if two match at the same place, only the first counts.
pub fn silencers() -> impl Iterator<Item = &'static Silencer> {
    families().flat_map(|family| family.silencers)
}

/// Everything that the output of tools suggests although a rule is about it.
pub(crate) fn suggestions() -> impl Iterator<Item = &'static Suggestion> {
    families().flat_map(|family| family.suggestions)
}

/// The variable of this name, if it skips the checks of a hook manager with this value.
pub(crate) fn skip_variable(name: &OsStr, value: &OsStr) -> Option<&'static SkipVariable> {
    let matches = |variable: &&SkipVariable| name == variable.name && variable.skips(value);
    families().find_map(|family| family.skip_variables.iter().find(matches))
}

/// The variables that tell tools to do without the network, each with its value.
pub(crate) fn offline_variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    families().flat_map(|family| family.offline_variables.iter().copied())
}

/// All programs.
pub(crate) fn programs() -> impl Iterator<Item = &'static Program> {
    families().flat_map(|family| family.programs)
}

/// The program that is called by this name.
pub(crate) fn program(name: &str) -> Option<&'static Program> {
    static BY_NAME: LazyLock<HashMap<&str, &Program>> = LazyLock::new(|| {
        let mut by_name = HashMap::new();
        for program in programs() {
            for name in program.names {
                by_name.entry(*name).or_insert(program);
            }
        }
        by_name
    });
    let unversioned = || name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let named = |name: &str| BY_NAME.get(name).copied();
    let called = named(name).or_else(|| named(unversioned()));
    called.filter(|program| program.is_called(name))
}

/// All tools as gates.
pub(crate) fn checkers() -> impl Iterator<Item = &'static Checker> {
    families().flat_map(|family| family.checkers)
}

/// The variables by which a tool writes in colour, by the name that it has as a gate.
pub(crate) fn color_variables(tool: &str) -> impl Iterator<Item = &'static ColorVariable> {
    let all = families().flat_map(|family| family.colors);
    all.filter(move |variable| variable.tool == tool)
}

/// All expressions for the lines by which tools say that a file cannot be parsed.
pub(crate) fn syntax_errors() -> impl Iterator<Item = &'static str> {
    families().flat_map(|family| family.syntax_errors.iter().copied())
}

/// Why a call leaves its work to a daemon, if it does.
pub(crate) fn daemon_call(call: &Call<'_>) -> Option<SwallowedStatus> {
    let mut clients = families().flat_map(|family| family.daemons);
    clients.find_map(|client| client.call(call))
}

/// Why a call of a known tool cannot fail, if it only says something about the tool.
pub(crate) fn only_says(call: &Call<'_>) -> Option<SwallowedStatus> {
    let mut calls = checkers().flat_map(|checker| checker.calls);
    let word = call.option(&["--help", "--version"])?;
    let is_known = calls.any(|words| words.first() == Some(&call.name));
    is_known.then(|| SwallowedStatus {
        span: word.span.clone(),
        cause: Cause::Informs,
        label: format!("{} checks nothing with this option", call.name),
        help: format!("remove `{}`", word.text),
    })
}

/// Whether a client of a daemon is named anywhere in a text.
pub(crate) fn names_daemon(text: &str) -> bool {
    let mut clients = families().flat_map(|family| family.daemons);
    clients.any(|client| client.names.iter().any(|name| text.contains(name)))
}

/// The client of a daemon for each path of a workspace that is named anywhere in a text.
pub(crate) fn names_daemon_of_path(text: &str) -> Option<&'static str> {
    let clients = families().flat_map(|family| family.daemons);
    let mut names = clients
        .filter(|client| client.is_of_path)
        .flat_map(|client| client.names);
    names.find(|name| text.contains(**name)).copied()
}

/// The variables with which tools leave no work to a daemon, each with its value; see
/// [`Family::no_daemon_variables`].
pub(crate) fn no_daemon_variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    families().flat_map(|family| family.no_daemon_variables.iter().copied())
}

/// A call that does the work itself, if this one leaves it to a process that stays.
pub(crate) fn without_daemon(words: &[String]) -> Option<Vec<String>> {
    checkers().find_map(|checker| checker.without_daemon(words))
}

/// Whether a tool that runs in `dir`, a directory of the work tree `top`, finds nothing that an earlier run has
/// kept, so that it is slower than it will be. `None` if it keeps nothing, or if that cannot be told.
#[must_use]
pub(crate) fn cold_cache(
    checker: &Checker,
    variables: &Variables,
    top: &Path,
    dir: &Path,
) -> Option<bool> {
    cache::is_cold(checker.cache.as_ref()?, variables, top, dir)
}

/// All artifacts that tools leave in a work tree.
pub(crate) fn artifacts() -> impl Iterator<Item = &'static Artifact> {
    families().flat_map(|family| family.artifacts)
}

/// Whether a path of a work tree is something installed that gates use: a Python environment, or what a
/// tool of the table installs.
#[must_use]
pub(crate) fn is_installed(top: &Path, path: &Path) -> bool {
    let mut installed = artifacts().filter(|artifact| artifact.kind == ArtifactKind::Installed);
    installed.any(|artifact| artifact.holds(path))
        || top.join(path).join(VIRTUAL_ENVIRONMENT_FILE).is_file()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_leads_to_the_first_program_that_is_called_so() {
        let names = programs().flat_map(|program| program.names);
        for name in names {
            for called in [
                (*name).to_owned(),
                format!("{name}3.11"),
                format!("{name}2"),
            ] {
                let first = programs().find(|program| program.is_called(&called));
                let found = program(&called).map(|program| program.names);
                assert_eq!(found, first.map(|program| program.names), "{called}");
            }
        }
    }

    #[test]
    fn each_program_stands_in_one_family() {
        let mut seen = BTreeSet::new();
        for name in programs().flat_map(|program| program.names) {
            assert!(seen.insert(name), "{name}");
        }
    }
}
