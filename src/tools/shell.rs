//! The shells, and ShellCheck.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &[".shellcheckrc"],
    ..Family::NONE
};
