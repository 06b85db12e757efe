//! What keeps a gate from blocking for a while: `level = "warn"` with its `until`, and `skip`.

use time::Date;

use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, choice, filled_string, table};
use crate::config::shape::{DATE, FILLED, Field, Property};
use crate::config::toml_text::{Shown, shown};
use crate::config::values::date;
use crate::model::gate::{GateLevel, Skip};

const REASON: Field = Field {
    name: "reason",
    about: "Why the gate is disabled; every report shows it.",
    shape: FILLED,
    is_required: true,
};

const UNTIL: Field = Field {
    name: "until",
    about: "The last day, in UTC.",
    shape: DATE,
    is_required: true,
};

/// The keys of `skip` for the schema.
pub(super) fn properties() -> Vec<Property> {
    [&REASON, &UNTIL].map(Field::property).into()
}

pub(super) fn level(item: &Item<'_>) -> Result<GateLevel, Problem> {
    let warn = GateLevel::Warn { until: None };
    choice(item, &[(GateLevel::Block, "block"), (warn, "warn")])
}

pub(super) fn until_of_block(item: &Item<'_>) -> Problem {
    Problem::new(item.span(), "`until` belongs to `level = \"warn\"`")
        .label("has no effect on a gate that blocks")
        .help("to disable a gate for some time, write skip = { reason = \"...\", until = \"...\" }")
}

pub(super) fn skip(item: &Item<'_>, problems: &mut Problems) -> Option<Skip> {
    const FORM: &str = "write skip = { reason = \"...\", until = \"2027-03-31\" }";
    let entries = table(item, "a table with a reason and a last day");
    let entries = problems.keep(entries.map_err(|problem| problem.help(FORM)))?;
    let mut skip = Table::new("`skip`", entries);
    let reason = skip.take(&REASON, problems, filled_string);
    let until = skip.take(&UNTIL, problems, date);
    for key in skip.missing() {
        problems.add(
            Problem::new(item.span(), format!("a skip needs `{key}`"))
                .label(format!("`{key}` is missing"))
                .help(FORM),
        );
    }
    skip.finish(problems);
    Some(Skip {
        reason: reason?,
        until: until?,
    })
}

pub(super) fn show(skip: &Skip) -> Shown {
    let reason = shown(&skip.reason.as_str().into());
    let until = format!("until = \"{}\"", skip.until);
    Shown::Pairs(vec![format!("reason = {reason}"), until])
}

/// What is weaker in a skip than in the one before. One that has ended has no effect.
pub(super) fn weaker(before: Option<&Skip>, after: Option<&Skip>, today: Date) -> Option<String> {
    let until = after?.until;
    let is_longer = before.is_none_or(|before| until > before.until);
    (is_longer && until >= today).then(|| format!("it is switched off until {until}"))
}
