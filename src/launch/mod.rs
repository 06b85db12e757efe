//! Commands of gates that a launcher starts: in a container, on another machine.
//!
//! A launcher is a program that nobody knows, and its exit code may be its own or that of the command. So
//! what it starts is not the command itself but a few lines of `sh` around it, which print a mark before
//! the command begins and another one, with the exit code, when it has ended. Without the first mark the
//! command has not run; without the second one it is not known how it ended. Neither is ever a pass.

mod around;
mod marks;

pub(crate) use around::{LaunchPlace, around};
pub(crate) use marks::{Launched, Mark, MarkReader, Said};
