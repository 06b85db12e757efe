//! hadolint: a linter for the files from which containers are built.

use super::Family;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("HADOLINT_FAILURE_THRESHOLD", "hadolint"),
    WeakeningVariable::always("HADOLINT_IGNORE", "hadolint"),
    WeakeningVariable::always("HADOLINT_NOFAIL", "hadolint"),
];
