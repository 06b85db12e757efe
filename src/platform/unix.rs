//! Sessions, groups, signals and the guard process, as POSIX has them.

use std::ffi::{CString, OsStr};
use std::io::{self, PipeReader, PipeWriter, Seek as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, IntoRawFd as _, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

pub(crate) use rustix::process::Signal;

use super::network::NoNetwork;
use super::overlay::Entrance;
use rustix::process::{
    Pid, Resource, WaitId, WaitIdOptions, getppid, getrlimit, kill_process_group, waitid,
};

/// The most gates that the guard can keep in mind, and so the most that may run at once.
pub(crate) const GUARDED: usize = 1024;

/// The signals that a shell or nohup may have set to be ignored.
const RESET: [i32; 5] = [
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGHUP,
    libc::SIGTERM,
    libc::SIGTSTP,
];

/// Sends a signal to a process group. That it is gone already is no error.
pub(crate) fn kill_group(group: Pid, signal: Signal) {
    let _ = kill_process_group(group, signal);
}

/// Waits until a child has ended, and leaves it a zombie, so that its number stays taken.
///
/// # Errors
///
/// It is no child of ours, or was reaped already.
pub(crate) fn await_exit(child: Pid) -> io::Result<()> {
    loop {
        match waitid(
            WaitId::Pid(child),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        ) {
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A descriptor that can be read from, as poll(2) has it, once a child has ended. It is left a zombie.
///
/// # Errors
///
/// There are no more descriptors or threads to be had.
pub(crate) fn exit_notice(child: Pid) -> io::Result<OwnedFd> {
    if let Some(notice) = super::system::process_descriptor(child) {
        return Ok(notice);
    }
    // Where the system has none, a thread waits, and closes the other end.
    let (notice, end) = io::pipe()?;
    let wait = move || {
        let _end = end;
        // An error means that it is gone as well.
        let _ = await_exit(child);
    };
    std::thread::Builder::new()
        .name("exit".into())
        .spawn(wait)?;
    Ok(notice.into())
}

/// Exchanges two files of a file system in one step.
///
/// # Errors
///
/// One of them is not there, or the file system cannot do it.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// The process that started us, if it is still there.
#[must_use]
pub(crate) fn parent_process() -> Option<Pid> {
    getppid()
}

/// How many files may be open at once.
#[must_use]
pub(crate) fn open_files_limit() -> usize {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Stops this process until somebody lets it go on, as Ctrl-Z does.
pub(crate) fn stop_self() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::STOP);
}

/// Whether another group of processes, a shell or an editor, has the terminal now. Where nobody
/// keeps count, as without job control, nobody else has it.
#[must_use]
pub(crate) fn is_in_background(terminal: impl AsFd) -> bool {
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|group| group != rustix::process::getpgrp())
}

/// Undoes what a careless parent may have left: with `SIGCHLD` ignored, no exit status of a
/// child can be had; with signals blocked, nobody could end us.
pub(crate) fn reset_inherited_signals() {
    #[expect(
        unsafe_code,
        reason = "there is no safe wrapper for signal(2) and sigprocmask(2)"
    )]
    // SAFETY: SIG_DFL installs no code of ours, and the set is filled in before it is used.
    unsafe {
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

/// How many bytes of memory the machine has, as far as the system says.
#[must_use]
pub(crate) fn memory() -> Option<u64> {
    let ask = |name| {
        #[expect(unsafe_code, reason = "there is no safe wrapper for sysconf(3)")]
        // SAFETY: sysconf takes a number and returns one.
        let answer = unsafe { libc::sysconf(name) };
        u64::try_from(answer).ok().filter(|answer| *answer > 0)
    };
    ask(libc::_SC_PHYS_PAGES)?.checked_mul(ask(libc::_SC_PAGESIZE)?)
}

/// Whether a signal is being ignored, as nohup(1) does with SIGHUP for the commands it starts.
#[must_use]
pub fn is_ignored(signal: i32) -> bool {
    #[expect(unsafe_code, reason = "there is no safe wrapper for sigaction(2)")]
    // SAFETY: with a null pointer for the new action, sigaction only fills in the old one, for
    // which all zeroes is a valid value.
    let action = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &raw mut action) != 0 {
            return false;
        }
        action
    };
    action.sa_sigaction == libc::SIG_IGN
}

/// A program with its arguments and variables, ready for execve(2).
///
/// The standard library executes by way of execvp(3), which hands a file that is no program to
/// the shell: an empty or damaged tool would then pass as a script without commands.
pub(crate) struct Image {
    program: CString,
    arguments: Vec<CString>,
    variables: Vec<CString>,
}

impl Image {
    /// Puts an image together; the program's path is also its first argument.
    ///
    /// # Errors
    ///
    /// Something holds a NUL byte.
    pub(crate) fn new<'a>(
        program: &Path,
        arguments: impl IntoIterator<Item = &'a OsStr>,
        variables: impl IntoIterator<Item = (&'a OsStr, &'a OsStr)>,
    ) -> io::Result<Self> {
        let program = CString::new(program.as_os_str().as_bytes())?;
        let mut all = vec![program.clone()];
        for argument in arguments {
            all.push(CString::new(argument.as_bytes())?);
        }
        let mut pairs = Vec::new();
        for (name, value) in variables {
            let pair = [name.as_bytes(), b"=", value.as_bytes()].concat();
            pairs.push(CString::new(pair)?);
        }
        Ok(Self {
            program,
            arguments: all,
            variables: pairs,
        })
    }

    /// The addresses of the strings, and a null behind them, as execve(2) wants them. Numbers can
    /// be handed to a closure that other threads may own, pointers cannot.
    fn addresses(strings: &[CString]) -> Vec<usize> {
        let addresses = strings
            .iter()
            .map(|string| string.as_ptr().expose_provenance());
        addresses.chain([0]).collect()
    }
}

/// What a process enters, and what it leaves behind, before it executes anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Confinement {
    /// The way into its view.
    pub(crate) entrance: Option<Arc<Entrance>>,
    /// How it loses the network.
    pub(crate) no_network: Option<Arc<NoNetwork>>,
}

impl Confinement {
    /// Makes only system calls.
    fn enter(&self) -> io::Result<()> {
        if let Some(entrance) = &self.entrance {
            entrance.enter()?;
        }
        match &self.no_network {
            Some(no_network) => no_network.enter(),
            None => Ok(()),
        }
    }
}

/// Makes the command lead a session of its own: no terminal, its own process group, and known to
/// the guard before it executes anything. What it executes is the image, whatever else it names,
/// from within its confinement.
pub(crate) fn own_session(
    command: &mut Command,
    guard: RawFd,
    image: &Arc<Image>,
    confinement: Confinement,
) {
    let image = Arc::clone(image);
    let arguments = Image::addresses(&image.arguments);
    let variables = Image::addresses(&image.variables);
    let enter = move || -> io::Result<()> {
        rustix::process::setsid()?;
        let own = rustix::process::getpid().as_raw_nonzero().get();
        let line = own.to_ne_bytes();
        let gone = own.wrapping_neg().to_ne_bytes();
        #[expect(unsafe_code, reason = "there is no safe wrapper for signal(2)")]
        // SAFETY: SIG_DFL installs no code of ours.
        unsafe {
            // What our parent had us ignore is not the gate's affair: nothing but we can reach it.
            for signal in RESET {
                libc::signal(signal, libc::SIG_DFL);
            }
            // Without a guard, writing to it is an error and not the death of the gate.
            libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        }
        #[expect(unsafe_code, reason = "a raw descriptor is borrowed for one write")]
        // SAFETY: the descriptor belongs to a `GuardLine` that outlives the spawning call, and
        // the pointer and length are those of a live array.
        let written = unsafe { libc::write(guard, line.as_ptr().cast(), line.len()) };
        if usize::try_from(written) != Ok(line.len()) {
            return Err(io::Error::last_os_error());
        }
        let error = confinement.enter().err().unwrap_or_else(|| {
            #[expect(unsafe_code, reason = "there is no safe wrapper for execve(2)")]
            // SAFETY: both lists hold the addresses of strings that `image` keeps alive, and end
            // with a null; a usize and a pointer have the same size.
            unsafe {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::execve(
                    image.program.as_ptr(),
                    arguments.as_ptr().cast(),
                    variables.as_ptr().cast(),
                );
            }
            io::Error::last_os_error()
        });
        #[expect(unsafe_code, reason = "a raw descriptor is borrowed for one write")]
        // SAFETY: as above. Nobody lives here, so there is nobody to care for.
        unsafe {
            libc::write(guard, gone.as_ptr().cast(), gone.len());
        }
        Err(error)
    };
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes only system calls and neither allocates nor locks.
    unsafe {
        command.pre_exec(enter);
    }
}

/// Starts a command that lives on when we, our session and our terminal are gone.
///
/// # Errors
///
/// It cannot be started.
pub(crate) fn start_detached(command: &mut Command) -> io::Result<()> {
    #[expect(unsafe_code, reason = "code between fork and exec is unsafe by nature")]
    // SAFETY: the closure makes one system call and neither allocates nor locks.
    unsafe {
        command.pre_exec(|| rustix::process::setsid().map(drop).map_err(io::Error::from));
    }
    command.spawn().map(drop)
}

/// Our end of the line to the guard. While it is open we are alive.
pub(crate) struct GuardLine(PipeWriter);

impl GuardLine {
    /// The descriptor on which a new session leader announces itself.
    #[must_use]
    pub(crate) fn descriptor(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Tells the guard that nothing is left of a group.
    pub(crate) fn forget(&mut self, group: Pid) {
        self.tell(-group.as_raw_nonzero().get());
    }

    /// Tells the guard that there is nobody left to care for.
    pub(crate) fn forget_all(&mut self) {
        self.tell(0);
    }

    fn tell(&mut self, word: i32) {
        // Without a guard there is nobody to tell.
        let _ = self.0.write_all(&word.to_ne_bytes());
    }
}

/// Starts the guard: a process that outlives us by a moment and kills the groups that we could
/// not, should we be killed ourselves.
///
/// It is a fork that never executes anything, since it must be there before the first gate and
/// cost next to nothing. It also holds on to a descriptor that takes long to be closed for the last
/// time, so that nobody has to wait for that.
///
/// # Errors
///
/// There are no more processes or descriptors to be had.
pub(crate) fn start_guard(burden: Option<BorrowedFd<'_>>) -> io::Result<GuardLine> {
    let (reader, writer) = io::pipe()?;
    if burden.is_some() {
        // The guard must not lay it down before we do: it lives as long as this is open.
        let _ = writer.try_clone()?.into_raw_fd();
    }
    let null = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null")?;
    #[expect(unsafe_code, reason = "there is no safe wrapper for fork(2)")]
    // SAFETY: the child calls only `guard`, which makes system calls, touches nothing but its
    // own stack, and never returns. So it does not matter what other threads hold locked.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => guard(&reader, null.as_raw_fd(), burden),
        _ => Ok(GuardLine(writer)),
    }
}

/// The life of the guard.
fn guard(line: &PipeReader, null: RawFd, burden: Option<BorrowedFd<'_>>) -> ! {
    const LINE: RawFd = 3;
    const BURDEN: RawFd = 4;
    #[expect(
        unsafe_code,
        reason = "only plain system calls are allowed after fork(2)"
    )]
    // SAFETY: every call takes plain numbers, or pointers to live arrays with their lengths.
    unsafe {
        libc::setsid();
        for signal in [
            libc::SIGTERM,
            libc::SIGINT,
            libc::SIGHUP,
            libc::SIGQUIT,
            libc::SIGTSTP,
        ] {
            libc::signal(signal, libc::SIG_IGN);
        }
        // Whoever reads what we print must not wait for the guard, so every inherited descriptor
        // is closed. The line goes last: a number below 3 would be overwritten by the others.
        let line = libc::fcntl(line.as_raw_fd(), libc::F_DUPFD, 10);
        let burden = burden.map_or(-1, |burden| {
            libc::fcntl(burden.as_raw_fd(), libc::F_DUPFD, 10)
        });
        for standard in 0..=2 {
            libc::dup2(null, standard);
        }
        libc::dup2(line, LINE);
        if libc::dup2(burden, BURDEN) == -1 {
            libc::close(BURDEN);
        }
        close_from(BURDEN + 1);
        super::name_process(c"gate-guard");

        let mut groups = [0_i32; GUARDED];
        let mut buffer = [0_u8; 4];
        let mut filled = 0;
        loop {
            let free = &mut buffer[filled..];
            let got = libc::read(LINE, free.as_mut_ptr().cast(), free.len());
            match got {
                1.. => filled += got.unsigned_abs(),
                -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
            if filled == buffer.len() {
                filled = 0;
                note(&mut groups, i32::from_ne_bytes(buffer));
            }
        }
        for group in groups {
            if group > 1 {
                libc::kill(-group, libc::SIGKILL);
            }
        }
        libc::_exit(0)
    }
}

/// A positive number is a group to care for, a negative one is gone, zero forgets all.
fn note(groups: &mut [i32], word: i32) {
    let (old, new) = match word {
        1.. => (0, word),
        0 => return groups.fill(0),
        _ => (word.saturating_neg(), 0),
    };
    for group in groups.iter_mut() {
        if *group == old {
            *group = new;
            return;
        }
    }
}

/// Closes every descriptor from a number on.
#[expect(
    unsafe_code,
    reason = "only plain system calls are allowed after fork(2)"
)]
unsafe fn close_from(first: RawFd) {
    #[cfg(target_os = "linux")]
    {
        let from = first.unsigned_abs();
        // SAFETY: takes plain numbers.
        if unsafe { libc::syscall(libc::SYS_close_range, from, u32::MAX, 0) } == 0 {
            return;
        }
    }
    let most = RawFd::try_from(open_files_limit().min(1 << 16)).unwrap_or(1 << 16);
    for descriptor in first..most {
        // SAFETY: takes a plain number; one that is not open is no error here.
        unsafe {
            libc::close(descriptor);
        }
    }
}

/// Something as the standard input of a program: a file, not a pipe. A pipe ends where we are killed, and
/// half a commit, or half a list of updates, would be taken for all of it.
///
/// # Errors
///
/// There is no memory, or no disk space.
pub(crate) fn whole_input(input: &[u8]) -> io::Result<Stdio> {
    let mut file = super::system::anonymous_file()?;
    file.write_all(input)?;
    file.rewind()?;
    Ok(file.into())
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn the_guard_keeps_count_of_the_living() {
        let mut groups = [0; 4];
        for word in [7, 8, 9, -8, 10, -99] {
            note(&mut groups, word);
        }
        assert_eq!(groups, [7, 10, 9, 0]);
        note(&mut groups, 0);
        assert_eq!(groups, [0; 4]);
    }
}
