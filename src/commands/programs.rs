//! The program that a command really starts, after everything that only starts another program.

use crate::shell::Word;
use crate::tools::{self, Call, Role, SHELLS, SwallowedStatus, base_name};

/// The role of a command by its words, of which the first is its name.
pub(super) fn role(words: &[Word]) -> Role {
    let Some(call) = Call::new(words, false) else {
        return Role::Inert;
    };
    tools::program(call.name).map_or(Role::Check, |program| (program.role)(&call))
}

/// The words from the program that does the work onwards: without `uv run`, `python -m`, `env
/// A=B`...
pub(super) fn without_launchers(words: &[Word]) -> &[Word] {
    let mut words = words;
    // Each turn takes at least one word away.
    while let Some(rest) = without_launcher(words) {
        words = rest;
    }
    words
}

/// The words after the first program, if that only starts another one.
pub(crate) fn without_launcher(words: &[Word]) -> Option<&[Word]> {
    let call = Call::new(words, false)?;
    let started = (tools::program(call.name)?.starts)(&call);
    started.filter(|words| !words.is_empty())
}

/// Why a program cannot fail with these words, of which the first is its name. `denies_warnings`:
/// whether its environment makes warnings of the Rust compiler errors.
pub(super) fn cannot_fail(words: &[Word], denies_warnings: bool) -> Option<SwallowedStatus> {
    let call = Call::new(words, denies_warnings)?;
    tools::daemon_call(&call)
        .or_else(|| (tools::program(call.name)?.cannot_fail)(&call))
        .or_else(|| tools::only_says(&call))
}

/// Why these words leave the work to a daemon, if they do. Programs that only start another one are taken away.
pub(crate) fn daemon_call(words: &[Word]) -> Option<SwallowedStatus> {
    tools::daemon_call(&Call::new(without_launchers(words), false)?)
}

/// The script that is passed to a shell, and whether the shell stops at the first failure and has
/// `pipefail` on.
pub(crate) fn inner_script(words: &[Word]) -> Option<(&Word, bool, bool)> {
    let (first, arguments) = words.split_first()?;
    if !SHELLS.contains(&base_name(&first.text)) {
        return None;
    }
    let (mut errexit, mut pipefail, mut is_script) = (false, false, false);
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        let text = word.text.as_str();
        match text.strip_prefix('-') {
            Some(letters) if !text.starts_with("--") => {
                errexit |= letters.contains('e');
                is_script |= letters.contains('c');
                if letters.ends_with('o') {
                    match arguments.next()?.text.as_str() {
                        "pipefail" => pipefail = true,
                        "errexit" => errexit = true,
                        _ => {}
                    }
                }
            }
            Some(_) => {}
            None => return is_script.then_some((word, errexit, pipefail)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use {crate::shell::CommandKind, crate::shell::parse};

    fn words(text: &str) -> Vec<Word> {
        let script = parse(text).unwrap();
        match &script.steps[0].first.commands[0].kind {
            CommandKind::Simple(simple) => simple.words.clone(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn what_starts_something_else_is_taken_away() {
        let cases = [
            ("ruff check", "ruff check"),
            ("uv run ruff check", "ruff check"),
            (
                "uv run --with x --frozen python -m ruff check",
                "ruff check",
            ),
            ("poetry run -- ruff", "ruff"),
            ("pipx run ruff check", "ruff check"),
            ("npx --no -- eslint .", "eslint ."),
            ("pnpm exec eslint", "eslint"),
            ("yarn eslint .", "eslint ."),
            ("yarn run eslint .", "eslint ."),
            ("bundle exec rubocop", "rubocop"),
            ("env -u Y X=1 nice -n 5 time ruff", "ruff"),
            ("timeout -k 5 60 pytest -q", "pytest -q"),
            ("python3.12 -X dev -m pytest", "pytest"),
            ("python3.12 -W error -Bm pytest -q", "pytest -q"),
            ("python3 -c x -m pytest", "python3 -c x -m pytest"),
            ("python -Werror -m pytest", "pytest"),
            ("coverage run -m pytest x", "pytest x"),
            ("python tool.py -m x", "python tool.py -m x"),
            ("uv pip check", "uv pip check"),
            ("env", "env"),
            ("command -v ruff", "command -v ruff"),
            ("command ruff", "ruff"),
        ];
        for (text, expected) in cases {
            let words = words(text);
            let started: Vec<&str> = without_launchers(&words)
                .iter()
                .map(|word| word.text.as_str())
                .collect();
            assert_eq!(started.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn scripts_for_a_shell() {
        let cases = [
            ("sh -c 'a; b'", Some(("a; b", false, false))),
            ("/bin/bash -euo pipefail -c 'a'", Some(("a", true, true))),
            ("bash -ec a x", Some(("a", true, false))),
            ("bash --norc -c a", Some(("a", false, false))),
            ("bash x.sh -c", None),
            ("fish -c a", None),
            ("sh", None),
        ];
        for (text, expected) in cases {
            let words = words(text);
            let inner = inner_script(&words)
                .map(|(word, errexit, pipefail)| (word.text.as_str(), errexit, pipefail));
            assert_eq!(inner, expected, "{text}");
        }
    }

    #[test]
    fn roles() {
        let cases = [
            ("tee log", Role::Inert),
            ("sort -u", Role::Inert),
            ("sort -c list", Role::Check),
            ("sed -n 1p", Role::Inert),
            ("sed '/x/q1'", Role::Check),
            ("mkdir -p x", Role::Chore),
            (". .venv/bin/activate", Role::Chore),
            (". ./check.sh", Role::Check),
            ("wait", Role::Chore),
            ("wait $pid", Role::Check),
            ("grep -q x", Role::Check),
        ];
        for (text, expected) in cases {
            assert_eq!(role(&words(text)), expected, "{text}");
        }
    }
}
