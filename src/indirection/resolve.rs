//! Follows a command through the files that say what it runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::calls::{ShellCall, calls};
use super::lead::{Lead, Line, Piece, Place};
use super::tree::Files;
use super::{read_files, runners};
use crate::base::fault::Result;
use crate::commands::programs::{inner_script, without_launcher};
use crate::commands::started::{StartedName, started_names};
use crate::shell::{Word, parse};
use crate::tools::base_name;

/// How many files, or parts of a file, may lead to each other. Two are usual, and three occur; the
/// limit is for circles and endless chains.
const DEEPEST: usize = 8;

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
    let mut resolver = Resolver {
        files,
        pieces: BTreeSet::new(),
        whole: BTreeSet::new(),
        active: Vec::new(),
    };
    let root = resolver.script(Line {
        text: command.to_owned(),
        dir: dir.to_owned(),
        place: None,
        script: None,
        errexit: true,
        pipefail: false,
        is_ignored: false,
    })?;
    Ok(Resolved {
        root,
        pieces: resolver.pieces,
        whole: resolver.whole,
    })
}

struct Resolver<'f, 't> {
    files: &'f mut Files<'t>,
    pieces: BTreeSet<Piece>,
    whole: BTreeSet<PathBuf>,
    /// The calls that are being followed, each with its directory.
    active: Vec<(PathBuf, Vec<String>)>,
}

impl Resolver<'_, '_> {
    fn script(&mut self, line: Line) -> Result<Script> {
        let Ok(script) = parse(&line.text) else {
            return Ok(Script {
                line,
                is_read: false,
                calls: Vec::new(),
            });
        };
        let found = calls(&script, &line.dir, line.script.as_deref());
        let calls = found.into_iter().map(|call| self.call(call, &line));
        Ok(Script {
            calls: calls.collect::<Result<_>>()?,
            is_read: true,
            line,
        })
    }

    fn call(&mut self, call: ShellCall, line: &Line) -> Result<Call> {
        let mut words = call.words.as_slice();
        let lead = loop {
            if let Some(lead) = self.lead(words, &call, line)? {
                break Some(lead);
            }
            match started(words) {
                Some(rest) if !rest.is_empty() => words = rest,
                _ => break None,
            }
        };
        let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let typed = call.words.iter().map(|word| word.text.clone()).collect();
        let target = match lead {
            None => Target::Program,
            Some(lead) => self.follow(lead, &texts, &call.dir, line)?,
        };
        Ok(Call {
            words: texts,
            typed,
            at: (!call.is_substituted).then_some(call.at),
            dir: call.dir,
            target,
        })
    }

    fn lead(&mut self, words: &[Word], call: &ShellCall, line: &Line) -> Result<Option<Lead>> {
        if let Some((script, errexit, pipefail)) = inner_script(words) {
            let inner = Line {
                text: script.text.clone(),
                dir: call.dir.clone(),
                errexit,
                pipefail,
                is_ignored: false,
                ..line.clone()
            };
            return Ok(Some(Lead {
                lines: vec![inner],
                ..Lead::default()
            }));
        }
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        if call.is_substituted
            && let Some(lead) = read_files::lead(&texts, &call.dir, self.files)?
        {
            return Ok(Some(lead));
        }
        let lead = runners::lead(&texts, &call.assignments, &call.dir, self.files)?;
        let Some(mut lead) = lead else {
            return Ok(None);
        };
        if !call.is_dir_known {
            let why = "the directory is not known".to_owned();
            lead.unresolved.get_or_insert(why);
            // Every directory in which it would run something may be meant.
            for dir in self.files.matching(&call.dir, "**")? {
                let found = runners::lead(&texts, &call.assignments, &dir, self.files)?;
                let found = found.filter(|found| dir != call.dir && !found.lines.is_empty());
                if let Some(mut found) = found {
                    lead.beside.append(&mut found.lines);
                    lead.extend(found);
                }
            }
        }
        Ok(Some(lead))
    }

    fn follow(&mut self, lead: Lead, words: &[String], dir: &Path, line: &Line) -> Result<Target> {
        let key = (dir.to_owned(), words.to_vec());
        let mut unresolved = lead.unresolved;
        let is_circle = self.active.contains(&key);
        if is_circle || self.active.len() >= DEEPEST {
            let why = if is_circle {
                "it calls itself"
            } else {
                // What it would lead to is not followed, so the whole file counts.
                self.whole
                    .extend(line.place.iter().map(|place| place.path.clone()));
                "the calls are nested too deeply"
            };
            return Ok(Target::Scripts(Vec::new(), Some(why.to_owned())));
        }
        self.pieces.extend(lead.pieces);
        self.whole.extend(lead.whole);
        self.active.push(key);
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
            self.script(line)?;
        }
        self.active.pop();
        Ok(Target::Scripts(scripts, unresolved))
    }
}

/// The command that another one starts, if the other one does nothing else.
fn started(words: &[Word]) -> Option<&[Word]> {
    const PASSED_ON: [&str; 4] = ["corepack", "doas", "sudo", "xargs"];
    /// Options that take the next word.
    const VALUED: [&str; 8] = ["-I", "-n", "-P", "-L", "-d", "-u", "-g", "-e"];
    let (first, mut rest) = words.split_first()?;
    if !PASSED_ON.contains(&base_name(&first.text)) {
        return without_launcher(words);
    }
    while let Some((option, after)) = rest.split_first() {
        if !option.text.starts_with('-') {
            break;
        }
        let skipped = usize::from(VALUED.contains(&option.text.as_str()));
        rest = after.get(skipped..).unwrap_or_default();
    }
    Some(rest)
}

impl Resolved {
    /// The commands that are run in the end, in their order.
    #[must_use]
    pub(crate) fn commands(&self) -> Vec<RunCommand> {
        let mut commands = Vec::new();
        collect(&self.root, &mut Vec::new(), &mut commands);
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

fn collect(script: &Script, chain: &mut Vec<String>, commands: &mut Vec<RunCommand>) {
    for call in &script.calls {
        let (inner, unresolved) = match &call.target {
            Target::Program => (&[][..], None),
            Target::Scripts(inner, unresolved) => (inner.as_slice(), unresolved.clone()),
        };
        if call.target == Target::Program || unresolved.is_some() {
            commands.push(RunCommand {
                words: call.words.clone(),
                typed: call.typed.clone(),
                dir: call.dir.clone(),
                place: script.line.place.clone(),
                chain: chain.clone(),
                unresolved,
                is_ignored: script.line.is_ignored,
                script: script.line.text.clone(),
            });
        }
        chain.push(call.words.join(" "));
        for script in inner {
            collect(script, chain, commands);
        }
        chain.pop();
    }
}
