//! The words of a call that are known outside of CI, and what stands for the others.

use super::evidence::UNKNOWN;
use crate::tools::Checker;

/// What of a call is known only to CI, and so was omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Omitted {
    Nothing,
    /// An option, or the value of one.
    Part,
    /// An argument, which may have said what to check.
    Target,
}

/// The words without those that only CI knows, and what was omitted.
pub(super) fn known_words(words: &[String]) -> (Vec<String>, Omitted) {
    let mut known: Vec<String> = Vec::new();
    let mut omitted = Omitted::Nothing;
    for word in words {
        let is_option =
            |word: &String| word.starts_with('-') && word != "--" && !word.contains('=');
        let follows_option = known.len() > 1 && known.last().is_some_and(is_option);
        if word.is_empty() && !follows_option {
            continue;
        }
        if !word.contains([UNKNOWN, '$', '`']) {
            known.push(word.clone());
            continue;
        }
        let is_list = ["$(git ls-files", "$(find ", "`git ls-files", "`find "]
            .iter()
            .any(|list| word.starts_with(list));
        if is_list {
            omitted = Omitted::Target;
            continue;
        }
        if follows_option {
            // The option whose value this is goes with it.
            known.pop();
        }
        if !follows_option && !word.starts_with('-') {
            omitted = Omitted::Target;
        } else if omitted == Omitted::Nothing {
            omitted = Omitted::Part;
        }
    }
    (known, omitted)
}

/// The globs of `$(git ls-files '*.rs')`, or of the same in backticks: a call over these files is one over the changed ones of them.
/// `None` if the word is anything else.
pub(super) fn listed_files(word: &str) -> Option<Vec<String>> {
    let listing = match word.strip_prefix('`') {
        Some(inside) => inside.strip_suffix('`')?,
        None => word.strip_prefix("$(")?.strip_suffix(')')?,
    };
    let patterns = listing.trim().strip_prefix("git ls-files")?;
    let patterns = shell_words::split(patterns).ok()?;
    let patterns = patterns.into_iter().filter(|pattern| pattern != "--");
    patterns
        .map(|pattern| {
            let is_plain =
                !pattern.starts_with(['-', ':']) && !pattern.contains(['$', '`', '|', ';']);
            let is_anywhere = pattern.starts_with('*') && !pattern.contains('/');
            let prefix = if is_anywhere { "**/" } else { "" };
            is_plain.then(|| format!("{prefix}{pattern}"))
        })
        .collect()
}

/// The arguments for a whole project, if a call of the tool has none of them.
pub(super) fn whole_project(checker: &Checker, words: &[String], prefix: usize) -> Vec<String> {
    let arguments = checker.whole.iter().skip(prefix);
    let targets = arguments.filter(|word| !word.starts_with('-'));
    let is_there = words
        .iter()
        .skip(prefix)
        .any(|word| !word.starts_with('-') && (word == "." || word.contains('/')));
    targets
        .filter(|_| !is_there)
        .map(|word| (*word).to_owned())
        .collect()
}
