//! Positions as tools print them after a path: `:3`, `:3:5`, `:3:5-9`, `(3,5)`.

use super::raw::RawSpan;

/// The number that a text begins with, and what follows it.
#[must_use]
pub(super) fn number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, &text[end..]))
}

/// The line and, if there is one, the column that a text begins with, as in `3:5`, and what follows.
#[must_use]
pub(super) fn with_colons(text: &str) -> Option<(RawSpan, &str)> {
    let (line, rest) = number(text)?;
    let mut at = RawSpan {
        line: Some(line),
        ..RawSpan::default()
    };
    let column = rest.strip_prefix(':').and_then(number);
    let Some((column, rest)) = column else {
        return Some((at, rest));
    };
    at.column = Some(column);
    // `3:5:3:9`, as mypy prints it with `--show-error-end`: where it ends, with the last column.
    let whole = rest.strip_prefix(':').and_then(number);
    let whole = whole
        .and_then(|(end_line, rest)| Some((end_line, rest.strip_prefix(':').and_then(number)?)));
    if let Some((end_line, (end, rest))) = whole {
        at.end_line = Some(end_line);
        at.end_column = end.checked_add(1);
        return Some((at, rest));
    }
    // `3:5-9`, as biome can print it.
    let end = rest.strip_prefix('-').and_then(number);
    match end {
        Some((end, rest)) => {
            at.end_line = Some(line);
            at.end_column = end.checked_add(1);
            Some((at, rest))
        }
        None => Some((at, rest)),
    }
}

/// What may be a path at the beginning of a line, with a position after it and the rest of the line: one
/// for each colon that may stand between the two.
pub(super) fn after_paths(line: &str) -> impl Iterator<Item = (&str, RawSpan, &str)> {
    let colons = line.match_indices(':').take(MOST_COLONS);
    colons.filter_map(|(colon, _)| {
        let path = line[..colon].trim();
        let (at, rest) = with_colons(&line[colon + 1..])?;
        let ends = rest.is_empty() || rest.starts_with([':', ' ', '\t', '-']);
        (ends && !path.is_empty()).then_some((path, at, rest))
    })
}

/// How many colons of a line are looked at: the path that stands before one is looked up.
const MOST_COLONS: usize = 8;

/// The paths with a position in parentheses after them, as in `a.ts(3,5): rest`, and what follows. A path may
/// have parentheses, too.
pub(super) fn in_parentheses(line: &str) -> impl Iterator<Item = (&str, RawSpan, &str)> {
    let opened = line.match_indices('(').take(MOST_COLONS);
    opened.filter_map(|(open, _)| position_at(line, open))
}

fn position_at(line: &str, open: usize) -> Option<(&str, RawSpan, &str)> {
    let (first, mut rest) = number(&line[open + 1..])?;
    let mut at = RawSpan {
        line: Some(first),
        ..RawSpan::default()
    };
    let fields = [&mut at.column, &mut at.end_line, &mut at.end_column];
    for field in fields {
        let Some((value, after)) = rest.strip_prefix(',').and_then(number) else {
            break;
        };
        (*field, rest) = (Some(value), after);
    }
    let rest = rest.strip_prefix(')')?;
    let path = line[..open].trim();
    (!path.is_empty() && rest.starts_with([':', ' '])).then_some((path, at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_from_the_end_of_paths() {
        let all = |line| -> Vec<(&str, RawSpan, &str)> { after_paths(line).collect() };
        let at = |line, column| RawSpan {
            line: Some(line),
            column,
            ..RawSpan::default()
        };
        assert_eq!(all("a.py:3: x"), [("a.py", at(3, None), ": x")]);
        assert_eq!(
            all(" b c.py:3:7 - x")[0],
            ("b c.py", at(3, Some(7)), " - x")
        );
        let ends = RawSpan {
            end_line: Some(4),
            end_column: Some(10),
            ..at(3, Some(5))
        };
        assert_eq!(
            all("a.py:3:5:4:9: error: x")[0],
            ("a.py", ends, ": error: x")
        );
        assert_eq!(all("a:3:b.py:7: x")[1], ("a:3:b.py", at(7, None), ": x"));
        assert_eq!(
            all("12:30:45 started")[0],
            ("12", at(30, Some(45)), " started")
        );
        assert!(all("99999999999999:1").len() <= 1 && all("a:b").is_empty());
        assert_eq!(
            in_parentheses("src/a.ts(3,5): error").next(),
            Some(("src/a.ts", at(3, Some(5)), ": error"))
        );
        assert_eq!(
            in_parentheses("call(3) x()").next(),
            Some(("call", at(3, None), " x()"))
        );
        assert_eq!(in_parentheses("(3): x").next(), None);
        assert_eq!(
            in_parentheses("a (1).ts(2,3): x").next(),
            Some(("a (1).ts", at(2, Some(3)), ": x"))
        );
    }
}
