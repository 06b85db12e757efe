//! The plan that shards share, as a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::pack::pack;
use crate::base::fault::{Fault, Result};
use crate::base::hex::hex;
use crate::base::text::clean_line;

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

/// The largest number of shards: the jobs that one matrix of GitHub Actions may have.
pub(crate) const MOST_SHARDS: usize = 256;

/// The estimate for a part that never ran anywhere, in milliseconds, where none has.
const UNKNOWN: u64 = 60_000;

/// A plan for several runners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShardPlan {
    /// The version of this format.
    pub(crate) version: u32,
    /// What all shards check.
    #[serde(flatten)]
    pub(crate) subject: PlanSubject,
    /// What runs where; the first is number 1.
    pub(crate) shards: Vec<Shard>,
    /// The SHA-256 of everything above, by which the reports of shards name the plan.
    pub(crate) digest: String,
}

/// What every shard of a plan checks: on another machine, all of it must be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanSubject {
    /// The version of the program.
    pub(crate) gatekeeper: String,
    /// The id of the tree.
    pub(crate) tree: String,
    /// The commit; null if the tree is not that of a commit.
    pub(crate) commit: Option<String>,
    /// The range that is checked; null if every gate looks at all tracked files.
    pub(crate) range: Option<PlanRange>,
    /// The gates that were named; empty if all run.
    pub(crate) named: Vec<String>,
    /// The gates that were left out by hand.
    pub(crate) skipped: Vec<String>,
    /// The digest of the configuration.
    pub(crate) policy: String,
    /// The gates that run, and for each the digest of its definition, its commands and its files.
    pub(crate) gates: BTreeMap<String, String>,
}

/// A range of commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanRange {
    /// The commit that the changes are counted from.
    pub(crate) from: String,
    /// The last commit.
    pub(crate) to: String,
}

/// What runs on one runner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shard {
    /// Its number, from 1.
    #[serde(rename = "shard")]
    pub(crate) number: u32,
    /// Its name, for people.
    pub(crate) name: String,
    /// Where it runs, as `runner` in gates.toml says; null if that is left open.
    pub(crate) runner: Option<String>,
    /// Whether it also checks the messages and what the change does to the checks.
    pub(crate) rules: bool,
    /// What it runs.
    pub(crate) parts: Vec<ShardPart>,
    /// How long all of it takes, one after the other, in milliseconds.
    pub(crate) estimate_ms: u64,
}

/// A part of a gate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ShardPart {
    /// The gate.
    pub(crate) gate: String,
    /// Which part, from 1: `{shard}`.
    pub(crate) part: u32,
    /// Of how many: `{shards}`.
    pub(crate) of: u32,
    /// How long it takes, in milliseconds; null if nothing is known of it.
    pub(crate) estimate_ms: Option<u64>,
}

/// A gate that is to be divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Divisible {
    /// Its name.
    pub(crate) gate: String,
    /// Into how many parts it is divided; `None` if that is for the plan to say.
    pub(crate) parts: Option<u32>,
    /// Where it runs.
    pub(crate) runner: Option<String>,
    /// How long all of it takes, in milliseconds, if that is known.
    pub(crate) estimate_ms: Option<u64>,
}

/// How many shards are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShardCount {
    /// So many, or fewer if there are fewer parts.
    Exactly(usize),
    /// As many as it takes for each to end within so many milliseconds.
    Within(u64),
}

impl ShardPlan {
    /// Divides the gates, and packs the parts.
    #[must_use]
    pub(crate) fn new(subject: PlanSubject, gates: &[Divisible], count: ShardCount) -> Self {
        let known: Vec<u64> = gates.iter().filter_map(|gate| gate.estimate_ms).collect();
        let usual = match known.len() {
            0 => UNKNOWN,
            number => known.iter().sum::<u64>() / number as u64,
        };
        let total: u64 = gates
            .iter()
            .map(|gate| gate.estimate_ms.unwrap_or(usual))
            .sum();
        let wanted = match count {
            ShardCount::Exactly(wanted) => wanted,
            ShardCount::Within(limit) => {
                usize::try_from(total.div_ceil(limit.max(1))).unwrap_or(MOST_SHARDS)
            }
        };
        let wanted = wanted.clamp(1, MOST_SHARDS);
        let mut by_runner: BTreeMap<Option<&str>, Vec<(ShardPart, u64)>> = BTreeMap::new();
        for gate in gates {
            let parts = by_runner.entry(gate.runner.as_deref()).or_default();
            parts.extend(divided(gate, usual, wanted));
        }
        let counts = shared_out(&by_runner, wanted);
        let mut shards = Vec::new();
        for ((runner, parts), count) in by_runner.into_iter().zip(counts) {
            shards.extend(packed(runner, &parts, count));
        }
        if shards.is_empty() {
            shards.push((None, Vec::new(), 0));
        }
        let numbered = (1..).zip(shards);
        let numbered = numbered.map(|(number, (runner, parts, estimate_ms))| Shard {
            number,
            name: name(&parts),
            runner,
            rules: number == 1 && subject.named.is_empty(),
            parts,
            estimate_ms,
        });
        let mut plan = Self {
            version: VERSION,
            shards: numbered.collect(),
            subject,
            digest: String::new(),
        };
        plan.digest = plan.own_digest();
        plan
    }

    /// Reads a plan, and makes sure that it is as it was written.
    ///
    /// # Errors
    ///
    /// It is not a plan, was altered, or is one of another version.
    pub(crate) fn read(name: &str, text: &str) -> Result<Self> {
        let again = "make it again with `gatekeeper plan --shards`";
        let plan: Self = serde_json::from_str(text).map_err(|error| {
            let error = clean_line(error.to_string().as_bytes());
            Fault::usage(format!("{name} is not a plan: {error}")).hint(again)
        })?;
        if plan.version != VERSION || plan.subject.gatekeeper != env!("CARGO_PKG_VERSION") {
            let theirs = clean_line(plan.subject.gatekeeper.as_bytes());
            return Err(Fault::unable(format!(
                "{name} was made by gatekeeper {theirs}, and this is {}",
                env!("CARGO_PKG_VERSION")
            ))
            .hint("use the same version on every machine"));
        }
        if plan.digest != plan.own_digest() {
            return Err(
                Fault::unable(format!("{name} was altered: its digest does not match")).hint(again),
            );
        }
        Ok(plan)
    }

    /// The digest that the plan should have.
    fn own_digest(&self) -> String {
        let bare = Self {
            digest: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_string(&bare).unwrap_or_default();
        hex(&Sha256::digest(text))
    }

    /// A shard by its number.
    #[must_use]
    pub(crate) fn shard(&self, number: u32) -> Option<&Shard> {
        self.shards.iter().find(|shard| shard.number == number)
    }

    /// The plan as a file.
    #[must_use]
    pub(crate) fn as_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// The parts of a gate, with what each is taken to last.
fn divided(gate: &Divisible, usual: u64, wanted: usize) -> Vec<(ShardPart, u64)> {
    let of = gate
        .parts
        .unwrap_or(u32::try_from(wanted).unwrap_or(1))
        .max(1);
    let part = |part| {
        let shown = gate.estimate_ms.map(|all| all / u64::from(of));
        let part = ShardPart {
            gate: gate.gate.clone(),
            part,
            of,
            estimate_ms: shown,
        };
        // Even what takes no time has a place of its own.
        (part, shown.unwrap_or(usual / u64::from(of)).max(1))
    };
    (1..=of).map(part).collect()
}

/// How many shards each kind of runner gets: at least one, and the rest where most is to be done.
fn shared_out(parts: &BTreeMap<Option<&str>, Vec<(ShardPart, u64)>>, wanted: usize) -> Vec<usize> {
    let sums: Vec<u64> = parts
        .values()
        .map(|parts| parts.iter().map(|(_, size)| size).sum())
        .collect();
    let most: Vec<usize> = parts.values().map(Vec::len).collect();
    let mut counts = vec![1; sums.len()];
    for _ in sums.len()..wanted {
        let open = (0..sums.len()).filter(|&at| counts[at] < most[at]);
        // u64 has no room for fractions, but the shares are large.
        let Some(next) = open.max_by_key(|&at| (sums[at] / counts[at] as u64, usize::MAX - at))
        else {
            break;
        };
        counts[next] += 1;
    }
    counts
}

/// The shards of one kind of runner, without those that would be empty.
fn packed(
    runner: Option<&str>,
    parts: &[(ShardPart, u64)],
    count: usize,
) -> Vec<(Option<String>, Vec<ShardPart>, u64)> {
    let sizes: Vec<u64> = parts.iter().map(|(_, size)| *size).collect();
    let mut shards = vec![(runner.map(str::to_owned), Vec::new(), 0); count];
    for ((part, size), shard) in parts.iter().zip(pack(&sizes, count)) {
        shards[shard].1.push(part.clone());
        shards[shard].2 += size;
    }
    shards.retain(|(_, parts, _)| !parts.is_empty());
    shards
}

/// What a shard is called: its gates, and which part of each.
fn name(parts: &[ShardPart]) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        names.push(match part.of {
            1 => part.gate.clone(),
            of => format!("{} {}/{of}", part.gate, part.part),
        });
    }
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    match (names.is_empty(), more) {
        (true, _) => "no gate".to_owned(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn subject() -> PlanSubject {
        PlanSubject {
            gatekeeper: env!("CARGO_PKG_VERSION").into(),
            tree: "t".into(),
            commit: None,
            range: None,
            named: Vec::new(),
            skipped: Vec::new(),
            policy: "p".into(),
            gates: BTreeMap::new(),
        }
    }

    fn gate(name: &str, parts: Option<u32>, estimate: Option<u64>) -> Divisible {
        Divisible {
            gate: name.into(),
            parts,
            runner: None,
            estimate_ms: estimate,
        }
    }

    fn names(plan: &ShardPlan) -> Vec<&str> {
        plan.shards
            .iter()
            .map(|shard| shard.name.as_str())
            .collect()
    }

    #[test]
    fn parts_are_spread_by_what_they_last() {
        let gates = [
            gate("lint", Some(1), Some(10_000)),
            gate("test", Some(4), Some(400_000)),
            gate("types", Some(1), Some(90_000)),
        ];
        let plan = ShardPlan::new(subject(), &gates, ShardCount::Exactly(5));
        assert_eq!(
            names(&plan),
            [
                "test 1/4",
                "test 2/4",
                "test 3/4",
                "test 4/4",
                "lint, types"
            ]
        );
        assert!(plan.shards[0].rules && !plan.shards[1].rules);
        // Without parts of its own, a gate has as many as there are shards.
        let auto = [gate("test", None, None)];
        let plan = ShardPlan::new(subject(), &auto, ShardCount::Exactly(3));
        assert_eq!(names(&plan), ["test 1/3", "test 2/3", "test 3/3"]);
        let within = ShardPlan::new(subject(), &gates, ShardCount::Within(250_000));
        assert_eq!(within.shards.len(), 2);
    }

    #[test]
    fn no_shard_is_empty_and_none_has_two_kinds_of_runner() {
        let mut gates = vec![
            gate("a", Some(1), None),
            gate("b", Some(2), None),
            gate("c", Some(1), None),
        ];
        gates[1].runner = Some("arm".into());
        for count in 1..9 {
            let plan = ShardPlan::new(subject(), &gates, ShardCount::Exactly(count));
            let parts: usize = plan.shards.iter().map(|shard| shard.parts.len()).sum();
            assert_eq!(parts, 4);
            assert!(plan.shards.len() <= count.max(2));
            for shard in &plan.shards {
                assert!(!shard.parts.is_empty());
                let is_arm = |part: &ShardPart| part.gate == "b";
                let arm = shard.runner.as_deref() == Some("arm");
                assert!(shard.parts.iter().all(|part| is_arm(part) == arm));
            }
        }
        let plan = ShardPlan::new(subject(), &[], ShardCount::Exactly(4));
        assert_eq!(names(&plan), ["no gate"]);
    }

    #[test]
    fn an_altered_plan_is_none() {
        let plan = ShardPlan::new(
            subject(),
            &[gate("a", Some(1), None)],
            ShardCount::Exactly(1),
        );
        let text = plan.as_json();
        assert_eq!(ShardPlan::read("plan.json", &text).unwrap(), plan);
        for (from, to) in [
            ("\"tree\": \"t\"", "\"tree\": \"u\""),
            ("\"gate\": \"a\"", "\"gate\": \"b\""),
            ("\"rules\": true", "\"rules\": false"),
            ("\"version\": 1", "\"version\": 2"),
            ("{", "["),
        ] {
            assert!(text.contains(from));
            assert!(ShardPlan::read("plan.json", &text.replacen(from, to, 1)).is_err());
        }
    }
}
