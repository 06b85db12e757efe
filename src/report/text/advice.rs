//! What to do: commands that can be pasted in the user's current directory.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::base::fault::AT_LIMIT;
use crate::base::text::{duration, shell_word};
use crate::event::{GateResult, Output};
use crate::model::gate::GateName;
use crate::model::outcome::{
    Breakage, EmptyCheck, EmptySearch, Failure, Limit, Outcome, StartHelp, ToolFault, ToolWords,
};
use crate::model::trigger::Trigger;
use crate::plan::{GateCall, Network, Plan, PlannedGate};
use crate::report::context::ReportContext;
use crate::run::tool_dirs;
use crate::tools::{self, checkers, says_no_network};

/// A call as a line for the user's shell: in the right directory, with the project's own tool.
pub(super) fn command(call: &GateCall, context: &ReportContext, dir: &Path) -> String {
    let shown = match call {
        GateCall::Program { program, arguments } => GateCall::Program {
            program: project_tool(program, context, dir).unwrap_or_else(|| program.clone()),
            arguments: arguments.clone(),
        }
        .shown(),
        GateCall::Shell { .. } => match project_tool_dir(context, dir) {
            Some(dir) => format!("PATH=\"{dir}:$PATH\"; {}", call.shown()),
            None => call.shown(),
        },
    };
    let dir = context.to_top.join(dir);
    if dir.as_os_str().is_empty() && shown.starts_with("PATH=") {
        format!("({shown})")
    } else if dir.as_os_str().is_empty() {
        shown
    } else {
        format!("(cd {} && {shown})", shell_word(dir.as_os_str()))
    }
}

/// The path, from the gate's directory, of a tool that only the project's own environment has on
/// PATH.
fn project_tool(program: &OsString, context: &ReportContext, dir: &Path) -> Option<OsString> {
    if Path::new(program).components().count() != 1 {
        return None;
    }
    let tool = own_tool_dirs(context, dir)
        .into_iter()
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())?;
    Some(from_dir(&tool, &context.top, dir).into_os_string())
}

/// The first directory of the project's own tools, for PATH, if it can be written between double quotes.
fn project_tool_dir(context: &ReportContext, dir: &Path) -> Option<String> {
    let tools = own_tool_dirs(context, dir).into_iter().next()?;
    let shown = from_dir(&tools, &context.top, dir);
    let shown = shown.into_os_string().into_string().ok()?;
    if shown.contains(['"', '$', '`', '\\']) {
        return None;
    }
    let start = if shown.starts_with('/') { "" } else { "$PWD/" };
    Some(format!("{start}{shown}"))
}

fn own_tool_dirs(context: &ReportContext, dir: &Path) -> Vec<PathBuf> {
    let mut dirs = tool_dirs(&context.top, &context.top.join(dir));
    dirs.extend(context.managed_tools.iter().cloned());
    dirs
}

/// A path as seen from the gate's directory; one outside of the top stays as it is.
fn from_dir(path: &Path, top: &Path, dir: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(top.join(dir)) {
        return below.to_owned();
    }
    let ups: PathBuf = dir.components().map(|_| "..").collect();
    match path.strip_prefix(top) {
        Ok(below) => ups.join(below),
        Err(_) => path.to_owned(),
    }
}

/// The command that runs just this gate once more.
pub(crate) fn repeat(plan: &Plan, context: &ReportContext, planned: &PlannedGate) -> String {
    let name = &planned.gate.name;
    let program = &context.program;
    match &plan.trigger {
        Trigger::Range { from, to } => {
            let word = |text: &String| shell_word(text.as_ref());
            format!(
                "{program} run --from {} --to {} {name}",
                word(from),
                word(to)
            )
        }
        Trigger::Hook(_) | Trigger::Staged if !context.has_own_index => {
            format!("{program} run --staged {name}")
        }
        Trigger::Hook(_) | Trigger::Staged if planned.gate.run.takes_files => {
            // The index that was checked is gone.
            format!("{program} run {name}  # checks all tracked files, not only these")
        }
        Trigger::Files { paths } => {
            let paths: Vec<String> = paths
                .iter()
                .map(|path| shell_word(path.as_os_str()))
                .collect();
            format!("{program} run {name} --files {}", paths.join(" "))
        }
        Trigger::Hook(_) | Trigger::Staged | Trigger::Run | Trigger::Trial { .. } => {
            format!("{program} run {name}")
        }
        Trigger::Push { commit, .. }
        | Trigger::Record { commit }
        | Trigger::Audit { commit, .. } => {
            format!("{program} run --from {commit}~1 --to {commit} {name}")
        }
    }
}

/// A path as git understands it in every directory of the work tree (gitglossary(7), pathspec).
fn from_anywhere(path: &Path) -> String {
    let mut pathspec = OsString::from(":/");
    pathspec.push(path);
    shell_word(&pathspec)
}

/// How to install the program of a gate, by the project's own package manager if that is known.
fn installation(planned: &PlannedGate, context: &ReportContext) -> String {
    let program = planned.calls.first().and_then(|call| match call {
        GateCall::Program { program, .. } => program.to_str(),
        GateCall::Shell { .. } => None,
    });
    let dirs = [context.top.join(&planned.gate.dir), context.top.clone()];
    let has_file = |file: &str| dirs.iter().any(|dir| dir.join(file).is_file());
    match program.and_then(|program| tools::installation(program, has_file)) {
        Some(found) => {
            let commands = found.commands();
            let commands: Vec<String> = commands.iter().map(|one| format!("`{one}`")).collect();
            format!("install the program with {}", commands.join(" or "))
        }
        None => "install the program".to_owned(),
    }
}

/// How to fix this outcome, in words, where no command does.
pub(super) fn help(
    planned: &PlannedGate,
    context: &ReportContext,
    result: &GateResult,
) -> Option<String> {
    let name = &planned.gate.name;
    match &result.outcome {
        Outcome::CouldNotStart(flaw) => Some(match &flaw.help {
            StartHelp::Program => {
                let install = installation(planned, context);
                if context.has_file {
                    format!("{install}, or correct `run` in [gates.{name}] in gates.toml")
                } else {
                    format!(
                        "{install}, or write the gates down with `{} init`",
                        context.program
                    )
                }
            }
            StartHelp::NotOnPath(dir) => format!(
                "programs that a desktop or an editor starts may not have the PATH of your shell; to add \
                 this directory for yourself: `git config --global --add gatekeeper.path {}`",
                shell_word(dir.as_os_str())
            ),
            // One message about it serves all gates.
            StartHelp::Environment(_) => return None,
            StartHelp::Tracked(path) => format!(
                "install the tool, and take the file out of git with `git rm --cached -- {}`; or, if \
                 the gate is meant to run it, name it by its path in `run` of [gates.{name}]",
                from_anywhere(path)
            ),
            StartHelp::Launcher => format!(
                "read the output; correct `launcher` in [gates.{name}] or [settings] in gates.toml, or \
                 what it needs, then try again with `{} run {name}`",
                context.program
            ),
            StartHelp::Dir => format!("correct `dir` in [gates.{name}] in gates.toml"),
            StartHelp::Variable(unset) => format!(
                "set {unset}; or, if the gate does not need it, write `${{{unset}:-}}` in `env` of [gates.{name}] in \
                 gates.toml, which stands for nothing where it is not set"
            ),
            StartHelp::System => format!("{AT_LIMIT}, or run fewer gates at once (`--jobs`)"),
        }),
        Outcome::TimedOut(limit) => Some(more_time(planned, context, result, *limit)),
        Outcome::Failed(Failure::Wrote(_)) => Some(format!(
            "a check must not change what it checks: use the tool's read-only option (such as \
             `--check`), and move the command that writes to `fix` in [gates.{name}]"
        )),
        Outcome::CheckedNothing(EmptyCheck::Said(words)) => Some(nothing_said(planned, words)),
        Outcome::ToolBroken(Breakage::Said(ToolFault::Network, words))
            if context.network == Network::Withheld && !keeps_network(words.tool) =>
        {
            Some(withheld(words.tool, &context.program))
        }
        Outcome::ToolBroken(Breakage::Said(fault, words)) => Some(broken(name, *fault, words.tool)),
        Outcome::ToolBroken(Breakage::Report(_)) => Some(format!(
            "let `run` in [gates.{name}] in gates.toml write the report that `findings` names; \
             {{report}} stands for its file"
        )),
        Outcome::CheckedNothing(EmptyCheck::NoTest) => Some(format!(
            "read the output to see why no test has run; if that is right, remove `findings` from \
             [gates.{name}] in gates.toml"
        )),
        Outcome::CheckedNothing(EmptyCheck::Search { tool, empty }) => {
            Some(nothing_found(planned, tool, *empty))
        }
        Outcome::CheckedNothing(EmptyCheck::Unproven { .. }) => Some(format!(
            "read the output to see what the command checked; `expect` in [gates.{name}] names \
             the evidence that it must print"
        )),
        _ => None,
    }
}

/// What to do if the time was up.
fn more_time(
    planned: &PlannedGate,
    context: &ReportContext,
    result: &GateResult,
    limit: Limit,
) -> String {
    let (name, program) = (&planned.gate.name, &context.program);
    let raise = match limit {
        Limit::Timeout(_) => {
            format!("make the gate faster, or raise `timeout` in [gates.{name}] in gates.toml")
        }
        Limit::Budget(_) => {
            "make the gates faster, raise `budget` in [settings] in gates.toml, or \
                             move a slow gate to hooks = [\"pre-push\"]"
                .to_owned()
        }
    };
    // A run by hand has no limit but that of gates.toml.
    let once = match planned.calls.first() {
        Some(call) if planned.gate.timeout.is_some() => {
            let command = command(call, context, &planned.gate.dir);
            format!("run its command once, `{command}`")
        }
        _ => format!("run it once without a time limit, `{program} run {name}`"),
    };
    match planned.last_took {
        _ if result.started_cold => format!(
            "its tool started with an empty cache, and the next run is faster: {once}, then try again; if it \
             always takes that long, {raise}"
        ),
        None => format!(
            "the gate has never come to an end here, so its tool may have started with an empty \
             cache, and the next run may be faster: {once}, then try again; if it always takes that long, {raise}"
        ),
        Some(took) => format!("it took {} the last time; {raise}", duration(took)),
    }
}

/// What to do if a tool says that it has checked nothing.
fn nothing_said(planned: &PlannedGate, words: &ToolWords) -> String {
    let (name, tool) = (&planned.gate.name, words.tool);
    let give = if planned.gate.run.takes_files {
        format!(
            "correct what {tool} excludes, or let the gate exclude these files, too, with `exclude` \
             in [gates.{name}] in gates.toml"
        )
    } else {
        format!(
            "give {tool} something to check: correct what it excludes, or `run` in [gates.{name}] in \
             gates.toml"
        )
    };
    match (words.code, &words.line) {
        (Some(0), Some(_)) => {
            format!("{give}; if there is nothing to check, let `expect` match that line")
        }
        (Some(code), _) => {
            format!("{give}; if there is nothing to check, add {code} to `success-codes`")
        }
        (None, _) => give,
    }
}

/// What to do if a tool would not say that it has found nothing.
fn nothing_found(planned: &PlannedGate, tool: &str, empty: EmptySearch) -> String {
    let name = &planned.gate.name;
    match empty {
        EmptySearch::Excluded(file) if planned.gate.run.takes_files => format!(
            "correct {file}, or let the gate exclude these files, too, with `exclude` in \
             [gates.{name}] in gates.toml"
        ),
        EmptySearch::Listed(_) => format!("correct `run` in [gates.{name}] in gates.toml"),
        EmptySearch::NoFile
        | EmptySearch::NoPath
        | EmptySearch::Excluded(_)
        | EmptySearch::Silent(_) => format!(
            "correct the paths that `run` in [gates.{name}] in gates.toml gives to {tool}, or what {tool} \
             excludes; if there is nothing to check, remove the gate"
        ),
    }
}

/// Whether a tool is about what the network says, and so has it in every run.
fn keeps_network(tool: &str) -> bool {
    checkers().any(|checker| checker.name == tool && checker.needs_network)
}

/// What to do if a tool needs the network, which its gate does not have.
fn withheld(tool: &str, program: &str) -> String {
    let download = checkers().find(|checker| checker.name == tool);
    match download.and_then(|checker| checker.download) {
        Some(command) => format!(
            "gates that were detected run without the network: download what {tool} needs with \
             `{command}`, and run it again"
        ),
        None => format!(
            "gates that were detected run without the network; those of a gates.toml have it: write \
             one with `{program} init`"
        ),
    }
}

/// What to do if tests could not reach the network, which their gate does not have.
pub(super) fn offline(plan: &Plan, context: &ReportContext, result: &GateResult) -> Option<String> {
    let is_trial = matches!(plan.trigger, Trigger::Trial { .. });
    let is_failed = matches!(result.outcome, Outcome::Failed(Failure::ExitCode(_)));
    if is_trial || !is_failed || context.network == Network::Shared {
        return None;
    }
    let Output { head, tail, .. } = &result.output;
    let printed = [head.as_slice(), tail.as_slice()].concat();
    says_no_network(&String::from_utf8_lossy(&printed)).then(|| {
        format!(
            "gates that were detected can reach only what they start themselves; those of a gates.toml have \
             the network: write one with `{} init`",
            context.program
        )
    })
}

/// What to do if a tool could not do its work.
fn broken(name: &GateName, fault: ToolFault, tool: &str) -> String {
    match fault {
        ToolFault::Internal => format!(
            "read the output; reinstall or update {tool}, or report the error to its project"
        ),
        ToolFault::Usage => format!(
            "read the output; correct the configuration of {tool}, or `run` in [gates.{name}] in \
             gates.toml"
        ),
        ToolFault::Network => format!(
            "run it again once the network can be reached; a gate that needs the network can run \
             at pushes only: hooks = [\"pre-push\"] in [gates.{name}] in gates.toml"
        ),
    }
}

/// The one command that has the gate's fixer fix what it can, if it has one.
pub(crate) fn fix(
    plan: &Plan,
    context: &ReportContext,
    planned: &PlannedGate,
    outcome: &Outcome,
) -> Option<String> {
    let is_failed = matches!(outcome, Outcome::Failed(_));
    planned.gate.fix.as_ref().filter(|_| is_failed)?;
    // `fix` covers the changes since the last commit; other triggers checked more than that.
    let scope = match plan.trigger {
        Trigger::Hook(_) | Trigger::Staged => "",
        Trigger::Run
        | Trigger::Files { .. }
        | Trigger::Range { .. }
        | Trigger::Push { .. }
        | Trigger::Record { .. }
        | Trigger::Audit { .. }
        | Trigger::Trial { .. } => "--all ",
    };
    Some(format!(
        "{} fix {scope}{}",
        context.program, planned.gate.name
    ))
}
