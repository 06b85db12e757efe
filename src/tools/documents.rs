//! yamllint and markdownlint: linters for data and documents.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &[".markdownlint*", ".yamllint*"],
    ..Family::NONE
};
