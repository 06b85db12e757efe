//! `gatekeeper plan`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::arguments::{CiName, PlanArguments, ShardsWanted};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::flow::{gate_run, shards};
use crate::report::terminal::print;
use crate::report::{self, Format, Style};
use crate::shard::described::described;
use crate::shard::document::{ShardCount, ShardPlan};
use crate::shard::emit;

/// The file that the child pipeline of GitLab includes, where its jobs are described.
const GITLAB_INCLUDE: &str = ".gitlab/gatekeeper.yml";

pub(super) fn plan(environment: &Environment, arguments: &PlanArguments) -> Result<ExitCode> {
    if let Some(wanted) = arguments.shards {
        return shared(environment, arguments, wanted);
    }
    let arguments = &arguments.run;
    let (plan, views) = gate_run::plan(environment, &arguments.request())?;
    let text = match arguments.format.format() {
        Format::Text => {
            let style = Style::for_output(environment, arguments.detail.detail());
            report::plan_as_text(&plan, views.choices(), style)
        }
        Format::Json => report::plan_as_json(&plan, views.choices()),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// Makes a plan for several runners.
fn shared(
    environment: &Environment,
    arguments: &PlanArguments,
    wanted: ShardsWanted,
) -> Result<ExitCode> {
    let count = match wanted {
        ShardsWanted::Exactly(number) => ShardCount::Exactly(number),
        ShardsWanted::Auto => {
            let within = arguments.within.as_millis();
            ShardCount::Within(u64::try_from(within).unwrap_or(u64::MAX))
        }
    };
    let request = arguments.run.request();
    let plan = shards::plan(environment, &request, count, &arguments.durations)?;
    match &arguments.output {
        None => print(&plan.as_json())?,
        Some(file) => {
            let path = environment.current_dir.join(file);
            std::fs::write(path, plan.as_json()).map_err(|error| {
                Fault::unable(format!("cannot write the plan to {}", show_path(file)))
                    .because(&error)
            })?;
            if arguments.emit.is_none() {
                print(&described(&plan))?;
            }
        }
    }
    if let (Some(ci), Some(file)) = (arguments.emit, &arguments.output) {
        give(environment, ci, &plan, file)?;
    }
    Ok(ExitCode::Passed)
}

/// Gives a plan to a CI.
fn give(environment: &Environment, ci: CiName, plan: &ShardPlan, file: &Path) -> Result<()> {
    match ci {
        CiName::Gitlab => print(&emit::gitlab(plan, &show_path(file), GITLAB_INCLUDE)),
        CiName::Github => {
            let output = environment.get("GITHUB_OUTPUT");
            let Some(output) = output.filter(|file| !file.is_empty()) else {
                return Err(Fault::usage("GITHUB_OUTPUT does not name a file")
                    .hint("run this in a job of GitHub Actions, or leave out --emit"));
            };
            let mut options = OpenOptions::new();
            let opened = options.append(true).create(true).open(output);
            let written =
                opened.and_then(|mut output| output.write_all(emit::github(plan).as_bytes()));
            written.map_err(|error| {
                Fault::unable("cannot write the matrix to the file that GITHUB_OUTPUT names")
                    .because(&error)
            })?;
            print(&described(plan))
        }
    }
}
