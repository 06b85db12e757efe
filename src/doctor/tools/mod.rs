//! Rules about tools whose settings contradict each other or have no effect, one file per family.

mod bandit;
mod formatters;
mod javascript;
mod launchers;
mod pytest;
mod python;
mod python_sections;
mod python_versions;
mod ruff;
mod rust;
mod scope;
mod shadowed;

use super::rule::DoctorRule;

/// Every family's rules.
pub(super) const FAMILIES: [&[DoctorRule]; 11] = [
    shadowed::RULES,
    python_sections::RULES,
    formatters::RULES,
    ruff::RULES,
    python_versions::RULES,
    pytest::RULES,
    bandit::RULES,
    scope::RULES,
    javascript::RULES,
    rust::RULES,
    launchers::RULES,
];
