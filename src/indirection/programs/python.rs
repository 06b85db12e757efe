//! What Python loads from the tree: modules by their names, and files that hide modules of its library.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::purpose::{Purpose, purpose};
use crate::base::fault::Result;
use crate::indirection::tree::{Files, Found, FoundFile};
use crate::tools::library_modules;

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// How many dots are before the module: in which package around the file it is.
    level: usize,
    /// The module, with dots.
    module: String,
    /// What is imported from it, which may be modules as well.
    names: Vec<String>,
}

/// Files that declare what a project ships.
const PROJECT_FILES: [&str; 3] = ["pyproject.toml", "setup.py", "setup.cfg"];

/// Calls whose first argument names a module.
const BY_NAME: [&str; 3] = ["import_module(", "__import__(", "run_module("];

/// The imports in a text, wherever they are in it.
pub(super) fn imports(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\n', ';']).unwrap_or(rest.len());
        let mut statement = &rest[..end];
        // The list of names may go on over several lines.
        if statement.contains(" import (") && !statement.contains(')') {
            statement = &rest[..rest.find(')').unwrap_or(rest.len())];
        }
        found.extend(import(statement));
        rest = rest.get(statement.len() + 1..).unwrap_or_default();
    }
    for call in BY_NAME {
        let named = text.match_indices(call).filter_map(|(at, _)| {
            let after = text[at + call.len()..].trim_start();
            let quote = after.chars().next().filter(|c| ['"', '\''].contains(c))?;
            after[1..].split_once(quote).map(|(name, _)| name)
        });
        found.extend(named.map(|name| Import {
            level: 0,
            module: name.to_owned(),
            names: Vec::new(),
        }));
    }
    found
}

fn import(statement: &str) -> Vec<Import> {
    let statement = statement.trim_start();
    // `try: import x`
    let after_colon = [": import ", ": from "];
    let inner = after_colon.iter().find_map(|part| statement.find(part));
    let statement = inner.map_or(statement, |at| &statement[at + 2..]);
    let first_word = |text: &str| text.split_whitespace().next().unwrap_or("").to_owned();
    if let Some(modules) = statement.strip_prefix("import ") {
        let modules = modules.split('#').next().unwrap_or_default().split(',');
        let all = modules.map(|module| Import {
            level: 0,
            module: first_word(module),
            names: Vec::new(),
        });
        return all.collect();
    }
    let from = statement.strip_prefix("from ");
    let Some((module, names)) = from.and_then(|rest| rest.split_once("import")) else {
        return Vec::new();
    };
    let module = module.trim();
    let path = module.trim_start_matches('.');
    let names = names.split(['(', ',', '\n']).map(first_word);
    vec![Import {
        level: module.len() - path.len(),
        module: path.to_owned(),
        names: names.filter(|name| !name.is_empty()).collect(),
    }]
}

/// The directories that a text adds to those in which Python looks for modules, relative to its own file if
/// `true`: as far as they are literals.
pub(super) fn directories(text: &str) -> Vec<(String, bool)> {
    const ADDING: [&str; 4] = [
        "sys.path.insert(",
        "sys.path.append(",
        "sys.path.extend(",
        "site.addsitedir(",
    ];
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((_, rest)) = ADDING.iter().find_map(|call| line.split_once(call)) else {
            continue;
        };
        let literals: Vec<&str> = rest
            .split(['"', '\''])
            .enumerate()
            .filter_map(|(at, part)| (at % 2 == 1).then_some(part))
            .collect();
        let path = literals.join("/");
        if rest.contains("__file__") {
            let parents = rest.matches("parent").count() + rest.matches("dirname(").count();
            let index = rest.split_once("parents[").and_then(|(_, index)| {
                let digits = index.split(']').next()?;
                digits.parse::<usize>().ok()
            });
            // The first one is the directory of the file.
            let levels = index.unwrap_or(parents.saturating_sub(1)).min(9);
            found.push((format!("{}{path}", "../".repeat(levels)), true));
        } else if !path.is_empty() {
            found.push((path, false));
        }
    }
    found
}

/// The files that an import in a file loads, if they are in the tree. `search`: where Python looks for
/// modules.
pub(super) fn loaded(
    import: &Import,
    file: &Path,
    search: &[PathBuf],
    files: &mut Files<'_>,
) -> Result<Vec<FoundFile>> {
    let around = file.ancestors().nth(import.level).map(Path::to_owned);
    let bases = match import.level {
        0 => search.to_vec(),
        _ => around.into_iter().collect(),
    };
    for base in bases {
        let found = module(&base, &import.module, &import.names, files)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The files of a module, of the packages that it is in, and of its own modules with these names.
fn module(
    base: &Path,
    module: &str,
    names: &[String],
    files: &mut Files<'_>,
) -> Result<Vec<FoundFile>> {
    let mut found = Vec::new();
    let mut dir = base.to_owned();
    for part in module.split('.').filter(|part| !part.is_empty()) {
        let package = dir.join(part);
        if let Some(file) = files.file(&package.join("__init__.py"))? {
            found.push(file);
        } else if let Some(file) = files.file(&package.with_extension("py"))? {
            found.push(file);
            return Ok(found);
        } else if !matches!(files.find(&package)?, Found::Directory(_)) {
            return Ok(found);
        }
        dir = package;
    }
    for name in names {
        let places = [
            dir.join(name).join("__init__.py"),
            dir.join(name).with_extension("py"),
        ];
        for place in places {
            found.extend(files.file(&place)?);
        }
    }
    Ok(found)
}

/// Whether a project ships a module, or it is the project: then it is not a part of the script that
/// imports it. Asked of files whose directory does not tell.
pub(super) fn is_shipped(module: &Path, files: &mut Files<'_>) -> Result<bool> {
    let dir = module.parent().unwrap_or(Path::new(""));
    let is_package = files.file(&dir.join("__init__.py"))?.is_some();
    if is_package && dir.parent() == Some(Path::new("")) {
        return Ok(true);
    }
    let (name, around) = if is_package {
        (dir.file_name(), dir.parent().unwrap_or(Path::new("")))
    } else {
        (module.file_stem(), dir)
    };
    let Some(name) = name.and_then(|name| name.to_str()) else {
        return Ok(false);
    };
    for file in PROJECT_FILES {
        let text = files.text(&around.join(file))?.unwrap_or_default();
        let text = text.replace('-', "_").to_lowercase();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        if text
            .split(|c| !is_part(c))
            .any(|word| word == name.to_lowercase())
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Modules that Python loads at its start wherever PYTHONPATH leads.
const AT_START: [&str; 2] = ["sitecustomize", "usercustomize"];

/// The files that Python loads in place of modules of its library when it looks for modules in these
/// directories.
pub(super) fn hiding(search: &[PathBuf], files: &mut Files<'_>) -> Result<BTreeSet<PathBuf>> {
    let search = search.iter();
    let tools = search.filter(|dir| !dir.is_absolute() && purpose(dir) != Purpose::Product);
    let tools: Vec<&PathBuf> = tools.collect();
    let mut found = BTreeSet::new();
    for name in library_modules() {
        for dir in &tools {
            found.extend(named(dir, name, files)?);
        }
    }
    Ok(found)
}

/// The files that Python loads at its start from directories of PYTHONPATH.
pub(super) fn at_start(added: &[PathBuf], files: &mut Files<'_>) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for dir in added {
        for name in AT_START {
            found.extend(named(dir, name, files)?);
        }
    }
    Ok(found)
}

/// The file of a module in a directory.
fn named(dir: &Path, name: &str, files: &mut Files<'_>) -> Result<Option<PathBuf>> {
    let package = files.file(&dir.join(name).join("__init__.py"))?;
    let file = match package {
        Some(file) => Some(file),
        None => files.file(&dir.join(format!("{name}.py")))?,
    };
    Ok(file.map(|file| file.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_directories_are_found() {
        for (text, expected, is_beside) in [
            ("sys.path.insert(0, 'lib')", "lib", false),
            (
                "sys.path.append(str(Path(__file__).parent / 'lib'))",
                "lib",
                true,
            ),
            (
                "sys.path.insert(0, str(Path(__file__).resolve().parents[1] / \"lib\"))",
                "../lib",
                true,
            ),
            (
                "sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))",
                "../lib",
                true,
            ),
            ("sys.path.append(dirname(dirname(__file__)))", "../", true),
        ] {
            assert_eq!(
                directories(text),
                [(expected.to_owned(), is_beside)],
                "{text}"
            );
        }
        assert_eq!(directories("sys.path.append(x)"), []);
    }

    #[test]
    fn imports_are_found() {
        let text = "import a, b.c as d  # x\nfrom .e import f as g, h\n\
            def x():\n    from . import (\n        i,\n        j,\n    )\n\
            try: import k\nexcept: pass\nimport l; import m\nprint('from here we import')\n\
            importlib.import_module(\"n.o\")\n";
        let shown = imports(text).into_iter().map(|import| {
            let dots = ".".repeat(import.level);
            format!("{dots}{}:{}", import.module, import.names.join("+"))
        });
        assert_eq!(
            shown.collect::<Vec<_>>().join(" "),
            "a: b.c: .e:f+h .:i+j k: l: m: n.o:"
        );
    }
}
