//! Which settings belong together: those of one tool in one directory, or in one file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::changed::Changed;
use super::compare::{Checked, Loosening, Side, compare};
use super::files::is_named;
use super::formats;
use super::migrated;
use super::node::Node;
use super::readers::Readers;
use super::settings::{self, FlatSetting, fits, truth, word};
use crate::model::rule::Rule;
use crate::tools::{
    Configuration, ConfigurationFile, ConfigurationFormat, FirstTime, Migration, StrictSetting,
    configurations,
};

/// A file that holds settings, read before and after the change.
pub(super) struct ConfigDocument<'c> {
    pub(super) path: &'c Path,
    format: ConfigurationFormat,
    before: Option<(&'c [u8], Node)>,
    after: Option<(&'c [u8], Node)>,
    is_gone: bool,
    /// Whether it could be read before, but cannot be read after.
    pub(super) is_damaged: bool,
}

/// One side of a configuration: the file that holds it, and all settings. Where several files hold
/// settings, tools read only the first.
#[derive(Default, Clone)]
pub(super) struct GroupSide<'d> {
    pub(super) file: Option<(&'d Path, &'d [u8])>,
    pub(super) settings: Vec<FlatSetting<'d>>,
    /// Where it begins, in bytes from the beginning of its file.
    pub(super) begin: usize,
    /// The place of its file among those that a tool looks for.
    rank: usize,
    /// Whether its file is gone after the change.
    is_file_gone: bool,
}

/// A configuration of a tool, before and after.
pub(super) struct Group<'d> {
    pub(super) configuration: &'static Configuration,
    pub(super) before: GroupSide<'d>,
    pub(super) after: GroupSide<'d>,
}

/// What a configuration is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ComparedWith {
    /// With one that applied before.
    Before,
    /// With the tool's defaults: there was none.
    Defaults,
}

/// One setting that is looser.
pub(super) struct FoundLoosening<'g> {
    pub(super) loosened: Loosening,
    pub(super) before: Option<&'g FlatSetting<'g>>,
    pub(super) after: Option<&'g FlatSetting<'g>>,
}

impl FoundLoosening<'_> {
    fn name(&self) -> Option<&str> {
        let setting = self.after.or(self.before);
        setting.map(|setting| setting.name.as_str())
    }
}

/// Reads every file that holds settings, in each format in which it may be written.
pub(super) fn read<'c>(files: &[Changed<'c>]) -> Vec<ConfigDocument<'c>> {
    let mut documents = Vec::new();
    for file in files {
        let configuration_files = configurations()
            .flat_map(|configuration| configuration.files)
            .filter(|configuration_file| is_named(file.path, configuration_file.name));
        let mut formats: Vec<ConfigurationFormat> = Vec::new();
        for configuration_file in configuration_files {
            if !formats.contains(&configuration_file.format) {
                formats.push(configuration_file.format);
            }
        }
        for format in formats {
            let node = |bytes: Option<&'c [u8]>| {
                bytes.and_then(|bytes| Some((bytes, formats::read(format, bytes)?)))
            };
            let (mut before, mut after) = (node(file.before), node(file.after));
            let is_damaged = before.is_some() && after.is_none() && file.after.is_some();
            for migration in migrations(file.path) {
                migrated::align(migration, &mut before, &mut after);
            }
            documents.push(ConfigDocument {
                path: file.path,
                format,
                before,
                after,
                is_gone: file.after.is_none(),
                is_damaged,
            });
        }
    }
    documents
}

/// How the settings in a file moved when a new version of a tool renamed them.
fn migrations(path: &Path) -> impl Iterator<Item = &'static Migration> {
    configurations().filter_map(move |configuration| {
        let mut files = configuration.files.iter();
        let migration = configuration.migration?;
        files
            .any(|file| is_named(path, file.name))
            .then_some(migration)
    })
}

/// The configurations that the files hold. A file that can no longer be read is left out.
pub(super) fn groups<'d>(documents: &'d [ConfigDocument<'d>]) -> Vec<Group<'d>> {
    let mut groups = Vec::new();
    for configuration in configurations() {
        let mut of_tool: BTreeMap<PathBuf, Group<'d>> = BTreeMap::new();
        for document in documents.iter().filter(|document| !document.is_damaged) {
            let is_here = |file: &&ConfigurationFile| {
                file.format == document.format && is_named(document.path, file.name)
            };
            for file in configuration.files.iter().filter(is_here) {
                let key = if configuration.is_each_file_alone {
                    document.path
                } else {
                    document.path.parent().unwrap_or(document.path)
                };
                let group = of_tool.entry(key.to_owned()).or_insert_with(|| Group {
                    configuration,
                    before: GroupSide::default(),
                    after: GroupSide::default(),
                });
                let rank = rank(configuration, file);
                group
                    .before
                    .add(rank, file, document, document.before.as_ref());
                group
                    .after
                    .add(rank, file, document, document.after.as_ref());
            }
        }
        groups.extend(joined(of_tool));
    }
    groups
}

/// The place of a file in the order in which the tool looks for its files.
fn rank(configuration: &Configuration, file: &ConfigurationFile) -> usize {
    let mut files = configuration.files.iter();
    let place = files.position(|other| other.name == file.name);
    place.unwrap_or(0)
}

/// Pairs a configuration that was removed below the top with one that is new elsewhere: it has
/// moved.
fn joined(groups: BTreeMap<PathBuf, Group<'_>>) -> Vec<Group<'_>> {
    let (mut new, mut existing): (Vec<_>, Vec<_>) = groups.into_values().partition(Group::is_new);
    for group in &mut existing {
        let is_below = group
            .before
            .file
            .is_some_and(|(path, _)| path.components().count() > 1);
        let has_left = group.after.settings.is_empty() && is_below;
        if has_left && let Some(other) = new.pop() {
            group.after = other.after;
        }
    }
    existing.append(&mut new);
    existing
}

impl<'d> GroupSide<'d> {
    /// The directory that it is about.
    pub(super) fn dir(&self) -> Option<&'d Path> {
        let (path, _) = self.file?;
        let dir = path.parent()?;
        // `.cargo/config.toml` and `.config/nextest.toml` are about the directory around them.
        if dir.ends_with(".cargo") || dir.ends_with(".config") {
            dir.parent()
        } else {
            Some(dir)
        }
    }

    /// Whether it has one of these settings.
    fn has(&self, patterns: &[&str]) -> bool {
        self.settings.iter().any(|setting| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| fits(pattern, &setting.path).is_some())
        })
    }

    /// Adds the settings of a file, unless another file takes precedence.
    fn add(
        &mut self,
        rank: usize,
        file: &ConfigurationFile,
        document: &'d ConfigDocument<'d>,
        content: Option<&'d (&'d [u8], Node)>,
    ) {
        let Some((text, node)) = content else {
            return;
        };
        let settings = settings::settings(file.root, node);
        let is_same = self.file.is_some_and(|(path, _)| path == document.path);
        if settings.is_empty() || (!is_same && self.file.is_some() && self.rank <= rank) {
            return;
        }
        if is_same {
            self.settings.extend(settings);
            return;
        }
        *self = Self {
            file: Some((document.path, *text)),
            settings,
            begin: settings::begin(file.root, node),
            rank,
            is_file_gone: document.is_gone,
        };
    }
}

impl<'d> Group<'d> {
    /// Whether it exists now but did not before.
    pub(super) fn is_new(&self) -> bool {
        self.before.settings.is_empty() && !self.after.settings.is_empty()
    }

    /// Whether the file that held it is gone.
    pub(super) fn is_file_gone(&self) -> bool {
        self.before.is_file_gone
    }

    /// Whether it belonged to a package that was removed with it.
    pub(super) fn is_gone_with_its_package(&self) -> bool {
        let is_manifest =
            |(path, _): (&Path, _)| path.ends_with("Cargo.toml") || path.ends_with("package.json");
        self.before.is_file_gone && self.before.file.is_some_and(is_manifest)
    }

    /// Whether it inherits settings from a file that it did not inherit from before.
    pub(super) fn inherits_anew(&self) -> bool {
        let inherited = |side: &GroupSide<'d>| -> Vec<&'d Node> {
            let inherits = |setting: &&FlatSetting<'_>| {
                let mut patterns = self.configuration.inherits.iter();
                patterns.any(|pattern| fits(pattern, &setting.path).is_some())
            };
            side.settings
                .iter()
                .filter(inherits)
                .map(|setting| setting.node)
                .collect()
        };
        let (before, after) = (inherited(&self.before), inherited(&self.after));
        let is_new = |node: &&Node| !before.iter().any(|other| other.value == node.value);
        after.iter().any(is_new)
    }

    /// The settings that are looser, each with its rule. If several rules look at the same setting,
    /// the first counts.
    pub(super) fn loosened(
        &self,
        readers: &Readers<'_>,
        with: ComparedWith,
    ) -> Vec<(&'static Rule, FoundLoosening<'_>)> {
        let mut loosened: Vec<(&'static Rule, FoundLoosening<'_>)> = Vec::new();
        let settings = self.configuration.settings.iter();
        let found = settings.flat_map(|setting| match self.checked(setting, readers, with) {
            Some(checked) => self.by_setting(setting, readers, &checked),
            None => Vec::new(),
        });
        for (rule, loosening) in found {
            let is_reported = loosened.iter().any(|(other, reported)| {
                other.id == rule.id && reported.name() == loosening.name()
            });
            if !is_reported {
                loosened.push((rule, loosening));
            }
        }
        loosened
    }

    /// What is checked by default of a list; `None` if the setting is not compared.
    fn checked(
        &self,
        strict: &StrictSetting,
        readers: &Readers<'_>,
        with: ComparedWith,
    ) -> Option<Checked> {
        if with == ComparedWith::Before {
            return Some(Checked::Everything);
        }
        match strict.first_time {
            FirstTime::Defaults => Some(Checked::Everything),
            FirstTime::Nothing => None,
            FirstTime::NothingWithout(option) => {
                readers.have_option(option).then_some(Checked::Everything)
            }
            FirstTime::Unless(settings) => (!self.after.has(settings)
                && !settings
                    .iter()
                    .any(|setting| self.after.has(&[&format!("{setting}.level")])))
            .then_some(Checked::Everything),
            FirstTime::Entries {
                always,
                chosen_by,
                unless_chosen,
            } => {
                let mut nested = self.configuration.nested.iter();
                let is_chosen = self.after.has(&[chosen_by])
                    || nested.any(|table| self.after.has(&[&format!("{table}.{chosen_by}")]));
                let more = if is_chosen { &[][..] } else { unless_chosen };
                Some(Checked::Only([always, more].concat()))
            }
        }
    }

    fn by_setting(
        &self,
        strict: &'static StrictSetting,
        readers: &Readers<'_>,
        checked: &Checked,
    ) -> Vec<(&'static Rule, FoundLoosening<'_>)> {
        let (before, after) = (
            self.sorted(strict, &self.before),
            self.sorted(strict, &self.after),
        );
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let is_implied = |side: &GroupSide<'_>| {
            let mut settings = side.settings.iter();
            settings.any(|setting| {
                let is_on =
                    truth(setting.node) == Some(true) || setting.node.text() == Some("strict");
                let mut patterns = strict.implied_by.iter();
                is_on && patterns.any(|pattern| fits(pattern, &setting.path).is_some())
            })
        };
        // Such as `--strict`.
        let is_called = strict
            .implied_by
            .iter()
            .any(|setting| readers.have_option(&format!("--{setting}")));
        let implied = (
            is_called || is_implied(&self.before),
            is_called || is_implied(&self.after),
        );
        let is_off = |(setting, value): &(&str, &str)| {
            let mut settings = self.after.settings.iter();
            settings.any(|other| {
                fits(setting, &other.path).is_some() && word(other.node).as_deref() == Some(value)
            })
        };
        let unnamed = if strict.unnamed.unless.iter().any(is_off) {
            &[][..]
        } else {
            strict.unnamed.entries
        };
        let by_key = |key: &(String, String)| {
            let old = with_fallback(&before, key, strict);
            let new = with_fallback(&after, key, strict);
            let side = |settings, is_implied, unnamed| Side {
                settings,
                is_implied,
                unnamed,
            };
            let loosened = compare(
                &strict.strict_when,
                side(old, implied.0, &[]),
                side(new, implied.1, unnamed),
                checked,
            )?;
            let loosening = FoundLoosening {
                loosened,
                before: old.last().copied(),
                after: new.last().copied(),
            };
            Some((strict.rule, loosening))
        };
        keys.into_iter().filter_map(by_key).collect()
    }

    /// The settings that a rule means, by the table in which they stand and by the part of their
    /// name that distinguishes them.
    fn sorted<'g>(&self, strict: &StrictSetting, side: &'g GroupSide<'d>) -> Sorted<'g> {
        let mut sorted = Sorted::new();
        for setting in &side.settings {
            for nested in [""].iter().chain(self.configuration.nested) {
                let depth = nested.split('.').filter(|part| !part.is_empty()).count();
                let Some((start, end)) = setting.path.split_at_checked(depth) else {
                    continue;
                };
                let Some(table) = fits(nested, start) else {
                    continue;
                };
                let name = strict.names.iter().find_map(|pattern| fits(pattern, end));
                if let Some(name) = name {
                    sorted.entry((table, name)).or_default().push(setting);
                }
            }
        }
        sorted
    }
}

type Sorted<'g> = BTreeMap<(String, String), Vec<&'g FlatSetting<'g>>>;

/// The settings of a key. A nested table inherits a single value that it does not have from the
/// table around it.
fn with_fallback<'s, 'g>(
    sorted: &'s Sorted<'g>,
    key: &(String, String),
    strict: &StrictSetting,
) -> &'s [&'g FlatSetting<'g>] {
    let exact = sorted.get(key);
    let outer = || {
        let name = (String::new(), key.1.clone());
        strict
            .strict_when
            .is_single()
            .then(|| sorted.get(&name))
            .flatten()
    };
    exact.or_else(outer).map_or(&[], Vec::as_slice)
}
