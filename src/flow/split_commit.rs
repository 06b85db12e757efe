//! The two commits into which one has to be split that weakens its own checks beside other changes.

use std::ffi::OsString;

use super::candidate::Candidate;
use super::commit_message::check::registry;
use crate::base::environment::Environment;
use crate::base::text::shell_word;
use crate::config::{Config, CreditRequired, SignOffRequired};
use crate::git::invocation::commit_args::{CommitArgs, Piece, typed_commit};
use crate::platform;
use crate::report::SplitCommit;
use crate::rules::agents::detection;
use crate::rules::agents::wanted::Wanted;
use crate::rules::change::single_change::{ChangeReport, GATE_CHANGE};
use crate::rules::message::SIGNED_OFF_BY;

/// The commands that make the two commits, if the commit that was typed can be divided by paths: it does not
/// amend, its message can be given again, and no configuration has unstaged changes, which a commit by paths
/// would take.
pub(super) fn commands(
    environment: &Environment,
    candidate: &Candidate,
    config: &Config,
    change: &ChangeReport,
) -> Option<SplitCommit> {
    if change.to_be_split().is_empty() {
        return None;
    }
    let ancestors = platform::ancestors();
    let typed = CommitArgs::find(ancestors)?;
    let is_repeatable = !typed.has("--amend")
        && !typed.message.contains(&Piece::File("-".into()))
        && !candidate.repository.is_repeating()
        && !candidate.repository.is_merging();
    let unstaged = &candidate.status.beside.unstaged;
    let staged = &candidate.status.staged;
    // What only commits before this one have changed is in neither of the two.
    let is_staged = change
        .configuration
        .iter()
        .all(|path| !unstaged.contains(path) && staged.iter().any(|one| one.path == *path));
    if !(is_repeatable && is_staged) {
        return None;
    }
    let mut words: Vec<OsString> = vec!["git".into()];
    words.extend(typed.before.iter().cloned());
    words.extend(["-c", "trailer.where=start", "commit"].map(Into::into));
    let sign_off = config.commit_msg.signed_off_by.required != SignOffRequired::Never;
    if sign_off {
        words.push("-s".into());
    }
    words.extend(["-m".into(), subject(config).into()]);
    let key = &config.commit_msg.assisted_by.key;
    let said = mentioned(key, &typed.message);
    let credit = match &said {
        Some(value) => Some(format!("{key}: {value}")),
        None => credit(environment, candidate, config),
    };
    let required = required(config, &typed.message);
    let reason = std::iter::once(format!("{GATE_CHANGE}: REASON"));
    let of_both = credit.iter().chain(required.iter().map(|(line, _)| line));
    let trailers: Vec<String> = reason.chain(of_both.cloned()).collect();
    for line in &trailers {
        words.extend(["--trailer".into(), line.into()]);
    }
    words.push("--".into());
    words.extend(change.configuration.iter().map(|path| candidate_path(path)));
    let line = |words: &[OsString]| {
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        words.join(" ")
    };
    let missing = required.into_iter().filter(|(_, is_said)| !is_said);
    let added: Vec<String> = credit
        .filter(|_| said.is_none())
        .into_iter()
        .chain(missing.map(|(line, _)| line))
        .collect();
    let rest = typed_commit(ancestors)?;
    Some(SplitCommit {
        trailers,
        configuration: line(&words),
        rest: line(&completed(rest, sign_off && !typed.signs_off, &added)),
    })
}

/// The lines that gates.toml requires of every message, and whether the one that was typed has them.
fn required(config: &Config, message: &[Piece]) -> Vec<(String, bool)> {
    let rules = &config.commit_msg;
    let others = [rules.assisted_by.key.as_str(), SIGNED_OFF_BY, GATE_CHANGE];
    let keys = rules.trailers.require.iter();
    let keys = keys.filter(|key| !others.iter().any(|other| other.eq_ignore_ascii_case(key)));
    keys.map(|key| match mentioned(key, message) {
        Some(value) => (format!("{key}: {value}"), true),
        None => (rules.trailers.template(key), false),
    })
    .collect()
}

/// The value that a message gives to a key, as far as the command line says.
fn mentioned(key: &str, message: &[Piece]) -> Option<String> {
    let value = |line: &str| {
        let (name, value) = line.split_once([':', '='])?;
        let is_key = name.trim_end().eq_ignore_ascii_case(key) && !value.trim().is_empty();
        is_key.then(|| value.trim().to_owned())
    };
    message.iter().find_map(|piece| match piece {
        Piece::Text(text) | Piece::Trailer(text) => text.to_string_lossy().lines().find_map(value),
        Piece::File(_) => None,
    })
}

/// A call of git-commit with the lines that its message has to have as well.
fn completed(words: Vec<OsString>, sign_off: bool, trailers: &[String]) -> Vec<OsString> {
    let mut added: Vec<OsString> = Vec::new();
    if sign_off {
        added.push("-s".into());
    }
    // Each is put before all others.
    for line in trailers.iter().rev() {
        added.extend(["--trailer".into(), line.into()]);
    }
    let mut words = words;
    let Some(commit) = words.iter().position(|word| word == "commit") else {
        return words;
    };
    let rest = words.split_off(commit + 1);
    if !trailers.is_empty() {
        // The sign-off comes last.
        words.splice(
            commit..commit,
            ["-c", "trailer.where=start"].map(Into::into),
        );
    }
    words.extend(added);
    words.extend(rest);
    words
}

/// A path as git understands it in every directory of the work tree (gitglossary(7), pathspec).
fn candidate_path(path: &std::path::Path) -> OsString {
    let mut pathspec = OsString::from(":/");
    pathspec.push(path);
    pathspec
}

/// A subject that the rules accept.
fn subject(config: &Config) -> String {
    let rules = &config.commit_msg.subject;
    if !rules.is_conventional {
        return "Change the gates".into();
    }
    let is_allowed =
        |word: &&str| rules.types.is_empty() || rules.types.iter().any(|known| known == word);
    let usual = ["chore", "build", "ci"].into_iter().find(is_allowed);
    let first = rules.types.first().map_or("chore", String::as_str);
    format!("{}: change the gates", usual.unwrap_or(first))
}

/// The credit of an agent, if one is required and at work.
fn credit(environment: &Environment, candidate: &Candidate, config: &Config) -> Option<String> {
    let rules = &config.commit_msg.assisted_by;
    let agent = detection::in_environment(environment, &config.agents).map(|sign| sign.agent);
    let is_required = match rules.required {
        CreditRequired::Always => true,
        CreditRequired::WhenAgent => agent.is_some(),
        CreditRequired::Never | CreditRequired::Forbidden => false,
    };
    if !is_required {
        return None;
    }
    let registry = registry(&candidate.repository, config).unwrap_or_default();
    let wanted = Wanted {
        forms: &rules.forms,
        registry: &registry,
    };
    let model = detection::model_in(environment);
    let known = agent
        .as_deref()
        .and_then(|agent| wanted.credit(agent, model.as_deref()));
    let credit = known.or_else(|| wanted.template(agent.as_deref()))?;
    Some(format!("{}: {credit}", rules.key))
}
