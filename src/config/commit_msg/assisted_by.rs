//! `[commit-msg.assisted-by]`: the credit of agents.

use toml::de::DeValue;

use super::inner_table::inner;
use super::trailers::trailer_key;
use crate::base::text::nearest;
use crate::base::words::words;
use crate::config::key::{self, Key, Weaker};
use crate::config::problem::{Problem, Problems};
use crate::config::reader::{Item, boolean, filled_list, filled_string, word};
use crate::config::shape::{FILLED, Property, Shape, TRAILER_KEY, filled, words as words_of};
use crate::config::toml_text::{Shown, list, value};
use crate::config::values::regex;
use crate::model::comparison::Comparison;
use crate::model::gate::Pattern;

/// `[commit-msg.assisted-by]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssistedBy {
    /// When a credit is required.
    pub(crate) required: CreditRequired,
    /// The forms that a credit may have; if empty, those that suit the registry.
    pub(crate) forms: Vec<Form>,
    /// The trailer's key.
    pub(crate) key: String,
    /// Whether a line like `Generated with [Claude Code]` counts as a sign of an agent.
    pub(crate) generated_line: bool,
    /// Whether the prepare-commit-msg hook writes the credit where it is known.
    pub(crate) fill_in: bool,
}

impl Default for AssistedBy {
    fn default() -> Self {
        Self {
            required: CreditRequired::WhenAgent,
            forms: Vec::new(),
            key: "Assisted-By".into(),
            generated_line: false,
            fill_in: true,
        }
    }
}

/// The keys of the table.
pub(super) static KEYS: [Key<AssistedBy>; 5] = [
    Key {
        name: "required",
        about: "When the credit of an AI coding agent is required: always, when an agent is running, never, or not even allowed.",
        shape: words_of::<CreditRequired>(),
        read: |rules, item, p| p.put(&mut rules.required, word(item)),
        show: |rules| value(rules.required.name()),
        weaker: Weaker::Compared(|before, after| {
            use CreditRequired::{Always, Forbidden, Never, WhenAgent};
            Comparison::by(&before.required, &after.required, |one, other| {
                // What must not be credited is not required to be.
                one == other
                    || matches!(
                        (one, other),
                        (Never, Always | WhenAgent | Forbidden) | (WhenAgent, Always)
                    )
            })
        }),
    },
    Key {
        name: "format",
        about: "The form of the credit, or a list of forms: agent, kernel, any, or a regular expression.",
        shape: Shape::Either(&[FILLED, filled(&FILLED)]),
        read: |rules, item, p| p.put(&mut rules.forms, forms(item)),
        show: |rules| list(rules.forms.iter().map(Form::name), ANY_FORM),
        // An empty list is not one of nothing, but depends on the definitions.
        weaker: Weaker::Compared(|before, after| {
            match (before.forms.as_slice(), after.forms.as_slice()) {
                ([], [_, ..]) | ([_, ..], []) => Comparison::Unknown,
                (before, after) if before.contains(&Form::Any) => {
                    Comparison::by(before, after, |one, _| one.contains(&Form::Any))
                }
                (before, after) => Comparison::by_shorter(before, after),
            }
        }),
    },
    Key {
        name: "key",
        about: "The key of the trailer.",
        shape: TRAILER_KEY,
        read: |rules, item, p| p.put(&mut rules.key, credit_key(item)),
        show: |rules| value(rules.key.as_str()),
        weaker: Weaker::Compared(|before, after| {
            Comparison::by_rank(&before.key, &after.key, |_| 0)
        }),
    },
    Key {
        name: "generated-line",
        about: "Whether a line such as `Generated with [Claude Code]` also indicates an agent.",
        shape: Shape::Boolean,
        read: |rules, item, p| p.put(&mut rules.generated_line, boolean(item)),
        show: |rules| value(rules.generated_line),
        weaker: Weaker::If("a line of an agent no longer counts", |before, after| {
            before.generated_line && !after.generated_line
        }),
    },
    Key {
        name: "fill-in",
        about: "Whether the prepare-commit-msg hook adds the credit of an agent that names itself and its model.",
        shape: Shape::Boolean,
        read: |rules, item, p| p.put(&mut rules.fill_in, boolean(item)),
        show: |rules| value(rules.fill_in),
        weaker: Weaker::Never("what is filled in is checked like everything else"),
    },
];

/// What `format` means where it is not set.
const ANY_FORM: &str =
    "agent, checked against the definitions; without definitions, agent or kernel";

/// The keys for the schema.
pub(super) fn properties() -> Vec<Property> {
    key::properties(&KEYS, &AssistedBy::default())
}

pub(super) fn read(rules: &mut AssistedBy, item: &Item<'_>, problems: &mut Problems) {
    inner("[commit-msg.assisted-by]", &KEYS, rules, item, problems);
}

pub(super) fn show(rules: &AssistedBy) -> Shown {
    Shown::Tables(key::show("\n[commit-msg.assisted-by]", &KEYS, rules))
}

words! {
    /// When a credit is required.
    pub(crate) enum CreditRequired {
        /// In every commit.
        Always = "always",
        /// When an AI coding agent is running.
        WhenAgent = "when-agent",
        /// Never.
        Never = "never",
        /// Never allowed, nor is any other credit of an AI.
        Forbidden = "forbidden",
    }
}

/// The form of a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// `agent-name (model / short-hash)`.
    Agent,
    /// The Linux kernel's: `AGENT_NAME:MODEL_VERSION`, and tools.
    Kernel,
    /// Anything that is not empty.
    Any,
    /// A text that a regular expression matches.
    Matching(Pattern),
}

impl Form {
    /// The form as gates.toml spells it: the name of a preset, or a regular expression.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Agent => "agent",
            Self::Kernel => "kernel",
            Self::Any => "any",
            Self::Matching(pattern) => &pattern.text,
        }
    }
}

/// One form or a list of them.
fn forms(item: &Item<'_>) -> Result<Vec<Form>, Problem> {
    match item.get_ref() {
        DeValue::Array(_) => filled_list(item, "forms", form),
        _ => Ok(vec![form(item)?]),
    }
}

fn form(item: &Item<'_>) -> Result<Form, Problem> {
    const PRESETS: [&str; 3] = ["agent", "kernel", "any"];
    const EXPECTED: &str = "expected \"agent\", \"kernel\", \"any\" or a regular expression, as in \
                            '^\\S+ \\(\\S+\\)$'";
    let text = filled_string(item).map_err(|problem| problem.help(EXPECTED))?;
    match text.as_str() {
        "agent" => Ok(Form::Agent),
        "kernel" => Ok(Form::Kernel),
        "any" => Ok(Form::Any),
        // A plain word is a misspelled preset rather than a regular expression.
        word if word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            let title = format!("`{word}` is not a known form");
            let problem = Problem::new(item.span(), title).help(EXPECTED);
            Err(match nearest(word, PRESETS) {
                Some(right) => problem.label(format!("did you mean \"{right}\"?")),
                None => problem.label("unknown form"),
            })
        }
        _ => regex(item).map(Form::Matching),
    }
}

/// The key of the credit, which must not have another meaning.
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
