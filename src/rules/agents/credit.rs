//! The value of one `Assisted-By` trailer: its form, and what is wrong with it.

use super::credit_fault::CreditFault;
use super::hash;
use super::models::is_model;
use super::registry::is_agent_name;
use super::wanted::Wanted;
use crate::config::Form;
use crate::rules::catalogue;

/// Placeholders from templates that are meant to be replaced, in lower case.
const PLACEHOLDERS: [&str; 16] = [
    "[agent-name]",
    "[agent]",
    "[model]",
    "[hash]",
    "<agent-name>",
    "<agent>",
    "<model>",
    "<hash>",
    "agent-name",
    "agent_name",
    "model_version",
    "short-hash",
    "short_hash",
    "shorthash",
    "[model-name]",
    "your-agent",
];

/// Checks the value of a credit.
pub(crate) fn check_credit(value: &str, wanted: &Wanted<'_>) -> Result<(), CreditFault> {
    let value = value.trim();
    if value.is_empty() {
        return Err(CreditFault::new(
            &catalogue::assisted_by::EMPTY,
            "the credit names no agent",
        ));
    }
    if let Some(fault) = placeholder(value, wanted) {
        return Err(fault);
    }
    // A regular expression of the project has the last word.
    let is_free = |form: &Form| match form {
        Form::Any => true,
        Form::Matching(pattern) => pattern.regex.is_match(value.as_bytes()),
        Form::Agent | Form::Kernel => false,
    };
    if wanted.forms.iter().any(is_free) || wanted.takes_kernels() && is_kernels(value) {
        return Ok(());
    }
    let (name, address) = match value.split_once(" <") {
        Some((name, rest)) => (name.trim(), rest.ends_with('>')),
        None => (value, false),
    };
    if is_model(name) {
        return Err(model_as_agent(name, wanted));
    }
    if !wanted.takes_agents() || address || is_kernels(value) {
        return Err(malformed(value, wanted));
    }
    agents(value, wanted)
}

fn model_as_agent(name: &str, wanted: &Wanted<'_>) -> CreditFault {
    CreditFault::new(
        &catalogue::assisted_by::MODEL_AS_AGENT,
        "this is a model, not the agent that used it",
    )
    .mark(name)
    .note("credit the model itself with Co-Authored-By")
    .note(format!("expected  {}", wanted.form()))
}

fn malformed(value: &str, wanted: &Wanted<'_>) -> CreditFault {
    CreditFault::new(
        &catalogue::assisted_by::MALFORMED,
        "the credit does not have the required form",
    )
    .mark(value)
    .note(format!("expected  {}", wanted.form()))
}

fn placeholder(value: &str, wanted: &Wanted<'_>) -> Option<CreditFault> {
    let lower = value.to_lowercase();
    let mut marks: Vec<String> = Vec::new();
    let mut add = |at: usize, length: usize| {
        if let Some(word) = value.get(at..at + length) {
            marks.push(word.to_owned());
        }
    };
    for word in PLACEHOLDERS {
        for (at, _) in lower.match_indices(word) {
            let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            let is_whole =
                !lower[..at].ends_with(inner) && !lower[at + word.len()..].starts_with(inner);
            if is_whole {
                add(at, word.len());
            }
        }
    }
    for literal in ["(model", "/ hash)"] {
        if let Some(at) = lower.find(literal) {
            let end = lower[at + literal.len()..].trim_start();
            if literal.ends_with(')') || end.starts_with(['/', ')']) {
                add(at, literal.len());
            }
        }
    }
    if marks.is_empty() || lower.len() != value.len() {
        return None;
    }
    let mut fault = CreditFault::new(
        &catalogue::assisted_by::PLACEHOLDER,
        "the credit still contains the template's example",
    );
    fault.marks = marks;
    fault = fault.note("name the agent that did the work, one agent per line");
    let Some(first) = wanted.registry.definitions().first() else {
        return Some(fault.note(format!("expected  {}", wanted.form())));
    };
    fault = fault.note(format!("known agents: {}", wanted.registry.summary()));
    // Where the model is filled in, only the agent has to be chosen.
    let model = value
        .split_once('(')
        .and_then(|(_, inside)| inside.split(['/', ')']).next())
        .map(str::trim)
        .filter(|model| is_model(model));
    let example = wanted.credit(&first.name, model);
    Some(match example {
        Some(example) => fault.note(format!("for example  {example}")),
        None => fault,
    })
}

/// `AGENT_NAME:MODEL_VERSION` and tools, as checkpatch accepts them.
fn is_kernels(value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    let is_filled = |text: &str| !text.is_empty() && !text.contains(['[', ']', '<', '>']);
    first
        .split_once(':')
        .is_some_and(|(agent, model)| is_filled(agent) && is_filled(model))
}

/// Our template's form: `agent (model / hash)`.
fn agents(value: &str, wanted: &Wanted<'_>) -> Result<(), CreditFault> {
    let (name, inside) = match value.split_once('(') {
        Some((name, rest)) => (name.trim_end(), Some(rest)),
        None => (value, None),
    };
    if let Some(fault) = two_agents(value, name) {
        return Err(fault.note(format!("expected  {}", wanted.form())));
    }
    let is_defined = wanted.registry.of(name).next().is_some();
    if !is_defined && is_model(name) {
        return Err(model_as_agent(name, wanted));
    }
    let Some(inside) = inside else {
        return Err(CreditFault::new(
            &catalogue::assisted_by::NO_PARENTHESES,
            "the model in parentheses is missing",
        )
        .mark(value)
        .note(format!("expected  {}", wanted.form())));
    };
    let inside = inside.strip_suffix(')');
    let (Some(inside), true) = (inside, is_agent_name(name)) else {
        return Err(malformed(value, wanted));
    };
    if inside.contains(['(', ')']) || !value[name.len()..].starts_with(" (") {
        return Err(malformed(value, wanted));
    }
    let (model, hash) = match inside.split_once('/') {
        Some((model, hash)) => (model, Some(hash)),
        None => (inside, None),
    };
    if model.trim().is_empty() || hash.is_some_and(|hash| hash.contains('/')) {
        return Err(malformed(value, wanted));
    }
    let model = model.trim();
    match hash {
        Some(hash) => hash::check_hash(name, model, hash.trim(), wanted)?,
        None if wanted.needs_hash() => {
            let fault = CreditFault::new(&catalogue::assisted_by::BAD_HASH, "the hash is missing")
                .mark(inside);
            return Err(hash::with_hash(fault, name, model, wanted));
        }
        None => return Ok(()),
    }
    // Everything is there except for the blanks.
    let is_spaced = inside.ends_with(|c: char| !c.is_whitespace())
        && inside.starts_with(|c: char| !c.is_whitespace())
        && inside.contains(" / ");
    if is_spaced {
        return Ok(());
    }
    let mut fault = malformed(value, wanted);
    fault.right = hash.map(|hash| format!("{name} ({model} / {})", hash.trim()));
    Err(fault)
}

fn two_agents(value: &str, name: &str) -> Option<CreditFault> {
    let lower = name.to_lowercase();
    let joined = [",", ";", "&", "+", " and "];
    let is_two = joined.iter().any(|word| lower.contains(word)) || value.matches('(').count() > 1;
    is_two.then(|| {
        CreditFault::new(
            &catalogue::assisted_by::TWO_AGENTS_ON_ONE_LINE,
            "the credit names more than one agent",
        )
        .mark(value)
        .note("write one line per agent")
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::registry::Registry;
    use super::*;

    fn registry() -> Registry {
        let file = |name: &str, id: &str| (PathBuf::from(name), id.to_owned());
        Registry::new([
            file(
                "rust-reviewer.md",
                "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
            ),
            file("test-writer.md", "9f8e7d6c5b4a39281706f5e4d3c2b1a000112233"),
        ])
    }

    #[track_caller]
    fn check(forms: &[Form], registry: &Registry, cases: &[(&str, &str)]) {
        let wanted = Wanted { forms, registry };
        for (value, expected) in cases {
            let rule = check_credit(value, &wanted).map_or_else(|fault| fault.rule.id, |()| "");
            let expected = if expected.is_empty() {
                String::new()
            } else {
                format!("assisted-by.{expected}")
            };
            assert_eq!(rule, expected, "{value}");
        }
    }

    #[test]
    fn each_fault_has_its_rule() {
        let cases = [
            ("reviewer (claude-sonnet-4 / a1b2c3d)", ""),
            ("reviewer (Claude Opus 4.5 / a1b2)", ""),
            ("reviewer (claude-sonnet-4)", ""),
            ("claude (claude-sonnet-4)", ""),
            ("claude-code (opus / abcd)", ""),
            ("Claude:claude-3-opus coccinelle sparse", ""),
            ("", "empty"),
            ("[agent-name] (claude-sonnet-4 / SHORT_HASH)", "placeholder"),
            ("agent-name (model / short-hash)", "placeholder"),
            ("reviewer (model / a1b2c3d)", "placeholder"),
            ("AGENT_NAME:MODEL_VERSION", "placeholder"),
            ("reviewer (model-x / a1b2c3d)", ""),
            ("a, b (opus / a1b2c3d)", "two-agents-on-one-line"),
            ("a and b (opus / a1b2c3d)", "two-agents-on-one-line"),
            ("a (m1 / abcd) b (m2 / abcd)", "two-agents-on-one-line"),
            ("claude-sonnet-4 (reviewer / a1b2c3d)", "model-as-agent"),
            ("Claude Sonnet 4.5", "model-as-agent"),
            ("ChatGPTv5", "model-as-agent"),
            ("gpt-4.1", "model-as-agent"),
            ("o3-mini", "model-as-agent"),
            ("reviewer opus / a1b2c3d", "no-parentheses"),
            ("reviewer", "no-parentheses"),
            ("ChatGPT", "no-parentheses"),
            ("reviewer (opus / A1B2C3D)", "bad-hash"),
            ("reviewer (opus / xyz)", "bad-hash"),
            ("reviewer (opus / )", "bad-hash"),
            ("reviewer (opus/a1b2c3d)", "malformed"),
            ("reviewer(opus / a1b2c3d)", "malformed"),
            ("reviewer ( / a1b2c3d)", "malformed"),
            ("reviewer (a / b / a1b2c3d)", "malformed"),
            ("the reviewer (opus / a1b2c3d)", "malformed"),
            ("reviewer (opus / a1b2c3d) and more", "malformed"),
        ];
        check(&[], &Registry::default(), &cases);
    }

    #[test]
    fn a_registry_knows_names_and_hashes() {
        let registry = registry();
        let cases = [
            ("rust-reviewer (opus / a1b2c3d)", ""),
            ("rust-reviewer (opus / a1b2)", ""),
            ("rust-reviewer (opus)", "bad-hash"),
            ("rust-reviewer (opus / 9f8e7d6)", "hash-mismatch"),
            ("rust-revewer (opus / a1b2c3d)", "unknown-agent"),
            ("Claude:claude-3-opus", "malformed"),
        ];
        check(&[], &registry, &cases);
        check(
            &[Form::Agent, Form::Kernel],
            &registry,
            &[("Claude:claude-3-opus", ""), cases[3], cases[0]],
        );
        let wanted = Wanted {
            forms: &[],
            registry: &registry,
        };
        let fault = check_credit("rust-reviewer (opus / 9f8e7d6)", &wanted).unwrap_err();
        assert_eq!(
            fault.right.as_deref(),
            Some("rust-reviewer (opus / a1b2c3d)")
        );
        let fault = check_credit("rust-revewer (opus / a1b2c3d)", &wanted).unwrap_err();
        assert!(fault.notes[0].contains("`rust-reviewer`"), "{fault:?}");
    }

    #[test]
    fn other_forms_can_be_asked_for() {
        let none = Registry::default();
        check(
            &[Form::Kernel],
            &none,
            &[
                ("Claude:claude-3-opus", ""),
                ("reviewer (opus / a1b2c3d)", "malformed"),
                ("Claude", "malformed"),
            ],
        );
        check(
            &[Form::Any],
            &none,
            &[("whoever", ""), ("", "empty"), ("<agent>", "placeholder")],
        );
        check(
            &[Form::Agent],
            &none,
            &[
                ("reviewer (opus)", "bad-hash"),
                ("reviewer (opus / abcd)", ""),
            ],
        );
    }
}
