//! `gatekeeper message`: the rules of the commit-msg hook, by hand.

use std::path::Path;

use super::arguments::{MessageArguments, MessageCommand, MessageFile};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::config::Config;
use crate::flow::commit_message::check;
use crate::flow::prepare_message::replace;
use crate::git::{CommitterContext, Repository};
use crate::message::{Cleaned, Cleanup, Editor, MessageSettings, clean};
use crate::model::finding::{Finding, refuses};
use crate::report::terminal::print;
use crate::report::{self, Detail, Format, Style};
use crate::rules::message::Reading;
use crate::rules::message::fix::fix_message;

/// The files into which git itself writes messages for an editor.
const EDITED: [&str; 4] = ["COMMIT_EDITMSG", "MERGE_MSG", "SQUASH_MSG", "TAG_EDITMSG"];

pub(super) fn message(environment: &Environment, arguments: &MessageArguments) -> Result<ExitCode> {
    match &arguments.command {
        MessageCommand::Check(file) => check(environment, file),
        MessageCommand::Trailers(file) => trailers(environment, file),
        MessageCommand::Fix(file) => fix(environment, file),
    }
}

/// A message that was named by hand.
struct GivenMessage {
    repository: Repository,
    setting: CommitterContext,
    settings: MessageSettings,
    cleaned: Cleaned,
}

impl GivenMessage {
    fn read(environment: &Environment, arguments: &MessageFile) -> Result<Self> {
        let file = &arguments.file;
        let bytes = check::read(file)?;
        let repository = Repository::open_from_env(environment)?;
        let setting = repository.setting()?;
        let says_none = environment.get("GIT_EDITOR").is_some_and(|e| e == ":");
        let is_gits = is_edited_by_git(&repository, file) && !says_none;
        let cleanup = arguments.cleanup.as_deref();
        let is_edited = is_gits || matches!(cleanup, Some("strip" | "scissors"));
        let editor = if is_edited {
            Editor::Used
        } else {
            Editor::NotUsed
        };
        let mut settings = check::settings(&setting, editor, cleanup);
        settings.verbose |= is_edited;
        Ok(Self {
            cleaned: clean(&bytes, &settings),
            repository,
            setting,
            settings,
        })
    }

    fn reading(&self, text: &[u8]) -> Reading {
        Reading::new(text, &self.settings, &self.settings.encoding)
    }

    fn check(
        &self,
        environment: &Environment,
        config: &Config,
        reading: &Reading,
    ) -> Result<Vec<Finding>> {
        check::check(
            &self.repository,
            environment,
            config,
            &self.setting,
            reading,
        )
    }
}

/// Whether git has written help and perhaps a diff below the message.
fn is_edited_by_git(repository: &Repository, file: &Path) -> bool {
    let is_named = EDITED.iter().any(|name| file.ends_with(name));
    let real = |path: &Path| path.canonicalize().ok();
    let dir = file
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    is_named && real(dir) == real(&repository.git_dir)
}

fn check(environment: &Environment, arguments: &MessageFile) -> Result<ExitCode> {
    let given = GivenMessage::read(environment, arguments)?;
    let config = check::config(&given.repository)?;
    if given.cleaned.is_empty() && given.settings.cleanup != Cleanup::Verbatim {
        return Err(Fault::usage(format!(
            "the message in {} is empty",
            show_path(&arguments.file)
        ))
        .hint("git rejects an empty message by itself"));
    }
    let (reading, findings) = check::check_with_foresight(
        &given.repository,
        environment,
        &config,
        &given.setting,
        &given.cleaned.text,
        &given.settings,
    )?;
    let is_refused = refuses(&findings);
    match arguments.format.format() {
        Format::Json => print(&report::check_as_json(&reading, &findings))?,
        Format::Text => {
            let style = Style::for_errors(environment, Detail::Normal);
            report::say(&report::checked(&reading.lines, &findings, style));
        }
    }
    Ok(ExitCode::passed_if(!is_refused))
}

fn trailers(environment: &Environment, arguments: &MessageFile) -> Result<ExitCode> {
    let given = GivenMessage::read(environment, arguments)?;
    let reading = given.reading(&given.cleaned.text);
    let text = match arguments.format.format() {
        Format::Json => report::trailers_as_json(&reading, &given.settings),
        Format::Text => report::trailers_as_text(&reading, &given.settings),
    };
    print(&text)?;
    Ok(ExitCode::Passed)
}

/// Fixes the message in its file. Findings that are left to fix by hand are reported but are not a
/// failure: the hook will check them.
fn fix(environment: &Environment, arguments: &MessageFile) -> Result<ExitCode> {
    let given = GivenMessage::read(environment, arguments)?;
    let config = check::config(&given.repository)?;
    let Some(fixed) = fix_message(
        &given.cleaned.text,
        &given.settings,
        &config.commit_msg,
        |text| given.check(environment, &config, &given.reading(text)),
    )?
    else {
        return Err(Fault::unable(format!(
            "cannot fix {}: git would not recognize the trailers as intended",
            show_path(&arguments.file)
        ))
        .hint("nothing was changed; edit the message by hand"));
    };
    let is_input = check::is_standard_input(&arguments.file);
    if is_input && arguments.format.format() == Format::Text {
        report::print_bytes(&fixed.text)
            .map_err(|error| Fault::unable("cannot write to standard output").because(&error))?;
    } else if !is_input && !fixed.changes.is_empty() {
        replace(&arguments.file, &fixed.text)?;
    }
    let reading = given.reading(&fixed.text);
    match arguments.format.format() {
        Format::Json => print(&report::fix_as_json(&reading, &fixed.left, &fixed.changes))?,
        Format::Text => {
            let style = Style::for_errors(environment, Detail::Normal);
            let name = show_path(&arguments.file);
            report::say(&report::fixed(
                &name,
                &fixed.changes,
                &reading.lines,
                &fixed.left,
                style,
            ));
        }
    }
    Ok(ExitCode::Passed)
}
