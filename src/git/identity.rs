//! Who commits, and the user's configuration, from one call of git.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use bstr::ByteSlice as _;

use super::Repository;
use crate::base::fault::{Fault, Result};

/// A name and an address, as they stand in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
}

impl Identity {
    /// Reads `Name <address>`, and whatever follows it, as in an author line.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('<')?;
        let (email, _) = rest.split_once('>')?;
        Some(Self {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
        })
    }

    /// Whether both are the same but for the case of letters.
    #[must_use]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name.to_lowercase() == other.name.to_lowercase() && self.has_address_of(other)
    }

    /// Whether the addresses are the same but for the case of letters.
    #[must_use]
    pub(crate) fn has_address_of(&self, other: &Self) -> bool {
        self.email.to_lowercase() == other.email.to_lowercase()
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} <{}>", self.name, self.email)
    }
}

/// What git knows about the commit that is being made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommitterContext {
    /// Configuration, in git's order: the last value of a key counts.
    pub(crate) configuration: Vec<(String, Vec<u8>)>,
    /// Who wrote what is committed.
    pub(crate) author: Identity,
    /// Who commits it.
    pub(crate) committer: Identity,
    /// Whether it takes the place of the commit that is checked out.
    pub(crate) amends: bool,
}

impl Repository {
    /// Asks git, which is right about the author in every way of committing: `--author`,
    /// `--amend`, and what it exports to its hooks.
    ///
    /// # Errors
    ///
    /// git fails, or knows nobody.
    pub(crate) fn setting(&self) -> Result<CommitterContext> {
        // Where git knows nobody, it says so with exit code 128, and has printed what it does know.
        let answer = self.git().with_user_settings().run(["var", "-l"])?;
        let (_, output) = answer.output_with(&[0, 128])?;
        let mut configuration = Vec::new();
        let (mut author, mut committer) = (None, None);
        // A value with a line break looks like several entries; no value that we ask for has one,
        // and the identities come last.
        let entries = output.split_str("\n");
        for (key, value) in entries.filter_map(|line| line.split_once_str("=")) {
            match key {
                b"GIT_AUTHOR_IDENT" => author = Identity::parse(&text(value)),
                b"GIT_COMMITTER_IDENT" => {
                    committer = Identity::parse(&text(value));
                }
                key => {
                    let key = String::from_utf8_lossy(key).into_owned();
                    configuration.push((key, value.to_owned()));
                }
            }
        }
        let unknown =
            |who: &str| {
                Fault::unable(format!("git does not know the name and address of the {who}")).hint(
                "set user.name and user.email: `git config user.name ...`, `git config user.email \
                 ...`",
            )
            };
        Ok(CommitterContext {
            configuration,
            author: author.ok_or_else(|| unknown("author"))?,
            committer: committer.ok_or_else(|| unknown("committer"))?,
            amends: false,
        })
    }
}

impl Repository {
    /// The editor that git would start, as a command for a shell.
    ///
    /// # Errors
    ///
    /// There is none: no terminal, and none is configured.
    pub(crate) fn editor(&self) -> Result<String> {
        let answer = self.git().with_user_settings().run(["var", "GIT_EDITOR"])?;
        let hint = |fault: Fault| {
            fault.hint(
                "set GIT_EDITOR, or run `git config core.editor \
            NAME`",
            )
        };
        let output = answer
            .output_else("no editor is configured for git")
            .map_err(hint)?;
        let editor = text(&output).trim().to_owned();
        if editor.is_empty() {
            return Err(hint(Fault::unable("no editor is configured for git")));
        }
        Ok(editor)
    }
}

/// Bytes as text: UTF-8 if they are, else each byte a character, as git takes them.
#[must_use]
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The author of the patch that `git am` is applying: it stands beside the message, and git does
/// not export it to the applypatch-msg hook.
#[must_use]
pub(crate) fn author_of_patch(message_file: &Path) -> Option<Identity> {
    let script = std::fs::read(message_file.parent()?.join("author-script")).ok()?;
    let text = OsStr::from_bytes(&script).to_string_lossy();
    let words = shell_words::split(&text).ok()?;
    let value = |name: &str| {
        let mut values = words
            .iter()
            .filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        values.next().map(str::to_owned)
    };
    Some(Identity {
        name: value("GIT_AUTHOR_NAME")?,
        email: value("GIT_AUTHOR_EMAIL")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_compared_as_pairs() {
        let jane = Identity::parse("Jane Doe <jane@example.com> 1700000000 +0100").unwrap();
        assert_eq!(jane.to_string(), "Jane Doe <jane@example.com>");
        assert!(jane.is(&Identity::parse("JANE DOE <Jane@Example.com>").unwrap()));
        assert!(!jane.is(&Identity::parse("Jane <jane@example.com>").unwrap()));
        assert!(Identity::parse("Jane Doe").is_none());
        assert!(Identity::parse("Jane Doe <jane").is_none());
    }
}
