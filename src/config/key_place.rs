//! Where a key stands in the text of a configuration.

use toml::de::{DeTable, DeValue};

/// The number of the line of a key, counted from 1, and the line: that of the innermost of these keys that is
/// there. `None` if none is.
#[must_use]
pub(crate) fn line_of<'t>(text: &'t str, keys: &[String]) -> Option<(usize, &'t str)> {
    let (document, _) = DeTable::parse_recoverable(text);
    let mut table = Some(document.get_ref());
    let mut at = None;
    for key in keys {
        let Some((name, item)) = table.and_then(|table| table.get_key_value(key.as_str())) else {
            break;
        };
        at = Some(name.span().start);
        table = match item.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    let at = at?;
    let before = text.get(..at)?;
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[begin..].lines().next().unwrap_or_default();
    Some((before.matches('\n').count() + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_key_that_is_there_has_a_line() {
        let text = "[settings]\njobs = 1\n\n[gates.\"a.b\"]\nrun = 'x'\n[commit-msg]\nsubject = { style = 'free' }\n";
        for (keys, expected) in [
            (&["settings", "jobs"][..], Some((2, "jobs = 1"))),
            (&["gates", "a.b", "run"], Some((5, "run = 'x'"))),
            (&["gates", "a.b", "files"], Some((4, "[gates.\"a.b\"]"))),
            (
                &["commit-msg", "subject", "style"],
                Some((7, "subject = { style = 'free' }")),
            ),
            (&["agents"], None),
        ] {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(line_of(text, &keys), expected, "{keys:?}");
        }
    }
}
