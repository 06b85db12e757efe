//! Whether a command is known to be at least as strict as another one.
//!
//! Commands are compared call by call and word by word. What differs has to be known: an option of which
//! [`CallOptions`] says what it means, one more path, one more call of a checker after the others. Of
//! everything else nothing is known, and it is not taken to be harmless.

use super::added_call;
use super::programs::without_launchers;
use crate::model::comparison::Comparison;
use crate::model::gate::GateKind;
use crate::shell::{CommandKind, Simple, Word, parse};
use crate::tools::{CallOptions, Checker, Operands, StrictNumber, checkers};

/// Compares two commands.
#[must_use]
pub(crate) fn compare(before: &str, after: &str) -> Comparison {
    Comparison::by(before, after, is_at_least_as_strict)
}

/// Whether the second command is known to find whatever the first one finds.
#[must_use]
pub(crate) fn is_at_least_as_strict(before: &str, after: &str) -> bool {
    if before.trim() == after.trim() {
        return true;
    }
    let (Some(before), Some(after)) = (calls(before), calls(after)) else {
        return false;
    };
    let mut left = before.iter().peekable();
    for call in &after {
        let is_old = left.next_if(|old| is_stricter_call(old, call)).is_some();
        if !is_old && !is_added_check(call, left.peek().is_none()) {
            return false;
        }
    }
    left.peek().is_none()
}

/// Whether each call of a command is known to be made by one of several other commands, at least as
/// strictly. Only calls of checkers count: others may prepare for the next one.
#[must_use]
pub(crate) fn is_covered_by(command: &str, others: &[&str]) -> bool {
    let Some(wanted) = calls(command) else {
        return false;
    };
    let made: Vec<Simple> = others
        .iter()
        .filter_map(|other| calls(other))
        .flatten()
        .collect();
    wanted.iter().all(|call| {
        let mut made = made.iter();
        checker_of(call).is_some() && made.any(|other| is_stricter_call(call, other))
    })
}

/// Whether a command is a chain of calls of checkers that start nothing else which other files name.
#[must_use]
pub(crate) fn only_calls_checkers(command: &str) -> bool {
    let is_plain = |call: &Simple| {
        let checker = checker_of(call).map(|(checker, _)| checker);
        checker.is_some_and(|checker| checker.name != "pre-commit")
            && !call.words.iter().any(|word| word.substitutes)
    };
    calls(command).is_some_and(|calls| calls.iter().all(is_plain))
}

/// A command with other paths in place of those that checkers are given. `None` if it cannot be read.
#[must_use]
pub(crate) fn with_paths(command: &str, moved: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut edited = command.to_owned();
    let calls = calls(command)?;
    // From the end, so that the places before it stay what they are.
    for call in calls.iter().rev() {
        let Some((checker, begins)) = checker_of(call) else {
            continue;
        };
        let words = call.words.get(begins..).unwrap_or_default();
        let items = items(&texts(words), &checker.options);
        for word in words.iter().rev() {
            let is_path = items.contains(&Item::Path(word.text.clone()));
            if let Some(path) = moved(&word.text).filter(|_| is_path && !word.quoted) {
                edited.replace_range(word.span.clone(), &path);
            }
        }
    }
    Some(edited)
}

/// Programs whose first operand is an expression, and whose other operands are paths.
const SEARCHES: [&str; 3] = ["grep", "egrep", "fgrep"];

/// The same of calls of other programs whose words are paths, and nothing else, and of searches.
#[must_use]
pub(crate) fn with_plain_paths(
    command: &str,
    moved: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut edited = command.to_owned();
    let is_path = |word: &Word| {
        let is_plain = !word.quoted && !word.substitutes && !word.text.starts_with('-');
        is_plain && (word.text.contains(['/', '.']) || moved(&word.text).is_some())
    };
    for call in calls(command)?.iter().rev() {
        let words = call.words.get(1..).unwrap_or_default();
        let words = paths_of_search(call).unwrap_or(words);
        if checker_of(call).is_some() || !words.iter().all(is_path) {
            continue;
        }
        for word in words.iter().rev() {
            if let Some(path) = moved(&word.text) {
                edited.replace_range(word.span.clone(), &path);
            }
        }
    }
    Some(edited)
}

/// The paths of a search; `None` if the call is none, or if an option has a value that could be taken for one.
fn paths_of_search(call: &Simple) -> Option<&[Word]> {
    let (program, words) = call.words.split_first()?;
    let is_flags = |word: &&Word| {
        let letters = word.text.strip_prefix('-');
        letters.is_some_and(|letters| {
            letters
                .chars()
                .all(|flag| "EFGHLchilnoqrswx".contains(flag))
        })
    };
    let flags = words.iter().take_while(is_flags).count();
    let (expression, paths) = words.get(flags..)?.split_first()?;
    let is_search = SEARCHES.contains(&program.text.as_str());
    (is_search && !expression.text.starts_with('-')).then_some(paths)
}

/// The calls of a script, if it is a chain of them of which each has to succeed, and of which none changes
/// how the others run.
fn calls(script: &str) -> Option<Vec<Simple>> {
    // Redirections do not stand among the words.
    if script.contains(['<', '>']) {
        return None;
    }
    let read = parse(script).ok()?;
    let [step] = read.steps.as_slice() else {
        return None;
    };
    let is_chain = step.background.is_none() && step.rest.iter().all(|(joint, _)| joint.is_and);
    let rest = step.rest.iter().map(|(_, pipeline)| pipeline);
    let pipelines = std::iter::once(&step.first)
        .chain(rest)
        .filter(|_| is_chain);
    let call = |pipeline: &crate::shell::Pipeline| {
        let ([command], false) = (pipeline.commands.as_slice(), pipeline.negated) else {
            return None;
        };
        match &command.kind {
            CommandKind::Simple(simple) if command.inputs.is_empty() => Some(simple.clone()),
            _ => None,
        }
    };
    let calls: Vec<Simple> = pipelines.map(call).collect::<Option<_>>()?;
    is_chain.then_some(calls)
}

fn texts(words: &[Word]) -> Vec<String> {
    words.iter().map(|word| word.text.clone()).collect()
}

fn is_added_check(call: &Simple, is_last: bool) -> bool {
    let words = texts(&call.words);
    let started = without_launchers(&call.words).len();
    call.assignments.is_empty()
        && !call.words.iter().any(|word| word.substitutes)
        && added_call::only_checks(&words, words.len() - started, is_last)
}

/// Whether a call is known to find whatever the one before it finds.
fn is_stricter_call(before: &Simple, after: &Simple) -> bool {
    let [was, now] = [&before.words, &after.words].map(|words| texts(words));
    if texts(&before.assignments) != texts(&after.assignments) {
        return false;
    }
    if was == now {
        return true;
    }
    // What is only known when it runs may be any option.
    if before
        .words
        .iter()
        .chain(&after.words)
        .any(|word| word.substitutes)
    {
        return false;
    }
    let Some((checker, begins)) = checker_of(before) else {
        return false;
    };
    let is_same_start = was.get(..begins) == now.get(..begins);
    let now_begins = if is_same_start {
        Some(begins)
    } else {
        same_tests(checker, &was[..begins], after)
    };
    now_begins.is_some_and(|now_begins| {
        is_stricter_list(
            &items(&was[begins..], &checker.options),
            &items(&now[now_begins..], &checker.options),
            &checker.options,
        )
    })
}

/// Commands that start a program in an environment of the project.
const PROJECT_RUNNERS: [&str; 4] = ["uv", "poetry", "pdm", "pipenv"];

/// The number of words of a call that start the same tests as earlier words do, in an environment of the
/// project or as a module. Tests run the code of the tree, however they are started.
fn same_tests(checker: &'static Checker, was: &[String], after: &Simple) -> Option<usize> {
    let (other, begins) = checker_of(after)?;
    let now = texts(&after.words[..begins]);
    let is_same = other.name == checker.name && checker.kind == GateKind::Test;
    (is_same && as_plain(was)? == as_plain(&now)?).then_some(begins)
}

/// The words of a call without those that start it in a project's environment or as a module; `None` if it is
/// started in another way.
fn as_plain(words: &[String]) -> Option<&[String]> {
    let mut words = words;
    while let [first, second, rest @ ..] = words {
        let is_runner = PROJECT_RUNNERS.contains(&first.as_str()) && second == "run";
        let is_python = ["python", "python3"].contains(&first.as_str()) && second == "-m";
        if !(is_runner || is_python) {
            break;
        }
        words = rest;
    }
    let is_plain = words.first().is_some_and(|first| !first.contains('/'));
    is_plain.then_some(words)
}

/// The checker that is called, and the number of words that do so.
fn checker_of(call: &Simple) -> Option<(&'static Checker, usize)> {
    let words = texts(&call.words);
    let started = without_launchers(&call.words).len();
    let launchers = words.len() - started;
    let matches = |checker: &'static Checker| {
        let length = checker.matches(&words[launchers..])?;
        Some((checker, launchers + length))
    };
    checkers()
        .filter_map(matches)
        .max_by_key(|(_, begins)| *begins)
}

/// A part of a checker's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// An option that is known, with its value.
    Option(String, Option<String>),
    /// A path that is checked.
    Path(String),
    /// Anything else.
    Other(String),
}

fn items(words: &[String], options: &CallOptions) -> Vec<Item> {
    let mut items = Vec::new();
    // Whether this word may be a value of an option before of which nothing is known.
    let mut may_be_value = false;
    // The option before whose values these words are, where it takes each up to the next one.
    let mut taking: Option<String> = None;
    let mut rest = words;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let next = after.first().filter(|next| !next.starts_with('-'));
        if let Some((name, value)) = word
            .split_once('=')
            .filter(|(name, _)| options.has_value(name))
        {
            items.push(Item::Option(name.to_owned(), Some(value.to_owned())));
        } else if let Some(next) = next.filter(|next| options.is_flag(&format!("{word} {next}"))) {
            items.push(Item::Option(format!("{word} {next}"), None));
            rest = &after[1..];
        } else if let Some(next) = next.filter(|_| options.has_value(word)) {
            items.push(Item::Option(word.clone(), Some(next.clone())));
            rest = &after[1..];
        } else if options.is_flag(word) || options.has_value(word) {
            items.push(Item::Option(word.clone(), None));
        } else if let Some((name, value)) = options.joined(word) {
            items.push(Item::Option(name.to_owned(), Some(value.to_owned())));
        } else if let Some(name) = taking.clone().filter(|_| !word.starts_with('-')) {
            items.push(Item::Option(name, Some(word.clone())));
        } else {
            // An expansion may be anything.
            let is_option = word.starts_with('-') || word.contains(['$', '`']);
            items.push(if is_option || may_be_value || !is_path(word, options) {
                Item::Other(word.clone())
            } else {
                Item::Path(word.clone())
            });
            taking = None;
            let ends_here = word.contains('=') && !options.takes_every_value;
            let goes_on = may_be_value && !is_option && options.takes_every_value;
            may_be_value = goes_on || is_option && word != "--" && !ends_here;
            continue;
        }
        may_be_value = false;
        taking = match items.last() {
            Some(Item::Option(name, Some(_))) if options.takes_every_value => Some(name.clone()),
            _ => None,
        };
    }
    items
}

/// Whether a word that belongs to no option is a path. One with the number of a line chooses from what other
/// paths hold.
fn is_path(word: &str, options: &CallOptions) -> bool {
    let line = word.rsplit_once(':').map(|(_, line)| line);
    let has_line = line.is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    options.operands != Operands::Unknown && !has_line && !options.subcommands.contains(&word)
}

/// Whether arguments differ from earlier ones only by what is known to be as strict.
fn is_stricter_list(before: &[Item], after: &[Item], options: &CallOptions) -> bool {
    let mut old = before.iter().peekable();
    for item in after {
        let is_kept = |one: &&Item| *one == item || is_stricter_value(one, item, options);
        while old.next_if(is_kept).is_none() {
            // What comes after `--` is for another program, or all paths.
            let ends = *item == Item::Other("--".into()) && old.peek().is_none();
            if ends || may_come(item, (before, after), options) {
                break;
            }
            if old.next_if(|one| may_go(one, after, options)).is_none() {
                return false;
            }
        }
    }
    old.all(|one| may_go(one, after, options))
}

/// Whether an option has a number that is at least as strict.
fn is_stricter_value(before: &Item, after: &Item, options: &CallOptions) -> bool {
    let (Item::Option(name, Some(old)), Item::Option(other, Some(new))) = (before, after) else {
        return false;
    };
    let (Ok(old), Ok(new)) = (old.parse::<f64>(), new.parse::<f64>()) else {
        return name == other && options.neutral_valued.contains(&name.as_str()) && is_word(new);
    };
    name == other
        && match options.number(name) {
            Some(StrictNumber::High) => new >= old,
            Some(StrictNumber::Low | StrictNumber::LowOrNone) => new <= old && new >= 0.0,
            None => options.neutral_valued.contains(&name.as_str()),
        }
}

/// Whether an option is among arguments, with or without a value.
fn has(items: &[Item], name: &str) -> bool {
    items
        .iter()
        .any(|item| matches!(item, Item::Option(other, _) if other == name))
}

/// Whether arguments that get this one are as strict as before.
fn may_come(item: &Item, (before, after): (&[Item], &[Item]), options: &CallOptions) -> bool {
    match item {
        Item::Option(name, value) => {
            let name = name.as_str();
            let selects =
                |other: &Item| matches!(other, Item::Option(other, Some(_)) if other == name);
            match value {
                _ if options.measuring.contains(&name) => !has(before, name),
                None => options.neutral.contains(&name) || options.stricter.contains(&name),
                Some(value) if options.neutral_valued.contains(&name) => is_word(value),
                Some(_) if options.selecting.contains(&name) => before.iter().any(selects),
                Some(value)
                    if options
                        .measured_by(name)
                        .is_some_and(|by| has(after, by) && !has(before, by)) =>
                {
                    value.parse::<f64>().is_ok_and(|number| number >= 0.0)
                }
                Some(value) if options.number(name) == Some(StrictNumber::LowOrNone) => {
                    value.parse::<f64>().is_ok_and(|number| number >= 0.0)
                }
                Some(_) => options.stricter_valued.contains(&name),
            }
        }
        // The first path is a restriction, each other one an addition.
        Item::Path(path) => {
            let is_plain = !path.starts_with(['!', '@', '+', '#']);
            let adds = is_plain && options.operands != Operands::Together;
            adds && before.iter().any(|old| matches!(old, Item::Path(_)))
        }
        Item::Other(_) => false,
    }
}

/// Whether arguments that lose this one are as strict as before.
fn may_go(item: &Item, after: &[Item], options: &CallOptions) -> bool {
    match item {
        Item::Option(name, None) => {
            let name = name.as_str();
            options.neutral.contains(&name) || options.looser.contains(&name)
        }
        Item::Option(name, Some(_)) => {
            let name = name.as_str();
            options.neutral_valued.contains(&name) || options.looser_valued.contains(&name)
        }
        Item::Path(path) => {
            let covers = |other: &Item| match (other, options.operands) {
                (Item::Path(other), Operands::Paths) => covers(other, path),
                (Item::Path(other), Operands::Single) => covers_packages(other, path),
                _ => false,
            };
            after.iter().any(covers)
        }
        Item::Other(_) => false,
    }
}

/// Whether a path holds another one.
fn covers(path: &str, other: &str) -> bool {
    let plain = |path: &str| {
        let path = path.strip_suffix("/...").unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        path.trim_end_matches('/').to_owned()
    };
    let is_deep = path == "..." || path.ends_with("/...");
    // `./...` of Go holds packages below, and `.` only one.
    if other.ends_with("...") && !is_deep {
        return false;
    }
    let (path, other) = (plain(path), plain(other));
    let is_below =
        !other.starts_with(['/', '~', '{']) && !other.split('/').any(|part| part == "..");
    path == other
        || (path == "." || path.is_empty()) && is_below
        || is_below
            && other
                .strip_prefix(&path)
                .is_some_and(|rest| rest.starts_with('/'))
}

/// The same of packages of Go, and of other paths that stand for themselves: only `...` holds what is below, but for
/// what it leaves out by its name.
fn covers_packages(path: &str, other: &str) -> bool {
    let is_deep = path == "..." || path.ends_with("/...");
    let is_left_out = |part: &str| {
        let is_hidden = part.starts_with(['_', '.']) && !matches!(part, "." | "..." | "..");
        is_hidden || matches!(part, "vendor" | "testdata")
    };
    let same = |path: &str| path.strip_prefix("./").unwrap_or(path).to_owned();
    same(path) == same(other)
        || is_deep && !other.split('/').any(is_left_out) && covers(path, other)
}

/// Whether a value is a word that names no file.
fn is_word(value: &str) -> bool {
    !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_changes_of_commands_are_compared() {
        let table: toml::Table = include_str!("strictness_tests.toml").parse().unwrap();
        let mut wrong = Vec::new();
        for (kind, expected) in [
            ("stricter", Comparison::AtLeastAsStrict),
            ("weaker", Comparison::Weaker),
            ("unknown", Comparison::Unknown),
        ] {
            let pairs = table[kind].as_array().unwrap();
            assert!(!pairs.is_empty());
            for pair in pairs {
                let [before, after] = [0, 1].map(|at| pair[at].as_str().unwrap());
                let found = compare(before, after);
                if found != expected {
                    wrong.push(format!("{before} -> {after}: {found:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
