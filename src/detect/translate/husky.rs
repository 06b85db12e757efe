//! husky: scripts for a shell, one for each hook.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::lint_staged;
use super::translation::{Entry, Outcome, Translation};
use crate::base::fault::Result;
use crate::detect::evidence::Place;
use crate::detect::project::Project;

/// The hooks that check a change.
const HOOKS: [&str; 2] = ["pre-commit", "pre-push"];

/// Hooks that check a message.
const MESSAGE_HOOKS: [&str; 2] = ["commit-msg", "prepare-commit-msg"];

/// The reason of what checks messages.
pub(super) const MESSAGES: &str = "it is about messages, for which gatekeeper has rules of its own: see [commit-msg] in gates.toml";

/// Where husky's hooks are in a project.
pub(super) fn file(project: &Project<'_>) -> Option<PathBuf> {
    let dir = Path::new(".husky");
    let mut hooks = HOOKS.iter().map(|hook| dir.join(hook));
    hooks
        .find(|file| project.has(file))
        .or_else(|| earlier(project).map(|(file, _)| file))
}

/// The hooks of husky 4: commands in a JSON file, with the file.
fn earlier(project: &Project<'_>) -> Option<(PathBuf, Value)> {
    let read = |file: &str| serde_json::from_str::<Value>(&project.text(file)?).ok();
    for (file, key) in [
        (".huskyrc", None),
        (".huskyrc.json", None),
        ("package.json", Some("husky")),
    ] {
        let value = read(file);
        let value = match key {
            Some(key) => value.and_then(|value| value.get(key).cloned()),
            None => value,
        };
        if let Some(hooks) = value.and_then(|value| value.get("hooks").cloned()) {
            return Some((PathBuf::from(file), hooks));
        }
    }
    None
}

/// Adds the gates of the hooks.
pub(super) fn add(translation: &mut Translation<'_, '_>) -> Result<()> {
    let mut calls_lint_staged = false;
    let dir = Path::new(".husky");
    let names = translation.project.in_dir(dir).filter_map(Path::file_name);
    let names = names.filter_map(|name| name.to_str());
    // The others in this directory belong to husky, or are what hooks call.
    let is_hook = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let hooks: Vec<String> = names.filter(is_hook).map(str::to_owned).collect();
    for hook in &hooks {
        let path = dir.join(hook);
        let Some(text) = translation.project.text(&path) else {
            continue;
        };
        let place = Place { path, line: 1 };
        calls_lint_staged |= one(translation, hook, &text, place)?;
    }
    if let Some((path, hooks)) = earlier(translation.project) {
        let text = translation.project.text(&path).unwrap_or_default();
        for (hook, script) in hooks.as_object().into_iter().flatten() {
            let place = Place {
                line: line_of(&text, hook),
                path: path.clone(),
            };
            calls_lint_staged |= one(
                translation,
                hook,
                script.as_str().unwrap_or_default(),
                place,
            )?;
        }
    }
    if calls_lint_staged {
        lint_staged::add(translation)?;
    }
    Ok(())
}

/// Adds the gates of a hook. Returns whether it calls lint-staged.
fn one(
    translation: &mut Translation<'_, '_>,
    hook: &str,
    text: &str,
    place: Place,
) -> Result<bool> {
    if MESSAGE_HOOKS.contains(&hook) {
        translation.refuse(&place, hook, MESSAGES);
        return Ok(false);
    }
    if !HOOKS.contains(&hook) {
        translation.refuse(
            &place,
            hook,
            "it runs neither before a commit nor before a push",
        );
        return Ok(false);
    }
    let entry = Entry {
        name: hook.to_owned(),
        place,
        is_at_push: hook == "pre-push",
        is_list: true,
        ..Entry::default()
    };
    let lines = text
        .lines()
        .map(|line| if is_frame(line) { "" } else { line });
    let text = lines.collect::<Vec<_>>().join("\n");
    let outcome = translation.script(&entry, &text)?;
    Ok(outcome == Outcome::CallsLintStaged)
}

/// Whether a line belongs to husky itself.
fn is_frame(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("#!") || line.starts_with('.') && line.contains("husky.sh")
}

fn line_of(text: &str, key: &str) -> usize {
    let at = text.find(&format!("\"{key}\"")).unwrap_or(0);
    text[..at].matches('\n').count() + 1
}
