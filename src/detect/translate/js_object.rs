//! The object that a file of JavaScript exports, as far as it is written out there.

use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};

/// An entry of the object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its key.
    pub(super) key: String,
    /// Its value, if it is a text or a list of texts.
    pub(super) texts: Option<Vec<String>>,
    /// The text that it returns, if it is a function that always returns the same.
    pub(super) constant: Option<String>,
    /// The line of its key.
    pub(super) line: usize,
}

/// The entries of the object that a file exports; `None` if it is not written out.
pub(super) fn exported(text: &str) -> Option<Vec<Entry>> {
    let start = object(text)?;
    let mut scanner = Scanner {
        text,
        at: start + 1,
    };
    let mut entries = Vec::new();
    loop {
        scanner.blank()?;
        if scanner.rest().starts_with('}') {
            return Some(entries);
        }
        let line = text[..scanner.at].matches('\n').count() + 1;
        let key = scanner.key()?;
        scanner.blank()?;
        scanner.at += scanner.rest().starts_with(':').then_some(1)?;
        scanner.blank()?;
        let from = scanner.at;
        scanner.value()?;
        let value = text[from..scanner.at].trim();
        entries.push(Entry {
            key,
            texts: texts(value),
            constant: constant(value),
            line,
        });
        if scanner.rest().starts_with(',') {
            scanner.at += 1;
        }
    }
}

/// Where the exported object begins: right after `export default` or `module.exports =`, or as the value of the
/// constant that stands there.
fn object(text: &str) -> Option<usize> {
    let after = ["export default", "module.exports ="]
        .into_iter()
        .find_map(|word| Some(text.rfind(word)? + word.len()))?;
    let rest = text[after..].trim_start();
    if rest.starts_with('{') {
        return Some(text.len() - rest.len());
    }
    let name: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
        .collect();
    // Only a name may follow: the result of a call is something else.
    let is_name = !name.is_empty() && !rest[name.len()..].trim_start().starts_with('(');
    let declared = ["const", "let", "var"]
        .into_iter()
        .find_map(|word| text.find(&format!("{word} {name}")))
        .filter(|_| is_name)?;
    let equals = declared + text[declared..].find('=')?;
    let rest = text[equals + 1..].trim_start();
    rest.starts_with('{').then(|| text.len() - rest.len())
}

/// A value that is a text or a list of texts.
fn texts(value: &str) -> Option<Vec<String>> {
    let parsed = parse_to_ast(value, &CollectOptions::default(), &ParseOptions::default());
    let text = |value: ast::Value<'_>| match value {
        ast::Value::StringLit(text) => Some(text.value.into_owned()),
        _ => None,
    };
    match parsed.ok()?.value? {
        ast::Value::Array(list) => list.elements.into_iter().map(text).collect(),
        value => text(value).map(|text| vec![text]),
    }
}

/// The text that `() => 'text'` returns.
fn constant(value: &str) -> Option<String> {
    let body = value
        .strip_prefix("()")?
        .trim_start()
        .strip_prefix("=>")?
        .trim();
    if let Some(template) = body
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
    {
        return (!template.contains(['`', '$'])).then(|| template.to_owned());
    }
    match texts(body)?.as_slice() {
        [text] => Some(text.clone()),
        _ => None,
    }
}

/// Walks over the text of an object.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Skips white space and comments.
    fn blank(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n')?;
            } else if trimmed.starts_with("/*") {
                self.at += trimmed.find("*/")? + 2;
            } else {
                return (!trimmed.is_empty()).then_some(());
            }
        }
    }

    /// A key: a text or a name.
    fn key(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = match rest.chars().next()? {
            quote @ ('"' | '\'') => 2 + rest[1..].find(quote)?,
            _ => rest.find(|c: char| !c.is_alphanumeric() && c != '_')?,
        };
        self.at += length;
        let key = rest[..length].trim_matches(['"', '\'']);
        (!key.is_empty()).then(|| key.to_owned())
    }

    /// Skips a value: to the comma or the brace after it.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            if rest.starts_with("//") || rest.starts_with("/*") {
                self.blank()?;
                continue;
            }
            match first {
                '"' | '\'' | '`' => {
                    self.at += 1;
                    loop {
                        let c = self.rest().chars().next()?;
                        self.at += c.len_utf8();
                        if c == '\\' {
                            self.at += self.rest().chars().next()?.len_utf8();
                        } else if c == first {
                            break;
                        }
                    }
                    continue;
                }
                ',' | '}' if depth == 0 => return Some(()),
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += first.len_utf8();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<String>> {
        let entries = exported(text)?.into_iter();
        let shown = entries.map(|entry| match (entry.texts, entry.constant) {
            (Some(texts), _) => format!("{} {}: {}", entry.line, entry.key, texts.join(", ")),
            (None, Some(constant)) => format!("{} {}: always {constant}", entry.line, entry.key),
            (None, None) => format!("{} {}: a function", entry.line, entry.key),
        });
        Some(shown.collect())
    }

    #[test]
    fn what_is_written_out_is_read() {
        let text = "module.exports = {\n  // js, {\n  '*.js': ['a --fix', `b`],\n  \"*.ts\": \"c\",\n  \
                    '*.css': ['d', 'e',],\n  /* f */ '*.x': () => 'tsc -p .',\n  '*.y': (files) => [`g \
                    ${files.join(' ')}`, '}'],\n  js: 'h',\n};\n";
        let expected = [
            "3 *.js: a function",
            "4 *.ts: c",
            "5 *.css: d, e",
            "6 *.x: always tsc -p .",
            "7 *.y: a function",
            "8 js: h",
        ];
        assert_eq!(shown(text).unwrap(), expected);
        let text = "/** @type {x} */\nconst config = { '*': 'a' };\nexport default config;\n";
        assert_eq!(shown(text).unwrap(), ["2 *: a"]);
    }

    #[test]
    fn what_only_a_run_says_is_not_read() {
        for text in [
            "module.exports = require('./a');",
            "export default async () => ({ '*': 'a' });",
            "module.exports = { ...base, '*': 'a' };",
            "module.exports = { '*': 'a'",
            "",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
