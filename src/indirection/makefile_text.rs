//! The text of a makefile, cut into its statements. GNU make's manual is the source of the grammar.

/// A statement, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Counted from 1.
    pub(super) line: usize,
    /// The conditions around it, as text.
    pub(super) conditions: String,
    pub(super) kind: StatementKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StatementKind {
    /// `targets: prerequisites`, and the lines below, each with its number.
    Rule {
        targets: String,
        /// What comes after the colon.
        prerequisites: String,
        recipe: Vec<(usize, String)>,
    },
    Variable {
        name: String,
        /// `=`, `:=`, `+=`, `?=`, `!=`.
        operator: String,
        value: String,
        is_exported: bool,
    },
    /// A variable that only these targets and their prerequisites see.
    TargetVariable {
        targets: String,
        text: String,
    },
    Include(String),
    /// What make expands to decide which of the next statements it reads.
    Condition(String),
    /// Anything else.
    Other(String),
}

/// Cuts the text of a makefile into its statements.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut reader = Reader {
        statements: Vec::new(),
        conditions: Vec::new(),
        is_in_rule: false,
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let begin = at;
        let mut whole = lines[at].to_owned();
        while ends_open(&whole) && at + 1 < lines.len() {
            at += 1;
            whole.push('\n');
            whole.push_str(lines[at]);
        }
        at += 1;
        if whole.trim_start().starts_with("define ") && !whole.starts_with('\t') {
            let mut body = Vec::new();
            while at < lines.len() && lines[at].trim() != "endef" {
                body.push(lines[at]);
                at += 1;
            }
            at += 1;
            reader.define(begin + 1, &whole, &body.join("\n"));
        } else {
            reader.logical(begin + 1, &whole);
        }
    }
    reader.statements
}

/// Whether a line continues: it ends with an odd number of backslashes.
fn ends_open(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

struct Reader {
    statements: Vec<Statement>,
    conditions: Vec<String>,
    /// Whether a line with a tab belongs to a recipe.
    is_in_rule: bool,
}

impl Reader {
    fn push(&mut self, line: usize, kind: StatementKind) {
        self.is_in_rule = matches!(kind, StatementKind::Rule { .. });
        self.statements.push(Statement {
            line,
            conditions: self.conditions.join("; "),
            kind,
        });
    }

    fn logical(&mut self, line: usize, whole: &str) {
        if whole.starts_with('\t') && self.is_in_rule {
            self.recipe_line(line, &whole[1..]);
            return;
        }
        let plain = joined(without_comment(whole));
        let text = plain.trim();
        let (word, rest) = match text.split_once(|c: char| c.is_whitespace()) {
            Some((word, rest)) => (word, rest.trim()),
            None => (text, ""),
        };
        match word {
            "" => {}
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                self.conditions.push(text.to_owned());
                self.condition(line, rest);
            }
            "else" => {
                self.condition(line, rest);
                if let Some(last) = self.conditions.last_mut() {
                    *last = format!("not ({last})");
                    if !rest.is_empty() {
                        last.push(' ');
                        last.push_str(rest);
                    }
                }
            }
            "endif" => {
                self.conditions.pop();
            }
            "include" | "-include" | "sinclude" => {
                self.push(line, StatementKind::Include(rest.to_owned()));
            }
            _ => {
                let kind = statement(text);
                self.push(line, kind);
            }
        }
    }

    /// A condition that has a value to expand. It may stand inside of a rule, which goes on after it.
    fn condition(&mut self, line: usize, text: &str) {
        if !text.contains('$') {
            return;
        }
        let at = self.statements.len() - usize::from(self.is_in_rule);
        let condition = Statement {
            line,
            conditions: String::new(),
            kind: StatementKind::Condition(text.to_owned()),
        };
        self.statements.insert(at, condition);
    }

    fn recipe_line(&mut self, number: usize, text: &str) {
        let conditions = self.conditions.join("; ");
        let Some(Statement {
            kind: StatementKind::Rule { recipe, .. },
            conditions: around,
            ..
        }) = self.statements.last_mut()
        else {
            return;
        };
        if conditions != *around {
            *around = format!("{around}; {conditions} at line {}", recipe.len());
        }
        recipe.push((number, text.to_owned()));
    }

    fn define(&mut self, line: usize, head: &str, body: &str) {
        let head = head.trim().trim_start_matches("define").trim();
        let mut words = head.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let operator = words.next().unwrap_or("=").to_owned();
        self.push(
            line,
            StatementKind::Variable {
                name,
                operator,
                value: body.to_owned(),
                is_exported: false,
            },
        );
    }
}

/// A statement that is not a directive.
fn statement(text: &str) -> StatementKind {
    let (mut rest, mut is_exported) = (text, false);
    loop {
        let stripped = ["override ", "private ", "export "]
            .iter()
            .find_map(|word| {
                rest.strip_prefix(word)
                    .map(|after| (*word, after.trim_start()))
            });
        let Some((word, after)) = stripped else { break };
        is_exported |= word == "export ";
        rest = after;
    }
    if let Some((name, operator, value)) = assignment(rest) {
        return StatementKind::Variable {
            name,
            operator,
            value,
            is_exported,
        };
    }
    let Some(colon) = outside(rest, |rest| rest.starts_with(':')) else {
        return StatementKind::Other(text.to_owned());
    };
    let targets = rest[..colon].trim_end_matches('&').trim().to_owned();
    let after = rest[colon + 1..].trim_start_matches(':').trim();
    if let Some((name, ..)) = assignment(after)
        && !name.contains(|c: char| c.is_whitespace() || c == ';')
    {
        return StatementKind::TargetVariable {
            targets,
            text: after.to_owned(),
        };
    }
    let (prerequisites, first) = match outside(after, |rest| rest.starts_with(';')) {
        Some(at) => (after[..at].trim(), Some(after[at + 1..].trim().to_owned())),
        None => (after, None),
    };
    StatementKind::Rule {
        targets,
        prerequisites: prerequisites.to_owned(),
        recipe: first.map(|first| (0, first)).into_iter().collect(),
    }
}

/// The name, operator and value of an assignment, if the text is one and not a rule.
fn assignment(text: &str) -> Option<(String, String, String)> {
    const OPERATORS: [&str; 7] = [":::=", "::=", ":=", "+=", "?=", "!=", "="];
    let begins = |rest: &str| OPERATORS.iter().find(|sign| rest.starts_with(**sign));
    let at = outside(text, |rest| begins(rest).is_some() || rest.starts_with(':'))?;
    let sign = begins(&text[at..])?;
    let name = text[..at].trim();
    (!name.is_empty()).then(|| {
        let value = text[at + sign.len()..].trim();
        (name.to_owned(), (*sign).to_owned(), value.to_owned())
    })
}

/// The first place outside of every reference at which the rest of the text satisfies a condition.
fn outside(text: &str, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let is_reference = at > 0 && bytes[at - 1] == b'$' || depth > 0;
        match c {
            '(' | '{' if is_reference => depth += 1,
            ')' | '}' if depth > 0 => depth -= 1,
            _ if depth == 0 && is_wanted(&text[at..]) => return Some(at),
            _ => {}
        }
    }
    None
}

fn without_comment(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut places = text.match_indices('#').map(|(at, _)| at);
    match places.find(|at| *at == 0 || bytes[at - 1] != b'\\') {
        Some(at) => &text[..at],
        None => text,
    }
}

/// A statement of several lines as one line.
fn joined(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(|line| line.trim_end_matches('\\').trim());
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_apart() {
        let text = "A := x # c\nexport B ?= $(if a:b,c=d)\nlint test: A += y\n\
            lint: $(X:a=b) | dir ; one\n\t@two \\\n\t  three\nifdef C\n\tfour\nendif\n\
            define D\n five\nendef\n-include *.mk\n$(info a:b)\nall:: lint\n";
        let shown: Vec<String> = statements(text)
            .into_iter()
            .map(|s| format!("{} [{}] {:?}", s.line, s.conditions, s.kind))
            .collect();
        assert_eq!(
            shown,
            [
                "1 [] Variable { name: \"A\", operator: \":=\", value: \"x\", is_exported: false }",
                "2 [] Variable { name: \"B\", operator: \"?=\", value: \"$(if a:b,c=d)\", is_exported: true }",
                "3 [] TargetVariable { targets: \"lint test\", text: \"A += y\" }",
                "4 [; ifdef C at line 2] Rule { targets: \"lint\", prerequisites: \"$(X:a=b) | dir\", \
                 recipe: [(0, \"one\"), (5, \"@two \\\\\\n\\t  three\"), (8, \"four\")] }",
                "10 [] Variable { name: \"D\", operator: \"=\", value: \" five\", is_exported: false }",
                "13 [] Include(\"*.mk\")",
                "14 [] Other(\"$(info a:b)\")",
                "15 [] Rule { targets: \"all\", prerequisites: \"lint\", recipe: [] }",
            ]
        );
    }
}
