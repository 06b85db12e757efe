//! `gatekeeper audit --fix`: gives refused commits messages that pass.

use std::fs;
use std::path::Path;

use bstr::ByteSlice as _;

use super::commit_message::{check, saved};
use crate::base::environment::Environment;
use crate::base::exit_code::ExitCode;
use crate::base::fault::{Fault, Result};
use crate::base::text::{clean_line, show_path};
use crate::config::Config;
use crate::git::{CommitterContext, RangeSpec, Repository, must_be_at_rest};
use crate::message::{Editor, clean};
use crate::report::terminal::print;
use crate::report::{self, Detail, Style};
use crate::rules::message::range::{self, Audit, CheckedMessage, FixRequest};

/// Where a message is while it is being changed, below the git directory.
const EDITED: &str = "gatekeeper/EDIT_MESSAGE";

/// The line below which nothing belongs to the message.
const CUT: &str = "# ------------------------ >8 ------------------------";

/// How refused messages are fixed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RewriteOptions {
    /// Whether the committer signs off what has to be signed off.
    pub(crate) signs_off: bool,
    /// Whether a person edits what only a person can fix.
    pub(crate) edits: bool,
    /// How much is told.
    pub(crate) detail: Detail,
}

/// Fixes what was refused, and checks again.
pub(crate) fn fix(
    environment: &Environment,
    repository: &Repository,
    config: &Config,
    audit: &Audit,
    options: RewriteOptions,
) -> Result<ExitCode> {
    must_be_at_rest(repository)?;
    if !audit.is_head {
        return Err(Fault::unable(format!(
            "{} does not end with the commit that is checked out",
            audit.named
        ))
        .hint(
            "check out the end of the range and name it HEAD, because its commits are \
            rewritten",
        ));
    }
    let setting = repository.setting()?;
    let head = repository.head_name()?;
    let edit = |checked: &CheckedMessage, text: Vec<u8>| edit(repository, &setting, checked, &text);
    let request = FixRequest {
        sign_off: options.signs_off.then_some(&setting.committer),
        edit: options.edits.then_some(&edit),
    };
    let messages = range::fixed(repository, config, audit, &request)?;
    let moved = repository.rewrite(&head, &audit.commits, &messages)?;
    let named = match (&audit.commits.begin, audit.commits.ids.len()) {
        (Some(begin), _) => RangeSpec::Between {
            from: begin.to_string(),
            to: "HEAD".into(),
        },
        (None, 1) => RangeSpec::Only("HEAD".into()),
        (None, _) => RangeSpec::All("HEAD".into()),
    };
    let mut after = range::audit(repository, config, &named)?;
    after.named.clone_from(&audit.named);
    after.arguments.clone_from(&audit.arguments);
    let style = Style::for_output(environment, options.detail);
    let mut text = report::fixed_as_text(messages.len(), moved.as_ref(), style);
    let program = crate::flow::self_path::call(environment);
    text.push_str(&report::audit_as_text(&after, &program, style));
    print(&text)?;
    Ok(ExitCode::passed_if(after.is_passed()))
}

/// Has a person change a message, in the editor that git would use.
fn edit(
    repository: &Repository,
    setting: &CommitterContext,
    checked: &CheckedMessage,
    text: &[u8],
) -> Result<Vec<u8>> {
    let file = repository.git_dir.join(EDITED);
    let cannot = |error: &dyn std::error::Error| {
        Fault::unable(format!("cannot edit {}", show_path(&file)))
            .because(error)
            .hint("nothing was changed; your edits are next to that file")
    };
    let mut contents = text.to_vec();
    if !contents.ends_with(b"\n") {
        contents.push(b'\n');
    }
    contents.extend_from_slice(format!("{CUT}\n").as_bytes());
    contents.extend_from_slice(report::findings_as_comments(checked).as_bytes());
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::write(&file, &contents))
        .map_err(|error| cannot(&error))?;
    let editor = repository.editor()?;
    let script = format!("{editor} \"$@\"");
    let ended = duct::cmd!("sh", "-c", script, "sh", &file)
        .dir(&repository.work_tree)
        .unchecked()
        .run()
        .map_err(|error| cannot(&error))?;
    if !ended.status.success() {
        let editor = clean_line(editor.as_bytes());
        let cause = ended.status.code().map_or_else(
            || ended.status.to_string(),
            |code| format!("exit code {code}"),
        );
        let fault = Fault::unable(format!("the editor `{editor}` failed: {cause}"));
        return Err(fault.hint(format!(
            "nothing was changed; the edited message is in {}",
            show_path(&file)
        )));
    }
    let edited = fs::read(&file).map_err(|error| cannot(&error))?;
    // Only the line that we have written cuts; the message may hold one like it.
    let cut = format!("{CUT}\n");
    let end = edited.rfind(&cut);
    let mut settings = check::settings(setting, Editor::NotUsed, Some("whitespace"));
    settings.verbose = false;
    let cleaned = clean(&edited[..end.unwrap_or(edited.len())], &settings);
    if cleaned.is_empty() {
        return Err(Fault::unable(
            "the message is empty, so nothing was changed",
        ));
    }
    // What was typed outlives whatever fails after it.
    let kept = saved::save(&repository.git_dir.join(saved::DIR), &cleaned.text);
    kept.map_err(|error| cannot(&error))?;
    Ok(cleaned.text)
}
