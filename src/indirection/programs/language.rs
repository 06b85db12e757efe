//! The languages of scripts.

/// The languages of which it is known how a script loads files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    Node,
    Ruby,
    Perl,
    Php,
}

impl Language {
    /// The language of an interpreter.
    pub(super) fn of(interpreter: &str) -> Option<Self> {
        match interpreter {
            "node" | "tsx" | "ts-node" | "vite-node" | "esno" | "bun" | "deno" => Some(Self::Node),
            "ruby" => Some(Self::Ruby),
            "perl" => Some(Self::Perl),
            "php" => Some(Self::Php),
            name => name.starts_with("python").then_some(Self::Python),
        }
    }
}
