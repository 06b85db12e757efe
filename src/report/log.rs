//! Saves the output of a gate that fails, so that more than its end can be read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::event::Output;
use crate::model::gate::GateName;

/// Writes the part of the output that was kept into the directory and replaces that of an earlier
/// run.
pub(super) fn save(dir: &Path, gate: &GateName, output: &Output) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    // Written to a temporary file and renamed, so that two concurrent runs each leave a complete
    // file.
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(&output.head)?;
    if output.omitted > 0 {
        write!(file, "\n[{} bytes omitted]\n", output.omitted)?;
    }
    file.write_all(&output.tail)?;
    let path = dir.join(format!("{gate}.log"));
    file.persist(&path)?;
    Ok(path)
}
