//! git's settings for one command, as it hands them on in the environment.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use bstr::ByteSlice as _;

use crate::base::environment::Variables;

/// Where `-c` and `--config-env` are handed on.
pub(super) const PARAMETERS: &str = "GIT_CONFIG_PARAMETERS";

/// A setting for one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::git) struct ConfigOverride {
    /// The key as it was given.
    pub(in crate::git) key: String,
    /// The value; without one it is true.
    pub(in crate::git) value: Option<OsString>,
    /// The variable in which it stands.
    pub(super) variable: String,
}

impl ConfigOverride {
    /// Whether both are of the same key.
    pub(in crate::git) fn is_of(&self, key: &str) -> bool {
        parts(&self.key) == parts(key)
    }

    /// The parts of the key, see [`parts`].
    pub(super) fn parts(&self) -> (String, &str, String) {
        parts(&self.key)
    }
}

/// Section, subsection and name; only in the subsection does the case of letters count.
fn parts(key: &str) -> (String, &str, String) {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let (subsection, name) = rest.rsplit_once('.').unwrap_or(("", rest));
    (
        section.to_ascii_lowercase(),
        subsection,
        name.to_ascii_lowercase(),
    )
}

/// The settings that git finds in the environment, in the order in which it reads them: the later
/// one of two counts. What git cannot read is left out; it gives up by itself.
pub(in crate::git) fn overrides(variables: &Variables) -> Vec<ConfigOverride> {
    let get = |name: &str| variables.get(OsStr::new(name));
    let count = get("GIT_CONFIG_COUNT").and_then(|count| count.to_str()?.trim().parse().ok());
    let mut found = Vec::new();
    for number in 0..count.unwrap_or(0_u32) {
        let variable = format!("GIT_CONFIG_KEY_{number}");
        let value = get(&format!("GIT_CONFIG_VALUE_{number}"));
        let (Some(key), Some(value)) = (get(&variable), value) else {
            break;
        };
        found.push(ConfigOverride {
            key: key.to_string_lossy().into_owned(),
            value: Some(value.clone()),
            variable,
        });
    }
    let handed_on = get(PARAMETERS).map_or(OsStr::new(""), OsString::as_os_str);
    found.extend(parameters(handed_on.as_bytes()));
    found
}

/// The settings of [`overrides`] as text: each key with its value.
pub(crate) fn settings_of(variables: &Variables) -> Vec<(String, Option<String>)> {
    let texts = overrides(variables).into_iter().map(|setting| {
        let value = setting
            .value
            .map(|value| value.to_string_lossy().into_owned());
        (setting.key, value)
    });
    texts.collect()
}

/// Reads `'key'='value'`, `'key'=` and, as older versions of git write it, `'key=value'`.
fn parameters(text: &[u8]) -> Vec<ConfigOverride> {
    let mut found = Vec::new();
    let mut rest = text.trim_ascii();
    while let Some((mut key, after)) = dequoted(rest) {
        let mut value = None;
        rest = after;
        if let Some(after) = after.strip_prefix(b"=") {
            rest = after;
            if let Some((text, after)) = dequoted(after) {
                value = Some(text);
                rest = after;
            }
        } else if let Some(at) = key.find_byte(b'=') {
            value = Some(key.split_off(at + 1));
            key.truncate(at);
        }
        found.push(ConfigOverride {
            key: String::from_utf8_lossy(&key).into_owned(),
            value: value.map(OsString::from_vec),
            variable: PARAMETERS.to_owned(),
        });
        rest = rest.trim_ascii_start();
    }
    found
}

/// Undoes the quotes around what stands first, and returns what follows it, too.
fn dequoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"'")?;
    let mut word = Vec::new();
    loop {
        let (part, after) = rest.split_once_str("'")?;
        word.extend_from_slice(part);
        rest = after;
        // git puts these two between two quoted parts, with a backslash.
        match rest {
            [b'\\', byte @ (b'\'' | b'!'), b'\'', after @ ..] => {
                word.push(*byte);
                rest = after;
            }
            _ => return Some((word, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Option<String>)> {
        parameters(text.as_bytes())
            .into_iter()
            .map(|one| (one.key, one.value.map(|value| value.into_string().unwrap())))
            .collect()
    }

    #[test]
    fn settings_are_read_as_git_writes_them() {
        let pair = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
        let cases = [
            ("", vec![]),
            ("'a.b'='c d'", vec![pair("a.b", Some("c d"))]),
            ("'a.b=c=d'", vec![pair("a.b", Some("c=d"))]),
            ("'a.b'", vec![pair("a.b", None)]),
            (
                "'a.b'= 'a.x=y.c'=''",
                vec![pair("a.b", None), pair("a.x=y.c", Some(""))],
            ),
            (
                r"'a.b'='it'\''s'\!'' 'c.d'='e'",
                vec![pair("a.b", Some("it's!")), pair("c.d", Some("e"))],
            ),
            ("'a.b'='c", vec![pair("a.b", None)]),
            ("a.b=c", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn counted_settings_end_where_one_is_missing() {
        let variables = [
            ("GIT_CONFIG_COUNT", "3"),
            ("GIT_CONFIG_KEY_0", "a.b"),
            ("GIT_CONFIG_VALUE_0", "c"),
            ("GIT_CONFIG_KEY_1", "d.e"),
            ("GIT_CONFIG_PARAMETERS", "'f.g'='h'"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let found = overrides(&Variables::from(variables));
        let found: Vec<&str> = found.iter().map(|one| one.variable.as_str()).collect();
        assert_eq!(found, ["GIT_CONFIG_KEY_0", "GIT_CONFIG_PARAMETERS"]);
    }

    #[test]
    fn case_counts_only_in_the_middle_of_a_key() {
        let joined = |key| {
            let (section, subsection, name) = parts(key);
            format!("{section}|{subsection}|{name}")
        };
        assert_eq!(joined("CORE.HooksPath"), "core||hookspath");
        assert_eq!(joined("Hook.A.b.Event"), "hook|A.b|event");
        assert_eq!(joined("odd"), "odd||");
    }
}
