//! What the words of a command become: variables, substitutions and braces are put in, as far as the script itself
//! says what they stand for. What is not known stays as it was typed.

use std::ffi::OsStr;

use super::expansion::Expansion;
use super::list_value::{bare_values, item, keys, values_of_list};
use super::state::{TEXT_OF_FILE, Walk};
use crate::shell::{Word, expansion_length};

/// How many words braces may become.
const MOST: usize = 64;

/// The longest text that is put together, in bytes: variables may multiply themselves.
const LONGEST: usize = 1 << 18;

impl Walk<'_> {
    /// The words that one word becomes.
    pub(super) fn words_of(&self, word: &Word) -> Vec<String> {
        expand(word, self)
    }

    /// A word where it is not cut into several: an assignment.
    pub(super) fn value_of(&self, word: &Word) -> String {
        as_value(word, self)
    }

    /// A text with what is known put in.
    pub(super) fn put_in(&self, text: &str) -> String {
        expanded(text, self)
    }
}

fn expand(word: &Word, walk: &Walk<'_>) -> Vec<String> {
    let is_joined = word.quoted && matches!(word.text.as_str(), "$*" | "${*}");
    if let Some(list) = list(&word.text, walk).filter(|_| !word.is_literal && !is_joined) {
        return list;
    }
    let value = as_value(word, walk);
    if word.quoted {
        return vec![value];
    }
    let mut words = Vec::new();
    for text in braces(&value) {
        // The shell cuts what it puts in into words, unless it is quoted.
        let is_cut = !text.contains(TEXT_OF_FILE) && !word.expansions.is_empty();
        if is_cut && !text.starts_with(['$', '`', '<', '>']) {
            let separators = walk.state.variables.get("IFS");
            let is_separator = |c: char| match separators {
                Some(signs) => signs.contains(c),
                None => c.is_whitespace(),
            };
            let parts = text.split(is_separator).filter(|part| !part.is_empty());
            words.extend(parts.map(str::to_owned));
        } else {
            words.push(text);
        }
    }
    words
}

/// The values of `"${list[@]}"` and `"$@"`.
fn list(text: &str, walk: &Walk<'_>) -> Option<Vec<String>> {
    // `"${@:2}"`: from the second one on.
    if let Some(from) = text.strip_prefix("${@:") {
        let values = values_of_list(walk.state.variables.get("@")?)?;
        // What is calculated may be any place.
        let from = from.strip_suffix('}')?.trim().parse::<usize>();
        return Some(
            values
                .into_iter()
                .skip(from.unwrap_or(1).saturating_sub(1))
                .collect(),
        );
    }
    // `"${!list[@]}"`: its keys.
    if let Some(name) = text
        .strip_prefix("${!")
        .and_then(|rest| rest.strip_suffix("[@]}"))
    {
        return keys(walk.state.variables.get(walk.state.referred(name))?);
    }
    let name = match text {
        "$@" | "${@}" | "$*" | "${*}" => "@",
        _ => {
            let inside = text.strip_prefix("${")?;
            let whole = inside
                .strip_suffix("[@]}")
                .or_else(|| inside.strip_suffix("[*]}"));
            match whole {
                Some(name) => name,
                None => &inside[..inside.find("[@]:")?],
            }
        }
    };
    bare_values(walk.state.variables.get(walk.state.referred(name))?)
}

fn as_value(word: &Word, walk: &Walk<'_>) -> String {
    let mut value = String::new();
    let mut at = 0;
    for place in &word.expansions {
        value.push_str(word.text.get(at..place.start).unwrap_or_default());
        let raw = word.text.get(place.clone()).unwrap_or_default();
        value.push_str(&expanded(raw, walk));
        at = place.end;
    }
    value + word.text.get(at..).unwrap_or_default()
}

fn expanded(text: &str, walk: &Walk<'_>) -> String {
    if let Some(printed) = process_substitution(text, walk) {
        return printed;
    }
    let mut value = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`']) {
        value.push_str(&rest[..at]);
        let length = expansion_length(&rest[at..]).unwrap_or(1).max(1);
        let raw = &rest[at..(at + length).min(rest.len())];
        let known = known(raw, walk).filter(|text| value.len() + text.len() <= LONGEST);
        value.push_str(&known.unwrap_or_else(|| raw.to_owned()));
        rest = &rest[at + raw.len()..];
    }
    value.push_str(rest);
    value
}

/// `<(echo ...)` stands for a file with this text, which is marked so that it cannot be taken for a path.
fn process_substitution(text: &str, walk: &Walk<'_>) -> Option<String> {
    let script = text.strip_prefix("<(")?.strip_suffix(')')?;
    walk.printed_by_script(script)
        .map(|printed| format!("{TEXT_OF_FILE}{printed}"))
}

/// What an expansion stands for, if that is known.
fn known(raw: &str, walk: &Walk<'_>) -> Option<String> {
    if let Some(script) = raw.strip_prefix("$(").and_then(|raw| raw.strip_suffix(')')) {
        return walk.printed_by_script(script).map(|text| trimmed(&text));
    }
    if let Some(script) = raw.strip_prefix('`').and_then(|raw| raw.strip_suffix('`')) {
        return walk.printed_by_script(script).map(|text| trimmed(&text));
    }
    let Some(inside) = raw.strip_prefix("${").and_then(|raw| raw.strip_suffix('}')) else {
        return value(raw.strip_prefix('$')?, None, walk);
    };
    let expansion = Expansion::read(inside);
    let mut found = value(expansion.name, expansion.index, walk);
    if expansion.is_indirect {
        found = found.and_then(|name| value(&name, None, walk));
    }
    expansion.of(found.as_deref(), |word| expanded(word, walk))
}

/// The value of a variable, or of one place of a list. `1` is the first argument of a function or script.
fn value(name: &str, index: Option<&str>, walk: &Walk<'_>) -> Option<String> {
    let variables = &walk.state.variables;
    if let Some(at) = name.parse::<usize>().ok().filter(|at| *at > 0) {
        return values_of_list(variables.get("@")?)?.get(at - 1).cloned();
    }
    let name = walk.state.referred(name);
    // What only the environment of a function has comes last.
    let exported = walk.state.exported.get(OsStr::new(name));
    let exported = exported.map(|value| value.to_string_lossy().into_owned());
    let found = variables.get(if name == "*" { "@" } else { name });
    let found = found.or(exported.as_ref())?;
    match index {
        Some("*" | "@") => Some(bare_values(found)?.join(" ")),
        Some(index) => {
            let index = expanded(index, walk);
            // Of an arithmetic expression, only the name of a variable is read.
            let named = variables.get(walk.state.referred(&index));
            item(found, named.unwrap_or(&index))
        }
        // A list without an index is its first place.
        None if name != "@" && name != "*" => Some(match values_of_list(found) {
            Some(_) => item(found, "0").unwrap_or_default(),
            None => found.clone(),
        }),
        None => Some(bare_values(found)?.join(" ")),
    }
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('\n').to_owned()
}

/// The words that braces make: `a{b,c}` is `ab ac`.
pub(super) fn braces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut left = vec![text.to_owned()];
    while let Some(text) = left.pop() {
        match first_braces(&text) {
            Some((begin, end, parts)) if done.len() + left.len() < MOST => {
                let after = &text[end..];
                let made = parts
                    .iter()
                    .map(|part| format!("{}{part}{after}", &text[..begin]));
                left.extend(made.rev());
            }
            _ => done.push(text),
        }
    }
    done
}

/// Where the first braces with a comma begin and end, and what is between the commas.
fn first_braces(text: &str) -> Option<(usize, usize, Vec<String>)> {
    for (begin, _) in text.match_indices('{') {
        if text[..begin].ends_with('$') {
            continue;
        }
        let mut depth = 0_usize;
        let mut parts = vec![String::new()];
        for (at, character) in text[begin..].char_indices() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                if parts.len() < 2 {
                    let range = parts.first().and_then(|inside| range(inside));
                    let Some(range) = range else { break };
                    return Some((begin, begin + at + 1, range));
                }
                return Some((begin, begin + at + 1, parts));
            }
            match character {
                ',' if depth == 1 => parts.push(String::new()),
                '{' if depth == 1 => {}
                other => parts.last_mut()?.push(other),
            }
        }
    }
    None
}

/// The words of a range: `a..c`, `1..3`. Their order does not matter here.
fn range(inside: &str) -> Option<Vec<String>> {
    let (from, to) = inside.split_once("..")?;
    if let (Ok(from), Ok(to)) = (from.parse::<i32>(), to.parse::<i32>()) {
        let (first, last) = (from.min(to), from.max(to));
        let count = usize::try_from(last.checked_sub(first)?).ok()?;
        return (count < MOST).then(|| (first..=last).map(|number| number.to_string()).collect());
    }
    let letter = |text: &str| {
        let mut letters = text.chars();
        letters
            .next()
            .filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())
    };
    let (from, to) = (letter(from)?, letter(to)?);
    Some((from.min(to)..=from.max(to)).map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::braces;

    #[test]
    fn braces_become_words() {
        for (text, words) in [
            ("a", "a"),
            ("a{b,c}d", "abd acd"),
            ("{a,b}{1,2}", "a1 a2 b1 b2"),
            ("a{b,{c,d}}", "ab ac ad"),
            ("a{b}c", "a{b}c"),
            ("${a,b}", "${a,b}"),
            ("HEAD@{1}", "HEAD@{1}"),
            ("{a,b", "{a,b"),
            ("-{n..n}", "-n"),
            ("{9..11}", "9 10 11"),
            ("{b..a}{1..}", "a{1..} b{1..}"),
        ] {
            assert_eq!(braces(text).join(" "), words, "{text}");
        }
        assert!(braces(&"{a,b}".repeat(50)).len() < 200);
    }
}
