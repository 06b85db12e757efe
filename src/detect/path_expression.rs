//! Turns the regular expressions for paths that hook managers use into globs.

/// The globs that an expression stands for if it is a choice of plain paths; empty if it is empty or
/// more complex.
#[must_use]
pub(super) fn globs(expression: &str) -> Vec<String> {
    let text: String = match expression.trim().strip_prefix("(?x)") {
        Some(verbose) => verbose
            .lines()
            .map(|line| line.split(" #").next().unwrap_or_default())
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect(),
        None => expression.trim().to_owned(),
    };
    if text.is_empty() {
        return Vec::new();
    }
    let Some(parts) = alternatives(&text, 0) else {
        return Vec::new();
    };
    let globs: Option<Vec<_>> = parts.iter().map(|part| glob(part)).collect();
    // A name that may be that of a file or of a directory.
    let both = |glob: String| match glob.strip_suffix(EITHER) {
        Some(name) => vec![format!("{name}/**"), name.to_owned()],
        None => vec![glob],
    };
    globs
        .unwrap_or_default()
        .into_iter()
        .flat_map(both)
        .collect()
}

/// Stands at the end of a name that may be that of a file or of a directory.
const EITHER: &str = "{,/**}";

/// How deeply groups may be nested.
const DEEPEST: usize = 4;

/// The expressions without groups and choices that an expression stands for.
fn alternatives(text: &str, depth: usize) -> Option<Vec<String>> {
    let Some(open) = text.find('(').filter(|at| !text[..*at].ends_with('\\')) else {
        return Some(text.split('|').map(str::to_owned).collect());
    };
    let close = open + closing(&text[open..])?;
    let inner = text[open + 1..close].trim_start_matches("?:");
    let (before, after) = (&text[..open], &text[close + 1..]);
    if depth >= DEEPEST || before.contains('|') || after.starts_with(['?', '*', '+', '{']) {
        return None;
    }
    let mut all = Vec::new();
    for choice in alternatives(inner, depth + 1)? {
        all.extend(alternatives(
            &format!("{before}{choice}{after}"),
            depth + 1,
        )?);
    }
    Some(all)
}

/// The place of the bracket that closes the first one.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// One path as a glob; `None` if it is more than one.
fn glob(part: &str) -> Option<String> {
    let stripped = part.replace('^', "");
    let (part, starts) = (stripped.as_str(), part.contains('^'));
    let (part, ends) = match part.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => (rest.trim_end_matches('$'), true),
        _ => (part, false),
    };
    let mut glob = String::new();
    let mut rest = part;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(".*") {
            glob.push_str("**");
            rest = after;
            continue;
        }
        if let Some(after) = rest
            .strip_prefix("[^/]*")
            .or_else(|| rest.strip_prefix("[^/]+"))
        {
            glob.push('*');
            rest = after;
            continue;
        }
        let (c, length) = match first {
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                (escaped, 1 + escaped.len_utf8())
            }
            // A dot that is not escaped is nearly always meant as a dot.
            '.' if !rest[1..].starts_with(['+', '?']) => ('.', 1),
            c if c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | ' ') => (c, c.len_utf8()),
            _ => return None,
        };
        if escaped_class(first, c) {
            return None;
        }
        glob.push(c);
        rest = &rest[length..];
    }
    if glob.is_empty() {
        return None;
    }
    let glob = match (starts, glob.starts_with("**")) {
        (true, _) | (false, true) => glob,
        (false, false) => format!("**{}{glob}", if glob.starts_with('.') { "/*" } else { "/" }),
    };
    Some(match (ends, glob.ends_with("**"), glob.ends_with('/')) {
        (true, _, _) | (_, true, _) => glob,
        (false, false, true) => format!("{glob}**"),
        // What looks like a file name is taken for one.
        (false, false, false)
            if glob
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains('.')) =>
        {
            glob
        }
        (false, false, false) => format!("{glob}{EITHER}"),
    })
}

/// Whether an escaped letter stands for a class of characters.
fn escaped_class(first: char, c: char) -> bool {
    first == '\\' && c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_of_paths_are_globs() {
        for (expression, expected) in [
            ("^docs/", vec!["docs/**"]),
            ("^(docs|tests)/", vec!["docs/**", "tests/**"]),
            ("^a/|^b/", vec!["a/**", "b/**"]),
            (r"^tests/data/.*$", vec!["tests/data/**"]),
            (
                r"(?x)^(
                a/b\.py
                | c/
            )$",
                vec!["a/b.py", "c/"],
            ),
            (r"\.pyi$", vec!["**/*.pyi"]),
            ("^(src|docs)", vec!["src/**", "src", "docs/**", "docs"]),
            ("", vec![]),
            (r"^src/\w+\.py$", vec![]),
        ] {
            assert_eq!(globs(expression), expected, "{expression}");
        }
    }
}
