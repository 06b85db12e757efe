//! The text that a command prints, where its words say it: for what is piped into a shell, or put into a word.

use super::state::{Surroundings, TEXT_OF_FILE, Walk};
use crate::shell::{CommandKind, Input, ShellCommand, Word, parse_bash};
use crate::tools::base_name;

impl Walk<'_> {
    /// The text that a command of a pipeline prints.
    pub(super) fn printed_by(
        &self,
        command: &ShellCommand,
        around: &Surroundings,
    ) -> Option<String> {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let words: Vec<String> = simple
                    .words
                    .iter()
                    .flat_map(|word| self.words_of(word))
                    .collect();
                of_words(&words, around.input.as_deref())
            }
            _ => None,
        }
    }

    /// The text that a script prints, if it is a single command.
    pub(super) fn printed_by_script(&self, script: &str) -> Option<String> {
        // `$(...)` in there is read once more, so what is huge is not looked at.
        if script.len() > 4096 {
            return None;
        }
        let script = parse_bash(script).ok()?;
        let [step] = script.steps.as_slice() else {
            return None;
        };
        let [command] = step.first.commands.as_slice() else {
            return None;
        };
        if !step.rest.is_empty() {
            return None;
        }
        let input = command.inputs.last().and_then(|input| match input {
            Input::Text(text) | Input::Quoted(text) => Some(text.clone()),
            Input::File(word) => self.text_of(word),
        });
        let around = Surroundings {
            input,
            ..Surroundings::default()
        };
        self.printed_by(command, &around)
    }

    /// The text of a file that the script itself has written.
    pub(super) fn text_of(&self, word: &Word) -> Option<String> {
        let file = self.value_of(word);
        match file.strip_prefix(TEXT_OF_FILE) {
            Some(text) => Some(text.to_owned()),
            None => self.written_text(&file).cloned(),
        }
    }
}

/// The text that a program prints with these words, of which the first is its name.
pub(super) fn of_words(words: &[String], input: Option<&str>) -> Option<String> {
    let (name, arguments) = words.split_first()?;
    match base_name(name) {
        "echo" => Some(echoed(arguments)),
        "printf" => printed(arguments),
        "cat" | "tee"
            if arguments
                .iter()
                .all(|word| word.starts_with('-') || base_name(name) == "tee") =>
        {
            input.map(str::to_owned)
        }
        // Which files they name is not known, but where they look is.
        "ls" | "find" | "fd" => {
            let paths = arguments.iter().filter(|word| !word.starts_with('-'));
            Some(paths.map(String::as_str).collect::<Vec<_>>().join("\n"))
        }
        "git" => in_git_dir(arguments),
        "which" | "type" | "command" => arguments.last().filter(|_| name != "type").cloned(),
        _ => None,
    }
}

fn echoed(arguments: &[String]) -> String {
    let is_option = |word: &&String| matches!(word.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en");
    let options = arguments.iter().take_while(is_option).count();
    let text = arguments[options..].join(" ");
    if arguments[..options].iter().any(|word| word.contains('e')) {
        unescaped(&text)
    } else {
        text
    }
}

/// What printf prints: its format with the arguments in their places.
fn printed(arguments: &[String]) -> Option<String> {
    let arguments = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        other => other,
    };
    let (format, values) = arguments.split_first()?;
    let mut values = values.iter();
    let mut text = String::new();
    loop {
        let mut pieces = format.split('%');
        text.push_str(&unescaped(pieces.next()?));
        let mut takes_any = false;
        for piece in pieces {
            if piece.starts_with(['s', 'b', 'q', 'd']) {
                takes_any = true;
                text.push_str(values.next().map_or("", String::as_str));
                text.push_str(&unescaped(&piece[1..]));
            } else {
                text.push_str(&unescaped(piece));
            }
        }
        if !takes_any || values.len() == 0 {
            return Some(text);
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t")
}

/// The paths that git prints, where they are the same in every repository.
fn in_git_dir(arguments: &[String]) -> Option<String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let at = words.iter().position(|word| *word == "rev-parse")?;
    let asked: Vec<&str> = words[at + 1..]
        .iter()
        .copied()
        .filter(|word| !word.starts_with("--path-format"))
        .collect();
    match asked.as_slice() {
        ["--git-dir" | "--absolute-git-dir" | "--git-common-dir"] => Some(".git".to_owned()),
        ["--git-path", path] => Some(format!(".git/{path}")),
        ["--show-toplevel" | "--show-cdup"] => Some(".".to_owned()),
        _ => None,
    }
}
