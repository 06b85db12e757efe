//! The calls of a command: file names become arguments, split below the system's limit.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Component, Path, PathBuf};

use bstr::ByteSlice as _;

use crate::base::text::shell_word;
use crate::model::gate::{CommandArgument, CommandForm, FindingsFormat, GateCommand};

/// One call of a command, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GateCall {
    /// A program with its arguments.
    Program {
        /// The program as it was typed.
        program: OsString,
        /// Its arguments.
        arguments: Vec<OsString>,
    },
    /// A script for the shell, and the arguments that it finds in `"$@"`.
    Shell {
        /// The script.
        script: String,
        /// Its arguments.
        arguments: Vec<OsString>,
    },
}

impl GateCall {
    /// A call of the command with these files.
    #[must_use]
    pub(crate) fn new(command: &GateCommand, files: &[OsString]) -> Self {
        match &command.form {
            CommandForm::Words(words) => {
                let mut arguments = words.iter().flat_map(|word| match word {
                    CommandArgument::Word(word) => vec![OsString::from(word)],
                    CommandArgument::Files => files.to_vec(),
                });
                Self::Program {
                    program: arguments.next().unwrap_or_default(),
                    arguments: arguments.collect(),
                }
            }
            CommandForm::Shell(script) => Self::Shell {
                script: script.clone(),
                arguments: if command.takes_files {
                    files.to_vec()
                } else {
                    Vec::new()
                },
            },
        }
    }

    /// This call of a command, with a file for its report. The names of files are left alone.
    #[must_use]
    pub(crate) fn with_report(&self, command: &GateCommand, report: &Path) -> Self {
        let (before, after) = fixed_arguments(command);
        let word = |argument: &OsString| {
            let bytes = argument.as_bytes();
            let filled = bytes.replace(FindingsFormat::PLACEHOLDER, report.as_os_str().as_bytes());
            OsString::from_vec(filled)
        };
        match self {
            Self::Program { program, arguments } => {
                let end = arguments.len().saturating_sub(after);
                let fill = |(at, argument): (usize, &OsString)| {
                    let is_file = (before..end).contains(&at);
                    if is_file {
                        argument.clone()
                    } else {
                        word(argument)
                    }
                };
                Self::Program {
                    program: program.clone(),
                    arguments: arguments.iter().enumerate().map(fill).collect(),
                }
            }
            Self::Shell { script, arguments } => Self::Shell {
                script: script
                    .replace(FindingsFormat::PLACEHOLDER, &shell_word(report.as_os_str())),
                arguments: arguments.clone(),
            },
        }
    }

    /// The call as a line that can be pasted into a shell.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Program { program, arguments } => {
                let words = std::iter::once(program).chain(arguments);
                words
                    .map(|word| shell_word(word))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            Self::Shell { script, arguments } if arguments.is_empty() => script.trim().to_owned(),
            Self::Shell { script, arguments } => {
                let words = arguments.iter().map(|word| shell_word(word));
                script
                    .trim()
                    .replacen("\"$@\"", &words.collect::<Vec<_>>().join(" "), 1)
            }
        }
    }
}

/// How many arguments stand before the names of files, and how many after them.
fn fixed_arguments(command: &GateCommand) -> (usize, usize) {
    let CommandForm::Words(words) = &command.form else {
        return (0, 0);
    };
    let arguments = words.len().saturating_sub(1);
    let files = words
        .iter()
        .position(|word| matches!(word, CommandArgument::Files));
    match files {
        Some(at) => (at.saturating_sub(1), words.len() - 1 - at),
        None => (arguments, 0),
    }
}

/// The calls that pass all files, each below the limit.
pub(super) fn calls(command: &GateCommand, files: &[OsString], limit: usize) -> Vec<GateCall> {
    if !command.takes_files {
        return vec![GateCall::new(command, &[])];
    }
    let fixed = command.text.len() + 64;
    let room = limit.saturating_sub(fixed);
    let mut calls = Vec::new();
    let mut remaining = files;
    while !remaining.is_empty() {
        let mut used = 0;
        let fitting = remaining.iter().take_while(|file| {
            used += cost(file);
            used <= room
        });
        // A name that is too long by itself is passed alone; the system then reports that.
        let (batch, later) = remaining.split_at(fitting.count().max(1));
        calls.push(GateCall::new(command, batch));
        remaining = later;
    }
    calls
}

/// The space that an argument takes: its bytes, the NUL after it, and the pointer to it.
pub(super) fn cost(argument: &OsStr) -> usize {
    argument.len() + 1 + size_of::<usize>()
}

/// A path as an argument for a command that runs in `dir`, never to be taken for an option.
pub(super) fn argument(path: &Path, dir: &Path) -> OsString {
    let relative = relative(path, dir);
    if relative.as_os_str().as_bytes().starts_with(b"-") {
        return Path::new(".").join(relative).into();
    }
    relative.into()
}

/// A path relative to a directory; both are relative to the same top, without `.` and `..`.
fn relative(path: &Path, dir: &Path) -> PathBuf {
    let mut path_parts = path.components().peekable();
    let mut dir_parts = dir.components().peekable();
    while path_parts.peek().is_some() && path_parts.peek() == dir_parts.peek() {
        path_parts.next();
        dir_parts.next();
    }
    let ups = dir_parts.map(|_| Component::ParentDir);
    ups.chain(path_parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_the_name_of_the_placeholder_is_a_file() {
        let word = |word: &str| CommandArgument::Word(word.into());
        let command = GateCommand {
            text: "check --to={report} {files} -q".into(),
            form: CommandForm::Words(vec![
                word("check"),
                word("--to={report}"),
                CommandArgument::Files,
                word("-q"),
            ]),
            takes_files: true,
            takes_report: true,
            takes_shard: false,
        };
        let call = GateCall::new(&command, &["{report}".into(), "b".into()]);
        let filled = call.with_report(&command, Path::new("/t/r 1"));
        assert_eq!(filled.shown(), "check '--to=/t/r 1' {report} b -q");
    }

    fn command(text: &str) -> GateCommand {
        GateCommand {
            text: text.into(),
            form: CommandForm::Words(vec![
                CommandArgument::Word("check".into()),
                CommandArgument::Files,
            ]),
            takes_files: true,
            takes_report: false,
            takes_shard: false,
        }
    }

    #[test]
    fn paths_are_relative_to_the_dir_of_the_gate() {
        let cases = [
            ("a/b.py", "", "a/b.py"),
            ("a/b.py", "a", "b.py"),
            ("a/b.py", "a/c", "../b.py"),
            ("b.py", "a/c", "../../b.py"),
            ("-x.py", "", "./-x.py"),
            ("a/-x.py", "a", "./-x.py"),
            ("ab/x", "a", "../ab/x"),
        ];
        for (path, dir, expected) in cases {
            assert_eq!(
                argument(Path::new(path), Path::new(dir)),
                expected,
                "{path} in {dir}"
            );
        }
    }

    #[test]
    fn every_file_is_handed_over_once_and_below_the_limit() {
        let files: Vec<OsString> = (0..12_000).map(|n| format!("{n:0200}.py").into()).collect();
        let limit = 256 << 10;
        let calls = calls(&command("check {files}"), &files, limit);
        let mut handed_over = Vec::new();
        for call in calls {
            let GateCall::Program { program, arguments } = call else {
                panic!("no shell is needed");
            };
            let size: usize = arguments.iter().map(|argument| cost(argument)).sum();
            assert!(size + cost(&program) <= limit);
            handed_over.extend(arguments);
        }
        assert_eq!(handed_over, files);
    }

    #[test]
    fn a_limit_that_nothing_fits_into_still_ends() {
        let files = ["a".into(), "b".into()];
        assert_eq!(calls(&command("check {files}"), &files, 0).len(), 2);
    }

    #[test]
    fn calls_can_be_pasted() {
        let files = ["a b.py".into(), "c.py".into()];
        let call = GateCall::new(&command("check {files}"), &files);
        assert_eq!(call.shown(), "check 'a b.py' c.py");
        let call = GateCall::Shell {
            script: "cat \"$@\" | wc".into(),
            arguments: files.to_vec(),
        };
        assert_eq!(call.shown(), "cat 'a b.py' c.py | wc");
    }
}
