//! What a run has to do as one of several shards.

use std::collections::BTreeMap;

use crate::model::gate::Part;
use crate::shard::document::{Shard, ShardPlan};

/// What a run has to do as one shard of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShardRun {
    /// The digest of the plan.
    pub(crate) plan: String,
    /// The number of the shard, from 1.
    pub(crate) number: u32,
    /// How many shards there are.
    pub(crate) of: u32,
    /// Whether it checks the rules for changes and messages.
    pub(crate) has_rules: bool,
    /// The parts of each gate that run here.
    pub(crate) parts: BTreeMap<String, Vec<Part>>,
}

impl ShardRun {
    /// A shard of a plan.
    #[must_use]
    pub(super) fn new(plan: &ShardPlan, shard: &Shard) -> Self {
        let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        for part in &shard.parts {
            parts.entry(part.gate.clone()).or_default().push(Part {
                number: part.part,
                of: part.of,
            });
        }
        Self {
            plan: plan.digest.clone(),
            number: shard.number,
            of: u32::try_from(plan.shards.len()).unwrap_or(u32::MAX),
            has_rules: shard.rules,
            parts,
        }
    }
}
