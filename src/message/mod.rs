//! Commit messages as git reads them: clean-up first, then trailers; never one without the other.
//!
//! What a commit-msg hook is given is the file before git's clean-up: comments, the cut line, a
//! diff and stray blank lines are still in it, and each can make or unmake trailers. So a message
//! is read in two steps:
//!
//! 1. [`mod@clean`]: the file becomes the text that git will store;
//! 2. [`parse`]: the text becomes subject, body and trailers, as `git interpret-trailers --parse
//!    --no-divider` finds them.
//!
//! Both depend on one value, [`MessageSettings`]. A message of an existing commit is only parsed: a
//! stored message is never cleaned up.
//!
//! Invariants:
//!
//! * Nothing here reads or writes files, starts processes or knows the environment.
//! * Bytes go in and bytes come out; [`Encoding::decode`] comes last. No bytes cause a panic.
//! * Every range lies within the text, and all work is linear in its length.
//! * Where git is odd, this is odd in the same way; `tests/messages.rs` compares the two.
//!
//! The sources named in the documentation are those of git 2.47.

mod block;
mod bytes;
mod clean;
mod encoding;
mod settings;
mod trailers;

pub(crate) use block::separator;
pub use clean::clean;
pub(crate) use clean::{Cleaned, cut};
pub use encoding::Encoding;
pub use settings::{Cleanup, Editor, MessageSettings};
pub use trailers::{ParsedMessage, Trailer, parse};
