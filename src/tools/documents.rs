//! yamllint and markdownlint: linters for data and documents.

use super::family::Family;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    uncompared: &[".markdownlint*", ".yamllint*"],
    variables: VARIABLES,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[WeakeningVariable::always(
    "YAMLLINT_CONFIG_FILE",
    "yamllint",
)];
