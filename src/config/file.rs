//! `gates.toml` as it was typed: every value has the right type and its place, and nothing is
//! checked against anything else yet.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use time::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::bypass::Bypass;
use super::bypass_file::read_bypass;
use super::command::{self, CommandError};
use super::commit_msg::{Agents, CommitMsg};
use super::commit_msg_file::{read_agents, read_commit_msg};
use super::problem::{Problem, Problems};
use super::reader::{
    Item, Table, boolean, choice, filled_list, filled_string, integer, string, table,
};
use super::settings::{Enforcement, Partial, Rebase};
use super::values::{
    bad_gate_name, branches, date, dir, duration, gate_name, globs, pattern, variable_name,
    version_range,
};
use crate::model::gate::{GateCommand, GateKind, GateName, Isolation, PathSet, Pattern, Untracked};
use crate::model::trigger::Stage;

/// The most gates that may run at once.
const MAX_JOBS: u32 = 1024;

/// The whole file.
pub(super) struct ConfigFile {
    pub(super) budget: Option<Duration>,
    pub(super) jobs: Option<NonZeroUsize>,
    pub(super) fail_fast: Option<bool>,
    pub(super) isolation: Option<Isolation>,
    pub(super) untracked: Option<Untracked>,
    pub(super) fix_on_commit: Option<bool>,
    pub(super) partial: Option<Partial>,
    pub(super) cache: Option<bool>,
    pub(super) rebase: Option<Rebase>,
    pub(super) ungated_branches: Option<Globs>,
    pub(super) branch_receipts: Option<Enforcement>,
    pub(super) branch_messages: Option<Enforcement>,
    pub(super) protected_branches: Option<PathSet>,
    pub(super) gates: Vec<GateTable>,
    pub(super) commit_msg: CommitMsg,
    pub(super) agents: Agents,
    pub(super) bypass: Bypass,
}

/// A `[gates.NAME]` table.
pub(super) struct GateTable {
    pub(super) name: Spanned<GateName>,
    pub(super) kind: Option<GateKind>,
    pub(super) run: Option<Spanned<GateCommand>>,
    pub(super) fix: Option<Spanned<GateCommand>>,
    pub(super) files: Option<Globs>,
    pub(super) exclude: Option<Globs>,
    pub(super) widen: Option<Spanned<Globs>>,
    pub(super) dir: Option<PathBuf>,
    pub(super) env: Option<BTreeMap<String, String>>,
    pub(super) timeout: Option<Duration>,
    pub(super) needs: Option<Vec<Spanned<GateName>>>,
    pub(super) isolation: Option<Isolation>,
    pub(super) untracked: Option<Spanned<Untracked>>,
    pub(super) hooks: Option<Vec<Spanned<Stage>>>,
    pub(super) level: Option<LevelWord>,
    pub(super) until: Option<Spanned<Date>>,
    pub(super) skip: Option<SkipTable>,
    pub(super) cache: Option<bool>,
    pub(super) exclusive: Option<bool>,
    pub(super) lock: Option<String>,
    pub(super) success_codes: Option<Vec<Spanned<u8>>>,
    pub(super) expect: Option<Pattern>,
    pub(super) forbid: Option<Pattern>,
}

/// Compiled patterns, and each of them with its place.
pub(super) type Globs = (PathSet, Vec<Spanned<String>>);

/// The value of `level`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LevelWord {
    Block,
    Warn,
}

/// A `skip` table.
pub(super) struct SkipTable {
    pub(super) reason: String,
    pub(super) until: Date,
}

/// Reads the document. `None` if it is not TOML, or is meant for another version of gatekeeper.
pub(super) fn read(text: &str, problems: &mut Problems) -> Option<ConfigFile> {
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
            problems.add(Problem::new(span, "this is not valid TOML").label(error.message()));
        }
        return None;
    }
    let settings = top.take("settings", problems, |item| table(item, "a table"));
    let commit_msg = top.take("commit-msg", problems, |item| table(item, "a table"));
    let agents = top.take("agents", problems, |item| table(item, "a table"));
    let bypass = top.take("bypass", problems, |item| table(item, "a table"));
    let gates = top.take("gates", problems, |item| table(item, "a table of gates"));
    top.finish(problems);

    let mut file = ConfigFile {
        budget: None,
        jobs: None,
        fail_fast: None,
        isolation: None,
        untracked: None,
        fix_on_commit: None,
        partial: None,
        cache: None,
        rebase: None,
        ungated_branches: None,
        branch_receipts: None,
        branch_messages: None,
        protected_branches: None,
        gates: Vec::new(),
        commit_msg: commit_msg
            .map(|entries| read_commit_msg(entries.get_ref(), problems))
            .unwrap_or_default(),
        agents: agents
            .map(|entries| read_agents(entries.get_ref(), problems))
            .unwrap_or_default(),
        bypass: bypass
            .map(|entries| read_bypass(entries.get_ref(), problems))
            .unwrap_or_default(),
    };
    if let Some(entries) = settings {
        read_settings(entries.get_ref(), &mut file, problems);
    }
    match gates {
        Some(gates) if gates.get_ref().is_empty() => problems.add(no_gates(gates.span())),
        Some(gates) => {
            let entries = gates.get_ref().iter();
            file.gates = entries
                .filter_map(|(name, item)| read_gate(name.span(), name.get_ref(), item, problems))
                .collect();
        }
        None if problems.is_empty() => problems.add(no_gates(0..0)),
        None => {}
    }
    Some(file)
}

fn unmet_version(top: &mut Table<'_, '_>) -> Option<Problem> {
    let item = top.item("required-version")?;
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

fn read_settings(entries: &DeTable<'_>, file: &mut ConfigFile, problems: &mut Problems) {
    let mut table = Table::new("[settings]", entries);
    let jobs = |item: &Item<'_>| integer(item, 1..MAX_JOBS + 1);
    file.budget = plain(table.take("budget", problems, duration));
    file.jobs = plain(table.take("jobs", problems, jobs))
        .and_then(|jobs| NonZeroUsize::new(usize::try_from(jobs).ok()?));
    file.fail_fast = plain(table.take("fail-fast", problems, boolean));
    file.isolation = plain(table.take("isolation", problems, isolation));
    file.untracked = plain(table.take("untracked", problems, untracked));
    file.fix_on_commit = plain(table.take("fix-on-commit", problems, boolean));
    let partial = |item: &Item<'_>| choice(item, &Partial::ALL, Partial::name);
    file.partial = plain(table.take("partial", problems, partial));
    file.cache = plain(table.take("cache", problems, boolean));
    file.ungated_branches = plain(table.take("ungated-branches", problems, globs));
    let rebase = |item: &Item<'_>| choice(item, &Rebase::ALL, Rebase::name);
    file.rebase = plain(table.take("rebase", problems, rebase));
    let watchful = |item: &Item<'_>| choice(item, &Enforcement::ALL, Enforcement::name);
    file.branch_receipts = plain(table.take("branch-receipts", problems, watchful));
    file.branch_messages = plain(table.take("branch-messages", problems, watchful));
    file.protected_branches = plain(table.take("protected-branches", problems, branches));
    table.finish(problems);
}

fn read_gate(
    span: Range<usize>,
    name: &str,
    item: &Item<'_>,
    problems: &mut Problems,
) -> Option<GateTable> {
    let Some(valid) = GateName::new(name) else {
        problems.add(bad_gate_name(span, name));
        return None;
    };
    let entries = match table(item, "a table, as in [gates.lint]") {
        Ok(entries) => entries,
        Err(problem) => {
            problems.add(problem);
            return None;
        }
    };
    let mut table = Table::new(format!("[gates.{valid}]"), entries);
    let code = |item: &Item<'_>| integer(item, 0..256).map(|code| u8::try_from(code).unwrap_or(1));
    let kind = |item: &Item<'_>| choice(item, &GateKind::ALL, GateKind::name);
    let stages =
        |item: &Item<'_>| filled_list(item, "hooks", |i| choice(i, &Stage::ALL, Stage::name));
    let p = problems;
    let gate = GateTable {
        name: Spanned::new(span.clone(), valid),
        kind: plain(table.take("kind", p, kind)),
        run: table.take("run", p, read_command),
        fix: table.take("fix", p, read_command),
        files: plain(table.take("files", p, globs)),
        exclude: plain(table.take("exclude", p, globs)),
        widen: table.take("widen", p, globs),
        dir: plain(table.take("dir", p, dir)),
        env: plain(table.take("env", p, read_env)),
        timeout: plain(table.take("timeout", p, duration)),
        needs: plain(table.take("needs", p, |item| filled_list(item, "gates", gate_name))),
        isolation: plain(table.take("isolation", p, isolation)),
        untracked: table.take("untracked", p, untracked),
        hooks: plain(table.take("hooks", p, stages)),
        level: plain(table.take("level", p, read_level)),
        until: table.take("until", p, date),
        skip: read_skip(&mut table, p),
        cache: plain(table.take("cache", p, boolean)),
        exclusive: plain(table.take("exclusive", p, boolean)),
        lock: plain(table.take("lock", p, filled_string)),
        success_codes: plain(table.take("success-codes", p, |item| {
            filled_list(item, "exit codes", code)
        })),
        expect: plain(table.take("expect", p, pattern)),
        forbid: plain(table.take("forbid", p, pattern)),
    };
    table.finish(p);
    if entries.get("run").is_none() {
        p.add(
            Problem::new(
                span,
                format!("gate `{}` has no command", gate.name.get_ref()),
            )
            .label("`run` is missing")
            .help("add run = \"...\", the command that must succeed"),
        );
    }
    Some(gate)
}

fn isolation(item: &Item<'_>) -> Result<Isolation, Problem> {
    choice(item, &Isolation::ALL, Isolation::name)
}

fn untracked(item: &Item<'_>) -> Result<Untracked, Problem> {
    choice(item, &Untracked::ALL, Untracked::name)
}

/// The value without its place.
fn plain<T>(value: Option<Spanned<T>>) -> Option<T> {
    value.map(Spanned::into_inner)
}

fn read_command(item: &Item<'_>) -> Result<GateCommand, Problem> {
    let text = string(item)?;
    let problem = |title: &str| Problem::new(item.span(), title);
    command::parse(&text).map_err(|error| match error {
        CommandError::Empty => problem("this command is empty").label("must name a program"),
        CommandError::Unclosed => {
            problem("a quote in this command is not closed").label("cannot be split into words")
        }
        CommandError::NotAWord => problem("`{files}` must be a word of its own, outside quotes")
            .label("file names are passed as separate arguments")
            .help(
                "file names are never inserted into the text, so that no file name can be \
                executed",
            ),
        CommandError::Repeated => problem("`{files}` occurs more than once").label(
            "use `{files}` \
            once",
        ),
        CommandError::UnknownPlaceholder(name) => {
            problem(&format!("unknown placeholder `{{{name}}}`"))
                .label("did you mean `{files}`?")
                .help("to use literal braces, put them in single quotes")
        }
    })
}

fn read_level(item: &Item<'_>) -> Result<LevelWord, Problem> {
    choice(
        item,
        &[LevelWord::Block, LevelWord::Warn],
        |level| match level {
            LevelWord::Block => "block",
            LevelWord::Warn => "warn",
        },
    )
}

fn read_env(item: &Item<'_>) -> Result<BTreeMap<String, String>, Problem> {
    let entries = table(item, "a table of variables, as in { NAME = \"value\" }")?;
    let mut env = BTreeMap::new();
    for (key, value) in entries {
        let name = variable_name(key)?;
        let value = match value.get_ref() {
            DeValue::Integer(number) => {
                return Err(
                    Problem::new(value.span(), "the value of a variable must be a string")
                        .label(format!("write \"{}\"", number.as_str())),
                );
            }
            _ => string(value)?,
        };
        env.insert(name, value);
    }
    Ok(env)
}

fn read_skip(gate: &mut Table<'_, '_>, problems: &mut Problems) -> Option<SkipTable> {
    const FORM: &str = "write skip = { reason = \"...\", until = \"2027-03-31\" }";
    let form = "a table with a reason and a last day";
    let entries = gate.take("skip", problems, |item| {
        table(item, form).map_err(|problem| problem.help(FORM))
    })?;
    let span = entries.span();
    let mut skip = Table::new("`skip`", entries.get_ref());
    let reason = plain(skip.take("reason", problems, filled_string));
    let until = plain(skip.take("until", problems, date));
    for key in ["reason", "until"] {
        if entries.get_ref().get(key).is_none() {
            problems.add(
                Problem::new(span.clone(), format!("a skip needs `{key}`"))
                    .label(format!("`{key}` is missing"))
                    .help(FORM),
            );
        }
    }
    skip.finish(problems);
    Some(SkipTable {
        reason: reason?,
        until: until?,
    })
}
