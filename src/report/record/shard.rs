//! What makes the record of a run one of the records that are combined.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which shard of which plan a run was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ShardRecord {
    /// The digest of the plan.
    pub(crate) plan: String,
    /// The number of the shard, from 1.
    pub(crate) shard: u32,
    /// How many shards the plan has.
    pub(crate) of: u32,
    /// Gates whose tool says that it had nothing to check in this shard. They have passed if they have checked
    /// something in another one.
    pub(crate) empty: Vec<String>,
    /// The SHA-256 of the record without this digest.
    pub(crate) digest: String,
}
