//! Reads a whole file with the lexer of its language.

use super::language::Syntax;
use super::lexer::{Lexer, PartKind, Spans};
use super::{ruby, shell, yaml};
use crate::tools::Language;

/// Determines what each part of a text is: code, comment or string.
#[must_use]
pub fn lex(language: Language, text: &[u8]) -> Spans {
    let mut lexer = Lexer::new(text);
    match language {
        Language::Shell => shell::lex(&mut lexer, true, 0),
        Language::Make => shell::lex(&mut lexer, false, 0),
        Language::Yaml => yaml::lex(&mut lexer),
        _ => {
            if let Some(syntax) = language.syntax() {
                lexer.code(language, syntax, 0);
            }
        }
    }
    lexer.to(text.len(), PartKind::Code);
    lexer.spans
}

impl Lexer<'_> {
    /// Code, up to the end; within a string up to the brace that closes its hole, which is left.
    pub(super) fn code(&mut self, language: Language, syntax: &Syntax, depth: usize) {
        let mut brackets = 0_usize;
        let mut pending = Vec::new();
        while let Some(&byte) = self.rest().first() {
            if depth > 0 {
                match byte {
                    b'(' | b'[' | b'{' => brackets += 1,
                    b'}' if brackets == 0 => return,
                    // The format specification of the value follows.
                    b':' if brackets == 0 && language == Language::Python => return,
                    b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
                    _ => {}
                }
            }
            if self.comment(syntax) || self.special(language, &mut pending) {
                continue;
            }
            let quote = syntax.quotes.iter();
            let opening = quote
                .copied()
                .find(|q| self.rest().starts_with(q.mark.as_bytes()));
            if let Some(quote) = opening {
                let quote = self.prefixed(language, quote);
                self.string(language, syntax, quote, depth);
            } else {
                self.to(self.at + 1, PartKind::Code);
            }
        }
    }

    /// Syntax that only one language has.
    fn special(&mut self, language: Language, pending: &mut Vec<ruby::Heredoc>) -> bool {
        match language {
            Language::Rust => self.rust(),
            Language::Ruby => ruby::special(self, pending),
            // `</p>` closes an element.
            Language::JavaScript
                if self.rest().starts_with(b"/")
                    && self.previous() != Some(b'<')
                    && !self.follows_value() =>
            {
                self.pattern();
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
