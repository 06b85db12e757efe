//! Why a gate is in a plan, or is not.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::outcome::{NotApplicable, NotWanted};

/// Why a gate is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Needed {
    /// It has no `files`, and something changed.
    EveryChange,
    /// These many paths of the change set match, this one among them.
    Matches {
        /// How many.
        count: usize,
        /// The first of them.
        example: PathBuf,
    },
    /// This path matches `widen`, so all tracked files that match are looked at.
    Widened {
        /// The path.
        by: PathBuf,
    },
    /// It is new, or no longer defined as it was in a commit that the changes are counted from, so all
    /// tracked files that match are looked at.
    Redefined,
}

impl Needed {
    /// Whether all tracked files that match are looked at, whichever have changed.
    #[must_use]
    pub(crate) fn has_all(&self) -> bool {
        matches!(self, Self::Widened { .. } | Self::Redefined)
    }
}

/// Why a gate will not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LeftOutReason {
    /// It has nothing to look at.
    NotApplicable(NotApplicable),
    /// It is switched off; the gate's `skip` says why.
    Skipped,
    /// It was left out with `run --skip`.
    SkippedByHand,
    /// It has passed on the same tree under the same conditions.
    Cached {
        /// How long ago.
        age: Duration,
        /// How long it took.
        took: Duration,
    },
    /// It does not belong to this run.
    NotWanted(NotWanted),
}

impl LeftOutReason {
    /// Whether the gate would have something to check.
    #[must_use]
    pub(crate) fn is_skip(&self) -> bool {
        matches!(self, Self::Skipped | Self::SkippedByHand)
    }
}
