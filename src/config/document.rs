//! gates.toml as a whole: its tables, and what each of them does.

use std::ops::Range;

use toml::de::DeTable;

use super::agents::{self, Agents};
use super::bypass::{self, Bypass};
use super::checks::{self, Checks};
use super::commit_msg::{self, CommitMsg};
use super::gate::{self, Gate, cannot_fail, contradictions, needs};
use super::key;
use super::on::{self, EventCommand};
use super::problem::{Problem, Problems};
use super::reader::{Table, table};
use super::receipts::{self, Receipts};
use super::settings::{self, RunSettings};
use super::shape::{FILLED, Field, GATE_NAME_TEXT, Property, Shape};
use super::values::{SINGLE_QUOTES, version_range};

/// The resolved configuration: valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Settings of the run as a whole.
    pub(crate) settings: RunSettings,
    /// The gates in the order of the file; never empty.
    pub(crate) gates: Vec<Gate>,
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
    /// What runs after something that git has done, in the order of the file.
    pub(crate) on: Vec<EventCommand>,
}

const REQUIRED_VERSION: Field = Field {
    name: "required-version",
    about: "The versions of gatekeeper that can read this file, such as \">=0.1\".",
    shape: FILLED,
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
        least: 1,
    },
    is_required: true,
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

/// Reads the document. `None` if it is not TOML, or is meant for another version of gatekeeper.
pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Config> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut top = Table::new("the file", document.get_ref());
    // Checked before anything else, so that an old binary says "upgrade" and not "unknown key".
    if let Some(problem) = unmet_version(&mut top) {
        problems.add(problem);
        return None;
    }
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let problem = Problem::new(span, "this is not valid TOML").label(error.message());
            problems.add(if error.message().contains("escaped value") {
                problem.help(SINGLE_QUOTES)
            } else {
                problem
            });
        }
        return None;
    }
    let mut entries = |field| top.take(field, problems, |item| table(item, "a table"));
    let settings_table = entries(&SETTINGS);
    let commit_msg_table = entries(&COMMIT_MSG);
    let agents_table = entries(&AGENTS);
    let bypass_table = entries(&BYPASS);
    let checks_table = entries(&CHECKS);
    let receipts_table = entries(&RECEIPTS);
    let on_table = entries(&ON);
    let gates_item = top.item(GATES.name);
    let gates_table = top.take(&GATES, problems, |item| table(item, "a table of gates"));
    top.finish(problems);

    let mut config = Config {
        settings: RunSettings::default(),
        gates: Vec::new(),
        commit_msg: CommitMsg::default(),
        agents: Agents::default(),
        bypass: Bypass::default(),
        checks: Checks::default(),
        receipts: Receipts::default(),
        on: Vec::new(),
    };
    if let Some(table) = settings_table {
        let settings = &mut config.settings;
        key::read("[settings]", &settings::KEYS, table, settings, problems);
    }
    if let Some(table) = commit_msg_table {
        config.commit_msg = commit_msg::read(table, problems);
    }
    if let Some(table) = agents_table {
        key::read(
            "[agents]",
            &agents::KEYS,
            table,
            &mut config.agents,
            problems,
        );
    }
    if let Some(table) = bypass_table {
        key::read(
            "[bypass]",
            &bypass::KEYS,
            table,
            &mut config.bypass,
            problems,
        );
    }
    if let Some(table) = checks_table {
        key::read(
            "[checks]",
            &checks::KEYS,
            table,
            &mut config.checks,
            problems,
        );
    }
    if let Some(table) = receipts_table {
        let receipts = &mut config.receipts;
        key::read("[receipts]", &receipts::KEYS, table, receipts, problems);
    }
    if let Some(table) = on_table {
        let commands = table.iter();
        config.on = commands
            .filter_map(|(name, item)| on::read(name, item, problems))
            .collect();
    }
    config.bypass.enforcement = config.settings.enforcement;
    config.checks.enforcement = config.settings.enforcement;
    match (gates_table, gates_item) {
        (Some(gates), Some(item)) if gates.is_empty() => problems.add(no_gates(item.span())),
        (Some(gates), _) => config.gates = read_gates(gates, &config.settings, text, problems),
        (None, _) if problems.is_empty() => problems.add(no_gates(0..0)),
        (None, _) => {}
    }
    Some(config)
}

fn read_gates(
    gates: &DeTable<'_>,
    settings: &RunSettings,
    source: &str,
    problems: &mut Problems,
) -> Vec<Gate> {
    let gates = gates.iter();
    let gates: Vec<_> = gates
        .filter_map(|(name, item)| gate::read(name, item, settings, problems))
        .collect();
    needs::check(&gates, problems);
    for typed in &gates {
        contradictions::check(typed, problems);
        cannot_fail::check(typed, source, problems);
    }
    gates.into_iter().map(|typed| typed.gate).collect()
}

fn unmet_version(top: &mut Table<'_, '_>) -> Option<Problem> {
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
