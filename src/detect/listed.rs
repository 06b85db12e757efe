//! Programs that are handed the files that git lists: `git ls-files '*.py' | xargs black --check`.

use crate::shell::{CommandKind, Pipeline, Simple, parse};

/// The call that `xargs` makes of the files that git lists before it, with the list in its last word: `black --check
/// $(git ls-files '*.py')`. `None` if the words are not such a call in this script.
pub(super) fn with_list(script: &str, words: &[String]) -> Option<Vec<String>> {
    let rest = words.strip_prefix(&["xargs".to_owned()])?;
    let rest = after_options(rest)?;
    let script = parse(script).ok()?;
    let pipelines = script.steps.iter().flat_map(|step| {
        let others = step.rest.iter().map(|(_, pipeline)| pipeline);
        std::iter::once(&step.first).chain(others)
    });
    let patterns = pipelines.into_iter().find_map(|one| patterns(one, words))?;
    let list = format!("$(git ls-files {})", shell_words::join(&patterns));
    Some(rest.iter().cloned().chain([list]).collect())
}

/// The command after the options of `xargs`; `None` if it is called in another way than once with the names at the
/// end.
fn after_options(words: &[String]) -> Option<&[String]> {
    let mut rest = words;
    while let Some((option, after)) = rest.split_first() {
        rest = match option.as_str() {
            "-0" | "--null" | "-r" | "--no-run-if-empty" | "-t" => after,
            "-n" | "-P" | "-L" => after.get(1..)?,
            option if option.starts_with('-') => return None,
            _ => break,
        };
    }
    (!rest.is_empty()).then_some(rest)
}

/// The patterns of `git ls-files`, if a pipeline hands their files to this call.
fn patterns(pipeline: &Pipeline, words: &[String]) -> Option<Vec<String>> {
    let [first, last] = pipeline.commands.as_slice() else {
        return None;
    };
    let texts = |kind: &CommandKind| match kind {
        CommandKind::Simple(Simple { words, .. }) => Some(
            words
                .iter()
                .map(|word| word.text.clone())
                .collect::<Vec<_>>(),
        ),
        _ => None,
    };
    let listing = texts(&first.kind)?;
    if texts(&last.kind)? != words {
        return None;
    }
    let arguments = listing.strip_prefix(&["git".to_owned(), "ls-files".to_owned()])?;
    let patterns = arguments
        .iter()
        .filter(|word| !matches!(word.as_str(), "-z" | "--"));
    Some(patterns.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_xargs_has_its_files() {
        for (script, expected) in [
            (
                "git ls-files '*.py' | xargs black --check",
                Some("black --check $(git ls-files '*.py')"),
            ),
            (
                "cd x && git ls-files -z -- '*.sh' | xargs -0 -r shellcheck",
                Some("shellcheck $(git ls-files '*.sh')"),
            ),
            ("git ls-files | xargs -I{} sh {}", None),
            ("cat list | xargs black", None),
            ("xargs black", None),
        ] {
            let words = shell_words::split(script).unwrap();
            let at = words.iter().position(|word| word == "xargs").unwrap();
            let found = with_list(script, &words[at..]).map(|words| words.join(" "));
            assert_eq!(found.as_deref(), expected, "{script}");
        }
    }
}
