//! Reads a launcher: plain words with placeholders.

use super::problem::{Problem, Problems};
use super::reader::{Item, string};
use super::toml_text::{Shown, value_or};
use crate::commands::exit_flow;
use crate::model::launcher::{Launcher, LauncherPart, LauncherPlaceholder, LauncherWord};
use crate::tools::SHELLS;

/// Characters that mean something to a shell, which does not read a launcher.
const OF_SHELLS: &str = "|&;<>()$`*?[]~!\n";

/// Programs that do not start what follows them.
const STARTS_NOTHING: [&str; 8] = ["true", "false", ":", "echo", "printf", "test", "[", "cat"];

/// A command that always fails: what a launcher makes of it tells whether the launcher lets gates fail.
const FAILING: &str = "false";

/// Reads a launcher; an empty text means none. What keeps every gate from failing is reported.
pub(super) fn read(item: &Item<'_>, into: &mut Option<Launcher>, problems: &mut Problems) {
    let Some(text) = problems.keep(string(item)) else {
        return;
    };
    if text.trim().is_empty() {
        *into = None;
        return;
    }
    let Some(launcher) = problems.keep(parse(item, &text)) else {
        return;
    };
    if let Some(label) = starts_nothing(&launcher) {
        problems.add(
            Problem::new(item.span(), "this launcher does not start the command")
                .label(label)
                .help("a launcher starts the command whose words follow its own"),
        );
        return;
    }
    let command = format!("{{{}}}", name_of(LauncherPlaceholder::Command));
    let whole = if launcher.has(LauncherPlaceholder::Command) {
        text.replace(&command, FAILING)
    } else {
        format!("{text} {FAILING}")
    };
    if let Some(swallowed) = exit_flow::swallowed(&whole, false).into_iter().next() {
        problems.add(
            Problem::new(item.span(), "a gate with this launcher cannot fail")
                .label(swallowed.label)
                .help(
                    "a launcher starts the command that follows it and ends with the exit code of \
                     that command",
                ),
        );
    }
    *into = Some(launcher);
}

/// Why a launcher does not start what follows it, if that can be seen.
fn starts_nothing(launcher: &Launcher) -> Option<String> {
    let mut texts = launcher.words.iter().map(|word| match word.0.as_slice() {
        [LauncherPart::Text(text)] => text.as_str(),
        _ => "",
    });
    let program = texts.next()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    if STARTS_NOTHING.contains(&name) {
        return Some(format!("`{name}` starts no other program"));
    }
    let is_script = |options: &&str| options.starts_with('-') && options.ends_with('c');
    if SHELLS.contains(&name) && texts.next().as_ref().is_some_and(is_script) {
        let script = texts.next().unwrap_or_default();
        let hands_on = ["$@", "$*", "$0", "$1", "${"];
        if !hands_on.iter().any(|word| script.contains(word)) {
            return Some("the script does not contain \"$@\", the words that follow it".to_owned());
        }
    }
    None
}

/// What `config show` prints of a launcher.
pub(super) fn show(launcher: Option<&Launcher>) -> Shown {
    value_or(
        launcher.map(|launcher| launcher.text.as_str()),
        "none, commands run on this machine",
    )
}

fn name_of(placeholder: LauncherPlaceholder) -> &'static str {
    let mut names = LauncherPlaceholder::NAMES.iter();
    names
        .find(|(known, _)| *known == placeholder)
        .map_or("", |(_, name)| name)
}

fn parse(item: &Item<'_>, text: &str) -> Result<Launcher, Problem> {
    let problem = |title: &str| Problem::new(item.span(), title);
    let split = shell_words::split(text).map_err(|_| {
        problem("a quote in this launcher is not closed").label("cannot be split into words")
    })?;
    let begins_with_variable = split.first().is_some_and(|first| first.contains('='));
    if let Some(found) = shell_syntax(text).or(begins_with_variable.then_some('=')) {
        return Err(problem("a launcher is started without a shell")
            .label(format!("`{found}` means something only to a shell"))
            .help("put it between single quotes, or put the command into a script"));
    }
    let words = split.iter().map(|one| word(item, one));
    Ok(Launcher {
        text: text.trim().to_owned(),
        words: words.collect::<Result<_, _>>()?,
    })
}

/// The first character outside of single quotes that only a shell would understand.
fn shell_syntax(text: &str) -> Option<char> {
    let mut quote = None;
    for c in text.trim().chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (Some('"'), '$' | '`') => return Some(c),
            (None, c) if OF_SHELLS.contains(c) => return Some(c),
            _ => {}
        }
    }
    None
}

fn word(item: &Item<'_>, text: &str) -> Result<LauncherWord, Problem> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}').filter(|(name, _)| is_name(name)) else {
            parts.push(LauncherPart::Text(format!("{before}{{")));
            rest = after;
            continue;
        };
        let mut names = LauncherPlaceholder::NAMES.iter();
        let Some((placeholder, _)) = names.find(|(_, known)| *known == name) else {
            let known = LauncherPlaceholder::NAMES.map(|(_, name)| format!("{{{name}}}"));
            return Err(
                Problem::new(item.span(), format!("unknown placeholder `{{{name}}}`"))
                    .label(format!("a launcher may contain {}", known.join(", "))),
            );
        };
        if *placeholder == LauncherPlaceholder::Command
            && (!before.is_empty() || text.len() > name.len() + 2)
        {
            return Err(
                Problem::new(item.span(), "`{command}` must be a word of its own")
                    .label("it stands for the whole command"),
            );
        }
        if !before.is_empty() {
            parts.push(LauncherPart::Text(before.to_owned()));
        }
        parts.push(LauncherPart::Placeholder(*placeholder));
        rest = behind;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(LauncherPart::Text(rest.to_owned()));
    }
    Ok(LauncherWord(parts))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '-' || c == '_')
}
