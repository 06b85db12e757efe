//! Whether a tool that checks none of the files of a change does so by the configuration of the base.
//!
//! The tool itself says that it excludes them. The base decides that if nothing that the change touches
//! could have: no configuration, nothing that the command leads to, and nothing that a configuration
//! names. What cannot be known counts as touched, so that a change never excuses itself.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::indirection::Resolved;
use crate::model::trigger::Trigger;
use crate::plan::{Plan, PlannedGate};
use crate::tools::Checker;

/// Endings of files that configure something.
const CONFIGURATIONS: [&str; 9] = [
    "cfg", "conf", "ini", "json", "json5", "jsonc", "toml", "yaml", "yml",
];

/// Endings of programs that are configurations.
const PROGRAMS: [&str; 6] = ["cjs", "cts", "js", "mjs", "mts", "ts"];

/// What a configuration that is a program must not hold: it could depend on any file.
const OPEN: [&str; 14] = [
    "'#",
    "\"#",
    "'.",
    "\".",
    "`.",
    "import(",
    "require(.",
    "readFile",
    "fs'",
    "fs\"",
    "process",
    "createRequire",
    "eval",
    "glob(",
];

/// What a package must not have if a configuration is a program: packages that are files of the tree, or
/// files of its own that have the name of a package.
const LOCAL_PACKAGES: [&str; 5] = [
    "\"exports\"",
    "\"workspaces\"",
    "\"file:",
    "\"link:",
    "\"workspace:",
];

/// How much of a configuration is read, in bytes. A longer one could hold anything.
const LONGEST: u64 = 256 << 10;

/// Whether the base decides which files the tool of this gate excludes. `look` is where the files are.
pub(super) fn base_decides(
    plan: &Plan,
    planned: &PlannedGate,
    checker: &Checker,
    resolved: &Resolved,
    look: &Path,
) -> bool {
    let has_base = !matches!(
        plan.trigger,
        Trigger::Run | Trigger::Files { .. } | Trigger::Trial { .. }
    );
    let may_exclude = checker.signs.iter().any(|sign| sign.is_by_configuration)
        || !checker.search.ignore_files().is_empty();
    if !has_base || planned.files.is_empty() || !may_exclude {
        return false;
    }
    let Some(texts) = configurations(planned, checker, look) else {
        return false;
    };
    let led = resolved.pieces.iter().map(|piece| piece.path.as_path());
    let led: BTreeSet<&Path> = led
        .chain(resolved.whole.iter().map(PathBuf::as_path))
        .collect();
    // The first one is the call itself, with the names of files.
    let led_to = resolved.texts().into_iter().skip(1).map(|(text, ..)| text);
    let commands: Vec<&str> = led_to.chain([planned.gate.run.text.as_str()]).collect();
    let touches = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_installed = path.iter().any(|part| part == "node_modules");
        led.contains(path.as_path())
            || is_installed
            || commands.iter().any(|text| text.contains(&*name))
            || has_ending(path, &CONFIGURATIONS)
            || name.starts_with('.')
            || name.ends_with("ignore")
            || checker.configured_by.iter().any(|(own, _)| *own == name)
            || texts.iter().any(|text| extends(text, &name))
    };
    !plan.changed.iter().any(touches)
}

/// Whether a configuration takes over settings of a file of this name.
fn extends(text: &str, name: &str) -> bool {
    let is_extension = |line: &&str| {
        let key = line.trim_start().trim_start_matches(['"', '\'']);
        let rest = key
            .strip_prefix("extends")
            .or_else(|| key.strip_prefix("extend"));
        rest.is_some_and(|rest| {
            rest.trim_start_matches(['"', '\'', ' '])
                .starts_with(['=', ':'])
        })
    };
    text.lines()
        .filter(is_extension)
        .any(|line| line.contains(name))
}

/// The texts of the tool's configurations; `None` if it cannot be known what they depend on.
fn configurations(planned: &PlannedGate, checker: &Checker, look: &Path) -> Option<Vec<String>> {
    let files = planned.files.iter().filter_map(|file| file.parent());
    let starts = files.chain([planned.gate.dir.as_path()]);
    let dirs: BTreeSet<&Path> = starts.flat_map(Path::ancestors).collect();
    let mut texts = Vec::new();
    for dir in dirs {
        let mut has_program = false;
        for (name, _) in checker.configured_by {
            let Some(text) = text(&look.join(dir).join(name)).ok()? else {
                continue;
            };
            if has_ending(Path::new(name), &PROGRAMS) {
                has_program = true;
                if OPEN.iter().any(|part| text.contains(part)) {
                    return None;
                }
            }
            texts.push(text);
        }
        let has_workspace = || look.join("pnpm-workspace.yaml").exists();
        if has_program && (has_workspace() || has_local_packages(dir, look)?) {
            return None;
        }
    }
    Some(texts)
}

/// Whether a package of the directory, or of one above it, is a part of the tree.
fn has_local_packages(dir: &Path, look: &Path) -> Option<bool> {
    for above in dir.ancestors() {
        let package = text(&look.join(above).join("package.json"))
            .ok()?
            .unwrap_or_default();
        if LOCAL_PACKAGES.iter().any(|part| package.contains(part)) {
            return Some(true);
        }
    }
    Some(false)
}

/// The text of a file; `None` if it is not there. Where a link leads is not followed.
fn text(file: &Path) -> io::Result<Option<String>> {
    if file.is_symlink() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let opened = match fs::File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    opened.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Some(text))
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_may_take_over_another_one() {
        for (text, expected) in [
            ("extend = \"../base.txt\"\n", true),
            ("[tool.ruff]\n  extend='base.txt'\n", true),
            ("\"extends\": [\"base.txt\"]", true),
            ("extend-exclude = [\"base.txt\"]\n", false),
            ("exclude = [\"base.txt\"]\n", false),
        ] {
            assert_eq!(extends(text, "base.txt"), expected, "{text}");
        }
    }
}
