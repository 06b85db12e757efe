//! What an agent is about to do: whether it may, and what it should know.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::agent_credit::forbidden;
use super::{agent_session, agent_stop};
use crate::base::environment::Environment;
use crate::base::text::duration;
use crate::config::{FILE_NAME, source};
use crate::git::{Repository, alias_of};
use crate::guard::judge::{Outside, judge, tool_refusal};
use crate::guard::paths::{self, Change, IncludedFiles, Place};
use crate::guard::{Answer, Event, GuardRule, Payload, Refusal, ToolCall, TypedCommit, Unread};
use crate::receipt::RecordedRuns;
use crate::report::history::History;

/// The answer to a payload.
#[must_use]
pub(crate) fn answer(payload: &Payload) -> Answer {
    match &payload.event {
        Event::Tool(call) => about_tool(payload, call),
        Event::SessionStart => agent_session::answer(payload, &dir(payload)),
        Event::Stop { again } => agent_stop::answer(payload, *again, &dir(payload)),
        Event::Other => Answer::silence(payload.dialect),
    }
}

/// The directory of the agent.
fn dir(payload: &Payload) -> PathBuf {
    let here = || std::env::current_dir().unwrap_or_default();
    payload.dir.clone().unwrap_or_else(here)
}

fn about_tool(payload: &Payload, call: &ToolCall) -> Answer {
    let dir = dir(payload);
    let mut commits = Vec::new();
    // They are looked for once, however many files a command removes.
    let known = OnceCell::new();
    let included = || known.get_or_init(|| included_files(&dir)).clone();
    let real = real_paths();
    let outside = Outside {
        aliases: &|dir: &Path, name: &str| alias_of(dir, name),
        included: &included,
        real: &real,
    };
    let refusal = of_tool(call).or_else(|| {
        call.commands.iter().find_map(|(command, shell)| {
            let judged = judge(command, *shell, &dir, outside);
            commits.extend(judged.commits);
            judged.refusal
        })
    });
    let refusal = refusal.or_else(|| of_paths(call, &dir, &included));
    let refusal = refusal.or_else(|| commits.iter().find_map(|commit| forbidden(commit, &dir)));
    if let Some(refusal) = refusal {
        return Answer::deny(Some(payload), payload.dialect, &refusal.text());
    }
    match commits
        .first()
        .and_then(|commit| advice(call, commit, &dir))
    {
        Some(advice) => Answer::advise(payload, &advice),
        None => Answer::silence(payload.dialect),
    }
}

/// Why a tool is refused whatever its commands are.
fn of_tool(call: &ToolCall) -> Option<Refusal> {
    if call.skips_hooks {
        let what = format!("the tool {} is told to skip the hooks", call.name);
        return Some(Refusal::new(
            GuardRule::NoVerify,
            what,
            "the same without that parameter",
        ));
    }
    let names_any = || paths::names_any(call.keys.join(" ").as_bytes());
    if call.unread == Some(Unread::Command) && names_any() {
        let what = format!(
            "the tool {} has no command that can be read, but {}",
            call.name,
            call.keys.join(", ")
        );
        return Some(Refusal::new(
            GuardRule::Unreadable,
            what,
            "the same as a plain command",
        ));
    }
    if call.unread == Some(Unread::Json) {
        return Some(Refusal::new(
            GuardRule::Unreadable,
            format!("the input of the tool {} is not whole JSON", call.name),
            "the same as a plain command",
        ));
    }
    tool_refusal(&call.server, &call.name)
}

fn of_paths(call: &ToolCall, dir: &Path, included: &IncludedFiles<'_>) -> Option<Refusal> {
    let place = Place {
        dir,
        top: dir,
        included,
        real: &real_paths(),
    };
    call.paths.iter().find_map(|(path, change)| {
        let protected = paths::protected(path, &place, *change)?;
        let verb = match change {
            Change::Write => "changes",
            Change::Remove => "removes",
        };
        let what = format!("{} {verb} {path}, {}", call.name, protected.name());
        Some(Refusal::new(
            GuardRule::Tampering,
            what,
            protected.instead(),
        ))
    })
}

/// Finds where paths lead whose directories may be links. Each is looked up once: a command may name many files of one
/// directory.
fn real_paths() -> impl Fn(&Path) -> Option<PathBuf> {
    let known: RefCell<HashMap<PathBuf, Option<PathBuf>>> = RefCell::default();
    move |path| {
        let mut known = known.borrow_mut();
        let found = known.entry(path.to_owned());
        found.or_insert_with(|| path.canonicalize().ok()).clone()
    }
}

/// The files that gates.toml includes, as a directory in the repository leads to them; those that it names, if it
/// cannot be read.
fn included_files(dir: &Path) -> Vec<PathBuf> {
    let find = || {
        let environment = Environment::read().ok()?.in_repository(dir);
        let repository = Repository::open_if_there(&environment).ok()??;
        let names = match source::work_tree_files(&repository) {
            Ok(files) if files.len() > 1 => {
                files.into_iter().map(|file| file.origin.file).collect()
            }
            Ok(_) | Err(_) => source::shown_includes(&repository),
        };
        let real = dir.canonicalize().ok()?;
        let below = real.strip_prefix(&repository.work_tree).ok()?;
        let top = dir.ancestors().nth(below.components().count())?;
        let included = names
            .into_iter()
            .filter(|name| name.file_name() != Some(OsStr::new(FILE_NAME)));
        Some(included.map(|name| top.join(name)).collect())
    };
    find().unwrap_or_default()
}

/// That a commit may be ended before its gates are.
fn advice(call: &ToolCall, commit: &TypedCommit, dir: &Path) -> Option<String> {
    let in_background = commit.in_background || call.in_background;
    // A command in the background is not ended by the host's limit.
    let limit = call.limit.filter(|_| !call.in_background);
    let limit = [limit, commit.limit].into_iter().flatten().min();
    if limit.is_none() && !in_background {
        return None;
    }
    let limit = limit.unwrap_or(Duration::MAX);
    let last = last_duration(&dir.join(&commit.dir))?;
    if last <= limit && !in_background {
        return None;
    }
    let how = if in_background {
        "The commit runs in the background".to_owned()
    } else {
        format!("This command may take {}", duration(limit))
    };
    Some(format!(
        "{how}, but the gates of the last commit took {}: give the command a time limit of at least {}, and wait \
         for its end. A commit whose gates are stopped is not made.",
        duration(last),
        duration(last.saturating_mul(2)),
    ))
}

/// How long the gates of the last recorded run took that checked something.
fn last_duration(dir: &Path) -> Option<Duration> {
    let environment = Environment::read().ok()?.in_repository(dir);
    let repository = Repository::open_if_there(&environment).ok()??;
    let history = History::read(&RecordedRuns::of(&repository));
    let runs = history.runs.iter().rev();
    let mut durations = runs.map(|run| Duration::from_millis(run.duration_ms));
    durations.find(|duration| !duration.is_zero())
}
