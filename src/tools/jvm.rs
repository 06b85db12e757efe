//! Maven, Checkstyle, detekt and others: tools for Java and Kotlin.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &["checkstyle.xml", "detekt.yml"],
    ..Family::NONE
};
