//! The call that commits what is in the index, made of a `git commit` that was typed and stages files first.

use std::ffi::OsString;

use super::commit_args::{CommitArgs, Piece};

/// What a `git commit` stages before it commits the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Staged {
    /// Nothing.
    Nothing,
    /// Every tracked file that differs (`-a`).
    Tracked,
    /// What these paths name, besides what is in the index (`-i`), as they were typed.
    Paths(Vec<OsString>),
}

/// What a typed call stages, and the same call for what is in the index then. `None` if it commits paths alone or
/// selects lines, so that it takes more or less than what is in the index.
pub(crate) fn rest_of_index(mut words: Vec<OsString>) -> Option<(Staged, Vec<OsString>)> {
    const FLAGS: [&str; 6] = ["-q", "--quiet", "-s", "--signoff", "-v", "--verbose"];
    if let Some(included) = included(&words) {
        return Some(included);
    }
    let commit = words.iter().position(|word| word == "commit")?;
    let after = words.iter().skip(commit + 1);
    let is_flag = |word: &&OsString| FLAGS.iter().any(|flag| *word == flag);
    let at = commit + 1 + after.take_while(is_flag).count();
    let first = words.get(at);
    let first = first.map_or_else(String::new, |word| word.to_string_lossy().into_owned());
    let others = first.strip_prefix("-a");
    let takes_all = others.is_some() || first == "--all";
    if takes_all {
        words.remove(at);
    }
    if let Some(others) = others.filter(|others| !others.is_empty()) {
        words.insert(at, format!("-{others}").into());
    }
    let left = CommitArgs::find(std::slice::from_ref(&words))?;
    let takes_files = |word: &OsString| {
        let word = word.to_string_lossy();
        let is_cluster = word.starts_with('-') && !word.starts_with("--");
        is_cluster && word.contains(['a', 'i', 'o', 'p'])
            || ["--all", "--include", "--only", "--patch"].contains(&word.as_ref())
            || !word.starts_with('-')
    };
    let is_plain = left.paths.is_empty() && !left.options.iter().any(takes_files);
    let staged = if takes_all {
        Staged::Tracked
    } else {
        Staged::Nothing
    };
    is_plain.then_some((staged, words))
}

/// The same of a call with `-i` and paths, if nothing else in it takes files or could be taken for a path.
fn included(words: &[OsString]) -> Option<(Staged, Vec<OsString>)> {
    const INCLUDE: [&str; 2] = ["-i", "--include"];
    let typed = CommitArgs::find(&[words.to_vec()])?;
    let (paths, options): (Vec<OsString>, Vec<OsString>) = typed
        .options
        .iter()
        .cloned()
        .partition(|word| !word.to_string_lossy().starts_with('-'));
    let is_include = |word: &OsString| INCLUDE.iter().any(|option| word == option);
    let is_known = |word: &OsString| is_include(word) || word == "--amend" || word == "-q";
    if !options.iter().any(is_include) || !options.iter().all(is_known) {
        return None;
    }
    let after = typed.paths.iter().skip(1).cloned();
    let paths: Vec<OsString> = paths.into_iter().chain(after).collect();
    let is_said = |path: &OsString| {
        typed.message.iter().any(|piece| match piece {
            Piece::Text(text) | Piece::File(text) | Piece::Trailer(text) => text == path,
        })
    };
    if paths.is_empty() || paths.iter().any(is_said) {
        return None;
    }
    let is_left = |word: &&OsString| !is_include(word) && !paths.contains(word) && *word != "--";
    let left = words.iter().filter(is_left).cloned().collect();
    Some((Staged::Paths(paths), left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_staged_first_is_told_from_the_rest() {
        let paths = |paths: &str| Staged::Paths(paths.split(' ').map(OsString::from).collect());
        let cases = [
            (
                "git commit -m x",
                Some((Staged::Nothing, "git commit -m x")),
            ),
            (
                "git commit -am x",
                Some((Staged::Tracked, "git commit -m x")),
            ),
            (
                "git commit -q -a --amend",
                Some((Staged::Tracked, "git commit -q --amend")),
            ),
            (
                "git commit -i a b -m x",
                Some((paths("a b"), "git commit -m x")),
            ),
            (
                "git commit -m x --include -- a",
                Some((paths("a"), "git commit -m x")),
            ),
            ("git commit -i a -m a", None),
            ("git commit -i a --author b", None),
            ("git commit a -m x", None),
            ("git commit -o a -m x", None),
            ("git commit -p -m x", None),
        ];
        for (line, expected) in cases {
            let words =
                |line: &str| -> Vec<OsString> { line.split(' ').map(OsString::from).collect() };
            let expected = expected.map(|(staged, rest)| (staged, words(rest)));
            assert_eq!(rest_of_index(words(line)), expected, "{line}");
        }
    }
}
