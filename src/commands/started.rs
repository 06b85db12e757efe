//! The programs that a command starts by their names, as far as its words tell.

use std::path::PathBuf;

use super::programs::{inner_script, without_launcher};
use crate::shell::{CommandKind, Pipeline, Script, Simple, Word, parse};
use crate::tools::{base_name, module_option};

/// How many scripts may be nested in each other, as in `sh -c 'sh -c ...'`.
const DEEPEST: usize = 5;

/// Programs that start another one, whose place among the arguments differs from program to program.
const STARTERS: [&str; 9] = [
    "xargs", "find", "fd", "parallel", "watch", "eval", "sudo", "entr", "strace",
];

/// A program that is started by its name, and so looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StartedName {
    /// The name, without a slash.
    pub(crate) name: String,
    /// The directory to which the command has changed by then, relative to where it starts.
    pub(crate) dir: PathBuf,
    /// The PATH that the command has set by then, as typed.
    pub(crate) path: Option<String>,
    /// Whether another program looks for it, such as `npx` or `uv run`.
    pub(crate) is_launched: bool,
    /// Whether it is a module that Python looks for (`python -m`).
    pub(crate) is_module: bool,
}

/// The programs that a command starts by their names. Of a command that cannot be read, every word
/// counts.
#[must_use]
pub(crate) fn started_names(text: &str) -> Vec<StartedName> {
    let mut walk = Walk::default();
    walk.text(text, 0);
    walk.names
}

#[derive(Default)]
struct Walk {
    names: Vec<StartedName>,
    dir: PathBuf,
    path: Option<String>,
}

impl Walk {
    fn text(&mut self, text: &str, depth: usize) {
        match parse(text) {
            Ok(script) if depth < DEEPEST => self.script(&script, text, depth),
            _ => self.every_word(text),
        }
    }

    fn script(&mut self, script: &Script, text: &str, depth: usize) {
        for step in &script.steps {
            self.pipeline(&step.first, text, depth);
            for (_, pipeline) in &step.rest {
                self.pipeline(pipeline, text, depth);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, text: &str, depth: usize) {
        for command in &pipeline.commands {
            match &command.kind {
                CommandKind::Simple(simple) => self.simple(simple, depth),
                CommandKind::Group(script) | CommandKind::Subshell(script) => {
                    self.script(script, text, depth);
                }
                CommandKind::If { arms, otherwise } => {
                    for (condition, commands) in arms {
                        self.script(condition, text, depth);
                        self.script(commands, text, depth);
                    }
                    if let Some(otherwise) = otherwise {
                        self.script(otherwise, text, depth);
                    }
                }
                CommandKind::Loop {
                    condition, body, ..
                } => {
                    if let Some(condition) = condition {
                        self.script(condition, text, depth);
                    }
                    self.script(body, text, depth);
                }
                CommandKind::Case(branches) => {
                    for branch in branches {
                        self.script(branch, text, depth);
                    }
                }
                CommandKind::Test => {}
                CommandKind::Function(..) => {
                    self.every_word(text.get(command.span.clone()).unwrap_or(text));
                }
            }
        }
    }

    fn simple(&mut self, simple: &Simple, depth: usize) {
        let all = simple.assignments.iter().chain(&simple.words);
        for word in all {
            if let Some(path) = word.text.strip_prefix("PATH=") {
                self.path = Some(path.to_owned());
            }
            if word.substitutes {
                self.every_word(&word.text);
            }
        }
        let mut words = simple.words.as_slice();
        let mut is_launched = false;
        let mut is_module = false;
        while let Some(first) = words.first() {
            let name = first.text.as_str();
            if name == "cd"
                && let Some(dir) = words.get(1)
            {
                self.dir.push(&dir.text);
            }
            self.name(name, is_launched, is_module);
            if let Some((script, ..)) = inner_script(words) {
                self.text(&script.text, depth + 1);
            }
            if STARTERS.contains(&base_name(name)) {
                for word in &words[1..] {
                    self.every_word(&word.text);
                }
            }
            let Some(rest) = module(words).or_else(|| without_launcher(words)) else {
                break;
            };
            is_module = base_name(name).starts_with("python");
            is_launched = true;
            words = rest;
        }
    }

    fn name(&mut self, name: &str, is_launched: bool, is_module: bool) {
        let is_name = |c: char| c.is_alphanumeric() || "._+-@".contains(c);
        if name.starts_with('-') || !name.chars().all(is_name) || name.trim_matches('.').is_empty()
        {
            return;
        }
        self.names.push(StartedName {
            name: name.to_owned(),
            dir: self.dir.clone(),
            path: self.path.clone(),
            is_launched,
            is_module,
        });
    }

    fn every_word(&mut self, text: &str) {
        let is_part = |c: char| c.is_alphanumeric() || "._+-@/".contains(c);
        for word in text.split(|c| !is_part(c)) {
            self.name(word, true, false);
        }
    }
}

/// What Python runs after `-m`, whatever options are before it.
fn module(words: &[Word]) -> Option<&[Word]> {
    let is_python = base_name(&words.first()?.text).starts_with("python");
    let arguments: Vec<&str> = words[1..].iter().map(|word| word.text.as_str()).collect();
    let (at, _) = module_option(&arguments).filter(|_| is_python)?;
    words.get(at + 2..).filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_their_places() {
        for (text, expected) in [
            ("ruff check .", "ruff"),
            ("./ruff check", ""),
            ("npx --no -- eslint .", "npx eslint"),
            ("uv run python -m pytest", "uv python pytest"),
            ("python3 -X dev -m pytest", "python3 pytest"),
            ("echo x && ! ruff check | tee ruff.log", "echo ruff tee"),
            ("env PATH=bin:$PATH ruff", "env ruff"),
            ("sh -c 'ruff check'", "sh ruff"),
            ("git ls-files | xargs -0 ruff check", "git xargs ruff check"),
            ("test -z \"$(gofmt -l .)\"", "gofmt test"),
            ("if a; then b; else c; fi", "a b c"),
            ("f() { ruff check; }; f", "f ruff check f"),
            ("case ((", "case"),
        ] {
            let names = started_names(text);
            let names: Vec<&str> = names.iter().map(|started| started.name.as_str()).collect();
            assert_eq!(names.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn directories_and_paths_hold_for_what_follows() {
        let names = started_names("cd web && PATH=bin:$PATH npx eslint; export PATH=x; ruff");
        let eslint = names
            .iter()
            .find(|started| started.name == "eslint")
            .unwrap();
        assert_eq!(eslint.dir, PathBuf::from("web"));
        assert_eq!(eslint.path.as_deref(), Some("bin:$PATH"));
        assert!(eslint.is_launched);
        assert_eq!(names.last().unwrap().path.as_deref(), Some("x"));
        assert!(started_names("python -m pytest")[1].is_module);
    }
}
