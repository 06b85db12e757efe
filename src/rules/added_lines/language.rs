//! The languages whose comments and strings can be recognised, and their syntax.

use std::path::Path;

use crate::tools::Language;

/// How a language writes comments and strings.
pub(super) struct Syntax {
    /// The marks of a comment that ends with its line.
    pub(super) line_comments: &'static [&'static str],
    /// The marks of a comment that may span lines.
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Whether such comments may be nested.
    pub(super) nests: bool,
    /// The strings, those with the longest beginning first.
    pub(super) quotes: &'static [QuoteStyle],
}

/// What makes a line belong to the lines before it.
#[derive(Clone, Copy)]
pub(super) enum LineJoint {
    /// Nothing: each line is looked at by itself.
    None,
    /// A backslash at their ends, in commands.
    Backslash,
    /// An attribute that was opened there and is still open.
    Attribute,
}

/// How a string is written.
#[derive(Clone, Copy)]
pub(super) struct QuoteStyle {
    /// The mark that begins and ends it.
    pub(super) mark: &'static str,
    /// Whether a backslash escapes the next character.
    pub(super) escapes: bool,
    /// Whether it may hold line breaks.
    pub(super) spans_lines: bool,
    /// The mark that begins code within it, which ends with `}`.
    pub(super) hole: Option<&'static str>,
}

const fn quote(mark: &'static str) -> QuoteStyle {
    QuoteStyle {
        mark,
        escapes: true,
        spans_lines: false,
        hole: None,
    }
}

const fn long(mark: &'static str) -> QuoteStyle {
    QuoteStyle {
        spans_lines: true,
        ..quote(mark)
    }
}

const fn raw(mark: &'static str) -> QuoteStyle {
    QuoteStyle {
        escapes: false,
        ..long(mark)
    }
}

const fn holed(quote: QuoteStyle, hole: &'static str) -> QuoteStyle {
    QuoteStyle {
        hole: Some(hole),
        ..quote
    }
}

const C_BLOCK: Option<(&str, &str)> = Some(("/*", "*/"));

const PYTHON: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    nests: false,
    quotes: &[long("\"\"\""), long("'''"), quote("\""), quote("'")],
};

const RUST: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: C_BLOCK,
    nests: true,
    quotes: &[long("\"")],
};

const JAVASCRIPT: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: C_BLOCK,
    nests: false,
    quotes: &[quote("\""), quote("'"), holed(long("`"), "${")],
};

const GO: Syntax = Syntax {
    quotes: &[quote("\""), quote("'"), raw("`")],
    ..JAVASCRIPT
};

const JAVA: Syntax = Syntax {
    quotes: &[long("\"\"\""), quote("\""), quote("'")],
    ..JAVASCRIPT
};

const KOTLIN: Syntax = Syntax {
    nests: true,
    quotes: &[
        holed(raw("\"\"\""), "${"),
        holed(quote("\""), "${"),
        quote("'"),
    ],
    ..JAVASCRIPT
};

const RUBY: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    nests: false,
    quotes: &[holed(long("\""), "#{"), long("'"), holed(long("`"), "#{")],
};

const TOML: Syntax = Syntax {
    quotes: &[
        long("\"\"\""),
        raw("'''"),
        quote("\""),
        QuoteStyle {
            escapes: false,
            ..quote("'")
        },
    ],
    ..PYTHON
};

const JSON: Syntax = Syntax {
    quotes: &[quote("\"")],
    ..JAVASCRIPT
};

impl Language {
    /// The language of a file, by its name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let extension = path.extension().and_then(|extension| extension.to_str());
        Some(match extension.unwrap_or_default() {
            // The code of a notebook is taken out of it.
            "py" | "pyi" | "pyx" | "pxd" | "ipynb" => Self::Python,
            "rs" => Self::Rust,
            "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "vue" | "svelte" => {
                Self::JavaScript
            }
            "go" => Self::Go,
            "java" => Self::Java,
            "kt" | "kts" => Self::Kotlin,
            "rb" | "rake" | "gemspec" => Self::Ruby,
            "sh" | "bash" | "zsh" | "ksh" | "bats" => Self::Shell,
            "mk" | "just" => Self::Make,
            "yml" | "yaml" => Self::Yaml,
            "toml" => Self::Toml,
            _ => match name {
                "package.json" | "composer.json" | "deno.json" | "deno.jsonc" => Self::Json,
                "Makefile" | "makefile" | "GNUmakefile" | "justfile" | "Justfile" | ".justfile" => {
                    Self::Make
                }
                "Rakefile" | "Gemfile" | "Podfile" | "Vagrantfile" => Self::Ruby,
                _ => return None,
            },
        })
    }

    /// The language of a program without a telling name, by its first line.
    #[must_use]
    pub(crate) fn of_program(text: &[u8]) -> Option<Self> {
        let line = text.strip_prefix(b"#!")?.split(|b| *b == b'\n').next()?;
        let line = String::from_utf8_lossy(line);
        let words = line.split(|c: char| c.is_whitespace() || c == '/');
        words
            .filter_map(
                |word| match word.trim_end_matches(|c: char| !c.is_alphabetic()) {
                    "sh" | "bash" | "dash" | "zsh" | "ksh" => Some(Self::Shell),
                    "python" | "pypy" => Some(Self::Python),
                    "node" | "deno" | "bun" => Some(Self::JavaScript),
                    "ruby" => Some(Self::Ruby),
                    "just" | "make" => Some(Self::Make),
                    _ => None,
                },
            )
            .next_back()
    }

    /// What makes a line belong to the lines before it.
    pub(super) fn line_joint(self) -> LineJoint {
        match self {
            Self::Shell | Self::Make | Self::Yaml => LineJoint::Backslash,
            Self::Rust => LineJoint::Attribute,
            _ => LineJoint::None,
        }
    }

    /// How it writes comments and strings; `None` where a table cannot describe that.
    pub(super) fn syntax(self) -> Option<&'static Syntax> {
        Some(match self {
            Self::Python => &PYTHON,
            Self::Rust => &RUST,
            Self::JavaScript => &JAVASCRIPT,
            Self::Go => &GO,
            Self::Java => &JAVA,
            Self::Kotlin => &KOTLIN,
            Self::Ruby => &RUBY,
            Self::Toml => &TOML,
            Self::Json => &JSON,
            Self::Shell | Self::Make | Self::Yaml => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_first_lines_tell() {
        let by_name = |name: &str| Language::of_path(Path::new(name));
        assert_eq!(by_name("a/b.tsx"), Some(Language::JavaScript));
        assert_eq!(by_name("justfile"), Some(Language::Make));
        assert_eq!(by_name(".github/workflows/ci.yml"), Some(Language::Yaml));
        assert_eq!(by_name("README"), None);
        for (line, expected) in [
            ("#!/bin/sh -e\n", Some(Language::Shell)),
            ("#!/usr/bin/env python3.12\n", Some(Language::Python)),
            ("#!/usr/bin/env -S node --x", Some(Language::JavaScript)),
            ("#!/usr/bin/awk -f\n", None),
            ("# sh\n", None),
        ] {
            assert_eq!(Language::of_program(line.as_bytes()), expected, "{line}");
        }
    }
}
