//! Programs: the arguments with which they cannot fail, and the commands that they run.

use super::call::Call;
use super::swallowed_status::SwallowedStatus;
use crate::shell::Word;

/// What a command means for the status of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It may fail, and is what the gate is for.
    Check,
    /// It prepares or cleans up: it may fail, but not because of what is checked.
    Chore,
    /// It prints or shows something, and succeeds.
    Inert,
}

/// A program, or several that take the same arguments.
pub(crate) struct Program {
    /// Its names.
    pub(crate) names: &'static [&'static str],
    /// Whether a version may follow a name, as in `python3.12`.
    pub(super) is_versioned: bool,
    /// What a call of it means for the status of a script.
    pub(crate) role: fn(&Call<'_>) -> Role,
    /// Why a call of it cannot fail, if it cannot.
    pub(crate) cannot_fail: fn(&Call<'_>) -> Option<SwallowedStatus>,
    /// The command that a call of it starts in turn, if any.
    pub(crate) starts: for<'w> fn(&Call<'w>) -> Option<&'w [Word]>,
    /// Whether the word after it is a program.
    pub(crate) is_wrapper: bool,
    /// Whether the word after it is a script.
    pub(crate) is_interpreter: bool,
    /// The files that decide what it does, of which it reads one by default.
    pub(crate) files: &'static [&'static str],
    /// Patterns of the files that it reads besides, wherever they are below the first, or below the
    /// directory that it is called in.
    pub(crate) beside: &'static [&'static str],
    /// The first arguments with which it reads files; without any, it always does.
    pub(crate) reading: &'static [&'static str],
}

impl Program {
    /// A program that can fail and runs nothing else.
    pub(super) const fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            is_versioned: false,
            role: |_| Role::Check,
            cannot_fail: |_| None,
            starts: |_| None,
            is_wrapper: false,
            is_interpreter: false,
            files: &[],
            beside: &[],
            reading: &[],
        }
    }

    /// Whether it takes what it runs from files.
    pub(crate) fn reads_files(&self) -> bool {
        !self.files.is_empty() || !self.beside.is_empty()
    }

    /// Whether it is called by this name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|program_name| {
            let version = name.strip_prefix(program_name);
            version.is_some_and(|version| {
                let mut letters = version.chars();
                version.is_empty()
                    || self.is_versioned && letters.all(|c| c.is_ascii_digit() || c == '.')
            })
        })
    }
}

/// Options with a value, of launchers that install the package that they run.
pub(super) const PACKAGE_OPTIONS: [&str; 4] = ["--from", "--with", "-p", "--python"];
