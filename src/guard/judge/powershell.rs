//! Commands of PowerShell: its quoting is another one, and so are the names of its commands.

use std::ffi::OsString;

use super::state::{Surroundings, Walk, unreadable};
use crate::shell::Unreadable;

impl Walk<'_> {
    /// Cuts a script into commands, each a list of words, and judges them.
    pub(super) fn powershell(&mut self, text: &str) {
        match commands(text) {
            Ok(commands) => {
                for (at, words) in commands.iter().enumerate() {
                    command(words, self);
                    // `'...' | iex`
                    let is_run = commands.get(at + 1).is_some_and(|next| runs_input(next));
                    if let ([(script, true)], true) = (words.as_slice(), is_run) {
                        self.deeper(script, |walk| walk.powershell(script));
                    }
                }
            }
            Err(Unreadable) => {
                if let Some(refusal) = unreadable(text) {
                    self.refuse(refusal);
                }
            }
        }
    }
}

/// Whether a command runs what is piped into it.
fn runs_input(words: &[Quoted]) -> bool {
    let name = words.first().map(|(name, _)| name.to_ascii_lowercase());
    let runs = [
        "iex",
        "invoke-expression",
        "pwsh",
        "powershell",
        "bash",
        "sh",
        "cmd",
    ];
    name.is_some_and(|name| runs.contains(&name.as_str()))
}

/// A word, and whether it was quoted.
type Quoted = (String, bool);

fn command(words: &[Quoted], walk: &mut Walk<'_>) {
    let texts: Vec<String> = words.iter().map(|(text, _)| put_in(text, walk)).collect();
    let Some((first, arguments)) = texts.split_first() else {
        return;
    };
    // `$env:NAME = 'value'`, or `$name = 'value'`.
    if let Some((name, value)) = assignment(&texts) {
        match name.strip_prefix("env:") {
            Some(name) => {
                walk.state
                    .exported
                    .insert(OsString::from(name), value.into());
            }
            None => {
                walk.state.variables.insert(name, value);
            }
        }
        return;
    }
    if first == "&" || first == "." {
        return command(&words[1..], walk);
    }
    let lower = first.to_ascii_lowercase();
    match lower.as_str() {
        "iex" | "invoke-expression" => {
            let script = arguments
                .iter()
                .filter(|word| !word.starts_with('-'))
                .cloned()
                .collect::<Vec<_>>()
                .join(" ");
            walk.deeper(&script, |walk| walk.powershell(&script));
        }
        "start-process" | "saps" | "start" => {
            let is_name = |word: &&String| {
                matches!(
                    word.to_ascii_lowercase().as_str(),
                    "-argumentlist" | "-filepath" | "-args" | "-nonewwindow" | "-wait"
                )
            };
            let words: Vec<String> = arguments
                .iter()
                .filter(|word| !is_name(word))
                .flat_map(|word| {
                    word.split([',', ' '])
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .filter(|word| !word.is_empty())
                .collect();
            run(&words, walk);
        }
        "set-item" | "si" | "setx"
            if arguments
                .first()
                .is_some_and(|word| word.to_ascii_lowercase().starts_with("env:")) =>
        {
            if let [name, .., value] = arguments {
                walk.state
                    .exported
                    .insert(OsString::from(&name[4..]), value.into());
            }
        }
        "set-content" | "sc" | "add-content" | "ac" | "out-file" | "clear-content" | "clc"
        | "new-item" | "ni" | "set-itemproperty" | "attrib" | "icacls" | "tee-object" => {
            for path in arguments.iter().filter(|word| !word.starts_with('-')) {
                walk.write_file(path);
            }
        }
        "copy-item" | "copy" | "cpi" | "cp" => {
            let is_given = |word: &String| word.eq_ignore_ascii_case("-destination");
            let given = arguments
                .iter()
                .position(is_given)
                .and_then(|at| arguments.get(at + 1));
            let last = arguments.iter().rfind(|word| !word.starts_with('-'));
            if let Some(path) = given.or(last) {
                walk.write_file(path);
            }
        }
        "remove-item" | "ri" | "rm" | "del" | "erase" | "rd" | "rmdir" | "move-item" | "mi"
        | "move" | "mv" | "rename-item" | "rni" | "ren" => {
            for path in arguments.iter().filter(|word| !word.starts_with('-')) {
                walk.remove_file(path);
            }
        }
        "set-location" | "sl" | "cd" | "chdir" | "push-location" => {
            if let Some(dir) = arguments.iter().find(|word| !word.starts_with('-')) {
                walk.state.dir.push(dir.replace('\\', "/"));
            }
        }
        _ => run(&texts, walk),
    }
}

fn run(words: &[String], walk: &mut Walk<'_>) {
    let environment = walk.state.exported.clone();
    walk.call(words, &environment, &Surroundings::default());
}

/// A text with the variables in it that are known.
fn put_in(text: &str, walk: &Walk<'_>) -> String {
    let mut done = text.to_owned();
    if text.contains('$') {
        for (name, value) in &walk.state.variables {
            done = done.replace(&format!("${name}"), value);
        }
    }
    done
}

fn assignment(words: &[String]) -> Option<(String, String)> {
    let (first, rest) = words.split_first()?;
    let first = first.strip_prefix('$')?;
    let (name, value) = match (first.split_once('='), rest) {
        (Some((name, value)), _) if !value.is_empty() => (name, value.to_owned()),
        (Some((name, _)), [value, ..]) => (name, value.clone()),
        (None, [equals, value, ..]) if equals == "=" => (first, value.clone()),
        (None, [value, ..]) if value.starts_with('=') && value.len() > 1 => {
            (first, value[1..].to_owned())
        }
        _ => return None,
    };
    let lower = name.to_ascii_lowercase();
    let name = if lower.starts_with("env:") {
        format!("env:{}", &name[4..])
    } else {
        name.to_owned()
    };
    Some((name, value))
}

/// The commands of a script. A redirection is a command of its own that writes a file.
fn commands(text: &str) -> Result<Vec<Vec<Quoted>>, Unreadable> {
    let mut commands: Vec<Vec<Quoted>> = vec![Vec::new()];
    let mut word: Option<Quoted> = None;
    let mut rest = text;
    let end_word = |word: &mut Option<Quoted>, commands: &mut Vec<Vec<Quoted>>| {
        if let (Some(word), Some(last)) = (word.take(), commands.last_mut()) {
            last.push(word);
        }
    };
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        if let Some((inside, left)) = here_string(rest)? {
            end_word(&mut word, &mut commands);
            word = Some((inside, true));
            rest = left;
            continue;
        }
        match character {
            '\'' | '"' => {
                let (inside, left) = quoted(rest, character)?;
                let (text, is_quoted) = word.get_or_insert_default();
                text.push_str(&inside);
                *is_quoted = true;
                rest = left;
                continue;
            }
            '`' => {
                let mut left = after.chars();
                if let Some(next) = left.next().filter(|next| *next != '\n') {
                    word.get_or_insert_default().0.push(next);
                }
                rest = left.as_str();
                continue;
            }
            '#' if word.is_none() => {
                rest = after.find('\n').map_or("", |at| &after[at..]);
                continue;
            }
            ';' | '\n' | '|' | '{' | '}' | '(' | ')' => {
                end_word(&mut word, &mut commands);
                commands.push(Vec::new());
            }
            '&' if rest.starts_with("&&") => {
                end_word(&mut word, &mut commands);
                commands.push(Vec::new());
                rest = &rest[2..];
                continue;
            }
            '>' => {
                end_word(&mut word, &mut commands);
                let left = after.trim_start_matches('>').trim_start();
                if let Some(stream) = left.strip_prefix('&') {
                    rest = stream.trim_start_matches(|c: char| c.is_ascii_digit());
                    continue;
                }
                // What is written is judged as if it were typed out.
                let kept = commands.pop().unwrap_or_default();
                let file: String = left
                    .chars()
                    .take_while(|c| !c.is_whitespace() && !";|&)}".contains(*c))
                    .collect();
                let name = file.trim_matches(['\'', '"']).to_owned();
                commands.push(vec![("out-file".to_owned(), false), (name, true)]);
                commands.push(kept);
                rest = &left[file.len()..];
                continue;
            }
            _ if character.is_whitespace() => end_word(&mut word, &mut commands),
            other => word.get_or_insert_default().0.push(other),
        }
        rest = after;
    }
    end_word(&mut word, &mut commands);
    Ok(commands)
}

/// Text in quotes, and what follows it.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Unreadable> {
    let mut inside = String::new();
    let mut characters = text[1..].char_indices();
    while let Some((at, character)) = characters.next() {
        let after = &text[1 + at + character.len_utf8()..];
        if character == quote {
            // A quote that is typed twice stands for itself.
            if after.starts_with(quote) {
                characters.next();
                inside.push(quote);
                continue;
            }
            return Ok((inside, after));
        }
        if character == '`' && quote == '"' {
            inside.extend(characters.next().map(|(_, next)| next));
        } else {
            inside.push(character);
        }
    }
    Err(Unreadable)
}

/// `@'...'@` and `@"..."@`, which end at the beginning of a line.
fn here_string(text: &str) -> Result<Option<(String, &str)>, Unreadable> {
    for (begin, end) in [("@'", "\n'@"), ("@\"", "\n\"@")] {
        if let Some(inside) = text.strip_prefix(begin) {
            let at = inside.find(end).ok_or(Unreadable)?;
            return Ok(Some((
                inside[..at].trim_start().to_owned(),
                &inside[at + end.len()..],
            )));
        }
    }
    Ok(None)
}
