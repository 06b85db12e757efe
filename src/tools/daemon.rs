//! Clients of daemons: programs that leave their work to a process that stays.
//!
//! Such a process reads files by their paths, where it was started: in the work tree. A gate that sees other
//! files, those of the tree that is checked, would get the verdict on the work tree.

use super::call::Call;
use super::swallowed_status::{Cause, SwallowedStatus};

/// A client of a daemon, or several that are called alike.
pub(crate) struct DaemonClient {
    /// The names of the program.
    pub(super) names: &'static [&'static str],
    /// Which calls leave the work to the daemon.
    pub(super) leaves: Leaves,
    /// What to do instead, as an imperative.
    pub(super) instead: &'static str,
    /// Whether it has a daemon for each path of a workspace: one for the work tree, and another one for a snapshot,
    /// which reads what is there.
    pub(super) is_of_path: bool,
}

/// Which calls of a client leave the work to a daemon.
pub(super) enum Leaves {
    /// All but those with one of these words, such as `stop`.
    Unless(&'static [&'static str]),
    /// Those with one of these options.
    With(&'static [&'static str]),
    /// Those with one of these subcommands, where an empty one stands for none at all.
    Subcommands(&'static [&'static str]),
    /// Those with one of the subcommands, but without the option.
    Without(&'static str, &'static [&'static str]),
}

impl DaemonClient {
    /// Why a call does not check what the gate sees, if it leaves the work to a daemon.
    pub(super) fn call(&self, call: &Call<'_>) -> Option<SwallowedStatus> {
        if !self.names.contains(&call.name) {
            return None;
        }
        let subcommand = call.subcommand().map_or("", |word| word.text.as_str());
        let has = |words: &[&str]| call.option(words).is_some();
        let span = match self.leaves {
            Leaves::With(options) => call.option(options)?.span.clone(),
            Leaves::Unless(words) if has(words) || has(INFORMATIVE) => return None,
            Leaves::Subcommands(all) if !all.contains(&subcommand) || has(INFORMATIVE) => {
                return None;
            }
            Leaves::Without(option, all) if !all.contains(&subcommand) || has(&[option]) => {
                return None;
            }
            _ => call.first.span.clone(),
        };
        Some(SwallowedStatus {
            span,
            cause: if self.is_of_path {
                Cause::DaemonOfPath
            } else {
                Cause::Daemon
            },
            label: if self.is_of_path {
                "in an overlay, its server reads the work tree, whatever files the gate sees"
            } else {
                "the daemon reads the work tree, whatever files the gate sees"
            }
            .to_owned(),
            help: self.instead.to_owned(),
        })
    }
}

/// Options with which a client only says something about itself.
const INFORMATIVE: &[&str] = &["--help", "-h", "--version", "-V"];
