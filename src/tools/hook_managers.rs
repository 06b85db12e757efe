//! Other managers of git hooks.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &[".pre-commit-config.yaml", "lefthook.*"],
    ..Family::NONE
};
