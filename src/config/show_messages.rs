//! Writes down the resolved rules about commit messages and agents.

use toml::Value;

use super::commit_msg::{
    Agents, AssistedBy, CommitMsg, Forbidden, Form, SignedOffBy, SubjectRules, Trailers, Values,
};
use super::commit_msg_file::texts;
use super::toml_text::{line, note, paths, shown, table};

/// Writes `[commit-msg]` and its tables.
pub(super) fn commit_msg(text: &mut String, rules: &CommitMsg) {
    text.push_str("\n[commit-msg]\n");
    line(text, "exempt-merges", rules.exempt_merges);
    line(text, "exempt-authors", texts(&rules.exempt_authors));
    line(text, "skip-ci", rules.skip_ci.name());
    line(text, "diff", rules.diff.name());
    signed_off_by(text, rules.signed_off_by);
    assisted_by(text, &rules.assisted_by);
    trailers(text, &rules.trailers);
    subject(text, &rules.subject);
}

fn signed_off_by(text: &mut String, rules: SignedOffBy) {
    text.push_str("\n[commit-msg.signed-off-by]\n");
    line(text, "required", rules.required.name());
    line(text, "match", rules.matches.name());
    line(text, "mailmap", rules.mailmap);
    line(text, "duplicates", rules.duplicates.name());
    line(text, "order", rules.order.name());
    line(text, "co-developed", rules.co_developed.name());
    line(text, "remediation", rules.remediation.name());
}

fn assisted_by(text: &mut String, rules: &AssistedBy) {
    text.push_str("\n[commit-msg.assisted-by]\n");
    line(text, "required", rules.required.name());
    let forms: Vec<&str> = rules.forms.iter().map(Form::name).collect();
    if forms.is_empty() {
        note(
            text,
            "format",
            "agent, checked against the definitions; without definitions agent or kernel",
        );
    } else {
        line(text, "format", forms);
    }
    line(text, "key", rules.key.as_str());
    line(text, "generated-line", rules.generated_line);
    line(text, "fill-in", rules.fill_in);
}

fn trailers(text: &mut String, rules: &Trailers) {
    text.push_str("\n[commit-msg.trailers]\n");
    let forbid: Vec<String> = rules.forbid.iter().map(Forbidden::name).collect();
    for (key, keys) in [
        ("require", &rules.require),
        ("forbid", &forbid),
        ("once", &rules.once),
    ] {
        if keys.is_empty() {
            note(text, key, "none");
        } else {
            line(text, key, keys.clone());
        }
    }
    let value = |values: &Values| match values {
        Values::Matching(pattern) => shown(&pattern.text.as_str().into()),
        Values::OneOf(words) => shown(&Value::from(words.clone())),
    };
    let pairs: Vec<String> = rules
        .values
        .iter()
        .map(|(key, values)| format!("{key} = {}", value(values)))
        .collect();
    table(text, "values", &pairs);
}

fn subject(text: &mut String, rules: &SubjectRules) {
    text.push_str("\n[commit-msg.subject]\n");
    if rules.is_conventional {
        line(text, "style", "conventional");
        line(text, "types", rules.types.clone());
    } else {
        line(text, "style", "free");
    }
    match rules.max_length {
        Some(length) => line(text, "max-length", i64::from(length)),
        None => note(text, "max-length", "any"),
    }
    line(text, "trailing-period", rules.trailing_period.name());
}

/// Writes `[agents]`.
pub(super) fn agents(text: &mut String, agents: &Agents) {
    text.push_str("\n[agents]\n");
    paths(text, "definitions", &agents.definitions, "none");
    let key = |name: &String| shown(&Value::from(name.as_str()));
    let variables: Vec<String> = agents
        .variables
        .iter()
        .map(|(name, agent)| match agent {
            Some(agent) => format!("{} = {}", key(name), shown(&agent.as_str().into())),
            None => format!("{} = false", key(name)),
        })
        .collect();
    table(text, "variables", &variables);
    let addresses: Vec<String> = agents
        .addresses
        .iter()
        .map(|(address, is_ai)| format!("{} = {is_ai}", key(address)))
        .collect();
    table(text, "addresses", &addresses);
}
