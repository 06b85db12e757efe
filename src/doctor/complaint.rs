//! What a rule says, and the edit that is safe.

use std::path::PathBuf;

use crate::indirection::Place;

/// What a rule says about one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The place.
    pub(crate) place: Place,
    /// What is wrong and what wins, as a fragment.
    pub(crate) message: String,
    /// What to change, as a sentence.
    pub(crate) remedy: String,
    /// The change, if it is safe.
    pub(crate) edit: Option<LineEdit>,
}

impl Complaint {
    pub(super) fn new(place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            remedy: remedy.into(),
            edit: None,
        }
    }

    /// Adds the change of the line that it is about; `None` takes the line out.
    pub(super) fn with_line(mut self, old: &str, new: Option<String>) -> Self {
        self.edit = Some(LineEdit {
            path: self.place.path.clone(),
            line: self.place.line,
            old: old.to_owned(),
            new,
        });
        self
    }
}

/// The change of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineEdit {
    /// The file, relative to the top of the work tree.
    pub(crate) path: PathBuf,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// Its text, without the line break.
    pub(crate) old: String,
    /// What stands there instead, without the last line break; `None`: the line is taken out.
    pub(crate) new: Option<String>,
}
