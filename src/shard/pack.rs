//! Which part runs in which shard, so that the last shard ends as early as possible.
//!
//! Longest first (Graham 1969), then a search for a smaller limit under which everything fits (MULTIFIT,
//! Coffman, Garey and Johnson 1978). The same sizes are always packed in the same way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How often the limit is halved.
const STEPS: usize = 24;

/// How many parts are packed by trying everything.
const FEW: usize = 12;

/// For each size, the place of its shard. There must be at least one shard.
#[must_use]
pub(super) fn pack(sizes: &[u64], shards: usize) -> Vec<usize> {
    let shards = shards.max(1);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&at| (Reverse(sizes[at]), at));
    let mut best = longest_first(sizes, &order, shards);
    let mut most = last_end(sizes, &best, shards);
    let mut least = lower_bound(sizes, &order, shards);
    for _ in 0..STEPS {
        if least >= most {
            break;
        }
        let limit = least.midpoint(most);
        match first_fit(sizes, &order, shards, limit) {
            Some(packed) => {
                most = last_end(sizes, &packed, shards);
                best = packed;
            }
            None => least = limit + 1,
        }
    }
    if sizes.len() <= FEW {
        let mut search = Search {
            sizes,
            order: &order,
            loads: vec![0; shards],
            packed: vec![0; sizes.len()],
            best,
            most,
        };
        search.go_on(0);
        best = search.best;
    }
    best
}

/// A search through every way of packing that may be better than the best one so far.
struct Search<'a> {
    sizes: &'a [u64],
    order: &'a [usize],
    loads: Vec<u64>,
    packed: Vec<usize>,
    best: Vec<usize>,
    /// When the last shard of the best one ends.
    most: u64,
}

impl Search<'_> {
    /// Packs what comes at a place of the order, and everything after it.
    fn go_on(&mut self, place: usize) {
        let Some(&at) = self.order.get(place) else {
            self.most = self.loads.iter().copied().max().unwrap_or(0);
            self.best.clone_from(&self.packed);
            return;
        };
        for shard in 0..self.loads.len() {
            let load = self.loads[shard];
            let with = load.saturating_add(self.sizes[at]);
            // A shard that is like an earlier one gives nothing new.
            if with >= self.most || self.loads[..shard].contains(&load) {
                continue;
            }
            self.loads[shard] = with;
            self.packed[at] = shard;
            self.go_on(place + 1);
            self.loads[shard] = load;
        }
    }
}

/// Each goes to the shard that has the least so far.
fn longest_first(sizes: &[u64], order: &[usize], shards: usize) -> Vec<usize> {
    let mut loads: BinaryHeap<Reverse<(u64, usize)>> =
        (0..shards).map(|shard| Reverse((0, shard))).collect();
    let mut packed = vec![0; sizes.len()];
    for &at in order {
        if let Some(Reverse((load, shard))) = loads.pop() {
            packed[at] = shard;
            loads.push(Reverse((load.saturating_add(sizes[at]), shard)));
        }
    }
    packed
}

/// Each goes to the first shard that does not exceed the limit with it; `None` if one fits nowhere.
fn first_fit(sizes: &[u64], order: &[usize], shards: usize, limit: u64) -> Option<Vec<usize>> {
    let mut loads = vec![0_u64; shards];
    let mut packed = vec![0; sizes.len()];
    for &at in order {
        let fits = |load: &u64| load.saturating_add(sizes[at]) <= limit;
        let shard = loads.iter().position(fits)?;
        loads[shard] += sizes[at];
        packed[at] = shard;
    }
    Some(packed)
}

/// When the last shard ends.
fn last_end(sizes: &[u64], packed: &[usize], shards: usize) -> u64 {
    let mut loads = vec![0_u64; shards];
    for (&size, &shard) in sizes.iter().zip(packed) {
        loads[shard] = loads[shard].saturating_add(size);
    }
    loads.into_iter().max().unwrap_or(0)
}

/// No packing ends earlier: all shards together need the sum, one needs the longest, one needs two of the
/// first `shards + 1`, and one needs three of the first `2 * shards + 1`.
fn lower_bound(sizes: &[u64], order: &[usize], shards: usize) -> u64 {
    let sum = sizes
        .iter()
        .fold(0_u64, |sum, size| sum.saturating_add(*size));
    let size = |place: usize| order.get(place).map_or(0, |&at| sizes[at]);
    let some = |last: usize, count: usize| {
        let all = (0..count).map(|back| size(last - back));
        let is_there = last < order.len();
        all.filter(|_| is_there).fold(0_u64, u64::saturating_add)
    };
    let bounds = [
        sum.div_ceil(shards as u64),
        size(0),
        some(shards, 2),
        some(2 * shards, 3),
    ];
    bounds.into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    use super::*;

    fn bound(sizes: &[u64], shards: usize) -> u64 {
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|&at| (Reverse(sizes[at]), at));
        lower_bound(sizes, &order, shards)
    }

    /// The optimum, by trying everything.
    fn optimum(sizes: &[u64], loads: &mut Vec<u64>, best: u64) -> u64 {
        let Some((first, rest)) = sizes.split_first() else {
            return loads.iter().copied().max().unwrap_or(0).min(best);
        };
        let mut best = best;
        for shard in 0..loads.len() {
            // A shard that is like an earlier one gives nothing new.
            if loads[shard] + first < best && !loads[..shard].contains(&loads[shard]) {
                loads[shard] += first;
                best = optimum(rest, loads, best);
                loads[shard] -= first;
            }
        }
        best
    }

    #[test]
    fn nothing_is_lost_and_the_same_is_packed_alike() {
        assert_eq!(pack(&[], 3), [0; 0]);
        assert_eq!(pack(&[7], 3).len(), 1);
        assert_eq!(pack(&[0, 0, 0], 2).len(), 3);
        assert_eq!(pack(&[5, 1, 1, 1, 1, 1], 2), pack(&[5, 1, 1, 1, 1, 1], 2));
        assert_eq!(
            last_end(&[5, 1, 1, 1, 1, 1], &pack(&[5, 1, 1, 1, 1, 1], 2), 2),
            5
        );
        assert_eq!(pack(&[u64::MAX, u64::MAX], 1), [0, 0]);
    }

    proptest! {
        #[test]
        fn few_parts_end_next_to_the_optimum(
            sizes in prop::collection::vec(1_u64..60_000, 1..11),
            shards in 1_usize..5,
        ) {
            let packed = pack(&sizes, shards);
            prop_assert!(packed.iter().all(|&shard| shard < shards));
            let end = last_end(&sizes, &packed, shards);
            let best = optimum(&sizes, &mut vec![0; shards], u64::MAX);
            prop_assert!(bound(&sizes, shards) <= best && best <= end);
            if sizes.len() > 2 * shards {
                prop_assert!(end * 10 <= best * 11, "{end} instead of {best}");
            }
        }
    }

    /// Durations as test suites have them: many short ones, a few long ones.
    fn durations(runner: &mut TestRunner, parts: usize) -> Vec<u64> {
        let one = (0.0_f64..1.0, 0.0_f64..1.0).prop_map(|(a, b)| {
            let normal = (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
            let milliseconds = (9.0 + normal).exp().min(600_000.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the value is small and positive"
            )]
            let milliseconds = milliseconds as u64 + 1;
            milliseconds
        });
        let tree = prop::collection::vec(one, parts).new_tree(runner).unwrap();
        proptest::strategy::ValueTree::current(&tree)
    }

    #[test]
    fn up_to_256_runners_end_within_a_tenth_of_the_lower_bound() {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        for shards in [2, 4, 8, 16, 32, 64, 128, 256] {
            for parts in [2 * shards + 1, 3 * shards, 4 * shards, 16 * shards] {
                let sizes = durations(&mut runner, parts);
                let end = last_end(&sizes, &pack(&sizes, shards), shards);
                let least = bound(&sizes, shards);
                assert!(
                    end * 10 <= least * 11,
                    "{parts} in {shards}: {end} of {least}"
                );
            }
        }
    }
}
