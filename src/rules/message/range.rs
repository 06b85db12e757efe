//! The messages of a range of commits, each as it is stored. This is the gate: the hook is a
//! courtesy that many ways of committing pass by.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::case::{Case, Moment};
use super::fix::{add_sign_off, mend};
use super::mailmap::Mailmap;
use super::remediation::{Remedy, remedies};
use super::{AUTOSQUASH, Reading, judge, people};
use crate::base::fault::Result;
use crate::base::text::shell_word;
use crate::config::{Config, Remediation};
use crate::git::{Commit, Commits, Identity, Named, Objects, Repository, text};
use crate::message::{Encoding, Settings};
use crate::model::finding::{Cure, Finding, Severity, refuses};
use crate::rules::agents::detection::by_address;
use crate::rules::agents::registry::Registry;
use crate::rules::change::range::Changes;

/// What the messages of a range are like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audit {
    /// What was judged, as it was named.
    pub(crate) named: String,
    /// The same as arguments of `gatekeeper audit`, for a shell.
    pub(crate) arguments: String,
    /// Its commits.
    pub(crate) commits: Commits,
    /// Whether the last one is checked out.
    pub(crate) is_head: bool,
    /// Whether a merge is among them.
    pub(crate) has_merges: bool,
    /// Those about which there is something to say, oldest first.
    pub(crate) judged: Vec<Judged>,
    /// What they change, if that was judged.
    pub(crate) changes: Changes,
}

/// A commit about whose message there is something to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Its id.
    pub(crate) id: String,
    /// The subject, in one line.
    pub(crate) subject: String,
    /// Who wrote it.
    pub(crate) author: Identity,
    /// The message's lines.
    pub(crate) lines: Vec<String>,
    /// What there is to say.
    pub(crate) findings: Vec<Finding>,
}

impl Judged {
    /// Whether its message is refused.
    #[must_use]
    pub(crate) fn is_refused(&self) -> bool {
        refuses(&self.findings)
    }
}

impl Audit {
    /// The commits whose messages are refused, oldest first.
    #[must_use]
    pub(crate) fn refused(&self) -> impl DoubleEndedIterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.is_refused())
    }

    /// Whether every message is as it must be.
    #[must_use]
    pub(crate) fn are_messages_passed(&self) -> bool {
        self.refused().next().is_none()
    }

    /// Whether every message is as it must be, and every change.
    #[must_use]
    pub(crate) fn is_passed(&self) -> bool {
        self.are_messages_passed() && self.changes.is_passed()
    }
}

/// A commit that was read and judged, before anything else is known about it.
struct First {
    commit: Commit,
    reading: Reading,
    registry: Registry,
    findings: Vec<Finding>,
    people: Vec<Identity>,
}

/// Judges every message of a range. The environment counts for nothing: who runs this may be an
/// agent, or a person who checks what agents did.
///
/// # Errors
///
/// The range is not whole, or git fails.
pub(crate) fn audit(repository: &Repository, config: &Config, named: &Named) -> Result<Audit> {
    let commits = repository.commits(named)?;
    let (judged, has_merges) = judge_all(repository, config, &commits)?;
    Ok(Audit {
        is_head: repository.is_head(&commits.tip).unwrap_or(false) && is_head(repository, named)?,
        arguments: match named {
            Named::All(to) => format!("--root {}", shell_word(to.as_ref())),
            other => shell_word(shown(other).as_ref()),
        },
        named: shown(named),
        commits,
        has_merges,
        judged,
        changes: Changes::default(),
    })
}

/// Judges the messages of some commits, oldest first; those about which there is something to say.
///
/// # Errors
///
/// One of them is not here, or git fails.
pub(crate) fn judge_messages(
    repository: &Repository,
    config: &Config,
    ids: Vec<String>,
) -> Result<Vec<Judged>> {
    let Some(tip) = ids.last().cloned() else {
        return Ok(Vec::new());
    };
    let commits = Commits {
        begin: None,
        base: None,
        tip,
        ids,
    };
    Ok(judge_all(repository, config, &commits)?.0)
}

/// What there is to say about the messages of commits, and whether a merge is among them.
fn judge_all(
    repository: &Repository,
    config: &Config,
    commits: &Commits,
) -> Result<(Vec<Judged>, bool)> {
    let mut objects = repository.objects()?;
    let mut has_merges = false;
    let mut firsts = Vec::new();
    let mut subjects = HashSet::new();
    let mut declared: Vec<(Identity, Remedy)> = Vec::new();
    let mut authors: HashMap<String, Identity> = HashMap::new();
    for id in &commits.ids {
        let first = first(&mut objects, config, id)?;
        has_merges |= first.commit.parents > 1;
        subjects.insert(first.reading.subject());
        if config.commit_msg.signed_off_by.remediation != Remediation::Off {
            let author = &first.commit.author;
            authors.insert(id.clone(), author.clone());
            if !lacks_sign_off(&first.findings) {
                let found = remedies(&first.reading.lines);
                declared.extend(found.into_iter().map(|remedy| (author.clone(), remedy)));
            }
        }
        if !first.findings.is_empty() {
            firsts.push(first);
        }
    }
    let mailmap = mailmap(repository, &mut objects, &commits.tip, &firsts)?;
    let remedied = remedied(config, &declared, &authors);
    let mut judged: Vec<Judged> = firsts
        .into_iter()
        .map(|first| second(config, first, &mailmap, &remedied))
        .filter(|judged| !judged.findings.is_empty())
        .collect();
    for judged in &mut judged {
        find_target(judged, &subjects);
    }
    Ok((judged, has_merges))
}

/// Whether a range ends with what is checked out, and not with something that is the same by chance.
fn is_head(repository: &Repository, named: &Named) -> Result<bool> {
    let (Named::Between { to: end, .. } | Named::Only(end) | Named::All(end)) = named;
    let branch = repository.head_name()?;
    let short = branch.strip_prefix("refs/heads/").unwrap_or(&branch);
    Ok(["HEAD", "@", &branch, short].contains(&end.as_str()))
}

/// A range as it is named.
fn shown(named: &Named) -> String {
    match named {
        Named::Between { from, to } => format!("{from}..{to}"),
        Named::Only(revision) => format!("{revision}^!"),
        Named::All(to) => format!("all of {to}"),
    }
}

/// What is to be squashed into a commit that is not there cannot be squashed.
fn find_target(judged: &mut Judged, subjects: &HashSet<String>) {
    let target = AUTOSQUASH.iter().fold(judged.subject.as_str(), |rest, _| {
        let mark = AUTOSQUASH.iter().find_map(|mark| rest.strip_prefix(mark));
        mark.unwrap_or(rest)
    });
    if subjects.contains(target) {
        return;
    }
    for finding in &mut judged.findings {
        if finding.cure == Cure::Squash {
            let how = "no other commit of the range has that subject: give it one of its own";
            finding.cure = Cure::Edit(how.into());
        }
    }
}

fn case<'a>(
    config: &'a Config,
    commit: &'a Commit,
    reading: &'a Reading,
    registry: &'a Registry,
    mailmap: &'a Mailmap,
) -> Case<'a> {
    Case {
        reading,
        author: &commit.author,
        committer: &commit.committer,
        agent: None,
        model: None,
        is_merge: commit.parents > 1,
        moment: Moment::Stored,
        rules: &config.commit_msg,
        agents: &config.agents,
        registry,
        mailmap,
    }
}

fn first(objects: &mut Objects, config: &Config, id: &str) -> Result<First> {
    let commit = objects.commit(id)?;
    // Whoever judges, and with whatever configuration of git's: the answer is the same.
    let reading = Reading::new(&commit.message, &Settings::default(), &commit.encoding);
    let keys = [config.commit_msg.assisted_by.key.as_str(), "Co-authored-by"];
    let credits = |reading: &Reading| {
        let mut entries = reading.trailers.iter();
        entries.any(|entry| keys.iter().any(|key| entry.key.eq_ignore_ascii_case(key)))
    };
    // What the commit's own tree defines: a later change of a definition unmakes no commit.
    let registry = if config.agents.definitions.is_empty() || !credits(&reading) {
        Registry::default()
    } else {
        Registry::new(objects.files(&commit.tree, &config.agents.definitions)?)
    };
    let nobody = Mailmap::default();
    let case = case(config, &commit, &reading, &registry, &nobody);
    let findings = judge(&case);
    let people = people(&case, &findings);
    Ok(First {
        commit,
        reading,
        registry,
        findings,
        people,
    })
}

/// The `.mailmap` of the range's tip: an identity that is recorded later joins earlier commits.
fn mailmap(
    repository: &Repository,
    objects: &mut Objects,
    tip: &str,
    firsts: &[First],
) -> Result<Mailmap> {
    let mut known = BTreeSet::new();
    let people = firsts.iter().flat_map(|first| &first.people);
    let asked: Vec<Identity> = people
        .filter(|who| known.insert((&who.name, &who.email)))
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

fn second(
    config: &Config,
    first: First,
    mailmap: &Mailmap,
    remedied: &HashMap<&str, &Identity>,
) -> Judged {
    let First {
        commit,
        reading,
        registry,
        mut findings,
        people,
    } = first;
    if !people.is_empty() {
        findings = judge(&case(config, &commit, &reading, &registry, mailmap));
    }
    if let Some(signer) = remedied.get(commit.id.as_str()) {
        findings.retain(|finding| !is_about_lack(finding));
        findings.push(Finding {
            rule: "signed-off-by.remediated",
            severity: Severity::Note,
            message: format!("{signer} has signed it off in a later commit"),
            quotes: Vec::new(),
            notes: Vec::new(),
            cure: Cure::Nothing,
        });
    }
    Judged {
        subject: reading.subject(),
        id: commit.id,
        author: commit.author,
        lines: reading.lines,
        findings,
    }
}

/// What a later sign-off makes good.
fn is_about_lack(finding: &Finding) -> bool {
    matches!(
        finding.rule,
        "signed-off-by.missing" | "signed-off-by.outside-block" | "signed-off-by.mismatch"
    )
}

fn lacks_sign_off(findings: &[Finding]) -> bool {
    findings.iter().any(is_about_lack)
}

/// The commits that were rightly signed off later, and by whom.
fn remedied<'a>(
    config: &Config,
    declared: &'a [(Identity, Remedy)],
    authors: &HashMap<String, Identity>,
) -> HashMap<&'a str, &'a Identity> {
    let is_right = |(author, remedy): &&(Identity, Remedy)| {
        let on_behalf = remedy.on_behalf_of.as_ref();
        let allows = match config.commit_msg.signed_off_by.remediation {
            Remediation::Off => false,
            Remediation::Individual => on_behalf.is_none(),
            Remediation::ThirdParty => true,
        };
        let of = authors.get(&remedy.commit);
        // What only a person can do an AI cannot do later, either.
        let is_ai = by_address(&remedy.signer.email, &config.agents).is_some();
        allows
            && !is_ai
            && remedy.signer.is(author)
            && of.is_some_and(|of| of.is(on_behalf.unwrap_or(&remedy.signer)))
    };
    declared
        .iter()
        .filter(is_right)
        .map(|(_, remedy)| (remedy.commit.as_str(), &remedy.signer))
        .collect()
}

/// Changes the message of a commit by hand.
pub(crate) type Edit<'a> = dyn Fn(&Judged, Vec<u8>) -> Result<Vec<u8>> + 'a;

/// What mends the messages of an audit.
pub(crate) struct Wishes<'a> {
    /// Who signs off what has to be; nobody if nobody has asked for that.
    pub(crate) sign_off: Option<&'a Identity>,
    /// Changes a message by hand, if somebody wants to.
    pub(crate) edit: Option<&'a Edit<'a>>,
}

/// The refused commits of an audit that can be mended, each with its new message.
///
/// # Errors
///
/// git fails, or the editor.
pub(crate) fn mended(
    repository: &Repository,
    config: &Config,
    audit: &Audit,
    wishes: &Wishes<'_>,
) -> Result<HashMap<String, Vec<u8>>> {
    let mut objects = repository.objects()?;
    let mut messages = HashMap::new();
    for judged in audit.refused() {
        let first = first(&mut objects, config, &judged.id)?;
        let settings = Settings::default();
        let rules = &config.commit_msg;
        let commit = &first.commit;
        let judge = |text: &[u8]| {
            let reading = Reading::new(text, &settings, &commit.encoding);
            let nobody = Mailmap::default();
            Ok(judge(&case(
                config,
                commit,
                &reading,
                &first.registry,
                &nobody,
            )))
        };
        let mended = mend(&commit.message, &settings, rules, judge)?;
        let mut text = mended.map_or_else(|| commit.message.clone(), |mended| mended.text);
        let is_by_hand = |finding: &Finding| {
            let mut known = judged.findings.iter();
            let is_known =
                known.any(|known| known.rule == finding.rule && known.cure.edit().is_some());
            finding.severity == Severity::Error && (is_known || finding.cure.edit().is_some())
        };
        let is_plain = commit.encoding == Encoding::Utf8 && std::str::from_utf8(&text).is_ok();
        if is_plain
            && judge(&text)?.iter().any(is_by_hand)
            && let Some(edit) = wishes.edit
        {
            text = edit(judged, text)?;
        }
        // Only what the audit has missed, with all that it knows, and what is still missing.
        let wants = |finding: &Finding| {
            finding.severity == Severity::Error
                && finding.cure.signs_off()
                && finding.rule != "message.empty"
        };
        if judged.findings.iter().any(wants)
            && judge(&text)?.iter().any(wants)
            && let Some(who) = wishes.sign_off
            // A name in another encoding than the message's would be another name.
            && (is_plain || who.to_string().is_ascii())
            && let Some(signed) = add_sign_off(&text, &settings, who)
        {
            text = signed;
        }
        if text != commit.message {
            messages.insert(judged.id.clone(), text);
        }
    }
    Ok(messages)
}
