//! Keeps the output of a gate that fails, so that more than its end can be read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::event::Output;
use crate::model::gate::GateName;

/// Writes what was kept of the output into the folder, in place of an earlier run's.
pub(super) fn keep(folder: &Path, gate: &GateName, output: &Output) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    // Written aside and renamed: of two runs at once each leaves a whole file.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&output.head)?;
    if output.omitted > 0 {
        write!(file, "\n[{} bytes are not kept]\n", output.omitted)?;
    }
    file.write_all(&output.tail)?;
    let path = folder.join(format!("{gate}.log"));
    file.persist(&path)?;
    Ok(path)
}
