//! Signs: what a tool says, by its exit code and by single lines of its output, when it has checked
//! nothing or could not do its work. Everything else that a tool says is its verdict.
//!
//! A sign is an expression for a whole line, or an exit code that stands for nothing else, so that what
//! a test prints is not taken for what its runner says.

use crate::model::outcome::ToolFault;

/// One way in which a tool says that its verdict does not count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sign {
    /// What it means.
    pub(crate) meaning: Meaning,
    /// The exit codes with which it counts.
    pub(crate) exit: ExitCodes,
    /// An expression for a line; empty if the exit code says it alone.
    pub(crate) line: &'static str,
    /// Which lines are looked at.
    pub(crate) position: Position,
    /// An expression for a line that has to be there as well; empty for none.
    pub(crate) also: &'static str,
    /// An expression for a line that refutes it; empty for none.
    pub(crate) unless: &'static str,
    /// How often the line has to be there.
    pub(crate) times: Times,
    /// Whether it counts only if the tool chose the files itself. Some of the files that a commit
    /// changes may hold nothing to check; a whole project does not.
    pub(crate) whole_only: bool,
    /// Whether nothing but the names of files and the tool's configuration can cause it.
    pub(crate) is_by_configuration: bool,
}

/// What a sign means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The tool has checked nothing.
    CheckedNothing,
    /// The tool is broken, or what it needs.
    Broken(ToolFault),
    /// The tool is not installed.
    Missing,
}

/// Exit codes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ExitCodes {
    /// 0.
    Success,
    /// Every other one.
    Failure,
    /// Every one.
    Any,
    /// These. If a runner hides the tool's exit code, the line has to say it.
    These(&'static [i32]),
}

/// Which lines of an output are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// All.
    Anywhere,
    /// The last three that are not blank.
    End,
}

/// How often a line has to be there. A line counts as often as the number says that its first group
/// matches, and once without a group.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Times {
    /// At least once.
    Once,
    /// As often as a line that matches this expression.
    Per(&'static str),
    /// At least once, and every other line that is not blank matches this expression.
    Only(&'static str),
    /// As often as files were passed to the tool, and some were.
    PerFile,
}

impl Sign {
    const fn new(meaning: Meaning, exit: ExitCodes, line: &'static str) -> Self {
        Self {
            meaning,
            exit,
            line,
            position: Position::Anywhere,
            also: "",
            unless: "",
            times: Times::Once,
            whole_only: false,
            is_by_configuration: false,
        }
    }

    /// It succeeds with this line, and has checked nothing.
    pub(super) const fn nothing(line: &'static str) -> Self {
        Self::new(Meaning::CheckedNothing, ExitCodes::Success, line)
    }

    /// It cannot do its work, and fails with this line.
    pub(super) const fn broken(fault: ToolFault, line: &'static str) -> Self {
        Self::new(Meaning::Broken(fault), ExitCodes::Failure, line)
    }

    /// It breaks off with this line.
    pub(super) const fn internal(line: &'static str) -> Self {
        Self::broken(ToolFault::Internal, line)
    }

    /// It does not accept its configuration or its arguments, and says so with this line.
    pub(super) const fn usage(line: &'static str) -> Self {
        Self::broken(ToolFault::Usage, line)
    }

    /// It is not there, as whatever should start it says with this line.
    const fn missing(line: &'static str) -> Self {
        Self::new(Meaning::Missing, ExitCodes::Failure, line)
    }

    /// Counts with these exit codes only.
    pub(super) const fn with(self, codes: &'static [i32]) -> Self {
        Self {
            exit: ExitCodes::These(codes),
            ..self
        }
    }

    /// Counts with every exit code.
    pub(super) const fn with_any_code(self) -> Self {
        Self {
            exit: ExitCodes::Any,
            ..self
        }
    }

    /// Counts only among the last lines.
    pub(super) const fn at_end(self) -> Self {
        Self {
            position: Position::End,
            ..self
        }
    }

    /// Counts only if there is such a line as well.
    pub(super) const fn also(self, line: &'static str) -> Self {
        Self { also: line, ..self }
    }

    /// Does not count if there is such a line.
    pub(super) const fn unless(self, line: &'static str) -> Self {
        Self {
            unless: line,
            ..self
        }
    }

    /// Counts only if the line is there as often as this.
    pub(super) const fn times(self, times: Times) -> Self {
        Self { times, ..self }
    }

    /// The tool says by it that its configuration excludes all files.
    pub(super) const fn by_configuration(self) -> Self {
        Self {
            is_by_configuration: true,
            ..self
        }
    }

    /// Counts only if the tool chose the files itself.
    pub(super) const fn for_whole_projects(self) -> Self {
        Self {
            whole_only: true,
            ..self
        }
    }
}

/// A program in Python that ends with an exception of its own. What it checks may hold such text, but
/// not at the end of its output.
pub(super) const TRACEBACK: Sign =
    Sign::internal(r"^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|NotFound|Exit)\b(?::|$)")
        .at_end()
        .also(r"^Traceback \(most recent call last\):$");

/// A program in Python that reads its arguments with the module of that name.
pub(super) const ARGPARSE: Sign = Sign::usage(concat!(
    r"^[\w-]+: error: (?:unrecognized arguments: |the following arguments are required: |argument ",
    r"|no such option: |one of the arguments )",
))
.with(&[2])
.at_end();

/// The same with the package of that name.
pub(super) const CLICK: Sign = Sign::usage(r"^Error: ")
    .with(&[2])
    .at_end()
    .also(r"^Usage: ");

/// A program on Node that ends with an exception of its own.
pub(super) const NODE_CRASH: Sign = Sign::internal(r"^Node\.js v\d+\.").at_end();

/// Lines by which programs say that they cannot reach the network.
pub(super) const NO_NETWORK: &str = concat!(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname",
    r"|\b(?:EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT)\b",
    r"|[Cc]ould not resolve host|[Ff]ailed to resolve|NameResolutionError|dns error",
    r"|failed to lookup address|dial tcp\b|[Nn]etwork is unreachable|Connection refused",
    r"|Connection timed out|Connection reset by peer|Max retries exceeded",
    r"|error sending request for url|i/o timeout|TLS handshake timeout|No route to host",
);

/// Whether a text says that the network cannot be reached.
#[must_use]
pub(crate) fn says_no_network(text: &str) -> bool {
    regex::Regex::new(NO_NETWORK).is_ok_and(|line| line.is_match(text))
}

/// Signs of whatever starts a tool.
pub(crate) const OF_LAUNCHERS: &[Sign] = &[
    Sign::missing(r"^\S*python[\d.]*(?:\.exe)?: No module named \S+$")
        .with(&[1])
        .at_end(),
    Sign::missing(r"^error: no such command: `[\w-]+`$")
        .with(&[101])
        .unless(r"^running \d+ tests?$"),
    Sign::missing(r"^error: Failed to spawn: `.*`$")
        .with(&[2])
        .at_end(),
    Sign::missing(r"^Command not found: \S+$")
        .with(&[1])
        .at_end(),
    Sign::missing(r"^\[PdmUsageError\]: Command '.*' is not found")
        .with(&[1])
        .at_end(),
    Sign::broken(
        ToolFault::Network,
        r"^npm (?:error|ERR!) code (?:EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT)$",
    ),
    Sign::broken(
        ToolFault::Network,
        r"^(?:error|  cause): (?:Request failed after \d+ retries|Failed to fetch: )",
    )
    .also(NO_NETWORK),
];

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::tools::checkers;

    #[test]
    fn every_expression_is_valid_and_anchored_where_it_stands_alone() {
        let own = checkers().flat_map(|checker| checker.signs);
        for sign in own.chain(OF_LAUNCHERS) {
            for expression in [sign.line, sign.also, sign.unless] {
                assert!(Regex::new(expression).is_ok(), "{expression}");
            }
            if let Times::Per(expression) | Times::Only(expression) = sign.times {
                assert!(Regex::new(expression).is_ok(), "{expression}");
            }
            let is_network = sign.meaning == Meaning::Broken(ToolFault::Network);
            let is_code = matches!(sign.exit, ExitCodes::These(_));
            assert!(
                sign.line.starts_with('^') || is_network || is_code,
                "{}",
                sign.line
            );
        }
        for success in checkers().filter_map(|checker| checker.success) {
            assert!(Regex::new(success).is_ok(), "{success}");
        }
    }
}
