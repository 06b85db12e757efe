//! What differs between operating systems, and the only place with unsafe code.
//!
//! [`unix`] holds what POSIX offers everywhere; the rest is one file for each system, with the
//! same functions.

pub(crate) mod network;
pub(crate) mod overlay;
mod unix;
pub(crate) mod watch;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;

pub(crate) use system::{
    ReadLease, ancestor_place, ancestors, anonymous_file, argument_limit, birth_time, descendants,
    end_started_with, file_time_tick, is_orphan, name_process,
};
pub use unix::is_ignored;
pub(crate) use unix::{
    Confinement, GUARDED, GuardLine, Image, Signal, await_exit, exchange, exit_notice,
    is_in_background, kill_group, memory, open_files_limit, own_session, parent_process,
    reset_inherited_signals, start_detached, start_guard, stop_self, whole_input,
};
