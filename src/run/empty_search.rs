//! Whether a call of a tool that would not say so finds no file to check.
//!
//! What cannot be known counts as found: only a call that surely checks nothing is refused.

use std::collections::VecDeque;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::detect::KnownCall;
use crate::model::outcome::EmptySearch;
use crate::plan::PlannedGate;
use crate::tools::{FileList, FileSearch, NameSearch, WithoutPath};

/// How many entries of directories are looked at. There is surely something among more.
const MOST_ENTRIES: usize = 20_000;

/// How much of a file that lists or excludes others is read, in bytes. A longer one is not empty.
const LONGEST: u64 = 256 << 10;

/// Directories in which no tool looks by itself.
const SKIPPED: [&str; 2] = [".git", "node_modules"];

/// Endings of configurations: one that is the value of an option is not a file to check.
const CONFIGURATIONS: [&str; 6] = ["cfg", "ini", "json", "toml", "yaml", "yml"];

/// Why the call finds nothing to check, if it surely finds nothing. `look` is where the files are.
pub(super) fn empty_search(
    call: &KnownCall,
    planned: &PlannedGate,
    look: &Path,
) -> Option<EmptySearch> {
    let dir = look.join(&call.dir);
    match &call.tool.checker.search {
        FileSearch::Told => None,
        FileSearch::Listed(list) => lists_nothing(list, &call.arguments, &dir),
        FileSearch::Named(search) if planned.gate.run.takes_files => {
            let files = planned.files.iter();
            let files = files.map(|path| path.strip_prefix(&call.dir).ok().map(Path::to_owned));
            excludes_all(search, &files.collect::<Option<Vec<_>>>()?, &dir)
        }
        FileSearch::Named(search) => names_nothing(search, &call.arguments, &dir),
    }
}

/// Whether one of the files that exclude others excludes all of these.
fn excludes_all(search: &NameSearch, files: &[PathBuf], dir: &Path) -> Option<EmptySearch> {
    let mut ignore_files = search.ignore_files.iter();
    let excludes = |name: &&&'static str| {
        let excluded = exclusions(&dir.join(name));
        excluded.is_some_and(|set| files.iter().all(|path| set.is_match(path)))
    };
    let name = ignore_files.find(excludes).filter(|_| !files.is_empty())?;
    Some(EmptySearch::Excluded(name))
}

/// Whether no path that the call names leads to a file.
fn names_nothing(search: &NameSearch, arguments: &[String], dir: &Path) -> Option<EmptySearch> {
    let is_recursive = search.recursive.is_empty()
        || search
            .recursive
            .iter()
            .any(|word| arguments.iter().any(|own| own == word));
    let mut paths = Vec::new();
    let mut is_value = false;
    for word in arguments {
        if word.starts_with('-') && word != "-" {
            is_value = !word.contains('=');
            continue;
        }
        let path = dir.join(word);
        let may_be_value = std::mem::take(&mut is_value);
        if path.is_dir() {
            paths.push(path);
        } else if !path.exists() {
            // Not the value of an option: the name of a module, an expression, a variable.
            if !may_be_value {
                return None;
            }
        } else if !may_be_value || !has_ending(&path, &CONFIGURATIONS) {
            return None;
        }
    }
    if paths.is_empty() {
        match search.without_path {
            WithoutPath::Here => paths.push(dir.to_owned()),
            WithoutPath::Nothing => return Some(EmptySearch::NoPath),
            WithoutPath::Unknown => return None,
        }
    }
    let wanted = set(search.globs.iter().copied())?;
    let excluded: Option<Vec<GlobSet>> = search
        .ignore_files
        .iter()
        .filter(|name| dir.join(name).exists())
        .map(|name| exclusions(&dir.join(name)))
        .collect();
    let excluded = excluded?;
    let is_checked = |path: &Path| {
        let own = path.strip_prefix(dir).unwrap_or(path);
        wanted.is_match(own) && !excluded.iter().any(|set| set.is_match(own))
    };
    if is_recursive && has_file(paths, is_checked) {
        return None;
    }
    Some(match search.ignore_files {
        [name, ..] if !excluded.is_empty() => EmptySearch::Excluded(name),
        _ => EmptySearch::NoFile,
    })
}

/// Whether one of the directories holds such a file, as far as can be told. The nearest are looked at first.
fn has_file(dirs: Vec<PathBuf>, is_checked: impl Fn(&Path) -> bool) -> bool {
    let mut queue = VecDeque::from(dirs);
    let mut seen = 0;
    while let Some(dir) = queue.pop_front() {
        let Ok(entries) = fs::read_dir(&dir) else {
            return true;
        };
        for entry in entries {
            seen += 1;
            let Some((entry, kind)) = entry.ok().and_then(|entry| {
                let kind = entry.file_type().ok()?;
                Some((entry, kind))
            }) else {
                return true;
            };
            let path = entry.path();
            if kind.is_dir() {
                let name = entry.file_name();
                if !SKIPPED.iter().any(|skipped| name == *skipped) {
                    queue.push_back(path);
                }
            } else if seen > MOST_ENTRIES || is_checked(&path) || path.is_dir() {
                // Where a link to a directory leads is not followed.
                return true;
            }
        }
    }
    false
}

/// Whether every file that lists what is checked lists nothing.
fn lists_nothing(list: &FileList, arguments: &[String], dir: &Path) -> Option<EmptySearch> {
    let has = |words: &[&str]| arguments.iter().any(|own| words.contains(&own.as_str()));
    if has(list.unless) {
        return None;
    }
    let mut named = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word.as_str(), None),
        };
        if list.options.contains(&option) {
            named.push(dir.join(value.or_else(|| rest.next().map(String::as_str))?));
        } else if !word.starts_with('-') {
            // It may be a file to check, or the value of an option.
            return None;
        }
    }
    if named.is_empty() {
        named.push(dir.to_owned());
    }
    for path in named {
        let path = match (path.is_dir(), list.default) {
            (true, "") => return None,
            (true, default) => path.join(default),
            (false, _) => path,
        };
        if !(list.is_empty)(&text(&path)?) {
            return None;
        }
    }
    Some(EmptySearch::Listed(list.says))
}

/// The paths that a file in the syntax of gitignore(5) excludes; `None` if that cannot be told.
fn exclusions(file: &Path) -> Option<GlobSet> {
    let text = text(file)?;
    let lines = text.lines().map(str::trim_end);
    let mut globs = Vec::new();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('!') || line.contains('\\') {
            return None;
        }
        let pattern = line.trim_end_matches('/');
        let anywhere = if pattern.contains('/') { "" } else { "**/" };
        let pattern = format!("{anywhere}{}", pattern.trim_start_matches('/'));
        globs.push(format!("{pattern}/**"));
        globs.push(pattern);
    }
    set(globs.iter().map(String::as_str))
}

fn set<'g>(globs: impl Iterator<Item = &'g str>) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(
            GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .ok()?,
        );
    }
    set.build().ok()
}

/// The text of a file; `None` if it cannot be read, or is too long.
fn text(file: &Path) -> Option<String> {
    let mut text = String::new();
    let opened = fs::File::open(file).ok()?;
    opened.take(LONGEST + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= LONGEST).then_some(text)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| endings.contains(&ending))
}
