//! Which shard of how many this runner is, as the CI says.

use std::ffi::OsStr;

use crate::base::environment::Environment;
use crate::base::fault::{Fault, Result};

/// The variables of a CI: the number of this runner, how many there are, and the number of the first.
struct CiVariables {
    index: &'static str,
    total: &'static str,
    first: u32,
}

/// What is looked for, in this order. GitHub Actions has no variable for it; the workflows of
/// `gatekeeper init --ci github` set ours from `strategy.job-index` and `strategy.job-total`.
const KNOWN: [CiVariables; 4] = [
    CiVariables {
        index: "GATEKEEPER_SHARD_INDEX",
        total: "GATEKEEPER_SHARD_TOTAL",
        first: 0,
    },
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    CiVariables {
        index: "CI_NODE_INDEX",
        total: "CI_NODE_TOTAL",
        first: 1,
    },
    // https://circleci.com/docs/variables/
    CiVariables {
        index: "CIRCLE_NODE_INDEX",
        total: "CIRCLE_NODE_TOTAL",
        first: 0,
    },
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    CiVariables {
        index: "BUILDKITE_PARALLEL_JOB",
        total: "BUILDKITE_PARALLEL_JOB_COUNT",
        first: 0,
    },
];

/// The number of this runner, from 1, and how many there are.
///
/// # Errors
///
/// No variable says so, or they make no sense.
pub(crate) fn this_runner(environment: &Environment) -> Result<(u32, u32)> {
    let number = |name: &str| {
        let value = environment.get(name).and_then(OsStr::to_str)?;
        value.trim().parse::<u32>().ok()
    };
    let found = KNOWN.iter().find(|one| environment.is_set(one.index));
    let Some(CiVariables {
        index,
        total,
        first,
    }) = found
    else {
        let names: Vec<&str> = KNOWN.iter().map(|one| one.index).collect();
        return Err(Fault::usage(format!(
            "no variable says which of several runners this is: {} are not set",
            names.join(", ")
        ))
        .hint("give the number of the shard: `gatekeeper run --plan FILE --shard 1`"));
    };
    let shard = number(index).and_then(|index| (index + 1).checked_sub(*first));
    match (shard, number(total)) {
        (Some(shard), Some(total)) if (1..=total).contains(&shard) => Ok((shard, total)),
        _ => Err(Fault::usage(format!(
            "{index} and {total} do not say which of several runners this is"
        ))
        .hint("set both as numbers, or give the number of the shard with --shard")),
    }
}
