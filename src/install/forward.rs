//! Hooks that gatekeeper does not implement, where `core.hooksPath` was set aside: each of them runs the
//! one that git would have run.

use std::path::Path;

use super::chain;
use super::hook_file::{cannot_write, is_executable, owner, write};
use super::place::Place;
use super::shim::{self, Owner};
use crate::base::fault::{Fault, Result};
use crate::base::text::show_path;
use crate::model::trigger::Hook;

/// The forwarding hook with a place for its name.
const TEMPLATE: &str = include_str!("../../hooks/forward.sh");

/// What only a forwarding hook says, whatever its version.
const MARK: &[u8] = b"# gatekeeper forwarding hook";

/// Hooks whose mere presence changes nothing (githooks(5)). They are always forwarded, so that a hook
/// that appears later, for example with another branch, is found.
const ALWAYS: [&str; 8] = [
    "pre-rebase",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-rewrite",
    "pre-auto-gc",
    "sendemail-validate",
];

/// Hooks whose presence changes what git does, or which git calls very often.
const IF_PRESENT: [&str; 11] = [
    "post-index-change",
    "push-to-checkout",
    "pre-receive",
    "update",
    "proc-receive",
    "post-receive",
    "post-update",
    "p4-changelist",
    "p4-prepare-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
];

/// The names of all hooks that are not ours.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALWAYS.into_iter().chain(IF_PRESENT)
}

/// Refuses to install where something would be lost.
///
/// # Errors
///
/// A file is in the place of a hook, and another file from the same place is already kept.
pub(super) fn must_be_possible(place: &Place, events: &[Hook]) -> Result<()> {
    for name in needed(place, events) {
        let file = place.dir.join(name);
        let kept = chain::kept_name(&file, name);
        let is_foreign = matches!(owner(&file)?, Owner::Foreign | Owner::Changed);
        if is_foreign {
            place.must_not_be_replaced(&file)?;
        }
        if is_foreign && chain::is_kept(&file, &kept) && !chain::is_same(&file, &kept) {
            return Err(Fault::unable(format!(
                "{} is in the place of a gatekeeper hook, and another hook from there is kept as {}",
                show_path(&file),
                show_path(&kept)
            ))
            .hint("move one of the two files away and run `gatekeeper install` again"));
        }
    }
    Ok(())
}

/// Installs the forwarding hooks if the hooks of a former `core.hooksPath` run first; removes them
/// otherwise. Other hooks in their place are kept.
///
/// # Errors
///
/// A file cannot be written.
pub(super) fn put(place: &Place, events: &[Hook]) -> Result<()> {
    if place.earlier.is_none() {
        return remove(&place.dir);
    }
    for name in needed(place, events) {
        let file = place.dir.join(name);
        let text = text(name);
        match owner(&file)? {
            Owner::Ours(present) if present == text && is_executable(&file) => continue,
            Owner::Ours(_) | Owner::Nobody => {}
            Owner::Foreign | Owner::Changed => {
                let kept = chain::kept_name(&file, name);
                chain::keep(&file, &kept).map_err(|error| cannot_write(&kept, &error))?;
            }
        }
        write(&file, &text).map_err(|error| cannot_write(&file, &error))?;
    }
    Ok(())
}

/// Removes the forwarding hooks, and restores what was in their place.
///
/// # Errors
///
/// A file cannot be removed or renamed.
pub(super) fn remove(dir: &Path) -> Result<()> {
    for name in names() {
        let file = dir.join(name);
        let kept = chain::kept_name(&file, name);
        let is_kept = chain::is_kept(&file, &kept);
        let done = match owner(&file)? {
            Owner::Ours(text) if !is_forwarding(&text) => Ok(()),
            Owner::Ours(_) | Owner::Nobody if is_kept => chain::give_back(&kept, &file),
            Owner::Ours(_) => std::fs::remove_file(&file),
            Owner::Foreign if is_kept && chain::is_same(&file, &kept) => {
                chain::give_back(&kept, &file)
            }
            Owner::Nobody | Owner::Foreign | Owner::Changed => Ok(()),
        };
        done.map_err(|error| {
            Fault::unable(format!("cannot remove {}", show_path(&file))).because(&error)
        })?;
    }
    Ok(())
}

/// The hooks that must be forwarded: without that, git would run a different hook, or none. Our own hooks run
/// those that were there before them themselves.
fn needed(place: &Place, events: &[Hook]) -> impl Iterator<Item = &'static str> {
    let is_present = |name: &&str| {
        let earlier = place.earlier.as_ref();
        earlier.is_some_and(|dir| chain::exists(&dir.join(name)))
            || place.is_led_away && chain::exists(&place.dir.join(name))
    };
    let is_wanted = place.earlier.is_some();
    let all = ALWAYS
        .into_iter()
        .chain(IF_PRESENT.into_iter().filter(is_present));
    let is_ours = |name: &&str| events.iter().any(|hook| hook.name() == *name);
    all.filter(move |name| is_wanted && !is_ours(name))
}

/// Whether the text of a hook of ours only runs the one that was there before.
pub(super) fn is_forwarding(text: &[u8]) -> bool {
    text.windows(MARK.len()).any(|window| window == MARK)
}

fn text(name: &str) -> Vec<u8> {
    let text = shim::fill(TEMPLATE.as_bytes(), &[(b"@HOOK@", name.as_bytes())]);
    shim::with_checksum(&text)
}
