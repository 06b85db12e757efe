//! Programs of a pipeline that pass on what they read, in another form: `base64 -d`, `tr`, `sed`.

use regex::Regex;

use crate::shell::decoded;

/// The longest input that is followed, and the longest text that replaces another, in bytes.
const LONGEST: usize = 1 << 16;
const LONGEST_REPLACEMENT: usize = 256;

/// The text that a program makes of its input; `None` if that is not known.
pub(super) fn passed(name: &str, arguments: &[String], input: &str) -> Option<String> {
    let has = |options: &[&str]| {
        arguments
            .iter()
            .any(|word| options.contains(&word.as_str()))
    };
    match name {
        // Which lines are left is not looked at: every one may be among them.
        "head" | "tail" | "sort" | "uniq" | "tac" | "grep" | "envsubst" | "sponge" | "pv"
        | "nl" | "column" | "fmt" => Some(input.to_owned()),
        "base64" | "gbase64" if has(&["-d", "-D", "-di", "--decode"]) => from_base64(input),
        "openssl" if has(&["-d"]) && has(&["base64", "-base64", "-a"]) => from_base64(input),
        "xxd" if has(&["-r"]) || has(&["-rp", "-pr"]) => from_hexadecimal(input),
        "rev" => {
            let lines = input.lines().map(|line| line.chars().rev().collect());
            Some(lines.collect::<Vec<String>>().join("\n"))
        }
        "tr" => Some(translated(arguments, input)),
        "cut" => fields_cut(arguments, input),
        "awk" | "gawk" | "mawk" => fields_printed(arguments, input),
        "sed" | "gsed" => Some(substituted(arguments, input)),
        _ => None,
    }
}

fn from_base64(text: &str) -> Option<String> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        if byte == b'=' {
            break;
        }
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        bits = bits << 6 | u32::try_from(digit).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

fn from_hexadecimal(text: &str) -> Option<String> {
    let digits: Vec<u32> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    let bytes = digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// `cut -d SIGN -f NUMBER`: one field of each line.
fn fields_cut(arguments: &[String], input: &str) -> Option<String> {
    let value = |option: &str| {
        arguments.iter().enumerate().find_map(|(at, word)| {
            let clinging = word.strip_prefix(option)?;
            if clinging.is_empty() {
                arguments.get(at + 1).map(String::as_str)
            } else {
                Some(clinging)
            }
        })
    };
    let sign = value("-d").unwrap_or("\t");
    let number: usize = value("-f")?.trim_end_matches('-').parse().ok()?;
    let to_end = value("-f")?.ends_with('-');
    let of_line = |line: &str| {
        let mut fields = line.split(sign).skip(number.saturating_sub(1));
        if to_end {
            fields.collect::<Vec<_>>().join(sign)
        } else {
            fields.next().unwrap_or_default().to_owned()
        }
    };
    Some(input.lines().map(of_line).collect::<Vec<_>>().join("\n"))
}

/// `awk '{print $NUMBER}'`: one field of each line; every line for other programs that only print.
fn fields_printed(arguments: &[String], input: &str) -> Option<String> {
    let program = arguments.iter().find(|word| word.contains("print"))?;
    let field = program.split("print").nth(1)?.trim();
    let number = field.strip_prefix('$')?;
    let end = number
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(number.len());
    let of_line = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match &number[..end] {
            "NF" => fields.last().copied().unwrap_or_default().to_owned(),
            "0" => line.to_owned(),
            number => {
                let at = number.parse().unwrap_or(1_usize).saturating_sub(1);
                fields.get(at).copied().unwrap_or_default().to_owned()
            }
        }
    };
    Some(input.lines().map(of_line).collect::<Vec<_>>().join("\n"))
}

/// `tr`: characters of the first set become those of the second, or are removed.
fn translated(arguments: &[String], input: &str) -> String {
    let removes = arguments
        .iter()
        .any(|word| word == "-d" || word == "--delete");
    let sets: Vec<Vec<char>> = arguments
        .iter()
        .filter(|word| !word.starts_with('-') || word.len() == 1)
        .map(|word| set(&decoded(word)))
        .collect();
    let (Some(from), to) = (sets.first(), sets.get(1)) else {
        return input.to_owned();
    };
    let translate = |character: char| {
        let Some(at) = from.iter().position(|known| *known == character) else {
            return Some(character);
        };
        if removes {
            return None;
        }
        to.and_then(|to| to.get(at).or(to.last()).copied())
            .or(Some(character))
    };
    input.chars().filter_map(translate).collect()
}

/// The characters of a set: `a-z`, `[:upper:]`.
fn set(text: &str) -> Vec<char> {
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:digit:]", "0-9");
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        match signs.get(at..at + 3) {
            Some([from, '-', to]) if from <= to && (*to as u32 - *from as u32) < 256 => {
                found.extend(*from..=*to);
                at += 3;
            }
            _ => {
                found.push(signs[at]);
                at += 1;
            }
        }
    }
    found
}

/// A substitution of `sed`: `s/a/b/g`.
pub(super) struct Substitution<'t> {
    pattern: &'t str,
    /// What replaces it.
    pub(super) by: &'t str,
    /// The letters at its end.
    pub(super) flags: &'t str,
}

/// Reads a substitution of `sed`.
pub(super) fn substitution(program: &str) -> Option<Substitution<'_>> {
    let program = program.trim_start_matches(|c: char| c.is_ascii_digit() || "$ ,".contains(c));
    let rest = program.strip_prefix('s')?;
    let sign = rest.chars().next().filter(char::is_ascii_punctuation)?;
    let mut parts = Vec::new();
    let mut begin = 1;
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if character == sign && !is_escaped {
            parts.push(rest.get(begin..at)?);
            begin = at + 1;
            if parts.len() == 2 {
                break;
            }
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    match parts.as_slice() {
        [pattern, by] => Some(Substitution {
            pattern,
            by,
            flags: rest.get(begin..).unwrap_or_default(),
        }),
        _ => None,
    }
}

/// `sed`: its substitutions, one after the other.
pub(super) fn substituted(arguments: &[String], input: &str) -> String {
    let mut text = input.to_owned();
    for substitution in arguments.iter().filter_map(|word| substitution(word)) {
        if substitution.by.len() > LONGEST_REPLACEMENT || text.len() > LONGEST {
            continue;
        }
        // The usual patterns mean the same to both.
        let Ok(pattern) = Regex::new(substitution.pattern) else {
            continue;
        };
        let by = substitution.by.replace('$', "$$").replace('&', "${0}");
        text = if substitution.flags.contains('g') {
            pattern.replace_all(&text, by.as_str()).into_owned()
        } else {
            let lines = text
                .lines()
                .map(|line| pattern.replace(line, by.as_str()).into_owned());
            lines.collect::<Vec<_>>().join("\n")
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn filters_make_what_the_programs_make() {
        for (line, input, expected) in [
            ("base64 -d", "Z2l0IHB1c2g=\n", Some("git push")),
            ("base64", "git", None),
            ("xxd -r -p", "676974", Some("git")),
            ("rev", "tig\nhsup", Some("git\npush")),
            ("tr A-Z a-z", "GIT-n", Some("git-n")),
            ("tr -d x", "gxixt", Some("git")),
            ("tr [:upper:] [:lower:]", "GIT", Some("git")),
            ("sed s/X/n/", "-X -X", Some("-n -X")),
            ("sed -e s|X|n|g", "-X -X", Some("-n -n")),
            ("head -1", "git", Some("git")),
            ("cut -c1", "git", None),
            ("cut -d: -f 2", "a:git:b", Some("git")),
            ("cut -f2- -d-", "a-b-n", Some("b-n")),
            ("awk {print($2)}", "a b", None),
            ("awk {print$2}", "a -n b", Some("-n")),
        ] {
            let mut words = line.split(' ').map(str::to_owned);
            let name = words.next().unwrap();
            let found = passed(&name, &words.collect::<Vec<_>>(), input);
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }
}
