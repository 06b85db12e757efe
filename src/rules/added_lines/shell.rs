//! Shell, and the lines of it in makefiles: words, here-documents, and commands in strings.

use super::lexer::{DEEPEST, Lexer, PartKind, length_to};

/// A here-document that begins with the next line.
struct HereDocument<'t> {
    word: &'t [u8],
    /// Whether tabs may stand before the word that ends it.
    is_indented: bool,
}

/// Splits shell into parts, up to the end. Where strings cannot span lines, an odd quote is a
/// character.
pub(super) fn lex(lexer: &mut Lexer<'_>, spans_lines: bool, depth: usize) {
    code(lexer, spans_lines, depth, false);
}

fn code(lexer: &mut Lexer<'_>, spans_lines: bool, depth: usize, in_hole: bool) {
    let mut brackets = 0_usize;
    let mut documents: Vec<HereDocument<'_>> = Vec::new();
    while let Some(&byte) = lexer.rest().first() {
        match byte {
            b'(' => brackets += 1,
            b')' if in_hole && brackets == 0 => return,
            b')' => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'#' if is_word_start(lexer.previous()) => {
                lexer.to(lexer.line_end(), PartKind::Comment);
            }
            b'\\' => lexer.to(lexer.at + 2, PartKind::Code),
            b'\'' => single(lexer, spans_lines),
            b'"' => double(lexer, spans_lines, depth),
            b'<' if spans_lines => {
                documents.extend(document(lexer.rest()));
                let length = lexer.rest().iter().take_while(|b| **b == b'<').count();
                lexer.to(lexer.at + length, PartKind::Code);
            }
            b'\n' => {
                lexer.to(lexer.at + 1, PartKind::Code);
                for document in documents.drain(..) {
                    body(lexer, &document);
                }
            }
            _ => lexer.to(lexer.at + 1, PartKind::Code),
        }
    }
}

fn is_word_start(previous: Option<u8>) -> bool {
    previous.is_none_or(|byte| {
        byte.is_ascii_whitespace() || matches!(byte, b';' | b'&' | b'|' | b'(' | b')')
    })
}

fn single(lexer: &mut Lexer<'_>, spans_lines: bool) {
    let escapes = spans_lines && lexer.previous() == Some(b'$');
    match closed(lexer, b'\'', escapes, spans_lines) {
        Some(length) => lexer.to(lexer.at + length, PartKind::Text),
        None => lexer.to(lexer.at + 1, PartKind::Code),
    }
}

/// How long a string is; `None` if nothing closes its quote, which is a character then.
fn closed(lexer: &mut Lexer<'_>, quote: u8, escapes: bool, spans_lines: bool) -> Option<usize> {
    let measure = |rest: &[u8]| {
        let mut at = 1;
        while let Some(&byte) = rest.get(at) {
            match byte {
                b'\\' if escapes => at += 1,
                b'\n' if !spans_lines => return None,
                _ if byte == quote => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        None
    };
    if spans_lines {
        lexer.ahead(measure)
    } else {
        lexer.ahead_on_line(measure)
    }
}

fn double(lexer: &mut Lexer<'_>, spans_lines: bool, depth: usize) {
    if closed(lexer, b'"', true, spans_lines).is_none() {
        return lexer.to(lexer.at + 1, PartKind::Code);
    }
    let mut at = lexer.at + 1;
    while at < lexer.text.len() {
        let rest = &lexer.text[at..];
        match rest[0] {
            b'"' => {
                at += 1;
                break;
            }
            b'\n' if !spans_lines => break,
            b'\\' => at += 2,
            _ if rest.starts_with(b"$(") && depth < DEEPEST => {
                lexer.to(at + 2, PartKind::Text);
                code(lexer, spans_lines, depth + 1, true);
                at = lexer.at;
            }
            _ => at += 1,
        }
    }
    lexer.to(at, PartKind::Text);
}

/// The here-document that is announced here, if one is.
fn document(rest: &[u8]) -> Option<HereDocument<'_>> {
    let after = rest.strip_prefix(b"<<")?;
    let (after, is_indented) = match after.strip_prefix(b"-") {
        Some(after) => (after, true),
        None => (after, false),
    };
    let after = after.trim_ascii_start();
    let after = after.strip_prefix(b"\\").unwrap_or(after);
    let after = match after.first()? {
        b'\'' | b'"' => &after[1..],
        _ => after,
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = after.iter().take_while(|byte| is_word(byte)).count();
    let word = &after[..length];
    let begins = word.first()?.is_ascii_alphabetic() || word.first() == Some(&b'_');
    begins.then_some(HereDocument { word, is_indented })
}

/// The body of a here-document; nothing, if no line ends it: then it was something else.
fn body(lexer: &mut Lexer<'_>, document: &HereDocument<'_>) {
    let ends = |line: &[u8]| {
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        while document.is_indented && line.starts_with(b"\t") {
            line = &line[1..];
        }
        line == document.word
    };
    let length = lexer.ahead(|rest| length_to(rest, ends));
    lexer.to(lexer.at + length.unwrap_or(0), PartKind::Text);
}
