//! The fingerprint of a finding: by which it is the same one after the file has changed elsewhere.
//!
//! It is made of the rule (or, without one, of the shape of the message), the path, the text of the
//! line, and a number that tells findings apart that have all of this in common. It holds no line
//! number, so it stays the same when lines are added or removed above. docs/findings.md defines it
//! byte by byte, because it is stored outside gatekeeper too.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::base::hex::{hex, unhex};

/// The length of a fingerprint, in bytes.
const LENGTH: usize = 16;

/// What is hashed first: another definition gets another word.
const DEFINITION: &[u8] = b"gatekeeper finding 1";

/// A fingerprint. As text it is 32 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint([u8; LENGTH]);

/// The fingerprints of everything that a gate has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fingerprints {
    /// The fingerprints, in the order of files, lines and columns.
    pub(crate) all: Vec<Fingerprint>,
    /// For each of them, what a baseline knows a finding by.
    pub(crate) sightings: Vec<Sighting>,
    /// How many findings have none, because there were too many.
    pub(crate) missing: u64,
}

/// A finding as a baseline knows it: by its file and its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// The file, relative to the top of the work tree; empty if there is none.
    pub(crate) path: Arc<Path>,
    /// The line, counted from 1; `None` if it is about the file as a whole.
    pub(crate) line: Option<u32>,
    /// The rule or, without one, the beginning of the shape of the message: one line without tabs.
    pub(crate) what: Arc<str>,
    /// Whether the tool only remarks something, so that it is no finding to live with.
    pub(crate) is_note: bool,
    /// The fingerprint that the first finding of its kind would have in a file without a name, so that
    /// it stays the same when the file gets another one.
    pub(crate) mark: Fingerprint,
}

/// What a finding says, whatever the file: its rule or, without one, the shape of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Saying([u8; LENGTH]);

/// What a finding says, and of which file and line: a fingerprint, apart from the number among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity([u8; LENGTH]);

impl Saying {
    /// What a finding of this rule says, or one with this message if it has no rule.
    #[must_use]
    pub(crate) fn new(rule: Option<&str>, message: &str) -> Self {
        let said = match rule {
            Some(rule) => ["rule ", rule].concat(),
            None => ["message ", &shape(message)].concat(),
        };
        Self(digest(&[DEFINITION, said.as_bytes()]))
    }

    /// Said of a line with this text (empty if there is none), in a file (by its path relative to the top
    /// of the work tree; empty if there is none).
    #[must_use]
    pub(crate) fn about(self, path: &[u8], line: &[u8]) -> Identity {
        Identity(digest(&[&self.0, path, &normalised(line)]))
    }
}

impl Fingerprint {
    /// A fingerprint as it is written.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = unhex(text)?.try_into().ok()?;
        (text.len() == 2 * LENGTH).then_some(Self(bytes))
    }
}

impl Identity {
    /// The fingerprint of the finding that has as many findings of the same identity before it, in the
    /// order of lines and columns.
    #[must_use]
    pub(crate) fn at(self, ordinal: u32) -> Fingerprint {
        Fingerprint(digest(&[&self.0, ordinal.to_string().as_bytes()]))
    }
}

/// A text in which each run of digits is a `0`, and each run of white space one blank: what two
/// messages about the same thing have in common.
pub(crate) fn shape(message: &str) -> String {
    let mut shape = String::with_capacity(message.len());
    for word in message.split_whitespace() {
        if !shape.is_empty() {
            shape.push(' ');
        }
        for character in word.chars() {
            match character {
                '0'..='9' if shape.ends_with('0') => {}
                '0'..='9' => shape.push('0'),
                other => shape.push(other),
            }
        }
    }
    shape
}

/// A line in which each run of ASCII white space is one blank, with none at either end.
fn normalised(line: &[u8]) -> Vec<u8> {
    let words = line.split(u8::is_ascii_whitespace);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

/// The first bytes of the SHA-256 of some fields, each after its length in eight bytes, the lowest first.
fn digest(fields: &[&[u8]]) -> [u8; LENGTH] {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    let mut digest = [0; LENGTH];
    digest.copy_from_slice(&hasher.finalize()[..LENGTH]);
    digest
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let no_fingerprint = || de::Error::custom("not a fingerprint");
        Self::parse(&text).ok_or_else(no_fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_the_documented_one() {
        let said = Saying::new(Some("F401"), "");
        let identity = said.about(b"src/a.py", b"import os");
        assert_eq!(
            identity.at(0).to_string(),
            "a09e2257dd2e32f97f4be1c0cb77a2eb"
        );
    }

    #[test]
    fn what_does_not_matter_changes_nothing() {
        let of = |message, line: &[u8]| Saying::new(None, message).about(b"a.py", line);
        let one = of("line too  long (88 > 79)", b"\tx = 1\r");
        assert_eq!(one, of("line too long (100 > 9)", b"  x  =  1"));
        assert_ne!(one, of("line too long (88 >= 79)", b"x = 1"));
        assert_ne!(one, of("line too long (88 > 79)", b"x = 2"));
        assert_ne!(one.at(0), one.at(1));
        let ruled = |rule| Saying::new(Some(rule), "any").about(b"a.py", b"");
        assert_ne!(ruled("E501"), ruled("E502"));
        assert_ne!(ruled("any"), of("any", b""));
    }

    #[test]
    fn text_that_is_no_fingerprint_is_refused() {
        let print = Saying::new(None, "").about(b"", b"").at(3);
        let written = serde_json::to_string(&print).unwrap();
        assert_eq!(
            serde_json::from_str::<Fingerprint>(&written).unwrap(),
            print
        );
        for text in ["\"\"", "\"00\"", "\"zz\"", "1"] {
            assert!(serde_json::from_str::<Fingerprint>(text).is_err(), "{text}");
        }
    }
}
