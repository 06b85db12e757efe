//! nox and tox: runners of checks in environments of their own.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &["noxfile.py"],
    ..Family::NONE
};
