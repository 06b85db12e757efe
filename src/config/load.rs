//! Finds the files that a policy is made of in a tree: gates.toml at the top, what it includes, and the gates.toml
//! files of the directories below with what they include.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::ConfigText;
use super::document::{EXCLUDE, INCLUDE, unmet_version};
use super::policy_file::{Origin, PolicyFile, Role};
use super::problem::{Problem, Problems};
use super::reader::{Table, elements, filled_string, list};
use super::text::{FILE_NAME, is_gates_file};
use super::values::any_globs;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::model::gate::{GateName, PathSet};

/// The most files of a policy. More would not be read by anyone.
const MOST_FILES: usize = 2000;

/// A tree that a policy is read from.
pub(super) trait PolicyTree {
    /// The file that gates.toml at the top is or leads to, and its text; `None` if there is none.
    fn top(&mut self) -> Result<Option<(PathBuf, ConfigText)>>;

    /// The paths of the gates.toml files in directories below the top, sorted.
    fn in_directories(&mut self) -> Result<Vec<PathBuf>>;

    /// The text of a tracked file.
    fn file(&mut self, path: &Path) -> Result<TrackedText>;
}

/// What a tree has at a path.
pub(super) enum TrackedText {
    /// Nothing that is tracked.
    Missing,
    /// Something else than a file, in words.
    NoFile(&'static str),
    /// A file.
    Text(ConfigText),
}

/// The files of a policy, the one at the top first; `None` if it is missing.
///
/// # Errors
///
/// A file cannot be read or used, or a path that it includes leads nowhere.
pub(super) fn load(tree: &mut dyn PolicyTree) -> Result<Option<Vec<PolicyFile>>> {
    let Some((path, text)) = tree.top()? else {
        return Ok(None);
    };
    let top = PolicyFile {
        role: Role::Top,
        origin: Origin {
            file: path,
            dir: PathBuf::new(),
        },
        text,
    };
    let excluded = excluded(&top.text)?;
    let mut loader = Loader {
        tree,
        files: Vec::new(),
        excluded: &excluded,
    };
    loader.add(top, &mut Vec::new())?;
    // A link at the top may lead to one of them.
    let at_top = loader.files[0].origin.file.clone();
    for path in loader.tree.in_directories()? {
        if path != at_top && !excluded.matches(&path) {
            loader.add_directory(path)?;
        }
    }
    Ok(Some(loader.files))
}

/// A policy while its files are being found.
struct Loader<'t> {
    tree: &'t mut dyn PolicyTree,
    files: Vec<PolicyFile>,
    /// The gates.toml files that are not a part of it.
    excluded: &'t PathSet,
}

impl Loader<'_> {
    /// Adds the gates.toml of a directory, unless it was removed.
    fn add_directory(&mut self, path: PathBuf) -> Result<()> {
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        let shown = show_path(&path);
        let leave_out = format!("leave it out with `exclude` in the {FILE_NAME} at the top");
        let is_fit = GateName::new("x").is_some_and(|name| name.in_dir(&dir).is_some());
        if !is_fit {
            let title =
                format!("{shown}: the path of this directory cannot be part of a gate's name");
            return Err(Fault::usage(title).hint(format!(
                "use at most {} letters, digits, `.`, `_`, `-`, `+`, `@` and `/` in the path, or {leave_out}",
                GateName::LONGEST_DIR
            )));
        }
        match self.tree.file(&path)? {
            TrackedText::Missing => Ok(()),
            TrackedText::NoFile(what) => Err(Fault::usage(format!("{shown} is {what}")).hint(format!(
                "put a file in its place, which can `include` another file of the repository, or {leave_out}"
            ))),
            TrackedText::Text(text) => self.add(
                PolicyFile {
                    role: Role::Directory,
                    origin: Origin { file: path, dir },
                    text,
                },
                &mut Vec::new(),
            ),
        }
    }

    /// Adds a file, and then those that it includes. `chain` are the files that have led to it.
    fn add(&mut self, file: PolicyFile, chain: &mut Vec<PathBuf>) -> Result<()> {
        if self.files.len() >= MOST_FILES {
            return Err(Fault::usage(format!(
                "the gates are spread over more than {MOST_FILES} files"
            ))
            .hint(format!(
                "leave some out with `exclude` in the {FILE_NAME} at the top"
            )));
        }
        let included = included(&file.text)?;
        let (origin, text) = (file.origin.clone(), file.text.clone());
        let base = match file.role {
            Role::Top => Path::new(""),
            Role::Directory | Role::Included => origin.file.parent().unwrap_or(Path::new("")),
        };
        self.files.push(file);
        chain.push(origin.file.clone());
        for (typed, span) in included {
            let place = (span, &text);
            let path = self.included_path(&typed, base, chain, &place)?;
            let found = match self.tree.file(&path)? {
                TrackedText::Text(text) => text,
                TrackedText::Missing => {
                    let title = format!("git tracks no file {}", show_path(&path));
                    let help = "`git add` the file, or correct the path";
                    return Err(refused(&place, &title, "no such file", help));
                }
                TrackedText::NoFile(what) => {
                    let title = format!("{} is {what}", show_path(&path));
                    return Err(refused(
                        &place,
                        &title,
                        "not a file",
                        "name the file itself",
                    ));
                }
            };
            let included = PolicyFile {
                role: Role::Included,
                origin: Origin {
                    file: path,
                    dir: origin.dir.clone(),
                },
                text: found,
            };
            self.add(included, chain)?;
        }
        chain.pop();
        Ok(())
    }

    /// The path of an included file, relative to the top.
    fn included_path(
        &self,
        typed: &str,
        base: &Path,
        chain: &[PathBuf],
        place: &(Range<usize>, &ConfigText),
    ) -> Result<PathBuf> {
        if typed.contains(['*', '?', '[', '{']) {
            let title = "`include` names files, not patterns";
            let help = format!(
                "name each file; the {FILE_NAME} of a subdirectory counts without being included"
            );
            return Err(refused(place, title, "not the path of a file", &help));
        }
        let (base, plain) = match typed.strip_prefix('/') {
            Some(rest) => (Path::new(""), rest),
            None => (base, typed),
        };
        if plain.split('/').any(|part| matches!(part, "" | "." | "..")) {
            let title = "this is not the path of a file of the repository";
            let help = "write it without `.`, `..` and empty parts; a path that begins with `/` is relative \
                        to the top of the work tree";
            return Err(refused(place, title, "not such a path", help));
        }
        let path = base.join(plain);
        if let Some(at) = chain.iter().position(|file| *file == path) {
            let circle = chain[at..].iter().chain([&path]);
            let circle: Vec<String> = circle.map(|file| show_path(file)).collect();
            let label = circle.join(" includes ");
            let help = "remove one of these includes";
            return Err(refused(
                place,
                "these files include each other",
                &label,
                help,
            ));
        }
        if is_gates_file(&path) && !self.excluded.matches(&path) {
            let title = format!("{} counts without being included", show_path(&path));
            let help = "remove it from `include`";
            return Err(refused(place, &title, "not needed", help));
        }
        Ok(path)
    }
}

/// The fault about a path at a place in a file.
fn refused(
    (span, text): &(Range<usize>, &ConfigText),
    title: &str,
    label: &str,
    help: &str,
) -> Fault {
    let mut problems = Problems::default();
    problems.add(Problem::new(span.clone(), title).label(label).help(help));
    problems.into_fault(&[text])
}

/// The paths that a file includes, as typed, with their places. None, if it is not TOML or for another version,
/// which its reader says.
fn included(text: &ConfigText) -> Result<Vec<(String, Range<usize>)>> {
    let read = |document: &DeTable<'_>| {
        let Some(item) = document.get(INCLUDE.name) else {
            return Ok(Vec::new());
        };
        let paths = list(item, "files", filled_string)?;
        let spans = elements(item).map(toml::Spanned::span);
        Ok(paths.into_iter().zip(spans).collect())
    };
    key_of(text, INCLUDE.name, read)
}

/// The gates.toml files that the file at the top leaves out.
fn excluded(text: &ConfigText) -> Result<PathSet> {
    let read = |document: &DeTable<'_>| match document.get(EXCLUDE.name) {
        Some(item) => any_globs(item),
        None => Ok(PathSet::default()),
    };
    key_of(text, EXCLUDE.name, read)
}

/// What a file says with a key at its top; the default if it does not have it, or cannot be read.
fn key_of<T: Default>(
    text: &ConfigText,
    key: &str,
    read: impl FnOnce(&DeTable<'_>) -> std::result::Result<T, Problem>,
) -> Result<T> {
    // Nearly every file has none, and is parsed only once. A key may be written with escapes.
    if !text.text.contains(key) && !text.text.contains('\\') {
        return Ok(T::default());
    }
    let (document, errors) = DeTable::parse_recoverable(&text.text);
    let document = document.get_ref();
    if !errors.is_empty() || unmet_version(&mut Table::new("the file", document)).is_some() {
        return Ok(T::default());
    }
    read(document).map_err(|problem| {
        let mut problems = Problems::default();
        problems.add(problem);
        problems.into_fault(&[text])
    })
}
