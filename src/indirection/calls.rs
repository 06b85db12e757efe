//! The programs that a shell script calls, and where.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::lead::{TOP, at};
use super::tree::plain;
use crate::shell::{
    CommandKind, Script, ScriptStep, ShellCommand, Simple, Word, parse, substitutions,
};
use crate::tools::base_name;

/// How deeply substitutions may be nested.
const DEEPEST: usize = 5;

/// A program that a script calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShellCall {
    /// The words, with the variables that are known.
    pub(super) words: Vec<Word>,
    /// What is set for it alone, as `NAME=value`.
    pub(super) assignments: Vec<String>,
    /// Where it begins in the script.
    pub(super) at: usize,
    /// Where it runs.
    pub(super) dir: PathBuf,
    /// Whether that is known.
    pub(super) is_dir_known: bool,
    /// Whether it is in a substitution, so that it has no place in the script.
    pub(super) is_substituted: bool,
}

/// The calls in a script that runs in a directory. `file`: the script's own file.
pub(super) fn calls(script: &Script, dir: &Path, file: Option<&Path>) -> Vec<ShellCall> {
    let mut walk = Walk {
        shell: Shell {
            dir: plain(dir),
            is_dir_known: true,
            left: Vec::new(),
        },
        variables: HashMap::new(),
        file: file.map(|file| format!("{TOP}{}", file.display())),
        found: Vec::new(),
        depth: 0,
    };
    walk.script(script);
    walk.found
}

/// The directory and the variables of a shell, as far as they are known.
#[derive(Clone)]
struct Shell {
    dir: PathBuf,
    is_dir_known: bool,
    /// The directories that `popd` goes back to.
    left: Vec<PathBuf>,
}

struct Walk {
    shell: Shell,
    /// `None` for a value that is not known.
    variables: HashMap<String, Option<String>>,
    file: Option<String>,
    found: Vec<ShellCall>,
    /// How many substitutions are around.
    depth: usize,
}

impl Walk {
    fn script(&mut self, script: &Script) {
        for step in &script.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &ScriptStep) {
        let pipelines = step.rest.iter().map(|(_, pipeline)| pipeline);
        for pipeline in std::iter::once(&step.first).chain(pipelines) {
            if let [command] = pipeline.commands.as_slice() {
                self.command(command);
            } else {
                for command in &pipeline.commands {
                    self.apart(|walk| walk.command(command));
                }
            }
        }
    }

    /// A command that does not change the shell's directory.
    fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = self.shell.clone();
        walk(self);
        self.shell = before;
    }

    fn command(&mut self, command: &ShellCommand) {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple),
            CommandKind::Group(script) => self.script(script),
            CommandKind::Subshell(script) => self.apart(|walk| walk.script(script)),
            CommandKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    self.script(condition);
                    self.apart(|walk| walk.script(body));
                }
                if let Some(script) = otherwise {
                    self.apart(|walk| walk.script(script));
                }
            }
            CommandKind::Loop { condition, body } => {
                for script in condition.iter().chain([body]) {
                    self.apart(|walk| walk.script(script));
                }
            }
            CommandKind::Case(branches) => {
                for branch in branches {
                    self.apart(|walk| walk.script(branch));
                }
            }
            CommandKind::Test => {}
            CommandKind::Function(body) => self.apart(|walk| walk.command(body)),
        }
    }

    fn simple(&mut self, simple: &Simple) {
        for word in simple.assignments.iter().chain(&simple.words) {
            if word.substitutes && self.depth < DEEPEST {
                self.substituted(word);
            }
        }
        let Some(name) = simple.words.first() else {
            for word in &simple.assignments {
                self.assign(&word.text);
            }
            return;
        };
        match name.text.as_str() {
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for word in &simple.words[1..] {
                    self.assign(&word.text);
                }
            }
            "cd" | "pushd" => self.enter(&simple.words[1..]),
            "popd" => match self.shell.left.pop() {
                Some(dir) => self.shell.dir = dir,
                None => self.shell.is_dir_known = false,
            },
            _ => {
                let words = simple.words.iter().flat_map(|word| self.expanded(word));
                let call = ShellCall {
                    words: words.collect(),
                    assignments: simple
                        .assignments
                        .iter()
                        .map(|set| set.text.clone())
                        .collect(),
                    at: name.span.start,
                    dir: self.shell.dir.clone(),
                    is_dir_known: self.shell.is_dir_known,
                    is_substituted: self.depth > 0,
                };
                self.found.push(call);
            }
        }
    }

    /// A word with the known values in place of variables; without quotes, it can become several words, as
    /// in a shell.
    fn expanded(&self, word: &Word) -> Vec<Word> {
        let text = self.expand(&word.text).unwrap_or_else(|| word.text.clone());
        let one = |text: &str| Word {
            text: text.to_owned(),
            ..word.clone()
        };
        let is_split = !word.quoted && text != word.text;
        if is_split {
            text.split_whitespace().map(one).collect()
        } else {
            vec![one(&text)]
        }
    }

    fn substituted(&mut self, word: &Word) {
        for text in substitutions(&word.text) {
            let Ok(script) = parse(text) else { continue };
            self.depth += 1;
            self.apart(|walk| walk.script(&script));
            self.depth -= 1;
        }
    }

    fn assign(&mut self, text: &str) {
        if let Some((name, value)) = text.split_once('=') {
            let value = self.expand(value);
            self.variables.insert(name.to_owned(), value);
        }
    }

    fn enter(&mut self, words: &[Word]) {
        let mut arguments = words.iter().map(|word| word.text.as_str());
        let target = arguments.find(|word| !word.starts_with('-') && *word != "--");
        let target = target.and_then(|target| self.expand(target));
        match target {
            Some(target) if !target.is_empty() => {
                let dir = plain(&at(&self.shell.dir, &target));
                let left = std::mem::replace(&mut self.shell.dir, dir);
                self.shell.left.push(left);
            }
            _ => self.shell.is_dir_known = false,
        }
    }

    /// The value of a word, if everything in it is known.
    fn expand(&self, text: &str) -> Option<String> {
        let mut value = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '`']) {
            value.push_str(&rest[..at]);
            rest = &rest[at..];
            let (part, length) = self.expansion(rest)?;
            value.push_str(&part);
            rest = &rest[length..];
        }
        value.push_str(rest);
        Some(value)
    }

    /// The value of the expansion that a text begins with, and its length.
    fn expansion(&self, text: &str) -> Option<(String, usize)> {
        if let Some(script) = substitutions(text).first()
            && (text.starts_with("$(") || text.starts_with('`'))
        {
            let marks = if text.starts_with('`') { 2 } else { 3 };
            return Some((self.printed(script)?, script.len() + marks));
        }
        let after = text.strip_prefix('$')?;
        let (name, length) = if let Some(braced) = after.strip_prefix('{') {
            let end = braced.find('}')?;
            (&braced[..end], end + 3)
        } else {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            (&after[..end], end + 1)
        };
        Some((self.variable(name)?, length))
    }

    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "0" | "BASH_SOURCE" | "BASH_SOURCE[0]" => self.file.clone(),
            "0%/*" | "BASH_SOURCE%/*" | "BASH_SOURCE[0]%/*" => {
                self.file.as_deref().map(|file| parent(file).to_owned())
            }
            "PWD" => self.here(),
            name => self.variables.get(name)?.clone(),
        }
    }

    fn here(&self) -> Option<String> {
        let dir = self.shell.dir.display();
        self.shell.is_dir_known.then(|| format!("{TOP}{dir}"))
    }

    /// What a script prints, if it only prints a directory.
    fn printed(&self, script: &str) -> Option<String> {
        let script = parse(script).ok()?;
        let mut place: Option<String> = None;
        for step in &script.steps {
            let pipelines = step.rest.iter().map(|(_, pipeline)| pipeline);
            for pipeline in std::iter::once(&step.first).chain(pipelines) {
                let [command] = pipeline.commands.as_slice() else {
                    return None;
                };
                let CommandKind::Simple(simple) = &command.kind else {
                    return None;
                };
                let words: Vec<&str> = simple.words.iter().map(|w| w.text.as_str()).collect();
                let words: Vec<&str> = words.into_iter().filter(|word| *word != "--").collect();
                place = Some(match words.as_slice() {
                    ["git", "rev-parse", "--show-toplevel"] => TOP.to_owned(),
                    ["cd", .., target] => {
                        let dir = at(&self.shell.dir, &self.expand(target)?);
                        format!("{TOP}{}", plain(&dir).display())
                    }
                    ["pwd", ..] => place.or_else(|| self.here())?,
                    ["dirname", path] => {
                        let path = self.expand(path)?;
                        parent(&path).to_owned()
                    }
                    [name, .., path] if matches!(base_name(name), "realpath" | "readlink") => {
                        self.expand(path)?
                    }
                    _ => return None,
                });
            }
        }
        place
    }
}

/// A path without its last part.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) if path[..at].len() < TOP.len() && path.starts_with(TOP) => TOP,
        Some(at) => &path[..at],
        None => ".",
    }
}
