//! `--no-verify` among the arguments of a git command.

use std::ffi::OsString;

use super::command_line::GitCommandLine;

/// How a git command reads its options, as far as it matters where `--no-verify` stands.
struct CommandOptions {
    command: &'static str,
    /// The short form of `--no-verify`.
    short: Option<char>,
    /// The short options that take a value, from the next argument if need be.
    valued: &'static str,
    /// The short options that take the rest of their own argument as a value.
    clinging: &'static str,
    /// The long options that take a value, from the next argument if need be.
    long: &'static [&'static str],
}

/// The commands that have hooks that `--no-verify` keeps from checking.
const GRAMMARS: [CommandOptions; 4] = [
    CommandOptions {
        command: "commit",
        short: Some('n'),
        valued: "mFcCtU",
        clinging: "Su",
        long: &[
            "author",
            "cleanup",
            "date",
            "file",
            "fixup",
            "inter-hunk-context",
            "message",
            "pathspec-from-file",
            "reedit-message",
            "reuse-message",
            "squash",
            "template",
            "trailer",
            "unified",
        ],
    },
    CommandOptions {
        command: "merge",
        short: None,
        valued: "msXF",
        clinging: "S",
        long: &[
            "cleanup",
            "file",
            "into-name",
            "message",
            "strategy",
            "strategy-option",
        ],
    },
    CommandOptions {
        command: "pull",
        short: None,
        valued: "sXo",
        clinging: "Srj",
        long: &[
            "cleanup",
            "deepen",
            "depth",
            "negotiation-include",
            "negotiation-restrict",
            "negotiation-tip",
            "refmap",
            "server-option",
            "shallow-exclude",
            "shallow-since",
            "strategy",
            "strategy-option",
            "upload-pack",
        ],
    },
    CommandOptions {
        command: "am",
        short: Some('n'),
        valued: "Cp",
        clinging: "S",
        long: &[
            "directory",
            "empty",
            "exclude",
            "include",
            "patch-format",
            "quoted-cr",
            "resolvemsg",
            "whitespace",
        ],
    },
];

/// The argument by which a command is told not to let its hooks check.
///
/// git refuses abbreviations that might mean two options, so that every beginning is one.
pub(super) fn no_verify(called: &GitCommandLine<'_>) -> Option<String> {
    let mut known = GRAMMARS.iter();
    let grammar = known.find(|known| known.command == called.command)?;
    grammar.last(called.arguments)
}

impl CommandOptions {
    /// The last argument that says so, unless a later one takes it back.
    fn last(&self, arguments: &[OsString]) -> Option<String> {
        let mut said = None;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if let Some(option) = text.strip_prefix("--") {
                if option.is_empty() || option == "end-of-options" {
                    break;
                } else if is_short_for(option, "no-v", "no-verify") {
                    said = Some(text.into_owned());
                } else if is_short_for(option, "v", "verify")
                    || is_short_for(option, "no-no-v", "no-no-verify")
                {
                    said = None;
                } else if self.long.iter().any(|known| known.starts_with(option)) {
                    words.next();
                }
            } else if let Some(cluster) = text.strip_prefix('-') {
                let value = cluster.find(|letter| self.has_value(letter));
                let flags = &cluster[..value.unwrap_or(cluster.len())];
                let takes_next = value.is_some_and(|at| self.valued.contains(&cluster[at..]));
                if self.short.is_some_and(|short| flags.contains(short)) {
                    said = Some(text.into_owned());
                }
                if takes_next {
                    words.next();
                }
            }
        }
        said
    }

    fn has_value(&self, letter: char) -> bool {
        self.valued.contains(letter) || self.clinging.contains(letter)
    }
}

/// Whether an option is a beginning of another one, and at least so long.
fn is_short_for(option: &str, least: &str, full: &str) -> bool {
    option.starts_with(least) && full.starts_with(option)
}
