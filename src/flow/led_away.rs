//! A `core.hooksPath` that leads git away from our hooks, or did so before they were installed.

use std::path::Path;

use crate::base::environment::Environment;
use crate::base::fault::Result;
use crate::base::text::{clean_line, show_path};
use crate::git::{HooksPath, Repository};
use crate::install::{self, PackageScript, StrayPlace};
use crate::report::{self, Detail, Style};

/// Reports that gatekeeper is installed and git does not look for its hooks, which then cannot say so
/// themselves.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(crate) fn notice(environment: &Environment, repository: &Repository) -> Result<()> {
    if !install::is_installed(repository)? || install::is_found(repository)? {
        return Ok(());
    }
    let Some(path) = repository.hooks_path()? else {
        return Ok(());
    };
    if let Some(words) = in_words(repository, &path, true)? {
        let note = Style::for_errors(environment, Detail::Normal).careful("note");
        report::say(&format!(
            "{note}: core.hooksPath {words}; run `gatekeeper install`\n"
        ));
    }
    Ok(())
}

/// The value of `core.hooksPath`, what has set it, and what is wrong with it; `None` if nothing is.
/// `is_led_away` if git does not find all hooks of ours where it looks.
///
/// # Errors
///
/// git does not say where it looks for hooks.
pub(super) fn in_words(
    repository: &Repository,
    path: &HooksPath,
    is_led_away: bool,
) -> Result<Option<String>> {
    let dir = repository.hooks_dir()?;
    let is_own = path.own_scope().is_some();
    let stray = install::stray(repository, &dir).filter(|_| is_own);
    if !is_led_away && stray.is_none() {
        return Ok(None);
    }
    let mut words = format!(
        "{} (from {}, {})",
        show_path(&path.value),
        clean_line(path.origin.as_bytes()),
        clean_line(path.scope.as_bytes()),
    );
    if is_led_away {
        words.push_str(" keeps git from running gatekeeper's hooks");
    }
    let script = install::resetting_script(repository, &dir).filter(|_| is_own && is_led_away);
    for more in [
        script.map(|script| resetting(&script)),
        stray.map(|stray| stray_dir(&dir, &stray)),
    ]
    .into_iter()
    .flatten()
    {
        words = format!("{words}; {more}");
    }
    Ok(Some(words))
}

/// Which script sets `core.hooksPath` again, and how to have it install our hooks as well.
pub(crate) fn resetting(script: &PackageScript) -> String {
    let text = clean_line(script.text.as_bytes());
    format!(
        "`{}` in {} (`{text}`) sets core.hooksPath again whenever packages are installed, and git \
         older than 2.54 then runs none of gatekeeper's hooks; change it to `{}`",
        clean_line(script.name.as_bytes()),
        show_path(&script.file),
        clean_line(script.with_install().as_bytes()),
    )
}

/// What is odd about a directory of hooks that `core.hooksPath` names; a sentence that begins with it.
pub(crate) fn stray_dir(dir: &Path, stray: &StrayPlace) -> String {
    let dir = show_path(dir);
    match stray {
        StrayPlace::AnotherRepository => {
            format!("{dir} belongs to another repository: this one was moved or copied")
        }
        StrayPlace::AnotherWorkTree(top) => format!(
            "{dir} is in another repository, {}: if this one was moved or copied, its own hooks do \
             not run",
            show_path(top)
        ),
        StrayPlace::Missing => format!(
            "{dir} does not exist: if this repository was moved or copied, its own hooks do not run"
        ),
    }
}
