//! Scripts: shell scripts, which are followed, and scripts in other languages, which count as a whole.

use std::path::Path;

use super::lead::{Lead, Line, Place, at};
use super::tree::{Files, Found, FoundFile};
use crate::base::fault::Result;
use crate::tools::{base_name, module_option, program};

/// Programs that run the file after their options, besides the interpreters among the tools.
const INTERPRETERS: [&str; 10] = [
    "Rscript",
    "esno",
    "fish",
    "lua",
    "php",
    "pwsh",
    "swift",
    "ts-node",
    "tsx",
    "vite-node",
];

/// Programs that take their script from a file after `-f`.
const BY_OPTION: [&str; 5] = ["awk", "gawk", "jq", "mawk", "sed"];

/// The shells.
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// What a call of a script leads to; `None` if the call does not name a file in the tree.
pub(super) fn lead(words: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let Some((first, arguments)) = words.split_first() else {
        return Ok(None);
    };
    let name = base_name(first);
    if matches!(*first, "." | "source") {
        let sourced = arguments.first().copied();
        return sourced.map_or(Ok(None), |path| by_shell(path, false, false, dir, files));
    }
    if SHELLS.contains(&name) {
        return handed_to_shell(arguments, dir, files);
    }
    if BY_OPTION.contains(&name) {
        return by_option(arguments, dir, files);
    }
    let is_interpreter = program(name).is_some_and(|program| program.is_interpreter);
    if is_interpreter || INTERPRETERS.contains(&name) {
        return interpreted(name, arguments, dir, files);
    }
    // `uv run check.py` runs the file, too.
    let is_python = Path::new(first).extension().is_some_and(|end| end == "py");
    if first.contains('/') || is_python {
        return by_path(first, dir, files);
    }
    Ok(None)
}

/// A script that is handed to a shell, after the shell's options.
fn handed_to_shell(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let (mut errexit, mut pipefail) = (false, false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix(['-', '+']) else {
            return by_shell(word, errexit, pipefail, dir, files);
        };
        if word.starts_with("--") {
            continue;
        }
        if letters.contains('c') {
            return Ok(None);
        }
        errexit |= letters.contains('e');
        if letters.ends_with(['o', 'O']) {
            match words.next() {
                Some(&"pipefail") => pipefail = true,
                Some(&"errexit") => errexit = true,
                _ => {}
            }
        }
    }
    Ok(None)
}

fn by_shell(
    typed: &str,
    errexit: bool,
    pipefail: bool,
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let path = at(dir, typed);
    Ok(Some(match files.find(&path)? {
        Found::File(file) => Lead {
            lines: vec![Line {
                script: Some(path),
                errexit,
                pipefail,
                ..text_of(&file, dir)
            }],
            ..counted(&file)
        },
        Found::Nothing | Found::Directory | Found::Other => missing(&path, typed),
    }))
}

/// A file whose text a shell runs.
fn text_of(file: &FoundFile, dir: &Path) -> Line {
    let place = Place {
        path: file.path.clone(),
        line: 1,
    };
    Line::new(file.text.clone(), dir, place)
}

fn counted(file: &FoundFile) -> Lead {
    let mut lead = Lead::default();
    lead.count(file);
    lead
}

/// A file that would be run if it existed: when it is added, it counts.
fn missing(path: &Path, typed: &str) -> Lead {
    let is_inside = !path.is_absolute() && !typed.contains(['$', '`']);
    Lead {
        whole: is_inside.then(|| super::plain(path)).into_iter().collect(),
        unresolved: Some(format!("{typed} is not in the tree")),
        ..Lead::default()
    }
}

/// A program that is named by its path: its first line says what runs it.
fn by_path(typed: &str, dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let path = at(dir, typed);
    if path.is_absolute() {
        return Ok(None);
    }
    let file = match files.find(&path)? {
        Found::File(file) => file,
        Found::Nothing if !typed.contains('/') => return Ok(None),
        Found::Nothing | Found::Directory | Found::Other => return Ok(Some(missing(&path, typed))),
    };
    let mut lead = counted(&file);
    let first = file.text.lines().next().unwrap_or_default();
    let Some(program) = first.strip_prefix("#!") else {
        lead.unresolved = Some(format!("{typed} does not name its interpreter"));
        return Ok(Some(lead));
    };
    let mut words = program.split_whitespace();
    let shell = words.find(|word| SHELLS.contains(&base_name(word)));
    if shell.is_none() {
        lead.unresolved = Some(format!("{typed} is not a shell script"));
        return Ok(Some(lead));
    }
    let options: Vec<&str> = words.collect();
    let has = |letter: char| {
        let mut letters = options.iter().filter_map(|word| word.strip_prefix('-'));
        letters.any(|letters| letters.contains(letter))
    };
    lead.lines.push(Line {
        script: Some(path),
        errexit: has('e'),
        pipefail: options.contains(&"pipefail"),
        ..text_of(&file, dir)
    });
    Ok(Some(lead))
}

/// The script of an interpreter, and the files that its options load before.
fn interpreted(
    name: &str,
    arguments: &[&str],
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let mut lead = Lead::default();
    let option = module_option(arguments).filter(|_| name.starts_with("python"));
    let module = option.map(|(at, joined)| match joined {
        "" => arguments.get(at + 1).copied().unwrap_or_default(),
        joined => joined,
    });
    if let Some(module) = module {
        modules(module, dir, files, &mut lead)?;
    }
    let scripts = if module.is_some() { &[] } else { arguments };
    for word in scripts {
        match *word {
            // The script is in the words, or the files are tests.
            "-c" | "-e" | "--eval" | "-p" | "--print" | "--test" => break,
            option if option.starts_with('-') => {
                let value = option.rsplit('=').next().unwrap_or_default();
                if let Some(file) = files.file(&at(dir, value))? {
                    lead.count(&file);
                }
            }
            "run" | "watch" => {}
            path => {
                if let Some(file) = files.file(&at(dir, path))? {
                    lead.count(&file);
                }
                break;
            }
        }
    }
    if lead.whole.is_empty() {
        return Ok(None);
    }
    lead.unresolved = Some(format!("gatekeeper does not read what {name} runs"));
    Ok(Some(lead))
}

/// The files of a module that Python first looks for in its directory.
pub(super) fn modules(
    name: &str,
    dir: &Path,
    files: &mut Files<'_>,
    lead: &mut Lead,
) -> Result<()> {
    let module = dir.join(name.replace('.', "/"));
    let inside = ["__init__.py", "__main__.py"].map(|file| module.join(file));
    for path in inside.into_iter().chain([module.with_extension("py")]) {
        if let Some(file) = files.file(&path)? {
            lead.count(&file);
        }
    }
    Ok(())
}

fn by_option(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let mut lead = Lead::default();
    for pair in arguments.windows(2) {
        if matches!(pair[0], "-f" | "--file" | "--from-file" | "-nf" | "-Ef")
            && let Some(file) = files.file(&at(dir, pair[1]))?
        {
            lead.give_up(&file, "gatekeeper does not read its language");
        }
    }
    Ok((!lead.whole.is_empty()).then_some(lead))
}
