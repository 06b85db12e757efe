//! gatekeeper in a bare repository that others push to: install, uninstall, status.

use std::fmt::Write as _;

use super::hook_text::{push_hook, report_hooks};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{count, limit};
use crate::config::{FILE_NAME, Policy, PolicySource};
use crate::flow::self_path;
use crate::git::Repository;
use crate::install::{self, HookChange, ServerOptions};
use crate::model::trigger::Hook;
use crate::report::terminal::print_text;
use crate::report::{self, Detail, Style};

pub(super) fn install(environment: &Environment, options: ServerOptions) -> Result<ExitCode> {
    let Some(repository) = Repository::open_bare(environment)? else {
        return Err(Fault::usage("this is not a bare repository").hint(
            "run `gatekeeper install --server` in the repository that receives pushes (`git init \
             --bare`); in a repository with a work tree, run `gatekeeper install`",
        ));
    };
    let program = self_path::program(environment)?;
    self_path::refuse_cached(&program)?;
    let done = install::install_server(&repository, &program, options)?;
    let style = Style::for_errors(environment, Detail::Normal);
    report_hooks(&done, &repository.work_tree, style);
    if options.run_gates {
        report::say(&format!(
            "{}: the gates run here and execute pushed code; the account that receives pushes \
             should have no other permissions (docs/zero-bypass.md)\n",
            style.careful("note")
        ));
    }
    report::say(&format!(
        "{}: pushes to this repository are now checked, within {} each; the commits that branches \
         and tags contain now count as checked\n",
        style.good("done"),
        limit(options.budget)
    ));
    Ok(ExitCode::Passed)
}

pub(super) fn uninstall(environment: &Environment, repository: &Repository) -> Result<ExitCode> {
    let done = install::uninstall(repository)?.hooks;
    let style = Style::for_errors(environment, Detail::Normal);
    report_hooks(&done, &repository.work_tree, style);
    let has = |change| done.iter().any(|done| done.change == change);
    let summary = if has(HookChange::Foreign) {
        "hooks that gatekeeper did not write, or that were changed later, were left in place"
    } else if has(HookChange::Removed) || has(HookChange::Restored) {
        "pushes to this repository are no longer checked"
    } else {
        "gatekeeper was not installed here"
    };
    report::say(&format!("{}: {summary}\n", style.careful("done")));
    Ok(ExitCode::Passed)
}

pub(super) fn status(environment: &Environment, repository: &Repository) -> Result<ExitCode> {
    let style = Style::for_output(environment, Detail::Normal);
    let hooks = install::status(repository, environment)?;
    let linked = install::linked_status(repository, environment)?;
    let is_server = hooks.iter().any(install::HookStatus::is_gated);
    let hooks = if linked.is_empty() || is_server {
        hooks
    } else {
        // Commits are made here, and nothing says that anything is pushed here.
        linked
    };
    let mut text = String::new();
    for hook in &hooks {
        push_hook(&mut text, hook, style);
    }
    if let Some(options) = install::server_options(repository)? {
        let gates = if options.run_gates {
            "run, and execute pushed code"
        } else {
            "do not run; to run them: `gatekeeper install --server --run-gates`"
        };
        let _ = writeln!(text, "{:>22}  {gates}", "gates");
        let _ = writeln!(text, "{:>22}  {}", "budget", limit(options.budget));
    }
    let (word, is_sound) = rules(repository, style)?;
    let _ = writeln!(text, "{FILE_NAME:>22}  {word}");
    let is_gated = is_sound && hooks.iter().all(install::HookStatus::is_gated);
    let is_for_commits = hooks.iter().any(|hook| Hook::ALL.contains(&hook.hook));
    let what = if is_for_commits {
        "commits in the work trees of this repository"
    } else {
        "pushes to this repository"
    };
    let verdict = if is_gated {
        style.good(&format!("{what} are checked"))
    } else {
        style.bad(&format!("{what} are not checked properly"))
    };
    let _ = writeln!(text, "\n{verdict}");
    print_text(&text)?;
    Ok(ExitCode::passed_if(is_gated))
}

/// The status of the rules of the default branch, and whether they can be read.
fn rules(repository: &Repository, style: Style) -> Result<(String, bool)> {
    let name = repository.head_name()?;
    let Some(head) = repository.head_commit()? else {
        let word = format!("{name} has no commit yet: each commit is checked by its own file");
        return Ok((style.careful(&word), true));
    };
    Ok(match PolicySource::new(repository).at(head)? {
        Policy::Absent => {
            let word = format!("{name} has none: each commit is checked by its own file");
            (style.careful(&word), true)
        }
        Policy::Ready(config) => {
            let gates = count(config.gates.len(), "gate");
            (format!("{gates} in {name}"), true)
        }
        Policy::Broken(fault) => (style.bad(&fault.message), false),
    })
}
