//! What scripts of JavaScript and TypeScript load from the tree: files by their relative paths.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::node_references::{Reference, is_code, references};
use super::purpose::{Purpose, purpose};
use crate::base::fault::Result;
use crate::indirection::data::{self, Data};
use crate::indirection::packages;
use crate::indirection::tree::{Files, Found, FoundFile, plain};

/// The suffixes that may be left out.
const SUFFIXES: [&str; 9] = ["js", "mjs", "cjs", "ts", "mts", "cts", "tsx", "jsx", "json"];

/// How many files of the program under test are read.
const MOST_FILES: usize = 200;

/// The file that a path without its suffix stands for, or a directory.
pub(super) fn file(path: &Path, files: &mut Files<'_>) -> Result<Option<FoundFile>> {
    let found = files.find(path)?;
    if let Found::File(file) = found {
        return Ok(Some(file));
    }
    if let Some(file) = with_suffix(path, files)? {
        return Ok(Some(file));
    }
    if !matches!(found, Found::Directory(_)) {
        return Ok(None);
    }
    let package = files.text(&path.join("package.json"))?;
    let data = package.as_deref().and_then(data::json);
    if let Some(main) = data.as_ref().and_then(|data| data.get("main")?.text()) {
        let main = path.join(main);
        if let Some(file) = files.file(&main)? {
            return Ok(Some(file));
        }
        if let Some(file) = with_suffix(&main, files)? {
            return Ok(Some(file));
        }
    }
    with_suffix(&path.join("index"), files)
}

fn with_suffix(path: &Path, files: &mut Files<'_>) -> Result<Option<FoundFile>> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(None);
    };
    // TypeScript names what its files become.
    let sources = [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts")];
    let source = sources
        .iter()
        .find_map(|(made, source)| Some(format!("{}{source}", name.strip_suffix(made)?)));
    let longer = SUFFIXES.iter().map(|suffix| format!("{name}.{suffix}"));
    for name in longer.chain(source) {
        if let Some(file) = files.file(&path.with_file_name(name))? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// The files that a relative path in another file stands for. Data is not code.
pub(super) fn loaded(
    reference: &Reference,
    from: &Path,
    files: &mut Files<'_>,
) -> Result<Vec<FoundFile>> {
    let dir = from.parent().unwrap_or(Path::new(""));
    let path = dir.join(&reference.path);
    let mut found = Vec::new();
    if !reference.is_open {
        found.extend(file(&path, files)?);
        found.retain(|file| file.path.extension().is_none_or(|end| end != "json"));
        return Ok(found);
    }
    let path = plain(&path);
    for name in files.list(&path)? {
        let path = path.join(name);
        let end = path.extension().and_then(|end| end.to_str());
        if end.is_some_and(is_code) && path != from {
            found.extend(files.file(&path)?);
        }
    }
    Ok(found)
}

/// The files that the package loads to which a script belongs: they are the program under test.
pub(super) fn shipped(script: &Path, files: &mut Files<'_>) -> Result<BTreeSet<PathBuf>> {
    let dir = script.parent().unwrap_or(Path::new(""));
    let Some(package) = packages::nearest(dir, files)? else {
        return Ok(BTreeSet::new());
    };
    let mut queue = Vec::new();
    for entry in entry_points(package.data.as_ref()) {
        queue.extend(file(&package.dir.join(entry), files)?);
    }
    let entries: BTreeSet<PathBuf> = queue.iter().map(|file| file.path.clone()).collect();
    let mut known = BTreeSet::new();
    while let Some(file) = queue.pop() {
        if known.len() >= MOST_FILES || !known.insert(file.path.clone()) {
            continue;
        }
        // Whatever the rest of the project loads, its place tells what it is.
        let dir = file.path.parent().unwrap_or(Path::new(""));
        if !entries.contains(&file.path) && purpose(dir) != Purpose::Unknown {
            continue;
        }
        for reference in references(&file.text) {
            queue.extend(loaded(&reference, &file.path, files)?);
        }
    }
    Ok(known)
}

fn entry_points(package: Option<&Data>) -> Vec<String> {
    let Some(package) = package else {
        return Vec::new();
    };
    let mut found = vec!["index".to_owned()];
    for key in ["main", "module", "bin", "exports"] {
        found.extend(
            package
                .get(key)
                .into_iter()
                .flat_map(texts)
                .map(str::to_owned),
        );
    }
    let start = package
        .at(&["scripts", "start"])
        .and_then(Data::text)
        .unwrap_or_default();
    found.extend(start.split_whitespace().skip(1).map(str::to_owned));
    found
}

/// Every text in a value.
fn texts(data: &Data) -> Vec<&str> {
    let inner = data.list().iter();
    let inner = inner.chain(data.entries().iter().map(|(_, data)| data));
    data.text()
        .into_iter()
        .chain(inner.flat_map(texts))
        .collect()
}
