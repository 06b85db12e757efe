//! Gathers which tests import a package that lies at the top of their project.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::facts::FlatImport;

/// How many tests are read in a project.
const MOST_TESTS: usize = 40;

/// The largest test that is read, in bytes.
const LARGEST: u64 = 256 << 10;

/// The first test of a project that imports a package from its top, where nothing makes pytest look there: neither a
/// conftest.py at the top nor an `__init__.py` beside the test. `files` are the tracked files of the repository.
pub(super) fn flat_import(top: &Path, dir: &Path, files: &[PathBuf]) -> Option<FlatImport> {
    let own: BTreeSet<&Path> = files
        .iter()
        .filter_map(|file| file.strip_prefix(dir).ok())
        .collect();
    if own.contains(Path::new("conftest.py")) {
        return None;
    }
    let package = |file: &&Path| {
        let parent = file.parent()?.to_str()?;
        let is_top = file.ends_with("__init__.py") && !parent.contains('/') && !parent.is_empty();
        let is_other = matches!(parent, "tests" | "test" | "testing" | "docs" | "examples");
        (is_top && !is_other).then(|| parent.to_owned())
    };
    let packages: Vec<String> = own.iter().filter_map(package).collect();
    if packages.is_empty() {
        return None;
    }
    let is_test = |file: &&&Path| {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let is_named =
            name.starts_with("test_") && file.extension().is_some_and(|ending| ending == "py");
        let parent = file.parent().unwrap_or(Path::new(""));
        is_named
            && (parent.starts_with("tests") || parent.starts_with("test"))
            && !own.contains(parent.join("__init__.py").as_path())
    };
    let mut tests = own.iter().filter(is_test).take(MOST_TESTS);
    tests.find_map(|test| {
        let path = top.join(dir).join(test);
        let is_small = fs::metadata(&path).is_ok_and(|data| data.len() <= LARGEST);
        let text = is_small.then(|| fs::read_to_string(&path).ok()).flatten()?;
        let mut lines = text.lines().enumerate();
        lines.find_map(|(at, line)| {
            let rest = line
                .strip_prefix("import ")
                .or_else(|| line.strip_prefix("from "))?;
            let name = rest.split(['.', ' ', ',']).next().unwrap_or_default();
            packages
                .iter()
                .any(|package| package == name)
                .then(|| FlatImport {
                    package: name.to_owned(),
                    test: (*test).to_owned(),
                    line: at + 1,
                })
        })
    })
}
