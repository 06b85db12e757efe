//! Linux.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{AtFlags, StatxFlags};
use rustix::process::{
    Pid, PidfdFlags, Resource, Signal, getrlimit, pidfd_open, pidfd_send_signal,
};

/// How many ancestors are looked at.
const MAX_ANCESTORS: usize = 8;

/// The most bytes that the arguments and variables of one new process may take together.
///
/// execve(2): a quarter of the stack's limit, at least 128 KiB and at most 6 MiB.
#[must_use]
pub(crate) fn argument_limit() -> usize {
    const LEAST: u64 = 128 << 10;
    const MOST: u64 = 6 << 20;
    let stack = getrlimit(Resource::Stack).current.unwrap_or(u64::MAX);
    usize::try_from((stack / 4).clamp(LEAST, MOST)).unwrap_or(128 << 10)
}

/// When a file was created, in nanoseconds since 1970; `None` if the file system does not say. The standard library
/// cannot tell with every libc.
pub(crate) fn birth_time(path: &Path) -> Option<u64> {
    let data =
        rustix::fs::statx(rustix::fs::CWD, path, AtFlags::empty(), StatxFlags::BTIME).ok()?;
    let seconds = u64::try_from(data.stx_btime.tv_sec).ok()?;
    let nanoseconds = seconds.checked_mul(1_000_000_000)?;
    let is_known = data.stx_mask & StatxFlags::BTIME.bits() != 0;
    nanoseconds
        .checked_add(data.stx_btime.tv_nsec.into())
        .filter(|_| is_known)
}

/// Whether the process that started us was gone before we could look: somebody else is our parent now.
/// A first process that started us itself is told by its name.
#[must_use]
pub(crate) fn is_orphan(expected: &str) -> bool {
    let parent = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
    let name = std::fs::read_to_string("/proc/1/comm").unwrap_or_default();
    parent.is_none_or(|pid| pid == 1) && name.trim() != expected
}

/// How far the time of a file may lie behind the moment at which it was changed: the kernel takes
/// it from its coarse clock, see `clock_getres(2)`.
#[must_use]
pub(crate) fn file_time_tick() -> Duration {
    let tick = rustix::time::clock_getres(rustix::time::ClockId::RealtimeCoarse);
    let part = u64::try_from(tick.tv_nsec).unwrap_or_default();
    Duration::from_nanos(part).max(Duration::from_millis(1))
}

/// A descriptor of a child that was not reaped, see `pidfd_open(2)`: it can be read from once the child has
/// ended. `None` before Linux 5.3, and where there are no more descriptors.
#[must_use]
pub(crate) fn process_descriptor(child: Pid) -> Option<OwnedFd> {
    pidfd_open(child, PidfdFlags::empty()).ok()
}

/// The arguments of the processes that started us, nearest first, as far as they can be had.
///
/// They are read once: the kernel takes as long for them as for the rest of a start.
#[must_use]
pub(crate) fn ancestors() -> &'static [Vec<OsString>] {
    static ANCESTORS: OnceLock<Vec<Vec<OsString>>> = OnceLock::new();
    ANCESTORS.get_or_init(read_ancestors)
}

/// Where one of the [`ancestors`] works, and the variables that it was started with (`NAME=value`), as far as they can be
/// had.
#[must_use]
pub(crate) fn ancestor_place(number: usize) -> Option<(PathBuf, Vec<OsString>)> {
    let mut process = rustix::process::getppid()?.as_raw_nonzero().get();
    for _ in 0..number {
        process = parent(process)?;
    }
    let dir = std::fs::read_link(format!("/proc/{process}/cwd")).ok()?;
    let variables = std::fs::read(format!("/proc/{process}/environ")).ok()?;
    let variables = variables.split(|byte| *byte == 0);
    let variables = variables.map(|one| OsStr::from_bytes(one).to_owned());
    Some((dir, variables.collect()))
}

fn read_ancestors() -> Vec<Vec<OsString>> {
    let mut found = Vec::new();
    let mut process = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
    while let Some(pid) = process.filter(|pid| *pid > 1 && found.len() < MAX_ANCESTORS) {
        let Ok(bytes) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
            break;
        };
        let words = bytes.split(|byte| *byte == 0);
        let mut words: Vec<OsString> = words
            .map(|word| OsStr::from_bytes(word).to_owned())
            .collect();
        // Each word ends with a NUL.
        words.pop();
        found.push(words);
        process = parent(pid);
    }
    found
}

/// The processes that a process has started, directly or not, as far as they can be had; those that have
/// outlived their parents are not among them.
#[must_use]
pub(crate) fn descendants(of: Pid) -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        Some((Pid::from_raw(pid)?, parent(pid)?))
    });
    let processes: Vec<(Pid, i32)> = processes.collect();
    let mut found = vec![of];
    let mut at = 0;
    while let Some(parent) = found.get(at).map(|pid| pid.as_raw_nonzero().get()) {
        let children = processes.iter().filter(|(_, of)| *of == parent);
        found.extend(children.map(|(pid, _)| *pid));
        at += 1;
    }
    found.split_off(1)
}

/// Ends the processes of this user that were started with a variable of this value. What does not end when it is
/// asked to is killed.
pub(crate) fn end_started_with(name: &str, value: &OsStr) {
    let variable = [name.as_bytes(), b"=", value.as_bytes()].concat();
    let own = rustix::process::getpid();
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let asked: Vec<OwnedFd> = entries
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
            if pid == own || !was_started_with(pid, &variable) {
                return None;
            }
            let process = pidfd_open(pid, PidfdFlags::empty()).ok()?;
            // Its number may be that of another process by now.
            let is_it = was_started_with(pid, &variable);
            is_it.then_some(())?;
            pidfd_send_signal(&process, Signal::TERM).ok()?;
            let _ = pidfd_send_signal(&process, Signal::CONT);
            Some(process)
        })
        .collect();
    let end = Instant::now() + TIME_TO_END;
    for process in &asked {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).ok();
        let mut ended = [PollFd::new(process, PollFlags::IN)];
        if !matches!(poll(&mut ended, left.as_ref()), Ok(1..)) {
            let _ = pidfd_send_signal(process, Signal::KILL);
        }
    }
}

/// How long a process may take to end that is asked to.
const TIME_TO_END: Duration = Duration::from_secs(1);

/// Whether a process has a variable among those that it was started with. Those of other users cannot be read.
fn was_started_with(pid: Pid, variable: &[u8]) -> bool {
    let environment = std::fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero()));
    let environment = environment.unwrap_or_default();
    environment
        .split(|byte| *byte == 0)
        .any(|own| own == variable)
}

/// The parent of a process: it is the second field behind the name in parentheses.
fn parent(pid: i32) -> Option<i32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields = stat.rsplit(')').next()?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

/// Names this process, so that who kills gatekeepers by name does not kill the guard with them.
pub(crate) fn name_process(name: &std::ffi::CStr) {
    // A process that keeps its old name works as well.
    let _ = rustix::thread::set_name(name);
}

/// A file without a name, which is gone with the last who has it open.
///
/// # Errors
///
/// There is no memory, or no disk space where the kernel has no such files.
pub(crate) fn anonymous_file() -> std::io::Result<File> {
    let flags = rustix::fs::MemfdFlags::CLOEXEC;
    match rustix::fs::memfd_create("gatekeeper", flags) {
        Ok(file) => Ok(file.into()),
        Err(_) => tempfile::tempfile(),
    }
}

/// A lease on a file (fcntl(2), "Leases"): while it holds, no process has the file open for writing, or
/// mapped to be written to.
pub(crate) struct ReadLease<'f>(&'f File);

impl<'f> ReadLease<'f> {
    /// Takes a lease on a file that is open for reading only.
    ///
    /// # Errors
    ///
    /// A process has it open for writing, it is another user's, or its file system knows no leases.
    pub(crate) fn take(file: &'f File) -> std::io::Result<Self> {
        // Whoever opens it for writing makes the kernel signal that to us. This signal does nothing.
        set(file, F_SETSIG, libc::SIGURG)?;
        set(file, libc::F_SETLEASE, libc::F_RDLCK)?;
        Ok(Self(file))
    }

    /// Whether no process has tried to open the file for writing since the lease was taken. One that has
    /// waits until the lease is given up.
    pub(crate) fn holds(&self) -> bool {
        #[expect(unsafe_code, reason = "rustix knows no leases")]
        // SAFETY: the descriptor is open as long as the file is borrowed; the command takes no argument.
        let lease = unsafe { libc::fcntl(self.0.as_raw_fd(), libc::F_GETLEASE) };
        lease == libc::F_RDLCK
    }
}

impl Drop for ReadLease<'_> {
    fn drop(&mut self) {
        // It would end with the descriptor as well.
        let _ = set(self.0, libc::F_SETLEASE, libc::F_UNLCK);
    }
}

/// fcntl(2): sets the signal that says that something has happened to a file. libc does not have it.
const F_SETSIG: i32 = 10;

fn set(file: &File, command: i32, value: i32) -> std::io::Result<()> {
    #[expect(unsafe_code, reason = "rustix knows no leases")]
    // SAFETY: the descriptor is open as long as the file is borrowed; both commands take a number.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), command, value) };
    if result == -1 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(())
    }
}
