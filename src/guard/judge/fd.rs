//! `fd`: commands for what it finds. It searches hidden directories only on request, or below a path that is one.

use super::found::HOOK_NAMES;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;

/// Options that take the next word as their value.
const VALUED: [&str; 24] = [
    "-t",
    "--type",
    "-e",
    "--extension",
    "-E",
    "--exclude",
    "-d",
    "--max-depth",
    "--min-depth",
    "--exact-depth",
    "-S",
    "--size",
    "--changed-within",
    "--changed-before",
    "-o",
    "--owner",
    "-c",
    "--color",
    "-j",
    "--threads",
    "--base-directory",
    "-C",
    "--max-results",
    "--search-path",
];

/// What begins a command.
const EXECUTING: [&str; 4] = ["-x", "-X", "--exec", "--exec-batch"];

impl Walk<'_> {
    /// `fd PATTERN PATH -x COMMAND`: what it does to the files that it finds.
    pub(super) fn found_by_fd(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        let Some(at) = arguments
            .iter()
            .position(|word| EXECUTING.contains(&word.as_str()))
        else {
            return;
        };
        let command = &arguments[at + 1..];
        let command = command.split(|word| word == ";").next().unwrap_or_default();
        if command.is_empty() {
            return;
        }
        for path in files(&arguments[..at]) {
            let mut words: Vec<String> = command
                .iter()
                .map(|word| word.replace("{}", &path))
                .collect();
            if !command.iter().any(|word| word.contains('{')) {
                words.push(path);
            }
            self.deeper("git", |walk| walk.call(&words, environment, around));
        }
    }
}

/// The files that are found, as far as they can be protected.
fn files(words: &[String]) -> Vec<String> {
    let mut plain: Vec<&str> = Vec::new();
    let mut is_hidden = false;
    let mut has_filter = false;
    let mut roots: Vec<String> = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if VALUED.contains(&word.as_str()) {
            let value = rest.next().cloned().unwrap_or_default();
            match word.as_str() {
                "-e" | "--extension" => has_filter = true,
                "--search-path" | "--base-directory" | "-C" => roots.push(value),
                _ => {}
            }
        } else if word.starts_with('-') && word.len() > 1 {
            let is_short = !word.starts_with("--");
            is_hidden |= matches!(word.as_str(), "--hidden" | "--unrestricted")
                || is_short && word.contains(['H', 'u']);
        } else {
            plain.push(word);
        }
    }
    let pattern = plain.first().copied().unwrap_or_default();
    roots.extend(
        plain
            .iter()
            .skip(1)
            .map(|root| root.trim_end_matches('/').to_owned()),
    );
    if roots.is_empty() {
        roots.push(".".to_owned());
    }
    if has_filter {
        return Vec::new();
    }
    let everything = matches!(pattern, "" | "." | ".*");
    let mut found = Vec::new();
    for root in roots {
        let in_git_dir = root.split('/').any(|part| part == ".git");
        if everything {
            found.push(root.clone());
        }
        if !(in_git_dir || is_hidden) {
            continue;
        }
        let dir = match root.rsplit('/').next() {
            Some("hooks") => root.clone(),
            Some(".git") => format!("{root}/hooks"),
            _ => format!("{root}/.git/hooks"),
        };
        let plain = pattern.trim_start_matches('^').trim_end_matches('$');
        let named = HOOK_NAMES
            .iter()
            .filter(|name| everything || name.contains(plain));
        found.extend(named.map(|name| format!("{dir}/{name}")));
        if plain == "hooks" {
            found.push(dir);
        }
    }
    found
}
