//! Follows a command through the files that say what it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::calls::{ShellCall, Start, calls};
use super::lead::{Lead, Line, Piece, Place, TOP};
use super::plainer::plainer;
use super::programs::LoadVariables;
use super::runners;
use super::tree::Files;
use super::variables::{GivenVariable, Variables};
use crate::base::fault::Result;
use crate::commands::started::{StartedName, started_names};
use crate::shell::parse;

/// How many files, or parts of a file, may lead to each other. Two are usual, and three occur; the
/// limit is for circles and endless chains.
const DEEPEST: usize = 8;

/// How many calls are followed for one command. A makefile whose recipes start make again, or scripts that
/// call each other, would otherwise be followed again for every way that leads there.
const MOST_CALLS: usize = 1500;

/// A command, and everything that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// The command itself.
    pub(super) root: Script,
    /// The pieces of files that decide what runs, sorted.
    pub(crate) pieces: BTreeSet<Piece>,
    /// The files that count as a whole: scripts, and files that are not understood. A missing file is
    /// listed if it would be run.
    pub(crate) whole: BTreeSet<PathBuf>,
}

/// A command that is run in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunCommand {
    /// Its words, the program first.
    pub(crate) words: Vec<String>,
    /// The whole call, with the programs that only start another one, such as `uv run`.
    pub(crate) typed: Vec<String>,
    /// The variables that scripts give it, a later one in place of an earlier one of its name.
    pub(crate) given: Vec<GivenVariable>,
    /// Where it runs, relative to the top.
    pub(crate) dir: PathBuf,
    /// Where it is written; `None` for a part of the command that was resolved.
    pub(crate) place: Option<Place>,
    /// The calls that lead to it, the outermost first.
    pub(crate) chain: Vec<String>,
    /// Why it is not known what it runs in turn.
    pub(crate) unresolved: Option<String>,
    /// Whether the runner that it stands in ignores its failure.
    pub(crate) is_ignored: bool,
    /// Whether it stands in a file that is not understood, so that it may be no command at all.
    pub(crate) is_guess: bool,
    /// The script that it is a part of.
    pub(crate) script: String,
}

/// Commands, each with what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) line: Line,
    /// Whether it could be read as a shell script.
    pub(super) is_read: bool,
    pub(super) calls: Vec<Call>,
}

/// One command of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) words: Vec<String>,
    pub(super) typed: Vec<String>,
    pub(super) given: Vec<GivenVariable>,
    /// Where it begins in the script; `None` in a substitution.
    pub(super) at: Option<usize>,
    pub(super) dir: PathBuf,
    pub(super) target: Target,
}

/// What a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A program of its own.
    Program,
    /// These scripts, one after the other; with a reason, also something unknown.
    Scripts(Vec<Script>, Option<String>),
}

/// Follows a command that runs in a directory of a tree.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn resolve(command: &str, dir: &Path, files: &mut Files<'_>) -> Result<Resolved> {
    resolve_in(command, dir, &BTreeMap::new(), files)
}

/// Follows a command that runs in a directory of a tree with these variables in its environment.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn resolve_in(
    command: &str,
    dir: &Path,
    environment: &BTreeMap<String, String>,
    files: &mut Files<'_>,
) -> Result<Resolved> {
    let mut resolver = Resolver {
        files,
        pieces: BTreeSet::new(),
        whole: BTreeSet::new(),
        active: Vec::new(),
        followed: 0,
        beside: BTreeMap::new(),
        making: BTreeMap::new(),
    };
    let root = resolver.script(Line {
        text: command.to_owned(),
        dir: dir.to_owned(),
        place: None,
        script: None,
        arguments: Vec::new(),
        variables: Variables::of(environment),
        given: Vec::new(),
        errexit: true,
        pipefail: false,
        is_ignored: false,
        is_guess: false,
    })?;
    Ok(Resolved {
        root,
        pieces: resolver.pieces,
        whole: resolver.whole,
    })
}

pub(super) struct Resolver<'f, 't> {
    pub(super) files: &'f mut Files<'t>,
    pieces: BTreeSet<Piece>,
    pub(super) whole: BTreeSet<PathBuf>,
    /// The calls that are being followed, each with its directory.
    active: Vec<(PathBuf, Vec<String>)>,
    /// How many calls have been followed.
    followed: usize,
    /// The lines beside others that have been followed, each with how deep that was.
    beside: BTreeMap<Line, usize>,
    /// By scripts, the words of the commands in them that may make a program.
    pub(super) making: BTreeMap<String, Rc<Vec<Vec<String>>>>,
}

impl Resolver<'_, '_> {
    fn script(&mut self, line: Line) -> Result<Script> {
        let read = parse(&line.text).ok();
        let is_read = read.is_some();
        let plain = || parse(&plainer(&line.text)?).ok();
        let Some(script) = read.or_else(plain) else {
            return self.unread(line);
        };
        let start = Start {
            dir: &line.dir,
            file: line.script.as_deref(),
            arguments: &line.arguments,
            variables: &line.variables,
        };
        let mut fault = None;
        let files = &mut *self.files;
        let mut read = |path: &Path| match files.text(path) {
            Ok(text) => text,
            Err(error) => {
                fault.get_or_insert(error);
                None
            }
        };
        let found = calls(&script, &start, &mut read);
        if let Some(fault) = fault {
            return Err(fault);
        }
        let calls = found.into_iter().map(|call| self.call(call, &line));
        Ok(Script {
            calls: calls.collect::<Result<_>>()?,
            is_read,
            line,
        })
    }

    /// A script that is not understood: every script that it names counts.
    fn unread(&mut self, line: Line) -> Result<Script> {
        let is_of_shell = line.script.is_some() || line.place.is_none();
        let beside = line.script.as_deref().and_then(Path::parent);
        let dirs: Vec<PathBuf> = beside.into_iter().map(Path::to_owned).collect();
        let dirs: Vec<&Path> = dirs
            .iter()
            .map(PathBuf::as_path)
            .chain([line.dir.as_path()])
            .collect();
        let named = if is_of_shell {
            self.named(&line, &dirs)?
        } else {
            Vec::new()
        };
        let mut calls = Vec::new();
        for path in named {
            let typed = format!("{TOP}{}", path.display());
            let Some(lead) =
                runners::lead(&[&typed], &line.dir, &LoadVariables::default(), self.files)?
            else {
                continue;
            };
            let words = vec![path.to_string_lossy().into_owned()];
            calls.push(Call {
                typed: words.clone(),
                given: Vec::new(),
                at: None,
                dir: line.dir.clone(),
                target: self.follow(lead, &words, &line.dir, &line)?,
                words,
            });
        }
        Ok(Script {
            line,
            is_read: false,
            calls,
        })
    }

    fn call(&mut self, call: ShellCall, line: &Line) -> Result<Call> {
        let (lead, words) = self.led(&call.words, &call, line)?;
        let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let typed = call.words.iter().map(|word| word.text.clone()).collect();
        let target = match lead {
            None => Target::Program,
            Some(lead) => self.follow(lead, &texts, &call.dir, line)?,
        };
        Ok(Call {
            words: texts,
            typed,
            given: call.given,
            at: (!call.is_substituted).then_some(call.at),
            dir: call.dir,
            target,
        })
    }

    fn follow(&mut self, lead: Lead, words: &[String], dir: &Path, line: &Line) -> Result<Target> {
        let key = (dir.to_owned(), words.to_vec());
        let mut unresolved = lead.unresolved;
        let is_circle = self.active.contains(&key);
        let is_too_much = self.followed >= MOST_CALLS;
        if is_circle || is_too_much || self.active.len() >= DEEPEST {
            let why = if is_circle {
                "it calls itself"
            } else {
                // What it would lead to is not followed, so the whole file counts.
                self.whole
                    .extend(line.place.iter().map(|place| place.path.clone()));
                if is_too_much {
                    self.whole.extend(lead.whole);
                    self.whole
                        .extend(lead.pieces.into_iter().map(|piece| piece.path));
                    "it leads to too many calls"
                } else {
                    "the calls are nested too deeply"
                }
            };
            return Ok(Target::Scripts(Vec::new(), Some(why.to_owned())));
        }
        self.pieces.extend(lead.pieces);
        self.whole.extend(lead.whole);
        self.active.push(key);
        self.followed += 1;
        let mut scripts = Vec::new();
        for line in lead.lines {
            let script = self.script(line)?;
            if !script.is_read {
                let why = "it is not a script that a POSIX shell and bash read alike";
                unresolved.get_or_insert_with(|| why.to_owned());
            }
            scripts.push(script);
        }
        for line in lead.beside {
            // Only the files matter to which it leads, and those are known from the first time.
            let depth = self.active.len();
            let is_known = self
                .beside
                .get(&line)
                .is_some_and(|before| *before <= depth);
            if !is_known {
                self.beside.insert(line.clone(), depth);
                self.script(line)?;
            }
        }
        self.active.pop();
        Ok(Target::Scripts(scripts, unresolved))
    }
}

impl Resolved {
    /// The commands that are run in the end, in their order.
    #[must_use]
    pub(crate) fn commands(&self) -> Vec<RunCommand> {
        let mut commands = Vec::new();
        collect(
            &self.root,
            &Above::default(),
            &mut Vec::new(),
            &mut commands,
        );
        commands
    }

    /// The programs that the scripts start to which the command leads, but not those that it starts
    /// itself; each with its directory, relative to the top.
    #[must_use]
    pub(crate) fn started(&self) -> Vec<StartedName> {
        let scripts = self.texts().into_iter().skip(1);
        scripts
            .flat_map(|(text, dir, _)| {
                let names = started_names(text).into_iter();
                names.map(move |name| StartedName {
                    dir: dir.join(&name.dir),
                    ..name
                })
            })
            .collect()
    }

    /// The programs that the command starts itself by the names that its variables hold (`L=ruff; $L`),
    /// each with its directory, relative to the top.
    #[must_use]
    pub(crate) fn expanded(&self) -> Vec<StartedName> {
        let text = &self.root.line.text;
        let is_typed = |call: &&Call| {
            let typed = call.at.and_then(|at| text.get(at..));
            let name = call.typed.first();
            name.is_some_and(|name| typed.is_some_and(|typed| typed.starts_with(name)))
        };
        let calls = self.root.calls.iter().filter(|call| !is_typed(call));
        calls
            .flat_map(|call| {
                let names = started_names(&shell_words::join(&call.typed)).into_iter();
                names.map(|name| StartedName {
                    dir: call.dir.join(&name.dir),
                    ..name
                })
            })
            .collect()
    }

    /// The texts of all scripts, the command first, each with its directory and whether it was understood.
    pub(crate) fn texts(&self) -> Vec<(&str, &Path, bool)> {
        let mut scripts = vec![&self.root];
        let mut texts = Vec::new();
        while let Some(script) = scripts.pop() {
            let line = &script.line;
            texts.push((line.text.as_str(), line.dir.as_path(), script.is_read));
            for call in &script.calls {
                if let Target::Scripts(inner, _) = &call.target {
                    scripts.extend(inner);
                }
            }
        }
        texts
    }
}

/// What the scripts around a script decide about its commands.
#[derive(Default)]
struct Above {
    given: Vec<GivenVariable>,
    is_guess: bool,
}

fn collect(
    script: &Script,
    above: &Above,
    chain: &mut Vec<String>,
    commands: &mut Vec<RunCommand>,
) {
    for call in &script.calls {
        let (inner, unresolved) = match &call.target {
            Target::Program => (&[][..], None),
            Target::Scripts(inner, unresolved) => (inner.as_slice(), unresolved.clone()),
        };
        let above = Above {
            given: [above.given.as_slice(), &script.line.given, &call.given].concat(),
            is_guess: above.is_guess || script.line.is_guess,
        };
        if call.target == Target::Program || unresolved.is_some() {
            commands.push(RunCommand {
                words: call.words.clone(),
                typed: call.typed.clone(),
                given: above.given.clone(),
                dir: call.dir.clone(),
                place: script.line.place.clone(),
                chain: chain.clone(),
                unresolved,
                is_ignored: script.line.is_ignored,
                is_guess: above.is_guess,
                script: script.line.text.clone(),
            });
        }
        chain.push(call.words.join(" "));
        for script in inner {
            collect(script, &above, chain, commands);
        }
        chain.pop();
    }
}
