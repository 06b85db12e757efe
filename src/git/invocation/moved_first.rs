//! What a git command changes in the index and the work tree before it moves HEAD or a branch: where a hook
//! refuses the move, that stays.

use std::ffi::OsString;

use super::command_line::GitCommandLine;

/// What is changed before a reference moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MovedFirst {
    /// Nothing.
    Nothing,
    /// The index.
    Index,
    /// The index and the files.
    Files,
    /// The same, by `git subtree add`, which cannot be repeated where its files are.
    Subtree,
}

/// What the nearest git command above us changes first.
#[must_use]
pub(crate) fn moved_first(ancestors: &[Vec<OsString>]) -> MovedFirst {
    let mut called = ancestors
        .iter()
        .filter_map(|arguments| GitCommandLine::read(arguments));
    match called.next() {
        Some(one) => match one.command {
            "checkout" | "switch" | "merge" | "pull" | "cherry-pick" => MovedFirst::Files,
            "reset" => match of_reset(one.arguments) {
                MovedFirst::Index if called.any(|above| above.command == "subtree") => {
                    MovedFirst::Subtree
                }
                moved => moved,
            },
            _ => MovedFirst::Nothing,
        },
        None => MovedFirst::Nothing,
    }
}

/// The same of `git reset` (git-reset(1)), whose options may be abbreviated.
fn of_reset(arguments: &[OsString]) -> MovedFirst {
    let options = arguments.iter().map(|word| word.to_string_lossy());
    let mut moved = MovedFirst::Index;
    for option in options.take_while(|word| word != "--") {
        let is =
            |name: &str, shortest: usize| option.len() >= shortest && name.starts_with(&*option);
        if is("--soft", 3) {
            moved = MovedFirst::Nothing;
        } else if is("--hard", 4) || is("--keep", 3) || is("--merge", 4) {
            moved = MovedFirst::Files;
        } else if is("--mixed", 4) {
            moved = MovedFirst::Index;
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_moves_files_before_references() {
        for (line, expected) in [
            ("git checkout -b x y", MovedFirst::Files),
            ("git -C z switch -c x y", MovedFirst::Files),
            ("git merge --ff-only y", MovedFirst::Files),
            ("git reset y", MovedFirst::Index),
            ("git reset -q --mixed y", MovedFirst::Index),
            ("git reset --hard y", MovedFirst::Files),
            ("git reset --ha y", MovedFirst::Files),
            ("git reset --k y", MovedFirst::Files),
            ("git reset --soft y", MovedFirst::Nothing),
            ("git branch x y", MovedFirst::Nothing),
            ("sh x", MovedFirst::Nothing),
        ] {
            assert_eq!(moved_first(&[words(line)]), expected, "{line}");
        }
        let above = "git subtree add -P vendor ../library main";
        let moved = moved_first(&[words("git reset y"), words("sh git-subtree"), words(above)]);
        assert_eq!(moved, MovedFirst::Subtree);
    }

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }
}
