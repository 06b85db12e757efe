//! What the guard refuses, and how it says so.

/// A rule of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GuardRule {
    /// An option by which git runs no hooks.
    NoVerify,
    /// A setting by which git finds no hooks, or not ours.
    HooksOff,
    /// A variable that switches a hook manager off.
    SkipVariable,
    /// A pipeline that hides the exit status of git.
    HiddenStatus,
    /// A plumbing command that makes commits or moves branches without any check.
    Plumbing,
    /// A push by a client that does not run the hooks of this repository.
    OtherClient,
    /// A change to hooks, receipts, the ledger or an agent's own hooks.
    Tampering,
    /// A commit with a credit that the configuration forbids.
    ForbiddenCredit,
    /// A command that names git and cannot be read.
    Unreadable,
}

impl GuardRule {
    /// Every rule.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 9] = [
        Self::NoVerify,
        Self::HooksOff,
        Self::SkipVariable,
        Self::HiddenStatus,
        Self::Plumbing,
        Self::OtherClient,
        Self::Tampering,
        Self::ForbiddenCredit,
        Self::Unreadable,
    ];

    /// Its id, as it stands in a refusal.
    #[must_use]
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NoVerify => "no-verify",
            Self::HooksOff => "hooks-off",
            Self::SkipVariable => "skip-variable",
            Self::HiddenStatus => "hidden-status",
            Self::Plumbing => "plumbing",
            Self::OtherClient => "other-client",
            Self::Tampering => "tampering",
            Self::ForbiddenCredit => "forbidden-credit",
            Self::Unreadable => "unreadable",
        }
    }

    /// Why it is a rule.
    #[must_use]
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::NoVerify => "this repository requires every commit and push to pass its gates",
            Self::HooksOff => {
                "the gates run in git's hooks, and this setting keeps git from running them"
            }
            Self::SkipVariable => "this variable tells a hook manager to skip its checks",
            Self::HiddenStatus => {
                "the status of this command is not that of git, so a refused commit or push would look like a \
                 success"
            }
            Self::Plumbing => "this makes commits or moves branches without any check",
            Self::OtherClient => "this client does not run the hooks of this repository",
            Self::Tampering => {
                "this decides whether and how commits are checked, so only a person may change it"
            }
            Self::ForbiddenCredit => "the configuration of this repository forbids this credit",
            Self::Unreadable => {
                "a command that names git or gatekeeper is only accepted if it can be read"
            }
        }
    }
}

/// Why something is not to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The rule.
    pub(crate) rule: GuardRule,
    /// What was refused, as a sentence without its end: `` `git commit -n` skips the hooks ``.
    pub(crate) what: String,
    /// The command that does it rightly.
    pub(crate) instead: String,
}

/// How many characters of a command are shown.
const SHOWN: usize = 200;

impl Refusal {
    /// A refusal by a rule.
    #[must_use]
    pub(crate) fn new(
        rule: GuardRule,
        what: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            what: what.into(),
            instead: instead.into(),
        }
    }

    /// The four lines: what was refused, why, the command that does it rightly, and what to do if the gate is
    /// wrong.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        format!(
            "gatekeeper refused this: {} [{}]\nwhy: {}\nrun instead: {}\nIf a gate is wrong, stop and ask the user; do \
             not look for another way.\n",
            one_line(&self.what),
            self.rule.id(),
            self.rule.reason(),
            one_line(&self.instead),
        )
    }
}

/// A text as one line of bounded length, without characters that a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_every_rule() {
        let text = include_str!("../../docs/agents.md");
        for rule in GuardRule::ALL {
            let row = format!("| `{}` |", rule.id());
            assert!(text.contains(&row), "{row}");
        }
    }

    #[test]
    fn what_is_shown_is_one_line() {
        assert_eq!(one_line("a\nb\u{1b}[0m"), "a b [0m");
        assert_eq!(one_line(&"ä".repeat(300)).chars().count(), SHOWN + 3);
    }
}
