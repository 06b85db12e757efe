//! Keeps the output of a gate that fails, so that more than its end can be read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::event::Output;
use crate::model::gate::GateName;

/// Writes what was kept of the output into the directory, in place of an earlier run's.
pub(super) fn keep(dir: &Path, gate: &GateName, output: &Output) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    // Written aside and renamed: of two runs at once each leaves a whole file.
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(&output.head)?;
    if output.omitted > 0 {
        write!(file, "\n[{} bytes are not kept]\n", output.omitted)?;
    }
    file.write_all(&output.tail)?;
    let path = dir.join(format!("{gate}.log"));
    file.persist(&path)?;
    Ok(path)
}
