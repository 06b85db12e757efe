//! The id of one of git's objects.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::fault::{Fault, Result};
use super::hex::{hex, unhex};
use super::text::clean_line;

/// How long an id by SHA-256 is, in bytes.
const LONGEST: usize = 32;

/// How long an id by SHA-1 is, in bytes.
const SHA1: usize = 20;

/// The id of an object in full, by SHA-1 or by SHA-256. As text it is what git prints; in receipts and
/// reports it is that text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; LONGEST],
    length: usize,
}

impl ObjectId {
    /// The id with these bytes; `None` if they are not as many as an id has.
    #[must_use]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let length = bytes.len();
        let mut id = Self {
            bytes: [0; LONGEST],
            length,
        };
        id.bytes.get_mut(..length)?.copy_from_slice(bytes);
        matches!(length, SHA1 | LONGEST).then_some(id)
    }

    /// Its bytes.
    #[must_use]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Whether it stands for no object: git writes zeros where there is none.
    #[must_use]
    pub(crate) fn is_zero(&self) -> bool {
        self.bytes == [0; LONGEST]
    }

    /// Its beginning, for people.
    #[must_use]
    pub(crate) fn short(&self) -> String {
        format!("{self:.10}")
    }

    /// An id as git writes it where there may be none.
    ///
    /// # Errors
    ///
    /// It is neither an id nor zeros.
    pub(crate) fn parse_or_none(text: &str) -> Result<Option<Self>> {
        let id: Self = text.parse()?;
        Ok((!id.is_zero()).then_some(id))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&hex(self.bytes()))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for ObjectId {
    type Err = Fault;

    /// Takes a whole id as git prints it, and no name that could mean something else.
    fn from_str(text: &str) -> Result<Self> {
        let is_lowercase = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let bytes = unhex(text).filter(|_| is_lowercase);
        let id = bytes.and_then(|bytes| Self::from_bytes(&bytes));
        id.ok_or_else(|| {
            let text = clean_line(text.as_bytes());
            Fault::unable(format!("`{text}` is not an object id"))
        })
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|fault: Fault| de::Error::custom(fault.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_id_is_one() {
        for text in ["0a".repeat(20), "f9".repeat(32)] {
            let id: ObjectId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(id.short(), text[..10]);
            assert_eq!(ObjectId::from_bytes(id.bytes()), Some(id));
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<ObjectId>(&json).unwrap(), id);
        }
        for name in ["HEAD", "0a0a0a0", &"0A".repeat(20), &"g0".repeat(20), ""] {
            assert!(name.parse::<ObjectId>().is_err(), "{name}");
        }
        assert_eq!(ObjectId::parse_or_none(&"0".repeat(64)).unwrap(), None);
    }
}
