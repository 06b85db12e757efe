//! YAML, with the shell that is embedded in it.

use bstr::ByteSlice as _;

use super::lexer::{Lexer, PartKind};
use super::shell;

/// The keys whose blocks of text are shell.
const COMMANDS: [&[u8]; 12] = [
    b"run",
    b"script",
    b"before_script",
    b"after_script",
    b"command",
    b"commands",
    b"cmd",
    b"cmds",
    b"bash",
    b"sh",
    b"entry",
    b"install",
];

/// A block of text that begins with the next line.
struct Block {
    /// The indentation that its lines exceed.
    indent: usize,
    is_shell: bool,
}

/// Splits YAML into parts, up to the end.
pub(super) fn lex(lexer: &mut Lexer<'_>) {
    while lexer.at < lexer.text.len() {
        let start = lexer.at;
        line(lexer);
        let code_end = comment_start(lexer, start);
        let block = block(&lexer.text[start..code_end]);
        lexer.to(lexer.at + 1, PartKind::Code);
        if let Some(block) = block {
            let end = block_end(lexer.text, lexer.at, block.indent);
            if block.is_shell {
                lexer.within(end, |lexer| shell::lex(lexer, true, 0));
            } else {
                lexer.to(end, PartKind::Text);
            }
        }
    }
}

/// One line, or more if a string in it continues; up to its line break.
fn line(lexer: &mut Lexer<'_>) {
    let mut begins_value = true;
    while let Some(&byte) = lexer.rest().first() {
        match byte {
            b'\n' => return,
            b'#' if lexer.previous().is_none_or(|b| b.is_ascii_whitespace()) => {
                lexer.to(lexer.line_end(), PartKind::Comment);
            }
            b'"' | b'\'' if begins_value => {
                match lexer.ahead(quoted) {
                    Some(length) => lexer.to(lexer.at + length, PartKind::Text),
                    None => lexer.to(lexer.at + 1, PartKind::Code),
                }
                begins_value = false;
            }
            b' ' | b'\t' => {
                let is_mark = |b: u8| matches!(b, b':' | b'-' | b',' | b'[' | b'{' | b'?' | b'\n');
                begins_value |= lexer.previous().is_some_and(is_mark);
                lexer.to(lexer.at + 1, PartKind::Code);
            }
            _ => {
                begins_value = matches!(byte, b'[' | b'{' | b',');
                lexer.to(lexer.at + 1, PartKind::Code);
            }
        }
    }
}

/// How long a quoted value is; `None` if nothing closes it before the next blank line.
fn quoted(rest: &[u8]) -> Option<usize> {
    let quote = rest[0];
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        if byte == quote {
            if quote == b'\'' && rest.get(at + 1) == Some(&quote) {
                at += 2;
                continue;
            }
            return Some(at + 1);
        }
        if rest[at..].starts_with(b"\n\n") {
            return None;
        }
        at += if byte == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    None
}

/// The start of the comment on the line that has just been read, or else the end of the line.
fn comment_start(lexer: &Lexer<'_>, start: usize) -> usize {
    let line = &lexer.text[start..lexer.at];
    line.find(" #").map_or(lexer.at, |at| start + at)
}

/// The block of text that a line announces, as in `key: |`.
fn block(line: &[u8]) -> Option<Block> {
    let line = line.trim_ascii_end();
    let bare = line.trim_ascii_start();
    let is_form = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-');
    let mark = bare.iter().rposition(|byte| !is_form(byte))?;
    if !matches!(bare[mark], b'|' | b'>') {
        return None;
    }
    let before = bare[..mark].trim_ascii_end();
    let mut indent = line.len() - bare.len();
    let mut key = before;
    // After dashes, the indentation counts from the key.
    while let Some(rest) = key.strip_prefix(b"- ") {
        let rest = rest.trim_ascii_start();
        indent += key.len() - rest.len();
        key = rest;
    }
    if key == b"-" {
        return Some(Block {
            indent,
            is_shell: true,
        });
    }
    let name = key.strip_suffix(b":")?;
    Some(Block {
        indent,
        is_shell: COMMANDS.contains(&name),
    })
}

/// Where the lines that are indented more end.
fn block_end(text: &[u8], start: usize, indent: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        let rest = &text[at..];
        let length = rest.find_byte(b'\n').map_or(rest.len(), |at| at + 1);
        let line = &rest[..length];
        let is_blank = line.trim_ascii().is_empty();
        let own_indent = line.iter().take_while(|byte| **byte == b' ').count();
        if !is_blank && own_indent <= indent {
            break;
        }
        at += length;
    }
    at
}
