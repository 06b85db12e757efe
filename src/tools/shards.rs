//! How test runners are told to run only a part of the tests.

/// The options of a test runner for one of several parts.
pub(crate) struct ShardOptions {
    /// The words by which a command is known that runs it.
    words: &'static [&'static str],
    /// What is added to the command, or stands for it as a whole.
    pub(crate) example: &'static str,
    /// What has to be installed for it.
    pub(crate) needs: Option<&'static str>,
}

/// The test runners, with their own documentation as the source.
static RUNNERS: [ShardOptions; 6] = [
    // https://pypi.org/project/pytest-split/
    ShardOptions {
        words: &["pytest"],
        example: "pytest --splits {shards} --group {shard}",
        needs: Some("pytest-split"),
    },
    // https://nexte.st/docs/ci-features/partitioning/
    ShardOptions {
        words: &["cargo", "nextest"],
        example: "cargo nextest run --partition slice:{shard}/{shards}",
        needs: None,
    },
    // https://vitest.dev/guide/cli.html#shard
    ShardOptions {
        words: &["vitest"],
        example: "vitest run --shard={shard}/{shards}",
        needs: None,
    },
    // https://jestjs.io/docs/cli#--shard
    ShardOptions {
        words: &["jest"],
        example: "jest --shard={shard}/{shards}",
        needs: None,
    },
    // https://playwright.dev/docs/test-sharding
    ShardOptions {
        words: &["playwright", "test"],
        example: "playwright test --shard={shard}/{shards}",
        needs: None,
    },
    // go has no option for it; its packages can be listed.
    ShardOptions {
        words: &["go", "test"],
        example: "go test $(go list ./... | awk \"NR % {shards} == {shard} - 1\")",
        needs: None,
    },
];

/// The options of the runner that a command starts, if one of its words is its name.
#[must_use]
pub(crate) fn shard_options(command: &str) -> Option<&'static ShardOptions> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    RUNNERS.iter().find(|runner| {
        let mut parts = words.windows(runner.words.len());
        parts.any(|part| {
            let mut pairs = part.iter().zip(runner.words);
            pairs.all(|(word, known)| name(word) == *known)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_is_known_by_its_words() {
        let example = |command| shard_options(command).map(|options| options.words[0]);
        assert_eq!(example("uv run pytest -q"), Some("pytest"));
        assert_eq!(example("node_modules/.bin/jest"), Some("jest"));
        assert_eq!(example("npx playwright test"), Some("playwright"));
        assert_eq!(example("cargo nextest run"), Some("cargo"));
        assert_eq!(example("cargo test"), None);
        assert_eq!(example("go vet ./..."), None);
    }
}
