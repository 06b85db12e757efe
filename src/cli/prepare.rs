//! The prepare-commit-msg hook: fills in the credit of an agent that says who it is. It refuses
//! nothing, and it adds no sign-off: that is a person's act.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::rules;
use crate::config::CreditRequired;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::finding::Cure;
use crate::git::Repository;
use crate::message::{Editor, clean};
use crate::policy::{Reading, add_credit, agents};
use crate::text::show_path;

/// The source of a message that was given to git: `-m` or `-F`. git calls that of an editor, a
/// merge, a squash or another commit by other names (githooks(5)).
const GIVEN: &str = "message";

pub(super) fn prepare(environment: &Environment, arguments: &[OsString]) -> Result<ExitCode> {
    let [file, source, ..] = arguments else {
        return Ok(ExitCode::Passed);
    };
    // Only who names its model can be credited; without it nothing else has to be asked.
    if source != GIVEN || agents::model_in(environment).is_none() {
        return Ok(ExitCode::Passed);
    }
    let repository = Repository::open_from_env(environment)?;
    // What a rebase or a cherry-pick commits again is somebody else's work.
    if repository.is_repeating() {
        return Ok(ExitCode::Passed);
    }
    let config = rules::config(&repository)?;
    let wanted = &config.commit_msg.assisted_by;
    let agent = agents::in_environment(environment, &config.agents);
    let is_wanted = !matches!(
        wanted.required,
        CreditRequired::Never | CreditRequired::Forbidden
    );
    if agent.is_none() || !wanted.fill_in || !is_wanted {
        return Ok(ExitCode::Passed);
    }
    let file = environment.current_dir.join(file);
    let bytes = rules::read(&file)?;
    let setting = repository.setting()?;
    let settings = rules::settings(&setting, Editor::NotUsed, None);
    // git would give up on an empty message, and must still do so.
    if clean(&bytes, &settings).is_empty() {
        return Ok(ExitCode::Passed);
    }
    let reading = Reading::new(&bytes, &settings, &settings.encoding);
    let findings = rules::judge(&repository, environment, &config, &setting, &reading)?;
    let credit = findings.iter().find_map(|finding| match &finding.cure {
        Cure::Write { line: None, text } => Some(text),
        _ => None,
    });
    if let Some(credit) = credit
        && let Some(text) = add_credit(&bytes, &settings, credit)
    {
        replace(&file, &text)?;
    }
    Ok(ExitCode::Passed)
}

/// Writes a file so that at every instant either the whole of it or what was there before is there.
pub(super) fn replace(file: &Path, text: &[u8]) -> Result<()> {
    let write = || {
        // What the name leads to is replaced, not the link.
        let file = file.canonicalize()?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(text)?;
        let mode = std::fs::metadata(&file)?.permissions().mode();
        new.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))?;
        new.as_file().sync_all()?;
        new.persist(&file)?;
        Ok(())
    };
    write().map_err(|error: std::io::Error| {
        Fault::unable(format!("{} cannot be written", show_path(file))).because(&error)
    })
}
