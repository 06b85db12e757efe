//! `[commit-msg.subject]`: the first line.

use super::strictness::Strictness;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, Table, choice, filled_string, integer, list, word};
use crate::config::toml_text::{Shown, table, value, value_or};

/// The largest allowed `max-length`, in columns.
const LONGEST_SUBJECT: u32 = 1000;

/// `[commit-msg.subject]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubjectRules {
    /// Whether it must follow Conventional Commits.
    pub(crate) is_conventional: bool,
    /// The types that are then allowed; if empty, any.
    pub(crate) types: Vec<String>,
    /// The maximum width, in columns.
    pub(crate) max_length: Option<u32>,
    /// The rule about a full stop at its end.
    pub(crate) trailing_period: Strictness,
}

impl Default for SubjectRules {
    fn default() -> Self {
        Self {
            is_conventional: false,
            types: Vec::new(),
            max_length: None,
            trailing_period: Strictness::Allow,
        }
    }
}

pub(super) fn read(table: &mut Table<'_, '_>, p: &mut Problems) -> SubjectRules {
    let default = SubjectRules::default();
    let style = |item: &Item<'_>| choice(item, &[(true, "conventional"), (false, "free")]);
    let words = |item: &Item<'_>| list(item, "types", commit_type);
    let length = |item: &Item<'_>| integer(item, 1..LONGEST_SUBJECT + 1).map(Some);
    let period = default.trailing_period;
    let rules = SubjectRules {
        is_conventional: table.take_or(default.is_conventional, "style", p, style),
        types: table.take_or(default.types, "types", p, words),
        max_length: table.take_or(default.max_length, "max-length", p, length),
        trailing_period: table.take_or(period, "trailing-period", p, word),
    };
    if let Some(item) = table.item("types")
        && !rules.is_conventional
        && !rules.types.is_empty()
    {
        let title = "`types` belongs to `style = \"conventional\"`";
        let label = "has no effect on subjects of another style";
        p.add(Problem::new(item.span(), title).label(label));
    }
    rules
}

pub(super) fn show(rules: &SubjectRules) -> Shown {
    let (style, types) = if rules.is_conventional {
        ("conventional", value(rules.types.clone()))
    } else {
        ("free", Shown::Nothing)
    };
    let lines = [
        ("style", value(style)),
        ("types", types),
        (
            "max-length",
            value_or(rules.max_length.map(i64::from), "any"),
        ),
        ("trailing-period", value(rules.trailing_period.name())),
    ];
    Shown::Tables(table("\n[commit-msg.subject]", lines))
}

/// The type of a Conventional Commit: a noun.
fn commit_type(item: &Item<'_>) -> Result<String, Problem> {
    let text = filled_string(item)?;
    if text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '!' | ':')) {
        return Err(Problem::new(item.span(), "this is not a valid commit type")
            .label("must be one word, as in \"fix\""));
    }
    Ok(text)
}
