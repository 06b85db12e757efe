//! `[checks]`: what a change may add, in any language.

use std::collections::BTreeMap;

use super::bypass::level as read_level;
use super::glob_cover::covers;
use super::key::{self, Key, Weaker, Weakness};
use super::policy_file::Origin;
use super::reader::integer;
use super::settings::EnforcementMode;
use super::shape::{GLOB, Property, Shape, filled};
use super::toml_text::{paths, value};
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
    /// The levels that differ from the default, by the ids of the rules.
    levels: BTreeMap<&'static str, Level>,
    /// The largest file that may be added, in KiB.
    pub(crate) max_file_size: u32,
    /// Paths that are not checked.
    pub(crate) exclude: PathSet,
    /// Whether what is found refuses anything, by `[settings]`.
    pub(crate) enforcement: EnforcementMode,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            max_file_size: 5 << 10,
            exclude: PathSet::default(),
            enforcement: EnforcementMode::Strict,
        }
    }
}

impl Checks {
    /// The level of a rule.
    #[must_use]
    pub(crate) fn level(&self, rule: &Rule) -> Level {
        self.enforcement.enforced(self.configured_level(rule))
    }

    fn configured_level(&self, rule: &Rule) -> Level {
        self.levels.get(rule.id).copied().unwrap_or(rule.level)
    }
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
            shape: Shape::Words(|| Level::ALL.map(Level::name).into()),
            read: |checks, item, p| {
                if let Some(level) = p.keep(read_level(item)) {
                    checks.levels.insert(rules::$rule.id, level);
                }
            },
            show: |checks| value(checks.configured_level(&rules::$rule).name()),
            weaker: Weaker::Says(|before, after, _| lowered(&rules::$rule, before, after)),
        }
    };
}

fn lowered(rule: &Rule, before: &Checks, after: &Checks) -> Vec<Weakness> {
    let [earlier, now] = [before, after].map(|checks| checks.configured_level(rule));
    let is_lower = now.severity() < earlier.severity();
    let what = || format!("{} was lowered to {}", rule.id, now.name());
    let weakness = is_lower
        .then(|| Weakness::by(Comparison::Weaker, what))
        .flatten();
    weakness.into_iter().collect()
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
