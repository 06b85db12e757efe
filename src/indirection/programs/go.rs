//! Packages of Go that `go run` and `go tool` compile and run.

use std::path::{Path, PathBuf};

use super::purpose::{Purpose, has_suffix, purpose};
use crate::base::fault::Result;
use crate::indirection::lead::{Lead, at};
use crate::indirection::tree::{Files, FoundFile, plain};

/// Options that are followed by a value.
const VALUED: [&str; 15] = [
    "-asmflags",
    "-buildmode",
    "-exec",
    "-gcflags",
    "-installsuffix",
    "-ldflags",
    "-mod",
    "-modfile",
    "-o",
    "-overlay",
    "-p",
    "-pgo",
    "-pkgdir",
    "-tags",
    "-toolexec",
];

/// A module: where its go.mod is, and what it says.
struct Module {
    dir: PathBuf,
    file: FoundFile,
}

/// What `go run` and `go tool` lead to; `None` if they run the program under test, or one from elsewhere.
pub(in crate::indirection) fn lead(
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut dir = dir.to_owned();
    let mut words = arguments.iter().copied().peekable();
    let mut command = None;
    let mut program = None;
    while let Some(word) = words.next() {
        let option = word.replacen("--", "-", 1);
        if option == "-C" {
            dir = at(&dir, words.next().unwrap_or_default());
        } else if let Some(path) = option.strip_prefix("-C=") {
            dir = at(&dir, path);
        } else if VALUED.contains(&option.as_str()) {
            words.next();
        } else if !word.starts_with('-') {
            if command.is_some() {
                program = Some(word);
                break;
            }
            command = Some(word);
        }
    }
    let (Some(command), Some(program)) = (command, program) else {
        return Ok(None);
    };
    let mut lead = Lead::default();
    match command {
        "run" if has_suffix(program, "go") => {
            let sources = std::iter::once(program).chain(words);
            for source in sources.take_while(|word| has_suffix(word, "go")) {
                if let Some(file) = files.file(&at(&dir, source))? {
                    lead.count(&file);
                }
            }
        }
        "run" => {
            let module = module(&dir, files)?;
            if let Some(package) = directory(program, &dir, module.as_ref())
                && is_tool(&package, module.as_ref())
            {
                count(package, module.as_ref(), files, &mut lead)?;
            }
        }
        "tool" => by_directive(program, &dir, files, &mut lead)?,
        _ => {}
    }
    if lead.whole.is_empty() {
        return Ok(None);
    }
    lead.unresolved = Some("go compiles it".to_owned());
    Ok(Some(lead))
}

/// The module that a directory belongs to.
fn module(dir: &Path, files: &mut Files<'_>) -> Result<Option<Module>> {
    for dir in plain(dir).ancestors() {
        if let Some(file) = files.file(&dir.join("go.mod"))? {
            return Ok(Some(Module {
                dir: dir.to_owned(),
                file,
            }));
        }
    }
    Ok(None)
}

impl Module {
    /// The path by which its packages are imported.
    fn name(&self) -> Option<&str> {
        let mut lines = self.file.text.lines();
        let name = lines.find_map(|line| line.trim_start().strip_prefix("module "))?;
        name.split("//").next().map(str::trim)
    }

    /// The directory of a package with this import path; `None` if it is of another module.
    fn package(&self, path: &str) -> Option<PathBuf> {
        let below = path.strip_prefix(self.name()?)?;
        let is_whole = below.is_empty() || below.starts_with('/');
        is_whole.then(|| self.dir.join(below.trim_start_matches('/')))
    }
}

/// The directory of a package, as it is typed.
fn directory(typed: &str, dir: &Path, module: Option<&Module>) -> Option<PathBuf> {
    if typed.starts_with('.') {
        return Some(plain(&at(dir, typed)));
    }
    if typed.contains('@') {
        return None;
    }
    module?.package(typed)
}

/// Whether a package is a tool of the project, and not the program under test: it is neither at the top of its
/// module, unless that is below a directory of tools, nor below a directory of the project itself.
fn is_tool(package: &Path, module: Option<&Module>) -> bool {
    match purpose(package) {
        Purpose::Tool => true,
        Purpose::Product => false,
        Purpose::Unknown => {
            let top = module.map_or(Path::new(""), |module| &module.dir);
            package != top && !package.as_os_str().is_empty()
        }
    }
}

/// Counts the sources of a package, and of the packages that it imports from directories of tools.
fn count(
    package: PathBuf,
    module: Option<&Module>,
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<()> {
    let mut queue = vec![package];
    let mut known: Vec<PathBuf> = Vec::new();
    while let Some(dir) = queue.pop() {
        if known.contains(&dir) {
            continue;
        }
        for name in files.list(&dir)? {
            let name = name.to_string_lossy().into_owned();
            if !has_suffix(&name, "go") || name.ends_with("_test.go") {
                continue;
            }
            let Some(file) = files.file(&dir.join(name))? else {
                continue;
            };
            lead.count(&file);
            let imported = file.text.split('"').skip(1).step_by(2);
            let inside = imported.filter_map(|path| module?.package(path));
            queue.extend(inside.filter(|dir| purpose(dir) == Purpose::Tool));
        }
        known.push(dir);
    }
    Ok(())
}

/// Counts a tool of the module that a directive `tool` names.
fn by_directive(name: &str, dir: &Path, files: &mut Files<'_>, lead: &mut Lead) -> Result<()> {
    let Some(module) = module(dir, files)? else {
        return Ok(());
    };
    let mut is_list = false;
    for (at, line) in module.file.text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let path = match line.strip_prefix("tool ").map(str::trim) {
            Some("(") => {
                is_list = true;
                continue;
            }
            Some(path) => path,
            None if line == ")" => {
                is_list = false;
                continue;
            }
            None if is_list => line,
            None => continue,
        };
        if path != name && !path.ends_with(&format!("/{name}")) {
            continue;
        }
        lead.piece(&module.file.path, &format!("tool {name}"), at + 1, path);
        if let Some(package) = module.package(path) {
            count(package, Some(&module), files, lead)?;
        }
    }
    Ok(())
}
