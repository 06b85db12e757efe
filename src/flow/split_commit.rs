//! The two commits into which one has to be split that weakens its own checks beside other changes.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::candidate::Candidate;
use super::commit_message::check::registry;
use crate::base::environment::Environment;
use crate::base::placeholder::REASON;
use crate::base::text::shell_word;
use crate::config::{Config, CreditRequired, SignOffRequired};
use crate::git::Repository;
use crate::git::invocation::command_line::GitCommandLine;
use crate::git::invocation::commit_args::{CommitArgs, Piece, typed_commit};
use crate::git::invocation::rest_of_index::{Staged, rest_of_index};
use crate::platform;
use crate::report::{SplitCommit, SplitOrder};
use crate::rules::agents::detection;
use crate::rules::agents::wanted::Wanted;
use crate::rules::change::single_change::{ChangeReport, GATE_CHANGE};
use crate::rules::message::SIGNED_OFF_BY;

/// The commands that make the two commits, if the commit that is stopped can be divided by paths: its message can be
/// given again, no configuration has unstaged changes, which a commit by paths would take, and what it amends has one
/// parent.
pub(super) fn commands(
    environment: &Environment,
    candidate: &Candidate,
    config: &Config,
    change: &ChangeReport,
) -> Option<SplitCommit> {
    let paths = to_be_separated(&candidate.repository, change);
    let ancestors = platform::ancestors();
    let typed = CommitArgs::find(ancestors);
    let amends = typed.as_ref().is_some_and(|typed| typed.has("--amend"));
    if paths.is_empty() || !is_separable(candidate, &paths, amends) {
        return None;
    }
    let has_prepared = has_prepared_message(&candidate.repository, typed.as_ref());
    let typed = match typed {
        Some(typed) => typed,
        // Whatever else makes commits has written the message down already.
        None if has_prepared => CommitArgs {
            before: options_of_git(ancestors),
            ..CommitArgs::default()
        },
        None => return None,
    };
    if typed.message.contains(&Piece::File("-".into())) {
        return None;
    }
    if amends && !has_amended(&candidate.repository, &paths) {
        return None;
    }
    let (kept, gone): (BTreeSet<PathBuf>, BTreeSet<PathBuf>) = paths
        .iter()
        .cloned()
        .partition(|path| !is_only_untracked(candidate, path));
    // A commit by paths would take what lies in the work tree.
    let order = if has_prepared || amends || !gone.is_empty() {
        SplitOrder::RestFirst
    } else {
        SplitOrder::ConfigurationFirst
    };
    let sign_off = config.commit_msg.signed_off_by.required != SignOffRequired::Never;
    let said = mentioned(&config.commit_msg.assisted_by.key, &typed.message);
    let lines = Lines {
        sign_off,
        credit: credit(environment, candidate, config, said.as_deref()),
        is_credit_said: said.is_some(),
        required: required(config, &typed.message),
    };
    let trailers = lines.of_configuration();
    let pathspecs = |paths: &BTreeSet<PathBuf>| -> Vec<OsString> {
        paths.iter().map(|path| pathspec(path)).collect()
    };
    let paths = pathspecs(&paths);
    let configuration = line(&configuration(&typed, config, &paths, &lines, order));
    let is_signed_off = typed.signs_off;
    let commands = match order {
        SplitOrder::ConfigurationFirst => {
            let rest = typed_commit(ancestors)?;
            let added = lines.missing_in_rest();
            let rest = completed(rest, sign_off && !is_signed_off, &added);
            vec![configuration, line(&rest)]
        }
        SplitOrder::RestFirst => {
            let git = |words: &[&str], paths: &[OsString]| {
                let mut call: Vec<OsString> = vec!["git".into()];
                call.extend(typed.before.iter().cloned());
                call.extend(words.iter().map(OsString::from));
                call.extend(paths.iter().cloned());
                call
            };
            let as_it_is = if candidate.repository.is_rebasing() {
                git(&["commit", "-C", "REBASE_HEAD"], &[])
            } else {
                git(&["commit", "--no-edit"], &[])
            };
            let (staged, rest) = rest_of_index(typed_commit(ancestors).unwrap_or(as_it_is))?;
            // What a prepared message has besides is not known here, nor what an amended one has.
            let added = if has_prepared || amends {
                Vec::new()
            } else {
                lines.missing_in_rest()
            };
            let rest = completed(rest, sign_off && !is_signed_off, &added);
            let first = match staged {
                Staged::Nothing => None,
                Staged::Tracked => Some(git(&["add", "-u", "--", ":/"], &[])),
                Staged::Paths(paths) => Some(git(&["add", "--"], &paths)),
            };
            let back: &[&str] = if amends {
                &["restore", "--staged", "--source=HEAD~1", "--"]
            } else {
                &["restore", "--staged", "--"]
            };
            let add = |words: &[&str], paths: &BTreeSet<PathBuf>| {
                (!paths.is_empty()).then(|| git(words, &pathspecs(paths)))
            };
            let calls = first.into_iter().chain([git(back, &paths), rest]);
            let calls = calls.chain(add(&["add", "--"], &kept));
            let calls = calls.chain(add(&["rm", "-q", "--cached", "--"], &gone));
            let calls = calls.map(|words| line(&words));
            calls.chain([configuration]).collect()
        }
    };
    Some(SplitCommit {
        trailers,
        order,
        commands,
    })
}

/// The files that have to be in a commit of their own.
fn to_be_separated(repository: &Repository, change: &ChangeReport) -> BTreeSet<PathBuf> {
    let found = change.to_be_split();
    if found.is_empty() {
        return BTreeSet::new();
    }
    let mut paths: BTreeSet<PathBuf> = change.configuration.iter().cloned().collect();
    // A merge only touches what differs from every parent, and may weaken what it takes from one of them.
    if repository.is_merging() {
        paths.extend(found.iter().map(|finding| finding.place().0.to_owned()));
    }
    paths
}

/// Whether these files can be taken out of what is committed, and be committed as they are in the work tree.
fn is_separable(candidate: &Candidate, paths: &BTreeSet<PathBuf>, amends: bool) -> bool {
    let unstaged = &candidate.status.beside.unstaged;
    let staged = &candidate.status.staged;
    // What only commits before this one have changed is in neither of the two, unless it is amended.
    let is_staged = |path: &PathBuf| amends || staged.iter().any(|one| one.path == *path);
    paths
        .iter()
        .all(|path| !unstaged.contains(path) && is_staged(path))
}

/// Whether the commit that is amended has one parent, and that has all of these files, so that they can be put back
/// as they are there.
fn has_amended(repository: &Repository, paths: &BTreeSet<PathBuf>) -> bool {
    let head = repository.head_commit().ok().flatten();
    let head = head.and_then(|head| repository.ancestor(head).ok().flatten());
    let Some([parent]) = head.as_ref().map(|head| head.parents.as_slice()) else {
        return false;
    };
    let mut objects = repository.objects();
    paths.iter().all(|path| {
        objects
            .entry(*parent, path)
            .is_ok_and(|entry| entry.is_some())
    })
}

/// Whether a file was taken out of the index and lies in the work tree all the same (`git rm --cached`).
fn is_only_untracked(candidate: &Candidate, path: &Path) -> bool {
    let file = candidate.repository.work_tree.join(path);
    candidate.index.kind(path).is_none() && file.symlink_metadata().is_ok()
}

/// Whether git keeps a message for the next commit, which the first of two commits would use up: that of a merge,
/// a cherry-pick, a revert or a rebase.
fn has_prepared_message(repository: &Repository, typed: Option<&CommitArgs>) -> bool {
    let is_typed = typed.is_some_and(|typed| typed.reuses || !typed.message.is_empty());
    let is_there = |name: &&str| repository.git_dir.join(name).exists();
    repository.is_merging()
        || repository.is_repeating()
        || !is_typed && ["MERGE_MSG", "SQUASH_MSG"].iter().any(is_there)
}

/// The options of git itself in the nearest call of it.
fn options_of_git(ancestors: &[Vec<OsString>]) -> Vec<OsString> {
    let mut calls = ancestors
        .iter()
        .filter_map(|words| GitCommandLine::read(words));
    calls
        .next()
        .map_or_else(Vec::new, |call| call.before.to_vec())
}

/// What the messages of the two commits need.
struct Lines {
    /// A sign-off.
    sign_off: bool,
    /// The line that credits an agent.
    credit: Option<String>,
    /// Whether the message that was typed has it.
    is_credit_said: bool,
    /// The other lines that gates.toml requires, and whether the message that was typed has them.
    required: Vec<(String, bool)>,
}

impl Lines {
    /// The trailers of the commit of the configuration.
    fn of_configuration(&self) -> Vec<String> {
        let reason = std::iter::once(format!("{GATE_CHANGE}: {REASON}"));
        let of_both = self.credit.iter();
        let of_both = of_both.chain(self.required.iter().map(|(line, _)| line));
        reason.chain(of_both.cloned()).collect()
    }

    /// The trailers that the message that was typed lacks.
    fn missing_in_rest(&self) -> Vec<String> {
        let credit = self.credit.iter().filter(|_| !self.is_credit_said);
        let missing = self.required.iter().filter(|(_, is_said)| !is_said);
        credit
            .chain(missing.map(|(line, _)| line))
            .cloned()
            .collect()
    }
}

/// The call that commits the configuration alone.
fn configuration(
    typed: &CommitArgs,
    config: &Config,
    paths: &[OsString],
    lines: &Lines,
    order: SplitOrder,
) -> Vec<OsString> {
    let mut words: Vec<OsString> = vec!["git".into()];
    words.extend(typed.before.iter().cloned());
    words.extend(["-c", "trailer.where=start", "commit"].map(Into::into));
    if lines.sign_off {
        words.push("-s".into());
    }
    words.extend(["-m".into(), subject(config).into()]);
    for line in lines.of_configuration() {
        words.extend(["--trailer".into(), line.into()]);
    }
    // After the rest, nothing else is in the index.
    if order == SplitOrder::ConfigurationFirst {
        words.push("--".into());
        words.extend(paths.iter().cloned());
    }
    words
}

/// Words as a line that a shell understands.
fn line(words: &[OsString]) -> String {
    let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
    words.join(" ")
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
fn pathspec(path: &Path) -> OsString {
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

/// The line that credits an agent: as it is said, or else if one is required and at work.
fn credit(
    environment: &Environment,
    candidate: &Candidate,
    config: &Config,
    said: Option<&str>,
) -> Option<String> {
    let rules = &config.commit_msg.assisted_by;
    if let Some(value) = said {
        return Some(format!("{}: {value}", rules.key));
    }
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
