//! PHP and `PHPStan`.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &["phpstan.neon"],
    ..Family::NONE
};
