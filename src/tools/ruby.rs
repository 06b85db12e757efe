//! RuboCop and RSpec: tools for Ruby.

use super::Family;

pub(super) const FAMILY: Family = Family {
    uncompared: &[".rubocop.yml", ".rubocop_todo.yml"],
    ..Family::NONE
};
