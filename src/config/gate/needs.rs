//! The needs of gates: that they exist, run at the same hooks, and do not lead in a circle.

use std::collections::BTreeMap;

use super::Gate;
use super::typed::TypedGate;
use crate::base::text::nearest;
use crate::config::problem::{Problem, Problems};
use crate::config::reader::Item;
use crate::model::gate::GateName;

/// Checks gates, which may also need some of `others`, those of another configuration.
pub(crate) fn check(gates: &[TypedGate<'_, '_>], others: &[Gate], problems: &mut Problems) {
    for typed in gates {
        problems.in_file(typed.file);
        check_needs(typed, (gates, others), problems);
    }
    check_cycles(gates, problems);
}

/// The needs of a gate with their places.
fn needs<'a>(typed: &'a TypedGate<'_, '_>) -> impl Iterator<Item = (&'a GateName, &'a Item<'a>)> {
    typed.gate.needs.iter().zip(typed.elements("needs"))
}

fn check_needs(
    typed: &TypedGate<'_, '_>,
    (gates, others): (&[TypedGate<'_, '_>], &[Gate]),
    problems: &mut Problems,
) {
    let gate = &typed.gate;
    let name = &gate.name;
    let known = || gates.iter().map(|typed| &typed.gate).chain(others);
    for (needed, item) in needs(typed) {
        let Some(other) = known().find(|other| other.name == *needed) else {
            let problem = Problem::new(item.span(), format!("gate `{needed}` does not exist"));
            // At the top, gates of directories are named in full; elsewhere, only those of the same one.
            let near = known().filter(|other| other.origin.dir == gate.origin.dir);
            let near = near.map(|other| other.name.local());
            let full = known().map(|other| other.name.as_str());
            let right = if gate.origin.is_top() {
                nearest(needed.as_str(), full)
            } else {
                nearest(needed.local(), near)
            };
            problems.add(match right {
                Some(right) => problem.label(format!("did you mean `{right}`?")),
                None if gate.origin.is_top() => problem.label("needed here, but not defined"),
                None => problem
                    .label("needed here, but not defined")
                    .help("gates of a directory can only need others of the same directory"),
            });
            continue;
        };
        for stage in gate.hooks.difference(&other.hooks) {
            let stage = stage.name();
            let title = format!("`{name}` runs at {stage}, but `{needed}` does not");
            problems.add(
                Problem::new(item.span(), title)
                    .label(format!("needed, but never runs at {stage}"))
                    .help(format!(
                        "add \"{stage}\" to `hooks` of `{needed}`, or remove `{needed}` from `needs`"
                    )),
            );
        }
    }
}

/// The state of a gate in the search for circular needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    OnPath,
    Done,
}

/// Finds circular needs, each once: a depth-first search that returns to its own path.
fn check_cycles(gates: &[TypedGate<'_, '_>], problems: &mut Problems) {
    let places: BTreeMap<&GateName, usize> = gates
        .iter()
        .enumerate()
        .map(|(place, typed)| (&typed.gate.name, place))
        .collect();
    let mut marks = vec![Mark::Unseen; gates.len()];
    for start in 0..gates.len() {
        if marks[start] != Mark::Unseen {
            continue;
        }
        // Each step: a gate, and how many of its needs have been followed.
        let mut path = vec![(start, 0)];
        marks[start] = Mark::OnPath;
        while let Some((place, followed)) = path.last_mut() {
            let at = *place;
            let Some((needed, item)) = needs(&gates[at]).nth(*followed) else {
                marks[at] = Mark::Done;
                path.pop();
                continue;
            };
            *followed += 1;
            let Some(&next) = places.get(needed) else {
                continue;
            };
            match marks[next] {
                Mark::Done => {}
                Mark::Unseen => {
                    marks[next] = Mark::OnPath;
                    path.push((next, 0));
                }
                Mark::OnPath => {
                    let begins = path
                        .iter()
                        .position(|(place, _)| *place == next)
                        .unwrap_or(0);
                    let circle = path[begins..].iter().map(|(place, _)| *place);
                    let names: Vec<&str> = circle
                        .chain([next])
                        .map(|place| gates[place].gate.name.as_str())
                        .collect();
                    problems.in_file(gates[at].file);
                    problems.add(
                        Problem::new(item.span(), "these gates wait for each other forever")
                            .label(names.join(" needs ")),
                    );
                }
            }
        }
    }
}
