//! How long each gate took here the last time that it came to an end by itself.
//!
//! It decides about time limits and is told, and nothing else depends on it, so it is not sealed.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::store::Store;
use crate::base::replace::Durability;

/// The file, in the directory of what is remembered.
const FILE: &str = "durations";

/// By how much a duration changes before it is written again, as a factor.
const NOTABLE: u64 = 2;

/// How long gates took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Durations(BTreeMap<String, GateDuration>);

/// How long one gate took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct GateDuration {
    /// Its command: another one takes another time.
    run: String,
    milliseconds: u64,
}

impl Durations {
    /// How long a gate with this command took the last time; `None` if it has never come to an end here.
    #[must_use]
    pub(crate) fn of(&self, gate: &str, run: &str) -> Option<Duration> {
        let known = self.0.get(gate).filter(|known| known.run == run)?;
        Some(Duration::from_millis(known.milliseconds))
    }

    /// Adds what a gate with this command took. Returns whether that is worth remembering.
    fn add(&mut self, gate: &str, run: &str, took: Duration) -> bool {
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let is_alike = |known: &GateDuration| {
            let (less, more) = (
                known.milliseconds.min(milliseconds),
                known.milliseconds.max(milliseconds),
            );
            known.run == run && more <= less.max(1000).saturating_mul(NOTABLE)
        };
        if self.0.get(gate).is_some_and(is_alike) {
            return false;
        }
        let new = GateDuration {
            run: run.to_owned(),
            milliseconds,
        };
        self.0.insert(gate.to_owned(), new);
        true
    }
}

impl Store {
    /// How long gates took here. What cannot be read is not known.
    #[must_use]
    pub(crate) fn durations(&self) -> Durations {
        let text = fs::read_to_string(self.dir.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Remembers what gates took: name, command and time of each.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn remember_durations<'a>(
        &self,
        took: impl Iterator<Item = (&'a str, &'a str, Duration)>,
    ) -> io::Result<()> {
        let mut durations = self.durations();
        let mut is_new = false;
        for (gate, run, took) in took {
            is_new |= durations.add(gate, run, took);
        }
        if !is_new {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&durations)?;
        self.dir
            .replace(&self.dir.join(FILE), text.as_bytes(), Durability::Unsynced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_that_of_a_command() {
        let mut durations = Durations::default();
        let seconds = Duration::from_secs;
        assert!(durations.add("types", "mypy .", seconds(80)));
        assert!(!durations.add("types", "mypy .", seconds(50)));
        assert_eq!(durations.of("types", "mypy ."), Some(seconds(80)));
        assert!(durations.add("types", "mypy .", seconds(2)));
        assert_eq!(durations.of("types", "mypy ."), Some(seconds(2)));
        assert_eq!(durations.of("types", "mypy --strict ."), None);
        assert_eq!(durations.of("lint", "mypy ."), None);
        // What takes next to no time never changes notably.
        assert!(durations.add("lint", "true", Duration::from_millis(3)));
        assert!(!durations.add("lint", "true", Duration::from_millis(900)));
    }
}
