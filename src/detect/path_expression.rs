//! Turns the regular expressions for paths that hook managers use into globs.

/// The globs that an expression stands for if it is a choice of plain paths; empty if it is empty or
/// more complex.
#[must_use]
pub(super) fn globs(expression: &str) -> Vec<String> {
    let text = plain(expression);
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

/// The expression without the layout of its verbose form.
fn plain(expression: &str) -> String {
    match expression.trim().strip_prefix("(?x)") {
        Some(verbose) => verbose
            .lines()
            .map(|line| line.split(" #").next().unwrap_or_default())
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect(),
        None => expression.trim().to_owned(),
    }
}

/// Like [`globs`], but the globs match exactly the paths in which the expression is found: a name that is not
/// anchored may be a part of a longer one.
#[must_use]
pub(super) fn exact_globs(expression: &str) -> Vec<String> {
    let text = plain(expression);
    if text.is_empty() {
        return Vec::new();
    }
    let Some(mut parts) = alternatives(&text, 0) else {
        return Vec::new();
    };
    // `x?` is there or not.
    while let Some((number, at)) = parts.iter().enumerate().find_map(|(number, part)| {
        let optional = part.match_indices('?').map(|(at, _)| at);
        let is_letter = |at: usize| {
            let before = &part.as_bytes()[..at];
            let escaped = before.len() > 1 && before[before.len() - 2] == b'\\';
            before.last().is_some_and(u8::is_ascii_alphanumeric) && !escaped
        };
        Some((number, optional.into_iter().find(|at| is_letter(*at))?))
    }) {
        let part = parts.remove(number);
        let (before, after) = (&part[..at], &part[at + 1..]);
        parts.push(format!("{before}{after}"));
        parts.push(format!("{}{after}", &before[..before.len() - 1]));
        if parts.len() > MOST {
            return Vec::new();
        }
    }
    let globs: Option<Vec<_>> = parts.iter().map(|part| exact_glob(part)).collect();
    globs.unwrap_or_default()
}

/// How many globs an expression may become.
const MOST: usize = 32;

/// One path as a glob that matches exactly what the expression does, but for a dot, which is taken for itself.
fn exact_glob(part: &str) -> Option<String> {
    const REST: &str = "{*,*/**}";
    let (part, starts) = match part.strip_prefix('^') {
        Some(part) => (part, true),
        None => (part, part.starts_with(".*")),
    };
    let (mut rest, ends) = match part.strip_suffix('$') {
        Some(part) if !part.ends_with('\\') => (part, true),
        _ => (part, false),
    };
    let mut is_open = !ends;
    let mut glob = match (starts, rest.starts_with('/')) {
        (true, _) => String::new(),
        (false, true) => "**".to_owned(),
        (false, false) => "**/*".to_owned(),
    };
    if rest.is_empty() {
        return None;
    }
    while let Some(first) = rest.chars().next() {
        let any = rest.strip_prefix(".*").or_else(|| rest.strip_prefix(".+"));
        if let Some(after) = any {
            let begins = glob.is_empty() || glob.ends_with('/');
            is_open &= !after.is_empty();
            glob.push_str(match (begins, after.is_empty() || after.starts_with('/')) {
                (true, true) => "**",
                (true, false) => "**/*",
                (false, true) => REST,
                (false, false) => "{*,*/**/*}",
            });
            rest = after;
            continue;
        }
        let name = rest
            .strip_prefix("[^/]*")
            .or_else(|| rest.strip_prefix("[^/]+"));
        if let Some(after) = name {
            glob.push('*');
            rest = after;
            continue;
        }
        let literal = match first {
            '\\' => rest[1..].chars().next()?,
            first => first,
        };
        let is_plain = literal.is_alphanumeric() && first == literal
            || matches!(literal, '/' | '_' | '-' | ' ' | '@' | ',' | '.');
        if !is_plain {
            return None;
        }
        glob.push(literal);
        rest = &rest[literal.len_utf8() + usize::from(first == '\\')..];
        // A repetition is more than a glob can say.
        if rest.starts_with(['?', '*', '+', '{']) {
            return None;
        }
    }
    if is_open {
        glob.push_str(if glob.ends_with('/') { "**" } else { REST });
    }
    Some(glob)
}

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
    #[test]
    fn exact_globs_match_what_the_expression_does() {
        let paths = [
            "a.py",
            "a_test.py",
            "src/a.py",
            "src/x/a.py",
            "src/x/a_test.py",
            "docs/a.md",
            "docs2/a.md",
            "mydocs/b.rst",
            "x/docs/a.md",
            "a.yml",
            "a.yaml",
            "x/a.yaml",
            "setup.py",
            "x/setup.py",
            "src",
            "tests/data/a.json",
            "tests/b.json",
            "vendor/a.js",
            "a/vendor.js",
            "a.bak",
        ];
        for expression in [
            r"_test\.py$",
            r"^src/",
            r"^src/.*\.py$",
            "docs",
            "^docs",
            r"\.ya?ml$",
            r"^setup\.py$",
            r"setup\.py$",
            "(^|/)docs/",
            r"^(src|tests)/",
            "^tests/.*/a",
            r"a\.[^/]*$",
            "vendor",
            r".*\.bak$",
            "^src$",
        ] {
            let regex = regex::Regex::new(expression).unwrap();
            let mut set = globset::GlobSetBuilder::new();
            let globs = exact_globs(expression);
            assert!(!globs.is_empty(), "{expression}");
            for glob in &globs {
                let mut builder = globset::GlobBuilder::new(glob);
                set.add(builder.literal_separator(true).build().unwrap());
            }
            let set = set.build().unwrap();
            for path in paths {
                let is_found = regex.is_match(path);
                assert_eq!(
                    set.is_match(path),
                    is_found,
                    "{expression} {globs:?} {path}"
                );
            }
        }
        for expression in [r"^a\d+$", "(?i)a", "^(?!a)", "a{2}", "[ab]$", "ab*c"] {
            assert_eq!(exact_globs(expression), [""; 0], "{expression}");
        }
    }
}
