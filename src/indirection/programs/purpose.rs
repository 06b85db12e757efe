//! What files of the tree are there for, as far as their paths tell: to check the project, or to be
//! checked.

use std::path::Path;

/// What the files of a directory are there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To build or to check the project.
    Tool,
    /// They are the project, or its tests.
    Product,
    /// The path does not tell.
    Unknown,
}

/// Directories of the programs by which people work on a project.
const TOOLS: [&str; 14] = [
    ".ci",
    ".github",
    "build-tools",
    "buildtools",
    "ci",
    "dev",
    "devtools",
    "hack",
    "maint",
    "script",
    "scripts",
    "tool",
    "tooling",
    "tools",
];

/// Directories of what is checked.
const PRODUCTS: [&str; 16] = [
    "__tests__",
    "app",
    "cmd",
    "dist",
    "example",
    "examples",
    "lib",
    "node_modules",
    "spec",
    "specs",
    "src",
    "target",
    "test",
    "testing",
    "tests",
    "vendor",
];

/// The names, without suffix, by which programs of a project are usually started.
const MAIN_PROGRAMS: [&str; 8] = [
    "app", "asgi", "cli", "main", "manage", "server", "setup", "wsgi",
];

/// What the files of a directory are there for. The outermost directory whose name tells counts: the
/// sources of a tool are in `tools/x/src`, and a module for users in `src/tools`.
pub(super) fn purpose(dir: &Path) -> Purpose {
    let mut known = dir.iter().filter_map(|part| {
        let part = part.to_str()?;
        if TOOLS.contains(&part) || part.contains("xtask") {
            Some(Purpose::Tool)
        } else {
            PRODUCTS.contains(&part).then_some(Purpose::Product)
        }
    });
    known.next().unwrap_or(Purpose::Unknown)
}

/// Whether a script has a name by which the program under test is usually started.
pub(super) fn is_main_program(script: &Path) -> bool {
    let stem = script.file_stem().and_then(|stem| stem.to_str());
    stem.is_some_and(|stem| MAIN_PROGRAMS.contains(&stem))
}

/// Whether a name has this suffix.
pub(super) fn has_suffix(name: &str, suffix: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_directory_that_tells_counts() {
        for (dir, expected) in [
            ("", Purpose::Unknown),
            ("checks", Purpose::Unknown),
            ("packages/web/scripts/lib", Purpose::Tool),
            ("tools/x/src", Purpose::Tool),
            ("crates/my-xtask/src", Purpose::Tool),
            ("src/tools", Purpose::Product),
            ("tests/tools", Purpose::Product),
        ] {
            assert_eq!(purpose(Path::new(dir)), expected, "{dir}");
        }
    }
}
