//! Scripts: shell scripts, which are followed, and scripts in other languages, which count as a whole.

use std::path::Path;

use super::lead::{Lead, Line, Place, at};
use super::patterns::is_shapeless;
use super::programs::{LoadVariables, interpreted};
use super::tree::{Files, Found, FoundFile, FoundPlace};
use crate::base::fault::Result;
use crate::tools::{base_name, program};

/// Programs that run the file after their options, besides the interpreters among the tools.
const INTERPRETERS: [&str; 12] = [
    "Rscript",
    "esno",
    "fish",
    "java",
    "lua",
    "php",
    "pwsh",
    "rust-script",
    "swift",
    "ts-node",
    "tsx",
    "vite-node",
];

/// Programs that take their script, or what they look for, from a file after `-f`.
const BY_OPTION: [&str; 9] = [
    "awk", "egrep", "fgrep", "gawk", "grep", "jq", "mawk", "rg", "sed",
];

/// The shells.
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// What a call of a script leads to; `None` if the call does not name a file in the tree.
pub(super) fn lead(
    words: &[&str],
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let Some((first, arguments)) = words.split_first() else {
        return Ok(None);
    };
    let name = base_name(first);
    if matches!(*first, "." | "source") {
        let sourced = arguments.first().copied();
        return sourced.map_or(Ok(None), |path| {
            by_shell(path, ShellOptions::default(), dir, files)
        });
    }
    if SHELLS.contains(&name) {
        return handed_to_shell(arguments, dir, files);
    }
    if BY_OPTION.contains(&name) {
        return by_option(arguments, dir, files);
    }
    let is_interpreter = program(name).is_some_and(|program| program.is_interpreter);
    if is_interpreter || INTERPRETERS.contains(&name) {
        return interpreted(name, arguments, dir, variables, files);
    }
    // `uv run check.py` runs the file, too.
    let is_python = Path::new(first).extension().is_some_and(|end| end == "py");
    if first.contains('/') || is_python {
        return by_path(first, dir, variables, files);
    }
    Ok(None)
}

/// What the options of a shell say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ShellOptions {
    /// The place of the script among the words after the shell's name; without one, it reads its
    /// standard input.
    pub(super) script: Option<usize>,
    errexit: bool,
    pipefail: bool,
    /// Whether it runs no file: its script is in its words, or it only looks for errors.
    pub(super) runs_no_file: bool,
}

/// What the words after the name of a shell say.
pub(super) fn shell_options(arguments: &[&str]) -> ShellOptions {
    let mut options = ShellOptions::default();
    let mut words = arguments.iter().enumerate();
    while let Some((at, word)) = words.next() {
        let Some(letters) = word.strip_prefix(['-', '+']) else {
            options.script = Some(at);
            return options;
        };
        if word.starts_with("--") {
            if matches!(*word, "--rcfile" | "--init-file") {
                words.next();
            }
            continue;
        }
        options.runs_no_file |= letters.contains('c') || letters.contains('n');
        options.errexit |= letters.contains('e');
        if letters.contains('s') {
            return options;
        }
        if letters.ends_with(['o', 'O']) {
            match words.next().map(|(_, word)| *word) {
                Some("pipefail") => options.pipefail = true,
                Some("errexit") => options.errexit = true,
                Some("noexec") => options.runs_no_file = true,
                _ => {}
            }
        }
    }
    options
}

/// Whether a program is a shell.
pub(super) fn is_shell(name: &str) -> bool {
    SHELLS.contains(&base_name(name))
}

/// Whether a program runs the file after its options.
pub(super) fn is_interpreter(name: &str) -> bool {
    let name = base_name(name);
    INTERPRETERS.contains(&name) || program(name).is_some_and(|program| program.is_interpreter)
}

/// The place of the script in a call, as far as its words tell: after a shell or an interpreter, or
/// the program itself.
pub(super) fn operand(words: &[&str]) -> Option<usize> {
    let (first, arguments) = words.split_first()?;
    if matches!(*first, "." | "source") {
        return (!arguments.is_empty()).then_some(1);
    }
    if is_shell(first) {
        let options = shell_options(arguments);
        let script = options.script.filter(|_| !options.runs_no_file);
        return script.map(|at| at + 1);
    }
    if is_interpreter(first) {
        let is_option = |word: &&str| word.starts_with('-') || *word == "run";
        let at = arguments.iter().take_while(|word| is_option(word)).count();
        let options = &arguments[..at];
        let runs_none = options.iter().any(|option| is_code_or_check(option));
        return (at < arguments.len() && !runs_none).then_some(at + 1);
    }
    (first.contains('/') || is_shapeless(first)).then_some(0)
}

/// Whether the script of an interpreter is in its words, or is only looked at.
pub(super) fn is_code_or_check(option: &str) -> bool {
    const OPTIONS: [&str; 10] = [
        "-c", "-e", "--eval", "-p", "--print", "--test", "--check", "-m", "-l", "-E",
    ];
    OPTIONS.contains(&option)
}

/// A script that is handed to a shell, after the shell's options.
fn handed_to_shell(arguments: &[&str], dir: &Path, files: &mut Files<'_>) -> Result<Option<Lead>> {
    let options = shell_options(arguments);
    match options.script.filter(|_| !options.runs_no_file) {
        Some(at) => by_shell(arguments[at], options, dir, files),
        None => Ok(None),
    }
}

/// A file whose text a shell runs, as typed.
pub(super) fn by_shell(
    typed: &str,
    options: ShellOptions,
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let path = at(dir, typed);
    if typed.is_empty() {
        return Ok(None);
    }
    Ok(Some(match files.find(&path)? {
        Found::File(file) => Lead {
            lines: vec![Line {
                script: Some(path),
                errexit: options.errexit,
                pipefail: options.pipefail,
                ..text_of(&file, dir)
            }],
            ..counted(&file)
        },
        Found::Other(place) => unseen(&place, typed),
        Found::Nothing => missing(&path, typed),
        Found::Directory(_) => return Ok(None),
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

/// A file in a submodule: what it says is not known, so that the submodule counts.
fn unseen(place: &FoundPlace, typed: &str) -> Lead {
    let mut lead = Lead {
        unresolved: Some(format!("{typed} is not in the tree")),
        ..Lead::default()
    };
    lead.closed(place);
    lead
}

/// A program that is named by its path: its first line says what runs it.
fn by_path(
    typed: &str,
    dir: &Path,
    variables: &LoadVariables,
    files: &mut Files<'_>,
) -> Result<Option<Lead>> {
    let path = at(dir, typed);
    if path.is_absolute() {
        return Ok(None);
    }
    let file = match files.find(&path)? {
        Found::File(file) => file,
        Found::Nothing if !typed.contains('/') => return Ok(None),
        Found::Other(place) => return Ok(Some(unseen(&place, typed))),
        Found::Nothing => return Ok(Some(missing(&path, typed))),
        Found::Directory(_) => return Ok(None),
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
        let command = format!("{} {typed}", after_env(program));
        let words: Vec<&str> = command.split_whitespace().collect();
        if let Some((name, words)) = words.split_first().filter(|(name, _)| is_interpreter(name)) {
            let loaded = interpreted(base_name(name), words, dir, variables, files)?;
            lead.extend(loaded.unwrap_or_default());
        }
        return Ok(Some(lead));
    }
    let options: Vec<&str> = words.collect();
    if options
        .iter()
        .any(|word| !word.starts_with('-') && *word != "pipefail")
    {
        // It is the last word of a longer command.
        lead.lines.push(Line {
            text: format!("{} {typed}", after_env(program)),
            ..text_of(&file, dir)
        });
        return Ok(Some(lead));
    }
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

/// The command of a first line, without `env` and its options.
fn after_env(program: &str) -> String {
    let mut words = program.split_whitespace().peekable();
    if words.next_if(|word| base_name(word) == "env").is_some() {
        while words.next_if(|word| word.starts_with('-')).is_some() {}
    }
    words.collect::<Vec<_>>().join(" ")
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
    for (index, word) in arguments.iter().enumerate() {
        let next = arguments.get(index + 1).copied();
        let value =
            match word.strip_prefix('-') {
                None | Some("") => None,
                Some(long) if long.starts_with('-') => match long.split_once('=') {
                    Some(("-file" | "-from-file", value)) => Some(value),
                    None if matches!(long, "-file" | "-from-file") => next,
                    _ => None,
                },
                Some(letters) => letters.split_once('f').and_then(|(_, value)| {
                    if value.is_empty() { next } else { Some(value) }
                }),
            };
        let Some(value) = value else { continue };
        if let Some(file) = files.file(&at(dir, value))? {
            lead.give_up(&file, "gatekeeper does not read its language");
        }
    }
    Ok((!lead.whole.is_empty()).then_some(lead))
}
