//! Turns the regular expressions for paths that hook managers use into globs.

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

/// The globs that match exactly the paths in which an expression is found; none if it is empty, or if no glob
/// stands for it. A name that is not anchored may be a part of a longer one.
#[must_use]
pub(super) fn globs(expression: &str) -> Vec<String> {
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
    let globs: Option<Vec<_>> = parts.iter().map(|part| glob(part)).collect();
    globs.unwrap_or_default()
}

/// How many globs an expression may become.
const MOST: usize = 32;

/// One path as a glob that matches exactly what the expression does, but for a dot, which is taken for itself.
fn glob(part: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_what_the_expression_does() {
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
            let globs = globs(expression);
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
            assert_eq!(globs(expression), [""; 0], "{expression}");
        }
    }
}
