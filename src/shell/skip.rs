//! Finds where quotes and substitutions end, however they are nested.

use super::{DEEPEST, Unreadable};

/// The end of what begins at a `$` or backquote: after the substitution, or after the sign itself
/// if it does not begin a substitution with brackets.
pub(super) fn expansion(text: &str, at: usize, depth: usize) -> Result<usize, Unreadable> {
    let rest = &text.as_bytes()[at..];
    match (rest.first(), rest.get(1)) {
        (Some(b'`'), _) => backquotes(text, at),
        (_, Some(b'(')) => brackets(text, at + 1, b')', depth),
        (_, Some(b'{')) => brackets(text, at + 1, b'}', depth),
        (_, Some(b'\'')) if rest.first() == Some(&b'$') => dollar_quotes(text, at),
        _ => Ok(at + 1),
    }
}

/// The length of the expansion that a text begins with: `$x`, `${...}`, `$(...)` or what is in
/// backquotes; `None` if it does not end.
pub(crate) fn expansion_length(text: &str) -> Option<usize> {
    let end = expansion(text, 0, 0).ok()?;
    if end > 1 {
        return Some(end);
    }
    if text[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return Some(2);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = text[1..].find(|c| !is_name(c)).unwrap_or(text.len() - 1);
    let is_special = name == 0 && text[1..].starts_with(['@', '*', '#', '?', '!', '$', '-']);
    Some(1 + name + usize::from(is_special))
}

/// The scripts of the substitutions in a word's text: `$(...)`, those in backquotes and in `${x:-...}`,
/// and those of `<(...)`.
pub(crate) fn substitutions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    if let Some(inside) = text
        .strip_prefix(['<', '>'])
        .filter(|rest| rest.starts_with('('))
    {
        let end = brackets(inside, 0, b')', 0).unwrap_or(inside.len());
        found.extend(inside[..end].get(1..end.max(2) - 1));
        return found;
    }
    let mut at = 0;
    while let Some(next) = text[at..].find(['$', '`']) {
        let begin = at + next;
        let Ok(end) = expansion(text, begin, 0) else {
            break;
        };
        let raw = &text[begin..end];
        if let Some(inside) = raw.strip_prefix("${") {
            found.extend(substitutions(inside));
        }
        let inside = raw
            .strip_prefix("$(")
            .and_then(|raw| raw.strip_suffix(')'))
            .or_else(|| raw.strip_prefix('`').and_then(|raw| raw.strip_suffix('`')));
        found.extend(inside);
        at = end;
    }
    found
}

/// The end of text in brackets, of which the opening one is at `at`.
pub(super) fn brackets(
    text: &str,
    at: usize,
    closing: u8,
    depth: usize,
) -> Result<usize, Unreadable> {
    if depth > DEEPEST {
        return Err(Unreadable);
    }
    let bytes = text.as_bytes();
    let mut here = at + 1;
    // The ends of the here-documents that begin at the next line, and whether tabs before them count.
    let mut documents: Vec<(String, bool)> = Vec::new();
    while let Some(byte) = bytes.get(here) {
        here = match byte {
            b if *b == closing => return Ok(here + 1),
            b'<' if closing == b')' && text[here..].starts_with("<<<") => here + 3,
            b'<' if closing == b')' && text[here..].starts_with("<<") => {
                let (end, without_tabs, after) = document_end(text, here);
                documents.extend(end.map(|end| (end, without_tabs)));
                after
            }
            b'\n' if !documents.is_empty() => {
                let ends = std::mem::take(&mut documents).into_iter();
                ends.fold(here + 1, |at, (end, without_tabs)| {
                    after_document(text, at, &end, without_tabs)
                })
            }
            b'\\' => here + 2,
            b'\'' if closing == b')' => single_quotes(text, here)?,
            b'"' => double_quotes(text, here, depth + 1)?,
            b'$' | b'`' => expansion(text, here, depth + 1)?,
            b'(' if closing == b')' => brackets(text, here, b')', depth + 1)?,
            b'#' if closing == b')' && bytes[here - 1].is_ascii_whitespace() => {
                text[here..].find('\n').map_or(text.len(), |end| here + end)
            }
            _ => here + 1,
        };
    }
    Err(Unreadable)
}

/// The line that ends the here-document whose `<<` is at `at`, whether tabs before it do not count, and where
/// the word after `<<` ends. `None` where no word follows, as in `$((1 << 2))`.
fn document_end(text: &str, at: usize) -> (Option<String>, bool, usize) {
    let mut here = at + 2;
    let without_tabs = text[here..].starts_with('-');
    here += usize::from(without_tabs);
    here += text[here..].len() - text[here..].trim_start_matches([' ', '\t']).len();
    let mut end = String::new();
    let mut quote = None;
    for (offset, character) in text[here..].char_indices() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '\\') => {}
            (None, _) if !(character.is_alphanumeric() || "_-.+@%!".contains(character)) => {
                let is_name = end.starts_with(|c: char| !c.is_ascii_digit());
                return (Some(end).filter(|_| is_name), without_tabs, here + offset);
            }
            _ => end.push(character),
        }
    }
    (None, without_tabs, text.len())
}

/// Where the line after a here-document begins, of which the first line is at `at`.
fn after_document(text: &str, at: usize, end: &str, without_tabs: bool) -> usize {
    let mut here = at;
    for line in text[at..].split_inclusive('\n') {
        here += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = if without_tabs {
            line.trim_start_matches('\t')
        } else {
            line
        };
        if line == end {
            break;
        }
    }
    here
}

/// The end of text in `$'...'`, of which the dollar sign is at `at`.
pub(super) fn dollar_quotes(text: &str, at: usize) -> Result<usize, Unreadable> {
    let bytes = text.as_bytes();
    let mut here = at + 2;
    while let Some(byte) = bytes.get(here) {
        here = match byte {
            b'\'' => return Ok(here + 1),
            b'\\' => here + 2,
            _ => here + 1,
        };
    }
    Err(Unreadable)
}

/// The end of text in single quotes, of which the first is at `at`.
pub(super) fn single_quotes(text: &str, at: usize) -> Result<usize, Unreadable> {
    let end = text[at + 1..].find('\'').ok_or(Unreadable)?;
    Ok(at + 1 + end + 1)
}

fn double_quotes(text: &str, at: usize, depth: usize) -> Result<usize, Unreadable> {
    let bytes = text.as_bytes();
    let mut here = at + 1;
    while let Some(byte) = bytes.get(here) {
        here = match byte {
            b'"' => return Ok(here + 1),
            b'\\' => here + 2,
            // A quote after it ends the text.
            b'$' if bytes.get(here + 1) == Some(&b'\'') => here + 1,
            b'$' | b'`' => expansion(text, here, depth + 1)?,
            _ => here + 1,
        };
    }
    Err(Unreadable)
}

fn backquotes(text: &str, at: usize) -> Result<usize, Unreadable> {
    let bytes = text.as_bytes();
    let mut here = at + 1;
    while let Some(byte) = bytes.get(here) {
        here = match byte {
            b'`' => return Ok(here + 1),
            b'\\' => here + 2,
            _ => here + 1,
        };
    }
    Err(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_in_a_word_are_found() {
        assert_eq!(
            substitutions("a$(b $(c))${x:-$(d)}`e` $f $(("),
            ["b $(c)", "d", "e"]
        );
        assert_eq!(substitutions("<(a $(b))"), ["a $(b)"]);
    }

    #[test]
    fn substitutions_end_where_the_shell_ends_them() {
        for text in [
            "$(a)",
            "$(a \"$(b ')')\" c)",
            "$(a # it's )\n)",
            "${x:-\"}\"}",
            "$((1 + (2)))",
            "`a \\` b`",
            "$(a (b) \\) c)",
            "${x#'}",
            "$(a <<'E'\nit's )\nE\n)",
            "$(a <<-E; b\n\")\n\tE\n)",
            "$(a <<< 'b')",
            "$((1<<2))",
            "$'it\\'s'",
            "$(a $'it\\'s )')",
            "$(echo \"$'\")",
        ] {
            let more = format!("{text} and more");
            assert_eq!(expansion(&more, 0, 0), Ok(text.len()), "{text}");
        }
        assert_eq!(expansion("$x", 0, 0), Ok(1));
        assert_eq!(expansion("$", 0, 0), Ok(1));
        for text in ["$(a", "${a", "`a", "$(a ')", "$(a \")", "$(a \\"] {
            assert_eq!(expansion(text, 0, 0), Err(Unreadable), "{text}");
        }
        assert_eq!(expansion(&"$(".repeat(100_000), 0, 0), Err(Unreadable));
    }
}
