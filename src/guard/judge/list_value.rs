//! Lists, as variables keep them.

use crate::shell::LIST_SEPARATOR;

/// The values of a list, as it is kept in a variable.
pub(super) fn values_of_list(list: &str) -> Option<Vec<String>> {
    let inside = list.strip_prefix('(')?.strip_suffix(')')?;
    if inside.is_empty() {
        return Some(Vec::new());
    }
    let values = inside.strip_suffix(LIST_SEPARATOR)?.split(LIST_SEPARATOR);
    Some(values.map(str::to_owned).collect())
}

/// A list as it is kept in a variable.
pub(super) fn as_list(values: &[String]) -> String {
    let mut list = "(".to_owned();
    for value in values {
        list.push_str(value);
        list.push(LIST_SEPARATOR);
    }
    list + ")"
}
