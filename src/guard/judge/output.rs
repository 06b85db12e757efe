//! The text that a command prints, where its words say it: for what is piped into a shell, or put into a word.

use super::state::{Surroundings, TEXT_OF_FILE, Walk};
use super::{code, filters};
use crate::shell::{CommandKind, Input, Pipeline, Script, ShellCommand, Word, decoded, parse_bash};
use crate::tools::base_name;

impl Walk<'_> {
    /// The text that a command of a pipeline prints.
    pub(super) fn printed_by(
        &self,
        command: &ShellCommand,
        around: &Surroundings,
    ) -> Option<String> {
        match &command.kind {
            // `$(<file)`
            CommandKind::Simple(simple) if simple.words.is_empty() => around.input.clone(),
            CommandKind::Simple(simple) => {
                let words: Vec<String> = simple
                    .words
                    .iter()
                    .flat_map(|word| self.words_of(word))
                    .collect();
                self.printed(&words, around.input.as_deref())
            }
            CommandKind::Group(script) | CommandKind::Subshell(script) => {
                self.printed_by_all(script)
            }
            _ => None,
        }
    }

    /// The text that a script prints, as far as it is known.
    pub(super) fn printed_by_script(&self, script: &str) -> Option<String> {
        // `$(...)` in there is read once more, so what is huge is not looked at.
        if script.len() > 4096 {
            return None;
        }
        let script = parse_bash(script).ok()?;
        self.printed_by_all(&script)
    }

    /// What the commands of a script print, one after the other; `None` if nothing is known of any.
    fn printed_by_all(&self, script: &Script) -> Option<String> {
        let mut text = String::new();
        let mut is_known = false;
        for step in &script.steps {
            let rest = step.rest.iter().map(|(_, pipeline)| pipeline);
            for pipeline in [&step.first].into_iter().chain(rest) {
                let Some(printed) = self.printed_by_pipeline(pipeline) else {
                    continue;
                };
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&printed);
                is_known = true;
            }
        }
        is_known.then_some(text)
    }

    fn printed_by_pipeline(&self, pipeline: &Pipeline) -> Option<String> {
        let mut text = None;
        for command in &pipeline.commands {
            let input = command.inputs.last().and_then(|input| match input {
                Input::Text(inside) | Input::Quoted(inside) => Some(inside.clone()),
                Input::File(word) => self.text_of(word),
            });
            let around = Surroundings {
                input: input.or(text),
                ..Surroundings::default()
            };
            text = self.printed_by(command, &around);
        }
        text
    }

    /// The text that a program prints with these words, of which the first is its name.
    pub(super) fn printed(&self, words: &[String], input: Option<&str>) -> Option<String> {
        let (name, arguments) = words.split_first()?;
        match base_name(name) {
            "xargs" => Some(input?.split_whitespace().collect::<Vec<_>>().join(" ")),
            "echo" => Some(echoed(arguments)),
            "printf" => printed(arguments),
            "tee" => input.map(str::to_owned),
            "cat" => {
                let files = arguments.iter().filter(|word| !word.starts_with('-'));
                let texts: Vec<&str> = files.filter_map(|file| self.known_text(file)).collect();
                if texts.is_empty() {
                    let reads = arguments.iter().all(|word| word.starts_with('-'));
                    input.filter(|_| reads).map(str::to_owned)
                } else {
                    Some(texts.join("\n"))
                }
            }
            "yes" => {
                let words = match arguments {
                    [first, rest @ ..] if first == "--" => rest,
                    other => other,
                };
                Some(words.join(" "))
            }
            // Which files they name is not known, but where they look is.
            "ls" | "find" | "fd" => {
                let paths = arguments.iter().filter(|word| !word.starts_with('-'));
                Some(paths.map(String::as_str).collect::<Vec<_>>().join("\n"))
            }
            "git" => by_git(arguments),
            "which" | "type" | "command" => {
                let asks = |word: &String| matches!(word.as_str(), "-v" | "-p" | "-P" | "-a");
                let is_path = name == "which" || arguments.iter().any(asks);
                let program = arguments.last().filter(|_| is_path)?;
                Some(format!("/usr/bin/{}", base_name(program)))
            }
            name if code::printed(name, arguments).is_some() && !name.ends_with("awk") => {
                code::printed(name, arguments)
            }
            name => {
                let files: Vec<&str> = arguments
                    .iter()
                    .filter_map(|file| self.known_text(file))
                    .collect();
                if files.is_empty() {
                    filters::passed(name, arguments, input?)
                } else {
                    filters::passed(name, arguments, &files.join("\n"))
                }
            }
        }
    }

    /// The text that a word stands for as a file: of a substitution, or one that the script has written.
    pub(super) fn known_text<'t>(&'t self, file: &'t str) -> Option<&'t str> {
        match file.strip_prefix(TEXT_OF_FILE) {
            Some(text) => Some(text),
            None => self.written_text(file).map(String::as_str),
        }
    }

    /// The text of a file that the script itself has written.
    pub(super) fn text_of(&self, word: &Word) -> Option<String> {
        self.known_text(&self.value_of(word)).map(str::to_owned)
    }
}

fn echoed(arguments: &[String]) -> String {
    let is_option = |word: &&String| matches!(word.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en");
    let options = arguments.iter().take_while(is_option).count();
    let text = arguments[options..].join(" ");
    if arguments[..options].iter().any(|word| word.contains('e')) {
        decoded(&text)
    } else {
        text
    }
}

/// What printf prints: its format with the arguments in their places.
pub(super) fn printed(arguments: &[String]) -> Option<String> {
    let arguments = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        other => other,
    };
    let (format, values) = arguments.split_first()?;
    let mut values = values.iter();
    let mut text = String::new();
    loop {
        let mut pieces = format.split('%');
        text.push_str(&decoded(pieces.next()?));
        let mut takes_any = false;
        while let Some(piece) = pieces.next() {
            let is_form = |c: char| c.is_ascii_digit() || "-+ #.*".contains(c);
            let bare = piece.trim_start_matches(is_form);
            if bare.starts_with(['s', 'b', 'q', 'd', 'i', 'u']) {
                takes_any = true;
                let value = values.next().map_or("", String::as_str);
                if bare.starts_with('b') {
                    text.push_str(&decoded(value));
                } else {
                    text.push_str(value);
                }
                text.push_str(&decoded(&bare[1..]));
            } else if piece.is_empty() {
                // `%%` is a percent sign.
                text.push('%');
                text.push_str(&decoded(pieces.next().unwrap_or_default()));
            } else {
                text.push_str(&decoded(piece));
            }
        }
        if !takes_any || values.len() == 0 {
            return Some(text);
        }
    }
}

/// What git prints, where it is the same in every repository: paths, and the text that a format has.
fn by_git(arguments: &[String]) -> Option<String> {
    let lists = ["for-each-ref", "log", "branch", "tag"];
    if arguments.iter().any(|word| lists.contains(&word.as_str())) {
        let formats = ["--format=", "--pretty=", "--pretty=format:"];
        let mut of = arguments.iter().flat_map(|word| {
            formats
                .iter()
                .filter_map(|format| word.strip_prefix(format))
        });
        let format = of.next_back()?;
        // What stands in the places is not known.
        let mut pieces = format.split("%(");
        let first = pieces.next().unwrap_or_default().to_owned();
        return Some(pieces.fold(first, |text, piece| {
            text + "name" + piece.split_once(')').map_or("", |(_, after)| after)
        }));
    }
    // Of the files of a directory, the directory stands for all.
    let lists_files = arguments
        .iter()
        .any(|word| matches!(word.as_str(), "ls-files" | "ls-tree"));
    if lists_files {
        let paths = arguments
            .iter()
            .filter(|word| word.starts_with('.') || word.contains('/'));
        let paths: Vec<&str> = paths.map(String::as_str).collect();
        return (!paths.is_empty()).then(|| paths.join("\n"));
    }
    in_git_dir(arguments)
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
