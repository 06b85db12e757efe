//! PHP and `PHPStan`.

use super::family::Family;
use super::program::Program;

pub(super) const FAMILY: Family = Family {
    uncompared: &["phpstan.neon"],
    programs: PROGRAMS,
    ..Family::NONE
};

const PROGRAMS: &[Program] = &[Program {
    is_interpreter: true,
    ..Program::new(&["php"])
}];
