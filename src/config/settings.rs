//! `[settings]`: what holds for the run as a whole.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::glob_cover::covers;
use super::key::{self, Key, Weaker, Weakness};
use super::launcher;
use super::policy_file::Origin;
use super::reader::{boolean, integer, word};
use super::shape::{
    ANY, BRANCH, DURATION, GLOB, Property, Shape, any_number, filled, words as words_of,
};
use super::toml_text::{self, Shown, note, paths, value, value_or};
use super::values::{branches, duration, globs};
use crate::base::text::limit;
use crate::base::words::{Word, words};
use crate::model::comparison::Comparison;
use crate::model::gate::{Isolation, PathSet, Untracked};
use crate::model::launcher::Launcher;
use crate::model::severity::Level;

/// The most gates that may run at once.
const MAX_JOBS: u32 = 1024;

/// The time limit of a commit's run as a whole when none is set.
pub(crate) const DEFAULT_BUDGET: Duration = Duration::from_mins(2);

/// Settings of the run as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunSettings {
    /// What becomes of bypasses, weakenings and silencers.
    pub(crate) enforcement: EnforcementMode,
    /// How long the run of one commit may take; `None` is the default, [`DEFAULT_BUDGET`].
    pub(crate) budget: Option<Duration>,
    /// How many gates run at once; `None` is the default for this machine.
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Whether the first failure stops the other gates.
    pub(crate) fail_fast: bool,
    /// The view of gates that do not choose one.
    pub(crate) isolation: Isolation,
    /// Whether untracked files are visible to gates that do not choose.
    pub(crate) untracked: Untracked,
    /// Whether fixers run before the gates of a commit.
    pub(crate) fix_on_commit: bool,
    /// What happens to a fixed file that also has unstaged changes.
    pub(crate) partial: Partial,
    /// Whether a gate that has passed on a tree is not run on it again.
    pub(crate) cache: bool,
    /// The branches on which commits need no gates.toml, by the configuration of the main branch.
    pub(crate) ungated_branches: PathSet,
    /// Which commits of a rebase are checked.
    pub(crate) rebase: Rebase,
    /// What starts the commands of gates that do not choose.
    pub(crate) launcher: Option<Launcher>,
    /// What happens if a branch would get a commit with an unchecked tree.
    pub(crate) branch_receipts: Enforcement,
    /// What happens if a branch would get a commit whose message breaks the rules.
    pub(crate) branch_messages: Enforcement,
    /// Branches that must not be committed to directly.
    pub(crate) protected_branches: PathSet,
}

impl RunSettings {
    /// What happens if a branch would get an unchecked commit.
    #[must_use]
    pub(crate) fn branch_receipts(&self) -> Enforcement {
        self.at_most(self.branch_receipts)
    }

    /// What happens if a branch would get a commit whose message breaks the rules.
    #[must_use]
    pub(crate) fn branch_messages(&self) -> Enforcement {
        self.at_most(self.branch_messages)
    }

    fn at_most(&self, enforcement: Enforcement) -> Enforcement {
        match self.enforcement {
            EnforcementMode::Strict => enforcement,
            EnforcementMode::Advisory => enforcement.min(Enforcement::Warn),
        }
    }
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            enforcement: EnforcementMode::Strict,
            budget: None,
            jobs: None,
            fail_fast: false,
            isolation: Isolation::Auto,
            untracked: Untracked::Hide,
            fix_on_commit: false,
            partial: Partial::Merge,
            cache: true,
            ungated_branches: PathSet::default(),
            rebase: Rebase::Each,
            launcher: None,
            branch_receipts: Enforcement::Enforce,
            branch_messages: Enforcement::Warn,
            protected_branches: PathSet::default(),
        }
    }
}

/// The keys of `[settings]`. None is an input of a gate: what gates depend on is in their own keys.
pub(super) static KEYS: [Key<RunSettings>; 15] = [
    Key {
        name: "enforcement",
        about: "What becomes of bypasses (`git commit -n`), weaker gates and silenced tools: they are refused (\"strict\"), or only named, recorded and audited (\"advisory\"). Gates and rules for messages are enforced in either case.",
        shape: words_of::<EnforcementMode>(),
        read: |settings, item, p| p.put(&mut settings.enforcement, word(item)),
        show: |settings| value(settings.enforcement.name()),
        weaker: Weaker::If(
            "bypasses, weaker gates and silenced tools are only named",
            |before, after| {
                before.enforcement == EnforcementMode::Strict
                    && after.enforcement == EnforcementMode::Advisory
            },
        ),
    },
    Key {
        name: "budget",
        about: "The time limit for all gates of one commit, such as \"90s\"; gates that are still running then are stopped and reported.",
        shape: DURATION,
        read: |settings, item, p| p.put(&mut settings.budget, duration(item).map(Some)),
        show: |settings| {
            let default = format!("{} at commits", limit(DEFAULT_BUDGET));
            value_or(settings.budget.map(limit), &default)
        },
        weaker: Weaker::Never("a run that is stopped has not passed"),
    },
    Key {
        name: "jobs",
        about: "The maximum number of gates that run at the same time. Default: 8, or twice the number of cores if that is more.",
        shape: Shape::Integer {
            least: 1,
            most: MAX_JOBS,
        },
        read: |settings, item, p| {
            if let Some(jobs) = p.keep(integer(item, 1..MAX_JOBS + 1)) {
                settings.jobs = usize::try_from(jobs).ok().and_then(NonZeroUsize::new);
            }
        },
        show: |settings| match settings.jobs {
            Some(jobs) => value(i64::try_from(jobs.get()).unwrap_or(i64::MAX)),
            None => Shown::Nothing,
        },
        weaker: Weaker::Never("it decides when gates run, not which"),
    },
    Key {
        name: "fail-fast",
        about: "Whether the first failure stops the other gates.",
        shape: Shape::Boolean,
        read: |settings, item, p| p.put(&mut settings.fail_fast, boolean(item)),
        show: |settings| value(settings.fail_fast),
        weaker: Weaker::Never("it decides what still runs after a failure"),
    },
    Key {
        name: "isolation",
        about: "Where gates run when they check a commit or a range: in the work tree if it matches the tree exactly and otherwise in an overlay (\"auto\"), in an overlay, in a snapshot, or always in the work tree (\"in-place\").",
        shape: words_of::<Isolation>(),
        read: |settings, item, p| p.put(&mut settings.isolation, word(item)),
        show: |settings| value(settings.isolation.name()),
        weaker: Weaker::Never("it is a default of the gates, which are compared themselves"),
    },
    Key {
        name: "untracked",
        about: "Whether gates see untracked files. They always see ignored files.",
        shape: words_of::<Untracked>(),
        read: |settings, item, p| p.put(&mut settings.untracked, word(item)),
        show: |settings| value(settings.untracked.name()),
        weaker: Weaker::Never("it is a default of the gates, which are compared themselves"),
    },
    Key {
        name: "fix-on-commit",
        about: "Whether the `fix` commands of gates run before the gates of a commit.",
        shape: Shape::Boolean,
        read: |settings, item, p| p.put(&mut settings.fix_on_commit, boolean(item)),
        show: |settings| value(settings.fix_on_commit),
        weaker: Weaker::Never("files are checked whether or not they were fixed"),
    },
    Key {
        name: "partial",
        about: "What happens if fixers change a file that is only partly staged: the change is merged into it, or nothing is fixed.",
        shape: words_of::<Partial>(),
        read: |settings, item, p| p.put(&mut settings.partial, word(item)),
        show: |settings| value(settings.partial.name()),
        weaker: Weaker::Never("files are checked whether or not they were fixed"),
    },
    Key {
        name: "cache",
        about: "Whether to reuse a pass of a gate when the same tree is checked again under the same conditions.",
        shape: Shape::Boolean,
        read: |settings, item, p| p.put(&mut settings.cache, boolean(item)),
        show: |settings| value(settings.cache),
        weaker: Weaker::Never("it is a default of the gates, which are compared themselves"),
    },
    Key {
        name: "ungated-branches",
        about: "Branches whose commits need no gates.toml, as globs.",
        shape: filled(&GLOB),
        read: |settings, item, p| {
            p.put(&mut settings.ungated_branches, globs(item, &Origin::top()));
        },
        show: |settings| paths(&settings.ungated_branches, "none"),
        weaker: Weaker::If("more branches need no gates", |before, after| {
            !covers(&before.ungated_branches, &after.ungated_branches)
        }),
    },
    Key {
        name: "launcher",
        about: "A command that starts the commands of all gates in another place, such as a container; see `launcher` of a gate.",
        shape: ANY,
        read: |settings, item, p| {
            launcher::read(item, &mut settings.launcher, p);
        },
        show: |settings| launcher::show(settings.launcher.as_ref()),
        weaker: Weaker::Never("it is a default of the gates, which are compared themselves"),
    },
    Key {
        name: "rebase",
        about: "Which commits of a rebase are checked: each when it is made, or only the tip.",
        shape: words_of::<Rebase>(),
        read: |settings, item, p| p.put(&mut settings.rebase, word(item)),
        show: |settings| value(settings.rebase.name()),
        weaker: Weaker::If("only the tip of a rebase is checked", |before, after| {
            before.rebase != after.rebase && after.rebase == Rebase::Tip
        }),
    },
    Key {
        name: "branch-receipts",
        about: "What happens if a branch would get an unchecked commit that was made in this repository.",
        shape: words_of::<Enforcement>(),
        read: |settings, item, p| p.put(&mut settings.branch_receipts, word(item)),
        show: |settings| value(settings.branch_receipts.name()),
        weaker: Weaker::Says(|before, after, _| {
            let (before, after) = (before.branch_receipts, after.branch_receipts);
            lowered("branch-receipts", before, after)
        }),
    },
    Key {
        name: "branch-messages",
        about: "What happens if a branch would get a commit whose message breaks the rules.",
        shape: words_of::<Enforcement>(),
        read: |settings, item, p| p.put(&mut settings.branch_messages, word(item)),
        show: |settings| value(settings.branch_messages.name()),
        weaker: Weaker::Says(|before, after, _| {
            let (before, after) = (before.branch_messages, after.branch_messages);
            lowered("branch-messages", before, after)
        }),
    },
    Key {
        name: "protected-branches",
        about: "Branches that do not accept direct commits, as globs.",
        shape: any_number(&BRANCH),
        read: |settings, item, p| p.put(&mut settings.protected_branches, branches(item)),
        show: |settings| value(settings.protected_branches.patterns.clone()),
        weaker: Weaker::If("fewer branches are protected", |before, after| {
            !covers(&after.protected_branches, &before.protected_branches)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &RunSettings::default())
}

fn lowered(key: &str, before: Enforcement, after: Enforcement) -> Vec<Weakness> {
    let comparison = Comparison::by(&before, &after, |one, other| one <= other);
    let what = || format!("{key} was lowered to {}", after.name());
    Weakness::by(comparison, what).into_iter().collect()
}

/// `[settings]` as `config show` prints it. `default_jobs`: what this machine runs at once.
pub(super) fn show(settings: &RunSettings, default_jobs: usize) -> String {
    let lines = KEYS.iter().map(|key| match (key.show)(settings) {
        Shown::Nothing if key.name == "jobs" => {
            (key.name, note(format!("{default_jobs} on this machine")))
        }
        shown => (key.name, shown),
    });
    toml_text::table("[settings]", lines)
}

words! {
    /// What becomes of bypasses, weakenings and silencers. Gates and rules for messages are enforced in
    /// either case.
    pub(crate) enum EnforcementMode {
        /// They are refused.
        Strict = "strict",
        /// They are named, recorded and audited.
        Advisory = "advisory",
    }
}

words! {
    /// Which commits of a rebase are checked.
    pub(crate) enum Rebase {
        /// Each as it is made.
        Each = "each",
        /// The last one.
        Tip = "tip",
    }
}

words! {
    /// What happens to a fixed file of which only a part is staged.
    pub(crate) enum Partial {
        /// The fixes are merged into the user's file; where they conflict with the user's own
        /// changes, only the commit has them.
        Merge = "merge",
        /// Nothing is fixed then.
        Refuse = "refuse",
    }
}

impl EnforcementMode {
    /// A level as it counts: where nothing is refused, an error is a warning.
    #[must_use]
    pub(crate) fn enforced(self, level: Level) -> Level {
        match (self, level) {
            (Self::Advisory, Level::Error) => Level::Warn,
            (_, level) => level,
        }
    }
}

/// What the reference-transaction hook does about a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Enforcement {
    /// It does not check.
    Off,
    /// It warns, and the ledger records it.
    Warn,
    /// It refuses.
    Enforce,
}

impl Enforcement {
    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

// The strictest is listed first, but the order of the values is the opposite.
impl Word for Enforcement {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Enforce, "enforce"),
        (Self::Warn, "warn"),
        (Self::Off, "off"),
    ];
}
