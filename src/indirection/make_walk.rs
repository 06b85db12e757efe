//! The walk over the rules of a makefile, from the targets that are asked for to all that they need.

use std::collections::BTreeSet;
use std::path::Path;

use super::lead::{Lead, Line, Place};
use super::makefile::{Makefile, Placed, references};
use super::makefile_text::StatementKind;
use super::tree::{Files, Found};
use crate::base::fault::Result;
use crate::tools::base_name;

/// Variables and special targets that concern every recipe.
const GLOBAL_VARIABLES: [&str; 7] = [
    "SHELL",
    ".SHELLFLAGS",
    "MAKEFLAGS",
    "GNUMAKEFLAGS",
    "MAKE",
    "VPATH",
    "PATH",
];
const GLOBAL_TARGETS: [&str; 6] = [
    ".IGNORE",
    ".ONESHELL",
    ".POSIX",
    ".DEFAULT",
    ".SECONDEXPANSION",
    ".EXPORT_ALL_VARIABLES",
];

/// What targets lead to; without targets, what the default goal leads to.
pub(super) fn targets(
    makefile: &Makefile,
    dir: &Path,
    goals: &[&str],
    lead: Lead,
    files: &mut Files<'_>,
) -> Result<Lead> {
    let mut walk = Walk {
        makefile,
        dir,
        lead,
        seen: BTreeSet::new(),
        variables: BTreeSet::new(),
        first: None,
    };
    walk.globals();
    let goals: Vec<String> = if goals.is_empty() {
        walk.default_goal().into_iter().collect()
    } else {
        goals.iter().map(|goal| (*goal).to_owned()).collect()
    };
    if goals.is_empty() {
        makefile.give_up(&mut walk.lead, "the makefile has no target");
    }
    for goal in &goals {
        walk.goal(goal, true, files)?;
    }
    walk.as_one_shell();
    if let (true, Some(first)) = (walk.lead.lines.is_empty(), walk.first.take()) {
        walk.lead.lines.push(Line::new("", dir, first));
    }
    Ok(walk.lead)
}

struct Walk<'m> {
    makefile: &'m Makefile,
    dir: &'m Path,
    lead: Lead,
    seen: BTreeSet<String>,
    variables: BTreeSet<String>,
    /// The first target.
    first: Option<Place>,
}

impl<'m> Walk<'m> {
    /// A piece that stands for several statements, in their order.
    fn piece(&mut self, name: &str, statements: &[&'m Placed]) {
        let Some(last) = statements.last() else {
            return;
        };
        let texts: Vec<String> = statements.iter().map(|placed| shown(placed)).collect();
        let text = texts.join("\n");
        self.lead
            .piece(&last.path, name, last.statement.line, &text);
        self.refer(&text);
    }

    /// Adds the variables that a text refers to.
    fn refer(&mut self, text: &str) {
        let (names, is_computed) = references(text);
        if is_computed {
            self.makefile
                .give_up(&mut self.lead, "the makefile computes names");
        }
        for name in names {
            self.variable(name);
        }
    }

    fn variable(&mut self, name: &str) {
        if !self.variables.insert(name.to_owned()) {
            return;
        }
        let makefile = self.makefile;
        let statements: Vec<&'m Placed> = makefile
            .statements
            .iter()
            .filter(|placed| match &placed.statement.kind {
                StatementKind::Variable { name: assigned, .. } => assigned == name,
                _ => false,
            })
            .collect();
        self.piece(&format!("variable {name}"), &statements);
    }

    /// What concerns every recipe.
    fn globals(&mut self) {
        let makefile = self.makefile;
        if makefile.assignments(".RECIPEPREFIX").next().is_some() {
            makefile.give_up(&mut self.lead, "the makefile sets .RECIPEPREFIX");
        }
        for name in GLOBAL_VARIABLES {
            self.variable(name);
        }
        for placed in &makefile.statements {
            match &placed.statement.kind {
                StatementKind::Variable {
                    name,
                    is_exported: true,
                    ..
                } => self.variable(name),
                StatementKind::Other(text) => {
                    let prints = ["$(info ", "$(warning ", "$(error ", "unexport "];
                    let word = text.split_whitespace().next().unwrap_or_default();
                    if !prints.iter().any(|start| text.starts_with(start)) && word != "unexport" {
                        self.piece("statement", &[placed]);
                    }
                }
                StatementKind::Rule { targets, .. } => {
                    let name = targets.split_whitespace().next().unwrap_or_default();
                    let is_unclear = makefile.expand(targets, None).is_none();
                    if GLOBAL_TARGETS.contains(&name) || is_unclear {
                        self.piece(&format!("target {targets}"), &[placed]);
                    }
                }
                StatementKind::TargetVariable { .. }
                | StatementKind::Variable { .. }
                | StatementKind::Include(_) => {}
            }
        }
    }

    fn default_goal(&mut self) -> Option<String> {
        self.variable(".DEFAULT_GOAL");
        let set = self.makefile.assignments(".DEFAULT_GOAL").last();
        if let Some((_, _, value)) = set {
            return self.makefile.expand(value, None);
        }
        let mut rules = self.makefile.statements.iter();
        rules.find_map(|placed| {
            let StatementKind::Rule { targets, .. } = &placed.statement.kind else {
                return None;
            };
            let targets = self.makefile.expand(targets, None)?;
            let first = targets.split_whitespace().next()?.to_owned();
            let is_special = first.starts_with('.') && !first.contains('/');
            (!is_special && !first.contains('%')).then_some(first)
        })
    }

    /// The rules of a target; the second value says whether only patterns match.
    fn rules(&self, goal: &str) -> (Vec<&'m Placed>, bool) {
        let makefile = self.makefile;
        let fitting = |by_pattern: bool| {
            let is_fitting = move |placed: &&Placed| {
                let (StatementKind::Rule { targets, .. }
                | StatementKind::TargetVariable { targets, .. }) = &placed.statement.kind
                else {
                    return false;
                };
                let Some(targets) = makefile.expand(targets, None) else {
                    return false;
                };
                let mut targets = targets.split_whitespace();
                targets.any(|target| {
                    if by_pattern {
                        stem(target, goal).is_some()
                    } else {
                        target == goal
                    }
                })
            };
            makefile.statements.iter().filter(is_fitting)
        };
        let explicit: Vec<&Placed> = fitting(false).collect();
        let has_recipe = explicit.iter().any(|placed| {
            matches!(&placed.statement.kind, StatementKind::Rule { recipe, .. } if !recipe.is_empty())
        });
        let is_pattern = explicit.is_empty();
        let patterns = fitting(true).filter(|_| !has_recipe);
        (
            explicit.iter().copied().chain(patterns).collect(),
            is_pattern,
        )
    }

    fn goal(&mut self, goal: &str, is_asked: bool, files: &mut Files<'_>) -> Result<()> {
        if goal == ".WAIT" || goal == "|" || !self.seen.insert(goal.to_owned()) {
            return Ok(());
        }
        let (rules, is_pattern) = self.rules(goal);
        if rules.is_empty() {
            if is_asked {
                let why = format!("the makefile has no rule for `{goal}`");
                self.makefile.give_up(&mut self.lead, &why);
            }
            return Ok(());
        }
        self.piece(&format!("target {goal}"), &rules);
        self.phony(goal, files)?;
        if let (None, Some(placed)) = (&self.first, rules.first()) {
            self.first = Some(Place {
                path: placed.path.clone(),
                line: placed.statement.line,
            });
        }
        for placed in &rules {
            if let StatementKind::Rule { prerequisites, .. } = &placed.statement.kind {
                self.needs(goal, prerequisites, is_pattern, files)?;
            }
        }
        for placed in &rules {
            self.recipe(goal, placed);
        }
        Ok(())
    }

    /// Follows what a target needs.
    fn needs(
        &mut self,
        goal: &str,
        prerequisites: &str,
        is_pattern: bool,
        files: &mut Files<'_>,
    ) -> Result<()> {
        let Some(names) = self.makefile.expand(prerequisites, Some(goal)) else {
            for word in words(prerequisites) {
                match self.makefile.expand(word, Some(goal)) {
                    Some(name) => self.goal(&name, false, files)?,
                    None => self.computed(word, files)?,
                }
            }
            return Ok(());
        };
        // The prerequisites of a static pattern come after a second colon.
        let names = names.rsplit(':').next().unwrap_or_default();
        for name in names.split_whitespace() {
            // A pattern may match its own prerequisites endlessly.
            if !(name.contains('%') || is_pattern && self.rules(name).1) {
                self.goal(name, false, files)?;
            }
        }
        Ok(())
    }

    /// Follows what a text with an unknown value may stand for: the words assigned to its variables, and,
    /// if file names are looked up, every target with such a name.
    fn computed(&mut self, text: &str, files: &mut Files<'_>) -> Result<()> {
        let why = "the makefile computes prerequisites".to_owned();
        self.lead.unresolved.get_or_insert(why);
        let makefile = self.makefile;
        let (mut seen, mut open) = (BTreeSet::new(), vec![text.to_owned()]);
        let (mut looks_up, mut is_unknown) = (false, false);
        let mut given = BTreeSet::new();
        while let Some(text) = open.pop() {
            looks_up |= text.contains("wildcard ");
            is_unknown |= text.contains("shell ");
            let (names, is_computed) = references(&text);
            is_unknown |= is_computed;
            for name in names {
                if seen.insert(name.to_owned()) {
                    open.extend(
                        makefile
                            .assignments(name)
                            .map(|(_, _, value)| value.to_owned()),
                    );
                }
            }
            given.extend(words(&text).map(str::to_owned));
        }
        if is_unknown {
            makefile.give_up(&mut self.lead, "the makefile computes prerequisites");
        }
        for placed in &makefile.statements {
            let StatementKind::Rule { targets, .. } = &placed.statement.kind else {
                continue;
            };
            for target in words(targets) {
                let is_file = looks_up && target.contains(['.', '/', '%']);
                let is_named = given.contains(target) || target.contains('%');
                if is_named || is_file {
                    if target.contains('%') {
                        self.piece(&format!("target {targets}"), &[placed]);
                    } else {
                        self.goal(target, false, files)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// make does nothing for a target that is not phony if a file with its name exists.
    fn phony(&mut self, goal: &str, files: &mut Files<'_>) -> Result<()> {
        let rules: Vec<&Placed> = self.rules(".PHONY").0;
        let mut is_phony = false;
        for placed in rules {
            let StatementKind::Rule { prerequisites, .. } = &placed.statement.kind else {
                continue;
            };
            match self.makefile.expand(prerequisites, None) {
                Some(names) => is_phony |= names.split_whitespace().any(|name| name == goal),
                None => self.piece("target .PHONY", &[placed]),
            }
        }
        let path = super::plain(&self.dir.join(goal));
        if !is_phony && files.find(&path)? != Found::Nothing {
            self.lead
                .piece(&path, "file with the name of a target", 1, goal);
        }
        Ok(())
    }

    fn recipe(&mut self, goal: &str, placed: &Placed) {
        let StatementKind::Rule { recipe, .. } = &placed.statement.kind else {
            return;
        };
        let (shell, flags) = (self.set("SHELL"), self.set(".SHELLFLAGS"));
        let is_usual = shell.as_deref().is_none_or(|shell| {
            matches!(
                base_name(shell.trim()),
                "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash"
            )
        });
        if !is_usual {
            let why = "the makefile sets another shell".to_owned();
            self.lead.unresolved.get_or_insert(why);
        }
        let flags = flags.unwrap_or_default();
        let mut letters = flags
            .split_whitespace()
            .filter_map(|word| word.strip_prefix('-'));
        let errexit = letters.any(|letters| letters.contains('e'));
        let ignores_all = self.makefile.statements.iter().any(|placed| {
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
            let text = text.trim_start();
            let bare = text.trim_start_matches(['@', '-', '+', ' ', '\t']);
            let prefix = &text[..text.len() - bare.len()];
            let place = Place {
                path: placed.path.clone(),
                line,
            };
            self.lead.lines.push(Line {
                errexit,
                pipefail: flags.contains("pipefail"),
                is_ignored: prefix.contains('-') || ignores_all,
                ..Line::new(self.makefile.recipe(bare, goal), self.dir, place)
            });
        }
    }

    /// The value that the makefile sets.
    fn set(&self, name: &str) -> Option<String> {
        self.makefile.assignments(name).next()?;
        let value = format!("$({name})");
        Some(self.makefile.expand(&value, None).unwrap_or(value))
    }

    /// With `.ONESHELL`, a recipe is one script; several recipes are then not told apart.
    fn as_one_shell(&mut self) {
        let is_one = self.makefile.statements.iter().any(|placed| {
            matches!(&placed.statement.kind, StatementKind::Rule { targets, .. } if targets == ".ONESHELL")
        });
        if is_one {
            let why = "a recipe is one script".to_owned();
            self.lead.unresolved.get_or_insert(why);
        }
    }
}

/// The words of a text; a reference with blanks in it is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut begin, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            c if c.is_whitespace() && depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(&text[begin..]);
    found.into_iter().filter(|word| !word.is_empty())
}

/// A statement as text, without its place.
fn shown(placed: &Placed) -> String {
    let statement = &placed.statement;
    let conditions = &statement.conditions;
    let text = match &statement.kind {
        StatementKind::Rule {
            targets,
            prerequisites,
            recipe,
        } => {
            let mut lines = vec![format!("{targets}: {prerequisites}")];
            lines.extend(recipe.iter().map(|(_, text)| text.trim_end().to_owned()));
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
        StatementKind::Include(text) | StatementKind::Other(text) => text.clone(),
    };
    if conditions.is_empty() {
        text
    } else {
        format!("[{conditions}] {text}")
    }
}

/// What `%` stands for if a pattern matches a name.
fn stem<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (start, end) = pattern.split_once('%')?;
    name.strip_prefix(start)?.strip_suffix(end)
}
