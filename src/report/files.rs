//! The files that reports are written to.
//!
//! Each is opened, and emptied, before anything runs: a path that cannot be written fails at once, and after
//! a run that was killed, no earlier report is taken for its own. What is in an empty or broken-off file
//! is valid in no format.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum as _;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::format_name::ReportFormat;
use super::terminal::write_output;
use crate::base::fault::{Fault, Result};
use crate::base::text::{nearest, show_path};

/// A report as it is typed: `FORMAT=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportSpec {
    pub(crate) format: ReportFormat,
    pub(crate) destination: Destination,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To standard output.
    Output,
    /// To a file.
    File(PathBuf),
}

impl FromStr for ReportSpec {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .ok_or("expected FORMAT=FILE, such as junit=report.xml")?;
        let all = ReportFormat::value_variants();
        let words = || all.iter().map(|format| format.word());
        let known = all.iter().find(|known| known.word() == format);
        let format = *known.ok_or_else(|| match nearest(format, words()) {
            Some(meant) => format!("`{format}` is not a format; `{meant}` is one"),
            None => format!(
                "`{format}` is not a format; the formats are {}",
                words().collect::<Vec<_>>().join(", ")
            ),
        })?;
        Ok(Self {
            format,
            destination: file.parse()?,
        })
    }
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "" => Err("the name of the file is missing; `-` is standard output".to_owned()),
            "-" => Ok(Self::Output),
            file => Ok(Self::File(file.into())),
        }
    }
}

/// A file that a report will be written to.
#[derive(Debug)]
pub(crate) struct ReportFile {
    spec: ReportSpec,
    /// `None` for standard output.
    file: Option<File>,
}

/// What a file is that no report may replace, in words: one of git's own, or one that has other names.
fn belongs_to(path: &Path) -> Option<&'static str> {
    let dir = path.parent()?.canonicalize().ok()?;
    let real = path
        .canonicalize()
        .unwrap_or_else(|_| dir.join(path.file_name().unwrap_or_default()));
    let is_in_git_dir = |dir: &Path| {
        dir.file_name().is_some_and(|name| name == ".git")
            || (dir.join("HEAD").is_file() && dir.join("objects").is_dir())
    };
    if real.ancestors().skip(1).any(is_in_git_dir) {
        return Some("is in a git directory");
    }
    let is_shared = real
        .metadata()
        .is_ok_and(|data| data.is_file() && data.nlink() > 1);
    is_shared.then_some("has other names (hard links)")
}

/// Opens a file for writing, and empties it unless another run is writing to it: that keeps it locked until it ends.
fn open(path: &Path) -> io::Result<File> {
    let is_pipe = path.metadata().is_ok_and(|data| data.file_type().is_fifo());
    if is_pipe {
        return open_pipe(path);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        let begun = Instant::now();
        // Not every file system has locks.
        while let Err(TryLockError::WouldBlock) = file.try_lock() {
            if begun.elapsed() >= RUN_ENDS {
                return Err(io::Error::new(
                    io::ErrorKind::ResourceBusy,
                    "another run is writing its report there",
                ));
            }
            thread::sleep(LOOK_AGAIN);
        }
        file.set_len(0)?;
    }
    Ok(file)
}

/// How long the processes of a run that has ended may still keep its report locked.
const RUN_ENDS: Duration = Duration::from_millis(500);

/// How long a program may take to open a named pipe for reading.
const READER_STARTS: Duration = Duration::from_secs(5);

/// How often that is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Opens a named pipe for writing. Without a program that reads it, that would wait for ever (fifo(7)).
fn open_pipe(path: &Path) -> io::Result<File> {
    let begun = Instant::now();
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(libc::O_NONBLOCK);
    loop {
        match options.open(path) {
            Ok(file) => {
                let flags = fcntl_getfl(&file)?;
                fcntl_setfl(&file, flags.difference(OFlags::NONBLOCK))?;
                return Ok(file);
            }
            Err(error) if error.raw_os_error() != Some(libc::ENXIO) => return Err(error),
            Err(_) if begun.elapsed() < READER_STARTS => thread::sleep(LOOK_AGAIN),
            Err(_) => {
                return Err(io::Error::new(
                    io::ErrorKind::NotConnected,
                    "it is a named pipe, and no program reads it",
                ));
            }
        }
    }
}

impl ReportFile {
    /// Opens the files of these reports, and empties them. Relative paths start at `dir`.
    ///
    /// # Errors
    ///
    /// One cannot be opened, is named twice, or is tracked by git, so that writing it would destroy work.
    pub(crate) fn open_all(
        specs: &[ReportSpec],
        dir: &Path,
        is_tracked: impl Fn(&Path) -> bool,
    ) -> Result<Vec<Self>> {
        for (place, spec) in specs.iter().enumerate() {
            let before = &specs[..place];
            if before.iter().any(|one| one.destination == spec.destination) {
                return Err(Fault::usage(format!(
                    "two reports would be written to {}",
                    spec.destination.shown()
                ))
                .hint("give each report a file of its own"));
            }
        }
        for spec in specs {
            if let Destination::File(path) = &spec.destination
                && is_tracked(&dir.join(path))
            {
                return Err(Fault::usage(format!(
                    "git tracks {}, so a report must not replace it",
                    show_path(path)
                ))
                .hint("name another file, best one that is ignored"));
            }
            if let Destination::File(path) = &spec.destination
                && let Some(whose) = belongs_to(&dir.join(path))
            {
                return Err(Fault::usage(format!(
                    "{} {whose}, so a report must not replace it",
                    show_path(path)
                ))
                .hint("name another file"));
            }
        }
        specs.iter().map(|spec| Self::open(spec, dir)).collect()
    }

    fn open(spec: &ReportSpec, dir: &Path) -> Result<Self> {
        let file = match &spec.destination {
            Destination::Output => None,
            Destination::File(path) => Some(open(&dir.join(path)).map_err(|error| {
                Fault::unable(format!(
                    "cannot write the {} report to {}",
                    spec.format.word(),
                    show_path(path)
                ))
                .because(&error)
                .hint(match error.kind() {
                    io::ErrorKind::NotConnected => {
                        "start the program that reads it first, or name another file"
                    }
                    io::ErrorKind::ResourceBusy => "name another file, or wait for that run",
                    _ => "create its directory, or name another file",
                })
            })?),
        };
        Ok(Self {
            spec: spec.clone(),
            file,
        })
    }

    /// The format of the report.
    #[must_use]
    pub(crate) fn format(&self) -> ReportFormat {
        self.spec.format
    }

    /// Writes what comes next.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(crate) fn add(&self, text: &str) -> io::Result<()> {
        match &self.file {
            Some(file) => {
                let mut file = file;
                file.write_all(text.as_bytes())
            }
            None => write_output(text),
        }
    }
}

impl Destination {
    /// The place in words.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Output => "standard output".to_owned(),
            Self::File(path) => show_path(path),
        }
    }
}
