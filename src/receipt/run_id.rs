//! The ids of runs.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::str::FromStr;

use time::OffsetDateTime;

/// The id of a run: when it began, in UTC, to a fraction of a second, and a random number:
/// `20261130-165430-1a2b3c4d`. Ids are in the order of time, and fit for file names and command lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(String);

/// The lengths of its parts.
const PARTS: [usize; 3] = [8, 6, 8];

/// The fraction of a second that is told, in nanoseconds: three hexadecimal digits count it.
const FRACTION: u32 = 1_000_000_000 / 0x1000 + 1;

impl RunId {
    /// The id of a run that begins now.
    #[must_use]
    pub(crate) fn new() -> Self {
        let now = OffsetDateTime::now_utc();
        let day = format!(
            "{:04}{:02}{:02}",
            now.year(),
            u8::from(now.month()),
            now.day()
        );
        let time = format!("{:02}{:02}{:02}", now.hour(), now.minute(), now.second());
        // The standard library seeds its hashes at random, and asks the system only once.
        let random = RandomState::new().hash_one(std::process::id()) & 0xf_ffff;
        let fraction = now.nanosecond() / FRACTION;
        Self(format!("{day}-{time}-{fraction:03x}{random:05x}"))
    }

    /// The id as text.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lengths = text.split('-').map(str::len);
        let is_id = lengths.eq(PARTS)
            && text
                .chars()
                .all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-'));
        is_id
            .then(|| Self(text.to_owned()))
            .ok_or("expected the id of a run, such as 20261130-165430-1a2b3c4d")
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_own_text_and_harmless_in_a_path() {
        let id = RunId::new();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_ne!(id, RunId::new());
        for text in [
            "",
            "..",
            "20261130-165430",
            "20261130-165430-1a2b3c4d-",
            "20261130-165430-../../../",
            "20261130-165430-1A2B3C4D",
        ] {
            assert!(text.parse::<RunId>().is_err(), "{text}");
        }
    }
}
