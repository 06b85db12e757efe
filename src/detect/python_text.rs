//! Expressions of Python in a file such as noxfile.py, as far as they are constants. Nothing is executed.

use std::collections::BTreeMap;

/// The constants of a module, by their names: texts and paths, each relative to the file's directory.
pub(super) type Constants = BTreeMap<String, String>;

/// The constants that a module defines on lines of their own, at its top level.
pub(super) fn constants(text: &str) -> Constants {
    let mut constants = Constants::new();
    for line in text.lines() {
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let name = name.split(':').next().unwrap_or(name).trim_end();
        if !is_name(name) || value.starts_with('=') {
            continue;
        }
        // A second value makes it no constant.
        match (constants.contains_key(name), value_of(value, &constants)) {
            (false, Some(value)) => {
                constants.insert(name.to_owned(), value);
            }
            _ => {
                constants.remove(name);
            }
        }
    }
    constants
}

/// The text that an expression stands for; `None` if it is not constant.
pub(super) fn value_of(expression: &str, constants: &Constants) -> Option<String> {
    let text = expression.trim();
    if let Some(literal) = literal(text) {
        return Some(literal);
    }
    let formatted = text
        .strip_prefix(['f', 'F'])
        .and_then(literal)
        .map(|literal| filled(&literal, constants));
    if let Some(formatted) = formatted {
        return formatted;
    }
    for call in ["str(", "Path(", "pathlib.Path(", "os.fspath("] {
        let inside = text
            .strip_prefix(call)
            .and_then(|rest| rest.strip_suffix(')'));
        if let Some(inside) = inside.filter(|inside| !inside.contains([')', ','])) {
            return value_of(inside, constants);
        }
    }
    match text {
        "Path(__file__).parent"
        | "pathlib.Path(__file__).parent"
        | "Path(__file__).resolve().parent"
        | "Path(__file__).absolute().parent"
        | "os.path.dirname(__file__)"
        | "os.path.dirname(os.path.abspath(__file__))" => return Some(".".to_owned()),
        "os.devnull" => return Some("/dev/null".to_owned()),
        name if is_name(name) => return constants.get(name).cloned(),
        _ => {}
    }
    let parts = split(text, '/');
    if parts.len() > 1 {
        let parts = parts.iter().map(|part| value_of(part, constants));
        let parts: Option<Vec<String>> = parts.collect();
        let parts = parts?.into_iter().filter(|part| part != ".");
        return Some(parts.collect::<Vec<_>>().join("/"));
    }
    let parts = split(text, '+');
    if parts.len() > 1 {
        return parts.iter().map(|part| value_of(part, constants)).collect();
    }
    None
}

/// The text of a formatted string with its constants; `None` if it has anything else in braces.
fn filled(text: &str, constants: &Constants) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&value_of(name, constants)?);
        rest = after;
    }
    filled.push_str(rest);
    // `{ROOT}/src` with the top as its root.
    let plain = filled.strip_prefix("./").unwrap_or(&filled);
    Some(plain.to_owned())
}

/// The literals of a list with this name, if a text assigns it once and changes it nowhere.
pub(super) fn list_of(name: &str, text: &str) -> Option<Vec<String>> {
    let changes = ["+=", ".append(", ".extend(", ".insert("];
    assigned_list(name, text).filter(|_| !is_changed(name, text, &changes))
}

/// The literals with which a list begins that a text assigns once, and to which it only adds more at the end.
pub(super) fn begun_list(name: &str, text: &str) -> Option<Vec<String>> {
    assigned_list(name, text).filter(|_| !is_changed(name, text, &[".insert("]))
}

/// Whether a text changes a list in one of these ways.
fn is_changed(name: &str, text: &str, changes: &[&str]) -> bool {
    changes.iter().any(|change| {
        text.contains(&format!("{name}{change}")) || text.contains(&format!("{name} {change}"))
    })
}

/// The literals of a list with this name, as a text assigns it; `None` if it assigns none, or several.
fn assigned_list(name: &str, text: &str) -> Option<Vec<String>> {
    let begins = |line: &&str| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with("= "))
    };
    let mut assigned = text.lines().filter(begins);
    let line = assigned.next()?;
    if assigned.next().is_some() {
        return None;
    }
    let at = line.as_ptr().addr() - text.as_ptr().addr();
    let rest = text[at..].split_once('=')?.1.trim_start();
    let inside = enclosed(rest.strip_prefix(['[', '('])?);
    let items = split(inside, ',');
    let items = items.iter().filter(|item| !item.trim().is_empty());
    items.map(|item| literal(item.trim())).collect()
}

/// The text before the bracket that closes one opened before it.
pub(super) fn enclosed(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in outside_literals(text) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &text[..at],
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

/// The parts of an expression between a sign that stands outside of brackets and literals, without comments.
pub(super) fn split(text: &str, sign: char) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    let mut from = 0;
    for (at, c) in outside_literals(text) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if c == sign && depth == 0 => {
                push(&mut parts, &text[from..at]);
                parts.push(String::new());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    push(&mut parts, &text[from..]);
    parts
}

/// Adds a text to the last part, without the comments in it.
fn push(parts: &mut [String], text: &str) {
    let lines = text.lines().map(|line| {
        let mut signs = outside_literals(line);
        let comment = signs.find(|(_, c)| *c == '#').map(|(at, _)| at);
        &line[..comment.unwrap_or(line.len())]
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    if let Some(last) = parts.last_mut() {
        last.push_str(&text);
    }
}

/// The characters of a text that stand in no string literal and no comment, each with its place. The sign that begins
/// a comment is among them.
fn outside_literals(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut is_escaped = false;
    let mut is_comment = false;
    text.char_indices().filter(move |(_, c)| {
        let c = *c;
        if is_comment {
            is_comment = c != '\n';
            return false;
        }
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {
                is_comment = c == '#';
                return true;
            }
        }
        false
    })
}

/// The text of an expression that is one string literal without escapes.
pub(super) fn literal(expression: &str) -> Option<String> {
    let text = expression.trim_start_matches(['r', 'R']);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = text[1..].strip_suffix(quote)?;
    (!inside.contains([quote, '\\'])).then(|| inside.to_owned())
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "ROOT = Path(__file__).parent\nPACKAGE: Path = ROOT / \"pkg\"\nTESTS = PACKAGE / 'tests'\nNAME = \"a\"\nNAME = \"b\"\nARGS = [\n    \"-x\",  # it's one\n    '-y',\n]\nMORE = [\"-z\"]\nMORE += [\"-w\"]\nDEEP = ROOT / name()\n";

    #[test]
    fn constants_are_texts_and_paths() {
        let constants = constants(MODULE);
        for (expression, expected) in [
            ("\"-q\"", Some("-q")),
            ("ROOT", Some(".")),
            ("str(PACKAGE)", Some("pkg")),
            ("TESTS", Some("pkg/tests")),
            ("ROOT / \"a\" / 'b'", Some("a/b")),
            ("f\"--cov={PACKAGE}\"", Some("--cov=pkg")),
            ("f'{ROOT}/src'", Some("src")),
            ("\"--x=\" + str(TESTS)", Some("--x=pkg/tests")),
            ("os.devnull", Some("/dev/null")),
            ("NAME", None),
            ("DEEP", None),
            ("other", None),
            ("f\"{other}\"", None),
            ("call(\"a\")", None),
        ] {
            let found = value_of(expression, &constants);
            assert_eq!(found.as_deref(), expected, "{expression}");
        }
        assert_eq!(list_of("ARGS", MODULE).unwrap(), ["-x", "-y"]);
        assert_eq!(list_of("MORE", MODULE), None);
    }

    #[test]
    fn arguments_are_split_outside_of_brackets() {
        let parts = split(
            "\"a,b\", f(c, d),  # no, not this\n *e, env={\"g\": h}",
            ',',
        );
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
        assert_eq!(parts, ["\"a,b\"", "f(c, d)", "*e", "env={\"g\": h}"]);
        assert_eq!(enclosed("a, (b), ']'), c)"), "a, (b), ']'");
    }
}
