//! `--no-verify` and `--quiet` among the arguments of a git command.

use std::ffi::OsString;

use super::command_line::GitCommandLine;

/// How a git command reads its options, as far as it matters where `--no-verify` and `--quiet` stand.
struct CommandOptions {
    command: &'static str,
    /// Whether `--no-verify` keeps hooks from checking that are called nevertheless.
    has_no_verify: bool,
    /// The short form of `--no-verify`.
    short: Option<char>,
    /// The short options that take a value, from the next argument if need be.
    valued: &'static str,
    /// The short options that take the rest of their own argument as a value.
    clinging: &'static str,
    /// The long options that take a value, from the next argument if need be.
    long: &'static [&'static str],
}

/// The commands that call our hooks.
const GRAMMARS: [CommandOptions; 6] = [
    CommandOptions {
        command: "commit",
        has_no_verify: true,
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
        has_no_verify: true,
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
        has_no_verify: true,
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
        has_no_verify: true,
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
    CommandOptions {
        command: "push",
        has_no_verify: false,
        short: None,
        valued: "o",
        clinging: "",
        long: &["exec", "push-option", "receive-pack", "repo"],
    },
    CommandOptions {
        command: "rebase",
        has_no_verify: false,
        short: None,
        valued: "sXxC",
        clinging: "S",
        long: &["empty", "exec", "onto", "strategy", "strategy-option"],
    },
];

/// The argument by which a command is told not to let those hooks check that it calls nevertheless.
pub(super) fn no_verify(called: &GitCommandLine<'_>) -> Option<String> {
    of(called).filter(|grammar| grammar.has_no_verify)?;
    skips_hooks(called)
}

/// The argument by which a command is told to run no hooks that check.
///
/// git refuses abbreviations that might mean two options, so that every beginning is one.
pub(crate) fn skips_hooks(called: &GitCommandLine<'_>) -> Option<String> {
    let grammar = of(called)?;
    let mut said = None;
    for (flag, word) in grammar.flags(called.arguments) {
        match flag {
            Flag::Long(option) if is_short_for(&option, "no-v", "no-verify") => said = Some(word),
            Flag::Long(option)
                if is_short_for(&option, "v", "verify")
                    || is_short_for(&option, "no-no-v", "no-no-verify") =>
            {
                said = None;
            }
            Flag::Short(letter) if Some(letter) == grammar.short => said = Some(word),
            Flag::Long(_) | Flag::Short(_) => {}
        }
    }
    said
}

/// Whether a command is told to say nothing but errors.
pub(super) fn is_quiet(called: &GitCommandLine<'_>) -> bool {
    let Some(grammar) = of(called) else {
        return false;
    };
    let mut is_quiet = false;
    for (flag, _) in grammar.flags(called.arguments) {
        match flag {
            Flag::Short('q') => is_quiet = true,
            Flag::Long(option) if is_short_for(&option, "q", "quiet") => is_quiet = true,
            Flag::Long(option) if is_short_for(&option, "no-q", "no-quiet") => is_quiet = false,
            Flag::Long(_) | Flag::Short(_) => {}
        }
    }
    is_quiet
}

fn of(called: &GitCommandLine<'_>) -> Option<&'static CommandOptions> {
    GRAMMARS
        .iter()
        .find(|known| known.command == called.command)
}

/// An option without its value.
enum Flag {
    /// What follows the two dashes.
    Long(String),
    /// A letter.
    Short(char),
}

impl CommandOptions {
    /// The options among some arguments, each with the argument in which it stands.
    fn flags(&self, arguments: &[OsString]) -> Vec<(Flag, String)> {
        let mut flags = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if let Some(option) = text.strip_prefix("--") {
                if option.is_empty() || option == "end-of-options" {
                    break;
                }
                // No option with a value begins as one of those that are looked for.
                if self.long.iter().any(|known| known.starts_with(option)) {
                    words.next();
                }
                flags.push((Flag::Long(option.to_owned()), text.into_owned()));
            } else if let Some(cluster) = text.strip_prefix('-') {
                let value = cluster.find(|letter| self.has_value(letter));
                let letters = &cluster[..value.unwrap_or(cluster.len())];
                let takes_next = value.is_some_and(|at| self.valued.contains(&cluster[at..]));
                let letters = letters.chars();
                flags.extend(letters.map(|letter| (Flag::Short(letter), text.to_string())));
                if takes_next {
                    words.next();
                }
            }
        }
        flags
    }

    fn has_value(&self, letter: char) -> bool {
        self.valued.contains(letter) || self.clinging.contains(letter)
    }
}

/// Whether an option is a beginning of another one, and at least so long.
fn is_short_for(option: &str, least: &str, full: &str) -> bool {
    option.starts_with(least) && full.starts_with(option)
}
