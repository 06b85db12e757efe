//! The findings about what is weaker in gates.toml than before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use time::Date;

use super::protected_paths::HELP;
use crate::base::fault::Fault;
use crate::base::text::clean_line;
use crate::config::diff::{ConfigWeakening, weaknesses};
use crate::config::{Config, FILE_NAME, Moves, line_of};
use crate::model::finding::{FilePlace, Finding, Location, Remedy};
use crate::model::rule::Rule;
use crate::model::severity::{Level, Severity};
use crate::rules::catalogue::change::WEAKENED;

/// The mark of the finding about a configuration that cannot be read.
const UNKNOWN_BEFORE: &str = "gates before";

/// Whether a finding says that nothing can be compared with the configuration before.
pub(crate) fn is_unknown_before(finding: &Finding) -> bool {
    finding.rule.is(&WEAKENED) && finding.mark() == format!("[{UNKNOWN_BEFORE}]")
}

/// The finding that nothing can be compared with the configuration before. The level that it sets
/// for this rule is not known either, so the finding is an error.
pub(super) fn unknown_before(fault: &Fault) -> Finding {
    let mut finding = weakening(
        Severity::Error,
        UNKNOWN_BEFORE,
        "the configuration is weaker: the previous file cannot be used, so any gate may have been \
         removed"
            .into(),
    );
    finding
        .notes
        .push(format!("previous file: {}", fault.message));
    finding
}

/// A configuration as it is now, for comparing it with the one before.
#[derive(Clone, Copy)]
pub(super) struct NewConfig<'c> {
    /// The configuration.
    pub(super) config: &'c Config,
    /// The texts of those of its files that the change touches, by their paths.
    pub(super) texts: &'c BTreeMap<PathBuf, String>,
    /// What the change has moved.
    pub(super) moves: &'c Moves,
}

/// What is weaker in a gates.toml than in the one before.
pub(super) fn weaker(before: &Config, after: NewConfig<'_>, today: Date) -> Vec<Finding> {
    let Some(severity) = before.bypass.level(&WEAKENED).severity() else {
        return Vec::new();
    };
    let found = weaknesses(before, after.config, today, after.moves).into_iter();
    found
        .map(|weakness| as_finding(&weakness, severity, after.texts))
        .collect()
}

fn as_finding(
    weakness: &ConfigWeakening,
    severity: Severity,
    texts: &BTreeMap<PathBuf, String>,
) -> Finding {
    let how = if weakness.is_known {
        "the configuration is weaker"
    } else {
        "the configuration was changed"
    };
    let mut finding = weakening(
        severity,
        &weakness.about,
        format!("{how}: {}", weakness.what),
    );
    if !weakness.is_known {
        let note =
            "whether it is as strict as before is not known, so the change counts as a weakening";
        finding.notes.push(note.to_owned());
    }
    let Location::File(place) = &mut finding.location else {
        return finding;
    };
    // A gate that is gone has no line.
    let is_gone = matches!(weakness.keys.as_slice(), [table, _] if table == "gates");
    if weakness.is_elsewhere {
        place.path.clone_from(&weakness.file);
    }
    let text = texts.get(&weakness.file).filter(|_| !is_gone);
    if let Some((number, line)) = text.and_then(|text| line_of(text, &weakness.keys)) {
        place.path.clone_from(&weakness.file);
        place.line = number;
        place.text = clean_line(line.as_bytes());
    }
    finding
}

/// The finding about what is weaker in a table of gates.toml.
fn weakening(severity: Severity, about: &str, message: String) -> Finding {
    let place = FilePlace {
        mark: format!("[{about}]"),
        ..FilePlace::whole(FILE_NAME)
    };
    finding(&WEAKENED, severity, place, message)
}

pub(super) fn finding(
    rule: &'static Rule,
    severity: Severity,
    place: FilePlace,
    message: String,
) -> Finding {
    Finding {
        severity,
        location: Location::File(place),
        ..Finding::new(rule, message, Remedy::Edit(HELP.to_owned()))
    }
}

/// The finding that no configuration is left, because it `was removed` or the like; `None` if none of
/// the rules before checks for that.
pub(super) fn no_configuration_left<'c>(
    before: impl IntoIterator<Item = &'c Config>,
    what: &str,
) -> Option<Finding> {
    let levels = before
        .into_iter()
        .map(|config| config.bypass.level(&WEAKENED));
    let severity = levels.filter_map(Level::severity).max()?;
    let message = format!("{FILE_NAME} {what}, so no gate and no rule is left");
    Some(weakening(severity, "gates", message))
}
