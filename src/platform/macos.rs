//! macOS.

/// The most bytes that the arguments and variables of one new process may take together.
///
/// `ARG_MAX` in sys/syslimits.h: 1 MiB.
#[must_use]
pub(crate) fn argument_limit() -> usize {
    1 << 20
}

/// When a file was created, in nanoseconds since 1970; `None` if the file system does not say.
pub(crate) fn birth_time(path: &std::path::Path) -> Option<u64> {
    let created = std::fs::metadata(path).ok()?.created().ok()?;
    let since = created.duration_since(std::time::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

/// Processes have no descriptors here.
#[must_use]
pub(crate) fn process_descriptor(_child: rustix::process::Pid) -> Option<std::os::fd::OwnedFd> {
    None
}

/// The arguments of the processes that started us; macOS gives them only joined, so that words
/// cannot be told apart.
#[must_use]
pub(crate) fn ancestors() -> &'static [Vec<std::ffi::OsString>] {
    &[]
}

/// Where one of the ancestors works, which macOS does not tell without a framework.
#[must_use]
pub(crate) fn ancestor_place(
    _number: usize,
) -> Option<(std::path::PathBuf, Vec<std::ffi::OsString>)> {
    None
}

/// The processes that a process has started; macOS tells of none without a framework.
#[must_use]
pub(crate) fn descendants(_of: rustix::process::Pid) -> Vec<rustix::process::Pid> {
    Vec::new()
}

/// Ends the processes that were started with a variable; macOS does not tell which those are without a framework.
pub(crate) fn end_started_with(_name: &str, _value: &std::ffi::OsStr) {}

/// Whether the process that started us was gone before we could look: launchd is our parent now.
#[must_use]
pub(crate) fn is_orphan(_expected: &str) -> bool {
    rustix::process::getppid().is_none_or(|pid| pid.as_raw_nonzero().get() == 1)
}

/// How far the time of a file may lie behind the moment at which it was changed: APFS counts
/// nanoseconds, HFS+ seconds.
#[must_use]
pub(crate) fn file_time_tick() -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

/// Names this process; macOS offers no way to.
pub(crate) fn name_process(_name: &std::ffi::CStr) {}

/// A file without a name, which is gone with the last who has it open.
///
/// # Errors
///
/// There is no disk space.
pub(crate) fn anonymous_file() -> std::io::Result<std::fs::File> {
    tempfile::tempfile()
}

/// A lease on a file; macOS knows none, so nothing proves that no process is writing to a file.
pub(crate) struct ReadLease<'f>(std::marker::PhantomData<&'f std::fs::File>);

impl<'f> ReadLease<'f> {
    /// Takes a lease.
    ///
    /// # Errors
    ///
    /// Always.
    pub(crate) fn take(_file: &'f std::fs::File) -> std::io::Result<Self> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    /// Whether it holds.
    pub(crate) fn holds(&self) -> bool {
        false
    }
}
