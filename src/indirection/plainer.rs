//! Scripts of bash, without what a POSIX shell does not have.
//!
//! What becomes of them shows which programs they call. It does not show how they end.

use std::sync::LazyLock;

use regex::Regex;

use crate::shell::expansion_length;

/// Where an array begins that is assigned (`files=(`), or arithmetic at the place of a command (`((`).
static BEGINS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)(?P<array>\b[A-Za-z_]\w*\+?=)\(|(?P<before>^|[;&|{]|\b(?:if|elif|while|until|do|then|for))[ \t]*\(\(").ok()
});

/// A script with lists of words in place of arrays, and without arithmetic; `None` if it has neither.
pub(super) fn plainer(text: &str) -> Option<String> {
    let begins = BEGINS.as_ref()?;
    let mut plain = String::new();
    let mut rest = text;
    while let Some(found) = begins.captures(rest) {
        let whole = found.get(0)?;
        let array = found.name("array");
        let open = match array {
            Some(array) => array.end(),
            None => whole.end() - 2,
        };
        // As long as `$(...)` is without its sign.
        let length = expansion_length(&format!("${}", &rest[open..]))? - 1;
        let inside = &rest[open + 1..open + length - 1];
        if let Some(array) = array {
            plain.push_str(&rest[..array.end()]);
            plain.push('"');
            plain.push_str(&inside.replace(['"', '\'', '\n'], " "));
            plain.push('"');
        } else {
            let before = found.name("before")?;
            plain.push_str(&rest[..before.end()]);
            let instead = if before.as_str() == "for" {
                " _ in 1"
            } else {
                " :"
            };
            plain.push_str(instead);
        }
        rest = &rest[open + length..];
    }
    (rest.len() != text.len()).then(|| plain + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_arithmetic_are_replaced() {
        for (text, expected) in [
            ("x=(a 'b'\n c)\ny", Some("x=\" a  b   c\"\ny")),
            ("local -a x+=($(ls))", Some("local -a x+=\"$(ls)\"")),
            (
                "for ((i = 0; i < (3); i++)); do a; done",
                Some("for _ in 1; do a; done"),
            ),
            (
                "((n++))\nif ((n)); then a; fi",
                Some(" :\nif :; then a; fi"),
            ),
            ("a && (b)", None),
            ("x=(", None),
        ] {
            let expected = expected.map(|text| text.replace("\" a", "\"a"));
            assert_eq!(plainer(text), expected, "{text}");
        }
    }
}
