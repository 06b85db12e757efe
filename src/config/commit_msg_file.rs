//! `[commit-msg]` and `[agents]` as typed.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::commit_msg::{
    Agents, AssistedBy, CommitMsg, CreditRequired, Forbidden, Form, Matches, Remediation,
    SignOffRequired, SignedOffBy, Strictness, SubjectRules, Trailers, Values,
};
use super::problem::{Problem, Problems};
use super::reader::{
    Item, Table, boolean, choice, filled_list, filled_string, integer, list, string, table,
};
use super::values::{globs, regex, variable_name};
use crate::base::text::nearest;
use crate::model::gate::Pattern;

/// The longest subject that can be asked for, in columns.
const LONGEST_SUBJECT: u32 = 1000;

pub(super) fn read_commit_msg(entries: &DeTable<'_>, problems: &mut Problems) -> CommitMsg {
    let p = problems;
    let default = CommitMsg::default();
    let mut top = Table::new("[commit-msg]", entries);
    let authors = |item: &Item<'_>| list(item, "regular expressions", regex);
    let rules = CommitMsg {
        exempt_merges: value(&mut top, "exempt-merges", p, boolean, default.exempt_merges),
        exempt_authors: top
            .take("exempt-authors", p, authors)
            .map_or(default.exempt_authors, plain_list),
        skip_ci: value(&mut top, "skip-ci", p, strictness, default.skip_ci),
        diff: value(&mut top, "diff", p, strictness, default.diff),
        signed_off_by: inner(&mut top, "signed-off-by", p, read_signed_off_by).unwrap_or_default(),
        assisted_by: inner(&mut top, "assisted-by", p, read_assisted_by).unwrap_or_default(),
        trailers: inner(&mut top, "trailers", p, read_trailers).unwrap_or_default(),
        subject: inner(&mut top, "subject", p, read_subject).unwrap_or_default(),
    };
    top.finish(p);
    check_contradictions(entries, &rules, p);
    rules
}

/// Checks that no table requires what another table forbids.
fn check_contradictions(entries: &DeTable<'_>, rules: &CommitMsg, problems: &mut Problems) {
    let span = |table: &str, key: &str| {
        let table = entries.get(table)?.get_ref().as_table()?;
        Some(table.get(key)?.span())
    };
    let forbids = |key: &str| {
        let mut forbidden = rules.trailers.forbid.iter();
        forbidden.any(|trailer| !trailer.only_ai && trailer.key.eq_ignore_ascii_case(key))
    };
    let credit = rules.assisted_by.key.as_str();
    let wants_credit = matches!(
        rules.assisted_by.required,
        CreditRequired::Always | CreditRequired::WhenAgent
    );
    let wants_sign_off = rules.signed_off_by.required != SignOffRequired::Never;
    for (key, is_wanted, table) in [
        ("Signed-off-by", wants_sign_off, "signed-off-by"),
        (credit, wants_credit, "assisted-by"),
    ] {
        if let (true, Some(span)) = (is_wanted && forbids(key), span("trailers", "forbid")) {
            problems.add(
                Problem::new(span, format!("`{key}` is both required and forbidden"))
                    .label("forbidden here")
                    .help(format!(
                        "write required = \"never\" in [commit-msg.{table}]"
                    )),
            );
        }
    }
    let mut required = rules.trailers.require.iter();
    if rules.assisted_by.required == CreditRequired::Forbidden
        && required.any(|key| key.eq_ignore_ascii_case(credit))
        && let Some(span) = span("trailers", "require")
    {
        problems.add(
            Problem::new(span, format!("`{credit}` is both required and forbidden"))
                .label("required here, forbidden by [commit-msg.assisted-by]"),
        );
    }
}

/// The value of a key, or the default.
fn value<'a, 'i, T>(
    table: &mut Table<'a, 'i>,
    key: &'static str,
    problems: &mut Problems,
    read: impl FnOnce(&'a Item<'i>) -> Result<T, Problem>,
    default: T,
) -> T {
    let taken = table.take(key, problems, read);
    taken.map_or(default, Spanned::into_inner)
}

/// A table within `[commit-msg]`.
fn inner<T>(
    top: &mut Table<'_, '_>,
    key: &'static str,
    problems: &mut Problems,
    read: impl FnOnce(&mut Table<'_, '_>, &mut Problems) -> T,
) -> Option<T> {
    let entries = top.take(key, problems, |item| table(item, "a table"))?;
    let mut inner = Table::new(format!("[commit-msg.{key}]"), entries.get_ref());
    let value = read(&mut inner, problems);
    inner.finish(problems);
    Some(value)
}

fn plain_list<T>(elements: Spanned<Vec<Spanned<T>>>) -> Vec<T> {
    elements
        .into_inner()
        .into_iter()
        .map(Spanned::into_inner)
        .collect()
}

fn strictness(item: &Item<'_>) -> Result<Strictness, Problem> {
    choice(item, &Strictness::ALL, Strictness::name)
}

fn read_signed_off_by(table: &mut Table<'_, '_>, p: &mut Problems) -> SignedOffBy {
    let default = SignedOffBy::default();
    let required = |i: &Item<'_>| choice(i, &SignOffRequired::ALL, SignOffRequired::name);
    let matches = |i: &Item<'_>| choice(i, &Matches::ALL, Matches::name);
    let remediation = |i: &Item<'_>| choice(i, &Remediation::ALL, Remediation::name);
    SignedOffBy {
        required: value(table, "required", p, required, default.required),
        matches: value(table, "match", p, matches, default.matches),
        mailmap: value(table, "mailmap", p, boolean, default.mailmap),
        duplicates: value(table, "duplicates", p, strictness, default.duplicates),
        order: value(table, "order", p, strictness, default.order),
        co_developed: value(table, "co-developed", p, strictness, default.co_developed),
        remediation: value(table, "remediation", p, remediation, default.remediation),
    }
}

fn read_assisted_by(table: &mut Table<'_, '_>, p: &mut Problems) -> AssistedBy {
    let default = AssistedBy::default();
    let required = |i: &Item<'_>| choice(i, &CreditRequired::ALL, CreditRequired::name);
    AssistedBy {
        required: value(table, "required", p, required, default.required),
        forms: value(table, "format", p, forms, default.forms),
        key: value(table, "key", p, credit_key, default.key),
        generated_line: value(table, "generated-line", p, boolean, default.generated_line),
        fill_in: value(table, "fill-in", p, boolean, default.fill_in),
    }
}

/// One form or a list of them.
fn forms(item: &Item<'_>) -> Result<Vec<Form>, Problem> {
    match item.get_ref() {
        DeValue::Array(_) => {
            let forms = filled_list(item, "forms", form)?;
            Ok(forms.into_iter().map(Spanned::into_inner).collect())
        }
        _ => Ok(vec![form(item)?]),
    }
}

fn form(item: &Item<'_>) -> Result<Form, Problem> {
    const PRESETS: [&str; 3] = ["agent", "kernel", "any"];
    let text = filled_string(item)?;
    match text.as_str() {
        "agent" => Ok(Form::Agent),
        "kernel" => Ok(Form::Kernel),
        "any" => Ok(Form::Any),
        // A plain word is a misspelt preset rather than a regular expression.
        word if word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            let problem = Problem::new(item.span(), format!("`{word}` is not a known form")).help(
                "expected \"agent\", \"kernel\", \"any\" or a regular expression, as in \
                    '^\\S+ \\(\\S+\\)$'",
            );
            Err(match nearest(word, PRESETS) {
                Some(right) => problem.label(format!("did you mean \"{right}\"?")),
                None => problem.label("unknown form"),
            })
        }
        _ => regex(item).map(Form::Matching),
    }
}

/// A key that git accepts for a trailer: letters, digits and hyphens.
fn trailer_key(item: &Item<'_>) -> Result<String, Problem> {
    let text = string(item)?;
    must_be_key(item.span(), &text)?;
    Ok(text)
}

/// The key of the credit, which must not be one that means something else.
fn credit_key(item: &Item<'_>) -> Result<String, Problem> {
    let key = trailer_key(item)?;
    let reserved = ["Signed-off-by", "Co-authored-by", "Co-developed-by"];
    if reserved
        .iter()
        .any(|reserved_key| reserved_key.eq_ignore_ascii_case(&key))
    {
        return Err(
            Problem::new(item.span(), format!("`{key}` has another meaning"))
                .label("as in \"Assisted-By\""),
        );
    }
    Ok(key)
}

fn must_be_key(span: std::ops::Range<usize>, text: &str) -> Result<(), Problem> {
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.chars().all(is_key) {
        return Ok(());
    }
    Err(Problem::new(
        span,
        format!("`{}` is not a valid trailer key", text.escape_debug()),
    )
    .label("use only letters, digits and hyphens"))
}

fn read_trailers(table: &mut Table<'_, '_>, p: &mut Problems) -> Trailers {
    let keys = |item: &Item<'_>| filled_list(item, "keys", trailer_key);
    let require = table.take("require", p, keys);
    let forbid = table.take("forbid", p, |item| filled_list(item, "keys", forbidden));
    for entry in forbid.iter().flat_map(Spanned::get_ref) {
        let forbidden = entry.get_ref();
        let is_same = |key: &&Spanned<String>| key.get_ref().eq_ignore_ascii_case(&forbidden.key);
        let required = require.iter().flat_map(Spanned::get_ref).find(is_same);
        if let (Some(required), false) = (required, forbidden.only_ai) {
            p.add(
                Problem::new(
                    entry.span(),
                    format!("`{}` is both required and forbidden", forbidden.key),
                )
                .label("forbidden here")
                .related(required.span(), "required here"),
            );
        }
    }
    let values = table.take("values", p, values_by_key);
    Trailers {
        require: require.map(plain_list).unwrap_or_default(),
        forbid: forbid.map(plain_list).unwrap_or_default(),
        once: table
            .take("once", p, keys)
            .map(plain_list)
            .unwrap_or_default(),
        values: values.map(Spanned::into_inner).unwrap_or_default(),
    }
}

fn forbidden(item: &Item<'_>) -> Result<Forbidden, Problem> {
    let text = string(item)?;
    let (key, only_ai) = match text.strip_suffix(Forbidden::AI) {
        Some(key) => (key, true),
        None => (text.as_str(), false),
    };
    must_be_key(item.span(), key)?;
    Ok(Forbidden {
        key: key.to_owned(),
        only_ai,
    })
}

fn values_by_key(item: &Item<'_>) -> Result<Vec<(String, Values)>, Problem> {
    let entries = table(
        item,
        "a table of keys, as in { Risk = [\"low\", \"high\"] }",
    )?;
    let mut values = Vec::new();
    for (key, item) in entries {
        must_be_key(key.span(), key.get_ref())?;
        let value = match item.get_ref() {
            DeValue::Array(_) => {
                let words = filled_list(item, "values", filled_string)?;
                Values::OneOf(words.into_iter().map(Spanned::into_inner).collect())
            }
            _ => Values::Matching(regex(item)?),
        };
        values.push((key.get_ref().to_string(), value));
    }
    Ok(values)
}

fn read_subject(table: &mut Table<'_, '_>, p: &mut Problems) -> SubjectRules {
    let default = SubjectRules::default();
    let style = |item: &Item<'_>| {
        choice(item, &[false, true], |is_conventional| {
            if is_conventional {
                "conventional"
            } else {
                "free"
            }
        })
    };
    let words = |item: &Item<'_>| list(item, "types", commit_type);
    let length = |item: &Item<'_>| integer(item, 1..LONGEST_SUBJECT + 1).map(Some);
    let style_taken = table.take("style", p, style);
    let is_conventional = style_taken.map_or(default.is_conventional, Spanned::into_inner);
    let types = table.take("types", p, words);
    if let Some(types) = &types
        && !is_conventional
        && !types.get_ref().is_empty()
    {
        p.add(
            Problem::new(
                types.span(),
                "`types` belongs to `style = \"conventional\"`",
            )
            .label("has no effect on subjects of another style"),
        );
    }
    SubjectRules {
        is_conventional,
        types: types.map(plain_list).unwrap_or_default(),
        max_length: value(table, "max-length", p, length, default.max_length),
        trailing_period: value(
            table,
            "trailing-period",
            p,
            strictness,
            default.trailing_period,
        ),
    }
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

pub(super) fn read_agents(entries: &DeTable<'_>, problems: &mut Problems) -> Agents {
    let p = problems;
    let default = Agents::default();
    let mut table = Table::new("[agents]", entries);
    let definitions = table.take("definitions", p, globs);
    let agents = Agents {
        definitions: definitions.map_or(default.definitions, |globs| globs.into_inner().0),
        variables: value(&mut table, "variables", p, variables, default.variables),
        addresses: value(&mut table, "addresses", p, addresses, default.addresses),
    };
    table.finish(p);
    agents
}

fn variables(item: &Item<'_>) -> Result<BTreeMap<String, Option<String>>, Problem> {
    const FORM: &str = "a table of variables, as in { MY_AGENT = \"my-agent\", OTHER = false }";
    let mut variables = BTreeMap::new();
    for (key, item) in table(item, FORM)? {
        let name = variable_name(key)?;
        let agent = match item.get_ref() {
            DeValue::Boolean(false) => None,
            DeValue::String(_) => Some(filled_string(item)?),
            _ => {
                return Err(Problem::new(item.span(), "this is not an agent").label(
                    "write the agent's name, or false if the variable does not indicate \
                        one",
                ));
            }
        };
        variables.insert(name, agent);
    }
    Ok(variables)
}

fn addresses(item: &Item<'_>) -> Result<BTreeMap<String, bool>, Problem> {
    const FORM: &str = "a table of addresses, as in { \"bot@example.com\" = true }";
    let mut addresses = BTreeMap::new();
    for (key, item) in table(item, FORM)? {
        let address: &str = key.get_ref();
        if !address.contains('@') || address.contains(char::is_whitespace) {
            return Err(
                Problem::new(key.span(), "this is not an email address").label(
                    "must be like \
                    \"bot@example.com\"",
                ),
            );
        }
        addresses.insert(address.to_lowercase(), boolean(item)?);
    }
    Ok(addresses)
}

/// Patterns as gates.toml spells them.
pub(super) fn texts(patterns: &[Pattern]) -> Vec<String> {
    patterns.iter().map(|p| p.text.clone()).collect()
}
