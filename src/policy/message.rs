//! The rules for commit messages. Each complaint is a [`Finding`] with a stable id.

use crate::config::{CommitMsg, Required};
use crate::finding::{Cure, Finding};
use crate::git::Identity;
use crate::text::clean_line;

use super::agents::{self, Sign};

/// One trailer of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as it stands there.
    pub key: String,
    /// The value, unfolded.
    pub value: String,
    /// Its first line in the message, counted from 1.
    pub line: usize,
}

/// A message and everything that decides about it.
pub struct Case<'a> {
    /// The message as git will store it.
    pub text: &'a str,
    /// Its trailers, as git sees them.
    pub trailers: &'a [Entry],
    /// Who wrote what is committed.
    pub author: &'a Identity,
    /// Who commits it.
    pub committer: &'a Identity,
    /// The agent whose environment the hook runs in.
    pub agent: Option<&'a Sign>,
    /// Whether it is the message of a merge, which git has written.
    pub is_merge: bool,
    /// What is asked for.
    pub rules: CommitMsg,
}

/// Everything that is wrong with the message.
#[must_use]
pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let subject = case.text.lines().next().unwrap_or_default();
    // These are rewritten before anybody else sees them.
    if ["fixup! ", "squash! ", "amend! "]
        .iter()
        .any(|mark| subject.starts_with(mark))
    {
        return Vec::new();
    }
    let mut findings = Vec::new();
    signed_off_by(case, &mut findings);
    assisted_by(case, &mut findings);
    findings
}

fn entries<'a>(case: &'a Case<'_>, key: &'a str) -> impl Iterator<Item = &'a Entry> {
    case.trailers
        .iter()
        .filter(move |entry| entry.key.eq_ignore_ascii_case(key))
}

/// The line of a trailer that git does not see as one: it stands outside the last paragraph, or
/// beside lines that are no trailers. An indented or quoted one is somebody else's.
fn stranded(case: &Case<'_>, key: &str) -> Option<usize> {
    let begins = |line: &str| {
        let Some((start, rest)) = line.split_at_checked(key.len()) else {
            return false;
        };
        start.eq_ignore_ascii_case(key) && rest.trim_start().starts_with(':')
    };
    case.text.lines().position(begins).map(|index| index + 1)
}

fn signed_off_by(case: &Case<'_>, findings: &mut Vec<Finding>) {
    const KEY: &str = "Signed-off-by";
    let is_required = case.rules.signed_off_by == Required::Always && !case.is_merge;
    let wanted = format!("{KEY}: {}", case.author);
    let entries: Vec<&Entry> = entries(case, KEY).collect();
    if entries.is_empty() {
        if !is_required {
            return;
        }
        findings.push(match stranded(case, KEY) {
            Some(line) => outside_block("signed-off-by.outside-block", KEY, line),
            None => Finding {
                rule: "signed-off-by.missing",
                message: format!("there is no {KEY} trailer"),
                lines: None,
                notes: vec![
                    "by it you certify the Developer Certificate of Origin, https://developercertificate.org".into(),
                    format!("it reads  {wanted}"),
                ],
                cure: Cure::SignOff,
            },
        });
        return;
    }
    let is_theirs = |identity: &Identity| identity.is(case.author) || identity.is(case.committer);
    let mut identities = Vec::new();
    for entry in &entries {
        // What git itself writes is right, however odd the address that git was told.
        let as_git_writes = Identity::parse(&entry.value).filter(&is_theirs);
        match as_git_writes.or_else(|| well_formed(&entry.value)) {
            Some(identity) => identities.push((entry.line, identity)),
            None => findings.push(Finding {
                rule: "signed-off-by.malformed",
                message: format!("`{}` is no name and address", shown(&entry.value)),
                lines: Some(entry.line..=entry.line),
                notes: vec![format!("the form is  {wanted}")],
                cure: Cure::Edit(format!("correct line {}", entry.line)),
            }),
        }
    }
    if identities.is_empty() || identities.iter().any(|(_, identity)| is_theirs(identity)) {
        return;
    }
    let (line, signed) = &identities[identities.len() - 1];
    findings.push(mismatch(case, *line, signed, &wanted));
}

fn mismatch(case: &Case<'_>, line: usize, signed: &Identity, wanted: &str) -> Finding {
    let mut notes = vec![
        format!("signed     {signed}"),
        format!("author     {}", case.author),
    ];
    if !case.committer.is(case.author) {
        notes.push(format!("committer  {}", case.committer));
    }
    let committer = (!case.committer.is(case.author)).then_some(("committer", case.committer));
    for (who, identity) in [("author", case.author)].into_iter().chain(committer) {
        if signed.has_address_of(identity) {
            notes.push(format!("the address is the {who}'s, the name is not"));
        } else if signed.name.to_lowercase() == identity.name.to_lowercase() {
            notes.push(format!("the name is the {who}'s, the address is not"));
        }
    }
    Finding {
        rule: "signed-off-by.mismatch",
        message: "it is signed by somebody who is neither author nor committer".into(),
        lines: Some(line..=line),
        notes,
        cure: Cure::Edit(format!(
            "add the line `{wanted}` below line {line}, or in its place"
        )),
    }
}

/// `Name <local@domain>`, with nothing missing and nothing else.
fn well_formed(value: &str) -> Option<Identity> {
    let (name, rest) = value.trim().split_once(" <")?;
    let email = rest.strip_suffix('>')?;
    let (local, domain) = email.split_once('@')?;
    let is_clean = |part: &str| {
        !part.is_empty() && !part.contains(['<', '>', '@']) && !part.contains(char::is_whitespace)
    };
    let is_name = !name.trim().is_empty() && !name.contains(['<', '>']);
    (is_name && is_clean(local) && is_clean(domain)).then(|| Identity {
        name: name.trim().to_owned(),
        email: email.to_owned(),
    })
}

fn assisted_by(case: &Case<'_>, findings: &mut Vec<Finding>) {
    const KEY: &str = "Assisted-By";
    const FORM: &str = "the form is  Assisted-By: agent-name (model / short-hash)";
    let entries: Vec<&Entry> = entries(case, KEY).collect();
    if case.rules.assisted_by == Required::Never {
        return;
    }
    for entry in &entries {
        if !is_credit(&entry.value) {
            findings.push(Finding {
                rule: "assisted-by.malformed",
                message: format!("`{}` does not name an agent", shown(&entry.value)),
                lines: Some(entry.line..=entry.line),
                notes: vec![
                    FORM.into(),
                    "one line for each agent that contributed".into(),
                ],
                cure: Cure::Edit(format!("correct line {}", entry.line)),
            });
        }
    }
    if !entries.is_empty() {
        return;
    }
    let credit = case
        .trailers
        .iter()
        .filter(|entry| entry.key.eq_ignore_ascii_case("Co-authored-by"))
        .filter_map(|entry| Identity::parse(&entry.value))
        .find(|identity| agents::is_address(&identity.email))
        .map(|identity| Sign::Credit(identity.email));
    let sign = case.agent.cloned().or(credit).filter(|_| !case.is_merge);
    let why = match (case.rules.assisted_by, sign) {
        (Required::Always, None) if case.is_merge => return,
        (Required::Always, None) => "this repository asks for it in every commit".to_owned(),
        (_, None) => return,
        (_, Some(Sign::Variable { variable, agent })) => {
            format!("an agent is at work: {variable} is set, as {agent} does")
        }
        (_, Some(Sign::Credit(address))) => {
            format!("an agent is credited as co-author: {}", shown(&address))
        }
    };
    findings.push(match stranded(case, KEY) {
        Some(line) => outside_block("assisted-by.outside-block", KEY, line),
        None => Finding {
            rule: "assisted-by.missing",
            message: format!("there is no {KEY} trailer"),
            lines: None,
            notes: vec![why, FORM.into()],
            cure: Cure::Edit(format!(
                "add an {KEY} line before the {}",
                "Signed-off-by line"
            )),
        },
    });
}

/// Our template's form, `agent (model / hash)`, or the Linux kernel's, `AGENT:MODEL tools`.
fn is_credit(value: &str) -> bool {
    let value = value.trim();
    let is_word = |text: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(inner)
    };
    let template = || {
        let (agent, rest) = value.split_once(" (")?;
        let (model, hash) = rest.strip_suffix(')')?.split_once(" / ")?;
        let is_hash = (4..=40).contains(&hash.len())
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_model = !model.trim().is_empty() && !model.contains(['/', '(', ')']);
        Some(is_word(agent) && is_model && is_hash)
    };
    let kernel = || {
        let first = value.split_whitespace().next()?;
        let (agent, model) = first.split_once(':')?;
        let is_filled = |text: &str| !text.is_empty() && !text.contains(['[', ']', '<', '>']);
        Some(is_filled(agent) && is_filled(model))
    };
    template().unwrap_or(false) || kernel().unwrap_or(false)
}

fn outside_block(rule: &'static str, key: &str, line: usize) -> Finding {
    Finding {
        rule,
        message: format!("the {key} on line {line} is not a trailer for git"),
        lines: Some(line..=line),
        notes: vec![
            "git reads trailers from the last paragraph only, and only if it is nothing but \
             trailers (`Key: value`), or nearly so"
                .into(),
        ],
        cure: Cure::Edit(format!(
            "let line {line} stand at the very end, with the other trailers and nothing else, and \
             a blank line before them"
        )),
    }
}

/// A value as it is shown: cleaned, and not longer than a line.
fn shown(value: &str) -> String {
    clean_line(value.as_bytes()).chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str, agent: Option<&Sign>, is_merge: bool) -> Vec<&'static str> {
        // The last paragraph is the trailers: what that is, is tested where it is parsed.
        let from = text.rfind("\n\n").map_or(text.len(), |at| at + 2);
        let line_of = |at: usize| text[..at].matches('\n').count() + 1;
        let trailers: Vec<Entry> = text[from..]
            .lines()
            .enumerate()
            .filter_map(|(index, line)| {
                let (key, value) = line.split_once(':')?;
                let line = line_of(from) + index;
                Some(Entry {
                    key: key.into(),
                    value: value.trim().into(),
                    line,
                })
            })
            .collect();
        let author = Identity::parse("Jane Doe <jane@example.com>").unwrap();
        let committer = Identity::parse("Joe Doe <joe@example.com>").unwrap();
        let findings = judge(&Case {
            text,
            trailers: &trailers,
            author: &author,
            committer: &committer,
            agent,
            is_merge,
            rules: CommitMsg {
                signed_off_by: Required::Always,
                assisted_by: Required::WhenAgent,
            },
        });
        findings.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn each_fault_has_its_rule() {
        let none: &[&str] = &[];
        let cases = [
            ("x\n", &["signed-off-by.missing"][..]),
            ("x\n\nSigned-off-by: Jane Doe <jane@example.com>\n", none),
            ("x\n\nSigned-off-by: JOE DOE <Joe@Example.com>\n", none),
            (
                "x\n\nSigned-off-by: A <a@b.c>\nSigned-off-by: Jane Doe <jane@example.com>\n",
                none,
            ),
            (
                "x\n\nSigned-off-by: Joe Doe <jane@example.com>\n",
                &["signed-off-by.mismatch"],
            ),
            (
                "x\n\nSigned-off-by: Jane Doe\n",
                &["signed-off-by.malformed"],
            ),
            ("x\n\nSigned-off-by:\n", &["signed-off-by.malformed"]),
            (
                "x\n\nSigned-off-by: <jane@example.com>\n",
                &["signed-off-by.malformed"],
            ),
            (
                "x\n\nSigned-off-by: Jane Doe <jane@a@b>\n",
                &["signed-off-by.malformed"],
            ),
            (
                "x\n\nSigned-off-by: Jane\n\nCloses: 1\n",
                &["signed-off-by.outside-block"],
            ),
            (
                "x\n\n    Signed-off-by: Jane\n\nSquashed.\n",
                &["signed-off-by.missing"],
            ),
            ("fixup! x\n", none),
        ];
        for (text, expected) in cases {
            assert_eq!(rules(text, None, false), expected, "{text}");
        }
        assert_eq!(rules("Merge x\n", None, true), none);
    }

    #[test]
    fn an_agent_is_named_in_one_of_the_forms() {
        const SIGNED: &str = "Signed-off-by: Jane Doe <jane@example.com>\n";
        let agent = Sign::Variable {
            variable: "CLAUDECODE",
            agent: "claude".into(),
        };
        let missing = &["assisted-by.missing"][..];
        let malformed = &["assisted-by.malformed"][..];
        let cases = [
            ("", missing),
            ("Assisted-By: reviewer (claude-sonnet-4 / a1b2c3d)\n", &[]),
            ("Assisted-by: Claude:claude-3-opus coccinelle\n", &[]),
            (
                "Assisted-By: [agent-name] (model / SHORT_HASH)\n",
                malformed,
            ),
            ("Assisted-By: reviewer (model)\n", malformed),
            ("Assisted-By: a, b (model / a1b2c3d)\n", malformed),
            ("Assisted-By:\n", malformed),
        ];
        for (line, expected) in cases {
            let text = format!("x\n\n{line}{SIGNED}");
            assert_eq!(rules(&text, Some(&agent), false), expected, "{line}");
        }
        let credited = format!("x\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n{SIGNED}");
        assert_eq!(rules(&credited, None, false), missing);
        let person = format!("x\n\nCo-Authored-By: Claude <claude@example.com>\n{SIGNED}");
        assert_eq!(rules(&person, None, false), [""; 0]);
    }
}
