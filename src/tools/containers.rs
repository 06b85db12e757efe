//! hadolint: a linter for the files from which containers are built.

use super::family::Family;
use super::program::Program;
use super::variable::WeakeningVariable;

pub(super) const FAMILY: Family = Family {
    variables: VARIABLES,
    programs: PROGRAMS,
    ..Family::NONE
};

const VARIABLES: &[WeakeningVariable] = &[
    WeakeningVariable::always("HADOLINT_FAILURE_THRESHOLD", "hadolint"),
    WeakeningVariable::always("HADOLINT_IGNORE", "hadolint"),
    WeakeningVariable::always("HADOLINT_NOFAIL", "hadolint"),
];

const PROGRAMS: &[Program] = &[Program {
    cannot_fail: |call| call.always(&["--no-fail"]),
    ..Program::new(&["hadolint"])
}];
