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

/// The values of a list as they are put in: without the key that stands before one, as in `([key]=value)`.
pub(super) fn bare_values(list: &str) -> Option<Vec<String>> {
    let values = values_of_list(list)?.into_iter();
    Some(
        values
            .map(|item| match keyed(&item) {
                Some((_, value)) => value.to_owned(),
                None => item,
            })
            .collect(),
    )
}

/// The keys of a list, or its places.
pub(super) fn keys(list: &str) -> Option<Vec<String>> {
    let items = values_of_list(list)?;
    let key = |(at, item): (usize, &String)| match keyed(item) {
        Some((key, _)) => key.to_owned(),
        None => at.to_string(),
    };
    Some(items.iter().enumerate().map(key).collect())
}

/// The key and the value of `[key]=value`.
pub(super) fn keyed(item: &str) -> Option<(&str, &str)> {
    let (key, value) = item.strip_prefix('[')?.split_once("]=")?;
    Some((key.trim_matches(['"', '\'']), value))
}

/// A list with a value at an index or key, which counts before those that it had there.
pub(super) fn with_item(list: &str, key: &str, value: &str) -> String {
    let mut values = values_of_list(list).unwrap_or_else(|| match list {
        "" => Vec::new(),
        single => vec![single.to_owned()],
    });
    values.push(format!("[{}]={value}", key.trim_matches(['"', '\''])));
    as_list(&values)
}

/// The value at an index or key; those of the whole list, joined, if the index is calculated.
pub(super) fn item(list: &str, index: &str) -> Option<String> {
    let items = values_of_list(list)?;
    let index = index.trim_matches(['"', '\'']);
    let named = items.iter().rev().filter_map(|item| keyed(item));
    let named = named.into_iter().find(|(key, _)| *key == index);
    if let Some((_, value)) = named {
        return Some(value.to_owned());
    }
    let at = match index.parse::<isize>() {
        Ok(at) if at < 0 => items.len().checked_sub(at.unsigned_abs()),
        Ok(at) => Some(at.unsigned_abs()),
        Err(_) => return bare_values(list).map(|values| values.join(" ")),
    };
    let values = bare_values(list)?;
    values.get(at?).cloned()
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
