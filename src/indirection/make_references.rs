//! The references in a text of a makefile, `$(X)`, `$@`, and the words around them.

use std::collections::{BTreeMap, BTreeSet};

/// The values of `$@` and similar variables, and of those that only a part of a text sees.
pub(super) type Locals = BTreeMap<String, String>;

/// What `%` stands for if a pattern matches a name.
pub(super) fn stem<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (start, end) = pattern.split_once('%')?;
    name.strip_prefix(start)?.strip_suffix(end)
}

/// A word, rewritten from the pattern `from` to the pattern `to` if it matches.
pub(super) fn substituted(word: &str, from: &str, to: &str) -> String {
    let stem = match from.split_once('%') {
        Some((start, end)) => word
            .strip_prefix(start)
            .and_then(|word| word.strip_suffix(end)),
        None => (word == from).then_some(""),
    };
    stem.map_or_else(|| word.to_owned(), |stem| to.replacen('%', stem, 1))
}

/// The arguments of a function: its commas outside of references separate them.
pub(super) fn arguments(text: &str) -> Vec<&str> {
    let (mut found, mut depth, mut begin) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[begin..]);
    found
}

/// A part of a text.
pub(super) enum Part<'t> {
    Text(&'t str),
    /// `$$`
    Dollar,
    /// `$(inside)`, `${inside}`, `$x`
    Reference {
        inside: &'t str,
        raw: &'t str,
    },
}

pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        parts.push(Part::Text(&rest[..at]));
        rest = &rest[at..];
        let Some(next) = rest[1..].chars().next() else {
            break;
        };
        let length = match next {
            '$' => {
                parts.push(Part::Dollar);
                2
            }
            '(' | '{' => {
                let end = closing(rest).unwrap_or(rest.len());
                let inside = rest[..end].strip_suffix([')', '}']).unwrap_or(&rest[..end]);
                parts.push(Part::Reference {
                    inside: inside[2..].trim(),
                    raw: &rest[..end],
                });
                end
            }
            c => {
                let end = 1 + c.len_utf8();
                parts.push(Part::Reference {
                    inside: &rest[1..end],
                    raw: &rest[..end],
                });
                end
            }
        };
        rest = &rest[length..];
    }
    parts.push(Part::Text(rest));
    parts
}

/// The end of the reference that a text begins with.
pub(super) fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The variables that a text refers to, and whether it refers to one by a computed name.
pub(super) fn references(text: &str) -> (BTreeSet<&str>, bool) {
    const BY_NAME: [&str; 5] = ["call", "value", "origin", "flavor", "foreach"];
    let (mut names, mut is_computed) = (BTreeSet::new(), false);
    for part in parts(text) {
        let Part::Reference { inside, .. } = part else {
            continue;
        };
        is_computed |= inside.starts_with('$') || inside.starts_with("eval ");
        let is_name = |c: char| !c.is_whitespace() && !":,()${}".contains(c);
        let end = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
        let (name, rest) = inside.split_at(end);
        if BY_NAME.contains(&name) {
            let called = rest.trim_start().split([',', ' ']).next();
            names.extend(called.filter(|called| !called.is_empty()));
            is_computed |= called.is_some_and(|called| called.contains('$'));
        }
        if rest.starts_with('$') && !name.is_empty() {
            is_computed = true;
        }
        names.insert(name);
        let (inner, inner_computed) = references(rest);
        names.extend(inner);
        is_computed |= inner_computed;
    }
    (names, is_computed)
}

/// The patterns of each `$(wildcard)` in a text.
pub(super) fn wildcards(text: &str) -> impl Iterator<Item = &str> {
    let starts = ["$(wildcard ", "${wildcard "];
    let places = starts
        .into_iter()
        .flat_map(|start| text.match_indices(start));
    places.filter_map(|(at, start)| {
        let whole = &text[at..];
        let inside = &whole[start.len()..closing(whole)?.checked_sub(1)?];
        Some(inside.trim())
    })
}

/// The words of a text; a reference with blanks in it is one.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut begin, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            c if c.is_whitespace() && depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(&text[begin..]);
    found.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_a_text() {
        let cases = [
            (
                "$(A) ${B:x=$(C)} $D $$E $(shell cat $(F))",
                "A B C D F shell",
                false,
            ),
            ("$(call G,$(H))", "G H call", false),
            ("$($(I))", " I", true),
            ("$(J_$(K))", "J_ K", true),
            ("$(eval X = y)", "eval", true),
            ("$(L", "L", false),
        ];
        for (text, expected, computed) in cases {
            let (names, is_computed) = references(text);
            let names: Vec<&str> = names.into_iter().collect();
            assert_eq!(names.join(" "), expected, "{text}");
            assert_eq!(is_computed, computed, "{text}");
        }
    }
}
