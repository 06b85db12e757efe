//! Walks a script: every command of it, in the order in which a shell would come to them, whatever branches it would
//! take.

use std::ffi::OsString;

use super::output;
use super::state::{Surroundings, Walk, unreadable};
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
        for step in &script.steps {
            let around = Surroundings {
                in_background: around.in_background || step.background.is_some(),
                ..around.clone()
            };
            self.pipeline(&step.first, &around, looks);
            for (_, pipeline) in &step.rest {
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
                is_hidden: around.is_hidden || at < last && !self.state.pipefail && !looks,
                in_background: around.in_background,
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
                    self.substituted(&open);
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
            self.inside(word);
            for path in self.words_of(word) {
                self.write_file(&path);
            }
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
                    self.read(condition, around, looks);
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
                    self.read(condition, around, looks);
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
            CommandKind::Function(_, body) => self.command(body, around, looks),
        }
    }

    /// The values that a loop gives to its variable; only the first few are followed.
    fn rounds(&mut self, over: &(String, Vec<Word>)) -> Vec<Option<(String, String)>> {
        const FOLLOWED: usize = 16;
        let (name, list) = over;
        for word in list {
            self.inside(word);
        }
        let values = list.iter().flat_map(|word| self.words_of(word));
        values
            .take(FOLLOWED)
            .map(|value| Some((name.clone(), value)))
            .collect()
    }

    fn simple(&mut self, simple: &Simple, command: &ShellCommand, around: &Surroundings) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        for word in simple.assignments.iter().chain(&simple.words) {
            self.inside(word);
        }
        let assigned: Vec<(String, String)> = simple
            .assignments
            .iter()
            .filter_map(|word| {
                let text = self.value_of(word);
                let (name, value) = text.split_once('=')?;
                Some((name.trim_end_matches('+').to_owned(), value.to_owned()))
            })
            .collect();
        if simple.words.is_empty() {
            for (name, value) in assigned {
                if let Some(known) = self.state.exported.get_mut(&OsString::from(&name)) {
                    *known = value.clone().into();
                }
                self.state.variables.insert(name, value);
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

    /// Judges the scripts that are substituted into a word.
    fn inside(&mut self, word: &Word) {
        for place in &word.expansions {
            self.substituted(word.text.get(place.clone()).unwrap_or_default());
        }
    }

    fn substituted(&mut self, text: &str) {
        for script in substitutions(text) {
            let state = self.state.clone();
            self.script(script, &Surroundings::default());
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
        let Some(text) = output::of_words(arguments, around.input.as_deref()) else {
            return;
        };
        let is_tee = arguments.first().is_some_and(|name| name == "tee");
        let named = arguments.iter().skip(1).filter(|_| is_tee).cloned();
        let outputs = command.outputs.iter().flat_map(|word| self.words_of(word));
        let files: Vec<String> = outputs.chain(named).collect();
        for file in files {
            self.state.written.insert(file, text.clone());
        }
    }

    /// The text of a file that the script itself has written.
    pub(super) fn written_text(&self, file: &str) -> Option<&String> {
        let bare = file.strip_prefix("./").unwrap_or(file);
        let written = &self.state.written;
        let dotted = format!("./{bare}");
        written.get(bare).or_else(|| written.get(&dotted))
    }
}
