//! `gatekeeper audit --record`: judges commits that passed by the gates, and stores receipts.

use std::collections::HashSet;

use super::judge::Wishes;
use super::{memory, passers, run};
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::Result;
use crate::git::{Ancestor, Named, Repository};
use crate::report::{self, Detail, Format, Style};
use crate::text::count;
use crate::trigger::{Trigger, short};

pub(super) fn record(
    environment: &Environment,
    repository: &Repository,
    named: &Named,
    detail: Detail,
) -> Result<ExitCode> {
    let style = Style::for_errors(environment, detail);
    let store = memory::must_open(environment, repository)?;
    let commits = repository.commits(named)?;
    let ungated = store.ungated(repository, std::slice::from_ref(&commits.tip))?;
    let wanted: HashSet<&str> = commits.ids.iter().map(String::as_str).collect();
    // The oldest first: each is judged by what it changes in those before.
    let ungated: Vec<&Ancestor> = ungated
        .iter()
        .rev()
        .filter(|commit| wanted.contains(commit.id.as_str()))
        .collect();
    if ungated.is_empty() {
        let commits = count(commits.ids.len(), "commit");
        report::say(&format!(
            "{}: of {commits} none has passed by the gates\n",
            style.good("nothing to judge")
        ));
        return Ok(ExitCode::Passed);
    }
    let mut worst = ExitCode::Passed;
    let mut failed = Vec::new();
    for passer in passers::named(repository, ungated.into_iter())? {
        let trigger = Trigger::Record {
            commit: passer.id.clone(),
        };
        report::say(&format!(
            "{} {}\n",
            style.strong(short(&passer.id)),
            crate::text::clean_line(passer.subject.as_bytes())
        ));
        let wishes = Wishes {
            trigger,
            gates: &[],
            jobs: None,
            fail_fast: false,
            fixes: false,
            cache: true,
        };
        let code = run::judge(environment, &wishes, Format::Text, style)?;
        match code {
            ExitCode::Passed => {}
            ExitCode::Signal(_) => return Ok(code),
            code => {
                failed.push(passer);
                worst = if worst == ExitCode::Passed {
                    code
                } else {
                    worst
                };
            }
        }
    }
    report::say(&report::recorded(&failed, style));
    Ok(worst)
}
