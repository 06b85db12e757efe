//! Programs whose files are not read in detail: all of each counts, and so do the files that it names.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::data;
use super::lead::{Lead, Line, Place, at};
use super::scripts;
use super::tree::{Files, FoundFile, plain};
use crate::base::fault::Result;
use crate::tools::program;

/// How many files may name each other.
const MOST_FILES: usize = 64;

/// The endings of files that hold commands or settings. A word with one of them that is the path of a
/// file is followed.
const FOLLOWED: [&str; 20] = [
    "bash", "bat", "cfg", "cmake", "cmd", "env", "gradle", "ini", "just", "kts", "mak", "mk",
    "ninja", "ps1", "rake", "sh", "xml", "yaml", "yml", "zsh",
];

/// The endings that JavaScript adds to the path of a module.
const OF_MODULES: [&str; 6] = ["", ".js", ".mjs", ".cjs", ".ts", "/index.js"];

/// What a call of a program leads to that takes what it runs from files; `None` if it takes nothing
/// from files.
pub(super) fn lead(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let Some(program) = program(name).filter(|program| program.reads_files()) else {
        return Ok(None);
    };
    let subcommand = arguments.iter().find(|word| !word.starts_with('-'));
    let is_read =
        program.reading.is_empty() || subcommand.is_some_and(|word| program.reading.contains(word));
    if !is_read {
        return Ok(None);
    }
    let mut walk = Walk {
        lead: Lead {
            unresolved: Some(format!("gatekeeper does not read what {name} runs")),
            ..Lead::default()
        },
        seen: BTreeSet::new(),
        open: VecDeque::new(),
        names: program.files,
        beside: program.beside,
    };
    let mut above = dir.to_owned();
    if let Some(file) = files.upwards(dir, program.files)? {
        above = looked_up_in(&file, program.files);
        walk.add(file);
    } else {
        let missing = program.files.iter().map(|name| dir.join(name));
        walk.lead.whole.extend(missing);
    }
    walk.named_by_call(arguments, dir, files)?;
    let dirs: BTreeSet<&Path> = [above.as_path(), dir].into();
    for dir in dirs {
        for pattern in program.beside {
            for path in files.matching(dir, pattern)? {
                walk.open.extend(files.file(&path)?);
            }
        }
    }
    walk.follow(dir, files)?;
    let is_nothing = program.files.is_empty() && walk.lead.whole.is_empty();
    Ok((!is_nothing).then_some(walk.lead))
}

/// The directory in which a file was looked up by one of these names; otherwise, its own.
fn looked_up_in(file: &FoundFile, names: &[&str]) -> PathBuf {
    let known = names.iter().find_map(|name| {
        let levels = Path::new(name).components().count();
        let dir = file.path.ancestors().nth(levels)?;
        (dir.join(name) == file.path).then(|| dir.to_owned())
    });
    known.unwrap_or_else(|| file.path.parent().unwrap_or(Path::new("")).to_owned())
}

struct Walk {
    lead: Lead,
    seen: BTreeSet<PathBuf>,
    /// The files that are still to be read.
    open: VecDeque<FoundFile>,
    /// The names that the program looks for.
    names: &'static [&'static str],
    /// The patterns of what it reads besides.
    beside: &'static [&'static str],
}

impl Walk {
    /// Counts a file, whose lines are commands that the program may run.
    fn add(&mut self, file: FoundFile) {
        let line = commands(&file);
        self.lead.lines.push(line);
        self.open.push_back(file);
    }

    /// Files that the arguments of a call name: an option may name another file, and `//tools:lint` a
    /// package of a build.
    fn named_by_call(
        &mut self,
        arguments: &[&str],
        dir: &Path,
        files: &mut Files<'_>,
    ) -> Result<()> {
        let values = arguments.iter().flat_map(|word| word.rsplit('='));
        for value in values {
            if let Some(package) = value.strip_prefix("//") {
                let package = package.split(':').next().unwrap_or_default();
                let (inside, all) = match package.strip_suffix("...") {
                    Some(inside) => (inside, "**/"),
                    None => (package, ""),
                };
                let inside = inside.trim_end_matches('/');
                for name in ["BUILD", "BUILD.bazel", "BUCK"] {
                    for path in files.matching(Path::new(inside), &format!("{all}{name}"))? {
                        self.open.extend(files.file(&path)?);
                    }
                }
            } else if let Some(file) = files.file(&at(dir, value))? {
                self.add(file);
            }
        }
        Ok(())
    }

    fn follow(&mut self, dir: &Path, files: &mut Files<'_>) -> Result<()> {
        while let Some(file) = self.open.pop_front() {
            if !self.seen.insert(file.path.clone()) || self.seen.len() > MOST_FILES {
                self.lead.count(&file);
                continue;
            }
            self.lead.count(&file);
            self.lead.beside.push(commands(&file));
            let above = looked_up_in(&file, self.names);
            for word in file.text.split(is_between) {
                self.named(word, &[&above, dir], files)?;
            }
            for line in file.text.lines() {
                self.imported(line, &file, &above, files)?;
            }
        }
        Ok(())
    }

    /// Follows a word of a file if it is the path of another one.
    fn named(&mut self, word: &str, dirs: &[&Path], files: &mut Files<'_>) -> Result<()> {
        let end = word.rsplit(['.', '/']).next().unwrap_or_default();
        let is_followed = word.contains('.') && FOLLOWED.contains(&end)
            || word.contains("/.env")
            || word.starts_with(".env")
            || word.ends_with("ockerfile")
            || word.contains("Dockerfile.");
        let is_directory = word.starts_with("./") && !is_followed;
        for dir in dirs {
            let path = plain(&at(dir, word));
            if is_directory && !path.as_os_str().is_empty() {
                self.open.extend(files.first(&path, self.names)?);
                let plain = self.beside.iter().filter(|name| !name.contains(['*', '/']));
                for name in plain {
                    self.open.extend(files.file(&path.join(name))?);
                }
            } else if is_followed && word.contains('*') {
                for path in files.matching(dir, word)? {
                    self.open.extend(files.file(&path)?);
                }
            } else if is_followed {
                self.open.extend(files.file(&path)?);
            }
        }
        Ok(())
    }

    /// Follows what a line of Python or JavaScript imports from beside the file.
    fn imported(
        &mut self,
        line: &str,
        file: &FoundFile,
        dir: &Path,
        files: &mut Files<'_>,
    ) -> Result<()> {
        let line = line.trim();
        let end = file.path.extension().and_then(|end| end.to_str());
        if end == Some("py") {
            let mut words = line.split_whitespace();
            if let (Some("import" | "from"), Some(module)) = (words.next(), words.next()) {
                let module = module.trim_matches(['.', ',']);
                let names = line.split_once(" import ").map_or("", |(_, names)| names);
                let first = module.split('.').next().unwrap_or_default();
                if !first.is_empty() && !is_project(first, dir, files)? {
                    scripts::modules(module, dir, files, &mut self.lead)?;
                    for name in names
                        .split([',', ' ', '(', ')'])
                        .filter(|name| !name.is_empty())
                    {
                        let inner = format!("{module}.{name}");
                        scripts::modules(&inner, dir, files, &mut self.lead)?;
                    }
                }
            }
        } else if line.contains("require(") || line.contains("import ") || line.contains(" from ") {
            let parent = file.path.parent().unwrap_or(Path::new(""));
            for word in line
                .split(['"', '\'', '`'])
                .filter(|word| word.starts_with('.'))
            {
                for ending in OF_MODULES {
                    let path = plain(&parent.join(format!("{word}{ending}")));
                    self.open.extend(files.file(&path)?);
                }
            }
        }
        Ok(())
    }
}

/// Whether a module is what the project itself ships: tasks may import the code that they check.
fn is_project(module: &str, dir: &Path, files: &mut Files<'_>) -> Result<bool> {
    let Some(file) = files.upwards(dir, &["pyproject.toml"])? else {
        return Ok(false);
    };
    let data = data::toml(&file.text);
    let name = data.as_ref().and_then(|data| {
        data.at(&["project", "name"])
            .or_else(|| data.at(&["tool", "poetry", "name"]))?
            .text()
    });
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    Ok(name.is_some_and(|name| plain(name) == plain(module)))
}

/// Whether a character stands between words in the languages of such files.
fn is_between(c: char) -> bool {
    c.is_whitespace() || "\"'`,;()[]{}<>=|&".contains(c)
}

/// The lines of a file as commands.
fn commands(file: &FoundFile) -> Line {
    let place = Place {
        path: file.path.clone(),
        line: 1,
    };
    let above = file.path.parent().unwrap_or(Path::new(""));
    Line {
        is_guess: true,
        ..Line::new(commands_in(&file.text), above, place)
    }
}

/// The text of a file in a language that is not read, so that the commands in it begin lines: what
/// they run counts as well. Whether anything else is a command does not matter.
fn commands_in(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        // `session.run("sh", "check.sh")` is a call of a function, `cmd: sh check.sh` an entry, `RUN sh
        // check.sh` an instruction.
        if let Some((_, words)) = line.split_once('(') {
            return words.replace(['"', '\'', ',', ')'], " ");
        }
        let value = line.split_once(": ").map_or(line, |(_, value)| value);
        let value = match value.split_once(' ') {
            Some((word, rest))
                if word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()) =>
            {
                rest.trim_start_matches(['[', ' '])
            }
            _ => value,
        };
        if value.starts_with('"') && value.ends_with(']') {
            return value.replace(['"', '\'', ',', ']'], " ");
        }
        value.replace(['[', ']', '{', '}', ',', '"', '\''], "\n")
    });
    lines.collect::<Vec<_>>().join("\n")
}
