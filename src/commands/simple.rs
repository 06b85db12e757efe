//! Single commands: programs, the shell's built-in ones, and scripts in words.

use super::exit_flow::{ExitFlow, ScriptWalker};
use super::find_exec::ends_with_semicolon;
use super::programs::{cannot_fail, inner_script, role, without_launchers};
use super::trap::trap_at_exit;
use crate::shell::{Simple, Word, parse};
use crate::tools::{Cause, Role, SwallowedStatus};

/// How many scripts may be nested in each other, as in `sh -c 'sh -c ...'`.
const DEEPEST: usize = 5;

impl ScriptWalker {
    pub(super) fn simple(&mut self, simple: &Simple) -> ExitFlow {
        let begins = simple.words.first().map(|word| word.span.start);
        if begins.is_some_and(|begins| self.inert.contains(&begins)) {
            return ExitFlow::default();
        }
        let words = without_launchers(&simple.words);
        let Some(name) = words.first() else {
            // The status of `x=$(check)` is the check's.
            return if simple.assignments.iter().any(|word| word.substitutes) {
                self.check()
            } else {
                ExitFlow::default()
            };
        };
        match name.text.as_str() {
            "exit" | "return" => return self.exit(words.get(1)),
            "set" => self.set(&words[1..]),
            "trap" => self.traps += 1,
            _ => {}
        }
        if let Some((script, errexit, pipefail)) = inner_script(words) {
            return self.nested(script, errexit, pipefail);
        }
        let swallowed = cannot_fail(words, self.denies).or_else(|| ends_with_semicolon(words));
        if let Some(swallowed) = swallowed {
            if swallowed.cause.is_success() {
                self.swallowed.push(swallowed);
                return ExitFlow::default();
            }
            self.around.push(swallowed);
        }
        match role(words) {
            Role::Check => self.check(),
            Role::Chore => {
                self.acts = true;
                ExitFlow {
                    chore: true,
                    ..ExitFlow::default()
                }
            }
            Role::Inert => {
                // The status of a command in `$(...)` is lost.
                if let Some(word) = words[1..].iter().find(|word| word.substitutes) {
                    self.swallowed.push(SwallowedStatus {
                        span: word.span.clone(),
                        cause: Cause::Shown,
                        label: format!("{} succeeds whatever is inserted here", name.text),
                        help: "run the command by itself, or check its output with `forbid` or \
                            `expect`"
                            .to_owned(),
                    });
                }
                ExitFlow::default()
            }
        }
    }

    fn exit(&mut self, code: Option<&Word>) -> ExitFlow {
        if code.is_some_and(|code| code.text == "0") {
            return ExitFlow {
                ends: true,
                ..ExitFlow::default()
            };
        }
        // Without a code the status is that of the last command.
        ExitFlow {
            exits: true,
            ..self.check()
        }
    }

    fn set(&mut self, words: &[Word]) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let on = word.text.starts_with('-');
            if word.text == "--" || !(on || word.text.starts_with('+')) {
                return;
            }
            for letter in word.text.chars().skip(1) {
                let name = match letter {
                    'e' => Some("errexit"),
                    'o' => words.next().map(|word| word.text.as_str()),
                    _ => None,
                };
                self.unclear |= name.is_some() && !self.certain;
                match name {
                    Some("errexit") => self.errexit = on,
                    Some("pipefail") => self.pipefail = on,
                    _ => {}
                }
            }
        }
    }

    /// A script in a word, which runs in its own shell.
    fn nested(&mut self, word: &Word, errexit: bool, pipefail: bool) -> ExitFlow {
        let script = parse(&word.text).ok().filter(|_| self.depth < DEEPEST);
        let Some(script) = script else {
            return self.check();
        };
        let mut inner = Self::new(errexit, pipefail, self.denies);
        inner.depth = self.depth + 1;
        let can_fail = inner.script(&script).can_fail() || inner.unclear;
        self.around.extend(
            inner
                .around
                .into_iter()
                .map(|swallowed| outside(swallowed, word)),
        );
        let trapped = trap_at_exit(&script).filter(|_| inner.traps == 1 && can_fail);
        if can_fail && trapped.is_none() {
            return self.check();
        }
        let swallowed = trapped.map_or(inner.swallowed, |trap| vec![trap]);
        self.swallowed.extend(
            swallowed
                .into_iter()
                .map(|swallowed| outside(swallowed, word)),
        );
        ExitFlow::default()
    }
}

/// A swallowed status in a word's script, with its place in the script around it.
fn outside(swallowed: SwallowedStatus, word: &Word) -> SwallowedStatus {
    // If the word is nothing but quoted text, places are shifted by the quote.
    let is_plain = word.span.len() == word.text.len() + 2;
    let begins = word.span.start + 1;
    SwallowedStatus {
        span: if is_plain {
            begins + swallowed.span.start..begins + swallowed.span.end
        } else {
            word.span.clone()
        },
        ..swallowed
    }
}
