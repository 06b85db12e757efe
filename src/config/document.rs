//! gates.toml as a whole: its tables, and what each of them does.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::DeTable;

use super::agents::{self, Agents};
use super::bypass::{self, Bypass};
use super::checks::{self, Checks};
use super::commit_msg::{self, CommitMsg};
use super::gate::{self, Gate, TypedGate, cannot_fail, contradictions, needs};
use super::key;
use super::on::{self, EventCommand};
use super::policy_file::{Origin, PolicyFile, Role};
use super::problem::{Problem, Problems};
use super::reader::{Table, quoted_list, table};
use super::receipts::{self, Receipts};
use super::settings::{self, RunSettings};
use super::shape::{FILE, FILLED, Field, GATE_NAME_TEXT, GLOB, Property, Shape, any_number};
use super::text::FILE_NAME;
use super::values::{SINGLE_QUOTES, version_range};
use crate::base::text::show_path;
use crate::model::gate::GateName;

/// The resolved configuration: valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Settings of the run as a whole.
    pub(crate) settings: RunSettings,
    /// The gates in the order of the files; never empty.
    pub(crate) gates: Vec<Gate>,
    /// The file at the top, which may be where a link leads.
    pub(crate) top: PathBuf,
    /// All files that it is written in, relative to the top.
    pub(crate) files: BTreeSet<PathBuf>,
    /// The rules for commit messages.
    pub(crate) commit_msg: CommitMsg,
    /// Which agents messages may credit, and how an agent is recognized.
    pub(crate) agents: Agents,
    /// What committed lines must not silence.
    pub(crate) bypass: Bypass,
    /// What a change may add, in any language.
    pub(crate) checks: Checks,
    /// Whose verdicts count that were reached on other machines.
    pub(crate) receipts: Receipts,
    /// What runs after something that git has done, in the order of the files.
    pub(crate) on: Vec<EventCommand>,
}

const REQUIRED_VERSION: Field = Field {
    name: "required-version",
    about: "The versions of gatekeeper that can read this file, such as \">=0.1\".",
    shape: FILLED,
    is_required: false,
};

pub(super) const INCLUDE: Field = Field {
    name: "include",
    about: "Other files of the repository whose [gates.NAME] and [on.NAME] tables count as if they were here. A path is relative to the directory of this file or, if it begins with `/`, to the top of the work tree.",
    shape: any_number(&FILE),
    is_required: false,
};

pub(super) const EXCLUDE: Field = Field {
    name: "exclude",
    about: "The gates.toml files of subdirectories that are not a part of this configuration, as globs, such as those of examples.",
    shape: any_number(&GLOB),
    is_required: false,
};

const SETTINGS: Field = Field {
    name: "settings",
    about: "What holds for the run as a whole.",
    shape: Shape::Table(settings::properties),
    is_required: false,
};

const GATES: Field = Field {
    name: "gates",
    about: "The gates, each a command whose success a commit needs.",
    shape: Shape::Map {
        keys: GATE_NAME_TEXT,
        values: &Shape::Table(gate::properties),
        least: 0,
    },
    is_required: false,
};

const COMMIT_MSG: Field = Field {
    name: "commit-msg",
    about: "The rules for commit messages.",
    shape: Shape::Table(commit_msg::properties),
    is_required: false,
};

const AGENTS: Field = Field {
    name: "agents",
    about: "Which agents messages may credit, and how an agent is recognized.",
    shape: Shape::Table(agents::properties),
    is_required: false,
};

const BYPASS: Field = Field {
    name: "bypass",
    about: "Added lines that silence a tool, skip a test or bypass the gates.",
    shape: Shape::Table(bypass::properties),
    is_required: false,
};

const CHECKS: Field = Field {
    name: "checks",
    about: "What a change may add, in any language.",
    shape: Shape::Table(checks::properties),
    is_required: false,
};

const RECEIPTS: Field = Field {
    name: "receipts",
    about: "Whose verdicts count that were reached on other machines.",
    shape: Shape::Table(receipts::properties),
    is_required: false,
};

const ON: Field = Field {
    name: "on",
    about: "Commands that run after something that git has done. They check nothing and stop nothing.",
    shape: Shape::Map {
        keys: GATE_NAME_TEXT,
        values: &Shape::Table(on::properties),
        least: 0,
    },
    is_required: false,
};

/// The tables of the file for the schema.
pub(super) fn properties() -> Vec<Property> {
    let fields = [
        &REQUIRED_VERSION,
        &INCLUDE,
        &EXCLUDE,
        &SETTINGS,
        &GATES,
        &COMMIT_MSG,
        &AGENTS,
        &BYPASS,
        &CHECKS,
        &RECEIPTS,
        &ON,
    ];
    fields.map(Field::property).into()
}

/// The tables of files that are not the one at the top.
const ELSEWHERE: [&str; 4] = [REQUIRED_VERSION.name, INCLUDE.name, GATES.name, ON.name];

/// Reads the files of a configuration, the one at the top first, or those that add gates to a configuration
/// (`base`). `None` if one is not TOML, or is meant for another version of gatekeeper.
pub(super) fn read(
    files: &[PolicyFile],
    base: Option<&Config>,
    problems: &mut Problems,
) -> Option<Config> {
    let others = base.map_or(&[][..], |base| &base.gates);
    let mut documents = Vec::with_capacity(files.len());
    for (at, file) in files.iter().enumerate() {
        problems.in_file(at);
        documents.push(parsed(&file.text.text, problems));
    }
    let documents: Option<Vec<_>> = documents.into_iter().collect();
    let documents = documents?;
    let mut config = Config {
        settings: base.map_or_else(RunSettings::default, |base| base.settings.clone()),
        gates: Vec::new(),
        top: files
            .first()
            .map_or_else(PathBuf::new, |file| file.origin.file.clone()),
        files: files.iter().map(|file| file.origin.file.clone()).collect(),
        commit_msg: CommitMsg::default(),
        agents: Agents::default(),
        bypass: Bypass::default(),
        checks: Checks::default(),
        receipts: Receipts::default(),
        on: Vec::new(),
    };
    let mut gates = Vec::new();
    for (at, (file, document)) in files.iter().zip(&documents).enumerate() {
        problems.in_file(at);
        let mut top = Table::new("the file", document.get_ref());
        for key in [REQUIRED_VERSION.name, INCLUDE.name] {
            top.item(key);
        }
        if file.role == Role::Top {
            read_rules(&mut top, &mut config, problems);
        } else {
            refuse_rules(file, document.get_ref(), problems);
        }
        if let Some(table) = top.take(&ON, problems, |item| table(item, "a table")) {
            read_commands(table, file, &mut config.on, problems);
        }
        let item = top.item(GATES.name);
        let table = top.take(&GATES, problems, |item| table(item, "a table of gates"));
        if file.role != Role::Top {
            // What is refused has been said.
            for key in document.get_ref().keys() {
                if let Some(rule) = RULES.iter().find(|rule| **rule == key.get_ref().as_ref()) {
                    top.item(rule);
                }
            }
        }
        top.finish(problems);
        if let Some(table) = table {
            let gates = (&mut gates, others);
            read_gates(table, (at, file), &config.settings, gates, problems);
        }
        if file.role == Role::Directory && says_nothing(document.get_ref()) {
            let problem = Problem::new(item.map_or(0..0, Spanned::span), "this file has no gates")
                .label("nothing is checked by it")
                .help("add a gate:\n[gates.test]\nrun = \"pytest -q\"\nor remove the file");
            problems.add(problem);
        }
    }
    needs::check(&gates, others, problems);
    for typed in &gates {
        problems.in_file(typed.file);
        contradictions::check(typed, problems);
        cannot_fail::check(typed, &files[typed.file].text.text, problems);
    }
    problems.in_file(0);
    if gates.is_empty() && others.is_empty() && problems.is_empty() {
        let item = documents[0].get_ref().get(GATES.name);
        problems.add(no_gates(item.map_or(0..0, Spanned::span)));
    }
    config.gates = gates.into_iter().map(|typed| typed.gate).collect();
    Some(config)
}

/// Whether a file has neither a gate nor a command, nor includes any.
fn says_nothing(document: &DeTable<'_>) -> bool {
    let is_table = |key: &str| {
        let table = document.get(key).map(|item| item.get_ref().as_table());
        table.is_some_and(|table| table.is_none_or(|table| !table.is_empty()))
    };
    !is_table(GATES.name) && !is_table(ON.name) && !document.contains_key(INCLUDE.name)
}

/// The TOML of a file. `None` if it is not TOML, or is meant for another version of gatekeeper.
fn parsed<'t>(text: &'t str, problems: &mut Problems) -> Option<Spanned<DeTable<'t>>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    // Checked before anything else, so that an old binary says "upgrade" and not "unknown key".
    if let Some(problem) = unmet_version(&mut Table::new("the file", document.get_ref())) {
        problems.add(problem);
        return None;
    }
    if errors.is_empty() {
        return Some(document);
    }
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let problem = Problem::new(span, "this is not valid TOML").label(error.message());
        problems.add(if error.message().contains("escaped value") {
            problem.help(SINGLE_QUOTES)
        } else {
            problem
        });
    }
    None
}

/// The tables that only the file at the top has.
const RULES: [&str; 7] = [
    EXCLUDE.name,
    SETTINGS.name,
    COMMIT_MSG.name,
    AGENTS.name,
    BYPASS.name,
    CHECKS.name,
    RECEIPTS.name,
];

/// Reads the tables that hold for the repository as a whole.
fn read_rules(top: &mut Table<'_, '_>, config: &mut Config, problems: &mut Problems) {
    top.item(EXCLUDE.name);
    let mut entries = |field| top.take(field, problems, |item| table(item, "a table"));
    let settings_table = entries(&SETTINGS);
    let commit_msg_table = entries(&COMMIT_MSG);
    let agents_table = entries(&AGENTS);
    let bypass_table = entries(&BYPASS);
    let checks_table = entries(&CHECKS);
    let receipts_table = entries(&RECEIPTS);
    if let Some(table) = settings_table {
        let settings = &mut config.settings;
        key::read("[settings]", &settings::KEYS, table, settings, problems);
    }
    if let Some(table) = commit_msg_table {
        config.commit_msg = commit_msg::read(table, problems);
    }
    if let Some(table) = agents_table {
        let agents = &mut config.agents;
        key::read("[agents]", &agents::KEYS, table, agents, problems);
    }
    if let Some(table) = bypass_table {
        let bypass = &mut config.bypass;
        key::read("[bypass]", &bypass::KEYS, table, bypass, problems);
    }
    if let Some(table) = checks_table {
        let checks = &mut config.checks;
        key::read("[checks]", &checks::KEYS, table, checks, problems);
    }
    if let Some(table) = receipts_table {
        let receipts = &mut config.receipts;
        key::read("[receipts]", &receipts::KEYS, table, receipts, problems);
    }
    config.bypass.enforcement = config.settings.enforcement;
    config.checks.enforcement = config.settings.enforcement;
}

/// Refuses the tables that hold for the repository as a whole in a file that is not the one at the top.
fn refuse_rules(file: &PolicyFile, document: &DeTable<'_>, problems: &mut Problems) {
    for (key, _) in document {
        let word: &str = key.get_ref();
        if !RULES.contains(&word) {
            continue;
        }
        let name = show_path(&file.origin.file);
        let title = format!("`{word}` has no place in {name}");
        problems.add(
            Problem::new(key.span(), title)
                .label("this holds for the whole repository")
                .help(format!(
                    "move it to the {FILE_NAME} at the top; other files have only {}",
                    quoted_list(&ELSEWHERE)
                )),
        );
    }
}

/// Reads the gates of a file, and refuses those whose name another file has taken.
fn read_gates<'a, 'i>(
    table: &'a DeTable<'i>,
    (at, file): (usize, &PolicyFile),
    settings: &RunSettings,
    (gates, others): (&mut Vec<TypedGate<'a, 'i>>, &[Gate]),
    problems: &mut Problems,
) {
    // Within a file, TOML sees to it that names are different.
    let known = gates.len();
    for (name, item) in table {
        let Some(typed) = gate::read(name, item, (at, &file.origin), settings, problems) else {
            continue;
        };
        let earlier = gates[..known].iter().map(|other| &other.gate);
        let mut earlier = earlier.chain(others);
        match earlier.find(|other| other.name == typed.gate.name) {
            Some(other) => problems.add(duplicate(name.span(), &typed.gate.name, &other.origin)),
            None => gates.push(typed),
        }
    }
}

/// Reads the commands of a file that run after events, and refuses those whose name another file has taken.
fn read_commands(
    table: &DeTable<'_>,
    file: &PolicyFile,
    commands: &mut Vec<EventCommand>,
    problems: &mut Problems,
) {
    for (name, item) in table {
        let Some(command) = on::read(name, item, &file.origin, problems) else {
            continue;
        };
        let mut earlier = commands.iter();
        match earlier.find(|other| other.name == command.name) {
            Some(other) => problems.add(duplicate(name.span(), &command.name, &other.origin)),
            None => commands.push(command),
        }
    }
}

fn duplicate(span: Range<usize>, name: &GateName, other: &Origin) -> Problem {
    let file = show_path(&other.file);
    Problem::new(span, format!("`{name}` is in {file} as well"))
        .label("already taken")
        .help("give it a name of its own; no file can change what another one has")
}

/// The problem that this gatekeeper is not of the required version, if it is not.
pub(super) fn unmet_version(top: &mut Table<'_, '_>) -> Option<Problem> {
    let item = top.item(REQUIRED_VERSION.name)?;
    let wanted = match version_range(item) {
        Ok(wanted) => wanted,
        Err(problem) => return Some(problem),
    };
    let version = env!("CARGO_PKG_VERSION");
    // A version that cannot be read would match nothing, which stops the commit.
    let matches = semver::Version::parse(version).is_ok_and(|version| wanted.matches(&version));
    (!matches).then(|| {
        Problem::new(
            item.span(),
            format!("this configuration requires another gatekeeper version; this is {version}"),
        )
        .label(format!("{version} is not in this range"))
        .help("install that version of gatekeeper and commit again")
    })
}

fn no_gates(span: Range<usize>) -> Problem {
    Problem::new(span, "this configuration has no gates")
        .label("with no gates, every commit would pass")
        .help("add a gate:\n[gates.test]\nrun = \"pytest -q\"")
}

/// The configuration as TOML that means the same, every key with its value. Keys without a value
/// are comments that name the default.
#[must_use]
pub(crate) fn show(config: &Config, default_jobs: usize) -> String {
    let mut text = settings::show(&config.settings, default_jobs);
    text += &key::show("\n[commit-msg]", &commit_msg::KEYS, &config.commit_msg);
    text += &key::show("\n[agents]", &agents::KEYS, &config.agents);
    text += &key::show("\n[bypass]", &bypass::KEYS, &config.bypass);
    text += &key::show("\n[checks]", &checks::KEYS, &config.checks);
    text += &key::show("\n[receipts]", &receipts::KEYS, &config.receipts);
    text.extend(config.gates.iter().map(gate::show));
    text.extend(config.on.iter().map(on::show));
    text
}
