//! What recorded runs say about a gate over time: how long it takes, and whether it can be believed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::document::write;
use super::record::{GateRecord, GateSummary, RunRecord, RunSummary, VERSION};
use crate::base::text::{count, duration};
use crate::model::outcome::Outcome;
use crate::receipt::RecordedRuns;

/// A pass that takes less than this share of the median is suspicious.
const FAST_SHARE: u64 = 10;

/// How many earlier passes it takes to have a median.
const FEWEST_PASSES: usize = 5;

/// A gate whose median is shorter, in milliseconds, may be as fast as it likes.
const SHORTEST_MEDIAN: u64 = 1000;

/// In how many runs of other gates a gate may be missing before it is stale.
const STALE_AFTER: usize = 20;

/// How many durations a trend shows.
const TREND: usize = 16;

/// The columns of a trend, from the shortest duration to the longest.
const BARS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];

/// The recorded runs of a work tree, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) runs: Vec<RunSummary>,
}

/// What the recorded runs say of one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct GateHistory {
    /// Its name.
    pub(crate) name: String,
    /// How often it ran.
    pub(crate) runs: usize,
    /// How often it passed.
    pub(crate) passed: usize,
    /// How often it had passed on the same tree before, so that it did not run.
    pub(crate) cached: usize,
    /// The median of the durations of its passes, in milliseconds; null without any.
    pub(crate) median_ms: Option<u64>,
    /// The durations of its last runs, oldest first, in milliseconds.
    pub(crate) durations_ms: Vec<u64>,
    /// That its last pass was suspiciously fast, or that it is flaky or stale, in words.
    pub(crate) notes: Vec<String>,
}

#[derive(Serialize)]
struct HistoryReport<'a> {
    version: u32,
    gatekeeper: &'a str,
    runs: usize,
    gates: Vec<GateHistory>,
}

impl History {
    /// Reads the recorded runs of a work tree. A record of another version of gatekeeper, or one that is
    /// damaged, is left out.
    #[must_use]
    pub(crate) fn read(runs: &RecordedRuns) -> Self {
        let headings = runs.headings();
        let summaries = headings.iter();
        Self {
            runs: summaries
                .filter_map(|heading| serde_json::from_str(heading).ok())
                .collect(),
        }
    }

    /// Adds to the gates of a run what earlier runs say about them.
    pub(crate) fn annotate(&self, record: &mut RunRecord) {
        let tree = record.tree.clone();
        for gate in &mut record.gates {
            let notes = [
                self.fast(gate),
                self.flaky(gate, tree.as_deref()),
                self.stale(gate),
            ];
            gate.notes = notes.into_iter().flatten().collect();
        }
    }

    /// Whether a pass was far too short for what the gate does.
    fn fast(&self, gate: &GateRecord) -> Option<String> {
        let is_passed = gate.outcome == Outcome::Passed.word() && gate.has_run();
        let definition = gate.definition.as_ref().filter(|_| is_passed)?;
        self.fast_for(&gate.name, definition, gate.duration_ms)
    }

    /// That a pass of a gate with this definition was far too short, if it was.
    fn fast_for(&self, name: &str, definition: &String, duration_ms: u64) -> Option<String> {
        let alike = self.of(name);
        let alike = alike.filter(|(_, one)| one.definition.as_ref() == Some(definition));
        let passes: Vec<u64> = alike
            .filter(|(_, one)| one.outcome == Outcome::Passed.word())
            .map(|(_, one)| one.duration_ms)
            .collect();
        let median = median(&passes).filter(|_| passes.len() >= FEWEST_PASSES)?;
        let is_fast = median >= SHORTEST_MEDIAN && duration_ms < median / FAST_SHARE;
        is_fast.then(|| {
            format!(
                "suspiciously fast: it took {}, and usually takes {} (the median of {})",
                shown(duration_ms),
                shown(median),
                count(passes.len(), "run")
            )
        })
    }

    /// The gates that have not run for a long time, each with that remark, of those that a test names.
    pub(crate) fn stale_gates(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let names = self.names().into_iter().filter(|name| is_wanted(name));
        names
            .filter_map(|name| Some((name.to_owned(), stale_in_words(self.idle_runs(name)?))))
            .collect()
    }

    /// The gates whose last pass was far too short, each with that remark, of those that a test names.
    pub(crate) fn fast_gates(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let names = self.names().into_iter().filter(|name| is_wanted(name));
        names
            .filter_map(|name| {
                let (_, last) = self.of(name).next_back()?;
                let definition = last.definition.as_ref()?;
                let is_passed = last.outcome == Outcome::Passed.word();
                let remark = self.fast_for(name, definition, last.duration_ms);
                Some((name.to_owned(), remark.filter(|_| is_passed)?))
            })
            .collect()
    }

    /// The names of all gates.
    fn names(&self) -> BTreeSet<&str> {
        let gates = self.runs.iter().flat_map(|run| &run.gates);
        gates.map(|gate| gate.name.as_str()).collect()
    }

    /// Whether its outcome on the same tree is not always the same.
    fn flaky(&self, gate: &GateRecord, tree: Option<&str>) -> Option<String> {
        let is_passed = verdict_of(&gate.outcome)?;
        let (tree, definition) = (tree?, gate.definition.as_ref()?);
        let alike = self.of(&gate.name).filter(|(run, one)| {
            run.tree.as_deref() == Some(tree) && one.definition.as_ref() == Some(definition)
        });
        let verdicts = alike.filter_map(|(_, one)| verdict_of(&one.outcome));
        flaky_in_words(&verdicts.chain([is_passed]).collect::<Vec<_>>())
    }

    /// Whether it has not run for a long time, while others have.
    fn stale(&self, gate: &GateRecord) -> Option<String> {
        if gate.has_run() || gate.outcome == Outcome::CACHED {
            return None;
        }
        self.idle_runs(&gate.name).map(stale_in_words)
    }

    /// In how many runs of other gates a gate is missing; `None` if that is no cause for concern.
    fn idle_runs(&self, name: &str) -> Option<usize> {
        let has_run =
            |gate: &GateSummary| gate.definition.is_some() || gate.outcome == Outcome::CACHED;
        let mut idle = 0;
        for run in self.runs.iter().rev() {
            let mut gates = run.gates.iter().filter(|gate| has_run(gate));
            if gates.clone().any(|gate| gate.name == name) {
                break;
            }
            idle += usize::from(gates.next().is_some());
        }
        (idle >= STALE_AFTER).then_some(idle)
    }

    /// The ends of a gate, oldest first.
    fn of(&self, name: &str) -> impl DoubleEndedIterator<Item = (&RunSummary, &GateSummary)> {
        self.runs.iter().filter_map(move |run| {
            let mut gates = run.gates.iter();
            Some((run, gates.find(|gate| gate.name == name)?))
        })
    }

    /// What the runs say of each gate, by name.
    #[must_use]
    pub(crate) fn gates(&self) -> Vec<GateHistory> {
        let names = self.names().into_iter();
        names.map(|name| self.gate(name)).collect()
    }

    fn gate(&self, name: &str) -> GateHistory {
        let ran: Vec<_> = self
            .of(name)
            .filter(|(_, gate)| gate.definition.is_some())
            .collect();
        let is_passed = |gate: &GateSummary| gate.outcome == Outcome::Passed.word();
        let passes: Vec<u64> = ran
            .iter()
            .filter(|(_, gate)| is_passed(gate))
            .map(|(_, gate)| gate.duration_ms)
            .collect();
        let durations: Vec<u64> = ran.iter().map(|(_, gate)| gate.duration_ms).collect();
        let cached = self
            .of(name)
            .filter(|(_, gate)| gate.outcome == Outcome::CACHED);
        let notes = [
            self.flaky_ever(name),
            self.fast_gates(|one| one == name)
                .pop()
                .map(|(_, remark)| remark),
            self.idle_runs(name).map(stale_in_words),
        ];
        GateHistory {
            name: name.to_owned(),
            runs: ran.len(),
            passed: passes.len(),
            cached: cached.count(),
            median_ms: median(&passes),
            durations_ms: durations[durations.len().saturating_sub(TREND)..].to_vec(),
            notes: notes.into_iter().flatten().collect(),
        }
    }

    /// Whether the outcome of a gate on some tree was not always the same.
    fn flaky_ever(&self, name: &str) -> Option<String> {
        let mut verdicts: BTreeMap<(&str, &str), Vec<bool>> = BTreeMap::new();
        for (run, gate) in self.of(name) {
            if let (Some(tree), Some(definition)) = (&run.tree, &gate.definition) {
                let of_tree = verdicts.entry((tree, definition)).or_default();
                of_tree.extend(verdict_of(&gate.outcome));
            }
        }
        verdicts
            .values()
            .find_map(|verdicts| flaky_in_words(verdicts))
    }

    /// The history for people.
    #[must_use]
    pub(crate) fn as_text(&self) -> String {
        let gates = self.gates();
        if gates.is_empty() {
            return "no run with gates is recorded in this work tree\n".to_owned();
        }
        let width = gates.iter().map(|gate| gate.name.len()).max();
        let width = width.unwrap_or(0).max("gate".len());
        let mut text = format!("{} recorded\n\n", count(self.runs.len(), "run"));
        let _ = writeln!(
            text,
            "{:width$}  {:>5}  {:>6}  {:>6}  {:>8}  {:>8}  trend",
            "gate", "runs", "passed", "cached", "median", "last"
        );
        for gate in gates {
            let time = |ms: Option<u64>| ms.map_or_else(|| "-".to_owned(), shown);
            let row = format!(
                "{:width$}  {:>5}  {:>6}  {:>6}  {:>8}  {:>8}  {}",
                gate.name,
                gate.runs,
                gate.passed,
                gate.cached,
                time(gate.median_ms),
                time(gate.durations_ms.last().copied()),
                trend(&gate.durations_ms)
            );
            let _ = writeln!(text, "{}", row.trim_end());
            for note in &gate.notes {
                let _ = writeln!(text, "{:width$}  {note}", "");
            }
        }
        text
    }

    /// The history for programs.
    #[must_use]
    pub(crate) fn as_json(&self) -> String {
        write(&HistoryReport {
            version: VERSION,
            gatekeeper: env!("CARGO_PKG_VERSION"),
            runs: self.runs.len(),
            gates: self.gates(),
        })
    }
}

/// Whether an outcome says that the gate is content; `None` if it says nothing about the tree.
fn verdict_of(outcome: &str) -> Option<bool> {
    match outcome {
        "passed" => Some(true),
        "failed" | "timed out" => Some(false),
        _ => None,
    }
}

/// That outcomes on one tree, in their order, change again and again. One change says little: a missing tool
/// may have been installed.
fn flaky_in_words(verdicts: &[bool]) -> Option<String> {
    let changes = verdicts.windows(2).filter(|pair| pair[0] != pair[1]);
    let passed = verdicts.iter().filter(|is_passed| **is_passed).count();
    (changes.count() > 1).then(|| {
        format!(
            "flaky: with the same command and the same tree, it passed {} and failed {}",
            count(passed, "time"),
            count(verdicts.len() - passed, "time")
        )
    })
}

fn stale_in_words(runs: usize) -> String {
    format!("stale: other gates ran in the last {runs} runs, this one did not")
}

fn median(durations: &[u64]) -> Option<u64> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

fn shown(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}

/// A bar for each duration.
fn trend(durations: &[u64]) -> String {
    let most = durations.iter().copied().max().unwrap_or(0).max(1);
    let bar = |ms: &u64| {
        let height = ms.saturating_mul(BARS.len() as u64 - 1) / most;
        BARS[usize::try_from(height).unwrap_or(0)]
    };
    durations.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_shows_which_durations_are_long() {
        assert_eq!(trend(&[0, 1, 50, 100]), "\u{2581}\u{2581}\u{2584}\u{2588}");
        assert_eq!(trend(&[0, 0]), "\u{2581}\u{2581}");
        assert_eq!(trend(&[]), "");
        assert_eq!(flaky_in_words(&[false, true, true]), None);
        assert!(flaky_in_words(&[true, false, true]).is_some());
        assert_eq!(median(&[5, 1, 9]), Some(5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_history_names_a_last_pass_that_was_too_short() {
        let run = |duration_ms| {
            let gate = GateSummary {
                name: "test".to_owned(),
                outcome: Outcome::Passed.word().to_owned(),
                duration_ms,
                definition: Some("d".to_owned()),
            };
            RunSummary {
                run: String::new(),
                started: String::new(),
                trigger: "run".to_owned(),
                verdict: "passed".to_owned(),
                duration_ms,
                tree: None,
                gates: vec![gate],
            }
        };
        let mut runs: Vec<RunSummary> = (0..9).map(|_| run(10_000)).collect();
        let notes = |runs: &[RunSummary]| {
            History {
                runs: runs.to_vec(),
            }
            .gate("test")
            .notes
        };
        assert_eq!(notes(&runs), [""; 0]);
        runs.push(run(20));
        assert!(notes(&runs)[0].starts_with("suspiciously fast: it took "));
    }
}
