//! The text of the live view: which gates run, for how long, and how many wait.
//!
//! Nothing here knows a terminal or reads the clock: the lines follow from the events, so that
//! every size of terminal can be tested without one.

use std::time::{Duration, Instant};

use super::columns::Columns;
use crate::base::text::{duration, limit};
use crate::event::Event;
use crate::plan::Plan;

/// A gate that ends sooner is not shown as running: it would only flicker.
const SETTLED: Duration = Duration::from_millis(150);

/// What a heavy gate waits for.
const TURN: &str = "for its turn on this machine";

/// The lines of the terminal that are left to earlier output.
const LINES_ABOVE: usize = 2;

/// The gates of a run as far as they are known from its events.
pub(super) struct Live {
    gates: Vec<Watched>,
    /// When the first gate was started.
    begun: Option<Instant>,
}

struct Watched {
    name: String,
    limit: Option<Duration>,
    phase: Phase,
}

#[derive(Clone, Copy)]
enum Phase {
    Waiting,
    /// For its turn among the heavy gates of this machine.
    WaitingForTurn(Instant),
    Running(Instant),
    Over,
}

impl Live {
    /// Before the first event: every gate of the plan waits.
    pub(super) fn new(plan: &Plan) -> Self {
        let watched = plan.gates.iter().map(|planned| Watched {
            name: planned.gate.name.as_str().to_owned(),
            limit: planned.timeout,
            phase: Phase::Waiting,
        });
        Self {
            gates: watched.collect(),
            begun: None,
        }
    }

    /// Records an event that was received at this time.
    pub(super) fn note(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Waits(index) => {
                self.gates[*index].phase = Phase::WaitingForTurn(now);
                self.begun.get_or_insert(now);
            }
            Event::Started(index) => {
                self.gates[*index].phase = Phase::Running(now);
                self.begun.get_or_insert(now);
            }
            Event::Finished(index, _) => self.gates[*index].phase = Phase::Over,
        }
    }

    /// The lines to be shown, those of the gates that have run longest first: never more than fit
    /// below some lines of earlier output, and each shorter than the terminal is wide, since
    /// terminals differ in what they do after the last column.
    pub(super) fn lines(&self, columns: Columns, height: usize, now: Instant) -> Vec<String> {
        let width = columns.style.width.unwrap_or_default().saturating_sub(1);
        let is_settled = |begun: Instant| now.saturating_duration_since(begun) >= SETTLED;
        if width == 0 || !self.begun.is_some_and(is_settled) {
            return Vec::new();
        }
        let mut cut = columns;
        cut.style.width = Some(width);
        let mut running: Vec<(Instant, &Watched)> = self
            .gates
            .iter()
            .filter_map(|gate| match gate.phase {
                Phase::Running(begun) | Phase::WaitingForTurn(begun) if is_settled(begun) => {
                    Some((begun, gate))
                }
                _ => None,
            })
            .collect();
        running.sort_by_key(|(begun, _)| *begun);
        let is_waiting = |gate: &&Watched| matches!(gate.phase, Phase::Waiting);
        let waiting = self.gates.iter().filter(is_waiting).count();

        let room = height.saturating_sub(LINES_ABOVE).max(1);
        let shown = if running.len() + usize::from(waiting > 0) <= room {
            running.len()
        } else {
            room - 1
        };
        let line = |(begun, gate): &(Instant, &Watched)| gate.line(cut, now - *begun);
        let mut lines: Vec<String> = running[..shown].iter().map(line).collect();
        let summary = hidden_gates(shown, running.len() - shown, waiting);
        if !summary.is_empty() {
            let summary = columns.style.faint(&summary);
            lines.push(cut.text(&columns.padded(""), &summary));
        }
        lines
    }
}

impl Watched {
    fn line(&self, columns: Columns, elapsed: Duration) -> String {
        let mut time = format!("{:>6}", tenths(elapsed));
        if matches!(self.phase, Phase::WaitingForTurn(_)) {
            let word = columns.style.faint(&columns.padded("waiting"));
            return columns.line(&word, &self.name, &time, TURN);
        }
        let word = columns.style.strong(&columns.padded("running"));
        if let Some(timeout) = self.limit {
            time = format!("{time} of {}", limit(timeout));
        }
        columns.line(&word, &self.name, &time, "")
    }
}

/// A summary of the gates that are not shown. Empty if there are none.
fn hidden_gates(shown: usize, running: usize, waiting: usize) -> String {
    let running = match (shown, running) {
        (_, 0) => None,
        (0, running) => Some(format!("{running} running")),
        (_, running) => Some(format!("and {running} more running")),
    };
    let waiting = (waiting > 0).then(|| format!("{waiting} waiting"));
    let parts: Vec<String> = running.into_iter().chain(waiting).collect();
    parts.join(", ")
}

/// A duration that is still growing: hundredths would only be distracting.
fn tenths(elapsed: Duration) -> String {
    let tenths = elapsed.as_millis() / 100;
    if tenths < 600 {
        format!("{}.{}s", tenths / 10, tenths % 10)
    } else {
        duration(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::Style;

    /// Gates that began so many milliseconds ago, and some that wait.
    fn live(names: &[(&str, u64)], waiting: usize, now: Instant) -> Live {
        let running = names.iter().map(|(name, age)| Watched {
            name: (*name).to_owned(),
            limit: Some(Duration::from_mins(1)),
            phase: Phase::Running(now.checked_sub(Duration::from_millis(*age)).unwrap()),
        });
        let waiting = (0..waiting).map(|number| Watched {
            name: format!("waiting-{number}"),
            limit: None,
            phase: Phase::Waiting,
        });
        let oldest = names.iter().map(|(_, age)| *age).max();
        Live {
            gates: running.chain(waiting).collect(),
            begun: oldest.and_then(|age| now.checked_sub(Duration::from_millis(age))),
        }
    }

    fn columns(width: usize) -> Columns {
        let mut style = Style::PLAIN;
        style.width = Some(width);
        Columns::new(style, TWO[1].0.len())
    }

    fn lines(names: &[(&str, u64)], waiting: usize, size: (usize, usize)) -> Vec<String> {
        let (width, height) = size;
        let now = Instant::now() + Duration::from_hours(1);
        live(names, waiting, now).lines(columns(width), height, now)
    }

    const TWO: [(&str, u64); 2] = [("lint", 2_900), ("tests-of-everything-there-is", 72_345)];

    #[test]
    fn any_width_will_do() {
        let cases: [(usize, &[&str]); 5] = [
            (1, &[]),
            (
                12,
                &["running te\u{2026}", "running li\u{2026}", "3 waiting"],
            ),
            (
                40,
                &[
                    "running tests-of\u{2026}there-is 1m 12s of 1m",
                    "running lint 2.9s of 1m",
                    "3 waiting",
                ],
            ),
            (
                80,
                &[
                    "        running  tests-of-everything-there-is  1m 12s of 1m",
                    "        running  lint                            2.9s of 1m",
                    "                 3 waiting",
                ],
            ),
            (
                200,
                &[
                    "        running  tests-of-everything-there-is  1m 12s of 1m",
                    "        running  lint                            2.9s of 1m",
                    "                 3 waiting",
                ],
            ),
        ];
        for (width, expected) in cases {
            assert_eq!(lines(&TWO, 3, (width, 24)), expected, "{width} columns");
        }
    }

    #[test]
    fn never_more_lines_than_fit() {
        let names: Vec<String> = (0..50).map(|number| format!("g{number}")).collect();
        let fifty: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(1_000..).collect();
        for height in 0..60 {
            for waiting in [0, 7] {
                for width in [1, 2, 12, 40, 80, 200] {
                    let lines = lines(&fifty, waiting, (width, height));
                    assert!(lines.len() <= height.saturating_sub(LINES_ABOVE).max(1));
                    for line in lines {
                        assert!(console::measure_text_width(&line) < width, "{line:?}");
                    }
                }
            }
        }
        let shown = lines(&fifty, 7, (40, 24));
        assert_eq!(shown.len(), 22);
        assert_eq!(shown[0], "running g49 1.0s of 1m");
        assert_eq!(shown[20], "running g29 1.0s of 1m");
        assert_eq!(shown[21], "and 29 more running, 7 waiting");
        assert_eq!(lines(&fifty, 7, (40, 1)), ["50 running, 7 waiting"]);
        assert_eq!(lines(&fifty, 0, (40, 52)).len(), 50);
    }

    #[test]
    fn what_ends_soon_is_not_shown() {
        assert_eq!(lines(&[], 0, (80, 24)), [""; 0]);
        assert_eq!(lines(&[], 3, (80, 24)), [""; 0]);
        assert_eq!(lines(&[("a", 149)], 3, (40, 24)), [""; 0]);
        let settled = ["running a 0.1s of 1m", "3 waiting"];
        assert_eq!(lines(&[("a", 150)], 3, (40, 24)), settled);
        let settled = ["running a 0.1s of 1m"];
        assert_eq!(lines(&[("a", 150), ("b", 20)], 0, (40, 24)), settled);
    }

    #[test]
    fn events_are_followed() {
        let begun = Instant::now();
        let later = begun + Duration::from_secs(1);
        let mut live = live(&[], 2, begun);
        let mut lines = |event: &Event| {
            live.note(event, begun);
            live.lines(columns(40), 24, later)
        };
        let ended = crate::event::GateResult::not_started(crate::model::outcome::Outcome::Passed);
        let ended = |index| Event::Finished(index, Box::new(ended.clone()));
        let started = Event::Started(0);
        assert_eq!(lines(&started), ["running waiting-0 1.0s", "1 waiting"]);
        assert_eq!(lines(&ended(0)), ["1 waiting"]);
        assert_eq!(lines(&ended(1)), [""; 0]);
    }

    #[test]
    fn a_gate_that_waits_for_its_turn_is_shown() {
        let begun = Instant::now();
        let mut live = live(&[], 1, begun);
        live.note(&Event::Waits(0), begun);
        let later = begun + Duration::from_secs(3);
        let lines = live.lines(columns(140), 24, later);
        assert_eq!(
            lines,
            [format!(
                "        waiting  waiting-0                       3.0s  {TURN}"
            )]
        );
    }

    #[test]
    fn growing_durations_have_tenths() {
        let cases = [
            (0, "0.0s"),
            (1_299, "1.2s"),
            (59_999, "59.9s"),
            (60_000, "1m 00s"),
            (3_725_000, "1h 02m"),
        ];
        for (millis, expected) in cases {
            assert_eq!(tenths(Duration::from_millis(millis)), expected);
        }
    }
}
