//! `find -exec`, whose status is that of the commands that it starts, or is not.

use super::programs::role;
use crate::shell::Word;
use crate::tools::{Cause, Role, SwallowedStatus, base_name};

/// `find -exec check {} ;` only takes the status for whether to go on with a file; `find -exec check {} +`
/// fails if the check does (POSIX, `find`). `words`: those of a call, of which the first is its name.
pub(super) fn ends_with_semicolon(words: &[Word]) -> Option<SwallowedStatus> {
    const EXEC: [&str; 4] = ["-exec", "-execdir", "-ok", "-okdir"];
    if !matches!(base_name(&words.first()?.text), "find" | "gfind") {
        return None;
    }
    let mut swallowed = None;
    for (at, word) in words.iter().enumerate() {
        if !EXEC.contains(&word.text.as_str()) {
            continue;
        }
        let rest = &words[at + 1..];
        let end = rest
            .iter()
            .position(|word| matches!(word.text.as_str(), ";" | "+"))?;
        if role(&rest[..end]) != Role::Check {
            continue;
        }
        if rest[end].text == "+" {
            return None;
        }
        swallowed = swallowed.or(Some(SwallowedStatus {
            span: word.span.start..rest[end].span.end,
            cause: Cause::Tool,
            label: "find succeeds whatever the command after `-exec` says".into(),
            help: "end it with `+` instead of `;`, or pass the files to `xargs`".into(),
        }));
    }
    swallowed
}
