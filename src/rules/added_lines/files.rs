//! Which files and lines silencers apply to.

use std::path::Path;

use crate::tools::{self, FileScope, Language, Silencer};

impl Silencer {
    /// Whether a line holds one of its words, whatever the case.
    #[must_use]
    pub fn is_hinted(&self, line: &[u8]) -> bool {
        let holds = |word: &&str| {
            let mut windows = line.windows(word.len());
            windows.any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
        };
        self.words.iter().any(holds)
    }
}

/// Whether a silencer applies to a file of this language.
#[must_use]
pub fn is_for(silencer: &Silencer, language: Language, path: &Path) -> bool {
    silencer.languages.contains(&language)
        && match silencer.files {
            FileScope::All => true,
            FileScope::Tests => is_test(path),
            FileScope::NoTests => !is_test(path),
            FileScope::Ci => is_ci(path),
        }
}

fn is_test(path: &Path) -> bool {
    const DIRECTORIES: [&str; 8] = [
        "test",
        "tests",
        "__tests__",
        "spec",
        "specs",
        "e2e",
        "fixtures",
        "playground",
    ];
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let Some((name, directories)) = parts.split_last() else {
        return false;
    };
    directories
        .iter()
        .any(|directory| DIRECTORIES.contains(directory))
        || [".test.", ".spec.", ".test-d.", "_test."]
            .iter()
            .any(|mark| name.contains(mark))
        || name.starts_with("test_")
        || *name == "conftest.py"
}

fn is_ci(path: &Path) -> bool {
    let mut directories = tools::WORKFLOW_DIRECTORIES.iter();
    directories.any(|directory| path.starts_with(directory))
        || path.file_name().is_some_and(|name| {
            tools::WORKFLOW_FILES
                .iter()
                .any(|workflow| name == *workflow)
        })
}
