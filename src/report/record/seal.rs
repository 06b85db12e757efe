//! The digest by which the record of a shard is known to be as it was written.

use sha2::{Digest as _, Sha256};

use super::RunRecord;
use crate::base::hex::hex;

/// Gives the record its digest, if it is that of a shard. Nothing may be changed in it afterwards.
pub(crate) fn seal(record: &mut RunRecord) {
    let digest = record.shard.is_some().then(|| digest(record));
    if let (Some(shard), Some(digest)) = (&mut record.shard, digest) {
        shard.digest = digest;
    }
}

/// Whether the record of a shard is as it was sealed.
#[must_use]
pub(crate) fn is_intact(record: &RunRecord) -> bool {
    let sealed = record.shard.as_ref().map(|shard| shard.digest.as_str());
    sealed == Some(digest(record).as_str())
}

fn digest(record: &RunRecord) -> String {
    let mut bare = record.clone();
    if let Some(shard) = &mut bare.shard {
        shard.digest.clear();
    }
    hex(&Sha256::digest(
        serde_json::to_string(&bare).unwrap_or_default(),
    ))
}
