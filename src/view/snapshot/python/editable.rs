//! Editable installations of Python: they lead to the work tree by its absolute path, and so a
//! test in the snapshot would import the wrong code without a word.
//!
//! Directories that a `.pth` file names are put on `PYTHONPATH`, which comes first. Where a module is
//! imported that finds the packages (setuptools, editables, scikit-build-core), a copy of it that leads to the
//! snapshot comes first; so packages whose directory has another name are right as well. And what
//! is on Python's path nevertheless is replaced when it starts, so that what is not in the snapshot
//! is not found in the work tree instead.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{fs, io};

use bstr::ByteSlice as _;

use super::environments::{is_project, site_packages};
use super::string_literals;
use crate::base::environment::Environment;
use crate::view::snapshot::path_mapping::{PathMapping, normal};

/// How large a file of an installation is, at most.
const LARGEST: u64 = 1 << 20;

/// The directory beside the tree with what Python is to find before everything else.
const DIRECTORY: &str = "python";

/// How the directories of links begin that setuptools makes in its strict mode.
const STRICT: &str = "__editable__";

/// What Python runs at its start, after it has read the `.pth` files.
const START: &str = include_str!("sitecustomize.py");

/// What is added to the module by which meson-python finds packages.
const MESON: &str = include_str!("meson.py");

/// The function of that module which it replaces.
const MESONS: &[u8] = b"\ndef collect(install_plan";

/// What installations lead to.
#[derive(Default)]
struct FoundInstallation {
    /// Directories of the snapshot from which Python imports.
    dirs: Vec<PathBuf>,
    /// What is on Python's path, and what is to be there instead.
    moved: Vec<(PathBuf, PathBuf)>,
    /// Modules that find packages, with their name.
    finders: Vec<(OsString, Vec<u8>)>,
    /// Links that stand for a directory of links, with their path in [`DIRECTORY`].
    links: Vec<(PathBuf, PathBuf)>,
}

/// The directories from which Python is to import, in the tree and in a directory made beside it.
pub(crate) fn python_path(
    trees: &PathMapping<'_>,
    place: &Path,
    environment: &Environment,
) -> io::Result<Vec<PathBuf>> {
    let own = place.join(DIRECTORY);
    let mut found = FoundInstallation::default();
    let sources = trees.tree.join("src");
    if sources.is_dir() && is_project(trees.tree) {
        found.dirs.push(sources);
    }
    for packages in site_packages(trees.top, trees.ignored, environment) {
        for entry in sorted(&packages) {
            found.add(&entry, &packages, trees, &own);
        }
    }
    if own.symlink_metadata().is_ok() {
        fs::remove_dir_all(&own)?;
    }
    if found.moved.is_empty() && found.finders.is_empty() {
        return Ok(found.dirs);
    }
    found.write(&own)?;
    let mut dirs = vec![own];
    dirs.append(&mut found.dirs);
    Ok(dirs)
}

impl FoundInstallation {
    /// Looks at what lies in a directory of packages.
    fn add(&mut self, entry: &fs::DirEntry, packages: &Path, trees: &PathMapping<'_>, own: &Path) {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
            self.add_link(&path, trees);
        } else if path.extension() == Some(OsStr::new("pth")) {
            for line in lines(&small(&path).unwrap_or_default()) {
                self.add_line(line, packages, trees, own);
            }
        } else if path.extension() == Some(OsStr::new("start")) {
            // The form of PEP 829: `module:function`.
            for line in lines(&small(&path).unwrap_or_default()) {
                self.add_modules(line, packages, trees);
            }
        }
    }

    /// flit's links to a package or a module.
    fn add_link(&mut self, link: &Path, trees: &PathMapping<'_>) {
        let target = link.canonicalize().ok();
        let Some(inside) = target.and_then(|target| trees.inside(&target)) else {
            return;
        };
        if inside.file_name() == link.file_name() {
            self.add_dir(&trees.tree.join(inside.parent().unwrap_or(&inside)));
        }
    }

    /// A line of a `.pth` file: a directory, or code.
    fn add_line(&mut self, line: &[u8], packages: &Path, trees: &PathMapping<'_>, own: &Path) {
        if line.starts_with(b"import ") || line.starts_with(b"import\t") {
            for literal in string_literals::paths(line) {
                self.add_root(&literal.path, trees);
            }
            self.add_modules(line, packages, trees);
            return;
        }
        let dir = normal(&packages.join(OsStr::from_bytes(line)));
        let name = dir.file_name().unwrap_or_default();
        if name.as_bytes().starts_with(STRICT.as_bytes()) {
            self.add_strict(&dir, trees, own);
        } else {
            self.add_root(&dir, trees);
        }
    }

    /// A directory on Python's path.
    fn add_root(&mut self, dir: &Path, trees: &PathMapping<'_>) {
        if let Some(inside) = trees.inside(dir) {
            let instead = trees.tree.join(inside);
            self.add_dir(&instead);
            self.moved.push((dir.to_owned(), instead));
        }
    }

    fn add_dir(&mut self, dir: &Path) {
        // Without a slash at its end, which an empty path would leave.
        let dir: PathBuf = dir.components().collect();
        if !self.dirs.contains(&dir) {
            self.dirs.push(dir);
        }
    }

    /// The modules beside a `.pth` file that its code may import, if they lead to the work tree.
    fn add_modules(&mut self, code: &[u8], packages: &Path, trees: &PathMapping<'_>) {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        for name in code.split(|byte| !is_of_name(byte)) {
            let mut file = OsStr::from_bytes(name).to_owned();
            file.push(".py");
            if name.is_empty() || self.finders.iter().any(|(known, _)| *known == file) {
                continue;
            }
            let text = small(&packages.join(&file));
            if let Some(text) = text.and_then(|text| led_elsewhere(&text, trees)) {
                self.finders.push((file, text));
            }
        }
    }

    /// The links that setuptools makes in its strict mode: of single files, and beside them what was
    /// compiled.
    fn add_strict(&mut self, dir: &Path, trees: &PathMapping<'_>, own: &Path) {
        let mut files = Vec::new();
        list(dir, Path::new(""), &mut files);
        let mut roots: Vec<PathBuf> = Vec::new();
        let mut links = Vec::new();
        let mut is_plain = true;
        for file in files {
            let original = dir.join(&file);
            // What is no link was made for this directory.
            let target = original.is_symlink().then(|| original.canonicalize().ok());
            let inside = target.flatten().and_then(|target| trees.shown(&target));
            let root = inside.as_ref().and_then(|inside| root_of(inside, &file));
            match root {
                Some(root) if !roots.contains(&root) => roots.push(root),
                Some(_) => {}
                None => is_plain = false,
            }
            links.push((
                file,
                inside.map_or(original, |inside| trees.tree.join(inside)),
            ));
        }
        if is_plain {
            for root in roots {
                self.moved.push((dir.to_owned(), trees.tree.join(&root)));
                self.add_dir(&trees.tree.join(root));
            }
            return;
        }
        // Directories have other names in the tree, or something lies beside: the same links again.
        let name = dir.file_name().unwrap_or_default();
        self.moved.push((dir.to_owned(), own.join(name)));
        self.add_dir(&own.join(name));
        let links = links.into_iter();
        self.links
            .extend(links.map(|(file, target)| (Path::new(name).join(file), target)));
    }

    fn write(&self, own: &Path) -> io::Result<()> {
        fs::create_dir(own)?;
        for (name, text) in &self.finders {
            fs::write(own.join(name), text)?;
        }
        for (path, target) in &self.links {
            let link = own.join(path);
            fs::create_dir_all(link.parent().unwrap_or(own))?;
            // Two environments may have the same installation.
            if !link.is_symlink() {
                symlink(target, link)?;
            }
        }
        let pairs = self.moved.iter().map(|(from, to)| {
            let to: PathBuf = to.components().collect();
            format!(
                "    {}: {},\n",
                string_literals::quote(from),
                string_literals::quote(&to)
            )
        });
        let moved = format!("MOVED = {{\n{}}}\n", pairs.collect::<String>());
        fs::write(own.join("sitecustomize.py"), moved + START)
    }
}

/// A module with every path to the work tree led to the snapshot, if it has one.
fn led_elsewhere(text: &[u8], trees: &PathMapping<'_>) -> Option<Vec<u8>> {
    let is_mesons = text.contains_str(MESONS);
    let mut led = Vec::with_capacity(text.len());
    let mut kept = Vec::new();
    let mut at = 0;
    for literal in string_literals::paths(text) {
        if let Some(inside) = trees.inside(&literal.path) {
            let path: PathBuf = trees.tree.join(inside).components().collect();
            led.extend_from_slice(&text[at..literal.range.start]);
            led.extend_from_slice(string_literals::quote(&path).as_bytes());
            at = literal.range.end;
        } else if is_mesons && trees.is_ignored(&literal.path) {
            kept.push(string_literals::quote(&literal.path));
        }
    }
    led.extend_from_slice(&text[at..]);
    if kept.is_empty() {
        return (at > 0).then_some(led);
    }
    let (top, tree) = (
        string_literals::quote(trees.top),
        string_literals::quote(trees.tree),
    );
    let kept = kept.join(", ");
    let more = format!("\nTOP = {top}\nTREE = {tree}\nKEPT = [{kept}]\n{MESON}");
    led.extend_from_slice(more.as_bytes());
    Some(led)
}

/// The directory below which a path is the file.
fn root_of(path: &Path, file: &Path) -> Option<PathBuf> {
    let depth = file.components().count();
    path.ends_with(file)
        .then(|| path.ancestors().nth(depth).map(Path::to_owned))
        .flatten()
}

/// The files below a directory, relative to it.
fn list(top: &Path, dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in sorted(&top.join(dir)) {
        let path = dir.join(entry.file_name());
        if path.ends_with("__pycache__") {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            list(top, &path, files);
        } else {
            files.push(path);
        }
    }
}

fn sorted(dir: &Path) -> Vec<fs::DirEntry> {
    let all = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut all: Vec<fs::DirEntry> = all.collect();
    all.sort_by_key(fs::DirEntry::file_name);
    all
}

/// What is in a file that is not too large to be read: bytes, in whatever encoding.
fn small(path: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() <= LARGEST)
        .then(|| fs::read(path).ok())
        .flatten()
}

/// The lines of a `.pth` file that mean something.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines
        .map(<[u8]>::trim_ascii_end)
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
}
