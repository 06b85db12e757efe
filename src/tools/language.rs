//! The languages in which tools can be silenced.

/// A language, or a family that writes comments and strings alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Python.
    Python,
    /// Rust.
    Rust,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Ruby.
    Ruby,
    /// The shells.
    Shell,
    /// Makefiles and justfiles: lines of shell with something around them.
    Make,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// The JSON in which projects keep their commands, with or without comments.
    Json,
}

impl Language {
    /// Every language.
    pub(crate) const ALL: [Self; 12] = [
        Self::Python,
        Self::Rust,
        Self::JavaScript,
        Self::Go,
        Self::Java,
        Self::Kotlin,
        Self::Ruby,
        Self::Shell,
        Self::Make,
        Self::Yaml,
        Self::Toml,
        Self::Json,
    ];
}
