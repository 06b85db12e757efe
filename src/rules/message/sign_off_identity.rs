//! Whether a sign-off names the people whose it has to be.

use super::TrailerEntry;
use super::case::{MessageCase, Moment, is_web_flow, same_value};
use super::keys::SIGNED_OFF_BY;
use crate::config::{Matches, SignOffRequired};
use crate::git::Identity;
use crate::model::finding::{Finding, Location, QuotedLine, Remedy};
use crate::rules::catalogue;

/// Names and addresses from examples, which certify nothing, in lower case.
const EXAMPLES: [&str; 18] = [
    "your name",
    "your full name",
    "full name",
    "first last",
    "firstname lastname",
    "name surname",
    "real name",
    "random j developer",
    "name",
    "you@example.com",
    "your@email.com",
    "your.email@example.com",
    "your_email@example.com",
    "youremail@example.com",
    "your.name@example.com",
    "email@example.com",
    "name@example.com",
    "email",
];

/// The people of whom one must sign off, each with their role.
pub(super) fn candidates<'a>(case: &MessageCase<'a>) -> Vec<(&'static str, &'a Identity)> {
    let author = ("author", case.author);
    let committer = ("committer", case.committer);
    let mut candidates = match case.rules.signed_off_by.matches {
        Matches::Author | Matches::Any => vec![author],
        Matches::Committer => vec![committer],
        Matches::AuthorOrCommitter | Matches::Both => vec![author, committer],
    };
    candidates.retain(|(_, who)| !is_web_flow(who));
    if candidates.is_empty() {
        candidates.push(author);
    }
    candidates
}

/// Who has to sign off by hand, where `git commit -s` cannot do it. A person who fixes an existing
/// commit becomes its committer.
fn by_hand(case: &MessageCase<'_>) -> Option<String> {
    let candidates = candidates(case);
    let is_runners = |who: &Identity| match case.moment {
        Moment::Hook => who.is(case.committer),
        Moment::Stored => false,
    };
    let is_stored = case.moment == Moment::Stored;
    let enough = match case.rules.signed_off_by.matches {
        Matches::Any => true,
        Matches::Committer | Matches::AuthorOrCommitter if is_stored => true,
        Matches::Both if is_stored => {
            let mut signers = case.entries(SIGNED_OFF_BY);
            signers
                .any(|entry| Identity::parse(&entry.value).is_some_and(|who| who.is(case.author)))
        }
        Matches::Both => candidates.iter().all(|(_, who)| is_runners(who)),
        _ => candidates.iter().any(|(_, who)| is_runners(who)),
    };
    (!enough).then(|| {
        let (who, identity) = candidates[0];
        format!("have the {who} sign off: `{SIGNED_OFF_BY}: {identity}`")
    })
}

pub(super) fn sign_off_remedy(case: &MessageCase<'_>) -> Remedy {
    by_hand(case).map_or(Remedy::SignOff, Remedy::Edit)
}

/// Checks each sign-off by itself, then whether the required one is among them.
pub(super) fn values(
    case: &MessageCase<'_>,
    entries: &[&TrailerEntry],
    is_required: bool,
    findings: &mut Vec<Finding>,
) {
    let candidates = candidates(case);
    let is_theirs = |who: &Identity| candidates.iter().any(|(_, other)| who.is(other));
    let mut signed: Vec<(&TrailerEntry, Identity)> = Vec::new();
    let mut faults = Vec::new();
    for entry in entries {
        // What git itself writes is right, however odd the address that it was configured with.
        let is_whole = |who: &Identity| same_value(&who.to_string()) == same_value(&entry.value);
        let as_git_writes =
            Identity::parse(&entry.value).filter(|who| is_theirs(who) && is_whole(who));
        match as_git_writes.or_else(|| well_formed(&entry.value)) {
            Some(who) if case.is_ai(&who.email) => faults.push(*entry),
            Some(who) if is_theirs(&who) || !is_example(&entry.value) => signed.push((entry, who)),
            _ => findings.push(not_a_person(case, entry)),
        }
    }
    let missing = unmatched(case, &candidates, &signed);
    for entry in &faults {
        let is_signed = missing.is_none() && (!signed.is_empty() || !is_required);
        findings.extend(ai_identity(case, entry, is_signed));
    }
    if missing.is_some() && !signed.is_empty() {
        findings.push(mismatch(case, &candidates, &signed));
    }
    findings.extend(joined(case, &candidates, &signed));
}

/// A person whose sign-off is required but missing.
fn unmatched<'a>(
    case: &MessageCase<'_>,
    candidates: &[(&'static str, &'a Identity)],
    given: &[(&TrailerEntry, Identity)],
) -> Option<&'a Identity> {
    let has_signed = |who: &Identity| {
        given
            .iter()
            .any(|(_, signer)| case.mailmap.joins(signer, who))
    };
    if case.rules.signed_off_by.required == SignOffRequired::Never {
        return None;
    }
    match case.rules.signed_off_by.matches {
        Matches::Any => None,
        Matches::Both => candidates.iter().find(|(_, who)| !has_signed(who)),
        _ if candidates.iter().any(|(_, who)| has_signed(who)) => None,
        _ => candidates.first(),
    }
    .map(|(_, who)| *who)
}

/// A sign-off with an AI's address, which certifies nothing.
fn ai_identity(case: &MessageCase<'_>, entry: &TrailerEntry, is_signed: bool) -> Option<Finding> {
    let who = Identity::parse(&entry.value)?;
    if !case.is_ai(&who.email) {
        return None;
    }
    let line = entry.line;
    let how = format!(
        "remove line {line}; the person who is responsible for the commit must sign \
        off"
    );
    let remedy = match (is_signed, by_hand(case)) {
        (true, _) => Remedy::Edit(format!("remove line {line}")),
        (false, None) => Remedy::EditAndSignOff(how),
        (false, Some(by_hand)) => Remedy::Edit(format!("remove line {line}; {by_hand}")),
    };
    let mut finding = Finding::new(
        &catalogue::signed_off_by::AI_IDENTITY,
        "an AI cannot sign off",
        remedy,
    );
    finding.location = Location::Message(vec![QuotedLine::line(line).marks([who.email.clone()])]);
    finding.notes = vec![
        "signing off certifies the Developer Certificate of Origin, which only a person can \
         do"
        .into(),
        format!("to credit the tool, write  Co-Authored-By: {who}"),
    ];
    Some(finding)
}

fn not_a_person(case: &MessageCase<'_>, entry: &TrailerEntry) -> Finding {
    let line = entry.line;
    let (_, wanted) = candidates(case)[0];
    let (rule, message) = if is_example(&entry.value) {
        (
            &catalogue::signed_off_by::PLACEHOLDER,
            "the sign-off still contains an example name or address".to_owned(),
        )
    } else {
        let message = match entry.value.trim() {
            "" => "the sign-off has no name".to_owned(),
            value => format!(
                "`{}` is not a name and address",
                crate::rules::message::contents::shown(value)
            ),
        };
        (&catalogue::signed_off_by::MALFORMED, message)
    };
    let remedy = match by_hand(case) {
        None => Remedy::EditAndSignOff(format!("remove line {line}")),
        Some(by_hand) => Remedy::Edit(format!("remove line {line}; {by_hand}")),
    };
    let mut finding = Finding::new(rule, message, remedy);
    finding.location = Location::Message(vec![QuotedLine::line(line).marks([entry.value.clone()])]);
    finding.notes = vec![format!("expected  {SIGNED_OFF_BY}: {wanted}")];
    finding
}

fn is_example(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    if lower.is_empty() {
        return false;
    }
    let in_brackets = [
        "[name]",
        "[your name]",
        "[email]",
        "<name>",
        "<email>",
        "<your",
        "{{",
        "$(",
    ];
    Identity::parse(&lower)
        .iter()
        .flat_map(|who| [who.name.trim(), who.email.trim()])
        .chain([lower.as_str()])
        .any(|part| EXAMPLES.contains(&part))
        || in_brackets.iter().any(|mark| lower.contains(mark))
}

fn mismatch(
    case: &MessageCase<'_>,
    candidates: &[(&'static str, &Identity)],
    given: &[(&TrailerEntry, Identity)],
) -> Finding {
    let (entry, signer) = &given[given.len() - 1];
    let whose = match case.rules.signed_off_by.matches {
        Matches::Author => "by someone other than the author",
        Matches::Committer => "by someone other than the committer",
        Matches::Both => "but not by both author and committer",
        _ => "by someone other than the author or the committer",
    };
    let mut notes = vec![
        format!("signed     {signer}"),
        format!("author     {}", case.author),
    ];
    if !case.committer.is(case.author) {
        notes.push(format!("committer  {}", case.committer));
    }
    let is_one = case.author.is(case.committer);
    for (who, identity) in candidates.iter().take(if is_one { 1 } else { 2 }) {
        if signer.has_address_of(identity) {
            notes.push(format!("the address is the {who}'s, but the name is not"));
        } else if signer.name.to_lowercase() == identity.name.to_lowercase()
            || local_part(signer) == local_part(identity)
        {
            notes.push(format!("the name is the {who}'s, but the address is not"));
            if case.rules.signed_off_by.mailmap {
                let entry = format!("{signer} <{}>", identity.email);
                let entry = crate::base::text::shell_word(entry.as_ref());
                notes.push(
                    "if both are the same person, add this line to .mailmap and `git add` \
                    it:"
                    .into(),
                );
                notes.push(format!("  echo {entry} >>.mailmap"));
            }
            break;
        }
    }
    let mut finding = Finding::new(
        &catalogue::signed_off_by::MISMATCH,
        format!("the commit is signed off {whose}"),
        sign_off_remedy(case),
    );
    finding.location = Location::Message(vec![QuotedLine::line(entry.line)]);
    finding.notes = notes;
    finding
}

/// The address's part before the `@`, without what hosting sites put there.
fn local_part(who: &Identity) -> String {
    let local = who
        .email
        .split('@')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let numbered = local.split_once('+');
    let plain = numbered.filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()));
    plain.map_or_else(|| local.clone(), |(_, login)| login.to_owned())
}

/// Reports the entry in `.mailmap` that makes a sign-off count, where nothing else does.
fn joined(
    case: &MessageCase<'_>,
    candidates: &[(&'static str, &Identity)],
    given: &[(&TrailerEntry, Identity)],
) -> Option<Finding> {
    let mut pairs = given.iter().flat_map(|(entry, signer)| {
        candidates
            .iter()
            .map(move |(who, other)| (entry, signer, who, other))
    });
    if pairs.clone().any(|(_, signer, _, other)| signer.is(other)) {
        return None;
    }
    let (entry, signer, who, other) =
        pairs.find(|(_, signer, _, other)| case.mailmap.joins(signer, other))?;
    let mut finding = Finding::new(
        &catalogue::signed_off_by::MAILMAP,
        format!(".mailmap makes it the {who}'s sign-off"),
        Remedy::Nothing,
    );
    finding.location = Location::Message(vec![QuotedLine::line(entry.line)]);
    finding.notes = vec![format!("{who}  {other}")];
    if let Some(line) = case.mailmap.line(signer, other) {
        finding.notes.push(format!(".mailmap  {line}"));
    }
    Some(finding)
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
