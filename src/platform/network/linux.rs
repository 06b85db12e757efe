//! Network namespaces (`network_namespaces(7)`). A new one has a loopback device that is down, and no other.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, getegid, geteuid, waitpid};
use rustix::thread::UnshareFlags;

use crate::platform::overlay::{unshare, write_kernel_file};

/// The name of the loopback device.
const LOOPBACK: &[u8] = b"lo";

/// A way for a process to do without the network.
#[derive(Debug)]
pub(crate) struct NoNetwork {
    /// Who we are in a user namespace, where one is needed: the same as outside.
    user_map: CString,
    group_map: CString,
}

impl NoNetwork {
    /// A way, which the system need not allow.
    #[must_use]
    pub(crate) fn new() -> Option<Self> {
        let map = |id: u32| CString::new(format!("{id} {id} 1")).ok();
        Some(Self {
            user_map: map(geteuid().as_raw())?,
            group_map: map(getegid().as_raw())?,
        })
    }

    /// Whether the system allows it: a child tries.
    #[must_use]
    pub(crate) fn is_allowed() -> bool {
        Self::new().is_some_and(|way| way.is_passable())
    }

    /// Takes the network from the calling process, which must have but one thread, and from all that it starts.
    /// It makes only system calls, so that it can be called between fork and exec.
    ///
    /// # Errors
    ///
    /// A system call failed; the process is then in no fit state to execute anything.
    pub(crate) fn enter(&self) -> io::Result<()> {
        match unshare(UnshareFlags::NEWNET) {
            Ok(()) => {}
            // In a user namespace, everybody may.
            Err(Errno::PERM) => {
                unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET)?;
                match write_kernel_file(c"/proc/self/setgroups", c"deny") {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(error) => return Err(error.into()),
                }
                write_kernel_file(c"/proc/self/uid_map", &self.user_map)?;
                write_kernel_file(c"/proc/self/gid_map", &self.group_map)?;
            }
            Err(error) => return Err(error.into()),
        }
        raise_loopback()
    }

    /// Whether a child can go it.
    fn is_passable(&self) -> bool {
        #[expect(unsafe_code, reason = "there is no safe wrapper for fork(2)")]
        // SAFETY: the child makes only system calls and does not return, so that it does not matter what other
        // threads hold locked.
        let child = unsafe {
            match libc::fork() {
                0 => libc::_exit(i32::from(self.enter().is_err())),
                child => child,
            }
        };
        let Some(child) = Pid::from_raw(child).filter(|_| child > 0) else {
            return false;
        };
        loop {
            match waitpid(Some(child), WaitOptions::empty()) {
                Ok(ended) => {
                    return ended.is_some_and(|(_, status)| status.exit_status() == Some(0));
                }
                Err(Errno::INTR) => {}
                Err(_) => return false,
            }
        }
    }
}

/// Raises the loopback device of the network in which the calling process is (netdevice(7)).
fn raise_loopback() -> io::Result<()> {
    let mut name = [0; libc::IFNAMSIZ];
    for (to, from) in name.iter_mut().zip(LOOPBACK) {
        *to = libc::c_char::from_ne_bytes([*from]);
    }
    let up = libc::c_short::try_from(libc::IFF_UP).map_err(io::Error::other)?;
    let request = libc::ifreq {
        ifr_name: name,
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: up },
    };
    #[expect(
        unsafe_code,
        reason = "there is no safe wrapper for the flags of a device"
    )]
    // SAFETY: the new descriptor belongs to nobody else, and the pointer is to a live structure of the type that
    // the request reads.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        if socket < 0 {
            return Err(io::Error::last_os_error());
        }
        let socket = OwnedFd::from_raw_fd(socket);
        if libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCSIFFLAGS as libc::Ioctl,
            &raw const request,
        ) < 0
        {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};

    use super::*;
    use crate::required::is_here;

    #[test]
    fn only_the_loopback_device_is_left() {
        // Others need a user namespace, which a process with several threads cannot enter.
        let is_possible = geteuid().is_root() && NoNetwork::is_allowed();
        if !is_here("root", is_possible, "no network namespace") {
            return;
        }
        // The other threads keep their network.
        std::thread::spawn(move || {
            NoNetwork::new().unwrap().enter().unwrap();
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let outside = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
            let error = outside
                .connect((Ipv4Addr::new(192, 0, 2, 1), 9))
                .unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NetworkUnreachable);
        })
        .join()
        .unwrap();
    }
}
