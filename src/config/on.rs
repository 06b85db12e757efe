//! `[on.NAME]`: a command that runs after something that git has done. It checks nothing and stops nothing.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use toml::de::DeTable;
use toml::{Spanned, Value};

use super::gate::command;
use super::key::{self, Key, Weaker};
use super::policy_file::Origin;
use super::problem::{Problem, Problems};
use super::reader::{Item, distinct_words, table};
use super::shape::{DIR, DURATION, FILLED, GLOB, Property, distinct, filled, words};
use super::toml_text::{paths, value, values};
use super::values::{bad_gate_name, dir, duration, globs, subtree};
use crate::base::text::limit;
use crate::model::gate::{CommandForm, GateCommand, GateName, PathSet};
use crate::model::trigger::GitEvent;

/// How long a command may run that sets no time limit: enough to install the dependencies of a project.
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// A command that runs after events of git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventCommand {
    /// Its name, unique among the commands.
    pub(crate) name: GateName,
    /// Where it is written.
    pub(crate) origin: Origin,
    /// The command.
    pub(crate) run: GateCommand,
    /// After what it runs.
    pub(crate) events: BTreeSet<GitEvent>,
    /// It runs if one of these has changed; if empty, after every event.
    pub(crate) files: PathSet,
    /// Where it runs, relative to the work tree's top; empty: the top itself.
    pub(crate) dir: PathBuf,
    /// How long it may take.
    pub(crate) timeout: Duration,
}

/// Why no key of such a command can be weaker than another.
const CHECKS_NOTHING: &str = "it checks nothing";

/// The keys that every command must have.
const REQUIRED: [(&str, &str); 2] = [
    ("run", "add run = \"...\", the command"),
    ("events", "add events = [\"post-checkout\", \"post-merge\"]"),
];

/// The keys of `[on.NAME]`.
pub(super) static KEYS: [Key<EventCommand>; 5] = [
    Key {
        name: "run",
        about: "The command, read as that of a gate. It gets no files.",
        shape: FILLED,
        read: |on, item, p| p.put(&mut on.run, run(item)),
        show: |on| value(on.run.text.as_str()),
        weaker: Weaker::Never(CHECKS_NOTHING),
    },
    Key {
        name: "events",
        about: "The hooks of git after which the command runs. It never stops what git does.",
        shape: distinct(&words::<GitEvent>()),
        read: |on, item, p| {
            let events = distinct_words(item, "events", p);
            p.put(&mut on.events, events.map(BTreeSet::from_iter));
        },
        show: |on| values(on.events.iter().map(|event| event.name())),
        weaker: Weaker::Never(CHECKS_NOTHING),
    },
    Key {
        name: "files",
        about: "The command runs if a path that has changed matches one of these globs, which are relative to the directory of gates.toml. In the gates.toml of a subdirectory, those that begin with `/` are relative to the top of the work tree, and the default is everything in the subdirectory.",
        shape: filled(&GLOB),
        read: |on, item, p| p.put(&mut on.files, globs(item, &on.origin)),
        show: |on| paths(&on.files, "every event"),
        weaker: Weaker::Never(CHECKS_NOTHING),
    },
    Key {
        name: "dir",
        about: "The directory in which the command runs, relative to that of gates.toml.",
        shape: DIR,
        read: |on, item, p| p.put(&mut on.dir, dir(item, &on.origin)),
        show: |on| match on.dir.to_string_lossy().as_ref() {
            "" => value("."),
            dir => value(dir),
        },
        weaker: Weaker::Never(CHECKS_NOTHING),
    },
    Key {
        name: "timeout",
        about: "The time limit of the command, such as \"90s\".",
        shape: DURATION,
        read: |on, item, p| p.put(&mut on.timeout, duration(item)),
        show: |on| value(limit(on.timeout)),
        weaker: Weaker::Never(CHECKS_NOTHING),
    },
];

/// Reads the command. What stands for files in a gate stands for nothing here.
fn run(item: &Item<'_>) -> Result<GateCommand, Problem> {
    let command = command::read(item)?;
    if command.takes_shard {
        return Err(
            Problem::new(item.span(), "`{shard}` is for the commands of gates")
                .label("this command has no parts"),
        );
    }
    if command.takes_files || command.takes_report {
        return Err(Problem::new(
            item.span(),
            "`{files}` and `{report}` are for the commands of gates",
        )
        .label("this command gets no files"));
    }
    Ok(command)
}

impl EventCommand {
    /// A command with only defaults, which does nothing yet.
    fn new(name: GateName, origin: &Origin) -> Self {
        Self {
            name,
            origin: origin.clone(),
            run: GateCommand {
                text: String::new(),
                form: CommandForm::Words(Vec::new()),
                takes_files: false,
                takes_report: false,
                takes_shard: false,
            },
            events: BTreeSet::new(),
            files: subtree(origin),
            dir: origin.dir.clone(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

/// Reads one command.
pub(super) fn read(
    name: &Spanned<Cow<'_, str>>,
    item: &Item<'_>,
    origin: &Origin,
    problems: &mut Problems,
) -> Option<EventCommand> {
    let valid = GateName::new(name.get_ref());
    let Some(valid) = valid.and_then(|name| name.in_dir(&origin.dir)) else {
        problems.add(bad_gate_name(name.span(), name.get_ref()));
        return None;
    };
    let entries: &DeTable<'_> = problems.keep(table(item, "a table, as in [on.install]"))?;
    let mut command = EventCommand::new(valid, origin);
    let header = format!("[on.{}]", command.name.local());
    key::read(header.as_str(), &KEYS, entries, &mut command, problems);
    for (key, help) in REQUIRED {
        if entries.get(key).is_none() {
            let title = format!("{header} is not complete");
            problems.add(
                Problem::new(name.span(), title)
                    .label(format!("`{key}` is missing"))
                    .help(help),
            );
        }
    }
    Some(command)
}

/// A command as TOML.
pub(super) fn show(command: &EventCommand) -> String {
    // A name may hold dots, which would nest tables.
    let header = format!("\n[on.{}]", Value::from(command.name.as_str()));
    key::show(&header, &KEYS, command)
}

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    let Some(name) = GateName::new("on") else {
        return Vec::new();
    };
    let mut properties = key::properties(&KEYS, &EventCommand::new(name, &Origin::top()));
    for property in &mut properties {
        if REQUIRED.iter().any(|(key, _)| *key == property.name) {
            property.is_required = true;
            property.default = None;
        }
    }
    properties
}
