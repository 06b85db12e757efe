//! A launcher: a command that starts the commands of gates in another place.

/// A command that starts the command of a gate in another place: in a container, on another machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Launcher {
    /// As it was typed.
    pub(crate) text: String,
    /// Its words; the first names its program.
    pub(crate) words: Vec<LauncherWord>,
}

/// One word of a launcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LauncherWord(pub(crate) Vec<LauncherPart>);

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LauncherPart {
    /// The text itself.
    Text(String),
    /// What stands for something.
    Placeholder(LauncherPlaceholder),
}

/// What can stand in a launcher for something that is known only when a gate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LauncherPlaceholder {
    /// The directory that the gate knows as the top of the work tree.
    View,
    /// The directory in which the command runs.
    Dir,
    /// The name of the gate.
    Gate,
    /// The gate's time limit, in seconds.
    Timeout,
    /// The command as one word that a shell understands, with the way into its directory.
    Command,
}

impl LauncherPlaceholder {
    /// All of them, and what is between the braces.
    pub(crate) const NAMES: [(Self, &'static str); 5] = [
        (Self::View, "view"),
        (Self::Dir, "dir"),
        (Self::Gate, "gate"),
        (Self::Timeout, "timeout"),
        (Self::Command, "command"),
    ];
}

impl Launcher {
    /// Whether a placeholder occurs in it.
    #[must_use]
    pub(crate) fn has(&self, placeholder: LauncherPlaceholder) -> bool {
        let mut parts = self.words.iter().flat_map(|word| &word.0);
        parts.any(|part| *part == LauncherPart::Placeholder(placeholder))
    }
}
