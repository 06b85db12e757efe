//! The credits of a commit that an agent is about to make: whether the repository forbids one.

use std::ffi::OsString;
use std::path::Path;

use super::commit_message::check;
use crate::base::environment::Environment;
use crate::git::Repository;
use crate::git::invocation::commit_args::{CommitArgs, Piece};
use crate::guard::{GuardRule, Refusal, TypedCommit};
use crate::message::Editor;
use crate::model::finding::{Finding, Location};
use crate::rules::catalogue::{assisted_by, trailers};
use crate::rules::message::Reading;

/// The longest message file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The refusal of a commit whose message has a credit that the configuration forbids. `None` also where the message
/// or the configuration cannot be read: the commit-msg hook says then what is wrong.
#[must_use]
pub(super) fn forbidden(commit: &TypedCommit, dir: &Path) -> Option<Refusal> {
    let words: Vec<OsString> = commit.words.iter().map(OsString::from).collect();
    let typed = CommitArgs::find(&[words])?;
    let dir = dir.join(&commit.dir);
    let text = message(&typed, commit, &dir);
    // Nothing is opened for a message without a trailer.
    let lower = text.to_lowercase();
    if !lower.contains("-by") && !lower.contains("generated") {
        return None;
    }
    let environment = Environment::read().ok()?.in_repository(&dir);
    let repository = Repository::open_if_there(&environment).ok()??;
    let config = check::config(&repository).ok()?;
    let setting = repository.setting().ok()?;
    let settings = check::settings(&setting, Editor::NotUsed, None);
    let reading = Reading::new(text.as_bytes(), &settings, &settings.encoding);
    let findings = check::check(&repository, &environment, &config, &setting, &reading).ok()?;
    let is_forbidden = |finding: &&Finding| {
        finding.rule.is(&assisted_by::FORBIDDEN) || finding.rule.is(&trailers::FORBIDDEN)
    };
    let finding = findings.iter().find(is_forbidden)?;
    let line = line_of(finding, &text);
    let what = format!(
        "a commit with `{}`: {}",
        line.unwrap_or_default(),
        finding.message
    );
    Some(Refusal::new(
        GuardRule::ForbiddenCredit,
        what,
        without(commit, line),
    ))
}

/// The message as far as the command has it.
fn message(typed: &CommitArgs, commit: &TypedCommit, dir: &Path) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut credits: Vec<String> = Vec::new();
    for piece in &typed.message {
        match piece {
            Piece::Text(text) => paragraphs.push(text.to_string_lossy().into_owned()),
            Piece::File(file) if file == "-" => paragraphs.extend(commit.input.clone()),
            Piece::File(file) => paragraphs.extend(read(&dir.join(file))),
            Piece::Trailer(trailer) => {
                let text = trailer.to_string_lossy();
                let (key, value) = text.split_once([':', '=']).unwrap_or((&text, ""));
                credits.push(format!("{}: {}", key.trim(), value.trim()));
            }
        }
    }
    paragraphs.extend((!credits.is_empty()).then(|| credits.join("\n")));
    paragraphs.join("\n\n")
}

fn read(file: &Path) -> Option<String> {
    let metadata = std::fs::metadata(file).ok()?;
    let is_message = metadata.is_file() && metadata.len() <= LONGEST;
    is_message
        .then(|| std::fs::read_to_string(file).ok())
        .flatten()
}

/// The line that a finding is about.
fn line_of<'t>(finding: &Finding, text: &'t str) -> Option<&'t str> {
    let Location::Message(lines) = &finding.location else {
        return None;
    };
    let number = lines.first()?.line;
    text.lines().nth(number.checked_sub(1)?)
}

/// The command without a line of its message.
fn without(commit: &TypedCommit, line: Option<&str>) -> String {
    let Some(line) = line else {
        return "git commit, with a message without that credit".to_owned();
    };
    let is_in_words = commit.words.iter().any(|word| word.contains(line));
    if !is_in_words {
        return format!("the same, without the line `{line}` in the message");
    }
    let words = commit.words.iter().map(|word| {
        let kept: Vec<&str> = word.lines().filter(|one| *one != line).collect();
        if word.contains(line) {
            kept.join("\n").trim_end().to_owned()
        } else {
            word.clone()
        }
    });
    shell_words::join(words)
}
