//! Reads a command: plain words are executed directly, shell syntax goes through `sh`, and
//! `{files}` stands for the names of the files.

use crate::config::problem::Problem;
use crate::config::reader::{Item, string};
use crate::model::gate::{CommandArgument, CommandForm, FindingsFormat, GateCommand};

/// The place in a command where the names of files go.
const PLACEHOLDER: &str = "{files}";

/// First words that only a shell understands: its reserved words, and the built-in commands that
/// are not programs or would have no effect as programs.
const SHELL_WORDS: [&str; 32] = [
    "!", ".", ":", "[[", "alias", "bg", "break", "case", "cd", "command", "continue", "eval",
    "exec", "exit", "export", "for", "function", "if", "jobs", "local", "readonly", "return",
    "set", "shift", "source", "trap", "type", "ulimit", "umask", "unset", "until", "while",
];

/// Why a text cannot be used as a command.
#[derive(Debug, PartialEq, Eq)]
enum CommandError {
    /// It contains no word.
    Empty,
    /// A quote is opened and never closed.
    Unclosed,
    /// `{files}` stands within a word, or between quotes.
    NotAWord,
    /// `{files}` occurs more than once.
    Repeated,
    /// Something in braces looks like a placeholder but is not one.
    UnknownPlaceholder(String),
}

/// The kind of quotes around the current place in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShellQuote {
    None,
    Single,
    Double,
}

/// The syntax that a walk over the text has found.
#[derive(Default)]
struct FoundSyntax {
    shell: bool,
    report: bool,
    shard: bool,
    placeholders: Vec<usize>,
}

/// Reads a command, or says why it cannot be used.
pub(crate) fn read(item: &Item<'_>) -> Result<GateCommand, Problem> {
    let text = string(item)?;
    let problem = |title: &str| Problem::new(item.span(), title);
    parse(&text).map_err(|error| match error {
        CommandError::Empty => problem("this command is empty").label("must name a program"),
        CommandError::Unclosed => {
            problem("a quote in this command is not closed").label("cannot be split into words")
        }
        CommandError::NotAWord => problem("`{files}` must be a word of its own, outside quotes")
            .label("file names are passed as separate arguments")
            .help(
                "file names are never inserted into the text, so that no file name can be \
                executed",
            ),
        CommandError::Repeated => {
            problem("`{files}` occurs more than once").label("use `{files}` once")
        }
        CommandError::UnknownPlaceholder(name) => {
            problem(&format!("unknown placeholder `{{{name}}}`"))
                .label("did you mean `{files}`?")
                .help("to use literal braces, put them in single quotes")
        }
    })
}

/// Reads the text of a command.
fn parse(text: &str) -> Result<GateCommand, CommandError> {
    if text.trim().is_empty() {
        return Err(CommandError::Empty);
    }
    let syntax = walk(text)?;
    if syntax.placeholders.len() > 1 {
        return Err(CommandError::Repeated);
    }
    let takes_files = !syntax.placeholders.is_empty();
    let words = if syntax.shell {
        None
    } else {
        plain_words(text)?
    };
    let form = match (words, syntax.placeholders.first()) {
        (Some(words), _) => CommandForm::Words(
            words
                .into_iter()
                .map(|word| match word.as_str() {
                    PLACEHOLDER if takes_files => CommandArgument::Files,
                    _ => CommandArgument::Word(word),
                })
                .collect(),
        ),
        (None, Some(&at)) => {
            let (before, after) = (&text[..at], &text[at + PLACEHOLDER.len()..]);
            CommandForm::Shell(format!("{before}\"$@\"{after}"))
        }
        (None, None) => CommandForm::Shell(text.to_owned()),
    };
    Ok(GateCommand {
        text: text.trim().to_owned(),
        form,
        takes_files,
        takes_report: syntax.report,
        takes_shard: syntax.shard,
    })
}

/// The words of a text without shell syntax, or `None` if its first word is one that only a
/// shell understands.
fn plain_words(text: &str) -> Result<Option<Vec<String>>, CommandError> {
    let words = shell_words::split(text).map_err(|_| CommandError::Unclosed)?;
    let first = words.first().ok_or(CommandError::Empty)?;
    let needs_shell = first.contains('=')
        || SHELL_WORDS.contains(&first.as_str())
        || first == PLACEHOLDER
        || first.is_empty();
    Ok((!needs_shell).then_some(words))
}

/// Walks over the text as a POSIX shell would (quotes and escapes), and records whether it needs a
/// shell, and where the placeholders are.
fn walk(text: &str) -> Result<FoundSyntax, CommandError> {
    let mut syntax = FoundSyntax::default();
    let mut quote = ShellQuote::None;
    let mut skip_to = 0;
    for (at, character) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        if quote != ShellQuote::Single && text[at..].starts_with(FindingsFormat::PLACEHOLDER) {
            syntax.report = true;
            skip_to = at + FindingsFormat::PLACEHOLDER.len();
            continue;
        }
        let mut numbers = [GateCommand::SHARD, GateCommand::SHARDS].into_iter();
        if quote != ShellQuote::Single
            && let Some(number) = numbers.find(|number| text[at..].starts_with(number))
        {
            syntax.shard = true;
            skip_to = at + number.len();
            continue;
        }
        // `${NAME}` is the shell's.
        if character == '{'
            && !text[..at].ends_with('$')
            && let Some(length) = placeholder(&text[at..], quote)?
        {
            if quote != ShellQuote::None || !stands_alone(text, at, length) {
                return Err(CommandError::NotAWord);
            }
            syntax.placeholders.push(at);
            skip_to = at + length;
            continue;
        }
        match (quote, character) {
            (ShellQuote::None, '#') if is_shell_syntax('#', text, at) => {
                syntax.shell = true;
                skip_to = text[at..]
                    .find('\n')
                    .map_or(text.len(), |length| at + length);
            }
            (ShellQuote::Single, '\'') | (ShellQuote::Double, '"') => quote = ShellQuote::None,
            (ShellQuote::None, '\'') => quote = ShellQuote::Single,
            (ShellQuote::None, '"') => quote = ShellQuote::Double,
            (ShellQuote::Double, '$' | '`') => syntax.shell = true,
            (ShellQuote::None | ShellQuote::Double, '\\') => {
                syntax.shell = true;
                let next = text[at + 1..].chars().next();
                skip_to = at + 1 + next.map_or(0, char::len_utf8);
            }
            (ShellQuote::None, c) if is_shell_syntax(c, text, at) => syntax.shell = true,
            _ => {}
        }
    }
    if quote == ShellQuote::None {
        Ok(syntax)
    } else {
        Err(CommandError::Unclosed)
    }
}

/// Whether an unquoted character means something to a shell.
fn is_shell_syntax(character: char, text: &str, at: usize) -> bool {
    let begins_word = text[..at]
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace);
    match character {
        '|' | '&' | ';' | '<' | '>' | '(' | ')' | '$' | '`' | '*' | '?' | '[' | ']' | '{' | '}'
        | '\n' => true,
        '#' | '~' | '!' => begins_word,
        _ => false,
    }
}

/// The length of the placeholder at the beginning of the text, if there is one.
fn placeholder(text: &str, quote: ShellQuote) -> Result<Option<usize>, CommandError> {
    if text.starts_with(PLACEHOLDER) {
        return Ok(Some(PLACEHOLDER.len()));
    }
    // Between quotes braces belong to another language, awk's for example.
    if quote != ShellQuote::None {
        return Ok(None);
    }
    // No word that could be mistaken for a placeholder is longer.
    let Some(end) = text.bytes().take(32).position(|byte| byte == b'}') else {
        return Ok(None);
    };
    let inside = &text[1..end];
    let looks_like_one = !inside.is_empty()
        && inside
            .chars()
            .all(|c| c.is_ascii_alphabetic() || c == '_' || c == '-');
    if looks_like_one {
        return Err(CommandError::UnknownPlaceholder(inside.to_owned()));
    }
    Ok(None)
}

/// Whether the piece of text is a word of its own, so that file names can become words.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "|&;<>()".contains(c));
    ends(text[..at].chars().next_back()) && ends(text[at + length..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        match parse(text).unwrap().form {
            CommandForm::Words(words) => Some(
                words
                    .into_iter()
                    .map(|word| match word {
                        CommandArgument::Word(word) => word,
                        CommandArgument::Files => "<files>".into(),
                    })
                    .collect(),
            ),
            CommandForm::Shell(_) => None,
        }
    }

    #[test]
    fn plain_words_need_no_shell() {
        let cases: [(&str, &[&str]); 7] = [
            ("mypy src", &["mypy", "src"]),
            ("ruff check {files}", &["ruff", "check", "<files>"]),
            ("a 'b c' \"d e\"", &["a", "b c", "d e"]),
            ("awk '{print $1}' x", &["awk", "{print $1}", "x"]),
            ("clippy -- -D warnings", &["clippy", "--", "-D", "warnings"]),
            (
                "tool --opt=a,b c~ a#b a!b",
                &["tool", "--opt=a,b", "c~", "a#b", "a!b"],
            ),
            ("  ./x.sh\t1 ", &["./x.sh", "1"]),
        ];
        for (text, expected) in cases {
            let words = words(text).unwrap_or_default();
            assert_eq!(words, expected, "{text}");
        }
    }

    #[test]
    fn shell_syntax_goes_through_the_shell() {
        for text in [
            "a | b",
            "a && b",
            "a; b",
            "a > b",
            "X=1 a",
            "cd x",
            "echo $HOME",
            "echo \"$HOME\"",
            "ls *.py",
            "a `b`",
            "(a)",
            "~/bin/x",
            "# note",
            "! a",
            "a\nb",
            "a \\\n b",
            "exit 1",
            "x {a,b}",
            "if true; then a; fi",
            "'' a",
            "a # it's a note\nb",
        ] {
            assert_eq!(words(text), None, "{text}");
        }
    }

    #[test]
    fn files_are_arguments_and_never_text() {
        let command = parse("cat {files} | wc -l").unwrap();
        assert!(command.takes_files);
        assert_eq!(
            command.form,
            CommandForm::Shell("cat \"$@\" | wc -l".into())
        );
        let command = parse("(check {files})").unwrap();
        assert_eq!(command.form, CommandForm::Shell("(check \"$@\")".into()));
    }

    #[test]
    fn a_report_may_be_part_of_a_word() {
        for text in ["a --xml={report}", "a \"{report}\"", "a && b {report}"] {
            assert!(parse(text).unwrap().takes_report, "{text}");
        }
        let plain = words("a --xml={report} b");
        assert_eq!(plain.unwrap_or_default(), ["a", "--xml={report}", "b"]);
        assert!(!parse("awk '{report}'").unwrap().takes_report);
        assert!(parse("a --shard={shard}/{shards}").unwrap().takes_shard);
        assert!(!parse("awk '{shard}'").unwrap().takes_shard);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let unknown = |name: &str| CommandError::UnknownPlaceholder(name.into());
        let cases = [
            ("", CommandError::Empty),
            ("  \n", CommandError::Empty),
            ("a 'b", CommandError::Unclosed),
            ("a \"b", CommandError::Unclosed),
            ("a '{files}'", CommandError::NotAWord),
            ("a \"{files}\"", CommandError::NotAWord),
            ("a --files={files}", CommandError::NotAWord),
            ("a {reports}", unknown("reports")),
            ("a {files}.bak", CommandError::NotAWord),
            ("a {files} {files}", CommandError::Repeated),
            ("a {file}", unknown("file")),
            ("a {staged_files}", unknown("staged_files")),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
