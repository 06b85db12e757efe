//! `GoogleTest`: tests in C++.

use super::family::Family;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("GTEST_FILTER", "GoogleTest"),
    WeakeningVariable::always("GTEST_SHARD_INDEX", "GoogleTest"),
    WeakeningVariable::always("GTEST_TOTAL_SHARDS", "GoogleTest"),
];
