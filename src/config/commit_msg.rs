//! The rules for commit messages, resolved: `[commit-msg]` and `[agents]`, with every default
//! filled in.

use std::collections::BTreeMap;

use crate::model::finding::Severity;
use crate::model::gate::{PathSet, Pattern};

/// How strictly a rule is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// A violation refuses the message.
    Error,
    /// A violation is shown.
    Warn,
    /// The rule is off.
    Allow,
}

/// The rules for commit messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitMsg {
    /// Whether merges need no trailers.
    pub(crate) exempt_merges: bool,
    /// Authors that the rules exempt, by their addresses.
    pub(crate) exempt_authors: Vec<Pattern>,
    /// The rule about words that keep CI from running.
    pub(crate) skip_ci: Strictness,
    /// The rule about a diff in the message.
    pub(crate) diff: Strictness,
    /// The sign-off.
    pub(crate) signed_off_by: SignedOffBy,
    /// The credit of agents.
    pub(crate) assisted_by: AssistedBy,
    /// Other trailers.
    pub(crate) trailers: Trailers,
    /// The subject.
    pub(crate) subject: SubjectRules,
}

/// `[commit-msg.signed-off-by]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SignedOffBy {
    /// When a sign-off is asked for.
    pub(crate) required: SignOffRequired,
    /// Who must have signed off.
    pub(crate) matches: Matches,
    /// Whether `.mailmap` may join names and addresses.
    pub(crate) mailmap: bool,
    /// The rule about duplicate sign-offs.
    pub(crate) duplicates: Strictness,
    /// The rule about trailers after the last sign-off.
    pub(crate) order: Strictness,
    /// The rule about a `Co-developed-by` that is not followed by its sign-off.
    pub(crate) co_developed: Strictness,
    /// Which later commits may sign an earlier one off.
    pub(crate) remediation: Remediation,
}

/// When a sign-off is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignOffRequired {
    /// In every commit.
    Always,
    /// In every commit of a range; in the hook, unless an agent is at work.
    WhenHuman,
    /// Never.
    Never,
}

/// Who must have signed off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matches {
    /// The author's or the committer's.
    AuthorOrCommitter,
    /// The author's.
    Author,
    /// The committer's.
    Committer,
    /// One of each.
    Both,
    /// Anyone's.
    Any,
}

/// Which later commits may sign an earlier one off, in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remediation {
    /// None.
    Off,
    /// Those of the same author.
    Individual,
    /// Also those of another person, on behalf of the author.
    ThirdParty,
}

/// `[commit-msg.assisted-by]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssistedBy {
    /// When a credit is asked for.
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

/// When a credit is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CreditRequired {
    /// In every commit.
    Always,
    /// When an AI coding agent is at work.
    WhenAgent,
    /// Never.
    Never,
    /// Never allowed, nor is any other credit of an AI.
    Forbidden,
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

/// `[commit-msg.trailers]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trailers {
    /// Keys that each message must have.
    pub(crate) require: Vec<String>,
    /// Trailers that no message may have.
    pub(crate) forbid: Vec<Forbidden>,
    /// Keys that a message may have only once.
    pub(crate) once: Vec<String>,
    /// The allowed values of keys.
    pub(crate) values: Vec<(String, Values)>,
}

/// A trailer that no message may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// Its key.
    pub(crate) key: String,
    /// Whether only trailers that name an AI, by its address, are forbidden.
    pub(crate) only_ai: bool,
}

/// The allowed values of a trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    /// Something that a regular expression matches.
    Matching(Pattern),
    /// One of these.
    OneOf(Vec<String>),
}

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

/// `[agents]`: which agents credits may name, and how an agent is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agents {
    /// The files that define the project's agents.
    pub(crate) definitions: PathSet,
    /// Environment variables and the agents that they stand for, `None` for one that stands for no
    /// agent; they take precedence over the built-in ones.
    pub(crate) variables: BTreeMap<String, Option<String>>,
    /// Addresses, in lower case, and whether they belong to an AI; they take precedence likewise.
    pub(crate) addresses: BTreeMap<String, bool>,
}

impl Default for CommitMsg {
    fn default() -> Self {
        const BOTS: &str = r"\[bot\]@users\.noreply\.github\.com$";
        let bots = regex::bytes::Regex::new(BOTS).map(|regex| Pattern {
            text: BOTS.into(),
            regex,
        });
        Self {
            exempt_merges: true,
            exempt_authors: bots.into_iter().collect(),
            skip_ci: Strictness::Error,
            diff: Strictness::Error,
            signed_off_by: SignedOffBy::default(),
            assisted_by: AssistedBy::default(),
            trailers: Trailers::default(),
            subject: SubjectRules::default(),
        }
    }
}

impl Default for SignedOffBy {
    fn default() -> Self {
        Self {
            required: SignOffRequired::Always,
            matches: Matches::AuthorOrCommitter,
            mailmap: true,
            duplicates: Strictness::Error,
            order: Strictness::Warn,
            co_developed: Strictness::Allow,
            remediation: Remediation::Off,
        }
    }
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

impl Default for Agents {
    fn default() -> Self {
        Self {
            definitions: PathSet {
                patterns: Vec::new(),
                set: globset::GlobSet::empty(),
            },
            variables: BTreeMap::new(),
            addresses: BTreeMap::new(),
        }
    }
}

impl Strictness {
    /// Every value.
    pub(super) const ALL: [Self; 3] = [Self::Error, Self::Warn, Self::Allow];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }

    /// The severity of a finding; `None` if the rule is off.
    #[must_use]
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warning),
            Self::Allow => None,
        }
    }
}

impl SignOffRequired {
    /// Every value.
    pub(super) const ALL: [Self; 3] = [Self::Always, Self::WhenHuman, Self::Never];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WhenHuman => "when-human",
            Self::Never => "never",
        }
    }
}

impl CreditRequired {
    /// Every value.
    pub(super) const ALL: [Self; 4] = [Self::Always, Self::WhenAgent, Self::Never, Self::Forbidden];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WhenAgent => "when-agent",
            Self::Never => "never",
            Self::Forbidden => "forbidden",
        }
    }
}

impl Matches {
    /// Every value.
    pub(super) const ALL: [Self; 5] = [
        Self::AuthorOrCommitter,
        Self::Author,
        Self::Committer,
        Self::Both,
        Self::Any,
    ];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AuthorOrCommitter => "author-or-committer",
            Self::Author => "author",
            Self::Committer => "committer",
            Self::Both => "both",
            Self::Any => "any",
        }
    }
}

impl Remediation {
    /// Every value.
    pub(super) const ALL: [Self; 3] = [Self::Off, Self::Individual, Self::ThirdParty];

    /// The word for it in gates.toml.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Individual => "individual",
            Self::ThirdParty => "third-party",
        }
    }
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

impl Forbidden {
    /// The suffix of an entry that applies only to AIs.
    pub(super) const AI: &str = "@ai";

    /// The entry as gates.toml spells it.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        let ai = if self.only_ai { Self::AI } else { "" };
        format!("{}{ai}", self.key)
    }
}
