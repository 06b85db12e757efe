//! Walks a script: every command of it, in the order in which a shell would come to them, whatever branches it would
//! take.

use std::rc::Rc;

use super::list_value::{as_list, values_of_list};
use super::lost_status::{always_succeeds, hides_failure, is_silenced, is_silent_condition};
use super::state::{Condition, Surroundings, Walk, unreadable};
use crate::guard::refusal::{GuardRule, Refusal};
use crate::shell::{
    CommandKind, Input, Pipeline, Script, ShellCommand, Simple, Word, parse_bash, substitutions,
};

/// How deeply scripts may be nested in each other, as in `sh -c 'sh -c ...'`.
const DEEPEST: usize = 12;

impl Walk<'_> {
    /// Judges a script. What cannot be read is refused if it names git.
    pub(super) fn script(&mut self, text: &str, around: &Surroundings) {
        self.deeper(text, |walk| match parse_bash(text) {
            Ok(script) => {
                // The status of each part is looked at.
                let around = Surroundings {
                    is_hidden: around.is_hidden
                        && !text.to_ascii_lowercase().contains("pipestatus"),
                    ..around.clone()
                };
                let looks = text.to_ascii_lowercase().contains("pipestatus");
                walk.read(&script, &around, looks);
            }
            Err(_) => walk.judged.refusal = walk.judged.refusal.take().or_else(|| unreadable(text)),
        });
    }

    /// Does something one level deeper; refuses what is nested too deeply.
    pub(super) fn deeper(&mut self, text: &str, go: impl FnOnce(&mut Self)) {
        if self.depth >= DEEPEST || self.left == 0 {
            if let Some(refusal) = unreadable(text) {
                self.refuse(refusal);
            }
            return;
        }
        self.depth += 1;
        go(self);
        self.depth -= 1;
    }

    fn read(&mut self, script: &Script, around: &Surroundings, looks: bool) {
        for (at, step) in script.steps.iter().enumerate() {
            let in_background = around.in_background || step.background.is_some();
            let next = script.steps.get(at + 1);
            let is_lost = next.is_some_and(|next| {
                let succeeds = next.rest.is_empty() && always_succeeds(&next.first);
                (succeeds || is_silenced(step, next)) && !self.state.options.errexit
            });
            let is_ignored = around.is_ignored || is_lost && !in_background;
            let joined = step
                .rest
                .iter()
                .rposition(|(joint, pipeline)| !joint.is_and && hides_failure(pipeline));
            let condition = match around.condition {
                _ if next.is_none() && is_silent_condition(step) => Condition::Lost,
                Condition::Lost => Condition::None,
                other => other,
            };
            let rest = step.rest.iter().map(|(_, pipeline)| pipeline);
            for (place, pipeline) in [&step.first].into_iter().chain(rest).enumerate() {
                // As a condition, and before `&&` or `||`, the inverted status is looked at.
                let is_inverted = pipeline.negated
                    && place == step.rest.len()
                    && around.condition != Condition::Tested;
                let around = Surroundings {
                    in_background,
                    condition,
                    is_ignored: is_ignored
                        || is_inverted
                        || joined.is_some_and(|joined| place <= joined),
                    ..around.clone()
                };
                self.pipeline(pipeline, &around, looks);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, around: &Surroundings, looks: bool) {
        let last = pipeline.commands.len().saturating_sub(1);
        let mut piped = around.input.clone();
        for (at, command) in pipeline.commands.iter().enumerate() {
            let input = self.input(command).or_else(|| piped.take());
            let around = Surroundings {
                input,
                is_hidden: around.is_hidden || at < last && !self.state.options.pipefail && !looks,
                ..around.clone()
            };
            piped = (at < last)
                .then(|| self.printed_by(command, &around))
                .flatten();
            self.command(command, &around, looks);
        }
    }

    /// What the redirections of a command give it to read.
    fn input(&mut self, command: &ShellCommand) -> Option<String> {
        let mut text = None;
        for input in &command.inputs {
            match input {
                Input::Text(inside) => {
                    // An escaped sign stands for itself.
                    let open = inside.replace("\\$", "\u{1}").replace("\\`", "\u{2}");
                    let hidden = Surroundings {
                        is_hidden: true,
                        ..Surroundings::default()
                    };
                    self.substituted(&open, &hidden);
                    let whole = self.put_in(&open);
                    text = Some(whole.replace('\u{1}', "$").replace('\u{2}', "`"));
                }
                Input::Quoted(inside) => text = Some(inside.clone()),
                Input::File(word) => {
                    self.inside(word);
                    text = self.text_of(word);
                }
            }
        }
        text
    }

    fn command(&mut self, command: &ShellCommand, around: &Surroundings, looks: bool) {
        if self.left == 0 {
            // What is left might be anything.
            self.refuse(Refusal::new(
                GuardRule::Unreadable,
                "a script of too many commands",
                "the same in several calls",
            ));
            return;
        }
        for word in &command.outputs {
            // `> >(sh)`
            let inside = Surroundings {
                is_hidden: true,
                input: word
                    .text
                    .starts_with(">(")
                    .then(|| self.printed_by(command, around))
                    .flatten(),
                ..Surroundings::default()
            };
            self.inside_of(word, &inside);
            for path in self.words_of(word) {
                self.write_file(&path);
            }
        }
        if !matches!(command.kind, CommandKind::Simple(_)) {
            self.note_written_by_all(command, around);
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command, around),
            CommandKind::Group(script) => self.read(script, around, looks),
            CommandKind::Subshell(script) => {
                let state = self.state.clone();
                self.read(script, around, looks);
                self.state = state;
            }
            CommandKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    let condition_around = Surroundings {
                        is_ignored: around.is_ignored || around.condition == Condition::Lost,
                        ..tested(around)
                    };
                    self.read(condition, &condition_around, looks);
                    self.read(body, around, looks);
                }
                if let Some(otherwise) = otherwise {
                    self.read(otherwise, around, looks);
                }
            }
            CommandKind::Loop {
                over,
                condition,
                body,
            } => {
                if let Some(condition) = condition {
                    for around in lines(around) {
                        self.read(condition, &tested(&around), looks);
                        self.read(body, &around, looks);
                    }
                    return;
                }
                let rounds = over
                    .as_ref()
                    .map_or_else(Vec::new, |over| self.rounds(over));
                for round in rounds {
                    self.state.variables.extend(round);
                    self.read(body, around, looks);
                }
                self.read(body, around, looks);
            }
            CommandKind::Case(branches) => {
                for branch in branches {
                    self.read(branch, around, looks);
                }
            }
            CommandKind::Test => {}
            CommandKind::Function(name, body) => {
                if name == "gatekeeper" {
                    self.refuse_stand_in("a function");
                }
                self.command(body, around, looks);
                let body = Rc::new((**body).clone());
                self.state.functions.insert(name.clone(), body);
            }
        }
    }

    /// Judges a call of a function that the script has defined; false if there is none of this name.
    pub(super) fn function(&mut self, words: &[String], around: &Surroundings) -> bool {
        let Some((name, arguments)) = words.split_first() else {
            return false;
        };
        let Some(body) = self.state.functions.get(name).cloned() else {
            return false;
        };
        let before = self.arguments();
        self.set_arguments(arguments);
        self.deeper("git", |walk| walk.command(&body, around, false));
        self.set_arguments(&before);
        true
    }

    /// The values that a loop gives to its variable; only the first few are followed.
    fn rounds(&mut self, over: &(String, Vec<Word>)) -> Vec<Option<(String, String)>> {
        const FOLLOWED: usize = 16;
        let (name, list) = over;
        for word in list {
            self.inside(word);
        }
        let mut values: Vec<String> = list.iter().flat_map(|word| self.words_of(word)).collect();
        if list.is_empty() && !name.is_empty() {
            values = self.arguments();
        }
        values
            .into_iter()
            .take(FOLLOWED)
            .map(|value| Some((name.clone(), value)))
            .collect()
    }

    fn simple(&mut self, simple: &Simple, command: &ShellCommand, around: &Surroundings) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        // The status of `$(...)` is that of an assignment, but not of a command that has it as an argument.
        let is_assignment = simple.words.is_empty();
        let inside = Surroundings {
            is_hidden: !is_assignment || around.is_hidden,
            is_ignored: is_assignment && around.is_ignored,
            ..Surroundings::default()
        };
        for word in simple.assignments.iter().chain(&simple.words) {
            let inside = Surroundings {
                input: word
                    .text
                    .starts_with(">(")
                    .then(|| self.printed_by(command, around))
                    .flatten(),
                ..inside.clone()
            };
            self.inside_of(word, &inside);
        }
        let assigned: Vec<(String, String)> = simple
            .assignments
            .iter()
            .filter_map(|word| self.assigned(word))
            .collect();
        if simple.words.is_empty() {
            for (name, value) in assigned {
                self.state.assign(&name, value);
            }
            return;
        }
        let mut environment = self.state.exported.clone();
        environment.extend(
            assigned
                .into_iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        let arguments: Vec<String> = simple
            .words
            .iter()
            .flat_map(|word| self.words_of(word))
            .collect();
        self.note_written(command, &arguments, around);
        self.call(&arguments, &environment, around);
    }

    /// What an assignment gives to which variable: `x=a`, or `x+=a`.
    fn assigned(&self, word: &Word) -> Option<(String, String)> {
        let text = self.value_of(word);
        let (name, value) = text.split_once('=')?;
        let Some(name) = name.strip_suffix('+') else {
            return Some((name.to_owned(), value.to_owned()));
        };
        let before = self.state.variables.get(name).map_or("", String::as_str);
        let joined = match (values_of_list(before), values_of_list(value)) {
            (Some(list), Some(more)) => as_list(&[list, more].concat()),
            _ => format!("{before}{value}"),
        };
        Some((name.to_owned(), joined))
    }

    /// Judges the scripts that are substituted into a word of a redirection or a loop, where their status is lost.
    fn inside(&mut self, word: &Word) {
        let hidden = Surroundings {
            is_hidden: true,
            ..Surroundings::default()
        };
        self.inside_of(word, &hidden);
    }

    /// Judges the scripts that are substituted into a word.
    fn inside_of(&mut self, word: &Word, around: &Surroundings) {
        for place in &word.expansions {
            let text = word.text.get(place.clone()).unwrap_or_default();
            self.substituted(text, around);
        }
    }

    fn substituted(&mut self, text: &str, around: &Surroundings) {
        for script in substitutions(text) {
            let state = self.state.clone();
            self.script(script, around);
            self.state = state;
        }
    }

    /// Remembers what a command writes to a file, for the case that the file is run later.
    fn note_written(
        &mut self,
        command: &ShellCommand,
        arguments: &[String],
        around: &Surroundings,
    ) {
        let Some(text) = self.printed(arguments, around.input.as_deref()) else {
            return;
        };
        let is_tee = arguments.first().is_some_and(|name| name == "tee");
        let named = arguments.iter().skip(1).filter(|_| is_tee).cloned();
        let outputs = command.outputs.iter().flat_map(|word| self.words_of(word));
        let files: Vec<String> = outputs.chain(named).collect();
        for file in files {
            self.note_text(&file, &text);
        }
    }

    /// Remembers what a compound command writes to the files of its redirections.
    fn note_written_by_all(&mut self, command: &ShellCommand, around: &Surroundings) {
        if command.outputs.is_empty() {
            return;
        }
        let Some(text) = self.printed_by(command, around) else {
            return;
        };
        let outputs = command.outputs.iter().flat_map(|word| self.words_of(word));
        for file in outputs.collect::<Vec<_>>() {
            self.note_text(&file, &text);
        }
    }
}

/// The surroundings of a condition.
fn tested(around: &Surroundings) -> Surroundings {
    Surroundings {
        condition: Condition::Tested,
        ..around.clone()
    }
}

/// What a loop reads, line by line; only the first lines are followed.
fn lines(around: &Surroundings) -> Vec<Surroundings> {
    const FOLLOWED: usize = 32;
    let Some(input) = &around.input else {
        return vec![around.clone()];
    };
    let of_line = |line: &str| Surroundings {
        input: Some(line.to_owned()),
        ..around.clone()
    };
    let mut found: Vec<Surroundings> = input.lines().take(FOLLOWED).map(of_line).collect();
    if found.is_empty() {
        found.push(around.clone());
    }
    found
}
