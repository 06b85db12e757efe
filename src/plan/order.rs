//! Which gate starts first where not all can run at once.

use std::cmp::Reverse;
use std::time::Duration;

use super::Plan;

/// Differences below this are chance, in milliseconds.
const NOTABLE: u128 = 500;

/// More than any gate takes, and still to be added up.
const UNKNOWN: Duration = Duration::from_secs(1 << 32);

impl Plan {
    /// The places of the gates, in the order in which they start as soon as they can: first the one that the end
    /// of the run waits for the longest, by what it and the gates that need it took the last time (Graham 1969). A
    /// gate that has never come to an end here may take any time, so it comes before all others. Equals stay in the
    /// order of the configuration.
    #[must_use]
    pub(crate) fn start_order(&self) -> Vec<usize> {
        let took = self.gates.iter().map(|planned| planned.last_took);
        by_what_remains(&took.collect::<Vec<_>>(), &self.needs())
    }
}

fn by_what_remains(took: &[Option<Duration>], needs: &[Vec<usize>]) -> Vec<usize> {
    let mut waiters = vec![Vec::new(); took.len()];
    for (place, needs) in needs.iter().enumerate() {
        for need in needs {
            waiters[*need].push(place);
        }
    }
    let mut known = vec![None; took.len()];
    let remaining = (0..took.len()).map(|place| remaining(place, took, &waiters, &mut known));
    let remaining: Vec<u128> = remaining.map(|all| all.as_millis() / NOTABLE).collect();
    let mut order: Vec<usize> = (0..took.len()).collect();
    order.sort_by_key(|place| Reverse(remaining[*place]));
    order
}

/// How long the run still takes once this gate starts. The configuration has refused circles.
fn remaining(
    place: usize,
    took: &[Option<Duration>],
    waiters: &[Vec<usize>],
    known: &mut [Option<Duration>],
) -> Duration {
    if let Some(known) = known[place] {
        return known;
    }
    let after = waiters[place].iter();
    let after = after.map(|waiter| remaining(*waiter, took, waiters, known));
    let after = after.max().unwrap_or_default();
    let all = took[place].unwrap_or(UNKNOWN).saturating_add(after);
    known[place] = Some(all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_end_waits_for_longest_starts_first() {
        let second = |seconds| Some(Duration::from_secs(seconds));
        // The fourth needs the third, and the fifth has never run.
        let took = [second(1), second(9), second(1), second(9), None, second(1)];
        let needs = [vec![], vec![], vec![], vec![2], vec![], vec![]];
        assert_eq!(by_what_remains(&took, &needs), [4, 2, 1, 3, 0, 5]);
    }

    #[test]
    fn what_takes_about_as_long_starts_in_the_order_of_the_configuration() {
        let took = [120, 340, 5].map(|milliseconds| Some(Duration::from_millis(milliseconds)));
        assert_eq!(by_what_remains(&took, &[vec![], vec![], vec![]]), [0, 1, 2]);
    }
}
