//! `gatekeeper run`.

use std::sync::Arc;

use super::arguments::RunArguments;
use super::judge::{self, Case, Wishes};
use super::own;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::{Beside, Named};
use crate::outcome::Verdict;
use crate::plan::ViewChoice;
use crate::policy::{self, Audit};
use crate::report::{self, Context, Format, Style};
use crate::run::{self, Surroundings};
use crate::text::show_os;
use crate::trigger::Trigger;
use crate::view::View;

/// Where the output of gates that fail is kept, below the git directory.
const LOGS: &str = "gatekeeper/logs";

pub(super) fn run(environment: &Environment, arguments: &RunArguments) -> Result<ExitCode> {
    let case = judge::prepare(
        environment,
        &Wishes {
            trigger: arguments.trigger(),
            gates: &arguments.gates,
            jobs: arguments.jobs,
            fail_fast: arguments.fail_fast,
        },
    )?;
    let style = Style::for_errors(environment, arguments.detail.detail());
    execute(environment, case, arguments.format.format(), style)
}

/// The messages of the range, judged.
fn messages(case: &Case) -> Result<Option<Audit>> {
    match &case.plan.trigger {
        Trigger::Range { from, to } if case.plan.judges_messages => {
            let named = Named::Between {
                from: from.clone(),
                to: to.clone(),
            };
            policy::audit(&case.repository, &case.config, &named).map(Some)
        }
        _ => Ok(None),
    }
}

/// Runs a plan and tells of it.
pub(super) fn execute(
    environment: &Environment,
    case: Case,
    format: Format,
    style: Style,
) -> Result<ExitCode> {
    let messages = messages(&case)?;
    let mut plan = case.plan;
    if let Some(messages) = &messages {
        plan.refused_messages = messages.refused().count();
    }
    // Where nothing runs, nothing has to be seen.
    if plan.gates.is_empty() {
        plan.view = ViewChoice::InPlace;
    }
    let view = View::make(&plan.view, &case.repository, environment, &case.status)?;
    let context = Context {
        top: case.repository.work_tree.clone(),
        to_top: own::to_top(environment, &case.repository.work_tree),
        remark: case.remark,
        messages,
        search_path: show_os(environment.get("PATH").unwrap_or_default()),
        program: own::call(environment),
        logs: case.repository.git_dir.join(LOGS),
        beside: match view {
            View::InPlace => case.status.beside,
            // Nothing of it was visible.
            View::Snapshot(_) => Beside::default(),
        },
        has_own_index: case.repository.has_own_index,
    };
    let plan = Arc::new(plan);
    let surroundings = Surroundings {
        top: view.elsewhere().unwrap_or(&case.repository.work_tree),
        shown_as: view
            .elsewhere()
            .map(|_| case.repository.work_tree.as_path()),
        python_path: view.python_path(),
        common_dir: &case.repository.common_dir,
        variables: &environment.variables,
        watched: match plan.trigger {
            Trigger::Hook(_) => environment.parent,
            _ => None,
        },
    };
    let told_plan = Arc::clone(&plan);
    let ended = run::run(&plan, &surroundings, move |events, result| {
        report::tell(format, style, &told_plan, &context, events, result)
    })?;
    match (ended.told, ended.run.verdict) {
        (Err(error), Verdict::Passed) => {
            Err(Fault::unable("the report cannot be written").because(&error))
        }
        (_, verdict) => Ok(verdict.exit_code()),
    }
}
