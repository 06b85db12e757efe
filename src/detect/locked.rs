//! The versions of packages that lock files name.

use std::collections::BTreeMap;

/// The lock files of Python that are read, in the order in which they are looked for.
pub(crate) const PYTHON_LOCKS: [&str; 3] = ["uv.lock", "poetry.lock", "pdm.lock"];

/// The lock file of Node that is read.
pub(crate) const NODE_LOCK: &str = "package-lock.json";

/// A name of a Python package in its canonical form (PEP 503).
#[must_use]
pub(crate) fn canonical(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(str::to_lowercase).collect();
    parts.join("-")
}

/// Versions of packages that a lock file of uv or Poetry names; those that it names twice are left out, because
/// which of them is installed depends on the machine.
#[must_use]
pub(crate) fn locked_python(text: &str) -> BTreeMap<String, String> {
    let mut locked: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut name = None;
    let value = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        Some(value.strip_suffix('"')?.to_owned())
    };
    for line in text.lines() {
        if line == "[[package]]" {
            name = None;
        } else if let Some(value) = value(line, "name") {
            name = Some(canonical(&value));
        } else if let Some(version) = value(line, "version")
            && let Some(name) = name.take()
        {
            let known = locked.entry(name).or_insert_with(|| Some(version.clone()));
            if known.as_ref() != Some(&version) {
                *known = None;
            }
        }
    }
    let single = locked.into_iter();
    single
        .filter_map(|(name, version)| Some((name, version?)))
        .collect()
}

/// Versions of packages directly in `node_modules` that package-lock.json names.
#[must_use]
pub(crate) fn locked_node(text: &str) -> BTreeMap<String, String> {
    let lock: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let packages = lock
        .get("packages")
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flatten();
    let direct = packages.filter_map(|(path, package)| {
        let name = path.strip_prefix("node_modules/")?;
        let version = package.get("version")?.as_str()?;
        (!name.contains("node_modules/")).then(|| (name.to_owned(), version.to_owned()))
    });
    direct.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_lock_files() {
        let text = "version = 1\n\n[[package]]\nname = \"Ruff_X\"\nversion = \"1.0\"\n\n\
                    [[package]]\nname = \"a\"\nversion = \"1\"\n\n[[package]]\nname = \"a\"\nversion = \"2\"\n";
        let expected = [("ruff-x".to_owned(), "1.0".to_owned())];
        assert_eq!(locked_python(text), expected.into());
        let text = r#"{"packages": {"": {"version": "9"}, "node_modules/@a/b": {"version": "1.2.3"},
            "node_modules/c/node_modules/d": {"version": "1"}}}"#;
        let expected = [("@a/b".to_owned(), "1.2.3".to_owned())];
        assert_eq!(locked_node(text), expected.into());
    }
}
