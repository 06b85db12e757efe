//! Syntax that only Ruby has: here-documents, `%w[...]`, `=begin`, and characters.

use bstr::ByteSlice as _;

use super::lexer::{Lexer, PartKind, length_to};

/// A here-document that begins with the next line.
pub(super) struct Heredoc {
    word: Vec<u8>,
}

/// Reads the special construct that begins here, if there is one.
pub(super) fn special(lexer: &mut Lexer<'_>, pending: &mut Vec<Heredoc>) -> bool {
    let rest = lexer.rest();
    let previous = lexer.previous();
    let at_line_start = previous.is_none_or(|byte| byte == b'\n');
    if at_line_start && rest.starts_with(b"=begin") {
        let length = rest.find("\n=end").map_or(rest.len(), |at| at + 5);
        lexer.to(lexer.at + length, PartKind::Comment);
        return true;
    }
    if at_line_start && (rest.starts_with(b"__END__\n") || rest == b"__END__") {
        lexer.to(lexer.text.len(), PartKind::Text);
        return true;
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match rest[0] {
        b'\n' if !pending.is_empty() => {
            lexer.to(lexer.at + 1, PartKind::Code);
            for heredoc in pending.drain(..) {
                body(lexer, &heredoc);
            }
        }
        b'<' if rest.starts_with(b"<<") => {
            pending.extend(heredoc(rest));
            lexer.to(lexer.at + 2, PartKind::Code);
        }
        // A character, as in `?#`, and variables, as in `$'`.
        b'?' | b'$'
            if rest.get(1).is_some_and(u8::is_ascii_punctuation)
                && !rest.get(2).copied().is_some_and(is_word)
                && !previous.is_some_and(is_word) =>
        {
            lexer.to(lexer.at + 2, PartKind::Code);
        }
        b'%' if !lexer.follows_value() => {
            let length = lexer.ahead(percent).unwrap_or(0);
            let kind = if length == 0 {
                PartKind::Code
            } else {
                PartKind::Text
            };
            lexer.to(lexer.at + length.max(1), kind);
        }
        b'/' if begins_pattern(lexer) => lexer.pattern(),
        _ => return false,
    }
    true
}

/// After a name, a slash begins a pattern if it stands by itself before something.
fn begins_pattern(lexer: &Lexer<'_>) -> bool {
    let is_blank = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_whitespace());
    let stands_alone = is_blank(lexer.previous()) && !is_blank(lexer.rest().get(1).copied());
    !lexer.follows_value() || stands_alone
}

/// The length of a literal such as `%w[...]`.
fn percent(rest: &[u8]) -> Option<usize> {
    let letter = rest.get(1).is_some_and(|b| b"qQwWiIrsx".contains(b));
    let start = if letter { 2 } else { 1 };
    let open = *rest.get(start)?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'|' | b'!' | b'/' if letter => open,
        _ => return None,
    };
    let mut depth = 1_usize;
    let mut at = start + 1;
    while let Some(&byte) = rest.get(at) {
        if byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        } else if byte == open {
            depth += 1;
        } else if byte == b'\\' {
            at += 1;
        }
        at += 1;
    }
    None
}

/// The here-document that is announced here, if one is.
fn heredoc(rest: &[u8]) -> Option<Heredoc> {
    let after = rest.strip_prefix(b"<<")?;
    let (after, is_marked) = match after.first()? {
        b'~' | b'-' => (&after[1..], true),
        _ => (after, false),
    };
    let (after, is_quoted) = match after.first()? {
        b'"' | b'\'' | b'`' => (&after[1..], true),
        _ => (after, false),
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = after.iter().take_while(|byte| is_word(byte)).count();
    let word = &after[..length];
    // `list <<item` appends; `<<TEXT` does not.
    let begins = word.first()?.is_ascii_uppercase() || is_marked || is_quoted;
    begins.then(|| Heredoc {
        word: word.to_owned(),
    })
}

/// The body of a here-document; nothing, if no line ends it.
fn body(lexer: &mut Lexer<'_>, heredoc: &Heredoc) {
    let length = lexer.ahead(|rest| length_to(rest, |line| line.trim_ascii() == heredoc.word));
    lexer.to(lexer.at + length.unwrap_or(0), PartKind::Text);
}
