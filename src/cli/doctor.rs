//! `gatekeeper doctor`.

use super::arguments::{DoctorArguments, DoctorFormat};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::Result;
use crate::doctor::{AsGui, diagnose, edits, gather, shown};
use crate::git::Repository;
use crate::report::terminal::{print, print_text};
use crate::report::{Detail, Style, say};

pub(super) fn doctor(environment: &Environment, arguments: &DoctorArguments) -> Result<ExitCode> {
    let repository = Repository::open_from_env(environment)?;
    let as_gui = if arguments.as_gui {
        AsGui::Also
    } else {
        AsGui::No
    };
    let look = || -> Result<_> {
        let found = diagnose(&gather(environment, &repository, as_gui)?);
        Ok(edits::without_linked(&repository.work_tree, found))
    };
    let mut found = look()?;
    if arguments.fix {
        let patch = edits::apply(&repository.work_tree, &found)?;
        match arguments.format {
            DoctorFormat::Text => print(&patch)?,
            DoctorFormat::Json | DoctorFormat::Sarif => say(&patch),
        }
        if !patch.is_empty() {
            found = look()?;
        }
    }
    let style = Style::for_output(environment, Detail::Normal);
    match arguments.format {
        DoctorFormat::Text => print_text(&shown::text(&found, style)),
        DoctorFormat::Json => print(&shown::as_json(&found)),
        DoctorFormat::Sarif => print(&shown::as_sarif(&found)),
    }?;
    Ok(ExitCode::passed_if(!shown::has_errors(&found)))
}
