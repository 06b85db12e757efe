//! What an interpreter is told to run by its arguments and its environment.

use std::path::{Path, PathBuf};

use super::language::Language;
use super::node;
use crate::base::fault::Result;
use crate::indirection::lead::at;
use crate::indirection::tree::{Files, Found, FoundFile, plain};
use crate::indirection::variables::Variables;
use crate::shell::Word;
use crate::tools::{PythonStart, base_name, python_call};

/// The variables of a call that decide which files its program loads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::indirection) struct LoadVariables {
    /// The directories of PYTHONPATH, as typed.
    pub(in crate::indirection) python_path: Vec<String>,
    /// Whether PYTHONSAFEPATH is set: Python does not look beside the script.
    pub(in crate::indirection) is_path_safe: bool,
    /// The files of MAKEFILES, which make reads before others.
    pub(in crate::indirection) makefiles: Vec<String>,
}

impl LoadVariables {
    /// Those that a call gets: from the words before its program (`env A=B x`), or from the shell.
    pub(in crate::indirection) fn of(words: &[Word], variables: &Variables) -> Self {
        let values = |name: &str| -> Vec<String> {
            let own = words.iter().filter_map(|word| {
                let value = word.text.strip_prefix(name)?.strip_prefix('=')?;
                Some(value.to_owned())
            });
            let own: Vec<String> = own.collect();
            if own.is_empty() {
                variables.values(name).to_vec()
            } else {
                own
            }
        };
        let paths = values("PYTHONPATH");
        let dirs = paths.iter().flat_map(|path| path.split(':'));
        Self {
            python_path: dirs
                .filter(|dir| !dir.is_empty() && !dir.contains('$'))
                .map(str::to_owned)
                .collect(),
            is_path_safe: values("PYTHONSAFEPATH")
                .iter()
                .any(|value| !value.is_empty()),
            makefiles: values("MAKEFILES")
                .iter()
                .flat_map(|value| value.split_whitespace())
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// What an interpreter runs.
#[derive(Debug, Default)]
pub(super) struct Started {
    /// The files that it is given.
    pub(super) files: Vec<FoundFile>,
    /// Code among its arguments.
    pub(super) code: Option<String>,
    /// Where it looks for modules, in the tree.
    pub(super) search: Vec<PathBuf>,
    /// Those of them that its environment adds.
    pub(super) added: Vec<PathBuf>,
    /// Files that it would load if they existed.
    pub(super) missing: Vec<PathBuf>,
}

/// What an interpreter runs with these arguments.
pub(super) fn started(
    language: Option<Language>,
    interpreter: &str,
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<Started> {
    match language {
        Some(Language::Python) => by_python(words, dir, variables, files),
        Some(Language::Node) => by_node(base_name(interpreter), words, dir, files),
        Some(Language::Ruby | Language::Perl | Language::Php) | None => {
            by_path(language, words, dir, files)
        }
    }
}

fn by_python(
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<Started> {
    let call = python_call(words);
    let mut started = Started::default();
    if !call.ignores_environment {
        let added = variables
            .python_path
            .iter()
            .map(|typed| plain(&at(dir, typed)));
        started.added = added.collect();
    }
    let is_safe = call.is_path_safe || variables.is_path_safe && !call.ignores_environment;
    let mut first = Some(plain(dir));
    let mut module = "";
    match call.start {
        PythonStart::Nothing => {}
        PythonStart::Code(code) => started.code = Some(code.to_owned()),
        PythonStart::Module(name) => module = name,
        PythonStart::Script(script) => {
            let script = plain(&at(dir, script));
            let is_directory = matches!(files.find(&script)?, Found::Directory(_));
            let (file, beside) = if is_directory {
                (script.join("__main__.py"), Some(script.as_path()))
            } else {
                (script.clone(), script.parent())
            };
            first = beside.map(Path::to_owned);
            if let Some(file) = files.file(&file)? {
                // Python looks beside the file that links lead to.
                if !file.links.is_empty() && !is_directory {
                    first = file.path.parent().map(Path::to_owned);
                }
                started.files.push(file);
            }
        }
    }
    let first = first.filter(|_| !is_safe);
    started.search = first.into_iter().chain(started.added.clone()).collect();
    for base in started.search.clone() {
        add_module(&base, module, files, &mut started)?;
    }
    Ok(started)
}

/// Adds the files of a module that is run by its name, and those of the packages that it is in: Python
/// runs them first.
fn add_module(
    base: &Path,
    module: &str,
    files: &mut Files<'_>,
    started: &mut Started,
) -> Result<()> {
    if module.is_empty() {
        return Ok(());
    }
    let path = base.join(module.replace('.', "/"));
    let inside = ["__init__.py", "__main__.py"].map(|file| path.join(file));
    let mut found = Vec::new();
    for path in inside.into_iter().chain([path.with_extension("py")]) {
        found.extend(files.file(&path)?);
    }
    if found.is_empty() {
        return Ok(());
    }
    started.files.extend(found);
    let mut package = base.to_owned();
    let outer = module.rsplit_once('.').map_or("", |(outer, _)| outer);
    for part in outer.split('.').filter(|part| !part.is_empty()) {
        package.push(part);
        let first = package.join("__init__.py");
        match files.file(&first)? {
            Some(file) => started.files.push(file),
            None => started.missing.push(first),
        }
    }
    Ok(())
}

fn by_node(
    interpreter: &str,
    words: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Started> {
    /// Options that load what comes after them.
    const LOADING: [&str; 6] = [
        "-r",
        "--require",
        "--import",
        "--loader",
        "--experimental-loader",
        "--preload",
    ];
    /// Options that are followed by something else.
    const VALUED: [&str; 8] = [
        "-C",
        "--conditions",
        "--tsconfig",
        "-P",
        "--project",
        "-O",
        "--import-map",
        "--title",
    ];
    let mut started = Started::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-e" | "--eval" | "-p" | "--print" | "-pe" => {
                started.code = words.next().map(str::to_owned);
                break;
            }
            // The files are tests, or are only read.
            "--test" | "--check" | "-c" if interpreter == "node" => break,
            option if LOADING.contains(&option) => {
                let value = words.next().unwrap_or_default();
                started.files.extend(relative(value, dir, files)?);
            }
            option if VALUED.contains(&option) => {
                words.next();
            }
            option if option.starts_with('-') && option != "-" => {
                let value = option.rsplit('=').next().unwrap_or_default();
                started.files.extend(relative(value, dir, files)?);
            }
            "run" | "watch" => {}
            path => {
                let needs_suffix = matches!(interpreter, "bun" | "deno");
                let file = if needs_suffix {
                    files.file(&at(dir, path))?
                } else {
                    node::file(&at(dir, path), files)?
                };
                started.files.extend(file);
                break;
            }
        }
    }
    Ok(started)
}

/// The file that an option names; a name without a dot at its beginning may be an installed package.
fn relative(value: &str, dir: &Path, files: &mut Files<'_>) -> Result<Option<FoundFile>> {
    if value.starts_with('.') {
        return node::file(&at(dir, value), files);
    }
    files.file(&at(dir, value))
}

fn by_path(
    language: Option<Language>,
    words: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Started> {
    let is_perl = language == Some(Language::Perl);
    let mut modules = Vec::new();
    let mut started = Started::default();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            // The script is in the words.
            "-e" | "-E" | "--eval" | "-r" if language.is_some() => {
                started.code = words.next().map(str::to_owned);
                break;
            }
            // The file is only read.
            "-l" | "--syntax-check" if language == Some(Language::Php) => break,
            "-c" | "-e" | "--eval" | "-p" | "--print" | "--test" => break,
            "-I" => {
                let added = words.next().unwrap_or_default();
                started.search.push(at(dir, added));
            }
            option if is_perl && (option.starts_with("-M") || option.starts_with("-m")) => {
                let name = option[2..].split('=').next().unwrap_or_default();
                modules.push(name.trim_start_matches('-').replace("::", "/") + ".pm");
            }
            option if option.starts_with("-I") && is_perl => {
                started.search.push(at(dir, &option[2..]));
            }
            option if option.starts_with('-') => {
                let value = option.rsplit('=').next().unwrap_or_default();
                started.files.extend(files.file(&at(dir, value))?);
            }
            "run" | "watch" => {}
            path => {
                started.files.extend(files.file(&at(dir, path))?);
                break;
            }
        }
    }
    for module in modules {
        for dir in started.search.clone() {
            started
                .files
                .extend(files.file(&plain(&dir.join(&module)))?);
        }
    }
    Ok(started)
}
