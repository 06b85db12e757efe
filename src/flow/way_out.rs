//! The way out for one commit: what was typed, to be typed again with a reason why gates may fail on it.

use std::ffi::OsString;

use super::commit_message::check;
use crate::base::environment::Variables;
use crate::base::text::shell_word;
use crate::config::SignOffRequired;
use crate::git::Repository;
use crate::git::invocation::commit_args::{CommitArgs, Piece, typed_commit};
use crate::model::gate::GateName;
use crate::model::trigger::{Hook, Trigger};
use crate::report::WayOut;
use crate::rules::change::gate_exception::exceptions;
use crate::tools;

/// How long a command may be to be repeated whole, in characters. What is longer is mostly message.
const LONGEST: usize = 400;

/// The way out of a commit that its gates stop, of which `own` are those of gates.local.toml; `None` where the commit is not made by `git commit`.
pub(super) fn of_run(
    repository: &Repository,
    trigger: &Trigger,
    own: &[GateName],
    ancestors: &[Vec<OsString>],
) -> Option<WayOut> {
    let Trigger::Hook(hook) = trigger else {
        return None;
    };
    let way_out = of_commit(repository, *hook, ancestors)?;
    Some(WayOut {
        own: own.to_vec(),
        ..way_out
    })
}

/// The same for what a hook is called by. A merge that was stopped is finished with `git commit`.
pub(super) fn of_commit(
    repository: &Repository,
    hook: Hook,
    ancestors: &[Vec<OsString>],
) -> Option<WayOut> {
    let is_made_by_commit = matches!(hook, Hook::PreCommit | Hook::PreMergeCommit);
    if !is_made_by_commit || repository.is_repeating() || repository.is_rebasing() {
        return None;
    }
    let plain = || WayOut {
        call: "git commit".to_owned(),
        rest: String::new(),
        own: Vec::new(),
    };
    let must_sign_off = || {
        check::config(repository)
            .is_ok_and(|config| config.commit_msg.signed_off_by.required == SignOffRequired::Always)
    };
    Some(repeated(ancestors, must_sign_off).unwrap_or_else(plain))
}

/// The call of `git commit` as it was typed, if it can be typed again.
fn repeated(ancestors: &[Vec<OsString>], must_sign_off: impl FnOnce() -> bool) -> Option<WayOut> {
    let typed = CommitArgs::find(ancestors)?;
    // What came through a pipe is gone.
    if typed.message.contains(&Piece::File("-".into())) {
        return None;
    }
    let words = without_useless_exceptions(typed_commit(ancestors)?);
    let line = |words: &[OsString]| {
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        words.join(" ")
    };
    // `git`, its own options, and `commit`.
    let (call, rest) = words.split_at_checked(typed.before.len() + 2)?;
    let mut rest = rest.to_vec();
    if lacks_sign_off(&typed, &rest) && must_sign_off() {
        rest.insert(0, "-s".into());
    }
    let way_out = WayOut {
        call: line(call),
        rest: line(&rest),
        own: Vec::new(),
    };
    let length = way_out.call.chars().count() + way_out.rest.chars().count();
    (length <= LONGEST).then_some(way_out)
}

/// Whether a message that was typed has no sign-off, so that it would be refused next where every commit needs one. Whoever
/// writes it in an editor or a file, or takes that of another commit, can sign off there.
fn lacks_sign_off(typed: &CommitArgs, words: &[OsString]) -> bool {
    let is_file = |piece: &Piece| matches!(piece, Piece::File(_));
    let is_typed = !typed.edits && !typed.reuses && !typed.has("--amend");
    let has_one = |word: &OsString| word.to_string_lossy().contains("Signed-off-by:");
    is_typed && !typed.signs_off && !typed.message.iter().any(is_file) && !words.iter().any(has_one)
}

/// A call without the trailers that are meant to be exceptions and are none, as one that was pasted as it was printed:
/// new ones take their place.
fn without_useless_exceptions(words: Vec<OsString>) -> Vec<OsString> {
    const OPTION: &str = "--trailer";
    let is_useless = |trailer: &str| {
        let pair = trailer.split_once([':', '=']);
        let pair = pair.map(|(key, value)| (key.trim(), value.trim()));
        !exceptions(pair).1.is_empty()
    };
    let mut kept: Vec<OsString> = Vec::new();
    for word in words {
        let text = word.to_string_lossy().into_owned();
        let is_value = kept.last().is_some_and(|last| last == OPTION);
        if is_value && is_useless(&text) {
            kept.pop();
            continue;
        }
        let value = text.strip_prefix(OPTION);
        let value = value.and_then(|rest| rest.strip_prefix('='));
        if !value.is_some_and(is_useless) {
            kept.push(word);
        }
    }
    kept
}

/// The gates of the repository that variables of other hook managers name, as `SKIP=lint,test` does.
pub(super) fn gates_named(repository: &Repository, variables: &Variables) -> Vec<String> {
    let Ok(config) = check::config(repository) else {
        return Vec::new();
    };
    let set = variables
        .iter()
        .filter(|(name, value)| tools::skip_variable(name, value).is_some());
    let words: Vec<String> = set
        .map(|(_, value)| value.to_string_lossy().into_owned())
        .collect();
    let words = words
        .iter()
        .flat_map(|value| value.split([',', ' ']))
        .map(str::trim);
    let is_gate = |word: &&str| config.gates.iter().any(|gate| gate.name.as_str() == *word);
    words.filter(is_gate).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(typed: &[&str]) -> Option<String> {
        let typed = typed.iter().map(OsString::from).collect();
        Some(repeated(&[typed], || false)?.command(&["lint", "test"]))
    }

    #[test]
    fn what_was_typed_is_repeated_with_the_reason() {
        assert_eq!(
            command(&["git", "-C", "a b", "commit", "-sm", "Fix it", "--", "x"]).as_deref(),
            Some(
                "git -C 'a b' commit --trailer 'Gate-Exception: lint -- REASON' --trailer \
                 'Gate-Exception: test -- REASON' -sm 'Fix it' -- x"
            )
        );
        let pasted = "Gate-Exception: lint -- REASON";
        let good = "Gate-Exception: test -- the registry is down";
        let typed = ["git", "commit", "--trailer", pasted, "--trailer", good];
        assert_eq!(
            command(&typed).as_deref(),
            Some(
                "git commit --trailer 'Gate-Exception: lint -- REASON' --trailer 'Gate-Exception: test \
                 -- REASON' --trailer 'Gate-Exception: test -- the registry is down'"
            )
        );
        assert_eq!(command(&["git", "commit", "-F", "-"]), None);
        assert_eq!(command(&["git", "ci", "-m", "x"]), None);
        let long = "x".repeat(LONGEST);
        assert_eq!(command(&["git", "commit", "-m", &long]), None);
    }
}
