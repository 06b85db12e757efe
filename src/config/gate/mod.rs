//! `[gates.NAME]`: a gate, which is a command whose success a commit needs.

pub(super) mod cannot_fail;
pub(super) mod command;
pub(super) mod contradictions;
mod exception;
mod findings;
pub(super) mod needs;
mod typed;
mod unfailing;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use time::Date;
use toml::Value;

pub(super) use typed::{TypedGate, read};
pub(crate) use unfailing::{UnfailingGate, refuse_unfailing, unfailing_gates};

use super::glob_cover;
use super::key::{self, Key, Weaker, Weakness};
use super::launcher;
use super::policy_file::Origin;
use super::problem::Problem;
use super::reader::{Item, boolean, distinct_list, distinct_words, filled_string, integer, word};
use super::settings::RunSettings;
use super::shape::{
    ANY, DATE, DIR, DURATION, FILLED, GATE_NAME, GLOB, LINE_PATTERN, Property, Shape,
    VALUE_OF_VARIABLE, VARIABLE, distinct, filled, words,
};
use super::toml_text::{Shown, line, list, note, pair, paths, pattern, value, value_or, values};
use super::values::{
    date, dir, duration, gate_name, globs, pattern as regex_of_lines, subtree, variables,
};
use crate::base::text::{clean_line, limit};
use crate::base::words::Word as _;
use crate::commands::strictness::compare as compare_commands;
use crate::model::comparison::Comparison;
use crate::model::gate::{
    CommandForm, GateCommand, GateKind, GateLevel, GateName, GateReport, Isolation, NewFindings,
    PartCount, PathSet, Pattern, Skip, Untracked,
};
use crate::model::launcher::Launcher;
use crate::model::trigger::Stage;

/// A gate's time limit at a commit when it names none. A run by hand or in CI has no default.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);

/// One gate, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gate {
    /// Its name, unique in the configuration.
    pub(crate) name: GateName,
    /// Where it is written.
    pub(crate) origin: Origin,
    /// What sort of check it is.
    pub(crate) kind: GateKind,
    /// The command that decides.
    pub(crate) run: GateCommand,
    /// What starts the command; `None` if we do, on this machine.
    pub(crate) launcher: Option<Launcher>,
    /// Into how many parts it is divided where several runners share a plan.
    pub(crate) parts: PartCount,
    /// The kind of runner that it needs where several share a plan.
    pub(crate) runner: Option<String>,
    /// Ignored directories that the launcher finds in the view, relative to the work tree's top.
    pub(crate) inputs: BTreeSet<PathBuf>,
    /// The command that fixes what `run` finds; shown when the gate fails.
    pub(crate) fix: Option<GateCommand>,
    /// The gate is needed if the change set touches one of these; if empty, at every change.
    pub(crate) files: PathSet,
    /// Excluded from `files`.
    pub(crate) exclude: PathSet,
    /// A change to one of these makes the gate needed, and `{files}` all tracked matches.
    pub(crate) widen: PathSet,
    /// Where the command runs, relative to the work tree's top; empty: the top itself.
    pub(crate) dir: PathBuf,
    /// Variables that the command gets besides the cleaned environment.
    pub(crate) env: BTreeMap<String, String>,
    /// How long it may take; `None`: the default of the trigger.
    pub(crate) timeout: Option<Duration>,
    /// Gates that must have passed before this one starts.
    pub(crate) needs: Vec<GateName>,
    /// In which view of the files it runs.
    pub(crate) isolation: Isolation,
    /// Whether it sees untracked files.
    pub(crate) untracked: Untracked,
    /// The hooks that run it.
    pub(crate) hooks: BTreeSet<Stage>,
    /// Whether it blocks.
    pub(crate) level: GateLevel,
    /// Set if the gate is disabled.
    pub(crate) skip: Option<Skip>,
    /// Whether its result for a tree is remembered.
    pub(crate) cache: bool,
    /// Whether it must run alone.
    pub(crate) exclusive: bool,
    /// Gates with the same lock take turns.
    pub(crate) lock: Option<String>,
    /// Whether it takes turns with the heavy gates of this machine; `None` if its kind decides.
    pub(crate) heavy: Option<bool>,
    /// Whether a receipt of a developer counts for it, where receipts count.
    pub(crate) anywhere: bool,
    /// The exit codes that mean success.
    pub(crate) success_codes: BTreeSet<u8>,
    /// A line of output must match this; otherwise nothing was checked.
    pub(crate) expect: Option<Pattern>,
    /// No line of output may match this.
    pub(crate) forbid: Option<Pattern>,
    /// The format of the report that it leaves; `None` if its findings are read from its output.
    pub(crate) findings: Option<GateReport>,
    /// Which findings count.
    pub(crate) new: NewFindings,
}

impl Gate {
    /// Whether a change to this path makes the gate look at it.
    #[must_use]
    pub(crate) fn looks_at(&self, path: &Path) -> bool {
        (self.files.is_empty() || self.files.matches(path)) && !self.exclude.matches(path)
    }

    /// Whether it takes so much of a machine that gates like it take turns.
    #[must_use]
    pub(crate) fn is_heavy(&self) -> bool {
        let by_kind = matches!(self.kind, GateKind::Test | GateKind::Typecheck);
        self.heavy.unwrap_or(by_kind)
    }
}

impl Gate {
    /// Its commands as lines of a script: what they lead to is what the gate leads to.
    #[must_use]
    pub(crate) fn commands(&self) -> Cow<'_, str> {
        match &self.launcher {
            None => Cow::Borrowed(&self.run.text),
            Some(launcher) => Cow::Owned(format!("{}\n{}", launcher.text, self.run.text)),
        }
    }

    /// A gate with only defaults, and no command yet.
    fn new(name: GateName, settings: &RunSettings, origin: &Origin) -> Self {
        let mut kinds = GateKind::WORDS.iter();
        let by_name = kinds.find(|(_, word)| *word == name.local());
        Self {
            name,
            origin: origin.clone(),
            kind: by_name.map_or(GateKind::Custom, |(kind, _)| *kind),
            run: GateCommand {
                text: String::new(),
                form: CommandForm::Words(Vec::new()),
                takes_files: false,
                takes_report: false,
                takes_shard: false,
            },
            launcher: settings.launcher.clone(),
            inputs: BTreeSet::new(),
            parts: PartCount::Exactly(1),
            runner: None,
            fix: None,
            files: subtree(origin),
            exclude: PathSet::default(),
            widen: PathSet::default(),
            dir: origin.dir.clone(),
            env: BTreeMap::new(),
            timeout: None,
            needs: Vec::new(),
            isolation: settings.isolation,
            untracked: settings.untracked,
            hooks: BTreeSet::from([Stage::PreCommit]),
            level: GateLevel::Block,
            skip: None,
            cache: settings.cache,
            exclusive: false,
            lock: None,
            heavy: None,
            anywhere: false,
            success_codes: BTreeSet::from([0]),
            expect: None,
            forbid: None,
            findings: None,
            new: NewFindings::All,
        }
    }
}

/// A key of a gate, and what it means for the gate's passes, which are remembered.
pub(super) enum GateKey {
    /// Whether the gate passes depends on it, so that a pass counts only for the same value.
    Input(Key<Gate>),
    /// It decides when and whether the gate runs, and what its outcome leads to.
    Frame(Key<Gate>),
}

impl GateKey {
    pub(super) fn key(&self) -> &Key<Gate> {
        match self {
            Self::Input(key) | Self::Frame(key) => key,
        }
    }
}

/// The key that every gate must have.
pub(super) const RUN: &str = "run";

/// The keys of a gate.
pub(super) static KEYS: [GateKey; 30] = [
    GateKey::Frame(Key {
        name: "kind",
        about: "The kind of check, for reports. Default: the gate's own name if it is one of these, otherwise custom.",
        shape: words::<GateKind>(),
        read: |gate, item, p| p.put(&mut gate.kind, word(item)),
        show: |gate| value(gate.kind.name()),
        weaker: Weaker::Never("it is for reports only"),
    }),
    GateKey::Input(Key {
        name: RUN,
        about: "The command that must succeed. Plain words are executed directly, shell syntax by `sh -e -c`; {files} stands for the changed files that match `files`.",
        shape: FILLED,
        read: |gate, item, p| p.put(&mut gate.run, command::read(item)),
        show: |gate| value(gate.run.text.as_str()),
        weaker: Weaker::Says(|before, after, _| {
            let [before, after] = [before, after].map(|gate| gate.run.text.as_str());
            let weakness = Weakness::by(compare_commands(before, after), || {
                let [earlier, now] = [before, after].map(|text| clean_line(text.as_bytes()));
                format!("it runs `{now}` instead of `{earlier}`")
            });
            weakness.into_iter().collect()
        }),
    }),
    GateKey::Input(Key {
        name: "launcher",
        about: "A command that starts `run` in another place, such as a container or another machine: plain words, to which those of `run` are added. {view} stands for the directory with the files, {dir} for the one in which the command runs, {gate} for the gate, {timeout} for its limit in seconds, and {command} for the command as one word for a shell. \"\" means none. Default: as in [settings].",
        shape: ANY,
        read: |gate, item, p| {
            launcher::read(item, &mut gate.launcher, p);
        },
        show: |gate| launcher::show(gate.launcher.as_ref()),
        weaker: Weaker::Changed("it runs in another place"),
    }),
    GateKey::Input(Key {
        name: "inputs",
        about: "Ignored directories that a launcher finds in the view, such as \"node_modules\". It finds no other ignored files there.",
        shape: distinct(&DIR),
        read: |gate, item, p| {
            let of_file = |item: &Item<'_>| dir(item, &gate.origin);
            let inputs = distinct_list(item, "directories", of_file, p);
            p.put(&mut gate.inputs, inputs.map(BTreeSet::from_iter));
        },
        show: |gate| {
            let inputs = gate.inputs.iter().map(|path| path.to_string_lossy());
            list(inputs.map(String::from), "no ignored directory")
        },
        weaker: Weaker::Changed("its launcher finds other ignored directories"),
    }),
    GateKey::Frame(Key {
        name: "shards",
        about: "Into how many parts the gate is divided where several runners share a plan, or \"auto\": as many as there are shards. {shard} stands in `run` for the number of the part, from 1, and {shards} for how many there are; both are 1 if the plan is not shared.",
        shape: Shape::Either(&[
            Shape::Integer {
                least: 1,
                most: MOST_PARTS,
            },
            Shape::Words(|| vec!["auto"]),
        ]),
        read: |gate, item, p| p.put(&mut gate.parts, part_count(item)),
        show: |gate| match gate.parts {
            PartCount::Exactly(parts) => value(i64::from(parts)),
            PartCount::Auto => value("auto"),
        },
        weaker: Weaker::Never("every part has to pass"),
    }),
    GateKey::Frame(Key {
        name: "runner",
        about: "The kind of runner that the gate needs where several share a plan, such as \"ubuntu-24.04-arm\": `runs-on` of GitHub Actions, a tag of GitLab.",
        shape: FILLED,
        read: |gate, item, p| p.put(&mut gate.runner, filled_string(item).map(Some)),
        show: |gate| value_or(gate.runner.as_deref(), "any"),
        weaker: Weaker::Changed("it needs another runner"),
    }),
    GateKey::Frame(Key {
        name: "fix",
        about: "The command that fixes what `run` finds.",
        shape: FILLED,
        read: |gate, item, p| p.put(&mut gate.fix, command::read(item).map(Some)),
        show: |gate| match &gate.fix {
            Some(fix) => value(fix.text.as_str()),
            None => Shown::Nothing,
        },
        weaker: Weaker::Never("what it fixes is checked by `run`"),
    }),
    GateKey::Input(Key {
        name: "files",
        about: "The gate runs if a changed path matches one of these globs, which are relative to the directory of gates.toml. In the gates.toml of a subdirectory, those that begin with `/` are relative to the top of the work tree, and the default is everything in the subdirectory.",
        shape: filled(&GLOB),
        read: |gate, item, p| p.put(&mut gate.files, globs(item, &gate.origin)),
        show: |gate| paths(&gate.files, "every change"),
        weaker: Weaker::Says(|before, after, _| {
            let comparison = Comparison::by(&before.files, &after.files, |one, other| {
                other.is_empty() || !one.is_empty() && glob_cover::covers(other, one)
            });
            let what = match comparison {
                Comparison::Unknown => "it checks other files",
                _ => FEWER_FILES,
            };
            let weakness = Weakness::by(comparison, || what.to_owned());
            weakness.into_iter().collect()
        }),
    }),
    GateKey::Input(Key {
        name: "exclude",
        about: "Paths to ignore, as globs.",
        shape: filled(&GLOB),
        read: |gate, item, p| p.put(&mut gate.exclude, globs(item, &gate.origin)),
        show: |gate| paths(&gate.exclude, "nothing"),
        weaker: Weaker::If(FEWER_FILES, |before, after| {
            !glob_cover::covers(&before.exclude, &after.exclude)
        }),
    }),
    // The files that it adds to `{files}` are inputs themselves.
    GateKey::Frame(Key {
        name: "widen",
        about: "A change to one of these files makes the gate run with all tracked files that match `files`.",
        shape: filled(&GLOB),
        read: |gate, item, p| p.put(&mut gate.widen, globs(item, &gate.origin)),
        show: |gate| paths(&gate.widen, "nothing"),
        weaker: Weaker::If("fewer changes make it check all files", |before, after| {
            !glob_cover::covers(&after.widen, &before.widen)
        }),
    }),
    GateKey::Input(Key {
        name: "dir",
        about: "The directory in which the command runs, relative to that of gates.toml.",
        shape: DIR,
        read: |gate, item, p| p.put(&mut gate.dir, dir(item, &gate.origin)),
        show: |gate| match gate.dir.to_string_lossy().as_ref() {
            "" => value("."),
            dir => value(dir),
        },
        weaker: Weaker::Changed(ELSEWHERE),
    }),
    GateKey::Input(Key {
        name: "env",
        about: "Additional environment variables.",
        shape: Shape::Map {
            keys: VARIABLE,
            values: &VALUE_OF_VARIABLE,
            least: 0,
        },
        read: |gate, item, p| p.put(&mut gate.env, variables(item)),
        show: |gate| {
            let pairs = gate.env.iter();
            Shown::Pairs(
                pairs
                    .map(|(name, text)| pair(name, text.as_str()))
                    .collect(),
            )
        },
        weaker: Weaker::Changed(ELSEWHERE),
    }),
    GateKey::Frame(Key {
        name: "timeout",
        about: "The time limit of the gate, such as \"90s\".",
        shape: DURATION,
        read: |gate, item, p| p.put(&mut gate.timeout, duration(item).map(Some)),
        show: |gate| {
            let default = limit(DEFAULT_TIMEOUT);
            let default = format!("{default} at commits, none in `gatekeeper run`");
            value_or(gate.timeout.map(limit), &default)
        },
        weaker: Weaker::Never("a gate that is stopped has not passed"),
    }),
    GateKey::Frame(Key {
        name: "needs",
        about: "Gates that must pass before this one starts.",
        shape: distinct(&GATE_NAME),
        read: |gate, item, p| {
            let needs = distinct_list(item, "gates", |item| gate_name(item, &gate.origin), p);
            p.put(&mut gate.needs, needs);
        },
        show: |gate| list(gate.needs.iter().map(GateName::as_str), "no other gate"),
        weaker: Weaker::Never("it decides the order only"),
    }),
    GateKey::Input(Key {
        name: "isolation",
        about: "The view of the files in which the gate runs. Default: as in [settings].",
        shape: words::<Isolation>(),
        read: |gate, item, p| p.put(&mut gate.isolation, word(item)),
        show: |gate| value(gate.isolation.name()),
        weaker: Weaker::If(SEES_MORE, |before, after| {
            after.isolation == Isolation::InPlace && before.isolation != Isolation::InPlace
        }),
    }),
    GateKey::Input(Key {
        name: "untracked",
        about: "Whether the gate sees untracked files. Default: as in [settings].",
        shape: words::<Untracked>(),
        read: |gate, item, p| p.put(&mut gate.untracked, word(item)),
        show: |gate| match gate.isolation {
            Isolation::InPlace => note("visible like every other file"),
            _ => value(gate.untracked.name()),
        },
        weaker: Weaker::If(SEES_MORE, |before, after| {
            after.untracked == Untracked::Show && before.untracked != Untracked::Show
        }),
    }),
    GateKey::Frame(Key {
        name: "hooks",
        about: "When the gate runs. A plain `gatekeeper run` runs every gate.",
        shape: distinct(&words::<Stage>()),
        read: |gate, item, p| {
            let hooks = distinct_words(item, "hooks", p);
            p.put(&mut gate.hooks, hooks.map(BTreeSet::from_iter));
        },
        show: |gate| values(gate.hooks.iter().map(|hook| hook.name())),
        weaker: Weaker::If("it runs in fewer hooks", |before, after| {
            !before.hooks.is_subset(&after.hooks)
        }),
    }),
    GateKey::Frame(Key {
        name: "level",
        about: "Whether a failure stops the commit, or is only shown and counted.",
        shape: Shape::Words(|| vec!["block", "warn"]),
        read: |gate, item, p| p.put(&mut gate.level, exception::level(item)),
        show: |gate| match gate.level {
            GateLevel::Block => value("block"),
            GateLevel::Warn { .. } => value("warn"),
        },
        weaker: Weaker::If("it only warns", |before, after| {
            before.level == GateLevel::Block && after.level != GateLevel::Block
        }),
    }),
    GateKey::Frame(Key {
        name: "until",
        about: "The last day (UTC) of `level = \"warn\"`, after which the gate blocks.",
        shape: DATE,
        read: |gate, item, p| match (p.keep(date(item)), &mut gate.level) {
            (None, _) => {}
            (day, GateLevel::Warn { until }) => *until = day,
            (Some(_), GateLevel::Block) => p.add(exception::until_of_block(item)),
        },
        show: |gate| match gate.level {
            GateLevel::Block => Shown::Nothing,
            GateLevel::Warn { until } => {
                value_or(until.map(|day| day.to_string()), "with no end date")
            }
        },
        weaker: Weaker::If("it only warns until a later date", |before, after| {
            match (before.level, after.level) {
                (GateLevel::Warn { until: Some(day) }, GateLevel::Warn { until }) => {
                    until.is_none_or(|until| until > day)
                }
                _ => false,
            }
        }),
    }),
    GateKey::Frame(Key {
        name: "skip",
        about: "Disables the gate: with a reason, and until a last day (UTC).",
        shape: Shape::Table(exception::properties),
        read: |gate, item, p| gate.skip = exception::skip(item, p),
        show: |gate| gate.skip.as_ref().map_or(Shown::Nothing, exception::show),
        weaker: Weaker::Says(|before, after, today| {
            let what = exception::weaker(before.skip.as_ref(), after.skip.as_ref(), today);
            let weakness = |what| Weakness::by(Comparison::Weaker, || what);
            what.and_then(weakness).into_iter().collect()
        }),
    }),
    GateKey::Frame(Key {
        name: "cache",
        about: "Whether to reuse a pass for the same tree. Default: as in [settings].",
        shape: Shape::Boolean,
        read: |gate, item, p| {
            let by_settings = gate.cache;
            p.put(
                &mut gate.cache,
                boolean(item).map(|typed| typed && by_settings),
            );
        },
        show: |gate| value(gate.cache),
        weaker: Weaker::If("its passes are now cached", |before, after| {
            !before.cache && after.cache
        }),
    }),
    GateKey::Frame(Key {
        name: "exclusive",
        about: "Whether the gate must run alone.",
        shape: Shape::Boolean,
        read: |gate, item, p| p.put(&mut gate.exclusive, boolean(item)),
        show: |gate| value(gate.exclusive),
        weaker: Weaker::Never("it decides when the gate runs, not whether"),
    }),
    GateKey::Frame(Key {
        name: "lock",
        about: "Gates with the same lock take turns.",
        shape: FILLED,
        read: |gate, item, p| p.put(&mut gate.lock, filled_string(item).map(Some)),
        show: |gate| value_or(gate.lock.as_deref(), "none"),
        weaker: Weaker::Never("it decides when the gate runs, not whether"),
    }),
    GateKey::Frame(Key {
        name: "heavy",
        about: "Whether the gate takes turns with the heavy gates of all work trees on this machine. Default: for kind = \"test\" and \"typecheck\".",
        shape: Shape::Boolean,
        read: |gate, item, p| p.put(&mut gate.heavy, boolean(item).map(Some)),
        show: |gate| value(gate.is_heavy()),
        weaker: Weaker::Never("it decides when the gate runs, not whether"),
    }),
    GateKey::Frame(Key {
        name: "anywhere",
        about: "Whether a developer's receipt may stand for the gate if [receipts] trust is \"developers\": its outcome is the same on every machine.",
        shape: Shape::Boolean,
        read: |gate, item, p| p.put(&mut gate.anywhere, boolean(item)),
        show: |gate| value(gate.anywhere),
        weaker: Weaker::If("a developer's receipt may stand for it", |before, after| {
            !before.anywhere && after.anywhere
        }),
    }),
    GateKey::Input(Key {
        name: "success-codes",
        about: "The exit codes that mean success.",
        shape: distinct(&Shape::Integer {
            least: 0,
            most: 255,
        }),
        read: |gate, item, p| {
            let codes = distinct_list(item, "exit codes", exit_code, p);
            p.put(&mut gate.success_codes, codes.map(BTreeSet::from_iter));
        },
        show: |gate| values(gate.success_codes.iter().copied().map(i64::from)),
        weaker: Weaker::If("more exit codes mean success", |before, after| {
            !after.success_codes.is_subset(&before.success_codes)
        }),
    }),
    GateKey::Input(Key {
        name: "expect",
        about: "A regular expression for the evidence that the command checked something: a line of its output must match.",
        shape: LINE_PATTERN,
        read: |gate, item, p| p.put(&mut gate.expect, regex_of_lines(item).map(Some)),
        show: |gate| pattern(gate.expect.as_ref()),
        weaker: Weaker::Compared(|before, after| {
            compare_pattern(before.expect.as_ref(), after.expect.as_ref())
        }),
    }),
    GateKey::Input(Key {
        name: "forbid",
        about: "A regular expression that no line of the output may match.",
        shape: LINE_PATTERN,
        read: |gate, item, p| p.put(&mut gate.forbid, regex_of_lines(item).map(Some)),
        show: |gate| pattern(gate.forbid.as_ref()),
        weaker: Weaker::Compared(|before, after| {
            compare_pattern(before.forbid.as_ref(), after.forbid.as_ref())
        }),
    }),
    GateKey::Input(Key {
        name: "findings",
        about: "The report from which the findings are read, if not from the output: its format and its file, for which {report} stands in `run`. A gate that passes with errors in its report fails; with fail-on = \"warning\", also with warnings.",
        shape: Shape::Table(findings::properties),
        read: |gate, item, p| gate.findings = findings::read(item, p),
        show: |gate| gate.findings.map_or(Shown::Nothing, findings::show),
        weaker: Weaker::If(
            "its report does not count any more, or another one, or its warnings do not",
            |before, after| findings::is_weaker(before.findings, after.findings),
        ),
    }),
    GateKey::Input(Key {
        name: "new",
        about: "Which findings count, besides those that gates.baseline lists: all, or only those on lines that the change touches. A run that is not about a change counts all.",
        shape: words::<NewFindings>(),
        read: |gate, item, p| p.put(&mut gate.new, word(item)),
        show: |gate| value(gate.new.name()),
        weaker: Weaker::If(
            "only findings on lines that the change touches count",
            |before, after| before.new == NewFindings::All && after.new == NewFindings::Lines,
        ),
    }),
];

/// Compares an expression for the output: without one, nothing is asked of it.
fn compare_pattern(before: Option<&Pattern>, after: Option<&Pattern>) -> Comparison {
    Comparison::by(&before, &after, |one, other| one.is_none() || one == other)
}

const FEWER_FILES: &str = "it checks fewer files";

const ELSEWHERE: &str = "it runs in another directory or with other variables";

const SEES_MORE: &str = "it sees files that are not in the commit";

/// A gate as `config show` prints it.
pub(super) fn show(gate: &Gate) -> String {
    // A name may hold dots, which would nest tables.
    let header = format!("\n[gates.{}]", Value::from(gate.name.as_str()));
    key::show(&header, KEYS.iter().map(GateKey::key), gate)
}

/// The keys for the schema, with the defaults of a gate that no other key affects.
pub(super) fn properties() -> Vec<Property> {
    let Some(name) = GateName::new("gate") else {
        return Vec::new();
    };
    let gate = Gate::new(name, &RunSettings::default(), &Origin::top());
    let mut properties = key::properties(KEYS.iter().map(GateKey::key), &gate);
    for property in &mut properties {
        if property.name == RUN {
            property.is_required = true;
            property.default = None;
        }
    }
    properties
}

/// What is weaker in a gate than in the one before.
pub(super) fn weaknesses(before: &Gate, after: &Gate, today: Date) -> Vec<Weakness> {
    key::weaknesses(KEYS.iter().map(GateKey::key), before, after, today)
}

/// Everything that is typed and that the gate's outcome depends on, as text.
#[must_use]
pub(crate) fn inputs(gate: &Gate) -> String {
    let inputs = KEYS.iter().filter_map(|key| match key {
        GateKey::Input(key) => Some(line(key.name, &(key.show)(gate))),
        GateKey::Frame(_) => None,
    });
    inputs.collect()
}

/// The largest number of parts of a gate.
const MOST_PARTS: u32 = 256;

fn part_count(item: &Item<'_>) -> Result<PartCount, Problem> {
    match item.get_ref().as_str() {
        Some("auto") => Ok(PartCount::Auto),
        Some(_) => Err(Problem::new(item.span(), "this is not a number of parts")
            .label("expected a number, or \"auto\"")),
        None => integer(item, 1..MOST_PARTS + 1).map(PartCount::Exactly),
    }
}

fn exit_code(item: &Item<'_>) -> Result<u8, Problem> {
    integer(item, 0..256).map(|code| u8::try_from(code).unwrap_or(1))
}
