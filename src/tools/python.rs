//! Python's interpreter.

use super::Family;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::by_value(
    "PYTHONOPTIMIZE",
    "python",
    removes_assertions,
)];

/// Without assertions there are no tests.
fn removes_assertions(level: &str) -> bool {
    level != "0"
}
