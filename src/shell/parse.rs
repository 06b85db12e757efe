//! Reads the tokens of a script as commands.

use std::cell::RefCell;
use std::collections::HashMap;

use super::tokens::{Operator, Redirected, Token, Word, tokens};
use super::{
    CommandKind, DEEPEST, Joint, LIST_SEPARATOR, Pipeline, Script, ScriptStep, ShellCommand,
    Simple, Unreadable,
};

/// Scripts up to this length are read once and remembered, in bytes: each question about a gate begins with its command.
const SHORT: usize = 200;

/// How many of them are remembered.
const MANY: usize = 4000;

thread_local! {
    static READ: RefCell<HashMap<String, Result<Script, Unreadable>>> = RefCell::default();
}

/// Words that cannot begin a command where they are not expected.
const CLOSING_WORDS: [&str; 9] = [
    "then", "elif", "else", "fi", "do", "done", "esac", "}", "in",
];

/// Reads a script.
///
/// # Errors
///
/// [`Unreadable`] if it is not understood as a whole.
pub(crate) fn parse(text: &str) -> Result<Script, Unreadable> {
    if text.len() > SHORT {
        return read(text, Language::Sh);
    }
    if let Some(known) = READ.with_borrow(|known| known.get(text).cloned()) {
        return known;
    }
    let script = read(text, Language::Sh);
    READ.with_borrow_mut(|known| {
        if known.len() < MANY {
            known.insert(text.to_owned(), script.clone());
        }
    });
    script
}

/// Reads a script that bash may run: lists (`x=(a b)`) and `((...))` are understood, too.
///
/// # Errors
///
/// Those of [`parse`].
pub(crate) fn parse_bash(text: &str) -> Result<Script, Unreadable> {
    read(text, Language::Bash)
}

/// What a script is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    /// What a POSIX shell and bash have in common.
    Sh,
    Bash,
}

fn read(text: &str, language: Language) -> Result<Script, Unreadable> {
    let (tokens, redirected) = tokens(text)?;
    let mut parser = Parser {
        language,
        tokens,
        redirected,
        at: 0,
        depth: 0,
        alone: None,
    };
    let script = parser.script(&[])?;
    if parser.at == parser.tokens.len() {
        Ok(script)
    } else {
        Err(Unreadable)
    }
}

struct Parser {
    language: Language,
    tokens: Vec<Token>,
    /// Redirections, each with the number of the tokens before it.
    redirected: Vec<(usize, Redirected)>,
    at: usize,
    depth: usize,
    /// Where the last command was that is nothing but redirections.
    alone: Option<usize>,
}

impl Parser {
    fn operator(&self) -> Option<Operator> {
        match self.tokens.get(self.at) {
            Some(Token::Operator(operator, _)) => Some(*operator),
            _ => None,
        }
    }

    /// The word here if it could be a reserved one.
    fn bare_word(&self) -> Option<&str> {
        match self.tokens.get(self.at) {
            Some(Token::Word(word)) if !word.quoted => Some(&word.text),
            _ => None,
        }
    }

    fn start(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(0, |token| token.span().start)
    }

    /// The end of the token that was read last.
    fn end(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.span().end)
    }

    fn accept(&mut self, operator: Operator) -> bool {
        let is_here = self.operator() == Some(operator);
        self.at += usize::from(is_here);
        is_here
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let is_here = self.bare_word() == Some(word);
        self.at += usize::from(is_here);
        is_here
    }

    fn expect(&mut self, operator: Operator) -> Result<(), Unreadable> {
        self.accept(operator).then_some(()).ok_or(Unreadable)
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Unreadable> {
        self.accept_word(word).then_some(()).ok_or(Unreadable)
    }

    fn skip_newlines(&mut self) {
        while self.accept(Operator::Newline) {}
    }

    /// Whether the list of commands ends here: at one of these words, a bracket, or the end.
    fn at_end(&self, ends: &[&str]) -> bool {
        match self.tokens.get(self.at) {
            None => true,
            Some(Token::Operator(operator, _)) => {
                matches!(operator, Operator::Close | Operator::EndOfBranch)
            }
            Some(Token::Word(_)) => self.bare_word().is_some_and(|word| ends.contains(&word)),
        }
    }

    fn script(&mut self, ends: &[&str]) -> Result<Script, Unreadable> {
        let mut steps = Vec::new();
        loop {
            self.skip_newlines();
            if self.at_end(ends) && !self.only_redirects() {
                return Ok(Script { steps });
            }
            let mut step = self.step()?;
            let span = self.start()..self.start() + 1;
            if self.accept(Operator::Background) {
                step.background = Some(span);
            } else if !self.accept(Operator::Semicolon)
                && self.operator() != Some(Operator::Newline)
                && !self.at_end(ends)
            {
                return Err(Unreadable);
            }
            steps.push(step);
        }
    }

    fn step(&mut self) -> Result<ScriptStep, Unreadable> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        while let Some(operator @ (Operator::And | Operator::Or)) = self.operator() {
            let joint = Joint {
                is_and: operator == Operator::And,
                span: self.start()..self.start() + 2,
            };
            self.at += 1;
            self.skip_newlines();
            rest.push((joint, self.pipeline()?));
        }
        Ok(ScriptStep {
            first,
            rest,
            background: None,
        })
    }

    fn pipeline(&mut self) -> Result<Pipeline, Unreadable> {
        let mut negated = false;
        loop {
            if self.accept_word("!") {
                negated = !negated;
            } else if self.accept_word("time") {
                self.accept_word("-p");
            } else {
                break;
            }
        }
        self.skip_coproc();
        let mut commands = vec![self.command()?];
        while self.accept(Operator::Pipe) {
            self.skip_newlines();
            commands.push(self.command()?);
        }
        Ok(Pipeline { negated, commands })
    }

    /// Skips bash's `coproc`, with the name that a compound command may have after it.
    fn skip_coproc(&mut self) {
        if self.language != Language::Bash || !self.accept_word("coproc") {
            return;
        }
        let is_compound = match self.tokens.get(self.at + 1) {
            Some(Token::Word(word)) => {
                !word.quoted && matches!(word.text.as_str(), "{" | "while" | "until" | "if")
            }
            Some(Token::Operator(operator, _)) => *operator == Operator::Open,
            None => false,
        };
        let is_name = self.bare_word().is_some_and(|word| word != "{");
        self.at += usize::from(is_compound && is_name);
    }

    fn command(&mut self) -> Result<ShellCommand, Unreadable> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unreadable);
        }
        let (start, first) = (self.start(), self.at);
        let kind = self.kind()?;
        self.depth -= 1;
        // Those inside of a compound command belong to its own commands.
        let is_simple = matches!(kind, CommandKind::Simple(_));
        let begin = if is_simple { first } else { self.at };
        let here = begin..=self.at;
        let mut command = ShellCommand {
            span: start..self.end(),
            kind,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        for (_, one) in self.redirected.iter().filter(|(at, _)| here.contains(at)) {
            match one {
                Redirected::Input(input) => command.inputs.push(input.clone()),
                Redirected::Output(word) => command.outputs.push(word.clone()),
            }
        }
        Ok(command)
    }

    fn kind(&mut self) -> Result<CommandKind, Unreadable> {
        if self.operator() == Some(Operator::Open) {
            if self.language == Language::Bash && self.opens_twice() {
                self.skip_brackets()?;
                return Ok(CommandKind::Test);
            }
            self.at += 1;
            let script = self.script(&[])?;
            self.expect(Operator::Close)?;
            return Ok(CommandKind::Subshell(script));
        }
        let word = self.bare_word().unwrap_or_default().to_owned();
        if CLOSING_WORDS.contains(&word.as_str()) {
            return Err(Unreadable);
        }
        let compound = [
            "{", "if", "while", "until", "for", "select", "case", "[[", "function",
        ];
        if !compound.contains(&word.as_str()) {
            return self.simple();
        }
        self.at += 1;
        match word.as_str() {
            "{" => {
                let script = self.script(&["}"])?;
                self.expect_word("}")?;
                Ok(CommandKind::Group(script))
            }
            "if" => self.branches(),
            "while" | "until" => {
                let condition = self.script(&["do"])?;
                self.body(None, Some(condition))
            }
            "case" => self.case(),
            "[[" => {
                self.skip_to_word("]]")?;
                self.at += 1;
                Ok(CommandKind::Test)
            }
            "function" => {
                let name = self.bare_word().unwrap_or_default().to_owned();
                self.at += 1;
                self.function(name)
            }
            _ => {
                let over = self.over()?;
                self.body(Some(over), None)
            }
        }
    }

    /// Whether a command is here that is nothing but redirections: `>file`. It counts only in bash: a gate that
    /// is one would check nothing.
    fn only_redirects(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let is_start = match before {
            None => true,
            Some(Token::Operator(operator, _)) => *operator != Operator::Close,
            Some(Token::Word(_)) => false,
        };
        let is_new = self.language == Language::Bash && self.alone != Some(self.at);
        is_start && is_new && self.redirected.iter().any(|(at, _)| *at == self.at)
    }

    /// Whether a `((` is here.
    fn opens_twice(&self) -> bool {
        let next = self.tokens.get(self.at + 1);
        let begin = self.start() + 1;
        matches!(next, Some(Token::Operator(Operator::Open, span)) if span.start == begin)
    }

    /// Skips what is in brackets, of which the opening one is here.
    fn skip_brackets(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0_usize;
        loop {
            match self.tokens.get(self.at).ok_or(Unreadable)? {
                Token::Operator(Operator::Open, _) => depth += 1,
                Token::Operator(Operator::Close, _) => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Reads the values of a list, if they follow the word that was read last: `x=(a b)`.
    fn list(&mut self, simple: &mut Simple) -> Result<bool, Unreadable> {
        let begin = self.at;
        let last = simple.words.last_mut();
        let last = last.or_else(|| simple.assignments.last_mut());
        let Some(last) = last.filter(|last| last.text.ends_with('=')) else {
            return Ok(false);
        };
        if self.language != Language::Bash || last.span.end != self.start() {
            return Ok(false);
        }
        self.skip_brackets()?;
        last.text.push('(');
        for token in &self.tokens[begin..self.at] {
            if let Token::Word(word) = token {
                let begin = last.text.len();
                let shifted = word.expansions.iter();
                let shifted = shifted.map(|place| begin + place.start..begin + place.end);
                last.expansions.extend(shifted);
                last.text.push_str(&word.text);
                last.text.push(LIST_SEPARATOR);
                last.substitutes |= word.substitutes;
            }
        }
        last.text.push(')');
        last.span.end = self.end();
        Ok(true)
    }

    /// What `for` or `select` goes over, up to `do`.
    fn over(&mut self) -> Result<(String, Vec<Word>), Unreadable> {
        let begin = self.at;
        self.skip_to_word("do")?;
        let is_open = |token: &Token| matches!(token, Token::Operator(Operator::Open, _));
        let words = self.tokens[begin..self.at].iter();
        if words.clone().any(is_open) {
            // `for ((i = 0; i < 3; i++))` has no words.
            return Ok((String::new(), Vec::new()));
        }
        let mut words = words.filter_map(|token| match token {
            Token::Word(word) => Some(word.clone()),
            Token::Operator(..) => None,
        });
        let name = words.next().map(|word| word.text).unwrap_or_default();
        // The word after it is `in`.
        Ok((name, words.skip(1).collect()))
    }

    fn skip_to_word(&mut self, word: &str) -> Result<(), Unreadable> {
        while self.bare_word() != Some(word) {
            if self.at >= self.tokens.len() {
                return Err(Unreadable);
            }
            self.at += 1;
        }
        Ok(())
    }

    fn branches(&mut self) -> Result<CommandKind, Unreadable> {
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.script(&["then"])?;
            self.expect_word("then")?;
            arms.push((condition, self.script(&["elif", "else", "fi"])?));
            if self.accept_word("elif") {
                continue;
            }
            if self.accept_word("else") {
                otherwise = Some(self.script(&["fi"])?);
            }
            self.expect_word("fi")?;
            return Ok(CommandKind::If { arms, otherwise });
        }
    }

    fn body(
        &mut self,
        over: Option<(String, Vec<Word>)>,
        condition: Option<Script>,
    ) -> Result<CommandKind, Unreadable> {
        self.expect_word("do")?;
        let body = self.script(&["done"])?;
        self.expect_word("done")?;
        Ok(CommandKind::Loop {
            over,
            condition,
            body,
        })
    }

    fn case(&mut self) -> Result<CommandKind, Unreadable> {
        self.at += 1;
        self.skip_newlines();
        self.expect_word("in")?;
        let mut branches = Vec::new();
        loop {
            self.skip_newlines();
            if self.accept_word("esac") {
                return Ok(CommandKind::Case(branches));
            }
            self.accept(Operator::Open);
            while !self.accept(Operator::Close) {
                if self.at >= self.tokens.len() {
                    return Err(Unreadable);
                }
                self.at += 1;
            }
            branches.push(self.script(&["esac"])?);
            if !self.accept(Operator::EndOfBranch) && self.bare_word() != Some("esac") {
                return Err(Unreadable);
            }
        }
    }

    /// The rest of a function's definition, after its name.
    fn function(&mut self, name: String) -> Result<CommandKind, Unreadable> {
        if self.accept(Operator::Open) {
            self.expect(Operator::Close)?;
        }
        self.skip_newlines();
        Ok(CommandKind::Function(name, Box::new(self.command()?)))
    }

    fn simple(&mut self) -> Result<CommandKind, Unreadable> {
        let mut simple = Simple {
            assignments: Vec::new(),
            words: Vec::new(),
        };
        loop {
            let Some(Token::Word(word)) = self.tokens.get(self.at) else {
                if self.operator() == Some(Operator::Open) && self.list(&mut simple)? {
                    continue;
                }
                break;
            };
            let list = if simple.words.is_empty() && is_assignment(word, self.language) {
                &mut simple.assignments
            } else {
                &mut simple.words
            };
            list.push(word.clone());
            self.at += 1;
        }
        if self.operator() == Some(Operator::Open) {
            return if simple.words.len() == 1 && simple.assignments.is_empty() {
                self.function(simple.words.remove(0).text)
            } else {
                // For example an array, which belongs to another shell.
                Err(Unreadable)
            };
        }
        if simple.words.is_empty() && simple.assignments.is_empty() {
            if !self.only_redirects() {
                return Err(Unreadable);
            }
            self.alone = Some(self.at);
        }
        Ok(CommandKind::Simple(simple))
    }
}

fn is_assignment(word: &Word, language: Language) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        // `list[index]=value`
        let name = match name.split_once('[') {
            Some((list, index)) if language == Language::Bash && index.ends_with(']') => list,
            _ => name,
        };
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Input;

    /// A script as nested brackets.
    fn shown(script: &Script) -> String {
        let steps: Vec<String> = script.steps.iter().map(shown_step).collect();
        steps.join("; ")
    }

    fn shown_step(step: &ScriptStep) -> String {
        let mut text = shown_pipeline(&step.first);
        for (joint, pipeline) in &step.rest {
            text.push_str(if joint.is_and { " && " } else { " || " });
            text.push_str(&shown_pipeline(pipeline));
        }
        text + if step.background.is_some() { " &" } else { "" }
    }

    fn shown_pipeline(pipeline: &Pipeline) -> String {
        let commands: Vec<String> = pipeline.commands.iter().map(shown_command).collect();
        let negation = if pipeline.negated { "! " } else { "" };
        format!("{negation}{}", commands.join(" | "))
    }

    fn shown_command(command: &ShellCommand) -> String {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let words: Vec<&str> = simple
                    .assignments
                    .iter()
                    .chain(&simple.words)
                    .map(|word| word.text.as_str())
                    .collect();
                words.join(" ")
            }
            CommandKind::Group(script) => format!("{{{}}}", shown(script)),
            CommandKind::Subshell(script) => format!("({})", shown(script)),
            CommandKind::If { arms, otherwise } => {
                let arms: Vec<String> = arms
                    .iter()
                    .map(|(condition, body)| format!("{} ? {}", shown(condition), shown(body)))
                    .collect();
                let otherwise = otherwise.as_ref().map(shown).unwrap_or_default();
                format!("if[{} : {otherwise}]", arms.join(", "))
            }
            CommandKind::Loop {
                condition, body, ..
            } => {
                let condition = condition.as_ref().map(shown).unwrap_or_default();
                format!("loop[{condition} ? {}]", shown(body))
            }
            CommandKind::Case(branches) => {
                let branches: Vec<String> = branches.iter().map(shown).collect();
                format!("case[{}]", branches.join(", "))
            }
            CommandKind::Test => "test".into(),
            CommandKind::Function(..) => "function".into(),
        }
    }

    #[test]
    fn scripts_are_read_as_a_shell_reads_them() {
        let cases = [
            ("a b", "a b"),
            ("a\n\n b;", "a; b"),
            ("a && b || c &\nd", "a && b || c &; d"),
            ("a |\n b && \n ! c | d", "a | b && ! c | d"),
            ("X=1 Y=2 a Z=3", "X=1 Y=2 a Z=3"),
            ("a || { b; exit 1; }", "a || {b; exit 1}"),
            ("(cd x && y) && z", "(cd x && y) && z"),
            (
                "if a; then b; elif c\nthen d; else e; fi; f",
                "if[a ? b, c ? d : e]; f",
            ),
            ("while read x; do a; done <f | b", "loop[read x ? a] | b"),
            ("for f in *.c; do a; b; done", "loop[ ? a; b]"),
            ("for x do a; done", "loop[ ? a]"),
            ("case $x in a|b) c;; (*) d ;; esac", "case[c, d]"),
            ("case x in a) b\nesac", "case[b]"),
            ("f() { a; }; f", "function; f"),
            ("function f { a; }\nf", "function; f"),
            ("[[ a && ( b || c ) ]] && d", "test && d"),
            ("echo if then } else", "echo if then } else"),
            ("'if' a", "if a"),
            ("time -p a", "a"),
            ("a >x; b <<E\n)\nE\nc", "a; b; c"),
            ("", ""),
            ("# nothing", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&parse(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn what_only_bash_knows_is_read_on_request() {
        for (text, expected) in [
            ("x=(a 'b c') y=1; d", "x=(a|b c|) y=1; d"),
            ("declare -a x=(a\n b) && c", "declare -a x=(a|b|) && c"),
            ("x+=($(a b))", "x+=($(a b)|)"),
            ("((i++)); a", "test; a"),
            ("if (( a + (b) > 1 )); then c; fi", "if[test ? c : ]"),
            ("(a; (b))", "(a; (b))"),
            ("coproc a b; c", "a b; c"),
            ("coproc P { a; }; coproc { b; }", "{a}; {b}"),
            (">x", ""),
            ("a; >x; b && >y; (c) >z", "a; ; b && ; (c)"),
        ] {
            let shown = shown(&parse_bash(text).unwrap());
            assert_eq!(shown.replace(LIST_SEPARATOR, "|"), expected, "{text}");
        }
        for text in ["x=(a", "x= (a)", "a (b)", "((a)"] {
            assert_eq!(parse_bash(text), Err(Unreadable), "{text}");
        }
    }

    #[test]
    fn redirections_belong_to_their_commands() {
        let script = parse("a >b 2>&1 <<'E' | { c >>d; } &>e\n$x\nE\n").unwrap();
        let commands = &script.steps[0].first.commands;
        let outputs = |command: &ShellCommand| {
            let words = command.outputs.iter().map(|word| word.text.clone());
            words.collect::<Vec<_>>()
        };
        assert_eq!(outputs(&commands[0]), ["b", "1"]);
        assert_eq!(commands[0].inputs, [Input::Quoted("$x\n".to_owned())]);
        assert_eq!(outputs(&commands[1]), ["e", "1"]);
    }

    #[test]
    fn what_is_no_script_is_unreadable() {
        for text in [
            "a &&",
            "| a",
            "a | | b",
            "(a",
            "a)",
            "{ a",
            "if a; then b",
            "fi",
            "a; ; b",
            "x=(a b)",
            "case a",
            "while a; done",
            "[[ a",
            "f(",
            "for x in a",
            "a;; b",
        ] {
            assert_eq!(parse(text), Err(Unreadable), "{text}");
        }
        assert_eq!(parse(&"( ".repeat(100_000)), Err(Unreadable));
        assert_eq!(parse(&"{ ".repeat(100_000)), Err(Unreadable));
    }

    #[test]
    fn places_of_what_was_read() {
        let text = "a 'b' | c || true &";
        let script = parse(text).unwrap();
        let step = &script.steps[0];
        assert_eq!(&text[step.span()], "a 'b' | c || true");
        assert_eq!(&text[step.first.commands[0].span.clone()], "a 'b'");
        assert_eq!(&text[step.rest[0].0.span.clone()], "||");
        assert_eq!(&text[step.background.clone().unwrap()], "&");
    }
}
