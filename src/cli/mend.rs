//! `gatekeeper audit --mend`: gives refused commits messages that pass.

use std::fs;
use std::path::Path;

use super::arguments::AuditArguments;
use super::{print, rules};
use crate::config::Config;
use crate::environment::Environment;
use crate::exit_code::ExitCode;
use crate::fault::{Fault, Result};
use crate::git::{Named, Repository, Setting, must_be_at_rest};
use crate::message::{Editor, clean};
use crate::policy::{self, Audit, Judged, Wishes};
use crate::report::{self, Style};
use crate::text::show_path;

/// Where a message is while it is being changed, below the git directory.
const EDITED: &str = "gatekeeper/EDIT_MESSAGE";

/// The line below which nothing belongs to the message.
const CUT: &str = "# ------------------------ >8 ------------------------";

/// Mends what was refused, and judges again.
pub(super) fn mend(
    environment: &Environment,
    repository: &Repository,
    config: &Config,
    audit: &Audit,
    arguments: &AuditArguments,
) -> Result<ExitCode> {
    must_be_at_rest(repository)?;
    if !audit.is_head {
        return Err(Fault::unable(format!(
            "{} does not end with what is checked out",
            audit.named
        ))
        .hint("check its end out, and name it HEAD: its commits are rewritten"));
    }
    let setting = repository.setting()?;
    let head = repository.head_name()?;
    let edit = |judged: &Judged, text: Vec<u8>| edit(repository, &setting, judged, &text);
    let wishes = Wishes {
        sign_off: arguments.signoff.then_some(&setting.committer),
        edit: arguments.edit.then_some(&edit),
    };
    let messages = policy::mended(repository, config, audit, &wishes)?;
    let moved = repository.rewrite(&head, &audit.commits, &messages)?;
    let named = match (&audit.commits.begin, audit.commits.ids.len()) {
        (Some(begin), _) => Named::Between {
            from: begin.clone(),
            to: "HEAD".into(),
        },
        (None, 1) => Named::Only("HEAD".into()),
        (None, _) => Named::All("HEAD".into()),
    };
    let mut after = policy::audit(repository, config, &named)?;
    after.named.clone_from(&audit.named);
    after.arguments.clone_from(&audit.arguments);
    let style = Style::for_output(environment, arguments.detail.detail());
    let mut text = report::mended_as_text(messages.len(), moved.as_ref(), style);
    let program = super::own::call(environment);
    text.push_str(&report::audit_as_text(&after, &program, style));
    print(&text)?;
    Ok(if after.is_passed() {
        ExitCode::Passed
    } else {
        ExitCode::Failed
    })
}

/// Has a person change a message, in the editor that git would use.
fn edit(
    repository: &Repository,
    setting: &Setting,
    judged: &Judged,
    text: &[u8],
) -> Result<Vec<u8>> {
    let file = repository.git_dir.join(EDITED);
    let cannot = |error: &dyn std::error::Error| {
        Fault::unable(format!("{} cannot be edited", show_path(&file)))
            .because(error)
            .hint("nothing was changed; what was typed is beside that file")
    };
    let mut contents = text.to_vec();
    if !contents.ends_with(b"\n") {
        contents.push(b'\n');
    }
    contents.extend_from_slice(format!("{CUT}\n").as_bytes());
    contents.extend_from_slice(report::findings_as_comments(judged).as_bytes());
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::write(&file, &contents))
        .map_err(|error| cannot(&error))?;
    let editor = repository.editor()?;
    let script = format!("{editor} \"$@\"");
    duct::cmd!("sh", "-c", script, "sh", &file)
        .dir(&repository.work_tree)
        .run()
        .map_err(|error| cannot(&error))?;
    let edited = fs::read(&file).map_err(|error| cannot(&error))?;
    // Only the line that we have written cuts; the message may hold one like it.
    let cut = format!("{CUT}\n");
    let end = edited
        .windows(cut.len())
        .rposition(|part| part == cut.as_bytes());
    let mut settings = rules::settings(setting, Editor::NotUsed, Some("whitespace"));
    settings.verbose = false;
    let cleaned = clean(&edited[..end.unwrap_or(edited.len())], &settings);
    if cleaned.is_empty() {
        return Err(Fault::unable(
            "the message is empty, so nothing was changed",
        ));
    }
    // What was typed outlives whatever fails after it.
    let kept = policy::keep(&repository.git_dir.join("gatekeeper"), &cleaned.text);
    kept.map_err(|error| cannot(&error))?;
    Ok(cleaned.text)
}
