//! Which of several calls of a tool tells best what the project wants.

use std::path::Path;

use super::draft::Draft;
use super::evidence::Origin;
use crate::model::gate::GateKind;

/// How well it tells what the project wants; of two drafts, the one with the lower value counts.
#[must_use]
pub(super) fn rank(draft: &Draft) -> (Origin, usize, bool, bool, usize) {
    let is_filter = |word: &String| {
        let filters = [
            "-E",
            "-k",
            "-m",
            "--bin",
            "--bins",
            "--doc",
            "--example",
            "--examples",
            "--filter-expr",
            "--ignored",
            "--lib",
            "--no-default-features",
            "--package",
            "--test",
            "-p",
            "-run",
        ];
        // A directory within that of the tests is a part of them.
        let path = word.trim_start_matches("./").trim_end_matches('/');
        let is_file = Path::new(word)
            .extension()
            .is_some_and(|suffix| suffix == "toml");
        let is_all = word.ends_with("...") || is_file || path.starts_with(['-', '.']);
        let is_part = !is_all && (path.contains('/') || word.starts_with("./") || is_source(path));
        // An old toolchain is for those who cannot have a new one.
        let is_old = word.starts_with('+');
        filters.contains(&word.as_str()) || is_part || is_old
    };
    // `-k 'not slow'` leaves out a few of all tests.
    let filters = |arguments: &[String]| {
        let pairs = arguments.windows(2);
        let excluding = pairs.filter(|pair| pair[1].starts_with("not ") && is_filter(&pair[0]));
        let filters = arguments.iter().filter(|word| is_filter(word)).count();
        filters - excluding.count()
    };
    let is_strict = |word: &String| {
        let strict = ["-D", "-Dwarnings", "--strict", "--locked"];
        let limits = ["--max-warnings", "--fail-under", "--cov-fail-under"];
        let is_limit = limits.iter().any(|limit| word.starts_with(limit));
        strict.contains(&word.as_str()) || is_limit
    };
    let denies = draft
        .env
        .get("RUSTFLAGS")
        .is_some_and(|flags| flags.contains("-D"));
    let arguments = draft.run.get(draft.program + 1..).unwrap_or_default();
    (
        draft.origin,
        match draft.checker.kind {
            GateKind::Test => filters(arguments),
            _ if draft.run.first().is_some_and(|program| program == "cargo") => {
                let is_package = |word: &&String| matches!(word.as_str(), "-p" | "--package");
                arguments.iter().filter(is_package).count()
            }
            _ => 0,
        },
        draft.is_partial,
        !(denies || draft.run.iter().any(is_strict)),
        // What a script calls on its way may serve the script.
        draft.places.len(),
    )
}

/// Whether a path is that of a single source file.
fn is_source(path: &str) -> bool {
    const SUFFIXES: [&str; 10] = [
        "cjs", "go", "ipynb", "js", "jsx", "mjs", "py", "rs", "ts", "tsx",
    ];
    let suffix = Path::new(path)
        .extension()
        .and_then(|suffix| suffix.to_str());
    suffix.is_some_and(|suffix| SUFFIXES.contains(&suffix)) && !path.contains('*')
}
