//! What a rule is, and which files it is about.

use std::path::Path;

use super::language::Language;

/// What a built-in rule looks for. Several may have the same id, one for each way of writing it.
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// The languages that it concerns.
    pub languages: &'static [Language],
    /// The files of these that it concerns.
    pub files: Files,
    /// Words of which a line must hold one, in lower case, or nothing else is looked at.
    pub words: &'static [&'static str],
    /// What is looked for, in one line.
    pub pattern: &'static str,
    /// What must not follow.
    pub unless: Option<&'static str>,
    /// What must be in the brackets that the pattern opens.
    pub inside: Option<&'static str>,
    /// Where it counts.
    pub place: Place,
    /// What says why, besides `-- reason` in a comment.
    pub reasons: Reasons,
    /// What is wrong, as a fragment.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

impl Rule {
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

/// Which files a rule concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// All.
    All,
    /// Those that are no tests.
    NoTests,
    /// What configures CI.
    Ci,
}

/// Where something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In comments.
    Comment,
    /// Where a comment begins, or a line of one that has several.
    CommentStart,
    /// In code.
    Code,
    /// In code and in strings.
    NotComment,
    /// Where a string begins: it is the string, and not something that is said in one.
    WholeText,
    /// Within strings.
    Text,
    /// Anywhere.
    Anywhere,
}

/// What says why something is right, besides `-- reason` in a comment on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reasons {
    /// Nothing.
    Comment,
    /// A comment that follows in the comment, as in `# type: ignore[x]  # why`.
    SecondComment,
    /// The rest of the comment.
    Rest,
    /// `reason = "..."` in the brackets.
    Named,
    /// A string in the brackets.
    Argument,
}

/// Whether a rule is about a file of this language.
#[must_use]
pub fn is_for(rule: &Rule, language: Language, path: &Path) -> bool {
    rule.languages.contains(&language)
        && match rule.files {
            Files::All => true,
            Files::NoTests => !is_test(path),
            Files::Ci => is_ci(path),
        }
}

fn is_test(path: &Path) -> bool {
    const FOLDERS: [&str; 8] = [
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
    let Some((name, folders)) = parts.split_last() else {
        return false;
    };
    folders.iter().any(|folder| FOLDERS.contains(folder))
        || [".test.", ".spec.", ".test-d.", "_test."]
            .iter()
            .any(|mark| name.contains(mark))
        || name.starts_with("test_")
}

fn is_ci(path: &Path) -> bool {
    const FOLDERS: [&str; 8] = [
        ".github/workflows",
        ".github/actions",
        ".circleci",
        ".gitlab",
        ".azure-pipelines",
        ".buildkite",
        ".woodpecker",
        ".forgejo/workflows",
    ];
    const NAMES: [&str; 8] = [
        ".gitlab-ci.yml",
        "azure-pipelines.yml",
        ".travis.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        ".woodpecker.yml",
        ".cirrus.yml",
        "appveyor.yml",
    ];
    FOLDERS.iter().any(|folder| path.starts_with(folder))
        || path
            .file_name()
            .is_some_and(|name| NAMES.iter().any(|known| name == *known))
}

impl Place {
    /// Every value.
    pub const ALL: [Self; 7] = [
        Self::Comment,
        Self::CommentStart,
        Self::Code,
        Self::NotComment,
        Self::WholeText,
        Self::Text,
        Self::Anywhere,
    ];

    /// Whether it is in comments.
    #[must_use]
    pub fn is_comment(self) -> bool {
        matches!(self, Self::Comment | Self::CommentStart)
    }
}
