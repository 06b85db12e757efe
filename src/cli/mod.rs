//! The command line: arguments, and one file of steps for each command.

mod agent_hosts;
mod agents;
mod arguments;
pub(crate) mod audit;
mod cache;
mod candidates;
mod combine;
mod completion;
mod config;
mod doctor;
mod explain;
mod guard;
pub(crate) mod hook;
pub(crate) mod hook_text;
mod init;
mod init_ci;
pub(crate) mod install;
mod list;
mod manual;
mod message;
mod overview;
mod peers;
mod plan;
mod receipts;
mod report;
pub(crate) mod run;
mod server;
mod status;

use std::ffi::OsString;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use crate::base::disk;
use crate::base::environment::{ColorChoice, Environment};
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::base::text::clean_line;
use crate::flow::baseline::baseline;
use crate::flow::{fix_run, self_path};
use crate::git::{color_setting, with_own_search_path};
use crate::report::{Detail, Style, terminal};
use arguments::{Arguments, ColorName, Command};

/// Runs the command that the process was started with, to its exit code.
///
/// A panic anywhere in it is a bug of ours and never leads to exit code 0; the guard ends the
/// processes that were running.
#[must_use]
pub fn main() -> ExitCode {
    crate::platform::reset_inherited_signals();
    std::panic::set_hook(Box::new(|panic| {
        let style = Environment::read().map_or(Style::PLAIN, |environment| {
            Style::for_errors(&environment, Detail::Normal)
        });
        crate::report::cry(&format!("error: a bug in gatekeeper: {panic}\n"), style);
    }));
    std::panic::catch_unwind(start).unwrap_or_else(|_| {
        crate::report::say(
            "help: please report this bug and the command that led to it; nothing was \
            accepted\n",
        );
        ExitCode::Bug
    })
}

fn start() -> ExitCode {
    if let Some(code) = completion::complete() {
        return code;
    }
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments::is_version(&words) {
        return output(&format!("gatekeeper {}\n", arguments::VERSION));
    }
    let arguments = match arguments::frequent(&words).map_or_else(read_all, Ok) {
        Ok(arguments) => arguments,
        Err(error) => return answer(&error),
    };
    // An agent waits for it before every command, so nothing is read that it does not need.
    if let Command::Guard(arguments) = &arguments.command {
        return guard::guard(arguments);
    }
    let mut environment = match Environment::read() {
        Ok(environment) => with_own_search_path(environment),
        Err(fault) => {
            crate::report::say(&crate::report::fault(&fault, Style::PLAIN));
            return fault.exit_code();
        }
    };
    environment.color = color(&environment, arguments.color);
    terminal::call_program(&self_path::call(&environment));
    dispatch(&environment, arguments.command).unwrap_or_else(|fault| {
        let style = Style::for_errors(&environment, Detail::Normal);
        crate::report::say(&crate::report::fault(&fault, style));
        // git does not always say why it could not write.
        if !fault.is_disk_full()
            && let Some(dir) =
                disk::full([environment.current_dir.as_path(), &std::env::temp_dir()])
        {
            crate::report::say(&crate::report::full_disk(&dir, style));
        }
        fault.exit_code()
    })
}

/// Reads the arguments of any command.
fn read_all() -> std::result::Result<Arguments, clap::Error> {
    let matches = overview::command().try_get_matches()?;
    Arguments::from_arg_matches(&matches)
}

/// Whether output is in colour: what says the most about this very call decides.
fn color(environment: &Environment, typed: Option<ColorName>) -> ColorChoice {
    typed
        .map(ColorChoice::from)
        .or_else(|| ColorChoice::of_variables(&environment.variables))
        .unwrap_or_else(|| color_setting(environment))
}

fn dispatch(environment: &Environment, command: Command) -> Result<ExitCode> {
    match command {
        Command::Init(arguments) => init::init(environment, &arguments),
        Command::Install(arguments) => match arguments.agent {
            Some(agent) => agent_hosts::install(environment, agent.into(), &arguments),
            None => install::install(environment, &arguments),
        },
        Command::Uninstall(arguments) => match arguments.agent {
            Some(agent) => agent_hosts::uninstall(environment, agent.into()),
            None => install::uninstall(environment, arguments.forget),
        },
        Command::Status => status::status(environment),
        Command::Doctor(arguments) => doctor::doctor(environment, &arguments),
        Command::Run(arguments) => run::run(environment, &arguments),
        Command::Report(arguments) => report::report(environment, &arguments),
        Command::List(arguments) => list::list(environment, &arguments),
        Command::Cache(arguments) => cache::cache(environment, &arguments),
        Command::Receipts(arguments) => receipts::receipts(environment, &arguments),
        Command::Combine(arguments) => combine::combine(environment, &arguments),
        Command::Plan(arguments) => plan::plan(environment, &arguments),
        Command::Fix(arguments) => {
            let scope = if arguments.all {
                fix_run::FixScope::Tracked
            } else {
                fix_run::FixScope::Changed
            };
            fix_run::fix(
                environment,
                &arguments.gates,
                scope,
                arguments.detail.detail(),
            )
        }
        Command::Baseline(arguments) => {
            let style = Style::for_errors(environment, arguments.detail.detail());
            baseline(environment, &arguments.gates, style)
        }
        Command::Message(arguments) => message::message(environment, &arguments),
        Command::Audit(arguments) => audit::audit(environment, &arguments),
        Command::Agents(arguments) => agents::agents(environment, &arguments),
        Command::Guard(arguments) => Ok(guard::guard(&arguments)),
        Command::Config(arguments) => config::config(environment, &arguments),
        Command::Explain(arguments) => explain::explain(arguments.id.as_deref()),
        Command::Completions(arguments) => completion::completions(arguments.shell),
        Command::Man(arguments) => manual::manual(arguments.output.as_deref()),
        Command::Hook(arguments) => hook::hook(environment, &arguments),
    }
}

fn output(text: &str) -> ExitCode {
    match crate::report::write_output(text) {
        Ok(()) => ExitCode::Passed,
        Err(_) => ExitCode::Unable,
    }
}

/// Help that was asked for is a result; everything else that clap reports is an error.
fn answer(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output(&text),
        kind => {
            let typed: Vec<OsString> = std::env::args_os().skip(1).collect();
            if let Ok(environment) = Environment::read() {
                terminal::call_program(&self_path::call(&environment));
            }
            if let Some(text) = peers::answer(error, kind, &typed) {
                crate::report::say(&text);
                return ExitCode::Usage;
            }
            let lines = text.lines().map(|line| clean_line(line.as_bytes()) + "\n");
            crate::report::say(&lines.collect::<String>());
            ExitCode::Usage
        }
    }
}
