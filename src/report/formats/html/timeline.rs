//! The time line of a run as a picture: a bar for each gate that ran.

use maud::{Markup, html as page};

use super::look::{look, time};
use crate::report::record::{GateRecord, RunRecord};

/// The size of the picture, in its own units; it is scaled to the width of the page.
const WIDTH: f64 = 1000.0;
const ROW: f64 = 26.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = 24.0;

/// Where the bars begin and end; to the left are names, to the right there is room for a time.
const LEFT: f64 = 190.0;
const RIGHT: f64 = 930.0;

/// The width of a bar that would be too thin to be seen.
const THINNEST: f64 = 3.0;

/// How many characters of a name there is room for.
const NAME: usize = 24;

/// Into how many parts the time is divided at most.
const TICKS: u64 = 6;

/// When the gates of a run were running; `None` if none was.
pub(super) fn timeline(record: &RunRecord) -> Option<Markup> {
    let gates: Vec<(&GateRecord, u64)> = record
        .gates
        .iter()
        .filter_map(|gate| Some((gate, gate.started_ms?)))
        .collect();
    let ends = gates.iter().map(|(gate, start)| start + gate.duration_ms);
    let end = ends.max()?.max(1);
    let height = TOP + ROW * to_f64(gates.len() as u64) + BOTTOM;
    let at = |ms: u64| LEFT + (RIGHT - LEFT) * to_f64(ms) / to_f64(end);
    let label = format!("{} gates in {}", gates.len(), time(end));
    Some(page! {
        svg.timeline viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(label) {
            @for tick in ticks(end) {
                line.grid x1=(at(tick)) x2=(at(tick)) y1=(TOP) y2=(height - BOTTOM + 4.0) {}
                text.tick x=(at(tick)) y=(height - 6.0) text-anchor="middle" { (time(tick)) }
            }
            @for (place, (gate, start)) in gates.iter().enumerate() {
                (bar(gate, (at(*start), at(start + gate.duration_ms)), TOP + ROW * to_f64(place as u64)))
            }
        }
    })
}

fn bar(gate: &GateRecord, (from, to): (f64, f64), y: f64) -> Markup {
    let width = (to - from).max(THINNEST);
    let mut name: String = gate.name.chars().take(NAME).collect();
    if name.len() < gate.name.len() {
        name.push('\u{2026}');
    }
    page! {
        g {
            title { (gate.name) " " (gate.outcome) " after " (time(gate.duration_ms)) }
            text.name x=(LEFT - 12.0) y=(y + 17.0) text-anchor="end" { (name) }
            rect class={ "bar " (look(gate)) } x=(from) y=(y + 5.0) width=(width) height="16" rx="3" {}
            text.time x=(from + width + 6.0) y=(y + 17.0) { (time(gate.duration_ms)) }
        }
    }
}

/// Round times between the beginning and the end.
fn ticks(end: u64) -> Vec<u64> {
    let steps = [1, 2, 5].into_iter();
    let powers = (0..9).map(|power| 10_u64.pow(power));
    let mut steps = powers.flat_map(|power| steps.clone().map(move |step| step * power));
    let step = steps.find(|step| end / step <= TICKS).unwrap_or(end);
    (0..=end / step).map(|tick| tick * step).collect()
}

/// Times and rows are far below what a float holds exactly.
fn to_f64(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
