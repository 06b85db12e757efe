//! The structure of a shell script, without running it.
//!
//! [`mod@parse`] reads what a POSIX shell and bash have in common. It reports what it does not
//! understand: no conclusion is drawn from a script that cannot be read. Nothing in a script is
//! expanded.

mod escapes;
mod parse;
mod skip;
mod tokens;

use std::ops::Range;

pub(crate) use escapes::decoded;
pub(crate) use parse::{parse, parse_bash};
pub(crate) use skip::{expansion_length, substitutions};
pub(crate) use tokens::{Input, Word};

/// A script that cannot be read: it is wrong, nested too deeply, or of another shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// What follows each value of a list (`x=(a b)`) in the text of its word: values may have blanks.
pub(crate) const LIST_SEPARATOR: char = '\u{1f}';

/// How deeply commands and substitutions may be nested: each level is a level of recursion.
const DEEPEST: usize = 50;

/// Commands, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    /// In their order.
    pub(crate) steps: Vec<ScriptStep>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptStep {
    /// The first of them.
    pub(crate) first: Pipeline,
    /// The other pipelines, each with the operator that joins it to those before it.
    pub(crate) rest: Vec<(Joint, Pipeline)>,
    /// The `&` after it, if it runs in the background.
    pub(crate) background: Option<Range<usize>>,
}

/// The operator that joins two pipelines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joint {
    /// Whether it is `&&`.
    pub(crate) is_and: bool,
    /// Its place.
    pub(crate) span: Range<usize>,
}

/// Commands joined by `|`; usually just one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// Whether its status is inverted by `!`.
    pub(crate) negated: bool,
    /// At least one.
    pub(crate) commands: Vec<ShellCommand>,
}

/// A command with its place in the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShellCommand {
    /// From its first word to its last.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) kind: CommandKind,
    /// What its redirections give it to read.
    pub(crate) inputs: Vec<Input>,
    /// The files that its redirections write; a number where one only duplicates a stream (`2>&1`, also as a part of `&>`).
    pub(crate) outputs: Vec<Word>,
}

/// What sort of command it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandKind {
    /// A program or built-in command with its arguments.
    Simple(Simple),
    /// `{ ...; }`
    Group(Script),
    /// `( ... )`
    Subshell(Script),
    /// `if`: conditions with their commands, and the commands of `else`.
    If {
        /// Each condition with its commands.
        arms: Vec<(Script, Script)>,
        /// The commands after `else`.
        otherwise: Option<Script>,
    },
    /// `for`, `while`, `until`, `select`.
    Loop {
        /// The variable of `for` and `select`, and the words after `in`; without `in`, there are none, and the arguments
        /// take their place.
        over: Option<(String, Vec<Word>)>,
        /// Of `while` and `until`.
        condition: Option<Script>,
        /// The repeated commands.
        body: Script,
    },
    /// `case`: the commands of every branch.
    Case(Vec<Script>),
    /// `[[ ... ]]`
    Test,
    /// The definition of a function, which does nothing by itself; its name and its body.
    Function(String, Box<ShellCommand>),
}

/// A program or built-in command, without its redirections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Simple {
    /// `NAME=value` before it, or alone.
    pub(crate) assignments: Vec<Word>,
    /// The name and the arguments; may be empty.
    pub(crate) words: Vec<Word>,
}

impl Pipeline {
    /// From its first command to its last.
    #[must_use]
    pub(crate) fn span(&self) -> Range<usize> {
        match (self.commands.first(), self.commands.last()) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            _ => 0..0,
        }
    }
}

impl ScriptStep {
    /// From its first pipeline to its last.
    #[must_use]
    pub(crate) fn span(&self) -> Range<usize> {
        let last = self.rest.last().map_or(&self.first, |(_, last)| last);
        self.first.span().start..last.span().end
    }
}
