//! What a shell makes of a variable in `${...}` (bash(1), "Parameter Expansion").

use globset::{GlobBuilder, GlobMatcher};

/// The parts of `${NAME OPERATOR}`: the name, an index in brackets, and the operator with its words.
pub(super) struct Expansion<'t> {
    /// The variable.
    pub(super) name: &'t str,
    /// What stands in brackets after it.
    pub(super) index: Option<&'t str>,
    /// `!`: the variable holds the name of the one that is meant.
    pub(super) is_indirect: bool,
    /// What follows.
    operator: &'t str,
}

impl<'t> Expansion<'t> {
    /// Reads what stands between `${` and `}`.
    pub(super) fn read(inside: &'t str) -> Self {
        let (is_indirect, rest) = match inside.strip_prefix('!') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, inside),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let end = if end == 0 && rest.starts_with(['@', '*']) {
            1
        } else {
            end
        };
        let (name, rest) = rest.split_at(end);
        let index = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (index, operator) = match index {
            Some((index, operator)) => (Some(index), operator),
            None => (None, rest),
        };
        Self {
            name,
            index,
            is_indirect,
            operator,
        }
    }

    /// What it stands for, if that is known. `put_in` puts what is known into the words of the operator.
    pub(super) fn of(
        &self,
        value: Option<&str>,
        put_in: impl Fn(&str) -> String,
    ) -> Option<String> {
        let is_empty_unset = self.operator.starts_with(':');
        let operator = self.operator.strip_prefix(':').unwrap_or(self.operator);
        let set = value.filter(|value| !is_empty_unset || !value.is_empty());
        if self.operator.is_empty() {
            return value.map(str::to_owned);
        }
        if let Some(word) = operator.strip_prefix(['-', '=']) {
            return Some(set.map_or_else(|| put_in(word), str::to_owned));
        }
        if let Some(word) = operator.strip_prefix('+') {
            let word = put_in(word);
            // Of a variable that only the environment may have, an option is what matters.
            let counts = set.is_some() || value.is_none() && word.starts_with('-');
            return Some(if counts { word } else { String::new() });
        }
        let value = value?;
        if is_empty_unset {
            return match operator.strip_prefix('?') {
                Some(_) => Some(value.to_owned()),
                // What is calculated may begin at any place.
                None => part(value, &put_in(operator)).or_else(|| Some(value.to_owned())),
            };
        }
        let (sign, word) = operator.split_at(operator.chars().next().map_or(0, char::len_utf8));
        match sign {
            "#" => Some(without_start(value, word, &put_in)),
            "%" => Some(without_end(value, word, &put_in)),
            "/" => Some(replaced(value, word, &put_in)),
            "^" | "," => Some(in_case(value, sign, word)),
            // `${x?word}`, and `${x@Q}` with its like, which change the form only.
            "?" | "@" => Some(value.to_owned()),
            _ => None,
        }
    }
}

/// A pattern of the shell.
enum Pattern {
    /// Without wildcards.
    Literal(String),
    Glob(GlobMatcher),
}

impl Pattern {
    fn new(text: &str) -> Self {
        if !text.contains(['*', '?', '[', '\\']) {
            return Self::Literal(text.to_owned());
        }
        let escaped = text.replace('{', "\\{").replace('}', "\\}");
        let glob = GlobBuilder::new(&escaped).backslash_escape(true).build();
        match glob {
            Ok(glob) => Self::Glob(glob.compile_matcher()),
            Err(_) => Self::Literal(text.to_owned()),
        }
    }

    /// Whether a text matches as a whole.
    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == text,
            Self::Glob(glob) => glob.is_match(text),
        }
    }
}

/// Whether a text matches a pattern of the shell as a whole.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern).matches(text)
}

/// The places where a text may be cut: before and after each of its characters.
fn cuts(text: &str) -> Vec<usize> {
    let ends = text.char_indices().map(|(at, _)| at);
    ends.chain([text.len()]).collect()
}

/// The longest text in which a pattern is searched, in bytes: each place is tried.
const LONGEST: usize = 256;

/// `${x#word}` and `${x##word}`.
fn without_start(value: &str, word: &str, put_in: impl Fn(&str) -> String) -> String {
    let (is_longest, word) = match word.strip_prefix('#') {
        Some(word) => (true, word),
        None => (false, word),
    };
    let pattern = put_in(word);
    let mut cuts = if value.len() > LONGEST {
        vec![pattern.len()]
    } else {
        cuts(value)
    };
    if is_longest {
        cuts.reverse();
    }
    let pattern = Pattern::new(&pattern);
    let cut = cuts
        .into_iter()
        .find(|at| value.get(..*at).is_some_and(|start| pattern.matches(start)));
    value[cut.unwrap_or(0)..].to_owned()
}

/// `${x%word}` and `${x%%word}`.
fn without_end(value: &str, word: &str, put_in: impl Fn(&str) -> String) -> String {
    let (is_longest, word) = match word.strip_prefix('%') {
        Some(word) => (true, word),
        None => (false, word),
    };
    let pattern = put_in(word);
    let mut cuts = if value.len() > LONGEST {
        vec![value.len().saturating_sub(pattern.len())]
    } else {
        cuts(value)
    };
    if !is_longest {
        cuts.reverse();
    }
    let pattern = Pattern::new(&pattern);
    let cut = cuts
        .into_iter()
        .find(|at| value.get(*at..).is_some_and(|end| pattern.matches(end)));
    value[..cut.unwrap_or(value.len())].to_owned()
}

/// `${x/pattern/word}` and its variants.
fn replaced(value: &str, word: &str, put_in: impl Fn(&str) -> String) -> String {
    let (anchor, word) = match word.chars().next() {
        Some(sign @ ('/' | '#' | '%')) => (sign, &word[1..]),
        _ => (' ', word),
    };
    let (pattern, by) = split_pattern(word);
    let (pattern, by) = (put_in(pattern), put_in(by));
    if pattern.is_empty() {
        return match anchor {
            '#' => by + value,
            '%' => value.to_owned() + &by,
            _ => value.to_owned(),
        };
    }
    // Text must not multiply itself.
    if by.len() > LONGEST {
        return value.to_owned();
    }
    if value.len() > LONGEST {
        return value.replacen(&pattern, &by, 64);
    }
    let pattern = Pattern::new(&pattern);
    let ends = cuts(value);
    let mut text = String::new();
    let mut at = 0;
    let mut is_done = false;
    while at < value.len() {
        let found = ends.iter().rev().copied().find(|end| {
            let fits = match anchor {
                '#' => at == 0,
                '%' => *end == value.len(),
                _ => true,
            };
            *end > at && fits && !is_done && pattern.matches(&value[at..*end])
        });
        if let Some(end) = found {
            text.push_str(&by);
            at = end;
            is_done = anchor != '/';
        } else {
            let next = ends.iter().copied().find(|end| *end > at);
            let next = next.unwrap_or(value.len());
            text.push_str(&value[at..next]);
            at = next;
        }
    }
    text
}

/// The pattern and what replaces it, which a slash separates.
fn split_pattern(word: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, character) in word.char_indices() {
        match character {
            '/' if !is_escaped => return (&word[..at], &word[at + 1..]),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    (word, "")
}

/// `${x^}`, `${x^^}`, `${x,}` and `${x,,}`.
fn in_case(value: &str, sign: &str, rest: &str) -> String {
    let changed = |text: &str| match sign {
        "^" => text.to_uppercase(),
        _ => text.to_lowercase(),
    };
    if rest.starts_with(sign) {
        return changed(value);
    }
    let end = value.chars().next().map_or(0, char::len_utf8);
    changed(&value[..end]) + &value[end..]
}

/// `${x:begin}` and `${x:begin:length}`; a negative number counts from the end.
fn part(value: &str, word: &str) -> Option<String> {
    let (begin, length) = match word.split_once(':') {
        Some((begin, length)) => (begin, Some(length)),
        None => (word, None),
    };
    let characters: Vec<char> = value.chars().collect();
    let from_end = |number: isize| {
        let at = if number < 0 {
            characters.len().checked_sub(number.unsigned_abs())?
        } else {
            number.unsigned_abs()
        };
        Some(at.min(characters.len()))
    };
    let begin = from_end(begin.trim().parse().ok()?)?;
    let end = match length {
        None => characters.len(),
        Some(length) => match length.trim().parse::<isize>().ok()? {
            length if length < 0 => from_end(length)?,
            length => (begin + length.unsigned_abs()).min(characters.len()),
        },
    };
    Some(characters.get(begin..end)?.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::Expansion;

    #[test]
    fn values_become_what_bash_makes_of_them() {
        for (inside, value, expected) in [
            ("x", Some("a"), Some("a")),
            ("x", None, None),
            ("x:-b", None, Some("b")),
            ("x:-b", Some(""), Some("b")),
            ("x-b", Some(""), Some("")),
            ("x:=b", None, Some("b")),
            ("x:+b", Some("a"), Some("b")),
            ("x+b", Some(""), Some("b")),
            ("x:+b", None, Some("")),
            ("x:+-b", None, Some("-b")),
            ("x:+-b", Some(""), Some("")),
            ("x:?b", Some("a"), Some("a")),
            ("x#a", Some("aab"), Some("ab")),
            ("x#*/", Some("a/b/c"), Some("b/c")),
            ("x##*/", Some("a/b/c"), Some("c")),
            ("x%/*", Some("a/b/c"), Some("a/b")),
            ("x%%/*", Some("a/b/c"), Some("a")),
            ("x%.rs", Some("a.rs"), Some("a")),
            ("x#b", Some("ab"), Some("ab")),
            ("x/a/b", Some("aa"), Some("ba")),
            ("x//a/b", Some("aa"), Some("bb")),
            ("x/#a/b", Some("aca"), Some("bca")),
            ("x/%a/b", Some("aca"), Some("acb")),
            ("x/a", Some("cab"), Some("cb")),
            ("x/[0-9]/", Some("a1b"), Some("ab")),
            ("x:1", Some("abc"), Some("bc")),
            ("x:0:2", Some("abc"), Some("ab")),
            ("x: -1", Some("abc"), Some("c")),
            ("x:0:-1", Some("abc"), Some("ab")),
            ("x^^", Some("ab"), Some("AB")),
            ("x^", Some("ab"), Some("Ab")),
            ("x,,", Some("AB"), Some("ab")),
            ("x@Q", Some("a"), Some("a")),
        ] {
            let expansion = Expansion::read(inside);
            assert_eq!(expansion.name, "x");
            let found = expansion.of(value, str::to_owned);
            assert_eq!(found.as_deref(), expected, "{inside} {value:?}");
        }
        let indexed = Expansion::read("x[0]#a");
        assert_eq!(indexed.index, Some("0"));
        assert_eq!(indexed.of(Some("ab"), str::to_owned).as_deref(), Some("b"));
        assert!(Expansion::read("!x").is_indirect);
    }
}
