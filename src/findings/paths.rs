//! Which file of the work tree a tool means by a path, whatever view it ran in.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// How many names are remembered with what they led to, so that endless output takes little memory.
const MOST_NAMES: usize = 20_000;

/// The longest path that is looked up, in bytes.
const LONGEST_PATH: usize = 4096;

/// Directories of third-party code, which tools mention in their traces.
const FOREIGN: [&str; 6] = [
    ".venv",
    "venv",
    "node_modules",
    "site-packages",
    "target",
    ".git",
];

/// Where a gate ran.
#[derive(Debug, Clone, Default)]
pub(crate) struct ViewPaths {
    /// The top of the work tree as the gate knows it.
    pub(crate) top: PathBuf,
    /// The directory in which we find what the gate finds there.
    pub(crate) look: PathBuf,
    /// The user's work tree.
    pub(crate) work_tree: PathBuf,
    /// The directory of the gate, relative to the top.
    pub(crate) dir: PathBuf,
}

/// A file that was found, by its place in the list of its finder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FileId(pub(super) u32);

/// Finds files by what tools call them.
pub(crate) struct PathFinder {
    paths: ViewPaths,
    /// Each relative to the top of the work tree.
    files: Vec<PathBuf>,
    ids: HashMap<PathBuf, FileId>,
    named: HashMap<String, Option<FileId>>,
    /// Lists the paths that git tracks, once somebody asks for the end of one.
    list: TrackedPaths,
    /// The same, by the names of the files.
    tracked: Option<HashMap<OsString, Vec<PathBuf>>>,
}

/// Lists the paths that git tracks.
pub(crate) type TrackedPaths = Box<dyn Fn() -> Vec<PathBuf> + Send>;

impl PathFinder {
    /// Nothing has been looked up.
    #[must_use]
    pub(crate) fn new(paths: ViewPaths, list: TrackedPaths) -> Self {
        Self {
            list,
            tracked: None,
            paths,
            files: Vec::new(),
            ids: HashMap::new(),
            named: HashMap::new(),
        }
    }

    /// The file of the project that this name means, if there is one.
    pub(crate) fn find(&mut self, name: &str) -> Option<FileId> {
        if let Some(known) = self.named.get(name) {
            return *known;
        }
        if name.len() > LONGEST_PATH {
            return None;
        }
        if self.named.len() >= MOST_NAMES {
            self.forget();
        }
        let found = self.look_up(name);
        // What has no ending is a word of a sentence, or a time, more often than a file.
        let may_be_end = name.contains('.') && !name.starts_with(['/', '.']);
        let found = match found {
            None if may_be_end => self.by_end(name),
            found => found,
        };
        let id = found.map(|path| self.id(path));
        self.named.insert(name.to_owned(), id);
        id
    }

    /// Forgets the names that led nowhere, and if those that led somewhere are many, these as well.
    fn forget(&mut self) {
        self.named.retain(|_, found| found.is_some());
        if self.named.len() >= MOST_NAMES / 2 {
            self.named.clear();
        }
    }

    /// The path of a file, relative to the top of the work tree.
    #[must_use]
    pub(crate) fn path(&self, file: FileId) -> &Path {
        &self.files[file.0 as usize]
    }

    /// Where a file can be read; `None` if it is reached by a symbolic link, which may lead anywhere.
    #[must_use]
    pub(crate) fn readable(&self, file: FileId) -> Option<PathBuf> {
        let mut at = self.paths.look.clone();
        for part in self.path(file) {
            at.push(part);
            if fs::symlink_metadata(&at).ok()?.is_symlink() {
                return None;
            }
        }
        Some(at)
    }

    /// The only tracked path that ends with a name: below the directory of the gate or, if there is none,
    /// anywhere. `go test` names files relative to their package, cargo relative to the workspace.
    fn by_end(&mut self, name: &str) -> Option<PathBuf> {
        let file = Path::new(name).file_name()?;
        let tracked = self.tracked.get_or_insert_with(|| {
            let mut by_name: HashMap<OsString, Vec<PathBuf>> = HashMap::new();
            for path in (self.list)() {
                let name = path.file_name().unwrap_or_default().to_owned();
                by_name.entry(name).or_default().push(path);
            }
            by_name
        });
        let ends: Vec<&PathBuf> = tracked
            .get(file)?
            .iter()
            .filter(|path| path.ends_with(name) && !is_foreign(path))
            .collect();
        let below: Vec<&PathBuf> = ends
            .iter()
            .filter(|path| path.starts_with(&self.paths.dir))
            .copied()
            .collect();
        let only = match (below.as_slice(), ends.as_slice()) {
            ([only], _) | ([], [only]) => (*only).clone(),
            _ => return None,
        };
        self.paths.look.join(&only).is_file().then_some(only)
    }

    fn id(&mut self, path: PathBuf) -> FileId {
        let next = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let files = &mut self.files;
        *self.ids.entry(path).or_insert_with_key(|path| {
            files.push(path.clone());
            next
        })
    }

    fn look_up(&self, name: &str) -> Option<PathBuf> {
        let paths = &self.paths;
        let name = Path::new(name.strip_prefix("file://").unwrap_or(name));
        let relative = if name.is_absolute() {
            let inside = name.strip_prefix(&paths.top);
            let inside = inside.or_else(|_| name.strip_prefix(&paths.work_tree));
            vec![normal(inside.ok()?)?]
        } else {
            let below = paths.dir.join(name);
            [below.as_path(), name]
                .into_iter()
                .filter_map(normal)
                .collect()
        };
        let mut relative = relative.into_iter();
        relative.find(|path| !is_foreign(path) && paths.look.join(path).is_file())
    }
}

fn is_foreign(path: &Path) -> bool {
    let mut parts = path.iter().filter_map(|part| part.to_str());
    parts.any(|part| FOREIGN.contains(&part))
}

/// The path without `.` and `..`; `None` if it leaves the top, or names it.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => normal.push(part),
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (normal != Path::new("")).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_files_of_the_work_tree_and_nowhere_else() {
        let top = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        for file in ["a.py", "web/b.ts", "web/a.py", "node_modules/x.js"] {
            let path = top.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        std::os::unix::fs::symlink(outside.path(), top.path().join("link")).unwrap();
        let tracked = ["web/pk/c_test.go", "x/d.go", "y/d.go"];
        for path in tracked {
            let path = top.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let paths = ViewPaths {
            top: "/as/the/gate/knows/it".into(),
            look: top.path().into(),
            work_tree: "/home/me/work".into(),
            dir: "web".into(),
        };
        let list = Box::new(move || tracked.map(PathBuf::from).to_vec());
        let mut finder = PathFinder::new(paths, list);
        let cases = [
            ("b.ts", Some("web/b.ts")),
            ("./b.ts", Some("web/b.ts")),
            ("a.py", Some("web/a.py")),
            ("../a.py", Some("a.py")),
            ("web/b.ts", Some("web/b.ts")),
            ("/as/the/gate/knows/it/a.py", Some("a.py")),
            ("/home/me/work/web/../a.py", Some("a.py")),
            ("file:///home/me/work/a.py", Some("a.py")),
            ("../../a.py", None),
            ("/etc/passwd", None),
            ("../../../../../etc/passwd", None),
            ("/home/me/work/../../../etc/passwd", None),
            ("node_modules/x.js", None),
            ("", None),
            (".", None),
            ("web", None),
            ("c_test.go", Some("web/pk/c_test.go")),
            ("pk/c_test.go", Some("web/pk/c_test.go")),
            ("d.go", None),
            ("x/d.go", Some("x/d.go")),
        ];
        for (name, expected) in cases {
            let found = finder.find(name).map(|id| finder.path(id).to_owned());
            assert_eq!(found.as_deref(), expected.map(Path::new), "{name}");
        }
        // After endless names that mean nothing, a file is still found.
        for number in 0..2 * MOST_NAMES {
            assert!(finder.find(&format!("no/{number}")).is_none());
        }
        assert!(finder.named.len() <= MOST_NAMES);
        assert!(finder.find("x/d.go").is_some());
        let link = finder.find("link/secret").unwrap();
        assert_eq!(finder.readable(link), None);
    }
}
