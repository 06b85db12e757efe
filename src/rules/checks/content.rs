//! Checks of added lines, and of files as a whole, whatever is in them.

use bstr::ByteSlice as _;

use super::hit::{Hit, MovedLines};
use super::secrets::{self, private_key};
use super::tidy;
use crate::git::{FileDiff, Line};
use crate::model::rule::Rule;
use crate::rules::catalogue::checks::{
    BYTE_ORDER_MARK, FINAL_NEWLINE, LARGE_FILE, LINE_ENDING, MERGE_MARKER, PRIVATE_KEY,
    SCRIPT_MODE, SECRET, TRAILING_BLANK,
};

/// What to do about a secret.
const SECRET_HELP: &str = "revoke it, and read it from the environment or from a file that git ignores; a secret \
    that was pushed is no secret any more";

/// What to do about the end of a file.
const END: &str = "let the file end with one line break: `gatekeeper fix` does";

type IsOn<'a> = dyn Fn(&Rule) -> bool + 'a;

/// What the added lines of a file have.
pub(super) fn lines<'f>(
    file: &'f FileDiff,
    is_on: &IsOn<'_>,
    moved: &mut MovedLines<'f>,
    hits: &mut Vec<Hit<'f>>,
) {
    let mut has_begun = None;
    let mut is_divided = false;
    let (secret, merge) = (is_on(&SECRET), is_on(&MERGE_MARKER));
    let trailing = is_on(&TRAILING_BLANK);
    for (at, line) in file.added.iter().enumerate() {
        let text = line.text.as_slice();
        if merge && let Some(marker) = marker(text) {
            match marker {
                Marker::Ours => (has_begun, is_divided) = (Some(line), false),
                Marker::Divider => is_divided = has_begun.is_some(),
                Marker::Theirs if is_divided => {
                    let begun = has_begun.take().unwrap_or(line);
                    hits.push(Hit {
                        rule: &MERGE_MARKER,
                        path: &file.path,
                        line: Some(begun.number),
                        text: begun.text.clone(),
                        message: format!("a merge conflict is left, up to line {}", line.number),
                        help: "resolve the conflict, and remove the markers",
                    });
                }
                Marker::Theirs => {}
            }
        }
        if secret
            && let Some(what) = secrets::find(&file.path, &file.added, at)
            && !moved.take(line)
        {
            hits.push(Hit {
                rule: &SECRET,
                path: &file.path,
                line: Some(line.number),
                text: Vec::new(),
                message: format!("this line has what looks like {what}"),
                help: SECRET_HELP,
            });
        }
        if trailing && has_trailing_blank(file, text) && !moved.take(line) {
            hits.push(Hit {
                rule: &TRAILING_BLANK,
                path: &file.path,
                line: Some(line.number),
                text: text.trim_ascii_end().to_owned(),
                message: "the line ends with blanks".to_owned(),
                help: "remove them: `gatekeeper fix` does",
            });
        }
    }
}

/// A marker of a merge conflict.
enum Marker {
    Ours,
    Divider,
    Theirs,
}

fn marker(text: &[u8]) -> Option<Marker> {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text == b"=======" {
        return Some(Marker::Divider);
    }
    if text.starts_with(b"<<<<<<< ") {
        return Some(Marker::Ours);
    }
    text.starts_with(b">>>>>>> ").then_some(Marker::Theirs)
}

fn has_trailing_blank(file: &FileDiff, text: &[u8]) -> bool {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    tidy::without_trailing_blanks(&file.path, text).len() != text.len() && !text.contains(&0)
}

/// Whether the contents of a file are needed as a whole.
pub(super) fn wants(file: &FileDiff, is_on: &IsOn<'_>) -> bool {
    let has_key = || {
        let mut added = file.added.iter();
        is_on(&PRIVATE_KEY) && added.any(|line| private_key::begins(&line.text))
    };
    [&FINAL_NEWLINE, &LINE_ENDING, &BYTE_ORDER_MARK, &SCRIPT_MODE]
        .into_iter()
        .any(is_on)
        || has_key()
}

/// A file that is larger than the limit, and was not before.
pub(super) fn large<'f>(
    file: &'f FileDiff,
    (was, now, limit): (usize, usize, usize),
    hits: &mut Vec<Hit<'f>>,
) {
    if was <= limit {
        hits.push(Hit {
            rule: &LARGE_FILE,
            path: &file.path,
            line: None,
            text: Vec::new(),
            message: format!(
                "the file has {} KiB; the limit is {} KiB",
                now.div_ceil(1024),
                limit / 1024
            ),
            help: "keep it out of git, or in Git LFS; `max-file-size` in [checks] sets the limit",
        });
    }
}

/// What a file as a whole has.
pub(super) fn whole<'f>(
    file: &'f FileDiff,
    content: &[u8],
    is_on: &IsOn<'_>,
    hits: &mut Vec<Hit<'f>>,
) {
    let whole = |rule: &'static Rule, line: Option<usize>, message: &str, help: &'static str| Hit {
        rule,
        path: &file.path,
        line,
        text: Vec::new(),
        message: message.to_owned(),
        help,
    };
    if is_on(&PRIVATE_KEY) {
        let is_added = |number: usize| file.added.iter().any(|line: &Line| line.number == number);
        for number in private_key::lines(content).filter(|number| is_added(*number)) {
            hits.push(whole(
                &PRIVATE_KEY,
                Some(number),
                "a private key begins here",
                SECRET_HELP,
            ));
        }
    }
    if content.contains(&0) || content.is_empty() {
        return;
    }
    if is_on(&BYTE_ORDER_MARK) && content.starts_with(tidy::BOM) {
        let message = "the file begins with a byte order mark";
        hits.push(whole(
            &BYTE_ORDER_MARK,
            None,
            message,
            "remove its three bytes: `gatekeeper fix` does",
        ));
    }
    let endings = content.find_iter(b"\n").count();
    let windows = content.find_iter(b"\r\n").count();
    if is_on(&LINE_ENDING) && windows > 0 && windows < endings {
        let message = format!("{windows} of {endings} lines end with CR LF, the others with LF");
        hits.push(whole(
            &LINE_ENDING,
            None,
            &message,
            "let all lines end in the same way: `gatekeeper fix` does",
        ));
    }
    if is_on(&FINAL_NEWLINE) {
        let last = Some(endings + usize::from(!content.ends_with(b"\n")));
        if !content.ends_with(b"\n") {
            let message = "the last line has no line break";
            hits.push(whole(&FINAL_NEWLINE, last, message, END));
        } else if content.ends_with(b"\n\n") || content.ends_with(b"\n\r\n") {
            let message = "blank lines follow the last line";
            hits.push(whole(&FINAL_NEWLINE, last, message, END));
        }
    }
    if is_on(&SCRIPT_MODE)
        && let Some(mode) = file.modes.1
    {
        let (is_executable, is_script) = (mode & 0o100 != 0, content.starts_with(b"#!"));
        if is_executable && !is_script {
            let message = "the file is executable and does not begin with `#!`";
            let help = "begin it with `#!`, or `git update-index --chmod=-x` it";
            hits.push(whole(&SCRIPT_MODE, None, message, help));
        } else if is_script && !is_executable {
            let message = "the file begins with `#!` and is not executable";
            let help = "make it executable with `git update-index --chmod=+x`, or remove the line";
            hits.push(whole(&SCRIPT_MODE, None, message, help));
        }
    }
}
