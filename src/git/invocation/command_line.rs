//! A git command, taken apart into git's own options, the command and its arguments.

use std::ffi::OsString;
use std::path::Path;

/// git(1): git's own options that take the next argument as their value. Those in the second line
/// are for git's own use, or gone since.
const VALUE_OPTIONS: [&str; 9] = [
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--attr-source",
    "--shallow-file",
    "--super-prefix",
];

/// A git command as it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GitCommandLine<'a> {
    /// The options of git itself, before the command.
    pub(crate) before: &'a [OsString],
    /// The command: `commit`, say, or an alias.
    pub(crate) command: &'a str,
    /// What follows the command.
    pub(crate) arguments: &'a [OsString],
}

impl<'a> GitCommandLine<'a> {
    /// Reads the arguments of a process, its program first. `None` if it is no git, or a git
    /// without a command.
    pub(crate) fn read(arguments: &'a [OsString]) -> Option<Self> {
        let (program, rest) = arguments.split_first()?;
        let program = Path::new(program).file_name()?.to_str()?;
        if let Some(command) = program.strip_prefix("git-") {
            return Some(Self {
                before: &[],
                command,
                arguments: rest,
            });
        }
        if program != "git" {
            return None;
        }
        let mut at = 0;
        loop {
            match rest.get(at)?.to_str()? {
                option if VALUE_OPTIONS.contains(&option) => at += 2,
                option if option.starts_with('-') => at += 1,
                command => {
                    return Some(Self {
                        before: &rest[..at],
                        command,
                        arguments: &rest[at + 1..],
                    });
                }
            }
        }
    }
}
