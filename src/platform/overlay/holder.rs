//! The process that makes the namespaces, and holds them until we hold them ourselves.
//!
//! It is a fork of a program with several threads, so it makes only system calls, with strings
//! that were put together before.

use std::ffi::CString;
use std::io::{self, PipeReader, PipeWriter, Read as _};

use rustix::fs::{Mode, OFlags, XattrFlags};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind_recursive, mount_change,
    unmount,
};
use rustix::process::{Pid, Signal, WaitOptions, waitpid};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{OverlayUnavailable, SetUpStep};

/// A step that failed, and how.
#[derive(Debug)]
pub(super) struct HolderFault(pub(super) SetUpStep, pub(super) Errno);

impl SetUpStep {
    const ALL: [Self; 13] = [
        Self::Place,
        Self::Process,
        Self::Namespaces,
        Self::Groups,
        Self::UserMap,
        Self::GroupMap,
        Self::Private,
        Self::Memory,
        Self::Directories,
        Self::Bind,
        Self::Attributes,
        Self::Overlay,
        Self::Handles,
    ];

    /// The step of a number.
    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u8 == number)
    }

    /// Turns an error of the system into one of this step.
    pub(super) fn fault(self) -> impl Fn(Errno) -> HolderFault {
        move |error| HolderFault(self, error)
    }

    /// Turns an error of the standard library into one of this step.
    pub(super) fn barred(self) -> impl Fn(io::Error) -> OverlayUnavailable {
        move |error| OverlayUnavailable { step: self, error }
    }
}

/// How the namespaces came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MountMode {
    /// There is a user namespace, in which we are who we are outside.
    pub(super) has_user_namespace: bool,
    /// The overlay's notes are `user.overlay.*`, since `trusted.overlay.*` is not for us.
    pub(super) has_user_attributes: bool,
}

/// What the holder needs to know.
pub(super) struct HolderPlan {
    /// The directory that everything is mounted on.
    pub(super) view: CString,
    /// Whether a mount namespace may be had without a user namespace.
    pub(super) is_root: bool,
    pub(super) user_map: CString,
    pub(super) group_map: CString,
    /// Directories to create below the view, parents first.
    pub(super) dirs: Vec<CString>,
    /// Directories of the user's, and where below the view they are seen again.
    pub(super) binds: Vec<(CString, CString)>,
    /// The options of an overlay that shows whether there can be any.
    pub(super) trial: CString,
    /// The same with `userxattr`.
    pub(super) user_trial: CString,
}

/// Makes the namespaces and the mounts that all gates share. The calling process is in them then.
pub(super) fn arrange(plan: &HolderPlan) -> Result<MountMode, HolderFault> {
    let has_user_namespace = separate(plan)?;
    // What we mount would else appear to everybody else, where the namespaces came without a
    // user namespace. What others mount later, such as a home directory on demand, we want to see.
    let private = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
    mount_change(c"/", private).map_err(SetUpStep::Private.fault())?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount(
        c"tmpfs",
        plan.view.as_c_str(),
        c"tmpfs",
        flags,
        c"mode=0700",
    )
    .map_err(SetUpStep::Memory.fault())?;
    rustix::process::chdir(plan.view.as_c_str()).map_err(SetUpStep::Memory.fault())?;
    for dir in &plan.dirs {
        rustix::fs::mkdir(dir.as_c_str(), Mode::RWXU).map_err(SetUpStep::Directories.fault())?;
    }
    for (source, target) in &plan.binds {
        // Recursive, since in a user namespace nobody may look beneath a mount by leaving it out.
        mount_bind_recursive(source.as_c_str(), target.as_c_str())
            .map_err(SetUpStep::Bind.fault())?;
    }
    let has_user_attributes = try_attributes()?;
    let options = if has_user_attributes {
        &plan.user_trial
    } else {
        &plan.trial
    };
    mount_overlay(c"look", MountFlags::empty(), options).map_err(SetUpStep::Overlay.fault())?;
    unmount(c"look", UnmountFlags::empty()).map_err(SetUpStep::Overlay.fault())?;
    Ok(MountMode {
        has_user_namespace,
        has_user_attributes,
    })
}

/// Mounts an overlay. Its options name directories relative to the current one, so that they need no
/// escapes and always fit into the page that the kernel reads.
pub(super) fn mount_overlay(
    target: &std::ffi::CStr,
    flags: MountFlags,
    options: &CString,
) -> Result<(), Errno> {
    mount(c"overlay", target, c"overlay", flags, options.as_c_str())
}

/// Leaves everybody's mount namespace. Whether that took a user namespace.
pub(super) fn separate(plan: &HolderPlan) -> Result<bool, HolderFault> {
    if plan.is_root {
        match unshare(UnshareFlags::NEWNS) {
            Ok(()) => return Ok(false),
            // Root in a container.
            Err(Errno::PERM) => {}
            Err(error) => return Err(HolderFault(SetUpStep::Namespaces, error)),
        }
    }
    let both = UnshareFlags::NEWUSER | UnshareFlags::NEWNS;
    unshare(both).map_err(SetUpStep::Namespaces.fault())?;
    // user_namespaces(7): without privileges a group may be mapped only once nobody can drop
    // groups any more. Kernels before 3.19 have no such file, and do not ask for it.
    match write_kernel_file(c"/proc/self/setgroups", c"deny") {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(HolderFault(SetUpStep::Groups, error)),
    }
    write_kernel_file(c"/proc/self/uid_map", &plan.user_map).map_err(SetUpStep::UserMap.fault())?;
    write_kernel_file(c"/proc/self/gid_map", &plan.group_map)
        .map_err(SetUpStep::GroupMap.fault())?;
    Ok(true)
}

/// Leaves namespaces behind. Descriptors stay shared, so nothing can become unusable.
pub(in crate::platform) fn unshare(flags: UnshareFlags) -> Result<(), Errno> {
    #[expect(unsafe_code, reason = "unshare(2) could also tear descriptors apart")]
    // SAFETY: nobody here passes UnshareFlags::FILES.
    unsafe {
        unshare_unsafe(flags)
    }
}

/// Writes one of the kernel's files.
pub(in crate::platform) fn write_kernel_file(
    path: &std::ffi::CStr,
    content: &std::ffi::CStr,
) -> Result<(), Errno> {
    let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    // The kernel takes such a file in one piece or not at all.
    rustix::io::write(&file, content.to_bytes()).map(|_| ())
}

/// Whether the attributes for an overlay's notes have to be the user's.
fn try_attributes() -> Result<bool, HolderFault> {
    let trusted = c"trusted.overlay.opaque";
    let probe = |name| rustix::fs::setxattr(c"base", name, b"n", XattrFlags::empty());
    match probe(trusted) {
        Ok(()) => {
            rustix::fs::removexattr(c"base", trusted).map_err(SetUpStep::Attributes.fault())?;
            return Ok(false);
        }
        // Only for root outside of all user namespaces.
        Err(Errno::PERM) => {}
        Err(error) => return Err(HolderFault(SetUpStep::Attributes, error)),
    }
    let own = c"user.overlay.opaque";
    // A tmpfs takes them since Linux 6.6.
    probe(own).map_err(SetUpStep::Attributes.fault())?;
    rustix::fs::removexattr(c"base", own).map_err(SetUpStep::Attributes.fault())?;
    Ok(true)
}

/// The bits of a [`MountMode`] in a report.
const USER_NAMESPACE: u8 = 1;
const USER_ATTRIBUTES: u8 = 2;

/// A child that has done its work and waits to be let go.
pub(super) struct Child {
    pid: Pid,
    /// The child ends when nobody has this any more, which is also when we are killed.
    leash: Option<PipeWriter>,
    pub(super) way: MountMode,
}

impl Child {
    /// Forks a child for some work and waits until that is done.
    ///
    /// The work must make only system calls: neither may it allocate nor panic.
    pub(super) fn fork(
        work: impl FnOnce() -> Result<MountMode, HolderFault>,
    ) -> Result<Self, OverlayUnavailable> {
        let (report, mut reports) = io::pipe().map_err(SetUpStep::Process.barred())?;
        let (mut leashed, leash) = io::pipe().map_err(SetUpStep::Process.barred())?;
        #[expect(unsafe_code, reason = "there is no safe wrapper for fork(2)")]
        // SAFETY: the child calls only `live`, which makes system calls and never returns. So it
        // does not matter what other threads hold locked.
        let pid = match unsafe { libc::fork() } {
            0 => {
                // Our copy would keep the child waiting for itself.
                drop(leash);
                live(work, &mut reports, &mut leashed)
            }
            pid => pid,
        };
        let pid = u32::try_from(pid).ok().and_then(|_| Pid::from_raw(pid));
        let pid = pid.ok_or_else(|| SetUpStep::Process.barred()(io::Error::last_os_error()))?;
        // Our copy would keep us waiting for a child that is dead.
        drop(reports);
        let mut child = Self {
            pid,
            leash: Some(leash),
            way: MountMode {
                has_user_namespace: false,
                has_user_attributes: false,
            },
        };
        child.way = read_report(report)?;
        Ok(child)
    }

    /// Its number, which is taken until it is dropped.
    pub(super) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.leash = None;
        // Any other error means that somebody else has reaped it.
        while let Err(Errno::INTR) = waitpid(Some(self.pid), WaitOptions::empty()) {}
    }
}

/// The life of the child.
fn live(
    work: impl FnOnce() -> Result<MountMode, HolderFault>,
    reports: &mut PipeWriter,
    leashed: &mut PipeReader,
) -> ! {
    // The end of the leash is enough unless a system call below never comes back.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let (step, bits, number) = match work() {
        Ok(way) => {
            let namespace = if way.has_user_namespace {
                USER_NAMESPACE
            } else {
                0
            };
            let attributes = if way.has_user_attributes {
                USER_ATTRIBUTES
            } else {
                0
            };
            (0, namespace | attributes, [0; 4])
        }
        Err(HolderFault(step, error)) => (step as u8, 0, error.raw_os_error().to_ne_bytes()),
    };
    let [a, b, c, d] = number;
    // Without anybody to read it there is nothing to wait for either.
    let _ = rustix::io::write(&*reports, &[step, bits, a, b, c, d]);
    while let Err(Errno::INTR) = rustix::io::read(&*leashed, &mut [0_u8; 1]) {}
    #[expect(unsafe_code, reason = "only _exit(2) leaves alone what the parent has")]
    // SAFETY: takes a plain number and does not return.
    unsafe {
        libc::_exit(0)
    }
}

fn read_report(mut report: PipeReader) -> Result<MountMode, OverlayUnavailable> {
    let mut line = [0_u8; 6];
    report
        .read_exact(&mut line)
        .map_err(SetUpStep::Process.barred())?;
    let [step, bits, a, b, c, d] = line;
    match SetUpStep::from_number(step) {
        None => Ok(MountMode {
            has_user_namespace: bits & USER_NAMESPACE != 0,
            has_user_attributes: bits & USER_ATTRIBUTES != 0,
        }),
        Some(step) => {
            let error = io::Error::from_raw_os_error(i32::from_ne_bytes([a, b, c, d]));
            Err(OverlayUnavailable { step, error })
        }
    }
}
