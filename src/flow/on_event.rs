//! What runs after git has checked out, merged, committed or rewritten commits: commands of gates.toml that
//! keep a work tree usable, such as `npm ci`.
//!
//! They stop nothing. One that came with the very commits that git has just brought is only shown: otherwise a
//! checkout of a stranger's branch would run what the stranger likes.

use std::ffi::OsString;
use std::path::PathBuf;

use super::self_path;
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::object_id::ObjectId;
use crate::config::{Config, EventCommand, Policy, PolicySource};
use crate::git::{RangeSpec, Repository};
use crate::model::trigger::{GitEvent, Hook};
use crate::report::{self, Detail, Style, Untrusted};
use crate::run::{self, EventCall};

/// Where HEAD was before what git has done, and where it is now.
struct Moved {
    /// `None` if there was no commit.
    from: Option<ObjectId>,
    to: ObjectId,
}

/// Runs the commands that are wanted after what git has done. Whatever comes of it, git is not told of a failure:
/// that of post-checkout would be the exit code of `git checkout`.
pub(crate) fn run(
    environment: &Environment,
    hook: Hook,
    arguments: &[OsString],
    input: &[u8],
) -> ExitCode {
    let style = Style::for_errors(environment, Detail::Normal);
    if let Err(fault) = run_wanted(environment, hook, (arguments, input), style) {
        report::say(&report::fault(&fault, style));
    }
    ExitCode::Passed
}

fn run_wanted(
    environment: &Environment,
    hook: Hook,
    told: (&[OsString], &[u8]),
    style: Style,
) -> Result<()> {
    let repository = Repository::open_from_env(environment)?;
    // Of a rebase, only the end counts; and a command that moves HEAD itself starts no other.
    let is_step = repository.is_rebasing() && hook != Hook::PostRewrite;
    if is_step || run::refuse_nested(environment, &repository.common_dir).is_err() {
        return Ok(());
    }
    let Some(moved) = moved(&repository, hook, told)? else {
        return Ok(());
    };
    let mut policies = PolicySource::new(&repository);
    let Policy::Ready(now) = policies.at(moved.to)? else {
        return Ok(());
    };
    let is_wanted = |on: &&EventCommand| on.events.iter().any(|event| event.hook() == hook);
    let wanted: Vec<&EventCommand> = now.on.iter().filter(is_wanted).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let before = match moved.from {
        Some(from) => vec![from],
        // The first checkout of a new work tree: what is in force is what the others have.
        None => repository.checked_out_elsewhere()?,
    };
    let mut in_force = Vec::new();
    for commit in before {
        in_force.extend(policies.at(commit)?.ready().cloned());
    }
    let changed = changed(&repository, &moved)?;
    for command in wanted {
        let is_touched =
            command.files.is_empty() || changed.iter().any(|path| command.files.matches(path));
        if !is_touched {
            continue;
        }
        if in_force.iter().any(|before| before.on.contains(command)) {
            run_one(environment, &repository, command, style);
        } else {
            let why = match moved.from {
                Some(_) => Untrusted::Changed,
                None => Untrusted::NotElsewhere,
            };
            report::say(&report::untrusted_command(command, why, style));
        }
    }
    Ok(())
}

/// What git has moved; `None` if HEAD has the same commit as before.
fn moved(
    repository: &Repository,
    hook: Hook,
    (arguments, input): (&[OsString], &[u8]),
) -> Result<Option<Moved>> {
    let argument = |place: usize| arguments.get(place).and_then(|word| word.to_str());
    let head = repository.head_commit()?;
    let Some(to) = head else {
        return Ok(None);
    };
    let from = match hook {
        // The third argument is 0 where only files were checked out (githooks(5)).
        Hook::PostCheckout if argument(2) == Some("1") => argument(0).and_then(id),
        // A squashed merge moves nothing.
        Hook::PostMerge if argument(0) == Some("0") => {
            let before = RangeSpec::Only("ORIG_HEAD".to_owned());
            Some(repository.commits(&before)?.tip)
        }
        Hook::PostCommit => {
            repository
                .commits(&RangeSpec::Only("HEAD".to_owned()))?
                .begin
        }
        Hook::PostRewrite => {
            let text = String::from_utf8_lossy(input);
            text.lines()
                .last()
                .and_then(|line| id(line.split(' ').next()?))
        }
        _ => return Ok(None),
    };
    Ok((from != Some(to)).then_some(Moved { from, to }))
}

/// An id; `None` for the one of zeroes, which stands for no commit.
fn id(text: &str) -> Option<ObjectId> {
    if text.bytes().all(|byte| byte == b'0') {
        return None;
    }
    text.parse().ok()
}

/// The paths that differ; where there was no commit, all that are tracked.
fn changed(repository: &Repository, moved: &Moved) -> Result<Vec<PathBuf>> {
    let Some(from) = moved.from else {
        let tracked = repository.index()?.tracked().into_iter();
        return Ok(tracked.map(|file| file.path).collect());
    };
    let changes = repository.between(from, moved.to)?.changes.into_iter();
    Ok(changes.map(|change| change.path).collect())
}

fn run_one(
    environment: &Environment,
    repository: &Repository,
    command: &EventCommand,
    style: Style,
) {
    let log = repository.git_dir.join(format!(
        "gatekeeper/logs/on-{}.log",
        command.name.as_file_name()
    ));
    let call = EventCall {
        command: &command.run,
        dir: &repository.work_tree.join(&command.dir),
        log: &log,
        limit: command.timeout,
        common_dir: &repository.common_dir,
    };
    let waiting = || report::say(&report::running_command(command, style));
    let why = match run::run_after_event(environment, &call, waiting) {
        Ok(why) => why,
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = why {
        let log = self_path::as_typed(environment, repository, &log);
        report::say(&report::failed_command(command, &why, &log, style));
    }
}

/// The hooks of git that the commands of a configuration need, in the order of [`Hook::EVENTS`].
#[must_use]
pub(crate) fn hooks_for(config: &Config) -> Vec<Hook> {
    let wanted: Vec<Hook> = config
        .on
        .iter()
        .flat_map(|on| on.events.iter().copied().map(GitEvent::hook))
        .collect();
    let mut hooks = Hook::EVENTS.to_vec();
    hooks.retain(|hook| wanted.contains(hook));
    hooks
}
