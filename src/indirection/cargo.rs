//! The aliases of cargo, and the programs by which it runs others.

use std::path::Path;

use super::data::{self, Data};
use super::lead::{Lead, Line, Place, at};
use super::programs::{cargo_run, is_rust_script};
use super::tree::Files;
use crate::base::fault::Result;
use crate::tools::checkers;

/// Commands that an alias cannot replace.
const BUILT_IN: [&str; 24] = [
    "add",
    "bench",
    "build",
    "check",
    "clean",
    "doc",
    "fetch",
    "fix",
    "help",
    "info",
    "init",
    "install",
    "locate-project",
    "metadata",
    "new",
    "package",
    "publish",
    "remove",
    "run",
    "rustc",
    "rustdoc",
    "test",
    "tree",
    "update",
];

/// Options before the command that are followed by a value.
const VALUED: [&str; 4] = ["--color", "--config", "-Z", "-C"];

/// What a call of cargo leads to; `None` if no file in the tree affects it.
///
/// The configuration is that of the directory and of those around it (doc.rust-lang.org/cargo,
/// "Configuration"); the nearest one counts most.
pub(super) fn lead(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let mut dir = dir.to_owned();
    let mut words = arguments.iter().copied();
    let mut command = None;
    while let Some(word) = words.next() {
        match word {
            "-C" => dir = at(&dir, words.next().unwrap_or_default()),
            option if VALUED.contains(&option) => {
                words.next();
            }
            option if option.starts_with(['-', '+']) => {}
            name => {
                command = Some(name);
                break;
            }
        }
    }
    let mut lead = Lead::default();
    let rest: Vec<&str> = words.collect();
    for above in dir.ancestors() {
        let names = [".cargo/config", ".cargo/config.toml"];
        let Some(file) = files.first(above, &names)? else {
            continue;
        };
        let Some(data) = data::toml(&file.text) else {
            lead.give_up(&file, "cargo's configuration is damaged");
            continue;
        };
        lead.links(&file);
        programs(&data, &file.path, &mut lead);
        let name = command.filter(|name| !BUILT_IN.contains(name));
        let alias = name.and_then(|name| data.at(&["alias", name]));
        if let (Some(name), Some(alias), true) = (name, alias, lead.lines.is_empty()) {
            lead.value(&file.path, &format!("alias.{name}"), alias);
            let place = Place {
                path: file.path.clone(),
                line: alias.line,
            };
            let expanded = match alias.text() {
                Some(text) => format!("cargo {text}"),
                None => format!("cargo {}", shell_words::join(alias.texts())),
            };
            let all = format!("{expanded} {}", shell_words::join(&rest));
            lead.lines.push(Line::new(all.trim_end(), &dir, place));
        }
    }
    if lead.lines.is_empty()
        && let Some(program) = program(command, &rest, &dir, files)?
    {
        lead.extend(program);
    }
    let is_nothing = lead.lines.is_empty() && lead.pieces.is_empty() && lead.whole.is_empty();
    if is_nothing {
        return Ok(None);
    }
    if lead.lines.is_empty() {
        // The command itself runs; what was found decides how.
        lead.unresolved = Some("cargo runs it".to_owned());
    }
    Ok(Some(lead))
}

/// Whether a command of cargo may run a package of the tree: `run`, a script, or a name that is not known
/// and so may be an alias.
pub(super) fn may_run_package(command: &str) -> bool {
    let is_tool = || {
        let mut calls = checkers().flat_map(|checker| checker.calls);
        calls.any(|call| call.starts_with(&["cargo", command]))
    };
    command == "run" || !BUILT_IN.contains(&command) && !is_tool()
}

/// The package of the tree that a command compiles and runs.
fn program(
    command: Option<&str>,
    rest: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    match command {
        Some("run" | "r") => cargo_run(rest, dir, files),
        // `cargo -Zscript check.rs`
        Some(script) if is_rust_script(script) => {
            let file = files.file(&at(dir, script))?;
            Ok(file.map(|file| Lead::whole(&file, "cargo compiles it")))
        }
        _ => Ok(None),
    }
}

/// Adds the settings by which cargo starts other programs, or gives them variables.
fn programs(data: &Data, path: &Path, lead: &mut Lead) {
    const OF_BUILD: [&str; 4] = [
        "rustc",
        "rustc-wrapper",
        "rustc-workspace-wrapper",
        "rustdoc",
    ];
    for key in OF_BUILD {
        if let Some(value) = data.at(&["build", key]) {
            lead.value(path, &format!("build.{key}"), value);
        }
    }
    for (target, settings) in data.get("target").map_or(&[][..], Data::entries) {
        if let Some(value) = settings.get("runner") {
            lead.value(path, &format!("target.{target}.runner"), value);
        }
    }
    for key in ["env", "include"] {
        if let Some(value) = data.get(key) {
            lead.value(path, key, value);
        }
    }
}
