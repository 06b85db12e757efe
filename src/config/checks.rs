//! `[checks]`: what a change may add, in any language.

use std::collections::BTreeMap;
use std::path::Path;

use super::bypass::level as read_level;
use super::glob_cover::covers;
use super::key::{self, Key, Weaker, Weakness};
use super::policy_file::Origin;
use super::problem::Problems;
use super::reader::{Item, Table, integer};
use super::settings::EnforcementMode;
use super::shape::{Field, GLOB, Property, Shape, filled};
use super::toml_text::{Shown, pair, paths, value};
use super::values::globs;
use crate::model::comparison::Comparison;
use crate::model::gate::PathSet;
use crate::model::rule::Rule;
use crate::model::severity::Level;
use crate::rules::catalogue::checks as rules;

/// The largest limit for the size of a file, in KiB.
const MOST_KIB: u32 = 4 << 20;

/// What a change may add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checks {
    /// What differs from the default, by the ids of the rules.
    settings: BTreeMap<&'static str, CheckSetting>,
    /// The largest file that may be added, in KiB.
    pub(crate) max_file_size: u32,
    /// Paths that are not checked.
    pub(crate) exclude: PathSet,
    /// Whether what is found refuses anything, by `[settings]`.
    pub(crate) enforcement: EnforcementMode,
}

/// How one check is set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CheckSetting {
    level: Level,
    /// The paths that it is about; all if there are none.
    files: PathSet,
    /// Those that it is not about.
    exclude: PathSet,
}

impl CheckSetting {
    fn of_level(level: Level) -> Self {
        Self {
            level,
            files: PathSet::default(),
            exclude: PathSet::default(),
        }
    }

    fn is_about(&self, path: &Path) -> bool {
        (self.files.is_empty() || self.files.matches(path)) && !self.exclude.matches(path)
    }
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            settings: BTreeMap::new(),
            max_file_size: 5 << 10,
            exclude: PathSet::default(),
            enforcement: EnforcementMode::Strict,
        }
    }
}

impl Checks {
    /// The level of a rule, wherever it applies.
    #[must_use]
    pub(crate) fn level(&self, rule: &Rule) -> Level {
        self.enforcement.enforced(self.setting(rule).level)
    }

    /// The level of a rule for a path.
    #[must_use]
    pub(crate) fn level_at(&self, rule: &Rule, path: &Path) -> Level {
        let is_elsewhere = |setting: &CheckSetting| !setting.is_about(path);
        if self.settings.get(rule.id).is_some_and(is_elsewhere) {
            return Level::Off;
        }
        self.level(rule)
    }

    fn setting(&self, rule: &Rule) -> CheckSetting {
        let setting = self.settings.get(rule.id).cloned();
        setting.unwrap_or_else(|| CheckSetting::of_level(rule.level))
    }
}

const LEVEL: Field = Field {
    name: "level",
    about: "The level of the check.",
    shape: LEVELS,
    is_required: false,
};

const FILES: Field = Field {
    name: "files",
    about: "The paths that the check is about, as globs.",
    shape: filled(&GLOB),
    is_required: false,
};

const EXCLUDE: Field = Field {
    name: "exclude",
    about: "Paths that the check is not about, as globs.",
    shape: filled(&GLOB),
    is_required: false,
};

const LEVELS: Shape = Shape::Words(|| Level::ALL.map(Level::name).into());

/// The keys of a check that is a table.
fn setting_properties() -> Vec<Property> {
    [&LEVEL, &FILES, &EXCLUDE].map(Field::property).into()
}

/// Reads a level, or a table with paths.
fn read(checks: &mut Checks, rule: &'static Rule, item: &Item<'_>, problems: &mut Problems) {
    let Some(entries) = item.get_ref().as_table() else {
        if let Some(level) = problems.keep(read_level(item)) {
            checks
                .settings
                .insert(rule.id, CheckSetting::of_level(level));
        }
        return;
    };
    let mut table = Table::new(format!("`{}`", name_of(rule)), entries);
    // Whoever names the paths of a check wants it.
    let default = match rule.level {
        Level::Off => Level::Error,
        level => level,
    };
    let paths = |item: &Item<'_>| globs(item, &Origin::top());
    let setting = CheckSetting {
        level: table.take_or(default, &LEVEL, problems, read_level),
        files: table.take_or(PathSet::default(), &FILES, problems, paths),
        exclude: table.take_or(PathSet::default(), &EXCLUDE, problems, paths),
    };
    table.finish(problems);
    checks.settings.insert(rule.id, setting);
}

fn show(checks: &Checks, rule: &Rule) -> Shown {
    let setting = checks.setting(rule);
    if setting.files.is_empty() && setting.exclude.is_empty() {
        return value(setting.level.name());
    }
    let mut pairs = vec![pair("level", setting.level.name())];
    for (key, paths) in [("files", &setting.files), ("exclude", &setting.exclude)] {
        if !paths.is_empty() {
            pairs.push(pair(key, paths.patterns.clone()));
        }
    }
    Shown::Pairs(pairs)
}

/// The key of a rule.
const fn name_of(rule: &'static Rule) -> &'static str {
    match rule.key {
        Some(key) => key,
        None => rule.id,
    }
}

/// The key that sets the level of a rule.
macro_rules! level {
    ($rule:ident, $about:literal) => {
        Key {
            name: name_of(&rules::$rule),
            about: $about,
            shape: Shape::Either(&[LEVELS, Shape::Table(setting_properties)]),
            read: |checks, item, p| read(checks, &rules::$rule, item, p),
            show: |checks| show(checks, &rules::$rule),
            weaker: Weaker::Says(|before, after, _| weakened(&rules::$rule, before, after)),
        }
    };
}

fn weakened(rule: &Rule, before: &Checks, after: &Checks) -> Vec<Weakness> {
    let [earlier, now] = [before, after].map(|checks| checks.setting(rule));
    let weaker = |what: String| Weakness::by(Comparison::Weaker, || what);
    if now.level.severity() < earlier.level.severity() {
        let what = format!("{} was lowered to {}", rule.id, now.level.name());
        return weaker(what).into_iter().collect();
    }
    if earlier.level == Level::Off {
        return Vec::new();
    }
    let fewer = match (earlier.files.is_empty(), now.files.is_empty()) {
        (_, true) => false,
        (true, false) => true,
        (false, false) => !covers(&now.files, &earlier.files),
    };
    let is_narrower = fewer || !covers(&earlier.exclude, &now.exclude);
    let found = is_narrower.then(|| weaker(format!("{} is about fewer paths", rule.id)));
    found.flatten().into_iter().collect()
}

/// The keys of `[checks]`.
pub(super) static KEYS: [Key<Checks>; 16] = [
    level!(MERGE_MARKER, "Markers of a merge conflict."),
    level!(
        SECRET,
        "Tokens of providers, and random values that are assigned to names such as `api_key`."
    ),
    level!(PRIVATE_KEY, "Private keys."),
    level!(LARGE_FILE, "Files larger than `max-file-size`."),
    Key {
        name: "max-file-size",
        about: "The size in KiB beyond which a file is large.",
        shape: Shape::Integer {
            least: 1,
            most: MOST_KIB,
        },
        read: |checks, item, p| {
            p.put(&mut checks.max_file_size, integer(item, 1..MOST_KIB + 1));
        },
        show: |checks| value(i64::from(checks.max_file_size)),
        weaker: Weaker::If("larger files are allowed", |before, after| {
            after.max_file_size > before.max_file_size
        }),
    },
    level!(
        PATH_COLLISION,
        "Paths that differ only in upper and lower case."
    ),
    level!(WINDOWS_NAME, "Names that Windows cannot have."),
    level!(
        SYMLINK,
        "Symbolic links that lead to nothing, and files that were links."
    ),
    level!(SYNTAX, "JSON, TOML and YAML that cannot be read."),
    level!(TRAILING_BLANK, "Blanks at the end of added lines."),
    level!(FINAL_NEWLINE, "Files that do not end with one line break."),
    level!(LINE_ENDING, "Files with both kinds of line endings."),
    level!(BYTE_ORDER_MARK, "Byte order marks."),
    level!(
        SCRIPT_MODE,
        "Executable files without `#!`, and the other way round."
    ),
    level!(SUBMODULE, "New submodules."),
    Key {
        name: "exclude",
        about: "Paths that are not checked, as globs.",
        shape: filled(&GLOB),
        read: |checks, item, p| p.put(&mut checks.exclude, globs(item, &Origin::top())),
        show: |checks| paths(&checks.exclude, "nothing"),
        weaker: Weaker::If("more paths are excluded", |before, after| {
            !covers(&before.exclude, &after.exclude)
        }),
    },
];

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &Checks::default())
}
