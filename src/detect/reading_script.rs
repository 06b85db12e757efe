//! Scripts of the project that are checks, since all that they do is to read.

use std::path::{Path, PathBuf};

use super::own_check;
use super::project::Project;
use crate::indirection;

/// A script of the project that only reads.
pub(super) struct ReadingScript {
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// The call that runs it.
    pub(super) call: String,
}

/// The script that a call runs, if all that it does is to read.
pub(super) fn reading_script(
    project: &Project<'_>,
    call: &str,
    dir: &Path,
) -> Option<ReadingScript> {
    let words: Vec<&str> = call.split_whitespace().collect();
    let file = match words.as_slice() {
        ["sh" | "bash", file] | [file] => *file,
        _ => return None,
    };
    let path = indirection::plain(&dir.join(file));
    let text = project.text(&path).filter(|_| file.contains(['/', '.']))?;
    let name = path.file_stem()?.to_str()?.trim_matches('.').to_owned();
    let is_reading = own_check::is_reading_script(&text, dir, project);
    is_reading.then(|| ReadingScript {
        name,
        path,
        call: call.to_owned(),
    })
}
