//! The escapes of `$'...'` (bash(1), "ANSI-C Quoting"; POSIX has it since 2024).

/// The text that stands in `$'...'`, or is printed by `echo -e` and `printf`.
pub(crate) fn decoded(inside: &str) -> String {
    let mut text = String::new();
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (character, after) = escape(&rest[at + 1..]);
        text.extend(character);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The character of an escape, and what follows it.
fn escape(rest: &str) -> (Option<char>, &str) {
    let Some(letter) = rest.chars().next() else {
        return (Some('\\'), rest);
    };
    let after = &rest[letter.len_utf8()..];
    let plain = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' | 'E' => '\u{1b}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'x' => return number(after, 16, 2),
        'u' => return number(after, 16, 4),
        'U' => return number(after, 16, 8),
        '0'..='7' => return number(rest, 8, 3),
        other => other,
    };
    (Some(plain), after)
}

fn number(rest: &str, radix: u32, most: usize) -> (Option<char>, &str) {
    let digits = rest.chars().take(most);
    let length = digits.take_while(|c| c.is_digit(radix)).count();
    let code = u32::from_str_radix(&rest[..length], radix).ok();
    (code.and_then(char::from_u32), &rest[length..])
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn escapes_stand_for_characters() {
        for (inside, text) in [
            ("plain", "plain"),
            (r"it\'s", "it's"),
            (r"\x2d\55\u002dn", "---n"),
            (r"a\nb\\", "a\nb\\"),
            (r"\x", ""),
            (r"a\", "a\\"),
            (r"\xé", "é"),
        ] {
            assert_eq!(decoded(inside), text, "{inside}");
        }
    }
}
