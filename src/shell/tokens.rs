//! Cuts a script into words and operators. Comments and redirections are left out; what a redirection
//! gives to a command to read, and the file that it writes, are kept beside the tokens.

use std::ops::Range;

use super::{Unreadable, escapes, skip};

/// A word: the text between blanks and operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without quotes and escapes. Expansions (`$x`, `$(...)`) stand there as they were typed.
    pub(crate) text: String,
    /// Its place in the script.
    pub(crate) span: Range<usize>,
    /// Whether a part of it is quoted, so that it is not a reserved word.
    pub(crate) quoted: bool,
    /// Whether the output of commands is put into it.
    pub(crate) substitutes: bool,
    /// Whether what looks like an expansion in it is quoted, so that it stands for itself.
    pub(crate) is_literal: bool,
    /// Where in the text expansions stand that the shell would make.
    pub(crate) expansions: Vec<Range<usize>>,
}

impl Word {
    /// A word that is text and nothing else, without a place in a script.
    pub(crate) fn of_text(text: String) -> Self {
        Self {
            text,
            span: 0..0,
            quoted: true,
            substitutes: false,
            is_literal: false,
            expansions: Vec::new(),
        }
    }
}

/// What a redirection gives to a command to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// `<file`
    File(Word),
    /// A here-document or here-string, as it is typed.
    Text(String),
    /// A here-document whose end is quoted: nothing in it is expanded.
    Quoted(String),
}

/// A redirection, without the number before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Redirected {
    /// Something to read.
    Input(Input),
    /// A file to write, or the number of a stream as in `2>&1`.
    Output(Word),
}

/// A word or operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Operator(Operator, Range<usize>),
}

impl Token {
    pub(super) fn span(&self) -> Range<usize> {
        match self {
            Self::Word(word) => word.span.clone(),
            Self::Operator(_, span) => span.clone(),
        }
    }
}

/// An operator that separates commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Pipe,
    /// `;`
    Semicolon,
    Newline,
    /// `&`
    Background,
    Open,
    Close,
    /// `;;` and its variants, which end a branch of `case`.
    EndOfBranch,
}

/// Every operator, the longer ones first.
const OPERATORS: [(&str, Operator); 12] = [
    (";;&", Operator::EndOfBranch),
    (";;", Operator::EndOfBranch),
    (";&", Operator::EndOfBranch),
    ("&&", Operator::And),
    ("||", Operator::Or),
    ("|&", Operator::Pipe),
    ("|", Operator::Pipe),
    (";", Operator::Semicolon),
    ("\n", Operator::Newline),
    ("&", Operator::Background),
    ("(", Operator::Open),
    (")", Operator::Close),
];

/// Every redirection, the longer ones first.
const REDIRECTIONS: [&str; 11] = [
    "&>>", "<<-", "<<<", "&>", "<<", ">>", ">|", "<>", "<&", ">&", "<",
];

/// The redirection whose word is still to come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Redirection {
    Output,
    /// `&>`, `>&`: of both streams, if a file follows.
    BothOutputs,
    Input,
    HereString,
    HereDocument {
        without_tabs: bool,
    },
}

struct Tokenizer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    redirection: Option<Redirection>,
    /// Redirections, each with the number of the tokens before it.
    redirected: Vec<(usize, Redirected)>,
    /// The here-documents whose text begins at the next line: the last line, whether tabs are removed, and
    /// the place among the redirections.
    documents: Vec<(String, bool, usize)>,
}

/// The tokens of a script, and its redirections, each with the number of the tokens before it.
pub(super) type Tokens = (Vec<Token>, Vec<(usize, Redirected)>);

/// Cuts a script into its tokens.
pub(super) fn tokens(text: &str) -> Result<Tokens, Unreadable> {
    let mut lexer = Tokenizer {
        text,
        at: 0,
        tokens: Vec::new(),
        redirection: None,
        redirected: Vec::new(),
        documents: Vec::new(),
    };
    while lexer.next()? {}
    if lexer.redirection.is_some() {
        return Err(Unreadable);
    }
    Ok((lexer.tokens, lexer.redirected))
}

impl Tokenizer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Reads one piece of the text; false at its end.
    fn next(&mut self) -> Result<bool, Unreadable> {
        let Some(first) = self.rest().chars().next() else {
            return Ok(false);
        };
        if self.rest().starts_with("\\\n") {
            self.at += 2;
        } else if matches!(first, ' ' | '\t' | '\r') {
            self.at += 1;
        } else if first == '#' {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        } else if let Some(sign) = self.redirection_here() {
            self.redirect(sign)?;
        } else if let Some((sign, operator)) = self.operator_here() {
            if self.redirection.is_some() {
                return Err(Unreadable);
            }
            let span = self.at..self.at + sign.len();
            self.tokens.push(Token::Operator(operator, span));
            self.at += sign.len();
            if operator == Operator::Newline {
                self.take_documents();
            }
        } else {
            let word = self.word()?;
            self.finish_word(word);
        }
        Ok(true)
    }

    fn operator_here(&self) -> Option<(&'static str, Operator)> {
        let mut operators = OPERATORS.into_iter();
        operators.find(|(sign, _)| self.rest().starts_with(sign))
    }

    fn redirection_here(&self) -> Option<&'static str> {
        // `<(...)` and `>(...)` are words.
        if self.rest().starts_with("<(") || self.rest().starts_with(">(") {
            return None;
        }
        let mut signs = REDIRECTIONS.into_iter().chain([">"]);
        signs.find(|sign| self.rest().starts_with(sign))
    }

    fn redirect(&mut self, sign: &str) -> Result<(), Unreadable> {
        if self.redirection.is_some() {
            return Err(Unreadable);
        }
        // The number before it belongs to it, as in `2>`.
        if let Some(Token::Word(word)) = self.tokens.last()
            && word.span.end == self.at
            && !word.quoted
            && word.text.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.tokens.pop();
        }
        self.redirection = Some(match sign {
            "<<" => Redirection::HereDocument {
                without_tabs: false,
            },
            "<<-" => Redirection::HereDocument { without_tabs: true },
            "<<<" => Redirection::HereString,
            "<" | "<>" => Redirection::Input,
            "&>" | "&>>" | ">&" => Redirection::BothOutputs,
            _ => Redirection::Output,
        });
        self.at += sign.len();
        Ok(())
    }

    fn finish_word(&mut self, word: Word) {
        let redirected = match self.redirection.take() {
            None => {
                self.tokens.push(Token::Word(word));
                return;
            }
            Some(Redirection::Output) => Redirected::Output(word),
            Some(Redirection::BothOutputs) => {
                let is_stream = word
                    .text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'-');
                let errors = Word {
                    text: "1".to_owned(),
                    expansions: Vec::new(),
                    ..word.clone()
                };
                let place = self.tokens.len();
                self.redirected.push((place, Redirected::Output(word)));
                if !is_stream {
                    // `&>file` is `>file 2>&1`.
                    self.redirected.push((place, Redirected::Output(errors)));
                }
                return;
            }
            Some(Redirection::Input) => Redirected::Input(Input::File(word)),
            Some(Redirection::HereString) => Redirected::Input(Input::Text(word.text)),
            Some(Redirection::HereDocument { without_tabs }) => {
                let place = self.redirected.len();
                let nothing = if word.quoted {
                    Input::Quoted(String::new())
                } else {
                    Input::Text(String::new())
                };
                self.documents.push((word.text, without_tabs, place));
                Redirected::Input(nothing)
            }
        };
        self.redirected.push((self.tokens.len(), redirected));
    }

    /// Takes the text of the here-documents that begin at this line.
    fn take_documents(&mut self) {
        for (end, without_tabs, place) in std::mem::take(&mut self.documents) {
            let begin = self.at;
            let mut text_end = begin;
            while self.at < self.text.len() {
                let line = self.rest().lines().next().unwrap_or_default();
                let is_end = if without_tabs {
                    line.trim_start_matches('\t') == end
                } else {
                    line == end
                };
                let length = self.rest().find('\n').map(|length| length + 1);
                self.at += length.unwrap_or(self.rest().len());
                if is_end {
                    break;
                }
                text_end = self.at;
            }
            if let Some((_, Redirected::Input(Input::Text(inside) | Input::Quoted(inside)))) =
                self.redirected.get_mut(place)
            {
                self.text[begin..text_end].clone_into(inside);
            }
        }
    }

    fn word(&mut self) -> Result<Word, Unreadable> {
        let start = self.at;
        let mut word = Word {
            text: String::new(),
            span: start..start,
            quoted: false,
            substitutes: false,
            is_literal: false,
            expansions: Vec::new(),
        };
        let mut expands = false;
        while let Some(character) = self.rest().chars().next() {
            match character {
                '<' | '>' if self.rest()[1..].starts_with('(') => {
                    let end = skip::brackets(self.text, self.at + 1, b')', 0)?;
                    let begin = word.text.len();
                    word.text.push_str(&self.text[self.at..end]);
                    word.expansions.push(begin..word.text.len());
                    self.at = end;
                }
                ' ' | '\t' | '\r' | '\n' | '|' | '&' | ';' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    let end = skip::single_quotes(self.text, self.at)?;
                    let inside = &self.text[self.at + 1..end - 1];
                    word.is_literal |= inside.contains(['$', '`']);
                    word.text.push_str(inside);
                    word.quoted = true;
                    self.at = end;
                }
                '"' => expands |= self.double_quotes(&mut word)?,
                '$' if self.rest().starts_with("$'") => self.dollar_quotes(&mut word)?,
                // bash translates it; the text is the same.
                '$' if self.rest().starts_with("$\"") => self.at += 1,
                '\\' => self.escape(&mut word),
                '$' | '`' => {
                    self.expansion(&mut word)?;
                    expands = true;
                }
                _ => {
                    word.text.push(character);
                    self.at += character.len_utf8();
                }
            }
        }
        word.is_literal &= !expands;
        word.span.end = self.at;
        Ok(word)
    }

    /// Reads text in double quotes; says whether anything in it is expanded.
    fn double_quotes(&mut self, word: &mut Word) -> Result<bool, Unreadable> {
        word.quoted = true;
        self.at += 1;
        let mut expands = false;
        loop {
            let character = self.rest().chars().next().ok_or(Unreadable)?;
            match character {
                '"' => {
                    self.at += 1;
                    return Ok(expands);
                }
                '\\' if self.rest()[1..].starts_with(['$', '`', '"', '\\', '\n']) => {
                    self.escape(word);
                }
                '$' | '`' => {
                    self.expansion(word)?;
                    expands = true;
                }
                _ => {
                    word.text.push(character);
                    self.at += character.len_utf8();
                }
            }
        }
    }

    /// Reads `$'...'`, in which escapes stand for characters.
    fn dollar_quotes(&mut self, word: &mut Word) -> Result<(), Unreadable> {
        let end = skip::dollar_quotes(self.text, self.at)?;
        let inside = escapes::decoded(&self.text[self.at + 2..end - 1]);
        word.is_literal |= inside.contains(['$', '`']);
        word.text.push_str(&inside);
        word.quoted = true;
        self.at = end;
        Ok(())
    }

    fn escape(&mut self, word: &mut Word) {
        self.at += 1;
        if let Some(next) = self.rest().chars().next() {
            // A line break after a backslash does not count as a character.
            if next != '\n' {
                word.is_literal |= matches!(next, '$' | '`');
                word.text.push(next);
                word.quoted = true;
            }
            self.at += next.len_utf8();
        }
    }

    fn expansion(&mut self, word: &mut Word) -> Result<(), Unreadable> {
        let end = skip::expansion(self.text, self.at, 0)?;
        let raw = &self.text[self.at..end];
        let is_command = raw.starts_with('`') || raw.starts_with("$(");
        word.substitutes |= is_command || !skip::substitutions(raw).is_empty();
        let begin = word.text.len();
        word.text.push_str(raw);
        if raw.len() == 1 {
            // The name of a variable follows.
            let name = skip::expansion_length(&self.text[self.at..]).unwrap_or(1);
            word.expansions.push(begin..begin + name);
        } else {
            word.expansions.push(begin..word.text.len());
        }
        self.at = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in brackets, operators by their signs.
    fn shown(text: &str) -> String {
        let (tokens, _) = tokens(text).unwrap();
        let shown: Vec<String> = tokens
            .into_iter()
            .map(|token| match token {
                Token::Word(word) => format!("[{}]", word.text),
                Token::Operator(_, span) => text[span].replace('\n', "N"),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn words_and_operators() {
        let cases = [
            ("a b|c&&d||e;f&", "[a] [b] | [c] && [d] || [e] ; [f] &"),
            ("a 'b | c' \"d && e\" f\\;g", "[a] [b | c] [d && e] [f;g]"),
            ("a # b; c\nd", "[a] N [d]"),
            ("a#b 'x'#y", "[a#b] [x#y]"),
            ("a\\\n b", "[a] [b]"),
            ("(a)", "( [a] )"),
            ("a;;b", "[a] ;; [b]"),
            (
                "\"$(x \"y z\")\" `p q` ${r s}",
                "[$(x \"y z\")] [`p q`] [${r s}]",
            ),
            ("\"\\$ \\x \\\"\"", "[$ \\x \"]"),
            ("diff <(a b) x", "[diff] [<(a b)] [x]"),
            ("a 'b''c'd", "[a] [bcd]"),
            ("ä 'ö'|ü", "[ä] [ö] | [ü]"),
            (r#"$'a\'b\x2dc' $"d" $x'e'"#, "[a'b-c] [d] [$xe]"),
            (
                "\"$(a <<'E'\nit's \" )\nE\n)\" b",
                "[$(a <<'E'\nit's \" )\nE\n)] [b]",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn redirections_and_here_documents_are_left_out() {
        let cases = [
            ("a >b c", "[a] [c]"),
            ("a 2>&1 | b", "[a] | [b]"),
            ("a >/dev/null 2>&1", "[a]"),
            ("a &>b && c", "[a] && [c]"),
            ("a <<<'b c' d", "[a] [d]"),
            ("a <<X b\nc | d; e\nX\nf", "[a] [b] N [f]"),
            ("a <<-'X Y' <<Z\n|\n\tX Y\n&\nZ\nf && g", "[a] N [f] && [g]"),
            ("a 12 >b", "[a] [12]"),
            ("a <<X\nnever ends | b", "[a] N"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_finished_cannot_be_read() {
        for text in ["a 'b", "a \"b", "a $(b", "a >", "a > | b", "a > > b"] {
            assert_eq!(tokens(text), Err(Unreadable), "{text}");
        }
    }

    #[test]
    fn places_are_those_in_the_script() {
        let text = "a 'b c' || d";
        let (tokens, _) = tokens(text).unwrap();
        let spans: Vec<&str> = tokens.iter().map(|token| &text[token.span()]).collect();
        assert_eq!(spans, ["a", "'b c'", "||", "d"]);
    }
}
