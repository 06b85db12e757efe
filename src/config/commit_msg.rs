//! What commit messages must say, as it is meant: `[commit-msg]` and `[agents]`, with every
//! default filled in.

use std::collections::BTreeMap;

use crate::model::finding::Severity;
use crate::model::gate::{PathSet, Pattern};

/// How grave something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// It refuses the message.
    Error,
    /// It is shown.
    Warn,
    /// It is nothing.
    Allow,
}

/// What commit messages must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitMsg {
    /// Whether merges need no trailers.
    pub(crate) exempt_merges: bool,
    /// Authors that need no message at all, by their addresses.
    pub(crate) exempt_authors: Vec<Pattern>,
    /// Words that keep CI from running.
    pub(crate) skip_ci: Strictness,
    /// A diff in the message.
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
    /// Whose it must be.
    pub(crate) matches: Matches,
    /// Whether `.mailmap` may join names and addresses.
    pub(crate) mailmap: bool,
    /// The same one twice.
    pub(crate) duplicates: Strictness,
    /// Trailers after the last one.
    pub(crate) order: Strictness,
    /// A `Co-developed-by` that is not followed by its sign-off.
    pub(crate) co_developed: Strictness,
    /// Which later commits may sign an earlier one off.
    pub(crate) remediation: Remediation,
}

/// When a sign-off is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignOffRequired {
    /// In every commit.
    Always,
    /// In every commit of a range, and in the hook unless an agent is at work.
    WhenHuman,
    /// Never.
    Never,
}

/// Whose a sign-off must be.
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
    /// Anybody's.
    Any,
}

/// Which later commits may sign an earlier one off, in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remediation {
    /// None.
    Off,
    /// Those of the same author.
    Individual,
    /// Also those of somebody else, on behalf of the author.
    ThirdParty,
}

/// `[commit-msg.assisted-by]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssistedBy {
    /// When a credit is asked for.
    pub(crate) required: CreditRequired,
    /// The forms that a credit may have, any of them; empty: what suits the registry.
    pub(crate) forms: Vec<Form>,
    /// The trailer's key.
    pub(crate) key: String,
    /// Whether a line like `Generated with [Claude Code]` tells of an agent.
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
    /// It must not be there, nor any other credit of an AI's.
    Forbidden,
}

/// The form of a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// `agent-name (model / short-hash)`.
    Agent,
    /// The Linux kernel's: `AGENT_NAME:MODEL_VERSION`, and tools.
    Kernel,
    /// Anything that says something.
    Any,
    /// What a regular expression finds something in.
    Matching(Pattern),
}

/// `[commit-msg.trailers]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trailers {
    /// Keys that each message must have.
    pub(crate) require: Vec<String>,
    /// Trailers that none may have.
    pub(crate) forbid: Vec<Forbidden>,
    /// Keys that a message may have only once.
    pub(crate) once: Vec<String>,
    /// What the values of a key must be.
    pub(crate) values: Vec<(String, Values)>,
}

/// A trailer that no message may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// Its key.
    pub(crate) key: String,
    /// Whether only an AI is meant, by its address.
    pub(crate) only_ai: bool,
}

/// What a trailer's value must be.
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
    /// Whether it must be that of a Conventional Commit.
    pub(crate) is_conventional: bool,
    /// The types that are possible then; empty: any.
    pub(crate) types: Vec<String>,
    /// The most columns that it may take.
    pub(crate) max_length: Option<u32>,
    /// A full stop at its end.
    pub(crate) trailing_period: Strictness,
}

/// `[agents]`: whom credits may name, and how an agent is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agents {
    /// The files that define the project's agents.
    pub(crate) definitions: PathSet,
    /// Environment variables and the agents they tell of, `None` for one that tells of none; they
    /// come before those that are known anyway.
    pub(crate) variables: BTreeMap<String, Option<String>>,
    /// Addresses, in lower case, and whether they are an AI's; likewise.
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

    /// What it makes of a finding; `None` if there is none then.
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
    /// What only concerns AIs ends with this.
    pub(super) const AI: &str = "@ai";

    /// The entry as gates.toml spells it.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        let ai = if self.only_ai { Self::AI } else { "" };
        format!("{}{ai}", self.key)
    }
}
