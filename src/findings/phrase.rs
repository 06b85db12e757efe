//! What stands after a position: the severity, the rule and the message, in the forms that tools have
//! for them.

use crate::model::severity::Severity;

/// What a tool says of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    /// How grave it is, if it says so.
    pub(super) severity: Option<Severity>,
    /// The rule, if it names one.
    pub(super) rule: Option<String>,
    /// The rest.
    pub(super) message: String,
}

/// Signs that some tools put before a message, and lines that they draw after it.
const SIGNS: [char; 13] = [
    '\u{d7}', '\u{2716}', '\u{2718}', '\u{26a0}', '\u{2139}', '\u{2501}', '\u{2500}', '\u{fe0f}',
    '\u{2022}', '\u{2717}', '\u{276f}', '!', '-',
];

/// The longest rule, in bytes.
const LONGEST_RULE: usize = 120;

impl Phrase {
    /// Takes a text apart.
    #[must_use]
    pub(super) fn read(text: &str) -> Self {
        let mut phrase = Self::default();
        let text = text.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
        // `parse ━━━`, as biome has it: the message is in a line of its own.
        let heading = unsigned(text);
        if text.contains("\u{2501}\u{2501}") && is_name(heading) && !heading.contains('/') {
            phrase.rule = Some(heading.to_owned());
            return phrase;
        }
        let by_sign = severity_of_sign(text);
        let text = phrase.take_issue(unsigned(text));
        let text = phrase.take_severity(text);
        let text = phrase.take_code(text);
        let text = phrase.take_level(text);
        let text = phrase.take_end(text);
        phrase.severity = phrase.severity.or(by_sign);
        phrase.message = unsigned(text).to_owned();
        phrase.settle_class();
        phrase
    }

    /// `>> Issue: [B101:assert_used] text`, as bandit has it.
    fn take_issue<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(inner) = text.strip_prefix(">> Issue: [")
            && let Some((rule, rest)) = inner.split_once("] ")
            && let Some((code, _)) = rule.split_once(':')
        {
            self.rule = Some(code.to_owned());
            return rest;
        }
        text
    }

    /// `error: `, `Error `, `error[rule]: `, `(ERROR/3) `.
    fn take_severity<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(inner) = text.strip_prefix('(')
            && let Some((word, rest)) = inner.split_once(") ")
            && let Some(severity) = word.split('/').next().and_then(severity)
        {
            self.severity = Some(severity);
            return rest;
        }
        let text = text.strip_prefix("fatal ").unwrap_or(text);
        let end = text.find(|c: char| !c.is_alphabetic());
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        let Some(severity) = severity(word) else {
            return text;
        };
        if let Some(inner) = rest.strip_prefix('[')
            && let Some((rule, rest)) = inner.split_once(']')
            && is_name(rule)
        {
            self.severity = Some(severity);
            self.rule = Some(rule.to_owned());
            return rest.trim_start_matches([':', ' ']);
        }
        if let Some(rest) = rest.strip_prefix(':') {
            self.severity = Some(severity);
            return rest.trim_start();
        }
        // `warning eslint(no-debugger): text`, as oxlint has it for agents
        if let Some((rule, text)) = rest.trim_start().split_once("): ")
            && rule.contains('(')
            && is_name(rule)
        {
            self.severity = Some(severity);
            self.rule = Some(format!("{rule})"));
            return text;
        }
        // `error TS2322: text`, `error MD001/heading-increment text`
        let next = rest.trim_start();
        if code(next).is_some() {
            self.severity = Some(severity);
            return next;
        }
        text
    }

    /// `F401 text`, `C0114: text`, `MD001/heading-increment text`, `lint/style/useConst text`.
    fn take_code<'a>(&mut self, text: &'a str) -> &'a str {
        if self.rule.is_some() {
            return text;
        }
        let Some((rule, rest)) = code(text) else {
            return text;
        };
        self.rule = Some(rule.to_owned());
        let rest = rest.trim_start_matches([':', ' ', '\t']);
        // That ruff or biome could fix it.
        let rest = rest.strip_prefix("[*] ").unwrap_or(rest);
        rest.strip_prefix("FIXABLE").unwrap_or(rest)
    }

    /// `[LOW] text`
    fn take_level<'a>(&mut self, text: &'a str) -> &'a str {
        if self.severity.is_none()
            && let Some(inner) = text.strip_prefix('[')
            && let Some((word, rest)) = inner.split_once("] ")
            && let Some(severity) = severity(word)
        {
            self.severity = Some(severity);
            return rest;
        }
        text
    }

    /// `text [rule]`, `text [Warning/eslint(no-unused-vars)]`, `text (reportMissingImports)`.
    fn take_end<'a>(&mut self, text: &'a str) -> &'a str {
        let text = text.trim_end();
        if let Some(inner) = text.strip_suffix(']')
            && let Some((message, rule)) = inner.rsplit_once(" [")
        {
            if let Some((word, name)) = rule.split_once('/')
                && let Some(severity) = severity(word)
                && is_name(name)
            {
                self.severity.get_or_insert(severity);
                self.rule.get_or_insert_with(|| name.to_owned());
                return message;
            }
            if is_name(rule) && rule.contains(|c: char| c.is_ascii_alphabetic()) {
                self.rule.get_or_insert_with(|| rule.to_owned());
                return message;
            }
        }
        if let Some((message, rule)) = rule_in_parentheses(text) {
            self.rule.get_or_insert_with(|| rule.to_owned());
            return message;
        }
        text
    }

    /// The first letter of pylint's codes is the severity.
    fn settle_class(&mut self) {
        let rule = self.rule.as_deref().unwrap_or_default();
        let is_of_pylint = rule.len() == 5 && rule[1..].bytes().all(|byte| byte.is_ascii_digit());
        if self.severity.is_none() && is_of_pylint && rule.starts_with(['C', 'R', 'W', 'I']) {
            self.severity = Some(Severity::Warning);
        }
    }
}

/// A text without the signs around it.
#[must_use]
pub(super) fn unsigned(text: &str) -> &str {
    let is_sign = |c: char| c.is_whitespace() || SIGNS.contains(&c);
    text.trim_start_matches(is_sign)
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '\u{2501}' | '\u{2500}'))
}

/// The severity that the sign before a text stands for.
#[must_use]
pub(super) fn severity_of_sign(text: &str) -> Option<Severity> {
    match text.trim_start().chars().next()? {
        '\u{d7}' | '\u{2716}' | '\u{2718}' | '\u{2717}' => Some(Severity::Error),
        '!' | '\u{26a0}' => Some(Severity::Warning),
        '\u{2139}' => Some(Severity::Note),
        _ => None,
    }
}

/// The severity that a word stands for.
#[must_use]
pub(super) fn severity(word: &str) -> Option<Severity> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "error" | "fatal" | "critical" | "blocker" | "severe" | "high" | "medium" | "failure" => {
            Some(Severity::Error)
        }
        "warning" | "warn" | "low" | "convention" | "refactor" | "style" | "minor" => {
            Some(Severity::Warning)
        }
        "note" | "info" | "information" | "informational" | "hint" | "help" | "notice"
        | "suggestion" | "none" => Some(Severity::Note),
        _ => None,
    }
}

/// The code that a text begins with, and what follows it: capital letters and digits, or words with
/// slashes between. (`x` of plugins: `DJ01`, `DEP001`, `SIM-01`.)
fn code(text: &str) -> Option<(&str, &str)> {
    let end = text.find([' ', '\t', ':', ',']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let begin = word.split('/').next().unwrap_or_default();
    let digits = begin.trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '-');
    let is_code = digits.len() < begin.len()
        && begin.len() <= 12
        && (1..=6).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = word.matches('/').count() == 2
        && ["lint/", "assist/", "suppressions/"]
            .iter()
            .any(|family| word.starts_with(family));
    ((is_code || is_path) && is_name(word)).then_some((word, rest))
}

/// Whether a text can be the name of a rule.
fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_./:@()+,".contains(c);
    (2..=LONGEST_RULE).contains(&text.len())
        && text.chars().all(is_part)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '@')
}

/// A rule in parentheses at the end of a text, and the text before it: a name with a hyphen, a slash or
/// a capital letter in it, or any name after a full stop.
#[must_use]
pub(super) fn rule_in_parentheses(text: &str) -> Option<(&str, &str)> {
    let (message, rule) = text.strip_suffix(')')?.rsplit_once('(')?;
    // Or any word after a sentence, as standard has it.
    let is_marked = rule.contains(|c: char| c == '-' || c == '/' || c.is_ascii_uppercase())
        || message.ends_with(". ");
    let is_rule = rule.starts_with(|c: char| c.is_ascii_lowercase())
        && is_name(rule)
        && is_marked
        && !rule.contains(['(', ',', ':', '.']);
    (is_rule && message.ends_with(' ')).then_some((message.trim_end(), rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    fn severity_rule_and_message_are_told_apart() {
        let error = Some(Severity::Error);
        let warning = Some(Severity::Warning);
        let cases: [(&str, Option<Severity>, Option<&str>, &str); 21] = [
            (": F401 [*] `os` unused", None, Some("F401"), "`os` unused"),
            (
                ": error: no x  [assignment]",
                error,
                Some("assignment"),
                "no x",
            ),
            (
                ": error[unresolved-import] no x",
                error,
                Some("unresolved-import"),
                "no x",
            ),
            (
                " - error: no x (reportMissingImports)",
                error,
                Some("reportMissingImports"),
                "no x",
            ),
            (
                ": C0114: no docstring (missing-docstring)",
                warning,
                Some("C0114"),
                "no docstring",
            ),
            (": error TS2322: no x", error, Some("TS2322"), "no x"),
            (
                " error MD001/heading-increment no x",
                error,
                Some("MD001/heading-increment"),
                "no x",
            ),
            (": warning: no x [SC2154]", warning, Some("SC2154"), "no x"),
            (
                ": B101 [LOW] assert used",
                warning,
                Some("B101"),
                "assert used",
            ),
            (
                " lint/style/useConst \u{2501}\u{2501}\u{2501}",
                None,
                Some("lint/style/useConst"),
                "",
            ),
            (
                ": no x. [Warning/eslint(no-x)]",
                warning,
                Some("eslint(no-x)"),
                "no x.",
            ),
            (
                ": (ERROR/3) Unexpected indentation.",
                error,
                None,
                "Unexpected indentation.",
            ),
            (
                ": unused import 'os' (90% confidence)",
                None,
                None,
                "unused import 'os' (90% confidence)",
            ),
            (": teh ==> the", None, None, "teh ==> the"),
            (
                ": error: expected one of [a, b]",
                error,
                None,
                "expected one of [a, b]",
            ),
            (": call it as f(x)", None, None, "call it as f(x)"),
            (": fatal error: no x.h", error, None, "no x.h"),
            (
                ": error handling is missing",
                None,
                None,
                "error handling is missing",
            ),
            (
                ": warning: unused x [-Wunused-variable]",
                warning,
                Some("-Wunused-variable"),
                "unused x",
            ),
            (
                ": E501 line too long (88 > 79 characters)",
                None,
                Some("E501"),
                "line too long (88 > 79 characters)",
            ),
            ("", None, None, ""),
        ];
        for (text, severity, rule, message) in cases {
            let phrase = Phrase::read(text);
            let seen = (
                phrase.severity,
                phrase.rule.as_deref(),
                phrase.message.as_str(),
            );
            assert_eq!(seen, (severity, rule, message), "{text}");
        }
    }
}
