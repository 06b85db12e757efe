//! The programs that a shell script calls, and where.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::fed::Fed;
use super::lead::{TOP, at};
use super::tree::plain;
use super::variables::{GivenVariable, Variables};
use crate::shell::{
    CommandKind, Input, Pipeline, Script, ScriptStep, ShellCommand, Simple, Word, parse,
    substitutions,
};

/// How deeply substitutions, functions and sourced files may be nested.
const DEEPEST: usize = 5;

/// For how many words the body of a loop is followed one by one.
const MOST_TURNS: usize = 16;

/// How many calls of functions are followed with what they are given; in more, and in one that may be given more than
/// [`MOST_TURNS`] different things, that counts as unknown.
const MOST_ENTERED: usize = 200;

/// How many turns of all loops are followed one by one: nested loops multiply.
const MOST_IN_ALL: usize = 1000;

/// A program that a script calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShellCall {
    /// The words, with the variables that are known.
    pub(super) words: Vec<Word>,
    /// Where it begins in the script.
    pub(super) at: usize,
    /// Where it runs.
    pub(super) dir: PathBuf,
    /// Whether that is known.
    pub(super) is_dir_known: bool,
    /// Whether it is in a substitution, so that it has no place in the script.
    pub(super) is_substituted: bool,
    /// What it reads from its standard input.
    pub(super) fed: Vec<Fed>,
    /// What the substitutions in its words put there.
    pub(super) substituted: Vec<Fed>,
    /// The files, as typed, that list the values of variables in its words.
    pub(super) lists: Vec<String>,
    /// The variables that it can see.
    pub(super) variables: Variables,
    /// The variables that it is given besides those of the script itself.
    pub(super) given: Vec<GivenVariable>,
}

/// Where a script stands, and what it is given.
pub(super) struct Start<'s> {
    /// The directory in which it runs.
    pub(super) dir: &'s Path,
    /// Its own file.
    pub(super) file: Option<&'s Path>,
    /// The words after its name.
    pub(super) arguments: &'s [String],
    /// The variables that it is given.
    pub(super) variables: &'s Variables,
}

/// The calls in a script. `read` reads a file of the tree.
pub(super) fn calls(
    script: &Script,
    start: &Start<'_>,
    read: &mut dyn FnMut(&Path) -> Option<String>,
) -> Vec<ShellCall> {
    let mut walk = Walk {
        shell: Shell {
            dir: plain(start.dir),
            is_dir_known: true,
            left: Vec::new(),
            exported: BTreeMap::new(),
        },
        variables: start.variables.clone(),
        arguments: start.arguments.to_vec(),
        lists: HashMap::new(),
        functions: HashMap::new(),
        entered: HashSet::new(),
        file: start.file.map(|file| format!("{TOP}{}", file.display())),
        found: Vec::new(),
        stdin: Vec::new(),
        depth: 0,
        nested: 0,
        turns: 0,
        read,
    };
    walk.script(script);
    walk.uncalled();
    walk.found
}

/// The directory and the variables of a shell, as far as they are known.
#[derive(Clone)]
pub(super) struct Shell {
    pub(super) dir: PathBuf,
    pub(super) is_dir_known: bool,
    /// The directories that `popd` goes back to.
    left: Vec<PathBuf>,
    /// The values of the variables that it exports.
    pub(super) exported: BTreeMap<String, String>,
}

/// A function of a script.
#[derive(Clone)]
struct Function {
    body: ShellCommand,
    is_called: bool,
}

/// A walk through a script.
pub(super) struct Walk<'r> {
    pub(super) shell: Shell,
    pub(super) variables: Variables,
    /// The words after the name of the script, or of the function.
    pub(super) arguments: Vec<String>,
    /// By variables, the files that list their values, as typed.
    pub(super) lists: HashMap<String, Vec<String>>,
    functions: HashMap<String, Function>,
    /// The calls of functions that have been followed, each with its directory.
    entered: HashSet<(PathBuf, Vec<String>)>,
    pub(super) file: Option<String>,
    pub(super) found: Vec<ShellCall>,
    /// What commands read without a redirection of their own.
    pub(super) stdin: Vec<Fed>,
    /// How many substitutions are around.
    depth: usize,
    /// How many functions and sourced files are around.
    nested: usize,
    /// How many turns of loops have been followed one by one.
    turns: usize,
    pub(super) read: &'r mut dyn FnMut(&Path) -> Option<String>,
}

impl Walk<'_> {
    fn script(&mut self, script: &Script) {
        for step in &script.steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &ScriptStep) {
        self.pipeline(&step.first);
        for (_, pipeline) in &step.rest {
            let before = self.variables.clone();
            self.pipeline(pipeline);
            self.variables.join(&before);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if let [command] = pipeline.commands.as_slice() {
            self.command(command);
            return;
        }
        let begin = self.found.len();
        let before = self.stdin.clone();
        for command in &pipeline.commands {
            self.apart(|walk| walk.command(command));
            let earlier = &self.found[begin..];
            self.stdin = earlier.iter().flat_map(printed).collect();
        }
        self.stdin = before;
    }

    /// Commands that do not change the shell's directory, and may not run at all.
    fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = (self.shell.clone(), self.variables.clone());
        walk(self);
        self.shell = before.0;
        self.variables.join(&before.1);
    }

    fn command(&mut self, command: &ShellCommand) {
        let before = self.stdin.clone();
        if !command.inputs.is_empty() {
            self.stdin = command
                .inputs
                .iter()
                .map(|input| self.input(input))
                .collect();
        }
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
            CommandKind::Loop {
                over,
                condition,
                body,
            } => self.repeat(over.as_ref(), condition.as_ref(), body),
            CommandKind::Case(branches) => {
                for branch in branches {
                    self.apart(|walk| walk.script(branch));
                }
            }
            CommandKind::Test => {}
            CommandKind::Function(name, body) => {
                let function = Function {
                    body: (**body).clone(),
                    is_called: false,
                };
                self.functions.insert(name.clone(), function);
            }
        }
        self.stdin = before;
    }

    fn input(&mut self, input: &Input) -> Fed {
        match input {
            Input::Text(text) | Input::Quoted(text) => Fed::Text(text.clone()),
            Input::File(word) => {
                let text = self.expanded(word).into_iter().flatten();
                let words = text.map(|word| word.text);
                Fed::Output(std::iter::once("cat".to_owned()).chain(words).collect())
            }
        }
    }

    fn repeat(
        &mut self,
        over: Option<&(String, Vec<Word>)>,
        condition: Option<&Script>,
        body: &Script,
    ) {
        let Some((name, words)) = over else {
            // `read` in the condition gives values to the body.
            if let Some(condition) = condition {
                self.apart(|walk| walk.script(condition));
            }
            self.apart(|walk| walk.script(body));
            return;
        };
        let mut values = Vec::new();
        let mut lists = Vec::new();
        for word in words {
            let names = self.listed(word);
            values.extend(names.values);
            lists.extend(names.lists);
        }
        if words.is_empty() {
            values.clone_from(&self.arguments);
        }
        self.lists.insert(name.clone(), lists);
        self.turns += values.len();
        let is_many = values.len() > MOST_TURNS || self.turns > MOST_IN_ALL;
        if is_many || values.is_empty() {
            self.variables.set(name, values);
            self.apart(|walk| walk.script(body));
            return;
        }
        for value in values {
            self.variables.set(name, vec![value]);
            self.apart(|walk| walk.script(body));
        }
    }

    fn simple(&mut self, simple: &Simple) {
        let mut substituted = Vec::new();
        for word in simple.assignments.iter().chain(&simple.words) {
            substituted.extend(self.substituted(word));
        }
        for word in &simple.assignments {
            // For a single command, it is over-cautious to keep them.
            self.assign(word);
        }
        let Some(name) = simple.words.first() else {
            return;
        };
        match name.text.as_str() {
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                for word in &simple.words[1..] {
                    self.assign(word);
                }
                if name.text == "export" {
                    self.export(&simple.words[1..]);
                }
            }
            "cd" | "pushd" => self.enter(&simple.words[1..]),
            "popd" => match self.shell.left.pop() {
                Some(dir) => self.shell.dir = dir,
                None => self.shell.is_dir_known = false,
            },
            "read" => self.read_values(&simple.words[1..]),
            "shift" => {
                // In a loop, each of the others comes first at some time.
                if !self.arguments.is_empty() {
                    let rest = self.arguments.split_off(1);
                    self.variables.set("1", rest.clone());
                    self.arguments = rest;
                }
            }
            _ => self.call(simple, name, &substituted),
        }
    }

    fn call(&mut self, simple: &Simple, name: &Word, substituted: &[Fed]) {
        let words = self.all_expanded(&simple.words);
        let first = &words[0];
        if name.text == "set" {
            let mut arguments = first.iter().skip(1).map(|word| word.text.clone());
            if arguments.any(|word| word == "--") {
                self.arguments = arguments.collect();
            }
        }
        let function = first.first().map(|word| word.text.clone());
        if let Some(function) = function.filter(|name| self.functions.contains_key(name)) {
            let is_many = words.len() > MOST_TURNS;
            for words in words {
                let mut texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
                if is_many || self.entered.len() >= MOST_ENTERED {
                    texts.truncate(1);
                }
                let key = (self.shell.dir.clone(), texts.clone());
                if self.entered.insert(key) {
                    self.enter_function(&function, &texts[1..]);
                }
            }
            return;
        }
        let given = self.given(&simple.assignments);
        let texts = simple.words.iter();
        let lists: Vec<String> = texts.flat_map(|word| self.lists_of(&word.text)).collect();
        for words in words {
            if matches!(name.text.as_str(), "." | "source")
                && let Some(path) = words.get(1)
            {
                self.sourced(&path.text);
            }
            self.found.push(ShellCall {
                words,
                at: name.span.start,
                dir: self.shell.dir.clone(),
                is_dir_known: self.shell.is_dir_known,
                is_substituted: self.depth > 0,
                fed: self.stdin.clone(),
                substituted: substituted.to_vec(),
                lists: lists.clone(),
                variables: self.variables.clone(),
                given: given.clone(),
            });
        }
    }

    fn enter_function(&mut self, name: &str, arguments: &[String]) {
        let Some(function) = self.functions.get_mut(name) else {
            return;
        };
        function.is_called = true;
        if self.nested >= DEEPEST {
            return;
        }
        let body = function.body.clone();
        let around = std::mem::replace(&mut self.arguments, arguments.to_vec());
        self.nested += 1;
        self.command(&body);
        self.nested -= 1;
        self.arguments = around;
    }

    /// Functions that the script does not call itself: what they are given is not known.
    fn uncalled(&mut self) {
        self.arguments.clear();
        let mut names: Vec<String> = self.functions.keys().cloned().collect();
        names.sort();
        for name in names {
            if self
                .functions
                .get(&name)
                .is_some_and(|function| !function.is_called)
            {
                self.apart(|walk| walk.enter_function(&name, &[]));
            }
        }
    }

    /// The variables and functions of a file that is sourced; its calls are followed elsewhere.
    fn sourced(&mut self, typed: &str) {
        if self.nested >= DEEPEST {
            return;
        }
        let path = at(&self.shell.dir, typed);
        let Some(script) = (self.read)(&path).and_then(|text| parse(&text).ok()) else {
            return;
        };
        let before = self.found.len();
        let own = self.functions.clone();
        self.nested += 1;
        self.script(&script);
        self.nested -= 1;
        self.found.truncate(before);
        for (name, function) in &mut self.functions {
            function.is_called |= !own.contains_key(name);
        }
    }

    /// Follows the substitutions in a word, and returns what they put there.
    pub(super) fn substituted(&mut self, word: &Word) -> Vec<Fed> {
        let is_process = word.text.starts_with("<(") || word.text.starts_with(">(");
        if !(word.substitutes || is_process) || self.depth >= DEEPEST {
            return Vec::new();
        }
        let begin = self.found.len();
        for text in substitutions(&word.text) {
            let file = text.trim_start().strip_prefix('<');
            let text = file.map_or(text.to_owned(), |file| format!("cat {file}"));
            let Ok(script) = parse(&text) else { continue };
            self.depth += 1;
            self.apart(|walk| walk.script(&script));
            self.depth -= 1;
        }
        self.found[begin..].iter().flat_map(printed).collect()
    }

    fn enter(&mut self, words: &[Word]) {
        let mut arguments = words.iter().map(|word| word.text.as_str());
        let target = arguments.find(|word| !word.starts_with('-') && *word != "--");
        let target = target.and_then(|target| self.single(target));
        match target {
            Some(target) if !target.is_empty() => {
                let dir = plain(&at(&self.shell.dir, &target));
                let left = std::mem::replace(&mut self.shell.dir, dir);
                self.shell.left.push(left);
            }
            _ => self.shell.is_dir_known = false,
        }
    }
}

/// What a call prints, and what it reads and may print again.
fn printed(call: &ShellCall) -> Vec<Fed> {
    let words = call.words.iter().map(|word| word.text.clone()).collect();
    let own = std::iter::once(Fed::Output(words));
    own.chain(call.fed.iter().cloned()).collect()
}
