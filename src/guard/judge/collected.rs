//! Commands for what `xargs` reads.

use super::starters::after_options;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;
use crate::shell::decoded;

impl Walk<'_> {
    /// `xargs`: the command with the words that it reads, or with these in place of `{}`.
    pub(super) fn with_input(
        &mut self,
        arguments: &[String],
        environment: &Variables,
        around: &Surroundings,
    ) {
        const VALUED: [&str; 14] = [
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
        ];
        let options = &arguments[..arguments.len() - after_options(arguments, &VALUED).len()];
        let of_file = value_of(options, "-a", "--arg-file")
            .and_then(|file| self.known_text(&file).map(str::to_owned));
        let input = of_file.or_else(|| around.input.clone()).unwrap_or_default();
        let ends_with_nul = |word: &String| {
            let is_short = word.starts_with('-') && !word.starts_with("--") && word.contains('0');
            is_short || word == "--null"
        };
        let read: Vec<String> = if options.iter().any(ends_with_nul) {
            input.split('\0').map(str::to_owned).collect()
        } else if let Some(sign) =
            value_of(options, "-d", "--delimiter").filter(|sign| !sign.is_empty())
        {
            input
                .trim_end_matches('\n')
                .split(&decoded(&sign))
                .map(str::to_owned)
                .collect()
        } else {
            input.split_whitespace().map(str::to_owned).collect()
        };
        let marker = value_of(options, "-I", "--replace").map(|marker| match marker.as_str() {
            "" => "{}".to_owned(),
            _ => marker,
        });
        let is_implied = |word: &String| matches!(word.as_str(), "-i" | "--replace");
        let marker = marker.or_else(|| options.iter().any(is_implied).then(|| "{}".to_owned()));
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
}

/// The value of an option that clings to it, follows it, or follows the equals sign of its long form.
fn value_of(options: &[String], short: &str, long: &str) -> Option<String> {
    options.iter().enumerate().find_map(|(at, word)| {
        if word == short || word == long && long != "--replace" {
            return options.get(at + 1).cloned();
        }
        let given = word
            .strip_prefix(long)
            .and_then(|rest| rest.strip_prefix('='));
        given
            .or_else(|| word.strip_prefix(short))
            .map(str::to_owned)
    })
}
