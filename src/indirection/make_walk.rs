//! The walk over the rules of a makefile, from the targets that are asked for to all that they need.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::lead::{Lead, Line, Place};
use super::make_recipe::{PREFIXES, commands, parts, recipe, shown};
use super::make_references::{Locals, references, stem, words};
use super::make_rules::{default_goal, locals, rules, values};
use super::makefile::{Makefile, Placed};
use super::makefile_text::StatementKind;
use super::tree::{Files, Found};
use crate::base::fault::Result;

/// The longest name of a target that is followed: a pattern may match what it needs itself, endlessly.
const LONGEST_GOAL: usize = 200;

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
        shared: BTreeSet::new(),
        first: None,
        needs_more: false,
    };
    walk.globals();
    let goals: Vec<String> = if goals.is_empty() {
        walk.variable(".DEFAULT_GOAL");
        default_goal(makefile).into_iter().collect()
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
    walk.everything();
    if let (true, Some(first)) = (walk.lead.lines.is_empty(), walk.first.take()) {
        if walk.needs_more {
            let why = "what it needs is made by rules that are not followed".to_owned();
            walk.lead.unresolved.get_or_insert(why);
        } else {
            walk.lead.lines.push(Line::new("", dir, first));
        }
    }
    Ok(walk.lead)
}

struct Walk<'m> {
    makefile: &'m Makefile,
    dir: &'m Path,
    lead: Lead,
    seen: BTreeSet<String>,
    variables: BTreeSet<String>,
    /// The rules for several targets that are pieces already.
    shared: BTreeSet<(PathBuf, usize)>,
    /// The first target.
    first: Option<Place>,
    /// Whether a target needs something without a rule of its own.
    needs_more: bool,
}

impl<'m> Walk<'m> {
    /// A piece that stands for several statements, in their order.
    fn piece(&mut self, name: &str, statements: &[&'m Placed]) {
        let Some(last) = statements.last() else {
            return;
        };
        let texts: Vec<String> = statements.iter().map(|placed| shown(placed)).collect();
        let text = texts.join("\n");
        let parts = match statements {
            [one] if !self.is_one_shell() => parts(one),
            // The rule with a recipe counts, so that an added one may take its place.
            _ => Vec::new(),
        };
        let place = (last.path.as_path(), last.statement.line);
        self.lead.steps(place, name, &text, parts);
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
                // A name that is not known may be any.
                StatementKind::Variable { name: assigned, .. } => {
                    assigned == name || assigned.contains('$')
                }
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
            if makefile.runs_when_read(placed) {
                self.piece("run when the makefile is read", &[placed]);
            }
            match &placed.statement.kind {
                StatementKind::Variable {
                    name,
                    is_exported: true,
                    ..
                } => self.variable(name),
                StatementKind::Other(text) => {
                    let prints = ["$(info ", "$(warning ", "$(error "];
                    let word = text.split_whitespace().next().unwrap_or_default();
                    let only_prints = prints.iter().any(|start| text.starts_with(start))
                        && !["$(shell", "${shell"].iter().any(|run| text.contains(run));
                    if !only_prints && word != "unexport" {
                        self.piece("statement", &[placed]);
                    }
                    if word == "export" {
                        self.exported(text);
                    }
                }
                StatementKind::Rule { targets, .. } => {
                    let name = targets.split_whitespace().next().unwrap_or_default();
                    let is_unclear = makefile.expand(targets, None).is_none();
                    if GLOBAL_TARGETS.contains(&name) || is_unclear {
                        self.piece(&format!("special target {targets}"), &[placed]);
                    }
                    if name == ".EXPORT_ALL_VARIABLES" {
                        self.exported("export");
                    }
                }
                StatementKind::TargetVariable { targets, .. }
                    if makefile.expand_found(targets, &Locals::new()).is_none() =>
                {
                    self.piece(&format!("variable for {targets}"), &[placed]);
                }
                StatementKind::TargetVariable { .. }
                | StatementKind::Variable { .. }
                | StatementKind::Condition(_)
                | StatementKind::Include(_) => {}
            }
        }
    }

    /// The variables that `export` hands to every recipe: those that it names, or all.
    fn exported(&mut self, text: &str) {
        let makefile = self.makefile;
        let named: Vec<&str> = text.split_whitespace().skip(1).collect();
        for placed in &makefile.statements {
            if let Some((name, ..)) = placed.assignment()
                && (named.is_empty() || named.contains(&name))
            {
                self.piece(&format!("exported variable {name}"), &[placed]);
            }
        }
    }

    fn goal(&mut self, goal: &str, is_asked: bool, files: &mut Files<'_>) -> Result<()> {
        let is_word = goal == ".WAIT" || goal == "|" || goal.len() > LONGEST_GOAL;
        if is_word || !self.seen.insert(goal.to_owned()) {
            return Ok(());
        }
        let makefile = self.makefile;
        let (found, is_pattern) = rules(makefile, goal);
        if found.is_empty() {
            if is_asked {
                let why = format!("the makefile has no rule for `{goal}`");
                self.makefile.give_up(&mut self.lead, &why);
            } else {
                self.needs_more = true;
            }
            return Ok(());
        }
        self.rule_pieces(goal, &found, is_pattern);
        self.phony(goal, files)?;
        if let (None, Some(placed)) = (&self.first, found.first()) {
            self.first = Some(Place {
                path: placed.path.clone(),
                line: placed.statement.line,
            });
        }
        let mut needed = Vec::new();
        for placed in &found {
            needed.push(self.needs(goal, placed, files)?);
        }
        let variables = locals(makefile, goal, &found, &needed);
        for placed in &found {
            let of = (makefile, self.dir);
            recipe(of, goal, placed, &variables, (&mut self.lead, files))?;
        }
        Ok(())
    }

    /// The pieces of a target. A rule for whatever files there are is one piece for all of them.
    fn rule_pieces(&mut self, goal: &str, rules: &[&'m Placed], is_pattern: bool) {
        let is_computed = |placed: &&&Placed| matches!(&placed.statement.kind, StatementKind::Rule { targets, .. } if targets.contains('$'));
        if !is_pattern && !rules.iter().any(|placed| is_computed(&placed)) {
            self.piece(&format!("target {goal}"), rules);
            return;
        }
        for placed in rules {
            let (StatementKind::Rule { targets, .. }
            | StatementKind::TargetVariable { targets, .. }) = &placed.statement.kind
            else {
                continue;
            };
            if self
                .shared
                .insert((placed.path.clone(), placed.statement.line))
            {
                self.piece(&format!("target {targets}"), &[placed]);
            }
        }
    }

    /// Follows what a rule of a target needs, and returns it as far as it is known.
    fn needs(&mut self, goal: &str, placed: &Placed, files: &mut Files<'_>) -> Result<Vec<String>> {
        let StatementKind::Rule {
            targets,
            prerequisites,
            ..
        } = &placed.statement.kind
        else {
            return Ok(Vec::new());
        };
        let makefile = self.makefile;
        if makefile.expand(prerequisites, Some(goal)).is_none() {
            for word in words(prerequisites) {
                if makefile.expand(word, Some(goal)).is_none() {
                    self.computed(word, files)?;
                }
            }
        }
        let mut locals = Locals::new();
        locals.insert("@".to_owned(), goal.to_owned());
        let known = words(prerequisites).filter_map(|word| makefile.expand_found(word, &locals));
        let names = known.collect::<Vec<_>>().join(" ");
        // A static pattern has a colon of its own.
        let (pattern, names) = match names.split_once(':') {
            Some((pattern, names)) => (pattern.to_owned(), names),
            None => (
                makefile.expand(targets, None).unwrap_or_default(),
                names.as_str(),
            ),
        };
        let mut patterns = pattern.split_whitespace();
        let stem = patterns.find_map(|pattern| stem(pattern, goal));
        let mut needed = Vec::new();
        for name in names.split_whitespace().filter(|name| !name.contains('$')) {
            let name = match stem {
                Some(stem) => name.replacen('%', stem, 1),
                None => name.to_owned(),
            };
            self.goal(&name, false, files)?;
            needed.push(name);
        }
        Ok(needed)
    }

    /// Follows what a text with an unknown value may stand for: the words assigned to its variables, and,
    /// if file names are looked up, every target with such a name.
    fn computed(&mut self, text: &str, files: &mut Files<'_>) -> Result<()> {
        self.needs_more = true;
        let why = "the makefile computes prerequisites".to_owned();
        self.lead.unresolved.get_or_insert(why);
        let makefile = self.makefile;
        let (given, looks_up, is_unknown) = values(makefile, text);
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
        let mut is_phony = false;
        for placed in rules(self.makefile, ".PHONY").0 {
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

    /// Follows every command in makefiles that are not understood.
    fn everything(&mut self) {
        let makefile = self.makefile;
        for placed in &makefile.statements {
            if !self.lead.whole.contains(&placed.path) {
                continue;
            }
            let texts: Vec<&str> = match &placed.statement.kind {
                StatementKind::Rule { recipe, .. } => {
                    recipe.iter().map(|(_, text)| text.as_str()).collect()
                }
                StatementKind::Variable { value, .. } if value.contains('\n') => vec![value],
                _ => continue,
            };
            let place = Place {
                path: placed.path.clone(),
                line: placed.statement.line,
            };
            let texts = texts
                .into_iter()
                .flat_map(|text| commands(&makefile.recipe(text, &Locals::new())));
            let lines = texts
                .map(|text| Line::new(text.trim_start_matches(PREFIXES), self.dir, place.clone()));
            self.lead.beside.extend(lines);
        }
    }

    /// With `.ONESHELL`, a recipe is one script; several recipes are then not told apart.
    fn as_one_shell(&mut self) {
        if self.is_one_shell() {
            let why = "a recipe is one script".to_owned();
            self.lead.unresolved.get_or_insert(why);
        }
    }

    fn is_one_shell(&self) -> bool {
        self.makefile.statements.iter().any(|placed| {
            matches!(&placed.statement.kind, StatementKind::Rule { targets, .. } if targets == ".ONESHELL")
        })
    }
}
