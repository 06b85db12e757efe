//! make: the recipes of the targets that a call asks for, and of what they need.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::lead::{Lead, Line, Place, at};
use super::make_recipe::PREFIXES;
use super::make_walk;
use super::makefile::Makefile;
use super::makefile_text::{StatementKind, statements};
use super::programs::LoadVariables;
use super::tree::{Files, FoundFile};
use crate::base::fault::Result;

/// The names that make looks for, in this order.
const NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// Options that are followed by a value.
const VALUED: [&str; 5] = ["-W", "-o", "-O", "--what-if", "--old-file"];

/// What a call of make asks for.
struct Asked<'a> {
    dir: PathBuf,
    makefiles: Vec<&'a str>,
    goals: Vec<&'a str>,
    overrides: BTreeMap<String, String>,
    include_dirs: Vec<PathBuf>,
    /// Statements of a makefile in the arguments.
    statements: Vec<&'a str>,
}

fn asked<'a>(arguments: &[&'a str], dir: &Path) -> Asked<'a> {
    let mut asked = Asked {
        dir: dir.to_owned(),
        makefiles: Vec::new(),
        goals: Vec::new(),
        overrides: BTreeMap::new(),
        include_dirs: Vec::new(),
        statements: Vec::new(),
    };
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let (option, own) = match word.split_once('=') {
            Some((option, value)) if word.starts_with("--") => (option, Some(value)),
            _ => (word, None),
        };
        match option {
            "-C" | "--directory" => {
                let value = own.or_else(|| words.next()).unwrap_or_default();
                asked.dir = super::plain(&at(&asked.dir, value));
            }
            "-f" | "--file" | "--makefile" => {
                asked.makefiles.extend(own.or_else(|| words.next()));
            }
            "-E" | "--eval" => asked.statements.extend(own.or_else(|| words.next())),
            "-I" | "--include-dir" => {
                let value = own.or_else(|| words.next()).unwrap_or_default();
                asked.include_dirs.push(at(&asked.dir, value));
            }
            _ if VALUED.contains(&option) && own.is_none() => {
                words.next();
            }
            _ if option.starts_with("-C") => {
                asked.dir = super::plain(&at(&asked.dir, &option[2..]));
            }
            _ if option.starts_with("-I") => asked.include_dirs.push(at(&asked.dir, &option[2..])),
            _ if option.starts_with("-f") => asked.makefiles.push(&option[2..]),
            _ if option.starts_with('-') => {}
            word => match word.split_once('=') {
                Some((name, value)) => {
                    let name = name.trim_end_matches([':', '+', '?']);
                    asked.overrides.insert(name.to_owned(), value.to_owned());
                }
                None => asked.goals.push(word),
            },
        }
    }
    asked
}

/// What a call of make leads to, whose environment has these assignments.
pub(super) fn lead(
    arguments: &[&str],
    variables: &LoadVariables,
    dir: &Path,
    files: &mut Files<'_>,
) -> Result<Lead> {
    let mut asked = asked(arguments, dir);
    let more: Vec<&str> = variables.makefiles.iter().map(String::as_str).collect();
    if !asked.dir.to_string_lossy().contains('$') {
        return in_directory(&asked, &more, files);
    }
    // A directory that only the shell knows: every one with a makefile may be meant.
    let typed = asked.dir.to_string_lossy().into_owned();
    let known = typed.split('$').next().unwrap_or_default();
    let known = PathBuf::from(known.rfind('/').map_or("", |at| &known[..at]));
    let mut lead = Lead {
        unresolved: Some("the directory is not known".to_owned()),
        ..Lead::default()
    };
    for makefile in files.matching(&known, "**/[GMm]*akefile")? {
        let Some(dir) = makefile.parent().filter(|dir| *dir != known) else {
            continue;
        };
        dir.clone_into(&mut asked.dir);
        let mut found = in_directory(&asked, &more, files)?;
        found.unresolved = None;
        lead.beside.append(&mut found.lines);
        lead.extend(found);
    }
    Ok(lead)
}

fn in_directory(asked: &Asked<'_>, more: &[&str], files: &mut Files<'_>) -> Result<Lead> {
    let mut lead = Lead::default();
    for text in &asked.statements {
        typed(text, &asked.dir, &mut lead);
    }
    let mut main: Vec<FoundFile> = Vec::new();
    for name in more.iter().chain(&asked.makefiles) {
        let path = at(&asked.dir, name);
        match files.file(&path)? {
            Some(file) => main.push(file),
            None => {
                lead.whole.insert(super::plain(&path));
            }
        }
    }
    if asked.makefiles.is_empty() {
        main.extend(files.first(&asked.dir, &NAMES)?);
    }
    if main.is_empty() {
        lead.whole
            .extend(NAMES.iter().map(|name| asked.dir.join(name)));
        lead.unresolved = Some("there is no makefile".to_owned());
        return Ok(lead);
    }
    let makefile = Makefile::read(
        main,
        &asked.dir,
        asked.overrides.clone(),
        asked.include_dirs.clone(),
        files,
        &mut lead,
    )?;
    make_walk::targets(&makefile, &asked.dir, &asked.goals, lead, files)
}

/// Follows the commands in statements that are typed in the call.
fn typed(text: &str, dir: &Path, lead: &mut Lead) {
    lead.unresolved = Some("make reads rules from its arguments".to_owned());
    for statement in statements(text) {
        let commands = match statement.kind {
            StatementKind::Rule { recipe, .. } => {
                recipe.into_iter().map(|(_, text)| text).collect()
            }
            StatementKind::Variable { value: text, .. }
            | StatementKind::TargetVariable { text, .. }
            | StatementKind::Include(text)
            | StatementKind::Condition(text)
            | StatementKind::Other(text) => vec![format!(": {}", text.replace("$(shell ", "$("))],
        };
        for command in commands {
            lead.beside.push(Line {
                place: None,
                ..Line::new(command.trim_start_matches(PREFIXES), dir, Place::default())
            });
        }
    }
}
