//! Commands for what `xargs` reads.

use super::starters::after_options;
use super::state::{Surroundings, Walk};
use crate::base::environment::Variables;

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
}
