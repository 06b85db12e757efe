//! Commands for what another one reads or finds: `xargs` and `find`.

use super::expansion::matches;
use super::starters::after_options;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::tools::base_name;

impl Walk<'_> {
    /// `xargs`: the command with the words that it reads, or with these in place of `{}`.
    pub(super) fn with_input(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        const VALUED: [&str; 16] = [
            "-I",
            "-n",
            "-P",
            "-L",
            "-d",
            "-E",
            "-s",
            "-a",
            "-J",
            "-R",
            "--max-args",
            "--max-procs",
            "--delimiter",
            "--arg-file",
            "--replace",
            "--max-lines",
        ];
        let input = around.input.as_deref().unwrap_or_default();
        let ends_with_nul = |word: &String| {
            let is_short = word.starts_with('-') && !word.starts_with("--") && word.contains('0');
            is_short || word == "--null"
        };
        let read: Vec<String> = if arguments.iter().any(ends_with_nul) {
            input.split('\0').map(str::to_owned).collect()
        } else {
            input.split_whitespace().map(str::to_owned).collect()
        };
        let marker = arguments
            .iter()
            .zip(arguments.iter().skip(1))
            .find_map(|(option, value)| (option == "-I").then(|| value.clone()));
        let marker = marker.or_else(|| {
            arguments
                .iter()
                .any(|word| word.starts_with("-I") || word == "-i")
                .then(|| "{}".to_owned())
        });
        let mut command = after_options(arguments, &VALUED).to_vec();
        match marker {
            Some(marker) => {
                for word in &mut command {
                    *word = word.replace(&marker, input.trim());
                }
            }
            None => command.extend(read),
        }
        let around = Surroundings {
            input: None,
            ..around.clone()
        };
        self.deeper("git", |walk| walk.call(&command, environment, &around));
    }

    /// `find`: what it does to the files that it finds, which lie below the paths that it starts from.
    pub(super) fn found(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        let roots: Vec<String> = arguments
            .iter()
            .take_while(|word| !word.starts_with('-'))
            .cloned()
            .collect();
        let roots = if roots.is_empty() {
            vec![".".to_owned()]
        } else {
            roots
        };
        let found = files_found(&roots, arguments);
        if arguments.iter().any(|word| word == "-delete") {
            for path in &found {
                self.remove_file(path);
            }
        }
        let is_start = |word: &String| {
            matches!(
                word.as_str(),
                "-exec" | "-execdir" | "-ok" | "-okdir" | "-x" | "-X" | "--exec" | "--exec-batch"
            )
        };
        let mut rest = arguments;
        while let Some(at) = rest.iter().position(is_start) {
            rest = &rest[at + 1..];
            let end = rest
                .iter()
                .position(|word| word == ";" || word == "+")
                .unwrap_or(rest.len());
            for path in &found {
                let command: Vec<String> = rest[..end]
                    .iter()
                    .map(|word| word.replace("{}", path))
                    .collect();
                self.deeper("git", |walk| walk.call(&command, environment, around));
            }
            rest = &rest[end..];
        }
    }
}

/// The hooks that check something.
const HOOK_NAMES: [&str; 6] = [
    "commit-msg",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
];

/// What `find` finds below its roots, as far as that can be a protected path: by the name or path that it looks for,
/// otherwise the roots themselves.
fn files_found(roots: &[String], arguments: &[String]) -> Vec<String> {
    let is_negated = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| arguments.get(at));
        before.is_some_and(|word| word == "!" || word == "-not")
    };
    let after = |names: &[&str]| {
        let at = arguments.iter().enumerate();
        let named = at.filter(|(at, word)| names.contains(&word.as_str()) && !is_negated(*at));
        let values = named.filter_map(|(at, _)| arguments.get(at + 1));
        values.cloned().collect::<Vec<_>>()
    };
    let mut found = after(&["-path", "-wholename", "-ipath"]);
    let names = after(&["-name", "-iname"]);
    let leaves_git_out = arguments.windows(2).enumerate().any(|(at, pair)| {
        let is_path = matches!(pair[0].as_str(), "-path" | "-name");
        let is_left_out = is_negated(at) || arguments.iter().any(|word| word == "-prune");
        is_path && is_left_out && pair[1].contains(".git")
    });
    for root in roots {
        for name in &names {
            found.push(format!("{root}/{name}"));
            // It looks below the root, too.
            let is_hook = HOOK_NAMES.iter().any(|hook| matches(name, hook));
            let is_top = root == "." || root == "./";
            if base_name(root.trim_end_matches('/')) == ".git" && is_hook {
                found.push(format!("{root}/hooks/{name}"));
            } else if is_top && is_hook && !leaves_git_out && !name.starts_with(['*', '?', '[']) {
                found.push(format!("{root}/.git/hooks/{name}"));
            }
        }
    }
    if found.is_empty() {
        found.extend_from_slice(roots);
    }
    found
}
