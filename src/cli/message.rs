//! The commit-msg and applypatch-msg hooks: is the message as it must be?

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::{judge, own};
use crate::config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::finding::{Cure, Finding};
use crate::git::{Repository, Setting, author_of_patch};
use crate::message::{Cleaned, Editor, Message, Settings, clean, parse};
use crate::platform;
use crate::policy::finish::{self, Occasion};
use crate::policy::{self, Case, Entry, agents};
use crate::report::{self, Detail, Refusal, Style};
use crate::text::show_path;
use crate::trigger::Hook;

/// Where refused messages are kept, below the git directory.
const KEPT: &str = "gatekeeper";

/// The largest message, in bytes. A larger one is something else.
const LARGEST: u64 = 16 << 20;

/// Judges the message in the file that git hands to the hook.
pub(super) fn judge(
    environment: &Environment,
    hook: Hook,
    arguments: &[OsString],
) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let file = message_file(environment, arguments)?;
    let bytes = read(&file)?;
    let (text, _) = judge::committed_text(&repository, None)?;
    let rules = config::parse(&text)?.commit_msg;
    let mut setting = repository.setting()?;
    if hook == Hook::ApplypatchMsg
        && let Some(author) = author_of_patch(&file)
    {
        setting.author = author;
    }
    let settings = settings(environment, &setting);
    let cleaned = clean(&bytes, &settings);
    if cleaned.is_empty() {
        // git gives up by itself, and says so better.
        return Ok(ExitCode::Passed);
    }
    let message = parse(&cleaned.text, &settings);
    let decoded = settings.encoding.decode(message.text);
    let findings = policy::judge(&Case {
        text: &decoded,
        trailers: &entries(&message, &settings),
        author: &setting.author,
        committer: &setting.committer,
        agent: agents::in_environment(environment).as_ref(),
        is_merge: repository.is_merging(),
        rules,
    });
    if findings.is_empty() {
        return Ok(ExitCode::Passed);
    }
    let refusal = refusal(
        environment,
        &repository,
        hook,
        &cleaned,
        &file,
        &decoded,
        findings,
    );
    let style = Style::for_errors(environment, Detail::Normal);
    report::say(&report::refusal(&refusal, style));
    Ok(ExitCode::Failed)
}

fn message_file(environment: &Environment, arguments: &[OsString]) -> Result<PathBuf> {
    match arguments.first() {
        Some(file) => Ok(environment.current_dir.join(file)),
        None => Err(Fault::usage("git has not named the file of the message")
            .hint("this is called by git; see `gatekeeper --help`")),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let cannot = |error: std::io::Error| {
        Fault::unable(format!("the message in {} cannot be read", show_path(file))).because(&error)
    };
    let metadata = fs::metadata(file).map_err(cannot)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(Fault::unable(format!("{} is no message", show_path(file))));
    }
    fs::read(file).map_err(cannot)
}

fn settings(environment: &Environment, setting: &Setting) -> Settings {
    // git tells its hooks in this way that no editor is used.
    let editor = match environment.get("GIT_EDITOR") {
        Some(editor) if editor == ":" => Editor::NotUsed,
        _ => Editor::Used,
    };
    let entries = setting
        .configuration
        .iter()
        .map(|(key, value)| (key, Some(value)));
    let mut settings = Settings::from_config(entries, editor);
    // `-v` on the command line cannot be seen from here; a cut line can.
    settings.verbose = true;
    settings
}

fn entries(message: &Message<'_>, settings: &Settings) -> Vec<Entry> {
    let decode = |bytes: &[u8]| settings.encoding.decode(bytes).into_owned();
    message
        .trailers
        .iter()
        .map(|trailer| Entry {
            key: decode(trailer.key),
            value: decode(&trailer.value),
            line: trailer.line,
        })
        .collect()
}

/// Keeps the message and finds the command that finishes the commit.
fn refusal(
    environment: &Environment,
    repository: &Repository,
    hook: Hook,
    cleaned: &Cleaned,
    file: &Path,
    text: &str,
    findings: Vec<Finding>,
) -> Refusal {
    let kept = policy::keep(&repository.git_dir.join(KEPT), &cleaned.text);
    let typed = kept.as_ref().map_or_else(
        |_| file.to_owned(),
        |kept| own::as_typed(environment, repository, kept),
    );
    let occasion = match hook {
        Hook::ApplypatchMsg => Occasion::Patch,
        _ if repository.is_rebasing() => Occasion::Rebase,
        _ => Occasion::Commit,
    };
    let signs = findings.iter().any(|finding| finding.cure == Cure::SignOff);
    let parent = platform::parent_arguments();
    Refusal {
        lines: text.lines().map(str::to_owned).collect(),
        finish: finish::command(parent.as_deref(), occasion, &typed, signs),
        is_exact: parent.as_deref().is_some_and(is_commit) || !repository.has_own_index,
        needs_edit: findings.iter().any(|finding| finding.cure != Cure::SignOff),
        file: show_path(&typed),
        lost: kept.err().map(|error| error.to_string()),
        findings,
    }
}

fn is_commit(arguments: &[OsString]) -> bool {
    arguments.iter().any(|word| word == OsStr::new("commit"))
}
