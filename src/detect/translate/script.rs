//! Takes the scripts of hooks apart: into calls that each have to succeed, and what else is in them.

use crate::detect::evidence::Ran;
use crate::detect::idle;
use crate::shell::{self, CommandKind, Script, ScriptStep};
use crate::tools::{SHELLS, base_name};

/// The place in a command where the names of files go.
pub(super) const FILES: &str = "{files}";

/// Whether the text of a command says that it rewrites files.
pub(super) fn rewrites(text: &str) -> bool {
    let words = |text: &str, separator: fn(char) -> bool| {
        text.split(separator).map(str::to_owned).collect::<Vec<_>>()
    };
    let checks = [
        "--check",
        "--dry-run",
        "-lint",
        "--lint",
        "--diff",
        "--verify",
    ];
    let options = words(text, char::is_whitespace);
    let parts = words(text, |c| !c.is_ascii_alphanumeric());
    !options.iter().any(|word| checks.contains(&word.as_str()))
        && (parts
            .iter()
            .any(|part| ["fix", "write", "format", "fmt", "sort"].contains(&part.as_str()))
            || options
                .iter()
                .any(|word| ["-i", "-w", "--in-place"].contains(&word.as_str())))
}

/// Whether a script redirects output into a file.
pub(super) fn writes(text: &str) -> bool {
    text.match_indices('>').any(|(at, _)| {
        let target = text[at..].trim_start_matches(['>', ' ']);
        !target.starts_with(['&', '/']) && !text[..at].ends_with(['=', '-'])
    })
}

/// Whether a call is that of a project's own task, and nothing more: with arguments, only the call itself means
/// what it does.
pub(super) fn is_task(words: &[String]) -> bool {
    let runners = [
        "npm", "pnpm", "yarn", "bun", "make", "just", "task", "tox", "nox",
    ];
    let arguments = words.get(1..).unwrap_or_default();
    words
        .first()
        .is_some_and(|word| runners.contains(&word.as_str()))
        && arguments.len() <= 2
        && !arguments
            .iter()
            .any(|word| word.starts_with('-') && word != "-s" && word != "--silent")
}

/// Whether a call of a hook checks nothing.
pub(super) enum Idle {
    /// It does, or may do so.
    No,
    /// It does not, for this reason.
    Says(&'static str),
    /// It does not, and that is not worth a word.
    Silent,
}

/// Whether a call checks nothing.
pub(super) fn does_nothing(words: &[String]) -> Idle {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    match (word(0), word(1)) {
        ("set" | "echo" | "printf" | ":" | "true" | "exit", _) => Idle::Silent,
        ("git", "add" | "update-index" | "stage") => {
            Idle::Says("gatekeeper takes what fixers change into the commit itself")
        }
        ("git", "stash" | "status" | "log" | "fetch" | "config" | "commit") => {
            Idle::Says("it checks nothing")
        }
        ("cp" | "mv" | "rm" | "mkdir" | "touch" | "chmod", _) => {
            Idle::Says("it changes files, and checks nothing")
        }
        ("git" | "test" | "[" | "grep" | "diff" | "find" | "docker" | "node", _) => Idle::No,
        // What else checks nothing in CI may be a check in a hook: the project stops commits by it.
        _ if idle::reason(words) == Some(idle::SETS_UP) => Idle::Says(idle::SETS_UP),
        _ => Idle::No,
    }
}

/// A part of a script, and how many lines there are before it.
pub(super) struct Piece {
    pub(super) what: Ran,
    pub(super) line: usize,
}

impl Piece {
    /// The part as it was written, more or less.
    pub(super) fn shown(&self) -> String {
        match &self.what {
            Ran::Script(text) => text.clone(),
            Ran::Call { words, .. } => words.join(" "),
        }
    }
}

/// The parts of a script of which each has to succeed: its calls, and what else is in it, as scripts. A script whose
/// parts depend on each other is one part.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let one = |text: &str| {
        let before = text.len() - text.trim_start().len();
        vec![Piece {
            what: Ran::Script(text.trim().to_owned()),
            line: text[..before].matches('\n').count(),
        }]
    };
    let Ok(Script { steps }) = shell::parse(text) else {
        return one(text);
    };
    if steps.iter().any(changes_shell) {
        return one(text);
    }
    let mut pieces = Vec::new();
    let starts: Vec<usize> = steps.iter().map(|step| step.span().start).collect();
    for (number, step) in steps.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(text.len());
        let part = text.get(starts[number]..end).unwrap_or_default();
        let line = text[..starts[number]].matches('\n').count();
        let part = without_last_comments(part);
        // What a shell does with the status of the command before is what gates do anyway.
        if part.contains("$?") || part.contains("command -v") {
            continue;
        }
        let calls = calls(step, text).map(|calls| {
            let pieces = calls.into_iter().flat_map(|words| in_a_call(words, line));
            pieces.collect::<Vec<Piece>>()
        });
        // What only a shell can read stays with it.
        match calls.filter(|calls| !calls.iter().any(|piece| piece.shown().contains('$'))) {
            Some(calls) => pieces.extend(calls),
            None => pieces.push(Piece {
                what: Ran::Script(part),
                line,
            }),
        }
    }
    pieces
}

/// The parts of a call: itself, or the calls of the script that it hands to a shell.
fn in_a_call(words: Vec<String>, line: usize) -> Vec<Piece> {
    let inner = shell_script(&words).map(|script| pieces(&script));
    let is_call = |piece: &Piece| matches!(piece.what, Ran::Call { .. });
    match inner {
        Some(inner) if !inner.is_empty() && inner.iter().all(is_call) => inner
            .into_iter()
            .map(|piece| Piece { line, ..piece })
            .collect(),
        _ => vec![Piece {
            what: Ran::Call {
                words,
                given: Vec::new(),
                files: None,
                takes_files: false,
            },
            line,
        }],
    }
}

/// The script that a call hands to a shell, as in `sh -c 'a "$@" && b'`, with [`FILES`] where it takes the names
/// of files.
fn shell_script(words: &[String]) -> Option<String> {
    let [shell, option, script, arguments @ ..] = words else {
        return None;
    };
    let letters = option.strip_prefix('-')?.strip_suffix('c')?;
    let is_known = letters.chars().all(|letter| "eux".contains(letter));
    // Without -e, only the last step has a say.
    let has_steps = shell::parse(script).is_ok_and(|read| read.steps.len() > 1);
    if !SHELLS.contains(&base_name(shell)) || !is_known || has_steps && !letters.contains('e') {
        return None;
    }
    // The first argument is the name of the script.
    match arguments {
        [name, files] if name != FILES && files == FILES => Some(script.replace("\"$@\"", FILES)),
        _ => Some(script.clone()),
    }
}

/// A part of a script without the comments, blank lines and separators at its end.
fn without_last_comments(part: &str) -> String {
    let mut lines: Vec<&str> = part.lines().collect();
    while lines
        .last()
        .is_some_and(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        lines.pop();
    }
    lines.join("\n").trim().trim_end_matches(';').to_owned()
}

/// Whether a step changes the shell in which those after it run.
fn changes_shell(step: &ScriptStep) -> bool {
    const CHANGES: [&str; 12] = [
        "cd", "export", "eval", "source", ".", "pushd", "exec", "trap", "shopt", "alias", "unset",
        "read",
    ];
    let pipelines =
        std::iter::once(&step.first).chain(step.rest.iter().map(|(_, pipeline)| pipeline));
    let mut commands = pipelines.flat_map(|pipeline| &pipeline.commands);
    commands.any(|command| match &command.kind {
        CommandKind::Simple(simple) => simple
            .words
            .first()
            .is_none_or(|word| CHANGES.contains(&word.text.as_str())),
        CommandKind::Function(..) => true,
        _ => false,
    })
}

/// The calls of a step that is nothing but calls that each have to succeed.
fn calls(step: &ScriptStep, text: &str) -> Option<Vec<Vec<String>>> {
    let is_chain = step.background.is_none() && step.rest.iter().all(|(joint, _)| joint.is_and);
    let pipelines =
        std::iter::once(&step.first).chain(step.rest.iter().map(|(_, pipeline)| pipeline));
    let mut calls = Vec::new();
    for pipeline in pipelines {
        let [command] = pipeline.commands.as_slice() else {
            return None;
        };
        let CommandKind::Simple(simple) = &command.kind else {
            return None;
        };
        let words = || simple.assignments.iter().chain(&simple.words);
        let is_open =
            words().any(|word| word.substitutes || word.text.contains('$') && !word.is_literal);
        // Redirections are left out of the words.
        let rest = text.get(command.span.end..).unwrap_or_default();
        let is_redirected = rest
            .trim_start_matches([' ', '\t'])
            .starts_with(['>', '<', '2']);
        if !is_chain || pipeline.negated || is_open || is_redirected {
            return None;
        }
        calls.push(words().map(|word| word.text.clone()).collect());
    }
    Some(calls)
}
