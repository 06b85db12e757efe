//! The recipes of makefiles: the commands as the shell gets them, and their text.

use std::path::Path;

use super::lead::{Lead, Line, Part, Place, at};
use super::make_references::{Locals, references, words};
use super::makefile::{Makefile, Placed};
use super::makefile_text::StatementKind;
use super::tree::Files;
use crate::base::fault::Result;
use crate::tools::{SHELLS, base_name};

/// What may stand before a command of a recipe.
pub(super) const PREFIXES: [char; 5] = ['@', '-', '+', ' ', '\t'];

/// How many values of one variable are tried.
const MOST_VALUES: usize = 16;

/// Adds the commands of a rule's recipe for a target.
pub(super) fn recipe(
    (makefile, dir): (&Makefile, &Path),
    goal: &str,
    placed: &Placed,
    locals: &Locals,
    (lead, files): (&mut Lead, &mut Files<'_>),
) -> Result<()> {
    let StatementKind::Rule { recipe, .. } = &placed.statement.kind else {
        return Ok(());
    };
    let (shell, flags) = (set(makefile, "SHELL"), set(makefile, ".SHELLFLAGS"));
    let shell = shell.unwrap_or_default();
    if !shell.is_empty() && !SHELLS.contains(&base_name(shell.trim())) || shell.contains("./") {
        let why = "the makefile sets another shell".to_owned();
        lead.unresolved.get_or_insert(why);
        if let Some(file) = files.file(&at(dir, shell.trim()))? {
            lead.count(&file);
        }
    }
    let flags = flags.unwrap_or_default();
    let mut letters = flags
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('-'));
    let errexit = letters.any(|letters| letters.contains('e'));
    let ignores_all = makefile.statements.iter().any(|placed| {
            matches!(&placed.statement.kind, StatementKind::Rule { targets, prerequisites, .. }
                if targets == ".IGNORE"
                    && (prerequisites.is_empty() || prerequisites.split_whitespace().any(|p| p == goal)))
        });
    for (number, text) in recipe {
        let line = if *number == 0 {
            placed.statement.line
        } else {
            *number
        };
        let place = Place {
            path: placed.path.clone(),
            line,
        };
        let line = |whole: &str| {
            let whole = whole.trim_start();
            let bare = whole.trim_start_matches(PREFIXES);
            let prefix = &whole[..whole.len() - bare.len()];
            Line {
                errexit,
                pipefail: flags.contains("pipefail"),
                is_ignored: prefix.contains('-') || ignores_all,
                ..Line::new(bare, dir, place.clone())
            }
        };
        for whole in commands(&makefile.recipe(text, locals)) {
            lead.lines.push(line(&whole));
        }
        for whole in alternatives(makefile, text, locals) {
            lead.beside.push(line(&whole));
        }
    }
    Ok(())
}

/// What a line of a recipe may be instead: with each value of the variables that conditions set.
fn alternatives(makefile: &Makefile, text: &str, locals: &Locals) -> Vec<String> {
    let mut lines = Vec::new();
    for name in references(text).0 {
        let whole = format!("$({name})");
        if makefile.expand_found(&whole, locals).is_some() {
            continue;
        }
        for (_, _, value) in makefile.assignments(name).take(MOST_VALUES) {
            let mut locals = locals.clone();
            locals.insert(name.to_owned(), makefile.recipe(value, &locals));
            lines.extend(commands(&makefile.recipe(text, &locals)));
        }
    }
    lines
}

/// The value that the makefile sets.
fn set(makefile: &Makefile, name: &str) -> Option<String> {
    makefile.assignments(name).next()?;
    let value = format!("$({name})");
    Some(makefile.expand(&value, None).unwrap_or(value))
}

/// The commands in the text of a recipe: each line that does not continue one is a command of its own.
pub(super) fn commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match commands.last_mut() {
            Some(open) if open.ends_with('\\') => {
                open.push('\n');
                open.push_str(line);
            }
            _ => commands.push(line.to_owned()),
        }
    }
    let is_line = |command: &String| !command.trim().is_empty() || !text.contains('\n');
    commands.into_iter().filter(is_line).collect()
}

/// Whether a line of a recipe is a comment for the shell.
fn is_comment(text: &str) -> bool {
    text.trim_start_matches(PREFIXES).starts_with('#') && !text.contains(['\n', '$'])
}

/// The parts of a rule: what it needs, and the lines of its recipe, are steps. Another statement has none.
pub(super) fn parts(placed: &Placed) -> Vec<Part> {
    let StatementKind::Rule {
        targets,
        prerequisites,
        recipe,
    } = &placed.statement.kind
    else {
        return Vec::new();
    };
    let head = format!("[{}] {targets}:", placed.statement.conditions);
    let mut parts = vec![Part::Frame(head)];
    let needs = words(prerequisites).map(str::to_owned);
    parts.extend(needs.map(Part::Step));
    // What comes before it is needed, what comes after it is run.
    parts.push(Part::Frame("recipe".to_owned()));
    let lines = recipe.iter().map(|(_, text)| text.trim_end());
    let lines = lines.filter(|text| !is_comment(text)).map(str::to_owned);
    parts.extend(lines.map(Part::Step));
    parts
}

/// A statement as text, without its place.
pub(super) fn shown(placed: &Placed) -> String {
    let statement = &placed.statement;
    let conditions = &statement.conditions;
    let text = match &statement.kind {
        StatementKind::Rule {
            targets,
            prerequisites,
            recipe,
        } => {
            let mut lines = vec![format!("{targets}: {prerequisites}")];
            let recipe = recipe.iter().map(|(_, text)| text.trim_end());
            lines.extend(recipe.filter(|text| !is_comment(text)).map(str::to_owned));
            lines.join("\n")
        }
        StatementKind::Variable {
            name,
            operator,
            value,
            is_exported,
        } => {
            let export = if *is_exported { "export " } else { "" };
            format!("{export}{name} {operator} {value}")
        }
        StatementKind::TargetVariable { targets, text } => format!("{targets}: {text}"),
        StatementKind::Include(text)
        | StatementKind::Condition(text)
        | StatementKind::Other(text) => text.clone(),
    };
    if conditions.is_empty() {
        text
    } else {
        format!("[{conditions}] {text}")
    }
}
