//! Which rules for messages a project already follows.

use std::fmt::Write as _;

use crate::base::text::count;

/// How many messages are examined.
pub(crate) const SAMPLE: usize = 200;

/// The smallest number of messages from which rules are derived.
const LEAST: usize = 10;

/// The share of messages, in percent, that must follow a rule for it to be one of the project's.
const SHARE: usize = 95;

/// The types of Conventional Commits that are looked for.
const TYPES: [&str; 13] = [
    "feat", "fix", "docs", "style", "refactor", "perf", "test", "tests", "build", "ci", "chore",
    "revert", "deps",
];

/// What the messages of a project have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Habits {
    /// How many messages were examined.
    count: usize,
    /// How many have a `Signed-off-by`.
    signed_off: usize,
    /// How many follow Conventional Commits.
    conventional: usize,
    /// How many have a subject of at most 72 columns.
    short: usize,
    /// How many credit an AI.
    assisted: usize,
}

impl Habits {
    /// Counts over messages, newest first.
    #[must_use]
    pub(crate) fn of<'m>(messages: impl Iterator<Item = &'m str>) -> Self {
        let mut habits = Self {
            count: 0,
            signed_off: 0,
            conventional: 0,
            short: 0,
            assisted: 0,
        };
        for message in messages.take(SAMPLE) {
            let subject = message.lines().next().unwrap_or_default();
            let has_trailer = |key: &str| {
                message.lines().skip(1).any(|line| {
                    line.get(..key.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(key))
                })
            };
            habits.count += 1;
            habits.signed_off += usize::from(has_trailer("Signed-off-by:"));
            habits.conventional += usize::from(is_conventional(subject));
            habits.short += usize::from(subject.chars().count() <= 72);
            habits.assisted += usize::from(has_trailer("Assisted-by:"));
        }
        habits
    }

    fn is_rule(&self, followed: usize) -> bool {
        self.count >= LEAST && followed * 100 >= self.count * SHARE
    }

    /// `[commit-msg]` for a project with these habits.
    #[must_use]
    pub(crate) fn toml(&self) -> String {
        let mut text = String::new();
        let count = count(self.count, "message");
        let required = if self.is_rule(self.signed_off) {
            "always"
        } else {
            "never"
        };
        let found = match self.count {
            0 => "There are no messages to go by yet.".to_owned(),
            _ => format!("Sign-offs in the last {count}: {}.", self.signed_off),
        };
        let _ = writeln!(
            text,
            "# {found} \"always\" requires a sign-off of every commit, \"never\" of none.",
        );
        let _ = writeln!(
            text,
            "[commit-msg.signed-off-by]\nrequired = \"{required}\""
        );
        let _ = writeln!(
            text,
            "\n# An AI coding agent that writes a commit must be credited: \"when-agent\", \"always\", \"never\" or \"forbidden\".",
        );
        let _ = writeln!(text, "[commit-msg.assisted-by]\nrequired = \"when-agent\"");
        let style = if self.is_rule(self.conventional) {
            "conventional"
        } else {
            "free"
        };
        let found = match self.count {
            0 => String::new(),
            _ => format!(
                "Conventional Commits among those messages: {}. ",
                self.conventional
            ),
        };
        let _ = writeln!(
            text,
            "\n# {found}\"conventional\" requires the form of Conventional Commits, \"free\" allows any subject.",
        );
        let _ = writeln!(text, "[commit-msg.subject]\nstyle = \"{style}\"");
        if self.is_rule(self.short) {
            let _ = writeln!(text, "max-length = 72");
        }
        text
    }
}

/// Whether a subject follows Conventional Commits 1.0: a type, an optional scope, a colon.
fn is_conventional(subject: &str) -> bool {
    let Some((head, rest)) = subject.split_once(':') else {
        return false;
    };
    let head = head.trim_end_matches('!');
    let kind = head.split_once('(').map_or(head, |(kind, _)| kind);
    rest.starts_with(' ') && TYPES.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_what_nearly_every_message_follows() {
        let signed = "fix: one\n\nSigned-off-by: A <a@example.org>\n";
        let free = "One more thing\n";
        let habits = Habits::of(std::iter::repeat_n(signed, 40).chain([free]));
        let toml = habits.toml();
        assert!(toml.contains("required = \"always\""), "{toml}");
        assert!(toml.contains("style = \"conventional\""), "{toml}");
        let habits = Habits::of(std::iter::repeat_n(signed, 4));
        let toml = habits.toml();
        assert!(toml.contains("required = \"never\""), "{toml}");
        assert!(toml.contains("style = \"free\""), "{toml}");
    }
}
