//! Which files configure tools.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use bstr::ByteSlice as _;

use crate::tools::{ConfigurationFormat, configurations, families};

/// Whether a file configures a tool that checks code: a change to it may change what is checked, even
/// where the settings themselves are not compared.
#[must_use]
pub(crate) fn is_tool_configuration(path: &Path) -> bool {
    let mut compared = configurations().flat_map(|configuration| configuration.files);
    // A package manager's manifest holds many other things.
    let is_manifest = |name: &str| matches!(name, "package.json" | "Cargo.toml");
    compared.any(|file| !is_manifest(file.name) && is_named(path, file.name))
        || families()
            .flat_map(|family| family.uncompared)
            .flat_map(|files| files.names)
            .any(|name| is_named(path, name))
}

/// Whether every setting in a file that decides something is compared: in YAML, many are rules of
/// their own.
#[must_use]
pub(crate) fn is_wholly_compared(path: &Path) -> bool {
    let mut files = configurations().flat_map(|configuration| configuration.files);
    files.any(|file| file.format != ConfigurationFormat::Yaml && is_named(path, file.name))
}

/// Whether a path of the repository ends with a name, in which a `*` stands for anything. It is asked of every
/// file that a change touches, about every name that is known.
pub(crate) fn is_named(path: &Path, pattern: &str) -> bool {
    let path = path.as_os_str().as_bytes();
    let start = match pattern.split_once('*') {
        Some((start, end)) => {
            let name = path.rfind_byte(b'/').map_or(path, |at| &path[at + 1..]);
            let remainder = name.strip_prefix(start.as_bytes());
            return remainder.is_some_and(|remainder| remainder.ends_with(end.as_bytes()));
        }
        None => path.strip_suffix(pattern.as_bytes()),
    };
    start.is_some_and(|start| start.is_empty() || start.ends_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_known_by_its_name() {
        for path in [
            "pyproject.toml",
            "a/b/tsconfig.build.json",
            ".cargo/config.toml",
            "crates/x/clippy.toml",
            "eslint.config.mjs",
            "tests/conftest.py",
            ".golangci.yml",
            ".flake8",
            "setup.cfg",
        ] {
            assert!(is_tool_configuration(path.as_ref()), "{path}");
        }
        for path in [
            "src/main.rs",
            "config.toml",
            "a.json",
            "package.json",
            "Cargo.toml",
            "",
        ] {
            assert!(!is_tool_configuration(path.as_ref()), "{path}");
        }
    }
}
