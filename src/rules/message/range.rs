//! The messages of a range of commits, each as it is stored. This is the check that counts: the
//! hook is a courtesy that many ways of committing bypass.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::case::{MessageCase, Moment};
use super::fix::{add_sign_off, fix_message};
use super::mailmap::Mailmap;
use super::remediation::{SignedRemedy, remedies};
use super::{AUTOSQUASH, Reading, check, people};
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::base::text::shell_word;
use crate::config::{Config, Remediation};
use crate::git::{Commit, CommitRange, Identity, Objects, RangeSpec, Repository, text};
use crate::message::{Encoding, MessageSettings};
use crate::model::finding::{Finding, Remedy, refuses};
use crate::model::severity::Severity;
use crate::rules::agents::detection::{Sign, by_address};
use crate::rules::agents::notes;
use crate::rules::agents::registry::Registry;
use crate::rules::catalogue;
use crate::rules::change::range::RangeChanges;

/// What was found in the messages of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audit {
    /// What was checked, as it was named.
    pub(crate) named: String,
    /// The same as arguments of `gatekeeper audit`, for a shell.
    pub(crate) arguments: String,
    /// Its commits.
    pub(crate) commits: CommitRange,
    /// Whether the last one is checked out.
    pub(crate) is_head: bool,
    /// Whether a merge is among them.
    pub(crate) has_merges: bool,
    /// The commits with findings, oldest first.
    pub(crate) checked: Vec<CheckedMessage>,
    /// What the commits change, if that was checked.
    pub(crate) changes: RangeChanges,
}

/// A commit whose message has findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedMessage {
    /// Its id.
    pub(crate) id: ObjectId,
    /// Whether history begins with it.
    pub(crate) is_root: bool,
    /// The subject, in one line.
    pub(crate) subject: String,
    /// Who wrote it.
    pub(crate) author: Identity,
    /// The message's lines.
    pub(crate) lines: Vec<String>,
    /// What is wrong with it, or worth noting.
    pub(crate) findings: Vec<Finding>,
}

impl CheckedMessage {
    /// Whether its message is refused.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        refuses(&self.findings)
    }
}

impl Audit {
    /// The commits whose messages are refused, oldest first.
    #[must_use]
    pub(crate) fn refused(&self) -> impl DoubleEndedIterator<Item = &CheckedMessage> {
        self.checked.iter().filter(|checked| checked.is_refused())
    }

    /// Whether every message follows the rules.
    #[must_use]
    pub(crate) fn are_messages_passed(&self) -> bool {
        self.refused().next().is_none()
    }

    /// Whether every message and every change follow the rules.
    #[must_use]
    pub(crate) fn is_passed(&self) -> bool {
        self.are_messages_passed() && self.changes.is_passed()
    }
}

/// A commit that was read and checked, before anything else is known about it.
struct FirstPass {
    commit: Commit,
    reading: Reading,
    registry: Registry,
    findings: Vec<Finding>,
    people: Vec<Identity>,
    noted: Option<Noted>,
}

/// The agent that a note about a commit names, and its model.
type Noted = (Sign, Option<String>);

/// Checks every message of a range. The environment is ignored: this may be run by an agent, or by
/// a person who checks what agents did.
///
/// # Errors
///
/// The range is not whole, or git fails.
pub(crate) fn audit(repository: &Repository, config: &Config, named: &RangeSpec) -> Result<Audit> {
    let commits = repository.commits(named)?;
    let notes = repository.ai_notes(&commits.ids)?;
    let (checked, has_merges) = check_all(repository, config, &commits, &notes)?;
    Ok(Audit {
        is_head: repository.is_head(commits.tip).unwrap_or(false) && is_head(repository, named)?,
        arguments: match named {
            RangeSpec::All(to) => format!("--root {}", shell_word(to.as_ref())),
            other => shell_word(shown(other).as_ref()),
        },
        named: shown(named),
        commits,
        has_merges,
        checked,
        changes: RangeChanges::default(),
    })
}

/// Checks the messages of some commits, oldest first, and returns those with findings.
///
/// # Errors
///
/// One of them is not here, or git fails.
pub(crate) fn check_messages(
    repository: &Repository,
    config: &Config,
    ids: Vec<ObjectId>,
) -> Result<Vec<CheckedMessage>> {
    let Some(tip) = ids.last().copied() else {
        return Ok(Vec::new());
    };
    let commits = CommitRange {
        begin: None,
        base: None,
        tip,
        ids,
    };
    // Notes are not there yet where a commit is made or pushed.
    Ok(check_all(repository, config, &commits, &HashMap::new())?.0)
}

/// The commits whose messages have findings, and whether a merge is among them all.
fn check_all(
    repository: &Repository,
    config: &Config,
    commits: &CommitRange,
    notes: &HashMap<ObjectId, String>,
) -> Result<(Vec<CheckedMessage>, bool)> {
    let mut objects = repository.objects();
    let mut has_merges = false;
    let mut firsts = Vec::new();
    let mut subjects = HashSet::new();
    let mut declared: Vec<(Identity, SignedRemedy)> = Vec::new();
    let mut authors: HashMap<ObjectId, Identity> = HashMap::new();
    for &id in &commits.ids {
        let said = notes.get(&id).and_then(|note| notes::credited(note));
        let first = first_pass(&mut objects, config, id, said)?;
        has_merges |= first.commit.parents.len() > 1;
        subjects.insert(first.reading.subject());
        if config.commit_msg.signed_off_by.remediation != Remediation::Off {
            let author = &first.commit.author;
            authors.insert(id, author.clone());
            if !lacks_sign_off(&first.findings) {
                let remedies = remedies(&first.reading.lines).into_iter();
                declared.extend(remedies.map(|remedy| (author.clone(), remedy)));
            }
        }
        if !first.findings.is_empty() {
            firsts.push(first);
        }
    }
    let mailmap = mailmap(repository, &mut objects, commits.tip, &firsts)?;
    let remedied = remedied(config, &declared, &authors);
    let mut checked: Vec<CheckedMessage> = firsts
        .into_iter()
        .map(|first| second_pass(config, first, &mailmap, &remedied))
        .filter(|checked| !checked.findings.is_empty())
        .collect();
    for checked in &mut checked {
        find_target(checked, &subjects);
    }
    Ok((checked, has_merges))
}

/// Whether a range was named so that it ends with what is checked out, rather than with something
/// that is the same commit by chance.
fn is_head(repository: &Repository, named: &RangeSpec) -> Result<bool> {
    let (RangeSpec::Between { to: end, .. } | RangeSpec::Only(end) | RangeSpec::All(end)) = named;
    let branch = repository.head_name()?;
    let short = branch.strip_prefix("refs/heads/").unwrap_or(&branch);
    Ok(["HEAD", "@", &branch, short].contains(&end.as_str()))
}

/// A range as it is named.
fn shown(named: &RangeSpec) -> String {
    match named {
        RangeSpec::Between { from, to } => format!("{from}..{to}"),
        RangeSpec::Only(revision) => format!("{revision}^!"),
        RangeSpec::All(to) => format!("all of {to}"),
    }
}

/// A commit cannot be squashed into one that is not part of the range.
fn find_target(checked: &mut CheckedMessage, subjects: &HashSet<String>) {
    let target = AUTOSQUASH.iter().fold(checked.subject.as_str(), |rest, _| {
        let mark = AUTOSQUASH.iter().find_map(|mark| rest.strip_prefix(mark));
        mark.unwrap_or(rest)
    });
    if subjects.contains(target) {
        return;
    }
    for finding in &mut checked.findings {
        if finding.remedy == Remedy::Squash {
            let how = "no other commit of the range has that subject: write a new subject";
            finding.remedy = Remedy::Edit(how.into());
        }
    }
}

fn case<'a>(
    config: &'a Config,
    commit: &'a Commit,
    reading: &'a Reading,
    registry: &'a Registry,
    mailmap: &'a Mailmap,
) -> MessageCase<'a> {
    MessageCase {
        reading,
        author: &commit.author,
        committer: &commit.committer,
        agent: None,
        model: None,
        is_merge: commit.parents.len() > 1,
        moment: Moment::Stored,
        rules: &config.commit_msg,
        agents: &config.agents,
        registry,
        mailmap,
    }
}

/// The same with what a note says of the commit.
fn with_note<'a>(case: MessageCase<'a>, noted: Option<&'a Noted>) -> MessageCase<'a> {
    MessageCase {
        agent: noted.map(|(sign, _)| sign),
        model: noted.and_then(|(_, model)| model.as_deref()),
        ..case
    }
}

fn first_pass(
    objects: &mut Objects,
    config: &Config,
    id: ObjectId,
    noted: Option<Noted>,
) -> Result<FirstPass> {
    let commit = objects.commit(id)?;
    // The answer must not depend on who checks, or on that person's git configuration.
    let reading = Reading::new(
        &commit.message,
        &MessageSettings::default(),
        &commit.encoding,
    );
    let keys = [config.commit_msg.assisted_by.key.as_str(), "Co-authored-by"];
    let credits = |reading: &Reading| {
        let mut entries = reading.trailers.iter();
        entries.any(|entry| keys.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))
    };
    // What the commit's own tree defines: a later change of a definition does not invalidate a
    // commit.
    let registry = if config.agents.definitions.is_empty() || !credits(&reading) {
        Registry::default()
    } else {
        Registry::new(objects.files(commit.tree, &config.agents.definitions)?)
    };
    let no_mailmap = Mailmap::default();
    let case = with_note(
        case(config, &commit, &reading, &registry, &no_mailmap),
        noted.as_ref(),
    );
    let findings = check(&case);
    let people = people(&case, &findings);
    Ok(FirstPass {
        commit,
        reading,
        registry,
        findings,
        people,
        noted,
    })
}

/// The `.mailmap` of the range's tip: an identity that is recorded later joins earlier commits.
fn mailmap(
    repository: &Repository,
    objects: &mut Objects,
    tip: ObjectId,
    firsts: &[FirstPass],
) -> Result<Mailmap> {
    let mut seen = BTreeSet::new();
    let people = firsts.iter().flat_map(|first| &first.people);
    let asked: Vec<Identity> = people
        .filter(|who| seen.insert((&who.name, &who.email)))
        .cloned()
        .collect();
    if asked.is_empty() {
        return Ok(Mailmap::default());
    }
    let Some(file) = objects.file(tip, Path::new(".mailmap"))? else {
        return Ok(Mailmap::default());
    };
    let answers = repository.mailmapped(&format!("{tip}:.mailmap"), &asked)?;
    Ok(Mailmap::new(asked, answers, &text(&file)))
}

fn second_pass(
    config: &Config,
    first: FirstPass,
    mailmap: &Mailmap,
    remedied: &HashMap<ObjectId, &Identity>,
) -> CheckedMessage {
    let FirstPass {
        commit,
        reading,
        registry,
        mut findings,
        people,
        noted,
    } = first;
    if !people.is_empty() {
        let case = case(config, &commit, &reading, &registry, mailmap);
        findings = check(&with_note(case, noted.as_ref()));
    }
    if let Some(signer) = remedied.get(&commit.id) {
        findings.retain(|finding| !is_about_lack(finding));
        findings.push(Finding::new(
            &catalogue::signed_off_by::REMEDIATED,
            format!("{signer} signed it off in a later commit"),
            Remedy::Nothing,
        ));
    }
    CheckedMessage {
        subject: reading.subject(),
        id: commit.id,
        is_root: commit.parents.is_empty(),
        author: commit.author,
        lines: reading.lines,
        findings,
    }
}

/// Whether a later sign-off resolves a finding.
fn is_about_lack(finding: &Finding) -> bool {
    use catalogue::signed_off_by::{MISMATCH, MISSING, OUTSIDE_BLOCK};
    let mut lacks = [&MISSING, &OUTSIDE_BLOCK, &MISMATCH].into_iter();
    lacks.any(|rule| finding.rule.is(rule))
}

fn lacks_sign_off(findings: &[Finding]) -> bool {
    findings.iter().any(is_about_lack)
}

/// The commits that were rightly signed off later, and by whom.
fn remedied<'a>(
    config: &Config,
    declared: &'a [(Identity, SignedRemedy)],
    authors: &HashMap<ObjectId, Identity>,
) -> HashMap<ObjectId, &'a Identity> {
    let is_right = |(author, remedy): &&(Identity, SignedRemedy)| {
        let on_behalf = remedy.on_behalf_of.as_ref();
        let allows = match config.commit_msg.signed_off_by.remediation {
            Remediation::Off => false,
            Remediation::Individual => on_behalf.is_none(),
            Remediation::ThirdParty => true,
        };
        let of = authors.get(&remedy.commit);
        // Only a person can sign off, and a later sign-off is no exception.
        let is_ai = by_address(&remedy.signer.email, &config.agents).is_some();
        allows
            && !is_ai
            && remedy.signer.is(author)
            && of.is_some_and(|of| of.is(on_behalf.unwrap_or(&remedy.signer)))
    };
    declared
        .iter()
        .filter(is_right)
        .map(|(_, remedy)| (remedy.commit, &remedy.signer))
        .collect()
}

/// Lets a person change the message of a commit.
pub(crate) type Edit<'a> = dyn Fn(&CheckedMessage, Vec<u8>) -> Result<Vec<u8>> + 'a;

/// How the messages of an audit are fixed.
pub(crate) struct FixRequest<'a> {
    /// Who signs off where a sign-off is missing; `None` if that was not asked for.
    pub(crate) sign_off: Option<&'a Identity>,
    /// Lets a person change a message, if that was asked for.
    pub(crate) edit: Option<&'a Edit<'a>>,
}

/// The refused commits of an audit that can be fixed, each with its new message.
///
/// # Errors
///
/// git fails, or the editor.
pub(crate) fn fixed(
    repository: &Repository,
    config: &Config,
    audit: &Audit,
    request: &FixRequest<'_>,
) -> Result<HashMap<ObjectId, Vec<u8>>> {
    let mut objects = repository.objects();
    let mut messages = HashMap::new();
    for checked in audit.refused() {
        let first = first_pass(&mut objects, config, checked.id, None)?;
        let settings = MessageSettings::default();
        let rules = &config.commit_msg;
        let commit = &first.commit;
        let check = |text: &[u8]| {
            let reading = Reading::new(text, &settings, &commit.encoding);
            let no_mailmap = Mailmap::default();
            Ok(check(&case(
                config,
                commit,
                &reading,
                &first.registry,
                &no_mailmap,
            )))
        };
        let fixed = fix_message(&commit.message, &settings, rules, check)?;
        let mut text = fixed.map_or_else(|| commit.message.clone(), |fixed| fixed.text);
        let is_by_hand = |finding: &Finding| {
            let is_reported = checked
                .findings
                .iter()
                .any(|reported| reported.rule == finding.rule && reported.remedy.edit().is_some());
            finding.severity == Severity::Error && (is_reported || finding.remedy.edit().is_some())
        };
        let is_plain = commit.encoding == Encoding::Utf8 && std::str::from_utf8(&text).is_ok();
        if is_plain
            && check(&text)?.iter().any(is_by_hand)
            && let Some(edit) = request.edit
        {
            text = edit(checked, text)?;
        }
        // Only a sign-off that the audit, with all that it knows, has found missing, and that is
        // still missing.
        let wants = |finding: &Finding| {
            finding.severity == Severity::Error
                && finding.remedy.signs_off()
                && !finding.rule.is(&catalogue::contents::EMPTY)
        };
        if checked.findings.iter().any(wants)
            && check(&text)?.iter().any(wants)
            && let Some(who) = request.sign_off
            // A name in an encoding other than the message's would be a different name.
            && (is_plain || who.to_string().is_ascii())
            && let Some(signed) = add_sign_off(&text, &settings, who)
        {
            text = signed;
        }
        if text != commit.message {
            messages.insert(checked.id, text);
        }
    }
    Ok(messages)
}
