//! Random values that are assigned to names which say that they are secret.

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::checksum::entropy;
use super::forms::is_example;

/// Parts of names, in lower case: two words with or without a sign between them, or one word and nothing.
const NAMES: [(&str, &str); 12] = [
    ("api", "key"),
    ("api", "secret"),
    ("secret", "key"),
    ("access", "key"),
    ("auth", "token"),
    ("access", "token"),
    ("client", "secret"),
    ("private", "key"),
    ("password", ""),
    ("passwd", ""),
    ("credential", ""),
    ("bearer", ""),
];

/// What may be between the two words of a name.
const SIGNS: [&str; 3] = ["", "_", "-"];

/// Words of which the line of every such value has one, in upper or lower case.
pub(super) fn hints() -> Vec<String> {
    let spellings = |(first, second): &(&str, &str)| {
        let signs = if second.is_empty() {
            &SIGNS[..1]
        } else {
            &SIGNS[..]
        };
        let spell = |sign: &&str| format!("{first}{sign}{second}");
        signs.iter().map(spell).collect::<Vec<_>>()
    };
    NAMES.iter().flat_map(spellings).collect()
}

/// Values shorter than this are words, in characters.
const SHORTEST: usize = 20;

/// Longer ones are data.
const LONGEST: usize = 128;

/// Files in which such values are made up, or are digests.
const MADE_UP: [&str; 22] = [
    "test",
    "tests",
    "spec",
    "specs",
    "__tests__",
    "fixtures",
    "testdata",
    "example",
    "examples",
    "docs",
    "doc",
    "mocks",
    "__mocks__",
    "samples",
    "locales",
    "i18n",
    "vendor",
    "node_modules",
    "dist",
    "snapshots",
    "benches",
    "benchmarks",
];

/// Ends of names of such files.
const MADE_UP_ENDS: [&str; 12] = [
    ".lock",
    "-lock.json",
    "-lock.yaml",
    ".sum",
    ".svg",
    ".md",
    ".rst",
    ".min.js",
    ".map",
    ".snap",
    ".ipynb",
    ".example",
];

static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = hints().join("|");
    Regex::new(&format!(
        r#"(?-u)(?i:{names})[A-Za-z0-9_-]*["'\]]{{0,2}}\s*(?:=>|:=|=|:|,|\s)\s*["'`]?(?:(?i:bearer)\s+)?([A-Za-z0-9+/_~.=-]{{{SHORTEST},}})(?:["'`;,\s)}}\]]|$)"#
    ))
    .ok()
});

/// What a line assigns.
pub(super) fn find(path: &Path, text: &[u8]) -> Option<&'static str> {
    if is_made_up(path) {
        return None;
    }
    let mut found = spans(text);
    found
        .next()
        .map(|_| "a secret: a random value with such a name")
}

/// Where a text assigns such values.
pub(super) fn spans(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let assigned = ASSIGNED.as_ref().into_iter();
    let found = assigned.flat_map(move |assigned| assigned.captures_iter(text));
    let values = found.filter_map(|found| found.get(1));
    values
        .filter(|value| is_random(value.as_bytes()))
        .map(|value| value.range())
}

fn is_made_up(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let is_of_tests = name.starts_with("test_")
        || [".test.", ".spec.", "_test."]
            .iter()
            .any(|part| name.contains(part));
    is_of_tests
        || MADE_UP_ENDS.iter().any(|end| name.ends_with(end))
        || path.iter().any(|part| {
            let part = part.to_string_lossy().to_lowercase();
            MADE_UP.contains(&part.as_str())
        })
}

/// Whether a value is random: names, paths and sentences change their sort of character seldom, and have
/// few digits.
fn is_random(value: &[u8]) -> bool {
    let value = value
        .strip_suffix(b"==")
        .or(value.strip_suffix(b"="))
        .unwrap_or(value);
    if value.len() < SHORTEST || value.len() > LONGEST || is_example(value) {
        return false;
    }
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let digits = count(u8::is_ascii_digit);
    if value.iter().all(u8::is_ascii_hexdigit) {
        let letters = value.len() - digits;
        return value.len() >= 32 && digits >= 6 && letters >= 4 && entropy(value) > 3.0;
    }
    // A UUID, a version or a domain has its separators.
    let separators = count(|byte| matches!(byte, b'-' | b'.' | b'_' | b'~'));
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let sort = |byte: &u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let changes = value
        .windows(2)
        .filter(|pair| sort(&pair[0]) != sort(&pair[1]))
        .count();
    digits >= 2
        && lower >= 3
        && upper >= 3
        && separators * 8 <= value.len()
        && changes * 3 >= value.len()
        && entropy(value) > 3.6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(path: &str, line: &str) -> bool {
        find(Path::new(path), line.as_bytes()).is_some()
    }

    #[test]
    fn only_random_values_of_such_names_are_secrets() {
        // Made by `head -c 24 /dev/urandom | base64`, in parts.
        let value = ["q7Zf3KpW", "x9TbL2vR", "mY4sNc8H", "jD6gUa1E"].concat();
        let hex = ["9f86d081", "884c7d65", "9a2feaa0", "c55ad015"].concat();
        for line in [
            format!("API_KEY = \"{value}\""),
            format!("  \"client_secret\": \"{value}\","),
            format!("export DB_PASSWORD={value}"),
            format!("password: {hex}"),
            format!("headers['Authorization-Bearer'] = '{value}'"),
        ] {
            assert!(is_found("src/a.py", &line), "{line}");
            assert!(!is_found("tests/a.py", &line), "{line}");
        }
        for line in [
            format!("sha = \"{value}\""),
            "api_key = os.environ[\"MY_SERVICE_API_KEY_2024\"]".to_owned(),
            "API_KEY = \"your_api_key_goes_here_please\"".to_owned(),
            "password = getPasswordFromKeychain(accountName1)".to_owned(),
            "access_token: 123e4567-e89b-12d3-a456-426614174000".to_owned(),
            "secret_key = 'django-insecure-development-key'".to_owned(),
            "apiKeyUrl = 'https://example.com/a/b/C1/d2'".to_owned(),
            "credential = AWS4Credential.fromEnvironment2()".to_owned(),
        ] {
            assert!(!is_found("src/a.py", &line), "{line}");
        }
    }
}
