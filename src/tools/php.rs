//! PHP and `PHPStan`.

use super::configuration::UncomparedFiles;
use super::family::Family;
use super::program::Program;

pub(super) const FAMILY: Family = Family {
    uncompared: &[UncomparedFiles::new(&["phpstan.neon"], &["phpstan"])],
    programs: PROGRAMS,
    ..Family::NONE
};

const PROGRAMS: &[Program] = &[Program {
    is_interpreter: true,
    ..Program::new(&["php"])
}];
