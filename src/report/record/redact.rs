//! Keeps secrets out of reports: what tools print goes to servers and pull requests.
//!
//! Three things are known to be secret: the values of variables whose names say so, tokens that can be
//! told by their form, because their provider begins them with a word of its own, and what the check for
//! secrets finds in a line: random values that are assigned to names such as `api_key`. Guesses by the
//! randomness alone are not made: they hide ids of commits.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::mem::take;

use serde::Serialize;
use serde_json::Value;

use super::RunRecord;
use crate::base::environment::Variables;
use crate::rules::checks::secret_spans;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// Words that are part of the name of a variable with a secret.
const SECRET_WORDS: [&str; 11] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
    "AUTH_KEY",
];

/// The shortest value of a variable that is taken for a secret, in bytes: shorter ones are part of ordinary
/// words.
const SHORTEST_VALUE: usize = 8;

/// The shortest token of a provider, and the shortest value that the check for secrets finds, in bytes.
const SHORTEST_TOKEN: usize = 20;

/// The shortest text that may have been shortened, in bytes.
const SHORTEST_CUT: usize = 200;

/// The form of a provider's tokens.
struct TokenForm {
    /// How they begin.
    prefix: &'static str,
    /// The characters that follow.
    is_part: fn(char) -> bool,
    /// The smallest number of them.
    least: usize,
}

const fn form(prefix: &'static str, is_part: fn(char) -> bool, least: usize) -> TokenForm {
    TokenForm {
        prefix,
        is_part,
        least,
    }
}

/// Forms that nothing else has, according to the documentation of each provider.
const TOKEN_FORMS: [TokenForm; 27] = [
    // GitHub: personal, OAuth, user-to-server, server-to-server, refresh; fine-grained.
    form("ghp_", is_word, 36),
    form("gho_", is_word, 36),
    form("ghu_", is_word, 36),
    form("ghs_", is_word, 36),
    form("ghr_", is_word, 36),
    form("github_pat_", is_word, 50),
    // GitLab: personal, deploy, runner, CI job, trigger, feed.
    form("glpat-", is_name, 20),
    form("gldt-", is_name, 20),
    form("glrt-", is_name, 20),
    form("glcbt-", is_name, 20),
    form("glptt-", is_name, 20),
    form("glft-", is_name, 20),
    // AWS: access keys, long-lived and temporary.
    form("AKIA", is_upper, 16),
    form("ASIA", is_upper, 16),
    // Slack.
    form("xoxb-", is_name, 20),
    form("xoxp-", is_name, 20),
    form("xoxa-", is_name, 20),
    form("xoxr-", is_name, 20),
    form("xoxs-", is_name, 20),
    form("xapp-", is_name, 20),
    // Stripe.
    form("sk_live_", is_word, 16),
    form("rk_live_", is_word, 16),
    form("sk_test_", is_word, 16),
    form("rk_test_", is_word, 16),
    // Package registries.
    form("npm_", is_word, 36),
    form("pypi-AgE", is_name, 50),
    form("pypi-AgN", is_name, 50),
];

/// How a block with a private key begins and ends (RFC 7468).
const KEY_BEGINS: &str = "-----BEGIN ";
const KEY_ENDS: &str = "-----END ";
const KEY_LABEL: &str = "PRIVATE KEY";

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(c: char) -> bool {
    is_word(c) || c == '-'
}

fn is_upper(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// The values of variables whose names say that they are secret.
#[must_use]
pub(crate) fn secret_values(variables: &Variables) -> Vec<String> {
    let is_secret = |name: &OsStr| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        SECRET_WORDS.iter().any(|word| name.contains(word))
    };
    let secret = variables.iter().filter(|(name, _)| is_secret(name));
    let values = secret.filter_map(|(_, value)| value.to_str());
    // The lines of a value are printed one by one, if it has several.
    let lines = values.flat_map(str::lines).map(str::trim);
    let mut lines: Vec<String> = lines
        .filter(|line| line.len() >= SHORTEST_VALUE && !is_plain(line))
        .map(str::to_owned)
        .collect();
    // One may be the beginning of another.
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines.dedup();
    lines
}

/// Whether a value cannot be secret, although its variable is called so: a path, as in
/// `SSH_ASKPASS_TOKEN_FILE=/run/token`, or a switch.
fn is_plain(value: &str) -> bool {
    value.starts_with('/') || ["disabled", "required", "optional"].contains(&value)
}

/// Redacts what is secret.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    /// Values, the longest first.
    pub(crate) values: Vec<String>,
}

impl Redactor {
    /// A record without secrets.
    #[must_use]
    pub(crate) fn record(&self, mut record: RunRecord) -> RunRecord {
        // There may be many fingerprints, and a digest has no secret.
        let gates = record.gates.iter_mut();
        let fingerprints: Vec<_> = gates.map(|gate| take(&mut gate.fingerprints)).collect();
        let mut value = serde_json::to_value(&record).unwrap_or_default();
        if self.redact(&mut value) {
            // What was redacted has the same form, so this cannot fail; a secret would be worse than a panic, which
            // is no verdict.
            record = serde_json::from_value(value).expect("a text is replaced by a text");
        }
        for (gate, fingerprints) in record.gates.iter_mut().zip(fingerprints) {
            gate.fingerprints = fingerprints;
        }
        record
    }

    /// A value as JSON without secrets.
    #[must_use]
    pub(crate) fn json(&self, value: &impl Serialize) -> Value {
        let mut value = serde_json::to_value(value).unwrap_or_default();
        self.redact(&mut value);
        value
    }

    /// Redacts every text in a value of JSON, so that no field can be forgotten. Returns whether there was
    /// something to redact.
    fn redact(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.text(text) {
                Cow::Borrowed(_) => false,
                Cow::Owned(redacted) => {
                    *text = redacted;
                    true
                }
            },
            Value::Array(values) => {
                let by_line = redact_keys_in_lines(values);
                let one_by_one = values.iter_mut().map(|value| self.redact(value));
                one_by_one.fold(by_line, |any, one| any | one)
            }
            Value::Object(values) => {
                let one_by_one = values.values_mut().map(|value| self.redact(value));
                one_by_one.fold(false, |any, one| any | one)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// A text without secrets.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut redacted = Cow::Borrowed(text);
        let shortest = if self.values.is_empty() {
            SHORTEST_TOKEN
        } else {
            SHORTEST_VALUE
        };
        // Most texts of a record are short words.
        if text.len() < shortest {
            return redacted;
        }
        for secret in &self.values {
            if redacted.contains(secret.as_str()) {
                redacted = Cow::Owned(redacted.replace(secret.as_str(), REDACTED));
            }
        }
        for form in &TOKEN_FORMS {
            if let Some(without) = without_tokens(&redacted, form) {
                redacted = Cow::Owned(without);
            }
        }
        if let Some(without) = without_found(&redacted) {
            redacted = Cow::Owned(without);
        }
        if let Some(without) = self.without_cut_secret(&redacted) {
            redacted = Cow::Owned(without);
        }
        if let Some(without) = self.without_rest_of_secret(&redacted) {
            redacted = Cow::Owned(without);
        }
        match without_keys(&redacted) {
            Some(without) => Cow::Owned(without),
            None => redacted,
        }
    }

    /// The text without the end of a secret at its beginning: of a long output, only the end may be there.
    fn without_rest_of_secret(&self, text: &str) -> Option<String> {
        let rest = |secret: &String| {
            let starts = secret.char_indices().map(|(at, _)| secret.len() - at);
            let long = starts.filter(|length| *length >= SHORTEST_VALUE);
            long.filter(|length| text.starts_with(&secret[secret.len() - length..]))
                .max()
        };
        let length = self.values.iter().filter_map(rest).max()?;
        Some(format!("{REDACTED}{}", &text[length..]))
    }

    /// The text without the beginning of a secret at its end, if it is so long that it may have been shortened
    /// in the middle of one.
    fn without_cut_secret(&self, text: &str) -> Option<String> {
        if text.len() < SHORTEST_CUT {
            return None;
        }
        let body = text.trim_end_matches(['\u{2026}', '.', ' ']);
        let begun = |secret: &String| {
            let ends = secret.char_indices().map(|(at, _)| at).skip(SHORTEST_VALUE);
            ends.filter(|end| body.ends_with(&secret[..*end])).max()
        };
        let of_value = self.values.iter().filter_map(begun).max();
        let of_token = TOKEN_FORMS.iter().filter_map(|form| {
            let at = body.rfind(form.prefix)?;
            let rest = &body[at + form.prefix.len()..];
            let is_token = rest.len() >= SHORTEST_VALUE && rest.chars().all(form.is_part);
            is_token.then(|| body.len() - at)
        });
        let length = of_value.into_iter().chain(of_token).max()?;
        Some(format!(
            "{}{REDACTED}{}",
            &body[..body.len() - length],
            &text[body.len()..]
        ))
    }
}

/// The text without what the check for secrets finds in it; `None` if it finds nothing.
fn without_found(text: &str) -> Option<String> {
    let spans = secret_spans(text.as_bytes());
    let mut without = String::new();
    let mut done = 0;
    for span in spans {
        // What is found twice is taken out once. The spans are those of characters of ASCII.
        if let Some(between) = text.get(done..span.start) {
            without.push_str(between);
            without.push_str(REDACTED);
        }
        done = done.max(span.end);
    }
    (done > 0).then(|| without + text.get(done..).unwrap_or_default())
}

/// The text without tokens of a form; `None` if it has none.
fn without_tokens(text: &str, form: &TokenForm) -> Option<String> {
    let mut without = String::new();
    let mut rest = text;
    let mut done = 0;
    while let Some(at) = rest.find(form.prefix) {
        let start = text.len() - rest.len() + at;
        rest = &rest[at + form.prefix.len()..];
        let is_part_of_word = text[..start].chars().next_back().is_some_and(is_word);
        let length = rest.find(|c| !(form.is_part)(c)).unwrap_or(rest.len());
        if length >= form.least && !is_part_of_word {
            without.push_str(&text[done..start]);
            without.push_str(REDACTED);
            rest = &rest[length..];
            done = text.len() - rest.len();
        }
    }
    (done > 0).then(|| without + &text[done..])
}

/// The text without blocks of private keys; `None` if it has none.
fn without_keys(text: &str) -> Option<String> {
    let start = key_start(text)?;
    let after = &text[start..];
    let end = after.find(KEY_ENDS).and_then(|end| {
        let line = after[end + KEY_ENDS.len()..].find("-----")?;
        Some(end + KEY_ENDS.len() + line + "-----".len())
    });
    let rest = &after[end.unwrap_or(after.len())..];
    let rest = without_keys(rest).unwrap_or_else(|| rest.to_owned());
    Some(format!("{}{REDACTED}{rest}", &text[..start]))
}

/// Where the block of a private key begins.
fn key_start(text: &str) -> Option<usize> {
    let starts = text.match_indices(KEY_BEGINS).map(|(at, _)| at);
    let mut keys = starts.filter(|at| {
        let label = &text[at + KEY_BEGINS.len()..];
        label
            .find("-----")
            .is_some_and(|end| label[..end].contains(KEY_LABEL))
    });
    keys.next()
}

/// Redacts private keys whose lines are texts of their own, as in the output of a gate: all lines from the
/// first to the last, or to the end if the last is missing.
fn redact_keys_in_lines(lines: &mut [Value]) -> bool {
    let mut is_in_key = false;
    let mut any = false;
    for line in lines {
        let Value::String(text) = line else {
            is_in_key = false;
            continue;
        };
        let begins = key_start(text).is_some() && !text.contains(KEY_ENDS);
        let ends = text.contains(KEY_ENDS) && text.contains(KEY_LABEL);
        if is_in_key || begins {
            REDACTED.clone_into(text);
            any = true;
        }
        is_in_key = (is_in_key || begins) && !ends;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that no scanner of this repository takes for a secret.
    fn made(prefix: &str, part: char, length: usize) -> String {
        format!("{prefix}{}", part.to_string().repeat(length))
    }

    #[test]
    fn no_form_is_shorter_than_the_shortest_token() {
        for form in &TOKEN_FORMS {
            let shortest = form.prefix.len() + form.least;
            assert!(shortest >= SHORTEST_TOKEN, "{}", form.prefix);
        }
    }

    #[test]
    fn tokens_are_redacted_and_what_resembles_them_is_not() {
        let redactor = Redactor::default();
        for form in &TOKEN_FORMS {
            let part = if (form.is_part)('a') { 'a' } else { 'A' };
            let token = made(form.prefix, part, form.least);
            let text = format!("url=https://x:{token}@host, {token}");
            assert_eq!(
                redactor.text(&text),
                "url=https://x:[redacted]@host, [redacted]"
            );
            for harmless in [
                made(form.prefix, part, form.least - 1),
                format!("x{token}"),
                form.prefix.to_owned(),
            ] {
                assert_eq!(redactor.text(&harmless), harmless);
            }
        }
    }

    #[test]
    fn what_the_check_for_secrets_finds_is_redacted() {
        let redactor = Redactor::default();
        let value = ["q7Zf3KpW", "x9TbL2vR", "mY4sNc8H", "jD6gUa1E"].concat();
        let google = ["AI", "za", &value, "x9T"].concat();
        for (text, expected) in [
            (
                format!("a.py:1: api_key = \"{value}\"\n2: client_secret: {value}"),
                "a.py:1: api_key = \"[redacted]\"\n2: client_secret: [redacted]".to_owned(),
            ),
            (format!("é {google} b"), "é AIza[redacted] b".to_owned()),
        ] {
            assert_eq!(redactor.text(&text), expected);
        }
        let id = format!("commit {value}");
        assert_eq!(redactor.text(&id), id);
    }

    #[test]
    fn a_secret_that_was_cut_off_with_its_text_is_redacted() {
        let redactor = Redactor {
            values: vec!["hunter2-hunter2-hunter2".to_owned()],
        };
        let filler = "x ".repeat(SHORTEST_CUT);
        for begun in ["hunter2-hunter2-hunt".to_owned(), made("ghp_", 'a', 20)] {
            let text = format!("{filler}{begun}\u{2026}");
            assert_eq!(redactor.text(&text), format!("{filler}[redacted]\u{2026}"));
        }
        assert_eq!(redactor.text("hunter2-hunter2 b"), "[redacted] b");
        for harmless in ["hunter", "npm_run", "npm_run_x y"] {
            let text = format!("{filler}{harmless}");
            assert_eq!(redactor.text(&text), text);
        }
    }

    #[test]
    fn private_keys_are_redacted_in_one_text_and_in_lines() {
        let label = ["RSA ", KEY_LABEL].concat();
        let lines = [
            format!("a {KEY_BEGINS}{label}-----"),
            "MIIEow".to_owned(),
            format!("{KEY_ENDS}{label}----- b"),
            "after".to_owned(),
        ];
        let redactor = Redactor::default();
        assert_eq!(redactor.text(&lines.join("\n")), "a [redacted] b\nafter");
        assert_eq!(redactor.text(&lines[..2].join("\n")), "a [redacted]");
        let mut value = Value::from(lines.to_vec());
        assert!(redactor.redact(&mut value));
        let hidden = ["[redacted]", "[redacted]", "[redacted]", "after"];
        assert_eq!(value, Value::from(hidden.to_vec()));
        let public = format!("{KEY_BEGINS}PUBLIC KEY-----\nMIIB\n{KEY_ENDS}PUBLIC KEY-----");
        assert_eq!(redactor.text(&public), public);
    }

    #[test]
    fn values_of_secret_variables_are_redacted() {
        let variables: Variables = [
            ("DEPLOY_TOKEN", "correct-horse"),
            ("my_password", "correct-horse-battery\nsecond line"),
            ("NPM_TOKEN", "short"),
            ("TOKEN_FILE", "/run/secrets/token"),
            ("EDITOR", "something-long"),
        ]
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
        let redactor = Redactor {
            values: secret_values(&variables),
        };
        let text = "correct-horse-battery correct-horse second line short something-long";
        assert_eq!(
            redactor.text(text),
            "[redacted] [redacted] [redacted] short something-long"
        );
    }
}
